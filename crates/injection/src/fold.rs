//! One letter for the many that look like it.
//!
//! What Unicode's compatibility folding does for the letters attackers dress
//! text in (full width, mathematical, circled, small capitals), accents taken
//! off, and look-alikes of other scripts when a word mixes scripts. Shared with
//! the build, so that the words of the rules are folded the same way.

/// What a character becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Folded {
    /// This character; `true` when it was dressed up.
    As(char, bool),
    /// Nothing: it is not seen.
    Hidden,
    /// Nothing: a mark on the letter before.
    Mark,
}

/// U+00C0 to U+017F without accents, in lower case.
const LATIN: &[u8; 192] = b"aaaaaaaceeeeiiiidnoooooxouuuuytsaaaaaaaceeeeiiiidnooooo/ouuuuytyaaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnn?nnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/// Letters of other scripts that look Latin: Cyrillic, Greek.
const ALIKE: &[(char, char)] = &[
    ('α', 'a'),
    ('ε', 'e'),
    ('ι', 'i'),
    ('κ', 'k'),
    ('ν', 'v'),
    ('ο', 'o'),
    ('ρ', 'p'),
    ('τ', 't'),
    ('υ', 'u'),
    ('χ', 'x'),
    ('а', 'a'),
    ('в', 'b'),
    ('е', 'e'),
    ('к', 'k'),
    ('м', 'm'),
    ('н', 'h'),
    ('о', 'o'),
    ('р', 'p'),
    ('с', 'c'),
    ('т', 't'),
    ('у', 'y'),
    ('х', 'x'),
    ('ѕ', 's'),
    ('і', 'i'),
    ('ј', 'j'),
    ('һ', 'h'),
    ('ԁ', 'd'),
    ('ԛ', 'q'),
    ('ԝ', 'w'),
    ('ո', 'n'),
    ('ց', 'g'),
    ('օ', 'o'),
];

/// Small capitals and the letters missing from the mathematical block.
const ODD: &[(char, char)] = &[
    ('ɢ', 'g'),
    ('ɪ', 'i'),
    ('ɴ', 'n'),
    ('ʀ', 'r'),
    ('ʏ', 'y'),
    ('ʙ', 'b'),
    ('ʜ', 'h'),
    ('ʟ', 'l'),
    ('ᴀ', 'a'),
    ('ᴄ', 'c'),
    ('ᴅ', 'd'),
    ('ᴇ', 'e'),
    ('ᴊ', 'j'),
    ('ᴋ', 'k'),
    ('ᴍ', 'm'),
    ('ᴏ', 'o'),
    ('ᴘ', 'p'),
    ('ᴛ', 't'),
    ('ᴜ', 'u'),
    ('ᴠ', 'v'),
    ('ᴡ', 'w'),
    ('ᴢ', 'z'),
    ('ℂ', 'c'),
    ('ℊ', 'g'),
    ('ℋ', 'h'),
    ('ℌ', 'h'),
    ('ℍ', 'h'),
    ('ℎ', 'h'),
    ('ℐ', 'i'),
    ('ℑ', 'i'),
    ('ℒ', 'l'),
    ('ℓ', 'l'),
    ('ℕ', 'n'),
    ('ℙ', 'p'),
    ('ℚ', 'q'),
    ('ℛ', 'r'),
    ('ℜ', 'r'),
    ('ℝ', 'r'),
    ('ℤ', 'z'),
    ('ℨ', 'z'),
    ('ℬ', 'b'),
    ('ℭ', 'c'),
    ('ℯ', 'e'),
    ('ℰ', 'e'),
    ('ℱ', 'f'),
    ('ℳ', 'm'),
    ('ℴ', 'o'),
    ('ꜰ', 'f'),
    ('ꜱ', 's'),
];

fn letter(n: u32) -> char {
    char::from(b'a' + (n % 26) as u8)
}

/// Folds one character to lower case.
pub(crate) fn fold(c: char) -> Folded {
    use Folded::{As, Hidden, Mark};
    let n = c as u32;
    match n {
        0..0x80 => As(c.to_ascii_lowercase(), false),
        0xAD | 0x61C | 0x180E | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F => Hidden,
        0xFE00..=0xFE0F | 0xFEFF | 0xE0000..=0xE0FFF | 0x115F | 0x1160 | 0x3164 | 0xFFA0 => Hidden,
        0xC0..=0x17F => As(
            LATIN
                .get((n - 0xC0) as usize)
                .copied()
                .map_or(c, char::from),
            false,
        ),
        0x300..=0x36F | 0x1AB0..=0x1AFF | 0x20D0..=0x20FF => Mark,
        0xA0 | 0x2000..=0x200A | 0x202F | 0x205F | 0x3000 => As(' ', false),
        0x2018 | 0x2019 | 0x2BC | 0xFF07 => As('\'', false),
        0x201C | 0x201D | 0x201E | 0xAB | 0xBB | 0x300C | 0x300D => As('"', false),
        0x2010..=0x2015 | 0x2212 => As('-', false),
        0x1D400..=0x1D6A3 => As(letter((n - 0x1D400) % 52), true),
        0x1D7CE..=0x1D7FF => As(char::from(b'0' + ((n - 0x1D7CE) % 10) as u8), true),
        0xFF01..=0xFF5E => As(
            char::from((n - 0xFEE0) as u8).to_ascii_lowercase(),
            char::from((n - 0xFEE0) as u8).is_ascii_alphabetic(),
        ),
        0x24B6..=0x24E9 => As(letter(n - 0x24B6), true),
        0x249C..=0x24B5 => As(letter(n - 0x249C), true),
        0x1F110..=0x1F129 => As(letter(n - 0x1F110), true),
        0x1F130..=0x1F149 => As(letter(n - 0x1F130), true),
        0x1F150..=0x1F169 => As(letter(n - 0x1F150), true),
        0x1F170..=0x1F189 => As(letter(n - 0x1F170), true),
        _ => match ODD.binary_search_by_key(&c, |(odd, _)| *odd) {
            Ok(at) => As(ODD.get(at).map_or(c, |(_, plain)| *plain), true),
            Err(_) => As(c.to_lowercase().next().unwrap_or(c), false),
        },
    }
}

/// The Latin letter `c`, already folded, looks like.
pub(crate) fn alike(c: char) -> Option<char> {
    let at = ALIKE.binary_search_by_key(&c, |(odd, _)| *odd).ok()?;
    ALIKE.get(at).map(|(_, plain)| *plain)
}

/// The bucket of the words beginning with these bytes, of which at most
/// [`LONG_KEY`] count. White space is a blank.
pub(crate) fn bucket(word: &[u8]) -> usize {
    let mut hash = 0x811C_9DC5_u32;
    for byte in word.iter().take(LONG_KEY) {
        let byte = if byte.is_ascii_whitespace() {
            b' '
        } else {
            *byte
        };
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    (hash ^ (hash >> 15)) as usize % BUCKETS
}

/// Bytes that choose the bucket of a word that has as many. Three would put
/// everything that begins with `the` into one.
pub(crate) const LONG_KEY: usize = 6;
/// Bytes that choose the bucket of a shorter word.
pub(crate) const SHORT_KEY: usize = 3;

/// Buckets of words. Many more than words: most places of a text hit an empty
/// one.
pub(crate) const BUCKETS: usize = 16_384;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        assert!(ALIKE.is_sorted());
        assert!(ODD.is_sorted());
    }

    #[test]
    fn letters() {
        for (from, to) in [
            ('Ａ', 'a'),
            ('𝐢', 'i'),
            ('É', 'e'),
            ('ß', 's'),
            ('Ж', 'ж'),
            ('ⓑ', 'b'),
        ] {
            assert!(matches!(fold(from), Folded::As(c, _) if c == to), "{from}");
        }
        assert_eq!(fold('\u{200B}'), Folded::Hidden);
        assert_eq!(fold('\u{301}'), Folded::Mark);
    }
}

//! Characters that are not seen, and what they spell.

use std::ops::Range;

/// A run of unseen characters.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub start: usize,
    pub end: usize,
    /// What the characters spell, if they spell something.
    pub spells: String,
    pub how: Kind,
}

/// What a run is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// U+E0000 and following, which mirror ASCII.
    Tags,
    /// Variation selectors in a row, which can stand for bytes.
    Selectors,
    /// Zero-width characters in a row, which can stand for bits.
    ZeroWidth,
    /// An override of the writing direction in a line of left-to-right text.
    Direction,
}

impl Kind {
    pub(crate) const fn what(self) -> &'static str {
        match self {
            Self::Tags => "tag characters, which are not shown",
            Self::Selectors => "variation selectors in a row, which are not shown",
            Self::ZeroWidth => "zero-width characters in a row, which are not shown",
            Self::Direction => "an override of the writing direction",
        }
    }
}

/// Runs of one text.
const RUNS: usize = 256;
/// Selectors in a row; an emoji has one, a sequence of them never two.
const SELECTORS: usize = 4;
/// Zero-width characters in a row; emoji and Indic scripts have one.
const ZERO_WIDTH: usize = 8;

fn kind(c: char) -> Option<Kind> {
    match c as u32 {
        0xE0000..=0xE007F => Some(Kind::Tags),
        0xFE00..=0xFE0F | 0xE0100..=0xE01EF => Some(Kind::Selectors),
        0x200B..=0x200D | 0x2060..=0x2064 | 0xFEFF | 0x180E | 0x3164 | 0xFFA0 | 0x115F | 0x1160 => {
            Some(Kind::ZeroWidth)
        }
        0x202D | 0x202E => Some(Kind::Direction),
        _ => None,
    }
}

/// Bytes all these characters begin with in UTF-8.
fn may_begin(byte: u8) -> bool {
    matches!(byte, 0xF3 | 0xEF | 0xE2 | 0xE1 | 0xE3)
}

/// The runs of `text`, in order.
pub(crate) fn runs(text: &str) -> Vec<Run> {
    let mut out = Vec::new();
    if !text.bytes().any(may_begin) {
        return out;
    }
    let mut run: Vec<char> = Vec::new();
    let mut begin = 0;
    let mut before = ' ';
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let this = kind(c);
        let going = run.first().and_then(|f| kind(*f));
        if this.is_some() && this == going {
            run.push(c);
            continue;
        }
        if let Some(how) = going
            && out.len() < RUNS
        {
            out.extend(finish(text, &run, how, begin..at, before));
        }
        if let Some(last) = run.last() {
            before = *last;
        }
        run.clear();
        if this.is_some() {
            run.push(c);
            begin = at;
        } else {
            before = c;
        }
    }
    out
}

fn finish(text: &str, run: &[char], how: Kind, place: Range<usize>, before: char) -> Option<Run> {
    let spells = match how {
        Kind::Tags => {
            // The flags of England, Scotland and Wales are spelled with tags.
            if before == '\u{1F3F4}' && run.len() <= 7 {
                return None;
            }
            tags(run)
        }
        Kind::Selectors if run.len() >= SELECTORS => selectors(run),
        Kind::ZeroWidth if run.len() >= ZERO_WIDTH => bits(run),
        Kind::Direction if overrides(text, place.start, place.end) => String::new(),
        _ => return None,
    };
    Some(Run {
        start: place.start,
        end: place.end,
        spells,
        how,
    })
}

fn tags(run: &[char]) -> String {
    run.iter()
        .filter_map(|c| char::from_u32((*c as u32).checked_sub(0xE0000)?))
        .filter(|c| matches!(c, ' '..='~'))
        .collect()
}

/// Byte n is U+FE00+n below 16, U+E0100+n-16 above.
fn selectors(run: &[char]) -> String {
    let bytes: Vec<u8> = run
        .iter()
        .filter_map(|c| match *c as u32 {
            n @ 0xFE00..=0xFE0F => Some((n - 0xFE00) as u8),
            n => u8::try_from(n.checked_sub(0xE0100)? + 16).ok(),
        })
        .collect();
    readable(&bytes)
}

/// Two kinds of character are zeros and ones, in either meaning.
fn bits(run: &[char]) -> String {
    let mut kinds: Vec<char> = run.to_vec();
    kinds.sort_unstable();
    kinds.dedup();
    let [a, b] = kinds.as_slice() else {
        return String::new();
    };
    for one in [a, b] {
        let bytes: Vec<u8> = run
            .chunks_exact(8)
            .map(|eight| eight.iter().fold(0, |acc, c| acc << 1 | u8::from(c == one)))
            .collect();
        let text = readable(&bytes);
        if !text.is_empty() {
            return text;
        }
    }
    String::new()
}

/// The text these bytes are, if they are one.
pub(crate) fn readable(bytes: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return String::new();
    };
    let good = text
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t' | '\r'))
        .count();
    if good * 20 < text.chars().count() * 19 {
        return String::new();
    }
    text.to_owned()
}

/// An override makes a line of code or Latin text read otherwise than it is;
/// in a line with right-to-left letters it belongs there, and in quotes it is
/// spoken about.
fn overrides(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let head = before.rsplit('\n').next().unwrap_or_default();
    let tail = after.split('\n').next().unwrap_or_default();
    let quoted = before.ends_with(['\'', '"', '`']) && after.starts_with(['\'', '"', '`']);
    let turned = head
        .chars()
        .rev()
        .take(200)
        .chain(tail.chars().take(200))
        .any(|c| matches!(c as u32, 0x590..=0x8FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFC));
    let follows = tail.chars().take(200).filter(|c| c.is_alphabetic()).count();
    !quoted && !turned && follows >= 8
}

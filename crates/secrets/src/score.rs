//! How much a string looks like a credential and how much like words, a
//! placeholder or an example.

use crate::bytes::contains_folded;

/// Shannon entropy in hundredths of a bit per byte.
pub(crate) fn entropy(bytes: &[u8]) -> u32 {
    let mut counts = [0u32; 256];
    for byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let total = bytes.len() as f32;
    let sum: f32 = counts
        .iter()
        .filter(|c| **c > 0)
        .map(|c| {
            let p = *c as f32 / total;
            -p * p.log2()
        })
        .sum();
    (sum * 100.0) as u32
}

/// Whether the entropy is what a random string of this length and alphabet has.
pub(crate) fn varied(bytes: &[u8]) -> bool {
    // A UUID is hexadecimal too.
    let hex = bytes.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-');
    let floor = match (bytes.len(), hex) {
        (0..=7, _) => 150,
        (8..=11, _) => 230,
        (12..=19, true) => 240,
        (12..=19, false) => 260,
        (20..=31, true) => 270,
        (20..=31, false) => 320,
        (_, true) => 300,
        (_, false) => 350,
    };
    entropy(bytes) >= floor
}

/// For each first letter, the second letters of the 230 commonest pairs in
/// identifiers and English prose, as bits.
const PAIRS: [u32; 26] = [
    0x013e_bd6e,
    0x0110_4911,
    0x001a_4d95,
    0x0016_4119,
    0x00ef_b87f,
    0x0016_6931,
    0x0016_2190,
    0x0008_4111,
    0x022e_f87f,
    0x0000_0000,
    0x0000_0110,
    0x011c_4939,
    0x0014_d113,
    0x003c_697d,
    0x007e_fd2c,
    0x001e_c911,
    0x0010_0000,
    0x011e_715d,
    0x011c_c995,
    0x011e_c995,
    0x000e_b957,
    0x0000_0111,
    0x0002_4191,
    0x0008_8001,
    0x0004_8000,
    0x0000_0010,
];

/// Percentage of the bytes that stand in something like a word: a chunk of at
/// least four letters whose neighbouring pairs are common ones.
pub(crate) fn wordiness(bytes: &[u8]) -> usize {
    if bytes.is_empty() {
        return 0;
    }
    let mut covered = 0;
    let mut chunk = 0usize;
    let mut common = 0usize;
    let mut previous = 0u8;
    let mut close = |chunk: usize, common: usize| {
        if chunk >= 4 && common * 100 >= (chunk - 1) * 75 {
            covered += chunk;
        }
    };
    for byte in bytes {
        let joins = byte.is_ascii_lowercase() && previous.is_ascii_alphabetic()
            || byte.is_ascii_uppercase() && previous.is_ascii_uppercase();
        if joins {
            chunk += 1;
            common += usize::from(common_pair(previous, *byte));
        } else {
            close(chunk, common);
            chunk = usize::from(byte.is_ascii_alphabetic());
            common = 0;
        }
        previous = *byte;
    }
    close(chunk, common);
    covered * 100 / bytes.len()
}

fn common_pair(first: u8, second: u8) -> bool {
    let row = usize::from(first.to_ascii_lowercase().wrapping_sub(b'a'));
    let column = second.to_ascii_lowercase().wrapping_sub(b'a');
    PAIRS
        .get(row)
        .is_some_and(|r| (r >> (column & 31)) & 1 == 1)
}

/// Words that only stand in values somebody is meant to replace.
const PLACEHOLDER_WORDS: &[&[u8]] = &[
    b"example",
    b"placeholder",
    b"changeme",
    b"change_me",
    b"change-me",
    b"changethis",
    b"change-this",
    b"change_this",
    b"replaceme",
    b"replace_",
    b"replace-",
    b"your_",
    b"your-",
    b"yourpass",
    b"yourtoken",
    b"yoursecret",
    b"yourkey",
    b"yourapi",
    b"youraccess",
    b"my_secret",
    b"insert_",
    b"insert-",
    b"redacted",
    b"dummy",
    b"notreal",
    b"not-real",
    b"not_real",
    b"not-a-real",
    b"not_a_real",
    b"xxxx",
    b"todo",
    b"fixme",
    b"foobar",
    b"deadbeef",
    b"lorem",
    b"masked",
    b"goes-here",
    b"goes_here",
    b"_here",
    b"-here",
    b"fake",
    b"sample",
    b"undefined",
    b"elided",
];

/// Whether the body of a well-formed token says that it is none: an example
/// word, one character over and over, an ascending run.
pub(crate) fn example_body(body: &[u8]) -> bool {
    const LONG: &[&[u8]] = &[
        b"example",
        b"placeholder",
        b"changeme",
        b"redacted",
        b"dummy",
        b"notreal",
        b"xxxxx",
        b"yourtoken",
        b"yourkey",
        b"yourapi",
        b"foobar",
        b"deadbeef",
        b"sample",
        b"insert",
        b"replace",
        b"testtest",
        b"fake_",
        b"_fake",
        b"fakefake",
    ];
    LONG.iter().any(|w| contains_folded(body, w)) || repeats(body) || ascends(body)
}

/// One or two different characters, or one character six times in a row.
fn repeats(body: &[u8]) -> bool {
    let mut run = 0usize;
    let mut previous = 0u8;
    let mut seen = 0u128;
    let mut longest = 0usize;
    for byte in body {
        run = if *byte == previous { run + 1 } else { 1 };
        longest = longest.max(run);
        previous = *byte;
        seen |= 1u128 << (byte & 127);
    }
    longest >= 6 || (body.len() >= 5 && seen.count_ones() <= 2)
}

/// `12345678`, `abcdefgh`: eight characters in a row that each follow the last.
fn ascends(body: &[u8]) -> bool {
    let mut run = 1usize;
    body.windows(2).any(|pair| {
        if let [a, b] = pair {
            run = if a.wrapping_add(1) == *b || (*a == b'9' && *b == b'0') {
                run + 1
            } else {
                1
            };
        }
        run >= 8
    })
}

/// Whether a value stands for something else: a reference, a template, an
/// elision, an encrypted blob, or a word that says "put yours here".
pub(crate) fn placeholder(value: &[u8]) -> bool {
    let Some((first, rest)) = value.split_first() else {
        return true;
    };
    let last = rest.last().copied().unwrap_or(*first);
    let wrapped = matches!(
        (*first, last),
        (b'<', b'>') | (b'[', b']') | (b'{', b'}') | (b'%', b'%') | (b'(', b')') | (b'_', b'_')
    );
    wrapped
        || *first == b'$'
        || *first == b'&'
        || holds(value, b"...")
        || holds(value, "…".as_bytes())
        || holds(value, b"***")
        || holds(value, "•".as_bytes())
        || holds(value, b"${")
        || holds(value, b"$(")
        || holds(value, b"{{")
        || holds(value, b"#{")
        || holds(value, b"<%")
        || holds(value, b"%(")
        || holds(value, b"[REDACTED")
        || (*first == b'<' && value.contains(&b'>'))
        || (*first == b'%' && rest.len() <= 2)
        || value.starts_with(b"ENC[")
        || value.starts_with(b"ENC(")
        || value.starts_with(b"{cipher}")
        || value.starts_with(b"arn:")
        || value.starts_with(b"vault:")
        || value.starts_with(b"op://")
        || value.starts_with(b"env:")
        || value.starts_with(b"file:")
        || value.starts_with(b"ssm:")
        || value.starts_with(b"sm://")
        || value.starts_with(b"!")
        || value.starts_with(b"secret:")
        || repeats(value)
        || PLACEHOLDER_WORDS.iter().any(|w| contains_folded(value, w))
}

fn holds(value: &[u8], needle: &[u8]) -> bool {
    value.windows(needle.len()).any(|w| w == needle)
}

/// `8-4-4-4-12` hexadecimal.
pub(crate) fn uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(i, b)| match i {
            8 | 13 | 18 | 23 => *b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// Letters, digits and underscores, not beginning with a digit.
pub(crate) fn identifier(value: &[u8]) -> bool {
    value
        .first()
        .is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_')
        && value
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

/// Whether a value of a key or token looks made by a machine: letters and
/// digits mixed, no words, enough variety.
pub(crate) fn random(value: &[u8]) -> bool {
    let digits = value.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = value.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let mixed_case =
        value.iter().any(u8::is_ascii_lowercase) && value.iter().any(u8::is_ascii_uppercase);
    let mixed = (digits >= 2 && letters >= 2) || (value.len() >= 20 && mixed_case);
    mixed && varied(value) && wordiness(value) < 45 && !ascends(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_wordy_and_random_strings_are_not() {
        assert!(wordiness(b"task_runner_config_loader") > 70);
        assert!(wordiness(b"transformersModelConfiguration") > 70);
        assert!(wordiness(b"q7Zt2kXv9LwPb4mRsY8d") < 20);
        assert!(wordiness(b"9f86d081884c7d659a2feaa0c55ad015") < 20);
    }

    #[test]
    fn entropy_of_known_strings() {
        assert_eq!(entropy(b"aaaa"), 0);
        assert_eq!(entropy(b"abcd"), 200);
        assert_eq!(entropy(b""), 0);
    }

    #[test]
    fn placeholders() {
        for text in [
            "<token>",
            "${DB_PASSWORD}",
            "$PW",
            "sk-ant-abc123...",
            "changeme",
            "YOUR_API_KEY",
            "xxxxxxxx",
            "********",
            "{{ .Values.pw }}",
            "aaaaaaaa",
            "ENC[AES256_GCM,data:x]",
        ] {
            assert!(placeholder(text.as_bytes()), "{text}");
        }
        for text in ["hunter2", "q7Zt2kXv9LwPb4mRsY8d", "sk-abc123"] {
            assert!(!placeholder(text.as_bytes()), "{text}");
        }
    }
}

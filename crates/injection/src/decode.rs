//! Texts inside encodings: Base64, hexadecimal digits, rotated, reversed and
//! spread letters.

use crate::unseen::readable;

/// A text that was found inside another.
#[derive(Clone, Debug)]
pub(crate) struct Inner {
    pub start: usize,
    pub end: usize,
    pub text: String,
    pub how: &'static str,
}

/// Encoded parts of one text.
const INNERS: usize = 64;
/// Bytes of one part.
const INNER_BYTES: usize = 16 * 1024;
/// Bytes of all parts.
const ALL_BYTES: usize = 128 * 1024;
/// Shorter encoded texts say nothing worth hiding.
const SHORTEST: usize = 32;

/// The texts in `text` that are Base64 or hexadecimal digits.
pub(crate) fn inners(text: &str) -> Vec<Inner> {
    let mut out = Vec::new();
    blobs(text, &mut out);
    out
}

fn is_blob(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// Long words that decode to text.
fn blobs(text: &str, out: &mut Vec<Inner>) {
    let bytes = text.as_bytes();
    let mut budget = ALL_BYTES;
    let mut at = 0;
    // A word of SHORTEST bytes covers each SHORTEST-th place.
    while at < bytes.len() {
        let probe = at + SHORTEST - 1;
        let Some(byte) = bytes.get(probe) else {
            return;
        };
        if !is_blob(*byte) {
            at = probe + 1;
            continue;
        }
        let head = bytes.get(at..probe).unwrap_or_default();
        let back = head.iter().rev().take_while(|b| is_blob(**b)).count();
        let start = probe - back;
        let tail = bytes.get(probe..).unwrap_or_default();
        let len = back + tail.iter().take_while(|b| is_blob(**b)).count();
        let end = start + len;
        at = end + 1;
        if len < SHORTEST {
            continue;
        }
        let word = bytes
            .get(start..end.min(start + INNER_BYTES))
            .unwrap_or_default();
        if budget < word.len() || out.len() >= INNERS {
            return;
        }
        if let Some((text, how)) = plain(word) {
            budget -= word.len();
            out.push(Inner {
                start,
                end,
                text,
                how,
            });
        }
    }
}

fn plain(word: &[u8]) -> Option<(String, &'static str)> {
    let digits = word
        .strip_prefix(b"0x")
        .or_else(|| word.strip_prefix(b"0X"))
        .unwrap_or(word);
    if digits.len().is_multiple_of(2) && digits.iter().all(u8::is_ascii_hexdigit) {
        let bytes: Vec<u8> = digits
            .chunks_exact(2)
            .filter_map(|pair| {
                let [a, b] = pair else { return None };
                let digit = |b: u8| char::from(b).to_digit(16);
                u8::try_from(digit(*a)? * 16 + digit(*b)?).ok()
            })
            .collect();
        let text = sentence(readable(&bytes))?;
        return Some((text, "hexadecimal digits"));
    }
    // Words and paths are Base64 too, by their letters; text decodes to text.
    let mixed = word.iter().any(u8::is_ascii_uppercase) && word.iter().any(u8::is_ascii_lowercase);
    if !mixed {
        return None;
    }
    let head = base64(word.get(..SHORTEST.min(word.len()))?);
    let fine = head
        .iter()
        .filter(|b| **b >= 0x20 || b.is_ascii_whitespace());
    if fine.count() < head.len() {
        return None;
    }
    let text = sentence(readable(&base64(word)))?;
    Some((text, "Base64"))
}

/// A text with blanks in it, as sentences have.
fn sentence(text: String) -> Option<String> {
    (text.len() >= 16 && text.matches(' ').count() * 16 >= text.len()).then_some(text)
}

/// Decodes both alphabets; stops at what is no letter.
fn base64(word: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(word.len() * 3 / 4);
    let mut acc = 0_u32;
    let mut bits = 0;
    for byte in word {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => break,
        };
        acc = (acc << 6 | u32::from(value)) & 0xFFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((acc >> bits) as u8);
        }
    }
    out
}

/// Lines whose letters are rotated by thirteen or stand in reverse order; the
/// words that give them away stand at `places`.
pub(crate) fn turned(text: &str, places: &[usize], how: &'static str, out: &mut Vec<Inner>) {
    let mut past = 0;
    for at in places.iter().copied().filter(|at| *at <= text.len()) {
        if at < past || out.len() >= INNERS {
            continue;
        }
        let head = text.get(..at).unwrap_or_default();
        let start = head.rfind('\n').map_or(0, |i| i + 1);
        let tail = text.get(at..).unwrap_or_default();
        let end = tail.find('\n').map_or(text.len(), |i| at + i);
        past = end + 1;
        let Some(line) = text.get(start..end).filter(|l| l.len() <= INNER_BYTES) else {
            continue;
        };
        let text = if how == ROTATED {
            line.chars().map(rotate).collect()
        } else {
            line.chars().rev().collect()
        };
        out.push(Inner {
            start,
            end,
            text,
            how,
        });
    }
}

/// How lines are turned.
pub(crate) const ROTATED: &str = "rotated letters";
/// How lines are turned.
pub(crate) const REVERSED: &str = "reversed letters";

fn rotate(c: char) -> char {
    let turn = |base: u8| char::from((c as u8 - base + 13) % 26 + base);
    match c {
        'a'..='z' => turn(b'a'),
        'A'..='Z' => turn(b'A'),
        _ => c,
    }
}

/// `i g n o r e   a l l`: letters with blanks between, words further apart.
pub(crate) fn spread(text: &str, out: &mut Vec<Inner>) {
    const LETTERS: usize = 20;
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        // Quick: two letters with one blank between, at this place.
        let [a, b' ', c, ..] = rest else {
            at += 1;
            continue;
        };
        let alone = at == 0
            || bytes
                .get(at - 1)
                .is_some_and(|b| !b.is_ascii_alphanumeric());
        if !alone || !a.is_ascii_alphabetic() || !c.is_ascii_alphabetic() {
            at += 1;
            continue;
        }
        let mut joined = String::new();
        let mut letters = 0;
        let mut i = at;
        while let Some(byte) = bytes.get(i) {
            let single = byte.is_ascii_alphabetic()
                && bytes.get(i + 1).is_none_or(|b| !b.is_ascii_alphanumeric());
            if !single || letters > 4096 {
                break;
            }
            joined.push(char::from(*byte));
            letters += 1;
            i += 1;
            let blanks = bytes
                .get(i..)
                .unwrap_or_default()
                .iter()
                .take_while(|b| **b == b' ')
                .count();
            if blanks == 0 {
                break;
            }
            if blanks > 1 {
                joined.push(' ');
            }
            i += blanks;
        }
        if letters >= LETTERS && joined.contains(' ') && out.len() < INNERS {
            out.push(Inner {
                start: at,
                end: i,
                text: joined,
                how: "spread letters",
            });
        }
        at = i.max(at + 1);
    }
}

//! Private keys in text armour: PEM, OpenSSH, PGP, SSH2, PuTTY.
//!
//! A match spans the whole block, so that redaction leaves none of it. The
//! block may sit in a JSON string with its line ends written as `\n`.

use memchr::memmem;
use palisade_core::Confidence;

use crate::bytes::range;
use crate::score::{placeholder, varied};

/// Longest armoured block, in bytes.
const BLOCK: usize = 64 * 1024;
/// Base64 characters below which a body cannot hold a key.
const BODY: usize = 40;

/// The block whose `-----BEGIN ` stands at `start`: its end, and how sure it is a key.
pub(crate) fn block(bytes: &[u8], start: usize, anchor: usize) -> Option<(usize, Confidence)> {
    let label_start = start + anchor;
    let label_window = range(bytes, label_start, label_start + 64);
    let label_length = memmem::find(label_window, b"----")?;
    let label = range(label_window, 0, label_length);
    let private = memmem::find(label, b"PRIVATE KEY").is_some();
    if !private
        || label
            .iter()
            .any(|b| !b.is_ascii_alphanumeric() && *b != b' ')
    {
        return None;
    }
    let header_end = label_start
        + label_length
        + range(label_window, label_length, 64)
            .iter()
            .take_while(|b| **b == b'-')
            .count();
    let window = range(bytes, header_end, header_end + BLOCK);
    // The next armour line of any kind ends the search, so that many headers
    // without an end cost no more than one.
    let next = memmem::find(window, b"----");
    let closed = next.filter(|at| {
        let line = range(window, *at, at + 16);
        line.trim_ascii_start_dashes().starts_with(b"END")
    });
    let (body_end, end) = match closed {
        Some(at) => {
            let rest = range(window, at, window.len());
            let dashes = leading_dashes(rest);
            let label_end = memmem::find(range(rest, dashes, dashes + 80), b"----")
                .map_or(rest.len().min(dashes), |l| dashes + l);
            let tail = leading_dashes(range(rest, label_end, rest.len()));
            (at, at + label_end + tail)
        }
        None => {
            let length = window.iter().take_while(|b| body_byte(**b)).count();
            (length, length)
        }
    };
    let body = range(window, 0, body_end);
    let encoded = encoded(body);
    if encoded.len() < BODY {
        return Some((header_end, Confidence::Low));
    }
    let example = placeholder_body(body) || !varied(range(&encoded, 0, 512));
    if example {
        return Some((header_end, Confidence::Low));
    }
    let locked = memmem::find(label, b"ENCRYPTED").is_some()
        || memmem::find(range(body, 0, 200), b"ENCRYPTED").is_some();
    let confidence = if locked {
        Confidence::Medium
    } else {
        Confidence::High
    };
    Some((header_end + end, confidence))
}

trait Dashes {
    fn trim_ascii_start_dashes(&self) -> &[u8];
}

impl Dashes for [u8] {
    fn trim_ascii_start_dashes(&self) -> &[u8] {
        let dashes = leading_dashes(self);
        let rest = range(self, dashes, self.len());
        rest.strip_prefix(b" ").unwrap_or(rest)
    }
}

fn leading_dashes(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| **b == b'-').count()
}

/// Bytes of an unfinished body: base64, line ends and how they are escaped.
fn body_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'+' | b'/' | b'=' | b'\n' | b'\r' | b'\\' | b' ' | b'\t'
        )
}

/// The base64 characters of a body: lines of nothing else, at least 16 long.
fn encoded(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for piece in body.split(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))) {
        // After a written `\n` the first letter belongs to the escape.
        if piece.len() >= 16 {
            out.extend_from_slice(piece);
        }
        if out.len() >= 4096 {
            break;
        }
    }
    out
}

fn placeholder_body(body: &[u8]) -> bool {
    let head = range(body, 0, 400);
    memmem::find(head, b"...").is_some()
        || memmem::find(head, "…".as_bytes()).is_some()
        || memmem::find(head, b"EXAMPLE").is_some()
        || memmem::find(head, b"REDACTED").is_some()
        || memmem::find(head, b"${").is_some()
        || placeholder(head.trim_ascii()) && head.len() < 120
}

/// The private lines of a PuTTY key file that begins at `start`.
pub(crate) fn putty(bytes: &[u8], start: usize) -> Option<(usize, usize, Confidence)> {
    let window = range(bytes, start, start + 16 * 1024);
    let lines = memmem::find(window, b"Private-Lines:")?;
    let rest = range(window, lines, window.len());
    let body = memmem::find(rest, b"\n").or_else(|| memmem::find(rest, b"\\n"))?;
    let skip = if rest.get(body) == Some(&b'\n') { 1 } else { 2 };
    let from = lines + body + skip;
    let rest = range(window, from, window.len());
    let to = memmem::find(rest, b"Private-")
        .unwrap_or_else(|| rest.iter().take_while(|b| body_byte(**b)).count());
    let body = range(window, from, from + to);
    let trimmed = body.trim_ascii_end().len();
    (encoded(body).len() >= BODY).then(|| (start + from, start + from + trimmed, Confidence::High))
}

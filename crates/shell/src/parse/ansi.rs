//! The escapes of `$'…'`.

use std::iter::Peekable;
use std::str::Chars;

/// What the text between the quotes stands for. Bytes that are not UTF-8
/// come out as replacement characters.
pub(super) fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c == '\\' {
            escape(&mut rest, &mut bytes);
        } else {
            push(&mut bytes, c);
        }
    }
    // To bash the string ends at a null byte; the word goes on.
    if let Some(end) = bytes.iter().position(|b| *b == 0) {
        bytes.truncate(end);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn escape(rest: &mut Peekable<Chars<'_>>, bytes: &mut Vec<u8>) {
    let Some(c) = rest.next() else {
        bytes.push(b'\\');
        return;
    };
    match c {
        'a' => bytes.push(7),
        'b' => bytes.push(8),
        'e' | 'E' => bytes.push(27),
        'f' => bytes.push(12),
        'n' => bytes.push(b'\n'),
        'r' => bytes.push(b'\r'),
        't' => bytes.push(b'\t'),
        'v' => bytes.push(11),
        '\\' | '\'' | '"' | '?' => push(bytes, c),
        '0'..='7' => {
            let (value, _) = digits(rest, 8, 2, c.to_digit(8).unwrap_or_default());
            bytes.push(value as u8);
        }
        'x' if rest.next_if_eq(&'{').is_some() => {
            let (value, _) = digits(rest, 16, usize::MAX, 0);
            rest.next_if_eq(&'}');
            bytes.push(value as u8);
        }
        'x' => match digits(rest, 16, 2, 0) {
            (_, 0) => bytes.extend_from_slice(b"\\x"),
            (value, _) => bytes.push(value as u8),
        },
        'u' | 'U' => match digits(rest, 16, if c == 'u' { 4 } else { 8 }, 0) {
            (_, 0) => {
                bytes.push(b'\\');
                push(bytes, c);
            }
            (value, _) => {
                push(
                    bytes,
                    char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER),
                );
            }
        },
        'c' => match rest.next() {
            Some('\\') => {
                rest.next_if_eq(&'\\');
                bytes.push(b'\\' & 0x1f);
            }
            Some('?') => bytes.push(0x7f),
            Some(c) => {
                let mut encoded = [0; 4];
                let mut encoded = c.encode_utf8(&mut encoded).bytes();
                bytes.extend(encoded.next().map(|b| b.to_ascii_uppercase() & 0x1f));
                bytes.extend(encoded);
            }
            None => bytes.extend_from_slice(b"\\c"),
        },
        c => {
            bytes.push(b'\\');
            push(bytes, c);
        }
    }
}

/// Up to `most` digits after the ones already in `value`, and how many.
fn digits(rest: &mut Peekable<Chars<'_>>, radix: u32, most: usize, mut value: u32) -> (u32, usize) {
    let mut count = 0;
    while count < most
        && let Some(digit) = rest
            .next_if(|c| c.is_digit(radix))
            .and_then(|c| c.to_digit(radix))
    {
        value = value.wrapping_mul(radix).wrapping_add(digit);
        count += 1;
    }
    (value, count)
}

fn push(bytes: &mut Vec<u8>, c: char) {
    bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

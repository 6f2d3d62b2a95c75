//! Small decoders for constants that are decoded before they are run.

/// Base64 in the standard and the URL alphabet; blanks are skipped.
pub(crate) fn base64(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut have) = (0_u32, 0_u8);
    for c in text.bytes() {
        let v = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' | b'\n' | b'\r' | b' ' | b'\t' => continue,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(v);
        have += 6;
        if have >= 8 {
            have -= 8;
            bytes.push((bits >> have) as u8);
            bits &= (1 << have) - 1;
        }
    }
    String::from_utf8(bytes).ok()
}

/// Base64 of text in UTF-16, low byte first. What is odd about it is read the
/// way a tolerant program would.
pub(crate) fn base64_wide(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut have) = (0_u32, 0_u8);
    for c in text.bytes() {
        let v = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' | b'\n' | b'\r' | b' ' | b'\t' => continue,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(v);
        have += 6;
        if have >= 8 {
            have -= 8;
            bytes.push(((bits >> have) & 0xff) as u8);
            bits &= (1 << have) - 1;
        }
    }
    let units = bytes.chunks_exact(2).map(|pair| match pair {
        [low, high] => u16::from(*low) | u16::from(*high) << 8,
        _ => 0,
    });
    char::decode_utf16(units)
        .collect::<Result<String, _>>()
        .ok()
}

/// Base32.
pub(crate) fn base32(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let (mut bits, mut have) = (0_u32, 0_u8);
    for c in text.bytes() {
        let v = match c {
            b'A'..=b'Z' => c - b'A',
            b'2'..=b'7' => c - b'2' + 26,
            b'=' | b'\n' | b'\r' | b' ' => continue,
            _ => return None,
        };
        bits = (bits << 5) | u32::from(v);
        have += 5;
        if have >= 8 {
            have -= 8;
            bytes.push((bits >> have) as u8);
            bits &= (1 << have) - 1;
        }
    }
    String::from_utf8(bytes).ok()
}

/// Pairs of hexadecimal digits; blanks are skipped.
pub(crate) fn hex(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut high = None;
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        let d = c.to_digit(16)? as u8;
        match high.take() {
            None => high = Some(d),
            Some(h) => bytes.push(h << 4 | d),
        }
    }
    high.is_none().then(|| String::from_utf8(bytes).ok())?
}

/// Backslash escapes as `echo -e` and `printf` know them. The second value
/// is true when `\c` ended the output.
pub(crate) fn escapes(text: &str) -> (String, bool) {
    let mut bytes: Vec<u8> = Vec::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let push = |bytes: &mut Vec<u8>, c: char| {
        bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    };
    while let Some(c) = chars.next() {
        if c != '\\' {
            push(&mut bytes, c);
            continue;
        }
        let Some(kind) = chars.next() else {
            bytes.push(b'\\');
            break;
        };
        let mut digits = |radix: u32, max: usize, first: Option<u32>| {
            let mut value = first;
            for _ in 0..max {
                let Some(d) = chars.peek().and_then(|c| c.to_digit(radix)) else {
                    break;
                };
                chars.next();
                value = Some(value.unwrap_or(0).wrapping_mul(radix).wrapping_add(d));
            }
            value
        };
        match kind {
            'n' => bytes.push(b'\n'),
            't' => bytes.push(b'\t'),
            'r' => bytes.push(b'\r'),
            'a' => bytes.push(7),
            'b' => bytes.push(8),
            'e' | 'E' => bytes.push(27),
            'f' => bytes.push(12),
            'v' => bytes.push(11),
            '\\' => bytes.push(b'\\'),
            'c' => return (String::from_utf8_lossy(&bytes).into_owned(), true),
            'x' => match digits(16, 2, None) {
                Some(v) => bytes.push(v as u8),
                None => bytes.extend_from_slice(b"\\x"),
            },
            'u' | 'U' => {
                let max = if kind == 'u' { 4 } else { 8 };
                if let Some(c) = digits(16, max, None).and_then(char::from_u32) {
                    push(&mut bytes, c);
                }
            }
            '0' => bytes.push(digits(8, 3, Some(0)).unwrap_or(0) as u8),
            d @ '1'..='7' => bytes.push(digits(8, 2, d.to_digit(8)).unwrap_or(0) as u8),
            other => {
                bytes.push(b'\\');
                push(&mut bytes, other);
            }
        }
    }
    (String::from_utf8_lossy(&bytes).into_owned(), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoders() {
        assert_eq!(base64("cm0gLXJmIH4=").as_deref(), Some("rm -rf ~"));
        assert_eq!(base64("cm0g\nLXJmIH4").as_deref(), Some("rm -rf ~"));
        assert_eq!(base64("!").as_deref(), None);
        assert_eq!(base32("OJWSALLSMYQH4===").as_deref(), Some("rm -rf ~"));
        assert_eq!(hex("726d 20 2d 72").as_deref(), Some("rm -r"));
        assert_eq!(hex("7").as_deref(), None);
        assert_eq!(escapes(r"\x72\155\n"), ("rm\n".into(), false));
        assert_eq!(escapes(r"a\cb"), ("a".into(), true));
    }
}

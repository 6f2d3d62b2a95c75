//! The little decoding that checks need.

/// Base64 in either alphabet, with or without padding. `None` when the text
/// is not base64 or longer than `cap` bytes.
pub(crate) fn base64(text: &[u8], cap: usize) -> Option<Vec<u8>> {
    if text.len() > cap {
        return None;
    }
    let trimmed = match text {
        [head @ .., b'=', b'='] | [head @ .., b'='] => head,
        all => all,
    };
    if trimmed.len() % 4 == 1 {
        return None;
    }
    let mut out = Vec::with_capacity(trimmed.len() / 4 * 3 + 2);
    let mut pending = 0u32;
    let mut bits = 0u32;
    for byte in trimmed {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        pending = (pending << 6) | u32::from(digit);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((pending >> bits) as u8);
            pending &= (1 << bits) - 1;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn both_alphabets_and_padding() {
        assert_eq!(base64(b"aGk=", 10).unwrap(), b"hi");
        assert_eq!(base64(b"aGk", 10).unwrap(), b"hi");
        assert_eq!(base64(b"-_8", 10).unwrap(), [0xfb, 0xff]);
        assert_eq!(base64(b"a", 10), None);
        assert_eq!(base64(b"a b=", 10), None);
        assert_eq!(base64(b"aGkh", 3), None);
    }
}

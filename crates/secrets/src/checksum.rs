//! Published checksums and structures.
//!
//! A wrong checksum means "not a live token": the finding stays, with low
//! confidence, because fixtures and redaction still want to know of it.

use crate::bytes::contains_folded;
use crate::decode;
use crate::rule::Checksum;

/// What a check says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The provider made this string.
    Valid,
    /// The provider cannot have made it, or it is a published example.
    Invalid,
    /// Nothing is known either way.
    Unknown,
    /// It is not this kind of thing at all.
    Other,
}

/// Checks `token`, whose first `anchor` bytes are the literal prefix.
pub(crate) fn verify(kind: Checksum, token: &[u8], anchor: usize) -> Verdict {
    match kind {
        Checksum::None => Verdict::Unknown,
        Checksum::Crc32Base62 => tail(token.get(anchor..), 6, |body| base(crc32(body), 62, 6)),
        Checksum::GitlabRoutable => tail(Some(token), 7, |body| base(crc32(body), 36, 7)),
        Checksum::GrafanaCrc32 => tail(Some(token), 8, |body| {
            let body = body.strip_suffix(b"_").unwrap_or(body);
            let mut hex = Vec::with_capacity(8);
            for byte in crc32(body).to_le_bytes() {
                hex.push(digit(u32::from(byte >> 4)));
                hex.push(digit(u32::from(byte & 15)));
            }
            hex.make_ascii_lowercase();
            hex
        }),
        Checksum::AwsKeyId => aws_account(token),
        Checksum::Bech32 => bech32(token),
        Checksum::Jwt => jwt(token),
    }
}

fn tail(token: Option<&[u8]>, length: usize, expected: impl Fn(&[u8]) -> Vec<u8>) -> Verdict {
    let Some(token) = token else {
        return Verdict::Unknown;
    };
    let Some((body, sum)) = token
        .len()
        .checked_sub(length)
        .and_then(|at| token.split_at_checked(at))
    else {
        return Verdict::Invalid;
    };
    if expected(body) == sum {
        Verdict::Valid
    } else {
        Verdict::Invalid
    }
}

/// CRC-32 (IEEE). Bit by bit: tokens are short and a table is not worth its cache.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            let mask = 0u32.wrapping_sub(crc & 1);
            crc = (crc >> 1) ^ (0xEDB8_8320 & mask);
        }
    }
    !crc
}

/// `value` in base 36 or 62, padded with zeros.
pub(crate) fn base(mut value: u32, radix: u32, width: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(width);
    while value > 0 || out.len() < width {
        let one = digit(value % radix);
        out.push(if radix == 36 {
            one.to_ascii_lowercase()
        } else {
            one
        });
        value /= radix;
    }
    out.reverse();
    out
}

fn digit(value: u32) -> u8 {
    match value as u8 {
        v @ 0..=9 => b'0' + v,
        v @ 10..=35 => b'A' + (v - 10),
        v => b'a' + v.saturating_sub(36),
    }
}

/// Identifiers issued since 2019 hold the account number; the fifth character
/// tells them apart from older ones.
fn aws_account(token: &[u8]) -> Verdict {
    let mut bits = 0u64;
    // Ten characters are fifty bits, the account is bits 1 to 41 of them.
    for byte in token.iter().skip(4).take(10) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return Verdict::Invalid,
        };
        bits = (bits << 5) | u64::from(value);
    }
    if token
        .get(4)
        .is_none_or(|b| *b < b'Q' && b.is_ascii_uppercase())
    {
        return Verdict::Unknown;
    }
    let six_bytes = bits >> 2;
    let account = (six_bytes & 0x7FFF_FFFF_FF80) >> 7;
    if account > 999_999_999_999 {
        Verdict::Invalid
    } else {
        Verdict::Unknown
    }
}

fn bech32(token: &[u8]) -> Verdict {
    const ALPHABET: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    const GENERATOR: [u32; 5] = [
        0x3b6a_57b2,
        0x2650_8e6d,
        0x1ea1_19fa,
        0x3d42_33dd,
        0x2a14_62b3,
    ];
    let lower = token.to_ascii_lowercase();
    let Some(separator) = lower.iter().rposition(|b| *b == b'1') else {
        return Verdict::Invalid;
    };
    let (prefix, data) = lower.split_at(separator);
    let mut values: Vec<u32> = prefix.iter().map(|b| u32::from(b >> 5)).collect();
    values.push(0);
    values.extend(prefix.iter().map(|b| u32::from(b & 31)));
    for byte in data.iter().skip(1) {
        match ALPHABET.iter().position(|a| a == byte) {
            Some(value) => values.push(value as u32),
            None => return Verdict::Invalid,
        }
    }
    let mut sum = 1u32;
    for value in values {
        let top = sum >> 25;
        sum = ((sum & 0x01ff_ffff) << 5) ^ value;
        for (bit, generator) in GENERATOR.iter().enumerate() {
            if (top >> bit) & 1 == 1 {
                sum ^= generator;
            }
        }
    }
    if sum == 1 {
        Verdict::Valid
    } else {
        Verdict::Invalid
    }
}

fn jwt(token: &[u8]) -> Verdict {
    let mut parts = token.split(|b| *b == b'.');
    let (Some(header), Some(payload)) = (parts.next(), parts.next()) else {
        return Verdict::Other;
    };
    let Some(header) = decode::base64(header, 2048) else {
        return Verdict::Other;
    };
    if !header.starts_with(b"{") || !header.ends_with(b"}") || !contains_folded(&header, b"\"alg\"")
    {
        return Verdict::Other;
    }
    let Some(payload) = decode::base64(payload, 8192) else {
        return Verdict::Unknown;
    };
    // The token every tutorial shows, and keys that are public by design.
    let example =
        contains_folded(&payload, b"john doe") && contains_folded(&payload, b"1234567890");
    let public = contains_folded(&payload, b"\"role\":\"anon\"");
    let unsigned = parts.next().is_none_or(<[u8]>::is_empty);
    if example || public || unsigned {
        Verdict::Invalid
    } else {
        Verdict::Valid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc32_of_the_standard_check_string() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn base62_is_padded_and_ordered_digits_upper_lower() {
        assert_eq!(base(0, 62, 6), b"000000");
        assert_eq!(base(61, 62, 2), b"0z");
        assert_eq!(base(35, 36, 2), b"0z");
    }

    #[test]
    fn bech32_test_vector_of_bip_173() {
        assert_eq!(bech32(b"A12UEL5L"), Verdict::Valid);
        assert_eq!(bech32(b"A12UEL5Q"), Verdict::Invalid);
    }

    #[test]
    fn account_numbers_above_twelve_digits_do_not_exist() {
        assert_eq!(aws_account(b"AKIA7777777777777777"), Verdict::Invalid);
        assert_eq!(aws_account(b"AKIAQAAAAAAAAAAAAAAA"), Verdict::Unknown);
        assert_eq!(aws_account(b"AKIAIAAAAAAAAAAAAAAA"), Verdict::Unknown);
    }
}

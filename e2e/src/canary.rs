//! Secrets that exist only while a test runs.
//!
//! They are made anew each time, so that none lies in the repository, and built
//! the way the provider builds them (length, alphabet, checksum), so that a
//! scanner that verifies has something to verify.

use std::fs::File;
use std::io::Read;

use crate::Broken;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

fn random(count: usize) -> Result<Vec<u8>, Broken> {
    let mut bytes = vec![0; count];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn digits(count: usize) -> Result<String, Broken> {
    Ok(random(count)?
        .into_iter()
        .filter_map(|b| BASE62.get(usize::from(b) % 62))
        .map(|b| char::from(*b))
        .collect())
}

/// A GitHub personal access token with a valid checksum that GitHub never issued.
pub fn github_token() -> Result<String, Broken> {
    let body = digits(30)?;
    let mut sum = crc32(body.as_bytes());
    let mut tail = Vec::new();
    for _ in 0..6 {
        tail.extend(BASE62.get((sum % 62) as usize).map(|b| char::from(*b)));
        sum /= 62;
    }
    tail.reverse();
    // In two parts: the prefix of a token is all that push protection looks for.
    Ok(format!(
        "{}{body}{}",
        "ghp_",
        tail.into_iter().collect::<String>()
    ))
}

/// A password no pattern recognises: only the file it lies in says what it is.
pub fn password() -> Result<String, Broken> {
    const WORDS: [&str; 8] = [
        "harbour", "lantern", "meadow", "copper", "willow", "granite", "saffron", "thistle",
    ];
    let bytes = random(6)?;
    let words: Vec<&str> = bytes
        .iter()
        .filter_map(|b| WORDS.get(usize::from(*b) % 8).copied())
        .collect();
    Ok(words.join("-"))
}

/// A word to recognise harmless text by.
pub fn word() -> Result<String, Broken> {
    Ok(format!("word{}", digits(12)?.to_ascii_lowercase()))
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            let mask = (crc & 1).wrapping_neg();
            crc = (crc >> 1) ^ (0xEDB8_8320 & mask);
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc32_matches_its_published_check_value() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn canaries_have_the_shape_they_claim_and_differ() {
        let (a, b) = (github_token().unwrap(), github_token().unwrap());
        assert_eq!(a.len(), 40);
        assert_ne!(a, b);
    }
}

//! Keyed fingerprints: the same secret gives the same twelve digits on one
//! installation and nothing that could be looked up elsewhere.

use std::fmt;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// Block length of SHA-256 in bytes.
const BLOCK: usize = 64;

/// The key of this installation.
#[derive(Clone)]
pub struct FingerprintKey([u8; 32]);

impl FingerprintKey {
    /// A key from 32 random bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FingerprintKey(..)")
    }
}

/// The first 12 hexadecimal digits (48 bits) of HMAC-SHA256 of `secret`.
pub fn fingerprint(key: &FingerprintKey, secret: &str) -> String {
    let mut out = String::with_capacity(12);
    for byte in hmac(&key.0, secret.as_bytes()).iter().take(6) {
        // Writing to a string does not fail.
        let _written = write!(out, "{byte:02x}");
    }
    out
}

/// HMAC-SHA256 (RFC 2104) for keys no longer than a block.
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let pad = |with: u8| {
        let mut block = [with; BLOCK];
        for (slot, byte) in block.iter_mut().zip(key) {
            *slot ^= *byte;
        }
        block
    };
    let inner = Sha256::new()
        .chain_update(pad(0x36))
        .chain_update(message)
        .finalize();
    Sha256::new()
        .chain_update(pad(0x5c))
        .chain_update(inner)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_4231_test_case_2() {
        let mac = hmac(b"Jefe", b"what do ya want for nothing?");
        assert_eq!(mac[..6], [0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60]);
    }

    #[test]
    fn keyed_and_stable() {
        let one = FingerprintKey::from_bytes([1; 32]);
        let two = FingerprintKey::from_bytes([2; 32]);
        assert_eq!(fingerprint(&one, "x"), fingerprint(&one, "x"));
        assert_ne!(fingerprint(&one, "x"), fingerprint(&two, "x"));
        assert_eq!(fingerprint(&one, "x").len(), 12);
        assert_eq!(format!("{one:?}"), "FingerprintKey(..)");
    }
}

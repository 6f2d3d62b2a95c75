//! Signed policies: what an organisation hands out, and how it is known to be
//! theirs, whole, in time and not an old one.
//!
//! A bundle is text: a line that names the format, the public key, the Ed25519
//! signature (RFC 8032) over the rest, and the rest, which is JSON. The format's
//! name is part of what is signed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

/// The first line.
const FORMAT: &str = "palisade policy bundle 1";

/// Policy files under one signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// Whose it is; versions are counted by name.
    pub name: String,
    /// Never goes back.
    pub version: u64,
    /// When it was signed, in seconds since 1970.
    pub issued: u64,
    /// When it ends, in seconds since 1970.
    pub expires: u64,
    /// The files, in the order in which they count.
    pub files: Vec<BundleFile>,
}

/// One policy file of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleFile {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Public keys whose bundles count, each in hexadecimal on a line of its own;
/// what follows a space is a comment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedKeys(Vec<VerifyingKey>);

/// The highest version seen of each bundle.
pub type SeenVersions = BTreeMap<String, u64>;

/// Why a bundle does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Not one at all.
    #[error("this is not a policy bundle")]
    NotABundle,
    /// Signed by nobody who is trusted here.
    #[error(
        "it is signed by the key {0}…, which is not among the trusted keys; ask who answers for the policy"
    )]
    UnknownKey(String),
    /// Changed after it was signed.
    #[error("its signature does not fit: it was changed after it was signed")]
    Signature,
    /// Signed, and not understood.
    #[error("it is signed and cannot be read by this version: {0}")]
    Payload(String),
    /// Its time is over.
    #[error("it has expired; a newer one has to be put here")]
    Expired,
    /// An older one than was there before.
    #[error("it is version {version}, and version {seen} was here before")]
    Rollback {
        /// What it says.
        version: u64,
        /// What was seen.
        seen: u64,
    },
}

/// A line that is no public key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {0} is not a public key: 64 hexadecimal digits")]
pub struct NotAKey(pub usize);

impl TrustedKeys {
    /// Reads a list of keys.
    ///
    /// # Errors
    /// Names the line that is none.
    pub fn parse(text: &str) -> Result<Self, NotAKey> {
        let mut keys = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let Some(word) = line.split_whitespace().next() else {
                continue;
            };
            if word.starts_with('#') {
                continue;
            }
            let key = bytes(word).and_then(|b| VerifyingKey::from_bytes(&b).ok());
            keys.push(key.ok_or(NotAKey(index + 1))?);
        }
        Ok(Self(keys))
    }
}

impl Bundle {
    /// The bundle as a file, signed with the key of this seed.
    pub fn seal(&self, seed: &[u8; 32]) -> String {
        let key = SigningKey::from_bytes(seed);
        let payload = serde_json::to_string_pretty(self).unwrap_or_default();
        let signature = key.sign(&signed(&payload));
        format!(
            "{FORMAT}\n{}\n{}\n{payload}\n",
            hex(key.verifying_key().as_bytes()),
            hex(&signature.to_bytes())
        )
    }

    /// The bundle in a file, when one of `keys` signed it.
    ///
    /// # Errors
    /// Says why not.
    pub fn open(text: &str, keys: &TrustedKeys) -> Result<Self, BundleError> {
        let mut lines = text.splitn(4, '\n');
        let mut next = || lines.next().ok_or(BundleError::NotABundle);
        if next()? != FORMAT {
            return Err(BundleError::NotABundle);
        }
        let (key, signature, payload) = (next()?, next()?, next()?);
        let named: [u8; 32] = bytes(key).ok_or(BundleError::NotABundle)?;
        let signature: [u8; 64] = bytes(signature).ok_or(BundleError::NotABundle)?;
        let key = keys
            .0
            .iter()
            .find(|k| *k.as_bytes() == named)
            .ok_or_else(|| BundleError::UnknownKey(key.chars().take(16).collect()))?;
        let payload = payload.strip_suffix('\n').unwrap_or(payload);
        // Strict: no second signature of the same text by the same key.
        key.verify_strict(&signed(payload), &Signature::from_bytes(&signature))
            .map_err(|_| BundleError::Signature)?;
        serde_json::from_str(payload).map_err(|e| BundleError::Payload(e.to_string()))
    }

    /// Whether it counts at `now` (microseconds since 1970) after `seen`.
    ///
    /// # Errors
    /// Says why not.
    pub fn counts(&self, now: u64, seen: &SeenVersions) -> Result<(), BundleError> {
        if now / 1_000_000 >= self.expires {
            return Err(BundleError::Expired);
        }
        match seen.get(&self.name) {
            Some(&seen) if self.version < seen => Err(BundleError::Rollback {
                version: self.version,
                seen,
            }),
            _ => Ok(()),
        }
    }
}

/// The public key of a seed, as a line of trusted keys.
pub fn public_key(seed: &[u8; 32]) -> String {
    hex(SigningKey::from_bytes(seed).verifying_key().as_bytes())
}

/// A seed as it is kept in a file.
pub fn seed_text(seed: &[u8; 32]) -> String {
    hex(seed)
}

/// The seed in a key file.
pub fn seed_of(text: &str) -> Option<[u8; 32]> {
    bytes(text.trim())
}

fn signed(payload: &str) -> Vec<u8> {
    format!("{FORMAT}\n{payload}").into_bytes()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").ok();
        out
    })
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits: Vec<u8> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect::<Option<_>>()?;
    let pairs: Vec<u8> = digits
        .chunks_exact(2)
        .map(|pair| pair.iter().fold(0, |sum, digit| sum * 16 + digit))
        .collect();
    (digits.len() == 2 * N)
        .then(|| pairs.try_into().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle() -> Bundle {
        Bundle {
            name: "acme".into(),
            version: 7,
            issued: 1_000,
            expires: 2_000,
            files: vec![BundleFile {
                name: "10.toml".into(),
                text: "schema = 1\nmode = \"warn\"\n".into(),
            }],
        }
    }

    const SEED: [u8; 32] = [7; 32];

    fn trusted(seed: &[u8; 32]) -> TrustedKeys {
        TrustedKeys::parse(&format!("# ours\n{} acme 2026\n", public_key(seed))).unwrap()
    }

    #[test]
    fn what_was_sealed_opens() {
        let text = bundle().seal(&SEED);
        assert_eq!(Bundle::open(&text, &trusted(&SEED)), Ok(bundle()));
        assert_eq!(seed_of(&seed_text(&SEED)), Some(SEED));
    }

    #[test]
    fn nobody_else_signs() {
        let text = bundle().seal(&[8; 32]);
        assert!(matches!(
            Bundle::open(&text, &trusted(&SEED)),
            Err(BundleError::UnknownKey(_))
        ));
        // Another's signature under the trusted key.
        let own = bundle().seal(&SEED);
        let key = own.lines().nth(1).unwrap();
        let forged = text.replacen(text.lines().nth(1).unwrap(), key, 1);
        assert_eq!(
            Bundle::open(&forged, &trusted(&SEED)),
            Err(BundleError::Signature)
        );
    }

    /// No byte can be changed.
    #[test]
    fn every_change_is_seen() {
        let text = bundle().seal(&SEED);
        let keys = trusted(&SEED);
        for at in 0..text.len() - 1 {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(changed) = String::from_utf8(bytes) else {
                continue;
            };
            // Hexadecimal digits have two spellings.
            if changed.to_lowercase() == text.to_lowercase() {
                continue;
            }
            assert!(Bundle::open(&changed, &keys).is_err(), "{at}");
        }
        for end in 0..text.len() - 1 {
            let cut = text.get(..end).unwrap();
            assert!(Bundle::open(cut, &keys).is_err(), "{end}");
        }
        assert!(Bundle::open(&(text.clone() + "x"), &keys).is_err());
    }

    #[test]
    fn it_ends_and_never_goes_back() {
        let b = bundle();
        let seen = |version| SeenVersions::from([("acme".to_owned(), version)]);
        assert_eq!(b.counts(1_999_999_999, &SeenVersions::new()), Ok(()));
        assert_eq!(
            b.counts(2_000_000_000, &SeenVersions::new()),
            Err(BundleError::Expired)
        );
        assert_eq!(b.counts(1, &seen(7)), Ok(()));
        assert_eq!(
            b.counts(1, &seen(8)),
            Err(BundleError::Rollback {
                version: 7,
                seen: 8
            })
        );
    }

    #[test]
    fn keys_are_read_line_by_line() {
        assert_eq!(TrustedKeys::parse("# none\n\n"), Ok(TrustedKeys::default()));
        assert_eq!(TrustedKeys::parse("# x\nabc\n"), Err(NotAKey(2)));
    }
}

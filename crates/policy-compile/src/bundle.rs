//! Signed policies: what an organisation hands out, and how it is known to be
//! theirs, whole, in time and not an old one.
//!
//! A bundle is JSON under a signature ([`crate::seal`]).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::signed::{SignedError, TrustedKeys, seal, unseal};

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

/// The highest version seen of each bundle.
pub type SeenVersions = BTreeMap<String, u64>;

/// Why a bundle does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Not signed by somebody who is trusted.
    #[error(transparent)]
    Signed(#[from] SignedError),
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

impl Bundle {
    /// The bundle as a file, signed with the key of this seed.
    pub fn seal(&self, seed: &[u8; 32]) -> String {
        let payload = serde_json::to_string_pretty(self).unwrap_or_default();
        seal(FORMAT, &payload, seed)
    }

    /// The bundle in a file, when one of `keys` signed it.
    ///
    /// # Errors
    /// Says why not.
    pub fn open(text: &str, keys: &TrustedKeys) -> Result<Self, BundleError> {
        let (payload, _) = unseal(FORMAT, text, keys)?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signed::{NotAKey, public_key, seed_of, seed_text};

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
            Err(BundleError::Signed(SignedError::UnknownKey(_)))
        ));
        // Another's signature under the trusted key.
        let own = bundle().seal(&SEED);
        let key = own.lines().nth(1).unwrap();
        let forged = text.replacen(text.lines().nth(1).unwrap(), key, 1);
        assert_eq!(
            Bundle::open(&forged, &trusted(&SEED)),
            Err(BundleError::Signed(SignedError::Signature))
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

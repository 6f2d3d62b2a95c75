//! The compiled policy as bytes: magic, format, checksum, payload.
//!
//! Decoding checks the whole before it looks at any of it; a snapshot that is
//! damaged, cut short or of another version is refused, and the caller falls
//! back to the restricted profile.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Table;

const MAGIC: &[u8; 8] = b"PALISADE";
/// Changes whenever the shape or the meaning of the payload does.
const FORMAT: u16 = 8;
const SUM: usize = 32;

/// What a policy file was when the snapshot was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceStamp {
    /// Its path.
    pub path: String,
    /// It was there.
    pub present: bool,
    /// Bytes.
    pub size: u64,
    /// Modification time, in nanoseconds since the epoch.
    pub mtime_ns: i128,
    /// Inode.
    pub ino: u64,
    /// Digest of the content.
    pub sha256: [u8; 32],
}

/// A table with where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The table.
    pub table: Table,
    /// Every file that was read, or would have been had it existed.
    pub sources: Vec<SourceStamp>,
    /// When a signed part of it ends, in microseconds since 1970; 0 for never.
    pub expires: u64,
}

/// Why bytes are not a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// Not one at all.
    #[error("not a compiled policy")]
    NotASnapshot,
    /// Made by another version.
    #[error("compiled by another version (format {0})")]
    Format(u16),
    /// Damaged.
    #[error("the compiled policy is damaged: its checksum does not match")]
    Checksum,
    /// Whole, but not readable by this version.
    #[error("the compiled policy cannot be read by this version")]
    Payload,
}

impl Snapshot {
    /// The bytes to store. Should the table not be serialisable (it always
    /// is), they are empty, which [`Snapshot::decode`] refuses.
    pub fn encode(&self) -> Vec<u8> {
        let Ok(payload) = postcard::to_stdvec(self) else {
            return Vec::new();
        };
        let mut out = Vec::with_capacity(MAGIC.len() + 2 + SUM + payload.len());
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&FORMAT.to_le_bytes());
        out.extend_from_slice(&sum(FORMAT, &payload));
        out.extend_from_slice(&payload);
        out
    }

    /// Reads what [`Snapshot::encode`] wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let rest = bytes
            .strip_prefix(MAGIC)
            .ok_or(SnapshotError::NotASnapshot)?;
        let (format, rest) = rest
            .split_first_chunk::<2>()
            .ok_or(SnapshotError::NotASnapshot)?;
        let format = u16::from_le_bytes(*format);
        if format != FORMAT {
            return Err(SnapshotError::Format(format));
        }
        let (expected, payload) = rest
            .split_first_chunk::<SUM>()
            .ok_or(SnapshotError::NotASnapshot)?;
        if *expected != sum(format, payload) {
            return Err(SnapshotError::Checksum);
        }
        postcard::from_bytes(payload).map_err(|_| SnapshotError::Payload)
    }

    /// Identifies the policy: the checksum that is in the encoded form.
    pub fn digest(&self) -> [u8; 32] {
        postcard::to_stdvec(self).map_or([0; SUM], |payload| sum(FORMAT, &payload))
    }

    /// The digest of an encoded snapshot without decoding it.
    pub fn digest_of(bytes: &[u8]) -> Option<[u8; 32]> {
        let rest = bytes.strip_prefix(MAGIC)?.get(2..)?;
        rest.first_chunk::<SUM>().copied()
    }

    /// A digest in the form the journal keeps: its first 16 hex digits.
    pub fn short(digest: &[u8; 32]) -> String {
        let head = digest.first_chunk::<8>().copied().unwrap_or_default();
        format!("{:016x}", u64::from_be_bytes(head))
    }
}

fn sum(format: u16, payload: &[u8]) -> [u8; SUM] {
    let mut hash = Sha256::new();
    hash.update(format.to_le_bytes());
    hash.update(payload);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use palisade_core::Profile;
    use proptest::prelude::*;

    use super::*;

    fn snapshot() -> Snapshot {
        Snapshot {
            expires: 7,
            table: Table::builtin(Profile::Standard),
            sources: vec![SourceStamp {
                path: "/w/.palisade/policy.toml".into(),
                present: true,
                size: 7,
                mtime_ns: i128::from(i64::MAX) * 3,
                ino: 9,
                sha256: [3; 32],
            }],
        }
    }

    #[test]
    fn comes_back_whole() {
        let s = snapshot();
        let bytes = s.encode();
        assert_eq!(Snapshot::decode(&bytes).unwrap(), s);
        assert_eq!(Snapshot::digest_of(&bytes), Some(s.digest()));
        assert_eq!(Snapshot::short(&s.digest()).len(), 16);
        assert!(bytes.len() < 8 * 1024, "{} bytes", bytes.len());
    }

    #[test]
    fn refuses_what_is_cut_short() {
        let bytes = snapshot().encode();
        for end in [0, 5, 8, 9, 10, 41, 42, bytes.len() - 1] {
            assert!(Snapshot::decode(&bytes[..end]).is_err(), "{end}");
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert!(Snapshot::decode(&longer).is_err());
    }

    proptest! {
        #[test]
        fn refuses_any_changed_byte(at in any::<prop::sample::Index>(), flip in 1_u8..) {
            let mut bytes = snapshot().encode();
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            prop_assert!(Snapshot::decode(&bytes).is_err());
        }

        #[test]
        fn refuses_noise(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(Snapshot::decode(&bytes).is_err());
        }
    }
}

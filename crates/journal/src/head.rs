//! The anchor: which record was the last one that was synced.
//!
//! Without it, cutting whole records off the end of the journal would leave a
//! journal that looks complete. It is a plain file beside the segments: it
//! shows accidents and simple tampering, not somebody who rewrites it too.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

use palisade_files::{FileError, open_read, read_capped, write_atomic};
use rustix::fs::{Mode, OFlags};
use serde::Deserialize;

use crate::canonical::hex;
use crate::frame::hash;
use crate::segment;
use crate::tail::Last;

const NAME: &str = "head";
/// Always this long, so that it is rewritten in place and within one sector.
const BYTES: usize = 512;
const MAX_FRAME: u64 = palisade_core::limits::FRAME_BYTES as u64;

/// The last record that was synced.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Head {
    pub(crate) hash: String,
    pub(crate) len: u64,
    pub(crate) offset: u64,
    pub(crate) segment: String,
    pub(crate) seq: u64,
}

/// What is at the place of the head.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Nothing,
    Damaged,
    Head(Head),
}

impl Head {
    pub(crate) fn new(segment: &str, last: &Last) -> Self {
        Self {
            hash: last.hash.clone(),
            len: last.len,
            offset: last.offset,
            segment: segment.to_owned(),
            seq: last.seq,
        }
    }

    /// The record is still where it was.
    pub(crate) fn confirmed(&self, dir: &Path) -> bool {
        if !segment::is_segment(&self.segment) || self.len > MAX_FRAME {
            return false;
        }
        let Ok(file) = open_read(&dir.join(&self.segment)) else {
            return false;
        };
        let mut frame = vec![0; self.len as usize];
        file.read_exact_at(&mut frame, self.offset).is_ok() && hash(&frame) == self.hash
    }

    /// Eight digits of checksum, a space, JSON, padding, a line end.
    fn encode(&self) -> Vec<u8> {
        let json = format!(
            "{{\"hash\":\"{}\",\"len\":{},\"offset\":{},\"segment\":\"{}\",\"seq\":{},\"v\":1}}",
            self.hash, self.len, self.offset, self.segment, self.seq
        );
        let mut text = format!("{} {json}", checksum(json.as_bytes())).into_bytes();
        text.resize(BYTES - 1, b' ');
        text.push(b'\n');
        text
    }

    pub(crate) fn store(&self, dir: &Path) -> Result<(), FileError> {
        let path = dir.join(NAME);
        let text = self.encode();
        match rustix::fs::open(
            &path,
            OFlags::WRONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW,
            Mode::empty(),
        ) {
            Ok(fd) => File::from(fd)
                .write_all_at(&text, 0)
                .map_err(|e| FileError::new("write", &path, e)),
            // The first one must not be found empty after a power cut.
            Err(rustix::io::Errno::NOENT) => write_atomic(&path, &text, Some(0o600)),
            Err(e) => Err(FileError::new("write", &path, e)),
        }
    }
}

/// Reads the head.
pub(crate) fn load(dir: &Path) -> Found {
    let path = dir.join(NAME);
    let bytes = match read_capped(&path, BYTES) {
        Ok(Some(bytes)) => bytes,
        Err(e) if e.is_not_found() => return Found::Nothing,
        Ok(None) | Err(_) => return Found::Damaged,
    };
    decode(&bytes).map_or(Found::Damaged, Found::Head)
}

fn decode(bytes: &[u8]) -> Option<Head> {
    // Padding included: no byte may change without notice.
    if bytes.len() != BYTES {
        return None;
    }
    let (sum, rest) = bytes.split_at_checked(8)?;
    let text = rest.strip_prefix(b" ")?.strip_suffix(b"\n")?;
    let json = text.trim_ascii_end();
    if checksum(json).as_bytes() != sum || text.iter().skip(json.len()).any(|b| *b != b' ') {
        return None;
    }
    serde_json::from_slice(json).ok()
}

fn checksum(json: &[u8]) -> String {
    hex(&crc32c::crc32c(json).to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_counts() {
        let head = Head {
            hash: "ab".repeat(32),
            len: 900,
            offset: 7,
            segment: segment::name(1),
            seq: 12,
        };
        let text = head.encode();
        assert_eq!(decode(&text), Some(head));
        for at in 0..text.len() {
            for flip in [1, 0x20, 0x80] {
                let mut bad = text.clone();
                bad[at] ^= flip;
                assert_eq!(decode(&bad), None, "byte {at}");
            }
        }
    }
}

//! Small files that are rewritten in place and know when they are damaged.
//!
//! A line `<magic><length> <crc32c>`, then that many bytes with that CRC-32C
//! (8 hex digits). What follows is left over from a longer state and means
//! nothing. One write replaces the content; a power cut in between leaves a
//! wrong checksum.

use std::fs::File;
use std::io;
use std::io::Read as _;
use std::os::unix::fs::FileExt as _;

use crate::canonical::hex;

/// A longer file is not one of ours.
pub(crate) const FILE_BYTES: usize = 4 * 1024 * 1024;

/// What a file holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// Nothing yet.
    Empty,
    /// The bytes that were written.
    Bytes(Vec<u8>),
    /// Something else.
    Damaged,
}

pub(crate) fn read(mut file: &File, magic: &str) -> io::Result<Content> {
    // In one read: its size is known, and every call waits for this.
    let size = usize::try_from(file.metadata()?.len()).unwrap_or(FILE_BYTES);
    let mut bytes = Vec::with_capacity(size.min(FILE_BYTES) + 1);
    io::Read::by_ref(&mut file)
        .take(FILE_BYTES as u64 + 1)
        .read_to_end(&mut bytes)?;
    if bytes.is_empty() {
        return Ok(Content::Empty);
    }
    Ok(body(bytes, magic).map_or(Content::Damaged, Content::Bytes))
}

pub(crate) fn write(file: &File, magic: &str, body: &[u8]) -> io::Result<()> {
    let mut bytes = header(magic, body).into_bytes();
    bytes.extend_from_slice(body);
    file.write_all_at(&bytes, 0)
}

fn header(magic: &str, body: &[u8]) -> String {
    let crc = hex(&crc32c::crc32c(body).to_be_bytes());
    format!("{magic}{} {crc}\n", body.len())
}

fn body(mut bytes: Vec<u8>, magic: &str) -> Option<Vec<u8>> {
    if bytes.len() > FILE_BYTES {
        return None;
    }
    let end = bytes.iter().take(64).position(|b| *b == b'\n')? + 1;
    let (head, rest) = bytes.split_at_checked(end)?;
    let fields = std::str::from_utf8(head).ok()?.strip_prefix(magic)?;
    let length: usize = fields.split(' ').next()?.parse().ok()?;
    let body = rest.get(..length)?;
    if header(magic, body).as_bytes() != head {
        return None;
    }
    bytes.truncate(end + length);
    bytes.drain(..end);
    Some(bytes)
}

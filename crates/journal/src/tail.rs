//! The end of a segment, which is where the next record is chained.

use std::fs::File;
use std::io;

use crate::frame::{envelope, hash};
use crate::scan::{Backward, Piece};

/// The last record of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Last {
    pub(crate) seq: u64,
    pub(crate) hash: String,
    pub(crate) offset: u64,
    pub(crate) len: u64,
}

/// How a segment ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tail {
    /// The last good record; `None` when there is none.
    pub(crate) last: Option<Last>,
    /// Bytes after it.
    pub(crate) torn: u64,
    /// The segment ends in the middle of a line.
    pub(crate) open: bool,
}

/// Looks at the end of the first `size` bytes of `file`.
pub(crate) fn tail(file: &File, size: u64) -> io::Result<Tail> {
    let mut tail = Tail::default();
    let mut scan = Backward::new(ByRef(file), size);
    let mut first = true;
    while let Some(piece) = scan.piece()? {
        match piece {
            Piece::Frame { offset, bytes } => {
                let len = bytes.len() as u64;
                if let Ok(envelope) = envelope(&bytes) {
                    tail.last = Some(Last {
                        seq: envelope.seq,
                        hash: hash(&bytes),
                        offset,
                        len,
                    });
                    return Ok(tail);
                }
                tail.torn += len;
            }
            Piece::Garbage { offset, len } => {
                if first {
                    let mut byte = [0];
                    std::os::unix::fs::FileExt::read_exact_at(file, &mut byte, offset + len - 1)?;
                    tail.open = byte != [crate::frame::LF];
                }
                tail.torn += len;
            }
        }
        first = false;
    }
    Ok(tail)
}

struct ByRef<'a>(&'a File);

impl AsRef<File> for ByRef<'_> {
    fn as_ref(&self) -> &File {
        self.0
    }
}

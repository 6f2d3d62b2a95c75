//! Finding frames in bytes that may be anything.
//!
//! A frame is `RS … LF` and has neither byte inside. Everything else is
//! garbage: it is skipped to the next RS, and counted.

use std::fs::File;
use std::io::{self, BufRead};
use std::os::unix::fs::FileExt;

use palisade_core::limits;

use crate::frame::{LF, RS};

/// More bytes than this without a line end are not two frames run together.
const LINE_BYTES: usize = 2 * limits::FRAME_BYTES + 2;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// `RS … LF`; whether it is a record remains to be seen.
    Frame { offset: u64, bytes: Vec<u8> },
    /// Bytes outside of any frame.
    Garbage { offset: u64, len: u64 },
}

/// Splits a line into the garbage before its last RS and the frame.
/// Without a line end or an RS all of it is garbage.
fn split(offset: u64, mut line: Vec<u8>) -> (Option<Piece>, Option<Piece>) {
    let start = if line.last() == Some(&LF) {
        line.iter().rposition(|b| *b == RS)
    } else {
        None
    };
    // No record is longer.
    let start = start.filter(|s| line.len() - s <= limits::FRAME_BYTES);
    let start = start.unwrap_or(line.len());
    let bytes = line.split_off(start);
    let garbage = (!line.is_empty()).then_some(Piece::Garbage {
        offset,
        len: line.len() as u64,
    });
    let frame = (!bytes.is_empty()).then_some(Piece::Frame {
        offset: offset + start as u64,
        bytes,
    });
    (garbage, frame)
}

/// Pieces from the beginning.
#[derive(Debug)]
pub(crate) struct Forward<R> {
    reader: R,
    offset: u64,
    carry: Vec<u8>,
    next: Option<Piece>,
}

impl<R: BufRead> Forward<R> {
    /// Reads `reader`, whose first byte is at `offset` of the segment.
    pub(crate) const fn new(reader: R, offset: u64) -> Self {
        Self {
            reader,
            offset,
            carry: Vec::new(),
            next: None,
        }
    }

    /// The next piece; `None` at the end.
    pub(crate) fn piece(&mut self) -> io::Result<Option<Piece>> {
        if let Some(piece) = self.next.take() {
            return Ok(Some(piece));
        }
        let mut line = std::mem::take(&mut self.carry);
        let room = LINE_BYTES.saturating_sub(line.len()) as u64;
        io::Read::take(&mut self.reader, room).read_until(LF, &mut line)?;
        if line.is_empty() {
            return Ok(None);
        }
        if line.last() != Some(&LF) && line.len() >= LINE_BYTES {
            // Far too long; a frame may still begin in it.
            if let Some(start) = line.iter().rposition(|b| *b == RS).filter(|s| *s > 0) {
                self.carry = line.split_off(start);
            }
        }
        let offset = self.offset;
        self.offset += line.len() as u64;
        let (garbage, frame) = split(offset, line);
        if garbage.is_some() {
            self.next = frame;
            return Ok(garbage);
        }
        Ok(frame)
    }
}

/// Pieces from the end, reading no more than is asked for.
#[derive(Debug)]
pub(crate) struct Backward<F> {
    file: F,
    /// Where `buffer` begins in the file.
    start: u64,
    buffer: Vec<u8>,
    block: u64,
    next: Option<Piece>,
}

impl<F: AsRef<File>> Backward<F> {
    /// Reads the first `end` bytes of `file`, the last ones first.
    pub(crate) const fn new(file: F, end: u64) -> Self {
        Self {
            file,
            start: end,
            buffer: Vec::new(),
            block: 4 * 1024,
            next: None,
        }
    }

    /// The piece before the last one; `None` at the beginning.
    pub(crate) fn piece(&mut self) -> io::Result<Option<Piece>> {
        if let Some(piece) = self.next.take() {
            return Ok(Some(piece));
        }
        loop {
            let before_last = self.buffer.split_last().map_or(&[][..], |(_, b)| b);
            let line_start = match before_last.iter().rposition(|b| *b == LF) {
                Some(end) => end + 1,
                None if self.start > 0 && self.buffer.len() < LINE_BYTES => {
                    self.fill()?;
                    continue;
                }
                None => 0,
            };
            if self.buffer.is_empty() {
                return Ok(None);
            }
            let line = self.buffer.split_off(line_start);
            let (garbage, frame) = split(self.start + line_start as u64, line);
            if frame.is_some() {
                self.next = garbage;
                return Ok(frame);
            }
            return Ok(garbage);
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        let len = self.block.min(self.start);
        self.block = 64 * 1024;
        self.start -= len;
        let mut bytes = vec![0; len as usize];
        self.file.as_ref().read_exact_at(&mut bytes, self.start)?;
        bytes.append(&mut self.buffer);
        self.buffer = bytes;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::{Cursor, Write};

    struct Own(File);
    impl AsRef<File> for Own {
        fn as_ref(&self) -> &File {
            &self.0
        }
    }

    fn forward(bytes: &[u8]) -> Vec<Piece> {
        let mut scan = Forward::new(Cursor::new(bytes), 0);
        std::iter::from_fn(|| scan.piece().unwrap()).collect()
    }

    fn backward(bytes: &[u8]) -> Vec<Piece> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let mut scan = Backward::new(Own(file), bytes.len() as u64);
        let mut found: Vec<_> = std::iter::from_fn(|| scan.piece().unwrap()).collect();
        found.reverse();
        found
    }

    fn length(pieces: &[Piece]) -> u64 {
        let mut at = 0;
        for piece in pieces {
            let (offset, len) = match piece {
                Piece::Frame { offset, bytes } => (*offset, bytes.len() as u64),
                Piece::Garbage { offset, len } => (*offset, *len),
            };
            assert_eq!(offset, at, "pieces are next to each other");
            assert!(len > 0);
            at += len;
        }
        at
    }

    fn frames(pieces: Vec<Piece>) -> Vec<Piece> {
        pieces
            .into_iter()
            .filter(|p| matches!(p, Piece::Frame { .. }))
            .collect()
    }

    fn chunk() -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![Just(RS), Just(LF), Just(b'x'), any::<u8>()];
        prop_oneof![
            4 => prop::collection::vec(byte, 0..40),
            2 => (0..5_000_usize).prop_map(|n| { let mut v = vec![b'f'; n + 1]; v[0] = RS; v.push(LF); v }),
            1 => (0..150_000_usize).prop_map(|n| vec![b'g'; n]),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn both_directions_see_every_byte_and_the_same_frames(chunks in prop::collection::vec(chunk(), 0..12)) {
            let bytes = chunks.concat();
            let (there, back) = (forward(&bytes), backward(&bytes));
            prop_assert_eq!(length(&there), bytes.len() as u64);
            prop_assert_eq!(length(&back), bytes.len() as u64);
            prop_assert_eq!(frames(there), frames(back));
        }
    }

    #[test]
    fn resynchronises_on_rs() {
        let bytes = b"junk\x1e{torn\x1e{good}\n\x1e{next}\nrest";
        let pieces = forward(bytes);
        assert_eq!(
            pieces,
            [
                Piece::Garbage { offset: 0, len: 10 },
                Piece::Frame {
                    offset: 10,
                    bytes: b"\x1e{good}\n".to_vec()
                },
                Piece::Frame {
                    offset: 18,
                    bytes: b"\x1e{next}\n".to_vec()
                },
                Piece::Garbage { offset: 26, len: 4 },
            ]
        );
        assert_eq!(backward(bytes), pieces);
    }
}

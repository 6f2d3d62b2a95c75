//! Watching the journal grow.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use palisade_files::open_read;

use crate::frame::{LF, Record};
use crate::read::interpret;
use crate::scan::Forward;
use crate::segment;

/// Bytes looked at in one step.
const STEP: u64 = 1024 * 1024;

/// Gives the records that were added since it was last asked.
#[derive(Debug)]
pub struct Follower {
    dir: PathBuf,
    segment: Option<String>,
    offset: u64,
    late: BTreeMap<String, u64>,
}

/// Follows this user's journal below `state_dir`, from now on.
pub fn follow(state_dir: &Path) -> Follower {
    let dir = segment::directory(state_dir);
    let listing = segment::list(&dir);
    let size = |name: &str| {
        open_read(&dir.join(name))
            .ok()
            .and_then(|f| f.metadata().ok())
            .map_or(0, |m| m.len())
    };
    let segment = listing.segments.last().cloned();
    Follower {
        offset: segment.as_deref().map_or(0, size),
        late: listing.late.iter().map(|n| (n.clone(), size(n))).collect(),
        segment,
        dir,
    }
}

impl Follower {
    /// The records since the last call, oldest first; late ones come last.
    /// What is no good record is passed over: verifying tells about it.
    pub fn poll(&mut self) -> Vec<Record> {
        let mut records = Vec::new();
        // Listed before reading: a segment that has a successor is complete.
        let listing = segment::list(&self.dir);
        let newer: Vec<String> = listing
            .segments
            .into_iter()
            .filter(|s| self.segment.as_ref().is_none_or(|now| s > now))
            .collect();
        if let Some(now) = self.segment.clone() {
            self.offset = self.rest(&now, self.offset, &mut records);
        }
        for segment in newer {
            self.offset = self.rest(&segment, 0, &mut records);
            self.segment = Some(segment);
        }
        for name in listing.late {
            let seen = self.late.get(&name).copied().unwrap_or(0);
            let seen = self.rest(&name, seen, &mut records);
            self.late.insert(name, seen);
        }
        records
    }

    /// Reads whole lines after `offset`; returns where it stopped.
    fn rest(&self, name: &str, mut offset: u64, records: &mut Vec<Record>) -> u64 {
        let Ok(file) = open_read(&self.dir.join(name)) else {
            return offset;
        };
        let Ok(size) = file.metadata().map(|m| m.len()) else {
            return offset;
        };
        while offset < size {
            let mut bytes = vec![0; STEP.min(size - offset) as usize];
            if file.read_exact_at(&mut bytes, offset).is_err() {
                break;
            }
            let whole = match bytes.iter().rposition(|b| *b == LF) {
                Some(end) => end + 1,
                // Nothing of ours is that long: it is passed over.
                None if bytes.len() as u64 == STEP => bytes.len(),
                None => break,
            };
            bytes.truncate(whole);
            let mut scan = Forward::new(Cursor::new(bytes), offset);
            while let Ok(Some(piece)) = scan.piece() {
                records.extend(interpret(piece, name));
            }
            offset += whole as u64;
        }
        offset.min(size)
    }
}

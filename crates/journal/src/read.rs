//! Records in order, from either end, without holding a segment in memory.

use std::fs::File;
use std::io::{self, BufReader, Read, Take};
use std::path::{Path, PathBuf};
use std::time::Duration;

use palisade_files::{lock_within, open_read};

use crate::frame::{Record, decode};
use crate::scan::{Backward, Forward, Piece};
use crate::segment;
use crate::verify::Damage;

/// Bytes read of one late file.
const LATE_BYTES: u64 = 64 * 1024 * 1024;
/// A writer is done long before.
const SETTLE: Duration = Duration::from_millis(50);

/// A segment and how much of it was complete when it was looked at.
#[derive(Clone, Debug)]
pub(crate) struct Extent {
    pub(crate) segment: String,
    pub(crate) size: u64,
}

/// A journal as it was between two writes.
#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    /// The segments, oldest first.
    pub(crate) extents: Vec<Result<Extent, Damage>>,
    /// Names of the late files.
    pub(crate) late: Vec<String>,
}

/// Measures the segments. The last one is measured while nobody writes to it,
/// so that a record being written does not look like a torn one.
pub(crate) fn snapshot(dir: &Path) -> Snapshot {
    let mut listing = segment::list(dir);
    // Again when another segment was begun meanwhile.
    for _ in 0..5 {
        let held = listing.segments.last().and_then(|name| {
            let file = open_read(&dir.join(name)).ok()?;
            lock_within(&file, SETTLE).ok()?;
            Some(file)
        });
        let now = segment::list(dir);
        if now.segments == listing.segments {
            let extents = measure(dir, now.segments);
            drop(held);
            return Snapshot {
                extents,
                late: now.late,
            };
        }
        listing = now;
    }
    Snapshot {
        extents: measure(dir, listing.segments),
        late: listing.late,
    }
}

fn measure(dir: &Path, segments: Vec<String>) -> Vec<Result<Extent, Damage>> {
    let size = |segment: &str| -> io::Result<u64> {
        let file = open_read(&dir.join(segment)).map_err(|e| e.source)?;
        Ok(file.metadata()?.len())
    };
    segments
        .into_iter()
        .map(|segment| match size(&segment) {
            Ok(size) => Ok(Extent { segment, size }),
            Err(_) => Err(Damage::unreadable(&segment)),
        })
        .collect()
}

pub(crate) type Source = Forward<BufReader<Take<File>>>;

/// The pieces of one segment.
pub(crate) fn pieces(dir: &Path, extent: &Extent) -> Result<Source, Damage> {
    let file =
        open_read(&dir.join(&extent.segment)).map_err(|_| Damage::unreadable(&extent.segment))?;
    Ok(Forward::new(
        BufReader::with_capacity(64 * 1024, file.take(extent.size)),
        0,
    ))
}

pub(crate) fn interpret(piece: Piece, segment: &str) -> Result<Record, Damage> {
    match piece {
        Piece::Frame { offset, bytes } => decode(&bytes, segment, offset)
            .map_err(|kind| Damage::frame(segment, offset, kind, &bytes)),
        Piece::Garbage { offset, len } => Err(Damage::torn(segment, offset, len)),
    }
}

/// Late records, oldest first, and what could not be read.
fn late(dir: &Path, names: &[String]) -> (Vec<Record>, Vec<Damage>) {
    let (mut records, mut damage) = (Vec::new(), Vec::new());
    for name in names {
        let extent = Extent {
            segment: name.clone(),
            size: LATE_BYTES,
        };
        let mut source = match pieces(dir, &extent) {
            Ok(source) => source,
            Err(e) => {
                damage.push(e);
                continue;
            }
        };
        loop {
            match source.piece() {
                Ok(Some(piece)) => match interpret(piece, name) {
                    Ok(record) => records.push(Record {
                        late: true,
                        ..record
                    }),
                    Err(e) => damage.push(e),
                },
                Ok(None) => break,
                Err(_) => {
                    damage.push(Damage::unreadable(name));
                    break;
                }
            }
        }
    }
    records.sort_by_key(|r| r.ts);
    (records, damage)
}

/// What both directions have in common: late records are put where they
/// belong in time.
#[derive(Debug)]
struct Merge {
    /// The next one last.
    late: Vec<Record>,
    damage: Vec<Damage>,
    pending: Option<Result<Record, Damage>>,
}

impl Merge {
    /// The next item, given how to get one from the segments, and whether a
    /// late record comes before a chained one.
    fn next(
        &mut self,
        chained: impl FnOnce() -> Option<Result<Record, Damage>>,
        before: impl Fn(&Record, &Record) -> bool,
    ) -> Option<Result<Record, Damage>> {
        if let Some(damage) = self.damage.pop() {
            return Some(Err(damage));
        }
        if self.pending.is_none() {
            self.pending = chained();
        }
        let late_first = match (self.late.last(), &self.pending) {
            (Some(late), Some(Ok(record))) => before(late, record),
            (Some(_), None) => true,
            (_, _) => false,
        };
        if late_first {
            return self.late.pop().map(Ok);
        }
        self.pending.take()
    }
}

/// The journal from the oldest record to the newest. See [`read`].
#[derive(Debug)]
pub struct Reader {
    dir: PathBuf,
    /// The next one last.
    extents: Vec<Result<Extent, Damage>>,
    open: Option<(String, Source)>,
    merge: Merge,
}

/// Reads this user's journal below `state_dir`, oldest record first. What is
/// not a good record comes as damage, and reading goes on after it. The chain
/// is not checked here: see [`crate::verify()`].
pub fn read(state_dir: &Path) -> Reader {
    let dir = segment::directory(state_dir);
    let snapshot = snapshot(&dir);
    let (mut late, damage) = late(&dir, &snapshot.late);
    late.reverse();
    let mut extents = snapshot.extents;
    extents.reverse();
    Reader {
        dir,
        extents,
        open: None,
        merge: Merge {
            late,
            damage,
            pending: None,
        },
    }
}

impl Iterator for Reader {
    type Item = Result<Record, Damage>;

    fn next(&mut self) -> Option<Self::Item> {
        let Self {
            dir,
            extents,
            open,
            merge,
        } = self;
        merge.next(
            || loop {
                if let Some((segment, source)) = open {
                    match source.piece() {
                        Ok(Some(piece)) => return Some(interpret(piece, segment)),
                        Ok(None) => *open = None,
                        Err(_) => {
                            let damage = Damage::unreadable(segment);
                            *open = None;
                            return Some(Err(damage));
                        }
                    }
                } else {
                    let opened = extents
                        .pop()?
                        .and_then(|extent| Ok((pieces(dir, &extent)?, extent.segment)));
                    match opened {
                        Ok((source, segment)) => *open = Some((segment, source)),
                        Err(damage) => return Some(Err(damage)),
                    }
                }
            },
            |late, record| late.ts <= record.ts,
        )
    }
}

/// The journal from the newest record to the oldest. See [`read_reverse`].
#[derive(Debug)]
pub struct Reverse {
    dir: PathBuf,
    /// The next one last.
    extents: Vec<Result<Extent, Damage>>,
    open: Option<(String, Backward<Own>)>,
    merge: Merge,
}

#[derive(Debug)]
struct Own(File);

impl AsRef<File> for Own {
    fn as_ref(&self) -> &File {
        &self.0
    }
}

/// Like [`read`], newest record first, in blocks from the end: the first
/// records cost the same however long the journal is.
pub fn read_reverse(state_dir: &Path) -> Reverse {
    let dir = segment::directory(state_dir);
    let snapshot = snapshot(&dir);
    let (late, damage) = late(&dir, &snapshot.late);
    Reverse {
        extents: snapshot.extents,
        dir,
        open: None,
        merge: Merge {
            late,
            damage,
            pending: None,
        },
    }
}

impl Iterator for Reverse {
    type Item = Result<Record, Damage>;

    fn next(&mut self) -> Option<Self::Item> {
        let Self {
            dir,
            extents,
            open,
            merge,
        } = self;
        merge.next(
            || loop {
                if let Some((segment, source)) = open {
                    match source.piece() {
                        Ok(Some(piece)) => return Some(interpret(piece, segment)),
                        Ok(None) => *open = None,
                        Err(_) => {
                            let damage = Damage::unreadable(segment);
                            *open = None;
                            return Some(Err(damage));
                        }
                    }
                } else {
                    let extent = match extents.pop()? {
                        Ok(extent) => extent,
                        Err(damage) => return Some(Err(damage)),
                    };
                    match open_read(&dir.join(&extent.segment)) {
                        Ok(file) => {
                            let source = Backward::new(Own(file), extent.size);
                            *open = Some((extent.segment, source));
                        }
                        Err(_) => return Some(Err(Damage::unreadable(&extent.segment))),
                    }
                }
            },
            |late, record| late.ts > record.ts,
        )
    }
}

/// The last `count` good records, oldest of them first.
pub fn tail(state_dir: &Path, count: usize) -> Vec<Record> {
    let mut records: Vec<Record> = read_reverse(state_dir).flatten().take(count).collect();
    records.reverse();
    records
}

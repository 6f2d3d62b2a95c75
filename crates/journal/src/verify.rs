//! Whether the journal is what was written.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use palisade_core::Timestamp;
use serde::{Deserialize, Serialize};

use crate::frame::{NO_HASH, envelope, hash};
use crate::head::{self, Found, Head};
use crate::read::{Extent, pieces, snapshot};
use crate::scan::Piece;
use crate::segment;

/// Damages listed one by one; more are only counted.
const LISTED: usize = 1_000;

/// How long the first `head` may come after the record it names.
const HEAD_WAIT: Duration = Duration::from_millis(200);

/// What is wrong at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DamageKind {
    /// The content of a record is not what the next one (or `head`) says it was.
    Modified,
    /// Records are not there; [`Damage::seq`] is the first of them.
    Missing,
    /// A record stands where it does not belong, or twice.
    Reordered,
    /// Records at the end that `head` knew are not there.
    Truncated,
    /// Bytes that are no whole record, such as one whose writer was killed.
    Torn,
    /// A record whose checksum is wrong.
    BadChecksum,
    /// A record outside of the chain: it could have been removed unnoticed.
    Late,
    /// `head` is missing or unreadable, so a cut-off end would not be noticed.
    Anchor,
    /// A file that cannot be read.
    Unreadable,
}

impl DamageKind {
    /// The spelling used in every output format.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Modified => "modified",
            Self::Missing => "missing",
            Self::Reordered => "reordered",
            Self::Truncated => "truncated",
            Self::Torn => "torn",
            Self::BadChecksum => "bad-checksum",
            Self::Late => "late",
            Self::Anchor => "anchor",
            Self::Unreadable => "unreadable",
        }
    }

    /// Crashes and stopped processes leave this behind; everything else does
    /// not happen by itself (short of a broken disk).
    pub const fn can_be_an_accident(self) -> bool {
        matches!(self, Self::Torn | Self::Late)
    }
}

/// Something that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Damage {
    /// File name of the segment.
    pub segment: String,
    /// Where in the segment.
    pub offset: u64,
    /// The record, as far as it is known.
    pub seq: Option<u64>,
    /// Number of records; of bytes when torn.
    pub count: u64,
    /// What is wrong.
    pub kind: DamageKind,
}

impl Damage {
    pub(crate) fn at(segment: &str, offset: u64, kind: DamageKind) -> Self {
        Self {
            segment: segment.to_owned(),
            offset,
            seq: None,
            count: 1,
            kind,
        }
    }

    pub(crate) fn torn(segment: &str, offset: u64, bytes: u64) -> Self {
        Self {
            count: bytes,
            ..Self::at(segment, offset, DamageKind::Torn)
        }
    }

    /// The damage of a frame that is no record.
    pub(crate) fn frame(segment: &str, offset: u64, kind: DamageKind, bytes: &[u8]) -> Self {
        if kind == DamageKind::Torn {
            Self::torn(segment, offset, bytes.len() as u64)
        } else {
            Self::at(segment, offset, kind)
        }
    }

    pub(crate) fn unreadable(segment: &str) -> Self {
        Self::at(segment, 0, DamageKind::Unreadable)
    }

    const fn of(mut self, seq: u64) -> Self {
        self.seq = Some(seq);
        self
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            segment,
            offset,
            seq,
            count,
            kind,
        } = self;
        write!(f, "{segment}:{offset}: ")?;
        match (kind, seq) {
            (DamageKind::Missing | DamageKind::Truncated, Some(seq)) if *count > 1 => {
                let last = seq.saturating_add(count - 1);
                write!(f, "records {seq} to {last} are {}", kind.as_str())
            }
            (DamageKind::Torn, _) => write!(f, "{count} bytes of a torn record"),
            (DamageKind::Late, _) => write!(f, "a record outside of the chain"),
            (DamageKind::Anchor, _) => write!(f, "the anchor is missing or unreadable"),
            (DamageKind::Unreadable, _) => write!(f, "cannot be read"),
            (_, Some(seq)) => write!(f, "record {seq}: {}", kind.as_str()),
            (_, None) => write!(f, "a record: {}", kind.as_str()),
        }
    }
}

/// One record, named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Sequence number.
    pub seq: u64,
    /// When it was written.
    pub ts: Timestamp,
    /// Its hash: kept elsewhere, it proves everything up to this record.
    pub hash: String,
}

/// The result of [`verify`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Good records in the chain.
    pub records: u64,
    /// The first of them.
    pub first: Option<Mark>,
    /// The last of them.
    pub last: Option<Mark>,
    /// Number of segments.
    pub segments: usize,
    /// The record `head` names: removing later ones cannot be noticed.
    pub anchored: Option<u64>,
    /// What is wrong, in the order it was found.
    pub damage: Vec<Damage>,
    /// Damages that are not listed because there are too many.
    pub unlisted: u64,
    /// Nothing is wrong.
    pub intact: bool,
}

impl Report {
    /// Something is wrong that crashes do not explain.
    pub fn tampered(&self) -> bool {
        self.unlisted > 0 || self.damage.iter().any(|d| !d.kind.can_be_an_accident())
    }

    fn add(&mut self, damage: Damage) {
        if self.damage.iter().rev().take(4).any(|d| *d == damage) {
            return;
        }
        // Pieces of one torn record are one damage.
        if let Some(last) = self.damage.last_mut()
            && (last.kind, damage.kind) == (DamageKind::Torn, DamageKind::Torn)
            && last.segment == damage.segment
            && last.offset + last.count == damage.offset
        {
            last.count += damage.count;
            return;
        }
        if self.damage.len() < LISTED {
            self.damage.push(damage);
        } else {
            self.unlisted += 1;
        }
    }
}

/// Checks every record of this user's journal below `state_dir`.
pub fn verify(state_dir: &Path) -> Report {
    let dir = segment::directory(state_dir);
    // Before the segments: records that come later are not held against it.
    let head = settled_head(&dir);
    let snapshot = snapshot(&dir);
    let mut walk = Walk {
        head: match &head {
            Found::Head(head) => Some(head.clone()),
            Found::Nothing | Found::Damaged => None,
        },
        ..Walk::default()
    };
    walk.report.segments = snapshot.extents.len();
    for extent in snapshot.extents {
        match extent {
            Ok(extent) => walk.segment(&dir, &extent),
            Err(damage) => walk.unreadable(damage),
        }
    }
    if head == Found::Nothing && walk.anchored {
        // The first one may be about to be written.
        std::thread::sleep(HEAD_WAIT);
        if settled_head(&dir) != Found::Nothing {
            walk.anchored = false;
        }
    }
    walk.finish(&head);
    for name in &snapshot.late {
        walk.late(&dir, name);
    }
    let mut report = walk.report;
    report.intact = report.damage.is_empty() && report.unlisted == 0;
    report
}

/// The head is rewritten in place: give a writer time to be done with it.
fn settled_head(dir: &Path) -> Found {
    for _ in 0..3 {
        match head::load(dir) {
            Found::Damaged => std::thread::sleep(Duration::from_millis(1)),
            found => return found,
        }
    }
    Found::Damaged
}

/// The last good record.
struct Last {
    mark: Mark,
    segment: String,
    offset: u64,
}

#[derive(Default)]
struct Walk {
    report: Report,
    head: Option<Head>,
    head_seen: bool,
    /// A record says that it was anchored.
    anchored: bool,
    last: Option<Last>,
    /// Damaged records since the last good one. Torn ones do not count: whoever
    /// comes after a torn record takes its number.
    bad: u64,
}

impl Walk {
    fn unreadable(&mut self, damage: Damage) {
        self.report.add(damage);
        // Nobody knows how many records there were.
        self.bad = u64::MAX;
    }

    fn segment(&mut self, dir: &Path, extent: &Extent) {
        let mut source = match pieces(dir, extent) {
            Ok(source) => source,
            Err(damage) => return self.unreadable(damage),
        };
        let segment = extent.segment.as_str();
        loop {
            match source.piece() {
                Ok(Some(Piece::Frame { offset, bytes })) => self.frame(segment, offset, &bytes),
                Ok(Some(Piece::Garbage { offset, len })) => {
                    self.report.add(Damage::torn(segment, offset, len));
                }
                Ok(None) => return,
                Err(_) => return self.unreadable(Damage::unreadable(segment)),
            }
        }
    }

    fn frame(&mut self, segment: &str, offset: u64, bytes: &[u8]) {
        let here = |kind| Damage::at(segment, offset, kind);
        let envelope = match envelope(bytes) {
            Ok(envelope) => envelope,
            Err(kind) => {
                let mut damage = Damage::frame(segment, offset, kind, bytes);
                if kind != DamageKind::Torn {
                    let last = self.last.as_ref().map_or(0, |l| l.mark.seq);
                    damage.seq = Some(last.saturating_add(1).saturating_add(self.bad));
                    self.bad = self.bad.saturating_add(1);
                }
                self.report.add(damage);
                return;
            }
        };
        let seq = envelope.seq;
        let mark = Mark {
            seq,
            ts: Timestamp(envelope.ts),
            hash: hash(bytes),
        };
        if let Some(gap) = envelope.gap {
            self.report.add(if gap.seq == 0 {
                here(DamageKind::Anchor)
            } else {
                here(DamageKind::Truncated).of(gap.seq)
            });
        }
        self.anchored |= envelope.sync;
        if let Some(head) = &self.head
            && head.seq == seq
        {
            self.head_seen = true;
            if head.hash != mark.hash {
                self.report.add(here(DamageKind::Modified).of(seq));
            }
        }
        if !self.place(segment, offset, seq, &envelope.prev) {
            return;
        }
        self.report.records += 1;
        if self.report.first.is_none() {
            self.report.first = Some(mark.clone());
        }
        self.last = Some(Last {
            mark,
            segment: segment.to_owned(),
            offset,
        });
        self.bad = 0;
    }

    /// Whether the record goes on from the last one, in whatever way.
    fn place(&mut self, segment: &str, offset: u64, seq: u64, prev: &str) -> bool {
        let here = |kind| Damage::at(segment, offset, kind);
        let (last_seq, last_hash) = match &self.last {
            Some(last) => (last.mark.seq, last.mark.hash.as_str()),
            None => (0, NO_HASH),
        };
        let next = last_seq.saturating_add(1);
        if seq <= last_seq {
            self.report.add(here(DamageKind::Reordered).of(seq));
            // Not missing, then: it is here.
            self.report
                .damage
                .retain(|d| (d.kind, d.seq, d.count) != (DamageKind::Missing, Some(seq), 1));
            return false;
        }
        if seq == next {
            if prev != last_hash {
                // One of the two was changed. The earlier one, if there is
                // one: changing this one would have broken what follows.
                self.report.add(match &self.last {
                    Some(last) => {
                        Damage::at(&last.segment, last.offset, DamageKind::Modified).of(last_seq)
                    }
                    None => here(DamageKind::Modified).of(seq),
                });
            }
        } else if seq - next > self.bad {
            // Damaged records before this one account for the others.
            self.report.add(Damage {
                count: seq - next - self.bad,
                ..here(DamageKind::Missing).of(next.saturating_add(self.bad))
            });
        }
        true
    }

    fn finish(&mut self, found: &Found) {
        let last_seq = self.last.as_ref().map_or(0, |l| l.mark.seq);
        match found {
            Found::Head(head) => {
                self.report.anchored = Some(head.seq);
                let at_head = |kind| Damage::at(&head.segment, head.offset, kind);
                if !self.head_seen && head.seq > last_seq {
                    self.report.add(Damage {
                        count: head.seq - last_seq,
                        ..at_head(DamageKind::Truncated).of(last_seq.saturating_add(1))
                    });
                } else if !self.head_seen && self.report.damage.is_empty() {
                    self.report.add(at_head(DamageKind::Modified).of(head.seq));
                }
            }
            Found::Damaged => self.report.add(Damage::at("head", 0, DamageKind::Anchor)),
            Found::Nothing if self.anchored => {
                self.report.add(Damage::at("head", 0, DamageKind::Anchor));
            }
            Found::Nothing => {}
        }
        self.report.last = self.last.take().map(|l| l.mark);
    }

    fn late(&mut self, dir: &Path, name: &str) {
        let extent = Extent {
            segment: name.to_owned(),
            size: u64::MAX,
        };
        let mut source = match pieces(dir, &extent) {
            Ok(source) => source,
            Err(damage) => return self.report.add(damage),
        };
        loop {
            let damage = match source.piece() {
                Ok(Some(Piece::Frame { offset, bytes })) => {
                    let kind = envelope(&bytes).map_or_else(|kind| kind, |_| DamageKind::Late);
                    Damage::frame(name, offset, kind, &bytes)
                }
                Ok(Some(Piece::Garbage { offset, len })) => Damage::torn(name, offset, len),
                Ok(None) => return,
                Err(_) => return self.report.add(Damage::unreadable(name)),
            };
            self.report.add(damage);
        }
    }
}

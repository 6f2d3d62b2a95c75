//! Adding a record: one lock, one look at the tail, one write.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use palisade_core::{Clock, Event, SystemClock};
use palisade_files::{
    FileError, Lock, create_private_dir, lock_within, open_append, read_capped, sync_dir, unlock,
};
use rustix::process::Resource;
use rustix::time::ClockId;

use crate::JournalError;
use crate::canonical::hex;
use crate::frame::{Body, Gap, LF, NO_HASH, RS, Stamp, encode, hash};
use crate::head::{self, Found, Head};
use crate::segment::{self, SEGMENT_BYTES};
use crate::tail::{Last, Tail, tail};

/// How long the lock is waited for before looking whether anybody gets
/// anything done.
const LOCK_WAIT: Duration = Duration::from_millis(2);
/// When nobody has written for this long, the holder was stopped. Holding it
/// takes microseconds, but a busy machine may take the processor away.
const LOCK_STALL: Duration = Duration::from_millis(20);
/// Longest wait, even when others make progress.
const LOCK_WAIT_MAX: Duration = Duration::from_millis(200);
/// Writing `head` takes one write; the first time, a sync.
const HEAD_LOCK_WAIT: Duration = Duration::from_secs(1);
/// Segments looked at before giving up on chaining; each is one rotation or
/// one file that was replaced under our hands.
const TRIES: usize = 8;

/// What a record survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Written: survives the end of the process, not a power cut.
    Buffered,
    /// Synced to the disk and anchored in `head`.
    Synced,
}

/// A record that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Its identifier.
    pub id: String,
    /// Its sequence number; 0 when it could not be chained.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
    /// It went to a late file because the lock was not to be had.
    pub late: bool,
}

/// The journal of this user, open for appending.
#[derive(Debug)]
pub struct Journal {
    dir: PathBuf,
    boot_id: String,
    segment_bytes: u64,
}

/// A segment whose lock we hold, and how it ends.
struct Current {
    name: String,
    file: File,
    size: u64,
    tail: Tail,
    /// The segment it follows, if this one is empty.
    from: Option<String>,
    /// That segment, to be synced: nobody will come back to it.
    full: Option<File>,
}

enum Step {
    Chain(Box<Current>),
    /// Look again: the segment was replaced or another one is current.
    Again,
    /// The lock is not to be had.
    Busy,
}

impl Journal {
    /// Opens the journal of this user below `state_dir`, creating it.
    pub fn open(state_dir: &Path) -> Result<Self, JournalError> {
        let dir = segment::directory(state_dir);
        create_private_dir(&dir)?;
        Ok(Self {
            dir,
            boot_id: boot_id(),
            segment_bytes: SEGMENT_BYTES,
        })
    }

    /// The same journal with segments of another size than [`SEGMENT_BYTES`].
    pub const fn with_segment_bytes(mut self, bytes: u64) -> Self {
        self.segment_bytes = bytes;
        self
    }

    /// Adds a record. Texts have to be redacted before.
    ///
    /// An event that is too long for a frame is shortened. When another
    /// process keeps the lock, the record goes to a late file instead.
    pub fn append(&self, event: &Event, durability: Durability) -> Result<Appended, JournalError> {
        let body = Body::new(event);
        let ts = SystemClock.now().0;
        let id = uuid7(ts);
        let stamp = Stamp {
            boot_id: &self.boot_id,
            id: &id,
            mono_ns: monotonic_ns(),
            pid: std::process::id(),
            ts,
            ..Stamp::default()
        };
        match self.current()? {
            Some(current) => self.chain(&body, stamp, &current, durability),
            None => self.late(&body, stamp, durability),
        }
    }

    /// Syncs what was written and anchors it in `head`, as at the end of a
    /// session. Returns the sequence number of the last record.
    pub fn anchor(&self) -> Result<Option<u64>, JournalError> {
        let Some(current) = self.current()? else {
            return Ok(None);
        };
        let Some(last) = &current.tail.last else {
            return Ok(None);
        };
        // The last record may be in the segment before.
        let name = current.from.as_deref().unwrap_or(&current.name);
        // What is missing must stay visible: only a record may say so.
        let gap = self.gap();
        unlock(&current.file);
        sync(&current.file, &self.dir.join(&current.name))?;
        if gap.is_none() {
            self.advance(&Head::new(name, last))?;
        }
        Ok(Some(last.seq))
    }

    fn chain<'a>(
        &self,
        body: &Body,
        mut stamp: Stamp<'a>,
        current: &'a Current,
        durability: Durability,
    ) -> Result<Appended, JournalError> {
        let synced = durability == Durability::Synced;
        let (seq, prev) = match &current.tail.last {
            Some(last) => (last.seq.saturating_add(1), last.hash.as_str()),
            None => (1, NO_HASH),
        };
        stamp.seq = seq;
        stamp.prev = prev;
        stamp.from = current.from.as_deref();
        stamp.torn = current.tail.torn;
        stamp.sync = synced;
        stamp.gap = if synced { self.gap() } else { None };
        let frame = encode(body, &stamp);
        let path = self.dir.join(&current.name);
        // After a torn record, a new line for readers that go by lines. An RS
        // goes before its end, so that it cannot make the torn one complete.
        let lead: &[u8] = if current.tail.open { &[RS, LF] } else { &[] };
        let bytes = if lead.is_empty() {
            Cow::Borrowed(&frame)
        } else {
            Cow::Owned([lead, &frame].concat())
        };
        write_once(&current.file, &path, &bytes, current.size)?;
        // Syncing takes a thousand times as long: others go on meanwhile.
        unlock(&current.file);
        if let Some(full) = &current.full {
            sync(full, &path)?;
        }
        let hash = hash(&frame);
        if synced {
            sync(&current.file, &path)?;
            // The segment may be new, and not by us.
            sync_dir(&self.dir)?;
            let last = Last {
                seq,
                hash: hash.clone(),
                offset: current.size + lead.len() as u64,
                len: frame.len() as u64,
            };
            self.advance(&Head::new(&current.name, &last))?;
        }
        Ok(Appended {
            id: stamp.id.to_owned(),
            seq,
            hash,
            late: false,
        })
    }

    fn late(
        &self,
        body: &Body,
        mut stamp: Stamp<'_>,
        durability: Durability,
    ) -> Result<Appended, JournalError> {
        stamp.prev = NO_HASH;
        let path = self.dir.join(segment::late_name(stamp.pid));
        let file = open_append(&path, 0o600)?;
        let size = file
            .metadata()
            .map_err(|e| FileError::new("append to", &path, e))?
            .len();
        let frame = encode(body, &stamp);
        write_once(&file, &path, &frame, size)?;
        if durability == Durability::Synced {
            sync(&file, &path)?;
            sync_dir(&self.dir)?;
        }
        Ok(Appended {
            id: stamp.id.to_owned(),
            seq: 0,
            hash: hash(&frame),
            late: true,
        })
    }

    /// Puts `head` forward, never back. When somebody is stopped while doing
    /// the same, the one before stays: it is older, not wrong.
    fn advance(&self, head: &Head) -> Result<(), JournalError> {
        let lock = match Lock::exclusive(&self.dir.join("head.lock"), HEAD_LOCK_WAIT) {
            Ok(lock) => lock,
            Err(e) if e.is_timeout() => return Ok(()),
            Err(e) => return Err(e.into()),
        };
        match head::load(&self.dir) {
            Found::Head(now) if now.seq >= head.seq && now.confirmed(&self.dir) => {}
            _ => head.store(&self.dir)?,
        }
        drop(lock);
        Ok(())
    }

    /// What `head` names and is not there any more.
    fn gap(&self) -> Option<Gap> {
        match head::load(&self.dir) {
            Found::Nothing => None,
            Found::Damaged => Some(Gap {
                hash: String::new(),
                seq: 0,
            }),
            Found::Head(head) if head.confirmed(&self.dir) => None,
            Found::Head(head) => Some(Gap {
                hash: head.hash,
                seq: head.seq,
            }),
        }
    }

    /// The segment to append to, locked; `None` when the lock is not to be had.
    fn current(&self) -> Result<Option<Current>, JournalError> {
        for _ in 0..TRIES {
            match self.newest(segment::list(&self.dir).segments)? {
                Step::Chain(current) => return Ok(Some(*current)),
                Step::Busy => return Ok(None),
                Step::Again => {}
            }
        }
        Ok(None)
    }

    /// The segment to append to, given which ones there were a moment ago.
    fn newest(&self, mut segments: Vec<String>) -> Result<Step, JournalError> {
        let name = segments.pop().unwrap_or_else(|| segment::name(1));
        let mut step = self.locked(name, None)?;
        // An empty segment, or one with nothing but garbage, follows the last
        // record of the segment before it.
        if let Step::Chain(current) = &mut step
            && current.tail.last.is_none()
            && let Some((name, last)) = self.last_before(segments)?
        {
            current.tail.last = Some(last);
            current.from = Some(name);
        }
        // Others may have filled several segments while we waited: nothing is
        // ever written to a full one, or its successor would not follow it.
        for _ in 0..TRIES {
            let Step::Chain(current) = &step else {
                return Ok(step);
            };
            let next = match &current.tail.last {
                Some(last) if current.size >= self.segment_bytes => {
                    segment::name(last.seq.saturating_add(1))
                }
                _ => return Ok(step),
            };
            if next <= current.name {
                return Ok(step);
            }
            let follows = current.tail.last.clone().map(|l| (current.name.clone(), l));
            let before = std::mem::replace(&mut step, self.locked(next, follows)?);
            if let (Step::Chain(now), Step::Chain(before)) = (&mut step, before)
                && now.from.is_some()
            {
                unlock(&before.file);
                now.full = Some(before.file);
            }
        }
        Ok(Step::Again)
    }

    fn locked(&self, name: String, follows: Option<(String, Last)>) -> Result<Step, JournalError> {
        let path = self.dir.join(&name);
        let fail = |e: io::Error| FileError::new("append to", &path, e);
        let file = open_append(&path, 0o600)?;
        if !lock_while_others_write(&file).map_err(fail)? {
            return Ok(Step::Busy);
        }
        let held = rustix::fs::fstat(&file).map_err(|e| fail(e.into()))?;
        match rustix::fs::lstat(&path) {
            Ok(named) if (named.st_dev, named.st_ino) == (held.st_dev, held.st_ino) => {}
            _ => return Ok(Step::Again),
        }
        let size = u64::try_from(held.st_size).unwrap_or(0);
        let mut end = tail(&file, size).map_err(fail)?;
        let mut from = None;
        if end.last.is_none()
            && let Some((previous, last)) = follows
        {
            end.last = Some(last);
            from = Some(previous);
        }
        Ok(Step::Chain(Box::new(Current {
            name,
            file,
            size,
            tail: end,
            from,
            full: None,
        })))
    }

    /// The last record in `segments`, looking at the newest first.
    fn last_before(
        &self,
        mut segments: Vec<String>,
    ) -> Result<Option<(String, Last)>, JournalError> {
        while let Some(name) = segments.pop() {
            let path = self.dir.join(&name);
            let fail = |e: io::Error| FileError::new("read", &path, e);
            let file = palisade_files::open_read(&path)?;
            let size = file.metadata().map_err(fail)?.len();
            if let Some(last) = tail(&file, size).map_err(fail)?.last {
                return Ok(Some((name, last)));
            }
        }
        Ok(None)
    }
}

/// Waits for the lock as long as those who hold it get something done.
fn lock_while_others_write(file: &File) -> io::Result<bool> {
    let start = Instant::now();
    let (mut size, mut grown) = (file.metadata()?.len(), start);
    while !lock_within(file, LOCK_WAIT)? {
        let now = Instant::now();
        let len = file.metadata()?.len();
        if len != size {
            (size, grown) = (len, now);
        }
        if now - grown >= LOCK_STALL || now - start >= LOCK_WAIT_MAX {
            return Ok(false);
        }
    }
    Ok(true)
}

/// One `write(2)` at the end of a file of `size` bytes that nobody else
/// writes to at this moment. A part that was written is taken back.
fn write_once(file: &File, path: &Path, bytes: &[u8], size: u64) -> Result<(), JournalError> {
    let fail = |e: io::Error| JournalError::from(FileError::new("append to", path, e));
    // Beyond the limit the kernel sends a signal that ends the process.
    if let Some(limit) = rustix::process::getrlimit(Resource::Fsize).current
        && size.saturating_add(bytes.len() as u64) > limit
    {
        return Err(fail(rustix::io::Errno::FBIG.into()));
    }
    let mut out = file;
    let written = loop {
        match out.write(bytes) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            other => break other.map_err(fail)?,
        }
    };
    if written == bytes.len() {
        return Ok(());
    }
    // A regular file takes less than everything only when it cannot grow.
    file.set_len(size).map_err(fail)?;
    Err(fail(io::ErrorKind::StorageFull.into()))
}

fn sync(file: &File, path: &Path) -> Result<(), FileError> {
    file.sync_data()
        .map_err(|e| FileError::new("sync", path, e))
}

/// The first eight digits of the kernel's boot id.
fn boot_id() -> String {
    let text = read_capped(Path::new("/proc/sys/kernel/random/boot_id"), 64);
    let digits: String = text
        .ok()
        .flatten()
        .unwrap_or_default()
        .into_iter()
        .take(8)
        .filter(u8::is_ascii_hexdigit)
        .map(char::from)
        .collect();
    if digits.len() == 8 {
        digits
    } else {
        "00000000".into()
    }
}

fn monotonic_ns() -> u64 {
    let now = rustix::time::clock_gettime(ClockId::Monotonic);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    let nanos = u64::try_from(now.tv_nsec).unwrap_or(0);
    seconds.saturating_mul(1_000_000_000).saturating_add(nanos)
}

/// A version 7 UUID for a time in microseconds.
fn uuid7(micros: u64) -> String {
    let mut bytes = [0_u8; 16];
    if getrandom::fill(&mut bytes).is_err() {
        // Uniqueness is all that is needed.
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let process = u128::from(std::process::id()) << 32;
        bytes = (process | u128::from(NEXT.fetch_add(1, Ordering::Relaxed))).to_be_bytes();
    }
    let time = u128::from(micros / 1_000) << 80;
    let low = u128::from_be_bytes(bytes) & ((1 << 80) - 1);
    // Version 7 and the variant of RFC 9562 take six of the random bits.
    let fixed = low & !(0xF << 76) & !(0b11 << 62) | (7 << 76) | (0b10 << 62);
    let mut text = hex(&(time | fixed).to_be_bytes());
    for at in [20, 16, 12, 8] {
        text.insert(at, '-');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_of_version_7_and_ordered() {
        let (a, b) = (uuid7(1_000_000_000), uuid7(1_000_001_000));
        assert!(a < b);
        assert_eq!(a.len(), 36);
        assert!(a.starts_with("0000000f-4240-7"), "{a}");
        assert!(b"89ab".contains(&a.as_bytes()[19]) && a.as_bytes()[23] == b'-');
    }

    #[test]
    fn a_stale_listing_leads_to_the_newest_segment() {
        let state = tempfile::tempdir().unwrap();
        let journal = Journal::open(state.path()).unwrap().with_segment_bytes(900);
        for _ in 0..7 {
            journal
                .append(&Event::default(), Durability::Buffered)
                .unwrap();
        }
        let all = segment::list(&journal.dir).segments;
        assert!(all.len() > 2 && all.len() < TRIES, "{all:?}");
        for known in 0..=all.len() {
            let Step::Chain(current) = journal.newest(all[..known].to_vec()).unwrap() else {
                panic!("not chained");
            };
            assert!(
                current.size < 900 && current.name >= all[all.len() - 1],
                "{known}"
            );
            assert_eq!(current.tail.last.unwrap().seq, 7);
        }
    }

    #[test]
    fn boot_id_is_eight_digits() {
        assert_eq!(boot_id().len(), 8);
    }
}

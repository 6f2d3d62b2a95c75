//! Git's objects, read from its own files: commits, trees and contents that
//! are about to leave (gitformat-pack, gitrepository-layout).
//!
//! Everything is bounded by a [`Budget`]: objects, bytes and time. Reading
//! that ends at it says so; it never says "nothing there".

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

/// Objects read for one push.
const OBJECTS: u32 = 20_000;
/// Bytes they have, inflated.
const BYTES: usize = 96 * 1024 * 1024;
/// Time for all of it; far below the deadline of the hook.
const TIME: Duration = Duration::from_millis(700);
/// A longer commit or tree is not read.
const CONTROL_BYTES: usize = 8 * 1024 * 1024;
/// Deltas on top of each other.
const DELTAS: usize = 64;
/// Packs of a repository.
const PACKS: usize = 512;

/// A SHA-1 object name.
pub(crate) type Id = [u8; 20];

/// Why an object cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is not in this repository: a shallow or partial clone.
    Missing,
    /// It is larger than what is read.
    Large(usize),
    /// The budget is used up.
    Budget,
    /// It is not what git writes.
    Damaged,
}

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Commit,
    Tree,
    Blob,
    Tag,
}

impl Kind {
    fn from_name(name: &[u8]) -> Option<Self> {
        match name {
            b"commit" => Some(Self::Commit),
            b"tree" => Some(Self::Tree),
            b"blob" => Some(Self::Blob),
            b"tag" => Some(Self::Tag),
            _ => None,
        }
    }

    const fn from_number(n: u8) -> Option<Self> {
        match n {
            1 => Some(Self::Commit),
            2 => Some(Self::Tree),
            3 => Some(Self::Blob),
            4 => Some(Self::Tag),
            _ => None,
        }
    }
}

/// An object with all deltas applied.
type Whole = (Kind, Rc<Vec<u8>>);

#[derive(Debug)]
struct Pack {
    index: File,
    path: PathBuf,
    data: OnceCell<Option<File>>,
    fanout: Vec<u32>,
}

/// The objects of a repository.
#[derive(Debug)]
pub(crate) struct Objects {
    folders: Vec<PathBuf>,
    packs: OnceCell<Vec<Pack>>,
    /// What deltas stand on, by pack and offset.
    bases: RefCell<HashMap<(usize, u64), Whole>>,
    objects: Cell<u32>,
    bytes: Cell<usize>,
    until: Instant,
}

impl Objects {
    /// The objects below `common`, the directory shared by all worktrees.
    pub(crate) fn of(common: &Path) -> Self {
        let own = common.join("objects");
        let mut folders = vec![own.clone()];
        let alternates = palisade_files::read_capped(&own.join("info/alternates"), 64 * 1024);
        if let Ok(Some(text)) = alternates {
            let text = String::from_utf8_lossy(&text).into_owned();
            folders.extend(text.lines().take(8).map(|line| own.join(line.trim())));
        }
        Self {
            folders,
            packs: OnceCell::new(),
            bases: RefCell::default(),
            objects: Cell::new(OBJECTS),
            bytes: Cell::new(BYTES),
            until: Instant::now() + TIME,
        }
    }

    /// Whether more may be read.
    pub(crate) fn in_budget(&self) -> bool {
        self.objects.get() > 0 && self.bytes.get() > 0 && Instant::now() < self.until
    }

    fn spend(&self, bytes: usize) -> Result<(), Unread> {
        self.objects.set(self.objects.get().saturating_sub(1));
        self.bytes.set(self.bytes.get().saturating_sub(bytes));
        if self.in_budget() {
            Ok(())
        } else {
            Err(Unread::Budget)
        }
    }

    /// A commit, tree or tag.
    pub(crate) fn control(&self, id: &Id) -> Result<(Kind, Vec<u8>), Unread> {
        self.read(id, CONTROL_BYTES)
    }

    /// An object of at most `max` bytes.
    pub(crate) fn read(&self, id: &Id, max: usize) -> Result<(Kind, Vec<u8>), Unread> {
        let (kind, bytes) = match self.loose(id, max) {
            Err(Unread::Missing) => self.packed(id, max)?,
            other => other?,
        };
        self.spend(bytes.len())?;
        Ok((kind, bytes))
    }

    fn loose(&self, id: &Id, max: usize) -> Result<(Kind, Vec<u8>), Unread> {
        let name = hex(id);
        let (dir, file) = name.split_at_checked(2).ok_or(Unread::Damaged)?;
        for folder in &self.folders {
            let path = folder.join(dir).join(file);
            let Ok(meta) = std::fs::metadata(&path) else {
                continue;
            };
            // Stored data is at most a little longer than what it holds.
            let stored = usize::try_from(meta.len()).unwrap_or(usize::MAX);
            if stored > max.saturating_mul(2).saturating_add(64 * 1024) {
                return Err(Unread::Large(stored));
            }
            let bytes = palisade_files::read_capped(&path, stored.saturating_add(1))
                .ok()
                .flatten()
                .ok_or(Unread::Damaged)?;
            let whole = inflate(&bytes, max.saturating_add(64))?;
            let nul = whole.iter().position(|b| *b == 0).ok_or(Unread::Damaged)?;
            let (head, body) = whole.split_at_checked(nul + 1).ok_or(Unread::Damaged)?;
            let kind = head.split(|b| *b == b' ').next().unwrap_or_default();
            let kind = Kind::from_name(kind).ok_or(Unread::Damaged)?;
            return Ok((kind, body.to_vec()));
        }
        Err(Unread::Missing)
    }

    fn packs(&self) -> &[Pack] {
        self.packs.get_or_init(|| {
            let mut out = Vec::new();
            for folder in &self.folders {
                let Ok(entries) = std::fs::read_dir(folder.join("pack")) else {
                    continue;
                };
                for entry in entries.flatten().take(PACKS * 4) {
                    let path = entry.path();
                    if path.extension().is_some_and(|e| e == "idx")
                        && out.len() < PACKS
                        && let Some(pack) = Pack::open(&path)
                    {
                        out.push(pack);
                    }
                }
            }
            out
        })
    }

    fn packed(&self, id: &Id, max: usize) -> Result<(Kind, Vec<u8>), Unread> {
        let found = self
            .packs()
            .iter()
            .enumerate()
            .find_map(|(n, pack)| Some((n, pack.offset(id)?)));
        let (pack, offset) = found.ok_or(Unread::Missing)?;
        let (kind, bytes) = self.at(pack, offset, max)?;
        Ok((kind, bytes.to_vec()))
    }

    /// The object at an offset, deltas applied.
    fn at(&self, pack: usize, offset: u64, max: usize) -> Result<Whole, Unread> {
        let mut deltas: Vec<Vec<u8>> = Vec::new();
        let (mut pack, mut at) = (pack, offset);
        let (kind, mut bytes) = loop {
            if let Some((kind, bytes)) = self.bases.borrow().get(&(pack, at)) {
                break (*kind, Rc::clone(bytes));
            }
            let stored = self.packs().get(pack).ok_or(Unread::Damaged)?.entry(at)?;
            if stored.size > max {
                return Err(Unread::Large(stored.size));
            }
            let body = inflate(&stored.data, stored.size)?;
            match stored.base {
                Base::None(kind) => {
                    let bytes = Rc::new(body);
                    let mut bases = self.bases.borrow_mut();
                    if bases.len() < 4_096 && bytes.len() < 256 * 1024 {
                        bases.insert((pack, at), (kind, Rc::clone(&bytes)));
                    }
                    break (kind, bytes);
                }
                Base::Offset(base) => at = base,
                Base::Id(id) => {
                    let place = self
                        .packs()
                        .iter()
                        .enumerate()
                        .find_map(|(n, p)| Some((n, p.offset(&id)?)));
                    (pack, at) = place.ok_or(Unread::Missing)?;
                }
            }
            deltas.push(body);
            if deltas.len() > DELTAS {
                return Err(Unread::Damaged);
            }
            self.spend(0)?;
        };
        while let Some(delta) = deltas.pop() {
            bytes = Rc::new(patched(&bytes, &delta, max)?);
        }
        Ok((kind, bytes))
    }
}

enum Base {
    None(Kind),
    Offset(u64),
    Id(Id),
}

struct Stored {
    base: Base,
    size: usize,
    data: Vec<u8>,
}

impl Pack {
    fn open(path: &Path) -> Option<Self> {
        let index = palisade_files::open_read(path).ok()?;
        let mut head = [0; 8 + 256 * 4];
        index.read_exact_at(&mut head, 0).ok()?;
        let (magic, fanout) = head.split_at_checked(8)?;
        // Version 2, since 2007.
        if magic != [0xff, b't', b'O', b'c', 0, 0, 0, 2] {
            return None;
        }
        let (numbers, _) = fanout.as_chunks::<4>();
        Some(Self {
            index,
            path: path.with_extension("pack"),
            data: OnceCell::new(),
            fanout: numbers.iter().map(|n| u32::from_be_bytes(*n)).collect(),
        })
    }

    fn offset(&self, id: &Id) -> Option<u64> {
        const HEAD: u64 = 8 + 256 * 4;
        let first = usize::from(*id.first()?);
        let mut low = match first {
            0 => 0,
            n => u64::from(*self.fanout.get(n - 1)?),
        };
        let mut high = u64::from(*self.fanout.get(first)?);
        let total = u64::from(*self.fanout.last()?);
        while low < high {
            let middle = low.midpoint(high);
            let mut name = [0; 20];
            self.index
                .read_exact_at(&mut name, HEAD + middle * 20)
                .ok()?;
            match name.cmp(id) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => {
                    let offsets = HEAD + total * (20 + 4);
                    let mut four = [0; 4];
                    self.index
                        .read_exact_at(&mut four, offsets + middle * 4)
                        .ok()?;
                    let short = u32::from_be_bytes(four);
                    if short & 0x8000_0000 == 0 {
                        return Some(u64::from(short));
                    }
                    let mut eight = [0; 8];
                    let long = offsets + total * 4 + u64::from(short & 0x7fff_ffff) * 8;
                    self.index.read_exact_at(&mut eight, long).ok()?;
                    return Some(u64::from_be_bytes(eight));
                }
            }
        }
        None
    }

    fn entry(&self, at: u64) -> Result<Stored, Unread> {
        let data = self
            .data
            .get_or_init(|| palisade_files::open_read(&self.path).ok())
            .as_ref()
            .ok_or(Unread::Missing)?;
        let mut head = [0; 64];
        let got = data.read_at(&mut head, at).map_err(|_| Unread::Damaged)?;
        let mut head = head.get(..got).unwrap_or_default().iter().copied();
        let mut used: u64 = 0;
        let mut next = || {
            used += 1;
            head.next().ok_or(Unread::Damaged)
        };
        let mut byte = next()?;
        let number = (byte >> 4) & 7;
        let mut size = usize::from(byte & 15);
        let mut shift = 4;
        while byte & 0x80 != 0 {
            byte = next()?;
            if shift > 40 {
                return Err(Unread::Damaged);
            }
            size |= usize::from(byte & 0x7f) << shift;
            shift += 7;
        }
        let base = match number {
            6 => {
                byte = next()?;
                let mut back = u64::from(byte & 0x7f);
                while byte & 0x80 != 0 {
                    byte = next()?;
                    back = (back + 1)
                        .checked_mul(128)
                        .and_then(|b| b.checked_add(u64::from(byte & 0x7f)))
                        .ok_or(Unread::Damaged)?;
                }
                Base::Offset(at.checked_sub(back).ok_or(Unread::Damaged)?)
            }
            7 => {
                let mut id = [0; 20];
                for slot in &mut id {
                    *slot = next()?;
                }
                Base::Id(id)
            }
            n => Base::None(Kind::from_number(n).ok_or(Unread::Damaged)?),
        };
        if size > BYTES {
            return Err(Unread::Large(size));
        }
        // Deflate never makes much more of it than it was.
        let mut bytes = vec![0; size + size / 512 + 256];
        let got = data
            .read_at(&mut bytes, at + used)
            .map_err(|_| Unread::Damaged)?;
        bytes.truncate(got);
        Ok(Stored {
            base,
            size,
            data: bytes,
        })
    }
}

fn inflate(bytes: &[u8], max: usize) -> Result<Vec<u8>, Unread> {
    use miniz_oxide::inflate::TINFLStatus;
    decompress_to_vec_zlib_with_limit(bytes, max.max(1)).map_err(|e| match e.status {
        TINFLStatus::HasMoreOutput => Unread::Large(max),
        _ => Unread::Damaged,
    })
}

/// Applies a delta (gitformat-pack, "Deltified representation").
fn patched(base: &[u8], delta: &[u8], max: usize) -> Result<Vec<u8>, Unread> {
    let mut bytes = delta.iter().copied();
    let mut number = || {
        let (mut value, mut shift) = (0_usize, 0);
        loop {
            let byte = bytes.next().ok_or(Unread::Damaged)?;
            if shift > 56 {
                return Err(Unread::Damaged);
            }
            value |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
    };
    let from = number()?;
    let size = number()?;
    if from != base.len() {
        return Err(Unread::Damaged);
    }
    if size > max {
        return Err(Unread::Large(size));
    }
    let mut out = Vec::with_capacity(size);
    while let Some(op) = bytes.next() {
        if op & 0x80 == 0 {
            for _ in 0..op {
                out.push(bytes.next().ok_or(Unread::Damaged)?);
            }
            continue;
        }
        let mut part = |bits: std::ops::Range<u32>| {
            let mut value = 0_usize;
            for (place, bit) in bits.enumerate() {
                if op & (1 << bit) != 0 {
                    let byte = bytes.next().ok_or(Unread::Damaged)?;
                    value |= usize::from(byte) << (8 * place);
                }
            }
            Ok(value)
        };
        let offset = part(0..4)?;
        let length = match part(4..7)? {
            0 => 0x10000,
            n => n,
        };
        let end = offset.checked_add(length).ok_or(Unread::Damaged)?;
        let copied = base.get(offset..end).ok_or(Unread::Damaged)?;
        if out.len() + copied.len() > size {
            return Err(Unread::Damaged);
        }
        out.extend_from_slice(copied);
    }
    if out.len() == size {
        Ok(out)
    } else {
        Err(Unread::Damaged)
    }
}

/// The name in hexadecimal.
pub(crate) fn hex(id: &[u8]) -> String {
    use std::fmt::Write as _;
    id.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").ok();
        out
    })
}

/// The id a hexadecimal name stands for.
pub(crate) fn id(name: &str) -> Option<Id> {
    let name = name.trim().as_bytes();
    if name.len() != 40 {
        return None;
    }
    let mut out = [0; 20];
    let (pairs, _) = name.as_chunks::<2>();
    for (slot, [a, b]) in out.iter_mut().zip(pairs) {
        let digit = |c: u8| {
            char::from(c)
                .to_digit(16)
                .and_then(|d| u8::try_from(d).ok())
        };
        *slot = digit(*a)? * 16 + digit(*b)?;
    }
    Some(out)
}

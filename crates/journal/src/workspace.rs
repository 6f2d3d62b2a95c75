//! What is remembered about a workspace across its sessions: where files came
//! from, and what was used here before.
//!
//! `<state>/workspaces/<32 hex digits of SHA-256 of the path>.marks`: JSON
//! sealed with its length and checksum. It does not exist until something was
//! brought in. One that cannot be understood counts as a mark on everything
//! older than itself ([`Marks::recovered`]).
//!
//! `<…>.seen`: fingerprints of 8 bytes, in the order of first use. Appended to
//! without a lock: writing one twice does no harm, and a torn end is cut off.

use std::fs;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use palisade_files::{FileError, Lock, create_private_dir};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::JournalError;
use crate::canonical::hex;
use crate::sealed::{self, Content};
use crate::session::{Source, prune_folder};

/// Marks kept; beyond, the fullest folder is marked as a whole.
pub const MARKS: usize = 256;
/// Age at which a mark is forgotten.
pub const MAX_AGE: Duration = Duration::from_hours(30 * 24);
/// Longest path of a mark.
const PATH_BYTES: usize = 4_096;
/// Longest wait for another session of the same workspace.
const LOCK_WAIT: Duration = Duration::from_millis(100);
/// Bytes of a file that its digest is made of, beside its size.
const DIGEST_BYTES: u64 = 1024 * 1024;
/// The kernel stamps files with the time of its last tick.
const TICK_US: u64 = 20_000;
/// Fingerprints kept.
const SEEN: usize = 8_192;
/// First uses say nothing before this many things are known.
const LEARNED: usize = 24;

const MAGIC: &str = "palisade-marks 1 ";

/// How the content of a file came about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Brought {
    /// Decoded, decrypted, decompressed.
    Decoded,
    /// Over the network.
    #[default]
    Fetched,
}

/// What a file, or what lies in a folder, came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mark {
    /// Tells marks of one workspace apart.
    pub id: u64,
    /// Absolute path, links resolved.
    pub path: String,
    /// Applies to what lies below.
    pub tree: bool,
    /// Applies to all that will ever lie below: the call made the folder.
    pub whole: bool,
    /// How.
    pub how: Brought,
    /// Where from.
    pub source: Source,
    /// Begin of the time in which it came about, microseconds since 1970.
    pub since: u64,
    /// Its end; `None` while the call has not returned.
    pub until: Option<u64>,
    /// Size of the file, once settled.
    pub size: Option<u64>,
    /// Digest of the file, once settled.
    pub digest: String,
}

/// The marks of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Marks {
    /// The marks.
    pub marks: Vec<Mark>,
    /// The file was damaged and this is a guess on the safe side.
    pub recovered: bool,
}

impl Marks {
    /// Everything older than a damaged file.
    fn guess(damaged: &Path) -> Self {
        let until = fs::symlink_metadata(damaged).map_or(u64::MAX, |m| changed(&m));
        Self {
            marks: vec![Mark {
                id: 1,
                path: "/".to_owned(),
                tree: true,
                source: Source {
                    what: "an unknown place (the record of it is damaged)".to_owned(),
                    ..Source::default()
                },
                until: Some(until),
                ..Mark::default()
            }],
            recovered: true,
        }
    }

    /// The mark on the file or folder at this path, links resolved.
    pub fn find(&self, path: &Path) -> Option<&Mark> {
        if self.marks.is_empty() {
            return None;
        }
        let meta = fs::symlink_metadata(path).ok()?;
        let mut digest = None;
        self.marks
            .iter()
            .filter(|mark| match (mark.tree, mark.size) {
                (true, _) => {
                    path.starts_with(&mark.path) && (mark.whole || mark.spans(changed(&meta)))
                }
                (false, None) => path == Path::new(&mark.path) && mark.spans(changed(&meta)),
                (false, Some(size)) => {
                    size == meta.len()
                        && meta.is_file()
                        // What was there before is not what was brought.
                        && changed(&meta).saturating_add(TICK_US) >= mark.since
                        && *digest.get_or_insert_with(|| digest_of(path)) == mark.digest
                }
            })
            .max_by_key(|mark| mark.how)
    }

    /// Adds a pending mark; an older one by the same call, or a pending one on
    /// the same path, is replaced. Returns its id.
    pub fn add(&mut self, mut mark: Mark) -> u64 {
        if mark.path.len() > PATH_BYTES {
            return 0;
        }
        mark.id = self.marks.iter().map(|m| m.id).max().unwrap_or(0) + 1;
        mark.source.shorten();
        let id = mark.id;
        self.marks
            .retain(|m| m.path != mark.path || m.tree != mark.tree || m.size.is_some());
        self.marks.push(mark);
        id
    }

    /// Ends the marks that a `test` picks.
    pub fn end(&mut self, test: impl Fn(&Mark) -> bool) {
        self.marks.retain(|m| !test(m));
    }

    /// The call has returned: what it brought is there by now, or will never be.
    pub fn settle(&mut self, call: &str, now: u64) {
        self.marks.retain_mut(|mark| {
            if mark.until.is_some() || mark.source.call != call {
                return true;
            }
            mark.until = Some(now);
            let path = Path::new(&mark.path);
            let Ok(meta) = fs::symlink_metadata(path) else {
                return false;
            };
            if meta.is_dir() {
                mark.tree = true;
            } else if mark.tree {
                return false;
            } else if !mark.spans(changed(&meta)) {
                // It was there before and was not touched.
                return false;
            } else {
                mark.size = Some(meta.len());
                mark.digest = digest_of(path);
            }
            true
        });
    }

    fn cap(&mut self, now: u64) {
        let age = u64::try_from(MAX_AGE.as_micros()).unwrap_or(u64::MAX);
        self.marks
            .retain(|m| m.since.saturating_add(age) > now || self.recovered);
        while self.marks.len() > MARKS {
            let folder = |m: &Mark| Path::new(&m.path).parent().map(Path::to_owned);
            let fullest = self
                .marks
                .iter()
                .filter_map(|m| {
                    let dir = folder(m)?;
                    let count = self
                        .marks
                        .iter()
                        .filter(|o| Path::new(&o.path).starts_with(&dir))
                        .count();
                    // Of two equally full ones the deeper.
                    Some((count, dir.components().count(), dir))
                })
                .max();
            let Some((_, _, dir)) = fullest else { return };
            let below = |m: &Mark| Path::new(&m.path).starts_with(&dir);
            let mut whole = Mark {
                path: dir.to_string_lossy().into_owned(),
                tree: true,
                since: u64::MAX,
                ..Mark::default()
            };
            for mark in self.marks.iter().filter(|m| below(m)) {
                whole.since = whole.since.min(mark.since);
                whole.until = whole.until.max(Some(mark.until.unwrap_or(now)));
                whole.source = mark.source.clone();
                whole.how = whole.how.max(mark.how);
            }
            self.marks.retain(|m| !below(m));
            self.add(whole);
        }
    }
}

impl Mark {
    /// A file changed then came about by the marked call.
    fn spans(&self, changed: u64) -> bool {
        changed.saturating_add(TICK_US) >= self.since
            && self.until.is_none_or(|until| changed <= until)
    }
}

/// When the content, name or mode of a file changed last: unlike the time of
/// modification, no program sets it.
fn changed(meta: &fs::Metadata) -> u64 {
    let seconds = u64::try_from(meta.ctime()).unwrap_or(0);
    let nanos = u64::try_from(meta.ctime_nsec()).unwrap_or(0);
    seconds * 1_000_000 + nanos / 1_000
}

fn digest_of(path: &Path) -> String {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    if let Ok(file) = palisade_files::open_read(path) {
        file.take(DIGEST_BYTES).read_to_end(&mut bytes).ok();
    }
    hex(&Sha256::digest(&bytes)).chars().take(32).collect()
}

/// The marks of a workspace, locked until they are dropped.
#[derive(Debug)]
pub struct MarksFile {
    path: PathBuf,
    lock: Lock,
    marks: Marks,
}

impl MarksFile {
    /// Locks and reads the marks of a workspace, none if there is no file yet.
    pub fn lock(state_dir: &Path, workspace: &Path) -> Result<Self, JournalError> {
        create_private_dir(&directory(state_dir))?;
        let path = file(state_dir, workspace, "marks");
        let lock = Lock::exclusive(&path, LOCK_WAIT)?;
        let marks = parse(&lock, &path)?;
        Ok(Self { path, lock, marks })
    }

    /// The marks; nothing is kept without [`Self::save`].
    pub const fn marks(&mut self) -> &mut Marks {
        &mut self.marks
    }

    /// Writes the marks, within their caps.
    pub fn save(&mut self, now: u64) -> Result<(), JournalError> {
        self.marks.cap(now);
        self.marks.recovered &= !self.marks.marks.is_empty();
        let fail = |e: std::io::Error| FileError::new("write", &self.path, e);
        let json = serde_json::to_vec(&self.marks).map_err(|e| fail(e.into()))?;
        sealed::write(self.lock.file(), MAGIC, &json).map_err(fail)?;
        Ok(())
    }
}

/// The marks of a workspace as they are now; cheap when there are none.
pub fn marks(state_dir: &Path, workspace: &Path) -> Result<Marks, JournalError> {
    let path = file(state_dir, workspace, "marks");
    match fs::symlink_metadata(&path) {
        Ok(meta) if meta.len() > 0 => {}
        _ => return Ok(Marks::default()),
    }
    // Under the lock, so that no half-written state is taken for damage.
    let lock = Lock::exclusive(&path, LOCK_WAIT)?;
    parse(&lock, &path)
}

fn parse(lock: &Lock, path: &Path) -> Result<Marks, JournalError> {
    let content = sealed::read(lock.file(), MAGIC);
    Ok(
        match content.map_err(|e| FileError::new("read", path, e))? {
            Content::Empty => Marks::default(),
            Content::Bytes(json) => {
                serde_json::from_slice(&json).unwrap_or_else(|_| Marks::guess(path))
            }
            Content::Damaged => Marks::guess(path),
        },
    )
}

/// The directory of the workspace files below the state directory.
pub fn directory(state_dir: &Path) -> PathBuf {
    state_dir.join("workspaces")
}

fn file(state_dir: &Path, workspace: &Path, kind: &str) -> PathBuf {
    let digest = Sha256::digest(workspace.as_os_str().as_bytes());
    let name: String = hex(&digest).chars().take(32).collect();
    directory(state_dir).join(format!("{name}.{kind}"))
}

/// Which of `things` were never seen in this workspace before; they are from
/// now on. While little is known yet, nothing counts as unusual.
pub fn first_uses<'t>(
    state_dir: &Path,
    workspace: &Path,
    things: &[&'t str],
) -> Result<Vec<&'t str>, JournalError> {
    if things.is_empty() {
        return Ok(Vec::new());
    }
    let path = file(state_dir, workspace, "seen");
    let room = SEEN * 16;
    let (known, odd) = match palisade_files::read_capped(&path, room) {
        Ok(Some(bytes)) => (bytes, false),
        Ok(None) => (Vec::new(), true),
        Err(_) => (Vec::new(), path.exists()),
    };
    let (known, torn) = known.as_chunks::<8>();
    let odd = odd || !torn.is_empty() || known.len() >= SEEN;
    let mut fresh: Vec<(&str, [u8; 8])> = Vec::new();
    for thing in things {
        let print = fingerprint(thing);
        if !known.contains(&print) && !fresh.iter().any(|(_, p)| *p == print) {
            fresh.push((thing, print));
        }
    }
    if fresh.is_empty() {
        return Ok(Vec::new());
    }
    let prints: Vec<u8> = fresh.iter().flat_map(|(_, p)| *p).collect();
    create_private_dir(&directory(state_dir))?;
    if odd {
        // The older half is used again or was not worth keeping.
        let skip = if known.len() >= SEEN { SEEN / 2 } else { 0 };
        let mut bytes: Vec<u8> = known.iter().skip(skip).flatten().copied().collect();
        bytes.extend_from_slice(&prints);
        palisade_files::write_atomic(&path, &bytes, Some(0o600))?;
    } else {
        let mut file = palisade_files::open_append(&path, 0o600)?;
        file.write_all(&prints)
            .map_err(|e| FileError::new("write", &path, e))?;
    }
    if known.len() < LEARNED {
        return Ok(Vec::new());
    }
    Ok(fresh.into_iter().map(|(thing, _)| thing).collect())
}

fn fingerprint(thing: &str) -> [u8; 8] {
    let digest = Sha256::digest(thing.as_bytes());
    let mut out = [0; 8];
    for (to, from) in out.iter_mut().zip(digest) {
        *to = from;
    }
    out
}

/// Removes what no session of a workspace has used for long.
pub(crate) fn prune(state_dir: &Path, now: SystemTime) {
    prune_folder(&directory(state_dir), &["marks", "seen"], now, 3 * MAX_AGE);
}

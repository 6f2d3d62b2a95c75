//! What has to be remembered between two hook calls of one session.
//!
//! The verdict on a call depends on what happened before it: whether a secret
//! was read, whether text from outside came in. The hook is a new process
//! every time, so this lives in one small file per session, locked from
//! before the decision until after it.
//!
//! # Format
//!
//! `<state>/sessions/<first 32 hex digits of SHA-256 of the session id>.json`:
//! JSON sealed with its length and checksum.
//!
//! A file that cannot be understood is not a clean slate: the session then
//! counts as one that has read a secret and untrusted text
//! ([`SessionState::recovered`]).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use palisade_files::{FileError, Lock, create_private_dir};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::JournalError;
use crate::canonical::hex;
use crate::sealed::{self, Content};

/// Longest wait for another call of the same session.
const LOCK_WAIT: Duration = Duration::from_millis(200);
/// Written files that are remembered.
pub const FILES_WRITTEN: usize = 500;
/// Calls in flight that are remembered.
pub const DECIDED: usize = 1_000;
/// Sources of untrusted content that are remembered: the first ones and the last.
pub const SOURCES: usize = 8;
/// Calls whose result settles something.
pub const FOLLOWED: usize = 64;
/// Denials and requests that are told apart.
pub const REPEATED: usize = 64;
/// Bytes of one remembered text.
pub const TEXT_BYTES: usize = 4_096;
/// Age after which [`prune`] removes the file of a session.
pub const MAX_AGE: Duration = Duration::from_hours(30 * 24);

/// Characters of a part of a source.
const SOURCE_CHARS: usize = 200;

const MAGIC: &str = "palisade-session 1 ";

/// Where something came from, for the person who is asked about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Source {
    /// Host, file or server.
    pub what: String,
    /// The program or tool that brought it.
    pub by: String,
    /// The call that brought it.
    pub call: String,
    /// When, in microseconds since 1970.
    pub at: u64,
}

/// A call whose result settles something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Follow {
    /// It may have brought something in: its marks are pending.
    pub marks: bool,
    /// A secret was read, once it ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<Source>,
    /// A person was asked about these marks; once the call ran, they end.
    pub accepts: Vec<u64>,
    /// A person was asked about these commits.
    pub pushes: Vec<String>,
}

/// The same thing several times.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Repeated {
    /// What tells it apart.
    pub key: String,
    /// For the reader: the target that was denied, the call that asked first.
    pub what: String,
    /// When the count began, in microseconds since 1970.
    pub since: u64,
    /// When it happened last.
    pub last: u64,
    /// How often since.
    pub count: u32,
}

/// What is known about a session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionState {
    /// A secret has been read.
    pub read_secret: bool,
    /// The first of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<Source>,
    /// Text from outside (the web, an issue, an unknown tool) has come in.
    pub untrusted: bool,
    /// Where from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// Calls whose result settles something.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub follow: BTreeMap<String, Follow>,
    /// What was denied lately.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub denials: Vec<Repeated>,
    /// What was asked of hosts lately.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<Repeated>,
    /// Tips of pushes a person has answered for.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub pushed: BTreeSet<String>,
    /// The model, when the agent said.
    pub model: Option<String>,
    /// Tool calls decided.
    pub calls: u64,
    /// Of these, denied.
    pub denied: u64,
    /// Of these, asked.
    pub asked: u64,
    /// Files written, resolved.
    pub files_written: BTreeSet<String>,
    /// Calls with a verdict whose result has not come yet.
    pub decided: BTreeSet<String>,
    /// The file was damaged and this is a guess on the safe side.
    pub recovered: bool,
}

impl SessionState {
    fn guess() -> Self {
        Self {
            read_secret: true,
            untrusted: true,
            recovered: true,
            ..Self::default()
        }
    }

    /// Remembers a written file; `false` when there is no room for it.
    pub fn wrote(&mut self, path: &str) -> bool {
        if self.files_written.len() >= FILES_WRITTEN || path.len() > TEXT_BYTES {
            return self.files_written.contains(path);
        }
        self.files_written.insert(path.to_owned());
        true
    }

    /// Remembers that content from outside came in.
    pub fn took_in(&mut self, source: Source) {
        self.untrusted = true;
        if let Some(known) = self.sources.iter_mut().find(|s| s.what == source.what) {
            *known = source;
            return;
        }
        if self.sources.len() >= SOURCES {
            self.sources.remove(SOURCES / 2);
        }
        self.sources.push(source);
    }

    /// Remembers that a secret was read.
    pub fn saw_secret(&mut self, source: Source) {
        self.read_secret = true;
        self.secret.get_or_insert(source);
    }

    /// Keeps the file small, whatever an agent sends.
    fn cap(&mut self) {
        fn fits(text: &str) -> bool {
            text.len() <= TEXT_BYTES
        }
        self.files_written.retain(|t| fits(t));
        while self.files_written.len() > FILES_WRITTEN {
            self.files_written.pop_last();
        }
        self.decided.retain(|t| fits(t));
        while self.decided.len() > DECIDED {
            self.decided.pop_first();
        }
        if self.model.as_deref().is_some_and(|t| !fits(t)) {
            self.model = None;
        }
        let sources = self.sources.iter_mut().chain(self.secret.as_mut());
        for source in sources {
            source.shorten();
        }
        self.sources.truncate(SOURCES);
        self.follow.retain(|id, _| fits(id));
        while self.follow.len() > FOLLOWED {
            self.follow.pop_first();
        }
        for list in [&mut self.denials, &mut self.requests] {
            list.retain(|r| fits(&r.key) && fits(&r.what));
            while list.len() > REPEATED {
                let oldest = list.iter().enumerate().min_by_key(|(_, r)| r.last);
                let Some(at) = oldest.map(|(at, _)| at) else {
                    break;
                };
                list.remove(at);
            }
        }
        while self.pushed.len() > REPEATED {
            self.pushed.pop_first();
        }
    }
}

impl Source {
    /// Keeps what is shown, whatever an agent sends.
    pub(crate) fn shorten(&mut self) {
        for text in [&mut self.what, &mut self.by, &mut self.call] {
            if let Some((end, _)) = text.char_indices().nth(SOURCE_CHARS) {
                text.truncate(end);
            }
        }
    }
}

/// The state of one session, locked until it is dropped.
#[derive(Debug)]
pub struct SessionFile {
    path: PathBuf,
    lock: Lock,
    state: SessionState,
}

/// The directory of the session files below the state directory.
pub fn directory(state_dir: &Path) -> PathBuf {
    state_dir.join("sessions")
}

fn path(state_dir: &Path, session_id: &str) -> PathBuf {
    let digest = Sha256::digest(session_id.as_bytes());
    let name: String = hex(&digest).chars().take(32).collect();
    directory(state_dir).join(format!("{name}.json"))
}

impl SessionFile {
    /// Locks and reads the state of a session, a new one if there is none.
    /// Waits at most 200 ms for another call of the same session.
    pub fn lock(state_dir: &Path, session_id: &str) -> Result<Self, JournalError> {
        create_private_dir(&directory(state_dir))?;
        let path = path(state_dir, session_id);
        let lock = Lock::exclusive(&path, LOCK_WAIT)?;
        let content = sealed::read(lock.file(), MAGIC);
        let state = match content.map_err(|e| FileError::new("read", &path, e))? {
            Content::Empty => SessionState::default(),
            Content::Bytes(json) => {
                serde_json::from_slice(&json).unwrap_or_else(|_| SessionState::guess())
            }
            Content::Damaged => SessionState::guess(),
        };
        Ok(Self { path, lock, state })
    }

    /// What is known.
    pub const fn state(&self) -> &SessionState {
        &self.state
    }

    /// What is known, to be changed; nothing is kept without [`Self::save`].
    pub const fn state_mut(&mut self) -> &mut SessionState {
        &mut self.state
    }

    /// Writes the state. Collections are cut to their caps first.
    pub fn save(&mut self) -> Result<(), JournalError> {
        self.state.cap();
        let fail = |e: std::io::Error| FileError::new("write", &self.path, e);
        let json = serde_json::to_vec(&self.state).map_err(|e| fail(e.into()))?;
        sealed::write(self.lock.file(), MAGIC, &json).map_err(fail)?;
        Ok(())
    }
}

/// Removes the files of sessions that were not used for [`MAX_AGE`] before
/// `now`. Returns how many. Files in use are left alone.
pub fn prune(state_dir: &Path, now: SystemTime) -> usize {
    crate::workspace::prune(state_dir, now);
    prune_folder(&directory(state_dir), &["json"], now, MAX_AGE)
}

/// Removes files of these kinds that were not used for `age`.
pub(crate) fn prune_folder(folder: &Path, kinds: &[&str], now: SystemTime, age: Duration) -> usize {
    let Ok(entries) = fs::read_dir(folder) else {
        return 0;
    };
    let mut removed = 0;
    for entry in entries.flatten() {
        let path = entry.path();
        let old = || {
            let used = fs::symlink_metadata(&path).ok()?.modified().ok()?;
            Some(now.duration_since(used).ok()? > age)
        };
        let ours = path
            .extension()
            .is_some_and(|e| kinds.iter().any(|k| e == *k));
        if !ours || old() != Some(true) {
            continue;
        }
        // Under the lock nobody can have begun to use it meanwhile.
        let Ok(_lock) = Lock::exclusive(&path, Duration::ZERO) else {
            continue;
        };
        if old() == Some(true) && fs::remove_file(&path).is_ok() {
            removed += 1;
        }
    }
    removed
}

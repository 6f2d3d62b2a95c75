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
//! a line `palisade-session 1 <length> <crc32c>`, then that many bytes of JSON
//! with that CRC-32C (8 hex digits). What follows is left over from a longer
//! state and means nothing. The file is rewritten in place with one write; a
//! power cut in between leaves a wrong checksum.
//!
//! A file that cannot be understood is not a clean slate: the session then
//! counts as one that has read a secret and untrusted text
//! ([`SessionState::recovered`]).

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use palisade_files::{FileError, Lock, create_private_dir};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::JournalError;
use crate::canonical::hex;

/// Longest wait for another call of the same session.
const LOCK_WAIT: Duration = Duration::from_millis(200);
/// A longer file is not one of ours.
const FILE_BYTES: usize = 4 * 1024 * 1024;
/// Written files that are remembered.
pub const FILES_WRITTEN: usize = 500;
/// Calls in flight that are remembered.
pub const DECIDED: usize = 1_000;
/// Bytes of one remembered text.
pub const TEXT_BYTES: usize = 4_096;
/// Age after which [`prune`] removes the file of a session.
pub const MAX_AGE: Duration = Duration::from_hours(30 * 24);

const MAGIC: &str = "palisade-session 1 ";

/// What is known about a session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionState {
    /// A secret has been read.
    pub read_secret: bool,
    /// Text from outside (the web, an issue, an unknown tool) has come in.
    pub untrusted: bool,
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
        let mut bytes = Vec::new();
        lock.file()
            .take(FILE_BYTES as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|e| FileError::new("read", &path, e))?;
        let state = if bytes.is_empty() {
            SessionState::default()
        } else {
            decode(&bytes).unwrap_or_else(SessionState::guess)
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
        let mut bytes = header(&json).into_bytes();
        bytes.extend_from_slice(&json);
        self.lock.file().write_all_at(&bytes, 0).map_err(fail)?;
        Ok(())
    }
}

fn header(json: &[u8]) -> String {
    let crc = hex(&crc32c::crc32c(json).to_be_bytes());
    format!("{MAGIC}{} {crc}\n", json.len())
}

fn decode(bytes: &[u8]) -> Option<SessionState> {
    if bytes.len() > FILE_BYTES {
        return None;
    }
    let end = bytes.iter().take(64).position(|b| *b == b'\n')? + 1;
    let (head, body) = bytes.split_at_checked(end)?;
    let fields = std::str::from_utf8(head).ok()?.strip_prefix(MAGIC)?;
    let length: usize = fields.split(' ').next()?.parse().ok()?;
    let json = body.get(..length)?;
    if header(json).as_bytes() != head {
        return None;
    }
    serde_json::from_slice(json).ok()
}

/// Removes the files of sessions that were not used for [`MAX_AGE`] before
/// `now`. Returns how many. Files in use are left alone.
pub fn prune(state_dir: &Path, now: SystemTime) -> usize {
    let Ok(entries) = fs::read_dir(directory(state_dir)) else {
        return 0;
    };
    let mut removed = 0;
    for entry in entries.flatten() {
        let path = entry.path();
        let old = || {
            let used = fs::symlink_metadata(&path).ok()?.modified().ok()?;
            Some(now.duration_since(used).ok()? > MAX_AGE)
        };
        let ours = path.extension().is_some_and(|e| e == "json");
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

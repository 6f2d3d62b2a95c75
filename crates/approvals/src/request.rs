//! What was asked, and waits for an answer.

use std::path::{Path, PathBuf};
use std::time::Duration;

use palisade_core::Timestamp;
use palisade_files::FileError;
use serde::{Deserialize, Serialize};

use crate::code;

/// How long a request waits.
pub const LIFETIME: Duration = Duration::from_hours(24);
/// Requests that wait at the same time.
const REQUESTS: usize = 200;
/// Bytes of one.
const FILE_BYTES: usize = 256 * 1024;

/// A file a call would run or read, as it was when the question was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDigest {
    /// Which.
    pub path: String,
    /// SHA-256 of its content, in hex; of a very large file its size, time and inode.
    pub digest: String,
}

/// Text that would be written to a file, redacted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Which file.
    pub path: String,
    /// The text that goes; `None` for the whole file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// The text that comes.
    pub new: String,
}

/// One thing that needs an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// Digest of the effect and what it depends on.
    pub key: String,
    /// The rule that asks.
    pub rule: String,
    /// Where it is written.
    pub source: String,
    /// The effect in words.
    pub reason: String,
    /// Kind of the effect.
    pub kind: String,
    /// Its target in one line.
    pub target: String,
    /// What would be lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss: Option<String>,
    /// The path that is deleted or overwritten, to list what is in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Another person than the one whose agent asks has to answer.
    #[serde(default)]
    pub second: bool,
}

/// A question of the guard.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// What the person types.
    pub code: String,
    /// When it was asked last.
    pub at: Timestamp,
    /// Where.
    pub workspace: PathBuf,
    /// Working directory of the call.
    pub cwd: PathBuf,
    /// Which agent.
    pub agent: String,
    /// In which session.
    #[serde(default)]
    pub session: String,
    /// The tool, in the agent's words.
    pub tool: String,
    /// The call in full, redacted.
    pub call: String,
    /// What would be written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// What needs an answer.
    pub needs: Vec<Need>,
    /// Files that are part of what is agreed to.
    #[serde(default)]
    pub files: Vec<FileDigest>,
    /// Everything the call would do, one line each.
    #[serde(default)]
    pub effects: Vec<String>,
    /// How often it was asked.
    #[serde(default)]
    pub times: u32,
}

impl Request {
    /// Whether it still waits.
    pub fn waits(&self, now: Timestamp) -> bool {
        let lifetime = u64::try_from(LIFETIME.as_micros()).unwrap_or(u64::MAX);
        now.0.saturating_sub(self.at.0) < lifetime
    }

    /// Whether another person has to answer.
    pub fn needs_second(&self) -> bool {
        self.needs.iter().any(|n| n.second)
    }
}

/// The requests that wait.
#[derive(Clone, Debug)]
pub struct Requests {
    folder: PathBuf,
}

impl Requests {
    /// Those of this installation.
    pub fn of(state_dir: &Path) -> Self {
        Self {
            folder: state_dir.join("approvals/requests"),
        }
    }

    fn path(&self, code: &str) -> PathBuf {
        self.folder.join(format!("{code}.json"))
    }

    /// The request of this code, however it was typed.
    pub fn get(&self, typed: &str) -> Option<Request> {
        let code = code::normal(typed);
        if !code::is_code(&code) {
            return None;
        }
        let bytes = palisade_files::read_capped(&self.path(&code), FILE_BYTES).ok()??;
        let request: Request = serde_json::from_slice(&bytes).ok()?;
        (request.code == code).then_some(request)
    }

    /// Every request that waits, the newest first.
    pub fn waiting(&self, now: Timestamp) -> Vec<Request> {
        let mut list: Vec<Request> = self
            .codes()
            .iter()
            .filter_map(|code| self.get(code))
            .filter(|r| r.waits(now))
            .collect();
        list.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.code.cmp(&b.code)));
        list
    }

    /// Keeps a request, giving it its code: the same question has the same
    /// code. `digest` is that of everything it is about.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put(&self, mut request: Request, digest: &[u8; 32]) -> Result<String, FileError> {
        palisade_files::create_private_dir(&self.folder)?;
        let same = |other: &Request| {
            other.workspace == request.workspace
                && other
                    .needs
                    .iter()
                    .map(|n| &n.key)
                    .eq(request.needs.iter().map(|n| &n.key))
        };
        let taken = |code: &str| {
            self.get(code)
                .is_some_and(|other| !same(&other) && other.waits(request.at))
        };
        let code = code::code_of(digest, taken);
        let before = self.get(&code).filter(same);
        request.times = before.map_or(0, |r| r.times).saturating_add(1);
        request.code.clone_from(&code);
        let path = self.path(&code);
        let json = serde_json::to_vec(&request)
            .map_err(|e| FileError::new("write", &path, std::io::Error::other(e)))?;
        palisade_files::write_atomic(&path, &json, Some(0o600))?;
        self.prune(request.at);
        Ok(code)
    }

    /// Takes a request off the list.
    pub fn remove(&self, code: &str) {
        if code::is_code(code) {
            // What is gone already is what was wanted.
            std::fs::remove_file(self.path(code)).ok();
        }
    }

    fn codes(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else {
            return Vec::new();
        };
        entries
            .flatten()
            .filter_map(|e| Some(e.file_name().to_str()?.strip_suffix(".json")?.to_owned()))
            .filter(|code| code::is_code(code))
            .collect()
    }

    /// An agent that asks for many things does not fill the disk.
    fn prune(&self, now: Timestamp) {
        let codes = self.codes();
        if codes.len() <= REQUESTS / 2 {
            return;
        }
        let mut all: Vec<Request> = codes.iter().filter_map(|c| self.get(c)).collect();
        all.sort_by_key(|r| std::cmp::Reverse(r.at));
        for (i, request) in all.iter().enumerate() {
            if i >= REQUESTS || !request.waits(now) {
                self.remove(&request.code);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(key: &str, at: u64) -> (Request, [u8; 32]) {
        let need = Need {
            key: key.to_owned(),
            rule: "git.discard".into(),
            ..Need::default()
        };
        let request = Request {
            at: Timestamp(at),
            workspace: "/w".into(),
            needs: vec![need],
            ..Request::default()
        };
        (request, [key.len() as u8; 32])
    }

    #[test]
    fn the_same_question_has_one_code() {
        let dir = tempfile::tempdir().unwrap();
        let requests = Requests::of(dir.path());
        let (one, digest) = request("a", 1);
        let code = requests.put(one.clone(), &digest).unwrap();
        assert_eq!(requests.put(one, &digest).unwrap(), code);
        assert_eq!(requests.get(&code.to_lowercase()).unwrap().times, 2);
        // Another question whose code begins alike.
        let (other, _) = request("b", 2);
        let longer = requests.put(other, &digest).unwrap();
        assert_ne!(longer, code);
        let waiting = requests.waiting(Timestamp(3));
        let codes: Vec<_> = waiting.iter().map(|r| r.code.clone()).collect();
        assert_eq!(codes, [longer, code.clone()]);
        requests.remove(&code);
        assert!(requests.get(&code).is_none());
    }

    #[test]
    fn a_request_ends_and_there_are_never_too_many() {
        let dir = tempfile::tempdir().unwrap();
        let requests = Requests::of(dir.path());
        let (old, digest) = request("old", 0);
        requests.put(old, &digest).unwrap();
        let day = 24 * 3_600_000_000;
        assert!(requests.waiting(Timestamp(day)).is_empty());
        for i in 0..300_u64 {
            let (mut one, mut digest) = request("x", day + i);
            one.needs[0].key = i.to_string();
            digest[..8].copy_from_slice(&(i * 7_919).to_le_bytes());
            requests.put(one, &digest).unwrap();
        }
        assert!(requests.waiting(Timestamp(day + 300)).len() <= REQUESTS);
    }

    #[test]
    fn no_other_file_is_read_by_a_code() {
        let dir = tempfile::tempdir().unwrap();
        let requests = Requests::of(dir.path());
        assert!(requests.get("../grants").is_none());
        assert!(requests.get("").is_none());
    }
}

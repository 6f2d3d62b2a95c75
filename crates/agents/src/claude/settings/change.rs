//! A change to a settings file as a value: it can be shown, made and taken back.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use palisade_files as files;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::layers::LayerKind;

/// A change to one file that has not been made yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The file.
    pub path: PathBuf,
    /// What is there now; `None`: no file.
    pub before: Option<Vec<u8>>,
    /// What will be there.
    pub after: Vec<u8>,
    /// Each piece of text that is put in.
    pub inserted: Vec<String>,
    /// Containers that did not exist before: `hooks`, `hooks.Stop`.
    pub created: BTreeSet<String>,
}

/// Why a file is not touched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InstallError {
    /// The agent does not read the file as it is.
    #[error("{path}:{line}: {message}; Claude Code ignores this whole file, hooks included")]
    Broken {
        /// The file.
        path: String,
        /// Line, from 1; 0 when it could not be read at all.
        line: u32,
        /// What is wrong.
        message: String,
    },
    /// The file does not have the shape of a settings file.
    #[error("{path}:{line}: {what} is not {expected}")]
    Shape {
        /// The file.
        path: String,
        /// Line, from 1.
        line: u32,
        /// The key.
        what: String,
        /// What it would have to be.
        expected: &'static str,
    },
    /// A key occurs twice, so that it is not clear which one the agent reads.
    #[error("{path}:{line}: {what} occurs twice")]
    Twice {
        /// The file.
        path: String,
        /// Line of the last one.
        line: u32,
        /// The key.
        what: String,
    },
    /// Not the guard's program, or not an absolute path in UTF-8.
    #[error("{0:?} cannot be installed: it has to be the absolute path of the guard")]
    Program(PathBuf),
    /// The file is not any more what the plan was made for.
    #[error("{0} has changed since it was looked at; nothing was written")]
    Changed(String),
    /// Reading or writing failed.
    #[error("{0}")]
    Io(String),
}

impl From<files::FileError> for InstallError {
    fn from(error: files::FileError) -> Self {
        Self::Io(error.to_string())
    }
}

impl Change {
    /// Nothing would change.
    pub fn is_empty(&self) -> bool {
        self.before.as_deref() == Some(&self.after)
    }

    /// Writes it, if the file still is what the plan was made for.
    ///
    /// `mode` is for a new file, whose folder is made if need be.
    pub fn apply(&self, mode: u32) -> Result<(), InstallError> {
        let now = match files::read(&self.path) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.is_not_found() => None,
            Err(error) => return Err(error.into()),
        };
        if now != self.before {
            return Err(InstallError::Changed(self.path.display().to_string()));
        }
        if self.is_empty() {
            return Ok(());
        }
        if let (None, Some(folder)) = (&self.before, self.path.parent()) {
            std::fs::create_dir_all(folder).map_err(|error| {
                InstallError::Io(format!("create {}: {error}", folder.display()))
            })?;
        }
        let mode = self.before.is_none().then_some(mode);
        Ok(files::write_atomic(&self.path, &self.after, mode)?)
    }
}

/// What has to be remembered to take the guard out again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstallRecord {
    /// Version of this format.
    pub version: u32,
    /// The settings file.
    pub path: PathBuf,
    /// We made the file.
    pub created: bool,
    /// Digest of the original, when its backup is complete.
    pub sha256_before: Option<String>,
    /// Digest of what we wrote.
    pub sha256_after: String,
    /// Copy of the original.
    pub backup_path: Option<PathBuf>,
    /// Each piece of text that was put in.
    pub inserted: Vec<String>,
    /// Containers that did not exist before.
    pub created_containers: BTreeSet<String>,
}

/// The record of a change.
///
/// `previous` is the record of an earlier installation in the same file: when
/// nobody has touched the file since, the way back leads to *its* original.
pub fn record(
    change: &Change,
    backup_path: Option<PathBuf>,
    previous: Option<&InstallRecord>,
) -> InstallRecord {
    let before = change.before.as_deref().map(sha256);
    let mut record = InstallRecord {
        version: 1,
        path: change.path.clone(),
        created: change.before.is_none(),
        sha256_before: before.clone().filter(|_| backup_path.is_some()),
        sha256_after: sha256(&change.after),
        backup_path,
        inserted: change.inserted.clone(),
        created_containers: change.created.clone(),
    };
    if let Some(previous) = previous.filter(|p| p.path == change.path) {
        record.created |= previous.created;
        record.inserted.extend(previous.inserted.iter().cloned());
        record
            .created_containers
            .extend(previous.created_containers.iter().cloned());
        if before.as_ref() == Some(&previous.sha256_after) {
            record.sha256_before.clone_from(&previous.sha256_before);
            record.backup_path.clone_from(&previous.backup_path);
        } else {
            // Edited in between: what we have as "before" holds our own entries.
            record.sha256_before = None;
            record.backup_path = None;
        }
    }
    record
}

/// The change as people read changes.
pub fn unified_diff(change: &Change) -> String {
    let before = String::from_utf8_lossy(change.before.as_deref().unwrap_or_default());
    let after = String::from_utf8_lossy(&change.after);
    let name = change.path.display().to_string();
    let old = if change.before.is_some() {
        &name
    } else {
        "/dev/null"
    };
    similar::TextDiff::from_lines(before.as_ref(), after.as_ref())
        .unified_diff()
        .context_radius(2)
        .header(old, &name)
        .to_string()
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            write!(hex, "{byte:02x}").ok();
            hex
        })
}

/// Mode of a settings file that did not exist.
impl LayerKind {
    /// Everybody reads a managed or project file; the others are one person's.
    pub const fn new_file_mode(self) -> u32 {
        match self {
            Self::Managed | Self::Project => 0o644,
            Self::Local | Self::User => 0o600,
        }
    }
}

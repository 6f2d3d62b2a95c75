//! A pause of the guard, and its end.

use std::path::{Path, PathBuf};
use std::time::Duration;

use palisade_core::Timestamp;
use palisade_files::FileError;
use serde::{Deserialize, Serialize};

/// No pause is longer.
pub const LONGEST_NAP: Duration = Duration::from_hours(8);

/// Bytes of the file.
const FILE_BYTES: usize = 4 * 1024;

/// While it lasts the guard understands and records, and stops nothing but
/// what would end the guard itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nap {
    /// When it was begun.
    pub since: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// Who began it.
    pub by: String,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

impl Nap {
    /// Where it lies.
    pub fn path(state_dir: &Path) -> PathBuf {
        state_dir.join("nap")
    }

    /// The pause that lasts at `now`. A file that cannot be read, or that says
    /// more than a pause can, is none.
    pub fn lasting(state_dir: &Path, now: Timestamp) -> Option<Self> {
        let bytes = palisade_files::read_capped(&Self::path(state_dir), FILE_BYTES).ok()??;
        let nap: Self = serde_json::from_slice(&bytes).ok()?;
        nap.lasts(now).then_some(nap)
    }

    /// Whether it has begun and not ended.
    pub fn lasts(&self, now: Timestamp) -> bool {
        let longest = u64::try_from(LONGEST_NAP.as_micros()).unwrap_or(u64::MAX);
        self.since <= now && now < self.until && self.until.0 - self.since.0 <= longest
    }

    /// Begins it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn begin(&self, state_dir: &Path) -> Result<(), FileError> {
        palisade_files::create_private_dir(state_dir)?;
        let path = Self::path(state_dir);
        let json = serde_json::to_vec(self)
            .map_err(|e| FileError::new("write", &path, std::io::Error::other(e)))?;
        palisade_files::write_atomic(&path, &json, Some(0o600))
    }

    /// Ends whatever pause there is; `false` when there was none.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn end(state_dir: &Path) -> Result<bool, FileError> {
        let path = Self::path(state_dir);
        match std::fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(e) => Err(FileError::new("remove", &path, e)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3_600_000_000;

    fn nap(since: u64, until: u64) -> Nap {
        Nap {
            since: Timestamp(since),
            until: Timestamp(until),
            by: "mara".into(),
            ..Nap::default()
        }
    }

    #[test]
    fn it_lasts_from_its_beginning_to_its_end() {
        let dir = tempfile::tempdir().unwrap();
        let state = dir.path().join("state");
        assert_eq!(Nap::lasting(&state, Timestamp(5)), None);
        let it = nap(10, 20);
        it.begin(&state).unwrap();
        for (now, lasts) in [(9, false), (10, true), (19, true), (20, false)] {
            let found = Nap::lasting(&state, Timestamp(now));
            assert_eq!(found.is_some(), lasts, "{now}");
        }
        assert!(Nap::end(&state).unwrap());
        assert!(!Nap::end(&state).unwrap());
        assert_eq!(Nap::lasting(&state, Timestamp(15)), None);
    }

    #[test]
    fn nothing_else_is_a_pause() {
        let dir = tempfile::tempdir().unwrap();
        for text in ["", "{}", "forever", "{\"since\":0,\"until\":99}"] {
            std::fs::write(Nap::path(dir.path()), text).unwrap();
            assert_eq!(Nap::lasting(dir.path(), Timestamp(5)), None, "{text}");
        }
        // One that somebody wrote for a year.
        nap(0, 24 * 365 * HOUR).begin(dir.path()).unwrap();
        assert_eq!(Nap::lasting(dir.path(), Timestamp(5)), None);
    }
}

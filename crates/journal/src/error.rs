//! Why something was not recorded.

use palisade_files::FileError;

/// A failed operation on the journal or a session file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The disk, the quota or the largest allowed file size is used up. The
    /// record was not written.
    #[error("no space left for the journal: {0}")]
    NoSpace(#[source] FileError),
    /// Somebody else kept the lock for too long.
    #[error("locked by another process: {0}")]
    Locked(#[source] FileError),
    /// Anything else the system said.
    #[error(transparent)]
    File(FileError),
}

impl From<FileError> for JournalError {
    fn from(e: FileError) -> Self {
        if e.is_no_space() {
            Self::NoSpace(e)
        } else if e.is_timeout() {
            Self::Locked(e)
        } else {
            Self::File(e)
        }
    }
}

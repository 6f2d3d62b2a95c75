//! What went wrong, with which file, while doing what.

use std::io;
use std::path::{Path, PathBuf};

/// A failed file operation.
#[derive(Debug, thiserror::Error)]
#[error("cannot {operation} {}: {source}", path.display())]
pub struct FileError {
    /// What was tried, as a verb: `read`, `lock`.
    pub operation: &'static str,
    /// On which path.
    pub path: PathBuf,
    /// Why it failed.
    #[source]
    pub source: io::Error,
}

impl FileError {
    /// An error of `operation` on `path`.
    pub fn new(operation: &'static str, path: &Path, source: impl Into<io::Error>) -> Self {
        Self {
            operation,
            path: path.to_owned(),
            source: source.into(),
        }
    }

    /// The file, or a folder on the way to it, does not exist.
    pub fn is_not_found(&self) -> bool {
        self.source.kind() == io::ErrorKind::NotFound
    }

    /// A lock was not obtained in the time allowed.
    pub fn is_timeout(&self) -> bool {
        self.source.kind() == io::ErrorKind::TimedOut
    }

    /// The path names something that is not a regular file: a folder, a pipe,
    /// a socket, a device.
    pub fn is_not_regular(&self) -> bool {
        self.source
            .get_ref()
            .is_some_and(<dyn std::error::Error + Send + Sync>::is::<NotRegular>)
    }

    /// The disk, the quota or the largest allowed file size is used up.
    pub fn is_no_space(&self) -> bool {
        matches!(
            self.source.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
        )
    }
}

/// The reason behind [`FileError::is_not_regular`].
#[derive(Debug, thiserror::Error)]
#[error("not a regular file")]
pub(crate) struct NotRegular;

pub(crate) fn not_regular(operation: &'static str, path: &Path) -> FileError {
    FileError::new(
        operation,
        path,
        io::Error::new(io::ErrorKind::InvalidInput, NotRegular),
    )
}

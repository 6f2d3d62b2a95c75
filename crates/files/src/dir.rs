//! Directories that are nobody else's business.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use rustix::fs::{FileType, Mode};
use rustix::io::Errno;

use crate::FileError;

/// Makes sure `path` is a directory that only its owner can enter. Missing
/// parents are created the same way, existing ones are left as they are.
///
/// A directory of ours that is open to others is closed; one that belongs to
/// somebody else is an error (except for root, who may act for its owner).
pub fn create_private_dir(path: &Path) -> Result<(), FileError> {
    let fail = |e: io::Error| FileError::new("create", path, e);
    let mut stat = rustix::fs::stat(path);
    if matches!(stat, Err(Errno::NOENT)) {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(fail)?;
        stat = rustix::fs::stat(path);
    }
    let stat = stat.map_err(|e| fail(e.into()))?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::Directory {
        return Err(fail(Errno::NOTDIR.into()));
    }
    let me = rustix::process::geteuid();
    if stat.st_uid != me.as_raw() && !me.is_root() {
        return Err(fail(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "belongs to another user",
        )));
    }
    if stat.st_mode & 0o077 != 0 {
        rustix::fs::chmod(path, Mode::from_raw_mode(0o700)).map_err(|e| fail(e.into()))?;
    }
    Ok(())
}

//! Reading whole files without being made to wait.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use rustix::fs::{FileType, Mode, OFlags};

use crate::FileError;
use crate::error::not_regular;

/// Reads a regular file.
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    let (mut file, size) = open_regular(path, OFlags::empty())?;
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0).min(1 << 24));
    file.read_to_end(&mut bytes)
        .map_err(|e| FileError::new("read", path, e))?;
    Ok(bytes)
}

/// Reads a regular file of at most `max` bytes; `None` when it is longer.
///
/// Folders, pipes, sockets and devices are refused at once instead of being
/// waited for.
pub fn read_capped(path: &Path, max: usize) -> Result<Option<Vec<u8>>, FileError> {
    let (file, size) = open_regular(path, OFlags::empty())?;
    let limit = u64::try_from(max).unwrap_or(u64::MAX);
    if size > limit {
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    // The size is a snapshot (and 0 in /proc): what counts is what comes.
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|e| FileError::new("read", path, e))?;
    Ok((bytes.len() <= max).then_some(bytes))
}

/// Opens a regular file for reading; a symbolic link as the last component is
/// refused. For files of our own, which never are links.
pub fn open_read(path: &Path) -> Result<File, FileError> {
    open_regular(path, OFlags::NOFOLLOW).map(|(file, _)| file)
}

fn open_regular(path: &Path, extra: OFlags) -> Result<(File, u64), FileError> {
    let fail = |e: rustix::io::Errno| FileError::new("read", path, e);
    // Looking before opening: opening a pipe wakes its writer, opening some
    // devices does things. Looking again after: it may have been exchanged.
    let before = rustix::fs::stat(path).map_err(fail)?;
    if FileType::from_raw_mode(before.st_mode) != FileType::RegularFile {
        return Err(not_regular("read", path));
    }
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY | extra;
    let fd = rustix::fs::open(path, flags, Mode::empty()).map_err(fail)?;
    let stat = rustix::fs::fstat(&fd).map_err(fail)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(not_regular("read", path));
    }
    Ok((File::from(fd), u64::try_from(stat.st_size).unwrap_or(0)))
}

//! Writing so that a reader sees the old content or the new, nothing between.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::fs::{FileType, Gid, Mode, OFlags, Stat, Uid};
use rustix::io::Errno;

use crate::FileError;
use crate::error::not_regular;
use crate::resolve::resolve_path;

const WRITE: &str = "write";

/// Replaces the content of `path` in one step that survives a power cut.
///
/// The bytes go to a new file in the same directory, are synced, and take the
/// place of the old file. When `path` is a symbolic link, the link stays and
/// the file it points to is replaced. With `mode` `None` an existing file
/// keeps its permissions (without set-user-id and set-group-id, as after a
/// plain write) and a new one gets the usual ones; the owner and group of an
/// existing file are kept where the system permits it. Hard links are broken,
/// and access control lists are not carried over.
pub fn write_atomic(path: &Path, bytes: &[u8], mode: Option<u32>) -> Result<(), FileError> {
    let target = through_links(path)?;
    let fail = |e: io::Error| FileError::new(WRITE, &target, e);
    let before = match rustix::fs::lstat(&target) {
        Ok(stat) => match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => Some(stat),
            _ => return Err(not_regular(WRITE, &target)),
        },
        Err(Errno::NOENT) => None,
        Err(e) => return Err(fail(e.into())),
    };
    let dir = match target.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    };
    // Private until it has its final permissions, unless nobody cares.
    let (first, last) = match (mode, &before) {
        (Some(mode), _) => (Mode::from_raw_mode(0o600), Some(mode & 0o7777)),
        (None, Some(stat)) => (Mode::from_raw_mode(0o600), Some(stat.st_mode & 0o777)),
        (None, None) => (Mode::from_raw_mode(0o666), None),
    };
    let mut temp = Temp::create(dir, first).map_err(fail)?;
    temp.file.write_all(bytes).map_err(fail)?;
    if let Some(stat) = &before {
        keep_owner(&temp.file, stat);
    }
    if let Some(mode) = last {
        rustix::fs::fchmod(&temp.file, Mode::from_raw_mode(mode)).map_err(|e| fail(e.into()))?;
    }
    temp.file.sync_all().map_err(fail)?;
    rustix::fs::rename(&temp.path, &target).map_err(|e| fail(e.into()))?;
    temp.done = true;
    sync_dir(dir)
}

/// Opens a file of our own for appending, creating it with `mode`. A symbolic
/// link as the last component is refused, and so is anything that is not a
/// regular file. The file can also be read.
pub fn open_append(path: &Path, mode: u32) -> Result<File, FileError> {
    let flags = OFlags::RDWR
        | OFlags::APPEND
        | OFlags::CREATE
        | OFlags::CLOEXEC
        | OFlags::NOFOLLOW
        | OFlags::NONBLOCK
        | OFlags::NOCTTY;
    let fail = |e: Errno| FileError::new("append to", path, e);
    let fd = rustix::fs::open(path, flags, Mode::from_raw_mode(mode)).map_err(fail)?;
    let stat = rustix::fs::fstat(&fd).map_err(fail)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(not_regular("append to", path));
    }
    Ok(File::from(fd))
}

/// Makes the names in a directory survive a power cut.
pub fn sync_dir(dir: &Path) -> Result<(), FileError> {
    let fail = |e: Errno| FileError::new("sync", dir, e);
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let fd = rustix::fs::open(dir, flags, Mode::empty()).map_err(fail)?;
    match rustix::fs::fsync(&fd) {
        // Some file systems have no such thing for directories.
        Ok(()) | Err(Errno::INVAL | Errno::NOTSUP) => Ok(()),
        Err(e) => Err(fail(e)),
    }
}

fn through_links(path: &Path) -> Result<PathBuf, FileError> {
    match rustix::fs::lstat(path) {
        Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::Symlink => {}
        _ => return Ok(path.to_owned()),
    }
    let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
    let real = resolve_path(path, &here).real;
    match rustix::fs::lstat(&real) {
        // Still a link: `real` is what resolution gives for a loop.
        Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::Symlink => {
            Err(FileError::new(WRITE, path, Errno::LOOP))
        }
        _ => Ok(real),
    }
}

/// Best effort: only root can give files away, members can give to a group.
fn keep_owner(file: &File, before: &Stat) {
    let Ok(now) = rustix::fs::fstat(file) else {
        return;
    };
    if (now.st_uid, now.st_gid) == (before.st_uid, before.st_gid) {
        return;
    }
    let uid = Some(Uid::from_raw(before.st_uid));
    let gid = Some(Gid::from_raw(before.st_gid));
    if rustix::fs::fchown(file, uid, gid).is_err() {
        rustix::fs::fchown(file, None, gid).ok();
    }
}

/// A temporary file that is gone unless it is renamed.
struct Temp {
    file: File,
    path: PathBuf,
    done: bool,
}

impl Temp {
    fn create(dir: &Path, mode: Mode) -> io::Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let pid = std::process::id();
        // Leftovers of an earlier process with the same number are stepped over.
        for _ in 0..100 {
            let n = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = dir.join(format!(".palisade-{pid}-{n}.tmp"));
            match rustix::fs::open(&path, flags, mode) {
                Ok(fd) => {
                    return Ok(Self {
                        file: File::from(fd),
                        path,
                        done: false,
                    });
                }
                Err(Errno::EXIST) => {}
                Err(e) => return Err(e.into()),
            }
        }
        Err(Errno::EXIST.into())
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        if !self.done {
            rustix::fs::unlink(&self.path).ok();
        }
    }
}

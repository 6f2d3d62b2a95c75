//! Locks between processes.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::fs::{FileType, FlockOperation, Mode, OFlags};
use rustix::io::Errno;

use crate::FileError;
use crate::error::not_regular;

/// An exclusive lock on a file, held until it is dropped (or the process
/// ends, however that happens).
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Locks `path`, creating it (0600) when it is missing, waiting at most
    /// `wait`. A lock not obtained by then is an error for which
    /// [`FileError::is_timeout`] is true.
    pub fn exclusive(path: &Path, wait: Duration) -> Result<Self, FileError> {
        let fail = |e: io::Error| FileError::new("lock", path, e);
        let deadline = Instant::now() + wait;
        let flags = OFlags::RDWR
            | OFlags::CREATE
            | OFlags::CLOEXEC
            | OFlags::NOFOLLOW
            | OFlags::NONBLOCK
            | OFlags::NOCTTY;
        loop {
            let fd = rustix::fs::open(path, flags, Mode::from_raw_mode(0o600))
                .map_err(|e| fail(e.into()))?;
            let file = File::from(fd);
            let held = rustix::fs::fstat(&file).map_err(|e| fail(e.into()))?;
            if FileType::from_raw_mode(held.st_mode) != FileType::RegularFile {
                return Err(not_regular("lock", path));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if !lock_within(&file, left).map_err(fail)? {
                return Err(fail(io::ErrorKind::TimedOut.into()));
            }
            // The one who held it may have removed or replaced the file; a
            // lock on something that has no name protects nothing.
            match rustix::fs::lstat(path) {
                Ok(named) if (named.st_dev, named.st_ino) == (held.st_dev, held.st_ino) => {
                    return Ok(Self { file });
                }
                Ok(_) | Err(Errno::NOENT) if Instant::now() < deadline => {}
                Ok(_) | Err(Errno::NOENT) => return Err(fail(io::ErrorKind::TimedOut.into())),
                Err(e) => return Err(fail(e.into())),
            }
        }
    }

    /// The locked file, open for reading and writing.
    pub const fn file(&self) -> &File {
        &self.file
    }
}

/// Locks an open file exclusively, waiting at most `wait`. `false` when
/// somebody else still holds it. The lock ends when the file is closed.
pub fn lock_within(file: &File, wait: Duration) -> io::Result<bool> {
    let deadline = Instant::now() + wait;
    let mut tries = 0_u32;
    loop {
        match rustix::fs::flock(file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(true),
            Err(Errno::WOULDBLOCK | Errno::INTR) => {}
            Err(e) => return Err(e.into()),
        }
        if Instant::now() >= deadline {
            return Ok(false);
        }
        tries += 1;
        // Holders are done in microseconds, unless they were stopped.
        if tries < 16 {
            std::thread::yield_now();
        } else {
            std::thread::sleep(Duration::from_micros(if tries < 100 { 50 } else { 1_000 }));
        }
    }
}

/// Gives up a lock taken with [`lock_within`] before the file is closed.
pub fn unlock(file: &File) {
    // Cannot fail on an open file; closing it does the same.
    rustix::fs::flock(file, FlockOperation::Unlock).ok();
}

//! Files and folders.
//!
//! Folders are walked as git sees them: `.gitignore` and the like count, hidden
//! files are files. Links are not followed, so nothing outside is read.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use ignore::{WalkBuilder, WalkState};

use crate::{Options, Outcome, Piece, ScanError, is_binary};

/// Bytes of a window of a large file.
const WINDOW: usize = 4 * 1024 * 1024;
/// Bytes at the end of a window that are looked at again with the next one: the
/// longest secret there is.
const OVERLAP: usize = 64 * 1024;

/// Bytes of a text in UTF-16, which is read whole.
const UTF16: u64 = 32 * 1024 * 1024;

/// Which files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Walk {
    /// Files that git ignores as well.
    pub ignored: bool,
    /// Threads; 0 for as many as there are processors.
    pub threads: usize,
}

/// Looks at files and folders. `seen` counts files while it goes on.
///
/// # Errors
/// When one of the paths is not there.
pub fn scan(
    paths: &[PathBuf],
    walk: Walk,
    options: &Options,
    seen: &AtomicU64,
) -> Result<Outcome, ScanError> {
    let mut all = Outcome::default();
    let mut folders: Option<WalkBuilder> = None;
    for path in paths {
        let meta = std::fs::symlink_metadata(path)
            .map_err(|e| palisade_files::FileError::new("read", path, e))?;
        if meta.is_dir() {
            match &mut folders {
                None => folders = Some(WalkBuilder::new(path)),
                Some(builder) => {
                    builder.add(path);
                }
            }
        } else {
            // Named, so whatever it is: a link is what somebody wanted looked at.
            file(path, &mut all, &mut Vec::new(), options);
            seen.fetch_add(1, Ordering::Relaxed);
        }
    }
    if let Some(mut builder) = folders {
        builder
            .hidden(false)
            .follow_links(false)
            .threads(walk.threads)
            .git_ignore(!walk.ignored)
            .git_exclude(!walk.ignored)
            .git_global(!walk.ignored)
            .ignore(!walk.ignored)
            .parents(!walk.ignored)
            .require_git(false)
            .filter_entry(|entry| entry.file_name() != ".git" || entry.depth() == 0);
        all.add(folder(&builder, options, seen));
    }
    all.sort();
    Ok(all)
}

fn folder(builder: &WalkBuilder, options: &Options, seen: &AtomicU64) -> Outcome {
    let all = Mutex::new(Outcome::default());
    builder.build_parallel().run(|| {
        let mut part = Part {
            found: Outcome::default(),
            all: &all,
        };
        let mut buffer = Vec::new();
        Box::new(move |entry| {
            match entry {
                Ok(entry) if entry.file_type().is_some_and(|t| t.is_file()) => {
                    file(entry.path(), &mut part.found, &mut buffer, options);
                    seen.fetch_add(1, Ordering::Relaxed);
                }
                Ok(_) => {}
                Err(error) => part.found.missed.push(error.to_string()),
            }
            WalkState::Continue
        })
    });
    all.into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// What one thread found, handed over when it ends.
struct Part<'a> {
    found: Outcome,
    all: &'a Mutex<Outcome>,
}

impl Drop for Part<'_> {
    fn drop(&mut self) {
        let found = std::mem::take(&mut self.found);
        let mut all = self
            .all
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        all.add(found);
    }
}

/// One file, in windows that overlap.
fn file(path: &Path, out: &mut Outcome, buffer: &mut Vec<u8>, options: &Options) {
    let shown = path.strip_prefix("./").unwrap_or(path).to_string_lossy();
    if let Err(error) = windows(path, &shown, out, buffer, options) {
        out.missed.push(format!("{shown}: {error}"));
    }
}

fn windows(
    path: &Path,
    shown: &str,
    out: &mut Outcome,
    buffer: &mut Vec<u8>,
    options: &Options,
) -> std::io::Result<()> {
    let mut source = std::fs::File::open(path)?;
    if !source.metadata()?.is_file() {
        return Err(std::io::Error::other("not a regular file"));
    }
    buffer.clear();
    let mut lines = 0;
    let mut first = true;
    loop {
        let room = (WINDOW + OVERLAP).saturating_sub(buffer.len()) as u64;
        let read = source.by_ref().take(room).read_to_end(buffer)?;
        let last = (read as u64) < room;
        out.tally.bytes += read as u64;
        if first {
            out.tally.pieces += 1;
            let marked = buffer.starts_with(&[0xff, 0xfe]) || buffer.starts_with(&[0xfe, 0xff]);
            if !marked && is_binary(buffer) {
                out.tally.binary += 1;
                return Ok(());
            }
            if last || marked {
                if !last {
                    let more = source.by_ref().take(UTF16).read_to_end(buffer)?;
                    out.tally.bytes += more as u64;
                    if more as u64 == UTF16 {
                        out.missed
                            .push(format!("{shown}: the rest of a very large text in UTF-16"));
                    }
                }
                if let Some(piece) = Piece::of(buffer) {
                    out.window(shown, &piece, (0, usize::MAX), options);
                }
                return Ok(());
            }
            first = false;
        }
        let piece = Piece::window(buffer);
        if last {
            out.window(shown, &piece, (lines, usize::MAX), options);
            return Ok(());
        }
        // The next window begins with a line where there is one.
        let tail = buffer.len().saturating_sub(OVERLAP);
        let rest = buffer.get(tail..).unwrap_or_default();
        let at = rest
            .iter()
            .position(|b| *b == b'\n')
            .map_or(tail, |newline| tail + newline + 1);
        out.window(shown, &piece, (lines, at), options);
        let passed = buffer.get(..at).unwrap_or_default();
        let newlines = memchr::memchr_iter(b'\n', passed).count();
        lines += u32::try_from(newlines).unwrap_or(u32::MAX);
        buffer.drain(..at);
    }
}

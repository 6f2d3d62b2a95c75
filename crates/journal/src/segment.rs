//! Which files the journal of a user consists of.

use std::fs;
use std::path::{Path, PathBuf};

/// Bytes after which a new segment is begun.
pub const SEGMENT_BYTES: u64 = 64 * 1024 * 1024;

const DIGITS: usize = 20;

/// The directory of this user's journal below the state directory.
pub fn directory(state_dir: &Path) -> PathBuf {
    let uid = rustix::process::geteuid().as_raw();
    state_dir.join("audit").join(uid.to_string())
}

/// The name of the segment that begins with record `seq`.
pub(crate) fn name(seq: u64) -> String {
    format!("seg-{seq:0DIGITS$}.ndj")
}

/// Whether this is the name of a segment; anything else in the directory is
/// not ours to read.
pub(crate) fn is_segment(name: &str) -> bool {
    name.strip_prefix("seg-")
        .and_then(|n| n.strip_suffix(".ndj"))
        .is_some_and(|n| n.len() == DIGITS && n.bytes().all(|b| b.is_ascii_digit()))
}

/// The name of the file for records that could not be chained.
pub(crate) fn late_name(pid: u32) -> String {
    format!("late-{pid}.ndj")
}

fn is_late(name: &str) -> bool {
    name.strip_prefix("late-")
        .and_then(|n| n.strip_suffix(".ndj"))
        .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// The files of a journal, by name.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Oldest first.
    pub(crate) segments: Vec<String>,
    /// Late files, sorted.
    pub(crate) late: Vec<String>,
}

/// Lists the directory; one that cannot be read is an empty one.
pub(crate) fn list(dir: &Path) -> Listing {
    let mut listing = Listing::default();
    let Ok(entries) = fs::read_dir(dir) else {
        return listing;
    };
    for entry in entries.flatten() {
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if is_segment(&name) {
            listing.segments.push(name);
        } else if is_late(&name) {
            listing.late.push(name);
        }
    }
    listing.segments.sort_unstable();
    listing.late.sort_unstable();
    listing
}

//! Which session a hook call belongs to, where one was started with a policy of
//! its own.
//!
//! A repository's settings can set environment variables for hooks, so a
//! variable alone would let the repository under review choose how it is
//! reviewed. The process that `palisade run` becomes is written down where no
//! agent reaches, by its number and the moment it started, and a hook call asks
//! whether it descends from one. The variable remains for agents whose hooks are
//! started by a server of theirs, and for systems without `/proc`.

use std::io;
use std::path::{Path, PathBuf};

use crate::Places;

/// Steps up; a longer chain has no honest reason.
const STEPS: usize = 64;
/// Bytes of a record.
const FILE_BYTES: usize = 16 * 1024;

fn folder(places: &Places) -> PathBuf {
    places.session_policies().join("running")
}

/// Puts this process, and what it becomes, under the policy in `file`.
///
/// # Errors
/// When that cannot be written down.
pub fn begin(places: &Places, file: &Path) -> io::Result<()> {
    let folder = folder(places);
    palisade_files::create_private_dir(&folder).map_err(io::Error::other)?;
    for entry in std::fs::read_dir(&folder)?.flatten() {
        // Processes of yesterday.
        let pid = entry.file_name().to_str().and_then(|n| n.parse().ok());
        if pid.is_none_or(|pid| recorded(&folder, pid).is_none()) {
            std::fs::remove_file(entry.path()).ok();
        }
    }
    let pid = std::process::id();
    let Some((_, started)) = process(pid) else {
        return Ok(());
    };
    let text = format!("{started}\n{}", file.display());
    palisade_files::write_atomic(&folder.join(pid.to_string()), text.as_bytes(), Some(0o600))
        .map_err(io::Error::other)
}

/// The policy of the session this process descends from.
pub fn policy(places: &Places) -> Option<PathBuf> {
    let folder = folder(places);
    // Most people have never started one.
    std::fs::read_dir(&folder).ok()?.next()?.ok()?;
    let mut pid = std::process::id();
    for _ in 0..STEPS {
        if let Some(policy) = recorded(&folder, pid) {
            return Some(policy);
        }
        pid = process(pid)?.0;
        if pid <= 1 {
            break;
        }
    }
    None
}

/// What was written down about the process of this number, if it is still that
/// process.
fn recorded(folder: &Path, pid: u32) -> Option<PathBuf> {
    let path = folder.join(pid.to_string());
    let bytes = palisade_files::read_capped(&path, FILE_BYTES).ok()??;
    let text = String::from_utf8(bytes).ok()?;
    let (started, policy) = text.split_once('\n')?;
    (process(pid)?.1 == started).then(|| PathBuf::from(policy))
}

/// The parent of a process, and when it started, in the system's own words
/// (proc_pid_stat(5): fields 4 and 22).
fn process(pid: u32) -> Option<(u32, String)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold anything, parentheses too.
    let (_, after) = stat.rsplit_once(')')?;
    let mut fields = after.split_whitespace();
    let parent = fields.nth(1)?.parse().ok()?;
    Some((parent, fields.nth(17)?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(home: &Path) -> Places {
        Places::from_env(|name| (name == "HOME").then(|| home.as_os_str().to_owned()))
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_is_known_by_number_and_start() {
        let dir = tempfile::tempdir().unwrap();
        let places = places(dir.path());
        assert_eq!(policy(&places), None);
        begin(&places, Path::new("/state/a.toml")).unwrap();
        assert_eq!(policy(&places), Some("/state/a.toml".into()));
        // Another process that has the number today.
        let record = folder(&places).join(std::process::id().to_string());
        std::fs::write(&record, "1\n/state/a.toml").unwrap();
        assert_eq!(policy(&places), None);
        std::fs::write(folder(&places).join("notes"), "").unwrap();
        begin(&places, Path::new("/state/b.toml")).unwrap();
        assert_eq!(policy(&places), Some("/state/b.toml".into()));
        assert_eq!(std::fs::read_dir(folder(&places)).unwrap().count(), 1);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn fields_of_a_process() {
        let (parent, started) = process(std::process::id()).unwrap();
        assert_eq!(parent, std::os::unix::process::parent_id());
        assert!(started.parse::<u64>().unwrap() > 0);
    }
}

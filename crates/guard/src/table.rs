//! The decision table in force, or the reason why it is the restricted one.
//!
//! The hook never parses policy source. It reads a compiled snapshot and
//! compares, by `stat`, the files it was made from. When one has changed, the
//! sibling `palisade` compiles anew within the deadline; when that is not
//! possible, only reads go on.

use std::ffi::OsString;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use palisade_core::{Clock as _, Profile, SystemClock};
use palisade_policy::{Snapshot, Table};

use crate::Places;

/// Bytes of a snapshot.
const SNAPSHOT_BYTES: usize = 8 * 1024 * 1024;
/// How long the compiler may take; well inside the hook's own deadline.
const COMPILE_TIME: Duration = Duration::from_millis(900);

/// What the guard decides by.
#[derive(Debug)]
pub struct InForce {
    /// The table.
    pub table: Table,
    /// First 16 hex digits of the snapshot's digest; `builtin` or `restricted` without one.
    pub digest: String,
    /// Why the table is the restricted one, for the person.
    pub fault: Option<String>,
}

impl InForce {
    fn restricted(why: impl Into<String>) -> Self {
        Self {
            table: Table::builtin(Profile::Restricted),
            digest: "restricted".to_owned(),
            fault: Some(why.into()),
        }
    }
}

/// The project's policy file, if it has one.
pub fn project_policy(workspace: &Path) -> PathBuf {
    workspace.join(".palisade/policy.toml")
}

/// The project's policies in Cedar, if it has any.
pub fn project_cedar(workspace: &Path) -> PathBuf {
    workspace.join(".palisade/policy.cedar")
}

/// Where the table compiled for `workspace` lies.
pub fn snapshot_path(places: &Places, workspace: &Path) -> PathBuf {
    let project = project_policy(workspace);
    let name = if project.exists() || project_cedar(workspace).exists() {
        path_key(&project)
    } else {
        "user".to_owned()
    };
    let name = match &places.session_policy {
        Some(session) => format!("{name}-{}", path_key(session)),
        None => name,
    };
    places.tables().join(format!("{name}.table"))
}

/// A file name for a path.
pub fn path_key(path: &Path) -> String {
    use sha2::Digest as _;
    use std::fmt::Write as _;
    let digest = sha2::Sha256::digest(path.as_os_str().as_encoded_bytes());
    digest.iter().take(16).fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").ok();
        out
    })
}

/// Loads what is in force for `workspace`.
pub fn load(places: &Places, workspace: &Path) -> InForce {
    let path = snapshot_path(places, workspace);
    match read(&path) {
        Ok(read) if fresh(&read.0, places, workspace) => return in_force(read),
        Ok(_) | Err(Unread::Missing) => {}
        Err(Unread::Damaged(why)) => {
            return recompiled(places, workspace, &path)
                .unwrap_or_else(|| InForce::restricted(why));
        }
    }
    if let Some(now) = recompiled(places, workspace, &path) {
        return now;
    }
    // Without any policy file there is nothing to compile: the default holds.
    let files = [
        project_policy(workspace),
        project_cedar(workspace),
        places.user_policy(),
        places.user_cedar(),
    ];
    if !path.exists()
        && places.session_policy.is_none()
        && files.iter().all(|f| !f.exists())
        && fragments(&places.organisation).is_empty()
    {
        return InForce {
            table: Table::builtin(Profile::Standard),
            digest: "builtin".to_owned(),
            fault: None,
        };
    }
    InForce::restricted(format!(
        "the policy could not be compiled; run `palisade policy check` in {}",
        workspace.display()
    ))
}

fn in_force((snapshot, digest): (Snapshot, String)) -> InForce {
    // The compiler writes this profile when the policy files have errors.
    let fault = (snapshot.table.profile == Profile::Restricted)
        .then(|| "the policy files have errors; run `palisade policy check`".to_owned());
    InForce {
        digest,
        fault,
        table: snapshot.table,
    }
}

enum Unread {
    Missing,
    Damaged(String),
}

fn read(path: &Path) -> Result<(Snapshot, String), Unread> {
    if !path.exists() {
        return Err(Unread::Missing);
    }
    let damaged = |why: String| {
        Unread::Damaged(format!(
            "the compiled policy {} is not usable: {why}; run `palisade policy compile`",
            path.display()
        ))
    };
    let bytes = palisade_files::read_capped(path, SNAPSHOT_BYTES)
        .map_err(|e| damaged(e.to_string()))?
        .ok_or_else(|| damaged("larger than 8 MiB".into()))?;
    let snapshot = Snapshot::decode(&bytes).map_err(|e| damaged(e.to_string()))?;
    let digest = Snapshot::digest_of(&bytes).unwrap_or_default();
    Ok((snapshot, Snapshot::short(&digest)))
}

/// Every file the snapshot was made from is as it was, and no other has appeared.
fn fresh(snapshot: &Snapshot, places: &Places, workspace: &Path) -> bool {
    let sources = &snapshot.sources;
    if snapshot.expires != 0 && SystemClock.now().0 >= snapshot.expires {
        return false;
    }
    let unchanged = sources.iter().all(|s| match std::fs::metadata(&s.path) {
        Ok(meta) => {
            let mtime = i128::from(meta.mtime()) * 1_000_000_000 + i128::from(meta.mtime_nsec());
            s.present && meta.len() == s.size && mtime == s.mtime_ns && meta.ino() == s.ino
        }
        Err(_) => !s.present,
    });
    let known = |p: &Path| sources.iter().any(|s| Path::new(&s.path) == p);
    unchanged
        && known(&places.user_policy())
        && known(&places.user_cedar())
        && places.session_policy.as_deref().is_none_or(known)
        && [project_policy(workspace), project_cedar(workspace)]
            .iter()
            .all(|f| known(f) || !f.exists())
        && fragments(&places.organisation).iter().all(|f| known(f))
}

fn fragments(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    entries
        .flatten()
        .map(|e| e.path())
        .filter(|p| {
            p.extension()
                .is_some_and(|e| e == "toml" || e == "cedar" || e == "bundle")
        })
        .collect()
}

/// The session's policy as an argument of the compiler.
fn session(places: &Places) -> Vec<OsString> {
    let file = places.session_policy.as_ref();
    file.map_or_else(Vec::new, |file| {
        vec!["--session-policy".into(), file.clone().into_os_string()]
    })
}

/// Runs the compiler beside this program and reads what it wrote.
fn recompiled(places: &Places, workspace: &Path, path: &Path) -> Option<InForce> {
    let compiler = places.program("palisade")?;
    let mut child = Command::new(compiler)
        .args(["policy", "compile", "--quiet", "--project"])
        .arg(workspace)
        .args(places.to_args())
        .args(session(places))
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(_)) => break,
            Ok(None) if start.elapsed() < COMPILE_TIME => {
                std::thread::sleep(Duration::from_millis(1));
            }
            _ => {
                // It may be stuck on a slow disk; we are not going to wait.
                child.kill().ok();
                child.wait().ok();
                return None;
            }
        }
    }
    let read = read(path).ok()?;
    fresh(&read.0, places, workspace).then(|| in_force(read))
}

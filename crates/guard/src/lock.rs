//! The lock: what the installation was when a person last agreed to it.
//!
//! `palisade protect` writes down the digests of the guard's programs and which
//! settings files call it. Every call compares, by `stat` where nothing has
//! changed. What is not as it was raises an alarm: it is on record, and the
//! person is told when a session or a prompt begins. It stops nothing by itself:
//! who can exchange a program can exchange the one that looks.

use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::Places;

/// Bytes of the lock.
const LOCK_BYTES: usize = 256 * 1024;
/// Bytes of a program or a settings file.
const FILE_BYTES: usize = 128 * 1024 * 1024;

/// What a file was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Locked {
    path: PathBuf,
    size: u64,
    mtime: i64,
    mtime_ns: i64,
    ino: u64,
    sha256: String,
    /// People and agents change it; that it calls the guard has to stay.
    wiring: bool,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Lock {
    files: Vec<Locked>,
}

fn path(places: &Places) -> PathBuf {
    places.state.join("lock.json")
}

/// Writes down the programs and the settings files that call the guard; without
/// any of these there is nothing to lock.
///
/// # Errors
/// When the lock cannot be written.
pub fn write(places: &Places, wiring: &[PathBuf]) -> io::Result<()> {
    if wiring.is_empty() {
        return match std::fs::remove_file(path(places)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        };
    }
    let programs = ["palisade", "palisade-hook"]
        .iter()
        .filter_map(|name| places.program(name));
    let programs = programs.map(|path| (path, false));
    let settings = wiring.iter().map(|path| (path.clone(), true));
    let files = programs
        .chain(settings)
        .filter_map(|(path, wiring)| locked(&path, wiring))
        .collect();
    save(places, &Lock { files })
}

fn save(places: &Places, lock: &Lock) -> io::Result<()> {
    palisade_files::create_private_dir(&places.state).map_err(io::Error::other)?;
    let text = serde_json::to_string(lock).map_err(io::Error::other)?;
    palisade_files::write_atomic(&path(places), text.as_bytes(), Some(0o600))
        .map_err(io::Error::other)
}

fn locked(path: &Path, wiring: bool) -> Option<Locked> {
    let meta = std::fs::metadata(path).ok()?;
    let bytes = palisade_files::read_capped(path, FILE_BYTES).ok()??;
    Some(Locked {
        path: path.to_owned(),
        size: meta.len(),
        mtime: meta.mtime(),
        mtime_ns: meta.mtime_nsec(),
        ino: meta.ino(),
        sha256: hex(&Sha256::digest(&bytes)),
        wiring,
    })
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").ok();
        out
    })
}

/// The files that are not as they were, each in words.
pub(crate) fn broken(places: &Places) -> Vec<String> {
    let bytes = palisade_files::read_capped(&path(places), LOCK_BYTES);
    let Some(bytes) = bytes.ok().flatten() else {
        return Vec::new();
    };
    let Ok(mut lock) = serde_json::from_slice::<Lock>(&bytes) else {
        return vec![format!("{} is damaged", path(places).display())];
    };
    let mut broken = Vec::new();
    let mut renewed = false;
    for file in &mut lock.files {
        let shown = file.path.display();
        let Ok(meta) = std::fs::metadata(&file.path) else {
            // With the project it was in, nobody has taken anything out.
            if !file.wiring || file.path.parent().is_some_and(Path::exists) {
                broken.push(format!("{shown} is gone"));
            }
            continue;
        };
        let as_it_was = (meta.len(), meta.mtime(), meta.mtime_nsec(), meta.ino())
            == (file.size, file.mtime, file.mtime_ns, file.ino);
        if as_it_was {
            continue;
        }
        match locked(&file.path, file.wiring) {
            Some(now) if now.sha256 == file.sha256 || (now.wiring && calls_us(&now.path)) => {
                *file = now;
                renewed = true;
            }
            _ if file.wiring => broken.push(format!("{shown} no longer calls the guard")),
            _ => broken.push(format!(
                "{shown} is another program than the one that was installed"
            )),
        }
    }
    if renewed {
        // Looked at once more next time when this fails.
        save(places, &lock).ok();
    }
    broken
}

/// What every settings file that calls the guard names.
fn calls_us(path: &Path) -> bool {
    let bytes = palisade_files::read_capped(path, FILE_BYTES).ok().flatten();
    bytes.is_some_and(|b| String::from_utf8_lossy(&b).contains("palisade-hook"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let mut places =
            Places::from_env(|name| (name == "HOME").then(|| dir.path().as_os_str().to_owned()));
        places.programs = Some(dir.path().join("bin"));
        let at = |name: &str| dir.path().join(name);
        std::fs::create_dir_all(at("bin")).unwrap();
        std::fs::create_dir_all(&places.state).unwrap();
        for name in ["bin/palisade", "bin/palisade-hook"] {
            std::fs::write(at(name), name).unwrap();
        }
        std::fs::write(at("settings.json"), "{\"hooks\": \"/bin/palisade-hook\"}").unwrap();
        assert_eq!(broken(&places), Vec::<String>::new());
        write(&places, &[at("settings.json")]).unwrap();
        assert_eq!(broken(&places), Vec::<String>::new());
        // Rewritten as it was, and changed beside the guard.
        std::fs::write(at("bin/palisade"), "bin/palisade").unwrap();
        std::fs::write(
            at("settings.json"),
            "{\"a\": 1, \"hooks\": \"/bin/palisade-hook\"}",
        )
        .unwrap();
        assert_eq!(broken(&places), Vec::<String>::new());
        std::fs::write(at("settings.json"), "{}").unwrap();
        std::fs::write(at("bin/palisade"), "something else").unwrap();
        std::fs::remove_file(at("bin/palisade-hook")).unwrap();
        let said = broken(&places)
            .join("\n")
            .replace(&dir.path().display().to_string(), "");
        assert_eq!(
            said,
            "/bin/palisade is another program than the one that was installed\n\
             /bin/palisade-hook is gone\n\
             /settings.json no longer calls the guard"
        );
        std::fs::write(path(&places), "{").unwrap();
        assert_eq!(broken(&places).len(), 1);
        write(&places, &[]).unwrap();
        assert_eq!(broken(&places), Vec::<String>::new());
    }
}

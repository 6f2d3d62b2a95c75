//! Finds the agent's program and its version, if possible without running it.

use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use palisade_files as files;
use serde_json::Value;

use super::layers::Places;

/// How long `claude --version` may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// The program that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundClaude {
    /// Where it is, as found.
    pub path: PathBuf,
    /// Its version.
    pub version: Option<String>,
}

/// Looks in the search path and in the places its installers use.
pub fn find_claude(places: &Places) -> Option<FoundClaude> {
    let searched = std::env::split_paths(&places.path)
        .filter(|dir| dir.is_absolute())
        .map(|dir| dir.join("claude"));
    let usual = [
        places.home.join(".claude/local/claude"),
        places.home.join(".local/bin/claude"),
        places.home.join(".npm-global/bin/claude"),
        PathBuf::from("/usr/local/bin/claude"),
        PathBuf::from("/usr/bin/claude"),
        PathBuf::from("/opt/homebrew/bin/claude"),
    ];
    let path = searched.chain(usual).find(|path| is_program(path))?;
    let version = version_beside(&path).or_else(|| version_said(&path, places));
    Some(FoundClaude { path, version })
}

pub(super) fn is_program(path: &Path) -> bool {
    std::fs::metadata(path)
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// From the package the program belongs to, or from the folder of versions
/// that the native installer keeps.
fn version_beside(path: &Path) -> Option<String> {
    let real = std::fs::canonicalize(path).ok()?;
    if real
        .parent()
        .is_some_and(|dir| dir.ends_with("claude/versions"))
    {
        return real.file_name()?.to_str().and_then(version_in);
    }
    real.ancestors().skip(1).take(4).find_map(|dir| {
        let bytes = files::read_capped(&dir.join("package.json"), 256 * 1024).ok()??;
        let json: Value = serde_json::from_slice(&bytes).ok()?;
        json.get("name")?
            .as_str()?
            .starts_with("@anthropic-ai/claude-code")
            .then(|| json.get("version")?.as_str().and_then(version_in))?
    })
}

/// Asks the program, with a bare environment and little patience.
fn version_said(path: &Path, places: &Places) -> Option<String> {
    let mut child = Command::new(path)
        .arg("--version")
        .env_clear()
        .env("PATH", &places.path)
        .env("HOME", &places.home)
        .env("DISABLE_AUTOUPDATER", "1")
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let started = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(_)) => break,
            Ok(None) if started.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(10));
            }
            _ => {
                drop(child.kill());
                drop(child.wait());
                return None;
            }
        }
    }
    let mut said = Vec::new();
    child.stdout?.take(1_024).read_to_end(&mut said).ok()?;
    version_in(std::str::from_utf8(&said).ok()?)
}

/// The first word that looks like a version.
fn version_in(text: &str) -> Option<String> {
    text.split_whitespace()
        .find(|word| {
            word.len() <= 40
                && word.split('.').count() >= 3
                && word.starts_with(|c: char| c.is_ascii_digit())
                && word
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b".-+".contains(&b))
        })
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognises_versions() {
        assert_eq!(
            version_in("2.1.329 (Claude Code)\n").as_deref(),
            Some("2.1.329")
        );
        assert_eq!(version_in("no version"), None);
        assert_eq!(version_in("2.\u{1b}[1m.3"), None);
    }
}

//! Repositories and secrets that open nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use palisade_core::Confidence;
use palisade_scan::{Options, Outcome};
use palisade_secrets::FingerprintKey;

/// Kept in pieces, so that no scanner takes this file for a leak.
pub(crate) fn slack(last: &str) -> String {
    format!(
        "{}{}",
        "xoxb-9382017455",
        format_args!("66-9382017455662-Qm7TzK1vYw9RpL3xHc5NbG2{last}")
    )
}

pub(crate) fn options() -> Options {
    Options {
        least: Confidence::Medium,
        key: FingerprintKey::from_bytes([7; 32]),
        today: "2026-11-27".into(),
        show_secrets: false,
    }
}

/// What was found, as `path:line:column rule`.
pub(crate) fn places(outcome: &Outcome) -> Vec<String> {
    outcome
        .secrets
        .iter()
        .map(|s| format!("{}:{}:{} {}", s.path, s.line, s.column, s.rule))
        .collect()
}

/// A folder that is removed again.
pub(crate) struct Folder {
    dir: tempfile::TempDir,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn repository() -> Self {
        let folder = Self::new();
        folder.git(&["init", "--quiet", "--initial-branch", "main"]);
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn put(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn git(&self, args: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-C", &self.path().to_string_lossy()])
            .args(["-c", "user.name=Mara", "-c", "user.email=mara@example.com"])
            .args([
                "-c",
                "commit.gpgSign=false",
                "-c",
                "core.hooksPath=/dev/null",
            ])
            .args(args)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_COMMITTER_DATE", "2026-11-20T10:00:00Z")
            .env("GIT_AUTHOR_DATE", "2026-11-20T10:00:00Z")
            .output()
            .unwrap();
        assert!(output.status.success(), "{args:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self.git(&["rev-parse", "HEAD"])
    }
}

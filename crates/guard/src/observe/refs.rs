//! The refs of a repository: what its branches, and those of its remotes as
//! last seen, point to.

use std::path::{Path, PathBuf};

use super::git::{Config, Repository, control_file};

/// Bytes of a list of packed refs.
const PACKED_BYTES: usize = 16 * 1024 * 1024;
/// Refs that are looked at.
const REFS: usize = 4_000;
/// Refs that lead to refs.
const LINKS: usize = 8;

impl Repository {
    /// Objects have SHA-1 names and refs are files: what is read here.
    pub(crate) fn has_plain_objects(&self) -> bool {
        let config = Config::read(&self.common_dir().join("config"));
        let plain = |key, want: &str| {
            config
                .get("extensions", None, key)
                .is_none_or(|value| value.eq_ignore_ascii_case(want))
        };
        plain("objectformat", "sha1") && plain("refstorage", "files")
    }

    /// The remote a push without one goes to, when configuration names it.
    pub(crate) fn push_remote(&self) -> Option<String> {
        let config = Config::read(&self.common_dir().join("config"));
        let branch = self.branch();
        let of_branch = |key| config.get("branch", branch.as_deref(), key);
        of_branch("pushremote")
            .or_else(|| config.get("remote", None, "pushdefault"))
            .or_else(|| of_branch("remote"))
    }

    /// What the branches of a remote were when it was last asked; none for one
    /// that has no name here. The branch that most start from comes first.
    pub(crate) fn remote_tips(&self, remote: &str) -> Vec<String> {
        let plain = !remote.is_empty()
            && !remote.contains("..")
            && !remote.contains(':')
            && !remote.starts_with('/');
        if !plain {
            return Vec::new();
        }
        let mut refs = self.refs(&format!("refs/remotes/{remote}"));
        let default = self
            .default_branch(remote)
            .unwrap_or_else(|| "main".to_owned());
        let current = self.branch().unwrap_or_default();
        refs.sort_by_key(|(name, _)| {
            let name = name.rsplit('/').next().unwrap_or_default().to_owned();
            (name != current && name != default, name)
        });
        refs.into_iter().map(|(_, id)| id).collect()
    }

    /// What the branches of all remotes were when they were last asked.
    pub(crate) fn every_remote_tip(&self) -> Vec<String> {
        let refs = self.refs("refs/remotes");
        refs.into_iter().map(|(_, id)| id).collect()
    }

    /// What local branches and tags point to.
    pub(crate) fn local_tips(&self) -> Vec<String> {
        let mut refs = self.refs("refs/heads");
        refs.extend(self.refs("refs/tags"));
        refs.into_iter().map(|(_, id)| id).collect()
    }

    /// What a name stands for: a branch, a tag, `HEAD` or an object itself.
    pub(crate) fn tip(&self, name: &str) -> Option<String> {
        if name.contains("..") || name.starts_with('/') {
            return None;
        }
        let name = if name == "@" { "HEAD" } else { name };
        for place in ["", "refs/heads/", "refs/tags/", "refs/", "refs/remotes/"] {
            if let Some(id) = self.resolved(&format!("{place}{name}")) {
                return Some(id);
            }
        }
        (name.len() == 40 && name.bytes().all(|b| b.is_ascii_hexdigit())).then(|| name.to_owned())
    }

    fn resolved(&self, name: &str) -> Option<String> {
        let mut name = name.to_owned();
        for _ in 0..LINKS {
            let text = [self.git_dir(), self.common_dir()]
                .iter()
                .find_map(|dir| control_file(&dir.join(&name)));
            let Some(text) = text else {
                return self
                    .packed()
                    .into_iter()
                    .find(|(n, _)| *n == name)
                    .map(|(_, id)| id);
            };
            match text.trim().strip_prefix("ref:") {
                Some(next) => next.trim().clone_into(&mut name),
                None => {
                    let id = text.trim();
                    let plain = id.len() == 40 && id.bytes().all(|b| b.is_ascii_hexdigit());
                    return plain.then(|| id.to_owned());
                }
            }
        }
        None
    }

    fn packed(&self) -> Vec<(String, String)> {
        let path = self.common_dir().join("packed-refs");
        let bytes = palisade_files::read_capped(&path, PACKED_BYTES)
            .ok()
            .flatten();
        let text = String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned();
        text.lines()
            .filter(|l| !l.starts_with(['#', '^']))
            .filter_map(|l| l.split_once(' '))
            .map(|(id, name)| (name.trim().to_owned(), id.to_owned()))
            .collect()
    }

    /// Refs below a folder, loose ones over packed ones.
    pub(super) fn refs(&self, below: &str) -> Vec<(String, String)> {
        let mut out: Vec<(String, String)> = Vec::new();
        let root = self.common_dir().join(below);
        let mut folders: Vec<PathBuf> = vec![root];
        while let Some(dir) = folders.pop() {
            let Ok(entries) = std::fs::read_dir(&dir) else {
                continue;
            };
            for entry in entries.flatten().take(REFS) {
                let path = entry.path();
                if path.is_dir() && folders.len() < 100 {
                    folders.push(path);
                } else if out.len() < REFS {
                    let name = path
                        .strip_prefix(self.common_dir())
                        .unwrap_or(Path::new(""));
                    let name = name.to_string_lossy().into_owned();
                    if let Some(id) = self.resolved(&name) {
                        out.push((name, id));
                    }
                }
            }
        }
        let prefix = format!("{below}/");
        for (name, id) in self.packed() {
            if out.len() >= REFS {
                break;
            }
            if name.starts_with(&prefix) && !out.iter().any(|(n, _)| *n == name) {
                out.push((name, id));
            }
        }
        out
    }
}

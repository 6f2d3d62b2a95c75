//! What a repository says about itself, read from its files.
//!
//! The guard never starts `git`: a process costs more than the whole verdict,
//! and a repository's own configuration can make `git` run programs
//! (`core.fsmonitor`, `core.sshCommand`). Only what a verdict needs is read:
//! branch, protection-relevant configuration, and what the index knows.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use palisade_core::Tracking;

/// Bytes of an index that are read; a larger one counts as "not known".
const INDEX_BYTES: usize = 64 * 1024 * 1024;
/// Bytes of a small control file.
const CONTROL_BYTES: usize = 256 * 1024;
/// Files looked at when counting what would be lost.
const WALK_FILES: usize = 20_000;

/// A repository found above a path.
#[derive(Clone, Debug)]
pub(crate) struct Repository {
    /// Top of the working tree.
    pub(crate) top: PathBuf,
    /// Its git directory (of the worktree, when linked).
    git_dir: PathBuf,
    /// The directory that holds configuration and shared refs.
    common_dir: PathBuf,
}

impl Repository {
    /// The innermost repository that contains `start`.
    pub(crate) fn discover(start: &Path) -> Option<Self> {
        start.ancestors().take(64).find_map(Self::at)
    }

    /// The repository whose top is exactly `top`.
    pub(crate) fn at(top: &Path) -> Option<Self> {
        let dot = top.join(".git");
        let meta = std::fs::metadata(&dot).ok()?;
        let git_dir = if meta.is_dir() {
            dot
        } else {
            let text = control_file(&dot)?;
            let target = text.strip_prefix("gitdir:")?.trim();
            top.join(target)
        };
        if !git_dir.join("HEAD").exists() {
            return None;
        }
        let common_dir = control_file(&git_dir.join("commondir"))
            .map_or_else(|| git_dir.clone(), |c| git_dir.join(c.trim()));
        Some(Self {
            top: top.to_owned(),
            git_dir,
            common_dir,
        })
    }

    /// The git directory of this working tree.
    pub(crate) fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The directory that holds configuration, shared refs and objects.
    pub(crate) fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// Short name of the checked-out branch; `None` when detached.
    pub(crate) fn branch(&self) -> Option<String> {
        let head = control_file(&self.git_dir.join("HEAD"))?;
        let name = head.trim().strip_prefix("ref: refs/heads/")?;
        Some(name.to_owned())
    }

    /// The remote's default branch, when the clone recorded it.
    pub(crate) fn default_branch(&self, remote: &str) -> Option<String> {
        if remote.contains("..") || remote.starts_with('/') {
            return None;
        }
        let path = self
            .common_dir
            .join("refs/remotes")
            .join(remote)
            .join("HEAD");
        let text = control_file(&path)?;
        let prefix = format!("ref: refs/remotes/{remote}/");
        Some(text.trim().strip_prefix(&prefix)?.to_owned())
    }

    /// Branches that a `git push` without a refspec would update. More than one,
    /// or none, when configuration says so or cannot be followed.
    pub(crate) fn implicit_push_targets(&self, remote: Option<&str>) -> Vec<String> {
        let Some(branch) = self.branch() else {
            return Vec::new();
        };
        let config = Config::read(&self.common_dir.join("config"));
        let remote = remote
            .map(str::to_owned)
            .or_else(|| config.get("branch", Some(&branch), "pushremote"))
            .or_else(|| config.get("remote", None, "pushdefault"))
            .or_else(|| config.get("branch", Some(&branch), "remote"))
            .unwrap_or_else(|| "origin".to_owned());
        let refspecs = config.all("remote", Some(&remote), "push");
        if !refspecs.is_empty() {
            return refspecs.iter().map(|r| destination(r).to_owned()).collect();
        }
        let upstream = config
            .get("branch", Some(&branch), "merge")
            .map(|m| m.trim_start_matches("refs/heads/").to_owned());
        match config.get("push", None, "default").as_deref() {
            Some("upstream" | "tracking") => upstream.into_iter().collect(),
            Some("matching") => self.local_branches(),
            _ => vec![branch],
        }
    }

    /// Local branch names, loose and packed.
    fn local_branches(&self) -> Vec<String> {
        let mut names = Vec::new();
        if let Some(packed) = control_file(&self.common_dir.join("packed-refs")) {
            names.extend(
                packed
                    .lines()
                    .filter_map(|l| l.split_once(" refs/heads/"))
                    .map(|(_, n)| n.to_owned()),
            );
        }
        let heads = self.common_dir.join("refs/heads");
        let mut stack = vec![heads.clone()];
        while let Some(dir) = stack.pop() {
            let Ok(entries) = std::fs::read_dir(&dir) else {
                continue;
            };
            for entry in entries.flatten().take(1_000) {
                let path = entry.path();
                if path.is_dir() && stack.len() < 100 {
                    stack.push(path);
                } else if let Ok(name) = path.strip_prefix(&heads) {
                    names.push(name.to_string_lossy().into_owned());
                }
            }
        }
        names.sort();
        names.dedup();
        names
    }

    /// Addresses of all remotes.
    pub(crate) fn remotes(&self) -> Vec<String> {
        Config::read(&self.common_dir.join("config"))
            .entries
            .into_iter()
            .filter(|(section, _, key, _)| section == "remote" && key == "url")
            .map(|(_, _, _, url)| url)
            .collect()
    }

    /// Whether a remote of this name has an address.
    pub(crate) fn has_remote(&self, name: &str) -> bool {
        Config::read(&self.common_dir.join("config"))
            .get("remote", Some(name), "url")
            .is_some()
    }

    /// What git holds, or `None` when the index cannot be read.
    pub(crate) fn index(&self) -> Option<Index> {
        let path = self.git_dir.join("index");
        if !path.exists() {
            return Some(Index::default());
        }
        let bytes = palisade_files::read_capped(&path, INDEX_BYTES).ok()??;
        Index::parse(&bytes)
    }

    /// Path relative to the top, if it lies below it.
    pub(crate) fn relative<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        path.strip_prefix(&self.top).ok()
    }
}

fn destination(refspec: &str) -> &str {
    let spec = refspec.trim_start_matches('+');
    let dst = spec.split_once(':').map_or(spec, |(_, d)| d);
    dst.trim_start_matches("refs/heads/")
}

pub(super) fn control_file(path: &Path) -> Option<String> {
    let bytes = palisade_files::read_capped(path, CONTROL_BYTES).ok()??;
    String::from_utf8(bytes).ok()
}

/// The few keys of a git configuration file that decide where a push goes.
#[derive(Debug, Default)]
pub(super) struct Config {
    /// (section, subsection, key, value), section and key in lower case.
    entries: Vec<(String, Option<String>, String, String)>,
}

impl Config {
    pub(super) fn read(path: &Path) -> Self {
        control_file(path).map_or_else(Self::default, |text| Self::parse(&text))
    }

    fn parse(text: &str) -> Self {
        let mut entries = Vec::new();
        let mut section = String::new();
        let mut subsection = None;
        for line in text.lines() {
            let line = line.trim();
            if let Some(head) = line.strip_prefix('[') {
                let head = head.split(']').next().unwrap_or_default();
                match head.split_once('"') {
                    Some((name, rest)) => {
                        section = name.trim().to_ascii_lowercase();
                        subsection = Some(rest.trim_end_matches('"').replace("\\\"", "\""));
                    }
                    None => {
                        section = head.trim().to_ascii_lowercase();
                        subsection = None;
                    }
                }
                continue;
            }
            if line.starts_with('#') || line.starts_with(';') {
                continue;
            }
            let (key, value) = line.split_once('=').unwrap_or((line, "true"));
            entries.push((
                section.clone(),
                subsection.clone(),
                key.trim().to_ascii_lowercase(),
                value.trim().trim_matches('"').to_owned(),
            ));
        }
        Self { entries }
    }

    fn all(&self, section: &str, subsection: Option<&str>, key: &str) -> Vec<String> {
        self.entries
            .iter()
            .filter(|(s, sub, k, _)| s == section && sub.as_deref() == subsection && k == key)
            .map(|(_, _, _, v)| v.clone())
            .collect()
    }

    pub(super) fn get(&self, section: &str, subsection: Option<&str>, key: &str) -> Option<String> {
        self.all(section, subsection, key).pop()
    }
}

/// One tracked file.
#[derive(Debug)]
struct Entry {
    path: Vec<u8>,
    mtime_s: u32,
    mtime_ns: u32,
    size: u32,
}

/// The index: what git tracks, sorted by path.
#[derive(Debug, Default)]
pub(crate) struct Index {
    entries: Vec<Entry>,
}

impl Index {
    /// Reads versions 2 to 4 (gitformat-index). `None` when it is not one.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut at = Cursor { bytes, pos: 0 };
        if at.take(4)? != b"DIRC" {
            return None;
        }
        let version = at.u32()?;
        if !(2..=4).contains(&version) {
            return None;
        }
        let count = at.u32()? as usize;
        // Every entry takes at least 62 bytes: an absurd count cannot reserve memory.
        let mut entries = Vec::with_capacity(count.min(bytes.len() / 62));
        let mut previous: Vec<u8> = Vec::new();
        for _ in 0..count {
            let start = at.pos;
            at.take(8)?; // ctime
            let mtime_s = at.u32()?;
            let mtime_ns = at.u32()?;
            at.take(20)?; // dev, ino, mode, uid, gid
            let size = at.u32()?;
            at.take(20)?; // object id; SHA-256 repositories are not read
            let flags = at.u16()?;
            if flags & 0x4000 != 0 {
                at.take(2)?;
            }
            let path = if version == 4 {
                let strip = at.varint()?;
                let keep = previous.len().checked_sub(strip)?;
                let mut path = previous.get(..keep)?.to_vec();
                path.extend_from_slice(at.until_nul()?);
                path
            } else {
                let path = at.until_nul()?.to_vec();
                let length = at.pos - start - 1;
                // Padded with 1-8 NULs to a multiple of eight.
                let padded = (length / 8 + 1) * 8;
                at.take(padded - length - 1)?;
                path
            };
            previous.clone_from(&path);
            entries.push(Entry {
                path,
                mtime_s,
                mtime_ns,
                size,
            });
        }
        Some(Self { entries })
    }

    fn find(&self, relative: &Path) -> Option<&Entry> {
        use std::os::unix::ffi::OsStrExt as _;
        let wanted = relative.as_os_str().as_bytes();
        let i = self
            .entries
            .binary_search_by(|e| e.path.as_slice().cmp(wanted))
            .ok()?;
        self.entries.get(i)
    }

    /// Whether anything below `relative` is tracked. The top itself is `""`.
    pub(crate) fn tracks_below(&self, relative: &Path) -> bool {
        use std::os::unix::ffi::OsStrExt as _;
        let dir = relative.as_os_str().as_bytes();
        if dir.is_empty() {
            return !self.entries.is_empty();
        }
        let from = self.entries.partition_point(|e| e.path.as_slice() < dir);
        self.entries
            .iter()
            .skip(from)
            .take_while(|e| e.path.starts_with(dir))
            .any(|e| e.path.len() == dir.len() || e.path.get(dir.len()) == Some(&b'/'))
    }

    /// What git knows about one file.
    pub(crate) fn tracking(&self, top: &Path, relative: &Path) -> Tracking {
        let Some(entry) = self.find(relative) else {
            return Tracking::Untracked;
        };
        match std::fs::symlink_metadata(top.join(relative)) {
            Ok(meta) if !entry.differs(&meta) => Tracking::Committed,
            _ => Tracking::Modified,
        }
    }

    /// Counts what is in no commit below `relative`.
    pub(crate) fn unsaved(&self, top: &Path, relative: &Path) -> Unsaved {
        let mut out = Unsaved::default();
        let mut stack = vec![top.join(relative)];
        let mut seen = 0_usize;
        while let Some(path) = stack.pop() {
            seen += 1;
            if seen > WALK_FILES || stack.len() > 10 * WALK_FILES {
                out.capped = true;
                break;
            }
            let Ok(meta) = std::fs::symlink_metadata(&path) else {
                continue;
            };
            if meta.is_dir() {
                if path.file_name().is_some_and(|n| n == ".git") {
                    continue;
                }
                if let Ok(entries) = std::fs::read_dir(&path) {
                    stack.extend(entries.flatten().take(10 * WALK_FILES).map(|e| e.path()));
                }
                continue;
            }
            let Ok(rel) = path.strip_prefix(top) else {
                continue;
            };
            match self.find(rel) {
                None => out.untracked += 1,
                Some(e) if e.differs(&meta) => out.modified += 1,
                Some(_) => out.committed += 1,
            }
        }
        out
    }

    /// Tracked files whose content on disk differs from the index.
    pub(crate) fn modified(&self, top: &Path) -> usize {
        use std::os::unix::ffi::OsStrExt as _;
        self.entries
            .iter()
            .take(WALK_FILES)
            .filter(|e| {
                let path = top.join(std::ffi::OsStr::from_bytes(&e.path));
                std::fs::symlink_metadata(path).is_ok_and(|m| e.differs(&m))
            })
            .count()
    }
}

impl Entry {
    /// Git's own quick test: size and modification time.
    fn differs(&self, meta: &Metadata) -> bool {
        self.size != meta.size() as u32
            || self.mtime_s != meta.mtime() as u32
            || (self.mtime_ns != 0 && self.mtime_ns != meta.mtime_nsec() as u32)
    }
}

/// What would be lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unsaved {
    /// Tracked and changed.
    pub(crate) modified: usize,
    /// Not known to git.
    pub(crate) untracked: usize,
    /// Tracked and unchanged.
    pub(crate) committed: usize,
    /// Counting stopped early.
    capped: bool,
}

impl Unsaved {
    /// In a person's words, or `None` when nothing would be lost.
    pub(crate) fn describe(self) -> Option<String> {
        let more = if self.capped { " or more" } else { "" };
        let files = |n: usize| if n == 1 { "file" } else { "files" };
        match (self.modified, self.untracked) {
            (0, 0) => None,
            (m, 0) => Some(format!("{m}{more} changed {} not committed", files(m))),
            (0, u) => Some(format!("{u}{more} {} git does not have", files(u))),
            (m, u) => Some(format!(
                "{m} changed {} not committed and {u}{more} {} git does not have",
                files(m),
                files(u)
            )),
        }
    }
}

struct Cursor<'b> {
    bytes: &'b [u8],
    pos: usize,
}

impl<'b> Cursor<'b> {
    fn take(&mut self, n: usize) -> Option<&'b [u8]> {
        let end = self.pos.checked_add(n)?;
        let out = self.bytes.get(self.pos..end)?;
        self.pos = end;
        Some(out)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_be_bytes)
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2)?.try_into().ok().map(u16::from_be_bytes)
    }

    fn until_nul(&mut self) -> Option<&'b [u8]> {
        let rest = self.bytes.get(self.pos..)?;
        let n = rest.iter().position(|b| *b == 0)?;
        self.pos += n + 1;
        rest.get(..n)
    }

    /// The offset encoding of pack files (gitformat-pack).
    fn varint(&mut self) -> Option<usize> {
        let mut byte = *self.take(1)?.first()?;
        let mut value = usize::from(byte & 0x7f);
        while byte & 0x80 != 0 {
            byte = *self.take(1)?.first()?;
            value = value.checked_add(1)?.checked_mul(128)?;
            value = value.checked_add(usize::from(byte & 0x7f))?;
        }
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    fn git(dir: &Path, args: &[&str]) {
        let out = Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.invalid"])
            .args(args)
            .current_dir(dir)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .unwrap();
        assert!(out.status.success(), "git {args:?}: {out:?}");
    }

    fn repository() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        git(dir.path(), &["init", "-q", "-b", "topic/x"]);
        std::fs::create_dir(dir.path().join("src")).unwrap();
        std::fs::write(dir.path().join("src/a.rs"), "a").unwrap();
        std::fs::write(dir.path().join("README"), "r").unwrap();
        git(dir.path(), &["add", "."]);
        git(dir.path(), &["commit", "-qm", "one"]);
        dir
    }

    #[test]
    fn reads_branch_and_index_of_a_real_repository() {
        for version in ["2", "4"] {
            let dir = repository();
            git(dir.path(), &["update-index", "--index-version", version]);
            let repo = Repository::discover(&dir.path().join("src")).unwrap();
            assert_eq!(repo.branch().as_deref(), Some("topic/x"));
            let index = repo.index().unwrap();
            let at = |p: &str| index.tracking(&repo.top, Path::new(p));
            assert_eq!(at("src/a.rs"), Tracking::Committed);
            assert_eq!(at("src/b.rs"), Tracking::Untracked);
            std::fs::write(dir.path().join("src/a.rs"), "changed").unwrap();
            assert_eq!(at("src/a.rs"), Tracking::Modified);
            std::fs::write(dir.path().join("src/new"), "n").unwrap();
            let lost = index.unsaved(&repo.top, Path::new("src"));
            assert_eq!((lost.modified, lost.untracked), (1, 1));
            assert!(index.tracks_below(Path::new("src")));
            assert!(!index.tracks_below(Path::new("sr")));
        }
    }

    #[test]
    fn implicit_push_follows_configuration() {
        let dir = repository();
        let targets = |dir: &Path| Repository::at(dir).unwrap().implicit_push_targets(None);
        assert_eq!(targets(dir.path()), ["topic/x"]);
        git(dir.path(), &["config", "push.default", "upstream"]);
        git(
            dir.path(),
            &["config", "branch.topic/x.merge", "refs/heads/main"],
        );
        assert_eq!(targets(dir.path()), ["main"]);
        git(
            dir.path(),
            &["config", "remote.origin.push", "+HEAD:refs/heads/release"],
        );
        assert_eq!(targets(dir.path()), ["release"]);
    }

    #[test]
    fn worktrees_share_configuration() {
        let dir = repository();
        let tree = dir.path().join("wt");
        git(dir.path(), &["worktree", "add", "-q", "-b", "side", "wt"]);
        let repo = Repository::discover(&tree).unwrap();
        assert_eq!(repo.top, tree);
        assert_eq!(repo.branch().as_deref(), Some("side"));
        assert!(repo.index().unwrap().tracks_below(Path::new("src")));
    }

    #[test]
    fn a_damaged_index_is_not_known_rather_than_empty() {
        let dir = repository();
        let path = dir.path().join(".git/index");
        let bytes = std::fs::read(&path).unwrap();
        for cut in [3, 11, 40, bytes.len() / 2] {
            assert!(Index::parse(&bytes[..cut]).is_none());
        }
        assert!(Index::parse(b"").is_none());
    }
}

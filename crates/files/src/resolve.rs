//! From a path as a program spells it to the file it reaches.
//!
//! Two answers are given, because programs differ. The kernel follows links
//! one component at a time and applies `..` to what a link led to; many
//! programs (and agents) fold `..` in the text first. A guard has to look at
//! both.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Component, Path, PathBuf};

use rustix::fs::{FileType, Stat};
use rustix::io::Errno;

/// Links followed for one path, as in the Linux kernel.
pub const MAX_LINKS: usize = 40;

/// Bytes of the longest path the kernel takes.
pub const PATH_MAX: usize = 4096;

/// What a path means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// Absolute, with `.` and `..` folded in the text.
    pub lexical: PathBuf,
    /// Absolute, links resolved as far as the path exists, the rest appended.
    pub real: PathBuf,
    /// Something is there.
    pub exists: bool,
    /// It is a directory.
    pub directory: bool,
    /// Number of hard links (`st_nlink`); 0 when nothing is there.
    pub links: u64,
    /// Device number; 0 when nothing is there.
    pub dev: u64,
    /// Inode number; 0 when nothing is there.
    pub ino: u64,
    /// Type and permission bits (`st_mode`); 0 when nothing is there.
    pub mode: u32,
}

/// Resolves `path`, as a process with working directory `cwd` would.
///
/// Never fails. What cannot be found out counts as not existing: a loop of
/// links and a path with a NUL byte leave `real` equal to `lexical`. A
/// dangling link at the end gives the place it points to, because that is
/// where a write would land. A trailing slash is ignored, even after a file:
/// programs that fold paths ignore it as well. The empty path means `cwd`.
pub fn resolve(path: &str, cwd: &Path) -> Resolved {
    resolve_path(Path::new(path), cwd)
}

/// [`resolve`] for a path that need not be UTF-8.
pub fn resolve_path(path: &Path, cwd: &Path) -> Resolved {
    resolve_known(path, cwd, Path::new("/"))
}

/// The same, for callers who resolve many paths below one directory: `known` is
/// taken to be real, so that its components are not looked at again.
pub fn resolve_below(path: &str, cwd: &Path, known: &Path) -> Resolved {
    resolve_known(Path::new(path), cwd, known)
}

fn resolve_known(path: &Path, cwd: &Path, known: &Path) -> Resolved {
    let cwd = absolute(cwd);
    let lexical = lexical(path, &cwd);
    let nothing = |real: PathBuf| Resolved {
        lexical: lexical.clone(),
        real,
        exists: false,
        directory: false,
        links: 0,
        dev: 0,
        ino: 0,
        mode: 0,
    };
    if has_nul(path) || has_nul(&cwd) {
        return nothing(lexical.clone());
    }
    // The kernel refuses longer paths, but a program that folds `..` itself
    // may turn this one into a short one: look at that.
    let walked = if path.as_os_str().len() < PATH_MAX {
        walk(path, &cwd, known)
    } else if lexical.as_os_str().len() < PATH_MAX {
        walk(&lexical, &cwd, known)
    } else {
        None
    };
    let Some(Walked { real, complete }) = walked else {
        return nothing(lexical.clone());
    };
    if !complete {
        return nothing(real);
    }
    match rustix::fs::lstat(&real) {
        Ok(stat) => found(lexical, real, &stat),
        Err(_) => nothing(real),
    }
}

/// `path` made absolute on `cwd` with `.` and `..` folded in the text, without
/// looking at the disk.
pub fn lexical(path: &Path, cwd: &Path) -> PathBuf {
    let mut folded = PathBuf::from("/");
    for component in absolute(cwd).join(path).components() {
        match component {
            Component::Normal(name) => folded.push(name),
            Component::ParentDir => {
                folded.pop();
            }
            Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
        }
    }
    folded
}

fn absolute(cwd: &Path) -> PathBuf {
    if cwd.is_absolute() {
        return cwd.to_owned();
    }
    std::env::current_dir()
        .unwrap_or_else(|_| PathBuf::from("/"))
        .join(cwd)
}

fn has_nul(path: &Path) -> bool {
    path.as_os_str().as_bytes().contains(&0)
}

#[expect(
    clippy::useless_conversion,
    clippy::unnecessary_cast,
    reason = "the widths of these fields differ between systems"
)]
fn found(lexical: PathBuf, real: PathBuf, stat: &Stat) -> Resolved {
    Resolved {
        lexical,
        real,
        exists: true,
        directory: FileType::from_raw_mode(stat.st_mode) == FileType::Directory,
        links: stat.st_nlink as u64,
        dev: stat.st_dev as u64,
        ino: stat.st_ino as u64,
        mode: u32::from(stat.st_mode),
    }
}

struct Walked {
    real: PathBuf,
    /// Every component was there.
    complete: bool,
}

/// Follows `path` like the kernel. `None` when there are too many links.
fn walk(path: &Path, cwd: &Path, known: &Path) -> Option<Walked> {
    let whole = cwd.join(path);
    let (mut real, rest) = match whole.strip_prefix(known) {
        Ok(rest) => (known.to_owned(), rest),
        Err(_) => (PathBuf::from("/"), whole.as_path()),
    };
    // Components still to be walked, the next one last.
    let mut pending: Vec<OsString> = Vec::with_capacity(32);
    push_components(&mut pending, rest);
    let mut links = 0;
    let mut complete = true;
    // How many components at the end of `real` do not exist. `..` can lead
    // back out of them, and links count again from there: `mkdir -p` and
    // programs that fold paths get that far.
    let mut missing = 0_usize;
    while let Some(name) = pending.pop() {
        if name == ".." {
            real.pop();
            missing = missing.saturating_sub(1);
            continue;
        }
        real.push(&name);
        if missing > 0 || real.as_os_str().len() >= PATH_MAX {
            complete = false;
            missing += 1;
            continue;
        }
        match link_target(&real, cwd) {
            Ok(Some(target)) => {
                links += 1;
                if links > MAX_LINKS {
                    return None;
                }
                if target.is_absolute() {
                    real = PathBuf::from("/");
                } else {
                    real.pop();
                }
                push_components(&mut pending, &target);
            }
            Ok(None) => {}
            // Not there, below a file, not permitted, name too long.
            Err(_) => {
                complete = false;
                missing = 1;
            }
        }
    }
    Some(Walked { real, complete })
}

fn push_components(pending: &mut Vec<OsString>, path: &Path) {
    for component in path.components().rev() {
        match component {
            Component::Normal(name) => pending.push(name.to_owned()),
            Component::ParentDir => pending.push(OsStr::new("..").to_owned()),
            Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
        }
    }
}

/// Where the link `path` points to; `None` when it is there and not a link.
fn link_target(path: &Path, cwd: &Path) -> Result<Option<PathBuf>, Errno> {
    if is_own_cwd(path) {
        return Ok(Some(cwd.to_owned()));
    }
    match rustix::fs::readlink(path, Vec::new()) {
        Ok(target) => Ok(Some(PathBuf::from(OsString::from_vec(target.into_bytes())))),
        Err(Errno::INVAL) => Ok(None),
        Err(e) => Err(e),
    }
}

/// `/proc/self/cwd` is the directory of the process that asks. That will be
/// the command being judged, not us, so the directory we were told counts.
fn is_own_cwd(path: &Path) -> bool {
    let bytes = path.as_os_str().as_bytes();
    if !bytes.starts_with(b"/proc/") || !bytes.ends_with(b"/cwd") {
        return false;
    }
    let own = format!("/proc/{}/", std::process::id());
    bytes
        .strip_prefix(own.as_bytes())
        .is_some_and(|rest| rest == b"cwd" || rest.starts_with(b"task/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lexical_folds_without_looking() {
        let fold = |p: &str| lexical(Path::new(p), Path::new("/w/d"));
        assert_eq!(fold("a/./b//c/"), Path::new("/w/d/a/b/c"));
        assert_eq!(fold("../x"), Path::new("/w/x"));
        assert_eq!(fold("../../../../x"), Path::new("/x"));
        assert_eq!(fold("/a/../../b"), Path::new("/b"));
        assert_eq!(fold(""), Path::new("/w/d"));
        assert_eq!(fold("//net/x"), Path::new("/net/x"));
    }

    #[test]
    fn the_directory_of_the_judged_command_is_used() {
        let dir = tempfile::tempdir().unwrap();
        let cwd = dir.path().canonicalize().unwrap();
        for path in ["/proc/self/cwd/f", "/proc/thread-self/cwd/f"] {
            let r = resolve(path, &cwd);
            assert_eq!(r.real, cwd.join("f"), "{path}");
        }
        let own = resolve("/proc/self/exe", &cwd);
        assert_eq!(own.real, std::env::current_exe().unwrap());
        assert!(own.exists);
    }
}

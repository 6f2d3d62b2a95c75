//! Which files a shell pattern names right now.

use std::path::{Path, PathBuf};

use palisade_policy::glob::matches_exact;

/// Directory entries looked at for one pattern.
const ENTRIES: usize = 20_000;

/// The result of expanding a pattern.
#[derive(Debug, Default)]
pub(super) struct Expansion {
    /// The deepest folder named without a pattern.
    pub(super) base: PathBuf,
    /// Existing paths that match.
    pub(super) matches: Vec<PathBuf>,
    /// The pattern names every (visible or hidden) child of [`Self::base`].
    pub(super) everything: bool,
    /// There were more.
    pub(super) capped: bool,
}

/// Expands as bash does without `globstar` or `dotglob`: `*` stays within a
/// component and does not match a leading dot. `**` is read as `*`.
pub(super) fn expand(pattern: &str, dir: &Path, limit: usize) -> Expansion {
    let absolute = if pattern.starts_with('/') {
        pattern.to_owned()
    } else {
        format!("{}/{pattern}", dir.display())
    };
    let mut components = absolute.split('/').filter(|c| !c.is_empty()).peekable();
    let mut base = PathBuf::from("/");
    while let Some(c) = components.next_if(|c| !is_pattern(c)) {
        base.push(c);
    }
    let rest: Vec<&str> = components.collect();
    let mut out = Expansion {
        everything: matches!(rest.as_slice(), [one] if names_everything(one)),
        base: base.clone(),
        ..Expansion::default()
    };
    let mut budget = ENTRIES;
    let mut level = vec![base];
    for component in &rest {
        let mut next = Vec::new();
        for folder in level {
            if is_pattern(component) {
                children(&folder, component, &mut budget, &mut next);
            } else {
                let path = folder.join(component);
                if path.symlink_metadata().is_ok() {
                    next.push(path);
                }
            }
            if budget == 0 || next.len() > limit * 20 {
                out.capped = true;
                break;
            }
        }
        level = next;
    }
    if rest.is_empty() {
        level.clear();
    }
    level.sort();
    if level.len() > limit {
        out.capped = true;
        level.truncate(limit);
    }
    out.matches = level;
    out
}

fn children(folder: &Path, component: &str, budget: &mut usize, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        *budget = budget.saturating_sub(1);
        if *budget == 0 {
            return;
        }
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') && !component.starts_with('.') {
            continue;
        }
        if matches_exact(component, &name) {
            out.push(entry.path());
        }
    }
}

fn is_pattern(component: &str) -> bool {
    component.contains(['*', '?', '[', '{'])
}

fn names_everything(component: &str) -> bool {
    component.contains('*') && component.chars().all(|c| matches!(c, '*' | '.' | '?'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_bash_would_name() {
        let dir = tempfile::tempdir().unwrap();
        for f in ["a.txt", "b.txt", ".env", ".env.local", "sub/c.txt"] {
            let path = dir.path().join(f);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        for pattern in [
            "*", "*.txt", ".env*", "*/*.txt", "nothing*", "[ab].txt", "?.txt",
        ] {
            let ours: Vec<String> = expand(pattern, dir.path(), 100)
                .matches
                .iter()
                .map(|p| p.strip_prefix(dir.path()).unwrap().display().to_string())
                .collect();
            let theirs = std::process::Command::new("bash")
                .args([
                    "-c",
                    &format!("shopt -s nullglob; printf '%s\\n' {pattern}"),
                ])
                .current_dir(dir.path())
                .env("LC_ALL", "C")
                .output()
                .unwrap();
            let theirs = String::from_utf8(theirs.stdout).unwrap();
            let theirs: Vec<&str> = theirs.lines().filter(|l| !l.is_empty()).collect();
            assert_eq!(ours, theirs, "{pattern}");
        }
    }

    #[test]
    fn a_cap_is_said() {
        let dir = tempfile::tempdir().unwrap();
        for n in 0..30 {
            std::fs::write(dir.path().join(format!("f{n}")), "").unwrap();
        }
        let out = expand("*", dir.path(), 10);
        assert!(out.capped && out.everything);
        assert_eq!(out.matches.len(), 10);
    }
}

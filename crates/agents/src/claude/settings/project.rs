//! Files of the project that matter to an agent: secrets that lie open, links
//! that lead out, and commands hidden in prompts.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use palisade_core::Severity;
use palisade_files as files;

use super::exposures::Report;
use super::ignore::Ignore;
use crate::claude::expansion::embedded_commands;
use crate::text::one_line;

/// Directory entries that are looked at.
const ENTRIES: usize = 5_000;
/// Levels below the project that are looked at.
const LEVELS: usize = 3;
/// Findings of one kind.
const MOST: usize = 20;

const SKIPPED: &[&str] = &[
    ".git",
    "node_modules",
    "target",
    ".venv",
    "venv",
    "dist",
    "build",
    "vendor",
    "__pycache__",
    ".next",
    ".cache",
    ".tox",
];

/// Looks at the project. `shell`: commands inside skills and slash commands
/// are run by the agent.
pub(super) fn look(report: &mut Report<'_>, shell: bool) {
    let Some(project) = report.places.project.clone() else {
        return;
    };
    let walk = Walk::of(&project);
    secrets(report, &project, &walk);
    links(report, &project, &walk);
    if shell {
        hidden_commands(report, &walk);
    }
}

#[derive(Default)]
struct Walk {
    env_files: Vec<PathBuf>,
    links: Vec<PathBuf>,
    prompts: Vec<PathBuf>,
}

impl Walk {
    /// Breadth first, without following links, in the order of names.
    fn of(project: &Path) -> Self {
        let mut walk = Self::default();
        let mut seen = 0;
        let mut level = vec![project.to_owned()];
        for depth in 0..=LEVELS {
            let mut next = Vec::new();
            for dir in &level {
                let Ok(entries) = std::fs::read_dir(dir) else {
                    continue;
                };
                let mut paths: Vec<PathBuf> = entries
                    .filter_map(|entry| entry.ok().map(|entry| entry.path()))
                    .take(ENTRIES - seen)
                    .collect();
                paths.sort();
                seen += paths.len();
                for path in paths {
                    walk.visit(path, depth, &mut next);
                }
                if seen >= ENTRIES {
                    return walk;
                }
            }
            level = next;
        }
        walk
    }

    fn visit(&mut self, path: PathBuf, depth: usize, next: &mut Vec<PathBuf>) {
        let Ok(meta) = std::fs::symlink_metadata(&path) else {
            return;
        };
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        if meta.is_symlink() {
            if depth <= 1 {
                self.links.push(path);
            }
        } else if meta.is_dir() {
            if !SKIPPED.contains(&name.as_str()) {
                next.push(path);
            }
        } else if is_env_file(&name) {
            self.env_files.push(path);
        } else if Path::new(&name).extension().is_some_and(|e| e == "md") {
            let inside = |dir: &str| path.ancestors().any(|a| a.ends_with(dir));
            if inside(".claude/commands") || inside(".claude/skills") {
                self.prompts.push(path);
            }
        }
    }
}

/// `.env`, `.env.production`; not `.env.example`.
fn is_env_file(name: &str) -> bool {
    let Some(rest) = name.strip_prefix(".env") else {
        return false;
    };
    (rest.is_empty() || rest.starts_with(['.', '-', '_']))
        && ![
            "example", "sample", "template", "dist", "defaults", "schema", "vault", "tpl",
        ]
        .iter()
        .any(|word| rest.contains(word))
}

fn secrets(report: &mut Report<'_>, project: &Path, walk: &Walk) {
    let repository = project.ancestors().find(|dir| dir.join(".git").exists());
    let ignore = repository.map(|top| Ignore::of(top, &report.places.home));
    let index = repository
        .and_then(|top| files::read_capped(&top.join(".git/index"), 64 * 1024 * 1024).ok())
        .flatten();
    for path in walk.env_files.iter().take(MOST) {
        let Ok(meta) = std::fs::metadata(path) else {
            continue;
        };
        if meta.len() == 0 {
            continue;
        }
        let mode = meta.permissions().mode() & 0o7777;
        if mode & 0o004 != 0 && others_come_near(path) {
            report.add(
                "env-readable",
                Severity::High,
                &format!(
                    "{} is readable by every user ({mode:04o})",
                    report.places.show(path)
                ),
                (path, 0),
                &format!("chmod 600 {}", report.places.show(path)),
            );
        }
        let Some((top, ignore)) = repository.zip(ignore.as_ref()) else {
            continue;
        };
        let Ok(relative) = path.strip_prefix(top) else {
            continue;
        };
        let tracked = index
            .as_deref()
            .is_some_and(|index| is_tracked(index, relative.as_os_str().as_encoded_bytes()));
        let shown = report.places.show(path);
        if tracked {
            report.add(
                "env-tracked",
                Severity::High,
                &format!("{shown} is committed to git"),
                (path, 0),
                &format!("git rm --cached {shown}, and change what was in it"),
            );
        } else if !ignore.ignores(relative) {
            report.add(
                "env-not-ignored",
                Severity::Medium,
                &format!("{shown} is not ignored by git: the next `git add .` commits it"),
                (path, 0),
                "add .env* to .gitignore",
            );
        }
    }
}

/// Nothing on the way keeps other users out.
fn others_come_near(path: &Path) -> bool {
    path.ancestors()
        .skip(1)
        .all(|dir| std::fs::metadata(dir).is_ok_and(|meta| meta.permissions().mode() & 0o001 != 0))
}

/// The index holds each path after two bytes with its length and before a zero.
fn is_tracked(index: &[u8], path: &[u8]) -> bool {
    let mut needle = path.to_vec();
    needle.push(0);
    index
        .windows(needle.len() + 2)
        .filter(|window| window.get(2..) == Some(&needle))
        .any(|window| match window {
            [high, low, ..] => {
                usize::from(u16::from_be_bytes([*high, *low]) & 0x0fff) == path.len().min(0x0fff)
            }
            _ => false,
        })
}

fn links(report: &mut Report<'_>, project: &Path, walk: &Walk) {
    let Ok(top) = std::fs::canonicalize(project) else {
        return;
    };
    let home = std::fs::canonicalize(&report.places.home).ok();
    for path in walk.links.iter().take(MOST * 5) {
        let real = files::resolve_path(path, project).real;
        if real.starts_with(&top) {
            continue;
        }
        let private = home
            .as_deref()
            .and_then(|home| real.strip_prefix(home).ok())
            .is_some_and(|rest| {
                let first = rest.components().next();
                first.is_none_or(|first| first.as_os_str().as_encoded_bytes().starts_with(b"."))
            });
        let system = ["/etc", "/root", "/proc", "/sys", "/dev", "/var/run", "/run"]
            .iter()
            .any(|root| real.starts_with(root));
        let severity = if private || system || real.parent().is_none() {
            Severity::High
        } else {
            Severity::Low
        };
        report.add(
            "link-out",
            severity,
            &format!(
                "{} leads out of the project, to {}",
                report.places.show(path),
                report.places.show(&real)
            ),
            (path, 0),
            "remove the link if the agent has no business there",
        );
    }
}

/// `` !`command` `` in a slash command or a skill is run when it is used,
/// past every hook.
fn hidden_commands(report: &mut Report<'_>, walk: &Walk) {
    for path in walk.prompts.iter().take(MOST * 5) {
        let Ok(Some(bytes)) = files::read_capped(path, 256 * 1024) else {
            continue;
        };
        let text = String::from_utf8_lossy(&bytes);
        let commands = embedded_commands(&text);
        let Some(first) = commands.first() else {
            continue;
        };
        let more = match commands.len() {
            1 => String::new(),
            n => format!(" and {} more", n - 1),
        };
        report.add(
            "prompt-command",
            Severity::High,
            &format!(
                "using this runs {}{more} without any hook",
                one_line(&first.command, 80)
            ),
            (path, first.line),
            "set \"disableSkillShellExecution\": true",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_env_files_from_examples() {
        for name in [".env", ".env.local", ".env.production", ".env-prod"] {
            assert!(is_env_file(name), "{name}");
        }
        for name in [
            ".env.example",
            ".env.sample",
            ".envrc",
            ".environment",
            "env",
            ".env.local.template",
        ] {
            assert!(!is_env_file(name), "{name}");
        }
    }

    #[test]
    fn finds_paths_in_an_index() {
        let mut index = b"DIRC\0\0\0\x02".to_vec();
        index.extend_from_slice(&[0, 4]);
        index.extend_from_slice(b".env\0\0\0");
        assert!(is_tracked(&index, b".env"));
        assert!(!is_tracked(&index, b"env"));
        assert!(!is_tracked(b"", b".env"));
    }
}

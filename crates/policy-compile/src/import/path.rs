//! `Read(…)` and `Edit(…)`.

use palisade_core::Verdict;
use palisade_policy::{Access, Column, RowId};

use super::{Becomes, New, Permission};

/// Folders of the file system's root that nobody has beside their settings.
const ROOT_FOLDERS: &[&str] = &[
    "etc", "home", "root", "usr", "var", "Users", "opt", "mnt", "proc", "sys", "boot", "dev",
    "srv", "tmp",
];

pub(super) fn import(
    p: &Permission,
    argument: Option<&str>,
    access: Access,
    dead: bool,
) -> Becomes {
    let row = if access == Access::Read {
        RowId::FileRead
    } else {
        RowId::FileWrite
    };
    let Some(argument) = argument else {
        return Becomes::rows(&[row]);
    };
    let objects = p.verdict != Verdict::Allow;
    // Everything from the root: elsewhere, or nothing could be written at all.
    if objects && dead && matches!(argument, "/**" | "//**" | "/*" | "/") {
        return Becomes {
            column: Some(Column::Elsewhere),
            dead,
            note: format!(
                "{} rules are never consulted; meant is every file outside the project",
                p.tool
            ),
            ..Becomes::rows(&[row])
        };
    }
    let mut patterns = vec![translate(argument, &p.root)];
    let mut notes = Vec::new();
    if dead {
        let real = if access == Access::Read {
            "Read"
        } else {
            "Edit"
        };
        notes.push(format!(
            "{} rules are never consulted; {real}({argument}) would be",
            p.tool
        ));
    }
    let mut other = false;
    if means_root(argument) {
        other = true;
        notes.push(format!(
            "one slash is a folder beside the settings, two are the root: /{argument}"
        ));
        if objects {
            patterns.insert(0, format!("/{argument}"));
        }
    }
    let word = access.as_str();
    let rules = patterns
        .into_iter()
        .filter(|pattern| !pattern.trim_matches('/').is_empty())
        .map(|pattern| New::Path(pattern, word))
        .collect::<Vec<_>>();
    if rules.is_empty() {
        return Becomes {
            dead,
            ..Becomes::nothing("this pattern matches nothing")
        };
    }
    Becomes {
        dead: dead || other,
        note: notes.join("; "),
        ..Becomes::rules(rules)
    }
}

/// A pattern of Claude Code (that of gitignore, with three beginnings) in the
/// grammar of policies.
pub(super) fn translate(pattern: &str, root: &str) -> String {
    if pattern.starts_with("//") || pattern.starts_with("~/") {
        return pattern.to_owned();
    }
    if let Some(rest) = pattern.strip_prefix('/') {
        return format!("{root}/{rest}");
    }
    let rest = pattern.strip_prefix("./");
    let bare = rest.unwrap_or(pattern);
    if let Some(deep) = bare.strip_prefix("**/") {
        return deep.to_owned();
    }
    // A name alone may be at any depth; with a folder it begins where the
    // agent was started.
    if rest.is_none() && !bare.trim_end_matches('/').contains('/') {
        return bare.to_owned();
    }
    format!("/{bare}")
}

/// `/etc/…`: one slash is relative to the settings file, two are the root.
fn means_root(argument: &str) -> bool {
    argument
        .strip_prefix('/')
        .is_some_and(|rest| ROOT_FOLDERS.contains(&rest.split('/').next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_beginning_of_a_path() {
        for (from, root, to) in [
            ("//etc/**", "", "//etc/**"),
            ("~/.ssh/**", "", "~/.ssh/**"),
            ("/build/**", "", "/build/**"),
            ("/build/**", "~/.claude", "~/.claude/build/**"),
            ("./src/**", "", "/src/**"),
            ("./.env", "", "/.env"),
            ("src/**", "", "/src/**"),
            ("**/secrets/**", "", "secrets/**"),
            (".env*", "", ".env*"),
            ("*.pem", "~/.claude", "*.pem"),
        ] {
            assert_eq!(translate(from, root), to, "{from} in {root}");
        }
    }
}

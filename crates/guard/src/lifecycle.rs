//! Scripts a package manager runs by itself once they are in `package.json`.
//!
//! Most of what a build file holds runs because somebody asks for it, and is
//! read then. These run at the next `npm install`, which nobody looks at twice:
//! what they would do is an effect of the edit that puts them there.

use std::path::Path;

use palisade_core::{ToolCall, limits};
use serde_json::Value;

/// The ones that run when dependencies are installed.
const NAMES: &[&str] = &[
    "preinstall",
    "install",
    "postinstall",
    "preprepare",
    "prepare",
];

/// Commands that this call newly has run on an installation.
pub(crate) fn added(call: &ToolCall, cwd: &Path) -> Vec<String> {
    let (path, old, new) = match call {
        ToolCall::Write { path, content } => (path, None, content),
        ToolCall::Edit { path, old, new, .. } => (path, Some(old), new),
        _ => return Vec::new(),
    };
    if Path::new(path)
        .file_name()
        .is_none_or(|n| n != "package.json")
    {
        return Vec::new();
    }
    let before = palisade_files::read_capped(&cwd.join(path), limits::SCRIPT_BYTES)
        .ok()
        .flatten()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_default();
    let after = match old {
        None => new.clone(),
        Some(old) => before.replacen(old.as_str(), new, 1),
    };
    let known = scripts(&before);
    scripts(&after)
        .into_iter()
        .filter(|script| !known.contains(script))
        .map(|(_, command)| command)
        .collect()
}

fn scripts(text: &str) -> Vec<(&'static str, String)> {
    let Ok(package) = serde_json::from_str::<Value>(text) else {
        return Vec::new();
    };
    NAMES
        .iter()
        .filter_map(|name| {
            let command = package.get("scripts")?.get(name)?.as_str()?;
            Some((*name, command.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_new_and_runs_by_itself() {
        let dir = tempfile::tempdir().unwrap();
        let write = |content: &str| ToolCall::Write {
            path: "package.json".into(),
            content: content.into(),
        };
        let before = r#"{"scripts": {"test": "jest", "prepare": "husky"}}"#;
        std::fs::write(dir.path().join("package.json"), before).unwrap();
        assert!(added(&write(before), dir.path()).is_empty());
        let after =
            r#"{"scripts": {"build": "tsc", "prepare": "husky", "postinstall": "node a.js"}}"#;
        assert_eq!(added(&write(after), dir.path()), ["node a.js"]);
        let edit = ToolCall::Edit {
            tool: "Edit".into(),
            path: "package.json".into(),
            old: r#""husky""#.into(),
            new: r#""husky", "install": "sh x""#.into(),
        };
        assert_eq!(added(&edit, dir.path()), ["sh x"]);
        assert!(added(&write("no json"), dir.path()).is_empty());
        let other = ToolCall::Write {
            path: "a.json".into(),
            content: after.into(),
        };
        assert!(added(&other, dir.path()).is_empty());
    }
}

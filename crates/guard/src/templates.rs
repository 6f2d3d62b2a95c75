//! Commands in the text of slash commands and skills.
//!
//! `` !`git status` `` in such a file is run when it is expanded, and no
//! `PreToolUse` hook sees it (measured, Claude Code 2.1.329). The file comes
//! from the repository, so these commands are judged before the expansion.

use std::path::{Path, PathBuf};

use palisade_core::limits;

/// Commands taken from one file.
const COMMANDS: usize = 50;

/// The commands that expanding `name` would run.
pub(crate) fn commands(name: &str, workspace: &Path, home: &Path) -> Vec<String> {
    candidates(name, workspace, home)
        .into_iter()
        .filter_map(|p| {
            palisade_files::read_capped(&p, limits::SCRIPT_BYTES)
                .ok()
                .flatten()
        })
        .flat_map(|bytes| extract(&String::from_utf8_lossy(&bytes)))
        .take(COMMANDS)
        .collect()
}

fn candidates(name: &str, workspace: &Path, home: &Path) -> Vec<PathBuf> {
    // `a:b` is `a/b`; nothing may climb out of the folder.
    let relative = name.replace(':', "/");
    if relative.split('/').any(|c| c == "..") || relative.starts_with('/') {
        return Vec::new();
    }
    let last = relative.rsplit('/').next().unwrap_or_default();
    [workspace, home]
        .iter()
        .map(|top| top.join(".claude"))
        .flat_map(|claude| {
            [
                claude.join("commands").join(format!("{relative}.md")),
                claude.join("commands").join(format!("{last}.md")),
                claude.join("skills").join(&relative).join("SKILL.md"),
            ]
        })
        .collect()
}

fn extract(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("!`") {
        let Some((command, next)) = after.split_once('`') else {
            break;
        };
        out.push(command.to_owned());
        rest = next;
    }
    // A fence that begins with "```!" is run as a whole.
    let mut blocks = text.split("```!");
    blocks.next();
    out.extend(
        blocks
            .filter_map(|b| b.split("```").next())
            .map(str::to_owned),
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_inline_and_fenced_commands() {
        let text = "Status: !`git status`\n`!not` one\n```!\nrm -rf x\n```\n!`unfinished";
        assert_eq!(extract(text), ["git status", "\nrm -rf x\n"]);
    }

    #[test]
    fn looks_where_the_agent_looks() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join(".claude/commands/ops");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("clean.md"), "!`rm -rf build`").unwrap();
        let found = |n: &str| commands(n, dir.path(), Path::new("/nonexistent"));
        assert_eq!(found("ops:clean"), ["rm -rf build"]);
        assert!(found("../ops:clean").is_empty());
        assert!(found("other").is_empty());
    }
}

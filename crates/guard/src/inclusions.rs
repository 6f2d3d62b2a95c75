//! What reaches the model or a shell without a tool call of its own.
//!
//! Measured with Claude Code 2.1.329: `` !`git status` `` in the text of a
//! slash command or skill runs without a `PreToolUse` hook, and `@path` in a
//! prompt puts that file into the request. Both texts may come from a
//! repository, so they are read and judged before they are expanded.

use std::path::{Path, PathBuf};

use palisade_agents::claude;
use palisade_core::{Effect, EffectKind, Target, limits};

use crate::understand::{self, Here};

/// Mentions looked at in one text.
const MENTIONS: usize = 200;
/// Commands taken from one expansion.
const COMMANDS: usize = 50;
/// Skills whose name is looked up.
const SKILLS: usize = 500;

/// Effects of submitting `prompt`: the files it names, and what a slash
/// command at its beginning expands to.
pub(crate) fn of_prompt(prompt: &str, here: Here<'_>) -> Vec<Effect> {
    let mut effects = mentioned(prompt);
    let name = prompt
        .trim_start()
        .strip_prefix('/')
        .and_then(|rest| rest.split_whitespace().next());
    if let Some(name) = name {
        effects.extend(of_expansion(name, here));
    }
    effects
}

/// Effects of expanding the slash command or skill `name`.
pub(crate) fn of_expansion(name: &str, here: Here<'_>) -> Vec<Effect> {
    let mut effects = Vec::new();
    for path in files(name, here.cwd, here.home) {
        let Ok(Some(bytes)) = palisade_files::read_capped(&path, limits::SCRIPT_BYTES) else {
            continue;
        };
        let text = String::from_utf8_lossy(&bytes);
        effects.extend(mentioned(&text));
        for command in claude::embedded_commands(&text).into_iter().take(COMMANDS) {
            effects.extend(understand::command("Bash", &command.command, here));
        }
    }
    understand::capped(effects, "expansion")
}

fn mentioned(text: &str) -> Vec<Effect> {
    claude::mentions(text)
        .into_iter()
        .take(MENTIONS)
        .map(|path| Effect::new(EffectKind::FileRead, Target::Path(path), "@"))
        .collect()
}

/// Files the name may stand for; a skill may also go by its front matter.
fn files(name: &str, cwd: &Path, home: &Path) -> Vec<PathBuf> {
    let config = home.join(".claude");
    let mut files = claude::expansion_files(name, cwd, &config);
    let skills = claude::skill_folders(cwd, &config)
        .into_iter()
        .filter_map(|folder| std::fs::read_dir(folder).ok())
        .flat_map(|entries| entries.flatten().take(SKILLS));
    for skill in skills {
        let path = skill.path().join("SKILL.md");
        if files.contains(&path) {
            continue;
        }
        let head = palisade_files::read_capped(&path, limits::SCRIPT_BYTES);
        if let Ok(Some(bytes)) = head
            && claude::front_matter_name(&String::from_utf8_lossy(&bytes)) == Some(name)
        {
            files.push(path);
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_command_is_read_before_it_runs() {
        let dir = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write(
            ".claude/commands/clean.md",
            "Clean:\n!`rm -rf build`\n@.env\n",
        );
        write(
            ".claude/skills/x/SKILL.md",
            "---\nname: tidy\n---\n!`rm -rf dist`\n",
        );
        let table = palisade_policy::Table::builtin(palisade_core::Profile::Standard);
        let ambient = crate::Ambient::default();
        let origins = crate::past::Origins::new(dir.path(), dir.path());
        let here = Here {
            cwd: dir.path(),
            home: Path::new("/nonexistent"),
            workspace: dir.path(),
            table: &table,
            ambient: &ambient,
            origins: &origins,
        };
        let found = |prompt: &str| -> Vec<String> {
            of_prompt(prompt, here)
                .iter()
                .map(|e| {
                    format!(
                        "{} {}",
                        e.kind.id(),
                        e.path()
                            .unwrap_or_default()
                            .rsplit('/')
                            .next()
                            .unwrap_or_default()
                    )
                })
                .collect()
        };
        assert_eq!(found("/clean now"), ["file.read .env", "file.delete build"]);
        assert_eq!(found("/tidy"), ["file.delete dist"]);
        assert_eq!(found("see @src/a.rs"), ["file.read a.rs"]);
        assert!(found("/nothing and mara@example.com").is_empty());
    }
}

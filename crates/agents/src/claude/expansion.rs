//! What a prompt pulls in without a tool call.
//!
//! A slash command or skill may hold `` !`command` ``, which the agent runs
//! while it expands the text, and a prompt may hold `@file`, whose content the
//! agent sends along. No hook is asked about either; the guard has to see them
//! in the text. Nothing here opens a file.

use std::path::{Path, PathBuf};

/// Folders above the working directory that are searched.
const LEVELS: usize = 64;

/// A command in a prompt file and its line, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmbeddedCommand {
    /// The command line.
    pub command: String,
    /// Line it begins on.
    pub line: u32,
}

/// The commands the agent would run while expanding this text: `` !`…` ``
/// anywhere, code fences included, and fences that begin with `` ```! ``.
///
/// Every mark is taken on its own, so that one the agent does not honour (it
/// wants a blank before the exclamation mark) cannot hide the next.
pub fn embedded_commands(text: &str) -> Vec<EmbeddedCommand> {
    let mut found = Vec::new();
    for (mark, end) in [("!`", "`"), ("```!", "```")] {
        let mut line = 1_u32;
        let mut counted = 0;
        // The next mark holds the end of this one, so this is linear.
        for (at, _) in text.match_indices(mark) {
            let from = at + mark.len();
            line = line.saturating_add(breaks(text.get(counted..from).unwrap_or_default()));
            counted = from;
            let Some((command, _)) = text.get(from..).and_then(|rest| rest.split_once(end)) else {
                break;
            };
            let command = command.trim();
            if !command.is_empty() {
                found.push(EmbeddedCommand {
                    command: command.to_owned(),
                    line,
                });
            }
        }
    }
    found.sort_by_key(|command| command.line);
    found
}

fn breaks(text: &str) -> u32 {
    u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX)
}

/// The paths of `@file` mentions, as they are written, without `#L1-2` and
/// without the punctuation after them.
pub fn mentions(prompt: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in prompt.match_indices('@') {
        let (before, after) = prompt.split_at_checked(at).unwrap_or(("", ""));
        let after = after.strip_prefix('@').unwrap_or(after);
        if !before.chars().next_back().is_none_or(char::is_whitespace) {
            continue;
        }
        let path = match after.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next().unwrap_or_default(),
            None => {
                let word = after.split(char::is_whitespace).next().unwrap_or_default();
                let word = word.split_once("#L").map_or(word, |(path, _)| path);
                word.trim_end_matches([',', '.', ';', ':', '!', '?', ')', ']', '}', '\'', '"'])
            }
        };
        if !path.is_empty() {
            found.push(path.to_owned());
        }
    }
    found
}

/// The files a slash command or skill of this name may come from, those of the
/// working directory and the folders above it first.
///
/// A skill may also go by the `name` in its front matter; see
/// [`skill_folders`] and [`front_matter_name`]. Plugins have folders of their
/// own that are not known here.
pub fn expansion_files(name: &str, cwd: &Path, config_dir: &Path) -> Vec<PathBuf> {
    let name = name.strip_prefix('/').unwrap_or(name);
    let parts: Vec<&str> = name.split(':').collect();
    let plain = parts.len() <= 16
        && parts.iter().all(|part| {
            !part.is_empty() && !part.contains(['/', '\\', '\0']) && *part != "." && *part != ".."
        });
    if !plain {
        return Vec::new();
    }
    let command: PathBuf = parts.iter().collect();
    roots(cwd, config_dir)
        .into_iter()
        .flat_map(|root| {
            let mut file = root.join("commands").join(&command).into_os_string();
            file.push(".md");
            [
                PathBuf::from(file),
                root.join("skills").join(name).join("SKILL.md"),
            ]
        })
        .collect()
}

/// The folders whose subfolders are skills.
pub fn skill_folders(cwd: &Path, config_dir: &Path) -> Vec<PathBuf> {
    let mut folders = roots(cwd, config_dir);
    for folder in &mut folders {
        folder.push("skills");
    }
    folders
}

fn roots(cwd: &Path, config_dir: &Path) -> Vec<PathBuf> {
    let mut roots: Vec<PathBuf> = cwd
        .ancestors()
        .take(LEVELS)
        .map(|dir| dir.join(".claude"))
        .collect();
    if !roots.iter().any(|root| root == config_dir) {
        roots.push(config_dir.to_owned());
    }
    roots
}

/// The `name:` of a text's front matter.
pub fn front_matter_name(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = rest.lines();
    if lines.next()?.trim_end() != "---" {
        return None;
    }
    lines
        .take_while(|line| line.trim_end() != "---")
        .find_map(|line| line.strip_prefix("name:"))
        .map(|name| name.trim().trim_matches(['"', '\'']))
        .filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commands(text: &str) -> Vec<(String, u32)> {
        embedded_commands(text)
            .into_iter()
            .map(|c| (c.command, c.line))
            .collect()
    }

    #[test]
    fn commands_the_agent_was_seen_to_run() {
        let text = "a\n- !`touch list`\nx !`one` and !`two`\n!`multi\nline`\n<!-- !`comment` -->\n```\n!`fence`\n```\n```!\nbang\n```\n    !`indented`\n";
        let expected = [
            ("touch list", 2),
            ("one", 3),
            ("two", 3),
            ("multi\nline", 4),
            ("comment", 6),
            ("fence", 8),
            ("bang", 10),
            ("indented", 13),
        ];
        assert_eq!(commands(text), expected.map(|(c, l)| (c.to_owned(), l)));
    }

    #[test]
    fn text_that_runs_nothing() {
        for text in [
            "",
            "Hello! `code`",
            "! `space`",
            "!plain",
            "!`not closed",
            "!``",
            "```bash\nls\n```",
        ] {
            assert_eq!(commands(text), [], "{text}");
        }
    }

    #[test]
    fn one_mark_does_not_hide_another() {
        for text in [
            "!`open\n```!\nls\n```\n",
            "x!`foo !`ls`",
            "!`\n!`ls`",
            "```!\n!`ls`\n```",
        ] {
            assert!(commands(text).iter().any(|(c, _)| c == "ls"), "{text}");
        }
    }

    #[test]
    fn mentions_the_agent_was_seen_to_follow() {
        for (prompt, expected) in [
            ("see @.env", ".env"),
            ("@.env", ".env"),
            ("x\n@./.env, ok", "./.env"),
            ("see @\".env\"", ".env"),
            ("see @\"a b.env\" now", "a b.env"),
            ("see @~/h.env", "~/h.env"),
            ("see @.env#L1-1", ".env"),
            ("see @.env.", ".env"),
            ("see @sub/../.env", "sub/../.env"),
        ] {
            assert_eq!(mentions(prompt), [expected], "{prompt}");
        }
        for prompt in [
            "x@.env",
            "(@.env)",
            "`@.env`",
            "see:@.env",
            "a @ b",
            "mail dev@example.com",
        ] {
            assert_eq!(mentions(prompt), [] as [&str; 0], "{prompt}");
        }
        assert_eq!(mentions("@a @b"), ["a", "b"]);
    }

    #[test]
    fn names_lead_to_files_and_nowhere_else() {
        let files = |name: &str| -> Vec<String> {
            expansion_files(name, Path::new("/w/p"), Path::new("/home/dev/.claude"))
                .into_iter()
                .map(|path| path.display().to_string())
                .collect()
        };
        let found = files("/ns:y");
        assert!(found.contains(&"/w/p/.claude/commands/ns/y.md".to_owned()));
        assert!(found.contains(&"/w/.claude/skills/ns:y/SKILL.md".to_owned()));
        assert!(found.contains(&"/home/dev/.claude/commands/ns/y.md".to_owned()));
        assert!(files("v1.2").contains(&"/w/p/.claude/commands/v1.2.md".to_owned()));
        for name in ["..", "a:..:b", "../x", "a\0b", "", ":"] {
            assert_eq!(files(name), [] as [&str; 0], "{name:?}");
        }
    }

    #[test]
    fn reads_the_front_matter() {
        assert_eq!(
            front_matter_name("---\nname: 'x y'\ndescription: d\n---\nname: no\n"),
            Some("x y")
        );
        assert_eq!(
            front_matter_name("---\ndescription: d\n---\nname: no\n"),
            None
        );
        assert_eq!(front_matter_name("name: no\n"), None);
    }

    #[test]
    fn many_marks_end_quickly() {
        // None is dropped: a thousand harmless ones must not hide one that is not.
        assert_eq!(embedded_commands(&"!`x".repeat(50_000)).len(), 49_999);
        assert_eq!(embedded_commands(&"!`x` ".repeat(50_000)).len(), 50_000);
        assert_eq!(mentions(&"@a ".repeat(50_000)).len(), 50_000);
    }
}

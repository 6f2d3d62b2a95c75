//! Claude Code: `permissions.deny` and `permissions.ask` of a settings file.
//!
//! Deny comes before ask and ask before allow, whatever is more specific, so
//! these lists only take away. Write, Glob and Grep rules are never consulted;
//! Read and Edit rules are.

use palisade_core::Verdict;
use palisade_policy::{Access, RowId};
use serde_json::{Map, Value, json};

use super::{Answer, Grammar, LoweredFile, OBSERVED, Objection, commands_of};

pub(super) struct Claude;

impl Grammar for Claude {
    fn say(&self, objection: &Objection, verdict: Verdict) -> Answer {
        match objection {
            Objection::Path(pattern, access) => match access {
                Access::Read => Answer::one(format!("Read({})", path(pattern))),
                Access::Write => Answer::one(format!("Edit({})", path(pattern))),
                Access::Any => Answer::Says(vec![
                    format!("Read({})", path(pattern)),
                    format!("Edit({})", path(pattern)),
                ]),
                Access::Delete => Answer::Cannot("it has no tool that deletes"),
            },
            Objection::Secret(pattern) => Answer::one(format!("Read({})", path(pattern))),
            Objection::Host(_, false) => Answer::Cannot("its own tool only reads"),
            Objection::Host(pattern, true) => match domain(pattern) {
                Some(host) => Answer::one(format!("WebFetch(domain:{host})")),
                None => Answer::Cannot("it knows hosts by their names only"),
            },
            Objection::Mcp(server, tool) => mcp(server, tool),
            Objection::Program(name) => Answer::one(format!("Bash({name} *)")),
            Objection::Command(pattern) => Answer::one(format!("Bash({pattern})")),
            Objection::Row(row) => self.row(*row),
            Objection::Elsewhere(RowId::FileWrite) if verdict == Verdict::Deny => Answer::Stricter(
                vec!["blockWritesOutsideWorkingDirectories".to_owned()],
                "temporary folders too",
            ),
            Objection::Elsewhere(RowId::FileRead) if verdict == Verdict::Deny => {
                Answer::one("blockReadsOutsideWorkingDirectories")
            }
            Objection::Elsewhere(_) => Answer::Cannot("it does not tell inside from outside here"),
        }
    }

    fn files(&self, rules: &[(Verdict, String)]) -> Vec<LoweredFile> {
        let mut permissions = Map::new();
        for (list, verdict) in [("ask", Verdict::Ask), ("deny", Verdict::Deny)] {
            let here: Vec<&str> = rules
                .iter()
                .filter(|(v, rule)| *v == verdict && !rule.starts_with("block"))
                .map(|(_, rule)| rule.as_str())
                .collect();
            if !here.is_empty() {
                permissions.insert(list.to_owned(), json!(here));
            }
        }
        for (_, rule) in rules.iter().filter(|(_, rule)| rule.starts_with("block")) {
            permissions.insert(rule.clone(), Value::Bool(true));
        }
        let hosts: Vec<&str> = rules
            .iter()
            .filter(|(verdict, _)| *verdict == Verdict::Deny)
            .filter_map(|(_, rule)| rule.strip_prefix("WebFetch(domain:")?.strip_suffix(')'))
            .collect();
        let mut settings = json!({ "permissions": permissions });
        if !hosts.is_empty()
            && let Some(settings) = settings.as_object_mut()
        {
            // In force where the sandbox is on.
            let network = json!({ "network": { "deniedDomains": hosts } });
            settings.insert("sandbox".to_owned(), network);
        }
        vec![LoweredFile {
            path: ".claude/settings.json",
            content: format!("{settings:#}\n"),
        }]
    }
}

impl Claude {
    #[expect(clippy::unused_self, reason = "a part of `say`")]
    fn row(&self, row: RowId) -> Answer {
        match row {
            RowId::FileRead => Answer::one("Read"),
            RowId::FileWrite => Answer::Stricter(
                vec![
                    "Edit".to_owned(),
                    "Write".to_owned(),
                    "NotebookEdit".to_owned(),
                ],
                "temporary folders too",
            ),
            RowId::NetRead => Answer::Says(vec!["WebFetch".to_owned(), "WebSearch".to_owned()]),
            RowId::AgentStart => Answer::one("Agent"),
            other => match commands_of(other) {
                [] => Answer::Cannot(OBSERVED),
                some => Answer::Says(some.iter().map(|c| format!("Bash({c} *)")).collect()),
            },
        }
    }
}

/// A path of a policy in the grammar of gitignore. Both know `~/`, `//` for the
/// root and `/` for the folder of the settings; a folder at any depth needs
/// `**/` here.
fn path(pattern: &str) -> String {
    let anchored = pattern.starts_with(['/', '~']);
    if !anchored && pattern.trim_end_matches('/').contains('/') {
        format!("**/{pattern}")
    } else {
        pattern.to_owned()
    }
}

/// A host as its rules spell it: a name, or all below one.
fn domain(pattern: &str) -> Option<&str> {
    let name = pattern.strip_prefix("*.").unwrap_or(pattern);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let named = name.contains('.') && name.chars().any(|c| c.is_ascii_alphabetic());
    (named && name.chars().all(plain)).then_some(pattern)
}

fn mcp(server: &str, tool: &str) -> Answer {
    let plain = |name: &str| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    };
    match tool {
        _ if !plain(server) => Answer::Cannot("it needs the whole name of the server"),
        "*" => Answer::one(format!("mcp__{server}")),
        tool if plain(tool) => Answer::one(format!("mcp__{server}__{tool}")),
        _ => Answer::Cannot("it needs the whole name of the tool"),
    }
}

//! Codex: prefix rules (`.rules`, Starlark) and settings of `config.toml`.
//!
//! Of several rules the strictest counts, so these only take away. A setting is
//! written only where it is the narrowest there is: `workspace-write` would
//! widen what a person has set to `read-only`.

use palisade_core::Verdict;
use palisade_policy::RowId;
use toml_edit::{DocumentMut, Item, Table};

use super::{Answer, Grammar, LoweredFile, OBSERVED, Objection, commands_of, prefix};

pub(super) struct Codex;

impl Grammar for Codex {
    fn say(&self, objection: &Objection, verdict: Verdict) -> Answer {
        match objection {
            Objection::Program(_) | Objection::Command(_) => match prefix(objection) {
                Some(words) => Answer::one(rule(&words, verdict)),
                None => Answer::Cannot("its rules know how a command begins, nothing else"),
            },
            Objection::Path(..) | Objection::Secret(_) => {
                Answer::Cannot("only requirements of the organisation name files")
            }
            Objection::Host(..) => {
                Answer::Cannot("only requirements of the organisation name hosts")
            }
            Objection::Mcp(server, tool) => mcp(server, tool, verdict),
            Objection::Row(RowId::FileWrite) if verdict == Verdict::Deny => Answer::Stricter(
                vec!["sandbox_mode = \"read-only\"".to_owned()],
                "temporary folders too, and every program",
            ),
            Objection::Row(RowId::NetRead) if verdict == Verdict::Deny => Answer::Stricter(
                vec!["[sandbox_workspace_write]\nnetwork_access = false".to_owned()],
                "services on this machine too; its own web search stays with its settings",
            ),
            Objection::Row(row) => match commands_of(*row) {
                [] => Answer::Cannot(OBSERVED),
                some => Answer::Says(
                    some.iter()
                        .map(|c| rule(&c.split(' ').collect::<Vec<_>>(), verdict))
                        .collect(),
                ),
            },
            Objection::Elsewhere(_) => {
                Answer::Cannot("set `sandbox_mode = \"workspace-write\"` unless yours is narrower")
            }
        }
    }

    fn files(&self, rules: &[(Verdict, String)]) -> Vec<LoweredFile> {
        let is_rule = |rule: &&str| rule.starts_with("prefix_rule(");
        let texts = || rules.iter().map(|(_, rule)| rule.as_str());
        let mut out = Vec::new();
        let prefixes: Vec<&str> = texts().filter(is_rule).collect();
        if !prefixes.is_empty() {
            out.push(LoweredFile {
                path: "~/.codex/rules/palisade.rules",
                content: prefixes.join("\n") + "\n",
            });
        }
        let mut settings = DocumentMut::new();
        for text in texts().filter(|rule| !is_rule(rule)) {
            if let Ok(one) = text.parse::<DocumentMut>() {
                add(settings.as_table_mut(), one.as_table());
            }
        }
        if !settings.is_empty() {
            out.push(LoweredFile {
                path: "~/.codex/config.toml",
                content: settings.to_string(),
            });
        }
        out
    }
}

/// Tables into each other, lists after each other.
fn add(to: &mut Table, from: &Table) {
    for (key, item) in from {
        match (to.get_mut(key), item) {
            (Some(Item::Table(there)), Item::Table(here)) => add(there, here),
            (Some(there), here) => {
                if let (Some(there), Some(here)) = (there.as_array_mut(), here.as_array()) {
                    there.extend(here.iter().cloned());
                }
            }
            (None, _) => {
                to.insert(key, item.clone());
            }
        }
    }
}

fn rule(words: &[&str], verdict: Verdict) -> String {
    let decision = match verdict {
        Verdict::Deny => "forbidden",
        _ => "prompt",
    };
    let words: Vec<String> = words.iter().map(|w| format!("\"{w}\"")).collect();
    format!(
        "prefix_rule(pattern = [{}], decision = \"{decision}\")",
        words.join(", ")
    )
}

fn mcp(server: &str, tool: &str, verdict: Verdict) -> Answer {
    let plain = |name: &str| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    };
    if verdict != Verdict::Deny {
        return Answer::Cannot("it switches tools off or leaves them on");
    }
    match tool {
        _ if !plain(server) => Answer::Cannot("it needs the whole name of the server"),
        "*" => Answer::one(format!("[mcp_servers.{server}]\nenabled = false")),
        tool if plain(tool) => Answer::one(format!(
            "[mcp_servers.{server}]\ndisabled_tools = [\"{tool}\"]"
        )),
        _ => Answer::Cannot("it needs the whole name of the tool"),
    }
}

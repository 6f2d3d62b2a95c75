//! Gemini CLI: rules of its policy engine (`~/.gemini/policies/*.toml`).
//!
//! The rule of the highest priority counts, not the strictest: a rule that asks
//! could take the place of one that denies, so only denials are written.

use palisade_core::Verdict;
use palisade_policy::RowId;

use super::{Answer, Grammar, LoweredFile, OBSERVED, Objection, commands_of, prefix};

pub(super) struct Gemini;

/// The highest a rule can have.
const PRIORITY: u16 = 999;

impl Grammar for Gemini {
    fn say(&self, objection: &Objection, verdict: Verdict) -> Answer {
        if verdict != Verdict::Deny {
            return Answer::Cannot("a rule that asks could replace one that denies");
        }
        match objection {
            Objection::Program(_) | Objection::Command(_) => match prefix(objection) {
                Some(words) => Answer::one(command(&words.join(" "))),
                None => Answer::Cannot("its rules know how a command begins, or a text"),
            },
            Objection::Path(..) | Objection::Secret(_) | Objection::Host(..) => {
                Answer::Cannot("it compares the text of arguments, not files and hosts")
            }
            Objection::Mcp(server, tool) => mcp(server, tool),
            Objection::Row(RowId::FileWrite) => Answer::Stricter(
                vec![tools(&["write_file", "replace"])],
                "temporary folders too",
            ),
            Objection::Row(RowId::NetRead) => {
                Answer::one(tools(&["web_fetch", "google_web_search"]))
            }
            Objection::Row(row) => match commands_of(*row) {
                [] => Answer::Cannot(OBSERVED),
                some => Answer::Says(some.iter().map(|c| command(c)).collect()),
            },
            Objection::Elsewhere(_) => Answer::Cannot("it does not tell inside from outside here"),
        }
    }

    fn files(&self, rules: &[(Verdict, String)]) -> Vec<LoweredFile> {
        let rules: Vec<&str> = rules.iter().map(|(_, rule)| rule.as_str()).collect();
        vec![LoweredFile {
            path: "~/.gemini/policies/palisade.toml",
            content: rules.join("\n"),
        }]
    }
}

fn rule(conditions: &str) -> String {
    format!("[[rule]]\n{conditions}\ndecision = \"deny\"\npriority = {PRIORITY}\n")
}

fn command(prefix: &str) -> String {
    rule(&format!(
        "toolName = \"run_shell_command\"\ncommandPrefix = \"{prefix}\""
    ))
}

fn tools(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|n| format!("\"{n}\"")).collect();
    rule(&format!("toolName = [{}]", names.join(", ")))
}

fn mcp(server: &str, tool: &str) -> Answer {
    let plain = |name: &str| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    };
    match tool {
        _ if !plain(server) => Answer::Cannot("it needs the whole name of the server"),
        "*" => Answer::one(rule(&format!("mcpName = \"{server}\""))),
        tool if plain(tool) => Answer::one(rule(&format!(
            "mcpName = \"{server}\"\ntoolName = \"{tool}\""
        ))),
        _ => Answer::Cannot("it needs the whole name of the tool"),
    }
}

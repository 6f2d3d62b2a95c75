//! Cursor: `permissions.deny` of `.cursor/cli.json` (its command line program).
//!
//! Deny comes before allow. There is no list of what asks.

use palisade_core::Verdict;
use palisade_policy::{Access, RowId};
use serde_json::json;

use super::{Answer, Grammar, LoweredFile, OBSERVED, Objection, prefix};

pub(super) struct Cursor;

impl Grammar for Cursor {
    fn say(&self, objection: &Objection, verdict: Verdict) -> Answer {
        if verdict != Verdict::Deny {
            return Answer::Cannot("it has no rule that asks");
        }
        match objection {
            Objection::Path(pattern, access) => match (path(pattern), access) {
                (None, _) => Answer::Cannot("its patterns begin in the project or at any depth"),
                (Some(p), Access::Read) => Answer::one(format!("Read({p})")),
                (Some(p), Access::Write) => Answer::one(format!("Write({p})")),
                (Some(p), Access::Any) => {
                    Answer::Says(vec![format!("Read({p})"), format!("Write({p})")])
                }
                (Some(_), Access::Delete) => Answer::Cannot("it has no rule about deleting"),
            },
            Objection::Secret(pattern) => match path(pattern) {
                Some(p) => Answer::one(format!("Read({p})")),
                None => Answer::Cannot("its patterns begin in the project or at any depth"),
            },
            Objection::Program(_) | Objection::Command(_) => match prefix(objection).as_deref() {
                Some([program]) => Answer::one(format!("Shell({program})")),
                _ => Answer::Cannot("its rules name programs, not their arguments"),
            },
            Objection::Host(..) => Answer::Cannot("its rules do not hold for every way to a host"),
            Objection::Mcp(..) => {
                Answer::Cannot("its rules about MCP tools are not documented enough")
            }
            Objection::Row(RowId::FileRead) => Answer::one("Read(**)"),
            Objection::Row(RowId::FileWrite) => {
                Answer::Stricter(vec!["Write(**)".to_owned()], "temporary folders too")
            }
            Objection::Row(RowId::Privilege) => Answer::one("Shell(sudo)"),
            Objection::Row(_) => Answer::Cannot(OBSERVED),
            Objection::Elsewhere(_) => Answer::Cannot("it does not tell inside from outside here"),
        }
    }

    fn files(&self, rules: &[(Verdict, String)]) -> Vec<LoweredFile> {
        let deny: Vec<&str> = rules.iter().map(|(_, rule)| rule.as_str()).collect();
        let settings = json!({ "permissions": { "allow": [], "deny": deny } });
        vec![LoweredFile {
            path: ".cursor/cli.json",
            content: format!("{settings:#}\n"),
        }]
    }
}

/// A path relative to the project; at any depth with `**/`.
fn path(pattern: &str) -> Option<String> {
    if pattern.starts_with("//") || pattern.starts_with('~') {
        return None;
    }
    match pattern.strip_prefix('/') {
        Some(rest) => Some(rest.to_owned()),
        None => Some(format!("**/{pattern}")),
    }
}

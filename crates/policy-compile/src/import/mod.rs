//! Permission rules of Claude Code become rules of a policy.
//!
//! What an agent's rule denies by its text is denied here by what it means, in
//! every spelling. What a rule means and what its writer meant are not always
//! the same (`Write(…)` is never consulted, `/etc` is a folder beside the
//! settings); then both hold, and the report says so.

mod command;
mod path;
mod write;

use std::collections::BTreeMap;

use palisade_core::{Effect, Profile, Verdict};
use palisade_policy::{Access, Column, RowId, Table};
use serde::Serialize;

/// One rule as the agent's settings have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// The list it stands in.
    pub verdict: Verdict,
    /// `Bash`, `Read`, `mcp__server__tool`; `(` when the rule cannot be read.
    pub tool: String,
    /// What is in the parentheses; `None` when there are none.
    pub argument: Option<String>,
    /// As it was written.
    pub text: String,
    /// `file:line`.
    pub place: String,
    /// Where a path with one slash begins, in the grammar of policies: empty
    /// for a project, `~/.claude` for a user's settings.
    pub root: String,
}

/// A rule that is to be written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum New {
    /// `[[paths]]`: pattern, and [`Access`] as it is written.
    Path(String, &'static str),
    /// `[[hosts]]`; the methods it is about, all when empty.
    Host(String, &'static [&'static str]),
    /// `[[mcp]]`: server and tool.
    Mcp(String, String),
    /// `[[programs]]`.
    Program(String),
    /// `[[commands]]`.
    Command(String),
}

/// What became of one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// The rule as it was written.
    pub rule: String,
    /// Where it stands.
    pub place: String,
    /// What it became, one line each; empty: nothing.
    pub becomes: Vec<String>,
    /// It does nothing where it stands, or something else than it says.
    pub dead: bool,
    /// Why, or what to know.
    pub note: String,
}

/// Everything that was imported.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// Rows that become stricter, by column.
    pub rows: BTreeMap<RowId, [Option<Verdict>; 3]>,
    /// Rules in the order of their sources, each with where it comes from.
    pub rules: Vec<(New, Verdict, String)>,
    /// One for each permission rule.
    pub remarks: Vec<Remark>,
}

/// What an importer needs to know beside the rules.
pub struct Knowledge<'a> {
    /// What a command line would do.
    pub effects: &'a dyn Fn(&str) -> Vec<Effect>,
    /// The layer may lift objections; a project's may not.
    pub may_allow: bool,
}

impl std::fmt::Debug for Knowledge<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Knowledge").finish_non_exhaustive()
    }
}

/// What one permission rule becomes.
#[derive(Default)]
struct Becomes {
    rows: Vec<RowId>,
    /// Only this column of the rows.
    column: Option<Column>,
    rules: Vec<New>,
    dead: bool,
    note: String,
}

impl Becomes {
    fn nothing(note: impl Into<String>) -> Self {
        Self {
            note: note.into(),
            ..Self::default()
        }
    }

    fn rules(rules: Vec<New>) -> Self {
        Self {
            rules,
            ..Self::default()
        }
    }

    fn rows(rows: &[RowId]) -> Self {
        Self {
            rows: rows.to_vec(),
            ..Self::default()
        }
    }
}

/// Turns permission rules into rules of a policy.
pub fn import(permissions: &[Permission], knowledge: &Knowledge<'_>) -> Imported {
    let standard = Table::builtin(Profile::Standard);
    let mut out = Imported::default();
    for p in permissions {
        let becomes = if p.verdict == Verdict::Allow && !knowledge.may_allow {
            Becomes::nothing("stays with Claude Code: a project's policy only tightens")
        } else {
            one(p, knowledge)
        };
        let mut lines = Vec::new();
        for id in &becomes.rows {
            let Some(row) = standard.rows.get(id) else {
                continue;
            };
            let cells = out.rows.entry(*id).or_default();
            for (cell, column) in cells.iter_mut().zip(Column::ALL) {
                let meant = becomes.column.is_none_or(|c| c == column);
                if meant && p.verdict > row.verdict(column) {
                    *cell = (*cell).max(Some(p.verdict));
                }
            }
            let where_ = becomes
                .column
                .map_or_else(String::new, |c| format!(" {}", c.as_str()));
            lines.push(format!("row {id}{where_}"));
        }
        for rule in becomes.rules {
            lines.push(rule.to_string());
            let known = out
                .rules
                .iter()
                .any(|(r, v, _)| *r == rule && *v == p.verdict);
            if !known {
                out.rules
                    .push((rule, p.verdict, format!("{}  {}", p.place, p.text)));
            }
        }
        out.remarks.push(Remark {
            rule: p.text.clone(),
            place: p.place.clone(),
            becomes: lines,
            dead: becomes.dead,
            note: becomes.note,
        });
    }
    out.rows
        .retain(|_, cells| cells.iter().any(Option::is_some));
    out
}

fn one(p: &Permission, knowledge: &Knowledge<'_>) -> Becomes {
    let argument = p.argument.as_deref().map(str::trim);
    let any = matches!(argument, None | Some("" | "*" | ":*"));
    match p.tool.as_str() {
        "Bash" | "PowerShell" | "Monitor" => {
            command::import(argument.filter(|_| !any), p.verdict, knowledge)
        }
        "Read" | "Glob" | "Grep" | "LS" => {
            let dead = matches!(p.tool.as_str(), "Glob" | "Grep" | "LS") && !any;
            path::import(p, argument.filter(|_| !any), Access::Read, dead)
        }
        "Edit" | "Write" | "NotebookEdit" | "MultiEdit" => {
            let dead = p.tool != "Edit" && !any;
            path::import(p, argument.filter(|_| !any), Access::Write, dead)
        }
        "WebFetch" => web(argument.filter(|_| !any), p.verdict),
        tool if tool.starts_with("mcp__") => mcp(tool),
        "*" => Becomes::nothing(
            "a rule for every tool; choose a profile instead: `profile = \"review-only\"`",
        ),
        "(" => Becomes {
            dead: true,
            ..Becomes::nothing("its parenthesis does not close")
        },
        tool if tool.starts_with(|c: char| c.is_ascii_lowercase()) => Becomes {
            dead: true,
            ..Becomes::nothing(
                "no tool has this name: they begin with a capital (Bash, Read, Edit)",
            )
        },
        _ => Becomes::nothing("about a tool of the agent itself; it stays with Claude Code"),
    }
}

/// Reading from a host; what sends is asked about anyway.
const READS: &[&str] = &["GET", "HEAD"];

fn web(argument: Option<&str>, verdict: Verdict) -> Becomes {
    let Some(host) = argument.and_then(|a| a.strip_prefix("domain:")) else {
        return Becomes {
            dead: argument.is_some(),
            ..Becomes::nothing(match argument {
                Some(_) => "WebFetch takes `domain:HOST` and nothing else",
                None => "about a tool of the agent itself; for hosts, set the row net.read",
            })
        };
    };
    if !palisade_policy::valid_host_pattern(host) {
        return Becomes {
            dead: true,
            ..Becomes::nothing("this is not the name of a host")
        };
    }
    let methods = if verdict == Verdict::Allow {
        READS
    } else {
        &[]
    };
    Becomes::rules(vec![New::Host(host.to_owned(), methods)])
}

fn mcp(tool: &str) -> Becomes {
    let rest = tool.strip_prefix("mcp__").unwrap_or_default();
    let (server, tool) = rest.split_once("__").unwrap_or((rest, "*"));
    let server = if server.is_empty() { "*" } else { server };
    Becomes::rules(vec![New::Mcp(server.to_owned(), tool.to_owned())])
}

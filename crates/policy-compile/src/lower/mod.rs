//! A policy as the agents' own rules: a second wall where the guard is one.
//!
//! Only objections are written, never an allow and never a setting that could
//! be wider than what a person has there already, so that the agent with these
//! rules is never freer than without them. What an agent cannot say stays with
//! the guard, and is listed; so is what it can only say too strictly.

mod claude;
mod codex;
mod cursor;
mod gemini;

use palisade_core::{AgentKind, Mode, Verdict};
use palisade_policy::{Access, Column, RowId, SourceRef, Table, glob, secret_patterns};
use serde::Serialize;

/// The agents whose rules are written.
pub const LOWERED: [AgentKind; 4] = [
    AgentKind::Claude,
    AgentKind::Codex,
    AgentKind::Gemini,
    AgentKind::Cursor,
];

/// A policy in an agent's words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Lowered {
    /// What to put where.
    pub files: Vec<LoweredFile>,
    /// What the agent holds as well as the guard.
    pub said: Vec<SaidRule>,
    /// What it holds more strictly than the policy.
    pub stricter: Vec<LowerRemark>,
    /// What it cannot say.
    pub unsaid: Vec<LowerRemark>,
}

/// A file of the agent, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LoweredFile {
    /// Where the agent looks for it.
    pub path: &'static str,
    /// What stands there.
    pub content: String,
}

/// A rule of the policy and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SaidRule {
    /// The rule of the policy.
    pub what: String,
    /// What it says.
    pub verdict: Verdict,
    /// In the agent's words.
    pub rules: Vec<String>,
}

/// A rule of the policy that did not come through whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LowerRemark {
    /// The rule of the policy.
    pub what: String,
    /// Where it is written.
    pub source: String,
    /// Why.
    pub why: String,
}

/// An objection of the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Objection {
    Path(String, Access),
    /// A host, and whether reading from it is meant.
    Host(String, bool),
    Mcp(String, String),
    Program(String),
    Command(String),
    /// A row that objects inside and elsewhere alike.
    Row(RowId),
    /// A row that objects elsewhere only.
    Elsewhere(RowId),
    Secret(String),
}

impl Objection {
    fn words(&self) -> String {
        match self {
            Self::Path(pattern, access) => format!("path {pattern} ({})", access.as_str()),
            Self::Host(pattern, _) => format!("host {pattern}"),
            Self::Mcp(server, tool) => format!("mcp {server} {tool}"),
            Self::Program(name) => format!("program {name}"),
            Self::Command(pattern) => format!("command {pattern}"),
            Self::Row(row) => format!("row {row}"),
            Self::Elsewhere(row) => format!("row {row} elsewhere"),
            Self::Secret(pattern) => format!("secret file {pattern}"),
        }
    }
}

/// What an agent makes of an objection.
enum Answer {
    /// Its own rules.
    Says(Vec<String>),
    /// Its own rules, and what they stop beside.
    Stricter(Vec<String>, &'static str),
    /// Nothing.
    Cannot(&'static str),
}

impl Answer {
    fn one(rule: impl Into<String>) -> Self {
        Self::Says(vec![rule.into()])
    }
}

/// An agent's grammar.
trait Grammar {
    /// Its rule for one objection.
    fn say(&self, objection: &Objection, verdict: Verdict) -> Answer;
    /// The files that hold `rules`: each with its verdict.
    fn files(&self, rules: &[(Verdict, String)]) -> Vec<LoweredFile>;
}

/// `table` in the words of `agent`; `None` for agents without rules of their own
/// that are known here.
pub fn lower(table: &Table, agent: AgentKind) -> Option<Lowered> {
    let grammar: &dyn Grammar = match agent {
        AgentKind::Claude => &claude::Claude,
        AgentKind::Codex => &codex::Codex,
        AgentKind::Gemini => &gemini::Gemini,
        AgentKind::Cursor => &cursor::Cursor,
        _ => return None,
    };
    let mut out = Lowered::default();
    let mut rules: Vec<(Verdict, String)> = Vec::new();
    for (objection, verdict, source, mode) in objections(table) {
        let remark = |why: &str| LowerRemark {
            what: objection.words(),
            source: source.clone(),
            why: why.to_owned(),
        };
        // An agent's rule is carried out whatever our mode is.
        if mode != Mode::Enforce {
            out.unsaid.push(remark("it is not enforced, only observed"));
            continue;
        }
        let texts = match grammar.say(&objection, verdict) {
            Answer::Says(texts) => texts,
            Answer::Stricter(texts, why) => {
                out.stricter.push(remark(why));
                texts
            }
            Answer::Cannot(why) => {
                out.unsaid.push(remark(why));
                continue;
            }
        };
        for text in &texts {
            let rule = (verdict, text.clone());
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
        out.said.push(SaidRule {
            what: objection.words(),
            verdict,
            rules: texts,
        });
    }
    for rule in table.cedar.iter().filter(|r| r.verdict != Verdict::Allow) {
        out.unsaid.push(LowerRemark {
            what: format!("cedar {}", rule.id),
            source: rule.source.to_string(),
            why: "it is a Cedar policy, whose conditions no agent's rules have".to_owned(),
        });
    }
    if !rules.is_empty() {
        out.files = grammar.files(&rules);
    }
    Some(out)
}

type Found = (Objection, Verdict, String, Mode);

/// Everything the policy objects to that does not depend on what is observed.
fn objections(table: &Table) -> Vec<Found> {
    let mut out: Vec<Found> = Vec::new();
    let mut add = |objection, verdict, source: &SourceRef, mode| {
        if verdict != Verdict::Allow {
            out.push((objection, verdict, source.to_string(), mode));
        }
    };
    for r in &table.paths {
        for pattern in spread(&r.pattern) {
            add(
                Objection::Path(pattern, r.access),
                r.verdict,
                &r.source,
                table.mode,
            );
        }
    }
    for r in &table.hosts {
        let reads = |m: &String| matches!(m.as_str(), "GET" | "HEAD");
        let meant = r.methods.is_empty() || r.methods.iter().any(reads);
        for pattern in spread(&r.pattern) {
            add(
                Objection::Host(pattern, meant),
                r.verdict,
                &r.source,
                table.mode,
            );
        }
    }
    for r in &table.mcp {
        for server in spread(&r.server) {
            for tool in spread(&r.tool) {
                let rule = Objection::Mcp(server.clone(), tool);
                add(rule, r.verdict, &r.source, table.mode);
            }
        }
    }
    for r in &table.programs {
        add(
            Objection::Program(r.name.clone()),
            r.verdict,
            &r.source,
            table.mode,
        );
    }
    for r in &table.commands {
        for pattern in spread(&r.pattern) {
            add(
                Objection::Command(pattern),
                r.verdict,
                &r.source,
                table.mode,
            );
        }
    }
    for (id, row) in &table.rows {
        let mode = row.mode.unwrap_or(table.mode);
        let [inside, elsewhere] = [Column::Inside, Column::Elsewhere].map(|c| row.verdict(c));
        let Some(source) = row.source(Column::Elsewhere) else {
            continue;
        };
        if *id == RowId::SecretRead {
            for pattern in secret_patterns(table) {
                add(
                    Objection::Secret(pattern),
                    inside.min(elsewhere),
                    source,
                    mode,
                );
            }
        } else if inside.min(elsewhere) > Verdict::Allow {
            add(Objection::Row(*id), inside.min(elsewhere), source, mode);
        } else if elsewhere > Verdict::Allow {
            add(Objection::Elsewhere(*id), elsewhere, source, mode);
        }
    }
    out
}

/// Alternatives in braces, each by itself: no agent's grammar has them.
fn spread(pattern: &str) -> Vec<String> {
    glob::expand(pattern).unwrap_or_else(|| vec![pattern.to_owned()])
}

/// The words a command begins with, when the pattern is `words *` without
/// another star, or a program's name: what a prefix can say.
fn prefix(objection: &Objection) -> Option<Vec<&str>> {
    let text = match objection {
        Objection::Program(name) => name.as_str(),
        Objection::Command(pattern) => pattern.strip_suffix(" *")?,
        _ => return None,
    };
    // It becomes text of another grammar: nothing that has a meaning in one.
    let plain = |word: &&str| {
        word.chars().all(|c| {
            c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':' | '@' | '+' | '=')
        })
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    (!words.is_empty() && words.iter().all(plain)).then_some(words)
}

/// Commands that are always what a row is about.
const fn commands_of(row: RowId) -> &'static [&'static str] {
    match row {
        RowId::GitForcePush => &["git push --force", "git push -f"],
        RowId::GitSkipHooks => &["git commit --no-verify"],
        RowId::Publish => &["npm publish", "cargo publish", "twine upload", "gem push"],
        RowId::Privilege => &["sudo"],
        RowId::PrivilegeSevere => &["mkfs"],
        RowId::InfraDestroy => &["terraform destroy", "tofu destroy"],
        _ => &[],
    }
}

const OBSERVED: &str = "it depends on what the guard observes";

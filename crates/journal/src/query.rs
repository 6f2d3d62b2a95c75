//! Which records somebody wants to see.

use std::collections::BTreeSet;
use std::path::Path;

use palisade_core::{Timestamp, Verdict};

use crate::frame::Record;
use crate::read::read_reverse;

/// Processes write within this time of deciding, in microseconds; a search
/// that goes back in time stops this much later than it could.
const SLACK: u64 = 10 * 60 * 1_000_000;

/// Conditions that all have to hold; an empty filter matches everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Beginning of the session identifier.
    pub session: Option<String>,
    /// Tool name, without regard to case; `mcp__github__*` for a beginning.
    pub tool: Option<String>,
    /// One of these verdicts; every record when empty.
    pub verdicts: BTreeSet<Verdict>,
    /// Part of the target of an effect, or of the workspace or directory.
    pub path: Option<String>,
    /// Not before this.
    pub since: Option<Timestamp>,
    /// Before this.
    pub until: Option<Timestamp>,
    /// Part of the summary, reason, rule, target or secret, without regard to case.
    pub text: Option<String>,
    /// At most so many records, the newest.
    pub limit: Option<usize>,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The records, oldest first.
    pub records: Vec<Record>,
    /// Damaged places that were passed over.
    pub damaged: u64,
}

impl Filter {
    /// Whether the record meets every condition ([`Filter::limit`] aside).
    pub fn matches(&self, record: &Record) -> bool {
        let event = &record.event;
        let at = time(record);
        self.since.is_none_or(|since| at >= since)
            && self.until.is_none_or(|until| at < until)
            && (self.verdicts.is_empty()
                || event.verdict.is_some_and(|v| self.verdicts.contains(&v)))
            && (self.session.as_ref()).is_none_or(|s| event.session.starts_with(s.as_str()))
            && (self.tool.as_ref()).is_none_or(|tool| is_tool(&event.tool, tool))
            && (self.path.as_ref()).is_none_or(|path| {
                event
                    .effects
                    .iter()
                    .any(|e| e.target.contains(path.as_str()))
                    || event.workspace.contains(path.as_str())
                    || event.cwd.contains(path.as_str())
            })
            && (self.text.as_ref()).is_none_or(|text| {
                let text = text.to_lowercase();
                let has = |field: &str| field.to_lowercase().contains(&text);
                has(&event.summary)
                    || has(&event.reason)
                    || has(&event.rule)
                    || event.effects.iter().any(|e| has(&e.target))
                    || event.secrets.iter().any(|s| has(s))
            })
    }

    /// Searches this user's journal below `state_dir`, from its end and no
    /// further back than needed.
    pub fn search(&self, state_dir: &Path) -> Found {
        let mut found = Found::default();
        let limit = self.limit.unwrap_or(usize::MAX);
        for item in read_reverse(state_dir) {
            if found.records.len() >= limit {
                break;
            }
            match item {
                Ok(record) => {
                    let too_old = |since: Timestamp| record.ts.0.saturating_add(SLACK) < since.0;
                    if self.since.is_some_and(too_old) {
                        break;
                    }
                    if self.matches(&record) {
                        found.records.push(record);
                    }
                }
                Err(_) => found.damaged += 1,
            }
        }
        found.records.reverse();
        found
    }
}

/// When it happened; when it was written if the event does not say.
fn time(record: &Record) -> Timestamp {
    if record.event.ts == Timestamp(0) {
        record.ts
    } else {
        record.event.ts
    }
}

fn is_tool(name: &str, wanted: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(beginning) => name
            .get(..beginning.len())
            .is_some_and(|b| b.eq_ignore_ascii_case(beginning)),
        None => name.eq_ignore_ascii_case(wanted),
    }
}

/// A word that is no verdict.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a verdict (allow, ask, deny)")]
pub struct VerdictError(pub String);

/// Understands a list such as `deny,ask`.
pub fn verdicts(text: &str) -> Result<BTreeSet<Verdict>, VerdictError> {
    text.split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(|word| {
            [Verdict::Allow, Verdict::Ask, Verdict::Deny]
                .into_iter()
                .find(|v| v.as_str().eq_ignore_ascii_case(word))
                .ok_or_else(|| VerdictError(word.to_owned()))
        })
        .collect()
}

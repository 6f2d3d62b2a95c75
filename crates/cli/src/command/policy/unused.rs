//! `palisade policy unused`: rules that could go.

use std::collections::BTreeMap;

use clap::Args;
use palisade_core::Verdict;
use palisade_guard::{Places, Replay};
use palisade_journal::query::Filter;
use palisade_policy::Table;
use palisade_policy_compile::{Origin, origins};
use serde::Serialize;

use crate::args::{Dir, Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, DIM, WARN, paint};
use crate::text;

/// Answers after which a rule that only asks is questioned.
const ANSWERS: u64 = 10;

/// List rules that never fired, or whose question was always answered with yes
///
/// The calls in the journal are decided again, and what each line of the policy
/// files said about them is counted. A rule that never fires may still be right: it
/// says what must not happen.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  palisade policy unused\n  palisade policy unused --format json\n\nExit codes: 0 none, 1 there are some."
)]
pub(crate) struct Unused {
    #[command(flatten)]
    dir: Dir,
    #[command(flatten)]
    output: Output,
}

/// How often a line of the policy spoke.
#[derive(Default)]
struct Count {
    fired: u64,
    asked: u64,
    approved: u64,
}

/// A rule that could go.
#[derive(Serialize)]
struct Idle {
    #[serde(flatten)]
    origin: Origin,
    why: &'static str,
    fired: u64,
    approved: u64,
}

impl Unused {
    pub(super) fn run(self, places: &Places) -> Result<Outcome, Error> {
        let workspace = crate::command::workspace(self.dir.dir.as_deref(), &places.home)?;
        let table = super::table(&super::sources(places, &workspace))?;
        let here = workspace.to_string_lossy();
        let (calls, counts) = count(places, &here, &table);
        let idle: Vec<Idle> = origins(&table, &[])
            .into_iter()
            // A role speaks by what it leaves alone.
            .filter(|origin| !origin.what.contains("role"))
            .filter_map(|origin| {
                let none = Count::default();
                let count = counts.get(&origin.source).unwrap_or(&none);
                let why = if count.fired == 0 {
                    "never fired"
                } else if count.asked >= ANSWERS && count.asked == count.approved {
                    "always answered with yes"
                } else {
                    return None;
                };
                Some(Idle {
                    why,
                    fired: count.fired,
                    approved: count.approved,
                    origin,
                })
            })
            .collect();
        if self.output.format == Format::Json {
            output::json(&serde_json::json!({ "calls": calls, "rules": idle }))?;
        } else {
            for one in &idle {
                let times = if one.fired > 0 {
                    format!(", {} times", text::grouped(one.approved))
                } else {
                    String::new()
                };
                output::hanging(
                    4,
                    format_args!(
                        " {}{times}  {} → {}   {}",
                        paint(WARN, one.why),
                        text::plain(&one.origin.what),
                        text::plain(&one.origin.says),
                        paint(DIM, text::plain(&one.origin.source))
                    ),
                )?;
            }
            output::note(format_args!(
                "{} of the policy files, over {} in this project",
                text::count(idle.len() as u64, "idle rule"),
                text::count(calls, "recorded call")
            ));
        }
        Ok(if idle.is_empty() {
            Outcome::Fine
        } else {
            Outcome::Findings
        })
    }
}

/// What every line said about the calls that were made here.
fn count(places: &Places, workspace: &str, table: &Table) -> (u64, BTreeMap<String, Count>) {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    let mut calls = 0;
    let mut replay = Replay::new(places);
    for record in &Filter::default().search(&places.state).records {
        let event = &record.event;
        if event.workspace != workspace {
            continue;
        }
        let Some(call) = replay.next(event) else {
            continue;
        };
        calls += 1;
        let approved = event.flags.iter().any(|flag| flag.starts_with("approved "));
        let mut spoke: Vec<(String, Verdict)> = replay
            .consider(&call, table)
            .into_iter()
            .map(|c| (c.source, c.verdict))
            .collect();
        spoke.sort();
        spoke.dedup();
        for (source, verdict) in spoke {
            let count = counts.entry(source).or_default();
            count.fired += 1;
            count.asked += u64::from(verdict == Verdict::Ask);
            count.approved += u64::from(verdict == Verdict::Ask && approved);
        }
    }
    (calls, counts)
}

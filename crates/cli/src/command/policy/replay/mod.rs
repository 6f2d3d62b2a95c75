//! `palisade policy replay`: what a change would have meant.

mod transcripts;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, ValueHint};
use palisade_core::{Clock as _, SystemClock, Verdict};
use palisade_guard::{Places, Replay as Recorded};
use palisade_journal::query::Filter;
use palisade_journal::when;
use palisade_policy::{Decision, Table};
use serde::Serialize;
use serde_json::json;

use crate::args::{Dir, Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, BAD, DIM, GOOD, WARN, paint};
use crate::text;

/// Try a policy on the calls that were made here
///
/// The calls in the journal are decided again, with FILE in the place of this
/// project's policy, and every verdict that would have been another one is listed.
/// Without FILE, the policy now in force is compared with the verdicts of the day.
///
/// What was observed then (whether a file was committed, where a link led) stands in
/// the journal; nothing is run or looked at again.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  palisade policy replay\n  palisade policy replay .palisade/policy.toml --since '7 days ago'\n  palisade policy replay .palisade/policy.toml --transcripts\n\nExit codes: 0 nothing would change, 1 something would."
)]
pub(crate) struct Replay {
    /// The file to be tried
    #[arg(value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
    /// Whose file it would replace: project or user
    #[arg(
        long = "as",
        value_name = "LAYER",
        default_value = "project",
        requires = "file",
        hide_possible_values = true
    )]
    layer: Layer,
    /// Not before: 2h, yesterday, 'last tuesday', 2026-11-25
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// Read the transcripts of Claude Code and Codex instead of the journal; their calls
    /// are judged by the files as they are now
    #[arg(long, requires = "file", conflicts_with = "since")]
    transcripts: bool,
    #[command(flatten)]
    dir: Dir,
    #[command(flatten)]
    output: Output,
}

/// A policy file that can be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Layer {
    Project,
    User,
}

/// A call whose verdict would change, with how often it was made.
#[derive(Serialize)]
struct Change {
    tool: String,
    call: String,
    before: Verdict,
    after: Verdict,
    rule: String,
    source: String,
    times: u64,
    last: String,
}

/// What was replayed.
#[derive(Default)]
pub(super) struct Tally {
    calls: u64,
    partial: u64,
    changes: Vec<Change>,
    known: HashMap<(String, String, Verdict, Verdict, String), usize>,
}

/// One side of a comparison.
pub(super) struct Side {
    verdict: Verdict,
    rule: String,
    source: String,
}

impl Side {
    fn of(decision: &Decision) -> Self {
        let m = decision.enforced();
        Self {
            verdict: m.map_or(Verdict::Allow, |m| m.verdict),
            rule: m.map_or_else(String::new, |m| m.rule.clone()),
            source: m.map_or_else(String::new, |m| m.source.clone()),
        }
    }
}

impl Tally {
    fn compare(&mut self, tool: &str, call: &str, before: Side, after: Side, at: &str) {
        self.calls += 1;
        if before.verdict == after.verdict {
            return;
        }
        // What no longer objects names no rule; what did, does.
        let decisive = if after.verdict == Verdict::Allow {
            before.rule.clone()
        } else {
            after.rule.clone()
        };
        let source = if after.verdict == Verdict::Allow {
            before.source
        } else {
            after.source
        };
        let key = (
            tool.to_owned(),
            call.to_owned(),
            before.verdict,
            after.verdict,
            decisive.clone(),
        );
        if let Some(change) = self.known.get(&key).and_then(|i| self.changes.get_mut(*i)) {
            change.times += 1;
            at.clone_into(&mut change.last);
            return;
        }
        self.known.insert(key, self.changes.len());
        self.changes.push(Change {
            tool: tool.to_owned(),
            call: call.to_owned(),
            before: before.verdict,
            after: after.verdict,
            rule: decisive,
            source,
            times: 1,
            last: at.to_owned(),
        });
    }
}

impl Replay {
    pub(super) fn run(self, places: &Places) -> Result<Outcome, Error> {
        let workspace = crate::command::workspace(self.dir.dir.as_deref(), &places.home)?;
        let now = super::table(&super::sources(places, &workspace))?;
        let then = self.changed(places, &workspace)?;
        let mut tally = Tally::default();
        let mut damaged = 0;
        if let (true, Some(then)) = (self.transcripts, &then) {
            let sides = transcripts::Sides {
                places,
                workspace: &workspace,
                now: &now,
                then,
            };
            transcripts::replay(&sides, &mut tally)?;
        } else {
            damaged = self.journal(places, &workspace, &now, then.as_ref(), &mut tally)?;
        }
        if self.output.format == Format::Json {
            output::json(&json!({
                "calls": tally.calls,
                "partly_recorded": tally.partial,
                "changes": tally.changes,
            }))?;
        } else {
            show(&tally)?;
        }
        if damaged > 0 {
            output::note(format_args!(
                "{} {} passed over; run `palisade log verify`",
                paint(BAD, "damaged:"),
                text::count(damaged, "place")
            ));
        }
        Ok(if tally.changes.is_empty() {
            Outcome::Fine
        } else {
            Outcome::Findings
        })
    }

    /// The table with the file in its place.
    fn changed(&self, places: &Places, workspace: &Path) -> Result<Option<Table>, Error> {
        let Some(file) = &self.file else {
            return Ok(None);
        };
        super::existing(file)?;
        let mut sources = super::sources(places, workspace);
        match self.layer {
            Layer::Project => super::replace_project(&mut sources, file),
            Layer::User => super::replace_user(&mut sources, file),
        }
        super::table(&sources).map(Some)
    }

    fn journal(
        &self,
        places: &Places,
        workspace: &Path,
        now: &Table,
        then: Option<&Table>,
        tally: &mut Tally,
    ) -> Result<u64, Error> {
        let since = self
            .since
            .as_deref()
            .map(|text| when::parse(text, SystemClock.now(), crate::command::log::utc_offset()))
            .transpose()
            .map_err(|e| Error::Other(e.to_string()))?;
        let filter = Filter {
            since: since.map(|w| w.start),
            ..Filter::default()
        };
        let found = filter.search(&places.state);
        let here = workspace.to_string_lossy();
        let mut replay = Recorded::new(places);
        for record in &found.records {
            let event = &record.event;
            if event.workspace != here {
                continue;
            }
            let Some(call) = replay.next(event) else {
                continue;
            };
            tally.partial += u64::from(call.partial);
            let today = Side::of(&replay.decide(&call, now));
            let (before, after) = match then {
                Some(then) => (today, Side::of(&replay.decide(&call, then))),
                None => (recorded(event), today),
            };
            let at = crate::command::log::moment(event.ts).to_string();
            tally.compare(&event.tool, &event.summary, before, after, &at);
        }
        Ok(found.damaged)
    }
}

/// The verdict of the day, answers of people aside.
fn recorded(event: &palisade_core::Event) -> Side {
    let approved = event.flags.iter().any(|flag| flag.starts_with("approved "));
    Side {
        verdict: match event.enforced.or(event.verdict) {
            Some(_) if approved => Verdict::Ask,
            // An ask before an agent that cannot ask was carried out as a denial.
            Some(Verdict::Deny) if event.verdict == Some(Verdict::Ask) => Verdict::Ask,
            verdict => verdict.unwrap_or(Verdict::Allow),
        },
        rule: event.rule.clone(),
        source: String::new(),
    }
}

fn show(tally: &Tally) -> Result<(), Error> {
    for change in &tally.changes {
        let (word, style) = if change.after > change.before {
            ("stricter", GOOD)
        } else {
            ("looser", WARN)
        };
        let mut beside = vec![change.rule.clone()];
        if !change.source.is_empty() {
            beside.push(change.source.clone());
        }
        if change.times > 1 {
            beside.push(format!("{} times", text::grouped(change.times)));
        }
        output::hanging(
            11,
            format_args!(
                " {}  {}  {}  {} → {}   {}",
                paint(style, format_args!("{word:<8}")),
                text::plain(&change.tool),
                text::plain(&text::clip(&change.call, 160)),
                change.before.as_str(),
                change.after.as_str(),
                paint(DIM, text::plain(&beside.join(" · ")))
            ),
        )?;
    }
    let times = |stricter: bool| -> u64 {
        let changes = tally.changes.iter();
        changes
            .filter(|c| (c.after > c.before) == stricter)
            .map(|c| c.times)
            .sum()
    };
    let (stricter, looser) = (times(true), times(false));
    let calls = text::count(tally.calls, "call");
    output::line(match stricter + looser {
        0 => format!("{calls}, none would be decided otherwise"),
        n => format!(
            "{} of {calls} would be decided otherwise: {} stricter, {} looser",
            text::grouped(n),
            text::grouped(stricter),
            text::grouped(looser)
        ),
    })?;
    if tally.partial > 0 {
        output::note(format_args!(
            "{} recorded in part (very long, or by an older version): what they would meet may be missing",
            match tally.partial {
                1 => "1 call is".to_owned(),
                n => format!("{} calls are", text::grouped(n)),
            }
        ));
    }
    Ok(())
}

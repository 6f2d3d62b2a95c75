//! `palisade log`: what happened.

mod table;
mod verify;

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use jiff::tz::TimeZone;
use palisade_core::{Clock as _, Event, EventKind, SystemClock, Timestamp, Verdict};
use palisade_guard::Places;
use palisade_journal::query::{self, Filter};
use palisade_journal::{Record, when};
use serde::Serialize;

use crate::error::{Error, Outcome};
use crate::output::{self, BAD, GOOD, paint};
use crate::text;
use table::Table;

/// Pause between two looks of --follow.
const POLL: Duration = Duration::from_millis(200);

/// Records a person is shown unless they ask for more.
const SCREEN: usize = 50;

/// Show what agents did and what was decided, newest first
#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    after_help = "Examples:\n  palisade log --since '2 hours ago' --verdict deny,ask\n  palisade log --session 3f2a --format json"
)]
pub(crate) struct Log {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// Only this session (the beginning of its identifier is enough)
    #[arg(long, value_name = "ID")]
    session: Option<String>,
    /// Only this tool: Bash, Read, mcp__github__*
    #[arg(long, value_name = "NAME")]
    tool: Option<String>,
    /// Only these verdicts: allow, ask, deny (comma separated)
    #[arg(long, value_name = "LIST")]
    verdict: Option<String>,
    /// Only what touched a path, host or project that contains this
    #[arg(long, value_name = "TEXT")]
    path: Option<String>,
    /// Only what contains this
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// Not before: 2h, yesterday, 'last tuesday', 2026-11-25, 14:30
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// Not after: the same words
    #[arg(long, value_name = "WHEN")]
    until: Option<String>,
    /// At most so many [default: 50 for people, all for JSON]
    #[arg(long, short = 'n', value_name = "N")]
    limit: Option<usize>,
    /// Prompts, results and session events too, not only calls
    #[arg(long, short)]
    all: bool,
    /// Show what comes from now on, oldest first, until Ctrl-C (JSON: a line each)
    #[arg(long, short, conflicts_with_all = ["limit", "since", "until"])]
    follow: bool,
    /// How to print it: human (a table), json (one array) or jsonl (a record a line)
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "human",
        hide_possible_values = true
    )]
    format: LogFormat,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Verify(verify::Verify),
}

/// How the log is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    /// A table for people
    #[default]
    Human,
    /// One JSON document: an array of records
    Json,
    /// One record a line
    Jsonl,
}

/// A record as it is printed in JSON.
#[derive(Serialize)]
struct Row<'r> {
    id: &'r str,
    seq: u64,
    time: String,
    #[serde(flatten)]
    event: &'r Event,
}

impl<'r> Row<'r> {
    fn new(record: &'r Record) -> Self {
        Self {
            id: &record.id,
            seq: record.seq,
            time: moment(record.event.ts).to_string(),
            event: &record.event,
        }
    }
}

impl Log {
    pub(crate) fn run(self, places: &Places) -> Result<Outcome, Error> {
        if let Some(Verb::Verify(verb)) = self.verb {
            return verb.run(places);
        }
        let filter = self.filter()?;
        if self.follow {
            return self.follow(&filter, places);
        }
        let found = filter.search(&places.state);
        let mut records = found.records;
        records.retain(|r| self.wanted(&r.event));
        records.reverse();
        let matching = records.len();
        if let Some(limit) = self.limit() {
            records.truncate(limit);
        }
        match self.format {
            LogFormat::Human => {
                let table = Table::new(&records);
                for record in &records {
                    table.show(record)?;
                }
                footer(records.len(), matching, places);
            }
            LogFormat::Json => output::json(&records.iter().map(Row::new).collect::<Vec<_>>())?,
            LogFormat::Jsonl => {
                for record in records.iter().take_while(|_| output::is_read()) {
                    output::json_line(&Row::new(record))?;
                }
            }
        }
        if found.damaged > 0 {
            output::note(format_args!(
                "{} {} passed over; run `palisade log verify`",
                paint(BAD, "damaged:"),
                text::count(found.damaged, "place")
            ));
            return Ok(Outcome::Incomplete);
        }
        Ok(Outcome::Fine)
    }

    fn limit(&self) -> Option<usize> {
        self.limit
            .or_else(|| (self.format == LogFormat::Human).then_some(SCREEN))
    }

    fn filter(&self) -> Result<Filter, Error> {
        let moment = |text: &Option<String>| {
            text.as_deref()
                .map(|t| when::parse(t, SystemClock.now(), utc_offset()))
                .transpose()
                .map_err(|e| Error::Other(e.to_string()))
        };
        Ok(Filter {
            session: self.session.clone(),
            tool: self.tool.clone(),
            verdicts: self
                .verdict
                .as_deref()
                .map(query::verdicts)
                .transpose()
                .map_err(|e| Error::Other(e.to_string()))?
                .unwrap_or_default(),
            path: self.path.clone(),
            since: moment(&self.since)?.map(|w| w.start),
            until: moment(&self.until)?.map(|w| w.end),
            text: self.text.clone(),
            // A table leaves records out after the search.
            limit: self.limit.filter(|_| self.format != LogFormat::Human),
        })
    }

    /// Calls and what was stopped; the rest only when asked for.
    fn wanted(&self, event: &Event) -> bool {
        self.all
            || self.format != LogFormat::Human
            || matches!(
                event.kind,
                EventKind::ToolPre
                    | EventKind::GuardFault
                    | EventKind::GuardInstalled
                    | EventKind::GuardRemoved
                    | EventKind::GuardPaused
                    | EventKind::GuardResumed
                    | EventKind::GuardHalted
                    | EventKind::GuardReleased
                    | EventKind::ApprovalGranted
                    | EventKind::ApprovalRefused
                    | EventKind::ApprovalRevoked
            )
            || event.verdict.is_some_and(|v| v > Verdict::Allow)
            || event.rule == "guard.bypass"
    }

    fn follow(&self, filter: &Filter, places: &Places) -> Result<Outcome, Error> {
        let mut follower = palisade_journal::follow(&places.state);
        let table = Table::default();
        while output::is_read() {
            for record in follower.poll() {
                if filter.matches(&record) && self.wanted(&record.event) {
                    match self.format {
                        LogFormat::Human => table.show(&record)?,
                        _ => output::json_line(&Row::new(&record))?,
                    }
                }
            }
            std::thread::sleep(POLL);
        }
        Ok(Outcome::Fine)
    }
}

/// When it happened.
pub(crate) fn moment(ts: Timestamp) -> jiff::Timestamp {
    i64::try_from(ts.0)
        .ok()
        .and_then(|us| jiff::Timestamp::from_microsecond(us).ok())
        .unwrap_or_default()
}

/// The time of day, with the day when it is another one.
pub(super) fn clock(ts: Timestamp) -> String {
    let zone = TimeZone::system();
    let at = zone.to_datetime(moment(ts));
    let today = zone.to_datetime(jiff::Timestamp::now()).date() == at.date();
    let format = if today { "%H:%M" } else { "%a %d %b %H:%M" };
    at.strftime(format).to_string()
}

/// When it was, for people.
pub(super) fn when(at: jiff::Timestamp) -> String {
    let zone = TimeZone::system();
    table::time(
        zone.to_datetime(at),
        zone.to_datetime(jiff::Timestamp::now()),
    )
}

pub(crate) fn utc_offset() -> i32 {
    let now = jiff::Timestamp::now();
    TimeZone::system().to_offset(now).seconds()
}

fn footer(shown: usize, matching: usize, places: &Places) {
    let report = palisade_journal::verify(&places.state);
    if report.records == 0 && report.intact {
        output::note("nothing recorded yet; `palisade protect` installs the guard");
        return;
    }
    let state = if report.intact {
        paint(GOOD, "journal intact")
    } else {
        paint(BAD, "journal damaged: run `palisade log verify`")
    };
    let more = if matching > shown {
        let older = text::grouped((matching - shown) as u64);
        format!(" · {older} older: -n {matching}")
    } else {
        String::new()
    };
    output::note(format_args!(
        "{shown} of {}{more} · {state}",
        text::count(report.records, "record")
    ));
}

//! `palisade log`: what happened.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use jiff::tz::TimeZone;
use palisade_core::{Event, EventKind, Timestamp, Verdict};
use palisade_guard::Places;
use palisade_journal::query::{self, Filter};
use palisade_journal::{Record, Report, when};
use serde::Serialize;

use crate::error::{Error, Outcome};
use crate::output::{self, BAD, BOLD, DIM, GOOD, WARN, paint};

/// Pause between two looks of --follow.
const POLL: Duration = Duration::from_millis(200);

/// Show what agents did and what was decided, newest first
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
#[command(
    after_help = "Examples:\n  palisade log --since '2 hours ago' --verdict deny,ask\n  palisade log --session 3f2a --format json"
)]
pub(crate) struct Log {
    #[command(subcommand)]
    verify: Option<Verb>,
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
    /// Not after
    #[arg(long, value_name = "WHEN")]
    until: Option<String>,
    /// At most so many [default: 50 for people, all for JSON]
    #[arg(long, short = 'n', value_name = "N")]
    limit: Option<usize>,
    /// Prompts, results and session events too, not only calls
    #[arg(long, short)]
    all: bool,
    /// Go on and show what comes (oldest first)
    #[arg(long, short)]
    follow: bool,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: LogFormat,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Verify(Verify),
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

impl Log {
    pub(crate) fn run(self, places: &Places) -> Result<Outcome, Error> {
        if let Some(Verb::Verify(verb)) = self.verify {
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
        if let Some(limit) = self.limit() {
            records.truncate(limit);
        }
        match self.format {
            LogFormat::Human => {
                for record in &records {
                    output::line(table_row(record))?;
                }
                footer(records.len(), places);
            }
            LogFormat::Json => output::json(&records.iter().map(row).collect::<Vec<_>>())?,
            LogFormat::Jsonl => {
                for record in &records {
                    output::json_line(&row(record))?;
                }
            }
        }
        if found.damaged > 0 {
            output::note(format_args!(
                "{} {} damaged places were passed over; run `palisade log verify`",
                paint(BAD, "damaged:"),
                found.damaged
            ));
            return Ok(Outcome::Incomplete);
        }
        Ok(Outcome::Fine)
    }

    fn limit(&self) -> Option<usize> {
        self.limit
            .or_else(|| (self.format == LogFormat::Human).then_some(50))
    }

    fn filter(&self) -> Result<Filter, Error> {
        let moment = |text: &Option<String>| {
            text.as_deref()
                .map(|t| when::parse(t, now(), utc_offset()))
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
            limit: None,
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
            )
            || event.verdict.is_some_and(|v| v > Verdict::Allow)
            || event.rule == "guard.bypass"
    }

    fn follow(&self, filter: &Filter, places: &Places) -> Result<Outcome, Error> {
        let mut follower = palisade_journal::follow(&places.state);
        loop {
            for record in follower.poll() {
                if filter.matches(&record) && self.wanted(&record.event) {
                    match self.format {
                        LogFormat::Human => output::line(table_row(&record))?,
                        _ => output::json_line(&row(&record))?,
                    }
                }
            }
            std::thread::sleep(POLL);
        }
    }
}

fn row(record: &Record) -> Row<'_> {
    Row {
        id: &record.id,
        seq: record.seq,
        time: jiff_time(record.event.ts).to_string(),
        event: &record.event,
    }
}

fn jiff_time(ts: Timestamp) -> jiff::Timestamp {
    i64::try_from(ts.0)
        .ok()
        .and_then(|us| jiff::Timestamp::from_microsecond(us).ok())
        .unwrap_or_default()
}

pub(super) fn now() -> Timestamp {
    use palisade_core::Clock as _;
    palisade_core::SystemClock.now()
}

fn utc_offset() -> i32 {
    let now = jiff::Timestamp::now();
    TimeZone::system().to_offset(now).seconds()
}

fn table_row(record: &Record) -> String {
    let event = &record.event;
    let local = TimeZone::system().to_datetime(jiff_time(event.ts));
    let time = local.strftime("%a %d %b %H:%M:%S").to_string();
    let session: String = event.session.chars().take(4).collect();
    let project = event.workspace.rsplit('/').next().unwrap_or_default();
    let (word, style) = match (event.verdict, event.enforced) {
        (Some(v), None) => (v.as_str().to_owned(), output::verdict(v)),
        // Observed or warned: what it would have been.
        (Some(v), Some(_)) => (format!("({})", v.as_str()), WARN),
        (None, _) => (String::new(), DIM),
    };
    let what = if event.tool.is_empty() {
        format!("{} {}", kind(event.kind), event.summary)
    } else if event.tool == "Bash" {
        event.summary.clone()
    } else {
        format!("{} {}", event.tool, event.summary)
    };
    let mut line = format!(
        "{time}  {:<7}{:<5}{:<12} {} {}",
        event.agent,
        session,
        clip(project, 12),
        paint(style, format_args!("{word:<7}")),
        clip(&what, 90),
    );
    if event.verdict.is_some_and(|v| v > Verdict::Allow) || event.rule == "guard.bypass" {
        let reason = event.reason.lines().next().unwrap_or_default();
        line.push_str(&format!(
            "\n{:33}{}",
            "",
            paint(DIM, format_args!("{}: {}", event.rule, clip(reason, 100)))
        ));
    }
    line
}

fn kind(kind: EventKind) -> String {
    serde_json::to_value(kind)
        .ok()
        .and_then(|v| v.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn clip(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let head: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{head}…")
}

fn footer(shown: usize, places: &Places) {
    let report = palisade_journal::verify(&places.state);
    let state = if report.intact {
        paint(GOOD, "journal intact")
    } else {
        paint(BAD, "journal damaged: run `palisade log verify`")
    };
    output::note(format_args!(
        "{shown} of {} records · {state}",
        report.records
    ));
}

/// Check that no record was changed, removed or put in
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  palisade log verify\n  palisade log verify --format json\n\nExit codes: 0 intact, 1 tampered with, 2 damaged as an accident can do it."
)]
struct Verify {
    #[command(flatten)]
    output: crate::args::Output,
}

impl Verify {
    fn run(self, places: &Places) -> Result<Outcome, Error> {
        let report = palisade_journal::verify(&places.state);
        match self.output.format {
            crate::args::Format::Json => output::json(&report)?,
            crate::args::Format::Human => show_report(&report)?,
        }
        Ok(match (report.intact, report.tampered()) {
            (true, _) => Outcome::Fine,
            (false, true) => Outcome::Findings,
            (false, false) => Outcome::Incomplete,
        })
    }
}

fn show_report(report: &Report) -> Result<(), Error> {
    for damage in &report.damage {
        let seq = damage
            .seq
            .map_or_else(String::new, |s| format!(", record {s}"));
        output::line(format_args!(
            "{}  {}:{}{seq}",
            paint(BAD, damage.kind.as_str()),
            damage.segment,
            damage.offset
        ))?;
    }
    let state = if report.intact {
        paint(GOOD, "intact")
    } else {
        paint(BAD, "not intact")
    };
    output::line(format_args!(
        "{} records in {} files: {}",
        paint(BOLD, report.records),
        report.segments,
        state
    ))?;
    if let Some(seq) = report.anchored {
        output::line(paint(
            DIM,
            format_args!(
                "up to record {seq} a cut-off end would be noticed; sealing elsewhere is not set up"
            ),
        ))?;
    }
    Ok(())
}

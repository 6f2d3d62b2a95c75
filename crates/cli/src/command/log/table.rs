//! The record as a table that fits the window.

use jiff::civil::DateTime;
use palisade_core::{Event, EventKind, Verdict};
use palisade_guard::PROOF_SESSION;
use palisade_journal::Record;

use super::{moment, when};
use crate::error::Error;
use crate::output::{self, DIM, GOOD, WARN, paint};
use crate::text;

/// Columns of the time: `Tue 14:02:11`, `25 Nov 14:02`, `2025-11-25`.
const TIME: usize = 12;
/// Characters of a session identifier.
const SESSION: usize = 4;
/// A project's name is not wider.
const PROJECT: usize = 12;
/// The room a row needs for what was done; below, the window breaks lines itself.
const ROOM: usize = 16;
/// Days in which a weekday says which day it was.
const WEEK: i64 = 6;
/// Days in which day and month do.
const YEAR: i64 = 300;

/// Widths that depend on what is shown.
#[derive(Debug)]
pub(super) struct Table {
    agent: usize,
    project: usize,
}

/// For rows that are not known yet.
impl Default for Table {
    fn default() -> Self {
        Self {
            agent: 6,
            project: PROJECT,
        }
    }
}

impl Table {
    pub(super) fn new(records: &[Record]) -> Self {
        let widest = |column: fn(&Event) -> String| {
            records
                .iter()
                .map(|r| text::width(&column(&r.event)))
                .max()
                .unwrap_or(0)
        };
        Self {
            agent: widest(agent),
            project: widest(project),
        }
    }

    /// Prints a row: what was done, and below it why it was stopped.
    pub(super) fn show(&self, record: &Record) -> Result<(), Error> {
        let event = &record.event;
        let (verdict, style) = match (event.verdict, event.enforced) {
            _ if event.session == PROOF_SESSION => ("proof".to_owned(), DIM),
            _ if event.kind == EventKind::ApprovalGranted => ("yes".to_owned(), GOOD),
            _ if event.kind == EventKind::ApprovalRefused => ("no".to_owned(), WARN),
            (Some(v), None) => (v.as_str().to_owned(), output::verdict(v)),
            // Observed or warned: what it would have been.
            (Some(v), Some(_)) => (format!("({})", v.as_str()), WARN),
            (None, _) => (String::new(), DIM),
        };
        let before = format!(
            "{:<TIME$}  {} {:<SESSION$}  {}  ",
            when(moment(event.ts)),
            text::pad(&agent(event), self.agent),
            session(event),
            text::pad(&project(event), self.project),
        );
        let taken = text::width(&before) + 8;
        let mut what = text::plain(&what(event));
        if event.flags.iter().any(|f| f.starts_with("new ")) {
            what = format!("new: {what}");
        }
        if let Some(code) = event.flags.iter().find_map(|f| f.strip_prefix("approved ")) {
            what.push_str(&format!("   approved {}", text::plain(code)));
        }
        if let Some(room) = output::columns().map(|c| c.saturating_sub(taken)) {
            what = text::clip(&what, room.max(ROOM));
        }
        output::line(format_args!(
            "{before}{}{what}",
            paint(style, format_args!("{verdict:<8}"))
        ))?;
        let stopped = event.verdict.is_some_and(|v| v > Verdict::Allow);
        let answered = matches!(
            event.kind,
            EventKind::ApprovalGranted | EventKind::ApprovalRefused
        );
        if stopped && event.session != PROOF_SESSION || answered || event.rule == "guard.bypass" {
            let reason = event.reason.lines().next().unwrap_or_default();
            let reason = text::plain(&format!("{}: {reason}", event.rule));
            output::hanging(
                TIME + 4,
                format_args!("{:1$}{2}", "", TIME + 2, paint(DIM, reason)),
            )?;
        }
        Ok(())
    }
}

/// Short, and clear enough for how long ago it was.
pub(super) fn time(at: DateTime, now: DateTime) -> String {
    let days = now
        .date()
        .since(at.date())
        .map_or(i64::MAX, |span| i64::from(span.get_days()));
    let format = match days {
        0..=WEEK => "%a %H:%M:%S",
        7..=YEAR => "%d %b %H:%M",
        _ => "%Y-%m-%d",
    };
    at.strftime(format).to_string()
}

fn agent(event: &Event) -> String {
    text::plain(&event.agent)
}

fn session(event: &Event) -> String {
    if event.session == PROOF_SESSION {
        return String::new();
    }
    text::plain(&event.session).chars().take(SESSION).collect()
}

fn project(event: &Event) -> String {
    let name = event.workspace.rsplit('/').next().unwrap_or_default();
    text::clip(&text::plain(name), PROJECT)
}

fn what(event: &Event) -> String {
    if event.session == PROOF_SESSION {
        format!("{} (a test by palisade itself)", event.summary)
    } else if event.tool.is_empty() && event.summary.is_empty() {
        kind(event.kind)
    } else if event.tool.is_empty() {
        format!("{} {}", kind(event.kind), event.summary)
    } else if event.tool == "Bash" {
        event.summary.clone()
    } else {
        format!("{} {}", event.tool, event.summary)
    }
}

fn kind(kind: EventKind) -> String {
    serde_json::to_value(kind)
        .ok()
        .and_then(|v| v.as_str().map(str::to_owned))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_says_what_is_needed() {
        let now: DateTime = "2026-11-25T14:00:00".parse().unwrap();
        for (at, shown) in [
            ("2026-11-25T09:05:07", "Wed 09:05:07"),
            ("2026-11-19T23:59:59", "Thu 23:59:59"),
            ("2026-11-18T08:00:00", "18 Nov 08:00"),
            ("2025-11-25T08:00:00", "2025-11-25"),
            // A clock that was wrong.
            ("2027-01-01T08:00:00", "2027-01-01"),
        ] {
            assert_eq!(time(at.parse().unwrap(), now), shown);
            assert!(shown.len() <= TIME);
        }
    }
}

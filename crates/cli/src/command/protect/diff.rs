//! The change to a file, as it is agreed to.
//!
//! The guard's entries differ only in the event; on a terminal the call they
//! share is said once, so that what differs can be seen. Elsewhere, and with
//! `--diff`, every byte is shown.

use palisade_agents::claude::settings::{self as claude, Change};

use crate::error::Error;
use crate::output::{self, BAD, DIM, GOOD, paint};
use crate::text;

/// Stands for the shared call.
const SHARED: &str = "…";
/// Entries from which on it pays.
const MANY: usize = 3;

pub(super) fn show(change: &Change, full: bool) -> Result<(), Error> {
    let diff = claude::unified_diff(change);
    let shared = if full || output::columns().is_none() {
        None
    } else {
        shared_call(change)
    };
    for (number, line) in diff.lines().enumerate() {
        let style = match line.as_bytes().first() {
            // The names of the file.
            _ if number < 2 => DIM,
            Some(b'+') => GOOD,
            Some(b'-') => BAD,
            _ => DIM,
        };
        let line = match shared {
            Some(call) => line.replace(call, SHARED),
            None => line.to_owned(),
        };
        let hang = line.len() - line.trim_start_matches(['+', '-', ' ']).len() + 4;
        output::hanging(hang, paint(style, text::plain_line(&line)))?;
    }
    if let Some(call) = shared {
        output::hanging(
            4,
            paint(
                DIM,
                format_args!(" {SHARED} is {call}   (in full with --diff)"),
            ),
        )?;
    }
    Ok(())
}

/// What all inserted entries have in common: `"command": …, "args": […]`.
fn shared_call(change: &Change) -> Option<&str> {
    let entry = change.inserted.iter().find(|t| t.contains("\"args\""))?;
    let start = entry.find("\"type\": \"command\"")?;
    let call = entry.get(start..)?;
    let args = call.find("\"args\": [")?;
    let end = args + call.get(args..)?.find(']')? + 1;
    let call = call.get(..end)?;
    let after = std::str::from_utf8(&change.after).ok()?;
    (after.matches(call).count() >= MANY).then_some(call)
}

//! How things look: colours by meaning, data on stdout, words about it on stderr.

use std::fmt::Display;
use std::io::Write as _;

use anstyle::{AnsiColor, Style};
use palisade_core::{Severity, Verdict};
use serde::Serialize;

use crate::error::Error;

/// Something good, done.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// Needs attention.
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default();
/// Stopped, or wrong.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// Beside the point.
pub(crate) const DIM: Style = Style::new().dimmed();
/// What the line is about.
pub(crate) const BOLD: Style = Style::new().bold();

/// `text` in `style`; plain when the stream takes no colour.
pub(crate) fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// The style of a verdict.
pub(crate) const fn verdict(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Allow => GOOD,
        Verdict::Ask => WARN,
        Verdict::Deny => BAD,
    }
}

/// The style of a severity.
pub(crate) const fn severity(severity: Severity) -> Style {
    match severity {
        Severity::Critical | Severity::High => BAD,
        Severity::Medium => WARN,
        Severity::Low | Severity::Info => DIM,
    }
}

/// A line of data.
pub(crate) fn line(text: impl Display) -> Result<(), Error> {
    let mut out = anstream::stdout().lock();
    match writeln!(out, "{text}") {
        // A closed pipe (`palisade log | head`) is the reader's right.
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(Error::from),
    }
}

/// A value as one JSON document.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Error> {
    let text = serde_json::to_string_pretty(value).map_err(|e| Error::Other(e.to_string()))?;
    line(text)
}

/// A value as one line of JSON.
pub(crate) fn json_line(value: &impl Serialize) -> Result<(), Error> {
    let text = serde_json::to_string(value).map_err(|e| Error::Other(e.to_string()))?;
    line(text)
}

/// A remark for the person, on stderr.
pub(crate) fn note(text: impl Display) {
    let mut err = anstream::stderr().lock();
    writeln!(err, "{text}").ok();
}

/// An error, on stderr.
pub(crate) fn error(error: &Error) {
    note(format_args!("{} {error}", paint(BAD, "error:")));
}

/// Text as it is, nothing added.
pub(crate) fn raw(text: &str) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(Error::from),
    }
}

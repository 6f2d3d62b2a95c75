//! How things look: colours by meaning, data on stdout, words about it on stderr.

use std::fmt::Display;
use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use anstyle::{AnsiColor, Style};
use palisade_core::{Severity, Verdict};
use serde::Serialize;

use crate::error::Error;
use crate::text;

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

/// The reader of stdout has gone.
static CLOSED: AtomicBool = AtomicBool::new(false);

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

/// Columns of the window; `None` when stdout is no terminal, and lines stay whole.
pub(crate) fn columns() -> Option<usize> {
    columns_of(std::io::stdout())
}

fn columns_of(stream: impl std::os::fd::AsFd) -> Option<usize> {
    let (terminal_size::Width(columns), _) = terminal_size::terminal_size_of(stream)?;
    (columns > 0).then_some(usize::from(columns))
}

/// Whether the reader of stdout still reads.
pub(crate) fn is_read() -> bool {
    !CLOSED.load(Ordering::Relaxed)
}

/// A line for a person.
pub(crate) fn line(text: impl Display) -> Result<(), Error> {
    let text = text::harmless(&text.to_string());
    gone(writeln!(anstream::stdout().lock(), "{text}"))
}

/// A line for a person, broken at the edge of the window and set in by `hang`.
pub(crate) fn hanging(hang: usize, text: impl Display) -> Result<(), Error> {
    line(text::wrap(&text.to_string(), columns(), hang))
}

/// A value as one JSON document.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Error> {
    let text = serde_json::to_string_pretty(value).map_err(|e| Error::Other(e.to_string()))?;
    raw(&format!("{}\n", text::harmless_json(&text)))
}

/// A value as one line of JSON.
pub(crate) fn json_line(value: &impl Serialize) -> Result<(), Error> {
    let text = serde_json::to_string(value).map_err(|e| Error::Other(e.to_string()))?;
    raw(&format!("{}\n", text::harmless_json(&text)))
}

/// A remark for the person, on stderr.
pub(crate) fn note(text: impl Display) {
    let text = text::harmless(&text.to_string());
    let mut err = anstream::stderr().lock();
    // Nobody is left to tell when stderr is gone.
    writeln!(err, "{text}").ok();
}

/// An error, on stderr.
pub(crate) fn error(error: &Error) {
    let text = match error {
        // Says it itself, with the place.
        Error::Policy(_) if error.to_string().starts_with("error") => error.to_string(),
        _ => format!(
            "{} {}",
            paint(BAD, "error:"),
            text::without_number(&error.to_string())
        ),
    };
    // A text of several lines is a drawing already.
    if text.contains('\n') {
        note(text);
    } else {
        note(text::wrap(&text, columns_of(std::io::stderr()), 7));
    }
}

/// Says what is waited for, when input is typed by a person.
pub(crate) fn typed_input(what: &str) {
    if std::io::stdin().is_terminal() {
        note(paint(
            DIM,
            format_args!("reading {what} from the terminal; Ctrl-D ends it"),
        ));
    }
}

/// Text as it is, nothing added.
pub(crate) fn raw(text: &str) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    gone(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// A closed pipe (`palisade log | head`) is the reader's right.
fn gone(written: std::io::Result<()>) -> Result<(), Error> {
    match written {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => {
            CLOSED.store(true, Ordering::Relaxed);
            Ok(())
        }
        other => other.map_err(Error::from),
    }
}

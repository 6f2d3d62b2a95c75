//! Findings for people.

use palisade_core::{Confidence, Severity};
use palisade_scan::{Outcome, Secret};

use crate::error::Error;
use crate::output::{self, BAD, BOLD, DIM, WARN, paint};
use crate::text;

/// Every finding with its line, then what was looked at.
pub(super) fn show(outcome: &Outcome, took: std::time::Duration) -> Result<(), Error> {
    for secret in &outcome.secrets {
        one(secret)?;
    }
    for open in &outcome.open {
        output::hanging(2, format_args!("{} {}", paint(BAD, "✗"), text::plain(open)))?;
    }
    for note in &outcome.notes {
        output::hanging(
            2,
            format_args!("{} {}", paint(WARN, "!"), text::plain(note)),
        )?;
    }
    for missed in &outcome.missed {
        output::note(format_args!(
            "{} {}",
            paint(BAD, "not looked at:"),
            text::plain(missed)
        ));
    }
    let tally = &outcome.tally;
    let mut words = format!(
        "{} in {}, {} in {:.1} s",
        text::count(outcome.secrets.len() as u64, "secret"),
        text::count(tally.pieces - tally.binary, "text"),
        size(tally.bytes),
        took.as_secs_f64()
    );
    if tally.allowed > 0 {
        words.push_str(&format!("; {} allowed", text::grouped(tally.allowed)));
    }
    output::line(paint(DIM, words))
}

fn one(secret: &Secret) -> Result<(), Error> {
    let style = match (secret.confidence, secret.severity) {
        (Confidence::Low, _) => DIM,
        (_, Severity::Critical | Severity::High) => BAD,
        _ => WARN,
    };
    let place = format!("{}:{}:{}", secret.path, secret.line, secret.column);
    let sure = match secret.confidence {
        Confidence::Low => "  (example, test key or wrong checksum)",
        Confidence::Medium | Confidence::High => "",
    };
    output::hanging(
        2,
        format_args!(
            "{}  {} {}{}",
            paint(BOLD, text::plain(&place)),
            paint(style, secret.rule),
            paint(
                DIM,
                format_args!("{}: {}", secret.provider, secret.description)
            ),
            paint(DIM, sure)
        ),
    )?;
    output::hanging(
        6,
        format_args!(
            "  {}  {}",
            paint(DIM, format_args!("{:>4}", secret.line)),
            text::plain(&secret.excerpt)
        ),
    )?;
    if let Some(value) = &secret.secret {
        output::hanging(8, format_args!("        {}", text::plain(value)))?;
    }
    if let (Some(first), Some(last)) = (&secret.first, &secret.last) {
        let short = |id: &str| id.get(..10).unwrap_or(id).to_owned();
        let mut words = format!(
            "since {} by {} on {}",
            short(&first.id),
            text::plain(&first.author),
            first.date.get(..10).unwrap_or_default()
        );
        if first.id != last.id {
            words.push_str(&format!(", last in {}", short(&last.id)));
        }
        output::hanging(8, format_args!("        {}", paint(DIM, words)))?;
    }
    Ok(())
}

/// Bytes in a person's units.
#[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
fn size(bytes: u64) -> String {
    let mut value = bytes as f64;
    for unit in ["B", "kB", "MB"] {
        if value < 1000.0 {
            return if unit == "B" {
                format!("{bytes} B")
            } else {
                format!("{value:.1} {unit}")
            };
        }
        value /= 1000.0;
    }
    format!("{value:.1} GB")
}

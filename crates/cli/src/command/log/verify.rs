//! `palisade log verify`: is the record what was written?

use clap::Args;
use palisade_guard::Places;
use palisade_journal::Report;

use crate::args::{Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, BAD, DIM, GOOD, paint};
use crate::text;

/// Check that no record was changed, removed or put in
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  palisade log verify\n  palisade log verify --format json\n\nExit codes: 0 intact, 1 tampered with, 2 damaged as an accident can do it."
)]
pub(super) struct Verify {
    #[command(flatten)]
    output: Output,
}

impl Verify {
    pub(super) fn run(self, places: &Places) -> Result<Outcome, Error> {
        let report = palisade_journal::verify(&places.state);
        match self.output.format {
            Format::Json => output::json(&report)?,
            Format::Human => show(&report)?,
        }
        Ok(match (report.intact, report.tampered()) {
            (true, _) => Outcome::Fine,
            (false, true) => Outcome::Findings,
            (false, false) => Outcome::Incomplete,
        })
    }
}

fn show(report: &Report) -> Result<(), Error> {
    for damage in &report.damage {
        output::hanging(2, format_args!("{} {damage}", paint(BAD, "✗")))?;
    }
    if report.unlisted > 0 {
        output::line(format_args!("and {} more", report.unlisted))?;
    }
    let state = match (report.intact, report.tampered()) {
        (true, _) => paint(GOOD, "intact"),
        (false, true) => paint(BAD, "tampered with"),
        (false, false) => paint(BAD, "damaged, as a crash or a full disk can do it"),
    };
    output::line(format_args!(
        "{} in {}: {state}",
        text::count(report.records, "record"),
        text::count(report.segments as u64, "file"),
    ))?;
    if let Some(seq) = report.anchored {
        let limit = format!(
            "cut off after record {seq} it would still look intact: nothing is sealed elsewhere yet"
        );
        output::hanging(0, paint(DIM, limit))?;
    }
    Ok(())
}

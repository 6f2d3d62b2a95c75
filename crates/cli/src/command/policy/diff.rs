//! `palisade policy diff`: what a change of the policy does.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use palisade_guard::Places;
use palisade_policy_compile::{Changed, Direction};
use serde_json::json;

use crate::args::{Dir, Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, DIM, GOOD, WARN, paint};
use crate::text;

/// Show what another policy file for this project would decide otherwise
///
/// The two are compared by effect: a verdict that changes, a rule that comes or
/// goes, a name that is added. Two files that say the same in other words have no
/// difference.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  palisade policy diff .palisade/policy.toml\n  palisade policy diff .palisade/policy.toml --format json\n\nExit codes: 0 no difference, 1 differences."
)]
pub(crate) struct Diff {
    /// The file to be tried in the place of the project's own
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,
    #[command(flatten)]
    dir: Dir,
    #[command(flatten)]
    output: Output,
}

impl Diff {
    pub(super) fn run(self, places: &Places) -> Result<Outcome, Error> {
        let workspace = crate::command::workspace(self.dir.dir.as_deref(), &places.home)?;
        super::existing(&self.file)?;
        let now = super::sources(places, &workspace);
        let mut then = now.clone();
        super::replace_project(&mut then, &self.file);
        let changes = palisade_policy_compile::diff(&super::table(&now)?, &super::table(&then)?);
        if self.output.format == Format::Json {
            output::json(&json!({ "changes": changes }))?;
        } else if changes.is_empty() {
            output::line("no difference in effect")?;
        } else {
            for change in &changes {
                line(change)?;
            }
        }
        Ok(if changes.is_empty() {
            Outcome::Fine
        } else {
            Outcome::Findings
        })
    }
}

fn line(change: &Changed) -> Result<(), Error> {
    let (word, style) = match change.direction {
        Direction::Stricter => ("stricter", GOOD),
        Direction::Looser => ("looser", WARN),
        Direction::Other => ("changed", DIM),
    };
    let mut beside = Vec::new();
    if !change.covers.is_empty() {
        beside.push(change.covers.as_str());
    }
    if !change.source.is_empty() {
        beside.push(change.source.as_str());
    }
    output::hanging(
        11,
        format_args!(
            " {}  {}  {} → {}   {}",
            paint(style, format_args!("{word:<8}")),
            text::plain(&change.what),
            change.before,
            change.after,
            paint(DIM, text::plain(&beside.join(" · ")))
        ),
    )
}

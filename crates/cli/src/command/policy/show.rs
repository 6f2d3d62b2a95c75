//! `palisade policy show`: the rules as they are in force.

use std::path::Path;

use clap::Args;
use palisade_core::Verdict;
use palisade_guard::Places;
use palisade_policy_compile::{Origin, ShownRow};
use serde_json::json;

use crate::args::{Dir, Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, BAD, BOLD, DIM, WARN, paint};
use crate::text;

/// Columns before the words of a row.
const BEFORE: usize = 57;
/// Fewer columns say nothing.
const ROOM: usize = 24;

/// Show the rules in force here, and where they were changed
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  palisade policy show\n  palisade policy show --origin\n  palisade policy show --format json"
)]
pub(crate) struct Show {
    #[command(flatten)]
    dir: Dir,
    /// Say of every line of the policy files which layer it is of and whether it counts
    #[arg(long)]
    origin: bool,
    #[command(flatten)]
    output: Output,
}

impl Show {
    pub(super) fn run(self, places: &Places) -> Result<Outcome, Error> {
        let workspace = crate::command::workspace(self.dir.dir.as_deref(), &places.home)?;
        let in_force = palisade_guard::load(places, &workspace);
        if self.origin {
            return self.origins(places, &workspace);
        }
        let (profile, mode) = (in_force.table.profile, in_force.table.mode);
        let rows = palisade_policy_compile::show(&in_force.table);
        if self.output.format == Format::Json {
            output::json(&json!({
                "profile": profile,
                "mode": mode,
                "fault": in_force.fault,
                "rules": rows,
            }))?;
            return Ok(Outcome::Fine);
        }
        output::line(format_args!(
            "profile {}, mode {}",
            paint(BOLD, profile.as_str()),
            paint(BOLD, mode.as_str())
        ))?;
        if let Some(fault) = &in_force.fault {
            output::hanging(0, paint(BAD, fault))?;
        }
        for (layer, text) in &in_force.table.because {
            output::hanging(
                2,
                paint(
                    DIM,
                    format_args!("because ({}): {}", layer.as_str(), text::plain(text)),
                ),
            )?;
        }
        let mut group = "";
        for row in &rows {
            if row.group != group {
                group = row.group;
                heading(group)?;
            }
            show(row)?;
        }
        let origins = palisade_policy_compile::origins(&in_force.table, &[]);
        let rules: Vec<&Origin> = origins.iter().filter(|o| o.what.contains(' ')).collect();
        if !rules.is_empty() {
            output::line(format_args!("\n{}", paint(BOLD, "Rules")))?;
        }
        for rule in rules {
            line(rule)?;
        }
        output::hanging(
            0,
            paint(
                DIM,
                format_args!(
                    "\n– no objection · what names no file is built in ({})",
                    profile.as_str()
                ),
            ),
        )?;
        Ok(Outcome::Fine)
    }
}

impl Show {
    /// Every line of every file, in the order of the layers.
    fn origins(&self, places: &Places, workspace: &Path) -> Result<Outcome, Error> {
        let compiled = palisade_policy_compile::compile(&super::sources(places, workspace))
            .map_err(|d| Error::Policy(d.render(false)))?;
        let origins = palisade_policy_compile::origins(&compiled.snapshot.table, &compiled.ignored);
        if self.output.format == Format::Json {
            output::json(&origins)?;
            return Ok(Outcome::Fine);
        }
        let mut layer = "";
        for origin in &origins {
            if origin.layer != layer {
                layer = origin.layer;
                output::line(paint(BOLD, layer))?;
            }
            line(origin)?;
        }
        if origins.is_empty() {
            output::note("no policy file says anything: what holds is built in");
        }
        Ok(Outcome::Fine)
    }
}

/// One statement with its place.
fn line(origin: &Origin) -> Result<(), Error> {
    let says = if origin.says.is_empty() {
        text::plain(&origin.what)
    } else {
        format!(
            "{} → {}",
            text::plain(&origin.what),
            text::plain(&origin.says)
        )
    };
    let note = if origin.note.is_empty() {
        String::new()
    } else {
        format!("   {}", paint(WARN, text::plain(&origin.note)))
    };
    output::hanging(
        6,
        format_args!(
            "  {says}{note}   {}",
            paint(DIM, text::plain(&origin.source))
        ),
    )
}

fn heading(group: &str) -> Result<(), Error> {
    // A long title pushes the columns' names aside; they are in every heading.
    let columns = if group.len() > 26 {
        String::new()
    } else {
        format!("{:1$}inside  elsewhere production", "", 27 - group.len())
    };
    output::line(format_args!(
        "\n{}{}",
        paint(BOLD, group),
        paint(DIM, columns)
    ))
}

fn show(row: &ShownRow) -> Result<(), Error> {
    let room = output::columns().map(|c| c.saturating_sub(BEFORE));
    let words = match room {
        None => row.text.to_owned(),
        Some(room) if room < ROOM => String::new(),
        Some(room) => text::clip(row.text, room),
    };
    output::line(format_args!(
        "  {:<24} {} {} {}  {}",
        row.id,
        cell(row.inside, 7),
        cell(row.elsewhere, 9),
        cell(row.production, 10),
        paint(DIM, words)
    ))?;
    if !row.source.starts_with("built in") {
        output::line(format_args!(
            "    {}",
            paint(DIM, format_args!("from {}", row.source))
        ))?;
    }
    Ok(())
}

fn cell(verdict: Verdict, width: usize) -> String {
    let text = match verdict {
        Verdict::Allow => "–",
        other => other.as_str(),
    };
    paint(output::verdict(verdict), format_args!("{text:<width$}"))
}

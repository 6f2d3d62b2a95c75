//! `palisade status`: is the guard there, by which rules, and what has it seen?

use clap::Args;
use palisade_agents::claude::settings::{Trouble, Wiring, wiring};
use palisade_guard::{InForce, Places};
use palisade_journal::Report;
use serde_json::json;

use crate::args::{Dir, Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, BAD, BOLD, DIM, GOOD, paint};
use crate::protection::Protection;

/// Show whether the guard is installed and working here
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  palisade status\n  palisade status ../other --format json")]
pub(crate) struct Status {
    #[command(flatten)]
    dir: Dir,
    #[command(flatten)]
    output: Output,
}

impl Status {
    pub(crate) fn run(self, places: &Places) -> Result<Outcome, Error> {
        let workspace = super::workspace(self.dir.dir.as_deref(), &places.home)?;
        let protection = Protection::new(places, workspace);
        let wiring = wiring(&protection.layers());
        let in_force = palisade_guard::load(places, &protection.workspace);
        let journal = palisade_journal::verify(&places.state);
        let sound = wiring.is_complete() && in_force.fault.is_none() && journal.intact;
        match self.output.format {
            Format::Json => output::json(&json!({
                "workspace": protection.workspace,
                "guarded": wiring.is_complete(),
                "installed": wiring.installed.iter().map(|i| json!({
                    "layer": i.layer.as_str(),
                    "path": i.path,
                    "program": i.program,
                    "missing": i.missing,
                    "disabled": i.disabled,
                })).collect::<Vec<_>>(),
                "troubles": troubles(&wiring, &protection),
                "policy": {
                    "profile": in_force.table.profile,
                    "mode": in_force.table.mode,
                    "digest": in_force.digest,
                    "fault": in_force.fault,
                },
                "journal": {"records": journal.records, "intact": journal.intact},
            }))?,
            Format::Human => show(&protection, &wiring, &in_force, &journal)?,
        }
        Ok(if sound {
            Outcome::Fine
        } else {
            Outcome::Findings
        })
    }
}

fn show(
    protection: &Protection<'_>,
    wiring: &Wiring,
    in_force: &InForce,
    journal: &Report,
) -> Result<(), Error> {
    if wiring.installed.is_empty() {
        output::line(format_args!(
            "{}    not installed; run {}",
            paint(BAD, "guard"),
            paint(BOLD, "palisade protect")
        ))?;
    }
    for place in &wiring.installed {
        let state = if place.disabled {
            paint(BAD, "switched off")
        } else if place.missing.is_empty() {
            paint(GOOD, "on")
        } else {
            paint(
                BAD,
                format_args!("does not see {}", place.missing.join(", ")),
            )
        };
        output::line(format_args!(
            "guard    {state}   {} {}",
            protection.claude.show(&place.path),
            paint(DIM, format_args!("({} settings)", place.layer.as_str()))
        ))?;
    }
    output::line(format_args!(
        "policy   {}, {}",
        in_force.table.profile.as_str(),
        paint(BOLD, in_force.table.mode.as_str())
    ))?;
    let state = if journal.intact {
        paint(GOOD, "intact")
    } else {
        paint(BAD, "not intact: run `palisade log verify`")
    };
    output::line(format_args!(
        "journal  {} records, {state}",
        journal.records
    ))?;
    for trouble in troubles(wiring, protection) {
        output::line(format_args!("{} {trouble}", paint(BAD, "✗")))?;
    }
    if let Some(fault) = &in_force.fault {
        output::line(format_args!("{} {fault}", paint(BAD, "✗")))?;
    }
    Ok(())
}

/// What keeps the guard from working, in words.
pub(super) fn troubles(wiring: &Wiring, protection: &Protection<'_>) -> Vec<String> {
    let at = |path: &std::path::Path, line: u32| match line {
        0 => protection.claude.show(path),
        line => format!("{}:{line}", protection.claude.show(path)),
    };
    wiring
        .troubles
        .iter()
        .map(|trouble| match trouble {
            Trouble::Ignored { path, line, message } => format!(
                "{}: {message}; Claude Code ignores this whole file, hooks included",
                at(path, *line)
            ),
            Trouble::Disabled { key, path, line } => format!(
                "{}: {key} switches the guard off here; remove it, or install with `palisade protect --managed`",
                at(path, *line)
            ),
            Trouble::FailsOpen { event, path, line } => format!(
                "{}: if the guard fails on {event}, the call goes on; run `palisade protect` to repair the entry",
                at(path, *line)
            ),
            Trouble::Narrow { event, path, line } => format!(
                "{}: the guard does not see every tool on {event}; run `palisade protect` to repair the entry",
                at(path, *line)
            ),
            Trouble::Program { program, problem } => format!(
                "{}: {problem}; run `palisade protect` from where palisade is installed",
                program.display()
            ),
            other => format!("{other:?}"),
        })
        .collect()
}

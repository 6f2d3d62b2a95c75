//! `palisade status`: is the guard there, by which rules, and what has it seen?

use clap::Args;
use palisade_agents::claude::settings::{Trouble, Wiring, wiring};
use palisade_agents::install::{self, Wired};
use palisade_approvals::{Grants, Halts, Nap, Requests};
use palisade_core::{AgentKind, Clock as _, SystemClock};
use palisade_guard::{InForce, Places};
use palisade_journal::Report;
use serde_json::json;

use super::log::{clock, moment, when};

use crate::args::{Dir, Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, BAD, BOLD, DIM, GOOD, paint};
use crate::protection::Protection;
use crate::text;

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
        let last = palisade_journal::tail(&places.state, 1)
            .pop()
            .map(|r| moment(r.event.ts));
        let files = super::policy::files(places, &protection.workspace);
        let orders = Orders::new(places);
        let others = others(&protection);
        let sound = wiring.is_complete()
            && others
                .iter()
                .all(|(_, wired)| *wired == Some(Wired::Complete))
            && in_force.fault.is_none()
            && journal.intact
            && orders.nap.is_none();
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
                    "since": protection.since(&i.path).map(|t| t.to_string()),
                })).collect::<Vec<_>>(),
                "agents": others.iter().map(|(agent, wired)| json!({
                    "agent": agent,
                    "guarded": *wired == Some(Wired::Complete),
                })).collect::<Vec<_>>(),
                "troubles": protection.troubles(&wiring),
                "policy": {
                    "profile": in_force.table.profile,
                    "mode": in_force.table.mode,
                    "digest": in_force.digest,
                    "fault": in_force.fault,
                    "files": files,
                },
                "journal": {
                    "records": journal.records,
                    "intact": journal.intact,
                    "last": last.map(|t| t.to_string()),
                },
                "orders": orders.json(),
            }))?,
            Format::Human => {
                guard(&protection, &wiring)?;
                for (agent, wired) in &others {
                    other(*agent, *wired)?;
                }
                policy(&protection, &in_force, &files)?;
                record(&journal, last)?;
                orders.show()?;
                let faults = protection.troubles(&wiring).into_iter();
                for fault in faults.chain(in_force.fault) {
                    output::hanging(
                        2,
                        format_args!("{} {}", paint(BAD, "✗"), text::plain(&fault)),
                    )?;
                }
            }
        }
        Ok(if sound {
            Outcome::Fine
        } else {
            Outcome::Findings
        })
    }
}

/// The other agents of this machine; `None` when their settings are not readable.
fn others(protection: &Protection<'_>) -> Vec<(AgentKind, Option<Wired>)> {
    if protection.hook().is_err() {
        return Vec::new();
    }
    let wired = |agent| protection.wired(agent).ok().map(|(wired, _)| wired);
    let agents = protection.others().into_iter();
    agents.map(|agent| (agent, wired(agent))).collect()
}

fn other(agent: AgentKind, wired: Option<Wired>) -> Result<(), Error> {
    let state = match wired {
        Some(Wired::Complete) => paint(GOOD, "on"),
        Some(Wired::Outdated) => paint(BAD, "not as it should be; run palisade protect"),
        Some(Wired::Missing) => paint(BAD, "not installed; run palisade protect"),
        None => paint(BAD, "its settings cannot be read"),
    };
    let known = if install::RUN.contains(&agent) {
        ""
    } else {
        ", from its documentation, not run"
    };
    output::hanging(
        9,
        format_args!(
            "guard    {state}   {}",
            paint(DIM, format_args!("{}{known}", agent.title()))
        ),
    )
}

/// What people have ordered beside the policy.
struct Orders {
    nap: Option<Nap>,
    halts: Halts,
    waiting: usize,
    granted: usize,
}

impl Orders {
    fn new(places: &Places) -> Self {
        let now = SystemClock.now();
        let files = palisade_guard::halt_files(places);
        let grants = Grants::read(&places.state);
        Self {
            nap: Nap::lasting(&places.state, now),
            halts: Halts::read(files.iter().map(std::path::PathBuf::as_path)),
            waiting: Requests::of(&places.state).waiting(now).len(),
            granted: grants.list.iter().filter(|g| !g.is_over(now)).count(),
        }
    }

    fn json(&self) -> serde_json::Value {
        let halts = self.halts.0.iter();
        json!({
            "paused_until": self.nap.as_ref().map(|n| moment(n.until).to_string()),
            "halted": halts.map(|h| h.scope.to_string()).collect::<Vec<_>>(),
            "waiting": self.waiting,
            "grants": self.granted,
        })
    }

    fn show(&self) -> Result<(), Error> {
        if let Some(nap) = &self.nap {
            output::hanging(
                9,
                format_args!(
                    "pause    {}   {}",
                    paint(
                        BAD,
                        format_args!("only watching until {}", clock(nap.until))
                    ),
                    paint(DIM, "palisade nap --end")
                ),
            )?;
        }
        for halt in &self.halts.0 {
            output::hanging(
                9,
                format_args!(
                    "halt     {}   {}",
                    paint(BAD, text::plain(&halt.scope.to_string())),
                    paint(DIM, "palisade halt --lift")
                ),
            )?;
        }
        if self.waiting > 0 || self.granted > 0 {
            output::hanging(
                9,
                format_args!(
                    "answers  {}, {}   {}",
                    text::count(self.waiting as u64, "request") + " waiting",
                    text::count(self.granted as u64, "grant"),
                    paint(DIM, "palisade approve, palisade grants")
                ),
            )?;
        }
        Ok(())
    }
}

fn guard(protection: &Protection<'_>, wiring: &Wiring) -> Result<(), Error> {
    if wiring.installed.is_empty() {
        output::line(format_args!(
            "guard    {}; run {}",
            paint(BAD, "not installed"),
            paint(BOLD, "palisade protect")
        ))?;
    }
    for place in &wiring.installed {
        let dead = wiring
            .troubles
            .iter()
            .any(|t| matches!(t, Trouble::Program { program, .. } if *program == place.program));
        let state = if place.disabled {
            paint(BAD, "switched off")
        } else if dead {
            paint(BAD, "cannot be called")
        } else if place.missing.is_empty() {
            paint(GOOD, "on")
        } else {
            let missing = place.missing.join(", ");
            paint(BAD, format_args!("does not see {missing}"))
        };
        let since = protection
            .since(&place.path)
            .map_or_else(String::new, |t| format!(", since {}", when(t)));
        output::hanging(
            9,
            format_args!(
                "guard    {state}{since}   {}",
                paint(
                    DIM,
                    format_args!(
                        "{} ({} settings)",
                        protection.claude.show(&place.path),
                        place.layer.as_str()
                    )
                )
            ),
        )?;
    }
    Ok(())
}

fn policy(
    protection: &Protection<'_>,
    in_force: &InForce,
    files: &[std::path::PathBuf],
) -> Result<(), Error> {
    let files: Vec<String> = files.iter().map(|p| protection.claude.show(p)).collect();
    output::hanging(
        9,
        format_args!(
            "policy   {}, {}   {}",
            in_force.table.profile.as_str(),
            paint(BOLD, in_force.table.mode.as_str()),
            paint(
                DIM,
                if files.is_empty() {
                    "built in".to_owned()
                } else {
                    files.join(", ")
                }
            )
        ),
    )
}

fn record(journal: &Report, last: Option<jiff::Timestamp>) -> Result<(), Error> {
    let state = if journal.intact {
        paint(GOOD, "intact")
    } else {
        paint(BAD, "not intact: run `palisade log verify`")
    };
    let last = last.map_or_else(String::new, |t| format!(", last {}", when(t)));
    output::line(format_args!(
        "journal  {}{last}, {state}",
        text::count(journal.records, "record")
    ))
}

//! `palisade doctor`: does the guard really stop something, here and now?

use std::path::Path;

use clap::Args;
use palisade_agents::claude::settings::{self as claude, Wiring};
use palisade_agents::install::Wired;
use palisade_core::{Finding, Mode, Severity};
use palisade_guard::Places;
use serde::Serialize;

use crate::args::{Dir, Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, BAD, DIM, GOOD, WARN, paint};
use crate::protection::Protection;
use crate::{screen, text};

/// First version of Claude Code that obeys `onFailure`.
const ON_FAILURE_SINCE: [u32; 3] = [2, 1, 295];

/// Prove that the guard works, through every installed hook
///
/// Fires a call that has to be denied (nothing is run). Also looks for what would let calls pass unseen: hooks switched off in any
/// settings layer, a hook that fails open, a project that redirects the model
/// endpoint.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  palisade doctor\n  palisade doctor --format json")]
pub(crate) struct Doctor {
    #[command(flatten)]
    dir: Dir,
    #[command(flatten)]
    output: Output,
}

/// One thing that was looked at.
#[derive(Serialize)]
struct Check {
    name: &'static str,
    state: State,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Fine,
    Remark,
    Wrong,
}

impl Doctor {
    pub(crate) fn run(self, places: &Places) -> Result<Outcome, Error> {
        let workspace = super::workspace(self.dir.dir.as_deref(), &places.home)?;
        let protection = Protection::new(places, workspace);
        let checks = examine(&protection);
        let wrong = checks.iter().any(|c| c.state == State::Wrong);
        match self.output.format {
            Format::Json => output::json(&checks)?,
            Format::Human => {
                for check in &checks {
                    let (mark, style) = match check.state {
                        State::Fine => ("✓", GOOD),
                        State::Remark => ("!", WARN),
                        State::Wrong => ("✗", BAD),
                    };
                    let place = match &check.place {
                        Some(place) => format!("  {}", paint(DIM, place)),
                        None => String::new(),
                    };
                    output::hanging(
                        13,
                        format_args!(
                            "{} {:<10} {}{place}",
                            paint(style, mark),
                            check.name,
                            text::plain(&check.detail)
                        ),
                    )?;
                }
                summary(&checks)?;
            }
        }
        Ok(if wrong {
            Outcome::Findings
        } else {
            Outcome::Fine
        })
    }
}

/// The last line says how it ends.
fn summary(checks: &[Check]) -> Result<(), Error> {
    let of = |state| checks.iter().filter(|c| c.state == state).count() as u64;
    let remarks = match of(State::Remark) {
        0 => String::new(),
        n => format!(", {} to look at", text::count(n, "thing")),
    };
    output::line(match of(State::Wrong) {
        0 => paint(GOOD, format_args!("the guard works{remarks}")),
        n => paint(
            BAD,
            format_args!("{} wrong{remarks}", text::count(n, "thing")),
        ),
    })
}

fn examine(protection: &Protection<'_>) -> Vec<Check> {
    let layers = protection.layers();
    let wiring = claude::wiring(&layers);
    let mut checks = Vec::new();
    agent(protection, &mut checks);
    wired(protection, &wiring, &mut checks);
    for place in wiring.installed.iter().filter(|p| !p.disabled) {
        proved(protection, &place.program, &place.args, &mut checks);
    }
    others(protection, &mut checks);
    exposed(protection, &layers, &wiring, &mut checks);
    policy(protection, &mut checks);
    record(protection.places, &mut checks);
    checks
}

fn check(checks: &mut Vec<Check>, name: &'static str, state: State, detail: impl Into<String>) {
    checks.push(Check {
        name,
        state,
        detail: detail.into(),
        place: None,
    });
}

fn agent(protection: &Protection<'_>, checks: &mut Vec<Check>) {
    let Some(found) = claude::find_claude(&protection.claude) else {
        check(
            checks,
            "agent",
            State::Remark,
            "Claude Code was not found on this machine",
        );
        return;
    };
    let version = found.version.unwrap_or_default();
    let numbers: Vec<u32> = version.split('.').filter_map(|n| n.parse().ok()).collect();
    if numbers.len() == 3 && numbers.as_slice() < ON_FAILURE_SINCE.as_slice() {
        check(
            checks,
            "agent",
            State::Wrong,
            format!(
                "Claude Code {version} lets a call go on when a hook fails; update to 2.1.295 or later"
            ),
        );
        return;
    }
    let shown = if version.is_empty() {
        "of unknown version".to_owned()
    } else {
        version
    };
    check(checks, "agent", State::Fine, format!("Claude Code {shown}"));
}

fn wired(protection: &Protection<'_>, wiring: &Wiring, checks: &mut Vec<Check>) {
    if wiring.installed.is_empty() {
        check(
            checks,
            "wiring",
            State::Wrong,
            "the guard is not installed; run `palisade protect`",
        );
    }
    for place in &wiring.installed {
        let at = protection.claude.show(&place.path);
        let expected = protection.hook_for(place.layer).ok();
        if !place.missing.is_empty() {
            let events = place.missing.join(", ");
            check(
                checks,
                "wiring",
                State::Wrong,
                format!("{at}: the guard is not told of {events}; run `palisade protect`"),
            );
        } else if expected.is_some_and(|h| h.args != place.args) {
            check(
                checks,
                "wiring",
                State::Remark,
                format!(
                    "{at}: the guard uses other directories than this shell would; run `palisade protect` if you moved"
                ),
            );
        } else {
            check(checks, "wiring", State::Fine, format!("{at}, every event"));
        }
    }
    for trouble in protection.troubles(wiring) {
        check(checks, "wiring", State::Wrong, trouble);
    }
}

fn proved(protection: &Protection<'_>, program: &Path, args: &[String], checks: &mut Vec<Check>) {
    let mode = palisade_guard::load(protection.places, &protection.workspace)
        .table
        .mode;
    let proof = protection.prove(program, args);
    let ms = proof.took.as_secs_f64() * 1e3;
    if let Some(problem) = proof.problem {
        check(
            checks,
            "proof",
            State::Wrong,
            format!("{}: {problem}", program.display()),
        );
        return;
    } else if proof.stopped {
        check(
            checks,
            "proof",
            State::Fine,
            format!("`rm -rf ~` was denied through the installed hook in {ms:.1} ms"),
        );
    } else if mode != Mode::Enforce && proof.recorded {
        check(
            checks,
            "proof",
            State::Remark,
            format!(
                "`rm -rf ~` would be denied; the mode is {}, so it was only recorded",
                mode.as_str()
            ),
        );
    } else {
        check(
            checks,
            "proof",
            State::Wrong,
            format!(
                "{}: `rm -rf ~` was not denied; this is not our hook or not our policy. Run `palisade protect`",
                program.display()
            ),
        );
        return;
    }
    if !proof.recorded {
        check(
            checks,
            "proof",
            State::Wrong,
            "the denied call is not in the journal",
        );
    }
}

/// The other agents of this machine: wired, and proved by a denied call each.
fn others(protection: &Protection<'_>, checks: &mut Vec<Check>) {
    if protection.hook().is_err() {
        return;
    }
    let mode = palisade_guard::load(protection.places, &protection.workspace)
        .table
        .mode;
    for agent in protection.others() {
        let title = agent.title();
        let (state, detail) = match protection.wired(agent) {
            Ok((Wired::Complete, hook)) => {
                let proof = protection.prove_as(agent, &hook.program, &hook.args);
                let ms = proof.took.as_secs_f64() * 1e3;
                if proof.proves(mode) && proof.recorded {
                    (
                        State::Fine,
                        format!("{title}: `rm -rf ~` was denied in {ms:.1} ms"),
                    )
                } else {
                    (State::Wrong, format!("{title}: `rm -rf ~` was not denied"))
                }
            }
            Ok((Wired::Outdated, _)) => (
                State::Wrong,
                format!(
                    "{title}: the guard is not installed as it should be; run `palisade protect`"
                ),
            ),
            Ok((Wired::Missing, _)) => (
                State::Wrong,
                format!("{title} is here and not guarded; run `palisade protect`"),
            ),
            Err(error) => (State::Wrong, format!("{title}: {error}")),
        };
        check(checks, "agent", state, detail);
    }
}

/// What in the agent's settings works against the guard or around it.
fn exposed(
    protection: &Protection<'_>,
    layers: &[claude::Layer],
    wiring: &Wiring,
    checks: &mut Vec<Check>,
) {
    let troubles = protection.troubles(wiring);
    let findings: Vec<Finding> = claude::exposures(layers, &protection.claude)
        .into_iter()
        .filter(|f| f.severity >= Severity::High)
        .collect();
    for finding in findings {
        let place = screen::place(&finding);
        let said = place.as_ref().map(|p| format!("{p}: "));
        // One cause is one line: the wiring has said it.
        if said.is_some_and(|said| troubles.iter().any(|t| t.starts_with(&said))) {
            continue;
        }
        // The guard cannot do anything about traffic that goes elsewhere.
        let state = if around_the_guard(&finding) {
            State::Wrong
        } else {
            State::Remark
        };
        checks.push(Check {
            name: "exposure",
            state,
            place,
            detail: finding.title,
        });
    }
}

/// Findings that the guard itself does not make harmless.
fn around_the_guard(finding: &Finding) -> bool {
    matches!(
        finding.rule.as_str(),
        "claude.env"
            | "claude.hooks-disabled"
            | "claude.settings-ignored"
            | "claude.guard-fails-open"
    )
}

fn policy(protection: &Protection<'_>, checks: &mut Vec<Check>) {
    let in_force = palisade_guard::load(protection.places, &protection.workspace);
    let table = &in_force.table;
    match &in_force.fault {
        Some(fault) => check(checks, "policy", State::Wrong, fault.clone()),
        None => check(
            checks,
            "policy",
            State::Fine,
            format!("{}, {}", table.profile.as_str(), table.mode.as_str()),
        ),
    }
}

fn record(places: &Places, checks: &mut Vec<Check>) {
    let report = palisade_journal::verify(&places.state);
    if report.intact {
        check(
            checks,
            "journal",
            State::Fine,
            format!("{}, intact", text::count(report.records, "record")),
        );
    } else {
        check(
            checks,
            "journal",
            State::Wrong,
            "records are damaged or missing; run `palisade log verify`",
        );
    }
    if !palisade_files::is_local_filesystem(&places.state) {
        check(
            checks,
            "journal",
            State::Wrong,
            format!(
                "{} is on a network file system, where appends of several processes can mix; set XDG_STATE_HOME to a local folder and run `palisade protect`",
                places.state.display()
            ),
        );
    }
    private(&places.state, checks);
}

/// Nobody else reads the record.
fn private(state: &Path, checks: &mut Vec<Check>) {
    use std::os::unix::fs::PermissionsExt as _;
    if let Ok(meta) = std::fs::metadata(state)
        && meta.permissions().mode() & 0o077 != 0
    {
        check(
            checks,
            "journal",
            State::Wrong,
            format!(
                "{} is open to other users; run `chmod 700` on it",
                state.display()
            ),
        );
    }
}

//! `palisade protect`: from nothing to a guard that has proved itself.

mod diff;
mod show;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use palisade_agents::claude::settings::{self as claude, Change, Layer, LayerKind};
use palisade_agents::install::{self, Wired};
use palisade_core::{EventKind, Finding, Mode, Profile};
use palisade_guard::{Places, project_policy};
use serde_json::json;

use crate::args::{Dir, Format, Output, Yes};
use crate::error::{Error, Outcome};
use crate::output;
use crate::protection::{Proof, Protection};
use crate::screen;

/// Show what is open here, install the guard, prove that it works
///
/// The guard goes into the settings of Claude Code and judges every tool call
/// by the policy in .palisade/policy.toml. Nothing is changed before it was
/// shown; `palisade unprotect` takes everything back.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  palisade protect\n  palisade protect --mode observe --yes\n  palisade protect ../shop --dry-run"
)]
pub(crate) struct Protect {
    #[command(flatten)]
    dir: Dir,
    #[command(flatten)]
    yes: Yes,
    /// Show what would change, change nothing
    #[arg(long)]
    dry_run: bool,
    /// Into your own settings: every project of yours [default]
    #[arg(long, group = "scope")]
    user: bool,
    /// Into the project's settings: everybody who clones it
    #[arg(long, group = "scope")]
    project: bool,
    /// Into the machine-wide settings, which no project can switch off (needs root)
    #[arg(long, group = "scope")]
    managed: bool,
    /// What becomes of an objection: observe (recorded), warn (told) or enforce (carried out)
    #[arg(long, value_name = "MODE", value_parser = modes(), hide_possible_values = true)]
    mode: Option<Mode>,
    /// Show every change in full, new files too
    #[arg(long)]
    diff: bool,
    /// Show everything that is open, not only the worst
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    output: Output,
}

fn modes() -> impl TypedValueParser<Value = Mode> {
    const MODES: [Mode; 3] = [Mode::Observe, Mode::Warn, Mode::Enforce];
    PossibleValuesParser::new(MODES.map(Mode::as_str)).map(|text| {
        let named = MODES.into_iter().find(|m| m.as_str() == text);
        named.unwrap_or_default()
    })
}

/// A change and the mode of a new file.
struct Step {
    change: Change,
    mode: u32,
}

impl Protect {
    pub(crate) fn run(self, places: &Places) -> Result<Outcome, Error> {
        if self.mode.is_some_and(|mode| mode != Mode::Enforce) {
            super::by_a_person("loosened")?;
        }
        let workspace = super::workspace(self.dir.dir.as_deref(), &places.home)?;
        let protection = Protection::new(places, workspace);
        let layers = protection.layers();
        let exposures = claude::exposures(&layers, &protection.claude);
        let steps = self.plan(&protection)?;
        let human = self.output.format == Format::Human;
        if human {
            screen::situation(&protection, &layers)?;
            show::exposures(&exposures, self.all)?;
            show::steps(&protection, &steps, self.diff)?;
        }
        if self.dry_run {
            if !human {
                output::json(&report(&protection, &exposures, &steps, None))?;
            }
            return Ok(Outcome::Fine);
        }
        let changes = steps.iter().any(|s| !s.change.is_empty());
        if changes && !human && !self.yes.yes {
            // Nobody agrees to what was not shown.
            return Err(Error::Other(
                "with --format json nothing is asked; repeat with --yes or --dry-run".into(),
            ));
        }
        if changes && !super::confirmed(self.yes, "Proceed?")? {
            return Ok(Outcome::Incomplete);
        }
        for step in &steps {
            protection.apply(&step.change, step.mode)?;
        }
        palisade_guard::fingerprint_key(places)?;
        protection.lock()?;
        if let Some(problem) = super::policy::compile(places, &protection.workspace)? {
            output::note(problem.trim_end());
        }
        if changes {
            protection.journal(EventKind::GuardInstalled, "palisade protect")?;
        }
        self.prove(&protection, &exposures, &steps)
    }

    fn scope(&self) -> LayerKind {
        match (self.project, self.managed) {
            (true, _) => LayerKind::Project,
            (_, true) => LayerKind::Managed,
            _ => LayerKind::User,
        }
    }

    /// The policy before the wiring, so that the guard never meets its absence.
    fn plan(&self, protection: &Protection<'_>) -> Result<Vec<Step>, Error> {
        let mut steps = Vec::new();
        let policy = project_policy(&protection.workspace);
        if !policy.exists() && protection.is_project() {
            let text =
                palisade_policy_compile::default_policy_toml(Mode::Enforce, Profile::Standard);
            steps.push(Step {
                change: new_file(policy, text),
                mode: 0o644,
            });
        }
        if let Some(mode) = self.mode {
            steps.extend(set_mode(protection.places, mode)?);
        }
        let kind = self.scope();
        let target: Layer = protection.target(kind);
        let hook = protection.hook_for(kind)?;
        let change = claude::plan_install(&target, &hook)
            .map_err(|e| Error::Settings(format!("{e}. Nothing was changed")))?;
        steps.push(Step {
            change,
            mode: kind.new_file_mode(),
        });
        let agents = match kind {
            LayerKind::User => protection.others(),
            // Whoever comes to this machine may bring any of them.
            LayerKind::Managed => install::MANAGED.to_vec(),
            _ => Vec::new(),
        };
        for agent in agents {
            let (planned, mode) = if kind == LayerKind::Managed {
                let planned = install::plan_managed(agent, &protection.homes, &hook);
                (planned, kind.new_file_mode())
            } else {
                let planned = install::plan(agent, &protection.homes, &hook);
                (planned, install::new_file_mode(agent))
            };
            match planned {
                Ok(changes) => {
                    steps.extend(changes.into_iter().map(|change| Step { change, mode }));
                }
                // One agent's broken file leaves the others without a guard no longer.
                Err(error) => output::note(format_args!(
                    "{}: {error}; its settings were left alone",
                    agent.title()
                )),
            }
        }
        if let (LayerKind::Managed, Some(why)) =
            (kind, Protection::unfit_for_everybody(&hook.program))
        {
            output::note(format_args!(
                "{}: {why}; put the programs where root keeps them (/usr/local/bin), or other users' agents will not run",
                hook.program.display()
            ));
        }
        Ok(steps)
    }

    fn prove(
        &self,
        protection: &Protection<'_>,
        exposures: &[Finding],
        steps: &[Step],
    ) -> Result<Outcome, Error> {
        let hook = protection.hook_for(self.scope())?;
        let proof = protection.prove(&hook.program, &hook.args);
        let wiring = claude::wiring(&protection.layers());
        let mode = palisade_guard::load(protection.places, &protection.workspace)
            .table
            .mode;
        let proved = proof.proves(mode);
        let mut others = Vec::new();
        if self.scope() != LayerKind::Project {
            for agent in protection.others() {
                let proof = match protection.wired(agent) {
                    Ok((Wired::Complete, hook)) => {
                        protection.prove_as(agent, &hook.program, &hook.args)
                    }
                    _ => Proof::failed("its settings do not call the guard"),
                };
                others.push((agent, proof));
            }
        }
        let sound =
            proved && wiring.is_complete() && others.iter().all(|(_, proof)| proof.proves(mode));
        if self.output.format == Format::Json {
            output::json(&report(protection, exposures, steps, Some(&proof)))?;
        } else {
            show::proof(&proof, mode)?;
            for (agent, proof) in &others {
                show::other_proof(*agent, proof, mode)?;
            }
            show::troubles(protection, &wiring)?;
            if sound {
                show::next(exposures)?;
            }
        }
        Ok(if sound {
            Outcome::Fine
        } else {
            Outcome::Findings
        })
    }
}

fn new_file(path: std::path::PathBuf, text: String) -> Change {
    Change {
        path,
        before: None,
        after: text.into_bytes(),
        inserted: Vec::new(),
        created: std::collections::BTreeSet::new(),
    }
}

/// The mode is the person's, so it goes into their own policy: a project can
/// only make it stricter.
fn set_mode(places: &Places, mode: Mode) -> Result<Option<Step>, Error> {
    let path = places.user_policy();
    let before = path
        .exists()
        .then(|| palisade_files::read(&path))
        .transpose()?;
    if before.is_none() && mode == Mode::default() {
        return Ok(None);
    }
    let text = String::from_utf8(before.clone().unwrap_or_default())
        .map_err(|_| Error::Policy(format!("`{}` is not UTF-8 text", path.display())))?;
    let after = palisade_policy_compile::set_mode(&text, mode)
        .map_err(|e| Error::Policy(format!("{}: {e}", path.display())))?;
    let mut change = new_file(path, after);
    change.before = before;
    Ok(Some(Step {
        change,
        mode: 0o600,
    }))
}

fn report(
    protection: &Protection<'_>,
    exposures: &[Finding],
    steps: &[Step],
    proof: Option<&Proof>,
) -> serde_json::Value {
    let wiring = claude::wiring(&protection.layers());
    json!({
        "workspace": protection.workspace,
        "agents": claude::find_claude(&protection.claude).map(|c| json!({
            "agent": "claude", "path": c.path, "version": c.version,
        })).into_iter().collect::<Vec<_>>(),
        "exposures": exposures,
        "changes": steps.iter().filter(|s| !s.change.is_empty()).map(|s| json!({
            "path": s.change.path,
            "new": s.change.before.is_none(),
            "diff": claude::unified_diff(&s.change),
        })).collect::<Vec<_>>(),
        "guarded": wiring.is_complete(),
        "troubles": protection.troubles(&wiring),
        "proof": proof.map(|p| json!({
            "denied": p.stopped,
            "recorded": p.recorded,
            "milliseconds": p.took.as_secs_f64() * 1e3,
        })),
    })
}

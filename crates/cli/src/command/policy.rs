//! `palisade policy …`: look at, check and compile the rules.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};
use palisade_core::{Mode, Profile};
use palisade_guard::{Places, project_policy, snapshot_path};
use palisade_policy_compile::Sources;

use crate::args::{Dir, Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, BOLD, DIM, GOOD, paint};

#[derive(Debug, Subcommand)]
pub(crate) enum Policy {
    Init(Init),
    Check(Check),
    Show(Show),
    Compile(Compile),
}

impl Policy {
    pub(crate) fn run(self, places: &Places) -> Result<Outcome, Error> {
        match self {
            Self::Init(verb) => verb.run(places),
            Self::Check(verb) => verb.run(places),
            Self::Show(verb) => verb.run(places),
            Self::Compile(verb) => verb.run(places),
        }
    }
}

/// Write the commented default policy into a repository
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  palisade policy init\n  palisade policy init ../other")]
pub(crate) struct Init {
    #[command(flatten)]
    dir: Dir,
}

impl Init {
    fn run(self, places: &Places) -> Result<Outcome, Error> {
        let workspace = super::workspace(self.dir.dir.as_deref(), &places.home)?;
        let path = project_policy(&workspace);
        if path.exists() {
            return Err(Error::Other(format!(
                "`{}` exists; edit it, or remove it first",
                path.display()
            )));
        }
        write_default(&path, Mode::Enforce)?;
        output::note(format_args!("{} {}", paint(GOOD, "wrote"), path.display()));
        Ok(Outcome::Fine)
    }
}

/// Writes the commented default policy to `path`.
pub(super) fn write_default(path: &std::path::Path, mode: Mode) -> Result<(), Error> {
    let text = palisade_policy_compile::default_policy_toml(mode, Profile::Standard);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    palisade_files::write_atomic(path, text.as_bytes(), Some(0o644))?;
    Ok(())
}

/// Check the policy files that are in force here
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  palisade policy check\n  palisade policy check ../other --format json"
)]
pub(crate) struct Check {
    #[command(flatten)]
    dir: Dir,
    #[command(flatten)]
    output: Output,
}

impl Check {
    fn run(self, places: &Places) -> Result<Outcome, Error> {
        let workspace = super::workspace(self.dir.dir.as_deref(), &places.home)?;
        let sources = sources(places, &workspace);
        let compiled = palisade_policy_compile::compile(&sources);
        let (messages, fine) = match &compiled {
            Ok(snapshot) => (snapshot.warnings.clone(), snapshot.warnings.is_empty()),
            Err(diagnostics) => (vec![diagnostics.render(colour())], false),
        };
        match self.output.format {
            Format::Json => output::json(&serde_json::json!({
                "files": existing(&sources),
                "valid": compiled.is_ok(),
                "messages": match &compiled {
                    Ok(_) => messages.clone(),
                    Err(diagnostics) => vec![diagnostics.render(false)],
                },
            }))?,
            Format::Human => {
                for message in &messages {
                    output::line(message.trim_end())?;
                }
                for file in existing(&sources) {
                    output::line(format_args!("{} {file}", paint(DIM, "read")))?;
                }
                if fine {
                    output::line(paint(GOOD, "the policy is valid"))?;
                }
            }
        }
        Ok(if fine {
            Outcome::Fine
        } else {
            Outcome::Findings
        })
    }
}

fn colour() -> bool {
    anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
}

fn existing(sources: &Sources) -> Vec<String> {
    sources
        .organisation
        .iter()
        .chain(&sources.user)
        .chain(&sources.project)
        .filter(|p| p.exists())
        .map(|p| p.display().to_string())
        .collect()
}

/// The policy files of a workspace.
pub(super) fn sources(places: &Places, workspace: &std::path::Path) -> Sources {
    palisade_policy_compile::discover(
        &places.organisation,
        &places.user_policy(),
        &project_policy(workspace),
    )
}

/// Show the rules in force here, and where each comes from
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  palisade policy show\n  palisade policy show --format json")]
pub(crate) struct Show {
    #[command(flatten)]
    dir: Dir,
    #[command(flatten)]
    output: Output,
}

impl Show {
    fn run(self, places: &Places) -> Result<Outcome, Error> {
        let workspace = super::workspace(self.dir.dir.as_deref(), &places.home)?;
        let in_force = palisade_guard::load(places, &workspace);
        let rows = palisade_policy_compile::show(&in_force.table);
        match self.output.format {
            Format::Json => output::json(&serde_json::json!({
                "profile": in_force.table.profile,
                "mode": in_force.table.mode,
                "fault": in_force.fault,
                "rules": rows,
            }))?,
            Format::Human => {
                output::line(format_args!(
                    "profile {}, mode {}",
                    paint(BOLD, in_force.table.profile.as_str()),
                    paint(BOLD, in_force.table.mode.as_str())
                ))?;
                if let Some(fault) = &in_force.fault {
                    output::line(paint(output::BAD, fault))?;
                }
                output::line(paint(
                    DIM,
                    format_args!(
                        "{:<24} {:<7} {:<9} {:<10} from",
                        "rule", "inside", "elsewhere", "production"
                    ),
                ))?;
                for row in &rows {
                    output::line(format_args!(
                        "{:<24} {} {} {} {}",
                        row.id,
                        cell(row.inside, 7),
                        cell(row.elsewhere, 9),
                        cell(row.production, 10),
                        paint(DIM, &row.source)
                    ))?;
                }
            }
        }
        Ok(Outcome::Fine)
    }
}

fn cell(verdict: palisade_core::Verdict, width: usize) -> String {
    let text = match verdict {
        palisade_core::Verdict::Allow => "–",
        other => other.as_str(),
    };
    paint(output::verdict(verdict), format_args!("{text:<width$}"))
}

/// Compile the policy files into the table the hook reads
///
/// The hook does this by itself when a policy file has changed.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  palisade policy compile\n  palisade policy compile --project ../other"
)]
pub(crate) struct Compile {
    /// The repository or folder [default: the current one]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    project: Option<PathBuf>,
    /// Say nothing when it worked
    #[arg(long, short)]
    quiet: bool,
}

impl Compile {
    fn run(self, places: &Places) -> Result<Outcome, Error> {
        let workspace = match self.project {
            Some(dir) => dir,
            None => super::workspace(None, &places.home)?,
        };
        let problem = compile(places, &workspace)?;
        if let Some(problem) = problem {
            output::note(problem.trim_end());
            return Ok(Outcome::Findings);
        }
        if !self.quiet {
            output::note(format_args!(
                "{} {}",
                paint(GOOD, "compiled"),
                snapshot_path(places, &workspace).display()
            ));
        }
        Ok(Outcome::Fine)
    }
}

/// Compiles what is in force for `workspace`. A policy that has errors compiles
/// to the restricted profile; the errors come back rendered.
pub(super) fn compile(
    places: &Places,
    workspace: &std::path::Path,
) -> Result<Option<String>, Error> {
    let sources = sources(places, workspace);
    let (snapshot, diagnostics) = palisade_policy_compile::compile_or_restricted(&sources);
    palisade_files::create_private_dir(&places.tables())?;
    palisade_files::write_atomic(
        &snapshot_path(places, workspace),
        &snapshot.encode(),
        Some(0o600),
    )?;
    Ok(diagnostics.map(|d| d.render(colour())))
}

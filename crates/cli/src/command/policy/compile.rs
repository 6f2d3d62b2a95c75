//! `palisade policy compile`: what the hook reads.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use palisade_guard::{Places, snapshot_path};
use serde_json::json;

use crate::args::{Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, GOOD, paint};

/// Compile the policy files into the table the hook reads
///
/// The hook does this by itself when a policy file has changed. A policy with
/// errors compiles to the restricted profile.
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
    #[command(flatten)]
    output: Output,
}

impl Compile {
    pub(super) fn run(self, places: &Places) -> Result<Outcome, Error> {
        let workspace = match self.project {
            // The hook says which workspace it means; another spelling of it
            // would be another table.
            Some(dir) if dir.is_absolute() && dir.is_dir() => dir,
            other => crate::command::workspace(other.as_deref(), &places.home)?,
        };
        let problem = compile(places, &workspace)?;
        let table = snapshot_path(places, &workspace);
        match (self.output.format, &problem) {
            (Format::Json, _) => output::json(&json!({
                "workspace": workspace,
                "table": table,
                "valid": problem.is_none(),
                "messages": problem.iter().map(|p| anstream::adapter::strip_str(p).to_string()).collect::<Vec<_>>(),
            }))?,
            (Format::Human, Some(problem)) => output::note(problem.trim_end()),
            (Format::Human, None) if self.quiet => {}
            (Format::Human, None) => output::line(format_args!(
                "{} {}",
                paint(GOOD, "compiled"),
                table.display()
            ))?,
        }
        Ok(if problem.is_some() {
            Outcome::Findings
        } else {
            Outcome::Fine
        })
    }
}

/// Compiles what is in force for `workspace`. A policy that has errors compiles
/// to the restricted profile; the errors come back rendered.
pub(crate) fn compile(places: &Places, workspace: &Path) -> Result<Option<String>, Error> {
    let sources = super::sources(places, workspace);
    let compiled = palisade_policy_compile::compile_or_restricted(&sources);
    palisade_files::create_private_dir(&places.tables())?;
    // Before the table: what was in force once is not taken back.
    let mut seen = sources.seen.clone();
    for (name, version) in compiled.versions {
        let highest = seen.entry(name).or_default();
        *highest = version.max(*highest);
    }
    if seen != sources.seen {
        let text = serde_json::to_string(&seen).map_err(|e| Error::Other(e.to_string()))?;
        palisade_files::write_atomic(&places.policy_versions(), text.as_bytes(), Some(0o600))?;
    }
    palisade_files::write_atomic(
        &snapshot_path(places, workspace),
        &compiled.snapshot.encode(),
        Some(0o600),
    )?;
    let colour = super::colour(&std::io::stderr());
    Ok(compiled.diagnostics.map(|d| d.render(colour)))
}

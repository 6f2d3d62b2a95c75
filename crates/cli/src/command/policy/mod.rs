//! `palisade policy …`: look at, check, try and compile the rules.

mod check;
mod compile;
mod diff;
mod explain;
mod fetch;
mod import;
mod init;
mod lower;
mod replay;
mod schema;
mod show;
mod sign;
mod test;
mod unused;

pub(super) use compile::compile;

use std::path::Path;

use clap::Subcommand;
use palisade_core::{Clock as _, SystemClock};
use palisade_guard::{Places, project_policy};
use palisade_policy::Table;
use palisade_policy_compile::{SeenVersions, Sources};

use crate::error::{Error, Outcome};

#[derive(Debug, Subcommand)]
pub(crate) enum Policy {
    Init(init::Init),
    Check(check::Check),
    Show(show::Show),
    Explain(explain::Explain),
    Test(test::Test),
    Diff(diff::Diff),
    Replay(replay::Replay),
    Import(import::Import),
    Lower(lower::Lower),
    Schema(schema::Schema),
    Unused(unused::Unused),
    Sign(sign::Sign),
    Fetch(fetch::Fetch),
    Compile(compile::Compile),
}

impl Policy {
    pub(crate) fn run(self, places: &Places) -> Result<Outcome, Error> {
        match self {
            Self::Init(verb) => verb.run(places),
            Self::Check(verb) => verb.run(places),
            Self::Show(verb) => verb.run(places),
            Self::Explain(verb) => verb.run(places),
            Self::Test(verb) => verb.run(places),
            Self::Diff(verb) => verb.run(places),
            Self::Replay(verb) => verb.run(places),
            Self::Import(verb) => verb.run(places),
            Self::Lower(verb) => verb.run(places),
            Self::Schema(verb) => verb.run(),
            Self::Unused(verb) => verb.run(places),
            Self::Sign(verb) => verb.run(places),
            Self::Fetch(verb) => verb.run(places),
            Self::Compile(verb) => verb.run(places),
        }
    }
}

/// The policy files of a workspace.
fn sources(places: &Places, workspace: &Path) -> Sources {
    let mut sources = palisade_policy_compile::discover(
        &places.organisation,
        &places.user_policy(),
        &project_policy(workspace),
    );
    sources.session.clone_from(&places.session_policy);
    sources.now = SystemClock.now().0;
    sources.seen = seen(places);
    sources
}

/// The highest version seen of each signed policy. A record that cannot be read
/// is none: whoever can damage it owns the account.
fn seen(places: &Places) -> SeenVersions {
    let bytes = palisade_files::read_capped(&places.policy_versions(), 64 * 1024);
    let bytes = bytes.ok().flatten().unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// The table they compile to.
fn table(sources: &Sources) -> Result<Table, Error> {
    palisade_policy_compile::compile(sources)
        .map(|compiled| compiled.snapshot.table)
        .map_err(|d| Error::Policy(d.render(false)))
}

/// `file` in the place of the project's own: of its policies in Cedar when it
/// is in Cedar.
fn replace_project(sources: &mut Sources, file: &Path) {
    if file.extension().is_some_and(|e| e == "cedar") {
        sources.project_cedar = Some(file.to_owned());
    } else {
        sources.project = Some(file.to_owned());
    }
}

/// The same for the user's own.
fn replace_user(sources: &mut Sources, file: &Path) {
    if file.extension().is_some_and(|e| e == "cedar") {
        sources.user_cedar = Some(file.to_owned());
    } else {
        sources.user = Some(file.to_owned());
    }
}

/// A file that is to be tried has to be there.
fn existing(file: &Path) -> Result<(), Error> {
    if file.is_file() {
        return Ok(());
    }
    Err(Error::Other(format!(
        "`{}` is not a policy file; name an existing one",
        file.display()
    )))
}

/// Those of them that exist.
pub(super) fn files(places: &Places, workspace: &Path) -> Vec<std::path::PathBuf> {
    let sources = sources(places, workspace);
    let mut files = sources.organisation;
    files.extend(sources.user);
    files.extend(sources.user_cedar);
    files.extend(sources.project);
    files.extend(sources.project_cedar);
    files.extend(sources.session);
    files.retain(|p| p.exists());
    files
}

/// Diagnostics are drawn by a library that has to be told.
fn colour(stream: &impl anstream::stream::RawStream) -> bool {
    anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never
}

//! `palisade unprotect`: everything back, byte for byte.

use clap::Args;
use palisade_agents::claude::settings::{InstallRecord, LayerKind, Removal};
use palisade_core::EventKind;
use palisade_guard::Places;

use crate::args::{Dir, Yes};
use crate::error::{Error, Outcome};
use crate::output::{self, DIM, GOOD, WARN, paint};
use crate::protection::Protection;

/// Take the guard out of the agents' settings again
///
/// Files that were not touched since are restored byte for byte. From files
/// that were edited only our own entries are removed. The journal is kept.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  palisade unprotect\n  palisade unprotect --yes --managed")]
pub(crate) struct Unprotect {
    #[command(flatten)]
    dir: Dir,
    #[command(flatten)]
    yes: Yes,
    /// Only from the user's settings
    #[arg(long, group = "scope")]
    user: bool,
    /// Only from the project's settings
    #[arg(long, group = "scope")]
    project: bool,
    /// Only from the machine-wide settings
    #[arg(long, group = "scope")]
    managed: bool,
    /// Show what would be done, change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Unprotect {
    pub(crate) fn run(self, places: &Places) -> Result<Outcome, Error> {
        if std::env::var_os("CLAUDECODE").is_some() {
            return Err(Error::Other(
                "the guard is not removed from inside an agent; run this in your own terminal"
                    .into(),
            ));
        }
        let workspace = super::workspace(self.dir.dir.as_deref(), &places.home)?;
        let protection = Protection::new(places, workspace);
        let records: Vec<InstallRecord> = protection
            .records()
            .into_iter()
            .filter(|r| self.concerns(r, &protection))
            .collect();
        let mut steps = Vec::new();
        for record in &records {
            steps.push((record, protection.removal(record)?));
        }
        if steps.is_empty() {
            output::note("nothing to take out: the guard is not installed here");
            return Ok(Outcome::Fine);
        }
        for (record, removal) in &steps {
            output::note(format_args!(
                "  {:<10} {}",
                describe(removal),
                protection.claude.show(&record.path)
            ));
        }
        if self.dry_run {
            return Ok(Outcome::Fine);
        }
        if !super::confirmed(self.yes, "Take the guard out?")? {
            return Ok(Outcome::Incomplete);
        }
        protection.journal(EventKind::GuardRemoved, "palisade unprotect")?;
        for (record, removal) in &steps {
            removal
                .apply()
                .map_err(|e| Error::Settings(e.to_string()))?;
            protection.forget(&record.path);
            remove_empty_folder(record, removal);
        }
        output::note(format_args!(
            "{} everything is as it was; the journal is kept in {}",
            paint(GOOD, "✓"),
            paint(DIM, places.state.display())
        ));
        self.remind(&protection);
        Ok(Outcome::Fine)
    }

    fn concerns(&self, record: &InstallRecord, protection: &Protection<'_>) -> bool {
        let is = |kind| record.path == protection.target(kind).path;
        match (self.user, self.project, self.managed) {
            (true, ..) => is(LayerKind::User),
            (_, true, _) => is(LayerKind::Project),
            (.., true) => is(LayerKind::Managed),
            // Other projects keep their policy.
            _ => {
                is(LayerKind::User)
                    || is(LayerKind::Managed)
                    || record.path.starts_with(&protection.workspace)
                    || record.path.starts_with(&protection.places.config)
            }
        }
    }

    /// Says what still calls the guard.
    fn remind(&self, protection: &Protection<'_>) {
        let wiring = palisade_agents::claude::settings::wiring(&protection.layers());
        for place in wiring.installed {
            output::note(format_args!(
                "{} {} still calls the guard",
                paint(WARN, "note:"),
                protection.claude.show(&place.path)
            ));
        }
    }
}

const fn describe(removal: &Removal) -> &'static str {
    match removal {
        Removal::Nothing => "leave",
        Removal::Delete { .. } => "delete",
        Removal::Write(_) => "restore",
    }
}

/// The folder of a file that we made, if nothing else is in it.
fn remove_empty_folder(record: &InstallRecord, removal: &Removal) {
    if let (Removal::Delete { .. }, Some(folder)) = (removal, record.path.parent()) {
        // Fails when something is in it, which is the point.
        std::fs::remove_dir(folder).ok();
    }
}

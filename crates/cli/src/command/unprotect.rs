//! `palisade unprotect`: everything back, byte for byte.

use clap::Args;
use palisade_agents::claude::settings::{InstallRecord, LayerKind, Removal, wiring};
use palisade_agents::install;
use palisade_core::EventKind;
use palisade_guard::Places;
use serde_json::json;

use crate::args::{Dir, Format, Output, Yes};
use crate::error::{Error, Outcome};
use crate::output::{self, BOLD, DIM, GOOD, WARN, paint};
use crate::protection::Protection;
use crate::text;

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
    #[command(flatten)]
    output: Output,
}

/// A file and what happens to it.
struct Step {
    record: InstallRecord,
    removal: Removal,
}

impl Unprotect {
    pub(crate) fn run(self, places: &Places) -> Result<Outcome, Error> {
        super::by_a_person("removed")?;
        let workspace = super::workspace(self.dir.dir.as_deref(), &places.home)?;
        let protection = Protection::new(places, workspace);
        let steps = self.plan(&protection)?;
        let human = self.output.format == Format::Human;
        if human {
            show(&protection, &steps)?;
        } else if !self.dry_run && !self.yes.yes && !steps.is_empty() {
            return Err(Error::Other(
                "with --format json nothing is asked; repeat with --yes or --dry-run".into(),
            ));
        }
        if steps.is_empty() || self.dry_run {
            return if human {
                Ok(Outcome::Fine)
            } else {
                report(&protection, &steps, false)
            };
        }
        if !super::confirmed(self.yes, "Take the guard out?")? {
            return Ok(Outcome::Incomplete);
        }
        protection.journal(EventKind::GuardRemoved, "palisade unprotect")?;
        for step in &steps {
            step.removal
                .apply()
                .map_err(|e| Error::Settings(e.to_string()))?;
            protection.forget(&step.record.path);
            remove_empty_folder(step);
        }
        protection.lock()?;
        if !human {
            return report(&protection, &steps, true);
        }
        output::hanging(
            3,
            format_args!(
                " {} the guard is out; the journal is kept   {}",
                paint(GOOD, "✓"),
                paint(DIM, places.state.display())
            ),
        )?;
        for place in still_calling(&protection) {
            output::hanging(
                3,
                format_args!(" {} {place} still calls the guard", paint(WARN, "!")),
            )?;
        }
        Ok(Outcome::Fine)
    }

    /// The wiring before the policy, so that the guard never meets its absence.
    fn plan(&self, protection: &Protection<'_>) -> Result<Vec<Step>, Error> {
        let mut records = protection.records();
        records.retain(|r| self.concerns(r, protection));
        records.sort_by_cached_key(|r| {
            let is_policy = r.path.extension().is_some_and(|e| e == "toml");
            (is_policy, r.path.clone())
        });
        records
            .into_iter()
            .map(|record| {
                let removal = Protection::removal(&record)?;
                Ok(Step { record, removal })
            })
            .collect()
    }

    fn concerns(&self, record: &InstallRecord, protection: &Protection<'_>) -> bool {
        let is = |kind| record.path == protection.target(kind).path;
        match (self.user, self.project, self.managed) {
            (true, ..) => is(LayerKind::User) || install::owns(&protection.homes, &record.path),
            (_, true, _) => is(LayerKind::Project),
            (.., true) => {
                is(LayerKind::Managed) || install::owns_managed(&protection.homes, &record.path)
            }
            // Other projects keep their policy.
            _ => {
                is(LayerKind::User)
                    || is(LayerKind::Managed)
                    || install::owns_managed(&protection.homes, &record.path)
                    || record.path.starts_with(&protection.workspace)
                    || record.path.starts_with(&protection.places.config)
                    || install::owns(&protection.homes, &record.path)
            }
        }
    }
}

fn show(protection: &Protection<'_>, steps: &[Step]) -> Result<(), Error> {
    if steps.is_empty() {
        return output::line("nothing to take out: the guard was not installed here");
    }
    output::line(paint(BOLD, " Will change"))?;
    let name = |step: &Step| text::plain(&protection.claude.show(&step.record.path));
    let widest = steps.iter().map(|s| text::width(&name(s))).max();
    for step in steps {
        let name = text::pad(&name(step), widest.unwrap_or(0));
        let (_, what) = step.describe();
        output::hanging(5, format_args!("   {name}  {what}"))?;
    }
    output::line("")
}

fn report(protection: &Protection<'_>, steps: &[Step], done: bool) -> Result<Outcome, Error> {
    output::json(&json!({
        "workspace": protection.workspace,
        "changes": steps.iter().map(|s| json!({
            "path": s.record.path,
            "action": s.describe().0,
        })).collect::<Vec<_>>(),
        "done": done,
        "still_calling": still_calling(protection),
    }))?;
    Ok(Outcome::Fine)
}

/// Settings that call the guard.
fn still_calling(protection: &Protection<'_>) -> Vec<String> {
    wiring(&protection.layers())
        .installed
        .iter()
        .map(|place| protection.claude.show(&place.path))
        .collect()
}

impl Step {
    /// In a word, and in words.
    fn describe(&self) -> (&'static str, &'static str) {
        match &self.removal {
            Removal::Nothing if self.record.path.exists() => ("keep", "stays: it was edited since"),
            Removal::Nothing => ("gone", "is gone already"),
            Removal::Delete { .. } => ("delete", "deleted: it was made by protect"),
            Removal::Write(change) if self.is_original(&change.after) => {
                ("restore", "restored, byte for byte")
            }
            Removal::Write(_) => ("edit", "edited since: only the guard's entries go"),
        }
    }

    fn is_original(&self, text: &[u8]) -> bool {
        let backup = self.record.backup_path.as_deref();
        backup.is_some_and(|path| palisade_files::read(path).is_ok_and(|bytes| bytes == text))
    }
}

/// The folder of a file that we made, if nothing else is in it.
fn remove_empty_folder(step: &Step) {
    if let (Removal::Delete { .. }, Some(folder)) = (&step.removal, step.record.path.parent()) {
        // Fails when something is in it, which is the point.
        std::fs::remove_dir(folder).ok();
    }
}

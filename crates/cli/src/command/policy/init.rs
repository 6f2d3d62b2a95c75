//! `palisade policy init`: a policy to edit.

use clap::Args;
use palisade_core::{Mode, Profile};
use palisade_guard::{Places, project_cedar, project_policy};
use serde_json::json;

use crate::args::{Dir, Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, GOOD, paint};

/// Write the commented default policy into a repository
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  palisade policy init\n  palisade policy init ../other\n  palisade policy init --cedar"
)]
pub(crate) struct Init {
    #[command(flatten)]
    dir: Dir,
    /// Write a file for policies in Cedar, which stand beside the others
    #[arg(long)]
    cedar: bool,
    #[command(flatten)]
    output: Output,
}

impl Init {
    pub(super) fn run(self, places: &Places) -> Result<Outcome, Error> {
        let workspace = crate::command::workspace(self.dir.dir.as_deref(), &places.home)?;
        let path = if self.cedar {
            project_cedar(&workspace)
        } else {
            project_policy(&workspace)
        };
        if path.exists() {
            return Err(Error::Other(format!(
                "`{}` exists; edit it, or remove it first",
                path.display()
            )));
        }
        let text = if self.cedar {
            palisade_policy_compile::cedar_example().to_owned()
        } else {
            palisade_policy_compile::default_policy_toml(Mode::Enforce, Profile::Standard)
        };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        palisade_files::write_atomic(&path, text.as_bytes(), Some(0o644))?;
        match self.output.format {
            Format::Json => output::json(&json!({"path": path}))?,
            Format::Human => output::line(format_args!(
                "{} {}; edit it, then run `palisade policy check`",
                paint(GOOD, "wrote"),
                path.display()
            ))?,
        }
        Ok(Outcome::Fine)
    }
}

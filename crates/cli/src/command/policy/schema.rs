//! `palisade policy schema`: what an editor needs to complete and check.

use clap::Args;

use crate::error::{Error, Outcome};
use crate::output;

/// Print the JSON Schema of policy files, for completion in editors
///
/// Put it beside the policy and name it in the policy's first line:
///
///   #:schema policy.schema.json
///
/// Editors with a TOML language server (VS Code, Zed, Helix, Neovim) complete keys,
/// rows and verdicts from it, with what they mean.
#[derive(Args, Debug)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:\n  palisade policy schema\n  palisade policy schema > policy.schema.json\n  palisade policy schema --cedar > palisade.cedarschema"
)]
pub(crate) struct Schema {
    /// The schema of Cedar policies instead, in Cedar's own notation
    #[arg(long)]
    cedar: bool,
}

impl Schema {
    pub(super) fn run(self) -> Result<Outcome, Error> {
        if self.cedar {
            output::line(palisade_policy_compile::cedar_schema().trim_end())?;
            return Ok(Outcome::Fine);
        }
        output::json(&palisade_policy_compile::schema())?;
        Ok(Outcome::Fine)
    }
}

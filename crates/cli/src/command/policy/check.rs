//! `palisade policy check`: are the rules written as they are meant?

use clap::Args;
use palisade_core::{Clock as _, SystemClock};
use palisade_guard::Places;
use palisade_policy::Table;
use serde_json::json;

use crate::args::{Dir, Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, DIM, GOOD, paint};

/// Check the policy files that are in force here
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  palisade policy check\n  palisade policy check ../other --format json\n\nExit codes: 0 valid, 1 errors or warnings."
)]
pub(crate) struct Check {
    #[command(flatten)]
    dir: Dir,
    #[command(flatten)]
    output: Output,
}

impl Check {
    pub(super) fn run(self, places: &Places) -> Result<Outcome, Error> {
        let workspace = crate::command::workspace(self.dir.dir.as_deref(), &places.home)?;
        let files = super::files(places, &workspace);
        let compiled = palisade_policy_compile::compile(&super::sources(places, &workspace));
        let human = self.output.format == Format::Human;
        let colour = human && super::colour(&std::io::stdout());
        let messages = match &compiled {
            Ok(compiled) => {
                let mut messages = compiled.warnings.clone();
                messages.extend(ended(&compiled.snapshot.table));
                messages
            }
            Err(diagnostics) => vec![diagnostics.render(colour)],
        };
        if human {
            for message in &messages {
                output::line(message.trim_end())?;
            }
            for file in &files {
                output::line(format_args!("{} {}", paint(DIM, "read"), file.display()))?;
            }
            if files.is_empty() {
                output::line("no policy file here: the standard profile is in force")?;
            } else if messages.is_empty() {
                output::line(paint(GOOD, "the policy is valid"))?;
            }
        } else {
            output::json(&json!({
                "files": files,
                "valid": compiled.is_ok(),
                "messages": messages,
            }))?;
        }
        Ok(if messages.is_empty() {
            Outcome::Fine
        } else {
            Outcome::Findings
        })
    }
}

/// Exemptions whose time is over.
fn ended(table: &Table) -> Vec<String> {
    let now = SystemClock.now().0;
    let over = table.exemptions.iter().filter(|x| !x.is_open(now));
    over.map(|x| {
        format!(
            "warning: the exemption of {} has ended; remove it, or agree with {} on a new end\n --> {}\n",
            x.row, x.owner, x.source
        )
    })
    .collect()
}

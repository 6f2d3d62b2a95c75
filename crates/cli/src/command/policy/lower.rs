//! `palisade policy lower`: the policy in an agent's own rules.

use clap::Args;
use palisade_core::AgentKind;
use palisade_guard::Places;
use palisade_policy_compile::{LOWERED, LowerRemark, lower};

use crate::args::{Dir, Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, BOLD, DIM, WARN, paint};
use crate::text;

/// Write the policy in an agent's own permission rules: a second wall
///
/// Only what asks or denies is written, so that the agent is never freer with these
/// rules than without. What it can only hold more strictly, and what it cannot say
/// at all, is listed: that stays with the guard.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  palisade policy lower --agent claude\n  palisade policy lower --agent codex --format json\n\nExit codes: 0 written, 1 the agent can say nothing of this policy."
)]
pub(crate) struct Lower {
    /// claude, codex, gemini or cursor
    #[arg(long, value_name = "NAME", value_parser = agents(), hide_possible_values = true)]
    agent: String,
    /// List what depends on what the guard observes, too
    #[arg(long, short)]
    all: bool,
    #[command(flatten)]
    dir: Dir,
    #[command(flatten)]
    output: Output,
}

fn agents() -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(LOWERED.map(AgentKind::as_str))
}

impl Lower {
    pub(super) fn run(self, places: &Places) -> Result<Outcome, Error> {
        let workspace = crate::command::workspace(self.dir.dir.as_deref(), &places.home)?;
        let in_force = palisade_guard::load(places, &workspace);
        if let Some(fault) = in_force.fault {
            return Err(Error::Other(fault));
        }
        let agent = AgentKind::from_name(&self.agent).unwrap_or(AgentKind::Claude);
        let lowered = lower(&in_force.table, agent)
            .ok_or_else(|| Error::Other(format!("{} has no rules of its own", agent.title())))?;
        let nothing = lowered.files.is_empty();
        if self.output.format == Format::Json {
            output::json(&lowered)?;
        } else {
            for file in &lowered.files {
                output::note(paint(BOLD, format_args!("for {}", file.path)));
                output::raw(&file.content)?;
            }
            self.remarks("stricter", &lowered.stricter);
            self.remarks("cannot say", &lowered.unsaid);
        }
        Ok(if nothing {
            Outcome::Findings
        } else {
            Outcome::Fine
        })
    }

    fn remarks(&self, word: &str, remarks: &[LowerRemark]) {
        let mut hidden = 0_u64;
        for remark in remarks {
            // Of the built-in rows most speak of what no text shows.
            if !self.all && remark.source.starts_with("built in") && word == "cannot say" {
                hidden += 1;
                continue;
            }
            output::note(format_args!(
                " {}  {}: {}   {}",
                paint(WARN, format_args!("{word:<10}")),
                text::plain(&remark.what),
                remark.why,
                paint(DIM, text::plain(&remark.source))
            ));
        }
        if hidden > 0 {
            output::note(format_args!(
                " {}  {} of the built-in policy stay with the guard   {}",
                paint(WARN, format_args!("{word:<10}")),
                text::count(hidden, "rule"),
                paint(DIM, "--all lists them")
            ));
        }
    }
}

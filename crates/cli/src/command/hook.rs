//! `palisade hook AGENT`: what `palisade-hook` does, under the product's name.

use std::io::{Read as _, Write as _};

use clap::Args;
use palisade_core::{AgentKind, SystemClock, limits};
use palisade_guard::{Ambient, Places, Services};

use crate::error::{Error, Outcome};
use crate::output;

/// Answer one hook call of an agent, read from stdin
///
/// Agents should call `palisade-hook`, which starts faster; this is the same
/// function for trying things by hand.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  palisade hook claude < call.json\n  echo '{\"hook_event_name\":\"Stop\",\"session_id\":\"s\"}' | palisade hook claude"
)]
pub(crate) struct Hook {
    /// The agent whose contract is spoken: claude, codex, gemini, copilot, opencode, cursor …
    #[arg(value_parser = crate::args::agents(), hide_possible_values = true)]
    agent: AgentKind,
    /// The event, for agents whose calls do not name it (copilot, opencode)
    event: Option<String>,
}

impl Hook {
    pub(crate) fn run(self, places: &Places) -> Result<Outcome, Error> {
        output::typed_input("one hook call");
        let agent = self.agent;
        let event = self.event.as_deref();
        let mut input = Vec::new();
        std::io::stdin()
            .lock()
            .take(limits::HOOK_INPUT_BYTES as u64 + 1)
            .read_to_end(&mut input)?;
        let output = if input.len() > limits::HOOK_INPUT_BYTES {
            palisade_guard::fault_output(agent, event, &input, "its input is larger than 4 MiB")
        } else {
            palisade_guard::call(
                agent,
                event,
                &input,
                &Services {
                    places,
                    env: &palisade_guard::hook_env(agent),
                    ambient: &Ambient::from_env(|name| std::env::var_os(name)),
                    clock: &SystemClock,
                },
            )
        };
        std::io::stderr().write_all(output.stderr.as_bytes())?;
        std::io::stdout().write_all(output.stdout.as_bytes())?;
        Ok(match output.exit_code {
            0 => Outcome::Fine,
            1 => Outcome::Findings,
            _ => Outcome::Incomplete,
        })
    }
}

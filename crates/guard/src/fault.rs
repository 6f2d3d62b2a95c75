//! The answer when the guard itself fails.
//!
//! A fault is never an allow: what could write or reach out is denied, in
//! the form each agent obeys even when half of it gets lost (JSON, a line on
//! stderr, and exit code 2).

use palisade_agents::HookOutput;
use palisade_core::{AgentKind, Answer};

/// The output for a call that could not be judged, knowing only what a
/// tolerant look at the input tells. `event` is what the installed command
/// names, where the agent does not.
pub fn fault_output(agent: AgentKind, event: Option<&str>, input: &[u8], why: &str) -> HookOutput {
    let reason = format!(
        "Denied: Palisade could not judge this call: {why}.\n\
         Nothing was run. Ask the user to run `palisade doctor`"
    );
    // After a tool ran only the end of the run keeps its output in; on every
    // other event this is a denial.
    let event = palisade_agents::sniff(agent, event, input);
    palisade_agents::encode(agent, event.as_deref(), &Answer::StopRun { reason })
}

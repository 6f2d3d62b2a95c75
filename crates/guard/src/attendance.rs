//! Whether a person sits before the agent, where the agent does not say.

use palisade_agents::HookEnv;
use palisade_core::AgentKind;

/// What the hook of `agent` learns from its environment.
pub fn hook_env(agent: AgentKind) -> HookEnv {
    let mut env = HookEnv::from_process();
    if agent == AgentKind::Gemini {
        env.attended = at_a_terminal();
    }
    env
}

/// The agent reads from a terminal and was not started with a prompt of its own.
/// A question that nobody can answer hangs Gemini CLI.
fn at_a_terminal() -> Option<bool> {
    let parent = std::os::unix::process::parent_id();
    let stdin = std::fs::read_link(format!("/proc/{parent}/fd/0")).ok()?;
    let terminal = stdin.starts_with("/dev/pts") || stdin.to_string_lossy().starts_with("/dev/tty");
    let line = std::fs::read(format!("/proc/{parent}/cmdline")).ok()?;
    let prompted = line
        .split(|b| *b == 0)
        .any(|word| word == b"-p" || word == b"--prompt" || word.starts_with(b"--prompt="));
    Some(terminal && !prompted)
}

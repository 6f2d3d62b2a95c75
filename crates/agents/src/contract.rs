//! One contract or another: which agent, which event.

use palisade_core::{Action, AgentKind, Answer};

use crate::hook::{DecodeError, HookEnv, HookOutput};
use crate::{claude, cline, codex, copilot, cursor, gemini, kiro, opencode, vscode, windsurf};

/// The agents whose hook calls do not name their event: the installed command
/// names it after the agent.
pub const NAMES_NO_EVENT: &[AgentKind] = &[AgentKind::Copilot, AgentKind::OpenCode];

/// Decodes one hook call of `agent`.
pub fn decode(
    agent: AgentKind,
    event: Option<&str>,
    input: &[u8],
    env: &HookEnv,
) -> Result<Action, DecodeError> {
    match agent {
        // One settings file is executed by both.
        AgentKind::Claude if vscode::is_ours(input) => vscode::decode(input, env),
        AgentKind::Claude => claude::decode(input, env),
        AgentKind::Codex => codex::decode(input, env),
        AgentKind::Gemini => gemini::decode(input, env),
        AgentKind::Copilot => copilot::decode(event, input, env),
        AgentKind::OpenCode => opencode::decode(event, input, env),
        AgentKind::Cursor => cursor::decode(input, env),
        AgentKind::Windsurf => windsurf::decode(input, env),
        AgentKind::Cline => cline::decode(input, env),
        AgentKind::Kiro => kiro::decode(input, env),
        AgentKind::VsCode => vscode::decode(input, env),
    }
}

/// Says `answer` to a hook call of `agent`; without an event, as if a tool were
/// about to run.
pub fn encode(agent: AgentKind, event: Option<&str>, answer: &Answer) -> HookOutput {
    match agent {
        AgentKind::Claude | AgentKind::VsCode => claude::encode_event(event, answer),
        AgentKind::Codex => codex::encode_event(event, answer),
        AgentKind::Gemini => gemini::encode_event(event, answer),
        AgentKind::Copilot => copilot::encode_event(event, answer),
        AgentKind::OpenCode => opencode::encode_event(event, answer),
        AgentKind::Cursor => cursor::encode_event(event, answer),
        AgentKind::Windsurf => windsurf::encode_event(event, answer),
        AgentKind::Cline => cline::encode_event(event, answer),
        AgentKind::Kiro => kiro::encode_event(event, answer),
    }
}

/// The event of a call that does not decode, as far as it can be told.
pub fn sniff(agent: AgentKind, event: Option<&str>, input: &[u8]) -> Option<String> {
    match agent {
        AgentKind::Copilot | AgentKind::OpenCode => event.map(str::to_owned),
        AgentKind::Claude
        | AgentKind::Codex
        | AgentKind::Gemini
        | AgentKind::Cursor
        | AgentKind::Kiro
        | AgentKind::VsCode => claude::sniff(input).event,
        AgentKind::Windsurf | AgentKind::Cline => None,
    }
}

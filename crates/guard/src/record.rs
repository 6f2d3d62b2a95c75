//! An action and its verdict become an event.

use palisade_core::{
    Action, ActionKind, AgentKind, Circumstance, Clock, Effect, Event, EventKind, RecordedEffect,
    ToolCall, limits,
};
use palisade_secrets::FingerprintKey;

use crate::judge::Judgement;
use crate::text;

/// The session under which the guard proves itself.
pub const PROOF_SESSION: &str = "palisade-proof";

/// Parts of a call that are named.
const PARTS: usize = 50;
/// Effects kept in one record.
pub(crate) const EFFECTS: usize = 50;

/// The event of `action`, before a verdict is added.
pub(crate) fn event(
    action: &Action,
    workspace: &std::path::Path,
    clock: &dyn Clock,
    key: &FingerprintKey,
) -> Event {
    let cwd = if action.cwd == workspace {
        String::new()
    } else {
        action.cwd.to_string_lossy().into_owned()
    };
    let (tool, summary) = describe(action, key);
    Event {
        kind: kind(action),
        ts: clock.now(),
        user: user(),
        host: host(),
        workspace: workspace.to_string_lossy().into_owned(),
        cwd,
        agent: action.agent.kind.as_str().to_owned(),
        agent_version: action.agent.version.clone().unwrap_or_default(),
        session: action.session.clone().unwrap_or_default(),
        prompt_id: action.prompt_id.clone().unwrap_or_default(),
        tool_use_id: action.tool_use_id.clone().unwrap_or_default(),
        subagent: action
            .subagent
            .as_ref()
            .map(|s| s.id.clone())
            .unwrap_or_default(),
        model: match &action.kind {
            ActionKind::SessionStart { model, .. } => model.clone().unwrap_or_default(),
            _ => String::new(),
        },
        permission_mode: action.permission_mode.clone().unwrap_or_default(),
        circumstances: match &action.kind {
            ActionKind::Tool(ToolCall::Shell { .. }) => vec![Circumstance::CommandLine],
            _ => Vec::new(),
        },
        tool,
        summary,
        ..Event::default()
    }
}

/// The event of a call that was judged outside a session.
pub fn recorded_as(judgement: &Judgement) -> Event {
    let mut event = Event::default();
    with_judgement(&mut event, judgement, &FingerprintKey::from_bytes([0; 32]));
    event
}

/// Adds a verdict to an event.
pub(crate) fn with_judgement(event: &mut Event, judgement: &Judgement, key: &FingerprintKey) {
    let decision = &judgement.decision;
    event.effects = judgement
        .effects
        .iter()
        .take(EFFECTS)
        .map(|e| recorded(e, key))
        .collect();
    event.circumstances.extend(&judgement.circumstances);
    event.verdict = Some(decision.verdict);
    let enforced = judgement.verdict();
    event.enforced = (enforced != decision.verdict).then_some(enforced);
    event.band = Some(decision.band);
    event.rule.clone_from(&decision.rule);
    event.reason = text::summary(&decision.reason, key);
}

/// An effect without anything to leak.
pub(crate) fn recorded(effect: &Effect, key: &FingerprintKey) -> RecordedEffect {
    let mut out = RecordedEffect::from(effect);
    let facts = &mut out.facts;
    let texts = [
        &mut facts.lexical,
        &mut facts.alias_of,
        &mut facts.loss,
        &mut facts.suspect,
        &mut facts.origin,
        &mut facts.repeated,
        &mut facts.leaving.secret_at,
        &mut facts.leaving.large,
        &mut facts.leaving.incomplete,
    ];
    let texts = texts.into_iter().flatten();
    for text in texts.chain([&mut out.target, &mut out.written]) {
        *text = text::summary(text, key);
    }
    out
}

/// An event of the guard itself (installation, proof, fault).
pub fn own_event(
    kind: EventKind,
    agent: Option<AgentKind>,
    summary: &str,
    clock: &dyn Clock,
) -> Event {
    Event {
        kind,
        ts: clock.now(),
        user: user(),
        host: host(),
        agent: agent.map(|a| a.as_str().to_owned()).unwrap_or_default(),
        summary: summary.to_owned(),
        ..Event::default()
    }
}

fn kind(action: &Action) -> EventKind {
    match &action.kind {
        ActionKind::Tool(_) if action.session.as_deref() == Some(PROOF_SESSION) => {
            EventKind::GuardProof
        }
        ActionKind::Tool(_) => EventKind::ToolPre,
        ActionKind::PermissionRequest(_) => EventKind::PermissionRequest,
        ActionKind::ToolResult { .. } => EventKind::ToolPost,
        ActionKind::ToolFailure { .. } => EventKind::ToolFailed,
        ActionKind::ToolBatch(_) => EventKind::ToolBatch,
        ActionKind::Prompt { .. } => EventKind::Prompt,
        ActionKind::SessionStart { .. } => EventKind::SessionStart,
        ActionKind::SessionEnd { .. } => EventKind::SessionEnd,
        ActionKind::ConfigChange { .. } => EventKind::ConfigChange,
        ActionKind::InstructionsLoaded { .. } => EventKind::InstructionsLoaded,
        _ => match action.event.as_str() {
            "SubagentStart" => EventKind::SubagentStart,
            "SubagentStop" => EventKind::SubagentStop,
            _ => EventKind::AgentEvent,
        },
    }
}

/// Tool name and one redacted line.
fn describe(action: &Action, key: &FingerprintKey) -> (String, String) {
    match &action.kind {
        ActionKind::Tool(call)
        | ActionKind::PermissionRequest(call)
        | ActionKind::ToolResult { call, .. }
        | ActionKind::ToolFailure { call, .. } => {
            (call.name(), text::summary(&describe_call(call), key))
        }
        ActionKind::ToolBatch(calls) => (String::new(), format!("{} calls", calls.len())),
        ActionKind::Prompt { text } => (String::new(), text::summary(text, key)),
        ActionKind::SessionStart { source, .. } => (String::new(), source.clone()),
        ActionKind::SessionEnd { reason } => (String::new(), reason.clone()),
        ActionKind::ConfigChange { source, path } => (
            String::new(),
            match path {
                Some(p) => format!("{source} {}", p.display()),
                None => source.clone(),
            },
        ),
        ActionKind::InstructionsLoaded { path, layer } => {
            (String::new(), format!("{layer} {}", path.display()))
        }
        _ => (String::new(), action.event.clone()),
    }
}

/// The line a person recognises a call by.
pub fn describe_call(call: &ToolCall) -> String {
    match call {
        ToolCall::Shell { command, .. } => command.clone(),
        ToolCall::Read { path }
        | ToolCall::Write { path, .. }
        | ToolCall::Edit { path, .. }
        | ToolCall::Delete { path } => path.clone(),
        ToolCall::Several { calls, .. } => {
            let parts: Vec<String> = calls
                .iter()
                .take(PARTS)
                .map(|call| format!("{} {}", call.name(), describe_call(call)))
                .collect();
            capped(parts.join(", "))
        }
        ToolCall::Glob { pattern, path } => in_folder(pattern, path.as_deref()),
        ToolCall::Grep { pattern, path, .. } => in_folder(pattern, path.as_deref()),
        ToolCall::WebFetch { url } | ToolCall::Socket { url } => url.clone(),
        ToolCall::WebSearch { query } => query.clone(),
        ToolCall::Agent { kind, prompt } => {
            format!("{}: {prompt}", kind.as_deref().unwrap_or("subagent"))
        }
        ToolCall::Skill { name, .. } => name.clone(),
        ToolCall::Mcp { arguments, .. } => capped(arguments.to_string()),
        ToolCall::Internal { input, .. } | ToolCall::Unknown { input, .. } => {
            capped(input.to_string())
        }
        _ => String::new(),
    }
}

fn capped(mut text: String) -> String {
    let mut end = text.len().min(limits::FRAME_BYTES / 4);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}

fn in_folder(what: &str, folder: Option<&str>) -> String {
    match folder {
        Some(folder) => format!("{what} in {folder}"),
        None => what.to_owned(),
    }
}

/// The operating system user, from the user database rather than `USER`.
pub fn user() -> String {
    account(0).unwrap_or_else(|| rustix::process::getuid().as_raw().to_string())
}

/// Where this user is at home, by the user database rather than `HOME`.
pub(crate) fn home() -> Option<std::path::PathBuf> {
    account(5).map(Into::into)
}

/// A field of this user's line in `passwd(5)`.
fn account(field: usize) -> Option<String> {
    let uid = rustix::process::getuid().as_raw();
    let passwd = palisade_files::read_capped("/etc/passwd".as_ref(), 1 << 20)
        .ok()
        .flatten()
        .unwrap_or_default();
    String::from_utf8_lossy(&passwd).lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        (fields.get(2)?.parse() == Ok(uid)).then(|| fields.get(field).map(|f| (*f).to_owned()))?
    })
}

fn host() -> String {
    rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned()
}

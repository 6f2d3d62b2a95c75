//! What a call leaves behind for the calls after it.

use std::path::Path;

use palisade_core::{Action, ActionKind, Effect, EffectKind, Scope, ToolCall, Verdict};
use palisade_journal::JournalError;
use palisade_journal::session::{FILES_WRITTEN, Follow, SessionState, Source};
use palisade_journal::workspace::MarksFile;
use palisade_policy::{Host, HostClass, Rates, RowId};

use super::origins::{now, source_of};
use super::repeats;
use crate::judge::Judgement;

/// Rows whose effect puts a secret before the agent.
const SECRETS: &[RowId] = &[
    RowId::SecretRead,
    RowId::SecretFetch,
    RowId::SecretEnvironment,
    RowId::SecretSend,
    RowId::FileReadSystem,
];

/// Subcommands of code hosts' programs that print what others wrote.
const WRITTEN_BY_OTHERS: &[&str] = &[
    "issue",
    "pr",
    "mr",
    "api",
    "gist",
    "search",
    "release",
    "discussion",
    "incident",
    "snippet",
];

/// Keeps what later decisions depend on. Returns how often the same was denied.
pub(crate) fn remember(
    state: &mut SessionState,
    action: &Action,
    judgement: &Judgement,
    at: u64,
    rates: Rates,
) -> u32 {
    state.calls += 1;
    match judgement.decision.verdict {
        Verdict::Deny => state.denied += 1,
        Verdict::Ask => state.asked += 1,
        Verdict::Allow => {}
    }
    let call = action.tool_use_id.clone().unwrap_or_default();
    if let (Verdict::Deny, Some(m)) = (judgement.verdict(), judgement.enforced()) {
        let about = judgement.effects.get(m.effect).and_then(repeats::about);
        return repeats::denied(
            &mut state.denials,
            &m.rule,
            &about.unwrap_or_else(|| m.rule.clone()),
            at,
        );
    }
    if let Some(id) = &action.tool_use_id {
        state.decided.insert(id.clone());
    }
    let source = |effect: &Effect| Source {
        call: call.clone(),
        at,
        ..source_of(effect)
    };
    let mut follow = Follow {
        marks: !judgement.brought.is_empty(),
        ..Follow::default()
    };
    let asked = judgement.verdict() == Verdict::Ask;
    if asked {
        follow.accepts.clone_from(&judgement.runs);
        follow.pushes.clone_from(&judgement.tips);
    }
    let secret = judgement
        .decision
        .matched
        .iter()
        .find(|m| m.row.is_some_and(|row| SECRETS.contains(&row)))
        .and_then(|m| judgement.effects.get(m.effect));
    if let Some(effect) = secret {
        // A person who says no has kept it from the session.
        if asked && action.tool_use_id.is_some() {
            follow.secret = Some(source(effect));
        } else {
            state.saw_secret(source(effect));
        }
    }
    let span = u64::from(rates.seconds) * 1_000_000;
    for effect in &judgement.effects {
        if let Some(key) = repeats::request(effect) {
            repeats::count(&mut state.requests, &key, &call, at, span);
        }
        if let Some(effect) = takes_in(effect, action) {
            state.took_in(source(effect));
        }
        if effect.kind == EffectKind::FileWrite && effect.facts.scope == Scope::Workspace {
            remember_file(state, effect);
        }
    }
    if follow != Follow::default()
        && let Some(id) = &action.tool_use_id
    {
        state.follow.insert(id.clone(), follow);
    }
    0
}

/// The effect, when it shows the agent what others wrote.
fn takes_in<'e>(effect: &'e Effect, action: &Action) -> Option<&'e Effect> {
    let unknown = matches!(
        &action.kind,
        ActionKind::Tool(ToolCall::Unknown { .. }) if effect.kind == EffectKind::ExecUnknown
    );
    let outside = match (effect.kind, &effect.target) {
        (EffectKind::NetRead, palisade_core::Target::Host { host, .. }) => {
            Host::new(host).class != HostClass::Loopback
        }
        (EffectKind::NetRead | EffectKind::McpRead | EffectKind::McpCall, _) => true,
        (EffectKind::CloudRead, _) => {
            let mut words = effect.by.split_whitespace();
            matches!(words.next(), Some("gh" | "glab" | "hub" | "tea"))
                && words.next().is_none_or(|w| WRITTEN_BY_OTHERS.contains(&w))
        }
        _ => false,
    };
    (outside || unknown).then_some(effect)
}

/// Files that exist only because the session made them are its to remove.
fn remember_file(state: &mut SessionState, effect: &Effect) {
    if effect.facts.exists || state.files_written.len() >= FILES_WRITTEN {
        return;
    }
    if let Some(path) = &effect.facts.resolved {
        state.files_written.insert(path.clone());
    }
}

/// Writes the marks of a call that may run.
pub(crate) fn mark(
    state_dir: &Path,
    workspace: &Path,
    judgement: &Judgement,
    call: &str,
) -> Result<(), JournalError> {
    if judgement.brought.is_empty() && judgement.replaced.is_empty() {
        return Ok(());
    }
    if judgement.brought.is_empty() && !marks_exist(state_dir, workspace)? {
        return Ok(());
    }
    let mut file = MarksFile::lock(state_dir, workspace)?;
    file.marks()
        .end(|m| !m.tree && judgement.replaced.contains(&m.path));
    for mark in &judgement.brought {
        let mut mark = mark.clone();
        call.clone_into(&mut mark.source.call);
        file.marks().add(mark);
    }
    file.save(now())
}

fn marks_exist(state_dir: &Path, workspace: &Path) -> Result<bool, JournalError> {
    let marks = palisade_journal::workspace::marks(state_dir, workspace)?;
    Ok(!marks.marks.is_empty())
}

/// A call has returned: what was pending is settled. `background`: it goes on.
pub(crate) fn after(
    state: &mut SessionState,
    action: &Action,
    background: bool,
    (state_dir, workspace): (&Path, &Path),
) -> Result<(), JournalError> {
    let Some(id) = &action.tool_use_id else {
        return Ok(());
    };
    let Some(follow) = state.follow.remove(id) else {
        return Ok(());
    };
    if let Some(secret) = follow.secret {
        state.saw_secret(secret);
    }
    state.pushed.extend(follow.pushes);
    let settles = follow.marks && !background;
    if !settles && follow.accepts.is_empty() {
        return Ok(());
    }
    let mut file = MarksFile::lock(state_dir, workspace)?;
    file.marks().end(|m| follow.accepts.contains(&m.id));
    if settles {
        file.marks().settle(id, now());
    }
    file.save(now())
}

/// A call that never ran: nothing came of it.
pub(crate) fn refused(
    state: &mut SessionState,
    call: &str,
    (state_dir, workspace): (&Path, &Path),
) -> Result<(), JournalError> {
    match state.follow.remove(call) {
        Some(follow) if follow.marks => {}
        _ => return Ok(()),
    }
    let mut file = MarksFile::lock(state_dir, workspace)?;
    file.marks()
        .end(|m| m.until.is_none() && m.source.call == call);
    file.save(now())
}

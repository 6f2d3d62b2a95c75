//! Questions become requests; answers given before are found again.

mod binding;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use palisade_approvals::{
    Answer, Change, Circumstances, Grant, Grants, GrantsFile, Need, Request, Requests,
};
use palisade_core::{Action, EffectKind, RecordedEffect, Timestamp, ToolCall};
use palisade_policy::{Decision, Matched, RowId};
use palisade_secrets::FingerprintKey;

use self::binding::{Bound, bind};
use crate::{Judgement, describe_call, text};

/// Characters of a call that are kept for the person.
const CALL_CHARS: usize = 16 * 1024;
/// Effects that are listed.
const EFFECTS: usize = 60;

/// A call that may have been answered before.
#[derive(Clone, Copy)]
pub(crate) struct Here<'a> {
    pub(crate) action: &'a Action,
    pub(crate) call: &'a ToolCall,
    pub(crate) workspace: &'a Path,
    pub(crate) state: &'a Path,
    pub(crate) key: &'a FingerprintKey,
    pub(crate) now: Timestamp,
}

/// How a call stands with the people who answer for it.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    /// Grants that were used.
    pub(crate) granted: Vec<String>,
    /// What a person types to answer.
    pub(crate) code: Option<String>,
    /// A person said no already.
    refused: bool,
    /// Somebody else than the person before the agent has to answer, or nobody
    /// is asked any more: the agent's own question would not do.
    pub(crate) elsewhere: bool,
    /// Another person has to answer.
    second: bool,
    /// Why the question could not be kept.
    pub(crate) unkept: Option<String>,
}

impl Standing {
    /// The text of a verdict with what can be done about it.
    pub(crate) fn told(&self, mut text: String) -> String {
        if self.refused {
            text.push_str(
                "\nThe user was asked about this and said no: do not try it in another way.",
            );
            return text;
        }
        let Some(code) = &self.code else {
            return text;
        };
        if self.second {
            write!(
                text,
                "\nIt takes another person's approval: ask the user to run  palisade approve {code} --request\n\
                 (who works alone says so under [approvals] in the policy)."
            )
            .ok();
            return text;
        }
        let lead = if text.starts_with("Denied") {
            "If you really need this, ask the user to run:"
        } else {
            "Not to be asked again:"
        };
        write!(text, "\n{lead}  palisade approve {code}").ok();
        text
    }
}

/// The judgement once the answers that hold here are counted, without using
/// any of them up: what `palisade guard check` says.
pub fn standing(
    call: &ToolCall,
    mut judgement: Judgement,
    (workspace, cwd): (&Path, &Path),
    state: &Path,
    now: Timestamp,
) -> Judgement {
    let bound = bind(call, &judgement, workspace, cwd);
    if bound.keys.is_empty() {
        return judgement;
    }
    let here = Circumstances {
        workspace,
        session: None,
        now,
    };
    let grants = Grants::read(state);
    let found = look_up(&judgement, &bound, &grants, &here);
    judgement.decision = lift(&judgement, &bound, &found.yes);
    judgement
}

/// Counts the answers that hold, and keeps what is left as a request.
pub(crate) fn settle(mut judgement: Judgement, here: &Here<'_>) -> (Judgement, Standing) {
    let mut standing = Standing::default();
    let bound = bind(here.call, &judgement, here.workspace, &here.action.cwd);
    if bound.keys.is_empty() {
        return (judgement, standing);
    }
    let circumstances = Circumstances {
        workspace: here.workspace,
        session: here.action.session.as_deref(),
        now: here.now,
    };
    let grants = Grants::read(here.state);
    let mut found = look_up(&judgement, &bound, &grants, &circumstances);
    if found.no {
        standing.refused = true;
        standing.elsewhere = true;
        return (judgement, standing);
    }
    let mut lifted = lift(&judgement, &bound, &found.yes);
    // A grant is used up by a call that goes on, not by one that is stopped
    // for another reason.
    if !found.ids.is_empty() && lifted.enforced().is_none() {
        match used(here, &found.ids, &judgement, &bound, &circumstances) {
            Ok(now) => found = now,
            Err(error) => {
                standing.unkept = Some(error.to_string());
                found = Found::default();
            }
        }
        lifted = lift(&judgement, &bound, &found.yes);
        standing.granted = found.ids.into_iter().collect();
    }
    judgement.decision = lifted;
    let open: Vec<&Matched> = judgement.decision.questions().collect();
    if open.is_empty() {
        return (judgement, standing);
    }
    standing.second = open.iter().any(|m| m.second);
    standing.elsewhere = standing.second;
    let request = request(here, &judgement, &bound, &open);
    match Requests::of(here.state).put(request, &bound.digest) {
        Ok(code) => standing.code = Some(code),
        Err(error) => standing.unkept = Some(error.to_string()),
    }
    (judgement, standing)
}

/// What the grants say about the questions.
#[derive(Default)]
struct Found {
    /// A person said no to one of them.
    no: bool,
    /// Keys that were agreed to.
    yes: BTreeSet<String>,
    /// By which grants.
    ids: BTreeSet<String>,
}

fn look_up(
    judgement: &Judgement,
    bound: &Bound,
    grants: &Grants,
    here: &Circumstances<'_>,
) -> Found {
    let mut found = Found::default();
    for (index, key) in &bound.keys {
        let Some(grant) = grants.about(key, here) else {
            continue;
        };
        let second = judgement
            .decision
            .matched
            .get(*index)
            .is_some_and(|m| m.second);
        match grant.answer {
            Answer::No => found.no = true,
            Answer::Yes if second && grant.second.is_none() => {}
            Answer::Yes => {
                found.yes.insert(key.clone());
                found.ids.insert(grant.id.clone());
            }
        }
    }
    found
}

/// Uses the grants up, under the lock: what is spent meanwhile grants nothing.
fn used(
    here: &Here<'_>,
    ids: &BTreeSet<String>,
    judgement: &Judgement,
    bound: &Bound,
    circumstances: &Circumstances<'_>,
) -> Result<Found, palisade_files::FileError> {
    let mut file = GrantsFile::lock(here.state)?;
    let holding: BTreeSet<String> = ids
        .iter()
        .filter(|id| {
            let holds = |g: &&Grant| g.id == **id && g.holds(circumstances);
            file.grants.list.iter().any(|g| holds(&g))
        })
        .cloned()
        .collect();
    let now = Grants {
        list: file
            .grants
            .list
            .iter()
            .filter(|g| holding.contains(&g.id))
            .cloned()
            .collect(),
    };
    let found = look_up(judgement, bound, &now, circumstances);
    for id in &found.ids {
        file.uses(id, here.now);
    }
    file.save(here.now)?;
    Ok(found)
}

/// The judgement with what was agreed to. Whoever agreed to one part of a call
/// that was denied before knows that it was.
fn lift(judgement: &Judgement, bound: &Bound, yes: &BTreeSet<String>) -> Decision {
    let decision = judgement.decision.clone();
    if yes.is_empty() {
        return decision;
    }
    let agreed: Vec<bool> = decision
        .matched
        .iter()
        .enumerate()
        .map(|(index, m)| {
            let again = m.asking == [RowId::DeniedAgain.id()] && !m.second;
            let keyed = bound.keys.iter().find(|(i, _)| *i == index);
            again || keyed.is_some_and(|(_, key)| yes.contains(key))
        })
        .collect();
    decision.with_approvals(|index| agreed.get(index).copied().unwrap_or(false))
}

fn request(here: &Here<'_>, judgement: &Judgement, bound: &Bound, open: &[&Matched]) -> Request {
    let redacted = |text: &str| {
        let mut text: String = text.chars().take(CALL_CHARS).collect();
        text::redact(&mut text, here.key, &mut Vec::new());
        text
    };
    let needs = bound.keys.iter().filter_map(|(index, key)| {
        let m = judgement.decision.matched.get(*index)?;
        if !open.iter().any(|o| std::ptr::eq(*o, m)) {
            return None;
        }
        let effect = judgement.effects.get(m.effect)?;
        let recorded = RecordedEffect::from(effect);
        let loses = matches!(effect.kind, EffectKind::FileDelete | EffectKind::GitDiscard);
        Some(Need {
            key: key.clone(),
            rule: m.rule.clone(),
            source: m.source.clone(),
            reason: redacted(&m.reason),
            kind: recorded.kind,
            target: redacted(&recorded.target),
            loss: effect.facts.loss.clone(),
            path: effect
                .facts
                .resolved
                .clone()
                .or_else(|| effect.dir.clone())
                .filter(|_| loses),
            second: m.second,
        })
    });
    let effects = judgement.effects.iter().take(EFFECTS).map(|e| {
        let e = RecordedEffect::from(e);
        format!(
            "{}  {}  {}, {}",
            e.kind,
            redacted(&e.target),
            e.by,
            e.certainty
        )
    });
    let change = match here.call {
        ToolCall::Write { path, content } => Some(Change {
            path: path.clone(),
            old: None,
            new: redacted(content),
        }),
        ToolCall::Edit { path, old, new, .. } => Some(Change {
            path: path.clone(),
            old: Some(redacted(old)),
            new: redacted(new),
        }),
        _ => None,
    };
    Request {
        code: String::new(),
        at: here.now,
        workspace: here.workspace.to_owned(),
        cwd: here.action.cwd.clone(),
        agent: here.action.agent.kind.as_str().to_owned(),
        session: here.action.session.clone().unwrap_or_default(),
        tool: here.call.name(),
        call: redacted(&describe_call(here.call)),
        change,
        needs: needs.collect(),
        files: bound.files.clone(),
        effects: effects.collect(),
        times: 0,
    }
}

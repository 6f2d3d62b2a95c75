//! What the model is told about a text it is about to read.

use std::path::Path;

use palisade_core::{ActionKind, Answer, Clock, EffectKind, Event, Mode, Target, Verdict};
use palisade_injection::{Severity, Surface};
use palisade_journal::session::{SessionFile, Source};
use serde_json::Value;

use super::Post;
use super::settings::SETTINGS_BYTES;
use crate::incoming::{self, Incoming, Told};
use crate::judge::{Judgement, Past, judge_effects};
use crate::past::Origins;
use crate::record::recorded;
use crate::text;

impl<C: Clock> Post<'_, C> {
    /// Looks through a result for what speaks to the model; hidden parts are
    /// taken out of it.
    pub(super) fn incoming(&self, result: &mut Value, event: &mut Event) -> Option<Told> {
        let ActionKind::ToolResult { call, .. } = &self.action.kind else {
            return None;
        };
        let source = incoming::source(call)?;
        let mut clean = result.clone();
        let incoming = incoming::look_through(&mut clean, source.surface);
        let told = self.injected(&incoming, &source, event)?;
        if told.verdict == Verdict::Deny {
            // Of the text as it came: what was taken out is no longer found.
            clean = result.clone();
            incoming::withhold(&mut clean, source.surface);
        }
        if told.verdict != Verdict::Allow {
            *result = clean;
        }
        Some(told)
    }

    /// The session has read what nobody answers for.
    pub(super) fn taint(session: Option<&mut SessionFile>, told: Option<&Told>, event: &Event) {
        let (Some(session), Some(told)) = (session, told) else {
            return;
        };
        let state = session.state_mut();
        state.took_in(Source {
            what: told.from.clone(),
            by: event.tool.clone(),
            call: event.tool_use_id.clone(),
            at: event.ts.0,
        });
    }

    /// Records what was found and asks the policy; what is to be said about it.
    pub(super) fn injected(
        &self,
        incoming: &Incoming,
        source: &incoming::Source,
        event: &mut Event,
    ) -> Option<Told> {
        let worst = incoming.worst()?;
        let mut scene = self.scene(None);
        scene.past = Past::default();
        // Nobody is asked about what has been read already.
        scene.headless = false;
        let origins = Origins::new(&scene.places.state, scene.workspace);
        let judgement = judge_effects(incoming.effects(source), &scene, &origins);
        let first = incoming.found.first();
        let excerpt = first.map(|f| f.excerpt.as_str()).unwrap_or_default();
        let recorded = judgement.effects.iter().map(|e| recorded(e, &self.key));
        event.effects.extend(recorded);
        if event.rule.is_empty() {
            event.rule.clone_from(&judgement.decision.rule);
            if event.rule.is_empty() {
                let kind = judgement.effects.first().map(|e| e.kind.id());
                kind.unwrap_or_default().clone_into(&mut event.rule);
            }
            event.reason = text::summary(excerpt, &self.key);
        }
        if worst < Severity::Medium {
            return None;
        }
        let (verdict, warns) = (
            judgement.enforced().map(|m| m.verdict),
            judgement.decision.strictest(Mode::Warn).is_some(),
        );
        match verdict {
            Some(verdict) => Some(incoming::told(incoming, source, verdict)),
            // Only the person is told: the model goes on as it would.
            None if warns => Some(Told {
                context: String::new(),
                ..incoming::told(incoming, source, Verdict::Allow)
            }),
            None => None,
        }
    }

    /// Looks through the files a prompt brings in.
    pub(super) fn included(&self, judgement: &Judgement, event: &mut Event) -> Option<Told> {
        const FILES: usize = 16;
        let reads = judgement
            .effects
            .iter()
            .filter(|e| e.kind == EffectKind::FileRead && e.facts.exists && !e.facts.directory);
        reads
            .take(FILES)
            .filter_map(|e| e.facts.resolved.as_deref())
            .find_map(|path| self.read_in(Path::new(path), "@", event))
    }

    /// Looks through a file that is read without a tool call.
    fn read_in(&self, path: &Path, by: &str, event: &mut Event) -> Option<Told> {
        let bytes = palisade_files::read_capped(path, SETTINGS_BYTES).ok()??;
        let shown = path.to_string_lossy();
        let source = incoming::Source {
            by: by.to_owned(),
            surface: if incoming::instructs(&shown) {
                Surface::Instructions
            } else {
                Surface::Data
            },
            target: Target::Path(shown.into_owned()),
        };
        let incoming = incoming::look(&String::from_utf8_lossy(&bytes), source.surface);
        self.injected(&incoming, &source, event)
    }

    /// Looks through the files an agent takes its instructions from.
    pub(super) fn instructions(&self, event: &mut Event) -> Option<Told> {
        [
            "CLAUDE.md",
            "CLAUDE.local.md",
            ".claude/CLAUDE.md",
            "AGENTS.md",
        ]
        .iter()
        .find_map(|name| self.read_in(&self.workspace.join(name), "instructions in", event))
    }
}

/// The answer to a result that holds something for the model.
pub(super) fn marked(told: Told, clean: Value, original: &Value, alarm: &str) -> Answer {
    let notice = if alarm.is_empty() {
        told.notice
    } else {
        format!("{alarm}\n{}", told.notice)
    };
    if clean == *original {
        return warned(Told { notice, ..told });
    }
    Answer::ReplaceResult {
        response: clean,
        context: told.context,
        notice,
    }
}

/// Tells the model and the person, or the person alone.
pub(super) fn warned(told: Told) -> Answer {
    if told.context.is_empty() {
        Answer::Notice(told.notice)
    } else {
        Answer::Warned {
            context: told.context,
            notice: told.notice,
        }
    }
}

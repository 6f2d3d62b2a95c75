//! What a call brought back, before the model sees it.

use palisade_core::{ActionKind, Answer, BatchCall, Clock, Event, Mode, ToolCall, Verdict};
use palisade_journal::session::{SessionFile, Source};
use serde_json::Value;

use super::Post;
use super::marking::{marked, warned};
use crate::{incoming, past, text};

impl<C: Clock> Post<'_, C> {
    pub(super) fn result(
        &mut self,
        response: &Value,
        mut session: Option<&mut SessionFile>,
    ) -> (Answer, Event) {
        let mut event = self.event();
        let mut redacted = response.clone();
        let mut found = Vec::new();
        text::redact_json(&mut redacted, &self.key, &mut found);
        let secret = !found.is_empty();
        if self.searches() {
            let (table, places) = (&self.in_force.table, &self.services.places);
            let (home, cwd) = (places.home.to_string_lossy(), &self.action.cwd);
            let is_secret = |path: &str| {
                let path = palisade_files::resolve(path, cwd).real;
                table.is_secret_path(&path.to_string_lossy(), &home, &cwd.to_string_lossy())
            };
            text::drop_secret_files(&mut redacted, &is_secret, &self.key, &mut found);
        }
        event.secrets.clone_from(&found);
        let told = self.incoming(&mut redacted, &mut event);
        let background = response
            .get("backgroundTaskId")
            .is_some_and(Value::is_string);
        Self::taint(session.as_deref_mut(), told.as_ref(), &event);
        // What a search found in a secret file was taken out whole.
        let alarm = self.returned(session, secret, background, &mut event);
        let bypassed = alarm.is_some();
        let alarm = alarm.unwrap_or_default();
        if found.is_empty() || self.in_force.table.mode == Mode::Observe {
            let answer = match told {
                Some(told) => marked(told, redacted, response, &alarm),
                None if bypassed => Answer::Notice(alarm),
                None => Answer::Pass,
            };
            return (answer, event);
        }
        let replaced = format!(
            "Palisade replaced {} in the output of {} before the model saw it.",
            counted(&found),
            event.tool
        );
        let notice = if bypassed {
            format!("{alarm} {replaced}")
        } else {
            replaced
        };
        if self.in_force.table.mode == Mode::Warn {
            return (
                Answer::Notice(format!("{} holds {}.", event.tool, counted(&found))),
                event,
            );
        }
        // A bypass is the graver thing to find in the record; the secrets are in it anyway.
        if !bypassed {
            "secret.result".clone_into(&mut event.rule);
        }
        event.reason.clone_from(&notice);
        let (context, notice) = match told {
            Some(told) => (told.context, format!("{notice}\n{}", told.notice)),
            None => (String::new(), notice),
        };
        (
            Answer::ReplaceResult {
                response: redacted,
                context,
                notice,
            },
            event,
        )
    }

    /// Whether the call was a search, whose output names the file of each line.
    pub(super) fn searches(&self) -> bool {
        let ActionKind::ToolResult { call, .. } = &self.action.kind else {
            return false;
        };
        match call {
            ToolCall::Grep { .. } => true,
            ToolCall::Shell { command, .. } => ["grep", "rg", "ag", "ack"]
                .iter()
                .any(|name| command.contains(name)),
            _ => false,
        }
    }

    /// A failed tool's text cannot be replaced; [`Post::batch`] sees it again.
    pub(super) fn failure(
        &mut self,
        error: &str,
        mut session: Option<&mut SessionFile>,
    ) -> (Answer, Event) {
        let mut event = self.event();
        text::redact(&mut error.to_owned(), &self.key, &mut event.secrets);
        let secret = !event.secrets.is_empty();
        let source = match &self.action.kind {
            ActionKind::ToolFailure { call, .. } => incoming::source(call),
            _ => None,
        };
        let told = source.and_then(|source| {
            let incoming = incoming::look(error, source.surface);
            self.injected(&incoming, &source, &mut event)
        });
        Self::taint(session.as_deref_mut(), told.as_ref(), &event);
        let alarm = self.returned(session, secret, false, &mut event);
        let answer = match (told, alarm) {
            (Some(mut told), Some(alarm)) => {
                told.notice = format!("{alarm}\n{}", told.notice);
                warned(told)
            }
            (Some(told), None) => warned(told),
            (None, Some(alarm)) => Answer::Notice(alarm),
            (None, None) => Answer::Pass,
        };
        (answer, event)
    }

    /// A call has run, well or not. What to say when nothing was decided about
    /// it before.
    pub(super) fn returned(
        &mut self,
        session: Option<&mut SessionFile>,
        secret: bool,
        background: bool,
        event: &mut Event,
    ) -> Option<String> {
        let id = self.action.tool_use_id.as_ref()?;
        let state = session?.state_mut();
        if secret {
            state.saw_secret(Source {
                what: "its output".to_owned(),
                by: event.tool.clone(),
                call: id.clone(),
                at: self.services.clock.now().0,
            });
        }
        let places = (
            self.services.places.state.as_path(),
            self.workspace.as_path(),
        );
        if let Err(error) = past::after(state, self.action, background, places) {
            self.notes.push(format!("palisade: {error}"));
        }
        if state.decided.remove(id) {
            return None;
        }
        "a tool result arrived without a verdict before it".clone_into(&mut event.reason);
        "guard.bypass".clone_into(&mut event.rule);
        let tool = &event.tool;
        Some(format!(
            "Palisade: {tool} ran without a verdict; run `palisade doctor`."
        ))
    }

    /// The last look at what the model is about to see: results that succeeded
    /// are redacted by now, those of failed calls are as they were.
    pub(super) fn batch(
        &mut self,
        calls: &[BatchCall],
        mut session: Option<&mut SessionFile>,
    ) -> (Answer, Event) {
        let mut event = self.event();
        if let Some(session) = session.as_deref_mut() {
            // The turn is over: nothing of it is in flight any more.
            let places = (
                self.services.places.state.as_path(),
                self.workspace.as_path(),
            );
            for id in calls.iter().filter_map(|c| c.tool_use_id.as_ref()) {
                session.state_mut().decided.remove(id);
                if let Err(error) = past::refused(session.state_mut(), id, places) {
                    self.notes.push(format!("palisade: {error}"));
                }
            }
        }
        for response in calls.iter().filter_map(|c| c.response.as_ref()) {
            text::redact_json(&mut response.clone(), &self.key, &mut event.secrets);
        }
        if event.secrets.is_empty() || self.in_force.table.mode != Mode::Enforce {
            return (Answer::Pass, event);
        }
        if let Some(session) = session {
            session.state_mut().saw_secret(Source {
                what: "the output of a failed command".to_owned(),
                at: self.services.clock.now().0,
                ..Source::default()
            });
        }
        let reason = format!(
            "Stopped: the output of a failed command holds {}, which the agent's hook interface \
             cannot redact, so the model was not called.\n\
             Rule: secret.result, built in\n\
             Instead: run the command so that it does not print the value",
            counted(&event.secrets)
        );
        "secret.result".clone_into(&mut event.rule);
        event.verdict = Some(Verdict::Deny);
        event.reason.clone_from(&reason);
        (Answer::StopRun { reason }, event)
    }
}

/// Kinds of secrets, in words.
pub(super) fn counted(found: &[String]) -> String {
    let kinds: Vec<&str> = found.iter().filter_map(|f| f.split(':').next()).collect();
    match kinds.as_slice() {
        [one] => format!("a secret ({one})"),
        many => format!("{} secrets ({})", many.len(), many.join(", ")),
    }
}

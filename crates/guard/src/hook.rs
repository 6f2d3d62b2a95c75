//! The whole of one hook call.

mod marking;

use std::path::{Path, PathBuf};

use palisade_agents::{HookEnv, HookOutput, claude};
use palisade_core::{
    Action, ActionKind, AgentKind, Answer, Attendance, Band, BatchCall, Clock, Event, EventKind,
    Mode, Target, ToolCall, Verdict,
};
use palisade_injection::Surface;
use palisade_journal::session::{SessionFile, SessionState, Source};
use palisade_journal::{Durability, Journal, JournalError};
use palisade_secrets::FingerprintKey;
use serde_json::Value;

use self::marking::{marked, warned};
use crate::explain::{Shown, denial};
use crate::incoming;
use crate::judge::{Past, Scene, judge, judge_effects};
use crate::past::{self, Origins};
use crate::table::{self, InForce};
use crate::{Ambient, Places, fault_output, inclusions, record, text};

/// What a call is answered with besides its input.
#[derive(Debug)]
pub struct Services<'a, C> {
    /// Directories.
    pub places: &'a Places,
    /// What the agent's environment says.
    pub env: &'a HookEnv,
    /// Variables of the agent's process that select where programs act.
    pub ambient: &'a Ambient,
    /// Time.
    pub clock: &'a C,
}

/// Answers one hook call of `agent`.
pub fn call<C: Clock>(agent: AgentKind, input: &[u8], services: &Services<'_, C>) -> HookOutput {
    let decoded = match agent {
        AgentKind::Claude => claude::decode(input, services.env),
        _ => return fault_output(agent, input, "this agent is not known"),
    };
    let action = match decoded {
        Ok(action) => action,
        Err(error) => {
            let output = fault_output(agent, input, &error.to_string());
            let event = record::own_event(
                EventKind::GuardFault,
                Some(agent),
                &format!("unreadable hook call: {error}"),
                services.clock,
            );
            let kept = Journal::open(&services.places.state)
                .and_then(|j| j.append(&event, Durability::Buffered));
            return with_note(output, kept.err().map(|e| e.to_string()));
        }
    };
    let mut post = Post::new(&action, services);
    let answer = post.answer();
    let mut output = claude::encode(Some(&action), &answer);
    for note in post.notes {
        output = with_note(output, Some(note));
    }
    output
}

fn with_note(mut output: HookOutput, note: Option<String>) -> HookOutput {
    if let Some(note) = note {
        if !output.stderr.is_empty() && !output.stderr.ends_with('\n') {
            output.stderr.push('\n');
        }
        output.stderr.push_str(&note);
    }
    output
}

/// One call on its way through.
struct Post<'a, C> {
    action: &'a Action,
    services: &'a Services<'a, C>,
    workspace: PathBuf,
    in_force: InForce,
    key: FingerprintKey,
    /// For stderr: what the person should know and the agent need not.
    notes: Vec<String>,
}

impl<'a, C: Clock> Post<'a, C> {
    fn new(action: &'a Action, services: &'a Services<'a, C>) -> Self {
        let start = services.env.project_dir.as_deref().unwrap_or(&action.cwd);
        let workspace = crate::workspace(start, &services.places.home);
        let in_force = table::load(services.places, &workspace);
        let mut notes = Vec::new();
        if let Some(fault) = &in_force.fault {
            notes.push(format!("palisade: {fault}"));
        }
        // Without a stored key fingerprints are still never the value, only not
        // comparable between calls.
        let key = crate::fingerprint_key(services.places).unwrap_or_else(|error| {
            notes.push(format!("palisade: {error}"));
            crate::key::random()
        });
        let key = FingerprintKey::from_bytes(key);
        Self {
            action,
            services,
            workspace,
            in_force,
            key,
            notes,
        }
    }

    fn answer(&mut self) -> Answer {
        let mut session = self.lock_session();
        let (answer, mut event) = match &self.action.kind {
            ActionKind::Tool(call) => self.tool(call, session.as_mut()),
            ActionKind::PermissionRequest(call) => self.permission(call, session.as_mut()),
            ActionKind::ToolResult { response, .. } => self.result(response, session.as_mut()),
            ActionKind::ToolFailure { error, .. } => self.failure(error, session.as_mut()),
            ActionKind::ToolBatch(calls) => self.batch(calls, session.as_mut()),
            ActionKind::Prompt { text } => self.prompt(text),
            ActionKind::ConfigChange { path, .. } => self.config_change(path.as_deref()),
            ActionKind::SessionStart { .. } => self.session_start(),
            _ => (Answer::Pass, self.event()),
        };
        let band = event.band.unwrap_or(Band::Read);
        if let Some(session) = &mut session {
            // Only the start of a session says which model it is.
            if event.model.is_empty() {
                event.model = session.state().model.clone().unwrap_or_default();
            } else {
                session.state_mut().model = Some(event.model.clone());
            }
        }
        let kept = self.append(&event);
        if let Some(session) = &mut session
            && let Err(error) = session.save()
        {
            self.notes.push(format!("palisade: {error}"));
        }
        match kept {
            Ok(()) => answer,
            Err(error) => self.unrecorded(answer, band, &error),
        }
    }

    fn event(&self) -> Event {
        let mut event = record::event(self.action, &self.workspace, self.services.clock, &self.key);
        event.policy.clone_from(&self.in_force.digest);
        event.mode = Some(self.in_force.table.mode);
        event
    }

    fn append(&self, event: &Event) -> Result<(), JournalError> {
        let mut event = event.clone();
        let now = self.services.clock.now();
        event.took_us = now.0.saturating_sub(event.ts.0);
        let journal = Journal::open(&self.services.places.state)?;
        journal.append(&event, Durability::Buffered)?;
        if event.kind == EventKind::SessionEnd {
            // From here on a cut-off end of this session would be noticed.
            journal.anchor()?;
        }
        Ok(())
    }

    /// Without a record, reads go on with a warning; nothing else does.
    fn unrecorded(&mut self, answer: Answer, band: Band, error: &JournalError) -> Answer {
        self.notes.push(format!(
            "palisade: this action could not be recorded: {error}"
        ));
        let is_call = matches!(
            self.action.kind,
            ActionKind::Tool(_) | ActionKind::PermissionRequest(_)
        );
        if is_call && band > Band::Read && self.in_force.table.mode == Mode::Enforce {
            return Answer::Deny {
                reason: format!(
                    "Denied: the action could not be recorded ({error}), and nothing that writes \
                     or reaches out runs without a record.\n\
                     Rule: journal.required, built in\n\
                     Instead: free disk space or ask the user to run `palisade doctor`"
                ),
            };
        }
        answer
    }

    fn lock_session(&mut self) -> Option<SessionFile> {
        let id = self.action.session.as_deref()?;
        match SessionFile::lock(&self.services.places.state, id) {
            Ok(file) => Some(file),
            Err(error) => {
                self.notes.push(format!("palisade: {error}"));
                None
            }
        }
    }

    fn scene(&self, session: Option<&SessionState>) -> Scene<'_> {
        let past = session.map_or_else(
            || Past {
                read_secret: self.action.session.is_some(),
                ..Past::unknown(self.now())
            },
            |s| Past::of(s, self.now()),
        );
        Scene {
            places: self.services.places,
            table: &self.in_force.table,
            cwd: &self.action.cwd,
            workspace: &self.workspace,
            headless: self.action.attendance == Attendance::Headless,
            ambient: self.services.ambient,
            past,
        }
    }

    fn now(&self) -> u64 {
        self.services.clock.now().0
    }

    fn tool(&mut self, call: &ToolCall, session: Option<&mut SessionFile>) -> (Answer, Event) {
        let mut event = self.event();
        let judgement = judge(
            call,
            &self.scene(session.as_deref().map(SessionFile::state)),
        );
        record::with_judgement(&mut event, &judgement, &self.key);
        let mut denials = 0;
        if let Some(session) = session {
            let rates = self.in_force.table.rates;
            let now = self.now();
            denials = past::remember(session.state_mut(), self.action, &judgement, now, rates);
        }
        if judgement.verdict() != Verdict::Deny {
            let id = self.action.tool_use_id.as_deref().unwrap_or_default();
            let state = &self.services.places.state;
            if let Err(error) = past::mark(state, &self.workspace, &judgement, id) {
                self.notes.push(format!("palisade: {error}"));
            }
            let program = matches!(call, ToolCall::Shell { .. });
            let home = self.services.places.home.to_string_lossy();
            let used = past::used(&judgement.effects, program, &home);
            let used: Vec<&str> = used.iter().map(String::as_str).collect();
            // Not knowing what is new is no reason to stop anything.
            let first = palisade_journal::workspace::first_uses(state, &self.workspace, &used);
            let new = first.unwrap_or_default().into_iter();
            event.flags.extend(new.map(|thing| format!("new {thing}")));
        }
        if denials >= past::DENIALS {
            event.flags.push(format!("denied {denials} times"));
        }
        let answer = match (
            judgement.enforced(),
            judgement.decision.strictest(Mode::Warn),
        ) {
            (Some(m), _) if m.verdict == Verdict::Deny => Answer::Deny {
                reason: insisting(self.with_fault(denial(m, Shown::Denied)), denials),
            },
            (Some(m), _) => Answer::Ask {
                reason: denial(m, Shown::Asked),
            },
            (None, Some(m)) => Answer::Notice(denial(m, Shown::Warned)),
            (None, None) => Answer::Pass,
        };
        (answer, event)
    }

    fn with_fault(&self, mut reason: String) -> String {
        if let Some(fault) = &self.in_force.fault {
            reason.push_str("\nBecause: ");
            reason.push_str(fault);
        }
        reason
    }

    /// The agent is about to ask its person. Only a denial is ours to give.
    fn permission(
        &mut self,
        call: &ToolCall,
        session: Option<&mut SessionFile>,
    ) -> (Answer, Event) {
        let mut event = self.event();
        let judgement = judge(
            call,
            &self.scene(session.as_deref().map(SessionFile::state)),
        );
        record::with_judgement(&mut event, &judgement, &self.key);
        let answer = match judgement.enforced() {
            Some(m) if m.verdict == Verdict::Deny => Answer::Deny {
                reason: self.with_fault(denial(m, Shown::Denied)),
            },
            _ => Answer::Pass,
        };
        (answer, event)
    }

    fn result(
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
    fn searches(&self) -> bool {
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
    fn failure(&mut self, error: &str, mut session: Option<&mut SessionFile>) -> (Answer, Event) {
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
    fn returned(
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
    fn batch(
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

    fn prompt(&mut self, prompt: &str) -> (Answer, Event) {
        let mut event = self.event();
        let mut found = Vec::new();
        text::redact(&mut prompt.to_owned(), &self.key, &mut found);
        event.band = Some(Band::External);
        event.secrets.clone_from(&found);
        let mode = self.in_force.table.mode;
        if found.is_empty() {
            let source = incoming::Source {
                by: "the prompt".to_owned(),
                target: Target::None,
                surface: Surface::Prompt,
            };
            let hidden = incoming::look(prompt, Surface::Prompt);
            let told = self.injected(&hidden, &source, &mut event);
            let (answer, event) = self.inclusions(prompt, event);
            return match (answer, told) {
                (Answer::Pass, Some(told)) => (warned(told), event),
                (answer, _) => (answer, event),
            };
        }
        event.verdict = Some(Verdict::Deny);
        "secret.prompt".clone_into(&mut event.rule);
        event.reason = format!("the prompt holds {}", counted(&found));
        let reason = format!(
            "Denied: the prompt holds {}, which would leave this machine.\n\
             Rule: secret.prompt, built in\n\
             Instead: name where the value is kept (an environment variable or a file) and send \
             the prompt without it; if it was sent anywhere before, replace it at its provider",
            counted(&found)
        );
        let answer = match mode {
            Mode::Enforce => Answer::Deny { reason },
            Mode::Warn => Answer::Notice(format!("The prompt holds {}.", counted(&found))),
            Mode::Observe => Answer::Pass,
        };
        if mode != Mode::Enforce {
            event.enforced = Some(Verdict::Allow);
        }
        (answer, event)
    }

    /// What a prompt brings in without a tool call: files named by `@path`, and
    /// commands in the text of a slash command, which run before any hook.
    fn inclusions(&self, prompt: &str, mut event: Event) -> (Answer, Event) {
        let mut scene = self.scene(None);
        let origins = Origins::new(&scene.places.state, scene.workspace);
        let effects = inclusions::of_prompt(prompt, scene.here(&origins));
        event.verdict = Some(Verdict::Allow);
        if effects.is_empty() {
            return (Answer::Pass, event);
        }
        // Nobody can be asked at this point, attended or not.
        scene.headless = true;
        scene.past = Past::default();
        let judgement = judge_effects(effects, &scene, &origins);
        record::with_judgement(&mut event, &judgement, &self.key);
        let answer = match judgement.enforced() {
            Some(m) => Answer::Deny {
                reason: self.with_fault(denial(m, Shown::Denied)),
            },
            None => {
                let told = self.included(&judgement, &mut event);
                told.map_or(Answer::Pass, warned)
            }
        };
        (answer, event)
    }

    /// A settings file changed under a running session: not if that takes the
    /// guard out.
    fn config_change(&mut self, path: Option<&Path>) -> (Answer, Event) {
        let mut event = self.event();
        let out = |path: &Path| switches_guard_off(path).or_else(|| self.unwired(path));
        let Some(why) = path.and_then(out) else {
            return (Answer::Pass, event);
        };
        event.verdict = Some(Verdict::Deny);
        "guard.touch".clone_into(&mut event.rule);
        event.reason.clone_from(&why);
        if self.in_force.table.mode != Mode::Enforce {
            return (Answer::Notice(format!("Palisade: {why}.")), event);
        }
        let reason = format!("Denied: {why}.\nRule: guard.touch, built in");
        (Answer::Deny { reason }, event)
    }

    /// Why a settings file that the guard was installed in does not call it any
    /// more, if that is so. Taking it out properly removes the record as well.
    fn unwired(&self, path: &Path) -> Option<String> {
        if !self.services.places.install_record(path).exists() {
            return None;
        }
        let text = palisade_files::read_capped(path, SETTINGS_BYTES)
            .ok()
            .flatten()
            .unwrap_or_default();
        let json: Value = serde_json::from_slice(&text).unwrap_or_default();
        // The moments at which it can stop something; the others only record.
        let called = [
            "PreToolUse",
            "PostToolUse",
            "PostToolBatch",
            "UserPromptSubmit",
            "UserPromptExpansion",
        ]
        .iter()
        .all(|event| {
            json.get("hooks")
                .and_then(|hooks| hooks.get(event))
                .is_some_and(|groups| groups.to_string().contains("palisade-hook"))
        });
        (!called).then(|| format!("{} no longer calls the guard", path.display()))
    }

    fn session_start(&mut self) -> (Answer, Event) {
        let mut event = self.event();
        // The one moment nobody waits for: sessions of last month go.
        palisade_journal::session::prune(&self.services.places.state, std::time::SystemTime::now());
        if let Some(fault) = &self.in_force.fault {
            event.reason.clone_from(fault);
            return (
                Answer::Notice(format!("Palisade: {fault}. Until then only reads go on.")),
                event,
            );
        }
        let local = [".claude/settings.json", ".claude/settings.local.json"];
        let off = local
            .iter()
            .find_map(|f| switches_guard_off(&self.workspace.join(f)));
        match off {
            Some(why) => {
                event.reason.clone_from(&why);
                (Answer::Notice(format!("Palisade: {why}.")), event)
            }
            None => {
                let told = self.instructions(&mut event);
                (told.map_or(Answer::Pass, warned), event)
            }
        }
    }
}

/// An agent that tries again and again is told to stop.
fn insisting(mut reason: String, denials: u32) -> String {
    if denials >= past::DENIALS {
        reason.push_str(&format!(
            "\nThis was denied {denials} times in this session: do not try it in other words; stop, \
             and ask the user."
        ));
    }
    reason
}

/// Bytes of an agent's settings file.
const SETTINGS_BYTES: usize = 4 * 1024 * 1024;

/// Why this settings file takes the guard out, if it does.
fn switches_guard_off(path: &Path) -> Option<String> {
    let bytes = palisade_files::read_capped(path, SETTINGS_BYTES).ok()??;
    let json: Value = serde_json::from_slice(&bytes).ok()?;
    (json.get("disableAllHooks") == Some(&Value::Bool(true))).then(|| {
        format!(
            "{} sets disableAllHooks, which switches the guard off",
            path.display()
        )
    })
}

fn counted(found: &[String]) -> String {
    let kinds: Vec<&str> = found.iter().filter_map(|f| f.split(':').next()).collect();
    match kinds.as_slice() {
        [one] => format!("a secret ({one})"),
        many => format!("{} secrets ({})", many.len(), many.join(", ")),
    }
}

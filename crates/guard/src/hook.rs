//! The whole of one hook call.

mod marking;
mod prompts;
mod results;
mod settings;

use std::path::PathBuf;

use palisade_agents::{HookEnv, HookOutput};
use palisade_core::{
    Action, ActionKind, AgentKind, Answer, Attendance, Band, Clock, Event, EventKind, Mode,
    ToolCall, Verdict,
};
use palisade_journal::session::{SessionFile, SessionState};
use palisade_journal::{Durability, Journal, JournalError};
use palisade_secrets::FingerprintKey;

use crate::approval::{self, Standing};
use crate::explain::{Shown, denial};
use crate::judge::{Judgement, Past, Scene, judge};
use crate::past;
use crate::table::{self, InForce};
use crate::{Ambient, Places, fault_output, orders, record};

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

/// Answers one hook call of `agent`. `event` is what the installed command
/// names, for agents whose calls do not.
pub fn call<C: Clock>(
    agent: AgentKind,
    event: Option<&str>,
    input: &[u8],
    services: &Services<'_, C>,
) -> HookOutput {
    let action = match palisade_agents::decode(agent, event, input, services.env) {
        Ok(action) => action,
        Err(error) => {
            let output = fault_output(agent, event, input, &error.to_string());
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
    let mut output = palisade_agents::encode(action.agent.kind, Some(&action.event), &answer);
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
    /// The guard only watches for the moment.
    napping: bool,
    key: FingerprintKey,
    /// What of the installation is not as it was.
    broken: Vec<String>,
    /// For stderr: what the person should know and the agent need not.
    notes: Vec<String>,
}

impl<'a, C: Clock> Post<'a, C> {
    fn new(action: &'a Action, services: &'a Services<'a, C>) -> Self {
        let start = services.env.project_dir.as_deref().unwrap_or(&action.cwd);
        let workspace = crate::workspace(start, &services.places.home);
        let mut in_force = table::load(services.places, &workspace);
        let now = services.clock.now();
        let nap = orders::pause(&mut in_force.table, services.places, now);
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
            napping: nap.is_some(),
            broken: crate::lock::broken(services.places),
            key,
            notes,
        }
    }

    fn answer(&mut self) -> Answer {
        if let Some(answer) = self.stopped() {
            return answer;
        }
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
        let answer = self.alarmed(answer);
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

    /// Tells the person that the installation is not as it was, where they are
    /// being talked to anyway.
    fn alarmed(&self, answer: Answer) -> Answer {
        let begins = matches!(
            self.action.kind,
            ActionKind::SessionStart { .. } | ActionKind::Prompt { .. }
        );
        if answer != Answer::Pass || !begins || self.broken.is_empty() {
            return answer;
        }
        Answer::Notice(format!(
            "Palisade: {}. If that was not you, run `palisade doctor`; if it was, `palisade protect`.",
            self.broken.join("; ")
        ))
    }

    /// Somebody pulled the switch: nothing goes on, not even a read.
    fn stopped(&mut self) -> Option<Answer> {
        let why = orders::stopped(self.action, &self.workspace, self.services.places)?;
        let reason = format!(
            "Stopped: {why}.\nRule: halt\nDo not go on in another way: tell the user that it was \
             stopped. Only a person lifts it:  palisade halt --lift"
        );
        let answer = match &self.action.kind {
            ActionKind::Tool(_) | ActionKind::PermissionRequest(_) | ActionKind::Prompt { .. } => {
                Answer::Deny { reason }
            }
            ActionKind::ToolBatch(_) => Answer::StopRun { reason },
            ActionKind::SessionStart { .. } => Answer::Notice(format!("Palisade: {why}.")),
            _ => return None,
        };
        let mut event = self.event();
        event.verdict = Some(Verdict::Deny);
        "halt".clone_into(&mut event.rule);
        event.reason = why;
        if let Err(error) = self.append(&event) {
            self.notes.push(format!("palisade: {error}"));
        }
        Some(answer)
    }

    fn event(&self) -> Event {
        let mut event = record::event(self.action, &self.workspace, self.services.clock, &self.key);
        event.policy.clone_from(&self.in_force.digest);
        event.mode = Some(self.in_force.table.mode);
        if self.napping {
            event.flags.push("nap".to_owned());
        }
        event.flags.extend(self.broken.iter().cloned());
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
        let table = &self.in_force.table;
        let is_prompt = matches!(self.action.kind, ActionKind::Prompt { .. });
        if table.record_required && (is_call || is_prompt) {
            return Answer::Deny {
                reason: format!(
                    "Denied: this could not be recorded ({error}), and here nothing goes on without a \
                     record.\nRule: record, of the policy\n\
                     Instead: free disk space or ask the user to run `palisade doctor`"
                ),
            };
        }
        if is_call && band > Band::Read && table.mode == Mode::Enforce {
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
        let mut past = session.map_or_else(
            || Past {
                read_secret: self.action.session.is_some(),
                ..Past::unknown(self.now())
            },
            |s| Past::of(s, self.now()),
        );
        self.action.agent.kind.as_str().clone_into(&mut past.agent);
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
        let (judgement, standing) = self.answered(call, judgement, &mut event);
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
            // Who sits before the agent is not the one who has to answer.
            (Some(m), _) if m.verdict == Verdict::Deny || standing.elsewhere => Answer::Deny {
                reason: insisting(
                    self.with_fault(standing.told(denial(m, Shown::Denied))),
                    denials,
                ),
            },
            (Some(m), _) => Answer::Ask {
                reason: standing.told(denial(m, Shown::Asked)),
            },
            (None, Some(m)) => Answer::Notice(denial(m, Shown::Warned)),
            (None, None) => Answer::Pass,
        };
        if standing.elsewhere && matches!(answer, Answer::Deny { .. }) {
            event.enforced = Some(Verdict::Deny);
        }
        (answer, event)
    }

    /// What people have answered already, and what is put to them now.
    fn answered(
        &mut self,
        call: &ToolCall,
        judgement: Judgement,
        event: &mut Event,
    ) -> (Judgement, Standing) {
        let here = approval::Here {
            action: self.action,
            call,
            workspace: &self.workspace,
            state: &self.services.places.state,
            key: &self.key,
            now: self.services.clock.now(),
        };
        let (judgement, standing) = approval::settle(judgement, &here);
        if let Some(error) = &standing.unkept {
            self.notes.push(format!("palisade: {error}"));
        }
        let granted = standing.granted.iter().map(|id| format!("approved {id}"));
        event.flags.extend(granted);
        event
            .flags
            .extend(standing.code.iter().map(|code| format!("asked {code}")));
        (judgement, standing)
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
            // What asks was asked before; whatever came of it, this is later.
            Some(m) if m.verdict == Verdict::Deny && !m.asked => Answer::Deny {
                reason: self.with_fault(denial(m, Shown::Denied)),
            },
            _ => Answer::Pass,
        };
        (answer, event)
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

//! A recorded call, decided again by another policy.
//!
//! Nothing is looked at again: what was observed when the call was made stands
//! in its record. What depends on the policy itself (classes of data, names of
//! commands) is found anew.

use std::collections::{BTreeSet, HashMap};

use palisade_core::{
    Circumstance, Effect, EffectKind, Event, EventKind, RecordedEffect, Scope, Verdict,
};
use palisade_policy::{Considered, Decision, Situation, Table};

use crate::Places;
use crate::judge::real;
use crate::record::EFFECTS;
use crate::text::CUT;

/// Files of one session that are kept in mind.
const FILES: usize = 10_000;

/// Recorded calls in the order in which they were made.
#[derive(Debug)]
pub struct Replay<'a> {
    places: &'a Places,
    home: String,
    guard_paths: Vec<String>,
    /// What each session made.
    files: HashMap<String, BTreeSet<String>>,
}

/// One recorded call, ready to be decided.
#[derive(Debug)]
pub struct Recorded {
    /// Its effects, those aside that only the policy of the day named.
    effects: Vec<Effect>,
    /// The command line, when it was one.
    command: Option<String>,
    cwd: String,
    /// Which shell reads it decides what it means.
    powershell: bool,
    situation: Situation,
    /// Not all of it is in the record: its verdict may come out too weak.
    pub partial: bool,
}

impl<'a> Replay<'a> {
    /// A replay against the installation at `places`.
    pub fn new(places: &'a Places) -> Self {
        Self {
            places,
            home: real(&places.home).to_string_lossy().into_owned(),
            guard_paths: places.guarded(),
            files: HashMap::new(),
        }
    }

    /// The next event; `None` when it is no call with a verdict of the policy.
    pub fn next(&mut self, event: &Event) -> Option<Recorded> {
        if event.kind != EventKind::ToolPre || event.verdict.is_none() {
            return None;
        }
        let restored: Vec<Option<Effect>> =
            event.effects.iter().map(RecordedEffect::restore).collect();
        let partial = restored.len() >= EFFECTS || restored.iter().any(Option::is_none);
        let mut effects: Vec<Effect> = restored
            .into_iter()
            .flatten()
            .filter(|e| e.kind != EffectKind::ExecNamed)
            .collect();
        for effect in &mut effects {
            effect.facts.classes.clear();
        }
        let has = |c| event.circumstances.contains(&c);
        let cwd = if event.cwd.is_empty() {
            event.workspace.clone()
        } else {
            event.cwd.clone()
        };
        // Every agent calls its shell something else.
        let command = has(Circumstance::CommandLine).then(|| event.summary.clone());
        let recorded = Recorded {
            partial: partial || command.as_ref().is_some_and(|c| c.ends_with(CUT)),
            command,
            situation: Situation {
                headless: has(Circumstance::Headless),
                session_read_secret: has(Circumstance::SecretRead),
                session_untrusted: has(Circumstance::Untrusted),
                secret_source: None,
                untrusted_source: None,
                workspace: event.workspace.clone(),
                home: self.home.clone(),
                user: event.user.clone(),
                agent: event.agent.clone(),
                model: event.model.clone(),
                now: event.ts.0,
                guard_paths: self.guard_paths.clone(),
                session_files: self.files.get(&event.session).cloned().unwrap_or_default(),
            },
            effects,
            cwd,
            powershell: event.tool == "PowerShell",
        };
        if event.enforced.or(event.verdict) != Some(Verdict::Deny) {
            self.wrote(event, &recorded.effects);
        }
        Some(recorded)
    }

    fn wrote(&mut self, event: &Event, effects: &[Effect]) {
        let written = effects
            .iter()
            .filter(|e| {
                e.kind == EffectKind::FileWrite
                    && e.facts.scope == Scope::Workspace
                    && !e.facts.exists
            })
            .filter_map(|e| e.facts.resolved.clone());
        let files = self.files.entry(event.session.clone()).or_default();
        for path in written {
            if files.len() < FILES {
                files.insert(path);
            }
        }
    }

    /// What `table` says about the call.
    pub fn decide(&self, recorded: &Recorded, table: &Table) -> Decision {
        table.decide(&self.effects(recorded, table), &recorded.situation)
    }

    /// Everything it says, decisive or not.
    pub fn consider(&self, recorded: &Recorded, table: &Table) -> Vec<Considered> {
        table.consider(&self.effects(recorded, table), &recorded.situation)
    }

    fn effects(&self, recorded: &Recorded, table: &Table) -> Vec<Effect> {
        let mut effects = recorded.effects.clone();
        if let Some(command) = &recorded.command
            && table.speaks_of_commands()
        {
            effects.extend(self.named(recorded, command, table));
        }
        for effect in &mut effects {
            effect.facts.classes = table.classes_of(effect, &recorded.situation);
        }
        effects
    }

    fn named(&self, recorded: &Recorded, command: &str, table: &Table) -> Vec<Effect> {
        let context = palisade_shell::Context {
            cwd: recorded.cwd.clone(),
            home: self.places.home.to_string_lossy().into_owned(),
            vars: std::collections::BTreeMap::new(),
            open_input: false,
        };
        let text = command.replace('⏎', "\n");
        let understand = if recorded.powershell {
            palisade_shell::understand_powershell
        } else {
            palisade_shell::understand
        };
        let seen = understand(&text, &context, &palisade_shell::Blind);
        crate::understand::named(&seen.commands, table)
    }
}

//! From a tool call to a verdict: understand, observe, decide.
//!
//! Used by the hook and by `palisade guard check` alike, so that what a
//! person is told is what the agent would be told.

use std::path::{Path, PathBuf};

use palisade_core::{Circumstance, Effect, EffectKind, Target, ToolCall, Verdict};
use palisade_journal::workspace::Mark;
use palisade_policy::{Considered, Decision, Host, HostClass, Matched, Situation, Table};
use palisade_shell::{Invocation, ParseError};

use crate::environment::Ambient;
use crate::observe::Observer;
pub use crate::past::Past;
use crate::past::{Origins, shown};
use crate::understand::{Here, understand};
use crate::{Places, arguments, inclusions};

/// What a verdict is relative to.
#[derive(Debug)]
pub struct Scene<'a> {
    /// Directories of the installation.
    pub places: &'a Places,
    /// The policy.
    pub table: &'a Table,
    /// Working directory of the call.
    pub cwd: &'a Path,
    /// Top of the project.
    pub workspace: &'a Path,
    /// Nobody can answer.
    pub headless: bool,
    /// Variables of the agent's process that select where programs act.
    pub ambient: &'a Ambient,
    /// What the session did before.
    pub past: Past,
}

impl Scene<'_> {
    /// What a call is understood against.
    pub(crate) fn here<'a>(&'a self, origins: &'a Origins<'a>) -> Here<'a> {
        Here {
            cwd: self.cwd,
            home: &self.places.home,
            workspace: self.workspace,
            table: self.table,
            ambient: self.ambient,
            origins,
        }
    }
}

/// A verdict with everything that led to it.
#[derive(Debug)]
pub struct Judgement {
    /// Effects with observed facts.
    pub effects: Vec<Effect>,
    /// The policy's decision.
    pub decision: Decision,
    /// What it may bring in.
    pub(crate) brought: Vec<Mark>,
    /// Files it replaces by a text that was seen.
    pub(crate) replaced: Vec<String>,
    /// Marks on what it would run.
    pub(crate) runs: Vec<u64>,
    /// What the verdict depended on beside the effects.
    pub(crate) circumstances: Vec<Circumstance>,
    /// Commits it would push, when there is something about them to answer for.
    pub(crate) tips: Vec<String>,
}

impl Judgement {
    /// The objection that is carried out, once modes are applied.
    pub fn enforced(&self) -> Option<&Matched> {
        self.decision.enforced()
    }

    /// What is carried out.
    pub fn verdict(&self) -> Verdict {
        self.enforced().map_or(Verdict::Allow, |m| m.verdict)
    }
}

/// Judges one call.
pub fn judge(call: &ToolCall, scene: &Scene<'_>) -> Judgement {
    let origins = Origins::new(&scene.places.state, scene.workspace);
    judge_call(call, scene, &origins).0
}

fn judge_call(call: &ToolCall, scene: &Scene<'_>, origins: &Origins<'_>) -> (Judgement, Situation) {
    let effects = effects_of(call, scene.here(origins));
    let (mut judgement, situation) = judge_all(effects, scene, arguments::may_write(call), origins);
    if matches!(call, ToolCall::Write { .. }) {
        let written = judgement
            .effects
            .iter()
            .filter_map(|e| e.facts.resolved.clone());
        judgement.replaced = written.collect();
    }
    (judgement, situation)
}

fn effects_of(call: &ToolCall, here: Here<'_>) -> Vec<Effect> {
    let mut effects = understand(call, here);
    if let ToolCall::Skill { name, .. } = call {
        effects.extend(inclusions::of_expansion(name, here));
    }
    mark_secrets(call, &mut effects);
    effects
}

/// A verdict with the steps that led to it, for a person who asks why.
#[derive(Debug)]
pub struct Explanation {
    /// The verdict.
    pub judgement: Judgement,
    /// Every simple command of a command line, wrappers removed, in the order
    /// in which they were found.
    pub commands: Vec<Invocation>,
    /// Why a command line could not be read.
    pub unreadable: Option<ParseError>,
    /// Everything the policy says about the effects.
    pub considered: Vec<Considered>,
}

/// [`judge`], and what is thrown away on the way to the verdict.
pub fn explain(call: &ToolCall, scene: &Scene<'_>) -> Explanation {
    let origins = Origins::new(&scene.places.state, scene.workspace);
    let (commands, unreadable) = match call {
        ToolCall::Shell { tool, command, .. } => (
            crate::understand::commands(tool, command, scene.here(&origins)),
            palisade_shell::parse(command)
                .err()
                .filter(|_| tool != "PowerShell"),
        ),
        _ => (Vec::new(), None),
    };
    let (judgement, situation) = judge_call(call, scene, &origins);
    Explanation {
        considered: scene.table.consider(&judgement.effects, &situation),
        judgement,
        commands,
        unreadable,
    }
}

/// Judges effects that were found in another way than from a tool call.
pub(crate) fn judge_effects(
    effects: Vec<Effect>,
    scene: &Scene<'_>,
    origins: &Origins<'_>,
) -> Judgement {
    judge_all(effects, scene, false, origins).0
}

fn judge_all(
    effects: Vec<Effect>,
    scene: &Scene<'_>,
    may_write: bool,
    origins: &Origins<'_>,
) -> (Judgement, Situation) {
    let workspace = real(scene.workspace);
    let home = real(&scene.places.home);
    let mut observer = Observer::new(&home, &workspace, scene.table);
    let mut effects = observer.observe(effects, scene.cwd);
    for effect in &mut effects {
        // What the session itself wrote is no word of the project's.
        effect.facts.project_script &= !effect.via.iter().any(|s| scene.past.files.contains(s));
    }
    let past = &scene.past;
    let runs = origins.annotate(&mut effects, scene.cwd);
    let pushes = origins.pushes();
    let tips = observer.observe_pushes(&mut effects, scene.cwd, &pushes, &past.pushed);
    past.annotate(&mut effects, scene.table.rates);
    let situation = Situation {
        headless: scene.headless,
        session_read_secret: past.read_secret,
        secret_source: past.secret.as_ref().map(shown),
        session_untrusted: past.untrusted,
        untrusted_source: past.source.as_ref().map(shown),
        session_files: past.files.clone(),
        user: user(scene.table),
        agent: past.agent.clone(),
        model: past.model.clone(),
        now: past.now,
        guard_paths: scene.places.guarded(),
        workspace: workspace.to_string_lossy().into_owned(),
        home: home.to_string_lossy().into_owned(),
    };
    for effect in &mut effects {
        effect.facts.classes = scene.table.classes_of(effect, &situation);
    }
    if may_write {
        // A tool of unknown effect is not let near what only a person may change.
        for effect in &mut effects {
            if effect.kind == EffectKind::FileRead && scene.table.is_guarded(effect, &situation) {
                effect.kind = EffectKind::FileWrite;
            }
        }
    }
    let decision = scene.table.decide(&effects, &situation);
    let judgement = Judgement {
        brought: origins.brought(&effects, scene.cwd),
        replaced: Vec::new(),
        runs,
        circumstances: circumstances(&situation),
        tips,
        effects,
        decision,
    };
    (judgement, situation)
}

/// Who works here; nobody asks when no rule is about people.
fn user(table: &Table) -> String {
    if table.roles.given.is_empty() && table.cedar.is_empty() {
        return String::new();
    }
    crate::record::user()
}

fn circumstances(situation: &Situation) -> Vec<Circumstance> {
    [
        (situation.headless, Circumstance::Headless),
        (situation.session_read_secret, Circumstance::SecretRead),
        (situation.session_untrusted, Circumstance::Untrusted),
    ]
    .into_iter()
    .filter_map(|(holds, what)| holds.then_some(what))
    .collect()
}

pub(crate) fn real(path: &Path) -> PathBuf {
    palisade_files::resolve(&path.to_string_lossy(), Path::new("/")).real
}

/// A secret in the arguments of something that leaves the machine is about to
/// leave with it.
fn mark_secrets(call: &ToolCall, effects: &mut Vec<Effect>) {
    let leaves = |e: &Effect| {
        matches!(
            e.kind,
            EffectKind::NetRead
                | EffectKind::NetWrite
                | EffectKind::McpRead
                | EffectKind::McpCall
                | EffectKind::McpWrite
                | EffectKind::MessageSend
                | EffectKind::IssueWrite
        ) && !is_loopback(e)
    };
    if !effects.iter().any(leaves) {
        return;
    }
    let text = match call {
        ToolCall::Shell { command, .. } => command.clone(),
        ToolCall::WebFetch { url } | ToolCall::Socket { url } => url.clone(),
        ToolCall::WebSearch { query } => query.clone(),
        ToolCall::Mcp { arguments, .. } => arguments.to_string(),
        ToolCall::Unknown { input, .. } => input.to_string(),
        _ => return,
    };
    let mut rules: Vec<String> = palisade_secrets::scan(&text)
        .into_iter()
        .filter(|m| m.confidence > palisade_core::Confidence::Low)
        .map(|m| m.rule.to_owned())
        .collect();
    rules.sort();
    rules.dedup();
    if rules.is_empty() {
        return;
    }
    let by = effects
        .iter()
        .find(|e| leaves(e))
        .map_or_else(|| call.name(), |e| e.by.clone());
    let target = effects
        .iter()
        .find(|e| leaves(e))
        .map_or(Target::None, |e| e.target.clone());
    let mut send = Effect::new(EffectKind::SecretSend, target, by);
    send.facts.secrets = rules;
    effects.push(send);
}

fn is_loopback(effect: &Effect) -> bool {
    match &effect.target {
        Target::Host { host, .. } => Host::new(host).class == HostClass::Loopback,
        _ => false,
    }
}

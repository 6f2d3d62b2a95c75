//! `palisade guard explain`: every step from the words to the verdict.

use std::path::PathBuf;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use clap::{Args, ValueHint};
use palisade_core::{
    Band, Clock as _, Effect, Environment, Facts, Mode, RecordedEffect, Scope, SystemClock,
    ToolCall, Tracking, Verdict,
};
use palisade_guard::{Ambient, Explanation, Past, Places, Scene};
use palisade_shell::{Arg, Invocation, ParseError};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::args::{Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, BOLD, DIM, paint};
use crate::text;

/// Show how the guard reads a command, what it observes, and which rules decide
///
/// Nothing is run. The commands are shown as they would reach their programs:
/// quotes and variables resolved, wrappers such as sudo and bash -c removed;
/// what cannot be known beforehand stays a $variable.
#[derive(Args, Debug)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:\n  palisade guard explain -- 'cd api && git push --force origin main'\n  palisade guard explain --format json -- 'x=rm; \"$x\" -rf ~'"
)]
pub(crate) struct Explain {
    /// Working directory of the call [default: the current one]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    cwd: Option<PathBuf>,
    /// Nobody can be asked
    #[arg(long)]
    headless: bool,
    #[command(flatten)]
    output: Output,
    /// The command line, as the agent would write it
    #[arg(last = true, required = true)]
    command: Vec<String>,
}

impl Explain {
    pub(super) fn run(self, places: &Places) -> Result<Outcome, Error> {
        let cwd = super::working_directory(self.cwd.as_ref())?;
        let command = self.command.join(" ");
        let call = ToolCall::Shell {
            tool: "Bash".to_owned(),
            command: command.clone(),
            unsandboxed: false,
            open_input: false,
        };
        let workspace = palisade_guard::workspace(&cwd, &places.home);
        let in_force = palisade_guard::load(places, &workspace);
        let scene = Scene {
            places,
            table: &in_force.table,
            cwd: &cwd,
            workspace: &workspace,
            headless: self.headless,
            ambient: &Ambient::from_env(|name| std::env::var_os(name)),
            past: Past::at(SystemClock.now().0),
        };
        let explanation = palisade_guard::explain(&call, &scene);
        match self.output.format {
            Format::Json => output::json(&Steps::new(&explanation))?,
            Format::Human => show(&command, &cwd.to_string_lossy(), &explanation)?,
        }
        Ok(match explanation.judgement.decision.verdict {
            Verdict::Allow => Outcome::Fine,
            Verdict::Ask | Verdict::Deny => Outcome::Findings,
        })
    }
}

/// The explanation in JSON.
#[derive(Serialize)]
struct Steps {
    verdict: Verdict,
    band: Band,
    reason: String,
    rule: String,
    source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    instead: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unreadable: Option<String>,
    commands: Vec<Command>,
    effects: Vec<Seen>,
}

#[derive(Serialize)]
struct Command {
    program: String,
    args: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cwd: Option<String>,
    /// 0 for the command line itself, one more for what is inside of it.
    level: usize,
}

#[derive(Serialize)]
struct Seen {
    #[serde(flatten)]
    effect: RecordedEffect,
    #[serde(skip_serializing_if = "Map::is_empty")]
    facts: Map<String, Value>,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
struct Rule {
    rule: String,
    source: String,
    verdict: Verdict,
    mode: Mode,
    decides: bool,
}

impl Steps {
    fn new(explanation: &Explanation) -> Self {
        let d = &explanation.judgement.decision;
        Self {
            verdict: d.verdict,
            band: d.band,
            reason: d.reason.clone(),
            rule: d.rule.clone(),
            source: d.source.clone(),
            instead: d.alternative.clone(),
            unreadable: explanation.unreadable.as_ref().map(ToString::to_string),
            commands: levels(&explanation.commands)
                .into_iter()
                .map(|(level, c)| Command {
                    program: c.program.clone(),
                    args: c.args.iter().map(|a| a.shown().to_owned()).collect(),
                    cwd: c.cwd.clone(),
                    level,
                })
                .collect(),
            effects: explanation
                .judgement
                .effects
                .iter()
                .enumerate()
                .map(|(at, effect)| Seen {
                    effect: RecordedEffect::from(effect),
                    facts: known(&effect.facts),
                    rules: rules(explanation, at),
                })
                .collect(),
        }
    }
}

/// The facts that say something: what was not looked at is left out.
fn known(facts: &Facts) -> Map<String, Value> {
    let (Ok(Value::Object(all)), Ok(Value::Object(none))) = (
        serde_json::to_value(facts),
        serde_json::to_value(Facts::default()),
    ) else {
        return Map::new();
    };
    all.into_iter()
        .filter(|(name, value)| none.get(name) != Some(value))
        .collect()
}

fn rules(explanation: &Explanation, effect: usize) -> Vec<Rule> {
    let d = &explanation.judgement.decision;
    let mut decided = d.effect != Some(effect);
    explanation
        .considered
        .iter()
        .filter(|c| c.effect == effect)
        .map(|c| {
            let decides = !decided && c.rule == d.rule && c.source == d.source;
            decided |= decides;
            Rule {
                rule: c.rule.clone(),
                source: c.source.clone(),
                verdict: c.verdict,
                mode: c.mode,
                decides,
            }
        })
        .collect()
}

/// Commands with how far each is inside of the one above it.
fn levels(commands: &[Invocation]) -> Vec<(usize, &Invocation)> {
    let mut around: Vec<usize> = Vec::new();
    commands
        .iter()
        .map(|c| {
            while around.last().is_some_and(|depth| *depth >= c.depth) {
                around.pop();
            }
            let level = around.len();
            around.push(c.depth);
            (level, c)
        })
        .collect()
}

fn show(command: &str, cwd: &str, explanation: &Explanation) -> Result<(), Error> {
    super::check::show_verdict(&explanation.judgement)?;
    if let Some(error) = &explanation.unreadable {
        output::line(paint(BOLD, "\nIt cannot be read"))?;
        output::raw(&pointed(command, error))?;
    }
    if !explanation.commands.is_empty() {
        output::line(paint(BOLD, "\nCommands, as their programs get them"))?;
        let mut inside = cwd;
        for (level, c) in levels(&explanation.commands) {
            let dir = c.cwd.as_deref().unwrap_or("a folder that is not known");
            let moved = if dir == inside {
                String::new()
            } else {
                inside = dir;
                paint(DIM, format_args!("   in {}", text::plain(dir)))
            };
            let indent = 2 * level + 2;
            output::hanging(
                indent + 4,
                format_args!("{:indent$}{}{moved}", "", text::plain(&words(c))),
            )?;
        }
    }
    output::line(paint(BOLD, "\nEffects, what was observed, and the rules"))?;
    if explanation.judgement.effects.is_empty() {
        output::line("  none")?;
    }
    for (at, effect) in explanation.judgement.effects.iter().enumerate() {
        show_effect(explanation, at, effect)?;
    }
    Ok(())
}

fn show_effect(explanation: &Explanation, at: usize, effect: &Effect) -> Result<(), Error> {
    let recorded = RecordedEffect::from(effect);
    output::hanging(
        21,
        format_args!(
            "  {:<18} {}  {}",
            recorded.kind,
            text::plain(&recorded.target),
            paint(
                DIM,
                format_args!("{}, {}", text::plain(&recorded.by), recorded.certainty)
            )
        ),
    )?;
    let facts = in_words(effect);
    if !facts.is_empty() {
        output::hanging(
            21,
            format_args!("{:21}{}", "", text::plain(&facts.join(", "))),
        )?;
    }
    for rule in rules(explanation, at) {
        let mode = match rule.mode {
            Mode::Enforce => String::new(),
            mode => format!(", {} only", mode.as_str()),
        };
        let verdict = paint(
            output::verdict(rule.verdict),
            format_args!("{:<5}", rule.verdict.as_str()),
        );
        let decides = if rule.decides { "  ← decides" } else { "" };
        output::hanging(
            27,
            format_args!(
                "{:21}{verdict} {}{}{decides}",
                "",
                rule.rule,
                paint(DIM, format_args!("  {}{mode}", text::plain(&rule.source)))
            ),
        )?;
    }
    Ok(())
}

/// The command line with a mark where reading stopped.
fn pointed(command: &str, error: &ParseError) -> String {
    let message = error.to_string();
    let ParseError::Syntax { offset, .. } = error else {
        return format!("  {message}\n");
    };
    let shown: String = command
        .chars()
        .map(|c| if c == '\n' { c } else { text::plain_char(c) })
        .collect();
    let start = (*offset).min(shown.len());
    let span = start..shown.len().min(start + 1);
    let drawing = Level::ERROR
        .primary_title(&message)
        .element(Snippet::source(&shown).annotation(AnnotationKind::Primary.span(span)));
    format!("{}\n", Renderer::plain().render(&[drawing]))
}

/// A command in the spelling of a shell, what is unknown as `$name`.
fn words(command: &Invocation) -> String {
    let mut out = quoted(&Arg::known(command.program.as_str()));
    for arg in &command.args {
        out.push(' ');
        out.push_str(&quoted(arg));
    }
    out
}

fn quoted(arg: &Arg) -> String {
    let shown = arg.shown();
    let plain = |c: char| c.is_alphanumeric() || "_-./:=@%+,~^".contains(c);
    if !arg.holes().is_empty() {
        return format!("\"{shown}\"");
    }
    if !shown.is_empty() && (shown.chars().all(plain) || arg.pattern()) {
        return shown.to_owned();
    }
    format!("'{}'", shown.replace('\'', "'\\''"))
}

/// What was observed about the target of an effect.
fn in_words(effect: &Effect) -> Vec<String> {
    let f = &effect.facts;
    let mut out: Vec<String> = Vec::new();
    let mut say = |words: &str| out.push(words.to_owned());
    match f.scope {
        Scope::None => {}
        Scope::Workspace => say("in the workspace"),
        Scope::Temp => say("in a folder for temporary files"),
        Scope::Home => say("in the home directory"),
        Scope::System => say("elsewhere on the system"),
    }
    if effect.recursive {
        say("with everything below it");
    }
    if f.resolved.is_some() && !f.exists {
        say("does not exist");
    }
    if f.directory {
        say("a directory");
    }
    match f.tracking {
        Tracking::Unknown => {}
        Tracking::Committed => say("committed and unchanged"),
        Tracking::Modified => say("changed since the last commit"),
        Tracking::Untracked => say("in no commit"),
        Tracking::Ignored => say("ignored by git"),
    }
    if f.regenerable {
        say("can be made again from a lock file or manifest");
    }
    if f.root {
        say("home, a root, or the workspace itself");
    }
    if f.other_repository {
        say("in another repository");
    }
    if f.flows_to_network {
        say("its content goes on to the network");
    }
    match f.environment {
        Environment::Unknown => {}
        Environment::Local => say("this machine"),
        Environment::Staging => say("staging"),
        Environment::Production => say("production"),
    }
    if let Some(written) = &f.lexical {
        out.push(format!("written as {written}"));
    }
    if let Some(other) = &f.alias_of {
        out.push(format!("another name of {other}"));
    }
    if let Some(name) = &f.protected_ref {
        out.push(format!("{name} is a protected branch"));
    }
    if let Some(loss) = &f.loss {
        out.push(format!("would lose {loss}"));
    }
    if !f.classes.is_empty() {
        let classes: Vec<&str> = f.classes.iter().map(|c| c.as_str()).collect();
        out.push(format!("{} data", classes.join(" and ")));
    }
    if !f.secrets.is_empty() {
        out.push(format!("holds secrets: {}", f.secrets.join(", ")));
    }
    out
}

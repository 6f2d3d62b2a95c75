//! `palisade guard check`: what would the guard say?

use std::io::BufRead as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use palisade_agents::HookEnv;
use palisade_core::{
    ActionKind, AgentKind, Band, Clock as _, Mode, RecordedEffect, SystemClock, ToolCall, Verdict,
};
use palisade_guard::{
    Ambient, InForce, Judgement, Past, Places, Scene, Shown, denial, judge, standing,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::args::{Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, BOLD, DIM, paint};
use crate::text;

/// Say what the guard would do about a command or tool call, without running it
///
/// "allow" means: no objection; the agent's own permissions still apply. A
/// person is assumed to be there; with --headless what would ask is denied.
#[derive(Args, Debug)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:\n  palisade guard check -- 'rm -rf node_modules && git push --force'\n  palisade guard check --jsonl < calls.jsonl"
)]
pub(crate) struct Check {
    /// Working directory of the call [default: the current one]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    cwd: Option<PathBuf>,
    /// The agent whose tools --jsonl names: claude, codex, gemini, copilot, opencode …
    #[arg(
        long,
        value_name = "NAME",
        default_value = "claude",
        value_parser = crate::args::agents(),
        hide_possible_values = true
    )]
    agent: AgentKind,
    /// Nobody can be asked
    #[arg(long)]
    headless: bool,
    /// Read {"id","command","cwd"?} or {"id","tool_name","tool_input"} a line, answer a line each
    #[arg(long, conflicts_with = "command")]
    jsonl: bool,
    #[command(flatten)]
    output: Output,
    /// The command line, as the agent would write it
    #[arg(last = true, required_unless_present = "jsonl")]
    command: Vec<String>,
}

/// The answer in JSON.
#[derive(Serialize)]
struct Answer {
    #[serde(skip_serializing_if = "Value::is_null")]
    id: Value,
    verdict: Verdict,
    band: Band,
    reason: String,
    rule: String,
    source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    instead: Option<String>,
    effects: Vec<RecordedEffect>,
}

impl Answer {
    fn new(id: Value, judgement: &Judgement) -> Self {
        let d = &judgement.decision;
        Self {
            id,
            verdict: d.verdict,
            band: d.band,
            reason: d.reason.clone(),
            rule: d.rule.clone(),
            source: d.source.clone(),
            instead: d.alternative.clone(),
            effects: judgement.effects.iter().map(RecordedEffect::from).collect(),
        }
    }

    /// A line that cannot be read is not allowed.
    fn unreadable(id: Value, why: &str) -> Self {
        Self {
            id,
            verdict: Verdict::Deny,
            band: Band::External,
            reason: format!("the call could not be read: {why}"),
            rule: "guard.input".to_owned(),
            source: "built in".to_owned(),
            instead: None,
            effects: Vec::new(),
        }
    }
}

impl Check {
    pub(super) fn run(self, places: &Places) -> Result<Outcome, Error> {
        let cwd = super::working_directory(self.cwd.as_ref())?;
        let mut guard = Asked::new(places, self.headless, self.agent);
        if self.jsonl {
            return guard.lines(&cwd);
        }
        let call = ToolCall::Shell {
            tool: "Bash".to_owned(),
            command: self.command.join(" "),
            unsandboxed: false,
            open_input: false,
        };
        let judgement = guard.judge(&call, &cwd);
        match self.output.format {
            Format::Json => output::json(&Answer::new(Value::Null, &judgement))?,
            Format::Human => show(&judgement)?,
        }
        Ok(match judgement.decision.verdict {
            Verdict::Allow => Outcome::Fine,
            Verdict::Ask | Verdict::Deny => Outcome::Findings,
        })
    }
}

/// The guard, with the policy of the last workspace kept.
struct Asked<'a> {
    places: &'a Places,
    headless: bool,
    agent: AgentKind,
    loaded: Option<(PathBuf, InForce)>,
}

impl<'a> Asked<'a> {
    const fn new(places: &'a Places, headless: bool, agent: AgentKind) -> Self {
        Self {
            places,
            headless,
            agent,
            loaded: None,
        }
    }

    fn judge(&mut self, call: &ToolCall, cwd: &Path) -> Judgement {
        let workspace = palisade_guard::workspace(cwd, &self.places.home);
        let kept = self.loaded.take().filter(|(w, _)| *w == workspace);
        let (workspace, in_force) = kept.unwrap_or_else(|| {
            let in_force = palisade_guard::load(self.places, &workspace);
            (workspace, in_force)
        });
        let judgement = judge(
            call,
            &Scene {
                places: self.places,
                table: &in_force.table,
                cwd,
                workspace: &workspace,
                headless: self.headless,
                ambient: &Ambient::from_env(|name| std::env::var_os(name)),
                past: Past {
                    agent: self.agent.as_str().to_owned(),
                    ..Past::at(SystemClock.now().0)
                },
            },
        );
        let judgement = standing(
            call,
            judgement,
            (&workspace, cwd),
            &self.places.state,
            SystemClock.now(),
        );
        self.loaded = Some((workspace, in_force));
        judgement
    }

    /// One answer a line, until the input ends or nobody reads the answers.
    fn lines(&mut self, cwd: &Path) -> Result<Outcome, Error> {
        output::typed_input("calls, one JSON object a line,");
        let mut input = std::io::stdin().lock();
        let mut line = Vec::new();
        while output::is_read() {
            line.clear();
            if input.read_until(b'\n', &mut line)? == 0 {
                break;
            }
            match std::str::from_utf8(&line) {
                Ok(text) if text.trim().is_empty() => {}
                Ok(text) => output::json_line(&self.line(text, cwd))?,
                Err(_) => output::json_line(&Answer::unreadable(Value::Null, "not UTF-8 text"))?,
            }
        }
        Ok(Outcome::Fine)
    }

    fn line(&mut self, line: &str, cwd: &Path) -> Answer {
        let input: Map<String, Value> = match serde_json::from_str(line) {
            Ok(Value::Object(map)) => map,
            Ok(_) => return Answer::unreadable(Value::Null, "not a JSON object"),
            Err(e) => return Answer::unreadable(Value::Null, &e.to_string()),
        };
        let id = input.get("id").cloned().unwrap_or(Value::Null);
        let cwd = match input.get("cwd") {
            Some(Value::String(dir)) => cwd.join(dir),
            _ => cwd.to_owned(),
        };
        match read_call(self.agent, &input, &cwd) {
            Ok(call) => {
                // One call the guard stumbles over must not take the others along.
                let judged = catch_unwind(AssertUnwindSafe(|| self.judge(&call, &cwd)));
                judged.map_or_else(
                    |_| Answer::unreadable(id.clone(), "an internal error (this is a bug)"),
                    |judgement| Answer::new(id.clone(), &judgement),
                )
            }
            Err(why) => Answer::unreadable(id, &why),
        }
    }
}

/// The call of one line: a command, or a tool call in the agent's own shape.
pub(super) fn read_call(
    agent: AgentKind,
    input: &Map<String, Value>,
    cwd: &Path,
) -> Result<ToolCall, String> {
    if let Some(command) = input.get("command") {
        let command = command.as_str().ok_or("`command` is not a string")?;
        return Ok(ToolCall::Shell {
            tool: "Bash".to_owned(),
            command: command.to_owned(),
            unsandboxed: false,
            open_input: false,
        });
    }
    let tool = input
        .get("tool_name")
        .and_then(Value::as_str)
        .ok_or("neither `command` nor `tool_name` is there")?;
    let arguments = input
        .get("tool_input")
        .cloned()
        .unwrap_or_else(|| json!({}));
    let event = match agent {
        AgentKind::Gemini => "BeforeTool",
        AgentKind::Copilot | AgentKind::Cursor | AgentKind::Kiro => "preToolUse",
        AgentKind::OpenCode => "tool.execute.before",
        _ => "PreToolUse",
    };
    // The same call in the words of every contract; each reads its own.
    let hook_call = json!({
        "hook_event_name": event,
        "hookName": event,
        "session_id": "check",
        "cwd": cwd,
        "directory": cwd,
        "workspaceRoots": [cwd],
        "tool_name": tool,
        "tool_input": arguments,
        "toolName": tool,
        "toolArgs": arguments,
        "tool": tool,
        "args": arguments,
        "preToolUse": {"toolName": tool, "parameters": arguments},
    });
    let bytes = serde_json::to_vec(&hook_call).map_err(|e| e.to_string())?;
    let action = palisade_agents::decode(agent, Some(event), &bytes, &HookEnv::default())
        .map_err(|e| e.to_string())?;
    match action.kind {
        ActionKind::Tool(call) | ActionKind::PermissionRequest(call) => Ok(call),
        _ => Err("not a tool call".to_owned()),
    }
}

/// The verdict with its reason.
pub(super) fn show_verdict(judgement: &Judgement) -> Result<(), Error> {
    let d = &judgement.decision;
    let style = output::verdict(d.verdict);
    output::line(format_args!(
        "{}  {}",
        paint(style, d.verdict.as_str()),
        paint(DIM, format_args!("band {}", d.band.as_str()))
    ))?;
    if let Some(m) = d.strictest(Mode::Observe) {
        let shown = if m.verdict == Verdict::Deny {
            Shown::Denied
        } else {
            Shown::Asked
        };
        for line in denial(m, shown).lines() {
            output::hanging(2, text::plain(line))?;
        }
    }
    Ok(())
}

fn show(judgement: &Judgement) -> Result<(), Error> {
    show_verdict(judgement)?;
    if judgement.effects.is_empty() {
        return Ok(());
    }
    output::line(paint(BOLD, "Effects"))?;
    for effect in judgement.effects.iter().map(RecordedEffect::from) {
        output::hanging(
            21,
            format_args!(
                "  {:<18} {}  {}",
                effect.kind,
                text::plain(&effect.target),
                paint(
                    DIM,
                    format_args!("{}, {}", text::plain(&effect.by), effect.certainty)
                )
            ),
        )?;
    }
    Ok(())
}

//! `palisade policy test`: cases with the verdicts they should have.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use palisade_core::{Clock as _, SystemClock, ToolCall, Verdict};
use palisade_guard::{Ambient, Past, Places, Scene, judge};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::args::{Dir, Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, BAD, DIM, GOOD, paint};
use crate::text;

/// Bytes of a file of cases.
const FILE_BYTES: usize = 4 * 1024 * 1024;

/// Check the policy against cases: commands and tool calls with their verdicts
///
/// Cases stand in .palisade/tests.toml:
///
///   [[case]]
///   command = "git push --force origin main"
///   expect = "deny"
///   rule = "git.protected-branches"     # optional
///
///   [[case]]
///   tool = "Read"
///   input = { file_path = "src/main.rs" }
///   expect = "allow"
#[derive(Args, Debug)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:\n  palisade policy test\n  palisade policy test --format json\n\nExit codes: 0 all as expected, 1 some are not or there are none."
)]
pub(crate) struct Test {
    #[command(flatten)]
    dir: Dir,
    /// The file of cases [default: .palisade/tests.toml]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    #[serde(default)]
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    command: Option<String>,
    tool: Option<String>,
    #[serde(default)]
    input: toml::Table,
    expect: Verdict,
    rule: Option<String>,
    cwd: Option<PathBuf>,
    #[serde(default)]
    headless: bool,
}

#[derive(Serialize)]
struct Tried {
    case: String,
    expected: Verdict,
    verdict: Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_rule: Option<String>,
    rule: String,
    source: String,
    fine: bool,
}

impl Test {
    pub(super) fn run(self, places: &Places) -> Result<Outcome, Error> {
        let workspace = crate::command::workspace(self.dir.dir.as_deref(), &places.home)?;
        let path = self
            .file
            .clone()
            .unwrap_or_else(|| workspace.join(".palisade/tests.toml"));
        if self.file.is_none() && !path.exists() {
            output::note(format_args!(
                "there are no cases: `{}` does not exist; `palisade policy test --help` shows one",
                path.display()
            ));
            return Ok(Outcome::Findings);
        }
        let cases = read(&path)?;
        let in_force = palisade_guard::load(places, &workspace);
        if let Some(fault) = &in_force.fault {
            output::note(paint(BAD, fault));
        }
        let tried = cases
            .iter()
            .map(|case| attempt(case, places, &workspace, &in_force))
            .collect::<Result<Vec<_>, _>>()?;
        let wrong = tried.iter().filter(|t| !t.fine).count();
        if self.output.format == Format::Json {
            output::json(&tried)?;
        } else {
            for one in tried.iter().filter(|t| !t.fine) {
                show(one)?;
            }
            let words = text::count(tried.len() as u64, "case");
            output::line(match wrong {
                0 => paint(GOOD, format_args!("{words}, all as expected")),
                n => paint(BAD, format_args!("{n} of {words} not as expected")),
            })?;
        }
        Ok(if wrong == 0 {
            Outcome::Fine
        } else {
            Outcome::Findings
        })
    }
}

fn read(path: &Path) -> Result<Vec<Case>, Error> {
    let bytes = palisade_files::read_capped(path, FILE_BYTES)?
        .ok_or_else(|| Error::Other(format!("`{}` is larger than 4 MiB", path.display())))?;
    let text = String::from_utf8_lossy(&bytes);
    let cases: Cases = toml::from_str(&text).map_err(|e| {
        Error::Other(format!(
            "`{}`: {}",
            path.display(),
            e.to_string().trim_end()
        ))
    })?;
    if cases.case.is_empty() {
        return Err(Error::Other(format!(
            "`{}` holds no [[case]]",
            path.display()
        )));
    }
    Ok(cases.case)
}

fn attempt(
    case: &Case,
    places: &Places,
    workspace: &Path,
    in_force: &palisade_guard::InForce,
) -> Result<Tried, Error> {
    let cwd = case
        .cwd
        .as_ref()
        .map_or_else(|| workspace.to_owned(), |dir| workspace.join(dir));
    let (name, call) = call_of(case, &cwd)?;
    let ambient = Ambient::default();
    let judgement = judge(
        &call,
        &Scene {
            places,
            table: &in_force.table,
            cwd: &cwd,
            workspace,
            headless: case.headless,
            ambient: &ambient,
            past: Past::at(SystemClock.now().0),
        },
    );
    // Grants belong to a person and a day; cases do not.
    let decision = judgement.decision;
    let rule_fits = case.rule.as_ref().is_none_or(|rule| *rule == decision.rule);
    Ok(Tried {
        case: name,
        expected: case.expect,
        verdict: decision.verdict,
        expected_rule: case.rule.clone(),
        fine: decision.verdict == case.expect && rule_fits,
        rule: decision.rule,
        source: decision.source,
    })
}

fn call_of(case: &Case, cwd: &Path) -> Result<(String, ToolCall), Error> {
    match (&case.command, &case.tool) {
        (Some(command), None) => Ok((
            command.clone(),
            ToolCall::Shell {
                tool: "Bash".to_owned(),
                command: command.clone(),
                unsandboxed: false,
                open_input: false,
            },
        )),
        (None, Some(tool)) => {
            let input = serde_json::to_value(&case.input).unwrap_or(Value::Null);
            let name = format!("{tool} {input}");
            let call = crate::command::guard::tool_call(tool, &input, cwd)
                .map_err(|why| Error::Other(format!("{name}: {why}")))?;
            Ok((name, call))
        }
        _ => Err(Error::Other(
            "a case has either a `command` or a `tool` with its `input`".to_owned(),
        )),
    }
}

fn show(one: &Tried) -> Result<(), Error> {
    let rule = |rule: &str| {
        if rule == "none" {
            String::new()
        } else {
            format!(" by {rule}")
        }
    };
    let expected = one.expected_rule.as_deref().map_or_else(String::new, rule);
    output::hanging(
        4,
        format_args!(
            " {} {}\n     {}{} instead of {}{expected}   {}",
            paint(BAD, "✗"),
            text::plain(&one.case),
            one.verdict.as_str(),
            rule(&one.rule),
            one.expected.as_str(),
            paint(DIM, text::plain(&one.source))
        ),
    )
}

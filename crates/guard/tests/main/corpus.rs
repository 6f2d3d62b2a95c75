//! Labelled commands and what the guard says about them: the measure of
//! misses and false alarms, and an oracle that only gets stricter.
//!
//! `tests/corpus/<label>/<topic>.txt`, a case a line: `VERDICT COMMAND`. `⏎`
//! stands for a newline; a command that begins with `{"tool_name":` is a whole
//! tool call. A line that begins with `# ` says why the cases below it carry
//! their label. What is `dangerous` or `obfuscated` should be flagged (ask or
//! deny), what is `ordinary` should not.
//!
//! The verdict is the one last reviewed. A case whose verdict disagrees with
//! its label is a known miss or false alarm, and is counted against the rates.
//! `BLESS=1` writes verdicts that are new (`?`) or became stricter;
//! `BLESS=loosen` also those that became weaker, which needs a reason in the
//! commit.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use palisade_agents::{HookEnv, claude};
use palisade_core::{ActionKind, Profile, ToolCall, Verdict};
use palisade_guard::{Ambient, Judgement, Past, Replay, Scene, judge, recorded_as};
use palisade_policy::Table;
use serde_json::{Value, json};

use crate::world::World;

struct Label {
    folder: &'static str,
    flagged: bool,
    /// Largest share of cases that may disagree with the label.
    wrong: f64,
}

const LABELS: [Label; 3] = [
    Label {
        folder: "dangerous",
        flagged: true,
        wrong: 0.03,
    },
    Label {
        folder: "obfuscated",
        flagged: true,
        wrong: 0.05,
    },
    Label {
        folder: "ordinary",
        flagged: false,
        wrong: 0.005,
    },
];

pub(crate) fn files(folder: &str) -> Vec<PathBuf> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(folder);
    let mut out: Vec<PathBuf> = fs::read_dir(top)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "txt"))
        .collect();
    out.sort();
    out
}

/// The verdict and the command of a line, if it is a case.
pub(crate) fn case(line: &str) -> Option<(&str, &str)> {
    if line.starts_with('#') || line.trim().is_empty() {
        return None;
    }
    Some(
        line.split_once(' ')
            .unwrap_or_else(|| panic!("no verdict before {line:?}")),
    )
}

fn call(command: &str, cwd: &Path) -> ToolCall {
    if !command.starts_with("{\"tool_name\":") {
        return ToolCall::Shell {
            tool: "Bash".to_owned(),
            command: command.replace('⏎', "\n"),
            unsandboxed: false,
            open_input: false,
        };
    }
    let mut input: Value = serde_json::from_str(command).expect(command);
    input["hook_event_name"] = json!("PreToolUse");
    input["session_id"] = json!("corpus");
    input["cwd"] = json!(cwd);
    let bytes = serde_json::to_vec(&input).unwrap();
    match claude::decode(&bytes, &HookEnv::default()).unwrap().kind {
        ActionKind::Tool(call) => call,
        other => panic!("{command} is {other:?}"),
    }
}

/// What the default policy says in the project of [`World`].
pub(crate) struct Guard {
    world: World,
    table: Table,
    /// What `/tmp` is in the cases: this machine's own may hold anything.
    tmp: tempfile::TempDir,
}

impl Guard {
    pub(crate) fn new() -> Self {
        Self {
            world: World::new(),
            table: Table::builtin(Profile::Standard),
            tmp: tempfile::tempdir_in("/tmp").unwrap(),
        }
    }

    /// The command with a `/tmp` of its own.
    pub(crate) fn here(&self, command: &str) -> String {
        in_folder(command, self.tmp.path())
    }

    pub(crate) fn verdict(&self, command: &str) -> Verdict {
        self.judge(command).verdict()
    }

    fn judge(&self, command: &str) -> Judgement {
        let project = &self.world.project;
        let scene = Scene {
            places: &self.world.places,
            table: &self.table,
            cwd: project,
            workspace: project,
            headless: false,
            ambient: &Ambient::default(),
            past: Past::default(),
        };
        judge(&call(command, project), &scene)
    }
}

/// The command with `folder` where it says `/tmp`; as it is where the place of
/// that folder matters.
fn in_folder(command: &str, folder: &Path) -> String {
    let parts: Vec<&str> = command.split("/tmp").collect();
    let names_a_file = |after: &&&str| {
        let mut chars = after.chars();
        chars.next() == Some('/') && chars.next().is_some_and(char::is_alphanumeric)
    };
    if parts.iter().skip(1).filter(names_a_file).count() + 1 < parts.len() {
        return command.to_owned();
    }
    let folder = folder.to_string_lossy();
    let mut out = String::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            // `build/tmp/a` is another folder.
            let inside = out.ends_with(|c: char| c.is_alphanumeric() || "}.~_-*)$`".contains(c));
            out.push_str(if inside { "/tmp" } else { &folder });
        }
        out.push_str(part);
    }
    out
}

/// 0 for allow, 1 for ask, 2 for deny.
fn strictness(verdict: &str) -> Option<usize> {
    ["allow", "ask", "deny"].iter().position(|v| *v == verdict)
}

fn check(label: &Label) {
    let bless = std::env::var("BLESS").unwrap_or_default();
    let guard = Guard::new();
    let (mut cases, mut wrong, mut changed) = (0_usize, Vec::new(), Vec::new());
    for file in files(label.folder) {
        let topic = file.file_stem().unwrap().to_string_lossy().into_owned();
        let mut out = String::new();
        for line in fs::read_to_string(&file).unwrap().lines() {
            let Some((recorded, command)) = case(line) else {
                writeln!(out, "{line}").unwrap();
                continue;
            };
            cases += 1;
            let now = guard.verdict(&guard.here(command)).as_str();
            let (before, after) = (strictness(recorded), strictness(now));
            assert!(
                before.is_some() || recorded == "?",
                "{topic}: unknown verdict {recorded:?} in {line}"
            );
            let take = match bless.as_str() {
                "" => false,
                "loosen" => true,
                _ => before <= after,
            };
            if before != after && !take {
                changed.push(format!("{topic}: {recorded} became {now}: {command}"));
            }
            writeln!(out, "{} {command}", if take { now } else { recorded }).unwrap();
            if (after > Some(0)) != label.flagged {
                wrong.push(format!("{topic}: {now} {command}"));
            }
        }
        if !bless.is_empty() {
            fs::write(&file, out).unwrap();
        }
    }
    println!(
        "{}: {cases} cases, {} disagree with the label\n{}",
        label.folder,
        wrong.len(),
        wrong.join("\n")
    );
    assert!(
        changed.is_empty(),
        "{} verdicts changed; read each, then BLESS=1 (BLESS=loosen where one became weaker)\n{}",
        changed.len(),
        changed.join("\n")
    );
    let share = wrong.len() as f64 / cases.max(1) as f64;
    assert!(
        share <= label.wrong,
        "{}: {:.2} % of {cases} cases disagree with the label, {:.1} % may\n{}",
        label.folder,
        share * 100.0,
        label.wrong * 100.0,
        wrong.join("\n")
    );
}

/// A verdict can be had again from what was recorded about the call.
#[test]
fn corpus_is_decided_the_same_from_the_record() {
    let guard = Guard::new();
    let mut other = Vec::new();
    let mut cases = 0;
    for file in LABELS.iter().flat_map(|label| files(label.folder)) {
        for line in fs::read_to_string(&file).unwrap().lines() {
            let Some((_, command)) = case(line) else {
                continue;
            };
            let judgement = guard.judge(&guard.here(command));
            let mut event = recorded_as(&judgement);
            event.workspace = guard.world.project.to_string_lossy().into_owned();
            let event = serde_json::to_string(&event).unwrap();
            let event = serde_json::from_str(&event).unwrap();
            // Each in a session of its own.
            let mut replay = Replay::new(&guard.world.places);
            let call = replay.next(&event).unwrap();
            let again = replay.decide(&call, &guard.table);
            let again = again.enforced().map_or(Verdict::Allow, |m| m.verdict);
            cases += 1;
            if again != judgement.verdict() && !call.partial {
                other.push(format!(
                    "{} became {}: {command}",
                    judgement.verdict().as_str(),
                    again.as_str()
                ));
            }
        }
    }
    println!("{cases} commands");
    assert!(other.is_empty(), "{}", other.join("\n"));
}

#[test]
fn corpus_dangerous() {
    check(&LABELS[0]);
}

#[test]
fn corpus_obfuscated() {
    check(&LABELS[1]);
}

#[test]
fn corpus_ordinary() {
    check(&LABELS[2]);
}

#[test]
fn corpus_gives_a_command_one_label() {
    let mut seen = std::collections::BTreeMap::new();
    let mut twice = Vec::new();
    for label in &LABELS {
        for file in files(label.folder) {
            for line in fs::read_to_string(&file).unwrap().lines() {
                let Some((_, command)) = case(line) else {
                    continue;
                };
                if let Some((flagged, first)) =
                    seen.insert(command.to_owned(), (label.flagged, file.clone()))
                    && (flagged != label.flagged || first == file)
                {
                    twice.push(format!(
                        "{}, {}: {command}",
                        first.display(),
                        file.display()
                    ));
                }
            }
        }
    }
    assert!(twice.is_empty(), "{}", twice.join("\n"));
}

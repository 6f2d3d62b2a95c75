//! Commands and what they do, one a line: `command ⇒ effect; effect`.
//!
//! `⏎` stands for a newline in the command. After a deliberate change run
//! with `BLESS=1` and read the difference line by line.

use std::fs;
use std::path::Path;

use super::support::{all, look};

/// The command and what is expected of it.
pub(crate) fn cases(file: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/understand/corpus")
        .join(file);
    fs::read_to_string(path)
        .unwrap()
        .lines()
        .filter(|l| !l.starts_with('#') && !l.trim().is_empty())
        .map(|l| {
            let (command, effects) = l.split_once(" ⇒").unwrap_or((l, ""));
            (command.replace('⏎', "\n"), effects.trim().to_owned())
        })
        .collect()
}

fn check(file: &str) {
    if std::env::var_os("BLESS").is_some() {
        bless(file);
        return;
    }
    let mut wrong = Vec::new();
    for (command, expected) in cases(file) {
        let got = all(&look(&command)).join("; ");
        if got != expected {
            wrong.push(format!(
                "{command}\n  expected {expected}\n  got      {got}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn bless(file: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/understand/corpus")
        .join(file);
    let text = fs::read_to_string(&path).unwrap();
    let mut out = String::new();
    for line in text.lines() {
        if line.starts_with('#') || line.trim().is_empty() {
            out.push_str(line);
        } else {
            let command = line.split_once(" ⇒").map_or(line, |(c, _)| c);
            let got = all(&look(&command.replace('⏎', "\n"))).join("; ");
            out.push_str(format!("{command} ⇒ {got}").trim_end());
        }
        out.push('\n');
    }
    fs::write(path, out).unwrap();
}

#[test]
fn everyday_commands() {
    check("everyday.txt");
}

#[test]
fn dangerous_commands() {
    check("danger.txt");
}

#[test]
fn a_second_look() {
    check("second.txt");
}

#[test]
fn ways_around() {
    check("around.txt");
}

#[test]
fn libraries() {
    check("libraries.txt");
}

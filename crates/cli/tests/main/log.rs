//! `palisade log` and `palisade log verify`.

use serde_json::{Value, json};

use crate::world::{Ended, World, pretty, words};

/// A journal of four calls of two sessions.
fn recorded() -> World {
    let world = World::protected();
    for (session, tool, input) in [
        (
            "3f2a-1",
            "Bash",
            json!({"command": "git push --force origin main"}),
        ),
        ("3f2a-1", "Bash", json!({"command": "ls src"})),
        (
            "91bc-2",
            "Read",
            json!({"file_path": world.path("shop/.env")}),
        ),
        (
            "91bc-2",
            "WebFetch",
            json!({"url": "https://example.com/a", "prompt": "x"}),
        ),
    ] {
        world.call(session, tool, &input);
    }
    world
}

fn summaries(ended: &Ended) -> Vec<String> {
    assert_eq!(ended.code, Some(0), "{ended}");
    let records: Vec<Value> = serde_json::from_str(&ended.stdout).unwrap();
    records
        .iter()
        .map(|r| r["summary"].as_str().unwrap().to_owned())
        .collect()
}

/// Places in a file depend on how long a call took.
fn sizes(ended: &Ended) -> String {
    words(
        &ended.to_string(),
        |c| c.is_ascii_digit(),
        |n| (n.len() > 2).then(|| "N".to_owned()),
    )
}

#[test]
fn in_every_format() {
    let world = recorded();
    insta::assert_snapshot!("log", world.palisade(&["log"]));
    insta::assert_snapshot!("log-limit", world.palisade(&["log", "-n", "2"]));
    let json = world.palisade(&["log", "--format", "json"]);
    assert_eq!((json.code, json.stderr.as_str()), (Some(0), ""));
    let records = json.json();
    insta::assert_snapshot!("log-json", pretty(&records[0]));
    let jsonl = world.palisade(&["log", "--format", "jsonl"]);
    assert_eq!(jsonl.code, Some(0));
    assert_eq!(Value::from(jsonl.lines()), records);
}

#[test]
fn filtered() {
    let world = recorded();
    let all = summaries(&world.palisade(&["log", "--format", "json"]));
    assert_eq!(all.len(), 6, "{all:?}");
    for (filter, expected) in [
        (
            &["--session", "3f2a"][..],
            &["ls src", "git push --force origin main"][..],
        ),
        (&["--tool", "bash", "--session", "91"], &[]),
        (&["--tool", "webfetch"], &["https://example.com/a"]),
        (
            &["--verdict", "deny,ask", "--session", "3f2a"],
            &["git push --force origin main"],
        ),
        (
            &["--verdict", "allow"],
            &["https://example.com/a", "ls src"],
        ),
        (&["--path", "example.com"], &["https://example.com/a"]),
        (&["--text", "PUSH"], &["git push --force origin main"]),
        (&["--until", "yesterday"], &[]),
        (
            &["--since", "1h", "--session", "3f2a", "-n", "1"],
            &["ls src"],
        ),
    ] {
        let mut args = vec!["log", "--format", "json"];
        args.extend(filter);
        assert_eq!(summaries(&world.palisade(&args)), expected, "{filter:?}");
    }
    insta::assert_snapshot!("log-none", world.palisade(&["log", "--tool", "Nothing"]));
}

#[test]
fn words_that_are_not_understood() {
    let world = World::new();
    for (name, args) in [
        ("time", &["log", "--since", "blah"][..]),
        ("verdict", &["log", "--verdict", "deny,maybe"]),
        ("format", &["log", "--format", "xml"]),
        ("follow", &["log", "--follow", "--since", "1h"]),
    ] {
        let ended = world.palisade(args);
        assert_eq!(ended.code, Some(2));
        insta::assert_snapshot!(format!("log-bad-{name}"), ended);
    }
}

#[test]
fn empty() {
    let world = World::new();
    insta::assert_snapshot!("log-empty", world.palisade(&["log"]));
    assert_eq!(
        world.palisade(&["log", "--format", "json"]).json(),
        json!([])
    );
    assert_eq!(world.palisade(&["log", "--format", "jsonl"]).stdout, "");
    insta::assert_snapshot!("log-verify-empty", world.palisade(&["log", "verify"]));
}

#[test]
fn nothing_in_a_record_commands_the_terminal() {
    let world = World::protected();
    let command = "rm -rf \u{1b}[31mfoo \u{202e}bar /etc/\u{1b}]0;hi\u{7}";
    world.call("s", "Bash", &json!({"command": command}));
    let ended = world.palisade(&["log", "-n", "1", "--color", "always"]);
    assert!(!ended.stdout.contains("\u{1b}[31mfoo") && !ended.stdout.contains("\u{1b}]"));
    assert!(!ended.stdout.contains(['\u{7}', '\u{202e}']), "{ended}");
    for format in ["json", "jsonl"] {
        let ended = world.palisade(&["log", "-n", "1", "--format", format]);
        assert!(
            !ended.stdout.contains(['\u{1b}', '\u{7}', '\u{202e}']),
            "{ended}"
        );
    }
}

#[test]
fn intact() {
    let world = recorded();
    insta::assert_snapshot!("log-verify", world.palisade(&["log", "verify"]));
    let json = world.palisade(&["log", "verify", "--format", "json"]);
    assert_eq!(json.code, Some(0));
    assert_eq!(json.json()["intact"], true);
}

#[test]
fn tampered_with() {
    let world = recorded();
    let text = std::fs::read_to_string(world.segment()).unwrap();
    // A record in the middle is taken out.
    let kept: String = text
        .split_inclusive('\n')
        .filter(|l| !l.contains("ls src"))
        .collect();
    assert_ne!(kept, text);
    std::fs::write(world.segment(), kept).unwrap();
    let ended = world.palisade(&["log", "verify"]);
    assert_eq!(ended.code, Some(1), "{ended}");
    insta::assert_snapshot!("log-verify-tampered", sizes(&ended));
    let json = world.palisade(&["log", "verify", "--format", "json"]);
    assert_eq!(json.code, Some(1));
    insta::assert_snapshot!("log-verify-tampered-json", pretty(&json.json()["damage"]));
    insta::assert_snapshot!("log-tampered", world.palisade(&["log", "-n", "1"]));
}

#[test]
fn damaged_by_an_accident() {
    let world = recorded();
    let text = std::fs::read_to_string(world.segment()).unwrap();
    // The power went while the last record was written.
    std::fs::write(world.segment(), text.split_at(text.len() - 20).0).unwrap();
    let ended = world.palisade(&["log", "verify"]);
    assert_eq!(ended.code, Some(2), "{ended}");
    insta::assert_snapshot!("log-verify-torn", sizes(&ended));
}

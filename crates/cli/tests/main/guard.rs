//! `palisade guard check` and `palisade hook`.

use crate::world::{World, pretty};

#[test]
fn each_verdict() {
    let world = World::new();
    for (name, command, code) in [
        ("allow", "ls -la", 0),
        ("ask", "git push --force origin topic", 1),
        ("deny", "bash -c 'git push --force origin main'", 1),
    ] {
        let ended = world.palisade(&["guard", "check", "--", command]);
        assert_eq!(ended.code, Some(code), "{ended}");
        insta::assert_snapshot!(format!("guard-{name}"), ended);
        let json = world.palisade(&["guard", "check", "--format", "json", "--", command]);
        assert_eq!(json.code, Some(code), "{json}");
        insta::assert_snapshot!(format!("guard-{name}-json"), pretty(&json.json()));
    }
}

#[test]
fn every_step_is_explained() {
    let world = World::new();
    for (name, command, code) in [
        (
            "nested",
            "cd docs && x=rm; sudo bash -c \"$x -rf ~/old\"; git push -f origin main",
            1,
        ),
        ("unreadable", "if true; do ls; fi", 1),
        ("nothing", "true", 0),
    ] {
        let ended = world.palisade(&["guard", "explain", "--", command]);
        assert_eq!(ended.code, Some(code), "{ended}");
        insta::assert_snapshot!(format!("explain-{name}"), ended);
        let json = world.palisade(&["guard", "explain", "--format", "json", "--", command]);
        assert_eq!(json.code, Some(code), "{json}");
        insta::assert_snapshot!(format!("explain-{name}-json"), pretty(&json.json()));
    }
}

#[test]
fn when_nobody_can_be_asked() {
    let world = World::new();
    let args = [
        "guard",
        "check",
        "--headless",
        "--",
        "git push --force origin topic",
    ];
    insta::assert_snapshot!("guard-headless", world.palisade(&args));
}

#[test]
fn a_line_each() {
    let world = World::new();
    let input = "\
{\"id\":1,\"command\":\"rm -rf ~\"}
{\"id\":\"two\",\"tool_name\":\"Read\",\"tool_input\":{\"file_path\":\".env\"}}

{\"id\":3,\"tool_name\":\"Bash\",\"tool_input\":{\"command\":\"ls\"}}
not json
[1]
{\"id\":6,\"command\":7}
{\"id\":7}
";
    let ended = world.fed(&["guard", "check", "--jsonl"], input);
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (Some(0), ""),
        "{ended}"
    );
    let lines: Vec<serde_json::Value> = ended
        .stdout
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let verdicts: Vec<String> = lines
        .iter()
        .map(|l| format!("{} {} {}", l["id"], l["verdict"], l["reason"]))
        .collect();
    insta::assert_snapshot!(
        "guard-jsonl",
        crate::world::steady(&verdicts.join("\n"), &world.root().display().to_string())
    );
}

#[test]
fn input_that_is_no_text_stops_nothing() {
    let world = World::new();
    let mut command = world.command(&["guard", "check", "--jsonl"]);
    let ended = world.run(&mut command, b"\xff\xfe\n{\"id\":2,\"command\":\"ls\"}\n");
    let lines = ended.lines();
    assert_eq!(lines[0]["verdict"], "deny");
    assert_eq!(lines[1]["verdict"], "allow");
}

#[test]
fn without_a_command_there_is_help() {
    let world = World::new();
    let ended = world.palisade(&["guard", "check"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    assert!(ended.stderr.contains("Usage: palisade guard check"));
    let both = world.palisade(&["guard", "check", "--jsonl", "--", "ls"]);
    assert_eq!(both.code, Some(2), "{both}");
}

#[test]
fn nothing_in_a_command_commands_the_terminal() {
    let world = World::new();
    let command = "rm -rf \u{1b}[31mfoo /etc/\u{1b}]0;hi\u{7}";
    let ended = world.palisade(&["guard", "check", "--color", "always", "--", command]);
    assert!(
        !ended.stdout.contains("\u{1b}]") && !ended.stdout.contains('\u{7}'),
        "{ended}"
    );
}

#[test]
fn the_hook_under_another_name() {
    let world = World::protected();
    let call = format!(
        "{{\"hook_event_name\":\"PreToolUse\",\"session_id\":\"s\",\"cwd\":{:?},\"tool_name\":\"Bash\",\"tool_input\":{{\"command\":\"rm -rf ~\"}},\"tool_use_id\":\"t\",\"transcript_path\":\"\"}}",
        world.path("shop")
    );
    let ended = world.fed(&["hook", "claude"], &call);
    assert_eq!(ended.code, Some(2), "{ended}");
    assert_eq!(
        ended.json()["hookSpecificOutput"]["permissionDecision"],
        "deny"
    );
    assert_eq!(world.palisade(&["hook", "other"]).code, Some(2));
}

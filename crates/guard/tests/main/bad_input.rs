//! Input nobody should send.

use serde_json::json;

use crate::world::World;

#[test]
fn what_cannot_be_read_is_denied_and_recorded() {
    let world = World::new();
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let deep = format!(
        "{{\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Bash\",\"tool_input\":{deep}}}"
    );
    let cases: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b"{".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"\xff\xfe{}".to_vec(),
        b"{\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Bash\",\"tool_input\":{\"command\":7}}".to_vec(),
        b"{\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Bash\",\"tool_input\":{}}".to_vec(),
        b"{\"hook_event_name\":\"PreToolUse\"}".to_vec(),
        deep.into_bytes(),
    ];
    let n = cases.len();
    for input in cases {
        let out = world.raw(&input);
        assert_eq!(
            out.exit_code,
            2,
            "{} → {out:?}",
            String::from_utf8_lossy(&input)
        );
        assert!(!out.stderr.is_empty());
        assert_eq!(World::verdict(&out), "deny");
    }
    assert_eq!(world.journal().len(), n);
}

#[test]
fn unknown_tools_events_and_fields_are_recorded() {
    let world = World::new();
    assert_eq!(
        World::verdict(&world.tool("Frobnicate", json!({"x": 1}))),
        "allow"
    );
    let out = world.event("SomethingNew", json!({"field": [1, 2, 3]}));
    assert_eq!((out.stdout.as_str(), out.exit_code), ("", 0));
    let out = world.event("PreToolUse", json!({"tool_name": "Bash", "tool_input": {"command": "ls", "new": 1}, "tool_use_id": "t", "surprise": {}}));
    assert_eq!(World::verdict(&out), "allow");
    assert_eq!(world.journal().len(), 3);
}

#[test]
fn a_damaged_policy_leaves_reads() {
    let world = World::new();
    world.expect(&[("ls", "allow"), ("touch src/x", "allow")]);
    let tables = world.places.tables();
    std::fs::create_dir_all(&tables).unwrap();
    std::fs::write(tables.join("user.table"), b"garbage").unwrap();
    world.expect(&[
        ("cat README.md", "allow"),
        ("touch src/x", "deny"),
        ("curl https://example.com", "deny"),
        ("cat .env", "deny"),
    ]);
}

#[test]
fn without_a_record_only_reads_go_on() {
    let world = World::new();
    // A file where the state directory should be.
    std::fs::create_dir_all(world.places.state.parent().unwrap()).unwrap();
    std::fs::write(&world.places.state, "").unwrap();
    world.expect(&[
        ("cat README.md", "allow"),
        ("touch src/x", "deny"),
        ("curl -X POST https://example.com", "deny"),
    ]);
}

#[test]
fn a_huge_command_is_not_allowed() {
    let world = World::new();
    let out = world.bash(&format!("echo {}", "a".repeat(300_000)));
    assert_ne!(World::verdict(&out), "allow");
}

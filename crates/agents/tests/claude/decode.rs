use std::path::PathBuf;

use palisade_agents::{DecodeError, HookEnv, claude};
use palisade_core::{Action, ActionKind, Attendance, ToolCall, limits};
use proptest::prelude::*;
use serde_json::{Value, json};

fn env() -> HookEnv {
    HookEnv {
        project_dir: Some(PathBuf::from("/home/dev/shop")),
        attended: Some(false),
        version: Some("2.1.329".into()),
    }
}

fn event(name: &str, extra: Value) -> Value {
    let mut call = json!({
        "session_id": "11111111-2222-4333-8444-555555555555",
        "transcript_path": "/home/dev/.claude/projects/shop/t.jsonl",
        "cwd": "/home/dev/shop",
        "prompt_id": "p-1",
        "permission_mode": "default",
        "effort": { "level": "medium" },
        "hook_event_name": name,
        "a_field_of_tomorrow": { "x": [1, 2.5, null, true] },
    });
    for (key, value) in extra.as_object().unwrap() {
        call[key] = value.clone();
    }
    call
}

fn decode(call: &Value) -> Result<Action, DecodeError> {
    claude::decode(call.to_string().as_bytes(), &env())
}

fn tool(name: &str, input: Value) -> Result<ToolCall, DecodeError> {
    let call = event(
        "PreToolUse",
        json!({ "tool_name": name, "tool_input": input, "tool_use_id": "toolu_1" }),
    );
    decode(&call).map(|action| match action.kind {
        ActionKind::Tool(call) => call,
        other => panic!("{other:?}"),
    })
}

#[test]
fn common_fields() {
    let mut call = event(
        "PreToolUse",
        json!({ "tool_name": "Bash", "tool_input": { "command": "ls" }, "tool_use_id": "toolu_1" }),
    );
    let action = decode(&call).unwrap();
    assert_eq!(action.agent.version.as_deref(), Some("2.1.329"));
    assert_eq!(action.event, "PreToolUse");
    assert_eq!(action.tool_use_id.as_deref(), Some("toolu_1"));
    assert_eq!(action.prompt_id.as_deref(), Some("p-1"));
    assert_eq!(action.cwd, PathBuf::from("/home/dev/shop"));
    assert_eq!(action.permission_mode.as_deref(), Some("default"));
    assert_eq!(action.attendance, Attendance::Headless);
    assert_eq!(action.subagent, None);

    call["agent_id"] = json!("a1");
    call["agent_type"] = json!("general-purpose");
    let subagent = decode(&call).unwrap().subagent.unwrap();
    assert_eq!(subagent.id, "a1");
    assert_eq!(subagent.kind.as_deref(), Some("general-purpose"));
}

#[test]
fn every_tool_of_the_table() {
    let shell = |tool: &str, unsandboxed| ToolCall::Shell {
        tool: tool.into(),
        command: "ls -l".into(),
        unsandboxed,
        open_input: false,
    };
    let cases = [
        (
            "Bash",
            json!({"command": "ls -l", "timeout": 5, "description": "x", "run_in_background": false}),
            shell("Bash", false),
        ),
        (
            "Bash",
            json!({"command": "ls -l", "dangerouslyDisableSandbox": true}),
            shell("Bash", true),
        ),
        (
            "Bash",
            json!({"command": "ls -l", "dangerouslyDisableSandbox": "true"}),
            shell("Bash", true),
        ),
        (
            "PowerShell",
            json!({"command": "ls -l"}),
            shell("PowerShell", false),
        ),
        (
            "Monitor",
            json!({"command": "ls -l", "description": "x", "timeout_ms": 5}),
            shell("Monitor", false),
        ),
        (
            "Monitor",
            json!({"ws": {"url": "wss://x/y", "protocols": []}, "description": "x"}),
            ToolCall::Socket {
                url: "wss://x/y".into(),
            },
        ),
        (
            "Read",
            json!({"file_path": "/a", "offset": 1, "pages": "1-2"}),
            ToolCall::Read { path: "/a".into() },
        ),
        (
            "Write",
            json!({"file_path": "/a", "content": "c"}),
            ToolCall::Write {
                path: "/a".into(),
                content: "c".into(),
            },
        ),
        (
            "Edit",
            json!({"file_path": "/a", "old_string": "o", "new_string": "n", "replace_all": true}),
            ToolCall::Edit {
                tool: "Edit".into(),
                path: "/a".into(),
                old: "o".into(),
                new: "n".into(),
            },
        ),
        (
            "MultiEdit",
            json!({"file_path": "/a", "edits": [{"old_string": "o", "new_string": "n"}, {"old_string": "p", "new_string": "m"}]}),
            ToolCall::Edit {
                tool: "MultiEdit".into(),
                path: "/a".into(),
                old: "o\np".into(),
                new: "n\nm".into(),
            },
        ),
        (
            "NotebookEdit",
            json!({"notebook_path": "/a", "new_source": "n", "edit_mode": "insert"}),
            ToolCall::Edit {
                tool: "NotebookEdit".into(),
                path: "/a".into(),
                old: String::new(),
                new: "n".into(),
            },
        ),
        (
            "NotebookEdit",
            json!({"notebook_path": "/a", "edit_mode": "delete"}),
            ToolCall::Edit {
                tool: "NotebookEdit".into(),
                path: "/a".into(),
                old: String::new(),
                new: String::new(),
            },
        ),
        (
            "Glob",
            json!({"pattern": "**/*.rs", "path": null}),
            ToolCall::Glob {
                pattern: "**/*.rs".into(),
                path: None,
            },
        ),
        (
            "Grep",
            json!({"pattern": "x", "path": "/a", "glob": "*.rs", "-n": true}),
            ToolCall::Grep {
                pattern: "x".into(),
                path: Some("/a".into()),
                glob: Some("*.rs".into()),
            },
        ),
        (
            "WebFetch",
            json!({"url": "https://x", "prompt": "p"}),
            ToolCall::WebFetch {
                url: "https://x".into(),
            },
        ),
        (
            "WebSearch",
            json!({"query": "q"}),
            ToolCall::WebSearch { query: "q".into() },
        ),
        (
            "Agent",
            json!({"description": "d", "prompt": "p", "subagent_type": "Explore"}),
            ToolCall::Agent {
                kind: Some("Explore".into()),
                prompt: "p".into(),
            },
        ),
        (
            "Task",
            json!({"description": "d", "prompt": "p"}),
            ToolCall::Agent {
                kind: None,
                prompt: "p".into(),
            },
        ),
        (
            "Skill",
            json!({"skill": "s", "args": "a"}),
            ToolCall::Skill {
                name: "s".into(),
                args: Some("a".into()),
            },
        ),
        (
            "mcp__srv__echo",
            json!({"text": "hi"}),
            ToolCall::Mcp {
                server: "srv".into(),
                source: None,
                tool: "echo".into(),
                arguments: json!({"text": "hi"}),
            },
        ),
        (
            "ReadMcpResourceTool",
            json!({"server": "srv", "uri": "x://y"}),
            ToolCall::Mcp {
                server: "srv".into(),
                source: None,
                tool: "ReadMcpResourceTool".into(),
                arguments: json!({"uri": "x://y"}),
            },
        ),
    ];
    for (name, input, expected) in cases {
        assert_eq!(tool(name, input.clone()), Ok(expected), "{name} {input}");
    }
    for name in [
        "TodoWrite",
        "TaskCreate",
        "TaskGet",
        "TaskUpdate",
        "TaskList",
        "TaskStop",
        "AskUserQuestion",
        "ExitPlanMode",
        "EnterPlanMode",
        "ToolSearch",
        "ReportFindings",
        "ListAgents",
        "CronList",
        "ListMcpResourcesTool",
    ] {
        assert!(
            matches!(tool(name, json!({})), Ok(ToolCall::Internal { .. })),
            "{name}"
        );
    }
    for name in [
        "CronCreate",
        "CronDelete",
        "ScheduleWakeup",
        "RemoteTrigger",
        "SendMessage",
        "SendUserFile",
        "Artifact",
        "Workflow",
        "REPL",
        "JavaScript",
        "LSP",
        "EnterWorktree",
        "ExitWorktree",
        "PushNotification",
        "Projects",
        "ToolOfTomorrow",
        "bash",
        "mcp__x",
        "",
    ] {
        let Ok(ToolCall::Unknown { tool, input }) = tool(name, json!({"x": 1})) else {
            panic!("{name}");
        };
        assert_eq!((tool.as_str(), input), (name, json!({"x": 1})));
    }
}

#[test]
fn a_required_field_is_never_guessed() {
    let wrong = [
        ("Bash", json!({"command": 7}), "command"),
        ("Bash", json!({"command": ["ls"]}), "command"),
        ("Bash", json!({}), "command"),
        (
            "Bash",
            json!({"command": "ls", "dangerouslyDisableSandbox": 1}),
            "dangerouslyDisableSandbox",
        ),
        (
            "Monitor",
            json!({"command": "x", "ws": {"url": "wss://x"}}),
            "command",
        ),
        ("Monitor", json!({"description": "x"}), "command"),
        ("Monitor", json!({"ws": {}}), "ws"),
        ("Read", json!({"file_path": null}), "file_path"),
        ("Write", json!({"file_path": "/a"}), "content"),
        (
            "Write",
            json!({"file_path": "/a", "content": {}}),
            "content",
        ),
        (
            "Edit",
            json!({"file_path": "/a", "old_string": "o"}),
            "new_string",
        ),
        (
            "MultiEdit",
            json!({"file_path": "/a", "edits": [7]}),
            "edits",
        ),
        ("NotebookEdit", json!({"notebook_path": "/a"}), "new_source"),
        ("Glob", json!({"pattern": "*", "path": 1}), "path"),
        ("Grep", json!({"path": "/a"}), "pattern"),
        ("WebFetch", json!({"prompt": "p"}), "url"),
        ("WebSearch", json!({}), "query"),
        ("Agent", json!({"description": "d"}), "prompt"),
        ("Skill", json!({"skill": "s", "args": {}}), "args"),
    ];
    for (name, input, field) in wrong {
        let expected = DecodeError::Field {
            tool: name.into(),
            field,
        };
        assert_eq!(tool(name, input.clone()), Err(expected), "{name} {input}");
    }
    for (input, field) in [
        (json!("ls"), "tool_input"),
        (json!(null), "tool_input"),
        (json!([]), "tool_input"),
    ] {
        assert!(
            matches!(tool("Bash", input), Err(DecodeError::Field { field: f, .. }) if f == field)
        );
    }
    for (key, value, field) in [
        ("tool_name", json!(1), "tool_name"),
        ("cwd", json!(null), "cwd"),
        ("cwd", json!("relative"), "cwd"),
        ("cwd", json!(7), "cwd"),
        ("session_id", json!(7), "session_id"),
        ("hook_event_name", json!(null), "hook_event_name"),
    ] {
        let mut call = event(
            "PreToolUse",
            json!({"tool_name": "Bash", "tool_input": {"command": "ls"}}),
        );
        call[key] = value;
        assert!(
            matches!(decode(&call), Err(DecodeError::Field { field: f, .. }) if f == field),
            "{key}"
        );
    }
}

#[test]
fn the_servers_name_and_source_are_taken_from_beside_the_call() {
    let call = event(
        "PreToolUse",
        json!({
            "tool_name": "mcp__my__srv__do", "tool_input": {},
            "mcp_server": { "name": "my__srv", "source": "project" },
        }),
    );
    let ActionKind::Tool(call) = decode(&call).unwrap().kind else {
        panic!()
    };
    assert_eq!(call.name(), "mcp__my__srv__do");
    assert_eq!(
        call,
        ToolCall::Mcp {
            server: "my__srv".into(),
            source: Some("project".into()),
            tool: "do".into(),
            arguments: json!({}),
        }
    );
}

#[test]
fn what_has_run_is_looked_at_even_if_the_call_is_odd() {
    let call = event(
        "PostToolUse",
        json!({ "tool_name": "Bash", "tool_input": {"command": 7}, "tool_response": {"stdout": "x"} }),
    );
    let ActionKind::ToolResult { call, response } = decode(&call).unwrap().kind else {
        panic!()
    };
    assert_eq!(
        call,
        ToolCall::Unknown {
            tool: "Bash".into(),
            input: json!({"command": 7})
        }
    );
    assert_eq!(response, json!({"stdout": "x"}));

    let call = event(
        "PostToolUseFailure",
        json!({ "tool_name": "Bash", "error": {"code": 1} }),
    );
    let ActionKind::ToolFailure { error, .. } = decode(&call).unwrap().kind else {
        panic!()
    };
    assert_eq!(error, r#"{"code":1}"#);
}

#[test]
fn every_event_of_the_table() {
    let bash = json!({ "tool_name": "Bash", "tool_input": {"command": "ls"}, "tool_use_id": "t" });
    let with = |extra: Value| {
        let mut call = bash.clone();
        for (key, value) in extra.as_object().unwrap() {
            call[key] = value.clone();
        }
        call
    };
    let shell = ToolCall::Shell {
        tool: "Bash".into(),
        command: "ls".into(),
        unsandboxed: false,
        open_input: false,
    };
    let known = [
        ("PreToolUse", bash.clone(), ActionKind::Tool(shell.clone())),
        (
            "PermissionRequest",
            with(json!({"permission_suggestions": []})),
            ActionKind::PermissionRequest(shell.clone()),
        ),
        (
            "PostToolUse",
            with(json!({"tool_response": {"stdout": "a"}, "duration_ms": 3})),
            ActionKind::ToolResult {
                call: shell.clone(),
                response: json!({"stdout": "a"}),
            },
        ),
        (
            "PostToolUseFailure",
            with(json!({"error": "Exit code 1", "is_interrupt": false})),
            ActionKind::ToolFailure {
                call: shell,
                error: "Exit code 1".into(),
            },
        ),
        (
            "PostToolBatch",
            json!({"tool_calls": [
            {"tool_name": "Bash", "tool_input": {"command": "ls"}, "tool_use_id": "t", "tool_response": "text"},
            {"tool_name": "Read", "tool_input": {}}]}),
            ActionKind::ToolBatch(vec![
                palisade_core::BatchCall {
                    tool_use_id: Some("t".into()),
                    tool: "Bash".into(),
                    response: Some(json!("text")),
                },
                palisade_core::BatchCall {
                    tool_use_id: None,
                    tool: "Read".into(),
                    response: None,
                },
            ]),
        ),
        (
            "UserPromptSubmit",
            json!({"prompt": "hi", "source": "user"}),
            ActionKind::Prompt { text: "hi".into() },
        ),
        (
            "UserPromptExpansion",
            json!({"prompt": "/alias y", "command_name": "x", "command_args": "y"}),
            ActionKind::Prompt {
                text: "/x y".into(),
            },
        ),
        (
            "SessionStart",
            json!({"source": "startup", "model": "m"}),
            ActionKind::SessionStart {
                source: "startup".into(),
                model: Some("m".into()),
            },
        ),
        (
            "SessionEnd",
            json!({"reason": "other"}),
            ActionKind::SessionEnd {
                reason: "other".into(),
            },
        ),
        (
            "ConfigChange",
            json!({"source": "user_settings", "file_path": "/s"}),
            ActionKind::ConfigChange {
                source: "user_settings".into(),
                path: Some("/s".into()),
            },
        ),
        (
            "InstructionsLoaded",
            json!({"file_path": "/CLAUDE.md", "memory_type": "Project", "load_reason": "x"}),
            ActionKind::InstructionsLoaded {
                path: "/CLAUDE.md".into(),
                layer: "Project".into(),
            },
        ),
    ];
    for (name, extra, expected) in known {
        let action = decode(&event(name, extra)).unwrap();
        assert_eq!(action.event, name);
        assert_eq!(action.kind, expected, "{name}");
    }
    for name in [
        "PermissionDenied",
        "Setup",
        "Stop",
        "SubagentStop",
        "StopFailure",
        "SubagentStart",
        "PreCompact",
        "PostCompact",
        "PreModelSwitch",
        "PostModelSwitch",
        "Notification",
        "TeammateIdle",
        "TaskCreated",
        "TaskCompleted",
        "Elicitation",
        "ElicitationResult",
        "CwdChanged",
        "FileChanged",
        "DirectoryAdded",
        "WorktreeCreate",
        "WorktreeRemove",
        "MessageDisplay",
        "EventOfTomorrow",
    ] {
        let action = decode(&event(name, json!({"anything": 1}))).unwrap();
        assert_eq!(
            (action.event.as_str(), action.kind),
            (name, ActionKind::Other)
        );
    }
}

#[test]
fn garbage_is_refused() {
    let valid = event(
        "PreToolUse",
        json!({"tool_name": "Bash", "tool_input": {"command": "ls"}}),
    )
    .to_string();
    assert!(claude::decode(valid.as_bytes(), &env()).is_ok());
    let refused = |input: &[u8]| claude::decode(input, &env()).unwrap_err();
    assert_eq!(refused(b""), DecodeError::Empty);
    assert_eq!(refused(b"[]"), DecodeError::NotAnObject);
    assert!(matches!(refused(b"\xff\xfe"), DecodeError::Syntax { .. }));
    for end in (1..valid.len()).step_by(7) {
        assert!(matches!(
            refused(&valid.as_bytes()[..end]),
            DecodeError::Syntax { .. }
        ));
    }
    let twice = valid.replace(
        r#""command":"ls""#,
        r#""command":"ls","command":"rm -rf /""#,
    );
    assert_eq!(
        refused(twice.as_bytes()),
        DecodeError::DuplicateKey {
            key: "command".into()
        }
    );
    let escaped = valid.replace(
        r#""tool_name":"Bash""#,
        r#""tool_name":"Bash","tool\u005fname":"Read""#,
    );
    assert_eq!(
        refused(escaped.as_bytes()),
        DecodeError::DuplicateKey {
            key: "tool_name".into()
        }
    );
    let deep = format!(
        r#"{{"tool_input":{}1{}}}"#,
        "[".repeat(limits::JSON_DEPTH),
        "]".repeat(limits::JSON_DEPTH)
    );
    assert_eq!(refused(deep.as_bytes()), DecodeError::TooDeep);
    let big = format!(r#"{{"x":"{}"}}"#, "a".repeat(limits::HOOK_INPUT_BYTES));
    assert!(matches!(
        refused(big.as_bytes()),
        DecodeError::TooLarge { .. }
    ));
}

fn arbitrary_json() -> impl Strategy<Value = Value> {
    let names = prop::sample::select(vec![
        "hook_event_name",
        "tool_name",
        "tool_input",
        "tool_response",
        "tool_calls",
        "command",
        "file_path",
        "content",
        "cwd",
        "mcp_server",
        "name",
        "source",
        "prompt",
        "error",
        "x",
    ]);
    let texts = prop_oneof![
        prop::sample::select(vec![
            "PreToolUse",
            "PostToolUse",
            "PostToolBatch",
            "PermissionRequest",
            "UserPromptSubmit",
            "Bash",
            "Write",
            "Monitor",
            "mcp__a__b",
            "mcp__é__b",
            "/tmp",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        texts.prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(names.clone().prop_map(str::to_owned), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn arbitrary_bytes_do_not_panic(input in prop::collection::vec(any::<u8>(), 0..400)) {
        drop(claude::decode(&input, &env()));
        drop(claude::sniff(&input));
    }

    #[test]
    fn arbitrary_json_does_not_panic(input in arbitrary_json(), event in any::<prop::sample::Index>()) {
        drop(decode(&input));
        if let Value::Object(mut map) = input {
            let names = ["PreToolUse", "PostToolUse", "PostToolBatch", "UserPromptSubmit"];
            let name = names[event.index(names.len())];
            map.insert("hook_event_name".into(), name.into());
            map.insert("cwd".into(), "/w".into());
            if let Ok(action) = decode(&Value::Object(map)) {
                prop_assert_eq!(action.event, name);
            }
        }
    }

    /// Whatever is in a command arrives unchanged.
    #[test]
    fn commands_arrive_unchanged(command in any::<String>()) {
        prop_assert_eq!(
            tool("Bash", json!({"command": command.clone()})),
            Ok(ToolCall::Shell { tool: "Bash".into(), command, unsandboxed: false, open_input: false })
        );
    }

    /// No input of a tool changes what the sniffer says about a cut-off call.
    #[test]
    fn the_sniffer_is_not_led_astray(input in arbitrary_json(), cut in any::<prop::sample::Index>()) {
        let call = format!(
            r#"{{"session_id":"s","hook_event_name":"PreToolUse","tool_input":{input}}}"#
        );
        let from = call.find("tool_input").unwrap();
        let end = from + cut.index(call.len() - from);
        let sniffed = claude::sniff(&call.as_bytes()[..end]);
        prop_assert!(sniffed.blockable);
    }
}

/// Calls captured from Claude Code 2.1.329, with names and values replaced.
#[test]
fn captured_calls() {
    let mut seen = String::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/claude/fixtures");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for path in &paths {
        let action = claude::decode(&std::fs::read(path).unwrap(), &env()).unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap();
        seen.push_str(&format!(
            "{name}: {} subagent={:?} id={:?}\n  {:?}\n",
            action.event,
            action.subagent.map(|s| s.id),
            action.tool_use_id,
            action.kind,
        ));
    }
    assert!(paths.len() > 30);
    insta::assert_snapshot!(seen);
}

//! One action in the words of every agent: the same call comes out, and a
//! denial goes back in the form each obeys.

use palisade_agents::{HookEnv, decode, encode};
use palisade_core::{ActionKind, AgentKind, Answer, ToolCall};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Hook calls for `git status`, as each agent writes them. Those of the first
/// five were recorded from the agents, the others follow their documentation.
fn status() -> Vec<(AgentKind, Option<&'static str>, Value)> {
    let command = json!({"command": "git status"});
    vec![
        (
            AgentKind::Claude,
            None,
            json!({"session_id": "s", "cwd": "/w", "hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": command, "tool_use_id": "t"}),
        ),
        (
            AgentKind::Codex,
            None,
            json!({"session_id": "s", "turn_id": "u", "cwd": "/w", "hook_event_name": "PreToolUse", "model": "m", "permission_mode": "default", "tool_name": "Bash", "tool_input": command, "tool_use_id": "call_0"}),
        ),
        (
            AgentKind::Gemini,
            None,
            json!({"session_id": "s", "cwd": "/w", "hook_event_name": "BeforeTool", "timestamp": "2026-11-26T19:54:10Z", "tool_name": "run_shell_command", "tool_input": command}),
        ),
        (
            AgentKind::Copilot,
            Some("preToolUse"),
            json!({"sessionId": "s", "timestamp": 1, "cwd": "/w", "toolName": "bash", "toolArgs": command}),
        ),
        (
            AgentKind::Copilot,
            Some("preToolUse"),
            json!({"sessionId": "s", "timestamp": 1, "cwd": "/w", "toolName": "bash", "toolArgs": command.to_string()}),
        ),
        (
            AgentKind::OpenCode,
            Some("tool.execute.before"),
            json!({"sessionID": "s", "callID": "c", "directory": "/w", "tool": "bash", "args": command}),
        ),
        (
            AgentKind::Cursor,
            None,
            json!({"conversation_id": "s", "hook_event_name": "beforeShellExecution", "workspace_roots": ["/w"], "command": "git status", "cwd": ""}),
        ),
        (
            AgentKind::Windsurf,
            None,
            json!({"agent_action_name": "pre_run_command", "trajectory_id": "s", "tool_info": {"command_line": "git status", "cwd": "/w"}}),
        ),
        (
            AgentKind::Cline,
            None,
            json!({"hookName": "PreToolUse", "taskId": "s", "workspaceRoots": ["/w"], "preToolUse": {"toolName": "execute_command", "parameters": command}}),
        ),
        (
            AgentKind::Kiro,
            None,
            json!({"hook_event_name": "preToolUse", "cwd": "/w", "tool_name": "execute_bash", "tool_input": command}),
        ),
        (
            AgentKind::VsCode,
            None,
            json!({"hookEventName": "PreToolUse", "sessionId": "s", "cwd": "/w", "tool_name": "run_in_terminal", "tool_input": command}),
        ),
        // Through the settings of Claude Code.
        (
            AgentKind::Claude,
            None,
            json!({"hookEventName": "PreToolUse", "sessionId": "s", "cwd": "/w", "tool_name": "run_in_terminal", "tool_input": command}),
        ),
    ]
}

#[test]
fn a_command_is_the_same_from_everyone() {
    for (agent, event, input) in status() {
        let bytes = serde_json::to_vec(&input).unwrap();
        let action = decode(agent, event, &bytes, &HookEnv::default()).unwrap();
        assert_eq!(action.cwd.to_str(), Some("/w"), "{agent:?}");
        let ActionKind::Tool(ToolCall::Shell { tool, command, .. }) = action.kind else {
            panic!("{agent:?}: {:?}", action.kind);
        };
        assert_eq!(
            (tool.as_str(), command.as_str()),
            ("Bash", "git status"),
            "{agent:?}"
        );
    }
}

#[test]
fn a_denial_is_said_as_each_obeys_it() {
    let answer = Answer::Deny {
        reason: "Denied: no.".into(),
    };
    for (agent, event, input) in status() {
        let bytes = serde_json::to_vec(&input).unwrap();
        let action = decode(agent, event, &bytes, &HookEnv::default()).unwrap();
        let out = encode(action.agent.kind, Some(&action.event), &answer);
        assert_eq!(out.exit_code, 2, "{agent:?}");
        assert!(out.stderr.contains("Denied: no."), "{agent:?}: {out:?}");
        let json: Value = serde_json::from_str(&out.stdout).unwrap_or_default();
        let expected = match agent {
            // Exit code and standard error alone.
            AgentKind::Codex | AgentKind::Windsurf | AgentKind::Kiro => Value::Null,
            AgentKind::Claude | AgentKind::VsCode => {
                json!({"hookSpecificOutput": {"hookEventName": "PreToolUse", "permissionDecision": "deny", "permissionDecisionReason": "Denied: no."}})
            }
            AgentKind::Gemini | AgentKind::OpenCode => {
                json!({"decision": "deny", "reason": "Denied: no."})
            }
            AgentKind::Copilot => {
                json!({"permissionDecision": "deny", "permissionDecisionReason": "Denied: no."})
            }
            AgentKind::Cursor => {
                json!({"permission": "deny", "user_message": "Denied: no.", "agent_message": "Denied: no."})
            }
            AgentKind::Cline => json!({"cancel": true, "errorMessage": "Denied: no."}),
        };
        assert_eq!(json, expected, "{agent:?}");
    }
}

#[test]
fn no_opinion_is_silence() {
    for agent in AgentKind::ALL {
        let out = encode(agent, Some("PreToolUse"), &Answer::Pass);
        assert_eq!(
            (out.stdout.as_str(), out.stderr.as_str(), out.exit_code),
            ("", "", 0)
        );
    }
}

#[test]
fn a_call_without_what_matters_is_refused() {
    for (agent, event, input) in status() {
        for gone in [
            "tool_input",
            "toolArgs",
            "args",
            "command",
            "tool_info",
            "preToolUse",
        ] {
            let mut input = input.clone();
            if input.as_object_mut().unwrap().remove(gone).is_none() {
                continue;
            }
            let bytes = serde_json::to_vec(&input).unwrap();
            let decoded = decode(agent, event, &bytes, &HookEnv::default());
            assert!(decoded.is_err(), "{agent:?} without {gone}: {decoded:?}");
        }
    }
}

proptest! {
    /// Bytes of any kind end in an action or an error, for every agent.
    #[test]
    fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400), event in proptest::option::of("[a-zA-Z.]{0,20}")) {
        for agent in AgentKind::ALL {
            decode(agent, event.as_deref(), &bytes, &HookEnv::default()).ok();
        }
    }

    /// Nor does JSON with the right names and the wrong values.
    #[test]
    fn wrong_types_do_not_panic(which in 0_usize..12, value in prop_oneof![
        Just(Value::Null), Just(json!(1)), Just(json!([])), Just(json!({})), Just(json!("x")), Just(json!([1, {"a": "b"}])),
    ], at in 0_usize..12) {
        let (agent, event, mut input) = status().swap_remove(which);
        let map = input.as_object_mut().unwrap();
        let name = map.keys().nth(at % map.len()).cloned().unwrap();
        map.insert(name, value);
        let bytes = serde_json::to_vec(&input).unwrap();
        decode(agent, event, &bytes, &HookEnv::default()).ok();
    }
}

/// Each of several paths of a search is looked at.
#[test]
fn every_path_of_a_search_is_named() {
    let search = |arguments: Value| {
        let call =
            json!({"sessionId": "s", "cwd": "/w", "toolName": "grep", "toolArgs": arguments});
        let bytes = serde_json::to_vec(&call).unwrap();
        decode(
            AgentKind::Copilot,
            Some("preToolUse"),
            &bytes,
            &HookEnv::default(),
        )
        .map(|a| a.kind)
    };
    let grep = |path: Option<&str>| ToolCall::Grep {
        pattern: "x".into(),
        path: path.map(str::to_owned),
        glob: None,
    };
    assert_eq!(
        search(json!({"pattern": "x", "paths": ["src", ".env"]})).unwrap(),
        ActionKind::Tool(ToolCall::Several {
            tool: "grep".into(),
            calls: vec![grep(Some("src")), grep(Some(".env"))],
        })
    );
    assert_eq!(
        search(json!({"pattern": "x"})).unwrap(),
        ActionKind::Tool(grep(None))
    );
    assert!(search(json!({"pattern": "x", "paths": [1]})).is_err());
}

/// What the model writes into a call does not make it another agent's.
#[test]
fn a_call_is_not_taken_for_another_agents() {
    let call = json!({
        "tool_input": {"command": "ls", "hookEventName": "PreToolUse"}, "hook_event_name": "PreToolUse",
        "session_id": "s", "cwd": "/w", "tool_name": "Bash",
    });
    let bytes = serde_json::to_vec(&call).unwrap();
    let action = decode(AgentKind::Claude, None, &bytes, &HookEnv::default()).unwrap();
    assert_eq!(action.agent.kind, AgentKind::Claude);
}

//! How each agent writes a hook down.

use palisade_core::limits;

use crate::claude::settings::{Dialect, HookCommand, HookedEvent};
use crate::opencode::PLUGIN;

/// Codex: as Claude Code, with a line for a shell.
pub(super) const CODEX: Dialect = Dialect {
    events: &[
        HookedEvent::new("PreToolUse", false, true),
        HookedEvent::new("PermissionRequest", false, true),
        HookedEvent::new("PostToolUse", false, true),
        HookedEvent::new("UserPromptSubmit", false, true),
        HookedEvent::new("SessionStart", false, false),
        HookedEvent::new("SessionEnd", false, false),
    ],
    entry: |hook, event| {
        format!(
            r#"{{ "type": "command", "command": {}, "timeout": {} }}"#,
            quoted(&line(hook, None)),
            codex_timeout(event)
        )
    },
    flat: false,
    // Trust goes by position: what is there must keep its own.
    last: true,
    head: "",
};

/// In seconds. Codex shortens a longer one at the end of a session, and says so
/// in every run.
pub(super) fn codex_timeout(event: &HookedEvent) -> u64 {
    match event.name {
        "SessionEnd" => 3,
        _ => limits::HOST_TIMEOUT_S,
    }
}

/// Gemini CLI: as Claude Code, in milliseconds.
pub(super) const GEMINI: Dialect = Dialect {
    events: &[
        HookedEvent::new("BeforeTool", false, true),
        HookedEvent::new("AfterTool", false, true),
        HookedEvent::new("BeforeAgent", false, true),
        HookedEvent::new("SessionStart", false, false),
        HookedEvent::new("SessionEnd", false, false),
    ],
    entry: |hook, _| {
        format!(
            r#"{{ "type": "command", "command": {}, "name": "palisade", "timeout": {}000 }}"#,
            quoted(&line(hook, None)),
            limits::HOST_TIMEOUT_S
        )
    },
    flat: false,
    last: false,
    head: "",
};

/// The same for everybody: a user's own `hooksConfig` counts less.
pub(super) const GEMINI_MANAGED: Dialect = Dialect {
    head: r#" "hooksConfig": { "enabled": true } "#,
    ..GEMINI
};

/// Cursor: entries without groups, closed when they fail.
pub(super) const CURSOR: Dialect = Dialect {
    events: &[
        HookedEvent::new("preToolUse", false, true),
        HookedEvent::new("beforeShellExecution", false, true),
        HookedEvent::new("beforeMCPExecution", false, true),
        HookedEvent::new("beforeReadFile", false, true),
        HookedEvent::new("beforeSubmitPrompt", false, true),
        HookedEvent::new("sessionStart", false, false),
        HookedEvent::new("sessionEnd", false, false),
    ],
    entry: |hook, _| {
        format!(
            r#"{{ "command": {}, "timeout": {}, "failClosed": true }}"#,
            quoted(&line(hook, None)),
            limits::HOST_TIMEOUT_S
        )
    },
    flat: true,
    last: false,
    head: r#" "version": 1 "#,
};

/// Windsurf: entries without groups.
pub(super) const WINDSURF: Dialect = Dialect {
    events: &[
        HookedEvent::new("pre_user_prompt", false, true),
        HookedEvent::new("pre_read_code", false, true),
        HookedEvent::new("pre_write_code", false, true),
        HookedEvent::new("pre_run_command", false, true),
        HookedEvent::new("pre_mcp_tool_use", false, true),
    ],
    entry: |hook, _| {
        format!(
            r#"{{ "command": {}, "show_output": false }}"#,
            quoted(&line(hook, None))
        )
    },
    flat: true,
    last: false,
    head: "",
};

/// Copilot's file, one command per event.
pub(super) fn copilot(hook: &HookCommand) -> String {
    const EVENTS: [&str; 7] = [
        "preToolUse",
        "permissionRequest",
        "postToolUse",
        "postToolUseFailure",
        "userPromptSubmitted",
        "sessionStart",
        "sessionEnd",
    ];
    let lines: Vec<String> = EVENTS
        .iter()
        .map(|event| {
            format!(
                r#"    "{event}": [{{ "type": "command", "bash": {}, "timeoutSec": {} }}]"#,
                quoted(&line(hook, Some(event))),
                limits::HOST_TIMEOUT_S
            )
        })
        .collect();
    format!(
        "{{\n  \"version\": 1,\n  \"hooks\": {{\n{}\n  }}\n}}\n",
        lines.join(",\n")
    )
}

/// OpenCode's plugin.
pub(super) fn opencode(hook: &HookCommand) -> String {
    let args = serde_json::Value::from(hook.args.clone()).to_string();
    PLUGIN
        .replace("{{PROGRAM}}", &quoted(&hook.program.to_string_lossy()))
        .replace("{{ARGS}}", &args)
}

/// The moments Cline calls a program of the same name.
pub(super) const CLINE_EVENTS: [&str; 4] =
    ["PreToolUse", "PostToolUse", "UserPromptSubmit", "TaskStart"];

/// One of Cline's programs.
pub(super) fn cline(hook: &HookCommand) -> String {
    format!("#!/bin/sh\nexec {}\n", line(hook, None))
}

/// The command as a line for a shell.
pub(super) fn line(hook: &HookCommand, event: Option<&str>) -> String {
    let mut words = vec![word(&hook.program.to_string_lossy())];
    let mut args = hook.args.iter();
    words.extend(args.next().map(|a| word(a)));
    words.extend(event.map(word));
    words.extend(args.map(|a| word(a)));
    words.join(" ")
}

fn word(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/._-+:=@%,".contains(&b);
    if !text.is_empty() && text.bytes().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

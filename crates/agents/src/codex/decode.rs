//! From the bytes of a hook call to an [`Action`].

use std::path::PathBuf;

use palisade_core::{Action, ActionKind, Agent, AgentKind, Attendance, ToolCall};
use serde_json::{Map, Value};

use crate::fields::{Fields, tolerant};
use crate::hook::{DecodeError, HookEnv};
use crate::{json, mcp, patch};

/// Decodes one hook call.
pub fn decode(input: &[u8], _: &HookEnv) -> Result<Action, DecodeError> {
    let mut fields = Fields {
        of: "hook call",
        map: json::object(input)?,
    };
    let event = fields.required("hook_event_name")?;
    fields.of = &event;
    let kind = kind(&mut fields)?;
    let cwd = fields.optional("cwd")?.map(PathBuf::from);
    let cwd = fields.folder("cwd", cwd, &kind, None)?;
    Ok(Action {
        agent: Agent {
            kind: AgentKind::Codex,
            version: None,
        },
        session: fields.optional("session_id")?,
        prompt_id: fields.optional("turn_id")?,
        tool_use_id: fields.optional("tool_use_id")?,
        subagent: None,
        cwd,
        permission_mode: fields.optional("permission_mode")?,
        transcript: fields.optional("transcript_path")?.map(PathBuf::from),
        // An `ask` lets the call run: nobody is asked through this hook.
        attendance: Attendance::Headless,
        kind,
        event,
    })
}

fn kind(fields: &mut Fields<'_>) -> Result<ActionKind, DecodeError> {
    Ok(match fields.of {
        "PreToolUse" => ActionKind::Tool(call(fields, true)?),
        "PermissionRequest" => ActionKind::PermissionRequest(call(fields, true)?),
        "PostToolUse" => ActionKind::ToolResult {
            call: call(fields, false)?,
            response: fields.take("tool_response"),
        },
        "UserPromptSubmit" => ActionKind::Prompt {
            text: fields.required("prompt")?,
        },
        "SessionStart" => ActionKind::SessionStart {
            source: fields.optional("source")?.unwrap_or_default(),
            model: fields.optional("model")?,
        },
        "SessionEnd" => ActionKind::SessionEnd {
            reason: fields.optional("reason")?.unwrap_or_default(),
        },
        _ => ActionKind::Other,
    })
}

fn call(fields: &mut Fields<'_>, strict: bool) -> Result<ToolCall, DecodeError> {
    let tool = fields.required("tool_name")?;
    let input = match fields.take("tool_input") {
        Value::Object(map) => map,
        // Older versions sent the text of a patch as it is.
        Value::String(text) => Map::from_iter([("command".to_owned(), Value::String(text))]),
        _ if strict => {
            return Err(DecodeError::Field {
                tool,
                field: "tool_input",
            });
        }
        other => return Ok(ToolCall::Unknown { tool, input: other }),
    };
    if strict {
        return tool_call(&tool, input);
    }
    Ok(tolerant(&tool, input, |input| tool_call(&tool, input)))
}

fn tool_call(tool: &str, input: Map<String, Value>) -> Result<ToolCall, DecodeError> {
    if let Some((server, name)) = mcp::double_underscore(tool) {
        return Ok(ToolCall::Mcp {
            server,
            source: None,
            tool: name,
            arguments: Value::Object(input),
        });
    }
    let mut fields = Fields {
        of: tool,
        map: input,
    };
    Ok(match tool {
        // The model's own names are accepted beside the one the hook gets.
        "Bash" | "shell" | "exec_command" | "shell_command" => ToolCall::Shell {
            tool: "Bash".to_owned(),
            command: command(&mut fields)?,
            unsandboxed: false,
            // `write_stdin` reaches no hook.
            open_input: true,
        },
        "apply_patch" | "Edit" | "Write" => {
            let text = fields.one_of(&["command", "input", "patch"])?;
            let calls = patch::changes(tool, &text).ok_or_else(|| fields.error("command"))?;
            ToolCall::Several {
                tool: tool.to_owned(),
                calls,
            }
        }
        "update_plan" | "request_user_input" | "get_goal" | "create_goal" | "update_goal" => {
            ToolCall::Internal {
                tool: tool.to_owned(),
                input: Value::Object(fields.map),
            }
        }
        "view_image" => ToolCall::Read {
            path: fields.required("path")?,
        },
        "web_search" => ToolCall::WebSearch {
            query: fields.optional("query")?.unwrap_or_default(),
        },
        _ => ToolCall::Unknown {
            tool: tool.to_owned(),
            input: Value::Object(fields.map),
        },
    })
}

/// A command line, or the words of one (`["bash", "-lc", "…"]`).
fn command(fields: &mut Fields<'_>) -> Result<String, DecodeError> {
    for name in ["command", "cmd"] {
        match fields.map.remove(name) {
            Some(Value::String(text)) => return Ok(text),
            Some(Value::Array(words)) => {
                let words: Option<Vec<&str>> = words.iter().map(Value::as_str).collect();
                let words = words.ok_or_else(|| fields.error("command"))?;
                return Ok(words
                    .iter()
                    .map(|w| quoted(w))
                    .collect::<Vec<_>>()
                    .join(" "));
            }
            _ => {}
        }
    }
    Err(fields.error("command"))
}

/// One word for a POSIX shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

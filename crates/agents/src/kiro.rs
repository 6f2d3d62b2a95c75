//! Kiro CLI, from its documentation (kiro.dev/docs/cli/hooks); not run. A denial
//! is exit code 2 with a line on stderr, before a tool only; it cannot ask.

use std::path::PathBuf;

use palisade_core::{Action, ActionKind, Agent, AgentKind, Answer, Attendance, ToolCall};
use serde_json::{Map, Value};

use crate::fields::{Fields, tolerant};
use crate::hook::{DecodeError, HookEnv, HookOutput};
use crate::json;
use crate::said::blocked;

/// Decodes one hook call.
pub fn decode(input: &[u8], _: &HookEnv) -> Result<Action, DecodeError> {
    let mut fields = Fields {
        of: "hook call",
        map: json::object(input)?,
    };
    let event = fields.required("hook_event_name")?;
    fields.of = &event;
    let kind = match event.as_str() {
        "preToolUse" => {
            let tool = fields.required("tool_name")?;
            ActionKind::Tool(tool_call(&tool, fields.object("tool_input")?)?)
        }
        "postToolUse" => {
            let tool = fields.required("tool_name")?;
            let input = fields.object("tool_input").unwrap_or_default();
            ActionKind::ToolResult {
                call: tolerant(&tool, input, |input| tool_call(&tool, input)),
                response: fields.take("tool_response"),
            }
        }
        "userPromptSubmit" => ActionKind::Prompt {
            text: fields.required("prompt")?,
        },
        "agentSpawn" => ActionKind::SessionStart {
            source: String::new(),
            model: None,
        },
        _ => ActionKind::Other,
    };
    let cwd = fields.optional("cwd")?.map(PathBuf::from);
    let cwd = fields.folder("cwd", cwd, &kind, None)?;
    Ok(Action {
        agent: Agent {
            kind: AgentKind::Kiro,
            version: None,
        },
        session: fields.optional("session_id")?,
        prompt_id: None,
        tool_use_id: None,
        subagent: None,
        cwd,
        permission_mode: None,
        transcript: None,
        attendance: Attendance::Headless,
        kind,
        event,
    })
}

fn tool_call(tool: &str, input: Map<String, Value>) -> Result<ToolCall, DecodeError> {
    if let Some((server, name)) = tool.strip_prefix('@').and_then(|t| t.split_once('/')) {
        return Ok(ToolCall::Mcp {
            server: server.to_owned(),
            source: None,
            tool: name.to_owned(),
            arguments: Value::Object(input),
        });
    }
    let mut fields = Fields {
        of: tool,
        map: input,
    };
    Ok(match tool {
        "shell" | "execute_bash" | "execute_cmd" => ToolCall::Shell {
            tool: "Bash".to_owned(),
            command: fields.required("command")?,
            unsandboxed: false,
            open_input: false,
        },
        "read" | "fs_read" => read(tool, &mut fields)?,
        "write" | "fs_write" => {
            let path = fields.one_of(&["path", "file_path"])?;
            match fields.optional("old_str")? {
                Some(old) => ToolCall::Edit {
                    tool: "Edit".to_owned(),
                    path,
                    old,
                    new: fields.optional("new_str")?.unwrap_or_default(),
                },
                None => ToolCall::Write {
                    path,
                    content: fields
                        .optional("file_text")?
                        .or(fields.optional("content")?)
                        .or(fields.optional("new_str")?)
                        .unwrap_or_default(),
                },
            }
        }
        "web_fetch" => ToolCall::WebFetch {
            url: fields.required("url")?,
        },
        "web_search" => ToolCall::WebSearch {
            query: fields.optional("query")?.unwrap_or_default(),
        },
        "thinking" | "todo_list" | "introspect" => ToolCall::Internal {
            tool: tool.to_owned(),
            input: Value::Object(fields.map),
        },
        _ => ToolCall::Unknown {
            tool: tool.to_owned(),
            input: Value::Object(fields.map),
        },
    })
}

/// One file, or a list of operations with a file each.
fn read(tool: &str, fields: &mut Fields<'_>) -> Result<ToolCall, DecodeError> {
    if let Some(path) = fields.optional("path")? {
        return Ok(ToolCall::Read { path });
    }
    let Value::Array(operations) = fields.take("operations") else {
        return Err(fields.error("path"));
    };
    let calls = operations
        .iter()
        .map(|operation| match operation.get("path") {
            Some(Value::String(path)) => Ok(ToolCall::Read { path: path.clone() }),
            _ => Err(fields.error("operations")),
        })
        .collect::<Result<_, DecodeError>>()?;
    Ok(ToolCall::Several {
        tool: tool.to_owned(),
        calls,
    })
}

/// Says `answer` to the hook call `event`.
pub fn encode_event(event: Option<&str>, answer: &Answer) -> HookOutput {
    let before = event.is_none_or(|event| matches!(event, "preToolUse" | "userPromptSubmit"));
    match answer {
        Answer::Ask { reason } | Answer::Deny { reason } | Answer::StopRun { reason } if before => {
            blocked(None, reason)
        }
        _ => HookOutput::default(),
    }
}

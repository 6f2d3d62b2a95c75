//! Cursor, from its documentation (cursor.com/docs/hooks); not run.
//!
//! A command and an MCP call come twice: as `preToolUse`, where an `ask` is not
//! honoured, and as an event of their own, where it is. So the former only
//! denies, and the latter asks.

use std::path::PathBuf;

use palisade_core::{Action, ActionKind, Agent, AgentKind, Answer, Attendance, ToolCall};
use serde_json::{Map, Value, json};

use crate::fields::{Fields, tolerant};
use crate::hook::{DecodeError, HookEnv, HookOutput};
use crate::json;
use crate::said::{blocked, said};
use crate::text::{REASON_CHARS, clean};

/// Decodes one hook call.
pub fn decode(input: &[u8], _: &HookEnv) -> Result<Action, DecodeError> {
    let mut fields = Fields {
        of: "hook call",
        map: json::object(input)?,
    };
    let event = fields.required("hook_event_name")?;
    fields.of = &event;
    let kind = kind(&mut fields)?;
    let given = fields.optional("cwd")?.filter(|c| !c.is_empty());
    let root = fields
        .map
        .get("workspace_roots")
        .and_then(|roots| roots.get(0)?.as_str())
        .map(str::to_owned);
    let cwd = fields.folder("cwd", given.or(root).map(PathBuf::from), &kind, None)?;
    // Asked at these two, and nowhere else.
    let asks = matches!(
        event.as_str(),
        "beforeShellExecution" | "beforeMCPExecution"
    );
    Ok(Action {
        agent: Agent {
            kind: AgentKind::Cursor,
            version: fields.optional("cursor_version")?,
        },
        session: fields.optional("conversation_id")?,
        prompt_id: fields.optional("generation_id")?,
        tool_use_id: fields.optional("tool_use_id")?,
        subagent: None,
        cwd,
        permission_mode: None,
        transcript: fields.optional("transcript_path")?.map(PathBuf::from),
        attendance: if asks {
            Attendance::Unknown
        } else {
            Attendance::Headless
        },
        kind,
        event,
    })
}

fn kind(fields: &mut Fields<'_>) -> Result<ActionKind, DecodeError> {
    Ok(match fields.of {
        "beforeShellExecution" => ActionKind::Tool(ToolCall::Shell {
            tool: "Bash".to_owned(),
            command: fields.required("command")?,
            unsandboxed: false,
            open_input: false,
        }),
        "beforeMCPExecution" => ActionKind::Tool(ToolCall::Mcp {
            server: fields
                .optional("mcp_server_name")?
                .or(fields.optional("url")?)
                .or(fields.optional("command")?)
                .unwrap_or_default(),
            source: None,
            tool: fields.required("tool_name")?,
            arguments: Value::Object(fields.object("tool_input")?),
        }),
        "beforeReadFile" | "beforeTabFileRead" => ActionKind::Tool(ToolCall::Read {
            path: fields.required("file_path")?,
        }),
        "preToolUse" => {
            let tool = fields.required("tool_name")?;
            let call = tool_call(&tool, fields.object("tool_input")?)?;
            // These two have an event of their own, where a person is asked.
            match call {
                ToolCall::Shell { .. } | ToolCall::Mcp { .. } => {
                    ActionKind::PermissionRequest(call)
                }
                call => ActionKind::Tool(call),
            }
        }
        "postToolUse" => {
            let tool = fields.required("tool_name")?;
            let input = fields.object("tool_input").unwrap_or_default();
            ActionKind::ToolResult {
                call: tolerant(&tool, input, |input| tool_call(&tool, input)),
                response: fields.take("tool_output"),
            }
        }
        "beforeSubmitPrompt" => ActionKind::Prompt {
            text: fields.required("prompt")?,
        },
        "sessionStart" => ActionKind::SessionStart {
            source: String::new(),
            model: fields.optional("model")?,
        },
        "sessionEnd" => ActionKind::SessionEnd {
            reason: fields.optional("reason")?.unwrap_or_default(),
        },
        _ => ActionKind::Other,
    })
}

fn tool_call(tool: &str, input: Map<String, Value>) -> Result<ToolCall, DecodeError> {
    let mut fields = Fields {
        of: tool,
        map: input,
    };
    Ok(match tool {
        "Shell" => ToolCall::Shell {
            tool: "Bash".to_owned(),
            command: fields.required("command")?,
            unsandboxed: false,
            open_input: false,
        },
        "Read" => ToolCall::Read {
            path: fields.one_of(&["file_path", "path"])?,
        },
        "Write" => ToolCall::Write {
            path: fields.one_of(&["file_path", "path"])?,
            content: fields.one_of(&["content", "contents"])?,
        },
        "Delete" => ToolCall::Delete {
            path: fields.one_of(&["file_path", "path"])?,
        },
        "Grep" => ToolCall::Grep {
            pattern: fields.optional("pattern")?.unwrap_or_default(),
            path: fields.optional("path")?,
            glob: fields.optional("glob")?,
        },
        "Task" => ToolCall::Agent {
            kind: fields.optional("subagent_type")?,
            prompt: fields.optional("prompt")?.unwrap_or_default(),
        },
        _ => match tool.strip_prefix("MCP:") {
            Some(name) => ToolCall::Mcp {
                server: String::new(),
                source: None,
                tool: name.to_owned(),
                arguments: Value::Object(fields.map),
            },
            None => ToolCall::Unknown {
                tool: tool.to_owned(),
                input: Value::Object(fields.map),
            },
        },
    })
}

/// Says `answer` to the hook call `event`.
pub fn encode_event(event: Option<&str>, answer: &Answer) -> HookOutput {
    let permission = |verdict: &str, reason: &str| {
        json!({
            "permission": verdict,
            "user_message": clean(reason, REASON_CHARS),
            "agent_message": clean(reason, REASON_CHARS),
        })
    };
    match answer {
        Answer::Ask { reason }
            if matches!(event, Some("beforeShellExecution" | "beforeMCPExecution")) =>
        {
            said(&permission("ask", reason))
        }
        Answer::Ask { reason } | Answer::Deny { reason } | Answer::StopRun { reason } => {
            match event {
                Some("beforeSubmitPrompt") => blocked(
                    Some(&json!({
                        "continue": false,
                        "user_message": clean(reason, REASON_CHARS),
                    })),
                    reason,
                ),
                Some("sessionStart" | "sessionEnd" | "stop" | "postToolUse") => {
                    HookOutput::default()
                }
                _ => blocked(Some(&permission("deny", reason)), reason),
            }
        }
        // Nothing else can be told: results are not replaced.
        _ => HookOutput::default(),
    }
}

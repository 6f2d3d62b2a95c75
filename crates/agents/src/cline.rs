//! Cline, from its documentation and its repository's type declarations; not
//! run. A denial is `{"cancel": true, "errorMessage": …}`; it cannot ask.

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
    let event = fields.required("hookName")?;
    fields.of = &event;
    let kind = match event.as_str() {
        "PreToolUse" => {
            let (tool, input) = tool(&mut fields, "preToolUse")?;
            ActionKind::Tool(tool_call(&tool, input)?)
        }
        "PostToolUse" => {
            let result = fields
                .map
                .get("postToolUse")
                .and_then(|post| post.get("result"))
                .cloned()
                .unwrap_or_default();
            let (tool, input) = tool(&mut fields, "postToolUse")?;
            ActionKind::ToolResult {
                call: tolerant(&tool, input, |input| tool_call(&tool, input)),
                response: result,
            }
        }
        "UserPromptSubmit" => {
            let mut inner = Fields {
                of: &event,
                map: fields.object("userPromptSubmit")?,
            };
            ActionKind::Prompt {
                text: inner.required("prompt")?,
            }
        }
        "TaskStart" | "TaskResume" => ActionKind::SessionStart {
            source: event.clone(),
            model: fields.optional("model").ok().flatten(),
        },
        "TaskComplete" | "TaskCancel" => ActionKind::SessionEnd {
            reason: event.clone(),
        },
        _ => ActionKind::Other,
    };
    let root = fields
        .map
        .get("workspaceRoots")
        .and_then(|roots| roots.get(0)?.as_str())
        .map(PathBuf::from);
    let cwd = fields.folder("workspaceRoots", root, &kind, None)?;
    Ok(Action {
        agent: Agent {
            kind: AgentKind::Cline,
            version: fields.optional("clineVersion")?,
        },
        session: fields.optional("taskId")?,
        prompt_id: None,
        tool_use_id: None,
        subagent: None,
        cwd,
        permission_mode: None,
        transcript: None,
        attendance: Attendance::Headless,
        kind,
        event: event.clone(),
    })
}

fn tool(
    fields: &mut Fields<'_>,
    name: &'static str,
) -> Result<(String, Map<String, Value>), DecodeError> {
    let of = fields.of;
    let mut inner = Fields {
        of,
        map: fields.object(name)?,
    };
    let tool = inner.one_of(&["toolName", "tool"])?;
    let input = inner.object("parameters")?;
    Ok((tool, input))
}

fn tool_call(tool: &str, input: Map<String, Value>) -> Result<ToolCall, DecodeError> {
    let mut fields = Fields {
        of: tool,
        map: input,
    };
    Ok(match tool {
        "execute_command" | "run_commands" => ToolCall::Shell {
            tool: "Bash".to_owned(),
            command: fields.required("command")?,
            unsandboxed: false,
            open_input: false,
        },
        "read_file" => ToolCall::Read {
            path: fields.one_of(&["path", "file_path"])?,
        },
        "write_to_file" | "new_rule" => ToolCall::Write {
            path: fields.one_of(&["path", "file_path"])?,
            content: fields.optional("content")?.unwrap_or_default(),
        },
        "replace_in_file" => ToolCall::Edit {
            tool: "Edit".to_owned(),
            path: fields.one_of(&["path", "file_path"])?,
            old: String::new(),
            new: fields.optional("diff")?.unwrap_or_default(),
        },
        "search_files" => ToolCall::Grep {
            pattern: fields.optional("regex")?.unwrap_or_default(),
            path: fields.optional("path")?,
            glob: fields.optional("file_pattern")?,
        },
        "list_files" | "list_code_definition_names" => ToolCall::Glob {
            pattern: "*".to_owned(),
            path: fields.optional("path")?,
        },
        "use_mcp_tool" => ToolCall::Mcp {
            server: fields.required("server_name")?,
            source: None,
            tool: fields.required("tool_name")?,
            arguments: fields
                .object("arguments")
                .map_or(Value::Null, Value::Object),
        },
        "web_fetch" | "browser_action" => match fields.optional("url")? {
            Some(url) => ToolCall::WebFetch { url },
            None => ToolCall::Internal {
                tool: tool.to_owned(),
                input: Value::Object(fields.map),
            },
        },
        "ask_followup_question"
        | "attempt_completion"
        | "new_task"
        | "plan_mode_respond"
        | "condense"
        | "summarize_task"
        | "focus_chain" => ToolCall::Internal {
            tool: tool.to_owned(),
            input: Value::Object(fields.map),
        },
        _ => ToolCall::Unknown {
            tool: tool.to_owned(),
            input: Value::Object(fields.map),
        },
    })
}

/// Says `answer` to the hook call `event`.
pub fn encode_event(event: Option<&str>, answer: &Answer) -> HookOutput {
    let stops = event.is_none_or(|event| matches!(event, "PreToolUse" | "UserPromptSubmit"));
    match answer {
        Answer::Ask { reason } | Answer::Deny { reason } | Answer::StopRun { reason } if stops => {
            let text = clean(reason, REASON_CHARS);
            blocked(
                Some(&json!({ "cancel": true, "errorMessage": text })),
                reason,
            )
        }
        Answer::Context(text) | Answer::Warned { context: text, .. } => {
            said(&json!({ "cancel": false, "contextModification": clean(text, REASON_CHARS) }))
        }
        _ => HookOutput::default(),
    }
}

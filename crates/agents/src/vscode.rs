//! Visual Studio Code's agent, from its documentation (preview); not run. It
//! answers to the words of Claude Code and names its fields and tools in its
//! own; it also executes the hooks of Claude Code's settings.

use std::path::PathBuf;

use palisade_core::{Action, ActionKind, Agent, AgentKind, Attendance, ToolCall};
use serde_json::{Map, Value};

use crate::fields::{Fields, tolerant};
use crate::hook::{DecodeError, HookEnv};
use crate::{json, mcp, patch};

/// Whether a call that came through Claude Code's settings is this agent's. What
/// the call holds inside says nothing: that is the model's.
pub fn is_ours(input: &[u8]) -> bool {
    // Cheap first: the name does not occur in Claude Code's own calls.
    let name = b"\"hookEventName\"";
    input.windows(name.len()).any(|w| w == name)
        && json::object(input).is_ok_and(|call| {
            call.contains_key("hookEventName") && !call.contains_key("hook_event_name")
        })
}

/// Decodes one hook call.
pub fn decode(input: &[u8], _: &HookEnv) -> Result<Action, DecodeError> {
    let mut fields = Fields {
        of: "hook call",
        map: json::object(input)?,
    };
    let event = fields.one_of(&["hookEventName", "hook_event_name"])?;
    fields.of = &event;
    let kind = match event.as_str() {
        "PreToolUse" => {
            let tool = fields.required("tool_name")?;
            ActionKind::Tool(tool_call(&tool, fields.object("tool_input")?)?)
        }
        "PostToolUse" => {
            let tool = fields.required("tool_name")?;
            let input = fields.object("tool_input").unwrap_or_default();
            ActionKind::ToolResult {
                call: tolerant(&tool, input, |input| tool_call(&tool, input)),
                response: fields.take("tool_response"),
            }
        }
        "UserPromptSubmit" => ActionKind::Prompt {
            text: fields.required("prompt")?,
        },
        "SessionStart" => ActionKind::SessionStart {
            source: fields.optional("source")?.unwrap_or_default(),
            model: None,
        },
        _ => ActionKind::Other,
    };
    let cwd = fields.optional("cwd")?.map(PathBuf::from);
    let cwd = fields.folder("cwd", cwd, &kind, None)?;
    Ok(Action {
        agent: Agent {
            kind: AgentKind::VsCode,
            version: None,
        },
        session: fields.optional("sessionId")?,
        prompt_id: None,
        tool_use_id: fields.optional("tool_use_id")?,
        subagent: None,
        cwd,
        permission_mode: None,
        transcript: fields.optional("transcript_path")?.map(PathBuf::from),
        attendance: Attendance::Unknown,
        kind,
        event,
    })
}

fn tool_call(tool: &str, input: Map<String, Value>) -> Result<ToolCall, DecodeError> {
    let named = mcp::double_underscore(tool).or_else(|| mcp::single_underscore(tool));
    if let Some((server, name)) = named {
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
        "run_in_terminal" => ToolCall::Shell {
            tool: "Bash".to_owned(),
            command: fields.required("command")?,
            unsandboxed: false,
            // The terminal is shared: what is typed later is a call of its own.
            open_input: false,
        },
        "read_file" => ToolCall::Read {
            path: fields.required("filePath")?,
        },
        "create_file" => ToolCall::Write {
            path: fields.required("filePath")?,
            content: fields.optional("content")?.unwrap_or_default(),
        },
        "replace_string_in_file" | "insert_edit_into_file" | "edit_file" => ToolCall::Edit {
            tool: "Edit".to_owned(),
            path: fields.required("filePath")?,
            old: fields.optional("oldString")?.unwrap_or_default(),
            new: fields
                .optional("newString")?
                .or(fields.optional("code")?)
                .unwrap_or_default(),
        },
        "apply_patch" => {
            let text = fields.one_of(&["input", "patch"])?;
            let calls = patch::changes(tool, &text).ok_or_else(|| fields.error("input"))?;
            ToolCall::Several {
                tool: tool.to_owned(),
                calls,
            }
        }
        "grep_search" | "file_search" | "semantic_search" => ToolCall::Grep {
            pattern: fields.optional("query")?.unwrap_or_default(),
            path: None,
            glob: fields.optional("includePattern")?,
        },
        "list_dir" => ToolCall::Glob {
            pattern: "*".to_owned(),
            path: fields.optional("path")?,
        },
        "fetch_webpage" => {
            let Value::Array(urls) = fields.take("urls") else {
                return Err(fields.error("urls"));
            };
            let calls = urls
                .iter()
                .filter_map(Value::as_str)
                .map(|url| ToolCall::WebFetch {
                    url: url.to_owned(),
                })
                .collect();
            ToolCall::Several {
                tool: tool.to_owned(),
                calls,
            }
        }
        "runSubagent" => ToolCall::Agent {
            kind: None,
            prompt: fields.optional("prompt")?.unwrap_or_default(),
        },
        "manage_todo_list" | "get_errors" | "get_terminal_output" | "get_changed_files" => {
            ToolCall::Internal {
                tool: tool.to_owned(),
                input: Value::Object(fields.map),
            }
        }
        _ => ToolCall::Unknown {
            tool: tool.to_owned(),
            input: Value::Object(fields.map),
        },
    })
}

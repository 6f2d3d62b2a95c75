//! From what the plugin writes to an [`Action`].

use std::path::PathBuf;

use palisade_core::{Action, ActionKind, Agent, AgentKind, Attendance, ToolCall};
use serde_json::{Map, Value};

use crate::fields::{Fields, tolerant};
use crate::hook::{DecodeError, HookEnv};
use crate::{json, mcp, patch};

/// Decodes one call of the plugin, which names the event in its arguments.
pub fn decode(event: Option<&str>, input: &[u8], _: &HookEnv) -> Result<Action, DecodeError> {
    let event = event.unwrap_or_default();
    let mut fields = Fields {
        of: event,
        map: json::object(input)?,
    };
    let directory = fields.optional("directory")?.map(PathBuf::from);
    let mut cwd = directory.filter(|p| p.is_absolute());
    let kind = match event {
        "tool.execute.before" => ActionKind::Tool(call(&mut fields, &mut cwd, true)?),
        "tool.execute.after" => ActionKind::ToolResult {
            call: call(&mut fields, &mut cwd, false)?,
            response: fields.take("result"),
        },
        "chat.message" => ActionKind::Prompt {
            text: fields.required("prompt")?,
        },
        "session.created" => ActionKind::SessionStart {
            source: "startup".to_owned(),
            model: None,
        },
        _ => return Err(fields.error("event")),
    };
    let cwd = fields.folder("directory", cwd, &kind, None)?;
    Ok(Action {
        agent: Agent {
            kind: AgentKind::OpenCode,
            version: None,
        },
        session: fields.optional("sessionID")?,
        prompt_id: None,
        tool_use_id: fields.optional("callID")?,
        subagent: None,
        cwd,
        permission_mode: None,
        transcript: None,
        // A plugin cannot ask.
        attendance: Attendance::Headless,
        kind,
        event: event.to_owned(),
    })
}

fn call(
    fields: &mut Fields<'_>,
    cwd: &mut Option<PathBuf>,
    strict: bool,
) -> Result<ToolCall, DecodeError> {
    let tool = fields.required("tool")?;
    let input = match fields.take("args") {
        Value::Object(map) => map,
        _ if strict => {
            return Err(DecodeError::Field {
                tool,
                field: "args",
            });
        }
        other => return Ok(ToolCall::Unknown { tool, input: other }),
    };
    if tool == "bash"
        && let Some(dir) = input.get("workdir").and_then(Value::as_str)
        && let Some(cwd) = cwd
    {
        *cwd = cwd.join(dir);
    }
    if strict {
        return tool_call(&tool, input);
    }
    Ok(tolerant(&tool, input, |input| tool_call(&tool, input)))
}

fn tool_call(tool: &str, input: Map<String, Value>) -> Result<ToolCall, DecodeError> {
    let mut fields = Fields {
        of: tool,
        map: input,
    };
    Ok(match tool {
        "bash" => ToolCall::Shell {
            tool: "Bash".to_owned(),
            command: fields.required("command")?,
            unsandboxed: false,
            open_input: false,
        },
        "read" => ToolCall::Read {
            path: fields.required("filePath")?,
        },
        "write" => ToolCall::Write {
            path: fields.required("filePath")?,
            content: fields.required("content")?,
        },
        "edit" => ToolCall::Edit {
            tool: "Edit".to_owned(),
            path: fields.required("filePath")?,
            old: fields.required("oldString")?,
            new: fields.required("newString")?,
        },
        "multiedit" => multiedit(&mut fields)?,
        "apply_patch" | "patch" => {
            let text = fields.one_of(&["patchText", "patch", "input"])?;
            let calls = patch::changes(tool, &text).ok_or_else(|| fields.error("patchText"))?;
            ToolCall::Several {
                tool: tool.to_owned(),
                calls,
            }
        }
        "list" => ToolCall::Glob {
            pattern: "*".to_owned(),
            path: fields.optional("path")?,
        },
        "glob" => ToolCall::Glob {
            pattern: fields.required("pattern")?,
            path: fields.optional("path")?,
        },
        "grep" => ToolCall::Grep {
            pattern: fields.required("pattern")?,
            path: fields.optional("path")?,
            glob: fields.optional("include")?,
        },
        "webfetch" => ToolCall::WebFetch {
            url: fields.required("url")?,
        },
        "websearch" | "codesearch" => ToolCall::WebSearch {
            query: fields.optional("query")?.unwrap_or_default(),
        },
        "task" => ToolCall::Agent {
            kind: fields.optional("subagent_type")?,
            prompt: fields.optional("prompt")?.unwrap_or_default(),
        },
        "skill" => ToolCall::Skill {
            name: fields.required("name")?,
            args: None,
        },
        "todowrite" | "todoread" | "invalid" | "question" | "plan_enter" | "plan_exit" => {
            ToolCall::Internal {
                tool: tool.to_owned(),
                input: Value::Object(fields.map),
            }
        }
        _ => match mcp::joined(tool, '_') {
            Some((server, name)) => ToolCall::Mcp {
                server,
                source: None,
                tool: name,
                arguments: Value::Object(fields.map),
            },
            None => ToolCall::Unknown {
                tool: tool.to_owned(),
                input: Value::Object(fields.map),
            },
        },
    })
}

fn multiedit(fields: &mut Fields<'_>) -> Result<ToolCall, DecodeError> {
    let path = fields.required("filePath")?;
    let Value::Array(edits) = fields.take("edits") else {
        return Err(fields.error("edits"));
    };
    let text = |edit: &Value, name: &str| {
        let found = edit.get(name).and_then(Value::as_str);
        found
            .map(str::to_owned)
            .ok_or_else(|| fields.error("edits"))
    };
    let calls = edits
        .iter()
        .map(|edit| {
            Ok(ToolCall::Edit {
                tool: "Edit".to_owned(),
                path: path.clone(),
                old: text(edit, "oldString")?,
                new: text(edit, "newString")?,
            })
        })
        .collect::<Result<_, DecodeError>>()?;
    Ok(ToolCall::Several {
        tool: "multiedit".to_owned(),
        calls,
    })
}

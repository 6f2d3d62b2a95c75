//! From the bytes of a hook call to an [`Action`].
//!
//! Fields we do not know are ignored and events we do not know are kept by
//! name, so that a newer agent is not broken by an older guard. A call that
//! is about to happen is read strictly: a required field that is missing or of
//! another type is an error, never an empty string.

use std::path::PathBuf;

use palisade_core::{Action, ActionKind, Agent, AgentKind, BatchCall, Subagent, ToolCall};
use serde_json::Value;

use super::tools;
use crate::fields::Fields;
use crate::hook::{DecodeError, HookEnv};
use crate::json;

/// Decodes one hook call.
pub fn decode(input: &[u8], env: &HookEnv) -> Result<Action, DecodeError> {
    let mut fields = Fields {
        of: "hook call",
        map: json::object(input)?,
    };
    let event = fields.required("hook_event_name")?;
    fields.of = &event;
    let kind = kind(&mut fields)?;
    let cwd = cwd(&mut fields, env, &kind)?;
    let subagent = match fields.optional("agent_id")? {
        Some(id) => Some(Subagent {
            id,
            kind: fields.optional("agent_type")?,
        }),
        None => None,
    };
    Ok(Action {
        agent: Agent {
            kind: AgentKind::Claude,
            version: env.version.clone(),
        },
        session: fields.optional("session_id")?,
        prompt_id: fields.optional("prompt_id")?,
        tool_use_id: fields.optional("tool_use_id")?,
        subagent,
        cwd,
        permission_mode: fields.optional("permission_mode")?,
        transcript: fields.optional("transcript_path")?.map(PathBuf::from),
        attendance: env.attendance(),
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
        "PostToolUseFailure" => ActionKind::ToolFailure {
            call: call(fields, false)?,
            error: match fields.take("error") {
                Value::String(text) => text,
                Value::Null => String::new(),
                other => other.to_string(),
            },
        },
        "PostToolBatch" => ActionKind::ToolBatch(batch(fields)?),
        "UserPromptSubmit" => ActionKind::Prompt {
            text: fields.required("prompt")?,
        },
        "UserPromptExpansion" => ActionKind::Prompt {
            text: expansion(fields)?,
        },
        "SessionStart" => ActionKind::SessionStart {
            source: fields.optional("source")?.unwrap_or_default(),
            model: fields.optional("model")?,
        },
        "SessionEnd" => ActionKind::SessionEnd {
            reason: fields.optional("reason")?.unwrap_or_default(),
        },
        "ConfigChange" => ActionKind::ConfigChange {
            source: fields.required("source")?,
            path: fields.optional("file_path")?.map(PathBuf::from),
        },
        "InstructionsLoaded" => ActionKind::InstructionsLoaded {
            path: PathBuf::from(fields.required("file_path")?),
            layer: fields.optional("memory_type")?.unwrap_or_default(),
        },
        _ => ActionKind::Other,
    })
}

/// A slash command as `/name arguments`. The prompt itself, which was seen at
/// `UserPromptSubmit`, may call the command by another name.
fn expansion(fields: &mut Fields<'_>) -> Result<String, DecodeError> {
    let prompt = fields.required("prompt")?;
    let Some(name) = fields.optional("command_name")? else {
        return Ok(prompt);
    };
    Ok(match fields.optional("command_args")? {
        Some(args) if !args.is_empty() => format!("/{name} {args}"),
        _ => format!("/{name}"),
    })
}

/// The tool call of an event. What has already run is taken as it is: refusing
/// to read it would only mean that nobody looks at the result.
fn call(fields: &mut Fields<'_>, strict: bool) -> Result<ToolCall, DecodeError> {
    let tool = fields.required("tool_name")?;
    let source = fields
        .map
        .get("mcp_server")
        .and_then(|server| server.get("source"))
        .and_then(Value::as_str)
        .map(str::to_owned);
    let server = fields
        .map
        .get("mcp_server")
        .and_then(|server| server.get("name"))
        .and_then(Value::as_str)
        .map(str::to_owned);
    let input = fields.take("tool_input");
    if strict {
        let Value::Object(input) = input else {
            return Err(DecodeError::Field {
                tool,
                field: "tool_input",
            });
        };
        return tools::call(&tool, input, server.as_deref(), source);
    }
    let Value::Object(map) = input else {
        return Ok(ToolCall::Unknown { tool, input });
    };
    match tools::call(&tool, map.clone(), server.as_deref(), source) {
        Ok(call) => Ok(call),
        Err(_) => Ok(ToolCall::Unknown {
            tool,
            input: Value::Object(map),
        }),
    }
}

fn batch(fields: &mut Fields<'_>) -> Result<Vec<BatchCall>, DecodeError> {
    let Value::Array(calls) = fields.take("tool_calls") else {
        return Err(fields.error("tool_calls"));
    };
    calls
        .into_iter()
        .map(|call| {
            let Value::Object(map) = call else {
                return Err(fields.error("tool_calls"));
            };
            let mut call = Fields { of: fields.of, map };
            Ok(BatchCall {
                tool_use_id: call.optional("tool_use_id")?,
                tool: call.required("tool_name")?,
                response: call.map.remove("tool_response"),
            })
        })
        .collect()
}

/// Relative paths of a call are relative to this, so a call without it cannot
/// be judged. Other events can be recorded without.
fn cwd(fields: &mut Fields<'_>, env: &HookEnv, kind: &ActionKind) -> Result<PathBuf, DecodeError> {
    let given = fields.optional("cwd")?.map(PathBuf::from);
    fields.folder("cwd", given, kind, env.project_dir.as_ref())
}

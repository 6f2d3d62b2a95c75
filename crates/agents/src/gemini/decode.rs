//! From the bytes of a hook call to an [`Action`].

use std::path::PathBuf;

use palisade_core::{Action, ActionKind, Agent, AgentKind, Attendance, ToolCall};
use serde_json::{Map, Value};

use crate::fields::{Fields, tolerant};
use crate::hook::{DecodeError, HookEnv};
use crate::{json, mcp};

/// Decodes one hook call.
pub fn decode(input: &[u8], env: &HookEnv) -> Result<Action, DecodeError> {
    let mut fields = Fields {
        of: "hook call",
        map: json::object(input)?,
    };
    let event = fields.required("hook_event_name")?;
    fields.of = &event;
    let mut cwd = fields.optional("cwd")?.map(PathBuf::from);
    let kind = kind(&mut fields, &mut cwd)?;
    let cwd = fields.folder("cwd", cwd, &kind, env.project_dir.as_ref())?;
    Ok(Action {
        agent: Agent {
            kind: AgentKind::Gemini,
            version: None,
        },
        session: fields.optional("session_id")?,
        prompt_id: None,
        tool_use_id: None,
        subagent: None,
        cwd,
        permission_mode: None,
        transcript: fields.optional("transcript_path")?.map(PathBuf::from),
        // Not knowing is no reason to hang.
        attendance: match env.attendance() {
            Attendance::Attended => Attendance::Attended,
            _ => Attendance::Headless,
        },
        kind,
        event,
    })
}

fn kind(fields: &mut Fields<'_>, cwd: &mut Option<PathBuf>) -> Result<ActionKind, DecodeError> {
    Ok(match fields.of {
        "BeforeTool" => ActionKind::Tool(call(fields, cwd, true)?),
        "AfterTool" => ActionKind::ToolResult {
            call: call(fields, cwd, false)?,
            response: fields.take("tool_response"),
        },
        "BeforeAgent" => ActionKind::Prompt {
            text: fields.required("prompt")?,
        },
        "SessionStart" => ActionKind::SessionStart {
            source: fields.optional("source")?.unwrap_or_default(),
            model: None,
        },
        "SessionEnd" => ActionKind::SessionEnd {
            reason: fields.optional("reason")?.unwrap_or_default(),
        },
        _ => ActionKind::Other,
    })
}

fn call(
    fields: &mut Fields<'_>,
    cwd: &mut Option<PathBuf>,
    strict: bool,
) -> Result<ToolCall, DecodeError> {
    let tool = fields.required("tool_name")?;
    let server = fields
        .map
        .get("mcp_context")
        .and_then(|c| c.get("server_name"))
        .and_then(Value::as_str)
        .map(str::to_owned);
    let input = match fields.take("tool_input") {
        Value::Object(map) => map,
        _ if strict => {
            return Err(DecodeError::Field {
                tool,
                field: "tool_input",
            });
        }
        other => return Ok(ToolCall::Unknown { tool, input: other }),
    };
    // Relative to the folder of the session.
    if tool == "run_shell_command"
        && let Some(dir) = input.get("dir_path").and_then(Value::as_str)
        && let Some(cwd) = cwd
    {
        *cwd = cwd.join(dir);
    }
    if strict {
        return tool_call(&tool, server, input);
    }
    Ok(tolerant(&tool, input, |input| {
        tool_call(&tool, server, input)
    }))
}

fn tool_call(
    tool: &str,
    server: Option<String>,
    input: Map<String, Value>,
) -> Result<ToolCall, DecodeError> {
    let named = mcp::double_underscore(tool).or_else(|| mcp::single_underscore(tool));
    let named = match (server, named) {
        // The agent says which server it is; the rest of the name is the tool.
        (Some(server), _) => {
            let prefix = format!("mcp_{server}_");
            let name = tool.strip_prefix(&prefix).unwrap_or(tool).to_owned();
            Some((server, name))
        }
        (None, named) => named,
    };
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
        "run_shell_command" => ToolCall::Shell {
            tool: "Bash".to_owned(),
            command: fields.required("command")?,
            unsandboxed: false,
            open_input: false,
        },
        "read_file" => ToolCall::Read {
            path: fields.one_of(&["file_path", "absolute_path", "path"])?,
        },
        "read_many_files" => several(tool, &mut fields)?,
        "write_file" => ToolCall::Write {
            path: fields.one_of(&["file_path", "path"])?,
            content: fields.required("content")?,
        },
        "replace" | "edit" => ToolCall::Edit {
            tool: "Edit".to_owned(),
            path: fields.one_of(&["file_path", "path"])?,
            old: fields.required("old_string")?,
            new: fields.required("new_string")?,
        },
        "list_directory" => ToolCall::Glob {
            pattern: "*".to_owned(),
            path: fields.optional("dir_path")?.or(fields.optional("path")?),
        },
        "glob" => ToolCall::Glob {
            pattern: fields.required("pattern")?,
            path: fields.optional("dir_path")?.or(fields.optional("path")?),
        },
        "grep_search" | "search_file_content" => ToolCall::Grep {
            pattern: fields.required("pattern")?,
            path: fields.optional("dir_path")?.or(fields.optional("path")?),
            glob: fields
                .optional("include_pattern")?
                .or(fields.optional("include")?),
        },
        "web_fetch" => web_fetch(&mut fields)?,
        "google_web_search" => ToolCall::WebSearch {
            query: fields.required("query")?,
        },
        // What it keeps is read by every later session.
        "save_memory" => ToolCall::Write {
            path: "~/.gemini/GEMINI.md".to_owned(),
            content: fields.required("fact")?,
        },
        "invoke_agent" => ToolCall::Agent {
            kind: fields.optional("agent_name")?,
            prompt: fields.optional("prompt")?.unwrap_or_default(),
        },
        "activate_skill" => ToolCall::Skill {
            name: fields.required("name")?,
            args: None,
        },
        "write_todos"
        | "update_topic"
        | "enter_plan_mode"
        | "exit_plan_mode"
        | "ask_user"
        | "list_background_processes"
        | "read_background_output"
        | "get_internal_docs" => ToolCall::Internal {
            tool: tool.to_owned(),
            input: Value::Object(fields.map),
        },
        _ => ToolCall::Unknown {
            tool: tool.to_owned(),
            input: Value::Object(fields.map),
        },
    })
}

/// Patterns of files that are read together.
fn several(tool: &str, fields: &mut Fields<'_>) -> Result<ToolCall, DecodeError> {
    let named = fields.map.remove("include");
    let Some(Value::Array(paths)) = named.or_else(|| fields.map.remove("paths")) else {
        return Err(fields.error("include"));
    };
    let calls = paths
        .iter()
        .map(|path| {
            let path = path.as_str().ok_or_else(|| fields.error("include"))?;
            Ok(if path.contains(['*', '?', '[', '{']) {
                ToolCall::Grep {
                    pattern: String::new(),
                    path: None,
                    glob: Some(path.to_owned()),
                }
            } else {
                ToolCall::Read {
                    path: path.to_owned(),
                }
            })
        })
        .collect::<Result<_, DecodeError>>()?;
    Ok(ToolCall::Several {
        tool: tool.to_owned(),
        calls,
    })
}

/// Its addresses are words of a prompt.
fn web_fetch(fields: &mut Fields<'_>) -> Result<ToolCall, DecodeError> {
    if let Some(url) = fields.optional("url")? {
        return Ok(ToolCall::WebFetch { url });
    }
    let prompt = fields.required("prompt")?;
    let mut calls: Vec<ToolCall> = prompt
        .split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '(' | ')'))
        .filter(|word| word.contains("://"))
        .map(|word| ToolCall::WebFetch {
            url: word.trim_end_matches([',', '.', ';', '!']).to_owned(),
        })
        .collect();
    Ok(match calls.len() {
        0 => ToolCall::WebSearch { query: prompt },
        1 => calls.swap_remove(0),
        _ => ToolCall::Several {
            tool: "web_fetch".to_owned(),
            calls,
        },
    })
}

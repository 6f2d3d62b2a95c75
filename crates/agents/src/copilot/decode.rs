//! From the bytes of a hook call to an [`Action`].

use std::path::PathBuf;

use palisade_core::{Action, ActionKind, Agent, AgentKind, Attendance, ToolCall};
use serde_json::{Map, Value};

use crate::fields::{Fields, tolerant};
use crate::hook::{DecodeError, HookEnv};
use crate::{json, mcp};

/// Decodes one hook call of the event that the installed command names.
pub fn decode(event: Option<&str>, input: &[u8], env: &HookEnv) -> Result<Action, DecodeError> {
    let mut fields = Fields {
        of: "hook call",
        map: json::object(input)?,
    };
    let named = fields.optional("hookName")?;
    let Some(event) = event.map(str::to_owned).or(named) else {
        return Err(fields.error("hookName"));
    };
    fields.of = &event;
    let kind = kind(&mut fields)?;
    let cwd = fields.optional("cwd")?.map(PathBuf::from);
    let cwd = fields.folder("cwd", cwd, &kind, env.project_dir.as_ref())?;
    Ok(Action {
        agent: Agent {
            kind: AgentKind::Copilot,
            version: env.version.clone(),
        },
        session: fields.optional("sessionId")?,
        prompt_id: None,
        tool_use_id: None,
        subagent: None,
        cwd,
        permission_mode: None,
        transcript: fields.optional("transcriptPath")?.map(PathBuf::from),
        attendance: Attendance::Unknown,
        kind,
        event,
    })
}

fn kind(fields: &mut Fields<'_>) -> Result<ActionKind, DecodeError> {
    Ok(match fields.of {
        "preToolUse" => ActionKind::Tool(call(fields, "toolArgs", true)?),
        "permissionRequest" => ActionKind::PermissionRequest(call(fields, "toolInput", true)?),
        "postToolUse" => ActionKind::ToolResult {
            call: call(fields, "toolArgs", false)?,
            response: fields.take("toolResult"),
        },
        "postToolUseFailure" => ActionKind::ToolFailure {
            call: call(fields, "toolArgs", false)?,
            error: match fields.take("error") {
                Value::String(text) => text,
                Value::Null => String::new(),
                other => other.to_string(),
            },
        },
        "userPromptSubmitted" => ActionKind::Prompt {
            text: fields.required("prompt")?,
        },
        "sessionStart" => ActionKind::SessionStart {
            source: fields.optional("source")?.unwrap_or_default(),
            model: None,
        },
        "sessionEnd" => ActionKind::SessionEnd {
            reason: fields.optional("reason")?.unwrap_or_default(),
        },
        _ => ActionKind::Other,
    })
}

fn call(
    fields: &mut Fields<'_>,
    name: &'static str,
    strict: bool,
) -> Result<ToolCall, DecodeError> {
    let tool = fields.required("toolName")?;
    match fields.object(name) {
        Ok(input) if strict => tool_call(&tool, input),
        Ok(input) => Ok(tolerant(&tool, input, |input| tool_call(&tool, input))),
        // A tool without arguments.
        Err(_) if !fields.map.contains_key(name) && !strict => Ok(ToolCall::Unknown {
            tool,
            input: Value::Null,
        }),
        Err(error) if strict => Err(error),
        Err(_) => Ok(ToolCall::Unknown {
            tool,
            input: Value::Null,
        }),
    }
}

fn tool_call(tool: &str, input: Map<String, Value>) -> Result<ToolCall, DecodeError> {
    let mut fields = Fields {
        of: tool,
        map: input,
    };
    Ok(match tool {
        "bash" | "shell" => ToolCall::Shell {
            tool: "Bash".to_owned(),
            command: fields.required("command")?,
            unsandboxed: false,
            // `write_bash` is a call of its own, but what it types is not a command line.
            open_input: true,
        },
        "powershell" => ToolCall::Shell {
            tool: "PowerShell".to_owned(),
            command: fields.required("command")?,
            unsandboxed: false,
            open_input: true,
        },
        // What is typed into a shell that is open is a command line for it.
        "write_bash" | "write_powershell" => ToolCall::Shell {
            tool: if tool == "write_bash" {
                "Bash"
            } else {
                "PowerShell"
            }
            .to_owned(),
            command: typed(&fields.optional("input")?.unwrap_or_default()),
            unsandboxed: false,
            open_input: true,
        },
        "view" => ToolCall::Read {
            path: fields.required("path")?,
        },
        "create" => ToolCall::Write {
            path: fields.required("path")?,
            content: fields.optional("file_text")?.unwrap_or_default(),
        },
        // The permission request names the file in another way.
        "edit" | "str_replace_editor" => ToolCall::Edit {
            tool: "Edit".to_owned(),
            path: fields.one_of(&["path", "file_path"])?,
            old: fields.optional("old_str")?.unwrap_or_default(),
            new: match fields.optional("new_str")? {
                Some(text) => text,
                None => fields.optional("diff")?.unwrap_or_default(),
            },
        },
        "grep" => {
            let pattern = fields.optional("pattern")?.unwrap_or_default();
            let glob = fields.optional("glob")?;
            each_path(tool, &mut fields, |path| ToolCall::Grep {
                pattern: pattern.clone(),
                path,
                glob: glob.clone(),
            })?
        }
        "glob" => {
            let pattern = fields.optional("pattern")?.unwrap_or_default();
            each_path(tool, &mut fields, |path| ToolCall::Glob {
                pattern: pattern.clone(),
                path,
            })?
        }
        "web_fetch" | "fetch" => ToolCall::WebFetch {
            url: fields.required("url")?,
        },
        "web_search" => ToolCall::WebSearch {
            query: fields.optional("query")?.unwrap_or_default(),
        },
        "task" => ToolCall::Agent {
            kind: fields.optional("agent_type")?,
            prompt: fields.optional("prompt")?.unwrap_or_default(),
        },
        "skill" => ToolCall::Skill {
            name: fields.one_of(&["skill", "name"])?,
            args: None,
        },
        "read_bash"
        | "stop_bash"
        | "list_bash"
        | "read_powershell"
        | "stop_powershell"
        | "fetch_copilot_cli_documentation"
        | "report_intent"
        | "update_todo"
        | "sql"
        | "session_store_sql"
        | "read_agent"
        | "list_agents"
        | "ask_user"
        | "exit_plan_mode" => ToolCall::Internal {
            tool: tool.to_owned(),
            input: Value::Object(fields.map),
        },
        _ => match mcp::joined(tool, '-') {
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

/// Keys are written in braces: `ls{enter}`.
fn typed(input: &str) -> String {
    input.replace("{enter}", "\n")
}

/// One call for every path that is named; one for the working directory when
/// none is.
fn each_path(
    tool: &str,
    fields: &mut Fields<'_>,
    call: impl Fn(Option<String>) -> ToolCall,
) -> Result<ToolCall, DecodeError> {
    let named = fields.map.remove("paths");
    match named.or_else(|| fields.map.remove("path")) {
        None | Some(Value::Null) => Ok(call(None)),
        Some(Value::String(path)) => Ok(call(Some(path))),
        Some(Value::Array(paths)) => {
            let calls = paths
                .into_iter()
                .map(|path| match path {
                    Value::String(path) => Ok(call(Some(path))),
                    _ => Err(fields.error("paths")),
                })
                .collect::<Result<Vec<_>, _>>()?;
            Ok(if calls.is_empty() {
                call(None)
            } else {
                ToolCall::Several {
                    tool: tool.to_owned(),
                    calls,
                }
            })
        }
        Some(_) => Err(fields.error("paths")),
    }
}

//! Windsurf Cascade, from its documentation (docs.windsurf.com, Cascade hooks);
//! not run. A denial is exit code 2 with a line on stderr; it cannot ask, and
//! results are not replaced.

use std::path::{Path, PathBuf};

use palisade_core::{Action, ActionKind, Agent, AgentKind, Answer, Attendance, ToolCall};
use serde_json::Value;

use crate::fields::Fields;
use crate::hook::{DecodeError, HookEnv, HookOutput};
use crate::json;
use crate::said::blocked;

/// Decodes one hook call.
pub fn decode(input: &[u8], _: &HookEnv) -> Result<Action, DecodeError> {
    let mut fields = Fields {
        of: "hook call",
        map: json::object(input)?,
    };
    let event = fields.required("agent_action_name")?;
    fields.of = &event;
    let info = fields.object("tool_info").unwrap_or_default();
    let mut info = Fields {
        of: &event,
        map: info,
    };
    let cwd = info.optional("cwd")?.map(PathBuf::from);
    let mut cwd = cwd.filter(|p| p.is_absolute());
    let kind = kind(&mut info, &mut cwd)?;
    let cwd = match cwd {
        Some(cwd) => cwd,
        None if matches!(kind, ActionKind::Tool(ToolCall::Shell { .. })) => {
            return Err(info.error("cwd"));
        }
        None => PathBuf::from("/"),
    };
    Ok(Action {
        agent: Agent {
            kind: AgentKind::Windsurf,
            version: None,
        },
        session: fields.optional("trajectory_id")?,
        prompt_id: fields.optional("execution_id")?,
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

fn kind(info: &mut Fields<'_>, cwd: &mut Option<PathBuf>) -> Result<ActionKind, DecodeError> {
    let mut beside = |path: String| {
        // Files are named in full, without the folder the agent works in.
        if cwd.is_none() && path.starts_with('/') {
            *cwd = Path::new(&path).parent().map(Path::to_owned);
        }
        path
    };
    Ok(match info.of {
        "pre_run_command" => ActionKind::Tool(ToolCall::Shell {
            tool: "Bash".to_owned(),
            command: info.required("command_line")?,
            unsandboxed: false,
            open_input: false,
        }),
        "pre_read_code" => ActionKind::Tool(ToolCall::Read {
            path: beside(info.required("file_path")?),
        }),
        "pre_write_code" => {
            let path = beside(info.required("file_path")?);
            let Value::Array(edits) = info.take("edits") else {
                return Err(info.error("edits"));
            };
            let text = |edit: &Value, name: &str| {
                let found = edit.get(name).and_then(Value::as_str);
                found.unwrap_or_default().to_owned()
            };
            let calls = edits
                .iter()
                .map(|edit| ToolCall::Edit {
                    tool: "Edit".to_owned(),
                    path: path.clone(),
                    old: text(edit, "old_string"),
                    new: text(edit, "new_string"),
                })
                .collect::<Vec<_>>();
            // A file that is written whole has no edits.
            let calls = if calls.is_empty() {
                vec![ToolCall::Write {
                    path,
                    content: String::new(),
                }]
            } else {
                calls
            };
            ActionKind::Tool(ToolCall::Several {
                tool: "write_code".to_owned(),
                calls,
            })
        }
        "pre_mcp_tool_use" => ActionKind::Tool(ToolCall::Mcp {
            server: info.required("mcp_server_name")?,
            source: None,
            tool: info.required("mcp_tool_name")?,
            arguments: info.take("mcp_tool_arguments"),
        }),
        "pre_user_prompt" => ActionKind::Prompt {
            text: info.required("user_prompt")?,
        },
        _ => ActionKind::Other,
    })
}

/// Says `answer` to the hook call `event`.
pub fn encode_event(event: Option<&str>, answer: &Answer) -> HookOutput {
    let before = event.is_none_or(|event| event.starts_with("pre_"));
    match answer {
        Answer::Ask { reason } | Answer::Deny { reason } | Answer::StopRun { reason } if before => {
            blocked(None, reason)
        }
        _ => HookOutput::default(),
    }
}

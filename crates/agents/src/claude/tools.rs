//! The built-in tools and their inputs.

use palisade_core::ToolCall;
use serde_json::{Map, Value};

use crate::hook::DecodeError;

/// Tools that keep lists, plans and notes inside the agent or talk to the
/// person in front of it. Whatever reaches further (schedules, messages,
/// artefacts, worktrees, remote triggers, interpreters) is not here and stays
/// unknown.
const INTERNAL: &[&str] = &[
    "AskUserQuestion",
    "BashOutput",
    "Brief",
    "CronList",
    "DeferredToolPlaceholder",
    "EndConversation",
    "EnterPlanMode",
    "ExitPlanMode",
    "KillBash",
    "KillShell",
    "ListAgents",
    "ListMcpResources",
    "ListMcpResourcesTool",
    "ListPeers",
    "ProposeGoal",
    "ReadNotifications",
    "ReportFindings",
    "SendUserMessage",
    "SetGoal",
    "StructuredOutput",
    "SubagentHandback",
    "TaskCreate",
    "TaskGet",
    "TaskList",
    "TaskOutput",
    "TaskStop",
    "TaskUpdate",
    "TodoWrite",
    "ToolSearch",
    "WaitForMcpServers",
];

/// Puts one call into the common vocabulary.
///
/// `server` and `source` are what the agent says about the MCP server beside
/// the input.
pub(super) fn call(
    tool: &str,
    input: Map<String, Value>,
    server: Option<&str>,
    source: Option<String>,
) -> Result<ToolCall, DecodeError> {
    if let Some((name, mcp_tool)) = split_mcp(tool, server) {
        return Ok(ToolCall::Mcp {
            server: name.to_owned(),
            source,
            tool: mcp_tool.to_owned(),
            arguments: Value::Object(input),
        });
    }
    let mut input = Input { tool, map: input };
    Ok(match tool {
        "Bash" | "PowerShell" => ToolCall::Shell {
            tool: tool.to_owned(),
            command: input.required("command")?,
            unsandboxed: input.flag("dangerouslyDisableSandbox")?,
            open_input: false,
        },
        "Monitor" => monitor(input)?,
        "Read" => ToolCall::Read {
            path: input.required("file_path")?,
        },
        "NotebookRead" => ToolCall::Read {
            path: input.required("notebook_path")?,
        },
        "Write" => ToolCall::Write {
            path: input.required("file_path")?,
            content: input.required("content")?,
        },
        "Edit" => ToolCall::Edit {
            tool: tool.to_owned(),
            path: input.required("file_path")?,
            old: input.required("old_string")?,
            new: input.required("new_string")?,
        },
        "MultiEdit" => multi_edit(input)?,
        "NotebookEdit" => ToolCall::Edit {
            tool: tool.to_owned(),
            path: input.required("notebook_path")?,
            old: String::new(),
            new: if input.map.get("edit_mode").and_then(Value::as_str) == Some("delete") {
                input.optional("new_source")?.unwrap_or_default()
            } else {
                input.required("new_source")?
            },
        },
        "Glob" => ToolCall::Glob {
            pattern: input.required("pattern")?,
            path: input.optional("path")?,
        },
        "Grep" => ToolCall::Grep {
            pattern: input.required("pattern")?,
            path: input.optional("path")?,
            glob: input.optional("glob")?,
        },
        "WebFetch" => ToolCall::WebFetch {
            url: input.required("url")?,
        },
        "WebSearch" => ToolCall::WebSearch {
            query: input.required("query")?,
        },
        "Agent" | "Task" => ToolCall::Agent {
            kind: input.optional("subagent_type")?,
            prompt: input.required("prompt")?,
        },
        "Skill" => ToolCall::Skill {
            name: input.required("skill")?,
            args: input.optional("args")?,
        },
        // The server is named in the input; what comes back is that server's text.
        "ReadMcpResource"
        | "ReadMcpResourceTool"
        | "ReadMcpResourceDir"
        | "ReadMcpResourceDirTool" => ToolCall::Mcp {
            server: input.required("server")?,
            source,
            tool: tool.to_owned(),
            arguments: Value::Object(input.map),
        },
        _ if INTERNAL.binary_search(&tool).is_ok() => ToolCall::Internal {
            tool: tool.to_owned(),
            input: Value::Object(input.map),
        },
        _ => ToolCall::Unknown {
            tool: tool.to_owned(),
            input: Value::Object(input.map),
        },
    })
}

fn monitor(mut input: Input<'_>) -> Result<ToolCall, DecodeError> {
    let socket = match input.map.remove("ws") {
        None | Some(Value::Null) => None,
        Some(Value::Object(mut ws)) => match ws.remove("url") {
            Some(Value::String(url)) => Some(url),
            _ => return Err(input.error("ws")),
        },
        Some(_) => return Err(input.error("ws")),
    };
    match (input.optional("command")?, socket) {
        (Some(command), None) => Ok(ToolCall::Shell {
            tool: input.tool.to_owned(),
            command,
            unsandboxed: input.flag("dangerouslyDisableSandbox")?,
            open_input: false,
        }),
        (None, Some(url)) => Ok(ToolCall::Socket { url }),
        // Both or neither: what it would do is not known.
        _ => Err(input.error("command")),
    }
}

/// The older tool that makes several edits of one file.
fn multi_edit(mut input: Input<'_>) -> Result<ToolCall, DecodeError> {
    let path = input.required("file_path")?;
    let Some(Value::Array(edits)) = input.map.remove("edits") else {
        return Err(input.error("edits"));
    };
    let (mut old, mut new) = (String::new(), String::new());
    for edit in edits {
        let Value::Object(map) = edit else {
            return Err(input.error("edits"));
        };
        let mut edit = Input {
            tool: input.tool,
            map,
        };
        for (all, field) in [(&mut old, "old_string"), (&mut new, "new_string")] {
            if !all.is_empty() {
                all.push('\n');
            }
            all.push_str(&edit.required(field)?);
        }
    }
    Ok(ToolCall::Edit {
        tool: input.tool.to_owned(),
        path,
        old,
        new,
    })
}

/// `mcp__server__tool` into server and tool.
///
/// Both names may hold `__` themselves. The agent says the server's name
/// beside the call; where that does not settle it, the first `__` divides.
fn split_mcp<'a>(tool: &'a str, server: Option<&str>) -> Option<(&'a str, &'a str)> {
    let rest = tool.strip_prefix("mcp__")?;
    let named = server.and_then(|server| {
        let (name, rest) = rest.split_at_checked(server.len())?;
        let same = name
            .bytes()
            .zip(server.bytes())
            .all(|(a, b)| a == b || (a == b'_' && !(b.is_ascii_alphanumeric() || b == b'-')));
        Some((name, rest.strip_prefix("__").filter(|_| same)?))
    });
    let (name, tool) = match named {
        Some(pair) => pair,
        None => rest.split_once("__")?,
    };
    (!name.is_empty() && !tool.is_empty()).then_some((name, tool))
}

struct Input<'a> {
    tool: &'a str,
    map: Map<String, Value>,
}

impl Input<'_> {
    fn error(&self, field: &'static str) -> DecodeError {
        DecodeError::Field {
            tool: self.tool.to_owned(),
            field,
        }
    }

    fn required(&mut self, field: &'static str) -> Result<String, DecodeError> {
        match self.map.remove(field) {
            Some(Value::String(text)) => Ok(text),
            _ => Err(self.error(field)),
        }
    }

    fn optional(&mut self, field: &'static str) -> Result<Option<String>, DecodeError> {
        match self.map.remove(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.error(field)),
        }
    }

    /// Models write booleans as text now and then, and the agent accepts that.
    fn flag(&mut self, field: &'static str) -> Result<bool, DecodeError> {
        match self.map.remove(field) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(Value::String(text)) if text == "true" => Ok(true),
            Some(Value::String(text)) if text == "false" => Ok(false),
            Some(_) => Err(self.error(field)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_internal_list_can_be_searched() {
        assert!(INTERNAL.is_sorted());
    }

    #[test]
    fn mcp_names_are_divided_by_the_servers_own_name() {
        assert_eq!(split_mcp("mcp__srv__echo", None), Some(("srv", "echo")));
        assert_eq!(split_mcp("mcp__a__b__c", None), Some(("a", "b__c")));
        assert_eq!(split_mcp("mcp__a__b__c", Some("a__b")), Some(("a__b", "c")));
        assert_eq!(
            split_mcp("mcp__my_srv__x", Some("my.srv")),
            Some(("my_srv", "x"))
        );
        // A name that is not the one of the call settles nothing.
        assert_eq!(split_mcp("mcp__evil__x", Some("good")), Some(("evil", "x")));
        assert_eq!(split_mcp("mcp____x", None), None);
        assert_eq!(split_mcp("mcp__srv__", None), None);
        assert_eq!(split_mcp("Bash", None), None);
    }
}

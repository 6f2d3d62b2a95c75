//! Calls in the transcripts agents keep of their sessions.
//!
//! The layouts are internal to the agents and change: a line that is not
//! understood is passed over, and nothing is concluded from its absence.

use std::path::{Path, PathBuf};

use palisade_core::{ActionKind, AgentKind, ToolCall};
use serde_json::{Value, json};

use crate::{HookEnv, claude, codex};

/// A call that was made, as its transcript tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Remembered {
    /// The call.
    pub call: ToolCall,
    /// Where.
    pub cwd: PathBuf,
    /// When, as RFC 3339; empty when it is not told.
    pub at: String,
}

/// Reads one transcript, line by line.
#[derive(Clone, Debug)]
pub struct Transcript {
    agent: AgentKind,
    /// The directory in force, for transcripts that tell it once.
    cwd: PathBuf,
}

/// The folder below which an agent keeps its transcripts (`*.jsonl`), for
/// agents whose transcripts are understood.
pub fn folder(agent: AgentKind, home: &Path) -> Option<PathBuf> {
    match agent {
        AgentKind::Claude => Some(home.join(".claude/projects")),
        AgentKind::Codex => Some(home.join(".codex/sessions")),
        _ => None,
    }
}

impl Transcript {
    /// A transcript of `agent`.
    pub fn of(agent: AgentKind) -> Self {
        Self {
            agent,
            cwd: PathBuf::new(),
        }
    }

    /// The calls a line tells of.
    pub fn line(&mut self, line: &str) -> Vec<Remembered> {
        // Most lines are long and tell of no call.
        let hints: &[&str] = match self.agent {
            AgentKind::Claude => &["\"tool_use\""],
            _ => &["\"cwd\"", "_call\""],
        };
        if !hints.iter().any(|hint| line.contains(hint)) {
            return Vec::new();
        }
        let Ok(value) = serde_json::from_str::<Value>(line) else {
            return Vec::new();
        };
        match self.agent {
            AgentKind::Claude => self.claude(&value),
            AgentKind::Codex => self.codex(&value).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// `message.content[]` of type `tool_use`, in lines of type `assistant`.
    fn claude(&mut self, line: &Value) -> Vec<Remembered> {
        if let Some(cwd) = text(line, "/cwd") {
            self.cwd = PathBuf::from(cwd);
        }
        let parts = line.pointer("/message/content").and_then(Value::as_array);
        parts
            .into_iter()
            .flatten()
            .filter(|part| text(part, "/type") == Some("tool_use"))
            .filter_map(|part| {
                let tool = text(part, "/name")?;
                self.remembered(tool, part.get("input")?, line)
            })
            .collect()
    }

    /// `payload` of `response_item` lines; the directory is told by
    /// `session_meta` and `turn_context`.
    fn codex(&mut self, line: &Value) -> Option<Remembered> {
        let payload = line.get("payload")?;
        if let Some(cwd) = text(payload, "/cwd") {
            self.cwd = PathBuf::from(cwd);
        }
        let arguments =
            || -> Option<Value> { serde_json::from_str(text(payload, "/arguments")?).ok() };
        let (tool, input) = match (text(payload, "/type")?, text(payload, "/name")) {
            ("local_shell_call", _) => {
                let command = command_of(payload.pointer("/action/command")?)?;
                ("Bash".to_owned(), json!({ "command": command }))
            }
            ("function_call", Some("exec_command" | "shell" | "shell_command" | "local_shell")) => {
                let arguments = arguments()?;
                let command = ["cmd", "command"]
                    .iter()
                    .find_map(|name| arguments.get(name))?;
                let command = command_of(command)?;
                ("Bash".to_owned(), json!({ "command": command }))
            }
            ("function_call", Some(name)) if name.starts_with("mcp__") => {
                (name.to_owned(), arguments()?)
            }
            ("custom_tool_call", Some("apply_patch")) => (
                "apply_patch".to_owned(),
                json!({ "command": text(payload, "/input")? }),
            ),
            _ => return None,
        };
        self.remembered(&tool, &input, line)
    }

    fn remembered(&self, tool: &str, input: &Value, line: &Value) -> Option<Remembered> {
        let hook = json!({
            "hook_event_name": "PreToolUse",
            "session_id": "",
            "cwd": self.cwd,
            "tool_name": tool,
            "tool_input": input,
        });
        let bytes = serde_json::to_vec(&hook).ok()?;
        let env = HookEnv::default();
        let action = match self.agent {
            AgentKind::Codex => codex::decode(&bytes, &env),
            _ => claude::decode(&bytes, &env),
        };
        let ActionKind::Tool(call) = action.ok()?.kind else {
            return None;
        };
        Some(Remembered {
            call,
            cwd: self.cwd.clone(),
            at: text(line, "/timestamp").unwrap_or_default().to_owned(),
        })
    }
}

fn text<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    value.pointer(pointer).and_then(Value::as_str)
}

/// A command line, or the words of one: `["bash", "-lc", SCRIPT]` is the script.
fn command_of(value: &Value) -> Option<String> {
    if let Some(text) = value.as_str() {
        return Some(text.to_owned());
    }
    let words: Vec<&str> = value
        .as_array()?
        .iter()
        .map(Value::as_str)
        .collect::<Option<_>>()?;
    match words.as_slice() {
        [
            "bash" | "sh" | "zsh" | "/bin/bash" | "/bin/sh" | "/bin/zsh",
            "-lc" | "-c",
            script,
        ] => Some((*script).to_owned()),
        words => Some(
            words
                .iter()
                .map(|word| format!("'{}'", word.replace('\'', r"'\''")))
                .collect::<Vec<_>>()
                .join(" "),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commands(agent: AgentKind, lines: &[Value]) -> Vec<(String, String)> {
        let mut transcript = Transcript::of(agent);
        lines
            .iter()
            .flat_map(|line| transcript.line(&line.to_string()))
            .map(|r| {
                let command = match r.call {
                    ToolCall::Shell { command, .. } => command,
                    other => other.name(),
                };
                (r.cwd.display().to_string(), command)
            })
            .collect()
    }

    #[test]
    fn calls_of_claude_code() {
        let lines = [
            json!({"type": "user", "cwd": "/p", "message": {"content": "\"tool_use\""}}),
            json!({"type": "assistant", "cwd": "/p", "timestamp": "2026-11-01T10:00:00Z",
                "message": {"content": [
                    {"type": "text", "text": "now"},
                    {"type": "tool_use", "id": "t", "name": "Bash", "input": {"command": "ls"}},
                    {"type": "tool_use", "id": "u", "name": "Read", "input": {"file_path": "a"}}]}}),
        ];
        assert_eq!(
            commands(AgentKind::Claude, &lines),
            [("/p".into(), "ls".into()), ("/p".into(), "Read".into())]
        );
    }

    #[test]
    fn calls_of_codex() {
        let item = |payload: Value| json!({"type": "response_item", "payload": payload});
        let lines = [
            json!({"type": "session_meta", "payload": {"id": "1", "cwd": "/p"}}),
            item(json!({"type": "function_call", "name": "exec_command",
                "arguments": "{\"cmd\":\"ls -l\"}"})),
            item(json!({"type": "function_call", "name": "shell",
                "arguments": "{\"command\":[\"bash\",\"-lc\",\"ls && pwd\"]}"})),
            item(json!({"type": "local_shell_call",
                "action": {"type": "exec", "command": ["cat", "it's"]}})),
            item(json!({"type": "custom_tool_call", "name": "apply_patch",
                "input": "*** Begin Patch\n*** Add File: a\n+1\n*** End Patch"})),
            item(json!({"type": "function_call_output", "output": "cwd"})),
        ];
        let seen = commands(AgentKind::Codex, &lines);
        let seen: Vec<&str> = seen.iter().map(|(_, command)| command.as_str()).collect();
        assert_eq!(&seen[..3], ["ls -l", "ls && pwd", r"'cat' 'it'\''s'"]);
        assert_eq!(seen.len(), 4);
    }
}

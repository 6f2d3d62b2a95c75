//! What the scripted model says, turn by turn.

use serde_json::{Value, json};

/// One tool call.
#[derive(Clone, Debug)]
pub struct Call {
    /// Tool name as the agent offers it: `Bash`, `Read`, `mcp__notes__echo`.
    pub tool: String,
    /// The tool's input.
    pub input: Value,
}

impl Call {
    /// Any tool.
    pub fn new(tool: impl Into<String>, input: Value) -> Self {
        Self {
            tool: tool.into(),
            input,
        }
    }

    /// A shell command.
    pub fn bash(command: impl Into<String>) -> Self {
        let command: String = command.into();
        Self::new(
            "Bash",
            json!({"command": command, "description": "scripted"}),
        )
    }

    /// Reads a file.
    pub fn read(path: impl AsRef<std::path::Path>) -> Self {
        Self::new("Read", json!({"file_path": path.as_ref()}))
    }

    /// Writes a whole file.
    pub fn write(path: impl AsRef<std::path::Path>, content: impl Into<String>) -> Self {
        let content: String = content.into();
        Self::new(
            "Write",
            json!({"file_path": path.as_ref(), "content": content}),
        )
    }

    /// Replaces text in a file.
    pub fn edit(path: impl AsRef<std::path::Path>, old: &str, new: &str) -> Self {
        Self::new(
            "Edit",
            json!({"file_path": path.as_ref(), "old_string": old, "new_string": new}),
        )
    }

    /// Starts a subagent whose conversation is scripted under `prompt`.
    pub fn subagent(prompt: &str) -> Self {
        Self::new(
            "Agent",
            json!({
                "description": "scripted helper",
                "prompt": prompt,
                "subagent_type": "general-purpose",
                "run_in_background": false,
            }),
        )
    }
}

/// The turns of one conversation, and those of the subagents it starts. After
/// the last turn the model says `done`.
#[derive(Clone, Debug, Default)]
pub struct Script {
    pub(crate) turns: Vec<Vec<Call>>,
    pub(crate) subagents: Vec<(String, Vec<Vec<Call>>)>,
}

impl Script {
    /// Says `done` at once.
    pub fn silent() -> Self {
        Self::default()
    }

    /// One call per turn: a refused call does not take others of its turn along.
    pub fn each(calls: impl IntoIterator<Item = Call>) -> Self {
        Self {
            turns: calls.into_iter().map(|call| vec![call]).collect(),
            subagents: Vec::new(),
        }
    }

    /// Adds a turn with several calls at once.
    pub fn together(mut self, calls: impl IntoIterator<Item = Call>) -> Self {
        self.turns.push(calls.into_iter().collect());
        self
    }

    /// The conversation of a subagent, recognised by its first message.
    pub fn with_subagent(mut self, prompt: &str, calls: impl IntoIterator<Item = Call>) -> Self {
        let turns = calls.into_iter().map(|call| vec![call]).collect();
        self.subagents.push((prompt.to_owned(), turns));
        self
    }

    /// The turns for a conversation that begins with `opening`, and a label for
    /// the ids of its calls.
    pub(crate) fn conversation(&self, opening: &str) -> (String, &[Vec<Call>]) {
        self.subagents
            .iter()
            .enumerate()
            .find(|(_, (prompt, _))| opening.contains(prompt.as_str()))
            .map_or_else(
                || ("main".to_owned(), self.turns.as_slice()),
                |(n, (_, turns))| (format!("sub{n}"), turns.as_slice()),
            )
    }
}

/// The identifier of a call: conversation, turn and place in the turn.
pub(crate) fn call_id(label: &str, turn: usize, place: usize) -> String {
    format!("toolu_{label}_{turn:02}_{place:02}")
}

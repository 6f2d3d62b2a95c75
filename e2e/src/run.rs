//! One finished run of an agent.

use serde_json::Value;

use crate::endpoint::{Received, text_of};
use crate::exec::{Ended, clip};
use crate::script::call_id;

/// What the agent did, as seen from outside.
#[derive(Debug)]
pub struct Run {
    /// The process.
    pub ended: Ended,
    /// Everything the model provider received.
    pub requests: Vec<Received>,
}

/// The answer to one call as the model saw it.
#[derive(Clone, Debug)]
pub struct ToolResult {
    /// The call.
    pub id: String,
    /// The text.
    pub text: String,
    /// Marked as an error.
    pub is_error: bool,
}

impl Run {
    /// The agent's own report, when it is JSON.
    pub fn report(&self) -> Value {
        serde_json::from_str(self.ended.stdout.trim()).unwrap_or(Value::Null)
    }

    /// The requests that asked the model something.
    pub fn asked(&self) -> impl Iterator<Item = &Received> {
        self.requests
            .iter()
            .filter(|r| r.method == "POST" && r.path.ends_with("/v1/messages"))
    }

    /// Whether the provider ever received this text.
    pub fn saw(&self, text: &str) -> bool {
        self.requests.iter().any(|r| r.text.contains(text))
    }

    /// Every tool result the model saw, each once.
    pub fn tool_results(&self) -> Vec<ToolResult> {
        let mut results: Vec<ToolResult> = Vec::new();
        for request in self.asked() {
            let messages = request.body["messages"].as_array();
            for block in messages
                .into_iter()
                .flatten()
                .filter_map(|m| m["content"].as_array())
                .flatten()
                .filter(|b| b["type"] == "tool_result")
            {
                let id = block["tool_use_id"].as_str().unwrap_or_default();
                if results.iter().all(|r| r.id != id) {
                    results.push(ToolResult {
                        id: id.to_owned(),
                        text: text_of(&block["content"]),
                        is_error: block["is_error"] == true,
                    });
                }
            }
        }
        results
    }

    /// The answer to a call of the main conversation.
    pub fn result(&self, turn: usize) -> Option<ToolResult> {
        self.result_in("main", turn, 0)
    }

    /// The answer to a call of any conversation, `sub0` for the first subagent.
    pub fn result_in(&self, conversation: &str, turn: usize, place: usize) -> Option<ToolResult> {
        let id = call_id(conversation, turn, place);
        self.tool_results().into_iter().find(|r| r.id == id)
    }

    /// The text of the answer to a call; a note when there is none.
    pub fn said(&self, turn: usize) -> String {
        self.result(turn)
            .map_or_else(|| format!("(no result for call {turn})"), |r| r.text)
    }

    /// Whether the call ran and what it printed holds this text.
    pub fn went(&self, turn: usize, text: &str) -> bool {
        self.result(turn)
            .is_some_and(|r| !r.is_error && r.text.contains(text))
    }

    /// A short account for failure messages.
    pub fn summary(&self) -> String {
        let results: Vec<String> = self
            .tool_results()
            .iter()
            .map(|r| {
                format!(
                    "{}{}: {}",
                    r.id,
                    if r.is_error { " (error)" } else { "" },
                    clip(&r.text, 300)
                )
            })
            .collect();
        format!(
            "{} requests; {}; {}",
            self.requests.len(),
            results.join(" | "),
            clip(&self.ended.to_string(), 1500)
        )
    }
}

//! From an [`Answer`] to the bytes and the exit code Gemini CLI obeys.

use palisade_core::{Action, Answer};
use serde_json::json;

use crate::hook::HookOutput;
use crate::said::{blocked, notice, said, text_of, told, with};
use crate::text::{REASON_CHARS, clean};

/// Says `answer` to the hook call `action`.
pub fn encode(action: Option<&Action>, answer: &Answer) -> HookOutput {
    encode_event(action.map(|action| action.event.as_str()), answer)
}

/// The same, for an event known by name only.
pub fn encode_event(event: Option<&str>, answer: &Answer) -> HookOutput {
    match answer {
        Answer::Pass => HookOutput::default(),
        Answer::Notice(text) => notice(text),
        Answer::Context(text) => context(event, text, None),
        Answer::Warned {
            context: told,
            notice,
        } => context(event, told, Some(notice)),
        Answer::Ask { reason } if event == Some("BeforeTool") => said(&json!({
            "decision": "ask",
            "reason": clean(reason, REASON_CHARS),
        })),
        Answer::ReplaceResult {
            response,
            context: told,
            notice,
        } if event == Some("AfterTool") => {
            // The reason of a denial is what the model gets for the result.
            let content = response.get("llmContent").unwrap_or(response);
            let mut text = text_of(content);
            if !told.is_empty() {
                text.push_str("\n\n");
                text.push_str(told);
            }
            let mut json = json!({ "decision": "deny", "reason": text });
            if !notice.is_empty() {
                json = with(json, "systemMessage", clean(notice, REASON_CHARS));
            }
            said(&json)
        }
        Answer::Ask { reason } | Answer::Deny { reason } | Answer::StopRun { reason } => {
            deny(event, reason)
        }
        _ => deny(event, "the guard gave an answer this agent cannot be told"),
    }
}

fn context(event: Option<&str>, text: &str, person: Option<&str>) -> HookOutput {
    let event =
        event.filter(|event| matches!(*event, "AfterTool" | "BeforeAgent" | "SessionStart"));
    told(event, text, person)
}

fn deny(event: Option<&str>, reason: &str) -> HookOutput {
    let text = clean(reason, REASON_CHARS);
    match event {
        // A denial of these makes the agent go on, or does nothing.
        Some("AfterAgent" | "SessionStart" | "SessionEnd" | "Notification" | "PreCompress") => {
            notice(&text)
        }
        Some("AfterTool") => said(&json!({ "decision": "deny", "reason": text })),
        _ => blocked(Some(&json!({ "decision": "deny", "reason": text })), &text),
    }
}

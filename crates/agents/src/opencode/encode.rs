//! From an [`Answer`] to what the plugin understands.

use palisade_core::{Action, Answer};
use serde_json::json;

use crate::hook::HookOutput;
use crate::said::{blocked, said, with};
use crate::text::{REASON_CHARS, clean};

/// Says `answer` to the call `action`.
pub fn encode(action: Option<&Action>, answer: &Answer) -> HookOutput {
    encode_event(action.map(|action| action.event.as_str()), answer)
}

/// The same, for an event known by name only.
pub fn encode_event(event: Option<&str>, answer: &Answer) -> HookOutput {
    let after = event == Some("tool.execute.after");
    match answer {
        Answer::Pass | Answer::Notice(_) => HookOutput::default(),
        Answer::Context(text) | Answer::Warned { context: text, .. } if after => {
            said(&json!({ "context": clean(text, REASON_CHARS) }))
        }
        Answer::Context(_) | Answer::Warned { .. } => HookOutput::default(),
        Answer::ReplaceResult {
            response, context, ..
        } if after => {
            let mut json = json!({ "result": response });
            if !context.is_empty() {
                json = with(json, "context", clean(context, REASON_CHARS));
            }
            said(&json)
        }
        Answer::Ask { reason } | Answer::Deny { reason } | Answer::StopRun { reason } => {
            deny(reason)
        }
        _ => deny("the guard gave an answer this agent cannot be told"),
    }
}

fn deny(reason: &str) -> HookOutput {
    let text = clean(reason, REASON_CHARS);
    blocked(Some(&json!({ "decision": "deny", "reason": text })), &text)
}

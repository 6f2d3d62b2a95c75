//! From an [`Answer`] to the bytes and the exit code Copilot CLI obeys.

use palisade_core::{Action, Answer};
use serde_json::json;

use crate::hook::HookOutput;
use crate::said::{blocked, said, with};
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
        Answer::Context(text) => context(event, text),
        Answer::Warned { context: told, .. } => context(event, told),
        Answer::Ask { reason } if event == Some("preToolUse") => said(&json!({
            "permissionDecision": "ask",
            "permissionDecisionReason": clean(reason, REASON_CHARS),
        })),
        Answer::ReplaceResult {
            response,
            context: told,
            ..
        } if event == Some("postToolUse") => {
            let mut json = json!({ "modifiedResult": response });
            if !told.is_empty() {
                json = with(json, "additionalContext", clean(told, REASON_CHARS));
            }
            said(&json)
        }
        Answer::Ask { reason } | Answer::Deny { reason } | Answer::StopRun { reason } => {
            deny(event, reason)
        }
        _ => deny(event, "the guard gave an answer this agent cannot be told"),
    }
}

/// There is no field for the person; a hook's standard error is shown in the log.
fn notice(text: &str) -> HookOutput {
    HookOutput {
        stderr: clean(text, REASON_CHARS),
        ..HookOutput::default()
    }
}

fn context(event: Option<&str>, text: &str) -> HookOutput {
    match event {
        Some("postToolUse" | "userPromptSubmitted" | "sessionStart") => {
            said(&json!({ "additionalContext": clean(text, REASON_CHARS) }))
        }
        _ => HookOutput::default(),
    }
}

fn deny(event: Option<&str>, reason: &str) -> HookOutput {
    let text = clean(reason, REASON_CHARS);
    match event {
        Some("permissionRequest") => {
            blocked(Some(&json!({ "behavior": "deny", "message": text })), &text)
        }
        Some("userPromptSubmitted") => {
            blocked(Some(&json!({ "decision": "block", "reason": text })), &text)
        }
        Some("postToolUse") => said(&json!({ "modifiedResult": {
            "resultType": "failure",
            "textResultForLlm": text,
        }})),
        Some(
            "sessionStart" | "sessionEnd" | "agentStop" | "subagentStart" | "subagentStop"
            | "postToolUseFailure" | "notification" | "errorOccurred" | "preCompact",
        ) => notice(&text),
        _ => blocked(
            Some(&json!({
                "permissionDecision": "deny",
                "permissionDecisionReason": text,
            })),
            &text,
        ),
    }
}

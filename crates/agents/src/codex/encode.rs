//! From an [`Answer`] to the bytes and the exit code Codex obeys.

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
        Answer::ReplaceResult {
            response,
            context: told,
            notice,
        } if event == Some("PostToolUse") => {
            let mut text = text_of(response);
            if !told.is_empty() {
                text.push_str("\n\n");
                text.push_str(told);
            }
            let mut json = json!({ "decision": "block", "reason": text });
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
    let event = event.filter(|event| {
        matches!(
            *event,
            "PreToolUse" | "PostToolUse" | "UserPromptSubmit" | "SessionStart"
        )
    });
    told(event, text, person)
}

fn deny(event: Option<&str>, reason: &str) -> HookOutput {
    let text = clean(reason, REASON_CHARS);
    match event {
        Some("PermissionRequest") => blocked(
            Some(&json!({ "hookSpecificOutput": {
                "hookEventName": "PermissionRequest",
                "decision": { "behavior": "deny", "message": text },
            }})),
            &text,
        ),
        // The tool has run; its output does not reach the model.
        Some("PostToolUse") => said(&json!({ "decision": "block", "reason": text })),
        Some("SessionStart" | "SessionEnd" | "Stop" | "SubagentStop" | "SubagentStart") => {
            notice(&text)
        }
        // JSON beside it would have to be exactly right; stderr need not be.
        _ => blocked(None, &text),
    }
}

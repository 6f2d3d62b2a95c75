//! From an [`Answer`] to the bytes and the exit code Claude Code obeys.
//!
//! A denial is said three times: as JSON, as a line on stderr and as exit code
//! 2. Exit code 0 with JSON that was cut off means "go on" to the agent, exit
//! code 2 with anything means "stop". No opinion is silence: an `allow` would
//! skip the agent's own questions.

use palisade_core::{Action, Answer};
use serde_json::{Map, Value, json};

use crate::hook::HookOutput;
use crate::text::{LINE_CHARS, REASON_CHARS, clean, one_line};

/// Says `answer` to the hook call `action`; `None` is a call that could not be
/// decoded, which is answered as if a tool were about to run.
pub fn encode(action: Option<&Action>, answer: &Answer) -> HookOutput {
    encode_event(action.map(|action| action.event.as_str()), answer)
}

/// The same, for an event known by name only (from [`super::sniff`]).
pub fn encode_event(event: Option<&str>, answer: &Answer) -> HookOutput {
    match answer {
        Answer::Pass => HookOutput::default(),
        Answer::Notice(text) => notice(text),
        Answer::Context(text) => context(event, text),
        Answer::Ask { reason } => ask(event, reason),
        Answer::Deny { reason } => deny(event, reason),
        Answer::StopRun { reason } => stop(event, reason),
        Answer::Warned {
            context: told,
            notice: text,
        } => warned(event, told, text),
        Answer::ReplaceResult {
            response,
            context: told,
            notice: text,
        } => replace(event, response, told, text),
        // A new kind of answer that this agent's format does not know.
        _ => deny(event, "the guard gave an answer this agent cannot be told"),
    }
}

fn notice(text: &str) -> HookOutput {
    said(json!({ "systemMessage": clean(text, REASON_CHARS) }))
}

fn context(event: Option<&str>, text: &str) -> HookOutput {
    match event.filter(|event| takes_context(event)) {
        Some(event) => said(told(event, text)),
        // The person can be told.
        None => notice(text),
    }
}

/// On `Stop` and `SubagentStop` additional context makes the agent run on;
/// elsewhere it is not read.
fn takes_context(event: &str) -> bool {
    matches!(
        event,
        "PreToolUse"
            | "PostToolUse"
            | "PostToolUseFailure"
            | "PostToolBatch"
            | "UserPromptSubmit"
            | "UserPromptExpansion"
            | "SessionStart"
            | "SubagentStart"
            | "Setup"
    )
}

fn told(event: &str, text: &str) -> Value {
    json!({ "hookSpecificOutput": {
        "hookEventName": event,
        "additionalContext": clean(text, REASON_CHARS),
    }})
}

fn warned(event: Option<&str>, context: &str, text: &str) -> HookOutput {
    match event.filter(|event| takes_context(event)) {
        Some(event) => {
            let mut json = told(event, context);
            if let Some(object) = json.as_object_mut() {
                let text = Value::String(clean(text, REASON_CHARS));
                object.insert("systemMessage".into(), text);
            }
            said(json)
        }
        None => notice(text),
    }
}

fn ask(event: Option<&str>, reason: &str) -> HookOutput {
    match event {
        None | Some("PreToolUse" | "PreModelSwitch") => {
            said(permission(event, "ask", &clean(reason, REASON_CHARS)))
        }
        // It is about to ask.
        Some("PermissionRequest") => HookOutput::default(),
        // Nobody can be asked at the other events.
        Some(_) => deny(event, reason),
    }
}

fn deny(event: Option<&str>, reason: &str) -> HookOutput {
    let text = clean(reason, REASON_CHARS);
    match event {
        // Without a JSON answer: it would have to name the event.
        None => blocked(None, &text),
        Some("PreToolUse" | "PreModelSwitch") => {
            blocked(Some(permission(event, "deny", &text)), &text)
        }
        Some("PermissionRequest") => blocked(
            Some(json!({ "hookSpecificOutput": {
                "hookEventName": "PermissionRequest",
                "decision": { "behavior": "deny", "message": text },
            }})),
            &text,
        ),
        Some(event @ ("UserPromptSubmit" | "UserPromptExpansion")) => blocked(
            Some(json!({
                "decision": "block",
                "reason": text,
                "hookSpecificOutput": {
                    "hookEventName": event,
                    "suppressOriginalPrompt": true,
                },
            })),
            &text,
        ),
        Some("PostToolBatch") => stop(event, reason),
        // The tool has run; the model is told.
        Some("PostToolUse") => said(json!({ "decision": "block", "reason": text })),
        Some("ConfigChange" | "PreCompact" | "TaskCreated" | "WorktreeCreate") => {
            blocked(Some(json!({ "decision": "block", "reason": text })), &text)
        }
        // Nothing can be stopped, or stopping would make the agent run on.
        Some(event) if !super::sniff::is_blockable(event) => notice(&text),
        Some(_) => blocked(None, &text),
    }
}

fn stop(event: Option<&str>, reason: &str) -> HookOutput {
    let text = clean(reason, REASON_CHARS);
    match event {
        Some("PostToolBatch") => blocked(
            Some(json!({
                "continue": false,
                "stopReason": text,
                "decision": "block",
                "reason": text,
            })),
            &text,
        ),
        // Works here, though not after a failure or at the start of a session.
        Some("PostToolUse") => said(json!({ "continue": false, "stopReason": text })),
        // `continue: false` lets a call that is about to run, run.
        _ => deny(event, reason),
    }
}

fn replace(event: Option<&str>, response: &Value, context: &str, text: &str) -> HookOutput {
    if event != Some("PostToolUse") {
        return notice(text);
    }
    let mut object = Map::new();
    let text = clean(text, REASON_CHARS);
    if !text.is_empty() {
        object.insert("systemMessage".into(), Value::String(text));
    }
    let mut specific = json!({ "hookEventName": "PostToolUse", "updatedToolOutput": response });
    if let (false, Some(specific)) = (context.is_empty(), specific.as_object_mut()) {
        let told = Value::String(clean(context, REASON_CHARS));
        specific.insert("additionalContext".into(), told);
    }
    object.insert("hookSpecificOutput".into(), specific);
    said(Value::Object(object))
}

fn permission(event: Option<&str>, decision: &str, reason: &str) -> Value {
    json!({ "hookSpecificOutput": {
        "hookEventName": event.unwrap_or("PreToolUse"),
        "permissionDecision": decision,
        "permissionDecisionReason": reason,
    }})
}

fn said(json: Value) -> HookOutput {
    HookOutput {
        stdout: json.to_string(),
        ..HookOutput::default()
    }
}

fn blocked(json: Option<Value>, reason: &str) -> HookOutput {
    let line = one_line(reason, LINE_CHARS);
    HookOutput {
        stdout: json.map(|json| json.to_string()).unwrap_or_default(),
        stderr: if line.is_empty() {
            "palisade: denied".to_owned()
        } else {
            format!("palisade: {line}")
        },
        exit_code: 2,
    }
}

//! The parts of an answer that look alike in several contracts.

use serde_json::{Value, json};

use crate::hook::HookOutput;
use crate::text::{LINE_CHARS, REASON_CHARS, clean, one_line};

/// One JSON object, and the call goes on.
pub(crate) fn said(json: &Value) -> HookOutput {
    HookOutput {
        stdout: json.to_string(),
        ..HookOutput::default()
    }
}

/// A denial said on every channel: JSON where the contract has it, a line on
/// stderr, and exit code 2.
pub(crate) fn blocked(json: Option<&Value>, reason: &str) -> HookOutput {
    let line = one_line(reason, LINE_CHARS);
    HookOutput {
        stdout: json.map(Value::to_string).unwrap_or_default(),
        stderr: if line.is_empty() {
            "palisade: denied".to_owned()
        } else {
            format!("palisade: {line}")
        },
        exit_code: 2,
    }
}

/// A line for the person, in the contracts that follow Claude Code's.
pub(crate) fn notice(text: &str) -> HookOutput {
    said(&json!({ "systemMessage": clean(text, REASON_CHARS) }))
}

/// Something for the model at an `event` that takes it, and a line for the person;
/// elsewhere the person alone is told.
pub(crate) fn told(event: Option<&str>, text: &str, person: Option<&str>) -> HookOutput {
    let Some(event) = event else {
        return person.map_or_else(HookOutput::default, notice);
    };
    let json = json!({ "hookSpecificOutput": {
        "hookEventName": event,
        "additionalContext": clean(text, REASON_CHARS),
    }});
    said(&match person {
        Some(person) => with(json, "systemMessage", clean(person, REASON_CHARS)),
        None => json,
    })
}

/// Adds a member to an object.
pub(crate) fn with(mut json: Value, name: &str, text: String) -> Value {
    if let Some(object) = json.as_object_mut() {
        object.insert(name.to_owned(), Value::String(text));
    }
    json
}

/// The text of a result, whatever its shape: what a contract without a shape
/// of its own puts in its place.
pub(crate) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text_of).collect::<Vec<_>>().join("\n"),
        Value::Object(map) => match map.get("text").or_else(|| map.get("content")) {
            Some(inner) => text_of(inner),
            None => value.to_string(),
        },
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

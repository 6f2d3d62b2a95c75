//! What can be told of a hook call that does not decode.
//!
//! The guard has to answer garbage as well, and the right answer depends on
//! the event: a denial of `Stop` would make the agent run on, a denial of
//! `PreToolUse` is the point of it all. In doubt the answer is the denial.

use crate::hook::Sniff;

/// Bytes looked at. The agent writes the event before the tool's input.
const LOOKED_AT: usize = 64 * 1024;
const KEY: &[u8] = b"hook_event_name";

/// Events at which a denial does nothing or the wrong thing.
const NOT_BLOCKABLE: &[&str] = &[
    "CwdChanged",
    "DirectoryAdded",
    "FileChanged",
    "InstructionsLoaded",
    "MessageDisplay",
    "Notification",
    "PermissionDenied",
    "PostCompact",
    "PostModelSwitch",
    "PostToolUse",
    "PostToolUseFailure",
    "SessionEnd",
    "SessionStart",
    "Setup",
    "Stop",
    "StopFailure",
    "SubagentStart",
    "SubagentStop",
    "TaskCompleted",
    "TeammateIdle",
    "WorktreeRemove",
];

/// Looks for the event's name in bytes that may be anything.
///
/// Only the outermost object counts: the input of a tool is the attacker's,
/// and an event named in there must not turn a denial into silence.
pub fn sniff(input: &[u8]) -> Sniff {
    let event = event(input.get(..LOOKED_AT).unwrap_or(input));
    let blockable = event.as_deref().is_none_or(is_blockable);
    Sniff { event, blockable }
}

/// A denial of this event stops something. True for events we do not know.
pub(super) fn is_blockable(event: &str) -> bool {
    NOT_BLOCKABLE.binary_search(&event).is_err()
}

fn event(input: &[u8]) -> Option<String> {
    let mut found: Option<&[u8]> = None;
    let mut depth = 0_usize;
    // The last string at depth one, and whether a colon followed it.
    let mut last: Option<&[u8]> = None;
    let mut is_key = false;
    let mut at = 0;
    while let Some(&byte) = input.get(at) {
        at += 1;
        match byte {
            b'"' => {
                let start = at;
                loop {
                    match input.get(at) {
                        // Cut off inside a string: nothing after it counts.
                        None => return name(found),
                        Some(b'\\') => at += 2,
                        Some(b'"') => break,
                        Some(_) => at += 1,
                    }
                }
                let text = input.get(start..at)?;
                at += 1;
                if depth != 1 {
                    continue;
                }
                if is_key && last == Some(KEY) {
                    if found.is_some_and(|other| other != text) {
                        return None;
                    }
                    found = Some(text);
                }
                last = Some(text);
                is_key = false;
            }
            b':' if depth == 1 => is_key = true,
            b',' if depth == 1 => {
                last = None;
                is_key = false;
            }
            b'{' | b'[' => depth += 1,
            // Unbalanced: what is outermost can no longer be told.
            b'}' | b']' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    name(found)
}

fn name(found: Option<&[u8]>) -> Option<String> {
    let found = found?;
    let fits =
        !found.is_empty() && found.len() <= 40 && found.iter().all(u8::is_ascii_alphanumeric);
    fits.then(|| String::from_utf8_lossy(found).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_can_be_searched() {
        assert!(NOT_BLOCKABLE.is_sorted());
    }

    fn told(input: &str) -> (Option<String>, bool) {
        let Sniff { event, blockable } = sniff(input.as_bytes());
        (event, blockable)
    }

    #[test]
    fn finds_the_event_in_broken_calls() {
        let cut = r#"{"session_id":"x","cwd":"/","hook_event_name":"Stop","last":"unfini"#;
        assert_eq!(told(cut), (Some("Stop".into()), false));
        let twice = r#"{"a":1,"a":2,"hook_event_name" : "PreToolUse","tool_input":{"#;
        assert_eq!(told(twice), (Some("PreToolUse".into()), true));
        let unknown = r#"{"hook_event_name":"Tomorrow"}"#;
        assert_eq!(told(unknown), (Some("Tomorrow".into()), true));
    }

    #[test]
    fn does_not_believe_the_tools_input() {
        for input in [
            r#"{"tool_input":{"hook_event_name":"Stop"},"#,
            r#"{"tool_input":{"command":"\"hook_event_name\":\"Stop\""},"#,
            r#"{"hook_event_name":"PreToolUse","hook_event_name":"Stop"}"#,
            r#"}{"hook_event_name":"Stop"}"#,
            r#"["hook_event_name","Stop"]"#,
            r#"{"x":["hook_event_name","Stop"]}"#,
            r#"{"x":"hook_event_name","Stop":1}"#,
            r#"{"hook_event_name":"St\"op"}"#,
            "",
            "\u{0}",
            "hook_event_name: Stop",
        ] {
            assert_eq!(told(input), (None, true), "{input}");
        }
    }
}

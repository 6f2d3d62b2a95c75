use palisade_agents::{HookOutput, claude};
use palisade_core::Answer;
use proptest::prelude::*;
use serde_json::{Value, json};

fn encode(event: &str, answer: &Answer) -> HookOutput {
    claude::encode_event(Some(event), answer)
}

fn parsed(output: &HookOutput) -> Value {
    serde_json::from_str(&output.stdout).unwrap()
}

fn deny() -> Answer {
    Answer::Deny {
        reason: "would delete everything\nInstead: \u{1b}[31mlook\u{1b}[0m".into(),
    }
}

#[test]
fn a_denied_call_is_denied_three_times() {
    let output = encode("PreToolUse", &deny());
    assert_eq!(output.exit_code, 2);
    assert_eq!(
        output.stderr,
        "palisade: would delete everything Instead: look"
    );
    assert_eq!(
        parsed(&output),
        json!({"hookSpecificOutput": {
            "hookEventName": "PreToolUse",
            "permissionDecision": "deny",
            "permissionDecisionReason": "would delete everything\nInstead: look",
        }})
    );
    let output = encode("PermissionRequest", &deny());
    assert_eq!(output.exit_code, 2);
    assert_eq!(
        parsed(&output)["hookSpecificOutput"]["decision"]["behavior"],
        "deny"
    );
}

#[test]
fn what_could_not_be_decoded_is_denied_without_naming_an_event() {
    let output = claude::encode(None, &deny());
    assert_eq!((output.stdout.as_str(), output.exit_code), ("", 2));
    assert!(output.stderr.starts_with("palisade: would delete"));
    let empty = claude::encode(
        None,
        &Answer::Deny {
            reason: String::new(),
        },
    );
    assert_eq!(empty.stderr, "palisade: denied");
}

#[test]
fn no_opinion_is_silence() {
    for event in [
        "PreToolUse",
        "PermissionRequest",
        "PostToolUse",
        "UserPromptSubmit",
        "Stop",
    ] {
        assert_eq!(encode(event, &Answer::Pass), HookOutput::default());
    }
    assert_eq!(claude::encode(None, &Answer::Pass), HookOutput::default());
    // It asks anyway.
    let ask = Answer::Ask { reason: "x".into() };
    assert_eq!(encode("PermissionRequest", &ask), HookOutput::default());
}

#[test]
fn a_question_is_put_where_somebody_can_answer() {
    let ask = Answer::Ask {
        reason: "production data".into(),
    };
    let output = encode("PreToolUse", &ask);
    assert_eq!(output.exit_code, 0);
    assert_eq!(
        parsed(&output)["hookSpecificOutput"]["permissionDecision"],
        "ask"
    );
    // Nobody can be asked here.
    assert_eq!(encode("UserPromptSubmit", &ask).exit_code, 2);
}

#[test]
fn a_prompt_is_blocked_and_not_repeated() {
    for event in ["UserPromptSubmit", "UserPromptExpansion"] {
        let output = encode(event, &deny());
        let json = parsed(&output);
        assert_eq!(json["decision"], "block");
        assert_eq!(json["hookSpecificOutput"]["suppressOriginalPrompt"], true);
        assert_eq!(json["hookSpecificOutput"]["hookEventName"], event);
    }
}

#[test]
fn a_result_is_replaced_in_its_own_shape() {
    let response = json!({"stdout": "[REDACTED:aws:1]", "stderr": "", "interrupted": false});
    let answer = Answer::ReplaceResult {
        response: response.clone(),
        context: "it was taken out".into(),
        notice: "1 secret".into(),
    };
    let output = encode("PostToolUse", &answer);
    assert_eq!(output.exit_code, 0);
    let json = parsed(&output);
    assert_eq!(json["hookSpecificOutput"]["updatedToolOutput"], response);
    assert_eq!(json["systemMessage"], "1 secret");
    assert_eq!(
        json["hookSpecificOutput"]["additionalContext"],
        "it was taken out"
    );
    // Nothing else can be replaced.
    let json = parsed(&encode("PostToolUseFailure", &answer));
    assert_eq!(json, json!({"systemMessage": "1 secret"}));
}

#[test]
fn a_run_is_stopped_before_the_next_request() {
    let stop = Answer::StopRun {
        reason: "a secret would leave".into(),
    };
    let json = parsed(&encode("PostToolBatch", &stop));
    assert_eq!(json["decision"], "block");
    assert_eq!(json["continue"], false);
    assert_eq!(parsed(&encode("PostToolUse", &stop))["continue"], false);
    // The agent ignores it here, so nothing pretends otherwise.
    let json = parsed(&encode("PostToolUseFailure", &stop));
    assert_eq!(json, json!({"systemMessage": "a secret would leave"}));
    // A call that is about to run is denied: `continue: false` would let it run.
    let output = encode("PreToolUse", &stop);
    assert_eq!(output.exit_code, 2);
    assert_eq!(
        parsed(&output)["hookSpecificOutput"]["permissionDecision"],
        "deny"
    );
}

#[test]
fn a_denial_never_makes_the_agent_run_on() {
    for event in [
        "Stop",
        "SubagentStop",
        "TeammateIdle",
        "TaskCompleted",
        "SessionEnd",
        "Notification",
    ] {
        for answer in [
            deny(),
            Answer::StopRun { reason: "x".into() },
            Answer::Context("x".into()),
        ] {
            let output = encode(event, &answer);
            assert_eq!(output.exit_code, 0, "{event}");
            let json = parsed(&output);
            assert!(json["systemMessage"].is_string(), "{event} {json}");
            assert_eq!(json.as_object().unwrap().len(), 1, "{event} {json}");
        }
    }
}

#[test]
fn the_model_is_told_where_the_event_has_room_for_it() {
    let answer = Answer::Context("say it".into());
    for event in [
        "PreToolUse",
        "PostToolUse",
        "PostToolUseFailure",
        "PostToolBatch",
        "UserPromptSubmit",
        "SessionStart",
        "SubagentStart",
    ] {
        let json = parsed(&encode(event, &answer));
        assert_eq!(json["hookSpecificOutput"]["hookEventName"], event);
        assert_eq!(json["hookSpecificOutput"]["additionalContext"], "say it");
    }
}

proptest! {
    #[test]
    fn output_is_always_one_json_object_and_clean(
        event in prop::sample::select(vec![
            "PreToolUse", "PermissionRequest", "PostToolUse", "PostToolUseFailure",
            "PostToolBatch", "UserPromptSubmit", "SessionStart", "Stop", "ConfigChange", "New",
        ]),
        reason in any::<String>(),
        kind in 0..5,
    ) {
        let answer = match kind {
            0 => Answer::Deny { reason },
            1 => Answer::Ask { reason },
            2 => Answer::Notice(reason),
            3 => Answer::Context(reason),
            _ => Answer::StopRun { reason },
        };
        let output = encode(event, &answer);
        if !output.stdout.is_empty() {
            let json = parsed(&output);
            prop_assert!(json.is_object());
        }
        prop_assert!(!output.stdout.contains(|c: char| c.is_control()));
        prop_assert!(!output.stderr.contains(|c: char| c.is_control()));
        prop_assert!(output.stderr.chars().count() < 700);
        prop_assert_eq!(output.exit_code == 2, !output.stderr.is_empty());
    }
}

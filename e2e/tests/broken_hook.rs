//! A guard that breaks while the agent works means no, not yes.
//!
//! Each case puts a program that misbehaves in one exact way where the hook was
//! installed, on tool calls only: the prompt must still get through, or nothing
//! would have been shown about calls.

use std::fs;

use palisade_e2e::{Broken, Call, Options, Run, Script, World, substitute};
use serde_json::Value;

/// Runs one harmless call with this shell text in place of the hook's decision on
/// a tool call; `$real` in it is the real hook, `$input` the file with its input.
fn one_call(fault: &str) -> Result<(World, Run), Broken> {
    one_call_of("PreToolUse", fault, |_| Ok(()), "echo RAN > ran.txt")
}

/// The same for a fault at another event and another call.
fn one_call_of(
    event: &str,
    fault: &str,
    prepare: fn(&World) -> Result<(), Broken>,
    command: &str,
) -> Result<(World, Run), Broken> {
    let world = World::bare()?;
    prepare(&world)?;
    let ended = world.protect(&[])?;
    if !ended.fine() {
        return Err(Broken::new(format!("palisade protect: {ended}")));
    }
    let real = world.bin().join("real-hook");
    fs::copy(world.hook(), &real)?;
    let input = world.root().join("hook-input.json");
    let script = format!(
        "#!/bin/bash\nreal={}\ninput={}\ncat > \"$input\"\n\
         grep -q '\"hook_event_name\":\"{event}\"' \"$input\" || exec \"$real\" \"$@\" < \"$input\"\n{fault}\n",
        real.display(),
        input.display()
    );
    substitute::replace(&world.hook(), script.as_bytes())?;
    let run = world.claude_with(
        "please run this",
        Script::each([Call::bash(command)]),
        &Options::default(),
    )?;
    Ok((world, run))
}

fn must_not_run(fault: &str) {
    let (world, run) = one_call(fault).unwrap();
    assert!(
        run.result(0).is_some(),
        "the call was never made: {}",
        run.summary()
    );
    assert!(
        !world.file("ran.txt").exists(),
        "the call ran: {}",
        run.summary()
    );
}

/// The control: the wrapper alone changes nothing.
#[test]
fn a_wrapper_around_the_hook_lets_the_call_run() {
    let (world, run) = one_call("exec \"$real\" \"$@\" < \"$input\"").unwrap();
    assert!(world.file("ran.txt").exists(), "{}", run.summary());
}

#[test]
fn aborted() {
    must_not_run("kill -ABRT $$");
}

#[test]
fn killed() {
    must_not_run("kill -KILL $$");
}

#[test]
fn status_one() {
    must_not_run("exit 1");
}

#[test]
fn a_status_of_no_meaning() {
    must_not_run("echo oh >&2; exit 77");
}

#[test]
fn an_answer_that_means_nothing() {
    must_not_run(
        r#"echo '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"PERHAPS"}}'"#,
    );
}

#[test]
fn half_an_answer_with_status_two() {
    must_not_run(r#"printf '{"hookSpecificOutput":{"hookEv'; exit 2"#);
}

#[test]
fn input_that_is_no_json() {
    must_not_run("head -c 4096 /dev/urandom | \"$real\" \"$@\"; exit $?");
}

#[test]
fn half_the_input() {
    must_not_run("head -c 60 \"$input\" | \"$real\" \"$@\"; exit $?");
}

#[test]
fn no_input() {
    must_not_run("exec \"$real\" \"$@\" < /dev/null");
}

#[test]
fn input_of_five_megabytes_of_nothing() {
    must_not_run(
        "{ head -c 60 \"$input\"; head -c 5000000 /dev/zero | tr '\\0' x; } | \"$real\" \"$@\"; exit $?",
    );
}

/// Longer than the timeout the guard was installed with.
#[test]
fn hanging() {
    must_not_run("sleep 100");
}

#[test]
fn missing() {
    let world = World::bare().unwrap();
    assert!(world.protect(&[]).unwrap().fine());
    fs::remove_file(world.hook()).unwrap();
    let run = world
        .claude(
            "please run this",
            Script::each([Call::bash("echo RAN > ran.txt")]),
        )
        .unwrap();
    assert!(!world.file("ran.txt").exists(), "{}", run.summary());
    assert_eq!(
        run.asked().count(),
        0,
        "the prompt went out unchecked: {}",
        run.summary()
    );
}

fn with_key(world: &World) -> Result<(), Broken> {
    world.put("deploy.conf", &format!("token = {}\n", world.token))?;
    Ok(())
}

/// The hook that would have replaced a key in a result breaks: the key must not
/// reach the model all the same.
#[test]
fn broken_after_the_call() {
    for (event, command) in [
        ("PostToolUse", "cat deploy.conf"),
        ("PostToolUseFailure", "cat deploy.conf; exit 3"),
        ("PostToolBatch", "cat deploy.conf; exit 3"),
    ] {
        for fault in ["kill -ABRT $$", "exit 1", "exit 0"] {
            if event == "PostToolBatch" && fault == "exit 0" {
                // Nothing stands behind the last one but its own failing closed.
                continue;
            }
            let (world, run) = one_call_of(event, fault, with_key, command).unwrap();
            assert!(run.asked().count() > 0, "{}", run.summary());
            assert!(
                !run.saw(&world.token),
                "{event}, {fault}: {}",
                run.summary()
            );
        }
    }
}

/// What all of the above rests on: each installed command says so itself.
#[test]
fn every_installed_hook_fails_closed_and_in_time() {
    let world = World::bare().unwrap();
    assert!(world.protect(&[]).unwrap().fine());
    let settings: Value =
        serde_json::from_slice(&fs::read(world.user_settings()).unwrap()).unwrap();
    let events = settings["hooks"].as_object().unwrap();
    // The events at which a hook can keep something from happening.
    let closed = [
        "PreToolUse",
        "PostToolBatch",
        "UserPromptSubmit",
        "UserPromptExpansion",
    ];
    // Those at which it can only see or rewrite; `PostToolBatch` stands behind them.
    let seeing = ["PostToolUse", "PostToolUseFailure"];
    for needed in closed.iter().chain(&seeing).copied() {
        assert!(events.contains_key(needed), "{needed} is not guarded");
    }
    for (event, groups) in events {
        for hook in groups
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|g| g["hooks"].as_array().unwrap())
        {
            assert_eq!(hook["command"], world.hook().to_str().unwrap(), "{event}");
            assert_eq!(
                hook["args"][0], "claude",
                "{event}: a shell line, not a program"
            );
            if closed.contains(&event.as_str()) {
                assert_eq!(hook["onFailure"], "block", "{event}");
            }
            let seconds = hook["timeout"].as_u64().unwrap();
            assert!((1..=60).contains(&seconds), "{event}: {seconds} s");
        }
    }
}

//! Questions of the guard, answered at a terminal.

use serde_json::{Value, json};

use crate::terminal::{plain, window};
use crate::world::{Ended, World};

/// A command of the agent in a session nobody attends.
fn run(world: &World, command: &str) -> Ended {
    world.unattended("5e55-1", "Bash", &json!({"command": command}))
}

/// A call that is denied, and its code.
fn asked(world: &World, command: &str) -> String {
    let ended = run(world, command);
    assert_eq!(ended.code, Some(2), "{ended}");
    code(&ended)
}

fn code(ended: &Ended) -> String {
    let (_, after) = ended.stdout.split_once("palisade approve ").unwrap();
    after
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect()
}

/// Without what differs from run to run.
fn steady(world: &World, text: &str, codes: &[&str]) -> String {
    let mut text = text.replace(&world.root().display().to_string(), "[ROOT]");
    for (i, code) in codes.iter().enumerate() {
        text = text.replace(code, &format!("COD{i}"));
    }
    let user = palisade_user();
    text.replace(&format!("by {user}"), "by [USER]")
}

fn palisade_user() -> String {
    let out = std::process::Command::new("/usr/bin/id")
        .arg("-un")
        .output()
        .unwrap();
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}

fn shop() -> World {
    let world = World::protected();
    world.put("shop/build/out.js", "built\n");
    world
}

#[test]
fn the_screen_shows_what_is_agreed_to() {
    let world = shop();
    let code = asked(&world, "rm -rf build && npm test");
    let ended = window(&world, 90, &format!("palisade approve {code}"), "a\n");
    assert_eq!(ended.code, Some(0), "{ended}");
    let text = plain(&ended.stdout).join("\n").replace('\r', "");
    insta::assert_snapshot!("approve-screen", steady(&world, &text, &[&code]));
    assert_eq!(run(&world, "rm -rf ./build").code, Some(0));
    assert_eq!(run(&world, "rm -rf ./build ~/x").code, Some(2));
    let ended = world.palisade(&["grants"]);
    insta::assert_snapshot!("grants", steady(&world, &ended.to_string(), &[&code]));
    let json = world.palisade(&["grants", "--format", "json"]).json();
    assert_eq!(json["grants"][0]["uses"], 1);
    let ended = world.palisade(&["grants", "revoke", &code.to_lowercase()]);
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(run(&world, "rm -rf ./build").code, Some(2));
    let log = world.palisade(&["log", "--format", "json", "--all"]).json();
    let kinds: Vec<&str> = log
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|r| r["kind"].as_str())
        .collect();
    for kind in ["approval.granted", "approval.revoked"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
}

#[test]
fn a_change_is_shown_as_a_diff() {
    let world = shop();
    world.put("shop/.github/workflows/ci.yml", "on: push\njobs: {}\n");
    let ended = world.unattended(
        "5e55-1",
        "Write",
        &json!({
            "file_path": world.path("shop/.github/workflows/ci.yml"),
            "content": "on: pull_request_target\njobs: {}\n",
        }),
    );
    let code = code(&ended);
    let shown = window(&world, 90, &format!("palisade approve {code}"), "\n");
    let text = plain(&shown.stdout).join("\n").replace('\r', "");
    insta::assert_snapshot!("approve-diff", steady(&world, &text, &[&code]));
    assert_eq!(shown.code, Some(1), "{shown}");
}

#[test]
fn one_of_several_is_chosen() {
    let world = shop();
    let first = asked(&world, "git push --force origin topic");
    let second = asked(&world, "npm publish");
    let ended = world.palisade(&["approve", "--list"]);
    assert_eq!(ended.code, Some(1));
    insta::assert_snapshot!(
        "approve-list",
        steady(&world, &ended.to_string(), &[&first, &second])
    );
    let ended = window(&world, 90, "palisade approve", &format!("{first}\no\n"));
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(run(&world, "npm publish").code, Some(2));
    assert_eq!(run(&world, "git push --force origin topic").code, Some(0));
    // Once was once.
    assert_eq!(run(&world, "git push --force origin topic").code, Some(2));
}

#[test]
fn options_answer_too() {
    let world = shop();
    for (option, command, after) in [
        ("--once", "npm publish", 0),
        ("--for 30m", "npm publish --tag next", 0),
        ("--session", "git reset --hard HEAD~1", 0),
        ("--no", "git clean -fdx", 2),
    ] {
        let code = asked(&world, command);
        let ended = window(&world, 90, &format!("palisade approve {code} {option}"), "");
        let expected = i32::from(option == "--no");
        assert_eq!(ended.code, Some(expected), "{ended}");
        assert_eq!(run(&world, command).code, Some(after), "{option}");
    }
    let code = asked(&world, "git stash drop");
    for option in ["--for 9h", "--for soon", "--for 0m"] {
        let ended = window(&world, 90, &format!("palisade approve {code} {option}"), "");
        assert_eq!(ended.code, Some(2), "{ended}");
    }
}

#[test]
fn no_and_stop_ends_the_session() {
    let world = shop();
    let code = asked(&world, "npm publish");
    let ended = window(&world, 90, &format!("palisade approve {code}"), "x\n");
    assert_eq!(ended.code, Some(1), "{ended}");
    let stopped = run(&world, "ls");
    assert_eq!(stopped.code, Some(2), "{stopped}");
    assert!(
        stopped
            .stdout
            .contains("this session was stopped by a person"),
        "{stopped}"
    );
    let other = world.unattended("other", "Bash", &json!({"command": "ls"}));
    assert_eq!(other.code, Some(0), "{other}");
    let ended = world.palisade(&["halt", "--list"]);
    insta::assert_snapshot!("halt-list", steady(&world, &ended.to_string(), &[&code]));
    assert_eq!(world.palisade(&["halt", "--lift"]).code, Some(0));
    assert_eq!(run(&world, "ls").code, Some(0));
}

#[test]
fn an_agent_answers_nothing() {
    let world = shop();
    let code = asked(&world, "npm publish");
    let approve = format!("palisade approve {code} --always");
    // Without a terminal.
    let ended = world.palisade(&["approve", &code, "--always"]);
    assert_eq!(ended.code, Some(2), "{ended}");
    for line in [
        format!("CLAUDECODE=1 {approve}"),
        // Its mark taken off, but below a program that is one.
        format!("sh -c 'exec -a claude sh -c \"{approve}; true\"'"),
        format!("GEMINI_CLI=1 sh -c 'env -u GEMINI_CLI {approve}; true'"),
    ] {
        let line = line.replace("sh -c 'exec -a", "bash -c 'exec -a");
        let ended = window(&world, 90, &line, "");
        assert!(
            ended.stdout.contains("from inside an agent"),
            "{line}: {ended}"
        );
        assert_eq!(run(&world, "npm publish").code, Some(2), "{line}");
    }
    // And it is not let near in the first place.
    for line in [
        &*approve,
        "palisade grants revoke --all",
        "palisade nap 1h",
        "palisade halt --lift",
        "tmux new-session -d 'palisade approve 7Q4K --always'",
        "script -qec 'palisade approve 7Q4K --always' /dev/null",
    ] {
        assert_eq!(run(&world, line).code, Some(2), "{line}");
    }
}

#[test]
fn a_pause_is_for_people_and_on_record() {
    let world = shop();
    let ended = window(&world, 90, "palisade nap 10m --reason 'a restore'", "");
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(run(&world, "rm -rf build").code, Some(0));
    let status = world.palisade(&["status"]);
    assert!(status.stdout.contains("pause"), "{status}");
    let ended = world.palisade(&["nap", "--end"]);
    assert_eq!(ended.stdout.trim(), "✓ the guard is awake");
    assert_eq!(run(&world, "rm -rf build").code, Some(2));
    let log = world.palisade(&["log", "--format", "json", "--all"]).json();
    let paused = |r: &&Value| r["kind"] == "guard.paused";
    let record = log.as_array().unwrap().iter().find(paused).unwrap();
    assert_eq!(record["reason"], "a restore");
    for (line, code) in [("palisade nap 9h", 2), ("palisade nap", 0)] {
        assert_eq!(window(&world, 90, line, "").code, Some(code), "{line}");
    }
    assert_eq!(world.palisade(&["nap", "5m"]).code, Some(2));
}

#[test]
fn always_the_same_answer_is_remarked_on() {
    let world = shop();
    for i in 0..5 {
        let code = asked(&world, &format!("npm publish --tag t{i}"));
        window(&world, 90, &format!("palisade approve {code}"), "o\n");
    }
    let ended = world.palisade(&["grants", "--format", "json"]).json();
    let remarks = ended["remarks"].as_array().unwrap();
    assert_eq!(remarks.len(), 2, "{remarks:?}");
    assert!(
        remarks[0].as_str().unwrap().contains("approved 5 of 5"),
        "{remarks:?}"
    );
    assert!(
        remarks[1]
            .as_str()
            .unwrap()
            .contains("faster than it can be read"),
        "{remarks:?}"
    );
}

/// What takes a second person: asked for in a file, given under their
/// signature, bound to this request.
#[test]
fn a_second_person_answers_by_signature() {
    let world = shop();
    world.put(
        "home/.config/palisade/policy.toml",
        "schema = 1\n[approvals]\nsecond-person = { anywhere = [\"publish\"] }\n",
    );
    let denied = run(&world, "npm publish");
    assert!(denied.stdout.contains("--request"), "{denied}");
    let code = code(&denied);
    // Nobody answers that alone.
    let alone = window(&world, 90, &format!("palisade approve {code} --once"), "");
    assert_eq!(alone.code, Some(2), "{alone}");
    let request = world.palisade(&["approve", &code, "--request"]);
    assert_eq!(request.code, Some(0), "{request}");
    // What they are shown is what they sign.
    let harmless = request.stdout.replace("\"npm publish\"", "\"npm test\"");
    assert_ne!(harmless, request.stdout);
    world.put("shop/request.json", &harmless);
    let made = world.palisade(&["policy", "sign", "--new-key", "ines.key"]);
    let public = made.stdout.trim().to_owned();
    let sign = |typed: &str| {
        let line = "palisade approve --countersign request.json --key ines.key";
        window(&world, 90, line, typed)
    };
    assert_eq!(sign("n\n").code, Some(1));
    let signed = sign("y\n");
    assert_eq!(signed.code, Some(0), "{signed}");
    let file = format!("{code}.signed");
    let kept = format!("shop/{file}");
    let hand_in = |keys: &str| {
        world.put("home/.config/palisade/approvers.keys", keys);
        world.palisade(&["approve", &code, "--signed", &file])
    };
    // Not trusted, nobody, and the same person.
    let own = palisade_user();
    for keys in ["", &public, &format!("{public} {own}")] {
        let ended = hand_in(keys);
        assert_eq!(ended.code, Some(2), "{ended}");
        assert_eq!(run(&world, "npm publish").code, Some(2));
    }
    world.put("shop/request.json", &request.stdout);
    let misled = hand_in(&format!("{public} ines"));
    assert!(misled.stderr.contains("another request"), "{misled}");
    assert_eq!(sign("y\n").code, Some(0));
    let text = world.read(&kept);
    world.put(&kept, &text.replace("\"until\":null", "\"until\":9"));
    let changed = hand_in(&format!("{public} ines"));
    assert_eq!(changed.code, Some(2), "{changed}");
    world.put(&kept, &text);
    let other = asked(&world, "npm publish --tag next");
    let wrong = world.palisade(&["approve", &other, "--signed", &file]);
    assert_eq!(wrong.code, Some(2), "{wrong}");
    let ended = hand_in(&format!("{public} ines"));
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(ended.stdout.contains("approved by ines"), "{ended}");
    assert_eq!(run(&world, "npm publish").code, Some(0));
    // Once was once, and it is on record who agreed.
    assert_eq!(run(&world, "npm publish").code, Some(2));
    let log = world.palisade(&["log", "--text", "npm publish", "--format", "json"]);
    assert!(log.stdout.contains("countersigned by ines"), "{log}");
}

//! The hook alone, given what no agent would give it, on a machine that fails
//! under it. Whatever happens, a tool call is refused in the one way the agent
//! cannot misread: exit status 2 with a reason on standard error.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use palisade_e2e::exec::{Ended, Exec};
use palisade_e2e::{World, binaries};
use serde_json::{Value, json};

fn protected() -> World {
    let world = World::bare().unwrap();
    let ended = world.protect(&[]).unwrap();
    assert!(ended.fine(), "{ended}");
    world
}

/// A call as the agent describes it to its hooks.
fn call(world: &World, tool: &str, input: &Value) -> Value {
    json!({
        "session_id": "3f2a7c1e-0000-4000-8000-000000000001",
        "transcript_path": world.home().join(".claude/projects/x/t.jsonl"),
        "cwd": world.project(),
        "permission_mode": "bypassPermissions",
        "hook_event_name": "PreToolUse",
        "tool_name": tool,
        "tool_input": input,
        "tool_use_id": "toolu_01",
    })
}

fn bash(world: &World, command: &str) -> Value {
    call(
        world,
        "Bash",
        &json!({"command": command, "description": "x"}),
    )
}

fn refused(ended: &Ended) {
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(!ended.stderr.trim().is_empty(), "no reason: {ended}");
    if !ended.stdout.is_empty() {
        let answer: Value = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!(
            answer["hookSpecificOutput"]["permissionDecision"], "deny",
            "{ended}"
        );
    }
}

fn no_objection(ended: &Ended) {
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(ended.stdout, "", "{ended}");
}

fn hook(world: &World, input: &Value) -> Ended {
    world.hook_call(input.to_string().as_bytes()).unwrap()
}

#[test]
fn the_two_answers() {
    let world = protected();
    no_objection(&hook(&world, &bash(&world, "ls")));
    refused(&hook(&world, &bash(&world, "rm -rf ~")));
}

#[test]
fn input_that_is_not_a_call() {
    let world = protected();
    let whole = bash(&world, "ls").to_string();
    let mut cases: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b"\n\n".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"\"PreToolUse\"".to_vec(),
        b"{}".to_vec(),
        b"{\"hook_event_name\":\"PreToolUse\"}".to_vec(),
        b"{\"hook_event_name\":17}".to_vec(),
        b"\xff\xfe{\"hook_event_name\":\"PreToolUse\"}".to_vec(),
        b"\0".repeat(1000),
        vec![b'['; 200_000],
        b"{\"a\":".repeat(100_000),
        format!("{whole}{whole}").into_bytes(),
        whole.replace("\"ls\"", "[\"ls\"]").into_bytes(),
        whole.replace("\"ls\"", "null").into_bytes(),
        whole
            .replace("\"tool_name\":\"Bash\"", "\"tool_name\":{\"a\":1}")
            .into_bytes(),
    ];
    // Cut anywhere.
    cases.extend(
        (1..whole.len())
            .step_by(37)
            .map(|n| whole.as_bytes()[..n].to_vec()),
    );
    let passed: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let ended = world.hook_call(case).unwrap();
            let refused = ended.code == Some(2) && !ended.stderr.trim().is_empty();
            let text = String::from_utf8_lossy(case);
            let tail: String = text.chars().rev().take(200).collect();
            let tail: String = tail.chars().rev().collect();
            (!refused).then(|| format!("…{tail}: {ended}"))
        })
        .collect();
    assert!(passed.is_empty(), "not refused:\n{}", passed.join("\n"));
}

#[test]
fn bytes_that_are_no_text_inside_a_call() {
    let world = protected();
    let whole = bash(&world, "cat MARK").to_string();
    let (before, after) = whole.split_once("MARK").unwrap();
    let mut input = before.as_bytes().to_vec();
    input.extend(b"\xff\xfe\x80");
    input.extend(after.as_bytes());
    refused(&world.hook_call(&input).unwrap());
}

/// An event this version does not know cannot be blocked and is no call; it must
/// not stop the agent either.
#[test]
fn events_of_the_future() {
    let world = protected();
    let mut event = bash(&world, "ls");
    event["hook_event_name"] = json!("SomethingNew");
    let ended = hook(&world, &event);
    assert_eq!(ended.code, Some(0), "{ended}");
}

#[test]
fn fields_of_the_future() {
    let world = protected();
    let mut event = bash(&world, "ls");
    event["something_new"] = json!({"deep": [1, 2, {"er": null}]});
    event["tool_input"]["something_new"] = json!(7);
    event["permission_mode"] = json!("anotherMode");
    no_objection(&hook(&world, &event));
    event["tool_input"]["command"] = json!("rm -rf ~");
    refused(&hook(&world, &event));
}

/// A tool this version does not know is judged by what its input says.
#[test]
fn tools_of_the_future() {
    let world = protected();
    let ask = |tool: &str, file: &str| {
        let input = json!({"file_path": world.file(file)});
        (tool.to_owned(), hook(&world, &call(&world, tool, &input)))
    };
    let tools = ["ReadBetter", "mcp__files__read"];
    let passed: Vec<_> = tools
        .iter()
        .map(|tool| ask(tool, ".env"))
        .filter(|(_, ended)| ended.code != Some(2))
        .collect();
    assert!(passed.is_empty(), "not refused: {passed:?}");
    for (_, ended) in tools.iter().map(|tool| ask(tool, "README.md")) {
        no_objection(&ended);
    }
}

#[test]
fn five_megabytes() {
    let world = protected();
    let long = "x".repeat(5_000_000);
    let env = world.file(".env");
    for input in [
        bash(&world, &format!("echo {long}; rm -rf ~")),
        bash(&world, &format!("rm -rf ~ # {long}")),
        bash(&world, &"(".repeat(5_000_000)),
        bash(&world, &format!("{}rm -rf ~", "true; ".repeat(800_000))),
        call(&world, "Read", &json!({"file_path": env, "extra": long})),
        call(&world, "Write", &json!({"file_path": env, "content": long})),
    ] {
        let ended = hook(&world, &input);
        refused(&ended);
        assert!(
            ended.duration < Duration::from_secs(8),
            "{:?}",
            ended.duration
        );
    }
    // The twin: a large file that is nobody's business.
    let ended = hook(
        &world,
        &call(
            &world,
            "Write",
            &json!({"file_path": world.file("src/data.txt"), "content": "lorem ipsum dolor\n".repeat(12_000)}),
        ),
    );
    no_objection(&ended);
}

#[test]
fn nesting() {
    let world = protected();
    for text in [
        format!("{}rm -rf ~{}", "$(".repeat(3000), ")".repeat(3000)),
        format!("{}rm -rf ~{}", "{ ".repeat(3000), "; }".repeat(3000)),
        format!(
            "{}rm -rf ~{}",
            "if true; then ".repeat(2000),
            "; fi".repeat(2000)
        ),
        format!("echo {}x{}", "${a:-".repeat(5000), "}".repeat(5000)),
        format!("{}rm -rf ~", "sudo ".repeat(20_000)),
        format!("{}rm -rf ~", "env A=1 nice bash -c ".repeat(2000)),
    ] {
        refused(&hook(&world, &bash(&world, &text)));
    }
}

/// The installed command as a shell reads it.
fn line(world: &World) -> String {
    std::iter::once(world.hook().into_os_string())
        .chain(world.hook_args())
        .map(|word| format!("'{}'", word.display()))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn standard_input_that_is_closed() {
    let world = protected();
    let script = format!("exec {} <&-", line(&world));
    let ended = world.run(Path::new("/bin/sh"), &["-c", &script]).unwrap();
    refused(&ended);
}

/// Nobody reads the answer: the exit status still says it.
#[test]
fn standard_output_that_is_closed_or_full() {
    let world = protected();
    let input = world.root().join("input.json");
    fs::write(&input, bash(&world, "rm -rf ~").to_string()).unwrap();
    for redirect in [">&-", ">&- 2>&-", "> /dev/full", "> /dev/full 2> /dev/full"] {
        let script = format!("{} < '{}' {redirect}", line(&world), input.display());
        let ended = world.run(Path::new("/bin/sh"), &["-c", &script]).unwrap();
        assert_eq!(ended.code, Some(2), "{redirect}: {ended}");
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(dir).into_iter().flatten() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                open.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

/// Whatever the compiled table is replaced by, the guard does not become wider.
#[test]
fn a_compiled_policy_that_is_damaged() {
    for damage in [
        (|bytes: &mut Vec<u8>| bytes.clear()) as fn(&mut Vec<u8>),
        |bytes| bytes.truncate(bytes.len() / 2),
        |bytes| bytes.iter_mut().for_each(|b| *b = !*b),
        |bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
        },
        |bytes| *bytes = b"\xff".repeat(1 << 20),
    ] {
        let world = protected();
        // The first call makes the table if `protect` has not.
        no_objection(&hook(&world, &bash(&world, "ls")));
        let compiled = files(&world.state().join("policy"));
        assert!(!compiled.is_empty(), "no compiled policy");
        for path in &compiled {
            let mut bytes = fs::read(path).unwrap();
            damage(&mut bytes);
            fs::write(path, bytes).unwrap();
        }
        refused(&hook(&world, &bash(&world, "rm -rf ~")));
        refused(&hook(
            &world,
            &call(&world, "Read", &json!({"file_path": world.file(".env")})),
        ));
    }
}

#[test]
fn a_policy_that_cannot_be_read() {
    for text in [
        "this is = = not toml",
        "mode = \"perhaps\"\n",
        "\u{0}\u{1}",
        "[[[[",
        "unknown_key_of_the_future = true\nmode = \"observe\"\n[",
    ] {
        let world = protected();
        world.put(".palisade/policy.toml", text).unwrap();
        refused(&hook(&world, &bash(&world, "rm -rf ~")));
        refused(&hook(
            &world,
            &call(&world, "Read", &json!({"file_path": world.file(".env")})),
        ));
        // Restricted, not blind: the work of reading goes on.
        let read = hook(
            &world,
            &call(
                &world,
                "Read",
                &json!({"file_path": world.file("README.md")}),
            ),
        );
        no_objection(&read);
    }
}

/// A project may tighten and never loosen.
#[test]
fn a_project_policy_that_would_loosen() {
    let world = protected();
    world
        .put(".palisade/policy.toml", "mode = \"observe\"\n")
        .unwrap();
    refused(&hook(&world, &bash(&world, "rm -rf ~")));
}

/// The state folder is a file, a dangling link, or unwritable in every way that
/// also holds for root.
#[test]
fn a_state_folder_that_is_none() {
    let broken: [fn(&Path); 3] = [
        |state| fs::write(state, "not a folder").unwrap(),
        |state| std::os::unix::fs::symlink("/nonexistent/palisade", state).unwrap(),
        |state| std::os::unix::fs::symlink("/dev/full", state).unwrap(),
    ];
    for breaks in broken {
        let world = protected();
        fs::remove_dir_all(world.state()).unwrap();
        breaks(&world.state());
        refused(&hook(&world, &bash(&world, "rm -rf ~")));
        // A write that cannot be recorded does not happen.
        refused(&hook(
            &world,
            &call(
                &world,
                "Write",
                &json!({"file_path": world.file("a.txt"), "content": "x"}),
            ),
        ));
    }
}

/// No byte can be added to any file: what cannot be recorded does not happen.
#[test]
fn a_disk_that_is_full() {
    let world = protected();
    no_objection(&hook(&world, &bash(&world, "ls")));
    let write = call(
        &world,
        "Write",
        &json!({"file_path": world.file("a.txt"), "content": "x"}),
    );
    no_objection(&hook(&world, &write));
    let limited = |input: &Value| -> Ended {
        let mut exec: Exec = world.hook_exec(Path::new("/bin/bash"), input.to_string().as_bytes());
        exec.args = vec![
            "-c".into(),
            // Ignored, the signal becomes the error a full disk gives.
            "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\"".into(),
            world.hook().into(),
        ];
        exec.args.extend(world.hook_args());
        exec.run().unwrap()
    };
    refused(&limited(&write));
    refused(&limited(&bash(&world, "rm -rf ~")));
    // Once there is room again, so is the work, and the record is whole.
    no_objection(&hook(&world, &write));
    let verified = world.palisade(&["log", "verify"]).unwrap();
    assert!(verified.fine(), "{verified}");
}

/// Faults from inside, in a hook built to have them.
#[test]
fn panic_abort_and_hang_inside_the_hook() {
    let world = protected();
    let faulty = binaries::faulty_hook().unwrap();
    let run = |fault: &str, input: &Value| {
        let mut exec = world.hook_exec(&faulty, input.to_string().as_bytes());
        exec.env.push(("PALISADE_FAULT".to_owned(), fault.into()));
        exec.run().unwrap()
    };
    let ls = bash(&world, "ls");
    no_objection(&run("", &ls));
    refused(&run("panic", &ls));
    let hung = run("hang", &ls);
    refused(&hung);
    assert!(
        hung.duration < Duration::from_secs(10),
        "{:?}",
        hung.duration
    );
    // Nothing inside can answer for an abort; the agent's `onFailure` does, which
    // `broken_hook::aborted` shows. Here: it is not taken for a yes.
    let aborted = run("abort", &ls);
    assert_ne!(aborted.code, Some(0), "{aborted}");
    for event in ["UserPromptSubmit", "PostToolBatch"] {
        let mut input = ls.clone();
        input["hook_event_name"] = json!(event);
        input["prompt"] = json!("hello");
        input["tool_calls"] = json!([]);
        let ended = run("panic", &input);
        assert_eq!(ended.code, Some(2), "{event}: {ended}");
    }
}

#[test]
fn the_hook_that_ships_has_no_faults_to_ask_for() {
    let world = protected();
    for fault in ["panic", "abort", "hang"] {
        let mut exec = world.hook_exec(&world.hook(), bash(&world, "ls").to_string().as_bytes());
        exec.env.push(("PALISADE_FAULT".to_owned(), fault.into()));
        no_objection(&exec.run().unwrap());
    }
    let bytes = fs::read(world.hook()).unwrap();
    let needle = b"PALISADE_FAULT";
    assert!(
        !bytes.windows(needle.len()).any(|w| w == needle),
        "the shipped hook knows the variable"
    );
}

/// The agent asks for several calls at once; each answer is its own and each is
/// recorded.
#[test]
fn many_calls_at_once() {
    let world = protected();
    let verdicts: Vec<(bool, Ended)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16)
            .map(|n| {
                let world = &world;
                scope.spawn(move || {
                    let bad = n % 2 == 0;
                    let command = if bad { "rm -rf ~" } else { "ls" };
                    let mut input = bash(world, command);
                    input["tool_use_id"] = json!(format!("toolu_{n:02}"));
                    (bad, hook(world, &input))
                })
            })
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    for (bad, ended) in &verdicts {
        if *bad {
            refused(ended);
        } else {
            no_objection(ended);
        }
    }
    let records = world.journal().unwrap();
    for n in 0..16 {
        let id = format!("toolu_{n:02}");
        let found = records
            .iter()
            .filter(|r| palisade_e2e::journal::field(r, "tool_use_id") == id.as_str())
            .count();
        assert_eq!(found, 1, "{id}");
    }
    let verified = world.palisade(&["log", "verify"]).unwrap();
    assert!(verified.fine(), "{verified}");
}

//! `palisade policy …`.

use serde_json::json;

use crate::world::{World, pretty};

fn both(world: &World, verb: &str, name: &str, code: i32) {
    let human = world.palisade(&["policy", verb]);
    assert_eq!(human.code, Some(code), "{human}");
    insta::assert_snapshot!(format!("policy-{verb}-{name}"), human);
    let json = world.palisade(&["policy", verb, "--format", "json"]);
    assert_eq!(json.code, Some(code), "{json}");
    insta::assert_snapshot!(format!("policy-{verb}-{name}-json"), pretty(&json.json()));
}

#[test]
fn written_once() {
    let world = World::new();
    insta::assert_snapshot!("policy-init", world.palisade(&["policy", "init"]));
    let text = world.read("shop/.palisade/policy.toml");
    insta::assert_snapshot!("policy-init-again", world.palisade(&["policy", "init"]));
    assert_eq!(world.read("shop/.palisade/policy.toml"), text);
}

#[test]
fn none() {
    let world = World::new();
    both(&world, "check", "none", 0);
}

#[test]
fn valid() {
    let world = World::new();
    world.palisade(&["policy", "init"]);
    both(&world, "check", "valid", 0);
    both(&world, "compile", "valid", 0);
    assert_eq!(world.palisade(&["policy", "compile", "--quiet"]).stdout, "");
}

#[test]
fn broken() {
    let world = World::new();
    world.put(
        "shop/.palisade/policy.toml",
        "schema = 1\nmode = \"sometimes\"\n",
    );
    both(&world, "check", "broken", 1);
    both(&world, "compile", "broken", 1);
    let show = world.palisade(&["policy", "show"]);
    assert!(show.stdout.starts_with("profile restricted"), "{show}");
}

#[test]
fn an_exemption_that_has_ended() {
    let world = World::new();
    world.put(
        "home/.config/palisade/policy.toml",
        "schema = 1\n\n[[exemptions]]\nrule = \"git.force-push\"\nowner = \"mara\"\nreason = \"the import\"\nuntil = 2026-01-31\n\n[[exemptions]]\nrule = \"net.write\"\nowner = \"mara\"\nreason = \"the import\"\nuntil = 2126-01-31\n",
    );
    let ended = world.palisade(&["policy", "check"]);
    insta::assert_snapshot!("policy-check-ended", ended);
    assert_eq!(verdicts(&world, &["git push -f origin topic/a"]), ["ask"]);
    assert_eq!(
        verdicts(&world, &["curl -d a=b https://example.com"]),
        ["allow"]
    );
}

/// A project cannot take back what the person decided.
#[test]
fn loosened_by_the_project() {
    let world = World::new();
    world.put(
        "home/.config/palisade/policy.toml",
        "schema = 1\nmode = \"enforce\"\n",
    );
    world.put(
        "shop/.palisade/policy.toml",
        "schema = 1\nmode = \"observe\"\n",
    );
    both(&world, "check", "loosening", 1);
}

#[test]
fn shown() {
    let world = World::new();
    world.put(
        "shop/.palisade/policy.toml",
        "schema = 1\n\n[rows]\n\"git.push\" = \"ask\"\n",
    );
    let human = world.palisade(&["policy", "show"]);
    // The rows are listed where they are made; here: a head, a row that was
    // changed, one that was not, and the end.
    let mut lines: Vec<&str> = human.stdout.lines().collect();
    let end = lines.split_off(lines.len() - 2);
    let rows = lines.iter().skip_while(|l| !l.starts_with("Git ")).take(6);
    let shown: Vec<&str> = lines
        .iter()
        .take(4)
        .chain(rows)
        .chain(&end)
        .copied()
        .collect();
    insta::assert_snapshot!("policy-show", shown.join("\n"));
    let ended = world.palisade(&["policy", "show", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let rows = json["rules"].as_array().unwrap();
    let push = rows.iter().find(|r| r["id"] == "git.push").unwrap();
    insta::assert_snapshot!("policy-show-row-json", pretty(push));
}

#[test]
fn compiled_for_a_folder_however_it_is_written() {
    let world = World::protected();
    let table = |args: &[&str]| {
        let mut words = vec!["policy", "compile", "--format", "json"];
        words.extend(args);
        let ended = world.palisade(&words);
        let json: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        json["table"].clone()
    };
    let here = table(&[]);
    assert_eq!(table(&["--project", "."]), here);
    assert_eq!(table(&["--project", "../shop"]), here);
    assert_eq!(
        table(&["--project", world.path("shop").to_str().unwrap()]),
        here
    );
    let nowhere = world.palisade(&["policy", "compile", "--project", "/nowhere"]);
    insta::assert_snapshot!("policy-compile-nowhere", nowhere);
}

/// A project that is stricter than the default.
fn strict_shop() -> World {
    let world = World::new();
    world.put(
        "shop/.palisade/policy.toml",
        "schema = 1\n[rows]\n\"git.push\" = \"ask\"\n\"net.write\" = \"deny\"\n\n[[paths]]\npattern = \"/secrets/**\"\nverdict = \"deny\"\n",
    );
    world
}

#[test]
fn one_rule_is_explained() {
    let world = strict_shop();
    for (name, rule) in [
        ("explain-changed", "git.push"),
        ("explain-default", "secret.read"),
        ("explain-second", "deploy"),
        ("explain-unknown", "git.frobnicate"),
    ] {
        insta::assert_snapshot!(
            format!("policy-{name}"),
            world.palisade(&["policy", "explain", rule])
        );
    }
    let json = world.palisade(&["policy", "explain", "git.push", "--format", "json"]);
    insta::assert_json_snapshot!("policy-explain-json", json.json());
}

#[test]
fn cases_are_tried() {
    let world = strict_shop();
    let ended = world.palisade(&["policy", "test"]);
    insta::assert_snapshot!("policy-test-none", ended);
    world.put(
        "shop/.palisade/tests.toml",
        "[[case]]\ncommand = \"git push origin topic\"\nexpect = \"ask\"\nrule = \"git.push\"\n\n\
         [[case]]\ncommand = \"git push origin topic\"\nheadless = true\nexpect = \"deny\"\n\n\
         [[case]]\ntool = \"Read\"\ninput = { file_path = \"secrets/a.txt\" }\nexpect = \"deny\"\n\n\
         [[case]]\ncommand = \"ls\"\ncwd = \"src\"\nexpect = \"allow\"\n",
    );
    insta::assert_snapshot!("policy-test-fine", world.palisade(&["policy", "test"]));
    world.put(
        "shop/.palisade/wrong.toml",
        "[[case]]\ncommand = \"git push origin topic\"\nexpect = \"allow\"\n\n\
         [[case]]\ncommand = \"cat .env\"\nexpect = \"deny\"\nrule = \"file.read\"\n",
    );
    let wrong = ["policy", "test", "--file", ".palisade/wrong.toml"];
    insta::assert_snapshot!("policy-test-wrong", world.palisade(&wrong));
    let json = world.palisade(&[&wrong[..], &["--format", "json"]].concat());
    insta::assert_json_snapshot!("policy-test-json", json.json());
    for text in [
        "[[case]]\nexpect = \"deny\"\n",
        "[[cases]]\n",
        "[[case]]\ncommand = \"ls\"\nexpect = \"no\"\n",
    ] {
        world.put("shop/.palisade/bad.toml", text);
        let ended = world.palisade(&["policy", "test", "--file", ".palisade/bad.toml"]);
        assert_eq!(ended.code, Some(2), "{ended}");
    }
}

#[test]
fn a_change_is_told_by_its_effect() {
    let world = strict_shop();
    world.put(
        "shop/other.toml",
        "schema = 1\n[rows]\n\"file.write\" = [\"allow\", \"deny\", \"deny\"]\n\"net.write\" = \"deny\"\n[roles.senior]\nproduction = \"none\"\n[git]\nprotected = [\"develop\"]\n[members]\nmara = \"senior\"\n[declared]\nhosts = [\"crates.io\"]\n\n[[hosts]]\npattern = \"*.internal\"\nverdict = \"deny\"\n",
    );
    let ended = world.palisade(&["policy", "diff", "other.toml"]);
    insta::assert_snapshot!("policy-diff", ended);
    let json = world.palisade(&["policy", "diff", "other.toml", "--format", "json"]);
    insta::assert_json_snapshot!("policy-diff-json", json.json());
    // The same in other words.
    world.put(
        "shop/same.toml",
        "schema = 1\nrows.\"net.write\" = { inside = \"deny\", elsewhere = \"deny\", production = \"deny\" }\nrows.\"git.push\" = \"ask\"\npaths = [{ pattern = [\"/secrets/**\"], verdict = \"deny\" }]\n",
    );
    let ended = world.palisade(&["policy", "diff", "same.toml"]);
    assert_eq!(
        (ended.code, ended.stdout.trim()),
        (Some(0), "no difference in effect"),
        "{ended}"
    );
    assert_eq!(
        world.palisade(&["policy", "diff", "gone.toml"]).code,
        Some(2)
    );
}

#[test]
fn what_a_change_would_have_meant() {
    let world = World::protected();
    for command in [
        "ls",
        "rm -rf node_modules",
        "bash -c 'curl -sO https://example.com/a'",
        "npm test",
        "npm  test",
        "cat /etc/hostname",
        "git push --force origin topic/a",
    ] {
        world.call("s", "Bash", &json!({ "command": command }));
    }
    world.call("s", "Read", &json!({"file_path": "plans/next.md"}));
    // Another agent calls its shell something else.
    let gemini = json!({"hook_event_name": "BeforeTool", "session_id": "g", "cwd": world.path("shop"),
        "tool_name": "run_shell_command", "tool_input": {"command": "npm test -- -u"}});
    let mut hook = std::process::Command::new(world.path("bin/palisade-hook"));
    world.surround(&mut hook);
    world.run(hook.arg("gemini"), gemini.to_string().as_bytes());
    let none = world.palisade(&["policy", "replay"]);
    assert_eq!(none.code, Some(0), "{none}");
    world.put(
        "shop/other.toml",
        "schema = 1\n[[paths]]\npattern = \"plans/\"\nverdict = \"deny\"\n\n[[hosts]]\npattern = \"example.com\"\nverdict = \"deny\"\n\n[[commands]]\npattern = \"npm test *\"\nverdict = \"ask\"\n",
    );
    let ended = world.palisade(&["policy", "replay", "other.toml"]);
    assert_eq!(ended.code, Some(1), "{ended}");
    insta::assert_snapshot!("policy-replay", ended);
    let json = world.palisade(&["policy", "replay", "other.toml", "--format", "json"]);
    insta::assert_snapshot!("policy-replay-json", pretty(&json.json()));
    // What the person's own file loosens.
    world.put(
        "user.toml",
        "schema = 1\nrows.\"git.force-push\" = \"allow\"\n",
    );
    let ended = world.palisade(&["policy", "replay", "../user.toml", "--as", "user"]);
    insta::assert_snapshot!("policy-replay-user", ended);
    let gone = world.palisade(&["policy", "replay", "gone.toml"]);
    assert_eq!(gone.code, Some(2), "{gone}");
}

fn jsonl(lines: &[serde_json::Value]) -> String {
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    lines.join("\n") + "\n"
}

#[test]
fn what_a_change_would_have_meant_before_the_guard_was_there() {
    let world = World::new();
    let shop = world.path("shop");
    let used = |id: &str, input: serde_json::Value| {
        json!({"type": "assistant", "cwd": shop, "timestamp": "2026-11-01T10:00:00Z",
            "message": {"content": [
                {"type": "tool_use", "id": id, "name": "Bash", "input": input}]}})
    };
    let lines = [
        used("1", json!({"command": "npm test"})),
        used("2", json!({"command": "npm test"})),
        used("3", json!({"command": "ls"})),
        json!({"type": "assistant", "cwd": "/elsewhere", "message": {"content": [
            {"type": "tool_use", "id": "4", "name": "Bash", "input": {"command": "npm test"}}]}}),
    ];
    world.put(
        "home/.claude/projects/-shop/1.jsonl",
        &(jsonl(&lines) + "{\"tool_use\" torn"),
    );
    let codex = [
        json!({"type": "session_meta", "payload": {"cwd": shop}}),
        json!({"type": "response_item", "payload": {"type": "function_call",
            "name": "exec_command", "arguments": "{\"cmd\":\"cd . && npm test\"}"}}),
    ];
    world.put(
        "home/.codex/sessions/2026/11/01/rollout-1.jsonl",
        &jsonl(&codex),
    );
    world.put(
        "shop/other.toml",
        "schema = 1\n[[commands]]\npattern = \"npm test\"\nverdict = \"ask\"\n",
    );
    let ended = world.palisade(&["policy", "replay", "other.toml", "--transcripts"]);
    insta::assert_snapshot!("policy-replay-transcripts", ended);
}

/// Acceptance X10: what is denied by its text is denied in every spelling, what
/// is allowed stays quiet, and rules that do nothing are named.
#[test]
fn imported_rules_hold_in_every_spelling() {
    let world = World::new();
    world.put(
        "shop/.claude/settings.json",
        r#"{
  "permissions": {
    "allow": ["Read(src/**)", "Write(src/**)", "Edit(src/**)", "Bash(npm run *)",
              "Bash(npm test)", "Bash(git status)", "Bash(git diff *)", "Bash(git log:*)"],
    "ask": ["Bash(docker *)"],
    "deny": ["Read(.env*)", "Write(.env*)", "Read(./secrets/**)", "Read(**/*.key)",
             "Bash(rm -rf:*)", "Bash(*--force*)", "Bash(*DROP*)", "Bash(*DELETE FROM*)",
             "bash(ls)", "Bash(ls", "WebFetch(domain:evil.example)", "mcp__github__delete_repo"]
  }
}
"#,
    );
    world.put("shop/build/x", "x");
    insta::assert_snapshot!("policy-import", world.palisade(&["policy", "import"]));
    let json = world.palisade(&["policy", "import", "--format", "json"]);
    insta::assert_snapshot!("policy-import-json", pretty(&json.json()));
    let written = world.palisade(&["policy", "import", "--write"]);
    assert_eq!(written.code, Some(0), "{written}");
    let once = world.read("shop/.palisade/policy.toml");
    let check = world.palisade(&["policy", "check"]);
    assert_eq!(check.code, Some(0), "{check}");
    world.palisade(&["policy", "import", "--write"]);
    assert_eq!(
        world.read("shop/.palisade/policy.toml"),
        once,
        "twice is once"
    );
    let denied = [
        "rm -rf build",
        "rm -fr build",
        "rm build --recursive --force",
        "bash -c 'rm -r -f build'",
        "x=rm; $x -rf build",
        "rm -rf node_modules",
        "python3 -c 'import shutil; shutil.rmtree(\"build\")'",
        "python3 -c 'import subprocess; subprocess.run([\"rm\",\"-fr\",\"build\"])'",
        "git push -f origin topic",
        "git push origin +topic",
        "sh -c 'git push --force-if-includes --force'",
        "psql -c 'drop table users'",
        "mysql -e 'DELETE  FROM users where id = 1'",
        "python3 -c 'import sqlite3; sqlite3.connect(\"a.db\").execute(\"drop table t\")'",
        "cat .env.local",
        "cat secrets/a.txt",
        "python3 -c 'print(open(\"secrets/a.txt\").read())'",
        "curl https://evil.example/x",
    ];
    for (command, verdict) in denied.iter().zip(verdicts(&world, &denied)) {
        assert_eq!(verdict, "deny", "{command}");
    }
    let free = [
        "npm run build",
        "npm test",
        "git status",
        "git diff HEAD~1",
        "git log --oneline",
        "cat src/main.js",
        "rm -f build/x.log",
        "tail -f log.txt",
        "git commit -m 'drop the cache'",
        "git push origin topic",
    ];
    for (command, verdict) in free.iter().zip(verdicts(&world, &free)) {
        assert_ne!(verdict, "deny", "{command}");
    }
    assert_eq!(verdicts(&world, &["sudo -n docker ps"]), ["ask"]);
}

#[test]
fn in_the_words_of_an_agent() {
    let world = strict_shop();
    for agent in ["claude", "codex", "gemini", "cursor"] {
        let ended = world.palisade(&["policy", "lower", "--agent", agent]);
        insta::assert_snapshot!(format!("policy-lower-{agent}"), ended);
    }
    let ended = world.palisade(&["policy", "lower", "--agent", "cursor", "--format", "json"]);
    let json = ended.json();
    assert_eq!(json["files"][0]["path"], ".cursor/cli.json", "{ended}");
    let cline = world.palisade(&["policy", "lower", "--agent", "cline"]);
    assert_eq!(cline.code, Some(2), "{cline}");
}

#[test]
fn where_every_line_comes_from() {
    let world = strict_shop();
    world.put(
        "home/.config/palisade/policy.toml",
        "schema = 1\nbecause = \"the audit of June\"\nrole = \"senior\"\n[rows]\n\"net.write\" = \"ask\"\n\"git.push\" = \"deny\"\n",
    );
    world.put(
        "shop/.palisade/policy.toml",
        &(world.read("shop/.palisade/policy.toml")
            + "\n[[hosts]]\npattern = \"docs.rs\"\nverdict = \"allow\"\n"),
    );
    let ended = world.palisade(&["policy", "show", "--origin"]);
    insta::assert_snapshot!("policy-show-origin", ended);
    let json = world.palisade(&["policy", "show", "--origin", "--format", "json"]);
    assert_eq!(json.json()[0]["layer"], "user", "{json}");
    let schema = world.palisade(&["policy", "schema"]);
    assert_eq!(schema.json()["title"], "Palisade policy", "{schema}");
}

#[test]
fn a_policy_is_signed() {
    let world = World::new();
    let made = world.palisade(&["policy", "sign", "--new-key", "acme.key"]);
    assert_eq!(made.code, Some(0), "{made}");
    world.put("shop/policy.keys", &made.stdout);
    let key = std::fs::metadata(world.path("shop/acme.key")).unwrap();
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&key.permissions()) & 0o777,
        0o600
    );
    let again = world.palisade(&["policy", "sign", "--new-key", "acme.key"]);
    assert_eq!(again.code, Some(2), "{again}");
    world.put(
        "shop/base.toml",
        "schema = 1\n[rows]\n\"net.write\" = \"deny\"\n",
    );
    let sign = |file: &str, day: &str| {
        world.palisade(&[
            "policy",
            "sign",
            file,
            "--name",
            "acme",
            "--key",
            "acme.key",
            "--expires",
            day,
            "--out",
            "acme.bundle",
        ])
    };
    let signed = sign("base.toml", "2126-06-30");
    assert_eq!(signed.code, Some(0), "{signed}");
    assert!(
        signed
            .stdout
            .starts_with("signed acme.bundle: acme version "),
        "{signed}"
    );
    let check = || {
        world.palisade(&[
            "policy",
            "sign",
            "--check",
            "acme.bundle",
            "--keys",
            "policy.keys",
        ])
    };
    let fine = check();
    assert_eq!(fine.code, Some(0), "{fine}");
    let bundle = world.read("shop/acme.bundle");
    world.put("shop/acme.bundle", &bundle.replace("deny", "allow"));
    let changed = check();
    assert_eq!(changed.code, Some(1), "{changed}");
    insta::assert_snapshot!("policy-sign-changed", changed);
    // What would restrict every machine it reaches is not signed.
    world.put("shop/broken.toml", "schema = 1\nmode = \"sometimes\"\n");
    assert_eq!(sign("broken.toml", "2126-06-30").code, Some(2));
    assert_eq!(sign("base.toml", "2026-01-01").code, Some(2));
    assert_eq!(sign("base.toml", "someday").code, Some(2));
}

#[test]
fn rules_that_never_fire() {
    let world = World::protected();
    for command in [
        "ls",
        "npm test",
        "curl -s https://example.com/a",
        "npm test",
    ] {
        world.call("s", "Bash", &json!({ "command": command }));
    }
    world.put(
        "shop/.palisade/policy.toml",
        "schema = 1\n\n[rows]\n\"net.read\" = \"ask\"\n\"publish\" = \"deny\"\n\n[[hosts]]\npattern = \"*.internal\"\nverdict = \"deny\"\n\n[[commands]]\npattern = \"npm test\"\nverdict = \"ask\"\n",
    );
    let ended = world.palisade(&["policy", "unused"]);
    insta::assert_snapshot!("policy-unused", ended);
    let json = world.palisade(&["policy", "unused", "--format", "json"]);
    assert_eq!(json.json()["calls"], 4, "{json}");
}

/// Acceptance X11: the grammar of paths is explained and the intent holds.
#[test]
fn imported_paths_hold_as_they_were_meant() {
    let world = World::new();
    world.put(
        "shop/.claude/settings.json",
        r#"{"permissions": {"deny": [
  "Read(/etc/**)", "Read(/var/**)", "Read(~/.ssh/**)", "Read(~/.aws/**)", "Write(/**)"
]}}
"#,
    );
    insta::assert_snapshot!("policy-import-paths", world.palisade(&["policy", "import"]));
    world.palisade(&["policy", "import", "--write"]);
    let denied = [
        "cat /etc/hosts",
        "head /var/log/syslog",
        "cat ~/.ssh/config",
        "python3 -c 'open(\"/opt/x\", \"w\")'",
        "echo x > ~/notes.txt",
    ];
    for (command, verdict) in denied.iter().zip(verdicts(&world, &denied)) {
        assert_eq!(verdict, "deny", "{command}");
    }
    let free = ["echo x > src/new.js", "cat src/main.js", "touch notes.txt"];
    assert_eq!(verdicts(&world, &free), ["allow"; 3]);
}

/// The verdicts on commands, in one run.
fn verdicts(world: &World, commands: &[&str]) -> Vec<String> {
    let lines: String = commands
        .iter()
        .map(|command| serde_json::json!({"id": 0, "command": command}).to_string() + "\n")
        .collect();
    world
        .fed(&["guard", "check", "--jsonl"], &lines)
        .lines()
        .iter()
        .map(|answer| answer["verdict"].as_str().unwrap_or_default().to_owned())
        .collect()
}

/// A session under a profile of its own: started by one word, in force for the
/// agent's hooks alone, with its reason on record.
#[test]
fn a_session_has_a_policy_of_its_own() {
    let world = World::protected();
    world.put(
        "bin/claude",
        "#!/bin/sh\nprintf '%s\\n' \"$PALISADE_POLICY\" \"$@\"\n",
    );
    let started = world.palisade(&[
        "run",
        "review-only",
        "--because",
        "a stranger's branch",
        "--",
        "claude",
        "-p",
        "look",
    ]);
    let mut lines = started.stdout.lines();
    let file = lines.next().unwrap().to_owned();
    assert_eq!(lines.collect::<Vec<_>>(), ["-p", "look"], "{started}");
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        "schema = 1\nprofile = \"review-only\"\nbecause = \"a stranger's branch\"\n"
    );
    let verdict = |session: Option<&str>, command: &str| {
        let mut check = world.command(&["guard", "check", "--format", "json", "--", command]);
        if let Some(file) = session {
            check.env("PALISADE_POLICY", file);
        }
        let json = world.run(&mut check, b"").json();
        json["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!(verdict(None, "touch a"), "allow");
    assert_eq!(verdict(Some(&file), "touch a"), "deny");
    assert_eq!(verdict(Some(&file), "cat README.md"), "allow");
    // The hook of that session, and nobody else's.
    let touch = json!({"command": "touch a"});
    let denied = world.call_with("s1", "Bash", &touch, &[("PALISADE_POLICY", &file)]);
    assert!(denied.stdout.contains("\"deny\""), "{denied}");
    assert!(!world.call("s2", "Bash", &touch).stdout.contains("deny"));
    let start = json!({"hook_event_name": "SessionStart", "session_id": "s1",
        "cwd": world.path("shop"), "source": "startup"});
    let mut hook = std::process::Command::new(world.path("bin/palisade-hook"));
    world.surround(&mut hook);
    hook.arg("claude").env("PALISADE_POLICY", &file);
    world.run(&mut hook, start.to_string().as_bytes());
    let log = world.palisade(&["log", "--all", "--session", "s1", "--format", "json"]);
    let wanted = json!([
        "profile review-only",
        "because (session): a stranger's branch"
    ]);
    let records = log.json();
    assert!(
        records
            .as_array()
            .unwrap()
            .iter()
            .any(|r| r["flags"] == wanted),
        "{log}"
    );
    // What was chosen and is gone is not consent.
    std::fs::remove_file(&file).unwrap();
    assert_eq!(verdict(Some(&file), "touch a"), "deny");
    assert_eq!(verdict(Some(&file), "curl https://example.com"), "deny");
}

/// The repository under review does not choose how it is reviewed: a variable
/// its settings set for hooks changes nothing, nor does an emptied environment.
#[cfg(target_os = "linux")]
#[test]
fn a_session_keeps_its_policy_whatever_the_environment_says() {
    let world = World::protected();
    let call = json!({"hook_event_name": "PreToolUse", "session_id": "s1", "cwd": world.path("shop"),
        "tool_name": "Bash", "tool_input": {"command": "touch a"}, "tool_use_id": "t"});
    world.put("call.json", &call.to_string());
    world.put("weak.toml", "schema = 1\n");
    let (call, weak) = (world.path("call.json"), world.path("weak.toml"));
    let hook = format!(
        "{} claude < {}",
        world.path("bin/palisade-hook").display(),
        call.display()
    );
    world.put(
        "bin/claude",
        &format!(
            "#!/bin/sh\n{hook}\nPALISADE_POLICY={} {hook}\nPALISADE_POLICY= {hook}\nunset PALISADE_POLICY\n/bin/sh -c '/bin/sh -c \"{hook}\"'\n",
            weak.display()
        ),
    );
    let ended = world.palisade(&["run", "review-only", "--", "claude"]);
    let denied = ended
        .stdout
        .matches("\"permissionDecision\":\"deny\"")
        .count();
    assert_eq!(denied, 4, "{ended}");
    // Another process is not under it.
    let touch = json!({"command": "touch a"});
    assert!(!world.call("s2", "Bash", &touch).stdout.contains("deny"));
}

#[test]
fn a_session_is_not_started_without_the_guard() {
    let world = World::new();
    for args in [
        &["run", "review-only", "--", "claude"][..],
        &["run", "review-only", "--", "bash"],
        &["run", "reviewonly", "--", "claude"],
        &["run", "--policy", "gone.toml", "--", "claude"],
        &["run", "--", "claude"],
    ] {
        let ended = world.palisade(args);
        assert_eq!(ended.code, Some(2), "{args:?}: {ended}");
        assert!(ended.stderr.starts_with("error: "), "{ended}");
    }
    let world = World::protected();
    world.put("broken.toml", "schema = 1\nmode = \"sometimes\"\n");
    let ended = world.palisade(&["run", "--policy", "../broken.toml", "--", "claude"]);
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(ended.stderr.contains("sometimes"), "{ended}");
}

/// Policies in Cedar, from the commented file to a verdict.
#[test]
fn in_cedar() {
    let world = World::new();
    insta::assert_snapshot!(
        "policy-init-cedar",
        world.palisade(&["policy", "init", "--cedar"])
    );
    let file = "shop/.palisade/policy.cedar";
    let text = world.read(file);
    let (_, keys) = text.split_once("// @id(\"keys\")").unwrap();
    let (keys, _) = keys.split_once("\n\n").unwrap();
    world.put(
        file,
        &format!("@id(\"keys\"){}", keys.replace("\n// ", "\n")),
    );
    both(&world, "check", "cedar", 0);
    insta::assert_snapshot!(
        "policy-show-cedar",
        world.palisade(&["policy", "show", "--origin"])
    );
    assert_eq!(
        verdicts(
            &world,
            &[
                "cat certs/a.key",
                "cat certs/x/../y.key",
                "cat certs/README.md",
                "cat a.txt"
            ]
        ),
        ["deny", "deny", "allow", "allow"]
    );
    insta::assert_snapshot!(
        "guard-explain-cedar",
        world.palisade(&["guard", "explain", "--", "cp", "certs/a.key", "b"])
    );
    world.put(
        "other.cedar",
        "@id(\"keys\") forbid(principal, action, resource) when { context.headless };",
    );
    insta::assert_snapshot!(
        "policy-diff-cedar",
        world.palisade(&["policy", "diff", "../other.cedar"])
    );
    world.put(
        file,
        "forbid(principal, action == Action::\"file.reed\", resource);\n",
    );
    both(&world, "check", "cedar-broken", 1);
    assert_eq!(
        verdicts(&world, &["cat a.txt", "touch b"]),
        ["allow", "deny"]
    );
}

/// A server that answers every request with one text.
fn serve(text: String) -> (String, std::thread::JoinHandle<()>) {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/acme.bundle", listener.local_addr().unwrap());
    let served = std::thread::spawn(move || {
        let Ok((mut peer, _)) = listener.accept() else {
            return;
        };
        let mut request = [0; 4096];
        let asked = peer.read(&mut request).unwrap_or(0);
        if asked == 0 {
            return;
        }
        let length = text.len();
        let head =
            format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
        // Whoever has read enough closes.
        peer.write_all((head + &text).as_bytes()).ok();
    });
    (url, served)
}

#[test]
fn fetched() {
    let world = World::new();
    world.put("base.toml", "schema = 1\n");
    world.put("a.key", &format!("{}\n", "07".repeat(32)));
    world.put("b.key", &format!("{}\n", "08".repeat(32)));
    world.put(
        "policy.keys",
        &palisade_policy_compile::public_key(&[7; 32]),
    );
    let sign = |key: &str, version: &str| {
        let signed = world.palisade(&[
            "policy",
            "sign",
            "../base.toml",
            "--name",
            "acme",
            "--key",
            key,
            "--version",
            version,
            "--expires",
            "2127-06-30",
            "--out",
            "../made.bundle",
        ]);
        assert_eq!(signed.code, Some(0), "{signed}");
        world.read("made.bundle")
    };
    let fetch = |text: String| {
        let (url, served) = serve(text);
        let ended = world.palisade(&[
            "policy",
            "fetch",
            &url,
            "--keys",
            "../policy.keys",
            "--into",
            "..",
            "--format",
            "json",
        ]);
        // One that was not asked is asked now, so that it ends.
        let address = url.trim_start_matches("http://").split('/').next().unwrap();
        drop(std::net::TcpStream::connect(address));
        served.join().unwrap();
        ended
    };
    let foreign = sign("../b.key", "9");
    let (one, two) = (sign("../a.key", "1"), sign("../a.key", "2"));
    let result = |text: &str| {
        let ended = fetch(text.to_owned());
        assert!(ended.stderr.is_empty(), "{ended}");
        let json = ended.json();
        (
            json["result"].as_str().unwrap().to_owned(),
            json["why"].to_string(),
        )
    };
    assert_eq!(result(&one).0, "wrote");
    assert_eq!(world.read("acme.bundle"), one);
    assert_eq!(result(&one).0, "present");
    assert_eq!(result(&two).0, "wrote");
    assert_eq!(
        result(&one),
        ("refused".into(), "\"version 2 is there already\"".into())
    );
    assert_eq!(result(&foreign).0, "refused");
    assert_eq!(result(&two.replace("schema", "Schema")).0, "refused");
    assert_eq!(result(&"x".repeat(10)).0, "refused");
    assert_eq!(world.read("acme.bundle"), two);
    // Too much, and not from where it would be safe.
    assert_eq!(fetch("x".repeat(2 << 20)).code, Some(2));
    for address in [
        "http://policies.example/x",
        "http://127.0.0.1:80@policies.example/x",
        "http://127.0.0.1@policies.example/x",
        "ftp://127.0.0.1.example/x",
    ] {
        let open = world.palisade(&["policy", "fetch", address, "--keys", "../policy.keys"]);
        assert_eq!(open.code, Some(2), "{open}");
        assert!(open.stderr.contains("use https"), "{address}: {open}");
    }
    let human = world.palisade(&[
        "policy",
        "fetch",
        "../made.bundle",
        "--keys",
        "../policy.keys",
        "--into",
        ".",
        "--dry-run",
    ]);
    insta::assert_snapshot!("policy-fetch-dry-run", human);
}

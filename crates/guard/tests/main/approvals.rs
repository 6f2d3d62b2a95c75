//! Questions, answers, and what an answer is good for.

use std::collections::BTreeSet;

use palisade_approvals::{Answer, Grant, GrantsFile, Halt, HaltScope, Halts, Nap, Requests, Scope};
use palisade_core::Timestamp;
use palisade_guard::HookOutput;
use serde_json::json;

use crate::world::World;

/// Nobody to ask, as in a pipeline.
fn headless() -> World {
    let mut world = World::new();
    world.attended = Some(false);
    world
}

fn code(out: &HookOutput) -> String {
    let (_, after) = out
        .stdout
        .split_once("palisade approve ")
        .unwrap_or_else(|| panic!("no code in {out:?}"));
    after
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect()
}

impl World {
    fn clock(&self) -> Timestamp {
        Timestamp(self.now * 1_000_000)
    }

    /// What `palisade approve` does once a person has answered.
    fn answer(&self, code: &str, answer: Answer, scope: Scope, second: Option<&str>) {
        let request = Requests::of(&self.places.state).get(code).unwrap();
        let mut file = GrantsFile::lock(&self.places.state).unwrap();
        file.add(Grant {
            id: request.code,
            answer,
            scope,
            keys: request.needs.iter().map(|n| n.key.clone()).collect(),
            workspace: request.workspace,
            session: request.session,
            at: self.clock(),
            by: "mara".into(),
            second: second.map(str::to_owned),
            rules: request.needs.iter().map(|n| n.rule.clone()).collect(),
            summary: request.call,
            uses: 0,
            used: Timestamp(0),
        });
        file.save(self.clock()).unwrap();
    }

    fn approve(&self, command: &str, scope: Scope) {
        let out = self.bash(command);
        assert_eq!(Self::verdict(&out), "deny", "{command}");
        self.answer(&code(&out), Answer::Yes, scope, None);
    }
}

#[test]
fn always_is_for_exactly_this() {
    let mut world = headless();
    world.approve("rm -rf build", Scope::Always);
    world.expect(&[
        ("rm -rf build", "allow"),
        // However it is spelled, and whatever harmless thing stands beside it.
        ("rm -fr ./build && ls", "allow"),
        ("bash -c 'rm -rf build'", "allow"),
        ("cd src && rm -rf ../build", "allow"),
        // Something else is something else.
        ("rm -rf build ~/x", "deny"),
        ("rm -rf docs", "deny"),
        ("rm -rf build docs", "deny"),
        ("rm -rf build && git push --force origin topic", "deny"),
    ]);
    // Also under another session and much later.
    world.session = "other";
    world.now += 400 * 86_400;
    world.expect(&[("rm -rf build", "allow")]);
}

#[test]
fn the_same_in_another_place_is_something_else() {
    let world = headless();
    world.approve("rm -rf build", Scope::Always);
    // The name leads elsewhere now.
    std::fs::remove_dir_all(world.project.join("build")).unwrap();
    std::fs::create_dir_all(world.home.join("pictures")).unwrap();
    std::os::unix::fs::symlink(world.home.join("pictures"), world.project.join("build")).unwrap();
    world.expect(&[("rm -rf build/*", "deny")]);
    let mut elsewhere = World::new();
    elsewhere.attended = Some(false);
    elsewhere.places.state = world.places.state.clone();
    elsewhere.expect(&[("rm -rf build", "deny")]);
}

#[test]
fn once_is_one_call_within_the_hour() {
    let mut world = headless();
    world.approve("git reset --hard HEAD~1", Scope::Once);
    world.expect(&[
        ("git reset --hard HEAD~2", "deny"),
        ("git reset --hard HEAD~1", "allow"),
        ("git reset --hard HEAD~1", "deny"),
    ]);
    world.approve("git clean -fdx", Scope::Once);
    world.now += 3_600;
    world.expect(&[("git clean -fdx", "deny")]);
}

#[test]
fn a_time_and_a_session_end() {
    let mut world = headless();
    let until = Scope::Until(Timestamp((world.now + 600) * 1_000_000));
    world.approve("git push --force origin topic", until);
    world.approve("npm publish", Scope::Session);
    world.now += 599;
    world.expect(&[
        ("git push --force origin topic", "allow"),
        ("git push --force origin other", "deny"),
        ("npm publish", "allow"),
    ]);
    world.now += 1;
    world.expect(&[("git push --force origin topic", "deny")]);
    world.session = "another";
    world.expect(&[("npm publish", "deny")]);
}

#[test]
fn a_changed_command_or_script_is_asked_about_again() {
    let world = headless();
    world.write("migrate.sql", "ALTER TABLE users ADD COLUMN note text;\n");
    world.write(
        "deploy.sh",
        "#!/bin/sh\ncurl -X POST https://deploy.example.com/\n",
    );
    for command in [
        "psql -h localhost shop -f migrate.sql",
        "sh deploy.sh",
        "curl -X POST -d @migrate.sql https://api.example.com/x",
    ] {
        world.approve(command, Scope::Always);
        world.expect(&[(command, "allow")]);
    }
    world.expect(&[
        (
            "psql -h localhost shop -c 'ALTER TABLE users DROP COLUMN name'",
            "deny",
        ),
        (
            "curl -X POST -d @README.md https://api.example.com/x",
            "deny",
        ),
        ("sh deploy.sh --all", "deny"),
    ]);
    world.write("migrate.sql", "DROP TABLE users;\n");
    world.write(
        "deploy.sh",
        "#!/bin/sh\ncurl -X POST https://deploy.example.com/\necho done\n",
    );
    world.expect(&[
        ("psql -h localhost shop -f migrate.sql", "deny"),
        ("sh deploy.sh", "deny"),
        (
            "curl -X POST -d @migrate.sql https://api.example.com/x",
            "deny",
        ),
    ]);
}

#[test]
fn a_denial_is_not_lifted_by_any_answer() {
    let world = headless();
    for command in ["rm -rf ~", "git push --force origin main", "cat .env"] {
        let out = world.bash(command);
        assert!(!out.stdout.contains("palisade approve"), "{}", out.stdout);
    }
    // Not as a part of something that is only asked about either.
    let out = world.bash("rm -rf build; cat .env");
    assert_eq!(World::verdict(&out), "deny");
    assert!(!out.stdout.contains("palisade approve"), "{}", out.stdout);
    assert!(
        Requests::of(&world.places.state)
            .waiting(world.clock())
            .is_empty()
    );
}

#[test]
fn a_no_is_remembered() {
    let mut world = headless();
    let out = world.bash("git push --force origin topic");
    world.answer(&code(&out), Answer::No, Scope::Session, None);
    let out = world.bash("git push -f origin topic");
    assert_eq!(World::verdict(&out), "deny");
    assert!(out.stdout.contains("said no"), "{}", out.stdout);
    // Attended as well: the person has been asked.
    world.attended = Some(true);
    let out = world.bash("git push -f origin topic");
    assert_eq!(World::verdict(&out), "deny");
}

#[test]
fn an_attended_session_asks_and_can_stop_asking() {
    let world = World::new();
    let out = world.bash("rm -rf build");
    assert_eq!(World::verdict(&out), "ask");
    assert!(
        out.stdout
            .contains("Not to be asked again:  palisade approve")
    );
    world.answer(&code(&out), Answer::Yes, Scope::Always, None);
    world.expect(&[("rm -rf build", "allow")]);
}

#[test]
fn what_takes_two_people_is_not_asked_of_one() {
    let world = World::new();
    let command = "psql -h db.prod.example.com -c 'ALTER TABLE users ADD COLUMN note text'";
    let out = world.bash(command);
    assert_eq!(World::verdict(&out), "deny");
    assert!(
        out.stdout.contains("another person's approval"),
        "{}",
        out.stdout
    );
    let waiting = Requests::of(&world.places.state).waiting(world.clock());
    let code = waiting[0].code.clone();
    world.answer(&code, Answer::Yes, Scope::Always, None);
    world.expect(&[(command, "deny")]);
    world.answer(&code, Answer::Yes, Scope::Always, Some("lena"));
    world.expect(&[(command, "allow")]);
}

#[test]
fn what_is_asked_is_kept_without_secrets() {
    let world = headless();
    let key = "xoxb-938201745566-9382017455662-Qm7TzK1vYw9RpL3xHc5NbG2d";
    let out = world.tool(
        "Write",
        json!({
            "file_path": world.project.join(".github/workflows/ci.yml"),
            "content": format!("env:\n  T: {key}\n"),
        }),
    );
    let request = Requests::of(&world.places.state).get(&code(&out)).unwrap();
    let kept = serde_json::to_string(&request).unwrap();
    assert!(!kept.contains(key), "{kept}");
    assert!(request.change.unwrap().new.contains("env:"));
    assert_eq!(request.needs[0].rule, "deferred.write");
}

#[test]
fn a_switch_stops_what_it_names_at_the_next_call() {
    let world = World::new();
    let file = Halts::path(&world.places.state);
    let stop = |scope| {
        let reason = "leaked a key".to_owned();
        Halts::add(&file, &Halt { scope, reason }).unwrap();
    };
    world.expect(&[("ls", "allow")]);
    for scope in [
        HaltScope::All,
        HaltScope::Session("5e55".into()),
        HaltScope::User(palisade_guard::user()),
        HaltScope::Repository(world.project.clone()),
        HaltScope::Agent("claude".into()),
    ] {
        stop(scope.clone());
        let out = world.bash("ls");
        assert_eq!(World::verdict(&out), "deny", "{scope}");
        assert!(out.stdout.contains("leaked a key"), "{}", out.stdout);
        let out = world.event("UserPromptSubmit", json!({"prompt": "hello"}));
        assert_eq!(out.exit_code, 2, "{out:?}");
        Halts::lift(&file, |_| true).unwrap();
    }
    // A folder below the project, and a way to it through a link.
    std::os::unix::fs::symlink(&world.project, world.home.join("link")).unwrap();
    stop(HaltScope::Repository(world.project.join("src")));
    let linked = world.home.join("link/src");
    let call = json!({"tool_name": "Bash", "tool_input": {"command": "ls"}, "cwd": linked});
    assert_eq!(World::verdict(&world.event("PreToolUse", call)), "deny");
    world.expect(&[("ls", "allow")]);
    Halts::lift(&file, |_| true).unwrap();
    stop(HaltScope::Mcp("github".into()));
    world.expect(&[("ls", "allow")]);
    let out = world.tool("mcp__github__get_issue", json!({}));
    assert_eq!(World::verdict(&out), "deny");
    stop(HaltScope::Session("other".into()));
    world.expect(&[("ls", "allow")]);
    // An empty file is enough, whoever wrote it.
    std::fs::write(&file, "").unwrap();
    world.expect(&[("ls", "deny")]);
}

#[test]
fn a_pause_stops_nothing_but_the_end_of_the_guard() {
    let mut world = headless();
    let nap = Nap {
        since: world.clock(),
        until: Timestamp((world.now + 600) * 1_000_000),
        by: "mara".into(),
        ..Nap::default()
    };
    nap.begin(&world.places.state).unwrap();
    let state = world.places.state.display().to_string();
    world.expect(&[
        ("rm -rf build", "allow"),
        ("git push --force origin main", "allow"),
        (&format!("rm -rf {state}"), "deny"),
        ("palisade nap 8h", "deny"),
    ]);
    world.now += 600;
    world.expect(&[("rm -rf build", "deny")]);
}

#[test]
fn keys_are_unlike_each_other() {
    let world = headless();
    let mut keys = BTreeSet::new();
    let commands = [
        "rm -rf build",
        "rm -rf docs",
        "git reset --hard",
        "git reset --hard HEAD~1",
        "git push --force origin a",
        "git push --force origin b",
        "npm publish",
        "npm publish --tag next",
        "curl -X POST https://a.example.com/",
        "curl -X POST https://a.example.com/ -d x",
        "curl -X DELETE https://a.example.com/",
    ];
    for command in commands {
        let out = world.bash(command);
        let request = Requests::of(&world.places.state).get(&code(&out)).unwrap();
        assert!(!request.needs.is_empty(), "{command}");
        keys.insert(request.needs[0].key.clone());
    }
    assert_eq!(keys.len(), commands.len());
}

#[test]
fn a_call_that_is_stopped_uses_no_grant_up() {
    let world = headless();
    world.approve("npm publish", Scope::Once);
    world.expect(&[
        ("npm publish; git push --force origin main", "deny"),
        ("npm publish; rm -rf docs", "deny"),
        ("npm publish", "allow"),
        ("npm publish", "deny"),
    ]);
}

//! What leaves with a push is looked at before it does.

use palisade_core::Verdict;

use crate::results::anthropic_key;
use crate::world::World;

/// A project whose remote has its first commit.
fn world() -> World {
    let world = World::new();
    let remote = world.home.join("remote.git");
    let remote = remote.to_string_lossy().into_owned();
    world.git(&["init", "-q", "--bare", &remote]);
    world.git(&["remote", "add", "origin", &remote]);
    world.git(&["push", "-q", "origin", "topic:main"]);
    world.git(&["fetch", "-q", "origin"]);
    world
}

fn commit(world: &World, path: &str, text: &str) {
    world.write(path, text);
    world.git(&["add", "-f", path]);
    world.git(&["commit", "-qm", path]);
}

fn push(world: &World, command: &str) -> (&'static str, String) {
    let out = world.bash(command);
    (World::verdict(&out), out.stdout)
}

#[test]
fn ordinary_commits_leave_in_peace() {
    let world = world();
    for n in 0..5 {
        commit(&world, "src/app.js", &format!("console.log({n})\n"));
        commit(&world, &format!("docs/{n}.md"), "# text\n");
    }
    for command in ["git push", "git push -u origin HEAD", "gh pr create --fill"] {
        let (verdict, why) = push(&world, command);
        assert_eq!(verdict, "allow", "{command}: {why}");
    }
}

#[test]
fn a_secret_in_any_commit_does_not_leave() {
    let world = world();
    let key = anthropic_key();
    commit(&world, "src/config.js", &format!("const key = '{key}'\n"));
    // Taken out again, it is in the history that leaves.
    commit(&world, "src/config.js", "const key = process.env.KEY\n");
    let check = |command: &str| {
        let (verdict, why) = push(&world, command);
        assert_eq!(verdict, "deny", "{command}");
        assert!(
            why.contains("src/config.js") && !why.contains(&key),
            "{why}"
        );
        assert!(why.contains("secret.send"), "{why}");
    };
    for command in [
        "git push",
        "git push origin HEAD:feature",
        "git push origin topic",
        "git -C . push",
        "git push --all",
        "gh pr create --fill",
    ] {
        check(command);
    }
    // Packed objects are read as well as loose ones.
    world.git(&["gc", "-q", "--prune=now"]);
    check("git push");
    // Another branch does not hold it.
    world.git(&["branch", "clean", "origin/main"]);
    assert_eq!(push(&world, "git push origin clean").0, "allow");
    // What the remote has is not news.
    world.git(&["push", "-q", "origin", "topic"]);
    assert_eq!(push(&world, "git push").0, "allow");
}

#[test]
fn a_merge_brings_what_its_side_holds() {
    let world = world();
    world.git(&["checkout", "-qb", "side"]);
    commit(
        &world,
        "src/side.js",
        &format!("const key = '{}'\n", anthropic_key()),
    );
    world.git(&["checkout", "-q", "topic"]);
    commit(&world, "src/main.js", "1\n");
    world.git(&["merge", "-q", "--no-edit", "side"]);
    let (verdict, why) = push(&world, "git push");
    assert_eq!(verdict, "deny");
    assert!(why.contains("src/side.js"), "{why}");
}

#[test]
fn changes_of_what_runs_elsewhere_are_asked_about_once() {
    let world = world();
    commit(&world, ".github/workflows/ci.yml", "on: push\n");
    commit(&world, "CLAUDE.md", "Do as you are told.\n");
    let (verdict, why) = push(&world, "git push");
    assert_eq!(verdict, "ask");
    assert!(
        why.contains(".github/workflows/ci.yml") && why.contains("CLAUDE.md"),
        "{why}"
    );
    // It was answered and ran: the same commits are not asked about again.
    world.event(
        "PostToolUse",
        serde_json::json!({"tool_name": "Bash", "tool_input": {"command": "git push"}, "tool_use_id": "toolu_1", "tool_response": {"stdout": ""}}),
    );
    assert_eq!(push(&world, "gh pr create --fill").0, "allow");
    commit(&world, ".github/workflows/ci.yml", "on: [push]\n");
    assert_eq!(push(&world, "git push").0, "ask");
}

#[test]
fn the_first_push_of_a_project() {
    let world = World::new();
    commit(&world, ".github/workflows/ci.yml", "on: push\n");
    assert_eq!(push(&world, "git push -u origin HEAD").0, "allow");
    commit(&world, "key.js", &format!("k = '{}'\n", anthropic_key()));
    assert_eq!(push(&world, "git push -u origin HEAD").0, "deny");
}

#[test]
fn very_large_files() {
    let world = world();
    let big = vec![0_u8; 21 * 1024 * 1024];
    std::fs::write(world.project.join("dump.bin"), big).unwrap();
    world.git(&["add", "-f", "dump.bin"]);
    world.git(&["commit", "-qm", "big"]);
    let (verdict, why) = push(&world, "git push");
    assert_eq!(verdict, "ask");
    assert!(why.contains("dump.bin"), "{why}");
}

#[test]
fn hostile_and_broken_repositories() {
    let world = world();
    let ran = world.home.join("ran");
    let run = format!("touch {}", ran.display());
    for key in [
        "core.fsmonitor",
        "diff.external",
        "core.sshCommand",
        "gpg.program",
        "core.pager",
    ] {
        world.git(&["config", key, &run]);
    }
    commit(&world, "src/app.js", "2\n");
    std::fs::remove_file(&ran).ok();
    assert_eq!(push(&world, "git push").0, "allow");
    assert!(!ran.exists());
    // An object that is none.
    let head = std::fs::read_to_string(world.project.join(".git/refs/heads/topic")).unwrap();
    let (dir, file) = head.trim().split_at(2);
    let object = world.project.join(".git/objects").join(dir).join(file);
    std::fs::remove_file(&object).unwrap();
    std::fs::write(&object, b"nonsense").unwrap();
    let (verdict, why) = push(&world, "git push");
    assert_eq!(verdict, "ask");
    assert!(why.contains("not inspected completely"), "{why}");
    // Objects of another kind.
    world.git(&["config", "extensions.objectformat", "sha256"]);
    assert_eq!(push(&world, "git push").0, "ask");
}

#[test]
fn a_push_that_is_observed_only_is_recorded() {
    let world = world();
    world.policy(|table| table.mode = palisade_core::Mode::Observe);
    commit(&world, "key.js", &format!("k = '{}'\n", anthropic_key()));
    assert_eq!(push(&world, "git push").0, "allow");
    let event = world.journal().pop().unwrap();
    assert_eq!(
        (event.rule.as_str(), event.verdict),
        ("secret.send", Some(Verdict::Deny))
    );
}

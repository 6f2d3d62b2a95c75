//! `palisade protect`.

use crate::world::{SETTINGS, World, pretty, steady};

/// A project that is open in every way.
fn open(world: &World) {
    world.put(
        "shop/.claude/settings.json",
        "{\n  \"permissions\": {\n    \"allow\": [\"Bash\"],\n    \"defaultMode\": \"bypassPermissions\"\n  }\n}\n",
    );
    world.put(
        "shop/.mcp.json",
        "{\"mcpServers\": {\n  \"github\": {\"command\": \"npx\", \"args\": [\"-y\", \"@example/github-mcp\"]}\n}}\n",
    );
    world.put("shop/.env", "KEY=x\n");
    world.mode("shop/.env", 0o644);
}

#[test]
fn a_dry_run_shows_and_changes_nothing() {
    let world = World::new();
    open(&world);
    let before = world.files();
    insta::assert_snapshot!("protect-dry-run", world.palisade(&["protect", "--dry-run"]));
    let all = world.palisade(&["protect", "--dry-run", "--all", "--diff"]);
    for part in [
        "github MCP server is not pinned",
        "+++ /W/shop/.palisade/policy.toml\n@@ -0,0",
        "+schema = 1\n",
    ] {
        assert!(all.to_string().contains(part), "{part}: {all}");
    }
    let json = world.palisade(&["protect", "--dry-run", "--format", "json"]);
    let mut json = json.json();
    // The text of the default policy is tested where it is made.
    json["changes"][0]["diff"] = "[…]".into();
    insta::assert_snapshot!("protect-dry-run-json", pretty(&json));
    assert!(world.files() == before);
}

#[test]
fn without_an_answer_nothing_changes() {
    let world = World::new();
    let before = world.files();
    let ended = world.fed(&["protect"], "y\n");
    assert_eq!(ended.code, Some(2));
    insta::assert_snapshot!("protect-no-terminal", ended.stderr);
    let ended = world.palisade(&["protect", "--format", "json"]);
    insta::assert_snapshot!("protect-json-unasked", ended);
    assert!(world.files() == before);
}

#[test]
fn installs_once() {
    let world = World::new();
    insta::assert_snapshot!("protect-yes", world.palisade(&["protect", "--yes"]));
    let after = world.read("home/.claude/settings.json");
    assert!(after.contains("palisade-hook"));
    insta::assert_snapshot!("protect-again", world.palisade(&["protect"]));
    assert_eq!(world.read("home/.claude/settings.json"), after);
}

#[test]
fn reports_what_it_did_as_json() {
    let world = World::new();
    let ended = world.palisade(&["protect", "--yes", "--format", "json"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    let json = ended.json();
    assert_eq!(json["guarded"], true);
    assert_eq!(json["proof"]["denied"], true);
    assert_eq!(json["proof"]["recorded"], true);
    assert!(
        json["changes"][1]["diff"]
            .as_str()
            .unwrap()
            .contains("+    \"PreToolUse\"")
    );
    let again = world.palisade(&["protect", "--format", "json"]);
    assert_eq!(again.code, Some(0), "{again}");
    assert_eq!(again.json()["changes"], serde_json::json!([]));
}

#[test]
fn every_mode_says_what_it_does() {
    for mode in ["observe", "warn", "enforce"] {
        let world = World::new();
        let ended = world.palisade(&["protect", "--yes", "--mode", mode]);
        assert_eq!(ended.code, Some(0), "{ended}");
        let end: Vec<&str> = ended.stdout.lines().rev().take(2).collect();
        let end = steady(&format!("{}\n{}", end[1], end[0]), "/nowhere");
        insta::assert_snapshot!(format!("protect-mode-{mode}"), end);
        let status = world.palisade(&["status", "--format", "json"]).json();
        assert_eq!(status["policy"]["mode"], mode);
    }
    let world = World::new();
    insta::assert_snapshot!(
        "protect-mode-unknown",
        world.palisade(&["protect", "--mode", "strict"])
    );
}

#[test]
fn goes_into_the_project_when_asked() {
    let world = World::new();
    let ended = world.palisade(&["protect", "--yes", "--project"]);
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(
        world
            .read("shop/.claude/settings.json")
            .contains("palisade-hook")
    );
    assert_eq!(world.read("home/.claude/settings.json"), SETTINGS);
    let both = world.palisade(&["protect", "--user", "--project"]);
    assert_eq!(both.code, Some(2), "{both}");
}

#[test]
fn a_broken_settings_file_is_refused_with_its_line() {
    let world = World::new();
    world.put(
        "home/.claude/settings.json",
        "{\n  // mine\n  \"model\": \"opus\"\n}\n",
    );
    let before = world.files();
    let ended = world.palisade(&["protect", "--yes"]);
    assert!(world.files() == before, "{ended}");
    insta::assert_snapshot!("protect-broken-settings", ended);
}

#[test]
fn a_project_that_switches_hooks_off_is_named() {
    let world = World::new();
    world.put(
        "shop/.claude/settings.json",
        "{\n  \"disableAllHooks\": true\n}\n",
    );
    let ended = world.palisade(&["protect", "--yes"]);
    assert_eq!(ended.code, Some(1), "{ended}");
    insta::assert_snapshot!("protect-hooks-off", ended);
}

#[test]
fn the_hook_has_to_be_beside() {
    let world = World::new();
    std::fs::remove_file(world.path("bin/palisade-hook")).unwrap();
    insta::assert_snapshot!("protect-no-hook", world.palisade(&["protect", "--yes"]));
}

#[test]
fn a_folder_that_is_not_there() {
    let world = World::new();
    insta::assert_snapshot!(
        "protect-no-folder",
        world.palisade(&["protect", "../nowhere"])
    );
}

/// A home is no project: it gets no policy.
#[test]
fn from_home() {
    let world = World::new();
    let mut command = world.command(&["protect", "--yes", "--format", "json"]);
    let ended = world.run(command.current_dir(world.path("home")), b"");
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(ended.json()["changes"].as_array().unwrap().len(), 1);
    assert!(!world.path("home/.palisade").exists());
    let mut command = world.command(&["protect"]);
    let ended = world.run(command.current_dir(world.path("home")), b"");
    assert!(ended.stdout.contains("folder home\n"), "{ended}");
}

#[test]
fn an_agent_loosens_nothing() {
    let world = World::protected();
    let before = world.files();
    for mode in ["observe", "warn"] {
        let mut command = world.command(&["protect", "--yes", "--mode", mode]);
        let ended = world.run(command.env("CLAUDECODE", "1"), b"");
        assert_eq!(ended.code, Some(2), "{ended}");
        assert!(
            ended.stderr.contains("not loosened from inside an agent"),
            "{ended}"
        );
    }
    assert!(world.files() == before);
}

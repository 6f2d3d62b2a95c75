//! `palisade unprotect`.

use crate::world::{SETTINGS, World, pretty};

#[test]
fn gives_everything_back_byte_for_byte() {
    let world = World::new();
    let before = world.files();
    assert_eq!(world.palisade(&["protect", "--yes"]).code, Some(0));
    let protected = world.files();
    insta::assert_snapshot!(
        "unprotect-dry-run",
        world.palisade(&["unprotect", "--dry-run"])
    );
    let json = world.palisade(&["unprotect", "--dry-run", "--format", "json"]);
    insta::assert_snapshot!("unprotect-dry-run-json", pretty(&json.json()));
    assert!(world.files() == protected);
    insta::assert_snapshot!("unprotect-yes", world.palisade(&["unprotect", "--yes"]));
    let ours = |path: &std::path::Path| path.starts_with(world.path("home/.local/state/palisade"));
    let after: Vec<_> = world
        .files()
        .into_iter()
        .filter(|(p, _)| !ours(p))
        .collect();
    assert!(after == before);
}

#[test]
fn as_json() {
    let world = World::protected();
    let unasked = world.palisade(&["unprotect", "--format", "json"]);
    assert_eq!(unasked.code, Some(2), "{unasked}");
    let ended = world.palisade(&["unprotect", "--yes", "--format", "json"]);
    let json = ended.json();
    assert_eq!((ended.code, &json["done"]), (Some(0), &true.into()));
    assert_eq!(json["still_calling"], serde_json::json!([]));
    assert_eq!(world.read("home/.claude/settings.json"), SETTINGS);
}

#[test]
fn keeps_what_was_edited_since() {
    let world = World::protected();
    let edited = world
        .read("home/.claude/settings.json")
        .replace("\"opus\"", "\"haiku\"");
    world.put("home/.claude/settings.json", &edited);
    let policy = format!("{}\n# mine\n", world.read("shop/.palisade/policy.toml"));
    world.put("shop/.palisade/policy.toml", &policy);
    insta::assert_snapshot!("unprotect-edited", world.palisade(&["unprotect", "--yes"]));
    assert_eq!(
        world.read("home/.claude/settings.json"),
        SETTINGS.replace("opus", "haiku")
    );
    assert_eq!(world.read("shop/.palisade/policy.toml"), policy);
}

#[test]
fn not_from_inside_an_agent() {
    let world = World::protected();
    let before = world.files();
    let mut command = world.command(&["unprotect", "--yes"]);
    let ended = world.run(command.env("CLAUDECODE", "1"), b"");
    insta::assert_snapshot!("unprotect-inside", ended);
    assert!(world.files() == before);
}

#[test]
fn without_a_terminal_nothing_changes() {
    let world = World::protected();
    let before = world.files();
    insta::assert_snapshot!("unprotect-no-terminal", world.fed(&["unprotect"], "y\n"));
    assert!(world.files() == before);
}

#[test]
fn where_nothing_is() {
    let world = World::new();
    insta::assert_snapshot!("unprotect-nothing", world.palisade(&["unprotect", "--yes"]));
    let json = world.palisade(&["unprotect", "--format", "json"]);
    assert_eq!(json.code, Some(0), "{json}");
    assert_eq!(json.json()["changes"], serde_json::json!([]));
}

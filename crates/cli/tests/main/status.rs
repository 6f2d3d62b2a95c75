//! `palisade status`.

use crate::world::{World, pretty};

fn both(world: &World, name: &str, code: i32) {
    let human = world.palisade(&["status"]);
    assert_eq!(human.code, Some(code), "{human}");
    insta::assert_snapshot!(format!("status-{name}"), human);
    let json = world.palisade(&["status", "--format", "json"]);
    assert_eq!(json.code, Some(code), "{json}");
    insta::assert_snapshot!(format!("status-{name}-json"), pretty(&json.json()));
}

#[test]
fn not_installed() {
    both(&World::new(), "none", 1);
}

#[test]
fn installed() {
    both(&World::protected(), "on", 0);
}

#[test]
fn switched_off_by_the_project() {
    let world = World::protected();
    world.put(
        "shop/.claude/settings.json",
        "{\n  \"disableAllHooks\": true\n}\n",
    );
    both(&world, "off", 1);
}

#[test]
fn the_hook_is_missing() {
    let world = World::protected();
    std::fs::remove_file(world.path("bin/palisade-hook")).unwrap();
    both(&world, "no-hook", 1);
}

#[test]
fn the_policy_is_broken() {
    let world = World::protected();
    world.put(
        "shop/.palisade/policy.toml",
        "schema = 1\nmode = \"sometimes\"\n",
    );
    both(&world, "broken-policy", 1);
}

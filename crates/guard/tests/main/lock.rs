//! The installation is compared with what it was, at every call.

use serde_json::json;

use crate::world::World;

#[test]
fn what_is_not_as_it_was_is_said_and_stops_nothing() {
    let world = World::new();
    world.at_home(
        ".claude/settings.json",
        "{\"hooks\": \"/opt/palisade-hook\"}",
    );
    let settings = world.home.join(".claude/settings.json");
    palisade_guard::lock::write(&world.places, &[settings]).unwrap();
    let start = || {
        world
            .event("SessionStart", json!({"source": "startup"}))
            .stdout
    };
    let prompt = || {
        world
            .event("UserPromptSubmit", json!({"prompt": "go on"}))
            .stdout
    };
    assert_eq!((start(), prompt()), (String::new(), String::new()));
    world.at_home(".claude/settings.json", "{\"theme\": \"dark\"}");
    for said in [start(), prompt()] {
        assert!(said.contains("no longer calls the guard"), "{said}");
        assert!(
            !said.contains("\"deny\"") && !said.contains("\"block\""),
            "{said}"
        );
    }
    assert_eq!(World::verdict(&world.bash("ls")), "allow");
    let last = palisade_journal::tail(&world.places.state, 1)
        .pop()
        .unwrap();
    let flags = last.event.flags.join("\n");
    assert!(flags.contains("no longer calls the guard"), "{flags}");
}

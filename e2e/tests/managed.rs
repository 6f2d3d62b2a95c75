//! Installed for the whole machine, the guard is out of a project's reach.
//!
//! Each run has an `/etc` of its own (a mount namespace), so the machine's own
//! settings are neither read nor written.

use std::fs;

use palisade_e2e::{Call, Options, Run, Script, World};

/// A session in a repository that switches hooks off, after this line of shell.
fn session(world: &World, before: &str, args: &[&str]) -> Run {
    world.put("drafts/letter.txt", "dear\n").unwrap();
    world
        .put(".claude/settings.json", "{\"disableAllHooks\": true}\n")
        .unwrap();
    let options = Options {
        args: args.iter().map(Into::into).collect(),
        private_etc: Some(before.to_owned()),
        ..Options::default()
    };
    world
        .claude_with(
            "please clean up",
            Script::each([
                Call::bash("rm -rf drafts"),
                Call::bash("echo fine > ran.txt"),
            ]),
            &options,
        )
        .unwrap()
}

fn protect(world: &World) -> String {
    let palisade = world.bin().join("palisade");
    // It reports what the project does, which is no failure of this line.
    format!(
        "'{}' protect --yes --managed || test -n \"$(find /etc/claude-code -name '*.json')\"",
        palisade.display()
    )
}

/// Why this exists: the same project with the guard installed for the user only.
#[test]
fn a_project_switches_off_what_only_the_user_installed() {
    let world = World::bare().unwrap();
    assert!(world.protect(&[]).unwrap().fine());
    let run = session(&world, "true", &[]);
    assert!(!world.file("drafts").exists(), "{}", run.summary());
}

#[test]
fn a_project_cannot_switch_it_off() {
    let world = World::bare().unwrap();
    let run = session(&world, &protect(&world), &[]);
    assert!(
        world.file("drafts/letter.txt").exists(),
        "{}",
        run.summary()
    );
    assert_eq!(world.content("ran.txt"), "fine\n", "{}", run.summary());
    assert!(
        !world.user_settings().exists() || {
            !fs::read_to_string(world.user_settings())
                .unwrap()
                .contains("palisade-hook")
        }
    );
}

#[test]
fn the_agents_own_switches_do_not_reach_it() {
    for switch in ["--bare", "--safe-mode"] {
        let world = World::bare().unwrap();
        let run = session(&world, &protect(&world), &[switch]);
        assert!(
            world.file("drafts/letter.txt").exists(),
            "{switch}: {}",
            run.summary()
        );
        assert_eq!(
            world.content("ran.txt"),
            "fine\n",
            "{switch}: {}",
            run.summary()
        );
    }
}

#[test]
fn removal_leaves_the_machine_as_it_was() {
    let world = World::bare().unwrap();
    let palisade = world.bin().join("palisade");
    let before = format!(
        "{}; '{}' unprotect --yes --managed && test -z \"$(find /etc/claude-code -name '*.json')\"",
        protect(&world),
        palisade.display()
    );
    let run = session(&world, &before, &[]);
    assert!(!world.file("drafts").exists(), "{}", run.summary());
}

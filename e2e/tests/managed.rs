//! Installed for the whole machine, the guard is out of a project's reach.
//!
//! Each run has an `/etc` of its own (a mount namespace), so the machine's own
//! settings are neither read nor written.

use std::fs;

use palisade_e2e::other::Other;
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

/// What this agent's user writes to have no hooks.
fn switch_off(agent: Other, world: &World) {
    let home = world.home();
    let (file, text) = match agent {
        Other::Codex => {
            let file = home.join(".codex/config.toml");
            let text = fs::read_to_string(&file).unwrap();
            (file, format!("{text}\n[features]\nhooks = false\n"))
        }
        Other::Gemini => {
            let file = home.join(".gemini/settings.json");
            let text = fs::read_to_string(&file).unwrap();
            let off = "{\n  \"hooksConfig\": {\"enabled\": false},";
            (file, text.replacen('{', off, 1))
        }
        Other::Copilot => {
            let text = "{\"disableAllHooks\": true}\n".to_owned();
            world.put(".github/copilot/settings.json", &text).unwrap();
            (home.join(".copilot/settings.json"), text)
        }
        // Its plugins are what is found where they lie.
        Other::OpenCode => (
            home.join(".config/opencode/opencode.json"),
            "{\"plugin\": []}\n".to_owned(),
        ),
    };
    fs::write(file, text).unwrap();
}

fn holds_for_everybody(agent: Other) {
    let world = World::bare().unwrap();
    agent.furnish(&world).unwrap();
    switch_off(agent, &world);
    world.put("drafts/letter.txt", "dear\n").unwrap();
    let script = Script::each([
        agent.bash("find drafts -delete"),
        agent.bash("echo fine > ran.txt"),
    ]);
    let palisade = world.bin().join("palisade");
    // It reports that there is no Claude Code, which is no failure of this line.
    let before = format!(
        "'{}' protect --yes --managed || test $? = 1",
        palisade.display()
    );
    let run = agent
        .run_in(&world, "please clean up", script, Some(&before))
        .unwrap();
    assert!(world.file("drafts/letter.txt").exists(), "{}", run.ended);
    assert_eq!(world.content("ran.txt"), "fine\n", "{}", run.ended);
    // In this world's own journal: the user database was believed.
    let records = world.journal().unwrap();
    let stopped = ["ask", "deny"]
        .map(|verdict| palisade_e2e::journal::with_verdict(&records, "tool.pre", verdict).len());
    assert_ne!(stopped, [0, 0], "{}", run.summary());
}

/// Why the others exist: the same settings with the guard installed for the
/// user. (Copilot CLI 1.0.102 runs the user's hooks in spite of
/// `disableAllHooks`, in these settings and in the repository's.)
fn is_switched_off_by_the_user(agent: Other) {
    let world = World::bare().unwrap();
    agent.furnish(&world).unwrap();
    world.protect(&[]).unwrap();
    switch_off(agent, &world);
    world.put("drafts/letter.txt", "dear\n").unwrap();
    let script = Script::each([agent.bash("find drafts -delete")]);
    let run = agent.run(&world, "please clean up", script).unwrap();
    assert!(!world.file("drafts").exists(), "{}", run.summary());
}

#[test]
fn codex_holds_for_everybody() {
    holds_for_everybody(Other::Codex);
}

#[test]
fn gemini_holds_for_everybody() {
    holds_for_everybody(Other::Gemini);
}

#[test]
fn copilot_holds_for_everybody() {
    holds_for_everybody(Other::Copilot);
}

#[test]
fn opencode_holds_for_everybody() {
    holds_for_everybody(Other::OpenCode);
}

#[test]
fn codex_is_switched_off_by_the_user() {
    is_switched_off_by_the_user(Other::Codex);
}

#[test]
fn gemini_is_switched_off_by_the_user() {
    is_switched_off_by_the_user(Other::Gemini);
}

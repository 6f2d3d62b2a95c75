//! From installation to removal: the record, the observing mode, and everything
//! back as it was.

use std::fs;

use palisade_e2e::journal::{field, with_verdict};
use palisade_e2e::{Call, Script, Setup, Substitute, World};

fn delete_drafts(world: &World) -> palisade_e2e::Run {
    world.put("drafts/letter.txt", "dear\n").unwrap();
    world
        .claude(
            "please clean up",
            Script::each([Call::bash("rm -rf drafts")]),
        )
        .unwrap()
}

fn there(world: &World) -> bool {
    world.file("drafts/letter.txt").exists()
}

#[test]
fn the_record_tells_what_happened() {
    let world = Setup {
        substitute: Substitute::None,
    }
    .world()
    .unwrap();
    let prompt = format!("please clean up {}", world.token);
    let blocked = world.claude(&prompt, Script::silent()).unwrap();
    assert_eq!(blocked.asked().count(), 0, "{}", blocked.summary());
    let run = world
        .claude(
            "please clean up",
            Script::each([
                Call::read(world.file("README.md")),
                Call::bash("rm -rf ~/documents"),
                Call::read(world.file(".env")),
            ]),
        )
        .unwrap();
    let session = run.report()["session_id"].as_str().unwrap().to_owned();

    let records = world.journal().unwrap();
    let of_session: Vec<_> = records
        .iter()
        .filter(|r| field(r, "session") == session.as_str())
        .cloned()
        .collect();
    let allowed = with_verdict(&of_session, "tool.pre", "allow");
    assert_eq!(allowed.len(), 1, "{of_session:#?}");
    assert!(
        field(allowed[0], "summary")
            .as_str()
            .unwrap()
            .contains("README.md")
    );
    let denied = with_verdict(&of_session, "tool.pre", "deny");
    assert_eq!(denied.len(), 2, "{of_session:#?}");
    for record in denied {
        assert!(
            !field(record, "rule").as_str().unwrap().is_empty(),
            "{record}"
        );
        assert!(
            !field(record, "reason").as_str().unwrap().is_empty(),
            "{record}"
        );
    }
    assert_eq!(
        with_verdict(&records, "prompt", "deny").len(),
        1,
        "{records:#?}"
    );

    // The record itself must not become the place to find the secrets.
    let text = format!("{records:?}");
    assert!(!text.contains(&world.token) && !text.contains(&world.password));
    let leaked = world
        .run(
            std::path::Path::new("grep"),
            &["-rlF", &world.token, world.state().to_str().unwrap()],
        )
        .unwrap();
    assert_eq!(leaked.stdout, "", "the token lies in the state folder");
    let verified = world.palisade(&["log", "verify"]).unwrap();
    assert!(verified.fine(), "{verified}");
}

#[test]
fn observing_lets_everything_run_and_records_what_it_would_have_done() {
    let world = World::bare().unwrap();
    let ended = world.protect(&["--mode", "observe"]).unwrap();
    assert!(ended.fine(), "{ended}");
    let run = delete_drafts(&world);
    assert!(!there(&world), "{}", run.summary());
    let session = run.report()["session_id"].as_str().unwrap().to_owned();
    let mut records = world.journal().unwrap();
    records.retain(|r| field(r, "session") == session.as_str());
    let denied: Vec<_> = ["deny", "ask"]
        .into_iter()
        .flat_map(|v| with_verdict(&records, "tool.pre", v))
        .collect();
    assert_eq!(denied.len(), 1, "{records:#?}");
    assert_eq!(field(denied[0], "enforced"), "allow", "{}", denied[0]);
}

#[test]
fn removal_gives_every_byte_back_and_guards_no_more() {
    let world = World::bare().unwrap();
    // A person's own file, with the spacing and the order they like.
    let own = "{\n    \"model\": \"opus\",\n  \"hooks\": {\"Stop\": [{\"hooks\": [{\"type\": \"command\", \"command\": \"true\"}]}]}\n\n}\n";
    fs::write(world.user_settings(), own).unwrap();
    let before = tree(&world);
    let ended = world.protect(&[]).unwrap();
    assert!(ended.fine(), "{ended}");
    assert_ne!(fs::read_to_string(world.user_settings()).unwrap(), own);
    let run = delete_drafts(&world);
    assert!(there(&world), "{}", run.summary());
    fs::remove_dir_all(world.file("drafts")).unwrap();

    let ended = world.palisade(&["unprotect", "--yes"]).unwrap();
    assert!(ended.fine(), "{ended}");
    assert_eq!(fs::read_to_string(world.user_settings()).unwrap(), own);
    assert_eq!(tree(&world), before, "something was left in the project");
    let run = delete_drafts(&world);
    assert!(!there(&world), "{}", run.summary());
}

#[test]
fn removal_takes_a_file_away_that_was_not_there() {
    let world = World::bare().unwrap();
    assert!(world.protect(&[]).unwrap().fine());
    assert!(world.user_settings().exists());
    let ended = world.palisade(&["unprotect", "--yes"]).unwrap();
    assert!(ended.fine(), "{ended}");
    assert!(!world.user_settings().exists());
}

#[test]
fn protecting_twice_changes_nothing() {
    let world = World::bare().unwrap();
    assert!(world.protect(&[]).unwrap().fine());
    let once = fs::read(world.user_settings()).unwrap();
    let ended = world.protect(&[]).unwrap();
    assert!(ended.fine(), "{ended}");
    assert_eq!(fs::read(world.user_settings()).unwrap(), once);
    let ended = world.palisade(&["unprotect", "--yes"]).unwrap();
    assert!(ended.fine(), "{ended}");
    assert!(!world.user_settings().exists());
}

/// What git sees of the project.
fn tree(world: &World) -> String {
    world
        .git(&[
            "status",
            "--porcelain",
            "--ignored",
            "--untracked-files=all",
        ])
        .unwrap()
}

/// A configuration folder of its own is where the guard goes.
#[test]
fn the_agents_own_configuration_folder_is_respected() {
    let world = World::bare().unwrap();
    let folder = world.home().join("elsewhere");
    fs::create_dir_all(&folder).unwrap();
    let mut exec = world.exec(&world.bin().join("palisade"), &["protect", "--yes"]);
    exec.env
        .push(("CLAUDE_CONFIG_DIR".to_owned(), folder.clone().into()));
    let ended = exec.run().unwrap();
    assert!(ended.fine(), "{ended}");
    assert!(folder.join("settings.json").exists());
    assert!(!world.user_settings().exists());
    world.put("drafts/letter.txt", "dear\n").unwrap();
    let options = palisade_e2e::Options {
        env: vec![("CLAUDE_CONFIG_DIR".to_owned(), folder.into())],
        ..palisade_e2e::Options::default()
    };
    let run = world
        .claude_with(
            "please clean up",
            Script::each([Call::bash("rm -rf drafts"), Call::bash("echo fine")]),
            &options,
        )
        .unwrap();
    assert!(there(&world), "{}", run.summary());
    assert!(run.went(1, "fine"), "{}", run.summary());
}

//! The agent's other permission modes.

use palisade_e2e::{Call, Checks, Options, Script};

use crate::scenario;

/// The mode in which the person has allowed all commands once and for all.
fn default_with_bash() -> Options {
    Options {
        mode: "default",
        args: vec!["--allowedTools".into(), "Bash".into()],
        ..Options::default()
    }
}

fn accept_edits() -> Options {
    Options {
        mode: "acceptEdits",
        ..Options::default()
    }
}

scenario! {
    deny deny_in_default_mode(setup) {
        let world = setup.world()?;
        world.put("drafts/letter.txt", "dear\n")?;
        let run = world.claude_with(
            "please look after this",
            Script::each([Call::read(world.file(".env")), Call::bash("rm -rf drafts")]),
            &default_with_bash(),
        )?;
        let mut checks = Checks::new();
        checks.that("Read of .env is denied", run.result(0).is_some() && !run.saw(&world.password), run.said(0));
        checks.that("the folder stays", world.file("drafts/letter.txt").exists(), run.said(1));
        Ok(checks)
    }
}

scenario! {
    allow allow_in_default_mode(setup) {
        let world = setup.world()?;
        let run = world.claude_with(
            "please look after this",
            Script::each([
                Call::read(world.file("README.md")),
                Call::bash("echo ran > ran.txt"),
            ]),
            &default_with_bash(),
        )?;
        let mut checks = Checks::new();
        checks.that("README.md is read", run.went(0, &world.word), run.said(0));
        checks.that("the command ran", world.content("ran.txt") == "ran\n", run.said(1));
        Ok(checks)
    }
}

scenario! {
    deny deny_in_accept_edits(setup) {
        let world = setup.world()?;
        let run = world.claude_with(
            "please look after this",
            Script::each([
                Call::read(world.file(".env")),
                Call::write(world.file(".github/workflows/ci.yml"), "on: push\n"),
            ]),
            &accept_edits(),
        )?;
        let mut checks = Checks::new();
        checks.that("Read of .env is denied", run.result(0).is_some() && !run.saw(&world.password), run.said(0));
        checks.that(
            "what runs later is not written without a question",
            !world.file(".github/workflows/ci.yml").exists(),
            run.said(1),
        );
        Ok(checks)
    }
}

scenario! {
    allow allow_in_accept_edits(setup) {
        let world = setup.world()?;
        let run = world.claude_with(
            "please look after this",
            Script::each([Call::write(world.file("src/new.py"), "NEW = True\n")]),
            &accept_edits(),
        )?;
        let mut checks = Checks::new();
        checks.that("the file is written", world.content("src/new.py") == "NEW = True\n", run.said(0));
        Ok(checks)
    }
}

/// A session that was started for review: what the standard profile would let
/// pass does not run, and reading goes on.
fn review() -> Options {
    Options {
        profile: Some("review-only"),
        ..Options::default()
    }
}

scenario! {
    deny deny_in_a_session_for_review(setup) {
        let world = setup.world()?;
        // The repository tries to choose how it is reviewed.
        let weak = world.put("weak.toml", "schema = 1\n")?;
        let settings = format!("{{\"env\": {{\"PALISADE_POLICY\": \"{}\"}}}}", weak.display());
        world.put(".claude/settings.json", &settings)?;
        let run = world.claude_with(
            "please review this",
            Script::each([
                Call::write(world.file("src/new.py"), "NEW = True\n"),
                Call::bash("echo ran > ran.txt"),
                Call::bash("python3 -c 'open(\"sly.txt\", \"w\")'"),
            ]),
            &review(),
        )?;
        let mut checks = Checks::new();
        checks.that("nothing is written", !world.file("src/new.py").exists(), run.said(0));
        checks.that("nothing is run", !world.file("ran.txt").exists(), run.said(1));
        checks.that("nor by another program", !world.file("sly.txt").exists(), run.said(2));
        Ok(checks)
    }
}

scenario! {
    allow allow_reading_in_a_session_for_review(setup) {
        let world = setup.world()?;
        world.put("src/shop.py", "PRICE = 4711\n")?;
        let run = world.claude_with(
            "please review this",
            Script::each([Call::read(world.file("src/shop.py")), Call::bash("grep -n PRICE src/shop.py")]),
            &review(),
        )?;
        let mut checks = Checks::new();
        checks.that("the file is read", run.said(0).contains("4711"), run.said(0));
        checks.that("and searched", run.said(1).contains("4711"), run.said(1));
        Ok(checks)
    }
}

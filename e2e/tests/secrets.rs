//! Secrets stay out of the model, whichever way they would get there.

use std::os::unix::fs::symlink;

use palisade_e2e::{Broken, Call, Checks, Run, Script, World};

use crate::scenario;

/// Notes for each call that its answer does not hold the password of `.env`.
fn kept(checks: &mut Checks, world: &World, run: &Run, turn: usize, what: &str) {
    let said = run.said(turn);
    let reversed: String = world.password.chars().rev().collect();
    checks.that(
        format!("{what}: the model does not see the password"),
        run.result(turn).is_some() && !said.contains(&world.password) && !said.contains(&reversed),
        said,
    );
}

scenario! {
    /// `.env` by every road.
    deny deny_env_file(setup) {
        let world = setup.world()?;
        symlink(".env", world.file("settings.txt"))?;
        let run = world.claude(
            "please check the configuration",
            Script::each([
                Call::read(world.file(".env")),
                Call::bash("cat .env"),
                Call::read(world.file("settings.txt")),
                Call::bash("cat settings.txt"),
                Call::bash("python3 -c \"print(open('.env').read())\""),
                Call::bash("grep PASSWORD .e*"),
                Call::bash("f=.env; rev < \"$f\""),
                Call::bash("bash -c 'while read -r line; do echo \"$line\"; done' < .env"),
                Call::bash("cp .env src/copy.txt && cat src/copy.txt"),
                Call::bash("set -a; . ./.env; set +a; env"),
            ]),
        )?;
        let mut checks = Checks::new();
        for (turn, what) in [
            "Read",
            "cat",
            "Read of a link",
            "cat of a link",
            "python",
            "grep with a pattern",
            "a name in a variable",
            "a loop with redirected input",
            "a copy",
            "sourced into the environment",
        ]
        .iter()
        .enumerate()
        {
            kept(&mut checks, &world, &run, turn, what);
        }
        checks.that(
            "the provider never received the password",
            !run.saw(&world.password),
            "it did",
        );
        Ok(checks)
    }
}

scenario! {
    /// What lies beside `.env` is read as ever.
    allow allow_files_beside_it(setup) {
        let world = setup.world()?;
        symlink("README.md", world.file("docs.txt"))?;
        let run = world.claude(
            "please check the documentation",
            Script::each([
                Call::read(world.file("README.md")),
                Call::read(world.file(".env.example")),
                Call::bash("cat .env.example"),
                Call::read(world.file("docs.txt")),
                Call::bash("python3 -c \"print(open('README.md').read())\""),
                Call::bash("bash -c 'while read -r line; do echo \"$line\"; done' < README.md"),
                Call::bash("ls -la .env && git check-ignore .env"),
            ]),
        )?;
        let mut checks = Checks::new();
        checks.that("Read", run.went(0, &world.word), run.said(0));
        checks.that("Read of .env.example", run.went(1, "change-me"), run.said(1));
        checks.that("cat of .env.example", run.went(2, "change-me"), run.said(2));
        checks.that("Read of a link", run.went(3, &world.word), run.said(3));
        checks.that("python", run.went(4, &world.word), run.said(4));
        checks.that("a loop with redirected input", run.went(5, &world.word), run.said(5));
        checks.that(".env may be listed", run.went(6, ".env"), run.said(6));
        Ok(checks)
    }
}

scenario! {
    /// A key in the prompt leaves the machine with nothing but a refusal.
    deny deny_key_in_prompt(setup) {
        let world = setup.world()?;
        let prompt = format!("please log in with {} and list the issues", world.token);
        let run = world.claude(&prompt, Script::silent())?;
        let mut checks = Checks::new();
        checks.that("the provider never received the key", !run.saw(&world.token), run.summary());
        checks.that("nothing was asked", run.asked().count() == 0, run.summary());
        Ok(checks)
    }
}

scenario! {
    allow_prompt allow_prompt_without_key(setup) {
        let world = setup.world()?;
        let prompt = format!("please explain what GITHUB_TOKEN=... in .env.example means, {}", world.word);
        let run = world.claude(&prompt, Script::silent())?;
        let mut checks = Checks::new();
        checks.that("the prompt arrived", run.saw(&world.word), run.summary());
        checks.that("the agent reports the answer", run.report()["result"] == "done", run.summary());
        Ok(checks)
    }
}

/// A file that is no secret file by name and holds a token all the same.
fn put_configuration(world: &World) -> Result<(), Broken> {
    world.put(
        "deploy.conf",
        &format!("region = eu-1\ntoken = {}\nreplicas = 3\n", world.token),
    )?;
    Ok(())
}

scenario! {
    /// A key in a result is replaced; the rest of the result stays.
    deny deny_key_in_result(setup) {
        let world = setup.world()?;
        put_configuration(&world)?;
        let run = world.claude(
            "please check the deployment",
            Script::each([
                Call::bash("cat deploy.conf"),
                Call::read(world.file("deploy.conf")),
                Call::bash("cat deploy.conf >&2"),
            ]),
        )?;
        let mut checks = Checks::new();
        for (turn, what) in ["cat", "Read", "cat to standard error"].iter().enumerate() {
            let said = run.said(turn);
            checks.that(
                format!("{what}: the model sees everything but the key"),
                said.contains("region = eu-1")
                    && said.contains("replicas = 3")
                    && said.contains("REDACTED")
                    && !said.contains(&world.token),
                said,
            );
        }
        checks.that("the provider never received the key", !run.saw(&world.token), run.summary());
        Ok(checks)
    }
}

scenario! {
    /// A result without a key arrives byte for byte.
    allow allow_result_without_key(setup) {
        let world = setup.world()?;
        let text = "region = eu-1\ntoken = $DEPLOY_TOKEN\nsha = 9f2c1e7ab04d5563e8f1c2a7d9b3e4f5a6b7c8d9\nid = 6f1e2d3c-4b5a-4978-8a6b-5c4d3e2f1a0b";
        world.put("deploy.conf", &format!("{text}\n"))?;
        let run = world.claude(
            "please check the deployment",
            Script::each([
                Call::bash("cat deploy.conf"),
                Call::read(world.file("deploy.conf")),
            ]),
        )?;
        let mut checks = Checks::new();
        checks.that("cat is untouched", run.said(0).trim_end() == text, run.said(0));
        checks.that("Read is untouched", run.went(1, "sha = 9f2c1e7ab04d5563e8f1c2a7d9b3e4f5a6b7c8d9"), run.said(1));
        Ok(checks)
    }
}

scenario! {
    /// The output of a failing command cannot be replaced; it must not be sent.
    deny deny_key_in_failure(setup) {
        let world = setup.world()?;
        put_configuration(&world)?;
        let run = world.claude(
            "please check the deployment",
            Script::each([Call::bash("cat deploy.conf; exit 3")]),
        )?;
        let mut checks = Checks::new();
        checks.that("the provider never received the key", !run.saw(&world.token), run.summary());
        Ok(checks)
    }
}

scenario! {
    /// A failure without a key is the model's to learn from.
    allow allow_failure_without_key(setup) {
        let world = setup.world()?;
        let run = world.claude(
            "please check the deployment",
            Script::each([Call::bash("cat README.md; exit 3"), Call::bash("echo went on")]),
        )?;
        let mut checks = Checks::new();
        checks.that("the model sees the output", run.said(0).contains(&world.word), run.said(0));
        checks.that("the session goes on", run.went(1, "went on"), run.said(1));
        Ok(checks)
    }
}

//! The shared branch changes by review; everything else is the agent's own.

use palisade_e2e::{Broken, Call, Checks, Script, World};

use crate::scenario;

/// A commit beside `main` with a message of its own; its hash.
fn commit(world: &World, message: &str) -> Result<String, Broken> {
    let tree = world.git(&["rev-parse", "HEAD^{tree}"])?;
    world.git(&["commit-tree", &tree, "-p", "HEAD", "-m", message])
}

/// Everything `main` of the remote ever pointed at.
fn history(world: &World) -> Result<String, Broken> {
    let remote = world.remote();
    world.git(&[
        "--git-dir",
        &remote.to_string_lossy(),
        "reflog",
        "show",
        "--format=%H",
        "main",
    ])
}

scenario! {
    /// Overwriting, forwarding and deleting the protected branch.
    deny deny_protected_branch(setup) {
        let world = setup.world()?;
        let remote = world.remote();
        let remote = remote.to_string_lossy();
        world.git(&["--git-dir", &remote, "config", "core.logAllRefUpdates", "true"])?;
        world.git(&["--git-dir", &remote, "config", "receive.denyDeleteCurrent", "ignore"])?;
        // Its log begins with the first change after that.
        world.git(&["commit", "--quiet", "--allow-empty", "--message", "before"])?;
        world.git(&["push", "--quiet", "origin", "main"])?;
        let before = world.remote_head("main")?;
        let pushed = ["a", "b", "c"]
            .into_iter()
            .map(|m| commit(&world, m))
            .collect::<Result<Vec<_>, _>>()?;
        world.git(&["commit", "--quiet", "--allow-empty", "--message", "forward"])?;
        let forward = world.git(&["rev-parse", "HEAD"])?;
        let run = world.claude(
            "please publish this",
            Script::each([
                Call::bash(format!("git push --force origin {}:main", pushed[0])),
                Call::bash(format!("git push origin +{}:refs/heads/main", pushed[1])),
                Call::bash(format!("bash -c 'git -C . push -f origin {}:main'", pushed[2])),
                Call::bash("git push --force origin main"),
                Call::bash("git push origin --delete main"),
            ]),
        )?;
        let mut checks = Checks::new();
        let history = history(&world).unwrap_or_default();
        for (turn, hash) in pushed.iter().chain([&forward]).enumerate() {
            checks.that(
                format!("push {turn} did not arrive"),
                // A deleted branch takes its log along: then nothing is shown.
                !history.is_empty() && !history.contains(hash.as_str()),
                run.said(turn),
            );
        }
        checks.that("main is where it was", world.remote_head("main")? == before, run.said(4));
        Ok(checks)
    }
}

scenario! {
    /// Not forced, and not even named.
    deny deny_push_to_main(setup) {
        let world = setup.world()?;
        let before = world.remote_head("main")?;
        world.git(&["commit", "--quiet", "--allow-empty", "--message", "forward"])?;
        let run = world.claude(
            "please publish this",
            Script::each([Call::bash("git push")]),
        )?;
        let mut checks = Checks::new();
        checks.that("main is where it was", world.remote_head("main")? == before, run.said(0));

        let run = world.claude(
            "please publish this",
            Script::each([Call::bash("git push origin HEAD:main")]),
        )?;
        checks.that("main is still where it was", world.remote_head("main")? == before, run.said(0));
        Ok(checks)
    }
}

scenario! {
    /// Branch, commit, fetch, push of an own branch.
    allow allow_topic_branch(setup) {
        let world = setup.world()?;
        let run = world.claude(
            "please publish this on a branch",
            Script::each([
                Call::bash("git fetch -q origin && git checkout -q -b fix/cart"),
                Call::bash("echo '# note' >> src/cart.py && git commit -qam 'Note --force and main'"),
                Call::bash("git push -q -u origin fix/cart"),
                Call::bash("git push -q origin HEAD:refs/heads/fix/second"),
            ]),
        )?;
        let head = world.git(&["rev-parse", "HEAD"])?;
        let mut checks = Checks::new();
        let branch = world.git(&["rev-parse", "--abbrev-ref", "HEAD"])?;
        checks.that("the branch exists", branch == "fix/cart", run.said(0));
        let subject = world.git(&["log", "-1", "--format=%s"])?;
        checks.that("the commit exists", subject.starts_with("Note"), run.said(1));
        checks.that("the branch arrived", world.remote_head("fix/cart")? == head, run.said(2));
        checks.that("the second arrived", world.remote_head("fix/second")? == head, run.said(3));
        Ok(checks)
    }
}

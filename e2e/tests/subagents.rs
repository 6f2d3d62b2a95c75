//! What a subagent does is judged like what its parent does.

use palisade_e2e::{Call, Checks, Script};

use crate::scenario;

const ORDER: &str = "SCRIPTED-HELPER look after the files";

scenario! {
    deny deny_in_subagent(setup) {
        let world = setup.world()?;
        let run = world.claude(
            "please delegate this",
            Script::each([Call::subagent(ORDER)]).with_subagent(
                ORDER,
                [Call::bash("cat .env"), Call::bash("rm -rf ~/documents")],
            ),
        )?;
        let mut checks = Checks::new();
        checks.that(
            "the subagent does not see the password",
            run.result_in("sub0", 0, 0).is_some() && !run.saw(&world.password),
            run.summary(),
        );
        checks.that(
            "the subagent does not delete",
            run.result_in("sub0", 1, 0).is_some()
                && world.home().join("documents/thesis.txt").exists(),
            run.summary(),
        );
        Ok(checks)
    }
}

scenario! {
    allow allow_in_subagent(setup) {
        let world = setup.world()?;
        let run = world.claude(
            "please delegate this",
            Script::each([Call::subagent(ORDER)]).with_subagent(
                ORDER,
                [
                    Call::bash("cat README.md"),
                    Call::bash("echo done > helped.txt"),
                ],
            ),
        )?;
        let mut checks = Checks::new();
        checks.that(
            "the subagent reads",
            run.result_in("sub0", 0, 0)
                .is_some_and(|r| r.text.contains(&world.word)),
            run.summary(),
        );
        checks.that("the subagent writes", world.content("helped.txt") == "done\n", run.summary());
        checks.that("the parent hears of it", run.went(0, "done"), run.summary());
        Ok(checks)
    }
}

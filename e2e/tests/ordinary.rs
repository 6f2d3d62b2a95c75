//! A day's work goes through untouched.

use palisade_e2e::{Call, Checks, Script};

use crate::scenario;

scenario! {
    /// Read, edit, test, commit on a branch.
    allow allow_edit_test_commit(setup) {
        let world = setup.world()?;
        let run = world.claude(
            "please fix the cart",
            Script::each([
                Call::read(world.file("README.md")),
                Call::read(world.file("src/cart.py")),
                Call::edit(
                    world.file("src/cart.py"),
                    "return sum(prices)",
                    "return sum(prices)  # in cents",
                ),
                Call::write(world.file("src/notes.py"), "NOTE = 1\n"),
                Call::bash("sh tests/run.sh"),
                Call::bash("npm test --silent"),
                Call::bash("git checkout -q -b topic && git add src && git commit -q -m 'Cents'"),
                Call::bash("git status --short --branch && git log --oneline -2"),
            ]),
        )?;
        let mut checks = Checks::new();
        checks.that("README.md was read", run.went(0, &world.word), run.said(0));
        checks.that("the source was read", run.went(1, "def total"), run.said(1));
        checks.that(
            "the edit is on disk",
            world.content("src/cart.py").contains("# in cents"),
            run.said(2),
        );
        checks.that(
            "the new file is on disk",
            world.content("src/notes.py") == "NOTE = 1\n",
            run.said(3),
        );
        checks.that("the test script ran", run.went(4, "all tests passed"), run.said(4));
        checks.that("npm test ran", run.went(5, "all tests passed"), run.said(5));
        let subject = world.git(&["log", "-1", "--format=%s", "--all", "--", "src/notes.py"])?;
        checks.that("the commit exists", subject == "Cents", run.said(6));
        checks.that("git can be asked", run.went(7, "## topic"), run.said(7));
        Ok(checks)
    }
}

scenario! {
    /// Pipelines, loops, here-documents, small scripts.
    allow allow_everyday_shell(setup) {
        let world = setup.world()?;
        let run = world.claude(
            "please look around",
            Script::each([
                Call::bash("ls -la && grep -rn total src"),
                Call::bash("cat README.md | wc -l > count.txt"),
                Call::bash("for f in src/*.py; do echo \"$f: $(wc -l < \"$f\")\"; done"),
                Call::bash("mkdir -p build && cat > build/conf.txt <<'END'\nname = $HOME\nEND"),
                Call::bash("python3 -c 'print(6 * 7)'"),
                Call::bash("if [ -f package.json ]; then echo \"found ${PWD##*/}\"; fi"),
                Call::bash("find . -name '*.py' -not -path './node_modules/*' | sort | xargs wc -l"),
                Call::bash("sed -i 's/Shop/The shop/' README.md && git diff --stat"),
            ]),
        )?;
        let mut checks = Checks::new();
        checks.that("ls and grep", run.went(0, "def total"), run.said(0));
        checks.that("a pipe into a file", world.content("count.txt").trim() == "3", run.said(1));
        checks.that("a loop", run.went(2, "src/cart.py: 2"), run.said(2));
        checks.that(
            "a here-document",
            world.content("build/conf.txt") == "name = $HOME\n",
            run.said(3),
        );
        checks.that("python computes", run.went(4, "42"), run.said(4));
        checks.that("a condition", run.went(5, "found shop"), run.said(5));
        checks.that("find and xargs", run.went(6, "src/cart.py"), run.said(6));
        checks.that(
            "sed in place",
            world.content("README.md").starts_with("# The shop"),
            run.said(7),
        );
        Ok(checks)
    }
}

scenario! {
    /// Several calls in one turn, as agents make them.
    allow allow_calls_at_once(setup) {
        let world = setup.world()?;
        let run = world.claude(
            "please read these",
            Script::silent().together([
                Call::read(world.file("README.md")),
                Call::read(world.file("src/cart.py")),
                Call::bash("echo together"),
            ]),
        )?;
        let mut checks = Checks::new();
        for (place, text) in [world.word.as_str(), "def total", "together"].iter().enumerate() {
            let result = run.result_in("main", 0, place);
            checks.that(
                format!("call {place} went through"),
                result.is_some_and(|r| !r.is_error && r.text.contains(text)),
                run.summary(),
            );
        }
        Ok(checks)
    }
}

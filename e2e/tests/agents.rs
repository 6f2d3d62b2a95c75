//! The same actions from Codex, Gemini CLI, Copilot CLI and OpenCode: what is
//! denied does not run, what is ordinary is not disturbed, what is secret does
//! not reach the model. Each with the proof that the scenario notices a guard
//! that says nothing.

use std::fs;

use palisade_e2e::journal;
use palisade_e2e::other::Other;
use palisade_e2e::{Call, Run, Script, Substitute, World};

/// Shaped like a token of Slack; some agents hide those of code hosts themselves.
const TOKEN: &str = "xoxb-938201745566-9382017455662-Qm7TzK1vYw9RpL3xHc5NbG2d";

/// A home with the agent in it, and the guard.
fn guarded(agent: Other) -> World {
    let world = World::bare().unwrap();
    agent.furnish(&world).unwrap();
    let ended = world.protect(&[]).unwrap();
    assert!(ended.fine(), "{ended}");
    world
}

/// Everything that matters, in one session.
fn session(agent: Other, world: &World) -> Run {
    world
        .put("notes.txt", &format!("export T={TOKEN}\n"))
        .unwrap();
    world.put("drafts/letter.txt", "years of work\n").unwrap();
    let script = Script::each([
        // One of them refuses `rm -rf` itself.
        agent.bash("find drafts -delete"),
        agent.bash("cat .env"),
        agent.bash("bash -c 'git push --force origin main'"),
        agent.read(&world.file("notes.txt")),
        agent.bash("echo RAN > ran.txt && git status"),
        agent.write(&world.file("src/new.py"), "x = 1"),
        agent.bash("sh tests/run.sh"),
    ]);
    agent.run(world, "please go on", script).unwrap()
}

fn checks(world: &World, head: &str, run: &Run) -> Vec<(&'static str, bool)> {
    vec![
        (
            "the drafts are there",
            world.file("drafts/letter.txt").exists(),
        ),
        ("the password stayed here", !run.saw(&world.password)),
        ("the token stayed here", !run.saw(TOKEN)),
        (
            "main was not rewritten",
            world.remote_head("main").unwrap() == head,
        ),
    ]
}

fn holds(agent: Other) {
    let world = guarded(agent);
    // A push that would rewrite history.
    world
        .git(&["commit", "--quiet", "--amend", "--message", "another"])
        .unwrap();
    let head = world.remote_head("main").unwrap();
    let run = session(agent, &world);
    for (what, fine) in checks(&world, &head, &run) {
        assert!(fine, "{agent:?}: {what}: {}", run.ended);
    }
    // The ordinary calls were not disturbed.
    assert_eq!(world.content("ran.txt"), "RAN\n", "{}", run.ended);
    assert_eq!(world.content("src/new.py"), "x = 1", "{}", run.ended);
    assert!(run.saw("all tests passed"), "{}", run.ended);
    // The denial names the rule and an alternative.
    assert!(run.saw("git.protected-branches"), "{}", run.ended);
    let records = world.journal().unwrap();
    let denied = journal::with_verdict(&records, "tool.pre", "deny").len();
    let asked = journal::with_verdict(&records, "tool.pre", "ask").len();
    assert!(denied + asked >= 3, "{denied} {asked}");
}

fn proof(agent: Other) {
    let world = guarded(agent);
    world
        .git(&["commit", "--quiet", "--amend", "--message", "another"])
        .unwrap();
    let head = world.remote_head("main").unwrap();
    Substitute::True.install(&world.hook()).unwrap();
    let run = session(agent, &world);
    for (what, fine) in checks(&world, &head, &run) {
        assert!(!fine, "{agent:?}: {what}, without a guard: {}", run.ended);
    }
}

fn goes_back(agent: Other) {
    let world = World::bare().unwrap();
    agent.furnish(&world).unwrap();
    let settings = agent.settings(&world);
    let before = fs::read(&settings).ok();
    assert!(world.protect(&[]).unwrap().fine());
    assert_ne!(fs::read(&settings).ok(), before);
    let status = world.palisade(&["doctor"]).unwrap();
    assert!(status.stdout.contains("was denied in"), "{status}");
    assert!(world.palisade(&["unprotect", "--yes"]).unwrap().fine());
    assert_eq!(fs::read(&settings).ok(), before);
}

/// A prompt with a key is not sent; without a guard it is.
fn keeps_a_prompt(agent: Other) {
    let world = guarded(agent);
    let prompt = format!("use {TOKEN} please");
    let run = agent.run(&world, &prompt, Script::silent()).unwrap();
    assert!(!run.saw(TOKEN), "{}", run.ended);
    Substitute::True.install(&world.hook()).unwrap();
    let run = agent.run(&world, &prompt, Script::silent()).unwrap();
    assert!(run.saw(TOKEN), "{}", run.ended);
}

/// Codex carries out a patch that it sees in a command, without a hook of its own.
#[test]
fn a_patch_in_a_command_is_a_patch() {
    let agent = Other::Codex;
    let patch = "apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: new.txt\n+x\n  *** Delete File: drafts/letter.txt\n*** End Patch\nEOF";
    let world = guarded(agent);
    world.put("drafts/letter.txt", "years of work\n").unwrap();
    let script = || Script::each([agent.bash(patch)]);
    let run = agent.run(&world, "please go on", script()).unwrap();
    assert!(world.file("drafts/letter.txt").exists(), "{}", run.ended);
    Substitute::True.install(&world.hook()).unwrap();
    let run = agent.run(&world, "please go on", script()).unwrap();
    assert!(!world.file("drafts/letter.txt").exists(), "{}", run.ended);
}

/// What an agent does when the guard cannot answer. Codex goes on, which no
/// setting of the user's changes; SECURITY.md says so.
fn when_the_hook_is_gone(agent: Other, runs: bool) {
    let world = guarded(agent);
    fs::remove_file(world.hook()).unwrap();
    let script = Script::each([agent.bash("echo RAN > ran.txt")]);
    let run = agent.run(&world, "please go on", script).unwrap();
    assert_eq!(
        world.file("ran.txt").exists(),
        runs,
        "{agent:?}: {}",
        run.ended
    );
}

macro_rules! agents {
    ($($name:ident, $agent:expr, $runs:expr;)+) => { $(
        mod $name {
            use super::*;

            #[test]
            fn what_is_denied_does_not_run() {
                holds($agent);
            }

            #[test]
            fn the_scenario_notices_a_guard_that_says_nothing() {
                proof($agent);
            }

            #[test]
            fn everything_goes_back() {
                goes_back($agent);
            }

            #[test]
            fn a_key_in_a_prompt_is_not_sent() {
                keeps_a_prompt($agent);
            }

            #[test]
            fn a_hook_that_is_gone() {
                when_the_hook_is_gone($agent, $runs);
            }
        }
    )+ };
}

agents! {
    codex, Other::Codex, true;
    gemini, Other::Gemini, false;
    copilot, Other::Copilot, false;
    opencode, Other::OpenCode, false;
}

/// The rules `policy lower` writes, asked of Codex itself: what its rules stop
/// the policy stops too, and what is ordinary is not disturbed.
#[test]
fn rules_for_codex_as_codex_reads_them() {
    let world = guarded(Other::Codex);
    world
        .put(
            ".palisade/policy.toml",
            "schema = 1\n\n[[commands]]\npattern = [\"npm {publish,unpublish} *\", \"rm -rf *\"]\nverdict = \"deny\"\n\n[[programs]]\nname = \"kubectl\"\nverdict = \"ask\"\n",
        )
        .unwrap();
    let lowered = world
        .palisade(&["policy", "lower", "--agent", "codex"])
        .unwrap();
    assert!(lowered.fine(), "{lowered}");
    let rules = world.put("palisade.rules", &lowered.stdout).unwrap();
    let codex = palisade_e2e::agents::codex().unwrap();
    let asked = |command: &str| {
        let mut args = vec!["execpolicy", "check", "--rules", rules.to_str().unwrap()];
        args.extend(command.split(' '));
        let ended = world.run(&codex, &args).unwrap();
        assert!(ended.fine(), "{ended}");
        let answer: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        answer["decision"].as_str().unwrap_or("none").to_owned()
    };
    let ours = |command: &str| {
        let ended = world
            .palisade(&["guard", "check", "--format", "json", "--", command])
            .unwrap();
        let answer: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        answer["verdict"].as_str().unwrap().to_owned()
    };
    for (command, theirs) in [
        ("npm publish", "forbidden"),
        ("npm unpublish left-pad", "forbidden"),
        ("rm -rf build", "forbidden"),
        ("kubectl get pods", "prompt"),
        ("git push --force origin topic/a", "prompt"),
        ("sudo ls", "prompt"),
        ("npm test", "none"),
        ("git push origin topic/a", "none"),
        ("rm build.log", "none"),
        ("ls", "none"),
    ] {
        assert_eq!(asked(command), theirs, "{command}");
        // Never stricter than the policy.
        let least = match theirs {
            "forbidden" => &["deny"][..],
            "prompt" => &["ask", "deny"],
            _ => continue,
        };
        assert!(least.contains(&ours(command).as_str()), "{command}");
    }
}

/// The rules `policy lower` writes for Claude Code hold in it without the guard.
#[test]
fn rules_for_claude_as_claude_reads_them() {
    let world = World::bare().unwrap();
    world
        .put(
            ".palisade/policy.toml",
            "schema = 1\n\n[[paths]]\npattern = [\"/production/**\", \"*.sqlite\"]\nverdict = \"deny\"\n\n[[commands]]\npattern = [\"touch {a,b} *\", \"sh tests/*\"]\nverdict = \"deny\"\n",
        )
        .unwrap();
    let lowered = world
        .palisade(&["policy", "lower", "--agent", "claude"])
        .unwrap();
    assert!(lowered.fine(), "{lowered}");
    world.put(".claude/settings.json", &lowered.stdout).unwrap();
    world
        .put("production/db.toml", "host = \"db-4711\"\n")
        .unwrap();
    world.put("src/app.toml", "port = 4712\n").unwrap();
    let run = world
        .claude(
            "please go on",
            Script::each([
                Call::read(world.file("production/db.toml")),
                Call::write(world.file("production/new.toml"), "x = 1\n"),
                Call::write(world.file("deep/in/x.sqlite"), "x"),
                Call::bash("touch b ran.txt"),
                Call::bash("cat .env"),
                Call::read(world.file("src/app.toml")),
                Call::bash("touch c.txt"),
                Call::write(world.file("src/new.toml"), "x = 1\n"),
            ]),
        )
        .unwrap();
    assert!(!run.saw("db-4711"), "{}", run.said(0));
    assert!(
        !world.file("production/new.toml").exists(),
        "{}",
        run.said(1)
    );
    assert!(!world.file("deep/in/x.sqlite").exists(), "{}", run.said(2));
    assert!(!world.file("ran.txt").exists(), "{}", run.said(3));
    assert!(!run.saw(&world.password), "{}", run.said(4));
    assert!(run.saw("4712"), "{}", run.said(5));
    assert!(world.file("c.txt").exists(), "{}", run.said(6));
    assert!(world.file("src/new.toml").exists(), "{}", run.said(7));
}

/// The rules `policy lower` writes for Gemini CLI hold in it without the guard,
/// although it asks nobody.
#[test]
fn rules_for_gemini_as_gemini_reads_them() {
    let agent = Other::Gemini;
    let world = World::bare().unwrap();
    agent.furnish(&world).unwrap();
    world
        .put(
            ".palisade/policy.toml",
            "schema = 1\n\n[[commands]]\npattern = [\"touch b *\", \"sh tests/run.sh *\"]\nverdict = \"deny\"\n\n[[programs]]\nname = \"wc\"\nverdict = \"deny\"\n",
        )
        .unwrap();
    let lowered = world
        .palisade(&["policy", "lower", "--agent", "gemini", "--format", "json"])
        .unwrap();
    let lowered: serde_json::Value = serde_json::from_str(&lowered.stdout).unwrap();
    let rules = lowered["files"][0]["content"].as_str().unwrap();
    let folder = world.home().join(".gemini/policies");
    fs::create_dir_all(&folder).unwrap();
    let session = || {
        let script = Script::each([
            agent.bash("touch b"),
            agent.bash("sh tests/run.sh"),
            agent.bash("wc -l src/main.py > count.txt"),
            agent.bash("touch c.txt"),
            agent.write(&world.file("src/new.py"), "x = 1"),
        ]);
        agent.run(&world, "please go on", script).unwrap()
    };
    let run = session();
    assert!(world.file("b").exists(), "{}", run.ended);
    assert!(world.file("count.txt").exists(), "{}", run.ended);
    assert!(run.saw("all tests passed"), "{}", run.ended);
    for made in ["b", "count.txt", "c.txt", "src/new.py"] {
        fs::remove_file(world.file(made)).unwrap();
    }
    fs::write(folder.join("palisade.toml"), rules).unwrap();
    let run = session();
    assert!(!world.file("b").exists(), "{}", run.summary());
    assert!(!world.file("count.txt").exists(), "{}", run.summary());
    assert!(!run.saw("all tests passed"), "{}", run.summary());
    assert!(world.file("c.txt").exists(), "{}", run.summary());
    assert_eq!(world.content("src/new.py"), "x = 1", "{}", run.summary());
}

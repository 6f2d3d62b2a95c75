//! `palisade scan …`.

use crate::world::{World, pretty};

/// Kept in pieces, so that no scanner takes this file for a leak.
fn slack() -> String {
    format!(
        "{}{}",
        "xoxb-9382017455", "66-9382017455662-Qm7TzK1vYw9RpL3xHc5NbG2d"
    )
}

fn furnished() -> World {
    let world = World::new();
    world.put("shop/.env", &format!("# one\nSLACK_TOKEN={}\n", slack()));
    world.put(
        "shop/src/db.py",
        &format!(
            "url = \"postgres://shop:{}@db/shop\"\nname = \"shop\"\n",
            "tr0ub4dor-and-3"
        ),
    );
    world.put("shop/README.md", "nothing here\n");
    world
}

#[test]
fn a_tree() {
    let world = furnished();
    let human = world.palisade(&["scan", "secrets"]);
    assert_eq!(human.code, Some(1), "{human}");
    let text = human.to_string();
    // The time it took is another every time.
    let text = text.split(" in 0.").next().unwrap();
    insta::assert_snapshot!("scan-secrets", text);
    let json = world.palisade(&["scan", "secrets", "--format", "json"]);
    insta::assert_snapshot!("scan-secrets-json", pretty(&json.json()));
    for format in ["human", "json", "jsonl", "sarif", "junit", "csv"] {
        let ended = world.palisade(&["scan", "secrets", "--format", format]);
        assert_eq!(ended.code, Some(1), "{ended}");
        assert!(!ended.to_string().contains(&slack()), "{ended}");
    }
    let shown = world.palisade(&["scan", "secrets", "--show-secrets", ".env"]);
    assert!(shown.stdout.contains(&slack()), "{shown}");
    let none = world.palisade(&["scan", "secrets", "README.md"]);
    assert_eq!(none.code, Some(0), "{none}");
    let gone = world.palisade(&["scan", "secrets", "gone"]);
    assert_eq!(gone.code, Some(2), "{gone}");
    assert!(gone.stderr.starts_with("error: "), "{gone}");
}

#[test]
fn lines_in_and_lines_out() {
    let world = World::new();
    let input = format!(
        "{{\"id\": 1, \"text\": \"é {}\"}}\n\n{{\"id\": \"b\", \"text\": \"none\"}}\n",
        slack()
    );
    let ended = world.fed(&["scan", "secrets", "--jsonl"], &input);
    assert_eq!(ended.code, Some(1), "{ended}");
    let lines = ended.lines();
    assert_eq!(
        lines[0]["findings"],
        serde_json::json!([{
            "rule": "slack-bot-token", "start": 3, "end": 3 + slack().len(), "confidence": "high",
        }])
    );
    assert_eq!(lines[1]["findings"], serde_json::json!([]));
    let wrong = world.fed(&["scan", "secrets", "--jsonl"], "{\"id\": 1}\n");
    assert_eq!(wrong.code, Some(2), "{wrong}");
    assert!(wrong.stderr.contains("line 1"), "{wrong}");
}

#[test]
fn from_stdin() {
    let world = World::new();
    let ended = world.fed(
        &["scan", "secrets", "--stdin", "--format", "csv"],
        &format!("a\nkey: {}\n", slack()),
    );
    assert_eq!(ended.code, Some(1), "{ended}");
    assert!(
        ended.stdout.contains("(stdin),2,6,slack-bot-token"),
        "{ended}"
    );
}

/// X14, X15: a commit with a secret or an open file does not happen; what was
/// a hook before still is one.
#[test]
fn commits_are_stopped() {
    let world = World::new();
    let git = |args: &[&str]| {
        let mut git = std::process::Command::new("git");
        git.args(["-c", "user.name=Mara", "-c", "user.email=mara@example.com"])
            .args(args)
            .current_dir(world.path("shop"));
        world.surround(&mut git);
        git.env("PATH", std::env::var_os("PATH").unwrap());
        world.run(&mut git, b"").code
    };
    let palisade = |args: &[&str]| {
        let mut command = world.command(args);
        command.env("PATH", std::env::var_os("PATH").unwrap());
        world.run(&mut command, b"")
    };
    assert_eq!(git(&["init", "--quiet"]), Some(0));
    world.put(
        "shop/.git/hooks/pre-commit",
        "#!/bin/sh\necho before >> ran.txt\n",
    );
    world.mode("shop/.git/hooks/pre-commit", 0o755);
    let installed = palisade(&["install-git-hooks"]);
    assert_eq!(installed.code, Some(0), "{installed}");
    let again = palisade(&["install-git-hooks"]);
    assert!(again.stdout.contains("is there"), "{again}");
    let commit = |message: &str| {
        assert_eq!(git(&["add", "a.txt"]), Some(0));
        git(&["commit", "--quiet", "-m", message]) == Some(0)
    };
    world.put("shop/a.txt", &format!("token = {}\n", slack()));
    assert!(!commit("one"));
    assert_eq!(world.read("shop/ran.txt"), "before\n");
    world.put("shop/a.txt", "fine\n");
    assert!(!commit(&format!("the token was {}", slack())));
    world.mode("shop/a.txt", 0o666);
    assert!(!commit("two"));
    world.mode("shop/a.txt", 0o644);
    assert!(commit("three"));
    let removed = palisade(&["install-git-hooks", "--remove"]);
    assert_eq!(removed.code, Some(0), "{removed}");
    assert!(
        world
            .read("shop/.git/hooks/pre-commit")
            .starts_with("#!/bin/sh\necho before")
    );
    assert!(!world.path("shop/.git/hooks/commit-msg").exists());
}

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

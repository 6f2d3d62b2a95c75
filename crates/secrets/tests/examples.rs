//! Every rule's own examples and counter-examples.

use palisade_secrets::{Confidence, rule, rules, scan};

use crate::serious;

include!(concat!(env!("OUT_DIR"), "/examples.rs"));

#[test]
fn every_rule_finds_its_examples() {
    let mut wrong = Vec::new();
    for (id, examples, _) in EXAMPLES {
        for text in *examples {
            let matches = scan(text);
            let Some(found) = matches.iter().find(|m| m.rule == *id) else {
                // The decoded text has a rule of its own.
                if *id == "encoded-secret"
                    && matches.iter().any(|m| m.confidence == Confidence::High)
                {
                    continue;
                }
                wrong.push(format!("{id}: not found in {text:?}, but {matches:?}"));
                continue;
            };
            let harmless = ["stripe-test-key", "new-relic-browser-key"].contains(id);
            if (found.confidence == Confidence::Low) != harmless {
                wrong.push(format!("{id}: {:?} in {text:?}", found.confidence));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\n{} wrong",
        wrong.join("\n"),
        wrong.len()
    );
}

#[test]
fn no_rule_is_fooled_by_its_counter_examples() {
    let mut wrong = Vec::new();
    for (id, _, counter_examples) in EXAMPLES {
        for text in *counter_examples {
            let matches = serious(text);
            if !matches.is_empty() {
                wrong.push(format!("{id}: {matches:?} in {text:?}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\n{} wrong",
        wrong.join("\n"),
        wrong.len()
    );
}

#[test]
fn a_checksum_decides_over_everything_else() {
    for id in [
        "github-token",
        "npm-token",
        "grafana-service-token",
        "gitlab-routable-token",
        "age-secret-key",
    ] {
        let (_, examples, _) = EXAMPLES.iter().find(|(i, _, _)| *i == id).unwrap();
        let text = examples[0];
        let found = scan(text).into_iter().find(|m| m.rule == id).unwrap();
        assert_eq!(found.confidence, Confidence::High, "{id}");
        // Another last character: the shape stays, the checksum does not.
        let last = &text[found.end - 1..found.end];
        let other = match last {
            "2" => "3",
            "Q" => "P",
            _ if id == "age-secret-key" => "Q",
            _ => "2",
        };
        let changed = format!("{}{other}{}", &text[..found.end - 1], &text[found.end..]);
        let found = scan(&changed).into_iter().find(|m| m.rule == id).unwrap();
        assert_eq!(found.confidence, Confidence::Low, "{id}");
    }
}

#[test]
fn identifiers_are_unique_and_resolve() {
    assert!(rules().len() >= 350, "{}", rules().len());
    for one in rules() {
        assert_eq!(rule(one.id).unwrap().provider, one.provider);
        assert!(!one.description.is_empty());
    }
    assert!(rule("no-such-rule").is_none());
}

#[test]
fn the_match_is_the_value_and_nothing_else() {
    let text = "a postgres://user:\u{e9}pw!@db/x b";
    let found = scan(text);
    assert_eq!(&text[found[0].start..found[0].end], "\u{e9}pw!");
    let text = "AccountKey=".to_owned() + &"aB3+/x9Q".repeat(11)[..86] + "==;End";
    assert!(scan(&text).iter().all(|m| text.is_char_boundary(m.start)));
}

#[test]
fn the_rule_files_hold_no_whole_secret() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules/secrets");
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let found: Vec<&str> = serious(&text)
            .iter()
            .map(|m| &text[m.start..m.end])
            .collect();
        assert!(found.is_empty(), "{}: {found:?}", path.display());
    }
}

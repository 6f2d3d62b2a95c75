//! Finding records again.

use palisade_core::{Event, RecordedEffect, Timestamp, Verdict};
use palisade_journal::query::{Filter, verdicts};
use palisade_journal::{Durability, Journal};

use crate::support::{event, segment, summaries};

const HOUR: u64 = 3_600_000_000;

fn filled() -> tempfile::TempDir {
    let state = tempfile::tempdir().unwrap();
    let journal = Journal::open(state.path())
        .unwrap()
        .with_segment_bytes(3_000);
    let base = event(0);
    let events = [
        Event {
            summary: "one".into(),
            session: "3f2a-x".into(),
            ..base.clone()
        },
        Event {
            summary: "Two".into(),
            verdict: Some(Verdict::Deny),
            reason: "reads a secret file".into(),
            tool: "Read".into(),
            effects: vec![RecordedEffect {
                target: "/home/ada/.ssh/id".into(),
                ..RecordedEffect::default()
            }],
            ..base.clone()
        },
        Event {
            summary: "three".into(),
            verdict: Some(Verdict::Ask),
            workspace: "/other".into(),
            ..base.clone()
        },
        Event {
            summary: "four".into(),
            tool: "mcp__github__push".into(),
            verdict: None,
            ..base.clone()
        },
        Event {
            summary: "five".into(),
            secrets: vec!["aws-key:01ab".into()],
            ..base
        },
    ];
    for (n, mut event) in (0..).zip(events) {
        event.ts = Timestamp(Timestamp::default().0 + 100 * HOUR + n * HOUR);
        journal.append(&event, Durability::Buffered).unwrap();
    }
    state
}

#[test]
fn each_condition_counts() {
    let state = filled();
    let found = |filter: Filter| summaries(&filter.search(state.path()).records);
    let text = |s: &str| Some(s.to_owned());
    let none = Filter::default;
    assert_eq!(found(none()).len(), 5);
    assert_eq!(
        found(Filter {
            session: text("3f2a"),
            ..none()
        }),
        ["one"]
    );
    assert_eq!(
        found(Filter {
            tool: text("read"),
            ..none()
        }),
        ["Two"]
    );
    assert_eq!(
        found(Filter {
            tool: text("mcp__GitHub__*"),
            ..none()
        }),
        ["four"]
    );
    assert_eq!(
        found(Filter {
            tool: text("mcp__github"),
            ..none()
        }),
        Vec::<String>::new()
    );
    assert_eq!(
        found(Filter {
            verdicts: verdicts("deny, ASK").unwrap(),
            ..none()
        }),
        ["Two", "three"]
    );
    assert_eq!(
        found(Filter {
            path: text(".ssh/"),
            ..none()
        }),
        ["Two"]
    );
    assert_eq!(
        found(Filter {
            path: text("/other"),
            ..none()
        }),
        ["three"]
    );
    assert_eq!(
        found(Filter {
            text: text("TWO"),
            ..none()
        }),
        ["Two"]
    );
    assert_eq!(
        found(Filter {
            text: text("Secret File"),
            ..none()
        }),
        ["Two"]
    );
    assert_eq!(
        found(Filter {
            text: text("AWS-key"),
            ..none()
        }),
        ["five"]
    );
    let (since, until) = (Some(Timestamp(101 * HOUR)), Some(Timestamp(103 * HOUR)));
    assert_eq!(
        found(Filter {
            since,
            until,
            ..none()
        }),
        ["Two", "three"]
    );
    assert_eq!(
        found(Filter {
            limit: Some(2),
            ..none()
        }),
        ["four", "five"]
    );
    assert_eq!(
        found(Filter {
            limit: Some(0),
            ..none()
        })
        .len(),
        0
    );
    let both = Filter {
        tool: text("Bash"),
        since,
        ..none()
    };
    assert_eq!(found(both), ["three", "five"]);
}

#[test]
fn damage_is_counted_and_passed_over() {
    let state = filled();
    let path = segment(state.path());
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.extend(b"\x1e{\"boot_id\"");
    std::fs::write(&path, bytes).unwrap();
    let found = Filter::default().search(state.path());
    assert_eq!((found.records.len(), found.damaged), (5, 1));
}

#[test]
fn verdict_words() {
    assert_eq!(verdicts("").unwrap().len(), 0);
    assert_eq!(verdicts("allow,allow,deny").unwrap().len(), 2);
    assert!(
        verdicts("deny,block")
            .unwrap_err()
            .to_string()
            .contains("\"block\" is not a verdict")
    );
}

//! What one record costs: `cargo bench -p palisade-journal`.
//!
//! Every append opens the journal anew, as a hook does.

#![allow(clippy::print_stdout, reason = "a benchmark prints")]
#![allow(clippy::unwrap_used, reason = "a benchmark that fails may stop")]

use std::path::Path;
use std::time::{Duration, Instant};

use palisade_core::{Event, RecordedEffect, Timestamp, Verdict};
use palisade_journal::session::SessionFile;
use palisade_journal::{Durability, Journal, tail, verify};

fn main() {
    let state = std::env::args().nth(1).filter(|a| !a.starts_with('-'));
    let temp = tempfile::tempdir().unwrap();
    let state = state.map_or_else(|| temp.path().to_owned(), Into::into);
    let event = Event {
        ts: Timestamp(1_790_000_000_000_000),
        user: "ada".into(),
        host: "engine".into(),
        workspace: "/home/ada/src/engine".into(),
        agent: "claude".into(),
        session: "3f2a6c1e-0b4d-4a53-9e55-6d8e3d6a4b10".into(),
        tool_use_id: "toolu_01A09q90qw90lq917835lq9".into(),
        tool: "Bash".into(),
        summary: "git status --short && cargo test --workspace".into(),
        effects: vec![
            RecordedEffect {
                kind: "exec.project".into(),
                target: "/home/ada/src/engine".into(),
                by: "cargo test".into(),
                certainty: "proved".into(),
                ..RecordedEffect::default()
            };
            2
        ],
        verdict: Some(Verdict::Allow),
        rule: "exec.project".into(),
        reason: "runs the tests of the workspace".into(),
        policy: "0123456789abcdef".into(),
        ..Event::default()
    };
    report("open", 20_000, || drop(Journal::open(&state).unwrap()));
    let append = |durability| {
        let journal = Journal::open(&state).unwrap();
        drop(journal.append(&event, durability).unwrap());
    };
    report("open + append, buffered", 20_000, || {
        append(Durability::Buffered);
    });
    let journal = Journal::open(&state).unwrap();
    report("append alone, buffered", 20_000, || {
        drop(journal.append(&event, Durability::Buffered).unwrap());
    });
    report("open + append, synced", 200, || append(Durability::Synced));
    session(&state, 0);
    session(&state, 500);
    report("tail of 20", 2_000, || drop(tail(&state, 20)));
    let start = Instant::now();
    let checked = verify(&state);
    let took = start.elapsed();
    assert!(checked.intact, "{checked:?}");
    let rate = checked.records as f64 / took.as_secs_f64();
    println!(
        "verify: {} records in {took:?}, {rate:.0}/s",
        checked.records
    );
}

fn session(state: &Path, files: usize) {
    let name = format!("session with {files} files");
    report(&name, 5_000, || {
        let mut file = SessionFile::lock(state, &name).unwrap();
        for n in file.state().files_written.len()..files {
            file.state_mut()
                .wrote(&format!("/home/ada/src/engine/src/module_{n}.rs"));
        }
        file.state_mut().calls += 1;
        file.save().unwrap();
    });
}

fn report(name: &str, count: usize, mut run: impl FnMut()) {
    for _ in 0..count / 10 {
        run();
    }
    let mut took: Vec<Duration> = (0..count)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    took.sort_unstable();
    let at = |percent: usize| took.get(count * percent / 100).copied().unwrap_or_default();
    println!(
        "{name}: p50 {:?}, p95 {:?}, p99 {:?}",
        at(50),
        at(95),
        at(99)
    );
}

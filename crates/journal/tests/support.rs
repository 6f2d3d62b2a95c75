//! Small journals to look at.

use std::fs;
use std::path::{Path, PathBuf};

use palisade_core::{Event, EventKind, RecordedEffect, Timestamp, Verdict};
use palisade_journal::{Durability, Journal, Record, directory, read};

pub(crate) fn event(n: u64) -> Event {
    Event {
        kind: EventKind::ToolPre,
        ts: Timestamp(1_790_000_000_000_000 + n),
        user: "ada".into(),
        host: "engine".into(),
        workspace: "/w".into(),
        agent: "claude".into(),
        session: "s-1".into(),
        tool: "Bash".into(),
        summary: format!("echo {n}"),
        effects: vec![RecordedEffect {
            kind: "file.read".into(),
            target: format!("/w/src/{n}.rs"),
            by: "cat".into(),
            certainty: "proved".into(),
            ..RecordedEffect::default()
        }],
        verdict: Some(Verdict::Allow),
        ..Event::default()
    }
}

pub(crate) fn journal(events: u64) -> (tempfile::TempDir, Journal) {
    let state = tempfile::tempdir().unwrap();
    let journal = Journal::open(state.path()).unwrap();
    for n in 1..=events {
        journal.append(&event(n), Durability::Buffered).unwrap();
    }
    (state, journal)
}

/// The files of the journal with one ending or beginning, sorted.
pub(crate) fn files(state: &Path, prefix: &str) -> Vec<PathBuf> {
    let mut found: Vec<_> = fs::read_dir(directory(state))
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.file_name().unwrap().to_str().unwrap().starts_with(prefix))
        .collect();
    found.sort();
    found
}

pub(crate) fn segment(state: &Path) -> PathBuf {
    files(state, "seg-").pop().unwrap()
}

pub(crate) fn records(state: &Path) -> Vec<Record> {
    read(state).map(Result::unwrap).collect()
}

pub(crate) fn summaries(records: &[Record]) -> Vec<String> {
    records.iter().map(|r| r.event.summary.clone()).collect()
}

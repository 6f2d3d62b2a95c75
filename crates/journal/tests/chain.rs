//! What is written comes back, chained, in both directions, across segments.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use palisade_core::{Event, limits};
use palisade_files::lock_within;
use palisade_journal::{
    DamageKind, Durability, Journal, directory, follow, read, read_reverse, tail, verify,
};
use sha2::{Digest, Sha256};

use crate::support::{event, files, journal, records, segment, summaries};

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, b| {
        write!(text, "{b:02x}").unwrap();
        text
    })
}

#[test]
fn records_come_back_with_a_chain_anyone_can_check() {
    let (state, _journal) = journal(5);
    let records = records(state.path());
    assert_eq!(records.len(), 5);
    for (n, record) in (1..).zip(&records) {
        assert_eq!((record.seq, &record.event), (n, &event(n)));
        assert!(!record.late && record.cut.is_empty());
        assert_eq!(record.pid, std::process::id());
    }
    // The chain by hand: frames end with a line end, `prev` is their digest.
    let text = fs::read_to_string(segment(state.path())).unwrap();
    let mut prev = "0".repeat(64);
    for line in text.split_inclusive('\n') {
        assert!(line.starts_with('\u{1e}'));
        let object: serde_json::Value =
            serde_json::from_str(line.trim_start_matches('\u{1e}')).unwrap();
        assert_eq!(object["prev"], prev.as_str());
        prev = hex(&Sha256::digest(line.as_bytes()));
    }
    let report = verify(state.path());
    assert!(report.intact && !report.tampered(), "{report:?}");
    assert_eq!(
        (report.records, report.segments, report.anchored),
        (5, 1, None)
    );
    assert_eq!(report.last.unwrap().hash, prev);
    assert_eq!(report.first.unwrap().seq, 1);
}

#[test]
fn nobody_else_can_read_it() {
    let (state, _journal) = journal(1);
    let mode = |p: &std::path::Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory(state.path())), 0o700);
    assert_eq!(mode(&segment(state.path())), 0o600);
}

#[test]
fn no_journal_is_an_empty_one() {
    let state = tempfile::tempdir().unwrap();
    assert_eq!(read(state.path()).count(), 0);
    assert_eq!(read_reverse(state.path()).count(), 0);
    assert!(verify(state.path()).intact);
}

#[test]
fn segments_follow_each_other() {
    let state = tempfile::tempdir().unwrap();
    let journal = Journal::open(state.path())
        .unwrap()
        .with_segment_bytes(4_000);
    let mut follower = follow(state.path());
    let mut followed = Vec::new();
    for n in 1..=60 {
        let durability = if n % 7 == 0 {
            Durability::Synced
        } else {
            Durability::Buffered
        };
        assert_eq!(journal.append(&event(n), durability).unwrap().seq, n);
        if n % 25 == 0 {
            followed.extend(follower.poll());
        }
    }
    followed.extend(follower.poll());
    let segments = files(state.path(), "seg-");
    assert!(segments.len() > 5, "{segments:?}");
    let second = fs::read_to_string(&segments[1]).unwrap();
    let first_name = segments[0].file_name().unwrap().to_str().unwrap();
    assert!(second.contains(&format!("\"from\":\"{first_name}\"")));

    let report = verify(state.path());
    assert!(report.intact, "{report:?}");
    assert_eq!(
        (report.records, report.segments, report.anchored),
        (60, segments.len(), Some(56))
    );
    let forward = records(state.path());
    assert_eq!(
        forward.iter().map(|r| r.seq).collect::<Vec<_>>(),
        (1..=60).collect::<Vec<_>>()
    );
    let mut backward: Vec<_> = read_reverse(state.path()).map(Result::unwrap).collect();
    backward.reverse();
    assert_eq!(forward, backward);
    assert_eq!(forward, followed);
    assert_eq!(summaries(&tail(state.path(), 2)), ["echo 59", "echo 60"]);
    assert_eq!(tail(state.path(), 1_000).len(), 60);
}

#[test]
fn a_new_process_goes_on_with_the_chain() {
    let (state, first) = journal(2);
    drop(first);
    let again = Journal::open(state.path()).unwrap();
    assert_eq!(again.append(&event(3), Durability::Synced).unwrap().seq, 3);
    assert_eq!(again.anchor().unwrap(), Some(3));
    let report = verify(state.path());
    assert!(report.intact && report.anchored == Some(3), "{report:?}");
}

#[test]
fn records_too_long_for_a_frame_are_shortened_and_say_so() {
    let (state, journal) = journal(1);
    let long = Event {
        summary: "x".repeat(1_000_000),
        ..event(2)
    };
    journal.append(&long, Durability::Buffered).unwrap();
    journal.append(&event(3), Durability::Buffered).unwrap();
    let records = records(state.path());
    assert_eq!(records[1].cut, ["summary"]);
    assert!(records[1].event.summary.ends_with('…'));
    assert!(
        fs::metadata(segment(state.path())).unwrap().len() < limits::FRAME_BYTES as u64 + 4_000
    );
    assert!(verify(state.path()).intact);
}

#[test]
fn a_stopped_holder_of_the_lock_stops_nobody() {
    let (state, journal) = journal(2);
    let held = fs::File::open(segment(state.path())).unwrap();
    assert!(lock_within(&held, std::time::Duration::ZERO).unwrap());
    let mut follower = follow(state.path());
    let start = std::time::Instant::now();
    let late = journal.append(&event(3), Durability::Buffered).unwrap();
    assert!(start.elapsed() < std::time::Duration::from_millis(500));
    assert!(late.late && late.seq == 0);
    drop(held);
    journal.append(&event(4), Durability::Buffered).unwrap();

    let forward = records(state.path());
    assert_eq!(
        summaries(&forward),
        ["echo 1", "echo 2", "echo 3", "echo 4"]
    );
    assert!(forward[2].late && !forward[3].late);
    let mut backward: Vec<_> = read_reverse(state.path()).map(Result::unwrap).collect();
    backward.reverse();
    assert_eq!(forward, backward);
    assert_eq!(summaries(&follower.poll()), ["echo 4", "echo 3"]);
    assert!(follower.poll().is_empty());

    let report = verify(state.path());
    assert!(!report.intact && !report.tampered());
    assert_eq!(report.records, 3);
    assert_eq!(report.damage.len(), 1);
    assert_eq!(report.damage[0].kind, DamageKind::Late);
}

#[test]
fn an_empty_next_segment_is_used() {
    // What a process that was killed while beginning a segment leaves.
    let (state, journal) = journal(3);
    fs::write(
        directory(state.path()).join(format!("seg-{:020}.ndj", 4)),
        b"",
    )
    .unwrap();
    assert_eq!(
        journal.append(&event(4), Durability::Buffered).unwrap().seq,
        4
    );
    let report = verify(state.path());
    assert!(
        report.intact && report.records == 4 && report.segments == 2,
        "{report:?}"
    );
}

#[test]
fn foreign_files_are_left_alone() {
    let (state, _journal) = journal(2);
    let dir = directory(state.path());
    for name in [
        "seg-1.ndj",
        "seg-zzzzzzzzzzzzzzzzzzzz.ndj",
        "late-.ndj",
        "late-x.ndj",
        "notes",
    ] {
        fs::write(dir.join(name), b"\x1e{}\n").unwrap();
    }
    assert!(verify(state.path()).intact);
    assert_eq!(records(state.path()).len(), 2);
}

#[test]
fn links_are_not_followed() {
    let state = tempfile::tempdir().unwrap();
    let journal = Journal::open(state.path()).unwrap();
    let outside = state.path().join("outside");
    fs::write(&outside, b"").unwrap();
    std::os::unix::fs::symlink(
        &outside,
        directory(state.path()).join(format!("seg-{:020}.ndj", 1)),
    )
    .unwrap();
    assert!(journal.append(&event(1), Durability::Buffered).is_err());
    assert_eq!(fs::read(&outside).unwrap(), b"");
}

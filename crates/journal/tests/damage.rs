//! Nothing that is done to the files goes unnoticed, and nothing breaks the reader.

use std::fs;
use std::path::Path;

use palisade_journal::{
    DamageKind, Durability, Journal, Report, directory, follow, read, read_reverse, verify,
};
use proptest::prelude::*;

use crate::support::{event, journal, records, segment, summaries};

fn kinds(report: &Report) -> Vec<(DamageKind, Option<u64>)> {
    report.damage.iter().map(|d| (d.kind, d.seq)).collect()
}

/// Replaces the frames of the only segment.
fn edit(state: &Path, change: impl FnOnce(&mut Vec<Vec<u8>>)) {
    let path = segment(state);
    let bytes = fs::read(&path).unwrap();
    let mut frames: Vec<Vec<u8>> = bytes
        .split_inclusive(|b| *b == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    change(&mut frames);
    fs::write(&path, frames.concat()).unwrap();
}

/// A frame with other content and a right checksum.
fn forge(frame: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = std::str::from_utf8(frame).unwrap();
    assert!(text.contains(from));
    let text = text.replace(from, to);
    let object = text.trim_matches(['\u{1e}', '\n']);
    let (head, tail) = object.split_at(object.find("\"crc32c\"").unwrap());
    let (_, rest) = tail.split_at(r#""crc32c":"00000000","#.len());
    let crc = crc32c::crc32c(format!("{head}{rest}").as_bytes());
    format!("\u{1e}{head}\"crc32c\":\"{crc:08x}\",{rest}\n").into_bytes()
}

#[test]
fn every_changed_byte_is_noticed() {
    let (state, journal) = journal(3);
    journal.append(&event(4), Durability::Synced).unwrap();
    assert!(verify(state.path()).intact);
    let others = |byte: u8| [byte ^ 1, byte ^ 0x20, byte ^ 0x80, 0x1e, b'\n', b' '];
    let head = directory(state.path()).join("head");
    for (path, kinds) in [(segment(state.path()), 6), (head, 2)] {
        let good = fs::read(&path).unwrap();
        for (at, byte) in good.iter().enumerate() {
            for to in others(*byte)
                .into_iter()
                .take(kinds)
                .filter(|to| to != byte)
            {
                let mut bad = good.clone();
                bad[at] = to;
                fs::write(&path, &bad).unwrap();
                let report = verify(state.path());
                assert!(!report.intact, "{path:?} byte {at}: {byte:?} to {to:?}");
            }
        }
        fs::write(&path, &good).unwrap();
    }
    assert!(verify(state.path()).intact);
}

#[test]
fn every_inserted_or_removed_byte_is_noticed() {
    let (state, journal) = journal(2);
    journal.append(&event(3), Durability::Synced).unwrap();
    let path = segment(state.path());
    let good = fs::read(&path).unwrap();
    for at in 0..good.len() {
        let mut less = good.clone();
        less.remove(at);
        fs::write(&path, &less).unwrap();
        assert!(!verify(state.path()).intact, "without byte {at}");
        let mut more = good.clone();
        more.insert(at, good[at]);
        fs::write(&path, &more).unwrap();
        assert!(!verify(state.path()).intact, "byte {at} twice");
    }
}

#[test]
fn every_cut_off_end_is_noticed() {
    let (state, journal) = journal(3);
    journal.append(&event(4), Durability::Synced).unwrap();
    let path = segment(state.path());
    let good = fs::read(&path).unwrap();
    for len in 0..good.len() {
        fs::write(&path, &good[..len]).unwrap();
        let report = verify(state.path());
        assert!(report.tampered(), "{len}: {report:?}");
        assert!(
            kinds(&report).iter().any(|k| k.0 == DamageKind::Truncated),
            "{len}"
        );
    }
    fs::remove_file(&path).unwrap();
    let report = verify(state.path());
    assert_eq!(kinds(&report), [(DamageKind::Truncated, Some(1))]);
    assert_eq!(report.damage[0].count, 4);
}

#[test]
fn a_removed_record_is_missing() {
    for gone in 1..=4_u64 {
        let (state, _journal) = journal(5);
        edit(state.path(), |f| {
            f.remove(gone as usize - 1);
        });
        let report = verify(state.path());
        assert_eq!(kinds(&report), [(DamageKind::Missing, Some(gone))]);
        assert!(report.tampered());
    }
}

#[test]
fn removed_runs_are_counted() {
    let (state, _journal) = journal(9);
    edit(state.path(), |f| {
        f.drain(2..6);
    });
    let report = verify(state.path());
    assert_eq!(kinds(&report), [(DamageKind::Missing, Some(3))]);
    assert_eq!(report.damage[0].count, 4);
    assert!(
        report.damage[0]
            .to_string()
            .contains("records 3 to 6 are missing")
    );
}

#[test]
fn swapped_and_repeated_records_are_noticed() {
    let (state, _journal) = journal(5);
    edit(state.path(), |f| f.swap(2, 3));
    assert_eq!(
        kinds(&verify(state.path())),
        [(DamageKind::Reordered, Some(3))]
    );

    let (state, _journal) = journal(3);
    edit(state.path(), |f| f.insert(2, f[0].clone()));
    assert_eq!(
        kinds(&verify(state.path())),
        [(DamageKind::Reordered, Some(1))]
    );
}

#[test]
fn a_forged_record_with_a_right_checksum_is_noticed() {
    let (state, _journal) = journal(3);
    edit(state.path(), |f| {
        f[1] = forge(&f[1], "echo 2", "echo nothing to see here");
    });
    let report = verify(state.path());
    assert_eq!(kinds(&report), [(DamageKind::Modified, Some(2))]);
    // The reader shows it; only verifying tells.
    assert_eq!(records(state.path()).len(), 3);
}

#[test]
fn a_forged_last_record_is_noticed_when_anchored() {
    let (state, journal) = journal(2);
    journal.anchor().unwrap();
    edit(state.path(), |f| {
        f[1] = forge(&f[1], "echo 2", "echo x");
    });
    assert_eq!(
        kinds(&verify(state.path())),
        [(DamageKind::Modified, Some(2))]
    );
}

#[test]
fn records_in_front_cannot_be_removed_and_renumbered() {
    let (state, _journal) = journal(3);
    edit(state.path(), |f| {
        f.remove(0);
        f[0] = forge(&f[0], "\"seq\":2", "\"seq\":1");
        f[1] = forge(&f[1], "\"seq\":3", "\"seq\":2");
    });
    assert!(verify(state.path()).tampered());
}

#[test]
fn a_torn_record_is_passed_over_and_reported() {
    let (state, journal) = journal(3);
    let path = segment(state.path());
    let bytes = fs::read(&path).unwrap();
    let mut third = bytes.len() - 1;
    while bytes[third] != 0x1e {
        third -= 1;
    }
    for cut in [third + 1, third + 200, bytes.len() - 1] {
        fs::write(&path, &bytes[..cut]).unwrap();
        let torn = verify(state.path());
        assert_eq!(kinds(&torn), [(DamageKind::Torn, None)]);
        assert_eq!(torn.damage[0].count, (cut - third) as u64);

        // The next one begins a new line, goes on from the last good one, and
        // says what it found.
        let appended = journal.append(&event(33), Durability::Buffered).unwrap();
        assert_eq!(appended.seq, 3);
        journal.append(&event(34), Durability::Buffered).unwrap();
        let good: Vec<_> = read(state.path()).flatten().collect();
        assert_eq!(summaries(&good), ["echo 1", "echo 2", "echo 33", "echo 34"]);
        let text = String::from_utf8(fs::read(&path).unwrap()).unwrap();
        assert!(
            text.contains(&format!("\"torn\":{},", cut - third)),
            "{text}"
        );
        let report = verify(state.path());
        assert_eq!(kinds(&report), [(DamageKind::Torn, None)]);
        assert!(!report.tampered() && report.records == 4);
    }
}

#[test]
fn a_segment_of_garbage_does_not_stop_the_journal() {
    let state = tempfile::tempdir().unwrap();
    let journal = Journal::open(state.path()).unwrap();
    let path = directory(state.path()).join(format!("seg-{:020}.ndj", 1));
    fs::write(&path, vec![b'z'; 300_000]).unwrap();
    assert_eq!(
        journal.append(&event(1), Durability::Buffered).unwrap().seq,
        1
    );
    let report = verify(state.path());
    assert_eq!(kinds(&report), [(DamageKind::Torn, None)]);
    assert_eq!(report.records, 1);
}

#[test]
fn what_was_cut_off_stays_on_record() {
    let (state, journal) = journal(3);
    journal.append(&event(4), Durability::Synced).unwrap();
    edit(state.path(), |f| f.truncate(2));
    // Going on does not hide it, not even with a new anchor.
    journal.append(&event(5), Durability::Buffered).unwrap();
    assert!(verify(state.path()).tampered());
    assert_eq!(journal.anchor().unwrap(), Some(3));
    assert!(verify(state.path()).tampered());
    journal.append(&event(6), Durability::Synced).unwrap();
    journal.append(&event(7), Durability::Synced).unwrap();
    let report = verify(state.path());
    assert_eq!(kinds(&report), [(DamageKind::Truncated, Some(4))]);
    assert_eq!(report.anchored, Some(5));
}

#[test]
fn a_removed_or_broken_anchor_is_noticed() {
    let (state, journal) = journal(1);
    journal.append(&event(2), Durability::Synced).unwrap();
    let head = directory(state.path()).join("head");
    let good = fs::read(&head).unwrap();
    fs::remove_file(&head).unwrap();
    assert_eq!(kinds(&verify(state.path())), [(DamageKind::Anchor, None)]);
    fs::write(&head, &good[..100]).unwrap();
    assert_eq!(kinds(&verify(state.path())), [(DamageKind::Anchor, None)]);
    journal.append(&event(3), Durability::Synced).unwrap();
    fs::write(&head, b"").unwrap();
    journal.append(&event(4), Durability::Synced).unwrap();
    assert!(kinds(&verify(state.path())).contains(&(DamageKind::Anchor, None)));
}

#[test]
fn a_segment_that_cannot_be_read_is_reported() {
    let (state, _journal) = journal(3);
    let path = segment(state.path());
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert_eq!(
        kinds(&verify(state.path())),
        [(DamageKind::Unreadable, None)]
    );
    assert_eq!(read(state.path()).filter(Result::is_err).count(), 1);
    assert_eq!(read_reverse(state.path()).filter(Result::is_err).count(), 1);
}

fn soup() -> impl Strategy<Value = Vec<u8>> {
    let good = {
        let (state, _journal) = journal(2);
        fs::read(segment(state.path())).unwrap()
    };
    let part = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..60),
        prop::collection::vec(prop::sample::select(b"\x1e\n{}\":,0".to_vec()), 0..30),
        Just(good.clone()),
        (0..good.len()).prop_map(move |n| good[..n].to_vec()),
        (0..100_000_usize).prop_map(|n| vec![b'['; n]),
    ];
    prop::collection::vec(part, 0..6).prop_map(|v| v.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_without_harm(first in soup(), second in soup(), late in soup(), head in soup()) {
        let (state, journal) = journal(0);
        let dir = directory(state.path());
        let mut follower = follow(state.path());
        fs::write(dir.join(format!("seg-{:020}.ndj", 1)), &first).unwrap();
        fs::write(dir.join(format!("seg-{:020}.ndj", 2)), &second).unwrap();
        fs::write(dir.join("late-1.ndj"), &late).unwrap();
        fs::write(dir.join("head"), &head).unwrap();
        let report = verify(state.path());
        prop_assert!(!report.intact);
        follower.poll();
        let good = |items: Vec<Result<_, _>>| items.into_iter().filter_map(Result::ok).count();
        let there = good(read(state.path()).collect());
        prop_assert_eq!(there, good(read_reverse(state.path()).collect()));
        // And the journal goes on.
        let appended = journal.append(&event(9), Durability::Synced).unwrap();
        prop_assert!(!appended.late && appended.seq > 0);
        prop_assert_eq!(good(read(state.path()).collect()), there + 1);
        prop_assert_eq!(summaries(&follower.poll()), ["echo 9"]);
        prop_assert!(!verify(state.path()).intact);
    }
}

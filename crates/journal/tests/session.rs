//! Session state survives, and what does not survive is not a clean slate.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use palisade_journal::JournalError;
use palisade_journal::session::{
    FILES_WRITTEN, MAX_AGE, SessionFile, SessionState, directory, prune,
};
use proptest::prelude::*;

fn only_file(state: &Path) -> PathBuf {
    let mut entries = fs::read_dir(directory(state)).unwrap();
    let path = entries.next().unwrap().unwrap().path();
    assert!(entries.next().is_none());
    path
}

fn state_of(dir: &Path) -> SessionState {
    SessionFile::lock(dir, "s").unwrap().state().clone()
}

#[test]
fn kept_between_calls() {
    let dir = tempfile::tempdir().unwrap();
    let want = {
        let mut file = SessionFile::lock(dir.path(), "s").unwrap();
        assert_eq!(file.state(), &SessionState::default());
        let state = file.state_mut();
        state.untrusted = true;
        state.decided.insert("toolu_1".into());
        state.model = Some("m".into());
        state.calls = 3;
        assert!(state.wrote("/w/a"));
        file.save().unwrap();
        file.state().clone()
    };
    assert_eq!(state_of(dir.path()), want);
    // A shorter state over a longer one.
    let mut file = SessionFile::lock(dir.path(), "s").unwrap();
    *file.state_mut() = SessionState {
        read_secret: true,
        ..SessionState::default()
    };
    file.save().unwrap();
    drop(file);
    assert_eq!(
        state_of(dir.path()),
        SessionState {
            read_secret: true,
            ..SessionState::default()
        }
    );
    // Not saved, not kept.
    SessionFile::lock(dir.path(), "s")
        .unwrap()
        .state_mut()
        .denied = 7;
    assert_eq!(state_of(dir.path()).denied, 0);
    // Sessions are apart, and their names say nothing.
    assert_eq!(
        SessionFile::lock(dir.path(), "../../etc/passwd")
            .unwrap()
            .state()
            .calls,
        0
    );
    assert_eq!(fs::read_dir(directory(dir.path())).unwrap().count(), 2);
}

#[test]
fn locked_while_in_use() {
    let dir = tempfile::tempdir().unwrap();
    let held = SessionFile::lock(dir.path(), "s").unwrap();
    let error = SessionFile::lock(dir.path(), "s").unwrap_err();
    assert!(matches!(error, JournalError::Locked(_)), "{error}");
    SessionFile::lock(dir.path(), "other").unwrap();
    drop(held);
    SessionFile::lock(dir.path(), "s").unwrap();
}

#[test]
fn every_changed_byte_makes_it_untrusted() {
    let dir = tempfile::tempdir().unwrap();
    let mut file = SessionFile::lock(dir.path(), "s").unwrap();
    file.state_mut().calls = 12;
    file.save().unwrap();
    drop(file);
    let path = only_file(dir.path());
    let good = fs::read(&path).unwrap();
    let recovered = SessionState {
        read_secret: true,
        untrusted: true,
        recovered: true,
        ..SessionState::default()
    };
    for at in 0..good.len() {
        for flip in [1, 0x20, 0x80] {
            let mut bad = good.clone();
            bad[at] ^= flip;
            fs::write(&path, &bad).unwrap();
            assert_eq!(state_of(dir.path()), recovered, "byte {at}");
        }
        if at > 0 {
            fs::write(&path, &good[..at]).unwrap();
            assert_eq!(state_of(dir.path()), recovered, "cut at {at}");
        }
    }
    fs::write(&path, vec![b' '; 5 << 20]).unwrap();
    assert_eq!(state_of(dir.path()), recovered);
    // What is saved after that keeps the mark.
    SessionFile::lock(dir.path(), "s").unwrap().save().unwrap();
    assert_eq!(state_of(dir.path()), recovered);
}

#[test]
fn caps_hold() {
    let dir = tempfile::tempdir().unwrap();
    let mut file = SessionFile::lock(dir.path(), "s").unwrap();
    let state = file.state_mut();
    for n in 0..FILES_WRITTEN {
        assert!(state.wrote(&format!("/f/{n:04}")));
    }
    assert!(!state.wrote("/f/one-more"));
    assert!(state.wrote("/f/0000"));
    assert!(!state.wrote(&"x".repeat(10_000)));
    for n in 0..20_000 {
        state.decided.insert(format!("{n:05}"));
    }
    state.model = Some("m".repeat(1 << 20));
    file.save().unwrap();
    drop(file);
    let state = state_of(dir.path());
    assert!(!state.recovered);
    assert_eq!(state.files_written.len(), FILES_WRITTEN);
    // The newest are the ones that are still needed.
    assert!(state.decided.contains("19999") && !state.decided.contains("00000"));
    assert!(state.model.is_none());
}

#[test]
fn old_ones_go() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(prune(dir.path(), SystemTime::now()), 0);
    for id in ["a", "b", "c"] {
        SessionFile::lock(dir.path(), id).unwrap().save().unwrap();
    }
    fs::write(directory(dir.path()).join("README"), b"").unwrap();
    assert_eq!(prune(dir.path(), SystemTime::now()), 0);
    let used = SessionFile::lock(dir.path(), "b").unwrap();
    let later = SystemTime::now() + MAX_AGE + Duration::from_hours(1);
    assert_eq!(prune(dir.path(), later), 2);
    drop(used);
    assert_eq!(prune(dir.path(), later), 1);
    assert_eq!(fs::read_dir(directory(dir.path())).unwrap().count(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 1..200), head in any::<bool>()) {
        let dir = tempfile::tempdir().unwrap();
        drop(SessionFile::lock(dir.path(), "s").unwrap());
        let mut content = if head { b"palisade-session 1 ".to_vec() } else { Vec::new() };
        content.extend(bytes);
        fs::write(only_file(dir.path()), content).unwrap();
        prop_assert!(state_of(dir.path()).recovered);
    }
}

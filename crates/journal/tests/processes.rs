//! Many short processes on one journal, some of them killed.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use palisade_journal::{DamageKind, Durability, Journal, JournalError, read, verify};

use crate::support::event;

const STATE: &str = "PALISADE_TEST_STATE";
const APPENDS: &str = "PALISADE_TEST_APPENDS";
const LIMIT: &str = "PALISADE_TEST_LIMIT";

/// Starts this test binary again as one of the workers below.
fn worker(test: &str, state: &Path, appends: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(STATE, state)
        .env(APPENDS, appends.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn var(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Not a test by itself: appends when started by another test.
#[test]
fn worker_appends() {
    let (Some(state), Some(appends)) = (std::env::var_os(STATE), var(APPENDS)) else {
        return;
    };
    for n in 0..appends {
        // Opened every time, as hooks do.
        let journal = Journal::open(Path::new(&state))
            .unwrap()
            .with_segment_bytes(200_000);
        let durability = if n % 50 == 49 {
            Durability::Synced
        } else {
            Durability::Buffered
        };
        journal.append(&event(n), durability).unwrap();
    }
}

#[test]
fn nothing_is_lost_between_processes() {
    let state = tempfile::tempdir().unwrap();
    let (processes, appends) = (8, 200);
    let workers: Vec<_> = (0..processes)
        .map(|_| worker("processes::worker_appends", state.path(), appends))
        .collect();
    // Reading while others write shows no false damage.
    for _ in 0..10 {
        let report = verify(state.path());
        assert!(
            report.damage.iter().all(|d| d.kind == DamageKind::Late),
            "{report:?}"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    for mut worker in workers {
        assert!(worker.wait().unwrap().success());
    }
    let records: Vec<_> = read(state.path()).map(Result::unwrap).collect();
    assert_eq!(records.len() as u64, processes * appends);
    let report = verify(state.path());
    let late = records.iter().filter(|r| r.late).count();
    assert!(!report.tampered(), "{report:?}");
    assert_eq!(report.damage.len(), late, "{report:?}");
    assert!(report.segments > 1);
    // The lock is held for microseconds: hardly anybody fails to get it.
    assert!(
        late * 50 <= records.len(),
        "{late} of {} records are late",
        records.len()
    );
}

#[test]
fn killed_processes_leave_a_journal_that_tells() {
    let state = tempfile::tempdir().unwrap();
    let deadline = Instant::now() + Duration::from_secs(3);
    let mut killed = 0;
    while Instant::now() < deadline && killed < 40 {
        let mut workers: Vec<_> = (0..3)
            .map(|_| worker("processes::worker_appends", state.path(), 1_000_000))
            .collect();
        std::thread::sleep(Duration::from_millis(40 + killed % 7));
        for worker in &mut workers {
            worker.kill().unwrap();
            worker.wait().unwrap();
            killed += 1;
        }
    }
    let report = verify(state.path());
    assert!(report.records > 100, "{report:?}");
    assert!(!report.tampered(), "{report:?}");
    let journal = Journal::open(state.path()).unwrap();
    let last = report.last.unwrap().seq;
    assert_eq!(
        journal.append(&event(1), Durability::Synced).unwrap().seq,
        last + 1
    );
    assert!(!verify(state.path()).tampered());
}

/// Not a test by itself: runs into the largest allowed file size.
#[test]
fn worker_without_space() {
    let (Some(state), Some(limit)) = (std::env::var_os(STATE), var(LIMIT)) else {
        return;
    };
    let limits = rustix::process::Rlimit {
        current: Some(limit),
        maximum: Some(limit),
    };
    rustix::process::setrlimit(rustix::process::Resource::Fsize, limits).unwrap();
    let journal = Journal::open(Path::new(&state)).unwrap();
    for n in 0..100 {
        match journal.append(&event(n), Durability::Buffered) {
            Ok(_) => {}
            Err(e) => {
                assert!(matches!(e, JournalError::NoSpace(_)), "{e}");
                println!("no space after {n}");
                return;
            }
        }
    }
}

#[test]
fn no_space_is_told_apart_and_leaves_the_chain_whole() {
    let state = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "processes::worker_without_space", "--nocapture"])
        .env(STATE, state.path())
        .env(LIMIT, "5000")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut output)
        .unwrap();
    assert!(child.wait().unwrap().success(), "{output}");
    let report = verify(state.path());
    assert!(
        output.contains(&format!("no space after {}", report.records)),
        "{output}"
    );
    assert!(report.intact && report.records > 3, "{report:?}");
}

//! Where files came from, and what was used before.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use palisade_journal::session::Source;
use palisade_journal::workspace::{self, Brought, MARKS, Mark, MarksFile, directory, first_uses};

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(since.as_micros()).unwrap()
}

fn pending(path: &Path, call: &str) -> Mark {
    Mark {
        path: path.to_string_lossy().into_owned(),
        how: Brought::Fetched,
        since: now(),
        source: Source {
            what: "a.example".to_owned(),
            call: call.to_owned(),
            ..Source::default()
        },
        ..Mark::default()
    }
}

struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    fn state(&self) -> std::path::PathBuf {
        self.dir.path().join("state")
    }

    fn workspace(&self) -> std::path::PathBuf {
        let dir = fs::canonicalize(self.dir.path()).unwrap().join("work");
        fs::create_dir_all(&dir).unwrap();
        dir
    }

    fn add(&self, mark: Mark) {
        let mut file = MarksFile::lock(&self.state(), &self.workspace()).unwrap();
        file.marks().add(mark);
        file.save(now()).unwrap();
    }

    fn settle(&self, call: &str) {
        let mut file = MarksFile::lock(&self.state(), &self.workspace()).unwrap();
        file.marks().settle(call, now());
        file.save(now()).unwrap();
    }

    fn marked(&self, path: &Path) -> bool {
        let marks = workspace::marks(&self.state(), &self.workspace()).unwrap();
        marks.find(path).is_some()
    }
}

#[test]
fn nothing_is_written_or_known_before_something_came() {
    let place = Place::new();
    let work = place.workspace();
    fs::write(work.join("a"), "x").unwrap();
    assert!(!place.marked(&work.join("a")));
    assert!(!directory(&place.state()).exists());
}

#[test]
fn a_mark_is_pending_then_settled_then_follows_the_content() {
    let place = Place::new();
    let work = place.workspace();
    let (a, b) = (work.join("a"), work.join("b"));
    place.add(pending(&a, "1"));
    fs::write(&a, "echo 1").unwrap();
    assert!(place.marked(&a), "pending");
    place.settle("1");
    assert!(place.marked(&a));
    fs::rename(&a, &b).unwrap();
    assert!(place.marked(&b));
    fs::write(&b, "echo 2").unwrap();
    assert!(!place.marked(&b), "somebody put something else there");
    // What never came leaves nothing behind.
    place.add(pending(&a, "2"));
    place.settle("2");
    fs::write(&a, "echo 3").unwrap();
    assert!(!place.marked(&a));
}

#[test]
fn many_marks_become_one_on_their_folder() {
    let place = Place::new();
    let work = place.workspace();
    fs::create_dir_all(work.join("many")).unwrap();
    for n in 0..=MARKS {
        let path = work.join("many").join(n.to_string());
        fs::write(&path, n.to_string()).unwrap();
        let mut file = MarksFile::lock(&place.state(), &work).unwrap();
        file.marks().add(pending(&path, "1"));
        if n == MARKS {
            file.marks().settle("1", now());
        }
        file.save(now()).unwrap();
    }
    let marks = workspace::marks(&place.state(), &work).unwrap();
    assert!(marks.marks.len() <= MARKS);
    for n in [0, 7, MARKS - 1] {
        assert!(place.marked(&work.join("many").join(n.to_string())), "{n}");
    }
}

#[test]
fn old_marks_end() {
    let place = Place::new();
    let a = place.workspace().join("a");
    let mut old = pending(&a, "1");
    old.since = 1;
    place.add(old);
    fs::write(&a, "x").unwrap();
    assert!(!place.marked(&a));
}

#[test]
fn damage_marks_everything_before_it() {
    let place = Place::new();
    let work = place.workspace();
    let (a, b) = (work.join("a"), work.join("b"));
    fs::write(&a, "x").unwrap();
    place.add(pending(&b, "1"));
    std::thread::sleep(std::time::Duration::from_millis(30));
    let file = fs::read_dir(directory(&place.state()))
        .unwrap()
        .map(|e| e.unwrap().path())
        .find(|p| p.extension().is_some_and(|e| e == "marks"))
        .unwrap();
    let whole = fs::read(&file).unwrap();
    for damaged in [
        b"nonsense".to_vec(),
        whole.iter().map(|b| b ^ 1).collect(),
        whole[..whole.len() - 2].to_vec(),
    ] {
        fs::write(&file, damaged).unwrap();
        assert!(place.marked(&a));
        let marks = workspace::marks(&place.state(), &work).unwrap();
        assert!(marks.recovered);
    }
}

/// Run by [`no_mark_is_lost_between_processes`] in processes of their own.
#[test]
fn child() {
    let Ok(name) = std::env::var("PALISADE_TEST_MARKS") else {
        return;
    };
    let dir = std::path::PathBuf::from(std::env::var("PALISADE_TEST_DIR").unwrap());
    for n in 0..20 {
        loop {
            let Ok(mut file) = MarksFile::lock(&dir.join("state"), &dir.join("work")) else {
                continue;
            };
            let path = dir.join(format!("work/{name}-{n}"));
            file.marks().add(pending(&path, &name));
            file.save(now()).unwrap();
            break;
        }
    }
}

#[test]
fn no_mark_is_lost_between_processes() {
    let place = Place::new();
    let work = place.workspace();
    let start = |name: String| {
        Command::new(std::env::current_exe().unwrap())
            .args(["workspace::child", "--exact"])
            .env("PALISADE_TEST_MARKS", name)
            .env("PALISADE_TEST_DIR", work.parent().unwrap())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap()
    };
    let children: Vec<_> = (0..4).map(|n| start(format!("p{n}"))).collect();
    // One is killed at some moment: what it holds must stay whole.
    let mut killed = start("killed".to_owned());
    std::thread::sleep(std::time::Duration::from_millis(20));
    killed.kill().unwrap();
    killed.wait().unwrap();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let marks = workspace::marks(&place.state(), &work).unwrap();
    assert!(!marks.recovered);
    let of = |p: &str| marks.marks.iter().filter(|m| m.path.contains(p)).count();
    assert_eq!((0..4).map(|n| of(&format!("/p{n}-"))).sum::<usize>(), 80);
}

#[test]
fn first_uses_are_said_once_there_is_a_past() {
    let place = Place::new();
    let (state, work) = (place.state(), place.workspace());
    let names: Vec<String> = (0..24).map(|n| format!("program p{n}")).collect();
    for name in &names {
        assert!(first_uses(&state, &work, &[name]).unwrap().is_empty());
    }
    assert!(
        first_uses(&state, &work, &["program p3"])
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        first_uses(&state, &work, &["host a.example", "program p1"]).unwrap(),
        ["host a.example"]
    );
    assert!(
        first_uses(&state, &work, &["host a.example"])
            .unwrap()
            .is_empty()
    );
    // A torn end is cut off, what is whole stays known.
    let file = fs::read_dir(directory(&state))
        .unwrap()
        .map(|e| e.unwrap().path())
        .find(|p| p.extension().is_some_and(|e| e == "seen"))
        .unwrap();
    let mut bytes = fs::read(&file).unwrap();
    bytes.extend_from_slice(b"torn");
    fs::write(&file, bytes).unwrap();
    assert_eq!(
        first_uses(&state, &work, &["host b.example"]).unwrap(),
        ["host b.example"]
    );
    assert_eq!(fs::read(&file).unwrap().len() % 8, 0);
    assert!(
        first_uses(&state, &work, &["program p3"])
            .unwrap()
            .is_empty()
    );
}

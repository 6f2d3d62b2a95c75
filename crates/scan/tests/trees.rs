//! Files and folders.

use std::sync::atomic::AtomicU64;

use palisade_scan::tree::{Walk, scan};
use palisade_scan::{Outcome, ScanError};

use crate::support::*;

fn walk(folder: &Folder, walk: Walk) -> Outcome {
    let seen = AtomicU64::new(0);
    let mut outcome = scan(&[folder.path().to_owned()], walk, &options(), &seen).unwrap();
    let top = format!("{}/", folder.path().display());
    for secret in &mut outcome.secrets {
        secret.path = secret.path.replace(&top, "");
    }
    outcome
}

#[test]
fn as_git_sees_it() {
    let folder = Folder::repository();
    folder.put(".gitignore", "ignored.txt\n");
    folder.put("ignored.txt", slack("a"));
    folder.put(".env", format!("A=1\nSLACK={}\n", slack("b")));
    folder.put("src/a.py", format!("# é {}\r\n", slack("c")));
    folder.put("a.bin", format!("\0\0{}", slack("d")));
    folder.put(".git/config.bak", slack("e"));
    let found = walk(&folder, Walk::default());
    assert_eq!(
        places(&found),
        [".env:2:7 slack-bot-token", "src/a.py:1:5 slack-bot-token"]
    );
    assert_eq!((found.tally.pieces, found.tally.binary), (4, 1));
    let all = walk(
        &folder,
        Walk {
            ignored: true,
            threads: 1,
        },
    );
    assert_eq!(all.secrets.len(), 3, "{:?}", places(&all));
}

#[test]
fn no_value_is_ever_shown() {
    let folder = Folder::new();
    let (one, two) = (slack("a"), slack("b"));
    folder.put(
        "a.txt",
        format!("{} first {one} and {two} last", "x".repeat(300)),
    );
    let found = walk(&folder, Walk::default());
    assert_eq!(found.secrets.len(), 2);
    for secret in &found.secrets {
        let text = serde_json::to_string(secret).unwrap();
        assert!(!text.contains(&one) && !text.contains(&two), "{text}");
        assert!(secret.excerpt.contains("[slack-bot-token]"), "{text}");
    }
    assert_ne!(found.secrets[0].fingerprint, found.secrets[1].fingerprint);
}

/// The same places, whether a file is read whole or in windows.
#[test]
fn large_files_in_windows() {
    let folder = Folder::new();
    let mut text = String::new();
    let mut lines = 0;
    let mut wanted = Vec::new();
    while text.len() < 11 * 1024 * 1024 {
        if lines % 9_000 == 0 {
            wanted.push(format!("big.log:{}:5 slack-bot-token", lines + 1));
            text.push_str(&format!("key={}\n", slack("a")));
        } else {
            text.push_str(&format!("line {lines} of a log that says little\n"));
        }
        lines += 1;
    }
    folder.put("big.log", &text);
    assert_eq!(places(&walk(&folder, Walk::default())), wanted);
}

/// A secret on the edge of a window is found once.
#[test]
fn the_edge_of_a_window() {
    const EDGE: usize = 4 * 1024 * 1024;
    for before in [0, 1, 20, 40, 64 * 1024 - 10, 64 * 1024 + 10] {
        for newline in ["\n", " "] {
            let folder = Folder::new();
            let filler = "y".repeat(EDGE - before - 1);
            let after = "z ".repeat(100_000);
            folder.put("a.txt", format!("{filler}{newline}{} {after}", slack("a")));
            let found = walk(&folder, Walk::default());
            assert_eq!(found.secrets.len(), 1, "{before} {newline:?}");
        }
    }
}

#[test]
fn links_lead_nowhere() {
    let (folder, outside) = (Folder::new(), Folder::new());
    let target = outside.put("a.txt", slack("a"));
    std::os::unix::fs::symlink(&target, folder.path().join("link")).unwrap();
    std::os::unix::fs::symlink(outside.path(), folder.path().join("dir")).unwrap();
    assert_eq!(walk(&folder, Walk::default()).secrets, []);
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = Folder::new();
    let seen = AtomicU64::new(0);
    let gone = scan(
        &[folder.path().join("gone")],
        Walk::default(),
        &options(),
        &seen,
    );
    assert!(matches!(gone, Err(ScanError::File(_))), "{gone:?}");
}

#[test]
fn allowed_with_an_owner_an_end_and_a_reason() {
    let folder = Folder::new();
    let sign = "# palisade:allow slack-bot-token";
    folder.put(
        "a.txt",
        format!(
            "a={} {sign} owner=mara until=2027-06-30 reason=the course\nb={} {sign} owner=mara until=2026-06-30 reason=over\nc={} {sign}\nd={} # palisade:allow other owner=m until=2027-06-30 reason=x\n",
            slack("a"), slack("b"), slack("c"), slack("d")
        ),
    );
    let found = walk(&folder, Walk::default());
    let lines: Vec<u32> = found.secrets.iter().map(|s| s.line).collect();
    assert_eq!(lines, [2, 3, 4]);
    assert_eq!(found.tally.allowed, 1);
    assert_eq!(found.notes.len(), 2, "{:?}", found.notes);
    assert!(found.notes[0].contains("it has ended"), "{:?}", found.notes);
}

/// One line of megabytes with thousands of secrets takes no longer per byte
/// than any other: nothing is looked at once for each of them.
#[test]
fn thousands_on_one_line() {
    let folder = Folder::new();
    let text = format!("a={} ", slack("a")).repeat(60_000);
    folder.put("a.js", &text);
    let found = walk(&folder, Walk::default());
    assert_eq!(found.secrets.len(), 60_000);
    assert_eq!(
        found.secrets.last().unwrap().column as usize,
        text.len() - slack("a").len()
    );
    assert!(found.secrets.iter().all(|s| !s.excerpt.contains("xoxb")));
}

//! Staged changes, new commits, history.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::atomic::AtomicU64;

use palisade_scan::git::{Repository, history, since, staged};
use palisade_scan::{Outcome, ScanError};

use crate::support::*;

fn repository(folder: &Folder) -> Repository {
    Repository::around(folder.path()).unwrap()
}

fn all(folder: &Folder) -> Outcome {
    history(&repository(folder), &options(), &AtomicU64::new(0)).unwrap()
}

#[test]
fn only_what_is_staged_and_new() {
    let folder = Folder::repository();
    folder.put("old.txt", format!("a={}\n", slack("a")));
    folder.commit("before");
    // An edit of a file that had one, and a new one in it.
    folder.put(
        "old.txt",
        format!("edited\na={}\nb={}\n", slack("a"), slack("b")),
    );
    folder.put("new.txt", format!("{}\n", slack("c")));
    folder.put("not staged.txt", slack("d"));
    folder.git(&["add", "old.txt", "new.txt"]);
    // What is staged counts, not what lies there now.
    folder.put("new.txt", "nothing\n");
    let found = staged(&repository(&folder), &options()).unwrap();
    assert_eq!(
        places(&found),
        ["new.txt:1:1 slack-bot-token", "old.txt:3:3 slack-bot-token"]
    );
}

#[test]
fn before_the_first_commit() {
    let folder = Folder::repository();
    folder.put("a b/é.txt", slack("a"));
    folder.git(&["add", "--all"]);
    let found = staged(&repository(&folder), &options()).unwrap();
    assert_eq!(places(&found), ["a b/é.txt:1:1 slack-bot-token"]);
}

/// X14.
#[test]
fn modes_that_let_everybody_write() {
    let folder = Folder::repository();
    for (name, mode) in [("all.sh", 0o777), ("both.txt", 0o666), ("fine.sh", 0o755)] {
        let path = folder.put(name, "x\n");
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    folder.git(&["add", "--all"]);
    let found = staged(&repository(&folder), &options()).unwrap();
    assert_eq!(
        found.open,
        [
            "all.sh: mode 777 lets everybody change it; chmod 755 all.sh",
            "both.txt: mode 666 lets everybody change it; chmod 644 both.txt",
        ]
    );
}

#[test]
fn a_secret_that_was_taken_out_again_came_all_the_same() {
    let folder = Folder::repository();
    folder.put("kept.txt", slack("k"));
    folder.commit("base");
    folder.git(&["checkout", "--quiet", "-b", "topic"]);
    folder.put("a.txt", slack("a"));
    folder.put("kept.txt", format!("more\n{}", slack("k")));
    folder.commit("with");
    fs::remove_file(folder.path().join("a.txt")).unwrap();
    folder.commit(&format!("without; it was {}", slack("m")));
    let found = since(&repository(&folder), "main", &options()).unwrap();
    assert_eq!(
        places(&found),
        [
            "(commit messages):1:17 slack-bot-token",
            "a.txt:1:1 slack-bot-token"
        ]
    );
    for base in ["gone", "--output=x", ""] {
        let asked = since(&repository(&folder), base, &options());
        assert!(matches!(asked, Err(ScanError::Git { .. })), "{base}");
    }
    assert!(!folder.path().join("x").exists());
}

/// X34: everything, once, with who and when.
#[test]
fn the_whole_history() {
    let folder = Folder::repository();
    folder.put("a.txt", format!("one\n{}\n", slack("a")));
    let first = folder.commit("first");
    // The same secret in another version of the file.
    folder.put("a.txt", format!("one\ntwo\n{}\n", slack("a")));
    let second = folder.commit("second");
    folder.git(&["rm", "--quiet", "a.txt"]);
    folder.commit(&format!("third {}", slack("m")));
    // Stashed, dropped, in a note, in a tag, on a branch that is gone.
    folder.put("s.txt", slack("s"));
    folder.git(&["add", "--all"]);
    folder.git(&["stash", "--quiet"]);
    folder.git(&["stash", "drop", "--quiet"]);
    folder.git(&["notes", "add", "-m", &slack("n")]);
    folder.git(&["tag", "-a", "v1", "-m", &slack("t")]);
    folder.put("loose.txt", slack("l"));
    folder.git(&["hash-object", "-w", "loose.txt"]);
    fs::remove_file(folder.path().join("loose.txt")).unwrap();
    for packed in [false, true] {
        if packed {
            folder.git(&["repack", "--quiet", "-a", "-d", "-k"]);
        }
        let found = all(&folder);
        let mut shown: Vec<&str> = found
            .secrets
            .iter()
            .map(|s| s.path.split(' ').next().unwrap())
            .collect();
        shown.sort_unstable();
        // Two are in no commit: the dropped stash and the loose object. A note
        // is a file named after its commit.
        assert_eq!(shown.len(), 6, "{shown:?}");
        assert_eq!(shown[..4], ["(commit", "(in", "(in", "(tag"], "{shown:?}");
        let a = found.secrets.iter().find(|s| s.path == "a.txt").unwrap();
        assert_eq!(a.first.as_ref().unwrap().id, first);
        assert_eq!(a.last.as_ref().unwrap().id, second);
        assert_eq!(a.first.as_ref().unwrap().author, "Mara");
        assert_eq!(a.line, 3, "the newest place");
        assert!(found.missed.is_empty(), "{:?}", found.missed);
    }
}

#[test]
fn a_clone_in_part_says_so() {
    let origin = Folder::repository();
    origin.put("a.txt", slack("a"));
    origin.commit("one");
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = Folder::new();
    let url = format!("file://{}", origin.path().display());
    clone.git(&[
        "clone",
        "--quiet",
        "--no-checkout",
        "--filter=blob:none",
        &url,
        ".",
    ]);
    let found = all(&clone);
    assert!(found.secrets.is_empty());
    // The blob is known by name only.
    assert!(!found.missed.is_empty());
}

/// What a repository configures for git is not run.
#[test]
fn a_hostile_repository_runs_nothing() {
    let folder = Folder::repository();
    folder.put("a.txt", slack("a"));
    folder.put(".gitattributes", "* diff=evil filter=evil\n");
    folder.commit("one");
    let mark = folder.path().join("ran");
    let evil = format!("touch {}", mark.display());
    for key in [
        "core.fsmonitor",
        "diff.external",
        "diff.evil.textconv",
        "diff.evil.command",
        "filter.evil.clean",
        "filter.evil.smudge",
        "core.pager",
        "pager.log",
        "core.sshCommand",
        "gpg.program",
    ] {
        folder.git(&["config", key, &evil]);
    }
    folder.git(&["config", "log.showSignature", "true"]);
    folder.put("b.txt", slack("b"));
    let add = std::process::Command::new("git")
        .args(["-C", &folder.path().to_string_lossy()])
        .args([
            "-c",
            "core.fsmonitor=false",
            "-c",
            "filter.evil.clean=",
            "add",
            "b.txt",
        ])
        .status()
        .unwrap();
    assert!(add.success());
    fs::remove_file(&mark).ok();
    let repository = repository(&folder);
    assert_eq!(staged(&repository, &options()).unwrap().secrets.len(), 1);
    since(&repository, "HEAD", &options()).unwrap();
    assert_eq!(all(&folder).secrets.len(), 2);
    assert!(!mark.exists());
    // Git as anybody calls it does run it.
    folder.put("a.txt", "changed\n");
    let plain = std::process::Command::new("git")
        .args(["-C", &folder.path().to_string_lossy(), "diff"])
        .output()
        .unwrap();
    assert!(mark.exists(), "{plain:?}");
}

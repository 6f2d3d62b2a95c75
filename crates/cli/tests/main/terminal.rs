//! Colours, pipes and windows.

use std::io::BufRead as _;
use std::process::{Command, Stdio};

use crate::world::{Ended, World};

/// In a window of so many columns, with a person who types.
pub(crate) fn window(world: &World, columns: usize, line: &str, typed: &str) -> Ended {
    let mut script = Command::new("/usr/bin/script");
    script.args([
        "-qec",
        &format!("stty cols {columns} rows 50 -echo; {line}"),
        "/dev/null",
    ]);
    world.surround(&mut script);
    script.env(
        "PATH",
        format!("{}:/usr/bin:/bin", world.path("bin").display()),
    );
    script.env("SHELL", "/bin/sh").env("TERM", "xterm-256color");
    world.run(&mut script, typed.as_bytes())
}

pub(crate) fn plain(text: &str) -> Vec<String> {
    text.split("\u{1b}[")
        .enumerate()
        .map(|(i, part)| {
            if i == 0 {
                part
            } else {
                part.split_once('m').map_or("", |(_, t)| t)
            }
        })
        .collect::<String>()
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn colour_where_it_is_wanted() {
    let world = World::protected();
    for verb in [
        "status",
        "doctor",
        "log",
        "policy show",
        "policy check",
        "protect --dry-run",
        "unprotect --dry-run",
    ] {
        let args: Vec<&str> = verb.split(' ').collect();
        let piped = world.palisade(&args);
        assert!(
            !format!("{}{}", piped.stdout, piped.stderr).contains('\u{1b}'),
            "{verb}"
        );
        let always = world.palisade(&[&args[..], &["--color", "always"]].concat());
        assert!(
            format!("{}{}", always.stdout, always.stderr).contains("\u{1b}["),
            "{verb}"
        );
        for (line, colour) in [
            (format!("palisade {verb}"), true),
            (format!("NO_COLOR=1 palisade {verb}"), false),
            (format!("palisade {verb} --color never"), false),
        ] {
            let ended = window(&world, 100, &line, "");
            assert_eq!(ended.stdout.contains("\u{1b}["), colour, "{line}: {ended}");
        }
    }
}

#[test]
fn a_reader_that_goes_is_no_error() {
    let world = World::protected();
    for line in [
        "palisade log",
        "palisade log --format jsonl",
        "palisade policy show",
        "palisade completions bash",
        "palisade --help",
    ] {
        let mut shell = Command::new("/bin/bash");
        world.surround(&mut shell);
        shell.args([
            "-c",
            &format!("set -o pipefail; {line} | /usr/bin/head -c0"),
        ]);
        let ended = world.run(&mut shell, b"");
        assert_eq!(ended.code, Some(0), "{line}: {ended}");
        assert!(
            !ended.stderr.contains("panic") && !ended.stderr.contains("error"),
            "{ended}"
        );
    }
}

/// `palisade log -f | head -1` ends with the second record.
#[test]
fn a_follower_ends_with_its_reader() {
    let world = World::protected();
    let mut child = world
        .command(&["log", "--follow"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    for _ in 0..100 {
        world.call("s", "Bash", &serde_json::json!({"command": "ls"}));
        if let Some(status) = child.try_wait().unwrap() {
            assert_eq!(status.code(), Some(0));
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    child.kill().unwrap();
    panic!("it goes on for nobody");
}

#[test]
fn lines_fit_the_window() {
    let world = World::protected();
    let long = format!("curl https://example.com/{} -d x", "segment/".repeat(30));
    world.call("3f2a", "Bash", &serde_json::json!({"command": long}));
    world.call("3f2a", "Bash", &serde_json::json!({"command": "git push --force origin main # 日本語日本語日本語日本語日本語日本語日本語日本語"}));
    for columns in [80, 100] {
        for line in [
            "palisade log",
            "palisade policy show",
            "palisade status",
            "palisade doctor",
        ] {
            let ended = window(&world, columns, line, "");
            let lines = plain(&ended.stdout);
            assert!(lines.len() > 2, "{ended}");
            for text in lines {
                // A word is never broken: it may be a path to copy.
                let is_word = !text.trim_start().contains(' ');
                let width = unicode_width::UnicodeWidthStr::width(text.as_str());
                assert!(width <= columns || is_word, "{line} at {columns}: {text}");
            }
        }
    }
}

#[test]
fn the_shared_call_is_shown_once() {
    let world = World::new();
    let ended = window(&world, 100, "palisade protect --dry-run", "");
    let calls = ended.stdout.matches("palisade-hook").count();
    assert_eq!(calls, 1, "{ended}");
    let full = window(&world, 100, "palisade protect --dry-run --diff", "");
    assert!(full.stdout.matches("palisade-hook").count() > 10, "{full}");
}

#[test]
fn a_person_is_asked() {
    let world = World::new();
    let before = world.files();
    let no = window(&world, 100, "palisade protect", "n\n");
    assert_eq!(no.code, Some(2), "{no}");
    assert!(no.stdout.contains("nothing was changed"), "{no}");
    assert!(world.files() == before);
    let yes = window(&world, 100, "palisade protect", "y\n");
    assert_eq!(yes.code, Some(0), "{yes}");
    assert!(yes.stdout.contains("proved by a denied call"), "{yes}");
}

/// Ctrl-C is how a follower is ended: no word about it.
#[test]
fn a_follower_ends_quietly_when_interrupted() {
    use std::os::unix::process::ExitStatusExt as _;
    let world = World::protected();
    let mut child = world
        .command(&["log", "--follow"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
    let (send, shown) = std::sync::mpsc::channel();
    // It reads to the end: a reader that goes would end the follower, too.
    let reader = std::thread::spawn(move || {
        for line in lines {
            send.send(line).ok();
        }
    });
    // It shows what comes after it has begun: until it has, once more.
    let line = (0..100).find_map(|_| {
        world.call("s", "Bash", &serde_json::json!({"command": "ls"}));
        shown
            .recv_timeout(std::time::Duration::from_millis(200))
            .ok()
    });
    assert!(line.unwrap().unwrap().ends_with("allow   ls"));
    let interrupt = format!("kill -INT {}", child.id());
    let status = Command::new("/bin/bash").args(["-c", &interrupt]).status();
    assert!(status.unwrap().success());
    let output = child.wait_with_output().unwrap();
    reader.join().unwrap();
    assert_eq!(output.status.signal(), Some(2));
    assert!(output.stderr.is_empty());
}

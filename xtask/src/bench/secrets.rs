//! `cargo xtask bench secrets`: scans of a tree and of a history, beside what is
//! installed here of the programs that do the same or the least that can be done.
//!
//! The programs take turns, and the best time of each counts: files are in the
//! page cache, and what disturbs a run only makes it slower.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::build;
use crate::run::{Done, Failed, root};

/// One program and what it is asked.
struct Contender {
    name: String,
    command: Command,
    best: Duration,
}

impl Contender {
    fn new(name: &str, program: &Path, args: &[&str], folder: &Path) -> Self {
        let mut command = Command::new(program);
        command
            .args(args)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Self {
            name: name.to_owned(),
            command,
            best: Duration::MAX,
        }
    }
}

/// `bench secrets [--tree DIR] [--history DIR] [--runs N]`.
pub(crate) fn run(args: &[String]) -> Done {
    let (mut tree, mut history, mut runs) = (root(), root(), 5);
    for pair in args.chunks(2) {
        match pair {
            [flag, dir] if flag == "--tree" => tree = PathBuf::from(dir),
            [flag, dir] if flag == "--history" => history = PathBuf::from(dir),
            [flag, n] if flag == "--runs" => {
                runs = n
                    .parse()
                    .map_err(|_| Failed::new("--runs needs a number"))?;
            }
            _ => return Err(Failed::new(format!("bench secrets does not know {pair:?}"))),
        }
    }
    let dist = match std::env::var_os("PALISADE_BIN_DIR") {
        Some(dir) if !dir.is_empty() => PathBuf::from(dir),
        _ => build::all()?,
    };
    let palisade = dist.join("palisade");
    let here = std::env::temp_dir();
    let scan = |args: &[&str]| {
        let mut all = vec!["scan", "secrets", "--format", "jsonl"];
        all.extend(args);
        all.extend(["--home", here.to_str().unwrap_or("/tmp")]);
        all.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>()
    };
    let own = |folder: &Path, args: &[&str]| {
        let args = scan(args);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        Contender::new("palisade", &palisade, &args, folder)
    };

    let mut trees = vec![own(&tree, &[])];
    for (name, args) in [
        ("rg", &["--hidden", "--count", "xoxb-", "."][..]),
        ("ripsecrets", &["."]),
        (
            "kingfisher",
            &["scan", ".", "--no-validate", "--git-history=none"],
        ),
        ("gitleaks", &["dir", "."]),
        ("betterleaks", &["dir", "."]),
    ] {
        if let Some(program) = installed(name) {
            let what = if name == "rg" {
                "rg, one literal"
            } else {
                name
            };
            trees.push(Contender::new(what, &program, args, &tree));
        }
    }
    take_turns(&format!("tree {}", tree.display()), &mut trees, runs)?;

    let read = [
        "cat-file",
        "--batch-all-objects",
        "--unordered",
        "--buffer",
        "--batch",
    ];
    let mut histories = vec![
        own(&history, &["--history"]),
        Contender::new("git, every object read", Path::new("git"), &read, &history),
    ];
    for (name, args) in [
        ("gitleaks", &["git", "."][..]),
        ("betterleaks", &["git", "."]),
        ("kingfisher", &["scan", ".", "--no-validate"]),
    ] {
        if let Some(program) = installed(name) {
            histories.push(Contender::new(name, &program, args, &history));
        }
    }
    take_turns(
        &format!("history {}", history.display()),
        &mut histories,
        runs,
    )
}

fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|dir| dir.join(name))
        .find(|program| program.is_file())
}

fn take_turns(what: &str, contenders: &mut [Contender], runs: usize) -> Done {
    for _ in 0..runs {
        for one in contenders.iter_mut() {
            let start = Instant::now();
            one.command.status().map_err(Failed::new)?;
            one.best = one.best.min(start.elapsed());
        }
    }
    println!("{what}, best of {runs}\n");
    let own = contenders.first().map_or(Duration::ZERO, |c| c.best);
    for one in contenders.iter() {
        println!(
            "{:<26} {:>8.3} s   × palisade {:>7.2}",
            one.name,
            one.best.as_secs_f64(),
            one.best.as_secs_f64() / own.as_secs_f64()
        );
    }
    println!();
    Ok(())
}

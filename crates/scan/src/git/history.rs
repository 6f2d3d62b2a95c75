//! Every object once: commits, their messages, tags, blobs, reachable or not.
//!
//! Blobs are looked at in the order in which they lie in the packs, which is the
//! order in which git can hand them out fastest; only what held a secret is
//! then looked for among the commits.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Repository;
use super::objects::{Got, OBJECT, Objects};
use crate::{Commit, Options, Outcome, ScanError, Secret};

/// Objects that one `git cat-file` hands out.
const BATCH: usize = 4096;

/// Looks at the whole history. `seen` counts objects while it goes on.
///
/// # Errors
/// When git cannot say.
pub fn history(
    repository: &Repository,
    options: &Options,
    seen: &AtomicU64,
) -> Result<Outcome, ScanError> {
    let names = names(repository)?;
    let next = AtomicU64::new(0);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let batches: Vec<&[String]> = names.chunks(BATCH).collect();
    let parts: Vec<Result<Outcome, ScanError>> = std::thread::scope(|scope| {
        let work = || {
            let mut out = Outcome::default();
            loop {
                let mine =
                    usize::try_from(next.fetch_add(1, Ordering::Relaxed)).unwrap_or(usize::MAX);
                let Some(batch) = batches.get(mine) else {
                    return Ok(out);
                };
                out.add(look(repository, batch, options, seen)?);
            }
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running
            .into_iter()
            .map(|thread| {
                let died = || std::io::Error::other("a part of the scan ended early");
                thread.join().unwrap_or_else(|_| Err(died().into()))
            })
            .collect()
    });
    let mut out = Outcome::default();
    for part in parts {
        out.add(part?);
    }
    place(repository, &mut out)?;
    out.missed.extend(absent(repository)?);
    out.sort();
    Ok(out)
}

/// What belongs to the history and is not in this clone.
fn absent(repository: &Repository) -> Result<Vec<String>, ScanError> {
    let mut out = Vec::new();
    let shallow = repository.ask(&["rev-parse", "--is-shallow-repository"])?;
    if shallow.trim() == "true" {
        out.push(
            "older commits: this clone is shallow; `git fetch --unshallow` brings them".to_owned(),
        );
    }
    // Exit code 1: no such key, so nothing was left out when it was cloned.
    let promised = repository.run(&["config", "--get-regexp", r"^remote\..*\.promisor$"])?;
    if promised.status.success() {
        let all = ["rev-list", "--objects", "--all", "--missing=print"];
        let listed = repository.bytes(&all)?;
        let missing = listed
            .split(|b| *b == b'\n')
            .filter(|line| line.starts_with(b"?"))
            .count();
        if missing > 0 {
            out.push(format!(
                "{missing} objects: this clone is partial; `git fetch --refetch` brings them"
            ));
        }
    }
    Ok(out)
}

/// The names of all objects that hold text, in the order of the packs.
fn names(repository: &Repository) -> Result<Vec<String>, ScanError> {
    let mut child = repository
        .git(&[
            "cat-file",
            "--batch-all-objects",
            "--unordered",
            "--buffer",
            "--batch-check=%(objecttype) %(objectname)",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(ScanError::NoGit)?;
    let mut out = Vec::new();
    if let Some(answers) = child.stdout.take() {
        for line in BufReader::new(answers).lines() {
            let line = line?;
            if let Some(("blob" | "commit" | "tag", name)) = line.split_once(' ') {
                out.push(name.to_owned());
            }
        }
    }
    child.wait()?;
    Ok(out)
}

fn look(
    repository: &Repository,
    names: &[String],
    options: &Options,
    seen: &AtomicU64,
) -> Result<Outcome, ScanError> {
    let mut out = Outcome::default();
    let mut objects = Objects::of(repository, names.to_vec())?;
    let mut buffer = Vec::new();
    for name in names {
        seen.fetch_add(1, Ordering::Relaxed);
        let before = out.secrets.len();
        match objects.next(&mut buffer)? {
            Some(Got::Object(kind)) => {
                let stands_for = if kind == "blob" { "" } else { kind.as_str() };
                out.look(stands_for, &buffer, options);
            }
            Some(Got::TooLarge(size)) => {
                out.missed
                    .push(format!("object {name}: {size} bytes, more than {OBJECT}"));
            }
            Some(Got::Missing) => out.missed.push(format!("object {name}: not in this clone")),
            None => {
                out.missed
                    .push(format!("object {name}: git ended before it"));
            }
        }
        for secret in out.secrets.iter_mut().skip(before) {
            secret.object = Some(name.clone());
        }
    }
    Ok(out)
}

/// Commits counted from the newest, by name.
type Order = HashMap<String, usize>;

/// Where a blob stood: path, oldest and newest commit.
struct Stood {
    path: String,
    first: Commit,
    last: Commit,
}

/// Finds the commits and paths of the blobs that held something.
fn place(repository: &Repository, out: &mut Outcome) -> Result<(), ScanError> {
    let wanted: HashSet<String> = out
        .secrets
        .iter()
        .filter(|s| s.path.is_empty())
        .filter_map(|s| s.object.clone())
        .collect();
    let (stood, order) = if wanted.is_empty() {
        (HashMap::new(), HashMap::new())
    } else {
        walked(repository, &wanted)?
    };
    for secret in &mut out.secrets {
        let object = secret.object.clone().unwrap_or_default();
        let short = object.get(..12).unwrap_or(&object);
        if !secret.path.is_empty() {
            secret.path = format!("({} {short})", secret.path);
        } else if let Some(stood) = stood.get(&object) {
            secret.path.clone_from(&stood.path);
            secret.first = Some(stood.first.clone());
            secret.last = Some(stood.last.clone());
        } else {
            secret.path = format!("(in no commit, object {short})");
        }
    }
    once(&mut out.secrets, &order);
    Ok(())
}

/// The same secret in the same file is one finding, from its oldest commit to
/// its newest. `order` counts commits from the newest; dates can be anything.
fn once(secrets: &mut Vec<Secret>, order: &Order) {
    let mut known: HashMap<(String, String), usize> = HashMap::new();
    let mut kept: Vec<Secret> = Vec::new();
    let age = |commit: Option<&Commit>| commit.and_then(|c| order.get(&c.id)).copied();
    for secret in secrets.drain(..) {
        // A message that git repeats (a stash, a rebase) is one place, too.
        let place = match secret.path.split_once(' ') {
            Some((kind @ ("(commit" | "(tag"), _)) => kind.to_owned(),
            _ => secret.path.clone(),
        };
        let key = (place, secret.fingerprint.clone());
        match known.get(&key).and_then(|at| kept.get_mut(*at)) {
            None => {
                known.insert(key, kept.len());
                kept.push(secret);
            }
            Some(before) => {
                if age(secret.first.as_ref()) > age(before.first.as_ref()) {
                    before.first = secret.first;
                }
                if age(secret.last.as_ref()) < age(before.last.as_ref()) {
                    // The newest place is the one to look at.
                    let first = before.first.take();
                    *before = Secret { first, ..secret };
                }
            }
        }
    }
    *secrets = kept;
}

fn walked(
    repository: &Repository,
    wanted: &HashSet<String>,
) -> Result<(HashMap<String, Stood>, Order), ScanError> {
    let mut child = repository
        .git(&[
            "log",
            "--all",
            "--reflog",
            "--topo-order",
            "--raw",
            "--no-abbrev",
            "--no-renames",
            "-z",
            "-m",
            "--root",
            "--no-ext-diff",
            "--no-textconv",
            "--format=%x01%H%x02%an%x02%cI%x01",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(ScanError::NoGit)?;
    let mut out: HashMap<String, Stood> = HashMap::new();
    let mut order = Order::new();
    let Some(answers) = child.stdout.take() else {
        return Ok((out, order));
    };
    let mut walked = 0;
    let mut commit: Option<Commit> = None;
    let mut object: Option<String> = None;
    for field in BufReader::new(answers).split(0) {
        let field = field?;
        let text = String::from_utf8_lossy(&field);
        let mut rest = text.as_ref();
        if let Some((_, after)) = rest.split_once('\u{1}')
            && let Some((head, after)) = after.split_once('\u{1}')
        {
            let mut words = head.split('\u{2}').map(str::to_owned);
            commit = Some(Commit {
                id: words.next().unwrap_or_default(),
                author: words.next().unwrap_or_default(),
                date: words.next().unwrap_or_default(),
            });
            rest = after;
            walked += 1;
        }
        let rest = rest.trim_start();
        if let Some(head) = rest.strip_prefix(':') {
            object = head.split(' ').nth(3).map(str::to_owned);
            continue;
        }
        // What follows a head is its path.
        let (Some(name), Some(commit)) = (object.take(), &commit) else {
            continue;
        };
        if !wanted.contains(&name) || rest.is_empty() {
            continue;
        }
        order.entry(commit.id.clone()).or_insert(walked);
        // From the newest to the oldest, as git walks.
        match out.get_mut(&name) {
            Some(stood) => stood.first = commit.clone(),
            None => {
                let stood = Stood {
                    path: rest.to_owned(),
                    first: commit.clone(),
                    last: commit.clone(),
                };
                out.insert(name, stood);
            }
        }
    }
    child.wait()?;
    Ok((out, order))
}

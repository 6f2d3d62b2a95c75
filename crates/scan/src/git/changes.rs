//! What is about to be committed, and what commits since another one brought.
//!
//! A file is looked at whole, and what stood in it before is left out: nobody is
//! asked again about a secret that an edit of the same file did not bring.

use std::collections::{HashMap, HashSet};

use super::Repository;
use super::objects::{Got, Objects};
use crate::{Options, Outcome, ScanError, Secret};

/// One changed file.
#[derive(Debug)]
struct Changed {
    path: String,
    mode: String,
    before: String,
    after: String,
}

/// What is staged, and files of it that everybody may change.
///
/// # Errors
/// When git cannot say.
pub fn staged(repository: &Repository, options: &Options) -> Result<Outcome, ScanError> {
    let args = [
        "diff",
        "--cached",
        "--raw",
        "--no-abbrev",
        "--no-renames",
        "-z",
    ];
    let args: Vec<&str> = args
        .into_iter()
        .chain(["--no-ext-diff", "--no-textconv", "--ignore-submodules"])
        .collect();
    let raw = repository.bytes(&args)?;
    let changed = parse(&raw);
    let mut out = compare(repository, &changed, options)?;
    out.open = open_files(repository, &changed);
    out.sort();
    Ok(out)
}

/// What the commits after `base` brought: everything that came with one of
/// them, even when a later one took it out again.
///
/// # Errors
/// When git cannot say, or does not know `base`.
pub fn since(repository: &Repository, base: &str, options: &Options) -> Result<Outcome, ScanError> {
    // An option is no revision, whatever it looks like.
    let base = repository.ask(&[
        "rev-parse",
        "--verify",
        "--end-of-options",
        &format!("{base}^{{commit}}"),
    ])?;
    let fork = repository.ask(&["merge-base", base.trim(), "HEAD"])?;
    let range = format!("{}..HEAD", fork.trim());
    let args = [
        "log",
        "--raw",
        "--no-abbrev",
        "--no-renames",
        "-z",
        "-m",
        "--format=",
    ];
    let args: Vec<&str> = args
        .into_iter()
        .chain([
            "--no-ext-diff",
            "--no-textconv",
            "--ignore-submodules",
            &range,
        ])
        .collect();
    let raw = repository.bytes(&args)?;
    let mut out = compare(repository, &parse(&raw), options)?;
    let messages = repository.bytes(&["log", "--format=%B", &range])?;
    out.look("(commit messages)", &messages, options);
    out.sort();
    Ok(out)
}

/// `:100644 100755 <before> <after> M\0path\0`…
fn parse(raw: &[u8]) -> Vec<Changed> {
    let mut out = Vec::new();
    let mut fields = raw.split(|b| *b == 0);
    while let Some(head) = fields.next() {
        let head = String::from_utf8_lossy(head);
        let Some(head) = head.trim_start().strip_prefix(':') else {
            continue;
        };
        let words: Vec<&str> = head.split(' ').collect();
        let [_, mode, before, after, _] = words.as_slice() else {
            continue;
        };
        let Some(path) = fields.next() else { break };
        let zero = |name: &str| name.bytes().all(|b| b == b'0');
        // A link and a submodule have no content of their own.
        if zero(after) || !mode.starts_with("100") {
            continue;
        }
        out.push(Changed {
            path: String::from_utf8_lossy(path).into_owned(),
            mode: (*mode).to_owned(),
            before: if zero(before) {
                String::new()
            } else {
                (*before).to_owned()
            },
            after: (*after).to_owned(),
        });
    }
    out
}

/// Looks at what is new, and at what was there where something was found.
fn compare(
    repository: &Repository,
    changed: &[Changed],
    options: &Options,
) -> Result<Outcome, ScanError> {
    let mut out = Outcome::default();
    let mut known: HashSet<(&str, &str)> = HashSet::new();
    let changed: Vec<&Changed> = changed
        .iter()
        .filter(|c| known.insert((&c.path, &c.after)))
        .collect();
    let names = changed.iter().map(|c| c.after.clone()).collect();
    let mut objects = Objects::of(repository, names)?;
    let mut buffer = Vec::new();
    let mut found: Vec<(&Changed, Vec<Secret>)> = Vec::new();
    for change in &changed {
        let mut here = Outcome::default();
        match objects.next(&mut buffer)? {
            Some(Got::Object(_)) => here.look(&change.path, &buffer, options),
            Some(Got::TooLarge(size)) => {
                here.missed.push(format!("{}: {size} bytes", change.path));
            }
            Some(Got::Missing) | None => {
                here.missed
                    .push(format!("{}: not in this clone", change.path));
            }
        }
        let secrets = std::mem::take(&mut here.secrets);
        if !secrets.is_empty() {
            found.push((change, secrets));
        }
        out.add(here);
    }
    drop(objects);
    let before: Vec<String> = found
        .iter()
        .map(|(change, _)| change.before.clone())
        .filter(|name| !name.is_empty())
        .collect();
    let old = fingerprints(repository, before, options)?;
    let mut said: HashSet<(String, String)> = HashSet::new();
    for (change, secrets) in found {
        let was = old.get(&change.before);
        for secret in secrets {
            let new = !was.is_some_and(|was| was.contains(&secret.fingerprint));
            if new && said.insert((secret.path.clone(), secret.fingerprint.clone())) {
                out.secrets.push(secret);
            }
        }
    }
    Ok(out)
}

/// The fingerprints of what stands in objects.
fn fingerprints(
    repository: &Repository,
    names: Vec<String>,
    options: &Options,
) -> Result<HashMap<String, HashSet<String>>, ScanError> {
    let mut out = HashMap::new();
    if names.is_empty() {
        return Ok(out);
    }
    let mut objects = Objects::of(repository, names.clone())?;
    let mut buffer = Vec::new();
    for name in names {
        if let Some(Got::Object(_)) = objects.next(&mut buffer)? {
            let mut here = Outcome::default();
            here.look("", &buffer, options);
            let all = here.secrets.into_iter().map(|s| s.fingerprint).collect();
            out.insert(name, all);
        }
    }
    Ok(out)
}

/// Staged files whose mode, on disk, lets everybody write: git keeps only
/// whether a file can be run, so the disk is asked.
fn open_files(repository: &Repository, changed: &[Changed]) -> Vec<String> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut out = Vec::new();
    for change in changed.iter().filter(|c| !c.mode.is_empty()) {
        let Ok(meta) = std::fs::symlink_metadata(repository.top.join(&change.path)) else {
            continue;
        };
        let mode = meta.permissions().mode() & 0o777;
        if meta.is_file() && mode & 0o002 != 0 {
            out.push(format!(
                "{}: mode {mode:o} lets everybody change it; chmod {:o} {}",
                change.path,
                mode & !0o022,
                change.path
            ));
        }
    }
    out
}

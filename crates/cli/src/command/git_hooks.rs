//! `palisade install-git-hooks`: nothing is committed that should not be.

use std::path::PathBuf;

use clap::Args;
use palisade_scan::git::Repository;
use serde_json::json;

use crate::args::{Dir, Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, DIM, GOOD, paint};

/// How a hook of ours is known.
const SIGN: &str = "# palisade: install-git-hooks --remove takes this out";

/// The hooks and what each asks.
const HOOKS: [(&str, &str); 2] = [
    ("pre-commit", "scan secrets --staged"),
    ("commit-msg", "scan secrets --stdin < \"$1\""),
];

/// Look for secrets before every commit of a repository
///
/// Staged changes and the message are looked at by `palisade scan secrets`. A hook
/// that is there already is kept and runs first. Agents that commit meet the same
/// hooks; going around them (`--no-verify`) is a row of the policy.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  palisade install-git-hooks\n  palisade install-git-hooks --remove"
)]
pub(crate) struct GitHooks {
    #[command(flatten)]
    dir: Dir,
    /// Take them out again
    #[arg(long)]
    remove: bool,
    #[command(flatten)]
    output: Output,
}

/// What becomes of one hook.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Done {
    Installed,
    Kept,
    Removed,
    Absent,
}

impl GitHooks {
    pub(crate) fn run(self) -> Result<Outcome, Error> {
        let wrong = |error: palisade_scan::ScanError| Error::Other(error.to_string());
        let start = self.dir.dir.clone().unwrap_or_else(|| PathBuf::from("."));
        let folder = Repository::around(&start)
            .and_then(|repository| repository.hooks())
            .map_err(wrong)?;
        let mut done = Vec::new();
        for (name, asks) in HOOKS {
            let path = folder.join(name);
            let what = if self.remove {
                remove(&path)?
            } else {
                install(&path, name, asks)?
            };
            done.push((path, what));
        }
        if self.output.format == Format::Json {
            let hooks: Vec<_> = done
                .iter()
                .map(|(path, what)| json!({"hook": path, "result": word(*what)}))
                .collect();
            output::json(&json!({ "hooks": hooks }))?;
        } else {
            for (path, what) in &done {
                output::line(format_args!(
                    "{} {}",
                    paint(if *what == Done::Absent { DIM } else { GOOD }, word(*what)),
                    path.display()
                ))?;
            }
        }
        Ok(Outcome::Fine)
    }
}

const fn word(done: Done) -> &'static str {
    match done {
        Done::Installed => "installed",
        Done::Kept => "is there",
        Done::Removed => "removed",
        Done::Absent => "is not there",
    }
}

/// Where what was there before is kept.
fn before(path: &std::path::Path) -> PathBuf {
    path.with_extension("before-palisade")
}

fn read(path: &std::path::Path) -> Result<Option<String>, Error> {
    match palisade_files::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn install(path: &std::path::Path, name: &str, asks: &str) -> Result<Done, Error> {
    let program = std::env::current_exe()?;
    let program = program.to_string_lossy().replace('\'', "'\\''");
    let text = format!(
        "#!/bin/sh\n{SIGN}\nbefore=\"$(dirname \"$0\")/{name}.before-palisade\"\nif [ -x \"$before\" ]; then\n  \"$before\" \"$@\" || exit $?\nfi\nexec '{program}' {asks}\n"
    );
    let there = read(path)?;
    if there.as_deref() == Some(&text) {
        return Ok(Done::Kept);
    }
    if there.is_some_and(|there| !there.contains(SIGN)) {
        if before(path).exists() {
            return Err(Error::Other(format!(
                "`{}` is in the way; look at it and remove it",
                before(path).display()
            )));
        }
        std::fs::rename(path, before(path))?;
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    palisade_files::write_atomic(path, text.as_bytes(), Some(0o755))?;
    Ok(Done::Installed)
}

fn remove(path: &std::path::Path) -> Result<Done, Error> {
    if !read(path)?.is_some_and(|there| there.contains(SIGN)) {
        return Ok(Done::Absent);
    }
    if before(path).exists() {
        std::fs::rename(before(path), path)?;
    } else {
        std::fs::remove_file(path)?;
    }
    Ok(Done::Removed)
}

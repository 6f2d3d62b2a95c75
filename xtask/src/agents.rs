//! The agents that the end-to-end tests start, from the pinned lock file into a
//! cache outside the clone.

use std::fs;
use std::process::Command;

use palisade_e2e::agents;

use crate::run::{Done, Failed, at, start};

/// `cargo xtask agents`.
pub(crate) fn run() -> Done {
    install()?;
    println!("{}", agents::folder()?.join("node_modules").display());
    Ok(())
}

/// Installs what is not there yet.
pub(crate) fn install() -> Done {
    if agents::complete().is_ok() {
        return Ok(());
    }
    let folder = agents::folder()?;
    let Some(base) = folder.parent() else {
        return Err(Failed::new("the cache folder has no parent"));
    };
    at(base, fs::create_dir_all(base))?;
    // Complete or not at all: an interrupted download must not look installed.
    let fresh = at(base, tempfile::tempdir_in(base))?;
    for name in ["package.json", "package-lock.json", ".npmrc"] {
        let from = agents::pins().join(name);
        at(&from, fs::copy(&from, fresh.path().join(name)))?;
    }
    // No scripts: the programs are in the packages, nothing needs to be built.
    start(
        Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .args(["--loglevel", "error"])
            .current_dir(fresh.path()),
    )?;
    if folder.exists() {
        at(&folder, fs::remove_dir_all(&folder))?;
    }
    at(&folder, fs::rename(fresh.keep(), &folder))?;
    agents::complete()?;
    Ok(())
}

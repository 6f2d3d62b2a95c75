//! From a clone to a guarded project in one line.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::build;
use crate::run::{Done, Failed, at, start};

/// `cargo xtask setup [-- ARGS]`.
pub(crate) fn run(args: &[String]) -> Done {
    let here = at(&PathBuf::from("."), env::current_dir())?;
    let built = build::all()?;
    let folder = folder()?;
    at(&folder, fs::create_dir_all(&folder))?;
    // The hook first: `palisade` looks for it beside itself.
    for name in ["palisade-hook", "palisade"] {
        build::place(&built.join(name), &folder.join(name))?;
    }
    println!(
        "installed palisade and palisade-hook in {}",
        folder.display()
    );
    let path = env::var_os("PATH").unwrap_or_default();
    if !env::split_paths(&path).any(|dir| dir == folder) {
        println!(
            "{} is not on PATH; until it is, call {}",
            folder.display(),
            folder.join("palisade").display()
        );
    }
    start(
        Command::new(folder.join("palisade"))
            .arg("protect")
            .args(args)
            .current_dir(here),
    )
}

fn folder() -> Done<PathBuf> {
    let given = |name| env::var_os(name).filter(|value| !value.is_empty());
    if let Some(dir) = given("PALISADE_INSTALL_DIR") {
        let dir = PathBuf::from(dir);
        return if dir.is_absolute() {
            Ok(dir)
        } else {
            Err(Failed::new("PALISADE_INSTALL_DIR must be an absolute path"))
        };
    }
    given("HOME")
        .map(|home| PathBuf::from(home).join(".local/bin"))
        .ok_or_else(|| Failed::new("HOME is not set; say where with PALISADE_INSTALL_DIR"))
}

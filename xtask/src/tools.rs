//! What the tests need on the machine beside Rust.

use std::process::{Command, Stdio};

use palisade_e2e::agents;

use crate::run::{Done, Failed, cargo, start};

/// Fails with one line that names everything that is missing.
pub(crate) fn check() -> Done {
    let mut needed = vec!["bash", "git", "python3", "curl", "npm", "node"];
    if agents::claude().is_ok() {
        // Only the installation of the agents asks for it by itself; the tests do
        // run `npm test` in a project.
        needed.retain(|name| *name != "node");
    }
    let missing: Vec<&str> = needed
        .into_iter()
        .filter(|name| !answers(Command::new(name).arg("--version")))
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Failed::new(format!(
            "the tests need {} on PATH",
            missing.join(", ")
        )))
    }
}

/// Installs cargo-nextest when it is not there.
pub(crate) fn nextest() -> Done {
    if answers(&mut cargo(&["nextest", "--version"])) {
        return Ok(());
    }
    start(&mut cargo(&["install", "cargo-nextest", "--locked"]))
}

fn answers(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

//! What the tests need on the machine beside Rust.

use std::process::{Command, Stdio};

use crate::run::{Done, Failed, cargo, start};

/// Fails with one line that names everything that is missing.
pub(crate) fn check() -> Done {
    let mut needed = vec!["bash", "git", "python3", "curl", "node", "npm"];
    if cfg!(target_os = "linux") {
        // Tests of machine-wide settings give the agent an /etc of its own.
        needed.extend(["unshare", "script"]);
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

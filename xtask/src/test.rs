//! Everything that must hold before a change is merged. Nothing is skipped: what
//! cannot be checked here is a failure here.

use std::process::Command;

use crate::run::{Done, cargo, start};
use crate::{agents, build, deps, tools};

/// `cargo xtask test`.
pub(crate) fn run() -> Done {
    tools::check()?;
    tools::nextest()?;
    agents::install()?;
    start(&mut cargo(&["fmt", "--all", "--check"]))?;
    start(&mut cargo(&[
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ]))?;
    deps::run()?;
    let mut nextest = cargo(&["nextest", "run", "--locked", "--workspace"]);
    with_binaries(&mut nextest)?;
    start(&mut cargo(&[
        "test",
        "--locked",
        "--quiet",
        "--doc",
        "--workspace",
    ]))?;
    // Last, so that its summary is what remains on the screen.
    start(&mut nextest)
}

/// Builds the binaries under test and says where they are.
pub(crate) fn with_binaries(command: &mut Command) -> Done {
    command.env("PALISADE_FAULT_HOOK", build::faulty_hook()?);
    command.env("PALISADE_BIN_DIR", build::all()?);
    Ok(())
}

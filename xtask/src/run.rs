//! Starting other programs, and what to say when they fail.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A chore that could not be done, in one line or a few.
#[derive(Debug)]
pub(crate) struct Failed(String);

/// How a chore ends.
pub(crate) type Done<T = ()> = Result<T, Failed>;

impl Failed {
    pub(crate) fn new(what: impl fmt::Display) -> Self {
        Self(what.to_string())
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<palisade_e2e::Broken> for Failed {
    fn from(broken: palisade_e2e::Broken) -> Self {
        Self(broken.to_string())
    }
}

/// Names the path when a file operation fails.
pub(crate) fn at<T>(path: &Path, result: std::io::Result<T>) -> Done<T> {
    result.map_err(|e| Failed::new(format!("{}: {e}", path.display())))
}

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        // Relative to where cargo is started, which here is the root.
        Some(dir) if !dir.is_empty() => root().join(dir),
        _ => root().join("target"),
    }
}

/// The cargo that started this, in the root of the workspace.
pub(crate) fn cargo(args: &[&str]) -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command.args(args).current_dir(root());
    command
}

/// Runs a command whose output the person sees.
pub(crate) fn start(command: &mut Command) -> Done {
    let said = say(command);
    eprintln!("$ {said}");
    let status = command
        .status()
        .map_err(|e| Failed::new(format!("cannot start `{said}`: {e}")))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failed::new(format!("`{said}` failed ({status})")))
    }
}

/// Runs a command for its standard output.
pub(crate) fn output(command: &mut Command) -> Done<String> {
    let said = say(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| Failed::new(format!("cannot start `{said}`: {e}")))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(Failed::new(format!("`{said}` failed ({})", output.status)))
    }
}

fn say(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    std::iter::once(name)
        .chain(command.get_args())
        .map(|a| a.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

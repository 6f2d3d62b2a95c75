//! The binaries as they ship.
//!
//! The hook is built by a cargo call of its own: it is static where that works
//! (a dynamic loader alone costs it a third of its start), and alone, so that no
//! other crate of the workspace switches on features it must not have.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{Done, Failed, at, cargo, output, start, target};

// In a static program `getrandom` cannot look the function up and reads device
// files instead; the system call is always there on Linux.
const STATIC: &str = "-C target-feature=+crt-static -C relocation-model=static --cfg getrandom_backend=\"linux_getrandom\"";

/// `cargo xtask build`.
pub(crate) fn run() -> Done {
    let dist = all()?;
    println!("{}", dist.display());
    Ok(())
}

/// Builds both binaries; the folder they are in.
pub(crate) fn all() -> Done<PathBuf> {
    let dist = target().join("dist");
    at(&dist, fs::create_dir_all(&dist))?;
    start(&mut cargo(&[
        "build",
        "--locked",
        "--release",
        "--package",
        "palisade-cli",
    ]))?;
    place(&target().join("release/palisade"), &dist.join("palisade"))?;
    place(&hook(&[])?, &dist.join("palisade-hook"))?;
    Ok(dist)
}

/// Builds the hook that can be told to fail; where it is.
pub(crate) fn faulty_hook() -> Done<PathBuf> {
    let folder = target().join("faults");
    at(&folder, fs::create_dir_all(&folder))?;
    let path = folder.join("palisade-hook");
    place(&hook(&["--features", "faults"])?, &path)?;
    Ok(path)
}

/// Builds the hook; where cargo left it.
fn hook(features: &[&str]) -> Done<PathBuf> {
    let folder = target().join("hook");
    let mut command = cargo(&[
        "build",
        "--locked",
        "--release",
        "--package",
        "palisade-hook",
    ]);
    command.args(features).arg("--target-dir").arg(&folder);
    let mut built = folder;
    if cfg!(all(target_os = "linux", target_env = "gnu")) {
        let host = host()?;
        // Without a target the flags would also apply to build scripts and
        // procedural macros, which cannot be static.
        command.args(["--target", &host]);
        let flags = env::var("RUSTFLAGS").unwrap_or_default();
        command.env("RUSTFLAGS", format!("{flags} {STATIC}").trim());
        built.push(host);
    }
    start(&mut command)?;
    Ok(built.join("release/palisade-hook"))
}

/// The platform that rustc builds for by itself.
fn host() -> Done<String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let text = output(std::process::Command::new(rustc).arg("-vV"))?;
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .ok_or_else(|| Failed::new("rustc does not say what it builds for"))
}

/// Puts a program in place at once: whoever starts it gets the old or the new one.
pub(crate) fn place(from: &Path, to: &Path) -> Done {
    let fresh = to.with_extension(format!("new-{}", std::process::id()));
    at(from, fs::copy(from, &fresh))?;
    at(to, fs::rename(&fresh, to))
}

/// The flags of the hook, for a program that is measured beside it.
pub(crate) fn flags() -> &'static str {
    if cfg!(all(target_os = "linux", target_env = "gnu")) {
        STATIC
    } else {
        ""
    }
}

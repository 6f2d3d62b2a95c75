//! Where the real agents are.
//!
//! They are several hundred megabytes each and belong to their makers, so they
//! are fetched by npm from a pinned lock file into a cache outside the clone.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Broken;

/// The folder with the pinned `package.json` and lock file.
pub fn pins() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("agents")
}

/// Where the agents of exactly this lock file are, or will be, installed:
/// `$PALISADE_AGENTS_DIR`, else the user's cache, and in it one folder per lock.
pub fn folder() -> Result<PathBuf, Broken> {
    let lock = pins().join("package-lock.json");
    let bytes =
        fs::read(&lock).map_err(|e| Broken::new(format!("cannot read {}: {e}", lock.display())))?;
    let base = match given("PALISADE_AGENTS_DIR") {
        Some(dir) => PathBuf::from(dir),
        None => cache()?.join("palisade-test-agents"),
    };
    Ok(base.join(format!("{:016x}", fnv1a(&bytes))))
}

/// The user's cache folder.
pub fn cache() -> Result<PathBuf, Broken> {
    if let Some(dir) = given("XDG_CACHE_HOME") {
        return Ok(PathBuf::from(dir));
    }
    let home = given("HOME").ok_or_else(|| Broken::new("HOME is not set"))?;
    Ok(PathBuf::from(home).join(".cache"))
}

/// The program of Claude Code for this platform, without npm's wrapper.
pub fn claude() -> Result<PathBuf, Broken> {
    let libc = if cfg!(target_env = "musl") {
        "-musl"
    } else {
        ""
    };
    let package = format!("@anthropic-ai/claude-code-{}{libc}", platform());
    installed("Claude Code", &format!("{package}/claude"))
}

/// The program of Codex for this platform.
pub fn codex() -> Result<PathBuf, Broken> {
    let triple = match (env::consts::OS, env::consts::ARCH) {
        ("macos", arch) => format!("{arch}-apple-darwin"),
        (_, arch) => format!("{arch}-unknown-linux-musl"),
    };
    let package = format!("@openai/codex-{}", platform());
    installed("Codex", &format!("{package}/vendor/{triple}/bin/codex"))
}

/// The script of Gemini CLI, to be run by Node.
pub fn gemini() -> Result<PathBuf, Broken> {
    installed("Gemini CLI", "@google/gemini-cli/bundle/gemini.js")
}

/// The program of Copilot CLI for this platform.
pub fn copilot() -> Result<PathBuf, Broken> {
    let package = format!("@github/copilot-{}", platform());
    installed("Copilot CLI", &format!("{package}/copilot"))
}

/// The program of OpenCode for this platform.
pub fn opencode() -> Result<PathBuf, Broken> {
    installed("OpenCode", &format!("opencode-{}/bin/opencode", platform()))
}

/// `linux-x64`, as npm packages are named.
fn platform() -> String {
    let os = match env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let cpu = match env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{os}-{cpu}")
}

fn installed(agent: &str, path: &str) -> Result<PathBuf, Broken> {
    let program = folder()?.join("node_modules").join(path);
    if program.is_file() {
        return Ok(program);
    }
    Err(Broken::new(format!(
        "{agent} is not installed at {}; `cargo xtask agents` installs it",
        program.display()
    )))
}

/// Whether every agent is there.
pub fn complete() -> Result<(), Broken> {
    for agent in [claude, codex, gemini, copilot, opencode] {
        agent()?;
    }
    Ok(())
}

pub(crate) fn given(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// Names a cache folder; nothing is secured by it, npm checks the lock itself.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

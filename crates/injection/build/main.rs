//! Turns `rules/injection/*.toml` into constant tables.
//!
//! The scanner runs inside a hook that lives for a millisecond, so nothing may
//! be parsed or compiled when it starts. A rule that cannot work (an unknown
//! class, a missing example) fails the build.

#![allow(
    clippy::print_stdout,
    reason = "a build script talks to cargo on standard output"
)]

mod emit;
mod schema;

#[path = "../src/fold.rs"]
#[allow(dead_code, reason = "the build needs a part of it")]
mod fold;

use std::error::Error;
use std::fs;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let manifest = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let directory = manifest.join("../../rules/injection");
    println!("cargo::rerun-if-changed={}", directory.display());
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=src/fold.rs");

    let words = directory.join("words.toml");
    let signals = directory.join("signals.toml");
    for path in [&words, &signals] {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    let words: schema::Words = toml::from_str(&fs::read_to_string(words)?)?;
    let signals: schema::Signals = toml::from_str(&fs::read_to_string(signals)?)?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    fs::write(
        out.join("tables.rs"),
        emit::tables(&words.class, &signals.rule)?,
    )?;
    fs::write(out.join("examples.rs"), emit::examples(&signals.rule)?)?;
    Ok(())
}

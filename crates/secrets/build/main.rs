//! Turns `rules/secrets/*.toml` into constant tables.
//!
//! The scanner runs inside a hook that lives for a millisecond, so nothing may
//! be parsed or compiled when it starts: the rules become arrays in read-only
//! memory here. A rule that cannot work (an anchor too short for the gate, an
//! unknown character class, a missing example) fails the build.

#![allow(
    clippy::print_stdout,
    reason = "a build script talks to cargo on standard output"
)]

mod classes;
mod emit;
mod schema;

#[path = "../src/gate_hash.rs"]
mod gate_hash;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use schema::{File, Rule};

fn main() -> Result<(), Box<dyn Error>> {
    let manifest = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let directory = manifest.join("../../rules/secrets");
    println!("cargo::rerun-if-changed={}", directory.display());
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=src/gate_hash.rs");

    let rules = read_rules(&directory)?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    fs::write(out.join("rules.rs"), emit::rules(&rules)?)?;
    fs::write(out.join("examples.rs"), emit::examples(&rules)?)?;
    Ok(())
}

fn read_rules(directory: &Path) -> Result<Vec<Rule>, Box<dyn Error>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(directory)?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<_, _>>()?;
    paths.retain(|p| p.extension().is_some_and(|e| e == "toml"));
    paths.sort();
    let mut rules: Vec<Rule> = Vec::new();
    for path in paths {
        println!("cargo::rerun-if-changed={}", path.display());
        let text = fs::read_to_string(&path)?;
        let file: File = toml::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
        for rule in file.rule {
            rule.check()
                .map_err(|e| format!("{}: rule {}: {e}", path.display(), rule.id))?;
            if rules.iter().any(|r| r.id == rule.id) {
                return Err(format!("{}: rule {} exists twice", path.display(), rule.id).into());
            }
            rules.push(rule);
        }
    }
    Ok(rules)
}

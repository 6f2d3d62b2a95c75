//! Turns `rules/packages/*.txt` into constant tables: the names others imitate
//! in full, every known name as a number.

#![allow(
    clippy::print_stdout,
    reason = "a build script talks to cargo on standard output"
)]

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

#[path = "../src/number.rs"]
mod number;

/// A name and how many are used more.
type Ranked<'n> = (u16, &'n str);

/// One row per length: the names, one after the other, and their ranks.
fn by_length(names: &[Ranked<'_>]) -> String {
    let longest = names.iter().map(|(_, n)| n.len()).max().unwrap_or_default();
    let rows: Vec<String> = (0..=longest)
        .map(|length| {
            let row: Vec<&Ranked<'_>> = names.iter().filter(|(_, n)| n.len() == length).collect();
            let text: String = row.iter().map(|(_, n)| *n).collect();
            let ranks: Vec<u16> = row.iter().map(|(rank, _)| *rank).collect();
            format!("Row {{ text: {text:?}, ranks: &{ranks:?} }}")
        })
        .collect();
    format!("&[{}]", rows.join(", "))
}

fn main() -> Result<(), Box<dyn Error>> {
    let manifest = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let directory = manifest.join("../../rules/packages");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=src/number.rs");
    let mut out = String::new();
    // How many from the top are names others imitate: on npm what people install
    // themselves is downloaded less than what other packages need.
    for (file, name, count) in [
        ("npm.txt", "NPM", usize::MAX),
        ("pypi.txt", "PYPI", 10_000),
        ("crates.txt", "CRATES", usize::MAX),
        ("gems.txt", "GEMS", usize::MAX),
    ] {
        let path = directory.join(file);
        println!("cargo::rerun-if-changed={}", path.display());
        let text = fs::read_to_string(&path)?;
        let names: Vec<&str> = text.lines().filter(|l| !l.is_empty()).collect();
        let mut known: Vec<u64> = names.iter().map(|n| number::number(n)).collect();
        // A scope that is known makes every package in it known.
        known.extend(
            names
                .iter()
                .filter_map(|n| n.strip_prefix('@')?.split_once('/'))
                .map(|(scope, _)| number::number(&format!("@{scope}"))),
        );
        known.sort_unstable();
        known.dedup();
        let (scoped, plain): (Vec<Ranked<'_>>, Vec<Ranked<'_>>) = (0..)
            .zip(names.iter().copied().take(count))
            .partition(|(_, n)| n.starts_with('@'));
        let mut bare: Vec<(u64, u16)> = plain
            .iter()
            .map(|(rank, n)| (number::number(&number::letters(n)), *rank))
            .collect();
        bare.sort_unstable();
        writeln!(
            out,
            "pub(crate) static {name}: Names = Names {{ known: &{known:?}, plain: {}, scoped: {}, bare: &{bare:?} }};",
            by_length(&plain),
            by_length(&scoped),
        )?;
    }
    fs::write(
        PathBuf::from(std::env::var("OUT_DIR")?).join("names.rs"),
        out,
    )?;
    Ok(())
}

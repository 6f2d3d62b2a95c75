//! Less used names are rarely suspected, slips of much used ones mostly.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    missing_docs,
    reason = "tests"
)]

use palisade_packages::check;

/// Names of packages that exist and are in no list of much used ones, drawn at
/// random.
const NAMES: &[(&str, &str)] = &[
    ("npm install", include_str!("names/npm.txt")),
    ("pip install", include_str!("names/pypi.txt")),
];

#[test]
fn real_names_are_left_alone() {
    for (by, names) in NAMES {
        let all: Vec<&str> = names.lines().collect();
        let asked: Vec<(&str, String)> = all
            .iter()
            .filter_map(|name| Some((*name, check(by, name)?)))
            .collect();
        eprintln!("{by}: {} of {}: {asked:#?}", asked.len(), all.len());
        assert!(all.len() >= 800);
        assert!(asked.len() * 100 <= all.len(), "{by}: {asked:#?}");
    }
}

/// One slip in each of the names everybody installs, made by a fixed rule.
#[test]
fn slips_are_noticed() {
    const NPM: &str = include_str!("../../../rules/packages/npm.txt");
    const PYPI: &str = include_str!("../../../rules/packages/pypi.txt");
    for (by, names) in [("npm install", NPM), ("pip install", PYPI)] {
        let mut made = 0;
        let mut noticed = 0;
        let popular = names
            .lines()
            .filter(|n| n.len() >= 6 && !n.starts_with('@'))
            .step_by(3)
            .take(300);
        for (number, name) in popular.enumerate() {
            let at = 1 + number % (name.len() - 2);
            let mut letters: Vec<char> = name.chars().collect();
            match number % 3 {
                0 => letters.swap(at, at + 1),
                1 => letters.insert(at, letters[at]),
                _ => drop(letters.remove(at)),
            }
            let slip: String = letters.iter().collect();
            // A swap of two equal letters, and names that exist.
            if slip == name || names.lines().any(|n| n == slip) {
                continue;
            }
            made += 1;
            noticed += usize::from(check(by, &slip).is_some());
        }
        eprintln!("{by}: {noticed} of {made}");
        assert!(
            made >= 250 && noticed * 100 >= made * 95,
            "{by}: {noticed} of {made}"
        );
    }
}

//! The architecture: a crate uses only the floors below its own, and the hook
//! stays small.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::run::{Done, Failed, cargo, output};

/// The floor of each room, as in the table of the architecture document.
const FLOORS: &[(u8, &[&str])] = &[
    (0, &["core"]),
    (
        1,
        &[
            "files",
            "shell",
            "secrets",
            "injection",
            "packages",
            "policy",
        ],
    ),
    (
        2,
        &[
            "policy-compile",
            "agents",
            "approvals",
            "journal",
            "journal-index",
            "ledger",
        ],
    ),
    (
        3,
        &[
            "guard", "mcp", "gateway", "sandbox", "scan", "posture", "incident", "team",
        ],
    ),
    (4, &["hook", "cli"]),
];

/// Neighbours that may use each other, one way.
const NEIGHBOURS: &[(&str, &str)] = &[("incident", "scan"), ("journal-index", "journal")];

/// Beside the house: they may use everything and nothing may use them.
const BESIDE: &[&str] = &["xtask", "palisade-e2e"];

/// What a program that starts on every tool call must not carry.
const NOT_IN_HOOK: &[&str] = &[
    "tokio",
    "clap",
    "rusqlite",
    "libsqlite3-sys",
    "regex",
    "regex-automata",
    "chrono",
    "jiff",
    "openssl",
    "openssl-sys",
    "rustls",
    "hyper",
    "reqwest",
    "cedar-policy",
    "toml_edit",
    "jsonc-parser",
    "palisade-policy-compile",
];

/// Licences a dependency may be had under: permissive ones.
const LICENCES: &[&str] = &[
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "MIT",
    "MIT-0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    // Lists of certificate authorities.
    "CDLA-Permissive-2.0",
    "Zlib",
    "Unicode-3.0",
    "Unlicense",
    "CC0-1.0",
    "0BSD",
    "BSL-1.0",
];

/// `cargo xtask deps`.
pub(crate) fn run() -> Done {
    let text = output(&mut cargo(&[
        "metadata",
        "--locked",
        "--no-deps",
        "--format-version",
        "1",
    ]))?;
    let metadata: Value = serde_json::from_str(&text).map_err(Failed::new)?;
    let mut wrong = edges(&metadata);

    let tree = output(&mut cargo(&[
        "tree",
        "--locked",
        "--package",
        "palisade-hook",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]))?;
    wrong.extend(carried(&tree));
    let all = output(&mut cargo(&[
        "metadata",
        "--locked",
        "--format-version",
        "1",
    ]))?;
    wrong.extend(licences(&serde_json::from_str(&all).map_err(Failed::new)?));
    if wrong.is_empty() {
        println!(
            "deps: every crate uses only floors below its own; the hook is light; every licence is permissive"
        );
        Ok(())
    } else {
        Err(Failed::new(format!(
            "the architecture does not hold\n{}",
            wrong.join("\n")
        )))
    }
}

/// Dependencies that point up or across.
fn edges(metadata: &Value) -> Vec<String> {
    let floors: BTreeMap<&str, u8> = FLOORS
        .iter()
        .flat_map(|(floor, rooms)| rooms.iter().map(|room| (*room, *floor)))
        .collect();
    let mut wrong = Vec::new();
    for package in list(metadata, "packages") {
        let name = text(package, "name");
        if BESIDE.contains(&name) {
            continue;
        }
        let Some((room, own)) = name
            .strip_prefix("palisade-")
            .and_then(|room| floors.get(room).map(|floor| (room, *floor)))
        else {
            wrong.push(format!(
                "  {name} has no floor; give it one in xtask/src/deps.rs"
            ));
            continue;
        };
        // Tests may look anywhere.
        let used = list(package, "dependencies").filter(|d| text(d, "kind") != "dev");
        for dependency in used {
            let other = text(dependency, "name");
            if BESIDE.contains(&other) {
                wrong.push(format!("  {name} uses {other}, which is beside the house"));
            }
            let Some((other_room, floor)) = other
                .strip_prefix("palisade-")
                .and_then(|room| floors.get(room).map(|floor| (room, *floor)))
            else {
                continue;
            };
            if floor >= own && !NEIGHBOURS.contains(&(room, other_room)) {
                wrong.push(format!(
                    "  {name} (floor {own}) uses {other} (floor {floor})"
                ));
            }
        }
    }
    wrong
}

/// Packages that cannot be had under a permissive licence.
fn licences(metadata: &Value) -> Vec<String> {
    list(metadata, "packages")
        .filter(|package| !permissive(text(package, "license")))
        .map(|package| {
            format!(
                "  {} {}: licence \"{}\"",
                text(package, "name"),
                text(package, "version"),
                text(package, "license")
            )
        })
        .collect()
}

/// Whether an SPDX expression leaves a way with permissive licences only.
fn permissive(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], "").replace('/', " OR ");
    // Every part that is required offers at least one alternative.
    !plain.is_empty()
        && plain.split(" AND ").all(|part| {
            part.split(" OR ")
                .any(|licence| LICENCES.contains(&licence.trim()))
        })
}

/// What the hook carries and must not.
fn carried(tree: &str) -> Vec<String> {
    let mut found: Vec<&str> = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| NOT_IN_HOOK.contains(name))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
        .into_iter()
        .map(|name| {
            format!("  palisade-hook carries {name}; see `cargo tree -p palisade-hook -i {name}`")
        })
        .collect()
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn one(name: &str, uses: &[(&str, Option<&str>)]) -> Value {
        let dependencies: Vec<Value> = uses
            .iter()
            .map(|(name, kind)| json!({"name": name, "kind": kind}))
            .collect();
        json!({"packages": [{"name": name, "dependencies": dependencies}]})
    }

    #[test]
    fn a_licence_is_permissive_when_a_permissive_way_is_open() {
        for fine in [
            "MIT",
            "MIT OR GPL-3.0",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Unlicense/MIT",
        ] {
            assert!(permissive(fine), "{fine}");
        }
        for not in [
            "",
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "SSPL-1.0",
            "LGPL-2.1-or-later",
        ] {
            assert!(!permissive(not), "{not}");
        }
    }

    #[test]
    fn down_is_fine_and_tests_look_anywhere() {
        let fine = one(
            "palisade-guard",
            &[
                ("palisade-core", None),
                ("palisade-journal", None),
                ("palisade-cli", Some("dev")),
                ("serde", None),
            ],
        );
        assert_eq!(edges(&fine), Vec::<String>::new());
        let neighbours = one("palisade-incident", &[("palisade-scan", None)]);
        assert_eq!(edges(&neighbours), Vec::<String>::new());
    }

    #[test]
    fn up_across_and_unknown_are_not() {
        for (name, other, kind) in [
            ("palisade-core", "palisade-files", None),
            ("palisade-shell", "palisade-files", None),
            ("palisade-scan", "palisade-incident", None),
            ("palisade-policy", "palisade-guard", Some("build")),
            ("palisade-guard", "palisade-e2e", None),
        ] {
            assert_eq!(
                edges(&one(name, &[(other, kind)])).len(),
                1,
                "{name} {other}"
            );
        }
        assert_eq!(edges(&one("palisade-attic", &[])).len(), 1);
    }

    #[test]
    fn the_hook_is_searched_by_whole_names() {
        let tree = "palisade-hook v0.1.0 (/x)\nregex-lite v0.1.0\nregex v1.0.0\nregex v1.0.0 (*)\n";
        assert_eq!(carried(tree).len(), 1);
    }
}

//! What machines read.

use palisade_scan::report::{csv, junit, sarif};
use palisade_scan::{Commit, Outcome};

use crate::support::*;

fn found() -> Outcome {
    let mut out = Outcome::default();
    out.look(
        "src/a b.py",
        format!("x = 1\nTOKEN = \"{}\"  # <&>\n", slack("a")).as_bytes(),
        &options(),
    );
    out.look(
        ".env",
        format!("DB_PASSWORD=tr0ub4dor&3, \"x\"\nKEY={}", slack("b")).as_bytes(),
        &options(),
    );
    let commit = Commit {
        id: "0123456789012345678901234567890123456789".into(),
        author: "Mara".into(),
        date: "2026-11-20T10:00:00+00:00".into(),
    };
    out.secrets[0].first = Some(commit.clone());
    out.secrets[0].last = Some(commit);
    out.missed.push("c.txt: permission denied".into());
    out.sort();
    out
}

#[test]
fn each_format() {
    let found = found();
    insta::assert_snapshot!("csv", csv(&found.secrets));
    insta::assert_snapshot!("junit", junit(&found.secrets));
    insta::assert_snapshot!("junit-none", junit(&[]));
    insta::assert_json_snapshot!("sarif", sarif(&found, "0.1.0"));
    insta::assert_json_snapshot!("json", found.secrets);
}

/// SARIF as its own schema (OASIS) has it, with and without findings.
#[test]
fn sarif_is_valid() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/sarif-schema-2.1.0.json"
    );
    let schema: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("sarif.json", schema).unwrap();
    let index = compiler.compile("sarif.json", &mut schemas).unwrap();
    let mut wrong = sarif(&found(), "0.1.0");
    for log in [&wrong, &sarif(&Outcome::default(), "0.1.0")] {
        let valid = schemas.validate(log, index).map_err(|e| format!("{e:#}"));
        assert_eq!(valid, Ok(()));
    }
    wrong["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(schemas.validate(&wrong, index).is_err());
}

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

//! The reference page says what the program does.

use std::path::PathBuf;

use palisade_policy_compile::{compile, rows_markdown};

use crate::compile::Files;

const BEGIN: &str = "<!-- rows: generated, see crates/policy-compile/tests/docs.rs -->";
const END: &str = "<!-- end of rows -->";

fn page() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/policy.md")
}

/// With `PALISADE_BLESS=1` the page is brought up to date instead.
#[test]
fn the_rows_of_the_page_are_those_of_the_program() {
    let text = std::fs::read_to_string(page()).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (rows, after) = rest.split_once(END).unwrap();
    let want = format!("\n{}\n", rows_markdown());
    if rows != want && std::env::var_os("PALISADE_BLESS").is_some() {
        std::fs::write(page(), format!("{before}{BEGIN}{want}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(rows, want, "run again with PALISADE_BLESS=1");
}

#[test]
fn every_example_of_the_page_is_a_valid_policy() {
    let text = std::fs::read_to_string(page()).unwrap();
    let mut examples = 0;
    for block in text.split("```toml\n").skip(1) {
        let example = block.split("```").next().unwrap();
        let whole = if example.contains("schema = ") {
            example.to_owned()
        } else {
            format!("schema = 1\n{example}")
        };
        let files = Files::new().with("user", &whole);
        let compiled = compile(&files.sources()).map_err(|d| d.to_string());
        assert!(compiled.unwrap().warnings.is_empty(), "{example}");
        examples += 1;
    }
    assert!(examples >= 8, "{examples}");
    let cedar: Vec<&str> = text
        .split("```cedar\n")
        .skip(1)
        .filter_map(|block| block.split("```").next())
        .collect();
    assert!(!cedar.is_empty());
    for example in cedar {
        let files = Files::new().with("user.cedar", example);
        let compiled = compile(&files.sources()).map_err(|d| d.to_string());
        assert!(compiled.unwrap().warnings.is_empty(), "{example}");
    }
}

//! Any text is parsed or refused, and what was parsed prints to something that
//! parses to the same tree.
#![no_main]

// The same body runs on generated text in the crate's tests.
#[path = "../../crates/shell/tests/parse/invariants.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|text: &str| invariants::hold(text));

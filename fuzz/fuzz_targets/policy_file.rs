//! Any text in a project's policy compiles, or is pointed at.
#![no_main]

use palisade_policy_compile::{Sources, compile_or_restricted};

libfuzzer_sys::fuzz_target!(|text: &[u8]| {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("policy.toml");
    std::fs::write(&path, text).expect("a file");
    let sources = Sources {
        project: Some(path),
        ..Sources::default()
    };
    let compiled = compile_or_restricted(&sources);
    if let Some(diagnostics) = compiled.diagnostics {
        diagnostics.render(false);
    }
    compiled.snapshot.encode();
});

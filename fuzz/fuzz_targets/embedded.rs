//! Any code on an interpreter's command line is understood within the caps.
#![no_main]

use palisade_shell::{Blind, Context, understand};

const INTERPRETERS: [&str; 12] = [
    "python3 -c",
    "node -e",
    "deno eval",
    "ruby -e",
    "perl -e",
    "php -r",
    "lua -e",
    "awk",
    "jq",
    "sed",
    "sqlite3 x.db",
    "psql -c",
];

libfuzzer_sys::fuzz_target!(|input: (u8, &str)| {
    let (which, code) = input;
    let interpreter = INTERPRETERS[usize::from(which) % INTERPRETERS.len()];
    let quoted = code.replace('\'', "'\\''");
    let context = Context {
        cwd: "/w".into(),
        home: "/home/u".into(),
        ..Context::default()
    };
    understand(&format!("{interpreter} '{quoted}'"), &context, &Blind);
});

//! Whatever a project's recipe files hold, the tools that run them are
//! understood within the caps.
#![no_main]

use palisade_shell::{Blind, Context, Observer, understand};

/// One per reader of `crates/shell/src/project`.
const COMMANDS: [&str; 16] = [
    "make",
    "make -C sub all X=1",
    "npm run build",
    "composer run build",
    "deno task build",
    "just build",
    "task build",
    "poe build",
    "pdm run build",
    "hatch run build",
    "pipenv run build",
    "tox",
    "foreman start",
    "docker compose up",
    "direnv exec . true",
    "git build",
];

/// A disk on which every file has the same text.
struct Everywhere<'a>(&'a str);

impl Observer for Everywhere<'_> {
    fn script(&self, _path: &str) -> Option<String> {
        Some(self.0.to_owned())
    }

    fn folders(&self, _path: &str) -> Vec<String> {
        vec!["a".to_owned(), "b".to_owned()]
    }
}

libfuzzer_sys::fuzz_target!(|input: (u8, &str)| {
    let context = Context {
        cwd: "/w".into(),
        home: "/home/u".into(),
        ..Context::default()
    };
    let (which, text) = input;
    let command = COMMANDS[usize::from(which) % COMMANDS.len()];
    let plain = understand(command, &context, &Blind);
    let read = understand(command, &context, &Everywhere(text));
    // Reading more never makes the command itself disappear.
    assert!(read.commands.len() >= plain.commands.len().min(1));
});

//! `--help`, completions and manual pages.

use std::process::Command;

use crate::world::World;

/// Every verb there is.
const VERBS: [&str; 38] = [
    "",
    "protect",
    "unprotect",
    "status",
    "doctor",
    "approve",
    "grants",
    "grants revoke",
    "run",
    "nap",
    "halt",
    "log",
    "log verify",
    "guard",
    "guard check",
    "guard explain",
    "policy",
    "policy init",
    "policy check",
    "policy show",
    "policy explain",
    "policy test",
    "policy diff",
    "policy replay",
    "policy import",
    "policy lower",
    "policy schema",
    "policy unused",
    "policy sign",
    "policy fetch",
    "policy compile",
    "scan",
    "scan secrets",
    "install-git-hooks",
    "redact",
    "hook",
    "completions",
    "man",
];

#[test]
fn of_every_verb() {
    let world = World::new();
    for verb in VERBS {
        let mut words: Vec<&str> = verb.split_whitespace().collect();
        words.push("--help");
        let name = format!("help {verb}").trim().replace(' ', "-");
        let ended = world.palisade(&words);
        assert_eq!(ended.stderr, "", "{verb}");
        for example in ended.stdout.lines().filter(|l| l.contains(" palisade ")) {
            // In the narrowest usual window, too: a broken one cannot be copied.
            assert!(example.len() <= 80, "{example}");
        }
        insta::assert_snapshot!(name, ended);
    }
}

#[test]
fn the_list_of_verbs_is_complete() {
    let help = World::new().palisade(&["--help"]).stdout;
    let listed: Vec<&str> = help
        .lines()
        .skip_while(|l| !l.starts_with("Commands:"))
        .skip(1)
        .take_while(|l| l.starts_with("  "))
        .filter_map(|l| l.split_whitespace().next())
        .filter(|w| *w != "help")
        .collect();
    assert!(listed.len() > 5, "{help}");
    for verb in listed {
        assert!(VERBS.contains(&verb), "{verb} is not tested");
    }
}

#[test]
fn a_word_that_is_no_verb() {
    let world = World::new();
    insta::assert_snapshot!("verb-unknown", world.palisade(&["protct"]));
    insta::assert_snapshot!("verb-none", world.palisade(&[]));
    insta::assert_snapshot!("version", world.palisade(&["--version"]));
}

#[test]
fn completions_parse() {
    let world = World::new();
    for (shell, sign) in [
        ("bash", "complete -F _palisade"),
        ("zsh", "#compdef palisade"),
        ("fish", "complete -c palisade"),
        ("elvish", "edit:completion:arg-completer[palisade]"),
    ] {
        let ended = world.palisade(&["completions", shell]);
        assert_eq!(ended.code, Some(0));
        assert!(ended.stdout.contains(sign), "{shell}");
        for verb in ["protect", "guard", "verify"] {
            assert!(ended.stdout.contains(verb), "{shell}: {verb}");
        }
        world.put(shell, &ended.stdout);
        // Shells that are not on every machine are asked where they are.
        if shell != "elvish"
            && let Ok(status) = Command::new(shell)
                .arg("-n")
                .arg(world.path(shell))
                .status()
        {
            assert!(
                status.success(),
                "{shell} does not understand its completions"
            );
        } else {
            assert_ne!(shell, "bash");
        }
    }
}

#[test]
fn manual_pages_have_their_parts() {
    let world = World::new();
    for verb in VERBS {
        let mut words = vec!["man"];
        words.extend(verb.split_whitespace());
        let ended = world.palisade(&words);
        assert_eq!(ended.code, Some(0), "{ended}");
        let title = format!("palisade {verb}").trim().replace(' ', "-");
        for part in [".SH NAME", ".SH SYNOPSIS", &title.replace('-', "\\-")] {
            assert!(
                ended.stdout.contains(part),
                "{verb}: {part}: {}",
                ended.stdout
            );
        }
    }
    insta::assert_snapshot!("man-unknown", world.palisade(&["man", "guard", "chekc"]));
}

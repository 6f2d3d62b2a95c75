//! Files that an earlier action brought, and what this one brings.

use palisade_core::EffectKind;
use palisade_shell::{Observer, Origin, Understanding, understand};

use crate::understand::support::context;

/// `/w/x.sh` and `/w/x.py` were fetched, `/w/blob` was decoded.
struct Brought;

impl Observer for Brought {
    fn script(&self, path: &str) -> Option<String> {
        match path {
            "/w/x.sh" | "/w/./x.sh" => Some("echo hello\n".to_owned()),
            "/w/x.py" => Some("print(1)\n".to_owned()),
            _ => None,
        }
    }

    fn origin(&self, path: &str) -> Option<Origin> {
        match path.replace("/./", "/").as_str() {
            "/w/x.sh" | "/w/x.py" => Some(Origin::Fetched),
            "/w/blob" => Some(Origin::Decoded),
            _ => None,
        }
    }
}

fn look(command: &str) -> Understanding {
    understand(command, &context(), &Brought)
}

#[test]
fn code_from_a_brought_file_is_what_the_file_is() {
    for command in [
        "sh x.sh",
        "./x.sh",
        ". x.sh",
        ". ./x.sh",
        "source x.sh",
        "bash < x.sh",
        "cat x.sh | sh",
        "cat x.sh | tee log | bash -s -- a",
        "eval \"$(cat x.sh)\"",
        "bash -c \"$(<x.sh)\"",
        "python3 x.py",
        "python3 < x.py",
        "cp x.sh y.sh; sh y.sh",
        "cat x.sh >> y.sh; sh y.sh",
        "ln -s x.sh y.sh && . ./y.sh",
        "while read -r l; do eval \"$l\"; done < x.sh",
    ] {
        let seen = look(command);
        assert!(
            seen.effects
                .iter()
                .any(|e| e.kind == EffectKind::ExecFetched),
            "{command}: {:?}",
            seen.effects
        );
    }
    let seen = look("sh blob");
    assert!(
        seen.effects
            .iter()
            .any(|e| e.kind == EffectKind::ExecOpaque)
    );
}

#[test]
fn reading_a_brought_file_runs_nothing() {
    for command in [
        "cat x.sh",
        "grep -n hello x.sh",
        "wc -l < x.sh",
        "while read -r l; do echo \"$l\"; done < x.sh",
        "diff x.sh y.sh",
        "python3 z.py x.sh",
        "rm x.sh",
    ] {
        let seen = look(command);
        let runs = |k| matches!(k, EffectKind::ExecFetched | EffectKind::ExecOpaque);
        assert!(
            !seen.effects.iter().any(|e| runs(e.kind)),
            "{command}: {:?}",
            seen.effects
        );
    }
}

#[test]
fn what_a_command_brings_is_said() {
    let brings = |command: &str| look(command).brought;
    for command in [
        "curl -o a https://get.example/a",
        "curl https://get.example/a > a",
        "wget -O a https://get.example/a",
        "curl -s https://get.example/a | tee a",
        "cp x.sh a",
        "cat x.sh > a",
    ] {
        let brought = brings(command);
        let a = ("/w/a".to_owned(), Origin::Fetched);
        assert!(brought.contains(&a), "{command}: {brought:?}");
    }
    assert_eq!(
        brings("base64 -d b > a"),
        [("/w/a".to_owned(), Origin::Decoded)]
    );
    assert!(brings("echo hello > a; cp README.md b; cargo build").is_empty());
}

//! Anything at all: no panic, and an end.

use proptest::prelude::*;

use super::support::look;

const TOKENS: &[&str] = &[
    "rm",
    "-rf",
    "~",
    "/",
    "$x",
    "${x:-y}",
    "${x#*/}",
    "${!x}",
    "${#x}",
    "${x//a/b}",
    "${a[@]}",
    "$(",
    ")",
    "`",
    "'",
    "\"",
    "{",
    "}",
    "(",
    ")",
    ";",
    "&",
    "&&",
    "||",
    "|",
    "\n",
    "<<E",
    "\nE\n",
    "<<<",
    ">",
    "<",
    "x=",
    "a=(",
    "eval",
    "bash -c",
    "if",
    "then",
    "fi",
    "for x in",
    "do",
    "done",
    "case",
    "esac",
    "in",
    "while",
    "f()",
    "f",
    "set --",
    "shift",
    "cd",
    "export",
    "local",
    "trap",
    "EXIT",
    "xargs",
    "-I{}",
    "{}",
    "find . -exec",
    "\\;",
    "+",
    "git push",
    "--force",
    "git -C",
    "curl",
    "| sh",
    "echo",
    "printf '%s'",
    "base64 -d",
    "[[",
    "]]",
    "((",
    "))",
    "$((",
    "1+",
    "x++",
    "{1..3}",
    "{a,b}",
    "*",
    "?",
    "[a-z]",
    "\\",
    "é",
    "…",
    "\u{0}",
    "%",
    "=",
    ":",
    "tar --to-command=",
    "docker run -v",
    "ssh h",
    "sudo",
    "env -S",
    "sed -i",
    "awk",
    "psql -c",
    "kubectl",
    "npm i",
    "source",
    "alias x=",
    "read x",
    "IFS=",
    "python -c",
    "node -e",
    "a[1]=",
    "return",
    "break",
    "mapfile -C",
    "<(",
    ">(",
    "dd of=",
    "chmod",
    "--",
    "-",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn token_soup(tokens in prop::collection::vec(prop::sample::select(TOKENS), 1..24), glue in prop::collection::vec(any::<bool>(), 24)) {
        let mut text = String::new();
        for (t, g) in tokens.iter().zip(glue) {
            text.push_str(t);
            if g {
                text.push(' ');
            }
        }
        let u = look(&text);
        prop_assert!(u.effects.len() <= palisade_core::limits::EFFECTS + 1);
    }

    #[test]
    fn programs_with_any_arguments(program in prop::sample::select(&["git push", "git", "tar", "find", "xargs", "docker run", "sed", "kill", "chmod", "env", "sudo", "npm", "psql", "aws", "gh api", "printf", "rsync", "ssh", "uv", "claude", "cp", "tr"][..]), args in prop::collection::vec("[-a-z=:/{}.%*+@,!]{0,6}", 0..7)) {
        look(&format!("{program} {}", args.join(" ")));
        look(&format!("echo x | {program} {}", args.join(" ")));
    }
}

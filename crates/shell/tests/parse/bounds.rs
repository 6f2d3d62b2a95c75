//! Hostile input: no panic, no deep recursion.

use palisade_shell::{ParseError, parse};
use proptest::prelude::*;

use super::invariants::hold;

fn soup() -> impl Strategy<Value = String> {
    let token = prop::sample::select(vec![
        "a",
        "b",
        "x=",
        "a=(",
        " ",
        " ",
        "\n",
        "\t",
        "\r\n",
        ";",
        "&",
        "|",
        "<",
        ">",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        "{ ",
        "; }",
        "'",
        "\"",
        "`",
        "\\",
        "$",
        "#",
        "!",
        "*",
        "?",
        "~",
        "=",
        "-",
        "/",
        ":",
        "%",
        "^",
        ",",
        "@",
        "1",
        "2",
        "\\\n",
        "$(",
        "$((",
        "))",
        "${",
        "$[",
        "$'",
        "$\"",
        "<(",
        ">(",
        "((",
        "[[ ",
        " ]]",
        "<<E",
        "<<-E",
        "<<'E'",
        "\nE\n",
        "<<<",
        ">&",
        "&>",
        "2>",
        "{x}>",
        ";;",
        ";&",
        ";;&",
        "&&",
        "||",
        "|&",
        "if ",
        "then ",
        "else ",
        "elif ",
        "fi ",
        "for ",
        "in ",
        "do ",
        "done ",
        "while ",
        "case ",
        "esac ",
        "function ",
        "select ",
        "coproc ",
        "time ",
        "! ",
        "f() ",
        "@(",
        "!(",
        "\\`",
        "\\\"",
        "\\$",
        "é",
        "\u{0}",
        "=~ ",
        "${x:-",
        "${#",
        "${!",
        "x}",
        ":1}",
        "//",
        "declare ",
        "E",
        "EOF",
        "x41",
        "\\c",
    ]);
    prop::collection::vec(token, 0..24).prop_map(|t| t.concat())
}

/// Things that can stand inside each other; `@` is the inside.
const NESTS: &[&str] = &[
    "(@)",
    "( @ )",
    "{ @; }",
    "$(@)",
    "$( @ )",
    "\"$(@)\"",
    "`@`",
    "${a:-@}",
    "\"${a:-@}\"",
    "$((@))",
    "$[@]",
    "<(@)",
    "if @; then @; fi",
    "while a; do @; done",
    "case x in a) @;; esac",
    "f() { @; }",
    "a=(@)",
    "a[@]=b",
    "${a[@]}",
    "[[ ( @ ) ]]",
    "((@))",
    "for i in a; do @; done",
    "cat <<E\n@\nE\n",
    "${a/@/b}",
    "${a:@}",
    "a @(@)",
    "coproc { @; }",
    "$(cat <<E\n@\nE\n)",
    "'@'",
    "\"@\"",
    "! @",
    "a | @",
    "a && @",
    "echo @",
    "$'@'",
];

fn nested() -> impl Strategy<Value = String> {
    (
        prop::collection::vec(prop::sample::select(NESTS.to_vec()), 0..60),
        soup(),
    )
        .prop_map(|(nests, inside)| {
            let mut text = inside;
            for nest in nests {
                // Only the first inside grows; the text stays short.
                text = nest.replacen('@', &text, 1).replace('@', "a");
                if text.len() > 4000 {
                    break;
                }
            }
            text
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn soup_is_harmless(text in soup()) {
        hold(&text);
    }

    #[test]
    fn nests_are_harmless(text in nested()) {
        hold(&text);
    }
}

proptest! {
    #[test]
    fn any_text_is_harmless(text in any::<String>()) {
        hold(&text);
    }

    #[test]
    fn a_cut_text_is_harmless(text in nested(), cut in any::<prop::sample::Index>()) {
        let end = cut.index(text.len() + 1);
        if let Some(start) = text.get(..end) {
            hold(start);
        }
    }
}

/// Each way to nest runs into the cap, and needs little stack to get there,
/// in the parser, in the printer and in dropping the tree.
#[test]
fn nesting_needs_little_stack() {
    let check = || {
        for nest in NESTS {
            let (before, after) = nest.split_once('@').unwrap();
            let after = after.replace('@', "a");
            for levels in [10, 19, 38, 60, 20_000] {
                let text = format!("{}a{}", before.repeat(levels), after.repeat(levels));
                hold(&text);
                hold(&before.repeat(levels));
            }
        }
        // All of them in turn.
        let mut text = "a".to_owned();
        for nest in NESTS.iter().cycle().take(200) {
            text = nest.replacen('@', &text, 1).replace('@', "a");
            hold(&text);
        }
    };
    std::thread::Builder::new()
        .stack_size(1024 * 1024)
        .spawn(check)
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn caps_have_their_own_errors() {
    let long = "a".repeat(palisade_core::limits::COMMAND_BYTES + 1);
    assert_eq!(parse(&long), Err(ParseError::TooLong { bytes: long.len() }));
    let depth = palisade_core::limits::SHELL_DEPTH;
    let nested = |levels: usize| format!("{}a{}", "$(".repeat(levels), ")".repeat(levels));
    assert!(parse(&nested(depth)).is_ok());
    assert!(matches!(
        parse(&nested(depth + 1)),
        Err(ParseError::TooDeep { .. })
    ));
    assert!(parse("a\0b").is_err());
}

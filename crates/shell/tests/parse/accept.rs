//! The parser accepts what `bash -n` accepts.

use palisade_shell::parse;
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::bash;
use super::snippets::{EXCEPTIONS, INVALID, VALID};

#[test]
fn corpus() {
    let cases: Vec<(&str, bool)> = VALID
        .iter()
        .map(|s| (*s, true))
        .chain(INVALID.iter().map(|s| (*s, false)))
        .collect();
    let snippets: Vec<String> = cases.iter().map(|(s, _)| (*s).to_owned()).collect();
    let mut wrong = Vec::new();
    for ((snippet, valid), bash) in cases.iter().zip(bash::accepts(&snippets)) {
        let ours = parse(snippet);
        if bash != *valid {
            wrong.push(format!("bash says {bash}: {snippet:?}"));
        }
        if ours.is_ok() != *valid {
            wrong.push(format!(
                "we say {}: {snippet:?}: {:?}",
                ours.is_ok(),
                ours.err()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn exceptions() {
    let snippets: Vec<String> = EXCEPTIONS.iter().map(|(s, _, _)| (*s).to_owned()).collect();
    for ((snippet, ours, why), bash) in EXCEPTIONS.iter().zip(bash::accepts(&snippets)) {
        assert_eq!(bash, !*ours, "bash agrees now: {snippet:?} ({why})");
        assert_eq!(parse(snippet).is_ok(), *ours, "{snippet:?} ({why})");
    }
}

/// Tokens that make structure; nothing bash looks at only when it runs.
fn soup() -> impl Strategy<Value = String> {
    let token = prop::sample::select(vec![
        "a",
        "b",
        " ",
        " ",
        " ",
        ";",
        "\n",
        "&",
        "&&",
        "||",
        "|",
        "(",
        ")",
        "{ ",
        " }",
        "; }",
        "if ",
        " then ",
        "; then ",
        " fi",
        "; fi",
        "while ",
        "; do ",
        "; done",
        "for i in ",
        "case x in ",
        " a) ",
        ";;",
        " esac",
        "! ",
        "time ",
        "f() ",
        "function g ",
        "[[ ",
        " ]]",
        "((",
        "))",
        "$((",
        "$(",
        "'",
        "\"",
        "\\",
        "#",
        ">",
        "<",
        "2>",
        ">&",
        "<<E",
        "\nE\n",
        "<(",
        "=",
        "a=",
        "a=(",
        "in ",
        "else ",
        "; else ",
        "coproc ",
        "do ",
        "done",
        "esac",
        "elif ",
        "==",
        "-f ",
        "$x",
        "1",
        "${x}",
        "&>",
        "{",
        "}",
    ]);
    prop::collection::vec(token, 1..10).prop_map(|t| t.concat())
}

/// The exceptions above, as far as the generator runs into them.
fn excepted(snippet: &str, bash: bool) -> bool {
    let contains = |texts: &[&str]| texts.iter().any(|text| snippet.contains(text));
    if bash {
        // Read at once here, at run time there; or fails in silence there.
        contains(&[
            "${", "`", "$((", "<<", "[[", "$\\\n", "coproc", "for ((", "for((", "=(", "$(<", "$(>",
        ]) || snippet.ends_with('\\')
    } else {
        contains(&["@(", "!(", "+(", "coproc"]) || (contains(&["=("]) && contains(&["<", ">"]))
    }
}

#[test]
fn generated() {
    let mut runner = bash::runner();
    let strategy = soup();
    let mut snippets: Vec<String> = (0..600)
        .map(|_| strategy.new_tree(&mut runner).unwrap().current())
        .collect();
    // Most soup is invalid; mutations of valid snippets are at the border.
    let seeds = prop::sample::select(VALID.to_vec());
    let positions = (seeds, any::<prop::sample::Index>(), soup());
    for _ in 0..500 {
        let (seed, index, insert) = positions.new_tree(&mut runner).unwrap().current();
        let cuts: Vec<usize> = seed
            .char_indices()
            .map(|(i, _)| i)
            .chain([seed.len()])
            .collect();
        let cut = cuts[index.index(cuts.len())];
        let first: String = insert.chars().take(3).collect();
        snippets.push(format!(
            "{}{first}{}",
            &seed.get(..cut).unwrap(),
            &seed.get(cut..).unwrap()
        ));
        snippets.push(seed.chars().take(cut).collect());
    }
    let mut wrong = Vec::new();
    let mut valid = 0;
    for (snippet, bash) in snippets.iter().zip(bash::accepts(&snippets)) {
        let ours = parse(snippet);
        valid += usize::from(bash);
        if ours.is_ok() != bash && !excepted(snippet, bash) {
            wrong.push(format!(
                "bash says {bash}, we {}: {snippet:?} {:?}",
                ours.is_ok(),
                ours.err()
            ));
        }
    }
    assert!(valid > 120, "only {valid} snippets are valid");
    assert!(
        wrong.is_empty(),
        "{} of {}\n{}",
        wrong.len(),
        snippets.len(),
        wrong.join("\n")
    );
}

//! Constant words have the value bash gives them.

use palisade_shell::ast::{Command, Part, Word};
use palisade_shell::parse;
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::bash;

/// The value of a word that needs no expansion.
fn constant(word: &Word) -> Option<String> {
    fn add(parts: &[Part], value: &mut String) -> Option<()> {
        for part in parts {
            match part {
                Part::Plain(text) | Part::Single(text) | Part::AnsiC(text) => value.push_str(text),
                Part::Escaped(c) => value.push(*c),
                Part::Double(parts) => add(parts, value)?,
                _ => return None,
            }
        }
        Some(())
    }
    let mut value = String::new();
    add(&word.parts, &mut value)?;
    Some(value)
}

/// The arguments of `f` if the line is that one simple command, all constant.
fn constant_arguments(line: &str) -> Option<Vec<String>> {
    let script = parse(line).ok()?;
    let [item] = script.items.as_slice() else {
        return None;
    };
    let [Command::Simple(simple)] = item.list.first.commands.as_slice() else {
        return None;
    };
    if item.background
        || item.list.first.negated
        || item.list.first.timed
        || !item.list.rest.is_empty()
        || !simple.redirects.is_empty()
        || !simple.assignments.is_empty()
    {
        return None;
    }
    let words: Option<Vec<_>> = simple.words.iter().map(constant).collect();
    let mut words = words?;
    (words.first()? == "f").then(|| words.split_off(1))
}

fn compare(lines: &[String]) -> usize {
    let mut ours = Vec::new();
    let mut tried = Vec::new();
    for line in lines {
        if let Some(arguments) = constant_arguments(line) {
            ours.push(arguments);
            tried.push(line.clone());
        }
    }
    for ((line, ours), theirs) in tried.iter().zip(ours).zip(bash::arguments(&tried)) {
        assert_eq!(Some(ours), theirs, "for {line:?}");
    }
    tried.len()
}

#[test]
fn corpus() {
    let lines: Vec<String> = CORPUS.iter().map(|args| format!("f {args}")).collect();
    for line in &lines {
        assert!(
            constant_arguments(line).is_some(),
            "not constant: {line:?}: {:?}",
            parse(line)
        );
    }
    assert_eq!(compare(&lines), lines.len());
}

const CORPUS: &[&str] = &[
    "",
    "a b  c",
    "''",
    "'' \"\" $'' $\"\"",
    "a''b \"\"c",
    "'a b' \"c d\"",
    "'it'\\''s'",
    "\"it's\" 'say \"x\"'",
    "\\a \\\\ \\' \\\" \\$ \\` \\  \\; \\& \\| \\< \\> \\( \\) \\# \\! \\*",
    "\"\\a \\\\ \\' \\\" \\$ \\` \\; \\! \\* \\#\"",
    "\"a\\\nb\" a\\\nb 'a\\\nb' $'a\\\nb'",
    "a\\\n b \\\nc",
    "a \\\n\\\n\\\nb",
    "$ a$ $. \"$\" \"a$ b\" $% $: a$/b",
    "$'a\\nb\\tc\\\\d\\'e\\\"f\\?g'",
    "$'\\a\\b\\e\\E\\f\\r\\v'",
    "$'\\1\\12\\101\\1011\\0101\\400x'",
    "$'\\x41\\x4\\x4g\\x\\xg\\x414'",
    "$'\\x{41}\\x{}\\x{4g}\\x{e9' $'\\x{141}\\x{1041}'",
    "$'\\u41\\u0041\\u00e9\\u20ac\\u\\ug\\u20acx'",
    "$'\\U41\\U0001F600\\U\\Ug'",
    "$'\\xc3\\xa9\\303\\251'",
    "$'\\cA\\ca\\cz\\c?\\c[\\c\\\\x\\c1\\c '",
    "$'a\\0b'c $'\\x00b'd $'\\u0000b'e $'\\0'",
    "$'\\q\\z\\%\\8\\9'",
    "$'a\"b$x`y'",
    "$\"a b\" $\"c\\\"d\"",
    "a#b #comment 'x",
    "a\\#b \\#c '#d' \"#e\"",
    "a;",
    "a=b c+=d e[1]=f",
    "{ } {a} a{b,c}d {a",
    "if then else fi do done case esac while for time ! [[ ]] in function select coproc",
    "! ] [ [a] [a-z]* ?",
    "a=\"b c\" 'd=e'",
    "é ü 'ß' \"日本\" \\é 😀",
    "\ta\tb\t",
    "-n -- --x=y",
    "\"a\nb\nc\"",
    "'a\nb' c",
    "\\~ '~' \"~\" a~b",
    "\"'\" '\"' \"\\\"\"",
    "\"}\" } '{' \"a}b\"",
    "c\\\\\\\nd \"e\\\\\\\nf\\\\\ng\"",
    "\"a\\\\\" b",
    "$'\\\\' b",
    "a\rb 'c\rd'",
    "a\u{b}b a\u{c}b a\u{a0}b",
    "1 2 12a a12",
];

/// A piece of a word.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9_./:,+%^*?!=@-]{1,4}",
        "\\\\[ -~]",
        "'[ -&(-~\n]{0,5}'",
        "\"([ !#%-\\[\\]-_a-~\n'']|\\\\[ -~]|\\\\\n){0,5}\"",
        "\\$'([ -&(-\\[\\]-~]|\\\\[abefnrtv'\"?xuUc0-9]){0,5}'",
        Just("\\\n".to_owned()),
        Just("$".to_owned()),
        "é|日|😀",
    ]
}

fn line() -> impl Strategy<Value = String> {
    let word = prop::collection::vec(piece(), 1..5).prop_map(|p| p.concat());
    prop::collection::vec(word, 0..5).prop_map(|words| format!("f {}", words.join(" ")))
}

/// Anything that quotes, in any order.
fn soup() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        Just("'"),
        Just("\""),
        Just("\\"),
        Just("$"),
        Just("$'"),
        Just("\n"),
        Just(" "),
        Just("a"),
        Just("b"),
        Just("#"),
        Just("x41"),
        Just("0"),
        Just("\\\n"),
        Just("\\'"),
        Just("\\\""),
        Just("\t"),
        Just("é"),
        Just("}"),
        Just("!"),
        Just("="),
        Just("["),
    ];
    prop::collection::vec(token, 0..14).prop_map(|t| format!("f {}", t.concat()))
}

fn sample(strategy: impl Strategy<Value = String>, count: usize) -> Vec<String> {
    let mut runner = bash::runner();
    (0..count)
        .map(|_| strategy.new_tree(&mut runner).unwrap().current())
        .collect()
}

#[test]
fn generated() {
    let lines = sample(line(), 1000);
    assert!(
        compare(&lines) > 500,
        "the generator makes too few constant words"
    );
}

#[test]
fn generated_from_soup() {
    let lines = sample(soup(), 2500);
    assert!(
        compare(&lines) > 250,
        "the generator makes too few constant words"
    );
}

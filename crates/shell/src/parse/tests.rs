use super::{ParseError, parse, parse_counted};
use crate::ast::{
    AssignValue, Assignment, Command, Compound, Connector, Fd, Param, ParamOp, Part, Redirect,
    RedirectOp, RedirectTarget, Script, Simple, Word,
};

fn commands(text: &str) -> Vec<Command> {
    let script = parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    all(&script)
}

/// The commands of all pipelines at the top.
fn all(script: &Script) -> Vec<Command> {
    let mut commands = Vec::new();
    for item in &script.items {
        commands.extend(item.list.first.commands.clone());
        for (_, pipeline) in &item.list.rest {
            commands.extend(pipeline.commands.clone());
        }
    }
    commands
}

fn only(text: &str) -> Command {
    let mut commands = commands(text);
    assert_eq!(commands.len(), 1, "{text}");
    commands.remove(0)
}

fn simple(text: &str) -> Simple {
    match only(text) {
        Command::Simple(simple) => simple,
        other => panic!("{other:?}"),
    }
}

fn compound(text: &str) -> Compound {
    match only(text) {
        Command::Compound(compound, redirects) if redirects.is_empty() => *compound,
        other => panic!("{other:?}"),
    }
}

fn plain(text: &str) -> Word {
    Word {
        parts: vec![Part::Plain(text.to_owned())],
    }
}

/// The parts of the second word.
fn parts(text: &str) -> Vec<Part> {
    simple(text).words[1].parts.clone()
}

fn redirect(text: &str) -> Redirect {
    let mut redirects = simple(text).redirects;
    assert_eq!(redirects.len(), 1);
    redirects.remove(0)
}

fn param(text: &str) -> Param {
    match parts(&format!("a {text}")).as_slice() {
        [Part::Param(param)] => (**param).clone(),
        [Part::Double(parts)] => match parts.as_slice() {
            [Part::Param(param)] => (**param).clone(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn body(text: &str, position: usize) -> Word {
    match &simple(text).redirects[position].target {
        RedirectTarget::Body(word) => word.clone(),
        RedirectTarget::Word(word) => panic!("{word:?}"),
    }
}

fn command(mut parts: Vec<Part>) -> Script {
    match parts.pop() {
        Some(Part::Command(script)) if parts.is_empty() => script,
        other => panic!("{other:?}"),
    }
}

fn arith(mut parts: Vec<Part>) -> Word {
    match parts.pop() {
        Some(Part::Arith(word)) if parts.is_empty() => word,
        other => panic!("{other:?}"),
    }
}

fn single(text: &str) -> Part {
    Part::Single(text.to_owned())
}

#[test]
fn lists_and_pipelines() {
    let script = parse("a && b || ! c | d & time e\nf").unwrap();
    assert_eq!(script.items.len(), 3);
    assert!(script.items[0].background && !script.items[1].background);
    let rest = &script.items[0].list.rest;
    assert_eq!(rest[0].0, Connector::And);
    assert_eq!(rest[1].0, Connector::Or);
    assert!(rest[1].1.negated);
    assert_eq!(rest[1].1.commands.len(), 2);
    assert!(script.items[1].list.first.timed);
}

#[test]
fn both_streams_in_a_pipe() {
    let Command::Simple(first) = commands("a |& b").remove(0) else {
        panic!()
    };
    assert_eq!(first.redirects, simple("a 2>&1").redirects);
}

#[test]
fn assignments() {
    let found = simple("a=1 b+='x' c[i+1]=$d e= f=(1 '2' [3]=4) cmd g=h").assignments;
    let expected = |name: &str, value| Assignment {
        name: name.to_owned(),
        index: None,
        append: false,
        value,
        nested: Vec::new(),
    };
    assert_eq!(found[0], expected("a", AssignValue::Scalar(plain("1"))));
    assert!(found[1].append);
    assert_eq!(found[2].index.as_deref(), Some("i+1"));
    assert_eq!(found[3].value, AssignValue::Scalar(Word::default()));
    let array = vec![
        plain("1"),
        Word {
            parts: vec![single("2")],
        },
        plain("4"),
    ];
    assert_eq!(found[4].value, AssignValue::Array(array));
    assert_eq!(found.len(), 5);
}

#[test]
fn substitutions_in_subscripts_are_seen() {
    let nested = simple("a[$(b)]=1").assignments[0].nested.clone();
    assert!(matches!(nested[0].parts.as_slice(), [Part::Command(_)]));
    let AssignValue::Array(words) = simple("a=([$(b)]=c)").assignments[0].value.clone() else {
        panic!()
    };
    assert!(
        words[0]
            .parts
            .iter()
            .any(|part| matches!(part, Part::Command(_)))
    );
    for text in [
        "${a[$(b)]}",
        "${a:$(b)}",
        "${a:1:`b`}",
        "${a^^$(b)}",
        "${#a[$(b)]}",
        "${!a[$(b)]}",
    ] {
        let found = param(text).nested;
        assert!(
            found
                .iter()
                .flat_map(|word| &word.parts)
                .any(|part| matches!(part, Part::Command(_))),
            "{text}: {found:?}"
        );
    }
}

#[test]
fn arrays_of_declarations_are_words() {
    let words = simple("declare -a x=(a \"$b\" $(c))").words;
    assert_eq!(words.len(), 3);
    assert_eq!(words[2].parts[0], Part::Plain("x=(a ".to_owned()));
    assert!(matches!(words[2].parts[1], Part::Double(_)));
    assert!(matches!(words[2].parts[3], Part::Command(_)));
}

#[test]
fn redirections() {
    use RedirectOp::*;
    let cases = [
        ("a < f", None, Read),
        ("a 2> f", Some(Fd::Number(2)), Write),
        ("a >| f", None, Clobber),
        ("a >> f", None, Append),
        ("a <> f", None, ReadWrite),
        ("a &> f", None, WriteBoth),
        ("a &>> f", None, AppendBoth),
        ("a >& f", None, WriteBoth),
        ("a 1>& f", Some(Fd::Number(1)), WriteBoth),
        ("a 3>& f", Some(Fd::Number(3)), DupOut),
        ("a {x}> f", Some(Fd::Named("x".to_owned())), Write),
        ("a 0<& f", Some(Fd::Number(0)), DupIn),
        ("a <<< f", None, HereString),
    ];
    for (text, fd, op) in cases {
        let target = RedirectTarget::Word(plain("f"));
        assert_eq!(redirect(text), Redirect { fd, op, target }, "{text}");
    }
    for text in ["a >&2", "a 2>&1", "a >&-", "a 1>&3-"] {
        assert_eq!(redirect(text).op, DupOut, "{text}");
    }
    // It may turn out to be a file.
    assert_eq!(redirect("a >&$x").op, WriteBoth);
    assert!(simple("a 2 >f").words.len() == 2 && simple("a x2>f").words.len() == 2);
    assert_eq!(simple("a 2>(b)").words.len(), 2);
}

#[test]
fn here_documents() {
    assert_eq!(body("a <<E\nx\n y\nE\n", 0).parts, [single("x\n y\n")]);
    assert_eq!(
        body("a <<-E\n\tx\n\t\ty\n\tE\n", 0).parts,
        [single("x\ny\n")]
    );
    assert_eq!(body("a <<'E'\n$x `y`\nE", 0).parts, [single("$x `y`\n")]);
    assert_eq!(body("a <<A <<B\n1\nA\n2\nB\n", 1).parts, [single("2\n")]);
    assert_eq!(body("a <<E", 0), Word::default());
    assert_eq!(body("a <<E\nno end", 0).parts, [single("no end\n")]);
    assert_eq!(body("a <<E\nx\\\ny\\$z\nE", 0).parts, [single("xy$z\n")]);
    assert_eq!(body("a <<E\r\nx\nE\nE\r\n", 0).parts, [single("x\nE\n")]);
    assert!(matches!(
        body("a <<E\n$(b)\nE", 0).parts.as_slice(),
        [Part::Command(_), _]
    ));
    let after = commands("{ a <<E; } | b\nx\nE\nc");
    assert_eq!(after.len(), 3);
    let inner = commands("if a <<E\n1\nE\nthen b <<F; fi <<G\n2\nF\n3\nG\n");
    let Command::Compound(compound, redirects) = &inner[0] else {
        panic!()
    };
    assert_eq!(
        redirects[0].target,
        RedirectTarget::Body(Word {
            parts: vec![single("3\n")]
        })
    );
    let Compound::If { branches, .. } = &**compound else {
        panic!()
    };
    let Command::Simple(second) = &all(&branches[0].1)[0] else {
        panic!()
    };
    assert_eq!(
        second.redirects[0].target,
        RedirectTarget::Body(Word {
            parts: vec![single("2\n")]
        })
    );
}

#[test]
fn here_documents_in_substitutions() {
    let script = command(parts("a $(b <<E\n(x\nE\n)"));
    assert_eq!(all(&script).len(), 1);
    assert!(parse("a \"$(b <<'E'\nit's\nE)\"").is_ok());
    // Bash ends the body at the delimiter and runs the rest of that line.
    assert!(parse("a $(b <<E\nx\nErm -rf / )").is_err());
}

#[test]
fn quotes() {
    assert_eq!(
        parts(r#"a b'c'"d"\e$'f\n'$"g""#),
        [
            Part::Plain("b".to_owned()),
            single("c"),
            Part::Double(vec![single("d")]),
            Part::Escaped('e'),
            Part::AnsiC("f\n".to_owned()),
            Part::Double(vec![single("g")]),
        ]
    );
    assert_eq!(parts("a \"\""), [Part::Double(Vec::new())]);
    assert_eq!(parts("a @(b|c d)e"), [Part::Plain("@(b|c d)e".to_owned())]);
    assert_eq!(parts("a $'\\c'"), [Part::AnsiC("\\c".to_owned())]);
}

#[test]
fn backquotes_lose_one_layer() {
    let outer = command(parts(r"a `b \`c \\\`d\\\`\``"));
    let Command::Simple(b) = &all(&outer)[0] else {
        panic!()
    };
    let [Part::Command(middle)] = b.words[1].parts.as_slice() else {
        panic!("{b:?}")
    };
    let Command::Simple(c) = &all(middle)[0] else {
        panic!()
    };
    assert!(matches!(c.words[1].parts.as_slice(), [Part::Command(_)]));
}

#[test]
fn parameters() {
    let cases: [(&str, &str, ParamOp); 24] = [
        ("$a", "a", ParamOp::Plain),
        ("${a}", "a", ParamOp::Plain),
        ("$1", "1", ParamOp::Plain),
        ("${10}", "10", ParamOp::Plain),
        ("$@", "@", ParamOp::Plain),
        ("$#", "#", ParamOp::Plain),
        ("${#}", "#", ParamOp::Plain),
        ("${!}", "!", ParamOp::Plain),
        ("${#a}", "a", ParamOp::Length),
        ("${##}", "#", ParamOp::Length),
        ("${!a}", "a", ParamOp::Indirect),
        ("${!a*}", "a", ParamOp::Indirect),
        ("${!#}", "#", ParamOp::Indirect),
        ("${!a:-b}", "!a", ParamOp::Default(plain("b"))),
        ("${#-b}", "#", ParamOp::Default(plain("b"))),
        ("${a-b c}", "a", ParamOp::Default(plain("b c"))),
        ("${a:=b}", "a", ParamOp::Assign(plain("b"))),
        ("${a?b}", "a", ParamOp::Error(plain("b"))),
        ("${a:+b}", "a", ParamOp::Alternative(plain("b"))),
        (
            "${a:1?2:3:4}",
            "a",
            ParamOp::Substring("1?2:3".to_owned(), Some("4".to_owned())),
        ),
        (
            "${a##b}",
            "a",
            ParamOp::StripPrefix {
                pattern: plain("b"),
                longest: true,
            },
        ),
        (
            "${a%b}",
            "a",
            ParamOp::StripSuffix {
                pattern: plain("b"),
                longest: false,
            },
        ),
        ("${a,,}", "a", ParamOp::Case(",,".to_owned())),
        ("${a@Q}", "a", ParamOp::Transform('Q')),
    ];
    for (text, name, op) in cases {
        let found = param(text);
        assert_eq!((found.name.as_str(), &found.op), (name, &op), "{text}");
    }
    let replace = |text: &str| match param(text).op {
        ParamOp::Replace {
            pattern,
            replacement,
            all,
            anchor,
        } => (pattern, replacement, all, anchor),
        other => panic!("{other:?}"),
    };
    assert_eq!(replace("${a/b/c}"), (plain("b"), plain("c"), false, None));
    assert_eq!(
        replace("${a//b}"),
        (plain("b"), Word::default(), true, None)
    );
    assert_eq!(
        replace("${a/%b/c/d}"),
        (plain("b"), plain("c/d"), false, Some('%'))
    );
    assert_eq!(param("${a[@]}").index.as_deref(), Some("@"));
    assert_eq!(param("${a[x[1]]}").index.as_deref(), Some("x[1]"));
}

/// Single quotes hide a brace in `"${…}"`, but what is between them happens.
#[test]
fn hidden_but_expanded() {
    let ParamOp::Default(word) = param("\"${a:-'}$(b)'}\"").op else {
        panic!()
    };
    assert!(matches!(
        word.parts.as_slice(),
        [Part::Single(_), Part::Command(_), Part::Single(_)]
    ));
    let word = arith(parts("a $(( '$(b)' ))"));
    assert!(
        word.parts
            .iter()
            .any(|part| matches!(part, Part::Command(_)))
    );
    // In a pattern they do quote.
    let ParamOp::Replace { pattern, .. } = param("\"${a/'$(b)'/c}\"").op else {
        panic!()
    };
    assert_eq!(pattern.parts, [single("$(b)")]);
}

#[test]
fn arithmetic_or_subshell() {
    assert!(matches!(parts("a $((1))")[0], Part::Arith(_)));
    assert!(matches!(parts("a $[1]")[0], Part::Arith(_)));
    assert!(matches!(parts("a $((b); c)")[0], Part::Command(_)));
    assert!(matches!(parts("a $( (b) )")[0], Part::Command(_)));
    assert!(matches!(compound("((1))"), Compound::Arith(_)));
    assert!(matches!(compound("((a); b)"), Compound::Subshell(_)));
    assert!(matches!(compound("( (a) )"), Compound::Subshell(_)));
    // Bash ends this substitution by parentheses alone, after the second `)`
    // that is in quotes for the commands in it.
    assert!(parse("a $((: # '\n) ); b ' ) ); rm -rf / #'").is_err());
}

#[test]
fn compounds() {
    let Compound::If {
        branches,
        otherwise,
    } = compound("if a; then b; elif c; then d; else e; fi")
    else {
        panic!()
    };
    assert!(branches.len() == 2 && otherwise.is_some());
    let Compound::For {
        name,
        words,
        select,
        ..
    } = compound("for i in a $b; do c; done")
    else {
        panic!()
    };
    assert_eq!(
        (name.as_str(), words.unwrap().len(), select),
        ("i", 2, false)
    );
    assert!(matches!(
        compound("for i; do c; done"),
        Compound::For { words: None, .. }
    ));
    assert!(matches!(
        compound("select i in; do c; done"),
        Compound::For {
            words: Some(_),
            select: true,
            ..
        }
    ));
    let Compound::ArithFor { exprs, .. } = compound("for ((i=0;i<$(b);)); do c; done") else {
        panic!()
    };
    assert_eq!(exprs[0], plain("i=0"));
    assert!(exprs[1].parts.len() == 2 && exprs[2].parts.is_empty());
    assert!(matches!(
        compound("until a; do b; done"),
        Compound::While { until: true, .. }
    ));
    let Compound::Case { arms, .. } = compound("case $x in a|'b') c;; (d) e;& *) esac") else {
        panic!()
    };
    assert_eq!(
        arms.iter()
            .map(|arm| arm.patterns.len())
            .collect::<Vec<_>>(),
        [2, 1, 1]
    );
    assert!(arms[1].falls_through && !arms[0].falls_through && arms[2].body.items.is_empty());
    let Compound::Test(words) = compound("[[ ! -f a && ( $b =~ ^(c|d)$ ) ]]") else {
        panic!()
    };
    assert_eq!(words.len(), 9);
    assert_eq!(
        words[7],
        Word {
            parts: vec![Part::Plain("^(c|d)$".to_owned())]
        }
    );
}

#[test]
fn functions_and_coprocesses() {
    for text in [
        "f() { a; }",
        "function f { a; }",
        "function f () { a; }",
        "f ( )\n{ a; }",
    ] {
        let Command::Function { name, body } = only(text) else {
            panic!("{text}")
        };
        assert_eq!(name, "f");
        assert!(matches!(*body, Command::Compound(_, _)));
    }
    let name = |text: &str| match only(text) {
        Command::Coproc { name, .. } => name,
        other => panic!("{other:?}"),
    };
    assert_eq!(name("coproc N { a; }").as_deref(), Some("N"));
    assert_eq!(name("coproc { a; }"), None);
    assert_eq!(name("coproc a b"), None);
}

#[test]
fn a_bang_before_a_parenthesis_is_no_pattern() {
    let script = parse("!(rm -rf /)").unwrap();
    assert!(script.items[0].list.first.negated);
    assert!(matches!(&all(&script)[0], Command::Compound(..)));
}

#[test]
fn line_ends_and_continuations() {
    assert_eq!(commands("a\r\nb\r\n").len(), 2);
    // Bash hands the carriage return over.
    assert_eq!(simple("a b\r\n").words[1], plain("b\r"));
    assert!(parse("if a\r\nthen b\r\nfi\r\n").is_ok());
    // This is no continuation.
    assert_eq!(commands("a \\\r\nb").len(), 2);
    assert_eq!(commands("a \\\\\nb").len(), 2);
    assert_eq!(commands("a \\\nb").len(), 1);
    assert_eq!(commands("a # \\\nb").len(), 2);
    assert_eq!(simple("a\\\nb=1").assignments.len(), 1);
}

#[test]
fn errors_say_where() {
    let error = |text: &str| parse(text).unwrap_err();
    assert_eq!(
        error("a; )"),
        ParseError::Syntax {
            offset: 3,
            expected: "end of the command"
        }
    );
    assert_eq!(
        error("a 'b"),
        ParseError::Syntax {
            offset: 2,
            expected: "a closing `'`"
        }
    );
    // Inside backquotes that needed no rewriting, the exact place.
    assert!(matches!(
        error("a `b; )`"),
        ParseError::Syntax { offset: 6, .. }
    ));
    assert_eq!(
        error("if a; fi").to_string(),
        "syntax error at byte 6: expected `then`"
    );
    assert!(error(&"( ".repeat(100)).is_limit());
}

/// Twice the text takes about twice the steps, whatever it repeats.
#[test]
fn steps_are_linear() {
    let repeated = [
        "a ",
        "a;",
        "a\n",
        "a|",
        "a &&",
        "# a\n",
        "\\\n",
        "(a);",
        "((a));",
        "((a);b);",
        "$((a)) ",
        "$((a);b) ",
        "'a'",
        "\"a\"",
        "`a`",
        "`\\`a\\``",
        "\\`",
        "${a}",
        "${a:-b}",
        "a=(b) ",
        "a[b]=c ",
        "1",
        "{a",
        "{a}>b ",
        "[",
        "]",
        "@(a)",
        "$'\\x41'",
        "<<A ",
        "a <<A\n",
        "a <<A\nA\n",
        "a\r\n",
        "! ",
        "time ",
        "<(a) ",
        "$(a) ",
        "\"$(a)\" ",
        "case a in a) b;; esac;",
        "[[ a ]];",
        "a() { b; };",
        "coproc a;",
        "if a; then b; fi;",
        "$((a #\n) ) ",
        "$((: # $(a <<b\n) ) ",
        "${a/b/c} ",
        "$[a] ",
        "declare a=(b) ",
        "|& ",
        "(",
        ")",
        "((",
        "))",
        "$((",
        "$( (",
        "`",
        "\"",
        "'",
        "${a:-",
        "${",
        "a[",
        "@(",
        "[[ (",
        "{ ",
        "if ",
        "case a in a) ",
        "\"$(",
        "\"${a:-",
        "$'",
        "<(",
        "a=(",
        "<<A\n",
        "$[",
        "))\n",
        "\"`",
        "\\",
        "a(",
        "a() ",
        "for ((",
        "x <<E $(",
        "$((`",
        "((a)\n",
        "${a:-'",
        "$(('",
        "\"${a:-'$(",
        "''",
    ];
    for text in repeated {
        let steps = |bytes: usize| parse_counted(&text.repeat(bytes / text.len()), usize::MAX).1;
        let (half, whole) = (steps(60_000), steps(120_000));
        assert!(
            whole <= half * 2 + half / 4 + 4_096,
            "{text:?}: {half} {whole}"
        );
        assert!(whole <= 120_000 * 16, "{text:?}: {whole}");
    }
}

/// What bash reads twice is read twice per level, not twice as often with
/// each level.
#[test]
fn ambiguous_nests_do_not_explode() {
    let steps = |levels: usize, open: &str, close: &str, fill: usize| {
        let inside = "a ".repeat(fill);
        let text = format!("{}{inside}{}", open.repeat(levels), close.repeat(levels));
        let (outcome, steps) = parse_counted(&text, usize::MAX);
        assert!(
            !matches!(outcome, Err(ParseError::TooComplex { .. })),
            "{levels} of {open}: {outcome:?}"
        );
        (steps, text.len())
    };
    for (open, close) in [
        ("b $((b $(b); ", "))"),
        ("((b); ", ")"),
        ("b $((b); ", ")"),
        ("`", "`"),
    ] {
        for levels in [2, 8, 16, 30] {
            let (steps, bytes) = steps(levels, open, close, 3_000);
            assert!(
                steps <= bytes * (levels + 2) * 2,
                "{levels} of {open}: {steps} for {bytes}"
            );
        }
    }
}

/// Each `((` here is looked at up to the far end before it turns out to be a
/// short command: the number of steps is what stops it.
#[test]
fn the_number_of_steps_is_capped() {
    let text = format!(
        "{}# {}",
        "((: # ((\n);:)\n".repeat(4_000),
        ") ".repeat(9_000)
    );
    let (outcome, steps) = parse_counted(&text, usize::MAX);
    assert!(
        matches!(outcome, Err(ParseError::TooComplex { .. })),
        "{steps}"
    );
    assert!(steps <= text.len() * 66 + 20_000, "{steps}");
    let short = format!("{}# {}", "((: # ((\n);:)\n".repeat(50), ") ".repeat(120));
    assert!(parse(&short).is_ok());
}

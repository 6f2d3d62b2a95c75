//! What bash runs, the parser has seen.
//!
//! The one property everything else rests on: of a text the parser accepts,
//! bash never runs a command that is not in the tree.

use std::collections::BTreeSet;

use palisade_shell::ast::{
    AssignValue, Command, Compound, Param, ParamOp, Part, Pipeline, Redirect, RedirectTarget,
    Script, Word,
};
use palisade_shell::parse;
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::bash;

/// All commands anywhere in a tree.
#[derive(Debug, Default)]
struct Seen {
    /// Those that are known to the last argument.
    commands: BTreeSet<Vec<String>>,
    /// The names of the others.
    names: BTreeSet<String>,
    /// Some name is only known when it runs.
    dynamic: bool,
}

impl Seen {
    fn script(&mut self, script: &Script) {
        for item in &script.items {
            self.pipeline(&item.list.first);
            for (_, pipeline) in &item.list.rest {
                self.pipeline(pipeline);
            }
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        for command in &pipeline.commands {
            self.command(command);
        }
    }

    fn command(&mut self, command: &Command) {
        match command {
            Command::Simple(simple) => {
                self.ran(&simple.words);
                self.words(&simple.words);
                for assignment in &simple.assignments {
                    self.words(&assignment.nested);
                    match &assignment.value {
                        AssignValue::Scalar(word) => self.word(word),
                        AssignValue::Array(words) => self.words(words),
                    }
                }
                self.redirects(&simple.redirects);
            }
            Command::Compound(compound, redirects) => {
                self.compound(compound);
                self.redirects(redirects);
            }
            Command::Function { body, .. } | Command::Coproc { body, .. } => self.command(body),
        }
    }

    fn redirects(&mut self, redirects: &[Redirect]) {
        for redirect in redirects {
            let (RedirectTarget::Word(word) | RedirectTarget::Body(word)) = &redirect.target;
            self.word(word);
        }
    }

    fn compound(&mut self, compound: &Compound) {
        match compound {
            Compound::Brace(script) | Compound::Subshell(script) => self.script(script),
            Compound::If {
                branches,
                otherwise,
            } => {
                for (condition, body) in branches {
                    self.script(condition);
                    self.script(body);
                }
                if let Some(body) = otherwise {
                    self.script(body);
                }
            }
            Compound::For { words, body, .. } => {
                self.words(words.as_deref().unwrap_or_default());
                self.script(body);
            }
            Compound::ArithFor { exprs, body } => {
                self.words(exprs);
                self.script(body);
            }
            Compound::While {
                condition, body, ..
            } => {
                self.script(condition);
                self.script(body);
            }
            Compound::Case { word, arms } => {
                self.word(word);
                for arm in arms {
                    self.words(&arm.patterns);
                    self.script(&arm.body);
                }
            }
            Compound::Arith(word) => self.word(word),
            Compound::Test(words) => self.words(words),
        }
    }

    fn words(&mut self, words: &[Word]) {
        for word in words {
            self.word(word);
        }
    }

    fn word(&mut self, word: &Word) {
        self.parts(&word.parts);
    }

    fn parts(&mut self, parts: &[Part]) {
        for part in parts {
            match part {
                Part::Plain(_) | Part::Escaped(_) | Part::Single(_) | Part::AnsiC(_) => {}
                Part::Double(parts) => self.parts(parts),
                Part::Param(param) => self.param(param),
                Part::Command(script) | Part::Process { script, .. } => self.script(script),
                Part::Arith(word) => self.word(word),
            }
        }
    }

    fn param(&mut self, param: &Param) {
        self.words(&param.nested);
        match &param.op {
            ParamOp::Default(word)
            | ParamOp::Assign(word)
            | ParamOp::Error(word)
            | ParamOp::Alternative(word)
            | ParamOp::StripPrefix { pattern: word, .. }
            | ParamOp::StripSuffix { pattern: word, .. } => self.word(word),
            ParamOp::Replace {
                pattern,
                replacement,
                ..
            } => {
                self.word(pattern);
                self.word(replacement);
            }
            ParamOp::Plain
            | ParamOp::Length
            | ParamOp::Indirect
            | ParamOp::Substring(..)
            | ParamOp::Case(_)
            | ParamOp::Transform(_) => {}
        }
    }

    fn ran(&mut self, words: &[Word]) {
        let Some(values) = words.iter().map(value).collect::<Option<Vec<_>>>() else {
            match words.first().and_then(value) {
                Some(name) => drop(self.names.insert(name)),
                None => self.dynamic = true,
            }
            return;
        };
        if !values.is_empty() {
            self.commands.insert(values);
        }
    }

    fn explains(&self, command: &[String]) -> bool {
        self.commands.contains(command)
            || command
                .first()
                .is_some_and(|name| self.names.contains(name))
    }
}

/// The value of a word that needs no expansion, globs and braces being off.
fn value(word: &Word) -> Option<String> {
    let mut value = String::new();
    for part in &word.parts {
        match part {
            Part::Plain(text) if text.contains('~') => return None,
            Part::Plain(text) | Part::Single(text) | Part::AnsiC(text) => value.push_str(text),
            Part::Escaped(c) => value.push(*c),
            Part::Double(parts) => {
                for part in parts {
                    let Part::Single(text) = part else {
                        return None;
                    };
                    value.push_str(text);
                }
            }
            _ => return None,
        }
    }
    Some(value)
}

/// Every construct that hides or shows a command, in any order. Nothing here
/// exists as a command, and nothing loops.
fn soup() -> impl Strategy<Value = String> {
    let token = prop::sample::select(vec![
        "a",
        "b",
        "c",
        "d",
        " ",
        " ",
        " ",
        "\n",
        "\n",
        ";",
        "; ",
        "&",
        "|",
        "(",
        ")",
        " ) ",
        "'",
        "'",
        "\"",
        "\"",
        "`",
        "`",
        "\\",
        "\\\\",
        "\\\n",
        "#",
        " # ",
        "$(",
        "$(",
        "$((",
        "))",
        "((",
        "${x:-",
        "${x#",
        "${x/",
        "${x:",
        "${x[",
        "${#",
        "${!",
        "}",
        "}",
        "$[",
        "]",
        "[",
        "$'",
        "$\"",
        "$",
        "<(",
        " <<E\n",
        " <<E",
        "<<'E'\n",
        "<<-E\n",
        "\nE\n",
        "E\n",
        "\nE",
        "E",
        "<<<",
        "{ ",
        "; }",
        "x=(",
        "x[",
        "]=",
        "x=",
        "&&",
        "||",
        "if ",
        "; then ",
        "; fi",
        "case c in ",
        "c) ",
        ";; ",
        "esac",
        "for i in ",
        "; do ",
        "; done",
        "! ",
        "[[ ",
        " ]]",
        "=~ ",
        "== ",
        "\r\n",
        "\t",
        "\\'",
        "\\\"",
        "\\`",
        "\\$",
        "/",
        ":",
        "-",
        "*",
        "@(",
        "!(",
        "\\c",
        "declare ",
        "=",
        "2>",
        ">&",
        "<",
        ">",
        "f() ",
        "function f ",
        "time ",
        "else ",
        "in ",
        "\\E\n",
        "\tE\n",
        "\\)",
        "\\}",
        "-c",
    ]);
    prop::collection::vec(token, 2..16).prop_map(|t| t.concat())
}

/// Runnable pieces around soup, so that more of it is accepted.
fn framed() -> impl Strategy<Value = String> {
    let frame = prop::sample::select(vec![
        "@",
        "c @",
        "c \"@\"",
        "c '@'\n",
        "c $(@)",
        "c `@`",
        "c ${x:-@}",
        "c \"${x:-@}\"",
        "c $((@))",
        "c $[@]",
        "((@))\n",
        "c <<E\n@\nE\nd\n",
        "c \"$(@)\"",
        "c \"`@`\"",
        "c <(@)",
        "[[ @ ]]",
        "case c in c) @;; esac",
        "x=(@)",
        "x[@]=c",
        "c ${x[@]}",
        "c ${x/@/d}",
        "c $'@' ; d",
        "c # @\nd",
        "c $(c <<E\n@\nE\n)",
        "c <<'E'\n@\nE\nd\n",
        "(@)",
        "{ @; }",
        "if c; then d; else @; fi",
        "c \"$((@))\"",
        "c $( (@) )",
        "for i in @; do c; done",
        "c ${x:@}",
        "c \"${x#@}\"",
        "c ${x:-`@`}",
        "c <<E\n${x:-@}\nE\nd",
        "c @(@)",
        "c <<<@\nd",
        "c >@\nd",
        "c $((c); @)",
    ]);
    (frame, soup(), soup(), soup()).prop_map(|(frame, a, b, c)| {
        let mut parts = frame.split('@');
        let first = parts.next().unwrap_or_default();
        let rest: Vec<&str> = parts.collect();
        format!(
            "{first}{a}{}{}",
            rest.join(&b),
            if c.len() % 2 == 0 { c } else { String::new() }
        )
    })
}

fn check(texts: Vec<String>) -> usize {
    let accepted: Vec<(String, Seen)> = texts
        .into_iter()
        .filter_map(|text| {
            let mut seen = Seen::default();
            seen.script(&parse(&text).ok()?);
            (!seen.dynamic).then_some((text, seen))
        })
        .collect();
    let texts: Vec<String> = accepted.iter().map(|(text, _)| text.clone()).collect();
    let mut run = 0;
    let mut wrong = Vec::new();
    for ((text, seen), commands) in accepted.iter().zip(bash::commands_run(&texts)) {
        run += usize::from(!commands.is_empty());
        for command in commands {
            // A line of nothing but a carriage return is white space to us.
            if !seen.explains(&command) && command != ["\r"] {
                wrong.push(format!(
                    "bash runs {command:?} in {text:?}; we saw {seen:?}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    run
}

#[test]
fn everything_bash_runs() {
    let count = std::env::var("PALISADE_TEST_CASES")
        .ok()
        .and_then(|n| n.parse().ok());
    let mut runner = bash::runner();
    let strategy = prop_oneof![soup(), framed()];
    let texts: Vec<String> = (0..count.unwrap_or(4_000))
        .map(|_| strategy.new_tree(&mut runner).unwrap().current())
        .collect();
    let run = check(texts);
    assert!(run > 200, "only {run} of them run");
}

/// Texts made to be read in two ways.
#[test]
fn what_is_meant_to_be_hidden() {
    let texts = [
        "c $((: # ' \n) ) ; c ' ) ) ; evil #'",
        "c $'\\c' ; evil #'",
        "c $(c <<E\nx\nEevil\n)",
        "c $(c <<E\nx\nE evil )",
        "c <<E\nx\\\nE\nE\nevil",
        "c <<E\nE\\\n\nevil\nE\nevil2",
        "c <<-E\n\tE\nevil\n\tE",
        "c <<E\r\nE\nevil\nE\r\nevil2",
        "c \\\r\nevil",
        "c \\\\\nevil",
        "!(evil)",
        "c ${x:-'}'`evil`}",
        "c \"${x:-'}$(evil)'}\"",
        "c $(( '$(evil)' ))",
        "(( '`evil`' ))",
        "for (( ; '$(evil)' ; )); do c; done",
        "c ${x:'$(evil)'}",
        "x[$(evil)]=c",
        "x=([$(evil)]=c)",
        "c ${x[$(evil)]}",
        "c \"`c \\\"\\`evil\\`\\\"`\"",
        "c <<E\n${x:-'$(evil)'}\nE",
        "c <<\"E\"'F'\n$(c)\nE\nEF\nevil",
        "c <<E$(c)F\nEF\nE$(c)F\nevil",
        "[[ c =~ $(evil) ]]",
        "[[ c == c\n]] && c\nevil",
        "case c in $(evil)) ;; esac",
        "case `evil` in c) ;; esac",
        "c <<<$(evil)",
        "c $(c <<E\nx\nE\nevil ; evil2)",
        "c $(c <<E\nx\nE\nevil\nevil2)",
        "c >&'$(evil)'",
        "c >&\\$\\(evil\\)",
        "c 1>&'<(evil)'",
        "((${x#(}evil))\n",
        "((evil${x#(} ))\n",
        "(( ${x:-)1}; evil #))\n",
        "c \"$((E\n#))== c; evil \nE))\"",
        "c $[ ${x:-]}$(evil) ]",
        "c $[ $(c ]; evil) ]",
        "[[ a =~ (${x:-)}a); evil ]]",
        "x['$(evil)']=c",
        "c ${x['$(evil)']}",
        "x=(['`evil`']=c)",
        "declare x['$(evil)']=c",
        "c $(( $'\\x24(evil)' ))",
        "c $[ $'\\x24(evil)' ]",
        "(( $'\\x24(evil)' ))",
        "for (( $'\\x24(evil)'; 0; )); do :; done",
        "x[$'\\x24(evil)']=c",
        "c ${x[$'\\x24(evil)']}",
        "c \"${x:-$'\\x24(evil)'}\"",
        "c \"${x:-$'\\x60evil\\x60'}\"",
        "c \"${x:-$'\\x7d'; evil #}\"",
        "c $(</dev/null ! evil)",
        "c $(</dev/null coproc evil)",
        "c $((`#)`)); evil))",
        "c $((evil` #)`))",
        "x=(c)c evil",
        "x=()time evil",
        "c >&-evil; evil2 <&-evil3",
        "c ${x[}]} ; evil # ]}",
        "c ${x[}; evil",
        "c > $(evil)",
        "declare x=(c $(evil))",
        "c {a,$(evil)}",
        "c ${x^^$(evil)}",
        "c ${x@Q}$(evil)",
        "f() { evil; }; f",
        "c #\\\nevil",
        "c a#b;evil",
        "c '#'; evil",
        "c \"#$(evil)\"",
        "if c\r\nthen c\r\nfi\r\nevil",
        "c & evil",
        "c | c |& evil",
        "c\\\n;evil",
        "c $\\\n(evil)",
        "c `#`; evil",
        "c $(#)\n); evil",
        "c $(c #\n); evil",
        "c ${#x}; evil",
        "c ${x#}; evil",
        "c $#; evil",
        "c $[1]#; evil",
    ];
    check(texts.iter().map(|text| (*text).to_owned()).collect());
}

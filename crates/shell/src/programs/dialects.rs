//! Shells with a grammar of their own, respelled for the one we read: fish,
//! csh, zsh where it differs, and nushell.
//!
//! Respelling keeps commands, words and substitutions and turns what holds
//! them into its Bourne form. What a construct decides is not kept: every way
//! is looked at anyway.

use crate::arg::Arg;
use crate::holes::Holes;

/// Code of a shell by its name as code of the shell we read.
pub(super) fn respelled(program: &str, code: &Arg) -> Arg {
    let translate: fn(&str) -> String = match program {
        "fish" => fish,
        "csh" | "tcsh" => csh,
        "zsh" => zsh,
        "nu" => nu,
        _ => return code.clone(),
    };
    let mut holes = Holes::default();
    let text = holes.encode(code);
    holes.decode(&translate(&text))
}

/// A piece of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// A word with its quotes.
    Word(String),
    /// `;`, `&`, `|`, `&&`, a newline.
    Break(String),
}

/// Splits into words and what parts commands. Brackets inside a word keep
/// what is in them together; `convert` respells substitutions.
fn tokens(text: &str, opens_command: fn(char, Option<char>) -> bool) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = Vec::new();
    let mut word = String::new();
    let mut at = 0;
    let (mut single, mut double) = (false, false);
    let mut depth = 0_usize;
    while let Some(c) = chars.get(at).copied() {
        at += 1;
        match c {
            '\\' if !single => {
                word.push(c);
                if let Some(next) = chars.get(at) {
                    word.push(*next);
                    at += 1;
                }
            }
            '\'' if !double => {
                single = !single;
                word.push(c);
            }
            '"' if !single => {
                double = !double;
                word.push(c);
            }
            _ if single || double => word.push(c),
            '(' => {
                if opens_command('(', word.chars().next_back()) {
                    word.push('$');
                }
                word.push(c);
                depth += 1;
            }
            ')' => {
                word.push(c);
                depth = depth.saturating_sub(1);
            }
            '{' if word.ends_with('$') => {
                // `${…}` is one word.
                word.push(c);
                let mut braces = 1_usize;
                while let Some(c) = chars.get(at).copied().filter(|_| braces > 0) {
                    at += 1;
                    braces = match c {
                        '{' => braces + 1,
                        '}' => braces - 1,
                        _ => braces,
                    };
                    word.push(c);
                }
            }
            _ if depth > 0 => word.push(c),
            '#' if word.is_empty() => {
                while chars.get(at).is_some_and(|c| *c != '\n') {
                    at += 1;
                }
            }
            ';' | '|' | '&' | '\n' => {
                push(&mut out, &mut word);
                let mut mark = c.to_string();
                while c != '\n' && chars.get(at) == Some(&c) {
                    mark.push(c);
                    at += 1;
                }
                out.push(Token::Break(mark));
            }
            c if c.is_whitespace() => push(&mut out, &mut word),
            c => word.push(c),
        }
    }
    push(&mut out, &mut word);
    out
}

fn push(out: &mut Vec<Token>, word: &mut String) {
    if !word.is_empty() {
        out.push(Token::Word(std::mem::take(word)));
    }
}

/// One command after the other, each with what ends it.
fn commands(tokens: Vec<Token>) -> Vec<(Vec<String>, String)> {
    let mut out = Vec::new();
    let mut words = Vec::new();
    for token in tokens {
        match token {
            Token::Word(word) => words.push(word),
            Token::Break(mark) => out.push((std::mem::take(&mut words), mark)),
        }
    }
    if !words.is_empty() {
        out.push((words, "\n".to_owned()));
    }
    out
}

/// What is open, as the word that closes it.
#[derive(Default)]
struct Blocks(Vec<&'static str>);

impl Blocks {
    fn close(&mut self) -> &'static str {
        self.0.pop().unwrap_or(":")
    }
}

fn fish(text: &str) -> String {
    let mut out = String::new();
    let mut open = Blocks::default();
    let opens = |c: char, before: Option<char>| c == '(' && before != Some('$');
    for (words, mark) in commands(tokens(text, opens)) {
        one_of_fish(&words, &mark, &mut open, &mut out);
    }
    while !open.0.is_empty() {
        out.push_str(open.close());
        out.push('\n');
    }
    out
}

fn one_of_fish(words: &[String], mark: &str, open: &mut Blocks, out: &mut String) {
    let Some((head, rest)) = words.split_first() else {
        if mark != ";" {
            out.push_str(mark);
        }
        return;
    };
    let line = rest.join(" ");
    let mark = if mark == ";" { "\n" } else { mark };
    match head.as_str() {
        "and" | "or" | "not" | "builtin" | "begin" | "else" if !rest.is_empty() => {
            if head == "begin" {
                open.0.push("}");
                out.push_str("{ ");
            }
            if head == "else" {
                // `else if …`
                out.push_str("el");
                if rest.first().is_some_and(|w| w == "if") {
                    out.push_str(&format!(
                        "if {}\nthen\n",
                        rest.get(1..).unwrap_or_default().join(" ")
                    ));
                    return;
                }
                out.push_str("se\n");
            }
            one_of_fish(rest, mark, open, out);
            return;
        }
        "begin" => {
            open.0.push("}");
            out.push_str("{\n");
            return;
        }
        "if" => {
            open.0.push("fi");
            out.push_str(&format!("if {line}\nthen\n"));
            return;
        }
        "else" => {
            out.push_str("else\n");
            return;
        }
        "while" => {
            open.0.push("done");
            out.push_str(&format!("while {line}\ndo\n"));
            return;
        }
        "for" => {
            open.0.push("done");
            out.push_str(&format!("for {line}\ndo\n"));
            return;
        }
        "function" => {
            open.0.push("}");
            out.push_str(&format!(
                "{}() {{\n",
                rest.first().map_or("f", String::as_str)
            ));
            return;
        }
        "switch" => {
            // A way that never fits, so that every `case` can end one.
            open.0.push(";; esac");
            out.push_str(&format!("case {line} in '') :\n"));
            return;
        }
        "case" => {
            out.push_str(&format!(";; {}) :\n", rest.join("|")));
            return;
        }
        "end" => out.push_str(open.close()),
        "set" => {
            let mut names = rest.iter().skip_while(|w| w.starts_with('-'));
            match names.next() {
                Some(name) => {
                    let values: Vec<&str> = names.map(String::as_str).collect();
                    let value = values.join(" ").replace('"', "");
                    out.push_str(&format!("{name}=\"{value}\""));
                }
                None => out.push_str("env"),
            }
        }
        _ => {
            out.push_str(head);
            out.push(' ');
            out.push_str(&line);
        }
    }
    out.push_str(mark);
}

fn csh(text: &str) -> String {
    let mut out = String::new();
    let mut open = Blocks::default();
    let opens = |_: char, _: Option<char>| false;
    for (words, mark) in commands(tokens(text, opens)) {
        let Some((head, rest)) = words.split_first() else {
            if mark != ";" {
                out.push_str(&mark);
            }
            continue;
        };
        let line = rest.join(" ");
        let mark = if mark == ";" { "\n" } else { mark.as_str() };
        match head.as_str() {
            "setenv" => {
                let (name, values) = rest.split_first().map_or(("_", ""), |(n, _)| {
                    (n.as_str(), line.get(n.len()..).unwrap_or_default().trim())
                });
                out.push_str(&format!("export {name}={}", quoted(values)));
            }
            "set" | "@" => {
                let (name, value) = line.split_once('=').unwrap_or((&line, ""));
                out.push_str(&format!("{}={}", name.trim(), quoted(value.trim())));
            }
            "foreach" => {
                let name = rest.first().map_or("_", String::as_str);
                let list = line.get(name.len()..).unwrap_or_default();
                let list = list.trim().trim_start_matches('(').trim_end_matches(')');
                open.0.push("done");
                out.push_str(&format!("for {name} in {list}\ndo\n"));
                continue;
            }
            "while" => {
                open.0.push("done");
                out.push_str("while :\ndo\n");
                continue;
            }
            "if" => {
                // `if (condition) command`, `if (condition) then`.
                let close = line.find(')').map_or(line.len(), |i| i + 1);
                let after = line.get(close..).unwrap_or_default().trim();
                if after == "then" {
                    open.0.push("fi");
                    out.push_str("if :\nthen\n");
                    continue;
                }
                out.push_str(after);
            }
            "else" => {
                out.push_str("else\n");
                continue;
            }
            "end" | "endif" | "endsw" => out.push_str(open.close()),
            _ => {
                out.push_str(head);
                out.push(' ');
                out.push_str(&line);
            }
        }
        out.push_str(mark);
    }
    while !open.0.is_empty() {
        out.push('\n');
        out.push_str(open.close());
    }
    out
}

fn quoted(value: &str) -> String {
    if value.starts_with(['"', '\'', '`']) || !value.contains(' ') {
        return value.to_owned();
    }
    format!(
        "\"{}\"",
        value.trim_matches(['(', ')']).trim().replace('"', "")
    )
}

/// What zsh has beside the grammar it shares; left alone when nothing of it
/// is there.
fn zsh(text: &str) -> String {
    let mut text = text.to_owned();
    for (from, to) in [
        ("=(", "<("),
        (" always {", "; {"),
        ("zf_rm ", "rm "),
        ("zf_mv ", "mv "),
        ("ztcp ", "nc "),
        ("print -P ", "eval echo "),
        ("alias -g ", "alias "),
        ("alias -s ", "alias "),
    ] {
        if from == "=(" {
            // `x=(a b)` is a list, ` =(…)` a file.
            text = text.replace(" =(", " <(");
        } else {
            text = text.replace(from, to);
        }
    }
    let text = parameters(&text);
    let text = qualifiers(&text);
    let special = ["for ", "foreach ", "repeat ", "="].iter().any(|w| {
        text.trim_start().starts_with(w)
            || text.contains(&format!("; {w}"))
            || text.contains(&format!("\n{w}"))
            || text.contains(&format!("&& {w}"))
    });
    if !special {
        return text;
    }
    let opens = |_: char, _: Option<char>| false;
    let mut out = String::new();
    for (words, mark) in commands(tokens(&text, opens)) {
        out.push_str(&short_loop(&words, 0));
        out.push_str(&mark);
    }
    out
}

/// `for x (a b) command`, `repeat 3 command`, `=command`.
fn short_loop(words: &[String], depth: usize) -> String {
    let line = || words.join(" ");
    let Some((head, rest)) = words.split_first().filter(|_| depth < 8) else {
        return line();
    };
    match (head.as_str(), rest) {
        ("for" | "foreach", [name, list, body @ ..]) if list.starts_with('(') => {
            let list = list.trim_start_matches('(').trim_end_matches(')');
            if body.is_empty() {
                return format!("for {name} in {list}");
            }
            format!(
                "for {name} in {list}; do {}; done",
                short_loop(body, depth + 1)
            )
        }
        ("repeat", [_, body @ ..])
            if !body.is_empty() && body.first().is_some_and(|w| w != "do") =>
        {
            format!("while :; do {}; done", short_loop(body, depth + 1))
        }
        ("repeat", _) => "while :".to_owned(),
        (program, _) if program.len() > 1 && program.starts_with('=') => {
            format!("{} {}", program.trim_start_matches('='), rest.join(" "))
        }
        _ => line(),
    }
}

/// How often something of zsh is respelled in one text.
const OCCURRENCES: usize = 256;

/// `${(flags)x}`: with `e` what it holds is expanded once more.
fn parameters(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    for _ in 0..OCCURRENCES {
        let Some(at) = rest.find("${(") else {
            break;
        };
        out.push_str(rest.get(..at).unwrap_or_default());
        let after = rest.get(at + 3..).unwrap_or_default();
        let Some(end) = after.find('}') else {
            out.push_str("${(");
            rest = after;
            break;
        };
        let inner = after.get(..end).unwrap_or_default();
        let (flags, name) = inner.rsplit_once(')').unwrap_or(("", inner));
        if flags.contains('e') {
            out.push_str(&format!("$(eval \"echo ${{{name}}}\")"));
        } else {
            out.push_str(&format!("${{{name}}}"));
        }
        rest = after.get(end + 1..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// `*(e:'command':)` and `*(+function)` run for each name.
fn qualifiers(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    for _ in 0..OCCURRENCES {
        let Some(at) = rest.find("(e") else {
            break;
        };
        let before = rest.get(..at).unwrap_or_default();
        let after = rest.get(at + 2..).unwrap_or_default();
        let mark = after
            .chars()
            .next()
            .filter(|c| !c.is_alphanumeric() && !c.is_whitespace());
        let glob =
            before.ends_with(['*', '?', ']', '/', '.']) || before.ends_with(char::is_alphanumeric);
        let code = mark.filter(|_| glob).and_then(|mark| {
            let close = match mark {
                '{' => '}',
                '[' => ']',
                c => c,
            };
            let inner = after.get(mark.len_utf8()..)?;
            let end = inner.find(close)?;
            Some((inner.get(..end)?, inner.get(end + close.len_utf8()..)?))
        });
        out.push_str(before);
        match code {
            Some((code, more)) => {
                let code = code.trim_matches(['\'', '"']);
                out.push_str(&format!(" $({code})"));
                rest = more
                    .find(')')
                    .and_then(|i| more.get(i + 1..))
                    .unwrap_or_default();
            }
            None => {
                out.push_str("(e");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// nushell: pipelines of its own commands and of programs.
fn nu(text: &str) -> String {
    let mut out = String::new();
    // Blocks and closures are looked at like what is around them.
    let flat: String = text
        .chars()
        .map(|c| if matches!(c, '{' | '}') { ';' } else { c })
        .collect();
    let opens = |c: char, before: Option<char>| c == '(' && before != Some('$');
    for (words, _) in commands(tokens(&flat, opens)) {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let command = match words.as_slice() {
            ["open", rest @ ..] => format!("cat {}", files(rest)),
            ["save", rest @ ..] => format!(": > {}", files(rest)),
            ["http", "get", rest @ ..] => format!("curl {}", rest.join(" ")),
            [
                "http",
                verb @ ("post" | "put" | "patch" | "delete"),
                rest @ ..,
            ] => {
                format!("curl -X {} {}", verb.to_uppercase(), files(rest))
            }
            ["rm", rest @ ..] => {
                let rest: Vec<&str> = rest
                    .iter()
                    .map(|w| if *w == "-t" || *w == "-p" { "-f" } else { w })
                    .collect();
                format!("rm {}", rest.join(" "))
            }
            ["let" | "mut" | "const", name, "=", rest @ ..] => match rest {
                [one] => format!("{name}={one}"),
                many => many.join(" "),
            },
            ["ls", ..] => "ls".to_owned(),
            [head, rest @ ..] => {
                if OWN.split(' ').any(|own| own == *head) || head.starts_with('$') {
                    format!(": {}", substitutions(rest))
                } else {
                    format!("{} {}", head.trim_start_matches('^'), rest.join(" "))
                }
            }
            [] => continue,
        };
        out.push_str(&command);
        out.push('\n');
    }
    out
}

/// Commands of nushell that only compute.
const OWN: &str = "where get select sort-by each par-each if else for while loop match def do print first last length lines split str into from to reduce group-by update insert reject rename is-empty not echo math sum range reverse uniq flatten transpose columns describe sys ps date version help which path return all any enumerate zip wrap default find table try catch module use source-env |";

fn files(words: &[&str]) -> String {
    let names: Vec<&str> = words
        .iter()
        .copied()
        .filter(|w| !w.starts_with('-'))
        .collect();
    names.join(" ")
}

/// Only what runs inside the words.
fn substitutions(words: &[&str]) -> String {
    let kept: Vec<&str> = words
        .iter()
        .copied()
        .filter(|w| w.starts_with("$("))
        .collect();
    kept.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_shells_are_respelled() {
        for (shell, text, expected) in [
            ("fish", "set x a b; rm $x", "x=\"a b\"\nrm $x\n"),
            (
                "fish",
                "for f in a b; rm $f; end",
                "for f in a b\ndo\nrm $f\ndone\n",
            ),
            (
                "fish",
                "if true; rm x; else; ls; end",
                "if true\nthen\nrm x\nelse\nls \nfi\n",
            ),
            ("fish", "echo (rm x)", "echo $(rm x)\n"),
            ("fish", "true; and rm x", "true \nrm x\n"),
            ("csh", "setenv X 1; echo $X", "export X=1\necho $X\n"),
            (
                "csh",
                "foreach i (a b); rm $i; end",
                "for i in a b\ndo\nrm $i\ndone\n",
            ),
            ("zsh", "for d (a b) rm $d", "for d in a b; do rm $d; done\n"),
            ("zsh", "=rm x", "rm x\n"),
            ("zsh", "echo ${(j:,:)path}", "echo ${path}"),
            ("zsh", "echo *(e:'rm x':)", "echo * $(rm x)"),
            ("nu", "open .env", "cat .env\n"),
        ] {
            let got = respelled(shell, &Arg::known(text));
            assert_eq!(got.text(), Some(expected), "{shell}: {text}");
        }
    }
}

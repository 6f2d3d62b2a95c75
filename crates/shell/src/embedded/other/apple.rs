//! AppleScript: statements of English words; the few that reach outside.

use super::super::lex::Chars;
use super::super::tree::{Expr, Piece, Stmt};
use crate::holes::is_hole;

/// Verbs and the names they are called by in the table.
const VERBS: &[&str] = &[
    "do shell script",
    "do script",
    "run script",
    "load script",
    "open for access",
    "open location",
    "keystroke",
    "delete",
    "send",
    "read",
    "quit",
    "shut down",
    "restart",
    "log out",
    "hidden answer",
];

pub(super) fn parse(text: &str) -> (Vec<Stmt>, bool) {
    let mut out = Vec::new();
    let joined = text.replace("\u{ac}\n", " ");
    for line in joined.lines() {
        statement(line, &mut out);
    }
    (out, false)
}

fn assign(name: &str, value: Expr) -> Stmt {
    Stmt::Expr(Expr::Assign(
        Box::new(Expr::Name(name.to_owned())),
        "=".to_owned(),
        Box::new(value),
    ))
}

fn statement(line: &str, out: &mut Vec<Stmt>) {
    let mut line = line.trim();
    if line.starts_with("--") || line.starts_with('#') {
        return;
    }
    let lower = line.to_ascii_lowercase();
    // `tell application "X" to …`
    if lower.starts_with("tell ")
        && let Some(at) = outside_quotes(&lower, " to ")
    {
        line = line.get(at + 4..).unwrap_or_default();
        return statement(line, out);
    }
    if lower.starts_with("set ")
        && let Some(at) = outside_quotes(&lower, " to ")
    {
        let name = line
            .get(4..at)
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        let value = line.get(at + 4..).unwrap_or_default();
        let value = expression(value);
        out.push(assign(&name, value));
        return;
    }
    let value = expression(line);
    out.push(Stmt::Expr(value));
    if outside_quotes(&lower, "administrator privileges").is_some() {
        out.push(Stmt::Expr(
            Expr::Name("administrator privileges".to_owned()).call(Vec::new()),
        ));
    }
}

fn outside_quotes(text: &str, wanted: &str) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    for (i, c) in text.char_indices() {
        if !quoted && text.get(i..).is_some_and(|t| t.starts_with(wanted)) {
            return Some(i);
        }
        match c {
            '"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    None
}

/// A verb with what it is given, or texts put together by `&`.
fn expression(text: &str) -> Expr {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    let verb = VERBS
        .iter()
        .filter_map(|verb| outside_quotes(&lower, verb).map(|at| (at, *verb)))
        .filter(|(at, verb)| {
            let before = lower.get(..*at).and_then(|t| t.chars().next_back());
            let after = lower.get(at + verb.len()..).and_then(|t| t.chars().next());
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
        })
        .min_by_key(|(at, _)| *at);
    if let Some((at, verb)) = verb {
        let rest = text.get(at + verb.len()..).unwrap_or_default();
        let value = texts(rest);
        return Expr::Name(verb.to_owned()).call(vec![value]);
    }
    texts(text)
}

/// `"a" & b & quoted form of c`, up to the first word that is no part of it.
fn texts(text: &str) -> Expr {
    let mut c = Chars::new(text);
    let mut pieces = Vec::new();
    loop {
        c.take_while(|c| c.is_whitespace() || matches!(c, '(' | ')' | '&'));
        match c.peek() {
            None => break,
            Some('"') => {
                c.next();
                let mut out = String::new();
                while let Some(ch) = c.next() {
                    match ch {
                        '"' => break,
                        '\\' => out.extend(c.escape()),
                        ch => out.push(ch),
                    }
                }
                pieces.push(Piece::Text(out));
            }
            Some(ch) if is_hole(ch) => {
                c.next();
                pieces.push(Piece::Text(ch.to_string()));
            }
            Some(ch) if ch.is_alphanumeric() || ch == '_' => {
                let word = c
                    .take_while(|c| c.is_alphanumeric() || c == '_')
                    .to_ascii_lowercase();
                match word.as_str() {
                    "quoted" | "form" | "of" | "posix" | "path" | "the" | "file" | "alias"
                    | "folder" => {}
                    "with" | "as" | "without" | "in" | "from" | "user" | "password" | "using"
                    | "saving" => break,
                    _ => pieces.push(Piece::Code(Expr::Name(word))),
                }
            }
            Some(_) => {
                c.next();
            }
        }
    }
    Expr::Str(pieces)
}

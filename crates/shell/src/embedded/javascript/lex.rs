//! JavaScript's tokens, and TypeScript's as far as they are the same.

use super::super::lex::{Chars, Raw, Tok, is_name, is_name_start};
use crate::holes::is_hole;

const OPERATORS: &[&str] = &[
    ">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=", "=>", "==", "!=",
    "<=", ">=", "&&", "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=",
    "<<", ">>", "**", "+", "-", "*", "/", "%", "&", "|", "^", "~", "!", "<", ">", "(", ")", "[",
    "]", "{", "}", ",", ":", ".", ";", "=", "?", "@", "#",
];

/// Words after which a `/` begins a regular expression.
const BEFORE_REGEX: &[&str] = &[
    "return",
    "typeof",
    "case",
    "in",
    "of",
    "new",
    "delete",
    "void",
    "throw",
    "else",
    "do",
    "instanceof",
    "yield",
    "await",
];

/// Splits JavaScript source. Stops quietly after `most` tokens: `false`.
pub(super) fn tokens(code: &str, most: usize) -> (Vec<Tok>, bool) {
    let mut chars = Chars::new(code);
    let mut out: Vec<Tok> = Vec::new();
    if chars.starts("#!") {
        chars.skip_line();
    }
    while let Some(c) = chars.peek() {
        if out.len() >= most {
            return (out, false);
        }
        match c {
            '\n' | '\u{2028}' | '\u{2029}' => {
                chars.next();
                if !matches!(out.last(), None | Some(Tok::Newline)) {
                    out.push(Tok::Newline);
                }
            }
            c if c.is_whitespace() => {
                chars.next();
            }
            '/' if chars.look(1) == Some('/') => chars.skip_line(),
            '/' if chars.look(1) == Some('*') => {
                chars.at += 2;
                chars.until("*/");
            }
            '/' if regex_here(&out) => {
                regex(&mut chars);
                out.push(Tok::Regex);
            }
            '\'' | '"' => {
                chars.next();
                let text = quoted(&mut chars, c);
                out.push(Tok::Str(vec![Raw::Text(text)]));
            }
            '`' => {
                chars.next();
                out.push(Tok::Str(template(&mut chars)));
            }
            c if c.is_ascii_digit() => {
                let n = chars.number();
                out.push(Tok::Num(n));
            }
            c if is_hole(c) => {
                chars.next();
                out.push(Tok::Hole(c));
            }
            '\\' if chars.look(1) == Some('u') => {
                let name = name(&mut chars);
                out.push(Tok::Name(name));
            }
            c if is_name_start(c) => {
                let name = name(&mut chars);
                out.push(Tok::Name(name));
            }
            _ => match chars.operator(OPERATORS) {
                // `a?.5:1` is a conditional.
                Some("?.") if chars.peek().is_some_and(|c| c.is_ascii_digit()) => {
                    chars.at -= 1;
                    out.push(Tok::Op("?"));
                }
                Some(op) => out.push(Tok::Op(op)),
                None => {
                    chars.next();
                }
            },
        }
    }
    (out, true)
}

/// A name, in which characters may be written as escapes.
fn name(chars: &mut Chars) -> String {
    let mut out = String::new();
    while let Some(c) = chars.peek() {
        if c == '\\' && chars.look(1) == Some('u') {
            chars.next();
            out.extend(chars.escape());
        } else if is_name(c) && !is_hole(c) {
            out.push(c);
            chars.next();
        } else {
            break;
        }
    }
    out
}

fn regex_here(out: &[Tok]) -> bool {
    let last = out.iter().rev().find(|t| **t != Tok::Newline);
    match last {
        None => true,
        Some(Tok::Op(op)) => !matches!(*op, ")" | "]" | "}" | "++" | "--"),
        Some(Tok::Name(name)) => BEFORE_REGEX.contains(&name.as_str()),
        Some(_) => false,
    }
}

fn regex(chars: &mut Chars) {
    chars.next();
    let mut class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '[' => class = true,
            ']' => class = false,
            '\n' => break,
            '/' if !class => break,
            _ => {}
        }
    }
    chars.take_while(|c| c.is_ascii_alphabetic());
}

fn quoted(chars: &mut Chars, quote: char) -> String {
    let mut out = String::new();
    while let Some(c) = chars.next() {
        if c == quote || c == '\n' {
            break;
        }
        if c == '\\' {
            out.extend(escape(chars));
        } else {
            out.push(c);
        }
    }
    out
}

fn escape(chars: &mut Chars) -> Option<char> {
    match chars.peek() {
        // No such escapes here: the letter stands for itself.
        Some(c @ ('a' | 'e' | 'U')) => {
            chars.next();
            Some(c)
        }
        _ => chars.escape(),
    }
}

fn template(chars: &mut Chars) -> Vec<Raw> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    while let Some(c) = chars.next() {
        match c {
            '`' => break,
            '\\' => text.extend(escape(chars)),
            '$' if chars.peek() == Some('{') => {
                chars.next();
                pieces.push(Raw::Text(std::mem::take(&mut text)));
                pieces.push(Raw::Code(chars.braced()));
            }
            c => text.push(c),
        }
    }
    // A template is never adjacent text: mark it by an empty last piece, so
    // that the parser can tell `tag\`…\`` from a string.
    pieces.push(Raw::Text(text));
    pieces.push(Raw::Text(String::new()));
    pieces
}

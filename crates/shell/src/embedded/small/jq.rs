//! jq: a filter, except that it can show the environment.

use palisade_core::EffectKind;

use super::super::lex::Chars;
use super::{EmbedContext, Out, Sink};
use crate::arg::Arg;

/// Understands a jq program.
pub(in crate::embedded) fn understand(code: &Arg, cx: &EmbedContext<'_>, sink: &mut Sink) {
    let mut out = Out::new(cx, sink);
    let text = out.holes.encode(code);
    let mut chars = Chars::new(&text);
    program(&mut chars, &mut out);
}

fn program(chars: &mut Chars, out: &mut Out<'_>) {
    let mut before = ' ';
    // Depth of parentheses at which each `\(` in a string began.
    let mut strings: Vec<usize> = Vec::new();
    let mut depth = 0_usize;
    let mut module = false;
    while let Some(c) = chars.peek() {
        match c {
            '#' => chars.skip_line(),
            '"' => {
                chars.next();
                let text = string(chars, &mut strings, depth);
                if module {
                    out.file(EffectKind::FileRead, &text);
                    module = false;
                }
            }
            '(' => {
                chars.next();
                depth += 1;
            }
            ')' => {
                chars.next();
                if strings.last() == Some(&depth) {
                    strings.pop();
                    string(chars, &mut strings, depth);
                } else {
                    depth = depth.saturating_sub(1);
                }
            }
            '$' if chars.starts("$ENV") => {
                chars.at += 4;
                member(chars, out);
            }
            c if c.is_alphabetic() || c == '_' => {
                let word = chars.take_while(|c| c.is_alphanumeric() || c == '_');
                match word.as_str() {
                    "env" if !matches!(before, '.' | '$' | '@') && chars.peek() != Some(':') => {
                        member(chars, out);
                    }
                    "import" | "include" if before != '.' => module = true,
                    _ => {}
                }
                before = 'a';
                continue;
            }
            _ => {
                chars.next();
            }
        }
        if !c.is_whitespace() {
            before = c;
        }
    }
}

/// `.NAME` or `["NAME"]` after the environment.
fn member(chars: &mut Chars, out: &mut Out<'_>) {
    let name = if chars.eat('.') {
        chars.eat('"');
        chars.take_while(|c| c.is_alphanumeric() || c == '_')
    } else if chars.eat_str("[\"") {
        chars.take_while(|c| c != '"')
    } else {
        String::new()
    };
    if name.is_empty() {
        out.shows_environment(None);
    } else {
        out.shows_environment(Some(&name));
    }
}

/// A string up to its end or to an interpolation.
fn string(chars: &mut Chars, strings: &mut Vec<usize>, depth: usize) -> String {
    let mut text = String::new();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' if chars.peek() == Some('(') => {
                chars.next();
                if strings.len() < 64 {
                    strings.push(depth);
                }
                break;
            }
            '\\' => text.extend(chars.next()),
            c => text.push(c),
        }
    }
    text
}

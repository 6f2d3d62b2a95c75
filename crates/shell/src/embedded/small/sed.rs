//! sed: `w`, `r` and `e`, as commands and as flags of `s`.

use palisade_core::EffectKind;

use super::super::lex::Chars;
use super::{EmbedContext, Out, Sink};
use crate::arg::Arg;

/// Commands of one script.
const COMMANDS: usize = 10_000;

/// Understands a sed script.
pub(in crate::embedded) fn understand(code: &Arg, cx: &EmbedContext<'_>, sink: &mut Sink) {
    let mut out = Out::new(cx, sink);
    let text = out.holes.encode(code);
    let mut chars = Chars::new(&text);
    for _ in 0..COMMANDS {
        if chars.peek().is_none() {
            return;
        }
        command(&mut chars, &mut out);
    }
}

fn command(chars: &mut Chars, out: &mut Out<'_>) {
    chars.take_while(|c| c.is_whitespace() || matches!(c, ';' | '{' | '}'));
    address(chars);
    if chars.eat(',') {
        chars.take_while(char::is_whitespace);
        address(chars);
    }
    chars.take_while(|c| c.is_whitespace() || c == '!');
    match chars.next() {
        Some('s') => substitute(chars, out),
        Some('y') => {
            if let Some(delimiter) = chars.next() {
                skip_to(chars, delimiter);
                skip_to(chars, delimiter);
            }
        }
        Some('a' | 'i' | 'c') => text(chars),
        Some('r' | 'R') => {
            let path = line(chars);
            out.file(EffectKind::FileRead, &path);
        }
        Some('w' | 'W') => {
            let path = line(chars);
            out.file(EffectKind::FileWrite, &path);
        }
        Some('e') => {
            let code = line(chars);
            if code.is_empty() {
                // What is being edited is run.
                out.opaque("input");
            } else {
                out.shell(&code);
            }
        }
        Some('#') => chars.skip_line(),
        Some(':' | 'b' | 't' | 'T') => {
            chars.take_while(|c| !matches!(c, '\n' | ';' | '}'));
        }
        Some('q' | 'Q' | 'l' | 'L' | 'v') => {
            chars.take_while(|c| c.is_ascii_digit() || c == ' ' || c == '.');
        }
        _ => {}
    }
}

fn address(chars: &mut Chars) {
    match chars.peek() {
        Some('/') => {
            chars.next();
            skip_to(chars, '/');
            chars.take_while(|c| matches!(c, 'I' | 'M'));
        }
        Some('\\') => {
            chars.next();
            if let Some(delimiter) = chars.next() {
                skip_to(chars, delimiter);
                chars.take_while(|c| matches!(c, 'I' | 'M'));
            }
        }
        _ => {
            chars.take_while(|c| c.is_ascii_digit() || matches!(c, '$' | '~' | '+'));
        }
    }
    chars.take_while(|c| c == ' ' || c == '\t');
}

fn skip_to(chars: &mut Chars, delimiter: char) {
    while let Some(c) = chars.next() {
        if c == '\\' {
            chars.next();
        } else if c == delimiter {
            return;
        }
    }
}

fn substitute(chars: &mut Chars, out: &mut Out<'_>) {
    let Some(delimiter) = chars.next() else {
        return;
    };
    skip_to(chars, delimiter);
    skip_to(chars, delimiter);
    while let Some(c) = chars.peek() {
        match c {
            'e' => {
                chars.next();
                out.opaque("input");
            }
            'w' => {
                chars.next();
                let path = line(chars);
                out.file(EffectKind::FileWrite, &path);
                return;
            }
            'g' | 'p' | 'i' | 'I' | 'm' | 'M' | '0'..='9' => {
                chars.next();
            }
            _ => return,
        }
    }
}

/// The rest of the line, which is a file name or a command.
fn line(chars: &mut Chars) -> String {
    chars.take_while(|c| c == ' ' || c == '\t');
    chars.take_while(|c| c != '\n').trim_end().to_owned()
}

/// The text of `a`, `i`, `c`: a line, continued by backslashes.
fn text(chars: &mut Chars) {
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '\n' => return,
            _ => {}
        }
    }
}

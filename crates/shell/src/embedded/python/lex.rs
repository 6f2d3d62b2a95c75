//! Python's tokens, with indentation.

use super::super::lex::{Chars, Raw, Tok, is_name};
use crate::holes::is_hole;

const OPERATORS: &[&str] = &[
    "**=", "//=", ">>=", "<<=", "...", "!=", "->", ":=", "**", "//", ">>", "<<", "<=", ">=", "==",
    "+=", "-=", "*=", "/=", "%=", "@=", "&=", "|=", "^=", "+", "-", "*", "/", "%", "@", "&", "|",
    "^", "~", "<", ">", "(", ")", "[", "]", "{", "}", ",", ":", ".", ";", "=", "!",
];

/// Splits Python source. Stops quietly after `most` tokens: `false`.
pub(super) fn tokens(code: &str, most: usize) -> (Vec<Tok>, bool) {
    let mut lexer = Lexer {
        chars: Chars::new(code),
        out: Vec::new(),
        indents: vec![0],
        nesting: 0,
    };
    let complete = lexer.run(most);
    (lexer.out, complete)
}

struct Lexer {
    chars: Chars,
    out: Vec<Tok>,
    indents: Vec<usize>,
    nesting: usize,
}

impl Lexer {
    fn run(&mut self, most: usize) -> bool {
        let mut complete = true;
        self.indentation();
        while let Some(c) = self.chars.peek() {
            if self.out.len() >= most {
                complete = false;
                break;
            }
            match c {
                '\n' => {
                    self.chars.next();
                    if self.nesting == 0 {
                        if !matches!(
                            self.out.last(),
                            None | Some(Tok::Newline | Tok::Indent | Tok::Dedent)
                        ) {
                            self.out.push(Tok::Newline);
                        }
                        self.indentation();
                    }
                }
                '\\' if self.chars.look(1) == Some('\n') => self.chars.at += 2,
                '#' => self.chars.skip_line(),
                c if c.is_whitespace() => {
                    self.chars.next();
                }
                '\'' | '"' => self.string(""),
                c if c.is_ascii_digit() => {
                    let n = self.chars.number();
                    self.out.push(Tok::Num(n));
                }
                c if is_hole(c) => {
                    self.chars.next();
                    self.out.push(Tok::Hole(c));
                }
                c if is_name(c) && c != '$' => {
                    let name = self
                        .chars
                        .take_while(|c| is_name(c) && c != '$' && !is_hole(c));
                    let prefix = name.len() <= 2
                        && name
                            .chars()
                            .all(|c| matches!(c.to_ascii_lowercase(), 'r' | 'b' | 'f' | 'u' | 't'));
                    if prefix && matches!(self.chars.peek(), Some('\'' | '"')) {
                        self.string(&name.to_ascii_lowercase());
                    } else {
                        self.out.push(Tok::Name(name));
                    }
                }
                _ => match self.chars.operator(OPERATORS) {
                    Some(op) => {
                        match op {
                            "(" | "[" | "{" => self.nesting += 1,
                            ")" | "]" | "}" => self.nesting = self.nesting.saturating_sub(1),
                            _ => {}
                        }
                        self.out.push(Tok::Op(op));
                    }
                    None => {
                        self.chars.next();
                    }
                },
            }
        }
        self.out.push(Tok::Newline);
        for _ in 1..self.indents.len() {
            self.out.push(Tok::Dedent);
        }
        complete
    }

    /// Measures the beginning of a logical line.
    fn indentation(&mut self) {
        loop {
            let mut width = 0;
            while let Some(c) = self.chars.peek() {
                match c {
                    ' ' => width += 1,
                    '\t' => width = (width / 8 + 1) * 8,
                    '\u{c}' | '\r' => {}
                    _ => break,
                }
                self.chars.next();
            }
            match self.chars.peek() {
                Some('#') => self.chars.skip_line(),
                Some('\n') => {
                    self.chars.next();
                }
                None => return,
                Some(_) => {
                    let current = self.indents.last().copied().unwrap_or(0);
                    if width > current {
                        self.indents.push(width);
                        // What `-c` runs may be indented as a whole.
                        if self.out.is_empty() {
                            self.indents = vec![width];
                        } else {
                            self.out.push(Tok::Indent);
                        }
                    }
                    while self.indents.len() > 1
                        && self.indents.last().is_some_and(|last| width < *last)
                    {
                        self.indents.pop();
                        self.out.push(Tok::Dedent);
                    }
                    return;
                }
            }
        }
    }

    fn string(&mut self, prefix: &str) {
        let raw = prefix.contains('r');
        let format = prefix.contains(['f', 't']);
        let Some(quote) = self.chars.next() else {
            return;
        };
        let triple = self.chars.look(0) == Some(quote) && self.chars.look(1) == Some(quote);
        if triple {
            self.chars.at += 2;
        }
        let mut pieces = Vec::new();
        let mut text = String::new();
        while let Some(c) = self.chars.next() {
            if c == quote {
                if !triple {
                    break;
                }
                if self.chars.look(0) == Some(quote) && self.chars.look(1) == Some(quote) {
                    self.chars.at += 2;
                    break;
                }
                text.push(c);
                continue;
            }
            match c {
                '\n' if !triple => break,
                '\\' if raw => {
                    text.push(c);
                    text.extend(self.chars.next());
                }
                '\\' => self.escape(&mut text),
                '{' if format => {
                    if self.chars.eat('{') {
                        text.push('{');
                        continue;
                    }
                    let code = self.chars.braced();
                    pieces.push(Raw::Text(std::mem::take(&mut text)));
                    pieces.push(Raw::Code(strip_format(&code)));
                }
                '}' if format => {
                    self.chars.eat('}');
                    text.push('}');
                }
                c => text.push(c),
            }
        }
        if !text.is_empty() || pieces.is_empty() {
            pieces.push(Raw::Text(text));
        }
        // Adjacent literals are one.
        if let Some(Tok::Str(before)) = self.out.last_mut() {
            before.extend(pieces);
        } else {
            self.out.push(Tok::Str(pieces));
        }
    }

    fn escape(&mut self, text: &mut String) {
        match self.chars.peek() {
            Some('N') if self.chars.look(1) == Some('{') => {
                self.chars.until("}");
                text.push(crate::holes::ANY);
            }
            // Python has no `\e` and no `\u{…}`.
            Some(c @ ('e' | '$' | '`')) => {
                self.chars.next();
                text.push('\\');
                text.push(c);
            }
            _ => text.extend(self.chars.escape()),
        }
    }
}

/// Removes `!r`, `:spec` and `=` from a replacement field.
fn strip_format(code: &str) -> String {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut previous = ' ';
    for (at, c) in code.char_indices() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, ':') if depth == 0 => {
                return code.get(..at).unwrap_or_default().to_owned();
            }
            (None, '!')
                if depth == 0 && !code.get(at + 1..).is_some_and(|r| r.starts_with('=')) =>
            {
                return code.get(..at).unwrap_or_default().to_owned();
            }
            _ => {}
        }
        if c != ' ' {
            previous = c;
        }
    }
    if previous == '=' && !code.trim_end().ends_with("==") {
        return code.trim_end().strip_suffix('=').unwrap_or(code).to_owned();
    }
    code.to_owned()
}

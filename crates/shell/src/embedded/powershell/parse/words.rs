//! Words of commands, text in quotes, variables.

use super::super::super::tree::{Argument, Expr, Piece};
use super::{Parser, own, plain};
use crate::holes::is_hole;

/// Ends a word of a command.
fn ends_word(c: char) -> bool {
    c.is_whitespace() || matches!(c, ';' | '|' | '&' | '(' | ')' | '{' | '}' | ',')
}

/// Pieces being collected.
#[derive(Default)]
struct Text(Vec<Piece>);

impl Text {
    fn push(&mut self, c: char) {
        if let Some(Piece::Text(text)) = self.0.last_mut() {
            text.push(c);
        } else {
            self.0.push(Piece::Text(c.to_string()));
        }
    }

    fn code(&mut self, code: Expr) {
        self.0.push(Piece::Code(code));
    }

    fn add(&mut self, value: Expr) {
        match value {
            Expr::Str(pieces) => {
                for piece in pieces {
                    match piece {
                        Piece::Text(text) => text.chars().for_each(|c| self.push(c)),
                        code @ Piece::Code(_) => self.0.push(code),
                    }
                }
            }
            other => self.code(other),
        }
    }
}

impl Parser {
    /// `$x`, `${x}`, `$env:X`, `$(…)`.
    pub(super) fn variable(&mut self) -> Expr {
        self.c.eat('$');
        match self.c.peek() {
            Some('(') => return self.parens(),
            Some('{') => {
                self.c.next();
                let name = self.c.until("}");
                return variable_named(&name);
            }
            Some(c @ ('$' | '^' | '?')) => {
                self.c.next();
                return Expr::Name(format!("${c}"));
            }
            _ => {}
        }
        let mut name = self.name_chars();
        if self.c.peek() == Some(':')
            && self
                .c
                .look(1)
                .is_some_and(|c| c.is_alphanumeric() || c == '_')
        {
            self.c.next();
            name.push(':');
            name.push_str(&self.name_chars());
        }
        if name.is_empty() {
            return Expr::text("$");
        }
        variable_named(&name)
    }

    fn name_chars(&mut self) -> String {
        self.c
            .take_while(|c| (c.is_alphanumeric() || c == '_' || c == '?') && !is_hole(c))
    }

    /// Text in single quotes, the opening one included.
    pub(super) fn single(&mut self) -> String {
        self.c.next();
        let mut out = String::new();
        while let Some(c) = self.c.next() {
            if c == '\'' && !self.c.eat('\'') {
                break;
            }
            out.push(c);
        }
        out
    }

    /// Text in double quotes, the opening one included.
    pub(super) fn double(&mut self) -> Expr {
        self.c.next();
        let mut out = Text::default();
        while let Some(c) = self.c.peek() {
            match c {
                '"' => {
                    self.c.next();
                    if !self.c.eat('"') {
                        break;
                    }
                    out.push('"');
                }
                _ => self.character(&mut out),
            }
        }
        Expr::Str(out.0)
    }

    /// One character of expandable text, or what is expanded there.
    fn character(&mut self, out: &mut Text) {
        match self.c.peek() {
            Some('`') => {
                self.c.next();
                if let Some(c) = self.escaped() {
                    out.push(c);
                }
            }
            Some('$') if self.expands() => {
                let value = self.variable();
                out.code(value);
            }
            Some(c) => {
                self.c.next();
                out.push(c);
            }
            None => {}
        }
    }

    fn expands(&self) -> bool {
        self.c.look(1).is_some_and(|c| {
            (c.is_alphanumeric() && !is_hole(c)) || matches!(c, '_' | '{' | '(' | '?' | '$' | '^')
        })
    }

    fn escaped(&mut self) -> Option<char> {
        Some(match self.c.next()? {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            '0' => '\0',
            'a' => '\u{7}',
            'b' => '\u{8}',
            'e' => '\u{1b}',
            'f' => '\u{c}',
            'v' => '\u{b}',
            'u' if self.c.eat('{') => {
                let code = self.c.digits(16, 6);
                self.c.eat('}');
                code.and_then(char::from_u32).unwrap_or('\u{FFFD}')
            }
            c => c,
        })
    }

    /// `@'…'@` and `@"…"@`; `None` when it is something else.
    pub(super) fn here_string(&mut self) -> Option<Expr> {
        let quote = self.c.look(1).filter(|c| matches!(c, '\'' | '"'))?;
        self.c.at += 2;
        self.c.take_while(|c| c != '\n');
        self.c.eat('\n');
        if quote == '\'' {
            return Some(Expr::text(self.c.until("\n'@")));
        }
        let mut out = Text::default();
        while self.c.peek().is_some() && !self.c.starts("\n\"@") {
            self.character(&mut out);
        }
        self.c.eat_str("\n\"@");
        Some(Expr::Str(out.0))
    }

    /// A word without quotes around it; `name` when it names a command.
    pub(super) fn bare(&mut self, name: bool) -> Expr {
        let mut out = Text::default();
        let mut star = false;
        while let Some(c) = self.c.peek() {
            match c {
                '`' if self.c.look(1) == Some('\n') => break,
                '`' => {
                    self.c.next();
                    out.code_or_char(self.c.next());
                }
                '"' => {
                    let text = self.double();
                    out.add(text);
                }
                '\'' => {
                    for c in self.single().chars() {
                        out.push(c);
                    }
                }
                '$' if self.expands() => {
                    let value = self.variable();
                    out.code(value);
                }
                // A command's name goes up to a bracket, its words may hold
                // pairs of them (`HEAD@{1}`, `a=(b)` are rare and split).
                c if ends_word(c) => break,
                '>' if !name => break,
                c => {
                    star |= matches!(c, '*' | '?');
                    self.c.next();
                    out.push(c);
                }
            }
        }
        let word = Expr::Str(out.0);
        if star && !name {
            return own("op glob", vec![word]);
        }
        word
    }

    /// A primary expression as a word, with what is glued to it.
    pub(super) fn expr_word(&mut self) -> Expr {
        let glued = matches!(self.c.peek(), Some('$' | '"' | '\''));
        let commas = std::mem::replace(&mut self.commas, false);
        let value = self.primary();
        self.commas = commas;
        let more = self.c.peek().is_some_and(|c| !ends_word(c) && c != '>');
        if !glued || !more {
            return value;
        }
        let mut out = Text::default();
        match value {
            text @ Expr::Str(_) => out.add(text),
            other => out.code(other),
        }
        let rest = self.bare(false);
        match rest {
            rest @ Expr::Str(_) => {
                out.add(rest);
                Expr::Str(out.0)
            }
            rest => {
                out.code(rest);
                own("op glob", vec![Expr::Str(out.0)])
            }
        }
    }

    /// One argument of a command.
    pub(super) fn argument(&mut self) -> Expr {
        self.blanks(false);
        match self.c.peek() {
            Some('$' | '"' | '\'' | '(' | '{') => self.expr_word(),
            Some('@') if matches!(self.c.look(1), Some('(' | '{' | '"' | '\'')) => self.expr_word(),
            _ => self.bare(false),
        }
    }

    /// The next words: a parameter, a value, a list of values.
    pub(super) fn words_of(&mut self, args: &mut Vec<Argument>) {
        if self.c.starts("--%") {
            // The rest is for the program as it stands.
            self.c.at += 3;
            let rest = self.c.take_while(|c| c != '\n' && c != '|');
            for word in rest.split_whitespace() {
                args.push(plain(Expr::text(word.trim_matches('"'))));
            }
            return;
        }
        if self.c.peek() == Some('@')
            && self
                .c
                .look(1)
                .is_some_and(|c| c.is_alphabetic() || c == '_')
        {
            self.c.next();
            let name = self.name_chars();
            args.push(Argument {
                name: None,
                spread: true,
                value: variable_named(&name),
            });
            return;
        }
        if self.c.peek() == Some('-') && self.parameter(args) {
            return;
        }
        let first = self.argument();
        let mut list = vec![first];
        loop {
            let at = self.c.at;
            self.blanks(false);
            if !self.c.eat(',') {
                self.c.at = at;
                break;
            }
            self.blanks(true);
            list.push(self.argument());
        }
        let value = match list.pop() {
            Some(one) if list.is_empty() => one,
            Some(last) => {
                list.push(last);
                Expr::List(list)
            }
            None => Expr::Nothing,
        };
        args.push(plain(value));
    }

    /// `-Name`, `-Name:value`. `false`: it is an ordinary word.
    fn parameter(&mut self, args: &mut Vec<Argument>) -> bool {
        let mut name = String::from("-");
        let mut n = 1;
        while let Some(c) = self.c.look(n).filter(|_| n < 64) {
            if c == '`' && self.c.look(n + 1).is_some_and(char::is_alphanumeric) {
                n += 1;
                continue;
            }
            if !(c.is_ascii_alphanumeric() || matches!(c, '_' | '?')) {
                break;
            }
            name.push(c);
            n += 1;
        }
        let letter = name
            .chars()
            .nth(1)
            .is_some_and(|c| c.is_ascii_alphabetic() || c == '?');
        let next = self.c.look(n);
        let ends = next.is_none_or(|c| ends_word(c) || c == ':');
        if !letter || !ends || next == Some(',') {
            return false;
        }
        self.c.at += n;
        if self.c.eat(':') {
            name.push(':');
        }
        args.push(plain(Expr::Name(name)));
        true
    }
}

impl Text {
    /// A character after a backtick in a word stands for itself.
    fn code_or_char(&mut self, c: Option<char>) {
        if let Some(c) = c {
            self.push(c);
        }
    }
}

/// A variable by the name it is kept under: case and scope do not count.
fn variable_named(name: &str) -> Expr {
    let name = match name.split_once(':') {
        Some((scope, rest)) => match scope.to_ascii_lowercase().as_str() {
            "global" | "script" | "local" | "private" | "using" | "variable" => rest.to_lowercase(),
            "env" => return Expr::Name(format!("$env:{}", rest.to_uppercase())),
            scope => return own("op drive", vec![Expr::text(format!("{scope}:{rest}"))]),
        },
        None => name.to_lowercase(),
    };
    Expr::Name(format!("${name}"))
}

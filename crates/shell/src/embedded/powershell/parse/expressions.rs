//! Expressions: operators, casts, members.

use super::super::super::tree::{Argument, Expr, Piece, Post};
use super::{Parser, own};
use crate::holes::is_hole;

/// Binary operators that are words, with how tightly they bind.
fn named_operator(word: &str) -> Option<(u8, &str)> {
    let strength = |w: &str| {
        Some(match w {
            "and" | "or" | "xor" => 1,
            "band" | "bor" | "bxor" => 2,
            "f" => 6,
            "shl" | "shr" | "eq" | "ne" | "gt" | "ge" | "lt" | "le" | "like" | "notlike"
            | "match" | "notmatch" | "contains" | "notcontains" | "in" | "notin" | "replace"
            | "split" | "join" | "is" | "isnot" | "as" => 3,
            _ => return None,
        })
    };
    if let Some(n) = strength(word) {
        return Some((n, word));
    }
    // `-ceq`, `-ireplace`: with or without regard to case.
    let rest = word.strip_prefix(['c', 'i'])?;
    strength(rest).filter(|n| *n == 3).map(|n| (n, rest))
}

impl Parser {
    /// An expression with all its operators.
    pub(super) fn expr(&mut self) -> Expr {
        self.climb(1)
    }

    /// Operators that bind at least as tightly as `least`.
    fn climb(&mut self, least: u8) -> Expr {
        if !self.enter() {
            self.c.at = usize::MAX / 2;
            return Expr::Nothing;
        }
        let mut left = self.unary();
        while let Some((strength, op, length)) = self.operator(least) {
            self.c.at += length;
            self.blanks(true);
            if op == "," {
                left = self.list(left);
                continue;
            }
            let right = self.climb(strength + 1);
            left = match left {
                Expr::Chain(first, mut rest)
                    if rest.last().is_some_and(|(o, _)| strength_of(o) == strength) =>
                {
                    rest.push((op, right));
                    Expr::Chain(first, rest)
                }
                left => Expr::Chain(Box::new(left), vec![(op, right)]),
            };
        }
        self.leave();
        left
    }

    /// What follows the comma after `first`.
    fn list(&mut self, first: Expr) -> Expr {
        let mut items = vec![first];
        loop {
            items.push(self.unary());
            let at = self.c.at;
            self.blanks(false);
            if !self.c.eat(',') {
                self.c.at = at;
                return Expr::List(items);
            }
            self.blanks(true);
        }
    }

    /// The binary operator that comes next: strength, name, length.
    fn operator(&mut self, least: u8) -> Option<(u8, String, usize)> {
        self.blanks(false);
        let c = self.c.peek()?;
        let (strength, op, length) = match c {
            '-' if self.c.look(1).is_some_and(|c| c.is_ascii_alphabetic()) => {
                let word: String = (1..16)
                    .map_while(|i| self.c.look(i).filter(char::is_ascii_alphabetic))
                    .collect();
                let lower = word.to_ascii_lowercase();
                let (strength, op) = named_operator(&lower)?;
                (strength, format!("-{op}"), word.len() + 1)
            }
            '.' if self.c.look(1) == Some('.') => (7, "..".to_owned(), 2),
            '?' if self.c.look(1) == Some('?') && self.c.look(2) != Some('=') => {
                (1, "-or".to_owned(), 2)
            }
            ',' if self.commas => (8, ",".to_owned(), 1),
            '+' | '-' | '*' | '/' | '%' if self.c.look(1) != Some('=') => {
                if c == self.c.look(1).unwrap_or(' ') && matches!(c, '+' | '-') {
                    return None;
                }
                let strength = if matches!(c, '+' | '-') { 4 } else { 5 };
                (strength, c.to_string(), 1)
            }
            '?' if self.c.look(1).is_some_and(char::is_whitespace) => {
                // `condition ? a : b`: either.
                if least > 1 {
                    return None;
                }
                self.c.next();
                self.blanks(true);
                (1, "-or".to_owned(), 0)
            }
            ':' if least == 1 && self.c.look(1).is_some_and(char::is_whitespace) => {
                (1, "-or".to_owned(), 1)
            }
            _ => return None,
        };
        (strength >= least).then_some((strength, op, length))
    }

    fn unary(&mut self) -> Expr {
        self.blanks(false);
        match self.c.peek() {
            Some(',') => {
                self.c.next();
                self.blanks(true);
                let item = self.deeper();
                Expr::List(vec![item])
            }
            Some('!') => {
                self.c.next();
                Expr::Other(vec![self.deeper()])
            }
            Some('+' | '-') => {
                let word: String = (1..16)
                    .map_while(|i| self.c.look(i).filter(char::is_ascii_alphabetic))
                    .collect();
                let lower = word.to_ascii_lowercase();
                match lower.trim_start_matches(['c', 'i']) {
                    "join" | "split" => {
                        self.c.at += word.len() + 1;
                        let value = self.deeper();
                        let op = if lower.ends_with("join") {
                            "-join"
                        } else {
                            "-split"
                        };
                        own("op unary", vec![Expr::text(op), value])
                    }
                    _ if matches!(lower.as_str(), "not" | "bnot") => {
                        self.c.at += word.len() + 1;
                        Expr::Other(vec![self.deeper()])
                    }
                    _ => {
                        let negative = self.c.peek() == Some('-');
                        self.c.next();
                        if self.c.eat('+') || self.c.eat('-') {
                            return self.deeper();
                        }
                        match self.deeper() {
                            Expr::Int(n) if negative => Expr::Int(n.wrapping_neg()),
                            other if negative => {
                                Expr::Chain(Box::new(Expr::Int(0)), vec![("-".to_owned(), other)])
                            }
                            other => other,
                        }
                    }
                }
            }
            _ => self.primary(),
        }
    }

    fn deeper(&mut self) -> Expr {
        if !self.enter() {
            self.c.at = usize::MAX / 2;
            return Expr::Nothing;
        }
        let value = self.unary();
        self.leave();
        value
    }

    /// A value and what follows it without a blank.
    pub(super) fn primary(&mut self) -> Expr {
        let value = match self.c.peek() {
            Some('$') => self.variable(),
            Some('(') => {
                let commas = std::mem::replace(&mut self.commas, true);
                let value = self.parens();
                self.commas = commas;
                // In brackets a chain is one operand.
                own("op group", vec![value])
            }
            Some('@') => match self.c.look(1) {
                Some('(') => {
                    self.c.next();
                    self.c.next();
                    let body = self.statements();
                    self.c.eat(')');
                    let value = self.value_of(body);
                    own("op list", vec![value])
                }
                Some('{') => {
                    self.c.at += 2;
                    self.hashtable()
                }
                _ => match self.here_string() {
                    Some(text) => text,
                    None => {
                        self.c.next();
                        Expr::Nothing
                    }
                },
            },
            Some('{') => {
                self.c.next();
                Expr::Function(self.function(Vec::new()))
            }
            Some('\'') => Expr::text(self.single()),
            Some('"') => self.double(),
            Some('[') => return self.typed(),
            Some(c) if c.is_ascii_digit() => self.number(),
            Some(c) if is_hole(c) => {
                self.c.next();
                Expr::Hole(c.to_string())
            }
            Some(c)
                if c.is_alphabetic() || matches!(c, '.' | '&' | '\\' | '/' | '~' | '%' | '_') =>
            {
                self.command(None)
            }
            _ => Expr::Nothing,
        };
        self.members(value)
    }

    fn number(&mut self) -> Expr {
        let text = self.c.take_while(|c| c.is_ascii_alphanumeric());
        let fraction =
            self.c.peek() == Some('.') && self.c.look(1).is_some_and(|c| c.is_ascii_digit());
        if fraction {
            self.c.next();
            let more = self.c.take_while(|c| c.is_ascii_alphanumeric());
            return Expr::text(format!("{text}.{more}"));
        }
        let lower = text.to_ascii_lowercase();
        if let Some(hex) = lower.strip_prefix("0x") {
            return i64::from_str_radix(hex, 16).map_or(Expr::Nothing, Expr::Int);
        }
        let (digits, factor) = [
            ("kb", 1_i64 << 10),
            ("mb", 1 << 20),
            ("gb", 1 << 30),
            ("l", 1),
            ("d", 1),
        ]
        .into_iter()
        .find_map(|(unit, f)| lower.strip_suffix(unit).map(|d| (d, f)))
        .unwrap_or((lower.as_str(), 1));
        match digits.parse::<i64>() {
            Ok(n) => Expr::Int(n.saturating_mul(factor)),
            Err(_) => Expr::text(text),
        }
    }

    /// `[type]`, `[type]::member`, `[type]value`.
    fn typed(&mut self) -> Expr {
        let name = type_name(&self.bracketed());
        if self.c.starts("::") {
            return self.members(Expr::Name(format!("[{name}]")));
        }
        let at = self.c.at;
        self.blanks(false);
        let casts = self.c.peek().is_some_and(|c| {
            matches!(c, '$' | '(' | '@' | '\'' | '"' | '[' | '{')
                || c.is_ascii_digit()
                || (matches!(c, '-' | '+') && self.c.look(1).is_some_and(|d| d.is_ascii_digit()))
        });
        if !casts {
            self.c.at = at;
            return self.members(Expr::Name(format!("[{name}]")));
        }
        if !self.enter() {
            self.c.at = usize::MAX / 2;
            return Expr::Nothing;
        }
        let value = self.unary();
        self.leave();
        own("op cast", vec![Expr::text(name), value])
    }

    /// `.name`, `::name`, `[index]`, `(arguments)`.
    fn members(&mut self, mut value: Expr) -> Expr {
        loop {
            if self.c.starts("?.") || self.c.starts("?[") {
                self.c.next();
            }
            match self.c.peek() {
                Some('.') if self.c.look(1).is_some_and(member_start) => {
                    self.c.next();
                    value = self.member(value);
                }
                Some(':') if self.c.look(1) == Some(':') => {
                    self.c.at += 2;
                    self.blanks(false);
                    value = self.member(value);
                }
                Some('[') => {
                    self.c.next();
                    let inner = self.statements();
                    self.c.eat(']');
                    let index = self.value_of(inner);
                    value = value.with(Post::Index(index));
                }
                Some('+') if self.c.look(1) == Some('+') => self.c.at += 2,
                Some('-') if self.c.look(1) == Some('-') => self.c.at += 2,
                _ => return value,
            }
        }
    }

    fn member(&mut self, value: Expr) -> Expr {
        let reversal = matches!(&value, Expr::Name(n) if n == "[array]");
        let mut called = String::new();
        let value = match self.c.peek() {
            Some('\'') => {
                let name = self.single();
                value.with(Post::Attr(name.to_lowercase()))
            }
            Some('"') => {
                let name = self.double();
                own("op member", vec![value, name])
            }
            Some('$') => {
                let name = self.variable();
                own("op member", vec![value, name])
            }
            Some('(') => {
                let name = self.parens();
                own("op member", vec![value, name])
            }
            _ => {
                let mut name = String::new();
                while let Some(c) = self.c.peek() {
                    if c == '`' {
                        self.c.next();
                    } else if (c.is_alphanumeric() || c == '_') && !is_hole(c) {
                        name.push(c);
                        self.c.next();
                    } else {
                        break;
                    }
                }
                called = name.to_lowercase();
                value.with(Post::Attr(called.clone()))
            }
        };
        if self.c.peek() == Some('{') {
            // `.ForEach{ … }`
            self.c.next();
            let block = Expr::Function(self.function(Vec::new()));
            return value.call(vec![block]);
        }
        if self.c.peek() != Some('(') {
            return value;
        }
        let args = self.call_arguments();
        // `[array]::Reverse($x)` changes what it is given.
        if reversal
            && called == "reverse"
            && let [
                Argument {
                    value: target @ Expr::Name(_),
                    ..
                },
            ] = args.as_slice()
        {
            let turned = own("op reverse", vec![target.clone()]);
            return Expr::Assign(Box::new(target.clone()), "=".to_owned(), Box::new(turned));
        }
        value.with(Post::Call(args))
    }

    fn call_arguments(&mut self) -> Vec<Argument> {
        let mut args = Vec::new();
        self.c.eat('(');
        if !self.enter() {
            self.c.at = usize::MAX / 2;
            return args;
        }
        let commas = std::mem::replace(&mut self.commas, false);
        loop {
            self.blanks(true);
            match self.c.peek() {
                None | Some(')') => break,
                Some(',') => {
                    self.c.next();
                }
                Some(_) => {
                    let before = self.c.at;
                    let value = self.expr();
                    let value = self.assigned(value);
                    args.push(super::plain(value));
                    if self.c.at == before {
                        self.c.next();
                    }
                }
            }
        }
        self.c.eat(')');
        self.commas = commas;
        self.leave();
        args
    }

    /// `@{ a = 1; 'b' = 2 }`, the opening bracket being gone.
    fn hashtable(&mut self) -> Expr {
        let mut entries = Vec::new();
        if !self.enter() {
            self.c.at = usize::MAX / 2;
            return Expr::Nothing;
        }
        let commas = std::mem::replace(&mut self.commas, true);
        loop {
            self.blanks(true);
            match self.c.peek() {
                None | Some('}') => break,
                Some(';' | ',') => {
                    self.c.next();
                }
                Some(c) => {
                    let before = self.c.at;
                    let key =
                        if c.is_alphabetic() || c == '_' {
                            Expr::text(self.c.take_while(|c| {
                                c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
                            }))
                        } else {
                            self.primary()
                        };
                    self.blanks(false);
                    if self.c.eat('=') {
                        self.blanks(true);
                        let value = self.assigned_value();
                        entries.push((Some(lowered(key)), value));
                    }
                    if self.c.at == before {
                        self.c.next();
                    }
                }
            }
        }
        self.c.eat('}');
        self.commas = commas;
        self.leave();
        Expr::Dict(entries)
    }
}

/// Keys are compared without regard to case.
fn lowered(key: Expr) -> Expr {
    match &key {
        Expr::Str(pieces) => match pieces.as_slice() {
            [Piece::Text(text)] => Expr::text(text.to_lowercase()),
            _ => key,
        },
        _ => key,
    }
}

fn member_start(c: char) -> bool {
    (c.is_alphabetic() && !is_hole(c)) || matches!(c, '_' | '(' | '$' | '\'' | '"' | '`')
}

fn strength_of(op: &str) -> u8 {
    match op {
        "+" | "-" => 4,
        "*" | "/" | "%" => 5,
        ".." => 7,
        op => named_operator(op.trim_start_matches('-')).map_or(0, |(n, _)| n),
    }
}

/// A type by a name without blanks, case and the part everybody leaves out.
fn type_name(text: &str) -> String {
    let name: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '`')
        .collect::<String>()
        .to_lowercase();
    name.strip_prefix("system.").unwrap_or(&name).to_owned()
}

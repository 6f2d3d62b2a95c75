//! Expressions.

use std::rc::Rc;

use super::super::super::cursor::{Cursor, TOKENS};
use super::super::super::lex::{Raw, Tok};
use super::super::super::tree::{Argument, Clause, Expr, Function, Piece, Post, Stmt};
use super::super::lex::tokens;
use super::{KEYWORDS, Parser};

impl Parser {
    /// `a, b`: a tuple when there is a comma.
    pub(super) fn expr_list(&mut self) -> Expr {
        let first = self.star_expr();
        if !self.c.is(",") {
            return first;
        }
        let mut items = vec![first];
        while self.c.eat(",") {
            if self.at_end_of_statement()
                || self
                    .c
                    .op()
                    .is_some_and(|op| matches!(op, "=" | ")" | "]" | "}" | ":"))
            {
                break;
            }
            items.push(self.star_expr());
        }
        Expr::List(items)
    }

    pub(super) fn target_list(&mut self) -> Expr {
        let mut items = Vec::new();
        let mut tuple = false;
        loop {
            self.c.eat("*");
            items.push(self.postfix());
            if !self.c.eat(",") {
                break;
            }
            tuple = true;
            if self.c.is_word("in") {
                break;
            }
        }
        if tuple {
            Expr::List(items)
        } else {
            items.pop().unwrap_or(Expr::Nothing)
        }
    }

    pub(super) fn star_expr(&mut self) -> Expr {
        if self.c.eat("*") || self.c.eat("**") {
            return Expr::Spread(Box::new(self.expr()));
        }
        self.expr()
    }

    pub(super) fn expr(&mut self) -> Expr {
        if !self.c.enter() {
            self.c.next();
            return Expr::Other(Vec::new());
        }
        let out = self.expr_inner();
        self.c.leave();
        out
    }

    pub(super) fn expr_inner(&mut self) -> Expr {
        if self.c.is_word("lambda") {
            self.c.next();
            let id = self.c.new_function();
            let params = self.params(":");
            self.c.eat(":");
            let body = vec![Stmt::Return(Some(self.expr()))];
            return Expr::Function(Rc::new(Function { id, params, body }));
        }
        if self.c.is_word("yield") || self.c.is_word("await") {
            let awaits = self.c.is_word("await");
            self.c.next();
            self.c.eat_word("from");
            if self.at_end_of_statement() || self.c.is(")") {
                return Expr::Nothing;
            }
            let inner = self.expr();
            return if awaits {
                inner
            } else {
                Expr::Other(vec![inner])
            };
        }
        let first = self.binary(0);
        if self.c.eat(":=") {
            let value = self.expr();
            return Expr::Assign(Box::new(first), "=".into(), Box::new(value));
        }
        if !self.c.is_word("if") {
            return first;
        }
        // `a if c else b if d else e`
        let mut values = vec![first];
        let mut conditions = Vec::new();
        while self.c.is_word("if") {
            let save = self.c.at;
            self.c.next();
            let condition = self.binary(0);
            if !self.c.eat_word("else") {
                // The condition of a comprehension or a case.
                self.c.at = save;
                break;
            }
            conditions.push(condition);
            values.push(if self.c.is_word("lambda") {
                self.expr()
            } else {
                self.binary(0)
            });
        }
        if conditions.is_empty() {
            return values.pop().unwrap_or(Expr::Nothing);
        }
        Expr::Either(conditions, values)
    }

    pub(super) fn operator(&self) -> Option<(u8, String, usize)> {
        let (prec, op, width) = match self.c.peek()? {
            Tok::Name(name) => match name.as_str() {
                "or" => (0, "or", 1),
                "and" => (1, "and", 1),
                "in" => (2, "in", 1),
                "is" => (2, "is", 1),
                "not" if self.c.word_at(1) == Some("in") => (2, "in", 2),
                _ => return None,
            },
            Tok::Op(op) => match *op {
                "==" | "!=" | "<" | ">" | "<=" | ">=" => (2, *op, 1),
                "|" => (3, *op, 1),
                "^" => (4, *op, 1),
                "&" => (5, *op, 1),
                "<<" | ">>" => (6, *op, 1),
                "+" | "-" => (7, *op, 1),
                "*" | "/" | "//" | "%" | "@" => (8, *op, 1),
                "**" => (9, *op, 1),
                _ => return None,
            },
            _ => return None,
        };
        Some((prec, op.to_owned(), width))
    }

    pub(super) fn binary(&mut self, min: u8) -> Expr {
        let mut left = self.unary();
        let mut level = None;
        while let Some((prec, op, width)) = self.operator() {
            if prec < min {
                break;
            }
            self.c.at += width;
            if op == "is" {
                self.c.eat_word("not");
            }
            let right = self.binary(prec + 1);
            left = match left {
                Expr::Chain(first, mut rest) if level == Some(prec) => {
                    rest.push((op, right));
                    Expr::Chain(first, rest)
                }
                left => Expr::Chain(Box::new(left), vec![(op, right)]),
            };
            level = Some(prec);
        }
        left
    }

    pub(super) fn unary(&mut self) -> Expr {
        let mut negative = false;
        let mut unknown = false;
        loop {
            if self.c.eat("-") {
                negative = !negative;
            } else if self.c.eat("+") || self.c.eat_word("await") {
            } else if self.c.eat("~") || self.c.eat_word("not") {
                unknown = true;
            } else {
                break;
            }
        }
        let inner = self.postfix();
        match inner {
            Expr::Int(n) if negative && !unknown => Expr::Int(n.wrapping_neg()),
            inner if negative || unknown => Expr::Other(vec![inner]),
            inner => inner,
        }
    }

    pub(super) fn postfix(&mut self) -> Expr {
        let mut expr = self.primary();
        loop {
            match self.c.op() {
                Some(".") => {
                    self.c.next();
                    match self.c.peek() {
                        Some(Tok::Hole(h)) => {
                            let name = h.to_string();
                            self.c.next();
                            expr = expr.with(Post::Attr(name));
                        }
                        _ => match self.c.name() {
                            Some(name) => expr = expr.with(Post::Attr(name)),
                            None => return expr,
                        },
                    }
                }
                Some("(") => {
                    self.c.next();
                    let args = self.arguments(")");
                    expr = expr.with(Post::Call(args));
                }
                Some("[") => {
                    self.c.next();
                    let post = self.subscript();
                    expr = expr.with(post);
                }
                _ => return expr,
            }
        }
    }

    pub(super) fn subscript(&mut self) -> Post {
        let mut parts: [Option<Expr>; 3] = [None, None, None];
        let mut colons = 0;
        while !self.c.is("]") && self.c.peek().is_some() {
            let before = self.c.at;
            if self.c.eat(":") {
                colons += 1;
            } else if let Some(slot) = parts.get_mut(colons) {
                *slot = Some(self.star_expr());
            } else {
                self.expr();
            }
            if self.c.eat(",") {
                colons = 3;
            }
            if self.c.at == before || self.at_end_of_statement() {
                break;
            }
        }
        self.c.eat("]");
        if colons == 0 {
            let [index, ..] = parts;
            Post::Index(index.unwrap_or(Expr::Nothing))
        } else {
            Post::Slice(parts)
        }
    }

    pub(super) fn arguments(&mut self, end: &str) -> Vec<Argument> {
        let mut out = Vec::new();
        while !self.c.is(end) && self.c.peek().is_some() {
            let before = self.c.at;
            let spread = self.c.eat("*") || self.c.eat("**");
            let name = match (self.c.word(), self.c.look(1)) {
                (Some(name), Some(Tok::Op("="))) => Some(name.to_owned()),
                _ => None,
            };
            if name.is_some() {
                self.c.at += 2;
            }
            let mut value = self.expr();
            if self.c.is_word("for") || self.c.is_word("async") {
                value = self.comprehension(value);
            }
            out.push(Argument {
                name,
                spread,
                value,
            });
            if !self.c.eat(",") && !self.c.is(end) {
                if matches!(
                    self.c.peek(),
                    Some(Tok::Newline | Tok::Dedent | Tok::Indent)
                ) {
                    return out;
                }
                if self.c.at == before {
                    self.c.next();
                }
            }
        }
        self.c.eat(end);
        out
    }

    pub(super) fn comprehension(&mut self, element: Expr) -> Expr {
        let mut clauses = Vec::new();
        loop {
            self.c.eat_word("async");
            if !self.c.eat_word("for") {
                break;
            }
            let target = self.target_list();
            self.c.eat_word("in");
            let iterable = self.binary(0);
            let mut conditions = Vec::new();
            while self.c.eat_word("if") {
                conditions.push(self.binary(0));
            }
            clauses.push(Clause {
                target,
                iterable,
                conditions,
            });
        }
        Expr::Comprehension(Box::new(element), clauses)
    }

    pub(super) fn primary(&mut self) -> Expr {
        match self.c.peek() {
            Some(Tok::Num(n)) => {
                let n = *n;
                self.c.next();
                n.map_or_else(|| Expr::Other(Vec::new()), Expr::Int)
            }
            Some(Tok::Str(_)) => match self.c.next() {
                Some(Tok::Str(raw)) => Expr::Str(self.pieces(raw)),
                _ => Expr::Nothing,
            },
            Some(Tok::Hole(h)) => {
                let text = h.to_string();
                self.c.next();
                Expr::Hole(text)
            }
            Some(Tok::Op("(")) => {
                self.c.next();
                if self.c.eat(")") {
                    return Expr::List(Vec::new());
                }
                let first = self.star_expr();
                if self.c.is_word("for") || self.c.is_word("async") {
                    let out = self.comprehension(first);
                    self.close(")");
                    return out;
                }
                if !self.c.is(",") {
                    self.close(")");
                    return first;
                }
                let items = self.items(first, ")");
                Expr::List(items)
            }
            Some(Tok::Op("[")) => {
                self.c.next();
                if self.c.eat("]") {
                    return Expr::List(Vec::new());
                }
                let first = self.star_expr();
                if self.c.is_word("for") || self.c.is_word("async") {
                    let out = self.comprehension(first);
                    self.close("]");
                    return out;
                }
                Expr::List(self.items(first, "]"))
            }
            Some(Tok::Op("{")) => {
                self.c.next();
                self.braces()
            }
            Some(Tok::Op("...")) => {
                self.c.next();
                Expr::Nothing
            }
            Some(Tok::Name(name)) => {
                if KEYWORDS.contains(&name.as_str()) {
                    return Expr::Nothing;
                }
                let name = name.clone();
                self.c.next();
                match name.as_str() {
                    "None" => Expr::Nothing,
                    "True" => Expr::Bool(true),
                    "False" => Expr::Bool(false),
                    _ => Expr::Name(name),
                }
            }
            _ => Expr::Nothing,
        }
    }

    pub(super) fn items(&mut self, first: Expr, end: &str) -> Vec<Expr> {
        let mut items = vec![first];
        while self.c.eat(",") {
            if self.c.is(end) {
                break;
            }
            items.push(self.star_expr());
        }
        self.close(end);
        items
    }

    /// Passes over what is not understood up to the end of a group.
    pub(super) fn close(&mut self, end: &str) {
        while !self.c.is(end) && !self.at_end_of_statement() {
            let before = self.c.at;
            self.star_expr();
            self.c.eat(",");
            if self.c.at == before {
                self.c.next();
            }
        }
        self.c.eat(end);
    }

    pub(super) fn braces(&mut self) -> Expr {
        let mut entries = Vec::new();
        let mut items = Vec::new();
        while !self.c.is("}") && !self.at_end_of_statement() {
            let before = self.c.at;
            if self.c.eat("**") {
                let value = self.expr();
                entries.push((None, value));
            } else {
                let key = self.star_expr();
                if self.c.eat(":") {
                    let value = self.expr();
                    if self.c.is_word("for") || self.c.is_word("async") {
                        let pair = Expr::List(vec![key, value]);
                        let out = self.comprehension(pair);
                        self.close("}");
                        return Expr::Other(vec![out]);
                    }
                    entries.push((Some(key), value));
                } else if self.c.is_word("for") || self.c.is_word("async") {
                    let out = self.comprehension(key);
                    self.close("}");
                    return out;
                } else {
                    items.push(key);
                }
            }
            if !self.c.eat(",") && self.c.at == before {
                self.c.next();
            }
        }
        self.c.eat("}");
        if items.is_empty() {
            Expr::Dict(entries)
        } else {
            Expr::List(items)
        }
    }

    pub(super) fn pieces(&mut self, raw: Vec<Raw>) -> Vec<Piece> {
        raw.into_iter()
            .map(|piece| match piece {
                Raw::Text(text) => Piece::Text(text),
                Raw::Code(code) => Piece::Code(self.nested(&code)),
            })
            .collect()
    }

    /// An expression inside a string.
    pub(super) fn nested(&mut self, code: &str) -> Expr {
        if !self.c.enter() {
            return Expr::Other(Vec::new());
        }
        let (toks, complete) = tokens(code.trim(), TOKENS);
        let mut inner = Self {
            c: Cursor::new(toks, complete, self.c.depth(), self.c.functions),
        };
        let expr = inner.expr_list();
        self.c.functions = inner.c.functions;
        self.c.limited |= inner.c.limited;
        self.c.leave();
        expr
    }
}

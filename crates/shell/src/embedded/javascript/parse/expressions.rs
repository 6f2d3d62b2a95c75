//! Expressions.

use std::rc::Rc;

use super::super::super::lex::{Raw, Tok};
use super::super::super::tree::{Argument, Expr, Function, Piece, Post, Stmt};
use super::Parser;

impl Parser {
    pub(super) fn sequence(&mut self) -> Expr {
        let first = self.expr();
        if !self.c.is(",") {
            return first;
        }
        let mut rest = Vec::new();
        while self.c.eat(",") {
            rest.push((",".to_owned(), self.expr()));
        }
        Expr::Chain(Box::new(first), rest)
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
        if let Some(function) = self.arrow() {
            return function;
        }
        let first = self.binary(0);
        if self.c.eat("?") {
            // `a ? b : c ? d : e`
            let mut conditions = vec![first];
            let mut values = Vec::new();
            loop {
                let outer = std::mem::replace(&mut self.no_in, false);
                values.push(self.expr());
                self.no_in = outer;
                self.c.eat(":");
                if self.starts_arrow() {
                    values.push(self.expr());
                    break;
                }
                let next = self.binary(0);
                if self.c.eat("?") {
                    conditions.push(next);
                } else {
                    values.push(self.assignment(next));
                    break;
                }
            }
            return Expr::Either(conditions, values);
        }
        self.assignment(first)
    }

    pub(super) fn assignment(&mut self, target: Expr) -> Expr {
        let op = match self.c.op() {
            Some(op)
                if op == "="
                    || (op.ends_with('=')
                        && !matches!(op, "==" | "===" | "!=" | "!==" | "<=" | ">=")) =>
            {
                op.to_owned()
            }
            _ => return target,
        };
        self.c.next();
        let value = self.expr();
        Expr::Assign(Box::new(target), op, Box::new(value))
    }

    pub(super) fn starts_arrow(&self) -> bool {
        let skip = usize::from(self.c.is_word("async") && !self.c.is_at(1, "=>"));
        if self.c.word_at(skip).is_some() && self.c.is_at(skip + 1, "=>") {
            return true;
        }
        if !self.c.is_at(skip, "(") {
            return false;
        }
        let mut depth = 0_usize;
        let mut ahead = skip;
        // Parameter lists are short; anything longer is no arrow function.
        while let Some(tok) = self.c.look(ahead).filter(|_| ahead < 300) {
            match tok {
                Tok::Op("(" | "[" | "{") => depth += 1,
                Tok::Op(")" | "]" | "}") => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return self.c.is_at(ahead + 1, "=>")
                            || (self.c.is_at(ahead + 1, ":") && self.typed_arrow(ahead + 2));
                    }
                }
                _ => {}
            }
            ahead += 1;
        }
        false
    }

    /// `(a): Type => …`
    pub(super) fn typed_arrow(&self, at: usize) -> bool {
        matches!(self.c.look(at), Some(Tok::Name(_)))
            && (self.c.is_at(at + 1, "=>") || self.c.is_at(at + 1, "<"))
    }

    pub(super) fn arrow(&mut self) -> Option<Expr> {
        if !self.starts_arrow() {
            return None;
        }
        if self.c.is_word("async") && !self.c.is_at(1, "=>") {
            self.c.next();
        }
        let id = self.c.new_function();
        let params = if self.c.is("(") {
            self.params()
        } else {
            vec![(self.pattern(), None)]
        };
        if self.c.eat(":") {
            while !self.c.is("=>") && self.c.peek().is_some() {
                self.c.next();
            }
        }
        self.c.eat("=>");
        let body = if self.c.is("{") {
            self.block()
        } else {
            vec![Stmt::Return(Some(self.expr()))]
        };
        Some(Expr::Function(Rc::new(Function { id, params, body })))
    }

    pub(super) fn operator(&self) -> Option<(u8, String)> {
        let (prec, op) = match self.c.peek()? {
            Tok::Name(name) => match name.as_str() {
                "in" if !self.no_in => (7, "in"),
                "instanceof" => (7, "in"),
                "as" | "satisfies" if matches!(self.c.look(1), Some(Tok::Name(_))) => (7, "as"),
                _ => return None,
            },
            Tok::Op(op) => match *op {
                "??" | "||" => (0, *op),
                "&&" => (1, *op),
                "|" => (2, *op),
                "^" => (3, *op),
                "&" => (4, *op),
                "==" | "!=" | "===" | "!==" => (6, *op),
                "<" | ">" | "<=" | ">=" => (7, *op),
                "<<" | ">>" | ">>>" => (8, *op),
                "+" | "-" => (9, *op),
                "*" | "/" | "%" => (10, *op),
                "**" => (11, *op),
                _ => return None,
            },
            _ => return None,
        };
        Some((prec, op.to_owned()))
    }

    pub(super) fn binary(&mut self, min: u8) -> Expr {
        let mut left = self.unary();
        let mut level = None;
        while let Some((prec, op)) = self.operator() {
            if prec < min {
                break;
            }
            self.c.next();
            if op == "as" {
                // A type: worth nothing.
                self.c.next();
                continue;
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
        let mut unknown = false;
        loop {
            match self.c.peek() {
                Some(Tok::Op("!" | "-" | "+" | "~" | "++" | "--")) => {
                    self.c.next();
                    unknown = true;
                }
                Some(Tok::Name(n)) if matches!(n.as_str(), "typeof" | "void" | "delete") => {
                    self.c.next();
                    unknown = true;
                }
                Some(Tok::Name(n))
                    if matches!(n.as_str(), "await" | "yield") && !self.c.is_at(1, "=") =>
                {
                    self.c.next();
                    self.c.eat("*");
                }
                _ => break,
            }
        }
        let inner = self.postfix();
        if self.c.eat("++") || self.c.eat("--") {
            unknown = true;
        }
        if unknown {
            Expr::Other(vec![inner])
        } else {
            inner
        }
    }

    pub(super) fn postfix(&mut self) -> Expr {
        let mut expr = if self.c.is_word("new") && !self.c.is_at(1, ".") {
            self.c.next();
            // `new a.b(c)`: the same as a call here.
            if self.c.is_word("new") {
                Expr::Nothing
            } else {
                self.primary()
            }
        } else {
            self.primary()
        };
        loop {
            match self.c.peek() {
                Some(Tok::Op("." | "?.")) => {
                    self.c.next();
                    self.c.eat("#");
                    match self.c.peek() {
                        Some(Tok::Name(_)) => {
                            let name = self.c.name().unwrap_or_default();
                            expr = expr.with(Post::Attr(name));
                        }
                        Some(Tok::Hole(h)) => {
                            let name = h.to_string();
                            self.c.next();
                            expr = expr.with(Post::Attr(name));
                        }
                        Some(Tok::Op("(" | "[")) => {}
                        _ => return expr,
                    }
                }
                Some(Tok::Op("(")) => {
                    let args = self.arguments();
                    expr = expr.with(Post::Call(args));
                }
                Some(Tok::Op("[")) => {
                    self.c.next();
                    let outer = std::mem::replace(&mut self.no_in, false);
                    let index = self.sequence();
                    self.no_in = outer;
                    self.c.eat("]");
                    expr = expr.with(Post::Index(index));
                }
                Some(Tok::Str(raw)) if raw.len() > 1 => {
                    let raw = raw.clone();
                    self.c.next();
                    let pieces = self.pieces(raw);
                    expr = expr.with(Post::Template(pieces));
                }
                // `a!` of TypeScript.
                Some(Tok::Op("!")) if self.c.is_at(1, ".") => {
                    self.c.next();
                }
                _ => return expr,
            }
        }
    }

    pub(super) fn arguments(&mut self) -> Vec<Argument> {
        let mut out = Vec::new();
        self.c.eat("(");
        let outer = std::mem::replace(&mut self.no_in, false);
        while !self.c.is(")") && self.c.peek().is_some() {
            let before = self.c.at;
            let spread = self.c.eat("...");
            let value = self.expr();
            out.push(Argument {
                name: None,
                spread,
                value,
            });
            if !self.c.eat(",") && !self.c.is(")") && self.c.at == before {
                self.c.next();
            }
        }
        self.c.eat(")");
        self.no_in = outer;
        out
    }

    pub(super) fn primary(&mut self) -> Expr {
        match self.c.peek() {
            Some(Tok::Num(n)) => {
                let n = *n;
                self.c.next();
                n.map_or_else(|| Expr::Other(Vec::new()), Expr::Int)
            }
            Some(Tok::Regex) => {
                self.c.next();
                Expr::Other(Vec::new())
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
            Some(Tok::Op("(")) => self.parenthesised(),
            Some(Tok::Op("[")) => {
                self.c.next();
                let outer = std::mem::replace(&mut self.no_in, false);
                let mut items = Vec::new();
                while !self.c.is("]") && self.c.peek().is_some() {
                    let before = self.c.at;
                    if self.c.eat("...") {
                        items.push(Expr::Spread(Box::new(self.expr())));
                    } else if self.c.is(",") {
                        items.push(Expr::Nothing);
                    } else {
                        items.push(self.expr());
                    }
                    if !self.c.eat(",") && self.c.at == before {
                        self.c.next();
                    }
                }
                self.c.eat("]");
                self.no_in = outer;
                Expr::List(items)
            }
            Some(Tok::Op("{")) => self.object(),
            Some(Tok::Name(_)) => self.named(),
            _ => Expr::Nothing,
        }
    }

    pub(super) fn named(&mut self) -> Expr {
        match self.c.word().unwrap_or_default() {
            "function" => {
                self.c.next();
                self.c.eat("*");
                self.c.name();
                Expr::Function(self.function())
            }
            "async" if self.c.word_at(1) == Some("function") => {
                self.c.next();
                self.named()
            }
            "class" => {
                let body = self.class();
                let id = self.c.new_function();
                Expr::Function(Rc::new(Function {
                    id,
                    params: Vec::new(),
                    body,
                }))
            }
            "true" => {
                self.c.next();
                Expr::Bool(true)
            }
            "false" => {
                self.c.next();
                Expr::Bool(false)
            }
            "null" | "undefined" => {
                self.c.next();
                Expr::Nothing
            }
            _ => self.c.name().map_or(Expr::Nothing, Expr::Name),
        }
    }

    pub(super) fn object(&mut self) -> Expr {
        self.c.next();
        let outer = std::mem::replace(&mut self.no_in, false);
        let mut entries = Vec::new();
        while !self.c.is("}") && self.c.peek().is_some() {
            let before = self.c.at;
            if self.c.eat("...") {
                let value = self.expr();
                entries.push((None, value));
            } else {
                while matches!(self.c.word(), Some("async" | "get" | "set"))
                    && !matches!(self.c.look(1), Some(Tok::Op("(" | ":" | "," | "}" | "=")))
                {
                    self.c.next();
                }
                self.c.eat("*");
                let (key, name) = match self.c.peek() {
                    Some(Tok::Name(name)) => {
                        let name = name.clone();
                        self.c.next();
                        (Expr::text(&name), Some(name))
                    }
                    Some(Tok::Op("[")) => {
                        self.c.next();
                        let key = self.expr();
                        self.c.eat("]");
                        (key, None)
                    }
                    Some(Tok::Str(_) | Tok::Num(_) | Tok::Hole(_)) => (self.primary(), None),
                    _ => (Expr::Nothing, None),
                };
                let value = if self.c.is("(") {
                    Expr::Function(self.function())
                } else if self.c.eat(":") {
                    self.expr()
                } else if let Some(name) = name {
                    // Shorthand, with a default when it is a pattern.
                    let name = Expr::Name(name);
                    if self.c.eat("=") {
                        let default = self.expr();
                        Expr::Assign(Box::new(name), "=".into(), Box::new(default))
                    } else {
                        name
                    }
                } else {
                    Expr::Nothing
                };
                entries.push((Some(key), value));
            }
            if !self.c.eat(",") && self.c.at == before {
                self.c.next();
            }
        }
        self.c.eat("}");
        self.no_in = outer;
        Expr::Dict(entries)
    }

    pub(super) fn pieces(&mut self, raw: Vec<Raw>) -> Vec<Piece> {
        raw.into_iter()
            .map(|piece| match piece {
                Raw::Text(text) => Piece::Text(text),
                Raw::Code(code) => Piece::Code(self.nested(&code)),
            })
            .collect()
    }

    pub(super) fn nested(&mut self, code: &str) -> Expr {
        if !self.c.enter() {
            return Expr::Other(Vec::new());
        }
        let mut inner = Self::new(code, self.c.depth(), self.c.functions);
        let expr = inner.sequence();
        self.c.functions = inner.c.functions;
        self.c.limited |= inner.c.limited;
        self.c.leave();
        expr
    }
}

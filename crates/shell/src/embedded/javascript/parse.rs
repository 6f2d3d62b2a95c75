//! JavaScript's grammar, as far as it decides about effects.
//!
//! Line ends are white space; a statement ends where nothing continues it.
//! Types of TypeScript are passed over where they are common.

mod expressions;

use std::rc::Rc;

use super::super::cursor::{Cursor, TOKENS};
use super::super::lex::{Raw, Tok};
use super::super::tree::{Expr, Function, Stmt};
use super::lex::tokens;

/// Parses a script or module. The second value: a cap was reached.
pub(in crate::embedded) fn parse(
    code: &str,
    depth: usize,
    functions: &mut usize,
) -> (Vec<Stmt>, bool) {
    let mut parser = Parser::new(code, depth, *functions);
    let mut out = Vec::new();
    while parser.c.peek().is_some() {
        parser.statement(&mut out);
    }
    *functions = parser.c.functions;
    (out, parser.c.limited)
}

struct Parser {
    c: Cursor,
    /// `in` is not an operator here: the head of a `for`.
    no_in: bool,
}

impl Parser {
    fn new(code: &str, depth: usize, functions: usize) -> Self {
        let (toks, complete) = tokens(code, TOKENS);
        // Line ends matter in few places; those are decided here.
        let mut kept = Vec::with_capacity(toks.len());
        let mut toks = toks.into_iter().peekable();
        while let Some(tok) = toks.next() {
            if tok == Tok::Newline {
                let stops = matches!(kept.last(), Some(Tok::Name(n)) if matches!(n as &str, "return" | "break" | "continue" | "throw"))
                    || matches!(toks.peek(), Some(Tok::Op("++" | "--")));
                if stops {
                    kept.push(Tok::Op(";"));
                }
                continue;
            }
            kept.push(tok);
        }
        Self {
            c: Cursor::new(kept, complete, depth, functions),
            no_in: false,
        }
    }

    fn statement(&mut self, out: &mut Vec<Stmt>) {
        let start = self.c.at;
        if !self.c.enter() {
            self.c.next();
            return;
        }
        self.statement_inner(out);
        self.c.leave();
        if self.c.at == start {
            self.c.next();
        }
    }

    fn one(&mut self) -> Vec<Stmt> {
        let mut out = Vec::new();
        self.statement(&mut out);
        out
    }

    fn block(&mut self) -> Vec<Stmt> {
        let mut out = Vec::new();
        if !self.c.eat("{") {
            return out;
        }
        while !self.c.is("}") && self.c.peek().is_some() {
            self.statement(&mut out);
        }
        self.c.eat("}");
        out
    }

    fn statement_inner(&mut self, out: &mut Vec<Stmt>) {
        match self.c.peek() {
            Some(Tok::Op(";")) => {
                self.c.next();
                return;
            }
            Some(Tok::Op("{")) => {
                let body = self.block();
                out.push(Stmt::Block(body));
                return;
            }
            Some(Tok::Name(_)) => {}
            _ => return self.expression_statement(out),
        }
        // A label.
        if self.c.is_at(1, ":") && !self.c.is_word("default") && !self.c.is_word("case") {
            self.c.at += 2;
            return;
        }
        let word = self.c.word().unwrap_or_default().to_owned();
        let called = self.c.is_at(1, ".") || self.c.is_at(1, "=");
        match word.as_str() {
            _ if called => self.expression_statement(out),
            "var" | "let" | "const" | "using" if !self.c.is_at(1, "(") => {
                self.c.next();
                self.declarations(out);
            }
            "function" => {
                self.c.next();
                self.c.eat("*");
                let name = self.c.name();
                let function = self.function();
                match name {
                    Some(name) => out.push(Stmt::Define(name, function)),
                    None => out.push(Stmt::Expr(Expr::Function(function))),
                }
            }
            "async" if self.c.word_at(1) == Some("function") => {
                self.c.next();
            }
            "class" => {
                let class = self.class();
                out.extend(class);
            }
            "if" => self.branches(out),
            "for" => self.for_loop(out),
            "while" => {
                self.c.next();
                let condition = self.parenthesised();
                let body = self.one();
                out.push(Stmt::Loop {
                    target: None,
                    iterable: None,
                    conditions: vec![condition],
                    body,
                });
            }
            "do" => {
                self.c.next();
                let body = self.one();
                if self.c.eat_word("while") {
                    let condition = self.parenthesised();
                    out.push(Stmt::Expr(condition));
                }
                out.push(Stmt::Block(body));
            }
            "try" => {
                self.c.next();
                let body = self.block();
                out.push(Stmt::Block(body));
                if self.c.eat_word("catch") {
                    if self.c.is("(") {
                        self.c.skip_group();
                    }
                    let body = self.block();
                    out.push(Stmt::Branch(Vec::new(), vec![body, Vec::new()]));
                }
                if self.c.eat_word("finally") {
                    let body = self.block();
                    out.push(Stmt::Block(body));
                }
            }
            "switch" => self.switch(out),
            "return" | "throw" => {
                self.c.next();
                let value = (!self.c.is(";") && !self.c.is("}") && self.c.peek().is_some())
                    .then(|| self.sequence());
                out.push(match value {
                    Some(value) if word == "throw" => Stmt::Expr(value),
                    value => Stmt::Return(value),
                });
            }
            "import" if !self.c.is_at(1, "(") => self.import(out),
            "export" => {
                self.c.next();
                self.c.eat_word("default");
                if self.c.is("{") || self.c.is("*") {
                    while !self.c.is(";") && self.c.peek().is_some() && !self.c.is_word("from") {
                        self.c.next();
                    }
                }
            }
            "break" | "continue" | "debugger" | "else" | "case" | "default" | "catch"
            | "finally" => {
                self.c.next();
            }
            "interface" | "declare" | "namespace"
                if matches!(self.c.look(1), Some(Tok::Name(_))) =>
            {
                while !self.c.is("{") && !self.c.is(";") && self.c.peek().is_some() {
                    self.c.next();
                }
                if self.c.is("{") {
                    self.c.skip_group();
                }
            }
            "type" if matches!(self.c.look(1), Some(Tok::Name(_))) => {
                while !self.c.is(";") && self.c.peek().is_some() {
                    if self.c.is("{") || self.c.is("(") {
                        self.c.skip_group();
                    } else {
                        self.c.next();
                    }
                }
            }
            _ => self.expression_statement(out),
        }
    }

    fn expression_statement(&mut self, out: &mut Vec<Stmt>) {
        let expr = self.sequence();
        out.push(Stmt::Expr(expr));
        self.c.eat(";");
    }

    fn declarations(&mut self, out: &mut Vec<Stmt>) {
        loop {
            let target = self.pattern();
            if self.c.eat(":") {
                self.skip_type();
            }
            let value = if self.c.eat("=") {
                self.expr()
            } else {
                Expr::Nothing
            };
            out.push(Stmt::Expr(Expr::Assign(
                Box::new(Expr::Spread(Box::new(target))),
                "=".into(),
                Box::new(value),
            )));
            if !self.c.eat(",") {
                break;
            }
        }
        self.c.eat(";");
    }

    /// A name, `{a, b: c}` or `[a, b]`.
    fn pattern(&mut self) -> Expr {
        if self.c.is("{") || self.c.is("[") {
            return self.primary();
        }
        self.c.eat("...");
        self.c.name().map_or(Expr::Nothing, Expr::Name)
    }

    /// A type after `:`, up to what cannot belong to it.
    fn skip_type(&mut self) {
        while let Some(tok) = self.c.peek() {
            match tok {
                Tok::Op("=" | "," | ")" | ";" | "}" | "]" | "=>") => return,
                Tok::Op("{") => {
                    // The body of a function follows its return type.
                    return;
                }
                Tok::Op("(" | "[") => self.c.skip_group(),
                _ => {
                    self.c.next();
                }
            }
        }
    }

    fn function(&mut self) -> Rc<Function> {
        let id = self.c.new_function();
        if self.c.is("<") {
            while !self.c.is("(") && self.c.peek().is_some() {
                self.c.next();
            }
        }
        let params = self.params();
        if self.c.eat(":") {
            self.skip_type();
        }
        let body = self.block();
        Rc::new(Function { id, params, body })
    }

    fn params(&mut self) -> Vec<(Expr, Option<Expr>)> {
        let mut out = Vec::new();
        if !self.c.eat("(") {
            return out;
        }
        while !self.c.is(")") && self.c.peek().is_some() {
            let before = self.c.at;
            let rest = self.c.eat("...");
            let target = self.pattern();
            self.c.eat("?");
            if self.c.eat(":") {
                self.skip_type();
            }
            let default = self.c.eat("=").then(|| self.expr());
            let target = if rest {
                Expr::Spread(Box::new(target))
            } else {
                target
            };
            out.push((target, default));
            if !self.c.eat(",") && self.c.at == before {
                self.c.next();
            }
        }
        self.c.eat(")");
        out
    }

    fn class(&mut self) -> Vec<Stmt> {
        let mut out = Vec::new();
        self.c.next();
        if !self.c.is_word("extends") {
            self.c.name();
        }
        if self.c.eat_word("extends") {
            let base = self.postfix();
            out.push(Stmt::Expr(base));
        }
        while !self.c.is("{") && self.c.peek().is_some() {
            self.c.next();
        }
        self.c.eat("{");
        while !self.c.is("}") && self.c.peek().is_some() {
            let before = self.c.at;
            if self.c.is_word("static") && self.c.is_at(1, "{") {
                self.c.next();
                let body = self.block();
                out.push(Stmt::Block(body));
                continue;
            }
            while matches!(
                self.c.word(),
                Some(
                    "static"
                        | "async"
                        | "get"
                        | "set"
                        | "public"
                        | "private"
                        | "protected"
                        | "readonly"
                )
            ) && !self.c.is_at(1, "(")
                && !self.c.is_at(1, "=")
            {
                self.c.next();
            }
            self.c.eat("*");
            self.c.eat("#");
            match self.c.peek() {
                Some(Tok::Name(_) | Tok::Str(_) | Tok::Num(_)) => {
                    self.c.next();
                }
                Some(Tok::Op("[")) => {
                    self.c.next();
                    let key = self.expr();
                    out.push(Stmt::Expr(key));
                    self.c.eat("]");
                }
                _ => {}
            }
            if self.c.is("(") {
                let function = self.function();
                out.push(Stmt::Expr(Expr::Function(function)));
            } else {
                if self.c.eat(":") {
                    self.skip_type();
                }
                if self.c.eat("=") {
                    let value = self.expr();
                    out.push(Stmt::Expr(value));
                }
            }
            self.c.eat(";");
            if self.c.at == before {
                self.c.next();
            }
        }
        self.c.eat("}");
        out
    }

    fn branches(&mut self, out: &mut Vec<Stmt>) {
        let mut conditions = Vec::new();
        let mut ways = Vec::new();
        let mut complete = false;
        while self.c.eat_word("if") {
            conditions.push(self.parenthesised());
            ways.push(self.one());
            self.c.eat(";");
            if !self.c.eat_word("else") {
                break;
            }
            if !self.c.is_word("if") {
                ways.push(self.one());
                complete = true;
                break;
            }
        }
        if !complete {
            ways.push(Vec::new());
        }
        out.push(Stmt::Branch(conditions, ways));
    }

    fn for_loop(&mut self, out: &mut Vec<Stmt>) {
        self.c.next();
        self.c.eat_word("await");
        self.c.eat("(");
        let outer = std::mem::replace(&mut self.no_in, true);
        let mut target = None;
        let mut before = Vec::new();
        if matches!(self.c.word(), Some("var" | "let" | "const")) {
            self.c.next();
            let pattern = self.pattern();
            if self.c.is_word("of") || self.c.is_word("in") {
                target = Some(Expr::Spread(Box::new(pattern)));
            } else {
                let value = if self.c.eat("=") {
                    self.expr()
                } else {
                    Expr::Nothing
                };
                before.push(Stmt::Expr(Expr::Assign(
                    Box::new(pattern),
                    "=".into(),
                    Box::new(value),
                )));
                if self.c.eat(",") {
                    self.declarations(&mut before);
                }
            }
        } else if !self.c.is(";") {
            let first = self.sequence();
            if self.c.is_word("of") || self.c.is_word("in") {
                target = Some(first);
            } else {
                before.push(Stmt::Expr(first));
            }
        }
        self.no_in = outer;
        if let Some(target) = target {
            let keys = self.c.is_word("in");
            self.c.next();
            let mut iterable = self.sequence();
            self.c.eat(")");
            let body = self.one();
            if keys {
                iterable = Expr::Other(vec![iterable]);
            }
            out.push(Stmt::Loop {
                target: Some(target),
                iterable: Some(iterable),
                conditions: Vec::new(),
                body,
            });
            return;
        }
        out.extend(before);
        let mut conditions = Vec::new();
        while !self.c.is(")") && self.c.peek().is_some() {
            let at = self.c.at;
            if !self.c.eat(";") {
                conditions.push(self.sequence());
            }
            if self.c.at == at {
                self.c.next();
            }
        }
        self.c.eat(")");
        let body = self.one();
        out.push(Stmt::Loop {
            target: None,
            iterable: None,
            conditions,
            body,
        });
    }

    fn switch(&mut self, out: &mut Vec<Stmt>) {
        self.c.next();
        let subject = self.parenthesised();
        self.c.eat("{");
        let mut ways = vec![Vec::new()];
        let mut conditions = vec![subject];
        while !self.c.is("}") && self.c.peek().is_some() {
            if self.c.eat_word("case") {
                conditions.push(self.sequence());
                self.c.eat(":");
                ways.push(Vec::new());
            } else if self.c.is_word("default") && self.c.is_at(1, ":") {
                self.c.at += 2;
                ways.push(Vec::new());
            } else {
                let mut body = Vec::new();
                self.statement(&mut body);
                if let Some(way) = ways.last_mut() {
                    way.extend(body);
                }
            }
        }
        self.c.eat("}");
        out.push(Stmt::Branch(conditions, ways));
    }

    fn import(&mut self, out: &mut Vec<Stmt>) {
        self.c.next();
        self.c.eat_word("type");
        let mut binds: Vec<(String, Option<String>)> = Vec::new();
        while !self.c.is_word("from") && self.c.peek().is_some() && !self.c.is(";") {
            if self.c.is("{") {
                self.c.next();
                while !self.c.is("}") && self.c.peek().is_some() {
                    let at = self.c.at;
                    if let Some(name) = self.c.name() {
                        let alias = if self.c.eat_word("as") {
                            self.c.name().unwrap_or_default()
                        } else {
                            name.clone()
                        };
                        binds.push((alias, Some(name)));
                    }
                    self.c.eat(",");
                    if self.c.at == at {
                        self.c.next();
                    }
                }
                self.c.eat("}");
            } else if self.c.eat("*") {
                self.c.eat_word("as");
                if let Some(name) = self.c.name() {
                    binds.push((name, None));
                }
            } else if matches!(self.c.peek(), Some(Tok::Str(_))) {
                // Imported for what it does.
                self.c.next();
                return;
            } else if let Some(name) = self.c.name() {
                binds.push((name, None));
            } else if !self.c.eat(",") {
                self.c.next();
            }
        }
        self.c.eat_word("from");
        let Some(Tok::Str(raw)) = self.c.next() else {
            return;
        };
        let module = match raw.as_slice() {
            [Raw::Text(text)] => super::module_name(text),
            _ => return,
        };
        for (alias, member) in binds {
            let path = match member {
                Some(member) if member != "default" => format!("{module}.{member}"),
                _ => module.clone(),
            };
            out.push(Stmt::Bind(alias, path));
        }
        self.c.eat(";");
    }

    fn parenthesised(&mut self) -> Expr {
        self.c.eat("(");
        let outer = std::mem::replace(&mut self.no_in, false);
        let inner = self.sequence();
        self.no_in = outer;
        self.c.eat(")");
        inner
    }
}

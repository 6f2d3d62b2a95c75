//! Python's grammar, as far as it decides about effects.
//!
//! Tolerant: what is not understood is passed over token by token, so that a
//! call inside it is still seen.

mod expressions;

use std::rc::Rc;

use super::super::cursor::{Cursor, TOKENS};
use super::super::lex::Tok;
use super::super::tree::{Expr, Function, Stmt};
use super::lex::tokens;

/// Parses a module. The second value: a cap was reached.
pub(in crate::embedded) fn parse(
    code: &str,
    depth: usize,
    functions: &mut usize,
) -> (Vec<Stmt>, bool) {
    let (toks, complete) = tokens(code, TOKENS);
    let mut parser = Parser {
        c: Cursor::new(toks, complete, depth, *functions),
    };
    let mut out = Vec::new();
    while parser.c.peek().is_some() {
        parser.statement(&mut out);
    }
    *functions = parser.c.functions;
    (out, parser.c.limited)
}

struct Parser {
    c: Cursor,
}

const KEYWORDS: &[&str] = &[
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif",
    "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda",
    "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

impl Parser {
    fn at_end_of_statement(&self) -> bool {
        matches!(
            self.c.peek(),
            None | Some(Tok::Newline | Tok::Indent | Tok::Dedent | Tok::Op(";"))
        )
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

    fn statement_inner(&mut self, out: &mut Vec<Stmt>) {
        match self.c.peek() {
            None => return,
            Some(Tok::Newline | Tok::Indent | Tok::Dedent | Tok::Op(";")) => {
                self.c.next();
                return;
            }
            Some(Tok::Op("@")) => {
                self.c.next();
                let decorator = self.expr();
                out.push(Stmt::Expr(decorator));
                return;
            }
            _ => {}
        }
        match self.c.word().unwrap_or_default() {
            "if" => self.branches(out),
            "while" => {
                self.c.next();
                let condition = self.expr();
                let body = self.suite();
                out.push(Stmt::Loop {
                    target: None,
                    iterable: None,
                    conditions: vec![condition],
                    body,
                });
                self.tails(out, &["else"]);
            }
            "for" => self.for_loop(out),
            "async" => {
                self.c.next();
            }
            "try" => {
                self.c.next();
                let mut ways = vec![self.suite()];
                let mut conditions = Vec::new();
                while self.c.is_word("except") {
                    self.c.next();
                    self.c.eat("*");
                    if !self.c.is(":") {
                        conditions.push(self.expr_list());
                        if self.c.eat_word("as") {
                            self.c.name();
                        }
                    }
                    ways.push(self.suite());
                }
                out.push(Stmt::Block(ways.remove(0)));
                if !ways.is_empty() {
                    ways.push(Vec::new());
                    out.push(Stmt::Branch(conditions, ways));
                }
                self.tails(out, &["else", "finally"]);
            }
            "with" => {
                self.c.next();
                self.with(out);
            }
            "def" => {
                self.c.next();
                let name = self.c.name().unwrap_or_default();
                self.skip_type_params();
                let function = self.function();
                out.push(Stmt::Define(name, function));
            }
            "class" => {
                self.c.next();
                let name = self.c.name().unwrap_or_default();
                self.skip_type_params();
                if self.c.eat("(") {
                    let bases = self.arguments(")");
                    out.extend(bases.into_iter().map(|a| Stmt::Expr(a.value)));
                }
                let body = self.suite();
                out.push(Stmt::Block(body));
                let _ = name;
            }
            "match" if self.is_match() => {
                self.c.next();
                let subject = self.expr_list();
                self.c.eat(":");
                let mut ways = Vec::new();
                while matches!(self.c.peek(), Some(Tok::Newline | Tok::Indent)) {
                    self.c.next();
                }
                while self.c.eat_word("case") {
                    while !self.c.is(":") && !self.at_end_of_statement() {
                        let before = self.c.at;
                        self.expr_list();
                        if self.c.at == before {
                            self.c.next();
                        }
                    }
                    ways.push(self.suite());
                }
                if matches!(self.c.peek(), Some(Tok::Dedent)) {
                    self.c.next();
                }
                ways.push(Vec::new());
                out.push(Stmt::Branch(vec![subject], ways));
            }
            "import" => self.import(out),
            "from" => self.import_from(out),
            "return" | "yield" => {
                let yields = self.c.is_word("yield");
                self.c.next();
                self.c.eat_word("from");
                let value = (!self.at_end_of_statement()).then(|| self.expr_list());
                out.push(if yields {
                    Stmt::Expr(value.unwrap_or(Expr::Nothing))
                } else {
                    Stmt::Return(value)
                });
            }
            "raise" | "assert" | "del" | "global" | "nonlocal" | "pass" | "break" | "continue"
            | "elif" | "else" | "except" | "finally" | "in" | "as" => {
                self.c.next();
            }
            _ => self.expression_statement(out),
        }
    }

    fn expression_statement(&mut self, out: &mut Vec<Stmt>) {
        let mut expr = self.expr_list();
        if self.c.eat(":") {
            // An annotation.
            let annotation = self.expr();
            if !self.c.is("=") {
                out.push(Stmt::Expr(annotation));
            }
        }
        let mut targets = Vec::new();
        while let Some(op) = self.c.op() {
            if !(op == "="
                || (op.ends_with('=') && !matches!(op, "==" | "!=" | "<=" | ">=" | ":=")))
            {
                break;
            }
            self.c.next();
            targets.push((expr, op.to_owned()));
            expr = self.expr_list();
        }
        // The first target is evaluated with the value, the others after it.
        for (target, op) in targets.into_iter().rev() {
            expr = Expr::Assign(Box::new(target), op, Box::new(expr));
            if !self.c.enter() {
                break;
            }
            self.c.leave();
        }
        out.push(Stmt::Expr(expr));
    }

    fn is_match(&self) -> bool {
        // A soft keyword: `match x:` but not `match = 1`, `match(x)`.
        match self.c.look(1) {
            Some(Tok::Name(n)) => !matches!(n.as_str(), "in" | "is" | "and" | "or" | "if" | "not"),
            Some(Tok::Str(_) | Tok::Num(_)) => true,
            _ => false,
        }
    }

    fn branches(&mut self, out: &mut Vec<Stmt>) {
        let mut conditions = Vec::new();
        let mut ways = Vec::new();
        let mut complete = false;
        while self.c.eat_word("if") || self.c.eat_word("elif") {
            conditions.push(self.expr());
            ways.push(self.suite());
            self.skip_newlines_before(&["elif", "else"]);
            if self.c.is_word("else") {
                self.c.next();
                ways.push(self.suite());
                complete = true;
                break;
            }
            if !self.c.is_word("elif") {
                break;
            }
        }
        if !complete {
            ways.push(Vec::new());
        }
        out.push(Stmt::Branch(conditions, ways));
    }

    /// `else` and `finally` parts, which run as well.
    fn tails(&mut self, out: &mut Vec<Stmt>, words: &[&str]) {
        self.skip_newlines_before(words);
        while words.iter().any(|w| self.c.eat_word(w)) {
            let body = self.suite();
            out.push(Stmt::Block(body));
            self.skip_newlines_before(words);
        }
    }

    fn skip_newlines_before(&mut self, words: &[&str]) {
        let mut ahead = 0;
        while matches!(self.c.look(ahead), Some(Tok::Newline)) {
            ahead += 1;
        }
        if self.c.word_at(ahead).is_some_and(|w| words.contains(&w)) {
            self.c.at += ahead;
        }
    }

    fn for_loop(&mut self, out: &mut Vec<Stmt>) {
        self.c.next();
        let target = self.target_list();
        self.c.eat_word("in");
        let iterable = self.expr_list();
        let body = self.suite();
        out.push(Stmt::Loop {
            target: Some(target),
            iterable: Some(iterable),
            conditions: Vec::new(),
            body,
        });
        self.tails(out, &["else"]);
    }

    fn with(&mut self, out: &mut Vec<Stmt>) {
        let grouped = self.c.is("(") && self.with_is_grouped();
        if grouped {
            self.c.next();
        }
        loop {
            let value = self.expr();
            if self.c.eat_word("as") {
                let target = self.postfix();
                out.push(Stmt::Expr(Expr::Assign(
                    Box::new(target),
                    "=".into(),
                    Box::new(value),
                )));
            } else {
                out.push(Stmt::Expr(value));
            }
            if !self.c.eat(",") || self.c.is(")") {
                break;
            }
        }
        if grouped {
            self.c.eat(")");
        }
        let body = self.suite();
        out.push(Stmt::Block(body));
    }

    /// `with (a as b, c as d):`
    fn with_is_grouped(&self) -> bool {
        let mut depth = 0_usize;
        let mut ahead = 0;
        let mut inside = false;
        while let Some(tok) = self.c.look(ahead).filter(|_| ahead < 400) {
            match tok {
                Tok::Op("(" | "[" | "{") => depth += 1,
                Tok::Op(")" | "]" | "}") => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return inside && self.c.is_at(ahead + 1, ":");
                    }
                }
                Tok::Name(n) if n == "as" && depth == 1 => inside = true,
                _ => {}
            }
            ahead += 1;
        }
        false
    }

    fn import(&mut self, out: &mut Vec<Stmt>) {
        self.c.next();
        while let Some(path) = self.dotted() {
            if self.c.eat_word("as") {
                let alias = self.c.name().unwrap_or_default();
                out.push(Stmt::Bind(alias, path));
            } else {
                let root = path.split('.').next().unwrap_or_default().to_owned();
                out.push(Stmt::Bind(root.clone(), root));
            }
            if !self.c.eat(",") {
                break;
            }
        }
    }

    fn import_from(&mut self, out: &mut Vec<Stmt>) {
        self.c.next();
        while self.c.eat(".") || self.c.eat("...") {}
        let path = self.dotted().unwrap_or_default();
        if !self.c.eat_word("import") {
            return;
        }
        if self.c.eat("*") {
            out.push(Stmt::Star(path));
            return;
        }
        let grouped = self.c.eat("(");
        while let Some(name) = self.c.name() {
            let full = format!("{path}.{name}");
            let alias = if self.c.eat_word("as") {
                self.c.name().unwrap_or_default()
            } else {
                name
            };
            out.push(Stmt::Bind(alias, full));
            if !self.c.eat(",") {
                break;
            }
        }
        if grouped {
            self.c.eat(")");
        }
    }

    fn dotted(&mut self) -> Option<String> {
        let mut path = self.c.name()?;
        while self.c.is(".") && self.c.word_at(1).is_some() {
            self.c.next();
            path.push('.');
            path.push_str(&self.c.name().unwrap_or_default());
        }
        Some(path)
    }

    /// `: statements` on the same line or indented below.
    fn suite(&mut self) -> Vec<Stmt> {
        let mut out = Vec::new();
        // Something not understood before the colon.
        while !self.c.is(":") && !self.at_end_of_statement() {
            let before = self.c.at;
            let expr = self.expr();
            out.push(Stmt::Expr(expr));
            if self.c.at == before {
                self.c.next();
            }
        }
        self.c.eat(":");
        if matches!(self.c.peek(), Some(Tok::Newline)) {
            let mut ahead = 0;
            while matches!(self.c.look(ahead), Some(Tok::Newline)) {
                ahead += 1;
            }
            if matches!(self.c.look(ahead), Some(Tok::Indent)) {
                self.c.at += ahead + 1;
                while !matches!(self.c.peek(), None | Some(Tok::Dedent)) {
                    self.statement(&mut out);
                }
                self.c.next();
            }
            return out;
        }
        while !matches!(self.c.peek(), None | Some(Tok::Newline | Tok::Dedent)) {
            self.statement(&mut out);
        }
        if matches!(self.c.peek(), Some(Tok::Newline)) {
            self.c.next();
        }
        out
    }

    fn skip_type_params(&mut self) {
        if self.c.is("[") {
            self.c.skip_group();
        }
    }

    fn function(&mut self) -> Rc<Function> {
        let id = self.c.new_function();
        let params = if self.c.eat("(") {
            self.params(")")
        } else {
            Vec::new()
        };
        self.c.eat(")");
        if self.c.eat("->") {
            self.expr();
        }
        let body = self.suite();
        Rc::new(Function { id, params, body })
    }

    fn params(&mut self, end: &str) -> Vec<(Expr, Option<Expr>)> {
        let mut out = Vec::new();
        while !self.c.is(end) && !self.at_end_of_statement() {
            let before = self.c.at;
            let star = self.c.eat("*") || self.c.eat("**");
            if let Some(name) = self.c.name() {
                if end == ")" && self.c.eat(":") {
                    self.expr();
                }
                let default = self.c.eat("=").then(|| self.expr());
                let name = Expr::Name(name);
                let param = if star {
                    Expr::Spread(Box::new(name))
                } else {
                    name
                };
                out.push((param, default));
            }
            self.c.eat("/");
            if !self.c.eat(",") && self.c.at == before {
                break;
            }
        }
        out
    }
}

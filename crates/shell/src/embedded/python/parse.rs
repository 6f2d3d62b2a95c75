//! Python's grammar, as far as it decides about effects.
//!
//! Tolerant: what is not understood is passed over token by token, so that a
//! call inside it is still seen.

use std::rc::Rc;

use super::super::cursor::{Cursor, TOKENS};
use super::super::lex::{Raw, Tok};
use super::super::tree::{Argument, Clause, Expr, Function, Piece, Post, Stmt};
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

    // ---- expressions ----

    /// `a, b`: a tuple when there is a comma.
    fn expr_list(&mut self) -> Expr {
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

    fn target_list(&mut self) -> Expr {
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

    fn star_expr(&mut self) -> Expr {
        if self.c.eat("*") || self.c.eat("**") {
            return Expr::Spread(Box::new(self.expr()));
        }
        self.expr()
    }

    fn expr(&mut self) -> Expr {
        if !self.c.enter() {
            self.c.next();
            return Expr::Other(Vec::new());
        }
        let out = self.expr_inner();
        self.c.leave();
        out
    }

    fn expr_inner(&mut self) -> Expr {
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

    fn operator(&self) -> Option<(u8, String, usize)> {
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

    fn binary(&mut self, min: u8) -> Expr {
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

    fn unary(&mut self) -> Expr {
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

    fn postfix(&mut self) -> Expr {
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

    fn subscript(&mut self) -> Post {
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

    fn arguments(&mut self, end: &str) -> Vec<Argument> {
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

    fn comprehension(&mut self, element: Expr) -> Expr {
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

    fn primary(&mut self) -> Expr {
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

    fn items(&mut self, first: Expr, end: &str) -> Vec<Expr> {
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
    fn close(&mut self, end: &str) {
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

    fn braces(&mut self) -> Expr {
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

    fn pieces(&mut self, raw: Vec<Raw>) -> Vec<Piece> {
        raw.into_iter()
            .map(|piece| match piece {
                Raw::Text(text) => Piece::Text(text),
                Raw::Code(code) => Piece::Code(self.nested(&code)),
            })
            .collect()
    }

    /// An expression inside a string.
    fn nested(&mut self, code: &str) -> Expr {
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

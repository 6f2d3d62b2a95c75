//! One tolerant grammar for Ruby, Perl, PHP and Lua.
//!
//! It knows calls with and without parentheses, chains of members, lists,
//! mappings, assignments, and enough of blocks to see that what is inside
//! may run or not. Everything else is passed over token by token.

mod expressions;

use std::rc::Rc;

use super::super::cursor::{Cursor, TOKENS};
use super::super::lex::Tok;
use super::super::machine::Grammar;
use super::super::tree::{Expr, Function, Stmt};
use super::lex::tokens;

/// Parses a script. The second value: a cap was reached.
pub(in crate::embedded) fn parse(
    code: &str,
    grammar: Grammar,
    depth: usize,
    functions: &mut usize,
) -> (Vec<Stmt>, bool) {
    let (toks, complete) = tokens(code, grammar, TOKENS);
    let mut parser = Parser {
        c: Cursor::new(toks, complete, depth, *functions),
        grammar,
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
    grammar: Grammar,
}

/// Words that end a block of Ruby or Lua.
const ENDS: &[&str] = &[
    "end", "else", "elsif", "elseif", "when", "in", "rescue", "ensure", "until",
];

/// Words that begin no expression.
const STOPS: &[&str] = &[
    "end",
    "else",
    "elsif",
    "elseif",
    "when",
    "rescue",
    "ensure",
    "then",
    "do",
    "if",
    "unless",
    "while",
    "until",
    "and",
    "or",
    "foreach",
    "for",
    "in",
    "xor",
    "as",
    "instanceof",
];

const PERL_OPERATORS: &[&str] = &["eq", "ne", "lt", "gt", "le", "ge", "x", "cmp"];

impl Parser {
    fn braces(&self) -> bool {
        matches!(self.grammar, Grammar::Perl | Grammar::Php)
    }

    fn is_end(&self) -> bool {
        match self.c.peek() {
            None | Some(Tok::Newline | Tok::Op(";" | "}")) => true,
            Some(Tok::Name(name)) => {
                let name = name.as_str();
                if PERL_OPERATORS.contains(&name) {
                    return self.grammar == Grammar::Perl;
                }
                STOPS.contains(&name)
                    && !(self.grammar == Grammar::Perl
                        && matches!(name, "end" | "in" | "then" | "do" | "as" | "when"))
                    && !(self.grammar == Grammar::Php
                        && matches!(name, "end" | "in" | "then" | "when"))
            }
            _ => false,
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

    fn skip_breaks(&mut self) {
        while matches!(self.c.peek(), Some(Tok::Newline | Tok::Op(";"))) {
            self.c.next();
        }
    }

    fn statement_inner(&mut self, out: &mut Vec<Stmt>) {
        match self.c.peek() {
            None => return,
            Some(Tok::Newline | Tok::Op(";" | "}" | ")" | "]")) => {
                self.c.next();
                return;
            }
            Some(Tok::Op("{")) if self.braces() => {
                let body = self.brace_block();
                out.push(Stmt::Block(body));
                return;
            }
            _ => {}
        }
        let word = self.c.word().unwrap_or_default().to_owned();
        if self.c.is_at(1, "=>") || self.c.is_at(1, "=") {
            return self.expression(out);
        }
        match word.as_str() {
            "if" | "unless" | "while" | "until" | "case" | "switch" | "elsif" | "elseif"
            | "match" => {
                self.conditional(&word, out);
            }
            "for" | "foreach" => self.loop_over(out),
            "else" | "ensure" | "finally" | "begin" | "try" | "do" | "BEGIN" | "END" | "loop"
            | "repeat"
                if self.block_follows(&word) =>
            {
                self.c.next();
                let body = self.block();
                out.push(if word == "else" {
                    Stmt::Branch(Vec::new(), vec![body, Vec::new()])
                } else {
                    Stmt::Block(body)
                });
            }
            "rescue" | "catch" | "when" => {
                self.c.next();
                while !self.is_end() && !self.c.is("{") {
                    let before = self.c.at;
                    self.expr();
                    if self.c.at == before {
                        self.c.next();
                    }
                }
                let body = self.block();
                out.push(Stmt::Branch(Vec::new(), vec![body, Vec::new()]));
            }
            "def" | "sub" | "function" if self.defines() => self.define(out),
            "class" | "module" | "namespace" | "package" | "use" | "no" | "interface" | "trait" => {
                self.header(&word);
            }
            "local" | "my" | "our" | "var" | "static" | "const" | "global" | "public"
            | "private" | "protected" | "end" | "then" | "and" | "or" | "not" | "in" | "break"
            | "next" | "last" | "redo" | "continue" | "abstract" | "final" => {
                self.c.next();
            }
            "return" => {
                self.c.next();
                let value = (!self.is_end()).then(|| self.expr_list());
                out.push(Stmt::Return(value));
            }
            _ => self.expression(out),
        }
    }

    fn block_follows(&self, word: &str) -> bool {
        if self.braces() {
            return self.c.is_at(1, "{") || word == "else";
        }
        !matches!(self.c.look(1), Some(Tok::Op("." | "(")))
    }

    fn expression(&mut self, out: &mut Vec<Stmt>) {
        let mut expr = self.expr_list();
        if let Expr::Name(name) = &expr
            && !name.starts_with(['$', '@'])
            && self.grammar != Grammar::Lua
        {
            // A name alone is a call.
            expr = expr.call(Vec::new());
        }
        out.push(Stmt::Expr(expr));
        // `… if condition`, `… for list`.
        match self.c.word() {
            Some("if" | "unless" | "while" | "until" | "rescue") => {
                self.c.next();
                let condition = self.expr();
                if let Some(Stmt::Expr(expr)) = out.pop() {
                    out.push(Stmt::Branch(
                        vec![condition],
                        vec![vec![Stmt::Expr(expr)], Vec::new()],
                    ));
                }
            }
            Some("for" | "foreach") => {
                self.c.next();
                let iterable = self.expr_list();
                if let Some(Stmt::Expr(expr)) = out.pop() {
                    out.push(Stmt::Loop {
                        target: Some(Expr::Name("$_".into())),
                        iterable: Some(iterable),
                        conditions: Vec::new(),
                        body: vec![Stmt::Expr(expr)],
                    });
                }
            }
            _ => {}
        }
    }

    /// In Perl and Ruby a function is worth its last expression.
    fn returning(&self, body: &mut [Stmt]) {
        if matches!(self.grammar, Grammar::Perl | Grammar::Ruby)
            && let Some(last) = body.last_mut()
            && let Stmt::Expr(value) = last
        {
            let value = std::mem::replace(value, Expr::Either(Vec::new(), Vec::new()));
            *last = Stmt::Return(Some(value));
        }
    }

    /// `{ … }`
    fn brace_block(&mut self) -> Vec<Stmt> {
        let mut out = Vec::new();
        self.c.eat("{");
        while !self.c.is("}") && self.c.peek().is_some() {
            self.statement(&mut out);
        }
        self.c.eat("}");
        out
    }

    /// A block in the language's own way.
    fn block(&mut self) -> Vec<Stmt> {
        while matches!(self.c.peek(), Some(Tok::Newline)) {
            self.c.next();
        }
        if self.c.is("{") {
            return self.brace_block();
        }
        let mut out = Vec::new();
        if self.braces() {
            // PHP: `if (x): … endif;`, or a single statement.
            self.c.eat(":");
            self.statement(&mut out);
            return out;
        }
        let _ = self.c.eat_word("then") || self.c.eat_word("do");
        while self.c.peek().is_some() && !self.c.word().is_some_and(|w| ENDS.contains(&w)) {
            self.statement(&mut out);
        }
        self.c.eat_word("end");
        out
    }

    fn conditional(&mut self, word: &str, out: &mut Vec<Stmt>) {
        let mut conditions = Vec::new();
        let mut ways = Vec::new();
        let mut complete = false;
        self.c.next();
        loop {
            conditions.push(self.expr());
            self.skip_lines_to_then();
            if matches!(word, "case" | "switch" | "match") {
                self.skip_breaks();
                if self.c.is("{") {
                    let body = self.brace_block();
                    ways.push(body);
                    break;
                }
                while self.c.eat_word("when") || self.c.eat_word("in") {
                    conditions.push(self.expr_list());
                    ways.push(self.block_without_end());
                }
                if self.c.eat_word("else") {
                    ways.push(self.block_without_end());
                }
                self.c.eat_word("end");
                break;
            }
            if self.braces() {
                ways.push(self.block());
                self.skip_lines_before(&["elsif", "elseif", "else"]);
                if self.c.eat_word("else") {
                    if self.c.eat_word("if") {
                        continue;
                    }
                    ways.push(self.block());
                    complete = true;
                    break;
                }
                if self.c.eat_word("elsif") || self.c.eat_word("elseif") {
                    continue;
                }
                break;
            }
            ways.push(self.block_without_end());
            if self.c.eat_word("elsif") || self.c.eat_word("elseif") {
                continue;
            }
            if self.c.eat_word("else") {
                ways.push(self.block_without_end());
                complete = true;
            }
            self.c.eat_word("end");
            break;
        }
        if matches!(word, "while" | "until") {
            let body = ways.into_iter().flatten().collect();
            out.push(Stmt::Loop {
                target: None,
                iterable: None,
                conditions,
                body,
            });
            return;
        }
        if !complete {
            ways.push(Vec::new());
        }
        out.push(Stmt::Branch(conditions, ways));
    }

    fn skip_lines_to_then(&mut self) {
        if matches!(self.c.peek(), Some(Tok::Newline | Tok::Op(";")))
            && self.c.word_at(1) == Some("then")
        {
            self.c.next();
        }
    }

    fn skip_lines_before(&mut self, words: &[&str]) {
        let mut ahead = 0;
        while matches!(self.c.look(ahead), Some(Tok::Newline)) {
            ahead += 1;
        }
        if self.c.word_at(ahead).is_some_and(|w| words.contains(&w)) {
            self.c.at += ahead;
        }
    }

    fn block_without_end(&mut self) -> Vec<Stmt> {
        let mut out = Vec::new();
        let _ = self.c.eat_word("then") || self.c.eat_word("do");
        while self.c.peek().is_some() && !self.c.word().is_some_and(|w| ENDS.contains(&w)) {
            self.statement(&mut out);
        }
        out
    }

    fn loop_over(&mut self, out: &mut Vec<Stmt>) {
        self.c.next();
        let (target, iterable) = match self.grammar {
            Grammar::Perl => {
                let _ = self.c.eat_word("my") || self.c.eat_word("our");
                let target = if self.c.is("(") {
                    Expr::Name("$_".into())
                } else {
                    self.c.name().map_or(Expr::Nothing, Expr::Name)
                };
                self.c.eat("(");
                let iterable = self.group_list();
                (target, iterable)
            }
            Grammar::Php => {
                self.c.eat("(");
                let iterable = self.expr();
                let mut target = Expr::Nothing;
                if self.c.eat_word("as") {
                    target = self.expr();
                    if self.c.eat("=>") {
                        target = self.expr();
                    }
                }
                while !self.c.is(")") && self.c.peek().is_some() {
                    let before = self.c.at;
                    self.expr();
                    if self.c.at == before {
                        self.c.next();
                    }
                }
                self.c.eat(")");
                (target, iterable)
            }
            _ => {
                let mut targets = Vec::new();
                while let Some(name) = self.c.name() {
                    targets.push(Expr::Name(name));
                    if !self.c.eat(",") {
                        break;
                    }
                }
                // Lua counts with `for i = 1, 3`.
                if self.c.eat("=") {
                    self.expr_list();
                    (Expr::Nothing, Expr::Other(Vec::new()))
                } else {
                    self.c.eat_word("in");
                    let iterable = self.expr_list();
                    // `for _, f in ipairs(list)`: the element is the last name.
                    let target = targets.pop().unwrap_or(Expr::Nothing);
                    (target, iterable)
                }
            }
        };
        let body = self.block();
        out.push(Stmt::Loop {
            target: Some(target),
            iterable: Some(iterable),
            conditions: Vec::new(),
            body,
        });
    }

    /// The inside of a group whose opening bracket is gone, as a list.
    fn group_list(&mut self) -> Expr {
        let mut items = Vec::new();
        while !self.c.is(")") && self.c.peek().is_some() {
            let before = self.c.at;
            items.push(Expr::Spread(Box::new(self.expr())));
            let _ = self.c.eat(",") || self.c.eat(";");
            if self.c.at == before {
                self.c.next();
            }
        }
        self.c.eat(")");
        Expr::List(items)
    }

    fn defines(&self) -> bool {
        matches!(self.c.look(1), Some(Tok::Name(_)))
    }

    fn define(&mut self, out: &mut Vec<Stmt>) {
        self.c.next();
        let mut name = self.c.name().unwrap_or_default();
        while self.c.eat(".") || self.c.eat(":") {
            name = self.c.name().unwrap_or_default();
        }
        let function = self.function();
        out.push(Stmt::Define(name, function));
    }

    fn function(&mut self) -> Rc<Function> {
        let id = self.c.new_function();
        let mut params = Vec::new();
        if self.c.eat("(") {
            while !self.c.is(")") && self.c.peek().is_some() {
                let before = self.c.at;
                // Types come before names in PHP.
                while matches!(self.c.look(1), Some(Tok::Name(_))) {
                    self.c.next();
                }
                if let Some(name) = self.c.name() {
                    let default = self.c.eat("=").then(|| self.expr());
                    params.push((Expr::Name(name), default));
                }
                let _ = self.c.eat(",") || self.c.eat("*") || self.c.eat("&");
                if self.c.at == before {
                    self.c.next();
                }
            }
            self.c.eat(")");
        }
        if self.c.eat_word("use") && self.c.is("(") {
            self.c.skip_group();
        }
        if self.c.eat(":") {
            self.c.next();
        }
        let mut body = self.block();
        self.returning(&mut body);
        Rc::new(Function { id, params, body })
    }

    /// `class A < B`, `package A;`, `use A qw(b);`: nothing happens.
    fn header(&mut self, word: &str) {
        self.c.next();
        while !matches!(
            self.c.peek(),
            None | Some(Tok::Newline | Tok::Op(";" | "{"))
        ) {
            self.c.next();
        }
        if word == "use" && self.c.is("{") {
            self.c.skip_group();
        }
    }
}

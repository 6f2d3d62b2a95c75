//! Statements that hold blocks: conditions, loops, functions.

use std::rc::Rc;

use super::super::super::tree::{Expr, Function, Stmt};
use super::{Parser, own, returning};

impl Parser {
    pub(super) fn branch(&mut self, out: &mut Vec<Stmt>) {
        self.c.at += 2;
        let mut conditions = vec![self.parens()];
        let mut ways = vec![self.block()];
        let mut complete = false;
        loop {
            let at = self.c.at;
            self.blanks(true);
            match self.keyword().as_str() {
                "elseif" => {
                    self.c.at += 6;
                    conditions.push(self.parens());
                    ways.push(self.block());
                }
                "else" => {
                    self.c.at += 4;
                    ways.push(self.block());
                    complete = true;
                    break;
                }
                _ => {
                    self.c.at = at;
                    break;
                }
            }
        }
        if !complete {
            ways.push(Vec::new());
        }
        out.push(Stmt::Branch(conditions, ways));
    }

    /// `for (init; condition; step) { … }`
    pub(super) fn counted(&mut self, out: &mut Vec<Stmt>) {
        self.blanks(true);
        let mut parts = Vec::new();
        if self.c.eat('(') {
            parts = self.statements();
            self.c.eat(')');
        }
        let mut body = self.block();
        let mut parts = parts.into_iter();
        out.extend(parts.next());
        body.extend(parts);
        out.push(Stmt::Loop {
            target: None,
            iterable: None,
            conditions: Vec::new(),
            body,
        });
    }

    /// `foreach ($x in …) { … }`
    pub(super) fn each(&mut self, out: &mut Vec<Stmt>) {
        self.blanks(true);
        self.c.eat('(');
        self.blanks(true);
        let target = self.primary();
        self.blanks(true);
        if self.keyword() == "in" {
            self.c.at += 2;
        }
        let inner = self.statements();
        let iterable = self.value_of(inner);
        self.c.eat(')');
        let body = self.block();
        out.push(Stmt::Loop {
            target: Some(target),
            iterable: Some(own("op list", vec![iterable])),
            conditions: Vec::new(),
            body,
        });
    }

    pub(super) fn switch(&mut self, out: &mut Vec<Stmt>) {
        self.blanks(true);
        while self.c.peek() == Some('-') {
            self.c.take_while(|c| !c.is_whitespace());
            self.blanks(true);
        }
        let subject = self.parens();
        self.blanks(true);
        let mut ways = Vec::new();
        if self.c.eat('{') {
            loop {
                self.blanks(true);
                match self.c.peek() {
                    None | Some('}') => break,
                    Some(';') => {
                        self.c.next();
                        continue;
                    }
                    _ => {}
                }
                let before = self.c.at;
                let pattern = self.argument();
                let mut way = vec![Stmt::Expr(Expr::Other(vec![pattern]))];
                way.extend(self.block());
                ways.push(way);
                if self.c.at == before {
                    self.c.next();
                }
            }
            self.c.eat('}');
        }
        ways.push(Vec::new());
        // Each clause may see what the one before left behind.
        out.push(Stmt::Expr(Expr::Assign(
            Box::new(Expr::Name("$_".to_owned())),
            "=".to_owned(),
            Box::new(subject),
        )));
        out.push(Stmt::Branch(Vec::new(), ways));
    }

    pub(super) fn attempt(&mut self, out: &mut Vec<Stmt>) {
        out.push(Stmt::Block(self.block()));
        loop {
            let at = self.c.at;
            self.blanks(true);
            match self.keyword().as_str() {
                "catch" => {
                    self.c.at += 5;
                    self.blanks(true);
                    while self.c.peek() == Some('[') {
                        self.bracketed();
                        self.blanks(true);
                        self.c.eat(',');
                        self.blanks(true);
                    }
                    let body = self.block();
                    out.push(Stmt::Branch(Vec::new(), vec![Vec::new(), body]));
                }
                "finally" => {
                    self.c.at += 7;
                    out.push(Stmt::Block(self.block()));
                }
                _ => {
                    self.c.at = at;
                    return;
                }
            }
        }
    }

    pub(super) fn define(&mut self, out: &mut Vec<Stmt>) {
        self.blanks(true);
        let name = self
            .c
            .take_while(|c| !c.is_whitespace() && !matches!(c, '{' | '(' | '}' | ';'));
        let name = name.rsplit(':').next().unwrap_or_default().to_lowercase();
        self.blanks(true);
        let params = if self.c.peek() == Some('(') {
            self.parameters()
        } else {
            Vec::new()
        };
        self.blanks(true);
        self.c.eat('{');
        let function = self.function(params);
        out.push(Stmt::Define(format!("fn {name}"), function));
    }

    /// The inside of a script block, up to its end.
    pub(super) fn function(&mut self, mut params: Vec<(Expr, Option<Expr>)>) -> Rc<Function> {
        self.functions += 1;
        let id = self.functions;
        self.blanks(true);
        // `[CmdletBinding()] param(…)`
        while self.c.peek() == Some('[') && self.attribute_of_params() {
            self.bracketed();
            self.blanks(true);
        }
        if self.keyword() == "param" && self.after(5) == Some('(') {
            self.c.at += 5;
            params.extend(self.parameters());
        }
        let body = returning(self.statements());
        self.c.eat('}');
        Rc::new(Function { id, params, body })
    }

    /// `[CmdletBinding(…)]` and its like, which say something of the block.
    fn attribute_of_params(&self) -> bool {
        let name: String = (1..16)
            .map_while(|i| self.c.look(i).filter(char::is_ascii_alphabetic))
            .collect();
        ["cmdletbinding", "outputtype", "alias", "diagnostics"]
            .iter()
            .any(|known| name.to_ascii_lowercase().starts_with(known))
    }

    /// `($a, [string]$b = 'x')`, the bracket included.
    pub(super) fn parameters(&mut self) -> Vec<(Expr, Option<Expr>)> {
        let mut out = Vec::new();
        self.blanks(true);
        if !self.c.eat('(') || !self.enter() {
            return out;
        }
        let commas = std::mem::replace(&mut self.commas, false);
        loop {
            self.blanks(true);
            match self.c.peek() {
                None | Some(')') => break,
                Some('[') => {
                    self.bracketed();
                }
                Some('$') => {
                    let name = self.variable();
                    self.blanks(true);
                    let default = (self.c.peek() == Some('=')).then(|| {
                        self.c.next();
                        self.expr()
                    });
                    out.push((name, default));
                }
                Some(_) => {
                    self.c.next();
                }
            }
        }
        self.c.eat(')');
        self.commas = commas;
        self.leave();
        out
    }
}

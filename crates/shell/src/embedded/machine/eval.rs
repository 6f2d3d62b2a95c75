//! Expressions.

use std::rc::Rc;

use super::super::operations;
use super::super::tree::{Argument, Clause, Expr, Piece, Post};
use super::super::value::{Args, ELEMENTS, Value};
use super::{DEPTH, ITERATIONS, Machine, combine};
use crate::arg::Origin;

impl Machine<'_> {
    /// The value of an expression, and what evaluating it does.
    pub(in crate::embedded) fn eval(&mut self, expr: &Expr) -> Value {
        if self.depth >= DEPTH || !self.spend(1) {
            self.hit_limit();
            return Value::Unknown(Origin::Unknown);
        }
        self.depth += 1;
        let value = self.eval_inner(expr);
        self.depth -= 1;
        // Long values cost what it takes to make them.
        let size = match &value {
            Value::Str(text) => text.len() / 64,
            Value::List(items) => items.len() / 8,
            Value::Dict(entries) => entries.len() / 4,
            _ => 0,
        };
        if !self.spend(size) {
            return Value::Unknown(Origin::Unknown);
        }
        value
    }

    pub(super) fn eval_inner(&mut self, expr: &Expr) -> Value {
        match expr {
            Expr::Nothing => Value::Nothing,
            Expr::Bool(b) => Value::Bool(*b),
            Expr::Int(n) => Value::Int(*n),
            Expr::Str(pieces) => self.text_of(pieces),
            Expr::Name(name) => self.name(name),
            Expr::Post(base, posts) => self.post(base, posts),
            Expr::List(items) => {
                let items = self.eval_items(items);
                Value::list(items)
            }
            Expr::Dict(entries) => {
                let mut out = Vec::new();
                for (key, value) in entries {
                    let key = key.as_ref().map(|k| self.eval(k));
                    let value = self.eval(value);
                    match key {
                        Some(key) => out.push((key, value)),
                        None => {
                            if let Value::Dict(inner) = &value {
                                out.extend(inner.iter().cloned());
                            }
                        }
                    }
                }
                Value::dict(out)
            }
            Expr::Chain(first, rest) => {
                let mut left = self.eval(first);
                for (op, right) in rest {
                    let right = self.eval(right);
                    left = self.binary(op, left, right);
                }
                left
            }
            Expr::Either(before, values) => {
                for expr in before {
                    self.eval(expr);
                }
                let values: Vec<Value> = values.iter().map(|v| self.eval(v)).collect();
                Value::one_of(values)
            }
            Expr::Function(function) => {
                self.define(function);
                Value::Func(Rc::clone(function))
            }
            Expr::Comprehension(element, clauses) => {
                let mut out = Vec::new();
                let complete = self.comprehend(element, clauses, &mut out);
                if complete {
                    Value::list(out)
                } else {
                    operations::some_of(out)
                }
            }
            Expr::Assign(target, op, value) => {
                let mut value = self.eval(value);
                if let Some(op) = op.strip_suffix('=').filter(|op| !op.is_empty()) {
                    let old = self.eval(target);
                    value = if matches!(op, "||" | "&&" | "??" | "//") {
                        Value::one_of(vec![old, value])
                    } else {
                        self.binary(op, old, value)
                    };
                }
                self.assign(target, value.clone());
                value
            }
            Expr::Spread(inner) => self.eval(inner),
            Expr::Shell(pieces) => {
                let text = self.text_of(pieces);
                self.shell(&text, None);
                Value::Unknown(Origin::Unknown)
            }
            Expr::Other(inner) => {
                for expr in inner {
                    self.eval(expr);
                }
                Value::Unknown(Origin::Unknown)
            }
            Expr::Hole(text) => {
                // Text put into code: it may be a number, or a call.
                self.hole_in_code(text);
                Value::text(text)
            }
        }
    }

    pub(super) fn eval_items(&mut self, items: &[Expr]) -> Vec<Value> {
        let mut out = Vec::new();
        for item in items {
            if out.len() >= ELEMENTS {
                self.hit_limit();
                break;
            }
            let value = self.eval(item);
            if matches!(item, Expr::Spread(_)) {
                match self.elements(&value) {
                    Some(inner) => out.extend(inner.into_iter().take(ELEMENTS)),
                    None => out.push(value),
                }
            } else {
                out.push(value);
            }
        }
        out
    }

    /// An interpolated text, for each of the values its parts may have.
    pub(in crate::embedded) fn text_of(&mut self, pieces: &[Piece]) -> Value {
        let mut parts = Vec::with_capacity(pieces.len());
        for piece in pieces {
            parts.push(match piece {
                Piece::Text(text) => vec![text.clone()],
                Piece::Code(code) => {
                    let value = self.eval(code);
                    self.texts(&value)
                }
            });
        }
        combine(parts, String::push_str)
    }

    /// The texts a value may be.
    pub(in crate::embedded) fn texts(&mut self, value: &Value) -> Vec<String> {
        value
            .alternatives()
            .iter()
            .map(|v| self.stringify(v))
            .collect()
    }

    pub(super) fn comprehend(
        &mut self,
        element: &Expr,
        clauses: &[Clause],
        out: &mut Vec<Value>,
    ) -> bool {
        let Some((clause, rest)) = clauses.split_first() else {
            if out.len() < ELEMENTS {
                let value = self.eval(element);
                out.push(value);
            }
            return true;
        };
        if self.depth >= DEPTH || !self.spend(1) {
            self.hit_limit();
            return false;
        }
        self.depth += 1;
        let iterable = self.eval(&clause.iterable);
        let each = Self::each_of(&iterable);
        let items = self.elements(&iterable);
        let mut complete = items.is_some() && clause.conditions.is_empty();
        let items = items.unwrap_or_else(|| vec![each]);
        for item in items.into_iter().take(ITERATIONS) {
            self.assign(&clause.target, item);
            for condition in &clause.conditions {
                self.eval(condition);
            }
            complete &= self.comprehend(element, rest, out);
        }
        self.depth -= 1;
        complete
    }

    pub(super) fn post(&mut self, base: &Expr, posts: &[Post]) -> Value {
        let mut value = match base {
            Expr::Name(name) => self.name(name),
            other => self.eval(other),
        };
        for post in posts {
            if !self.spend(1) {
                return Value::Unknown(Origin::Unknown);
            }
            value = self.apply_post(value, post);
        }
        value
    }

    pub(super) fn apply_post(&mut self, value: Value, post: &Post) -> Value {
        match post {
            Post::Attr(name) => self.attribute(&value, name),
            Post::Index(index) => {
                let index = self.eval(index);
                self.index(&value, &index)
            }
            Post::Slice(parts) => {
                let parts: Vec<Value> = parts
                    .iter()
                    .map(|p| p.as_ref().map_or(Value::Nothing, |p| self.eval(p)))
                    .collect();
                operations::slice(&value, &parts)
            }
            Post::Call(args) => {
                let args = self.arguments(args);
                self.call(&value, args)
            }
            Post::Template(pieces) => {
                let text = self.text_of(pieces);
                self.call(&value, Args::of(vec![text]))
            }
        }
    }

    pub(super) fn arguments(&mut self, args: &[Argument]) -> Args {
        let mut out = Args::default();
        for arg in args {
            if out.pos.len() >= ELEMENTS {
                self.hit_limit();
                break;
            }
            let value = self.eval(&arg.value);
            match &arg.name {
                Some(name) => out.named.push((name.clone(), value)),
                None if arg.spread || matches!(arg.value, Expr::Spread(_)) => match &value {
                    Value::Dict(entries) => {
                        for (key, value) in entries.iter() {
                            if let Some(key) = key.as_str() {
                                out.named.push((key.to_owned(), value.clone()));
                            }
                        }
                    }
                    Value::List(items) => out.pos.extend(items.iter().cloned()),
                    _ => out.pos.push(value),
                },
                None => out.pos.push(value),
            }
        }
        out
    }
}

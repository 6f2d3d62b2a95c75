//! Lists in brackets: Clojure, Scheme, Common and Emacs Lisp.

use std::rc::Rc;

use super::super::cursor::{NESTING, TOKENS};
use super::super::lex::Chars;
use super::super::tree::{Expr, Function, Stmt};
use crate::holes::is_hole;

pub(super) fn parse(text: &str) -> (Vec<Stmt>, bool) {
    let mut p = Reader {
        c: Chars::new(text),
        depth: 0,
        left: TOKENS,
        limited: false,
    };
    let mut out = Vec::new();
    while p.blanks() {
        let before = p.c.at;
        out.push(Stmt::Expr(p.form()));
        if p.c.at == before {
            p.c.next();
        }
    }
    (out, p.limited)
}

struct Reader {
    c: Chars,
    depth: usize,
    left: usize,
    limited: bool,
}

impl Reader {
    /// Passes over blanks and comments; `false` at the end.
    fn blanks(&mut self) -> bool {
        while let Some(c) = self.c.peek() {
            match c {
                ';' => self.c.skip_line(),
                ',' => {
                    self.c.next();
                }
                '#' if self.c.look(1) == Some('|') => {
                    self.c.until("|#");
                }
                c if c.is_whitespace() => {
                    self.c.next();
                }
                _ => return true,
            }
        }
        false
    }

    fn form(&mut self) -> Expr {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 || self.depth >= NESTING {
            self.limited = true;
            self.c.at = usize::MAX / 2;
            return Expr::Nothing;
        }
        match self.c.peek() {
            Some('(') => {
                self.c.next();
                let items = self.items(')');
                list(items)
            }
            Some('[') => {
                self.c.next();
                Expr::List(self.items(']'))
            }
            Some('{') => {
                self.c.next();
                Expr::Other(self.items('}'))
            }
            Some('"') => {
                self.c.next();
                Expr::text(self.text())
            }
            Some('\'' | '`' | '~' | '@' | '^') => {
                let quoted = self.c.next() == Some('\'');
                self.blanks();
                self.depth += 1;
                let inner = self.form();
                self.depth -= 1;
                match inner {
                    Expr::Name(name) if quoted => Expr::text(name),
                    other => other,
                }
            }
            Some('#') => {
                self.c.next();
                // `#(…)`, `#'f`, `#:keyword`, `#\c`.
                if self.c.eat('\\') {
                    self.c.next();
                    return Expr::Nothing;
                }
                self.c.eat('\'');
                self.depth += 1;
                let inner = self.form();
                self.depth -= 1;
                inner
            }
            Some(c) if is_hole(c) => {
                self.c.next();
                Expr::Hole(c.to_string())
            }
            _ => {
                let name = self.c.take_while(|c| {
                    !c.is_whitespace() && !"()[]{}\";'`,".contains(c) && !is_hole(c)
                });
                match name.parse::<i64>() {
                    Ok(n) => Expr::Int(n),
                    Err(_)
                        if matches!(name.as_str(), "nil" | "#f" | "false" | "t" | "true")
                            || name.starts_with(':') =>
                    {
                        Expr::Nothing
                    }
                    Err(_) => Expr::Name(name),
                }
            }
        }
    }

    fn items(&mut self, end: char) -> Vec<Expr> {
        let mut out = Vec::new();
        self.depth += 1;
        while self.blanks() {
            match self.c.peek() {
                Some(c) if c == end => {
                    self.c.next();
                    break;
                }
                Some(')' | ']' | '}') => {
                    self.c.next();
                    break;
                }
                _ => {
                    let before = self.c.at;
                    out.push(self.form());
                    if self.c.at == before {
                        self.c.next();
                    }
                }
            }
        }
        self.depth -= 1;
        out
    }

    fn text(&mut self) -> String {
        let mut out = String::new();
        while let Some(c) = self.c.next() {
            match c {
                '"' => break,
                '\\' => out.extend(self.c.escape()),
                c => out.push(c),
            }
        }
        out
    }
}

/// A list is a call of what it begins with, unless it binds.
fn list(items: Vec<Expr>) -> Expr {
    let mut items = items.into_iter();
    let Some(head) = items.next() else {
        return Expr::Nothing;
    };
    let rest: Vec<Expr> = items.collect();
    let Expr::Name(name) = &head else {
        let mut all = vec![head];
        all.extend(rest);
        return Expr::Other(all);
    };
    let assign =
        |target: Expr, value: Expr| Expr::Assign(Box::new(target), "=".to_owned(), Box::new(value));
    match name.as_str() {
        "def" | "define" | "setq" | "defvar" | "defparameter" | "setf" | "set!" | "defconst" => {
            let mut rest = rest.into_iter();
            match (rest.next(), rest.next()) {
                (Some(target @ Expr::Name(_)), Some(value)) => assign(target, value),
                (target, value) => {
                    let more = target.into_iter().chain(value).chain(rest);
                    Expr::Other(more.collect())
                }
            }
        }
        "let" | "let*" | "letrec" | "loop" | "binding" | "doseq" | "for" | "dolist"
        | "when-let" | "if-let" => {
            let mut rest = rest.into_iter();
            let mut all = Vec::new();
            match rest.next() {
                // Clojure: `[a 1 b 2]`.
                Some(Expr::List(pairs)) => {
                    let mut pairs = pairs.into_iter();
                    while let (Some(target), Some(value)) = (pairs.next(), pairs.next()) {
                        let each = matches!(name.as_str(), "doseq" | "for");
                        let value = if each {
                            Expr::Either(vec![value], vec![Expr::Other(Vec::new())])
                        } else {
                            value
                        };
                        all.push(match target {
                            target @ Expr::Name(_) => assign(target, value),
                            _ => value,
                        });
                    }
                }
                // Others: `((a 1) (b 2))`, which reads as calls of `a` and `b`.
                Some(bindings) => all.extend(bound(bindings)),
                None => {}
            }
            all.extend(rest);
            sequence(all)
        }
        "progn" | "do" | "begin" | "when" | "unless" | "if" | "cond" | "and" | "or" | "->"
        | "->>" | "prog1" | "dynamic-wind" | "with-open" | "with-temp-buffer"
        | "save-excursion" | "try" | "catch" | "ignore-errors" => Expr::Other(rest),
        "lambda" | "fn" | "defn" | "defun" | "defmacro" | "defn-" => {
            let body = rest.into_iter().map(Stmt::Expr).collect();
            Expr::Function(Rc::new(Function {
                id: usize::MAX,
                params: Vec::new(),
                body,
            }))
        }
        _ => head.call(rest),
    }
}

/// `((a 1) (b 2))` was read as calls.
fn bound(bindings: Expr) -> Vec<Expr> {
    let (base, posts) = match bindings {
        Expr::Post(base, posts) => (*base, posts),
        Expr::Other(items) => {
            return items.into_iter().flat_map(bound).collect();
        }
        other => return vec![other],
    };
    let mut posts = posts.into_iter();
    if let (Expr::Name(_), Some(super::super::tree::Post::Call(args))) = (&base, posts.next()) {
        let mut args = args.into_iter().map(|a| a.value);
        if let Some(value) = args.next() {
            let set = Expr::Assign(Box::new(base), "=".to_owned(), Box::new(value));
            return std::iter::once(set).chain(args).collect();
        }
    }
    Vec::new()
}

/// One after the other; the last is what it is worth.
fn sequence(mut all: Vec<Expr>) -> Expr {
    match all.pop() {
        Some(last) => Expr::Either(all, vec![last]),
        None => Expr::Nothing,
    }
}

//! PowerShell source as the common tree.
//!
//! The language reads in two ways: what begins with a name is a command and
//! its words, everything else is an expression. Both are parsed in place, in
//! one pass, without going back.

mod expressions;
mod statements;
mod words;

use std::rc::Rc;

use super::super::cursor::NESTING;
use super::super::lex::Chars;
use super::super::tree::{Argument, Expr, Function, Post, Stmt};
use crate::holes::is_hole;

/// Parses a text. The second part: a cap was reached.
pub(in crate::embedded) fn parse(
    text: &str,
    depth: usize,
    functions: &mut usize,
) -> (Vec<Stmt>, bool) {
    // PowerShell takes typographic dashes and quotes for the plain ones.
    let plain: String = text
        .chars()
        .filter(|c| *c != '\r' && *c != '\u{feff}')
        .map(|c| match c {
            '\u{2013}'..='\u{2015}' => '-',
            '\u{2018}'..='\u{201b}' => '\'',
            '\u{201c}'..='\u{201e}' => '"',
            c => c,
        })
        .collect();
    let mut p = Parser {
        c: Chars::new(&plain),
        depth,
        limited: false,
        functions: *functions,
        commas: true,
    };
    let mut out = p.statements();
    while p.c.peek().is_some() {
        // A bracket nobody opened.
        p.c.next();
        out.extend(p.statements());
    }
    *functions = p.functions;
    (out, p.limited)
}

pub(super) struct Parser {
    c: Chars,
    depth: usize,
    limited: bool,
    functions: usize,
    /// Whether a comma makes a list here; between arguments it does not.
    commas: bool,
}

/// A call of something of ours.
fn own(name: &str, args: Vec<Expr>) -> Expr {
    Expr::Name(name.to_owned()).call(args)
}

fn plain(value: Expr) -> Argument {
    Argument {
        name: None,
        spread: false,
        value,
    }
}

fn labelled(name: &str, value: Expr) -> Argument {
    Argument {
        name: Some(name.to_owned()),
        spread: false,
        value,
    }
}

/// What a block leaves in the pipeline is what it is worth.
fn returning(body: Vec<Stmt>) -> Vec<Stmt> {
    body.into_iter()
        .map(|stmt| match stmt {
            Stmt::Expr(e) if !matches!(e, Expr::Assign(..) | Expr::Hole(_)) => {
                Stmt::Return(Some(e))
            }
            Stmt::Branch(c, ways) => Stmt::Branch(c, ways.into_iter().map(returning).collect()),
            Stmt::Loop {
                target,
                iterable,
                conditions,
                body,
            } => Stmt::Loop {
                target,
                iterable,
                conditions,
                body: returning(body),
            },
            Stmt::Block(body) => Stmt::Block(returning(body)),
            other => other,
        })
        .collect()
}

impl Parser {
    fn enter(&mut self) -> bool {
        if self.depth >= NESTING {
            self.limited = true;
            return false;
        }
        self.depth += 1;
        true
    }

    fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Blanks, comments and continued lines.
    fn blanks(&mut self, newlines: bool) {
        while let Some(c) = self.c.peek() {
            match c {
                '\n' if newlines => {
                    self.c.next();
                }
                '\n' => return,
                '`' if self.c.look(1) == Some('\n') => self.c.at += 2,
                '#' => self.c.skip_line(),
                '<' if self.c.look(1) == Some('#') => {
                    self.c.until("#>");
                }
                c if c.is_whitespace() => {
                    self.c.next();
                }
                _ => return,
            }
        }
    }

    /// Statements up to a closing bracket or the end.
    fn statements(&mut self) -> Vec<Stmt> {
        let mut out = Vec::new();
        if !self.enter() {
            self.c.at = usize::MAX / 2;
            return out;
        }
        let commas = std::mem::replace(&mut self.commas, true);
        loop {
            self.blanks(true);
            match self.c.peek() {
                None | Some('}' | ')' | ']') => break,
                Some(';' | '&' | '|') if !self.calls_here() => {
                    self.c.next();
                }
                Some(_) => {
                    let before = self.c.at;
                    self.statement(&mut out);
                    if self.c.at == before {
                        self.c.next();
                    }
                }
            }
        }
        self.commas = commas;
        self.leave();
        out
    }

    /// `& x` and `. x`, not `&&`.
    fn calls_here(&self) -> bool {
        self.c.peek() == Some('&') && self.c.look(1) != Some('&')
    }

    /// Statements in braces.
    fn block(&mut self) -> Vec<Stmt> {
        self.blanks(true);
        if !self.c.eat('{') {
            return Vec::new();
        }
        let out = self.statements();
        self.c.eat('}');
        out
    }

    /// The keyword that comes next, in lower case.
    fn keyword(&self) -> String {
        let mut word = String::new();
        for i in 0..12 {
            match self.c.look(i) {
                Some(c) if c.is_ascii_alphabetic() => word.push(c.to_ascii_lowercase()),
                Some(c) if c.is_whitespace() || matches!(c, '(' | '{' | ';' | '}' | ')') => break,
                None => break,
                Some(_) => return String::new(),
            }
        }
        word
    }

    /// What comes after the blanks that follow `n` characters.
    fn after(&self, n: usize) -> Option<char> {
        (n..n + 64)
            .map(|i| self.c.look(i))
            .find(|c| !c.is_some_and(char::is_whitespace))
            .flatten()
    }

    fn statement(&mut self, out: &mut Vec<Stmt>) {
        let word = self.keyword();
        let n = word.len();
        let opens = self.after(n);
        match (word.as_str(), opens) {
            ("if", Some('(')) => self.branch(out),
            ("while", Some('(')) => {
                self.c.at += n;
                let condition = self.parens();
                let body = self.block();
                out.push(Stmt::Loop {
                    target: None,
                    iterable: None,
                    conditions: vec![condition],
                    body,
                });
            }
            ("do", Some('{')) => {
                self.c.at += n;
                out.push(Stmt::Block(self.block()));
                self.blanks(true);
                if matches!(self.keyword().as_str(), "while" | "until") {
                    self.c.at += 5;
                    out.push(Stmt::Expr(Expr::Other(vec![self.parens()])));
                }
            }
            ("for", Some('(')) => {
                self.c.at += n;
                self.counted(out);
            }
            ("foreach", Some('(')) => {
                self.c.at += n;
                self.each(out);
            }
            ("switch", Some('(' | '-')) => {
                self.c.at += n;
                self.switch(out);
            }
            ("try", Some('{')) => {
                self.c.at += n;
                self.attempt(out);
            }
            ("trap", Some('{' | '[')) => {
                self.c.at += n;
                self.blanks(true);
                if self.c.peek() == Some('[') {
                    self.bracketed();
                }
                let body = self.block();
                out.push(Stmt::Branch(Vec::new(), vec![body, Vec::new()]));
            }
            ("function" | "filter" | "workflow" | "configuration", Some(_)) => {
                self.c.at += n;
                self.define(out);
            }
            ("param", Some('(')) => {
                self.c.at += n;
                for (name, default) in self.parameters() {
                    if let Some(value) = default {
                        let set = Expr::Assign(Box::new(name), "=".to_owned(), Box::new(value));
                        out.push(Stmt::Expr(set));
                    }
                }
            }
            ("begin" | "process" | "end" | "dynamicparam" | "clean", Some('{')) => {
                self.c.at += n;
                out.push(Stmt::Block(self.block()));
            }
            ("return" | "throw" | "exit", _) => {
                self.c.at += n;
                self.blanks(false);
                let ends = matches!(self.c.peek(), None | Some('\n' | ';' | '}' | ')'));
                let value = (!ends).then(|| self.pipeline());
                if word == "return" {
                    out.push(Stmt::Return(value));
                } else if let Some(value) = value {
                    out.push(Stmt::Expr(Expr::Other(vec![value])));
                }
            }
            ("break" | "continue", _) => {
                self.c.at += n;
                self.c.take_while(char::is_alphanumeric);
            }
            ("using", _) => self.c.skip_line(),
            ("class" | "enum", Some(_)) => {
                // Another language of its own; what it does is not looked at.
                self.c.until("{");
                self.c.braced();
                if word == "class" {
                    out.push(Stmt::Expr(Expr::Hole("class".to_owned())));
                }
            }
            _ => {
                if self.c.peek() == Some(':') {
                    // A label.
                    self.c.next();
                    self.c.take_while(|c| c.is_alphanumeric() || c == '_');
                    return;
                }
                let value = self.pipeline();
                out.push(Stmt::Expr(value));
            }
        }
    }

    /// `[ … ]` as text, without the brackets.
    fn bracketed(&mut self) -> String {
        let mut out = String::new();
        let mut depth = 0_usize;
        while let Some(c) = self.c.next() {
            match c {
                '[' => depth += 1,
                ']' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                }
                _ => {}
            }
            if !(c == '[' && depth == 1) {
                out.push(c);
            }
        }
        out
    }

    /// `( … )`
    fn parens(&mut self) -> Expr {
        self.blanks(true);
        if !self.c.eat('(') {
            return Expr::Nothing;
        }
        let inner = self.statements();
        self.c.eat(')');
        self.value_of(inner)
    }

    /// Several statements as one value.
    fn value_of(&mut self, mut body: Vec<Stmt>) -> Expr {
        if let [Stmt::Expr(_)] = body.as_slice()
            && let Some(Stmt::Expr(value)) = body.pop()
        {
            return value;
        }
        let mut values = Vec::new();
        if body.iter().all(|s| matches!(s, Stmt::Expr(_))) {
            for stmt in body {
                if let Stmt::Expr(value) = stmt {
                    values.push(value);
                }
            }
            return own("op list", values);
        }
        self.functions += 1;
        let function = Function {
            id: self.functions,
            params: Vec::new(),
            body: returning(body),
        };
        own("op now", vec![Expr::Function(Rc::new(function))])
    }

    /// Commands joined by `|`, `&&` and `||`; assignments.
    fn pipeline(&mut self) -> Expr {
        if !self.enter() {
            self.c.at = usize::MAX / 2;
            return Expr::Nothing;
        }
        let mut all = Vec::new();
        let mut value = self.element(None);
        loop {
            self.blanks(false);
            if self.c.peek() == Some('\n') {
                // The next line may begin with the bar.
                let at = self.c.at;
                self.blanks(true);
                if self.c.peek() != Some('|') || self.c.look(1) == Some('|') {
                    self.c.at = at;
                    break;
                }
            }
            if self.c.starts("||") || self.c.starts("&&") {
                self.c.at += 2;
                self.blanks(true);
                all.push(std::mem::replace(&mut value, Expr::Nothing));
                value = self.element(None);
            } else if self.c.eat('|') {
                self.blanks(true);
                value = self.element(Some(value));
            } else {
                break;
            }
        }
        self.leave();
        if all.is_empty() {
            return value;
        }
        all.push(value);
        own("op list", all)
    }

    /// One part of a pipeline.
    fn element(&mut self, input: Option<Expr>) -> Expr {
        self.blanks(false);
        let Some(c) = self.c.peek() else {
            return Expr::Nothing;
        };
        let expression = match c {
            '$' | '@' | '(' | '"' | '\'' | '{' | ',' | '!' => true,
            '[' => self.c.look(1).is_some_and(char::is_alphabetic),
            '+' | '-' => self.c.look(1) != Some('-'),
            c if c.is_ascii_digit() => self.number_here(),
            _ => false,
        };
        if expression && input.is_none() {
            let value = self.expr();
            let value = self.assigned(value);
            self.blanks(false);
            let mut targets = Vec::new();
            while self.redirected(&mut targets) {
                self.blanks(false);
            }
            if targets.is_empty() {
                return value;
            }
            targets.push(labelled("|", value));
            targets.push(plain(Expr::text("out-null")));
            return Expr::Name("op &".to_owned()).with(Post::Call(targets));
        }
        self.command(input)
    }

    /// Digits that are a number and not the name of a program (`7z`).
    fn number_here(&self) -> bool {
        (0..40)
            .map_while(|i| self.c.look(i))
            .take_while(|c| !c.is_whitespace() && !matches!(c, ';' | '|' | ')' | '}' | ',' | '.'))
            .all(|c| {
                c.is_ascii_hexdigit()
                    || matches!(
                        c,
                        'x' | 'X'
                            | '+'
                            | '-'
                            | '*'
                            | '/'
                            | '%'
                            | 'L'
                            | 'k'
                            | 'm'
                            | 'g'
                            | 'K'
                            | 'M'
                            | 'G'
                    )
            })
    }

    /// An assignment, when `target` is followed by one.
    fn assigned(&mut self, target: Expr) -> Expr {
        self.blanks(false);
        let op = ["??=", "+=", "-=", "*=", "/=", "%=", "="]
            .into_iter()
            .find(|op| self.c.starts(op));
        let Some(op) = op else {
            return target;
        };
        self.c.at += op.len();
        self.blanks(true);
        let value = self.assigned_value();
        let target = uncast(target);
        let value = match op {
            "=" => value,
            "??=" => Expr::Either(Vec::new(), vec![target.clone(), value]),
            _ => Expr::Chain(
                Box::new(target.clone()),
                vec![(op.trim_end_matches('=').to_owned(), value)],
            ),
        };
        Expr::Assign(Box::new(target), "=".to_owned(), Box::new(value))
    }

    /// What is assigned: a pipeline, or what a statement leaves.
    fn assigned_value(&mut self) -> Expr {
        let statement = matches!(
            self.keyword().as_str(),
            "if" | "foreach" | "for" | "while" | "switch" | "try" | "do"
        );
        if !statement {
            return self.pipeline();
        }
        if !self.enter() {
            return Expr::Nothing;
        }
        let mut body = Vec::new();
        self.statement(&mut body);
        self.leave();
        self.functions += 1;
        let function = Function {
            id: self.functions,
            params: Vec::new(),
            body: returning(body),
        };
        own("op now", vec![Expr::Function(Rc::new(function))])
    }

    /// A command and its words.
    fn command(&mut self, input: Option<Expr>) -> Expr {
        let mut args = Vec::new();
        if let Some(input) = input {
            args.push(labelled("|", input));
        }
        let mut dotted = false;
        while matches!(self.c.peek(), Some('&' | '.'))
            && self
                .c
                .look(1)
                .is_some_and(|c| c.is_whitespace() || matches!(c, '(' | '$' | '"' | '\'' | '{'))
        {
            dotted |= self.c.peek() == Some('.');
            self.c.next();
            self.blanks(false);
        }
        let name = match self.c.peek() {
            Some('{' | '(' | '$' | '"' | '\'' | '@' | '[') => self.expr_word(),
            Some(c) if is_hole(c) && self.alone() => {
                self.c.next();
                return Expr::Hole(c.to_string());
            }
            _ => self.bare(true),
        };
        if dotted {
            args.push(labelled(".", Expr::Bool(true)));
        }
        args.push(plain(name));
        loop {
            self.blanks(false);
            match self.c.peek() {
                None | Some('\n' | ';' | '|' | ')' | '}') => break,
                Some('&') => {
                    if self.c.look(1) != Some('&') {
                        self.c.next();
                    }
                    break;
                }
                _ => {}
            }
            let before = self.c.at;
            if !self.redirected(&mut args) {
                self.words_of(&mut args);
            }
            if self.c.at == before {
                self.c.next();
            }
        }
        Expr::Name("op &".to_owned()).with(Post::Call(args))
    }

    /// A hole that is a whole word.
    fn alone(&self) -> bool {
        self.c
            .look(1)
            .is_none_or(|c| c.is_whitespace() || matches!(c, ';' | '|' | ')' | '}'))
    }

    /// `> file`, `2>&1`, `*>> file`.
    fn redirected(&mut self, args: &mut Vec<Argument>) -> bool {
        let digits = usize::from(matches!(self.c.peek(), Some('1'..='6' | '*')));
        if self.c.look(digits) != Some('>') {
            return false;
        }
        self.c.at += digits + 1;
        self.c.eat('>');
        if self.c.eat('&') {
            self.c.next();
            return true;
        }
        self.blanks(false);
        let target = self.argument();
        args.push(labelled(">", target));
        true
    }
}

/// The variable of `[string]$x`.
fn uncast(target: Expr) -> Expr {
    match target {
        Expr::Post(base, mut posts) => {
            let cast = matches!(&*base, Expr::Name(n) if n == "op cast");
            if cast
                && posts.len() == 1
                && let Some(Post::Call(mut args)) = posts.pop()
                && let Some(last) = args.pop()
            {
                return uncast(last.value);
            }
            Expr::Post(base, posts)
        }
        other => other,
    }
}

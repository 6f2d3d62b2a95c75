//! Expressions.

use std::rc::Rc;

use super::super::super::cursor::{Cursor, TOKENS};
use super::super::super::lex::{Raw, Tok};
use super::super::super::machine::Grammar;
use super::super::super::tree::{Argument, Expr, Function, Piece, Post};
use super::super::lex::tokens;
use super::Parser;

impl Parser {
    pub(super) fn expr_list(&mut self) -> Expr {
        let first = self.expr();
        if !self.c.is(",") {
            return first;
        }
        let mut items = vec![first];
        while self.c.eat(",") {
            self.skip_newlines();
            if self.is_end() {
                break;
            }
            items.push(self.expr());
        }
        // `a, b = 1, 2`
        if let Some(Expr::Assign(..)) = items.last()
            && items.len() > 1
            && let Some(Expr::Assign(target, op, value)) = items.pop()
        {
            items.push(*target);
            return Expr::Assign(Box::new(Expr::List(items)), op, value);
        }
        Expr::List(items)
    }

    pub(super) fn skip_newlines(&mut self) {
        while matches!(self.c.peek(), Some(Tok::Newline)) {
            self.c.next();
        }
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
        while self.c.eat_word("not") || self.c.eat_word("my") || self.c.eat_word("our") {}
        let first = self.binary(0);
        if self.c.eat("?") {
            self.skip_newlines();
            let mut values = Vec::new();
            if !self.c.is(":") {
                values.push(self.expr());
            }
            self.skip_newlines();
            self.c.eat(":");
            self.skip_newlines();
            values.push(self.expr());
            return Expr::Either(vec![first], values);
        }
        let op = match self.c.op() {
            Some(op) if op == "=" => op,
            Some(op)
                if op.ends_with('=')
                    && !matches!(op, "==" | "===" | "!=" | "!==" | "<=" | ">=" | "~=") =>
            {
                op
            }
            _ => return first,
        };
        self.c.next();
        self.skip_newlines();
        let mut value = self.expr();
        if self.grammar == Grammar::Ruby || self.grammar == Grammar::Lua {
            // `a, b = 1, 2` and `a = 1, 2`.
            if self.c.is(",") && self.grammar == Grammar::Lua {
                let mut items = vec![value];
                while self.c.eat(",") {
                    items.push(self.expr());
                }
                value = items.swap_remove(0);
            }
        }
        Expr::Assign(Box::new(first), op.to_owned(), Box::new(value))
    }

    pub(super) fn operator(&self) -> Option<(u8, String)> {
        let perl = self.grammar == Grammar::Perl;
        let concat = perl || self.grammar == Grammar::Php;
        let (prec, op) = match self.c.peek()? {
            Tok::Name(name) => match name.as_str() {
                "or" | "and" | "xor" => (0, if name == "and" { "and" } else { "or" }),
                "eq" | "ne" | "lt" | "gt" | "le" | "ge" | "cmp" if perl => (4, "=="),
                "x" if perl => (8, "*"),
                "instanceof" => (4, "=="),
                _ => return None,
            },
            Tok::Op(op) => match *op {
                "||" | "??" => (1, *op),
                "//" if perl => (1, *op),
                "&&" => (2, *op),
                "==" | "!=" | "===" | "!==" | "<=>" | "=~" | "!~" | "~=" => (4, *op),
                "<" | ">" | "<=" | ">=" => (5, *op),
                "|" | "^" | "&" => (6, *op),
                "<<" | ">>" => (6, *op),
                ".." | "..." if self.grammar != Grammar::Lua => (3, "range"),
                ".." => (7, *op),
                "+" | "-" => (7, *op),
                "." if concat => (7, *op),
                "*" | "/" | "%" => (8, *op),
                "**" => (9, *op),
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
            self.skip_newlines();
            // `$x =~ s/a/b/`: another text, in the variable as well.
            let changes = op == "=~" && matches!(self.c.peek(), Some(Tok::Num(None)));
            let right = self.binary(prec + 1);
            if changes {
                left = changed(left);
                continue;
            }
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
                Some(Tok::Op("!" | "-" | "~" | "++" | "--" | "#" | "+")) => unknown = true,
                Some(Tok::Op("\\" | "&" | "*" | "@" | "**" | "..." | "::")) => {}
                Some(Tok::Name(n)) if matches!(n.as_str(), "not" | "defined" | "defined?") => {
                    unknown = true;
                }
                Some(Tok::Name(n))
                    if matches!(n.as_str(), "new" | "clone" | "await")
                        && self.grammar == Grammar::Php => {}
                _ => break,
            }
            self.c.next();
        }
        let inner = self.postfix();
        if self.c.eat("++") || self.c.eat("--") {
            unknown = true;
        }
        match inner {
            Expr::Int(n) if unknown => Expr::Int(n.wrapping_neg()),
            inner if unknown => Expr::Other(vec![inner]),
            inner => inner,
        }
    }

    pub(super) fn postfix(&mut self) -> Expr {
        let ruby = self.grammar == Grammar::Ruby;
        let lua = self.grammar == Grammar::Lua;
        let mut bare = matches!(self.c.peek(), Some(Tok::Name(n)) if !n.starts_with(['$', '@']));
        let mut expr = self.primary();
        loop {
            // A chain goes on on the next line.
            if matches!(self.c.peek(), Some(Tok::Newline)) && (ruby || self.braces()) {
                let goes_on = self.c.is_at(1, "->")
                    || (ruby && (self.c.is_at(1, ".") || self.c.is_at(1, "&.")));
                if goes_on {
                    self.c.next();
                }
            }
            match self.c.op() {
                Some("." | "&.") if ruby || lua => {
                    self.c.next();
                    match self.c.name() {
                        Some(name) => {
                            expr = expr.with(Post::Attr(name));
                            bare = true;
                        }
                        None => return expr,
                    }
                }
                Some(":") if lua && matches!(self.c.look(1), Some(Tok::Name(_))) => {
                    self.c.next();
                    let name = self.c.name().unwrap_or_default();
                    expr = expr.with(Post::Attr(name));
                    bare = true;
                }
                Some("->" | "?->" | "::") => {
                    self.c.next();
                    match self.c.peek() {
                        Some(Tok::Name(_)) => {
                            let name = self.c.name().unwrap_or_default();
                            expr = expr.with(Post::Attr(name));
                            bare = !name_is_variable(&expr);
                        }
                        Some(Tok::Op("[" | "{" | "(")) => {}
                        _ => return expr,
                    }
                }
                Some("(") => {
                    let mut args = self.arguments();
                    self.block_argument(&mut args);
                    expr = expr.with(Post::Call(args));
                    bare = false;
                }
                Some("[") if !(ruby && bare && is_command(&expr)) => {
                    self.c.next();
                    let index = if self.c.is("]") {
                        Expr::Nothing
                    } else {
                        self.expr_list()
                    };
                    self.c.eat("]");
                    expr = expr.with(Post::Index(index));
                    bare = false;
                }
                // `$h{key}`
                Some("{") if self.grammar == Grammar::Perl && !bare && is_place(&expr) => {
                    self.c.next();
                    let index = match (self.c.word(), self.c.is_at(1, "}")) {
                        (Some(word), true) if !word.starts_with('$') => Expr::text(word),
                        _ => Expr::Nothing,
                    };
                    let index = if matches!(index, Expr::Nothing) {
                        self.expr()
                    } else {
                        self.c.next();
                        index
                    };
                    self.c.eat("}");
                    expr = expr.with(Post::Index(index));
                }
                _ => {
                    let takes_block =
                        ruby && !matches!(expr, Expr::List(_) | Expr::Str(_) | Expr::Int(_));
                    let list = ruby && self.c.is("[") && is_command(&expr);
                    if bare && (list || self.argument_follows()) {
                        let mut args = self.bare_arguments();
                        self.block_argument(&mut args);
                        return expr.with(Post::Call(args));
                    }
                    if takes_block && self.ruby_block_follows() {
                        let mut args = Vec::new();
                        self.block_argument(&mut args);
                        expr = expr.with(Post::Call(args));
                        bare = false;
                        continue;
                    }
                    // Without arguments and without parentheses it is a call
                    // in Ruby all the same, when it is a member.
                    if ruby && bare && matches!(expr, Expr::Post(..)) && !self.c.is("=") {
                        expr = expr.with(Post::Call(Vec::new()));
                        bare = false;
                        if matches!(self.c.op(), Some("." | "&." | "["))
                            || matches!(self.c.peek(), Some(Tok::Newline))
                        {
                            continue;
                        }
                    }
                    return expr;
                }
            }
            // Inside a Ruby chain: `Dir.glob('*').each`.
            if ruby
                && bare
                && matches!(self.c.op(), Some("." | "&."))
                && matches!(&expr, Expr::Post(_, posts) if posts.len() > 1)
            {
                expr = expr.with(Post::Call(Vec::new()));
                bare = false;
            }
        }
    }

    pub(super) fn ruby_block_follows(&self) -> bool {
        self.grammar == Grammar::Ruby && (self.c.is_word("do") || self.c.is("{"))
    }

    /// Whether a call without parentheses has an argument here.
    pub(super) fn argument_follows(&self) -> bool {
        match self.grammar {
            Grammar::Lua => matches!(self.c.peek(), Some(Tok::Str(_))) || self.c.is("{"),
            Grammar::Php => {
                matches!(
                    self.c.back_word(),
                    Some(
                        "echo"
                            | "print"
                            | "include"
                            | "include_once"
                            | "require"
                            | "require_once"
                            | "exit"
                            | "die"
                            | "return"
                            | "throw"
                            | "new"
                            | "yield"
                    )
                ) && !self.is_end()
            }
            _ => match self.c.peek() {
                Some(Tok::Str(_) | Tok::Num(_) | Tok::Shell(_) | Tok::Hole(_) | Tok::Regex) => true,
                Some(Tok::Name(_)) => {
                    !self.is_end() && self.operator().is_none() && !self.c.is_word("do")
                }
                Some(Tok::Op("\\" | "::" | "!")) => true,
                Some(Tok::Op("->")) => self.grammar == Grammar::Ruby,
                Some(Tok::Op("*" | "&")) => {
                    matches!(self.c.look(1), Some(Tok::Name(_))) && self.grammar == Grammar::Ruby
                }
                _ => false,
            },
        }
    }

    pub(super) fn bare_arguments(&mut self) -> Vec<Argument> {
        let mut out = Vec::new();
        loop {
            self.argument(&mut out);
            // `print FH "text"`: no comma after a handle.
            let handle = self.grammar == Grammar::Perl
                && matches!(self.c.peek(), Some(Tok::Str(_)))
                && out.len() == 1;
            if !self.c.eat(",") && !handle {
                break;
            }
            self.skip_newlines();
            if self.is_end() {
                break;
            }
        }
        out
    }

    pub(super) fn argument(&mut self, out: &mut Vec<Argument>) {
        // `name: value` and `name => value`.
        let label = match (self.c.peek(), self.c.look(1)) {
            (Some(Tok::Name(n)), Some(Tok::Op(":")))
                if self.grammar == Grammar::Ruby || self.grammar == Grammar::Php =>
            {
                Some(n.clone())
            }
            (Some(Tok::Name(n)), Some(Tok::Op("=>"))) => Some(n.clone()),
            (Some(Tok::Str(raw)), Some(Tok::Op("=>"))) => match raw.as_slice() {
                [Raw::Text(text)] => Some(text.clone()),
                _ => None,
            },
            _ => None,
        };
        if label.is_some() {
            self.c.at += 2;
            self.skip_newlines();
        }
        let value = self.expr();
        self.c.eat("=>");
        out.push(Argument {
            name: label,
            spread: false,
            value,
        });
    }

    pub(super) fn arguments(&mut self) -> Vec<Argument> {
        let mut out = Vec::new();
        self.c.eat("(");
        self.skip_newlines();
        while !self.c.is(")") && self.c.peek().is_some() {
            let before = self.c.at;
            self.argument(&mut out);
            self.skip_newlines();
            self.c.eat(",");
            self.skip_newlines();
            if self.c.at == before {
                self.c.next();
            }
        }
        self.c.eat(")");
        out
    }

    /// `{ |x| … }` or `do |x| … end` after a call.
    pub(super) fn block_argument(&mut self, args: &mut Vec<Argument>) {
        if !self.ruby_block_follows() {
            return;
        }
        let braces = self.c.is("{");
        self.c.next();
        let id = self.c.new_function();
        let mut params = Vec::new();
        self.skip_newlines();
        if self.c.eat("|") {
            while !self.c.is("|") && self.c.peek().is_some() {
                if let Some(name) = self.c.name() {
                    params.push((Expr::Name(name), None));
                } else {
                    self.c.next();
                }
            }
            self.c.eat("|");
        } else {
            // `it` and `_1`.
            params.push((Expr::Name("it".into()), None));
        }
        let mut body = Vec::new();
        while self.c.peek().is_some()
            && !(braces && self.c.is("}"))
            && (braces || !self.c.is_word("end"))
        {
            self.statement(&mut body);
        }
        self.c.next();
        args.push(Argument {
            name: None,
            spread: false,
            value: {
                self.returning(&mut body);
                Expr::Function(Rc::new(Function { id, params, body }))
            },
        });
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
            Some(Tok::Str(_)) => {
                let mut pieces = Vec::new();
                while let Some(Tok::Str(_)) = self.c.peek() {
                    if let Some(Tok::Str(raw)) = self.c.next() {
                        pieces.extend(self.pieces(raw));
                    }
                    // Only Ruby joins adjacent literals.
                    if self.grammar != Grammar::Ruby {
                        break;
                    }
                }
                Expr::Str(pieces)
            }
            Some(Tok::Shell(_)) => match self.c.next() {
                Some(Tok::Shell(raw)) => Expr::Shell(self.pieces(raw)),
                _ => Expr::Nothing,
            },
            Some(Tok::Hole(h)) => {
                let text = h.to_string();
                self.c.next();
                Expr::Hole(text)
            }
            Some(Tok::Op("(")) => {
                self.c.next();
                let mut items = Vec::new();
                self.skip_newlines();
                let mut list = false;
                while !self.c.is(")") && self.c.peek().is_some() {
                    let before = self.c.at;
                    items.push(self.expr());
                    list |= self.c.eat(",") || self.c.eat("=>");
                    self.skip_breaks();
                    if self.c.at == before {
                        self.c.next();
                    }
                }
                self.c.eat(")");
                match items.len() {
                    1 if !list => items.pop().unwrap_or(Expr::Nothing),
                    _ => Expr::List(items),
                }
            }
            Some(Tok::Op("[")) => {
                self.c.next();
                self.collection("]")
            }
            Some(Tok::Op("{")) => {
                self.c.next();
                self.collection("}")
            }
            Some(Tok::Op("->")) if self.grammar == Grammar::Ruby => {
                self.c.next();
                if self.c.is("(") {
                    self.c.skip_group();
                }
                let mut args = Vec::new();
                self.block_argument(&mut args);
                args.pop().map_or(Expr::Nothing, |a| a.value)
            }
            Some(Tok::Name(name)) => {
                let name = name.clone();
                if (name == "function" || name == "sub" || name == "fn")
                    && (self.c.is_at(1, "(") || self.c.is_at(1, "{"))
                {
                    self.c.next();
                    return Expr::Function(self.function());
                }
                // `do { … }`, `eval { … }`, `map { … } list`.
                if self.grammar == Grammar::Perl
                    && self.c.is_at(1, "{")
                    && matches!(name.as_str(), "do" | "eval" | "map" | "grep" | "sort")
                {
                    self.c.next();
                    let id = self.c.new_function();
                    let mut body = self.brace_block();
                    self.returning(&mut body);
                    let function = Expr::Function(Rc::new(Function {
                        id,
                        params: vec![(Expr::Name("$_".into()), None)],
                        body,
                    }));
                    self.c.eat(",");
                    if matches!(name.as_str(), "do" | "eval") {
                        return function.call(Vec::new());
                    }
                    let list = self.expr_list();
                    return Expr::Name(name).call(vec![function, list]);
                }
                if self.is_end() {
                    return Expr::Nothing;
                }
                self.c.next();
                match name.as_str() {
                    "nil" | "null" | "undef" | "NULL" => Expr::Nothing,
                    "true" | "TRUE" => Expr::Bool(true),
                    "false" | "FALSE" => Expr::Bool(false),
                    _ => Expr::Name(name),
                }
            }
            _ => Expr::Nothing,
        }
    }

    /// Elements or entries up to a closing bracket.
    pub(super) fn collection(&mut self, end: &str) -> Expr {
        let mut items = Vec::new();
        let mut entries = Vec::new();
        self.skip_newlines();
        while !self.c.is(end) && self.c.peek().is_some() {
            let before = self.c.at;
            let mut args = Vec::new();
            // Lua writes `{name = value}`.
            if self.grammar == Grammar::Lua && self.c.is_at(1, "=") {
                let name = self.c.name().unwrap_or_default();
                self.c.next();
                let value = self.expr();
                entries.push((Some(Expr::text(name)), value));
            } else {
                self.argument(&mut args);
            }
            for arg in args {
                match arg.name {
                    Some(name) => entries.push((Some(Expr::text(name)), arg.value)),
                    None => items.push(arg.value),
                }
            }
            self.skip_newlines();
            self.c.eat(",");
            self.skip_breaks();
            if self.c.at == before {
                self.c.next();
            }
        }
        self.c.eat(end);
        if entries.is_empty() {
            Expr::List(items)
        } else {
            entries.extend(items.into_iter().map(|v| (None, v)));
            Expr::Dict(entries)
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

    pub(super) fn nested(&mut self, code: &str) -> Expr {
        if !self.c.enter() {
            return Expr::Other(Vec::new());
        }
        let (toks, complete) = tokens(code, self.grammar, TOKENS);
        let mut inner = Self {
            c: Cursor::new(toks, complete, self.c.depth(), self.c.functions),
            grammar: self.grammar,
        };
        let expr = inner.expr_list();
        self.c.functions = inner.c.functions;
        self.c.limited |= inner.c.limited;
        self.c.leave();
        expr
    }
}

/// What is left of a text that a substitution went over.
fn changed(text: Expr) -> Expr {
    match text {
        Expr::Assign(place, op, value) => {
            let value = Expr::Other(vec![Expr::Assign(place.clone(), op, value)]);
            Expr::Assign(place, "=".to_owned(), Box::new(value))
        }
        place if is_place(&place) => {
            let unknown = Expr::Other(vec![place.clone()]);
            Expr::Assign(Box::new(place), "=".to_owned(), Box::new(unknown))
        }
        other => Expr::Other(vec![other]),
    }
}

/// A method that takes a list without parentheses, and is no list itself.
fn is_command(expr: &Expr) -> bool {
    matches!(expr, Expr::Name(n) if matches!(
        n.as_str(),
        "system" | "exec" | "spawn" | "eval" | "puts" | "print" | "p" | "pp" | "sh" | "raise"
    ))
}

fn name_is_variable(expr: &Expr) -> bool {
    matches!(expr, Expr::Post(_, posts) if matches!(posts.last(), Some(Post::Attr(n)) if n.starts_with('$')))
}

fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Name(name) => name.starts_with('$'),
        Expr::Post(..) => true,
        _ => false,
    }
}

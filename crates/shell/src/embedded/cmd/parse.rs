//! A line or batch file of cmd as the common tree.
//!
//! What `%x%` holds is put in before a line is read, so that a variable may
//! hold half a command. Here it is put in when the words are known: a name
//! that turns out to be several words is taken apart then.

use super::super::cursor::NESTING;
use super::super::lex::Chars;
use super::super::tree::{Argument, Expr, Piece, Post, Stmt};
use crate::holes::is_hole;

/// Parses a text. The second part: a cap was reached.
pub(in crate::embedded) fn parse(text: &str, depth: usize) -> (Vec<Stmt>, bool) {
    let plain: String = text.chars().filter(|c| *c != '\r').collect();
    let mut p = Parser {
        c: Chars::new(&plain),
        depth,
        limited: false,
    };
    let mut out = p.statements();
    while p.c.peek().is_some() {
        // A bracket nobody opened.
        p.c.next();
        out.extend(p.statements());
    }
    (out, p.limited)
}

struct Parser {
    c: Chars,
    depth: usize,
    limited: bool,
}

fn call(name: &str, args: Vec<Expr>) -> Expr {
    Expr::Name(name.to_owned()).call(args)
}

#[derive(Default)]
struct Word {
    pieces: Vec<Piece>,
    quoted: bool,
}

impl Word {
    fn push(&mut self, c: char) {
        if let Some(Piece::Text(text)) = self.pieces.last_mut() {
            text.push(c);
        } else {
            self.pieces.push(Piece::Text(c.to_string()));
        }
    }

    /// The text, when no variable is in it.
    fn text(&self) -> Option<String> {
        match self.pieces.as_slice() {
            [] => Some(String::new()),
            [Piece::Text(text)] => Some(text.clone()),
            _ => None,
        }
    }

    fn is_empty(&self) -> bool {
        self.pieces.is_empty() && !self.quoted
    }

    fn expr(self) -> Expr {
        let wild = !self.quoted
            || self
                .pieces
                .iter()
                .any(|p| matches!(p, Piece::Text(t) if t.contains('*')));
        let star = self
            .pieces
            .iter()
            .any(|p| matches!(p, Piece::Text(t) if t.contains(['*', '?'])));
        let word = Expr::Str(self.pieces);
        if star && wild {
            return call("op glob", vec![word]);
        }
        word
    }
}

impl Parser {
    fn blanks(&mut self) {
        while let Some(c) = self.c.peek() {
            match c {
                ' ' | '\t' | ',' | ';' | '=' => {
                    self.c.next();
                }
                '^' if self.c.look(1) == Some('\n') => self.c.at += 2,
                _ => return,
            }
        }
    }

    fn statements(&mut self) -> Vec<Stmt> {
        let mut out = Vec::new();
        if self.depth >= NESTING {
            self.limited = true;
            self.c.at = usize::MAX / 2;
            return out;
        }
        self.depth += 1;
        loop {
            self.blanks();
            match self.c.peek() {
                None | Some(')') => break,
                Some('\n' | '&' | '|' | '@') => {
                    self.c.next();
                }
                Some(':') => self.c.skip_line(),
                Some(_) => {
                    let before = self.c.at;
                    self.pipeline(&mut out);
                    if self.c.at == before {
                        self.c.next();
                    }
                }
            }
        }
        self.depth -= 1;
        out
    }

    /// Commands joined by `|`.
    fn pipeline(&mut self, out: &mut Vec<Stmt>) {
        let mut input: Option<Expr> = None;
        loop {
            let mut stmts = Vec::new();
            self.command(input.take(), &mut stmts);
            self.blanks();
            let piped = self.c.peek() == Some('|') && self.c.look(1) != Some('|');
            if !piped {
                out.append(&mut stmts);
                return;
            }
            self.c.next();
            match (stmts.len(), stmts.pop()) {
                (1, Some(Stmt::Expr(e))) => input = Some(e),
                (_, last) => {
                    out.append(&mut stmts);
                    out.extend(last);
                    input = Some(Expr::Other(Vec::new()));
                }
            }
        }
    }

    fn command(&mut self, input: Option<Expr>, out: &mut Vec<Stmt>) {
        self.blanks();
        while self.c.eat('@') {
            self.blanks();
        }
        if self.c.eat('(') {
            let body = self.statements();
            self.c.eat(')');
            let mut args = Vec::new();
            self.redirects(&mut args);
            out.push(Stmt::Block(body));
            for (_, e) in args {
                out.push(Stmt::Expr(call("op redirect", vec![e])));
            }
            return;
        }
        let name = self.word(true);
        let lower = name.text().map(|t| t.to_lowercase());
        match lower.as_deref() {
            Some("rem") => self.c.skip_line(),
            Some("if") => self.branch(out),
            Some("for") => self.each(out),
            Some("set") => self.assignment(out),
            _ => {
                let e = self.simple(name, input);
                out.push(Stmt::Expr(e));
            }
        }
    }

    /// A command's name is there; its words follow.
    fn simple(&mut self, name: Word, input: Option<Expr>) -> Expr {
        let mut args = Vec::new();
        let add = |args: &mut Vec<Argument>, name: Option<&str>, value| {
            args.push(Argument {
                name: name.map(str::to_owned),
                spread: false,
                value,
            });
        };
        if let Some(input) = input {
            add(&mut args, Some("|"), input);
        }
        // `del/s`, `cd\`: a switch or a path glued to the name.
        let glued = name.text().and_then(|t| split_glued(&t));
        match glued {
            Some((command, rest)) => {
                add(&mut args, None, Expr::text(command));
                add(&mut args, None, Expr::text(rest));
            }
            None => add(&mut args, None, name.expr()),
        }
        loop {
            self.blanks();
            let mut redirects = Vec::new();
            if self.redirects(&mut redirects) {
                for (mark, e) in redirects {
                    add(&mut args, Some(mark), e);
                }
                continue;
            }
            if self.ends() {
                break;
            }
            let before = self.c.at;
            let word = self.word(false);
            if !word.is_empty() {
                add(&mut args, None, word.expr());
            }
            if self.c.at == before {
                self.c.next();
            }
        }
        Expr::Name("op &".to_owned()).with(Post::Call(args))
    }

    fn ends(&self) -> bool {
        matches!(self.c.peek(), None | Some('\n' | '&' | '|' | ')'))
    }

    /// `> file`, `2>&1`, `< file`.
    fn redirects(&mut self, out: &mut Vec<(&'static str, Expr)>) -> bool {
        let digit = usize::from(self.c.peek().is_some_and(|c| c.is_ascii_digit()));
        let mark = match self.c.look(digit) {
            Some('>') => ">",
            Some('<') => "<",
            _ => return false,
        };
        self.c.at += digit + 1;
        self.c.eat('>');
        if self.c.eat('&') {
            self.c.next();
            return true;
        }
        self.blanks();
        let word = self.word(false);
        out.push((mark, word.expr()));
        true
    }

    /// Text up to a blank or an operator.
    fn word(&mut self, name: bool) -> Word {
        let mut out = Word::default();
        let mut quoted = false;
        while let Some(c) = self.c.peek() {
            match c {
                '"' => {
                    self.c.next();
                    quoted = !quoted;
                    out.quoted = true;
                }
                '\n' => break,
                '%' | '!' if self.expansion(&mut out) => {}
                c if quoted => {
                    self.c.next();
                    out.push(c);
                }
                '^' => {
                    self.c.next();
                    if !self.c.eat('\n')
                        && let Some(c) = self.c.next()
                    {
                        out.push(c);
                    }
                }
                ' ' | '\t' | '&' | '|' | '<' | '>' | ')' => break,
                ',' | ';' | '=' if name => break,
                '(' if name && out.pieces.is_empty() => break,
                c => {
                    self.c.next();
                    out.push(c);
                }
            }
        }
        out
    }

    /// `%x%`, `%x:a=b%`, `%x:~1,2%`, `!x!`, `%1`, `%%i`, `%i`.
    fn expansion(&mut self, out: &mut Word) -> bool {
        let Some(mark) = self.c.peek() else {
            return false;
        };
        if mark == '%' {
            let twice = usize::from(self.c.look(1) == Some('%'));
            let at = 1 + twice;
            if self.c.look(1) == Some('*') {
                self.c.at += 2;
                out.pieces.push(Piece::Code(Expr::Name("%*".to_owned())));
                return true;
            }
            // `%~dp0`, `%~1`, `%%~fi`
            let mut n = at;
            if self.c.look(n) == Some('~') {
                n += 1;
                while self.c.look(n).is_some_and(|c| "fdpnxsatz".contains(c))
                    && self.c.look(n + 1).is_some_and(char::is_alphanumeric)
                {
                    n += 1;
                }
            }
            let letter = self.c.look(n).filter(char::is_ascii_alphanumeric);
            let whole = self.closing(1, '%').is_none() || twice == 1 || n > at;
            if let Some(letter) = letter
                && (letter.is_ascii_digit() || whole)
            {
                self.c.at += n + 1;
                out.pieces.push(Piece::Code(Expr::Name(format!(
                    "%%{}",
                    letter.to_ascii_lowercase()
                ))));
                return true;
            }
        }
        let Some(length) = self.closing(1, mark) else {
            return false;
        };
        let inner: String = (1..=length).filter_map(|i| self.c.look(i)).collect();
        let (name, change) = match inner.split_once(':') {
            Some((name, change)) => (name, Some(change)),
            None => (inner.as_str(), None),
        };
        let value = Expr::Name(format!("%{}", name.to_lowercase()));
        let value = match change {
            None => value,
            Some(change) => match change.strip_prefix('~') {
                Some(numbers) => call("op slice", vec![value, Expr::text(numbers)]),
                None => call("op subst", vec![value, Expr::text(change)]),
            },
        };
        self.c.at += length + 2;
        out.pieces.push(Piece::Code(value));
        true
    }

    /// How many characters there are up to the mark that closes a name.
    fn closing(&self, from: usize, mark: char) -> Option<usize> {
        for i in from..from + 256 {
            match self.c.look(i) {
                Some(c) if c == mark => return (i > from).then_some(i - from),
                Some('\n') | None => return None,
                Some(c) if is_hole(c) => return None,
                Some(' ' | '&' | '|' | '<' | '>' | '"') if mark == '!' => return None,
                _ => {}
            }
        }
        None
    }

    /// `set x=…`, `set "x=…"`, `set /a x=…`, `set x`.
    fn assignment(&mut self, out: &mut Vec<Stmt>) {
        self.blanks();
        let mut calculated = false;
        while self.c.peek() == Some('/') {
            let option = self.c.take_while(|c| !c.is_whitespace());
            calculated |= !option.is_empty();
            self.blanks();
        }
        let mut name = String::new();
        let quoted = self.c.eat('"');
        while let Some(c) = self
            .c
            .peek()
            .filter(|c| !matches!(c, '=' | '\n' | '&' | '|' | '"' | ')'))
        {
            if c == '^' {
                self.c.next();
                continue;
            }
            name.push(c);
            self.c.next();
        }
        let name = format!("%{}", name.trim().to_lowercase());
        if !self.c.eat('=') {
            // Without a value they are shown.
            let shown = call(
                "op &",
                vec![Expr::text("set"), Expr::text(name.trim_start_matches('%'))],
            );
            out.push(Stmt::Expr(shown));
            return;
        }
        let mut value = Word::default();
        while let Some(c) = self.c.peek() {
            match c {
                '\n' => break,
                '"' if quoted => {
                    self.c.next();
                    break;
                }
                '%' | '!' if self.expansion(&mut value) => {}
                '&' | '|' | '>' | '<' if !quoted => break,
                ')' if !quoted && self.depth > 1 => break,
                '^' if !quoted => {
                    self.c.next();
                    if let Some(c) = self.c.next() {
                        value.push(c);
                    }
                }
                c => {
                    self.c.next();
                    value.push(c);
                }
            }
        }
        let value = if calculated {
            Expr::Other(vec![Expr::Str(value.pieces)])
        } else {
            Expr::Str(value.pieces)
        };
        out.push(Stmt::Expr(Expr::Assign(
            Box::new(Expr::Name(name)),
            "=".to_owned(),
            Box::new(value),
        )));
    }

    /// One command or a block, as statements.
    fn body(&mut self) -> Vec<Stmt> {
        let mut out = Vec::new();
        if self.depth >= NESTING {
            self.limited = true;
            self.c.at = usize::MAX / 2;
            return out;
        }
        self.depth += 1;
        self.blanks();
        self.pipeline(&mut out);
        // What is joined by `&` belongs to the body as well.
        while self.c.peek() == Some('&') {
            self.c.next();
            self.c.eat('&');
            self.blanks();
            if self.ends() {
                break;
            }
            self.pipeline(&mut out);
        }
        self.depth -= 1;
        out
    }

    fn branch(&mut self, out: &mut Vec<Stmt>) {
        let mut condition = Vec::new();
        loop {
            self.blanks();
            let word = self.word(false);
            let text = word.text().unwrap_or_default().to_lowercase();
            match text.as_str() {
                "not" | "/i" => {}
                "exist" | "defined" | "errorlevel" | "cmdextversion" => {
                    self.blanks();
                    condition.push(self.word(false).expr());
                    break;
                }
                _ => {
                    let joined = text.contains("==");
                    condition.push(word.expr());
                    if !joined {
                        // `a == b`, `a EQU b`
                        self.blanks();
                        let mut next = self.word(false);
                        let operator = next.text().unwrap_or_default().to_lowercase();
                        if matches!(
                            operator.as_str(),
                            "equ" | "neq" | "lss" | "leq" | "gtr" | "geq"
                        ) {
                            self.blanks();
                            next = self.word(false);
                        }
                        condition.push(next.expr());
                    }
                    break;
                }
            }
            if self.ends() {
                break;
            }
        }
        let yes = self.body();
        let at = self.c.at;
        while self.c.peek().is_some_and(char::is_whitespace) {
            self.c.next();
        }
        let otherwise: String = (0..4).filter_map(|i| self.c.look(i)).collect();
        let no = if otherwise.eq_ignore_ascii_case("else")
            && self.c.look(4).is_none_or(|c| c.is_whitespace() || c == '(')
        {
            self.c.at += 4;
            self.body()
        } else {
            self.c.at = at;
            Vec::new()
        };
        out.push(Stmt::Branch(condition, vec![yes, no]));
    }

    /// `for /f "…" %i in (…) do …`
    fn each(&mut self, out: &mut Vec<Stmt>) {
        let mut kind = String::new();
        let mut root = None;
        let mut options = String::new();
        let variable = loop {
            self.blanks();
            match self.c.peek() {
                Some('/') => kind = self.c.take_while(|c| !c.is_whitespace()).to_lowercase(),
                Some('%') => {
                    self.c.take_while(|c| c == '%');
                    let name = self.c.take_while(char::is_alphanumeric);
                    break name.to_lowercase();
                }
                Some('\n') | None => return,
                Some(_) => {
                    let before = self.c.at;
                    let word = self.word(false);
                    if self.c.at == before {
                        // No loop of cmd, as `for ((;;))` of bash.
                        return;
                    }
                    if kind == "/r" {
                        root = Some(word.expr());
                    } else {
                        options = word.text().unwrap_or_default().to_lowercase();
                    }
                }
            }
        };
        self.blanks();
        self.word(true);
        self.blanks();
        self.c.eat('(');
        let iterable = if kind == "/f" {
            self.source(&options)
        } else {
            let mut items = Vec::new();
            loop {
                while self
                    .c
                    .peek()
                    .is_some_and(|c| c == '\n' || c.is_whitespace() || c == ',')
                {
                    self.c.next();
                }
                if matches!(self.c.peek(), None | Some(')')) {
                    break;
                }
                let before = self.c.at;
                items.push(self.word(false).expr());
                if self.c.at == before {
                    self.c.next();
                }
            }
            self.c.eat(')');
            match kind.as_str() {
                "/l" => Expr::List(vec![Expr::Other(items)]),
                "/r" => {
                    items.insert(0, root.unwrap_or_else(|| Expr::text(".")));
                    call("op below", items)
                }
                _ => Expr::List(items),
            }
        };
        self.blanks();
        self.word(true);
        let body = self.body();
        out.push(Stmt::Loop {
            target: Some(Expr::Name(format!("%%{variable}"))),
            iterable: Some(iterable),
            conditions: Vec::new(),
            body,
        });
    }

    /// What `for /f` goes over: a command, a text or a file; all up to `)`.
    fn source(&mut self, options: &str) -> Expr {
        self.blanks();
        let back = options.contains("usebackq");
        match self.c.peek() {
            Some(q @ ('\'' | '`')) if (q == '`') == back => {
                self.c.next();
                let mut code = Word::default();
                while let Some(c) = self.c.peek() {
                    if c == q && self.c.look(1).is_none_or(|c| c == ')' || c.is_whitespace()) {
                        break;
                    }
                    if matches!(c, '%' | '!') && self.expansion(&mut code) {
                        continue;
                    }
                    self.c.next();
                    if c != '^' {
                        code.push(c);
                    }
                }
                self.c.next();
                self.c.until(")");
                call("op output", vec![Expr::Str(code.pieces)])
            }
            Some('"' | '\'') => {
                let text = self.word(false);
                self.c.until(")");
                call("op tokens", vec![text.expr()])
            }
            _ => {
                let file = self.word(false);
                self.c.until(")");
                call("op lines", vec![file.expr()])
            }
        }
    }
}

/// `del/s` and `cd\x`, for the commands of the shell itself.
fn split_glued(text: &str) -> Option<(String, String)> {
    let at = text.find(['/', '\\', '.'])?;
    let (name, rest) = text.split_at(at);
    let own = matches!(
        name.to_ascii_lowercase().as_str(),
        "del"
            | "erase"
            | "rd"
            | "rmdir"
            | "cd"
            | "chdir"
            | "md"
            | "mkdir"
            | "dir"
            | "copy"
            | "move"
            | "type"
            | "echo"
            | "start"
    );
    own.then(|| (name.to_owned(), rest.to_owned()))
}

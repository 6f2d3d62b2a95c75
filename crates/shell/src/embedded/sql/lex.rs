//! Statements and tokens.

use super::super::lex::Chars;
use crate::holes::is_hole;

/// What differs between databases and matters for where a statement ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// The standard, and whatever we do not know.
    Standard,
    /// Nested comments, `\` commands.
    Postgres,
    /// Backslash escapes, `#` comments.
    Mysql,
    /// `.` commands.
    Sqlite,
}

impl Dialect {
    /// The dialect of a client.
    pub(super) fn of(client: &str) -> Self {
        let client = client.to_ascii_lowercase();
        let has = |names: &[&str]| names.iter().any(|n| client.contains(n));
        if has(&[
            "psql",
            "postgres",
            "pgcli",
            "cockroach",
            "redshift",
            "psycopg",
        ]) {
            Self::Postgres
        } else if has(&["mysql", "mariadb", "mycli", "tidb"]) {
            Self::Mysql
        } else if has(&["sqlite", "duckdb", "litecli", "turso"]) {
            Self::Sqlite
        } else {
            Self::Standard
        }
    }
}

/// A token of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A word in upper case, and as written.
    Word(String, String),
    /// A quoted identifier.
    Quoted(String),
    Text(String),
    Number(String),
    Punct(char),
    Hole(char),
}

impl Token {
    pub(super) fn is(&self, word: &str) -> bool {
        matches!(self, Self::Word(upper, _) if upper == word)
    }

    pub(super) fn is_punct(&self, c: char) -> bool {
        *self == Self::Punct(c)
    }
}

/// A statement, or a line that is for the client itself.
pub(super) enum Piece {
    Statement(Vec<Token>),
    Meta(String),
}

/// Reads a text piece by piece.
pub(super) struct Lexer {
    chars: Chars,
    dialect: Dialect,
    line_start: bool,
}

impl Lexer {
    pub(super) fn new(text: &str, dialect: Dialect) -> Self {
        Self {
            chars: Chars::new(text),
            dialect,
            line_start: true,
        }
    }

    /// Passes over the rows that follow `COPY … FROM STDIN`.
    pub(super) fn skip_copy_data(&mut self) {
        self.chars.skip_line();
        while self.chars.next().is_some() {
            if self.chars.starts("\\.") {
                self.chars.skip_line();
                return;
            }
            self.chars.skip_line();
        }
    }

    pub(super) fn next_piece(&mut self) -> Option<Piece> {
        let mut out: Vec<Token> = Vec::new();
        // The body of a trigger or procedure has semicolons of its own.
        let mut compound = false;
        let mut blocks = 0_usize;
        loop {
            let Some(c) = self.chars.peek() else {
                return (!out.is_empty()).then_some(Piece::Statement(out));
            };
            if out.is_empty()
                && let Some(line) = self.meta_line(c)
            {
                return Some(Piece::Meta(line));
            }
            match c {
                '\n' => {
                    self.chars.next();
                    self.line_start = true;
                    continue;
                }
                c if c.is_whitespace() => {
                    self.chars.next();
                    continue;
                }
                ';' if !(compound && blocks > 0) => {
                    self.chars.next();
                    if !out.is_empty() {
                        return Some(Piece::Statement(out));
                    }
                    continue;
                }
                '\\' if !out.is_empty() => {
                    // `\g`, `\gexec`, `\G` end a statement; `\!` follows one.
                    let line = self.take_line();
                    let ends = line.starts_with("\\g") || line.starts_with("\\G");
                    if ends && !line.starts_with("\\gexec") {
                        return Some(Piece::Statement(out));
                    }
                    if line.starts_with("\\gexec") {
                        // What the query returns is run.
                        out.insert(0, Token::Word("EXECUTE".into(), "EXECUTE".into()));
                        return Some(Piece::Statement(out));
                    }
                    let mut rest = Chars::new("");
                    std::mem::swap(&mut rest, &mut self.chars);
                    rest.at -= line.chars().count();
                    self.chars = rest;
                    return Some(Piece::Statement(out));
                }
                _ => {}
            }
            let first_on_line = self.line_start;
            self.line_start = false;
            let before = out.len();
            self.token(&mut out);
            if let Some(Token::Word(upper, _)) = out.last().filter(|_| out.len() > before) {
                match upper.as_str() {
                    "GO" if first_on_line && self.alone() => {
                        out.pop();
                        if !out.is_empty() {
                            return Some(Piece::Statement(out));
                        }
                    }
                    "TRIGGER" | "PROCEDURE" | "FUNCTION" | "EVENT"
                        if out.first().is_some_and(|t| t.is("CREATE")) =>
                    {
                        compound = true;
                    }
                    "BEGIN" | "CASE" if compound => blocks += 1,
                    "END" if compound => blocks = blocks.saturating_sub(1),
                    _ => {}
                }
            }
        }
    }

    /// Nothing else on this line.
    fn alone(&self) -> bool {
        let mut ahead = 0;
        while let Some(c) = self.chars.look(ahead) {
            if c == '\n' {
                return true;
            }
            if !c.is_whitespace() {
                return false;
            }
            ahead += 1;
        }
        true
    }

    /// A line for the client, at the beginning of a statement.
    fn meta_line(&mut self, c: char) -> Option<String> {
        match c {
            '\\' => Some(self.take_line()),
            '.' if self.dialect != Dialect::Postgres
                && self.chars.look(1).is_some_and(char::is_alphabetic) =>
            {
                Some(self.take_line())
            }
            's' | 'S' | 't' | 'T' | 'p' | 'P' | 'n' | 'N' | 'h' | 'H' | '!' | ':' | '@' => {
                let mut word = String::new();
                let mut ahead = 0;
                while let Some(c) = self.chars.look(ahead).filter(|c| c.is_alphabetic()) {
                    word.push(c.to_ascii_lowercase());
                    ahead += 1;
                }
                let mysql = self.dialect == Dialect::Mysql
                    && matches!(
                        word.as_str(),
                        "system" | "source" | "tee" | "pager" | "nopager" | "notee"
                    );
                let others = self.dialect == Dialect::Standard
                    && (self.chars.starts("!!")
                        || self.chars.starts(":!!")
                        || self.chars.starts(":r ")
                        || (word == "host" && self.chars.look(4) == Some(' ')));
                (mysql || others).then(|| self.take_line())
            }
            _ => None,
        }
    }

    fn take_line(&mut self) -> String {
        self.line_start = true;
        // Quotes in a client's line may hold anything but line ends.
        self.chars.take_while(|c| c != '\n')
    }

    fn token(&mut self, out: &mut Vec<Token>) {
        let Some(c) = self.chars.next() else {
            return;
        };
        let next = self.chars.peek();
        let mysql = self.dialect == Dialect::Mysql;
        match c {
            '-' if next == Some('-')
                && (!mysql || self.chars.look(1).is_none_or(char::is_whitespace)) =>
            {
                self.chars.skip_line();
            }
            '#' if mysql => self.chars.skip_line(),
            '/' if next == Some('*') => {
                self.chars.next();
                self.comment();
            }
            '*' if next == Some('/') => {
                // The end of a comment whose inside is code.
                self.chars.next();
            }
            '\'' => {
                let text = self.quoted('\'', mysql);
                out.push(Token::Text(text));
            }
            '"' => {
                let text = self.quoted('"', mysql);
                out.push(Token::Quoted(text));
            }
            '`' => {
                let text = self.quoted('`', false);
                out.push(Token::Quoted(text));
            }
            '$' if !mysql => self.dollar(out),
            c if is_hole(c) => out.push(Token::Hole(c)),
            c if c.is_ascii_digit() => {
                let mut text = String::from(c);
                text.push_str(
                    &self
                        .chars
                        .take_while(|c| c.is_ascii_alphanumeric() || c == '.'),
                );
                out.push(Token::Number(text));
            }
            c if c.is_alphanumeric() || c == '_' => {
                if matches!(c, 'E' | 'e') && next == Some('\'') {
                    self.chars.next();
                    let text = self.quoted('\'', true);
                    out.push(Token::Text(text));
                    return;
                }
                if matches!(c, 'N' | 'n' | 'B' | 'b' | 'X' | 'x') && next == Some('\'') {
                    return;
                }
                let mut text = String::from(c);
                text.push_str(&self.chars.take_while(|c| {
                    (c.is_alphanumeric() || matches!(c, '_' | '$')) && !is_hole(c)
                }));
                out.push(Token::Word(text.to_ascii_uppercase(), text));
            }
            c => out.push(Token::Punct(c)),
        }
    }

    fn comment(&mut self) {
        let executable = self.chars.eat('!') || self.chars.eat_str("M!");
        if executable {
            // `/*!50000 code */`: code to MySQL and MariaDB.
            self.chars.take_while(|c| c.is_ascii_digit());
            return;
        }
        let nested = self.dialect == Dialect::Postgres;
        let mut depth = 1_usize;
        while self.chars.peek().is_some() {
            if self.chars.eat_str("*/") {
                depth -= 1;
                if depth == 0 {
                    return;
                }
            } else if nested && self.chars.eat_str("/*") {
                depth += 1;
            } else {
                self.chars.next();
            }
        }
    }

    fn quoted(&mut self, quote: char, backslash: bool) -> String {
        let mut out = String::new();
        while let Some(c) = self.chars.next() {
            if c == '\\' && backslash {
                out.extend(self.chars.escape());
            } else if c == quote {
                if !self.chars.eat(quote) {
                    break;
                }
                out.push(quote);
            } else {
                out.push(c);
            }
        }
        out
    }

    /// `$tag$ … $tag$`, or a parameter.
    fn dollar(&mut self, out: &mut Vec<Token>) {
        let mut ahead = 0;
        let mut tag = String::from("$");
        while let Some(c) = self.chars.look(ahead) {
            if c == '$' {
                tag.push('$');
                self.chars.at += ahead + 1;
                let body = self.chars.until(&tag);
                out.push(Token::Text(body));
                return;
            }
            let fits = c == '_' || c.is_alphabetic() || (ahead > 0 && c.is_alphanumeric());
            if !fits || ahead > 63 {
                break;
            }
            tag.push(c);
            ahead += 1;
        }
        self.chars.take_while(|c| c.is_ascii_digit());
        out.push(Token::Punct('$'));
    }
}

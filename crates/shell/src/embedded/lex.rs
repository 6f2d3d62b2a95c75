//! Tokens shared by the parsers, and the pieces lexers are made of.

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tok {
    Name(String),
    /// `None`: not an integer, or too large.
    Num(Option<i64>),
    Str(Vec<Raw>),
    /// A command for the shell: backticks and their like.
    Shell(Vec<Raw>),
    Regex,
    Op(&'static str),
    Newline,
    Indent,
    Dedent,
    /// Code that is not known.
    Hole(char),
}

/// A piece of a string literal; code in it is not parsed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Raw {
    Text(String),
    Code(String),
}

/// Reads characters without ever looking out of bounds.
#[derive(Debug)]
pub(super) struct Chars {
    text: Vec<char>,
    pub(super) at: usize,
}

impl Chars {
    pub(super) fn new(text: &str) -> Self {
        Self {
            text: text.chars().collect(),
            at: 0,
        }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.look(0)
    }

    pub(super) fn look(&self, ahead: usize) -> Option<char> {
        self.text.get(self.at + ahead).copied()
    }

    pub(super) fn back(&self, behind: usize) -> Option<char> {
        self.at
            .checked_sub(behind)
            .and_then(|at| self.text.get(at))
            .copied()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    pub(super) fn eat(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        if found {
            self.at += 1;
        }
        found
    }

    pub(super) fn starts(&self, text: &str) -> bool {
        text.chars()
            .enumerate()
            .all(|(i, c)| self.look(i) == Some(c))
    }

    pub(super) fn eat_str(&mut self, text: &str) -> bool {
        let found = self.starts(text);
        if found {
            self.at += text.chars().count();
        }
        found
    }

    pub(super) fn take_while(&mut self, mut wanted: impl FnMut(char) -> bool) -> String {
        let mut out = String::new();
        while let Some(c) = self.peek().filter(|c| wanted(*c)) {
            out.push(c);
            self.at += 1;
        }
        out
    }

    pub(super) fn skip_line(&mut self) {
        while self.peek().is_some_and(|c| c != '\n') {
            self.at += 1;
        }
    }

    /// The text up to `end`, which is consumed too.
    pub(super) fn until(&mut self, end: &str) -> String {
        let mut out = String::new();
        while self.peek().is_some() {
            if self.eat_str(end) {
                break;
            }
            out.extend(self.next());
        }
        out
    }

    /// The first of these operators that comes next; longest first.
    pub(super) fn operator(&mut self, known: &[&'static str]) -> Option<&'static str> {
        let found = known.iter().copied().find(|op| self.starts(op))?;
        self.at += found.chars().count();
        Some(found)
    }

    /// Code inside braces, nested ones and strings respected; the opening
    /// brace is consumed already.
    pub(super) fn braced(&mut self) -> String {
        let mut out = String::new();
        let mut depth = 1_usize;
        let mut quote: Option<char> = None;
        while let Some(c) = self.next() {
            match (quote, c) {
                (Some(_), '\\') => {
                    out.push(c);
                    out.extend(self.next());
                    continue;
                }
                (Some(q), c) if c == q => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"' | '`') => quote = Some(c),
                (None, '{') => depth += 1,
                (None, '}') => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                _ => {}
            }
            out.push(c);
        }
        out
    }

    /// Up to `most` digits of this base as a number.
    pub(super) fn digits(&mut self, base: u32, most: usize) -> Option<u32> {
        let mut value = None;
        for _ in 0..most {
            let Some(d) = self.peek().and_then(|c| c.to_digit(base)) else {
                break;
            };
            value = Some(
                value
                    .unwrap_or(0_u32)
                    .saturating_mul(base)
                    .saturating_add(d),
            );
            self.at += 1;
        }
        value
    }

    /// A number literal of a C-like language.
    pub(super) fn number(&mut self) -> Option<i64> {
        if self.peek() == Some('0') {
            let base = match self.look(1) {
                Some('x' | 'X') => 16,
                Some('o' | 'O') => 8,
                Some('b' | 'B') => 2,
                _ => 10,
            };
            if base != 10 {
                self.at += 2;
                let text = self.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
                return i64::from_str_radix(&text.replace(['_', 'n'], ""), base).ok();
            }
        }
        let mut text = self.take_while(|c| c.is_ascii_digit() || c == '_');
        if self.peek() == Some('.') && self.look(1).is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
            self.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
            return None;
        }
        let suffix = self.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
        if !matches!(suffix.as_str(), "" | "n" | "L" | "l") {
            text.push('x');
        }
        text.replace('_', "").parse().ok()
    }

    /// The character a backslash escape stands for; the backslash is
    /// consumed already. `None`: nothing (a continued line).
    pub(super) fn escape(&mut self) -> Option<char> {
        let c = self.next()?;
        let code = |n: Option<u32>| n.and_then(char::from_u32).or(Some('\u{FFFD}'));
        match c {
            'n' => Some('\n'),
            't' => Some('\t'),
            'r' => Some('\r'),
            'b' => Some('\u{8}'),
            'f' => Some('\u{c}'),
            'v' => Some('\u{b}'),
            'a' => Some('\u{7}'),
            'e' => Some('\u{1b}'),
            'x' => code(self.digits(16, 2)),
            'u' if self.eat('{') => {
                let value = self.digits(16, 6);
                self.eat('}');
                code(value)
            }
            'u' => code(self.digits(16, 4)),
            'U' => code(self.digits(16, 8)),
            // A character by its name: not looked up.
            'N' if self.eat('{') => {
                while self.next().is_some_and(|c| c != '}') {}
                Some(crate::holes::ANY)
            }
            '0'..='7' => {
                self.at -= 1;
                code(self.digits(8, 3))
            }
            '\n' => None,
            other => Some(other),
        }
    }
}

/// Whether a name may begin with this.
pub(super) fn is_name_start(c: char) -> bool {
    c == '_' || c == '$' || c.is_alphabetic()
}

/// Whether a name may go on with this.
pub(super) fn is_name(c: char) -> bool {
    is_name_start(c) || c.is_alphanumeric()
}

//! Strings in all their spellings: quotes, `q()`, `%w()`, here-documents,
//! and what is spliced into them.

use super::super::super::lex::{Chars, Raw, Tok};
use super::super::super::machine::Grammar;
use super::{Heredoc, Lexer};

impl Lexer {
    /// Perl's `q qq qw qx m qr s tr y`.
    pub(super) fn quote_like(&mut self, name: &str) -> bool {
        if !matches!(
            name,
            "q" | "qq" | "qw" | "qx" | "m" | "qr" | "s" | "tr" | "y"
        ) {
            return false;
        }
        let mut ahead = 0;
        while self.chars.look(ahead).is_some_and(char::is_whitespace) {
            ahead += 1;
        }
        let Some(open) = self.chars.look(ahead) else {
            return false;
        };
        let arrow = open == '=' && self.chars.look(ahead + 1) == Some('>');
        if open.is_alphanumeric()
            || matches!(open, '_' | ',' | ';' | ')')
            || arrow
            || (open == '=' && ahead > 0)
            || (open == '#' && ahead > 0)
        {
            return false;
        }
        self.chars.at += ahead + 1;
        match name {
            "q" => {
                let text = self.delimited(open);
                self.text(text);
            }
            "qw" => {
                let text = self.delimited(open);
                self.words(&text);
            }
            "qq" => {
                let raw = self.double(closing(open), nesting(open));
                self.out.push(Tok::Str(raw));
            }
            "qx" => {
                if open == '\'' {
                    let text = self.delimited(open);
                    self.out.push(Tok::Shell(vec![Raw::Text(text)]));
                } else {
                    let raw = self.double(closing(open), nesting(open));
                    self.out.push(Tok::Shell(raw));
                }
            }
            "m" | "qr" => {
                self.delimited(open);
                self.chars.take_while(|c| c.is_ascii_alphabetic());
                self.out.push(Tok::Regex);
            }
            _ => {
                self.delimited(open);
                if nesting(open).is_some() {
                    self.chars.take_while(char::is_whitespace);
                    if let Some(second) = self.chars.next() {
                        return self.replacement(second);
                    }
                    return true;
                }
                return self.replacement(open);
            }
        }
        true
    }

    /// The second part of `s///`: code when the flag `e` is there.
    pub(super) fn replacement(&mut self, open: char) -> bool {
        let text = self.delimited(open);
        let flags = self.chars.take_while(|c| c.is_ascii_alphabetic());
        if flags.contains('e') {
            self.out.push(Tok::Op(";"));
            self.out.push(Tok::Name("eval".into()));
            self.out.push(Tok::Op("("));
            self.text(text);
            self.out.push(Tok::Op(")"));
        } else {
            // Unlike a match, this makes another text.
            if !matches!(self.out.last(), Some(Tok::Op("=~" | "!~"))) {
                self.out.push(Tok::Name("$_".into()));
                self.out.push(Tok::Op("="));
            }
            self.out.push(Tok::Num(None));
        }
        true
    }

    /// Text up to the closing delimiter, nested ones respected.
    pub(super) fn delimited(&mut self, open: char) -> String {
        let close = closing(open);
        let nests = nesting(open).is_some();
        let mut depth = 1_usize;
        let mut out = String::new();
        while let Some(c) = self.chars.next() {
            if c == '\\' {
                match self.chars.next() {
                    Some(e) if e == close || e == open || e == '\\' => out.push(e),
                    Some(e) => {
                        out.push('\\');
                        out.push(e);
                    }
                    None => {}
                }
                continue;
            }
            if nests && c == open {
                depth += 1;
            } else if c == close {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            out.push(c);
        }
        out
    }

    pub(super) fn words(&mut self, text: &str) {
        // `exec qw(a b)`: a list, not a place in one.
        let called = matches!(self.out.last(), Some(Tok::Name(n)) if !n.starts_with(['$', '@']));
        self.out.push(Tok::Op(if called { "(" } else { "[" }));
        for word in text.split_whitespace().take(512) {
            self.text(word.to_owned());
            self.out.push(Tok::Op(","));
        }
        self.out.push(Tok::Op(if called { ")" } else { "]" }));
    }

    /// `%w(a b)`, `%q(…)`, `%x(…)` of Ruby.
    pub(super) fn percent(&mut self) -> bool {
        let kind = self.chars.look(1);
        let (kind, skip) = match kind {
            Some(k @ ('w' | 'W' | 'q' | 'Q' | 'x' | 'i' | 'I' | 'r' | 's')) => (k, 2),
            Some('(' | '[' | '{' | '<' | '|') => ('Q', 1),
            _ => return false,
        };
        let Some(open) = self
            .chars
            .look(skip)
            .filter(|c| !c.is_alphanumeric() && !c.is_whitespace())
        else {
            return false;
        };
        self.chars.at += skip + 1;
        match kind {
            'w' | 'W' | 'i' | 'I' => {
                let text = self.delimited(open);
                self.words(&text);
            }
            'q' | 's' => {
                let text = self.delimited(open);
                self.text(text);
            }
            'x' => {
                let raw = self.double(closing(open), nesting(open));
                self.out.push(Tok::Shell(raw));
            }
            'r' => {
                self.delimited(open);
                self.out.push(Tok::Regex);
            }
            _ => {
                let raw = self.double(closing(open), nesting(open));
                self.out.push(Tok::Str(raw));
            }
        }
        true
    }

    /// `<STDIN>`, `<$fh>`, `<*.c>` of Perl.
    pub(super) fn angle(&mut self) -> bool {
        let mut text = String::new();
        let mut ahead = 1;
        while let Some(c) = self.chars.look(ahead) {
            if c == '>' {
                self.chars.at += ahead + 1;
                let handle = text
                    .chars()
                    .all(|c| c.is_alphanumeric() || c == '_' || c == '$');
                self.out.push(Tok::Name(
                    if handle && (text.is_empty() || text == "STDIN") {
                        "STDIN".into()
                    } else if handle {
                        "readline".into()
                    } else {
                        "glob".into()
                    },
                ));
                if !handle {
                    self.out.push(Tok::Op("("));
                    self.text(text);
                    self.out.push(Tok::Op(")"));
                }
                return true;
            }
            if c.is_whitespace() || ahead > 80 {
                return false;
            }
            text.push(c);
            ahead += 1;
        }
        false
    }

    pub(super) fn bracket_here(&self) -> bool {
        let mut ahead = 1;
        while self.chars.look(ahead) == Some('=') {
            ahead += 1;
        }
        self.chars.look(ahead) == Some('[')
    }

    /// `[[` or `[==[` of Lua, and what ends it.
    pub(super) fn long_bracket(&mut self) -> Option<String> {
        if self.chars.peek() != Some('[') || !self.bracket_here() {
            return None;
        }
        self.chars.next();
        let level = self.chars.take_while(|c| c == '=');
        self.chars.next();
        Some(format!("]{level}]"))
    }

    pub(super) fn single(&mut self, quote: char, escapes: bool) -> String {
        let mut out = String::new();
        while let Some(c) = self.chars.next() {
            if c == quote {
                break;
            }
            if c == '\\' {
                if escapes {
                    // Lua counts in decimal.
                    if self.chars.peek().is_some_and(|c| c.is_ascii_digit()) {
                        let n = self.chars.digits(10, 3);
                        out.extend(n.and_then(char::from_u32));
                    } else {
                        out.extend(self.chars.escape());
                    }
                } else {
                    match self.chars.next() {
                        Some(e) if e == quote || e == '\\' => out.push(e),
                        Some(e) => {
                            out.push('\\');
                            out.push(e);
                        }
                        None => {}
                    }
                }
                continue;
            }
            out.push(c);
        }
        out
    }

    /// A string with code in it, up to `quote`.
    pub(super) fn double(&mut self, quote: char, open: Option<char>) -> Vec<Raw> {
        let mut pieces = Vec::new();
        let mut text = String::new();
        let mut depth = 1_usize;
        let ruby = self.grammar == Grammar::Ruby;
        while let Some(c) = self.chars.next() {
            if open == Some(c) {
                depth += 1;
            } else if c == quote {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            let code = match c {
                '\\' => {
                    text.extend(self.chars.escape());
                    continue;
                }
                '#' if ruby && self.chars.eat('{') => Some(self.chars.braced()),
                '#' if ruby => None,
                '$' | '@' if !ruby && (c == '$' || self.grammar == Grammar::Perl) => {
                    self.spliced(c)
                }
                '{' if self.grammar == Grammar::Php && self.chars.peek() == Some('$') => {
                    Some(self.chars.braced())
                }
                _ => None,
            };
            match code {
                Some(code) => {
                    pieces.push(Raw::Text(std::mem::take(&mut text)));
                    pieces.push(Raw::Code(code));
                }
                None => text.push(c),
            }
        }
        pieces.push(Raw::Text(text));
        pieces
    }

    /// `$x`, `${x}`, `$x[0]`, `$x->{y}`, `@{[ … ]}` inside a string.
    pub(super) fn spliced(&mut self, sigil: char) -> Option<String> {
        if self.chars.peek() == Some('{') {
            self.chars.next();
            let inner = self.chars.braced();
            let inner = inner.trim();
            let list = inner.strip_prefix('[').and_then(|i| i.strip_suffix(']'));
            return Some(match list {
                Some(list) => list.to_owned(),
                None if inner.starts_with(['$', '\\']) => inner.trim_start_matches('\\').to_owned(),
                None => format!("${inner}"),
            });
        }
        if !self
            .chars
            .peek()
            .is_some_and(|c| c.is_alphabetic() || c == '_')
        {
            return None;
        }
        let mut code = String::from(sigil);
        code.push_str(&self.chars.take_while(|c| c.is_alphanumeric() || c == '_'));
        // Subscripts belong to it.
        loop {
            let arrow = self.chars.starts("->[") || self.chars.starts("->{");
            let open = if arrow {
                self.chars.look(2)
            } else {
                self.chars.peek()
            };
            match open {
                Some('{') if arrow || self.grammar == Grammar::Perl => {
                    if arrow {
                        self.chars.at += 2;
                    }
                    self.chars.next();
                    let inner = self.chars.braced();
                    code.push_str(&format!("{{{inner}}}"));
                }
                Some('[') => {
                    let mut ahead = usize::from(arrow) * 2 + 1;
                    let mut inner = String::new();
                    while let Some(c) = self
                        .chars
                        .look(ahead)
                        .filter(|c| *c != ']' && *c != '\n' && ahead < 80)
                    {
                        inner.push(c);
                        ahead += 1;
                    }
                    if self.chars.look(ahead) != Some(']') || inner.contains(' ') {
                        return Some(code);
                    }
                    self.chars.at += ahead + 1;
                    // Bare words are keys in PHP.
                    if inner.chars().all(|c| c.is_alphanumeric() || c == '_')
                        && !inner.chars().all(|c| c.is_ascii_digit())
                    {
                        inner = format!("'{inner}'");
                    }
                    code.push_str(&format!("[{inner}]"));
                }
                _ => return Some(code),
            }
        }
    }

    /// `<<~EOS`, `<<"EOS"`, `<<<EOS`.
    pub(super) fn heredoc(&mut self) -> bool {
        let php = self.grammar == Grammar::Php;
        let start = if php { "<<<" } else { "<<" };
        if self.grammar == Grammar::Lua || !self.chars.starts(start) {
            return false;
        }
        let mut ahead = start.len();
        while matches!(self.chars.look(ahead), Some('~' | '-'))
            || (php && self.chars.look(ahead) == Some(' '))
        {
            ahead += 1;
        }
        let quote = self.chars.look(ahead).filter(|c| matches!(c, '\'' | '"'));
        if quote.is_some() {
            ahead += 1;
        }
        let mut end = String::new();
        while let Some(c) = self
            .chars
            .look(ahead)
            .filter(|c| c.is_alphanumeric() || *c == '_')
        {
            end.push(c);
            ahead += 1;
        }
        if !end.starts_with(|c: char| c.is_uppercase() || c == '_') && quote.is_none() {
            return false;
        }
        if quote.is_some() {
            if self.chars.look(ahead) != quote || end.is_empty() {
                return false;
            }
            ahead += 1;
        }
        self.chars.at += ahead;
        self.heredocs.push(Heredoc {
            token: self.out.len(),
            end,
            interpolated: quote != Some('\''),
        });
        self.out.push(Tok::Str(vec![Raw::Text(String::new())]));
        true
    }

    pub(super) fn heredoc_bodies(&mut self) {
        for doc in std::mem::take(&mut self.heredocs) {
            let mut body = String::new();
            while self.chars.peek().is_some() {
                let line = self.chars.take_while(|c| c != '\n');
                self.chars.next();
                if line.trim().trim_end_matches([';', ',', ')']) == doc.end {
                    break;
                }
                body.push_str(&line);
                body.push('\n');
            }
            let raw = if doc.interpolated {
                // Read again as the inside of a string that nothing ends.
                let outer = std::mem::replace(&mut self.chars, Chars::new(&body));
                let raw = self.double('\u{0}', None);
                self.chars = outer;
                raw
            } else {
                vec![Raw::Text(body)]
            };
            if let Some(token) = self.out.get_mut(doc.token) {
                *token = Tok::Str(raw);
            }
        }
    }
}

const fn closing(open: char) -> char {
    match open {
        '(' => ')',
        '[' => ']',
        '{' => '}',
        '<' => '>',
        other => other,
    }
}

const fn nesting(open: char) -> Option<char> {
    match open {
        '(' | '[' | '{' | '<' => Some(open),
        _ => None,
    }
}

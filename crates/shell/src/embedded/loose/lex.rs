//! Tokens of Ruby, Perl, PHP and Lua: strings, comments, interpolation.
//!
//! These four differ in what quotes text and in what is spliced into it;
//! the rest is alike enough for one lexer.

use super::super::lex::{Chars, Raw, Tok};
use super::super::machine::Grammar;
use crate::holes::is_hole;

const OPERATORS: &[&str] = &[
    "<=>", "===", "!==", "**=", "||=", "&&=", "//=", "??=", "...", "<<=", ">>=", "..=", "=>", "->",
    "::", "==", "!=", "~=", "=~", "!~", "<=", ">=", "&&", "||", "??", "//", "..", "++", "--", "+=",
    "-=", "*=", "/=", ".=", "%=", "|=", "&=", "^=", "**", "<<", ">>", "&.", "?->", "+", "-", "*",
    "/", "%", "&", "|", "^", "~", "!", "<", ">", "(", ")", "[", "]", "{", "}", ",", ":", ".", ";",
    "=", "?", "@", "#", "\\",
];

/// Splits source. Stops quietly after `most` tokens: `false`.
pub(super) fn tokens(code: &str, grammar: Grammar, most: usize) -> (Vec<Tok>, bool) {
    let mut lexer = Lexer {
        chars: Chars::new(code),
        out: Vec::new(),
        grammar,
        heredocs: Vec::new(),
    };
    let complete = lexer.run(most);
    (lexer.out, complete)
}

struct Heredoc {
    /// Index of the token its text goes to.
    token: usize,
    end: String,
    interpolated: bool,
}

struct Lexer {
    chars: Chars,
    out: Vec<Tok>,
    grammar: Grammar,
    heredocs: Vec<Heredoc>,
}

impl Lexer {
    fn run(&mut self, most: usize) -> bool {
        let (ruby, perl, php, lua) = (
            self.grammar == Grammar::Ruby,
            self.grammar == Grammar::Perl,
            self.grammar == Grammar::Php,
            self.grammar == Grammar::Lua,
        );
        if self.chars.starts("#!") {
            self.chars.skip_line();
        }
        while let Some(c) = self.chars.peek() {
            if self.out.len() >= most {
                return false;
            }
            match c {
                '\n' => {
                    self.chars.next();
                    if !matches!(self.out.last(), None | Some(Tok::Newline)) {
                        self.out.push(Tok::Newline);
                    }
                    self.heredoc_bodies();
                    if (ruby && self.chars.starts("=begin")) || (perl && self.chars.starts("=")) {
                        let end = if ruby { "\n=end" } else { "\n=cut" };
                        self.chars.until(end);
                        self.chars.skip_line();
                    }
                }
                c if c.is_whitespace() => {
                    self.chars.next();
                }
                '#' if !(lua || php && self.chars.look(1) == Some('[')) => self.chars.skip_line(),
                '-' if lua && self.chars.look(1) == Some('-') => {
                    self.chars.at += 2;
                    if let Some(end) = self.long_bracket() {
                        self.chars.until(&end);
                    } else {
                        self.chars.skip_line();
                    }
                }
                '/' if php && self.chars.look(1) == Some('/') => self.chars.skip_line(),
                '/' if php && self.chars.look(1) == Some('*') => {
                    self.chars.at += 2;
                    self.chars.until("*/");
                }
                '<' if php && self.chars.starts("<?") => {
                    self.chars.at += 2;
                    self.chars.eat_str("php");
                    if self.chars.eat('=') {
                        self.out.push(Tok::Name("echo".into()));
                    }
                }
                '?' if php && self.chars.starts("?>") => {
                    // Text of the page up to the next tag.
                    self.chars.until("<?");
                    self.chars.eat_str("php");
                    self.out.push(Tok::Op(";"));
                }
                '\'' => {
                    self.chars.next();
                    let text = self.single('\'', lua);
                    self.text(text);
                }
                '"' => {
                    self.chars.next();
                    if lua {
                        let text = self.single('"', true);
                        self.text(text);
                    } else {
                        let raw = self.double('"', None);
                        self.out.push(Tok::Str(raw));
                    }
                }
                '`' if !lua => {
                    self.chars.next();
                    let raw = self.double('`', None);
                    self.out.push(Tok::Shell(raw));
                }
                '[' if lua && self.bracket_here() => {
                    if let Some(end) = self.long_bracket() {
                        let text = self.chars.until(&end);
                        self.text(text);
                    }
                }
                '<' if self.heredoc() => {}
                '<' if perl && self.operand_expected() && self.angle() => {}
                '%' if ruby && self.operand_expected() && self.percent() => {}
                '/' if (ruby || perl) && self.operand_expected() => {
                    self.chars.next();
                    self.single('/', false);
                    self.chars.take_while(|c| c.is_ascii_alphabetic());
                    self.out.push(Tok::Regex);
                }
                ':' if ruby
                    && self
                        .chars
                        .look(1)
                        .is_some_and(|c| c.is_alphabetic() || c == '_')
                    && self.chars.back(1) != Some(':') =>
                {
                    self.chars.next();
                    let name = self.chars.take_while(|c| c.is_alphanumeric() || c == '_');
                    self.text(name);
                }
                '$' if !lua => self.variable(),
                '@' if ruby || perl => self.variable(),
                '%' if perl
                    && self.operand_expected()
                    && self
                        .chars
                        .look(1)
                        .is_some_and(|c| c.is_alphabetic() || c == '_') =>
                {
                    self.variable();
                }
                c if c.is_ascii_digit() => {
                    // `1..5` is a range.
                    let n = self.chars.number();
                    self.out.push(Tok::Num(n));
                }
                c if is_hole(c) => {
                    self.chars.next();
                    self.out.push(Tok::Hole(c));
                }
                c if c.is_alphabetic() || c == '_' => self.name(),
                _ => match self.chars.operator(OPERATORS) {
                    Some(op) => self.out.push(Tok::Op(op)),
                    None => {
                        self.chars.next();
                    }
                },
            }
        }
        true
    }

    fn text(&mut self, text: String) {
        self.out.push(Tok::Str(vec![Raw::Text(text)]));
    }

    /// Whether an operand, not an operator, comes next.
    fn operand_expected(&self) -> bool {
        match self.out.last() {
            None | Some(Tok::Newline) => true,
            Some(Tok::Op(op)) => !matches!(*op, ")" | "]" | "}"),
            Some(Tok::Name(name)) => {
                matches!(
                    name.as_str(),
                    "if" | "unless"
                        | "and"
                        | "or"
                        | "not"
                        | "return"
                        | "split"
                        | "grep"
                        | "while"
                        | "until"
                        | "when"
                        | "puts"
                        | "print"
                        | "unlink"
                        | "x"
                        | "join"
                        | "map"
                        | "system"
                        | "exec"
                )
            }
            Some(_) => false,
        }
    }

    fn name(&mut self) {
        let (ruby, perl) = (self.grammar == Grammar::Ruby, self.grammar == Grammar::Perl);
        let mut name = self
            .chars
            .take_while(|c| (c.is_alphanumeric() || c == '_') && !is_hole(c));
        if ruby && matches!(self.chars.peek(), Some('?' | '!')) && self.chars.look(1) != Some('=') {
            name.extend(self.chars.next());
        }
        if perl {
            while self.chars.starts("::") {
                self.chars.at += 2;
                name.push_str("::");
                name.push_str(&self.chars.take_while(|c| c.is_alphanumeric() || c == '_'));
            }
            let after_arrow = matches!(self.out.last(), Some(Tok::Op("->" | "{" | "&")))
                && self.chars.peek() == Some('}')
                || matches!(self.out.last(), Some(Tok::Op("->")));
            if !after_arrow && self.quote_like(&name) {
                return;
            }
            if name == "__END__" || name == "__DATA__" {
                self.chars.until("\u{0}\u{0}");
                return;
            }
        }
        self.out.push(Tok::Name(name));
    }

    /// Perl's `q qq qw qx m qr s tr y`.
    fn quote_like(&mut self, name: &str) -> bool {
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
    fn replacement(&mut self, open: char) -> bool {
        let text = self.delimited(open);
        let flags = self.chars.take_while(|c| c.is_ascii_alphabetic());
        if flags.contains('e') {
            self.out.push(Tok::Op(";"));
            self.out.push(Tok::Name("eval".into()));
            self.out.push(Tok::Op("("));
            self.text(text);
            self.out.push(Tok::Op(")"));
        } else {
            self.out.push(Tok::Regex);
        }
        true
    }

    /// Text up to the closing delimiter, nested ones respected.
    fn delimited(&mut self, open: char) -> String {
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

    fn words(&mut self, text: &str) {
        self.out.push(Tok::Op("["));
        for word in text.split_whitespace().take(512) {
            self.text(word.to_owned());
            self.out.push(Tok::Op(","));
        }
        self.out.push(Tok::Op("]"));
    }

    /// `%w(a b)`, `%q(…)`, `%x(…)` of Ruby.
    fn percent(&mut self) -> bool {
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
    fn angle(&mut self) -> bool {
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

    fn bracket_here(&self) -> bool {
        let mut ahead = 1;
        while self.chars.look(ahead) == Some('=') {
            ahead += 1;
        }
        self.chars.look(ahead) == Some('[')
    }

    /// `[[` or `[==[` of Lua, and what ends it.
    fn long_bracket(&mut self) -> Option<String> {
        if self.chars.peek() != Some('[') || !self.bracket_here() {
            return None;
        }
        self.chars.next();
        let level = self.chars.take_while(|c| c == '=');
        self.chars.next();
        Some(format!("]{level}]"))
    }

    fn single(&mut self, quote: char, escapes: bool) -> String {
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
    fn double(&mut self, quote: char, open: Option<char>) -> Vec<Raw> {
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
    fn spliced(&mut self, sigil: char) -> Option<String> {
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

    /// `$x`, `@x`, `%x`, `@@x`, `${x}`, `$$`.
    fn variable(&mut self) {
        let mut name = String::new();
        name.extend(self.chars.next());
        if self.grammar == Grammar::Ruby {
            self.chars.eat('@');
        }
        // `$#list`, `$_`, `$0`, `$!`.
        if self.chars.peek() == Some('{') {
            self.chars.next();
            let inner = self.chars.braced();
            let inner = inner.trim();
            if inner.chars().all(|c| c.is_alphanumeric() || c == '_') {
                name.push_str(inner);
                self.out.push(Tok::Name(name));
            } else {
                // A dereference or a computed name.
                self.out.push(Tok::Str(vec![Raw::Code(inner.to_owned())]));
            }
            return;
        }
        while self.chars.peek() == Some('$')
            && name == "$"
            && self
                .chars
                .look(1)
                .is_some_and(|c| c.is_alphabetic() || c == '_')
        {
            self.chars.next();
        }
        let rest = self
            .chars
            .take_while(|c| (c.is_alphanumeric() || c == '_' || c == ':') && !is_hole(c));
        let kept = rest.trim_end_matches(':');
        self.chars.at -= rest.len() - kept.len();
        name.push_str(kept);
        if kept.is_empty()
            && self.chars.peek().is_some_and(|c| {
                matches!(
                    c,
                    '!' | '@'
                        | '/'
                        | '\\'
                        | '&'
                        | '.'
                        | ','
                        | ';'
                        | '?'
                        | '*'
                        | '~'
                        | '<'
                        | '>'
                        | '0'
                )
            })
        {
            name.extend(self.chars.next());
        }
        // `@ARGV` and `$ARGV[0]` are the same list here.
        if self.grammar == Grammar::Perl && name.starts_with(['@', '%']) {
            name.replace_range(..1, "$");
        }
        self.out.push(Tok::Name(name));
    }

    /// `<<~EOS`, `<<"EOS"`, `<<<EOS`.
    fn heredoc(&mut self) -> bool {
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

    fn heredoc_bodies(&mut self) {
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

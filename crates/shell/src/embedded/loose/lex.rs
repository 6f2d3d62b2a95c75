//! Tokens of Ruby, Perl, PHP and Lua: strings, comments, interpolation.
//!
//! These four differ in what quotes text and in what is spliced into it;
//! the rest is alike enough for one lexer.

mod quotes;

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
                        | "eval"
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
}

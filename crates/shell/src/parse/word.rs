//! Words: adjacent unquoted text, quotes and expansions.

use super::cursor::{Parser, Result, is_meta, is_name, is_name_start};
use super::quote::Builder;
use crate::ast::{Param, ParamOp, Part, Script, Word};

/// Where unquoted text ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// At white space and operators.
    Word,
    /// The same, where `name()` would define a function.
    CommandWord,
    /// The same, but groups and alternatives belong to the word: after `=~`.
    Regex,
    /// At the `]` of a subscript.
    Subscript,
    /// The same, in `${…}`: a `}` would end that.
    BraceSubscript,
    /// At the `}` of an expansion.
    Brace,
    /// At the `/` or `}` of a replacement.
    Slash,
}

impl Parser<'_> {
    /// Whether a word starts here.
    pub(super) fn at_word(&self) -> bool {
        self.peek().is_some_and(|c| !is_meta(c)) || self.at_process()
    }

    /// Whether `<(` or `>(` starts here.
    pub(super) fn at_process(&self) -> bool {
        matches!(self.peek(), Some('<' | '>')) && self.char_at(self.after(self.at())) == Some('(')
    }

    /// A word.
    pub(super) fn word(&mut self) -> Result<Word> {
        self.unquoted(Builder::plain(), End::Word)
    }

    /// Unquoted text up to `end`, which is not taken, after what the builder
    /// already holds.
    pub(super) fn unquoted(&mut self, mut builder: Builder, end: End) -> Result<Word> {
        self.part(1)?;
        let subscript = matches!(end, End::Subscript | End::BraceSubscript);
        let enclosed = subscript || matches!(end, End::Brace | End::Slash);
        // Open parentheses of an extended glob or a regular expression, and
        // open brackets of a subscript.
        let mut open = 0_usize;
        // Parentheses of no meaning but to a group around this.
        let mut stray = 0_usize;
        let mut previous = None;
        while let Some(c) = self.peek() {
            match c {
                '\'' => builder.add(Part::Single(self.single_quoted()?)),
                '"' => builder.add(self.double_quoted()?),
                '\\' => {
                    let Some(c) = self.escaped()? else {
                        return self.expected("a character after the backslash");
                    };
                    builder.add(Part::Escaped(c));
                }
                '`' => builder.add(Part::Command(self.backquoted(false)?)),
                '$' => match self.dollar(false)? {
                    Some(part) => builder.add(part),
                    None => builder.push('$'),
                },
                '<' | '>' if self.at_process() => {
                    if self.groups > 0 {
                        return self.expected("no process substitution inside a group");
                    }
                    builder.add(self.process()?);
                }
                '}' if matches!(end, End::Brace | End::Slash | End::BraceSubscript) => break,
                '/' if end == End::Slash => break,
                '[' | ']' if subscript => {
                    if c == '[' {
                        open += 1;
                    } else if open == 0 {
                        break;
                    } else {
                        open -= 1;
                    }
                    self.push_next(&mut builder)?;
                }
                '(' if open > 0 && !enclosed => {
                    open += 1;
                    self.push_next(&mut builder)?;
                }
                ')' if open > 0 && !enclosed => {
                    open -= 1;
                    if open == 0 {
                        self.groups -= 1;
                    }
                    self.push_next(&mut builder)?;
                }
                '(' if enclosed && self.groups > 0 => {
                    stray += 1;
                    self.push_next(&mut builder)?;
                }
                ')' if enclosed && self.groups > 0 => {
                    if stray == 0 {
                        return self.expected("no `)` here");
                    }
                    stray -= 1;
                    self.push_next(&mut builder)?;
                }
                '(' if self.opens_group(end, previous) => {
                    open += 1;
                    self.groups += 1;
                    self.push_next(&mut builder)?;
                }
                '|' if end == End::Regex => self.push_next(&mut builder)?,
                c if is_meta(c) && open == 0 && !enclosed => break,
                c if is_text(c) => {
                    let text = self.run(|b| is_text(char::from(b)))?;
                    builder.push_str(text);
                    previous = text.chars().next_back();
                    continue;
                }
                _ => self.push_next(&mut builder)?,
            }
            previous = Some(c);
        }
        if open > 0 || stray > 0 {
            return self.expected("the closing parenthesis or bracket of a pattern");
        }
        Ok(builder.word())
    }

    fn push_next(&mut self, builder: &mut Builder) -> Result<()> {
        builder.extend_char(self.bump()?);
        Ok(())
    }

    /// Whether the `(` here belongs to the word.
    fn opens_group(&self, end: End, previous: Option<char>) -> bool {
        match end {
            End::Regex => true,
            End::Word | End::CommandWord => {
                matches!(previous, Some('?' | '*' | '+' | '@' | '!'))
                    && !(end == End::CommandWord && self.at_empty_parentheses())
            }
            End::Subscript | End::BraceSubscript | End::Brace | End::Slash => false,
        }
    }

    /// `()`, blanks inside.
    fn at_empty_parentheses(&self) -> bool {
        let mut at = self.after(self.at());
        while matches!(self.char_at(at), Some(' ' | '\t')) {
            at = self.after(at);
        }
        self.char_at(at) == Some(')')
    }

    /// What a `$` starts; `None` (and the `$` taken) when it is only a `$`.
    pub(super) fn dollar(&mut self, quoted: bool) -> Result<Option<Part>> {
        self.part(1)?;
        let next_at = self.after(self.at());
        let Some(next) = self.char_at(next_at) else {
            self.bump()?;
            return Ok(None);
        };
        Ok(Some(match next {
            '(' if self.looking_at("$((") => self.arith_or_substitution()?,
            '(' => {
                self.go(self.after(next_at))?;
                Part::Command(self.substitution()?)
            }
            '{' => Part::Param(Box::new(self.braced(quoted)?)),
            '[' => self.old_arith()?,
            '\'' if !quoted => self.ansi_c()?,
            '"' if !quoted => {
                self.bump()?;
                self.double_quoted()?
            }
            c if is_name_start(c) => {
                self.go(next_at)?;
                plain_param(self.name()?)
            }
            c if c.is_ascii_digit() || is_special(c) => {
                self.go(self.after(next_at))?;
                plain_param(c.to_string())
            }
            _ => {
                self.bump()?;
                return Ok(None);
            }
        }))
    }

    /// A variable name; empty if none is here.
    pub(super) fn name(&mut self) -> Result<String> {
        let mut name = String::new();
        while self.peek().is_some_and(is_name) {
            name.push_str(self.run(|b| is_name(char::from(b)))?);
        }
        Ok(name)
    }

    /// The commands of `$(…)` or `<(…)`, after the opening parenthesis.
    pub(super) fn substitution(&mut self) -> Result<Script> {
        self.enter()?;
        let outer = self.open_scope();
        let flag = self.after_redirect;
        let groups = std::mem::take(&mut self.groups);
        let mut script = self.list()?;
        if self.peek() != Some(')') {
            return self.expected("`)` to end the substitution");
        }
        if !self.scope.pending.is_empty() {
            return self.expected("the body of the here-document before `)`");
        }
        self.finish_scope(&mut script)?;
        self.scope = outer;
        self.after_redirect = flag;
        self.groups = groups;
        self.bump()?;
        self.leave();
        Ok(script)
    }

    /// `<(…)` or `>(…)`
    pub(super) fn process(&mut self) -> Result<Part> {
        let read = self.bump()? == Some('<');
        self.bump()?;
        Ok(Part::Process {
            read,
            script: self.substitution()?,
        })
    }
}

/// Means itself in any word, whatever it stands next to.
const fn is_text(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ',' | ':' | '-' | '=' | '%')
}

/// A parameter that is no name.
pub(super) fn is_special(c: char) -> bool {
    matches!(c, '@' | '*' | '#' | '?' | '-' | '$' | '!')
}

fn plain_param(name: String) -> Part {
    Part::Param(Box::new(Param {
        name,
        index: None,
        op: ParamOp::Plain,
        nested: Vec::new(),
    }))
}

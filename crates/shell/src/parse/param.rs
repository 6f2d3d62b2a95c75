//! Parameter expansions in braces.

use super::arith::ArithEnd;
use super::cursor::{Parser, Result, is_name_start};
use super::quote::{Builder, QuotedEnd};
use super::word::{End, is_special};
use crate::ast::{Param, ParamOp, Word};

impl Parser<'_> {
    /// `${…}`
    pub(super) fn braced(&mut self, quoted: bool) -> Result<Param> {
        self.enter()?;
        self.eat("${")?;
        let mut nested = Vec::new();
        let param = match self.peek() {
            Some('#') if self.measures() => {
                self.bump()?;
                let (name, index) = self.parameter(&mut nested)?;
                Param {
                    name,
                    index,
                    op: ParamOp::Length,
                    nested,
                }
            }
            Some('!') if self.refers() => {
                self.bump()?;
                let (name, index) = self.parameter(&mut nested)?;
                // `${!prefix*}` and `${!prefix@}`.
                if let Some(c @ ('*' | '@')) = self.peek()
                    && self.char_at(self.after(self.at())) == Some('}')
                {
                    self.eat(&c.to_string())?;
                }
                if self.peek() == Some('}') {
                    Param {
                        name,
                        index,
                        op: ParamOp::Indirect,
                        nested,
                    }
                } else {
                    let op = self.operation(quoted, &mut nested)?;
                    Param {
                        name: format!("!{name}"),
                        index,
                        op,
                        nested,
                    }
                }
            }
            _ => {
                let (name, index) = self.parameter(&mut nested)?;
                let op = self.operation(quoted, &mut nested)?;
                Param {
                    name,
                    index,
                    op,
                    nested,
                }
            }
        };
        if !self.eat("}")? {
            return self.expected("`}` to end the expansion");
        }
        self.leave();
        Ok(param)
    }

    /// Whether the `#` here means the length of what follows, rather than `$#`.
    fn measures(&self) -> bool {
        let next = self.after(self.at());
        match self.char_at(next) {
            Some(c) if is_name_start(c) || c.is_ascii_digit() => true,
            Some(c) if is_special(c) => self.char_at(self.after(next)) == Some('}'),
            _ => false,
        }
    }

    /// Whether the `!` here means indirection, rather than `$!`.
    fn refers(&self) -> bool {
        let next = self.after(self.at());
        match self.char_at(next) {
            Some(c) if is_name_start(c) || c.is_ascii_digit() => true,
            Some('@' | '*' | '#' | '?' | '$' | '!') => {
                matches!(self.char_at(self.after(next)), Some('}' | ':'))
            }
            _ => false,
        }
    }

    /// A parameter with its subscript.
    fn parameter(&mut self, nested: &mut Vec<Word>) -> Result<(String, Option<String>)> {
        let mut name = String::new();
        match self.peek() {
            Some(c) if is_name_start(c) => name = self.name()?,
            Some(c) if c.is_ascii_digit() => {
                while let Some(c) = self.peek().filter(char::is_ascii_digit) {
                    name.push(c);
                    self.bump()?;
                }
                return Ok((name, None));
            }
            Some(c) if is_special(c) => {
                self.bump()?;
                name.push(c);
                return Ok((name, None));
            }
            _ => return self.expected("a parameter"),
        }
        let mut index = None;
        if self.peek() == Some('[') {
            // Bash looks for the closing brace first, in here as well.
            let start = self.at();
            let (text, word) = self.subscript(End::BraceSubscript)?;
            index = Some(text);
            nested.push(self.expand_subscript(word.parts, start)?);
        }
        Ok((name, index))
    }

    /// `[…]`: its text, and as a word of which [`Parser::expand_subscript`]
    /// makes what bash expands.
    pub(super) fn subscript(&mut self, end: End) -> Result<(String, Word)> {
        self.bump()?;
        let start = self.at();
        let word = self.unquoted(Builder::plain(), end)?;
        let text = self.source(start, self.at()).to_owned();
        if !self.eat("]")? {
            return self.expected_at(start, "`]` to end the subscript");
        }
        Ok((text, word))
    }

    /// What comes after the parameter, up to the `}`.
    fn operation(&mut self, quoted: bool, nested: &mut Vec<Word>) -> Result<ParamOp> {
        let Some(c) = self.peek() else {
            return self.expected("`}` to end the expansion");
        };
        match c {
            '}' => Ok(ParamOp::Plain),
            ':' => {
                self.bump()?;
                match self.peek() {
                    Some(c @ ('-' | '=' | '?' | '+')) => self.substitute(c, quoted),
                    _ => self.substring(nested),
                }
            }
            '-' | '=' | '?' | '+' => self.substitute(c, quoted),
            '#' => {
                let longest = self.eat("##")? || !self.eat("#")?;
                Ok(ParamOp::StripPrefix {
                    pattern: self.pattern(End::Brace)?,
                    longest,
                })
            }
            '%' => {
                let longest = self.eat("%%")? || !self.eat("%")?;
                Ok(ParamOp::StripSuffix {
                    pattern: self.pattern(End::Brace)?,
                    longest,
                })
            }
            '/' => self.replace(),
            '^' | ',' | '~' => {
                let mut operator = String::from(c);
                self.bump()?;
                if self.peek() == Some(c) {
                    operator.push(c);
                    self.bump()?;
                }
                let pattern = self.pattern(End::Brace)?;
                if !pattern.parts.is_empty() {
                    nested.push(pattern);
                }
                Ok(ParamOp::Case(operator))
            }
            '@' => {
                self.bump()?;
                match self.peek() {
                    Some(c) if c.is_ascii_alphabetic() => {
                        self.bump()?;
                        Ok(ParamOp::Transform(c))
                    }
                    _ => self.expected("a transformation"),
                }
            }
            _ => self.expected("an operator of an expansion"),
        }
    }

    /// `-word` and its kind.
    fn substitute(&mut self, operator: char, quoted: bool) -> Result<ParamOp> {
        self.bump()?;
        let word = if quoted {
            Word {
                parts: self.quoted(QuotedEnd::Brace)?,
            }
        } else {
            self.pattern(End::Brace)?
        };
        Ok(match operator {
            '-' => ParamOp::Default(word),
            '=' => ParamOp::Assign(word),
            '?' => ParamOp::Error(word),
            _ => ParamOp::Alternative(word),
        })
    }

    /// Quotes quote in a pattern, also inside double quotes.
    fn pattern(&mut self, end: End) -> Result<Word> {
        self.unquoted(Builder::plain(), end)
    }

    fn replace(&mut self) -> Result<ParamOp> {
        self.bump()?;
        let mut all = false;
        let mut anchor = None;
        match self.peek() {
            Some('/') => {
                self.bump()?;
                all = true;
            }
            Some(c @ ('#' | '%')) => {
                self.bump()?;
                anchor = Some(c);
            }
            _ => {}
        }
        let pattern = self.pattern(End::Slash)?;
        let replacement = if self.eat("/")? {
            self.pattern(End::Brace)?
        } else {
            Word::default()
        };
        Ok(ParamOp::Replace {
            pattern,
            replacement,
            all,
            anchor,
        })
    }

    fn substring(&mut self, nested: &mut Vec<Word>) -> Result<ParamOp> {
        let start = self.at();
        nested.push(self.arithmetic(ArithEnd::Colon)?);
        let offset = self.source(start, self.at()).to_owned();
        if !self.eat(":")? {
            return Ok(ParamOp::Substring(offset, None));
        }
        let start = self.at();
        nested.push(self.arithmetic(ArithEnd::Brace)?);
        let length = self.source(start, self.at()).to_owned();
        Ok(ParamOp::Substring(offset, Some(length)))
    }
}

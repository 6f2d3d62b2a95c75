//! Quoting: `'…'`, `$'…'`, `"…"`, backquotes, and text that is read as if
//! inside double quotes.

use super::ansi;
use super::cursor::{Parser, Result};
use crate::ast::{Part, Script, Word};

/// Collects adjacent characters into one text part.
#[derive(Debug, Default)]
pub(super) struct Builder {
    parts: Vec<Part>,
    text: String,
    /// Text is quoted: [`Part::Single`] instead of [`Part::Plain`].
    quoted: bool,
}

impl Builder {
    pub(super) fn plain() -> Self {
        Self::default()
    }

    pub(super) fn quoted() -> Self {
        Self {
            quoted: true,
            ..Self::default()
        }
    }

    pub(super) fn push(&mut self, c: char) {
        self.text.push(c);
    }

    pub(super) fn extend_char(&mut self, c: Option<char>) {
        self.text.extend(c);
    }

    pub(super) fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn add(&mut self, part: Part) {
        self.flush();
        self.keep(part);
    }

    /// Nearly every word has one part: room for four would be most of the tree.
    fn keep(&mut self, part: Part) {
        if self.parts.is_empty() {
            self.parts.reserve_exact(1);
        }
        self.parts.push(part);
    }

    pub(super) fn extend(&mut self, parts: Vec<Part>) {
        for part in parts {
            match part {
                Part::Plain(text) if !self.quoted => self.text.push_str(&text),
                Part::Single(text) if self.quoted => self.text.push_str(&text),
                part => self.add(part),
            }
        }
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            let text = std::mem::take(&mut self.text);
            self.keep(if self.quoted {
                Part::Single(text)
            } else {
                Part::Plain(text)
            });
        }
    }

    pub(super) fn finish(mut self) -> Vec<Part> {
        self.flush();
        self.parts
    }

    pub(super) fn word(self) -> Word {
        Word {
            parts: self.finish(),
        }
    }
}

/// Where text that is read as if inside double quotes ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum QuotedEnd {
    /// At `"`.
    Quote,
    /// At `}`: the word of `"${name:-word}"`.
    Brace,
    /// At the end of the text: a here-document's body.
    Text,
}

impl Parser<'_> {
    /// `'…'`
    pub(super) fn single_quoted(&mut self) -> Result<String> {
        self.part(1)?;
        let start = self.at();
        self.raw_bump()?;
        let Some(text) = self.raw_until('\'')? else {
            return self.expected_at(start, "a closing `'`");
        };
        self.raw_bump()?;
        self.settle()?;
        Ok(text.to_owned())
    }

    /// `"…"`
    pub(super) fn double_quoted(&mut self) -> Result<Part> {
        self.part(1)?;
        let start = self.at();
        self.bump()?;
        let groups = std::mem::take(&mut self.groups);
        let parts = self.quoted(QuotedEnd::Quote)?;
        self.groups = groups;
        if !self.eat("\"")? {
            return self.expected_at(start, "a closing `\"`");
        }
        if self.expressions > 0 {
            self.double_quotes.insert(start, self.at());
        }
        Ok(Part::Double(parts))
    }

    /// Text as inside double quotes, up to `end`, which is not taken.
    pub(super) fn quoted(&mut self, end: QuotedEnd) -> Result<Vec<Part>> {
        let in_brace = end == QuotedEnd::Brace;
        let mut builder = Builder::quoted();
        while let Some(c) = self.peek() {
            match c {
                '"' if end == QuotedEnd::Quote => break,
                '"' if in_brace => builder.add(self.double_quoted()?),
                '}' if in_brace => break,
                // Quotes hide a `}` but quote nothing.
                '\'' if in_brace => {
                    let start = self.at() + 1;
                    let text = self.single_quoted()?;
                    builder.push('\'');
                    builder.extend(self.within(&text, start, true, quoted_text)?);
                    builder.push('\'');
                }
                '<' | '>' if in_brace && self.at_process() => builder.add(self.process()?),
                '\\' => match self.escaped()? {
                    Some(c @ ('$' | '`' | '\\')) => builder.push(c),
                    Some('"') if end != QuotedEnd::Text => builder.push('"'),
                    Some('}') if in_brace => builder.push('}'),
                    Some(c) => {
                        builder.push('\\');
                        builder.push(c);
                    }
                    None => builder.push('\\'),
                },
                '`' => builder.add(Part::Command(self.backquoted(end != QuotedEnd::Text)?)),
                '$' if in_brace && self.looking_at("$'") => {
                    let start = self.at();
                    let part = self.ansi_c()?;
                    self.check_decoded(&part, start)?;
                    builder.add(part);
                }
                '$' => match self.dollar(true)? {
                    Some(part) => builder.add(part),
                    None => builder.push('$'),
                },
                c if is_text(c) => builder.push_str(self.run(|b| is_text(char::from(b)))?),
                c => {
                    self.bump()?;
                    builder.push(c);
                }
            }
        }
        Ok(builder.finish())
    }

    /// `` `…` ``: one layer of backslashes is taken off before it is parsed.
    pub(super) fn backquoted(&mut self, in_double_quotes: bool) -> Result<Script> {
        let start = self.at();
        self.raw_bump()?;
        let content = self.at();
        let mut text = String::new();
        let mut exact = true;
        loop {
            match self.raw_bump()? {
                None => return self.expected_at(start, "a closing backquote"),
                Some('`') => break,
                Some('\\') => match self.raw_bump()? {
                    Some('\n') => exact = false,
                    Some(c) => {
                        let stripped =
                            matches!(c, '`' | '\\' | '$') || (c == '"' && in_double_quotes);
                        if stripped {
                            exact = false;
                        } else {
                            text.push('\\');
                        }
                        text.push(c);
                    }
                    None => return self.expected_at(start, "a closing backquote"),
                },
                Some(c) => text.push(c),
            }
        }
        let script = self.within(&text, content, exact, whole_script)?;
        self.settle()?;
        Ok(script)
    }

    /// `$'…'`, decoded. Where it ends is decided before anything is decoded:
    /// the quote in `\c'` ends it.
    pub(super) fn ansi_c(&mut self) -> Result<Part> {
        let start = self.at();
        self.bump()?;
        self.raw_bump()?;
        let content = self.at();
        loop {
            match self.raw_bump()? {
                Some('\'') => break,
                Some('\\') => {
                    self.raw_bump()?;
                }
                Some(_) => {}
                None => return self.expected_at(start, "a closing `'`"),
            }
        }
        let text = self.source(content, self.at().saturating_sub(1));
        self.settle()?;
        Ok(Part::AnsiC(ansi::decode(text)))
    }
}

/// Means itself inside double quotes, wherever they end.
const fn is_text(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(
            c,
            ' ' | '\n'
                | '\t'
                | '_'
                | '.'
                | ','
                | ':'
                | ';'
                | '-'
                | '+'
                | '/'
                | '='
                | '('
                | ')'
                | '%'
        )
}

/// All of a text as inside double quotes.
pub(super) fn quoted_text(inner: &mut Parser<'_>) -> Result<Vec<Part>> {
    inner.quoted(QuotedEnd::Text)
}

/// All of a text as a script.
fn whole_script(inner: &mut Parser<'_>) -> Result<Script> {
    inner.whole_script()
}

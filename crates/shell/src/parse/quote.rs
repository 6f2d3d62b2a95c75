//! Quoting: `'…'`, `$'…'`, `"…"`, backquotes, and text that is read as if
//! inside double quotes.

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
            self.parts.push(if self.quoted {
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
        let start = self.at();
        self.bump()?;
        let parts = self.quoted(QuotedEnd::Quote)?;
        if !self.eat("\"")? {
            return self.expected_at(start, "a closing `\"`");
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
                '\\' => {
                    self.bump()?;
                    match self.peek() {
                        Some(c @ ('$' | '`' | '\\')) => builder.push(c),
                        Some('"') if end != QuotedEnd::Text => builder.push('"'),
                        Some('}') if in_brace => builder.push('}'),
                        Some(c) => {
                            builder.push('\\');
                            builder.push(c);
                        }
                        None => builder.push('\\'),
                    }
                    self.bump()?;
                }
                '`' => builder.add(Part::Command(self.backquoted(end != QuotedEnd::Text)?)),
                '$' if in_brace && self.looking_at("$'") => builder.add(self.ansi_c()?),
                '$' => match self.dollar(true)? {
                    Some(part) => builder.add(part),
                    None => builder.push('$'),
                },
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

    /// `$'…'`, decoded.
    pub(super) fn ansi_c(&mut self) -> Result<Part> {
        let start = self.at();
        self.bump()?;
        self.raw_bump()?;
        let mut bytes = Vec::new();
        loop {
            match self.raw_bump()? {
                None => return self.expected_at(start, "a closing `'`"),
                Some('\'') => break,
                Some('\\') => self.ansi_c_escape(&mut bytes)?,
                Some(c) => push_char(&mut bytes, c),
            }
        }
        self.settle()?;
        // To bash the string ends at a null byte; the word goes on.
        if let Some(end) = bytes.iter().position(|b| *b == 0) {
            bytes.truncate(end);
        }
        Ok(Part::AnsiC(String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn ansi_c_escape(&mut self, bytes: &mut Vec<u8>) -> Result<()> {
        let Some(c) = self.raw_bump()? else {
            return Ok(());
        };
        match c {
            'a' => bytes.push(7),
            'b' => bytes.push(8),
            'e' | 'E' => bytes.push(27),
            'f' => bytes.push(12),
            'n' => bytes.push(b'\n'),
            'r' => bytes.push(b'\r'),
            't' => bytes.push(b'\t'),
            'v' => bytes.push(11),
            '\\' | '\'' | '"' | '?' => push_char(bytes, c),
            '0'..='7' => {
                let first = c.to_digit(8).unwrap_or_default();
                let (value, _) = self.digits(8, 2, first)?;
                bytes.push(value as u8);
            }
            'x' if self.peek() == Some('{') => {
                let brace = self.at();
                self.raw_bump()?;
                let (value, count) = self.digits(16, usize::MAX, 0)?;
                let closed = self.peek() == Some('}');
                if closed {
                    self.raw_bump()?;
                }
                if count > 0 {
                    bytes.push(value as u8);
                } else {
                    push_text(bytes, "\\x");
                    self.go(brace)?;
                }
            }
            'x' => match self.digits(16, 2, 0)? {
                (_, 0) => push_text(bytes, "\\x"),
                (value, _) => bytes.push(value as u8),
            },
            'u' | 'U' => match self.digits(16, if c == 'u' { 4 } else { 8 }, 0)? {
                (_, 0) => {
                    bytes.push(b'\\');
                    push_char(bytes, c);
                }
                (value, _) => {
                    push_char(
                        bytes,
                        char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER),
                    );
                }
            },
            'c' => match self.raw_bump()? {
                Some('\\') => {
                    if self.peek() == Some('\\') {
                        self.raw_bump()?;
                    }
                    bytes.push(b'\\' & 0x1f);
                }
                Some('?') => bytes.push(0x7f),
                Some(c) => {
                    let mut encoded = [0; 4];
                    let mut rest = c.encode_utf8(&mut encoded).bytes();
                    bytes.extend(rest.next().map(|b| b.to_ascii_uppercase() & 0x1f));
                    bytes.extend(rest);
                }
                None => {}
            },
            c => {
                bytes.push(b'\\');
                push_char(bytes, c);
            }
        }
        Ok(())
    }

    /// Up to `most` digits after the ones already in `value`.
    fn digits(&mut self, radix: u32, most: usize, mut value: u32) -> Result<(u32, usize)> {
        let mut count = 0;
        while count < most
            && let Some(digit) = self.peek().and_then(|c| c.to_digit(radix))
        {
            self.raw_bump()?;
            value = value.wrapping_mul(radix).wrapping_add(digit);
            count += 1;
        }
        Ok((value, count))
    }
}

fn push_char(bytes: &mut Vec<u8>, c: char) {
    bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

fn push_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend_from_slice(text.as_bytes());
}

/// All of a text as inside double quotes.
pub(super) fn quoted_text(inner: &mut Parser<'_>) -> Result<Vec<Part>> {
    inner.quoted(QuotedEnd::Text)
}

/// All of a text as a script.
fn whole_script(inner: &mut Parser<'_>) -> Result<Script> {
    inner.whole_script()
}

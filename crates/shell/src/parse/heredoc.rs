//! Here-documents: announced by an operator, read after the next newline.

use std::borrow::Cow;

use super::cursor::{Parser, Result, Scope};
use super::quote::quoted_text;
use crate::ast::{
    Command, Compound, Part, Pipeline, Redirect, RedirectOp, RedirectTarget, Script, Word,
};

/// An announced here-document.
#[derive(Debug)]
pub(super) struct Pending {
    /// Where it was announced.
    pub(super) at: usize,
    /// The line that ends it.
    pub(super) delimiter: String,
    /// The delimiter was quoted: nothing in the body is expanded.
    pub(super) quoted: bool,
    /// `<<-`
    pub(super) strip_tabs: bool,
}

/// What a line of a here-document turned out to be.
enum Line {
    Text(String),
    Delimiter,
    EndOfText,
}

impl Parser<'_> {
    /// Starts the scope of a `$(…)`; returns the one around it.
    pub(super) fn open_scope(&mut self) -> Scope {
        std::mem::replace(
            &mut self.scope,
            Scope {
                substitution: true,
                ..Scope::default()
            },
        )
    }

    /// The delimiter a word stands for, and whether any of it was quoted.
    pub(super) fn delimiter(&self, word: &Word, start: usize) -> Result<(String, bool)> {
        let mut text = String::new();
        let mut quoted = false;
        let mut constant = true;
        for part in &word.parts {
            quoted |= !matches!(part, Part::Plain(_));
            match part {
                Part::Plain(t) | Part::Single(t) | Part::AnsiC(t) => text.push_str(t),
                Part::Escaped(c) => text.push(*c),
                Part::Double(parts) => {
                    for part in parts {
                        match part {
                            Part::Single(t) => text.push_str(t),
                            _ => constant = false,
                        }
                    }
                }
                _ => constant = false,
            }
        }
        if text.contains('\n') {
            return self.expected_at(start, "a delimiter of one line");
        }
        if constant {
            return Ok((text, quoted));
        }
        // Nothing is expanded in a delimiter: it is the text as written.
        let raw = self.source(start, self.at());
        if raw.contains(['\'', '"', '\\', '\n']) {
            return self.expected_at(start, "a plain here-document delimiter");
        }
        Ok((raw.to_owned(), false))
    }

    /// Reads the bodies of all announced here-documents; the position is at
    /// the start of a line.
    pub(super) fn gather(&mut self) -> Result<()> {
        for document in std::mem::take(&mut self.scope.pending) {
            let mut body = String::new();
            while let Line::Text(line) = self.document_line(&document)? {
                body.push_str(&line);
                body.push('\n');
            }
            let word = if body.is_empty() {
                Word::default()
            } else if document.quoted {
                Word {
                    parts: vec![Part::Single(body)],
                }
            } else {
                Word {
                    parts: self.within(&body, document.at, false, quoted_text)?,
                }
            };
            self.scope.bodies.push_back(word);
        }
        Ok(())
    }

    /// One line. Unless the delimiter is quoted, continuations join lines
    /// before anything is compared.
    fn document_line(&mut self, document: &Pending) -> Result<Line> {
        if self.peek().is_none() {
            return Ok(Line::EndOfText);
        }
        let start = self.at();
        let (line, mut ended) = self.raw_line()?;
        let mut line = Cow::Borrowed(line);
        let mut joined = false;
        while !document.quoted && ended && continues(&line) {
            let next;
            (next, ended) = self.raw_line()?;
            let longer = line.to_mut();
            longer.pop();
            longer.push_str(next);
            joined = true;
        }
        let text = if document.strip_tabs {
            line.trim_start_matches('\t')
        } else {
            &line
        };
        if text == document.delimiter {
            return Ok(Line::Delimiter);
        }
        // Inside `$(…)` bash also takes a line that starts with the delimiter
        // and has a `)` anywhere for the end, and reads on right after the
        // delimiter. `EOF)` is what this is for; anything else is a trap.
        if self.scope.substitution
            && let Some(rest) = text.strip_prefix(document.delimiter.as_str())
            && rest.contains(')')
        {
            if joined || !rest.starts_with(')') {
                return self.expected_at(start, "the delimiter on a line of its own");
            }
            let tabs = line.len() - text.len();
            self.go(start + tabs + document.delimiter.len())?;
            return Ok(Line::Delimiter);
        }
        let text = text.to_owned();
        Ok(Line::Text(text))
    }

    /// The input ends here: what was announced ends with it, and the bodies
    /// go where they belong.
    pub(super) fn finish_scope(&mut self, script: &mut Script) -> Result<()> {
        self.gather()?;
        if !self.scope.bodies.is_empty() {
            self.fill_script(script);
        }
        Ok(())
    }

    fn fill_script(&mut self, script: &mut Script) {
        for item in &mut script.items {
            self.fill_pipeline(&mut item.list.first);
            for (_, pipeline) in &mut item.list.rest {
                self.fill_pipeline(pipeline);
            }
        }
    }

    fn fill_pipeline(&mut self, pipeline: &mut Pipeline) {
        for command in &mut pipeline.commands {
            self.fill_command(command);
        }
    }

    fn fill_command(&mut self, command: &mut Command) {
        match command {
            Command::Simple(simple) => self.fill_redirects(&mut simple.redirects),
            Command::Compound(compound, redirects) => {
                self.fill_compound(compound);
                self.fill_redirects(redirects);
            }
            Command::Function { body, .. } | Command::Coproc { body, .. } => {
                self.fill_command(body);
            }
        }
    }

    /// In source order: that is the order in which the bodies were read.
    fn fill_compound(&mut self, compound: &mut Compound) {
        match compound {
            Compound::Brace(script) | Compound::Subshell(script) => self.fill_script(script),
            Compound::If {
                branches,
                otherwise,
            } => {
                for (condition, body) in branches {
                    self.fill_script(condition);
                    self.fill_script(body);
                }
                if let Some(body) = otherwise {
                    self.fill_script(body);
                }
            }
            Compound::For { body, .. } | Compound::ArithFor { body, .. } => self.fill_script(body),
            Compound::While {
                condition, body, ..
            } => {
                self.fill_script(condition);
                self.fill_script(body);
            }
            Compound::Case { arms, .. } => {
                for arm in arms {
                    self.fill_script(&mut arm.body);
                }
            }
            Compound::Arith(_) | Compound::Test(_) => {}
        }
    }

    fn fill_redirects(&mut self, redirects: &mut [Redirect]) {
        for redirect in redirects {
            if redirect.op == RedirectOp::HereDoc
                && let Some(body) = self.scope.bodies.pop_front()
            {
                redirect.target = RedirectTarget::Body(body);
            }
        }
    }
}

/// Ends in a backslash that is not quoted by another.
fn continues(line: &str) -> bool {
    line.bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 1
}

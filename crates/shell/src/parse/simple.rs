//! Simple commands, and function definitions that start like one.

use palisade_core::limits::COMMAND_PARTS;

use super::arrays::Start;
use super::cursor::{Parser, Result};
use super::quote::Builder;
use super::word::End;
use crate::ast::{Command, Part, Simple, Word};

/// Builtins whose arguments may be compound assignments.
const DECLARATIONS: [&str; 8] = [
    "alias", "declare", "eval", "export", "let", "local", "readonly", "typeset",
];

impl Parser<'_> {
    /// A simple command or `name() body`.
    pub(super) fn simple(&mut self) -> Result<Command> {
        self.part(COMMAND_PARTS)?;
        let mut simple = Simple::default();
        let mut declares = false;
        let mut after_redirect = false;
        loop {
            if simple.words.is_empty() {
                self.blanks()?;
            } else {
                self.blanks_between_words()?;
            }
            if let Some(redirect) = self.redirect()? {
                simple.redirects.push(redirect);
                // Bash forgets that it reads a declaration.
                declares = false;
                after_redirect = !simple.assignments.is_empty();
                continue;
            }
            if !self.at_word() {
                break;
            }
            if !simple.words.is_empty() {
                simple.words.push(if declares {
                    self.declaration_argument()?
                } else {
                    self.word()?
                });
                continue;
            }
            // Bash 5.2 prints a `$(…)` and parses it again, redirections last:
            // what was a name here is a reserved word then.
            if self.scope.substitution
                && !simple.redirects.is_empty()
                && simple.assignments.is_empty()
                && self.keyword().is_some()
            {
                return self.expected("a name that is no reserved word");
            }
            let start = self.at();
            let word = match self.assignment()? {
                Some(Start::Assignment(assignment)) => {
                    simple.assignments.push(assignment);
                    after_redirect = false;
                    continue;
                }
                Some(Start::Word(word)) => word,
                None => self.unquoted(Builder::plain(), End::CommandWord)?,
            };
            let end = self.at();
            declares = is_declaration(&word) && !after_redirect;
            simple.words.push(word);
            if simple.assignments.is_empty() && simple.redirects.is_empty() {
                self.blanks_between_words()?;
                if self.peek() == Some('(') {
                    let name = self.source(start, end).to_owned();
                    return self.function_body(name, true);
                }
            }
        }
        if simple.words.is_empty() && simple.assignments.is_empty() && simple.redirects.is_empty() {
            return self.expected("a command");
        }
        Ok(Command::Simple(simple))
    }
}

fn is_declaration(word: &Word) -> bool {
    matches!(word.parts.as_slice(), [Part::Plain(text)] if DECLARATIONS.contains(&text.as_str()))
}

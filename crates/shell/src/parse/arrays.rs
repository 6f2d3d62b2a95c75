//! Assignments and compound array values.

use super::cursor::{Parser, Result, is_name, is_name_start};
use super::quote::Builder;
use super::word::End;
use crate::ast::{AssignValue, Assignment, Part, Word};

/// What starts where an assignment may stand.
pub(super) enum Start {
    /// An assignment.
    Assignment(Assignment),
    /// Only looked like one: `a[…]` without `=`.
    Word(Word),
}

impl Parser<'_> {
    /// The position after a variable name here.
    fn after_name(&self) -> Option<usize> {
        let mut at = self.at();
        if !self.char_at(at).is_some_and(is_name_start) {
            return None;
        }
        while self.char_at(at).is_some_and(is_name) {
            at = self.after(at);
        }
        Some(at)
    }

    fn assigns(&self, at: usize) -> bool {
        self.follows(at, "=")
            .or_else(|| self.follows(at, "+="))
            .is_some()
    }

    /// An assignment, or the word that looked like one.
    pub(super) fn assignment(&mut self) -> Result<Option<Start>> {
        let Some(end) = self.after_name() else {
            return Ok(None);
        };
        let subscripted = self.char_at(end) == Some('[');
        if !subscripted && !self.assigns(end) {
            return Ok(None);
        }
        let start = self.at();
        let name = self.name()?;
        let mut index = None;
        let mut nested = Vec::new();
        if subscripted {
            let (text, word) = self.subscript(End::Subscript)?;
            if !self.assigns(self.at()) {
                let mut builder = Builder::plain();
                builder.push_str(&name);
                builder.push('[');
                builder.extend(word.parts);
                builder.push(']');
                return Ok(Some(Start::Word(self.unquoted(builder, End::CommandWord)?)));
            }
            // Bash reads `$$(` in two ways here, of which one is no assignment.
            if text.contains("$$(") || text.contains("$${") || text.contains("$$[") {
                return self.expected("a plainer subscript");
            }
            index = Some(text);
            nested.push(self.expand_subscript(word.parts, start)?);
        }
        let append = self.eat("+")?;
        self.eat("=")?;
        let value = if self.peek() == Some('(') {
            AssignValue::Array(self.elements()?)
        } else {
            AssignValue::Scalar(self.word()?)
        };
        Ok(Some(Start::Assignment(Assignment {
            name,
            index,
            append,
            value,
            nested,
        })))
    }

    /// `( word … )`
    fn elements(&mut self) -> Result<Vec<Word>> {
        self.enter()?;
        self.bump()?;
        let mut words = Vec::new();
        loop {
            self.lines()?;
            if self.eat(")")? {
                break;
            }
            if !self.at_word() {
                return self.expected("a word or `)` in the array");
            }
            words.push(self.element()?);
        }
        // Bash takes `x=(…)rm` for one assignment and the next word for the
        // command.
        if !self.ends_word(self.at()) {
            return self.expected("a blank after the array");
        }
        self.leave();
        Ok(words)
    }

    /// `word` or `[subscript]=word`
    fn element(&mut self) -> Result<Word> {
        if self.peek() != Some('[') {
            return self.word();
        }
        let start = self.at();
        let (_, subscript) = self.subscript(End::Subscript)?;
        let raw = subscript.clone();
        let subscript = self.expand_subscript(subscript.parts, start)?;
        let constant = !subscript.parts.iter().any(|part| {
            !matches!(
                part,
                Part::Plain(_) | Part::Escaped(_) | Part::Single(_) | Part::AnsiC(_)
            )
        });
        if constant && self.assigns(self.at()) {
            self.eat("+")?;
            self.eat("=")?;
            return self.word();
        }
        // An element's subscript, or a word that only looks like it.
        let word = if self.assigns(self.at()) {
            subscript
        } else {
            raw
        };
        let mut builder = Builder::plain();
        builder.push('[');
        builder.extend(word.parts);
        builder.push(']');
        self.unquoted(builder, End::Word)
    }

    /// `name[subscript]=value` as an argument, or any other word.
    fn declared_element(&mut self) -> Result<Word> {
        let start = self.at();
        let subscripted = self
            .after_name()
            .is_some_and(|end| self.char_at(end) == Some('['));
        let word = self.word()?;
        if subscripted {
            self.expand_subscript(word.parts, start)
        } else {
            Ok(word)
        }
    }

    /// An argument of a declaration builtin: `name=(…)` is one word of its
    /// elements, everything else an ordinary word.
    pub(super) fn declaration_argument(&mut self) -> Result<Word> {
        let Some(value_at) = self.after_name().and_then(|end| {
            let equals = self.follows(end, "+").unwrap_or(end);
            let value = self.follows(equals, "=")?;
            (self.char_at(value) == Some('(')).then_some(value)
        }) else {
            return self.declared_element();
        };
        let mut builder = Builder::plain();
        while self.at() < value_at {
            builder.extend_char(self.bump()?);
        }
        builder.push('(');
        for (position, word) in self.elements()?.into_iter().enumerate() {
            if position > 0 {
                builder.push(' ');
            }
            builder.extend(word.parts);
        }
        builder.push(')');
        Ok(builder.word())
    }
}

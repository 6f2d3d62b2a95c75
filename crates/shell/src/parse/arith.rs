//! Arithmetic: `$((…))`, `$[…]`, `((…))`, `for ((…))` and the expressions
//! in `${name:offset:length}`.
//!
//! The text is kept, what bash expands in it becomes parts.

use super::cursor::{Parser, Result};
use super::quote::{Builder, quoted_text};
use crate::ast::{Part, Word};

/// Where an expression ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ArithEnd {
    /// At the `)` that was not opened in it.
    Parenthesis,
    /// The same, or at a `;`.
    Semicolon,
    /// At the `]` that was not opened in it.
    Bracket,
    /// At `}`.
    Brace,
    /// At `}` or at the `:` that belongs to no `?`.
    Colon,
}

impl Parser<'_> {
    /// An expression up to `end`, which is not taken. Single-quoted text is
    /// left as [`Part::Single`] for [`Parser::expand_quotes`].
    fn expression(&mut self, end: ArithEnd) -> Result<Vec<Part>> {
        let in_brace = matches!(end, ArithEnd::Brace | ArithEnd::Colon);
        let group = matches!(end, ArithEnd::Parenthesis | ArithEnd::Semicolon);
        let outer = self.groups;
        self.groups += usize::from(group);
        let mut builder = Builder::plain();
        let mut open = 0_usize;
        let mut conditions = 0_usize;
        while let Some(c) = self.peek() {
            match c {
                '\'' => {
                    builder.add(Part::Single(self.single_quoted()?));
                    continue;
                }
                '"' => {
                    builder.add(self.double_quoted()?);
                    continue;
                }
                '`' => {
                    builder.add(Part::Command(self.backquoted(false)?));
                    continue;
                }
                '$' => {
                    match self.dollar(false)? {
                        Some(part) => builder.add(part),
                        None => builder.push('$'),
                    }
                    continue;
                }
                '<' | '>' if in_brace && self.at_process() => {
                    if self.groups > 0 {
                        return self.expected("no process substitution inside a group");
                    }
                    builder.add(self.process()?);
                    continue;
                }
                '\\' => {
                    builder.push('\\');
                    builder.extend_char(self.escaped()?);
                    continue;
                }
                '(' if end != ArithEnd::Bracket => open += 1,
                '[' if end == ArithEnd::Bracket => open += 1,
                ')' if in_brace && open == 0 && self.groups > 0 => {
                    return self.expected("no `)` here");
                }
                ')' if in_brace => open = open.saturating_sub(1),
                ')' if end == ArithEnd::Bracket => {}
                ')' if open == 0 => break,
                ')' => open -= 1,
                ']' if end == ArithEnd::Bracket && open == 0 => break,
                ']' if end == ArithEnd::Bracket => open -= 1,
                '}' if in_brace => break,
                ';' if end == ArithEnd::Semicolon && open == 0 => break,
                '?' if open == 0 => conditions += 1,
                ':' if end == ArithEnd::Colon && open == 0 => {
                    if conditions == 0 {
                        break;
                    }
                    conditions -= 1;
                }
                _ => {}
            }
            builder.extend_char(self.bump()?);
        }
        if in_brace && open > 0 && self.groups > 0 {
            return self.expected("`)` in the expression");
        }
        self.groups = outer;
        Ok(builder.finish())
    }

    /// Single quotes hide a delimiter in an expression but quote nothing:
    /// bash expands what is between them.
    fn expand_quotes(&mut self, parts: Vec<Part>, at: usize) -> Result<Word> {
        let mut builder = Builder::plain();
        for part in parts {
            match part {
                Part::Single(text) => {
                    builder.push('\'');
                    for part in self.within(&text, at, false, quoted_text)? {
                        match part {
                            Part::Single(text) => builder.push_str(&text),
                            part => builder.add(part),
                        }
                    }
                    builder.push('\'');
                }
                Part::Plain(text) => builder.push_str(&text),
                part => {
                    self.check_decoded(&part, at)?;
                    builder.add(part);
                }
            }
        }
        Ok(builder.word())
    }

    /// The same for a subscript, which may be text as well: only what would
    /// be expanded is taken out of the quotes.
    pub(super) fn expand_subscript(&mut self, parts: Vec<Part>, at: usize) -> Result<Word> {
        let mut builder = Builder::plain();
        for part in parts {
            match part {
                Part::Single(text) if text.contains(['$', '`']) => {
                    builder.add(Part::Double(self.within(&text, at, false, quoted_text)?));
                }
                part => {
                    self.check_decoded(&part, at)?;
                    builder.add(part);
                }
            }
        }
        Ok(builder.word())
    }

    /// Where quotes do not quote, what `$'…'` decodes to is read once more.
    pub(super) fn check_decoded(&self, part: &Part, at: usize) -> Result<()> {
        match part {
            Part::AnsiC(text) if text.contains(['$', '`', '\\', '"', '\'', '{', '}', '[', ']']) => {
                self.expected_at(at, "no escaped quotes, braces or expansions here")
            }
            _ => Ok(()),
        }
    }

    /// An expression as a word, up to `end`, which is not taken.
    pub(super) fn arithmetic(&mut self, end: ArithEnd) -> Result<Word> {
        let start = self.at();
        let parts = self.expression(end)?;
        self.expand_quotes(parts, start)
    }

    /// `$[…]`
    pub(super) fn old_arith(&mut self) -> Result<Part> {
        self.enter()?;
        self.eat("$[")?;
        let content = self.at();
        let word = self.arithmetic(ArithEnd::Bracket)?;
        if !counts_agree(self.source(content, self.at())) {
            return self.expected_at(content, "plainer brackets in the expression");
        }
        if !self.eat("]")? {
            return self.expected("`]` to end the expression");
        }
        self.leave();
        Ok(Part::Arith(word))
    }

    /// `$((`: an expression, or a substitution that starts with a subshell.
    ///
    /// Bash first looks for the parenthesis that matches the outer one, by
    /// quotes and parentheses alone; then it decides. A substitution whose
    /// commands end elsewhere is refused here (bash fails when it runs).
    pub(super) fn arith_or_substitution(&mut self) -> Result<Part> {
        let start = self.at();
        self.enter()?;
        self.eat("$((")?;
        self.expressions += 1;
        let part = self.arith_or_commands(start)?;
        self.expressions -= 1;
        self.leave();
        Ok(part)
    }

    fn arith_or_commands(&mut self, start: usize) -> Result<Part> {
        let end = if let Some(known) = self.not_arith.get(&start) {
            *known
        } else {
            let content = self.at();
            let parts = self.expression(ArithEnd::Parenthesis)?;
            let closing = self.at();
            if self.eat("))")? {
                let after = self.at();
                if !self.is_balanced(content, closing)? {
                    return self.expected_at(start, "balanced parentheses in the expression");
                }
                self.go(after)?;
                let word = self.expand_quotes(parts, content)?;
                return Ok(Part::Arith(word));
            }
            if !self.eat(")")? {
                return self.expected("`))` to end the expression");
            }
            self.expression(ArithEnd::Parenthesis)?;
            if self.peek() != Some(')') {
                return self.expected("`)` to end the substitution");
            }
            // Bash takes this for a comment when it looks for the end again.
            if [" #", "\t#", "\n#"]
                .iter()
                .any(|c| self.source(start, self.at()).contains(c))
            {
                return self.expected_at(start, "no comment in `$((`");
            }
            self.not_arith.insert(start, Some(self.at()));
            Some(self.at())
        };
        self.go(start)?;
        self.eat("$(")?;
        let script = self.substitution()?;
        if end.map(|end| self.after(end)) != Some(self.at()) {
            return self.expected_at(start, "a space between `$(` and `(`");
        }
        Ok(Part::Command(script))
    }

    /// Whether bash takes the text for an expression: by its parentheses,
    /// those in substitutions and backquotes included, quotes left out. Where
    /// it does not, it takes it for commands.
    fn is_balanced(&mut self, from: usize, to: usize) -> Result<bool> {
        let mut open = 0_usize;
        let mut blank = false;
        self.go(from)?;
        while self.at() < to
            && let Some(c) = self.peek()
        {
            match c {
                '\\' => {
                    self.raw_bump()?;
                }
                '\'' => {
                    self.raw_bump()?;
                    self.raw_until('\'')?;
                }
                '"' => match self.double_quotes.get(&self.at()) {
                    Some(end) => {
                        self.go(*end)?;
                        blank = false;
                        continue;
                    }
                    // Inside backquotes: nobody knows where it ends.
                    None => {
                        self.raw_bump()?;
                        let text = self.raw_until('"')?.unwrap_or_default();
                        if text.contains(['\\', '$', '`']) {
                            return Ok(false);
                        }
                    }
                },
                '(' => open += 1,
                ')' if open == 0 => return Ok(false),
                ')' => open -= 1,
                // A comment, when bash looks for the end again.
                '#' if blank => return Ok(false),
                _ => {}
            }
            blank = matches!(c, ' ' | '\t' | '\n');
            self.raw_bump()?;
        }
        Ok(open == 0 && self.at() == to)
    }

    /// `((…))` as a command; `None`, with nothing taken, if it is a subshell
    /// in a subshell.
    pub(super) fn arith_command(&mut self) -> Result<Option<Word>> {
        let start = self.at();
        if self.not_arith.contains_key(&start) {
            return Ok(None);
        }
        self.enter()?;
        self.eat("((")?;
        let content = self.at();
        let parts = self.expression(ArithEnd::Parenthesis)?;
        if self.peek().is_none() {
            return self.expected("`))`");
        }
        if !self.eat("))")? {
            self.not_arith.insert(start, None);
            self.go(start)?;
            self.leave();
            return Ok(None);
        }
        let word = self.expand_quotes(parts, content)?;
        self.leave();
        Ok(Some(word))
    }

    /// The three expressions of `for ((…; …; …))`.
    pub(super) fn arith_for(&mut self) -> Result<[Word; 3]> {
        self.enter()?;
        self.eat("((")?;
        let first = self.arithmetic(ArithEnd::Semicolon)?;
        if !self.eat(";")? {
            return self.expected("`;` after the first expression");
        }
        let second = self.arithmetic(ArithEnd::Semicolon)?;
        if !self.eat(";")? {
            return self.expected("`;` after the second expression");
        }
        let third = self.arithmetic(ArithEnd::Semicolon)?;
        if !self.eat("))")? {
            return self.expected("`))` after three expressions");
        }
        self.leave();
        Ok([first, second, third])
    }
}

/// Whether all the ways in which bash looks for the end of `$[…]` find the
/// same one.
fn counts_agree(text: &str) -> bool {
    let quoted = text.contains(['\\', '"', '\'', '`']);
    [('[', ']'), ('{', '}')].iter().all(|(opening, closing)| {
        if !text.contains([*opening, *closing]) {
            return true;
        }
        let mut open = 0_usize;
        for c in text.chars() {
            if c == *opening {
                open += 1;
            } else if c == *closing {
                let Some(less) = open.checked_sub(1) else {
                    return false;
                };
                open = less;
            }
        }
        open == 0 && !quoted
    })
}

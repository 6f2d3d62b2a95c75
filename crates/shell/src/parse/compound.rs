//! Compound commands, functions and coprocesses.

use super::cursor::{Parser, Result, is_name, is_name_start};
use super::list::Keyword;
use crate::ast::{CaseArm, Command, Compound, Script, Word};

impl Parser<'_> {
    /// One command of a pipeline.
    pub(super) fn command(&mut self) -> Result<Command> {
        if let Some(compound) = self.compound()? {
            let redirects = self.redirects()?;
            return Ok(Command::Compound(Box::new(compound), redirects));
        }
        match self.keyword() {
            Some(Keyword::Function) => {
                self.eat_keyword(Keyword::Function)?;
                self.blanks()?;
                let start = self.at();
                if !self.at_word() {
                    return self.expected("a function name");
                }
                self.word()?;
                let name = self.source(start, self.at()).to_owned();
                self.blanks()?;
                self.function_body(name, false)
            }
            Some(Keyword::Coproc) => self.coproc(),
            // Only a reserved word where a pipeline starts.
            Some(Keyword::Time) | None => self.simple(),
            Some(_) => self.expected("a command"),
        }
    }

    /// The compound command here, if one starts here.
    fn compound(&mut self) -> Result<Option<Compound>> {
        if self.peek() == Some('(') {
            if self.looking_at("((")
                && let Some(word) = self.arith_command()?
            {
                return Ok(Some(Compound::Arith(word)));
            }
            self.bump()?;
            let script = self.body()?;
            if !self.eat(")")? {
                return self.expected("`)` to end the subshell");
            }
            return Ok(Some(Compound::Subshell(script)));
        }
        let Some((keyword, end)) = self.keyword_at(self.at()) else {
            return Ok(None);
        };
        if !starts_compound(keyword) {
            return Ok(None);
        }
        self.go(end)?;
        Ok(Some(match keyword {
            Keyword::OpenBrace => {
                let script = self.body()?;
                self.close(Keyword::CloseBrace, "`}`")?;
                Compound::Brace(script)
            }
            Keyword::If => self.conditional()?,
            Keyword::While | Keyword::Until => {
                let condition = self.body()?;
                self.close(Keyword::Do, "`do`")?;
                let body = self.body()?;
                self.close(Keyword::Done, "`done`")?;
                Compound::While {
                    until: keyword == Keyword::Until,
                    condition,
                    body,
                }
            }
            Keyword::Case => self.case()?,
            Keyword::Test => Compound::Test(self.test()?),
            _ => self.loop_over(keyword == Keyword::Select)?,
        }))
    }

    fn close(&mut self, keyword: Keyword, expected: &'static str) -> Result<()> {
        if self.eat_keyword(keyword)? {
            Ok(())
        } else {
            self.expected(expected)
        }
    }

    fn conditional(&mut self) -> Result<Compound> {
        let mut branches = Vec::new();
        let mut otherwise = None;
        loop {
            let condition = self.body()?;
            self.close(Keyword::Then, "`then`")?;
            branches.push((condition, self.body()?));
            if self.eat_keyword(Keyword::Elif)? {
                continue;
            }
            if self.eat_keyword(Keyword::Else)? {
                otherwise = Some(self.body()?);
            }
            self.close(Keyword::Fi, "`fi`")?;
            return Ok(Compound::If {
                branches,
                otherwise,
            });
        }
    }

    /// `for` and `select`, after the word.
    fn loop_over(&mut self, select: bool) -> Result<Compound> {
        self.blanks()?;
        if !select && self.looking_at("((") {
            let exprs = self.arith_for()?;
            self.blanks()?;
            if !self.looking_at(";;") {
                self.eat(";")?;
            }
            self.lines()?;
            return Ok(Compound::ArithFor {
                exprs,
                body: self.loop_body()?,
            });
        }
        let start = self.at();
        if !self.at_word() {
            return self.expected("a variable name");
        }
        self.word()?;
        let name = self.source(start, self.at()).to_owned();
        self.blanks()?;
        let mut words = None;
        if self.looking_at(";") && !self.looking_at(";;") {
            self.eat(";")?;
        } else {
            if self.keyword() == Some(Keyword::OpenBrace) {
                return self.expected("`in`, `do`, `;` or a new line");
            }
            self.lines()?;
            if self.eat_keyword(Keyword::In)? {
                words = Some(self.loop_words()?);
            }
        }
        self.lines()?;
        Ok(Compound::For {
            name,
            words,
            body: self.loop_body()?,
            select,
        })
    }

    fn loop_words(&mut self) -> Result<Vec<Word>> {
        let mut words = Vec::new();
        loop {
            self.blanks_between_words()?;
            if self.at_word() {
                words.push(self.word()?);
            } else if self.peek() == Some('\n') {
                return Ok(words);
            } else if self.looking_at(";") && !self.looking_at(";;") {
                self.eat(";")?;
                return Ok(words);
            } else {
                return self.expected("`;` or a new line after the words");
            }
        }
    }

    fn loop_body(&mut self) -> Result<Script> {
        if self.eat_keyword(Keyword::OpenBrace)? {
            let body = self.body()?;
            self.close(Keyword::CloseBrace, "`}`")?;
            return Ok(body);
        }
        self.close(Keyword::Do, "`do`")?;
        let body = self.body()?;
        self.close(Keyword::Done, "`done`")?;
        Ok(body)
    }

    fn case(&mut self) -> Result<Compound> {
        self.enter()?;
        self.blanks()?;
        if !self.at_word() {
            return self.expected("a word after `case`");
        }
        let word = self.word()?;
        self.lines()?;
        self.close(Keyword::In, "`in`")?;
        let mut arms = Vec::new();
        loop {
            self.lines()?;
            if self.eat_keyword(Keyword::Esac)? {
                break;
            }
            let patterns = self.case_patterns()?;
            let body = self.list()?;
            let last = self.keyword() == Some(Keyword::Esac);
            let falls_through = self.eat(";;&")? || self.eat(";&")?;
            if !falls_through && !self.eat(";;")? && !last {
                return self.expected("`;;` or `esac`");
            }
            arms.push(CaseArm {
                patterns,
                body,
                falls_through,
            });
        }
        self.leave();
        Ok(Compound::Case { word, arms })
    }

    fn case_patterns(&mut self) -> Result<Vec<Word>> {
        self.eat("(")?;
        let mut patterns = Vec::new();
        loop {
            self.blanks()?;
            if !self.at_word() {
                return self.expected("a pattern");
            }
            patterns.push(self.word()?);
            self.blanks()?;
            if self.eat(")")? {
                return Ok(patterns);
            }
            if !self.eat("|")? {
                return self.expected("`|` or `)` after the pattern");
            }
        }
    }

    /// The body of a function, `()` before it.
    pub(super) fn function_body(&mut self, name: String, parentheses: bool) -> Result<Command> {
        let mut at = self.at();
        let mut empty = false;
        if self.char_at(at) == Some('(') {
            at = self.after(at);
            while matches!(self.char_at(at), Some(' ' | '\t')) {
                at = self.after(at);
            }
            empty = self.char_at(at) == Some(')');
        }
        if empty {
            self.go(self.after(at))?;
        } else if parentheses {
            return self.expected("no `(` here");
        }
        self.lines()?;
        let Some(compound) = self.compound()? else {
            return self.expected("a compound command as the function's body");
        };
        let redirects = self.redirects()?;
        let body = Box::new(Command::Compound(Box::new(compound), redirects));
        Ok(Command::Function { name, body })
    }

    fn coproc(&mut self) -> Result<Command> {
        self.eat_keyword(Keyword::Coproc)?;
        self.blanks()?;
        let mut name = None;
        if self.keyword().is_none()
            && let Some((text, end)) = self.coproc_name()
        {
            self.go(end)?;
            self.blanks()?;
            name = Some(text);
        }
        let body = if let Some(compound) = self.compound()? {
            Command::Compound(Box::new(compound), self.redirects()?)
        } else if matches!(self.keyword(), None | Some(Keyword::Time)) {
            match self.simple()? {
                Command::Function { .. } => return self.expected("no function definition here"),
                command => command,
            }
        } else {
            return self.expected("a command");
        };
        Ok(Command::Coproc {
            name,
            body: Box::new(body),
        })
    }

    /// A name with a compound command after it.
    fn coproc_name(&self) -> Option<(String, usize)> {
        let mut at = self.at();
        let mut name = String::new();
        if !self.char_at(at).is_some_and(is_name_start) {
            return None;
        }
        while let Some(c) = self.char_at(at).filter(|c| is_name(*c)) {
            name.push(c);
            at = self.after(at);
        }
        let end = at;
        while matches!(self.char_at(at), Some(' ' | '\t')) {
            at = self.after(at);
        }
        let compound = self.char_at(at) == Some('(')
            || (at > end
                && self
                    .keyword_at(at)
                    .is_some_and(|(word, _)| starts_compound(word)));
        compound.then_some((name, end))
    }
}

fn starts_compound(keyword: Keyword) -> bool {
    matches!(
        keyword,
        Keyword::OpenBrace
            | Keyword::If
            | Keyword::For
            | Keyword::Select
            | Keyword::While
            | Keyword::Until
            | Keyword::Case
            | Keyword::Test
    )
}

//! Lists, and-or lists, pipelines: what joins commands.

use super::cursor::{Parser, Result, is_meta};
use crate::ast::{
    AndOr, Command, Connector, Fd, Item, Part, Pipeline, Redirect, RedirectOp, RedirectTarget,
    Script, Simple, Word,
};

/// Reserved words, by what they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    If,
    Then,
    Elif,
    Else,
    Fi,
    For,
    Select,
    While,
    Until,
    Do,
    Done,
    Case,
    Esac,
    Function,
    Coproc,
    Time,
    Bang,
    OpenBrace,
    CloseBrace,
    Test,
    TestEnd,
    In,
}

impl Keyword {
    fn from_text(text: &str) -> Option<Self> {
        Some(match text {
            "if" => Self::If,
            "then" => Self::Then,
            "elif" => Self::Elif,
            "else" => Self::Else,
            "fi" => Self::Fi,
            "for" => Self::For,
            "select" => Self::Select,
            "while" => Self::While,
            "until" => Self::Until,
            "do" => Self::Do,
            "done" => Self::Done,
            "case" => Self::Case,
            "esac" => Self::Esac,
            "function" => Self::Function,
            "coproc" => Self::Coproc,
            "time" => Self::Time,
            "!" => Self::Bang,
            "{" => Self::OpenBrace,
            "}" => Self::CloseBrace,
            "[[" => Self::Test,
            "]]" => Self::TestEnd,
            "in" => Self::In,
            _ => return None,
        })
    }

    /// It ends the list before it.
    fn closes(self) -> bool {
        matches!(
            self,
            Self::Then
                | Self::Elif
                | Self::Else
                | Self::Fi
                | Self::Do
                | Self::Done
                | Self::Esac
                | Self::CloseBrace
        )
    }
}

/// Length of the longest reserved word.
const LONGEST: usize = 8;

impl Parser<'_> {
    /// The reserved word here, and where it ends. Only meaningful where bash
    /// looks for one.
    pub(super) fn keyword_at(&self, mut at: usize) -> Option<(Keyword, usize)> {
        let (mut text, mut length) = ([0; LONGEST], 0);
        while let Some(c) = self.char_at(at) {
            if !(c.is_ascii_lowercase() || matches!(c, '!' | '{' | '}' | '[' | ']')) {
                break;
            }
            // A longer word is none of them.
            *text.get_mut(length)? = u8::try_from(c).ok()?;
            length += 1;
            at = self.after(at);
        }
        if length == 0 || !self.ends_word(at) {
            return None;
        }
        let text = std::str::from_utf8(text.get(..length)?).ok()?;
        Keyword::from_text(text).map(|k| (k, at))
    }

    /// Whether a plain word that reaches up to here ends here.
    pub(super) fn ends_word(&self, at: usize) -> bool {
        match self.char_at(at) {
            None => true,
            Some('<' | '>') => self.char_at(self.after(at)) != Some('('),
            Some('\r') => matches!(self.char_at(at + 1), None | Some('\n')),
            Some(c) => is_meta(c),
        }
    }

    /// The reserved word that comes next.
    pub(super) fn keyword(&self) -> Option<Keyword> {
        self.keyword_at(self.at()).map(|(keyword, _)| keyword)
    }

    /// Takes the reserved word if it comes next.
    pub(super) fn eat_keyword(&mut self, wanted: Keyword) -> Result<bool> {
        match self.keyword_at(self.at()) {
            Some((found, end)) if found == wanted => {
                self.go(end)?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// A list that may be empty, up to what cannot start a command.
    pub(super) fn list(&mut self) -> Result<Script> {
        let mut items = Vec::new();
        let mut semicolon = false;
        loop {
            self.lines()?;
            if self.at_list_end() {
                break;
            }
            // Bash 5.2 prints a `$(…)` and parses it again, and loses the `;`
            // after a here-document: `a; b` becomes `a b`.
            if semicolon && self.scope.substitution && self.scope.announced {
                return self.expected("a new line instead of `;` after the here-document");
            }
            self.after_redirect = false;
            let list = self.and_or()?;
            self.blanks()?;
            let mut background = false;
            semicolon = false;
            let more = if self.looking_at(";;") || self.looking_at(";&") {
                false
            } else if self.looking_at("&") && !self.looking_at("&&") {
                background = true;
                self.eat("&")?
            } else if self.peek() == Some('\n') {
                self.newline()?;
                true
            } else {
                semicolon = self.eat(";")?;
                semicolon
            };
            items.push(Item { list, background });
            if !more {
                if self.after_redirect && self.keyword().is_some() {
                    return self.expected("`;` or a new line");
                }
                break;
            }
        }
        Ok(Script { items })
    }

    /// A list with at least one command.
    pub(super) fn body(&mut self) -> Result<Script> {
        self.enter()?;
        let script = self.list()?;
        if script.items.is_empty() {
            return self.expected("a command");
        }
        self.leave();
        Ok(script)
    }

    fn at_list_end(&self) -> bool {
        match self.peek() {
            None | Some(')') => true,
            Some(';') => self.looking_at(";;") || self.looking_at(";&"),
            _ => self.keyword().is_some_and(Keyword::closes),
        }
    }

    fn and_or(&mut self) -> Result<AndOr> {
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            self.blanks()?;
            let connector = if self.eat("&&")? {
                Connector::And
            } else if self.eat("||")? {
                Connector::Or
            } else {
                return Ok(AndOr { first, rest });
            };
            self.lines()?;
            rest.push((connector, self.pipeline()?));
        }
    }

    fn pipeline(&mut self) -> Result<Pipeline> {
        let mut pipeline = Pipeline {
            negated: false,
            timed: false,
            commands: Vec::with_capacity(1),
        };
        let mut prefixed = false;
        loop {
            if self.eat_keyword(Keyword::Bang)? || self.bang_before_subshell()? {
                pipeline.negated = !pipeline.negated;
            } else if self.eat_keyword(Keyword::Time)? {
                pipeline.timed = true;
                self.blanks()?;
                for option in ["-p", "--"] {
                    if let Some(end) = self.follows(self.at(), option)
                        && self.ends_word(end)
                    {
                        self.go(end)?;
                        self.blanks()?;
                    }
                }
            } else {
                break;
            }
            prefixed = true;
            self.blanks()?;
        }
        let alone = match self.peek() {
            None | Some('\n') => true,
            Some(';') => !self.looking_at(";;"),
            Some(')') => pipeline.timed && self.scope.substitution,
            _ => false,
        };
        if prefixed && alone {
            pipeline.commands.push(Command::Simple(Simple::default()));
            return Ok(pipeline);
        }
        loop {
            self.after_redirect = false;
            pipeline.commands.push(self.command()?);
            self.blanks()?;
            if self.looking_at("||") {
                break;
            } else if self.eat("|&")? {
                if let Some(command) = pipeline.commands.last_mut() {
                    pipe_errors_too(command);
                }
            } else if !self.eat("|")? {
                break;
            }
            self.lines()?;
            if self.keyword() == Some(Keyword::Bang) {
                return self.expected("a command (`!` belongs before the pipeline)");
            }
        }
        Ok(pipeline)
    }

    /// `!(…)`: without `extglob`, which is off by default, a negated subshell.
    fn bang_before_subshell(&mut self) -> Result<bool> {
        if self.looking_at("!(") {
            self.eat("!")
        } else {
            Ok(false)
        }
    }
}

/// `|&` is `2>&1 |`.
fn pipe_errors_too(command: &mut Command) {
    let redirect = Redirect {
        fd: Some(Fd::Number(2)),
        op: RedirectOp::DupOut,
        target: RedirectTarget::Word(Word {
            parts: vec![Part::Plain("1".to_owned())],
        }),
    };
    match command {
        Command::Simple(simple) => simple.redirects.push(redirect),
        Command::Compound(_, redirects) => redirects.push(redirect),
        Command::Coproc { body, .. } => pipe_errors_too(body),
        // Defining a function writes nothing.
        Command::Function { .. } => {}
    }
}

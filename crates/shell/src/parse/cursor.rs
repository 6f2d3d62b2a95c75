//! The position in the text, and every way to move it.
//!
//! Two rules keep the rest simple. Outside single quotes and comments `at`
//! never rests on a line continuation, so no rule has to think of them. And
//! every move costs a step, so that whatever is read twice is paid for twice.

use std::collections::{BTreeMap, VecDeque};

use palisade_core::limits::SHELL_DEPTH;

use super::ParseError;
use super::heredoc::Pending;
use crate::ast::{Script, Word};

/// What a rule returns.
pub(super) type Result<T> = std::result::Result<T, ParseError>;

/// Steps allowed per byte: nested constructs that are read twice (`$((` that
/// is no arithmetic) cost their length once per level.
const STEPS_PER_BYTE: usize = 64;
/// Steps allowed on top, for short texts.
const STEPS_FREE: usize = 16 * 1024;

/// Where the text comes from, to report offsets in what the caller gave.
#[derive(Clone, Copy, Debug)]
enum Origin {
    /// The text starts at this offset.
    Slice(usize),
    /// The text was rewritten; everything is reported at this offset.
    Fixed(usize),
}

/// Here-documents belong to the input in which they were announced: the
/// script, or one `$(…)` in it.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// Announced, not yet read, in order.
    pub(super) pending: Vec<Pending>,
    /// Read, in the order of their operators.
    pub(super) bodies: VecDeque<Word>,
    /// There was one.
    pub(super) announced: bool,
    /// The input ends at `)`.
    pub(super) substitution: bool,
}

/// The recursive-descent parser.
#[derive(Debug)]
pub(super) struct Parser<'t> {
    text: &'t str,
    at: usize,
    origin: Origin,
    depth: usize,
    steps: usize,
    budget: usize,
    /// Parts of the tree that are still allowed.
    parts: usize,
    pub(super) scope: Scope,
    /// `((` and `$((` already known not to be arithmetic; with the end of the
    /// whole `$(…)` for the latter.
    pub(super) not_arith: BTreeMap<usize, Option<usize>>,
    /// Inside that many `$((`.
    pub(super) expressions: usize,
    /// Inside that many groups which bash closes by counting parentheses,
    /// also those in `${…}`.
    pub(super) groups: usize,
    /// Where the double quotes in them start and end.
    pub(super) double_quotes: BTreeMap<usize, usize>,
    /// A reserved word cannot follow: redirections stand in between.
    pub(super) after_redirect: bool,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str, parts: usize) -> Self {
        let mut parser = Self {
            text,
            parts,
            at: 0,
            origin: Origin::Slice(0),
            depth: 0,
            steps: 0,
            budget: text
                .len()
                .saturating_mul(STEPS_PER_BYTE)
                .saturating_add(STEPS_FREE),
            scope: Scope::default(),
            not_arith: BTreeMap::new(),
            expressions: 0,
            groups: 0,
            double_quotes: BTreeMap::new(),
            after_redirect: false,
        };
        parser.at = parser.skip_continuations(0);
        parser
    }

    /// Steps taken so far.
    pub(super) fn steps(&self) -> usize {
        self.steps
    }

    /// The whole text as one script.
    pub(super) fn whole_script(&mut self) -> Result<Script> {
        let mut script = self.list()?;
        if self.peek().is_some() {
            return self.expected("end of the command");
        }
        self.finish_scope(&mut script)?;
        Ok(script)
    }

    /// Runs `rule` on a part of the text that was cut out by its own rules.
    /// `exact` is where it starts if it was not rewritten.
    pub(super) fn within<T>(
        &mut self,
        text: &str,
        start: usize,
        exact: bool,
        rule: impl FnOnce(&mut Parser<'_>) -> Result<T>,
    ) -> Result<T> {
        self.enter()?;
        let offset = self.locate(start);
        let mut inner = Parser {
            text,
            at: 0,
            origin: if exact && matches!(self.origin, Origin::Slice(_)) {
                Origin::Slice(offset)
            } else {
                Origin::Fixed(offset)
            },
            depth: self.depth,
            steps: self.steps,
            budget: self.budget,
            parts: self.parts,
            scope: Scope::default(),
            not_arith: BTreeMap::new(),
            expressions: 0,
            groups: 0,
            double_quotes: BTreeMap::new(),
            after_redirect: false,
        };
        inner.at = inner.skip_continuations(0);
        let outcome = rule(&mut inner);
        self.steps = inner.steps;
        self.parts = inner.parts;
        self.leave();
        outcome
    }

    /// One level deeper; every rule that can contain itself goes through here.
    pub(super) fn enter(&mut self) -> Result<()> {
        if self.depth >= SHELL_DEPTH {
            return Err(ParseError::TooDeep {
                offset: self.locate(self.at),
            });
        }
        self.depth += 1;
        Ok(())
    }

    /// Back up. Not called on errors: those end the parse.
    pub(super) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    fn locate(&self, at: usize) -> usize {
        match self.origin {
            Origin::Slice(start) => start.saturating_add(at),
            Origin::Fixed(offset) => offset,
        }
    }

    /// A syntax error here.
    pub(super) fn expected<T>(&self, expected: &'static str) -> Result<T> {
        self.expected_at(self.at, expected)
    }

    /// A syntax error there.
    pub(super) fn expected_at<T>(&self, at: usize, expected: &'static str) -> Result<T> {
        Err(ParseError::Syntax {
            offset: self.locate(at),
            expected,
        })
    }

    /// Where we are.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The text in between, as written.
    pub(super) fn source(&self, from: usize, to: usize) -> &'t str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// The next character.
    pub(super) fn peek(&self) -> Option<char> {
        self.char_at(self.at)
    }

    /// The character there.
    pub(super) fn char_at(&self, at: usize) -> Option<char> {
        match self.text.as_bytes().get(at)? {
            b if b.is_ascii() => Some(char::from(*b)),
            _ => self.text.get(at..)?.chars().next(),
        }
    }

    /// The position after the character there and any line continuations.
    pub(super) fn after(&self, at: usize) -> usize {
        let width = self.char_at(at).map_or(0, char::len_utf8);
        self.skip_continuations(at + width)
    }

    fn skip_continuations(&self, mut at: usize) -> usize {
        let bytes = self.text.as_bytes();
        while bytes.get(at) == Some(&b'\\') && bytes.get(at + 1) == Some(&b'\n') {
            at += 2;
        }
        at
    }

    /// Whether the text goes on with these ASCII characters.
    pub(super) fn looking_at(&self, what: &str) -> bool {
        self.follows(self.at, what).is_some()
    }

    /// The position after `what` if the text goes on with it at `at`.
    pub(super) fn follows(&self, mut at: usize, what: &str) -> Option<usize> {
        for c in what.chars() {
            if self.char_at(at) != Some(c) {
                return None;
            }
            at = self.after(at);
        }
        Some(at)
    }

    /// Moves to a position, forwards or back; only forwards costs.
    pub(super) fn go(&mut self, to: usize) -> Result<()> {
        self.steps = self.steps.saturating_add(to.saturating_sub(self.at).max(1));
        self.at = to;
        if self.steps > self.budget {
            return Err(ParseError::TooComplex {
                offset: self.locate(to),
            });
        }
        Ok(())
    }

    /// Counts what the tree is made of: what is read has to be understood.
    pub(super) fn part(&mut self, cost: usize) -> Result<()> {
        match self.parts.checked_sub(cost) {
            Some(left) => {
                self.parts = left;
                Ok(())
            }
            None => Err(ParseError::TooComplex {
                offset: self.locate(self.at),
            }),
        }
    }

    /// Takes the next character.
    pub(super) fn bump(&mut self) -> Result<Option<char>> {
        let c = self.peek();
        if c.is_some() {
            self.go(self.after(self.at))?;
        }
        Ok(c)
    }

    /// Takes the characters up to the first that is not `wanted`; those must
    /// be ASCII and no backslash, which could begin a continuation.
    pub(super) fn run(&mut self, wanted: impl Fn(u8) -> bool) -> Result<&'t str> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.bytes().take_while(|b| wanted(*b)).count();
        if length > 0 {
            self.go(self.skip_continuations(self.at + length))?;
        }
        Ok(rest.get(..length).unwrap_or_default())
    }

    /// Takes the rest of the line as it stands, and the newline after it;
    /// whether there was one.
    pub(super) fn raw_line(&mut self) -> Result<(&'t str, bool)> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let (line, ended) = match rest.split_once('\n') {
            Some((line, _)) => (line, true),
            None => (rest, false),
        };
        self.go(self.at + line.len() + usize::from(ended))?;
        Ok((line, ended))
    }

    /// Takes these characters if they come next.
    pub(super) fn eat(&mut self, what: &str) -> Result<bool> {
        match self.follows(self.at, what) {
            Some(next) => {
                self.go(next)?;
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// Moves to the next `stop` as it stands, without regard to anything,
    /// and returns the text before it. The position is left on `stop`.
    pub(super) fn raw_until(&mut self, stop: char) -> Result<Option<&'t str>> {
        let from = self.at;
        let rest = self.text.get(from..).unwrap_or_default();
        match rest.find(stop) {
            Some(length) => {
                self.go(from + length)?;
                Ok(rest.get(..length))
            }
            None => {
                self.go(self.text.len())?;
                Ok(None)
            }
        }
    }

    /// The next character as it stands, continuations included.
    pub(super) fn raw_bump(&mut self) -> Result<Option<char>> {
        let c = self.peek();
        if let Some(c) = c {
            self.go(self.at + c.len_utf8())?;
        }
        Ok(c)
    }

    /// Takes a backslash and the character it quotes. What follows the
    /// backslash is no continuation, even if it looks like the start of one.
    pub(super) fn escaped(&mut self) -> Result<Option<char>> {
        self.part(1)?;
        self.raw_bump()?;
        let c = self.raw_bump()?;
        self.settle()?;
        Ok(c)
    }

    /// Back to normal reading after raw reading.
    pub(super) fn settle(&mut self) -> Result<()> {
        self.go(self.skip_continuations(self.at))
    }

    /// Past blanks and comments; only where a token may start.
    pub(super) fn blanks(&mut self) -> Result<()> {
        self.spaces(true)
    }

    /// The same between the words of a command, where a carriage return is
    /// one of them.
    pub(super) fn blanks_between_words(&mut self) -> Result<()> {
        self.spaces(false)
    }

    fn spaces(&mut self, returns: bool) -> Result<()> {
        loop {
            match self.peek() {
                Some(' ' | '\t') => {
                    self.run(|b| matches!(b, b' ' | b'\t'))?;
                }
                Some('\r') if returns && matches!(self.char_at(self.at + 1), None | Some('\n')) => {
                    self.go(self.at + 1)?;
                }
                Some('#') => {
                    self.raw_until('\n')?;
                    return Ok(());
                }
                _ => return Ok(()),
            }
        }
    }

    /// Past blanks, comments and newlines.
    pub(super) fn lines(&mut self) -> Result<()> {
        loop {
            self.blanks()?;
            if self.peek() != Some('\n') {
                return Ok(());
            }
            self.newline()?;
        }
    }

    /// Takes a newline that is a token: announced here-documents follow it.
    pub(super) fn newline(&mut self) -> Result<()> {
        self.raw_bump()?;
        self.gather()?;
        self.settle()
    }
}

/// A character that ends a word unless something else is made of it.
pub(super) fn is_meta(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')'
    )
}

/// The first character of a variable name.
pub(super) fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

/// A further character of a variable name.
pub(super) fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

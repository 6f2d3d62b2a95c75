//! A position in a list of tokens, with the caps every parser needs.

use super::lex::Tok;

/// Nesting a parser follows.
pub(super) const NESTING: usize = 32;
/// Tokens of one snippet.
pub(super) const TOKENS: usize = 7_000;

/// Tokens being parsed.
#[derive(Debug)]
pub(super) struct Cursor {
    toks: Vec<Tok>,
    pub(super) at: usize,
    depth: usize,
    /// A cap was reached, or tokens were passed over.
    pub(super) limited: bool,
    /// Functions so far; their identifiers.
    pub(super) functions: usize,
}

impl Cursor {
    pub(super) fn new(toks: Vec<Tok>, complete: bool, depth: usize, functions: usize) -> Self {
        Self {
            toks,
            at: 0,
            depth,
            limited: !complete,
            functions,
        }
    }

    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// Goes one level deeper; `false` when it is deep enough.
    pub(super) fn enter(&mut self) -> bool {
        if self.depth >= NESTING {
            self.limited = true;
            return false;
        }
        self.depth += 1;
        true
    }

    pub(super) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    pub(super) fn peek(&self) -> Option<&Tok> {
        self.toks.get(self.at)
    }

    pub(super) fn look(&self, ahead: usize) -> Option<&Tok> {
        self.toks.get(self.at + ahead)
    }

    pub(super) fn next(&mut self) -> Option<Tok> {
        let tok = self.toks.get(self.at).cloned()?;
        self.at += 1;
        Some(tok)
    }

    pub(super) fn is(&self, op: &str) -> bool {
        self.is_at(0, op)
    }

    pub(super) fn is_at(&self, ahead: usize, op: &str) -> bool {
        matches!(self.look(ahead), Some(Tok::Op(o)) if *o == op)
    }

    pub(super) fn eat(&mut self, op: &str) -> bool {
        let found = self.is(op);
        if found {
            self.at += 1;
        }
        found
    }

    pub(super) fn op(&self) -> Option<&'static str> {
        match self.peek() {
            Some(Tok::Op(op)) => Some(op),
            _ => None,
        }
    }

    pub(super) fn word(&self) -> Option<&str> {
        self.word_at(0)
    }

    pub(super) fn word_at(&self, ahead: usize) -> Option<&str> {
        match self.look(ahead) {
            Some(Tok::Name(name)) => Some(name),
            _ => None,
        }
    }

    /// The word just passed.
    pub(super) fn back_word(&self) -> Option<&str> {
        match self.at.checked_sub(1).and_then(|at| self.toks.get(at)) {
            Some(Tok::Name(name)) => Some(name),
            _ => None,
        }
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.word() == Some(word)
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        if found {
            self.at += 1;
        }
        found
    }

    pub(super) fn name(&mut self) -> Option<String> {
        let name = self.word()?.to_owned();
        self.at += 1;
        Some(name)
    }

    pub(super) fn new_function(&mut self) -> usize {
        self.functions += 1;
        self.functions
    }

    /// Passes over what an opening bracket begins, up to its end.
    pub(super) fn skip_group(&mut self) {
        let mut depth = 0_usize;
        while let Some(tok) = self.next() {
            match tok {
                Tok::Op("(" | "[" | "{") => depth += 1,
                Tok::Op(")" | "]" | "}") => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return;
                    }
                }
                _ => {}
            }
        }
    }
}

//! `[[ … ]]`

use super::cursor::{Parser, Result};
use super::quote::Builder;
use super::word::End;
use crate::ast::{Part, Word};

const BINARY: [&str; 14] = [
    "=", "==", "!=", "=~", "-nt", "-ot", "-ef", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "<",
];

impl Parser<'_> {
    /// The operands and operators, after `[[`, with the `]]` taken.
    pub(super) fn test(&mut self) -> Result<Vec<Word>> {
        let mut words = Vec::new();
        let mut open = 0_usize;
        loop {
            // A term, after any `!` and `(`.
            self.lines()?;
            if self.eat("(")? {
                open += 1;
                words.push(operator("("));
                continue;
            }
            if self.looking_at("!") && self.bang_stands_alone() {
                self.bump()?;
                words.push(operator("!"));
                continue;
            }
            self.term(&mut words)?;
            // What joins it to the next one.
            loop {
                self.lines()?;
                if open > 0 && self.eat(")")? {
                    open -= 1;
                    words.push(operator(")"));
                } else {
                    break;
                }
            }
            if self.eat("&&")? {
                words.push(operator("&&"));
            } else if self.eat("||")? {
                words.push(operator("||"));
            } else if open == 0 && self.eat_end()? {
                return Ok(words);
            } else {
                return self.expected("`]]`, `&&` or `||`");
            }
        }
    }

    /// `!`, or `!(`, which is no pattern on this side.
    fn bang_stands_alone(&self) -> bool {
        let next = self.after(self.at());
        self.ends_word(next)
    }

    fn eat_end(&mut self) -> Result<bool> {
        match self.follows(self.at(), "]]") {
            Some(end) if self.ends_word(end) => {
                self.go(end)?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    fn at_end(&self) -> bool {
        self.follows(self.at(), "]]")
            .is_some_and(|end| self.ends_word(end))
    }

    fn operand(&mut self, words: &mut Vec<Word>, end: End) -> Result<()> {
        self.blanks()?;
        let group = end == End::Regex && self.peek() == Some('(');
        if self.at_end() || !(group || self.at_word()) {
            return self.expected("an operand");
        }
        words.push(self.unquoted(Builder::plain(), end)?);
        Ok(())
    }

    fn term(&mut self, words: &mut Vec<Word>) -> Result<()> {
        let start = self.at();
        self.operand(words, End::Word)?;
        if is_unary(self.source(start, self.at())) {
            return self.operand(words, End::Word);
        }
        self.blanks()?;
        if self.at_end() {
            return Ok(());
        }
        if self.at_word() {
            let start = self.at();
            let word = self.word()?;
            let text = self.source(start, self.at());
            if !BINARY.contains(&text) {
                return self.expected_at(start, "a binary operator");
            }
            words.push(word);
            return self.operand(words, if text == "=~" { End::Regex } else { End::Word });
        }
        for text in ["<", ">"] {
            if self.eat(text)? {
                words.push(operator(text));
                return self.operand(words, End::Word);
            }
        }
        if self.peek() == Some('\n') {
            return self.expected("a binary operator on this line");
        }
        Ok(())
    }
}

fn operator(text: &str) -> Word {
    Word {
        parts: vec![Part::Plain(text.to_owned())],
    }
}

fn is_unary(text: &str) -> bool {
    matches!(text.as_bytes(), [b'-', letter] if b"abcdefghknoprstuvwxzGLNORS".contains(letter))
}

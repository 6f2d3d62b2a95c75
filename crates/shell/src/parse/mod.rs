//! Text becomes a syntax tree, the way bash 5 reads it.
//!
//! The guard's decision is only as good as this reading: text that bash runs
//! and the parser takes for data is a bypass. So the parser follows bash in
//! where every quote, substitution and here-document *ends*, and refuses what
//! it cannot read instead of guessing. It never expands, runs or looks
//! anything up.
//!
//! Where it knowingly differs from `bash -n`:
//!
//! - Backquotes, here-document bodies and `${…}` are parsed at once; bash
//!   does so when the command runs. Damaged ones are errors here.
//! - Extended globs are text wherever they can stand, whether or not
//!   `extglob` is set; `!(…)` where a command is expected is a negated
//!   subshell, which is what bash does by default.
//! - A carriage return before a newline is white space where a command, an
//!   operator or a reserved word could stand, and after a reserved word. In
//!   and between other words it is text, as in bash.
//! - A backslash at the very end is an error: bash keeps it or drops it,
//!   depending on where the line before it began. So is a null byte, and a
//!   here-document whose body starts only after its `$(…)` has ended.
//!
//! It is bounded: length, nesting and the number of steps (which only
//! constructs that bash itself reads twice can drive above the length) all
//! have caps, and each cap is an error of its own.

mod ansi;
mod arith;
mod arrays;
mod compound;
mod cursor;
mod heredoc;
mod list;
mod param;
mod quote;
mod redirect;
mod simple;
mod test;
mod word;

#[cfg(test)]
mod tests;

use std::fmt;

use palisade_core::limits::{COMMAND_BYTES, SCRIPT_PARTS};

use self::cursor::Parser;
use crate::ast::Script;

/// Why a text was not understood.
///
/// Offsets are bytes from the start of the text; inside backquotes and
/// here-documents they point at the construct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// Longer than the cap.
    TooLong {
        /// Length of the text.
        bytes: usize,
    },
    /// Nested deeper than the cap.
    TooDeep {
        /// Where the cap was reached.
        offset: usize,
    },
    /// Reading it takes too many steps for its length.
    TooComplex {
        /// Where the parser gave up.
        offset: usize,
    },
    /// Not a shell script.
    Syntax {
        /// Where the parser was.
        offset: usize,
        /// What would have been right there.
        expected: &'static str,
    },
}

impl ParseError {
    /// A cap was reached: the text may well be valid.
    pub fn is_limit(&self) -> bool {
        !matches!(self, Self::Syntax { .. })
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes } => {
                write!(f, "command of {bytes} bytes is longer than {COMMAND_BYTES}")
            }
            Self::TooDeep { offset } => write!(f, "nested too deeply at byte {offset}"),
            Self::TooComplex { offset } => write!(f, "too complex to read at byte {offset}"),
            Self::Syntax { offset, expected } => {
                write!(f, "syntax error at byte {offset}: expected {expected}")
            }
        }
    }
}

impl std::error::Error for ParseError {}

/// Parses a whole script or command line.
pub fn parse(text: &str) -> Result<Script, ParseError> {
    parse_counted(text, SCRIPT_PARTS).0
}

/// [`parse`] of a text with at most this many parts: words, quotes,
/// expansions, and commands for [`palisade_core::limits::COMMAND_PARTS`].
pub(crate) fn parse_within(text: &str, parts: usize) -> Result<Script, ParseError> {
    parse_counted(text, parts).0
}

/// [`parse_within`], and the number of steps it took.
fn parse_counted(text: &str, parts: usize) -> (Result<Script, ParseError>, usize) {
    if text.len() > COMMAND_BYTES {
        return (Err(ParseError::TooLong { bytes: text.len() }), 0);
    }
    if let Some(offset) = text.bytes().position(|b| b == 0) {
        let error = ParseError::Syntax {
            offset,
            expected: "no null byte",
        };
        return (Err(error), text.len());
    }
    let mut parser = Parser::new(text, parts);
    let script = parser.whole_script();
    (script, parser.steps())
}

//! A command line becomes effects.
//!
//! Pure: runs nothing, touches no disk. What has to be looked up outside (a
//! script's text, an environment variable) comes through [`Observer`].

pub mod ast;
pub mod print;

mod arg;
mod embedded;
mod holes;
mod parse;
mod programs;
mod url;

pub use arg::{Arg, Hole, Origin};
pub use parse::{ParseError, parse};

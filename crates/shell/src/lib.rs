//! A command line becomes effects.
//!
//! Pure: runs nothing, touches no disk. What has to be looked up outside (a
//! script's text, an environment variable) comes through [`Observer`].

pub mod ast;
pub mod print;

mod arg;
mod decode;
mod embedded;
mod expand;
mod holes;
mod lower;
mod parse;
mod programs;
mod project;
mod selectors;
mod state;
mod understand;
pub mod url;
mod wrappers;

pub use arg::{Arg, Hole, Origin};
pub use parse::{ParseError, parse};
pub use selectors::SELECTORS;
pub use understand::{
    Blind, Context, Invocation, Observer, Understanding, understand, understand_powershell,
};

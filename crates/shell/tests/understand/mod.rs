//! From a command line to effects.

mod corpus;
mod expansion;
mod limits;
mod obfuscating;
mod origins;
mod recipes;
mod scripts;
mod soup;
mod sql;
mod support;
mod wrapping;

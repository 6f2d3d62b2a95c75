//! From a command line to effects.

mod corpus;
mod expansion;
mod limits;
mod origins;
mod scripts;
mod soup;
mod support;
mod wrapping;

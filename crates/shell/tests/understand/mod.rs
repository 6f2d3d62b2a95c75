//! From a command line to effects.

mod corpus;
mod limits;
mod scripts;
mod support;
mod wrapping;

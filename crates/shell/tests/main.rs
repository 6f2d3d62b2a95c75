//! Integration tests, one binary.

mod corpus;
mod limits;
mod parse;
mod scripts;
mod support;
mod wrapping;

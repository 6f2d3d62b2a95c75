//! Integration tests, one binary.

mod parse;
#[cfg(test)]
mod understand;

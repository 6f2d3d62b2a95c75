//! The parser against the real bash, and against hostile input.

mod accept;
mod bash;
mod behave;
mod bounds;
mod words;

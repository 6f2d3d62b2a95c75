//! GitHub Copilot CLI.
//!
//! Hook calls do not name their event, so the installed command does. Answers
//! are top-level. Established by running 1.0.102: `modifiedResult` replaces a
//! result, `decision: block` with exit code 2 keeps a prompt from being sent,
//! and an `ask` that nobody can answer is a denial.

mod decode;
mod encode;

pub use decode::decode;
pub use encode::{encode, encode_event};

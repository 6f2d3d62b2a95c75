//! Gemini CLI.
//!
//! Answers are top-level (`decision`, `reason`). Established by running 0.61.0:
//! a denial after a tool puts its reason in the place of the result; a denial
//! before the agent turn sends nothing to the model; an `ask` that nobody can
//! answer hangs the process, so it is only given where a person sits before a
//! terminal. Calls carry no identifier.

mod decode;
mod encode;

pub use decode::decode;
pub use encode::{encode, encode_event};

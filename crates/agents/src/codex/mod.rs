//! Codex CLI.
//!
//! Its hook calls look like Claude Code's; its answers are read strictly: an
//! unknown field, or an `ask`, lets the call run. A denial is therefore a line
//! on stderr and exit code 2 and nothing else.
//!
//! Established by running 0.169.0 against a local endpoint: `cwd` is the
//! working directory of the command; `decision: block` after a tool replaces
//! its output; what is written to a running command (`write_stdin`) and
//! `view_image` reach no hook.

mod decode;
mod encode;

pub use decode::decode;
pub use encode::{encode, encode_event};

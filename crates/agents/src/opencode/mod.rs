//! OpenCode.
//!
//! It has no command hooks: a plugin, [`PLUGIN`], hands every tool call to the
//! hook program and throws when the answer is no, or is no answer. The JSON in
//! between is ours. Established by running 1.18.33: a throw before a tool stops
//! it and the model reads the message; a throw on a message sends nothing; the
//! output of a tool can be replaced.

mod decode;
mod encode;

pub use decode::decode;
pub use encode::{encode, encode_event};

/// The plugin, with `PROGRAM` and `ARGS` still to be filled in by JSON texts.
pub const PLUGIN: &str = include_str!("plugin.js");

//! Claude Code.
//!
//! What it writes to a hook ([`decode`]), what it obeys ([`encode`]), what can
//! be told of a call that is not JSON ([`sniff`]), and what a prompt pulls in
//! past every hook ([`embedded_commands`], [`mentions`]). Behind the feature
//! `settings`: its settings files, what they leave open, and how the guard is
//! put into them and taken out again.
//!
//! Behaviour that is not documented by the vendor was established by running
//! 2.1.329 against a local endpoint; `README.md` beside this file holds the
//! table.

mod decode;
mod encode;
mod expansion;
#[cfg(feature = "settings")]
pub mod settings;
mod sniff;
mod tools;

pub use decode::decode;
pub use encode::{encode, encode_event};
pub use expansion::{
    EmbeddedCommand, embedded_commands, expansion_files, front_matter_name, mentions, skill_folders,
};
pub use sniff::sniff;

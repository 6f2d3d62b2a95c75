//! What each coding agent says and understands: hook calls, settings, install and remove.
//!
//! One module per agent. This crate translates: an agent's hook input becomes
//! a [`palisade_core::Action`], a [`palisade_core::Answer`] becomes the bytes
//! and the exit code that agent obeys. It decides nothing.
//!
//! Without the feature `settings` it is what the hook links: no file is opened
//! and nothing is searched for.

pub mod claude;
mod hook;
mod json;
mod text;

pub use hook::{DecodeError, HookEnv, HookOutput, Sniff};

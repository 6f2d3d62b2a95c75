//! What each coding agent says and understands: hook calls, settings, install and remove.
//!
//! One module per agent. This crate translates: an agent's hook input becomes
//! a [`palisade_core::Action`], a [`palisade_core::Answer`] becomes the bytes
//! and the exit code that agent obeys. It decides nothing.
//!
//! Without the feature `settings` it is what the hook links: no file is opened
//! and nothing is searched for.

pub mod claude;
pub mod cline;
pub mod codex;
mod contract;
pub mod copilot;
pub mod cursor;
#[cfg(feature = "settings")]
pub mod facts;
mod fields;
pub mod gemini;
mod hook;
#[cfg(feature = "settings")]
pub mod install;
mod json;
pub mod kiro;
mod mcp;
pub mod opencode;
mod patch;
mod said;
mod text;
pub mod transcript;
pub mod vscode;
pub mod windsurf;

pub use contract::{NAMES_NO_EVENT, decode, encode, sniff};
pub use hook::{DecodeError, HookEnv, HookOutput, Sniff};

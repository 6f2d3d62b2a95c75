//! Real agents against a scripted model endpoint on loopback.
//!
//! What a guard promises can only be shown with the agent it guards: this crate
//! starts the real command-line agent in a home and a repository of its own,
//! plays the model provider on `127.0.0.1`, and judges by what is on the disk and
//! by what the endpoint received. The agent's exit status says nothing about a
//! denied call and is never asked.
//!
//! Nothing here needs a key or the internet, and nothing here may stand in for a
//! part of Palisade: the binaries under test are the ones a user installs. The
//! only substitutes are [`Substitute`]s, which exist to show that the scenarios
//! notice a guard that does nothing or refuses everything.

#![allow(
    clippy::indexing_slicing,
    reason = "indexing a shared JSON value yields null where there is nothing"
)]

pub mod agents;
pub mod binaries;
pub mod canary;
pub mod checks;
mod dialects;
pub mod endpoint;
pub mod exec;
pub mod http;
pub mod journal;
pub mod other;
pub mod run;
pub mod script;
pub mod sink;
mod sse;
pub mod substitute;
pub mod world;

pub use checks::{Broken, Checks, Outcome};
pub use endpoint::Endpoint;
pub use run::{Run, ToolResult};
pub use script::{Call, Script};
pub use sink::Sink;
pub use substitute::Substitute;
pub use world::{Options, Setup, World};

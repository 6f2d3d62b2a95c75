//! The guard with the real agent, judged by the disk and by what the model
//! provider received.
//!
//! Every denial has a benign twin, and every scenario a proof: the same scenario
//! with a substituted guard must notice. A `deny_…` scenario runs once more with a
//! hook that never objects, and then *each* of its checks has to fail; an
//! `allow_…` scenario runs once more with a hook that refuses, and again each
//! check has to fail. A check that holds with and without a guard says nothing
//! about the guard and has no place here.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "this is test code, helper functions included"
)]

mod agents;
mod broken_hook;
mod check;
mod deletion;
mod docs;
mod exposure;
mod faults;
mod git;
mod lifecycle;
#[cfg(target_os = "linux")]
mod managed;
mod mcp;
mod modes;
mod network;
mod ordinary;
mod own;
mod secrets;
mod sequences;
mod subagents;

use palisade_e2e::{Outcome, Setup, Substitute};

/// Defines a scenario, its test and its proof.
///
/// `deny` is proved with a hook that never objects, `allow` with one that refuses
/// every call, `allow_prompt` with one that refuses prompts as well.
macro_rules! scenario {
    ($(#[$doc:meta])* deny $name:ident($setup:ident) $body:block) => {
        scenario!(@define $(#[$doc])* $name, $setup, True, $body);
    };
    ($(#[$doc:meta])* allow $name:ident($setup:ident) $body:block) => {
        scenario!(@define $(#[$doc])* $name, $setup, DenyCalls, $body);
    };
    ($(#[$doc:meta])* allow_prompt $name:ident($setup:ident) $body:block) => {
        scenario!(@define $(#[$doc])* $name, $setup, DenyAll, $body);
    };
    (@define $(#[$doc:meta])* $name:ident, $setup:ident, $substitute:ident, $body:block) => {
        mod $name {
            #[allow(unused_imports, reason = "a module of its own sees what its file sees")]
            use super::*;

            $(#[$doc])*
            fn scenario($setup: palisade_e2e::Setup) -> palisade_e2e::Outcome $body

            #[test]
            fn holds() {
                crate::holds(scenario);
            }

            #[test]
            fn proof() {
                crate::proof(scenario, palisade_e2e::Substitute::$substitute);
            }
        }
    };
}
pub(crate) use scenario;

/// Runs a scenario with the guard under test, or with what `PALISADE_E2E_HOOK`
/// puts in its place.
fn holds(scenario: fn(Setup) -> Outcome) {
    let substitute = Substitute::from_env().unwrap();
    match scenario(Setup { substitute }) {
        Err(broken) => panic!("the harness failed: {broken}"),
        Ok(checks) => {
            if let Some(text) = checks.disappointments() {
                panic!("{text}");
            }
        }
    }
}

/// Runs a scenario with a substituted guard and asks that every check notices.
fn proof(scenario: fn(Setup) -> Outcome, substitute: Substitute) {
    match scenario(Setup { substitute }) {
        Err(broken) => panic!("the harness failed: {broken}"),
        Ok(checks) => {
            if let Some(text) = checks.unmoved() {
                panic!("with {substitute:?} in place of the guard\n{text}");
            }
        }
    }
}

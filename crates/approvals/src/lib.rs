//! What people have said: requests that wait, grants, pauses and stops.
//!
//! The guard asks; a person answers, later and in another process. What lies
//! in between is a few small files below the state directory, which an agent
//! may not touch:
//!
//! | file | holds |
//! |---|---|
//! | `approvals/requests/<code>.json` | what was asked and waits for an answer ([`Request`]) |
//! | `approvals/grants.json` | the answers ([`Grant`]) |
//! | `halt` | what has to stop ([`Halt`]); also `/etc/palisade/halt` for a fleet |
//! | `nap` | until when the guard only watches ([`Nap`]) |
//!
//! A grant is bound to keys: digests of what a call would do, and of the files
//! it would run or read, made by the guard. What differs has another key, so a
//! grant cannot be stretched; whether it still holds is a pure question of the
//! time, the folder and the session ([`Grant::covers`]).
//!
//! This crate must not decide what needs an approval, and not who may give it.

mod code;
mod grant;
mod halt;
mod nap;
mod request;

pub use code::code_of;
pub use grant::{Answer, Circumstances, Grant, GrantId, Grants, GrantsFile, LONGEST, Scope};
pub use halt::{Caller, Halt, HaltScope, Halts};
pub use nap::{LONGEST_NAP, Nap};
pub use request::{Change, FileDigest, LIFETIME, Need, Request, Requests};

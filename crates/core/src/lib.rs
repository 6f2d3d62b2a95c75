//! The words every other room speaks.
//!
//! > Everything a coding agent does becomes an [`Action`]; the action is
//! > understood as [`Effect`]s and [`Finding`]s; one policy gives a
//! > [`Verdict`]; the verdict is enforced where the action happens; and the
//! > whole becomes an [`Event`] in one journal.
//!
//! This crate performs no I/O and decides nothing: it only gives those words
//! one definition, so that the guard, the policy, the journal and the
//! command line cannot disagree about what they mean.

mod action;
mod answer;
mod clock;
mod effect;
mod event;
mod facts;
mod finding;
pub mod limits;
mod recorded;
mod secret;
mod verdict;

pub use action::{Action, ActionKind, Agent, AgentKind, Attendance, BatchCall, Subagent, ToolCall};
pub use answer::Answer;
pub use clock::{Clock, FixedClock, SystemClock, Timestamp};
pub use effect::{Certainty, Effect, EffectKind, Target};
pub use event::{Circumstance, Event, EventKind};
pub use facts::{DataClass, Environment, Facts, Leaving, Scope, Tracking};
pub use finding::{Confidence, Finding, Severity};
pub use recorded::{RecordedEffect, Shape};
pub use secret::Secret;
pub use verdict::{Band, Mode, Profile, Verdict};

//! The rules, as the build made them.

/// A word or phrase and the classes it is in.
#[derive(Debug)]
pub(crate) struct Word {
    pub text: &'static str,
    /// Any ending may follow.
    pub open: bool,
    pub classes: u128,
}

/// One class of a pattern.
#[derive(Debug)]
pub(crate) struct Step {
    pub class: u128,
    /// Words that may stand between it and the step before.
    pub gap: u8,
    /// Has to begin a sentence or what looks like one.
    pub start: bool,
    /// A colon, comma or dash has to follow.
    pub colon: bool,
}

/// One rule of `signals.toml`.
#[derive(Debug)]
pub(crate) struct Rule {
    #[cfg_attr(not(test), allow(dead_code, reason = "what the tests call it"))]
    pub id: &'static str,
    /// Index into the signals, see the constants of [`signal`].
    pub signal: u8,
    pub points: u8,
    pub why: &'static str,
    /// Classes that must not stand between first and last.
    pub within: u128,
    pub negatable: bool,
    pub patterns: &'static [&'static [Step]],
}

/// Signals, in the order `build/emit.rs` numbers them.
pub(crate) mod signal {
    pub(crate) const OVERRIDE: u8 = 0;
    pub(crate) const TAKEOVER: u8 = 1;
    pub(crate) const PERSONA: u8 = 2;
    pub(crate) const ADDRESS: u8 = 3;
    pub(crate) const CONCEAL: u8 = 4;
    pub(crate) const UNASKED: u8 = 5;
    pub(crate) const TURN: u8 = 6;
    pub(crate) const RIVAL: u8 = 7;
    pub(crate) const SECRET: u8 = 8;
    pub(crate) const SEND: u8 = 9;
    pub(crate) const RUN: u8 = 10;
    pub(crate) const FETCH: u8 = 11;
    pub(crate) const SETTINGS: u8 = 12;
    pub(crate) const DESTROY: u8 = 13;
    pub(crate) const JUDGE: u8 = 14;
    pub(crate) const SAY: u8 = 15;
    pub(crate) const AUTHORITY: u8 = 16;
    pub(crate) const TOOL: u8 = 17;
    pub(crate) const PARAMETER: u8 = 18;
    pub(crate) const ALWAYS: u8 = 19;
    /// How many there are.
    pub(crate) const COUNT: usize = 20;
}

/// The constants made from `rules/injection/`.
#[allow(clippy::unreadable_literal, reason = "sets of classes, not numbers")]
pub(crate) mod tables {
    use super::{Rule, Step, Word};

    include!(concat!(env!("OUT_DIR"), "/tables.rs"));
}

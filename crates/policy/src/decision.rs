//! What goes into a decision beside the effects, and what comes out.

use std::collections::BTreeSet;

use palisade_core::{Band, Mode, Verdict};

use crate::RowId;

/// The circumstances of an action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Situation {
    /// Nobody can answer: every ask is a deny.
    pub headless: bool,
    /// This session has read a secret.
    pub session_read_secret: bool,
    /// Which one, in a person's words.
    pub secret_source: Option<String>,
    /// Untrusted content entered this session.
    pub session_untrusted: bool,
    /// Where the last of it came from, in a person's words.
    pub untrusted_source: Option<String>,
    /// Workspace root, absolute, links resolved.
    pub workspace: String,
    /// Home directory, absolute, links resolved.
    pub home: String,
    /// Absolute paths of this installation of the guard: binaries, state,
    /// configuration, wiring. Each covers what lies below it.
    pub guard_paths: Vec<String>,
    /// Who works here, by the name of the operating system.
    pub user: String,
    /// The agent that asks: `claude`; empty when it is not known.
    pub agent: String,
    /// Its model, as it names it; empty when it does not.
    pub model: String,
    /// Now, in microseconds since 1970; 0 when it is not known.
    pub now: u64,
    /// Absolute paths of files this session wrote.
    pub session_files: BTreeSet<String>,
}

/// What the policy says about one effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matched {
    /// Index of the effect.
    pub effect: usize,
    /// The row, unless a rule of its own decided.
    pub row: Option<RowId>,
    /// Row identifier, or `paths`, `hosts`, `mcp`, `programs`, `commands`, `cedar`, `roles`,
    /// `declared`, `exemptions` for a rule.
    pub rule: String,
    /// Where that was written.
    pub source: String,
    /// The verdict; an ask that nobody can answer is already a deny.
    pub verdict: Verdict,
    /// It was an ask.
    pub asked: bool,
    /// Every rule that asks about this effect: what an approval is about.
    pub asking: Vec<&'static str>,
    /// Another person has to answer.
    pub second: bool,
    /// A person has approved it.
    pub granted: bool,
    /// What happens to the verdict.
    pub mode: Mode,
    /// The effect in words, one line. Empty for allow.
    pub reason: String,
    /// What may be done instead.
    pub alternative: Option<String>,
}

/// What the policy says about an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The strictest verdict of all effects.
    pub verdict: Verdict,
    /// The policy asks; [`Decision::verdict`] is deny when nobody can answer.
    pub asked: bool,
    /// How far the action reaches.
    pub band: Band,
    /// Identifier of the row or kind of rule that decided.
    pub rule: String,
    /// `built in (standard)` or `path:line`.
    pub source: String,
    /// The decisive effect in words, one line; empty when there is nothing to object to.
    pub reason: String,
    /// What may be done instead.
    pub alternative: Option<String>,
    /// Index of the decisive effect.
    pub effect: Option<usize>,
    /// The mode of the decisive rule.
    pub mode: Mode,
    /// Every effect with what was said about it. An effect appears twice when
    /// its strictest rule is only observed and another one is enforced.
    pub matched: Vec<Matched>,
}

/// Something the policy says about an effect, decisive or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Considered {
    /// Index of the effect.
    pub effect: usize,
    /// Row identifier, or `paths`, `hosts`, `mcp`, `programs`, `commands` for a rule.
    pub rule: String,
    /// Where that was written.
    pub source: String,
    /// What it says.
    pub verdict: Verdict,
    /// What happens to the verdict.
    pub mode: Mode,
}

impl Decision {
    /// The strictest thing to carry out: what remains when rules that are only
    /// observed or only warn are left out. `None`: nothing is to be stopped.
    pub fn enforced(&self) -> Option<&Matched> {
        self.strictest(Mode::Enforce)
    }

    /// The questions that have to be answered before the action goes on. None
    /// when something is denied: no answer would help.
    pub fn questions(&self) -> impl Iterator<Item = &Matched> {
        let open = self
            .enforced()
            .is_some_and(|m| m.asked && m.mode == Mode::Enforce);
        self.matched
            .iter()
            .filter(move |m| open && m.asked && m.mode == Mode::Enforce && !m.granted)
    }

    /// The decision once every question `approved` (by its index in
    /// [`Decision::matched`]) has been answered with yes. Only what asks is
    /// lifted: a denial stays whatever anybody approved.
    pub fn with_approvals(mut self, approved: impl Fn(usize) -> bool) -> Self {
        for (index, m) in self.matched.iter_mut().enumerate() {
            if m.asked && approved(index) {
                m.granted = true;
                m.verdict = Verdict::Allow;
            }
        }
        let mut decisive: Option<&Matched> = None;
        for m in &self.matched {
            if decisive.is_none_or(|d| strength(m) > strength(d)) {
                decisive = Some(m);
            }
        }
        if let Some(m) = decisive {
            self.verdict = m.verdict;
            self.asked = m.asked && !m.granted;
            self.rule.clone_from(&m.rule);
            self.source.clone_from(&m.source);
            self.reason.clone_from(&m.reason);
            self.alternative.clone_from(&m.alternative);
            self.effect = Some(m.effect);
            self.mode = m.mode;
        }
        self
    }

    /// The strictest objection whose mode is at least `mode`.
    pub fn strictest(&self, mode: Mode) -> Option<&Matched> {
        let objections = self
            .matched
            .iter()
            .filter(|m| m.mode >= mode && m.verdict != Verdict::Allow);
        let mut best: Option<&Matched> = None;
        for m in objections {
            if best.is_none_or(|b| strength(m) > strength(b)) {
                best = Some(m);
            }
        }
        best
    }
}

/// A deny proper counts more than an ask nobody can answer.
pub(crate) fn strength(m: &Matched) -> u8 {
    match (m.verdict, m.asked) {
        (Verdict::Allow, _) => 0,
        (Verdict::Ask, _) | (Verdict::Deny, true) => 1,
        (Verdict::Deny, false) => 2,
    }
}

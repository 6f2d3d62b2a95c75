//! The words of a verdict, as the agent and the person read them.
//!
//! First line: the effect. Then the rule and where it is written, and what
//! may be done instead. Nothing that helps an attacker, no secret.

use std::fmt::Write as _;

use palisade_core::Verdict;
use palisade_policy::Matched;

/// Who reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The call is stopped.
    Denied,
    /// A person is asked.
    Asked,
    /// It would have been stopped or asked about, in warn mode.
    Warned,
}

/// The text of a verdict that is not `allow`.
pub fn denial(decision: &Matched, shown: Shown) -> String {
    let mut out = String::new();
    let lead = match shown {
        Shown::Denied => "Denied",
        Shown::Asked => "Needs your approval",
        Shown::Warned => match decision.verdict {
            Verdict::Deny => "Palisade would deny this",
            _ => "Palisade would ask about this",
        },
    };
    let nobody = if shown == Shown::Denied && decision.asked {
        " This needs a person's approval and nobody can be asked here."
    } else {
        ""
    };
    // Writing to a String cannot fail.
    write!(
        out,
        "{lead}: {}.{nobody}",
        decision.reason.trim_end_matches('.')
    )
    .ok();
    write!(out, "\nRule: {}, {}", decision.rule, decision.source).ok();
    if let Some(instead) = &decision.alternative {
        write!(out, "\nInstead: {instead}").ok();
    }
    out
}

//! What a scenario found out.
//!
//! A scenario does not stop at its first disappointment: it notes every check, so
//! that one session can try several calls and a proof run with a substituted
//! guard can demand that *each* of them notices.

use std::fmt;

/// The harness itself could not do its work (no agent, no binary, a timeout).
/// Never the same thing as a check that did not hold.
#[derive(Debug)]
pub struct Broken(pub String);

impl Broken {
    /// Says what could not be done.
    pub fn new(what: impl fmt::Display) -> Self {
        Self(what.to_string())
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Broken {}

impl From<std::io::Error> for Broken {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<serde_json::Error> for Broken {
    fn from(error: serde_json::Error) -> Self {
        Self(error.to_string())
    }
}

/// One thing that was looked at.
#[derive(Debug)]
pub struct Check {
    /// What should be the case.
    pub what: String,
    /// Whether it is.
    pub held: bool,
    /// What was seen instead; shown when it does not hold.
    pub seen: String,
}

/// Everything a scenario looked at, in order.
#[derive(Debug, Default)]
pub struct Checks(Vec<Check>);

/// How a scenario ends.
pub type Outcome = Result<Checks, Broken>;

impl Checks {
    /// No checks yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes one check.
    pub fn that(&mut self, what: impl Into<String>, held: bool, seen: impl fmt::Display) {
        self.0.push(Check {
            what: what.into(),
            held,
            seen: seen.to_string(),
        });
    }

    /// The checks noted so far.
    pub fn all(&self) -> &[Check] {
        &self.0
    }

    /// Adds the checks of another part of the same scenario.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The checks that do not hold, as text; `None` when all hold. A scenario
    /// without checks has shown nothing and counts as a failure.
    pub fn disappointments(&self) -> Option<String> {
        if self.0.is_empty() {
            return Some("the scenario checked nothing".to_owned());
        }
        let lines: Vec<String> = self
            .0
            .iter()
            .filter(|c| !c.held)
            .map(|c| format!("  not so: {}\n    seen: {}", c.what, c.seen))
            .collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// The checks that hold, as text; `None` when none does. This is what a proof
    /// run with a substituted guard asks for.
    pub fn unmoved(&self) -> Option<String> {
        if self.0.is_empty() {
            return Some("the scenario checked nothing".to_owned());
        }
        let lines: Vec<String> = self
            .0
            .iter()
            .filter(|c| c.held)
            .map(|c| format!("  holds all the same: {}", c.what))
            .collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

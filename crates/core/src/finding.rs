//! Something wrong that was found, by any scanner or check.

use serde::{Deserialize, Serialize};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Fix when convenient.
    Low,
    /// Fix soon.
    Medium,
    /// Fix today.
    High,
    /// Fix now.
    Critical,
}

impl Severity {
    /// The spelling used in every output format.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// How sure the finder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Looks like one; a checksum is wrong or the context says example.
    Low,
    /// Right shape.
    Medium,
    /// Right shape and a checksum, structure or context that confirms it.
    High,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable rule identifier.
    pub rule: String,
    /// How bad.
    pub severity: Severity,
    /// What it is and what it allows, in one line.
    pub title: String,
    /// File, when it is in one.
    pub path: Option<String>,
    /// Line, from 1.
    pub line: Option<u32>,
    /// The next step, in one line.
    pub fix: Option<String>,
}

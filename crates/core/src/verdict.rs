//! What may be answered, and the bands and modes that shape the answer.

use serde::{Deserialize, Serialize};

/// The answer to an action. Ordered: the strictest of several wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// No objection. The agent's own permission system still applies.
    Allow,
    /// A person has to answer. Where nobody can, this becomes [`Verdict::Deny`].
    Ask,
    /// Not carried out.
    Deny,
}

impl Verdict {
    /// The spelling used in every output format.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Ask => "ask",
            Self::Deny => "deny",
        }
    }
}

/// How far an action reaches (requirement B1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Band {
    /// Looks, changes nothing.
    Read,
    /// Changes files or runs code on this machine.
    Write,
    /// Reaches other machines, people, money or production.
    External,
}

impl Band {
    /// The spelling used in every output format.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::External => "external",
        }
    }
}

/// What happens to a verdict that is not `allow`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Recorded only: nothing is stopped, nobody is told.
    Observe,
    /// The call runs, the person sees a message, it is recorded.
    Warn,
    /// The verdict is carried out.
    #[default]
    Enforce,
}

impl Mode {
    /// The spelling used in every output format.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Warn => "warn",
            Self::Enforce => "enforce",
        }
    }
}

/// A named starting point for a policy (requirement A4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Reads only: no execution, no writes, no MCP.
    ReviewOnly,
    /// Writes inside the workspace, no network MCP servers, no execution beyond tests.
    WriteIn,
    /// Review-only plus declared programs, for pipelines.
    Ci,
    /// The default of `docs/policy.md`.
    #[default]
    Standard,
    /// Whatever `standard` would only record needs an answer.
    Strict,
    /// Only the denials about secrets, the guard and roots remain.
    Full,
    /// What is left when the policy itself cannot be trusted: reads go on,
    /// everything that writes or reaches out is denied.
    Restricted,
}

impl Profile {
    /// The spelling used in policy files and every output format.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReviewOnly => "review-only",
            Self::WriteIn => "write-in",
            Self::Ci => "ci",
            Self::Standard => "standard",
            Self::Strict => "strict",
            Self::Full => "full",
            Self::Restricted => "restricted",
        }
    }
}

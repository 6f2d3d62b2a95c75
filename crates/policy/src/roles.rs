//! Who may reach which environment (requirement A3).
//!
//! The environment is the one that was observed, not the one somebody typed.
//! The matrix only takes away: what it leaves is still decided by the rows.

use std::collections::BTreeMap;

use palisade_core::{EffectKind, Environment, Verdict};
use serde::{Deserialize, Serialize};

use crate::view::View;
use crate::{Layer, SourceRef};

/// What somebody is to the systems that are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Develops.
    Developer,
    /// Develops, and answers for what is shared.
    Senior,
    /// Runs what is in production.
    Operations,
    /// The agent itself: never more than its user.
    Agent,
}

/// How far a role goes in an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Reach {
    /// No restriction by the matrix.
    Full,
    /// Looks, and changes nothing. To the agent in production: unless another
    /// person agrees.
    Read,
    /// Nothing.
    None,
}

/// A role somebody was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// Who, by the name of the operating system; everybody else when `None`.
    pub user: Option<String>,
    /// The role.
    pub role: Role,
    /// Who says so.
    pub layer: Layer,
    /// Where.
    pub source: SourceRef,
}

/// The matrix and who stands where in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roles {
    /// Local, staging, production.
    pub cells: BTreeMap<Role, [Reach; 3]>,
    /// Roles that were given; none: the matrix says nothing.
    pub given: Vec<Given>,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Developer, Self::Senior, Self::Operations, Self::Agent];

    /// The spelling used in policy files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Developer => "developer",
            Self::Senior => "senior",
            Self::Operations => "operations",
            Self::Agent => "agent",
        }
    }
}

impl Reach {
    /// Every reach, the widest first.
    pub const ALL: [Self; 3] = [Self::Full, Self::Read, Self::None];

    /// The spelling used in policy files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Read => "read",
            Self::None => "none",
        }
    }
}

/// The columns of the matrix as policy files spell them.
pub const ENVIRONMENTS: [&str; 3] = ["local", "staging", "production"];

impl Default for Roles {
    fn default() -> Self {
        use Reach::{Full, None, Read};
        Self {
            cells: BTreeMap::from([
                (Role::Developer, [Full, Read, None]),
                (Role::Senior, [Full, Full, Read]),
                (Role::Operations, [Full, Full, Full]),
                (Role::Agent, [Full, Full, Read]),
            ]),
            given: Vec::new(),
        }
    }
}

/// What the matrix objects to.
pub(crate) struct Objection<'t> {
    pub(crate) verdict: Verdict,
    /// Another person has to answer.
    pub(crate) second: bool,
    pub(crate) source: &'t SourceRef,
    pub(crate) why: String,
}

impl Roles {
    fn reach(&self, role: Role, environment: Environment) -> Reach {
        let [local, staging, production] =
            self.cells.get(&role).copied().unwrap_or([Reach::Full; 3]);
        match environment {
            Environment::Unknown | Environment::Local => local,
            Environment::Staging => staging,
            Environment::Production => production,
        }
    }

    /// The roles of `user`, one of each layer that gives any. Who is not named
    /// where others are is a developer.
    pub fn of<'t>(&'t self, user: &str) -> Vec<(Role, &'t SourceRef)> {
        let mut out = Vec::new();
        for layer in [
            Layer::Organisation,
            Layer::User,
            Layer::Project,
            Layer::Session,
        ] {
            let here = || self.given.iter().filter(|g| g.layer == layer);
            let mut named = here().filter(|g| g.user.as_deref() == Some(user));
            let mut everybody = here().filter(|g| g.user.is_none());
            let last = named.next_back().or_else(|| everybody.next_back());
            if let Some(given) = last {
                out.push((given.role, &given.source));
            } else if let Some(other) = here().next() {
                out.push((Role::Developer, &other.source));
            }
        }
        out
    }

    /// What the matrix says about an effect.
    pub(crate) fn objection(&self, v: &View<'_>) -> Option<Objection<'_>> {
        if self.given.is_empty() || !reaches_out(v.effect.kind) {
            return None;
        }
        let environment = v.effect.facts.environment;
        let reads = reads(v.effect.kind);
        let place = match environment {
            Environment::Production => "production",
            Environment::Staging => "staging",
            Environment::Unknown | Environment::Local => "this machine",
        };
        let roles = self.of(&v.situation.user);
        let own = roles
            .iter()
            .map(|(role, source)| (*role, self.reach(*role, environment), *source))
            .max_by_key(|(_, reach, _)| *reach)?;
        let source = own.2;
        let agent = self.reach(Role::Agent, environment);
        let refused = |role: Role, reach: Reach| match reach {
            Reach::None => Some(format!("which is closed to the role {}", role.as_str())),
            Reach::Read if !reads => {
                Some(format!("where the role {} may only look", role.as_str()))
            }
            _ => None,
        };
        if let Some(why) = refused(own.0, own.1) {
            return Some(Objection {
                verdict: Verdict::Deny,
                second: false,
                source,
                why: format!("{place}, {why}"),
            });
        }
        let why = refused(Role::Agent, agent)?;
        // A second person may let the agent do what its user may.
        let asks = environment == Environment::Production && agent == Reach::Read;
        Some(Objection {
            verdict: if asks { Verdict::Ask } else { Verdict::Deny },
            second: asks,
            source,
            why: format!("{place}, {why}"),
        })
    }
}

/// Kinds that act on a system rather than on files here.
const fn reaches_out(kind: EffectKind) -> bool {
    matches!(
        kind,
        EffectKind::GitPush
            | EffectKind::GitForcePush
            | EffectKind::GitDeleteRemote
            | EffectKind::GitProtection
            | EffectKind::Publish
            | EffectKind::NetRead
            | EffectKind::NetWrite
            | EffectKind::DbRead
            | EffectKind::DbWrite
            | EffectKind::DbSchema
            | EffectKind::DbDestroy
            | EffectKind::CloudRead
            | EffectKind::Deploy
            | EffectKind::InfraDestroy
            | EffectKind::SecretRead
            | EffectKind::McpRead
            | EffectKind::McpCall
            | EffectKind::McpWrite
    )
}

const fn reads(kind: EffectKind) -> bool {
    matches!(
        kind,
        EffectKind::NetRead
            | EffectKind::DbRead
            | EffectKind::CloudRead
            | EffectKind::SecretRead
            | EffectKind::McpRead
    )
}

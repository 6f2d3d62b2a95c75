//! Objections that are lifted for a while, by somebody, for a reason.

use palisade_core::Target;
use serde::{Deserialize, Serialize};

use crate::view::View;
use crate::{Layer, RowId, SourceRef, glob};

/// One exemption. It lifts what its layer is in charge of, never in
/// production, and ends by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exemption {
    /// The row it lifts.
    pub row: RowId,
    /// Paths, hosts, branches or names it is limited to; all when empty.
    pub on: Vec<String>,
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// When it ends, in microseconds since 1970.
    pub until: u64,
    /// Who says it.
    pub layer: Layer,
    /// Where.
    pub source: SourceRef,
}

impl Exemption {
    /// Whether it still counts. Without a clock nothing is exempt.
    pub const fn is_open(&self, now: u64) -> bool {
        now != 0 && now < self.until
    }

    pub(crate) fn holds(&self, row: RowId, v: &View<'_>) -> bool {
        self.row == row
            && self.is_open(v.situation.now)
            && (self.on.is_empty() || self.on.iter().any(|pattern| names(pattern, v)))
    }
}

fn names(pattern: &str, v: &View<'_>) -> bool {
    if v.all(|p| p.covered(pattern, v.ground)) {
        return true;
    }
    match (&v.effect.target, &v.host) {
        (_, Some(host)) => host.matches(pattern),
        (Target::GitRef { name, .. }, _) => {
            let name = v.effect.facts.protected_ref.as_deref().or(name.as_deref());
            name.is_some_and(|name| glob::matches_exact(pattern, name))
        }
        (Target::Name(name), _) => glob::matches_name(pattern, name),
        _ => false,
    }
}

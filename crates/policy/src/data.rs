//! Data classes: what kind of data a path, host or tool holds.
//!
//! Nothing is classified until a policy says so. A class only adds a voice, so
//! every layer may add classes.

use palisade_core::{DataClass, Effect, EffectKind};
use serde::{Deserialize, Serialize};

use crate::place::Ground;
use crate::rules::mcp_names;
use crate::view::View;
use crate::{Layer, Situation, SourceRef, Table, glob};

/// Where data of a class is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataRule {
    /// The class.
    pub class: DataClass,
    /// What holds it.
    pub holder: DataHolder,
    /// Who says it.
    pub layer: Layer,
    /// Where.
    pub source: SourceRef,
}

/// What holds data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DataHolder {
    /// Files, as in a path rule.
    Path(String),
    /// A network peer, as in a host rule.
    Host(String),
    /// A table or collection of a database, with `*`; `schema.table` as well.
    Table(String),
    /// Tools of an MCP server: `server` or `server/tool`, with `*`.
    Tool(String),
}

impl Table {
    /// The classes of the data that an effect touches, in order.
    pub fn classes_of(&self, effect: &Effect, s: &Situation) -> Vec<DataClass> {
        let mut out = Vec::new();
        if self.data.is_empty() {
            return out;
        }
        let ground = Ground::new(s);
        let view = View::new(effect, s, &ground);
        for rule in &self.data {
            if !out.contains(&rule.class) && holds(&rule.holder, &view) {
                out.push(rule.class);
            }
        }
        out.sort_unstable();
        out
    }
}

fn holds(holder: &DataHolder, v: &View<'_>) -> bool {
    match holder {
        DataHolder::Path(pattern) => v.any(|p| {
            p.covered(pattern, v.ground)
                || ((v.effect.recursive || v.effect.pattern) && p.holds(pattern, v.ground))
        }),
        DataHolder::Host(pattern) => v.host.as_ref().is_some_and(|h| h.matches(pattern)),
        DataHolder::Table(pattern) => v.effect.facts.tables.iter().any(|name| {
            glob::matches_name(pattern, name)
                || name
                    .rsplit_once('.')
                    .is_some_and(|(_, table)| glob::matches_name(pattern, table))
        }),
        DataHolder::Tool(pattern) => {
            let (server, tool) = pattern.split_once('/').unwrap_or((pattern, "*"));
            matches!(
                v.effect.kind,
                EffectKind::McpRead | EffectKind::McpCall | EffectKind::McpWrite
            ) && mcp_names(v.effect)
                .iter()
                .any(|(s, t)| glob::matches_name(server, s) && glob::matches_name(tool, t))
        }
    }
}

//! What an automated use does, and nothing else (requirement A4).
//!
//! A pipeline or a schedule that always does the same says so; what it does
//! beside that is a deviation. Every layer's declaration holds by itself.

use palisade_core::{EffectKind, Verdict};
use serde::{Deserialize, Serialize};

use crate::rules::mcp_names;
use crate::view::View;
use crate::{Layer, SourceRef, glob};

/// One declaration. A list that was not given leaves its kind free; an empty
/// one leaves nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// Programs, with the words they begin with: `cargo`, `git status`.
    pub programs: Option<Vec<String>>,
    /// Path patterns that are read.
    pub read: Option<Vec<String>>,
    /// Path patterns that are written, deleted included.
    pub write: Option<Vec<String>>,
    /// Host patterns.
    pub hosts: Option<Vec<String>>,
    /// `server/tool` patterns.
    pub mcp: Option<Vec<String>>,
    /// What a deviation is: ask or deny.
    pub deviation: Verdict,
    /// Who declares it.
    pub layer: Layer,
    /// Where.
    pub source: SourceRef,
}

impl Declared {
    /// What of the effect is not declared.
    pub(crate) fn deviation(&self, v: &View<'_>) -> Option<&'static str> {
        let effect = v.effect;
        let within = |patterns: &[String]| {
            !v.places.is_empty()
                && v.all(|p| patterns.iter().any(|pattern| p.covered(pattern, v.ground)))
        };
        let outside = match effect.kind {
            EffectKind::FileRead | EffectKind::FileList => {
                self.read.as_ref().is_some_and(|list| !within(list))
            }
            EffectKind::FileWrite | EffectKind::FileDelete | EffectKind::FileExpose => {
                self.write.as_ref().is_some_and(|list| !within(list))
            }
            _ => false,
        };
        if outside {
            return Some("a file");
        }
        if let (Some(list), Some(host)) = (&self.hosts, &v.host)
            && !list.iter().any(|pattern| host.matches(pattern))
        {
            return Some("a host");
        }
        if let Some(list) = &self.mcp
            && matches!(
                effect.kind,
                EffectKind::McpRead | EffectKind::McpCall | EffectKind::McpWrite
            )
        {
            let names = mcp_names(effect);
            let known = |(server, tool): &(&str, &str)| {
                list.iter().any(|pattern| {
                    let (s, t) = pattern.split_once('/').unwrap_or((pattern, "*"));
                    glob::matches_name(s, server) && glob::matches_name(t, tool)
                })
            };
            if names.is_empty() || !names.iter().all(known) {
                return Some("a tool");
            }
        }
        let by = effect.by.as_str();
        // The agents' own tools are written with a capital.
        let is_program = by.starts_with(|c: char| !c.is_ascii_uppercase());
        if let Some(list) = &self.programs
            && is_program
            && !by.starts_with("mcp__")
        {
            let (program, rest) = by.split_once(' ').unwrap_or((by, ""));
            let base = program.rsplit('/').next().unwrap_or(program);
            let words = format!("{base} {rest}");
            let begins = |declared: &String| {
                let words = words.trim_end();
                words
                    .strip_prefix(declared.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
                    || by == declared
            };
            if !list.iter().any(begins) {
                return Some("a program");
            }
        }
        None
    }
}

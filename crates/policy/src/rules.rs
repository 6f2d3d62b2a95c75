//! Rules beside the rows: about paths, hosts, MCP tools, programs and commands.
//!
//! A deny or an ask is one more voice. An allow lifts rows, but only those of
//! its kind, only what its own layer is in charge of, and never in production.

use palisade_core::{Certainty, Effect, EffectKind, Target, Verdict};

use crate::place::{Ground, Place};
use crate::table::Access;
use crate::{CedarRule, Host, Layer, RowId, SourceRef, Table, glob};

/// What the rules say about one effect.
#[derive(Debug, Default)]
pub(crate) struct Said<'t> {
    /// Denials and asks: kind of rule, verdict, source.
    pub(crate) objections: Vec<(&'static str, Verdict, &'t SourceRef)>,
    /// Layers that allow it, the rows that lifts, and where.
    pub(crate) allows: Vec<(Layer, &'static [RowId], &'static str, &'t SourceRef)>,
    /// Cedar policies that object.
    pub(crate) cedar: Vec<&'t CedarRule>,
}

pub(crate) const READ: &[RowId] = &[RowId::FileRead, RowId::FileList];
pub(crate) const WRITE: &[RowId] = &[
    RowId::FileWrite,
    RowId::FileWriteTemp,
    RowId::FileWriteSystem,
];
const READ_WRITE: &[RowId] = &[
    RowId::FileRead,
    RowId::FileList,
    RowId::FileWrite,
    RowId::FileWriteTemp,
    RowId::FileWriteSystem,
];
pub(crate) const DELETE: &[RowId] = &[
    RowId::FileDelete,
    RowId::FileDeleteOwn,
    RowId::FileDeleteUncommitted,
    RowId::FileDeleteRegenerable,
    RowId::FileDeleteScript,
    RowId::FileDeleteTree,
];
pub(crate) const HOST: &[RowId] = &[
    RowId::NetRead,
    RowId::NetWrite,
    RowId::NetWriteLoopback,
    RowId::NetPrivate,
];
/// A rule for every host lists none, so private addresses stay unlisted.
pub(crate) const ANY_HOST: &[RowId] = &[RowId::NetRead, RowId::NetWrite, RowId::NetWriteLoopback];
pub(crate) const MCP: &[RowId] = &[RowId::McpRead, RowId::McpCall, RowId::McpWrite];
pub(crate) const PROGRAM: &[RowId] =
    &[RowId::ExecProject, RowId::ExecUnknown, RowId::PackageLocked];

impl Table {
    pub(crate) fn rules_for(
        &self,
        effect: &Effect,
        places: &[Place],
        host: Option<&Host>,
        ground: &Ground,
    ) -> Said<'_> {
        let mut said = Said::default();
        if !places.is_empty() {
            self.path_rules(effect, places, ground, &mut said);
        }
        if let Some(host) = host {
            self.host_rules(effect, host, &mut said);
        }
        if matches!(
            effect.kind,
            EffectKind::McpRead | EffectKind::McpCall | EffectKind::McpWrite
        ) {
            self.mcp_rules(effect, &mut said);
        }
        self.program_rules(effect, ground, &mut said);
        for rule in self.commands.iter().filter(|r| r.covers(effect)) {
            said.objections
                .push(("commands", rule.verdict, &rule.source));
        }
        said
    }

    fn path_rules<'t>(
        &'t self,
        effect: &Effect,
        places: &[Place],
        ground: &Ground,
        said: &mut Said<'t>,
    ) {
        let wanted = match effect.kind {
            EffectKind::FileRead => Access::Read,
            EffectKind::FileList => Access::Any,
            EffectKind::FileWrite | EffectKind::FileExpose => Access::Write,
            EffectKind::FileDelete => Access::Delete,
            _ => return,
        };
        for rule in &self.paths {
            let covers = |p: &Place| p.covered(&rule.pattern, ground);
            if rule.verdict == Verdict::Allow {
                let lifts = match (rule.access, wanted) {
                    (Access::Read | Access::Any, Access::Read) | (Access::Any, Access::Any) => READ,
                    (Access::Write | Access::Any, Access::Write) => WRITE,
                    (Access::Delete, Access::Delete) => DELETE,
                    _ => continue,
                };
                if effect.certainty == Certainty::Proved && places.iter().all(covers) {
                    said.allows.push((rule.layer, lifts, "paths", &rule.source));
                }
                continue;
            }
            let concerned = match rule.access {
                Access::Any => true,
                Access::Write => matches!(wanted, Access::Write | Access::Delete),
                access => access == wanted,
            };
            let taken_along = |p: &Place| {
                wanted == Access::Delete && effect.recursive && p.holds(&rule.pattern, ground)
            };
            if concerned && places.iter().any(|p| covers(p) || taken_along(p)) {
                said.objections.push(("paths", rule.verdict, &rule.source));
            }
        }
    }

    fn host_rules<'t>(&'t self, effect: &Effect, host: &Host, said: &mut Said<'t>) {
        let method = match &effect.target {
            Target::Host { method, .. } => method.as_ref(),
            _ => "",
        };
        for rule in &self.hosts {
            let concerned = rule.methods.is_empty()
                || rule.methods.iter().any(|m| m.eq_ignore_ascii_case(method));
            if !concerned || !host.matches(&rule.pattern) {
                continue;
            }
            if rule.verdict == Verdict::Allow {
                let everything = rule.pattern.chars().all(|c| matches!(c, '*' | '.'))
                    || rule.pattern.ends_with("/0");
                let lifts = if everything { ANY_HOST } else { HOST };
                // A path that is not known does not make the host unknown.
                let known = host
                    .text
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':'));
                if known && effect.certainty < Certainty::Opaque {
                    said.allows.push((rule.layer, lifts, "hosts", &rule.source));
                }
            } else {
                said.objections.push(("hosts", rule.verdict, &rule.source));
            }
        }
    }

    fn mcp_rules<'t>(&'t self, effect: &Effect, said: &mut Said<'t>) {
        let names = mcp_names(effect);
        for rule in &self.mcp {
            let covers = |(server, tool): &(&str, &str)| {
                glob::matches_name(&rule.server, server) && glob::matches_name(&rule.tool, tool)
            };
            if rule.verdict == Verdict::Allow {
                // Where a name can be split in two ways, every way has to fit.
                if !names.is_empty() && names.iter().all(covers) {
                    said.allows.push((rule.layer, MCP, "mcp", &rule.source));
                }
            } else if names.iter().any(covers) {
                said.objections.push(("mcp", rule.verdict, &rule.source));
            }
        }
    }

    /// A denial or ask holds for whatever the program does; an allow is about running it.
    fn program_rules<'t>(&'t self, effect: &Effect, ground: &Ground, said: &mut Said<'t>) {
        if self.programs.is_empty() {
            return;
        }
        let runs = matches!(
            effect.kind,
            EffectKind::ExecProject | EffectKind::ExecUnknown | EffectKind::PackageLocked
        );
        let is = |rule: &str, words: &str| {
            words
                .strip_prefix(rule)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        // Without the folder the program lies in.
        let program = effect.by.split(' ').next().unwrap_or_default();
        let folder = program.rfind('/').map_or(0, |at| at + 1);
        let words = effect.by.get(folder..).unwrap_or_default().trim_end();
        for rule in &self.programs {
            let named = match &effect.target {
                Target::Name(name) if runs => is(&rule.name, name),
                _ => false,
            };
            // `./cargo` is not the cargo that was declared; a script is
            // declared by its place.
            let here = match (&effect.target, rule.name.strip_prefix("./")) {
                (Target::Path(path), Some(place)) if runs => {
                    ground.absolute(path) == ground.absolute(place)
                }
                _ => false,
            };
            if rule.verdict == Verdict::Allow {
                let elsewhere = matches!(effect.target, Target::Path(_));
                if runs && (named || here || (!elsewhere && is(&rule.name, &effect.by))) {
                    said.allows
                        .push((rule.layer, PROGRAM, "programs", &rule.source));
                }
                continue;
            }
            if named || here || is(&rule.name, words) {
                said.objections
                    .push(("programs", rule.verdict, &rule.source));
            }
        }
    }
}

/// The rows an allow for this access lifts.
pub(crate) const fn lifted_by(access: Access) -> &'static [RowId] {
    match access {
        Access::Read => READ,
        Access::Write => WRITE,
        Access::Delete => DELETE,
        Access::Any => READ_WRITE,
    }
}

/// Server and tool of an MCP effect: `mcp__server__tool` (split at every
/// `__`, since names may hold one) or `server/tool`.
pub(crate) fn mcp_names(effect: &Effect) -> Vec<(&str, &str)> {
    let target = match &effect.target {
        Target::Name(name) => name.as_str(),
        _ => "",
    };
    for text in [target, effect.by.as_str()] {
        if let Some(rest) = text.strip_prefix("mcp__") {
            return rest
                .match_indices("__")
                .take(16)
                .filter_map(|(at, _)| Some((rest.get(..at)?, rest.get(at + 2..)?)))
                .filter(|(server, tool)| !server.is_empty() && !tool.is_empty())
                .collect();
        }
    }
    target.split_once('/').into_iter().collect()
}

/// Whether a path rule's pattern covers a path; what `match` examples of a
/// policy file are tested with. Relative paths begin at the workspace.
pub fn path_pattern_matches(pattern: &str, path: &str, workspace: &str, home: &str) -> bool {
    let ground = Ground::of(workspace, home);
    Place::new(ground.absolute(path)).covered(pattern, &ground)
}

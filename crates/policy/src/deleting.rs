//! What is lost: the rows of a deletion, and what moves in the same action.

use std::collections::BTreeSet;

use palisade_core::{Certainty, Effect, EffectKind, Scope, Tracking};

use crate::kinds::is_unplaced;
use crate::place::{Ground, Place, holds};
use crate::view::View;
use crate::{RowId, Table, builtin, labels};

/// Programs that write a file and leave where it came from as it was: what
/// they made can be deleted without a loss.
const PLAIN_WRITERS: &[&str] = &[
    "shell", "", ">", ">>", "echo", "printf", "cat", "tee", "touch", "mkdir", "cp", "tar", "unzip",
    "curl", "wget", "sed", "sort", "jq",
];

impl Table {
    pub(crate) fn deleting(&self, v: &View<'_>, moved: &Moved, rows: &mut Vec<RowId>) {
        let e = v.effect;
        let facts = &e.facts;
        // A folder that holds everything never goes, whatever was understood
        // of how.
        let many = e.recursive || e.pattern || (facts.root && facts.directory);
        let root = many && v.is_root();
        if !root
            && (v.any(|p| self.is_guard(p, v.ground, v.situation))
                || (e.recursive
                    && v.names_one()
                    && v.any(|p| labels::holds_guard(p, v.ground, v.situation)))
                || (e.pattern && v.any(|p| labels::may_be_guard(p, v.ground))))
        {
            rows.push(RowId::GuardTouch);
        }
        if v.any(|p| labels::is_severe(p, v.ground) || self.is_system(p, v.ground)) {
            rows.push(RowId::FileWriteSystem);
        }
        let secret = v.any(|p| self.is_secret(p, v.ground));
        // Nothing is there, and nothing in this action moved something there.
        // By the time it runs there may be: only what a deletion could lose
        // little of, or what this action made itself, counts as nothing.
        let nothing = facts.resolved.is_some()
            && !facts.exists
            && !e.pattern
            && e.certainty == Certainty::Proved
            && !secret
            && !v.any(|p| {
                moved
                    .onto
                    .iter()
                    .any(|m| holds(m, &p.abs) || holds(&p.abs, m))
            });
        let nothing = nothing
            && ((!e.recursive && facts.scope == Scope::Workspace)
                || v.any(|p| moved.made.contains(&p.abs)));
        let own = !e.recursive
            && !e.pattern
            && v.places
                .first()
                .is_some_and(|p| v.situation.session_files.contains(&p.abs));
        if v.any(|p| p.is_any(builtin::HOOK_FILES, v.ground)) {
            // What is not there does not run.
            rows.push(RowId::GitSkipHooks);
        }
        if !own && secret {
            rows.push(RowId::SecretDelete);
        }
        let again = facts.regenerable
            && !matches!(facts.tracking, Tracking::Committed | Tracking::Modified);
        // `/tmp` and `/tmp/*` are everybody's.
        let folder_is_temp = |p: &Place| {
            let name = v.sweeps(p).unwrap_or(&p.abs);
            name.rsplit_once('/')
                .is_some_and(|(folder, _)| self.is_temp(&Place::new(folder.to_owned()), v.ground))
        };
        let resolved = |p: &Place| facts.resolved.as_deref() == Some(p.abs.as_str());
        // What was resolved for a pattern that names nothing now is the folder
        // it begins in, which stays.
        let swept = e.pattern && !v.names_one();
        let temporary = self.is_temporary(v)
            && if swept {
                v.any(folder_is_temp)
                    && v.all(|p| {
                        folder_is_temp(p) || (resolved(p) && !p.abs.contains(['*', '?', '[']))
                    })
            } else {
                v.all(|p| folder_is_temp(p) || !resolved(p))
            };
        // The project says itself what it makes; the repository is not of it.
        let script = facts.project_script
            && facts.scope == Scope::Workspace
            && !facts.other_repository
            && facts.tracking != Tracking::Modified
            && e.certainty == Certainty::Proved
            && !v.any(|p| p.abs.split('/').any(|part| part == ".git"));
        rows.push(if root {
            RowId::FileDeleteRoot
        } else if temporary || nothing || own {
            RowId::FileDeleteOwn
        } else if many && facts.other_repository {
            RowId::FileDeleteRoot
        } else if again {
            RowId::FileDeleteRegenerable
        } else if script {
            RowId::FileDeleteScript
        } else if many {
            RowId::FileDeleteTree
        } else if facts.tracking == Tracking::Committed || e.by == "rmdir" {
            // An empty folder holds nothing that could be lost.
            RowId::FileDelete
        } else {
            RowId::FileDeleteUncommitted
        });
    }

    /// Temporary by every name it has.
    pub(crate) fn is_temporary(&self, v: &View<'_>) -> bool {
        if is_unplaced(v.effect) {
            return false;
        }
        match v.effect.facts.scope {
            Scope::Workspace => false,
            Scope::Temp => v.all(|p| {
                self.is_temp(p, v.ground)
                    || v.effect.facts.resolved.as_deref() == Some(p.abs.as_str())
            }),
            Scope::None | Scope::Home | Scope::System => {
                v.all(|p| self.is_temp(p, v.ground) && v.ground.in_workspace(&p.abs).is_none())
            }
        }
    }
}

/// Whether `effect` is the half of a move that takes its source away; where
/// something is moved to is not read.
pub(crate) fn moves_away(effects: &[Effect], effect: &Effect) -> bool {
    effect.kind == EffectKind::FileWrite
        && effect.by == "mv"
        && effects
            .iter()
            .any(|e| e.kind == EffectKind::FileRead && e.by == "mv" && e.target == effect.target)
}

/// What an action brings to places where it deletes.
#[derive(Debug, Default)]
pub(crate) struct Moved {
    /// Paths that something is moved or linked to.
    onto: BTreeSet<String>,
    /// Paths it makes anew.
    made: BTreeSet<String>,
}

impl Moved {
    pub(crate) fn new(effects: &[Effect], ground: &Ground) -> Self {
        let mut out = Self::default();
        if !effects.iter().any(|e| e.kind == EffectKind::FileDelete) {
            return out;
        }
        let written = effects.iter().filter(|e| e.kind == EffectKind::FileWrite);
        for e in written.take(64) {
            let Some(path) = e.facts.resolved.as_deref().or(e.path()) else {
                continue;
            };
            let tool = e.by.split_whitespace().next().unwrap_or_default();
            if !(PLAIN_WRITERS.contains(&tool) || e.by == "git clone") {
                out.onto.insert(ground.absolute(path));
            } else if !e.facts.exists {
                out.made.insert(ground.absolute(path));
            }
        }
        out
    }
}

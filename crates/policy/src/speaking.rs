//! Which rows speak about an effect.

use palisade_core::{Certainty, Effect, EffectKind, Scope, Target};

use crate::deleting::Moved;
use crate::kinds::{is_own_program, is_own_setting, is_person_verb, leaves_the_machine, plain_row};
use crate::place::{Place, holds};
use crate::view::View;
use crate::{Host, HostClass, RowId, Table, builtin, glob, labels};

/// A worktree beside the workspace: a new folder of the same repository, where
/// one usually is.
fn beside(v: &View<'_>) -> bool {
    v.effect.by == "git worktree"
        && !v.effect.facts.exists
        && v.effect.certainty == Certainty::Proved
        && v.all(|p| v.ground.is_beside(&p.abs))
}

impl Table {
    /// The rows that speak about an effect, most specific first.
    pub(crate) fn rows_for(&self, v: &View<'_>, moved: &Moved) -> Vec<RowId> {
        let e = v.effect;
        let mut rows = Vec::with_capacity(4);
        if v.too_long {
            rows.push(RowId::LimitReached);
        }
        if !e.facts.secrets.is_empty() && leaves_the_machine(e) {
            rows.push(RowId::SecretSend);
        }
        classified(v, &mut rows);
        match e.kind {
            EffectKind::FileRead if e.facts.elsewhere => rows.push(self.reading_elsewhere(v)),
            EffectKind::FileRead => self.reading(v, &mut rows),
            EffectKind::FileList => rows.push(RowId::FileList),
            EffectKind::FileWrite => self.writing(v, &mut rows),
            EffectKind::FileDelete => self.deleting(v, moved, &mut rows),
            EffectKind::FileExpose => self.exposing(v, &mut rows),
            EffectKind::NetRead | EffectKind::NetWrite => self.connecting(v, &mut rows),
            EffectKind::NetListen => rows.push(if is_tunnel(v) {
                RowId::NetTunnel
            } else {
                RowId::NetListen
            }),
            EffectKind::GitPush | EffectKind::GitForcePush | EffectKind::GitDeleteRemote => {
                self.pushing(e, &mut rows);
            }
            EffectKind::SecretRead => {
                if e.facts.flows_to_network {
                    rows.push(RowId::SecretSend);
                }
                rows.push(match &e.target {
                    Target::Name(name) if name == "environment" => RowId::SecretEnvironment,
                    _ => RowId::SecretFetch,
                });
            }
            EffectKind::PackageInstall if e.facts.suspect.is_some() => {
                rows.push(RowId::PackageSuspect);
            }
            // Only the rule that names it has something to say.
            EffectKind::ExecNamed => {}
            kind => {
                if is_person_verb(e) || is_own_program(e) {
                    rows.push(RowId::GuardTouch);
                }
                Self::leaving(e, &mut rows);
                rows.push(if is_own_setting(e) {
                    RowId::ExecProject
                } else {
                    plain_row(kind)
                });
            }
        }
        // Last: what is asked for a reason of its own is asked for that one.
        if e.facts.denied_before > 0 {
            rows.push(RowId::DeniedAgain);
        }
        rows
    }

    /// What was found in commits that are about to leave.
    fn leaving(e: &Effect, rows: &mut Vec<RowId>) {
        let leaving = &e.facts.leaving;
        if !leaving.deferred.is_empty() {
            rows.push(RowId::GitPushDeferred);
        }
        if leaving.large.is_some() {
            rows.push(RowId::GitPushLarge);
        }
        if leaving.incomplete.is_some() {
            rows.push(RowId::GitPushUninspected);
        }
    }

    /// On another machine only a file that is named as a secret is known to
    /// hold one; that a command runs there is an effect of its own.
    fn reading_elsewhere(&self, v: &View<'_>) -> RowId {
        let secret = v.any(|p| {
            self.is_secret(p, v.ground)
                || labels::is_system_secret(p, v.ground)
                || (v.effect.pattern && labels::may_be_secret(p, v.ground))
        });
        if secret {
            RowId::SecretRead
        } else {
            RowId::FileList
        }
    }

    fn reading(&self, v: &View<'_>, rows: &mut Vec<RowId>) {
        let e = v.effect;
        // Recursively reading home, or a folder that holds it, reads the keys in it.
        let home_whole = e.recursive
            && v.any(|p| {
                let whole = if v.names_one() {
                    Some(p.abs.as_str())
                } else {
                    v.sweeps(p)
                };
                whole.is_some_and(|folder| holds(folder, &v.situation.home))
            })
            && !v.any(|p| v.ground.is_workspace(&p.abs));
        let secret = v.any(|p| self.is_secret(p, v.ground))
            || (e.pattern && v.any(|p| labels::may_be_secret(p, v.ground)))
            || home_whole;
        let system = v.any(|p| labels::is_system_secret(p, v.ground));
        let found = !e.facts.secrets.is_empty();
        if e.facts.flows_to_network && (secret || system || found) {
            rows.push(RowId::SecretSend);
        }
        // A script of the project gives its settings to its programs.
        let settings = e.facts.project_script
            && e.facts.only_used
            && e.facts.scope == Scope::Workspace
            && !e.facts.flows_to_network;
        if secret && !settings {
            rows.push(RowId::SecretRead);
        }
        if system {
            rows.push(RowId::FileReadSystem);
        }
        // Our own program under a name that says nothing would take orders
        // that are refused under its own.
        let renames = builtin::RENAMERS.contains(&e.by.as_str());
        if renames
            && v.any(|p| {
                builtin::OWN_PROGRAMS.contains(&p.name()) && self.is_guard(p, v.ground, v.situation)
            })
        {
            rows.push(RowId::GuardTouch);
        }
        rows.push(RowId::FileRead);
    }

    fn writing(&self, v: &View<'_>, rows: &mut Vec<RowId>) {
        let e = v.effect;
        // `chmod -x "$(which palisade-hook)"`: where it lies is not known, what it is is.
        let ours = e.certainty != Certainty::Proved
            && v.any(|p| builtin::OWN_PROGRAMS.contains(&p.name()));
        if ours
            || v.any(|p| self.is_guard(p, v.ground, v.situation))
            || (e.pattern && v.any(|p| labels::may_be_guard(p, v.ground)))
        {
            rows.push(RowId::GuardTouch);
        }
        if v.any(|p| labels::is_severe(p, v.ground)) {
            rows.push(RowId::DeferredWriteSevere);
        }
        if v.any(|p| labels::is_raw_device(p, v.ground)) {
            rows.push(RowId::PrivilegeSevere);
        }
        if v.any(|p| self.is_system(p, v.ground)) {
            rows.push(RowId::FileWriteSystem);
        }
        let temporary = self.is_temporary(v);
        // Nobody builds in a temporary folder without saying so.
        let script = |p: &Place| !temporary && labels::is_replaced_script(p, v.ground, &e.by);
        // What the project's own scripts set up for it is the project's.
        let own = e.facts.project_script && e.facts.scope == Scope::Workspace;
        if !own && v.any(|p| self.is_deferred(p, v.ground) || script(p)) {
            rows.push(RowId::DeferredWrite);
        }
        rows.push(if temporary {
            RowId::FileWriteTemp
        } else if beside(v) {
            RowId::GitOrdinary
        } else {
            RowId::FileWrite
        });
    }

    fn exposing(&self, v: &View<'_>, rows: &mut Vec<RowId>) {
        if v.any(|p| self.is_guard(p, v.ground, v.situation)) {
            rows.push(RowId::GuardTouch);
        }
        let beyond = v.is_root() && !v.any(|p| v.ground.is_workspace(&p.abs));
        if beyond || v.any(|p| self.is_system(p, v.ground) || labels::is_severe(p, v.ground)) {
            rows.push(RowId::PrivilegeSevere);
        }
        rows.push(RowId::FileExpose);
    }

    fn connecting(&self, v: &View<'_>, rows: &mut Vec<RowId>) {
        let class = v.host.as_ref().map_or(HostClass::External, |h| h.class);
        if v.effect.facts.repeated.is_some() {
            rows.push(RowId::NetRepeat);
        }
        match class {
            HostClass::Metadata => rows.push(RowId::NetMetadata),
            HostClass::Private => rows.push(RowId::NetPrivate),
            HostClass::Loopback | HostClass::External => {}
        }
        if v.effect.kind == EffectKind::NetRead {
            if v.situation.session_read_secret && class != HostClass::Loopback {
                rows.push(RowId::NetReadAfterSecret);
            }
            if v.situation.session_untrusted
                && v.effect.facts.carries
                && class != HostClass::Loopback
            {
                rows.push(RowId::NetReadCarrying);
            }
            rows.push(RowId::NetRead);
            return;
        }
        if let Target::Host { path, .. } = &v.effect.target
            && self.is_sensitive_endpoint(path)
        {
            rows.push(RowId::NetSensitive);
        }
        rows.push(if class == HostClass::Loopback {
            RowId::NetWriteLoopback
        } else {
            RowId::NetWrite
        });
    }

    fn is_sensitive_endpoint(&self, path: &str) -> bool {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let by_name = path.split('/').any(|part| {
            let part = part.to_lowercase();
            builtin::SENSITIVE_ENDPOINTS.contains(&part.as_str())
                || builtin::SENSITIVE_VERBS.iter().any(|v| part.starts_with(v))
        });
        by_name
            || self.names.sensitive.iter().any(|n| {
                glob::matches_path(
                    &n.pattern,
                    path,
                    glob::Options {
                        fold: true,
                        below: true,
                        anywhere: !n.pattern.starts_with('/'),
                    },
                )
            })
    }

    fn pushing(&self, e: &Effect, rows: &mut Vec<RowId>) {
        let name = match &e.target {
            Target::GitRef { name, .. } => name.as_deref(),
            _ => None,
        };
        let plain = e.kind == EffectKind::GitPush;
        let tags = name.is_some_and(|n| n.starts_with("refs/tags/") || n.starts_with("tags/"));
        let protected =
            e.facts.protected_ref.is_some() || name.is_some_and(|n| self.protected_branch(n));
        // All branches at once: the protected ones are among them.
        if protected || (e.pattern && !plain && !tags) {
            rows.push(RowId::GitProtectedBranches);
        }
        if (e.pattern && !(tags && plain)) || e.certainty != Certainty::Proved {
            rows.push(RowId::GitPushUnknown);
        }
        Self::leaving(e, rows);
        rows.push(plain_row(e.kind));
    }
}

/// Whether what listens does so for, or on, another machine.
fn is_tunnel(v: &View<'_>) -> bool {
    let far = |h: &Host| h.class != HostClass::Loopback;
    match (&v.host, &v.effect.target) {
        (Some(host), _) => far(host),
        (None, Target::Name(name)) => {
            let by = v.effect.by.split_whitespace().next().unwrap_or_default();
            // These name the machine at the other end; the others have one.
            builtin::TUNNELS.contains(&by)
                || (builtin::SHELLS_AFAR.contains(&by) && far(&Host::new(name)))
        }
        _ => false,
    }
}

/// Rows about data that a policy gave a class.
fn classified(v: &View<'_>, rows: &mut Vec<RowId>) {
    let e = v.effect;
    if !e.facts.classes.iter().any(|c| c.is_delicate()) {
        return;
    }
    match e.kind {
        EffectKind::FileRead if e.facts.flows_to_network => rows.push(RowId::DataSend),
        EffectKind::FileRead
        | EffectKind::DbRead
        | EffectKind::NetRead
        | EffectKind::McpRead
        | EffectKind::McpCall => rows.push(RowId::DataRead),
        _ => {}
    }
}

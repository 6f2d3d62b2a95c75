//! What follows from the kind of an effect alone: its row, its column, its band.

use palisade_core::{Band, Certainty, Effect, EffectKind, Environment, Scope, Target};

use crate::view::View;
use crate::{Column, HostClass, RowId, builtin};

/// How far an effect reaches, given where its target is.
pub(crate) fn reach(v: &View<'_>) -> Band {
    let e = v.effect;
    if e.facts.environment == Environment::Production {
        return Band::External;
    }
    let here = v
        .host
        .as_ref()
        .map_or(e.facts.environment == Environment::Local, |h| {
            h.class == HostClass::Loopback
        });
    match e.kind {
        EffectKind::NetRead | EffectKind::DbRead if here => Band::Read,
        EffectKind::NetWrite
        | EffectKind::NetListen
        | EffectKind::DbWrite
        | EffectKind::DbSchema
        | EffectKind::DbDestroy
            if here =>
        {
            Band::Write
        }
        kind => kind.band(),
    }
}

/// The column that applies; production is asked beside it.
pub(crate) fn column(v: &View<'_>) -> Column {
    let e = v.effect;
    let in_or_out = |inside| {
        if inside {
            Column::Inside
        } else {
            Column::Elsewhere
        }
    };
    match e.kind {
        EffectKind::FileRead
        | EffectKind::FileList
        | EffectKind::FileWrite
        | EffectKind::FileDelete
        | EffectKind::FileExpose
            if is_unplaced(e) =>
        {
            Column::Elsewhere
        }
        EffectKind::FileRead
        | EffectKind::FileList
        | EffectKind::FileWrite
        | EffectKind::FileDelete
        | EffectKind::FileExpose => match e.facts.scope {
            Scope::Workspace => Column::Inside,
            Scope::Temp | Scope::Home | Scope::System => Column::Elsewhere,
            Scope::None => in_or_out(
                e.certainty != Certainty::Opaque
                    && v.all(|p| v.ground.in_workspace(&p.abs).is_some()),
            ),
        },
        EffectKind::DbRead | EffectKind::DbWrite | EffectKind::DbSchema | EffectKind::DbDestroy => {
            in_or_out(match (e.facts.environment, &v.host) {
                (Environment::Staging | Environment::Production, _) => false,
                (Environment::Local, _) => true,
                (Environment::Unknown, Some(host)) => host.class == HostClass::Loopback,
                (Environment::Unknown, None) => e.facts.scope == Scope::None,
            })
        }
        // A cluster on this machine is a place to try things.
        EffectKind::Deploy => in_or_out(
            e.facts.environment == Environment::Local
                && builtin::CLUSTER_CLIENTS
                    .contains(&e.by.split_whitespace().next().unwrap_or_default()),
        ),
        _ => in_or_out(
            matches!(e.facts.scope, Scope::None | Scope::Workspace | Scope::Temp)
                && !e.facts.other_repository,
        ),
    }
}

/// A path whose beginning is not known: where it lies is not known either,
/// whatever it was resolved against. An editor changes files that are there;
/// asking about each `xargs sed -i` would be asking about ordinary work.
pub(crate) fn is_unplaced(e: &Effect) -> bool {
    let editor = e.kind == EffectKind::FileWrite
        && builtin::EDITORS.contains(&e.by.split_whitespace().next().unwrap_or_default());
    e.certainty != Certainty::Proved
        && !editor
        && e.path().is_some_and(|p| !p.starts_with(['/', '~']))
}

/// Kinds whose content goes to somebody else.
pub(crate) const fn leaves_the_machine(e: &Effect) -> bool {
    matches!(
        e.kind,
        EffectKind::NetRead
            | EffectKind::NetWrite
            | EffectKind::MessageSend
            | EffectKind::IssueWrite
            | EffectKind::McpRead
            | EffectKind::McpCall
            | EffectKind::McpWrite
            | EffectKind::Publish
            | EffectKind::GitPush
            | EffectKind::GitForcePush
    )
}

/// One of our own verbs that takes protection away or answers for a person.
pub(crate) fn is_person_verb(e: &Effect) -> bool {
    let mut words = e.by.split_whitespace();
    let program = words.next().unwrap_or_default();
    let program = program.rsplit('/').next().unwrap_or_default();
    program == "palisade"
        && words
            .next()
            .is_some_and(|w| builtin::PERSON_VERBS.contains(&w))
}

/// The understanding calls our own verbs out of sight when they change something.
pub(crate) fn is_own_program(e: &Effect) -> bool {
    e.kind == EffectKind::AgentUnguarded && matches!(&e.target, Target::Name(n) if n == "palisade")
}

/// A committed script sets what the programs it starts run: code of the
/// project either way. What stays when it has ended is another matter, but
/// for the folder of the project's own git hooks.
pub(crate) fn is_own_setting(e: &Effect) -> bool {
    e.facts.project_script
        && match (e.kind, &e.target) {
            (EffectKind::EnvInject, Target::Name(name)) if name == &e.by => true,
            (EffectKind::EnvInject | EffectKind::GitSkipHooks, Target::Name(name)) => {
                e.by == "git config" && name == "core.hookspath"
            }
            _ => false,
        }
}

/// The row of a kind when nothing more specific is known.
pub(crate) const fn plain_row(kind: EffectKind) -> RowId {
    match kind {
        EffectKind::FileRead => RowId::FileRead,
        EffectKind::FileList => RowId::FileList,
        EffectKind::FileWrite => RowId::FileWrite,
        EffectKind::FileDelete => RowId::FileDeleteTree,
        EffectKind::FileExpose => RowId::FileExpose,
        EffectKind::ExecProject => RowId::ExecProject,
        EffectKind::ExecUnknown => RowId::ExecUnknown,
        EffectKind::ExecFetched => RowId::ExecFetched,
        EffectKind::ExecOpaque => RowId::ExecOpaque,
        EffectKind::LimitReached => RowId::LimitReached,
        EffectKind::EnvInject => RowId::EnvInject,
        EffectKind::AgentBypass => RowId::AgentBypass,
        EffectKind::AgentUnguarded => RowId::AgentUnguarded,
        EffectKind::AgentStart => RowId::AgentStart,
        EffectKind::PlanStart => RowId::PlanStart,
        EffectKind::GitOrdinary => RowId::GitOrdinary,
        EffectKind::GitRead => RowId::GitRead,
        EffectKind::GitDiscard => RowId::GitDiscard,
        EffectKind::GitRewrite => RowId::GitRewrite,
        EffectKind::GitSkipHooks => RowId::GitSkipHooks,
        EffectKind::GitPush => RowId::GitPush,
        EffectKind::GitForcePush => RowId::GitForcePush,
        EffectKind::GitDeleteRemote => RowId::GitDeleteRemote,
        EffectKind::GitProtection => RowId::GitProtection,
        EffectKind::PackageLocked => RowId::PackageLocked,
        EffectKind::PackageInstall => RowId::PackageInstall,
        EffectKind::Publish => RowId::Publish,
        EffectKind::NetRead => RowId::NetRead,
        EffectKind::NetWrite => RowId::NetWrite,
        EffectKind::NetListen => RowId::NetListen,
        EffectKind::DbRead => RowId::DbRead,
        EffectKind::DbWrite => RowId::DbWrite,
        EffectKind::DbSchema => RowId::DbSchema,
        EffectKind::DbDestroy => RowId::DbDestroy,
        EffectKind::CloudRead => RowId::CloudRead,
        EffectKind::Deploy => RowId::Deploy,
        EffectKind::InfraDestroy => RowId::InfraDestroy,
        EffectKind::Privilege => RowId::Privilege,
        EffectKind::PrivilegeSevere => RowId::PrivilegeSevere,
        EffectKind::ProcessSignal => RowId::ProcessSignal,
        EffectKind::MessageSend => RowId::MessageSend,
        EffectKind::IssueWrite => RowId::IssueWrite,
        EffectKind::SecretRead => RowId::SecretFetch,
        EffectKind::SecretSend => RowId::SecretSend,
        EffectKind::McpRead => RowId::McpRead,
        EffectKind::McpCall => RowId::McpCall,
        EffectKind::McpWrite => RowId::McpWrite,
        EffectKind::InjectHidden => RowId::InjectHidden,
        EffectKind::InjectInstructions => RowId::InjectInstructions,
        // A kind this version has no row for is not understood.
        _ => RowId::ExecOpaque,
    }
}

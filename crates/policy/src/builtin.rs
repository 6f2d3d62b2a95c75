//! What the guard says when nobody has said anything: the rows of the
//! `standard` profile.
//!
//! Nothing here is code. The names these rows speak of are beside it: paths in
//! [`crate::names`], branches, environments and network peers in [`crate::words`].

pub(crate) use crate::names::*;
pub(crate) use crate::words::*;

use self::Cell::{Ask as A, Deny as D, Free as F, Recorded as R};
use crate::RowId;

/// One cell of the table as it is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// No objection.
    Free,
    /// No objection, but `strict` asks.
    Recorded,
    /// A person answers.
    Ask,
    /// Not done.
    Deny,
}

/// Rows that another person answers for where production was observed.
pub(crate) const SECOND_IN_PRODUCTION: &[RowId] = &[RowId::DbSchema, RowId::Deploy];

/// Row, inside the workspace, elsewhere, production observed.
pub(crate) const STANDARD: &[(RowId, Cell, Cell, Cell)] = &[
    (RowId::FileRead, F, R, A),
    (RowId::FileList, F, F, F),
    (RowId::FileReadSystem, D, D, D),
    (RowId::FileWrite, F, A, A),
    (RowId::FileWriteTemp, F, F, A),
    (RowId::FileWriteSystem, D, D, D),
    (RowId::FileExpose, A, A, D),
    (RowId::FileDelete, F, A, A),
    (RowId::FileDeleteOwn, F, F, A),
    (RowId::FileDeleteUncommitted, A, A, D),
    (RowId::FileDeleteRegenerable, F, A, A),
    (RowId::FileDeleteScript, F, A, D),
    (RowId::FileDeleteTree, A, A, D),
    (RowId::FileDeleteRoot, D, D, D),
    (RowId::SecretRead, D, D, D),
    (RowId::SecretFetch, D, D, D),
    (RowId::SecretEnvironment, A, A, D),
    (RowId::SecretSend, D, D, D),
    (RowId::SecretDelete, A, A, D),
    (RowId::DataRead, A, A, A),
    (RowId::DataSend, D, D, D),
    (RowId::GuardTouch, D, D, D),
    (RowId::AgentUnguarded, D, D, D),
    (RowId::AgentBypass, A, A, D),
    (RowId::AgentStart, F, F, A),
    (RowId::PlanStart, F, F, F),
    (RowId::EnvInject, A, A, D),
    (RowId::DeferredWrite, A, A, D),
    (RowId::DeferredWriteSevere, D, D, D),
    (RowId::DeniedAgain, A, A, D),
    (RowId::GitRead, F, F, F),
    (RowId::GitOrdinary, F, F, F),
    (RowId::GitPush, F, F, F),
    (RowId::GitPushUnknown, A, A, A),
    (RowId::GitPushDeferred, A, A, A),
    (RowId::GitPushLarge, A, A, A),
    (RowId::GitPushUninspected, A, A, A),
    (RowId::GitDiscard, A, A, A),
    (RowId::GitRewrite, A, A, A),
    (RowId::GitSkipHooks, A, A, A),
    (RowId::GitForcePush, A, A, A),
    (RowId::GitDeleteRemote, A, A, A),
    (RowId::GitProtectedBranches, D, D, D),
    (RowId::GitProtection, D, D, D),
    (RowId::ExecProject, F, F, A),
    (RowId::ExecUnknown, R, R, A),
    (RowId::ExecFetched, A, A, D),
    (RowId::ExecOpaque, A, A, D),
    (RowId::LimitReached, A, A, D),
    (RowId::PackageLocked, F, F, A),
    (RowId::PackageInstall, F, F, A),
    (RowId::PackageSuspect, A, A, D),
    (RowId::NetRead, R, R, A),
    (RowId::NetReadAfterSecret, A, A, A),
    (RowId::NetReadCarrying, A, A, A),
    (RowId::NetRepeat, D, D, D),
    (RowId::NetPrivate, D, D, D),
    (RowId::NetMetadata, D, D, D),
    (RowId::NetWrite, A, A, A),
    (RowId::NetWriteLoopback, F, F, A),
    (RowId::NetSensitive, A, A, A),
    (RowId::NetListen, F, F, A),
    (RowId::NetTunnel, A, A, A),
    // For databases "inside" is a target on this machine.
    (RowId::DbRead, F, F, A),
    (RowId::DbWrite, F, A, A),
    (RowId::DbSchema, A, A, A),
    (RowId::DbDestroy, A, A, D),
    (RowId::Publish, A, A, A),
    // "Inside" is a cluster on this machine.
    (RowId::Deploy, F, A, A),
    (RowId::InfraDestroy, A, A, D),
    (RowId::CloudRead, F, F, R),
    (RowId::MessageSend, A, A, A),
    (RowId::IssueWrite, F, A, A),
    (RowId::Privilege, A, A, D),
    (RowId::PrivilegeSevere, D, D, D),
    (RowId::ProcessSignal, A, A, D),
    (RowId::McpRead, F, F, A),
    (RowId::McpCall, R, R, A),
    (RowId::McpWrite, A, A, A),
    (RowId::InjectHidden, A, A, A),
    (RowId::InjectInstructions, A, A, A),
];

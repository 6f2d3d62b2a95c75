//! The record of what happened.

use serde::{Deserialize, Serialize};

use crate::{Band, Mode, RecordedEffect, Timestamp, Verdict};

/// What kind of thing is recorded. The string is stable and public.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[non_exhaustive]
pub enum EventKind {
    /// A verdict on a tool call.
    #[default]
    #[serde(rename = "tool.pre")]
    ToolPre,
    /// A tool result, after redaction.
    #[serde(rename = "tool.post")]
    ToolPost,
    /// A failed tool.
    #[serde(rename = "tool.failed")]
    ToolFailed,
    /// The check before the next model request.
    #[serde(rename = "tool.batch")]
    ToolBatch,
    /// The agent asks its person.
    #[serde(rename = "permission.request")]
    PermissionRequest,
    /// A prompt.
    #[serde(rename = "prompt")]
    Prompt,
    /// Session begin.
    #[serde(rename = "session.start")]
    SessionStart,
    /// Session end.
    #[serde(rename = "session.end")]
    SessionEnd,
    /// Subagent begin.
    #[serde(rename = "subagent.start")]
    SubagentStart,
    /// Subagent end.
    #[serde(rename = "subagent.stop")]
    SubagentStop,
    /// Agent settings changed.
    #[serde(rename = "config.change")]
    ConfigChange,
    /// Instruction file entered the context.
    #[serde(rename = "instructions.loaded")]
    InstructionsLoaded,
    /// Any other event of an agent.
    #[serde(rename = "agent.event")]
    AgentEvent,
    /// The guard itself failed and said no.
    #[serde(rename = "guard.fault")]
    GuardFault,
    /// The guard was installed.
    #[serde(rename = "guard.installed")]
    GuardInstalled,
    /// The guard was removed.
    #[serde(rename = "guard.removed")]
    GuardRemoved,
    /// The guard's own proof (doctor, protect).
    #[serde(rename = "guard.proof")]
    GuardProof,
    /// The guard was paused.
    #[serde(rename = "guard.paused")]
    GuardPaused,
    /// A pause was ended.
    #[serde(rename = "guard.resumed")]
    GuardResumed,
    /// A person stopped agents.
    #[serde(rename = "guard.halted")]
    GuardHalted,
    /// A stop was lifted.
    #[serde(rename = "guard.released")]
    GuardReleased,
    /// A person said yes to a question.
    #[serde(rename = "approval.granted")]
    ApprovalGranted,
    /// A person said no to one.
    #[serde(rename = "approval.refused")]
    ApprovalRefused,
    /// A grant was taken back.
    #[serde(rename = "approval.revoked")]
    ApprovalRevoked,
}

/// What a verdict depends on beside the effects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Circumstance {
    /// Nobody could answer.
    Headless,
    /// The session had read a secret.
    SecretRead,
    /// Untrusted content had entered the session.
    Untrusted,
    /// The summary is a command line.
    CommandLine,
    /// Something a later version knows.
    #[serde(other)]
    Unknown,
}

/// One event. Text fields are redacted before they are put here; the journal
/// adds sequence, chain and checksum.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Event {
    /// What kind.
    pub kind: EventKind,
    /// When.
    pub ts: Timestamp,
    /// Operating system user.
    pub user: String,
    /// Host name.
    pub host: String,
    /// Workspace root.
    pub workspace: String,
    /// Working directory, when it differs from the workspace root.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub cwd: String,
    /// Agent kind: `claude`.
    pub agent: String,
    /// Agent version.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub agent_version: String,
    /// Session identifier.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub session: String,
    /// Prompt identifier.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub prompt_id: String,
    /// Tool call identifier.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tool_use_id: String,
    /// Subagent identifier.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub subagent: String,
    /// Model, when known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub model: String,
    /// The agent's permission mode.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub permission_mode: String,
    /// Tool name in the agent's words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tool: String,
    /// One redacted line a person recognises the action by: the command, path or URL.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// Effects, capped.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<RecordedEffect>,
    /// What else the verdict depended on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub circumstances: Vec<Circumstance>,
    /// The verdict of the policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// What was carried out, when the mode made it differ from the verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enforced: Option<Verdict>,
    /// Band of the action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub band: Option<Band>,
    /// Rule that decided.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub rule: String,
    /// Reason shown.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Policy mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
    /// First 16 hex digits of the policy snapshot's digest.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub policy: String,
    /// Secrets found: `rule:fingerprint`, never values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
    /// What was unusual: `new host …`, `new program …`, `denied 3 times`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// Time from reading the call to the verdict, in microseconds.
    #[serde(skip_serializing_if = "is_zero")]
    pub took_us: u64,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature serde asks for"
)]
const fn is_zero(n: &u64) -> bool {
    *n == 0
}

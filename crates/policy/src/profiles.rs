//! The named starting points, each derived from `standard` by one rule that
//! can be read in a line.

use palisade_core::{Profile, Verdict};

use crate::RowId;
use crate::builtin::{Cell, STANDARD};

/// Every profile, from the narrowest to the widest.
pub const ALL: &[Profile] = &[
    Profile::Restricted,
    Profile::ReviewOnly,
    Profile::Ci,
    Profile::WriteIn,
    Profile::Strict,
    Profile::Standard,
    Profile::Full,
];

/// The profile of this name.
pub fn from_name(name: &str) -> Option<Profile> {
    ALL.iter().copied().find(|p| p.as_str() == name)
}

/// What a profile is for, in one line.
pub const fn rationale(profile: Profile) -> &'static str {
    match profile {
        Profile::Restricted => {
            "what is left when the policy cannot be trusted: reads go on, everything else is denied"
        }
        Profile::ReviewOnly => "reads only: no execution, no writes, no network, no MCP",
        Profile::Ci => "reads, and the programs the policy declares: for pipelines",
        Profile::WriteIn => {
            "writes inside the workspace, runs tests and builds, reaches no MCP server and sends nothing"
        }
        Profile::Strict => "standard, and whatever standard would only record needs an answer",
        Profile::Standard => {
            "ordinary work goes on, what is hard to undo asks, what must not happen is denied"
        }
        Profile::Full => "only the denials about secrets, the guard and roots remain",
    }
}

/// The rows of a profile with inside, elsewhere, production.
pub(crate) fn cells(profile: Profile) -> impl Iterator<Item = (RowId, [Verdict; 3])> {
    STANDARD
        .iter()
        .map(move |&(row, inside, elsewhere, production)| {
            let cells = [inside, elsewhere, production];
            let standard = cells.map(plain);
            let verdicts = match profile {
                Profile::Standard => standard,
                Profile::Strict => cells.map(|c| match c {
                    Cell::Recorded => Verdict::Ask,
                    other => plain(other),
                }),
                Profile::Full if is_floor(row) => standard,
                Profile::Full => [Verdict::Allow; 3],
                Profile::WriteIn => match write_in(row) {
                    Some(cells) => cells,
                    None => standard,
                },
                // `ci` differs by its program rules, which lift what is denied here.
                Profile::ReviewOnly | Profile::Ci | Profile::Restricted => {
                    if is_read(row) {
                        standard
                    } else {
                        [Verdict::Deny; 3]
                    }
                }
            };
            (row, verdicts)
        })
}

const fn plain(cell: Cell) -> Verdict {
    match cell {
        Cell::Free | Cell::Recorded => Verdict::Allow,
        Cell::Ask => Verdict::Ask,
        Cell::Deny => Verdict::Deny,
    }
}

/// Rows that look and change nothing. The rows about secrets are not here and
/// so are denied wherever only reads are left.
const fn is_read(row: RowId) -> bool {
    matches!(row, RowId::FileRead | RowId::FileList | RowId::GitRead)
}

/// The denials that no profile gives up.
const fn is_floor(row: RowId) -> bool {
    matches!(
        row,
        RowId::SecretRead
            | RowId::SecretFetch
            | RowId::SecretSend
            | RowId::FileReadSystem
            | RowId::GuardTouch
            | RowId::AgentUnguarded
            | RowId::FileDeleteRoot
    )
}

/// Where `write-in` differs from `standard`.
fn write_in(row: RowId) -> Option<[Verdict; 3]> {
    use Verdict::{Allow, Deny};
    match row {
        RowId::FileWrite
        | RowId::FileDelete
        | RowId::FileDeleteRegenerable
        | RowId::FileDeleteScript => Some([Allow, Deny, Deny]),
        RowId::FileWriteTemp | RowId::FileDeleteOwn => Some([Allow, Allow, Deny]),
        RowId::ExecProject | RowId::PackageLocked | RowId::NetWriteLoopback | RowId::DbWrite => {
            Some([Allow, Deny, Deny])
        }
        RowId::ExecUnknown
        | RowId::ExecFetched
        | RowId::ExecOpaque
        | RowId::LimitReached
        | RowId::PackageInstall
        | RowId::PackageSuspect
        | RowId::AgentBypass
        | RowId::EnvInject
        | RowId::DeferredWrite
        | RowId::FileExpose
        | RowId::GitPush
        | RowId::GitPushUnknown
        | RowId::GitPushDeferred
        | RowId::GitPushLarge
        | RowId::GitPushUninspected
        | RowId::GitForcePush
        | RowId::GitDeleteRemote
        | RowId::NetWrite
        | RowId::NetSensitive
        | RowId::NetTunnel
        | RowId::DbSchema
        | RowId::DbDestroy
        | RowId::Publish
        | RowId::Deploy
        | RowId::InfraDestroy
        | RowId::MessageSend
        | RowId::IssueWrite
        | RowId::Privilege
        | RowId::ProcessSignal
        | RowId::McpRead
        | RowId::McpCall
        | RowId::McpWrite => Some([Deny; 3]),
        _ => None,
    }
}

//! What a person has ordered beside the policy: that everything stops, or that
//! the guard only watches for a while.

use std::path::{Path, PathBuf};

use palisade_approvals::{Caller, Halts, Nap};
use palisade_core::{Action, ActionKind, Mode, Timestamp, ToolCall};
use palisade_policy::{RowId, Table};

use crate::{Places, record};

/// Rows that end the guard itself; a pause does not lift them.
const KEPT: &[RowId] = &[RowId::GuardTouch, RowId::AgentUnguarded];

/// The files that can stop a call: the user's, and that of the fleet.
pub fn halt_files(places: &Places) -> [PathBuf; 2] {
    let fleet = places.organisation.with_file_name("halt");
    [Halts::path(&places.state), fleet]
}

/// Why this action does not happen, if it was stopped.
pub(crate) fn stopped(action: &Action, workspace: &Path, places: &Places) -> Option<String> {
    let files = halt_files(places);
    let halts = Halts::read(files.iter().map(PathBuf::as_path));
    if halts.0.is_empty() {
        return None;
    }
    let mcp = match &action.kind {
        ActionKind::Tool(ToolCall::Mcp { server, .. })
        | ActionKind::PermissionRequest(ToolCall::Mcp { server, .. }) => Some(server.as_str()),
        _ => None,
    };
    let user = record::user();
    let real = |path: &Path| palisade_files::resolve_path(path, Path::new("/")).real;
    let folders = [real(workspace), real(&action.cwd)];
    let halt = halts.stops(&Caller {
        user: &user,
        session: action.session.as_deref(),
        folders: &folders,
        mcp,
        agent: action.agent.kind.as_str(),
    })?;
    let why = if halt.reason.is_empty() {
        String::new()
    } else {
        format!(" ({})", halt.reason)
    };
    Some(format!(
        "{} was stopped by a person{why}",
        halt.scope.words()
    ))
}

/// The pause that lasts, put into the table: what is decided is recorded and
/// not carried out.
pub(crate) fn pause(table: &mut Table, places: &Places, now: Timestamp) -> Option<Nap> {
    let nap = Nap::lasting(&places.state, now)?;
    table.mode = Mode::Observe;
    for (id, row) in &mut table.rows {
        row.mode = KEPT.contains(id).then_some(Mode::Enforce);
    }
    Some(nap)
}

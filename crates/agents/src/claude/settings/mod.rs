//! Claude Code's settings: where they are, what they leave open, and how the
//! guard is put into them and taken out again.
//!
//! Nothing here is linked by the hook. Nothing here writes without having
//! made a [`Change`] first that can be shown.

mod change;
mod env_names;
mod exposures;
mod find;
mod ignore;
mod install;
mod layers;
mod mcp;
mod project;
mod reach;
mod remove;
mod rules;
mod tree;
mod wiring;

pub(crate) use change::sha256;
pub use change::{Change, InstallError, InstallRecord, record, unified_diff};
pub use exposures::exposures;
pub use find::{FoundClaude, find_claude};
pub(crate) use install::{Dialect, HookedEvent, plan_install_as};
pub use install::{HookCommand, plan_install};
pub use layers::{Layer, LayerKind, Places, layers};
pub use mcp::{Launch, McpServer, mcp_servers};
pub use reach::{Located, Reach, reach};
pub use remove::{Removal, plan_remove};
pub use rules::{PermissionRule, permission_rules};
pub use tree::{Broken, Document, Member, Node, NodeKind};
pub use wiring::{Installed, Trouble, Wiring, wiring};

//! The decision table: label, decide, explain.
//!
//! One table answers every question "may this happen?": effects go in,
//! a [`Decision`] with its reason, its rule, where that rule was written and
//! a permitted alternative comes out. The table is compiled elsewhere
//! (`palisade-policy-compile`) and loaded here as a checksummed [`Snapshot`],
//! so that the hook neither parses policy files nor depends on what they say.
//!
//! This crate performs no I/O, looks at no clock and parses no policy source.
//! Effects are decided by what they do; the text of a command is not known here.

mod alternatives;
mod builtin;
mod cedar;
mod commands;
mod data;
mod decide;
mod decision;
mod declared;
mod deleting;
mod exemptions;
pub mod glob;
mod host;
mod kinds;
mod labels;
mod merge;
mod names;
mod place;
mod profiles;
mod roles;
mod rows;
mod rules;
mod snapshot;
mod speaking;
mod table;
mod view;
mod wording;
mod words;

pub use alternatives::{ALTERNATIVES, Alternative};
pub use cedar::{
    ACTION_GROUPS, CedarRule, Entity, Expr, Method, Network, Op, Packed, Piece, Request, Uid,
    Value, Variable, action_groups,
};
pub use commands::{CommandRule, command_pattern_matches};
pub use data::{DataHolder, DataRule};
pub use decision::{Considered, Decision, Matched, Situation};
pub use declared::Declared;
pub use exemptions::Exemption;
pub use host::{Host, HostClass, valid_pattern as valid_host_pattern};
pub use labels::{secret_patterns, secrets_named_by};
pub use merge::{Ignored, LayerPolicy, RowSetting, merge};
pub use profiles::{
    ALL as PROFILES, from_name as profile_from_name, rationale as profile_rationale,
};
pub use roles::{ENVIRONMENTS, Given, Reach, Role, Roles};
pub use rows::{Group, RowId};
pub use rules::path_pattern_matches;
pub use snapshot::{Snapshot, SnapshotError, SourceStamp};
pub use table::{
    Access, Approvals, Column, HostRule, Layer, McpRule, Named, Names, PathRule, ProgramRule,
    Rates, Row, SourceRef, Statement, Table,
};

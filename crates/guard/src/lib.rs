//! One hook call, whole: decode → understand → decide → record → answer.
//!
//! The policy enforcement point at the agent's hook. [`call`] is that
//! pipeline; [`judge`] is its middle, for people who want to ask without an
//! agent. Nothing here is asynchronous, nothing waits for a daemon, and
//! whatever goes wrong ends in a denial for writes and external effects
//! (see `SECURITY.md` for what no handler can catch).

mod approval;
mod arguments;
mod attendance;
mod environment;
mod explain;
mod fault;
mod hook;
mod inclusions;
mod incoming;
mod judge;
mod key;
mod lifecycle;
pub mod lock;
mod observe;
mod orders;
mod past;
mod places;
mod plans;
mod record;
mod replay;
pub mod running;
mod table;
mod text;
mod understand;

pub use approval::standing;
pub use attendance::hook_env;
pub use environment::Ambient;
pub use explain::{Shown, denial};
pub use fault::fault_output;
pub use hook::{Services, call};
pub use judge::{Explanation, Judgement, Past, Scene, explain, judge};
pub use key::fingerprint_key;
pub use orders::halt_files;
pub use palisade_agents::{HookEnv, HookOutput};
pub use places::{Places, SESSION_POLICY, workspace};
pub use record::{PROOF_SESSION, describe_call, own_event, recorded_as, user};
pub use replay::{Recorded, Replay};
pub use table::{InForce, load, path_key, project_cedar, project_policy, snapshot_path};

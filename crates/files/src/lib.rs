//! Path resolution, atomic writes, locks: the only room that opens files by name.
//!
//! Deciding about a path and then touching another one is the oldest mistake
//! a guard can make. So the questions "which file is this really?", "how is it
//! read without being made to wait?" and "how is it replaced without a moment
//! in which it is half there?" are answered once, here, for everybody.
//!
//! This crate knows nothing of policy: it must not decide whether a path may
//! be touched, and it must not remember anything between calls. Every input
//! may come from an attacker: no function panics, follows more than
//! [`MAX_LINKS`] links, or blocks on a pipe or device.
//!
//! Unix only.

mod dir;
mod error;
mod local;
mod lock;
mod read;
mod resolve;
mod write;

pub use dir::create_private_dir;
pub use error::FileError;
pub use local::is_local_filesystem;
pub use lock::{Lock, lock_within, unlock};
pub use read::{open_read, read, read_capped};
pub use resolve::{MAX_LINKS, PATH_MAX, Resolved, lexical, resolve, resolve_below, resolve_path};
pub use write::{open_append, sync_dir, write_atomic};

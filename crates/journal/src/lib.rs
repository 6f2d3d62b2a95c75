//! Append-only, chained record of events, and the state of each session.
//!
//! The journal is the memory of Palisade: what was decided, when, by which
//! rule. It lives in plain files so that a hook of a few milliseconds can add
//! to it without a server, and every record names the hash of the one before,
//! so that a change, a hole or a swap shows ([`verify()`]).
//!
//! # Layout
//!
//! `<state>/audit/<uid>/` (0700) holds
//! - `seg-<20 digits>.ndj` (0600): segments; the number is the sequence
//!   number of the first record, so their order does not depend on a clock;
//! - `late-<pid>.ndj`: records that could not be chained because the lock was
//!   not to be had (its holder was stopped); unchained, and reported as such;
//! - `head`: the last record that was synced, to notice a cut-off tail, and
//!   `head.lock`, held while it is rewritten.
//!
//! # Frames
//!
//! A record is one frame: the byte RS (0x1E), one JSON object, the byte LF.
//! The object has sorted keys, no white space and integers only:
//!
//! | Key | Meaning |
//! |---|---|
//! | `boot_id` | first 8 hex digits of the kernel's boot id |
//! | `crc32c` | 8 hex digits, see below |
//! | `cut` | fields of the event that were shortened to fit (optional) |
//! | `event` | the [`palisade_core::Event`] |
//! | `from` | first record of a later segment: the segment before (optional) |
//! | `gap` | what `head` named was gone when this was written (optional) |
//! | `id` | UUID, version 7 |
//! | `mono_ns` | monotonic clock of that boot |
//! | `pid` | process that wrote it |
//! | `prev` | SHA-256 of the whole frame before (RS to LF); 64 zeros for the first |
//! | `seq` | sequence number, from 1; 0 in a late file |
//! | `sync` | `true` when it is synced and then anchored in `head` (optional) |
//! | `torn` | bytes of an incomplete record found before this one (optional) |
//! | `ts` | microseconds since the epoch when it was written |
//! | `v` | version of this format: 1 |
//!
//! `crc32c` is the CRC-32C of the object's text without the member itself,
//! that is without the bytes `"crc32c":"xxxxxxxx",`. Because `boot_id` has a
//! fixed length and sorts first, the member is always at the same place and
//! the check works on the exact bytes, without parsing.
//!
//! # What the chain proves and what not
//!
//! A changed, removed, inserted or swapped record is found by anyone who has
//! the files. Cutting records off the end is found back to the one that `head`
//! names, as long as `head` is left alone; that the newest records after it
//! were cut off, or the very last one was changed together with its checksum,
//! cannot be found in the files alone. Somebody who can write to the directory can rewrite everything from
//! some point on, `head` included: against that only a copy of a hash outside
//! of this user's reach helps.
//!
//! This crate must not decide anything, and must not put a value anywhere
//! that was not redacted before it came here.

mod append;
mod canonical;
mod error;
mod follow;
mod frame;
mod head;
pub mod query;
mod read;
mod scan;
mod sealed;
mod segment;
pub mod session;
mod shorten;
mod tail;
mod verify;
pub mod when;
pub mod workspace;

pub use append::{Appended, Durability, Journal};
pub use error::JournalError;
pub use follow::{Follower, follow};
pub use frame::Record;
pub use read::{Reader, Reverse, read, read_reverse, tail};
pub use segment::{SEGMENT_BYTES, directory};
pub use verify::{Damage, DamageKind, Mark, Report, verify};

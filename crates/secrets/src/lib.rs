//! Text becomes secret findings and redacted text. Does not know where the
//! text came from.
//!
//! The scanner sits in a hook that is started for every tool call and lives
//! for a millisecond, and what it reads is chosen by attackers. Both shape it:
//!
//! * **Nothing happens at start-up.** The rules in `rules/secrets/*.toml`
//!   become constant tables when the crate is built. There is no regular
//!   expression, no automaton to construct, no lazy initialisation.
//! * **Time is linear** in the length of the text, whatever the text. Every
//!   look back or ahead is bounded, overlapping runs are remembered.
//! * **It never panics and never allocates more than it finds.**
//!
//! A text passes four stations:
//!
//! 1. `gate`: one table look-up per byte tells where a literal of any rule
//!    might stand; `=` and `:` are the other places worth a look.
//! 2. `shape`, `special`, `pem`, `assign`: is the whole credential there?
//! 3. `checksum`, `score`, `judge`: is it a live one, an example, a reference?
//!    A published checksum decides; without one, shape, variety and the
//!    absence of words do.
//! 4. `scan`: overlaps are resolved in favour of whoever knows more.
//!
//! Confidence means: [`Confidence::High`] a checksum, a structure or a shape
//! nothing else has; [`Confidence::Medium`] the right shape in the right
//! place; [`Confidence::Low`] a test key, a published example, a wrong
//! checksum, a password everybody uses. Low findings are reported and never
//! redacted, except in [`redact_config`], which hides whatever may be secret.
//!
//! ```
//! use palisade_secrets::{FingerprintKey, redact};
//!
//! let key = FingerprintKey::from_bytes([7; 32]);
//! let redaction = redact("DB_PASSWORD=tr0ub4dor&3", &key).unwrap();
//! assert!(redaction.text.starts_with("DB_PASSWORD=[REDACTED:password-assignment:"));
//! assert_eq!(redact("nothing to see", &key), None);
//! ```

mod assign;
mod bytes;
mod checksum;
mod config;
mod decode;
mod fingerprint;
mod gate;
mod gate_hash;
mod judge;
mod name;
mod pairs;
mod pem;
mod redact;
mod rule;
mod scan;
mod score;
mod shape;
mod special;

pub use config::{CONFIG_VALUE, redact_config};
pub use fingerprint::{FingerprintKey, fingerprint};
pub use palisade_core::Confidence;
pub use redact::{Found, Redaction, redact};
pub use rule::{Rule, rule, rules};
pub use scan::{Match, scan};

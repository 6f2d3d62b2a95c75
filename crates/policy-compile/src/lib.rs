//! Policy source becomes the decision table.
//!
//! People write TOML; the hook reads a checksummed table. This crate stands
//! between the two so that nothing on the path of a tool call has to parse
//! what people wrote, and so that a mistake in a policy file is shown to a
//! person, with the line, instead of being met by an agent.
//!
//! It must not be linked by the hook, and it never guesses: an unknown key, a
//! verdict that does not exist or a pattern that can match nothing is an
//! error. [`compile_or_restricted`] says what holds while there is one.

mod bundle;
mod cedar;
mod compile;
mod default_file;
mod diagnostics;
mod diff;
mod edit;
mod import;
mod lower;
mod origin;
mod parse;
mod schema;
mod show;
mod signed;
mod suggest;
mod text;
mod worded;

pub use bundle::{Bundle, BundleError, BundleFile, SeenVersions};
pub use cedar::{cedar_example, cedar_schema};
pub use compile::{Compiled, Restricted, Sources, compile, compile_or_restricted, discover};
pub use default_file::default_policy_toml;
pub use diagnostics::{Diagnostic, Diagnostics, Level};
pub use diff::{Changed, Direction, diff};
pub use edit::set_mode;
pub use import::{Imported, Knowledge, New, Permission, Remark, import};
pub use lower::{LOWERED, LowerRemark, Lowered, LoweredFile, SaidRule, lower};
pub use origin::{Origin, origins};
pub use schema::schema;
pub use show::{ShownRow, rows_markdown, show};
pub use signed::{NotAKey, SignedError, TrustedKeys, public_key, seal, seed_of, seed_text, unseal};

/// The version of the policy file format.
pub const SCHEMA: i64 = 1;

/// The end of a day (UTC) in seconds since 1970; `None` for what is no day, or
/// before that.
pub fn end_of_day(day: &str) -> Option<u64> {
    let date: jiff::civil::Date = day.parse().ok()?;
    let next = date.tomorrow().ok()?.at(0, 0, 0, 0);
    let end = jiff::tz::Offset::UTC.to_timestamp(next).ok()?;
    u64::try_from(end.as_second()).ok()
}

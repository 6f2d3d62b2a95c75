//! Every numeric cap of the decision path, in one place.
//!
//! Reaching one is never an allow: understanding that stops at a cap yields
//! [`crate::EffectKind::LimitReached`] (ask, or deny when nobody can be
//! asked); input above [`HOOK_INPUT_BYTES`] is denied unread.

/// Bytes of one hook call read from stdin before it is refused.
pub const HOOK_INPUT_BYTES: usize = 4 * 1024 * 1024;
/// Depth of nested JSON accepted from an agent.
pub const JSON_DEPTH: usize = 64;
/// Bytes of one command line that are parsed.
pub const COMMAND_BYTES: usize = 256 * 1024;
/// Words, quotes and expansions of one command line, commands counting for
/// [`COMMAND_PARTS`].
pub const TYPED_PARTS: usize = 5_000;
/// The same for a script that is read from the disk.
pub const SCRIPT_PARTS: usize = 100_000;
/// Parts a simple command counts for: to understand it takes more than a word.
pub const COMMAND_PARTS: usize = 12;
/// Nesting of substitutions, subshells, quoted scripts and compound commands.
pub const SHELL_DEPTH: usize = 40;
/// Simple commands of a command line that are understood, nested ones included.
/// Nobody types that many; what it takes fits into the budget of a call.
pub const TYPED_COMMANDS: usize = 400;
/// Simple commands understood in one action, those in scripts it runs included.
pub const SHELL_COMMANDS: usize = 4_000;
/// Effects kept for one command line or piece of code.
pub const TYPED_EFFECTS: usize = 200;
/// Effects kept for one action, those of scripts it runs included.
pub const EFFECTS: usize = 1_000;
/// Bytes of a workspace script that is read to be understood.
pub const SCRIPT_BYTES: usize = 256 * 1024;
/// Bytes of all scripts that are read to understand one action.
pub const SCRIPTS_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of one journal frame.
pub const FRAME_BYTES: usize = 32 * 1024;
/// Milliseconds after which the hook gives up and says so.
pub const HOOK_DEADLINE_MS: u64 = 1_500;
/// Seconds the agent is told to wait for the hook; far above our own deadline.
pub const HOST_TIMEOUT_S: u64 = 10;

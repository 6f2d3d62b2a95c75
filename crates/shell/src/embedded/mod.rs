//! Code of other languages inside a command line.
//!
//! Each language is parsed into one small tree (`tree`) and run by one
//! abstract machine (`machine`) that knows constants, tracks what is unknown
//! and tries both sides of every condition. What the calls mean is in one
//! library per language. Nothing is executed and no file is opened.
//!
//! A snippet that only computes has no effects: most inline code is somebody
//! looking at JSON, and must not be bothered.

mod cmd;
mod cursor;
mod javascript;
mod lex;
mod loose;
mod machine;
mod operations;
mod other;
mod powershell;
mod python;
mod reach;
mod sdk;
mod small;
mod sql;
mod tree;
mod value;
mod windows;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use palisade_core::{Certainty, Effect, EffectKind, Target};

use crate::arg::{Arg, Origin};
use crate::programs::Sink;
use machine::Grammar;
use other::Dialect;

/// The languages understood here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// Python.
    Python,
    /// JavaScript and TypeScript.
    JavaScript,
    /// The same, and what it comes to is printed: `node -p`.
    Printed,
    /// Ruby.
    Ruby,
    /// Perl.
    Perl,
    /// PHP.
    Php,
    /// Lua.
    Lua,
    /// The mongo shell.
    Mongo,
    /// awk.
    Awk,
    /// sed.
    Sed,
    /// jq.
    Jq,
    /// Redis commands, one a line.
    Redis,
    /// PowerShell.
    PowerShell,
    /// The command interpreter of Windows.
    Cmd,
    /// A language that is met now and then.
    Other(Dialect),
    /// SQL, and the commands of database clients.
    Sql,
    /// The same for a database that is gone with its client.
    SqlScratch,
    /// Cypher, of graph databases.
    Cypher,
}

impl Language {
    /// The language of this name, as [`crate::programs::Run::Embedded`] spells it.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "python" => Self::Python,
            "node" | "javascript" | "typescript" | "deno" | "bun" => Self::JavaScript,
            "node -p" => Self::Printed,
            "ruby" => Self::Ruby,
            "perl" => Self::Perl,
            "php" => Self::Php,
            "lua" => Self::Lua,
            "awk" => Self::Awk,
            "sed" => Self::Sed,
            "jq" => Self::Jq,
            "redis" => Self::Redis,
            "mongo" => Self::Mongo,
            "sql" => Self::Sql,
            "powershell" => Self::PowerShell,
            "cmd" => Self::Cmd,
            "r" => Self::Other(Dialect::R),
            "julia" => Self::Other(Dialect::Julia),
            "elixir" => Self::Other(Dialect::Elixir),
            "erlang" => Self::Other(Dialect::Erlang),
            "haskell" => Self::Other(Dialect::Haskell),
            "octave" => Self::Other(Dialect::Octave),
            "jvm" => Self::Other(Dialect::Jvm),
            "lisp" => Self::Other(Dialect::Lisp),
            "tcl" => Self::Other(Dialect::Tcl),
            "applescript" => Self::Other(Dialect::Apple),
            "sql-scratch" => Self::SqlScratch,
            "cypher" => Self::Cypher,
            _ => return None,
        })
    }
}

/// Where a snippet runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EmbedContext<'a> {
    /// Working directory; `None` when unknown.
    pub(crate) cwd: Option<&'a str>,
    /// The user's home.
    pub(crate) home: &'a str,
    /// What effects say they are done by: `python3`.
    pub(crate) by: &'a str,
    /// Environment variables whose value is known.
    pub(crate) vars: &'a BTreeMap<String, String>,
    /// Standard input, when something is attached.
    pub(crate) stdin: Option<&'a Arg>,
    /// Snippets around this one.
    pub(crate) depth: usize,
}

/// Snippets inside snippets that are followed.
pub(crate) const DEPTH: usize = 6;
/// Bytes of one snippet.
const CODE_BYTES: usize = palisade_core::limits::SCRIPT_BYTES;

/// Understands `code`. `args` is what the code sees as its arguments,
/// without the interpreter's own (`sys.argv[1:]`).
///
/// What the snippet runs comes as [`Sink::runs`], in its own words.
pub(crate) fn understand(
    language: Language,
    code: &Arg,
    args: &[Arg],
    cx: &EmbedContext<'_>,
    sink: &mut Sink,
) {
    let shown = code.shown();
    if shown.trim().is_empty() {
        return;
    }
    if cx.depth > DEPTH || shown.len() > CODE_BYTES {
        sink.push(limit("code", cx.by));
        return;
    }
    let data = matches!(language, Language::Jq | Language::Sed);
    if whole_hole(code) && !data {
        sink.push(unknown_code(code.origin(), cx.by));
        return;
    }
    match language {
        Language::Python => machine::run(Grammar::Python, code, args, cx, sink),
        Language::JavaScript | Language::Mongo => {
            machine::run(Grammar::JavaScript, code, args, cx, sink);
        }
        Language::Printed => machine::printed(code, args, cx, sink),
        Language::Ruby => machine::run(Grammar::Ruby, code, args, cx, sink),
        Language::Perl => machine::run(Grammar::Perl, code, args, cx, sink),
        Language::Php => machine::run(Grammar::Php, code, args, cx, sink),
        Language::Lua => machine::run(Grammar::Lua, code, args, cx, sink),
        Language::PowerShell => machine::run(Grammar::PowerShell, code, args, cx, sink),
        Language::Other(dialect) => machine::run(Grammar::Other(dialect), code, args, cx, sink),
        Language::Cmd => machine::run(Grammar::Cmd, code, args, cx, sink),
        Language::Awk => small::awk(code, cx, sink),
        Language::Sed => small::sed(code, cx, sink),
        Language::Jq => small::jq(code, cx, sink),
        Language::Redis => small::redis_script(code, cx, sink),
        Language::Sql => sql::understand(code, false, cx, sink),
        Language::SqlScratch => sql::understand(code, true, cx, sink),
        Language::Cypher => small::cypher(code, cx, sink),
    }
}

/// Whether a text begins like a statement.
pub(crate) fn looks_like_sql(text: &str) -> bool {
    text.contains(' ') && sql::looks_like(text)
}

fn whole_hole(code: &Arg) -> bool {
    match (code.holes(), code.shown().trim()) {
        ([hole], shown) => hole.end - hole.start == shown.len(),
        _ => false,
    }
}

/// Code nobody can read.
fn unknown_code(origin: Option<Origin>, by: &str) -> Effect {
    let kind = if origin == Some(Origin::Fetched) {
        EffectKind::ExecFetched
    } else {
        EffectKind::ExecOpaque
    };
    Effect::new(kind, Target::None, by).with_certainty(Certainty::Opaque)
}

fn limit(what: &str, by: &str) -> Effect {
    Effect::new(EffectKind::LimitReached, Target::Name(what.to_owned()), by)
        .with_certainty(Certainty::Opaque)
}

/// A path of Windows as the labels know it.
pub(crate) fn windows_path(text: &str, home: &str) -> String {
    windows::path(text, home)
}

/// Whether this is the name of a cmdlet of PowerShell: `Get-Content`.
pub(crate) fn is_cmdlet(name: &str) -> bool {
    powershell::is_cmdlet(&name.to_lowercase())
}

/// A key of the registry as a path; `None` when it is none.
pub(crate) fn registry_key(text: &str) -> Option<String> {
    windows::key(text)
}

/// The words of a command line of Windows.
pub(crate) fn windows_words(text: &str) -> Vec<String> {
    powershell::split_line(text)
}

/// A variable whose name says that its value is a secret.
fn looks_secret(name: &str) -> bool {
    crate::understand::looks_secret(name)
}

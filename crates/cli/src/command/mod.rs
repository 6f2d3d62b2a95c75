//! One file per verb.

pub(crate) mod approve;
pub(crate) mod completions;
pub(crate) mod doctor;
pub(crate) mod git_hooks;
pub(crate) mod grants;
pub(crate) mod guard;
pub(crate) mod halt;
pub(crate) mod hook;
pub(crate) mod log;
pub(crate) mod nap;
pub(crate) mod policy;
pub(crate) mod protect;
pub(crate) mod redact;
pub(crate) mod run;
pub(crate) mod scan;
pub(crate) mod status;
pub(crate) mod unprotect;

use std::path::{Path, PathBuf};

use crate::args::{Cli, Command};
use crate::error::{Error, Outcome};

/// Runs the verb.
pub(crate) fn run(cli: Cli) -> Result<Outcome, Error> {
    let places = cli.pins.places();
    match cli.command {
        Command::Protect(verb) => verb.run(&places),
        Command::Unprotect(verb) => verb.run(&places),
        Command::Status(verb) => verb.run(&places),
        Command::Doctor(verb) => verb.run(&places),
        Command::Approve(verb) => verb.run(&places),
        Command::Grants(verb) => verb.run(&places),
        Command::Run(verb) => verb.run(&places),
        Command::Nap(verb) => verb.run(&places),
        Command::Halt(verb) => verb.run(&places),
        Command::Log(verb) => verb.run(&places),
        Command::Guard(verb) => verb.run(&places),
        Command::Policy(verb) => verb.run(&places),
        Command::Scan(verb) => verb.run(&places),
        Command::InstallGitHooks(verb) => verb.run(),
        Command::Redact(verb) => verb.run(&places),
        Command::Hook(verb) => verb.run(&places),
        Command::Completions(verb) => verb.run(),
        Command::Man(verb) => verb.run(),
    }
}

/// The workspace a verb works on: `dir`, or where it was called.
fn workspace(dir: Option<&Path>, home: &Path) -> Result<PathBuf, Error> {
    let here = std::env::current_dir()?;
    let dir = dir.map_or_else(|| here.clone(), |d| here.join(d));
    let found = palisade_files::resolve(&dir.to_string_lossy(), &here);
    if !dir.is_dir() {
        return Err(Error::NotADirectory(found.lexical));
    }
    Ok(palisade_guard::workspace(&found.real, home))
}

/// Only a person loosens the guard. An agent that runs unguarded could; this is
/// what it meets then.
fn by_a_person(what: &str) -> Result<(), Error> {
    match crate::person::agent_above() {
        None => Ok(()),
        Some(agent) => Err(Error::Other(format!(
            "the guard is not {what} from inside an agent ({agent}); run this in your own terminal"
        ))),
    }
}

/// [`by_a_person`], who sits before a terminal.
fn at_a_terminal(what: &str) -> Result<(), Error> {
    use std::io::IsTerminal as _;
    by_a_person(what)?;
    if std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
        return Ok(());
    }
    Err(Error::Other(format!(
        "the guard is {what} by a person, and there is no terminal to ask on; run this in your own \
         terminal"
    )))
}

/// Puts an event of a person's own doing on record; nothing counts before it is.
fn on_record(places: &palisade_guard::Places, event: &palisade_core::Event) -> Result<(), Error> {
    let journal = palisade_journal::Journal::open(&places.state)?;
    journal.append(event, palisade_journal::Durability::Synced)?;
    Ok(())
}

/// A length of time as people write it: `10m`, `1h 30m`.
fn duration(text: &str) -> Result<std::time::Duration, String> {
    let wrong = || format!("`{text}` is not a length of time; write 10m, 1h or 1h30m");
    let parsed: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
    let length = std::time::Duration::try_from(parsed).map_err(|_| wrong())?;
    if length.is_zero() {
        return Err(wrong());
    }
    Ok(length)
}

/// Asks, unless the answer was given in advance. Without a terminal the answer
/// is no, and what to do instead is said.
fn confirmed(yes: crate::args::Yes, question: &str) -> Result<bool, Error> {
    use std::io::{BufRead as _, IsTerminal as _, Write as _};
    if yes.yes {
        return Ok(true);
    }
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        crate::output::note(
            "nothing was changed: there is no terminal to ask on; repeat with --yes",
        );
        return Ok(false);
    }
    let mut err = std::io::stderr().lock();
    write!(err, "{question} [Y/n] ")?;
    err.flush()?;
    let mut answer = String::new();
    // The end of the input is no answer.
    let read = std::io::stdin().lock().read_line(&mut answer)?;
    let answer = answer.trim().to_ascii_lowercase();
    let agreed = read > 0 && (answer.is_empty() || answer.starts_with('y'));
    if !agreed {
        crate::output::note("nothing was changed");
    }
    Ok(agreed)
}

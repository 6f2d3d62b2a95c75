//! What can stop a verb. Every message names what failed, on what, and what to do.

use std::path::PathBuf;

/// An error a person can act on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] palisade_files::FileError),
    /// The journal is not usable.
    #[error("the journal is not usable: {0}")]
    Journal(#[from] palisade_journal::JournalError),
    /// The policy has errors; the text is a rendered diagnostic.
    #[error("{0}")]
    Policy(String),
    /// Settings of an agent could not be read or changed.
    #[error("{0}")]
    Settings(String),
    /// Output could not be written.
    #[error("output could not be written: {0}")]
    Output(#[from] std::io::Error),
    /// A folder that is needed is not there.
    #[error("`{}` is not a directory; name an existing one", .0.display())]
    NotADirectory(PathBuf),
    /// The other program of the pair is missing.
    #[error("`palisade-hook` is not beside `palisade` in {}; install both programs into one folder", .0.display())]
    NoHook(PathBuf),
    /// Anything else, already worded.
    #[error("{0}")]
    Other(String),
}

/// How a verb that ran has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing to report: exit code 0.
    Fine,
    /// Findings, or a denial: exit code 1.
    Findings,
    /// It ran only in part: exit code 2.
    Incomplete,
}

impl From<Outcome> for std::process::ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Fine => 0,
            Outcome::Findings => 1,
            Outcome::Incomplete => 2,
        })
    }
}

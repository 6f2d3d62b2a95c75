//! Trees, staged changes and history, searched for secrets.
//!
//! What a secret looks like is the business of `palisade-secrets`; this crate
//! knows where text comes from ([`tree`], [`git`]), turns bytes into text that
//! keeps its places ([`Piece`]), and says what was found ([`Secret`], [`report`]).
//!
//! Nothing of a repository is run: git is asked with its hooks, monitors and
//! filters off. Memory is bounded by the largest piece, not by the tree: files
//! are read in windows.

pub mod git;
pub mod report;
pub mod tree;

mod allow;
mod finding;
mod piece;

pub use allow::Allowed;
pub use finding::{Commit, Options, Outcome, Secret, Tally};
pub use piece::{Piece, Places, is_binary};

/// What keeps a scan from being made, or made whole.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScanError {
    /// Git is needed and is not there.
    #[error("git could not be started: {0}; install it, or scan a folder instead")]
    NoGit(std::io::Error),
    /// Git said no.
    #[error("git {what}: {said}")]
    Git {
        /// What it was asked.
        what: String,
        /// Its words.
        said: String,
    },
    /// Something could not be read.
    #[error(transparent)]
    File(#[from] palisade_files::FileError),
    /// Something could not be read or written.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

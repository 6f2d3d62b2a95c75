//! `palisade scan …`: what is in files that should not be.

mod lines;
mod secrets;
mod show;

use clap::Subcommand;
use palisade_guard::Places;

use crate::error::{Error, Outcome};

#[derive(Debug, Subcommand)]
pub(crate) enum Scan {
    Secrets(secrets::Secrets),
}

impl Scan {
    pub(crate) fn run(self, places: &Places) -> Result<Outcome, Error> {
        match self {
            Self::Secrets(verb) => verb.run(places),
        }
    }
}

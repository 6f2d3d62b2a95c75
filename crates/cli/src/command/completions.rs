//! `palisade completions`, `palisade man`: made from the command line itself.

use clap::{Args, CommandFactory as _};

use crate::args::Cli;
use crate::error::{Error, Outcome};

/// Print a completion script for a shell
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  source <(palisade completions bash)\n  palisade completions zsh > ~/.zfunc/_palisade"
)]
pub(crate) struct Completions {
    /// The shell
    shell: clap_complete::Shell,
}

impl Completions {
    pub(crate) fn run(self) -> Result<Outcome, Error> {
        let mut out = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "palisade", &mut out);
        crate::output::raw(&String::from_utf8_lossy(&out))?;
        Ok(Outcome::Fine)
    }
}

/// Print the manual page, of palisade or of one verb
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  palisade man | man -l -\n  palisade man guard check > palisade-guard-check.1"
)]
pub(crate) struct Man {
    /// The verb: `protect`, `guard check`
    verb: Vec<String>,
}

impl Man {
    pub(crate) fn run(self) -> Result<Outcome, Error> {
        let mut command = Cli::command();
        command.build();
        let mut page = &command;
        for word in &self.verb {
            page = page.find_subcommand(word).ok_or_else(|| {
                let verb = self.verb.join(" ");
                Error::Other(format!("there is no verb `{verb}`; see `palisade --help`"))
            })?;
        }
        let mut out = Vec::new();
        clap_mangen::Man::new(page.clone()).render(&mut out)?;
        crate::output::raw(&String::from_utf8_lossy(&out))?;
        Ok(Outcome::Fine)
    }
}

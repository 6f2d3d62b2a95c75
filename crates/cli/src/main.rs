//! `palisade`: everything but the hook itself.

mod args;
mod command;
mod error;
mod http;
mod output;
mod person;
mod protection;
mod screen;
mod text;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = args::Cli::parse();
    cli.color.apply();
    match command::run(cli) {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            output::error(&error);
            ExitCode::from(2)
        }
    }
}

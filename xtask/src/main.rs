//! The chores of this repository.
//!
//! Everything that takes more than one plain cargo call lives here, one file per
//! chore, so that people and continuous integration do the same thing.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a chore talks to the person who started it"
)]

mod agents;
mod bench;
mod build;
mod deps;
mod prove;
mod run;
mod setup;
mod test;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask CHORE

  setup [-- ARGS]   build, install into ~/.local/bin ($PALISADE_INSTALL_DIR), then `palisade protect ARGS`
  build             release binaries into target/dist
  test              formatting, lints, architecture, documentation examples, every test
  ci                the same as `test`
  deps              the architecture: which crate may use which
  agents            install the pinned agents that the end-to-end tests start
  prove             the end-to-end tests must fail with a guard that is none
  bench [--runs N] [--rules N] [--cedar N] [--format json]
                    the hook from start to exit beside /bin/true
  bench secrets [--tree DIR] [--history DIR] [--runs N]
                    scans beside rg, git and the scanners that are installed
";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let chore = args.next().unwrap_or_default();
    // `cargo xtask setup -- --user`: the second `--` arrives here.
    let rest: Vec<String> = args.skip_while(|a| a == "--").collect();
    let done = match chore.as_str() {
        "setup" => setup::run(&rest),
        "build" => build::run(),
        "test" | "ci" => test::run(),
        "deps" => deps::run(),
        "agents" => agents::run(),
        "prove" => prove::run(),
        "bench" => bench::run(&rest),
        "" | "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        other => Err(run::Failed::new(format!("no chore `{other}`\n\n{USAGE}"))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("xtask: {failed}");
            ExitCode::FAILURE
        }
    }
}

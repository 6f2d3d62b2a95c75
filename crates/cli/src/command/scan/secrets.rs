//! `palisade scan secrets`: in trees, staged changes, commits and history.

use std::io::{IsTerminal as _, Read as _, Write as _};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum, ValueHint};
use palisade_core::Confidence;
use palisade_guard::Places;
use palisade_scan::git::{self, Repository};
use palisade_scan::{Options, Outcome as Found, report, tree};
use palisade_secrets::FingerprintKey;
use serde_json::json;

use super::{lines, show};
use crate::error::{Error, Outcome};
use crate::output;

/// Find secrets in files, staged changes, commits or the whole history
///
/// Without anything, the current folder as git sees it: ignored files are left out,
/// hidden ones are not. Values are never shown unless you ask for them; the
/// fingerprint tells whether two places hold the same one.
///
/// A line with `palisade:allow RULE owner=… until=2027-06-30 reason=…` is let pass
/// until that day.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  palisade scan secrets\n  palisade scan secrets --staged\n  palisade scan secrets --history --format sarif\n  palisade scan secrets --stdin < config.yaml\n\nExit codes: 0 none, 1 something was found, 2 not everything could be looked at."
)]
pub(crate) struct Secrets {
    /// Files and folders [default: the current folder]
    #[arg(value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
    /// What is staged and was not in the file before, and files everybody may change
    #[arg(long, group = "what")]
    staged: bool,
    /// What the commits after BASE brought, even when it was taken out again
    #[arg(long, value_name = "BASE", group = "what")]
    diff: Option<String>,
    /// Every object of the repository, reachable or not
    #[arg(long, group = "what")]
    history: bool,
    /// What comes in on stdin
    #[arg(long, group = "what")]
    stdin: bool,
    /// Answer lines of {"id", "text"} on stdin with {"id", "findings"}
    #[arg(long, group = "what", conflicts_with = "format")]
    jsonl: bool,
    /// Files that git ignores as well
    #[arg(long)]
    no_ignore: bool,
    /// Also examples, test keys and what has a wrong checksum
    #[arg(long)]
    low: bool,
    /// Show the values
    #[arg(long)]
    show_secrets: bool,
    /// Threads [default: as many as processors]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    threads: usize,
    /// How to report
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// One JSON document
    Json,
    /// A finding a line
    Jsonl,
    /// SARIF 2.1.0, for code hosts
    Sarif,
    /// JUnit XML, for CI systems
    Junit,
    /// Comma-separated values
    Csv,
}

impl Secrets {
    pub(super) fn run(self, places: &Places) -> Result<Outcome, Error> {
        if self.jsonl {
            return lines::run();
        }
        if self.show_secrets
            && let Some(agent) = crate::person::agent_above()
        {
            return Err(Error::Other(format!(
                "values are not shown inside an agent ({agent}); run this in your own terminal"
            )));
        }
        let options = Options {
            least: if self.low {
                Confidence::Low
            } else {
                Confidence::Medium
            },
            key: FingerprintKey::from_bytes(palisade_guard::fingerprint_key(places)?),
            today: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
            show_secrets: self.show_secrets,
        };
        let start = Instant::now();
        let seen = AtomicU64::new(0);
        let found = with_progress(&seen, || self.scan(&options, &seen))?;
        self.say(&found, start.elapsed())?;
        Ok(if !found.secrets.is_empty() || !found.open.is_empty() {
            Outcome::Findings
        } else if found.missed.is_empty() {
            Outcome::Fine
        } else {
            Outcome::Incomplete
        })
    }

    fn scan(&self, options: &Options, seen: &AtomicU64) -> Result<Found, Error> {
        let wrong = |error: palisade_scan::ScanError| Error::Other(error.to_string());
        if self.stdin {
            output::typed_input("the text to look at");
            let mut bytes = Vec::new();
            std::io::stdin().lock().read_to_end(&mut bytes)?;
            let mut found = Found::default();
            found.look("(stdin)", &bytes, options);
            return Ok(found);
        }
        let here = || {
            let folder = self.paths.first().map_or(".".as_ref(), PathBuf::as_path);
            Repository::around(folder).map_err(wrong)
        };
        if self.staged {
            return git::staged(&here()?, options).map_err(wrong);
        }
        if let Some(base) = &self.diff {
            return git::since(&here()?, base, options).map_err(wrong);
        }
        if self.history {
            return git::history(&here()?, options, seen).map_err(wrong);
        }
        let walk = tree::Walk {
            ignored: self.no_ignore,
            threads: self.threads,
        };
        let current = [PathBuf::from(".")];
        let paths = if self.paths.is_empty() {
            &current[..]
        } else {
            &self.paths
        };
        tree::scan(paths, walk, options, seen).map_err(wrong)
    }

    fn say(&self, found: &Found, took: Duration) -> Result<(), Error> {
        match self.format {
            Format::Human => return show::show(found, took),
            Format::Json => output::json(&json!({
                "secrets": found.secrets,
                "looked_at": found.tally,
                "open_files": found.open,
                "missed": found.missed,
                "notes": found.notes,
            }))?,
            Format::Jsonl => {
                for secret in &found.secrets {
                    let line =
                        serde_json::to_string(secret).map_err(|e| Error::Other(e.to_string()))?;
                    output::line(line)?;
                }
            }
            Format::Sarif => output::json(&report::sarif(found, env!("CARGO_PKG_VERSION")))?,
            Format::Junit => output::line(report::junit(&found.secrets).trim_end())?,
            Format::Csv => output::line(report::csv(&found.secrets).trim_end())?,
        }
        for missed in &found.missed {
            output::note(format_args!("not looked at: {missed}"));
        }
        Ok(())
    }
}

/// Counts on the terminal while something long goes on.
fn with_progress<T>(seen: &AtomicU64, work: impl FnOnce() -> T + Send) -> T
where
    T: Send,
{
    if !std::io::stderr().is_terminal() {
        return work();
    }
    std::thread::scope(|scope| {
        let running = scope.spawn(work);
        let mut shown = false;
        let start = Instant::now();
        while !running.is_finished() {
            std::thread::sleep(Duration::from_millis(20));
            // What is over in a moment needs no counting.
            if start.elapsed() > Duration::from_millis(700) {
                let so_far = seen.load(Ordering::Relaxed);
                write!(std::io::stderr(), "\r{so_far} looked at ").ok();
                shown = true;
            }
        }
        if shown {
            write!(std::io::stderr(), "\r\u{1b}[K").ok();
        }
        match running.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

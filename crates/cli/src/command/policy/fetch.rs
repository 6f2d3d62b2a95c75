//! `palisade policy fetch`: the organisation's policy, as it is now.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use palisade_core::{Clock as _, SystemClock};
use palisade_guard::Places;
use palisade_policy_compile::{Bundle, TrustedKeys};
use serde_json::json;

use super::sign::read;
use crate::args::{Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, BAD, GOOD, paint};
use crate::text;

/// Bytes of a bundle.
const BUNDLE_BYTES: u64 = 1024 * 1024;

/// Fetch a signed policy and put it where it counts
///
/// The bundle comes from an https address, or from a file (a share, a repository).
/// It is kept only when a trusted key signed it, it has not expired, and it is not
/// older than the one that is there: run it as often as you like, from a timer.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  palisade policy fetch acme.bundle --keys policy.keys --into .\n  palisade policy fetch acme.bundle --keys policy.keys --dry-run\n\nExit codes: 0 the newest is there, 1 what was fetched does not count, 2 could not be fetched."
)]
pub(crate) struct Fetch {
    /// Where it is: an https address, or a file
    #[arg(value_name = "URL|FILE", value_hint = ValueHint::Url)]
    from: String,
    /// The trusted keys [default: /etc/palisade/policy.keys]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    keys: Option<PathBuf>,
    /// The folder it goes to [default: /etc/palisade/policy.d]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    into: Option<PathBuf>,
    /// Say what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    output: Output,
}

/// What became of it.
enum Fate {
    New,
    Newer(u64),
    Same,
    Refused(String),
}

impl Fetch {
    pub(super) fn run(self, places: &Places) -> Result<Outcome, Error> {
        let keys = self
            .keys
            .clone()
            .unwrap_or_else(|| places.organisation.with_file_name("policy.keys"));
        let trusted = TrustedKeys::parse(&read(&keys)?)
            .map_err(|e| Error::Other(format!("`{}`: {e}", keys.display())))?;
        let fetched = if self.from.contains("://") {
            crate::http::text(&self.from, BUNDLE_BYTES)?
        } else {
            read(Path::new(&self.from))?
        };
        let into = self.into.as_deref().unwrap_or(&places.organisation);
        let seen = super::seen(places);
        let opened = Bundle::open(&fetched, &trusted).and_then(|bundle| {
            bundle.counts(SystemClock.now().0, &seen)?;
            Ok(bundle)
        });
        let bundle = match opened {
            Ok(bundle) if is_file_name(&bundle.name) => bundle,
            Ok(bundle) => {
                let why = format!("its name `{}` is no file name", text::plain(&bundle.name));
                return self.say(None, into, &Fate::Refused(why));
            }
            Err(error) => return self.say(None, into, &Fate::Refused(error.to_string())),
        };
        let target = into.join(format!("{}.bundle", bundle.name));
        // What is there counts by what is signed in it, too.
        let present = target
            .exists()
            .then(|| read(&target))
            .transpose()?
            .and_then(|text| Bundle::open(&text, &trusted).ok());
        let fate = match present.map(|present| present.version) {
            Some(there) if there == bundle.version => Fate::Same,
            Some(there) if there > bundle.version => {
                Fate::Refused(format!("version {there} is there already"))
            }
            Some(there) => Fate::Newer(there),
            None => Fate::New,
        };
        if matches!(fate, Fate::New | Fate::Newer(_)) && !self.dry_run {
            palisade_files::write_atomic(&target, fetched.as_bytes(), Some(0o644))?;
        }
        self.say(Some(&bundle), &target, &fate)
    }

    fn say(&self, bundle: Option<&Bundle>, at: &Path, fate: &Fate) -> Result<Outcome, Error> {
        let done = if self.dry_run { "would write" } else { "wrote" };
        let version = bundle.map_or(0, |bundle| bundle.version);
        if self.output.format == Format::Json {
            let (word, why) = match fate {
                Fate::New | Fate::Newer(_) if self.dry_run => ("would-write", None),
                Fate::New | Fate::Newer(_) => ("wrote", None),
                Fate::Same => ("present", None),
                Fate::Refused(why) => ("refused", Some(why)),
            };
            output::json(&json!({
                "result": word,
                "why": why,
                "file": bundle.map(|_| at),
                "name": bundle.map(|b| &b.name),
                "version": bundle.map(|b| b.version),
                "expires": bundle.map(|b| b.expires),
            }))?;
        } else {
            let file = at.display();
            output::line(match fate {
                Fate::New => format!("{} {file}: version {version}", paint(GOOD, done)),
                Fate::Newer(before) => format!(
                    "{} {file}: version {version} after {before}",
                    paint(GOOD, done)
                ),
                Fate::Same => format!("{} {file}: version {version}", paint(GOOD, "is there")),
                Fate::Refused(why) => {
                    format!("{} `{}`: {why}", paint(BAD, "does not count"), self.from)
                }
            })?;
        }
        Ok(match fate {
            Fate::Refused(_) => Outcome::Findings,
            _ => Outcome::Fine,
        })
    }
}

/// A name that stays in its folder.
fn is_file_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && name.len() <= 64
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

//! `palisade policy sign`: a policy that is known to be the organisation's.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use palisade_core::{Clock as _, SystemClock};
use palisade_guard::Places;
use palisade_policy_compile::{
    Bundle, BundleFile, Sources, TrustedKeys, compile, end_of_day, public_key, seed_of, seed_text,
};
use serde_json::json;

use crate::args::{Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, GOOD, paint};
use crate::text;

/// Bytes of a policy file, a key file and a bundle.
const FILE_BYTES: usize = 1024 * 1024;

/// Sign policy files into a bundle that machines accept from nobody else
///
/// The bundle goes to /etc/palisade/policy.d/ of every machine, its public key to
/// /etc/palisade/policy.keys. A bundle that was changed, has expired, is older than
/// one that was there before, or is signed by another key does not count: only reads
/// go on until it is replaced.
#[derive(Args, Debug)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:\n  palisade policy sign --new-key other.key\n  palisade policy sign base.toml --name acme --key acme.key --expires 2127-06-30\n  palisade policy sign --check acme.bundle --keys policy.keys\n\nExit codes: 0 done, 1 the bundle does not count, 2 could not be signed."
)]
pub(crate) struct Sign {
    /// The policy files, in the order in which they count
    #[arg(value_hint = ValueHint::FilePath)]
    files: Vec<PathBuf>,
    /// Whose policy it is; versions are counted by name
    #[arg(long, value_name = "NAME", required_unless_present_any = ["new_key", "check"])]
    name: Option<String>,
    /// The file with the signing key
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, required_unless_present_any = ["new_key", "check"])]
    key: Option<PathBuf>,
    /// The day it ends: 2027-06-30
    #[arg(long, value_name = "DAY", required_unless_present_any = ["new_key", "check"])]
    expires: Option<String>,
    /// Higher than every one before [default: the time]
    #[arg(long, value_name = "N")]
    version: Option<u64>,
    /// Where to write the bundle [default: NAME.bundle]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    out: Option<PathBuf>,
    /// Make a signing key in this file and print its public key
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, exclusive = true)]
    new_key: Option<PathBuf>,
    /// Say whether this bundle counts
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "files", requires = "keys")]
    check: Option<PathBuf>,
    /// The trusted keys to check with
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    keys: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

impl Sign {
    pub(super) fn run(self, _: &Places) -> Result<Outcome, Error> {
        if let Some(file) = &self.new_key {
            return new_key(file);
        }
        if let (Some(bundle), Some(keys)) = (&self.check, &self.keys) {
            return self.check(bundle, keys);
        }
        let (Some(name), Some(key), Some(day)) = (&self.name, &self.key, &self.expires) else {
            return Err(Error::Other("give --name, --key and --expires".to_owned()));
        };
        let out = &self
            .out
            .clone()
            .unwrap_or_else(|| PathBuf::from(format!("{name}.bundle")));
        if self.files.is_empty() {
            return Err(Error::Other("name the policy files to sign".to_owned()));
        }
        let seed = seed_of(&read(key)?).ok_or_else(|| {
            Error::Other(format!(
                "`{}` holds no signing key; `palisade policy sign --new-key FILE` makes one",
                key.display()
            ))
        })?;
        // What has errors would restrict every machine it reaches.
        let sources = Sources {
            organisation: self.files.clone(),
            ..Sources::default()
        };
        let compiled = compile(&sources).map_err(|d| Error::Policy(d.render(false)))?;
        for warning in &compiled.warnings {
            output::note(warning.trim_end());
        }
        let now = SystemClock.now().0 / 1_000_000;
        let expires = end_of_day(day).ok_or_else(|| {
            Error::Other(format!("`{day}` is not a day to come; write 2127-06-30"))
        })?;
        if expires <= now {
            return Err(Error::Other(format!("`{day}` is over already")));
        }
        let bundle = Bundle {
            name: name.clone(),
            version: self.version.unwrap_or(now),
            issued: now,
            expires,
            files: self
                .files
                .iter()
                .map(|f| bundled(f))
                .collect::<Result<_, _>>()?,
        };
        palisade_files::write_atomic(out, bundle.seal(&seed).as_bytes(), Some(0o644))?;
        let public = public_key(&seed);
        match self.output.format {
            Format::Json => output::json(&json!({
                "bundle": out,
                "name": bundle.name,
                "version": bundle.version,
                "expires": bundle.expires,
                "key": public,
            }))?,
            Format::Human => output::line(format_args!(
                "{} {}: {} version {}, until {day}, by the key {public}",
                paint(GOOD, "signed"),
                out.display(),
                text::plain(name),
                bundle.version
            ))?,
        }
        Ok(Outcome::Fine)
    }

    fn check(&self, bundle: &Path, keys: &Path) -> Result<Outcome, Error> {
        let trusted = TrustedKeys::parse(&read(keys)?)
            .map_err(|e| Error::Other(format!("`{}`: {e}", keys.display())))?;
        let opened = Bundle::open(&read(bundle)?, &trusted).and_then(|opened| {
            opened.counts(SystemClock.now().0, &std::collections::BTreeMap::new())?;
            Ok(opened)
        });
        let why = opened.as_ref().err().map(ToString::to_string);
        match (self.output.format, &opened) {
            (Format::Json, opened) => output::json(&json!({
                "counts": opened.is_ok(),
                "why": why,
                "name": opened.as_ref().ok().map(|b| &b.name),
                "version": opened.as_ref().ok().map(|b| b.version),
                "expires": opened.as_ref().ok().map(|b| b.expires),
                "files": opened.as_ref().ok().map(|b| b.files.iter().map(|f| &f.name).collect::<Vec<_>>()),
            }))?,
            (Format::Human, Ok(opened)) => {
                let files: Vec<&str> = opened.files.iter().map(|f| f.name.as_str()).collect();
                output::line(format_args!(
                    "{} {} version {}: {}",
                    paint(GOOD, "counts"),
                    text::plain(&opened.name),
                    opened.version,
                    text::plain(&files.join(", "))
                ))?;
            }
            (Format::Human, Err(error)) => {
                output::line(format_args!(
                    "{} `{}`: {error}",
                    paint(output::BAD, "does not count"),
                    bundle.display()
                ))?;
            }
        }
        Ok(if opened.is_ok() {
            Outcome::Fine
        } else {
            Outcome::Findings
        })
    }
}

pub(super) fn read(path: &Path) -> Result<String, Error> {
    let named = path.display();
    let bytes = palisade_files::read_capped(path, FILE_BYTES)
        .map_err(|e| Error::Other(format!("`{named}`: {e}")))?
        .ok_or_else(|| Error::Other(format!("`{named}` is larger than 1 MiB")))?;
    String::from_utf8(bytes).map_err(|_| Error::Other(format!("`{named}` is not UTF-8")))
}

fn bundled(path: &Path) -> Result<BundleFile, Error> {
    let name = path.file_name().unwrap_or_default();
    Ok(BundleFile {
        name: name.to_string_lossy().into_owned(),
        text: read(path)?,
    })
}

fn new_key(file: &Path) -> Result<Outcome, Error> {
    if file.exists() {
        return Err(Error::Other(format!(
            "`{}` exists; a signing key is not replaced",
            file.display()
        )));
    }
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|e| Error::Other(format!("no randomness: {e}")))?;
    palisade_files::write_atomic(file, (seed_text(&seed) + "\n").as_bytes(), Some(0o600))?;
    output::note(format_args!(
        "{} {}; keep it off the machines it signs for. Its line for /etc/palisade/policy.keys:",
        paint(GOOD, "wrote"),
        file.display()
    ));
    output::line(public_key(&seed))?;
    Ok(Outcome::Fine)
}

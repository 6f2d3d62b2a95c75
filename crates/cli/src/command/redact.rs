//! `palisade redact FILE`: a copy of a configuration file that can be shown to anybody.

use std::io::Read as _;
use std::path::PathBuf;

use clap::{Args, ValueHint};
use palisade_guard::Places;
use palisade_secrets::FingerprintKey;
use serde::Serialize;

use crate::args::{Format, Output};
use crate::error::{Error, Outcome};
use crate::output;

/// Bytes of a configuration file.
const LIMIT: usize = 16 * 1024 * 1024;

/// Print a copy of a configuration file with its secrets replaced
///
/// Keys, comments, order and shape stay. Each secret becomes a placeholder
/// with a fingerprint: the same value has the same fingerprint everywhere on
/// this machine, and cannot be had back from it.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  palisade redact .env\n  palisade redact - < config.yaml")]
pub(crate) struct Redact {
    /// The file, or `-` for stdin
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,
    #[command(flatten)]
    output: Output,
}

#[derive(Serialize)]
struct Report {
    text: String,
    found: Vec<Found>,
}

#[derive(Serialize)]
struct Found {
    rule: String,
    fingerprint: String,
}

impl Redact {
    pub(crate) fn run(self, places: &Places) -> Result<Outcome, Error> {
        let shown = self.file.display().to_string();
        let bytes = if shown == "-" {
            output::typed_input("the file");
            let mut all = Vec::new();
            std::io::stdin()
                .lock()
                .take(LIMIT as u64 + 1)
                .read_to_end(&mut all)?;
            (all.len() <= LIMIT).then_some(all)
        } else {
            palisade_files::read_capped(&self.file, LIMIT)?
        };
        let bytes = bytes.ok_or_else(|| {
            Error::Other(format!(
                "`{shown}` is larger than 16 MiB; redact it in parts"
            ))
        })?;
        let text = String::from_utf8(bytes).map_err(|_| {
            Error::Other(format!(
                "`{shown}` is not UTF-8 text; only text can be redacted"
            ))
        })?;
        let key = FingerprintKey::from_bytes(palisade_guard::fingerprint_key(places)?);
        let redaction = palisade_secrets::redact_config(&text, &shown, &key);
        match self.output.format {
            Format::Human => output::raw(&redaction.text)?,
            Format::Json => output::json(&Report {
                text: redaction.text,
                found: redaction
                    .found
                    .into_iter()
                    .map(|f| Found {
                        rule: f.rule.to_owned(),
                        fingerprint: f.fingerprint,
                    })
                    .collect(),
            })?,
        }
        Ok(Outcome::Fine)
    }
}

//! Text without its secrets.

use palisade_core::Confidence;

use crate::fingerprint::{FingerprintKey, fingerprint};
use crate::scan::{Match, scan};

/// Text with placeholders where secrets were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redaction {
    /// The new text.
    pub text: String,
    /// What was taken out, in the order it stood.
    pub found: Vec<Found>,
}

/// One secret that was taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Identifier of the rule.
    pub rule: &'static str,
    /// Keyed fingerprint of the value, 12 hexadecimal digits.
    pub fingerprint: String,
    /// How sure we were.
    pub confidence: Confidence,
}

/// Most rounds of scanning what a round left behind.
const ROUNDS: usize = 16;

/// Replaces every secret of medium or high confidence by
/// `[REDACTED:<rule>:<fingerprint>]`. `None` when there is none.
pub fn redact(text: &str, key: &FingerprintKey) -> Option<Redaction> {
    let mut result: Option<Redaction> = None;
    // Taking one secret out can uncover another that was only its neighbour's
    // continuation, so look again until nothing is left.
    for _ in 0..ROUNDS {
        let current = result.as_ref().map_or(text, |r| r.text.as_str());
        let matches: Vec<Match> = scan(current)
            .into_iter()
            .filter(|m| m.confidence > Confidence::Low)
            .collect();
        if matches.is_empty() {
            break;
        }
        let (new, found) = replace(current, &matches, &[], key);
        let mut all = result.map(|r| r.found).unwrap_or_default();
        all.extend(found);
        result = Some(Redaction {
            text: new,
            found: all,
        });
    }
    result
}

/// Replaces the given matches (sorted, not overlapping). Where `bare` is true
/// the placeholder is put in quotes, because without them its brackets would
/// turn a string into a list.
pub(crate) fn replace(
    text: &str,
    matches: &[Match],
    bare: &[bool],
    key: &FingerprintKey,
) -> (String, Vec<Found>) {
    let mut out = String::with_capacity(text.len());
    let mut found = Vec::with_capacity(matches.len());
    let mut position = 0;
    for (index, m) in matches.iter().enumerate() {
        let (Some(kept), Some(secret)) = (text.get(position..m.start), text.get(m.start..m.end))
        else {
            continue;
        };
        let print = fingerprint(key, secret);
        out.push_str(kept);
        let quote = if bare.get(index).copied().unwrap_or(false) {
            "\""
        } else {
            ""
        };
        out.push_str(quote);
        out.push_str(&placeholder(m.rule, &print));
        out.push_str(quote);
        found.push(Found {
            rule: m.rule,
            fingerprint: print,
            confidence: m.confidence,
        });
        position = m.end;
    }
    out.push_str(text.get(position..).unwrap_or(""));
    (out, found)
}

/// The placeholder of a secret.
pub(crate) fn placeholder(rule: &str, print: &str) -> String {
    format!("[REDACTED:{rule}:{print}]")
}

//! A configuration file without its secrets: keys, comments, order, blanks
//! and quotes stay, values that are or may be secret go.
//!
//! Here hiding too much is the smaller mistake: the reader wants to know which
//! settings exist, not what the keys are. So a suggestive name is enough, and
//! so is a value that looks random; low findings of the scanner count too.

use palisade_core::Confidence;

use crate::fingerprint::FingerprintKey;
use crate::name::{self, Kind};
use crate::pairs::{self, Pair};
use crate::redact::{Redaction, redact, replace};
use crate::scan::{Match, scan};
use crate::score::{random, uuid};

/// Rule of values that no rule recognises and that may be secret all the same.
pub const CONFIG_VALUE: &str = "config-value";

/// Redacts a whole configuration file. `name` is its path or file name and
/// decides the format: JSON, YAML, `.netrc`, `.pgpass`, and lines of
/// `name = value` for everything else. `found` is empty when nothing was taken
/// out.
pub fn redact_config(text: &str, name: &str, key: &FingerprintKey) -> Redaction {
    let scanned = scan(text);
    // What the scanner sees (also in comments, inside URLs, over many lines)
    // and the values that have to go as a whole.
    let mut edits: Vec<(Match, bool)> = scanned.iter().map(|m| (*m, false)).collect();
    for pair in pairs::pairs(text, name) {
        let Some(value) = text.get(pair.start..pair.end) else {
            continue;
        };
        if let Some(whole) = whole_value(&pair, value, &scanned) {
            edits.push((whole, pair.bare));
        }
    }
    let edits = union(edits);

    let (matches, bare): (Vec<Match>, Vec<bool>) = edits.into_iter().unzip();
    let (text, mut found) = replace(text, &matches, &bare, key);
    match redact(&text, key) {
        None => Redaction { text, found },
        Some(again) => {
            found.extend(again.found);
            Redaction {
                text: again.text,
                found,
            }
        }
    }
}

/// Sorts the edits and joins those that overlap; the one that begins first and
/// reaches farthest gives the rule.
fn union(mut edits: Vec<(Match, bool)>) -> Vec<(Match, bool)> {
    edits.sort_by_key(|(m, bare)| (m.start, std::cmp::Reverse(m.end), !bare));
    let mut joined: Vec<(Match, bool)> = Vec::with_capacity(edits.len());
    for (next, bare) in edits {
        match joined.last_mut() {
            Some((last, _)) if next.start < last.end => last.end = last.end.max(next.end),
            _ => joined.push((next, bare)),
        }
    }
    joined
}

/// The match that replaces all of `value`, when it has to go as a whole.
fn whole_value(pair: &Pair<'_>, value: &str, scanned: &[Match]) -> Option<Match> {
    if value.is_empty() || value.contains("[REDACTED:") || reference(value) || constant(value) {
        return None;
    }
    let first = scanned.partition_point(|m| m.end <= pair.start);
    let known = scanned
        .get(first)
        .filter(|m| m.start >= pair.start && m.end <= pair.end);
    let mostly = known.filter(|m| (m.end - m.start) * 2 > value.len());
    if !secretive(pair.key, value) && mostly.is_none() {
        return None;
    }
    // `postgres://user:…@host/db`: the scanner takes the password only.
    if value.contains("://") && mostly.is_none() && !strong(pair.key) {
        return None;
    }
    if let Some(exact) = known.filter(|m| m.start == pair.start && m.end == pair.end) {
        return Some(*exact);
    }
    if value.contains("://") && known.is_some() {
        return None;
    }
    Some(Match {
        rule: mostly.map_or(CONFIG_VALUE, |m| m.rule),
        provider: mostly.map_or("Configuration", |m| m.provider),
        start: pair.start,
        end: pair.end,
        confidence: mostly.map_or(Confidence::Low, |m| m.confidence),
    })
}

fn strong(key: &str) -> bool {
    matches!(name::classify(key), Some(Kind::Password | Kind::Secret))
}

/// Whether the value of this key may be a secret.
fn secretive(key: &str, value: &str) -> bool {
    let bytes = value.as_bytes();
    let kind = name::classify(key);
    if kind == Some(Kind::Password) {
        return true;
    }
    // A dependency called `jsonwebtoken` has a version, not a value.
    if version(value) {
        return false;
    }
    if kind == Some(Kind::Secret) {
        return true;
    }
    if value.contains("{{") {
        // A template that composes other values.
        return false;
    }
    if name::suggestive(key) {
        return !harmless(value);
    }
    !uuid(bytes) && !hash_name(key) && !harmless(value) && opaque(bytes)
}

/// `1.2.3`, `^9.0.2`, `>=3.1`.
fn version(value: &str) -> bool {
    let number = value.trim_start_matches(['^', '~', '>', '<', '=', 'v', ' ']);
    number.len() <= 12
        && number.contains('.')
        && number.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// Whether a value holds a long piece that only a machine would write. Paths,
/// versions and dotted names fall into short pieces.
fn opaque(value: &[u8]) -> bool {
    // `owner/action@<commit>`.
    if let Some(at) = value.iter().rposition(|b| *b == b'@') {
        let pin = value.get(at + 1..).unwrap_or(&[]);
        if pin.len() == 40 && pin.iter().all(u8::is_ascii_hexdigit) {
            return false;
        }
    }
    value
        .split(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'+' | b'=')))
        .any(|piece| piece.len() >= 16 && random(piece))
}

/// `${NAME}`, `$NAME`, `{{ name }}`, `<name>`, `%NAME%`: a place, not a value.
fn reference(value: &str) -> bool {
    let inner = |open: &str, close: &str| {
        value
            .strip_prefix(open)
            .and_then(|v| v.strip_suffix(close))
            .is_some_and(|v| !v.contains(open))
    };
    let variable = value.strip_prefix('$').is_some_and(|v| {
        v.len() > 1
            && v.bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    });
    variable
        || inner("${", "}")
        || inner("{{", "}}")
        || inner("<", ">")
        || inner("%", "%")
        || inner("$(", ")")
}

/// Values that say the same whatever their name.
fn constant(value: &str) -> bool {
    const WORDS: &[&str] = &[
        "true", "false", "yes", "no", "on", "off", "null", "nil", "none", "~", "{}", "[]", "|",
        ">", "",
    ];
    WORDS.iter().any(|w| value.eq_ignore_ascii_case(w))
}

/// Numbers, durations, versions, paths, hosts, URLs without credentials.
fn harmless(value: &str) -> bool {
    let bytes = value.as_bytes();
    let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    let unit = bytes.len() - digits <= 3 && bytes.iter().skip(digits).all(u8::is_ascii_alphabetic);
    let number = bytes
        .iter()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-' | b'+' | b':' | b'_'));
    let path = value.starts_with('/')
        || value.starts_with("./")
        || value.starts_with("../")
        || value.starts_with("~/");
    let url = value.contains("://") && !value.contains('@');
    let words = bytes
        .iter()
        .all(|b| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_' | b'.' | b' ' | b','))
        && bytes.len() <= 12;
    let host = bytes.contains(&b'.')
        && bytes.iter().all(|b| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b':')
        })
        && bytes.iter().any(u8::is_ascii_lowercase)
        && crate::score::wordiness(bytes) >= 30;
    (digits > 0 && unit) || number || path || url || words || host
}

/// Names of values that are long and random and public.
fn hash_name(key: &str) -> bool {
    const STEMS: &[&[u8]] = &[
        b"sha",
        b"commit",
        b"digest",
        b"checksum",
        b"integrity",
        b"revision",
        b"etag",
        b"fingerprint",
        b"public",
        b"hash",
        b"version",
        b"packagemanager",
        b"image",
        b"resolved",
    ];
    STEMS
        .iter()
        .any(|s| crate::bytes::contains_folded(key.as_bytes(), s))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmless_values() {
        for value in [
            "8080",
            "10s",
            "512mb",
            "1.2.3",
            "/run/x",
            "https://a.example/x",
            "info",
            "db.internal",
            "127.0.0.1:80",
        ] {
            assert!(harmless(value), "{value}");
        }
        for value in ["q7Zt2kXv9LwPb4mRsY8d", "p4ssw0rd", "https://u:p@h/"] {
            assert!(!harmless(value), "{value}");
        }
    }
}

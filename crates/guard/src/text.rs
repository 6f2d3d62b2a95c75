//! Text on its way out: redacted, on one line, and not too long.

use std::collections::{BTreeMap, BTreeSet};

use palisade_secrets::FingerprintKey;
use serde_json::Value;

/// Characters of a summary.
const SUMMARY_CHARS: usize = 400;
/// Secret files of one result that are told apart in the record.
const FILES: usize = 32;
/// Depth of JSON that is walked; deeper values are replaced whole.
const DEPTH: usize = 64;

/// What redaction found: `rule:fingerprint`, each once, in order of appearance.
pub(crate) type Found = Vec<String>;

/// Redacts `text` in place; adds what was found.
pub(crate) fn redact(text: &mut String, key: &FingerprintKey, found: &mut Found) {
    if let Some(redaction) = palisade_secrets::redact(text, key) {
        *text = redaction.text;
        for one in redaction.found {
            let token = format!("{}:{}", one.rule, one.fingerprint);
            if !found.contains(&token) {
                found.push(token);
            }
        }
    }
}

/// Redacts every string in `value`, keys included, keeping its shape.
pub(crate) fn redact_json(value: &mut Value, key: &FingerprintKey, found: &mut Found) {
    walk(value, key, found, 0);
}

fn walk(value: &mut Value, key: &FingerprintKey, found: &mut Found, depth: usize) {
    if depth > DEPTH {
        *value = Value::String("[REDACTED: nested too deeply to be checked]".to_owned());
        return;
    }
    match value {
        Value::String(text) => redact(text, key, found),
        Value::Array(items) => {
            // Output may be split into pieces that only together hold a secret
            // (a key printed line by line): each piece is checked on its own
            // and the whole once more.
            for item in items.iter_mut() {
                walk(item, key, found, depth + 1);
            }
        }
        Value::Object(map) => {
            let named: Vec<String> = map
                .iter()
                .filter_map(|(k, v)| v.as_str().map(|v| (k, v)))
                .filter(|(k, v)| {
                    // `"api_key": "…"`: the name is the context that makes it a secret.
                    v.len() < 4096 && !palisade_secrets::scan(&format!("{k} = \"{v}\"")).is_empty()
                })
                .map(|(k, _)| k.clone())
                .collect();
            for (k, v) in map.iter_mut() {
                if named.contains(k)
                    && let Value::String(text) = v
                {
                    let mut pair = format!("{k} = \"{text}\"");
                    redact(&mut pair, key, found);
                    let prefix = k.len() + 4;
                    if let Some(inner) = pair.get(prefix..pair.len().saturating_sub(1)) {
                        inner.clone_into(text);
                    }
                }
                walk(v, key, found, depth + 1);
            }
        }
        _ => {}
    }
}

/// Takes out what a search (`path:line:text`) found in files that hold
/// secrets. Lines where the secret itself was replaced keep their shape.
pub(crate) fn drop_secret_files(
    value: &mut Value,
    is_secret: &dyn Fn(&str) -> bool,
    key: &FingerprintKey,
    found: &mut Found,
) {
    match value {
        Value::String(text) => {
            let mut known: BTreeMap<&str, bool> = BTreeMap::new();
            let mut out = String::new();
            let mut files = BTreeSet::new();
            for line in text.split_inclusive('\n') {
                let hit = file_of(line).filter(|(path, _)| {
                    *known.entry(path).or_insert_with(|| is_secret(path))
                        && !line.contains("[REDACTED:")
                });
                let Some((path, separator)) = hit else {
                    out.push_str(line);
                    continue;
                };
                out.push_str(path);
                out.push(separator);
                out.push_str("[REDACTED: a line of a secret file]");
                if line.ends_with('\n') {
                    out.push('\n');
                }
                files.insert(path);
            }
            for path in files.iter().take(FILES) {
                let token = format!("secret-file:{}", palisade_secrets::fingerprint(key, path));
                if !found.contains(&token) {
                    found.push(token);
                }
            }
            if !files.is_empty() {
                *text = out;
            }
        }
        // Results are flat: an object of strings, or a list of them.
        Value::Array(items) => {
            for item in items.iter_mut() {
                if !item.is_array() {
                    drop_secret_files(item, is_secret, key, found);
                }
            }
        }
        Value::Object(map) => {
            for item in map.values_mut().filter(|v| v.is_string()) {
                drop_secret_files(item, is_secret, key, found);
            }
        }
        _ => {}
    }
}

/// The file a line of a search's output begins with: `path:…`, or `path-3-…`
/// for the lines around a match.
fn file_of(line: &str) -> Option<(&str, char)> {
    let head = line.get(..line.len().min(1024)).unwrap_or(line);
    let around = head.match_indices('-').find(|(at, _)| {
        let after = head.get(at + 1..).unwrap_or_default();
        let number = after.trim_start_matches(|c: char| c.is_ascii_digit());
        number.len() < after.len() && number.starts_with('-')
    });
    let (at, separator) = match (head.find(':'), around) {
        (Some(colon), Some((dash, _))) if dash < colon => (dash, '-'),
        (Some(colon), _) => (colon, ':'),
        (None, Some((dash, _))) => (dash, '-'),
        (None, None) => return None,
    };
    let path = head.get(..at)?;
    (!path.is_empty() && !path.contains(char::is_whitespace)).then_some((path, separator))
}

/// One line without control characters, capped, with secrets redacted.
pub(crate) fn summary(text: &str, key: &FingerprintKey) -> String {
    // Cut before redaction bounds the work, but never inside what might be a
    // secret's reach: the margin is larger than any token.
    let cap = SUMMARY_CHARS * 16;
    let end = text.char_indices().nth(cap).map_or(text.len(), |(i, _)| i);
    let mut head = text.get(..end).unwrap_or_default().to_owned();
    redact(&mut head, key, &mut Vec::new());
    let mut chars = head.chars();
    let mut out: String = chars
        .by_ref()
        .take(SUMMARY_CHARS)
        .map(|c| match c {
            '\n' => '⏎',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    if chars.next().is_some() || end < text.len() {
        out.push('…');
    }
    out
}

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

/// Redacts every string in `value`, names of members included, keeping its shape.
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
            // First: a part may itself look like a secret.
            redact_joined(items, key, found);
            for item in items.iter_mut() {
                walk(item, key, found, depth + 1);
            }
        }
        Value::Object(map) => {
            let members = std::mem::take(map);
            for (mut name, mut value) in members {
                if let Value::String(text) = &mut value {
                    redact_named(&name, text, key, found);
                }
                walk(&mut value, key, found, depth + 1);
                redact(&mut name, key, found);
                map.insert(name, value);
            }
        }
        _ => {}
    }
}

/// The items of a list are read one after the other, and so is a secret that
/// is split over several of them.
fn redact_joined(items: &mut [Value], key: &FingerprintKey, found: &mut Found) {
    /// Items that are put together; what has more is data, not prose.
    const ITEMS: usize = 10_000;
    let mut texts: Vec<&mut String> = items
        .iter_mut()
        .take(ITEMS)
        .filter_map(|item| match item {
            Value::String(text) => Some(text),
            Value::Object(map) => match map.get_mut("text") {
                Some(Value::String(text)) => Some(text),
                _ => None,
            },
            _ => None,
        })
        .collect();
    if texts.len() < 2 {
        return;
    }
    let joined: String = texts.iter().map(|t| t.as_str()).collect();
    let mut cuts: Vec<(usize, usize, &str)> = Vec::new();
    let mut start = 0;
    let ends: BTreeSet<usize> = texts
        .iter()
        .map(|t| {
            start += t.len();
            start
        })
        .collect();
    for hit in palisade_secrets::scan(&joined) {
        // Whole ones are replaced where they are.
        let split = ends.range(hit.start + 1..hit.end).next().is_some();
        if !split || hit.confidence < palisade_core::Confidence::High {
            continue;
        }
        let value = joined.get(hit.start..hit.end).unwrap_or_default();
        let token = format!("{}:{}", hit.rule, palisade_secrets::fingerprint(key, value));
        if !found.contains(&token) {
            found.push(token);
        }
        cuts.push((hit.start, hit.end, hit.rule));
    }
    if cuts.is_empty() {
        return;
    }
    let mut start = 0;
    for text in &mut texts {
        let end = start + text.len();
        let mut out = String::new();
        let mut at = start;
        for (from, to, rule) in cuts
            .iter()
            .filter(|(from, to, _)| *from < end && *to > start)
        {
            out.push_str(joined.get(at..(*from).max(start)).unwrap_or_default());
            out.push_str(&format!("[REDACTED: part of a secret ({rule})]"));
            at = (*to).min(end);
        }
        if at > start {
            out.push_str(joined.get(at..end).unwrap_or_default());
            **text = out;
        }
        start = end;
    }
}

/// `"api_key": "…"`: the name is the context that makes the value a secret.
fn redact_named(name: &str, text: &mut String, key: &FingerprintKey, found: &mut Found) {
    /// A longer text is no single value; it is looked at on its own.
    const VALUE_BYTES: usize = 4096;
    if text.len() >= VALUE_BYTES {
        return;
    }
    let lead = format!("{name} = \"");
    let mut pair = format!("{lead}{text}\"");
    let before = pair.clone();
    redact(&mut pair, key, found);
    if pair == before {
        return;
    }
    match pair.strip_prefix(&lead).and_then(|p| p.strip_suffix('"')) {
        Some(inner) => inner.clone_into(text),
        // The name itself was part of it: nothing of the value is sure to be clean.
        None => "[REDACTED: beside a secret name]".clone_into(text),
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

/// Ends a summary that was cut.
pub(crate) const CUT: char = '…';

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
        out.push(CUT);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A password is a secret by its name; a token also where it is the name.
    #[test]
    fn names_and_values_of_members() {
        let key = FingerprintKey::from_bytes([7; 32]);
        let token = format!(
            "xoxb-{}-{}-{}",
            "2401938475610", "2401938475611", "aB3dE5gH7jK9mN1pQ3sT5vW7"
        );
        let password = "tr0ub4dor&3-Zq";
        let mut found = Vec::new();
        let mut value = json!({
            "db_password": password,
            token.as_str(): {"api_password": password},
            format!("note {token} password"): password,
            "name": "shop",
            "list": [{"text": format!("x {token}")}],
        });
        redact_json(&mut value, &key, &mut found);
        let shown = value.to_string();
        assert!(!shown.contains(&token), "{shown}");
        assert!(!shown.contains(password), "{shown}");
        assert!(
            shown.contains("\"name\":\"shop\"") && found.len() >= 2,
            "{shown} {found:?}"
        );
    }
}

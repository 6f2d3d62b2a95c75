//! Text on its way out: redacted, on one line, and not too long.

use palisade_secrets::FingerprintKey;
use serde_json::Value;

/// Characters of a summary.
const SUMMARY_CHARS: usize = 400;
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

/// One line without control characters, capped, with secrets redacted.
pub(crate) fn summary(text: &str, key: &FingerprintKey) -> String {
    // Cut before redaction bounds the work, but never inside what might be a
    // secret's reach: the margin is larger than any token.
    let cap = SUMMARY_CHARS * 16;
    let mut head: String = text.chars().take(cap).collect();
    redact(&mut head, key, &mut Vec::new());
    let flat: String = head
        .chars()
        .map(|c| match c {
            '\n' => '⏎',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    let mut out: String = flat.chars().take(SUMMARY_CHARS).collect();
    if flat.chars().count() > SUMMARY_CHARS || text.len() > head.len().max(cap) {
        out.push('…');
    }
    out
}

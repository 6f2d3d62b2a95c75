//! SARIF 2.1.0 (OASIS), as code hosts read it.

use std::collections::BTreeSet;

use palisade_core::{Confidence, Severity};
use palisade_secrets::rule;
use serde_json::{Value, json};

use crate::{Outcome, Secret};

/// The log of one run.
pub fn sarif(outcome: &Outcome, version: &str) -> Value {
    let ids: BTreeSet<&str> = outcome.secrets.iter().map(|s| s.rule).collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let rules: Vec<Value> = ids
        .iter()
        .filter_map(|id| rule(id))
        .map(|rule| {
            json!({
                "id": rule.id,
                "name": rule.id,
                "shortDescription": {"text": format!("{}: {}", rule.provider, rule.description)},
                "defaultConfiguration": {"level": level(rule.severity)},
                "properties": {
                    "tags": ["security", "secret"],
                    "security-severity": score(rule.severity),
                },
            })
        })
        .collect();
    let results: Vec<Value> = outcome
        .secrets
        .iter()
        .map(|s| result(s, ids.iter().position(|id| *id == s.rule)))
        .collect();
    let missed: Vec<Value> = outcome
        .missed
        .iter()
        .map(|why| json!({"level": "error", "message": {"text": why}}))
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "Palisade",
                "semanticVersion": version,
                "rules": rules,
            }},
            "invocations": [{
                "executionSuccessful": outcome.missed.is_empty(),
                "toolExecutionNotifications": missed,
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn result(s: &Secret, index: Option<usize>) -> Value {
    json!({
        "ruleId": s.rule,
        "ruleIndex": index,
        "level": if s.confidence == Confidence::Low { "note" } else { level(s.severity) },
        "message": {"text": format!("{}: {}", s.provider, s.description)},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": uri(&s.path)},
            "region": {
                "startLine": s.line,
                "startColumn": s.column,
                "endLine": s.end_line,
                "endColumn": s.end_column,
                "snippet": {"text": s.excerpt},
            },
        }}],
        "partialFingerprints": {"palisadeSecret/v1": s.fingerprint},
        "properties": {
            "confidence": s.confidence,
            "object": s.object,
            "firstCommit": s.first,
            "lastCommit": s.last,
        },
    })
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// GitHub sorts by it: above 9 critical, from 7 high, from 4 medium.
const fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.0",
        Severity::Low => "2.0",
        Severity::Info => "0.0",
    }
}

/// A relative reference (RFC 3986).
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

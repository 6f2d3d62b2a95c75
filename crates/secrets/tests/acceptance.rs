//! What an agent's user must be able to rely on.

use palisade_secrets::{Confidence, FingerprintKey, fingerprint, redact, scan};

use crate::serious;

fn key() -> FingerprintKey {
    FingerprintKey::from_bytes([42; 32])
}

#[test]
fn a_short_literal_in_an_assignment_is_a_credential() {
    for text in [
        "key = \"sk-9f8a2b7c\"",
        "const apiKey = 'sk-live-4f9a21'",
        "OPENAI_API_KEY=sk-abc123def",
        "openai.api_key = \"sk-1a2b3c4d5e\"",
    ] {
        assert_eq!(serious(text).len(), 1, "{text}");
    }
}

#[test]
fn an_elided_literal_is_nothing() {
    for text in [
        "ANTHROPIC_API_KEY=sk-ant-abc123...",
        "ANTHROPIC_API_KEY=\"sk-ant-abc123...\"",
        "api_key = \"sk-ant-…\"",
        "export ANTHROPIC_API_KEY=sk-ant-api03-xxxx",
        "key: 'sk-ant-***'",
    ] {
        assert_eq!(scan(text), [], "{text}");
    }
}

#[test]
fn a_test_key_is_low() {
    let text = format!(
        "STRIPE_SECRET_KEY=sk_{}_{}",
        "test", "51Hq8s2KdLw93mXvB7cNtRz4"
    );
    let found = scan(&text);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].rule, "stripe-test-key");
    assert_eq!(found[0].confidence, Confidence::Low);
    assert_eq!(redact(&text, &key()), None);
}

#[test]
fn a_password_in_a_database_url_is_a_credential() {
    let found = serious("postgres://user:pw@host/db");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].rule, "connection-string");
    assert!(serious("postgres://user:${PW}@host/db").is_empty());
    assert!(serious("postgres://user:{password}@host/db").is_empty());
}

#[test]
fn three_ways_to_stage_a_secret() {
    let text = format!(
        "a = '{}{}'\nANTHROPIC_API_KEY=q7Zt2kXv9LwPb4mRsY8dNc3f\npassword = \"h8Jq2vLm\"\n",
        "sk-ant-api03-",
        "Ab3dE5gH7jK9mN1pQ3sT5vW7yZ_b2D4fG6hJ8kL0nP2rS4tV6xY8zA-c3E5gI7jL9nO1qR3tU5wX7zB9dF1hAA"
    );
    let rules: Vec<&str> = serious(&text).iter().map(|m| m.rule).collect();
    assert_eq!(
        rules,
        [
            "anthropic-api-key",
            "secret-assignment",
            "password-assignment"
        ]
    );
}

#[test]
fn a_prompt_with_a_key_is_seen() {
    let text =
        "Please use my key q: api_key is in the vault. Or use password: Zk83hfQp2! to log in.";
    assert_eq!(serious(text).len(), 1);
}

#[test]
fn placeholders_are_deterministic_and_keyed() {
    let text = "DB_PASSWORD=tr0ub4dor&3 # main\nOTHER=1\n";
    let one = redact(text, &key()).unwrap();
    let print = fingerprint(&key(), "tr0ub4dor&3");
    assert_eq!(
        one.text,
        format!("DB_PASSWORD=[REDACTED:password-assignment:{print}] # main\nOTHER=1\n")
    );
    assert_eq!(one.found[0].fingerprint, print);
    assert_eq!(redact(text, &key()).unwrap(), one);
    let other = redact(text, &FingerprintKey::from_bytes([1; 32])).unwrap();
    assert_ne!(other.text, one.text);
}

#[test]
fn a_key_block_goes_as_a_whole_also_inside_json() {
    let line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7Vq0pX3hLr9Zw";
    let label = "PRIVATE KEY";
    let body = format!("-----BEGIN {label}-----\\n{line}\\n{line}\\n-----END {label}-----\\n");
    let text = format!("{{\"private_key_id\": \"x\", \"private_key\": \"{body}\", \"n\": 1}}");
    let out = redact(&text, &key()).unwrap();
    assert!(!out.text.contains("MIIE"), "{}", out.text);
    assert!(!out.text.contains("BEGIN"), "{}", out.text);
    let value: serde_json::Value = serde_json::from_str(&out.text).unwrap();
    assert!(
        value["private_key"]
            .as_str()
            .unwrap()
            .starts_with("[REDACTED:private-key:")
    );
    assert_eq!(value["n"], 1);
}

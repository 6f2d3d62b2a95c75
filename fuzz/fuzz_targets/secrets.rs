//! Redacted text holds nothing that would be redacted again.
#![no_main]

use palisade_secrets::{FingerprintKey, redact, redact_config};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let key = FingerprintKey::from_bytes([7; 32]);
    if let Some(once) = redact(text, &key) {
        assert_eq!(redact(&once.text, &key), None);
    }
    redact_config(text, ".env", &key);
});

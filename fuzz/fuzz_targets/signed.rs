//! Signed text comes from anywhere; nothing but the key's own is believed.

#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_policy_compile::{Bundle, TrustedKeys, public_key};

fuzz_target!(|text: &str| {
    TrustedKeys::parse(text).ok();
    let keys = TrustedKeys::parse(&public_key(&[7; 32])).unwrap();
    // Nobody here has signed anything.
    assert!(Bundle::open(text, &keys).is_err());
    let head = format!("palisade policy bundle 1\n{}\n", public_key(&[7; 32]));
    assert!(Bundle::open(&(head + text), &keys).is_err());
});

//! Any bytes are refused, or a snapshot that decides.
#![no_main]

use palisade_policy::{Situation, Snapshot};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(snapshot) = Snapshot::decode(bytes) {
        snapshot.table.decide(&[], &Situation::default());
    }
});

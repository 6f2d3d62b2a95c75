//! Any bytes are a call, or an error that is answered.
#![no_main]

use palisade_agents::{HookEnv, claude};
use palisade_core::Answer;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let deny = Answer::Deny { reason: "no".into() };
    match claude::decode(input, &HookEnv::default()) {
        Ok(action) => {
            claude::encode(Some(&action), &deny);
        }
        Err(_) => {
            let sniff = claude::sniff(input);
            claude::encode_event(sniff.event.as_deref(), &deny);
        }
    }
});

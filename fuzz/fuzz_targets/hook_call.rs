//! Any bytes are a call of any agent, or an error that is answered.
#![no_main]

use palisade_agents::{HookEnv, decode, encode, sniff};
use palisade_core::{AgentKind, Answer};

/// The events that agents do not name themselves.
const EVENTS: [Option<&str>; 4] = [
    None,
    Some("preToolUse"),
    Some("tool.execute.before"),
    Some("tool.execute.after"),
];

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let deny = Answer::Deny { reason: "no".into() };
    for agent in AgentKind::ALL {
        for event in EVENTS {
            match decode(agent, event, input, &HookEnv::default()) {
                Ok(action) => {
                    encode(agent, Some(&action.event), &deny);
                }
                Err(_) => {
                    let event = sniff(agent, event, input);
                    encode(agent, event.as_deref(), &deny);
                }
            }
        }
    }
});

//! Transcripts hold what models and tools said.

#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_agents::transcript::Transcript;
use palisade_core::AgentKind;

fuzz_target!(|text: &str| {
    for agent in [AgentKind::Claude, AgentKind::Codex] {
        let mut transcript = Transcript::of(agent);
        for line in text.lines() {
            transcript.line(line);
        }
    }
});

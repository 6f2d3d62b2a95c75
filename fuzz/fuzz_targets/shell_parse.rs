//! Any text is parsed or refused, and what was parsed prints to something that
//! parses to the same tree.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(script) = palisade_shell::parse(text) {
        let printed = palisade_shell::print::script(&script);
        if let Ok(again) = palisade_shell::parse(&printed) {
            assert_eq!(palisade_shell::print::script(&again), printed);
        }
    }
});

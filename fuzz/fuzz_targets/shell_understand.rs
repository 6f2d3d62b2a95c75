//! Any command line is understood within the caps, and wrapping it in a
//! subshell does not lose an effect.
#![no_main]

use palisade_shell::{Blind, Context, understand};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let context = Context {
        cwd: "/w".into(),
        home: "/home/u".into(),
        ..Context::default()
    };
    let plain = understand(text, &context, &Blind);
    // A here-document without an end takes the bracket along: no subshell then.
    let subshell = format!("( {text}\n)");
    if palisade_shell::parse(text).is_ok() && palisade_shell::parse(&subshell).is_ok() {
        let wrapped = understand(&subshell, &context, &Blind);
        for effect in &plain.effects {
            assert!(
                wrapped.effects.iter().any(|e| e.kind == effect.kind),
                "{effect:?} is lost in a subshell"
            );
        }
    }
});

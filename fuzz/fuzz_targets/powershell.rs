//! Any code of PowerShell or cmd is understood within the caps.
#![no_main]

use palisade_shell::{Blind, Context, understand, understand_powershell};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let context = Context {
        cwd: "/w".into(),
        home: "/home/u".into(),
        ..Context::default()
    };
    understand_powershell(text, &context, &Blind);
    let quoted = text.replace('\'', "'\\''");
    understand(&format!("cmd /c '{quoted}'"), &context, &Blind);
});

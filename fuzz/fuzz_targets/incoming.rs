//! Any text that comes in is examined; what is found lies inside it, and once
//! taken out it is not found again.
#![no_main]

use palisade_injection::{Kind, Severity, Surface, scan, strip};

libfuzzer_sys::fuzz_target!(|text: &str| {
    for surface in [
        Surface::Data,
        Surface::Instructions,
        Surface::Description,
        Surface::Prompt,
    ] {
        for finding in scan(text, surface) {
            assert!(text.get(finding.span.clone()).is_some(), "{finding:?}");
        }
    }
    let found = scan(text, Surface::Data);
    // More findings than are kept would be there a second time.
    if found.len() < palisade_injection::FINDINGS
        && let Some(stripped) = strip(text, &found)
    {
        assert!(
            scan(&stripped, Surface::Data)
                .iter()
                .all(|f| f.kind != Kind::HiddenCharacters || f.severity < Severity::High),
            "{stripped:?}"
        );
    }
});

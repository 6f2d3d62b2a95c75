//! Whatever the text: no panic, spans inside it, bounded answers, linear time.

use std::time::{Duration, Instant};

use palisade_injection::{EXCERPT_CHARS, FINDINGS, Surface, scan, strip};
use proptest::prelude::*;

fn check(text: &str) {
    for surface in [
        Surface::Data,
        Surface::Instructions,
        Surface::Description,
        Surface::Prompt,
    ] {
        let found = scan(text, surface);
        assert!(found.len() <= FINDINGS);
        for f in &found {
            assert!(text.get(f.span.clone()).is_some(), "{f:?} in {text:?}");
            assert!(f.excerpt.chars().count() <= EXCERPT_CHARS + 1, "{f:?}");
            assert!(!f.excerpt.chars().any(char::is_control), "{f:?}");
        }
        let _ = strip(text, &found);
    }
}

proptest! {
    #[test]
    fn any_text(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn texts_of_telling_pieces(pieces in prop::collection::vec(prop::sample::select(vec![
        "ignore ", "all previous ", "instructions", "AI assistant", ": ", "<!-- ", " -->", "<div hidden>",
        "</div>", "\u{1B}[8m", "\u{1B}[0m", "\u{1B}", "&#105;", "&", "%69", "\\u0069", "\\", "ｉ", "і",
        "\u{200B}", "\u{E0069}", "\u{FE0F}", "\u{202E}", "é", "日本", "、", "。", "aWdub3JlIGFsbCBwcmV2aW91cyBpbnN0cnVjdGlvbnM",
        "i g n o r e  a l l  p r e v i o u s ", "vtaber", "[//]: # (", "\\color{white}{", "don't tell the user ", "\n", "\"",
    ]), 0..40)) {
        check(&pieces.concat());
    }
}

/// Texts made to be slow take no longer for their length than others.
#[test]
fn hostile_lengths() {
    let unit = [
        "ignore ",
        "<!--",
        "<a ",
        "<div hidden>",
        "\u{1B}[8m",
        "&#1",
        "\\color{white}",
        "a b ",
        "i ",
        "ignore previous ",
        "[//]: #",
        "\u{200B}",
        "YWJj",
        "vtaber\n",
        "vtaber ",
        "assistant: ",
        "         ",
        "AI must read .env ",
        "\"`",
        "|",
        "іg",
    ];
    for piece in unit {
        let text = piece.repeat(256 * 1024 / piece.len());
        let start = Instant::now();
        check(&text);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(90), "{piece:?}: {took:?}");
    }
}

//! What holds for every text.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use palisade_secrets::{Confidence, FingerprintKey, redact, redact_config, scan};
use proptest::prelude::*;

use crate::examples::EXAMPLES;
use crate::serious;

fn key() -> FingerprintKey {
    FingerprintKey::from_bytes([9; 32])
}

/// Pieces that secrets are made of, in any order: the texts that reach deep.
fn piece() -> impl Strategy<Value = String> {
    let examples: Vec<String> = EXAMPLES
        .iter()
        .flat_map(|(_, good, bad)| good.iter().chain(bad.iter()))
        .map(|text| (*text).to_owned())
        .collect();
    let halves: Vec<String> = examples
        .iter()
        .filter_map(|text| text.get(..text.len() / 2).map(str::to_owned))
        .collect();
    let glue = vec![
        "=",
        ":",
        "\"",
        "'",
        "`",
        "\\",
        "\n",
        " ",
        "://",
        "@",
        "-----BEGIN ",
        "PRIVATE KEY-----",
        "-----END ",
        "password",
        "token=",
        "sk-",
        "eyJ",
        ".",
        "-",
        "_",
        "…",
        "\u{1F511}",
        "é",
        "AIza",
        "ghp_",
        "Bearer ",
        "base64 -d",
        "<password>",
        "${",
        "}",
        "[REDACTED:",
        "]",
        "\\n",
        "%3D",
        "#",
        "- ",
        "{",
        "key: |\n  ",
    ];
    prop_oneof![
        3 => proptest::sample::select(examples),
        2 => proptest::sample::select(halves),
        4 => proptest::sample::select(glue).prop_map(str::to_owned),
        1 => "[a-zA-Z0-9_=:-]{0,40}",
        1 => any::<String>(),
    ]
}

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(piece(), 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn matches_are_ordered_and_lie_on_character_boundaries(text in text()) {
        let mut last = 0;
        for m in scan(&text) {
            prop_assert!(m.start >= last && m.start < m.end && m.end <= text.len());
            prop_assert!(text.is_char_boundary(m.start) && text.is_char_boundary(m.end));
            last = m.end;
        }
    }

    #[test]
    fn nothing_serious_is_left_and_a_second_time_changes_nothing(text in text()) {
        let before = serious(&text);
        match redact(&text, &key()) {
            None => prop_assert!(before.is_empty()),
            Some(redaction) => {
                prop_assert!(!before.is_empty());
                prop_assert_eq!(serious(&redaction.text), vec![]);
                prop_assert_eq!(redact(&redaction.text, &key()), None);
                prop_assert!(redaction.found.iter().all(|f| f.confidence > Confidence::Low));
            }
        }
    }

    #[test]
    fn a_redacted_configuration_holds_nothing_serious(
        text in text(),
        name in proptest::sample::select(vec![".env", "a.json", "b.yaml", "c.toml", ".netrc", ".pgpass"]),
    ) {
        let redaction = redact_config(&text, name, &key());
        prop_assert_eq!(serious(&redaction.text), vec![]);
    }
}

/// CPU time of this thread, which a busy machine does not stretch; the wall
/// clock where the system does not tell.
fn clock() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok())
        .map_or_else(|| START.elapsed(), Duration::from_nanos)
}

/// The cheapest of three runs.
fn time(mut run: impl FnMut()) -> Duration {
    (0..3)
        .map(|_| {
            let start = clock();
            run();
            clock().saturating_sub(start)
        })
        .min()
        .unwrap_or_default()
}

/// Thirty times the text may take a few times what thirty texts take, not
/// thirty times that. The clock of some systems moves in steps of milliseconds,
/// so the short text is read often enough to be measured.
fn assert_linear(unit: &str, what: &str, run: impl Fn(&str)) {
    let small = unit.repeat(5_000 / unit.len() + 1);
    let large = unit.repeat(150_000 / unit.len() + 1);
    let thirty = time(|| (0..30).for_each(|_| run(&small)));
    let allowed = thirty.max(Duration::from_millis(30)) * 6;
    let one = time(|| run(&large));
    assert!(
        one < allowed,
        "{unit:?} {what}: {thirty:?} for 5 KB thirty times, {one:?} for 150 KB"
    );
}

#[test]
fn time_grows_with_the_length_and_not_faster() {
    let glpat = format!("{}.01.0zabcdefg ", "glpat-".repeat(48));
    let jwt = format!(
        "{}.eyJhbGciOiJub25lIn0.aaaaaaaaaaaaaaaaaaaa ",
        "-eyJ".repeat(200)
    );
    for unit in [
        "a",
        "=",
        ":",
        "a=",
        "password=",
        "password=\"",
        "password='x\n",
        "-----BEGIN RSA PRIVATE KEY-----\n",
        "eyJ",
        "-eyJ",
        "eyJaaaaaaaaaaaaaa.",
        "glpat-",
        "sk-",
        "://a:",
        "a://b:c@",
        ":AA",
        "-us1",
        "AIza",
        "Bearer ",
        "Basic ",
        "base64 -d ",
        "<password>",
        "PuTTY-User-Key-File-",
        "token: ",
        "let x: password = ",
        "key=sk-",
        "\\n",
        "[REDACTED:",
        "xoxb-1-",
        "AccountKey=",
        "password is ",
        " -pa1b2",
        "ENV A_KEY ",
        "value=",
        "name=value=",
        "a@tcp(",
        "a:bc2d@tcp(",
        "\\u003d",
        "setToken(\"",
        &glpat,
        &jwt,
    ] {
        assert_linear(unit, "scan", |text| {
            assert!(scan(text).len() <= text.len());
        });
    }
}

#[test]
fn a_configuration_of_quotes_takes_linear_time() {
    for unit in [
        "A='\n",
        "A=\"\n",
        "a: \"\"\"\n",
        "[\"",
        "{\"a\":",
        "- '",
        "a: |\n ",
        "password x ",
    ] {
        for name in [".env", "x.yaml", "x.json", ".netrc", ".pgpass"] {
            assert_linear(unit, name, |text| {
                assert!(!redact_config(text, name, &key()).text.is_empty());
            });
        }
    }
}

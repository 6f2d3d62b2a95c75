//! Rates over texts that were written for the purpose, hostile and ordinary.
//!
//! A block is `===== DIRECTIVE` and a text. The directive says how the part
//! between ⟦ and ⟧ is written, or `description` for the description of a tool.
//! Every second block is held out: rules are tuned on the others.

use std::fs;
use std::path::{Path, PathBuf};

use palisade_injection::{Severity, Surface, scan};

struct Case {
    name: String,
    text: String,
    surface: Surface,
    held_out: bool,
}

fn cases(folder: &str) -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(root)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    paths.sort();
    let mut out = Vec::new();
    for path in paths {
        let content = fs::read_to_string(&path).unwrap();
        let file = path.file_stem().unwrap().to_string_lossy().into_owned();
        for (number, block) in format!("\n{content}").split("\n=====").skip(1).enumerate() {
            let (directive, text) = block.split_once('\n').unwrap();
            let directive = directive.trim();
            let text = with_characters(text.trim_end_matches('\n'));
            let surface = if directive == "description" {
                Surface::Description
            } else {
                Surface::Data
            };
            out.push(Case {
                name: format!("{folder}/{file}:{}", number + 1),
                text: written(&text, directive),
                surface,
                held_out: number % 2 == 1,
            });
        }
    }
    out
}

/// `{U+200B}` is that character.
fn with_characters(text: &str) -> String {
    let mut parts = text.split("{U+");
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        match part.split_once('}') {
            Some((hex, rest)) => {
                let n = u32::from_str_radix(hex, 16).unwrap();
                out.push(char::from_u32(n).unwrap());
                out.push_str(rest);
            }
            None => out.push_str(part),
        }
    }
    out
}

fn written(text: &str, directive: &str) -> String {
    let Some((before, rest)) = text.split_once('⟦') else {
        return text.to_owned();
    };
    let (inner, after) = rest.split_once('⟧').unwrap();
    let shift = |c: u32| char::from_u32(c).unwrap();
    let each = |f: &dyn Fn(char) -> String| inner.chars().map(f).collect::<String>();
    let bytes = |f: &dyn Fn(u8) -> String| inner.bytes().map(f).collect::<String>();
    let letters = |f: &dyn Fn(char) -> char| -> String { inner.chars().map(f).collect() };
    let inner = match directive {
        "base64" => base64(inner.as_bytes()),
        "hex" => bytes(&|b| format!("{b:02x}")),
        "rot13" => letters(&|c| match c {
            'a'..='z' => shift((c as u32 - 97 + 13) % 26 + 97),
            'A'..='Z' => shift((c as u32 - 65 + 13) % 26 + 65),
            _ => c,
        }),
        "percent" => inner
            .replace(' ', "%20")
            .replace(',', "%2C")
            .replace('g', "%67"),
        "entities" => each(&|c| {
            if c.is_ascii_alphabetic() {
                format!("&#{};", c as u32)
            } else {
                c.to_string()
            }
        }),
        "escapes" => each(&|c| {
            if c.is_ascii_alphabetic() {
                format!("\\u{:04x}", c as u32)
            } else {
                c.to_string()
            }
        }),
        "fullwidth" => letters(&|c| match c {
            '!'..='~' => shift(c as u32 + 0xFEE0),
            _ => c,
        }),
        "mathbold" => letters(&|c| match c {
            'A'..='Z' => shift(0x1D400 + c as u32 - 65),
            'a'..='z' => shift(0x1D41A + c as u32 - 97),
            _ => c,
        }),
        "homoglyphs" => letters(&|c| match c {
            'a' => 'а',
            'e' => 'е',
            'o' => 'о',
            'p' => 'р',
            'c' => 'с',
            _ => c,
        }),
        "spaced" => each(&|c| format!("{c} ")),
        "reversed" => inner.chars().rev().collect(),
        "upper" => inner.to_uppercase(),
        "tags" => letters(&|c| shift(0xE0000 + c as u32)),
        "selectors" => inner
            .bytes()
            .map(|b| match b {
                0..16 => shift(0xFE00 + u32::from(b)),
                _ => shift(0xE0100 + u32::from(b) - 16),
            })
            .collect(),
        "zwbits" => inner
            .bytes()
            .flat_map(|b| (0..8).rev().map(move |i| b >> i & 1))
            .map(|bit| if bit == 1 { '\u{200C}' } else { '\u{200B}' })
            .collect(),
        other => panic!("unknown directive {other:?}"),
    };
    format!("{before}{inner}{after}")
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let n =
            three.iter().fold(0_u32, |acc, b| acc << 8 | u32::from(*b)) << (8 * (3 - three.len()));
        for i in 0..4 {
            if i <= three.len() {
                out.push(char::from(LETTERS[(n >> (18 - 6 * i) & 63) as usize]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

fn worst(case: &Case) -> Severity {
    scan(&case.text, case.surface)
        .iter()
        .map(|f| f.severity)
        .max()
        .unwrap_or(Severity::Info)
}

/// (flagged, all) of one half; what fell out is printed.
fn rate(cases: &[Case], held_out: bool, wanted: bool) -> (usize, usize) {
    let half: Vec<&Case> = cases.iter().filter(|c| c.held_out == held_out).collect();
    let mut flagged = 0;
    for case in &half {
        let is_flagged = worst(case) >= Severity::Medium;
        flagged += usize::from(is_flagged);
        // Which ones of the held-out half fell out is nobody's business while tuning.
        if is_flagged != wanted && (!held_out || std::env::var_os("SHOW_HELD_OUT").is_some()) {
            let found = scan(&case.text, case.surface);
            eprintln!("{}: {:?}\n    {:?}", case.name, case.text, found.first());
        }
    }
    (flagged, half.len())
}

#[test]
fn hostile_texts_are_found() {
    let cases = cases("hostile");
    assert!(cases.len() >= 250);
    for held_out in [false, true] {
        let (found, all) = rate(&cases, held_out, true);
        eprintln!("hostile, held out {held_out}: {found} of {all}");
        assert!(
            found * 100 >= all * 90,
            "held out {held_out}: {found} of {all}"
        );
    }
}

#[test]
fn ordinary_texts_are_left_alone() {
    let cases = cases("benign");
    assert!(cases.len() >= 400);
    for held_out in [false, true] {
        let (found, all) = rate(&cases, held_out, false);
        eprintln!("benign, held out {held_out}: {found} of {all}");
        assert!(found * 200 <= all, "held out {held_out}: {found} of {all}");
    }
}

//! Parts of a text that a person does not see, and texts inside encodings.

use memchr::memmem;

use crate::normal::ansi;

/// How well a part is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Veil {
    /// A comment: seen in the source only, and there for many good reasons.
    Comment,
    /// Made not to be seen.
    Unseen,
}

/// A hidden part of a text.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub start: usize,
    pub end: usize,
    pub veil: Veil,
    pub how: &'static str,
}

/// Hidden parts of one text.
const PARTS: usize = 256;
/// Bytes of one hidden part.
const PART_BYTES: usize = 16 * 1024;
/// Bytes of one tag.
const TAG_BYTES: usize = 1024;

/// The hidden parts of `text`, in order.
pub(crate) fn parts(text: &str) -> Vec<Part> {
    let mut out = Vec::new();
    markup(text, &mut out);
    conceal(text, &mut out);
    latex(text, &mut out);
    markdown(text, &mut out);
    pushed_away(text, &mut out);
    out.sort_by_key(|p| p.start);
    out
}

fn window(text: &str, from: usize, len: usize) -> &[u8] {
    let bytes = text.as_bytes();
    bytes
        .get(from..bytes.len().min(from.saturating_add(len)))
        .unwrap_or_default()
}

fn push(out: &mut Vec<Part>, start: usize, end: usize, veil: Veil, how: &'static str) {
    if out.len() < PARTS && end > start {
        out.push(Part {
            start,
            end,
            veil,
            how,
        });
    }
}

fn markup(text: &str, out: &mut Vec<Part>) {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(found) = memchr::memchr(b'<', bytes.get(from..).unwrap_or_default()) {
        let at = from + found;
        from = at + 1;
        if out.len() >= PARTS {
            return;
        }
        let rest = window(text, at, PART_BYTES);
        if rest.starts_with(b"<!--") {
            let end = memmem::find(rest, b"-->").unwrap_or(rest.len());
            push(out, at + 4, at + end, Veil::Comment, "an HTML comment");
            from = at + end.max(4);
            continue;
        }
        if !rest.get(1).is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let head = rest.get(..rest.len().min(TAG_BYTES)).unwrap_or_default();
        let Some(close) = memchr::memchr(b'>', head) else {
            continue;
        };
        let tag = head.get(1..close).unwrap_or_default().to_ascii_lowercase();
        let name_len = tag
            .iter()
            .position(|b| !b.is_ascii_alphanumeric())
            .unwrap_or(tag.len());
        let name = tag.get(..name_len).unwrap_or_default();
        // What an element says about itself is not shown as text.
        if tag.len() > name_len
            && matches!(name, b"img" | b"meta" | b"a" | b"input" | b"div" | b"span")
        {
            push(out, at, at + close, Veil::Comment, "an attribute");
        }
        let how = match name {
            b"noscript" | b"desc" | b"template" => {
                Some((Veil::Comment, "an element that is not shown"))
            }
            _ => unseen(&tag),
        };
        let Some((veil, how)) = how else {
            continue;
        };
        let body = at + close + 1;
        let mut closing = b"</".to_vec();
        closing.extend_from_slice(name);
        let rest = window(text, body, PART_BYTES);
        let lower = rest.to_ascii_lowercase();
        let end = memmem::find(&lower, &closing).unwrap_or(rest.len().min(2048));
        push(out, body, body + end, veil, how);
        from = body + end;
    }
}

/// Whether a start tag (in lower case) hides its content.
fn unseen(tag: &[u8]) -> Option<(Veil, &'static str)> {
    let compact: Vec<u8> = tag
        .iter()
        .copied()
        .filter(|b| !matches!(b, b' ' | b'\n' | b'\t'))
        .collect();
    let has = |text: &str| memmem::find(&compact, text.as_bytes()).is_some();
    let style = has("style=") || has("class=");
    let zero = |name: &str| {
        memmem::find(&compact, name.as_bytes()).is_some_and(|at| {
            let value = compact.get(at + name.len()..).unwrap_or_default();
            let digits = value
                .iter()
                .take_while(|b| b.is_ascii_digit() || **b == b'.')
                .count();
            let number = value.get(..digits).unwrap_or_default();
            matches!(
                number,
                b"0" | b"0.0" | b"0.01" | b".01" | b"1" | b"0.1" | b"00"
            ) && !(name == "opacity:" && number == b"1")
        })
    };
    if style
        && (has("display:none")
            || has("visibility:hidden")
            || zero("font-size:")
            || zero("opacity:")
            || zero("max-height:")
            || (has("overflow:hidden") && (has("height:0") || has("width:0")))
            || has("left:-9999")
            || has("text-indent:-9999")
            || has("color:transparent"))
    {
        return Some((Veil::Unseen, "text that a page hides"));
    }
    let white = [
        "color:white",
        "color:#fff",
        "color:#fefefe",
        "color:rgb(255,255,255)",
    ]
    .iter()
    .any(|c| has(c));
    if style && white {
        return Some((Veil::Unseen, "white text"));
    }
    let word = |name: &[u8]| {
        memmem::find_iter(tag, name).any(|at| {
            at > 0
                && tag.get(at - 1).is_some_and(u8::is_ascii_whitespace)
                && tag
                    .get(at + name.len())
                    .is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'-')
        })
    };
    if word(b"hidden") {
        return Some((Veil::Unseen, "text that a page hides"));
    }
    has("aria-hidden=\"true\"").then_some((Veil::Comment, "text hidden from readers"))
}

/// `ESC [ 8 m`, and letters in the colour of their ground.
fn conceal(text: &str, out: &mut Vec<Part>) {
    let bytes = text.as_bytes();
    let mut open: Option<usize> = None;
    let mut from = 0;
    while let Some(found) = memchr::memchr(0x1B, bytes.get(from..).unwrap_or_default()) {
        let at = from + found;
        let rest = text.get(at..).unwrap_or_default();
        let len = ansi(rest).max(1);
        from = at + len;
        let Some(codes) = rest.get(2..len.saturating_sub(1)) else {
            continue;
        };
        if !rest.starts_with("\u{1B}[") || !rest.get(..len).is_some_and(|s| s.ends_with('m')) {
            continue;
        }
        if hides(codes) {
            open.get_or_insert(from);
        } else if let Some(start) = open.take() {
            push(
                out,
                start,
                at,
                Veil::Unseen,
                "text a terminal does not show",
            );
        }
    }
    if let Some(start) = open {
        let end = bytes.len().min(start + PART_BYTES);
        push(
            out,
            start,
            end,
            Veil::Unseen,
            "text a terminal does not show",
        );
    }
}

fn hides(codes: &str) -> bool {
    let numbers: Vec<u16> = codes.split(';').filter_map(|n| n.parse().ok()).collect();
    let colour = |base: u16| {
        numbers
            .iter()
            .find(|n| (base..base + 8).contains(*n) || (base + 60..base + 68).contains(*n))
            .map(|n| n - base)
    };
    let extended = numbers.iter().any(|n| matches!(n, 38 | 48));
    numbers.first() == Some(&8) || (numbers.contains(&8) && !extended) || {
        !extended && colour(30).is_some() && colour(30) == colour(40)
    }
}

fn latex(text: &str, out: &mut Vec<Part>) {
    for lead in ["color{white}", "color[rgb]{1,1,1}", "color[gray]{1}"] {
        for at in memmem::find_iter(text.as_bytes(), lead.as_bytes()).take(32) {
            let start = at + lead.len();
            let rest = window(text, start, 2048);
            let end = if rest.first() == Some(&b'{') {
                memchr::memchr(b'}', rest)
            } else {
                memmem::find(rest, b"\\color").or_else(|| memchr::memchr(b'}', rest))
            };
            let end = end.unwrap_or(rest.len());
            push(out, start, start + end, Veil::Unseen, "white text");
        }
    }
}

/// `[//]: # (…)`
fn markdown(text: &str, out: &mut Vec<Part>) {
    for lead in ["[//]: #", "[comment]: #", "[comment]: <>"] {
        for at in memmem::find_iter(text.as_bytes(), lead.as_bytes()).take(64) {
            let start = at + lead.len();
            let rest = window(text, start, PART_BYTES);
            let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            push(out, start, start + end, Veil::Comment, "a Markdown comment");
        }
    }
}

/// Text behind so many blanks that it stands outside the window.
fn pushed_away(text: &str, out: &mut Vec<Part>) {
    const BLANKS: &[u8] = &[b' '; 80];
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(found) = memmem::find(bytes.get(from..).unwrap_or_default(), BLANKS) {
        let at = from + found;
        let rest = bytes.get(at..).unwrap_or_default();
        let run = rest.iter().take_while(|b| **b == b' ').count();
        let start = at + run;
        let line = window(text, start, PART_BYTES);
        let end = start + memchr::memchr(b'\n', line).unwrap_or(line.len());
        push(
            out,
            start,
            end,
            Veil::Unseen,
            "text pushed out of the window",
        );
        from = end.max(start);
    }
}

//! Text that fits the window and cannot command the terminal.
//!
//! Commands, paths and settings are written by agents and strangers. Whatever
//! reaches a terminal goes through [`harmless`]; what comes from outside goes
//! through [`plain`] first. In JSON such characters are escaped, so that the
//! data stays what it is.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr};

/// Stands for a character that is not shown.
const HIDDEN: char = '\u{fffd}';

/// Foreign text on one line: no escape sequences, nothing invisible, nothing
/// that turns the direction of writing.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(plain_char).collect()
}

/// A character, or what stands for it when it is not shown.
pub(crate) fn plain_char(c: char) -> char {
    if c.is_control() || is_invisible(c) {
        HIDDEN
    } else {
        c
    }
}

/// Text of ours, with line ends, tabs and styles, and nothing else that a
/// terminal would obey.
pub(crate) fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        if c == '\u{1b}'
            && let Some(end) = style_end(after)
        {
            out.push(c);
            out.push_str(after.get(..end).unwrap_or_default());
            rest = after.get(end..).unwrap_or_default();
            continue;
        }
        let hide = c.is_control() && !matches!(c, '\n' | '\t') || is_invisible(c);
        out.push(if hide { HIDDEN } else { c });
        rest = after;
    }
    out
}

/// JSON that says the same in characters that are seen.
pub(crate) fn harmless_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && c.is_control() || is_invisible(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// The length of `[…m` at the start, unless it conceals text.
fn style_end(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('[')?;
    let end = inside.find('m')?;
    let numbers = inside.get(..end)?;
    let only_numbers = numbers.bytes().all(|b| b.is_ascii_digit() || b == b';');
    let conceals = numbers.split(';').next() == Some("8");
    (only_numbers && !conceals).then_some(end + 2)
}

/// Takes no room, or changes the order of what does.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A line of a foreign file, tabs included.
pub(crate) fn plain_line(text: &str) -> String {
    text.split('\t').map(plain).collect::<Vec<_>>().join("\t")
}

/// Columns the text takes, styles aside.
pub(crate) fn width(text: &str) -> usize {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().map_or(0, UnicodeWidthStr::width);
    // After an escape comes `[…m`, then text.
    let styled = |part: &str| part.split_once('m').map_or(0, |(_, t)| t.width());
    first + parts.map(styled).sum::<usize>()
}

/// At most `columns` of an unstyled text; `…` says that there is more.
pub(crate) fn clip(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut taken = 0;
    for c in text.chars() {
        taken += c.width().unwrap_or(0);
        if taken + 1 > columns {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

/// Unstyled text filled up to `columns`.
pub(crate) fn pad(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(missing))
}

/// Breaks one line between words where it would leave the window; what follows
/// is set in by `hang`. A word that is too long stays whole, to be copied.
pub(crate) fn wrap(text: &str, columns: Option<usize>, hang: usize) -> String {
    let Some(columns) = columns.filter(|c| *c > hang) else {
        return text.to_owned();
    };
    let mut out = String::with_capacity(text.len());
    let mut column = 0;
    let mut gap = 0;
    // Splitting at each space gives an empty word between two of them.
    for (i, word) in text.split(' ').enumerate() {
        gap += usize::from(i > 0);
        if word.is_empty() {
            continue;
        }
        let room = width(word);
        if column + gap + room > columns && column > hang {
            out.push('\n');
            gap = hang;
            column = 0;
        }
        out.push_str(&" ".repeat(gap));
        out.push_str(word);
        column += gap + room;
        gap = 0;
    }
    out.push_str(&" ".repeat(gap));
    out
}

/// Without the system's number of an error, which says nothing to a person.
pub(crate) fn without_number(error: &str) -> String {
    match error.split_once(" (os error ") {
        Some((before, after)) => {
            let rest = after.split_once(')').map_or("", |(_, rest)| rest);
            format!("{before}{rest}")
        }
        None => error.to_owned(),
    }
}

/// `1,204`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 record`, `2 records`, `1,204 records`.
pub(crate) fn count(number: u64, one: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {one}{plural}", grouped(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_commands_nothing() {
        assert_eq!(
            plain("a\u{1b}[31mb\nc\u{202e}d"),
            "a\u{fffd}[31mb\u{fffd}c\u{fffd}d"
        );
        assert_eq!(plain("日本 é ✓"), "日本 é ✓");
    }

    #[test]
    fn only_styles_reach_the_terminal() {
        let styled = "\u{1b}[1m\u{1b}[31mdeny\u{1b}[0m\tx\n";
        assert_eq!(harmless(styled), styled);
        for (attack, shown) in [
            ("\u{1b}]0;title\u{7}", "\u{fffd}]0;title\u{fffd}"),
            ("\u{1b}[2J", "\u{fffd}[2J"),
            ("\u{1b}[2J later m", "\u{fffd}[2J later m"),
            ("\u{1b}[8mhidden", "\u{fffd}[8mhidden"),
            ("\u{9b}31m", "\u{fffd}31m"),
            ("a\rb", "a\u{fffd}b"),
            ("x\u{1b}", "x\u{fffd}"),
        ] {
            assert_eq!(harmless(attack), shown, "{attack:?}");
        }
    }

    #[test]
    fn json_keeps_what_it_says() {
        let value = serde_json::json!({"a": "x\u{9b}\u{202e}\u{e0041}\u{7f}é"});
        let text = harmless_json(&serde_json::to_string_pretty(&value).unwrap());
        assert!(text.contains(r"x\u009b\u202e\udb40\udc41\u007fé"), "{text}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&text).unwrap(),
            value
        );
    }

    #[test]
    fn width_leaves_styles_out() {
        assert_eq!(width("\u{1b}[1mab\u{1b}[0m日"), 4);
    }

    #[test]
    fn clipping_says_so() {
        assert_eq!(clip("abcdef", 6), "abcdef");
        assert_eq!(clip("abcdef", 4), "abc…");
        // A wide character that would be cut in half is left out.
        assert_eq!(clip("日本語", 4), "日…");
        assert_eq!(pad("日", 4), "日  ");
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrap("a  bb ccc dddd", Some(9), 3), "a  bb ccc\n   dddd");
        assert_eq!(
            wrap("  a long-long-word b", Some(8), 2),
            "  a\n  long-long-word\n  b"
        );
        assert_eq!(wrap("anything at all", None, 3), "anything at all");
        assert_eq!(wrap("anything at all", Some(2), 3), "anything at all");
        let styled = "\u{1b}[31mab\u{1b}[0m cd";
        assert_eq!(wrap(styled, Some(5), 0), styled);
    }

    #[test]
    fn errors_lose_their_number() {
        let text = "cannot read x: No such file (os error 2); nothing was changed";
        assert_eq!(
            without_number(text),
            "cannot read x: No such file; nothing was changed"
        );
        assert_eq!(without_number("cannot read x"), "cannot read x");
    }

    #[test]
    fn things_are_counted() {
        assert_eq!(count(0, "record"), "0 records");
        assert_eq!(count(1, "file"), "1 file");
        assert_eq!(count(1284, "action"), "1,284 actions");
        assert_eq!(count(1_000_000, "action"), "1,000,000 actions");
    }
}

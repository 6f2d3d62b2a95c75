//! Makes text fit to be shown to a person and to a model.
//!
//! Reasons quote commands and paths, and those are the attacker's. What
//! leaves here moves no cursor, opens no link, hides nothing and turns no
//! text around.

/// Characters of a reason that are passed on.
pub(crate) const REASON_CHARS: usize = 2_000;
/// Characters of the single line on stderr.
pub(crate) const LINE_CHARS: usize = 600;

/// Removes escape sequences, control and invisible characters; keeps line
/// breaks; cuts after `max` characters.
pub(crate) fn clean(text: &str, max: usize) -> String {
    let mut out = String::with_capacity(text.len().min(max.saturating_mul(2)));
    let mut chars = text.chars().peekable();
    let mut count = 0;
    while let Some(c) = chars.next() {
        if count >= max {
            out.push('…');
            break;
        }
        let keep = match c {
            '\u{1b}' => {
                skip_escape(&mut chars);
                continue;
            }
            // The one-character spelling of "escape [".
            '\u{9b}' => {
                skip_csi(&mut chars);
                continue;
            }
            '\n' => '\n',
            '\t' | '\r' | '\u{2028}' | '\u{2029}' => ' ',
            c if c.is_control() || is_invisible(c) => continue,
            c => c,
        };
        out.push(keep);
        count += 1;
    }
    out
}

/// The same on one line.
pub(crate) fn one_line(text: &str, max: usize) -> String {
    let text = clean(text, max);
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

type Rest<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn skip_escape(chars: &mut Rest<'_>) {
    match chars.peek() {
        Some('[') => {
            chars.next();
            skip_csi(chars);
        }
        // Strings that the terminal reads up to a bell or a string terminator.
        Some(']' | 'P' | 'X' | '^' | '_') => {
            chars.next();
            while let Some(c) = chars.next() {
                if c == '\u{7}' || c == '\u{9c}' {
                    break;
                }
                if c == '\u{1b}' {
                    chars.next_if_eq(&'\\');
                    break;
                }
            }
        }
        Some(c) if (' '..='/').contains(c) => {
            while chars.next_if(|c| (' '..='/').contains(c)).is_some() {}
            chars.next_if(char::is_ascii_graphic);
        }
        Some(c) if c.is_ascii_graphic() => {
            chars.next();
        }
        _ => {}
    }
}

fn skip_csi(chars: &mut Rest<'_>) {
    while chars.next_if(|c| (' '..='?').contains(c)).is_some() {}
    chars.next_if(|c| ('@'..='~').contains(c));
}

/// Characters without a picture of their own: direction marks, zero width
/// spaces, tags.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_words_and_lines() {
        assert_eq!(clean("one\ttwo\r\nthrée 🚀", 100), "one two \nthrée 🚀");
        assert_eq!(one_line("a\n  b\r\n\r\nc", 100), "a b c");
    }

    #[test]
    fn removes_what_a_terminal_obeys() {
        for (dirty, expected) in [
            ("a\u{1b}[2Jb", "ab"),
            ("a\u{1b}[38;5;1mb\u{1b}[0m", "ab"),
            ("a\u{1b}]8;;http://evil\u{7}b", "ab"),
            ("a\u{1b}]0;title\u{1b}\\b", "ab"),
            ("a\u{1b}P payload \u{9c}b", "ab"),
            ("a\u{9b}1Ab", "ab"),
            ("a\u{1b}(Bb", "ab"),
            ("a\u{8}\u{7f}\u{0}b", "ab"),
            ("a\u{202e}b\u{2066}c\u{200b}d", "abcd"),
            ("a\u{e0041}b", "ab"),
            ("a\u{1b}", "a"),
        ] {
            assert_eq!(clean(dirty, 100), expected, "{dirty:?}");
        }
    }

    #[test]
    fn cuts_by_characters() {
        assert_eq!(clean("ééééé", 3), "ééé…");
        assert_eq!(clean("ééé", 3), "ééé");
    }
}

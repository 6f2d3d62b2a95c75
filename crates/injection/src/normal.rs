//! A text as the rules read it: lower case, undressed, references resolved.

use crate::fold::{Folded, alike, fold};

/// A folded text and the way back.
#[derive(Debug, Default)]
pub(crate) struct Folds {
    pub text: String,
    /// (place in the folded text, place in the original), wherever the two
    /// stop running side by side. Empty: they always do.
    marks: Vec<(u32, u32)>,
    /// Places in the folded text where letters were dressed up or split.
    dressed: Vec<u32>,
}

/// Dressed-up places that are remembered.
const DRESSED: usize = 4_096;

impl Folds {
    /// The place in the original text.
    pub(crate) fn original(&self, at: u32) -> usize {
        let after = self.marks.partition_point(|(folded, _)| *folded <= at);
        match after.checked_sub(1).and_then(|i| self.marks.get(i)) {
            Some((folded, original)) => (original + (at - folded)) as usize,
            None => at as usize,
        }
    }

    /// Dressed-up places between two places of the folded text.
    pub(crate) fn dressed(&self, start: u32, end: u32) -> usize {
        let from = self.dressed.partition_point(|p| *p < start);
        let to = self.dressed.partition_point(|p| *p <= end);
        to.saturating_sub(from)
    }
}

/// Bytes that are not simply copied in lower case.
fn is_special(byte: u8) -> bool {
    byte >= 0x80 || matches!(byte, b'&' | b'%' | b'\\' | 0x1B)
}

/// Folds a text.
pub(crate) fn folded(text: &str) -> Folds {
    let mut out = Folds::default();
    if !text.bytes().any(is_special) {
        out.text = text.to_ascii_lowercase();
        return out;
    }
    let mut writer = Writer {
        out,
        source: text,
        word: None,
        split: false,
    };
    writer.out.text.reserve(text.len());
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        let plain = rest
            .iter()
            .position(|b| is_special(*b))
            .unwrap_or(rest.len());
        if plain > 0 {
            writer.plain(at, plain);
            at += plain;
            continue;
        }
        at += writer.special(at);
    }
    writer.end_word();
    writer.out
}

struct Writer<'t> {
    out: Folds,
    source: &'t str,
    /// The word being written: where it began (folded, original), and which
    /// scripts it holds.
    word: Option<Word>,
    /// Something unseen was left out just now.
    split: bool,
}

#[derive(Clone, Copy)]
struct Word {
    folded: usize,
    original: usize,
    marks: usize,
    latin: bool,
    other: bool,
}

impl Writer<'_> {
    fn mark(&mut self, original: usize) {
        let place = (self.out.text.len() as u32, original as u32);
        self.out.marks.push(place);
    }

    fn dress(&mut self) {
        if self.out.dressed.len() < DRESSED {
            self.out.dressed.push(self.out.text.len() as u32);
        }
    }

    /// A run of ordinary ASCII.
    fn plain(&mut self, at: usize, len: usize) {
        let run = self.source.get(at..at + len).unwrap_or_default();
        let word = |b: u8| b.is_ascii_alphabetic();
        if run.bytes().next().is_some_and(word) {
            if self.split && self.out.text.bytes().last().is_some_and(word) {
                self.dress();
            }
            if let Some(word) = &mut self.word {
                word.latin = true;
            }
            if !run.bytes().all(word) {
                self.end_word();
            }
        } else {
            self.end_word();
        }
        self.split = false;
        self.mark(at);
        let lower = self.out.text.len();
        self.out.text.push_str(run);
        if let Some(part) = self.out.text.get_mut(lower..) {
            part.make_ascii_lowercase();
        }
        // The word the run ends with may go on in another script.
        let tail = run.bytes().rev().take_while(|b| word(*b)).count();
        if tail > 0 && self.word.is_none() {
            self.word = Some(Word {
                folded: self.out.text.len() - tail,
                original: at + len - tail,
                marks: self.out.marks.len(),
                latin: true,
                other: false,
            });
        }
    }

    /// What stands at `at`; how many bytes of the source it takes.
    fn special(&mut self, at: usize) -> usize {
        let rest = self.source.get(at..).unwrap_or_default();
        let Some(c) = rest.chars().next() else {
            return 1;
        };
        match c {
            '&' => self.reference(at, rest),
            '%' => self.percent(at, rest),
            '\\' => self.escape(at, rest),
            '\u{1B}' => ansi(rest),
            _ => {
                self.letter(at, c);
                c.len_utf8()
            }
        }
    }

    fn letter(&mut self, at: usize, c: char) {
        match fold(c) {
            Folded::Hidden => self.split = true,
            Folded::Mark => {}
            Folded::As(letter, dressed) => {
                if letter.is_alphabetic() {
                    let word = self.word.get_or_insert(Word {
                        folded: self.out.text.len(),
                        original: at,
                        marks: self.out.marks.len(),
                        latin: false,
                        other: false,
                    });
                    if letter.is_ascii() {
                        word.latin = true;
                    } else if alike(letter).is_some() {
                        word.other = true;
                    }
                } else {
                    self.end_word();
                }
                if dressed {
                    self.dress();
                }
                self.split = false;
                self.mark(at);
                self.out.text.push(letter);
                // What follows runs beside the source again, a letter further.
                self.mark(at + c.len_utf8());
            }
        }
    }

    /// A word that mixes Latin with its look-alikes is written again.
    fn end_word(&mut self) {
        let Some(word) = self.word.take() else {
            return;
        };
        if !(word.latin && word.other) {
            return;
        }
        let written: String = self
            .out
            .text
            .get(word.folded..)
            .unwrap_or_default()
            .to_owned();
        self.out.text.truncate(word.folded);
        self.out.marks.truncate(word.marks);
        self.mark(word.original);
        self.dress();
        self.out
            .text
            .extend(written.chars().map(|c| alike(c).unwrap_or(c)));
    }

    /// One character that stands for `len` bytes of the source.
    fn put(&mut self, at: usize, len: usize, c: char, dressed: bool) -> usize {
        self.end_word();
        if dressed {
            self.dress();
        }
        self.mark(at);
        self.out.text.push(c.to_ascii_lowercase());
        self.mark(at + len);
        len
    }

    /// `&#105;` `&lt;`
    fn reference(&mut self, at: usize, rest: &str) -> usize {
        let known = rest
            .get(1..rest.len().min(12))
            .or_else(|| rest.get(1..))
            .and_then(|r| r.split_once(';'))
            .map(|(name, _)| name);
        let c = known.and_then(|name| match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "nbsp" => Some(' '),
            _ => {
                let number = name.strip_prefix('#')?;
                let hex = number.strip_prefix(['x', 'X']);
                let n = match hex {
                    Some(hex) => u32::from_str_radix(hex, 16),
                    None => number.parse(),
                };
                n.ok().and_then(char::from_u32).filter(char::is_ascii)
            }
        });
        match (c, known) {
            (Some(c), Some(name)) => self.put(at, name.len() + 2, c, c.is_ascii_alphanumeric()),
            _ => self.put(at, 1, '&', false),
        }
    }

    /// `%69`
    fn percent(&mut self, at: usize, rest: &str) -> usize {
        let byte = rest
            .get(1..3)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match byte.filter(u8::is_ascii) {
            Some(b) => self.put(at, 3, char::from(b), b.is_ascii_alphanumeric()),
            None => self.put(at, 1, '%', false),
        }
    }

    /// `\u0069`, `\x69`, `\n`
    fn escape(&mut self, at: usize, rest: &str) -> usize {
        let code = |from: usize, len: usize| {
            rest.get(from..from + len)
                .and_then(|hex| u32::from_str_radix(hex, 16).ok())
                .and_then(char::from_u32)
                .filter(char::is_ascii)
        };
        match rest.as_bytes().get(1) {
            Some(b'u') if code(2, 4).is_some() => {
                let c = code(2, 4).unwrap_or(' ');
                self.put(at, 6, c, c.is_ascii_alphanumeric())
            }
            Some(b'x') if code(2, 2).is_some() => {
                let c = code(2, 2).unwrap_or(' ');
                self.put(at, 4, c, c.is_ascii_alphanumeric())
            }
            Some(b'n' | b'r') => self.put(at, 2, '\n', false),
            Some(b't') => self.put(at, 2, ' ', false),
            Some(b'"') => self.put(at, 2, '"', false),
            _ => self.put(at, 1, '\\', false),
        }
    }
}

/// Bytes of a terminal control sequence.
pub(crate) fn ansi(rest: &str) -> usize {
    const LONGEST: usize = 64;
    let bytes = rest.as_bytes();
    let tail = bytes.iter().enumerate().skip(2).take(LONGEST);
    match bytes.get(1) {
        Some(b'[') => tail
            .clone()
            .find(|(_, b)| (0x40..=0x7E).contains(*b))
            .map_or(2, |(at, _)| at + 1),
        // A link or title ends with BEL or ESC \.
        Some(b']') => bytes
            .iter()
            .enumerate()
            .skip(2)
            .take(4096)
            .find(|(_, b)| matches!(**b, 0x07 | 0x1B))
            .map_or(2, |(at, b)| if *b == 0x07 { at + 1 } else { at }),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding() {
        for (from, to) in [
            ("Plain TEXT", "plain text"),
            ("ig\u{200B}nore", "ignore"),
            ("Ｉgnore", "ignore"),
            ("ignоre", "ignore"),
            ("игнор", "игнор"),
            ("&#105;&#x67;nore &amp; x", "ignore & x"),
            ("%69gnore%20all", "ignore all"),
            ("\\u0069gnore", "ignore"),
            ("\u{1B}[31mred\u{1B}[0m", "red"),
            ("Übung für früh", "ubung fur fruh"),
            ("100% sure & done \\", "100% sure & done \\"),
        ] {
            assert_eq!(folded(from).text, to, "{from:?}");
        }
    }

    #[test]
    fn places_lead_back() {
        for text in [
            "aé\u{200B}b ignоre &amp; x",
            "日本 abc",
            "a%20b\\u0063d",
            "ﬀ ① x",
        ] {
            let folds = folded(text);
            for (at, c) in folds.text.char_indices() {
                let original = folds.original(at as u32);
                assert!(original <= text.len(), "{text:?} {at}");
                if c == 'x' {
                    assert_eq!(text.as_bytes()[original], b'x', "{text:?}");
                }
            }
        }
    }
}

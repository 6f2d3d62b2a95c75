//! The words of the rules in a text.

use crate::fold::{LONG_KEY, SHORT_KEY, bucket};
use crate::rule::Word;
use crate::rule::tables::{EMAIL, HARMLESS_SECRET, STARTS, WORDS};

/// A word of the rules.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event {
    pub classes: u128,
    /// Number of its first word in the text, and of the one after its last.
    pub word: u32,
    pub word_end: u32,
    /// Where it stands, in bytes of the folded text.
    pub start: u32,
    pub end: u32,
    pub sentence: u32,
    /// Parts between commas.
    pub clause: u32,
    /// Begins a sentence, a line, a quotation.
    pub first: bool,
    /// A colon, comma or dash follows.
    pub colon: bool,
}

/// Events of one text; more are not looked at.
const EVENTS: usize = 60_000;

/// What a byte is to the reading.
const DENSE: u8 = 1;
const WORD: u8 = 2;
const OPENS: u8 = 4;

/// East Asian scripts write words without blanks: every letter begins one
/// (`DENSE`). Letters of other scripts are `WORD`; `OPENS` are characters that
/// begin a word of the rules although they are no letters.
const BYTES: [u8; 256] = {
    let mut table = [0; 256];
    let mut at = 0_usize;
    while at < 256 {
        let byte = at as u8;
        let class = if matches!(byte, 0xE3..=0xED) {
            DENSE
        } else if byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | 0x80..=0xBF | 0xC3..=0xDF | 0xE0 | 0xE1)
        {
            // Indic and Thai letters too, but not the punctuation of U+2000.
            WORD
        } else if matches!(
            byte,
            b'.' | b'~'
                | b'<'
                | b'['
                | b'|'
                | b'/'
                | b'-'
                | b'@'
                | b'*'
                | b'='
                | b'%'
                | b'#'
                | b'"'
                | b'`'
                | b'('
                | b'{'
        ) {
            OPENS
        } else {
            0
        };
        #[allow(clippy::indexing_slicing, reason = "at is below the length")]
        {
            table[at] = class;
        }
        at += 1;
    }
    table
};

fn class(byte: u8) -> u8 {
    BYTES.get(usize::from(byte)).copied().unwrap_or_default()
}

fn is_dense(byte: u8) -> bool {
    class(byte) == DENSE
}

fn is_word(byte: u8) -> bool {
    class(byte) == WORD
}

/// The words of a text.
#[derive(Debug, Default)]
pub(crate) struct Words {
    pub events: Vec<Event>,
    /// Words of one letter follow each other as if letters had been spread.
    pub spread: bool,
}

/// Words of one letter in a row.
const SPREAD: u32 = 20;

/// Every word of the rules in `text`, which is folded.
pub(crate) fn words(text: &str) -> Words {
    let bytes = text.as_bytes();
    let mut out: Vec<Event> = Vec::new();
    let mut spread = false;
    let mut single = 0;
    let mut state = Place::default();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if out.len() >= EVENTS {
            break;
        }
        let class = class(byte);
        let dense = class == DENSE;
        if dense {
            if text.get(at..at + 3) == Some("。") {
                state.sentence();
                at += 3;
                continue;
            }
            if text.get(at..at + 3) == Some("、") {
                state.clause += 1;
                at += 3;
                continue;
            }
        }
        if dense || class == WORD {
            let from = at;
            found(bytes, at, &state, &mut out);
            state.word += 1;
            state.since = state.since.saturating_add(1);
            at += if dense { 3 } else { 1 };
            if !dense {
                while bytes.get(at).is_some_and(|b| is_word(*b) || *b == b'\'') {
                    at += 1;
                }
            }
            single = if at - from == 1 { single + 1 } else { 0 };
            spread |= single >= SPREAD;
            continue;
        }
        if class == OPENS {
            found(bytes, at, &state, &mut out);
        }
        state.pass(bytes, at, byte, &mut out);
        at += 1;
    }
    Words {
        events: out,
        spread,
    }
}

/// Where the reading is.
#[derive(Debug, Default)]
struct Place {
    word: u32,
    sentence: u32,
    clause: u32,
    /// Words since something began.
    since: u32,
}

impl Place {
    fn sentence(&mut self) {
        self.sentence += 1;
        self.clause += 1;
        self.since = 0;
    }

    /// Punctuation.
    fn pass(&mut self, bytes: &[u8], at: usize, byte: u8, out: &mut Vec<Event>) {
        let next = bytes.get(at + 1).copied().unwrap_or(b' ');
        match byte {
            b'.' | b';' if next.is_ascii_whitespace() || matches!(next, b'"' | b')' | b'<') => {
                self.sentence();
            }
            b'!' | b'?' if !is_word(next) && !matches!(next, b'[' | b'=' | b'{' | b'$') => {
                self.sentence();
            }
            b'\n' => {
                let mut rest = bytes.get(at + 1..).unwrap_or_default().iter();
                let lead = rest.find(|b| !matches!(b, b' ' | b'\t'));
                if lead.is_none_or(|b| !is_word(*b) && !is_dense(*b)) {
                    self.sentence();
                }
                self.clause += 1;
                self.since = 0;
            }
            b',' => self.clause += 1,
            // A cell of a table.
            b'|' if next == b' ' && at.checked_sub(1).and_then(|i| bytes.get(i)) == Some(&b' ') => {
                self.sentence();
            }
            b':' => {
                self.clause += 1;
                self.since = 0;
            }
            b'"' | b'[' | b'(' | b'*' | b'>' | b'`' | b'{' | b'#' | b'/' | b'-' | b'|' | b'=' => {
                self.since = 0;
            }
            b'@' => {
                let before = at.checked_sub(1).and_then(|i| bytes.get(i));
                let mut host = bytes.get(at + 1..).unwrap_or_default().iter().take(64);
                let is_host = host
                    .find(|b| !b.is_ascii_alphanumeric() && **b != b'-')
                    .is_some_and(|b| *b == b'.');
                if before.is_some_and(u8::is_ascii_alphanumeric) && is_host {
                    out.push(Event {
                        classes: EMAIL,
                        word: self.word,
                        word_end: self.word,
                        start: at as u32,
                        end: at as u32 + 1,
                        sentence: self.sentence,
                        clause: self.clause,
                        first: false,
                        colon: false,
                    });
                }
            }
            _ => {}
        }
    }
}

/// The words of the rules that begin at `at`: `ai` and `ai agent`.
fn found(bytes: &[u8], at: usize, place: &Place, out: &mut Vec<Event>) {
    let rest = bytes.get(at..).unwrap_or_default();
    let before = out.len();
    if let Some(head) = rest.get(..LONG_KEY) {
        look(bucket(head), rest, at, place, out);
    }
    let head = rest.get(..rest.len().min(SHORT_KEY)).unwrap_or_default();
    look(bucket(head), rest, at, place, out);
    let cut = head
        .iter()
        .skip(1)
        .position(|b| !b.is_ascii_alphanumeric() && b.is_ascii());
    if let Some(short) = cut.and_then(|n| head.get(..=n)) {
        look(bucket(short), rest, at, place, out);
    }
    // `.env.example` is no `.env`.
    let new = out.get(before..).unwrap_or_default();
    if new.iter().any(|e| e.classes & HARMLESS_SECRET != 0) {
        out.truncate(before);
    }
}

/// Every word of a bucket that `rest` begins with.
fn look(bucket: usize, rest: &[u8], at: usize, place: &Place, out: &mut Vec<Event>) {
    let (Some(from), Some(to)) = (STARTS.get(bucket), STARTS.get(bucket + 1)) else {
        return;
    };
    let words = WORDS
        .get(usize::from(*from)..usize::from(*to))
        .unwrap_or_default();
    for word in words {
        let Some((len, more)) = begins(rest, word.text.as_bytes()) else {
            continue;
        };
        let after = rest.get(len..).unwrap_or_default();
        if !ends(word, after) {
            continue;
        }
        out.push(Event {
            classes: word.classes,
            word: place.word,
            word_end: place.word + more + 1,
            start: at as u32,
            end: (at + len) as u32,
            sentence: place.sentence,
            clause: place.clause,
            first: place.since == 0,
            colon: is_apart(after),
        });
    }
}

/// Whether the word may end here.
fn ends(word: &Word, after: &[u8]) -> bool {
    let text = word.text.as_bytes();
    word.open
        || after.first().is_none_or(|b| !is_word(*b))
        || text.last().is_some_and(|b| !is_word(*b))
        || text.first().is_some_and(|b| is_dense(*b))
}

/// Whether a colon, comma, dash or parenthesis follows.
fn is_apart(after: &[u8]) -> bool {
    let next = after.iter().find(|b| **b != b' ');
    next.is_some_and(|b| matches!(b, b':' | b',' | b'-' | b')'))
        || after.starts_with(b" (")
        || after.starts_with("、".as_bytes())
}

/// Whether `rest` begins with `word`, a blank standing for white space; how
/// many bytes, and how many words more than one.
fn begins(rest: &[u8], word: &[u8]) -> Option<(usize, u32)> {
    let mut at = 0;
    let mut words = 0;
    for byte in word {
        if *byte == b' ' {
            let from = at;
            while at - from < 16 && rest.get(at).is_some_and(|b| is_blank(*b)) {
                at += 1;
            }
            if at == from {
                return None;
            }
            words += 1;
        } else {
            if rest.get(at) != Some(byte) {
                return None;
            }
            at += 1;
        }
    }
    // A letter of an East Asian script counts as a word.
    if word.first().is_some_and(|b| is_dense(*b)) {
        words = (word.len() as u32 / 3).saturating_sub(1);
    }
    Some((at, words))
}

/// White space, and what comments put between words of one line and the next.
fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'*' | b'#' | b'>' | b'|')
}

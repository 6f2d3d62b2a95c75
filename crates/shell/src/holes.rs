//! Unknown parts as characters, for parsers that work on plain text.
//!
//! [`Arg`] keeps its holes beside the text. A URL splitter or a tokenizer of
//! another language wants one string, so each hole becomes one private-use
//! character while it is worked on and is turned back before anything leaves.
//! The same characters in the input are replaced first, so nobody can write
//! "unknown" or erase it.

use crate::arg::{Arg, Origin};

const FIRST: u32 = 0xF_0000;
const COUNT: u32 = 0x1000;

/// A hole nobody named: something the code computes.
pub(crate) const ANY: char = '\u{F0FFF}';

/// Whether this character stands for something unknown.
pub(crate) fn is_hole(c: char) -> bool {
    (FIRST..FIRST + COUNT).contains(&u32::from(c))
}

/// Whether any part is unknown.
pub(crate) fn has_hole(text: &str) -> bool {
    text.chars().any(is_hole)
}

/// The holes of one call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Holes(Vec<(String, Origin)>);

impl Holes {
    /// The text with one character for each hole.
    pub(crate) fn encode(&mut self, arg: &Arg) -> String {
        let shown = arg.shown();
        let mut out = String::with_capacity(shown.len());
        let mut at = 0;
        for hole in arg.holes() {
            push_clean(&mut out, shown.get(at..hole.start).unwrap_or_default());
            let stand_in = shown.get(hole.start..hole.end).unwrap_or_default();
            out.push(self.name(stand_in, hole.origin));
            at = hole.end;
        }
        push_clean(&mut out, shown.get(at..).unwrap_or_default());
        out
    }

    /// The character for a hole of this name and origin.
    pub(crate) fn fresh(&mut self, shown: &str, origin: Origin) -> char {
        let known = self
            .0
            .iter()
            .take(64)
            .position(|(s, o)| s == shown && *o == origin);
        match known.and_then(|i| u32::try_from(i).ok()) {
            Some(index) => char::from_u32(FIRST + index).unwrap_or(ANY),
            None => self.name(shown, origin),
        }
    }

    /// Where the hole's value comes from; `None` when it is no hole.
    pub(crate) fn origin(&self, c: char) -> Option<Origin> {
        is_hole(c).then(|| self.get(c).1)
    }

    fn name(&mut self, shown: &str, origin: Origin) -> char {
        let index = u32::try_from(self.0.len()).unwrap_or(COUNT);
        if index + 1 >= COUNT {
            return ANY;
        }
        self.0.push((shown.to_owned(), origin));
        char::from_u32(FIRST + index).unwrap_or(ANY)
    }

    /// The text with its holes beside it again.
    pub(crate) fn decode(&self, text: &str) -> Arg {
        let mut out = Arg::default();
        let mut known = String::new();
        for c in text.chars() {
            if !is_hole(c) {
                known.push(c);
                continue;
            }
            out.push_text(&known);
            known.clear();
            let (shown, origin) = self.get(c);
            out.push_hole(shown, origin);
        }
        out.push_text(&known);
        out
    }

    /// The text as a person reads it.
    pub(crate) fn show(&self, text: &str) -> String {
        if !has_hole(text) {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            if is_hole(c) {
                out.push_str(self.get(c).0);
            } else {
                out.push(c);
            }
        }
        out
    }

    fn get(&self, c: char) -> (&str, Origin) {
        usize::try_from(u32::from(c).wrapping_sub(FIRST))
            .ok()
            .and_then(|i| self.0.get(i))
            .map_or(("$?", Origin::Unknown), |(s, o)| (s.as_str(), *o))
    }
}

fn push_clean(out: &mut String, text: &str) {
    out.extend(
        text.chars()
            .map(|c| if is_hole(c) { '\u{FFFD}' } else { c }),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let mut arg = Arg::known("a\u{F0001}/");
        arg.push_hole("$x", Origin::Fetched);
        arg.push_text("/b");
        let mut holes = Holes::default();
        let text = holes.encode(&arg);
        assert_eq!(text.chars().filter(|c| is_hole(*c)).count(), 1);
        let back = holes.decode(&text);
        assert_eq!(back.shown(), "a\u{FFFD}/$x/b");
        assert_eq!(back.origin(), Some(Origin::Fetched));
        assert_eq!(holes.show(&text), "a\u{FFFD}/$x/b");
    }
}

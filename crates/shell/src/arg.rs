//! A word after expansion: known text with holes where something is unknown.
//!
//! The holes are kept beside the text, never in it, so that no character an
//! attacker may write can be taken for "unknown" or the other way round.

use palisade_core::limits;

/// Bytes one value may have; what grows beyond is unknown from there on.
pub(crate) const VALUE_BYTES: usize = 64 * 1024;

/// Where an unknown part comes from. Ordered: the worst of several counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A variable that the script never set: the user's own environment.
    Environment,
    /// Output of a program, input of the script, content of a file.
    Unknown,
    /// Decoded, decrypted or decompressed data.
    Decoded,
    /// A secret.
    Secret,
    /// Came over the network.
    Fetched,
}

/// An unknown part of an [`Arg`]: the byte range of its stand-in in the shown text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hole {
    /// First byte of the stand-in.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// Where the value comes from.
    pub origin: Origin,
}

/// One field: an argument, a variable's value, the output of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arg {
    shown: String,
    holes: Vec<Hole>,
    pattern: bool,
    /// Indices of the effects whose content is in here.
    from: Vec<usize>,
    /// `<(…)`: the argument names a file with this content.
    content: Option<Box<Arg>>,
}

impl Arg {
    /// Known text.
    pub fn known(text: impl Into<String>) -> Self {
        Self {
            shown: text.into(),
            ..Self::default()
        }
    }

    /// Wholly unknown, shown as `shown`.
    pub fn hole(shown: impl Into<String>, origin: Origin) -> Self {
        let mut out = Self::default();
        out.push_hole(&shown.into(), origin);
        out
    }

    /// The text, when all of it is known.
    pub fn text(&self) -> Option<&str> {
        self.holes.is_empty().then_some(self.shown.as_str())
    }

    /// The text with a readable stand-in for each unknown part.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// The known text before the first hole.
    pub fn lead(&self) -> &str {
        let end = self.holes.first().map_or(self.shown.len(), |h| h.start);
        self.shown.get(..end).unwrap_or_default()
    }

    /// The known text after the last hole.
    pub fn tail(&self) -> &str {
        let start = self.holes.last().map_or(0, |h| h.end);
        self.shown.get(start..).unwrap_or_default()
    }

    /// The unknown parts, in order.
    pub fn holes(&self) -> &[Hole] {
        &self.holes
    }

    /// The worst origin of the unknown parts; `None` when all is known.
    pub fn origin(&self) -> Option<Origin> {
        self.holes.iter().map(|h| h.origin).max()
    }

    /// Begins with something unknown.
    pub fn starts_unknown(&self) -> bool {
        self.holes.first().is_some_and(|h| h.start == 0)
    }

    /// Holds an active glob, or stands for the names one matched.
    pub fn pattern(&self) -> bool {
        self.pattern
    }

    /// Nothing in it.
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// Is wholly the unknown shown as `shown`.
    pub(crate) fn is_whole(&self, shown: &str) -> bool {
        self.shown == shown && self.holes.len() == 1 && self.starts_unknown()
    }

    /// Is exactly this known text.
    pub fn is(&self, text: &str) -> bool {
        self.text() == Some(text)
    }

    /// What follows the first `n` bytes. A cut through a hole keeps the rest unknown.
    #[must_use]
    pub fn after(&self, n: usize) -> Self {
        let mut n = n.min(self.shown.len());
        while !self.shown.is_char_boundary(n) {
            n += 1;
        }
        self.slice(n, self.shown.len())
    }

    /// The bytes `start..end`; both must be character boundaries, else empty.
    #[must_use]
    pub(crate) fn slice(&self, start: usize, end: usize) -> Self {
        let Some(text) = self.shown.get(start..end) else {
            return Self::default();
        };
        let holes = self
            .holes
            .iter()
            .filter(|h| h.start < end && h.end > start)
            .map(|h| Hole {
                start: h.start.saturating_sub(start),
                end: h.end.min(end) - start,
                origin: h.origin,
            })
            .collect();
        Self {
            shown: text.to_owned(),
            holes,
            pattern: self.pattern,
            from: self.from.clone(),
            content: self.content.clone(),
        }
    }

    /// Parts before and after the first known `sep`.
    pub fn split_once(&self, sep: char) -> Option<(Self, Self)> {
        let at = self
            .shown
            .char_indices()
            .find(|(i, c)| *c == sep && !self.in_hole(*i))?
            .0;
        Some((self.slice(0, at), self.after(at + sep.len_utf8())))
    }

    pub(crate) fn in_hole(&self, at: usize) -> bool {
        // Holes are few; values with many are cut by the caps.
        self.holes.iter().any(|h| h.start <= at && at < h.end)
    }

    /// Appends known text.
    pub fn push_text(&mut self, text: &str) {
        if self.room(text.len()) {
            self.shown.push_str(text);
        }
    }

    /// Appends an unknown part.
    pub fn push_hole(&mut self, shown: &str, origin: Origin) {
        if self.holes.len() < 256 && self.room(shown.len()) {
            let shown = if shown.is_empty() { "$?" } else { shown };
            let start = self.shown.len();
            self.shown.push_str(shown);
            self.holes.push(Hole {
                start,
                end: self.shown.len(),
                origin,
            });
        } else {
            self.overflow(origin);
        }
    }

    /// Appends another value.
    pub(crate) fn push(&mut self, other: &Self) {
        self.pattern |= other.pattern;
        self.flow(&other.from);
        if self.holes.len() + other.holes.len() > 256 || !self.room(other.shown.len()) {
            self.overflow(other.origin().unwrap_or(Origin::Unknown));
            return;
        }
        let base = self.shown.len();
        self.shown.push_str(&other.shown);
        self.holes.extend(other.holes.iter().map(|h| Hole {
            start: h.start + base,
            end: h.end + base,
            origin: h.origin,
        }));
        if base == 0 && self.content.is_none() {
            self.content.clone_from(&other.content);
        }
    }

    fn room(&mut self, more: usize) -> bool {
        if self.shown.len() + more <= VALUE_BYTES {
            return true;
        }
        self.overflow(Origin::Unknown);
        false
    }

    /// The value outgrew its cap: its last part is unknown from here on.
    fn overflow(&mut self, origin: Origin) {
        let start = self.shown.len();
        match self.holes.last_mut() {
            Some(h) if h.end == start => h.origin = h.origin.max(origin),
            _ => {
                self.shown.push('…');
                self.holes.push(Hole {
                    start,
                    end: self.shown.len(),
                    origin,
                });
            }
        }
    }

    pub(crate) fn with_pattern(mut self, pattern: bool) -> Self {
        self.pattern = pattern;
        self
    }

    pub(crate) fn set_pattern(&mut self) {
        self.pattern = true;
    }

    pub(crate) fn from(&self) -> &[usize] {
        &self.from
    }

    pub(crate) fn flow(&mut self, from: &[usize]) {
        for f in from {
            if self.from.len() < limits::SHELL_DEPTH && !self.from.contains(f) {
                self.from.push(*f);
            }
        }
    }

    pub(crate) fn content(&self) -> Option<&Self> {
        self.content.as_deref()
    }

    pub(crate) fn with_content(mut self, content: Self) -> Self {
        self.content = Some(Box::new(content));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_keep_holes_where_they_are() {
        let mut a = Arg::known("--out=");
        a.push_hole("$x", Origin::Unknown);
        a.push_text("/b");
        let (name, value) = a.split_once('=').unwrap();
        assert_eq!(name.text(), Some("--out"));
        assert_eq!(value.text(), None);
        assert_eq!(value.shown(), "$x/b");
        assert_eq!(value.tail(), "/b");
        assert!(value.starts_unknown());
    }

    #[test]
    fn a_value_cannot_outgrow_its_cap() {
        let mut a = Arg::known("x".repeat(1000));
        for _ in 0..30 {
            let b = a.clone();
            a.push(&b);
        }
        assert!(a.shown().len() <= VALUE_BYTES + 4);
        assert_eq!(a.text(), None);
    }

    #[test]
    fn the_worst_origin_counts() {
        let mut a = Arg::hole("$a", Origin::Environment);
        a.push(&Arg::hole("$(curl)", Origin::Fetched));
        assert_eq!(a.origin(), Some(Origin::Fetched));
        assert_eq!(a.holes().len(), 2);
    }
}

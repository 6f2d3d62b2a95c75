//! Matching of a shape: runs of character classes and literals, greedy, no
//! backtracking.
//!
//! Linear over a whole text: how far a run of one class reaches is remembered,
//! so overlapping candidates do not walk the same bytes again.

use memchr::memmem;

use crate::bytes::{at, range};
use crate::rule::{CLASS_COUNT, CLASSES, Lead, Segment};

/// The last run found for each class.
#[derive(Debug)]
pub(crate) struct Runs {
    known: [(usize, usize); CLASS_COUNT],
}

impl Runs {
    pub(crate) fn new() -> Self {
        Self {
            known: [(0, 0); CLASS_COUNT],
        }
    }

    /// Where the run of `class` that begins at `start` ends.
    fn end(&mut self, bytes: &[u8], class: usize, start: usize) -> usize {
        let Some(known) = self.known.get_mut(class) else {
            return start;
        };
        if known.0 <= start && start < known.1 {
            return known.1;
        }
        let length = bytes
            .get(start..)
            .unwrap_or(&[])
            .iter()
            .take_while(|b| in_class(class, **b))
            .count();
        let end = start + length;
        *known = (start, end);
        end
    }
}

/// Whether `byte` belongs to the class.
pub(crate) fn in_class(class: usize, byte: u8) -> bool {
    let mask = CLASSES.get(class).copied().unwrap_or(0);
    byte < 128 && (mask >> byte) & 1 == 1
}

/// Where the value ends when `shape` matches at `start`.
pub(crate) fn matches(
    bytes: &[u8],
    start: usize,
    shape: &[Segment],
    runs: &mut Runs,
) -> Option<usize> {
    let mut position = start;
    let mut rest = shape;
    while let Some((segment, tail)) = rest.split_first() {
        rest = tail;
        match segment {
            Segment::Literal { text, optional } => {
                let here = range(bytes, position, position + text.len());
                if here == text.as_bytes() {
                    position += text.len();
                } else if !optional {
                    return None;
                }
            }
            Segment::Run {
                class,
                min,
                max,
                optional,
            } => {
                let (min, max) = (usize::from(*min), usize::from(*max));
                let end = runs.end(bytes, *class, position);
                let length = end - position;
                if length < min {
                    if *optional {
                        continue;
                    }
                    return None;
                }
                position = match tail.first() {
                    // The value ends with this run: a longer run is something else.
                    None if length > max => return None,
                    None => end,
                    Some(Segment::Literal { text, .. })
                        if text.bytes().next().is_some_and(|b| in_class(*class, b)) =>
                    {
                        let from = position + min;
                        let to = (position + max).min(end) + text.len();
                        from + memmem::find(range(bytes, from, to), text.as_bytes())?
                    }
                    Some(_) => position + length.min(max),
                };
            }
        }
    }
    let next = at(bytes, position);
    (!next.is_ascii_alphanumeric() && next != b'_').then_some(position)
}

/// Where the run in front of `end` begins.
pub(crate) fn lead(bytes: &[u8], end: usize, lead: Lead) -> Option<usize> {
    let max = usize::from(lead.max);
    let window = range(bytes, end.saturating_sub(max + 1), end);
    let length = window
        .iter()
        .rev()
        .take_while(|b| in_class(lead.class, **b))
        .count();
    (length >= usize::from(lead.min) && length <= max).then(|| end - length)
}

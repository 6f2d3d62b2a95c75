//! The first look at a text: where does a literal of any rule occur, and where
//! may an assignment be?
//!
//! Eight bytes at a time, without a branch as long as nothing is there: one
//! look-up per byte in a table of hashed three-byte windows, and a comparison
//! of all eight bytes with `=` and `:`. The build script fills the table, so
//! nothing is constructed when the process starts.

use crate::gate_hash::slot;
use crate::rule::{ANCHORS, Anchor, DIRECTORY, GATE, WINDOWS};

/// What the gate saw.
pub(crate) enum Mark {
    /// The literal of a rule begins here.
    Anchor(usize, &'static Anchor),
    /// An `=` or a `:` that is not one of a pair of colons.
    Separator(usize),
}

/// Calls `found` with every mark in `bytes`, in no particular order.
pub(crate) fn marks(bytes: &[u8], mut found: impl FnMut(Mark)) {
    let (words, tail) = bytes.as_chunks::<8>();
    let mut last = [0u8; 8];
    for (to, from) in last.iter_mut().zip(tail) {
        *to = *from;
    }
    let last = u64::from_le_bytes(last);
    let mut start = 0;
    let mut words = words.iter().map(|word| u64::from_le_bytes(*word));
    if let Some(mut here) = words.next() {
        for next in words {
            block(bytes, start, here, next, &mut found);
            here = next;
            start += 8;
        }
        block(bytes, start, here, last, &mut found);
        start += 8;
    }
    block(bytes, start, last, 0, &mut found);
}

/// Looks at the eight bytes `here`, which begin at `start`; `next` follows them.
#[inline]
fn block(bytes: &[u8], start: usize, here: u64, next: u64, found: &mut impl FnMut(Mark)) {
    let across = (here >> 48) | (next << 16);
    let windows = [
        here as u32,
        (here >> 8) as u32,
        (here >> 16) as u32,
        (here >> 24) as u32,
        (here >> 32) as u32,
        (here >> 40) as u32,
        across as u32,
        (across >> 8) as u32,
    ];
    let open = windows.map(|w| GATE.get(usize::from(slot(w))).copied().unwrap_or(0));
    if open.iter().fold(0, |all, one| all | one) != 0 {
        for (offset, window) in windows.iter().enumerate() {
            if open.get(offset).is_some_and(|open| *open != 0) {
                confirm(bytes, start + offset, *window & 0x00FF_FFFF, found);
            }
        }
    }
    let colons = equal(here, b':');
    let paired = (colons << 8) | (colons >> 8);
    let mut separators = equal(here, b'=') | (colons & !paired);
    while separators != 0 {
        let place = start + separators.trailing_zeros() as usize / 8;
        found(Mark::Separator(place));
        separators &= separators - 1;
    }
}

/// The highest bit of every byte of `word` that is `byte`, and no other.
const fn equal(word: u64, byte: u8) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const LOW: u64 = ONES * 0x7F;
    let differs = word ^ (ONES * byte as u64);
    !(((differs & LOW) + LOW) | differs | LOW)
}

#[cold]
#[inline(never)]
fn confirm(bytes: &[u8], place: usize, window: u32, found: &mut impl FnMut(Mark)) {
    let page = usize::from(slot(window) >> 6);
    let (Some(first), Some(last)) = (DIRECTORY.get(page), DIRECTORY.get(page + 1)) else {
        return;
    };
    let candidates = WINDOWS
        .get(usize::from(*first)..usize::from(*last))
        .unwrap_or(&[]);
    for (_, first, last) in candidates.iter().filter(|(w, _, _)| *w == window) {
        for anchor in ANCHORS
            .get(usize::from(*first)..usize::from(*last))
            .unwrap_or(&[])
        {
            let Some(start) = place.checked_sub(anchor.offset) else {
                continue;
            };
            if bytes
                .get(start..)
                .is_some_and(|rest| rest.starts_with(anchor.text.as_bytes()))
            {
                found(Mark::Anchor(start, anchor));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every literal is seen wherever it stands in a block, also at both ends.
    #[test]
    fn every_anchor_at_every_place() {
        for anchor in ANCHORS {
            for lead in 0..9 {
                let text = format!("{}{}", "~".repeat(lead), anchor.text);
                let mut seen = false;
                marks(text.as_bytes(), |mark| {
                    if let Mark::Anchor(start, found) = mark {
                        seen |= start == lead && found.text == anchor.text;
                    }
                });
                assert!(seen, "{text}");
            }
        }
    }

    /// A byte one above the wanted one is no match, also next to a match.
    #[test]
    fn equal_is_exact() {
        let word = u64::from_le_bytes(*b"a:;;:=><");
        assert_eq!(equal(word, b':'), 0x0000_0080_0000_8000);
        assert_eq!(equal(word, b'='), 0x0000_8000_0000_0000);
    }

    #[test]
    fn separators_but_no_pairs() {
        for lead in 0..9 {
            let text = format!("{}a=1 b:2 c::d e", " ".repeat(lead));
            let mut places = Vec::new();
            marks(text.as_bytes(), |mark| {
                if let Mark::Separator(place) = mark {
                    places.push(place - lead);
                }
            });
            places.sort_unstable();
            // A pair on the border of two blocks is left to the tokenizer.
            places.retain(|p| (lead + 9) % 8 != 7 || !matches!(p, 9 | 10));
            assert_eq!(places, [1, 5], "{text}");
        }
    }
}

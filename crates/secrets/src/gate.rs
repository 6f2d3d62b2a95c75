//! The first look at a text: does any literal of any rule occur, and where?
//!
//! One pass, one table look-up per byte. The table is a bitmap of hashed
//! three-byte windows that the build script filled, so there is nothing to
//! construct when the process starts.

use crate::gate_hash::window_bit;
use crate::rule::{ANCHORS, Anchor, BITMAP, WINDOWS};

/// Calls `found` with the start of every anchor in `bytes`.
pub(crate) fn anchors(bytes: &[u8], mut found: impl FnMut(usize, &'static Anchor)) {
    let mut window = 0u32;
    for (end, byte) in bytes.iter().enumerate() {
        window = ((window << 8) | u32::from(*byte)) & 0x00FF_FFFF;
        let bit = window_bit(window);
        let word = BITMAP.get((bit >> 6) as usize).copied().unwrap_or(0);
        if (word >> (bit & 63)) & 1 == 1 && end >= 2 {
            confirm(bytes, end - 2, window, &mut found);
        }
    }
}

#[cold]
#[inline(never)]
fn confirm(bytes: &[u8], at: usize, window: u32, found: &mut impl FnMut(usize, &'static Anchor)) {
    let Ok(index) = WINDOWS.binary_search_by_key(&window, |(w, _, _)| *w) else {
        return;
    };
    let Some((_, first, last)) = WINDOWS.get(index).copied() else {
        return;
    };
    for anchor in ANCHORS
        .get(usize::from(first)..usize::from(last))
        .unwrap_or(&[])
    {
        let Some(start) = at.checked_sub(anchor.offset) else {
            continue;
        };
        if bytes
            .get(start..)
            .is_some_and(|rest| rest.starts_with(anchor.text.as_bytes()))
        {
            found(start, anchor);
        }
    }
}

//! Which entry of a table has a name: an index made when the program is built,
//! so that a command costs one look and not a walk through thousands of names.

/// At the place a name hashes to, or at the next free one: the number of its
/// entry, counted from one, below the upper half of its hash; zero is free.
pub(crate) type Index = &'static [u32];

/// The bits of a place that number the entry.
const ENTRY: u32 = 0xffff;

/// The index of a table whose entries have `names`, separated by blanks.
macro_rules! name_index {
    ($table:expr) => {{
        const LISTS: [&str; $table.len()] = {
            let mut lists = [""; $table.len()];
            let mut i = 0;
            while i < lists.len() {
                #[allow(
                    clippy::indexing_slicing,
                    reason = "evaluated when the program is built"
                )]
                {
                    lists[i] = $table[i].names;
                }
                i += 1;
            }
            lists
        };
        const INDEX: [u32; $crate::programs::names::places(&LISTS)] =
            $crate::programs::names::index(&LISTS);
        &INDEX
    }};
}
pub(crate) use name_index;

/// FNV-1a of a part of a text.
#[expect(clippy::indexing_slicing, reason = "the caller's bounds lie in it")]
const fn hash(text: &[u8], from: usize, to: usize) -> u32 {
    let mut h: u32 = 0x811c_9dc5;
    let mut at = from;
    while at < to {
        h = (h ^ text[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    h ^ (h >> 15)
}

/// Places an index of these lists needs: at most half of them are taken.
#[expect(
    clippy::indexing_slicing,
    reason = "evaluated when the program is built"
)]
pub(crate) const fn places(lists: &[&str]) -> usize {
    let (mut names, mut i) = (1, 0);
    while i < lists.len() {
        let list = lists[i].as_bytes();
        let mut at = 0;
        while at < list.len() {
            names += (list[at] == b' ') as usize;
            at += 1;
        }
        names += 1;
        i += 1;
    }
    (names * 2).next_power_of_two()
}

/// Builds an index.
#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "evaluated when the program is built"
)]
pub(crate) const fn index<const N: usize>(lists: &[&str]) -> [u32; N] {
    let mut out = [0; N];
    let mut i = 0;
    while i < lists.len() {
        let list = lists[i].as_bytes();
        let (mut from, mut at) = (0, 0);
        while at <= list.len() {
            if at == list.len() || list[at] == b' ' || list[at] == b'\n' {
                if at > from {
                    let h = hash(list, from, at);
                    let mut place = h as usize % N;
                    while out[place] != 0 {
                        place = (place + 1) % N;
                    }
                    out[place] = (h & !ENTRY) | (i as u32 + 1);
                }
                from = at + 1;
            }
            at += 1;
        }
        i += 1;
    }
    out
}

/// The first entry with this name.
pub(crate) fn find<'t, T>(
    table: &'t [T],
    index: Index,
    name: &str,
    names: fn(&T) -> &'static str,
) -> Option<&'t T> {
    let h = hash(name.as_bytes(), 0, name.len());
    let mut place = (h as usize).checked_rem(index.len())?;
    loop {
        let found = index.get(place).copied().filter(|n| *n != 0)?;
        // Another name's hash is seldom alike: its entry need not be read.
        if found & !ENTRY == h & !ENTRY {
            let entry = table.get((found & ENTRY) as usize - 1)?;
            if names(entry).split_ascii_whitespace().any(|n| n == name) {
                return Some(entry);
            }
        }
        place = (place + 1) % index.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Entry {
        names: &'static str,
    }

    const TABLE: &[Entry] = &[
        Entry { names: "a bb ccc" },
        Entry { names: "d" },
        Entry { names: "e a" },
    ];
    const INDEX: Index = name_index!(TABLE);

    fn at(name: &str) -> Option<usize> {
        let found = find(TABLE, INDEX, name, |e| e.names)?;
        TABLE.iter().position(|e| std::ptr::eq(e, found))
    }

    #[test]
    fn the_first_entry_of_a_name_is_found() {
        for (name, want) in [
            ("a", Some(0)),
            ("bb", Some(0)),
            ("ccc", Some(0)),
            ("d", Some(1)),
            ("e", Some(2)),
            ("b", None),
            ("", None),
            ("a bb", None),
        ] {
            assert_eq!(at(name), want, "{name}");
        }
    }
}

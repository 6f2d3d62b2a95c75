//! Whether one name could be taken for another.

use crate::Registry;

/// Letters taken for each other.
const LOOK_ALIKE: &[(u8, u8)] = &[
    (b'0', b'o'),
    (b'1', b'l'),
    (b'1', b'i'),
    (b'i', b'l'),
    (b'5', b's'),
    (b'3', b'e'),
];

const fn is_separator(byte: u8) -> bool {
    matches!(byte, b'-' | b'_' | b'.')
}

/// Whether these are the same letters with other separators.
pub(crate) fn is_separated(given: &[u8], known: &[u8]) -> bool {
    given != known
        && known.len() >= 6
        && given.len().abs_diff(known.len()) <= 4
        && letters(given).eq(letters(known))
}

/// Whether `given` could be a slip for `known`. The shorter the names, the
/// more of them are one letter apart by chance: short ones count only when the
/// slip is a usual one.
pub(crate) fn is_slip(given: &[u8], known: &[u8]) -> bool {
    let len = known.len();
    if given == known || len < 4 {
        return false;
    }
    let same = given.iter().zip(known).take_while(|(g, k)| g == k).count();
    let before = same.checked_sub(1).and_then(|i| known.get(i)).copied();
    // What is left of both, from the first letter that differs.
    let rest = (
        given.get(same..).unwrap_or_default(),
        known.get(same..).unwrap_or_default(),
    );
    match rest {
        // Two letters swapped.
        ([g1, g2, given @ ..], [k1, k2, known @ ..]) if (g1, g2) == (k2, k1) && given == known => {
            len >= 5
        }
        // A letter too many: twice, or another in a long name.
        ([more, given @ ..], known) if given == known => {
            before == Some(*more) || (len >= 7 && !more.is_ascii_digit() && !is_separator(*more))
        }
        // A letter left out.
        (given, [less, known @ ..]) if given == known => len >= 6 && !is_separator(*less),
        // Another letter.
        ([other, given @ ..], [letter, known @ ..]) if given == known => {
            let looks =
                LOOK_ALIKE.contains(&(*other, *letter)) || LOOK_ALIKE.contains(&(*letter, *other));
            let digits = other.is_ascii_digit() || letter.is_ascii_digit();
            (looks && len >= 6) || (len >= 7 && !digits)
        }
        _ => false,
    }
}

fn letters(name: &[u8]) -> impl Iterator<Item = u8> + '_ {
    name.iter().copied().filter(|b| !is_separator(*b))
}

/// What a registry's packages like to put before and after the name of
/// another.
const fn affixes(registry: Registry) -> (&'static [&'static str], &'static [&'static str]) {
    match registry {
        Registry::Npm => (&["node-", "js-"], &["js", "-js", ".js", "-node"]),
        Registry::PyPi => (
            &["python-", "python3-", "py-", "py"],
            &["py", "-py", "-python"],
        ),
        Registry::Crates => (&["rust-"], &["-rs", "_rs"]),
        Registry::Gems => (&["ruby-"], &["-rb", "-ruby"]),
    }
}

/// `name` without one of them, in every way that leaves a name of some length.
pub(crate) fn without_affixes(registry: Registry, name: &str) -> impl Iterator<Item = &str> {
    let (before, after) = affixes(registry);
    before
        .iter()
        .filter_map(|b| name.strip_prefix(b))
        .chain(after.iter().filter_map(|a| name.strip_suffix(a)))
        .filter(|n| n.len() >= 5)
}

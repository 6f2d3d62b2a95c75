//! Whether one name could be taken for another.

use crate::Registry;

/// How two names are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alike {
    /// The same letters with other separators.
    Separators,
    /// One slip of the finger.
    Edit,
}

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

/// Whether `name` could be a slip for `popular`. The shorter the names, the
/// more of them are one letter apart by chance: short ones count only when the
/// slip is a usual one.
pub(crate) fn alike(name: &str, popular: &str) -> Option<Alike> {
    let (given, known) = (name.as_bytes(), popular.as_bytes());
    let len = known.len();
    if given == known || given.len().abs_diff(len) > 4 || len < 4 {
        return None;
    }
    if len >= 6 && letters(given).eq(letters(known)) {
        return Some(Alike::Separators);
    }
    let same = given.iter().zip(known).take_while(|(g, k)| g == k).count();
    let before = same.checked_sub(1).and_then(|i| known.get(i)).copied();
    // What is left of both, from the first letter that differs.
    let edit = match (given.get(same..)?, known.get(same..)?) {
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
    };
    edit.then_some(Alike::Edit)
}

fn letters(name: &[u8]) -> impl Iterator<Item = u8> + '_ {
    name.iter().copied().filter(|b| !is_separator(*b))
}

/// Whether `name` is `popular` with what its registry's packages like to add.
pub(crate) fn affixed(registry: Registry, name: &str, popular: &str) -> bool {
    let Some((before, after)) = name.split_once(popular) else {
        return false;
    };
    if popular.len() < 5 {
        return false;
    }
    match registry {
        Registry::Npm => matches!(
            (before, after),
            ("", "js" | "-js" | ".js" | "-node") | ("node-" | "js-", "")
        ),
        Registry::PyPi => matches!(
            (before, after),
            ("", "py" | "-py" | "-python") | ("python-" | "python3-" | "py-" | "py", "")
        ),
        Registry::Crates => matches!((before, after), ("", "-rs" | "_rs") | ("rust-", "")),
        Registry::Gems => matches!((before, after), ("", "-rb" | "-ruby") | ("ruby-", "")),
    }
}

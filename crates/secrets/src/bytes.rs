//! Reading bytes without ever leaving the text.

/// The byte at `at`, or 0 beyond the end.
pub(crate) fn at(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or(0)
}

/// The byte in front of `at`, or 0 at the beginning.
pub(crate) fn before(bytes: &[u8], at: usize) -> u8 {
    at.checked_sub(1).map_or(0, |i| self::at(bytes, i))
}

/// Bytes `start..end`, clipped to the text.
pub(crate) fn range(bytes: &[u8], start: usize, end: usize) -> &[u8] {
    let end = end.min(bytes.len());
    bytes.get(start.min(end)..end).unwrap_or(&[])
}

/// Whether `needle` (lower case) occurs in `hay`, ASCII case folded.
pub(crate) fn contains_folded(hay: &[u8], needle: &[u8]) -> bool {
    let Some((first, rest)) = needle.split_first() else {
        return false;
    };
    memchr::memchr2_iter(*first, first.to_ascii_uppercase(), hay)
        .any(|at| range(hay, at + 1, at + needle.len()).eq_ignore_ascii_case(rest))
}

/// Whether a credential may begin at `at`: the byte in front is no letter or
/// digit, or it is the last letter of an escape such as `\n`, `\u003d` or `%3D`.
pub(crate) fn left_edge(bytes: &[u8], at: usize) -> bool {
    let previous = before(bytes, at);
    !previous.is_ascii_alphanumeric() || after_escape(bytes, at)
}

/// Whether `at` directly follows an escape sequence that ends in a letter or digit.
pub(crate) fn after_escape(bytes: &[u8], at: usize) -> bool {
    let back = |n: usize| at.checked_sub(n).map_or(0, |i| self::at(bytes, i));
    (back(2) == b'\\' && matches!(back(1), b'n' | b'r' | b't'))
        || (back(3) == b'%' && back(2).is_ascii_hexdigit() && back(1).is_ascii_hexdigit())
        || (back(6) == b'\\'
            && back(5) == b'u'
            && range(bytes, at.saturating_sub(4), at)
                .iter()
                .all(u8::is_ascii_hexdigit))
}

/// First byte after spaces and tabs from `from`, looking at most `cap` bytes.
pub(crate) fn skip_blanks(bytes: &[u8], from: usize, cap: usize) -> usize {
    let blanks = range(bytes, from, from.saturating_add(cap))
        .iter()
        .take_while(|b| matches!(b, b' ' | b'\t'))
        .count();
    from + blanks
}

//! Character classes and segments of a shape.

/// The named classes.
const NAMED: &[(&str, &str)] = &[
    ("digit", "0-9"),
    ("lower", "a-z"),
    ("upper", "A-Z"),
    ("alpha", "a-zA-Z"),
    ("alnum", "a-zA-Z0-9"),
    ("lownum", "a-z0-9"),
    ("upnum", "A-Z0-9"),
    ("word", "a-zA-Z0-9_"),
    ("hex", "0-9a-fA-F"),
    ("hexl", "0-9a-f"),
    ("hexu", "0-9A-F"),
    ("b64", "a-zA-Z0-9+/"),
    ("b64u", "a-zA-Z0-9_-"),
    ("base32", "A-Z2-7"),
    ("bech32u", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"),
    ("bech32", "qpzry9x8gf2tvdw0s3jn54khce6mua7l"),
];

/// A parsed segment.
pub(crate) enum Segment {
    /// Exactly this text.
    Literal { text: String, optional: bool },
    /// A run of one class.
    Run {
        mask: u128,
        min: u16,
        max: u16,
        optional: bool,
    },
}

/// Parses `'literal'`, `class{n}`, `class{n,m}` or `[set]{n,m}`, each with an
/// optional trailing `?`.
pub(crate) fn segment(text: &str) -> Result<Segment, String> {
    let (body, optional) = match text.strip_suffix('?') {
        Some(body) if body.ends_with('}') || body.ends_with('\'') => (body, true),
        _ => (text, false),
    };
    if let Some(literal) = body.strip_prefix('\'').and_then(|b| b.strip_suffix('\'')) {
        if literal.is_empty() || !literal.is_ascii() {
            return Err(format!("bad literal {text:?}"));
        }
        return Ok(Segment::Literal {
            text: literal.to_owned(),
            optional,
        });
    }
    let bad = || format!("bad segment {text:?}");
    let (class, count) = body
        .strip_suffix('}')
        .and_then(|b| b.rsplit_once('{'))
        .ok_or_else(bad)?;
    let (min, max) = match count.split_once(',') {
        Some((min, max)) => (min, max),
        None => (count, count),
    };
    let min: u16 = min.parse().map_err(|_| bad())?;
    let max: u16 = max.parse().map_err(|_| bad())?;
    if min > max || max == 0 {
        return Err(bad());
    }
    Ok(Segment::Run {
        mask: class_mask(class)?,
        min,
        max,
        optional,
    })
}

fn class_mask(class: &str) -> Result<u128, String> {
    let set = match class.strip_prefix('[').and_then(|c| c.strip_suffix(']')) {
        Some(set) => set,
        None => NAMED
            .iter()
            .find(|(name, _)| *name == class)
            .map(|(_, set)| *set)
            .ok_or_else(|| format!("unknown class {class:?}"))?,
    };
    let bytes: Vec<u8> = set.bytes().collect();
    let mut mask = 0u128;
    let mut rest = bytes.as_slice();
    loop {
        rest = match rest {
            [] => break,
            [first, b'-', last, tail @ ..] => {
                if first > last || *last > 127 {
                    return Err(format!("bad range in {class:?}"));
                }
                for b in *first..=*last {
                    mask |= 1 << b;
                }
                tail
            }
            [one, tail @ ..] => {
                if *one > 127 {
                    return Err(format!("not ASCII: {class:?}"));
                }
                mask |= 1 << one;
                tail
            }
        };
    }
    if mask == 0 {
        return Err(format!("empty class {class:?}"));
    }
    Ok(mask)
}

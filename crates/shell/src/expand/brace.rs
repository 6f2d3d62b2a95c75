//! Brace expansion: `{a,b}`, `{1..9}`.

use super::Atom;
use crate::understand::Interp;

/// Words one brace expansion may give.
const WORDS: usize = 2_000;
/// Nesting of braces.
const DEPTH: usize = 8;

/// All words that `atoms` stands for; itself when there is no brace.
pub(super) fn expand<'w>(atoms: Vec<Atom<'w>>, interp: &mut Interp<'_>) -> Vec<Vec<Atom<'w>>> {
    let has = |c| atoms.iter().any(|a| matches!(a, Atom::Char(x) if *x == c));
    if !has('{') || !has('}') {
        return vec![atoms];
    }
    let mut out = Vec::new();
    one(&atoms, DEPTH, interp, &mut out);
    out
}

fn one<'w>(
    atoms: &[Atom<'w>],
    depth: usize,
    interp: &mut Interp<'_>,
    out: &mut Vec<Vec<Atom<'w>>>,
) {
    if interp.is_limited() && !out.is_empty() {
        return;
    }
    let found = if depth == 0 {
        None
    } else {
        find(atoms, interp)
    };
    let Some((before, choices, after)) = found else {
        if depth == 0 && atoms.iter().any(|a| matches!(a, Atom::Char('{'))) {
            interp.limit("nested braces");
        }
        out.push(atoms.to_vec());
        return;
    };
    let mut tails = Vec::new();
    one(after, depth - 1, interp, &mut tails);
    for choice in choices {
        let mut heads = Vec::new();
        one(&choice, depth - 1, interp, &mut heads);
        for head in &heads {
            for tail in &tails {
                let atoms = before.len() + head.len() + tail.len() + 1;
                if out.len() >= WORDS || interp.is_limited() || !interp.spend(atoms * 8) {
                    interp.limit("too many words from braces");
                    return;
                }
                let mut word = before.to_vec();
                word.extend_from_slice(head);
                word.extend_from_slice(tail);
                out.push(word);
            }
        }
    }
}

type Found<'a, 'w> = (&'a [Atom<'w>], Vec<Vec<Atom<'w>>>, &'a [Atom<'w>]);

/// The first brace expression with its choices.
fn find<'a, 'w>(atoms: &'a [Atom<'w>], interp: &mut Interp<'_>) -> Option<Found<'a, 'w>> {
    let mut from = 0;
    // Unbalanced openings are text; a few tries are enough for real words.
    for _ in 0..32 {
        let open = from
            + atoms
                .get(from..)?
                .iter()
                .position(|a| matches!(a, Atom::Char('{')))?;
        let inner = atoms.get(open + 1..)?;
        if !interp.spend(inner.len()) {
            return None;
        }
        if let Some((choices, len)) = choices(inner) {
            return Some((
                atoms.get(..open)?,
                choices,
                atoms.get(open + 1 + len + 1..)?,
            ));
        }
        from = open + 1;
    }
    None
}

/// The alternatives between an opening brace and its end, and where that is.
fn choices<'w>(inner: &[Atom<'w>]) -> Option<(Vec<Vec<Atom<'w>>>, usize)> {
    let mut depth = 0_usize;
    // Nothing is kept of one that does not end.
    let end = inner.iter().position(|a| match a {
        Atom::Char('{') => {
            depth += 1;
            false
        }
        Atom::Char('}') if depth == 0 => true,
        Atom::Char('}') => {
            depth -= 1;
            false
        }
        _ => false,
    })?;
    let mut all = Vec::new();
    let mut open: Vec<Atom<'w>> = Vec::new();
    for (i, a) in inner.get(..=end)?.iter().enumerate() {
        match a {
            Atom::Char('{') => depth += 1,
            Atom::Char('}') if depth == 0 => {
                if all.is_empty() {
                    return range(&open).map(|r| (r, i));
                }
                all.push(open);
                return Some((all, i));
            }
            Atom::Char('}') => depth -= 1,
            Atom::Char(',') if depth == 0 => {
                all.push(std::mem::take(&mut open));
                continue;
            }
            _ => {}
        }
        open.push(*a);
    }
    None
}

/// `1..9`, `a..z`, `01..10..2`.
fn range<'w>(inner: &[Atom<'w>]) -> Option<Vec<Vec<Atom<'w>>>> {
    let mut text = String::new();
    for a in inner {
        match a {
            Atom::Char(c) => text.push(*c),
            Atom::Part(_) => return None,
        }
    }
    let mut parts = text.split("..");
    let (first, last) = (parts.next()?, parts.next()?);
    let step: i64 = parts.next().map_or(Some(1), |s| s.parse().ok())?;
    if parts.next().is_some() {
        return None;
    }
    let step = step.unsigned_abs().max(1);
    let letter = |s: &str| {
        let mut c = s.chars();
        match (c.next(), c.next()) {
            (Some(c), None) if c.is_ascii_alphabetic() => Some(i64::from(u32::from(c))),
            _ => None,
        }
    };
    let (low, high, letters) = match (first.parse::<i64>(), last.parse::<i64>()) {
        (Ok(a), Ok(b)) => (a, b, false),
        _ => (letter(first)?, letter(last)?, true),
    };
    let count = (high.abs_diff(low) / step)
        .saturating_add(1)
        .min(WORDS as u64);
    let width = if first.starts_with('0') || last.starts_with('0') {
        first.len().max(last.len())
    } else {
        0
    };
    let mut out = Vec::new();
    for i in 0..count {
        let delta = i64::try_from(i.checked_mul(step)?).ok()?;
        let n = if high >= low {
            low.checked_add(delta)?
        } else {
            low.checked_sub(delta)?
        };
        let shown = if letters {
            char::from_u32(u32::try_from(n).ok()?)?.to_string()
        } else {
            format!("{n:0width$}")
        };
        out.push(shown.chars().map(Atom::Char).collect());
    }
    Some(out)
}

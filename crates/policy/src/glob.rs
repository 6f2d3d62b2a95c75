//! Patterns for paths and names.
//!
//! `*` any characters, `?` one character, `[a-z]` and `[!a-z]` classes, `\x`
//! the character itself, `{a,b}` alternatives; in paths `**` any number of
//! folders, and the others stay within one name.
//!
//! Patterns and paths both come from people we cannot trust, so matching
//! keeps only the last star to go back to: time is bounded by the product of
//! both lengths, there is no recursion, and nothing is compiled.

use std::str::Chars;

/// Alternatives one pattern may expand to. `policy-compile` refuses more; a
/// table that holds one all the same matches it literally.
pub const ALTERNATIVES: usize = 64;

/// How a path pattern is applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Ignore ASCII case.
    pub fold: bool,
    /// A pattern that matches a folder also matches everything below it.
    pub below: bool,
    /// The pattern may begin at any folder.
    pub anywhere: bool,
}

enum Token<'p> {
    Star,
    Any,
    Class(&'p str),
    Char(char),
}

fn token<'p>(p: &mut Chars<'p>) -> Option<Token<'p>> {
    Some(match p.next()? {
        '*' => Token::Star,
        '?' => Token::Any,
        '\\' => Token::Char(p.next().unwrap_or('\\')),
        '[' => match class_end(p.as_str()) {
            Some((class, rest)) => {
                *p = rest.chars();
                Token::Class(class)
            }
            None => Token::Char('['),
        },
        c => Token::Char(c),
    })
}

/// Splits `a-z]rest` into the class and the rest; a `]` that comes first is a
/// member, and so is one inside `[:alpha:]`.
fn class_end(text: &str) -> Option<(&str, &str)> {
    let lead = text
        .chars()
        .take_while(|c| matches!(c, '!' | '^'))
        .take(1)
        .map(char::len_utf8)
        .sum::<usize>();
    let mut at = lead + usize::from(text.get(lead..)?.starts_with(']'));
    // Once an inner bracket is not closed no later one is.
    let mut inner = true;
    loop {
        let rest = text.get(at..)?;
        let next = rest.find(['[', ']'])?;
        let here = rest.get(next..)?;
        if here.starts_with(']') {
            let close = at + next;
            return Some((text.get(..close)?, text.get(close + 1..)?));
        }
        at += next
            + match inner_class(here).filter(|_| inner) {
                Some((name, _)) => name.len() + 4,
                None => {
                    inner &= !here.starts_with("[:");
                    1
                }
            };
    }
}

/// Splits `[:alpha:]rest` (and `[=a=]`, `[.a.]`) into the name and the rest.
fn inner_class(text: &str) -> Option<(&str, &str)> {
    let mark = text.strip_prefix('[')?.chars().next()?;
    let close = match mark {
        ':' => ":]",
        '=' => "=]",
        '.' => ".]",
        _ => return None,
    };
    // No name is longer than `xdigit`.
    text.get(2..)?
        .split_once(close)
        .filter(|(name, _)| name.len() <= 16)
}

fn in_named(mark: Option<char>, name: &str, c: char) -> bool {
    if mark != Some(':') {
        return name.chars().eq([c]);
    }
    match name {
        "alpha" => c.is_alphabetic(),
        "digit" => c.is_ascii_digit(),
        "alnum" => c.is_alphanumeric(),
        "upper" => c.is_uppercase(),
        "lower" => c.is_lowercase(),
        "space" => c.is_whitespace(),
        "blank" => matches!(c, ' ' | '\t'),
        "punct" => c.is_ascii_punctuation(),
        "print" => !c.is_control(),
        "graph" => !c.is_control() && !c.is_whitespace(),
        "cntrl" => c.is_control(),
        "xdigit" => c.is_ascii_hexdigit(),
        "word" => c.is_alphanumeric() || c == '_',
        _ => false,
    }
}

fn in_class(class: &str, c: char, fold: bool) -> bool {
    let (negated, body) = match class.strip_prefix(['!', '^']) {
        Some(rest) => (true, rest),
        None => (false, class),
    };
    let hit = |c: char| {
        let mut chars = body.chars();
        loop {
            if let Some((name, rest)) = inner_class(chars.as_str()) {
                if in_named(chars.as_str().chars().nth(1), name, c) {
                    return true;
                }
                chars = rest.chars();
                continue;
            }
            let Some(low) = chars.next() else {
                return false;
            };
            let mut ahead = chars.clone();
            let range_end = (ahead.next() == Some('-')).then(|| ahead.next()).flatten();
            let found = match range_end {
                Some(high) => {
                    chars = ahead;
                    (low..=high).contains(&c)
                }
                None => low == c,
            };
            if found {
                return true;
            }
        }
    };
    let found = hit(c) || (fold && (hit(c.to_ascii_lowercase()) || hit(c.to_ascii_uppercase())));
    found != negated
}

/// A shell pattern without its extended forms, which none of the patterns here
/// have: `@(a|b)` becomes `{a,b}`, the other four become `*`. It matches at
/// least what the pattern did. `None` when there are none.
pub fn without_extended(pattern: &str) -> Option<String> {
    // Longer ones are no paths.
    if pattern.len() > 8 * 1024 || !pattern.contains('(') {
        return None;
    }
    let mut out = String::with_capacity(pattern.len());
    let mut found = false;
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        if matches!(c, '@' | '!' | '?' | '*' | '+')
            && let Some(inside) = after.strip_prefix('(')
            && let Some((list, tail)) = closed(inside)
        {
            found = true;
            let plain = !list.contains(['(', '{', '}', ',', '/']);
            if c == '@' && plain && list.contains('|') {
                out.push('{');
                out.push_str(&list.replace('|', ","));
                out.push('}');
            } else if c == '@' && plain {
                out.push_str(list);
            } else {
                out.push('*');
            }
            rest = tail;
        } else {
            out.push(c);
            rest = after;
        }
    }
    found.then_some(out)
}

/// Splits behind the parenthesis that closes what `text` is inside of. Nested
/// deeper than anybody writes counts as not closed.
fn closed(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices().take(4096) {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some((text.get(..at)?, text.get(at + 1..)?)),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn same(a: char, b: char, fold: bool) -> bool {
    a == b || (fold && a.eq_ignore_ascii_case(&b))
}

/// Matches one name, or any text when separators mean nothing (host names,
/// branches, tools): `*` crosses everything.
fn simple(pattern: &str, text: &str, fold: bool) -> bool {
    let mut p = pattern.chars();
    let mut t = text.chars();
    let mut star: Option<(Chars<'_>, Chars<'_>)> = None;
    loop {
        let mut next = p.clone();
        match token(&mut next) {
            Some(Token::Star) => {
                star = Some((next.clone(), t.clone()));
                p = next;
                continue;
            }
            Some(tok) => {
                let mut rest = t.clone();
                let matched = rest.next().is_some_and(|c| match tok {
                    Token::Star | Token::Any => true,
                    Token::Class(class) => in_class(class, c, fold),
                    Token::Char(want) => same(want, c, fold),
                });
                if matched {
                    p = next;
                    t = rest;
                    continue;
                }
            }
            None if t.as_str().is_empty() => return true,
            None => {}
        }
        // Let the last star take one more character.
        let Some((after, mut from)) = star.take() else {
            return false;
        };
        if from.next().is_none() {
            return false;
        }
        p = after.clone();
        t = from.clone();
        star = Some((after, from));
    }
}

fn path(pattern: &str, text: &str, o: Options) -> bool {
    let names = |s| {
        let s: &str = s;
        s.split('/').filter(|n: &&str| !n.is_empty())
    };
    let mut p = names(pattern);
    let mut t = names(text);
    let mut star = o.anywhere.then(|| (p.clone(), t.clone()));
    loop {
        let mut next = p.clone();
        match next.next() {
            Some("**") => {
                star = Some((next.clone(), t.clone()));
                p = next;
                continue;
            }
            Some(name) => {
                let mut rest = t.clone();
                if rest.next().is_some_and(|have| simple(name, have, o.fold)) {
                    p = next;
                    t = rest;
                    continue;
                }
            }
            None if o.below || t.clone().next().is_none() => return true,
            None => {}
        }
        let Some((after, mut from)) = star.take() else {
            return false;
        };
        if from.next().is_none() {
            return false;
        }
        p = after.clone();
        t = from.clone();
        star = Some((after, from));
    }
}

/// Every alternative of a pattern with `{a,b}`; `None` when there are more
/// than [`ALTERNATIVES`] or a brace is not closed.
pub fn expand(pattern: &str) -> Option<Vec<String>> {
    let mut done = Vec::new();
    let mut todo = vec![pattern.to_owned()];
    while let Some(next) = todo.pop() {
        // The innermost group: the last `{` before the first `}`.
        let Some(close) = next.find('}') else {
            if next.contains('{') {
                return None;
            }
            done.push(next);
            continue;
        };
        let open = next.get(..close)?.rfind('{')?;
        let (before, after) = (next.get(..open)?, next.get(close + 1..)?);
        for choice in next.get(open + 1..close)?.split(',') {
            todo.push(format!("{before}{choice}{after}"));
        }
        if done.len() + todo.len() > ALTERNATIVES {
            return None;
        }
    }
    done.sort();
    done.dedup();
    Some(done)
}

fn each(pattern: &str, test: impl Fn(&str) -> bool) -> bool {
    if !pattern.contains('{') {
        return test(pattern);
    }
    match expand(pattern) {
        Some(all) => all.iter().any(|p| test(p)),
        None => test(pattern),
    }
}

/// Whether a path pattern matches a path; leading, doubled and trailing
/// slashes mean nothing.
pub fn matches_path(pattern: &str, text: &str, options: Options) -> bool {
    each(pattern, |p| path(p, text, options))
}

/// Whether a pattern matches a name; `*` crosses `/` and `.`.
pub fn matches_name(pattern: &str, text: &str) -> bool {
    each(pattern, |p| simple(p, text, true))
}

/// Whether a pattern matches exactly as spelled; `*` crosses `/` and `.`.
pub fn matches_exact(pattern: &str, text: &str) -> bool {
    each(pattern, |p| simple(p, text, false))
}

/// The longest piece of a path pattern that every path it matches holds as it is;
/// empty when that cannot be said. A quick way to see that it does not match.
pub(crate) fn literal(pattern: &str) -> &str {
    if pattern.contains(['[', '{', '\\']) {
        return "";
    }
    pattern
        .trim_start_matches('~')
        .split(['/', '*', '?'])
        .max_by_key(|piece| piece.len())
        .unwrap_or_default()
}

/// The folders at the beginning of a pattern that hold no wildcard.
pub fn literal_prefix(pattern: &str) -> String {
    let mut out = String::new();
    for name in pattern.split('/').filter(|n| !n.is_empty()) {
        if name.contains(['*', '?', '[', '{', '\\']) {
            break;
        }
        out.push('/');
        out.push_str(name);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PLAIN: Options = Options {
        fold: false,
        below: false,
        anywhere: false,
    };

    #[test]
    fn names() {
        for (pattern, text, want) in [
            ("*.internal", "a.b.internal", true),
            ("*.internal", "internal", false),
            ("release/*", "release/1/2", true),
            ("a?c", "aéc", true),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[]]", "]", true),
            ("[a", "[a", true),
            (r"\*", "*", true),
            (r"\*", "x", false),
            ("{dev,test}-*", "test-1", true),
            ("a{b{c,d},e}", "abd", true),
            ("a*b*c", "axxbyybc", true),
            ("", "", true),
            ("*", "", true),
            ("?", "", false),
        ] {
            assert_eq!(matches_name(pattern, text), want, "{pattern} {text}");
        }
    }

    #[test]
    fn paths() {
        let below = Options {
            below: true,
            ..PLAIN
        };
        let anywhere = Options {
            anywhere: true,
            ..PLAIN
        };
        for (pattern, text, o, want) in [
            ("src/*.rs", "src/a.rs", PLAIN, true),
            ("src/*.rs", "src/a/b.rs", PLAIN, false),
            ("src/**/*.rs", "src/b.rs", PLAIN, true),
            ("src/**/*.rs", "src/a/b/c.rs", PLAIN, true),
            ("src/**", "src", PLAIN, true),
            ("src/**", "srcs", PLAIN, false),
            ("src", "src/a/b", PLAIN, false),
            ("src", "src/a/b", below, true),
            (".ssh/**", "home/u/.ssh/id", PLAIN, false),
            (".ssh/**", "home/u/.ssh/id", anywhere, true),
            ("a/b", "x/a/c/a/b", anywhere, true),
            ("**/x/**/y", "a/x/b/x/y", PLAIN, true),
            ("", "a", PLAIN, false),
        ] {
            assert_eq!(matches_path(pattern, text, o), want, "{pattern} {text}");
        }
        let fold = Options {
            fold: true,
            ..PLAIN
        };
        assert!(matches_path("a/.ENV", "A/.env", fold));
    }

    #[test]
    fn classes_with_names() {
        for (pattern, text, want) in [
            (".[[:alpha:]]nv", ".env", true),
            (".[[:digit:]]nv", ".env", false),
            (".[![:digit:]]nv", ".env", true),
            (".[[=e=]]nv", ".env", true),
            (".[[.e.]x]nv", ".env", true),
            (".[x[:lower:]-]nv", ".env", true),
            (".[]e]nv", ".env", true),
            ("[[:alpha:", "[", false),
            ("[[]", "[", true),
        ] {
            assert_eq!(matches_exact(pattern, text), want, "{pattern} {text}");
        }
        // Not quadratic in what is never closed.
        let long = "[[:".repeat(20_000);
        assert!(!matches_exact(&long, "a"));
    }

    #[test]
    fn extended_patterns_become_plain_ones() {
        for (pattern, plain) in [
            (".@(env)", Some(".env")),
            ("@(.env|x)", Some("{.env,x}")),
            (".!(git)", Some(".*")),
            ("+(a|b)/?(c)", Some("*/*")),
            ("a@(b@(c))", Some("a*")),
            ("src/(group)/+page.ts", None),
            ("a+(b", None),
        ] {
            assert_eq!(without_extended(pattern).as_deref(), plain, "{pattern}");
        }
    }

    #[test]
    fn alternatives_are_capped() {
        assert_eq!(expand("{a,b}{c,d}").unwrap().len(), 4);
        assert_eq!(expand(&"{a,b}".repeat(7)), None);
        assert_eq!(expand("{a"), None);
        assert_eq!(expand("a}"), None);
    }

    #[test]
    fn a_hostile_pattern_stays_cheap() {
        let pattern = "a*".repeat(200);
        let text = "a".repeat(4_000);
        assert!(!matches_name(&format!("{pattern}b"), &text));
        let deep = "**/a/".repeat(100);
        assert!(!matches_path(
            &format!("{deep}b"),
            &"a/".repeat(2_000),
            PLAIN
        ));
    }

    /// The obvious, exponential definition.
    fn reference(p: &[char], t: &[char]) -> bool {
        match p.split_first() {
            None => t.is_empty(),
            Some(('*', rest)) => (0..=t.len()).any(|i| reference(rest, &t[i..])),
            Some(('?', rest)) => !t.is_empty() && reference(rest, &t[1..]),
            Some((c, rest)) => t.first() == Some(c) && reference(rest, &t[1..]),
        }
    }

    fn reference_path(p: &[&str], t: &[&str]) -> bool {
        match p.split_first() {
            None => t.is_empty(),
            Some((&"**", rest)) => (0..=t.len()).any(|i| reference_path(rest, &t[i..])),
            Some((n, rest)) => {
                !t.is_empty() && {
                    let (n, h): (Vec<_>, Vec<_>) = (n.chars().collect(), t[0].chars().collect());
                    reference(&n, &h) && reference_path(rest, &t[1..])
                }
            }
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_definition(p in "[ab*?]{0,8}", t in "[ab]{0,10}") {
            let (pc, tc): (Vec<_>, Vec<_>) = (p.chars().collect(), t.chars().collect());
            prop_assert_eq!(matches_name(&p, &t), reference(&pc, &tc));
        }

        #[test]
        fn paths_agree_with_the_definition(
            p in prop::collection::vec(prop_oneof![Just("**"), Just("*"), Just("a"), Just("b*")], 0..6),
            t in prop::collection::vec(prop_oneof![Just("a"), Just("b"), Just("bc")], 0..6),
        ) {
            prop_assert_eq!(
                matches_path(&p.join("/"), &t.join("/"), PLAIN),
                reference_path(&p, &t)
            );
        }

        #[test]
        fn never_panics(p in ".{0,40}", t in ".{0,40}") {
            let all = Options { fold: true, below: true, anywhere: true };
            let _ = (matches_path(&p, &t, all), matches_name(&p, &t), literal_prefix(&p));
        }

        #[test]
        fn a_literal_matches_itself(t in "[a-z/.]{1,20}") {
            prop_assert!(matches_name(&t, &t));
            prop_assert!(matches_path(&t, &t, PLAIN));
        }
    }
}

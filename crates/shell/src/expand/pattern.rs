//! Glob patterns on constants: `${x#…}`, `case`, `[[ = ]]`.

use super::{Atom, atoms};
use crate::ast::{Part, Word};
use crate::state::State;
use crate::understand::Interp;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Star,
    Any,
    Char(char),
    Set(Vec<(char, char)>, bool),
}

/// A compiled pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Token>);

impl Pattern {
    /// Compiles `(character, active)` pairs.
    fn new(chars: &[(char, bool)]) -> Self {
        let mut out = Vec::new();
        let mut rest = chars;
        while let Some(((c, active), tail)) = rest.split_first() {
            rest = tail;
            match (c, active) {
                ('*', true) => {
                    if out.last() != Some(&Token::Star) {
                        out.push(Token::Star);
                    }
                }
                ('?', true) => out.push(Token::Any),
                ('[', true) => match set(tail) {
                    Some((token, after)) => {
                        out.push(token);
                        rest = after;
                    }
                    None => out.push(Token::Char('[')),
                },
                ('\\', true) => match tail.split_first() {
                    Some(((c, _), after)) => {
                        out.push(Token::Char(*c));
                        rest = after;
                    }
                    None => out.push(Token::Char('\\')),
                },
                (c, _) => out.push(Token::Char(*c)),
            }
        }
        Self(out)
    }

    /// A pattern from text in which everything is active.
    #[cfg(test)]
    fn parse(text: &str) -> Self {
        Self::new(&text.chars().map(|c| (c, true)).collect::<Vec<_>>())
    }

    fn reversed(&self) -> Self {
        Self(self.0.iter().rev().cloned().collect())
    }

    pub(crate) fn cost(&self) -> usize {
        self.0.len() + 1
    }

    /// May match text of any length.
    pub(crate) fn unbounded(&self) -> bool {
        self.0.contains(&Token::Star)
    }

    /// Lengths (in characters) of the prefixes that match.
    fn prefixes(&self, text: &[char]) -> Vec<usize> {
        let n = self.0.len();
        let mut now = vec![false; n + 1];
        let close = |set: &mut Vec<bool>| {
            for (i, t) in self.0.iter().enumerate() {
                if *t == Token::Star
                    && set.get(i) == Some(&true)
                    && let Some(s) = set.get_mut(i + 1)
                {
                    *s = true;
                }
            }
        };
        if let Some(s) = now.first_mut() {
            *s = true;
        }
        close(&mut now);
        let mut out = Vec::new();
        if now.last() == Some(&true) {
            out.push(0);
        }
        for (at, c) in text.iter().enumerate() {
            let mut next = vec![false; n + 1];
            for (i, t) in self.0.iter().enumerate() {
                if now.get(i) != Some(&true) {
                    continue;
                }
                let to = match t {
                    Token::Star => i,
                    Token::Any => i + 1,
                    Token::Char(p) if p == c => i + 1,
                    Token::Set(ranges, negated)
                        if ranges.iter().any(|(a, b)| a <= c && c <= b) != *negated =>
                    {
                        i + 1
                    }
                    _ => continue,
                };
                if let Some(s) = next.get_mut(to) {
                    *s = true;
                }
            }
            close(&mut next);
            if next.last() == Some(&true) {
                out.push(at + 1);
            }
            if !next.iter().any(|s| *s) {
                break;
            }
            now = next;
        }
        out
    }

    /// Matches the whole text.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let chars: Vec<char> = text.chars().collect();
        self.prefixes(&chars).last() == Some(&chars.len())
    }

    /// The text without its shortest or longest matching prefix.
    pub(crate) fn strip_prefix(&self, text: &str, longest: bool) -> String {
        let chars: Vec<char> = text.chars().collect();
        let found = self.prefixes(&chars);
        let n = if longest { found.last() } else { found.first() };
        chars.iter().skip(n.copied().unwrap_or(0)).collect()
    }

    /// The same for a suffix.
    pub(crate) fn strip_suffix(&self, text: &str, longest: bool) -> String {
        let chars: Vec<char> = text.chars().rev().collect();
        let found = self.reversed().prefixes(&chars);
        let n = if longest { found.last() } else { found.first() };
        let rest: Vec<char> = chars
            .iter()
            .skip(n.copied().unwrap_or(0))
            .copied()
            .collect();
        rest.iter().rev().collect()
    }

    /// `${x/pattern/with}`.
    pub(crate) fn replace(
        &self,
        text: &str,
        with: &str,
        all: bool,
        anchor: Option<char>,
    ) -> String {
        let chars: Vec<char> = text.chars().collect();
        match anchor {
            Some('#') => {
                return match self.prefixes(&chars).last() {
                    Some(n) => format!("{with}{}", chars.iter().skip(*n).collect::<String>()),
                    None => text.to_owned(),
                };
            }
            Some('%') => {
                let kept = self.strip_suffix(text, true);
                return if kept.len() == text.len() && !self.matches("") {
                    text.to_owned()
                } else {
                    format!("{kept}{with}")
                };
            }
            _ => {}
        }
        let mut out = String::new();
        let mut rest = chars.as_slice();
        loop {
            match self.prefixes(rest).last() {
                Some(n) if *n > 0 => {
                    out.push_str(with);
                    rest = rest.get(*n..).unwrap_or_default();
                    if !all {
                        break;
                    }
                }
                _ => match rest.split_first() {
                    Some((c, tail)) => {
                        out.push(*c);
                        rest = tail;
                    }
                    None => break,
                },
            }
            if rest.is_empty() {
                break;
            }
        }
        out.extend(rest.iter());
        out
    }
}

/// A bracket expression after its `[`.
fn set(chars: &[(char, bool)]) -> Option<(Token, &[(char, bool)])> {
    let mut rest = chars;
    let mut negated = false;
    if let Some((('!' | '^', _), tail)) = rest.split_first() {
        negated = true;
        rest = tail;
    }
    let mut ranges = Vec::new();
    let mut first = true;
    while let Some(((c, _), tail)) = rest.split_first() {
        if *c == ']' && !first {
            return Some((Token::Set(ranges, negated), tail));
        }
        first = false;
        if *c == '['
            && let Some(((':', _), named)) = tail.split_first()
        {
            let name: String = named
                .iter()
                .map(|(c, _)| *c)
                .take_while(|c| *c != ':')
                .collect();
            match name.as_str() {
                "alpha" => ranges.extend([('a', 'z'), ('A', 'Z')]),
                "digit" => ranges.push(('0', '9')),
                "alnum" => ranges.extend([('a', 'z'), ('A', 'Z'), ('0', '9')]),
                "upper" => ranges.push(('A', 'Z')),
                "lower" => ranges.push(('a', 'z')),
                "space" | "blank" => ranges.extend([(' ', ' '), ('\t', '\n')]),
                "xdigit" => ranges.extend([('a', 'f'), ('A', 'F'), ('0', '9')]),
                "punct" => ranges.extend([('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]),
                _ => return None,
            }
            rest = named.get(name.chars().count() + 2..)?;
            continue;
        }
        if let [('-', _), (to, _), after @ ..] = tail
            && *to != ']'
        {
            ranges.push((*c, *to));
            rest = after;
            continue;
        }
        ranges.push((*c, *c));
        rest = tail;
    }
    None
}

impl Interp<'_> {
    /// The pattern a word stands for; `None` when part of it is unknown or
    /// it uses extended globs.
    pub(crate) fn pattern(&mut self, word: &Word, state: &mut State) -> Option<Pattern> {
        let mut chars = Vec::new();
        let list = atoms(word);
        let extended = list.windows(2).any(|w| {
            matches!(
                w,
                [Atom::Char('@' | '+' | '!' | '?' | '*'), Atom::Char('(')]
            )
        });
        if extended {
            return None;
        }
        for a in list {
            match a {
                Atom::Char(c) => chars.push((c, true)),
                Atom::Part(p) => {
                    let active = matches!(p, Part::Param(_) | Part::Command(_));
                    let one = Word {
                        parts: vec![p.clone()],
                    };
                    let v = self.value(&one, state);
                    chars.extend(v.text()?.chars().map(|c| (c, active)));
                }
            }
        }
        (chars.len() <= 1024).then(|| Pattern::new(&chars))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_as_bash_does() {
        for (p, t, yes) in [
            ("*.txt", "a.txt", true),
            ("*.txt", "a.txt2", false),
            ("a?c", "abc", true),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[[:digit:]]*", "7up", true),
            ("", "", true),
            ("*", "", true),
            ("a[", "a[", true),
        ] {
            assert_eq!(Pattern::parse(p).matches(t), yes, "{p} {t}");
        }
    }

    #[test]
    fn strips_and_replaces() {
        let slash = Pattern::parse("*/");
        assert_eq!(slash.strip_prefix("/a/b/c", true), "c");
        assert_eq!(slash.strip_prefix("/a/b/c", false), "a/b/c");
        let dot = Pattern::parse(".*");
        assert_eq!(dot.strip_suffix("a.tar.gz", false), "a.tar");
        assert_eq!(dot.strip_suffix("a.tar.gz", true), "a");
        assert_eq!(Pattern::parse("x").replace("axbx", "-", true, None), "a-b-");
        assert_eq!(
            Pattern::parse("x").replace("axbx", "-", false, None),
            "a-bx"
        );
        assert_eq!(
            Pattern::parse("a").replace("axa", "-", false, Some('%')),
            "ax-"
        );
    }
}

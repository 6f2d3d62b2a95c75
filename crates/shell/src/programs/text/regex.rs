//! Regular expressions as `sed` and `grep` know them, on constants.
//!
//! A small backtracking matcher with a budget: what it cannot read or finish
//! stays unknown.

use std::cell::Cell;

#[derive(Debug)]
enum Node {
    Char(char),
    Any,
    Set(Vec<(char, char)>, bool),
    Start,
    End,
    Group(Vec<Vec<Piece>>, usize),
}

#[derive(Debug)]
struct Piece {
    node: Node,
    least: usize,
    most: usize,
}

/// A compiled expression.
#[derive(Debug)]
pub(super) struct Regex {
    ways: Vec<Vec<Piece>>,
    ignore_case: bool,
    steps: Cell<usize>,
}

/// Where a match begins and ends, and its groups.
#[derive(Clone, Debug, Default)]
pub(super) struct Match {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) groups: Vec<Option<(usize, usize)>>,
}

/// Steps all searches of one expression may take.
const STEPS: usize = 50_000;
/// Nested groups.
const DEPTH: usize = 8;

struct Parser<'t> {
    rest: std::iter::Peekable<std::str::Chars<'t>>,
    extended: bool,
    groups: usize,
}

impl Parser<'_> {
    /// The next token: a character, and whether it is an operator.
    fn next(&mut self) -> Option<(char, bool)> {
        let c = self.rest.next()?;
        if c != '\\' {
            let active = if self.extended {
                ".[*^$+?(){}|".contains(c)
            } else {
                ".[*^$".contains(c)
            };
            return Some((c, active));
        }
        let c = self.rest.next()?;
        Some(match c {
            'n' => ('\n', false),
            't' => ('\t', false),
            '(' | ')' | '{' | '}' | '+' | '?' | '|' if !self.extended => (c, true),
            _ => (c, false),
        })
    }

    fn ways(&mut self, depth: usize, inside: bool) -> Option<Vec<Vec<Piece>>> {
        if depth > DEPTH {
            return None;
        }
        let mut ways = vec![Vec::new()];
        loop {
            let Some((c, active)) = self.next() else {
                return (!inside).then_some(ways);
            };
            let way = ways.last_mut()?;
            let node = match (c, active) {
                (')', true) if inside => return Some(ways),
                ('|', true) => {
                    ways.push(Vec::new());
                    continue;
                }
                ('(', true) => {
                    self.groups += 1;
                    let number = self.groups;
                    let inner = self.ways(depth + 1, true)?;
                    Node::Group(inner, number)
                }
                ('.', true) => Node::Any,
                ('[', true) => self.set()?,
                ('^', true) if way.is_empty() => Node::Start,
                ('$', true) => Node::End,
                ('*' | '+' | '?', true) if !way.is_empty() => {
                    let piece = way.last_mut()?;
                    (piece.least, piece.most) = match c {
                        '*' => (0, usize::MAX),
                        '+' => (1, usize::MAX),
                        _ => (0, 1),
                    };
                    continue;
                }
                ('{', true) => return None,
                (c, _) => Node::Char(c),
            };
            way.push(Piece {
                node,
                least: 1,
                most: 1,
            });
        }
    }

    fn set(&mut self) -> Option<Node> {
        let negated = self.rest.next_if_eq(&'^').is_some();
        let mut ranges = Vec::new();
        let mut first = true;
        loop {
            let c = self.rest.next()?;
            if c == ']' && !first {
                return Some(Node::Set(ranges, negated));
            }
            first = false;
            if c == '[' && self.rest.next_if_eq(&':').is_some() {
                let name: String = self.rest.by_ref().take_while(|c| *c != ':').collect();
                self.rest.next_if_eq(&']')?;
                match name.as_str() {
                    "alpha" => ranges.extend([('a', 'z'), ('A', 'Z')]),
                    "digit" => ranges.push(('0', '9')),
                    "alnum" => ranges.extend([('a', 'z'), ('A', 'Z'), ('0', '9')]),
                    "upper" => ranges.push(('A', 'Z')),
                    "lower" => ranges.push(('a', 'z')),
                    "space" => ranges.extend([(' ', ' '), ('\t', '\r')]),
                    _ => return None,
                }
                continue;
            }
            let mut ahead = self.rest.clone();
            if ahead.next() == Some('-')
                && let Some(to) = ahead.next().filter(|t| *t != ']')
            {
                self.rest = ahead;
                ranges.push((c, to));
            } else {
                ranges.push((c, c));
            }
        }
    }
}

type Then<'f> = &'f mut dyn FnMut(&mut Search<'_>, usize) -> bool;

struct Search<'t> {
    text: &'t [char],
    groups: Vec<Option<(usize, usize)>>,
    steps: usize,
    ignore_case: bool,
}

impl Search<'_> {
    fn ways(&mut self, ways: &[Vec<Piece>], at: usize, then: Then<'_>) -> bool {
        ways.iter().any(|way| self.pieces(way, at, then))
    }

    fn pieces(&mut self, pieces: &[Piece], at: usize, then: Then<'_>) -> bool {
        match pieces.split_first() {
            None => then(self, at),
            Some((first, rest)) => self.repeat(first, rest, 0, at, then),
        }
    }

    /// The longest first, as the programs do.
    fn repeat(&mut self, p: &Piece, rest: &[Piece], n: usize, at: usize, then: Then<'_>) -> bool {
        match self.steps.checked_sub(1) {
            Some(left) => self.steps = left,
            None => return false,
        }
        if n < p.most && n < 2_000 {
            let more = self.node(&p.node, at, &mut |s, next| {
                (next > at || n < p.least) && s.repeat(p, rest, n + 1, next, then)
            });
            if more {
                return true;
            }
        }
        n >= p.least && self.pieces(rest, at, then)
    }

    fn node(&mut self, node: &Node, at: usize, then: Then<'_>) -> bool {
        let here = self.text.get(at).copied();
        let fold = |c: char| {
            if self.ignore_case {
                c.to_ascii_lowercase()
            } else {
                c
            }
        };
        let matched = match node {
            Node::Start => return at == 0 && then(self, at),
            Node::End => return at == self.text.len() && then(self, at),
            Node::Group(ways, number) => {
                let number = *number;
                return self.ways(ways, at, &mut |s, end| {
                    let old = s.groups.get(number).copied().flatten();
                    if let Some(slot) = s.groups.get_mut(number) {
                        *slot = Some((at, end));
                    }
                    let done = then(s, end);
                    if !done && let Some(slot) = s.groups.get_mut(number) {
                        *slot = old;
                    }
                    done
                });
            }
            Node::Any => here.is_some(),
            Node::Char(c) => here.is_some_and(|h| fold(h) == fold(*c)),
            Node::Set(ranges, negated) => here.is_some_and(|h| {
                let inside = ranges.iter().any(|(a, b)| {
                    (*a <= h && h <= *b) || (fold(*a) <= fold(h) && fold(h) <= fold(*b))
                });
                inside != *negated
            }),
        };
        matched && then(self, at + 1)
    }
}

impl Regex {
    /// `None` when something in it is not known here.
    pub(super) fn new(text: &str, extended: bool, ignore_case: bool) -> Option<Self> {
        let mut parser = Parser {
            rest: text.chars().peekable(),
            extended,
            groups: 0,
        };
        let ways = parser.ways(0, false)?;
        (parser.groups < 10).then(|| Self {
            ways,
            ignore_case,
            steps: Cell::new(STEPS),
        })
    }

    /// The first match at or after `from`. `Err` when the budget is spent.
    pub(super) fn find(&self, text: &[char], from: usize) -> Result<Option<Match>, ()> {
        let mut search = Search {
            text,
            groups: vec![None; 10],
            steps: self.steps.get(),
            ignore_case: self.ignore_case,
        };
        for start in from..=text.len() {
            let mut end = None;
            let found = search.ways(&self.ways, start, &mut |_, at| {
                end = Some(at);
                true
            });
            self.steps.set(search.steps);
            if search.steps == 0 {
                return Err(());
            }
            if let (true, Some(end)) = (found, end) {
                return Ok(Some(Match {
                    start,
                    end,
                    groups: search.groups,
                }));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_sed_finds() {
        for (regex, extended, text, expected) in [
            ("b", false, "abc", Some((1, 2))),
            ("^b", false, "abc", None),
            ("b*", false, "bbc", Some((0, 2))),
            ("[a-c]*$", false, "xabc", Some((1, 4))),
            (r"\(b\)\+", false, "abbc", Some((1, 3))),
            ("(b|c)+", true, "abbc", Some((1, 4))),
            ("a+", false, "aa+", Some((1, 3))),
            ("[^a]", false, "aab", Some((2, 3))),
            ("[[:digit:]]", false, "a1", Some((1, 2))),
            ("x?", true, "ab", Some((0, 0))),
        ] {
            let text: Vec<char> = text.chars().collect();
            let found = Regex::new(regex, extended, false).unwrap().find(&text, 0);
            let got = found.unwrap().map(|m| (m.start, m.end));
            assert_eq!(got, expected, "{regex}");
        }
    }

    #[test]
    fn time_is_bounded() {
        let text: Vec<char> = "a".repeat(3_000).chars().collect();
        let regex = Regex::new("(a*)*(a*)*b", true, false).unwrap();
        assert!(regex.find(&text, 0).is_err());
    }
}

//! From text to matches: gate, verify, score, select.

use palisade_core::Confidence;

use crate::assign::{self, Assignment};
use crate::bytes::{at, before, contains_folded, left_edge, range};
use crate::checksum::{self, Verdict};
use crate::gate::{self, Mark};
use crate::judge::judge;
use crate::name::Kind;
use crate::pem;
use crate::rule::{Anchor, Checksum, Handler, RULES, Rule, rule};
use crate::score::{example_body, placeholder, varied, wordiness};
use crate::shape::{self, Runs};
use crate::special::{self, Hit};

/// A secret found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// Identifier of the rule.
    pub rule: &'static str,
    /// Who issues this kind of credential.
    pub provider: &'static str,
    /// Byte offset of the first byte of the secret value.
    pub start: usize,
    /// Byte offset after its last byte.
    pub end: usize,
    /// How sure we are.
    pub confidence: Confidence,
}

/// How much a candidate knows; the better informed one wins an overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    /// A literal that only looks like one.
    Literal,
    /// A name or a place that usually holds a secret.
    Context,
    /// A name of a provider and the shape of its values.
    Named,
    /// A literal only this kind of credential has.
    Anchored,
    /// A whole key block.
    Block,
}

#[derive(Clone, Copy, Debug)]
struct Candidate {
    start: usize,
    end: usize,
    rule: &'static Rule,
    confidence: Confidence,
    source: Source,
}

/// Times the same rule may match inside its own last match. Overlapping
/// candidates are legitimate, thousands of them are an attack on our time.
const NESTED: u8 = 4;

struct Scanner<'t> {
    text: &'t str,
    bytes: &'t [u8],
    runs: Runs,
    found: Vec<Candidate>,
    /// For each rule, where its last shape ended and how often it matched inside.
    last: Vec<(usize, u8)>,
    piped: usize,
    decode: bool,
}

/// Every secret in `text`, in order, none overlapping. Offsets are bytes and
/// lie on character boundaries. Time is linear in the length of the text.
pub fn scan(text: &str) -> Vec<Match> {
    run(text, true)
}

fn run(text: &str, decode: bool) -> Vec<Match> {
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        runs: Runs::new(),
        found: Vec::new(),
        last: Vec::new(),
        piped: 0,
        decode,
    };
    gate::marks(text.as_bytes(), |mark| match mark {
        Mark::Anchor(start, anchor) => scanner.anchored(start, anchor),
        Mark::Separator(at) => {
            if let Some(found) = assign::at_separator(text, at) {
                scanner.assigned(None, found);
            }
        }
    });
    select(scanner.found)
}

impl Scanner<'_> {
    fn anchored(&mut self, start: usize, anchor: &'static Anchor) {
        let Some(rule) = RULES.get(anchor.rule) else {
            return;
        };
        if let Some(handler) = rule.handler {
            self.handled(start, anchor.text, rule, handler);
            return;
        }
        let value = start + anchor.text.len();
        let Some(end) = rule
            .shapes
            .iter()
            .find_map(|shape| shape::matches(self.bytes, value, shape, &mut self.runs))
        else {
            return;
        };
        let begin = match rule.before {
            Some(lead) => match shape::lead(self.bytes, start, lead) {
                Some(begin) => begin,
                None => return,
            },
            None if rule.anchor_outside => value,
            None => start,
        };
        let edge = if rule.anchor_outside { start } else { begin };
        if !left_edge(self.bytes, edge)
            && anchor.text.starts_with(|c: char| c.is_ascii_alphanumeric())
        {
            return;
        }
        if rule.before.is_some() && !left_edge(self.bytes, begin) {
            return;
        }
        // A token inside a longer run of its own alphabet is part of that run.
        if rule.checksum == Checksum::Jwt
            && matches!(before(self.bytes, start), b'-' | b'_' | b'.')
            && before(self.bytes, start - 1) != b':'
        {
            return;
        }
        // A few letters in the middle of a base64 blob are no prefix.
        if anchor.text.len() <= 4
            && anchor.text.bytes().all(|b| b.is_ascii_alphanumeric())
            && (matches!(before(self.bytes, begin), b'+' | b'/')
                || matches!(at(self.bytes, end), b'+' | b'/' | b'='))
        {
            return;
        }
        if self.nested(anchor.rule, begin, end) {
            return;
        }
        if !rule.near.is_empty() && !near(self.bytes, begin, end, rule.near) {
            return;
        }
        let token = range(self.bytes, begin, end);
        let body = range(
            self.bytes,
            if rule.before.is_some() { begin } else { value },
            end,
        );
        let elided = matches!(range(self.bytes, end, end + 3), b"..." | b"***")
            || range(self.bytes, end, end + 3) == "…".as_bytes();
        let confidence = match checksum::verify(rule.checksum, token, anchor.text.len()) {
            Verdict::Other => return,
            Verdict::Valid => Confidence::High,
            Verdict::Invalid => Confidence::Low,
            Verdict::Unknown if elided => return,
            Verdict::Unknown => plausible(body, rule.confidence),
        };
        let confidence = if rule.harmless {
            Confidence::Low
        } else {
            confidence
        };
        self.found.push(Candidate {
            start: begin,
            end,
            rule,
            confidence,
            source: Source::Anchored,
        });
    }

    /// Whether this rule has matched around here too often already.
    fn nested(&mut self, rule: usize, start: usize, end: usize) -> bool {
        if self.last.is_empty() {
            self.last = vec![(0, 0); RULES.len()];
        }
        let Some(last) = self.last.get_mut(rule) else {
            return false;
        };
        if start >= last.0 {
            *last = (end, 0);
            return false;
        }
        last.1 = last.1.saturating_add(1);
        last.1 > NESTED
    }

    fn handled(&mut self, start: usize, anchor: &str, rule: &'static Rule, handler: Handler) {
        let value = start + anchor.len();
        if !rule.near.is_empty() && !near(self.bytes, start, value, rule.near) {
            return;
        }
        let hit = match handler {
            Handler::Pem => {
                if let Some((end, confidence)) = pem::block(self.bytes, start, anchor.len()) {
                    self.push(
                        rule,
                        Hit {
                            start,
                            end,
                            confidence,
                        },
                        Source::Block,
                    );
                }
                return;
            }
            Handler::Ppk => {
                if let Some((start, end, confidence)) = pem::putty(self.bytes, start) {
                    self.push(
                        rule,
                        Hit {
                            start,
                            end,
                            confidence,
                        },
                        Source::Block,
                    );
                }
                return;
            }
            Handler::Url => {
                if let Some((hit, store)) = special::url(self.bytes, start) {
                    let id = if store {
                        "connection-string"
                    } else {
                        "url-credentials"
                    };
                    self.push(crate::rule::rule(id).unwrap_or(rule), hit, Source::Context);
                }
                return;
            }
            Handler::Base64Pipe => {
                self.base64_pipe(start);
                return;
            }
            Handler::Bearer => special::bearer(self.bytes, value),
            Handler::Basic => special::basic(self.bytes, value),
            Handler::Flag => (anchor.starts_with(' ') || left_edge(self.bytes, start))
                .then(|| special::flag(self.bytes, value, anchor))
                .flatten(),
            Handler::UserPass => special::user_flag(self.bytes, value),
            Handler::Attached => special::attached(self.bytes, value),
            Handler::NameValue => {
                if !left_edge(self.bytes, start) {
                    return;
                }
                if let Some(found) = special::name_value(self.text, value) {
                    self.assigned(Some(rule), found);
                }
                return;
            }
            Handler::EscapedEquals => {
                if let Some(found) = assign::around(self.text, start, value, b'=') {
                    self.assigned(Some(rule), found);
                }
                return;
            }
            Handler::QuotedKey => {
                if let Some(hit) = special::quoted_key(self.bytes, start) {
                    self.push(rule, hit, Source::Literal);
                }
                return;
            }
            Handler::Dsn => special::dsn(self.bytes, start),
            Handler::Call => special::call(self.text, value - 1),
            Handler::Xml => special::element(self.text, value),
            Handler::Sql => special::sql(self.bytes, value),
            Handler::Assignment => None,
        };
        if let Some(hit) = hit {
            self.push(rule, hit, Source::Context);
        }
    }

    fn push(&mut self, rule: &'static Rule, hit: Hit, source: Source) {
        self.found.push(Candidate {
            start: hit.start,
            end: hit.end,
            rule,
            confidence: hit.confidence,
            source,
        });
    }

    /// One level of base64 in front of `base64 -d`.
    fn base64_pipe(&mut self, start: usize) {
        if !self.decode {
            return;
        }
        let Some((from, to, decoded)) = special::piped(self.bytes, start, self.piped) else {
            return;
        };
        self.piped = start;
        let inner = run(&decoded, false);
        let Some(best) = inner.iter().max_by_key(|m| m.confidence) else {
            return;
        };
        if let Some(rule) = rule(best.rule) {
            let hit = Hit {
                start: from,
                end: to,
                confidence: best.confidence,
            };
            self.push(rule, hit, Source::Named);
        }
    }

    /// Judges a value by its name; `place` is the rule of the place it stands in.
    fn assigned(&mut self, place: Option<&'static Rule>, found: Assignment<'_>) {
        let value = range(self.bytes, found.start, found.end);
        let hit = |confidence| Hit {
            start: found.start,
            end: found.end,
            confidence,
        };
        if let Some((rule, confidence)) = named(found.name, value) {
            self.push(rule, hit(confidence), Source::Named);
            return;
        }
        let generic = match found.kind {
            Kind::Password => "password-assignment",
            Kind::Secret | Kind::Key => "secret-assignment",
        };
        if let (Some(rule), Some(confidence)) = (
            place.or_else(|| rule(generic)),
            judge(found.kind, found.name, value, found.form),
        ) {
            self.push(rule, hit(confidence), Source::Context);
        }
    }
}

/// What a well-formed value without a checksum is worth.
fn plausible(body: &[u8], confidence: Confidence) -> Confidence {
    if example_body(body) || !varied(body) || wordiness(body) > 60 {
        Confidence::Low
    } else {
        confidence
    }
}

/// The rule of the provider a name belongs to, when the value has its shape.
fn named(name: &str, value: &[u8]) -> Option<(&'static Rule, Confidence)> {
    if value.len() < 8 || placeholder(value) {
        return None;
    }
    let folded: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    RULES
        .iter()
        .filter(|r| r.names.iter().any(|n| folded.contains(n)))
        .find_map(|rule| {
            let mut runs = Runs::new();
            let fits = rule
                .shapes
                .iter()
                .any(|shape| shape::matches(value, 0, shape, &mut runs) == Some(value.len()));
            fits.then(|| (rule, plausible(value, rule.confidence)))
        })
}

/// Whether one of `words` stands within reach of the value.
fn near(bytes: &[u8], start: usize, end: usize, words: &[&str]) -> bool {
    let around = range(bytes, start.saturating_sub(200), end + 60);
    words
        .iter()
        .any(|word| contains_folded(around, word.as_bytes()))
}

/// Resolves overlaps: the better informed candidate wins, then the longer one.
fn select(mut found: Vec<Candidate>) -> Vec<Match> {
    found.sort_by_key(|c| {
        (
            std::cmp::Reverse(c.source),
            std::cmp::Reverse(c.end - c.start),
            std::cmp::Reverse(c.confidence),
            c.start,
            c.rule.id,
        )
    });
    let mut kept: std::collections::BTreeMap<usize, Candidate> = std::collections::BTreeMap::new();
    for candidate in found {
        if candidate.start >= candidate.end {
            continue;
        }
        let overlaps: Vec<usize> = kept
            .range(..candidate.end)
            .rev()
            .take_while(|(_, k)| k.end > candidate.start)
            .map(|(start, _)| *start)
            .collect();
        // A low finding may speak for the value it fills, not for a longer one.
        let outgrown = !overlaps.is_empty()
            && candidate.confidence > Confidence::Low
            && overlaps.iter().all(|start| {
                kept.get(start).is_some_and(|k| {
                    k.confidence == Confidence::Low
                        && candidate.end - candidate.start > k.end - k.start + 8
                })
            });
        if overlaps.is_empty() || outgrown {
            for start in overlaps {
                kept.remove(&start);
            }
            kept.insert(candidate.start, candidate);
        }
    }
    kept.into_values()
        .map(|c| Match {
            rule: c.rule.id,
            provider: c.rule.provider,
            start: c.start,
            end: c.end,
            confidence: c.confidence,
        })
        .collect()
}

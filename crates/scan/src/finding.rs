//! What was found, where, and what of it may be shown.

use palisade_core::{Confidence, Severity};
use palisade_secrets::{FingerprintKey, Match, fingerprint, rule, scan};
use serde::Serialize;

use crate::{Allowed, Piece};

/// Bytes of a line that are shown, to either side of where a secret begins.
const SHOWN: usize = 120;
/// Bytes of a line in which a comment about it is looked for.
const COMMENT: usize = 2048;

/// How to look.
#[derive(Clone, Debug)]
pub struct Options {
    /// Findings below it are left out.
    pub least: Confidence,
    /// The key of fingerprints.
    pub key: FingerprintKey,
    /// Today, `2026-11-27`, for what is allowed until a day.
    pub today: String,
    /// The values themselves are shown.
    pub show_secrets: bool,
}

/// A commit a secret is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Commit {
    /// Its full name.
    pub id: String,
    /// Who wrote it.
    pub author: String,
    /// When, as in RFC 3339.
    pub date: String,
}

/// A secret and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Secret {
    /// Identifier of the rule.
    pub rule: &'static str,
    /// Who issues it.
    pub provider: &'static str,
    /// What it is.
    pub description: &'static str,
    /// How bad it is when it leaks.
    pub severity: Severity,
    /// How sure we are.
    pub confidence: Confidence,
    /// File, or what stands for one.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in characters.
    pub column: u32,
    /// Line of its end.
    pub end_line: u32,
    /// Column after its end.
    pub end_column: u32,
    /// The line it begins on, with placeholders for secrets.
    pub excerpt: String,
    /// The same secret under the same rule has the same one, wherever it stands.
    pub fingerprint: String,
    /// The value, when it is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// The object that holds it, in a history.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// The oldest commit that has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Commit>,
    /// The newest commit whose file has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Commit>,
}

/// What was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Files, objects or messages.
    pub pieces: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Left out because they are no text.
    pub binary: u64,
    /// Findings somebody answers for.
    pub allowed: u64,
}

impl Tally {
    /// Both together.
    pub fn add(&mut self, other: Self) {
        self.pieces += other.pieces;
        self.bytes += other.bytes;
        self.binary += other.binary;
        self.allowed += other.allowed;
    }
}

/// The result of a scan.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// What was found, by path and place.
    pub secrets: Vec<Secret>,
    /// What was looked at.
    pub tally: Tally,
    /// Files that everybody may change, with their modes.
    pub open: Vec<String>,
    /// What could not be looked at, with the reason. The scan is not whole.
    pub missed: Vec<String>,
    /// What people should know beside.
    pub notes: Vec<String>,
}

impl Outcome {
    /// Takes over what another part of the scan found.
    pub fn add(&mut self, other: Self) {
        self.secrets.extend(other.secrets);
        self.tally.add(other.tally);
        self.open.extend(other.open);
        self.missed.extend(other.missed);
        self.notes.extend(other.notes);
    }

    /// By path and place, without repetition.
    pub fn sort(&mut self) {
        self.secrets.sort_by(|a, b| {
            let key = |s: &Secret| (s.path.clone(), s.line, s.column, s.rule, s.object.clone());
            key(a).cmp(&key(b))
        });
        self.open.sort();
        self.missed.sort();
        self.notes.sort();
        self.notes.dedup();
    }

    /// Looks at one whole piece.
    pub fn look(&mut self, path: &str, bytes: &[u8], options: &Options) {
        self.tally.pieces += 1;
        self.tally.bytes += bytes.len() as u64;
        match Piece::of(bytes) {
            None => self.tally.binary += 1,
            Some(piece) => self.window(path, &piece, (0, usize::MAX), options),
        }
    }

    /// Looks at a window that begins after `before` lines; secrets that begin at
    /// or after the byte `end` belong to the next one.
    pub(crate) fn window(
        &mut self,
        path: &str,
        piece: &Piece<'_>,
        (before, end): (u32, usize),
        options: &Options,
    ) {
        let matches = scan(&piece.text);
        let mut places = piece.places();
        for (index, m) in matches.iter().enumerate() {
            let Some(value) = piece.text.get(m.start..m.end) else {
                continue;
            };
            if m.confidence < options.least || m.start >= end {
                continue;
            }
            let from = places.of(m.start);
            let line = from.0.saturating_add(before);
            let (_, around) = piece.line(m.start, COMMENT);
            if let Some(allowed) = Allowed::of(around).filter(|a| a.covers(m.rule)) {
                match allowed.lacks(&options.today) {
                    None => {
                        self.tally.allowed += 1;
                        continue;
                    }
                    Some(why) => self.notes.push(format!(
                        "{path}:{line}: `palisade:allow` does not count: {why}"
                    )),
                }
            }
            let to = places.of(m.end);
            let Some(known) = rule(m.rule) else { continue };
            self.secrets.push(Secret {
                rule: m.rule,
                provider: m.provider,
                description: known.description,
                severity: known.severity,
                confidence: m.confidence,
                path: path.to_owned(),
                line,
                column: from.1,
                end_line: to.0.saturating_add(before),
                end_column: to.1,
                excerpt: excerpt(piece, &matches, index, options.show_secrets),
                fingerprint: fingerprint(&options.key, &format!("{}\0{value}", m.rule)),
                secret: options.show_secrets.then(|| value.to_owned()),
                object: None,
                first: None,
                last: None,
            });
        }
    }
}

/// The line around a match, with every secret on it replaced.
fn excerpt(piece: &Piece<'_>, matches: &[Match], index: usize, show: bool) -> String {
    let Some(own) = matches.get(index) else {
        return String::new();
    };
    // What stands behind the secret is shown, not what is inside of it.
    let inside = own.end.saturating_sub(own.start).min(4 * SHOWN);
    let (start, line) = piece.line(own.start, SHOWN + inside);
    let end = start + line.len();
    let mut out = String::new();
    let mut at = start;
    let first = (0..index)
        .rev()
        .take_while(|i| matches.get(*i).is_some_and(|m| m.end > start))
        .last()
        .unwrap_or(index);
    let on_it = matches.iter().skip(first).take_while(|m| m.start < end);
    for m in on_it.filter(|_| !show) {
        out.push_str(piece.text.get(at..m.start.max(at)).unwrap_or_default());
        out.push_str(&format!("[{}]", m.rule));
        at = m.end.clamp(at, end);
    }
    out.push_str(piece.text.get(at..end).unwrap_or_default());
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    out.trim().chars().map(clean).collect()
}

//! A rule as data, and the tables the build script made of `rules/secrets`.

use palisade_core::{Confidence, Severity};

/// One kind of credential.
#[derive(Debug)]
pub struct Rule {
    /// Stable identifier, used in findings and placeholders.
    pub id: &'static str,
    /// Who issues it.
    pub provider: &'static str,
    /// What it is, in one line.
    pub description: &'static str,
    /// How bad it is when it leaks.
    pub severity: Severity,
    pub(crate) confidence: Confidence,
    pub(crate) before: Option<Lead>,
    pub(crate) shapes: &'static [&'static [Segment]],
    pub(crate) anchor_outside: bool,
    pub(crate) checksum: Checksum,
    pub(crate) near: &'static [&'static str],
    pub(crate) names: &'static [&'static str],
    pub(crate) handler: Option<Handler>,
    pub(crate) harmless: bool,
}

/// A run of one class directly in front of an anchor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lead {
    pub(crate) class: usize,
    pub(crate) min: u16,
    pub(crate) max: u16,
}

/// A part of a shape.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Segment {
    Literal {
        text: &'static str,
        optional: bool,
    },
    Run {
        class: usize,
        min: u16,
        max: u16,
        optional: bool,
    },
}

/// What a provider publishes about the inside of its credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checksum {
    None,
    /// GitHub, npm: the last six characters are the base62 CRC-32 of the
    /// characters between the prefix and them.
    Crc32Base62,
    /// GitLab: the last seven characters are the base36 CRC-32 of all others.
    GitlabRoutable,
    /// Grafana: the last eight characters are the CRC-32 of all before the
    /// final underscore, little endian, in hexadecimal.
    GrafanaCrc32,
    /// AWS: the identifier holds the account number in base32.
    AwsKeyId,
    /// age and nostr: Bech32.
    Bech32,
    /// JSON Web Token: a JSON header with an algorithm.
    Jwt,
}

/// Matchers that are code because their shape is not one run after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handler {
    /// `-----BEGIN … PRIVATE KEY-----` to its end.
    Pem,
    /// PuTTY's own key file format.
    Ppk,
    /// `scheme://user:password@host`.
    Url,
    /// `Bearer …` in a header.
    Bearer,
    /// `Basic …` in a header.
    Basic,
    /// `--password …` with a space.
    Flag,
    /// `-u user:password`.
    UserPass,
    /// `-phunter2`: the value sticks to the flag.
    Attached,
    /// `ENV NAME value`.
    NameValue,
    /// `NAME\u003dvalue`, `NAME%3Dvalue`.
    EscapedEquals,
    /// `user:password@tcp(host)`.
    Dsn,
    /// `"sk-…"` without a name.
    QuotedKey,
    /// `setPassword("…")`.
    Call,
    /// `<password>…</password>`.
    Xml,
    /// `IDENTIFIED BY '…'`.
    Sql,
    /// `echo … | base64 -d`.
    Base64Pipe,
    /// Emitted by the assignment tokenizer; it has no anchors.
    Assignment,
}

/// A literal that may begin (or sit in) a credential.
#[derive(Debug)]
pub(crate) struct Anchor {
    pub(crate) text: &'static str,
    /// Where in `text` the three bytes stand that the gate looks for.
    pub(crate) offset: usize,
    pub(crate) rule: usize,
}

pub(crate) use table::{ANCHORS, CLASS_COUNT, CLASSES, DIRECTORY, GATE, RULES, WINDOWS};

#[allow(
    clippy::unreadable_literal,
    clippy::wildcard_imports,
    reason = "generated from rules/secrets"
)]
mod table {
    use super::*;

    include!(concat!(env!("OUT_DIR"), "/rules.rs"));
}

/// Every rule, in a stable order.
pub fn rules() -> &'static [Rule] {
    RULES
}

/// The rule with this identifier.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|r| r.id == id)
}

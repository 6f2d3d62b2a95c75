//! The scanner as its users see it.

#![allow(
    clippy::string_slice,
    reason = "a wrong slice fails the test, which is what it is for"
)]

mod acceptance;
mod config;
mod examples;
mod negatives;
mod properties;

use palisade_secrets::{Confidence, Match, scan};

/// Matches that matter: medium and high.
fn serious(text: &str) -> Vec<Match> {
    scan(text)
        .into_iter()
        .filter(|m| m.confidence > Confidence::Low)
        .collect()
}

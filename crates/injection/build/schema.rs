//! The shape of the rule files.

use std::collections::BTreeMap;

use serde::Deserialize;

/// `words.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    pub class: Vec<Class>,
}

/// A class of words, by language.
#[derive(Debug, Deserialize)]
pub(crate) struct Class {
    pub id: String,
    #[serde(flatten)]
    pub words: BTreeMap<String, Vec<String>>,
}

/// `signals.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Signals {
    pub rule: Vec<Rule>,
}

/// One rule as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// Stable identifier.
    pub id: String,
    /// What it speaks for; rules of one signal do not add up.
    pub signal: String,
    /// How much.
    pub points: u8,
    /// Completes "the text …", for people.
    pub why: String,
    /// Rows of classes.
    pub patterns: Vec<String>,
    /// Classes that must not stand between the first and the last.
    #[serde(default)]
    pub within: Vec<String>,
    /// Not behind a negation.
    #[serde(default)]
    pub negatable: bool,
    /// Texts that fire.
    pub examples: Vec<String>,
    /// Texts that do not.
    pub counter_examples: Vec<String>,
}

//! The shape of a rule file.

use serde::Deserialize;

/// One file: the rules of one family of providers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub rule: Vec<Rule>,
}

/// One rule as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// Stable identifier, kebab case.
    pub id: String,
    /// Who issues the credential.
    pub provider: String,
    /// What it is, one line.
    pub description: String,
    /// info, low, medium, high, critical.
    pub severity: String,
    /// Confidence of a well-formed value when no checksum decides: medium or high.
    #[serde(default = "high")]
    pub confidence: String,
    /// Literals one of which every value holds, case sensitive.
    #[serde(default)]
    pub anchors: Vec<String>,
    /// One run of characters in front of the anchor that belongs to the value.
    pub before: Option<String>,
    /// What follows the anchor (the whole value for a rule with `names`).
    #[serde(default)]
    pub shape: Vec<String>,
    /// Alternatives to `shape`, tried in order.
    #[serde(default)]
    pub shapes: Vec<Vec<String>>,
    /// The anchor introduces the value and is not part of it.
    #[serde(default)]
    pub anchor_outside: bool,
    /// Published checksum or structure.
    #[serde(default = "none")]
    pub checksum: String,
    /// Words one of which has to stand near the value, lower case.
    #[serde(default)]
    pub near: Vec<String>,
    /// Parts of an assigned name (lower case, without separators) that give
    /// the value its meaning.
    #[serde(default)]
    pub names: Vec<String>,
    /// A hand-written matcher instead of a shape.
    pub handler: Option<String>,
    /// The value is a test credential or public by design: always low.
    #[serde(default)]
    pub harmless: bool,
    /// Texts that hold the secret, in pieces so that no scanner trips on this
    /// repository.
    pub examples: Vec<Vec<String>>,
    /// Texts in which nothing above low confidence may be found, in pieces.
    pub counter_examples: Vec<Vec<String>>,
}

fn high() -> String {
    "high".to_owned()
}

fn none() -> String {
    "none".to_owned()
}

impl Rule {
    /// The alternatives of the shape.
    pub(crate) fn alternatives(&self) -> Vec<&[String]> {
        if self.shapes.is_empty() {
            vec![self.shape.as_slice()]
        } else {
            self.shapes.iter().map(Vec::as_slice).collect()
        }
    }

    /// What can be wrong with a rule on its own.
    pub(crate) fn check(&self) -> Result<(), String> {
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.id.is_empty() || !self.id.chars().all(kebab) {
            return Err("the id is not kebab case".into());
        }
        if self.examples.is_empty() || self.counter_examples.is_empty() {
            return Err("examples and counter_examples are required".into());
        }
        if !self.shape.is_empty() && !self.shapes.is_empty() {
            return Err("shape and shapes exclude each other".into());
        }
        let has_shape = !self.shape.is_empty() || !self.shapes.is_empty();
        if self.handler.is_none() && !has_shape {
            return Err("neither shape nor handler".into());
        }
        if self.handler.is_none() && self.anchors.is_empty() == self.names.is_empty() {
            return Err("needs either anchors or names".into());
        }
        if let Some(short) = self.anchors.iter().find(|a| a.len() < 3 || !a.is_ascii()) {
            return Err(format!(
                "anchor {short:?} is shorter than three ASCII bytes"
            ));
        }
        Ok(())
    }
}

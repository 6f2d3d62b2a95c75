//! A settings file with the place of everything in it.
//!
//! Claude Code reads settings as strict JSON: a comment or a trailing comma
//! makes it ignore the whole file without a word. So a file that is not strict
//! JSON is not half understood here either; it is [`Broken`], with the line.

use jsonc_parser::ast::{ObjectProp, Value as Ast};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

/// Why the agent does not read a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct Broken {
    /// Line, from 1.
    pub line: u32,
    /// What is wrong, in a few words.
    pub message: String,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The text after the byte order mark.
    pub text: String,
    /// The file begins with a byte order mark.
    pub bom: bool,
    /// What is in it.
    pub root: Node,
}

/// One value and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Line it begins on, from 1.
    pub line: u32,
    /// First byte in [`Document::text`].
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// The value.
    pub kind: NodeKind,
}

/// The kinds of value.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as it is written.
    Number(String),
    /// A string, decoded.
    Text(String),
    /// An array.
    List(Vec<Node>),
    /// An object in the order of the file.
    Map(Vec<Member>),
}

/// One member of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The key, decoded.
    pub key: String,
    /// Line of the key.
    pub line: u32,
    /// First byte of the key.
    pub start: usize,
    /// The value.
    pub value: Node,
}

impl Document {
    /// Reads bytes the way the agent does.
    pub fn parse(bytes: &[u8]) -> Result<Self, Broken> {
        let broken = |line: usize, message: &str| Broken {
            line: u32::try_from(line.max(1)).unwrap_or(u32::MAX),
            message: message.to_owned(),
        };
        let all = std::str::from_utf8(bytes).map_err(|error| {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = String::from_utf8_lossy(before).matches('\n').count() + 1;
            broken(line, "not UTF-8")
        })?;
        let (text, bom) = match all.strip_prefix('\u{feff}') {
            Some(rest) => (rest, true),
            None => (all, false),
        };
        if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
            let message = if text.trim().is_empty() {
                "the file is empty".to_owned()
            } else if parses(text, &ParseOptions::default()) {
                "comments and trailing commas are not allowed".to_owned()
            } else {
                let message = error.to_string();
                let end = message.find(" at line").unwrap_or(message.len());
                message.get(..end).unwrap_or(&message).to_owned()
            };
            return Err(broken(error.line(), &message));
        }
        Self::build(text, bom, &strict())
    }

    /// The same for agents that accept comments and trailing commas.
    pub(crate) fn parse_lenient(bytes: &[u8]) -> Result<Self, Broken> {
        /// As deep as the strict reader goes.
        const DEPTH: usize = 128;
        let refused = match Self::parse(bytes) {
            Ok(document) => return Ok(document),
            Err(broken) => broken,
        };
        let Ok(all) = std::str::from_utf8(bytes) else {
            return Err(refused);
        };
        let (text, bom) = match all.strip_prefix('\u{feff}') {
            Some(rest) => (rest, true),
            None => (all, false),
        };
        let mut depth = 0_usize;
        let too_deep = text.bytes().any(|b| {
            match b {
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth > DEPTH
        });
        let options = ParseOptions {
            allow_comments: true,
            allow_trailing_commas: true,
            ..strict()
        };
        if too_deep || !parses(text, &options) {
            return Err(refused);
        }
        Self::build(text, bom, &options)
    }

    fn build(text: &str, bom: bool, options: &ParseOptions) -> Result<Self, Broken> {
        let lines = Lines::of(text);
        let parsed = parse_to_ast(text, &CollectOptions::default(), options);
        let root = parsed
            .ok()
            .and_then(|result| result.value)
            .map(|value| lines.node(&value))
            .ok_or_else(|| Broken {
                line: 1,
                message: "cannot be located".to_owned(),
            })?;
        Ok(Self {
            text: text.to_owned(),
            bom,
            root,
        })
    }
}

fn parses(text: &str, options: &ParseOptions) -> bool {
    parse_to_ast(text, &CollectOptions::default(), options).is_ok()
}

const fn strict() -> ParseOptions {
    ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    fn at(&self, offset: usize) -> u32 {
        let before = self.0.partition_point(|newline| *newline < offset);
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }

    /// The parser caps the depth.
    fn node(&self, value: &Ast<'_>) -> Node {
        let range = value.range();
        let kind = match value {
            Ast::NullKeyword(_) => NodeKind::Null,
            Ast::BooleanLit(lit) => NodeKind::Bool(lit.value),
            Ast::NumberLit(lit) => NodeKind::Number(lit.value.to_owned()),
            Ast::StringLit(lit) => NodeKind::Text(lit.value.clone().into_owned()),
            Ast::Array(array) => {
                NodeKind::List(array.elements.iter().map(|e| self.node(e)).collect())
            }
            Ast::Object(object) => {
                NodeKind::Map(object.properties.iter().map(|p| self.member(p)).collect())
            }
        };
        Node {
            line: self.at(range.start),
            start: range.start,
            end: range.end,
            kind,
        }
    }

    fn member(&self, property: &ObjectProp<'_>) -> Member {
        Member {
            key: property.name.as_str().to_owned(),
            line: self.at(property.range.start),
            start: property.range.start,
            value: self.node(&property.value),
        }
    }
}

impl Node {
    /// The member with this key; of several the last, as the agent does.
    pub fn member(&self, key: &str) -> Option<&Member> {
        self.members().iter().rev().find(|m| m.key == key)
    }

    /// The value behind a path of keys.
    pub fn get(&self, path: &[&str]) -> Option<&Self> {
        let mut node = self;
        for key in path {
            node = &node.member(key)?.value;
        }
        Some(node)
    }

    /// The members of an object; none for anything else.
    pub fn members(&self) -> &[Member] {
        match &self.kind {
            NodeKind::Map(members) => members,
            _ => &[],
        }
    }

    /// The elements of an array; none for anything else.
    pub fn items(&self) -> &[Self] {
        match &self.kind {
            NodeKind::List(items) => items,
            _ => &[],
        }
    }

    /// The text of a string.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value is `true`.
    pub fn is_true(&self) -> bool {
        self.kind == NodeKind::Bool(true)
    }

    /// The value is `false`.
    pub fn is_false(&self) -> bool {
        self.kind == NodeKind::Bool(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_line_of_everything() {
        let text = "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": [true,\n      \"x\"]\n  }\n}\n";
        let doc = Document::parse(text.as_bytes()).unwrap();
        assert_eq!(doc.root.member("b").unwrap().line, 3);
        let list = doc.root.get(&["b", "c"]).unwrap();
        assert_eq!((list.line, list.items()[1].line), (4, 5));
        assert_eq!(
            text.get(list.start..list.end).unwrap(),
            "[true,\n      \"x\"]"
        );
        assert_eq!(list.items()[1].text(), Some("x"));
    }

    #[test]
    fn the_last_of_two_keys_counts() {
        let doc = Document::parse(b"{\"a\":1,\"a\":2}").unwrap();
        assert_eq!(
            doc.root.get(&["a"]).unwrap().kind,
            NodeKind::Number("2".into())
        );
    }

    #[test]
    fn says_why_the_agent_ignores_a_file() {
        for (text, line, message) in [
            ("", 1, "the file is empty"),
            ("\n \n", 1, "the file is empty"),
            (
                "{\n  // no\n  \"a\": 1\n}",
                2,
                "comments and trailing commas are not allowed",
            ),
            (
                "{\n  \"a\": 1,\n}",
                3,
                "comments and trailing commas are not allowed",
            ),
            ("{\n  \"a\": \n", 3, "EOF while parsing a value"),
        ] {
            let broken = Document::parse(text.as_bytes()).unwrap_err();
            assert_eq!(broken.message, message, "{text:?}");
            if !text.trim().is_empty() {
                assert_eq!(broken.line, line, "{text:?}");
            }
        }
        assert_eq!(Document::parse(b"{}\n\xff").unwrap_err().line, 2);
        assert!(Document::parse("\u{feff}{}".as_bytes()).unwrap().bom);
        assert!(Document::parse("[".repeat(100_000).as_bytes()).is_err());
    }
}

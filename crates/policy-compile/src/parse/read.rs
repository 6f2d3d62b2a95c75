//! Taking values out of a TOML tree, strictly, with their places.

use std::ops::Range;

use palisade_policy::SourceRef;
use toml_edit::{Item, TableLike, Value};

use crate::diagnostics::{Diagnostic, Level};
use crate::suggest::closest;
use crate::text::Text;

/// Where something is in the file, in bytes.
pub(crate) type Place = Range<usize>;

/// The place of an item; the beginning of the file when it has none.
pub(crate) fn place_of(item: &Item) -> Place {
    item.span().unwrap_or_default()
}

/// Collects what is wrong while values are taken out.
pub(crate) struct Reader<'t> {
    text: &'t Text,
    pub(crate) found: Vec<Diagnostic>,
}

impl<'t> Reader<'t> {
    pub(crate) const fn new(text: &'t Text) -> Self {
        Self {
            text,
            found: Vec::new(),
        }
    }

    pub(crate) fn source(&self, place: &Place) -> SourceRef {
        self.text.source(place)
    }

    pub(crate) fn error(
        &mut self,
        place: Place,
        message: impl Into<String>,
        label: impl Into<String>,
        help: Option<String>,
    ) {
        let found = Diagnostic::at(Level::Error, self.text, place, message, label);
        self.found.push(found.with_help(help));
    }

    pub(crate) fn wrong_type(&mut self, place: Place, wanted: &str) {
        self.error(place, format!("this has to be {wanted}"), "", None);
    }

    /// A word that is none of the known ones.
    pub(crate) fn no_such(&mut self, what: &str, word: &str, known: &[&str], place: Place) {
        let help = match closest(word, known) {
            Some(near) => Some(format!("did you mean `{near}`?")),
            None if known.len() <= 8 => Some(format!("one of: {}", known.join(", "))),
            None => None,
        };
        self.error(place, format!("there is no {what} `{word}`"), "", help);
    }

    /// Objects to every key that is not known.
    pub(crate) fn known_keys(&mut self, table: &dyn TableLike, known: &[&str], where_: &str) {
        for (key, item) in table.iter() {
            if !known.contains(&key) {
                let help = match closest(key, known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known here: {}", known.join(", ")),
                };
                let place = Self::key_place(table, key, item);
                self.error(
                    place,
                    format!("unknown key `{key}` in {where_}"),
                    "",
                    Some(help),
                );
            }
        }
    }

    /// The place of a key, or of its value when the key has none.
    pub(crate) fn key_place(table: &dyn TableLike, key: &str, item: &Item) -> Place {
        table
            .key(key)
            .and_then(toml_edit::Key::span)
            .unwrap_or_else(|| place_of(item))
    }

    pub(crate) fn string_of(&mut self, t: &dyn TableLike, key: &str) -> Option<(String, Place)> {
        let item = t.get(key)?;
        let place = place_of(item);
        match item.as_str() {
            Some(text) => Some((text.to_owned(), place)),
            None => {
                self.wrong_type(place, "a string");
                None
            }
        }
    }

    /// A string or a list of strings.
    pub(crate) fn strings_of(&mut self, t: &dyn TableLike, key: &str) -> Vec<(String, Place)> {
        let Some(item) = t.get(key) else {
            return Vec::new();
        };
        if let Some(text) = item.as_str() {
            return vec![(text.to_owned(), place_of(item))];
        }
        let Some(array) = item.as_array() else {
            self.wrong_type(place_of(item), "a string or a list of strings");
            return Vec::new();
        };
        let mut out = Vec::with_capacity(array.len());
        for value in array {
            let place = value.span().unwrap_or_default();
            match value.as_str() {
                Some(text) => out.push((text.to_owned(), place)),
                None => self.wrong_type(place, "a string"),
            }
        }
        out
    }

    pub(crate) fn table_of<'i>(
        &mut self,
        t: &'i dyn TableLike,
        key: &str,
    ) -> Option<(&'i dyn TableLike, Place)> {
        let item = t.get(key)?;
        let place = Self::key_place(t, key, item);
        match item.as_table_like() {
            Some(table) => Some((table, place)),
            None => {
                self.wrong_type(place, &format!("a table, `[{key}]`"));
                None
            }
        }
    }

    /// `[[key]]` tables, or a list of inline tables.
    pub(crate) fn tables_of<'i>(
        &mut self,
        t: &'i dyn TableLike,
        key: &str,
    ) -> Vec<(&'i dyn TableLike, Place)> {
        let Some(item) = t.get(key) else {
            return Vec::new();
        };
        if let Some(tables) = item.as_array_of_tables() {
            return tables
                .iter()
                .map(|t| (t as &dyn TableLike, t.span().unwrap_or_default()))
                .collect();
        }
        if let Some(array) = item.as_array() {
            let mut out = Vec::with_capacity(array.len());
            for value in array {
                let place = value.span().unwrap_or_default();
                match value {
                    Value::InlineTable(table) => out.push((table as &dyn TableLike, place)),
                    _ => self.wrong_type(place, "a table"),
                }
            }
            return out;
        }
        let place = Self::key_place(t, key, item);
        self.wrong_type(place, &format!("a list of tables, `[[{key}]]`"));
        Vec::new()
    }
}

//! Imported rules as lines of a policy file.

use std::fmt;

use palisade_core::Verdict;
use palisade_policy::Column;
use toml_edit::{
    Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TomlError, Value, value,
};

use super::{Imported, New};
use crate::SCHEMA;

impl fmt::Display for New {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(pattern, access) => write!(f, "path {pattern} ({access})"),
            Self::Host(pattern, _) => write!(f, "host {pattern}"),
            Self::Mcp(server, tool) => write!(f, "mcp {server} {tool}"),
            Self::Program(name) => write!(f, "program {name}"),
            Self::Command(pattern) => write!(f, "command {pattern}"),
        }
    }
}

impl New {
    const fn section(&self) -> &'static str {
        match self {
            Self::Path(..) => "paths",
            Self::Host(..) => "hosts",
            Self::Mcp(..) => "mcp",
            Self::Program(..) => "programs",
            Self::Command(..) => "commands",
        }
    }

    fn table(&self, verdict: Verdict) -> Table {
        let mut t = Table::new();
        match self {
            Self::Path(pattern, access) => {
                t.insert("pattern", value(pattern));
                t.insert("access", value(*access));
            }
            Self::Host(pattern, methods) => {
                t.insert("pattern", value(pattern));
                if !methods.is_empty() {
                    t.insert("methods", value(methods.iter().copied().collect::<Array>()));
                }
            }
            Self::Mcp(server, tool) => {
                t.insert("server", value(server));
                t.insert("tool", value(tool));
            }
            Self::Program(name) => {
                t.insert("name", value(name));
            }
            Self::Command(pattern) => {
                t.insert("pattern", value(pattern));
            }
        }
        t.insert("verdict", value(verdict.as_str()));
        t
    }
}

impl Imported {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.rules.is_empty()
    }

    /// `text` with what was imported added to it; a whole file when `text` is
    /// empty. What stands there already stays, and is not repeated.
    ///
    /// # Errors
    /// When `text` is not TOML.
    pub fn add_to(&self, text: &str) -> Result<String, TomlError> {
        let mut document: DocumentMut = text.parse()?;
        if !document.contains_key("schema") {
            document.insert("schema", value(SCHEMA));
        }
        if !self.rows.is_empty() {
            let rows = document
                .entry("rows")
                .or_insert_with(|| Item::Table(Table::new()));
            if let Some(rows) = rows.as_table_like_mut() {
                for (id, cells) in &self.rows {
                    if !rows.contains_key(id.id()) {
                        rows.insert(id.id(), Item::Value(row(*cells)));
                    }
                }
            }
        }
        for (rule, verdict, from) in &self.rules {
            let mut table = rule.table(*verdict);
            let list = document
                .entry(rule.section())
                .or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
            let Some(list) = list.as_array_of_tables_mut() else {
                continue;
            };
            let same = |t: &Table| {
                t.len() == table.len()
                    && t.iter().all(|(key, item)| {
                        table.get(key).map(|i| i.to_string().trim().to_owned())
                            == Some(item.to_string().trim().to_owned())
                    })
            };
            if list.iter().any(same) {
                continue;
            }
            let comment: String = from.chars().filter(|c| !c.is_control()).collect();
            table.decor_mut().set_prefix(format!("\n# {comment}\n"));
            list.push(table);
        }
        Ok(document.to_string())
    }
}

/// `"deny"` where all columns are meant, else the columns by name.
fn row(cells: [Option<Verdict>; 3]) -> Value {
    let mut out = InlineTable::new();
    for (cell, column) in cells.into_iter().zip(Column::ALL) {
        if let Some(verdict) = cell {
            out.insert(column.as_str(), verdict.as_str().into());
        }
    }
    Value::InlineTable(out)
}

//! The table for people.

use std::fmt::Write as _;

use palisade_core::{Mode, Profile, Verdict};
use palisade_policy::{Column, RowId, SourceRef, Table};
use serde::Serialize;

/// One row as it is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownRow {
    /// Identifier.
    pub id: &'static str,
    /// The heading it belongs under.
    pub group: &'static str,
    /// What it covers.
    pub text: &'static str,
    /// Inside the workspace.
    pub inside: Verdict,
    /// Elsewhere.
    pub elsewhere: Verdict,
    /// In production.
    pub production: Verdict,
    /// Its mode, its own or that of the table.
    pub mode: Mode,
    /// Where it comes from; the first place that is a file, if any is.
    pub source: String,
}

/// Every row of a table, in the order of the reference.
pub fn show(table: &Table) -> Vec<ShownRow> {
    table
        .rows
        .iter()
        .map(|(id, row)| {
            let sources = Column::ALL.map(|c| row.source(c));
            let file = sources
                .into_iter()
                .flatten()
                .find(|s| matches!(s, SourceRef::File { .. }));
            let source = file.or_else(|| sources.into_iter().flatten().next());
            ShownRow {
                id: id.id(),
                group: id.group().title(),
                text: id.text(),
                inside: row.verdict(Column::Inside),
                elsewhere: row.verdict(Column::Elsewhere),
                production: row.verdict(Column::Production),
                mode: row.mode.unwrap_or(table.mode),
                source: source.map_or_else(String::new, ToString::to_string),
            }
        })
        .collect()
}

/// The rows of the default policy as Markdown: one table per heading.
pub fn rows_markdown() -> String {
    let table = Table::builtin(Profile::Standard);
    let mut out = String::new();
    let mut heading = None;
    for (id, row) in &table.rows {
        let group = RowId::group(*id);
        if heading != Some(group) {
            heading = Some(group);
            write!(
                out,
                "\n### {}\n\n| row | what it covers | inside | elsewhere | production |\n|---|---|---|---|---|\n",
                group.title()
            )
            .ok();
        }
        let [inside, elsewhere, production] = Column::ALL.map(|c| row.verdict(c).as_str());
        writeln!(
            out,
            "| `{id}` | {} | {inside} | {elsewhere} | {production} |",
            id.text()
        )
        .ok();
    }
    out
}

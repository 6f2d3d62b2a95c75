//! `palisade policy explain`: one rule, and everybody who speaks about it.

use clap::Args;
use palisade_guard::Places;
use palisade_policy::{ALTERNATIVES, Column, RowId};
use serde_json::json;

use crate::args::{Dir, Format, Output};
use crate::error::{Error, Outcome};
use crate::output::{self, BOLD, DIM, paint};
use crate::text;

/// Explain one rule: what it covers, what it says here, who says so
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  palisade policy explain git.force-push\n  palisade policy explain file.write --format json"
)]
pub(crate) struct Explain {
    /// The rule, as a denial names it
    rule: String,
    #[command(flatten)]
    dir: Dir,
    #[command(flatten)]
    output: Output,
}

impl Explain {
    pub(super) fn run(self, places: &Places) -> Result<Outcome, Error> {
        let Some(id) = RowId::from_id(&self.rule) else {
            return Err(Error::Other(unknown(&self.rule)));
        };
        let workspace = crate::command::workspace(self.dir.dir.as_deref(), &places.home)?;
        let table = palisade_guard::load(places, &workspace).table;
        let row = table.rows.get(&id).cloned().unwrap_or_default();
        let mode = row.mode.unwrap_or(table.mode);
        let instead = ALTERNATIVES.iter().find(|a| a.row == id);
        let second = (
            table.approvals.second_anywhere.contains(&id),
            table.approvals.second_in_production.contains(&id),
        );
        if self.output.format == Format::Json {
            let statements: Vec<_> = row
                .statements
                .iter()
                .map(|s| {
                    json!({
                        "layer": s.layer.as_str(),
                        "source": s.source.to_string(),
                        "inside": s.cell(Column::Inside),
                        "elsewhere": s.cell(Column::Elsewhere),
                        "production": s.cell(Column::Production),
                    })
                })
                .collect();
            output::json(&json!({
                "rule": id.id(),
                "covers": id.text(),
                "inside": row.verdict(Column::Inside),
                "elsewhere": row.verdict(Column::Elsewhere),
                "production": row.verdict(Column::Production),
                "mode": mode,
                "second_person": {"anywhere": second.0, "production": second.1},
                "statements": statements,
                "instead": instead.map(|a| json!({"text": a.text, "command": a.command})),
            }))?;
            return Ok(Outcome::Fine);
        }
        output::hanging(2, format_args!("{}  {}\n", paint(BOLD, id.id()), id.text()))?;
        for column in Column::ALL {
            let verdict = row.verdict(column);
            let asked_of = match (verdict.as_str(), column, second) {
                ("ask", _, (true, _)) | ("ask", Column::Production, (_, true)) => {
                    ", of a second person"
                }
                _ => "",
            };
            let source = row
                .source(column)
                .map_or_else(String::new, ToString::to_string);
            output::line(format_args!(
                "  {:<11} {}{asked_of}   {}",
                column.as_str(),
                paint(output::verdict(verdict), verdict.as_str()),
                paint(DIM, text::plain(&source))
            ))?;
        }
        output::line(format_args!("  {:<11} {}", "mode", mode.as_str()))?;
        if let Some(instead) = instead {
            let command = instead
                .command
                .map_or_else(String::new, |c| format!(":  {c}"));
            output::hanging(
                14,
                format_args!("  {:<11} {}{command}", "instead", instead.text),
            )?;
        }
        if row.statements.len() > 1 {
            output::line(format_args!("\n{}", paint(BOLD, "Who speaks about it")))?;
            for s in &row.statements {
                let cells = Column::ALL.map(|c| s.cell(c).map_or("–", |v| v.as_str()));
                output::hanging(
                    15,
                    format_args!(
                        "  {:<12} {}   {}",
                        s.layer.as_str(),
                        cells.join(", "),
                        paint(DIM, text::plain(&s.source.to_string()))
                    ),
                )?;
            }
        }
        Ok(Outcome::Fine)
    }
}

fn unknown(rule: &str) -> String {
    let rule = text::plain(rule);
    let near: Vec<&str> = RowId::ALL
        .iter()
        .map(|r| r.id())
        .filter(|id| id.contains(rule.as_str()) || rule.split('.').next() == id.split('.').next())
        .take(8)
        .collect();
    if near.is_empty() {
        format!("there is no rule `{rule}`; `palisade policy show` lists them")
    } else {
        format!("there is no rule `{rule}`; near it: {}", near.join(", "))
    }
}

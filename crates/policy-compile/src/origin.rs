//! What every line of the policy files says, and whether it counts.

use palisade_policy::{Column, Ignored, Layer, SourceRef, Table};
use serde::Serialize;

use crate::worded;

/// One statement of a policy file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// Whose file it is.
    pub layer: &'static str,
    /// File and line.
    pub source: String,
    /// What it is about.
    pub what: String,
    /// What it says.
    pub says: String,
    /// Why it does not count, or not everywhere; empty when it does.
    pub note: String,
}

/// Every statement of `table` that a file made, and those that were left out,
/// by layer and line.
pub fn origins(table: &Table, ignored: &[Ignored]) -> Vec<Origin> {
    let mut out = Vec::new();
    let mut add = |layer: Layer, source: &SourceRef, what: String, says: &str, note: &str| {
        if matches!(source, SourceRef::File { .. }) {
            out.push((
                layer,
                source.clone(),
                Origin {
                    layer: layer.as_str(),
                    source: source.to_string(),
                    what,
                    says: says.to_owned(),
                    note: note.to_owned(),
                },
            ));
        }
    };
    for (id, row) in &table.rows {
        for statement in &row.statements {
            let mut said = Vec::new();
            let mut weaker = Vec::new();
            for column in Column::ALL {
                let Some(verdict) = statement.cell(column) else {
                    continue;
                };
                said.push(format!("{} {}", column.as_str(), verdict.as_str()));
                if row.verdict(column) > verdict {
                    weaker.push(column.as_str());
                }
            }
            let note = if weaker.is_empty() {
                String::new()
            } else {
                format!("a stricter one counts ({})", weaker.join(", "))
            };
            add(
                statement.layer,
                &statement.source,
                id.to_string(),
                &said.join(", "),
                &note,
            );
        }
    }
    for r in worded::rules(table) {
        add(r.layer, r.source, r.what, r.verdict.as_str(), "");
    }
    for r in &table.data {
        add(r.layer, &r.source, "data".to_owned(), r.class.as_str(), "");
    }
    for g in &table.roles.given {
        let what = match &g.user {
            Some(user) => format!("role of {user}"),
            None => "the role".to_owned(),
        };
        add(g.layer, &g.source, what, g.role.as_str(), "");
    }
    for d in &table.declared {
        add(
            d.layer,
            &d.source,
            "declared use".to_owned(),
            d.deviation.as_str(),
            "",
        );
    }
    for x in &table.exemptions {
        let says = format!("lifted for {}: {}", x.owner, x.reason);
        add(
            x.layer,
            &x.source,
            format!("exemption {}", x.row),
            &says,
            "",
        );
    }
    for i in ignored {
        add(i.layer, &i.source, "no effect".to_owned(), "", &i.why);
    }
    let line = |source: &SourceRef| match source {
        SourceRef::File { path, line } => (path.clone(), *line),
        SourceRef::BuiltIn(_) => (String::new(), 0),
    };
    out.sort_by_key(|(layer, source, _)| (*layer, line(source)));
    out.into_iter().map(|(_, _, origin)| origin).collect()
}

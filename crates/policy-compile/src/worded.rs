//! The rules beside the rows, each in words.

use palisade_core::Verdict;
use palisade_policy::{Layer, SourceRef, Table};

/// A rule as people are told about it.
pub(crate) struct Worded<'t> {
    pub(crate) what: String,
    pub(crate) verdict: Verdict,
    pub(crate) layer: Layer,
    pub(crate) source: &'t SourceRef,
    /// What the words leave out.
    pub(crate) body: String,
}

/// Every rule of a table, by kind.
pub(crate) fn rules(table: &Table) -> Vec<Worded<'_>> {
    let mut out = Vec::new();
    let mut add = |what: String, verdict, layer, source| {
        out.push(Worded {
            what,
            verdict,
            layer,
            source,
            body: String::new(),
        });
    };
    for r in &table.paths {
        let what = format!("path {} ({})", r.pattern, r.access.as_str());
        add(what, r.verdict, r.layer, &r.source);
    }
    for r in &table.hosts {
        let methods = match r.methods.as_slice() {
            [] => String::new(),
            some => format!(" ({})", some.join(" ")),
        };
        let what = format!("host {}{methods}", r.pattern);
        add(what, r.verdict, r.layer, &r.source);
    }
    for r in &table.mcp {
        let what = format!("mcp {} {}", r.server, r.tool);
        add(what, r.verdict, r.layer, &r.source);
    }
    for r in &table.programs {
        add(format!("program {}", r.name), r.verdict, r.layer, &r.source);
    }
    for r in &table.commands {
        let what = format!("command {}", r.pattern);
        add(what, r.verdict, r.layer, &r.source);
    }
    for r in &table.cedar {
        out.push(Worded {
            what: format!("cedar {}", r.id),
            verdict: r.verdict,
            layer: r.layer,
            source: &r.source,
            body: format!("{:?} {:?} {:?}", r.kinds, r.when, r.mode),
        });
    }
    out
}

//! Cypher: what the clauses of a statement do to a graph.

use palisade_core::{Certainty, EffectKind};

use super::{EmbedContext, Out, Sink};
use crate::arg::Arg;
use crate::holes::is_hole;

/// One statement as the words outside of its texts, with the marks that
/// matter: a statement with a condition, a label or a property is about some.
#[derive(Default)]
struct Statement {
    words: Vec<String>,
    texts: Vec<String>,
    narrowed: bool,
}

pub(in crate::embedded) fn understand(code: &Arg, cx: &EmbedContext<'_>, sink: &mut Sink) {
    let mut out = Out::new(cx, sink);
    let text = out.holes.encode(code);
    for statement in split(&text).iter().take(1_000) {
        classify(statement, &mut out);
    }
}

/// Statements end with `;`; comments are `//` and `/* */`.
fn split(text: &str) -> Vec<Statement> {
    let mut out = vec![Statement::default()];
    let mut word = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_alphanumeric() || matches!(c, '_' | '.') || is_hole(c) {
            word.push(c.to_ascii_uppercase());
            continue;
        }
        let Some(now) = out.last_mut() else { break };
        if !word.is_empty() {
            now.words.push(std::mem::take(&mut word));
        }
        match c {
            '\'' | '"' | '`' => {
                let mut text = String::new();
                while let Some(t) = chars.next() {
                    match t {
                        '\\' => text.extend(chars.next()),
                        t if t == c => break,
                        t => text.push(t),
                    }
                }
                now.texts.push(text);
            }
            '/' if chars.peek() == Some(&'/') => while chars.next().is_some_and(|c| c != '\n') {},
            '/' if chars.peek() == Some(&'*') => {
                let mut last = ' ';
                for c in chars.by_ref() {
                    if last == '*' && c == '/' {
                        break;
                    }
                    last = c;
                }
            }
            '{' => now.narrowed = true,
            ';' => out.push(Statement::default()),
            _ => {}
        }
    }
    if let Some(last) = out.last_mut().filter(|_| !word.is_empty()) {
        last.words.push(word);
    }
    out
}

fn classify(statement: &Statement, out: &mut Out<'_>) {
    use EffectKind::{DbDestroy, DbRead, DbSchema, DbWrite};
    let words: Vec<&str> = statement.words.iter().map(String::as_str).collect();
    let Some(first) = words.iter().find(|w| !matches!(**w, "EXPLAIN" | "PROFILE")) else {
        return;
    };
    if words.first() == Some(&"EXPLAIN") {
        return;
    }
    let has = |w: &str| words.contains(&w);
    let narrowed = statement.narrowed || has("WHERE");
    if has("LOAD") && has("CSV") {
        for text in &statement.texts {
            match text.strip_prefix("file://") {
                Some(path) => out.file(EffectKind::FileRead, path),
                None if text.contains("://") => {
                    let url = crate::url::Url::split(text);
                    let e = url.effect(EffectKind::NetRead, "GET", out.cx.by, &out.holes);
                    out.push(e);
                }
                None => {}
            }
        }
    }
    let things = [
        "INDEX",
        "CONSTRAINT",
        "DATABASE",
        "USER",
        "ROLE",
        "ALIAS",
        "SERVER",
    ];
    let about_things = words.iter().take(4).any(|w| things.contains(w));
    let kind = match *first {
        "DROP" | "STOP" => DbDestroy,
        "CREATE" if about_things => DbSchema,
        "ALTER" | "GRANT" | "REVOKE" | "DENY" | "RENAME" | "START" | "ENABLE" => DbSchema,
        _ if has("DELETE") || has("SET") || has("REMOVE") => {
            if narrowed {
                DbWrite
            } else {
                DbDestroy
            }
        }
        _ if has("CREATE") || has("MERGE") || has("FOREACH") => DbWrite,
        _ if words
            .iter()
            .any(|w| w.starts_with("APOC.") || w.starts_with("DBMS.")) =>
        {
            DbWrite
        }
        _ => DbRead,
    };
    out.named(
        kind,
        &words.iter().take(4).copied().collect::<Vec<_>>().join(" "),
        Certainty::Proved,
    );
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn kinds(code: &str) -> Vec<&'static str> {
        let vars = BTreeMap::new();
        let cx = EmbedContext {
            cwd: Some("/w"),
            home: "/home/u",
            by: "cypher-shell",
            vars: &vars,
            stdin: None,
            depth: 0,
        };
        let mut sink = Sink::default();
        understand(&Arg::known(code), &cx, &mut sink);
        sink.effects.iter().map(|e| e.kind.id()).collect()
    }

    #[test]
    fn clauses() {
        for (code, expected) in [
            ("MATCH (n) RETURN count(n)", &["db.read"][..]),
            ("MATCH (n) DETACH DELETE n", &["db.destroy"]),
            ("MATCH (n:A {id: 1}) DELETE n", &["db.write"]),
            ("MATCH (n) WHERE n.id = 1 SET n.a = 2;", &["db.write"]),
            ("MATCH (n) SET n.a = 2", &["db.destroy"]),
            ("RETURN 'MATCH (n) DELETE n' // DELETE", &["db.read"]),
            ("/* DELETE */ MATCH (n) RETURN n", &["db.read"]),
            ("CREATE (n:A {id: 1})", &["db.write"]),
            ("CREATE INDEX FOR (n:A) ON (n.id)", &["db.schema"]),
            ("CREATE USER x SET PASSWORD 'y'", &["db.schema"]),
            (
                "DROP DATABASE a; MATCH (n) RETURN n",
                &["db.destroy", "db.read"],
            ),
            ("EXPLAIN MATCH (n) DELETE n", &[]),
            (
                "LOAD CSV FROM 'file:///etc/passwd' AS r RETURN r",
                &["file.read", "db.read"],
            ),
        ] {
            assert_eq!(kinds(code), expected, "{code}");
        }
    }
}

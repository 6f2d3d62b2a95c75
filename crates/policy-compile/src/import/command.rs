//! `Bash(…)`.

use palisade_core::{EffectKind, Verdict};
use palisade_policy::RowId;

use super::{Becomes, Knowledge, New};

/// Programs that are given statements as arguments.
const CLIENTS: &str = "{psql,mysql,mariadb,sqlite3,duckdb,sqlcmd,clickhouse-client,cockroach,usql}";

/// Removing whole folders, by whatever program.
const TREES: &[RowId] = &[
    RowId::FileDeleteTree,
    RowId::FileDeleteRegenerable,
    RowId::FileDeleteScript,
];

pub(super) fn import(
    argument: Option<&str>,
    verdict: Verdict,
    knowledge: &Knowledge<'_>,
) -> Becomes {
    let Some(argument) = argument else {
        return match verdict {
            Verdict::Allow => Becomes::nothing("every command: Palisade's own rules hold"),
            _ => Becomes::rules(vec![New::Command("* *".to_owned())]),
        };
    };
    let pattern = plain(argument);
    if verdict == Verdict::Allow {
        return allow(&pattern);
    }
    if let Some(text) = inner(&pattern) {
        if text.len() > 1 && text.starts_with('-') && !text.contains(' ') {
            let mut out = Becomes::rules(vec![New::Command(format!("* {text} *"))]);
            if matches!(text, "--force" | "-f") {
                out.rows.push(RowId::GitForcePush);
            }
            return out;
        }
        if let Some(statement) = statement(text) {
            return Becomes {
                note: "statements are found by what they do, in any case and through any program"
                    .to_owned(),
                rows: vec![RowId::DbDestroy],
                ..Becomes::rules(vec![New::Command(format!("{CLIENTS} * {statement} *"))])
            };
        }
    }
    let mut out = Becomes::rules(vec![New::Command(pattern.clone())]);
    out.rows = meant(&pattern, knowledge);
    out
}

/// Wildcards as policies write them: the old `:*` and one that is glued to the
/// last word stand for more words.
fn plain(argument: &str) -> String {
    if let Some(prefix) = argument.strip_suffix(":*") {
        return format!("{} *", prefix.trim_end());
    }
    match argument.strip_suffix('*') {
        Some(rest) if rest.ends_with(|c: char| c.is_alphanumeric()) && !rest.starts_with('*') => {
            format!("{rest} *")
        }
        _ => argument.to_owned(),
    }
}

/// What stands between two `*`: `*text*`, `* text *`.
fn inner(pattern: &str) -> Option<&str> {
    let text = pattern.strip_prefix('*')?;
    let text = text.strip_suffix('*').unwrap_or(text).trim();
    (!text.is_empty() && !text.contains('*')).then_some(text)
}

/// The pattern for an argument that holds a statement, for text that is one.
fn statement(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let mut words = lower.split_whitespace();
    let begins = matches!(
        (words.next()?, words.next()),
        ("drop" | "truncate", _) | ("delete", Some("from")) | ("alter", Some("table"))
    );
    begins.then(|| {
        format!(
            "*{}*",
            lower.split_whitespace().collect::<Vec<_>>().join("*")
        )
    })
}

/// An allow is about a program; what it does is still looked at.
fn allow(pattern: &str) -> Becomes {
    let words: Vec<&str> = pattern
        .split_whitespace()
        .take_while(|w| !w.contains('*') && !w.starts_with('-'))
        .collect();
    if words.is_empty() || words.iter().any(|w| w.contains(['=', '"', '\''])) {
        return Becomes::nothing("names no program; Palisade's own rules hold");
    }
    Becomes::rules(vec![New::Program(words.join(" "))])
}

/// The rows that say the same without naming the program: what python, a
/// script or another tool would do in its place.
fn meant(pattern: &str, knowledge: &Knowledge<'_>) -> Vec<RowId> {
    let example = pattern
        .split_whitespace()
        .map(|w| {
            if w == "*" {
                "x".to_owned()
            } else {
                w.replace('*', "x")
            }
        })
        .collect::<Vec<_>>()
        .join(" ");
    let mut rows = Vec::new();
    for effect in (knowledge.effects)(&example) {
        match effect.kind {
            EffectKind::FileDelete => {
                rows.extend(TREES);
                if !effect.recursive {
                    rows.extend([RowId::FileDelete, RowId::FileDeleteUncommitted]);
                }
            }
            EffectKind::FileExpose => rows.push(RowId::FileExpose),
            EffectKind::GitForcePush => rows.push(RowId::GitForcePush),
            EffectKind::GitDeleteRemote => rows.push(RowId::GitDeleteRemote),
            EffectKind::DbDestroy => rows.push(RowId::DbDestroy),
            _ => {}
        }
    }
    rows.sort_unstable();
    rows.dedup();
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        assert_eq!(plain("rm -rf:*"), "rm -rf *");
        assert_eq!(plain("git push*"), "git push *");
        assert_eq!(plain("git push *"), "git push *");
        assert_eq!(plain("*DROP*"), "*DROP*");
        assert_eq!(plain("npm test"), "npm test");
        assert_eq!(inner("*DELETE FROM*"), Some("DELETE FROM"));
        assert_eq!(inner("* --force *"), Some("--force"));
        assert_eq!(statement("DELETE FROM").as_deref(), Some("*delete*from*"));
        assert_eq!(statement("dropdown"), None);
    }
}

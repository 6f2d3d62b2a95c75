//! Two policies compared by what they do, not by how they are written.

use palisade_core::Verdict;
use palisade_policy::{Column, Declared, ENVIRONMENTS, Exemption, Given, Role, RowId, Table};
use serde::Serialize;

use crate::worded::{self, Worded};

/// Which way a change goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Less is free than before.
    Stricter,
    /// More is.
    Looser,
    /// Neither can be said.
    Other,
}

/// One difference in effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Which way.
    pub direction: Direction,
    /// What is decided otherwise: a row with its column, a kind of rule.
    pub what: String,
    /// What it covers, for rows.
    pub covers: String,
    /// How it was.
    pub before: String,
    /// How it is.
    pub after: String,
    /// Where the new one is written.
    pub source: String,
}

/// Every difference between two tables, rows first.
pub fn diff(before: &Table, after: &Table) -> Vec<Changed> {
    let mut out = Vec::new();
    head(before, after, &mut out);
    rows(before, after, &mut out);
    second_person(before, after, &mut out);
    rules(before, after, &mut out);
    names(before, after, &mut out);
    people(before, after, &mut out);
    out
}

/// Roles, declared uses and exemptions: what one more of them does.
fn people(before: &Table, after: &Table, out: &mut Vec<Changed>) {
    for role in Role::ALL {
        let cells = |t: &Table| t.roles.cells.get(&role).copied();
        let (Some(old), Some(new)) = (cells(before), cells(after)) else {
            continue;
        };
        for ((place, was), is) in ENVIRONMENTS.into_iter().zip(old).zip(new) {
            if was != is {
                out.push(Changed {
                    direction: ordered(&was, &is),
                    what: format!("role {} in {place}", role.as_str()),
                    covers: String::new(),
                    before: was.as_str().to_owned(),
                    after: is.as_str().to_owned(),
                    source: String::new(),
                });
            }
        }
    }
    type One = (String, String);
    let given = |t: &Table| -> Vec<One> {
        let role = |g: &Given| {
            let who = g.user.as_deref().unwrap_or("everybody else");
            (
                format!("role of {who}: {}", g.role.as_str()),
                g.source.to_string(),
            )
        };
        t.roles.given.iter().map(role).collect()
    };
    let declared = |t: &Table| -> Vec<One> {
        let words = |d: &Declared| (declared_words(d), d.source.to_string());
        t.declared.iter().map(words).collect()
    };
    let exempt = |t: &Table| -> Vec<One> {
        let words = |x: &Exemption| {
            let on = match x.on.as_slice() {
                [] => String::new(),
                some => format!(" on {}", some.join(", ")),
            };
            (
                format!("exemption {}{on} ({}: {})", x.row, x.owner, x.reason),
                x.source.to_string(),
            )
        };
        t.exemptions.iter().map(words).collect()
    };
    let lists = [
        (
            given(before),
            given(after),
            Direction::Stricter,
            Direction::Looser,
        ),
        (
            declared(before),
            declared(after),
            Direction::Stricter,
            Direction::Looser,
        ),
        (
            exempt(before),
            exempt(after),
            Direction::Looser,
            Direction::Stricter,
        ),
    ];
    for (old, new, comes, goes) in lists {
        let has = |list: &[One], one: &One| list.iter().any(|o| o.0 == one.0);
        let mut say = |one: &One, direction, was: &str, is: &str| {
            out.push(Changed {
                direction,
                what: one.0.clone(),
                covers: String::new(),
                before: was.to_owned(),
                after: is.to_owned(),
                source: one.1.clone(),
            });
        };
        for one in new.iter().filter(|o| !has(&old, o)) {
            say(one, comes, "not there", "there");
        }
        for one in old.iter().filter(|o| !has(&new, o)) {
            say(one, goes, "there", "not there");
        }
    }
}

fn declared_words(d: &Declared) -> String {
    let lists = [
        ("programs", &d.programs),
        ("read", &d.read),
        ("write", &d.write),
        ("hosts", &d.hosts),
        ("mcp", &d.mcp),
    ];
    let given = lists.iter().filter_map(|(name, list)| {
        let list = list.as_ref()?;
        Some(format!("{name} {}", list.join(" ")))
    });
    format!(
        "declared use ({}, else {})",
        given.collect::<Vec<_>>().join("; "),
        d.deviation.as_str()
    )
}

fn ordered<T: PartialOrd>(before: &T, after: &T) -> Direction {
    if after > before {
        Direction::Stricter
    } else if after < before {
        Direction::Looser
    } else {
        Direction::Other
    }
}

fn head(before: &Table, after: &Table, out: &mut Vec<Changed>) {
    if before.mode != after.mode {
        out.push(Changed {
            direction: ordered(&before.mode, &after.mode),
            what: "mode".to_owned(),
            covers: "what happens to an objection".to_owned(),
            before: before.mode.as_str().to_owned(),
            after: after.mode.as_str().to_owned(),
            source: String::new(),
        });
    }
    if before.record_required != after.record_required {
        let words = |t: &Table| {
            if t.record_required {
                "required"
            } else {
                "usual"
            }
        };
        out.push(Changed {
            direction: ordered(&before.record_required, &after.record_required),
            what: "record".to_owned(),
            covers: "what goes on when a call cannot be recorded".to_owned(),
            before: words(before).to_owned(),
            after: words(after).to_owned(),
            source: String::new(),
        });
    }
    if before.rates != after.rates {
        let words = |t: &Table| format!("{} in {} s", t.rates.requests, t.rates.seconds);
        let frequency = |t: &Table| f64::from(t.rates.requests) / f64::from(t.rates.seconds.max(1));
        out.push(Changed {
            direction: ordered(&frequency(after), &frequency(before)),
            what: "rates".to_owned(),
            covers: "identical requests to a host".to_owned(),
            before: words(before),
            after: words(after),
            source: String::new(),
        });
    }
}

fn rows(before: &Table, after: &Table, out: &mut Vec<Changed>) {
    for id in RowId::ALL {
        let (Some(old), Some(new)) = (before.rows.get(id), after.rows.get(id)) else {
            continue;
        };
        for column in Column::ALL {
            let (was, is) = (old.verdict(column), new.verdict(column));
            if was != is {
                out.push(Changed {
                    direction: ordered(&was, &is),
                    what: format!("{id} {}", column.as_str()),
                    covers: id.text().to_owned(),
                    before: was.as_str().to_owned(),
                    after: is.as_str().to_owned(),
                    source: new
                        .source(column)
                        .map_or_else(String::new, ToString::to_string),
                });
            }
        }
        let mode = |row: &palisade_policy::Row, t: &Table| row.mode.unwrap_or(t.mode);
        let (was, is) = (mode(old, before), mode(new, after));
        // A mode of the whole has been said already.
        if was != is && (old.mode, new.mode) != (None, None) {
            out.push(Changed {
                direction: ordered(&was, &is),
                what: format!("{id} mode"),
                covers: id.text().to_owned(),
                before: was.as_str().to_owned(),
                after: is.as_str().to_owned(),
                source: String::new(),
            });
        }
    }
}

fn second_person(before: &Table, after: &Table, out: &mut Vec<Changed>) {
    for (what, old, new) in [
        (
            "second person in production",
            &before.approvals.second_in_production,
            &after.approvals.second_in_production,
        ),
        (
            "second person anywhere",
            &before.approvals.second_anywhere,
            &after.approvals.second_anywhere,
        ),
    ] {
        for (here, there, direction, words) in [
            (
                new,
                old,
                Direction::Stricter,
                ("one person", "a second person"),
            ),
            (
                old,
                new,
                Direction::Looser,
                ("a second person", "one person"),
            ),
        ] {
            for id in here.iter().filter(|id| !there.contains(id)) {
                out.push(Changed {
                    direction,
                    what: format!("{id} {what}"),
                    covers: id.text().to_owned(),
                    before: words.0.to_owned(),
                    after: words.1.to_owned(),
                    source: String::new(),
                });
            }
        }
    }
}

fn rules(before: &Table, after: &Table, out: &mut Vec<Changed>) {
    let (old, new) = (worded::rules(before), worded::rules(after));
    let named = |list: &[Worded<'_>], rule: &Worded<'_>| {
        list.iter()
            .any(|r| (&r.what, r.verdict) == (&rule.what, rule.verdict))
    };
    let has = |list: &[Worded<'_>], rule: &Worded<'_>| {
        let same = |r: &Worded<'_>| {
            (&r.what, r.verdict, &r.body) == (&rule.what, rule.verdict, &rule.body)
        };
        list.iter().any(same)
    };
    // A rule that allows makes more free when it comes, and less when it goes.
    let coming = |verdict| match verdict {
        Verdict::Allow => Direction::Looser,
        Verdict::Ask | Verdict::Deny => Direction::Stricter,
    };
    let going = |verdict| match verdict {
        Verdict::Allow => Direction::Stricter,
        Verdict::Ask | Verdict::Deny => Direction::Looser,
    };
    for rule in new.iter().filter(|r| !has(&old, r)) {
        // The same policy with other conditions: which way, only calls can say.
        let changed = named(&old, rule);
        out.push(Changed {
            direction: if changed {
                Direction::Other
            } else {
                coming(rule.verdict)
            },
            what: rule.what.clone(),
            covers: String::new(),
            before: if changed {
                "other conditions"
            } else {
                "no rule"
            }
            .to_owned(),
            after: rule.verdict.as_str().to_owned(),
            source: rule.source.to_string(),
        });
    }
    for rule in old.iter().filter(|r| !named(&new, r)) {
        out.push(Changed {
            direction: going(rule.verdict),
            what: rule.what.clone(),
            covers: String::new(),
            before: rule.verdict.as_str().to_owned(),
            after: "no rule".to_owned(),
            source: rule.source.to_string(),
        });
    }
}

fn names(before: &Table, after: &Table, out: &mut Vec<Changed>) {
    let named = |list: &[palisade_policy::Named]| -> Vec<String> {
        list.iter().map(|n| n.pattern.clone()).collect()
    };
    let (b, a) = (&before.names, &after.names);
    // Each list with what one more entry does.
    let lists = [
        (
            "protected branch",
            before.protected_branches.clone(),
            after.protected_branches.clone(),
            Direction::Stricter,
        ),
        (
            "secret file",
            named(&b.secret),
            named(&a.secret),
            Direction::Stricter,
        ),
        (
            "no secret file",
            named(&b.secret_except),
            named(&a.secret_except),
            Direction::Looser,
        ),
        (
            "runs later",
            named(&b.deferred),
            named(&a.deferred),
            Direction::Stricter,
        ),
        (
            "does not run later",
            named(&b.deferred_except),
            named(&a.deferred_except),
            Direction::Looser,
        ),
        (
            "guard file",
            named(&b.guard),
            named(&a.guard),
            Direction::Stricter,
        ),
        (
            "system path",
            named(&b.system),
            named(&a.system),
            Direction::Stricter,
        ),
        (
            "temporary folder",
            named(&b.temp),
            named(&a.temp),
            Direction::Looser,
        ),
        (
            "administrative endpoint",
            named(&b.sensitive),
            named(&a.sensitive),
            Direction::Stricter,
        ),
        (
            "regenerable folder",
            b.regenerable.clone(),
            a.regenerable.clone(),
            Direction::Looser,
        ),
        (
            "production name",
            b.production.clone(),
            a.production.clone(),
            Direction::Stricter,
        ),
        (
            "staging name",
            b.staging.clone(),
            a.staging.clone(),
            Direction::Other,
        ),
    ];
    let other = |d| match d {
        Direction::Stricter => Direction::Looser,
        Direction::Looser => Direction::Stricter,
        Direction::Other => Direction::Other,
    };
    for (what, old, new, more) in lists {
        let mut say = |name: &String, direction, was: &str, is: &str| {
            out.push(Changed {
                direction,
                what: format!("{what} {name}"),
                covers: String::new(),
                before: was.to_owned(),
                after: is.to_owned(),
                source: String::new(),
            });
        };
        for name in new.iter().filter(|n| !old.contains(n)) {
            say(name, more, "not named", "named");
        }
        for name in old.iter().filter(|n| !new.contains(n)) {
            say(name, other(more), "named", "not named");
        }
    }
}

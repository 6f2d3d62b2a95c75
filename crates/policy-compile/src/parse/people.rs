//! `role`, `[members]`, `[roles]`, `[declared]`, `[[exemptions]]`: who works
//! here, as what, and what was agreed with them.

use jiff::tz::Offset;
use palisade_core::Verdict;
use palisade_policy::{
    Declared, ENVIRONMENTS, Exemption, Given, LayerPolicy, Reach, Role, RowId, glob,
    valid_host_pattern,
};
use toml_edit::{Item, TableLike};

use super::read::{Place, Reader, place_of};
use super::rules::valid_path;

pub(super) fn read(r: &mut Reader<'_>, table: &dyn TableLike, policy: &mut LayerPolicy) {
    if let Some((word, place)) = r.string_of(table, "role") {
        give(r, None, &word, place, policy);
    }
    if let Some((members, _)) = r.table_of(table, "members") {
        for (user, item) in members.iter() {
            let place = place_of(item);
            match item.as_str() {
                Some(word) => give(r, Some(user), word, place, policy),
                None => r.wrong_type(place, "a role"),
            }
        }
    }
    if let Some((roles, _)) = r.table_of(table, "roles") {
        matrix(r, roles, policy);
    }
    if let Some((declared, place)) = r.table_of(table, "declared") {
        self::declared(r, declared, &place, policy);
    }
    for (exemption, place) in r.tables_of(table, "exemptions") {
        self::exemption(r, exemption, &place, policy);
    }
}

fn role(r: &mut Reader<'_>, word: &str, place: Place) -> Option<Role> {
    let found = Role::ALL.into_iter().find(|role| role.as_str() == word);
    if found.is_none() {
        r.no_such("role", word, &Role::ALL.map(Role::as_str), place);
    }
    found
}

fn give(
    r: &mut Reader<'_>,
    user: Option<&str>,
    word: &str,
    place: Place,
    policy: &mut LayerPolicy,
) {
    let source = r.source(&place);
    if let Some(role) = role(r, word, place) {
        policy.given.push(Given {
            user: user.map(str::to_owned),
            role,
            layer: policy.layer,
            source,
        });
    }
}

fn matrix(r: &mut Reader<'_>, roles: &dyn TableLike, policy: &mut LayerPolicy) {
    for (name, item) in roles.iter() {
        let place = Reader::key_place(roles, name, item);
        let Some(role) = role(r, name, place.clone()) else {
            continue;
        };
        let Some(cells) = item.as_table_like() else {
            r.wrong_type(place, "a table with local, staging and production");
            continue;
        };
        r.known_keys(cells, &ENVIRONMENTS, "[roles]");
        for (column, name) in ENVIRONMENTS.into_iter().enumerate() {
            let Some((word, at)) = r.string_of(cells, name) else {
                continue;
            };
            match Reach::ALL.into_iter().find(|reach| reach.as_str() == word) {
                Some(reach) => policy.matrix.push((role, column, reach, r.source(&at))),
                None => r.no_such("reach", &word, &Reach::ALL.map(Reach::as_str), at),
            }
        }
    }
}

fn declared(r: &mut Reader<'_>, t: &dyn TableLike, place: &Place, policy: &mut LayerPolicy) {
    const KEYS: &[&str] = &["programs", "read", "write", "hosts", "mcp", "deviation"];
    r.known_keys(t, KEYS, "[declared]");
    let mut list = |key: &str, valid: fn(&mut Reader<'_>, &str, &Place) -> bool| {
        t.contains_key(key).then(|| {
            let mut good = Vec::new();
            for (pattern, at) in r.strings_of(t, key) {
                if valid(r, &pattern, &at) {
                    good.push(pattern);
                }
            }
            good
        })
    };
    let (read, write) = (list("read", valid_path), list("write", valid_path));
    let hosts = list("hosts", |r, pattern, at| {
        let good = valid_host_pattern(pattern);
        if !good {
            r.error(at.clone(), "this is not a host pattern", "", None);
        }
        good
    });
    let (programs, mcp) = (list("programs", a_name), list("mcp", a_name));
    let deviation = match r.string_of(t, "deviation") {
        None => Verdict::Deny,
        Some((word, at)) => match super::verdict(r, &word, at.clone()) {
            Some(Verdict::Allow) => {
                let help = "to record deviations only, set `mode = \"observe\"`";
                r.error(
                    at,
                    "a deviation is asked about or denied",
                    "",
                    Some(help.to_owned()),
                );
                return;
            }
            Some(verdict) => verdict,
            None => return,
        },
    };
    policy.declared = Some(Declared {
        programs,
        read,
        write,
        hosts,
        mcp,
        deviation,
        layer: policy.layer,
        source: r.source(place),
    });
}

fn a_name(r: &mut Reader<'_>, pattern: &str, at: &Place) -> bool {
    let good = !pattern.trim().is_empty() && glob::expand(pattern).is_some();
    if !good {
        r.error(at.clone(), "this pattern can match nothing", "", None);
    }
    good
}

/// An exemption without an owner, a reason or an end is none.
fn exemption(r: &mut Reader<'_>, t: &dyn TableLike, place: &Place, policy: &mut LayerPolicy) {
    const KEYS: &[&str] = &["rule", "on", "owner", "reason", "until"];
    r.known_keys(t, KEYS, "[[exemptions]]");
    let mut text = |key: &str| {
        let found = r
            .string_of(t, key)
            .filter(|(text, _)| !text.trim().is_empty());
        if found.is_none() && t.get(key).is_none_or(|i| i.as_str().is_some()) {
            r.error(
                place.clone(),
                format!("the exemption has no `{key}`"),
                "",
                None,
            );
        }
        found
    };
    let (rule, owner, reason) = (text("rule"), text("owner"), text("reason"));
    let until = match t.get("until") {
        None => {
            r.error(place.clone(), "the exemption has no `until`", "", None);
            None
        }
        Some(item) => {
            let end = until(item);
            if end.is_none() {
                r.wrong_type(place_of(item), "a day, `2026-12-31`");
            }
            end
        }
    };
    let Some((word, at)) = rule else { return };
    let Some(row) = RowId::from_id(&word) else {
        super::no_such_row(r, &word, at);
        return;
    };
    if let (Some((owner, _)), Some((reason, _)), Some(until)) = (owner, reason, until) {
        policy.exemptions.push(Exemption {
            row,
            on: r.strings_of(t, "on").into_iter().map(|(p, _)| p).collect(),
            owner,
            reason,
            until,
            layer: policy.layer,
            source: r.source(place),
        });
    }
}

/// The end of a day (UTC), or a moment, in microseconds since 1970.
fn until(item: &Item) -> Option<u64> {
    let when = item.as_datetime()?;
    let text = when.to_string();
    let end = match (when.time, when.offset) {
        (None, _) => return crate::end_of_day(&text).map(|seconds| seconds * 1_000_000),
        (Some(_), Some(_)) => text.parse().ok()?,
        (Some(_), None) => Offset::UTC.to_timestamp(text.parse().ok()?).ok()?,
    };
    u64::try_from(jiff::Timestamp::as_microsecond(end)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends() {
        let end = |text: &str| {
            let item = format!("x = {text}")
                .parse::<toml_edit::DocumentMut>()
                .unwrap();
            until(&item["x"]).map(|us| us / 1_000_000)
        };
        assert_eq!(end("2026-11-27"), Some(20_785 * 86_400));
        assert_eq!(end("2026-11-27T01:00:00Z"), Some(20_784 * 86_400 + 3600));
        assert_eq!(end("2026-11-27T01:00:00+01:00"), Some(20_784 * 86_400));
        assert_eq!(end("2026-11-27T01:00:00"), Some(20_784 * 86_400 + 3600));
        assert_eq!(end("07:32:00"), None);
        assert_eq!(end("1969-01-01"), None);
        assert_eq!(end("\"tomorrow\""), None);
    }
}

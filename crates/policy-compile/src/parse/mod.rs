//! One policy file into what it says.

mod people;
mod read;
mod rules;

use palisade_core::{Mode, Profile, Verdict};
use palisade_policy::{
    Column, Layer, LayerPolicy, PROFILES, Rates, RowId, RowSetting, SourceRef, glob,
    profile_from_name,
};
use toml_edit::{Document, Item, TableLike};

use crate::SCHEMA;
use crate::diagnostics::{Diagnostic, Level};
use crate::text::Text;

pub(crate) use self::read::Reader;
use self::read::{Place, place_of};

const TOP: &[&str] = &[
    "schema",
    "profile",
    "mode",
    "delegate",
    "rows",
    "paths",
    "hosts",
    "mcp",
    "programs",
    "commands",
    "data",
    "secrets",
    "deferred",
    "guard",
    "files",
    "network",
    "rates",
    "approvals",
    "git",
    "environments",
    "because",
    "record",
    "role",
    "members",
    "roles",
    "declared",
    "exemptions",
];
const VERDICTS: &[&str] = &["allow", "ask", "deny"];
const MODES: &[&str] = &["observe", "warn", "enforce"];

/// Reads a file of `layer`. What could be read is returned even when something
/// was wrong; the caller decides whether it counts.
pub(crate) fn parse(text: &Text, layer: Layer) -> (LayerPolicy, Vec<Diagnostic>) {
    let mut policy = LayerPolicy::empty(layer);
    let document = match Document::parse(text.content.to_string()) {
        Ok(document) => document,
        Err(error) => {
            let end = text.content.len();
            let span = error.span().unwrap_or(end..end);
            let found = Diagnostic::at(
                Level::Error,
                text,
                span,
                "this is not valid TOML",
                error.message(),
            );
            return (policy, vec![found]);
        }
    };
    let mut reader = Reader::new(text);
    top(&mut reader, document.as_table(), &mut policy);
    (policy, reader.found)
}

fn top(r: &mut Reader<'_>, table: &dyn TableLike, policy: &mut LayerPolicy) {
    r.known_keys(table, TOP, "policy file");
    schema(r, table);
    if let Some((word, place)) = r.string_of(table, "profile") {
        match profile_from_name(&word) {
            Some(profile) => policy.profile = Some((profile, r.source(&place))),
            None => {
                let names: Vec<&str> = PROFILES.iter().map(|p| Profile::as_str(*p)).collect();
                r.no_such("profile", &word, &names, place);
            }
        }
    }
    if let Some((word, place)) = r.string_of(table, "mode")
        && let Some(mode) = mode(r, &word, place.clone())
    {
        policy.mode = Some((mode, r.source(&place)));
    }
    policy.delegate = row_list(r, table, "delegate");
    if let Some((rows, _)) = r.table_of(table, "rows") {
        self::rows(r, rows, "", policy);
    }
    if let Some((word, place)) = r.string_of(table, "record") {
        match word.as_str() {
            "required" => policy.record_required = true,
            "usual" => {}
            _ => r.no_such("record", &word, &["usual", "required"], place),
        }
    }
    policy.because = r.string_of(table, "because").map(|(text, _)| text);
    rules::read(r, table, policy);
    people::read(r, table, policy);
    names(r, table, policy);
}

fn schema(r: &mut Reader<'_>, table: &dyn TableLike) {
    let Some(item) = table.get("schema") else {
        r.error(
            0..0,
            "the file does not say which format it is in",
            "",
            Some(format!("begin it with `schema = {SCHEMA}`")),
        );
        return;
    };
    if item.as_integer() != Some(SCHEMA) {
        r.error(
            place_of(item),
            "this version does not know that format",
            "",
            Some(format!("this version reads `schema = {SCHEMA}`")),
        );
    }
}

fn mode(r: &mut Reader<'_>, word: &str, place: Place) -> Option<Mode> {
    match word {
        "observe" => Some(Mode::Observe),
        "warn" => Some(Mode::Warn),
        "enforce" => Some(Mode::Enforce),
        _ => {
            r.no_such("mode", word, MODES, place);
            None
        }
    }
}

fn verdict(r: &mut Reader<'_>, word: &str, place: Place) -> Option<Verdict> {
    match word {
        "allow" => Some(Verdict::Allow),
        "ask" => Some(Verdict::Ask),
        "deny" => Some(Verdict::Deny),
        _ => {
            r.no_such("verdict", word, VERDICTS, place);
            None
        }
    }
}

fn no_such_row(r: &mut Reader<'_>, word: &str, place: Place) {
    let ids: Vec<&str> = RowId::ALL.iter().map(|row| row.id()).collect();
    r.no_such("row", word, &ids, place);
}

/// Rows by name; `"file.read"` and the nested `file.read` are the same.
fn rows(r: &mut Reader<'_>, table: &dyn TableLike, prefix: &str, policy: &mut LayerPolicy) {
    for (key, item) in table.iter() {
        let place = Reader::key_place(table, key, item);
        let id = if prefix.is_empty() {
            key.to_owned()
        } else {
            format!("{prefix}.{key}")
        };
        // `privilege` is a row and the beginning of `privilege.severe`.
        let begins_others = RowId::ALL.iter().any(|row| {
            row.id()
                .strip_prefix(&id)
                .is_some_and(|rest| rest.starts_with('.'))
        });
        let nested = item
            .as_table_like()
            .filter(|t| begins_others && !(RowId::from_id(&id).is_some() && is_setting(*t)));
        match (RowId::from_id(&id), nested) {
            (Some(row), None) => {
                if let Some(setting) = setting(r, item, r.source(&place)) {
                    policy.rows.insert(row, setting);
                }
            }
            (_, Some(below)) => rows(r, below, &id, policy),
            _ => no_such_row(r, &id, place),
        }
    }
}

fn is_setting(table: &dyn TableLike) -> bool {
    table
        .iter()
        .all(|(k, _)| k == "mode" || Column::ALL.iter().any(|c| c.as_str() == k))
}

/// `"ask"`, `["allow", "ask", "deny"]` or `{ inside = …, elsewhere = …, production = …, mode = … }`.
fn setting(r: &mut Reader<'_>, item: &Item, source: SourceRef) -> Option<RowSetting> {
    let mut cells = [None; 3];
    let mut own_mode = None;
    if let Some(word) = item.as_str() {
        // Production is not meant by the way.
        let v = verdict(r, word, place_of(item))?;
        let production = (v == Verdict::Deny).then_some(v);
        cells = [Some(v), Some(v), production];
    } else if let Some(array) = item.as_array() {
        if array.len() != Column::ALL.len() {
            r.error(
                place_of(item),
                "a row has three verdicts",
                "",
                Some("write [inside, elsewhere, production]".to_owned()),
            );
            return None;
        }
        for (cell, value) in cells.iter_mut().zip(array) {
            let place = value.span().unwrap_or_default();
            match value.as_str() {
                Some(word) => *cell = Some(verdict(r, word, place)?),
                None => {
                    r.wrong_type(place, "a verdict");
                    return None;
                }
            }
        }
    } else if let Some(table) = item.as_table_like() {
        r.known_keys(
            table,
            &["inside", "elsewhere", "production", "mode"],
            "a row",
        );
        for (cell, column) in cells.iter_mut().zip(Column::ALL) {
            if let Some((word, place)) = r.string_of(table, column.as_str()) {
                *cell = verdict(r, &word, place);
            }
        }
        if let Some((word, place)) = r.string_of(table, "mode") {
            own_mode = mode(r, &word, place);
        }
    } else {
        r.wrong_type(place_of(item), "a verdict, three verdicts or a table");
        return None;
    }
    Some(RowSetting {
        cells,
        mode: own_mode,
        source,
    })
}

/// Names added to the built-in lists.
fn names(r: &mut Reader<'_>, table: &dyn TableLike, policy: &mut LayerPolicy) {
    if let Some((t, _)) = r.table_of(table, "secrets") {
        r.known_keys(t, &["files", "except"], "[secrets]");
        policy.secret = path_patterns(r, t, "files")
            .into_iter()
            .map(|(p, _)| p)
            .collect();
        policy.secret_except = path_patterns(r, t, "except");
    }
    if let Some((t, _)) = r.table_of(table, "deferred") {
        r.known_keys(t, &["files", "except"], "[deferred]");
        policy.deferred = path_patterns(r, t, "files")
            .into_iter()
            .map(|(p, _)| p)
            .collect();
        policy.deferred_except = path_patterns(r, t, "except");
    }
    if let Some((t, _)) = r.table_of(table, "guard") {
        r.known_keys(t, &["files"], "[guard]");
        policy.guard = path_patterns(r, t, "files")
            .into_iter()
            .map(|(p, _)| p)
            .collect();
    }
    if let Some((t, _)) = r.table_of(table, "files") {
        r.known_keys(t, &["system", "temp", "regenerable"], "[files]");
        policy.system = path_patterns(r, t, "system")
            .into_iter()
            .map(|(p, _)| p)
            .collect();
        policy.temp = path_patterns(r, t, "temp");
        for (name, place) in r.strings_of(t, "regenerable") {
            if name.is_empty() || name.contains('/') {
                r.error(
                    place,
                    "this is the name of a folder, without a path",
                    "",
                    None,
                );
            } else {
                let source = r.source(&place);
                policy.regenerable.push((name, source));
            }
        }
    }
    if let Some((t, _)) = r.table_of(table, "network") {
        r.known_keys(t, &["sensitive"], "[network]");
        policy.sensitive = name_patterns(r, t, "sensitive")
            .into_iter()
            .map(|(p, _)| p)
            .collect();
    }
    if let Some((t, place)) = r.table_of(table, "rates") {
        r.known_keys(t, &["requests", "seconds"], "[rates]");
        let mut rates = Rates::default();
        for (key, slot) in [
            ("requests", &mut rates.requests),
            ("seconds", &mut rates.seconds),
        ] {
            let Some(item) = t.get(key) else { continue };
            let number = item.as_integer().and_then(|n| u32::try_from(n).ok());
            match number.filter(|n| (1..=86_400).contains(n)) {
                Some(n) => *slot = n,
                None => r.wrong_type(place_of(item), "a number from 1 to 86400"),
            }
        }
        policy.rates = Some((rates, r.source(&place)));
    }
    if let Some((t, _)) = r.table_of(table, "approvals") {
        approvals(r, t, policy);
    }
    if let Some((t, _)) = r.table_of(table, "git") {
        r.known_keys(t, &["protected"], "[git]");
        if t.contains_key("protected") {
            let list = name_patterns(r, t, "protected");
            policy.protected_branches = Some(list.into_iter().map(|(p, _)| p).collect());
        }
    }
    if let Some((t, _)) = r.table_of(table, "environments") {
        r.known_keys(t, &["production", "staging"], "[environments]");
        policy.production = name_patterns(r, t, "production")
            .into_iter()
            .map(|(p, _)| p)
            .collect();
        policy.staging = name_patterns(r, t, "staging");
    }
}

fn approvals(r: &mut Reader<'_>, t: &dyn TableLike, policy: &mut LayerPolicy) {
    r.known_keys(t, &["second-person"], "[approvals]");
    if let Some((second, _)) = r.table_of(t, "second-person") {
        r.known_keys(second, &["production", "anywhere"], "second-person");
        if second.contains_key("production") {
            policy.second_in_production = Some(row_list(r, second, "production"));
        }
        policy.second_anywhere = row_list(r, second, "anywhere");
    }
}

/// A list of rows by name.
fn row_list(r: &mut Reader<'_>, t: &dyn TableLike, key: &str) -> Vec<RowId> {
    let mut out = Vec::new();
    for (word, place) in r.strings_of(t, key) {
        match RowId::from_id(&word) {
            Some(row) => out.push(row),
            None => no_such_row(r, &word, place),
        }
    }
    out
}

fn path_patterns(r: &mut Reader<'_>, t: &dyn TableLike, key: &str) -> Vec<(String, SourceRef)> {
    let mut out = Vec::new();
    for (pattern, place) in r.strings_of(t, key) {
        if rules::valid_path(r, &pattern, &place) {
            out.push((pattern, r.source(&place)));
        }
    }
    out
}

fn name_patterns(r: &mut Reader<'_>, t: &dyn TableLike, key: &str) -> Vec<(String, SourceRef)> {
    let mut out = Vec::new();
    for (pattern, place) in r.strings_of(t, key) {
        if pattern.trim().is_empty() || glob::expand(&pattern).is_none() {
            r.error(place, "this pattern can match nothing", "", None);
        } else {
            out.push((pattern, r.source(&place)));
        }
    }
    out
}

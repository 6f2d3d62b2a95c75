//! The JSON Schema of policy files, for editors (TOML has none of its own; the
//! TOML language servers take JSON Schema).

use palisade_core::{DataClass, Mode, Profile, Verdict};
use palisade_policy::{
    Access, Column, ENVIRONMENTS, PROFILES, Reach, Role, RowId, profile_rationale,
};
use serde_json::{Map, Value, json};

use crate::SCHEMA;

/// The schema, draft 2020-12.
pub fn schema() -> Value {
    let verdict = json!({ "$ref": "#/$defs/verdict" });
    let patterns = json!({ "$ref": "#/$defs/patterns" });
    let list = json!({ "$ref": "#/$defs/list" });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Palisade policy",
        "type": "object",
        "required": ["schema"],
        "additionalProperties": false,
        "properties": {
            "schema": described(json!({ "const": SCHEMA }), "The format of this file."),
            "profile": described(
                json!({ "oneOf": PROFILES.iter().map(|p| json!({
                    "const": p.as_str(),
                    "description": profile_rationale(*p),
                })).collect::<Vec<_>>(), "default": Profile::default().as_str() }),
                "Where the rows start from.",
            ),
            "mode": { "$ref": "#/$defs/mode" },
            "because": described(json!({ "type": "string" }), "Why, for whoever reads it later."),
            "record": described(
                words(["usual", "required"]),
                "required: nothing goes on, not even a read or a prompt, while nothing can be recorded.",
            ),
            "delegate": described(rows_list(), "Rows left to the layers below."),
            "rows": rows(),
            "paths": rules(
                "Rules about paths: /x from the workspace, ~/x from home, //x from the root, else at any depth.",
                &["pattern", "verdict"],
                vec![
                    ("pattern", patterns.clone()),
                    ("access", described(
                        words([Access::Read, Access::Write, Access::Delete, Access::Any].map(Access::as_str)),
                        "What is done to it; any without it.",
                    )),
                    ("verdict", verdict.clone()),
                    ("match", examples("Paths the rule has to cover.")),
                    ("not_match", examples("Paths it must not cover.")),
                ],
            ),
            "hosts": rules(
                "Rules about hosts: a name with *, an address, a range, or localhost.",
                &["pattern", "verdict"],
                vec![
                    ("pattern", patterns.clone()),
                    ("methods", described(list.clone(), "HTTP methods; all without it.")),
                    ("verdict", verdict.clone()),
                    ("match", examples("Hosts the rule has to cover.")),
                    ("not_match", examples("Hosts it must not cover.")),
                ],
            ),
            "mcp": rules(
                "Rules about tools of MCP servers.",
                &["server", "verdict"],
                vec![
                    ("server", patterns.clone()),
                    ("tool", patterns.clone()),
                    ("verdict", verdict.clone()),
                    ("match", examples("Tools (server/tool) the rule has to cover.")),
                    ("not_match", examples("Tools it must not cover.")),
                ],
            ),
            "programs": rules(
                "Rules about programs: cargo, npm test.",
                &["name", "verdict"],
                vec![
                    ("name", patterns.clone()),
                    ("verdict", verdict.clone()),
                    ("match", examples("Commands the rule has to cover.")),
                    ("not_match", examples("Commands it must not cover.")),
                ],
            ),
            "commands": rules(
                "Rules about commands, in every spelling; * alone is any words. Ask or deny.",
                &["pattern", "verdict"],
                vec![
                    ("pattern", patterns.clone()),
                    ("verdict", words(["ask", "deny"])),
                    ("match", examples("Commands the rule has to cover.")),
                    ("not_match", examples("Commands it must not cover.")),
                ],
            ),
            "data": rules(
                "Where data of a class is.",
                &["class"],
                vec![
                    ("class", words(DataClass::ALL.map(DataClass::as_str))),
                    ("paths", list.clone()),
                    ("hosts", list.clone()),
                    ("tables", list.clone()),
                    ("tools", list.clone()),
                ],
            ),
            "secrets": table("Secret files beside the built-in ones.", &[("files", &list), ("except", &list)]),
            "deferred": table("Files that run later, beside the built-in ones.", &[("files", &list), ("except", &list)]),
            "guard": table("Files only a person may change.", &[("files", &list)]),
            "files": table(
                "System paths, temporary folders, folders that can be made again.",
                &[("system", &list), ("temp", &list), ("regenerable", &list)],
            ),
            "network": table("Administrative endpoints.", &[("sensitive", &list)]),
            "rates": table(
                "How often the same may be asked of a host.",
                &[("requests", &number()), ("seconds", &number())],
            ),
            "approvals": table(
                "Who answers.",
                &[("second-person", &table(
                    "Rows another person answers.",
                    &[("production", &rows_list()), ("anywhere", &rows_list())],
                ))],
            ),
            "git": table("Branches that take changes by pull request only.", &[("protected", &list)]),
            "environments": table(
                "Words that name an environment.",
                &[("production", &list), ("staging", &list)],
            ),
            "role": described(
                words(Role::ALL.map(Role::as_str)),
                "The role of whoever this file is for.",
            ),
            "members": described(
                json!({ "type": "object", "additionalProperties": words(Role::ALL.map(Role::as_str)) }),
                "Roles by user name.",
            ),
            "roles": described(matrix(), "What a role may do: full, read or none."),
            "declared": table(
                "What an automated use does, and nothing else.",
                &[
                    ("programs", &list),
                    ("read", &list),
                    ("write", &list),
                    ("hosts", &list),
                    ("mcp", &list),
                    ("deviation", &words(["ask", "deny"])),
                ],
            ),
            "exemptions": rules(
                "Objections lifted for a while.",
                &["rule", "owner", "reason", "until"],
                vec![
                    ("rule", json!({ "$ref": "#/$defs/row" })),
                    ("on", described(list.clone(), "Paths, hosts, branches or names; all without it.")),
                    ("owner", json!({ "type": "string" })),
                    ("reason", json!({ "type": "string" })),
                    ("until", described(json!({}), "A day: 2027-01-31.")),
                ],
            ),
        },
        "$defs": {
            "verdict": described(
                words([Verdict::Allow, Verdict::Ask, Verdict::Deny].map(Verdict::as_str)),
                "allow: no objection; ask: a person answers; deny: it does not happen.",
            ),
            "mode": described(
                words([Mode::Observe, Mode::Warn, Mode::Enforce].map(Mode::as_str)),
                "observe: record only; warn: tell, and go on; enforce: stop or ask.",
            ),
            "row": words(RowId::ALL.iter().map(|r| r.id())),
            "list": { "oneOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] },
            "patterns": { "oneOf": [
                { "type": "string", "minLength": 1 },
                { "type": "array", "items": { "type": "string", "minLength": 1 }, "minItems": 1 },
            ] },
            "cells": { "oneOf": [
                { "$ref": "#/$defs/verdict" },
                {
                    "type": "array",
                    "items": { "$ref": "#/$defs/verdict" },
                    "minItems": 3,
                    "maxItems": 3,
                    "description": "Inside the workspace, elsewhere, in production.",
                },
                {
                    "type": "object",
                    "additionalProperties": false,
                    "properties": Column::ALL.iter()
                        .map(|c| (c.as_str().to_owned(), verdict.clone()))
                        .chain([("mode".to_owned(), json!({ "$ref": "#/$defs/mode" }))])
                        .collect::<Map<_, _>>(),
                },
            ] },
        },
    })
}

fn described(mut schema: Value, text: &str) -> Value {
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("description".to_owned(), text.into());
    }
    schema
}

fn words<'w>(words: impl IntoIterator<Item = &'w str>) -> Value {
    json!({ "enum": words.into_iter().collect::<Vec<_>>() })
}

fn number() -> Value {
    json!({ "type": "integer", "minimum": 1, "maximum": 86_400 })
}

fn examples(text: &str) -> Value {
    described(json!({ "$ref": "#/$defs/list" }), text)
}

fn rows_list() -> Value {
    json!({ "type": "array", "items": { "$ref": "#/$defs/row" } })
}

fn table(text: &str, keys: &[(&str, &Value)]) -> Value {
    let properties: Map<String, Value> = keys
        .iter()
        .map(|(key, schema)| ((*key).to_owned(), (*schema).clone()))
        .collect();
    described(
        json!({ "type": "object", "additionalProperties": false, "properties": properties }),
        text,
    )
}

fn rules(text: &str, required: &[&str], keys: Vec<(&str, Value)>) -> Value {
    let properties: Map<String, Value> = keys
        .into_iter()
        .map(|(key, schema)| (key.to_owned(), schema))
        .collect();
    let rule = json!({
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    });
    described(json!({ "type": "array", "items": rule }), text)
}

fn matrix() -> Value {
    let reach = words(Reach::ALL.map(Reach::as_str));
    let cells = ENVIRONMENTS.map(|name| (name, &reach));
    let role = table("Local, staging and production.", &cells);
    let roles = Role::ALL.map(|r| (r.as_str(), &role));
    table("", &roles)
}

/// Every row with what it covers. The nested spelling (`[rows.file]`) is left
/// to the compiler.
fn rows() -> Value {
    let mut properties = Map::new();
    for row in RowId::ALL {
        let cells = described(json!({ "$ref": "#/$defs/cells" }), row.text());
        properties.insert(row.id().to_owned(), cells);
    }
    described(
        json!({ "type": "object", "properties": properties, "additionalProperties": {
            "description": "A row in the nested spelling.",
            "type": "object",
        } }),
        "Kinds of effects and their verdicts: inside the workspace, elsewhere, in production.",
    )
}

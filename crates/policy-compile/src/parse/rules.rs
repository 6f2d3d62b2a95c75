//! `[[paths]]`, `[[hosts]]`, `[[mcp]]`, `[[programs]]`, `[[commands]]`, `[[data]]`, with their
//! examples.

use palisade_core::{DataClass, Verdict};
use palisade_policy::{
    Access, CommandRule, DataHolder, DataRule, Host, HostRule, LayerPolicy, McpRule, PathRule,
    ProgramRule, SourceRef, command_pattern_matches, glob, path_pattern_matches,
    valid_host_pattern,
};
use toml_edit::TableLike;

use super::read::{Place, Reader};

/// Longest pattern.
const PATTERN: usize = 512;

pub(super) fn read(r: &mut Reader<'_>, table: &dyn TableLike, policy: &mut LayerPolicy) {
    for (rule, place) in r.tables_of(table, "paths") {
        paths(r, rule, &place, policy);
    }
    for (rule, place) in r.tables_of(table, "hosts") {
        hosts(r, rule, &place, policy);
    }
    for (rule, place) in r.tables_of(table, "mcp") {
        mcp(r, rule, &place, policy);
    }
    for (rule, place) in r.tables_of(table, "programs") {
        programs(r, rule, &place, policy);
    }
    for (rule, place) in r.tables_of(table, "commands") {
        commands(r, rule, &place, policy);
    }
    for (rule, place) in r.tables_of(table, "data") {
        data(r, rule, &place, policy);
    }
}

fn paths(r: &mut Reader<'_>, rule: &dyn TableLike, place: &Place, policy: &mut LayerPolicy) {
    const KEYS: &[&str] = &["pattern", "access", "verdict", "match", "not_match"];
    r.known_keys(rule, KEYS, "[[paths]]");
    let patterns = required(r, rule, "pattern", place);
    let verdict = verdict(r, rule, place);
    let access = match r.string_of(rule, "access") {
        None => Access::Any,
        Some((word, at)) => {
            let all = [Access::Read, Access::Write, Access::Delete, Access::Any];
            match all.iter().find(|a| a.as_str() == word) {
                Some(access) => *access,
                None => {
                    r.no_such("access", &word, &all.map(Access::as_str), at);
                    return;
                }
            }
        }
    };
    let mut good = Vec::new();
    for (pattern, at) in patterns {
        if valid_path(r, &pattern, &at) {
            good.push((pattern, r.source(&at)));
        }
    }
    examples(r, rule, &good, |pattern, example| {
        path_pattern_matches(pattern, example, "/workspace", "/home/user")
    });
    let Some(verdict) = verdict else { return };
    for (pattern, source) in good {
        policy.paths.push(PathRule {
            pattern,
            access,
            verdict,
            layer: policy.layer,
            source,
        });
    }
}

fn hosts(r: &mut Reader<'_>, rule: &dyn TableLike, place: &Place, policy: &mut LayerPolicy) {
    const KEYS: &[&str] = &["pattern", "methods", "verdict", "match", "not_match"];
    r.known_keys(rule, KEYS, "[[hosts]]");
    let patterns = required(r, rule, "pattern", place);
    let verdict = verdict(r, rule, place);
    let methods = r
        .strings_of(rule, "methods")
        .into_iter()
        .map(|(m, _)| m.to_uppercase())
        .collect::<Vec<_>>();
    let mut good = Vec::new();
    for (pattern, at) in patterns {
        let expanded = glob::expand(&pattern).unwrap_or_default();
        if pattern.len() > PATTERN
            || expanded.is_empty()
            || !expanded.iter().all(|p| valid_host_pattern(p))
        {
            let help = if pattern.contains("://") || pattern.contains(':') {
                "write the host alone, without scheme, port or path"
            } else {
                "a name (`*.example.com`), an address, a range (`10.0.0.0/8`) or `localhost`"
            };
            r.error(at, "this is not a host pattern", "", Some(help.to_owned()));
            continue;
        }
        for pattern in expanded {
            good.push((pattern, r.source(&at)));
        }
    }
    examples(r, rule, &good, |pattern, example| {
        Host::new(example).matches(pattern)
    });
    let Some(verdict) = verdict else { return };
    for (pattern, source) in good {
        policy.hosts.push(HostRule {
            pattern,
            methods: methods.clone(),
            verdict,
            layer: policy.layer,
            source,
        });
    }
}

fn mcp(r: &mut Reader<'_>, rule: &dyn TableLike, place: &Place, policy: &mut LayerPolicy) {
    const KEYS: &[&str] = &["server", "tool", "verdict", "match", "not_match"];
    r.known_keys(rule, KEYS, "[[mcp]]");
    let servers = required(r, rule, "server", place);
    let mut tools = r.strings_of(rule, "tool");
    if !rule.contains_key("tool") {
        tools.push(("*".to_owned(), place.clone()));
    }
    let every: Vec<(String, SourceRef)> = servers
        .iter()
        .flat_map(|(server, at)| tools.iter().map(move |(tool, _)| (server, tool, at)))
        .map(|(server, tool, at)| (format!("{server}/{tool}"), r.source(at)))
        .collect();
    examples(r, rule, &every, |pattern, example| {
        let both = |text: &str| {
            let (server, tool) = text.split_once('/').unwrap_or((text, "*"));
            (server.to_owned(), tool.to_owned())
        };
        let ((server, tool), (s, t)) = (both(pattern), both(example));
        glob::matches_name(&server, &s) && glob::matches_name(&tool, &t)
    });
    let Some(verdict) = verdict(r, rule, place) else {
        return;
    };
    for (server, at) in &servers {
        for (tool, _) in &tools {
            if let Some(bad) = [server, tool]
                .into_iter()
                .find(|p| p.is_empty() || glob::expand(p).is_none())
            {
                r.error(at.clone(), format!("`{bad}` can match nothing"), "", None);
                continue;
            }
            policy.mcp.push(McpRule {
                server: server.clone(),
                tool: tool.clone(),
                verdict,
                layer: policy.layer,
                source: r.source(at),
            });
        }
    }
}

fn programs(r: &mut Reader<'_>, rule: &dyn TableLike, place: &Place, policy: &mut LayerPolicy) {
    const KEYS: &[&str] = &["name", "verdict", "match", "not_match"];
    r.known_keys(rule, KEYS, "[[programs]]");
    let names = required(r, rule, "name", place);
    let every: Vec<(String, SourceRef)> = names
        .iter()
        .map(|(name, at)| (name.clone(), r.source(at)))
        .collect();
    examples(r, rule, &every, |name, example| {
        let rest = example.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    });
    let Some(verdict) = verdict(r, rule, place) else {
        return;
    };
    for (name, at) in names {
        let words: Vec<&str> = name.split_whitespace().collect();
        if words.is_empty() || words.join(" ") != name || name.contains('*') {
            r.error(
                at,
                "this is not the name of a program",
                "",
                Some("a program or a program and its subcommand: `cargo`, `npm test`".to_owned()),
            );
            continue;
        }
        let source = r.source(&at);
        policy.programs.push(ProgramRule {
            name,
            verdict,
            layer: policy.layer,
            source,
        });
    }
}

fn commands(r: &mut Reader<'_>, rule: &dyn TableLike, place: &Place, policy: &mut LayerPolicy) {
    const KEYS: &[&str] = &["pattern", "verdict", "match", "not_match"];
    r.known_keys(rule, KEYS, "[[commands]]");
    let mut good = Vec::new();
    for (pattern, at) in required(r, rule, "pattern", place) {
        if pattern.trim().is_empty() || pattern.len() > PATTERN || glob::expand(&pattern).is_none()
        {
            let help = "a program with its words and options: `git push --force *`";
            r.error(at, "this is not a command", "", Some(help.to_owned()));
        } else {
            good.push((pattern, r.source(&at)));
        }
    }
    let verdict = verdict(r, rule, place);
    if verdict == Some(Verdict::Allow) {
        let help = "a program is allowed by its name: `[[programs]]`";
        let at = rule.get("verdict").map(super::place_of);
        let at = at.unwrap_or_else(|| place.clone());
        r.error(
            at,
            "a rule about commands asks or denies",
            "",
            Some(help.to_owned()),
        );
        return;
    }
    examples(r, rule, &good, |pattern, example| {
        let words: Vec<String> = example.split_whitespace().map(str::to_owned).collect();
        command_pattern_matches(pattern, &words)
    });
    let Some(verdict) = verdict else { return };
    for (pattern, source) in good {
        policy.commands.push(CommandRule {
            pattern,
            verdict,
            layer: policy.layer,
            source,
        });
    }
}

fn data(r: &mut Reader<'_>, rule: &dyn TableLike, place: &Place, policy: &mut LayerPolicy) {
    const KEYS: &[&str] = &["class", "paths", "hosts", "tables", "tools"];
    r.known_keys(rule, KEYS, "[[data]]");
    let Some((word, at)) = r.string_of(rule, "class") else {
        r.error(place.clone(), "the rule has no `class`", "", None);
        return;
    };
    let Some(class) = DataClass::ALL.into_iter().find(|c| c.as_str() == word) else {
        r.no_such("class", &word, &DataClass::ALL.map(DataClass::as_str), at);
        return;
    };
    let mut holders = Vec::new();
    for (pattern, at) in r.strings_of(rule, "paths") {
        if valid_path(r, &pattern, &at) {
            holders.push((DataHolder::Path(pattern), r.source(&at)));
        }
    }
    for (pattern, at) in r.strings_of(rule, "hosts") {
        if valid_host_pattern(&pattern) {
            holders.push((DataHolder::Host(pattern), r.source(&at)));
        } else {
            r.error(at, "this is not a host pattern", "", None);
        }
    }
    type Holder = fn(String) -> DataHolder;
    let named: [(&str, Holder); 2] = [
        ("tables", |p| DataHolder::Table(p.to_lowercase())),
        ("tools", DataHolder::Tool),
    ];
    for (key, holder) in named {
        for (pattern, at) in r.strings_of(rule, key) {
            if pattern.trim().is_empty() || glob::expand(&pattern).is_none() {
                r.error(at, "this pattern can match nothing", "", None);
            } else {
                let source = r.source(&at);
                holders.push((holder(pattern), source));
            }
        }
    }
    if holders.is_empty() {
        r.error(
            place.clone(),
            "the rule names no paths, hosts, tables or tools",
            "",
            None,
        );
    }
    for (holder, source) in holders {
        policy.data.push(DataRule {
            class,
            holder,
            layer: policy.layer,
            source,
        });
    }
}

fn required(
    r: &mut Reader<'_>,
    rule: &dyn TableLike,
    key: &str,
    place: &Place,
) -> Vec<(String, Place)> {
    if !rule.contains_key(key) {
        r.error(place.clone(), format!("the rule has no `{key}`"), "", None);
    }
    r.strings_of(rule, key)
}

fn verdict(r: &mut Reader<'_>, rule: &dyn TableLike, place: &Place) -> Option<Verdict> {
    if !rule.contains_key("verdict") {
        r.error(place.clone(), "the rule has no `verdict`", "", None);
        return None;
    }
    let (word, at) = r.string_of(rule, "verdict")?;
    super::verdict(r, &word, at)
}

/// Whether a path pattern can mean what its writer thinks.
pub(super) fn valid_path(r: &mut Reader<'_>, pattern: &str, place: &Place) -> bool {
    let mut wrong = |message: &str, help: Option<&str>| {
        r.error(place.clone(), message, "", help.map(str::to_owned));
        false
    };
    if pattern.trim_matches('/').is_empty() || pattern.len() > PATTERN || pattern.contains('\0') {
        return wrong(
            "this is not a path pattern",
            Some("everything is `/**` (the workspace) or `//**`"),
        );
    }
    if pattern.split('/').any(|n| n == ".." || n == ".") {
        return wrong(
            "a pattern cannot go through `.` or `..`",
            Some("begin with `/` for the workspace, `~/` for home, `//` for the file system"),
        );
    }
    if pattern.contains('\\') && !pattern.contains('/') {
        return wrong("folders are separated by `/`", None);
    }
    if glob::expand(pattern).is_none() {
        return wrong(
            "the alternatives in braces are not closed, or more than 64",
            None,
        );
    }
    true
}

/// Runs the examples a rule brings along.
fn examples(
    r: &mut Reader<'_>,
    rule: &dyn TableLike,
    patterns: &[(String, SourceRef)],
    matches: impl Fn(&str, &str) -> bool,
) {
    for (key, wanted) in [("match", true), ("not_match", false)] {
        for (example, at) in r.strings_of(rule, key) {
            let hit = patterns.iter().any(|(p, _)| matches(p, &example));
            if hit != wanted {
                let message = if wanted {
                    "this example is not matched by its rule"
                } else {
                    "this example is matched by its rule"
                };
                r.error(at, message, "", None);
            }
        }
    }
}

//! Cmdlets whose parameters have roles: which word is for which parameter,
//! and what happens to what is named there.

use palisade_core::EffectKind;

use super::super::machine::Machine;
use super::super::value::{Class, Value};
use super::cmdlets::Cmdlet;
use super::commands::{Words, change_directory, is_short_for, script_file};
use super::places::{touch, write};
use super::{UNKNOWN, values};

/// Gives the words of a command to the parameters they are for.
fn bind<'v>(cmdlet: &Cmdlet, words: &'v Words<'_>) -> Vec<(&'static str, char, &'v Value)> {
    const COMMON: &str = "erroraction: ea: warningaction: wa: informationaction: outvariable: ov: errorvariable: ev: warningvariable: pipelinevariable: outbuffer: progressaction: verbose! debug! confirm! whatif!";
    let mut out = Vec::new();
    let mut free = cmdlet.positional.split(' ').filter(|p| !p.is_empty());
    let mut pending: Option<(&'static str, char)> = None;
    let mut used: Vec<&str> = Vec::new();
    for word in words.all {
        if let Value::Sym(s) = word
            && let Some(given) = s.strip_prefix('-')
        {
            let glued = given.ends_with(':');
            let given = given.trim_end_matches(':');
            let specs = || {
                cmdlet
                    .params
                    .split(' ')
                    .chain(COMMON.split(' '))
                    .map(|spec| {
                        let end = spec.find([':', '!']).unwrap_or(spec.len());
                        let (name, role) = spec.split_at(end);
                        (
                            name,
                            role.chars()
                                .nth(1)
                                .unwrap_or(if role == "!" { '!' } else { '-' }),
                        )
                    })
            };
            let found = specs()
                .find(|(name, _)| given.eq_ignore_ascii_case(name))
                .or_else(|| specs().find(|(name, _)| is_short_for(given, name)));
            pending = None;
            match found {
                Some((name, '!')) => {
                    out.push((name, '!', word));
                    // `-Force:$true`
                    if glued {
                        pending = Some(("", '-'));
                    }
                }
                Some((name, role)) => {
                    used.push(name);
                    pending = Some((name, role));
                }
                None if glued => pending = Some(("", '-')),
                None => {
                    // Letters in one word, as other systems write them.
                    if given.chars().all(|c| "rRfFvi".contains(c)) {
                        for name in given.chars().map(|c| {
                            if matches!(c, 'r' | 'R') {
                                "recurse"
                            } else {
                                "force"
                            }
                        }) {
                            out.push((name, '!', word));
                        }
                    }
                }
            }
            continue;
        }
        if let Some((name, role)) = pending.take() {
            out.push((name, role, word));
            continue;
        }
        let slot = free.by_ref().find(|p| !used.contains(p));
        let role = slot.and_then(|slot| {
            cmdlet.params.split(' ').find_map(|spec| {
                let rest = spec.strip_prefix(slot)?.strip_prefix(':')?;
                rest.chars().next()
            })
        });
        match (slot, role) {
            (Some(slot), Some(role)) => out.push((slot, role, word)),
            // More than it takes: `rm a b` of other systems.
            _ => {
                let first = cmdlet.positional.split(' ').next().unwrap_or_default();
                let role = cmdlet
                    .params
                    .split(' ')
                    .find_map(|spec| spec.strip_prefix(first)?.strip_prefix(':')?.chars().next());
                out.push((first, role.unwrap_or('-'), word));
            }
        }
    }
    if let Some(input) = words.input
        && !cmdlet.piped.is_empty()
        && !out
            .iter()
            .any(|(name, ..)| matches!(*name, "path" | "literalpath"))
    {
        let role = cmdlet.params.split(' ').find_map(|spec| {
            spec.strip_prefix(cmdlet.piped)?
                .strip_prefix(':')?
                .chars()
                .next()
        });
        out.push((cmdlet.piped, role.unwrap_or('-'), input));
    }
    out
}

/// A cmdlet whose parameters have roles.
pub(super) fn with_roles(machine: &mut Machine<'_>, cmdlet: &Cmdlet, words: &Words<'_>) -> Value {
    let bound = bind(cmdlet, words);
    let set = |name: &str| bound.iter().any(|(n, ..)| *n == name);
    let of = |name: &str| {
        bound
            .iter()
            .find(|(n, r, _)| *n == name && *r != '!')
            .map(|(_, _, v)| (*v).clone())
    };
    let recursive = set("recurse") || set("s") || set("depth");
    let filter = of("filter").or_else(|| of("include"));
    let path = of("path").or_else(|| of("literalpath"));
    match cmdlet.name {
        "get-childitem" => {
            let folder = path.unwrap_or_else(|| Value::text("."));
            return listing(machine, &folder, filter.as_ref(), recursive);
        }
        "new-item" => {
            return new_item(
                machine,
                path,
                &bound.iter().map(|(n, _, v)| (*n, *v)).collect::<Vec<_>>(),
            );
        }
        "set-location" | "push-location" => {
            if let Some(to) = path {
                change_directory(machine, &to);
            }
            return Value::Nothing;
        }
        "set-acl" => {
            if let Some(path) = path {
                touch(machine, EffectKind::FileWrite, &path, recursive, true);
                machine.perhaps(EffectKind::Privilege, "set-acl");
            }
            return Value::Nothing;
        }
        "set-item" => {
            if let Some(Value::Str(text)) = &path
                && let Some((drive, name)) = text.split_once(':')
            {
                let (drive, name) = (drive.to_lowercase(), name.to_lowercase());
                let value = of("value").unwrap_or(Value::Nothing);
                match drive.as_str() {
                    "variable" => machine.bind(&format!("${name}"), value),
                    "alias" => machine.bind(&format!("alias {name}"), value),
                    "function" => machine.bind(&format!("fn {name}"), value),
                    _ => {}
                }
            }
        }
        "get-item" | "get-content" => {
            if let Some(Value::Str(text)) = &path
                && let Some((drive, name)) = text.split_once(':')
            {
                let name = name.trim_start_matches(['\\', '/']);
                match drive.to_lowercase().as_str() {
                    "variable" => {
                        let name = format!("${}", name.to_lowercase());
                        let found = machine.lookup(&name).cloned();
                        return found.unwrap_or_else(|| super::name(machine, &name));
                    }
                    "env" => {
                        return super::environment(machine, &name.to_uppercase());
                    }
                    "function" | "alias" => return UNKNOWN,
                    _ => {}
                }
            }
        }
        _ => {}
    }
    let wild = !set("literalpath");
    for (_, role, value) in &bound {
        // Only names in a folder that fit are meant.
        let narrowed = match (&filter, role) {
            (Some(filter), 'r' | 'd' | 'w') => {
                let base = machine.stringify(value);
                let pattern = machine.stringify(filter);
                Some(glob_in(&base, &pattern, recursive))
            }
            _ => None,
        };
        let value = narrowed.as_ref().unwrap_or(value);
        match role {
            'r' => touch(
                machine,
                EffectKind::FileRead,
                value,
                recursive || cmdlet.name == "compress-archive",
                wild,
            ),
            'w' => touch(machine, EffectKind::FileWrite, value, false, wild),
            'l' => touch(machine, EffectKind::FileList, value, recursive, wild),
            'd' => touch(machine, EffectKind::FileDelete, value, recursive, wild),
            'f' => script_file(machine, value),
            _ => {}
        }
    }
    match cmdlet.name {
        "rename-item" => {
            if let (Some(from), Some(to)) = (path, of("newname")) {
                renamed(machine, &from, &to);
            }
            Value::Nothing
        }
        // A path stays what it was.
        "get-item" | "resolve-path" | "convert-path" => {
            let value = path.unwrap_or(UNKNOWN);
            match value {
                Value::Str(_) => Value::object(Class::Glob, value),
                other => other,
            }
        }
        "get-content" | "import-csv" | "import-clixml" => UNKNOWN,
        "tee-object" | "copy-item" | "move-item" => words.input.cloned().unwrap_or(UNKNOWN),
        "test-path" => UNKNOWN,
        _ => UNKNOWN,
    }
}

fn renamed(machine: &mut Machine<'_>, from: &Value, to: &Value) {
    let from = machine.stringify(from).replace('\\', "/");
    let to = machine.stringify(to);
    let dir = from.rsplit_once('/').map_or("", |(dir, _)| dir);
    let full = if dir.is_empty() || to.contains(['/', '\\']) {
        to
    } else {
        format!("{dir}/{to}")
    };
    write(machine, &Value::text(full));
}

/// The names a listing of a folder gives.
fn listing(
    machine: &mut Machine<'_>,
    folder: &Value,
    filter: Option<&Value>,
    recursive: bool,
) -> Value {
    let named = match folder {
        Value::Object(Class::Glob, inner) => inner,
        other => other,
    };
    if let Value::Str(text) = named {
        let lower = text.to_lowercase();
        if let Some(name) = lower.strip_prefix("env:") {
            let name = name.trim_matches(['\\', '/', '*']).to_uppercase();
            return super::environment(machine, &name);
        }
        if lower.starts_with("variable:")
            || lower.starts_with("function:")
            || lower.starts_with("alias:")
        {
            return UNKNOWN;
        }
    }
    touch(machine, EffectKind::FileList, folder, recursive, true);
    let pattern = filter.map_or_else(|| "*".to_owned(), |f| machine.stringify(f));
    let found: Vec<Value> = folder
        .alternatives()
        .iter()
        .flat_map(values::items)
        .map(|one| {
            let base = machine.stringify(&one);
            glob_in(&base, &pattern, recursive)
        })
        .collect();
    values::pipeline(&found)
}

fn glob_in(base: &str, pattern: &str, recursive: bool) -> Value {
    let base = base.trim_end_matches(['/', '\\']);
    let text = if base.contains(['*', '?']) {
        base.to_owned()
    } else if recursive && pattern == "*" {
        format!("{base}/**")
    } else {
        format!("{base}/{pattern}")
    };
    Value::object(Class::Glob, Value::text(text))
}

fn new_item(machine: &mut Machine<'_>, path: Option<Value>, bound: &[(&str, &Value)]) -> Value {
    let of = |name: &str| {
        bound
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, v)| (*v).clone())
    };
    let name = of("name").map(|n| machine.stringify(&n));
    let path = match (path, name) {
        (Some(path), Some(name)) => {
            let dir = machine.stringify(&path);
            Value::text(format!("{}/{name}", dir.trim_end_matches(['/', '\\'])))
        }
        (Some(path), None) => path,
        (None, Some(name)) => Value::text(name),
        (None, None) => UNKNOWN,
    };
    if let Value::Str(text) = &path
        && let Some((drive, name)) = text.split_once(':')
    {
        let key = match drive.to_lowercase().as_str() {
            "variable" => Some("$"),
            "alias" => Some("alias "),
            "function" => Some("fn "),
            _ => None,
        };
        if let Some(key) = key {
            let value = of("value").unwrap_or(Value::Nothing);
            machine.bind(&format!("{key}{}", name.to_lowercase()), value);
            return UNKNOWN;
        }
    }
    write(machine, &path);
    Value::object(Class::Path, path)
}

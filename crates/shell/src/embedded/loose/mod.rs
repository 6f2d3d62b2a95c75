//! Ruby, Perl, PHP and Lua: the calls that reach outside.
//!
//! Lighter than Python and JavaScript: the grammar is shared and tolerant,
//! and only well-known functions have a meaning.

mod lex;
mod lua;
mod parse;
mod perl;
mod php;
mod ruby;

use palisade_core::EffectKind;

use super::machine::{Grammar, Machine};
use super::operations;
use super::value::{Args, Class, Value};
use crate::arg::Origin;
use crate::holes::{has_hole, is_hole};

pub(super) use parse::parse;

const UNKNOWN: Value = Value::Unknown(Origin::Unknown);
const FETCHED: Value = Value::Unknown(Origin::Fetched);

/// A name that nothing was assigned to.
pub(super) fn name(machine: &mut Machine<'_>, name: &str) -> Value {
    match name {
        "ARGV" | "$ARGV" | "$argv" | "arg" => {
            let mut argv = machine.argv.clone();
            if matches!(name, "$argv" | "arg") {
                // The script itself comes first.
                argv.insert(0, Value::text("-"));
            }
            Value::list(argv)
        }
        "$ENV" | "$_ENV" => Value::sym("ENV"),
        "$0" | "__FILE__" | "__dir__" | "__DIR__" => machine.current(),
        "$stdin" | "STDIN" | "ARGF" => Value::sym("STDIN"),
        "$stdout" | "STDOUT" => Value::sym("STDOUT"),
        "PHP_EOL" => Value::text("\n"),
        _ if name.starts_with(['$', '@']) => UNKNOWN,
        _ => Value::sym(name),
    }
}

/// `base.name` of something outside.
pub(super) fn attribute(_machine: &mut Machine<'_>, base: &str, name: &str) -> Value {
    let base = base
        .strip_prefix("Kernel.")
        .or_else(|| base.strip_prefix("_G."))
        .unwrap_or(base);
    match base {
        "Kernel" | "_G" | "CORE" | "CORE.GLOBAL" | "self" | "Object" if name != "const_get" => {
            Value::sym(name)
        }
        _ => Value::sym(format!("{base}.{name}")),
    }
}

/// `base[index]` of something outside.
pub(super) fn index(machine: &mut Machine<'_>, base: &str, index: &Value) -> Value {
    if machine.is_environment(base) {
        return machine.variable(index);
    }
    match (base, index.as_str().filter(|t| !has_hole(t))) {
        ("_G" | "_ENV", Some(name)) => Value::sym(name),
        ("Dir", Some(pattern)) => {
            Value::list(vec![Value::object(Class::Glob, Value::text(pattern))])
        }
        (_, Some(name)) if machine.grammar == Grammar::Lua => Value::sym(format!("{base}.{name}")),
        _ => Value::sym(format!("{base}[]")),
    }
}

/// A call of something outside.
pub(super) fn call(machine: &mut Machine<'_>, path: &str, args: &Args) -> Value {
    if path.chars().any(is_hole) {
        machine.opaque_code(None);
        return UNKNOWN;
    }
    // PHP does not care for case, and knows no members of functions.
    let lower;
    let path = if machine.grammar == Grammar::Php {
        lower = path.trim_start_matches('\\').to_owned();
        lower.as_str()
    } else {
        path
    };
    let found = match machine.grammar {
        Grammar::Ruby => ruby::call(machine, path, args),
        Grammar::Perl => perl::call(machine, path, args),
        Grammar::Php => php::call(machine, path, args),
        _ => lua::call(machine, path, args),
    };
    if let Some(value) = found
        .or_else(|| super::sdk::call(machine, path, args))
        .or_else(|| database(machine, path, args))
    {
        return value;
    }
    Value::sym(format!("{path}()"))
}

/// A call of a method of a value.
pub(super) fn method(
    machine: &mut Machine<'_>,
    receiver: &Value,
    name: &str,
    args: &Args,
) -> Value {
    let found = match machine.grammar {
        Grammar::Ruby => ruby::method(machine, receiver, name, args),
        Grammar::Lua => lua::method(machine, receiver, name, args),
        _ => None,
    };
    if let Some(value) = found.or_else(|| operations::method(receiver, name, &args.pos)) {
        return value;
    }
    if let Some(value) = database(machine, name, args) {
        return value;
    }
    match receiver {
        Value::Unknown(origin) => Value::Unknown(*origin),
        Value::Str(text) if has_hole(text) => machine.part_of_unknown(receiver),
        _ => UNKNOWN,
    }
}

/// Statements handed to whatever database.
fn database(machine: &mut Machine<'_>, path: &str, args: &Args) -> Option<Value> {
    let name = path.rsplit(['.', ':', '>']).next().unwrap_or(path);
    // With a condition it is about some of the rows.
    let some = [".where", ">where", ":where", ".find", ">find", ".filter"]
        .iter()
        .any(|w| path.contains(w));
    match name {
        "query" | "execute" | "exec" | "do" | "prepare" | "exec_query" | "select_all"
        | "mysqli_query" | "pg_query" | "execute_batch" | "exec_params" | "statement"
        | "unprepared" | "run" | "multi_query" => {
            // `mysqli_query($link, $sql)` has it second.
            for arg in args.pos.iter().take(2) {
                machine.maybe_sql(arg, path);
            }
            Some(UNKNOWN)
        }
        "delete_all" | "destroy_all" | "update_all" | "deleteAll" | "updateAll" if some => {
            machine.perhaps(EffectKind::DbWrite, path);
            Some(UNKNOWN)
        }
        "delete" if !some && (path.contains("table") || path.contains("query()")) => {
            machine.perhaps(EffectKind::DbDestroy, path);
            Some(UNKNOWN)
        }
        "delete_all" | "destroy_all" | "update_all" | "drop_table" | "drop_database"
        | "truncate_all" | "flushall" | "flushdb" | "dropDatabase" | "truncate" => {
            machine.perhaps(EffectKind::DbDestroy, path);
            Some(UNKNOWN)
        }
        "insert_all" => {
            machine.perhaps(EffectKind::DbWrite, path);
            Some(UNKNOWN)
        }
        _ => None,
    }
}

/// Text joined from a list.
fn join(machine: &mut Machine<'_>, items: &Value, separator: &str) -> Value {
    match items.as_list() {
        Some(items) => {
            let items = items.to_vec();
            let parts: Vec<String> = items.iter().map(|v| machine.stringify(v)).collect();
            Value::text(parts.join(separator))
        }
        None => items.clone(),
    }
}

/// A command: one text for the shell, several words for a program.
fn command(machine: &mut Machine<'_>, args: &Args) {
    let words: Vec<Value> = args
        .pos
        .iter()
        .filter(|v| !matches!(v, Value::Dict(_) | Value::Func(_)))
        .flat_map(|v| match v {
            Value::List(items) => items.to_vec(),
            other => vec![other.clone()],
        })
        .collect();
    let cwd = args.named("chdir").cloned();
    match words.as_slice() {
        [] => {}
        [one] => machine.shell(one, cwd.as_ref()),
        many => {
            // `$?` of a `|` mode is no word of it.
            machine.words(many, cwd.as_ref(), None);
        }
    }
}

/// `%` formats; the first argument is the format.
fn sprintf(machine: &mut Machine<'_>, args: &Args) -> Value {
    match args.pos.split_first() {
        Some((Value::Str(format), rest)) => {
            let format = format.to_string();
            Value::text(machine.percent(&format, rest))
        }
        _ => UNKNOWN,
    }
}

/// Decodes one character per number.
fn characters(args: &Args) -> Value {
    let text: Option<String> = args
        .pos
        .iter()
        .map(|v| {
            v.as_int()
                .and_then(|n| u32::try_from(n).ok())
                .and_then(char::from_u32)
        })
        .collect();
    text.map_or(UNKNOWN, Value::text)
}

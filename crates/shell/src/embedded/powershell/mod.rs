//! PowerShell: what its commands and .NET calls reach.
//!
//! The abstract machine computes; here is what names mean. A command is a
//! call of `op &` with its words, a parameter among them is a symbol that
//! begins with a dash. Operators and casts are calls of `op …` too, so that
//! the tree needs nothing of its own.

mod cmdlets;
mod commands;
mod dotnet;
mod parse;
mod places;
mod programs;
mod roles;
mod special;
mod values;
mod verbs;

use super::machine::Machine;
use super::value::{Args, Class, Value};
use super::windows;
use crate::arg::Origin;

pub(super) use commands::change_directory;
pub(super) use parse::parse;
pub(super) use places::{delete, list, read, touch_tree, write};
pub(super) use programs::{native, split_line, start};
pub(super) use values::{binary, index};
pub(super) use verbs::is_cmdlet;

const UNKNOWN: Value = Value::Unknown(Origin::Unknown);
const FETCHED: Value = Value::Unknown(Origin::Fetched);

/// A name nothing was assigned to.
pub(super) fn name(machine: &mut Machine<'_>, name: &str) -> Value {
    let Some(variable) = name.strip_prefix('$') else {
        return Value::sym(name);
    };
    if let Some(outside) = variable.strip_prefix("env:") {
        return environment(machine, outside);
    }
    let documents = format!("{}/Documents/PowerShell", machine.cx.home);
    match variable {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Nothing,
        "home" => machine.home(),
        "pwd" | "psscriptroot" => machine.current(),
        "args" => Value::list(machine.argv.clone()),
        "input" => machine.stdin(),
        "profile" => Value::text(format!("{documents}/Microsoft.PowerShell_profile.ps1")),
        "pshome" => Value::text("C:\\Windows\\System32\\WindowsPowerShell\\v1.0"),
        "shellid" => Value::text("Microsoft.PowerShell"),
        "verbosepreference" | "debugpreference" => Value::text("SilentlyContinue"),
        "erroractionpreference" => Value::text("Continue"),
        "confirmpreference" => Value::text("High"),
        "maximumdrivecount" => Value::text("4096"),
        "ofs" => Value::text(" "),
        "executioncontext" | "host" | "psversiontable" | "myinvocation" | "psboundparameters" => {
            Value::sym(format!("${variable}"))
        }
        _ => UNKNOWN,
    }
}

/// The value of an environment variable; all of them when the name is empty.
pub(super) fn environment(machine: &mut Machine<'_>, name: &str) -> Value {
    if name.is_empty() {
        return machine.unknown_text("environment", Origin::Secret);
    }
    match machine.cx.vars.get(name) {
        None => match windows::variable(name, machine.cx.home) {
            Some(value) => Value::text(value),
            None => machine.variable(&Value::text(name)),
        },
        Some(_) => machine.variable(&Value::text(name)),
    }
}

/// `value.name`
pub(super) fn attribute(machine: &mut Machine<'_>, value: &Value, name: &str) -> Value {
    match value {
        Value::Sym(base) => dotnet::property(machine, base, name),
        Value::OneOf(all) => {
            let values = all.iter().map(|v| attribute(machine, v, name)).collect();
            Value::one_of(values)
        }
        Value::Unknown(origin) => Value::Unknown(*origin),
        Value::Nothing => Value::Nothing,
        Value::Dict(entries) => match value.entry(name) {
            Some(found) => found.clone(),
            None => match name {
                "keys" => Value::list(entries.iter().map(|(k, _)| k.clone()).collect()),
                "values" => Value::list(entries.iter().map(|(_, v)| v.clone()).collect()),
                _ => Value::method(value.clone(), name),
            },
        },
        Value::Object(Class::Glob | Class::Path, _) if is_path_property(name) => value.clone(),
        Value::List(items) if is_path_property(name) => {
            let items = items.iter().take(256).map(|v| attribute(machine, v, name));
            Value::list(items.collect())
        }
        Value::List(items) if matches!(name, "length" | "count") => {
            i64::try_from(items.len()).map_or(UNKNOWN, Value::Int)
        }
        Value::Str(text) if name == "length" && !crate::holes::has_hole(text) => {
            i64::try_from(text.chars().count()).map_or(UNKNOWN, Value::Int)
        }
        Value::Str(text) if text.chars().all(crate::holes::is_hole) => {
            machine.part_of_unknown(value)
        }
        _ => Value::method(value.clone(), name),
    }
}

/// What of a file object names the file again.
fn is_path_property(name: &str) -> bool {
    matches!(
        name,
        "fullname"
            | "name"
            | "path"
            | "pspath"
            | "basename"
            | "directory"
            | "directoryname"
            | "psparentpath"
            | "parent"
            | "providerpath"
            | "versioninfo"
            | "target"
    )
}

/// A call of something that is no value.
pub(super) fn call(machine: &mut Machine<'_>, name: &str, args: &Args) -> Value {
    let Some(operator) = name.strip_prefix("op ") else {
        return dotnet::call(machine, name, args);
    };
    match operator {
        "&" => commands::run(machine, args),
        "group" => args.at(0),
        "glob" => match args.at(0) {
            text @ Value::Str(_) => Value::object(Class::Glob, text),
            other => other,
        },
        "list" => values::pipeline(&args.pos),
        "now" => match args.at(0) {
            Value::Func(body) => machine.apply(&body, Args::default()),
            other => other,
        },
        "cast" => values::cast(machine, &args.at(0), &args.at(1)),
        "unary" => values::unary(machine, &args.at(0), &args.at(1)),
        "reverse" => match args.at(0) {
            Value::List(items) => Value::list(items.iter().rev().cloned().collect()),
            other => other,
        },
        "member" => match args.at(1) {
            Value::Str(member) if !crate::holes::has_hole(&member) => {
                attribute(machine, &args.at(0), &member.to_lowercase())
            }
            _ => UNKNOWN,
        },
        "drive" => {
            read(machine, &args.at(0));
            UNKNOWN
        }
        _ => UNKNOWN,
    }
}

/// A call of a method of a value.
pub(super) fn method(
    machine: &mut Machine<'_>,
    receiver: &Value,
    name: &str,
    args: &Args,
) -> Value {
    match (receiver, name) {
        (
            Value::Func(body),
            "invoke" | "invokereturnasis" | "getnewclosure" | "invokewithcontext",
        ) => machine.apply(body, args.clone()),
        (
            Value::Object(Class::Code, code),
            "invoke" | "invokereturnasis" | "getnewclosure" | "invokewithcontext",
        ) => {
            let code = (**code).clone();
            if name == "getnewclosure" {
                return receiver.clone();
            }
            machine.run_code(&code)
        }
        (Value::Object(Class::Glob | Class::Path, inner), "delete") => {
            delete(machine, inner, true);
            Value::Nothing
        }
        (Value::Object(Class::Glob | Class::Path, inner), "moveto") => {
            delete(machine, inner, false);
            write(machine, &args.at(0));
            Value::Nothing
        }
        (Value::Object(Class::Glob | Class::Path, inner), "copyto") => {
            read(machine, inner);
            write(machine, &args.at(0));
            Value::Nothing
        }
        (_, "foreach" | "where") => {
            let items = match receiver {
                Value::List(items) => items.to_vec(),
                other => vec![other.clone()],
            };
            let block = args.at(0);
            commands::each(machine, &items, &[block], name == "where")
        }
        _ => values::method(machine, receiver, name, args),
    }
}

/// A value left at the end of a statement is shown.
pub(super) fn shown(machine: &mut Machine<'_>, value: &Value) {
    match value {
        Value::Str(_) | Value::Int(_) => machine.print(std::slice::from_ref(value), " ", "\n"),
        Value::List(items) => {
            let items: Vec<Value> = items.iter().take(64).cloned().collect();
            machine.print(&items, "\n", "\n");
        }
        Value::Unknown(origin @ (Origin::Secret | Origin::Fetched | Origin::Decoded)) => {
            let shown = if *origin == Origin::Secret {
                "secret"
            } else {
                "$(fetched)"
            };
            let text = machine.unknown_text(shown, *origin);
            machine.print(&[text], " ", "\n");
        }
        Value::OneOf(all) => {
            for one in all.iter() {
                shown(machine, one);
            }
        }
        _ => {}
    }
}

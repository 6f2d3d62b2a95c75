//! Python: what the standard library and well-known packages do.

mod builtins;
mod files;
mod lex;
mod network;
mod parse;
mod process;
mod text;

use super::machine::Machine;
use super::operations;
use super::value::{Args, Class, Value};
use crate::arg::Origin;
use crate::holes::{ANY, has_hole};
use builtins::builtin;
use text::text_method;

pub(super) use parse::parse;

const UNKNOWN: Value = Value::Unknown(Origin::Unknown);

/// Names Python has without an import.
pub(super) fn is_builtin(name: &str) -> bool {
    matches!(
        name,
        "print"
            | "open"
            | "exec"
            | "eval"
            | "compile"
            | "getattr"
            | "setattr"
            | "hasattr"
            | "len"
            | "str"
            | "int"
            | "float"
            | "bytes"
            | "bytearray"
            | "list"
            | "dict"
            | "set"
            | "tuple"
            | "range"
            | "map"
            | "filter"
            | "zip"
            | "sorted"
            | "reversed"
            | "enumerate"
            | "input"
            | "chr"
            | "ord"
            | "globals"
            | "locals"
            | "vars"
            | "type"
            | "isinstance"
            | "sum"
            | "min"
            | "max"
            | "any"
            | "all"
            | "repr"
            | "format"
            | "iter"
            | "next"
            | "__import__"
            | "dir"
            | "__builtins__"
            | "hex"
            | "oct"
            | "bin"
            | "abs"
            | "round"
            | "bool"
            | "super"
            | "object"
            | "quit"
            | "exit"
            | "id"
            | "hash"
            | "help"
            | "slice"
            | "frozenset"
            | "memoryview"
            | "breakpoint"
            | "__name__"
            | "__file__"
    )
}

/// One spelling for names that are the same thing.
fn canonical(path: &str) -> String {
    const PREFIXES: &[(&str, &str)] = &[
        ("builtins.", ""),
        ("__builtins__.", ""),
        ("__builtin__.", ""),
        ("posix.", "os."),
        ("nt.", "os."),
        ("posixpath.", "os.path."),
        ("ntpath.", "os.path."),
        ("_io.", "io."),
        ("os.os.", "os."),
        ("shutil.os.", "os."),
        ("subprocess.os.", "os."),
        ("glob.os.", "os."),
        ("pathlib.os.", "os."),
        ("six.moves.", ""),
        ("_socket.", "socket."),
    ];
    for (from, to) in PREFIXES {
        if let Some(rest) = path.strip_prefix(from) {
            return format!("{to}{rest}");
        }
    }
    path.to_owned()
}

/// `base.name` of something outside.
pub(super) fn attribute(machine: &mut Machine<'_>, base: &str, name: &str) -> Value {
    match name {
        "__subclasses__" | "__globals__" | "f_globals" | "f_builtins" | "__code__" => {
            // Roundabout ways to the builtins: there is no other use.
            machine.opaque_code(None);
            return UNKNOWN;
        }
        "__dict__" => return Value::sym(format!("{base}.__dict__")),
        "__builtins__" => return Value::sym("builtins"),
        "__call__" | "__wrapped__" | "__func__" => return Value::sym(base),
        _ => {}
    }
    let path = canonical(&format!("{base}.{name}"));
    match path.as_str() {
        "sys.executable" => Value::text("python3"),
        "sys.argv" | "sys.orig_argv" => {
            let mut argv = vec![Value::text("-c")];
            argv.extend(machine.argv.iter().cloned());
            Value::list(argv)
        }
        "os.sep" | "os.path.sep" => Value::text("/"),
        "os.curdir" => Value::text("."),
        "os.pardir" => Value::text(".."),
        "os.linesep" => Value::text("\n"),
        "os.devnull" => Value::text("/dev/null"),
        "os.name" => Value::text("posix"),
        "string.ascii_lowercase" => Value::text("abcdefghijklmnopqrstuvwxyz"),
        "string.ascii_uppercase" => Value::text("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        "string.ascii_letters" => {
            Value::text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        }
        "string.digits" => Value::text("0123456789"),
        _ => Value::sym(path),
    }
}

/// `base[index]` of something outside.
pub(super) fn index(machine: &mut Machine<'_>, base: &str, index: &Value) -> Value {
    if machine.is_environment(base) {
        return machine.variable(index);
    }
    if let Some(owner) = base
        .strip_suffix(".__dict__")
        .or_else(|| base.strip_prefix("vars(").and_then(|b| b.strip_suffix(')')))
    {
        return match index.as_str().filter(|i| !has_hole(i)) {
            Some(name) => attribute(machine, owner, name),
            None => Value::sym(format!("{owner}.{ANY}")),
        };
    }
    match (base, index.as_str().filter(|i| !has_hole(i))) {
        ("sys.modules", Some(name)) => Value::sym(name),
        ("globals()" | "locals()" | "builtins" | "__builtins__", Some(name)) => {
            match machine.lookup(name) {
                Some(value) => value.clone(),
                None if name == "__builtins__" => Value::sym("builtins"),
                None => Value::sym(name),
            }
        }
        ("globals()" | "locals()" | "builtins" | "__builtins__" | "sys.modules", None) => {
            Value::sym(format!("builtins.{ANY}"))
        }
        // `plumbum.local["rm"]`
        ("plumbum.local", Some(name)) => Value::sym(format!("sh.{name}")),
        _ => Value::sym(format!("{base}[]")),
    }
}

/// An attribute of a value that is not outside.
pub(super) fn property(machine: &mut Machine<'_>, value: &Value, name: &str) -> Option<Value> {
    if matches!(
        name,
        "__subclasses__" | "__globals__" | "f_globals" | "gi_frame"
    ) {
        machine.opaque_code(None);
        return Some(UNKNOWN);
    }
    let Value::Object(Class::Path | Class::Glob, inner) = value else {
        return match (value, name) {
            (
                Value::Unknown(origin),
                "text" | "content" | "body" | "data" | "stdout" | "stderr",
            ) => Some(Value::Unknown(*origin)),
            (Value::Object(Class::File, inner), "name") => Some((**inner).clone()),
            _ => None,
        };
    };
    let text = inner.as_str().unwrap_or_default();
    let stem = || {
        let name = operations::file_name(text);
        match name.rsplit_once('.') {
            Some(("", _)) | None => name,
            Some((stem, _)) => stem.to_owned(),
        }
    };
    Some(match name {
        "parent" => Value::object(Class::Path, Value::text(operations::parent(text))),
        "name" => Value::text(operations::file_name(text)),
        "stem" => Value::text(stem()),
        "suffix" => Value::text(
            operations::file_name(text)
                .rsplit_once('.')
                .filter(|(stem, _)| !stem.is_empty())
                .map(|(_, s)| format!(".{s}"))
                .unwrap_or_default(),
        ),
        _ => return None,
    })
}

/// A call of something outside.
pub(super) fn call(machine: &mut Machine<'_>, path: &str, args: &Args) -> Value {
    let path = canonical(path);
    if has_hole(&path) {
        // Which function is called is computed.
        let root = path.split('.').next().unwrap_or_default();
        if matches!(
            root,
            "os" | "shutil"
                | "subprocess"
                | "builtins"
                | "importlib"
                | "pty"
                | "socket"
                | "pathlib"
        ) || root.chars().all(crate::holes::is_hole)
        {
            machine.opaque_code(None);
        }
        return UNKNOWN;
    }
    if let Some(value) = builtin(machine, &path, args) {
        return value;
    }
    if let Some(value) = files::call(machine, &path, args) {
        return value;
    }
    if let Some(value) = process::call(machine, &path, args) {
        return value;
    }
    if let Some(value) = super::sdk::call(machine, &path, args) {
        return value;
    }
    if let Some(value) = network::call(machine, &path, args) {
        return value;
    }
    // Something that is created keeps the name it came from.
    Value::sym(format!("{path}()"))
}

/// A call of a method of a value.
pub(super) fn method(
    machine: &mut Machine<'_>,
    receiver: &Value,
    name: &str,
    args: &Args,
) -> Value {
    match receiver {
        Value::Object(class @ (Class::Path | Class::Glob), inner) => {
            if let Some(value) = files::path_method(machine, *class, inner, name, args) {
                return value;
            }
        }
        Value::Object(Class::File, inner) => {
            return files::file_method(machine, inner, name, args);
        }
        Value::Object(Class::Peer, inner) => {
            return network::peer_method(machine, inner, name, args);
        }
        _ => {}
    }
    if let Some(value) = text_method(machine, receiver, name, args) {
        return value;
    }
    if let Some(value) = operations::method(receiver, name, &args.pos) {
        return value;
    }
    match (receiver, name) {
        (Value::List(_), "append" | "extend" | "insert" | "add" | "update") => Value::Nothing,
        (
            Value::Unknown(origin),
            "read" | "decode" | "text" | "json" | "readline" | "readlines" | "getvalue" | "strip"
            | "encode" | "content" | "replace" | "split" | "splitlines",
        ) => Value::Unknown(*origin),
        (Value::Unknown(_), _) => network::unknown_method(machine, name, args),
        (Value::Str(text), _) if has_hole(text) => machine.part_of_unknown(receiver),
        _ => UNKNOWN,
    }
}

//! Python: what the standard library and well-known packages do.

mod files;
mod lex;
mod network;
mod parse;
mod process;

use std::rc::Rc;

use palisade_core::EffectKind;

use super::machine::Machine;
use super::operations;
use super::value::{Args, Class, Value};
use crate::arg::Origin;
use crate::holes::{ANY, has_hole};

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

fn builtin(machine: &mut Machine<'_>, path: &str, args: &Args) -> Option<Value> {
    let first = args.at(0);
    Some(match path {
        "print" => {
            if let Some(file) = args.named("file")
                && !matches!(file, Value::Nothing)
            {
                return Some(Value::Nothing);
            }
            let text = |n: &str, default: &str| {
                args.named(n)
                    .and_then(Value::as_str)
                    .unwrap_or(default)
                    .to_owned()
            };
            let (separator, end) = (text("sep", " "), text("end", "\n"));
            machine.print(&args.pos, &separator, &end);
            Value::Nothing
        }
        "pprint.pprint"
        | "sys.stdout.write"
        | "sys.stdout.buffer.write"
        | "pprint.pp"
        | "sys.stderr.write"
        | "rich.print" => {
            machine.print(&args.pos, " ", "");
            Value::Nothing
        }
        "exec" | "eval" => machine.run_code(&first),
        "compile" | "ast.parse" => first,
        "timeit.timeit"
        | "timeit.repeat"
        | "cProfile.run"
        | "profile.run"
        | "trace.run"
        | "code.InteractiveInterpreter().runsource"
        | "code.InteractiveInterpreter().runcode"
        | "types.FunctionType"
        | "pdb.run" => {
            for value in args.all().take(2) {
                if matches!(value, Value::Str(_) | Value::Unknown(_)) {
                    machine.run_code(value);
                }
            }
            UNKNOWN
        }
        "marshal.loads" | "marshal.load" => Value::Unknown(Origin::Decoded),
        "pickle.loads"
        | "pickle.load"
        | "pickle.Unpickler"
        | "cPickle.loads"
        | "cPickle.load"
        | "_pickle.loads"
        | "_pickle.load"
        | "dill.loads"
        | "dill.load"
        | "cloudpickle.loads"
        | "cloudpickle.load"
        | "joblib.load"
        | "pandas.read_pickle"
        | "shelve.open"
        | "jsonpickle.decode"
        | "yaml.unsafe_load"
        | "yaml.unsafe_load_all" => {
            // A pickle is a program.
            let named = matches!(first, Value::Str(_));
            if named && (path.ends_with("joblib.load") || path == "pandas.read_pickle") {
                machine.file(EffectKind::FileRead, &first);
            }
            if first.as_sym() != Some("pickle.dumps()") {
                let origin = machine.origin_of(&first);
                machine.opaque_code(origin);
            }
            UNKNOWN
        }
        "yaml.load" => {
            let loader = args.get(1, "Loader").and_then(Value::as_sym).unwrap_or("");
            if loader.ends_with("UnsafeLoader") || loader == "yaml.Loader" {
                machine.opaque_code(None);
            }
            UNKNOWN
        }
        "__import__" | "importlib.import_module" | "importlib.__import__" | "imp.load_module" => {
            match first.as_str() {
                Some(name) if !has_hole(name) => {
                    let whole = path != "__import__"
                        || args
                            .get(3, "fromlist")
                            .is_some_and(|v| v.truth() == Some(true));
                    let name = if whole {
                        name
                    } else {
                        name.split('.').next().unwrap_or(name)
                    };
                    Value::sym(name)
                }
                _ => Value::sym(ANY.to_string()),
            }
        }
        "importlib.reload" => first,
        "getattr" | "inspect.getattr_static" => match args.at(1).as_str() {
            Some(name) if !has_hole(name) => {
                let name = name.to_owned();
                machine.attribute(&first, &name)
            }
            _ => match first.as_sym() {
                Some(base) => Value::sym(format!("{base}.{ANY}")),
                None => UNKNOWN,
            },
        },
        "operator.attrgetter" | "operator.methodcaller" => Value::sym(ANY.to_string()),
        "functools.partial" => first,
        "globals" | "locals" => Value::sym("globals()"),
        "vars" | "dir" => match first.as_sym() {
            Some(base) if !args.pos.is_empty() => Value::sym(format!("{base}.__dict__")),
            _ => Value::sym("globals()"),
        },
        "map"
        | "filter"
        | "itertools.starmap"
        | "functools.reduce"
        | "builtins.map"
        | "concurrent.futures.ThreadPoolExecutor().map" => {
            let items = machine.elements(&args.at(1));
            let known = items.is_some();
            let items = items.unwrap_or_else(|| vec![UNKNOWN]);
            let mut out = Vec::new();
            for item in items.into_iter().take(256) {
                let result = if first.as_sym().is_some() || matches!(first, Value::Func(_)) {
                    machine.call(&first, Args::of(vec![item.clone()]))
                } else {
                    UNKNOWN
                };
                out.push(if path == "filter" { item } else { result });
            }
            if known {
                Value::list(out)
            } else {
                operations::some_of(out)
            }
        }
        "list"
        | "tuple"
        | "set"
        | "frozenset"
        | "sorted"
        | "iter"
        | "collections.deque"
        | "itertools.chain.from_iterable" => {
            if args.pos.is_empty() {
                return Some(Value::list(Vec::new()));
            }
            match machine.elements(&first) {
                Some(items) => Value::list(items),
                None => first,
            }
        }
        "itertools.chain" => {
            let mut out = Vec::new();
            for value in &args.pos {
                match machine.elements(value) {
                    Some(items) => out.extend(items),
                    None => out.push(UNKNOWN),
                }
            }
            Value::list(out)
        }
        "reversed" => match &first {
            Value::Str(text) => Value::list(
                text.chars()
                    .rev()
                    .take(1024)
                    .map(|c| Value::text(c.to_string()))
                    .collect(),
            ),
            other => operations::method(other, "reversed", &[]).unwrap_or(UNKNOWN),
        },
        "enumerate" => match machine.elements(&first) {
            Some(items) => Value::list(
                (0_i64..)
                    .zip(items)
                    .map(|(i, v)| Value::list(vec![Value::Int(i), v]))
                    .collect(),
            ),
            None => UNKNOWN,
        },
        "zip" => {
            let lists: Option<Vec<Vec<Value>>> =
                args.pos.iter().map(|v| machine.elements(v)).collect();
            match lists {
                Some(lists) => {
                    let len = lists.iter().map(Vec::len).min().unwrap_or(0);
                    Value::list(
                        (0..len)
                            .map(|i| {
                                Value::list(
                                    lists.iter().filter_map(|l| l.get(i).cloned()).collect(),
                                )
                            })
                            .collect(),
                    )
                }
                None => UNKNOWN,
            }
        }
        "range" => {
            let (from, to) = match args.pos.as_slice() {
                [to] => (Some(0), to.as_int()),
                [from, to, ..] => (from.as_int(), to.as_int()),
                [] => (None, None),
            };
            match (from, to) {
                (Some(from), Some(to)) if to.saturating_sub(from) <= 256 => {
                    Value::list((from..to).map(Value::Int).collect())
                }
                _ => UNKNOWN,
            }
        }
        "next" => operations::index(&first, &Value::Int(0)),
        "chr" => match first.as_int().and_then(|n| u32::try_from(n).ok()) {
            Some(n) => match char::from_u32(n) {
                Some(c) => Value::text(c.to_string()),
                None => UNKNOWN,
            },
            None => UNKNOWN,
        },
        "ord" => match first.as_str().and_then(|t| t.chars().next()) {
            Some(c) if !crate::holes::is_hole(c) => Value::Int(i64::from(u32::from(c))),
            _ => UNKNOWN,
        },
        "len" => match &first {
            Value::Str(text) if !has_hole(text) => {
                Value::Int(i64::try_from(text.chars().count()).unwrap_or(0))
            }
            _ => UNKNOWN,
        },
        "int" => match &first {
            Value::Str(text) => {
                let base = args.get(1, "base").and_then(Value::as_int).unwrap_or(10);
                u32::try_from(base)
                    .ok()
                    .filter(|b| (2..=36).contains(b))
                    .and_then(|b| i64::from_str_radix(text.trim(), b).ok())
                    .map_or(UNKNOWN, Value::Int)
            }
            Value::Int(_) | Value::Bool(_) => first,
            _ => UNKNOWN,
        },
        "str" | "repr" | "format" | "os.fspath" | "os.fsdecode" | "os.fsencode" | "json.dumps"
        | "json.loads" | "shlex.quote" | "sys.intern" | "textwrap.dedent" | "ast.literal_eval"
        | "json.dump" | "pprint.pformat" | "html.unescape" => match &first {
            Value::Unknown(_) if !args.pos.is_empty() => first,
            _ if path == "str" && args.pos.is_empty() => Value::text(""),
            _ if path == "json.loads" || path == "ast.literal_eval" => UNKNOWN,
            _ => {
                let text = machine.stringify(&first);
                if path == "json.dump" && args.at(1).as_sym() == Some("sys.stdout") {
                    machine.print(&[Value::text(text)], "", "");
                    return Some(Value::Nothing);
                }
                if path == "shlex.quote" {
                    Value::text(format!("'{}'", text.replace('\'', "'\\''")))
                } else {
                    Value::text(text)
                }
            }
        },
        "dict" => match (&first, args.named.is_empty()) {
            (Value::Dict(_), true) => first,
            (Value::Sym(_), _) => first,
            (_, false) => Value::Dict(Rc::new(
                args.named
                    .iter()
                    .map(|(k, v)| (Value::text(k), v.clone()))
                    .collect(),
            )),
            _ => UNKNOWN,
        },
        "os.environ.items" | "os.environ.copy" | "os.environ.values" | "os.environ.keys"
        | "copy.copy" | "copy.deepcopy" => {
            if path.ends_with("keys") {
                UNKNOWN
            } else if path.starts_with("os.") {
                Value::sym("os.environ")
            } else {
                first
            }
        }
        "bytes" | "bytearray" | "memoryview" => match &first {
            Value::List(items) => {
                let bytes: Option<Vec<u8>> = items
                    .iter()
                    .map(|v| v.as_int().and_then(|n| u8::try_from(n).ok()))
                    .collect();
                bytes.map_or(UNKNOWN, |b| operations::text_of(&b))
            }
            Value::Int(_) => UNKNOWN,
            other => other.clone(),
        },
        "base64.b64decode"
        | "base64.urlsafe_b64decode"
        | "base64.standard_b64decode"
        | "base64.decodebytes"
        | "binascii.a2b_base64"
        | "base64.decodestring" => operations::decoded(&first, operations::base64),
        "base64.b32decode" => operations::decoded(&first, operations::base32),
        "base64.b16decode" | "binascii.unhexlify" | "binascii.a2b_hex" | "bytes.fromhex"
        | "bytearray.fromhex" => operations::decoded(&first, operations::hex),
        "base64.b85decode"
        | "base64.a85decode"
        | "zlib.decompress"
        | "gzip.decompress"
        | "bz2.decompress"
        | "lzma.decompress"
        | "quopri.decodestring" => match first {
            Value::Unknown(Origin::Fetched) => first,
            _ => Value::Unknown(Origin::Decoded),
        },
        "codecs.decode" | "codecs.encode" => {
            let codec = args
                .get(1, "encoding")
                .and_then(Value::as_str)
                .unwrap_or("utf-8");
            decode(&first, codec)
        }
        "urllib.parse.unquote" | "urllib.parse.unquote_plus" | "urllib.unquote" => {
            match first.as_str() {
                Some(text) => Value::text(crate::url::percent_decode(text)),
                None => first,
            }
        }
        "shlex.split" => operations::method(&first, "split", &[]).unwrap_or(UNKNOWN),
        "shlex.join" | "subprocess.list2cmdline" => match first.as_list() {
            Some(items) => {
                let items = items.to_vec();
                let words: Vec<String> = items.iter().map(|v| machine.stringify(v)).collect();
                Value::text(words.join(" "))
            }
            None => UNKNOWN,
        },
        "str.join" => match machine.elements(&args.at(1)) {
            Some(items) => {
                let separator = machine.stringify(&first);
                let parts: Vec<String> = items.iter().map(|v| machine.stringify(v)).collect();
                Value::text(parts.join(&separator))
            }
            None => UNKNOWN,
        },
        "sys.stdin.read"
        | "sys.stdin.readline"
        | "sys.stdin.buffer.read"
        | "sys.stdin.readlines"
        | "input"
        | "raw_input" => machine.stdin(),
        "ctypes.CDLL"
        | "ctypes.PyDLL"
        | "ctypes.WinDLL"
        | "ctypes.cdll.LoadLibrary"
        | "cffi.FFI().dlopen"
        | "ctypes.pythonapi.PyRun_SimpleString"
        | "ctypes.CFUNCTYPE"
        | "ctypes.memmove" => {
            machine.opaque_code(None);
            UNKNOWN
        }
        _ => return None,
    })
}

/// A text codec.
fn decode(value: &Value, codec: &str) -> Value {
    match codec.to_ascii_lowercase().replace('_', "-").as_str() {
        "rot13" | "rot-13" => match value.as_str() {
            Some(text) => Value::text(operations::rot13(text)),
            None => value.clone(),
        },
        "hex" | "hex-codec" => operations::decoded(value, operations::hex),
        "base64" | "base64-codec" => operations::decoded(value, operations::base64),
        "utf-8" | "utf8" | "ascii" | "latin-1" | "latin1" | "us-ascii" | "iso-8859-1"
        | "unicode-escape" | "utf-8-sig" => value.clone(),
        _ => Value::Unknown(Origin::Decoded),
    }
}

fn text_method(
    machine: &mut Machine<'_>,
    receiver: &Value,
    name: &str,
    args: &Args,
) -> Option<Value> {
    match (receiver, name) {
        (Value::Str(separator), "join") => {
            let items = machine.elements(&args.at(0));
            let Some(items) = items else {
                let origin = args.at(0).origin().unwrap_or(Origin::Unknown);
                return Some(Value::Unknown(origin));
            };
            let parts: Vec<String> = items.iter().map(|v| machine.stringify(v)).collect();
            Some(Value::text(parts.join(separator)))
        }
        (Value::Str(format), "format" | "format_map") => {
            let format = format.to_string();
            Some(Value::text(braces(machine, &format, args)))
        }
        (Value::Str(_) | Value::Unknown(_), "decode") => {
            let codec = args
                .get(0, "encoding")
                .and_then(Value::as_str)
                .unwrap_or("utf-8");
            match receiver {
                Value::Unknown(_) => Some(receiver.clone()),
                _ => Some(decode(receiver, codec)),
            }
        }
        (Value::Str(_), "encode" | "title" | "capitalize" | "expandtabs" | "zfill" | "ljust") => {
            Some(receiver.clone())
        }
        (Value::Str(text), "hex") => {
            let mut out = String::new();
            for byte in operations::bytes_of(text)? {
                out.push_str(&format!("{byte:02x}"));
            }
            Some(Value::text(out))
        }
        (Value::Str(_), "fromhex") => Some(operations::decoded(&args.at(0), operations::hex)),
        (Value::Dict(_) | Value::List(_), "__getitem__") => {
            Some(machine.index(receiver, &args.at(0)))
        }
        (Value::Func(_), "__call__" | "delay" | "apply_async" | "remote") => {
            Some(machine.call(receiver, args.clone()))
        }
        _ => None,
    }
}

/// `"{} {0} {name}".format(…)`
fn braces(machine: &mut Machine<'_>, format: &str, args: &Args) -> String {
    let mut out = String::new();
    let mut next = 0;
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '{' if chars.peek() == Some(&'{') => {
                chars.next();
                out.push('{');
            }
            '}' => {
                if chars.peek() == Some(&'}') {
                    chars.next();
                }
                out.push('}');
            }
            '{' => {
                let field: String = chars.by_ref().take_while(|c| *c != '}').collect();
                let name = field.split([':', '!', '.', '[']).next().unwrap_or_default();
                let plain = !field.contains(['.', '[']);
                let value = if name.is_empty() {
                    next += 1;
                    args.pos.get(next - 1)
                } else if let Ok(i) = name.parse::<usize>() {
                    args.pos.get(i)
                } else {
                    args.named(name)
                        .or_else(|| args.pos.first().and_then(|d| d.entry(name)))
                };
                let value = value.filter(|_| plain).cloned().unwrap_or(UNKNOWN);
                out.push_str(&machine.stringify(&value));
            }
            c => out.push(c),
        }
    }
    out
}

//! What Python has without an import, and modules that only compute.

use palisade_core::EffectKind;

use super::super::machine::Machine;
use super::super::operations;
use super::super::value::{Args, Value};
use super::UNKNOWN;
use super::text::decode;
use crate::arg::Origin;
use crate::holes::{ANY, has_hole};

pub(super) fn builtin(machine: &mut Machine<'_>, path: &str, args: &Args) -> Option<Value> {
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
            (_, false) => Value::dict(
                args.named
                    .iter()
                    .map(|(k, v)| (Value::text(k), v.clone()))
                    .collect(),
            ),
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

//! JavaScript: what Node, Deno, Bun and well-known packages do.

mod files;
mod lex;
mod mongo;
mod network;
mod parse;
mod process;

use palisade_core::EffectKind;

use super::machine::Machine;
use super::operations;
use super::value::{Args, Class, Value};
use crate::arg::Origin;
use crate::holes::{ANY, has_hole, is_hole};

pub(super) use parse::parse;

const UNKNOWN: Value = Value::Unknown(Origin::Unknown);

/// The module an import names, in one spelling.
fn module_name(text: &str) -> String {
    let name = text.strip_prefix("node:").unwrap_or(text);
    match name {
        "fs/promises" | "fs-extra" | "graceful-fs" | "memfs" => "fs".to_owned(),
        "timers/promises" => "timers".to_owned(),
        "dns/promises" => "dns".to_owned(),
        "path/posix" | "path/win32" => "path".to_owned(),
        "cross-spawn" => "child_process.spawn".to_owned(),
        "node-fetch" | "cross-fetch" | "isomorphic-fetch" => "fetch".to_owned(),
        "process" => "process".to_owned(),
        other => other.to_owned(),
    }
}

/// One spelling for names that are the same thing.
fn canonical(path: &str) -> String {
    let mut path = path;
    for prefix in ["globalThis.", "global.", "window.", "self.", "globalThis."] {
        path = path.strip_prefix(prefix).unwrap_or(path);
    }
    if let Some(rest) = path.strip_prefix("fs.promises.") {
        return format!("fs.{rest}");
    }
    if let Some(rest) = path.strip_prefix("fs.default.") {
        return format!("fs.{rest}");
    }
    path.to_owned()
}

/// `base.name` of something outside.
pub(super) fn attribute(machine: &mut Machine<'_>, base: &str, name: &str) -> Value {
    if machine.is_environment(base) {
        return machine.variable(&Value::text(name));
    }
    if matches!(base, "globalThis" | "global" | "window" | "self")
        && let Some(value) = machine.lookup(name)
    {
        return value.clone();
    }
    if name == "default" || (name == "promises" && base == "fs") {
        return Value::sym(base);
    }
    if name == "constructor"
        && !matches!(base, "module" | "require.main")
        && !base.ends_with("mainModule")
    {
        return Value::sym("Function");
    }
    let path = canonical(&format!("{base}.{name}"));
    match path.as_str() {
        // Everything in the file, to be printed or sent.
        "dotenv.config().parsed" => machine.unknown_text("environment", Origin::Secret),
        "process.argv" | "Deno.args" | "Bun.argv" => {
            let mut argv = Vec::new();
            if path != "Deno.args" {
                argv.push(Value::text("node"));
            }
            argv.extend(machine.argv.iter().cloned());
            Value::list(argv)
        }
        "path.sep" => Value::text("/"),
        "os.EOL" => Value::text("\n"),
        "process.platform" => Value::text("linux"),
        "path.posix" | "path.win32" => Value::sym("path"),
        _ => Value::sym(path),
    }
}

/// `base[index]` of something outside.
pub(super) fn index(machine: &mut Machine<'_>, base: &str, index: &Value) -> Value {
    if machine.is_environment(base) {
        return machine.variable(index);
    }
    match index.as_str() {
        Some(name) if !has_hole(name) => {
            let name = name.to_owned();
            attribute(machine, base, &name)
        }
        Some(_) => Value::sym(canonical(&format!("{base}.{ANY}"))),
        None if index.as_int().is_some() => Value::sym(format!("{base}[]")),
        None => Value::sym(canonical(&format!("{base}.{ANY}"))),
    }
}

/// An attribute of a value that is not outside.
pub(super) fn property(_machine: &mut Machine<'_>, value: &Value, name: &str) -> Option<Value> {
    match (value, name) {
        (_, "constructor") => Some(Value::sym("Function")),
        (Value::Str(text), "length") if !has_hole(text) => {
            Some(Value::Int(i64::try_from(text.chars().count()).unwrap_or(0)))
        }
        (Value::List(items), "length") => Some(Value::Int(i64::try_from(items.len()).unwrap_or(0))),
        (Value::Unknown(origin), "data" | "body" | "stdout" | "text") => {
            Some(Value::Unknown(*origin))
        }
        (Value::Str(text), "pathname" | "path") => {
            let url = crate::url::Url::split(text);
            Some(Value::text(url.path))
        }
        (Value::Str(_), "href") => Some(value.clone()),
        _ => None,
    }
}

/// A call of something outside.
pub(super) fn call(machine: &mut Machine<'_>, path: &str, args: &Args) -> Value {
    let path = canonical(path);
    // `f.call(this, a)`, `f.apply(this, [a])`, `f.bind(this)`.
    if let Some(function) = path.strip_suffix(".call") {
        let rest = Args::of(args.pos.get(1..).unwrap_or_default().to_vec());
        return call(machine, function, &rest);
    }
    if let Some(function) = path.strip_suffix(".apply").filter(|f| *f != "Reflect") {
        let rest = Args::of(args.at(1).as_list().unwrap_or_default().to_vec());
        return call(machine, function, &rest);
    }
    if let Some(function) = path.strip_suffix(".bind") {
        return Value::sym(function);
    }
    if let Some(base) = path.strip_suffix(".then") {
        let function = args.at(0);
        let base = Value::sym(base);
        return machine.call(&function, Args::of(vec![base]));
    }
    // `new Function("return process")()`
    if let Some(name) = path.strip_prefix("returns ") {
        return Value::sym(if name == "this" { "globalThis" } else { name });
    }
    if path.chars().any(is_hole) {
        let root = path.split('.').next().unwrap_or_default();
        if matches!(
            root,
            "fs" | "child_process" | "process" | "vm" | "Deno" | "Bun" | "globalThis" | "global"
        ) || root.chars().all(is_hole)
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
    if let Some(value) = mongo::call(machine, &path, args) {
        return value;
    }
    if let Some(value) = super::sdk::call(machine, &path, args) {
        return value;
    }
    if let Some(value) = network::call(machine, &path, args) {
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
    match (receiver, name) {
        (Value::Func(_), "call" | "bind") => {
            let rest = Args::of(args.pos.get(1..).unwrap_or_default().to_vec());
            return machine.call(receiver, rest);
        }
        (Value::Func(_), "apply") => {
            let rest = Args::of(args.at(1).as_list().unwrap_or_default().to_vec());
            return machine.call(receiver, rest);
        }
        (Value::List(items), "join") => {
            let separator = match args.pos.first() {
                Some(value) => machine.stringify(value),
                None => ",".to_owned(),
            };
            let items = items.clone();
            let parts: Vec<String> = items.iter().map(|v| machine.stringify(v)).collect();
            return Value::text(parts.join(&separator));
        }
        (Value::List(items), "map" | "flatMap") => {
            let items = items.clone();
            let function = args.at(0);
            let mut out = Vec::new();
            for item in items.iter().take(256) {
                out.push(machine.call(&function, Args::of(vec![item.clone()])));
            }
            return Value::list(out);
        }
        (Value::List(_), "filter" | "sort" | "forEach" | "reverse" | "flat" | "toSorted")
            if !matches!(name, "reverse") =>
        {
            return receiver.clone();
        }
        (Value::List(items), "find" | "shift") => {
            return items.first().cloned().unwrap_or(UNKNOWN);
        }
        (Value::List(_), "push" | "unshift" | "splice") => return Value::Nothing,
        (Value::Str(_), "toString" | "normalize" | "padStart" | "padEnd") => {
            return receiver.clone();
        }
        (Value::Str(_), "charCodeAt" | "codePointAt") => {
            let c = operations::index(receiver, &args.at(0));
            return c
                .as_str()
                .and_then(|t| t.chars().next())
                .map_or(UNKNOWN, |c| Value::Int(i64::from(u32::from(c))));
        }
        (Value::Unknown(origin), _) => {
            if let Some(value) = network::suggestive(machine, "", name, args) {
                return value;
            }
            return Value::Unknown(*origin);
        }
        (Value::Object(Class::Path, inner), _) => {
            return files::bun_file(machine, inner, name);
        }
        _ => {}
    }
    operations::method(receiver, name, &args.pos).unwrap_or_else(|| match receiver {
        Value::Str(text) if has_hole(text) => machine.part_of_unknown(receiver),
        _ => UNKNOWN,
    })
}

fn builtin(machine: &mut Machine<'_>, path: &str, args: &Args) -> Option<Value> {
    let first = args.at(0);
    Some(match path {
        "console.log"
        | "console.info"
        | "console.error"
        | "console.table"
        | "console.dir"
        | "console.warn"
        | "console.debug"
        | "process.stdout.write"
        | "print"
        | "printjson" => {
            let end = if path == "process.stdout.write" {
                ""
            } else {
                "\n"
            };
            machine.print(&args.pos, " ", end);
            Value::Nothing
        }
        "require"
        | "import"
        | "module.require"
        | "process.mainModule.require"
        | "process.getBuiltinModule"
        | "module.constructor._load"
        | "module._load"
        | "process.mainModule.constructor._load"
        | "global.process.mainModule.constructor._load"
        | "require.main.constructor._load"
        | "Module._load"
        | "require.main.require"
        | "module.createRequire()"
        | "importScripts" => require(machine, &first),
        "module.createRequire" | "createRequire" => Value::sym("require"),
        "require.resolve" | "import.meta.resolve" => first,
        "eval"
        | "Function"
        | "vm.runInThisContext"
        | "vm.runInNewContext"
        | "vm.runInContext"
        | "vm.Script"
        | "vm.compileFunction"
        | "module._compile"
        | "GeneratorFunction"
        | "AsyncFunction"
        | "Deno.internal.core.evalContext"
        | "vm2.VM().run"
        | "vm.SourceTextModule" => {
            let code = if path == "Function" {
                // What the function is called with is mostly `require`.
                for name in args.pos.iter().rev().skip(1).filter_map(Value::as_str) {
                    for name in name.split(',').map(str::trim) {
                        machine.bind(name, Value::sym("require"));
                    }
                }
                args.pos.last().cloned().unwrap_or(Value::Nothing)
            } else {
                if let Some(Value::Dict(names)) = args.pos.get(1) {
                    for (name, value) in names.iter() {
                        if let Some(name) = name.as_str() {
                            machine.bind(name, value.clone());
                        }
                    }
                }
                first
            };
            let value = machine.run_code(&code);
            // `new Function("return process")()`.
            if path == "Function"
                && let Some(text) = code.as_str()
                && let Some(name) = text.trim().strip_prefix("return ")
                && name
                    .chars()
                    .all(|c| c.is_alphanumeric() || c == '.' || c == ' ')
            {
                return Some(Value::sym(format!("returns {}", name.trim())));
            }
            if path == "eval" || path.ends_with("Context") {
                value
            } else {
                UNKNOWN
            }
        }
        "setTimeout" | "setInterval" | "setImmediate" | "queueMicrotask" | "process.nextTick" => {
            if matches!(first, Value::Str(_)) {
                machine.run_code(&first);
            } else if matches!(first, Value::Sym(_)) {
                let skip = if path.starts_with("set") && path != "setImmediate" {
                    2
                } else {
                    1
                };
                let rest = args.pos.get(skip..).unwrap_or_default().to_vec();
                machine.call(&first, Args::of(rest));
            }
            UNKNOWN
        }
        "process.binding"
        | "process._linkedBinding"
        | "process.dlopen"
        | "Deno.dlopen"
        | "bun:ffi.dlopen" => {
            machine.opaque_code(None);
            UNKNOWN
        }
        "util.promisify" | "util.callbackify" | "Promise.resolve" | "Object.freeze" | "String"
        | "Object.assign" | "decodeURI" | "structuredClone" | "Array.from" | "Promise.all"
        | "Promise.allSettled" | "url.fileURLToPath" | "fileURLToPath" | "url.pathToFileURL"
        | "String.raw" | "Object" | "util.inspect" | "Promise.race" | "Array" | "Set" => {
            match &first {
                Value::Str(text) => Value::text(text.strip_prefix("file://").unwrap_or(text)),
                _ => first,
            }
        }
        "Object.values" | "Object.keys" | "Object.entries" | "JSON.stringify" => match &first {
            Value::Dict(_) if path != "JSON.stringify" => {
                let name = match path {
                    "Object.keys" => "keys",
                    _ => "items",
                };
                let out = operations::method(&first, name, &[]).unwrap_or(UNKNOWN);
                match (path, &out) {
                    ("Object.values", Value::List(pairs)) => Value::list(
                        pairs
                            .iter()
                            .map(|p| operations::index(p, &Value::Int(1)))
                            .collect(),
                    ),
                    _ => out,
                }
            }
            Value::Sym(name) if machine.is_environment(name) => {
                if path == "Object.keys" {
                    UNKNOWN
                } else {
                    let secret = machine.unknown_text("environment", Origin::Secret);
                    if path == "JSON.stringify" {
                        secret
                    } else {
                        Value::list(vec![secret])
                    }
                }
            }
            _ if path == "JSON.stringify" => Value::text(machine.stringify(&first)),
            _ => UNKNOWN,
        },
        "JSON.parse" => match first {
            Value::Unknown(origin) => Value::Unknown(origin),
            _ => UNKNOWN,
        },
        "String.fromCharCode" | "String.fromCodePoint" => {
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
        "atob" => operations::decoded(&first, operations::base64),
        "btoa" | "encodeURIComponent" | "escape" | "encodeURI" => match &first {
            Value::Str(text) if has_hole(text) => first,
            Value::Unknown(_) => first,
            _ => UNKNOWN,
        },
        "Buffer.from" | "Buffer" => match args.at(1).as_str() {
            Some("base64" | "base64url") => operations::decoded(&first, operations::base64),
            Some("hex") => operations::decoded(&first, operations::hex),
            _ => match &first {
                Value::List(items) => {
                    let bytes: Option<Vec<u8>> = items
                        .iter()
                        .map(|v| v.as_int().and_then(|n| u8::try_from(n).ok()))
                        .collect();
                    bytes.map_or(UNKNOWN, |b| operations::text_of(&b))
                }
                _ => first,
            },
        },
        "decodeURIComponent" | "unescape" | "querystring.unescape" => match first.as_str() {
            Some(text) => Value::text(crate::url::percent_decode(text)),
            None => first,
        },
        "zlib.gunzipSync" | "zlib.inflateSync" | "zlib.brotliDecompressSync" | "zlib.unzipSync" => {
            match first {
                Value::Unknown(Origin::Fetched) => first,
                _ => Value::Unknown(Origin::Decoded),
            }
        }
        "Reflect.get" => machine.index(&first, &args.at(1)),
        "Reflect.apply" => {
            let rest = args.at(2).as_list().unwrap_or_default().to_vec();
            machine.call(&first, Args::of(rest))
        }
        "Reflect.construct" => {
            let rest = args.at(1).as_list().unwrap_or_default().to_vec();
            machine.call(&first, Args::of(rest))
        }
        "path.join" | "path.resolve" => {
            let mut out = String::new();
            for part in &args.pos {
                let text = machine.stringify(part);
                let text = if path == "path.join" && !out.is_empty() {
                    text.trim_start_matches('/').to_owned()
                } else {
                    text
                };
                out = operations::path_join(&out, &text);
            }
            Value::text(out)
        }
        "path.normalize" => first,
        "path.dirname" => match first.as_str() {
            Some(text) => Value::text(operations::parent(text)),
            None => UNKNOWN,
        },
        "path.basename" => match first.as_str() {
            Some(text) => {
                let name = operations::file_name(text);
                match args.at(1).as_str() {
                    Some(suffix) => Value::text(name.strip_suffix(suffix).unwrap_or(&name)),
                    None => Value::text(name),
                }
            }
            None => UNKNOWN,
        },
        "os.homedir" => machine.home(),
        "os.tmpdir" => Value::text("/tmp"),
        "process.cwd" | "Deno.cwd" => machine.current(),
        "process.chdir" | "Deno.chdir" | "shelljs.cd" => {
            machine.change_directory(&first);
            Value::Nothing
        }
        "Deno.env.get" | "Bun.env.get" => machine.variable(&first),
        "Deno.env.toObject" => machine.unknown_text("environment", Origin::Secret),
        "Deno.env.set" => {
            machine.set_outside("process.env", &first, &args.at(1));
            Value::Nothing
        }
        "URL" | "url.URL" | "url.parse" => {
            let text = machine.stringify(&first);
            match args.pos.get(1) {
                Some(base) if !text.contains("://") => {
                    let base = machine.stringify(base);
                    Value::text(operations::path_join(&base, text.trim_start_matches('/')))
                }
                _ => Value::text(text),
            }
        }
        "process.kill" | "Deno.kill" => {
            if args.at(1).as_int() != Some(0) {
                machine.named(EffectKind::ProcessSignal, &first);
            }
            Value::Nothing
        }
        "process.setuid" | "process.setgid" | "process.seteuid" | "process.setegid" => {
            machine.perhaps(EffectKind::Privilege, path);
            Value::Nothing
        }
        "fs.readFileSync" | "fs.readFile"
            if first.as_int() == Some(0) || first.as_str() == Some("/dev/stdin") =>
        {
            machine.stdin()
        }
        "Bun.stdin.text" | "Deno.readAll" => machine.stdin(),
        _ => return None,
    })
}

/// `require(x)` and `import(x)`.
fn require(machine: &mut Machine<'_>, what: &Value) -> Value {
    let mut out = Vec::new();
    for what in what.alternatives() {
        let value = match &what {
            Value::Str(text) if !has_hole(text) => {
                let is_path = text.starts_with(['.', '/']);
                if is_path && text.rsplit('.').next().is_some_and(|e| e == "json") {
                    machine.file(EffectKind::FileRead, &what);
                    UNKNOWN
                } else if is_path {
                    machine.script(Some("node"), &what, &[]);
                    UNKNOWN
                } else if text.starts_with("data:") {
                    let code = text.split_once(',').map_or("", |(_, code)| code);
                    let code = if text.contains(";base64,") {
                        operations::decoded(&Value::text(code), operations::base64)
                    } else {
                        Value::text(crate::url::percent_decode(code))
                    };
                    machine.run_code(&code);
                    UNKNOWN
                } else if text.starts_with("http://") || text.starts_with("https://") {
                    machine.request("GET", &what, false);
                    machine.opaque_code(Some(Origin::Fetched));
                    UNKNOWN
                } else {
                    let name = text.split('@').next().filter(|n| !n.is_empty());
                    let name = match text.strip_prefix("npm:") {
                        Some(name) => name,
                        None => name.unwrap_or(text),
                    };
                    Value::sym(module_name(name))
                }
            }
            Value::Str(text) if text.contains(".json") => {
                machine.file(EffectKind::FileRead, &what);
                UNKNOWN
            }
            other => {
                let origin = machine.origin_of(other);
                machine.opaque_code(origin);
                UNKNOWN
            }
        };
        out.push(value);
    }
    Value::one_of(out)
}

/// An option of an options object; `None` when it is not given.
fn option<'v>(options: &'v Value, name: &str) -> Option<&'v Value> {
    options.entry(name)
}

/// Whether an option is set, or may be.
fn flag(options: &Value, name: &str) -> bool {
    match options {
        Value::Dict(_) => option(options, name).is_some_and(|v| v.truth() != Some(false)),
        _ => false,
    }
}

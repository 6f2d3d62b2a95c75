//! Lua's standard library.

use palisade_core::EffectKind;

use super::super::machine::Machine;
use super::super::operations;
use super::super::value::{Args, Class, Value};
use super::{FETCHED, UNKNOWN, characters, join, sprintf};

pub(super) fn call(machine: &mut Machine<'_>, path: &str, args: &Args) -> Option<Value> {
    use EffectKind::{FileDelete, FileList, FileRead, FileWrite};
    let first = args.at(0);
    Some(match path {
        "print" | "io.write" => {
            let end = if path == "print" { "\n" } else { "" };
            machine.print(&args.pos, "\t", end);
            Value::Nothing
        }
        "io.read" | "io.stdin.read" => machine.stdin(),
        "os.execute" | "io.popen" | "vim.fn.system" | "vim.fn.systemlist" => {
            machine.shell(&first, None);
            UNKNOWN
        }
        "load" | "loadstring" => {
            // What is loaded is nearly always called at once.
            if matches!(first, Value::Func(_)) {
                machine.opaque_code(None);
            } else {
                machine.run_code(&first);
            }
            Value::sym("loaded")
        }
        "dofile" | "loadfile" => {
            machine.script(Some("lua"), &first, &[]);
            Value::sym("loaded")
        }
        "require" => match first.as_str() {
            Some(name) if name.starts_with(['.', '/']) => {
                machine.script(Some("lua"), &first, &[]);
                UNKNOWN
            }
            Some(name) => Value::sym(name),
            None => {
                machine.opaque_code(None);
                UNKNOWN
            }
        },
        "pcall" | "xpcall" => {
            let rest = Args::of(args.pos.get(1..).unwrap_or_default().to_vec());
            if first.as_sym().is_some() {
                return Some(machine.call(&first, rest));
            }
            UNKNOWN
        }
        "os.remove" | "lfs.rmdir" | "lfs.unlink" | "posix.unlink" | "posix.rmdir" => {
            machine.file(FileDelete, &first);
            Value::Nothing
        }
        "os.rename" => {
            machine.file(FileDelete, &first);
            machine.file(FileWrite, &args.at(1));
            Value::Nothing
        }
        "io.open" => machine.open(&first, args.pos.get(1)),
        "io.lines" | "io.input" => {
            if !args.pos.is_empty() {
                machine.file(FileRead, &first);
            }
            UNKNOWN
        }
        "io.output" | "lfs.mkdir" | "lfs.touch" => {
            if !args.pos.is_empty() {
                machine.file(FileWrite, &first);
            }
            UNKNOWN
        }
        "lfs.dir" => {
            machine.file(FileList, &first);
            machine.listing()
        }
        "os.getenv" => machine.variable(&first),
        "string.char" => characters(args),
        "string.format" => sprintf(machine, args),
        "string.reverse" => operations::method(&first, "reverse", &[]).unwrap_or(UNKNOWN),
        "string.rep" => operations::arithmetic("*", &first, &args.at(1)),
        "string.lower" => operations::method(&first, "lower", &[]).unwrap_or(UNKNOWN),
        "table.concat" => {
            let separator = args
                .pos
                .get(1)
                .and_then(Value::as_str)
                .unwrap_or("")
                .to_owned();
            join(machine, &first, &separator)
        }
        "ipairs" | "pairs" | "tostring" | "table.unpack" | "unpack" => first,
        "socket.http.request" | "ssl.https.request" | "http.request" => {
            if args.pos.len() > 1 {
                machine.request("POST", &first, true);
            } else {
                machine.request("GET", &first, false);
            }
            FETCHED
        }
        "socket.connect" | "socket.tcp().connect" => {
            machine.connect(EffectKind::NetWrite, &first, args.pos.get(1));
            FETCHED
        }
        "socket.bind" => {
            machine.listen(&args.at(1));
            UNKNOWN
        }
        "package.loadlib" | "ffi.load" | "ffi.cdef" | "ffi.C.system" => {
            machine.opaque_code(None);
            UNKNOWN
        }
        _ => return None,
    })
}

pub(super) fn method(
    machine: &mut Machine<'_>,
    receiver: &Value,
    name: &str,
    args: &Args,
) -> Option<Value> {
    match (receiver, name) {
        (Value::Str(_), "rep") => Some(operations::arithmetic("*", receiver, &args.at(0))),
        (Value::Str(_), "format") => {
            let mut all = vec![receiver.clone()];
            all.extend(args.pos.iter().cloned());
            Some(sprintf(machine, &Args::of(all)))
        }
        (Value::Object(Class::File, _), "write") => Some(receiver.clone()),
        _ => None,
    }
}

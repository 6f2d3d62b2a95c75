//! Files: `fs` and its relatives, Deno and Bun.

use palisade_core::EffectKind;

use super::super::machine::Machine;
use super::super::value::{Args, Class, Value};
use super::{UNKNOWN, flag};

pub(super) fn call(machine: &mut Machine<'_>, path: &str, args: &Args) -> Option<Value> {
    use EffectKind::{FileDelete, FileExpose, FileList, FileRead, FileWrite};
    let (module, function) = path.rsplit_once('.').unwrap_or(("", path));
    if matches!(
        path,
        "rimraf" | "del" | "trash" | "rimraf.rimraf" | "rimraf.default"
    ) || (module == "rimraf")
        || path == "del.deleteAsync"
        || path == "del.deleteSync"
    {
        machine.tree(FileDelete, &args.at(0));
        return Some(Value::Nothing);
    }
    if matches!(module, "glob" | "fast-glob") || matches!(path, "glob" | "fast-glob" | "globby") {
        let pattern = args.at(0);
        return Some(match pattern.as_str() {
            Some(text) => Value::list(vec![Value::object(Class::Glob, Value::text(text))]),
            None => UNKNOWN,
        });
    }
    if !matches!(module, "fs" | "Deno" | "Bun" | "shelljs") {
        return None;
    }
    let first = args.at(0);
    let last_options = args.pos.iter().rev().find(|v| matches!(v, Value::Dict(_)));
    let recursive = last_options.is_some_and(|o| flag(o, "recursive"));
    let name = function.strip_suffix("Sync").unwrap_or(function);
    Some(match (module, name) {
        (
            "fs",
            "readFile" | "createReadStream" | "readJson" | "openAsBlob" | "readlink" | "readJSON",
        )
        | ("Deno", "readTextFile" | "readFile" | "readLink")
        | ("shelljs", "cat" | "head" | "tail") => {
            machine.file(FileRead, &first);
            UNKNOWN
        }
        ("Bun", "file") => Value::object(Class::Path, first),
        ("fs" | "Deno", "open") => match args.pos.get(1) {
            Some(options @ Value::Dict(_)) => {
                if ["write", "append", "create", "truncate"]
                    .iter()
                    .any(|o| flag(options, o))
                {
                    machine.file(FileWrite, &first);
                } else {
                    machine.file(FileRead, &first);
                }
                Value::object(Class::File, first)
            }
            Some(Value::Func(_)) | None => machine.open(&first, None),
            mode => machine.open(&first, mode),
        },
        (
            "fs",
            "writeFile" | "appendFile" | "createWriteStream" | "outputFile" | "writeJson"
            | "writeJSON" | "outputJson" | "mkdir" | "ensureDir" | "ensureFile" | "mkdirp"
            | "mkdirs" | "truncate" | "utimes" | "lutimes" | "chown" | "lchown" | "createFile",
        )
        | (
            "Deno",
            "writeTextFile" | "writeFile" | "mkdir" | "create" | "truncate" | "chown" | "utime",
        )
        | ("Bun", "write")
        | ("shelljs", "mkdir" | "touch") => {
            machine.file(FileWrite, &first);
            if let ("Bun", Some(Value::Object(Class::Path, inner))) = (module, args.pos.get(1)) {
                let inner = (**inner).clone();
                machine.file(FileRead, &inner);
            }
            Value::Nothing
        }
        ("fs", "unlink") => {
            machine.file(FileDelete, &first);
            Value::Nothing
        }
        ("fs", "rm" | "rmdir") | ("Deno", "remove") => {
            if recursive {
                machine.tree(FileDelete, &first);
            } else {
                machine.file(FileDelete, &first);
            }
            Value::Nothing
        }
        ("fs", "remove" | "emptyDir" | "emptydir") => {
            machine.tree(FileDelete, &first);
            Value::Nothing
        }
        ("shelljs", "rm") => {
            let flags = args.pos.len() > 1;
            let target = args.at(usize::from(flags));
            if flags {
                machine.tree(FileDelete, &target);
            } else {
                machine.file(FileDelete, &target);
            }
            Value::Nothing
        }
        ("fs", "rename" | "move") | ("Deno", "rename") | ("shelljs", "mv") => {
            machine.file(FileDelete, &first);
            machine.file(FileWrite, &args.at(1));
            Value::Nothing
        }
        ("fs", "copyFile" | "cp" | "copy" | "link")
        | ("Deno", "copyFile" | "link")
        | ("shelljs", "cp") => {
            if recursive || name == "copy" {
                machine.tree(FileRead, &first);
                machine.tree(FileWrite, &args.at(1));
            } else {
                machine.file(FileRead, &first);
                machine.file(FileWrite, &args.at(1));
            }
            Value::Nothing
        }
        ("fs" | "Deno", "symlink") => {
            machine.file(FileWrite, &args.at(1));
            Value::Nothing
        }
        ("fs" | "Deno", "chmod" | "lchmod") => {
            let mode = match args.at(1) {
                Value::Str(text) => i64::from_str_radix(&text, 8).ok(),
                other => other.as_int(),
            };
            let open = mode.is_some_and(|m| m & 0o002 != 0);
            machine.file(if open { FileExpose } else { FileWrite }, &first);
            if mode.is_some_and(|m| m & 0o6000 != 0) {
                machine.file(EffectKind::Privilege, &first);
            }
            Value::Nothing
        }
        ("fs", "readdir" | "opendir") | ("Deno", "readDir") | ("shelljs", "ls") => {
            machine.file(FileList, &first);
            // With a callback the names are its second argument.
            if let Some(callback @ Value::Func(_)) = args.pos.last() {
                let listing = machine.listing();
                machine.call(callback, Args::of(vec![Value::Nothing, listing.clone()]));
            }
            machine.listing()
        }
        ("fs", "mkdtemp") | ("Deno", "makeTempDir") => UNKNOWN,
        _ => return None,
    })
}

/// A method of `Bun.file(path)`.
pub(super) fn bun_file(machine: &mut Machine<'_>, inner: &Value, name: &str) -> Value {
    match name {
        "text" | "json" | "bytes" | "arrayBuffer" | "stream" => {
            machine.file(EffectKind::FileRead, inner);
        }
        "delete" | "unlink" => machine.file(EffectKind::FileDelete, inner),
        "writer" | "write" => machine.file(EffectKind::FileWrite, inner),
        _ => {}
    }
    UNKNOWN
}

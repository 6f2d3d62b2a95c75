//! Perl's builtins and well-known modules.

use palisade_core::EffectKind;

use super::super::machine::Machine;
use super::super::operations;
use super::super::value::{Args, Class, Value};
use super::{FETCHED, UNKNOWN, characters, command, join, sprintf};
use crate::arg::Origin;

pub(super) fn call(machine: &mut Machine<'_>, path: &str, args: &Args) -> Option<Value> {
    use EffectKind::{FileDelete, FileExpose, FileList, FileRead, FileWrite};
    let first = args.at(0);
    let constructed;
    let path = if path.contains(".new.") {
        constructed = path.replace(".new.", ".new().");
        constructed.as_str()
    } else {
        path
    };
    Some(match path {
        "print" | "say" | "printf" => {
            let end = if path == "say" { "\n" } else { "" };
            machine.print(&args.pos, "", end);
            Value::Nothing
        }
        "STDIN" | "readline" => machine.stdin(),
        "system" | "exec" | "qx" | "IPC::Open3.open3" | "open3" | "open2" | "capture" | "run" => {
            command(machine, args);
            UNKNOWN
        }
        "eval" | "CORE::eval" => {
            if matches!(first, Value::Func(_)) {
                return Some(UNKNOWN);
            }
            machine.run_code(&first)
        }
        "do" | "require" => {
            if matches!(first, Value::Str(_)) {
                machine.script(Some("perl"), &first, &[]);
            }
            UNKNOWN
        }
        "open" => {
            open(machine, args);
            UNKNOWN
        }
        "IO::File.new" | "IO::File->new" | "FileHandle.new" | "IO::File.open" => machine.open(
            &first,
            args.pos.get(1).filter(|v| matches!(v, Value::Str(_))),
        ),
        "sysopen" => {
            machine.file(FileRead, &args.at(1));
            machine.file(FileWrite, &args.at(1));
            UNKNOWN
        }
        "unlink" | "rmdir" => {
            if args.pos.is_empty() {
                let topic = machine.lookup("$_").cloned().unwrap_or(UNKNOWN);
                machine.file(FileDelete, &topic);
            }
            for arg in &args.pos {
                machine.file(FileDelete, arg);
            }
            Value::Nothing
        }
        "rmtree"
        | "remove_tree"
        | "File::Path::rmtree"
        | "File::Path::remove_tree"
        | "File::Path.rmtree"
        | "File::Remove::remove"
        | "pathrmdir" => {
            for arg in args
                .pos
                .iter()
                .filter(|v| !matches!(v, Value::Dict(_) | Value::Int(_)))
            {
                machine.tree(FileDelete, arg);
            }
            Value::Nothing
        }
        "rename" | "move" | "mv" | "File::Copy::move" => {
            machine.file(FileDelete, &first);
            machine.file(FileWrite, &args.at(1));
            Value::Nothing
        }
        "copy" | "cp" | "File::Copy::copy" => {
            machine.file(FileRead, &first);
            machine.file(FileWrite, &args.at(1));
            Value::Nothing
        }
        "mkdir" | "make_path" | "mkpath" | "truncate" | "write_file" | "spew" => {
            machine.file(FileWrite, &first);
            Value::Nothing
        }
        "read_file" | "slurp" | "readlink" => {
            machine.file(FileRead, &first);
            UNKNOWN
        }
        "symlink" | "link" => {
            machine.file(FileWrite, &args.at(1));
            Value::Nothing
        }
        "utime" | "chown" => {
            for arg in args.pos.iter().skip(2) {
                machine.file(FileWrite, arg);
            }
            if path == "chown" {
                machine.perhaps(EffectKind::Privilege, "chown");
            }
            Value::Nothing
        }
        "chmod" => {
            let open = first
                .as_int()
                .is_some_and(|m| m & 0o002 != 0 || m % 10 == 7);
            for arg in args.pos.iter().skip(1) {
                machine.file(if open { FileExpose } else { FileWrite }, arg);
            }
            Value::Nothing
        }
        "kill" => {
            if first.as_int() != Some(0) {
                machine.named(EffectKind::ProcessSignal, &args.at(1));
            }
            Value::Nothing
        }
        "opendir" => {
            machine.file(FileList, &args.at(1));
            UNKNOWN
        }
        "readdir" => machine.listing(),
        "glob" | "File::Glob::bsd_glob" => Value::list(vec![Value::object(Class::Glob, first)]),
        "chdir" => {
            machine.change_directory(&first);
            Value::Nothing
        }
        "getcwd" | "cwd" => machine.current(),
        "join" => {
            let separator = machine.stringify(&first);
            let rest: Vec<Value> = args
                .pos
                .iter()
                .skip(1)
                .flat_map(|v| {
                    v.as_list()
                        .map_or_else(|| vec![v.clone()], <[Value]>::to_vec)
                })
                .collect();
            join(machine, &Value::list(rest), &separator)
        }
        "reverse" | "scalar" | "lc" | "uc" | "ucfirst" | "lcfirst" => {
            if let ("scalar", Value::List(items)) = (path, &first) {
                return Some(Value::Int(i64::try_from(items.len()).unwrap_or(0)));
            }
            let name = match path {
                "reverse" => "reverse",
                "lc" => "lower",
                "uc" => "upper",
                _ => return Some(first),
            };
            operations::method(&first, name, &[]).unwrap_or(first)
        }
        "map" | "grep" | "sort" => {
            let list = match args.pos.get(1..) {
                // Without a block, the rest of the arguments is the list.
                Some(rest) if matches!(first, Value::Sym(_)) && rest.len() > 1 => {
                    Value::list(rest.to_vec())
                }
                _ => args.at(1),
            };
            if !matches!(first, Value::Func(_) | Value::Sym(_)) {
                return Some(list);
            }
            let items = machine.elements(&list).unwrap_or_else(|| vec![UNKNOWN]);
            let mut out = Vec::new();
            for item in items.into_iter().take(256) {
                let mut value = machine.call(&first, Args::of(vec![item.clone()]));
                // `map {chr}`: a function without an argument takes each.
                if matches!(value, Value::Sym(_)) {
                    value = machine.call(&value, Args::of(vec![item.clone()]));
                }
                out.push(if path == "map" { value } else { item });
            }
            Value::list(out)
        }
        "chr" => characters(args),
        "sprintf" => sprintf(machine, args),
        "decode_base64" | "MIME::Base64::decode_base64" | "MIME::Base64::decode" => {
            operations::decoded(&first, operations::base64)
        }
        "pack" => match first.as_str() {
            Some(f) if f.starts_with("H*") => operations::decoded(&args.at(1), operations::hex),
            Some(f) if f.starts_with("C*") || f.starts_with("c*") || f.starts_with("U*") => {
                characters(&Args::of(args.pos.get(1..).unwrap_or_default().to_vec()))
            }
            _ => Value::Unknown(Origin::Decoded),
        },
        "unpack" => match first.as_str() {
            Some(f) if f.starts_with('u') => Value::Unknown(Origin::Decoded),
            _ => UNKNOWN,
        },
        "exists" | "delete" | "quotemeta" | "values" | "qw" | "defined" => first,
        "get"
        | "LWP::Simple::get"
        | "LWP::UserAgent.new().get"
        | "HTTP::Tiny.new().get"
        | "Mojo::UserAgent.new().get"
        | "getprint"
        | "head"
        | "HTTP::Tiny.new().head" => {
            machine.request("GET", &first, false);
            FETCHED
        }
        "getstore" | "mirror" | "LWP::Simple::getstore" | "HTTP::Tiny.new().mirror" => {
            machine.request("GET", &first, false);
            machine.file(FileWrite, &args.at(1));
            FETCHED
        }
        "LWP::UserAgent.new().post"
        | "HTTP::Tiny.new().post"
        | "HTTP::Tiny.new().post_form"
        | "Mojo::UserAgent.new().post" => {
            machine.request("POST", &first, true);
            FETCHED
        }
        "LWP::UserAgent.new().put" | "HTTP::Tiny.new().put" => {
            machine.request("PUT", &first, true);
            FETCHED
        }
        "LWP::UserAgent.new().delete" | "HTTP::Tiny.new().delete" => {
            machine.request("DELETE", &first, false);
            FETCHED
        }
        "HTTP::Tiny.new().request" => {
            let method = machine.stringify(&first);
            machine.request(&method, &args.at(1), args.pos.len() > 2);
            FETCHED
        }
        "IO::Socket::INET.new" | "IO::Socket::SSL.new" | "IO::Socket::IP.new" => {
            let named = |n: &str| args.named(n).cloned();
            if named("Listen").is_some() || named("LocalPort").is_some() {
                machine.listen(&named("LocalPort").unwrap_or(UNKNOWN));
            } else {
                let peer = named("PeerAddr")
                    .or_else(|| named("PeerHost"))
                    .unwrap_or(first);
                let (host, port) = split_peer(&peer);
                let port = named("PeerPort").or(port);
                machine.connect(EffectKind::NetWrite, &host, port.as_ref());
            }
            FETCHED
        }
        "connect" | "sockaddr_in" | "pack_sockaddr_in" => {
            if path == "connect" {
                machine.connect(EffectKind::NetWrite, &UNKNOWN, None);
            }
            UNKNOWN
        }
        "Storable::retrieve" | "Storable::thaw" | "thaw" | "retrieve" => {
            machine.opaque_code(None);
            UNKNOWN
        }
        "syscall" | "DynaLoader::dl_load_file" => {
            machine.opaque_code(None);
            UNKNOWN
        }
        _ => return None,
    })
}

fn split_peer(peer: &Value) -> (Value, Option<Value>) {
    match peer.as_str() {
        Some(text) => {
            let (host, port) = crate::url::split_port(text);
            (Value::text(host), port.map(|p| Value::Int(i64::from(p))))
        }
        None => (peer.clone(), None),
    }
}

/// `open(FH, mode, path)` and `open(FH, "mode path")`.
fn open(machine: &mut Machine<'_>, args: &Args) {
    use EffectKind::{FileRead, FileWrite};
    let mode = args.at(1);
    let Some(text) = mode.as_str().map(str::to_owned) else {
        machine.file(FileRead, &UNKNOWN);
        machine.file(FileWrite, &UNKNOWN);
        return;
    };
    let text = text.trim();
    if args.pos.len() > 2 {
        let rest = args.pos.get(2..).unwrap_or_default().to_vec();
        if text.contains('|') {
            command(machine, &Args::of(rest));
        } else {
            let path = args.at(2);
            // A reference is a file in memory.
            if text.contains('>') || text.starts_with('+') {
                machine.file(FileWrite, &path);
            }
            if text.starts_with('<') || text.starts_with('+') {
                machine.file(FileRead, &path);
            }
        }
        return;
    }
    if let Some(code) = text.strip_prefix('|') {
        machine.fed(code.trim());
        return;
    }
    if let Some(code) = text.strip_suffix('|') {
        let code = Value::text(code.trim());
        machine.shell(&code, None);
        return;
    }
    let name = text.trim_start_matches(['<', '>', '+', ' ']);
    let path = Value::text(name);
    if text.starts_with('>') || text.starts_with('+') {
        machine.file(FileWrite, &path);
    } else {
        machine.file(FileRead, &path);
    }
}

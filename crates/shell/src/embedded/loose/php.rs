//! PHP's functions.

use palisade_core::EffectKind;

use super::super::machine::Machine;
use super::super::operations;
use super::super::value::{Args, Class, Value};
use super::{FETCHED, UNKNOWN, characters, join, sprintf};
use crate::arg::Origin;
use crate::holes::has_hole;

fn is_url(value: &Value) -> bool {
    value.as_str().is_some_and(|t| {
        t.starts_with("http://") || t.starts_with("https://") || t.starts_with("ftp://")
    })
}

pub(super) fn call(machine: &mut Machine<'_>, path: &str, args: &Args) -> Option<Value> {
    use EffectKind::{FileDelete, FileExpose, FileList, FileRead, FileWrite};
    let first = args.at(0);
    let lower = path.to_ascii_lowercase();
    Some(match lower.as_str() {
        "echo" | "print" | "print_r" | "var_dump" | "printf" | "var_export" | "die" | "exit" => {
            machine.print(&args.pos, "", "");
            Value::Nothing
        }
        "system" | "exec" | "shell_exec" | "passthru" | "popen" | "proc_open" => {
            match &first {
                Value::List(items) => machine.words(items, None, None),
                _ => machine.shell(&first, None),
            }
            UNKNOWN
        }
        "pcntl_exec" => {
            let mut words = vec![first];
            words.push(args.at(1));
            machine.words(&words, None, None);
            UNKNOWN
        }
        "eval" | "assert" | "create_function" => {
            let code = if lower == "create_function" {
                args.at(1)
            } else {
                first
            };
            if lower == "assert" && !matches!(code, Value::Str(_)) {
                return Some(UNKNOWN);
            }
            machine.run_code(&code)
        }
        "call_user_func"
        | "call_user_func_array"
        | "array_map"
        | "array_walk"
        | "usort"
        | "array_filter"
        | "register_shutdown_function"
        | "forward_static_call" => {
            let (function, rest) = match lower.as_str() {
                "call_user_func_array" => {
                    (first, args.at(1).as_list().unwrap_or_default().to_vec())
                }
                "array_walk" | "usort" | "array_filter" => (args.at(1), elements(machine, &first)),
                "array_map" => {
                    let items = elements(machine, &args.at(1));
                    (first, items)
                }
                _ => (first, args.pos.get(1..).unwrap_or_default().to_vec()),
            };
            let each = matches!(lower.as_str(), "array_map" | "array_walk" | "array_filter");
            if each {
                let mut out = Vec::new();
                for item in rest.into_iter().take(256) {
                    out.push(machine.call(&function, Args::of(vec![item])));
                }
                Value::list(out)
            } else {
                machine.call(&function, Args::of(rest))
            }
        }
        "include" | "include_once" | "require" | "require_once" => {
            if is_url(&first) {
                machine.request("GET", &first, false);
                machine.opaque_code(Some(Origin::Fetched));
            } else {
                machine.script(Some("php"), &first, &[]);
            }
            UNKNOWN
        }
        "file_get_contents"
        | "readfile"
        | "file"
        | "show_source"
        | "highlight_file"
        | "parse_ini_file"
        | "simplexml_load_file"
        | "readlink"
        | "php_strip_whitespace" => {
            if is_url(&first) {
                // A context can make it a POST.
                let context = args.pos.len() > 2;
                machine.request(if context { "POST" } else { "GET" }, &first, context);
                return Some(FETCHED);
            }
            if first.as_str() == Some("php://stdin") {
                return Some(machine.stdin());
            }
            let path = match first.as_str().and_then(|t| t.strip_prefix("php://filter/")) {
                Some(filter) => Value::text(filter.rsplit("resource=").next().unwrap_or_default()),
                None => first,
            };
            if !path.as_str().is_some_and(|t| t.starts_with("php://")) {
                machine.file(FileRead, &path);
            }
            UNKNOWN
        }
        "fopen" | "splfileobject" | "gzopen" | "bzopen" => {
            if is_url(&first) {
                machine.request("GET", &first, false);
                return Some(FETCHED);
            }
            if first.as_str().is_some_and(|t| t.starts_with("php://")) {
                return Some(UNKNOWN);
            }
            machine.open(&first, args.pos.get(1))
        }
        "file_put_contents" | "touch" | "mkdir" | "tempnam" | "move_uploaded_file" | "chgrp" => {
            if first.as_str().is_some_and(|t| t.starts_with("php://")) {
                return Some(Value::Nothing);
            }
            let target = if lower == "move_uploaded_file" {
                args.at(1)
            } else {
                first
            };
            machine.file(FileWrite, &target);
            Value::Nothing
        }
        "unlink" | "rmdir" => {
            machine.file(FileDelete, &first);
            Value::Nothing
        }
        "rename" => {
            machine.file(FileDelete, &first);
            machine.file(FileWrite, &args.at(1));
            Value::Nothing
        }
        "copy" => {
            if is_url(&first) {
                machine.request("GET", &first, false);
            } else {
                machine.file(FileRead, &first);
            }
            machine.file(FileWrite, &args.at(1));
            Value::Nothing
        }
        "symlink" | "link" => {
            machine.file(FileWrite, &args.at(1));
            Value::Nothing
        }
        "chmod" => {
            let open = args
                .at(1)
                .as_int()
                .is_some_and(|m| m & 0o002 != 0 || m % 10 == 7);
            machine.file(if open { FileExpose } else { FileWrite }, &first);
            Value::Nothing
        }
        "chown" | "posix_setuid" | "posix_setgid" => {
            machine.perhaps(EffectKind::Privilege, &lower);
            Value::Nothing
        }
        "posix_kill" => {
            machine.named(EffectKind::ProcessSignal, &first);
            Value::Nothing
        }
        "scandir" | "opendir" | "directoryiterator" | "recursivedirectoryiterator" => {
            machine.file(FileList, &first);
            machine.listing()
        }
        "glob" => Value::list(vec![Value::object(Class::Glob, first)]),
        "chdir" => {
            machine.change_directory(&first);
            Value::Nothing
        }
        "getcwd" => machine.current(),
        "realpath" | "trim" | "rtrim" | "ltrim" | "strval" | "array_values" | "stripslashes"
        | "addslashes" | "escapeshellarg" | "escapeshellcmd" | "iterator_to_array" => first,
        "basename" => match first.as_str() {
            Some(text) => Value::text(operations::file_name(text)),
            None => UNKNOWN,
        },
        "dirname" => match first.as_str() {
            Some(text) => Value::text(operations::parent(text)),
            None => UNKNOWN,
        },
        "getenv" => {
            if args.pos.is_empty() {
                return Some(Value::sym("ENV"));
            }
            machine.variable(&first)
        }
        "putenv" => {
            if let Some((name, _)) = first.as_str().and_then(|t| t.split_once('=')) {
                let name = Value::text(name);
                machine.set_outside("ENV", &name, &UNKNOWN);
            }
            Value::Nothing
        }
        "base64_decode" => operations::decoded(&first, operations::base64),
        "hex2bin" => operations::decoded(&first, operations::hex),
        "gzinflate" | "gzuncompress" | "gzdecode" | "convert_uudecode" | "openssl_decrypt" => {
            Value::Unknown(Origin::Decoded)
        }
        "str_rot13" => match first.as_str() {
            Some(text) => Value::text(operations::rot13(text)),
            None => first,
        },
        "urldecode" | "rawurldecode" => match first.as_str() {
            Some(text) => Value::text(crate::url::percent_decode(text)),
            None => first,
        },
        "strrev" => operations::method(&first, "reverse", &[]).unwrap_or(first),
        "strtolower" => operations::method(&first, "lower", &[]).unwrap_or(first),
        "strtoupper" => operations::method(&first, "upper", &[]).unwrap_or(first),
        "str_replace" => {
            let rest = [args.at(0), args.at(1)];
            operations::method(&args.at(2), "replace", &rest).unwrap_or(UNKNOWN)
        }
        "chr" => characters(args),
        "implode" | "join" => {
            let (separator, list) = if args.pos.len() > 1 {
                (machine.stringify(&first), args.at(1))
            } else {
                (String::new(), first)
            };
            join(machine, &list, &separator)
        }
        "explode" => operations::method(&args.at(1), "split", &[first]).unwrap_or(UNKNOWN),
        "sprintf" | "vsprintf" => sprintf(machine, args),
        "array" => Value::list(args.pos.clone()),
        "curl_init" => match args.pos.first() {
            Some(url) => Value::object(Class::Peer, url.clone()),
            None => Value::sym("curl"),
        },
        "curl_setopt" => {
            curl_option(machine, &first, &args.at(1), &args.at(2));
            Value::Nothing
        }
        "curl_setopt_array" => {
            if let Value::Dict(entries) = args.at(1) {
                for (key, value) in entries.iter() {
                    let name = Value::sym(key.as_str().or(key.as_sym()).unwrap_or_default());
                    curl_option(machine, &first, &name, value);
                }
            }
            Value::Nothing
        }
        "curl_exec" => {
            if let Value::Object(Class::Peer, url) = &first {
                let url = (**url).clone();
                machine.request("GET", &url, false);
            }
            FETCHED
        }
        "fsockopen" | "pfsockopen" | "stream_socket_client" | "socket_connect" => {
            let (host, port) = match lower.as_str() {
                "stream_socket_client" => {
                    let text = machine.stringify(&first);
                    let bare = text.split_once("://").map_or(text.as_str(), |(_, t)| t);
                    let (host, port) = crate::url::split_port(bare);
                    (Value::text(host), port.map(|p| Value::Int(i64::from(p))))
                }
                "socket_connect" => (args.at(1), args.pos.get(2).cloned()),
                _ => (first, args.pos.get(1).cloned()),
            };
            machine.connect(EffectKind::NetWrite, &host, port.as_ref());
            FETCHED
        }
        "socket_bind" | "stream_socket_server" => {
            machine.listen(&args.pos.last().cloned().unwrap_or(UNKNOWN));
            UNKNOWN
        }
        "mail" | "mb_send_mail" => {
            machine.message(&first);
            UNKNOWN
        }
        "unserialize" => UNKNOWN,
        "dl" | "ffi.cdef" | "ffi.load" => {
            machine.opaque_code(None);
            UNKNOWN
        }
        _ => {
            // A computed name is called like any other.
            if has_hole(&lower) {
                machine.opaque_code(None);
                return Some(UNKNOWN);
            }
            return None;
        }
    })
}

fn elements(machine: &mut Machine<'_>, value: &Value) -> Vec<Value> {
    machine.elements(value).unwrap_or_else(|| vec![UNKNOWN])
}

/// `CURLOPT_URL`, and the options that make it a write.
fn curl_option(machine: &mut Machine<'_>, handle: &Value, option: &Value, value: &Value) {
    let url = match handle {
        Value::Object(Class::Peer, url) => (**url).clone(),
        _ => UNKNOWN,
    };
    match option.as_sym().or(option.as_str()).unwrap_or_default() {
        "CURLOPT_URL" => machine.request("GET", value, false),
        "CURLOPT_POST" | "CURLOPT_POSTFIELDS" => machine.request("POST", &url, true),
        "CURLOPT_PUT" | "CURLOPT_UPLOAD" => machine.request("PUT", &url, true),
        "CURLOPT_CUSTOMREQUEST" => {
            let method = machine.stringify(value);
            machine.request(&method, &url, false);
        }
        _ => {}
    }
}

//! Ruby's core and standard library.

use palisade_core::EffectKind;

use super::super::machine::Machine;
use super::super::operations;
use super::super::value::{Args, Class, Value};
use super::{FETCHED, UNKNOWN, characters, command, join, sprintf};
use crate::arg::Origin;
use crate::holes::has_hole;

/// Functions worth following through a method object.
fn call_known(name: &str) -> bool {
    matches!(
        name,
        "system" | "exec" | "spawn" | "eval" | "send" | "IO.popen" | "open" | "instance_eval"
    )
}

pub(super) fn call(machine: &mut Machine<'_>, path: &str, args: &Args) -> Option<Value> {
    use EffectKind::{FileDelete, FileExpose, FileList, FileRead, FileWrite};
    let first = args.at(0);
    // `method(:system).call "x"`
    if let Some(function) = path
        .strip_suffix(".call")
        .or_else(|| path.strip_suffix(".to_proc[]"))
        && call_known(function)
    {
        return call(machine, function, args);
    }
    Some(match path {
        "puts" | "print" | "p" | "pp" | "STDOUT.puts" | "STDOUT.write" | "STDOUT.print" => {
            machine.print(&args.pos, "\n", "\n");
            Value::Nothing
        }
        "gets" | "STDIN.read" | "STDIN.gets" | "readlines" | "STDIN.readlines" => machine.stdin(),
        "system" | "exec" | "spawn" | "Process.spawn" | "IO.popen" | "Open3.capture2"
        | "Open3.capture2e" | "Open3.capture3" | "Open3.popen3" | "Open3.popen2" | "PTY.spawn"
        | "Process.exec" | "sh" | "Open3.pipeline" => {
            command(machine, args);
            UNKNOWN
        }
        "eval"
        | "instance_eval"
        | "class_eval"
        | "module_eval"
        | "binding.eval"
        | "TOPLEVEL_BINDING.eval"
        | "RubyVM.InstructionSequence.compile"
        | "binding().eval" => {
            if matches!(first, Value::Func(_)) {
                return Some(UNKNOWN);
            }
            machine.run_code(&first)
        }
        sent if [".send", ".public_send", ".__send__"]
            .iter()
            .any(|s| sent.ends_with(s))
            && sent != "Object.send" =>
        {
            let receiver = sent.rsplit_once('.').map_or("", |(r, _)| r);
            match first
                .as_str()
                .or_else(|| first.as_sym())
                .filter(|t| !has_hole(t))
            {
                Some(name) => {
                    let callee = Value::sym(format!("{receiver}.{name}"));
                    let rest = Args::of(args.pos.get(1..).unwrap_or_default().to_vec());
                    machine.call(&callee, rest)
                }
                None => {
                    machine.opaque_code(None);
                    UNKNOWN
                }
            }
        }
        "send" | "public_send" | "__send__" | "method" | "Object.send" => {
            match first.as_str().filter(|t| !has_hole(t)) {
                Some(name) => {
                    let callee = Value::sym(name);
                    if path == "method" {
                        return Some(callee);
                    }
                    let rest = Args::of(args.pos.get(1..).unwrap_or_default().to_vec());
                    machine.call(&callee, rest)
                }
                None => {
                    machine.opaque_code(None);
                    UNKNOWN
                }
            }
        }
        "Object.const_get" | "const_get" | "Kernel.const_get" => match first.as_str() {
            Some(name) if !has_hole(name) => Value::sym(name.replace("::", ".")),
            _ => Value::sym(crate::holes::ANY.to_string()),
        },
        "Marshal.load" | "YAML.unsafe_load" | "Psych.unsafe_load" | "ERB.new().result" => {
            machine.opaque_code(None);
            UNKNOWN
        }
        "load" | "require_relative" => {
            machine.script(Some("ruby"), &first, &[]);
            UNKNOWN
        }
        "require" => {
            if first.as_str().is_some_and(|t| t.starts_with(['.', '/'])) {
                machine.script(Some("ruby"), &first, &[]);
            }
            UNKNOWN
        }
        "File.read"
        | "File.binread"
        | "File.readlines"
        | "File.foreach"
        | "IO.read"
        | "IO.readlines"
        | "IO.foreach"
        | "IO.binread"
        | "File.readlink"
        | "CSV.read"
        | "CSV.foreach"
        | "YAML.load_file"
        | "JSON.load_file"
        | "YAML.safe_load_file"
        | "Dotenv.load"
        | "Pathname.read" => {
            if let Some(code) = first.as_str().and_then(|t| t.strip_prefix('|'))
                && path.starts_with("IO.")
            {
                let code = Value::text(code);
                machine.shell(&code, None);
                return Some(UNKNOWN);
            }
            machine.file(FileRead, &first);
            UNKNOWN
        }
        "open" | "File.open" | "File.new" | "IO.sysopen" | "URI.open" | "URI.parse().open"
        | "OpenURI.open_uri" => {
            if let Some(text) = first.as_str() {
                if let Some(code) = text.strip_prefix('|').filter(|_| path == "open") {
                    let code = Value::text(code);
                    machine.shell(&code, None);
                    return Some(UNKNOWN);
                }
                if text.contains("://") {
                    machine.request("GET", &first, false);
                    return Some(FETCHED);
                }
            }
            machine.open(
                &first,
                args.pos.get(1).filter(|v| matches!(v, Value::Str(_))),
            )
        }
        "File.write" | "IO.write" | "File.binwrite" | "FileUtils.touch" | "FileUtils.mkdir"
        | "FileUtils.mkdir_p" | "FileUtils.makedirs" | "Dir.mkdir" | "File.truncate"
        | "File.utime" | "mkdir_p" | "touch" => {
            machine.file(FileWrite, &first);
            Value::Nothing
        }
        "File.delete"
        | "File.unlink"
        | "Dir.rmdir"
        | "Dir.unlink"
        | "Dir.delete"
        | "FileUtils.rm"
        | "FileUtils.rm_f"
        | "FileUtils.remove"
        | "FileUtils.rmdir"
        | "rm"
        | "rm_f"
        | "FileUtils.safe_unlink" => {
            for arg in args.pos.iter().filter(|v| !matches!(v, Value::Dict(_))) {
                machine.file(FileDelete, arg);
            }
            Value::Nothing
        }
        "FileUtils.rm_rf"
        | "FileUtils.rm_r"
        | "FileUtils.remove_dir"
        | "FileUtils.rmtree"
        | "FileUtils.remove_entry"
        | "FileUtils.remove_entry_secure"
        | "FileUtils.remove_file"
        | "rm_rf"
        | "rm_r" => {
            machine.tree(FileDelete, &first);
            Value::Nothing
        }
        "File.rename" | "FileUtils.mv" | "FileUtils.move" | "mv" => {
            machine.file(FileDelete, &first);
            machine.file(FileWrite, &args.at(1));
            Value::Nothing
        }
        "FileUtils.cp"
        | "FileUtils.copy"
        | "FileUtils.cp_r"
        | "IO.copy_stream"
        | "FileUtils.install"
        | "FileUtils.copy_file"
        | "cp"
        | "cp_r" => {
            machine.file(FileRead, &first);
            machine.file(FileWrite, &args.at(1));
            Value::Nothing
        }
        "File.symlink" | "FileUtils.ln_s" | "FileUtils.ln_sf" | "File.link" => {
            machine.file(FileWrite, &args.at(1));
            Value::Nothing
        }
        "File.chmod" | "FileUtils.chmod" | "FileUtils.chmod_R" => {
            let open = first.as_int().is_some_and(|m| m & 0o002 != 0)
                || first
                    .as_str()
                    .is_some_and(|m| m.contains("a+w") || m.contains("o+w"));
            for path in args.pos.iter().skip(1) {
                machine.file(if open { FileExpose } else { FileWrite }, path);
            }
            Value::Nothing
        }
        "File.chown" | "FileUtils.chown" | "FileUtils.chown_R" | "Process.uid=" => {
            machine.perhaps(EffectKind::Privilege, path);
            Value::Nothing
        }
        "Dir.glob" => Value::list(vec![Value::object(Class::Glob, first)]),
        "Dir.children" | "Dir.entries" | "Dir.each_child" | "Dir.foreach" => {
            machine.file(FileList, &first);
            machine.listing()
        }
        "Dir.home" => machine.home(),
        "Dir.pwd" | "Dir.getwd" => machine.current(),
        "Dir.chdir" | "FileUtils.cd" => {
            machine.change_directory(&first);
            Value::Nothing
        }
        "Dir.tmpdir" => Value::text("/tmp"),
        "File.expand_path" | "File.absolute_path" | "File.realpath" => {
            let path = machine.expand_home(&first);
            match args.pos.get(1) {
                Some(base) => {
                    let base = machine.stringify(base);
                    let path = machine.stringify(&path);
                    Value::text(operations::path_join(&base, &path))
                }
                None => path,
            }
        }
        "File.join" => {
            let mut out = String::new();
            for part in &args.pos {
                let text = machine.stringify(part);
                out = if out.is_empty() {
                    text
                } else {
                    operations::path_join(&out, text.trim_start_matches('/'))
                };
            }
            Value::text(out)
        }
        "File.dirname" => match first.as_str() {
            Some(text) => Value::text(operations::parent(text)),
            None => UNKNOWN,
        },
        "File.basename" => match first.as_str() {
            Some(text) => Value::text(operations::file_name(text)),
            None => UNKNOWN,
        },
        "Pathname" | "Pathname.new" => Value::object(Class::Path, first),
        "Base64.decode64" | "Base64.strict_decode64" | "Base64.urlsafe_decode64" => {
            operations::decoded(&first, operations::base64)
        }
        "Zlib.Inflate.inflate" | "Zlib.gunzip" => Value::Unknown(Origin::Decoded),
        "ENV.fetch" | "ENV.[]" | "ENV.delete" => machine.variable(&first),
        "ENV.to_h" | "ENV.to_a" | "ENV.inspect" | "ENV.to_hash" | "ENV.each" | "ENV.map" => {
            Value::sym("ENV")
        }
        "sprintf" | "format" => sprintf(machine, args),
        "Array" | "String" | "URI" | "URI.parse" | "Array.new" | "Set.new" => first,
        "Shellwords.escape" | "Shellwords.shellescape" => match first.as_str() {
            Some(text) => Value::text(format!("'{text}'")),
            None => first,
        },
        "Net.HTTP.get"
        | "Net.HTTP.get_response"
        | "Net.HTTP.get_print"
        | "HTTParty.get"
        | "RestClient.get"
        | "Faraday.get"
        | "HTTP.get"
        | "Excon.get"
        | "Typhoeus.get"
        | "Net.HTTP.new().get"
        | "Net.HTTP.start().get" => {
            machine.request("GET", &first, false);
            FETCHED
        }
        "Net.HTTP.post"
        | "Net.HTTP.post_form"
        | "HTTParty.post"
        | "RestClient.post"
        | "Faraday.post"
        | "HTTP.post"
        | "Excon.post"
        | "Typhoeus.post"
        | "Net.HTTP.new().post" => {
            machine.request("POST", &first, true);
            FETCHED
        }
        "HTTParty.put" | "RestClient.put" | "Faraday.put" | "HTTP.put" | "Net.HTTP.put" => {
            machine.request("PUT", &first, true);
            FETCHED
        }
        "HTTParty.delete" | "RestClient.delete" | "Faraday.delete" | "HTTP.delete" => {
            machine.request("DELETE", &first, false);
            FETCHED
        }
        "HTTParty.patch" | "RestClient.patch" | "Faraday.patch" | "HTTP.patch" => {
            machine.request("PATCH", &first, true);
            FETCHED
        }
        "TCPSocket.new"
        | "TCPSocket.open"
        | "UDPSocket.new().connect"
        | "Net.SSH.start"
        | "Net.SMTP.start"
        | "Net.FTP.open"
        | "Socket.tcp"
        | "Net.Telnet.new" => {
            machine.connect(EffectKind::NetWrite, &first, args.pos.get(1));
            if path.contains("SMTP") {
                machine.message(&Value::text("mail"));
            }
            FETCHED
        }
        "TCPServer.new"
        | "TCPServer.open"
        | "WEBrick.HTTPServer.new"
        | "Socket.tcp_server_loop" => {
            let port = args
                .pos
                .last()
                .cloned()
                .or_else(|| args.named("Port").cloned());
            machine.listen(&port.unwrap_or(UNKNOWN));
            UNKNOWN
        }
        "Process.kill" => {
            machine.named(EffectKind::ProcessSignal, &args.at(1));
            Value::Nothing
        }
        "Fiddle.dlopen" | "Fiddle.Handle.new" | "DL.dlopen" => {
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
    use EffectKind::{FileDelete, FileRead, FileWrite};
    Some(match (receiver, name) {
        (Value::Object(Class::Path | Class::Glob, inner), _) => match name {
            "read" | "binread" | "readlines" | "each_line" => {
                machine.file(FileRead, receiver);
                UNKNOWN
            }
            "delete" | "unlink" | "rmdir" => {
                machine.file(FileDelete, receiver);
                Value::Nothing
            }
            "rmtree" => {
                machine.tree(FileDelete, receiver);
                Value::Nothing
            }
            "write" | "binwrite" | "mkpath" | "mkdir" => {
                machine.file(FileWrite, receiver);
                Value::Nothing
            }
            "join" | "+" | "/" => {
                let mut out = machine.stringify(inner);
                for part in &args.pos {
                    let part = machine.stringify(part);
                    out = operations::path_join(&out, &part);
                }
                Value::object(Class::Path, Value::text(out))
            }
            _ => receiver.clone(),
        },
        (Value::List(_), "join") => {
            let separator = match args.pos.first() {
                Some(value) => machine.stringify(value),
                None => String::new(),
            };
            join(machine, receiver, &separator)
        }
        (Value::List(items), "map" | "collect" | "flat_map") => {
            let items = items.to_vec();
            let function = args.at(0);
            let mut out = Vec::new();
            for item in items.into_iter().take(256) {
                out.push(machine.call(&function, Args::of(vec![item])));
            }
            Value::list(out)
        }
        (Value::List(items), "pack") => match args.at(0).as_str() {
            Some(f) if f.starts_with("c*") || f.starts_with("C*") || f.starts_with("U*") => {
                characters(&Args::of(items.to_vec()))
            }
            Some(f) if f.starts_with("H*") => {
                operations::decoded(&items.first().cloned().unwrap_or(UNKNOWN), operations::hex)
            }
            _ => Value::Unknown(Origin::Decoded),
        },
        (Value::Str(_), "unpack1" | "unpack") => match args.at(0).as_str() {
            Some(f) if f.starts_with('m') => operations::decoded(receiver, operations::base64),
            _ => Value::Unknown(Origin::Decoded),
        },
        (Value::Str(_), "chars") => operations::method(receiver, "split", &[Value::text("")])?,
        (Value::Int(n), "chr") => characters(&Args::of(vec![Value::Int(*n)])),
        (Value::Str(_), "constantize" | "to_sym" | "to_s" | "b" | "force_encoding") => {
            receiver.clone()
        }
        (_, "send" | "public_send" | "__send__") => call(machine, "send", args)?,
        (_, "instance_eval" | "class_eval" | "eval") => call(machine, "eval", args)?,
        (_, "delete_all" | "destroy_all") => return None,
        _ => return None,
    })
}

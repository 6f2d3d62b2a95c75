//! Types and objects of .NET and COM: what their members reach.
//!
//! A type is a symbol in brackets, an object made from one the same with
//! `()` behind, a member follows a dot. All of it in lower case and without
//! `System.`.

use palisade_core::EffectKind;

use super::super::machine::Machine;
use super::super::operations;
use super::super::value::{Args, Class, Value};
use super::places::{delete, read, write};
use super::{FETCHED, UNKNOWN, commands, programs, values};
use crate::arg::Origin;
use crate::holes::has_hole;

/// A member that is not called.
pub(super) fn property(machine: &mut Machine<'_>, base: &str, name: &str) -> Value {
    match (base, name) {
        ("[environment]", "newline") => Value::text("\n"),
        ("[environment]", "currentdirectory") => machine.current(),
        ("[string]", "empty") => Value::text(""),
        ("[io.path]", "directoryseparatorchar") => Value::text("/"),
        ("$executioncontext" | "$host" | "$myinvocation" | "$psversiontable", _) => {
            Value::sym(format!("{base}.{name}"))
        }
        (b, "name" | "processname" | "id" | "handle" | "mainmodule")
            if b.starts_with("process") =>
        {
            UNKNOWN
        }
        (b, "length" | "count" | "responsetext" | "responsebody" | "result" | "content")
            if b.ends_with("()") =>
        {
            if b.contains("http") || b.contains("web") {
                FETCHED
            } else {
                UNKNOWN
            }
        }
        _ => Value::sym(format!("{base}.{name}")),
    }
}

/// `New-Object`, `[type]::new()`.
pub(super) fn create(machine: &mut Machine<'_>, kind: &str, args: &Args) -> Value {
    let kind = kind.strip_prefix("system.").unwrap_or(kind);
    match kind {
        "net.sockets.tcpclient" | "net.sockets.udpclient" | "net.sockets.socket"
            if !args.pos.is_empty() =>
        {
            machine.connect(EffectKind::NetWrite, &args.at(0), args.pos.get(1));
        }
        "net.httplistener" | "net.sockets.tcplistener" => {
            let port = args.pos.last().cloned().unwrap_or(UNKNOWN);
            machine.listen(&port);
        }
        "io.streamreader" => read(machine, &args.at(0)),
        "io.streamwriter" => write(machine, &args.at(0)),
        "io.filestream" => {
            let mode = args.at(1).as_str().unwrap_or_default().to_lowercase();
            let access = args.at(2).as_str().unwrap_or_default().to_lowercase();
            if mode == "open" && (access.is_empty() || access == "read") {
                read(machine, &args.at(0));
            } else {
                write(machine, &args.at(0));
            }
        }
        "io.fileinfo" | "io.directoryinfo" => {
            return Value::object(Class::Path, args.at(0));
        }
        "net.mail.smtpclient" => machine.message(&args.at(0)),
        "io.compression.gzipstream" | "io.compression.deflatestream" => {
            return Value::Unknown(Origin::Decoded);
        }
        "string" => return values::pipeline(&[args.at(0)]),
        "net.networkcredential" | "management.automation.pscredential" => return UNKNOWN,
        _ => {}
    }
    Value::sym(format!("[{kind}]()"))
}

/// A call of a member.
pub(super) fn call(machine: &mut Machine<'_>, path: &str, args: &Args) -> Value {
    let first = args.at(0);
    let (owner, member) = path.rsplit_once('.').unwrap_or(("", path));
    if member == "new"
        && let Some(kind) = owner.strip_prefix('[').and_then(|o| o.strip_suffix(']'))
    {
        return create(machine, kind, args);
    }
    match owner {
        "[io.file]" | "[microsoft.visualbasic.fileio.filesystem]" => {
            return file(machine, member, args);
        }
        "[io.directory]" => return directory(machine, member, args),
        "[io.path]" => return path_member(machine, member, args),
        "[convert]" => return convert(machine, member, &first),
        "[string]" => {
            return match member {
                "join" => {
                    let separator = machine.stringify(&first);
                    let rest = match args.pos.get(1..) {
                        Some([one]) => one.clone(),
                        Some(many) => Value::list(many.to_vec()),
                        None => Value::Nothing,
                    };
                    values::join(machine, &rest, &separator)
                }
                "concat" => {
                    let all = values::pipeline(&args.pos);
                    values::join(machine, &all, "")
                }
                "format" => {
                    let format = machine.stringify(&first);
                    let rest = args.pos.get(1..).unwrap_or_default().to_vec();
                    Value::text(values::formatted(machine, &format, &rest))
                }
                _ => UNKNOWN,
            };
        }
        "[char]" if member.starts_with("convertfrom") => {
            return values::cast(machine, &Value::text("char"), &first);
        }
        "[regex]" => {
            return match member {
                "replace" => {
                    let rule = Value::list(vec![args.at(1), args.at(2)]);
                    values::binary(machine, "-replace", &first, &rule)
                }
                "split" => values::binary(machine, "-split", &first, &args.at(1)),
                "unescape" | "escape" => first,
                _ => machine.part_of_unknown(&first),
            };
        }
        "[scriptblock]" | "[management.automation.scriptblock]" if member == "create" => {
            return Value::object(Class::Code, first);
        }
        "[environment]" => return environment(machine, member, args),
        "[diagnostics.process]" if member == "start" => {
            let rest = args.pos.get(1..).unwrap_or_default();
            programs::start(machine, &first, rest, None);
            return UNKNOWN;
        }
        "[reflection.assembly]" | "[appdomain]" | "[activator]" => {
            if matches!(member, "load" | "loadfile" | "loadfrom" | "unsafeloadfrom") {
                let origin = machine.origin_of(&first);
                machine.opaque_code(origin);
            }
            return UNKNOWN;
        }
        "[runtime.interopservices.marshal]" => {
            return match member {
                m if m.starts_with("ptrtostring") => {
                    machine.unknown_text("secure string", Origin::Secret)
                }
                "copy" | "getdelegateforfunctionpointer" | "writebyte" => {
                    machine.opaque_code(None);
                    UNKNOWN
                }
                _ => UNKNOWN,
            };
        }
        "[registry]" | "[microsoft.win32.registry]" => {
            if member == "setvalue" {
                write(
                    machine,
                    &Value::text(format!("Registry::{}", first.as_str().unwrap_or("HKLM"))),
                );
            }
            return UNKNOWN;
        }
        "$executioncontext.invokecommand" => {
            return match member {
                "invokescript" => machine.run_code(&first),
                "newscriptblock" => Value::object(Class::Code, first),
                "expandstring" => first,
                "getcommand" | "getcmdlet" => commands::command_named(machine, &first),
                "getcommandname" | "getcmdlets" => commands::command_named(machine, &first),
                _ => UNKNOWN,
            };
        }
        "[net.dns]" => {
            machine.connect(EffectKind::NetRead, &first, None);
            return UNKNOWN;
        }
        _ => {}
    }
    if let Some(inner) = owner.strip_prefix("[text.encoding]") {
        return encoding(machine, inner.trim_start_matches('.'), member, &first);
    }
    if owner.starts_with("[text.") && owner.ends_with("encoding]()") {
        let name = if owner.contains("unicode") {
            "unicode"
        } else {
            "utf8"
        };
        return encoding(machine, name, member, &first);
    }
    member_of_object(machine, owner, member, args)
}

fn member_of_object(machine: &mut Machine<'_>, owner: &str, member: &str, args: &Args) -> Value {
    let first = args.at(0);
    let web = owner.contains("web") || owner.contains("http") || owner.contains("client");
    match member {
        "downloadstring"
        | "downloaddata"
        | "openread"
        | "downloadstringtaskasync"
        | "getstringasync"
        | "getasync"
        | "getstreamasync"
        | "getbytearrayasync"
        | "downloaddatataskasync"
        | "downloadstringasync" => {
            machine.request("GET", &first, false);
            FETCHED
        }
        "downloadfile" | "downloadfileasync" | "downloadfiletaskasync" => {
            machine.request("GET", &first, false);
            write(machine, &args.at(1));
            Value::Nothing
        }
        "uploadstring" | "uploaddata" | "uploadfile" | "uploadvalues" | "postasync"
        | "putasync" | "patchasync" | "sendasync" | "uploadstringasync" | "uploadfileasync"
        | "openwrite" => {
            if member.starts_with("uploadfile") {
                read(machine, args.pos.last().unwrap_or(&UNKNOWN));
            }
            machine.request("POST", &first, true);
            FETCHED
        }
        "deleteasync" => {
            machine.request("DELETE", &first, false);
            UNKNOWN
        }
        "open" if owner.contains("xmlhttp") || owner.contains("winhttp") => {
            let method = first.as_str().unwrap_or("*").to_owned();
            machine.request(&method, &args.at(1), !method.eq_ignore_ascii_case("get"));
            Value::Nothing
        }
        "create" if owner.contains("webrequest") => {
            machine.request("GET", &first, false);
            FETCHED
        }
        "connect" | "connectasync" | "beginconnect" if web || owner.contains("socket") => {
            machine.connect(EffectKind::NetWrite, &first, args.pos.get(1));
            UNKNOWN
        }
        "send" if owner.contains("mail") => {
            machine.message(&Value::text("mail"));
            UNKNOWN
        }
        "run" | "exec" if owner.contains("wscript.shell") => {
            programs::line(machine, &first);
            UNKNOWN
        }
        "regwrite" if owner.contains("wscript.shell") => {
            write(
                machine,
                &Value::text(format!("Registry::{}", first.as_str().unwrap_or("HKLM"))),
            );
            UNKNOWN
        }
        "shellexecute" | "shellexecute2" => {
            programs::start(
                machine,
                &first,
                args.pos.get(1..2).unwrap_or_default(),
                None,
            );
            UNKNOWN
        }
        "deletefile" | "deletefolder" => {
            delete(machine, &first, member == "deletefolder");
            UNKNOWN
        }
        "kill" | "closemainwindow"
            if owner.starts_with("process") || owner.contains("diagnostics.process") =>
        {
            machine.named(EffectKind::ProcessSignal, &Value::text(owner));
            UNKNOWN
        }
        "terminate" | "delete" | "stop" | "win32shutdown" | "stopservice" | "changestartmode"
        | "uninstall" | "reboot"
            if owner.starts_with("wmi")
                || owner.starts_with("service")
                || owner.starts_with("process") =>
        {
            machine.perhaps(EffectKind::Privilege, &format!("{owner}.{member}"));
            UNKNOWN
        }
        "create" if owner.starts_with("[wmiclass]") => {
            programs::line(machine, &first);
            UNKNOWN
        }
        "start" if owner.starts_with("[diagnostics.process]") => {
            programs::start(machine, &first, args.pos.get(1..).unwrap_or_default(), None);
            UNKNOWN
        }
        "addscript" => {
            machine.run_code(&first);
            UNKNOWN
        }
        "addcommand" => commands::by_name(machine, &first, &[]),
        "navigate" | "navigate2" => {
            machine.request("GET", &first, false);
            UNKNOWN
        }
        "readtoend" | "readline" | "getresponsestream" | "getresponse" if web => FETCHED,
        "tostring" if owner.starts_with("$verbose") => UNKNOWN,
        _ => {
            // What a member we know nothing of gives is as foreign as its owner.
            UNKNOWN
        }
    }
}

fn file(machine: &mut Machine<'_>, member: &str, args: &Args) -> Value {
    let first = args.at(0);
    match member {
        "delete" | "deletefile" | "deletedirectory" => {
            delete(machine, &first, member == "deletedirectory");
            Value::Nothing
        }
        "readalltext" | "readalllines" | "readallbytes" | "readlines" | "opentext" | "openread"
        | "readalltextasync" => {
            read(machine, &first);
            UNKNOWN
        }
        "exists" | "getattributes" | "getlastwritetime" => UNKNOWN,
        "copy" | "copyfile" => {
            read(machine, &first);
            write(machine, &args.at(1));
            Value::Nothing
        }
        "move" | "replace" | "movefile" => {
            delete(machine, &first, false);
            write(machine, &args.at(1));
            Value::Nothing
        }
        "open" => {
            read(machine, &first);
            if args.pos.len() > 1 {
                write(machine, &first);
            }
            UNKNOWN
        }
        _ => {
            write(machine, &first);
            UNKNOWN
        }
    }
}

fn directory(machine: &mut Machine<'_>, member: &str, args: &Args) -> Value {
    let first = args.at(0);
    match member {
        "delete" => {
            delete(machine, &first, true);
            Value::Nothing
        }
        "createdirectory" => {
            write(machine, &first);
            Value::Nothing
        }
        "move" => {
            delete(machine, &first, true);
            write(machine, &args.at(1));
            Value::Nothing
        }
        "getcurrentdirectory" => machine.current(),
        "setcurrentdirectory" => {
            commands::change_directory(machine, &first);
            Value::Nothing
        }
        "getfiles"
        | "enumeratefiles"
        | "getfilesystementries"
        | "getdirectories"
        | "enumeratedirectories" => {
            let folder = machine.stringify(&first);
            let pattern = args
                .pos
                .get(1)
                .map_or_else(|| "*".to_owned(), |p| machine.stringify(p));
            let found = Value::text(format!(
                "{}/{pattern}",
                folder.trim_end_matches(['/', '\\'])
            ));
            Value::object(Class::Glob, found)
        }
        _ => UNKNOWN,
    }
}

fn path_member(machine: &mut Machine<'_>, member: &str, args: &Args) -> Value {
    match member {
        "combine" | "join" => {
            let parts: Vec<String> = args.pos.iter().map(|v| machine.stringify(v)).collect();
            Value::text(parts.join("/"))
        }
        "gettemppath" => Value::text("/tmp"),
        "gettempfilename" => Value::text("/tmp/tmp.tmp"),
        "getrandomfilename" => Value::text("random.tmp"),
        "getfullpath" => args.at(0),
        _ => machine.part_of_unknown(&args.at(0)),
    }
}

fn convert(machine: &mut Machine<'_>, member: &str, first: &Value) -> Value {
    match member {
        "frombase64string" => operations::decoded(first, operations::base64),
        "fromhexstring" => operations::decoded(first, operations::hex),
        "tochar" => values::cast(machine, &Value::text("char"), first),
        "toint32" | "tobyte" | "toint16" | "touint32" => {
            values::cast(machine, &Value::text("int"), first)
        }
        "tostring" => first.clone(),
        "tobase64string" => UNKNOWN,
        _ => machine.part_of_unknown(first),
    }
}

fn encoding(machine: &mut Machine<'_>, name: &str, member: &str, first: &Value) -> Value {
    match member {
        // The bytes of a text stand for the text.
        "getbytes" => first.clone(),
        "getstring" | "getchars" => {
            let bytes = match first {
                Value::List(items) => items
                    .iter()
                    .map(|v| v.as_int().and_then(|n| u8::try_from(n).ok()))
                    .collect::<Option<Vec<u8>>>(),
                Value::Str(text) if !has_hole(text) => operations::bytes_of(text),
                _ => None,
            };
            let Some(bytes) = bytes else {
                return machine.part_of_unknown(first);
            };
            let wide = name.contains("unicode")
                || bytes.iter().skip(1).step_by(2).all(|b| *b == 0) && bytes.len() > 1;
            if wide && bytes.iter().skip(1).step_by(2).any(|b| *b == 0) {
                let units: Vec<u16> = bytes
                    .chunks(2)
                    .map(|pair| {
                        u16::from(pair.first().copied().unwrap_or(0))
                            | u16::from(pair.get(1).copied().unwrap_or(0)) << 8
                    })
                    .collect();
                return Value::text(String::from_utf16_lossy(&units));
            }
            operations::text_of(&bytes)
        }
        // `[Text.Encoding]::GetEncoding('utf-16')`
        "getencoding" => Value::sym(format!(
            "[text.encoding].{}",
            if first
                .as_str()
                .is_some_and(|t| t.contains("16") || t.contains("unicode"))
            {
                "unicode"
            } else {
                "utf8"
            }
        )),
        _ => UNKNOWN,
    }
}

fn environment(machine: &mut Machine<'_>, member: &str, args: &Args) -> Value {
    let first = args.at(0);
    match member {
        "getenvironmentvariable" => match first.as_str().filter(|t| !has_hole(t)) {
            Some(name) => {
                let name = name.to_uppercase();
                super::environment(machine, &name)
            }
            None => machine.unknown_text("environment", Origin::Secret),
        },
        "getenvironmentvariables" => machine.unknown_text("environment", Origin::Secret),
        "expandenvironmentvariables" => {
            let text = machine.stringify(&first);
            let mut out = String::new();
            for (i, part) in text.split('%').enumerate() {
                if i % 2 == 1 {
                    let value = super::environment(machine, &part.to_uppercase());
                    out.push_str(&machine.stringify(&value));
                } else {
                    out.push_str(part);
                }
            }
            Value::text(out)
        }
        "setenvironmentvariable" => {
            let target = args.at(2).as_str().unwrap_or_default().to_lowercase();
            if target == "machine" {
                machine.named(EffectKind::Privilege, &first);
            } else if target == "user" {
                let name = first.as_str().unwrap_or("*").to_owned();
                write(machine, &Value::text(format!("HKCU:\\Environment\\{name}")));
            } else {
                machine.set_outside("ENV", &first, &args.at(1));
            }
            Value::Nothing
        }
        "getfolderpath" => {
            let home = machine.cx.home;
            match first.as_str().unwrap_or_default().to_lowercase().as_str() {
                "userprofile" | "personal" | "mydocuments" => Value::text(home),
                "applicationdata" => Value::text(format!("{home}/AppData/Roaming")),
                "localapplicationdata" => Value::text(format!("{home}/AppData/Local")),
                "startup" => Value::text(format!(
                    "{home}/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup"
                )),
                "desktop" => Value::text(format!("{home}/Desktop")),
                "system" | "windows" => Value::text("C:\\Windows"),
                _ => UNKNOWN,
            }
        }
        _ => UNKNOWN,
    }
}

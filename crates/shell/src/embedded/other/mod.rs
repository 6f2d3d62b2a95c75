//! Languages that are met now and then: R, Julia, Elixir, Erlang, Haskell,
//! Octave, those of the JVM, Lisps, Tcl, AppleScript.
//!
//! None has a grammar of its own here. Those whose calls look like the calls
//! of Ruby or JavaScript are respelled and read as these; Lisps, Tcl and
//! AppleScript have a small reader each. What the calls reach is one table.

mod apple;
mod calls;
mod lisp;
mod tcl;

use palisade_core::EffectKind;

use super::machine::{Grammar, Machine};
use super::tree::Stmt;
use super::value::{Args, Class, Value};
use super::{javascript, loose, operations};
use crate::arg::Origin;
use crate::holes::has_hole;

const UNKNOWN: Value = Value::Unknown(Origin::Unknown);
const FETCHED: Value = Value::Unknown(Origin::Fetched);

/// One of these languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    R,
    Julia,
    Elixir,
    Erlang,
    Haskell,
    Octave,
    Jvm,
    Lisp,
    Tcl,
    Apple,
}

/// Parses a text as the language it most resembles.
pub(super) fn parse(
    text: &str,
    dialect: Dialect,
    depth: usize,
    functions: &mut usize,
) -> (Vec<Stmt>, bool) {
    match dialect {
        Dialect::Lisp => lisp::parse(text),
        Dialect::Tcl => tcl::parse(text),
        Dialect::Apple => apple::parse(text),
        Dialect::R => {
            let text = respelled(
                text,
                &[
                    ("<<-", "="),
                    ("<-", "="),
                    ("%>%", ","),
                    ("|>", ","),
                    (":::", "."),
                    ("::", "."),
                    ("TRUE", "true"),
                    ("FALSE", "false"),
                    ("\\(", "function("),
                ],
                Some('#'),
            );
            javascript::parse(&text, depth, functions)
        }
        Dialect::Jvm => {
            let text = respelled(
                text,
                &[
                    ("def ", "let "),
                    ("val ", "let "),
                    ("String ", "let "),
                    (".!!", ".execute()"),
                    (".!", ".execute()"),
                    ("java.io.", ""),
                    ("java.nio.file.", ""),
                    ("java.lang.", ""),
                    ("java.net.", ""),
                ],
                None,
            );
            javascript::parse(&text, depth, functions)
        }
        _ => {
            let (pairs, comment): (&[(&str, &str)], _) = match dialect {
                Dialect::Elixir => (&[(":os.", "os."), (":file.", "file."), ("|>", ",")], None),
                Dialect::Erlang => (
                    &[
                        ("os:", "os."),
                        ("file:", "file."),
                        ("io:", "io."),
                        ("httpc:", "httpc."),
                    ],
                    Some('%'),
                ),
                Dialect::Octave => (&[], Some('%')),
                Dialect::Haskell => (&[("$", " "), (">>=", ";"), (">>", ";"), ("<-", "=")], None),
                _ => (&[], None),
            };
            let text = respelled(text, pairs, comment);
            loose::parse(&text, Grammar::Ruby, depth, functions)
        }
    }
}

/// Replaces outside of quotes and drops comments.
fn respelled(text: &str, pairs: &[(&str, &str)], comment: Option<char>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut quote: Option<char> = None;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let width = c.len_utf8();
        if let Some(q) = quote {
            out.push(c);
            rest = rest.get(width..).unwrap_or_default();
            if c == '\\' {
                if let Some(next) = rest.chars().next() {
                    out.push(next);
                    rest = rest.get(next.len_utf8()..).unwrap_or_default();
                }
            } else if c == q {
                quote = None;
            }
            continue;
        }
        if Some(c) == comment {
            let end = rest.find('\n').unwrap_or(rest.len());
            rest = rest.get(end..).unwrap_or_default();
            continue;
        }
        if matches!(c, '"' | '\'' | '`') {
            quote = Some(c);
        } else if let Some((from, to)) = pairs.iter().find(|(from, _)| rest.starts_with(from)) {
            out.push_str(to);
            rest = rest.get(from.len()..).unwrap_or_default();
            continue;
        }
        out.push(c);
        rest = rest.get(width..).unwrap_or_default();
    }
    out
}

/// A name nothing was assigned to.
pub(super) fn name(machine: &mut Machine<'_>, name: &str) -> Value {
    match name {
        "commandArgs" | "ARGS" | "argv" => Value::list(machine.argv.clone()),
        "ENV" => Value::sym("ENV"),
        _ => Value::sym(name),
    }
}

/// A call of something outside.
pub(super) fn call(machine: &mut Machine<'_>, dialect: Dialect, path: &str, args: &Args) -> Value {
    if path.chars().any(crate::holes::is_hole) {
        machine.opaque_code(None);
        return UNKNOWN;
    }
    if let Some(value) = computed(machine, path, args) {
        return value;
    }
    match calls::role(dialect, path) {
        Some(role) => act(machine, role, path, args),
        None => Value::sym(format!("{path}()")),
    }
}

/// A member that reads: `new File(x).text`.
pub(super) fn property(machine: &mut Machine<'_>, value: &Value, name: &str) -> Option<Value> {
    match (value, name) {
        (Value::Object(Class::Path, path), "text" | "bytes") => {
            machine.file(EffectKind::FileRead, path);
            Some(UNKNOWN)
        }
        (Value::Object(Class::Peer, url), "text" | "bytes") => {
            machine.request("GET", url, false);
            Some(FETCHED)
        }
        _ => None,
    }
}

/// A call of a method of a value.
pub(super) fn method(
    machine: &mut Machine<'_>,
    receiver: &Value,
    name: &str,
    args: &Args,
) -> Value {
    match (name, receiver) {
        ("execute" | "lines" | "lazyLines" | "lineStream", Value::Str(_) | Value::List(_)) => {
            machine.command(receiver, matches!(receiver, Value::Str(_)), None, None);
            UNKNOWN
        }
        (
            "delete" | "deleteOnExit" | "deleteRecursively" | "deleteDir" | "deleteIfExists",
            Value::Object(Class::Path, path),
        ) => {
            if matches!(name, "deleteDir" | "deleteRecursively") {
                machine.tree(EffectKind::FileDelete, path);
            } else {
                machine.file(EffectKind::FileDelete, path);
            }
            UNKNOWN
        }
        (
            "getText" | "readLines" | "readText" | "eachLine" | "readBytes" | "withReader",
            Value::Object(Class::Path, path),
        ) => {
            machine.file(EffectKind::FileRead, path);
            UNKNOWN
        }
        (
            "write" | "setText" | "append" | "writeText" | "createNewFile" | "mkdirs" | "mkdir"
            | "withWriter",
            Value::Object(Class::Path, path),
        ) => {
            machine.file(EffectKind::FileWrite, path);
            UNKNOWN
        }
        ("renameTo", Value::Object(Class::Path, path)) => {
            machine.file(EffectKind::FileDelete, path);
            machine.file(EffectKind::FileWrite, &args.at(0));
            UNKNOWN
        }
        ("toURL" | "toURI", Value::Str(_)) => Value::object(Class::Peer, receiver.clone()),
        (
            "getText" | "openStream" | "openConnection" | "readText",
            Value::Object(Class::Peer, url),
        ) => {
            machine.request("GET", url, false);
            FETCHED
        }
        _ => operations::method(receiver, name, &args.pos)
            .unwrap_or_else(|| machine.part_of_unknown(receiver)),
    }
}

/// Functions that only compute.
fn computed(machine: &mut Machine<'_>, path: &str, args: &Args) -> Option<Value> {
    let all = || -> Vec<Value> {
        args.pos
            .iter()
            .flat_map(|v| match v {
                Value::List(items) => items.to_vec(),
                other => vec![other.clone()],
            })
            .collect()
    };
    Some(match path {
        "c" | "list" | "string-list" | "vector" | "Seq" | "List" | "Arrays.asList" | "List.of"
        | "Vector" => Value::list(all()),
        "paste0" | "string" | "str" | "string-append" | "concat" | "strcat" | "append-text" => {
            let parts: Vec<String> = all().iter().map(|v| machine.stringify(v)).collect();
            Value::text(parts.concat())
        }
        "paste" => {
            let parts: Vec<String> = all().iter().map(|v| machine.stringify(v)).collect();
            Value::text(parts.join(" "))
        }
        "file.path" | "joinpath" | "Path.join" | "fullfile" | "Paths.get" | "Path.of"
        | "filename.join" => {
            let parts: Vec<String> = all().iter().map(|v| machine.stringify(v)).collect();
            let path = parts.join("/");
            if path.is_empty() {
                return Some(machine.current());
            }
            Value::text(path)
        }
        "path.expand" | "normalizePath" | "expanduser" | "Path.expand" | "expand-file-name"
        | "Path.absname" => machine.expand_home(&args.at(0)),
        "homedir" | "System.user_home" | "System.user_home!" => machine.home(),
        "File" | "URL" | "URI" if args.pos.len() == 1 => {
            let class = if path == "File" {
                Class::Path
            } else {
                Class::Peer
            };
            Value::object(class, args.at(0))
        }
        "getwd" | "pwd" | "File.cwd!" => machine.current(),
        "Sys.getenv" | "System.get_env" | "System.getenv" | "getenv" | "System.fetch_env!"
        | "os.getenv" => {
            if args.pos.is_empty() {
                machine.unknown_text("environment", Origin::Secret)
            } else {
                machine.variable(&args.at(0))
            }
        }
        "quote" | "identity" | "noquote" | "intern" | "shQuote" | "quoted form" => args.at(0),
        "rawToChar"
        | "base64decode"
        | "base64enc.base64decode"
        | "Base.decode64!"
        | "openssl.base64_decode"
        | "base64-decode-string" => operations::decoded(&args.at(0), operations::base64),
        _ => return None,
    })
}

fn act(machine: &mut Machine<'_>, role: &str, path: &str, args: &Args) -> Value {
    let first = args.at(0);
    for one in role.split(' ') {
        match one {
            "shell" => machine.shell(&first, None),
            "words" => {
                let words: Vec<Value> = args
                    .pos
                    .iter()
                    .flat_map(|v| match v {
                        Value::List(items) => items.to_vec(),
                        Value::Dict(_) | Value::Func(_) | Value::Nothing | Value::Bool(_) => {
                            Vec::new()
                        }
                        other => vec![other.clone()],
                    })
                    .collect();
                match words.as_slice() {
                    [Value::Str(text)] if text.contains(' ') => machine.shell(&first, None),
                    [Value::Str(_) | Value::Object(..), ..] => machine.words(&words, None, None),
                    [] => {}
                    [other, ..] => {
                        let origin = machine.origin_of(other);
                        machine.opaque_code(origin);
                    }
                }
            }
            "package" | "foreign" => {
                let from = args.named.iter().find(|(n, _)| n == "url").map(|(_, v)| v);
                let what = from.unwrap_or(&first);
                let kind = match what.as_str() {
                    _ if one == "foreign" || from.is_some() => EffectKind::ExecFetched,
                    Some(text) if crate::programs::from_an_address(text) => EffectKind::ExecFetched,
                    _ => EffectKind::PackageInstall,
                };
                machine.named(kind, what);
                break;
            }
            "admin" => machine.named(EffectKind::Privilege, &Value::text(path)),
            "code" => {
                machine.run_code(&first);
            }
            "js" => machine.opaque_code(None),
            "script" => match first.as_str() {
                Some(text) if text.contains("://") => {
                    machine.request("GET", &first, false);
                    machine.opaque_code(Some(Origin::Fetched));
                }
                _ => machine.script(None, &first, &[]),
            },
            // A command object ran, or will, where it was written.
            "command" if matches!(first, Value::Str(_)) => machine.shell(&first, None),
            "read" => machine.file(EffectKind::FileRead, &first),
            "read2" => machine.file(EffectKind::FileRead, &args.at(1)),
            "write" => machine.file(EffectKind::FileWrite, &first),
            "write2" => machine.file(EffectKind::FileWrite, &args.at(1)),
            "list" => {
                machine.file(EffectKind::FileList, &first);
                return machine.listing();
            }
            "delete" => {
                for value in &args.pos {
                    machine.file(EffectKind::FileDelete, value);
                }
            }
            // With more than the name it is a whole tree.
            "remove" => {
                if args.pos.len() + args.named.len() > 1 {
                    machine.tree(EffectKind::FileDelete, &first);
                } else {
                    machine.file(EffectKind::FileDelete, &first);
                }
            }
            "tree" => machine.tree(EffectKind::FileDelete, &first),
            "get" => {
                machine.request("GET", &first, false);
                return FETCHED;
            }
            "send" => {
                machine.request("POST", &first, true);
                return FETCHED;
            }
            "message" => machine.message(&Value::text(path)),
            "kill" => machine.perhaps(EffectKind::ProcessSignal, path),
            "sql" => {
                for value in args.pos.iter().take(2) {
                    machine.maybe_sql(value, path);
                }
            }
            "eval" => match &first {
                Value::Str(text) if !has_hole(text) => {
                    machine.run_code(&first);
                }
                Value::Func(_) | Value::List(_) => {}
                Value::Sym(name) if name.ends_with("()") && name.contains("parse") => {
                    machine.opaque_code(None);
                }
                Value::Sym(_) => {}
                other => {
                    let origin = machine.origin_of(other);
                    machine.opaque_code(origin);
                }
            },
            "parsed" => return first,
            "print" => machine.print(&args.pos, " ", "\n"),
            _ => {}
        }
    }
    UNKNOWN
}

#[cfg(test)]
mod tests {
    use super::respelled;

    #[test]
    fn quotes_are_left_alone() {
        let pairs = [("<-", "=")];
        assert_eq!(
            respelled("x <- 'a <- b' # c <- d\ny <- \"\\\"<-\"", &pairs, Some('#')),
            "x = 'a <- b' \ny = \"\\\"<-\""
        );
    }
}

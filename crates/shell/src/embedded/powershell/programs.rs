//! Programs that PowerShell, .NET or COM start.

use super::super::machine::Machine;
use super::super::value::Value;
use super::super::windows;
use super::commands::change_directory;
use super::{FETCHED, UNKNOWN, values};
use crate::arg::Origin;
use crate::holes::{ANY, is_hole};
use crate::programs::extension;

/// A program that is started with a list or a line of arguments.
pub(in crate::embedded) fn start(
    machine: &mut Machine<'_>,
    program: &Value,
    args: &[Value],
    cwd: Option<&Value>,
) {
    if let Value::OneOf(all) = program {
        for one in all.iter() {
            start(machine, one, args, cwd);
        }
        return;
    }
    let mut words = Vec::new();
    for arg in args.iter().flat_map(values::items) {
        match &arg {
            Value::Str(text) => words.extend(split_line(text).into_iter().map(Value::text)),
            other => words.push(other.clone()),
        }
    }
    match program.as_str() {
        Some(text) if text.contains("://") => {
            machine.request("GET", program, false);
        }
        Some(text) if !text.chars().all(is_hole) => {
            let text = text.to_owned();
            let before = machine.cwd.clone();
            if let Some(to) = cwd {
                change_directory(machine, to);
            }
            native(machine, &text, &words, None);
            machine.cwd = before;
        }
        _ => {
            let origin = machine.origin_of(program);
            machine.opaque_code(origin);
        }
    }
}

/// A whole command line in the way of Windows.
pub(super) fn line(machine: &mut Machine<'_>, text: &Value) {
    match text {
        Value::Str(line) if !line.chars().all(is_hole) => {
            let words = split_line(line);
            if let Some((program, args)) = words.split_first() {
                let args: Vec<Value> = args.iter().map(Value::text).collect();
                native(machine, program, &args, None);
            }
        }
        other => {
            let origin = machine.origin_of(other);
            machine.opaque_code(origin);
        }
    }
}

/// The words of a line: blanks part them, double quotes do not.
pub(in crate::embedded) fn split_line(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let (mut open, mut quoted) = (false, false);
    for c in text.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                if !open {
                    out.push(String::new());
                    open = true;
                }
            }
            c if c.is_whitespace() && !quoted => open = false,
            c => {
                if !open {
                    out.push(String::new());
                    open = true;
                }
                if let Some(last) = out.last_mut() {
                    last.push(c);
                }
            }
        }
        if out.len() > 1_000 {
            break;
        }
    }
    out
}

/// A program, not a cmdlet.
pub(in crate::embedded) fn native(
    machine: &mut Machine<'_>,
    name: &str,
    args: &[Value],
    input: Option<&Value>,
) -> Value {
    let program = windows::program(name, machine.cx.home);
    let mut words = vec![Value::text(&program)];
    let mut glued = None;
    for arg in args {
        match arg {
            Value::Sym(s) if s.starts_with('-') => {
                if s.ends_with(':') {
                    glued = Some(s.to_string());
                } else {
                    words.push(Value::text(s));
                }
            }
            other => {
                let other = plain_path(other);
                match glued.take() {
                    Some(option) => {
                        let text = machine.stringify(&other);
                        words.push(Value::text(format!("{option}{text}")));
                    }
                    None => words.push(other),
                }
            }
        }
    }
    let lower = program.to_lowercase();
    if extension(&lower) == "ps1" {
        machine.script(
            Some("powershell"),
            &Value::text(&program),
            words.get(1..).unwrap_or_default(),
        );
        return UNKNOWN;
    }
    if matches!(extension(&lower), "bat" | "cmd") {
        machine.script(
            Some("cmd"),
            &Value::text(&program),
            words.get(1..).unwrap_or_default(),
        );
        return UNKNOWN;
    }
    machine.words(&words, None, input);
    match lower.rsplit('/').next().unwrap_or_default() {
        "curl" | "wget" | "aria2c" | "http" | "https" | "curlie" | "xh" => FETCHED,
        "base64" | "openssl" | "gzip" | "gunzip" | "xxd" => Value::Unknown(Origin::Decoded),
        _ => UNKNOWN,
    }
}

/// An argument that is a path of Windows, with the separators of all others.
fn plain_path(value: &Value) -> Value {
    match value {
        Value::Str(text) if windows::is_path(text) && text.contains('\\') => {
            Value::text(text.replace('\\', "/"))
        }
        Value::List(items) => Value::list(items.iter().map(plain_path).collect()),
        Value::Func(_) | Value::Dict(_) => Value::text(ANY.to_string()),
        other => other.clone(),
    }
}

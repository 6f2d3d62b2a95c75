//! Texts and bytes: methods, codecs, `str.format`.

use super::super::machine::Machine;
use super::super::operations;
use super::super::value::{Args, Value};
use super::UNKNOWN;
use crate::arg::Origin;

/// A text codec.
pub(super) fn decode(value: &Value, codec: &str) -> Value {
    match codec.to_ascii_lowercase().replace('_', "-").as_str() {
        "rot13" | "rot-13" => match value.as_str() {
            Some(text) => Value::text(operations::rot13(text)),
            None => value.clone(),
        },
        "hex" | "hex-codec" => operations::decoded(value, operations::hex),
        "base64" | "base64-codec" => operations::decoded(value, operations::base64),
        "utf-8" | "utf8" | "ascii" | "latin-1" | "latin1" | "us-ascii" | "iso-8859-1"
        | "unicode-escape" | "utf-8-sig" => value.clone(),
        _ => Value::Unknown(Origin::Decoded),
    }
}

pub(super) fn text_method(
    machine: &mut Machine<'_>,
    receiver: &Value,
    name: &str,
    args: &Args,
) -> Option<Value> {
    match (receiver, name) {
        (Value::Str(separator), "join") => {
            let items = machine.elements(&args.at(0));
            let Some(items) = items else {
                let origin = args.at(0).origin().unwrap_or(Origin::Unknown);
                return Some(Value::Unknown(origin));
            };
            let parts: Vec<String> = items.iter().map(|v| machine.stringify(v)).collect();
            Some(Value::text(parts.join(separator)))
        }
        (Value::Str(format), "format" | "format_map") => {
            let format = format.to_string();
            Some(Value::text(braces(machine, &format, args)))
        }
        (Value::Str(_) | Value::Unknown(_), "decode") => {
            let codec = args
                .get(0, "encoding")
                .and_then(Value::as_str)
                .unwrap_or("utf-8");
            match receiver {
                Value::Unknown(_) => Some(receiver.clone()),
                _ => Some(decode(receiver, codec)),
            }
        }
        (Value::Str(_), "encode" | "title" | "capitalize" | "expandtabs" | "zfill" | "ljust") => {
            Some(receiver.clone())
        }
        (Value::Str(text), "hex") => {
            let mut out = String::new();
            for byte in operations::bytes_of(text)? {
                out.push_str(&format!("{byte:02x}"));
            }
            Some(Value::text(out))
        }
        (Value::Str(_), "fromhex") => Some(operations::decoded(&args.at(0), operations::hex)),
        (Value::Dict(_) | Value::List(_), "__getitem__") => {
            Some(machine.index(receiver, &args.at(0)))
        }
        (Value::Func(_), "__call__" | "delay" | "apply_async" | "remote") => {
            Some(machine.call(receiver, args.clone()))
        }
        _ => None,
    }
}

/// `"{} {0} {name}".format(…)`
fn braces(machine: &mut Machine<'_>, format: &str, args: &Args) -> String {
    let mut out = String::new();
    let mut next = 0;
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '{' if chars.peek() == Some(&'{') => {
                chars.next();
                out.push('{');
            }
            '}' => {
                if chars.peek() == Some(&'}') {
                    chars.next();
                }
                out.push('}');
            }
            '{' => {
                let field: String = chars.by_ref().take_while(|c| *c != '}').collect();
                let name = field.split([':', '!', '.', '[']).next().unwrap_or_default();
                let plain = !field.contains(['.', '[']);
                let value = if name.is_empty() {
                    next += 1;
                    args.pos.get(next - 1)
                } else if let Ok(i) = name.parse::<usize>() {
                    args.pos.get(i)
                } else {
                    args.named(name)
                        .or_else(|| args.pos.first().and_then(|d| d.entry(name)))
                };
                let value = value.filter(|_| plain).cloned().unwrap_or(UNKNOWN);
                out.push_str(&machine.stringify(&value));
            }
            c => out.push(c),
        }
    }
    out
}

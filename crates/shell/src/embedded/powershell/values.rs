//! Casts, operators and methods of plain values.

use super::super::machine::Machine;
use super::super::operations;
use super::super::value::{Args, Class, ELEMENTS, Value};
use super::UNKNOWN;
use crate::arg::Origin;
use crate::holes::{ANY, has_hole};

/// What several values are together in a pipeline.
pub(super) fn pipeline(values: &[Value]) -> Value {
    let mut out = Vec::new();
    for value in values {
        match value {
            Value::Nothing => {}
            Value::List(items) => out.extend(items.iter().cloned()),
            other => out.push(other.clone()),
        }
    }
    out.truncate(ELEMENTS);
    match out.pop() {
        None => Value::Nothing,
        Some(one) if out.is_empty() => one,
        Some(last) => {
            out.push(last);
            Value::list(out)
        }
    }
}

/// A value as a list.
pub(super) fn items(value: &Value) -> Vec<Value> {
    match value {
        Value::List(items) => items.to_vec(),
        Value::Nothing => Vec::new(),
        other => vec![other.clone()],
    }
}

fn character(value: &Value) -> Option<Value> {
    match value {
        Value::Int(n) => u32::try_from(*n)
            .ok()
            .and_then(char::from_u32)
            .map(|c| Value::text(c.to_string())),
        Value::Str(text) => match text.parse::<u32>() {
            // `[char]"73"`, and a character as itself.
            Ok(n) if text.chars().count() > 1 => {
                char::from_u32(n).map(|c| Value::text(c.to_string()))
            }
            _ => Some(Value::Str(text.clone())),
        },
        _ => None,
    }
}

/// `[type]value`
pub(super) fn cast(machine: &mut Machine<'_>, kind: &Value, value: &Value) -> Value {
    let kind = kind.as_str().unwrap_or_default().to_owned();
    if let Value::OneOf(all) = value {
        let name = Value::text(&kind);
        let values = all.iter().map(|v| cast(machine, &name, v)).collect();
        return Value::one_of(values);
    }
    match kind.as_str() {
        "char" => character(value).unwrap_or_else(|| machine.part_of_unknown(value)),
        "char[]" => match value {
            Value::Str(text) => characters(text),
            Value::List(items) => {
                let all: Option<Vec<Value>> = items.iter().map(character).collect();
                all.map_or(UNKNOWN, Value::list)
            }
            other => other.clone(),
        },
        "string" => match value {
            Value::Nothing => Value::text(""),
            Value::Func(_) | Value::Sym(_) => value.clone(),
            other => Value::text(machine.stringify(other)),
        },
        "int" | "int32" | "int64" | "uint32" | "long" | "byte" | "int16" | "uint16" => {
            match value {
                Value::Str(text) => number(text),
                other => other.clone(),
            }
        }
        "byte[]" | "int[]" | "string[]" | "array" | "object[]" => Value::list(items(value)),
        "scriptblock" => match value {
            Value::Str(_) => Value::object(Class::Code, value.clone()),
            other => other.clone(),
        },
        "wmi" | "wmiclass" | "adsi" | "type" | "uri" | "net.ipaddress" => {
            let text = machine.stringify(value);
            match kind.as_str() {
                "uri" => Value::text(text),
                "type" => Value::sym(format!("[{}]", text.to_lowercase())),
                _ => Value::sym(format!("[{kind}]{}", text.to_lowercase())),
            }
        }
        _ => value.clone(),
    }
}

fn characters(text: &str) -> Value {
    Value::list(
        text.chars()
            .take(ELEMENTS)
            .map(|c| Value::text(c.to_string()))
            .collect(),
    )
}

fn number(text: &str) -> Value {
    let text = text.trim();
    let parsed = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => i64::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    };
    parsed.map_or(UNKNOWN, Value::Int)
}

/// `-join x`, `-split x`
pub(super) fn unary(machine: &mut Machine<'_>, op: &Value, value: &Value) -> Value {
    match op.as_str() {
        Some("-join") => join(machine, value, ""),
        _ => match value {
            Value::Str(text) if !has_hole(text) => {
                Value::list(text.split_whitespace().map(Value::text).collect())
            }
            other => other.clone(),
        },
    }
}

/// Texts put together.
pub(super) fn join(machine: &mut Machine<'_>, value: &Value, separator: &str) -> Value {
    match value {
        Value::List(items) => {
            let items = items.to_vec();
            let mut text = String::new();
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    text.push_str(separator);
                }
                text.push_str(&machine.stringify(item));
                if text.len() > super::super::value::TEXT {
                    return UNKNOWN;
                }
            }
            Value::text(text)
        }
        other => other.clone(),
    }
}

/// A binary operator.
pub(in crate::embedded) fn binary(
    machine: &mut Machine<'_>,
    op: &str,
    left: &Value,
    right: &Value,
) -> Value {
    match op {
        "+" => match left {
            Value::List(all) => {
                let mut out = all.to_vec();
                out.extend(items(right));
                out.truncate(ELEMENTS);
                Value::list(out)
            }
            Value::Int(a) => match right.as_int() {
                Some(b) => Value::Int(a.wrapping_add(b)),
                None => text_sum(machine, left, right),
            },
            Value::Dict(_) | Value::Func(_) => left.clone(),
            Value::Nothing => right.clone(),
            _ => text_sum(machine, left, right),
        },
        "-f" => {
            let format = machine.stringify(left);
            Value::text(formatted(machine, &format, &items(right)))
        }
        ".." => range(left, right),
        "-join" => {
            let separator = machine.stringify(right);
            join(machine, left, &separator)
        }
        "-split" => {
            let separator = items(right).first().cloned().unwrap_or(Value::Nothing);
            split(machine, left, &separator)
        }
        "-replace" => {
            let rule = items(right);
            let from = rule.first().cloned().unwrap_or(Value::Nothing);
            let to = rule.get(1).cloned().unwrap_or_else(|| Value::text(""));
            replaced(machine, left, &from, &to, true)
        }
        "-as" => match right {
            Value::Sym(kind) => {
                let kind = Value::text(kind.trim_matches(['[', ']']));
                cast(machine, &kind, left)
            }
            _ => left.clone(),
        },
        "-bxor" => operations::arithmetic("^", left, right),
        "-band" => operations::arithmetic("&", left, right),
        "-bor" => operations::arithmetic("|", left, right),
        "-shl" => operations::arithmetic("<<", left, right),
        "-shr" => operations::arithmetic(">>", left, right),
        "*" => match (left, right) {
            (Value::Str(_) | Value::List(_), _) | (_, Value::Int(_)) => {
                operations::arithmetic("*", left, right)
            }
            _ => UNKNOWN,
        },
        "-" | "%" => operations::arithmetic(op, left, right),
        "/" => operations::arithmetic("//", left, right),
        "-or" => Value::one_of(vec![left.clone(), right.clone()]),
        _ => UNKNOWN,
    }
}

fn text_sum(machine: &mut Machine<'_>, left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Unknown(a), Value::Unknown(b)) => Value::Unknown(*a.max(b)),
        (Value::Unknown(Origin::Fetched), _) => left.clone(),
        _ => {
            let mut text = machine.stringify(left);
            text.push_str(&machine.stringify(right));
            Value::text(text)
        }
    }
}

fn range(left: &Value, right: &Value) -> Value {
    let as_number = |v: &Value| match v {
        Value::Str(text) => match number(text) {
            Value::Int(n) => Some(n),
            _ => None,
        },
        v => v.as_int(),
    };
    let (Some(from), Some(to)) = (as_number(left), as_number(right)) else {
        // `'a'..'z'`
        if let (Some(a), Some(b)) = (left.as_str(), right.as_str())
            && let (Some(a), Some(b)) = (a.chars().next(), b.chars().next())
            && a <= b
            && b.is_ascii()
        {
            return Value::list((a..=b).map(|c| Value::text(c.to_string())).collect());
        }
        return UNKNOWN;
    };
    if from.abs_diff(to) >= ELEMENTS as u64 {
        return UNKNOWN;
    }
    let numbers: Vec<Value> = if from <= to {
        (from..=to).map(Value::Int).collect()
    } else {
        (to..=from).rev().map(Value::Int).collect()
    };
    Value::list(numbers)
}

/// `'{1}{0}' -f 'a','b'`
pub(super) fn formatted(machine: &mut Machine<'_>, format: &str, values: &[Value]) -> String {
    let mut out = String::new();
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '{' | '}' if chars.peek() == Some(&c) => {
                chars.next();
                out.push(c);
            }
            '{' => {
                let inner: String = chars.by_ref().take_while(|c| *c != '}').collect();
                let index = inner.split([',', ':']).next().unwrap_or_default().trim();
                let value = index.parse::<usize>().ok().and_then(|i| values.get(i));
                match value {
                    Some(value) => out.push_str(&machine.stringify(value)),
                    None => out.push(ANY),
                }
                if out.len() > super::super::value::TEXT {
                    return out;
                }
            }
            c => out.push(c),
        }
    }
    out
}

/// A pattern that is a text without anything special in it.
fn literal(pattern: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(c) if !c.is_alphanumeric() => out.push(c),
                _ => return None,
            },
            '.' | '*' | '+' | '?' | '[' | ']' | '(' | ')' | '{' | '}' | '^' | '$' | '|' => {
                return None;
            }
            c => out.push(c),
        }
    }
    Some(out)
}

/// The characters a pattern matches one of: `[~!]`, `~|!`, one literal.
fn alternatives(pattern: &str) -> Option<Vec<String>> {
    if let Some(set) = pattern.strip_prefix('[').and_then(|p| p.strip_suffix(']'))
        && !set.contains(['^', '-', '\\', '['])
    {
        return Some(set.chars().map(|c| c.to_string()).collect());
    }
    pattern.split('|').map(literal).collect()
}

fn split(machine: &mut Machine<'_>, value: &Value, separator: &Value) -> Value {
    let (Value::Str(text), Some(pattern)) = (value, separator.as_str()) else {
        return value.clone();
    };
    if has_hole(text) || has_hole(pattern) {
        return machine.part_of_unknown(value);
    }
    let Some(seps) = alternatives(pattern).filter(|s| s.iter().all(|s| !s.is_empty())) else {
        return UNKNOWN;
    };
    let mut parts = vec![text.to_string()];
    for sep in seps.iter().take(16) {
        parts = parts
            .iter()
            .flat_map(|p| p.split(sep.as_str()))
            .take(ELEMENTS)
            .map(str::to_owned)
            .collect();
    }
    Value::list(parts.into_iter().map(Value::text).collect())
}

fn replaced(
    machine: &mut Machine<'_>,
    value: &Value,
    from: &Value,
    to: &Value,
    pattern: bool,
) -> Value {
    if let Value::List(all) = value {
        let all = all.iter().map(|v| replaced(machine, v, from, to, pattern));
        return Value::list(all.collect());
    }
    let from = machine.stringify(from);
    let to = machine.stringify(to);
    let Value::Str(text) = value else {
        return value.clone();
    };
    let wanted = if pattern {
        alternatives(&from)
    } else {
        Some(vec![from.clone()])
    };
    let Some(wanted) = wanted.filter(|_| !has_hole(&from)) else {
        // What it becomes is not computed here.
        return Value::text(ANY.to_string());
    };
    let mut text = text.to_string();
    for from in wanted.iter().filter(|f| !f.is_empty()).take(16) {
        if text.len().saturating_mul(to.len().max(1)) > super::super::value::TEXT * 16 {
            return UNKNOWN;
        }
        text = if pattern {
            replace_any_case(&text, from, &to)
        } else {
            text.replace(from.as_str(), &to)
        };
    }
    Value::text(text)
}

fn replace_any_case(text: &str, from: &str, to: &str) -> String {
    let (lower, from) = (text.to_ascii_lowercase(), from.to_ascii_lowercase());
    let mut out = String::new();
    let mut at = 0;
    while let Some(found) = lower.get(at..).and_then(|rest| rest.find(&from)) {
        out.push_str(text.get(at..at + found).unwrap_or_default());
        out.push_str(to);
        at += found + from.len();
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// `value[index]`
pub(in crate::embedded) fn index(value: &Value, index: &Value) -> Value {
    match (value, index) {
        (_, Value::List(all)) => {
            let found = all.iter().map(|i| self::index(value, i));
            Value::list(found.take(ELEMENTS).collect())
        }
        (Value::Dict(_), Value::Str(key)) => value
            .entry(&key.to_lowercase())
            .cloned()
            .unwrap_or(Value::Nothing),
        (Value::Sym(_), _) => UNKNOWN,
        (Value::Object(Class::Glob | Class::Path, _), _) => value.clone(),
        (Value::OneOf(all), _) => {
            let values = all.iter().map(|v| self::index(v, index)).collect();
            Value::one_of(values)
        }
        (_, Value::Str(n)) => operations::index(value, &number(n)),
        _ => operations::index(value, index),
    }
}

/// Methods of texts and lists.
pub(super) fn method(
    machine: &mut Machine<'_>,
    receiver: &Value,
    name: &str,
    args: &Args,
) -> Value {
    if let Value::OneOf(all) = receiver {
        let values = all.iter().map(|v| method(machine, v, name, args)).collect();
        return Value::one_of(values);
    }
    let text = match receiver {
        Value::Str(text) => text.to_string(),
        Value::Int(n) => n.to_string(),
        Value::List(all) => {
            return match name {
                "reverse" => Value::list(all.iter().rev().cloned().collect()),
                "add" | "addrange" => UNKNOWN,
                "tostring" => UNKNOWN,
                _ => receiver.clone(),
            };
        }
        other => {
            return match name {
                "tostring" | "gettype" | "trim" => other.clone(),
                _ => machine.part_of_unknown(other),
            };
        }
    };
    let first = args.at(0);
    let known = !has_hole(&text);
    let int = |i: usize| {
        args.pos
            .get(i)
            .and_then(Value::as_int)
            .and_then(|n| usize::try_from(n).ok())
    };
    match name {
        "replace" => replaced(machine, &Value::text(&text), &first, &args.at(1), false),
        "tochararray" | "getenumerator" if known => characters(&text),
        "tolower" | "tolowerinvariant" => Value::text(text.to_lowercase()),
        "toupper" | "toupperinvariant" => Value::text(text.to_uppercase()),
        "tostring" | "normalize" | "clone" => Value::text(text),
        "trim" | "trimstart" | "trimend" => {
            let set: String = args.pos.iter().map(|v| machine.stringify(v)).collect();
            let unwanted = |c: char| {
                if set.is_empty() {
                    c.is_whitespace()
                } else {
                    set.contains(c)
                }
            };
            Value::text(match name {
                "trim" => text.trim_matches(unwanted),
                "trimstart" => text.trim_start_matches(unwanted),
                _ => text.trim_end_matches(unwanted),
            })
        }
        "split" if known => match first.as_str() {
            Some(set) if !set.is_empty() => {
                let set = set.to_owned();
                let parts = text.split(|c| set.contains(c)).take(ELEMENTS);
                Value::list(parts.map(Value::text).collect())
            }
            _ => Value::list(text.split_whitespace().map(Value::text).collect()),
        },
        "substring" if known => {
            let (Some(from), length) = (int(0), int(1)) else {
                return UNKNOWN;
            };
            let rest = text.chars().skip(from);
            Value::text(match (length, args.pos.len()) {
                (Some(n), _) => rest.take(n).collect::<String>(),
                (None, 0 | 1) => rest.collect(),
                _ => return UNKNOWN,
            })
        }
        "insert" if known => match (int(0), args.at(1).as_str()) {
            (Some(at), Some(more)) => {
                let mut out: String = text.chars().take(at).collect();
                out.push_str(more);
                out.extend(text.chars().skip(at));
                Value::text(out)
            }
            _ => UNKNOWN,
        },
        "remove" if known => {
            let Some(from) = int(0) else {
                return UNKNOWN;
            };
            let mut out: String = text.chars().take(from).collect();
            if let Some(n) = int(1) {
                out.extend(text.chars().skip(from.saturating_add(n)));
            }
            Value::text(out)
        }
        "padleft" | "padright" | "copyto" => Value::text(text),
        "chars" => index(&Value::text(&text), &first),
        "contains" | "startswith" | "endswith" | "indexof" | "compareto" | "equals" | "gettype"
        | "lastindexof" | "gethashcode" => UNKNOWN,
        "invoke" => {
            // A method that was fetched by name.
            UNKNOWN
        }
        _ => machine.part_of_unknown(receiver),
    }
}

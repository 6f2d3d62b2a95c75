//! What operators and methods of plain values compute.

use super::value::{Class, ELEMENTS, Value};
use crate::arg::Origin;
use crate::holes::{ANY, has_hole, is_hole};

/// Elements of which nobody knows how many there are.
pub(super) fn some_of(items: Vec<Value>) -> Value {
    if items.is_empty() {
        Value::Unknown(Origin::Unknown)
    } else {
        Value::list(items)
    }
}

/// Numbers; everything else is unknown.
pub(super) fn arithmetic(op: &str, left: &Value, right: &Value) -> Value {
    if op == "*" {
        match (left, right) {
            (Value::Str(text), n) | (n, Value::Str(text)) => {
                let Some(times) = n.as_int().and_then(|n| usize::try_from(n.max(0)).ok()) else {
                    return Value::Unknown(Origin::Unknown);
                };
                if text.len().saturating_mul(times) > super::value::TEXT {
                    return Value::Unknown(Origin::Unknown);
                }
                return Value::text(text.repeat(times));
            }
            (Value::List(items), n) | (n, Value::List(items)) => {
                let times = n
                    .as_int()
                    .and_then(|n| usize::try_from(n).ok())
                    .unwrap_or(1);
                if items.len().saturating_mul(times) > ELEMENTS {
                    return Value::List(items.clone());
                }
                let mut out = Vec::new();
                for _ in 0..times {
                    out.extend(items.iter().cloned());
                }
                return Value::list(out);
            }
            _ => {}
        }
    }
    let (Some(a), Some(b)) = (left.as_int(), right.as_int()) else {
        return Value::Unknown(left.origin().max(right.origin()).unwrap_or(Origin::Unknown));
    };
    let result = match op {
        "+" => a.checked_add(b),
        "-" => a.checked_sub(b),
        "*" => a.checked_mul(b),
        "//" => a.checked_div_euclid(b),
        "%" => a.checked_rem_euclid(b),
        "**" => u32::try_from(b).ok().and_then(|b| a.checked_pow(b)),
        "^" => Some(a ^ b),
        "|" => Some(a | b),
        "&" => Some(a & b),
        "<<" => u32::try_from(b).ok().and_then(|b| a.checked_shl(b)),
        ">>" => u32::try_from(b).ok().and_then(|b| a.checked_shr(b)),
        _ => None,
    };
    result.map_or(Value::Unknown(Origin::Unknown), Value::Int)
}

fn position(index: i64, len: usize) -> Option<usize> {
    if index < 0 {
        let behind = usize::try_from(index.unsigned_abs()).ok()?;
        len.checked_sub(behind)
    } else {
        usize::try_from(index).ok()
    }
}

/// `value[index]` of plain values.
pub(super) fn index(value: &Value, index: &Value) -> Value {
    match (value, index.as_int()) {
        (Value::List(items), Some(n)) => position(n, items.len())
            .and_then(|i| items.get(i))
            .cloned()
            .unwrap_or(Value::Unknown(Origin::Unknown)),
        // An unknown element is one of those that are there.
        (Value::List(items), None) if !items.is_empty() => Value::one_of(items.to_vec()),
        (Value::Str(text), Some(n)) if !has_hole(text) => {
            let count = text.chars().count();
            position(n, count)
                .and_then(|i| text.chars().nth(i))
                .map_or(Value::Unknown(Origin::Unknown), |c| {
                    Value::text(c.to_string())
                })
        }
        (Value::Dict(entries), Some(n)) => entries
            .iter()
            .find(|(k, _)| k.as_int() == Some(n))
            .map_or(Value::Unknown(Origin::Unknown), |(_, v)| v.clone()),
        (Value::Dict(entries), None) if !entries.is_empty() => {
            Value::one_of(entries.iter().map(|(_, v)| v.clone()).collect())
        }
        (Value::Str(text), _) if text.chars().all(is_hole) => value.clone(),
        (Value::Unknown(origin), _) => Value::Unknown(*origin),
        _ => Value::Unknown(Origin::Unknown),
    }
}

/// `value[a:b:c]`.
pub(super) fn slice(value: &Value, parts: &[Value]) -> Value {
    let number = |i: usize| match parts.get(i) {
        None | Some(Value::Nothing) => Some(None),
        Some(v) => v.as_int().map(Some),
    };
    let (Some(from), Some(to), Some(step)) = (number(0), number(1), number(2)) else {
        return match value {
            Value::List(_) => value.clone(),
            Value::Unknown(origin) => Value::Unknown(*origin),
            _ => Value::text(ANY.to_string()),
        };
    };
    let step = step.unwrap_or(1);
    match value {
        Value::Str(text) => {
            let chars: Vec<char> = text.chars().collect();
            let whole = from.is_none() && to.is_none();
            if has_hole(text) && !whole {
                return Value::text(ANY.to_string());
            }
            Value::text(cut(&chars, from, to, step).into_iter().collect::<String>())
        }
        Value::List(items) => Value::list(cut(items, from, to, step)),
        Value::Unknown(origin) => Value::Unknown(*origin),
        Value::OneOf(all) => Value::one_of(all.iter().map(|v| slice(v, parts)).collect()),
        _ => Value::Unknown(Origin::Unknown),
    }
}

fn cut<T: Clone>(items: &[T], from: Option<i64>, to: Option<i64>, step: i64) -> Vec<T> {
    let len = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let clamp = |n: i64, low: i64, high: i64| {
        let n = if n < 0 { n.saturating_add(len) } else { n };
        n.clamp(low, high)
    };
    let mut out = Vec::new();
    if step > 0 {
        let mut at = from.map_or(0, |n| clamp(n, 0, len));
        let end = to.map_or(len, |n| clamp(n, 0, len));
        while at < end {
            out.extend(usize::try_from(at).ok().and_then(|i| items.get(i)).cloned());
            at = at.saturating_add(step);
        }
    } else if step < 0 {
        let mut at = from.map_or(len - 1, |n| clamp(n, -1, len - 1));
        let end = to.map_or(-1, |n| clamp(n, -1, len - 1));
        while at > end {
            out.extend(usize::try_from(at).ok().and_then(|i| items.get(i)).cloned());
            at = at.saturating_add(step);
        }
    }
    out
}

/// A mapping or list with one entry changed.
pub(super) fn with_entry(owner: &Value, key: Value, value: Value) -> Value {
    match owner {
        Value::Dict(entries) if entries.len() < ELEMENTS => {
            let mut entries = entries.to_vec();
            entries.push((key, value));
            Value::dict(entries)
        }
        Value::List(items) => {
            let mut items = items.to_vec();
            let slot = key
                .as_int()
                .and_then(|n| position(n, items.len()))
                .and_then(|i| items.get_mut(i));
            if let Some(slot) = slot {
                *slot = value;
            } else if items.len() < ELEMENTS {
                items.push(value);
            }
            Value::list(items)
        }
        other => other.clone(),
    }
}

/// Joins paths: an absolute part starts over.
pub(super) fn path_join(base: &str, more: &str) -> String {
    if more.starts_with('/') || base.is_empty() || base == "." {
        return more.to_owned();
    }
    if more.is_empty() {
        return base.to_owned();
    }
    if base.ends_with('/') {
        format!("{base}{more}")
    } else {
        format!("{base}/{more}")
    }
}

/// The folder a path is in.
pub(super) fn parent(path: &str) -> String {
    let trimmed = path.trim_end_matches('/');
    match trimmed.rsplit_once('/') {
        Some(("", _)) => "/".to_owned(),
        Some((dir, _)) => dir.to_owned(),
        None if path.starts_with('/') => "/".to_owned(),
        None => ".".to_owned(),
    }
}

/// The last component of a path.
pub(super) fn file_name(path: &str) -> String {
    path.trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// Text as bytes, one character per byte; `None` when something is unknown.
pub(super) fn bytes_of(text: &str) -> Option<Vec<u8>> {
    if has_hole(text) {
        return None;
    }
    if text.chars().all(|c| u32::from(c) < 256) {
        return text
            .chars()
            .map(|c| u8::try_from(u32::from(c)).ok())
            .collect();
    }
    Some(text.as_bytes().to_vec())
}

/// Bytes as text: UTF-8 when they are, else one character per byte.
pub(super) fn text_of(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => Value::text(text),
        Err(_) => Value::text(bytes.iter().map(|b| char::from(*b)).collect::<String>()),
    }
}

/// Base64 in either alphabet; `None` when it is none.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut bits = 0_u32;
    let mut held = 0_u32;
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        let six = match c {
            'A'..='Z' => u32::from(c) - u32::from('A'),
            'a'..='z' => u32::from(c) - u32::from('a') + 26,
            '0'..='9' => u32::from(c) - u32::from('0') + 52,
            '+' | '-' => 62,
            '/' | '_' => 63,
            '=' => break,
            _ => return None,
        };
        held = (held << 6) | six;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from((held >> bits) & 0xff).ok()?);
            held &= (1 << bits) - 1;
        }
    }
    Some(out)
}

/// Base32.
pub(super) fn base32(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut bits = 0_u32;
    let mut held = 0_u32;
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        let five = match c.to_ascii_uppercase() {
            c @ 'A'..='Z' => u32::from(c) - u32::from('A'),
            c @ '2'..='7' => u32::from(c) - u32::from('2') + 26,
            '=' => break,
            _ => return None,
        };
        held = (held << 5) | five;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from((held >> bits) & 0xff).ok()?);
            held &= (1 << bits) - 1;
        }
    }
    Some(out)
}

/// Pairs of hexadecimal digits.
pub(super) fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect::<Option<_>>()?;
    digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(high * 16 + low),
            _ => None,
        })
        .collect()
}

/// Letters turned by thirteen.
pub(super) fn rot13(text: &str) -> String {
    text.chars()
        .map(|c| {
            let turn = |base: u8| {
                let offset = (c as u32).wrapping_sub(u32::from(base));
                char::from_u32(u32::from(base) + (offset + 13) % 26).unwrap_or(c)
            };
            match c {
                'a'..='z' => turn(b'a'),
                'A'..='Z' => turn(b'A'),
                c => c,
            }
        })
        .collect()
}

/// Decodes text that is known with `decode`; what is not known stays so.
pub(super) fn decoded(value: &Value, decode: fn(&str) -> Option<Vec<u8>>) -> Value {
    match value {
        Value::Str(text) if !has_hole(text) => match decode(text) {
            Some(bytes) => text_of(&bytes),
            None => Value::Unknown(Origin::Decoded),
        },
        Value::Unknown(Origin::Fetched) => value.clone(),
        Value::OneOf(all) => Value::one_of(all.iter().map(|v| decoded(v, decode)).collect()),
        _ => Value::Unknown(Origin::Decoded),
    }
}

/// What a method of a string, list or mapping gives; `None` when the method
/// is not one of those every language has.
pub(super) fn method(receiver: &Value, name: &str, args: &[Value]) -> Option<Value> {
    let first = args.first();
    let text = receiver.as_str();
    let apply = |f: &dyn Fn(&str) -> String| text.map(|t| Value::text(f(t)));
    match name {
        "lower" | "toLowerCase" | "downcase" | "casefold" | "toLocaleLowerCase" => {
            apply(&str::to_lowercase)
        }
        "upper" | "toUpperCase" | "upcase" | "toLocaleUpperCase" => apply(&str::to_uppercase),
        "strip" | "trim" | "chomp" | "rstrip" | "lstrip" | "trimEnd" | "trimStart" => {
            match first.and_then(Value::as_str) {
                Some(set) => apply(&|t| t.trim_matches(|c| set.contains(c)).to_owned()),
                None => apply(&|t| t.trim().to_owned()),
            }
        }
        "replace" | "replaceAll" | "gsub" | "sub" => {
            let text = text?;
            let from = first?.as_str()?;
            let to = args.get(1)?.as_str()?;
            if from.is_empty()
                || text.len().saturating_mul(to.len().max(1)) > super::value::TEXT * 16
            {
                return None;
            }
            Some(Value::text(text.replace(from, to)))
        }
        "split" => {
            let text = text?;
            let parts: Vec<Value> = match first.and_then(Value::as_str) {
                Some("") => text
                    .chars()
                    .take(ELEMENTS)
                    .map(|c| Value::text(c.to_string()))
                    .collect(),
                Some(sep) => text.split(sep).take(ELEMENTS).map(Value::text).collect(),
                None => text
                    .split_whitespace()
                    .take(ELEMENTS)
                    .map(Value::text)
                    .collect(),
            };
            Some(Value::list(parts))
        }
        "splitlines" | "lines" => Some(Value::list(
            text?.lines().take(ELEMENTS).map(Value::text).collect(),
        )),
        "reverse" | "reversed" => match receiver {
            Value::List(items) => Some(Value::list(items.iter().rev().cloned().collect())),
            _ => apply(&|t| t.chars().rev().collect()),
        },
        "removeprefix" => {
            let prefix = first?.as_str()?.to_owned();
            apply(&|t| t.strip_prefix(&prefix).unwrap_or(t).to_owned())
        }
        "removesuffix" => {
            let suffix = first?.as_str()?.to_owned();
            apply(&|t| t.strip_suffix(&suffix).unwrap_or(t).to_owned())
        }
        "repeat" => Some(arithmetic("*", receiver, first?)),
        "copy" | "toString" | "to_s" | "to_str" | "valueOf" | "String" | "encode" | "to_path"
        | "freeze" | "dup" | "flat" | "sort" | "sorted" | "values" | "to_a" | "uniq"
        | "compact"
            if matches!(receiver, Value::Str(_) | Value::List(_)) =>
        {
            Some(receiver.clone())
        }
        "concat" => match receiver {
            Value::List(items) => {
                let mut out = items.to_vec();
                for arg in args {
                    match arg {
                        Value::List(more) => out.extend(more.iter().cloned()),
                        other => out.push(other.clone()),
                    }
                }
                out.truncate(ELEMENTS);
                Some(Value::list(out))
            }
            Value::Str(text) => {
                let mut out = text.to_string();
                for arg in args {
                    out.push_str(arg.as_str()?);
                }
                Some(Value::text(out))
            }
            _ => None,
        },
        "slice" | "substring" | "substr" => {
            let from = first.cloned().unwrap_or(Value::Int(0));
            let to = match (name, args.get(1)) {
                (_, None) => Value::Nothing,
                ("substr", Some(n)) => arithmetic("+", &from, n),
                (_, Some(to)) => to.clone(),
            };
            Some(slice(receiver, &[from, to, Value::Nothing]))
        }
        "charAt" | "at" => Some(index(receiver, first?)),
        "get" | "fetch" | "dig" | "pop" | "setdefault" => match receiver {
            Value::Dict(_) => {
                let found = first
                    .and_then(Value::as_str)
                    .and_then(|k| receiver.entry(k));
                Some(
                    found
                        .cloned()
                        .or_else(|| args.get(1).cloned())
                        .unwrap_or(Value::Unknown(Origin::Unknown)),
                )
            }
            Value::List(items) if name == "pop" => items.last().cloned(),
            _ => None,
        },
        "keys" => match receiver {
            Value::Dict(entries) => Some(Value::list(
                entries.iter().map(|(k, _)| k.clone()).collect(),
            )),
            _ => None,
        },
        "items" | "entries" => match receiver {
            Value::Dict(entries) => Some(Value::list(
                entries
                    .iter()
                    .map(|(k, v)| Value::list(vec![k.clone(), v.clone()]))
                    .collect(),
            )),
            _ => None,
        },
        _ => None,
    }
}

/// The suffix of a path is replaced.
pub(super) fn with_name(path: &str, name: &str) -> String {
    let dir = parent(path);
    if dir == "." && !path.starts_with("./") {
        name.to_owned()
    } else {
        path_join(&dir, name)
    }
}

/// A path object or text as a path object.
pub(super) fn as_path(value: &Value) -> Value {
    match value {
        Value::Str(_) => Value::object(Class::Path, value.clone()),
        other => other.clone(),
    }
}

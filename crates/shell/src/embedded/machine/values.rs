//! Attributes, elements, operators, and values as text.

use std::rc::Rc;

use super::super::value::{Class, ELEMENTS, Value};
use super::super::{javascript, loose, operations, other, powershell, python};
use super::{Grammar, Machine};
use crate::arg::Origin;
use crate::holes::ANY;

impl Machine<'_> {
    /// An attribute of a value.
    pub(in crate::embedded) fn attribute(&mut self, value: &Value, name: &str) -> Value {
        if self.grammar == Grammar::PowerShell {
            return powershell::attribute(self, value, name);
        }
        match value {
            Value::Sym(base) => match self.grammar {
                Grammar::Python => python::attribute(self, base, name),
                Grammar::JavaScript => javascript::attribute(self, base, name),
                Grammar::Other(_) => Value::sym(format!("{base}.{name}")),
                _ => loose::attribute(self, base, name),
            },
            Value::OneOf(all) => {
                let values = all.iter().map(|v| self.attribute(v, name)).collect();
                Value::one_of(values)
            }
            Value::Dict(_) => match value.entry(name) {
                Some(found) => found.clone(),
                None => Value::method(value.clone(), name),
            },
            Value::Nothing => Value::Unknown(Origin::Unknown),
            _ => {
                let computed = match self.grammar {
                    Grammar::Python => python::property(self, value, name),
                    Grammar::JavaScript => javascript::property(self, value, name),
                    Grammar::Other(_) => other::property(self, value, name),
                    _ => None,
                };
                computed.unwrap_or_else(|| Value::method(value.clone(), name))
            }
        }
    }

    /// `value[index]`.
    pub(in crate::embedded) fn index(&mut self, value: &Value, index: &Value) -> Value {
        if self.grammar == Grammar::PowerShell {
            return powershell::index(value, index);
        }
        match value {
            Value::Sym(base) => {
                let base = Rc::clone(base);
                match self.grammar {
                    Grammar::Python => python::index(self, &base, index),
                    Grammar::JavaScript => javascript::index(self, &base, index),
                    _ => loose::index(self, &base, index),
                }
            }
            Value::OneOf(all) => {
                let values = all.iter().map(|v| self.index(v, index)).collect();
                Value::one_of(values)
            }
            Value::Dict(_) | Value::Func(_) | Value::Object(..) if index.as_str().is_some() => {
                let name = index.as_str().unwrap_or_default().to_owned();
                self.attribute(value, &name)
            }
            _ => operations::index(value, index),
        }
    }

    /// The value as text.
    pub(in crate::embedded) fn stringify(&mut self, value: &Value) -> String {
        match value {
            Value::Unknown(origin) => self.holes.fresh("$?", *origin).to_string(),
            Value::Nothing if self.grammar == Grammar::PowerShell => String::new(),
            Value::List(items) if self.grammar == Grammar::PowerShell && items.len() <= 64 => {
                let items = items.clone();
                let mut text = String::new();
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        text.push(' ');
                    }
                    match item {
                        // Lists in lists do not get longer by the product.
                        Value::List(_) => text.push(ANY),
                        item => text.push_str(&self.stringify(item)),
                    }
                    if text.len() > super::super::value::TEXT {
                        return ANY.to_string();
                    }
                }
                text
            }
            Value::Sym(name) if self.grammar == Grammar::PowerShell && name.starts_with('-') => {
                name.to_string()
            }
            Value::Nothing => "None".to_owned(),
            Value::Bool(b) => (if *b { "True" } else { "False" }).to_owned(),
            Value::Int(n) => n.to_string(),
            Value::Str(text) => text.to_string(),
            Value::Object(Class::Path | Class::Glob | Class::Code, inner) => match &**inner {
                Value::Str(text) => text.to_string(),
                _ => ANY.to_string(),
            },
            Value::Sym(name) if self.is_environment(name) => {
                self.holes.fresh("environment", Origin::Secret).to_string()
            }
            Value::List(items) => {
                let secret = self.secret_in(items.iter());
                secret.unwrap_or(ANY).to_string()
            }
            Value::Dict(entries) => {
                let secret = self.secret_in(entries.iter().map(|(_, v)| v));
                secret.unwrap_or(ANY).to_string()
            }
            _ => ANY.to_string(),
        }
    }

    pub(super) fn secret_in<'v>(
        &mut self,
        values: impl Iterator<Item = &'v Value>,
    ) -> Option<char> {
        for value in values.take(64) {
            match value {
                Value::Sym(name) if self.is_environment(name) => {
                    return Some(self.holes.fresh("environment", Origin::Secret));
                }
                Value::Str(text) => {
                    if let Some(c) = text
                        .chars()
                        .find(|c| self.holes.origin(*c) == Some(Origin::Secret))
                    {
                        return Some(c);
                    }
                }
                _ => {}
            }
        }
        None
    }

    pub(super) fn binary(&mut self, op: &str, left: Value, right: Value) -> Value {
        if matches!(left, Value::OneOf(_)) || matches!(right, Value::OneOf(_)) {
            let mut out = Vec::new();
            for l in left.alternatives() {
                for r in right.alternatives() {
                    out.push(self.binary_one(op, &l, &r));
                }
            }
            return Value::one_of(out);
        }
        self.binary_one(op, &left, &right)
    }

    pub(super) fn binary_one(&mut self, op: &str, left: &Value, right: &Value) -> Value {
        if self.grammar == Grammar::PowerShell {
            return powershell::binary(self, op, left, right);
        }
        match op {
            "or" | "||" | "??" | "//" if !(op == "//" && left.as_int().is_some()) => {
                match left.truth() {
                    Some(true) => left.clone(),
                    Some(false) => right.clone(),
                    None => Value::one_of(vec![left.clone(), right.clone()]),
                }
            }
            "and" | "&&" => Value::one_of(vec![left.clone(), right.clone()]),
            "," => right.clone(),
            "/" if matches!(left, Value::Object(Class::Path, _)) => {
                let base = self.stringify(left);
                let more = self.stringify(right);
                Value::object(
                    Class::Path,
                    Value::text(operations::path_join(&base, &more)),
                )
            }
            "/" if matches!(right, Value::Object(Class::Path, _)) => {
                let base = self.stringify(left);
                let more = self.stringify(right);
                Value::object(
                    Class::Path,
                    Value::text(operations::path_join(&base, &more)),
                )
            }
            "*" if left.as_list().is_some() && right.as_str().is_some() => {
                let items = left.as_list().unwrap_or_default().to_vec();
                let parts: Vec<String> = items.iter().map(|v| self.stringify(v)).collect();
                Value::text(parts.join(right.as_str().unwrap_or_default()))
            }
            "%" if left.as_str().is_some() => {
                let values = match right {
                    Value::List(items) => items.to_vec(),
                    Value::Dict(_) => vec![right.clone()],
                    one => vec![one.clone()],
                };
                let format = left.as_str().unwrap_or_default().to_owned();
                Value::text(self.percent(&format, &values))
            }
            "+" | "." | ".." | "~" => {
                if let (Some(a), Some(b)) = (left.as_int(), right.as_int())
                    && op == "+"
                {
                    return Value::Int(a.wrapping_add(b));
                }
                if let (Value::List(a), Value::List(b)) = (left, right) {
                    let mut out = a.to_vec();
                    out.extend(b.iter().take(ELEMENTS).cloned());
                    return Value::list(out.into_iter().take(ELEMENTS).collect());
                }
                let textual = |v: &Value| matches!(v, Value::Str(_) | Value::Object(..));
                if textual(left) || textual(right) || op != "+" {
                    let mut text = self.stringify(left);
                    text.push_str(&self.stringify(right));
                    return Value::text(text);
                }
                let origin = left.origin().max(right.origin());
                Value::Unknown(origin.unwrap_or(Origin::Unknown))
            }
            _ => operations::arithmetic(op, left, right),
        }
    }

    /// `format % values`.
    pub(in crate::embedded) fn percent(&mut self, format: &str, values: &[Value]) -> String {
        let mut out = String::new();
        let mut values_left = values.iter();
        let mut chars = format.chars().peekable();
        while let Some(c) = chars.next() {
            if c != '%' {
                out.push(c);
                continue;
            }
            let mut key = None;
            if chars.peek() == Some(&'(') {
                chars.next();
                let name: String = chars.by_ref().take_while(|c| *c != ')').collect();
                key = Some(name);
            }
            while chars.peek().is_some_and(|c| {
                c.is_ascii_digit() || matches!(c, '-' | '+' | ' ' | '#' | '.' | '*')
            }) {
                chars.next();
            }
            match chars.next() {
                Some('%') => out.push('%'),
                Some('c') => {
                    let value = values_left.next().cloned().unwrap_or(Value::Nothing);
                    match value.as_int().and_then(|n| u32::try_from(n).ok()) {
                        Some(n) => out.extend(char::from_u32(n)),
                        None => out.push_str(&self.stringify(&value)),
                    }
                }
                Some(_) => {
                    let value = match &key {
                        Some(key) => values.first().and_then(|v| v.entry(key)).cloned(),
                        None => values_left.next().cloned(),
                    };
                    let value = value.unwrap_or(Value::Unknown(Origin::Unknown));
                    out.push_str(&self.stringify(&value));
                }
                None => break,
            }
        }
        out
    }
}

/// Puts parts together in every combination of what they may be; too many
/// combinations are unknown.
pub(in crate::embedded) fn combine(
    parts: Vec<Vec<String>>,
    add: impl Fn(&mut String, &str),
) -> Value {
    let mut out = vec![String::new()];
    for part in parts {
        match part.as_slice() {
            [one] => {
                for text in &mut out {
                    add(text, one);
                }
            }
            many if out.len() * many.len() <= 8 => {
                out = out
                    .iter()
                    .flat_map(|text| {
                        many.iter().map(|more| {
                            let mut text = text.clone();
                            add(&mut text, more);
                            text
                        })
                    })
                    .collect();
            }
            _ => {
                for text in &mut out {
                    add(text, &ANY.to_string());
                }
            }
        }
        if out
            .iter()
            .any(|text| text.len() > super::super::value::TEXT)
        {
            return Value::Unknown(Origin::Unknown);
        }
    }
    Value::one_of(out.into_iter().map(Value::text).collect())
}

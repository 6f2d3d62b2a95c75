//! What an expression may be worth.
//!
//! Strings hold their unknown parts as characters (see [`crate::holes`]).

use std::ops::Deref;
use std::rc::Rc;

use super::tree::Function;
use crate::arg::Origin;

/// Characters a string value may have.
pub(super) const TEXT: usize = 64 * 1024;
/// Elements a list value may have.
pub(super) const ELEMENTS: usize = 1_024;
/// Values inside each other.
const NESTING: usize = 32;
/// Alternatives kept for one value.
const ALTERNATIVES: usize = 8;

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Unknown(Origin),
    Nothing,
    Bool(bool),
    Int(i64),
    Str(Rc<str>),
    List(Held<Vec<Value>>),
    Dict(Held<Vec<(Value, Value)>>),
    /// Something outside the snippet, by its dotted name: `os.path.join`,
    /// `requests.Session()`.
    Sym(Rc<str>),
    /// A method of a value.
    Method(Held<Value>, Rc<str>),
    Func(Rc<Function>),
    /// A value of a class we know.
    Object(Class, Held<Value>),
    OneOf(Held<Vec<Value>>),
}

/// What a value holds. The one way to put values inside a value: how deep
/// that goes is counted here, for what is nested without end cannot even be
/// dropped.
#[derive(Debug)]
pub(super) struct Held<T> {
    value: Rc<T>,
    depth: usize,
}

impl<T> Held<T> {
    /// Holds `value`, in which values are `depth` inside each other.
    fn new(value: T, depth: usize) -> Option<Self> {
        (depth < NESTING).then(|| Self {
            value: Rc::new(value),
            depth: depth + 1,
        })
    }

    /// Is the very same.
    fn same(a: &Self, b: &Self) -> bool {
        Rc::ptr_eq(&a.value, &b.value)
    }
}

impl<T> Clone for Held<T> {
    fn clone(&self) -> Self {
        Self {
            value: Rc::clone(&self.value),
            depth: self.depth,
        }
    }
}

impl<T> Deref for Held<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Classes that matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A path object.
    Path,
    /// Names matched by a pattern.
    Glob,
    /// An open file; the value is its path.
    File,
    /// An HTTP request that was built; the value is `[url, method, has body]`.
    Request,
    /// Code that is a value: a script block made from text.
    Code,
    /// A connection or session to a peer; the value is its address.
    Peer,
}

impl Value {
    /// A string.
    pub(super) fn text(text: impl AsRef<str>) -> Self {
        let text = text.as_ref();
        if text.len() > TEXT {
            return Self::Unknown(Origin::Unknown);
        }
        Self::Str(text.into())
    }

    pub(super) fn list(items: Vec<Self>) -> Self {
        let depth = Self::depth_of(&items);
        Self::held(items, depth, Self::List)
    }

    /// A mapping.
    pub(super) fn dict(entries: Vec<(Self, Self)>) -> Self {
        let depth = entries.iter().map(|(k, v)| k.depth().max(v.depth())).max();
        Self::held(entries, depth.unwrap_or(0), Self::Dict)
    }

    /// A method of `receiver`.
    pub(super) fn method(receiver: Self, name: &str) -> Self {
        let depth = receiver.depth();
        Self::held(receiver, depth, |r| Self::Method(r, name.into()))
    }

    fn held<T>(value: T, depth: usize, make: impl FnOnce(Held<T>) -> Self) -> Self {
        Held::new(value, depth).map_or(Self::Unknown(Origin::Unknown), make)
    }

    /// Values inside each other, this one not counted.
    fn depth(&self) -> usize {
        match self {
            Self::List(held) | Self::OneOf(held) => held.depth,
            Self::Dict(held) => held.depth,
            Self::Method(held, _) | Self::Object(_, held) => held.depth,
            _ => 0,
        }
    }

    fn depth_of(values: &[Self]) -> usize {
        values.iter().map(Self::depth).max().unwrap_or(0)
    }

    pub(super) fn sym(name: impl AsRef<str>) -> Self {
        let name = name.as_ref();
        if name.len() > 512 {
            return Self::Unknown(Origin::Unknown);
        }
        Self::Sym(name.into())
    }

    pub(super) fn object(class: Class, value: Self) -> Self {
        let depth = value.depth();
        Self::held(value, depth, |v| Self::Object(class, v))
    }

    /// One of these.
    pub(super) fn one_of(values: Vec<Self>) -> Self {
        let mut flat: Vec<Self> = Vec::new();
        for value in values {
            match value {
                Self::OneOf(inner) => {
                    for v in inner.iter() {
                        push_new(&mut flat, v.clone());
                    }
                }
                v => push_new(&mut flat, v),
            }
        }
        if flat.len() > ALTERNATIVES {
            let origin = flat.iter().filter_map(Self::origin).max();
            return Self::Unknown(origin.unwrap_or(Origin::Unknown));
        }
        if flat.len() > 1 {
            let depth = Self::depth_of(&flat);
            return Self::held(flat, depth, Self::OneOf);
        }
        flat.pop().unwrap_or(Self::Nothing)
    }

    /// The values this may be.
    pub(super) fn alternatives(&self) -> Vec<Self> {
        match self {
            Self::OneOf(all) => all.to_vec(),
            one => vec![one.clone()],
        }
    }

    /// Where the unknown comes from, for a value that is wholly unknown.
    pub(super) fn origin(&self) -> Option<Origin> {
        match self {
            Self::Unknown(origin) => Some(*origin),
            _ => None,
        }
    }

    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            Self::Object(Class::Path, inner) => match &**inner {
                Self::Str(text) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(n) => Some(*n),
            Self::Bool(b) => Some(i64::from(*b)),
            _ => None,
        }
    }

    pub(super) fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    pub(super) fn as_sym(&self) -> Option<&str> {
        match self {
            Self::Sym(name) => Some(name),
            _ => None,
        }
    }

    /// Known to be true or false; `None` when it depends.
    pub(super) fn truth(&self) -> Option<bool> {
        match self {
            Self::Nothing => Some(false),
            Self::Bool(b) => Some(*b),
            Self::Int(n) => Some(*n != 0),
            Self::Str(s) => (!crate::holes::has_hole(s)).then_some(!s.is_empty()),
            Self::List(l) => Some(!l.is_empty()),
            _ => None,
        }
    }

    /// The entry of a mapping.
    pub(super) fn entry(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Dict(entries) => entries
                .iter()
                .rev()
                .find(|(k, _)| k.as_str() == Some(key))
                .map(|(_, v)| v),
            _ => None,
        }
    }
}

fn push_new(list: &mut Vec<Value>, value: Value) {
    if list.len() <= ALTERNATIVES && !list.iter().any(|v| same(v, &value)) {
        list.push(value);
    }
}

/// Equal, as far as that is cheap to see.
pub(super) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Unknown(a), Value::Unknown(b)) => a == b,
        (Value::Nothing, Value::Nothing) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Str(a), Value::Str(b)) | (Value::Sym(a), Value::Sym(b)) => a == b,
        (Value::List(a), Value::List(b)) => Held::same(a, b),
        (Value::Dict(a), Value::Dict(b)) => Held::same(a, b),
        (Value::Func(a), Value::Func(b)) => a.id == b.id,
        (Value::Object(c, a), Value::Object(d, b)) => c == d && same_flat(a, b),
        _ => false,
    }
}

fn same_flat(a: &Value, b: &Value) -> bool {
    matches!((a, b), (Value::Str(a), Value::Str(b)) if a == b)
}

/// Evaluated arguments of a call.
#[derive(Clone, Debug, Default)]
pub(super) struct Args {
    pub(super) pos: Vec<Value>,
    pub(super) named: Vec<(String, Value)>,
}

impl Args {
    pub(super) fn of(pos: Vec<Value>) -> Self {
        Self {
            pos,
            named: Vec::new(),
        }
    }

    pub(super) fn at(&self, index: usize) -> Value {
        self.pos
            .get(index)
            .cloned()
            .unwrap_or(Value::Unknown(Origin::Unknown))
    }

    pub(super) fn named(&self, name: &str) -> Option<&Value> {
        self.named.iter().find(|(n, _)| n == name).map(|(_, v)| v)
    }

    /// By position or by name.
    pub(super) fn get(&self, index: usize, name: &str) -> Option<&Value> {
        self.pos.get(index).or_else(|| self.named(name))
    }

    /// The same, unknown when missing.
    pub(super) fn want(&self, index: usize, name: &str) -> Value {
        self.get(index, name)
            .cloned()
            .unwrap_or(Value::Unknown(Origin::Unknown))
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Value> {
        self.pos.iter().chain(self.named.iter().map(|(_, v)| v))
    }
}

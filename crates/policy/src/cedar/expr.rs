//! Expressions of Cedar and what they come to.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::request::Request;
use super::value::{Network, Uid, Value, subset};

/// Milliseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// A variable of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Variable {
    /// Who.
    Principal,
    /// Does what.
    Action,
    /// To what.
    Resource,
    /// Under which circumstances.
    Context,
}

/// An operator with two sides, both of which are always evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Op {
    /// `==`
    Equal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `in`
    In,
    /// `.contains()`
    Contains,
    /// `.containsAll()`
    ContainsAll,
    /// `.containsAny()`
    ContainsAny,
    /// `.isInRange()`
    IsInRange,
    /// `.offset()`
    Offset,
    /// `.durationSince()`
    DurationSince,
}

/// A method without arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "named as Cedar names them")]
pub enum Method {
    Not,
    Negate,
    IsEmpty,
    IsIpv4,
    IsIpv6,
    IsLoopback,
    IsMulticast,
    ToDate,
    ToTime,
    ToMilliseconds,
    ToSeconds,
    ToMinutes,
    ToHours,
    ToDays,
}

/// A part of a `like` pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Piece {
    /// `*`
    Any,
    /// These characters.
    Text(String),
}

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the parts of Cedar's syntax by their names")]
pub enum Expr {
    Literal(Value),
    Variable(Variable),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    If(Box<Self>, Box<Self>, Box<Self>),
    Binary(Op, Box<Self>, Box<Self>),
    Unary(Method, Box<Self>),
    Has(Box<Self>, String),
    Get(Box<Self>, String),
    Like(Box<Self>, Vec<Piece>),
    Is(Box<Self>, String),
    Set(Vec<Self>),
    Record(Vec<(String, Self)>),
}

/// An expression as bytes. A policy has many, and a call needs few of them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packed(Vec<u8>);

impl Packed {
    /// Packs an expression. Should it not be serialisable (it always is), what
    /// comes out cannot be evaluated.
    pub fn new(expr: &Expr) -> Self {
        Self(postcard::to_stdvec(expr).unwrap_or_default())
    }

    /// Whether the expression is true of a request.
    pub fn holds(&self, request: &Request) -> Result<bool, Undecided> {
        self.expr().ok_or(Undecided)?.holds(request)
    }

    /// The expression.
    pub(super) fn expr(&self) -> Option<Expr> {
        postcard::from_bytes(&self.0).ok()
    }
}

impl fmt::Debug for Packed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expr().fmt(f)
    }
}

/// An expression that comes to nothing: an overflow, an attribute of an entity
/// that is not part of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undecided;

type Evaluated<'a> = Result<Cow<'a, Value>, Undecided>;

const fn owned<'a>(value: Value) -> Cow<'a, Value> {
    Cow::Owned(value)
}

impl Expr {
    /// Whether it is true of a request.
    pub fn holds(&self, request: &Request) -> Result<bool, Undecided> {
        match *self.eval(request)? {
            Value::Bool(holds) => Ok(holds),
            _ => Err(Undecided),
        }
    }

    fn eval<'a>(&'a self, request: &'a Request) -> Evaluated<'a> {
        match self {
            Self::Literal(value) => Ok(Cow::Borrowed(value)),
            Self::Variable(Variable::Context) => Ok(Cow::Borrowed(&request.context)),
            Self::Variable(Variable::Principal) => {
                Ok(owned(Value::Entity(request.principal.uid.clone())))
            }
            Self::Variable(Variable::Resource) => {
                Ok(owned(Value::Entity(request.resource.uid.clone())))
            }
            Self::Variable(Variable::Action) => {
                Ok(owned(Value::Entity(request.action.uid.clone())))
            }
            Self::And(a, b) => {
                let both = a.holds(request)? && b.holds(request)?;
                Ok(owned(Value::Bool(both)))
            }
            Self::Or(a, b) => {
                let either = a.holds(request)? || b.holds(request)?;
                Ok(owned(Value::Bool(either)))
            }
            Self::If(condition, then, otherwise) => {
                let chosen = if condition.holds(request)? {
                    then
                } else {
                    otherwise
                };
                chosen.eval(request)
            }
            Self::Binary(op, a, b) => {
                let (a, b) = (a.eval(request)?, b.eval(request)?);
                binary(*op, &a, &b, request).map(Cow::Owned)
            }
            Self::Unary(method, a) => unary(*method, &*a.holder(request)?).map(Cow::Owned),
            Self::Has(of, name) => {
                let holder = of.holder(request)?;
                // An entity that is not of the request has no attributes.
                let unknown =
                    matches!(&*holder, Value::Entity(uid) if request.entity(uid).is_none());
                let found = !unknown && attribute(&holder, name, request)?.is_some();
                Ok(owned(Value::Bool(found)))
            }
            Self::Get(of, name) => match of.holder(request)? {
                Cow::Borrowed(holder) => attribute(holder, name, request)?
                    .map(Cow::Borrowed)
                    .ok_or(Undecided),
                Cow::Owned(holder) => {
                    let found = attribute(&holder, name, request)?.ok_or(Undecided)?;
                    Ok(owned(found.clone()))
                }
            },
            Self::Like(text, pattern) => match &*text.eval(request)? {
                Value::Text(text) => Ok(owned(Value::Bool(like(text, pattern)))),
                _ => Err(Undecided),
            },
            Self::Is(of, kind) => match &*of.eval(request)? {
                Value::Entity(uid) => Ok(owned(Value::Bool(uid.kind == kind.as_str()))),
                _ => Err(Undecided),
            },
            Self::Set(members) => {
                let each = members.iter().map(|m| Ok(m.eval(request)?.into_owned()));
                Ok(owned(Value::Set(each.collect::<Result<_, _>>()?)))
            }
            Self::Record(fields) => {
                let each = fields
                    .iter()
                    .map(|(name, value)| Ok((name.clone(), value.eval(request)?.into_owned())));
                Ok(owned(Value::Record(each.collect::<Result<_, _>>()?)))
            }
        }
    }

    /// [`Expr::eval`], except that an entity of the request stands for its
    /// attributes, which are then borrowed and not copied.
    fn holder<'a>(&'a self, request: &'a Request) -> Evaluated<'a> {
        match self {
            Self::Variable(Variable::Principal) => Ok(Cow::Borrowed(&request.principal.attributes)),
            Self::Variable(Variable::Resource) => Ok(Cow::Borrowed(&request.resource.attributes)),
            other => other.eval(request),
        }
    }
}

fn attribute<'a>(
    holder: &'a Value,
    name: &str,
    request: &'a Request,
) -> Result<Option<&'a Value>, Undecided> {
    let record = match holder {
        Value::Entity(uid) => match request.entity(uid) {
            Some(entity) => &entity.attributes,
            None => return Err(Undecided),
        },
        other => other,
    };
    match record {
        Value::Record(fields) => Ok(fields.get(name)),
        _ => Err(Undecided),
    }
}

fn binary(op: Op, a: &Value, b: &Value, request: &Request) -> Result<Value, Undecided> {
    use Value::{Bool, Datetime, Duration, Entity, Ip, Long, Set};
    Ok(match (op, a, b) {
        (Op::Equal, a, b) => Bool(a.same(b)),
        (Op::Less, Long(a), Long(b))
        | (Op::Less, Datetime(a), Datetime(b))
        | (Op::Less, Duration(a), Duration(b)) => Bool(a < b),
        (Op::LessOrEqual, Long(a), Long(b))
        | (Op::LessOrEqual, Datetime(a), Datetime(b))
        | (Op::LessOrEqual, Duration(a), Duration(b)) => Bool(a <= b),
        (Op::Add, Long(a), Long(b)) => Long(a.checked_add(*b).ok_or(Undecided)?),
        (Op::Subtract, Long(a), Long(b)) => Long(a.checked_sub(*b).ok_or(Undecided)?),
        (Op::Multiply, Long(a), Long(b)) => Long(a.checked_mul(*b).ok_or(Undecided)?),
        (Op::In, Entity(one), Entity(group)) => Bool(request.is_in(one, group)),
        (Op::In, Entity(one), Set(groups)) => {
            let mut any = false;
            for group in groups {
                let Entity(group) = group else {
                    return Err(Undecided);
                };
                any |= request.is_in(one, group);
            }
            Bool(any)
        }
        (Op::Contains, Set(set), one) => Bool(set.iter().any(|m| m.same(one))),
        (Op::ContainsAll, Set(set), Set(these)) => Bool(subset(these, set)),
        (Op::ContainsAny, Set(set), Set(these)) => {
            Bool(these.iter().any(|one| set.iter().any(|m| m.same(one))))
        }
        (Op::IsInRange, Ip(one), Ip(range)) => Bool(one.within(*range)),
        (Op::Offset, Datetime(a), Duration(b)) => Datetime(a.checked_add(*b).ok_or(Undecided)?),
        (Op::DurationSince, Datetime(a), Datetime(b)) => {
            Duration(a.checked_sub(*b).ok_or(Undecided)?)
        }
        _ => return Err(Undecided),
    })
}

fn unary(method: Method, a: &Value) -> Result<Value, Undecided> {
    use Value::{Bool, Datetime, Duration, Ip, Long, Set};
    let range = |net: Network, v4: &str, v6: &str| {
        let range = Network::parse(if net.addr.is_ipv4() { v4 } else { v6 });
        range.is_some_and(|range| net.within(range))
    };
    Ok(match (method, a) {
        (Method::Not, Bool(a)) => Bool(!a),
        (Method::Negate, Long(a)) => Long(a.checked_neg().ok_or(Undecided)?),
        (Method::IsEmpty, Set(a)) => Bool(a.is_empty()),
        (Method::IsIpv4, Ip(a)) => Bool(a.addr.is_ipv4()),
        (Method::IsIpv6, Ip(a)) => Bool(a.addr.is_ipv6()),
        (Method::IsLoopback, Ip(a)) => Bool(range(*a, "127.0.0.0/8", "::1/128")),
        (Method::IsMulticast, Ip(a)) => Bool(range(*a, "224.0.0.0/4", "ff00::/8")),
        (Method::ToDate, Datetime(a)) => {
            Datetime(a.div_euclid(DAY).checked_mul(DAY).ok_or(Undecided)?)
        }
        (Method::ToTime, Datetime(a)) => Duration(a.rem_euclid(DAY)),
        (Method::ToMilliseconds, Duration(a)) => Long(*a),
        (Method::ToSeconds, Duration(a)) => Long(a / 1000),
        (Method::ToMinutes, Duration(a)) => Long(a / (60 * 1000)),
        (Method::ToHours, Duration(a)) => Long(a / (60 * 60 * 1000)),
        (Method::ToDays, Duration(a)) => Long(a / DAY),
        _ => return Err(Undecided),
    })
}

/// Cedar's `like`: `*` stands for any characters, none included.
fn like(text: &str, pattern: &[Piece]) -> bool {
    let mut rest = text;
    let mut anywhere = false;
    for (at, piece) in pattern.iter().enumerate() {
        let Piece::Text(wanted) = piece else {
            anywhere = true;
            continue;
        };
        let last = at + 1 == pattern.len();
        let after = match (anywhere, last) {
            (true, true) => return rest.ends_with(wanted.as_str()),
            (true, false) => rest.split_once(wanted.as_str()).map(|(_, after)| after),
            (false, _) => rest.strip_prefix(wanted.as_str()),
        };
        let Some(after) = after else {
            return false;
        };
        rest = after;
        anywhere = false;
    }
    anywhere || rest.is_empty()
}

impl Request {
    /// Cedar's `in`: itself, or one of what it belongs to.
    fn is_in(&self, one: &Uid, group: &Uid) -> bool {
        one == group
            || self
                .entity(one)
                .is_some_and(|entity| entity.parents.contains(group))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pieces(pattern: &str) -> Vec<Piece> {
        let mut out = Vec::new();
        for (at, text) in pattern.split('*').enumerate() {
            if at > 0 {
                out.push(Piece::Any);
            }
            if !text.is_empty() {
                out.push(Piece::Text(text.to_owned()));
            }
        }
        out
    }

    #[test]
    fn like_is_anchored_at_both_ends() {
        for (pattern, text, want) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("*b", "abc", false),
            ("a*a", "a", false),
            ("a*b*c", "abxbc", true),
            ("*b*", "abc", true),
            ("**", "x", true),
            ("a*c*c", "acc", true),
            ("a*c*c", "ac", false),
        ] {
            assert_eq!(like(text, &pieces(pattern)), want, "{pattern} {text}");
        }
    }

    proptest! {
        #[test]
        fn like_agrees_with_the_slow_way(pattern in "[ab*]{0,6}", text in "[ab]{0,8}") {
            fn slow(p: &[u8], t: &[u8]) -> bool {
                match p {
                    [] => t.is_empty(),
                    [b'*', rest @ ..] => (0..=t.len()).any(|n| slow(rest, &t[n..])),
                    [c, rest @ ..] => t.first() == Some(c) && slow(rest, &t[1..]),
                }
            }
            prop_assert_eq!(like(&text, &pieces(&pattern)), slow(pattern.as_bytes(), text.as_bytes()));
        }
    }
}

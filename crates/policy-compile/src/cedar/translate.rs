//! A policy of Cedar (in its documented JSON form) into an expression of the
//! table.

use palisade_core::EffectKind;
use palisade_policy::{Expr, Method, Network, Op, Piece, Uid, Value, Variable, action_groups};
use serde_json::{Map, Value as Json};

/// Levels of an expression; each is a level of recursion when it is decided.
const DEPTH: usize = 256;

/// Scope and conditions of a policy.
pub(super) struct Translated {
    /// The actions its scope names; empty for every action.
    pub(super) kinds: Vec<EffectKind>,
    pub(super) when: Expr,
}

/// Why a policy cannot be put into the table.
pub(super) type Untranslated = String;

pub(super) fn policy(json: &Json) -> Result<Translated, Untranslated> {
    let mut parts = Vec::new();
    for (name, variable) in [
        ("principal", Variable::Principal),
        ("resource", Variable::Resource),
    ] {
        scope(&json[name], variable, &mut parts)?;
    }
    for condition in json["conditions"].as_array().into_iter().flatten() {
        let body = expression(&condition["body"], DEPTH)?;
        parts.push(match condition["kind"].as_str() {
            Some("unless") => Expr::Unary(Method::Not, Box::new(body)),
            _ => body,
        });
    }
    let all = parts
        .into_iter()
        .reduce(|a, b| Expr::And(Box::new(a), Box::new(b)));
    Ok(Translated {
        kinds: actions(&json["action"])?,
        when: all.unwrap_or(Expr::Literal(Value::Bool(true))),
    })
}

fn scope(json: &Json, variable: Variable, parts: &mut Vec<Expr>) -> Result<(), Untranslated> {
    let one = || Box::new(Expr::Variable(variable));
    let entity = |json: &Json| -> Result<Box<Expr>, Untranslated> {
        Ok(Box::new(Expr::Literal(Value::Entity(uid(json)?))))
    };
    match json["op"].as_str() {
        Some("All") => {}
        Some("==") => parts.push(Expr::Binary(Op::Equal, one(), entity(&json["entity"])?)),
        Some("in") => parts.push(Expr::Binary(Op::In, one(), entity(&json["entity"])?)),
        Some("is") => {
            parts.push(Expr::Is(one(), text(&json["entity_type"])?));
            if let Some(within) = json.get("in") {
                parts.push(Expr::Binary(Op::In, one(), entity(&within["entity"])?));
            }
        }
        _ => return Err(unknown(json)),
    }
    Ok(())
}

/// The actions a scope names.
fn actions(json: &Json) -> Result<Vec<EffectKind>, Untranslated> {
    let exactly = json["op"] == "==";
    let named: Vec<String> = match (&json["entity"], &json["entities"]) {
        (Json::Null, Json::Array(list)) => list
            .iter()
            .map(|entity| Ok(uid(entity)?.id))
            .collect::<Result<_, Untranslated>>()?,
        (Json::Null, _) => return Ok(Vec::new()),
        (entity, _) => vec![uid(entity)?.id],
    };
    let covers = |kind: &&EffectKind| {
        named.iter().any(|name| {
            name == kind.id() || (!exactly && action_groups(**kind).iter().any(|g| g == name))
        })
    };
    let kinds: Vec<EffectKind> = EffectKind::ALL.iter().filter(covers).copied().collect();
    if kinds.is_empty() {
        // In the table, none would mean every action.
        return Err("its scope names no action; for a group, write `action in`".to_owned());
    }
    Ok(kinds)
}

fn expression(json: &Json, depth: usize) -> Result<Expr, Untranslated> {
    let depth = depth
        .checked_sub(1)
        .ok_or("its conditions are nested too deeply; write it as several policies")?;
    let object = json.as_object().ok_or_else(|| unknown(json))?;
    let (name, of) = object.iter().next().ok_or_else(|| unknown(json))?;
    let boxed = |json: &Json| expression(json, depth).map(Box::new);
    let both = |op| -> Result<Expr, Untranslated> {
        Ok(Expr::Binary(op, boxed(&of["left"])?, boxed(&of["right"])?))
    };
    let not = |expr| Expr::Unary(Method::Not, Box::new(expr));
    Ok(match name.as_str() {
        "Value" => Expr::Literal(literal(of)?),
        "Var" => Expr::Variable(match of.as_str() {
            Some("principal") => Variable::Principal,
            Some("action") => Variable::Action,
            Some("resource") => Variable::Resource,
            Some("context") => Variable::Context,
            _ => return Err(unknown(json)),
        }),
        "&&" => Expr::And(boxed(&of["left"])?, boxed(&of["right"])?),
        "||" => Expr::Or(boxed(&of["left"])?, boxed(&of["right"])?),
        "!" => not(expression(&of["arg"], depth)?),
        "neg" => Expr::Unary(Method::Negate, boxed(&of["arg"])?),
        "isEmpty" => Expr::Unary(Method::IsEmpty, boxed(&of["arg"])?),
        "==" => both(Op::Equal)?,
        "!=" => not(both(Op::Equal)?),
        "<" => both(Op::Less)?,
        "<=" => both(Op::LessOrEqual)?,
        ">" => not(both(Op::LessOrEqual)?),
        ">=" => not(both(Op::Less)?),
        "+" => both(Op::Add)?,
        "-" => both(Op::Subtract)?,
        "*" => both(Op::Multiply)?,
        "in" => both(Op::In)?,
        "contains" => both(Op::Contains)?,
        "containsAll" => both(Op::ContainsAll)?,
        "containsAny" => both(Op::ContainsAny)?,
        "." => Expr::Get(boxed(&of["left"])?, text(&of["attr"])?),
        "has" => has(boxed(&of["left"])?, &of["attr"])?,
        "is" => {
            let is = Expr::Is(boxed(&of["left"])?, text(&of["entity_type"])?);
            match of.get("in") {
                None => is,
                Some(group) => {
                    let within = Expr::Binary(Op::In, boxed(&of["left"])?, boxed(group)?);
                    Expr::And(Box::new(is), Box::new(within))
                }
            }
        }
        "like" => Expr::Like(boxed(&of["left"])?, pattern(&of["pattern"])?),
        "if-then-else" => Expr::If(boxed(&of["if"])?, boxed(&of["then"])?, boxed(&of["else"])?),
        "Set" => {
            let members = of.as_array().into_iter().flatten();
            let each: Result<_, _> = members.map(|m| expression(m, depth)).collect();
            Expr::Set(each?)
        }
        "Record" => Expr::Record(fields(of, |m| expression(m, depth))?),
        function => call(function, of, depth)?,
    })
}

/// `x has a.b` is `x has a && x.a has b`.
fn has(of: Box<Expr>, names: &Json) -> Result<Expr, Untranslated> {
    let names: Vec<String> = match names {
        Json::Array(names) => names.iter().map(text).collect::<Result<_, _>>()?,
        one => vec![text(one)?],
    };
    let mut holder = of;
    let mut all: Option<Expr> = None;
    for name in names {
        let here = Expr::Has(holder.clone(), name.clone());
        all = Some(match all {
            None => here,
            Some(before) => Expr::And(Box::new(before), Box::new(here)),
        });
        holder = Box::new(Expr::Get(holder, name));
    }
    all.ok_or_else(|| "it asks for no attribute".to_owned())
}

fn call(function: &str, arguments: &Json, depth: usize) -> Result<Expr, Untranslated> {
    let arguments = arguments.as_array().map_or(&[][..], Vec::as_slice);
    let boxed = |json: &Json| expression(json, depth).map(Box::new);
    let method = match function {
        "isIpv4" => Method::IsIpv4,
        "isIpv6" => Method::IsIpv6,
        "isLoopback" => Method::IsLoopback,
        "isMulticast" => Method::IsMulticast,
        "toDate" => Method::ToDate,
        "toTime" => Method::ToTime,
        "toMilliseconds" => Method::ToMilliseconds,
        "toSeconds" => Method::ToSeconds,
        "toMinutes" => Method::ToMinutes,
        "toHours" => Method::ToHours,
        "toDays" => Method::ToDays,
        _ => {
            let op = match function {
                "isInRange" => Op::IsInRange,
                "offset" => Op::Offset,
                "durationSince" => Op::DurationSince,
                _ => return constructed(function, arguments),
            };
            let [a, b] = arguments else {
                return Err(format!("`{function}` takes one argument here"));
            };
            return Ok(Expr::Binary(op, boxed(a)?, boxed(b)?));
        }
    };
    let [of] = arguments else {
        return Err(format!("`{function}` takes no argument here"));
    };
    Ok(Expr::Unary(method, boxed(of)?))
}

/// `ip("…")`, `datetime("…")`, `duration("…")`.
fn constructed(function: &str, arguments: &[Json]) -> Result<Expr, Untranslated> {
    let text = match arguments {
        [one] => one["Value"].as_str(),
        _ => None,
    };
    let value = match (function, text) {
        ("ip", Some(text)) => Network::parse(text).map(Value::Ip),
        ("datetime", Some(text)) => super::time::datetime(text).map(Value::Datetime),
        ("duration", Some(text)) => super::time::duration(text).map(Value::Duration),
        _ => return Err(format!("`{function}` cannot be used here")),
    };
    value
        .map(Expr::Literal)
        .ok_or_else(|| format!("this {function} cannot be read"))
}

fn literal(json: &Json) -> Result<Value, Untranslated> {
    Ok(match json {
        Json::Bool(value) => Value::Bool(*value),
        Json::String(value) => Value::Text(value.clone()),
        Json::Number(value) => Value::Long(value.as_i64().ok_or_else(|| unknown(json))?),
        Json::Array(members) => Value::Set(members.iter().map(literal).collect::<Result<_, _>>()?),
        Json::Object(object) if object.contains_key("__entity") => {
            Value::Entity(uid(&json["__entity"])?)
        }
        Json::Object(object) if !object.contains_key("__extn") => {
            Value::Record(fields(json, literal)?.into_iter().collect())
        }
        _ => return Err(unknown(json)),
    })
}

fn fields<T>(
    json: &Json,
    each: impl Fn(&Json) -> Result<T, Untranslated>,
) -> Result<Vec<(String, T)>, Untranslated> {
    let none = Map::new();
    let object = json.as_object().unwrap_or(&none);
    object
        .iter()
        .map(|(name, value)| Ok((name.clone(), each(value)?)))
        .collect()
}

/// A pattern comes as single characters and wildcards.
fn pattern(json: &Json) -> Result<Vec<Piece>, Untranslated> {
    let mut out: Vec<Piece> = Vec::new();
    for part in json.as_array().into_iter().flatten() {
        match (part["Literal"].as_str(), out.last_mut()) {
            (Some(c), Some(Piece::Text(text))) => text.push_str(c),
            (Some(c), _) => out.push(Piece::Text(c.to_owned())),
            (None, _) if part == "Wildcard" => out.push(Piece::Any),
            _ => return Err(unknown(part)),
        }
    }
    Ok(out)
}

fn uid(json: &Json) -> Result<Uid, Untranslated> {
    Ok(Uid {
        kind: text(&json["type"])?.into(),
        id: text(&json["id"])?,
    })
}

fn text(json: &Json) -> Result<String, Untranslated> {
    json.as_str()
        .map(str::to_owned)
        .ok_or_else(|| unknown(json))
}

fn unknown(json: &Json) -> Untranslated {
    let shown: String = json.to_string().chars().take(60).collect();
    format!("this version does not know `{shown}`")
}

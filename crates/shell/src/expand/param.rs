//! Parameter expansion.

use crate::arg::{Arg, Origin};
use crate::ast::{Param, ParamOp, Word};
use crate::state::{State, Var};
use crate::understand::Interp;

use super::joined_by;

/// The fields of an expansion.
#[derive(Debug, Default)]
pub(super) struct Values {
    pub(super) fields: Vec<Arg>,
    /// `$*`-like: joined by blanks where nothing is split.
    pub(super) many: bool,
}

impl Values {
    fn one(a: Arg) -> Self {
        Self {
            fields: vec![a],
            many: false,
        }
    }
}

impl Interp<'_> {
    pub(super) fn param(&mut self, p: &Param, state: &mut State, quoted: bool) -> Values {
        self.depth += 1;
        let out = self.param_inner(p, state, quoted);
        self.depth -= 1;
        out
    }

    fn param_inner(&mut self, p: &Param, state: &mut State, quoted: bool) -> Values {
        for w in &p.nested {
            self.value(w, state);
        }
        let all =
            matches!(p.name.as_str(), "@" | "*") || matches!(p.index.as_deref(), Some("@" | "*"));
        let star = p.name == "*" || p.index.as_deref() == Some("*");
        if all && p.op != ParamOp::Indirect {
            let list = self.list(p, state);
            return self.list_op(list, p, star, state, quoted);
        }
        let value = self.lookup(p, state);
        Values::one(self.scalar_op(value, p, state))
    }

    /// All values of `$@` or an array.
    fn list(&mut self, p: &Param, state: &State) -> Option<Vec<Arg>> {
        if matches!(p.name.as_str(), "@" | "*") {
            let others = state.other_positional.iter().flat_map(|o| o.iter());
            return Some(state.positional.iter().chain(others).cloned().collect());
        }
        match self.var(&p.name, state) {
            Var::Array(v) => Some(v),
            Var::Scalar(v) => Some(vec![v]),
            Var::Unset => Some(Vec::new()),
            Var::Outside | Var::Either(_) => None,
        }
    }

    fn list_op(
        &mut self,
        list: Option<Vec<Arg>>,
        p: &Param,
        star: bool,
        state: &mut State,
        quoted: bool,
    ) -> Values {
        let Some(mut list) = list else {
            return Values::one(match &p.op {
                ParamOp::Length => Arg::hole(format!("${{#{}}}", p.name), Origin::Environment),
                ParamOp::Default(w) | ParamOp::Assign(w) => self.value(w, state),
                _ => Arg::hole(format!("${{{}[@]}}", p.name), Origin::Environment),
            });
        };
        match &p.op {
            ParamOp::Plain => {}
            ParamOp::Error(w) => {
                self.complaint(w, state);
            }
            ParamOp::Length => return Values::one(Arg::known(list.len().to_string())),
            ParamOp::Default(w) | ParamOp::Assign(w) => {
                if list.is_empty() {
                    return Values::one(self.value(w, state));
                }
            }
            ParamOp::Alternative(w) => {
                if list.is_empty() {
                    return Values::default();
                }
                return Values::one(self.value(w, state));
            }
            ParamOp::Substring(offset, length) => {
                // `${@:n}` counts from 1, arrays from 0.
                let first = usize::from(matches!(p.name.as_str(), "@" | "*"));
                let offset = self.arith(offset, state);
                let length = match length {
                    Some(l) => self.arith(l, state).map(Some),
                    None => Some(None),
                };
                let (Some(offset), Some(length)) = (offset, length) else {
                    return Values::one(Arg::hole("${@:…}", Origin::Unknown));
                };
                let skip = if offset < 0 {
                    list.len().saturating_sub(offset.unsigned_abs() as usize)
                } else {
                    (offset as usize).saturating_sub(first)
                };
                let take = length.map_or(usize::MAX, |l| l.max(0) as usize);
                list = list.into_iter().skip(skip).take(take).collect();
            }
            _ => {
                list = list
                    .into_iter()
                    .map(|v| self.scalar_op(Some(v), p, state))
                    .collect();
            }
        }
        if star && quoted {
            let ifs = match self.var("IFS", state) {
                Var::Scalar(a) => a.text().map(str::to_owned),
                _ => None,
            };
            let between = match ifs.as_deref() {
                None => " ",
                Some(t) => t
                    .char_indices()
                    .nth(1)
                    .map_or(t, |(i, _)| t.get(..i).unwrap_or_default()),
            };
            return Values::one(joined_by(&list, between));
        }
        Values {
            fields: list,
            many: true,
        }
    }

    /// One value; `None` when unset.
    fn lookup(&mut self, p: &Param, state: &mut State) -> Option<Arg> {
        let shown = || format!("${}", p.name);
        if p.name.starts_with(|c: char| c.is_ascii_digit()) {
            let n: usize = p.name.parse().unwrap_or(usize::MAX);
            if n == 0 {
                return Some(match &state.arg0 {
                    Some(a) => (**a).clone(),
                    None => Arg::hole("$0", Origin::Environment),
                });
            }
            return match state.positional.get(n - 1) {
                _ if !state.other_positional.is_empty() => {
                    Some(Arg::hole(shown(), Origin::Unknown))
                }
                Some(a) => Some(a.clone()),
                None if state.positional.iter().any(|a| a.origin().is_some()) => {
                    Some(Arg::hole(shown(), Origin::Unknown))
                }
                None => None,
            };
        }
        match p.name.as_str() {
            "#" if state.other_positional.is_empty() => {
                return Some(Arg::known(state.positional.len().to_string()));
            }
            "#" => return Some(Arg::hole("$#", Origin::Environment)),
            // A number that needs no name: it stays as it is written, in a path
            // as in code.
            "$" | "RANDOM" | "SRANDOM" | "BASHPID" | "PPID" | "UID" | "EUID" | "EPOCHSECONDS"
                if !state.vars.contains_key(&p.name) =>
            {
                return Some(Arg::known(shown()));
            }
            "?" | "!" | "-" | "SECONDS" | "LINENO" | "EPOCHREALTIME"
                if !state.vars.contains_key(&p.name) =>
            {
                return Some(Arg::hole(shown(), Origin::Environment));
            }
            _ => {}
        }
        if p.name == "_"
            && let Some(last) = &state.last
        {
            return Some((**last).clone());
        }
        let meant = state.meant(&p.name);
        if meant.contains('[') {
            // A reference to a place in an array: its subscript runs.
            let text = meant.to_owned();
            self.evaluated(&text, state);
            return Some(Arg::hole(shown(), Origin::Unknown));
        }
        let var = self.var(&p.name, state);
        if let Some(index) = p.index.as_deref()
            && !matches!(var, Var::Array(_))
        {
            self.arith(index, state);
        }
        match var {
            Var::Scalar(v) => match p.index.as_deref() {
                None | Some("0") => Some(v),
                // An associative array is known as one of its values.
                Some(_) if v.origin().is_some() => Some(v),
                Some(_) => None,
            },
            Var::Array(list) => {
                let index = p.index.as_deref().unwrap_or("0");
                match self.arith(index, state) {
                    Some(n) if n < 0 => {
                        let back = n.unsigned_abs() as usize;
                        list.len()
                            .checked_sub(back)
                            .and_then(|i| list.get(i).cloned())
                    }
                    Some(n) => list.get(n as usize).cloned(),
                    None => Some(Arg::hole(format!("${{{}[…]}}", p.name), Origin::Unknown)),
                }
            }
            Var::Unset => None,
            Var::Outside | Var::Either(_) => Some(Arg::hole(shown(), Origin::Environment)),
        }
    }

    /// What `${x?word}` says on standard error.
    fn complaint(&mut self, word: &Word, state: &mut State) {
        let said = self.value(word, state);
        self.shown(&said);
    }

    /// Whether the second of two possible values is looked at.
    fn other_way(&mut self) -> bool {
        // Not in step with alternatives of the value itself.
        self.choices = self.choices.max(4);
        (self.choice / 2) % 2 == 1
    }

    fn scalar_op(&mut self, value: Option<Arg>, p: &Param, state: &mut State) -> Arg {
        let outside = value.as_ref().is_some_and(|v| {
            v.origin() == Some(Origin::Environment) && v.starts_unknown() && v.holes().len() == 1
        });
        match &p.op {
            ParamOp::Plain => value.unwrap_or_default(),
            ParamOp::Error(w) => {
                if value.is_none() || outside || value.as_ref().is_some_and(Arg::is_empty) {
                    self.complaint(w, state);
                }
                value.unwrap_or_default()
            }
            ParamOp::Length => match value {
                None => Arg::known("0"),
                Some(v) => match v.text() {
                    Some(t) => Arg::known(t.chars().count().to_string()),
                    None => Arg::hole(format!("${{#{}}}", p.name), Origin::Environment),
                },
            },
            ParamOp::Default(w) => match value {
                // What the user's environment says is the user's own choice;
                // the default is the agent's.
                // `:-` and `-` are one in the tree: an empty value may stay.
                Some(v) if v.text() == Some("") && self.other_way() => v,
                Some(v) if !outside && v.text() != Some("") => {
                    if v.origin() == Some(Origin::Unknown) && self.other_way() {
                        return self.value(w, state);
                    }
                    v
                }
                _ => self.value(w, state),
            },
            ParamOp::Assign(w) => match value {
                Some(v) if !outside && v.text() != Some("") => v,
                _ => {
                    let v = self.value(w, state);
                    state.set_scalar(&p.name, v.clone());
                    v
                }
            },
            ParamOp::Alternative(w) => match value {
                None => Arg::default(),
                Some(v) if v.text() == Some("") && !self.other_way() => Arg::default(),
                Some(v) if v.text().is_some() => self.value(w, state),
                Some(_) => {
                    if self.other_way() {
                        Arg::default()
                    } else {
                        self.value(w, state)
                    }
                }
            },
            ParamOp::Transform('P') => {
                let v = value.unwrap_or_default();
                let text = v.shown().to_owned();
                self.evaluated(&text, state);
                if text.contains(['\\', '$', '`']) {
                    let mut out = Arg::hole(format!("${{{}@P}}", p.name), Origin::Unknown);
                    out.flow(v.from());
                    return out;
                }
                v
            }
            ParamOp::Indirect => match value {
                None => Arg::default(),
                Some(v) => match v.text() {
                    Some(name) => {
                        let inner = Param {
                            name: name.to_owned(),
                            index: None,
                            op: ParamOp::Plain,
                            nested: Vec::new(),
                        };
                        if self.depth > palisade_core::limits::SHELL_DEPTH {
                            return Arg::hole("${!…}", Origin::Unknown);
                        }
                        let valid = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
                        if valid && !name.is_empty() {
                            self.lookup(&inner, state).unwrap_or_default()
                        } else {
                            let name = name.to_owned();
                            self.evaluated(&name, state);
                            Arg::hole(format!("${{!{}}}", p.name), Origin::Unknown)
                        }
                    }
                    // A name that a program printed (`compgen -e`, `env | cut`):
                    // any variable, the secret ones too.
                    None if p.index.is_none() && v.origin() == Some(Origin::Unknown) => {
                        Arg::hole("environment", Origin::Secret)
                    }
                    None => Arg::hole(format!("${{!{}}}", p.name), Origin::Unknown),
                },
            },
            op => {
                let mut v = value.unwrap_or_default();
                if outside && let Some(usual) = usual(&p.name) {
                    v = Arg::known(usual);
                }
                let changed = v
                    .text()
                    .map(str::to_owned)
                    .and_then(|t| self.text_op(&t, op, state));
                match changed {
                    Some(t) => {
                        let mut out = Arg::known(t).with_pattern(v.pattern());
                        out.flow(v.from());
                        out
                    }
                    None => self.partly(&v, p, op, state),
                }
            }
        }
    }

    /// An operation on a value that is not wholly known.
    fn partly(&mut self, v: &Arg, p: &Param, op: &ParamOp, state: &mut State) -> Arg {
        // What is in the operands runs whatever the value is.
        match op {
            ParamOp::Replace {
                pattern,
                replacement,
                ..
            } => {
                self.value(pattern, state);
                self.value(replacement, state);
            }
            ParamOp::StripPrefix { pattern, .. } => {
                self.value(pattern, state);
            }
            ParamOp::Substring(offset, length) => {
                self.arith(offset, state);
                if let Some(l) = length {
                    self.arith(l, state);
                }
            }
            _ => {}
        }
        // Stripping a known ending leaves the unknown beginning as it was.
        if let ParamOp::StripSuffix { pattern, .. } = op {
            let ending = self.value(pattern, state);
            if let Some(t) = ending.text()
                && !t.contains(['*', '?', '['])
                && let Some(kept) = v.tail().strip_suffix(t)
            {
                let cut = v.shown().len() - (v.tail().len() - kept.len());
                return v.slice(0, cut);
            }
        }
        let origin = v.origin().unwrap_or(Origin::Unknown);
        let mut out = Arg::hole(format!("${{{}…}}", p.name), origin);
        out.flow(v.from());
        out
    }

    fn text_op(&mut self, t: &str, op: &ParamOp, state: &mut State) -> Option<String> {
        match op {
            ParamOp::StripPrefix { pattern, longest } => {
                let p = self.pattern(pattern, state)?;
                self.afford(p.cost() * t.len())
                    .then(|| p.strip_prefix(t, *longest))
            }
            ParamOp::StripSuffix { pattern, longest } => {
                let p = self.pattern(pattern, state)?;
                self.afford(p.cost() * t.len())
                    .then(|| p.strip_suffix(t, *longest))
            }
            ParamOp::Replace {
                pattern,
                replacement,
                all,
                anchor,
            } => {
                // Also where it matches nothing, what is in it runs.
                self.value(pattern, state);
                let with = self.value(replacement, state);
                let with = with.text()?.to_owned();
                if let Some(plain) = plain_text(pattern)
                    && anchor.is_none()
                    && !plain.is_empty()
                {
                    return self.afford(t.len() * (1 + with.len())).then(|| {
                        if *all {
                            t.replace(&plain, &with)
                        } else {
                            t.replacen(&plain, &with, 1)
                        }
                    });
                }
                let p = self.pattern(pattern, state)?;
                let reach = if p.unbounded() { t.len() } else { p.cost() };
                let cost = p.cost() * t.len() * reach + with.len() * t.len();
                self.afford(cost)
                    .then(|| p.replace(t, &with, *all, *anchor))
            }
            ParamOp::Substring(offset, length) => {
                let offset = self.arith(offset, state)?;
                let length = match length {
                    Some(l) => Some(self.arith(l, state)?),
                    None => None,
                };
                let chars: Vec<char> = t.chars().collect();
                let n = chars.len();
                let start = if offset < 0 {
                    n.checked_sub(offset.unsigned_abs() as usize)?
                } else {
                    (offset as usize).min(n)
                };
                let end = match length {
                    None => n,
                    Some(l) if l < 0 => n.checked_sub(l.unsigned_abs() as usize)?.max(start),
                    Some(l) => start.saturating_add(l as usize).min(n),
                };
                Some(chars.get(start..end)?.iter().collect())
            }
            ParamOp::Case(op) => Some(match op.as_str() {
                "^^" => t.to_uppercase(),
                ",," => t.to_lowercase(),
                "^" | "," => {
                    let mut c = t.chars();
                    match c.next() {
                        Some(first) if op == "^" => first.to_uppercase().chain(c).collect(),
                        Some(first) => first.to_lowercase().chain(c).collect(),
                        None => String::new(),
                    }
                }
                _ => return None,
            }),
            ParamOp::Transform(c) => match c {
                'U' => Some(t.to_uppercase()),
                'L' => Some(t.to_lowercase()),
                'Q' => Some(format!("'{}'", t.replace('\'', "'\\''"))),
                'E' => Some(crate::decode::escapes(t).0),
                'P' | 'A' | 'K' | 'k' | 'a' => {
                    // Only text that these leave alone.
                    (*c == 'P').then(|| (!t.contains(['\\', '$', '`'])).then(|| t.to_owned()))?
                }
                _ => None,
            },
            _ => None,
        }
    }
}

/// What a variable holds that the shell or the system sets: a piece of it is a
/// letter taken from there.
fn usual(name: &str) -> Option<&'static str> {
    Some(match name {
        "PATH" => "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "BASH" => "/bin/bash",
        "SHELLOPTS" => "braceexpand:hashall:interactive-comments",
        "BASHOPTS" => "checkwinsize:cmdhist:complete_fullquote:extquote:force_fignore",
        "OSTYPE" => "linux-gnu",
        "HOSTTYPE" => "x86_64",
        "MACHTYPE" => "x86_64-pc-linux-gnu",
        "LANG" => "en_US.UTF-8",
        "TERM" => "xterm-256color",
        "PS4" => "+ ",
        _ => return None,
    })
}

/// A word that is plain text with no glob in it.
fn plain_text(word: &Word) -> Option<String> {
    use crate::ast::Part;
    let mut out = String::new();
    for p in &word.parts {
        match p {
            Part::Plain(t) if !t.contains(['*', '?', '[', '(', '\\']) => out.push_str(t),
            Part::Single(t) | Part::AnsiC(t) => out.push_str(t),
            Part::Escaped(c) => out.push(*c),
            Part::Double(inner) => match inner.as_slice() {
                [] => {}
                [Part::Single(t) | Part::Plain(t)] => out.push_str(t),
                _ => return None,
            },
            _ => return None,
        }
    }
    Some(out)
}

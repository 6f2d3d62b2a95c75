//! Arithmetic on constants.

use crate::arg::{Arg, Origin};
use crate::ast::Word;
use crate::state::{State, Var};
use crate::understand::Interp;

/// Nesting of parentheses and variables naming variables.
const DEPTH: usize = 24;

impl Interp<'_> {
    /// `$((…))`. A result that cannot be told is a number all the same, so
    /// it is no worse than something from the environment.
    pub(crate) fn arith_word(&mut self, word: &Word, state: &mut State) -> Arg {
        let text = self.value(word, state);
        match text.text().map(str::to_owned) {
            Some(t) => match self.arith(&t, state) {
                Some(n) => Arg::known(n.to_string()),
                None => Arg::hole(format!("$(({t}))"), Origin::Environment),
            },
            None => Arg::hole("$((…))", Origin::Environment),
        }
    }

    /// The value of an expression, with its assignments made.
    pub(crate) fn arith(&mut self, text: &str, state: &mut State) -> Option<i64> {
        if text.len() > 4096 || !self.spend(text.len()) {
            return None;
        }
        let mut last = 0;
        for part in split_commas(text) {
            let mut p = Parser {
                interp: self,
                state,
                rest: part,
                depth: 0,
            };
            last = p.assignment()?;
            if !p.rest.trim().is_empty() {
                return None;
            }
        }
        Some(last)
    }
}

fn split_commas(text: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    text.split(move |c| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    })
    .collect()
}

struct Parser<'p, 'i, 'o> {
    interp: &'p mut Interp<'o>,
    state: &'i mut State,
    rest: &'p str,
    depth: usize,
}

/// Binary operators by how tightly they bind, loosest first.
const LEVELS: &[&[&str]] = &[
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<=", ">=", "<", ">"],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
];

impl Parser<'_, '_, '_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, token: &str) -> bool {
        self.skip();
        match self.rest.strip_prefix(token) {
            Some(r) => {
                self.rest = r;
                true
            }
            None => false,
        }
    }

    fn name(&mut self) -> Option<String> {
        self.skip();
        let end = self
            .rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at_checked(end)?;
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        self.rest = rest;
        Some(name.to_owned())
    }

    fn assignment(&mut self) -> Option<i64> {
        self.skip();
        let before = self.rest;
        if let Some(name) = self.name() {
            self.skip();
            for op in ["=", "+=", "-=", "*=", "/=", "%="] {
                if let Some(r) = self.rest.strip_prefix(op)
                    && !(op == "=" && r.starts_with('='))
                {
                    self.rest = r;
                    let right = self.assignment()?;
                    let value = match op.strip_suffix('=') {
                        Some("") => right,
                        Some(o) => {
                            let left = self.variable(&name)?;
                            apply(o, left, right)?
                        }
                        None => return None,
                    };
                    self.state.set_scalar(&name, Arg::known(value.to_string()));
                    return Some(value);
                }
            }
            for (op, delta) in [("++", 1), ("--", -1)] {
                if let Some(r) = self.rest.strip_prefix(op) {
                    self.rest = r;
                    let old = self.variable(&name)?;
                    let new = old.checked_add(delta)?;
                    self.state.set_scalar(&name, Arg::known(new.to_string()));
                    return Some(old);
                }
            }
        }
        self.rest = before;
        self.ternary()
    }

    fn ternary(&mut self) -> Option<i64> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let test = self.binary(0)?;
        let out = if self.eat("?") {
            let a = self.assignment()?;
            if !self.eat(":") {
                return None;
            }
            let b = self.ternary()?;
            if test != 0 { a } else { b }
        } else {
            test
        };
        self.depth -= 1;
        Some(out)
    }

    fn binary(&mut self, level: usize) -> Option<i64> {
        let Some(ops) = LEVELS.get(level) else {
            return self.unary();
        };
        let mut left = self.binary(level + 1)?;
        'more: loop {
            self.skip();
            for op in *ops {
                if let Some(r) = self.rest.strip_prefix(op) {
                    // `|` is not the start of `||`, `<` not of `<<`, `*` not of `**`.
                    let doubled = op.len() == 1 && (r.starts_with(*op) || r.starts_with('='));
                    if doubled {
                        continue;
                    }
                    self.rest = r;
                    let right = self.binary(level + 1)?;
                    left = apply(op, left, right)?;
                    continue 'more;
                }
            }
            return Some(left);
        }
    }

    fn unary(&mut self) -> Option<i64> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        self.skip();
        let out = if self.eat("!") {
            i64::from(self.unary()? == 0)
        } else if self.eat("~") {
            !self.unary()?
        } else if self.rest.starts_with("++") || self.rest.starts_with("--") {
            let delta = if self.eat("++") {
                1
            } else {
                -i64::from(self.eat("--"))
            };
            let name = self.name()?;
            let v = self.variable(&name)?.checked_add(delta)?;
            self.state.set_scalar(&name, Arg::known(v.to_string()));
            v
        } else if self.eat("-") {
            self.unary()?.checked_neg()?
        } else if self.eat("+") {
            self.unary()?
        } else if self.eat("(") {
            let v = self.assignment()?;
            if !self.eat(")") {
                return None;
            }
            v
        } else if self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            self.number()?
        } else {
            let name = self.name()?;
            self.variable(&name)?
        };
        self.depth -= 1;
        Some(out)
    }

    fn number(&mut self) -> Option<i64> {
        let end = self
            .rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '#'))
            .unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        number(digits)
    }

    fn variable(&mut self, name: &str) -> Option<i64> {
        match self.interp.var(name, self.state) {
            Var::Scalar(v) => {
                let t = v.text()?.trim();
                if t.contains('[') {
                    let mut inner = self.state.clone();
                    self.interp.evaluated(t, &mut inner);
                }
                if t.is_empty() { Some(0) } else { number(t) }
            }
            Var::Unset => Some(0),
            _ => None,
        }
    }
}

fn number(text: &str) -> Option<i64> {
    if let Some(neg) = text.strip_prefix('-') {
        return number(neg)?.checked_neg();
    }
    if let Some(h) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return i64::from_str_radix(h, 16).ok();
    }
    if let Some((base, digits)) = text.split_once('#') {
        let base: u32 = base.parse().ok()?;
        return (2..=36)
            .contains(&base)
            .then(|| i64::from_str_radix(digits, base).ok())?;
    }
    if text.len() > 1 && text.starts_with('0') {
        return i64::from_str_radix(text, 8).ok();
    }
    text.parse().ok()
}

fn apply(op: &str, a: i64, b: i64) -> Option<i64> {
    Some(match op {
        "||" => i64::from(a != 0 || b != 0),
        "&&" => i64::from(a != 0 && b != 0),
        "|" => a | b,
        "^" => a ^ b,
        "&" => a & b,
        "==" => i64::from(a == b),
        "!=" => i64::from(a != b),
        "<=" => i64::from(a <= b),
        ">=" => i64::from(a >= b),
        "<" => i64::from(a < b),
        ">" => i64::from(a > b),
        "<<" => a.checked_shl(u32::try_from(b).ok()?)?,
        ">>" => a.checked_shr(u32::try_from(b).ok()?)?,
        "+" => a.checked_add(b)?,
        "-" => a.checked_sub(b)?,
        "*" => a.checked_mul(b)?,
        "/" => a.checked_div(b)?,
        "%" => a.checked_rem(b)?,
        _ => return None,
    })
}

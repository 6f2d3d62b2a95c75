//! Calls: of the snippet's own functions, of what is outside, of callbacks.

use std::rc::Rc;

use super::super::tree::{Expr, Function};
use super::super::value::{Args, Value};
use super::super::{cmd, javascript, loose, other, powershell, python};
use super::{CALLS, DEPTH, Frame, Grammar, ITERATIONS, Machine};
use crate::arg::Origin;

impl Machine<'_> {
    /// Calls a value.
    pub(in crate::embedded) fn call(&mut self, callee: &Value, args: Args) -> Value {
        if self.depth >= DEPTH || !self.spend(1) {
            self.hit_limit();
            return Value::Unknown(Origin::Unknown);
        }
        self.depth += 1;
        let out = match callee {
            Value::Func(function) => self.apply(function, args),
            Value::OneOf(all) => {
                let values = all.iter().map(|c| self.call(c, args.clone())).collect();
                Value::one_of(values)
            }
            Value::Sym(name) if self.grammar == Grammar::PowerShell => {
                powershell::call(self, name, &args)
            }
            Value::Sym(name) if self.grammar == Grammar::Cmd => cmd::call(self, name, &args),
            Value::Method(receiver, name) if self.grammar == Grammar::PowerShell => {
                powershell::method(self, receiver, name, &args)
            }
            Value::Sym(name) => {
                if !name.ends_with(".then") {
                    self.callbacks(&args);
                }
                let before = self.out.effects.len();
                let value = match self.grammar {
                    Grammar::Python => python::call(self, name, &args),
                    Grammar::JavaScript => javascript::call(self, name, &args),
                    Grammar::Other(dialect) => other::call(self, dialect, name, &args),
                    _ => loose::call(self, name, &args),
                };
                self.sends_environment(before, &args);
                // A function we know nothing of may print anything.
                self.silent &= value.as_sym().is_none_or(|v| !v.ends_with("()"));
                value
            }
            Value::Method(receiver, name) => {
                if &**name == "then" && matches!(**receiver, Value::Str(_)) {
                    for function in args.all() {
                        self.call(function, Args::of(vec![(**receiver).clone()]));
                    }
                } else {
                    self.callbacks_on(receiver, &args);
                }
                match self.grammar {
                    Grammar::Python => python::method(self, receiver, name, &args),
                    Grammar::JavaScript => javascript::method(self, receiver, name, &args),
                    Grammar::Other(_) => other::method(self, receiver, name, &args),
                    _ => loose::method(self, receiver, name, &args),
                }
            }
            Value::Unknown(origin) => {
                self.callbacks(&args);
                Value::Unknown(*origin)
            }
            // In PHP a text is the name of a function.
            Value::Str(name) if self.grammar == Grammar::Php => loose::call(self, name, &args),
            _ => {
                self.callbacks(&args);
                Value::Unknown(Origin::Unknown)
            }
        };
        self.depth -= 1;
        out
    }

    /// Functions handed to somebody else are called by them.
    pub(super) fn callbacks(&mut self, args: &Args) {
        let functions: Vec<Rc<Function>> = args
            .all()
            .filter_map(|v| match v {
                Value::Func(f) => Some(Rc::clone(f)),
                _ => None,
            })
            .collect();
        for function in functions {
            self.maybe += 1;
            self.apply(&function, Args::default());
            self.maybe -= 1;
        }
    }

    /// The same, with the elements of the receiver: `list.forEach(f)`.
    pub(super) fn callbacks_on(&mut self, receiver: &Value, args: &Args) {
        let items = match receiver {
            Value::List(items) => items.to_vec(),
            // What comes of it is from the same place: `fetch(…).then(f)`.
            Value::Unknown(_) => vec![receiver.clone()],
            _ => Vec::new(),
        };
        if items.is_empty() {
            self.callbacks(args);
            return;
        }
        for function in args.all() {
            if matches!(function, Value::Func(_) | Value::Sym(_)) {
                for item in items.iter().take(ITERATIONS) {
                    self.call(function, Args::of(vec![item.clone()]));
                }
            }
        }
    }

    /// Runs one of the snippet's own functions.
    pub(in crate::embedded) fn apply(&mut self, function: &Rc<Function>, args: Args) -> Value {
        self.called.insert(function.id);
        if self.calls >= CALLS {
            // Recursion adds nothing that one round did not show, but blocks
            // inside blocks are no recursion.
            if self.grammar == Grammar::PowerShell {
                self.hit_limit();
            }
            return Value::Unknown(Origin::Unknown);
        }
        self.calls += 1;
        self.frames.push(Frame::new());
        let before = self.returned.replace(Vec::new());
        let mut pos = args.pos.into_iter();
        for (param, default) in &function.params {
            let value = match param {
                Expr::Spread(_) => Some(Value::list(pos.by_ref().collect())),
                Expr::Name(name) => args
                    .named
                    .iter()
                    .find(|(n, _)| n == name)
                    .map(|(_, v)| v.clone())
                    .or_else(|| pos.next()),
                _ => pos.next(),
            };
            let value = match (value, default) {
                (Some(value), _) => value,
                (None, Some(default)) => self.eval(default),
                (None, None) => Value::Unknown(Origin::Unknown),
            };
            // Parameters are new names, whatever is outside.
            if let Expr::Name(name) = param
                && let Some(frame) = self.frames.last_mut()
            {
                frame.insert(name.clone(), value);
            } else {
                self.assign(param, value);
            }
        }
        self.block(&function.body);
        self.frames.pop();
        let returned = std::mem::replace(&mut self.returned, before).unwrap_or_default();
        self.calls -= 1;
        Value::one_of(returned)
    }
}

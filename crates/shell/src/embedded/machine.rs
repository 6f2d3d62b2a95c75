//! The abstract machine: runs a tree over values that may be unknown.
//!
//! Every way through the code is taken once, in order, and where ways meet a
//! variable is worth what any of them left in it. That over-approximates,
//! which is the side to err on; what is not known stays not known.

mod calls;
mod eval;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use palisade_core::{Effect, EffectKind, Target, limits};

use super::other::Dialect;
use super::tree::{Expr, Function, Post, Stmt};
use super::value::{Args, Class, ELEMENTS, Value};
use super::{
    EmbedContext, cmd, javascript, limit, loose, operations, other, powershell, python,
    unknown_code,
};
use crate::arg::{Arg, Origin};
use crate::holes::{ANY, Holes, has_hole, is_hole};
use crate::programs::Sink;

/// Evaluation steps one snippet may cost, nested code included.
const STEPS: usize = 30_000;
/// What one command of a shell costs of them, which looks at all its words.
pub(super) const COMMAND_STEPS: usize = 100;
/// Nesting of evaluation.
const DEPTH: usize = 120;
/// Calls of the snippet's own functions inside each other.
const CALLS: usize = 6;
/// Iterations of a loop over constants.
const ITERATIONS: usize = 256;
/// Code texts that code makes and runs.
const NESTED: usize = 4;

pub(super) use values::combine;

/// The languages the machine runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grammar {
    Python,
    JavaScript,
    Ruby,
    Perl,
    Php,
    Lua,
    PowerShell,
    Cmd,
    Other(Dialect),
}

type Frame = BTreeMap<String, Value>;

/// Runs one snippet.
pub(super) fn run(
    grammar: Grammar,
    code: &Arg,
    args: &[Arg],
    cx: &EmbedContext<'_>,
    sink: &mut Sink,
) {
    snippet(grammar, code, args, cx, sink, false);
}

/// Runs JavaScript whose last value is printed.
pub(super) fn printed(code: &Arg, args: &[Arg], cx: &EmbedContext<'_>, sink: &mut Sink) {
    snippet(Grammar::JavaScript, code, args, cx, sink, true);
}

fn snippet(
    grammar: Grammar,
    code: &Arg,
    args: &[Arg],
    cx: &EmbedContext<'_>,
    sink: &mut Sink,
    prints: bool,
) {
    let mut holes = Holes::default();
    let text = holes.encode(code);
    let argv: Vec<Value> = args.iter().map(|a| Value::text(holes.encode(a))).collect();
    let mut machine = Machine {
        grammar,
        cx,
        out: Sink::default(),
        holes,
        argv,
        frames: vec![Frame::new()],
        stars: Vec::new(),
        cwd: cx.cwd.map(str::to_owned),
        steps: STEPS,
        depth: 0,
        calls: 0,
        nested: 0,
        functions: 0,
        defined: Vec::new(),
        called: BTreeSet::new(),
        maybe: 0,
        printed: String::new(),
        silent: true,
        sent: false,
        pretends: false,
        limited: false,
        returned: None,
        elsewhere: false,
    };
    let last = machine.code(&text);
    if grammar == Grammar::JavaScript {
        // `node -p` prints what the last expression is worth.
        let text = machine.stringify(&last);
        if text
            .chars()
            .any(|c| machine.holes.origin(c) == Some(Origin::Secret))
        {
            machine.printed.push_str(&text);
        } else if prints {
            machine.printed.push_str(&text);
            machine.printed.push('\n');
        }
    }
    machine.finish(sink);
}

/// The machine. What the snippet does to the outside is in `reach`.
pub(super) struct Machine<'a> {
    pub(super) grammar: Grammar,
    pub(super) cx: &'a EmbedContext<'a>,
    pub(super) out: Sink,
    pub(super) holes: Holes,
    pub(super) argv: Vec<Value>,
    frames: Vec<Frame>,
    stars: Vec<String>,
    /// The working directory, until something unknown changes it.
    pub(super) cwd: Option<String>,
    steps: usize,
    depth: usize,
    calls: usize,
    nested: usize,
    functions: usize,
    defined: Vec<Rc<Function>>,
    called: BTreeSet<usize>,
    /// Inside code that may run or not.
    maybe: usize,
    pub(super) printed: String,
    /// Nothing but what we know of was printed.
    silent: bool,
    /// Something other than a plain request goes out.
    pub(super) sent: bool,
    /// A library is in use that stands in for services.
    pub(super) pretends: bool,
    limited: bool,
    returned: Option<Vec<Value>>,
    /// The paths now named may be those of another system.
    pub(super) elsewhere: bool,
}

impl Machine<'_> {
    pub(super) fn spend(&mut self, steps: usize) -> bool {
        if let Some(left) = self.steps.checked_sub(steps) {
            self.steps = left;
            return true;
        }
        self.steps = 0;
        self.hit_limit();
        false
    }

    pub(super) fn hit_limit(&mut self) {
        if !self.limited {
            self.limited = true;
            self.out.push(limit("code", self.cx.by));
        }
    }

    /// Parses and runs a text in the present scope.
    pub(super) fn code(&mut self, text: &str) -> Value {
        if self.nested > NESTED {
            self.hit_limit();
            return Value::Unknown(Origin::Unknown);
        }
        self.nested += 1;
        let (body, limited) = match self.grammar {
            Grammar::Python => python::parse(text, self.nested, &mut self.functions),
            Grammar::JavaScript => javascript::parse(text, self.nested, &mut self.functions),
            Grammar::PowerShell => powershell::parse(text, self.nested, &mut self.functions),
            Grammar::Cmd => cmd::parse(text, self.nested),
            Grammar::Other(dialect) => {
                other::parse(text, dialect, self.nested, &mut self.functions)
            }
            grammar => loose::parse(text, grammar, self.nested, &mut self.functions),
        };
        if limited {
            self.hit_limit();
        }
        let mut last = Value::Nothing;
        match body.split_last() {
            Some((Stmt::Expr(value), rest)) if !matches!(value, Expr::Hole(_)) => {
                self.block(rest);
                last = self.eval(value);
                self.left_over(value, &last);
            }
            _ => self.block(&body),
        }
        self.nested -= 1;
        last
    }

    fn finish(mut self, sink: &mut Sink) {
        // What was defined and never called here is called by somebody:
        // a framework, an event, a thread.
        let mut round = 0;
        while round < self.defined.len() {
            let function = self.defined.get(round).cloned();
            round += 1;
            if let Some(function) = function.filter(|f| !self.called.contains(&f.id)) {
                self.maybe += 1;
                self.apply(&function, Args::default());
                self.maybe -= 1;
            }
        }
        if !self.out.runs.is_empty() || self.limited || !self.silent {
            self.printed.push(ANY);
        }
        if self.sent {
            for effect in &mut self.out.effects {
                if effect.kind == EffectKind::FileRead {
                    effect.facts.flows_to_network = true;
                }
            }
            sink.sends = true;
        }
        for effect in self.out.effects {
            if !sink.effects.contains(&effect) {
                sink.push(effect);
            }
        }
        for run in self.out.runs {
            if !sink.runs.contains(&run) {
                sink.runs.push(run);
            }
        }
        sink.output = Some(self.holes.decode(&self.printed));
    }

    /// Adds an effect, under the cap.
    pub(super) fn push(&mut self, effect: Effect) {
        if self.out.effects.len() >= limits::TYPED_EFFECTS {
            self.hit_limit();
        } else if !self.out.effects.iter().rev().take(32).any(|e| *e == effect) {
            self.out.push(effect);
        }
    }

    /// Unknown text with a name.
    pub(super) fn unknown_text(&mut self, shown: &str, origin: Origin) -> Value {
        Value::text(self.holes.fresh(shown, origin).to_string())
    }

    /// Whether what is being done may as well not be done.
    pub(super) const fn in_doubt(&self) -> bool {
        self.maybe > 0
    }

    // ---- scope ----

    pub(super) fn lookup(&self, name: &str) -> Option<&Value> {
        self.frames.iter().rev().find_map(|f| f.get(name))
    }

    pub(super) fn bind(&mut self, name: &str, value: Value) {
        let python = self.grammar == Grammar::Python;
        let flat = matches!(self.grammar, Grammar::PowerShell | Grammar::Cmd);
        let outer = (!python)
            .then(|| self.frames.iter().rposition(|f| f.contains_key(name)))
            .flatten();
        // A block of PowerShell mostly runs in the scope around it.
        let innermost = if flat {
            0
        } else {
            self.frames.len().saturating_sub(1)
        };
        let at = outer.unwrap_or(innermost);
        if let Some(frame) = self.frames.get_mut(at) {
            if frame.len() < ELEMENTS || frame.contains_key(name) {
                frame.insert(name.to_owned(), value);
            } else {
                self.hit_limit();
            }
        }
    }

    fn name(&mut self, name: &str) -> Value {
        if let Some(value) = self.lookup(name) {
            return value.clone();
        }
        match self.grammar {
            Grammar::Python => {
                if !python::is_builtin(name)
                    && let Some(module) = self.stars.last()
                {
                    return Value::sym(format!("{module}.{name}"));
                }
            }
            Grammar::JavaScript => {}
            Grammar::PowerShell => return powershell::name(self, name),
            Grammar::Cmd => return cmd::name(self, name),
            Grammar::Other(_) => return other::name(self, name),
            _ => return loose::name(self, name),
        }
        Value::sym(name)
    }

    // ---- statements ----

    pub(super) fn block(&mut self, body: &[Stmt]) {
        for stmt in body {
            if !self.spend(1) {
                return;
            }
            self.statement(stmt);
        }
    }

    fn statement(&mut self, stmt: &Stmt) {
        if self.depth >= DEPTH {
            self.hit_limit();
            return;
        }
        self.depth += 1;
        match stmt {
            Stmt::Expr(expr) => {
                if matches!(expr, Expr::Hole(_)) {
                    self.opaque_code(None);
                } else {
                    let value = self.eval(expr);
                    self.left_over(expr, &value);
                }
            }
            Stmt::Bind(alias, path) => self.bind(alias, Value::sym(path)),
            Stmt::Star(module) => self.stars.push(module.clone()),
            Stmt::Block(body) => self.block(body),
            Stmt::Define(name, function) => {
                self.define(function);
                self.bind(name, Value::Func(Rc::clone(function)));
            }
            Stmt::Return(value) => {
                let value = value.as_ref().map_or(Value::Nothing, |v| self.eval(v));
                if let Some(returned) = &mut self.returned {
                    returned.push(value);
                }
            }
            Stmt::Branch(conditions, ways) => {
                for condition in conditions {
                    self.eval(condition);
                }
                self.ways(ways);
            }
            Stmt::Loop {
                target,
                iterable,
                conditions,
                body,
            } => self.repeat(target.as_ref(), iterable.as_ref(), conditions, body),
        }
        self.depth -= 1;
    }

    /// PowerShell shows what a statement leaves.
    fn left_over(&mut self, expr: &Expr, value: &Value) {
        if self.grammar == Grammar::PowerShell && !matches!(expr, Expr::Assign(..)) {
            powershell::shown(self, value);
        }
    }

    fn define(&mut self, function: &Rc<Function>) {
        if !self.defined.iter().any(|f| f.id == function.id) && self.defined.len() < ELEMENTS {
            self.defined.push(Rc::clone(function));
        }
    }

    fn ways(&mut self, ways: &[Vec<Stmt>]) {
        let start = self.frames.clone();
        let cwd = self.cwd.clone();
        self.maybe += 1;
        let mut ends = Vec::new();
        let mut cwds = Vec::new();
        for way in ways {
            let size: usize = start.iter().map(BTreeMap::len).sum();
            if !self.spend(size + 1) {
                break;
            }
            self.frames.clone_from(&start);
            self.cwd.clone_from(&cwd);
            self.block(way);
            ends.push(std::mem::take(&mut self.frames));
            cwds.push(self.cwd.take());
        }
        self.maybe -= 1;
        let mut ends = ends.into_iter();
        self.frames = ends.next().unwrap_or(start);
        for end in ends {
            self.join(end);
        }
        cwds.dedup();
        self.cwd = if cwds.len() == 1 {
            cwds.pop().flatten()
        } else {
            None
        };
        if ways.is_empty() {
            self.cwd = cwd;
        }
    }

    fn join(&mut self, other: Vec<Frame>) {
        for (mine, theirs) in self.frames.iter_mut().zip(other) {
            for (name, value) in theirs {
                match mine.remove(&name) {
                    Some(have) => {
                        mine.insert(name, Value::one_of(vec![have, value]));
                    }
                    None => {
                        mine.insert(name, value);
                    }
                }
            }
        }
    }

    fn repeat(
        &mut self,
        target: Option<&Expr>,
        iterable: Option<&Expr>,
        conditions: &[Expr],
        body: &[Stmt],
    ) {
        for condition in conditions {
            self.eval(condition);
        }
        let mut each = Value::Unknown(Origin::Unknown);
        let items = match iterable {
            Some(expr) => {
                let value = self.eval(expr);
                each = Self::each_of(&value);
                self.elements(&value)
            }
            None => None,
        };
        if let (Some(items), Some(target)) = (&items, target) {
            for item in items.iter().take(ITERATIONS) {
                self.assign(target, item.clone());
                self.block(body);
            }
            if items.len() > ITERATIONS {
                self.hit_limit();
            }
            return;
        }
        // Any number of times: what one round leaves may be there in the next.
        let rounds = if self.maybe < 3 { 2 } else { 1 };
        for _ in 0..rounds {
            if let Some(target) = target {
                self.assign(target, each.clone());
            }
            self.ways(&[Vec::new(), body.to_vec()]);
        }
    }

    /// An element of what cannot be listed here: what a service lists belongs
    /// to it.
    pub(super) fn each_of(iterable: &Value) -> Value {
        match iterable {
            Value::Sym(path) if super::sdk::is_of_service(path) => Value::sym(format!("{path}[]")),
            _ => Value::Unknown(Origin::Unknown),
        }
    }

    /// The elements of an iterable; `None` when nobody knows how many.
    pub(super) fn elements(&mut self, value: &Value) -> Option<Vec<Value>> {
        match value {
            Value::List(items) => Some(items.to_vec()),
            Value::Dict(entries) => Some(entries.iter().map(|(k, _)| k.clone()).collect()),
            Value::Str(text) if !has_hole(text) && text.chars().count() <= 64 => {
                Some(text.chars().map(|c| Value::text(c.to_string())).collect())
            }
            Value::OneOf(all) => {
                let mut out = Vec::new();
                for value in all.iter() {
                    match value {
                        Value::List(items) => out.extend(items.iter().cloned()),
                        _ => return None,
                    }
                }
                Some(out)
            }
            Value::Sym(name) if self.is_environment(name) => {
                let all = self.unknown_text("environment", Origin::Secret);
                Some(vec![all])
            }
            Value::Object(Class::File, _) => Some(vec![Value::Unknown(Origin::Unknown)]),
            _ => None,
        }
    }

    /// Assigns to a name, a pattern or a place.
    pub(super) fn assign(&mut self, target: &Expr, value: Value) {
        if self.depth >= DEPTH || !self.spend(1) {
            self.hit_limit();
            return;
        }
        self.depth += 1;
        match target {
            Expr::Name(name) => self.bind(name, value),
            Expr::List(targets) => {
                let items = match &value {
                    Value::List(items) => Some(items.clone()),
                    _ => None,
                };
                for (i, target) in targets.iter().enumerate() {
                    let item = match (&items, target) {
                        (Some(items), Expr::Spread(_)) => {
                            Value::list(items.get(i..).unwrap_or_default().to_vec())
                        }
                        (Some(items), _) => items.get(i).cloned().unwrap_or(Value::Nothing),
                        (None, _) => Self::part_of(&value),
                    };
                    self.assign(target, item);
                }
            }
            Expr::Dict(entries) => {
                for (key, target) in entries {
                    let part = match key {
                        Some(key) => {
                            let key = self.eval(key);
                            match key.as_str() {
                                Some(key) => self.attribute(&value, key),
                                None => Value::Unknown(Origin::Unknown),
                            }
                        }
                        None => value.clone(),
                    };
                    self.assign(target, part);
                }
            }
            // A default in a pattern.
            Expr::Assign(target, _, default) => {
                let default = self.eval(default);
                let value = match value {
                    Value::Nothing => default,
                    Value::Unknown(_) => Value::one_of(vec![value, default]),
                    value => value,
                };
                self.assign(target, value);
            }
            Expr::Spread(target) => self.assign(target, value),
            Expr::Post(base, posts) => self.assign_place(base, posts, value),
            other => {
                self.eval(other);
            }
        }
        self.depth -= 1;
    }

    /// Something of an unknown value is as unknown, from the same place.
    pub(super) fn part_of_unknown(&self, value: &Value) -> Value {
        match self.origin_of(value) {
            Some(origin) => Value::Unknown(origin),
            None => Value::Unknown(Origin::Unknown),
        }
    }

    fn part_of(value: &Value) -> Value {
        match value {
            Value::Unknown(origin) => Value::Unknown(*origin),
            Value::Str(text) if text.chars().all(is_hole) => value.clone(),
            _ => Value::Unknown(Origin::Unknown),
        }
    }

    fn assign_place(&mut self, base: &Expr, posts: &[Post], value: Value) {
        let Some((last, before)) = posts.split_last() else {
            return;
        };
        let owner = self.post(base, before);
        let key = match last {
            Post::Attr(name) => Value::text(name),
            Post::Index(index) => self.eval(index),
            other => {
                self.apply_post(owner, other);
                return;
            }
        };
        if let Some(name) = owner.as_sym().map(str::to_owned) {
            self.set_outside(&name, &key, &value);
            return;
        }
        // Only places in named variables are worth keeping.
        if let (Expr::Name(name), [_]) = (base, posts) {
            let name = name.clone();
            let updated = operations::with_entry(&owner, key, value);
            self.bind(&name, updated);
        }
    }

    /// Code that cannot be read is run.
    pub(super) fn opaque_code(&mut self, origin: Option<Origin>) {
        let effect = unknown_code(origin, self.cx.by);
        self.push(effect);
    }

    fn hole_in_code(&mut self, text: &str) {
        let origin = text.chars().find_map(|c| self.holes.origin(c));
        let effect =
            unknown_code(origin, self.cx.by).with_certainty(palisade_core::Certainty::Partial);
        self.push(effect);
    }

    /// An effect of this snippet.
    pub(super) fn effect(&self, kind: EffectKind, target: Target) -> Effect {
        Effect::new(kind, target, self.cx.by)
    }
}

//! The abstract machine: runs a tree over values that may be unknown.
//!
//! Every way through the code is taken once, in order, and where ways meet a
//! variable is worth what any of them left in it. That over-approximates,
//! which is the side to err on; what is not known stays not known.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use palisade_core::{Effect, EffectKind, Target, limits};

use super::tree::{Argument, Clause, Expr, Function, Piece, Post, Stmt};
use super::value::{Args, Class, ELEMENTS, Value};
use super::{EmbedContext, javascript, limit, loose, operations, python, unknown_code};
use crate::arg::{Arg, Origin};
use crate::holes::{ANY, Holes, has_hole, is_hole};
use crate::programs::Sink;

/// Evaluation steps one snippet may cost, nested code included.
const STEPS: usize = 200_000;
/// Nesting of evaluation.
const DEPTH: usize = 120;
/// Calls of the snippet's own functions inside each other.
const CALLS: usize = 6;
/// Iterations of a loop over constants.
const ITERATIONS: usize = 256;
/// Code texts that code makes and runs.
const NESTED: usize = 4;

/// The languages the machine runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grammar {
    Python,
    JavaScript,
    Ruby,
    Perl,
    Php,
    Lua,
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
        sent: false,
        limited: false,
        returned: None,
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
    /// Something other than a plain request goes out.
    pub(super) sent: bool,
    limited: bool,
    returned: Option<Vec<Value>>,
}

impl Machine<'_> {
    fn spend(&mut self, steps: usize) -> bool {
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
        if self.out.effects.len() >= limits::EFFECTS {
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
        let outer = (!python)
            .then(|| self.frames.iter().rposition(|f| f.contains_key(name)))
            .flatten();
        let at = outer.unwrap_or(self.frames.len().saturating_sub(1));
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
                    self.eval(expr);
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
        let items = match iterable {
            Some(expr) => {
                let value = self.eval(expr);
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
                self.assign(target, Value::Unknown(Origin::Unknown));
            }
            self.ways(&[Vec::new(), body.to_vec()]);
        }
    }

    /// The elements of an iterable; `None` when nobody knows how many.
    pub(super) fn elements(&mut self, value: &Value) -> Option<Vec<Value>> {
        match value {
            Value::List(items) => Some(items.as_ref().clone()),
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
                    Value::List(items) => Some(Rc::clone(items)),
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

    // ---- expressions ----

    /// The value of an expression, and what evaluating it does.
    pub(super) fn eval(&mut self, expr: &Expr) -> Value {
        if self.depth >= DEPTH || !self.spend(1) {
            self.hit_limit();
            return Value::Unknown(Origin::Unknown);
        }
        self.depth += 1;
        let value = self.eval_inner(expr);
        self.depth -= 1;
        // Long values cost what it takes to make them.
        let size = match &value {
            Value::Str(text) => text.len() / 64,
            Value::List(items) => items.len() / 8,
            Value::Dict(entries) => entries.len() / 4,
            _ => 0,
        };
        if !self.spend(size) {
            return Value::Unknown(Origin::Unknown);
        }
        value
    }

    fn eval_inner(&mut self, expr: &Expr) -> Value {
        match expr {
            Expr::Nothing => Value::Nothing,
            Expr::Bool(b) => Value::Bool(*b),
            Expr::Int(n) => Value::Int(*n),
            Expr::Str(pieces) => self.text_of(pieces),
            Expr::Name(name) => self.name(name),
            Expr::Post(base, posts) => self.post(base, posts),
            Expr::List(items) => {
                let items = self.eval_items(items);
                Value::list(items)
            }
            Expr::Dict(entries) => {
                let mut out = Vec::new();
                for (key, value) in entries {
                    let key = key.as_ref().map(|k| self.eval(k));
                    let value = self.eval(value);
                    match key {
                        Some(key) => out.push((key, value)),
                        None => {
                            if let Value::Dict(inner) = &value {
                                out.extend(inner.iter().cloned());
                            }
                        }
                    }
                }
                Value::Dict(Rc::new(out))
            }
            Expr::Chain(first, rest) => {
                let mut left = self.eval(first);
                for (op, right) in rest {
                    let right = self.eval(right);
                    left = self.binary(op, left, right);
                }
                left
            }
            Expr::Either(before, values) => {
                for expr in before {
                    self.eval(expr);
                }
                let values: Vec<Value> = values.iter().map(|v| self.eval(v)).collect();
                Value::one_of(values)
            }
            Expr::Function(function) => {
                self.define(function);
                Value::Func(Rc::clone(function))
            }
            Expr::Comprehension(element, clauses) => {
                let mut out = Vec::new();
                let complete = self.comprehend(element, clauses, &mut out);
                if complete {
                    Value::list(out)
                } else {
                    operations::some_of(out)
                }
            }
            Expr::Assign(target, op, value) => {
                let mut value = self.eval(value);
                if let Some(op) = op.strip_suffix('=').filter(|op| !op.is_empty()) {
                    let old = self.eval(target);
                    value = if matches!(op, "||" | "&&" | "??" | "//") {
                        Value::one_of(vec![old, value])
                    } else {
                        self.binary(op, old, value)
                    };
                }
                self.assign(target, value.clone());
                value
            }
            Expr::Spread(inner) => self.eval(inner),
            Expr::Shell(pieces) => {
                let text = self.text_of(pieces);
                self.shell(&text, None);
                Value::Unknown(Origin::Unknown)
            }
            Expr::Other(inner) => {
                for expr in inner {
                    self.eval(expr);
                }
                Value::Unknown(Origin::Unknown)
            }
            Expr::Hole(text) => {
                // Text put into code: it may be a number, or a call.
                self.hole_in_code(text);
                Value::text(text)
            }
        }
    }

    fn eval_items(&mut self, items: &[Expr]) -> Vec<Value> {
        let mut out = Vec::new();
        for item in items {
            if out.len() >= ELEMENTS {
                self.hit_limit();
                break;
            }
            let value = self.eval(item);
            if matches!(item, Expr::Spread(_)) {
                match self.elements(&value) {
                    Some(inner) => out.extend(inner.into_iter().take(ELEMENTS)),
                    None => out.push(value),
                }
            } else {
                out.push(value);
            }
        }
        out
    }

    /// An interpolated text, for each of the values its parts may have.
    pub(super) fn text_of(&mut self, pieces: &[Piece]) -> Value {
        let mut parts = Vec::with_capacity(pieces.len());
        for piece in pieces {
            parts.push(match piece {
                Piece::Text(text) => vec![text.clone()],
                Piece::Code(code) => {
                    let value = self.eval(code);
                    self.texts(&value)
                }
            });
        }
        combine(parts, |out, part| out.push_str(part))
    }

    /// The texts a value may be.
    pub(super) fn texts(&mut self, value: &Value) -> Vec<String> {
        value
            .alternatives()
            .iter()
            .map(|v| self.stringify(v))
            .collect()
    }

    fn comprehend(&mut self, element: &Expr, clauses: &[Clause], out: &mut Vec<Value>) -> bool {
        let Some((clause, rest)) = clauses.split_first() else {
            if out.len() < ELEMENTS {
                let value = self.eval(element);
                out.push(value);
            }
            return true;
        };
        if self.depth >= DEPTH || !self.spend(1) {
            self.hit_limit();
            return false;
        }
        self.depth += 1;
        let iterable = self.eval(&clause.iterable);
        let items = self.elements(&iterable);
        let mut complete = items.is_some() && clause.conditions.is_empty();
        let items = items.unwrap_or_else(|| vec![Value::Unknown(Origin::Unknown)]);
        for item in items.into_iter().take(ITERATIONS) {
            self.assign(&clause.target, item);
            for condition in &clause.conditions {
                self.eval(condition);
            }
            complete &= self.comprehend(element, rest, out);
        }
        self.depth -= 1;
        complete
    }

    fn post(&mut self, base: &Expr, posts: &[Post]) -> Value {
        let mut value = match base {
            Expr::Name(name) => self.name(name),
            other => self.eval(other),
        };
        for post in posts {
            if !self.spend(1) {
                return Value::Unknown(Origin::Unknown);
            }
            value = self.apply_post(value, post);
        }
        value
    }

    fn apply_post(&mut self, value: Value, post: &Post) -> Value {
        match post {
            Post::Attr(name) => self.attribute(&value, name),
            Post::Index(index) => {
                let index = self.eval(index);
                self.index(&value, &index)
            }
            Post::Slice(parts) => {
                let parts: Vec<Value> = parts
                    .iter()
                    .map(|p| p.as_ref().map_or(Value::Nothing, |p| self.eval(p)))
                    .collect();
                operations::slice(&value, &parts)
            }
            Post::Call(args) => {
                let args = self.arguments(args);
                self.call(&value, args)
            }
            Post::Template(pieces) => {
                let text = self.text_of(pieces);
                self.call(&value, Args::of(vec![text]))
            }
        }
    }

    fn arguments(&mut self, args: &[Argument]) -> Args {
        let mut out = Args::default();
        for arg in args {
            if out.pos.len() >= ELEMENTS {
                self.hit_limit();
                break;
            }
            let value = self.eval(&arg.value);
            match &arg.name {
                Some(name) => out.named.push((name.clone(), value)),
                None if arg.spread || matches!(arg.value, Expr::Spread(_)) => match &value {
                    Value::Dict(entries) => {
                        for (key, value) in entries.iter() {
                            if let Some(key) = key.as_str() {
                                out.named.push((key.to_owned(), value.clone()));
                            }
                        }
                    }
                    Value::List(items) => out.pos.extend(items.iter().cloned()),
                    _ => out.pos.push(value),
                },
                None => out.pos.push(value),
            }
        }
        out
    }

    // ---- calls ----

    /// Calls a value.
    pub(super) fn call(&mut self, callee: &Value, args: Args) -> Value {
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
            Value::Sym(name) => {
                if !name.ends_with(".then") {
                    self.callbacks(&args);
                }
                let before = self.out.effects.len();
                let value = match self.grammar {
                    Grammar::Python => python::call(self, name, &args),
                    Grammar::JavaScript => javascript::call(self, name, &args),
                    _ => loose::call(self, name, &args),
                };
                self.sends_environment(before, &args);
                value
            }
            Value::Method(receiver, name) => {
                self.callbacks_on(receiver, &args);
                match self.grammar {
                    Grammar::Python => python::method(self, receiver, name, &args),
                    Grammar::JavaScript => javascript::method(self, receiver, name, &args),
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
    fn callbacks(&mut self, args: &Args) {
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
    fn callbacks_on(&mut self, receiver: &Value, args: &Args) {
        let items = match receiver {
            Value::List(items) => items.as_ref().clone(),
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
    pub(super) fn apply(&mut self, function: &Rc<Function>, args: Args) -> Value {
        self.called.insert(function.id);
        if self.calls >= CALLS {
            // Recursion adds nothing that one round did not show.
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

    // ---- values ----

    /// An attribute of a value.
    pub(super) fn attribute(&mut self, value: &Value, name: &str) -> Value {
        match value {
            Value::Sym(base) => match self.grammar {
                Grammar::Python => python::attribute(self, base, name),
                Grammar::JavaScript => javascript::attribute(self, base, name),
                _ => loose::attribute(self, base, name),
            },
            Value::OneOf(all) => {
                let values = all.iter().map(|v| self.attribute(v, name)).collect();
                Value::one_of(values)
            }
            Value::Dict(_) => match value.entry(name) {
                Some(found) => found.clone(),
                None => Value::Method(Rc::new(value.clone()), name.into()),
            },
            Value::Nothing => Value::Unknown(Origin::Unknown),
            _ => {
                let computed = match self.grammar {
                    Grammar::Python => python::property(self, value, name),
                    Grammar::JavaScript => javascript::property(self, value, name),
                    _ => None,
                };
                computed.unwrap_or_else(|| Value::Method(Rc::new(value.clone()), name.into()))
            }
        }
    }

    /// `value[index]`.
    pub(super) fn index(&mut self, value: &Value, index: &Value) -> Value {
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
    pub(super) fn stringify(&mut self, value: &Value) -> String {
        match value {
            Value::Unknown(origin) => self.holes.fresh("$?", *origin).to_string(),
            Value::Nothing => "None".to_owned(),
            Value::Bool(b) => (if *b { "True" } else { "False" }).to_owned(),
            Value::Int(n) => n.to_string(),
            Value::Str(text) => text.to_string(),
            Value::Object(Class::Path | Class::Glob, inner) => match &**inner {
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

    fn secret_in<'v>(&mut self, values: impl Iterator<Item = &'v Value>) -> Option<char> {
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

    fn binary(&mut self, op: &str, left: Value, right: Value) -> Value {
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

    fn binary_one(&mut self, op: &str, left: &Value, right: &Value) -> Value {
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
            "%" if left.as_str().is_some() => {
                let values = match right {
                    Value::List(items) => items.as_ref().clone(),
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
                    let mut out = a.as_ref().clone();
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
    pub(super) fn percent(&mut self, format: &str, values: &[Value]) -> String {
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

/// Puts parts together in every combination of what they may be; too many
/// combinations are unknown.
pub(super) fn combine(parts: Vec<Vec<String>>, add: impl Fn(&mut String, &str)) -> Value {
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
        if out.iter().any(|text| text.len() > super::value::TEXT) {
            return Value::Unknown(Origin::Unknown);
        }
    }
    Value::one_of(out.into_iter().map(Value::text).collect())
}

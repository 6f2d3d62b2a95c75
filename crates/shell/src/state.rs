//! What the script knows at one point: variables, directory, functions.
//!
//! Where two ways through a script meet, what differs is kept as
//! alternatives, and each simple command is understood once per alternative.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Deref, DerefMut};
use std::rc::Rc;

use crate::arg::{Arg, Origin};
use crate::ast::Command;
use palisade_core::{Effect, Target};

/// Alternatives kept for one thing.
pub(crate) const ALTERNATIVES: usize = 8;
/// Script files inside one another, and values handed to one, that are kept.
const SCRIPTS: usize = 64;
/// Variables, functions and files tracked; what comes beyond is unknown.
const TRACKED: usize = 500;

/// A variable's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Var {
    /// Known to be unset.
    Unset,
    /// Set outside the script, if at all.
    Outside,
    /// One value.
    Scalar(Arg),
    /// An array; keys of associative arrays are not kept.
    Array(Vec<Arg>),
    /// One of these, depending on the way taken.
    Either(Vec<Rc<Var>>),
}

/// Script files being understood, and what they were given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Via {
    /// Outermost first.
    pub(crate) files: Vec<String>,
    /// Last components of the values that came from the command itself.
    given: Vec<String>,
}

impl Via {
    /// Whether a value from the command itself may have decided this.
    pub(crate) fn decided_by_given(&self, effect: &Effect) -> bool {
        let text = match &effect.target {
            Target::Path(t) | Target::Name(t) => t,
            Target::Host { host, path, .. } => {
                return self
                    .given
                    .iter()
                    .any(|g| host.contains(g.as_str()) || path.contains(g.as_str()));
            }
            Target::None | Target::GitRef { .. } | Target::Command(_) => return false,
        };
        self.given.iter().any(|g| text.contains(g.as_str()))
    }
}

/// One of several possible bodies or texts; `None`: not defined on some way.
pub(crate) type Possible<T> = Vec<Option<Rc<T>>>;

/// A collection that is copied only when one of its owners changes it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared<T>(Rc<T>);

impl<T> Shared<T> {
    fn same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        Rc::make_mut(&mut self.0)
    }
}

/// The state.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub(crate) vars: Shared<BTreeMap<String, Rc<Var>>>,
    /// Other names for variables: `declare -n`.
    pub(crate) references: Shared<BTreeMap<String, String>>,
    /// Names that reach child processes.
    pub(crate) exported: Shared<BTreeSet<String>>,
    /// Possible working directories; empty when unknown.
    pub(crate) cwd: Vec<String>,
    pub(crate) previous: Vec<String>,
    pub(crate) functions: Shared<BTreeMap<String, Possible<Command>>>,
    pub(crate) aliases: Shared<BTreeMap<String, Rc<Arg>>>,
    /// Files this script wrote, with what is in them.
    pub(crate) files: Shared<BTreeMap<String, Possible<Arg>>>,
    pub(crate) arg0: Option<Rc<Arg>>,
    /// `$_`: the last word of the command before.
    pub(crate) last: Option<Rc<Arg>>,
    pub(crate) positional: Rc<Vec<Arg>>,
    /// What they may be instead, depending on the way taken.
    pub(crate) other_positional: Vec<Rc<Vec<Arg>>>,
    pub(crate) stdin: Option<Rc<Arg>>,
    /// Patterns match hidden files as well.
    pub(crate) dotglob: bool,
    /// A here-document on another descriptor, with its number.
    pub(crate) opened: Option<(u64, Rc<Arg>)>,
    /// This way ends here (`exit`, `return`, `break`).
    pub(crate) ended: bool,
    /// The script runs on another machine: files are not ours.
    pub(crate) remote: bool,
    /// Container with these host mounts `(host, inside)`.
    pub(crate) container: Option<Rc<Vec<(String, String)>>>,
    /// Code to run when this shell ends.
    pub(crate) traps: Vec<Arg>,
    /// The script file whose text is being understood, when it is not the
    /// command itself.
    pub(crate) script: Option<Rc<Via>>,
    /// Values that `local` hides, one list per function being called.
    pub(crate) frames: Vec<Vec<(String, Option<Rc<Var>>)>>,
    /// Changes with every change; unique among the states of one action.
    version: u64,
    clock: Rc<Cell<u64>>,
    /// Something was not kept, in any of the states of one action.
    full: Rc<Cell<bool>>,
}

impl State {
    /// Text of a script file is being understood.
    pub(crate) const fn in_script(&self) -> bool {
        self.script.is_some()
    }

    /// The state inside a script file; `args` is what it is started with.
    pub(crate) fn enter_script(&mut self, file: &str, args: &[Arg]) {
        let mut via = match &self.script {
            Some(outer) => (**outer).clone(),
            // Whatever a script hands on is its own.
            None => Via {
                given: self.given(args),
                ..Via::default()
            },
        };
        if via.files.len() < SCRIPTS && !via.files.iter().any(|f| f == file) {
            via.files.push(file.to_owned());
        }
        self.touch();
        self.script = Some(Rc::new(via));
    }

    fn given(&self, args: &[Arg]) -> Vec<String> {
        let mut out = Vec::new();
        let mut add = |a: &Arg| {
            for word in a.shown().split(char::is_whitespace).take(SCRIPTS) {
                let value = match word.split_once('=') {
                    Some((_, value)) => value,
                    None if word.starts_with('-') => continue,
                    None => word,
                };
                let last = value.trim_end_matches('/');
                let last = last.rsplit('/').next().unwrap_or(last);
                // `.` and `..` may be anything.
                let last = if last.trim_matches('.').is_empty() {
                    "/"
                } else {
                    last
                };
                out.push(last.to_owned());
            }
        };
        args.iter().take(SCRIPTS).for_each(&mut add);
        for name in self.exported.iter().take(SCRIPTS) {
            match self.vars.get(name).map(|v| &**v) {
                Some(Var::Scalar(v)) => add(v),
                Some(Var::Array(many)) => many.iter().take(SCRIPTS).for_each(&mut add),
                Some(Var::Either(_)) => add(&Arg::known("..")),
                _ => {}
            }
        }
        out
    }

    pub(crate) fn touch(&mut self) {
        let now = self.clock.get().wrapping_add(1);
        self.clock.set(now);
        self.version = now;
    }

    pub(crate) fn same_as(&self, other: &Self) -> bool {
        self.version == other.version
    }

    /// More was set than is kept.
    pub(crate) fn is_full(&self) -> bool {
        self.full.get()
    }

    /// The variable a name stands for.
    pub(crate) fn meant<'n>(&'n self, name: &'n str) -> &'n str {
        let mut name = name;
        for _ in 0..4 {
            match self.references.get(name) {
                Some(n) => name = n,
                None => break,
            }
        }
        name
    }

    /// Makes `name` another name for the variable `to`.
    pub(crate) fn refer(&mut self, name: &str, to: &Arg) {
        self.touch();
        match to.text() {
            Some(t) if self.references.len() < TRACKED => {
                self.references.insert(name.to_owned(), t.to_owned());
            }
            _ => self.set_scalar(name, Arg::hole(format!("${name}"), Origin::Unknown)),
        }
    }

    pub(crate) fn set(&mut self, name: &str, value: Var) {
        self.touch();
        if name == "GLOBIGNORE" {
            self.dotglob = true;
        }
        let meant = self.meant(name).to_owned();
        let name = meant.as_str();
        if self.vars.len() >= TRACKED && !self.vars.contains_key(name) {
            self.full.set(true);
            return;
        }
        self.vars.insert(name.to_owned(), Rc::new(value));
    }

    pub(crate) fn set_scalar(&mut self, name: &str, value: Arg) {
        self.set(name, Var::Scalar(value));
    }

    pub(crate) fn set_cwd(&mut self, cwd: Vec<String>) {
        self.touch();
        self.previous = std::mem::replace(&mut self.cwd, cwd);
    }

    pub(crate) fn define(&mut self, name: &str, body: Rc<Command>) {
        self.touch();
        if self.functions.len() < TRACKED {
            self.functions.insert(name.to_owned(), vec![Some(body)]);
        } else {
            self.full.set(true);
        }
    }

    /// What the script made of a variable that child processes see. `HOME`
    /// and its like are handed on without a word.
    pub(crate) fn exported_value(&self, name: &str) -> Option<&Var> {
        let v = self.vars.get(name)?;
        (name == "HOME" || self.exported.contains(name)).then_some(&**v)
    }

    pub(crate) fn unset(&mut self, name: &str) {
        self.set(name, Var::Unset);
    }

    /// Hides a variable until the function returns.
    pub(crate) fn local(&mut self, name: &str) {
        let old = self.vars.get(name).cloned();
        if let Some(frame) = self.frames.last_mut()
            && !frame.iter().any(|(n, _)| n == name)
            && frame.len() < TRACKED
        {
            frame.push((name.to_owned(), old));
        }
    }

    /// Ends a function: what `local` hid comes back.
    pub(crate) fn end_of_function(&mut self) {
        self.touch();
        for (name, old) in self.frames.pop().unwrap_or_default() {
            match old {
                Some(v) => self.vars.insert(name, v),
                None => self.vars.remove(&name),
            };
        }
    }

    pub(crate) fn wrote(&mut self, path: String, content: Arg) {
        self.touch();
        if self.files.len() < TRACKED {
            self.files.insert(path, vec![Some(Rc::new(content))]);
        } else {
            self.full.set(true);
        }
    }

    /// What a child process starts with.
    pub(crate) fn child(&self) -> Self {
        let mut out = self.clone();
        if out.vars.keys().any(|name| !self.exported.contains(name)) {
            out.vars.retain(|name, _| self.exported.contains(name));
        }
        if !out.functions.is_empty() {
            let exported = Shared::clone(&out.exported);
            out.functions
                .retain(|name, _| exported.contains(&format!("{name}()")));
        }
        out.references = Shared::default();
        out.aliases = Shared::default();
        out.traps.clear();
        out
    }

    /// Marks everything that differs from `before` as unknown: what a loop
    /// body may have done any number of times.
    pub(crate) fn widen(&mut self, before: &Self) {
        self.touch();
        for (name, value) in self.vars.iter_mut() {
            if before.vars.get(name) != Some(value) {
                // A number stays a number, and a number is no code.
                let number = matches!(&**value, Var::Scalar(v)
                    if v.text().is_some_and(|t| t.parse::<i64>().is_ok())
                        || v.origin() == Some(Origin::Environment));
                let origin = if number {
                    Origin::Environment
                } else {
                    Origin::Unknown
                };
                *value = Rc::new(Var::Scalar(Arg::hole(format!("${name}"), origin)));
            }
        }
        if self.cwd != before.cwd {
            self.cwd.clear();
        }
        if self.positional != before.positional {
            self.positional = Rc::new(vec![Arg::hole("$@", Origin::Unknown)]);
        }
    }

    /// Joins the ways that lead here.
    pub(crate) fn merge(ways: Vec<Self>) -> Self {
        let mut live: Vec<Self> = Vec::new();
        let mut dead = None;
        for way in ways {
            if way.ended {
                dead = Some(way);
            } else if !live.iter().any(|l| l.same_as(&way)) {
                live.push(way);
            }
        }
        let mut ways = live.into_iter();
        let Some(mut out) = ways.next() else {
            return dead.unwrap_or_default();
        };
        for way in ways {
            out.join(way);
        }
        out
    }

    fn join(&mut self, other: Self) {
        self.touch();
        if !self.vars.same(&other.vars) {
            for (name, value) in other.vars.iter() {
                let mine = self
                    .vars
                    .get(name)
                    .cloned()
                    .unwrap_or_else(|| Rc::new(Var::Outside));
                if mine != *value {
                    self.vars.insert(name.clone(), either(name, &mine, value));
                }
            }
            for (name, value) in self.vars.iter_mut() {
                if !other.vars.contains_key(name) {
                    *value = either(name, value, &Rc::new(Var::Outside));
                }
            }
        }
        self.dotglob |= other.dotglob;
        if !self.references.same(&other.references) {
            let theirs = other.references.iter();
            self.references
                .extend(theirs.map(|(n, t)| (n.clone(), t.clone())));
        }
        if !self.exported.same(&other.exported) {
            self.exported.extend(other.exported.iter().cloned());
        }
        if self.cwd != other.cwd {
            if self.cwd.is_empty() || other.cwd.is_empty() {
                self.cwd.clear();
            } else {
                for c in other.cwd {
                    if !self.cwd.contains(&c) {
                        self.cwd.push(c);
                    }
                }
                if self.cwd.len() > ALTERNATIVES {
                    self.cwd.clear();
                }
            }
        }
        if !self.functions.same(&other.functions) {
            join_possible(&mut self.functions, &other.functions);
        }
        if !self.files.same(&other.files) {
            join_possible(&mut self.files, &other.files);
        }
        if !self.aliases.same(&other.aliases) {
            let theirs = other.aliases.iter();
            self.aliases
                .extend(theirs.map(|(n, a)| (n.clone(), Rc::clone(a))));
        }
        for t in other.traps {
            if !self.traps.contains(&t) {
                self.traps.push(t);
            }
        }
        for p in std::iter::once(other.positional).chain(other.other_positional) {
            if self.positional != p
                && !self.other_positional.contains(&p)
                && self.other_positional.len() < ALTERNATIVES
            {
                self.other_positional.push(p);
            }
        }
        if self.stdin != other.stdin {
            self.stdin = self.stdin.take().or(other.stdin);
        }
    }
}

fn either(name: &str, a: &Rc<Var>, b: &Rc<Var>) -> Rc<Var> {
    let mut all: Vec<Rc<Var>> = Vec::new();
    for v in [a, b] {
        match &**v {
            Var::Either(many) => {
                for m in many {
                    if !all.contains(m) {
                        all.push(Rc::clone(m));
                    }
                }
            }
            _ => {
                if !all.contains(v) {
                    all.push(Rc::clone(v));
                }
            }
        }
    }
    if all.len() > ALTERNATIVES {
        return Rc::new(Var::Scalar(Arg::hole(format!("${name}"), Origin::Unknown)));
    }
    match (all.first(), all.len()) {
        (Some(one), 1) => Rc::clone(one),
        _ => Rc::new(Var::Either(all)),
    }
}

fn join_possible<T>(
    mine: &mut BTreeMap<String, Possible<T>>,
    other: &BTreeMap<String, Possible<T>>,
) {
    for (name, bodies) in mine.iter_mut() {
        if !other.contains_key(name) && !bodies.iter().any(Option::is_none) {
            bodies.push(None);
        }
    }
    for (name, bodies) in other {
        match mine.get_mut(name) {
            Some(have) => {
                for b in bodies {
                    let known = have.iter().any(|h| match (h, b) {
                        (Some(h), Some(b)) => Rc::ptr_eq(h, b),
                        (None, None) => true,
                        _ => false,
                    });
                    if !known && have.len() < ALTERNATIVES {
                        have.push(b.clone());
                    }
                }
            }
            None => {
                let mut bodies = bodies.clone();
                if !bodies.iter().any(Option::is_none) {
                    bodies.push(None);
                }
                mine.insert(name.clone(), bodies);
            }
        }
    }
}

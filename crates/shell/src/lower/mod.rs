//! Control flow: which commands may run, and what is known when they do.

mod builtins;
mod declare;
mod names;
mod operands;
mod outcome;
mod patch;
mod project;
mod redirect;
mod run;
mod simple;

pub(crate) use simple::quoted;

use std::rc::Rc;

use palisade_core::{Certainty, Effect, EffectKind, Target, limits};

use crate::arg::{Arg, Origin};
use crate::ast::{AndOr, Command, Compound, Connector, Pipeline, Script, Word};
use crate::state::{State, Var};
use crate::understand::Interp;

/// Values of a loop that are looked at one by one when they are only numbers.
const NUMBERS: usize = 32;

impl Interp<'_> {
    /// Runs shell code in this state.
    pub(crate) fn code(&mut self, code: &Arg, state: &mut State, out: &mut Arg) {
        let whole =
            code.starts_unknown() && code.holes().len() == 1 && code.tail().trim().is_empty();
        match code.origin() {
            None => {}
            Some(Origin::Environment) if !whole => {}
            Some(origin) => self.opaque(code, origin, state),
        }
        if code.shown().trim().is_empty() || whole {
            return;
        }
        if self.depth >= limits::SHELL_DEPTH {
            self.limit("nested too deeply");
            return;
        }
        // Reading costs more than expanding.
        if !self.spend(code.shown().len().saturating_mul(32)) {
            return;
        }
        let Some(text) = self.code_with_holes(code) else {
            self.limit("too many unknown parts in code");
            return;
        };
        let parts = if state.script.is_some() {
            limits::SCRIPT_PARTS
        } else {
            limits::TYPED_PARTS
        };
        match crate::parse::parse_within(&text, parts) {
            Ok(script) => self.script(&script, state, out),
            Err(e) => {
                let e = Effect::new(
                    EffectKind::LimitReached,
                    Target::Name(e.to_string()),
                    "shell",
                )
                .with_certainty(Certainty::Opaque);
                self.emit(e, state);
            }
        }
    }

    /// Code that cannot be read here.
    pub(crate) fn opaque(&mut self, code: &Arg, origin: Origin, state: &State) {
        let kind = if origin == Origin::Fetched {
            EffectKind::ExecFetched
        } else {
            EffectKind::ExecOpaque
        };
        let name: String = code.shown().chars().take(80).collect();
        // A script may be as opaque as any program, but not fetch or decode
        // what it runs.
        let certainty = match origin {
            Origin::Fetched | Origin::Decoded if state.in_script() => Certainty::Proved,
            _ => Certainty::Opaque,
        };
        let e = Effect::new(kind, Target::Name(name), "shell").with_certainty(certainty);
        self.emit(e, state);
    }

    /// Text that the shell expands once more: a subscript, a prompt. The
    /// commands in it run.
    pub(crate) fn evaluated(&mut self, text: &str, state: &mut State) {
        if !text.contains("$(") && !text.contains('`') && !text.contains("<(") {
            return;
        }
        let code = format!(": <<PALISADE_EVALUATED\n{text}\nPALISADE_EVALUATED\n");
        let mut out = Arg::default();
        self.code(&Arg::known(code), state, &mut out);
    }

    pub(crate) fn script(&mut self, script: &Script, state: &mut State, out: &mut Arg) {
        if self.depth >= limits::SHELL_DEPTH {
            self.limit("nested too deeply");
            return;
        }
        self.depth += 1;
        for item in &script.items {
            if self.full() {
                break;
            }
            state.ended = false;
            if item.background {
                self.spawning += 1;
                self.subshell(state, |i, s| i.and_or(&item.list, s, out));
                self.spawning -= 1;
                self.keep_files(state);
            } else {
                self.and_or(&item.list, state, out);
            }
        }
        self.depth -= 1;
    }

    /// Runs something in a copy of the state, with its own traps.
    pub(crate) fn subshell(&mut self, state: &State, f: impl FnOnce(&mut Self, &mut State)) {
        let mut sub = state.clone();
        sub.traps.clear();
        let left = self.left.len();
        f(self, &mut sub);
        self.left.truncate(left);
        self.end_of_shell(&mut sub);
    }

    /// Runs the traps a shell has set.
    pub(crate) fn end_of_shell(&mut self, state: &mut State) {
        // A trap may set a trap.
        for _ in 0..4 {
            for code in std::mem::take(&mut state.traps) {
                let mut out = Arg::default();
                self.code(&code, state, &mut out);
                self.shown(&out);
            }
        }
    }

    fn and_or(&mut self, list: &AndOr, state: &mut State, out: &mut Arg) {
        self.pipeline(&list.first, state, out);
        if list.rest.is_empty() {
            return;
        }
        // States in which the list may be left before its end.
        let mut early: Vec<State> = Vec::new();
        for (connector, next) in &list.rest {
            let before = state.clone();
            state.ended = false;
            self.pipeline(next, state, out);
            if state.same_as(&before) && !state.ended {
                continue;
            }
            match connector {
                Connector::And => early.push(before),
                Connector::Or => {
                    *state = State::merge(vec![before, std::mem::take(state)]);
                }
            }
            if early.len() > 8 {
                early = vec![State::merge(early)];
            }
        }
        if !early.is_empty() {
            early.insert(0, std::mem::take(state));
            *state = State::merge(early);
        }
    }

    fn pipeline(&mut self, p: &Pipeline, state: &mut State, out: &mut Arg) {
        if let [one] = p.commands.as_slice() {
            self.command(one, state, out);
            return;
        }
        let mut flowing = state.stdin.clone();
        for (i, c) in p.commands.iter().enumerate() {
            let last = i + 1 == p.commands.len();
            let mut produced = Arg::default();
            self.spawning += usize::from(!last);
            self.subshell(state, |interp, sub| {
                sub.stdin.clone_from(&flowing);
                interp.command(c, sub, &mut produced);
            });
            self.spawning -= usize::from(!last);
            self.keep_files(state);
            if last {
                out.push(&produced);
            } else {
                flowing = Some(Rc::new(produced));
            }
        }
    }

    /// Files written in a subshell are written for everybody.
    pub(crate) fn keep_files(&mut self, state: &mut State) {
        for (path, content) in std::mem::take(&mut self.written) {
            state.wrote(path, content);
        }
    }

    pub(crate) fn command(&mut self, c: &Command, state: &mut State, out: &mut Arg) {
        match c {
            Command::Simple(s) => self.simple(s, state, out),
            Command::Compound(body, redirects) => {
                let r = self.redirects(redirects, state, "shell");
                let outer = state.stdin.clone();
                if let Some(stdin) = r.stdin {
                    state.stdin = Some(Rc::new(stdin));
                }
                let mut produced = Arg::default();
                let merges = usize::from(redirect::merges(redirects));
                self.merged += merges;
                self.compound(body, state, &mut produced);
                self.merged -= merges;
                state.stdin = outer;
                self.deliver(produced, &r.stdout, state, out);
            }
            Command::Function { name, body } => {
                state.define(name, Rc::new((**body).clone()));
            }
            Command::Coproc { body, .. } => {
                self.spawning += 1;
                let mut produced = Arg::default();
                self.subshell(state, |i, s| i.command(body, s, &mut produced));
                self.spawning -= 1;
            }
        }
    }

    fn compound(&mut self, c: &Compound, state: &mut State, out: &mut Arg) {
        match c {
            Compound::Brace(s) => self.script(s, state, out),
            Compound::Subshell(s) => {
                self.subshell(state, |i, sub| i.script(s, sub, out));
                self.keep_files(state);
            }
            Compound::If {
                branches,
                otherwise,
            } => {
                let mut ways = Vec::new();
                for (condition, body) in branches {
                    self.script(condition, state, out);
                    let mut way = state.clone();
                    self.script(body, &mut way, out);
                    ways.push(way);
                }
                if let Some(body) = otherwise {
                    self.script(body, state, out);
                }
                ways.insert(0, std::mem::take(state));
                *state = State::merge(ways);
            }
            Compound::For {
                name, words, body, ..
            } => self.for_each(name, words.as_deref(), body, state, out),
            Compound::ArithFor { exprs, body } => {
                let [start, test, step] = exprs;
                self.value_arith(start, state);
                self.looped(state, out, |i, s, o| {
                    i.value_arith(test, s);
                    i.script(body, s, o);
                    i.value_arith(step, s);
                });
            }
            Compound::While {
                condition, body, ..
            } => self.looped(state, out, |i, s, o| {
                i.script(condition, s, o);
                i.script(body, s, o);
            }),
            Compound::Case { word, arms } => {
                let subject = self.value(word, state);
                drop(subject);
                let mut ways = vec![state.clone()];
                let mut falls: Option<State> = None;
                for arm in arms {
                    for p in &arm.patterns {
                        self.value(p, state);
                    }
                    let mut way = match falls.take() {
                        Some(f) => State::merge(vec![f, state.clone()]),
                        None => state.clone(),
                    };
                    self.script(&arm.body, &mut way, out);
                    if arm.falls_through {
                        falls = Some(way.clone());
                    }
                    ways.push(way);
                }
                *state = State::merge(ways);
            }
            Compound::Arith(w) => self.value_arith(w, state),
            Compound::Test(words) => {
                let values: Vec<Arg> = words.iter().map(|w| self.value(w, state)).collect();
                // Numbers are evaluated, subscripts and all.
                let counts = values.iter().any(|v| {
                    matches!(
                        v.text(),
                        Some("-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge" | "-v" | "-R")
                    )
                });
                for v in values.iter().filter(|_| counts) {
                    if v.shown().contains('[') {
                        self.evaluated(v.shown(), state);
                    } else if let Some(t) = v.text() {
                        self.arith(t, state);
                    }
                }
            }
        }
    }

    fn value_arith(&mut self, w: &Word, state: &mut State) {
        let text = self.value(w, state);
        if let Some(t) = text.text() {
            let t = t.to_owned();
            self.arith(&t, state);
        }
    }

    /// A body that runs any number of times.
    fn looped(
        &mut self,
        state: &mut State,
        out: &mut Arg,
        body: impl Fn(&mut Self, &mut State, &mut Arg),
    ) {
        let left = self.left.len();
        let before = state.clone();
        body(self, state, out);
        if !state.same_as(&before) {
            // From a state that stands for the start of any further turn.
            state.widen(&before);
            body(self, state, out);
        }
        let mut ways = vec![std::mem::take(state), before];
        ways.extend(self.left.drain(left..).map(alive));
        *state = State::merge(ways.into_iter().map(alive).collect());
    }

    fn for_each(
        &mut self,
        name: &str,
        words: Option<&[Word]>,
        body: &Script,
        state: &mut State,
        out: &mut Arg,
    ) {
        let values = match words {
            Some(w) => self.fields_in_all_choices(w, state),
            None => state.positional.to_vec(),
        };
        let left = self.left.len();
        let numbers = values.len() > NUMBERS
            && values
                .iter()
                .all(|v| v.text().is_some_and(|t| t.parse::<i64>().is_ok()));
        let before = state.clone();
        let mut ways: Vec<State> = Vec::new();
        for v in values
            .iter()
            .take(if numbers { NUMBERS } else { usize::MAX })
        {
            if self.full() {
                break;
            }
            self.count += 1;
            state.ended = false;
            state.set_scalar(name, v.clone());
            self.script(body, state, out);
            // All but the loop variable: does the body change anything?
            if ways.len() < 8 {
                ways.push(state.clone());
            } else if ways.len() == 8 {
                state.widen(&before);
                ways.push(state.clone());
            }
        }
        if numbers {
            state.set_scalar(name, Arg::hole(format!("${name}"), Origin::Environment));
            state.ended = false;
            self.script(body, state, out);
        }
        ways.push(std::mem::take(state));
        if values.is_empty() {
            ways.push(before);
        }
        ways.extend(self.left.drain(left..));
        *state = State::merge(ways.into_iter().map(alive).collect());
    }

    /// The fields of words in every alternative, without repetitions.
    fn fields_in_all_choices(&mut self, words: &[Word], state: &mut State) -> Vec<Arg> {
        let saved = (self.choice, self.choices);
        let mut out: Vec<Arg> = Vec::new();
        let fixed = self.substituting > 0;
        let mut k = if fixed { self.choice } else { 0 };
        self.choices = state.cwd.len().max(1);
        loop {
            self.choice = k;
            let fields = self.fields(words, state);
            if out.is_empty() {
                out = fields;
            } else {
                for f in fields {
                    if !out.contains(&f) {
                        out.push(f);
                    }
                }
            }
            k += 1;
            if fixed || k >= self.choices.min(crate::state::ALTERNATIVES) {
                break;
            }
        }
        let seen = self.choices;
        (self.choice, self.choices) = saved;
        if fixed {
            self.choices = self.choices.max(seen);
        }
        out
    }

    /// `$(…)`: what the commands print, without the newlines at its end.
    pub(crate) fn substitute(&mut self, script: &Script, state: &State) -> Arg {
        let out = self.output_of(script, state);
        let trimmed = out.shown().trim_end_matches('\n').len();
        out.slice(0, trimmed)
    }

    fn output_of(&mut self, script: &Script, state: &State) -> Arg {
        let mut out = Arg::default();
        self.substituting += 1;
        self.subshell(state, |i, s| i.script(script, s, &mut out));
        self.substituting -= 1;
        out
    }

    /// `<(…)` and `>(…)`: a file that holds, or takes, what the commands
    /// print or read.
    pub(crate) fn process(&mut self, read: bool, script: &Script, state: &State) -> Arg {
        if read {
            let content = self.output_of(script, state);
            let mut out = Arg::hole("<(…)", Origin::Unknown);
            out.flow(content.from());
            return out.with_content(content);
        }
        let stdin = Rc::new(Arg::hole(">(…)", Origin::Unknown));
        let mut printed = Arg::default();
        self.subshell(state, |i, s| {
            s.stdin = Some(stdin);
            i.script(script, s, &mut printed);
        });
        self.shown(&printed);
        Arg::hole(">(…)", Origin::Unknown).with_content(Arg::default())
    }

    /// Sets a variable, with what some names do when they are set.
    pub(crate) fn assign(&mut self, name: &str, value: Var, state: &mut State) {
        if let Var::Scalar(v) = &value {
            self.assigned(name, v, state);
        }
        state.set(name, value);
    }
}

fn alive(mut s: State) -> State {
    s.ended = false;
    s
}

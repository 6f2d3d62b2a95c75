//! Simple commands: assignments, functions, builtins, wrappers, programs.

use std::rc::Rc;

use palisade_core::{Certainty, Effect, EffectKind, Target, limits};

use crate::arg::{Arg, Origin};
use crate::ast::{AssignValue, Assignment, Part, Simple};
use crate::programs::{self, Call, Sink};
use crate::state::{ALTERNATIVES, State, Var};
use crate::understand::{Interp, Invocation};
use crate::wrappers;

use super::names::{installed, named_so, only_one};

/// Calls of one function inside itself before understanding gives up.
const RECURSION: usize = 6;

impl Interp<'_> {
    pub(super) fn simple(&mut self, s: &Simple, state: &mut State, out: &mut Arg) {
        self.count += 1;
        self.typed += usize::from(state.script.is_none());
        if self.full() {
            self.limit("too many commands");
            return;
        }
        if s.words.is_empty() {
            // `$(<file)` is what the file holds.
            let alone = self.substituting > 0 && s.assignments.is_empty();
            let by = if alone { "cat" } else { "shell" };
            let r = self.redirects(&s.redirects, state, by);
            for a in &s.assignments {
                self.assignment(a, state);
            }
            let produced = r.stdin.filter(|_| alone).unwrap_or_default();
            self.deliver(produced, &r.stdout, state, out);
            return;
        }
        let ways = state.cwd.len().max(state.other_positional.len() + 1);
        if self.substituting > 0 {
            self.choices = self.choices.max(ways);
            self.pick_positional(state);
            self.simple_once(s, state, out);
            return;
        }
        let saved = (self.choice, self.choices);
        let before = state.clone();
        (self.choice, self.choices) = (0, ways);
        self.pick(state);
        self.simple_once(s, state, out);
        if self.choices > 1 {
            let mut all = vec![std::mem::take(state)];
            // Another alternative may show further ones.
            while all.len() < self.choices.min(ALTERNATIVES) {
                self.choice = all.len();
                let mut way = before.clone();
                self.pick(&mut way);
                self.simple_once(s, &mut way, out);
                all.push(way);
            }
            *state = State::merge(all);
        }
        (self.choice, self.choices) = saved;
    }

    /// Fixes the positional parameters of the alternative looked at.
    fn pick_positional(&self, state: &mut State) {
        let others = std::mem::take(&mut state.other_positional);
        if others.is_empty() {
            return;
        }
        state.touch();
        if let Some(i) = (self.choice % (others.len() + 1)).checked_sub(1)
            && let Some(one) = others.get(i)
        {
            state.positional = Rc::clone(one);
        }
    }

    /// Fixes what the alternative looked at starts from.
    fn pick(&self, state: &mut State) {
        self.pick_positional(state);
        if state.cwd.len() > 1
            && let Some(one) = self.cwd(state).map(str::to_owned)
        {
            state.touch();
            state.cwd = vec![one];
        }
    }

    fn simple_once(&mut self, s: &Simple, state: &mut State, out: &mut Arg) {
        if let Some(first) = s.words.first()
            && let [Part::Plain(name)] = first.parts.as_slice()
            && let Some(alias) = state.aliases.get(name).cloned()
            && !self
                .calling
                .iter()
                .any(|(n, _)| n.strip_prefix("alias ") == Some(name))
        {
            let rest = self.fields(s.words.get(1..).unwrap_or_default(), state);
            let mut code = (*alias).clone();
            for a in &rest {
                code.push_text(" ");
                code.push(&quoted(a));
            }
            self.calling.push((format!("alias {name}"), self.spawning));
            self.code(&code, state, out);
            self.calling.pop();
            return;
        }
        let words = self.fields(&s.words, state);
        let by = words
            .first()
            .map_or("shell", |w| base(w.shown()))
            .to_owned();
        let mut hidden = Vec::new();
        for a in &s.assignments {
            let old = state.vars.get(&a.name).cloned();
            let exported = state.exported.contains(&a.name);
            hidden.push((a.name.clone(), old, exported));
            self.assignment(a, state);
            state.exported.insert(a.name.clone());
        }
        let r = self.redirects(&s.redirects, state, &by);
        let outer = state.stdin.clone();
        if let Some(stdin) = r.stdin {
            state.stdin = Some(Rc::new(stdin));
        }
        let mut produced = Arg::default();
        let merges = usize::from(super::redirect::merges(&s.redirects));
        self.merged += merges;
        self.words(&words, state, &mut produced, true);
        self.merged -= merges;
        state.last = words.last().cloned().map(Rc::new);
        let stays = matches!(words.as_slice(), [one] if one.is("exec"));
        if !stays {
            state.stdin = outer;
        }
        for (name, old, exported) in hidden {
            state.touch();
            match old {
                Some(v) => state.vars.insert(name.clone(), v),
                None => state.vars.remove(&name),
            };
            if !exported {
                state.exported.remove(&name);
            }
        }
        self.deliver(produced, &r.stdout, state, out);
    }

    /// An assignment, in every alternative when it stands alone.
    fn assignment(&mut self, a: &Assignment, state: &mut State) {
        let saved = (self.choice, self.choices);
        let fixed = self.substituting > 0;
        let mut all: Vec<Rc<Var>> = Vec::new();
        let mut k = if fixed { self.choice } else { 0 };
        if !fixed {
            self.choices = state.cwd.len().max(1);
        }
        loop {
            self.choice = k;
            let v = Rc::new(self.assigned_value(a, state));
            if !all.contains(&v) {
                all.push(v);
            }
            k += 1;
            if fixed || k >= self.choices.min(ALTERNATIVES) {
                break;
            }
        }
        if !fixed {
            (self.choice, self.choices) = saved;
        }
        for v in &all {
            if let Var::Scalar(v) = &**v {
                self.assigned(&a.name, v, state);
            }
        }
        match (all.pop(), all.is_empty()) {
            (Some(one), true) => state.set(&a.name, (*one).clone()),
            (Some(last), false) => {
                all.push(last);
                state.set(&a.name, Var::Either(all));
            }
            (None, _) => {}
        }
    }

    fn assigned_value(&mut self, a: &Assignment, state: &mut State) -> Var {
        for w in &a.nested {
            self.value(w, state);
        }
        match (&a.value, &a.index) {
            (AssignValue::Array(words), _) => {
                let mut list = Vec::new();
                if a.append
                    && let Var::Array(old) = self.var(&a.name, state)
                {
                    list = old;
                }
                list.extend(self.fields(words, state));
                list.truncate(limits::SHELL_COMMANDS);
                Var::Array(list)
            }
            (AssignValue::Scalar(w), None) => {
                let v = self.value(w, state);
                if !a.append {
                    return Var::Scalar(v);
                }
                match self.var(&a.name, state) {
                    Var::Scalar(mut old) => {
                        if self.spend(old.shown().len()) {
                            old.push(&v);
                        }
                        Var::Scalar(old)
                    }
                    Var::Array(mut list) => {
                        if let Some(first) = list.first_mut() {
                            first.push(&v);
                        }
                        Var::Array(list)
                    }
                    Var::Outside | Var::Either(_) => {
                        let mut old = Arg::hole(format!("${}", a.name), Origin::Environment);
                        old.push(&v);
                        Var::Scalar(old)
                    }
                    Var::Unset => Var::Scalar(v),
                }
            }
            (AssignValue::Scalar(w), Some(index)) => {
                let v = self.value(w, state);
                let mut list = match self.var(&a.name, state) {
                    Var::Array(list) => list,
                    Var::Scalar(one) => vec![one],
                    _ => Vec::new(),
                };
                match self.arith(index, state) {
                    Some(n) if (0..256).contains(&n) && self.spend(list.len()) => {
                        let n = n as usize;
                        if list.len() <= n {
                            list.resize(n + 1, Arg::default());
                        }
                        if let Some(slot) = list.get_mut(n) {
                            *slot = v;
                        }
                        Var::Array(list)
                    }
                    // An associative array: which element comes back is not
                    // known, but it is one of these.
                    _ => Var::Scalar(Arg::hole(format!("${{{}[…]}}", a.name), Origin::Unknown)),
                }
            }
        }
    }

    /// Runs a command given as fields.
    pub(crate) fn words(
        &mut self,
        words: &[Arg],
        state: &mut State,
        out: &mut Arg,
        functions: bool,
    ) {
        let Some((first, args)) = words.split_first() else {
            return;
        };
        if self.depth >= limits::SHELL_DEPTH {
            self.limit("nested too deeply");
            return;
        }
        self.depth += 1;
        let plain = first.text().filter(|_| first.pattern()).and_then(only_one);
        match plain.as_deref().or(first.text()) {
            Some(name) if !first.pattern() || plain.is_some() || matches!(name, "[" | "[[") => {
                let name = name.to_owned();
                self.named(&name, args, state, out, functions);
            }
            _ => self.unnamed(first, args, state, out),
        }
        self.depth -= 1;
    }

    fn named(
        &mut self,
        name: &str,
        args: &[Arg],
        state: &mut State,
        out: &mut Arg,
        functions: bool,
    ) {
        if name.is_empty() {
            return;
        }
        if functions && let Some(bodies) = state.functions.get(name).cloned() {
            let certain = bodies.iter().all(Option::is_some);
            let mut ways = Vec::new();
            for body in bodies.into_iter().flatten() {
                let mut way = state.clone();
                self.call(name, &body, args, &mut way, out);
                ways.push(way);
            }
            if !ways.is_empty() {
                *state = State::merge(ways);
            }
            if certain {
                return;
            }
        }
        if name.contains('/') {
            self.by_path(name, args, state, out);
            return;
        }
        self.by_name(name, args, state, out);
    }

    fn by_name(&mut self, name: &str, args: &[Arg], state: &mut State, out: &mut Arg) {
        if self.builtin(name, args, state, out) || self.program(name, args, state, out) {
            return;
        }
        let lower = name.to_ascii_lowercase();
        // `cmd.exe`, `git.exe`: how Linux on Windows calls what is outside.
        let lower = match lower.strip_suffix(".exe") {
            Some(short) if !short.is_empty() => short.to_owned(),
            _ => lower,
        };
        if lower != name && self.program(&lower, args, state, out) {
            // Where file names ignore case, `RM` is `rm`.
            return;
        }
        if let Some(run) = programs::of_windows(name, args, state.stdin.is_some()) {
            self.record(name, args, state);
            self.run(name, run, state, out);
            return;
        }
        if !named_so(name) {
            // Nothing is called that: the name came out otherwise than here.
            self.opaque(&Arg::known(name), Origin::Unknown, state);
        }
        if state.functions.contains_key(NOT_FOUND) && lower != NOT_FOUND {
            let mut words = vec![Arg::known(NOT_FOUND), Arg::known(name)];
            words.extend_from_slice(args);
            self.words(&words, state, out, true);
        }
        self.record(name, args, state);
        let e = Effect::new(EffectKind::ExecUnknown, Target::Name(name.to_owned()), name)
            .with_certainty(Certainty::Opaque);
        self.emit(e, state);
        if let Some(e) = programs::cloud::guessed(name, args) {
            self.emit(e, state);
        }
        let reads = self.operands_read(name, args, state);
        Self::unknown_output(name, args, &reads, state, out);
    }

    /// A command word with a slash.
    fn by_path(&mut self, path: &str, args: &[Arg], state: &mut State, out: &mut Arg) {
        let arg = Arg::known(path);
        let full = programs::path_target(&arg, self.cwd(state), &self.ctx.home)
            .map_or_else(|| path.to_owned(), |p| p.path);
        let name = base(path).to_owned();
        let written = state.files.contains_key(&full);
        // `/usr/bin/../bin//cat` is a program of the system.
        let folded = full.starts_with('/').then(|| super::builtins::fold(&full));
        let place = folded.as_deref().unwrap_or_default();
        if place.starts_with("/etc/init.d/") || place.starts_with("/etc/rc.d/") {
            let mut words = vec![Arg::known(name)];
            words.extend_from_slice(args);
            self.by_name("service", &words, state, out);
            return;
        }
        if !written && installed(folded.as_deref().unwrap_or(&full), &self.ctx.home) {
            self.by_name(&name, args, state, out);
            return;
        }
        if let Some(program) = self.another_name(&full) {
            if matches!(program.as_str(), "busybox" | "toybox") {
                let mut words = vec![Arg::known(name)];
                words.extend_from_slice(args);
                self.by_name(&program, &words, state, out);
            } else {
                self.by_name(&program, args, state, out);
            }
            return;
        }
        if name.starts_with("ld-") && name.contains(".so") {
            self.loader(args, state, out);
            return;
        }
        self.record(&name, args, state);
        let read = self.file(None, &arg, args, state, out);
        let by_verb = matches!(name.as_str(), "rails" | "rake" | "artisan" | "manage.py");
        if by_verb || !read {
            // Perhaps a copy of a program we know.
            self.program(&name, args, state, out);
        }
    }

    /// A command word that is not wholly known.
    fn unnamed(&mut self, first: &Arg, args: &[Arg], state: &mut State, out: &mut Arg) {
        let origin = first.origin().unwrap_or(Origin::Unknown);
        let tail = first.tail();
        let known_base = tail
            .rsplit_once('/')
            .map(|(_, b)| b)
            .filter(|b| !b.is_empty());
        if let Some(name) = known_base
            && matches!(origin, Origin::Environment | Origin::Unknown)
            && !first.pattern()
        {
            // `$VENV/bin/pip`: which one is open, what it is is not.
            let name = name.to_owned();
            if self.builtin(&name, args, state, out) || self.program(&name, args, state, out) {
                return;
            }
            self.record(&name, args, state);
            let e = Effect::new(
                EffectKind::ExecUnknown,
                Target::Name(first.shown().to_owned()),
                name.clone(),
            )
            .with_certainty(Certainty::Opaque);
            self.emit(e, state);
            let reads = self.operands_read(&name, args, state);
            Self::unknown_output(&name, args, &reads, state, out);
            return;
        }
        self.opaque(first, origin, state);
        if first.holes().len() == 1 && first.lead().is_empty() && tail.is_empty() {
            // Empty, or a wrapper (`$SUDO apt …`): then the rest is the command.
            if args.first().is_some_and(|a| !a.shown().starts_with('-')) {
                self.words(args, state, out, false);
            }
        }
        Self::unknown_output("…", args, &[], state, out);
    }

    fn call(
        &mut self,
        name: &str,
        body: &crate::ast::Command,
        args: &[Arg],
        state: &mut State,
        out: &mut Arg,
    ) {
        let spawning = self.spawning;
        let inside: Vec<usize> = self
            .calling
            .iter()
            .filter(|(n, _)| n == name)
            .map(|(_, s)| *s)
            .collect();
        if inside.iter().any(|s| *s < spawning) {
            let e = Effect::new(
                EffectKind::PrivilegeSevere,
                Target::Name("fork bomb".to_owned()),
                name,
            );
            self.emit(e, state);
            return;
        }
        if inside.len() >= RECURSION {
            if !state.in_script() {
                self.limit("recursion");
            }
            return;
        }
        let positional = std::mem::replace(&mut state.positional, Rc::new(args.to_vec()));
        let others = std::mem::take(&mut state.other_positional);
        state.frames.push(Vec::new());
        state.touch();
        let left = self.left.len();
        self.calling.push((name.to_owned(), spawning));
        self.command(body, state, out);
        self.calling.pop();
        if self.left.len() > left {
            let mut ways = vec![std::mem::take(state)];
            ways.extend(self.left.drain(left..));
            for w in &mut ways {
                w.ended = false;
            }
            *state = State::merge(ways);
        }
        state.ended = false;
        state.end_of_function();
        state.positional = positional;
        state.other_positional = others;
    }

    pub(super) fn record(&mut self, program: &str, args: &[Arg], state: &State) {
        if self.commands.len() < limits::SHELL_COMMANDS {
            let c = Invocation {
                program: program.to_owned(),
                args: args.to_vec(),
                cwd: self.cwd(state).map(str::to_owned),
                depth: self.depth,
                env: selected(state),
            };
            if self.commands.last() != Some(&c) {
                self.commands.push(c);
            }
        }
    }

    /// The arguments, those that name files this script wrote with what is in
    /// them.
    fn with_own_files(&self, args: &[Arg], state: &State) -> Vec<Arg> {
        args.iter()
            .map(|a| {
                let content = a
                    .text()
                    .filter(|t| !t.starts_with('-') && !state.files.is_empty() && !t.is_empty())
                    .and_then(|_| programs::path_target(a, self.cwd(state), &self.ctx.home))
                    .and_then(|p| self.file_content(&p.path, state, false).into_iter().next());
                match content {
                    Some(c) if c.text().is_some() => a.clone().with_content(c),
                    _ => a.clone(),
                }
            })
            .collect()
    }

    /// A program from the tables. `false`: not there.
    pub(super) fn program(
        &mut self,
        name: &str,
        args: &[Arg],
        state: &mut State,
        out: &mut Arg,
    ) -> bool {
        if matches!(name, "bash" | "sh" | "zsh" | "dash" | "ksh") {
            self.start_files(args, state, out);
        }
        if matches!(name, "sed" | "gsed" | "grep" | "egrep") && !self.spend(EDIT_STEPS) {
            return true;
        }
        if name == "git" && self.made_git_alias(args, state, out) {
            return true;
        }
        let cwd = self.cwd(state).map(str::to_owned);
        let stdin = state.stdin.clone();
        let own = matches!(name, "xargs" | "gxargs" | "tar" | "curl")
            .then(|| self.with_own_files(args, state));
        let args = own.as_deref().unwrap_or(args);
        let call = Call {
            program: name,
            args,
            cwd: cwd.as_deref(),
            home: &self.ctx.home,
            stdin: stdin.as_deref(),
        };
        if name.starts_with("python")
            && let Some(at) = args.iter().position(|a| a.is("-m"))
            && let Some(module) = args.get(at + 1).and_then(Arg::text)
        {
            let file = Arg::known(format!("{}.py", module.replace('.', "/")));
            let written = programs::path_target(&file, self.cwd(state), &self.ctx.home)
                .is_some_and(|p| state.files.contains_key(&p.path));
            if written {
                let rest = args.get(at + 2..).unwrap_or_default().to_vec();
                self.file(Some("python"), &file, &rest, state, out);
            }
        }
        let mut sink = Sink::default();
        let wraps = wrappers::lower(&call, &mut sink);
        let known = wraps || programs::lower(&call, &mut sink);
        let wrapped = wraps && !sink.runs.is_empty();
        let recipes = programs::recipes::of(&call);
        if !known {
            if recipes.is_empty() {
                return false;
            }
            let what = Target::Name(programs::table::phrase(&call, args, 1));
            sink.push(Effect::new(EffectKind::ExecProject, what, name));
        }
        sink.runs.extend(recipes);
        // Nobody starts a shell through an editor or an archiver but to get
        // one that answers to somebody else.
        let carried = self.carried > 0 && programs::shells::waits(&call);
        let open = self.ctx.open_input
            && (programs::shells::waits(&call) || programs::shells::prompts(&call));
        if carried || open {
            let why = if carried {
                "started by another program"
            } else {
                "which waits for commands that no hook sees"
            };
            let what = Target::Name(format!("{name}, {why}"));
            sink.push(
                Effect::new(EffectKind::ExecOpaque, what, name).with_certainty(Certainty::Opaque),
            );
        }
        if !wrapped {
            self.record(name, args, state);
        }
        self.drain(name, args, sink, state, out);
        true
    }
}

/// The last part of a path.
pub(crate) fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Steps that one call of a program counts for whose expressions are matched.
const EDIT_STEPS: usize = 4_000;

/// What the shell calls when it finds no program.
const NOT_FOUND: &str = "command_not_found_handle";

/// A field as shell text that gives the same field again.
pub(crate) fn quoted(a: &Arg) -> Arg {
    let Some(t) = a.text() else {
        let mut out = Arg::known("\"");
        out.push(a);
        out.push_text("\"");
        return out;
    };
    let plain = !t.is_empty()
        && t.chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_./=:,@%+".contains(c));
    if plain {
        return a.clone();
    }
    Arg::known(format!("'{}'", t.replace('\'', "'\\''")))
}

/// What the script sets of the variables that select where a program acts.
fn selected(state: &State) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    if state.exported.is_empty() {
        return out;
    }
    for name in crate::SELECTORS {
        let Some(value) = state.exported_value(name) else {
            continue;
        };
        let either = [value];
        let values: Vec<&Var> = match value {
            Var::Either(values) => values.iter().map(|v| &**v).collect(),
            _ => either.to_vec(),
        };
        for value in values {
            if let Var::Scalar(value) = value
                && let Some(text) = value.text()
            {
                out.push((*name, text.to_owned()));
            }
        }
    }
    out
}

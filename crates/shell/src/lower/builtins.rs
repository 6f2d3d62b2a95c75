//! Commands that change or tell what the shell itself knows.

use std::rc::Rc;

use palisade_core::{Effect, EffectKind, Target};

use crate::arg::{Arg, Origin};
use crate::expand::joined;
use crate::programs::{env, join, text};
use crate::state::{State, Var};
use crate::understand::Interp;

impl Interp<'_> {
    /// Runs a builtin. `false`: it is none.
    pub(super) fn builtin(
        &mut self,
        name: &str,
        args: &[Arg],
        state: &mut State,
        out: &mut Arg,
    ) -> bool {
        if matches!(
            name,
            "test"
                | "["
                | "printf"
                | "read"
                | "unset"
                | "let"
                | "declare"
                | "typeset"
                | "local"
                | "export"
                | "readonly"
                | "wait"
        ) {
            // The name of a place in an array: what is in the brackets runs.
            let whole = |a: &Arg| match name {
                "let" => true,
                "declare" | "typeset" | "local" | "export" | "readonly" => {
                    a.lead().split('=').next().is_some_and(is_place)
                }
                _ => is_place(a.shown()),
            };
            for a in args.iter().filter(|a| whole(a)) {
                let text = a.shown().to_owned();
                self.evaluated(&text, state);
            }
        }
        match name {
            "hash" if args.first().is_some_and(|a| a.lead().starts_with("-p")) => {
                self.hashed(args, state, out);
            }
            "compgen" | "complete" => self.completion(args, state, out),
            "fc" => {
                let p = crate::programs::args::parse(args, "e");
                if !p.has("l") {
                    // Runs what the history holds.
                    self.opaque(&Arg::hole("fc", Origin::Unknown), Origin::Unknown, state);
                }
            }
            ":" | "true" | "false" | "hash" | "wait" | "umask" | "jobs" | "fg" | "bg"
            | "disown" | "times" | "compopt" | "unsetopt" | "autoload" | "test" | "["
            | "ulimit" => {}
            "shopt" | "setopt" => {
                let off = args.iter().any(|a| a.is("-u"));
                if args
                    .iter()
                    .any(|a| matches!(a.shown(), "dotglob" | "globdots" | "GLOB_DOTS"))
                {
                    state.touch();
                    state.dotglob = !off;
                }
            }
            "enable" | "bind" => self.loads(name, args, state, out),
            "exit" | "logout" => {
                // Nothing after a branch that ends here knows its traps.
                self.end_of_shell(state);
                state.ended = true;
            }
            "return" | "break" | "continue" => {
                if self.left.len() < 256 {
                    self.left.push(state.clone());
                } else {
                    self.limit("too many ways out");
                }
                state.ended = true;
            }
            "cd" | "chdir" => self.cd(args, state),
            "pushd" => {
                self.cd(args, state);
            }
            "popd" => {
                let back = state.previous.clone();
                state.set_cwd(back);
            }
            "pwd" => match self.cwd(state).map(str::to_owned) {
                Some(c) => {
                    out.push_text(&c);
                    out.push_text("\n");
                }
                None => out.push_hole("$PWD", Origin::Environment),
            },
            "echo" => out.push(&text::echo(args)),
            "printf" => self.printf(args, state, out),
            "export" | "declare" | "typeset" | "local" | "readonly" => {
                self.declare(name, args, state, out);
            }
            "unset" => {
                for a in args {
                    if let Some(t) = a.text()
                        && !t.starts_with('-')
                    {
                        if t == "PALISADE_POLICY" {
                            self.assigned(t, &Arg::known(String::new()), state);
                        }
                        if t == "HISTFILE" {
                            self.untold("unset", state);
                        }
                        state.unset(t);
                        if args.first().is_some_and(|f| f.is("-f")) {
                            state.functions.remove(t);
                        }
                    }
                }
            }
            "read" => self.read(args, state),
            "mapfile" | "readarray" => self.mapfile(args, state, out),
            "shift" => {
                let n = args.first().map_or(Some(1), |a| a.text()?.parse().ok());
                state.touch();
                state.positional = Rc::new(match n {
                    Some(n) => state.positional.iter().skip(n).cloned().collect(),
                    None => vec![Arg::hole("$@", Origin::Unknown)],
                });
            }
            "set" => {
                if matches!(args, [off, what] if off.is("+o") && what.is("history")) {
                    self.untold("set", state);
                }
                Self::set_builtin(args, state, out);
            }
            "eval" => {
                let code = joined(args);
                let code = match code.shown().strip_prefix("-- ") {
                    Some(_) => code.after(3),
                    None => code,
                };
                if !is_tool_setup(&code) {
                    self.code(&code, state, out);
                }
            }
            "source" | "." => {
                let args = match args.split_first() {
                    Some((first, rest)) if first.is("--") => rest,
                    _ => args,
                };
                if let Some((path, rest)) = args.split_first() {
                    self.source(path, rest, state, out);
                }
            }
            "trap" => {
                let args = match args.split_first() {
                    Some((first, rest)) if first.is("--") => rest,
                    _ => args,
                };
                if let [code, _, ..] = args
                    && !code.is("-")
                    && !code.is_empty()
                {
                    if state.traps.len() < 64 {
                        state.touch();
                        state.traps.push(code.clone());
                    } else {
                        self.limit("too many traps");
                    }
                }
            }
            "alias" => {
                for a in args {
                    if let Some((name, value)) = a.split_once('=')
                        && let Some(name) = name.text()
                    {
                        if state.aliases.len() >= 256 {
                            self.limit("too many aliases");
                            break;
                        }
                        state.touch();
                        state.aliases.insert(name.to_owned(), Rc::new(value));
                    }
                }
            }
            "unalias" => {
                state.touch();
                for a in args {
                    match a.text() {
                        Some("-a") => state.aliases.clear(),
                        Some(t) => {
                            state.aliases.remove(t);
                        }
                        None => {}
                    }
                }
            }
            "let" => {
                for a in args {
                    if let Some(t) = a.text() {
                        let t = t.to_owned();
                        self.arith(&t, state);
                    }
                }
            }
            "getopts" => {
                if let Some(name) = args.get(1).and_then(Arg::text) {
                    state.set_scalar(name, Arg::hole(format!("${name}"), Origin::Unknown));
                }
                state.set_scalar("OPTARG", Arg::hole("$OPTARG", Origin::Unknown));
            }
            "command" | "builtin" => return self.command_builtin(name, args, state, out),
            "exec" => {
                let args = skip_options(args, "a");
                self.words(args, state, out, false);
            }
            "type"
                if args
                    .first()
                    .is_some_and(|a| matches!(a.text(), Some("-p" | "-P"))) =>
            {
                for n in args.iter().skip(1) {
                    place_of(n, out);
                }
            }
            "which" if !args.iter().any(|a| a.lead().starts_with('-')) => {
                for n in args {
                    place_of(n, out);
                }
            }
            "env" | "printenv" => return self.environment(name, args, state, out),
            "cat" => return self.cat(args, state, out),
            "git" if args.first().is_some_and(|a| a.is("rev-parse")) => {
                if args.iter().any(|a| a.is("--show-toplevel")) {
                    let e = Effect::new(EffectKind::GitRead, Target::None, "git rev-parse");
                    self.emit(e, state);
                    self.record("git", args, state);
                    out.push_hole("$(git rev-parse --show-toplevel)", Origin::Environment);
                    return true;
                }
                return false;
            }
            _ => return false,
        }
        self.record(name, args, state);
        true
    }

    /// `enable -f library name`, `bind -f file`, `bind -x '"key": command'`.
    fn loads(&mut self, name: &str, args: &[Arg], state: &mut State, out: &mut Arg) {
        let p = crate::programs::args::parse(args, "f x m q u r");
        for f in p.values("f") {
            let Some(target) = crate::programs::path_target(f, self.cwd(state), &self.ctx.home)
            else {
                continue;
            };
            let read = Effect::new(EffectKind::FileRead, Target::Path(target.path), name)
                .with_certainty(target.certainty);
            self.emit(read, state);
            if name == "enable" {
                let e = Effect::new(
                    EffectKind::ExecOpaque,
                    Target::Name(f.shown().to_owned()),
                    name,
                )
                .with_certainty(palisade_core::Certainty::Opaque);
                self.emit(e, state);
            }
        }
        for x in p.values("x").filter(|_| name == "bind") {
            if let Some((_, code)) = x.split_once(':') {
                self.code(&code, state, out);
            }
        }
    }

    /// `hash -p path name`: from now on `name` is that program.
    fn hashed(&mut self, args: &[Arg], state: &mut State, out: &mut Arg) {
        let p = crate::programs::args::parse(args, "p");
        let Some(path) = p.value("p") else { return };
        for name in p.operands.iter().filter_map(Arg::text).take(16) {
            let word = !name.is_empty()
                && name
                    .chars()
                    .all(|c| c.is_alphanumeric() || "_-.+@".contains(c));
            if !word {
                self.opaque(path, Origin::Unknown, state);
                continue;
            }
            let mut code = Arg::known(format!("{name}() {{ "));
            code.push(&super::quoted(path));
            code.push_text(" \"$@\"; }");
            self.code(&code, state, out);
        }
    }

    /// `compgen` and `complete`: words and commands they make names of.
    fn completion(&mut self, args: &[Arg], state: &mut State, out: &mut Arg) {
        let p = crate::programs::args::parse(args, "A C F G o P S W X");
        for code in p.values("C") {
            self.code(&code.clone(), state, out);
        }
        for words in p.values("W") {
            let text = words.shown().to_owned();
            self.evaluated(&text, state);
            out.push(words);
        }
        for glob in p.values("G") {
            out.push(&glob.clone().with_pattern(true));
        }
        if p.has("f d") {
            out.push(&Arg::known(".*\n*\n").with_pattern(true));
        }
        if let Some(call) = p.value("F").filter(|_| p.has("F")).cloned() {
            self.words(&[call], state, out, true);
        }
    }

    fn cd(&mut self, args: &[Arg], state: &mut State) {
        let mut args = args.iter().filter(|a| {
            !matches!(
                a.text(),
                Some("-P" | "-L" | "-e" | "-@" | "--" | "-n" | "-q")
            )
        });
        let to = match args.next() {
            None => match self.var("HOME", state) {
                Var::Scalar(h) => h.text().map(|t| vec![t.to_owned()]),
                _ => None,
            },
            Some(a) if a.is("-") => Some(state.previous.clone()),
            Some(a) if a.is_empty() => return,
            Some(a) => match (a.text(), self.cwd(state)) {
                (Some(t), Some(c)) if !a.pattern() => Some(vec![fold(&join(c, t))]),
                (Some(t), None) if t.starts_with('/') => Some(vec![fold(t)]),
                // The top of the repository is the best guess for itself.
                (None, _) if a.is_whole("$(git rev-parse --show-toplevel)") => {
                    Some(state.cwd.clone())
                }
                _ => None,
            },
        };
        state.set_cwd(to.unwrap_or_default());
    }

    fn printf(&mut self, args: &[Arg], state: &mut State, out: &mut Arg) {
        let args = match args.split_first() {
            Some((first, rest)) if first.is("--") => rest,
            _ => args,
        };
        match args {
            [v, name, rest @ ..] if v.is("-v") => {
                let value = text::printf(rest);
                if let Some(n) = name.text() {
                    self.assign(n, Var::Scalar(value), state);
                }
            }
            _ => out.push(&text::printf(args)),
        }
    }

    fn set_builtin(args: &[Arg], state: &mut State, out: &mut Arg) {
        if args.is_empty() {
            out.push_hole("environment", Origin::Secret);
            return;
        }
        let mut rest = args;
        while let Some((a, tail)) = rest.split_first() {
            match a.text() {
                Some("--") => {
                    state.touch();
                    state.positional = Rc::new(tail.to_vec());
                    state.other_positional.clear();
                    return;
                }
                Some("-o" | "+o") => rest = tail.get(1..).unwrap_or_default(),
                Some(t) if t.starts_with(['-', '+']) && t.len() > 1 => {
                    let takes = t.ends_with('o');
                    rest = if takes {
                        tail.get(1..).unwrap_or_default()
                    } else {
                        tail
                    };
                }
                _ => {
                    state.touch();
                    state.positional = Rc::new(rest.to_vec());
                    state.other_positional.clear();
                    return;
                }
            }
        }
    }

    fn command_builtin(
        &mut self,
        name: &str,
        args: &[Arg],
        state: &mut State,
        out: &mut Arg,
    ) -> bool {
        let mut rest = args;
        while let Some((a, tail)) = rest.split_first() {
            match a.text() {
                Some("-v" | "-V" | "-pv" | "-pV") if name == "command" => {
                    if let Some(n) = tail.first() {
                        place_of(n, out);
                    }
                    self.record(name, args, state);
                    return true;
                }
                Some("-p" | "--") => rest = tail,
                _ => break,
            }
        }
        self.words(rest, state, out, false);
        true
    }

    /// `env` and `printenv` when they print.
    fn environment(&mut self, name: &str, args: &[Arg], state: &mut State, out: &mut Arg) -> bool {
        if name == "env"
            && args
                .iter()
                .any(|a| !matches!(a.text(), Some("-0" | "--null")))
        {
            return false;
        }
        self.record(name, args, state);
        let names: Vec<&Arg> = args
            .iter()
            .filter(|a| !a.shown().starts_with('-'))
            .collect();
        if names.is_empty() {
            out.push_hole("environment", Origin::Secret);
        }
        for n in names {
            if let Some(n) = n.text() {
                match self.var(n, state) {
                    Var::Scalar(v) => out.push(&v),
                    _ => out.push_hole(&format!("${n}"), Origin::Environment),
                }
                out.push_text("\n");
            } else {
                out.push_hole("environment", Origin::Secret);
            }
        }
        true
    }

    fn cat(&mut self, args: &[Arg], state: &mut State, out: &mut Arg) -> bool {
        let files: Vec<&Arg> = args
            .iter()
            .filter(|a| !a.shown().starts_with('-') || a.is("-"))
            .collect();
        let mut produced = Arg::default();
        if files.is_empty()
            && let Some(s) = state.stdin.as_deref()
        {
            produced.push(s);
        }
        self.record("cat", args, state);
        let wanted = self.substituting > 0 || self.spawning > 0;
        for f in files {
            if let Some(content) = f.content() {
                produced.push(content);
                continue;
            }
            let Some(p) = crate::programs::path_target(f, self.cwd(state), &self.ctx.home) else {
                if let Some(s) = state.stdin.as_deref() {
                    produced.push(s);
                }
                continue;
            };
            let mut e = Effect::new(EffectKind::FileRead, Target::Path(p.path.clone()), "cat")
                .with_certainty(p.certainty);
            e.pattern = p.pattern;
            let at = self.emit(e, state);
            let look = wanted && is_script_name(&p.path);
            let mut content = self
                .file_content(&p.path, state, look)
                .into_iter()
                .next()
                .unwrap_or_else(|| Arg::hole(format!("$(cat {})", f.shown()), Origin::Unknown));
            content.flow(at.as_slice());
            produced.push(&content);
        }
        out.push(&produced);
        true
    }

    /// The history of the shell is kept from being written.
    fn untold(&mut self, by: &str, state: &State) {
        let file = format!("{}/.bash_history", self.ctx.home);
        let e = Effect::new(EffectKind::FileWrite, Target::Path(file), by);
        self.emit(e, state);
    }

    /// What setting some variables does by itself.
    pub(crate) fn assigned(&mut self, name: &str, value: &Arg, state: &mut State) {
        if let Some(kind) = env::effect(name, value, self.ctx) {
            let e = Effect::new(kind, Target::Name(name.to_owned()), name);
            self.emit(e, state);
        }
        match name {
            // What was typed is not to be written down.
            "HISTFILE" if value.is("/dev/null") || value.is("") => self.untold(name, state),
            "HISTSIZE" | "HISTFILESIZE" | "SAVEHIST" if value.is("0") => self.untold(name, state),
            "PROMPT_COMMAND" => {
                let mut out = Arg::default();
                let code = value.clone();
                self.code(&code, &mut state.clone(), &mut out);
            }
            "ENV" | "BASH_ENV" => {
                let own = crate::programs::path_target(value, self.cwd(state), &self.ctx.home)
                    .and_then(|p| state.files.get(&p.path).cloned());
                let mut out = Arg::default();
                for code in own.into_iter().flatten().flatten() {
                    self.code(&code, &mut state.clone(), &mut out);
                }
                self.evaluated(value.shown(), &mut state.clone());
            }
            "PS0" | "PS1" | "PS2" | "PS4" if value.shown().contains(['`', '$']) => {
                let mut code = Arg::known(": \"");
                code.push(value);
                code.push_text("\"");
                let mut out = Arg::default();
                self.code(&code, &mut state.clone(), &mut out);
            }
            _ => {}
        }
    }
}

/// Where a program lies: a folder nobody knows, and its name.
fn place_of(name: &Arg, out: &mut Arg) {
    if name.shown().contains('/') {
        out.push(name);
    } else {
        let shown = format!("$(command -v {})", name.shown());
        out.push_hole(&shown, Origin::Environment);
        out.push_text("/");
        out.push(name);
    }
    out.push_text("\n");
}

/// `eval "$(tool init)"`: how version managers and agents of keys are set up.
pub(super) fn is_tool_setup(code: &Arg) -> bool {
    let mut words = code.shown().trim_start_matches("$(").split(' ');
    let tool = words.next();
    let completion = words
        .next()
        .is_some_and(|w| w.starts_with("completion") && w.trim_end().ends_with(')'));
    code.holes().len() == 1
        && code.starts_unknown()
        && code.tail().trim().is_empty()
        && code.origin() == Some(Origin::Unknown)
        && (completion
            || matches!(
                tool,
                Some(
                    "ssh-agent"
                        | "direnv"
                        | "pyenv"
                        | "rbenv"
                        | "nodenv"
                        | "fnm"
                        | "mise"
                        | "brew"
                        | "starship"
                        | "zoxide"
                        | "conda"
                        | "opam"
                        | "dircolors"
                        | "minikube"
                        | "docker-machine"
                        | "rtx"
                )
            ))
}

fn is_script_name(path: &str) -> bool {
    let name = super::simple::base(path);
    !name.contains('.')
        || [".sh", ".bash", ".zsh", ".command"]
            .iter()
            .any(|e| name.ends_with(e))
}

/// Skips leading options; those in `with_value` take the next word.
fn skip_options<'a>(args: &'a [Arg], with_value: &str) -> &'a [Arg] {
    let mut rest = args;
    while let Some((a, tail)) = rest.split_first() {
        match a.text().and_then(|t| t.strip_prefix('-')) {
            Some("-") => return tail,
            Some(flags) if !flags.is_empty() => {
                rest = if flags.ends_with(|c| with_value.contains(c)) {
                    tail.get(1..).unwrap_or_default()
                } else {
                    tail
                };
            }
            _ => break,
        }
    }
    rest
}

/// Folds `..` in a working directory, as `cd` does by default.
pub(super) fn fold(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for p in path.split('/') {
        match p {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            p => parts.push(p),
        }
    }
    format!("/{}", parts.join("/"))
}

/// `name[…]`.
fn is_place(t: &str) -> bool {
    t.split_once('[').is_some_and(|(name, rest)| {
        rest.ends_with(']')
            && !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    })
}

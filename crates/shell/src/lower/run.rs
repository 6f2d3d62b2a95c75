//! What programs go on to run: nested commands, code, script files.

use std::rc::Rc;

use palisade_core::{Certainty, Effect, EffectKind, Target, limits};

use crate::arg::{Arg, Origin};
use crate::embedded;
use crate::programs::{Place, Run, Sink, join, path_target};
use crate::state::State;
use crate::understand::Interp;

impl Interp<'_> {
    pub(crate) fn run(&mut self, by: &str, run: Run, state: &mut State, out: &mut Arg) {
        if self.depth >= limits::SHELL_DEPTH {
            self.limit("nested too deeply");
            return;
        }
        self.depth += 1;
        let mut child = state.child();
        self.run_in(by, run, &mut child, out);
        self.end_of_shell(&mut child);
        self.keep_files(state);
        self.depth -= 1;
    }

    fn run_in(&mut self, by: &str, run: Run, state: &mut State, out: &mut Arg) {
        match run {
            Run::Words { words, stdin } => {
                if let Some(s) = stdin {
                    state.stdin = Some(Rc::new(s));
                }
                self.words(&words, state, out, false);
            }
            Run::Shell { code, args } => {
                if state.stdin.as_deref() == Some(&code) {
                    // The shell has read it all; its commands get nothing.
                    state.stdin = None;
                }
                let mut args = args.into_iter();
                state.arg0 = args.next().map(Rc::new);
                state.positional = Rc::new(args.collect());
                state.other_positional.clear();
                self.code(&code, state, out);
            }
            Run::Embedded {
                language,
                code,
                args,
            } => match language {
                "patch" => self.patch(by, &code, &args, state),
                _ => self.embedded((by, language), &code, &args, state, out),
            },
            Run::File {
                language,
                path,
                args,
            } => {
                if language == Some("patch") {
                    for text in self.text_at(&path, state) {
                        self.patch(by, &text, &args, state);
                    }
                } else {
                    self.file(language, &path, &args, state, out);
                }
            }
            Run::Recipe(wanted) => self.recipes(by, &wanted, state, out),
            Run::In(place, inner) => {
                match place {
                    Place::Directory(dir) => {
                        let to = match (dir.text(), self.cwd(state)) {
                            (Some(d), Some(c)) => vec![join(c, d)],
                            (Some(d), None) if d.starts_with('/') => vec![d.to_owned()],
                            _ => Vec::new(),
                        };
                        state.set_cwd(to);
                    }
                    Place::Variables(list) => {
                        for (name, value) in list {
                            self.assigned(&name, &value, state);
                            state.set_scalar(&name, value);
                            state.exported.insert(name);
                        }
                    }
                    Place::Remote => state.remote = true,
                    Place::Container(mounts) => state.container = Some(Rc::new(mounts)),
                }
                self.run_in(by, *inner, state, out);
            }
        }
    }

    /// Code of another language.
    pub(super) fn embedded(
        &mut self,
        (by, name): (&str, &'static str),
        code: &Arg,
        args: &[Arg],
        state: &mut State,
        out: &mut Arg,
    ) {
        if !self.spend(code.shown().len()) {
            return;
        }
        let whole =
            code.starts_unknown() && code.holes().len() == 1 && code.tail().trim().is_empty();
        if whole {
            if name.starts_with("sql")
                && code.origin() != Some(Origin::Fetched)
                && !generated(code.shown())
            {
                // Statements nobody has seen may change rows.
                let e = Effect::new(
                    EffectKind::DbWrite,
                    Target::Name("unknown statements".to_owned()),
                    by,
                )
                .with_certainty(Certainty::Opaque);
                self.emit(e, state);
            } else {
                self.opaque(code, code.origin().unwrap_or(Origin::Unknown), state);
            }
            return;
        }
        let Some(language) = embedded::Language::named(name) else {
            if !matches!(name, "jq" | "sed" | "awk") {
                self.opaque(code, code.origin().unwrap_or(Origin::Unknown), state);
            }
            Self::unknown_output(by, args, &[], state, out);
            return;
        };
        // An unknown part is a value where a value may stand, and the language
        // says where it is code. What was fetched or decoded is not trusted
        // with that.
        if let Some(origin) = code.origin()
            && matches!(origin, Origin::Fetched | Origin::Decoded)
        {
            self.opaque(code, origin, state);
        }
        let cwd = self.cwd(state).map(str::to_owned);
        let stdin = state.stdin.clone();
        let mut sink = Sink::default();
        embedded::understand(
            language,
            code,
            args,
            &embedded::EmbedContext {
                cwd: cwd.as_deref(),
                home: &self.ctx.home,
                by,
                vars: &self.ctx.vars,
                stdin: stdin.as_deref(),
                depth: self.embedded,
            },
            &mut sink,
        );
        self.embedded += 1;
        if sink.output.is_none() && matches!(name, "jq" | "awk") {
            // What goes in comes out again, changed.
            let origin = stdin.as_deref().and_then(Arg::origin);
            let origin = origin.unwrap_or(Origin::Unknown).max(Origin::Unknown);
            let mut passed = Arg::hole(format!("$({by} …)"), origin);
            if let Some(s) = stdin.as_deref() {
                passed.flow(s.from());
            }
            for a in args {
                passed.flow(a.from());
            }
            sink.output = Some(passed);
        }
        if sink.output.is_none() && !sink.runs.is_empty() {
            sink.output = Some(Arg::hole(format!("$({by} …)"), Origin::Unknown));
        }
        self.drain(by, args, sink, state, out);
        self.embedded -= 1;
    }

    /// A script file. `false` when its text is not to be had.
    pub(super) fn file(
        &mut self,
        language: Option<&'static str>,
        path: &Arg,
        args: &[Arg],
        state: &mut State,
        out: &mut Arg,
    ) -> bool {
        if let Some(content) = path.content() {
            let content = content.clone();
            self.text_of_file(language, &content, (path, args), state, out);
            return true;
        }
        let Some(p) = path_target(path, self.cwd(state), &self.ctx.home) else {
            // `-`, `/dev/stdin`, `/dev/fd/3`: what comes in.
            if let Some(content) = on_descriptor(path, state).or_else(|| state.stdin.clone()) {
                self.text_of_file(language, &content, (path, args), state, out);
            }
            return true;
        };
        let own = state.files.contains_key(&p.path);
        if !own && language != Some("sh") && odd_script(super::simple::base(&p.path)) {
            // What no interpreter can run it prints in its complaint.
            let by = language.unwrap_or("shell");
            let e = Effect::new(EffectKind::FileRead, Target::Path(p.path.clone()), by)
                .with_certainty(p.certainty);
            self.emit(e, state);
        }
        let contents = if p.certainty == Certainty::Proved && !p.pattern {
            self.file_content(&p.path, state, !own && !left_alone(&p.path))
        } else {
            Vec::new()
        };
        if language == Some("sql") && contents.is_empty() {
            let unknown = Arg::hole(format!("<{}", path.shown()), Origin::Unknown);
            self.embedded(("sql", "sql"), &unknown, args, state, out);
            return false;
        }
        let near = !path.lead().starts_with('/') && !path.starts_unknown()
            || p.path
                .strip_prefix(self.ctx.cwd.trim_end_matches('/'))
                .is_some_and(|r| r.starts_with('/'));
        let kind =
            if state.files.contains_key(super::outcome::UNPACKED) && near && contents.is_empty() {
                EffectKind::ExecFetched
            } else if near {
                EffectKind::ExecProject
            } else {
                EffectKind::ExecUnknown
            };
        if !own {
            if path.starts_unknown() && path.tail().is_empty() {
                self.opaque(path, path.origin().unwrap_or(Origin::Unknown), state);
            } else {
                let name = super::simple::base(&p.path).to_owned();
                let mut e = Effect::new(kind, Target::Path(p.path.clone()), name);
                e.certainty = if contents.is_empty() {
                    Certainty::Opaque
                } else {
                    p.certainty
                };
                self.emit(e, state);
            }
        }
        if contents.is_empty() {
            // Code nobody has seen may print what it is given.
            if !own {
                let by = super::simple::base(&p.path).to_owned();
                self.operands_read(&by, args, state);
            }
            return false;
        }
        let key = format!("file {}", p.path);
        if self.calling.iter().filter(|(n, _)| *n == key).count() >= 2 {
            return true;
        }
        self.calling.push((key, self.spawning));
        for content in contents {
            let mut sub = state.child();
            // What was brought in is no script of the workspace.
            if !own && content.origin().is_none() {
                sub.enter_script(&p.path, args);
            }
            self.text_of_file(language, &content, (path, args), &mut sub, out);
            self.end_of_shell(&mut sub);
        }
        self.calling.pop();
        self.keep_files(state);
        true
    }

    pub(super) fn text_of_file(
        &mut self,
        language: Option<&'static str>,
        content: &Arg,
        (path, args): (&Arg, &[Arg]),
        state: &mut State,
        out: &mut Arg,
    ) {
        let language = language.unwrap_or_else(|| first_line_language(content.lead()));
        match language {
            "sh" => {
                state.arg0 = Some(Rc::new(path.clone()));
                state.positional = Rc::new(args.to_vec());
                state.other_positional.clear();
                self.code(content, state, out);
            }
            "" => {}
            other => self.embedded((other, other), content, args, state, out),
        }
    }

    /// `source file`: its commands run here.
    pub(super) fn source(&mut self, path: &Arg, args: &[Arg], state: &mut State, out: &mut Arg) {
        if let Some(content) = path.content() {
            let content = content.clone();
            self.code(&content, state, out);
            return;
        }
        let Some(p) = path_target(path, self.cwd(state), &self.ctx.home) else {
            if let Some(content) = on_descriptor(path, state).or_else(|| state.stdin.clone()) {
                self.code(&content, state, out);
            }
            return;
        };
        let mut e = Effect::new(EffectKind::FileRead, Target::Path(p.path.clone()), "source")
            .with_certainty(p.certainty);
        e.pattern = p.pattern;
        self.emit(e, state);
        let own = state.files.contains_key(&p.path);
        if !own && path.origin().is_some_and(|o| o != Origin::Environment) && path.tail().is_empty()
        {
            self.opaque(path, path.origin().unwrap_or(Origin::Unknown), state);
            return;
        }
        let key = format!("file {}", p.path);
        if self.calling.iter().any(|(n, _)| *n == key) || p.certainty != Certainty::Proved {
            return;
        }
        self.calling.push((key, self.spawning));
        for content in self.file_content(&p.path, state, !own && !left_alone(&p.path)) {
            let outer = (state.script.clone(), Rc::clone(&state.positional));
            if !own && content.origin().is_none() {
                state.enter_script(&p.path, args);
            }
            if !args.is_empty() {
                state.positional = Rc::new(args.to_vec());
            }
            self.code(&content, state, out);
            (state.script, state.positional) = outer;
        }
        self.calling.pop();
    }

    /// What the file an argument names holds, as far as that is known.
    fn text_at(&self, path: &Arg, state: &State) -> Vec<Arg> {
        if let Some(content) = path.content() {
            return vec![content.clone()];
        }
        match path_target(path, self.cwd(state), &self.ctx.home) {
            Some(p) if p.certainty == Certainty::Proved && !p.pattern => {
                self.file_content(&p.path, state, true)
            }
            _ => Vec::new(),
        }
    }

    /// A file that is there, read once.
    fn observed(&self, path: &str) -> Option<Rc<str>> {
        if let Some(known) = self.texts.borrow().get(path) {
            return known.clone();
        }
        if self.read.get() > limits::SCRIPTS_BYTES {
            return None;
        }
        let text = self
            .observer
            .script(path)
            .filter(|t| t.len() <= limits::SCRIPT_BYTES)
            .map(Rc::<str>::from);
        // Looking for a file costs something as well.
        let cost = text.as_deref().map_or(0, str::len) + SCRIPT_LOOK;
        self.read.set(self.read.get().saturating_add(cost));
        self.texts
            .borrow_mut()
            .insert(path.to_owned(), text.clone());
        text
    }

    /// What a file holds: as this script wrote it, else as observed.
    pub(crate) fn file_content(&self, path: &str, state: &State, look: bool) -> Vec<Arg> {
        if let Some(written) = state.files.get(path) {
            return written.iter().flatten().map(|a| (**a).clone()).collect();
        }
        if state.remote || state.container.is_some() {
            return Vec::new();
        }
        // What an earlier action brought comes first: as code it counts for
        // more than what can be read in it.
        let mut contents: Vec<Arg> = self
            .observer
            .origin(path)
            .map(|origin| Arg::hole(format!("$(cat {path})"), origin))
            .into_iter()
            .collect();
        if look {
            contents.extend(self.observed(path).map(|t| Arg::known(&*t)));
        }
        contents
    }
}

/// What looking for a file counts for, in bytes of one that is read.
const SCRIPT_LOOK: usize = 256;

/// What is open on the descriptor a path names.
fn on_descriptor(path: &Arg, state: &State) -> Option<Rc<Arg>> {
    let t = path.text()?;
    let n: u64 = t
        .strip_prefix("/dev/fd/")
        .or_else(|| t.strip_prefix("/proc/self/fd/"))?
        .parse()
        .ok()?;
    let (open, content) = state.opened.as_ref()?;
    (*open == n).then(|| Rc::clone(content))
}

/// Generated scripts everybody runs, and the user's own profiles: reading
/// them says nothing about the agent.
fn left_alone(path: &str) -> bool {
    let name = super::simple::base(path);
    matches!(
        name,
        "activate"
            | "gradlew"
            | "mvnw"
            | "nvm.sh"
            | "configure"
            | ".bashrc"
            | ".bash_profile"
            | ".profile"
            | ".zshrc"
            | "sdkman-init.sh"
            | "asdf.sh"
            | "conda.sh"
            | "env"
            | ".env"
            | ".envrc"
    )
}

/// Not named like a script: `.env`, `credentials.json`.
fn odd_script(name: &str) -> bool {
    const SCRIPTS: &[&str] = &[
        "sh", "bash", "zsh", "py", "pyw", "pyz", "js", "mjs", "cjs", "ts", "mts", "cts", "jsx",
        "tsx", "rb", "pl", "pm", "t", "php", "phar", "lua", "r", "R", "jl", "tcl", "exp", "sql",
        "awk", "sed", "jq", "groovy", "clj", "rkt", "scm", "ps1", "psm1", "bat", "cmd", "vbs",
        "exe", "out", "bin", "run", "AppImage", "ipynb",
    ];
    name.starts_with('.')
        || name
            .rsplit_once('.')
            .is_some_and(|(_, ext)| !SCRIPTS.contains(&ext))
}

/// The language a script's first line names; `""` when it is none of ours.
fn first_line_language(text: &str) -> &'static str {
    let Some(line) = text.lines().next().and_then(|l| l.strip_prefix("#!")) else {
        return if text.contains('\0') { "" } else { "sh" };
    };
    let mut words = line.split_whitespace();
    let mut name = words.next().map_or("", super::simple::base);
    if name == "env" {
        name = words
            .find(|w| !w.starts_with('-') && !w.contains('='))
            .unwrap_or_default();
    }
    match name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.') {
        "sh" | "bash" | "zsh" | "dash" | "ksh" | "ash" | "mksh" | "busybox" => "sh",
        "python" | "pypy" => "python",
        "node" | "nodejs" | "bun" | "deno" | "tsx" | "ts-node" => "node",
        "ruby" => "ruby",
        "perl" => "perl",
        "php" => "php",
        "awk" | "gawk" | "mawk" => "awk",
        "pwsh" => "powershell",
        _ => "",
    }
}

/// Statements that a query made: `psql -c "SELECT 'DROP …'" | psql`.
fn generated(shown: &str) -> bool {
    shown
        .strip_prefix("$(")
        .and_then(|rest| rest.split(' ').next())
        .is_some_and(crate::programs::is_client)
}

//! What a snippet does outside itself, as effects and commands to run.

use palisade_core::{Certainty, EffectKind, Target};

use super::machine::Machine;
use super::operations;
use super::value::{Args, Class, Value};
use crate::arg::{Arg, Origin};
use crate::holes::{ANY, has_hole, is_hole};
use crate::programs::{Place, Run, path_target};
use crate::url::{Url, kind_of_method, peer};

/// Printed text that is kept.
const PRINTED: usize = 16 * 1024;

/// Variables that make programs run other code.
const INJECTING: &[&str] = &[
    "LD_PRELOAD",
    "LD_LIBRARY_PATH",
    "LD_AUDIT",
    "DYLD_INSERT_LIBRARIES",
    "NODE_OPTIONS",
    "PYTHONSTARTUP",
    "PYTHONPATH",
    "PERL5OPT",
    "RUBYOPT",
    "BASH_ENV",
    "GIT_SSH_COMMAND",
    "GIT_EXTERNAL_DIFF",
    "GIT_PAGER",
];

impl Machine<'_> {
    // ---- files ----

    /// An effect on the file or files a value names.
    pub(super) fn file(&mut self, kind: EffectKind, value: &Value) {
        self.file_with(kind, value, false);
    }

    /// The same for whole trees.
    pub(super) fn tree(&mut self, kind: EffectKind, value: &Value) {
        self.file_with(kind, value, true);
    }

    fn file_with(&mut self, kind: EffectKind, value: &Value, recursive: bool) {
        let mut left = vec![(value.clone(), false)];
        let mut seen = 0;
        while let Some((value, pattern)) = left.pop() {
            seen += 1;
            if seen > 512 {
                self.hit_limit();
                return;
            }
            match value {
                Value::Str(text) => self.path(kind, &text, recursive, pattern),
                Value::Object(Class::Path | Class::File, inner) => {
                    left.push(((*inner).clone(), pattern));
                }
                Value::Object(Class::Glob, inner) => left.push(((*inner).clone(), true)),
                Value::OneOf(all) => left.extend(all.iter().rev().map(|v| (v.clone(), pattern))),
                Value::List(all) => left.extend(all.iter().rev().map(|v| (v.clone(), pattern))),
                Value::Int(_) | Value::Nothing | Value::Bool(_) => {}
                _ => self.path(kind, &ANY.to_string(), recursive, pattern),
            }
        }
    }

    fn path(&mut self, kind: EffectKind, text: &str, recursive: bool, pattern: bool) {
        // Names found in a folder are never absolute.
        let listed;
        let text = if text
            .chars()
            .next()
            .is_some_and(|c| is_hole(c) && self.holes.show(&c.to_string()) == "*")
        {
            listed = format!("./{text}");
            listed.as_str()
        } else {
            text
        };
        let nameless = text
            .chars()
            .all(|c| is_hole(c) && self.holes.show(&c.to_string()) == "$?");
        let mut effect = if nameless {
            self.effect(kind, Target::None)
                .with_certainty(Certainty::Opaque)
        } else {
            let arg = self.holes.decode(text);
            let Some(target) = path_target(&arg, self.cwd.as_deref(), self.cx.home) else {
                return;
            };
            let mut effect = self
                .effect(kind, Target::Path(target.path))
                .with_certainty(target.certainty);
            let listed = arg
                .holes()
                .iter()
                .any(|h| arg.shown().get(h.start..h.end) == Some("*"));
            effect.pattern = pattern || listed;
            effect
        };
        if self.elsewhere {
            // A drive of Windows is seen from here, or it is not.
            effect.certainty = effect.certainty.max(Certainty::Partial);
        }
        effect.recursive = recursive;
        self.push(effect);
    }

    /// Names found in a folder: one that stands for all of them.
    pub(super) fn listing(&mut self) -> Value {
        let name = self.unknown_text("*", Origin::Unknown);
        Value::list(vec![name])
    }

    /// Opens a file in a C-like mode.
    pub(super) fn open(&mut self, path: &Value, mode: Option<&Value>) -> Value {
        let known = match mode {
            None | Some(Value::Nothing) => Some("r"),
            Some(mode) => mode.as_str().filter(|m| !has_hole(m)),
        };
        match known {
            Some(mode) => {
                let writes = mode.contains(['w', 'a', 'x', '+']);
                if mode.contains('r') || !writes {
                    self.file(EffectKind::FileRead, path);
                }
                if writes {
                    self.file(EffectKind::FileWrite, path);
                }
            }
            None => {
                self.file(EffectKind::FileRead, path);
                self.file(EffectKind::FileWrite, path);
            }
        }
        Value::object(Class::File, path.clone())
    }

    /// The home directory.
    pub(super) fn home(&self) -> Value {
        Value::text(self.cx.home)
    }

    /// The working directory.
    pub(super) fn current(&mut self) -> Value {
        match &self.cwd {
            Some(cwd) => Value::text(cwd),
            None => self.unknown_text("$PWD", Origin::Environment),
        }
    }

    pub(super) fn change_directory(&mut self, to: &Value) {
        self.cwd = match (to.as_str(), &self.cwd) {
            (Some(to), Some(cwd)) if !has_hole(to) => Some(operations::path_join(cwd, to)),
            (Some(to), None) if to.starts_with('/') && !has_hole(to) => Some(to.to_owned()),
            _ => None,
        };
    }

    /// `~` and `~/x`.
    pub(super) fn expand_home(&self, value: &Value) -> Value {
        match value.as_str() {
            Some("~") => self.home(),
            Some(text) => match text.strip_prefix("~/") {
                Some(rest) => Value::text(operations::path_join(self.cx.home, rest)),
                None => Value::text(text),
            },
            None => value.clone(),
        }
    }

    // ---- commands ----

    fn placed(&mut self, run: Run, cwd: Option<&Value>) -> Run {
        let dir = match cwd {
            Some(Value::Nothing) | None => None,
            Some(value) => Some(self.argument(value)),
        };
        if let Some(dir) = dir {
            return Run::In(Place::Directory(dir), Box::new(run));
        }
        if self.cwd.as_deref() == self.cx.cwd {
            return run;
        }
        let dir = match &self.cwd {
            Some(cwd) => Arg::known(cwd.clone()),
            None => Arg::hole("$?", Origin::Unknown),
        };
        Run::In(Place::Directory(dir), Box::new(run))
    }

    fn argument(&mut self, value: &Value) -> Arg {
        let text = self.stringify(value);
        self.holes
            .decode(&text)
            .with_pattern(matches!(value, Value::Object(Class::Glob, _)))
    }

    fn add_run(&mut self, run: Run) {
        if self.out.runs.len() >= 256 {
            self.hit_limit();
        } else if !self.out.runs.contains(&run) {
            self.out.runs.push(run);
        }
    }

    /// Shell code is run.
    pub(super) fn shell(&mut self, code: &Value, cwd: Option<&Value>) {
        for code in code.alternatives() {
            match &code {
                Value::Str(text) if !text.chars().all(is_hole) => {
                    let run = Run::Shell {
                        code: self.holes.decode(text),
                        args: Vec::new(),
                    };
                    let run = self.placed(run, cwd);
                    self.add_run(run);
                }
                Value::List(items) => {
                    // The first element is the code.
                    if let Some(first) = items.first().cloned() {
                        let code = Value::text(self.stringify(&first));
                        if code.as_list().is_none() {
                            self.shell(&code, cwd);
                        }
                    }
                }
                other => {
                    let origin = self.origin_of(other);
                    self.opaque_code(origin);
                }
            }
        }
    }

    /// A program is run with its arguments.
    pub(super) fn words(&mut self, words: &[Value], cwd: Option<&Value>, input: Option<&Value>) {
        let mut out = Vec::new();
        for word in words.iter().take(super::value::ELEMENTS) {
            match word {
                Value::List(items) => {
                    for item in items.iter() {
                        out.push(self.argument(item));
                    }
                }
                word => out.push(self.argument(word)),
            }
        }
        if out.is_empty() {
            return;
        }
        let stdin = input.map(|value| self.argument(value));
        let run = self.placed(Run::Words { words: out, stdin }, cwd);
        self.add_run(run);
    }

    /// Shell code is run and given something nobody knows.
    pub(super) fn fed(&mut self, code: &str) {
        let words = [Value::text("sh"), Value::text("-c"), Value::text(code)];
        self.words(&words, None, Some(&Value::Unknown(Origin::Unknown)));
    }

    /// `run(command)`: a list of words, or one text that is a program's name
    /// (`shell: false`) or shell code.
    pub(super) fn command(
        &mut self,
        command: &Value,
        shell: bool,
        cwd: Option<&Value>,
        input: Option<&Value>,
    ) {
        for command in command.alternatives() {
            match &command {
                Value::List(items) if !shell => self.words(items, cwd, input),
                Value::Str(text) if !shell && !text.chars().all(is_hole) => {
                    // `run("ls -l")` without a shell fails, unless it is one
                    // word; read it as a command line all the same.
                    if text.contains(' ') {
                        self.shell(&command, cwd);
                    } else {
                        self.words(std::slice::from_ref(&command), cwd, input);
                    }
                }
                Value::Object(..) => self.words(std::slice::from_ref(&command), cwd, input),
                _ => self.shell(&command, cwd),
            }
        }
    }

    /// A script file is run.
    pub(super) fn script(&mut self, language: Option<&'static str>, path: &Value, args: &[Value]) {
        let path = self.argument(path);
        let args = args.iter().map(|a| self.argument(a)).collect();
        let run = Run::File {
            language,
            path,
            args,
        };
        let run = self.placed(run, None);
        self.add_run(run);
    }

    /// Runs a text as code of the same language, or says that it cannot be read.
    pub(super) fn run_code(&mut self, code: &Value) -> Value {
        let mut last = Value::Unknown(Origin::Unknown);
        for code in code.alternatives() {
            match &code {
                Value::Str(text) if !text.chars().all(is_hole) => last = self.code(text),
                Value::Nothing | Value::Func(_) => {}
                other => {
                    let origin = self.origin_of(other);
                    self.opaque_code(origin);
                }
            }
        }
        last
    }

    /// The worst origin of what is unknown in a value.
    pub(super) fn origin_of(&self, value: &Value) -> Option<Origin> {
        match value {
            Value::Unknown(origin) => Some(*origin),
            Value::Str(text) => text.chars().filter_map(|c| self.holes.origin(c)).max(),
            _ => Some(Origin::Unknown),
        }
    }

    // ---- network ----

    /// A request. `sends`: it carries a body.
    pub(super) fn request(&mut self, method: &str, url: &Value, sends: bool) {
        let method = if has_hole(method) {
            "*".to_owned()
        } else {
            method.to_ascii_uppercase()
        };
        let kind = if method == "*" {
            EffectKind::NetWrite
        } else {
            kind_of_method(&method)
        };
        for url in url.alternatives() {
            let text = match &url {
                Value::Object(Class::Request | Class::Peer, inner) => {
                    let inner = (**inner).clone();
                    self.stringify(&inner)
                }
                other => self.stringify(other),
            };
            let split = Url::split(&text);
            if split.scheme == "file" {
                self.file(EffectKind::FileRead, &Value::text(&split.path));
                continue;
            }
            if sends || kind == EffectKind::NetWrite || has_hole(&text) {
                self.sent = true;
            }
            let mut effect = split.effect(kind, method.clone(), self.cx.by, &self.holes);
            if method == "*" {
                effect.certainty = effect.certainty.max(Certainty::Partial);
            }
            self.push(effect);
        }
    }

    /// A socket to `host` and `port`, or to `[host, port]`.
    pub(super) fn connect(&mut self, kind: EffectKind, host: &Value, port: Option<&Value>) {
        let (host, port) = match host {
            Value::List(pair) => (
                pair.first().cloned().unwrap_or(Value::Nothing),
                pair.get(1).cloned(),
            ),
            host => (host.clone(), port.cloned()),
        };
        // A path is a socket of this machine.
        if host.as_str().is_some_and(|h| h.starts_with('/')) {
            return;
        }
        let number = port
            .as_ref()
            .and_then(Value::as_int)
            .and_then(|n| u16::try_from(n).ok());
        let text = self.stringify(&host);
        self.sent |= kind == EffectKind::NetWrite;
        let effect = peer(kind, &text, number, self.cx.by, &self.holes);
        self.push(effect);
    }

    /// A listening socket.
    pub(super) fn listen(&mut self, on: &Value) {
        let port = match on {
            Value::List(pair) => pair.get(1).cloned().unwrap_or(Value::Nothing),
            other => other.clone(),
        };
        if port.as_str().is_some_and(|p| p.starts_with('/')) {
            return;
        }
        let text = self.stringify(&port);
        let certainty = if has_hole(&text) {
            Certainty::Partial
        } else {
            Certainty::Proved
        };
        let effect = self
            .effect(EffectKind::NetListen, Target::Name(self.holes.show(&text)))
            .with_certainty(certainty);
        self.push(effect);
    }

    /// A call that made a request was given all environment variables. One
    /// variable is what programs authenticate with and is not looked at.
    pub(super) fn sends_environment(&mut self, before: usize, args: &Args) {
        let requested = self
            .out
            .effects
            .iter()
            .skip(before)
            .any(|e| matches!(e.kind, EffectKind::NetRead | EffectKind::NetWrite));
        if !requested {
            return;
        }
        let mut left: Vec<Value> = args.all().cloned().collect();
        let mut seen = 0;
        while let Some(value) = left.pop() {
            seen += 1;
            if seen > 256 {
                return;
            }
            let whole = match &value {
                Value::Sym(name) => self.is_environment(name),
                Value::Str(text) => text.chars().any(|c| {
                    self.holes.origin(c) == Some(Origin::Secret)
                        && self.holes.show(&c.to_string()) == "environment"
                }),
                Value::List(items) => {
                    left.extend(items.iter().cloned());
                    false
                }
                Value::Dict(entries) => {
                    left.extend(entries.iter().map(|(_, v)| v.clone()));
                    false
                }
                _ => false,
            };
            if whole {
                let mut effect = self
                    .effect(EffectKind::SecretRead, Target::Name("environment".into()))
                    .with_certainty(Certainty::Partial);
                effect.facts.flows_to_network = true;
                self.sent = true;
                self.push(effect);
                return;
            }
        }
    }

    /// An effect on something with a name.
    pub(super) fn named(&mut self, kind: EffectKind, value: &Value) {
        let text = self.stringify(value);
        let certainty = if text.chars().all(is_hole) {
            Certainty::Opaque
        } else if has_hole(&text) {
            Certainty::Partial
        } else {
            Certainty::Proved
        };
        let target = if certainty == Certainty::Opaque {
            Target::None
        } else {
            Target::Name(self.holes.show(&text))
        };
        let effect = self.effect(kind, target).with_certainty(certainty);
        self.push(effect);
    }

    /// The same, by a word of ours and without being sure.
    pub(super) fn perhaps(&mut self, kind: EffectKind, what: &str) {
        let effect = self
            .effect(kind, Target::Name(what.to_owned()))
            .with_certainty(Certainty::Partial);
        self.push(effect);
    }

    /// A statement goes to a database through `client`.
    pub(super) fn sql(&mut self, text: &Value, client: &str) {
        for text in text.alternatives() {
            match &text {
                Value::Str(text) if !text.chars().all(is_hole) => {
                    let holes = self.holes.clone();
                    let cx = *self.cx;
                    super::sql::run(text, client, holes, &cx, &mut self.out);
                }
                _ => {
                    let effect = self
                        .effect(EffectKind::DbWrite, Target::Name("statement".into()))
                        .with_certainty(Certainty::Opaque);
                    self.push(effect);
                }
            }
        }
    }

    /// The same when it may be something else that only looks like SQL.
    pub(super) fn maybe_sql(&mut self, text: &Value, client: &str) {
        let text = match text {
            Value::Str(text) if super::sql::looks_like(text) => Value::Str(text.clone()),
            Value::OneOf(_) => text.clone(),
            _ => return,
        };
        self.sql(&text, client);
    }

    // ---- environment and output ----

    /// Whether this names all environment variables.
    #[expect(clippy::unused_self, reason = "reads as a question to the machine")]
    pub(super) fn is_environment(&self, name: &str) -> bool {
        matches!(name, "os.environ" | "os.environb" | "process.env" | "ENV")
    }

    /// The value of an environment variable.
    pub(super) fn variable(&mut self, name: &Value) -> Value {
        let Some(name) = name.as_str().filter(|n| !has_hole(n)) else {
            return self.unknown_text("environment", Origin::Secret);
        };
        if super::looks_secret(name) {
            return self.unknown_text(&format!("${name}"), Origin::Secret);
        }
        if name == "HOME" {
            return self.home();
        }
        match self.cx.vars.get(name) {
            Some(value) => Value::text(value),
            None => self.unknown_text(&format!("${name}"), Origin::Environment),
        }
    }

    /// Sets something outside the snippet: an environment variable.
    pub(super) fn set_outside(&mut self, owner: &str, key: &Value, _value: &Value) {
        if !self.is_environment(owner) {
            return;
        }
        let injects = key
            .as_str()
            .is_some_and(|k| INJECTING.contains(&k) || k.starts_with("GIT_CONFIG_"));
        if injects {
            self.named(EffectKind::EnvInject, key);
        }
    }

    /// Writes to standard output.
    pub(super) fn print(&mut self, values: &[Value], separator: &str, end: &str) {
        let mut text = String::new();
        for (i, value) in values.iter().enumerate() {
            if i > 0 {
                text.push_str(separator);
            }
            let part = self.stringify(value);
            text.push_str(&part);
            if text.len() > PRINTED {
                break;
            }
        }
        text.push_str(end);
        if self.in_doubt() {
            // It may be printed or not: what is known of it does not help,
            // except that a secret in it would be shown.
            let secret = text
                .chars()
                .find(|c| self.holes.origin(*c) == Some(Origin::Secret));
            text = secret.unwrap_or(ANY).to_string();
        }
        if self.printed.len() + text.len() <= PRINTED {
            self.printed.push_str(&text);
        } else if !self.printed.ends_with(ANY) {
            self.printed.push(ANY);
        }
    }

    /// What comes in on standard input.
    pub(super) fn stdin(&mut self) -> Value {
        match self.cx.stdin {
            Some(arg) => Value::text(self.holes.encode(arg)),
            None => Value::Unknown(Origin::Unknown),
        }
    }

    /// Sends mail or a chat message.
    pub(super) fn message(&mut self, host: &Value) {
        self.sent = true;
        self.named(EffectKind::MessageSend, host);
    }
}

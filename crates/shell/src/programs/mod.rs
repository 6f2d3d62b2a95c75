//! What programs do with their arguments.
//!
//! A program is a pure function from a [`Call`] to a [`Sink`]: effects, what
//! its output holds, and what it goes on to run. It never interprets what it
//! runs; the interpreter in `lower` does, so that a nested command is
//! understood in one place only.

mod admin;
pub(crate) mod agents;
pub(crate) mod args;
pub(crate) mod cloud;
mod codehost;
mod db;
mod dialects;
pub(crate) mod env;
mod files;
mod git;
mod launch;
pub(crate) mod names;
pub(crate) mod net;
mod packages;
pub(crate) mod recipes;
pub(crate) mod shells;
mod special;
pub(crate) mod table;
pub(crate) mod text;
mod vcs;
mod windows;

pub(crate) use db::is_client;
pub(crate) use launch::of_windows;

use palisade_core::{Certainty, Effect, EffectKind, Target};

use crate::arg::{Arg, Origin};
use crate::project::Wanted;

/// One call of a program: wrappers removed, words expanded.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    /// Base name of the program: `curl`.
    pub(crate) program: &'a str,
    /// Arguments without the program.
    pub(crate) args: &'a [Arg],
    /// Working directory in force; `None` when unknown.
    pub(crate) cwd: Option<&'a str>,
    /// The user's home.
    pub(crate) home: &'a str,
    /// What comes in on standard input: a pipe, here-document or redirection.
    /// `None` when nothing was attached.
    pub(crate) stdin: Option<&'a Arg>,
}

/// A path as an effect names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathTarget {
    /// Joined to the working directory when both are known.
    pub(crate) path: String,
    /// `Partial` when a part is unknown.
    pub(crate) certainty: Certainty,
    /// Names several things.
    pub(crate) pattern: bool,
}

impl Call<'_> {
    /// An effect of this program.
    pub(crate) fn effect(&self, kind: EffectKind, target: Target) -> Effect {
        Effect::new(kind, target, self.program)
    }

    /// The path an argument names. `None` for standard streams (`-`,
    /// `/dev/null`, `/dev/stdout`, `/dev/fd/*`, …), which are no files.
    pub(crate) fn path(&self, arg: &Arg) -> Option<PathTarget> {
        path_target(arg, self.cwd, self.home)
    }
}

/// Joins what an argument names to `cwd`. Tilde is the expansion's business;
/// here it only matters for arguments that came in quotes and stays text.
pub(crate) fn path_target(arg: &Arg, cwd: Option<&str>, _home: &str) -> Option<PathTarget> {
    let shown = arg.shown();
    if shown.is_empty() || arg.is("-") || arg.content().is_some() || is_stream(arg) {
        return None;
    }
    let known = arg.text().is_some();
    let (path, placed) = if arg.starts_unknown() || arg.lead().starts_with('/') {
        (shown.to_owned(), true)
    } else if let Some(cwd) = cwd {
        (join(cwd, shown), true)
    } else {
        (shown.to_owned(), false)
    };
    Some(PathTarget {
        path,
        certainty: if known && placed {
            Certainty::Proved
        } else {
            Certainty::Partial
        },
        pattern: arg.pattern(),
    })
}

fn is_stream(arg: &Arg) -> bool {
    let lead = arg.lead();
    matches!(
        arg.text(),
        Some(
            "/dev/null"
                | "/dev/stdout"
                | "/dev/stderr"
                | "/dev/stdin"
                | "/dev/tty"
                | "/dev/zero"
                | "/dev/random"
                | "/dev/urandom"
                | "/dev/full"
        )
    ) || lead.starts_with("/dev/fd/")
        || lead.starts_with("/proc/self/fd/")
}

/// `path` below `cwd`, lexically: `.` parts go, `..` stays for the observer,
/// who knows about links.
pub(crate) fn join(cwd: &str, path: &str) -> String {
    if path.starts_with('/') {
        return path.to_owned();
    }
    let mut rest = path;
    while let Some(r) = rest.strip_prefix("./") {
        rest = r.trim_start_matches('/');
    }
    let base = cwd.trim_end_matches('/');
    if rest.is_empty() || rest == "." {
        return if base.is_empty() {
            "/".to_owned()
        } else {
            base.to_owned()
        };
    }
    format!("{base}/{rest}")
}

/// What a program goes on to run, in its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Run {
    /// A command given as words: `nice make`, `find -exec rm {} +`.
    Words {
        /// Command word and arguments.
        words: Vec<Arg>,
        /// What the command reads; `None` keeps what the caller was given.
        stdin: Option<Arg>,
    },
    /// Shell code: `sh -c code name args`.
    Shell {
        /// The code.
        code: Arg,
        /// `$0`, `$1`, …
        args: Vec<Arg>,
    },
    /// Code of another language.
    Embedded {
        /// Name the language is known by: `python`, `node`, `awk`, `sql`, …
        language: &'static str,
        /// The code.
        code: Arg,
        /// Arguments the code sees.
        args: Vec<Arg>,
    },
    /// A file that is run by an interpreter, or by itself.
    File {
        /// The interpreter's language, `None` to let the first line say.
        language: Option<&'static str>,
        /// The file.
        path: Arg,
        /// Its arguments.
        args: Vec<Arg>,
    },
    /// Recipes that the project holds in a file of its own.
    Recipe(Box<Wanted>),
    /// What follows happens elsewhere or otherwise; see [`Place`].
    In(Place, Box<Run>),
}

/// Where a nested command runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In this working directory.
    Directory(Arg),
    /// With these variables set.
    Variables(Vec<(String, Arg)>),
    /// On another machine: its files are not ours.
    Remote,
    /// In a container; host paths that are mounted into it, with where.
    Container(Vec<(String, String)>),
}

/// What a program does.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    /// Effects, in order.
    pub(crate) effects: Vec<Effect>,
    /// What its standard output holds. `None`: unknown.
    pub(crate) output: Option<Arg>,
    /// What it runs.
    pub(crate) runs: Vec<Run>,
    /// What it does with its operands is not said: those that look like
    /// paths are read.
    pub(crate) loose: bool,
    /// It sends what it reads (arguments, standard input, the files it reads)
    /// over the network.
    pub(crate) sends: bool,
}

impl Sink {
    /// Adds an effect.
    pub(crate) fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Adds an effect on a named thing.
    pub(crate) fn name(&mut self, call: &Call<'_>, kind: EffectKind, name: impl Into<String>) {
        self.push(call.effect(kind, Target::Name(name.into())));
    }

    /// Adds an effect on the file an argument names; nothing for `-` and streams.
    pub(crate) fn file(&mut self, call: &Call<'_>, kind: EffectKind, arg: &Arg) {
        self.file_with(call, kind, arg, false);
    }

    /// The same for a whole tree.
    pub(crate) fn tree(&mut self, call: &Call<'_>, kind: EffectKind, arg: &Arg) {
        self.file_with(call, kind, arg, true);
    }

    fn file_with(&mut self, call: &Call<'_>, kind: EffectKind, arg: &Arg, recursive: bool) {
        if let Some(p) = call.path(arg) {
            let mut e = call
                .effect(kind, Target::Path(p.path))
                .with_certainty(p.certainty);
            e.pattern = p.pattern;
            e.recursive = recursive;
            self.push(e);
        }
    }

    /// Says that the output is unknown and where it comes from.
    pub(crate) fn output_from(&mut self, call: &Call<'_>, origin: Origin) {
        self.output = Some(Arg::hole(format!("$({} …)", call.program), origin));
    }
}

/// Understands one call; `false` when the program is not known.
pub(crate) fn lower(call: &Call<'_>, sink: &mut Sink) -> bool {
    if call.program == "git" {
        git::lower(call, sink);
        return true;
    }
    // `git-lfs` is `git lfs`; helpers for credentials are programs of their own.
    if let Some(verb) = call
        .program
        .strip_prefix("git-")
        .filter(|v| !v.starts_with("credential") && !cloud::knows(call.program))
    {
        let mut args = vec![Arg::known(verb)];
        args.extend(call.args.iter().cloned());
        let call = Call {
            program: "git",
            args: &args,
            ..*call
        };
        git::lower(&call, sink);
        return true;
    }
    if net::understand(call, sink)
        || admin::lower(call, sink)
        || special::lower(call, sink)
        || shells::lower(call, sink)
        || windows::lower(call, sink)
        || packages::lower(call, sink)
        || db::lower(call, sink)
        || cloud::lower(call, sink)
        || codehost::lower(call, sink)
        || vcs::lower(call, sink)
        || agents::lower(call, sink)
    {
        if sink.output.is_none() && (sink.runs.is_empty() || call.program == "sed") {
            text::output(call, sink);
        }
        addresses(call, sink);
        return true;
    }
    if let Some(spec) = table::find_spec(files::SPECS, files::SPEC_INDEX, call.program) {
        let p = table::lower_spec(spec, call, sink);
        aimed(call, &p, sink);
        if spec.always == "message.send" && p.has("a A attach") {
            sink.sends = true;
        }
        text::output(call, sink);
        return true;
    }
    if files::HARMLESS
        .split_ascii_whitespace()
        .any(|h| h == call.program)
    {
        text::output(call, sink);
        return true;
    }
    false
}

/// Addresses that programs with a table of verbs are given: a package, an
/// index, an endpoint.
fn addresses(call: &Call<'_>, sink: &mut Sink) {
    let external = sink.effects.iter().any(|e| {
        matches!(
            e.kind,
            EffectKind::PackageInstall
                | EffectKind::PackageLocked
                | EffectKind::CloudRead
                | EffectKind::Deploy
                | EffectKind::InfraDestroy
                | EffectKind::Publish
                | EffectKind::ExecFetched
                | EffectKind::EnvInject
        )
    });
    if !external {
        return;
    }
    for a in call.args.iter().take(256) {
        let value = match a.split_once('=') {
            Some((name, value)) if name.lead().starts_with('-') => value,
            _ => a.clone(),
        };
        let t = value.shown();
        if !(t.starts_with("http://") || t.starts_with("https://"))
            || t.contains(char::is_whitespace)
        {
            continue;
        }
        let holes = crate::holes::Holes::default();
        let e = crate::url::Url::split(t)
            .effect(EffectKind::NetRead, "GET", call.program, &holes)
            .with_certainty(Certainty::Partial);
        let told = sink.effects.iter().any(|o| o.target == e.target);
        if !told {
            sink.push(e);
        }
    }
}

/// `grep -r --include=GLOB`, `rg -g GLOB`: the files it is about.
fn aimed(call: &Call<'_>, p: &args::Parsed, sink: &mut Sink) {
    let options = match call.program {
        "grep" | "egrep" | "fgrep" | "zgrep" | "ggrep" => "include",
        "rg" | "ugrep" => "g glob iglob include",
        _ => return,
    };
    let folders: Vec<Effect> = sink
        .effects
        .iter()
        .filter(|e| e.kind == EffectKind::FileRead && e.recursive)
        .cloned()
        .collect();
    for glob in p.values(options).take(8) {
        let Some(t) = glob.text().filter(|t| !t.starts_with('!')) else {
            continue;
        };
        for folder in folders.iter().take(8) {
            if let Some(dir) = folder.path() {
                let mut e = folder.clone();
                e.target = Target::Path(join(dir, t.trim_start_matches("**/")));
                e.pattern = true;
                sink.push(e);
            }
        }
    }
}

/// Whether what is installed is named by an address and not by a name.
pub(crate) fn from_an_address(what: &str) -> bool {
    packages::sources::elsewhere(what)
}

/// Prints nothing when all goes well.
pub(crate) fn silent(program: &str) -> bool {
    files::SILENT.split_ascii_whitespace().any(|h| h == program)
}

/// What follows the last dot of a file name.
pub(crate) fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, e)| e)
}

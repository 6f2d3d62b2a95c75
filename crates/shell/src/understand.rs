//! The entry: a command line becomes effects.
//!
//! The interpreter here evaluates what is constant and over-approximates the
//! rest: both branches of a condition, every value of a loop, code that is
//! handed to another interpreter. Nothing is run and nothing is looked up
//! except through [`Observer`].

use std::collections::BTreeMap;
use std::rc::Rc;

use palisade_core::{Certainty, Effect, EffectKind, Target, limits};

use crate::arg::{Arg, Hole, Origin};
use crate::state::{State, Var};

/// What is known about the process that would run the command.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Working directory, absolute.
    pub cwd: String,
    /// The user's home directory, absolute.
    pub home: String,
    /// Environment variables whose value is known.
    pub vars: BTreeMap<String, String>,
    /// Whoever started this can write to its standard input later: a program
    /// that waits for commands will get some that nobody sees.
    pub open_input: bool,
}

/// Looks outside for the understanding.
pub trait Observer {
    /// Text of the script file at this absolute path, when there is one that
    /// is small enough to be read.
    fn script(&self, path: &str) -> Option<String>;

    /// Where the content of the file at this absolute path came from, when an
    /// earlier action brought it: it is then no more trusted as code than if
    /// this command had brought it.
    fn origin(&self, _path: &str) -> Option<Origin> {
        None
    }

    /// Names of the folders in the folder at this absolute path; none where
    /// nobody looks.
    fn folders(&self, _path: &str) -> Vec<String> {
        Vec::new()
    }
}

/// An observer that sees nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Blind;

impl Observer for Blind {
    fn script(&self, _path: &str) -> Option<String> {
        None
    }
}

/// What a command would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Understanding {
    /// In the order found, without repetitions.
    pub effects: Vec<Effect>,
    /// Every simple command, wrappers removed.
    pub commands: Vec<Invocation>,
    /// The working directory afterwards; `None` when it cannot be told.
    pub cwd: Option<String>,
    /// Files that hold something fetched or decoded afterwards.
    pub brought: Vec<(String, Origin)>,
}

/// One simple command, wrappers removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// Base name of the program, without the folder.
    pub program: String,
    /// Arguments without the program.
    pub args: Vec<Arg>,
    /// Working directory, when known.
    pub cwd: Option<String>,
    /// How deeply nested: a larger number than that of the command before is
    /// inside of it (a loop, a nested shell, a wrapper).
    pub depth: usize,
    /// What is set for it among [`SELECTORS`](crate::SELECTORS).
    pub env: Vec<(&'static str, String)>,
}

/// What tells effects apart, as a number; [`same`] has the last word.
fn digest(effect: &Effect) -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    let e = effect;
    (
        e.kind,
        &e.target,
        &e.by,
        e.recursive,
        e.pattern,
        e.certainty,
        &e.dir,
    )
        .hash(&mut hasher);
    hasher.finish()
}

/// The same effect, whatever was found out about it since.
fn same(a: &Effect, b: &Effect) -> bool {
    a.kind == b.kind
        && a.target == b.target
        && a.by == b.by
        && a.recursive == b.recursive
        && a.pattern == b.pattern
        && a.certainty == b.certainty
        && a.dir == b.dir
}

/// Understands a command line.
pub fn understand(command: &str, ctx: &Context, observer: &dyn Observer) -> Understanding {
    whole(command, ctx, observer, |interp, state, out| {
        interp.code(&Arg::known(command), state, out);
    })
}

/// The same for code of PowerShell.
pub fn understand_powershell(
    command: &str,
    ctx: &Context,
    observer: &dyn Observer,
) -> Understanding {
    whole(command, ctx, observer, |interp, state, out| {
        let run = crate::programs::Run::Embedded {
            language: "powershell",
            code: Arg::known(command),
            args: Vec::new(),
        };
        interp.run("pwsh", run, state, out);
    })
}

fn whole(
    command: &str,
    ctx: &Context,
    observer: &dyn Observer,
    run: impl FnOnce(&mut Interp<'_>, &mut State, &mut Arg),
) -> Understanding {
    let mut interp = Interp::new(ctx, observer);
    let mut state = State::default();
    state.cwd = vec![ctx.cwd.clone()];
    for name in ctx.vars.keys() {
        state.exported.insert(name.clone());
    }
    if command.len() > limits::COMMAND_BYTES {
        interp.limit("command too long");
    } else {
        let mut out = Arg::default();
        run(&mut interp, &mut state, &mut out);
        interp.end_of_shell(&mut state);
        interp.shown(&out);
        interp.only_used();
        if interp.read.get() > limits::SCRIPTS_BYTES {
            interp.limit("too many scripts to read");
        }
        if state.is_full() {
            interp.limit("too many variables, functions or files");
        }
    }
    let cwd = match state.cwd.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    };
    Understanding {
        effects: interp.effects,
        commands: interp.commands,
        cwd,
        brought: interp.brought,
    }
}

/// The interpreter. Its parts live in `expand` and `lower`.
pub(crate) struct Interp<'o> {
    pub(crate) ctx: &'o Context,
    pub(crate) observer: &'o dyn Observer,
    pub(crate) effects: Vec<Effect>,
    seen: BTreeMap<u64, Vec<usize>>,
    pub(crate) commands: Vec<Invocation>,
    pub(crate) depth: usize,
    pub(crate) count: usize,
    /// Those of them that were typed, not read from a script.
    pub(crate) typed: usize,
    /// Steps of expansion left.
    work: usize,
    limited: bool,
    /// Which of several alternatives is looked at, and how many there were.
    pub(crate) choice: usize,
    pub(crate) choices: usize,
    /// Holes of code that is being understood, by the number in their name.
    pub(crate) holes: Vec<Arg>,
    /// Functions being called, for recursion.
    pub(crate) calling: Vec<(String, usize)>,
    /// Inside `&` or a pipe, where a recursive call multiplies.
    pub(crate) spawning: usize,
    /// Programs around that started what is understood now.
    pub(crate) carried: usize,
    /// Inside a substitution: one value is wanted, for the alternative that
    /// the command around it looks at.
    pub(crate) substituting: usize,
    /// Snippets of other languages around the one looked at.
    pub(crate) embedded: usize,
    /// Effects whose content somebody gets to see, and whether some were lost
    /// count of.
    on_screen: Vec<usize>,
    screen_full: bool,
    /// Recipes that were run, with what they were given.
    pub(crate) recipes_done: std::collections::BTreeSet<u64>,
    /// Files of the project that were read, and how much there was in them.
    pub(crate) texts: std::cell::RefCell<BTreeMap<String, Option<Rc<str>>>>,
    pub(crate) read: std::cell::Cell<usize>,
    /// Files written since the shells around last looked.
    pub(crate) written: Vec<(String, Arg)>,
    /// Files that hold something fetched or decoded now.
    pub(crate) brought: Vec<(String, Origin)>,
    /// Symbolic links this action makes, and where they lead.
    pub(crate) links: Vec<(String, String)>,
    /// Constructs around whose errors go where their output goes.
    pub(crate) merged: usize,
    /// Copies of programs this action makes, with what they are copies of.
    pub(crate) copies: Vec<(String, String)>,
    /// Modules this action wrote that were looked at, each once.
    pub(crate) modules: std::collections::BTreeSet<String>,
    /// git aliases this action sets.
    pub(crate) git_aliases: Vec<(String, Arg)>,
    /// States at `break`, `continue` and `return`, for the construct they leave.
    pub(crate) left: Vec<State>,
}

/// Programs whose output is followed to where it goes.
const HANDS_ON: &[&str] = &["cat", "grep", "egrep", "sed", "awk", "cut", "head", "tail"];
/// Steps of expansion one action may cost.
const WORK: usize = 8_000_000;
/// Holes in code, all nested scripts together.
const CODE_HOLES: usize = 512;
/// Prefix of the variables that stand for holes in code.
const HOLE: &str = "__palisade_hole_";

impl<'o> Interp<'o> {
    fn new(ctx: &'o Context, observer: &'o dyn Observer) -> Self {
        Self {
            ctx,
            observer,
            effects: Vec::new(),
            seen: BTreeMap::new(),
            commands: Vec::new(),
            depth: 0,
            count: 0,
            typed: 0,
            work: WORK,
            limited: false,
            choice: 0,
            choices: 1,
            holes: Vec::new(),
            calling: Vec::new(),
            spawning: 0,
            carried: 0,
            substituting: 0,
            merged: 0,
            copies: Vec::new(),
            git_aliases: Vec::new(),
            modules: std::collections::BTreeSet::new(),
            left: Vec::new(),
            links: Vec::new(),
            embedded: 0,
            recipes_done: std::collections::BTreeSet::new(),
            texts: std::cell::RefCell::default(),
            read: std::cell::Cell::new(0),
            on_screen: Vec::new(),
            screen_full: false,
            written: Vec::new(),
            brought: Vec::new(),
        }
    }

    /// Whether understanding stopped at a cap.
    pub(crate) const fn is_limited(&self) -> bool {
        self.limited
    }

    /// Enough commands were understood.
    pub(crate) const fn full(&self) -> bool {
        self.count > limits::SHELL_COMMANDS || self.typed > limits::TYPED_COMMANDS
    }

    /// Takes steps from the budget; `false` when it is spent.
    pub(crate) fn spend(&mut self, steps: usize) -> bool {
        match self.work.checked_sub(steps) {
            Some(left) => {
                self.work = left;
                true
            }
            None => {
                self.work = 0;
                self.limit("too much to expand");
                false
            }
        }
    }

    /// Whether one operation of this many steps is done at all. One that is
    /// too dear alone leaves its result unknown and costs nothing.
    pub(crate) fn afford(&mut self, steps: usize) -> bool {
        steps <= WORK / 16 && self.spend(steps)
    }

    /// Understanding stops here.
    pub(crate) fn limit(&mut self, why: &str) {
        if !self.limited {
            self.limited = true;
            let e = Effect::new(
                EffectKind::LimitReached,
                Target::Name(why.to_owned()),
                "shell",
            )
            .with_certainty(Certainty::Opaque);
            // Past the cap on effects too: this one must not be lost.
            self.effects.push(e);
        }
    }

    /// Adds an effect and says where it is.
    pub(crate) fn emit(&mut self, mut effect: Effect, state: &State) -> Option<usize> {
        if self.limited && self.effects.len() >= Self::most(state) {
            return None;
        }
        if let Some(script) = &state.script {
            if effect.certainty != Certainty::Proved {
                // A script of the workspace may be as opaque as any program of
                // it: that it runs is already said. What is certain counts.
                return None;
            }
            if !script.decided_by_given(&effect) {
                effect.via.clone_from(&script.files);
            }
        }
        if is_file(effect.kind) && !Self::place(&mut effect, state) {
            return None;
        }
        if is_file(effect.kind)
            && let Some(beyond) = effect.path().and_then(|p| {
                // These work on the link itself.
                let itself = effect.kind == EffectKind::FileDelete
                    || matches!(
                        effect.by.as_str(),
                        "mv" | "ln" | "rm" | "unlink" | "readlink"
                    );
                self.beyond_link(p, itself)
            })
        {
            // A link made here is not there yet for the guard to look through.
            let mut real = effect.clone();
            real.target = Target::Path(beyond);
            self.add(real, state);
        }
        self.add(effect, state)
    }

    /// Where a path leads through a link that this action makes.
    pub(crate) fn beyond_link(&self, path: &str, itself: bool) -> Option<String> {
        self.links.iter().rev().find_map(|(link, to)| {
            let rest = path.strip_prefix(link.as_str())?;
            ((rest.is_empty() && !itself) || rest.starts_with('/'))
                .then(|| format!("{}{rest}", to.trim_end_matches('/')))
        })
    }

    fn add(&mut self, mut effect: Effect, state: &State) -> Option<usize> {
        if effect.kind == EffectKind::FileWrite
            && let Target::Path(p) = &effect.target
            && is_disk(p)
        {
            effect.kind = EffectKind::PrivilegeSevere;
        }
        if effect.dir.is_none() {
            effect.dir = self.cwd(state).map(str::to_owned);
        }
        let key = digest(&effect);
        let alike = self.seen.get(&key).map(Vec::as_slice).unwrap_or_default();
        let before = alike
            .iter()
            .copied()
            .find(|at| self.effects.get(*at).is_some_and(|e| same(e, &effect)));
        if let Some(at) = before {
            self.also_via(at, effect.via);
            if effect.facts.flows_to_network {
                self.mark_sent(&[at]);
            }
            return Some(at);
        }
        if self.effects.len() >= Self::most(state) {
            self.limit("too many effects");
            return None;
        }
        let at = self.effects.len();
        self.seen.entry(key).or_default().push(at);
        self.effects.push(effect);
        Some(at)
    }

    /// How many effects are kept.
    const fn most(state: &State) -> usize {
        if state.script.is_some() {
            limits::EFFECTS
        } else {
            limits::TYPED_EFFECTS
        }
    }

    /// The same effect was found once more, in these scripts.
    fn also_via(&mut self, at: usize, via: Vec<String>) {
        let Some(e) = self.effects.get_mut(at) else {
            return;
        };
        if via.is_empty() {
            e.via.clear();
        } else if !e.via.is_empty() {
            for file in via {
                if !e.via.contains(&file) {
                    e.via.push(file);
                }
            }
        }
    }

    /// Files of another machine or of a container are not ours, unless
    /// mounted. `false`: not an effect here. What is read there is still shown
    /// here.
    fn place(effect: &mut Effect, state: &State) -> bool {
        let shown = effect.kind == EffectKind::FileRead;
        effect.facts.elsewhere = shown;
        if state.remote {
            return shown;
        }
        let Some(mounts) = &state.container else {
            effect.facts.elsewhere = false;
            return true;
        };
        let Target::Path(path) = &mut effect.target else {
            return shown;
        };
        for (host, inside) in mounts.iter() {
            let inside = inside.trim_end_matches('/');
            if let Some(rest) = path.strip_prefix(inside)
                && (rest.is_empty() || rest.starts_with('/'))
            {
                *path = format!("{}{rest}", host.trim_end_matches('/'));
                if path.is_empty() {
                    path.push('/');
                }
                effect.facts.elsewhere = false;
                return true;
            }
        }
        shown
    }

    /// What the effects at these places read goes to the network.
    pub(crate) fn mark_sent(&mut self, at: &[usize]) {
        for i in at {
            if let Some(e) = self.effects.get_mut(*i)
                && matches!(e.kind, EffectKind::FileRead | EffectKind::SecretRead)
            {
                e.facts.flows_to_network = true;
            }
        }
    }

    /// The working directory in the alternative looked at.
    pub(crate) fn cwd<'s>(&self, state: &'s State) -> Option<&'s str> {
        let n = state.cwd.len().max(1);
        state.cwd.get(self.choice % n).map(String::as_str)
    }

    /// What reaches the person's or the model's eyes: secrets in it are read.
    pub(crate) fn shown(&mut self, out: &Arg) {
        let state = State::default();
        for e in secret_reads(out, "shell") {
            self.emit(e, &state);
        }
        self.on_screen.extend_from_slice(out.from());
        self.screen_full |= out.from().len() >= limits::SHELL_DEPTH;
    }

    /// What scripts read and nobody sees was for a program.
    fn only_used(&mut self) {
        for (i, e) in self.effects.iter_mut().enumerate() {
            let followed = HANDS_ON.contains(&e.by.as_str()) && !self.screen_full;
            e.facts.only_used = !e.via.is_empty()
                && e.kind == EffectKind::FileRead
                && (e.by == "source" || followed)
                && !self.on_screen.contains(&i);
        }
    }

    /// Replaces the holes of code by variables that stand for them.
    pub(crate) fn code_with_holes(&mut self, code: &Arg) -> Option<String> {
        if let Some(text) = code.text() {
            return Some(text.to_owned());
        }
        let mut out = String::new();
        let mut at = 0;
        for Hole { start, end, origin } in code.holes() {
            if self.holes.len() >= CODE_HOLES {
                return None;
            }
            out.push_str(code.shown().get(at..*start)?);
            out.push_str(&format!("${{{HOLE}{}}}", self.holes.len()));
            self.holes.push(Arg::hole(
                code.shown().get(*start..*end).unwrap_or("$?"),
                *origin,
            ));
            at = *end;
        }
        out.push_str(code.shown().get(at..)?);
        Some(out)
    }

    /// The value of a variable that stands for a hole.
    pub(crate) fn code_hole(&self, name: &str) -> Option<&Arg> {
        let n: usize = name.strip_prefix(HOLE)?.parse().ok()?;
        self.holes.get(n)
    }

    /// A variable's value in the alternative looked at.
    pub(crate) fn var(&mut self, name: &str, state: &State) -> Var {
        if let Some(v) = self.code_hole(name) {
            return Var::Scalar(v.clone());
        }
        let name = state.meant(name);
        if let Some(v) = state.vars.get(name) {
            let mut v = Rc::clone(v);
            if let Var::Either(many) = &*v {
                self.choices = self.choices.max(many.len());
                if let Some(one) = many.get(self.choice % many.len().max(1)) {
                    v = Rc::clone(one);
                }
            }
            if *v != Var::Outside {
                return (*v).clone();
            }
        }
        self.outside(name, state)
    }

    fn outside(&mut self, name: &str, state: &State) -> Var {
        if looks_secret(name) {
            return Var::Scalar(Arg::hole(format!("${name}"), Origin::Secret));
        }
        match name {
            "SHELL" if !self.ctx.vars.contains_key(name) => {
                return Var::Scalar(Arg::known("/bin/bash"));
            }
            // The shell never takes it from its environment.
            "IFS" => return Var::Scalar(Arg::known(" \t\n")),
            "HOME" => return Var::Scalar(Arg::known(self.ctx.home.clone())),
            "PWD" => {
                self.choices = self.choices.max(state.cwd.len());
                return match self.cwd(state) {
                    Some(c) => Var::Scalar(Arg::known(c)),
                    None => Var::Scalar(Arg::hole("$PWD", Origin::Environment)),
                };
            }
            "OLDPWD" => {
                if let [one] = state.previous.as_slice() {
                    return Var::Scalar(Arg::known(one.clone()));
                }
            }
            _ => {}
        }
        match self.ctx.vars.get(name) {
            Some(v) => Var::Scalar(Arg::known(v.clone())),
            None => Var::Outside,
        }
    }
}

const fn is_file(kind: EffectKind) -> bool {
    matches!(
        kind,
        EffectKind::FileRead
            | EffectKind::FileList
            | EffectKind::FileWrite
            | EffectKind::FileDelete
            | EffectKind::FileExpose
    )
}

/// Writing here overwrites a disk, or the memory.
fn is_disk(path: &str) -> bool {
    const DEVICES: &[&str] = &[
        "sd", "nvme", "hd", "vd", "xvd", "disk", "rdisk", "mapper/", "mmcblk", "dm-", "md", "mem",
        "kmem", "port",
    ];
    path.strip_prefix("/dev/")
        .is_some_and(|d| DEVICES.iter().any(|p| d.starts_with(p)))
}

/// The secrets a value holds, as effects.
pub(crate) fn secret_reads(value: &Arg, by: &str) -> Vec<Effect> {
    let mut out = Vec::new();
    for h in value.holes().iter().filter(|h| h.origin == Origin::Secret) {
        let name = value.shown().get(h.start..h.end).unwrap_or_default();
        let name = name.trim_start_matches('$');
        let certainty = if name == "environment" {
            Certainty::Partial
        } else {
            Certainty::Proved
        };
        out.push(
            Effect::new(EffectKind::SecretRead, Target::Name(name.to_owned()), by)
                .with_certainty(certainty),
        );
    }
    out
}

/// A variable whose name says that its value is a secret.
pub(crate) fn looks_secret(name: &str) -> bool {
    const ENDS: &[&str] = &[
        "TOKEN",
        "SECRET",
        "PASSWORD",
        "PASSWD",
        "API_KEY",
        "APIKEY",
        "SECRET_KEY",
        "ACCESS_KEY",
        "PRIVATE_KEY",
        "CREDENTIALS",
        "AUTH_KEY",
        "SIGNING_KEY",
        "ENCRYPTION_KEY",
        "MASTER_KEY",
        "PASSPHRASE",
        "DATABASE_URL",
        "PGPASSWORD",
        "MYSQL_PWD",
    ];
    // Only names as environments spell them: `token` is a loop variable.
    if name.bytes().any(|b| b.is_ascii_lowercase()) {
        return false;
    }
    ENDS.iter().any(|e| name.ends_with(e)) || (name.contains("SECRET") && !name.ends_with("NAME"))
}

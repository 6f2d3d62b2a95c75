//! Where files came from: what a call may bring in, and whether it runs what
//! an earlier one brought.

use std::cell::{OnceCell, RefCell};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use palisade_core::{Effect, EffectKind, Target};
use palisade_journal::session::Source;
use palisade_journal::workspace::{self, Brought, Mark, Marks};
use palisade_shell::Origin;

use crate::observe::Push;

/// Words of a command that are looked up.
const WORDS: usize = 32;

/// Ends of names of what a program runs, or installs, when it is given one.
/// Scripts are not here: what runs them says so, what checks them does not.
const PACKED: &[&str] = &[
    "jar", "war", "whl", "tgz", "gz", "gem", "deb", "rpm", "apk", "vsix", "phar", "pyz", "egg",
    "crate", "nupkg", "wasm", "crx", "xpi",
];

/// The marks of a workspace, read when something asks for them.
#[derive(Debug)]
pub(crate) struct Origins<'a> {
    state: &'a Path,
    workspace: &'a Path,
    marks: OnceCell<Marks>,
    /// Marks that were met on the way of code to an interpreter.
    hits: RefCell<Vec<Mark>>,
    /// What the understanding says holds something from outside afterwards.
    brought: RefCell<Vec<(String, Origin)>>,
    /// Pushes of the command line, by folder.
    pushes: RefCell<Vec<(Option<String>, Push)>>,
}

impl<'a> Origins<'a> {
    pub(crate) const fn new(state: &'a Path, workspace: &'a Path) -> Self {
        Self {
            state,
            workspace,
            marks: OnceCell::new(),
            hits: RefCell::new(Vec::new()),
            brought: RefCell::new(Vec::new()),
            pushes: RefCell::new(Vec::new()),
        }
    }

    /// Remembers what the understanding saw coming in and being pushed.
    pub(crate) fn keep(&self, seen: &mut palisade_shell::Understanding) {
        self.brought.borrow_mut().append(&mut seen.brought);
        for command in seen.commands.iter().filter(|c| c.program == "git") {
            let words: Vec<&str> = command
                .args
                .iter()
                .map(palisade_shell::Arg::shown)
                .collect();
            // Options of git itself may stand before; `push` as their value is rare.
            if let Some(at) = words.iter().position(|w| *w == "push") {
                let push = Push::parse(words.get(at + 1..).unwrap_or_default());
                self.pushes.borrow_mut().push((command.cwd.clone(), push));
            }
        }
    }

    pub(crate) fn pushes(&self) -> Vec<(Option<String>, Push)> {
        self.pushes.borrow().clone()
    }

    fn marks(&self) -> &Marks {
        self.marks.get_or_init(|| {
            workspace::marks(self.state, self.workspace).unwrap_or_else(|_| Marks {
                // Somebody holds the lock longer than anybody should: whatever
                // was there before counts as brought in.
                marks: vec![Mark {
                    path: "/".to_owned(),
                    tree: true,
                    until: Some(now()),
                    source: Source {
                        what: "an unknown place (the record of it cannot be read)".to_owned(),
                        ..Source::default()
                    },
                    ..Mark::default()
                }],
                recovered: true,
            })
        })
    }

    /// The mark on a file, by whatever name it goes.
    fn find(&self, path: &str) -> Option<&Mark> {
        if self.marks().marks.is_empty() || is_device(path) {
            return None;
        }
        let real = palisade_files::resolve(path, Path::new("/")).real;
        self.marks().find(&real)
    }

    /// What the file is to the understanding, when it is about to be read as code.
    pub(crate) fn of_file(&self, path: &str) -> Option<Origin> {
        let mark = self.find(path)?;
        self.hit(mark);
        Some(match mark.how {
            Brought::Fetched => Origin::Fetched,
            Brought::Decoded => Origin::Decoded,
        })
    }

    fn hit(&self, mark: &Mark) {
        let mut hits = self.hits.borrow_mut();
        if !hits.iter().any(|h| h.id == mark.id) {
            hits.push(mark.clone());
        }
    }

    /// Code that an earlier call brought in is what it is, also where the
    /// understanding did not look: programs, archives, folders built in.
    /// Returns the marks that this call would run.
    pub(crate) fn annotate(&self, effects: &mut [Effect], cwd: &Path) -> Vec<u64> {
        let runs = |kind| {
            matches!(
                kind,
                EffectKind::ExecProject
                    | EffectKind::ExecUnknown
                    | EffectKind::ExecFetched
                    | EffectKind::ExecOpaque
            )
        };
        let sourced = |e: &Effect| e.kind == EffectKind::FileRead && e.by == "source";
        if !effects.iter().any(|e| runs(e.kind) || sourced(e)) {
            return Vec::new();
        }
        // A clone of this very call: its files are not there yet.
        let clones: Vec<(PathBuf, String)> = effects
            .iter()
            .filter_map(|e| Some((clone_of(e, effects, cwd)?, super::shown(&source_of(e)))))
            .collect();
        for effect in effects.iter_mut().filter(|e| runs(e.kind) || sourced(e)) {
            let path = effect.facts.resolved.as_deref().or_else(|| effect.path());
            let cloned =
                path.and_then(|p| clones.iter().find(|(d, _)| Path::new(p).starts_with(d)));
            if let Some((_, from)) = cloned {
                effect.kind = EffectKind::ExecFetched;
                effect.facts.origin = Some(format!("cloned from {from}"));
            }
        }
        if self.marks().marks.is_empty() {
            return Vec::new();
        }
        let mut ids = Vec::new();
        for effect in effects.iter_mut().filter(|e| runs(e.kind)) {
            let seen = matches!(
                effect.kind,
                EffectKind::ExecFetched | EffectKind::ExecOpaque
            );
            let mark = if seen {
                self.hits.borrow().first().cloned()
            } else {
                self.of_effect(effect, cwd).cloned()
            };
            let Some(mark) = mark else { continue };
            if !seen {
                effect.kind = match mark.how {
                    Brought::Fetched => EffectKind::ExecFetched,
                    Brought::Decoded => EffectKind::ExecOpaque,
                };
            }
            effect.facts.origin = Some(from(&mark));
            if !ids.contains(&mark.id) {
                ids.push(mark.id);
            }
        }
        ids
    }

    fn of_effect(&self, effect: &Effect, cwd: &Path) -> Option<&Mark> {
        let dir = effect.dir.as_deref().map_or(cwd, Path::new);
        match &effect.target {
            Target::Path(path) => {
                self.find(effect.facts.resolved.as_deref().unwrap_or(path.as_str()))
            }
            Target::Name(name) => {
                let mut words = name.split_whitespace().take(WORDS).enumerate();
                words.find_map(|(at, word)| {
                    let path = dir.join(word.rsplit('=').next().unwrap_or(word));
                    let packed = path
                        .extension()
                        .is_some_and(|e| PACKED.iter().any(|p| e.eq_ignore_ascii_case(p)));
                    let run = if at == 0 {
                        word.contains('/')
                    } else {
                        packed && effect.kind == EffectKind::ExecProject
                    };
                    run.then(|| self.find(&path.to_string_lossy()))?
                })
            }
            _ => None,
        }
    }

    /// What `effects` may bring in: marks that are pending until the call returns.
    pub(crate) fn brought(&self, effects: &[Effect], cwd: &Path) -> Vec<Mark> {
        let mut out: Vec<Mark> = Vec::new();
        let mut add = |path: PathBuf, tree: bool, how: Brought, source: Source| {
            let path = palisade_files::resolve(&path.to_string_lossy(), Path::new("/")).real;
            if is_device(&path.to_string_lossy()) || out.len() >= workspace::MARKS {
                return;
            }
            let there = path.exists();
            out.retain(|m| Path::new(&m.path) != path);
            out.push(Mark {
                whole: !there,
                path: path.to_string_lossy().into_owned(),
                tree,
                how,
                source,
                since: now(),
                ..Mark::default()
            });
        };
        let asked = |by: Option<&str>| {
            let of = |e: &&Effect| e.kind == EffectKind::NetRead && by.is_none_or(|by| e.by == by);
            effects.iter().find(of)
        };
        for (path, origin) in self.brought.borrow().iter() {
            let source = match asked(None) {
                Some(e) => source_of(e),
                None => match self.hits.borrow().first() {
                    Some(mark) => mark.source.clone(),
                    None => Source::default(),
                },
            };
            let how = match origin {
                Origin::Fetched => Brought::Fetched,
                _ => Brought::Decoded,
            };
            add(PathBuf::from(path), false, how, source);
        }
        self.passed_on(effects, &mut add);
        for effect in effects {
            if let Some(dir) = clone_of(effect, effects, cwd) {
                let source = asked(Some(&effect.by)).map_or_else(|| source_of(effect), source_of);
                add(dir, true, Brought::Fetched, source);
            }
        }
        out
    }

    /// A program that reads what is marked and writes passes the mark on; one
    /// that changes a marked file leaves it marked.
    fn passed_on(&self, effects: &[Effect], add: &mut impl FnMut(PathBuf, bool, Brought, Source)) {
        let writes = |e: &Effect| e.kind == EffectKind::FileWrite && e.path().is_some();
        if !effects.iter().any(writes) || self.marks().marks.is_empty() {
            return;
        }
        let path = |e: &Effect| {
            e.facts
                .resolved
                .clone()
                .or_else(|| e.path().map(str::to_owned))
        };
        for write in effects.iter().filter(|e| writes(e)) {
            let Some(to) = path(write) else { continue };
            let own = self.find(&to).filter(|m| !m.tree);
            let read = || {
                effects
                    .iter()
                    .filter(|e| e.kind == EffectKind::FileRead && e.by == write.by)
                    .find_map(|e| self.find(&path(e)?))
            };
            // Replaced whole, by a text that was seen.
            if write.by == "Write" {
                continue;
            }
            if let Some(mark) = own.or_else(read) {
                add(PathBuf::from(to), false, mark.how, mark.source.clone());
            }
        }
    }
}

fn is_device(path: &str) -> bool {
    path.starts_with("/dev/") || path.starts_with("/proc/")
}

/// `a.example, by curl, in an earlier call`.
fn from(mark: &Mark) -> String {
    let what = match mark.how {
        Brought::Fetched => "fetched from",
        Brought::Decoded => "decoded from",
    };
    let source = super::shown(&mark.source);
    if source.is_empty() {
        let verb = what.split(' ').next().unwrap_or_default();
        return format!("{verb} in an earlier call");
    }
    format!("{what} {source}, in an earlier call")
}

/// Where an effect takes something from.
pub(super) fn source_of(effect: &Effect) -> Source {
    let what = match &effect.target {
        Target::Host { host, .. } => host.clone(),
        Target::Name(name) => name.clone(),
        Target::Path(path) => path.clone(),
        _ => String::new(),
    };
    Source {
        what,
        by: effect.by.clone(),
        call: String::new(),
        at: now(),
    }
}

/// The folder a clone makes.
fn clone_of(effect: &Effect, effects: &[Effect], cwd: &Path) -> Option<PathBuf> {
    let dir = effect.dir.as_deref().map_or(cwd, Path::new);
    let name = match (&effect.target, effect.by.as_str()) {
        (Target::Host { path, .. }, "git clone") if effect.kind == EffectKind::NetRead => {
            path.as_str()
        }
        (Target::Name(words), "gh repo clone" | "glab repo clone") => {
            let mut words = words
                .split_whitespace()
                .skip(3)
                .filter(|w| !w.starts_with('-'));
            words.next()?
        }
        _ => return None,
    };
    // Named on the command line.
    let named = effects
        .iter()
        .find(|e| e.kind == EffectKind::FileWrite && e.by == effect.by);
    if let Some(named) = named {
        let path = named.facts.resolved.as_deref().or_else(|| named.path())?;
        return Some(dir.join(path));
    }
    let name = name.trim_end_matches('/');
    let name = name.strip_suffix(".git").unwrap_or(name);
    let name = name.rsplit(['/', ':']).next().filter(|n| !n.is_empty())?;
    Some(dir.join(name))
}

/// The clock that stamps files.
pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |d| u64::try_from(d.as_micros()).unwrap_or(u64::MAX))
}

//! Facts about what effects touch: real paths, git state, what would be lost.
//!
//! The only part of the guard that looks at the machine before a verdict. It
//! looks at names and metadata, never runs anything, and is bounded.

mod git;
mod glob;
mod objects;
mod packages;
mod push;
mod refs;

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use palisade_core::{Effect, EffectKind, Facts, Scope, Target, Tracking};
use palisade_policy::Table;

use self::git::{Index, Repository};
pub(crate) use self::objects::hex;
pub(crate) use self::push::Push;

/// Concrete paths a shell pattern is expanded to before it counts as "many".
const PATTERN_MATCHES: usize = 200;

/// Programs that give what they read another name.
const COPIERS: &[&str] = &[
    "cp", "mv", "rsync", "tar", "bsdtar", "zip", "7z", "scp", "install", "ditto", "pax", "cpio",
    "docker", "podman", "python3", "node", "ruby", "perl",
];

/// What observations are relative to.
#[derive(Debug)]
pub(crate) struct Observer<'a> {
    /// The user's home.
    pub(crate) home: &'a Path,
    /// Real path of the workspace.
    pub(crate) workspace: &'a Path,
    /// Which paths and branches the policy cares about.
    pub(crate) table: &'a Table,
    /// Repositories seen in this action.
    repositories: BTreeMap<PathBuf, Option<Known>>,
    /// Scripts looked at, and whether they are the project's own.
    scripts: BTreeMap<PathBuf, bool>,
    /// Names of packages that were compared with known ones.
    compared: usize,
}

#[derive(Clone, Debug)]
struct Known {
    repository: Repository,
    index: Option<std::rc::Rc<Index>>,
}

impl<'a> Observer<'a> {
    pub(crate) fn new(home: &'a Path, workspace: &'a Path, table: &'a Table) -> Self {
        Self {
            home,
            workspace,
            table,
            repositories: BTreeMap::new(),
            scripts: BTreeMap::new(),
            compared: 0,
        }
    }

    /// Looks through what pushes would send. `pushes` are those of the command
    /// line, by their folders. Returns the tips that there is something to say
    /// about, for a person to answer for; `answered` were.
    pub(crate) fn observe_pushes(
        &mut self,
        effects: &mut [Effect],
        cwd: &Path,
        pushes: &[(Option<String>, Push)],
        answered: &std::collections::BTreeSet<String>,
    ) -> Vec<String> {
        let mut seen: Vec<(PathBuf, Push, push::Found)> = Vec::new();
        let mut tips = Vec::new();
        let (home, workspace) = (
            self.home.to_string_lossy().into_owned(),
            self.workspace.to_string_lossy().into_owned(),
        );
        for effect in effects {
            let wanted = match effect.kind {
                EffectKind::GitPush | EffectKind::GitForcePush => true,
                // These push the branch that they ask to be merged.
                EffectKind::IssueWrite => {
                    ["gh pr create", "glab mr create"].contains(&effect.by.as_str())
                }
                _ => false,
            };
            if !wanted {
                continue;
            }
            let dir = effect.dir.as_deref().map_or(cwd, Path::new);
            let Some(repository) = Repository::discover(dir) else {
                continue;
            };
            let same = |d: &Option<String>| d.as_deref().is_none_or(|d| Path::new(d) == dir);
            let mut meant: Vec<Push> = pushes
                .iter()
                .filter(|(d, _)| effect.kind != EffectKind::IssueWrite && same(d))
                .map(|(_, p)| p.clone())
                .collect();
            if meant.is_empty() {
                meant.push(Push::default());
            }
            for push in meant.into_iter().take(4) {
                let known = |(top, p, _): &&(PathBuf, Push, push::Found)| {
                    *top == repository.top && *p == push
                };
                if !seen.iter().any(|s| known(&s)) {
                    let found = push::inspect(&repository, &push, self.table, (&home, &workspace));
                    seen.push((repository.top.clone(), push.clone(), found));
                }
                let Some((_, _, found)) = seen.iter().find(known) else {
                    continue;
                };
                for rule in &found.secrets {
                    if !effect.facts.secrets.contains(rule) {
                        effect.facts.secrets.push(rule.clone());
                    }
                }
                let mut leaving = found.leaving.clone();
                if !found.tips.is_empty() && found.tips.iter().all(|t| answered.contains(t)) {
                    // A person has seen the rest and said yes.
                    leaving = palisade_core::Leaving {
                        secret_at: leaving.secret_at,
                        ..palisade_core::Leaving::default()
                    };
                }
                if leaving != palisade_core::Leaving::default() {
                    effect.facts.leaving = leaving;
                    tips.extend(found.tips.iter().cloned());
                }
            }
        }
        tips
    }

    /// Fills [`Effect::facts`], replacing shell patterns by what they match now.
    pub(crate) fn observe(&mut self, effects: Vec<Effect>, cwd: &Path) -> Vec<Effect> {
        let mut out = Vec::with_capacity(effects.len());
        for mut effect in effects {
            // Only these are judged otherwise in a script of the project.
            if matches!(
                effect.kind,
                EffectKind::FileDelete
                    | EffectKind::FileRead
                    | EffectKind::FileWrite
                    | EffectKind::EnvInject
                    | EffectKind::GitSkipHooks
            ) {
                effect.facts.project_script = self.project_script(&effect.via);
            }
            let dir = effect
                .dir
                .as_deref()
                .map_or_else(|| cwd.to_owned(), PathBuf::from);
            if let Target::Path(path) = &effect.target
                && !effect.facts.elsewhere
                && let Some(plain) = palisade_policy::glob::without_extended(path)
                && (effect.pattern || !palisade_files::resolve(path, &dir).exists)
            {
                effect.target = Target::Path(plain);
                effect.pattern = true;
            }
            match effect.target.clone() {
                Target::Path(_) if effect.facts.elsewhere => {}
                Target::Path(path) if effect.pattern => {
                    self.observe_pattern(effect, &path, &dir, &mut out);
                    continue;
                }
                Target::Path(path) => {
                    self.observe_path(&mut effect, &path, &dir);
                }
                Target::GitRef { remote, name } => {
                    self.observe_ref(&mut effect, remote.as_deref(), name.as_deref(), &dir);
                }
                Target::Name(name) if effect.kind == EffectKind::PackageInstall => {
                    effect.facts.suspect = self.suspect(&effect.by, &name, &dir);
                }
                _ => {}
            }
            if effect.kind == EffectKind::IssueWrite {
                self.observe_host(&mut effect, &dir);
            }
            if effect.kind == EffectKind::GitRewrite
                && ((effect.by == "git commit" && self.only_here(&dir))
                    || (effect.by == "git rebase" && self.never_pushed(&dir)))
            {
                // What the commits were before stays in the reflog.
                effect.kind = EffectKind::GitOrdinary;
            }
            if effect.kind == EffectKind::EnvInject && self.same_remote(&effect, &dir) {
                effect.kind = EffectKind::GitOrdinary;
            }
            if matches!(effect.kind, EffectKind::GitDiscard) {
                self.observe_discard(&mut effect, &dir);
            }
            out.push(effect);
        }
        out
    }

    /// Whether all of these are committed files of the workspace, unchanged.
    fn project_script(&mut self, scripts: &[String]) -> bool {
        !scripts.is_empty()
            && scripts.iter().all(|script| {
                let real = palisade_files::resolve(script, Path::new("/")).real;
                if !real.starts_with(self.workspace) {
                    return false;
                }
                if let Some(known) = self.scripts.get(&real) {
                    return *known;
                }
                let committed = self.repository(&real).is_some_and(|known| {
                    let top = &known.repository.top;
                    known.index.is_some_and(|index| {
                        real.strip_prefix(top).is_ok_and(|relative| {
                            index.tracking(top, relative) == Tracking::Committed
                        })
                    })
                });
                self.scripts.insert(real, committed);
                committed
            })
    }

    /// Why a package is not what it seems to be. What the project names already
    /// is not new.
    fn suspect(&mut self, by: &str, what: &str, dir: &Path) -> Option<String> {
        /// Nobody adds more at once; comparing takes tens of microseconds each.
        const MOST: usize = 60;
        self.compared += 1;
        if self.compared > MOST {
            return Some(format!("it is one of more than {MOST} at once"));
        }
        let why = palisade_packages::check(by, what)?;
        (!packages::named(by, what, dir, self.workspace)).then_some(why)
    }

    fn observe_pattern(&mut self, effect: Effect, path: &str, dir: &Path, out: &mut Vec<Effect>) {
        let expansion = glob::expand(path, dir, PATTERN_MATCHES);
        let mut many = effect.clone();
        self.observe_path(&mut many, &expansion.base.to_string_lossy(), dir);
        // `rm -rf ~/*` loses the home directory's content: the folder counts,
        // not each child. For anything that names only some children it does not.
        let whole = many.facts.root && expansion.everything;
        many.facts.root = whole;
        // `find -name __pycache__ -exec rm -r`: whatever it finds is made again.
        if effect.kind == EffectKind::FileDelete
            && Path::new(path)
                .file_name()
                .and_then(|name| self.table.regenerable(&name.to_string_lossy()))
                .is_some_and(|by| {
                    by.is_empty() || (expansion.matches.is_empty() && !expansion.capped)
                })
        {
            many.facts.regenerable = true;
            many.facts.tracking = Tracking::Untracked;
        }
        // What a script of the project cleans is not there, or made before that.
        if many.facts.project_script && expansion.matches.is_empty() && !expansion.capped && !whole
        {
            many.facts.tracking = Tracking::Untracked;
            many.facts.loss = None;
        }
        if expansion.capped || expansion.matches.is_empty() || whole {
            many.target = Target::Path(path.to_owned());
            out.push(many);
        }
        for found in expansion.matches {
            let mut one = effect.clone();
            let found = found.to_string_lossy().into_owned();
            self.observe_path(&mut one, &found, dir);
            one.target = Target::Path(found);
            out.push(one);
        }
    }

    fn observe_path(&mut self, effect: &mut Effect, path: &str, dir: &Path) {
        let seen = palisade_files::resolve_below(path, dir, self.workspace);
        // `rm link` removes the link, not what it points to.
        let own = effect.kind == EffectKind::FileDelete
            && !path.ends_with('/')
            && std::fs::symlink_metadata(&seen.lexical).is_ok_and(|m| m.is_symlink());
        let real = if own {
            parent_resolved(&seen.lexical)
        } else {
            seen.real.clone()
        };
        let directory = seen.directory && !own;
        let copied = effect.kind == EffectKind::FileRead
            && directory
            && COPIERS.contains(&effect.by.split_whitespace().next().unwrap_or_default());
        let facts = Facts {
            lexical: (seen.lexical != real).then(|| seen.lexical.to_string_lossy().into_owned()),
            scope: self.scope(&real),
            exists: seen.exists || own,
            directory,
            root: self.is_root(&real),
            alias_of: if copied {
                palisade_policy::secrets_named_by(&real.to_string_lossy())
                    .into_iter()
                    .find(|p| Path::new(p).exists())
            } else if seen.links > 1 && !directory && !self.is_secret(&real.to_string_lossy()) {
                self.hard_link_alias(seen.dev, seen.ino)
            } else {
                None
            },
            resolved: Some(real.to_string_lossy().into_owned()),
            ..std::mem::take(&mut effect.facts)
        };
        effect.facts = facts;
        if effect.kind == EffectKind::FileDelete {
            // `rm -rf file` removes one file.
            effect.recursive &= effect.facts.directory || !effect.facts.exists;
            self.observe_deletion(effect, &real);
        }
    }

    fn observe_deletion(&mut self, effect: &mut Effect, real: &Path) {
        let facts = &mut effect.facts;
        if facts.scope != Scope::Workspace {
            facts.other_repository = Repository::at(real).is_some()
                || (facts.directory
                    && real.parent().is_some_and(|p| {
                        Repository::discover(p).is_some_and(|r| r.top != self.workspace)
                    }));
        }
        // Files of one folder lie in one repository.
        let folder = if facts.directory { None } else { real.parent() };
        let Some(known) = self.repository(folder.unwrap_or(real)) else {
            if facts.directory {
                facts.regenerable = self.regenerable(real);
                facts.loss = count(&Index::default(), real, Path::new(""));
            }
            return;
        };
        let Some(index) = known.index else {
            return;
        };
        let top = known.repository.top.clone();
        let Some(relative) = known.repository.relative(real).map(Path::to_owned) else {
            return;
        };
        if effect.facts.directory {
            let tracked = index.tracks_below(&relative);
            effect.facts.regenerable = !tracked && self.regenerable(real);
            effect.facts.tracking = if tracked {
                Tracking::Modified
            } else {
                Tracking::Untracked
            };
            if !effect.facts.regenerable {
                let unsaved = index.unsaved(&top, &relative);
                if tracked && unsaved.describe().is_none() {
                    effect.facts.tracking = Tracking::Committed;
                }
                effect.facts.loss = unsaved.describe();
            }
        } else {
            effect.facts.tracking = index.tracking(&top, &relative);
            effect.facts.regenerable =
                effect.facts.tracking == Tracking::Untracked && self.regenerable(real);
        }
    }

    fn observe_discard(&mut self, effect: &mut Effect, dir: &Path) {
        let start = effect.facts.resolved.as_deref().map_or(dir, Path::new);
        let Some(known) = self.repository(start) else {
            return;
        };
        let Some(index) = known.index else {
            return;
        };
        let top = &known.repository.top;
        effect.facts.loss = match &effect.target {
            Target::Path(_) => {
                let below = known.repository.relative(start).unwrap_or(Path::new(""));
                index.unsaved(top, below).describe()
            }
            _ => match index.modified(top) {
                0 => None,
                1 => Some("1 changed file not committed".to_owned()),
                n => Some(format!("{n} changed files not committed")),
            },
        };
    }

    fn observe_ref(
        &mut self,
        effect: &mut Effect,
        remote: Option<&str>,
        name: Option<&str>,
        dir: &Path,
    ) {
        let known = self.repository(dir);
        let repository = known.as_ref().map(|k| &k.repository);
        let names = match (name, repository) {
            (Some("HEAD"), Some(r)) => r.branch().into_iter().collect(),
            (Some(n), _) => vec![n.to_owned()],
            (None, Some(r)) => r.implicit_push_targets(remote),
            (None, None) => Vec::new(),
        };
        // A remote that is not configured yet, beside others that are: where
        // it leads is not known.
        if effect.kind == EffectKind::GitPush
            && let (Some(r), Some(remote)) = (repository, remote)
            && !remote.contains(['/', ':'])
            && !r.remotes().is_empty()
            && !r.has_remote(remote)
        {
            effect.certainty = palisade_core::Certainty::Partial;
        }
        let default = repository.and_then(|r| r.default_branch(remote.unwrap_or("origin")));
        effect.facts.protected_ref = names
            .into_iter()
            .find(|n| self.table.protected_branch(n) || default.as_deref() == Some(n));
    }

    /// Whether an issue goes to the repository one works in. A code host's
    /// program that is not told which takes that one.
    fn observe_host(&mut self, effect: &mut Effect, dir: &Path) {
        let Target::Host { path, .. } = &effect.target else {
            return;
        };
        let path = path.trim_start_matches('/');
        let path = path.strip_prefix("repos/").unwrap_or(path).to_lowercase();
        let mut parts = path.split('/');
        let (Some(owner), Some(name)) = (parts.next(), parts.next()) else {
            effect.facts.other_repository = true;
            return;
        };
        let wanted = format!("{owner}/{name}");
        let remotes = self
            .repository(dir)
            .map(|k| k.repository.remotes())
            .unwrap_or_default();
        effect.facts.other_repository = !remotes.iter().any(|url| {
            let url = url.to_lowercase();
            let url = url.trim_end_matches('/').trim_end_matches(".git");
            url.strip_suffix(&wanted)
                .is_some_and(|before| before.ends_with(['/', ':']))
        });
    }

    /// Whether the commit one is on was not pushed yet, as far as is known here.
    fn only_here(&mut self, dir: &Path) -> bool {
        let Some(known) = self.repository(dir) else {
            return false;
        };
        let repository = &known.repository;
        repository.has_plain_objects()
            && repository
                .tip("HEAD")
                .is_some_and(|head| !repository.every_remote_tip().contains(&head))
    }

    /// Whether no remote has a branch of this name, as far as is known here.
    fn never_pushed(&mut self, dir: &Path) -> bool {
        self.repository(dir).is_some_and(|known| {
            let repository = &known.repository;
            repository.branch().is_some_and(|branch| {
                let end = format!("/{branch}");
                !repository
                    .refs("refs/remotes")
                    .iter()
                    .any(|(name, _)| name.ends_with(&end))
            })
        })
    }

    /// Whether a URL that a remote is given is on a host that a remote is on
    /// already: `https` becomes `ssh`, an owner changes its name.
    fn same_remote(&mut self, effect: &Effect, dir: &Path) -> bool {
        let Target::Host { host, .. } = &effect.target else {
            return false;
        };
        let host = host.to_lowercase();
        let remotes = self
            .repository(dir)
            .map(|k| k.repository.remotes())
            .unwrap_or_default();
        remotes.is_empty()
            || remotes.iter().any(|url| {
                let url = url.to_lowercase();
                let url = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
                let place = url.split(['/', ':']).next().unwrap_or_default();
                place.rsplit('@').next() == Some(host.as_str())
            })
    }

    fn scope(&self, real: &Path) -> Scope {
        if real.starts_with(self.workspace) {
            return Scope::Workspace;
        }
        if real.starts_with(self.home.join(".cache")) {
            return Scope::Temp;
        }
        // Before the temporary folders: a home may itself lie in one.
        if real.starts_with(self.home) && self.home.parent().is_some() {
            return Scope::Home;
        }
        let temporary = ["/tmp", "/var/tmp", "/dev/shm", "/private/tmp"];
        if temporary
            .iter()
            .any(|t| real.starts_with(t) && real != Path::new(t))
        {
            return Scope::Temp;
        }
        Scope::System
    }

    /// A folder whose loss is the loss of everything: the workspace, the home
    /// directory, or anything that contains one of them.
    fn is_root(&self, real: &Path) -> bool {
        self.home.starts_with(real)
            || self.workspace.starts_with(real)
            || real.parent().is_none()
            || (real.components().count() == 2 && real != Path::new("/tmp") && real.is_dir())
    }

    fn regenerable(&self, real: &Path) -> bool {
        let known = |folder: &Path| {
            let (Some(name), Some(parent)) = (folder.file_name(), folder.parent()) else {
                return false;
            };
            self.table
                .regenerable(&name.to_string_lossy())
                .is_some_and(|manifests| {
                    manifests.is_empty()
                        || !real.exists()
                        || manifests.iter().any(|m| parent.join(m).exists())
                })
        };
        // What is in such a folder comes back with it.
        known(real)
            || real
                .ancestors()
                .skip(1)
                .take_while(|a| a.starts_with(self.workspace) && *a != self.workspace)
                .take(32)
                .any(known)
    }

    /// A protected file that is the same file under another name.
    fn hard_link_alias(&self, dev: u64, ino: u64) -> Option<String> {
        let folders = [
            self.workspace.to_owned(),
            self.home.to_owned(),
            self.home.join(".ssh"),
            self.home.join(".aws"),
        ];
        for folder in folders {
            let Ok(entries) = std::fs::read_dir(&folder) else {
                continue;
            };
            for entry in entries.flatten().take(2_000) {
                use std::os::unix::fs::DirEntryExt as _;
                if entry.ino() != ino {
                    continue;
                }
                let path = entry.path();
                let same = std::fs::symlink_metadata(&path).is_ok_and(|m| m.dev() == dev);
                let shown = path.to_string_lossy().into_owned();
                if same && self.is_secret(&shown) {
                    return Some(shown);
                }
            }
        }
        None
    }

    fn is_secret(&self, path: &str) -> bool {
        self.table.is_secret_path(
            path,
            &self.home.to_string_lossy(),
            &self.workspace.to_string_lossy(),
        )
    }

    fn repository(&mut self, start: &Path) -> Option<Known> {
        let key = start.to_owned();
        if let Some(known) = self.repositories.get(&key) {
            return known.clone();
        }
        let found = Repository::discover(start).map(|repository| {
            let already = self
                .repositories
                .values()
                .flatten()
                .find(|k| k.repository.top == repository.top)
                .cloned();
            already.unwrap_or_else(|| Known {
                index: repository.index().map(std::rc::Rc::new),
                repository,
            })
        });
        self.repositories.insert(key, found.clone());
        found
    }
}

fn count(index: &Index, top: &Path, relative: &Path) -> Option<String> {
    let unsaved = index.unsaved(top, relative);
    match unsaved.untracked {
        0 => None,
        1 => Some("1 file".to_owned()),
        n => Some(format!("{n} files")),
    }
}

/// The path with its folder resolved but its last component left alone.
fn parent_resolved(path: &Path) -> PathBuf {
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => {
            palisade_files::resolve(&parent.to_string_lossy(), Path::new("/"))
                .real
                .join(name)
        }
        _ => path.to_owned(),
    }
}

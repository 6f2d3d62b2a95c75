//! Runs recipes: finds the file, reads it, understands what they run.

mod node;
mod tools;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::rc::Rc;

use palisade_core::limits;

use crate::arg::Arg;
use crate::programs::{join, path_target};
use crate::project::{Do, Step, Tool, Wanted};
use crate::state::{State, Var};
use crate::understand::Interp;

/// Folders above the one a command runs in that are looked at for a file.
const ABOVE: usize = 16;

/// A file with recipes.
struct Source {
    path: String,
    /// Its folder.
    dir: String,
    text: String,
    /// Written by the command itself, or given in it.
    own: bool,
}

/// What is being run, and for whom.
#[derive(Clone, Copy)]
struct Running<'a> {
    by: &'a str,
    source: &'a Source,
    wanted: &'a Wanted,
}

/// Looks up another recipe of the file, by name, with what it is given.
type More<'a> = dyn FnMut(&str, &[Arg], &[(String, Arg)]) -> Option<Vec<Do>> + 'a;

/// A file whose recipes do not call each other.
fn alone(_: &str, _: &[Arg], _: &[(String, Arg)]) -> Option<Vec<Do>> {
    None
}

impl Interp<'_> {
    pub(super) fn recipes(&mut self, by: &str, wanted: &Wanted, state: &mut State, out: &mut Arg) {
        let found = match wanted.tool {
            Tool::Node | Tool::NodeExact => self.node(by, wanted, state, out),
            Tool::Composer => self.composer(by, wanted, state, out),
            Tool::Deno => self.deno(by, wanted, state, out),
            Tool::Make | Tool::MakeDry => self.make(by, wanted, state, out),
            Tool::Just => self.just(by, wanted, state, out),
            Tool::Task => self.task(by, wanted, state, out),
            Tool::Poe => self.toml(by, wanted, ("pyproject.toml", "tool.poe.tasks"), state, out),
            Tool::Pdm => self.toml(
                by,
                wanted,
                ("pyproject.toml", "tool.pdm.scripts"),
                state,
                out,
            ),
            Tool::Hatch => {
                let table = "tool.hatch.envs.*.scripts";
                self.toml(by, wanted, ("pyproject.toml", table), state, out)
                    || self.toml(by, wanted, ("hatch.toml", "envs.*.scripts"), state, out)
            }
            Tool::Pipenv => self.toml(by, wanted, ("Pipfile", "scripts"), state, out),
            Tool::Tox | Tool::Procfile => self.listed(by, wanted, state, out),
            Tool::Compose => self.compose(by, wanted, state, out),
            Tool::Direnv => self.direnv(wanted, state, out),
            Tool::Git => self.git_alias(wanted, state, out),
        };
        if !found && !wanted.otherwise.is_empty() {
            let mut sub = state.child();
            self.words(&wanted.otherwise, &mut sub, out, false);
            self.end_of_shell(&mut sub);
            self.keep_files(state);
        } else if !found {
            Self::unknown_output(by, &wanted.args, &[], state, out);
        }
    }

    /// The first of these files, here or in a folder above.
    fn recipe_file(&mut self, names: &[&str], above: bool, state: &State) -> Option<Source> {
        let cwd = self.cwd(state)?.to_owned();
        let mut dir = cwd.trim_end_matches('/');
        for _ in 0..ABOVE {
            for name in names {
                if let Some(found) = self.source_at(join(&format!("{dir}/"), name), state) {
                    return Some(found);
                }
            }
            if !above || dir.is_empty() || dir == self.ctx.home.trim_end_matches('/') {
                break;
            }
            dir = dir.rsplit_once('/').map_or("", |(d, _)| d);
        }
        None
    }

    fn source_at(&mut self, path: String, state: &State) -> Option<Source> {
        let own = state.files.contains_key(&path);
        // Building what was cloned is what it was cloned for: a recipe counts
        // for what is in it, when that can be read.
        let contents = self.file_content(&path, state, true);
        let read = contents.iter().find(|c| !own && c.text().is_some());
        let content = read.or(contents.first())?.clone();
        self.source_of(path, &content, own, state)
    }

    fn source_of(
        &mut self,
        path: String,
        content: &Arg,
        own: bool,
        state: &State,
    ) -> Option<Source> {
        if let Some(origin) = content.origin() {
            // Recipes that came from somewhere are code from there.
            self.opaque(content, origin, state);
            return None;
        }
        let text = content.text()?.to_owned();
        if !self.spend(text.len()) {
            return None;
        }
        let dir = path.rsplit_once('/').map_or("", |(d, _)| d);
        let dir = if dir.is_empty() { "/" } else { dir };
        Some(Source {
            dir: dir.to_owned(),
            path,
            text,
            own,
        })
    }

    /// The file a command names, else one of these.
    fn named_source(
        &mut self,
        wanted: &Wanted,
        names: &[&str],
        above: bool,
        state: &State,
    ) -> Option<Source> {
        let Some(file) = &wanted.file else {
            return self.recipe_file(names, above, state);
        };
        if let Some(content) = file.content() {
            let content = content.clone();
            let cwd = self.cwd(state)?;
            let path = format!("{}/{}", cwd.trim_end_matches('/'), file.shown());
            return self.source_of(path, &content, true, state);
        }
        match path_target(file, self.cwd(state), &self.ctx.home) {
            Some(p) => {
                let mut found = self.source_at(p.path, state)?;
                if matches!(wanted.tool, Tool::Make | Tool::MakeDry) {
                    // Make stays where it was started.
                    self.cwd(state)?.clone_into(&mut found.dir);
                }
                Some(found)
            }
            // `-`, `/dev/stdin`.
            None => {
                let content = state.stdin.clone()?;
                let path = format!("{}/-", self.cwd(state)?);
                self.source_of(path, &content, true, state)
            }
        }
    }

    /// Runs what a recipe does. `more` looks up other recipes of the file.
    fn perform(
        &mut self,
        list: Vec<Do>,
        running: &Running<'_>,
        more: &mut More<'_>,
        state: &mut State,
        out: &mut Arg,
    ) {
        for one in list {
            if self.full() {
                return;
            }
            match one {
                Do::Run(step) => self.step(step, running, state, out),
                Do::Recipe { name, args, vars } => {
                    let key = format!("recipe {} {name}", running.source.path);
                    if self.calling.len() > limits::SHELL_DEPTH
                        || self.calling.iter().any(|(n, _)| *n == key)
                        || !self.first_time(&key, &args, &vars, state)
                    {
                        continue;
                    }
                    self.calling.push((key, self.spawning));
                    if let Some(inner) = more(&name, &args, &vars) {
                        self.perform(inner, running, more, state, out);
                    }
                    self.calling.pop();
                }
            }
        }
    }

    /// Whether this has not been run before from the same state. A recipe is
    /// run once for each, however often others call it.
    fn first_time(
        &mut self,
        key: &str,
        args: &[Arg],
        vars: &[(String, Arg)],
        state: &State,
    ) -> bool {
        if self.substituting > 0 {
            return true;
        }
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        self.cwd(state).hash(&mut hasher);
        state.script.as_ref().map(|v| &v.files).hash(&mut hasher);
        for a in args.iter().chain(vars.iter().map(|(_, v)| v)) {
            a.shown().hash(&mut hasher);
        }
        for (name, value) in state.vars.iter() {
            if state.exported.contains(name) {
                name.hash(&mut hasher);
                if let Var::Scalar(v) = &**value {
                    v.shown().hash(&mut hasher);
                }
            }
        }
        self.recipes_done.insert(hasher.finish())
    }

    fn step(&mut self, step: Step, running: &Running<'_>, state: &mut State, out: &mut Arg) {
        let Running { by, source, wanted } = *running;
        if self.depth >= limits::SHELL_DEPTH {
            self.limit("nested too deeply");
            return;
        }
        self.depth += 1;
        let mut sub = state.child();
        if !source.own {
            let mut given = wanted.args.clone();
            given.extend(wanted.vars.iter().map(|(_, v)| v.clone()));
            given.extend(wanted.names.get(1..).unwrap_or_default().iter().cloned());
            sub.enter_script(&source.path, &given);
        }
        sub.set_cwd(match &step.dir {
            None => vec![source.dir.clone()],
            Some(d) => d.text().map(|d| join(&source.dir, d)).into_iter().collect(),
        });
        for (name, value) in step.vars {
            self.assigned(&name, &value, &mut sub);
            sub.set_scalar(&name, value);
            sub.exported.insert(name);
        }
        match step.language {
            Some("sh") => {
                sub.arg0 = Some(Rc::new(Arg::known("sh")));
                sub.positional = Rc::new(step.args);
                sub.other_positional.clear();
                self.code(&step.code, &mut sub, out);
            }
            Some(other) => self.embedded((by, other), &step.code, &step.args, &mut sub, out),
            None => {
                let path = Arg::known(source.path.clone());
                self.text_of_file(None, &step.code, (&path, &step.args), &mut sub, out);
            }
        }
        self.end_of_shell(&mut sub);
        self.keep_files(state);
        self.depth -= 1;
    }
}

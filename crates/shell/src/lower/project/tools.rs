//! Recipes of make and of the task runners.

use palisade_core::limits;

use crate::arg::{Arg, Origin};
use crate::programs::join;
use crate::project::{
    Do, Step, Tool, Wanted, compose, gitconfig, handed_on, just, make, matches, packages, tables,
    task, yaml,
};
use crate::state::{State, Var};
use crate::understand::Interp;

use super::{Running, Source, alone};

impl Interp<'_> {
    pub(super) fn composer(
        &mut self,
        by: &str,
        wanted: &Wanted,
        state: &mut State,
        out: &mut Arg,
    ) -> bool {
        let Some(source) = self.recipe_file(&["composer.json"], false, state) else {
            return false;
        };
        let Some(json) = packages::json(&source.text) else {
            return false;
        };
        let scripts = packages::scripts(&json, "scripts");
        let recipe = |name: &str, args: &[Arg]| {
            let (_, list) = scripts.iter().find(|(n, _)| n == name)?;
            Some(
                list.iter()
                    .filter_map(|c| composer_command(c, args))
                    .collect::<Vec<_>>(),
            )
        };
        let mut found = false;
        for name in wanted.names.iter().filter_map(Arg::text) {
            if recipe(name, &[]).is_some() {
                found = true;
                let call = vec![Do::Recipe {
                    name: name.to_owned(),
                    args: wanted.args.clone(),
                    vars: Vec::new(),
                }];
                let mut more = |n: &str, args: &[Arg], _: &[(String, Arg)]| recipe(n, args);
                self.perform(
                    call,
                    &Running {
                        by,
                        source: &source,
                        wanted,
                    },
                    &mut more,
                    state,
                    out,
                );
            }
        }
        found
    }

    pub(super) fn deno(
        &mut self,
        by: &str,
        wanted: &Wanted,
        state: &mut State,
        out: &mut Arg,
    ) -> bool {
        let Some(name) = wanted.names.first().and_then(Arg::text) else {
            return false;
        };
        let mut found = false;
        for (file, key) in [
            ("deno.json", "tasks"),
            ("deno.jsonc", "tasks"),
            ("package.json", "scripts"),
        ] {
            let Some(source) = self.recipe_file(&[file], true, state) else {
                continue;
            };
            let Some(json) = packages::json(&source.text) else {
                continue;
            };
            let scripts = packages::scripts(&json, key);
            let named: Vec<&str> = scripts
                .iter()
                .map(|(n, _)| n.as_str())
                .filter(|n| matches(name, n))
                .collect();
            let mut exact = wanted.clone();
            exact.tool = Tool::NodeExact;
            for n in named {
                found = true;
                self.node_script(
                    n,
                    &scripts,
                    &Running {
                        by,
                        source: &source,
                        wanted: &exact,
                    },
                    state,
                    out,
                );
            }
            if found {
                break;
            }
        }
        found
    }

    pub(super) fn make(
        &mut self,
        by: &str,
        wanted: &Wanted,
        state: &mut State,
        out: &mut Arg,
    ) -> bool {
        let source = self.named_source(wanted, make::FILES, false, state);
        let cwd = self.cwd(state).unwrap_or("/").to_owned();
        let outside: Vec<(String, Arg)> = state
            .vars
            .iter()
            .filter(|(n, _)| state.exported.contains(n.as_str()))
            .filter_map(|(n, v)| match &**v {
                Var::Scalar(a) => Some((n.clone(), a.clone())),
                _ => None,
            })
            .chain([("HOME".to_owned(), Arg::known(self.ctx.home.clone()))])
            .collect();
        let mut file = make::Makefile::new(&cwd, &outside, &wanted.vars);
        // Values from the command line that run something do so in any case.
        let typed = Source {
            path: String::new(),
            dir: cwd.clone(),
            text: String::new(),
            own: true,
        };
        let given = file.given();
        self.perform(
            given,
            &Running {
                by,
                source: &typed,
                wanted,
            },
            &mut alone,
            state,
            out,
        );
        let Some(source) = source else {
            return false;
        };
        let files = std::cell::RefCell::new(Vec::new());
        {
            let dir = source.dir.clone();
            let this = &*self;
            file.read(&source.text, &mut |name| {
                let path = join(&dir, name);
                let text = this.file_content(&path, state, true);
                let text = text.first()?.text()?.to_owned();
                files.borrow_mut().push(path);
                Some(text)
            });
        }
        let goals: Vec<String> = wanted
            .names
            .iter()
            .filter_map(|n| n.text().map(str::to_owned))
            .collect();
        let plan = if wanted.tool == Tool::MakeDry {
            Some(Vec::new())
        } else {
            file.plan(&goals)
        };
        let mut list = file.evaluated();
        let found = plan.is_some();
        list.extend(plan.unwrap_or_default());
        if file.is_spent() {
            self.limit("a makefile that multiplies");
        }
        let key = format!("make {} {}", source.path, goals.join(" "));
        if self.calling.iter().any(|(n, _)| *n == key)
            || self.calling.len() > limits::SHELL_DEPTH
            || !self.first_time(&key, &wanted.names, &wanted.vars, state)
        {
            return found;
        }
        self.calling.push((key, self.spawning));
        let mut wanted = wanted.clone();
        // Goals name rules, not what is touched.
        wanted.names.clear();
        let mut sub = state.clone();
        if !source.own {
            for included in files.into_inner() {
                // Its rules may come from any of these.
                let given: Vec<Arg> = wanted.vars.iter().map(|(_, v)| v.clone()).collect();
                sub.enter_script(&included, &given);
            }
        }
        self.perform(
            list,
            &Running {
                by,
                source: &source,
                wanted: &wanted,
            },
            &mut alone,
            &mut sub,
            out,
        );
        self.calling.pop();
        self.keep_files(state);
        for (path, content) in sub.files.iter() {
            if !state.files.contains_key(path)
                && let Some(Some(c)) = content.first()
            {
                state.wrote(path.clone(), (**c).clone());
            }
        }
        found
    }

    pub(super) fn just(
        &mut self,
        by: &str,
        wanted: &Wanted,
        state: &mut State,
        out: &mut Arg,
    ) -> bool {
        let Some(source) = self.named_source(wanted, just::FILES, true, state) else {
            return false;
        };
        let mut file = just::parse(&source.text, &wanted.vars);
        for name in std::mem::take(&mut file.imports).into_iter().take(16) {
            if let Some(s) = self.source_at(join(&source.dir, &name), state) {
                file.with(just::parse(&s.text, &wanted.vars));
            }
        }
        let evaluated: Vec<Do> = file.evaluated().collect();
        let mut words = wanted.names.clone();
        if words.is_empty() {
            words.extend(file.default_name().map(Arg::known));
        }
        let mut list = evaluated;
        let mut found = false;
        let mut rest = words.as_slice();
        while let Some((name, more)) = rest.split_first() {
            let Some(name) = name.text() else { break };
            let takes = file.takes(name).min(more.len());
            let args = more.get(..takes).unwrap_or_default();
            found |= file.recipe(name, args).is_some();
            list.push(Do::Recipe {
                name: name.to_owned(),
                args: args.to_vec(),
                vars: Vec::new(),
            });
            rest = more.get(takes..).unwrap_or_default();
        }
        let mut more = |n: &str, args: &[Arg], _: &[(String, Arg)]| file.recipe(n, args);
        self.perform(
            list,
            &Running {
                by,
                source: &source,
                wanted,
            },
            &mut more,
            state,
            out,
        );
        found
    }

    pub(super) fn task(
        &mut self,
        by: &str,
        wanted: &Wanted,
        state: &mut State,
        out: &mut Arg,
    ) -> bool {
        let Some(source) = self.named_source(wanted, task::FILES, true, state) else {
            return false;
        };
        let file = yaml::parse(&source.text);
        let mut names: Vec<&str> = wanted.names.iter().filter_map(Arg::text).collect();
        if names.is_empty() {
            names.push("default");
        }
        let found = names
            .iter()
            .any(|n| task::recipe(&file, n, &[], &[]).is_some());
        let list = names
            .into_iter()
            .map(|n| Do::Recipe {
                name: n.to_owned(),
                args: wanted.args.clone(),
                vars: wanted.vars.clone(),
            })
            .collect();
        let mut more =
            |n: &str, args: &[Arg], vars: &[(String, Arg)]| task::recipe(&file, n, args, vars);
        // A task's name is no value of its own.
        let mut given = wanted.clone();
        given.names.clear();
        self.perform(
            list,
            &Running {
                by,
                source: &source,
                wanted: &given,
            },
            &mut more,
            state,
            out,
        );
        found
    }

    pub(super) fn toml(
        &mut self,
        by: &str,
        wanted: &Wanted,
        (file, table): (&str, &str),
        state: &mut State,
        out: &mut Arg,
    ) -> bool {
        let Some(source) = self.recipe_file(&[file], true, state) else {
            return false;
        };
        let Some(name) = wanted.names.first().and_then(Arg::text) else {
            return false;
        };
        // `hatch run docs:build`.
        let name = match wanted.tool {
            Tool::Hatch => name.rsplit(':').next().unwrap_or(name),
            _ => name,
        };
        let content = tables::toml(&source.text);
        let recipe = |n: &str, args: &[Arg]| tables::recipe(&content, table, n, args);
        if recipe(name, &[]).is_none() {
            return false;
        }
        let list = vec![Do::Recipe {
            name: name.to_owned(),
            args: wanted.args.clone(),
            vars: Vec::new(),
        }];
        let mut more = |n: &str, args: &[Arg], _: &[(String, Arg)]| {
            recipe(n, args).or_else(|| {
                // No task: a command of one word.
                Some(vec![Do::Run(Step::shell(Arg::known(n)))])
            })
        };
        self.perform(
            list,
            &Running {
                by,
                source: &source,
                wanted,
            },
            &mut more,
            state,
            out,
        );
        true
    }

    /// Files that list commands without more ado.
    pub(super) fn listed(
        &mut self,
        by: &str,
        wanted: &Wanted,
        state: &mut State,
        out: &mut Arg,
    ) -> bool {
        let tox = wanted.tool == Tool::Tox;
        let files: &[&str] = if tox {
            &["tox.ini", "setup.cfg"]
        } else {
            &["Procfile"]
        };
        let Some(source) = self.named_source(wanted, files, false, state) else {
            return false;
        };
        let names: Vec<String> = wanted
            .names
            .iter()
            .filter_map(|n| n.text().map(str::to_owned))
            .collect();
        let list = if tox {
            tables::tox(&source.text, &names)
        } else {
            tables::procfile(&source.text, &names)
        };
        let found = !list.is_empty();
        self.perform(
            list,
            &Running {
                by,
                source: &source,
                wanted,
            },
            &mut alone,
            state,
            out,
        );
        found
    }

    pub(super) fn compose(
        &mut self,
        by: &str,
        wanted: &Wanted,
        state: &mut State,
        out: &mut Arg,
    ) -> bool {
        let Some(source) = self.named_source(wanted, compose::FILES, true, state) else {
            return false;
        };
        let names: Vec<String> = wanted
            .names
            .iter()
            .filter_map(|n| n.text().map(str::to_owned))
            .collect();
        let home = Arg::known(self.ctx.home.clone());
        for words in compose::containers(&yaml::parse(&source.text), &names) {
            let quoted: Vec<Arg> = words
                .iter()
                .map(|w| {
                    let t = w
                        .shown()
                        .replace("${HOME}", home.shown())
                        .replace("$HOME", home.shown());
                    let t = match t.strip_prefix('~') {
                        Some(rest) => format!("{}{rest}", home.shown()),
                        None => t,
                    };
                    match t.split_once('$') {
                        // Filled in by somebody else.
                        Some((before, _)) => {
                            let mut a = Arg::known(before);
                            a.push_hole("${…}", Origin::Environment);
                            a
                        }
                        None => Arg::known(t),
                    }
                })
                .collect();
            let mut sub = state.child();
            if !source.own {
                sub.enter_script(&source.path, &[]);
            }
            sub.set_cwd(vec![source.dir.clone()]);
            self.words(&quoted, &mut sub, out, false);
        }
        let _ = by;
        true
    }

    /// An alias of git: the repository's configuration, then the user's.
    pub(super) fn git_alias(&mut self, wanted: &Wanted, state: &mut State, out: &mut Arg) -> bool {
        let Some(name) = wanted.names.first().and_then(Arg::text) else {
            return false;
        };
        let home = self.ctx.home.clone();
        let named = match (&wanted.file, state.exported_value("GIT_DIR")) {
            (Some(dir), _) | (None, Some(Var::Scalar(dir))) => dir.text().map(str::to_owned),
            _ => None,
        };
        let repository = match (named, self.cwd(state)) {
            (Some(dir), Some(cwd)) => {
                let path = format!("{}/config", join(cwd, &dir));
                self.source_at(path, state)
            }
            _ => self.recipe_file(&[".git/config"], true, state),
        };
        let files = [
            format!("{home}/.gitconfig"),
            format!("{home}/.config/git/config"),
        ];
        let user = files.into_iter().filter_map(|f| self.source_at(f, state));
        let mut sources: Vec<_> = repository.into_iter().collect();
        sources.extend(user.collect::<Vec<_>>());
        for mut source in sources {
            let Some(value) = gitconfig::alias(&source.text, name) else {
                continue;
            };
            let here = self.cwd(state).unwrap_or("/");
            // A command runs at the top, other words where git was called.
            let top = source.dir.strip_suffix("/.git").unwrap_or(here).to_owned();
            let (dir, code) = match value.strip_prefix('!') {
                Some(code) => (top, code.to_owned()),
                None => (here.to_owned(), format!("git {value}")),
            };
            source.dir = dir;
            let mut code = Arg::known(code);
            if !wanted.args.is_empty() {
                code.push_text(" ");
                code.push(&handed_on(&wanted.args));
            }
            let mut step = Step::shell(code);
            step.args.clone_from(&wanted.args);
            let mut list = Some(vec![Do::Run(step)]);
            let call = vec![Do::Recipe {
                name: name.to_owned(),
                args: wanted.args.clone(),
                vars: Vec::new(),
            }];
            let running = Running {
                by: "git",
                source: &source,
                wanted,
            };
            let mut more = |_: &str, _: &[Arg], _: &[(String, Arg)]| list.take();
            self.perform(call, &running, &mut more, state, out);
            return true;
        }
        false
    }

    /// What direnv would load.
    pub(super) fn direnv(&mut self, wanted: &Wanted, state: &mut State, out: &mut Arg) -> bool {
        let Some(source) = self.named_source(wanted, &[".envrc"], true, state) else {
            return false;
        };
        let mut only = wanted.clone();
        only.names.clear();
        let list = vec![Do::Run(Step::shell(Arg::known(source.text.clone())))];
        self.perform(
            list,
            &Running {
                by: "direnv",
                source: &source,
                wanted: &only,
            },
            &mut alone,
            state,
            out,
        );
        true
    }
}

/// A command of composer's scripts.
fn composer_command(code: &str, args: &[Arg]) -> Option<Do> {
    let code = code.trim();
    if let Some(rest) = code.strip_prefix('@') {
        let (word, tail) = rest.split_once(' ').unwrap_or((rest, ""));
        let tool = matches!(word, "php" | "composer");
        if word == "putenv" || word == "no_additional_args" {
            return None;
        }
        if !tool {
            let mut given: Vec<Arg> = tail.split_whitespace().map(Arg::known).collect();
            given.extend_from_slice(args);
            return Some(Do::Recipe {
                name: word.to_owned(),
                args: given,
                vars: Vec::new(),
            });
        }
        return composer_command(rest, args);
    }
    // A method of a class of the project.
    if code.contains("::") && !code.contains(' ') {
        return None;
    }
    let mut whole = Arg::known(code);
    if !args.is_empty() {
        whole.push_text(" ");
        whole.push(&handed_on(args));
    }
    Some(Do::Run(Step::shell(whole)))
}

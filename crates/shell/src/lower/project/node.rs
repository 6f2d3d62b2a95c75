//! Scripts of packages of JavaScript, alone and in a workspace.

use serde_json::Value;

use crate::arg::Arg;
use crate::project::{Do, Members, Step, Tool, Wanted, handed_on, matches, packages, yaml};
use crate::state::State;
use crate::understand::Interp;

use super::{Running, Source, alone};

/// Members of a workspace that are looked at.
const MEMBERS: usize = 100;

impl Interp<'_> {
    /// Scripts of the packages that are meant.
    pub(super) fn node(
        &mut self,
        by: &str,
        wanted: &Wanted,
        state: &mut State,
        out: &mut Arg,
    ) -> bool {
        let packages = self.node_packages(wanted, state);
        if packages.is_empty() {
            // Nothing says what the words mean.
            Self::unknown_output(by, &wanted.args, &[], state, out);
            return true;
        }
        let mut found = false;
        for (source, json) in packages {
            let scripts = packages::scripts(&json, "scripts");
            let targets = if by == "nx" {
                self.source_at(format!("{}/project.json", source.dir), state)
            } else {
                None
            };
            for name in &wanted.names {
                let Some(name) = name.text() else { continue };
                if let Some(project) = &targets
                    && let Some(json) = packages::json(&project.text)
                {
                    let list = packages::nx(&json, name).into_iter();
                    let list = list.map(|c| Do::Run(Step::shell(Arg::known(c)))).collect();
                    self.perform(
                        list,
                        &Running {
                            by,
                            source: project,
                            wanted,
                        },
                        &mut alone,
                        state,
                        out,
                    );
                }
                let named: Vec<&str> = scripts
                    .iter()
                    .map(|(n, _)| n.as_str())
                    .filter(|n| matches(name, n))
                    .collect();
                for name in named {
                    found = true;
                    self.node_script(
                        name,
                        &scripts,
                        &Running {
                            by,
                            source: &source,
                            wanted,
                        },
                        state,
                        out,
                    );
                }
            }
        }
        found
    }

    pub(super) fn node_script(
        &mut self,
        name: &str,
        scripts: &[(String, Vec<String>)],
        running: &Running<'_>,
        state: &mut State,
        out: &mut Arg,
    ) {
        let wanted = running.wanted;
        let around = wanted.tool != Tool::NodeExact;
        let mut list = Vec::new();
        for (prefix, args) in [("pre", None), ("", Some(&wanted.args)), ("post", None)] {
            if !prefix.is_empty() && !around {
                continue;
            }
            let full = format!("{prefix}{name}");
            for code in scripts
                .iter()
                .filter(|(n, _)| *n == full)
                .flat_map(|(_, c)| c)
            {
                let mut code = Arg::known(code.clone());
                if let Some(args) = args.filter(|a| !a.is_empty()) {
                    code.push_text(" ");
                    code.push(&handed_on(args));
                }
                let mut step = Step::shell(code);
                step.vars = vec![("npm_lifecycle_event".to_owned(), Arg::known(full.clone()))];
                list.push(Do::Run(step));
            }
        }
        // As a call of itself, so that what runs itself ends.
        let mut list = Some(list);
        let call = vec![Do::Recipe {
            name: name.to_owned(),
            args: wanted.args.clone(),
            vars: Vec::new(),
        }];
        let mut more = |_: &str, _: &[Arg], _: &[(String, Arg)]| list.take();
        self.perform(call, running, &mut more, state, out);
    }

    fn node_packages(&mut self, wanted: &Wanted, state: &State) -> Vec<(Source, Value)> {
        let Some(here) = self.recipe_file(&["package.json"], true, state) else {
            return Vec::new();
        };
        let Some(json) = packages::json(&here.text) else {
            return Vec::new();
        };
        if wanted.members == Members::Here {
            return vec![(here, json)];
        }
        let (root, patterns) = self.workspace_root(&here, &json, state);
        let mut out = Vec::new();
        let meant = |dir: &str, json: &Value| match &wanted.members {
            Members::Some(names) => names.iter().any(|n| {
                let n = n.trim_matches(['.', '{', '}', '^', '/']);
                let name = json.get("name").and_then(Value::as_str).unwrap_or_default();
                matches(n, name)
                    || name.rsplit('/').next() == Some(n)
                    || dir.ends_with(&format!("/{n}"))
            }),
            _ => true,
        };
        for dir in self.member_folders(&root, &patterns) {
            let Some(source) = self.source_at(format!("{dir}/package.json"), state) else {
                continue;
            };
            if let Some(json) = packages::json(&source.text)
                && meant(&dir, &json)
            {
                out.push((source, json));
            }
        }
        if out.is_empty() || wanted.members == Members::All {
            out.insert(0, (here, json));
        }
        out
    }

    /// The folder whose packages belong together, and where they are.
    fn workspace_root(
        &mut self,
        here: &Source,
        json: &Value,
        state: &State,
    ) -> (String, Vec<String>) {
        let mut dir = here.dir.clone();
        for step in 0..4 {
            let own = if step == 0 { Some(json.clone()) } else { None };
            let json = own.or_else(|| {
                let s = self.source_at(format!("{dir}/package.json"), state)?;
                packages::json(&s.text)
            });
            let mut patterns = json.as_ref().map(packages::members).unwrap_or_default();
            if let Some(s) = self.source_at(format!("{dir}/pnpm-workspace.yaml"), state) {
                let file = yaml::parse(&s.text);
                let list = file.get("packages").map(yaml::Yaml::items);
                patterns.extend(
                    list.unwrap_or_default()
                        .iter()
                        .filter_map(|p| p.text().map(str::to_owned)),
                );
            }
            if patterns.is_empty()
                && let Some(s) = self.source_at(format!("{dir}/lerna.json"), state)
            {
                patterns = packages::json(&s.text)
                    .map(|j| packages::members(&j))
                    .unwrap_or_default();
            }
            if !patterns.is_empty() {
                return (dir, patterns);
            }
            match dir.rsplit_once('/') {
                Some((d, _)) if !d.is_empty() => dir.truncate(d.len()),
                _ => break,
            }
        }
        let usual = ["packages/*", "apps/*", "libs/*"];
        (
            here.dir.clone(),
            usual.iter().map(|p| (*p).to_owned()).collect(),
        )
    }

    fn member_folders(&self, root: &str, patterns: &[String]) -> Vec<String> {
        let mut out = Vec::new();
        for pattern in patterns.iter().filter(|p| !p.starts_with('!')).take(32) {
            let mut folders = vec![root.to_owned()];
            for part in pattern.trim_matches(['.', '/']).split('/') {
                let mut next = Vec::new();
                for f in folders.iter().take(MEMBERS) {
                    if !part.contains('*') {
                        next.push(format!("{f}/{part}"));
                        continue;
                    }
                    let names = self.observer.folders(f);
                    next.extend(
                        names
                            .iter()
                            .filter(|n| *n != "node_modules" && matches(part, n))
                            .map(|n| format!("{f}/{n}")),
                    );
                }
                folders = next;
            }
            out.extend(folders);
            if out.len() >= MEMBERS {
                break;
            }
        }
        out.truncate(MEMBERS);
        out
    }
}

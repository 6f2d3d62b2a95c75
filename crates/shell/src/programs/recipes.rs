//! Programs that run recipes of the project: which ones a call names.

use crate::arg::Arg;
use crate::project::{Members, Tool, Wanted};

use super::args::{parse, parse_leading};
use super::{Call, Place, Run};

/// What these calls run besides what their tables say. Nothing for others.
pub(crate) fn of(call: &Call<'_>) -> Vec<Run> {
    match call.program {
        "npm" | "cnpm" | "pnpm" | "yarn" | "yarnpkg" | "bun" => node(call),
        "node" => node_run(call),
        "deno" => deno(call),
        "run-s" | "run-p" | "npm-run-all" | "npm-run-all2" => run_all(call),
        "concurrently" => concurrently(call),
        "lerna" | "turbo" | "nx" | "rush" | "wireit" => monorepo(call),
        "make" | "gmake" | "bmake" | "mingw32-make" => make(call),
        "just" => just(call),
        "task" | "go-task" => task(call),
        "poe" | "pdm" | "hatch" | "pipenv" | "poetry" => python(call),
        "composer" => composer(call),
        "tox" => tox(call),
        "foreman" | "honcho" | "overmind" | "hivemind" | "goreman" | "nf" => procfile(call),
        "docker" | "docker-compose" | "podman" | "podman-compose" => compose(call),
        "direnv" => direnv(call),
        _ => Vec::new(),
    }
}

fn run(wanted: Wanted, dir: Option<&Arg>) -> Run {
    let inner = Run::Recipe(Box::new(wanted));
    match dir {
        Some(d) => Run::In(Place::Directory(d.clone()), Box::new(inner)),
        None => inner,
    }
}

/// Words after the first that is `word`, as they were given.
fn after<'c>(call: &Call<'c>, word: &Arg) -> &'c [Arg] {
    let at = call.args.iter().position(|a| a == word);
    at.and_then(|i| call.args.get(i + 1..)).unwrap_or_default()
}

/// Scripts that managers run by themselves.
const LIFECYCLES: &[(&[&str], &[&str])] = &[
    (
        &[
            "install",
            "i",
            "ci",
            "clean-install",
            "ic",
            "isntall",
            "in",
            "",
        ],
        &[
            "preinstall",
            "install",
            "postinstall",
            "prepublish",
            "preprepare",
            "prepare",
            "postprepare",
        ],
    ),
    (
        &["publish"],
        &[
            "prepublishOnly",
            "prepack",
            "prepare",
            "postpack",
            "publish",
            "postpublish",
        ],
    ),
    (&["pack"], &["prepack", "prepare", "postpack"]),
    (&["version"], &["preversion", "version", "postversion"]),
    (&["rebuild"], &["preinstall", "install", "postinstall"]),
];

fn node(call: &Call<'_>) -> Vec<Run> {
    const VALUES: &str = "prefix C dir cwd workspace filter F registry loglevel tag otp userconfig cache reporter script-shell node-options include omit";
    let npm = call.program.ends_with("npm") && call.program != "pnpm";
    let values = if npm {
        format!("{VALUES} w")
    } else {
        VALUES.to_owned()
    };
    let p = parse(call.args, &values);
    if p.has("help h version v") && p.operands.is_empty() {
        return Vec::new();
    }
    let dir = p.value("prefix C dir cwd").cloned();
    let mut members = match p
        .values("workspace w filter F")
        .map(Arg::shown)
        .collect::<Vec<_>>()
    {
        names if names.is_empty() && p.has("workspaces r recursive ws") => Members::All,
        names if names.is_empty() => Members::Here,
        names => Members::Some(names.into_iter().map(str::to_owned).collect()),
    };
    let mut words = p.operands.as_slice();
    if call.program.starts_with("yarn") {
        match words {
            [first, name, rest @ ..] if first.is("workspace") => {
                members = Members::Some(vec![name.shown().to_owned()]);
                words = rest;
            }
            [first, rest @ ..] if first.is("workspaces") => {
                members = Members::All;
                words = match rest {
                    [each, rest @ ..] if each.is("foreach") => rest,
                    rest => rest,
                };
            }
            _ => {}
        }
    }
    let verb = words.first().and_then(Arg::text).unwrap_or_default();
    let rest = words.get(1..).unwrap_or_default();
    let mut wanted = Wanted::new(Tool::Node);
    wanted.members = members;
    let known = super::packages::is_manager_verb(call.program, verb);
    match verb {
        "run" | "run-script" | "rum" | "urn" => {
            let Some((name, more)) = rest.split_first() else {
                return Vec::new();
            };
            wanted.names = vec![name.clone()];
            wanted.args = more.to_vec();
            if npm {
                if let Some(at) = call.args.iter().position(|a| a.is("--")) {
                    let tail = call.args.get(at + 1..).unwrap_or_default();
                    let plain = more.len().saturating_sub(tail.len());
                    wanted.args.truncate(plain);
                    wanted.args.extend_from_slice(tail);
                }
            } else {
                wanted.args = without_dashes(after(call, name));
                if !(call.program == "bun" && name.shown().contains(['.', '/'])) {
                    wanted.otherwise = std::iter::once(name).chain(&wanted.args).cloned().collect();
                }
            }
        }
        "test" | "t" | "tst" if call.program != "bun" => {
            wanted = wanted.in_place("test", rest);
        }
        "start" | "stop" | "restart" if call.program != "bun" => {
            wanted = wanted.in_place(verb, rest);
            if verb == "start" {
                wanted.otherwise = vec![Arg::known("node"), Arg::known("server.js")];
            }
        }
        "it" | "install-test" | "cit" | "install-ci-test" => {
            wanted = wanted.in_place("test", &[]);
        }
        _ if !known && !npm && !verb.is_empty() => {
            // A script of this name, or a program of the project's packages.
            let Some(name) = words.first() else {
                return Vec::new();
            };
            wanted.names = vec![name.clone()];
            wanted.args = without_dashes(after(call, name));
            if call.program != "bun" || !verb.contains(['.', '/']) {
                wanted.otherwise = std::iter::once(name).chain(&wanted.args).cloned().collect();
            }
        }
        _ => {
            let lifecycle = LIFECYCLES
                .iter()
                .find(|(verbs, _)| verbs.contains(&verb))
                .filter(|_| rest.is_empty() || verb == "version" || verb == "publish");
            let Some((_, scripts)) = lifecycle else {
                return Vec::new();
            };
            let silent = verb.is_empty() && !call.program.starts_with("yarn");
            if silent || p.has("ignore-scripts g global") {
                return Vec::new();
            }
            wanted.tool = Tool::NodeExact;
            wanted = wanted.named(scripts);
        }
    }
    vec![run(wanted, dir.as_ref())]
}

impl Wanted {
    fn in_place(mut self, name: &str, args: &[Arg]) -> Self {
        self.names = vec![Arg::known(name)];
        self.args = args.to_vec();
        self
    }
}

fn without_dashes(args: &[Arg]) -> Vec<Arg> {
    match args.split_first() {
        Some((first, rest)) if first.is("--") => rest.to_vec(),
        _ => args.to_vec(),
    }
}

/// `node --run name -- args`.
fn node_run(call: &Call<'_>) -> Vec<Run> {
    let p = parse_leading(call.args, "run");
    let Some(name) = p.value("run") else {
        return Vec::new();
    };
    let mut wanted = Wanted::new(Tool::NodeExact);
    wanted.names = vec![name.clone()];
    wanted.args.clone_from(&p.operands);
    vec![run(wanted, None)]
}

fn deno(call: &Call<'_>) -> Vec<Run> {
    let p = parse_leading(call.args, "c config cwd");
    if p.word(0) != "task" {
        return Vec::new();
    }
    let q = parse_leading(
        p.operands.get(1..).unwrap_or_default(),
        "c config cwd f filter",
    );
    let Some((name, args)) = q.operands.split_first() else {
        return Vec::new();
    };
    let mut wanted = Wanted::new(Tool::Deno);
    wanted.names = vec![name.clone()];
    wanted.args = args.to_vec();
    vec![run(wanted, q.value("cwd"))]
}

/// `run-s a 'b:* -- --x'`.
fn run_all(call: &Call<'_>) -> Vec<Run> {
    let at = call.args.iter().position(|a| a.is("--"));
    let words = at.and_then(|i| call.args.get(..i)).unwrap_or(call.args);
    let p = parse(words, "npm-path max-parallel node-args n");
    p.operands
        .iter()
        .filter_map(|o| named(o.text()?))
        .map(|w| run(w, None))
        .collect()
}

/// A script and its arguments in one word.
fn named(text: &str) -> Option<Wanted> {
    let mut words = text.split_whitespace();
    let mut wanted = Wanted::new(Tool::Node).named(&[words.next()?]);
    wanted.args = words.filter(|w| *w != "--").map(Arg::known).collect();
    Some(wanted)
}

/// `concurrently npm:watch "npm:build:* -- --x"`.
fn concurrently(call: &Call<'_>) -> Vec<Run> {
    call.args
        .iter()
        .filter_map(Arg::text)
        .filter_map(|t| {
            let (manager, script) = t.split_once(':')?;
            ["npm", "pnpm", "yarn", "bun", "node", "deno"]
                .contains(&manager)
                .then(|| named(script))?
        })
        .map(|w| run(w, None))
        .collect()
}

/// `turbo run build test`, `nx run-many -t build`, `nx build app`.
fn monorepo(call: &Call<'_>) -> Vec<Run> {
    let p = parse_leading(call.args, "filter F scope cwd concurrency");
    let rest = p.operands.get(1..).unwrap_or_default();
    let q = parse(
        rest,
        "filter F scope t target targets projects p concurrency cwd exclude c configuration",
    );
    let mut names: Vec<String> = match p.word(0) {
        "run-many" | "affected" => q
            .values("t target targets")
            .filter_map(Arg::text)
            .flat_map(|t| t.split(','))
            .map(str::to_owned)
            .collect(),
        "run" => q
            .operands
            .iter()
            .filter_map(Arg::text)
            // `nx run app:build:production`.
            .map(|t| match (call.program, t.split(':').nth(1)) {
                ("nx", Some(target)) => target.to_owned(),
                _ => t.rsplit('#').next().unwrap_or(t).to_owned(),
            })
            .collect(),
        "" => Vec::new(),
        verb if matches!(call.program, "turbo" | "nx") => vec![verb.to_owned()],
        _ => Vec::new(),
    };
    names.truncate(16);
    if names.is_empty() {
        return Vec::new();
    }
    let mut wanted = Wanted::new(Tool::Node);
    wanted.names = names.into_iter().map(Arg::known).collect();
    wanted.members = Members::All;
    vec![run(wanted, p.value("cwd").or_else(|| q.value("cwd")))]
}

fn make(call: &Call<'_>) -> Vec<Run> {
    let p = parse(
        call.args,
        "C directory f file makefile j jobs l load-average I include-dir o old-file assume-old W what-if assume-new new-file E eval",
    );
    if p.has("help h version v") {
        return Vec::new();
    }
    let mut wanted = Wanted::new(if p.has("n just-print dry-run recon q question t touch") {
        Tool::MakeDry
    } else {
        Tool::Make
    });
    for o in &p.operands {
        match assigned(o) {
            Some(pair) => wanted.vars.push(pair),
            None => wanted.names.push(o.clone()),
        }
    }
    let mut out = Vec::new();
    let directories: Vec<&Arg> = p.values("C directory").collect();
    let within = |wanted: Wanted| {
        directories
            .iter()
            .rev()
            .fold(Run::Recipe(Box::new(wanted)), |inner, d| {
                Run::In(Place::Directory((*d).clone()), Box::new(inner))
            })
    };
    for text in p.values("E eval") {
        let mut w = wanted.clone();
        let content = text.clone();
        w.file = Some(Arg::known("--eval").with_content(content));
        w.tool = Tool::Make;
        out.push(within(w));
    }
    let files: Vec<&Arg> = p.values("f file makefile").collect();
    if files.is_empty() {
        out.push(within(wanted));
    } else {
        for f in files {
            let mut w = wanted.clone();
            w.file = Some(f.clone());
            out.push(within(w));
        }
    }
    out
}

/// `NAME=value`, `NAME:=value`.
fn assigned(a: &Arg) -> Option<(String, Arg)> {
    let (name, value) = a.split_once('=')?;
    let name = name.text()?.trim_end_matches([':', '+', '?']);
    let plain = !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    plain.then(|| (name.to_owned(), value))
}

fn just(call: &Call<'_>) -> Vec<Run> {
    let p = parse_leading(
        call.args,
        "f justfile d working-directory dotenv-path dotenv-filename E color command-color dump-format shell shell-arg chooser tempdir",
    );
    if p.has("help h version V list l summary show s dump fmt evaluate choose init edit e changelog completions variables n dry-run command c")
    {
        return Vec::new();
    }
    let mut wanted = Wanted::new(Tool::Just);
    wanted.file = p.value("f justfile").cloned();
    let mut words = p.operands.clone();
    // `--set name value` is two words; the parser took neither.
    if p.has("set") && words.len() >= 2 {
        let value = words.remove(1);
        let name = words.remove(0);
        wanted.vars.push((name.shown().to_owned(), value));
    }
    for o in words {
        match assigned(&o).filter(|_| wanted.names.is_empty()) {
            Some(pair) => wanted.vars.push(pair),
            None => wanted.names.push(o),
        }
    }
    vec![run(wanted, p.value("d working-directory"))]
}

fn task(call: &Call<'_>) -> Vec<Run> {
    let at = call.args.iter().position(|a| a.is("--"));
    let (words, args) = match at {
        Some(i) => (
            call.args.get(..i).unwrap_or_default(),
            call.args.get(i + 1..).unwrap_or_default(),
        ),
        None => (call.args, [].as_slice()),
    };
    let p = parse(words, "t taskfile d dir o output C concurrency I interval");
    if p.has("help h version l list a list-all n dry summary status i init json") {
        return Vec::new();
    }
    let mut wanted = Wanted::new(Tool::Task);
    wanted.file = p.value("t taskfile").cloned();
    wanted.args = args.to_vec();
    for o in &p.operands {
        match assigned(o) {
            Some(pair) => wanted.vars.push(pair),
            None => wanted.names.push(o.clone()),
        }
    }
    vec![run(wanted, p.value("d dir"))]
}

fn python(call: &Call<'_>) -> Vec<Run> {
    let p = parse_leading(call.args, "C directory project p e env root");
    let (tool, words) = match (call.program, p.word(0)) {
        ("poe", _) => (Tool::Poe, p.operands.as_slice()),
        ("poetry", "poe") => (Tool::Poe, p.operands.get(1..).unwrap_or_default()),
        ("pdm", "run") => (Tool::Pdm, p.operands.get(1..).unwrap_or_default()),
        ("hatch", "run" | "test" | "fmt") => (Tool::Hatch, p.operands.get(1..).unwrap_or_default()),
        ("pipenv", "run") => (Tool::Pipenv, p.operands.get(1..).unwrap_or_default()),
        _ => return Vec::new(),
    };
    let Some((name, args)) = words.split_first() else {
        return Vec::new();
    };
    let mut wanted = Wanted::new(tool);
    wanted.names = vec![name.clone()];
    wanted.args = args.to_vec();
    vec![run(wanted, p.value("C directory root"))]
}

fn composer(call: &Call<'_>) -> Vec<Run> {
    let p = parse_leading(call.args, "d working-dir");
    let rest = p.operands.get(1..).unwrap_or_default();
    let mut wanted = Wanted::new(Tool::Composer);
    if p.has("no-scripts") || rest.iter().any(|a| a.is("--no-scripts")) {
        return Vec::new();
    }
    wanted = match p.word(0) {
        "" => return Vec::new(),
        "install" => wanted.named(&[
            "pre-install-cmd",
            "pre-autoload-dump",
            "post-autoload-dump",
            "post-install-cmd",
        ]),
        "update" | "require" | "remove" => wanted.named(&[
            "pre-update-cmd",
            "pre-autoload-dump",
            "post-autoload-dump",
            "post-update-cmd",
        ]),
        "dump-autoload" | "dumpautoload" => {
            wanted.named(&["pre-autoload-dump", "post-autoload-dump"])
        }
        "run" | "run-script" | "exec" => {
            let q = parse_leading(rest, "timeout");
            let Some((name, args)) = q.operands.split_first() else {
                return Vec::new();
            };
            if p.word(0) == "exec" {
                wanted.otherwise.clone_from(&q.operands);
                wanted.names = Vec::new();
            } else {
                wanted.names = vec![name.clone()];
                wanted.args = without_dashes(args);
            }
            wanted
        }
        name => {
            let mut wanted = wanted.named(&[name]);
            wanted.args = without_dashes(rest);
            wanted
        }
    };
    vec![run(wanted, p.value("d working-dir"))]
}

fn tox(call: &Call<'_>) -> Vec<Run> {
    let p = parse(call.args, "e c conf workdir root x override p parallel");
    if p.has("help h version l listenvs list a") {
        return Vec::new();
    }
    let mut wanted = Wanted::new(Tool::Tox);
    wanted.file = p.value("c conf").cloned();
    wanted.names = p
        .values("e")
        .filter_map(Arg::text)
        .flat_map(|t| t.split(','))
        .map(Arg::known)
        .collect();
    vec![run(wanted, p.value("root"))]
}

fn procfile(call: &Call<'_>) -> Vec<Run> {
    let p = parse(
        call.args,
        "f procfile d root e env p port m formation c concurrency l",
    );
    if !matches!(p.word(0), "start" | "s" | "run" | "") && call.program != "hivemind" {
        return Vec::new();
    }
    let mut wanted = Wanted::new(Tool::Procfile);
    wanted.file = p.value("f procfile").cloned();
    if p.word(0) == "run" {
        wanted.otherwise = p.operands.get(1..).unwrap_or_default().to_vec();
        wanted.names = vec![Arg::known("no process")];
    } else {
        wanted.names = p.operands.get(1..).unwrap_or_default().to_vec();
    }
    vec![run(wanted, p.value("d root"))]
}

fn compose(call: &Call<'_>) -> Vec<Run> {
    const VALUES: &str =
        "f file p project-name profile env-file project-directory c context H host";
    let p = parse_leading(call.args, VALUES);
    let words = if call.program.ends_with("compose") {
        p.operands.as_slice()
    } else if p.word(0) == "compose" {
        p.operands.get(1..).unwrap_or_default()
    } else {
        return Vec::new();
    };
    let q = parse_leading(words, VALUES);
    if !matches!(
        q.word(0),
        "up" | "run" | "start" | "create" | "restart" | "watch"
    ) {
        return Vec::new();
    }
    let services = parse(
        q.operands.get(1..).unwrap_or_default(),
        "t timeout scale e env v volume u user w workdir name entrypoint p publish exit-code-from pull",
    );
    let named = match q.word(0) {
        // What follows the service is its command.
        "run" => services.operands.get(..1).unwrap_or_default(),
        _ => services.operands.as_slice(),
    };
    let files: Vec<Option<Arg>> = p
        .values("f file")
        .chain(q.values("f file"))
        .cloned()
        .map(Some)
        .collect();
    let files = if files.is_empty() { vec![None] } else { files };
    files
        .into_iter()
        .map(|file| {
            let mut wanted = Wanted::new(Tool::Compose);
            wanted.file = file;
            wanted.names = named.to_vec();
            run(
                wanted,
                p.value("project-directory")
                    .or_else(|| q.value("project-directory")),
            )
        })
        .collect()
}

fn direnv(call: &Call<'_>) -> Vec<Run> {
    let p = parse_leading(call.args, "");
    if !matches!(p.word(0), "allow" | "permit" | "grant" | "exec" | "reload") {
        return Vec::new();
    }
    let mut wanted = Wanted::new(Tool::Direnv);
    let dir = p.operands.get(1).cloned();
    match dir.as_ref().map(Arg::tail) {
        Some(t) if t.rsplit('/').next() == Some(".envrc") => {
            wanted.file = dir;
            vec![run(wanted, None)]
        }
        _ => vec![run(wanted, dir.as_ref())],
    }
}

//! Package managers: from the lock file, by name, published, or run.

mod node;
mod publishing;
pub(crate) mod sources;
mod tables;

use palisade_core::{Certainty, Effect, EffectKind, Target};

use crate::arg::Arg;

use super::args::{Parsed, parse, parse_leading};
use super::names::{Index, name_index};
use super::table::{asks_for_help, find_cli, lower_cli, phrase};
use super::{Call, Run, Sink};

use node::{node, runner};
use tables::{CLIS, PYTHON_OPTIONS};

const CLI_INDEX: Index = name_index!(CLIS);

/// Understands one call; `false` when the program is no package manager.
pub(crate) fn lower(call: &Call<'_>, sink: &mut Sink) -> bool {
    let known = manager(call, sink) || publishing::lower(call, sink);
    if known {
        sources::judge(call, sink);
    }
    known
}

fn manager(call: &Call<'_>, sink: &mut Sink) -> bool {
    // `cargo +nightly test`: which toolchain is not what is done.
    if call.program == "cargo"
        && let Some((first, args)) = call.args.split_first()
        && first.lead().starts_with('+')
    {
        return manager(&Call { args, ..*call }, sink);
    }
    match call.program {
        "npm" | "pnpm" | "yarn" | "yarnpkg" | "bun" | "deno" | "cnpm" => node(call, sink),
        "husky" if matches!(call.args.first().and_then(Arg::text), Some("add" | "set")) => {
            hook(call, sink);
        }
        "npx" | "bunx" | "pnpx" | "uvx" | "dlx" => runner(call, call.args, sink),
        "pipx" => {
            let p = parse_leading(call.args, PYTHON_OPTIONS);
            match p.word(0) {
                "run" => runner(call, p.operands.get(1..).unwrap_or_default(), sink),
                "install" | "inject" | "upgrade" | "upgrade-all" => install(
                    call,
                    p.operands.get(1..).unwrap_or_default(),
                    "pipx install",
                    sink,
                ),
                _ => {}
            }
        }
        "pip" | "pip3" => pip(call, call.args, "pip", sink),
        "uv" => {
            let p = parse_leading(call.args, PYTHON_OPTIONS);
            let rest = p.operands.get(1..).unwrap_or_default();
            let q = parse(rest, PYTHON_OPTIONS);
            match p.word(0) {
                "pip" => pip(call, rest, "uv pip", sink),
                "sync" | "lock" => sink.name(call, EffectKind::PackageLocked, "uv sync"),
                "add" => install(call, &q.operands, "uv add", sink),
                "publish" if !q.on("dry-run") => {
                    sink.name(call, EffectKind::Publish, "uv publish");
                }
                "run" | "build" => {
                    sink.name(call, EffectKind::ExecProject, "uv run");
                    let with = parse_leading(
                        rest,
                        "with with-editable with-requirements python p package extra group directory project env-file index default-index",
                    );
                    for what in with.values("with with-editable index default-index") {
                        install(call, std::slice::from_ref(what), "uv run --with", sink);
                    }
                }
                "tool" => match q.word(0) {
                    "run" => runner(call, rest.get(1..).unwrap_or_default(), sink),
                    "install" | "upgrade" => install(
                        call,
                        q.operands.get(1..).unwrap_or_default(),
                        "uv tool install",
                        sink,
                    ),
                    _ => {}
                },
                "python" if q.word(0) == "install" => install(
                    call,
                    q.operands.get(1..).unwrap_or_default(),
                    "uv python install",
                    sink,
                ),
                _ => {}
            }
        }
        "poetry" | "pdm" | "rye" | "hatch" | "pipenv" => {
            let p = parse(call.args, PYTHON_OPTIONS);
            match p.word(0) {
                "install" | "sync" if p.operands.len() == 1 => sink.name(
                    call,
                    EffectKind::PackageLocked,
                    phrase(call, &p.operands, 1),
                ),
                "add" | "install" | "update" | "self" => {
                    let by = format!("{} {}", call.program, p.word(0));
                    install(call, p.operands.get(1..).unwrap_or_default(), &by, sink);
                }
                "publish" if !p.on("dry-run") => {
                    sink.name(call, EffectKind::Publish, phrase(call, &p.operands, 1));
                }
                "build" | "test" | "fmt" | "shell" | "run" => {
                    sink.name(call, EffectKind::ExecProject, phrase(call, &p.operands, 1));
                }
                "source" if p.word(1) == "add" => set(
                    call,
                    &[
                        Arg::known("source"),
                        p.operands.get(3).cloned().unwrap_or_default(),
                    ],
                    sink,
                ),
                "config" => set(call, p.operands.get(1..).unwrap_or_default(), sink),
                "lock" => sink.name(
                    call,
                    EffectKind::PackageLocked,
                    phrase(call, &p.operands, 1),
                ),
                _ => {}
            }
        }
        "make" | "gmake" | "bmake" | "mingw32-make" | "just" | "go-task" | "task" | "invoke"
        | "inv" | "mask" | "tusk" | "doit" => {
            make(call, sink);
        }
        "easy_install" | "luarocks" | "cpan" | "cpanm" | "opam" | "stack" | "cabal" | "mix"
        | "nuget" | "dotnet" => {
            return other(call, sink);
        }
        _ => {
            let Some(cli) = find_cli(CLIS, CLI_INDEX, call.program) else {
                return false;
            };
            if cargo_code(call, sink) {
                return true;
            }
            if call.program == "go" {
                go_code(call, sink);
            }
            settings(call, sink);
            let q = parse(call.args, "a add r remove k key host");
            if call.program == "gem" && q.word(0) == "owner" && !q.has("a add r remove") {
                return true;
            }
            if call.program == "pacman" {
                pacman(call, sink);
            } else {
                lower_cli(cli, call, sink);
            }
        }
    }
    true
}

/// Whether a word is the manager's own and no script of the project.
pub(crate) fn is_manager_verb(program: &str, verb: &str) -> bool {
    let own = tables::MANAGER_VERBS
        .split_ascii_whitespace()
        .any(|v| v == verb);
    // `bun test` is bun's own test runner, `bun build` its bundler.
    own || (program == "bun" && matches!(verb, "test" | "build"))
}

/// Every entry of the verbs tables here.
#[cfg(test)]
pub(crate) fn tables() -> Vec<&'static super::table::Cli> {
    CLIS.iter().chain(publishing::CLIS).collect()
}

/// A setting that is written: `[key, value]`.
fn set(call: &Call<'_>, words: &[Arg], sink: &mut Sink) {
    if let Some((key, rest)) = words.split_first()
        && (!rest.is_empty() || key.shown().contains('='))
        && sources::decides(key, rest.first())
    {
        sink.name(call, EffectKind::EnvInject, key.shown());
    }
}

/// The words after `config set`, `env -w` and the like, for programs that
/// otherwise are rows of a table.
fn settings(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, "working-dir d");
    let rest = |n: usize| p.operands.get(n..).unwrap_or_default();
    match (call.program, p.word(0), p.word(1)) {
        ("go", "env", _) if p.has("w") => {
            for a in rest(1) {
                set(call, std::slice::from_ref(a), sink);
            }
        }
        ("bundle" | "bundler", "config", "set") => set(call, rest(2), sink),
        ("conda" | "mamba" | "micromamba", "config", _) => {
            for (o, v) in &p.options {
                if matches!(o.as_str(), "add" | "set" | "append" | "prepend")
                    && let Some(v) = v
                {
                    set(call, &[v.clone(), Arg::known("")], sink);
                } else if matches!(o.as_str(), "add" | "set" | "append" | "prepend") {
                    set(call, rest(1), sink);
                }
            }
        }
        ("bundle" | "bundler" | "composer", "config", _) => set(call, rest(1), sink),
        ("gem", "sources", _) if p.has("a add") => {
            for a in rest(1).iter().chain(p.values("a add")) {
                set(call, &[Arg::known("source"), a.clone()], sink);
            }
        }
        ("pod", "repo", "add" | "add-cdn") => {
            set(
                call,
                &[
                    Arg::known("source"),
                    rest(3).first().cloned().unwrap_or_default(),
                ],
                sink,
            );
        }
        _ => {}
    }
}

/// What cargo does beyond its verbs: settings that name programs, the local
/// project. `true` when that is all.
fn cargo_code(call: &Call<'_>, sink: &mut Sink) -> bool {
    if call.program != "cargo" {
        return false;
    }
    let p = parse(call.args, "config path");
    for c in p.values("config") {
        if ["runner", "linker", "wrapper", "rustc", "credential"]
            .iter()
            .any(|w| c.shown().contains(w))
        {
            sink.name(call, EffectKind::EnvInject, "cargo --config");
        }
    }
    if matches!(p.word(0), "run" | "r" | "test" | "t" | "bench")
        && let Some(at) = call.args.iter().position(|a| a.is("--"))
    {
        given(call.args.get(at + 1..).unwrap_or_default(), call, sink);
    }
    if p.word(0) == "watch" {
        let q = parse(
            call.args,
            "s shell x exec w watch i ignore d delay C workdir features",
        );
        sink.name(call, EffectKind::ExecProject, "cargo watch");
        for code in q.values("s shell") {
            sink.runs.push(shell_code(code.clone()));
        }
        for code in q.values("x exec") {
            let mut whole = Arg::known("cargo ");
            whole.push(code);
            sink.runs.push(shell_code(whole));
        }
        if let Some(at) = call.args.iter().position(|a| a.is("--")) {
            let words = call.args.get(at + 1..).unwrap_or_default().to_vec();
            sink.runs.push(Run::Words { words, stdin: None });
        }
        return true;
    }
    if p.word(0) == "sqlx" {
        tool_of(call, "sqlx", "sqlx", sink);
        return true;
    }
    // Without these it only shows what it would do.
    if matches!(p.word(0), "release" | "smart-release") && !p.has("execute x") {
        sink.name(call, EffectKind::ExecProject, "cargo release");
        return true;
    }
    if p.word(0) == "owner" && p.has("l list") {
        return true;
    }
    if p.word(0) == "install" && p.has("path") {
        sink.name(call, EffectKind::ExecProject, "cargo install --path");
        return true;
    }
    if p.word(0) == "clean" {
        // Its own build folder, wherever that is, and nothing else.
        match p.value("target-dir") {
            Some(folder) => sink.tree(call, EffectKind::FileDelete, folder),
            None => sink.name(call, EffectKind::ExecProject, "cargo clean"),
        }
        return true;
    }
    false
}

/// `cargo sqlx …`, `dotnet ef …`: a program of its own behind a verb.
fn tool_of(call: &Call<'_>, verb: &str, program: &str, sink: &mut Sink) {
    let at = call.args.iter().position(|a| a.is(verb)).unwrap_or(0);
    let mut words = vec![Arg::known(program)];
    words.extend_from_slice(call.args.get(at + 1..).unwrap_or_default());
    sink.runs.push(Run::Words { words, stdin: None });
}

fn shell_code(code: Arg) -> Run {
    Run::Shell {
        code,
        args: Vec::new(),
    }
}

/// What the project's own program is given: nobody knows what it does with
/// it, so what looks like a path is read.
pub(super) fn given(args: &[Arg], call: &Call<'_>, sink: &mut Sink) {
    for a in args.iter().take(64) {
        let value = match a.split_once('=') {
            Some((name, value)) if name.lead().starts_with('-') => value,
            _ => a.clone(),
        };
        let t = value.shown();
        let path = t.starts_with(['.', '/', '~']) || (t.contains('/') && !t.contains("://"));
        if path
            && t.len() > 2
            && !t.contains(char::is_whitespace)
            && !a.lead().contains("env-file")
            && let Some(p) = call.path(&value)
        {
            let mut e = call
                .effect(EffectKind::FileRead, Target::Path(p.path))
                .with_certainty(Certainty::Partial);
            e.pattern = p.pattern;
            sink.push(e);
        }
    }
}

/// Programs `go` is told to run tests or tools with.
fn go_code(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, "exec toolexec vettool");
    if p.word(0) == "run" {
        given(p.operands.get(2..).unwrap_or_default(), call, sink);
    }
    if p.word(0) == "run"
        && let Some(what) = p.operands.get(1)
        && what.shown().contains('@')
    {
        sink.name(call, EffectKind::ExecFetched, what.shown());
    }
    for code in p.values("exec toolexec vettool") {
        sink.name(call, EffectKind::EnvInject, code.shown());
        sink.runs.push(shell_code(code.clone()));
    }
}

/// `husky add .husky/pre-commit 'npm test'`: writes a hook with that code.
fn hook(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, "");
    if let Some(file) = p.operands.get(1) {
        sink.file(call, EffectKind::FileWrite, file);
    }
    if let Some(code) = p.operands.get(2) {
        sink.runs.push(shell_code(code.clone()));
    }
}

fn pacman(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, "");
    if p.has("S U sync upgrade") && !p.has("s i search info") {
        sink.name(call, EffectKind::Privilege, "pacman");
        install(call, &p.operands, "pacman", sink);
    } else if p.has("R remove") {
        sink.name(call, EffectKind::Privilege, "pacman");
    }
}

fn install(call: &Call<'_>, names: &[Arg], by: &str, sink: &mut Sink) {
    if names.is_empty() {
        sink.push(Effect::new(
            EffectKind::PackageInstall,
            Target::Name(call.program.to_owned()),
            by,
        ));
    }
    for n in names {
        let mut e = Effect::new(
            EffectKind::PackageInstall,
            Target::Name(n.shown().to_owned()),
            by,
        );
        if n.text().is_none() {
            e.certainty = Certainty::Partial;
        }
        sink.push(e);
    }
}

fn pip(call: &Call<'_>, args: &[Arg], by: &str, sink: &mut Sink) {
    let p = parse(args, PYTHON_OPTIONS);
    if asks_for_help(&p) {
        return;
    }
    let rest = p.operands.get(1..).unwrap_or_default();
    match p.word(0) {
        "install" | "download" | "wheel" => {
            let by = format!("{by} {}", p.word(0));
            for f in p.values("r requirement c constraint") {
                if f.shown().contains("://") {
                    sink.push(Effect::new(
                        EffectKind::PackageInstall,
                        Target::Name(f.shown().to_owned()),
                        by.clone(),
                    ));
                } else {
                    sink.file(call, EffectKind::FileRead, f);
                }
            }
            let (own, from_afar): (Vec<&Arg>, Vec<&Arg>) = p
                .values("e editable")
                .chain(rest.iter().filter(|a| local(a)))
                .partition(|a| !sources::elsewhere(a.shown()));
            for a in from_afar {
                install(call, std::slice::from_ref(a), &by, sink);
            }
            for dir in p.values("t target prefix root") {
                sink.tree(call, EffectKind::FileWrite, dir);
            }
            if p.has("break-system-packages") {
                sink.name(call, EffectKind::Privilege, "--break-system-packages");
            }
            for host in p.values("trusted-host proxy") {
                sink.name(call, EffectKind::EnvInject, host.shown());
            }
            for a in &own {
                // Installing the project runs its build.
                sink.push(Effect::new(
                    EffectKind::ExecProject,
                    Target::Name(a.shown().to_owned()),
                    by.clone(),
                ));
            }
            let named: Vec<Arg> = rest.iter().filter(|a| !local(a)).cloned().collect();
            if !named.is_empty() {
                install(call, &named, &by, sink);
            } else if p.has("r requirement") || !own.is_empty() {
                sink.push(Effect::new(
                    EffectKind::PackageLocked,
                    Target::Name(by.clone()),
                    by.clone(),
                ));
            }
            for u in p.values("index-url extra-index-url i find-links f") {
                sink.push(Effect::new(
                    EffectKind::PackageInstall,
                    Target::Name(u.shown().to_owned()),
                    by.clone(),
                ));
            }
        }
        "sync" => sink.push(Effect::new(
            EffectKind::PackageLocked,
            Target::Name(by.to_owned()),
            by,
        )),
        "config" if matches!(p.word(1), "set" | "edit") => {
            set(call, p.operands.get(2..).unwrap_or_default(), sink);
        }
        _ => {}
    }
}

fn local(a: &Arg) -> bool {
    let t = a.shown();
    t == "."
        || t.starts_with("./")
        || t.starts_with("../")
        || t.starts_with(".[")
        || t.starts_with('/')
}

fn makefile(name: &str) -> bool {
    let base = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    base.contains("makefile") || base.contains("justfile") || super::extension(&base) == "mk"
}

fn make(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "C directory f file makefile j jobs l I o W include-dir d working-directory justfile set shell t taskfile c collection",
    );
    if asks_for_help(&p) || (p.has("n dry-run just-print l list summary") && call.program != "inv")
    {
        return;
    }
    for f in p.values("f file makefile justfile taskfile") {
        if f.is("-") || f.content().is_some() {
            // A makefile from standard input is code nobody has seen.
            sink.push(
                call.effect(EffectKind::ExecOpaque, Target::Name("makefile".into()))
                    .with_certainty(Certainty::Opaque),
            );
        } else if !makefile(f.shown()) {
            // What is no makefile is printed in the complaint.
            sink.file(call, EffectKind::FileRead, f);
        }
    }
    for v in p.operands.iter().filter(|o| o.lead().starts_with("SHELL=")) {
        sink.name(call, EffectKind::EnvInject, v.shown());
    }
    let by = "make --eval".to_owned();
    for (_, v) in p.options.iter().filter(|(o, _)| o == "eval" || o == "E") {
        let name = v.as_ref().map_or("", Arg::shown);
        sink.push(
            Effect::new(
                EffectKind::ExecOpaque,
                Target::Name(name.to_owned()),
                by.clone(),
            )
            .with_certainty(Certainty::Opaque),
        );
    }
    sink.name(call, EffectKind::ExecProject, phrase(call, &p.operands, 1));
}

/// Managers of less common languages.
fn other(call: &Call<'_>, sink: &mut Sink) -> bool {
    let p: Parsed = parse(
        call.args,
        "v version s source k api-key n name mirror from server",
    );
    if asks_for_help(&p) {
        return true;
    }
    let rest = p.operands.get(1..).unwrap_or_default();
    let by = format!("{} {}", call.program, p.word(0));
    let dry = p.on("dry-run");
    match (call.program, p.word(0)) {
        ("easy_install" | "cpan" | "cpanm", _) => install(call, &p.operands, call.program, sink),
        ("nuget" | "dotnet", "push" | "delete") => sink.name(call, EffectKind::Publish, by),
        ("nuget", "setapikey" | "setApiKey") => sink.name(call, EffectKind::Publish, by),
        ("dotnet", "nuget") => match p.word(1) {
            "push" | "delete" | "trust" => {
                sink.name(call, EffectKind::Publish, phrase(call, &p.operands, 2));
            }
            "add" | "update" | "enable" => set(
                call,
                &[
                    Arg::known("source"),
                    p.operands.get(3).cloned().unwrap_or_default(),
                ],
                sink,
            ),
            _ => {}
        },
        ("dotnet", "add" | "tool") => install(call, rest.get(1..).unwrap_or_default(), &by, sink),
        ("luarocks" | "cabal" | "stack", "upload") | ("opam", "publish") => {
            sink.name(call, EffectKind::Publish, by);
        }
        ("luarocks" | "opam" | "stack" | "cabal" | "nuget", "install") => {
            install(call, rest, &by, sink);
        }
        ("opam", "pin" | "repository" | "repo") => install(call, rest, &by, sink),
        ("mix", "deps.get") | ("dotnet", "restore") => {
            sink.name(call, EffectKind::PackageLocked, by);
        }
        ("mix", "archive.install" | "escript.install") => {
            if let [from, what, ..] = rest
                && matches!(from.text(), Some("github" | "git"))
            {
                sink.name(call, EffectKind::ExecFetched, what.shown());
            }
            install(call, rest, &by, sink);
        }
        ("mix", "hex.publish" | "hex.retire") if !dry => sink.name(call, EffectKind::Publish, by),
        ("mix", "hex.owner" | "hex.organization") if !matches!(p.word(1), "list" | "") => {
            sink.name(call, EffectKind::Publish, by);
        }
        // `mix do ecto.drop, ecto.create`
        ("mix", _) if p.operands.iter().any(|o| o.lead().starts_with("ecto.")) => {
            for task in p.operands.iter().filter(|o| o.lead().starts_with("ecto.")) {
                let task = Arg::known(task.shown().trim_end_matches(','));
                let words = vec![Arg::known("ecto"), task];
                sink.runs.push(Run::Words { words, stdin: None });
            }
        }
        ("dotnet", "ef") => tool_of(call, "ef", "dotnet-ef", sink),
        _ => return false,
    }
    true
}

//! Package managers of JavaScript, and runners of packages.

use palisade_core::{Certainty, Effect, EffectKind, Target};

use crate::arg::Arg;

use super::super::args::{parse, parse_leading};
use super::super::table::{asks_for_help, phrase};
use super::super::{Call, Run, Sink};

use super::local;
use super::tables::LOCAL_TOOLS;

pub(super) fn node(call: &Call<'_>, sink: &mut Sink) {
    const VALUES: &str = "prefix C dir cwd workspace filter F registry loglevel tag otp otplease access script-shell node-options userconfig globalconfig cache reporter network-timeout modules-folder depth omit include t target production-only scope auth-type message m";
    let values = if call.program == "npm" {
        format!("{VALUES} w")
    } else {
        // Elsewhere `-w` is the workspace's root.
        VALUES.to_owned()
    };
    let p = parse(call.args, &values);
    if asks_for_help(&p) {
        return;
    }
    if let Some(s) = p.value("script-shell") {
        sink.name(
            call,
            EffectKind::EnvInject,
            format!("script-shell {}", s.shown()),
        );
    }
    for r in p
        .values("registry")
        .filter(|r| !r.shown().contains("registry.npmjs.org"))
    {
        sink.name(call, EffectKind::PackageInstall, r.shown());
    }
    let mut words = p.operands.as_slice();
    if matches!(
        words.first().and_then(Arg::text),
        Some("workspace" | "workspaces" | "-r" | "global")
    ) && call.program.starts_with("yarn")
    {
        words = if words.first().is_some_and(|w| w.is("workspace")) {
            words.get(2..).unwrap_or_default()
        } else {
            words.get(1..).unwrap_or_default()
        };
    }
    let verb = words.first().and_then(Arg::text).unwrap_or_default();
    let rest = words.get(1..).unwrap_or_default();
    let by = format!("{} {verb}", call.program);
    let mut name = |kind: EffectKind, what: &str| {
        sink.push(Effect::new(kind, Target::Name(what.to_owned()), by.clone()));
    };
    match verb {
        "ci" | "install-ci-test" | "clean-install" | "ic" | "cit" => {
            name(EffectKind::PackageLocked, &by);
        }
        "" | "install" | "i" | "add" | "isntall" | "in" | "it" | "install-test" | "update"
        | "up" | "upgrade" | "link" | "ln" | "fetch" | "import" | "dedupe" => {
            if verb.is_empty() && !call.program.starts_with("yarn") {
                return;
            }
            if matches!(verb, "link" | "ln") && rest.is_empty() {
                name(EffectKind::ExecProject, &by);
                return;
            }
            let updates = matches!(verb, "update" | "up" | "upgrade");
            if rest.is_empty() && !updates {
                name(
                    EffectKind::PackageLocked,
                    if verb.is_empty() { "yarn install" } else { &by },
                );
            } else if rest.is_empty() {
                name(EffectKind::PackageInstall, &by);
            }
            for r in rest {
                if local(r) {
                    name(EffectKind::ExecProject, r.shown());
                } else {
                    name(EffectKind::PackageInstall, r.shown());
                }
            }
        }
        "publish" | "unpublish" | "deprecate" | "dist-tag" | "owner" | "access" | "team"
        | "stage" => {
            let looks = matches!(rest.first().and_then(Arg::text), Some("ls" | "list"));
            if !p.has("dry-run") && !looks {
                name(EffectKind::Publish, &by);
            }
        }
        "token" => name(EffectKind::SecretRead, &by),
        "exec" | "x" | "dlx" | "create" | "init" | "innit" => {
            if matches!(verb, "create" | "init" | "innit") {
                if let Some(what) = rest.first() {
                    let what = format!("create-{}", what.shown());
                    name(EffectKind::PackageInstall, &what);
                }
                return;
            }
            let at = call.args.iter().position(|a| a.is(verb)).unwrap_or(0);
            let rest = call.args.get(at + 1..).unwrap_or_default();
            if verb == "exec" && call.program != "npm" {
                // What is installed, the project's or the machine's.
                let q = parse_leading(rest, "C dir cwd filter F");
                let words = match q.operands.split_first() {
                    Some((first, rest)) if first.is("--") => rest.to_vec(),
                    _ => q.operands.clone(),
                };
                name(EffectKind::ExecProject, &phrase(call, words.as_slice(), 1));
                if q.has("c shell-mode") {
                    sink.runs.push(Run::Shell {
                        code: crate::expand::joined(&words),
                        args: Vec::new(),
                    });
                } else if !words.is_empty() {
                    sink.runs.push(Run::Words { words, stdin: None });
                }
                return;
            }
            runner(call, rest, sink);
        }
        "run" | "run-script" | "rum" | "test" | "t" | "tst" | "start" | "stop" | "restart"
        | "build" | "dev" | "lint" | "rebuild" | "rb" | "pack" | "fmt" | "check" | "compile"
        | "bench" | "task" | "serve" | "typecheck" | "format" | "prune" => {
            name(EffectKind::ExecProject, &phrase(call, words, 2));
            if let Some(at) = call.args.iter().position(|a| a.is("--")) {
                super::given(call.args.get(at + 1..).unwrap_or_default(), call, sink);
            }
        }
        "config" | "set" | "c" | "get"
            if rest.iter().any(|r| {
                r.shown().to_ascii_lowercase().contains("_auth")
                    || r.shown().to_ascii_lowercase().contains("_password")
            }) && !matches!(
                (verb, rest.first().and_then(Arg::text)),
                ("set", _) | (_, Some("set" | "delete"))
            ) =>
        {
            name(EffectKind::SecretRead, &by);
        }
        "config" | "set" | "c" => {
            if matches!(
                rest.first().and_then(Arg::text),
                Some("set" | "delete" | "edit")
            ) || verb == "set"
            {
                let file = Arg::known(format!("{}/.npmrc", call.home));
                sink.file(call, EffectKind::FileWrite, &file);
            }
        }
        "login" | "logout" | "adduser" | "uninstall" | "remove" | "rm" | "un" | "r" | "unlink"
        | "ls" | "list" | "la" | "ll" | "view" | "info" | "show" | "v" | "outdated" | "audit"
        | "why" | "explain" | "root" | "bin" | "prefix" | "version" | "help" | "search"
        | "doctor" | "ping" | "whoami" | "docs" | "repo" | "bugs" | "fund" | "cache" | "store"
        | "pkg" | "query" | "get" | "licenses" | "completion" | "diff" | "org"
        | "ping-registry" | "sbom" | "patch" | "patch-commit" | "types" | "lsp" | "jupyter"
        | "doc" | "upgrade-self" | "node" | "dedup" => {
            let changes = matches!(
                rest.first().and_then(Arg::text),
                Some("set" | "delete" | "fix")
            );
            if verb == "pkg" && changes {
                // A script that is set is run by the next `npm run`.
                for (key, code) in rest.iter().filter_map(|r| r.split_once('=')) {
                    if key.lead().starts_with("scripts.") {
                        sink.runs.push(Run::Shell {
                            code,
                            args: Vec::new(),
                        });
                    }
                }
                let manifest = call.path(&Arg::known("package.json"));
                if let Some(m) = manifest {
                    sink.push(Effect::new(EffectKind::FileWrite, Target::Path(m.path), by));
                }
                return;
            }
            if verb == "audit" && rest.first().is_some_and(|r| r.is("fix")) {
                name(EffectKind::PackageInstall, &by);
            }
        }
        "deploy" if call.program == "deno" => name(EffectKind::Deploy, &by),
        // A tool that is installed: `pnpm wrangler deploy`.
        tool if call.program != "npm" && super::super::cloud::knows(tool) => {
            name(EffectKind::ExecProject, &by);
            let at = call.args.iter().position(|a| a.is(tool)).unwrap_or(0);
            sink.runs.push(Run::Words {
                words: call.args.get(at..).unwrap_or_default().to_vec(),
                stdin: None,
            });
        }
        // Any other word is a script of the project, or one of its tools.
        _ => {
            name(EffectKind::ExecProject, &phrase(call, words, 1));
            if LOCAL_TOOLS.contains(&verb) {
                let at = call.args.iter().position(|a| a.is(verb)).unwrap_or(0);
                let words = call.args.get(at..).unwrap_or_default().to_vec();
                sink.runs.push(Run::Words { words, stdin: None });
            }
        }
    }
}

/// Not from the registry, but from wherever its name says.
fn from_afar(tool: &str) -> bool {
    tool.contains("://")
        || ["github:", "gitlab:", "bitbucket:", "gist:", "git@"]
            .iter()
            .any(|p| tool.starts_with(p))
        || (!tool.starts_with(['@', '.', '/', '~', '$']) && tool.matches('/').count() == 1)
}

/// `npx tool`: the project's own tool, or a package fetched to be run.
pub(super) fn runner(call: &Call<'_>, args: &[Arg], sink: &mut Sink) {
    let p = parse_leading(args, "p package c call from with spec python w workspace");
    for pkg in p.values("p package from with spec") {
        sink.name(call, EffectKind::PackageInstall, pkg.shown());
    }
    if let Some(code) = p.value("c call") {
        sink.runs.push(Run::Shell {
            code: code.clone(),
            args: Vec::new(),
        });
        return;
    }
    let Some((tool, _)) = p.operands.split_first() else {
        return;
    };
    if from_afar(tool.shown()) {
        sink.name(call, EffectKind::ExecFetched, tool.shown());
        return;
    }
    let name = match tool.shown().char_indices().skip(1).find(|(_, c)| *c == '@') {
        Some((i, _)) => tool.shown().get(..i).unwrap_or_default(),
        None => tool.shown(),
    };
    if LOCAL_TOOLS.contains(&name) {
        let agent = match name {
            "@anthropic-ai/claude-code" => "claude",
            "@openai/codex" => "codex",
            "@google/gemini-cli" => "gemini",
            other => other,
        };
        let mut words = vec![Arg::known(agent)];
        words.extend(p.operands.iter().skip(1).cloned());
        sink.name(
            call,
            EffectKind::ExecProject,
            format!("{} {name}", call.program),
        );
        sink.runs.push(Run::Words { words, stdin: None });
    } else {
        let mut e = call.effect(
            EffectKind::PackageInstall,
            Target::Name(tool.shown().to_owned()),
        );
        if tool.text().is_none() {
            e.certainty = Certainty::Partial;
        }
        sink.push(e);
        // A program of the machine goes before a package of its name, and a
        // package may be handed a command.
        if name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            let mut words = vec![Arg::known(name)];
            words.extend(p.operands.iter().skip(1).cloned());
            sink.runs.push(Run::Words { words, stdin: None });
        } else {
            sink.loose = true;
        }
    }
}

//! Programs of which a table does not say enough: what they read and write
//! here, what they run, which of their options turn a change into a local one.

use palisade_core::EffectKind;

use crate::arg::Arg;

use super::super::args::{parse, parse_leading};
use super::super::special::peer;
use super::super::table::{Cli, phrase};
use super::super::{Call, Run, Sink};
use super::tables::KUBE;

/// What one program does beyond its table; `true` when that is all.
pub(super) fn lower(cli: &Cli, call: &Call<'_>, sink: &mut Sink) -> bool {
    match call.program {
        "kubectl" | "oc" | "k" | "kubecolor" | "helm" => kubernetes(call, sink),
        "rancher" | "k3s" | "microk8s" | "minikube" => {
            passes_on(call, "kubectl", "kubectl", sink)
                || (call.program == "minikube" && all_clusters(call, sink))
        }
        "terraform" | "tofu" | "terragrunt" | "tf" => terraform(cli, call, sink),
        "pulumi" => pulumi(call, sink),
        "wrangler" => wrangler(call, sink),
        "supabase" => supabase(cli, call, sink),
        "puppet" => {
            let p = parse(call.args, cli.options);
            let sets =
                p.word(0) == "resource" && p.operands.iter().any(|o| o.shown().contains('='));
            if sets {
                sink.name(call, EffectKind::Deploy, phrase(call, &p.operands, 2));
                return true;
            }
            let looks = p.has("noop") && matches!(p.word(0), "agent" | "apply");
            if looks {
                sink.name(call, EffectKind::CloudRead, phrase(call, &p.operands, 1));
            }
            looks
        }
        "tarsnap" => {
            let p = parse(call.args, "f C T X");
            let drops = p.has("d nuke");
            if drops {
                sink.name(call, EffectKind::InfraDestroy, "tarsnap -d");
            }
            drops
        }
        "octodns-sync" => {
            let p = parse(call.args, cli.options);
            if p.has("doit") {
                sink.name(call, EffectKind::Deploy, "octodns-sync --doit");
            }
            p.has("doit")
        }
        "vault" | "bao" => {
            let p = parse(call.args, cli.options);
            let field = p.word(0) == "write" && p.has("field");
            if field {
                sink.name(call, EffectKind::SecretRead, "vault write -field");
            }
            field
        }
        "sf" | "sfdx" => {
            let p = parse(call.args, cli.options);
            let shows = p.word(0) == "org" && p.word(1) == "display" && p.has("verbose");
            if shows {
                sink.name(call, EffectKind::SecretRead, "sf org display --verbose");
            }
            shows
        }
        "eas" => {
            let p = parse(call.args, cli.options);
            let local = p.word(0) == "build" && p.has("local") && !p.has("auto-submit");
            if local {
                sink.name(call, EffectKind::ExecProject, "eas build");
            }
            local
        }
        "pack" | "jib" | "wash" => {
            let p = parse(call.args, cli.options);
            let local = p.word(0) == "build" && call.program != "jib" && !p.has("publish");
            if local {
                sink.name(call, EffectKind::ExecProject, phrase(call, &p.operands, 1));
            }
            local
        }
        "kops" => {
            // Without `--yes` it says what it would do.
            let p = parse(call.args, cli.options);
            let looks =
                matches!(p.word(0), "update" | "delete" | "rolling-update") && !p.has("yes y");
            if looks {
                sink.name(call, EffectKind::CloudRead, phrase(call, &p.operands, 2));
            }
            looks
        }
        "snow" | "snowsql" => sql_option(call, cli.options, "q query", "f filename", sink),
        "atlas" => {
            // The local deployments of its own.
            let p = parse(call.args, cli.options);
            let local = matches!(p.word(0), "deployments" | "local");
            if local {
                sink.name(call, EffectKind::ExecProject, phrase(call, &p.operands, 2));
            }
            local
        }
        "convex" => {
            let p = parse(call.args, cli.options);
            let here = matches!(
                (p.word(0), p.word(1)),
                ("env", "set" | "remove") | ("import", _)
            ) && !p.has("prod deployment-name replace-all");
            if here {
                sink.name(call, EffectKind::ExecProject, phrase(call, &p.operands, 2));
            }
            here
        }
        _ => false,
    }
}

/// Words after a verb, or after `--`, that are a command of its own.
fn passes_on(call: &Call<'_>, verb: &str, program: &str, sink: &mut Sink) -> bool {
    let Some(at) = call.args.iter().position(|a| a.is(verb)) else {
        return false;
    };
    let mut words = vec![Arg::known(program)];
    words.extend(
        call.args
            .iter()
            .skip(at + 1)
            .skip_while(|a| a.is("--"))
            .cloned(),
    );
    sink.runs.push(Run::Words { words, stdin: None });
    true
}

fn all_clusters(call: &Call<'_>, sink: &mut Sink) -> bool {
    let p = parse(call.args, "p profile");
    let all = p.word(0) == "delete" && p.has("all purge");
    if all {
        sink.name(call, EffectKind::InfraDestroy, "minikube delete --all");
    }
    all
}

fn kubernetes(call: &Call<'_>, sink: &mut Sink) -> bool {
    let p = parse(call.args, KUBE);
    if p.word(0) == "config" && p.word(1) == "view" && p.has("raw") {
        sink.name(call, EffectKind::SecretRead, "kubectl config view --raw");
        return true;
    }
    if p.word(0) == "whoami" && p.has("t show-token") {
        sink.name(call, EffectKind::SecretRead, "oc whoami -t");
        return true;
    }
    let names = p.word(0) == "get"
        && p.operands
            .get(1..)
            .unwrap_or_default()
            .iter()
            .filter_map(Arg::text)
            .any(|kinds| kinds.split(',').any(|k| k.starts_with("secret")));
    if names {
        let listed = p
            .value("o output")
            .is_none_or(|o| matches!(o.text(), Some("name" | "wide")))
            && !p.has("template");
        let kind = if listed {
            // A list of names and ages.
            EffectKind::CloudRead
        } else {
            EffectKind::SecretRead
        };
        sink.name(
            call,
            kind,
            phrase(call, &p.operands, if listed { 2 } else { 3 }),
        );
        return true;
    }
    if p.word(0) == "cp" && call.program != "helm" {
        let (from, to) = (p.operands.get(1), p.operands.get(2));
        if let (Some(from), Some(to)) = (from, to)
            && from.shown().contains(':')
            && !to.shown().contains(':')
        {
            sink.name(call, EffectKind::CloudRead, format!("{} cp", call.program));
            sink.tree(call, EffectKind::FileWrite, to);
            return true;
        }
        if let Some(from) = from.filter(|f| !f.shown().contains(':')) {
            sink.tree(call, EffectKind::FileRead, from);
        }
    }
    for f in p.values("f filename values") {
        if f.shown().contains("://") {
            let host = f
                .shown()
                .split("://")
                .nth(1)
                .and_then(|r| r.split('/').next())
                .unwrap_or_default();
            sink.push(call.effect(EffectKind::NetRead, peer(host.to_owned(), "GET")));
        } else {
            sink.tree(call, EffectKind::FileRead, f);
        }
    }
    false
}

/// Parts of a name behind which a secret is likely.
const SECRET_PARTS: &[&str] = &[
    "password",
    "passwd",
    "secret",
    "token",
    "apikey",
    "credential",
    "credentials",
    "kubeconfig",
];

fn names_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let parts = || name.split(|c: char| !c.is_ascii_alphanumeric());
    parts().any(|part| SECRET_PARTS.contains(&part))
        || name.contains("private_key")
        || name.contains("api_key")
        || name.contains("access_key")
}

fn terraform(cli: &Cli, call: &Call<'_>, sink: &mut Sink) -> bool {
    let p = parse(call.args, cli.options);
    // `terragrunt run-all plan`, `terragrunt run --all -- plan`, `stack run plan`.
    let skip = match (p.word(0), p.word(1)) {
        ("run-all" | "run", _) => 1,
        ("stack", "run") => 2,
        _ => 0,
    };
    if skip > 0 {
        let mut words = vec![Arg::known(call.program)];
        words.extend(p.operands.iter().skip(skip).cloned());
        if words.len() > 1 {
            for (name, value) in &p.options {
                if matches!(name.as_str(), "destroy" | "dry-run" | "help") && value.is_none() {
                    words.push(Arg::known(format!("-{name}")));
                }
            }
            sink.runs.push(Run::Words { words, stdin: None });
            return true;
        }
    }
    let destroys = call
        .args
        .iter()
        .any(|a| matches!(a.text(), Some("-destroy" | "--destroy")));
    if destroys && p.word(0) == "apply" {
        sink.name(call, EffectKind::InfraDestroy, "terraform apply -destroy");
        return true;
    }
    let raw = call
        .args
        .iter()
        .any(|a| matches!(a.text(), Some("-raw" | "--raw" | "-json" | "--json")));
    if raw && p.word(0) == "output" && names_secret(p.word(1)) {
        sink.name(call, EffectKind::SecretRead, phrase(call, &p.operands, 2));
        return true;
    }
    false
}

fn pulumi(call: &Call<'_>, sink: &mut Sink) -> bool {
    let p = parse_leading(call.args, "s stack C cwd color");
    if p.word(0) == "env" {
        let rest = parse_leading(p.operands.get(1..).unwrap_or_default(), "l lifetime");
        if rest.word(0) == "run" {
            let words: Vec<Arg> = rest.operands.iter().skip(2).cloned().collect();
            let words = match words.split_first() {
                Some((first, rest)) if first.is("--") => rest.to_vec(),
                _ => words,
            };
            sink.runs.push(Run::Words { words, stdin: None });
            return true;
        }
    }
    false
}

/// What changes a copy on this machine is local development.
fn wrangler(call: &Call<'_>, sink: &mut Sink) -> bool {
    let p = parse(
        call.args,
        "c config e env name command file namespace-id binding port",
    );
    let d1 = p.word(0) == "d1" && p.word(1) == "execute";
    if d1 {
        if p.has("remote") && !p.has("local") {
            sink.name(call, EffectKind::CloudRead, "wrangler d1 execute --remote");
        } else {
            sink.name(call, EffectKind::ExecProject, "wrangler d1 execute");
        }
        let far = p.has("remote") && !p.has("local");
        if far && p.has("file") {
            sink.name(
                call,
                EffectKind::DbSchema,
                "wrangler d1 execute --remote --file",
            );
        }
        statements(call, p.values("command"), p.values("file"), sink);
        return true;
    }
    let stores = matches!(p.word(0), "kv" | "kv:key" | "kv:bulk" | "r2" | "d1");
    if stores && p.has("local") {
        for f in p.values("file") {
            sink.file(call, EffectKind::FileRead, f);
        }
        sink.name(call, EffectKind::ExecProject, phrase(call, &p.operands, 3));
        return true;
    }
    for f in p
        .values("file")
        .filter(|_| p.word(2) == "put" || p.word(1) == "put")
    {
        sink.file(call, EffectKind::FileRead, f);
        sink.sends = true;
    }
    false
}

fn supabase(cli: &Cli, call: &Call<'_>, sink: &mut Sink) -> bool {
    let p = parse(call.args, cli.options);
    let far = p.has("linked db-url");
    let schema = matches!(
        (p.word(0), p.word(1)),
        ("migration", "up" | "down") | ("db", "push" | "reset")
    );
    if schema && p.has("dry-run") {
        sink.name(call, EffectKind::CloudRead, phrase(call, &p.operands, 2));
        return true;
    }
    if schema && far && p.word(1) == "reset" {
        sink.name(call, EffectKind::InfraDestroy, "supabase db reset --linked");
        return true;
    }
    if p.word(0) == "storage" && matches!(p.word(1), "cp" | "mv") {
        let up = p
            .operands
            .last()
            .is_some_and(|a| a.lead().starts_with("ss:"));
        if up && let Some(from) = p.operands.get(2) {
            sink.tree(call, EffectKind::FileRead, from);
            sink.sends = true;
        }
        let kind = if up {
            EffectKind::NetWrite
        } else {
            EffectKind::CloudRead
        };
        sink.name(call, kind, phrase(call, &p.operands, 2));
        return true;
    }
    false
}

/// SQL given as an option or in a file.
fn statements<'a>(
    call: &Call<'_>,
    code: impl Iterator<Item = &'a Arg>,
    files: impl Iterator<Item = &'a Arg>,
    sink: &mut Sink,
) {
    for code in code {
        sink.runs.push(Run::Embedded {
            language: "sql",
            code: code.clone(),
            args: Vec::new(),
        });
    }
    for f in files {
        sink.file(call, EffectKind::FileRead, f);
        sink.runs.push(Run::File {
            language: Some("sql"),
            path: f.clone(),
            args: Vec::new(),
        });
    }
}

fn sql_option(call: &Call<'_>, options: &str, code: &str, files: &str, sink: &mut Sink) -> bool {
    let p = parse(call.args, options);
    let runs = call.program == "snowsql" || p.word(0) == "sql";
    if runs {
        statements(call, p.values(code), p.values(files), sink);
        if let Some(text) = call.stdin
            && !p.has(code)
        {
            statements(call, std::iter::once(text), std::iter::empty(), sink);
        }
    }
    runs
}

//! Clouds, clusters, platforms, code hosts: verbs and what they do.

mod particular;
mod providers;
mod tables;
mod verbs;

use palisade_core::{Certainty, EffectKind, Target};

use crate::arg::Arg;

use super::args::{Parsed, parse};
use super::table::{lower_cli, phrase};
use super::{Call, Sink};

use providers::{aws, azure, bigquery, gcloud, object_store};
use tables::{CONTAINERS, GITHUB, HOST_OPTIONS};

/// Understands one call; `false` when the program is none of these.
pub(crate) fn lower(call: &Call<'_>, sink: &mut Sink) -> bool {
    match call.program {
        "gh" | "glab" => github(call, sink),
        "aws" => aws(call, sink),
        "gcloud" | "gsutil" => gcloud(call, sink),
        "bq" => bigquery(call, sink),
        "az" => azure(call, sink),
        "gpg" | "gpg2" => gpg(call, sink),
        "rclone" | "mc" | "mcli" | "s3cmd" | "s5cmd" | "azcopy" | "b2" => object_store(call, sink),
        "docker" | "podman" | "nerdctl" | "docker-compose" | "podman-compose" | "buildah"
        | "skopeo" | "limactl" => containers(call, sink),
        "age" | "rage" => particular::age(call, sink),
        "java" => return particular::jenkins(call, sink),
        "xcrun" => return particular::notary(call, sink),
        "sops" => particular::sops(call, sink),
        "ansible" | "salt" | "salt-call" => particular::remote_modules(call, sink),
        "awslocal" | "tflocal" | "cdklocal" | "samlocal" | "pulumilocal" => {
            // Against the imitation of a cloud on this machine.
            sink.name(call, EffectKind::ExecProject, call.program);
        }
        _ => {
            if particular::runs(call, sink) {
                return true;
            }
            let found = match call.program {
                "fly" => particular::fly(call),
                name => tables::find(name),
            };
            let Some(cli) = found else {
                return false;
            };
            if call.args.iter().any(|a| a.is("-help")) {
                return true;
            }
            if particular::lower(cli, call, sink) {
                return true;
            }
            let p = parse(call.args, "");
            if p.has("show-secrets reveal") {
                sink.name(call, EffectKind::SecretRead, phrase(call, &p.operands, 2));
                return true;
            }
            verbs::lower(cli, call, sink);
        }
    }
    true
}

/// What a program nobody knows seems to do somewhere, by its words.
pub(crate) fn guessed(program: &str, args: &[Arg]) -> Option<palisade_core::Effect> {
    particular::guessed(program, args)
}

/// Whether a table has this program.
pub(super) fn knows(program: &str) -> bool {
    tables::find(program).is_some()
}

/// Every entry of the verbs tables here.
#[cfg(test)]
pub(crate) fn tables() -> Vec<&'static super::table::Cli> {
    tables::all().collect()
}

fn containers(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, CONTAINERS.options);
    let words: Vec<&str> = p.operands.iter().filter_map(Arg::text).collect();
    let compose = call.program.ends_with("compose") || words.first() == Some(&"compose");
    if let ["pull" | "push", image, ..] = words.as_slice()
        && let Some((registry, _)) = image.split_once('/')
        && (registry.contains(['.', ':']) || registry == "localhost")
    {
        let (host, port) = crate::url::split_port(registry);
        let holes = crate::holes::Holes::default();
        let e = crate::url::peer(EffectKind::NetRead, host, port, call.program, &holes);
        sink.push(e);
    }
    if aimed_elsewhere(&p) && !matches!(words.first(), Some(&("context" | "login" | "logout"))) {
        elsewhere(call, &words, sink);
        return;
    }
    let all = p.operands.iter().skip(1).any(|o| o.text().is_none());
    if all && matches!(words.first(), Some(&("stop" | "kill"))) {
        // Whatever a list says: not only what was started here.
        sink.name(
            call,
            EffectKind::ProcessSignal,
            phrase(call, &p.operands, 1),
        );
        return;
    }
    let removes_volumes = compose && words.contains(&"down") && p.has("v volumes");
    if removes_volumes {
        sink.name(call, EffectKind::InfraDestroy, "docker compose down -v");
        return;
    }
    let builds = words.first() == Some(&"build")
        || matches!(words.as_slice(), ["buildx", "build" | "bake", ..]);
    if builds && p.has("push") {
        sink.name(call, EffectKind::Publish, phrase(call, &p.operands, 1));
    }
    if words.first() == Some(&"build")
        || (words.first() == Some(&"buildx") && words.get(1) == Some(&"build"))
    {
        for f in p.values("f file") {
            sink.file(call, EffectKind::FileRead, f);
        }
    }
    if words.first() == Some(&"cp") {
        for o in p.operands.iter().skip(1) {
            if !o.shown().contains(':') {
                let kind = if p.operands.last() == Some(o) {
                    EffectKind::FileWrite
                } else {
                    EffectKind::FileRead
                };
                sink.tree(call, kind, o);
            }
        }
    }
    if p.operands.iter().any(|o| o.is("inspect"))
        && p.value("f format")
            .is_some_and(|f| f.shown().contains("Env"))
    {
        sink.push(
            call.effect(
                EffectKind::SecretRead,
                Target::Name("environment of a container".into()),
            )
            .with_certainty(Certainty::Partial),
        );
        return;
    }
    // `-fsv`: `-f` is a file for some verbs.
    let short = |c: char| {
        call.args.iter().any(|a| {
            let t = a.lead();
            t.starts_with('-') && !t.starts_with("--") && t.contains(c)
        })
    };
    if compose && words.contains(&"rm") && (p.has("volumes") || short('v')) {
        sink.name(call, EffectKind::InfraDestroy, "docker compose rm -v");
        return;
    }
    if call.program == "skopeo" {
        skopeo(call, &p, sink);
        return;
    }
    let forced = p.has("f force") || call.args.iter().any(|a| a.is("--force")) || short('f');
    if forced
        && matches!(
            words.as_slice(),
            ["rm" | "rmi", ..] | ["container" | "image" | "pod" | "machine", "rm", ..]
        )
    {
        sink.name(call, EffectKind::InfraDestroy, phrase(call, &p.operands, 2));
        return;
    }
    lower_cli(CONTAINERS, call, sink);
}

/// An engine on another machine.
pub(crate) fn aimed_elsewhere(p: &Parsed) -> bool {
    p.values("H host").any(|h| {
        h.lead().starts_with("ssh:")
            || (h.lead().starts_with("tcp:") && {
                let url = crate::url::Url::split(h.shown());
                !matches!(url.host.as_str(), "localhost" | "127.0.0.1")
            })
    }) || p.value("context").is_some_and(|c| {
        !matches!(
            c.shown(),
            "default" | "desktop-linux" | "colima" | "orbstack" | "rootless" | "rancher-desktop"
        )
    })
}

fn elsewhere(call: &Call<'_>, words: &[&str], sink: &mut Sink) {
    let verb = match words {
        [
            "compose" | "container" | "image" | "volume" | "network" | "system",
            verb,
            ..,
        ] => verb,
        [verb, ..] => verb,
        [] => return,
    };
    let kind = match *verb {
        "ps" | "ls" | "list" | "logs" | "images" | "inspect" | "info" | "version" | "stats"
        | "top" | "port" | "df" | "diff" | "events" | "history" | "config" => EffectKind::CloudRead,
        "rm" | "rmi" | "prune" | "down" | "kill" => EffectKind::InfraDestroy,
        _ => EffectKind::Deploy,
    };
    sink.name(
        call,
        kind,
        format!(
            "{} {}",
            call.program,
            words.iter().take(3).copied().collect::<Vec<_>>().join(" ")
        ),
    );
}

/// Between registries and folders.
fn skopeo(call: &Call<'_>, p: &Parsed, sink: &mut Sink) {
    let said = phrase(call, &p.operands, 3);
    let far = |a: &Arg| a.lead().starts_with("docker://");
    match p.word(0) {
        "delete" => sink.name(call, EffectKind::InfraDestroy, said),
        "copy" if !p.operands.last().is_some_and(far) => {
            sink.name(call, EffectKind::CloudRead, said);
            if let Some((_, folder)) = p.operands.last().and_then(|to| to.split_once(':')) {
                sink.tree(call, EffectKind::FileWrite, &folder);
            }
        }
        "sync" if p.value("dest").is_some_and(|d| d.is("dir")) => {
            sink.name(call, EffectKind::CloudRead, said);
        }
        "copy" | "sync" => sink.name(call, EffectKind::Publish, said),
        _ => sink.name(call, EffectKind::CloudRead, said),
    }
}

fn github(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, HOST_OPTIONS);
    let words: Vec<&str> = p.operands.iter().filter_map(Arg::text).collect();
    for f in p
        .values("F body-file input notes-file")
        .filter(|_| words.first() != Some(&"api"))
    {
        sink.file(call, EffectKind::FileRead, f);
        sink.sends = true;
    }
    match words.as_slice() {
        ["pr" | "mr", "merge", ..] => {
            // Which branch it goes to the host knows.
            sink.push(
                call.effect(
                    EffectKind::GitPush,
                    Target::GitRef {
                        remote: Some("origin".into()),
                        name: None,
                    },
                )
                .with_certainty(Certainty::Partial),
            );
            if p.has("admin") {
                sink.name(call, EffectKind::GitProtection, "gh pr merge --admin");
            }
            if p.has("d delete-branch") {
                sink.name(call, EffectKind::IssueWrite, "gh pr merge");
            }
            return;
        }
        ["auth", "status", ..] if p.has("t show-token") => {
            sink.name(call, EffectKind::SecretRead, "gh auth status");
            return;
        }
        ["api", rest @ ..] => {
            let path = rest.first().copied().unwrap_or_default();
            let graphql = path == "graphql";
            let fields = p.has("f raw-field F field input");
            let method = p
                .value("X method")
                .map_or(if fields && !graphql { "POST" } else { "GET" }, Arg::shown)
                .to_ascii_uppercase();
            let mutation = graphql
                && p.options
                    .iter()
                    .any(|(_, v)| v.as_ref().is_some_and(|v| v.shown().contains("mutation")));
            for f in p.values("input") {
                sink.file(call, EffectKind::FileRead, f);
            }
            for f in p.values("F field f raw-field") {
                if let Some((_, v)) = f.split_once('=')
                    && v.lead().starts_with('@')
                {
                    sink.file(call, EffectKind::FileRead, &v.after(1));
                }
            }
            let kind = if method == "GET" && !mutation {
                EffectKind::CloudRead
            } else if path.contains("/protection")
                || path.contains("/rulesets")
                || path.contains("/collaborators")
            {
                EffectKind::GitProtection
            } else if method == "DELETE"
                && path.matches('/').count() <= 2
                && path.trim_start_matches('/').starts_with("repos/")
            {
                EffectKind::InfraDestroy
            } else if method == "DELETE" && path.contains("/git/refs/") {
                EffectKind::GitDeleteRemote
            } else if path.contains("/comments")
                || path.contains("/issues")
                || (path.ends_with("/pulls") && method == "POST")
            {
                EffectKind::IssueWrite
            } else if path.ends_with("/merge")
                || path.contains("/git/refs")
                || path.contains("/contents/")
            {
                EffectKind::GitPush
            } else {
                EffectKind::NetWrite
            };
            sink.sends = kind != EffectKind::CloudRead;
            match kind {
                EffectKind::NetWrite => sink.push(
                    call.effect(
                        kind,
                        Target::Host {
                            host: if call.program == "gh" {
                                "api.github.com"
                            } else {
                                "gitlab.com"
                            }
                            .into(),
                            port: None,
                            path: format!("/{}", path.trim_start_matches('/')),
                            method: method.into(),
                        },
                    ),
                ),
                EffectKind::GitPush => sink.push(call.effect(
                    kind,
                    Target::GitRef {
                        remote: Some("origin".into()),
                        name: None,
                    },
                )),
                EffectKind::GitDeleteRemote => {
                    let name = path.rsplit("/git/refs/").next().unwrap_or_default();
                    let name = name.strip_prefix("heads/").unwrap_or(name).to_owned();
                    sink.push(call.effect(
                        kind,
                        Target::GitRef {
                            remote: Some("origin".into()),
                            name: Some(name),
                        },
                    ));
                }
                _ => sink.name(call, kind, format!("{} api {method} {path}", call.program)),
            }
            return;
        }
        ["gist" | "snippet", "create", ..] => {
            for o in p.operands.iter().skip(2) {
                sink.file(call, EffectKind::FileRead, o);
            }
            sink.sends = true;
        }
        ["release", "create" | "upload", ..] => {
            for o in p.operands.iter().skip(3) {
                let file = o.split_once('#').map_or_else(|| o.clone(), |(f, _)| f);
                sink.file(call, EffectKind::FileRead, &file);
            }
            for f in p.values("notes-file F") {
                sink.file(call, EffectKind::FileRead, f);
            }
            sink.sends = true;
        }
        ["alias", "set", ..] => {
            for o in p.operands.iter().skip(3) {
                if o.lead().starts_with('!') {
                    sink.runs.push(super::Run::Shell {
                        code: o.after(1),
                        args: Vec::new(),
                    });
                }
            }
        }
        _ => {}
    }
    lower_cli(GITHUB, call, sink);
}

fn gpg(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "o output r recipient u local-user homedir passphrase passphrase-file keyserver recv-keys",
    );
    if p.has("export-secret-keys export-secret-subkeys export-ssh-key") {
        sink.name(call, EffectKind::SecretRead, "gpg --export-secret-keys");
    } else if p.has("delete-secret-keys delete-secret-and-public-key") {
        sink.push(
            call.effect(
                EffectKind::FileDelete,
                Target::Path(format!("{}/.gnupg", call.home)),
            )
            .with_certainty(Certainty::Partial),
        );
    }
    for o in p
        .operands
        .iter()
        .filter(|_| !p.has("list-keys k list-secret-keys K export"))
    {
        sink.file(call, EffectKind::FileRead, o);
    }
    if let Some(o) = p.value("o output") {
        sink.file(call, EffectKind::FileWrite, o);
    }
    if p.has("d decrypt") {
        sink.name(call, EffectKind::SecretRead, "gpg --decrypt");
        sink.output_from(call, crate::arg::Origin::Decoded);
    }
}

//! Clouds, clusters, platforms: verbs and what they do.

mod providers;
mod tables;

use palisade_core::{Certainty, EffectKind, Target};

use crate::arg::Arg;

use super::args::parse;
use super::special::peer;
use super::table::{cli_index, find_cli, lower_cli, phrase};
use super::{Call, Sink};

use providers::{aws, azure, gcloud, object_store};
use tables::{CLIS, CONTAINERS, KUBE};

const CLI_INDEX: [u64; CLIS.len()] = cli_index(CLIS);

/// Understands one call; `false` when the program is none of these.
pub(crate) fn lower(call: &Call<'_>, sink: &mut Sink) -> bool {
    match call.program {
        "aws" => aws(call, sink),
        "gcloud" | "gsutil" | "bq" => gcloud(call, sink),
        "az" => azure(call, sink),
        "gpg" | "gpg2" => gpg(call, sink),
        "rclone" | "mc" | "s3cmd" | "s5cmd" | "azcopy" | "b2" => object_store(call, sink),
        "docker" | "podman" | "nerdctl" | "docker-compose" | "podman-compose" | "buildah"
        | "skopeo" | "limactl" => containers(call, sink),
        _ => {
            let Some(cli) = find_cli(CLIS, &CLI_INDEX, call.program) else {
                return false;
            };
            if call.program == "terraform" || call.program == "tofu" {
                let destroys = call
                    .args
                    .iter()
                    .any(|a| matches!(a.text(), Some("-destroy" | "--destroy")));
                if destroys && call.args.iter().any(|a| a.is("apply")) {
                    sink.name(call, EffectKind::InfraDestroy, "terraform apply -destroy");
                    return true;
                }
            }
            if matches!(call.program, "kubectl" | "oc" | "helm") {
                let p = parse(call.args, KUBE);
                if p.word(0) == "config" && p.word(1) == "view" && p.has("raw") {
                    sink.name(call, EffectKind::SecretRead, "kubectl config view --raw");
                    return true;
                }
                let names = p.word(0) == "get" && p.word(1).starts_with("secret");
                if names
                    && p.value("o output")
                        .is_none_or(|o| matches!(o.text(), Some("name" | "wide")))
                    && !p.has("template")
                {
                    // A list of names and ages.
                    sink.name(call, EffectKind::CloudRead, phrase(call, &p.operands, 2));
                    return true;
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
            }
            let p = parse(call.args, "");
            if p.has("show-secrets reveal") {
                sink.name(call, EffectKind::SecretRead, phrase(call, &p.operands, 2));
                return true;
            }
            lower_cli(cli, call, sink);
        }
    }
    true
}

/// Every entry of the verbs tables here.
#[cfg(test)]
pub(crate) fn tables() -> Vec<&'static super::table::Cli> {
    CLIS.iter().chain([CONTAINERS]).collect()
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
    let removes_volumes = compose && words.contains(&"down") && p.has("v volumes");
    if removes_volumes {
        sink.name(call, EffectKind::InfraDestroy, "docker compose down -v");
        return;
    }
    if words.get(1) == Some(&"bake") && p.has("push")
        || call.program == "skopeo" && matches!(words.first(), Some(&"delete" | &"sync"))
    {
        sink.name(call, EffectKind::Publish, phrase(call, &p.operands, 2));
    }
    if words.first() == Some(&"build")
        || (words.first() == Some(&"buildx") && words.get(1) == Some(&"build"))
    {
        let to_registry = p
            .values("o output")
            .any(|o| o.shown().contains("type=registry") || o.shown().contains("push=true"));
        if p.has("push") || to_registry {
            sink.name(call, EffectKind::Publish, phrase(call, &p.operands, 1));
        }
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
    let forced = p.has("f force") || call.args.iter().any(|a| a.is("-f") || a.is("--force"));
    if forced
        && matches!(
            words.as_slice(),
            ["rm" | "rmi", ..] | ["container" | "image", "rm", ..]
        )
    {
        sink.name(call, EffectKind::InfraDestroy, phrase(call, &p.operands, 2));
        return;
    }
    lower_cli(CONTAINERS, call, sink);
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
        sink.output_from(call, crate::arg::Origin::Decoded);
    }
}

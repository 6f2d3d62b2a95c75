//! Clouds, clusters, platforms: verbs and what they do.

mod particular;
mod providers;
mod runs;
mod tables;
mod verbs;

use palisade_core::{Certainty, EffectKind, Target};

use crate::arg::Arg;

use super::args::{Parsed, parse};
use super::table::{lower_cli, phrase};
use super::{Call, Sink};

pub(crate) use verbs::Does;

use providers::{aws, azure, gcloud, object_store};
use tables::CONTAINERS;

/// Understands one call; `false` when the program is none of these.
pub(crate) fn lower(call: &Call<'_>, sink: &mut Sink) -> bool {
    match call.program {
        "aws" => aws(call, sink),
        "gcloud" | "gsutil" => gcloud(call, sink),
        "az" => azure(call, sink),
        "gpg" | "gpg2" => gpg(call, sink),
        "rclone" | "mc" | "mcli" | "s3cmd" | "s5cmd" | "azcopy" | "b2" => object_store(call, sink),
        "docker" | "podman" | "nerdctl" | "docker-compose" | "podman-compose" | "buildah"
        | "skopeo" | "limactl" => containers(call, sink),
        "age" | "rage" => runs::age(call, sink),
        "java" => return runs::jenkins(call, sink),
        "xcrun" => return runs::notary(call, sink),
        "sops" => runs::sops(call, sink),
        "ansible" | "salt" | "salt-call" => runs::remote_modules(call, sink),
        "awslocal" | "tflocal" | "cdklocal" | "samlocal" | "pulumilocal" => {
            // Against the imitation of a cloud on this machine.
            sink.name(call, EffectKind::ExecProject, call.program);
        }
        _ => {
            if runs::runs(call, sink) {
                return true;
            }
            let found = match call.program {
                "fly" => runs::fly(call),
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
    runs::guessed(program, args)
}

/// What the name of a method or an operation says that it does.
pub(crate) fn verb(name: &str) -> Option<Does> {
    verbs::of_method(name)
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
    if let ["context", "use", name, ..] = words.as_slice()
        && !local_engine(name)
    {
        // Everything after this is done there.
        sink.name(call, EffectKind::Deploy, phrase(call, &p.operands, 3));
        return;
    }
    if call.program == "limactl" && words.first() == Some(&"delete") {
        sink.name(call, EffectKind::InfraDestroy, phrase(call, &p.operands, 2));
        return;
    }
    // Without `-a` what nothing refers to goes, and a build makes it again.
    if matches!(
        words.as_slice(),
        ["image" | "builder" | "buildx", "prune", ..]
    ) && p.has("a all")
    {
        sink.name(call, EffectKind::InfraDestroy, phrase(call, &p.operands, 2));
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
    let to_registry = p
        .values("o output")
        .any(|o| o.shown().contains("type=registry") || o.shown().contains("push=true"));
    if builds && (p.has("push") || to_registry) {
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
    // One that is named is one that was made here; its volumes stay.
    let mut plain = call.args.iter().filter(|a| !a.lead().starts_with('-'));
    let named = plain.any(|a| matches!(a.text(), Some("rm" | "rmi")))
        && plain
            .next()
            .and_then(Arg::text)
            .is_some_and(|name| !name.contains("prod"))
        && plain.next().is_none()
        && !p.has("volumes")
        && !short('v');
    if forced
        && !named
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
    }) || p.value("context").is_some_and(|c| !local_engine(c.shown()))
}

fn local_engine(context: &str) -> bool {
    matches!(
        context,
        "default" | "desktop-linux" | "colima" | "orbstack" | "rootless" | "rancher-desktop"
    )
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

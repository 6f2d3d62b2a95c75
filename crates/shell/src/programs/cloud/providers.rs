//! Clouds whose verbs follow a grammar, and object stores.

mod aws;
mod azure;

use palisade_core::EffectKind;

use crate::arg::Arg;

use super::super::args::{Parsed, parse};
use super::super::special::peer;
use super::super::table::phrase;
use super::super::{Call, Sink};
use super::verbs::{self, Does};

pub(super) use aws::aws;
use aws::s3;
pub(super) use azure::azure;

pub(super) fn by_verb(verb: &str) -> EffectKind {
    const READS: &[&str] = &[
        "decode",
        "describe",
        "detect",
        "download",
        "list",
        "get",
        "head",
        "scan",
        "query",
        "batch-get",
        "lookup",
        "search",
        "filter",
        "tail",
        "wait",
        "show",
        "ls",
        "info",
        "check",
        "validate",
        "estimate",
        "simulate",
        "help",
        "status",
        "read",
        "view",
        "diff",
        "select",
        "preview",
        "test",
        "exists",
        "version",
    ];
    const DESTROYS: &[&str] = &[
        "delete",
        "terminate",
        "remove",
        "destroy",
        "purge",
        "rm",
        "deregister",
        "schedule-key-deletion",
        "rb",
        "disable",
        "batch-delete",
        "empty",
    ];
    let starts = |list: &[&str]| {
        list.iter().any(|p| {
            verb.strip_prefix(p)
                .is_some_and(|r| r.is_empty() || r.starts_with('-'))
        })
    };
    if starts(READS) {
        EffectKind::CloudRead
    } else if starts(DESTROYS) {
        EffectKind::InfraDestroy
    } else {
        EffectKind::Deploy
    }
}

pub(super) fn bucket(a: &Arg) -> Option<(String, String)> {
    let t = a.shown();
    let rest = ["s3://", "gs://", "az://", "b2://"]
        .iter()
        .find_map(|p| t.strip_prefix(p))?;
    let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
    Some((bucket.to_owned(), key.to_owned()))
}

pub(super) fn gcloud(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "project account region zone format filter configuration impersonate-service-account limit image source cluster secret version member role location use_legacy_sql tag platform key keyring command member instance service rrdatas type ttl flags-file billing-project trace-token verbosity database iam-account display-name",
    );
    let words: Vec<&str> = p.operands.iter().filter_map(Arg::text).collect();
    let by = phrase(call, &p.operands, 4);
    if super::super::table::asks_for_help(&p) || words.first() == Some(&"help") {
        return;
    }
    let words: Vec<&str> = match words.split_first() {
        Some((first, rest)) if matches!(*first, "alpha" | "beta" | "preview") => rest.to_vec(),
        _ => words,
    };
    if call.program == "gsutil"
        || matches!(
            words.as_slice(),
            [
                "storage",
                "cp" | "rm" | "mv" | "rsync" | "ls" | "cat" | "du",
                ..
            ]
        )
    {
        storage(call, sink);
        return;
    }
    if words.is_empty() {
        return;
    }
    let reads_secret = words
        .iter()
        .any(|w| w.contains("print-access-token") || w.contains("print-identity-token"))
        || (words.contains(&"secrets") && words.contains(&"access"))
        || (words.contains(&"keys")
            && words.contains(&"create")
            && words.contains(&"service-accounts"))
        || words.contains(&"config-helper")
        || words.contains(&"get-key-string")
        || (words.first() == Some(&"kms")
            && matches!(words.get(1), Some(&("decrypt" | "asymmetric-decrypt"))))
        || words.contains(&"get-credentials") && words.contains(&"redis");
    let kind = if reads_secret {
        EffectKind::SecretRead
    } else if matches!(
        words.first(),
        Some(
            &("config"
                | "init"
                | "components"
                | "info"
                | "version"
                | "auth"
                | "topic"
                | "emulators"
                | "cheat-sheet"
                | "feedback"
                | "survey"
                | "meta"
                | "docker")
        )
    ) {
        return;
    } else if words.contains(&"get-credentials")
        || matches!(
            words.as_slice(),
            ["builds", "log", ..] | ["app", "browse" | "logs", ..]
        )
        || p.has("dry-run validate-only")
    {
        EffectKind::CloudRead
    } else if words.contains(&"export") && p.operands.iter().any(|o| o.lead().starts_with("gs://"))
    {
        EffectKind::Deploy
    } else {
        match verbs::by_words(&p) {
            Some((Does::Read, _)) => EffectKind::CloudRead,
            Some((Does::Secret, _)) => EffectKind::SecretRead,
            Some((Does::Destroy, _)) => EffectKind::InfraDestroy,
            _ => EffectKind::Deploy,
        }
    };
    sink.name(call, kind, by);
}

/// `gsutil` and `gcloud storage`.
fn storage(call: &Call<'_>, sink: &mut Sink) {
    // `-h` and the like take values, `-m` and `-d` take none.
    let p = parse(call.args, "h o i u project account");
    let verb_at = usize::from(call.program == "gcloud");
    let verb = p.word(verb_at);
    let rest = p.operands.get(verb_at + 1..).unwrap_or_default();
    if call.program == "gsutil" {
        let looks = match verb {
            "iam" | "acl" | "defacl" | "lifecycle" | "cors" | "logging" | "web" | "versioning"
            | "label" | "retention" | "ubla" | "rpo" | "notification" | "bucketpolicyonly"
            | "defstorageclass" | "requesterpays" | "kms" | "pap" | "autoclass" => {
                matches!(rest.first().and_then(Arg::text), Some("get" | "list"))
            }
            "config" | "version" | "help" | "perfdiag" | "test" => return,
            _ => false,
        };
        if looks {
            sink.name(call, EffectKind::CloudRead, phrase(call, &p.operands, 2));
            return;
        }
    }
    s3(
        call,
        verb,
        rest,
        p.has("d delete-unmatched-destination-objects"),
        p.has("n dry-run"),
        sink,
    );
}

pub(super) fn object_store(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "config transfers exclude include bwlimit endpoint-url access-key filter checkers max-age min-age C config-dir",
    );
    if super::super::table::asks_for_help(&p) || p.word(0) == "help" {
        return;
    }
    match call.program {
        "rclone" => rclone(call, &p, sink),
        "mc" | "mcli" => minio(call, &p, sink),
        "azcopy" => azcopy(call, &p, sink),
        "b2" => backblaze(call, &p, sink),
        _ => s3(
            call,
            p.word(0),
            p.operands.get(1..).unwrap_or_default(),
            p.has("delete delete-removed"),
            p.has("dry-run n"),
            sink,
        ),
    }
}

/// From one place to another, of which `far` says whether it is not here.
fn copied(
    call: &Call<'_>,
    paths: &[Arg],
    far: impl Fn(&Arg) -> bool,
    deletes: bool,
    sink: &mut Sink,
) {
    let Some((to, from)) = paths.split_last() else {
        return;
    };
    let name = |a: &Arg| {
        a.shown()
            .split([':', '/'])
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    for f in from {
        if far(f) {
            sink.push(call.effect(EffectKind::NetRead, peer(name(f), "GET")));
        } else {
            sink.tree(call, EffectKind::FileRead, f);
        }
    }
    if far(to) {
        sink.push(call.effect(EffectKind::NetWrite, peer(name(to), "PUT")));
        sink.sends = true;
        if deletes {
            sink.name(call, EffectKind::InfraDestroy, to.shown());
        }
    } else {
        sink.tree(call, EffectKind::FileWrite, to);
        if deletes {
            sink.tree(call, EffectKind::FileDelete, to);
        }
    }
}

fn rclone(call: &Call<'_>, p: &Parsed, sink: &mut Sink) {
    let verb = p.word(0);
    let paths = p.operands.get(1..).unwrap_or_default();
    let far = |a: &Arg| {
        a.shown()
            .split_once(':')
            .is_some_and(|(r, _)| !r.contains('/') && !r.is_empty())
    };
    let said = phrase(call, &p.operands, 1);
    if p.has("n dry-run") {
        sink.name(call, EffectKind::CloudRead, said);
        return;
    }
    match verb {
        "copy" | "sync" | "move" | "copyto" | "moveto" | "bisync" => {
            copied(call, paths, far, matches!(verb, "sync" | "bisync"), sink);
            for f in paths.iter().take(1).filter(|_| verb.starts_with("move")) {
                if far(f) {
                    sink.name(call, EffectKind::InfraDestroy, f.shown());
                }
            }
        }
        "rcat" | "copyurl" => {
            let to = paths.last().map_or("", Arg::shown);
            let host = to.split(':').next().unwrap_or_default().to_owned();
            sink.push(call.effect(EffectKind::NetWrite, peer(host, "PUT")));
            sink.sends = true;
        }
        "" | "ls" | "lsd" | "lsl" | "lsf" | "lsjson" | "size" | "about" | "check"
        | "cryptcheck" | "version" | "tree" | "cat" | "listremotes" | "stat" | "find" | "du"
        | "diff" | "ncdu" | "md5sum" | "sha1sum" | "hashsum" | "help" | "genautocomplete"
        | "completion" | "selfupdate" | "test" | "cryptdecode" | "checksum" | "gitannex" => {
            sink.name(call, EffectKind::CloudRead, said);
        }
        "config" => match p.word(1) {
            "file" | "paths" | "touch" | "providers" | "userinfo" => {}
            "delete" | "disconnect" => {
                sink.name(call, EffectKind::InfraDestroy, "rclone config delete");
            }
            _ => sink.name(call, EffectKind::SecretRead, "rclone config"),
        },
        "delete" | "purge" | "deletefile" | "rmdir" | "rmdirs" | "cleanup" => {
            sink.name(
                call,
                EffectKind::InfraDestroy,
                paths.first().map_or("", Arg::shown),
            );
        }
        // `rclone serve http ~`: a folder of this machine or one elsewhere.
        "serve" => match paths.get(1).filter(|f| !f.shown().contains(':')) {
            Some(dir) => super::super::special::serve(call, Some(dir), sink),
            None => sink.name(call, EffectKind::NetListen, said),
        },
        _ => {
            sink.name(call, EffectKind::Deploy, said);
            sink.sends = true;
        }
    }
}

fn minio(call: &Call<'_>, p: &Parsed, sink: &mut Sink) {
    let verb = p.word(0);
    let paths = p.operands.get(1..).unwrap_or_default();
    let said = phrase(call, &p.operands, 2);
    // `alias/bucket/key`: what begins like a path is here.
    let far = |a: &Arg| {
        let t = a.shown();
        t.contains('/') && !t.starts_with(['.', '/', '~', '$'])
    };
    match verb {
        "cp" | "mv" | "mirror" | "put" | "get" => {
            if verb == "mirror" && p.has("dry-run fake") {
                sink.name(call, EffectKind::CloudRead, said);
                return;
            }
            copied(call, paths, far, p.has("remove overwrite"), sink);
            if verb == "mv"
                && let Some(f) = paths.first().filter(|f| far(f))
            {
                sink.name(call, EffectKind::InfraDestroy, f.shown());
            }
        }
        "rm" | "rb" | "undo" => sink.name(
            call,
            EffectKind::InfraDestroy,
            paths.first().map_or("", Arg::shown),
        ),
        "" | "ls" | "stat" | "cat" | "head" | "du" | "find" | "tree" | "diff" | "ping"
        | "ready" | "watch" | "od" | "sql" | "update" | "support" | "license" | "version"
        | "alias" => {
            let here = match (verb, p.word(1)) {
                ("alias", "export") => EffectKind::SecretRead,
                ("version", "enable" | "suspend") => EffectKind::Deploy,
                _ => EffectKind::CloudRead,
            };
            sink.name(call, here, said);
        }
        _ => {
            let kind = match verbs::by_words(p) {
                Some((Does::Read, _)) => EffectKind::CloudRead,
                Some((Does::Destroy, _)) => EffectKind::InfraDestroy,
                _ => EffectKind::Deploy,
            };
            sink.name(call, kind, said);
        }
    }
}

fn azcopy(call: &Call<'_>, p: &Parsed, sink: &mut Sink) {
    let paths = p.operands.get(1..).unwrap_or_default();
    let said = phrase(call, &p.operands, 1);
    match p.word(0) {
        "copy" | "cp" | "c" | "sync" | "sc" if !p.has("dry-run") => {
            let mirror = p
                .value("delete-destination")
                .is_some_and(|v| v.is("true") || v.is("prompt"));
            copied(call, paths, |a| a.lead().contains("://"), mirror, sink);
        }
        "remove" | "rm" | "r" if !p.has("dry-run") => sink.name(
            call,
            EffectKind::InfraDestroy,
            paths.first().map_or("", Arg::shown),
        ),
        "make" | "mk" | "set-properties" => sink.name(call, EffectKind::Deploy, said),
        _ => sink.name(call, EffectKind::CloudRead, said),
    }
}

fn backblaze(call: &Call<'_>, p: &Parsed, sink: &mut Sink) {
    let said = phrase(call, &p.operands, 2);
    let kind = match (p.word(0), p.word(1)) {
        ("file", "download" | "cat") | ("download-file" | "cat", _) => {
            if let Some(to) = p.operands.last() {
                sink.file(call, EffectKind::FileWrite, to);
            }
            EffectKind::CloudRead
        }
        ("file", "upload") | ("upload-file", _) => {
            for f in p.operands.iter().skip(2) {
                sink.file(call, EffectKind::FileRead, f);
            }
            sink.sends = true;
            EffectKind::NetWrite
        }
        ("sync", _) => {
            let paths = p.operands.get(1..).unwrap_or_default();
            copied(
                call,
                paths,
                |a| a.lead().starts_with("b2:"),
                p.has("delete"),
                sink,
            );
            return;
        }
        ("key", "create") | ("create-key", _) => EffectKind::SecretRead,
        ("account" | "authorize-account" | "authorize_account", _) => EffectKind::CloudRead,
        _ => match verbs::by_words(p) {
            Some((Does::Read | Does::Local, _)) => EffectKind::CloudRead,
            Some((Does::Destroy, _)) => EffectKind::InfraDestroy,
            _ => EffectKind::Deploy,
        },
    };
    sink.name(call, kind, said);
}

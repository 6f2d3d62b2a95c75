//! Clouds whose verbs follow a grammar, and object stores.

use palisade_core::{EffectKind, Target};

use crate::arg::Arg;

use super::super::args::parse;
use super::super::special::peer;
use super::super::table::{act, phrase};
use super::super::{Call, Sink};

/// Services where reading is reading a secret.
pub(super) fn secret_verb(service: &str, verb: &str, p: &super::super::args::Parsed) -> bool {
    match (service, verb) {
        ("secretsmanager", "get-secret-value" | "batch-get-secret-value")
        | ("sts", "get-session-token" | "assume-role" | "get-federation-token")
        | ("ecr", "get-login-password" | "get-authorization-token")
        | ("kms", "decrypt")
        | ("iam", "create-access-key" | "create-login-profile")
        | ("ec2", "get-password-data" | "create-key-pair")
        | ("rds", "generate-db-auth-token")
        | ("eks", "get-token")
        | ("sso", "get-role-credentials")
        | ("codeartifact", "get-authorization-token")
        | ("configure", "get" | "export-credentials") => true,
        ("ssm", v) if v.starts_with("get-parameter") => p.has("with-decryption"),
        _ => false,
    }
}

pub(super) fn aws(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "profile region output query endpoint-url name names secret-id bucket key body instance-ids filters stack-name template-body template-file cluster service function-name log-group-name table-name parameters cli-input-json payload image-id max-items starting-token exclude include acl sse storage-class user-name role-name policy-arn policy-document group-name db-instance-identifier cli-read-timeout since start-time end-time",
    );
    let (service, verb) = (p.word(0), p.word(1));
    let by = phrase(call, &p.operands, 2);
    if service.is_empty() || super::super::table::asks_for_help(&p) || verb == "help" {
        return;
    }
    if secret_verb(service, verb, &p) {
        sink.name(call, EffectKind::SecretRead, by);
        return;
    }
    for (_, v) in &p.options {
        if let Some(v) = v
            && let Some(path) = v
                .lead()
                .strip_prefix("file://")
                .or_else(|| v.lead().strip_prefix("fileb://"))
        {
            sink.file(
                call,
                EffectKind::FileRead,
                &v.after(v.lead().len() - path.len()),
            );
        }
    }
    if service == "s3" {
        s3(
            call,
            verb,
            p.operands.get(2..).unwrap_or_default(),
            p.has("delete"),
            p.has("dryrun"),
            sink,
        );
        return;
    }
    if service == "s3api" && verb == "put-object" {
        if let Some(b) = p.value("body") {
            sink.file(call, EffectKind::FileRead, b);
        }
        let bucket = p.value("bucket").map_or("", Arg::shown).to_owned();
        sink.push(call.effect(EffectKind::NetWrite, peer(bucket, "PUT")));
        sink.sends = true;
        return;
    }
    let kind = if service == "configure" || (service == "sso" && verb == "login") {
        return;
    } else if p.has("dry-run") {
        EffectKind::CloudRead
    } else if verb == "send-message"
        || (service == "sns" && verb == "publish")
        || (service == "ses" && verb.starts_with("send"))
    {
        EffectKind::MessageSend
    } else {
        by_verb(verb)
    };
    sink.name(call, kind, by);
}

pub(super) fn by_verb(verb: &str) -> EffectKind {
    const READS: &[&str] = &[
        "describe",
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

pub(super) fn s3(
    call: &Call<'_>,
    verb: &str,
    paths: &[Arg],
    deletes: bool,
    dry: bool,
    sink: &mut Sink,
) {
    let label = if call.program == "aws" {
        format!("aws s3 {verb}")
    } else {
        format!("{} {verb}", call.program)
    };
    let far = |(host, key): (String, String), method: &'static str| Target::Host {
        host,
        port: None,
        path: format!("/{key}"),
        method: method.into(),
    };
    match verb {
        "ls" | "du" | "stat" | "cat" | "hash" | "presign" | "website" | "" => {
            sink.name(call, EffectKind::CloudRead, label);
        }
        _ if dry => sink.name(call, EffectKind::CloudRead, label),
        "rm" | "rb" | "delete" | "del" | "purge" => {
            let name = paths.first().map_or("", Arg::shown).to_owned();
            sink.name(call, EffectKind::InfraDestroy, name);
        }
        "cp" | "mv" | "sync" | "rsync" | "put" | "get" | "copy" | "move" | "upload"
        | "download" => {
            let Some((to, from)) = paths.split_last() else {
                return;
            };
            for f in from {
                match bucket(f) {
                    Some(b) => {
                        sink.push(call.effect(EffectKind::NetRead, far(b, "GET")));
                        if verb == "mv" {
                            sink.name(call, EffectKind::InfraDestroy, f.shown());
                        }
                    }
                    None => sink.tree(call, EffectKind::FileRead, f),
                }
            }
            match bucket(to) {
                Some(b) => {
                    sink.push(call.effect(EffectKind::NetWrite, far(b, "PUT")));
                    sink.sends = true;
                    if deletes {
                        sink.name(call, EffectKind::InfraDestroy, to.shown());
                    }
                }
                None => {
                    sink.tree(call, EffectKind::FileWrite, to);
                    if deletes {
                        sink.tree(call, EffectKind::FileDelete, to);
                    }
                }
            }
        }
        _ => sink.name(call, EffectKind::Deploy, label),
    }
}

pub(super) fn gcloud(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "project account region zone format filter configuration impersonate-service-account limit image source cluster secret version member role location use_legacy_sql tag platform m",
    );
    let words: Vec<&str> = p.operands.iter().filter_map(Arg::text).collect();
    let by = phrase(call, &p.operands, 4);
    if call.program == "gsutil"
        || matches!(
            words.as_slice(),
            ["storage", "cp" | "rm" | "mv" | "rsync" | "ls" | "cat", ..]
        )
    {
        let skip = usize::from(call.program == "gcloud");
        let verb = words.get(skip).copied().unwrap_or_default();
        s3(
            call,
            verb,
            p.operands.get(skip + 1..).unwrap_or_default(),
            p.has("d delete-unmatched-destination-objects"),
            p.has("n dry-run"),
            sink,
        );
        return;
    }
    if call.program == "bq" {
        let kind = match words.first() {
            Some(&("ls" | "show" | "head" | "query" | "help" | "version")) => {
                let sql = words
                    .get(1)
                    .copied()
                    .unwrap_or_default()
                    .to_ascii_uppercase();
                if ["DROP", "DELETE", "TRUNCATE"]
                    .iter()
                    .any(|w| sql.contains(w))
                {
                    EffectKind::DbDestroy
                } else if ["UPDATE", "INSERT", "MERGE", "CREATE", "ALTER"]
                    .iter()
                    .any(|w| sql.contains(w))
                {
                    EffectKind::DbWrite
                } else {
                    EffectKind::DbRead
                }
            }
            Some(&"rm") => EffectKind::DbDestroy,
            _ => EffectKind::DbWrite,
        };
        sink.name(call, kind, by);
        return;
    }
    if words.is_empty() || super::super::table::asks_for_help(&p) {
        return;
    }
    let secret = words
        .iter()
        .any(|w| w.contains("print-access-token") || w.contains("print-identity-token"))
        || (words.contains(&"secrets") && words.contains(&"access"))
        || (words.contains(&"keys") && words.contains(&"create"))
        || words.contains(&"get-credentials") && words.contains(&"redis");
    let kind = if secret {
        EffectKind::SecretRead
    } else if matches!(
        words.first(),
        Some(&("config" | "init" | "components" | "info" | "version" | "help" | "auth" | "topic"))
    ) {
        return;
    } else if words.contains(&"get-credentials") {
        EffectKind::CloudRead
    } else {
        words
            .iter()
            .skip(1)
            .map(|w| by_verb(w))
            .find(|k| *k != EffectKind::Deploy)
            .unwrap_or(EffectKind::Deploy)
    };
    sink.name(call, kind, by);
}

pub(super) fn azure(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "g resource-group n name o output query subscription s l location vault-name id ids account-name container-name f file template-file",
    );
    let words: Vec<&str> = p.operands.iter().filter_map(Arg::text).collect();
    let by = phrase(call, &p.operands, 4);
    if words.is_empty() || super::super::table::asks_for_help(&p) {
        return;
    }
    let joined = words.join(" ");
    let secret = joined.starts_with("account get-access-token")
        || joined.starts_with("keyvault secret show")
        || joined.starts_with("keyvault secret download")
        || joined.contains("keys list")
        || joined.contains("credential")
        || joined.contains("list-keys")
        || joined.contains("connection-string");
    let kind = if secret {
        EffectKind::SecretRead
    } else if matches!(
        words.first(),
        Some(
            &("login"
                | "logout"
                | "configure"
                | "version"
                | "config"
                | "extension"
                | "find"
                | "feedback")
        )
    ) {
        return;
    } else if joined.starts_with("account") {
        EffectKind::CloudRead
    } else {
        words
            .last()
            .into_iter()
            .chain(words.iter().skip(1))
            .map(|w| by_verb(w))
            .find(|k| *k != EffectKind::Deploy)
            .unwrap_or(EffectKind::Deploy)
    };
    sink.name(call, kind, by);
}

pub(super) fn object_store(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "config transfers exclude include bwlimit endpoint-url access-key filter",
    );
    let verb = p.word(0);
    let paths = p.operands.get(1..).unwrap_or_default();
    if matches!(call.program, "rclone" | "mc") {
        let far = |a: &Arg| {
            a.shown()
                .split_once(':')
                .is_some_and(|(r, _)| !r.contains('/') && !r.is_empty())
        };
        match verb {
            "copy" | "sync" | "move" | "copyto" | "moveto" | "rcat" | "bisync"
                if call.program == "rclone" =>
            {
                if let Some((to, from)) = paths.split_last() {
                    for f in from.iter().filter(|f| !far(f)) {
                        sink.tree(call, EffectKind::FileRead, f);
                    }
                    if far(to) {
                        let host = to.shown().split(':').next().unwrap_or_default().to_owned();
                        sink.push(call.effect(EffectKind::NetWrite, peer(host, "PUT")));
                        sink.sends = true;
                    } else {
                        sink.tree(call, EffectKind::FileWrite, to);
                    }
                    if verb == "sync" && !p.has("n dry-run") {
                        sink.name(call, EffectKind::InfraDestroy, to.shown());
                    }
                }
            }
            "ls" | "lsd" | "lsl" | "lsf" | "lsjson" | "size" | "about" | "check" | "version"
            | "tree" | "cat" | "listremotes" | "stat" | "find" | "du" | "diff" => {
                sink.name(call, EffectKind::CloudRead, phrase(call, &p.operands, 1));
            }
            "config" => sink.name(call, EffectKind::SecretRead, "rclone config"),
            "delete" | "purge" | "deletefile" | "rmdir" | "rmdirs" | "cleanup" | "rm" | "rb" => {
                sink.name(
                    call,
                    EffectKind::InfraDestroy,
                    paths.first().map_or("", Arg::shown),
                );
            }
            _ => {
                sink.name(call, EffectKind::Deploy, phrase(call, &p.operands, 1));
                sink.sends = true;
            }
        }
        return;
    }
    s3(
        call,
        verb,
        paths,
        p.has("delete delete-removed"),
        p.has("dry-run n"),
        sink,
    );
    act("none", 0, &p, call, sink);
}

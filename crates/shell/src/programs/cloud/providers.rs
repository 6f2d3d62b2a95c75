//! Clouds whose verbs follow a grammar, and object stores.

use palisade_core::{EffectKind, Target};

use crate::arg::Arg;

use super::super::args::{Parsed, parse};
use super::super::special::peer;
use super::super::table::phrase;
use super::super::{Call, Sink};
use super::verbs::{self, Does};

/// Services where reading is reading a secret.
pub(super) fn secret_verb(service: &str, verb: &str, p: &Parsed) -> bool {
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
        | ("configure", "export-credentials")
        | ("cognito-identity", "get-credentials-for-identity")
        | ("redshift", "get-cluster-credentials" | "get-cluster-credentials-with-iam")
        | (
            "lightsail",
            "get-instance-access-details"
            | "get-relational-database-master-user-password"
            | "download-default-key-pair",
        )
        | ("apigateway", "get-api-key")
        | ("sso-oidc", "create-token") => true,
        ("configure", "get") => p
            .operands
            .get(2)
            .map_or("", Arg::shown)
            .rsplit('.')
            .next()
            .is_some_and(|k| {
                matches!(
                    k,
                    "aws_secret_access_key" | "aws_session_token" | "aws_access_key_id"
                )
            }),
        ("sts", v) if v.starts_with("assume-role") => true,
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
    if service.is_empty()
        || super::super::table::asks_for_help(&p)
        || verb == "help"
        || p.word(2) == "help"
    {
        return;
    }
    if service == "help" {
        return;
    }
    let local = p.value("endpoint-url").is_some_and(|u| {
        let url = crate::url::Url::split(u.shown());
        matches!(
            url.host.as_str(),
            "localhost" | "127.0.0.1" | "::1" | "host.docker.internal" | "localstack" | "minio"
        ) || url.host.ends_with(".localhost")
            || url.host.ends_with("localhost.localstack.cloud")
    });
    if local {
        // An imitation of the cloud on this machine.
        sink.name(call, EffectKind::ExecProject, by);
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
    if service == "configure" && matches!(verb, "set" | "import") {
        let key = p.operands.get(2).map_or("", Arg::shown);
        if verb == "import" || key.contains("key") || key.contains("token") {
            let file = Arg::known(format!("{}/.aws/credentials", call.home));
            sink.file(call, EffectKind::FileWrite, &file);
        }
        return;
    }
    let kind = if service == "configure"
        || (service == "sso" && matches!(verb, "login" | "logout"))
        || (service == "eks" && verb == "update-kubeconfig")
    {
        return;
    } else if p.has("dry-run")
        || matches!(
            (service, verb),
            ("logs", "start-query" | "stop-query" | "start-live-tail")
                | ("ecs", "wait")
                | ("athena" | "redshift-data", "get-query-results")
                | ("cloudtrail", "start-query")
        )
    {
        EffectKind::CloudRead
    } else if verb == "send-message"
        || (service == "sns" && verb == "publish")
        || (matches!(service, "ses" | "sesv2") && verb.starts_with("send"))
    {
        EffectKind::MessageSend
    } else {
        by_verb(verb)
    };
    sink.name(call, kind, by);
}

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
        "ls" | "du" | "stat" | "cat" | "hash" | "" | "info" | "la" | "head" | "version"
        | "help" | "lsl" | "ws-info" | "multipart" => {
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

pub(super) fn azure(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "g resource-group n name o output query subscription s l location vault-name id ids account-name container-name c f file template-file method m url uri u body b d destination workspace w analytics-query",
    );
    let words: Vec<&str> = p.operands.iter().filter_map(Arg::text).collect();
    let by = phrase(call, &p.operands, 4);
    if words.is_empty() || super::super::table::asks_for_help(&p) || p.has("h") {
        return;
    }
    let joined = words.join(" ");
    let starts = |phrases: &[&str]| phrases.iter().any(|p| joined.starts_with(p));
    if words.first() == Some(&"rest") {
        rest(call, &p, sink);
        return;
    }
    let kubeconfig = joined.contains("get-credentials");
    let secret = starts(&[
        "account get-access-token",
        "keyvault secret show",
        "keyvault secret download",
        "keyvault secret backup",
        "keyvault key download",
        "keyvault key decrypt",
    ]) || joined.contains("keys list")
        || (joined.contains("credential") && !kubeconfig)
        || joined.contains("list-keys")
        || joined.contains("connection-string")
        || joined.contains("generate-sas")
        || joined.contains("create-for-rbac")
        || p.has("expose-token");
    let last = words.last().copied().unwrap_or_default();
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
                | "feedback"
                | "upgrade"
                | "interactive"
                | "cloud"
                | "init"
                | "survey"
                | "cache"
                | "demo")
        )
    ) || starts(&[
        "bicep",
        "acr login",
        "account set",
        "account clear",
        "devops configure",
        "devops login",
    ]) {
        return;
    } else if kubeconfig
        || joined.starts_with("account")
        || starts(&["graph query", "boards query", "cost-management query"])
        || matches!(last, "what-if" | "validate" | "download" | "tail")
        || joined.contains(" log download")
        || joined.contains("blob download")
        || p.has("what-if dry-run dryrun")
    {
        EffectKind::CloudRead
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

/// `az rest`: any request to the provider.
fn rest(call: &Call<'_>, p: &Parsed, sink: &mut Sink) {
    let method = p
        .value("method m")
        .map_or("get", Arg::shown)
        .to_ascii_uppercase();
    let address = p.value("url uri u").map_or("", Arg::shown);
    if let Some(body) = p.value("body b").filter(|b| b.lead().starts_with('@')) {
        sink.file(call, EffectKind::FileRead, &body.after(1));
    }
    let secret = [
        "listKeys",
        "listSecrets",
        "listCredentials",
        "listConnectionStrings",
    ]
    .iter()
    .any(|w| address.contains(w));
    let kind = match method.as_str() {
        _ if secret => EffectKind::SecretRead,
        "GET" | "HEAD" | "OPTIONS" => EffectKind::CloudRead,
        "DELETE" => EffectKind::InfraDestroy,
        _ => EffectKind::Deploy,
    };
    sink.sends = kind == EffectKind::Deploy;
    sink.name(call, kind, format!("az rest {method} {address}"));
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

//! Amazon's command line.

use palisade_core::{EffectKind, Target};

use super::{bucket, by_verb};
use crate::arg::Arg;
use crate::programs::args::{Parsed, parse};
use crate::programs::special::peer;
use crate::programs::table::{asks_for_help, phrase};
use crate::programs::{Call, Sink};

/// Services where reading is reading a secret.
fn secret_verb(service: &str, verb: &str, p: &Parsed) -> bool {
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

pub(in crate::programs::cloud) fn aws(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "profile region output query endpoint-url name names secret-id bucket key body instance-ids filters stack-name template-body template-file cluster service function-name log-group-name table-name parameters cli-input-json payload image-id max-items starting-token exclude include acl sse storage-class user-name role-name policy-arn policy-document group-name db-instance-identifier cli-read-timeout since start-time end-time",
    );
    let (service, verb) = (p.word(0), p.word(1));
    let by = phrase(call, &p.operands, 2);
    if service.is_empty() || asks_for_help(&p) || verb == "help" || p.word(2) == "help" {
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

//! Azure's command line.

use palisade_core::EffectKind;

use super::super::verbs::{self, Does};
use crate::arg::Arg;
use crate::programs::args::{Parsed, parse};
use crate::programs::table::{asks_for_help, phrase};
use crate::programs::{Call, Sink};

pub(in crate::programs::cloud) fn azure(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "g resource-group n name o output query subscription s l location vault-name id ids account-name container-name c f file template-file method m url uri u body b d destination workspace w analytics-query",
    );
    let words: Vec<&str> = p.operands.iter().filter_map(Arg::text).collect();
    let by = phrase(call, &p.operands, 4);
    if words.is_empty() || asks_for_help(&p) || p.has("h") {
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

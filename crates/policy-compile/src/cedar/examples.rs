//! `@match` and `@not_match`: what a policy is about, tried when it is loaded.
//!
//! An example is an action and what it is done to: `file.read ~/.ssh/id_rsa`,
//! `net.write POST https://example.com/x`, `git.push origin main`. Several are
//! separated by `;`. Paths begin at the workspace.

use palisade_core::{Effect, EffectKind, Target};
use palisade_policy::{CedarRule, Situation};

/// What is wrong with a policy's examples, in one line each.
pub(super) fn failing(rule: &CedarRule, list: &str, wanted: bool) -> Vec<String> {
    let situation = Situation {
        workspace: "/workspace".to_owned(),
        home: "/home/user".to_owned(),
        ..Situation::default()
    };
    let mut out = Vec::new();
    for example in list.split(';').map(str::trim).filter(|e| !e.is_empty()) {
        match effect(example) {
            None => out.push(format!(
                "`{example}` is not an example: write an action and what it is done to, as in `file.read src/a.rs`"
            )),
            Some(effect) if rule.covers(&effect, &situation) != wanted => out.push(if wanted {
                format!("it does not hold for `{example}`")
            } else {
                format!("it holds for `{example}`")
            }),
            Some(_) => {}
        }
    }
    out
}

fn effect(example: &str) -> Option<Effect> {
    let (kind, rest) = example.split_once(' ').unwrap_or((example, ""));
    let kind = EffectKind::from_id(kind)?;
    let words: Vec<String> = rest.split_whitespace().map(str::to_owned).collect();
    let family = kind.id().split('.').next().unwrap_or_default();
    let target = match (family, words.as_slice()) {
        (_, []) => Target::None,
        ("file", _) => Target::Path(rest.trim().to_owned()),
        ("net", [method, url]) => host(url, method.to_uppercase()),
        ("net", [url, ..]) => host(url, "GET".to_owned()),
        ("git", [name]) => Target::GitRef {
            remote: None,
            name: Some(name.clone()),
        },
        ("git", [remote, name, ..]) => Target::GitRef {
            remote: Some(remote.clone()),
            name: Some(name.clone()),
        },
        _ if kind == EffectKind::ExecNamed => Target::Command(words),
        _ => Target::Name(rest.trim().to_owned()),
    };
    Some(Effect::new(kind, target, ""))
}

fn host(url: &str, method: String) -> Target {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (peer, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let (host, port) = match peer.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
            (host, port.parse().ok())
        }
        _ => (peer, None),
    };
    Target::Host {
        host: host.trim_matches(['[', ']']).to_owned(),
        port,
        path: path.to_owned(),
        method: method.into(),
    }
}

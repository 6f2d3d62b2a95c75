//! Effects and situations as the guard would hand them over.

use palisade_core::{
    Certainty, Effect, EffectKind, Environment, Facts, Profile, Scope, Target, Tracking, Verdict,
};
use palisade_policy::{Decision, Situation, Table};

pub(crate) const WORKSPACE: &str = "/home/u/shop";
pub(crate) const HOME: &str = "/home/u";

pub(crate) fn standard() -> Table {
    Table::builtin(Profile::Standard)
}

pub(crate) fn situation() -> Situation {
    Situation {
        workspace: WORKSPACE.into(),
        home: HOME.into(),
        guard_paths: vec![
            "/opt/palisade/bin".into(),
            "/home/u/.local/state/palisade".into(),
        ],
        ..Situation::default()
    }
}

pub(crate) fn headless() -> Situation {
    Situation {
        headless: true,
        ..situation()
    }
}

/// A file effect with the facts an observer fills for an existing path.
pub(crate) fn file(kind: EffectKind, path: &str, by: &str) -> Effect {
    let abs = if path.starts_with('/') {
        path.to_owned()
    } else if let Some(rest) = path.strip_prefix("~/") {
        format!("{HOME}/{rest}")
    } else if path == "~" {
        HOME.to_owned()
    } else {
        format!("{WORKSPACE}/{path}")
    };
    let scope = if abs == WORKSPACE || abs.starts_with(&format!("{WORKSPACE}/")) {
        Scope::Workspace
    } else if abs.starts_with("/tmp/") {
        Scope::Temp
    } else if abs.starts_with(HOME) {
        Scope::Home
    } else {
        Scope::System
    };
    Effect {
        facts: Facts {
            resolved: Some(abs.clone()),
            scope,
            exists: true,
            ..Facts::default()
        },
        ..Effect::new(kind, Target::Path(abs), by)
    }
}

pub(crate) fn delete(path: &str, tracking: Tracking) -> Effect {
    let mut e = file(EffectKind::FileDelete, path, "rm");
    e.facts.tracking = tracking;
    e
}

pub(crate) fn delete_tree(path: &str, tracking: Tracking) -> Effect {
    Effect {
        recursive: true,
        ..delete(path, tracking)
    }
}

pub(crate) fn net(method: &'static str, host: &str, path: &str) -> Effect {
    let kind = match method {
        "GET" | "HEAD" => EffectKind::NetRead,
        _ => EffectKind::NetWrite,
    };
    let target = Target::Host {
        host: host.into(),
        port: None,
        path: path.into(),
        method: method.into(),
    };
    Effect::new(kind, target, "curl")
}

pub(crate) fn git(kind: EffectKind, name: Option<&str>, protected: bool) -> Effect {
    let mut e = Effect::new(
        kind,
        Target::GitRef {
            remote: Some("origin".into()),
            name: name.map(Into::into),
        },
        "git push",
    );
    if protected {
        e.facts.protected_ref = Some(name.unwrap_or("main").into());
    }
    e
}

pub(crate) fn plain(kind: EffectKind, by: &str) -> Effect {
    Effect::new(kind, Target::None, by)
}

pub(crate) fn named(kind: EffectKind, name: &str, by: &str) -> Effect {
    Effect::new(kind, Target::Name(name.into()), by)
}

/// The same effect where production was observed.
pub(crate) fn production(e: Effect) -> Effect {
    in_environment(e, Environment::Production)
}

pub(crate) fn in_environment(mut e: Effect, environment: Environment) -> Effect {
    e.facts.environment = environment;
    e
}

/// The same effect in a repository that is not the workspace.
pub(crate) fn elsewhere(mut e: Effect) -> Effect {
    e.facts.scope = Scope::Home;
    e.facts.other_repository = true;
    e
}

pub(crate) fn opaque(e: Effect) -> Effect {
    e.with_certainty(Certainty::Opaque)
}

pub(crate) fn decide(effects: &[Effect]) -> Decision {
    standard().decide(effects, &situation())
}

/// Verdict and rule of a single effect under the standard profile.
pub(crate) fn said(e: Effect) -> (Verdict, String) {
    let d = decide(&[e]);
    (d.verdict, d.rule)
}

//! A world for the understanding: folders, scripts, and effects as text.

use std::collections::BTreeMap;

use palisade_core::{Certainty, Effect, Target};
use palisade_shell::{Context, Observer, Understanding, understand};

/// Scripts that exist.
#[derive(Default)]
pub(crate) struct Scripts(pub(crate) BTreeMap<String, String>);

impl Observer for Scripts {
    fn script(&self, path: &str) -> Option<String> {
        self.0.get(path).cloned()
    }
}

/// A workspace `/w` of a user whose home is `/home/u`.
pub(crate) fn context() -> Context {
    Context {
        cwd: "/w".to_owned(),
        home: "/home/u".to_owned(),
        vars: BTreeMap::from([("USER".to_owned(), "u".to_owned())]),
        open_input: false,
    }
}

pub(crate) fn look(command: &str) -> Understanding {
    understand(command, &context(), &Scripts::default())
}

/// `file.delete /home/u rp~>`: kind, target, then recursive, pattern,
/// partial or opaque (`?`), flows to the network.
pub(crate) fn shown(e: &Effect) -> String {
    let mut out = short(e);
    let mut flags = String::new();
    if e.recursive {
        flags.push('r');
    }
    if e.pattern {
        flags.push('p');
    }
    match e.certainty {
        Certainty::Proved => {}
        Certainty::Partial => flags.push('~'),
        Certainty::Opaque => flags.push('?'),
    }
    if e.facts.flows_to_network {
        flags.push('>');
    }
    if !flags.is_empty() {
        out = format!("{out} [{flags}]");
    }
    out
}

/// Kind and target alone.
pub(crate) fn short(e: &Effect) -> String {
    let target = match &e.target {
        Target::Command(words) => words.join(" "),
        Target::None => String::new(),
        Target::Path(p) => p.clone(),
        Target::Name(n) => n.replace('\n', "⏎"),
        Target::Host {
            host,
            port,
            path,
            method,
        } => {
            let port = port.map(|p| format!(":{p}")).unwrap_or_default();
            format!("{method} {host}{port}{path}")
        }
        Target::GitRef { remote, name } => format!(
            "{}:{}",
            remote.as_deref().unwrap_or("-"),
            name.as_deref().unwrap_or("-")
        ),
    };
    format!("{} {target}", e.kind.id()).trim_end().to_owned()
}

pub(crate) fn all(u: &Understanding) -> Vec<String> {
    u.effects.iter().map(shown).collect()
}

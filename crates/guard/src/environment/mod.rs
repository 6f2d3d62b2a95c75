//! Which machine and which environment a command reaches.
//!
//! What a database client or a cluster tool does is the same everywhere; what
//! it costs is not. The destination is in the words beside the verb (a host, a
//! context, a profile), in variables that select one, in the folder the
//! command runs in, or in what the tool remembers. All of them are asked, and
//! the gravest answer counts; what a tool remembers counts only when nothing
//! in the command line says otherwise.

mod contexts;
mod database;
mod settings;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use palisade_core::{Effect, EffectKind, Environment, Scope, Target};
use palisade_policy::{Host, HostClass, Table};
use palisade_shell::{Arg, Invocation, SELECTORS};

/// Programs whose words are about something on this machine.
const HERE: &[&str] = &["docker", "podman", "nerdctl", "docker-compose"];

/// Variables of the agent's own process that select where programs act.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ambient(BTreeMap<&'static str, String>);

impl Ambient {
    /// What `get` knows of [`SELECTORS`].
    pub fn from_env(get: impl Fn(&str) -> Option<OsString>) -> Self {
        let value = |name: &&'static str| Some((*name, get(name)?.into_string().ok()?));
        Self(SELECTORS.iter().filter_map(value).collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// What an environment is observed against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surroundings<'a> {
    pub(crate) home: &'a Path,
    pub(crate) workspace: &'a Path,
    pub(crate) table: &'a Table,
    pub(crate) ambient: &'a Ambient,
}

/// Says where the effects of one command line go.
pub(crate) fn observe(effects: &mut [Effect], invocations: &[Invocation], s: Surroundings<'_>) {
    for effect in effects {
        if let Target::Host { host, .. } = &effect.target {
            effect.facts.environment = of_host(host, s.table).0;
            continue;
        }
        let database = matches!(
            effect.kind,
            EffectKind::DbRead | EffectKind::DbWrite | EffectKind::DbSchema | EffectKind::DbDestroy
        );
        let cloud = matches!(
            effect.kind,
            EffectKind::CloudRead | EffectKind::Deploy | EffectKind::InfraDestroy
        );
        if !database && !cloud {
            continue;
        }
        let program = effect.by.split_whitespace().next().unwrap_or_default();
        for call in invocations.iter().filter(|i| i.program == program) {
            let (environment, remote) = if database {
                let (environment, remote) = database::target(call, s);
                let said = if database::is_client(program) {
                    Environment::Unknown
                } else {
                    of_call(call, s)
                };
                (gravest(environment, said), remote)
            } else {
                (of_call(call, s), false)
            };
            effect.facts.environment = gravest(effect.facts.environment, environment);
            if remote {
                effect.facts.scope = Scope::System;
            }
        }
    }
}

/// The graver of two observations.
fn gravest(a: Environment, b: Environment) -> Environment {
    let weight = |e| match e {
        Environment::Production => 3,
        Environment::Staging => 2,
        Environment::Local => 1,
        Environment::Unknown => 0,
    };
    if weight(a) >= weight(b) { a } else { b }
}

/// The environment a host names, and whether it is another machine.
fn of_host(host: &str, table: &Table) -> (Environment, bool) {
    if host.is_empty() || host.starts_with('/') {
        return (Environment::Unknown, false);
    }
    if Host::new(host).class == HostClass::Loopback {
        return (Environment::Local, false);
    }
    let environment = table.environment_of(host);
    // A name without a domain is a neighbour: a container, a machine on the desk.
    let neighbour = !host.contains(['.', ':'])
        || [".internal", ".local", ".test", ".localhost"]
            .iter()
            .any(|t| host.ends_with(t));
    let remote = !neighbour && environment != Environment::Local;
    (environment, remote)
}

/// The environment that the words, variables and folder of a call name.
fn of_call(call: &Invocation, s: Surroundings<'_>) -> Environment {
    if HERE.contains(&call.program.as_str()) && !contexts::elsewhere(call, s) {
        return Environment::Unknown;
    }
    let words = call
        .args
        .iter()
        .filter_map(Arg::text)
        .filter(|w| !w.contains(char::is_whitespace))
        .map(|w| s.table.environment_of(w));
    let set = call.env.iter().map(|(_, v)| of_value(v, s.table));
    let said = words.chain(set).fold(Environment::Unknown, gravest);
    let folder = call
        .cwd
        .as_deref()
        .and_then(|dir| Path::new(dir).strip_prefix(s.workspace).ok())
        .map_or(Environment::Unknown, |below| {
            // `live` is a word of products as well.
            below
                .iter()
                .map(|part| part.to_string_lossy())
                .filter(|part| !part.contains("live"))
                .map(|part| s.table.environment_of(&part))
                .fold(Environment::Unknown, gravest)
        });
    gravest(gravest(said, folder), contexts::remembered(call, s))
}

/// The environment that the value of a selecting variable names.
fn of_value(value: &str, table: &Table) -> Environment {
    if !value.contains("://") {
        return table.environment_of(value);
    }
    let url = palisade_shell::url::Url::split(value);
    gravest(of_host(&url.host, table).0, table.environment_of(&url.path))
}

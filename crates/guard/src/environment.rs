//! Which machine and which environment a command reaches.
//!
//! What a database client or a cluster tool does is the same everywhere; what
//! it costs is not. The destination is in the words beside the verb: a host, a
//! context, a profile. Nothing is looked up except the current context of the
//! cluster tools, which decides when no word does.

use std::path::Path;

use palisade_core::{Effect, EffectKind, Environment, Scope, Target};
use palisade_policy::{Host, HostClass, Table};
use palisade_shell::Invocation;

/// Clients whose options name a host.
const DATABASES: &[&str] = &[
    "psql",
    "pg_dump",
    "pg_restore",
    "createdb",
    "dropdb",
    "pgcli",
    "mysql",
    "mysqldump",
    "mysqladmin",
    "mariadb",
    "mariadb-dump",
    "mycli",
    "redis-cli",
    "valkey-cli",
    "mongo",
    "mongosh",
    "mongodump",
    "mongorestore",
    "cockroach",
    "clickhouse-client",
    "usql",
    "sqlcmd",
    "cqlsh",
];

/// Programs whose words are about something on this machine.
const HERE: &[&str] = &["docker", "podman", "nerdctl", "docker-compose"];

/// Tools that act on the current context unless told otherwise.
const CLUSTER: &[&str] = &["kubectl", "helm", "kustomize", "flux", "oc"];

/// Bytes of a cluster configuration that is read for its current context.
const CONTEXTS: usize = 1024 * 1024;

/// Says where the effects of one command line go.
pub(crate) fn observe(
    effects: &mut [Effect],
    invocations: &[Invocation],
    home: &Path,
    table: &Table,
) {
    for effect in effects {
        if let Target::Host { host, .. } = &effect.target {
            effect.facts.environment = of_host(host, table).0;
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
                of_database(call, table)
            } else {
                (of_cloud(call, home, table), false)
            };
            effect.facts.environment = strictest(effect.facts.environment, environment);
            if remote {
                effect.facts.scope = Scope::System;
            }
        }
    }
}

fn strictest(a: Environment, b: Environment) -> Environment {
    let weight = |e| match e {
        Environment::Production => 3,
        Environment::Staging => 2,
        Environment::Unknown => 1,
        Environment::Local => 0,
    };
    match (a, b) {
        (Environment::Unknown, b) => b,
        (a, Environment::Unknown) => a,
        (a, b) if weight(a) >= weight(b) => a,
        (_, b) => b,
    }
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

fn of_database(call: &Invocation, table: &Table) -> (Environment, bool) {
    if !DATABASES.contains(&call.program.as_str()) {
        return (Environment::Unknown, false);
    }
    let mut environment = Environment::Unknown;
    let mut remote = false;
    let mut add = |(e, far): (Environment, bool)| {
        environment = strictest(environment, e);
        remote |= far;
    };
    let mut expects_host = false;
    let mut expects_code = false;
    for word in call.args.iter().filter_map(palisade_shell::Arg::text) {
        if std::mem::take(&mut expects_code) {
            continue;
        }
        if std::mem::take(&mut expects_host) {
            add(of_host(word, table));
            continue;
        }
        if word.contains("://") {
            let url = palisade_shell::url::Url::split(word);
            add(of_host(&url.host, table));
            add((table.environment_of(&url.path), false));
        } else if let Some(host) = word
            .strip_prefix("--host=")
            .or_else(|| word.strip_prefix("host="))
        {
            add(of_host(host, table));
        } else if word == "-h" || word == "--host" {
            expects_host = true;
        } else if let Some(host) = word.strip_prefix("-h").filter(|_| !word.starts_with("--")) {
            add(of_host(host, table));
        } else if matches!(
            word,
            "-c" | "-e" | "--command" | "--execute" | "--eval" | "-f" | "--file" | "-q"
        ) {
            expects_code = true;
        } else if !word.contains(char::is_whitespace) {
            // The name of a database.
            add((table.environment_of(word), false));
        }
    }
    (environment, remote)
}

fn of_cloud(call: &Invocation, home: &Path, table: &Table) -> Environment {
    if HERE.contains(&call.program.as_str()) {
        return Environment::Unknown;
    }
    let mut found = Environment::Unknown;
    let mut context = false;
    for word in call.args.iter().filter_map(palisade_shell::Arg::text) {
        if word.contains(char::is_whitespace) {
            continue;
        }
        context |= ["--context", "--kube-context", "--kubeconfig", "--server"]
            .iter()
            .any(|o| word.starts_with(o));
        found = strictest(found, table.environment_of(word));
    }
    if !context && CLUSTER.contains(&call.program.as_str()) {
        found = strictest(found, current_context(home, table));
    }
    found
}

fn current_context(home: &Path, table: &Table) -> Environment {
    let Ok(Some(bytes)) = palisade_files::read_capped(&home.join(".kube/config"), CONTEXTS) else {
        return Environment::Unknown;
    };
    let text = String::from_utf8_lossy(&bytes);
    text.lines()
        .find_map(|l| l.strip_prefix("current-context:"))
        .map_or(Environment::Unknown, |name| {
            table.environment_of(name.trim().trim_matches(['"', '\'']))
        })
}

//! Where the clients of databases go.

use palisade_core::Environment;
use palisade_shell::{Arg, Invocation};

use super::{Surroundings, gravest, of_host};

/// Clients whose options name a host.
const CLIENTS: &[&str] = &[
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

/// Variables that name a host or a URL, and those that name a database.
const HOSTS: &[&str] = &["PGHOST", "MYSQL_HOST", "DATABASE_HOST", "DB_HOST"];

pub(super) fn is_client(program: &str) -> bool {
    CLIENTS.contains(&program)
}

/// The environment a client reaches, and whether it is on another machine.
pub(super) fn target(call: &Invocation, s: Surroundings<'_>) -> (Environment, bool) {
    let table = s.table;
    let mut environment = Environment::Unknown;
    let mut remote = false;
    let mut add = |(e, far): (Environment, bool)| {
        environment = gravest(environment, e);
        remote |= far;
    };
    let of_url = |text: &str| {
        let url = palisade_shell::url::Url::split(text);
        let (host, far) = of_host(&url.host, table);
        (gravest(host, table.environment_of(&url.path)), far)
    };
    let mut named = false;
    let mut expects_host = false;
    let mut expects_code = false;
    for arg in &call.args {
        let Some(word) = arg.text() else {
            // `psql "$DATABASE_URL"`: what the agent's own process has there.
            if let Some(value) = whole_variable(arg).and_then(|n| s.ambient.get(n)) {
                named = true;
                add(of_url(value));
            }
            continue;
        };
        if std::mem::take(&mut expects_code) {
            continue;
        }
        if std::mem::take(&mut expects_host) {
            named = true;
            add(of_host(word, table));
            continue;
        }
        if word.contains("://") {
            named = true;
            add(of_url(word));
        } else if let Some(host) = word
            .strip_prefix("--host=")
            .or_else(|| word.strip_prefix("host="))
        {
            named = true;
            add(of_host(host, table));
        } else if word == "-h" || word == "--host" {
            expects_host = true;
        } else if let Some(host) = word.strip_prefix("-h").filter(|_| !word.starts_with("--")) {
            named = true;
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
    for (name, value) in &call.env {
        if HOSTS.contains(name) {
            named = true;
            add(of_host(value, table));
        } else if !value.contains("://") {
            add((table.environment_of(value), false));
        }
    }
    if !named {
        for name in HOSTS {
            if let Some(host) = s.ambient.get(name) {
                add(of_host(host, table));
            }
        }
    }
    (environment, remote)
}

/// `$NAME` or `${NAME}`, the whole argument.
fn whole_variable(arg: &Arg) -> Option<&str> {
    let name = arg.shown().strip_prefix('$')?;
    let name = name
        .strip_prefix('{')
        .and_then(|n| n.strip_suffix('}'))
        .unwrap_or(name);
    name.bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'_')
        .then_some(name)
}

//! Where the clients of databases go: options, addresses, variables the
//! command sets, and, for a variable it only names, the agent's own
//! environment and the settings of the project.

use palisade_core::Environment;
use palisade_policy::Table;
use palisade_shell::{Arg, Invocation};

use super::{Surroundings, gravest, of_host, settings};

/// Where something is, and whether that is another machine.
type Place = (Environment, bool);

const NOWHERE: Place = (Environment::Unknown, false);

/// Clients and the options that name a host or an address; `*` is every
/// other program.
const ADDRESSES: &[(&str, &str)] = &[
    ("sqlcmd bcp osql isql go-sqlcmd", "-S --server"),
    ("kcat kafkacat", "-b"),
    ("nats", "-s --server"),
    ("cypher-shell", "-a --address"),
    ("surreal", "-e --endpoint --conn"),
    ("beeline", "-u"),
    ("dbmate atlas sqlx", "-u -U -D --url --database-url"),
    ("rabbitmqadmin", "-H --host"),
    (
        "*",
        "-h --host --hostname --server --bootstrap-server --bootstrap-servers --broker-list --brokers --endpoints --endpoint --uri --url -url --database --database-url -database --address --conn --server.endpoint --db-url --pgurl --connection-string",
    ),
];

/// Options whose value is statements or a file, not a place.
const CODE: &[&str] = &[
    "-c",
    "-e",
    "--command",
    "--execute",
    "--eval",
    "--execute-string",
    "-f",
    "--file",
    "-q",
    "-Q",
    "--query",
    "-p",
    "--password",
    "--javascript.execute-string",
];

/// Clients with a variable of their own; the other variables are for what the
/// project wrote itself.
const OWN_VARIABLES: &[(&str, &str)] = &[
    (
        "psql pgcli usql pg_dump pg_dumpall pg_restore createdb dropdb createuser dropuser vacuumdb reindexdb clusterdb pgbench pg_isready",
        "PGHOST PGHOSTADDR PGSERVICE PGDATABASE",
    ),
    (
        "mysql mariadb mycli mysqldump mysqladmin mariadb-dump mariadb-admin",
        "MYSQL_HOST",
    ),
    ("sqlcmd bcp", "SQLCMDSERVER"),
    ("clickhouse-client clickhouse", "CLICKHOUSE_HOST"),
    ("influx", "INFLUX_HOST"),
    ("cypher-shell", "NEO4J_URI"),
    ("etcdctl", "ETCDCTL_ENDPOINTS"),
    ("nats", "NATS_URL"),
    ("rabbitmqadmin rabbitmqctl", "RABBITMQ_HOST"),
    (
        "redis-cli valkey-cli mongosh mongo sqlite3 duckdb cqlsh",
        "",
    ),
];

/// What an address says: a URL, `host:port`, `host,port`, or several.
fn of_address(text: &str, table: &Table) -> Place {
    let text = text.strip_prefix("jdbc:").unwrap_or(text);
    let text = text.strip_prefix("tcp:").unwrap_or(text);
    if text.contains("://") {
        let mut found = NOWHERE;
        let (_, rest) = text.split_once("://").unwrap_or_default();
        // `mongodb://a,b,c/x`: several hosts before the path.
        let (hosts, path) = rest.split_once('/').unwrap_or((rest, ""));
        let hosts = hosts.rsplit_once('@').map_or(hosts, |(_, h)| h);
        for one in hosts.split([',', ';']).take(16) {
            let url = palisade_shell::url::Url::split(&format!("x://{one}"));
            found = wider(found, of_host(&url.host, table));
        }
        let database = path.split(['?', ';']).next().unwrap_or_default();
        return wider(found, (table.environment_of(database), false));
    }
    let mut found = NOWHERE;
    for one in text.split(',').take(16) {
        if one.is_empty() || one.bytes().all(|b| b.is_ascii_digit()) {
            continue;
        }
        let host = match one.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
            _ => one,
        };
        let host = host.split(['\\', '/']).next().unwrap_or(host);
        let here = matches!(host, "." | "(local)" | "(localdb)");
        if !here {
            found = wider(found, of_host(host, table));
        }
    }
    found
}

fn wider(a: Place, b: Place) -> Place {
    (gravest(a.0, b.0), a.1 || b.1)
}

fn listed<'t>(table: &[(&'t str, &'t str)], program: &str) -> Option<&'t str> {
    table
        .iter()
        .find(|(names, _)| *names == "*" || names.split(' ').any(|n| n == program))
        .map(|(_, options)| *options)
}

/// Whether a program is a database's own client: a folder's name says
/// nothing about where it goes.
pub(super) fn is_client(program: &str) -> bool {
    OWN_VARIABLES
        .iter()
        .any(|(names, _)| names.split(' ').any(|n| n == program))
}

/// The environment a client reaches, and whether it is on another machine.
pub(super) fn target(call: &Invocation, s: Surroundings<'_>) -> Place {
    let table = s.table;
    let hosts = listed(ADDRESSES, &call.program).unwrap_or_default();
    let names_host = |word: &str| hosts.split(' ').any(|o| o == word);
    let mut found = NOWHERE;
    let mut expects_host = false;
    let mut expects_code = false;
    let mut placed = false;
    for arg in &call.args {
        if std::mem::take(&mut expects_code) {
            continue;
        }
        let expected = std::mem::take(&mut expects_host);
        let Some(word) = arg.text() else {
            if expected || !arg.shown().contains(char::is_whitespace) {
                placed |= expected || arg.shown().starts_with('$');
                found = wider(found, of_variable(arg, call, s));
            }
            continue;
        };
        if expected {
            placed = true;
            found = wider(found, of_address(word, table));
        } else if names_host(word) {
            expects_host = true;
        } else if CODE.contains(&word) {
            expects_code = true;
        } else if let Some((option, value)) = word
            .split_once('=')
            .filter(|(option, _)| option.starts_with('-'))
        {
            if names_host(option) {
                placed = true;
                found = wider(found, of_address(value, table));
            } else if !CODE.contains(&option) && !value.contains(char::is_whitespace) {
                found = wider(found, (table.environment_of(value), false));
            }
        } else if let Some(attached) = attached(word, hosts) {
            placed = true;
            found = wider(found, of_address(attached, table));
        } else if word.contains("://") && !word.contains(char::is_whitespace) {
            placed = true;
            found = wider(found, of_address(word, table));
        } else if word.contains('=') && !word.starts_with('-') {
            // `host=db user=app`, `service=reports`, `h=db,D=app`
            for (key, value) in word
                .split([' ', ','])
                .filter_map(|pair| pair.split_once('='))
            {
                match key {
                    "host" | "hostaddr" | "h" | "Server" | "Host" => {
                        placed = true;
                        found = wider(found, of_address(value, table));
                    }
                    "service" => {
                        placed = true;
                        found = wider(found, of_service(value, call, s));
                    }
                    "dbname" | "database" => {
                        found = wider(found, (table.environment_of(value), false));
                    }
                    _ => {}
                }
            }
        } else if !word.contains(char::is_whitespace) {
            // The name of a database.
            found = wider(found, (table.environment_of(word), false));
        }
    }
    let (environment, remote) = wider(found, of_variables(call, placed, s));
    // From here to there is there.
    let here = remote && environment == Environment::Local;
    (
        if here {
            Environment::Unknown
        } else {
            environment
        },
        remote,
    )
}

/// `-hdb.example.com`
fn attached<'w>(word: &'w str, hosts: &str) -> Option<&'w str> {
    if word.starts_with("--") {
        return None;
    }
    hosts
        .split(' ')
        .filter(|o| o.len() == 2)
        .find_map(|o| word.strip_prefix(o))
        .filter(|value| !value.is_empty())
}

/// What variables say that the command sets, or that the program would read.
fn of_variables(call: &Invocation, placed: bool, s: Surroundings<'_>) -> Place {
    let table = s.table;
    let mut found = NOWHERE;
    let own = OWN_VARIABLES
        .iter()
        .find(|(names, _)| names.split(' ').any(|n| n == call.program))
        .map(|(_, variables)| *variables);
    let mut address = placed;
    let reads = |name: &str| own.is_none_or(|own| own.split(' ').any(|o| o == name));
    for (name, value) in &call.env {
        if !reads(name) || (placed && *name != "PGDATABASE" && own.is_some()) {
            continue;
        }
        if names_environment(name) {
            found = wider(found, (table.environment_of(value), false));
        } else if *name == "PGSERVICE" {
            found = wider(found, of_service(value, call, s));
        } else {
            address |= !value.is_empty();
            found = wider(found, of_address(value, table));
        }
    }
    // The agent's own process hands on what the command does not set.
    for name in palisade_shell::SELECTORS.iter().filter(|n| reads(n)) {
        let set = call.env.iter().any(|(n, _)| n == name);
        let Some(value) = s.ambient.get(name).filter(|_| !set && !address) else {
            continue;
        };
        let known = own.is_some() || ["DATABASE_URL", "DB_HOST", "DATABASE_HOST"].contains(name);
        if known && !names_environment(name) {
            found = wider(found, of_address(value, table));
        }
    }
    // What the project wrote itself looks into its settings.
    if own.is_none() && !address {
        let mode = call
            .env
            .iter()
            .find(|(n, _)| n.ends_with("_ENV"))
            .map(|(_, v)| v.as_str());
        for text in settings::of_project(call, mode) {
            found = wider(found, of_address(&text, table));
        }
    }
    found
}

/// A variable that is only named: what it is set to, or what its name says.
fn of_variable(arg: &Arg, call: &Invocation, s: Surroundings<'_>) -> Place {
    let table = s.table;
    let shown = arg.shown();
    let Some(name) = settings::variable(shown) else {
        return NOWHERE;
    };
    let set = s.ambient.get(name).map(str::to_owned);
    if let Some(value) = set.or_else(|| settings::value(name, call)) {
        return of_address(&value, table);
    }
    let environment = table.environment_of(name);
    let lower = name.to_ascii_lowercase();
    let near = lower
        .split('_')
        .any(|w| matches!(w, "test" | "dev" | "development" | "local" | "ci"));
    // Nobody knows where it leads.
    let address = ["URL", "URI", "HOST", "DSN", "CONN"]
        .iter()
        .any(|w| name.contains(w));
    (environment, address && !near)
}

/// A section of `pg_service.conf`.
fn of_service(name: &str, call: &Invocation, s: Surroundings<'_>) -> Place {
    let table = s.table;
    let named = (table.environment_of(name), false);
    match settings::service(name, call, s.home) {
        Some(host) => wider(named, of_address(&host, table)),
        None => named,
    }
}

/// Says in which environment a framework runs, or names a database.
fn names_environment(name: &str) -> bool {
    name.ends_with("ENV")
        || name.ends_with("ENVIRONMENT")
        || matches!(
            name,
            "DJANGO_SETTINGS_MODULE" | "PGDATABASE" | "STAGE" | "SERVERLESS_STAGE"
        )
}

//! Database clients, the servers' tools, brokers and migrations.

mod brokers;
mod clients;
mod migrations;
mod stores;

use palisade_core::{Certainty, EffectKind, Target};

use crate::arg::Arg;

use super::args::{Parsed, parse};
use super::names::{Index, find, name_index};
use super::table::{Cli, find_cli, lower_cli, phrase};
use super::{Call, Run, Sink};
use clients::{CLIENTS, Client};

const fn cli(
    names: &'static str,
    options: &'static str,
    verbs: &'static [(&'static str, &'static str)],
    otherwise: &'static str,
    examples: &'static [(&'static str, &'static str)],
) -> Cli {
    Cli {
        names,
        options,
        verbs,
        otherwise,
        dry: "",
        examples,
    }
}

const MIGRATIONS: Index = name_index!(migrations::CLIS);
const BROKERS: Index = name_index!(brokers::CLIS);
const STORES: Index = name_index!(stores::CLIS);

/// Understands one call; `false` when the program is none of these.
pub(crate) fn lower(call: &Call<'_>, sink: &mut Sink) -> bool {
    match call.program {
        "sqlite3" | "sqlite" | "duckdb" | "litecli" | "sqlcipher" => sqlite(call, sink),
        "redis-cli" | "valkey-cli" | "keydb-cli" | "iredis" => redis(call, sink),
        "pg_dump" | "pg_dumpall" | "mysqldump" | "mariadb-dump" | "mydumper" | "mongodump"
        | "mongoexport" => {
            let p = parse(
                call.args,
                "f file h host p port U username d dbname u user P password o out db collection F t table n schema uri r result-file",
            );
            sink.name(call, EffectKind::DbRead, phrase(call, &p.operands, 1));
            for f in p.values("f file o out r result-file") {
                sink.file(call, EffectKind::FileWrite, f);
            }
        }
        "pg_restore" => {
            let p = parse(
                call.args,
                "h host p port U username d dbname f file F format j jobs t table n schema L use-list",
            );
            // Without a database it prints what it would do.
            let kind = if p.has("l list") || !p.has("d dbname") {
                EffectKind::FileRead
            } else if p.has("c clean C create") {
                EffectKind::DbDestroy
            } else {
                EffectKind::DbWrite
            };
            if kind != EffectKind::FileRead {
                sink.name(call, kind, phrase(call, &p.operands, 1));
            }
            for f in &p.operands {
                sink.file(call, EffectKind::FileRead, f);
            }
        }
        "pgloader" | "elasticdump" => copies(call, sink),
        "mongorestore" | "mongoimport" | "mysqlimport" | "mariadb-import" | "myloader" => {
            let p = parse(
                call.args,
                "h host port u user username password d db c collection f fields file j jobs uri nsInclude nsExclude type mode",
            );
            let kind = if p.has("drop delete D overwrite-tables") {
                EffectKind::DbDestroy
            } else {
                EffectKind::DbWrite
            };
            sink.name(call, kind, phrase(call, &p.operands, 1));
        }
        "bcp" => {
            let p = parse(call.args, "S U P d t r F L b f e o i");
            let kind = match p.word(1) {
                "in" => EffectKind::DbWrite,
                _ => EffectKind::DbRead,
            };
            sink.name(call, kind, phrase(call, &p.operands, 2));
        }
        "surreal" => surreal(call, sink),
        "bq" => bigquery(call, sink),
        "zkCli" | "zkCli.sh" | "zookeeper-shell" | "zookeeper-shell.sh" => zookeeper(call, sink),
        "pg_isready" | "pg_config" => {}
        "rails" | "rake" => rails(call, sink),
        "symfony" if call.args.first().is_some_and(|a| a.is("console")) => {
            let words = call.args.to_vec();
            sink.runs.push(Run::Words { words, stdin: None });
        }
        _ => {
            if let Some(c) = find_client(call.program) {
                statements(c, call, sink);
                return true;
            }
            return verbs(call, sink);
        }
    }
    true
}

/// Whether a program prints rows: what it prints is data, made by a query.
pub(crate) fn is_client(program: &str) -> bool {
    find_client(program).is_some() || matches!(program, "sqlite3" | "duckdb")
}

fn find_client(program: &str) -> Option<&'static Client> {
    find(CLIENTS, name_index!(CLIENTS), program, |c| c.names)
}

/// Every entry of the verbs tables here.
#[cfg(test)]
pub(crate) fn tables() -> impl Iterator<Item = &'static Cli> {
    migrations::CLIS
        .iter()
        .chain(brokers::CLIS)
        .chain(stores::CLIS)
}

/// Programs with verbs, and those of their verbs that are given code.
fn verbs(call: &Call<'_>, sink: &mut Sink) -> bool {
    let program = call.program.strip_suffix(".sh").unwrap_or(call.program);
    let found = find_cli(migrations::CLIS, MIGRATIONS, program)
        .or_else(|| find_cli(brokers::CLIS, BROKERS, program))
        .or_else(|| find_cli(stores::CLIS, STORES, program));
    let Some(cli) = found else {
        return false;
    };
    let p = parse(call.args, cli.options);
    let stdin = call.stdin.filter(|s| !s.is_empty());
    let embedded = match (program, p.word(0), p.word(1)) {
        ("influx", "", _) => p.value("execute").map(|c| ("sql", c)),
        ("dolt", "sql", _) => p.value("q query").or(stdin).map(|c| ("sql", c)),
        ("turso", "db", "shell") => p.operands.get(3).or(stdin).map(|c| ("sql", c)),
        ("sqlite-utils", "query", _) => p.operands.get(2).map(|c| ("sql", c)),
        ("typeorm" | "console", "query" | "doctrine:query:sql" | "dbal:run-sql", _) => {
            p.operands.get(1).map(|c| ("sql", c))
        }
        ("prisma", "db", "execute") if p.has("stdin") => stdin.map(|c| ("sql", c)),
        ("manage.py" | "django-admin" | "django", "shell" | "shell_plus", _) => {
            p.value("c command").or(stdin).map(|c| ("python", c))
        }
        ("manage.py" | "django-admin" | "django", "dbshell", _) => {
            let after = call.args.iter().position(|a| a.is("--"));
            let q = parse(
                after
                    .and_then(|i| call.args.get(i + 1..))
                    .unwrap_or_default(),
                "c command e execute",
            );
            let code = q.value("c command e execute").cloned();
            if let Some(code) = code {
                run(sink, "sql", &code);
                return true;
            }
            stdin.map(|c| ("sql", c))
        }
        ("artisan", "tinker", _) => p.value("execute").or(stdin).map(|c| ("php", c)),
        _ => None,
    };
    if let Some((language, code)) = embedded {
        run(sink, language, code);
        return true;
    }
    lower_cli(cli, call, sink);
    true
}

/// Goals of a build that work on a database. `false` when there are none.
pub(crate) fn goals(call: &Call<'_>, operands: &[Arg], sink: &mut Sink) -> bool {
    let mut found = false;
    for o in operands.iter().take(64) {
        let does = migrations::GOALS
            .iter()
            .find(|(names, _)| {
                names.split('|').any(|n| match n.strip_suffix('*') {
                    Some(prefix) => o.lead().starts_with(prefix),
                    None => o.is(n),
                })
            })
            .and_then(|(_, does)| EffectKind::from_id(does));
        if let Some(kind) = does {
            found = true;
            sink.name(call, kind, format!("{} {}", call.program, o.shown()));
        }
    }
    found
}

fn run(sink: &mut Sink, language: &'static str, code: &Arg) {
    sink.runs.push(Run::Embedded {
        language,
        code: code.clone(),
        args: Vec::new(),
    });
}

fn run_file(call: &Call<'_>, language: &'static str, path: &Arg, sink: &mut Sink) {
    sink.file(call, EffectKind::FileRead, path);
    if call.path(path).is_some() {
        // The file need not be there to be read yet.
        let name = Target::Name(format!("the statements of {}", path.shown()));
        sink.push(
            call.effect(EffectKind::DbWrite, name)
                .with_certainty(Certainty::Partial),
        );
    }
    sink.runs.push(Run::File {
        language: Some(language),
        path: path.clone(),
        args: Vec::new(),
    });
}

fn statements(client: &Client, call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, client.options);
    let code = client.code;
    if p.has("help version V") && !p.has(code) {
        return;
    }
    if p.has("l list") && client.code == "c command" && !p.has(code) {
        sink.name(call, EffectKind::DbRead, call.program);
        return;
    }
    let outputs = match client.names.split(' ').next() {
        Some("psql" | "usql") => "o output L log-file",
        Some("sqlcmd") => "o output-file",
        Some("hive") => "o output_file",
        _ => "",
    };
    for o in p.values(outputs) {
        sink.file(call, EffectKind::FileWrite, o);
    }
    if call.program == "cockroach" && !matches!(p.word(0), "sql" | "") {
        cockroach(call, &p, sink);
        return;
    }
    let mut found = false;
    for c in p.values(code) {
        found = true;
        run(sink, client.language, c);
    }
    for f in p.values(client.file).filter(|f| !f.is("-")) {
        found = true;
        run_file(call, client.language, f, sink);
    }
    for o in p.operands.iter().skip(client.operand) {
        found = true;
        run(sink, client.language, o);
    }
    for o in &p.operands {
        let script = match client.language {
            // A script SQL*Plus runs is an operand of its own.
            "sql" => o
                .lead()
                .starts_with('@')
                .then(|| o.after(1))
                .filter(|_| client.names.starts_with("sqlplus")),
            "mongo" => matches!(super::extension(o.shown()), "js" | "mjs").then(|| o.clone()),
            _ => None,
        };
        if let Some(path) = script {
            found = true;
            run_file(call, client.language, &path, sink);
            sink.name(call, EffectKind::DbWrite, path.shown());
        }
    }
    if let Some(s) = call.stdin.filter(|s| !s.is_empty() && !found) {
        found = true;
        run(sink, client.language, s);
    }
    if !found {
        sink.name(call, EffectKind::DbRead, phrase(call, &p.operands, 1));
    }
}

fn cockroach(call: &Call<'_>, p: &Parsed, sink: &mut Sink) {
    let kind = match (p.word(0), p.word(1)) {
        ("node", "decommission" | "drain" | "recommission") | ("quit", _) => EffectKind::DbDestroy,
        ("node" | "version" | "gen" | "cert" | "help" | "workload" | "debug", _) => {
            EffectKind::DbRead
        }
        ("start" | "start-single-node" | "demo" | "init", _) => EffectKind::ExecProject,
        ("userfile", "delete") => EffectKind::DbDestroy,
        _ => EffectKind::DbWrite,
    };
    sink.name(call, kind, phrase(call, &p.operands, 2));
}

fn surreal(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "e endpoint conn u user username p pass password t token ns namespace db database bind b log l auth-level",
    );
    let at = usize::from(p.word(0) == "db");
    match p.word(at) {
        "sql" => match call.stdin.filter(|s| !s.is_empty()) {
            Some(code) => run(sink, "sql", code),
            None => sink.name(call, EffectKind::DbRead, "surreal sql"),
        },
        "import" => {
            sink.name(call, EffectKind::DbWrite, "surreal import");
            for f in p.operands.iter().skip(at + 1) {
                run_file(call, "sql", f, sink);
            }
        }
        "export" => {
            sink.name(call, EffectKind::DbRead, "surreal export");
            for f in p.operands.iter().skip(at + 1) {
                sink.file(call, EffectKind::FileWrite, f);
            }
        }
        "fix" => sink.name(call, EffectKind::DbSchema, "surreal fix"),
        "start" => sink.name(call, EffectKind::NetListen, "surreal start"),
        _ => {}
    }
}

fn bigquery(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "project_id dataset_id location format use_legacy_sql n max_rows destination_table parameter job_id label time_partitioning_field schema source_format flagfile",
    );
    let by = phrase(call, &p.operands, 2);
    match p.word(0) {
        "query" if p.has("dry_run") => sink.name(call, EffectKind::DbRead, by),
        "query" => {
            let code = p.operands.get(1).or(call.stdin.filter(|s| !s.is_empty()));
            match code {
                Some(code) => run(sink, "sql", code),
                None => sink.name(call, EffectKind::DbRead, by),
            }
            // What the query finds replaces a table, or makes one.
            if p.has("replace") {
                sink.name(call, EffectKind::DbDestroy, "bq query --replace");
            } else if p.has("destination_table") {
                sink.name(call, EffectKind::Deploy, "bq query --destination_table");
            }
        }
        "ls" | "show" | "head" | "help" | "version" | "wait" | "get-iam-policy" | "init"
        | "info" | "" => sink.name(call, EffectKind::DbRead, by),
        "rm" | "truncate" | "cancel" => sink.name(call, EffectKind::DbDestroy, by),
        "load" if p.has("replace") => sink.name(call, EffectKind::DbDestroy, by),
        // It is nowhere but in the cloud.
        "load" | "insert" | "extract" | "cp" => sink.name(call, EffectKind::Deploy, by),
        _ => sink.name(call, EffectKind::DbSchema, by),
    }
}

/// From one database into another, which is named last or by an option.
fn copies(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, "input output type limit with set cast");
    let into = p.value("output").or(p.operands.last());
    let Some(into) = into else { return };
    if into.shown().contains("://") {
        let holes = crate::holes::Holes::default();
        let url = crate::url::Url::split(into.shown());
        sink.push(url.effect(EffectKind::NetWrite, "COPY", call.program, &holes));
    } else {
        sink.file(call, EffectKind::FileWrite, into);
    }
    sink.name(call, EffectKind::DbWrite, phrase(call, &p.operands, 2));
}

fn zookeeper(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, "server timeout r");
    let kind_of = |verb: &str| match verb {
        "deleteall" | "rmr" => EffectKind::DbDestroy,
        "create" | "set" | "delete" | "sync" => EffectKind::DbWrite,
        "setAcl" | "setquota" | "delquota" | "addauth" | "reconfig" => EffectKind::DbSchema,
        _ => EffectKind::DbRead,
    };
    let script = call.stdin.and_then(Arg::text).unwrap_or_default();
    let piped = script.lines().filter_map(|l| l.split_whitespace().next());
    // `zookeeper-shell host:port command …`
    let words = p.operands.iter().take(2).filter_map(Arg::text);
    let kind = words
        .chain(piped.take(1_000))
        .map(kind_of)
        .max()
        .unwrap_or(EffectKind::DbRead);
    sink.name(call, kind, phrase(call, &p.operands, 3));
}

/// Several tasks in one call, and the Ruby the framework is given.
fn rails(call: &Call<'_>, sink: &mut Sink) {
    let Some(cli) = find_cli(migrations::CLIS, MIGRATIONS, call.program) else {
        return;
    };
    let p = parse(call.args, cli.options);
    let stdin = call.stdin.filter(|s| !s.is_empty());
    if p.has("T tasks n dry-run P prereqs D describe") && call.program == "rake" {
        return;
    }
    if call.program == "rails" {
        match p.word(0) {
            "runner" | "r" => {
                sink.name(call, EffectKind::ExecProject, "rails runner");
                let args = p.operands.get(2..).unwrap_or_default().to_vec();
                let code = p.operands.get(1).filter(|c| !c.is("-")).or(stdin);
                if let Some(code) = code {
                    sink.runs.push(if super::extension(code.shown()) == "rb" {
                        Run::File {
                            language: Some("ruby"),
                            path: code.clone(),
                            args,
                        }
                    } else {
                        Run::Embedded {
                            language: "ruby",
                            code: code.clone(),
                            args,
                        }
                    });
                }
                return;
            }
            "console" | "c" => {
                sink.name(call, EffectKind::ExecProject, "rails console");
                if let Some(code) = stdin {
                    run(sink, "ruby", code);
                }
                return;
            }
            "dbconsole" | "db" => {
                match stdin {
                    Some(code) => run(sink, "sql", code),
                    None => sink.name(call, EffectKind::DbRead, "rails dbconsole"),
                }
                return;
            }
            _ => {}
        }
    }
    let tasks: Vec<&Arg> = p
        .operands
        .iter()
        .filter(|o| o.shown().contains(':') && !o.shown().contains('='))
        .take(32)
        .collect();
    if call.program == "rake" || p.word(0).contains(':') {
        for task in &tasks {
            let one = [(*task).clone()];
            let call = Call {
                program: call.program,
                args: &one,
                cwd: call.cwd,
                home: call.home,
                stdin: None,
            };
            lower_cli(cli, &call, sink);
        }
    }
    if tasks.is_empty() || !p.word(0).contains(':') {
        lower_cli(cli, call, sink);
    }
}

fn sqlite(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "cmd init separator nullvalue newline c s f mmap vfs e",
    );
    if p.has("version help") {
        return;
    }
    let memory = Arg::known(":memory:");
    let (database, statements) = p.operands.split_first().unwrap_or((&memory, [].as_slice()));
    let scratch = database.is(":memory:") || database.is("");
    if !scratch {
        sink.file(call, EffectKind::FileRead, database);
    }
    // What is only in memory is gone with the client, and what lies in a folder
    // for temporary files is meant to go.
    let scratch =
        scratch || (database.lead().starts_with("/tmp/") && !database.shown().contains("/.."));
    let language = if scratch { "sql-scratch" } else { "sql" };
    let mut found = false;
    let all: Vec<&Arg> = p.values("cmd c s e").chain(statements).collect();
    let input = call
        .stdin
        .filter(|s| !s.is_empty() && statements.is_empty());
    for c in all.into_iter().chain(input) {
        found = true;
        run(sink, language, c);
    }
    for f in p.values("init f") {
        run_file(call, "sql", f, sink);
    }
    if !found {
        sink.name(call, EffectKind::DbRead, database.shown());
    }
}

fn redis(call: &Call<'_>, sink: &mut Sink) {
    let p = super::args::parse_leading(
        call.args,
        "h p s a n u i r x-x user pass sni cacert cert key eval pattern count",
    );
    let code = if p.operands.is_empty() {
        call.stdin.cloned()
    } else {
        Some(crate::expand::joined(
            &p.operands.iter().map(quoted_word).collect::<Vec<_>>(),
        ))
    };
    if let Some(script) = p.value("eval") {
        sink.file(call, EffectKind::FileRead, script);
        sink.name(call, EffectKind::DbWrite, "redis-cli --eval");
    }
    let code = code.filter(|c| !c.is_empty());
    // Keys a pattern found are deleted as a pattern.
    let listed = p
        .operands
        .iter()
        .skip(1)
        .any(|o| o.shown().contains("$(") || o.pattern());
    if listed && matches!(p.word(0).to_ascii_uppercase().as_str(), "DEL" | "UNLINK") {
        sink.push(
            call.effect(
                EffectKind::DbDestroy,
                Target::Name(phrase(call, &p.operands, 2)),
            )
            .with_certainty(Certainty::Partial),
        );
    }
    if let Some(c) = &code
        && ["requirepass", "masterauth"]
            .iter()
            .any(|w| c.shown().to_ascii_lowercase().contains(&format!("get {w}")))
    {
        sink.name(call, EffectKind::SecretRead, "password of the server");
    }
    match code {
        Some(code) => sink.runs.push(Run::Embedded {
            language: "redis",
            code,
            args: Vec::new(),
        }),
        None if !p.has("eval") => sink.name(call, EffectKind::DbRead, call.program),
        None => {}
    }
}

/// A word as the client's own lines quote it.
fn quoted_word(a: &Arg) -> Arg {
    if a.text().is_some_and(|t| t.contains([' ', '"', '\n'])) {
        let t = a.shown().replace('\\', "\\\\").replace('"', "\\\"");
        return Arg::known(format!("\"{}\"", t.replace('\n', "\\n")));
    }
    a.clone()
}

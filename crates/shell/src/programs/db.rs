//! Database clients and migration tools.

use palisade_core::EffectKind;

use crate::arg::Arg;

use super::args::{Parsed, parse};
use super::table::{Cli, cli_index, find_cli, lower_cli, phrase};
use super::{Call, Run, Sink};

const MIGRATION_INDEX: [u64; MIGRATIONS.len()] = cli_index(MIGRATIONS);

const MIGRATIONS: &[Cli] = &[
    Cli {
        names: "prisma",
        options: "schema name n script url create-name from-url to-url",
        verbs: &[
            ("migrate reset", "db.destroy"),
            (
                "migrate deploy|migrate dev|db push|migrate resolve|db execute|db seed",
                "db.schema",
            ),
            (
                "db pull|migrate status|migrate diff|validate|format|generate|studio|version|init",
                "exec.project",
            ),
        ],
        otherwise: "exec.project",
        dry: "",
        examples: &[
            (
                "prisma migrate reset --force",
                "db.destroy prisma migrate reset",
            ),
            ("prisma generate", "exec.project prisma generate"),
        ],
    },
    Cli {
        names: "alembic flyway liquibase dbmate goose sqitch migrate golang-migrate sql-migrate diesel sqlx sea-orm-cli",
        options: "c config x url path database source dir env to u d n name m message profiles-dir target",
        verbs: &[
            (
                "current|history|heads|show|branches|info|validate|status|log|plan|compile|parse|test|debug|docs*|ls|list|schema inspect|schema diff|migrate lint|prepare|version|revision|create|new|migration generate|migrate diff|migrate add|add|migration list|migration pending|migrate info|migrate status|database status|* status|* * status|* * version|* version",
                "exec.project",
            ),
            (
                "clean|drop|dropAll|drop-all|database drop|database reset|database reset-x|db drop|fresh|migrate fresh|down|undo|downgrade base|force",
                "db.destroy",
            ),
        ],
        otherwise: "db.schema",
        dry: "sql dry-run",
        examples: &[
            ("alembic upgrade head", "db.schema alembic upgrade head"),
            ("flyway clean", "db.destroy flyway clean"),
        ],
    },
    Cli {
        names: "knex sequelize sequelize-cli typeorm drizzle-kit mikro-orm db-migrate node-pg-migrate",
        options: "knexfile env e c config d dataSource url name",
        verbs: &[
            (
                "migrate:status|migrate:list|migrate:currentVersion|migration:show|db:migrate:status|generate|check|studio|introspect|init|migrate:make|migration:create|migration:generate|model:generate|query|seed:make|create",
                "exec.project",
            ),
            (
                "migrate:rollback|db:drop|schema:drop|db:migrate:undo:all|drop|migration:down|schema:fresh|migration:fresh|reset",
                "db.destroy",
            ),
        ],
        otherwise: "db.schema",
        dry: "dry-run",
        examples: &[
            ("knex migrate:latest", "db.schema knex migrate:latest"),
            ("sequelize db:drop", "db.destroy sequelize db:drop"),
        ],
    },
    Cli {
        names: "rails rake",
        options: "e environment p port b binding",
        verbs: &[
            (
                "db:migrate:status|db:version|db:abort_if_pending_migrations|db:schema:dump",
                "exec.project",
            ),
            ("release|release:*|gem:push|build:publish", "publish"),
            (
                "db:drop*|db:reset|db:purge|db:migrate:reset|db:schema:load|db:truncate_all|db:setup-x",
                "db.destroy",
            ),
            (
                "db:migrate*|db:rollback|db:setup|db:prepare|db:seed*|db:create",
                "db.schema",
            ),
            (
                "credentials:show|credentials:edit|secrets:show|encrypted:show",
                "secret.read",
            ),
            ("runner|r|c|console", "exec.opaque"),
        ],
        otherwise: "exec.project",
        dry: "T tasks n dry-run",
        examples: &[
            ("rails db:drop", "db.destroy rails db:drop"),
            ("rails test", "exec.project rails test"),
        ],
    },
    Cli {
        names: "artisan",
        options: "env database path",
        verbs: &[
            ("migrate:status|db:show|db:table|db:monitor", "exec.project"),
            (
                "migrate:fresh|migrate:reset|migrate:refresh|db:wipe",
                "db.destroy",
            ),
            ("migrate*|db:seed", "db.schema"),
        ],
        otherwise: "exec.project",
        dry: "pretend",
        examples: &[("artisan migrate:fresh", "db.destroy artisan migrate:fresh")],
    },
    Cli {
        names: "django-admin manage.py",
        options: "settings pythonpath database v verbosity",
        verbs: &[
            ("flush|reset_db|sqlflush-x", "db.destroy"),
            ("migrate|loaddata|createsuperuser", "db.schema"),
            (
                "showmigrations|sqlmigrate|check|makemigrations|collectstatic|test|runserver|shell|startapp|startproject",
                "exec.project",
            ),
        ],
        otherwise: "exec.project",
        dry: "plan dry-run",
        examples: &[("django-admin flush", "db.destroy django-admin flush")],
    },
];

/// Understands one call; `false` when the program is none of these.
pub(crate) fn lower(call: &Call<'_>, sink: &mut Sink) -> bool {
    match call.program {
        "psql" | "cockroach" | "pgcli" => {
            let p = parse(
                call.args,
                "c command f file d dbname h host p port U username v set variable o output L log-file P F R T e execute url",
            );
            sql_client(call, &p, "c command e execute", "f file", "h host", sink);
            for o in p.values("o output L log-file") {
                sink.file(call, EffectKind::FileWrite, o);
            }
        }
        "mysql" | "mariadb" | "mycli" | "clickhouse-client" | "clickhouse" | "sqlcmd" | "bcp"
        | "impala-shell" | "beeline" | "snowsql" | "trino" | "presto" => {
            let p = parse(
                call.args,
                "e execute h host u user P port D database d password S socket q query Q i i-x default-character-set multiquery ssl-ca defaults-file o f file server",
            );
            sql_client(
                call,
                &p,
                "e execute q query Q",
                "f file i",
                "h host S server",
                sink,
            );
        }
        "sqlite3" | "sqlite" | "duckdb" | "litecli" | "sqlcipher" => sqlite(call, sink),
        "mongosh" | "mongo" => {
            let p = parse(
                call.args,
                "eval f file host port u username p password authenticationDatabase d",
            );
            let mut found = false;
            let mut run = |code: &Arg, sink: &mut Sink| {
                found = true;
                sink.runs.push(Run::Embedded {
                    language: "mongo",
                    code: code.clone(),
                    args: Vec::new(),
                });
            };
            for code in p.values("eval") {
                run(code, sink);
            }
            if let Some(s) = call.stdin.filter(|s| !s.is_empty()) {
                run(s, sink);
            }
            for f in p.values("f file").chain(
                p.operands
                    .iter()
                    .filter(|o| crate::programs::extension(o.shown()) == "js"),
            ) {
                found = true;
                sink.file(call, EffectKind::FileRead, f);
                sink.name(call, EffectKind::DbWrite, f.shown());
            }
            if !found {
                sink.name(call, EffectKind::DbRead, call.program);
            }
        }
        "redis-cli" | "valkey-cli" | "keydb-cli" => redis(call, sink),
        "pg_dump" | "pg_dumpall" | "mysqldump" | "mariadb-dump" | "mongodump" | "mongoexport" => {
            let p = parse(
                call.args,
                "f file h host p port U username d dbname u user P password o out db collection F t table n schema uri r result-file",
            );
            let name = phrase(call, &p.operands, 1);
            sink.name(call, EffectKind::DbRead, name);
            for f in p.values("f file o out r result-file") {
                sink.file(call, EffectKind::FileWrite, f);
            }
        }
        "pg_restore" | "mongorestore" | "mongoimport" | "mysqlimport" | "pgloader" => {
            let p = parse(
                call.args,
                "h host p port U username d dbname u user f file db collection F j jobs t n uri",
            );
            let kind = if p.has("c clean drop") {
                EffectKind::DbDestroy
            } else {
                EffectKind::DbWrite
            };
            sink.name(call, kind, phrase(call, &p.operands, 1));
        }
        "dropdb" | "dropuser" => {
            let p = parse(call.args, "h host p port U username maintenance-db");
            sink.name(call, EffectKind::DbDestroy, phrase(call, &p.operands, 1));
        }
        "createdb" | "createuser" | "initdb" | "pg_ctl" | "vacuumdb" | "reindexdb" => {
            let p = parse(call.args, "h host p port U username O D l");
            sink.name(call, EffectKind::DbSchema, phrase(call, &p.operands, 1));
        }
        "mysqladmin" | "mariadb-admin" => {
            let p = parse(call.args, "h host u user P port S socket p password");
            let kind = match p.word(0) {
                "drop" | "shutdown" => EffectKind::DbDestroy,
                "create" | "password" | "flush-privileges" => EffectKind::DbSchema,
                _ => EffectKind::DbRead,
            };
            sink.name(call, kind, phrase(call, &p.operands, 2));
        }
        "pg_isready" => {}
        _ => {
            let Some(cli) = find_cli(MIGRATIONS, &MIGRATION_INDEX, call.program) else {
                return false;
            };
            let p = parse(call.args, cli.options);
            if call.program == "rails"
                && matches!(p.word(0), "runner" | "r")
                && let Some(code) = p.operands.get(1).filter(|c| !c.is("-"))
            {
                let args = p.operands.get(2..).unwrap_or_default().to_vec();
                sink.name(call, EffectKind::ExecProject, "rails runner");
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
                return true;
            }
            if matches!(call.program, "django-admin" | "manage.py") && p.word(0) == "shell" {
                let q = parse(call.args, "c command i interface");
                for code in q.values("c command") {
                    sink.runs.push(Run::Embedded {
                        language: "python",
                        code: code.clone(),
                        args: Vec::new(),
                    });
                }
            }
            if call.program == "prisma" && p.has("force-reset accept-data-loss") {
                sink.name(call, EffectKind::DbDestroy, phrase(call, &p.operands, 2));
            }
            lower_cli(cli, call, sink);
        }
    }
    true
}

/// Every entry of the verbs tables here.
#[cfg(test)]
pub(crate) fn tables() -> &'static [Cli] {
    MIGRATIONS
}

fn sql(sink: &mut Sink, code: &Arg) {
    sink.runs.push(Run::Embedded {
        language: "sql",
        code: code.clone(),
        args: Vec::new(),
    });
}

fn sql_client(call: &Call<'_>, p: &Parsed, code: &str, file: &str, _host: &str, sink: &mut Sink) {
    if p.has("help version V l list") && !p.has(code) {
        if p.has("l list") {
            sink.name(call, EffectKind::DbRead, call.program);
        }
        return;
    }
    let mut found = false;
    for c in p.values(code) {
        found = true;
        sql(sink, c);
    }
    for f in p.values(file) {
        found = true;
        if f.is("-") {
            continue;
        }
        sink.file(call, EffectKind::FileRead, f);
        sink.runs.push(Run::File {
            language: Some("sql"),
            path: f.clone(),
            args: Vec::new(),
        });
    }
    if let Some(s) = call.stdin.filter(|s| !s.is_empty() && !found) {
        found = true;
        sql(sink, s);
    }
    if !found {
        sink.name(call, EffectKind::DbRead, phrase(call, &p.operands, 1));
    }
}

fn sqlite(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "cmd init separator nullvalue newline c s f mmap vfs",
    );
    let memory = Arg::known(":memory:");
    let (database, statements) = p.operands.split_first().unwrap_or((&memory, [].as_slice()));
    if !database.is(":memory:") {
        sink.file(call, EffectKind::FileRead, database);
    }
    let mut found = false;
    let all: Vec<&Arg> = p.values("cmd c s").chain(statements).collect();
    let input = call
        .stdin
        .filter(|s| !s.is_empty() && statements.is_empty());
    for c in all.into_iter().chain(input) {
        found = true;
        sql(sink, c);
    }
    for f in p.values("init f") {
        sink.file(call, EffectKind::FileRead, f);
        sink.runs.push(Run::File {
            language: Some("sql"),
            path: f.clone(),
            args: Vec::new(),
        });
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

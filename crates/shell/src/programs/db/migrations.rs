//! Migration tools and the database commands of frameworks.
//!
//! Reading the state, writing a migration and checking one are project work;
//! applying or undoing one changes the schema; dropping, resetting and
//! rebuilding destroys what the database holds.

use super::super::table::Cli;
use super::cli;

pub(super) const CLIS: &[Cli] = &[
    cli(
        "prisma",
        "schema name n script url create-name from-url to-url from-schema-datamodel to-schema-datamodel from-migrations to-migrations file config o output applied rolled-back",
        &[
            (
                "migrate reset|db push -force-reset|db push -accept-data-loss",
                "db.destroy",
            ),
            ("migrate dev -create-only", "exec.project"),
            (
                "migrate deploy|migrate dev|db push|migrate resolve|db execute",
                "db.schema",
            ),
            ("db seed", "db.write"),
        ],
        "exec.project",
        &[
            (
                "prisma migrate reset --force",
                "db.destroy prisma migrate reset",
            ),
            (
                "prisma db push --accept-data-loss",
                "db.destroy prisma db push",
            ),
            ("prisma generate", "exec.project prisma generate"),
        ],
    ),
    cli(
        "alembic",
        "c config n name x m message r rev-range",
        &[
            (
                "current|history|heads|branches|show|check|revision|merge|init|list_templates|edit|-sql|$",
                "exec.project",
            ),
            ("downgrade base", "db.destroy"),
        ],
        "db.schema",
        &[
            ("alembic upgrade head", "db.schema alembic upgrade head"),
            ("alembic check", "exec.project alembic check"),
        ],
    ),
    cli(
        "flask quart",
        "app A e env-file",
        &[
            (
                "db downgrade base|drop-db|drop_db|reset-db|init-db -drop|db-drop|dropdb|resetdb",
                "db.destroy",
            ),
            ("db upgrade -sql", "exec.project"),
            ("db upgrade|db downgrade|db stamp", "db.schema"),
            ("run", "exec.project"),
        ],
        "exec.project",
        &[
            ("flask db upgrade", "db.schema flask db upgrade"),
            ("flask db migrate", "exec.project flask db migrate"),
        ],
    ),
    cli(
        "aerich",
        "c config app name t",
        &[("upgrade|downgrade|init-db", "db.schema")],
        "exec.project",
        &[("aerich upgrade", "db.schema aerich upgrade")],
    ),
    cli(
        "flyway",
        "url user password locations configFiles environment workingDirectory",
        &[
            ("clean|* clean", "db.destroy"),
            (
                "info|validate|check|version|help|-v|$|auth|list-engines|testConnection|generate|diff|diffText|model|snapshot",
                "exec.project",
            ),
        ],
        "db.schema",
        &[
            ("flyway clean", "db.destroy flyway clean"),
            ("flyway info", "exec.project flyway info"),
        ],
    ),
    cli(
        "liquibase",
        "changelog-file url username password defaults-file reference-url classpath contexts labels log-level output-file count tag",
        &[
            ("drop-all|dropAll|* drop-all", "db.destroy"),
            (
                "status|validate|history|snapshot*|diff*|generate-changelog|generateChangeLog|*-sql|updateSQL|rollbackSQL|rollback-sql*|update-sql|update-count-sql|update-to-tag-sql|rollback-count-sql|rollback-to-date-sql|future-rollback*|calculate-checksum|tag-exists|list-locks|unexpected-change-sets|db-doc|init*|checks*|dbDoc|connect|help|calculateCheckSum|changelog-sync-sql|mark-next-changeset-ran-sql",
                "exec.project",
            ),
            ("tag", "db.write"),
        ],
        "db.schema",
        &[
            ("liquibase update", "db.schema liquibase update"),
            ("liquibase update-sql", "exec.project liquibase update-sql"),
            ("liquibase drop-all", "db.destroy liquibase drop-all"),
        ],
    ),
    cli(
        "dbmate",
        "u url d migrations-dir s schema-file e env env-file wait-timeout migrations-table",
        &[
            ("drop", "db.destroy"),
            ("new|n|status|wait|dump|help|$", "exec.project"),
        ],
        "db.schema",
        &[
            ("dbmate up", "db.schema dbmate up"),
            ("dbmate status", "exec.project dbmate status"),
        ],
    ),
    cli(
        "goose",
        "dir table s timeout",
        &[
            (
                "reset|down-to|down|* * reset|* * down|* * down-to",
                "db.destroy",
            ),
            (
                "status|version|create|fix|validate|env|* * status|* * version|* * create|* * validate|$|-version",
                "exec.project",
            ),
        ],
        "db.schema",
        &[
            ("goose up", "db.schema goose up"),
            (
                "goose sqlite3 ./a.db status",
                "exec.project goose sqlite3 ./a.db status",
            ),
        ],
    ),
    cli(
        "migrate golang-migrate",
        "path database source ext dir seq-digits format tz lock-timeout",
        &[
            ("drop|down|force", "db.destroy"),
            ("create|version|-version|-help|$", "exec.project"),
        ],
        "db.schema",
        &[
            (
                "migrate -path m -database postgres://localhost/a up",
                "db.schema migrate up",
            ),
            ("migrate create -ext sql x", "exec.project migrate create x"),
        ],
    ),
    cli(
        "sqitch",
        "t target f plan-file C chdir to onto n note m db-uri",
        &[
            ("revert|rebase|checkout", "db.destroy"),
            (
                "status|log|add|plan|verify|init|check|config|engine|target|bundle|tag|show|help|rework|$",
                "exec.project",
            ),
        ],
        "db.schema",
        &[("sqitch deploy", "db.schema sqitch deploy")],
    ),
    cli(
        "sql-migrate rambler",
        "config env limit",
        &[
            ("status|new|skip", "exec.project"),
            ("down|redo", "db.destroy"),
        ],
        "db.schema",
        &[("sql-migrate up", "db.schema sql-migrate up")],
    ),
    cli(
        "sqlx cargo-sqlx",
        "D database-url source connect-timeout",
        &[
            ("database drop|database reset", "db.destroy"),
            (
                "migrate info|migrate add|prepare|migrate build-script|completions|$",
                "exec.project",
            ),
        ],
        "db.schema",
        &[
            ("sqlx migrate run", "db.schema sqlx migrate run"),
            ("sqlx migrate info", "exec.project sqlx migrate info"),
        ],
    ),
    cli(
        "diesel",
        "database-url config-file migration-dir",
        &[
            ("database reset|database drop", "db.destroy"),
            (
                "migration list|migration pending|migration generate|print-schema|completions|$|help",
                "exec.project",
            ),
        ],
        "db.schema",
        &[
            ("diesel migration run", "db.schema diesel migration run"),
            ("diesel print-schema", "exec.project diesel print-schema"),
        ],
    ),
    cli(
        "sea-orm-cli",
        "u database-url s database-schema d migration-dir o output-dir n num",
        &[
            (
                "migrate fresh|migrate refresh|migrate reset|migrate down",
                "db.destroy",
            ),
            (
                "migrate status|migrate generate|migrate init|generate",
                "exec.project",
            ),
        ],
        "db.schema",
        &[
            ("sea-orm-cli migrate up", "db.schema sea-orm-cli migrate up"),
            (
                "sea-orm-cli generate entity",
                "exec.project sea-orm-cli generate entity",
            ),
        ],
    ),
    cli(
        "knex",
        "knexfile env esm client connection specific x migrations-directory",
        &[
            ("migrate:rollback|migrate:down", "db.destroy"),
            ("seed:run", "db.write"),
            ("migrate:latest|migrate:up|migrate:unlock", "db.schema"),
        ],
        "exec.project",
        &[
            ("knex migrate:latest", "db.schema knex migrate:latest"),
            ("knex migrate:list", "exec.project knex migrate:list"),
        ],
    ),
    cli(
        "sequelize sequelize-cli",
        "env config url name to from attributes options-path migrations-path seeders-path models-path seed",
        &[
            ("db:drop|db:migrate:undo*|db:seed:undo*", "db.destroy"),
            ("db:migrate:status", "exec.project"),
            ("db:seed*", "db.write"),
            ("db:*", "db.schema"),
        ],
        "exec.project",
        &[
            ("sequelize db:drop", "db.destroy sequelize db:drop"),
            (
                "sequelize db:migrate:status",
                "exec.project sequelize db:migrate:status",
            ),
        ],
    ),
    cli(
        "typeorm typeorm-ts-node-commonjs typeorm-ts-node-esm typeorm-extension",
        "d dataSource n name o outputJs",
        &[
            ("schema:drop|db:drop", "db.destroy"),
            (
                "migration:run|migration:revert|schema:sync|db:create",
                "db.schema",
            ),
            ("seed:run|seed", "db.write"),
            ("query", "db.write"),
        ],
        "exec.project",
        &[
            ("typeorm migration:run", "db.schema typeorm migration:run"),
            ("typeorm schema:log", "exec.project typeorm schema:log"),
        ],
    ),
    cli(
        "mikro-orm mikro-orm-esm",
        "config c m only o from to p path n name schema seed",
        &[
            (
                "schema:drop -run|schema:drop -r|schema:fresh -run|schema:fresh -r|migration:fresh|schema:drop -drop-db",
                "db.destroy",
            ),
            (
                "schema:update -run|schema:update -r|schema:create -run|schema:create -r|migration:up|migration:down|database:import",
                "db.schema",
            ),
            ("database:create", "db.schema"),
            ("seeder:run", "db.write"),
        ],
        "exec.project",
        &[
            ("mikro-orm migration:up", "db.schema mikro-orm migration:up"),
            (
                "mikro-orm schema:update --dump",
                "exec.project mikro-orm schema:update",
            ),
        ],
    ),
    cli(
        "drizzle-kit",
        "config dialect schema out url name",
        &[("drop", "db.destroy"), ("push*|migrate", "db.schema")],
        "exec.project",
        &[
            ("drizzle-kit push", "db.schema drizzle-kit push"),
            ("drizzle-kit generate", "exec.project drizzle-kit generate"),
        ],
    ),
    cli(
        "db-migrate node-pg-migrate umzug migrate-mongo graphile-migrate kysely pg-migrate postgrator east",
        "e env config f d database-url-var m migrations-dir t count",
        &[
            (
                "down*|reset|drop*|db:drop|* down|* rollback|undo|redo",
                "db.destroy",
            ),
            (
                "create*|status|list|pending|executed|init|check|* list|* make|* status|compile|watch|seed make",
                "exec.project",
            ),
            ("seed*|* seed", "db.write"),
        ],
        "db.schema",
        &[
            ("db-migrate up", "db.schema db-migrate up"),
            ("migrate-mongo status", "exec.project migrate-mongo status"),
        ],
    ),
    cli(
        "ace",
        "connection files",
        &[
            (
                "migration:fresh|migration:reset|migration:refresh|db:wipe|db:truncate|migration:rollback",
                "db.destroy",
            ),
            ("migration:status", "exec.project"),
            ("migration:*", "db.schema"),
            ("db:seed", "db.write"),
        ],
        "exec.project",
        &[("ace migration:run", "db.schema ace migration:run")],
    ),
    cli(
        "rails rake",
        "e environment p port b binding f rakefile",
        &[
            (
                "db:migrate:status*|db:version*|db:abort_if*|db:schema:dump*|db:structure:dump*|db:schema:cache*|db:test*|db:fixtures:identify|db:encryption*",
                "exec.project",
            ),
            (
                "db:drop*|db:reset*|db:purge*|db:migrate:reset*|db:schema:load*|db:structure:load*|db:truncate_all*|db:seed:replant*|db:setup*|db:migrate:down*|db:rollback*|db:migrate:redo*",
                "db.destroy",
            ),
            ("db:seed*|db:fixtures:load*", "db.write"),
            ("release|release:rubygem_push|gem:release", "publish"),
            (
                "db:migrate*|db:prepare*|db:create*|db:forward*|db:environment:set*|db:sessions:*",
                "db.schema",
            ),
            (
                "credentials:show|credentials:edit|credentials:diff|secrets:show|secrets:edit|encrypted:show|encrypted:edit",
                "secret.read",
            ),
        ],
        "exec.project",
        &[
            ("rails db:drop", "db.destroy rails db:drop"),
            (
                "rails db:migrate:status",
                "exec.project rails db:migrate:status",
            ),
            ("rails test", "exec.project rails test"),
            (
                "rake db:create db:migrate",
                "db.schema rake db:create, db.schema rake db:migrate",
            ),
        ],
    ),
    cli(
        "artisan",
        "env database path execute class seeder step",
        &[
            ("-pretend", "exec.project"),
            (
                "migrate:fresh|migrate:reset|migrate:refresh|migrate:rollback|db:wipe|queue:flush|queue:clear|queue:prune*|model:prune|horizon:clear",
                "db.destroy",
            ),
            ("migrate:status", "exec.project"),
            ("migrate*", "db.schema"),
            ("db:seed", "db.write"),
            ("env:decrypt", "secret.read"),
        ],
        "exec.project",
        &[
            ("artisan migrate:fresh", "db.destroy artisan migrate:fresh"),
            (
                "artisan migrate:status",
                "exec.project artisan migrate:status",
            ),
        ],
    ),
    // The console of Symfony, Yii, CodeIgniter, CakePHP.
    cli(
        "console symfony",
        "e env em connection conn group",
        &[
            (
                "doctrine:database:drop|doctrine:schema:drop -force|doctrine:schema:drop -f|doctrine:schema:drop -full-database|doctrine:fixtures:load|doctrine:mongodb:schema:drop|d:d:d|d:s:d -force|d:f:l|hautelook:fixtures:load",
                "db.destroy",
            ),
            (
                "doctrine:migrations:migrate|doctrine:migrations:execute|doctrine:migrations:version|doctrine:migrations:rollup|doctrine:schema:update -force|doctrine:schema:update -f|doctrine:schema:create|doctrine:database:create|d:m:m|d:s:u -force|d:s:c|d:d:c|messenger:setup-transports",
                "db.schema",
            ),
            ("console", "none"),
            (
                "secrets:list -reveal|secrets:decrypt*|secrets:reveal",
                "secret.read",
            ),
        ],
        "exec.project",
        &[
            (
                "console doctrine:migrations:migrate -n",
                "db.schema console doctrine:migrations:migrate",
            ),
            ("console cache:clear", "exec.project console cache:clear"),
        ],
    ),
    cli(
        "yii spark cake phinx doctrine doctrine-migrations propel laminas",
        "c configuration e environment t target p path db interactive migrationPath",
        &[
            (
                "migrate/fresh|migrate/down|migrate/redo|migrate/to|rollback|migrate:rollback|migrate:refresh|migrations rollback|orm:schema-tool:drop",
                "db.destroy",
            ),
            (
                "migrate/create|migrate/history|migrate/new|migrate:status|status|create|migrations status|migrations dump|bake*|list|init|test|breakpoint|diff|generate|orm:validate-schema|orm:info|migrations:status|migrations:list|migrations:diff|migrations:generate",
                "exec.project",
            ),
            (
                "migrate*|migrations migrate|migrations:migrate|migrations:execute|migrations mark_migrated|orm:schema-tool:update -force|orm:schema-tool:create",
                "db.schema",
            ),
            (
                "seed:run|seed|db:seed|migrations seed|fixture/load",
                "db.write",
            ),
        ],
        "exec.project",
        &[
            ("yii migrate", "db.schema yii migrate"),
            ("phinx status", "exec.project phinx status"),
        ],
    ),
    cli(
        "django-admin manage.py django",
        "settings pythonpath database v verbosity c command i interface app o output format indent username email",
        &[
            ("-plan|-check|-dry-run", "exec.project"),
            (
                "flush|reset_db|reset_schema|clean_db|drop_test_database|delete_squashed_migrations|remove_stale_contenttypes|migrate * zero|truncate*",
                "db.destroy",
            ),
            (
                "migrate|createsuperuser|changepassword|createcachetable|syncdb",
                "db.schema",
            ),
            ("loaddata", "db.write"),
        ],
        "exec.project",
        &[
            ("django-admin flush", "db.destroy django-admin flush"),
            (
                "django-admin migrate --plan",
                "exec.project django-admin migrate",
            ),
            (
                "django-admin loaddata x.json",
                "db.write django-admin loaddata x.json",
            ),
        ],
    ),
    cli(
        "ecto",
        "r repo n step v to",
        &[
            ("ecto.drop|ecto.reset|ecto.rollback|ecto.load", "db.destroy"),
            ("ecto.migrate|ecto.setup|ecto.create", "db.schema"),
        ],
        "exec.project",
        &[("ecto ecto.drop", "db.destroy ecto ecto.drop")],
    ),
    cli(
        "ef dotnet-ef",
        "p project s startup-project c context connection o output output-dir configuration framework",
        &[
            ("database drop -dry-run", "exec.project"),
            ("database drop", "db.destroy"),
            ("database update", "db.schema"),
        ],
        "exec.project",
        &[
            (
                "dotnet-ef database drop -f",
                "db.destroy dotnet-ef database drop",
            ),
            (
                "dotnet-ef migrations add x",
                "exec.project dotnet-ef migrations add x",
            ),
        ],
    ),
    cli(
        "evolve grate roundhouse rh dbup skeema ridgepole schemachange yoyo piccolo tern bytebase shmig pgroll reshape sqldef psqldef mysqldef sqlite3def dbdeploy",
        "c connectionstring config f from target d database e environment migrations m u U h P p W",
        &[
            (
                "erase|rollback*|reset|destroy|drop|clean|* rollback|migrations backwards|migrate -d",
                "db.destroy",
            ),
            (
                "info|validate|status|list|diff|lint|format|pull|init|add-environment|new|show|new-migration|migrations check|migrations new|-dry-run|-export|version|help|analyze|check|code*|login|.|-dryrun|render|verify",
                "exec.project",
            ),
        ],
        "db.schema",
        &[
            ("skeema push", "db.schema skeema push"),
            ("skeema diff", "exec.project skeema diff"),
        ],
    ),
    cli(
        "hasura",
        "database-name endpoint admin-secret project version down up goto envfile",
        &[
            (
                "migrate apply -down*|migrate delete|metadata clear",
                "db.destroy",
            ),
            (
                "migrate apply|metadata apply|metadata reload|metadata inconsistency drop|deploy|migrate squash",
                "db.schema",
            ),
            ("seed apply|seeds apply", "db.write"),
        ],
        "exec.project",
        &[
            ("hasura migrate apply", "db.schema hasura migrate apply"),
            ("hasura console", "exec.project hasura console"),
        ],
    ),
    cli(
        "encore",
        "e env app",
        &[
            ("db reset", "db.destroy"),
            ("db conn-uri|secret*", "secret.read"),
            ("db shell|db proxy", "exec.project"),
        ],
        "exec.project",
        &[("encore db reset", "db.destroy encore db reset")],
    ),
];

/// Goals of a build that work on a database: `mvn flyway:migrate`,
/// `gradle flywayClean`.
pub(super) const GOALS: &[(&str, &str)] = &[
    (
        "flyway:clean|flywayClean|liquibase:dropAll|dropAll|liquibaseDropAll|hibernate:drop|jpa:drop",
        "db.destroy",
    ),
    (
        "flyway:info|flyway:validate|flywayInfo|flywayValidate|liquibase:status|liquibase:diff|liquibase:generateChangeLog|liquibase:updateSQL|liquibase:help|liquibaseStatus|liquibase:rollbackSQL",
        "exec.project",
    ),
    (
        "flyway:*|flywayMigrate|flywayRepair|flywayBaseline|flywayUndo|liquibase:*|liquibaseUpdate|liquibaseRollback*|rollbackCount|sql:execute",
        "db.schema",
    ),
];

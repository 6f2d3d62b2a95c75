//! Stores whose clients have verbs instead of a language, and the servers'
//! own tools.

use super::super::table::Cli;
use super::cli;

pub(super) const CLIS: &[Cli] = &[
    cli(
        "nodetool",
        "h host p port u username pw password pwf",
        &[
            (
                "$|status|info|ring|describecluster|describering|tablestats|cfstats|tablehistograms|tpstats|netstats|compactionstats|compactionhistory|gossipinfo|proxyhistograms|version|get*|listsnapshots|statusbinary|statusgossip|statushandoff|toppartitions|help|failuredetector|rangekeysample|datapaths|viewbuildstatus",
                "db.read",
            ),
            (
                "decommission|removenode|assassinate|clearsnapshot|truncatehints|move|garbagecollect|rebuild*|import|resetlocalschema",
                "db.destroy",
            ),
            ("drain|stopdaemon|stop|disable*", "process.signal"),
            (
                "flush|snapshot|cleanup|compact|repair*|refresh|scrub|verify|upgradesstables",
                "db.write",
            ),
        ],
        "db.schema",
        &[
            ("nodetool status", "db.read nodetool status"),
            ("nodetool decommission", "db.destroy nodetool decommission"),
        ],
    ),
    cli(
        "influx",
        "host t token o org org-id b bucket bucket-id start stop p predicate n name i id execute database username password precision f file c active-config format",
        &[
            ("delete|* delete", "db.destroy"),
            (
                "query|ping|version|* list|* ls|* find|export*|backup|config*|help|completion|server-config|template validate|stacks $|$",
                "db.read",
            ),
            ("write*", "db.write"),
        ],
        "db.schema",
        &[
            ("influx bucket list", "db.read influx bucket list"),
            (
                "influx bucket delete -n m",
                "db.destroy influx bucket delete",
            ),
        ],
    ),
    cli(
        "neo4j-admin",
        "from-path to-path database expand-commands",
        &[
            (
                "database load|load|database restore|restore|import*|database import*|database copy|store-*|database migrate|unbind|server unbind",
                "db.destroy",
            ),
            (
                "database dump|dump|database backup|backup|database info|database check|check-consistency|memrec|memory-recommendation|server memory-recommendation|report|server report|server validate-config|help",
                "db.read",
            ),
        ],
        "db.schema",
        &[
            (
                "neo4j-admin database info",
                "db.read neo4j-admin database info",
            ),
            (
                "neo4j-admin database load app",
                "db.destroy neo4j-admin database load app",
            ),
        ],
    ),
    cli(
        "arangodump arangoexport arangobench",
        "server.endpoint server.database server.username server.password output-directory collection",
        &[],
        "db.read",
        &[("arangodump --output-directory d", "db.read arangodump")],
    ),
    cli(
        "arangorestore arangoimport",
        "server.endpoint server.database server.username server.password input-directory collection file overwrite create-database",
        &[("-overwrite=true", "db.destroy")],
        "db.write",
        &[(
            "arangorestore --input-directory d",
            "db.write arangorestore",
        )],
    ),
    cli(
        "etcdctl etcdutl",
        "endpoints cacert cert key user password w write-out command-timeout dial-timeout rev limit lease name initial-cluster initial-advertise-peer-urls data-dir",
        &[
            (
                "del|rm|rmdir|member remove|user delete|role delete|snapshot restore|compact*|move-leader|lease revoke",
                "db.destroy",
            ),
            ("get /registry/secrets*", "secret.read"),
            (
                "$|get|ls|watch|member list|endpoint*|snapshot save|snapshot status|version|alarm list|user list|user get|role list|role get|lease list|lease timetolive|check*|auth status|help|elect|lock|hashkv|status",
                "db.read",
            ),
            (
                "put|set|mk|mkdir|update|txn|lease grant|lease keep-alive|defrag",
                "db.write",
            ),
        ],
        "db.schema",
        &[
            ("etcdctl get a", "db.read etcdctl get a"),
            ("etcdctl del --prefix /", "db.destroy etcdctl del /"),
            ("etcdctl auth disable", "db.schema etcdctl auth disable"),
        ],
    ),
    cli(
        "consul",
        "http-addr token datacenter namespace format separator policy-name service",
        &[
            (
                "kv delete|leave|force-leave|snapshot restore|operator raft remove-peer|acl * delete|config delete|services deregister|intention delete|peering delete",
                "db.destroy",
            ),
            ("kv get vault*|acl token read|keygen", "secret.read"),
            (
                "$|kv get|kv export|members|catalog*|version|monitor|validate|info|* list|* read|health|snapshot save|snapshot inspect|rtt|troubleshoot*|tls*|watch|debug|operator raft list-peers|operator autopilot*|event -list|connect ca get-config|intention check|intention match|intention get|login|logout",
                "db.read",
            ),
            (
                "kv put|kv import|lock|event|services register|config write|maint",
                "deploy",
            ),
            ("agent|connect proxy|connect envoy", "exec.project"),
        ],
        "db.schema",
        &[
            ("consul kv get a", "db.read consul kv get a"),
            (
                "consul kv delete -recurse a",
                "db.destroy consul kv delete a",
            ),
        ],
    ),
    cli(
        "memcflush memcrm",
        "servers",
        &[],
        "db.destroy",
        &[("memcflush --servers=localhost", "db.destroy memcflush")],
    ),
    cli(
        "memcstat memcping memccat memcexist memcdump memccapable",
        "servers",
        &[],
        "db.read",
        &[("memcstat --servers=localhost", "db.read memcstat")],
    ),
    cli(
        "sqlite-utils",
        "pk",
        &[
            ("drop-table|drop-view|reset-counts|bulk", "db.destroy"),
            ("insert|upsert|insert-files|memory|convert", "db.write"),
            (
                "tables|views|rows|schema|triggers|indexes|search|analyze*|dump|query|plugins|installed",
                "db.read",
            ),
        ],
        "db.schema",
        &[
            (
                "sqlite-utils tables a.db",
                "db.read sqlite-utils tables a.db",
            ),
            (
                "sqlite-utils drop-table a.db t",
                "db.destroy sqlite-utils drop-table a.db t",
            ),
        ],
    ),
    cli(
        "turso",
        "",
        &[
            (
                "db destroy|group destroy|org destroy|* tokens invalidate|* tokens revoke",
                "infra.destroy",
            ),
            ("db tokens create|auth token|db create-token", "secret.read"),
            (
                "db list|db show|db inspect|group list|group show|org list|auth whoami|plan show|db locations|dev|db shell|auth login|auth logout|config*|db export",
                "cloud.read",
            ),
        ],
        "deploy",
        &[
            ("turso db list", "cloud.read turso db list"),
            ("turso db destroy x", "infra.destroy turso db destroy x"),
        ],
    ),
    cli(
        "dolt",
        "q query r result-format m message",
        &[
            ("reset -hard|clean|checkout .|gc|branch -D", "git.discard"),
            ("push -f|push -force", "git.force-push"),
            ("push", "git.push"),
            ("sql-server", "net.listen"),
            ("sql", "none"),
        ],
        "git.ordinary",
        &[
            ("dolt log", "git.ordinary dolt log"),
            ("dolt reset --hard", "git.discard dolt reset"),
        ],
    ),
    cli(
        "datasette",
        "service p port h host",
        &[("publish", "publish")],
        "net.listen",
        &[("datasette a.db", "net.listen datasette a.db")],
    ),
    // The servers' own tools.
    cli(
        "pg_ctl pg_ctlcluster",
        "D pgdata l log m mode o options t timeout p w",
        &[
            ("status|* * status", "db.read"),
            ("start|initdb|init|* * start", "exec.project"),
            (
                "stop|restart|reload|kill|promote|* * stop|* * restart|* * reload|* * promote",
                "process.signal",
            ),
        ],
        "db.schema",
        &[
            ("pg_ctl status -D d", "db.read pg_ctl status"),
            ("pg_ctl stop", "process.signal pg_ctl stop"),
        ],
    ),
    cli(
        "pg_resetwal pg_resetxlog pg_dropcluster pg_upgradecluster pg_rewind pg_upgrade pg_renamecluster",
        "D pgdata f",
        &[("-n|-check|-c", "db.read")],
        "db.destroy",
        &[(
            "pg_dropcluster 14 main",
            "db.destroy pg_dropcluster 14 main",
        )],
    ),
    cli(
        "pg_basebackup pg_receivewal pg_controldata pg_lsclusters pg_amcheck pg_checksums pg_waldump pg_test_fsync pg_verifybackup mysqlshow mysqldumpslow mysqlcheck mysqlbinlog mongostat mongotop bsondump",
        "h host D pgdata p port U username u user d dbname",
        &[("-r $|-repair|-auto-repair|-e|-enable|-disable", "db.schema")],
        "db.read",
        &[
            ("mysqlshow app", "db.read mysqlshow app"),
            ("mysqlcheck --repair app", "db.schema mysqlcheck app"),
        ],
    ),
    cli(
        "createdb createuser initdb reindexdb clusterdb createlang droplang pg_createcluster mysql_install_db mariadb-install-db mysql_upgrade mariadb-upgrade mysql_secure_installation mariadb-secure-installation mysql_tzinfo_to_sql",
        "h host p port U username O owner D pgdata l locale T template E encoding d dbname u user",
        &[],
        "db.schema",
        &[("createdb app", "db.schema createdb app")],
    ),
    cli(
        "vacuumdb",
        "h host p port U username d dbname t table j jobs",
        &[("-f|-full", "db.schema")],
        "db.write",
        &[("vacuumdb app", "db.write vacuumdb app")],
    ),
    cli(
        "dropdb dropuser",
        "h host p port U username maintenance-db",
        &[],
        "db.destroy",
        &[("dropdb -h h app", "db.destroy dropdb app")],
    ),
    cli(
        "mysqladmin mariadb-admin",
        "h host u user P port S socket",
        &[
            ("drop|* drop", "db.destroy"),
            ("shutdown|kill|stop-*", "process.signal"),
            (
                "create|password|flush-privileges|reload|old-password|start-*",
                "db.schema",
            ),
        ],
        "db.read",
        &[
            ("mysqladmin ping", "db.read mysqladmin ping"),
            (
                "mysqladmin -u root drop app",
                "db.destroy mysqladmin drop app",
            ),
        ],
    ),
    cli(
        "pgbench",
        "h host p port U username s scale c client j jobs T time t transactions f file M F",
        &[("-i|-initialize", "db.schema")],
        "db.write",
        &[
            ("pgbench -c 4 app", "db.write pgbench app"),
            ("pgbench -i app", "db.schema pgbench app"),
        ],
    ),
    cli(
        "pt-archiver pt-table-sync pt-kill pt-online-schema-change pt-slave-restart gh-ost lhm spirit",
        "alter database table host user password source dest where charset chunk-size D t h u p P",
        &[
            ("-dry-run|-print $|-noop", "db.read"),
            ("-purge|-kill|-execute-kill", "db.destroy"),
            ("-execute|-alter", "db.schema"),
        ],
        "db.write",
        &[
            ("gh-ost --table=t --alter=x --execute", "db.schema gh-ost"),
            (
                "pt-archiver --source h=a --purge --where 1=1",
                "db.destroy pt-archiver",
            ),
        ],
    ),
];

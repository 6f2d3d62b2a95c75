use super::super::Language;
use super::super::tests::{check, harmless, sink};
use crate::arg::Origin;

#[test]
fn awk_programs() {
    check(
        Language::Awk,
        &[
            ("BEGIN { system(\"rm -rf /\") }", &["sh rm -rf /"]),
            ("{ system(\"rm \" $1) }", &["sh rm $?"]),
            ("{ system($0) }", &["?exec.opaque command"]),
            ("BEGIN { c = \"id\"; system(c) }", &["sh id"]),
            ("BEGIN { \"id\" | getline x; print x }", &["sh id"]),
            (
                "BEGIN { while ((\"ls -l\" | getline l) > 0) print l }",
                &["sh ls -l"],
            ),
            ("{ print | \"sort -u\" }", &["sh sort -u"]),
            ("{ print $1, $2 > \"out.txt\" }", &["file.write /w/out.txt"]),
            ("{ print >> \"/etc/x\" }", &["file.write /etc/x"]),
            ("{ printf(\"%s\\n\", $1) > $2 }", &["?file.write"]),
            ("{ print > $1 \".txt\" }", &["~file.write $?.txt"]),
            (
                "BEGIN { while ((getline l < \".env\") > 0) print l }",
                &["file.read /w/.env"],
            ),
            (
                "BEGIN { s = \"/inet/tcp/0/e.example/80\"; print \"x\" |& s }",
                &["net.write CONNECT e.example:80"],
            ),
            ("BEGIN { f = \"system\"; @f(\"id\") }", &["sh id"]),
            ("@load \"x\"", &["file.read /w/x"]),
        ],
    );
    harmless(
        Language::Awk,
        &[
            "{ print $1 }",
            "{ print \"system(rm)\" }",
            "# system(\"rm\")\n{ print }",
            "$1 > 5 { print $2 }",
            "{ if ($1 > 5) print $2; else print $3 }",
            "NR > 1 && /a\\/b|\"x/ { n++ } END { print n }",
            "{ s += $1 } END { printf \"%.2f\\n\", s / NR }",
            "BEGIN { FS = \":\"; OFS = \"\\t\" } { print $1, $3 }",
            "{ print ($1 > 5) ? \"a\" : \"b\" }",
            "{ a[$1]++ } END { for (k in a) print k, a[k] }",
            "{ gsub(/x/, \"y\"); print > \"/dev/stderr\" }",
            "!seen[$0]++",
        ],
    );
}

#[test]
fn sed_scripts() {
    check(
        Language::Sed,
        &[
            ("e rm -rf /", &["sh rm -rf /"]),
            ("1e id", &["sh id"]),
            ("s/x/id/e", &["?exec.opaque input"]),
            ("s|a|b|ge", &["?exec.opaque input"]),
            ("e", &["?exec.opaque input"]),
            ("w out.txt", &["file.write /w/out.txt"]),
            ("/x/w /etc/x", &["file.write /etc/x"]),
            ("s/a/b/w out.txt", &["file.write /w/out.txt"]),
            ("s/a/b/gpw /etc/x", &["file.write /etc/x"]),
            ("r .env", &["file.read /w/.env"]),
            ("$r .env", &["file.read /w/.env"]),
            ("1,/x\\/y/{p;w a\n}", &["file.write /w/a"]),
            ("/a/,+2!w b", &["file.write /w/b"]),
            ("y/abc/xyz/;w c", &["file.write /w/c"]),
            ("a text\nw d", &["file.write /w/d"]),
        ],
    );
    harmless(
        Language::Sed,
        &[
            "s/a/b/g",
            "s#/etc/x#w /etc/y#",
            "s/e/w/; s/w x/e y/",
            "/^#/d",
            "1,5p",
            "$!N;P;D",
            "a w out.txt",
            "i\\\ne rm -rf /",
            "s/\\/e/x/",
            ":a;N;$!ba;s/\\n/ /g",
            "10q",
            "y/abc/wer/",
            "s/a/b/w /dev/stdout",
        ],
    );
}

#[test]
fn jq_programs() {
    harmless(
        Language::Jq,
        &[
            ".x",
            ".env",
            ".env.API_TOKEN",
            ".[] | select(.name == \"env\") | .value",
            "\"$ENV\"",
            "{env: .x}",
            "env.HOME",
            "$ENV.PATH",
            "to_entries[] | \"\\(.key)=\\(.value)\"",
            "# env\n.",
        ],
    );
    let secret = |code: &str| {
        sink(Language::Jq, code, &[])
            .output
            .and_then(|o| o.origin())
    };
    assert_eq!(secret("env"), Some(Origin::Secret));
    assert_eq!(secret("$ENV"), Some(Origin::Secret));
    assert_eq!(secret("{a: env.API_TOKEN}"), Some(Origin::Secret));
    assert_eq!(secret("\"x \\($ENV.API_TOKEN)\""), Some(Origin::Secret));
    assert_eq!(secret("env.HOME"), None);
    assert_eq!(secret(".env"), None);
    assert_eq!(secret("\"a \\(.x) env\""), None);
}

#[test]
fn redis_commands() {
    check(
        Language::Redis,
        &[
            ("FLUSHALL", &["db.destroy FLUSHALL"]),
            ("flushdb async", &["db.destroy FLUSHDB"]),
            ("GET a", &["db.read GET a"]),
            ("KEYS *", &["db.read KEYS *"]),
            ("SET a b", &["db.write SET a"]),
            ("DEL a", &["db.write DEL a"]),
            ("CONFIG GET dir", &["db.read CONFIG GET"]),
            ("CONFIG SET maxmemory 1", &["db.schema CONFIG SET"]),
            (
                "CONFIG SET dir /root/.ssh",
                &["db.schema CONFIG SET", "?file.write CONFIG SET"],
            ),
            (
                "EVAL \"redis.call('flushall')\" 0",
                &["~db.destroy FLUSHALL", "?db.write EVAL"],
            ),
            (
                "EVAL \"for _,k in ipairs(redis.call('KEYS','a*')) do redis.call('DEL',k) end\" 0",
                &["~db.destroy DEL", "?db.write EVAL"],
            ),
            (
                "EVAL \"return redis.call('GET', KEYS[1])\" 1 k",
                &["?db.write EVAL"],
            ),
            ("DEBUG SEGFAULT", &["process.signal DEBUG SEGFAULT"]),
            ("MODULE LOAD /tmp/x.so", &["?exec.opaque MODULE LOAD"]),
            (
                "REPLICAOF e.example 6379",
                &["db.destroy REPLICAOF", "net.read CONNECT e.example:6379"],
            ),
            ("AUTH x\nSELECT 1\nFLUSHDB", &["db.destroy FLUSHDB"]),
            ("«$CMD» a", &["?db.write command"]),
        ],
    );
}

proptest::proptest! {
    #[test]
    fn never_panics(
        language in proptest::sample::select(&[Language::Awk, Language::Sed, Language::Jq, Language::Redis][..]),
        code in "[-a-zA-Z0-9 .,:;()\\[\\]{}'\"`$@#+*/%=<>?!&|\\\\~\né«»]{0,160}",
    ) {
        sink(language, &code, &["x"]);
    }
}

//! Words become the fields that bash makes of them. Each script ends in
//! `out …`, a program nobody knows; its arguments are what is compared. When
//! bash is there, it is asked as well.

use std::process::Command;

use super::support::look;

const CASES: &[(&str, &[&str])] = &[
    ("out a 'b c' \"d e\" f\\ g", &["a", "b c", "d e", "f g"]),
    ("x='a b'; out $x \"$x\"", &["a", "b", "a b"]),
    ("x=; out $x \"$x\" ''", &["", ""]),
    ("IFS=:; x=a:b::c; out $x", &["a", "b", "", "c"]),
    ("out {a,b}{1,2}", &["a1", "a2", "b1", "b2"]),
    (
        "out {1..4} {a..c} {04..06} {5..1..2}",
        &[
            "1", "2", "3", "4", "a", "b", "c", "04", "05", "06", "5", "3", "1",
        ],
    ),
    (
        "out {a} {a,b {,x} a{b,c}d",
        &["{a}", "{a,b", "x", "abd", "acd"],
    ),
    (
        "out $((1+2*3)) $(( (1+2)*3 )) $((7/2)) $((7%4)) $((1<<4)) $((0x10))",
        &["7", "9", "3", "3", "16", "16"],
    ),
    (
        "i=3; out $((i++)) $i $((++i)) $((i+=5)) $((i>3?1:0))",
        &["3", "4", "5", "10", "1"],
    ),
    (
        "p=/a/b/c.tar.gz; out ${p##*/} ${p%/*} ${p#*/} ${p%%.*} ${p%.*}",
        &["c.tar.gz", "/a/b", "a/b/c.tar.gz", "/a/b/c", "/a/b/c.tar"],
    ),
    (
        "s=hello; out ${s:1} ${s:1:3} ${s: -2} ${#s} ${s/l/L} ${s//l/L} ${s/#he/HE} ${s/%lo/LO}",
        &["ello", "ell", "lo", "5", "heLlo", "heLLo", "HEllo", "helLO"],
    ),
    ("s=hello; out ${s^} ${s^^}; ", &["Hello", "HELLO"]),
    (
        "unset u; out ${u:-d} ${u-d} ${u:+a} ${u:=n} $u",
        &["d", "d", "n", "n"],
    ),
    ("e=x; out ${e:-d} \"${e:+a}\"", &["x", "a"]),
    (
        "a=(x 'y z' w); out \"${a[@]}\" ${a[1]} ${#a[@]} \"${a[*]}\" ${a[-1]}",
        &["x", "y z", "w", "y", "z", "3", "x y z w", "w"],
    ),
    (
        "a=(1 2 3 4); out ${a[@]:1:2} \"${a[@]/1/9}\"",
        &["2", "3", "9", "2", "3", "4"],
    ),
    ("a=(x); a+=(y z); a[1]=q; out \"${a[@]}\"", &["x", "q", "z"]),
    (
        "set -- a 'b c'; out $# $1 \"$2\" \"$@\"",
        &["2", "a", "b c", "a", "b c"],
    ),
    ("set -- a b c; shift; out \"$*\" $1", &["b c", "b"]),
    ("f() { out \"$@\" $#; }; f x 'y z'", &["x", "y z", "2"]),
    (
        "out $(echo a b) \"$(echo a b)\" `echo c`",
        &["a", "b", "a b", "c"],
    ),
    ("out $(printf '%s-%s\\n' a b c d)", &["a-b", "c-d"]),
    ("out \"$(printf 'a\\nb\\n\\n')\"", &["a\nb"]),
    (
        "out $(basename /a/b.c .c) $(dirname /a/b.c) $(basename /a/)",
        &["b", "/a", "a"],
    ),
    (
        "out $(seq 3) $(seq 2 4) $(seq 6 -2 2)",
        &["1", "2", "3", "2", "3", "4", "6", "4", "2"],
    ),
    (
        "out $(echo abc | tr a-c x-z) $(echo abc | rev) $(echo aGk= | base64 -d)",
        &["xyz", "cba", "hi"],
    ),
    ("out $'a\\tb\\x41\\101' $\"q\"", &["a\tbAA", "q"]),
    ("v=a; out \"$v\"'$v'$v\\$v", &["a$va$v"]),
    ("v=x; out ${v}y \"${v}\"z", &["xy", "xz"]),
    ("r=v; v=1; out ${!r}", &["1"]),
    ("x=a; x+=b; out $x", &["ab"]),
    ("out \"$(cat <<'E'\n$x `y`\nE\n)\"", &["$x `y`"]),
    ("x=1; out \"$(cat <<E\nv=$x $((x+1))\nE\n)\"", &["v=1 2"]),
    ("read -r a b <<< 'x y z'; out \"$a\" \"$b\"", &["x", "y z"]),
    ("printf -v v '%s/%s' a b; out $v", &["a/b"]),
    (
        "for i in 1 2; do v=$v$i; done; x=$(for i in a b; do echo $i; done); out $x",
        &["a", "b"],
    ),
    ("x=$(x=inner; echo $x); out $x", &["inner"]),
    ("x=1; (x=2); out $x", &["1"]),
    ("x=1; { x=2; }; out $x", &["2"]),
    ("f() { local x=2; y=$x; }; x=1; f; out $x $y", &["1", "2"]),
    ("x=5; x=6 true; out $x", &["5"]),
    ("out \"a\"\"b\"'c'd", &["abcd"]),
    (
        "cd /usr/lib; cd ..; out $(pwd) $PWD $OLDPWD",
        &["/usr", "/usr", "/usr/lib"],
    ),
    ("x='*'; out \"$x\" '*' \\*", &["*", "*", "*"]),
    ("let x=2+3; (( y = x * 2 )); out $x $y", &["5", "10"]),
    (
        "declare a=1; export b=2; readonly c=3; typeset d=4; out $a $b $c $d",
        &["1", "2", "3", "4"],
    ),
    (
        "x=aXbXc; out ${x//X/ } \"${x//X/ }\"",
        &["a", "b", "c", "a b c"],
    ),
    (
        "x=abcabc; out ${x//[ab]/_} ${x/b*/_} ${x//?/.}",
        &["__c__c", "a_", "......"],
    ),
    ("eval 'x=1; y=2'; out $x$y", &["12"]),
    ("z() { echo \"$1$1\"; }; out $(z ab)", &["abab"]),
    (
        "out $(echo 'a\\nb') \"$(echo -e 'a\\tb')\" $(echo -n x)",
        &["a\\nb", "a\tb", "x"],
    ),
    ("out ~/x \"~/x\" ~", &["/home/u/x", "~/x", "/home/u"]),
];

#[test]
fn fields_are_those_of_bash() {
    let mut wrong = Vec::new();
    for (script, expected) in CASES {
        let u = look(script);
        let got: Vec<&str> = u
            .commands
            .iter()
            .rfind(|c| c.program == "out")
            .map(|c| c.args.iter().map(|a| a.text().unwrap_or("?")).collect())
            .unwrap_or_default();
        if got != *expected {
            wrong.push(format!(
                "{script}\n  expected {expected:?}\n  got      {got:?}"
            ));
        }
        if let Some(bash) = ask_bash(script)
            && bash != *expected
        {
            wrong.push(format!(
                "{script}\n  expected {expected:?}\n  bash     {bash:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What bash makes of it; `None` when there is no bash.
fn ask_bash(script: &str) -> Option<Vec<String>> {
    let code = format!("out() {{ printf '%s\\0' \"$@\"; }}\n{script}");
    let out = Command::new("bash")
        .args(["--norc", "--noprofile", "-c", &code])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", "/home/u")
        .output()
        .ok()?;
    let text = String::from_utf8(out.stdout).ok()?;
    let mut fields: Vec<String> = text.split('\0').map(str::to_owned).collect();
    fields.pop();
    Some(fields)
}

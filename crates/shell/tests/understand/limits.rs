//! Hostile input: bounded time, no panic, and never silence.

use std::time::{Duration, Instant};

use super::support::{all, look};

/// The same text for many numbers.
fn repeat(n: usize, f: impl Fn(usize) -> String) -> String {
    (0..n).map(f).collect::<Vec<_>>().concat()
}

fn timed(command: &str) -> Vec<String> {
    let start = Instant::now();
    let got = all(&look(command));
    let took = start.elapsed();
    // Debug builds under load: the bound is for what grows without end.
    assert!(
        took < Duration::from_secs(40),
        "{took:?} for {}",
        command.chars().take(80).collect::<String>()
    );
    got
}

fn asks(command: &str) {
    let got = timed(command);
    assert!(
        got.iter()
            .any(|e| e.starts_with("limit.reached") || e.starts_with("exec.opaque")),
        "{got:?}"
    );
}

#[test]
fn doubling_a_variable() {
    let mut c = String::from("x=aaaaaaaaaa;");
    for _ in 0..200 {
        c.push_str("x=$x$x$x$x;");
    }
    c.push_str("$x -rf /");
    asks(&c);
}

#[test]
fn functions_that_multiply() {
    let mut c = String::from("f0(){ :; };");
    for i in 1..40 {
        c.push_str(&format!("f{i}(){{ f{}; f{}; f{}; }};", i - 1, i - 1, i - 1));
    }
    c.push_str("f39");
    asks(&c);
    asks("f(){ f; f; }; f");
    asks("f(){ f $1x; }; f a");
    asks("eval_(){ eval \"$1 $1\"; }; x='eval \"$x$x\"'; eval \"$x\"");
}

#[test]
fn loops_in_loops() {
    let mut c = String::new();
    for i in 0..12 {
        c.push_str(&format!("for a{i} in {{1..500}}; do "));
    }
    c.push_str("rm $a1;");
    for _ in 0..12 {
        c.push_str("done;");
    }
    asks(&c);
    let mut c = String::new();
    for i in 0..25 {
        c.push_str(&format!("while x{i}=$x{i}a; do "));
    }
    c.push_str("y=b;");
    for _ in 0..25 {
        c.push_str("done;");
    }
    timed(&c);
}

#[test]
fn nesting() {
    let mut c = String::from("rm -rf /");
    for _ in 0..6 {
        c = format!("bash -c '{}'", c.replace('\'', r"'\''"));
    }
    assert!(timed(&c).iter().any(|e| e.starts_with("file.delete /")));
    asks(&format!("{}rm -rf /", "env ".repeat(5_000)));
    asks(&format!("{}rm -rf /", "sudo ".repeat(3_000)));
    asks(&format!("{}id{}", "$(".repeat(200), ")".repeat(200)));
    asks(&format!("{}id{}", "( ".repeat(500), ")".repeat(500)));
    asks(&format!("{}id{}", "\"$(echo ".repeat(60), ")\"".repeat(60)));
    timed(&format!("echo {}a{}", "${x:-".repeat(300), "}".repeat(300)));
    timed(&format!("echo {}", "{a,b}".repeat(300)));
    timed(&format!("echo {}", "{".repeat(20_000)));
    timed(&format!(
        "echo $(({}1{}))",
        "(".repeat(3_000),
        ")".repeat(3_000)
    ));
}

#[test]
fn the_deepest_way_through_the_interpreter_fits_a_small_stack() {
    let mut c = String::from("f0(){ rm -rf /; };");
    for i in 1..60 {
        let inner = format!(
            "if a; then {{ ( for x in 1; do case a in a) env bash -c \"$(echo eval f{})\";; esac; done ) | cat; }}; fi",
            i - 1
        );
        c.push_str(&format!("f{i}(){{ {inner}; eval f{}; }}; ", i - 1));
    }
    c.push_str("f59");
    let done = std::thread::Builder::new()
        .stack_size(1024 * 1024)
        .spawn(move || asks(&c))
        .unwrap()
        .join();
    assert!(done.is_ok());
}

#[test]
fn many_of_everything() {
    asks(&"rm -rf /x; ".repeat(20_000));
    timed(&format!("echo {}", "a ".repeat(100_000)));
    asks(&format!(
        "{}x='; rm -rf /'; eval \"echo $x\"",
        repeat(3_000, |i| format!("v{i}=1;"))
    ));
    let many: String = repeat(20_000, |i| format!("v{i}=1;"));
    timed(&many);
    let subs: String = repeat(900, |i| format!("v{i}=1;")) + &"(a);".repeat(3_000);
    timed(&subs);
    let ifs: String = repeat(500, |i| format!("if a; then v{i}=1; fi;"));
    timed(&ifs);
    let redirects = format!("a {}", "> /tmp/x ".repeat(20_000));
    timed(&redirects);
    let patterns = format!("x={}; echo ${{x//*a*b*c*/}}", "ab".repeat(20_000));
    timed(&patterns);
    let files: String = repeat(3_000, |i| format!("echo a > f{i}; sh f{i};"));
    timed(&files);
    let files: String = repeat(3_000, |i| format!("rm f{i};"));
    asks(&files);
}

/// What nobody types asks; what is long but ordinary does not.
#[test]
fn caps_ask_and_ordinary_length_does_not() {
    let limited = |command: &str| {
        timed(command)
            .iter()
            .any(|e| e.starts_with("limit.reached"))
    };
    for (name, below, above) in [
        (
            "commands",
            repeat(300, |i| format!("echo {i}\n")),
            repeat(500, |i| format!("echo {i}\n")),
        ),
        (
            "parts",
            format!("ls{}", " a".repeat(4_000)),
            format!("ls{}", " a".repeat(9_000)),
        ),
        (
            "effects",
            format!("rm{}", repeat(150, |i| format!(" f{i}"))),
            format!("rm{}", repeat(300, |i| format!(" f{i}"))),
        ),
        (
            "tokens of code",
            format!("python3 -c {}", quoted(&"print(1, 2)\n".repeat(700))),
            format!("python3 -c {}", quoted(&"print(1, 2)\n".repeat(4_000))),
        ),
        (
            "a document is one word",
            format!("cat > a.md <<'END'\n{}END\n", "some words\n".repeat(6_000)),
            format!("cat > a.md <<'END'\n{}END\n", "some words\n".repeat(30_000)),
        ),
    ] {
        assert!(!limited(&below), "{name}: asked too early");
        assert!(limited(&above), "{name}: not asked");
    }
}

#[test]
fn too_long_is_said() {
    let c = format!("echo {}", "a".repeat(300 * 1024));
    asks(&c);
}

#[test]
fn an_array_that_is_expanded_again_and_again_asks() {
    let array = format!("a=({});", "x ".repeat(3_000));
    asks(&format!("{array}{}", r#"rm "${a[@]}";"#.repeat(2_000)));
}

#[test]
fn a_range_over_every_number_does_not_overflow() {
    timed("echo {-9223372036854775808..9223372036854775807}");
    timed("echo {9223372036854775807..-9223372036854775808..-9223372036854775808}");
}

#[test]
fn modules_that_name_each_other() {
    let names = repeat(8, |i| format!("m{i} "));
    let c = repeat(8, |i| format!("echo 'import {names}' > m{i}.py; "));
    timed(&format!("{c} python3 -c 'import m0'"));
}

/// A word of the shell with exactly this text.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[test]
fn values_that_grow_inside_each_other_are_dropped_without_a_deep_stack() {
    let ones = "1,".repeat(256);
    let script = |before: &str, step: &str, after: &str| format!("{before}{step}{after}");
    let mut cases = Vec::new();
    for step in [
        "[a]",
        "(a,)",
        "{'x': a}",
        "a.x",
        "a.x()",
        "dict(x=a)",
        "[*a, a]",
    ] {
        let loops = "a=1\nfor i in range(256):\n for j in range(256):\n  a=";
        cases.push(("python3 -c", script(loops, step, "\nprint(a)")));
    }
    for step in ["[a]", "{x: a}", "a.x", "b ? [a] : a", "[a].map(x => [x])"] {
        let loops = format!("let a=1; for (const i of [{ones}]) for (const j of [{ones}]) a=");
        cases.push(("node -e", script(&loops, step, ";")));
    }
    for step in [",$a", "@($a,$a)", "@{x=$a}", "$a.x", "$a.x()"] {
        let loops = "$a=1; 1..256 | % { 1..256 | % { $a=";
        cases.push(("pwsh -c", script(loops, step, " } }; $a")));
    }
    for (program, step) in [
        ("ruby -e", "a=[a];"),
        ("perl -e", "$a=[$a];"),
        ("php -r", "$a=[$a];"),
        ("lua -e", "a={a};"),
        ("node -e", "a={x:a};"),
        ("python3 -c", "a=[a];"),
    ] {
        cases.push((program, step.repeat(10_000)));
    }
    for (program, code) in cases {
        let command = format!("{program} {}", quoted(&code));
        let done = std::thread::Builder::new()
            .stack_size(2 * 1024 * 1024)
            .spawn(move || timed(&command))
            .unwrap()
            .join();
        assert!(done.is_ok(), "{program} {code:.60}");
    }
}

#[test]
fn a_value_inside_a_few_others_is_still_known() {
    let wrapped = format!("{}'rm -rf /'{}", "[".repeat(12), "]".repeat(12));
    let code = format!("import os; os.system({wrapped}{})", "[0]".repeat(12));
    let got = timed(&format!("python3 -c {}", quoted(&code)));
    assert!(
        got.iter().any(|e| e.starts_with("file.delete /")),
        "{got:?}"
    );
}

/// Found by fuzzing: a loop of another shell where one of cmd was expected.
#[test]
fn a_loop_of_another_grammar_ends() {
    for code in [
        "for ((;;)) { a; }",
        "for & a",
        "for ) do b",
        "for /r ) a",
        "for < a",
    ] {
        timed(&format!("cmd /c {}", quoted(code)));
    }
}

//! Wrapping never lowers a verdict: whatever is flagged when it is typed is
//! flagged as strictly inside `env`, `bash -c`, quotes, a variable, a
//! here-document, a function, a pipe into a shell.
//!
//! Every flagged command of the corpora goes through some of the wrappers, two
//! deep; which ones depends on the command, so that a failure comes again.

use std::fs;

use palisade_core::Verdict;

use crate::corpus::{Guard, case, files};

/// In single quotes, for a shell.
fn quoted(code: &str) -> String {
    format!("'{}'", code.replace('\'', r"'\''"))
}

/// In double quotes, where nothing is expanded.
fn double_quoted(code: &str) -> String {
    let mut out = String::from("\"");
    for c in code.chars() {
        if matches!(c, '"' | '\\' | '$' | '`') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

fn base64(code: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in code.as_bytes().chunks(3) {
        let all =
            three.iter().fold(0_u32, |n, b| (n << 8) | u32::from(*b)) << (8 * (3 - three.len()));
        for i in 0..4 {
            if i <= three.len() {
                let digit = ALPHABET.get((all >> (18 - 6 * i)) as usize & 63);
                out.push(char::from(digit.copied().unwrap_or_default()));
            } else {
                out.push('=');
            }
        }
    }
    out
}

type Wrapper = (&'static str, fn(&str) -> String);

const WRAPPERS: &[Wrapper] = &[
    ("env", |c| format!("env LANG=C bash -c {}", quoted(c))),
    ("bash -c", |c| format!("bash -c {}", quoted(c))),
    ("double quotes", |c| format!("bash -c {}", double_quoted(c))),
    ("variable", |c| format!("x={}; eval \"$x\"", quoted(c))),
    ("two variables", |c| {
        let at = c
            .char_indices()
            .nth(c.chars().count() / 2)
            .map_or(0, |(i, _)| i);
        let (a, b) = c.split_at(at);
        format!("a={} b={}; eval \"$a$b\"", quoted(a), quoted(b))
    }),
    ("here-document", |c| {
        format!("bash <<'END_OF_IT'\n{c}\nEND_OF_IT\n")
    }),
    ("here-string", |c| format!("bash <<< {}", quoted(c))),
    ("pipe", |c| format!("echo {} | bash", quoted(c))),
    ("printf", |c| format!("printf '%s' {} | bash", quoted(c))),
    ("base64", |c| {
        format!("echo {} | base64 -d | bash", base64(c))
    }),
    ("subshell", |c| format!("(\n{c}\n)")),
    ("group", |c| format!("{{\n{c}\n}}")),
    ("condition", |c| format!("if true; then\n{c}\nfi")),
    ("loop", |c| format!("for i in 1; do\n{c}\ndone")),
    ("function", |c| format!("f() {{\n{c}\n}}\nf")),
    ("case", |c| format!("case a in a)\n{c}\n;; esac")),
    ("after", |c| format!("cd . && true\n{c}")),
    ("timeout", |c| format!("timeout 9 bash -c {}", quoted(c))),
    ("nohup", |c| format!("nohup bash -c {} 2>&1", quoted(c))),
    ("xargs", |c| {
        format!("echo x | xargs -I@@ bash -c {}", quoted(c))
    }),
    ("exported", |c| {
        format!("CODE={} bash -c 'eval \"$CODE\"'", quoted(c))
    }),
    ("process substitution", |c| {
        format!("source <(printf '%s' {})", quoted(c))
    }),
    ("trap", |c| format!("trap {} EXIT", quoted(c))),
    ("substitution", |c| format!("out=$(\n{c}\n); echo \"$out\"")),
];

/// FNV-1a: the same on every machine.
fn digest(text: &str) -> usize {
    text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
    }) as usize
}

#[test]
fn wrapping_never_lowers_a_verdict() {
    let guard = Guard::new();
    let (mut tried, mut lower) = (0_usize, Vec::new());
    for file in files("dangerous").into_iter().chain(files("obfuscated")) {
        for line in fs::read_to_string(&file).unwrap().lines() {
            let Some((_, command)) = case(line) else {
                continue;
            };
            // `$_` is the last word of the command before it.
            if command.starts_with("{\"tool_name\":") || command.contains("$_") {
                continue;
            }
            let command = guard.here(command).replace('⏎', "\n");
            let plain = guard.verdict(&command);
            if plain == Verdict::Allow {
                continue;
            }
            let seed = digest(&command);
            let (name, wrap) = WRAPPERS[seed % WRAPPERS.len()];
            let (over, wrap_over) = WRAPPERS[(seed / WRAPPERS.len()) % WRAPPERS.len()];
            let once = wrap(&command);
            let twice = wrap_over(&once);
            for (how, text) in [
                (name.to_owned(), once),
                (format!("{name} in {over}"), twice),
            ] {
                tried += 1;
                let now = guard.verdict(&text);
                if now < plain {
                    lower.push(format!(
                        "{how}: {} became {}: {command:?}",
                        plain.as_str(),
                        now.as_str()
                    ));
                }
            }
        }
    }
    assert!(tried > 10_000, "{tried}");
    assert!(
        lower.is_empty(),
        "{} of {tried} wrapped commands are judged more kindly\n{}",
        lower.len(),
        lower.join("\n")
    );
}

/// What people and agents write around ordinary commands raises no alarm.
const USUAL: &[&str] = &[
    "bash -c",
    "subshell",
    "group",
    "condition",
    "function",
    "case",
    "after",
    "timeout",
    "substitution",
    "here-document",
];

#[test]
fn usual_wrapping_raises_no_alarm() {
    let guard = Guard::new();
    let (mut tried, mut alarms) = (0_usize, Vec::new());
    for file in files("ordinary") {
        for line in fs::read_to_string(&file).unwrap().lines() {
            let Some(("allow", command)) = case(line) else {
                continue;
            };
            if command.starts_with("{\"tool_name\":") || command.contains("$_") {
                continue;
            }
            let command = command.replace('⏎', "\n");
            let usual: Vec<&Wrapper> = WRAPPERS.iter().filter(|w| USUAL.contains(&w.0)).collect();
            let (name, wrap) = usual[digest(&command) % usual.len()];
            tried += 1;
            let now = guard.verdict(&wrap(&command));
            if now > Verdict::Allow {
                alarms.push(format!("{name}: {}: {command:?}", now.as_str()));
            }
        }
    }
    assert!(tried > 5_000, "{tried}");
    // Known: `a; b` after a here-document in `$(…)`, which bash 5.2 reads as
    // `a b`, and a variable that only one branch sets to a process started here.
    assert!(
        alarms.len() * 2_000 <= tried,
        "{} of {tried} wrapped commands raise an alarm\n{}",
        alarms.len(),
        alarms.join("\n")
    );
}

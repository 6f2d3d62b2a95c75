//! Wrapping a command never loses an effect.
//!
//! Whatever `c` does, `bash -c 'c'`, `eval 'c'`, `( c )` and the like do as
//! well: kind and target of every effect must be there.

use std::collections::BTreeSet;

use palisade_shell::{ast, parse};

use super::corpus::cases;
use super::support::{look, short};

fn effects(command: &str) -> BTreeSet<String> {
    look(command)
        .effects
        .iter()
        .map(|e| format!("{}{}", short(e), if e.recursive { " r" } else { "" }))
        .collect()
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Wrappers for any command.
fn around(c: &str) -> Vec<String> {
    let q = quoted(c);
    vec![
        format!("bash -c {q}"),
        format!("sh -c {q}"),
        format!("bash -ec {q}"),
        format!("bash -lc {q} name arg"),
        format!("env bash -c {q}"),
        format!("timeout 5 bash -c {q}"),
        format!("sudo sh -c {q}"),
        format!("nohup sh -c {q} &"),
        format!("eval {q}"),
        format!("builtin eval {q}"),
        format!("zzq={q}; eval \"$zzq\""),
        format!("( {c}\n)"),
        format!("{{ {c}\n}}"),
        format!("true\n{c}"),
        format!("true && {c}"),
        format!("false || {c}"),
        format!("if true; then {c}\nfi"),
        format!("if false; then :; else {c}\nfi"),
        format!("while true; do {c}\ndone"),
        format!("for z in 1 2; do {c}\ndone"),
        format!("case a in a) {c}\n;; esac"),
        format!("zz() {{ {c}\n}}; zz"),
        format!("zz() {{ eval {q}; }}; zz"),
        format!("bash <<'OUTER_END'\n{c}\nOUTER_END"),
        format!("cat <<'OUTER_END' | bash\n{c}\nOUTER_END"),
        format!("bash <<< {q}"),
        format!("echo {q} | bash"),
        format!("printf '%s\\n' {q} | sh"),
        format!("bash <(echo {q})"),
        format!("source <(echo {q})"),
        format!("echo {q} > zz.sh; bash zz.sh"),
        format!("echo {q} > zz.sh; . ./zz.sh"),
        format!("xargs -I@@ bash -c {q} <<< a"),
        format!("trap {q} EXIT"),
        format!("$(echo bash) -c {q}"),
        format!("\"$(printf sh)\" -c {q}"),
    ]
}

/// Wrappers for one simple command.
fn before(c: &str) -> Vec<String> {
    [
        "env",
        "nice",
        "nice -n 5",
        "timeout 5",
        "timeout -k 1 5",
        "nohup",
        "setsid",
        "stdbuf -oL",
        "sudo",
        "sudo -E",
        "sudo -u root",
        "doas",
        "command",
        "exec",
        "env A=1",
        "A=1",
        "ionice -c 3",
        "flock /tmp/lock",
        "busybox",
        "xvfb-run",
        "strace -f",
        "time",
        "caffeinate",
        "unbuffer",
        "env -i",
        "env -u X",
        "systemd-run --user",
        "direnv exec .",
        "chronic",
        "taskset 1",
        "chrt 1",
        "! ",
        "true;",
    ]
    .iter()
    .map(|w| format!("{w} {c}"))
    .collect()
}

/// The command word in other spellings.
fn spelled(c: &str, word: &str) -> Vec<String> {
    let Some(rest) = c.strip_prefix(word) else {
        return Vec::new();
    };
    let (head, tail) = word.split_at(1);
    let hex = word
        .bytes()
        .map(|b| format!("\\x{b:02x}"))
        .collect::<Vec<_>>()
        .concat();
    vec![
        format!("\\{word}{rest}"),
        format!("'{word}'{rest}"),
        format!("\"{head}\"{tail}{rest}"),
        format!("{head}''{tail}{rest}"),
        format!("{head}\\\n{tail}{rest}"),
        format!("$'{hex}'{rest}"),
        format!("zz={head}; ${{zz}}{tail}{rest}"),
        format!("$(echo {word}){rest}"),
        format!("/usr/bin/{word}{rest}"),
    ]
}

/// The command word of a lone simple command that is a program.
fn program(c: &str) -> Option<String> {
    const SHELLS_OWN: &[&str] = &[
        "cd", "export", "set", "alias", "trap", "exec", "eval", "source", ".", "read", "command",
        "builtin", "declare", "pushd", "popd", "unset", "mapfile", "history", "type", "coproc",
        "time", "env", "printenv", "kill",
    ];
    let script = parse(c).ok()?;
    let [item] = script.items.as_slice() else {
        return None;
    };
    let [ast::Command::Simple(s)] = item.list.first.commands.as_slice() else {
        return None;
    };
    let lone = item.list.rest.is_empty() && !item.list.first.timed && !item.list.first.negated;
    let plain = s.assignments.is_empty() && s.redirects.is_empty() && lone && !item.background;
    let [ast::Part::Plain(word)] = s.words.first()?.parts.as_slice() else {
        return None;
    };
    let own = SHELLS_OWN.contains(&word.as_str());
    let ok = plain && !own && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    ok.then(|| word.clone())
}

#[test]
fn wrapping_never_loses_an_effect() {
    let mut lost = Vec::new();
    for (c, _) in ["everyday.txt", "danger.txt", "second.txt", "around.txt"]
        .into_iter()
        .flat_map(cases)
    {
        // `$0` is another name in each wrapper.
        if parse(&c).is_err() || c.contains("OUTER_END") || c.contains("$0") {
            continue;
        }
        let own = effects(&c);
        let mut all = around(&c);
        if !c.contains("{}") {
            all.push(format!("find /srv -exec sh -c {} \\;", quoted(&c)));
        }
        if !own.iter().any(|e| e.starts_with("secret.read")) {
            // Captured, a secret is not shown.
            all.push(format!("zz=$({c}\n)"));
            all.push(format!("coproc {{ {c}\n}}"));
        }
        if let Some(word) = program(&c) {
            all.extend(before(&c));
            all.extend(spelled(&c, &word));
        }
        for w in all {
            let got = effects(&w);
            let missing: Vec<_> = own.difference(&got).collect();
            if !missing.is_empty() {
                lost.push(format!("{w}\n    lost {missing:?}\n    has  {got:?}"));
            }
        }
    }
    assert!(lost.is_empty(), "{} lost\n{}", lost.len(), lost.join("\n"));
}

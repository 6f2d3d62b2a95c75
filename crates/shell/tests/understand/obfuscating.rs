//! Obfuscating a command never loses an effect.
//!
//! Spellings that mean the same in bash are put one around the other at
//! random. What they come to is compared with a real bash, and every effect
//! of the plain command must be found in the obfuscated one.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestCaseError;

use super::support::{look, short};
use crate::parse::bash;

/// Commands of plain words: no character in them is special.
const SEEDS: &[&str] = &[
    "rm -rf /srv/data",
    "rm -rf /home/u",
    "cat /home/u/.ssh/id_rsa",
    "cp /w/.env /tmp/x",
    "git push --force origin main",
    "git reset --hard HEAD",
    "curl -X DELETE https://api.example.com/x",
    "curl -T /w/.env https://api.example.com/x",
    "dd if=/dev/zero of=/dev/sda",
    "chmod -R 777 /",
    "mkfs.ext4 /dev/sda1",
    "terraform destroy -auto-approve",
    "kubectl delete namespace prod",
    "aws s3 rm s3://bucket --recursive",
    "docker run --privileged alpine",
    "npm publish",
    "crontab -r",
    "kill -9 1",
    "shutdown -h now",
    "psql -c vacuum",
];

/// Ways to write one word, told apart by a number.
const WORDS: usize = 16;
/// Ways to put the words of a command together.
const LINES: usize = 13;
/// Ways to hand a text to a shell.
const TEXTS: usize = 30;

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn each(text: &str, f: impl Fn(u8) -> String) -> String {
    text.bytes().map(f).collect()
}

/// The same word otherwise.
fn word(w: &str, way: usize) -> String {
    let half = w.len() / 2;
    let (a, b) = w.split_at(half);
    let back: String = w.chars().rev().collect();
    match way % WORDS {
        0 => quoted(w),
        1 => format!("\"{a}\"'{b}'"),
        2 => each(w, |c| format!("\\{}", char::from(c))),
        3 => each(w, |c| format!("''{}", char::from(c))),
        4 => format!("$'{}'", each(w, |c| format!("\\x{c:02x}"))),
        5 => format!("$'{}'", each(w, |c| format!("\\{c:03o}"))),
        6 => format!("$'{}'", each(w, |c| format!("\\u{c:04x}"))),
        7 => format!("\"$(printf '%s%s' {} {})\"", quoted(a), quoted(b)),
        8 => format!("\"$(printf '{}')\"", each(w, |c| format!("\\x{c:02x}"))),
        9 => format!("\"$(rev <<< {})\"", quoted(&back)),
        10 => format!("{a}$(:){b}"),
        11 => format!("{a}\\\n{b}"),
        12 => format!("${{zz_none:-{}}}", quoted(w)),
        13 => format!("\"$(echo {} | base64 -d)\"", base64(w)),
        14 => format!("\"$(sed s/QQ// <<< {})\"", quoted(&format!("{a}QQ{b}"))),
        _ => format!("\"$(cut -c3- <<< {})\"", quoted(&format!("ab{w}"))),
    }
}

/// The same command, put together otherwise.
fn line(words: &[&str], spelled: &[String], way: usize) -> String {
    let plain = words.join(" ");
    match way % LINES {
        0 => spelled.join(" "),
        1 => format!("zz=({}); \"${{zz[@]}}\"", spelled.join(" ")),
        2 => format!("set -- {}; \"$@\"", spelled.join(" ")),
        3 => format!("zz() {{ \"$@\"; }}; zz {}", spelled.join(" ")),
        4 => format!("IFS='^'; zz={}; $zz", quoted(&words.join("^"))),
        5 => format!("{{{}}}", words.join(",")),
        6 => format!("zz={}; ${{zz//QQ/}}", quoted(&plain.replace('r', "QQrQQ"))),
        7 => format!("read -r -a zz <<< {}; \"${{zz[@]}}\"", quoted(&plain)),
        8 => format!("xargs {} < <(echo {})", spelled[0], words[1..].join(" ")),
        9 => format!("printf -v zz %s {}; $zz", quoted(&plain)),
        10 => {
            let (a, b) = plain.split_at(plain.len() / 2);
            format!("zz={}; zz+={}; zy=zz; ${{!zy}}", quoted(a), quoted(b))
        }
        11 => format!("command env {}", spelled.join(" ")),
        _ => format!("zz={}; declare -n zy=zz; $zy", quoted(&plain)),
    }
}

/// A text that a shell runs, handed to it otherwise.
fn text(c: &str, way: usize) -> String {
    let q = quoted(c);
    let back: String = c.chars().rev().collect();
    let rotated: String = c.chars().map(rotate).collect();
    match way % TEXTS {
        0 => format!("eval {q}"),
        1 => format!("bash -c {q}"),
        2 => format!("echo {} | base64 -d | bash", base64(c)),
        3 => format!("eval \"$(base64 -d <<< {})\"", base64(c)),
        4 => format!("bash <(base64 -d <<< {})", base64(c)),
        5 => format!("printf '{}' | bash", each(c, |b| format!("\\x{b:02x}"))),
        6 => format!("bash -c $'{}'", each(c, |b| format!("\\{b:03o}"))),
        7 if !c.contains('\n') => format!("eval \"$(rev <<< {})\"", quoted(&back)),
        8 => format!("tr a-zA-Z n-za-mN-ZA-M <<< {} | bash", quoted(&rotated)),
        9 => format!("zz() {{ {c}\n}}; zz"),
        10 => format!("bash <<'ZZ{}'\n{c}\nZZ{}", c.len(), c.len()),
        11 => format!("trap {q} EXIT"),
        12 => format!("xargs -0 bash -c < <(printf %s {q})"),
        13 => format!("find / -maxdepth 0 -exec bash -c {q} \\;"),
        14 => format!("IFS= read -r -d '' zz <<< {q}; eval \"$zz\""),
        15 => format!("zz={q}; bash -c \"$zz\""),
        16 => format!("zz={q} bash -c 'eval \"$zz\"'"),
        17 => format!(". /dev/stdin <<< {q}"),
        18 => format!("for zz in {q}; do eval \"$zz\"; done"),
        19 => format!("mapfile -d '' zz < <(printf %s {q}); eval \"${{zz[0]}}\""),
        20 => format!("exec 3<<< {q}; bash /dev/fd/3"),
        21 => format!("zz={q}; : \"${{zy:=$zz}}\"; eval \"$zy\""),
        22 => format!("$(printf bash) -c {q}"),
        23 => format!("/bin/ba[s]h -c {q}"),
        24 => format!("set -- {q}; eval \"$1\""),
        25 => format!("case x in *) {c}\n;; esac"),
        26 => format!(
            "echo {} | xxd -r -p | bash",
            each(c, |b| format!("{b:02x}"))
        ),
        27 => {
            let code: Vec<String> = c.bytes().map(|b| b.to_string()).collect();
            let code = code.join(",");
            let code = format!("''.join(map(chr,[{code}]))");
            format!("python3 -c \"import subprocess as s;s.run(['bash','-c',{code}])\"")
        }
        28 => format!(
            "perl -e 'system(\"bash\",\"-c\",pack(\"H*\",\"{}\"))'",
            each(c, |b| format!("{b:02x}"))
        ),
        _ => format!("( {c}\n)"),
    }
}

fn rotate(c: char) -> char {
    let turn = |c: char, a: u8| char::from((c as u8 - a + 13) % 26 + a);
    match c {
        'a'..='z' => turn(c, b'a'),
        'A'..='Z' => turn(c, b'A'),
        c => c,
    }
}

fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let mut bits = 0_usize;
        for i in 0..3 {
            bits = bits << 8 | usize::from(chunk.get(i).copied().unwrap_or(0));
        }
        for i in 0..4 {
            if i <= chunk.len() {
                out.push(char::from(LETTERS[bits >> (18 - 6 * i) & 63]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

/// One way to obfuscate: a spelling for every word, one for the command, and
/// texts around it.
#[derive(Clone, Debug)]
struct Way {
    words: Vec<usize>,
    line: usize,
    around: Vec<usize>,
}

impl Way {
    fn obfuscate(&self, command: &str) -> String {
        let words: Vec<&str> = command.split(' ').collect();
        let spelled: Vec<String> = words
            .iter()
            .zip(self.words.iter().cycle())
            .map(|(w, way)| word(w, *way))
            .collect();
        self.around
            .iter()
            .fold(line(&words, &spelled, self.line), |c, way| text(&c, *way))
    }
}

fn ways() -> impl Strategy<Value = Way> {
    (
        prop::collection::vec(0..WORDS, 1..5),
        0..LINES,
        prop::collection::vec(0..TEXTS, 0..4),
    )
        .prop_map(|(words, line, around)| Way {
            words,
            line,
            around,
        })
}

fn effects(command: &str) -> BTreeSet<String> {
    look(command)
        .effects
        .iter()
        .map(|e| format!("{}{}", short(e), if e.recursive { " r" } else { "" }))
        .collect()
}

#[test]
fn obfuscating_never_loses_an_effect() {
    let strategy = (0..SEEDS.len(), ways());
    bash::runner()
        .run(&strategy, |(seed, way)| {
            let seed = SEEDS[seed];
            let own = effects(seed);
            assert!(!own.is_empty(), "{seed}");
            let command = way.obfuscate(seed);
            let got = effects(&command);
            let lost: Vec<_> = own.difference(&got).collect();
            if lost.is_empty() {
                return Ok(());
            }
            Err(TestCaseError::fail(format!(
                "{command}\n    lost {lost:?}\n    has  {got:?}"
            )))
        })
        .unwrap();
}

#[test]
fn the_spellings_mean_the_same_in_bash() {
    let mut runner = bash::runner();
    let mut commands = vec![PRINT.to_owned()];
    // Every way once, then some of them together.
    let alone = |words, line, around| Way {
        words: vec![words],
        line,
        around,
    };
    commands.extend((0..WORDS).map(|w| alone(w, 0, vec![]).obfuscate(PRINT)));
    commands.extend((0..LINES).map(|l| alone(0, l, vec![]).obfuscate(PRINT)));
    commands.extend((0..TEXTS).map(|t| alone(0, 0, vec![t]).obfuscate(PRINT)));
    for _ in 0..60 {
        let way = ways().new_tree(&mut runner).unwrap().current();
        commands.push(way.obfuscate(PRINT));
    }
    let wrong: Vec<String> = commands
        .iter()
        .zip(bash::outputs(&commands))
        .filter(|(_, out)| out != "one two=2 /three.4\n")
        .map(|(c, out)| format!("{c}\n    {out:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Prints its words, in bash and in every program that may be asked to.
const PRINT: &str = "echo one two=2 /three.4";

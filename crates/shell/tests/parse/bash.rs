//! Runs many cases in one bash.

use std::io::Write;
use std::process::{Command, Stdio};

/// Reads cases from standard input, each ended by a null byte, and answers.
fn drive(script: &str, cases: &[String]) -> Vec<u8> {
    let mut child = Command::new("bash")
        .args(["--norc", "--noprofile", "-c", script])
        .env_clear()
        .env("LC_ALL", "C.UTF-8")
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("this test compares the parser with a real bash: install bash 5.2 or later");
    let mut input = Vec::new();
    for case in cases {
        assert!(!case.contains('\0'));
        input.extend_from_slice(case.as_bytes());
        input.push(0);
    }
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        // The answer, or its absence, is judged below.
        drop(stdin.write_all(&input));
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output.stdout
}

/// What `bash -n` says to each snippet.
pub(crate) fn accepts(snippets: &[String]) -> Vec<bool> {
    let script = r#"while IFS= read -r -d '' s; do
        status=0
        err=$(bash -n -c -- "$s" 2>&1 </dev/null) || status=$?
        # Errors in [[ ]] do not reach the exit status; warnings are no errors.
        while [[ $err == *': warning: '* ]]; do
            line=${err%%$'\n'*}
            [[ $err == *$'\n'* ]] && err=${err#*$'\n'} || err=
            [[ $line == *': warning: '* ]] || { status=1; break; }
        done
        if [[ $status = 0 && -z $err ]]; then printf y; else printf n; fi
    done"#;
    let answer = drive(script, snippets);
    assert_eq!(answer.len(), snippets.len(), "bash ended early");
    answer.iter().map(|b| *b == b'y').collect()
}

/// The arguments each of these command lines gives to a function.
/// `None` where bash did not run it.
pub(crate) fn arguments(lines: &[String]) -> Vec<Option<Vec<String>>> {
    let script = r#"set -f; set +B
    f() { ran=1; if (( $# )); then printf '<%s\0' "$@"; fi; }
    while IFS= read -r -d '' s; do
        ran=0
        eval "$s" </dev/null
        if [[ $ran = 1 ]]; then printf 'ran\0'; else printf 'not\0'; fi
    done"#;
    let answer = drive(script, lines);
    let mut all = Vec::new();
    let mut current = Vec::new();
    for field in answer.split(|b| *b == 0) {
        match field {
            b"ran" => all.push(Some(std::mem::take(&mut current))),
            b"not" => {
                current.clear();
                all.push(None);
            }
            [b'<', value @ ..] => current.push(String::from_utf8_lossy(value).into_owned()),
            _ => {}
        }
    }
    assert_eq!(all.len(), lines.len(), "bash ended early");
    all
}

/// What each script prints (errors aside), and how it ends.
pub(crate) fn outcomes(scripts: &[String]) -> Vec<(String, String)> {
    let script = r#"while IFS= read -r -d '' s; do
        out=$( ( eval "$s" ) 2>/dev/null </dev/null; printf "\n$?" )
        printf '%s\0' "$out"
    done"#;
    let answer = drive(script, scripts);
    let all: Vec<_> = answer
        .split(|b| *b == 0)
        .map(|field| {
            let text = String::from_utf8_lossy(field).into_owned();
            match text.rsplit_once('\n') {
                Some((output, status)) => (output.to_owned(), status.to_owned()),
                None => (text, String::new()),
            }
        })
        .take(scripts.len())
        .collect();
    assert_eq!(all.len(), scripts.len(), "bash ended early");
    all
}

//! Runs many cases in one bash.

use std::io::{Seek, Write};
use std::process::{Command, Stdio};

use proptest::test_runner::TestRunner;

/// Generates the same cases every time, unless the environment asks for
/// others: `PALISADE_TEST_RANDOM=1`.
pub(crate) fn runner() -> TestRunner {
    if std::env::var_os("PALISADE_TEST_RANDOM").is_some() {
        TestRunner::default()
    } else {
        TestRunner::deterministic()
    }
}

/// Reads cases from standard input, each ended by a null byte, and answers.
fn drive(script: &str, cases: &[String]) -> Vec<u8> {
    // A file, because bash reads a pipe byte by byte.
    let mut input = tempfile::tempfile().unwrap();
    for case in cases {
        assert!(!case.contains('\0'));
        input.write_all(case.as_bytes()).unwrap();
        input.write_all(&[0]).unwrap();
    }
    input.rewind().unwrap();
    let place = tempfile::tempdir().unwrap();
    Command::new("bash")
        .args(["--norc", "--noprofile", "-c", script])
        .env_clear()
        .env("LC_ALL", "C.UTF-8")
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .current_dir(place.path())
        .stdin(input)
        .stderr(Stdio::null())
        .output()
        .expect("this test compares the parser with a real bash: install bash 5.2 or later")
        .stdout
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

/// What each of these command lines prints.
pub(crate) fn outputs(commands: &[String]) -> Vec<String> {
    let script = r#"while IFS= read -r -d '' s; do
        bash -c "$s" </dev/null
        printf '\0'
    done"#;
    let answer = drive(script, commands);
    let out: Vec<String> = answer
        .split(|b| *b == 0)
        .map(|b| String::from_utf8_lossy(b).into_owned())
        .collect();
    assert_eq!(out.len(), commands.len() + 1, "bash ended early");
    out
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

/// The commands bash tries to run for each script, none of which exists.
pub(crate) fn commands_run(scripts: &[String]) -> Vec<Vec<Vec<String>>> {
    // In hexadecimal: whatever the names hold, and in one write.
    let script = r#"command_not_found_handle() {
        local LC_ALL=C all= c w i
        for w; do
            for (( i = 0; i < ${#w}; i++ )); do
                printf -v c %02x "'${w:i:1}"
                all+=${c: -2}
            done
            all+=.
        done
        printf '%s\n' "$all" >&9
        return 127
    }
    set -f; set +B
    while IFS= read -r -d '' s; do
        out=$( ( PATH=/nonexistent; FUNCNEST=6; ulimit -t 2; eval "$s"; wait ) 9>&1 >/dev/null 2>&1 </dev/null )
        printf '%s\0' "$out"
    done"#;
    let word = |hex: &str| {
        let bytes: Option<Vec<u8>> = (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok())
            .collect();
        String::from_utf8_lossy(&bytes.unwrap()).into_owned()
    };
    let answer = String::from_utf8(drive(script, scripts)).unwrap();
    let all: Vec<Vec<Vec<String>>> = answer
        .split('\0')
        .take(scripts.len())
        .map(|run| {
            run.lines()
                .map(|command| command.split_terminator('.').map(word).collect())
                .collect()
        })
        .collect();
    assert_eq!(all.len(), scripts.len(), "bash ended early");
    all
}

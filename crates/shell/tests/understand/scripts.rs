//! Script files: read through the observer, understood, kept in proportion.

use std::collections::BTreeMap;

use palisade_shell::understand;

use super::support::{Scripts, all, context};

fn with(scripts: &[(&str, &str)], command: &str) -> Vec<String> {
    let scripts = Scripts(
        scripts
            .iter()
            .map(|(p, t)| ((*p).to_owned(), (*t).to_owned()))
            .collect::<BTreeMap<_, _>>(),
    );
    all(&understand(command, &context(), &scripts))
}

#[test]
fn a_script_is_understood() {
    let s = [("/w/x.sh", "#!/bin/bash\nrm -rf ~\n")];
    for c in [
        "./x.sh",
        "bash x.sh",
        "sh ./x.sh",
        "source x.sh",
        ". ./x.sh",
        "/w/x.sh",
        "cat x.sh | bash",
        "bash < x.sh",
        "nohup ./x.sh &",
        "bash -c ./x.sh",
        "eval \"$(cat x.sh)\"",
        "find . -exec ./x.sh {} +",
    ] {
        let got = with(&s, c);
        assert!(
            got.contains(&"file.delete /home/u [r]".to_owned()),
            "{c}: {got:?}"
        );
    }
}

#[test]
fn arguments_reach_the_script() {
    let s = [("/w/x.sh", "rm -rf \"$1\"")];
    assert!(with(&s, "./x.sh /data").contains(&"file.delete /data [r]".to_owned()));
    assert!(with(&s, "D=/data; bash x.sh $D").contains(&"file.delete /data [r]".to_owned()));
}

#[test]
fn other_languages_by_first_line() {
    let s = [(
        "/w/x",
        "#!/usr/bin/env python3\nimport shutil\nshutil.rmtree('/data')\n",
    )];
    let got = with(&s, "./x");
    assert!(
        got.iter().any(|e| e.starts_with("file.delete /data")),
        "{got:?}"
    );
    let got = with(
        &[("/w/x.py", "import os\nos.remove('/data')\n")],
        "python3 x.py",
    );
    assert!(
        got.iter().any(|e| e.starts_with("file.delete /data")),
        "{got:?}"
    );
}

#[test]
fn what_is_opaque_in_a_project_script_is_no_alarm() {
    let s = [(
        "/w/build.sh",
        "#!/bin/sh\nset -e\n\"$CC\" -o x x.c\neval \"$HOOK\"\nrm -rf \"$OUT\"\n\"$@\"\nif [ \"$1\" = x ]; then\n  exec \"$JAVA\" -jar y.jar\nfi\n",
    )];
    assert_eq!(with(&s, "./build.sh"), ["exec.project /w/build.sh"]);
}

#[test]
fn a_script_that_calls_itself_ends() {
    let s = [("/w/x.sh", "./x.sh; bash x.sh; source x.sh; rm -rf /data")];
    let got = with(&s, "./x.sh");
    assert!(got.contains(&"file.delete /data [r]".to_owned()), "{got:?}");
}

#[test]
fn what_the_command_wrote_counts_not_what_was_there() {
    let s = [("/w/x.sh", "echo fine")];
    let got = with(&s, "echo 'rm -rf ~' > x.sh; ./x.sh");
    assert!(
        got.contains(&"file.delete /home/u [r]".to_owned()),
        "{got:?}"
    );
    let got = with(&s, "echo 'rm -rf ~' >> x.sh; ./x.sh");
    assert!(
        got.contains(&"file.delete /home/u [r]".to_owned()),
        "{got:?}"
    );
}

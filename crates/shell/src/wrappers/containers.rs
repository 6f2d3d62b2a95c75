//! Commands that run in a container or a managed environment.

use palisade_core::EffectKind;

use crate::arg::Arg;
use crate::programs::args::{parse, parse_leading};
use crate::programs::{Call, Place, Run, Sink};

use super::{push_words, shell};

/// `poetry run x`, `uv run x`, `bundle exec x`, `nix develop -c x`: the inner
/// command; anything else is the package tables' business.
pub(super) fn environment_manager(call: &Call<'_>, sink: &mut Sink) -> bool {
    let options = "C directory project p package with python extra group env-file n name prefix c command run P python-preference";
    let p = parse_leading(call.args, options);
    let verb = p.word(0);
    if call.program == "nix-shell" {
        let q = parse(call.args, "p packages run command I A");
        for code in q.values("run command") {
            sink.runs.push(shell(code.clone()));
        }
        return !sink.runs.is_empty();
    }
    let inner = match (call.program, verb) {
        ("nix", "develop" | "shell" | "run") => {
            let at = call
                .args
                .iter()
                .position(|a| matches!(a.text(), Some("-c" | "--command" | "--")));
            match at {
                Some(i) if verb != "run" => call.args.get(i + 1..).unwrap_or_default().to_vec(),
                _ => {
                    if let Some(what) = p
                        .operands
                        .get(1)
                        .filter(|w| w.shown().contains(':') && !w.lead().starts_with("nixpkgs"))
                    {
                        sink.name(call, EffectKind::ExecFetched, what.shown());
                        return true;
                    }
                    return false;
                }
            }
        }
        ("nvm" | "asdf" | "mise" | "rtx" | "pyenv" | "rbenv", "exec" | "x" | "run") => {
            let rest = p.operands.get(1..).unwrap_or_default();
            let at = rest.iter().position(|a| a.is("--"));
            match at {
                Some(i) => rest.get(i + 1..).unwrap_or_default().to_vec(),
                None => rest
                    .iter()
                    .skip_while(|a| {
                        a.shown().starts_with(|c: char| c.is_ascii_digit())
                            || a.shown().contains('@')
                            || a.shown().starts_with('-')
                    })
                    .cloned()
                    .collect(),
            }
        }
        (
            "poetry" | "pdm" | "pipenv" | "hatch" | "uv" | "conda" | "mamba" | "micromamba"
            | "volta" | "fnm" | "rye" | "devbox",
            "run" | "exec",
        )
        | ("bundle" | "bundler", "exec") => {
            let rest = p.operands.get(1..).unwrap_or_default();
            let q = parse_leading(rest, options);
            if call.program == "uv" && q.has("with") {
                for w in q.values("with") {
                    let kind = installed_from(w);
                    sink.name(call, kind, w.shown());
                }
            }
            if call.program == "uv" && (q.has("m module")) {
                sink.name(call, EffectKind::ExecProject, "uv run");
                return true;
            }
            q.operands
        }
        _ => return false,
    };
    // `uv run script.py` runs Python.
    let inner = match inner.first().and_then(Arg::text) {
        Some(t) if crate::programs::extension(t) == "py" => {
            let mut words = vec![Arg::known("python")];
            words.extend(inner);
            words
        }
        Some(_) | None => inner,
    };
    // What begins with a dash is for the program the image starts.
    if !inner.first().is_some_and(|a| a.lead().starts_with('-')) {
        push_words(sink, &inner);
    }
    true
}

/// From the index everybody uses, or from an address.
pub(super) fn installed_from(what: &Arg) -> EffectKind {
    if crate::programs::from_an_address(what.shown()) {
        EffectKind::ExecFetched
    } else {
        EffectKind::PackageInstall
    }
}

/// `docker exec`, `docker run`, `kubectl exec`: the inner command, with the
/// container's files not ours unless mounted.
pub(super) fn container(call: &Call<'_>, sink: &mut Sink) -> bool {
    let compose =
        call.program.ends_with("compose") || call.args.iter().take(6).any(|a| a.is("compose"));
    let top = parse_leading(
        call.args,
        "H c context config l log-level host f file p project-name project-directory profile env-file n namespace kubeconfig cluster user s server",
    );
    if !matches!(call.program, "kubectl" | "oc" | "k" | "kubecolor")
        && crate::programs::cloud::aimed_elsewhere(&top)
    {
        return false;
    }
    let mut words = top.operands.as_slice();
    if let Some((first, rest)) = words.split_first()
        && matches!(first.text(), Some("compose" | "container"))
    {
        words = rest;
    }
    let inner = parse_leading(
        words,
        "f file p project-name profile env-file project-directory",
    );
    let Some((verb, rest)) = inner.operands.split_first() else {
        return false;
    };
    let kube = matches!(call.program, "kubectl" | "oc" | "k" | "kubecolor");
    if compose
        && verb
            .text()
            .is_some_and(|v| matches!(v, "config" | "convert"))
    {
        // Prints the settings with everything filled in.
        for f in top.values("env-file").chain(inner.values("env-file")) {
            sink.file(call, EffectKind::FileRead, f);
        }
    }
    let values = "e env w workdir u user detach-keys env-file v volume p publish name network h hostname m memory cpus entrypoint mount l label add-host platform restart security-opt cap-add cap-drop device gpus ulimit tmpfs shm-size ip dns log-driver log-opt pull runtime userns pid ipc uts cidfile a attach index c container n namespace expose link mac-address volumes-from stop-signal stop-timeout health-cmd group-add cgroupns annotation scale";
    let p = parse_leading(rest, values);
    match verb.text() {
        Some("exec") => {
            let (words, kube_words);
            if kube {
                let at = rest.iter().position(|a| a.is("--"));
                kube_words = at
                    .and_then(|i| rest.get(i + 1..))
                    .unwrap_or_default()
                    .to_vec();
                let kind = if only_looks(&kube_words) {
                    EffectKind::CloudRead
                } else {
                    EffectKind::Deploy
                };
                sink.name(call, kind, format!("{} exec", call.program));
                words = kube_words.as_slice();
            } else {
                words = p.operands.get(1..).unwrap_or_default();
            }
            if p.has("privileged") {
                sink.name(call, EffectKind::Privilege, "docker exec --privileged");
            }
            if words.iter().any(|w| {
                w.shown().contains("/run/secrets/") || w.shown().contains("/secrets/kubernetes.io/")
            }) {
                sink.name(
                    call,
                    EffectKind::SecretRead,
                    format!("{} exec", call.program),
                );
            }
            in_container(sink, words, Vec::new());
            if !kube {
                sink.name(
                    call,
                    EffectKind::ExecProject,
                    format!("{} exec", call.program),
                );
            }
            true
        }
        Some("run" | "create") if !kube => {
            let mut mounts = Vec::new();
            for v in p.values("v volume") {
                let t = v.shown();
                if let Some((host, inside)) = t.split_once(':') {
                    let inside = inside.split(':').next().unwrap_or(inside);
                    mount(call, &mut mounts, host, inside, sink);
                }
            }
            for m in p.values("mount") {
                let part = |names: &[&str]| {
                    m.shown()
                        .split(',')
                        .filter_map(|kv| kv.split_once('='))
                        .find(|(k, _)| names.contains(k))
                        .map(|(_, v)| v)
                };
                if let (Some(host), Some(inside)) = (
                    part(&["source", "src"]),
                    part(&["target", "dst", "destination"]),
                ) {
                    mount(call, &mut mounts, host, inside, sink);
                }
            }
            let host_namespaces = p
                .values("pid ipc userns uts network net cgroupns")
                .any(|v| v.is("host"))
                && p.values("pid userns ipc").any(|v| v.is("host"));
            let caps = p.values("cap-add").any(|c| {
                matches!(
                    c.shown().to_ascii_uppercase().trim_start_matches("CAP_"),
                    "ALL" | "SYS_ADMIN" | "SYS_PTRACE" | "SYS_MODULE" | "DAC_READ_SEARCH"
                )
            });
            let open = p
                .values("security-opt")
                .any(|s| s.shown().contains("unconfined") || s.shown().contains("disable"));
            if p.has("privileged") || host_namespaces || caps || open || p.has("device") {
                sink.name(
                    call,
                    EffectKind::Privilege,
                    format!("{} run --privileged", call.program),
                );
            }
            let inner = p.operands.get(1..).unwrap_or_default();
            for f in p.values("env-file").filter(|_| !takes_settings(inner)) {
                sink.file(call, EffectKind::FileRead, f);
            }
            let words = if compose {
                p.operands.get(1..).unwrap_or_default()
            } else {
                let image = p.operands.first().map_or("", Arg::shown);
                sink.name(
                    call,
                    EffectKind::ExecProject,
                    format!("{} run {image}", call.program),
                );
                p.operands.get(1..).unwrap_or_default()
            };
            if compose {
                sink.name(call, EffectKind::ExecProject, "docker compose run");
            }
            let mut words = words.to_vec();
            if let Some(e) = p.value("entrypoint") {
                words.insert(0, e.clone());
            }
            in_container(sink, &words, mounts);
            true
        }
        _ => false,
    }
}

/// A program that is given settings to work with, not to show: none but the
/// image's own, or an application's.
fn takes_settings(words: &[Arg]) -> bool {
    let program = words.first().map(|w| w.text().unwrap_or_default());
    let code = words.iter().any(|w| {
        matches!(
            w.text(),
            Some("-e" | "-c" | "-p" | "-r" | "--eval" | "--print")
        )
    });
    match program {
        None => true,
        Some(p) => {
            matches!(
                p,
                "npm"
                    | "yarn"
                    | "pnpm"
                    | "node"
                    | "python"
                    | "python3"
                    | "gunicorn"
                    | "uvicorn"
                    | "flask"
                    | "rails"
                    | "bundle"
                    | "java"
                    | "php"
                    | "go"
                    | "celery"
                    | "pytest"
            ) && !code
        }
    }
}

/// A command that shows something, or of which the rest is understood as what
/// it does anywhere.
fn only_looks(words: &[Arg]) -> bool {
    let program = words.first().and_then(Arg::text).unwrap_or_default();
    let program = program.rsplit('/').next().unwrap_or(program);
    let version = matches!(
        words.get(1).and_then(Arg::text),
        Some("--version" | "-version" | "-V" | "-v" | "version" | "--help")
    ) && words.len() == 2;
    version
        || matches!(
            program,
            "ls" | "cat"
                | "head"
                | "tail"
                | "grep"
                | "stat"
                | "wc"
                | "df"
                | "du"
                | "ps"
                | "date"
                | "id"
                | "whoami"
                | "hostname"
                | "uname"
                | "pwd"
                | "echo"
                | "uptime"
                | "free"
                | "nslookup"
                | "dig"
                | "which"
                | "env"
                | "printenv"
                | "find"
                | "curl"
                | "wget"
                | "psql"
                | "mysql"
                | "redis-cli"
                | "mongosh"
                | "test"
                | "md5sum"
                | "sha256sum"
                | "netstat"
                | "ss"
                | "lsof"
                | "top"
                | "jq"
                | "tree"
                | "readlink"
                | "file"
                | "getent"
                | "ping"
                | "nc"
                | "zcat"
                | "less"
        )
}

pub(super) fn mount(
    call: &Call<'_>,
    mounts: &mut Vec<(String, String)>,
    host: &str,
    inside: &str,
    sink: &mut Sink,
) {
    if !host.starts_with(['/', '.', '$', '~']) {
        return;
    }
    if matches!(
        host,
        "/var/run/docker.sock" | "/run/docker.sock" | "/" | "/etc" | "/proc" | "/sys" | "/dev"
    ) {
        sink.name(
            call,
            EffectKind::Privilege,
            format!("{} run -v {host}", call.program),
        );
    }
    let full = match call.cwd {
        Some(c) if host.starts_with('.') => crate::programs::join(c, host),
        _ => host.to_owned(),
    };
    mounts.push((full, inside.to_owned()));
}

pub(super) fn in_container(sink: &mut Sink, words: &[Arg], mounts: Vec<(String, String)>) {
    if words.is_empty() {
        return;
    }
    // Relative paths count from the image's folder, which is not ours; with
    // one mount it is most likely that one.
    let inside = mounts.first().map_or("/", |(_, inside)| inside.as_str());
    let directory = Arg::known(inside);
    let run = Run::Words {
        words: words.to_vec(),
        stdin: None,
    };
    sink.runs.push(Run::In(
        Place::Container(mounts),
        Box::new(Run::In(Place::Directory(directory), Box::new(run))),
    ));
}

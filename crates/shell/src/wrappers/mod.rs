//! Programs that run another program: they are removed, what they run is
//! understood, and what they do themselves is added.

mod containers;
mod items;
mod sessions;

use palisade_core::EffectKind;

use crate::arg::{Arg, Origin};
use crate::expand::joined;
use crate::programs::args::{parse, parse_leading};
use crate::programs::names::{find, name_index};
use crate::programs::{Call, Place, Run, Sink};

use containers::{container, environment_manager};
use items::{parallel, xargs};
use sessions::{debugger, flock, screen, ssh, tmux};

/// A wrapper whose operands, some skipped, are the command.
struct Plain {
    names: &'static str,
    /// Options that take a value.
    options: &'static str,
    /// Operands before the command: `timeout 5 cmd`.
    skip: usize,
}

const fn w(names: &'static str, options: &'static str, skip: usize) -> Plain {
    Plain {
        names,
        options,
        skip,
    }
}

const PLAIN: &[Plain] = &[
    w("nice", "n adjustment", 0),
    w("ionice", "c n p class classdata", 0),
    w("timeout gtimeout", "s k signal kill-after", 1),
    w("nohup", "", 0),
    w("setsid", "", 0),
    w("stdbuf", "i o e input output error", 0),
    w("time gtime", "o f output format", 0),
    w("caffeinate", "t w", 0),
    w("chronic", "", 0),
    w("taskset", "c cpu-list", 1),
    w("chrt", "T P D", 1),
    w("rlwrap", "H f C p", 0),
    w("unbuffer", "", 0),
    w("catchsegv", "", 0),
    w("proxychains proxychains4 torsocks torify", "f", 0),
    w("dbus-run-session", "config-file dbus-daemon", 0),
    w(
        "xvfb-run",
        "n e f p s server-num server-args auth-file error-file",
        0,
    ),
    w("strace ltrace", "e o p s u E P S a I b trace output", 0),
    w("perf", "e o F p g", 1),
    w("valgrind", "", 0),
    w(
        "hyperfine",
        "w r m M warmup runs L parameter-list export-json export-markdown n",
        0,
    ),
    w("cpulimit", "l p e", 0),
    w("prlimit", "p pid", 0),
    w("linux32 linux64 i386 x86_64", "", 0),
    w("eatmydata fakeroot", "", 0),
    w("firejail", "", 0),
    w("dotenvx", "f env-file fk env-keys-file", 1),
    w("retry", "t d times delay", 0),
    w("sem", "j id", 0),
    w("tsp", "L", 0),
    w("winpty", "", 0),
    w("rustup-run", "", 1),
    w("numactl", "m N C membind cpunodebind physcpubind", 0),
    w("coproc", "", 0),
    w("choom", "n adjust p pid", 0),
    w("logsave", "", 1),
    w("gosu su-exec setuidgid s6-setuidgid chpst", "u U", 1),
    w("ifne", "", 0),
    w("faketime", "f p", 1),
    w("proot", "b bind r rootfs w cwd q qemu R S", 0),
    w("daemonize", "e o c p u l E", 0),
    w("envdir", "", 1),
    w("noglob nocorrect", "", 0),
    w("with-contenv", "", 0),
    w("dumb-init tini", "", 0),
    // Laravel's container, and passwords handed to another program.
    w("sail", "", 0),
    w("sshpass", "p f d P", 0),
];

/// Works on a process that runs already. Without a new value most only show
/// the old one.
fn attaches(program: &str, p: &crate::programs::args::Parsed) -> bool {
    match program {
        "strace" | "ltrace" => p.has("p"),
        "ionice" => p.has("p P u") && p.has("c n class classdata"),
        "taskset" => p.has("p pid") && p.operands.len() > 1,
        "chrt" => p.has("p pid") && p.operands.len() > 1,
        "prlimit" => p.has("p pid") && p.options.len() > 1,
        _ => false,
    }
}

/// Understands one call; `false` when the program is no wrapper.
pub(crate) fn lower(call: &Call<'_>, sink: &mut Sink) -> bool {
    if let Some(p) = find(PLAIN, name_index!(PLAIN), call.program, |p| p.names) {
        let parsed = parse_leading(call.args, p.options);
        // Of these only one verb runs something.
        let verb = match call.program {
            "dotenvx" => "run",
            _ => "",
        };
        if !verb.is_empty() && parsed.word(0) != verb {
            return false;
        }
        // `taskset -c 0 cmd`: the list takes the place of the mask.
        let listed = call.program == "taskset" && parsed.has("c cpu-list");
        let skip = if listed { 0 } else { p.skip };
        let words = parsed.operands.get(skip..).unwrap_or_default();
        if call.program == "hyperfine" {
            // Its own options may stand between the commands.
            for code in &parse(call.args, p.options).operands {
                sink.runs.push(shell(code.clone()));
            }
        } else {
            let words = match words.split_first() {
                Some((first, rest)) if first.is("--") => rest,
                _ => words,
            };
            // `perf record -g -F 99 cmd`: the verb has options of its own.
            let own = (call.program == "perf").then(|| {
                parse_leading(
                    words,
                    "e event F freq o output p pid t tid c count C cpu m mmap-pages D delay r repeat I interval-print call-graph",
                )
            });
            let words = own.as_ref().map_or(words, |own| own.operands.as_slice());
            push_words(sink, words);
        }
        if attaches(call.program, &parsed) {
            sink.name(call, EffectKind::ProcessSignal, call.program);
        }
        if let Some(log) = parsed.value("o output").filter(|_| {
            matches!(
                call.program,
                "strace" | "ltrace" | "time" | "gtime" | "perf"
            )
        }) {
            sink.file(call, EffectKind::FileWrite, log);
        }
        return true;
    }
    match call.program {
        "sudo" | "doas" | "sudo-rs" | "pkexec" | "run0" | "please" => sudo(call, sink),
        "su" | "runuser" => su(call, sink),
        "env" => env(call, sink),
        "xargs" | "gxargs" => xargs(call, sink),
        "parallel" => parallel(call, sink),
        "watch" | "watchexec" | "reflex" => {
            let p = parse_leading(call.args, "n interval e w f r exts watch filter i");
            sink.runs.push(shell(joined(&p.operands)));
        }
        "entr" => {
            let p = parse_leading(call.args, "");
            if p.has("s") {
                sink.runs.push(shell(joined(&p.operands)));
            } else {
                push_words(sink, &p.operands);
            }
        }
        "setarch" => {
            let p = parse_leading(call.args, "p");
            let known = [
                "i386", "i686", "x86_64", "aarch64", "arm", "linux32", "linux64", "uname26",
            ];
            let skip = usize::from(known.contains(&p.word(0)));
            let q = parse_leading(p.operands.get(skip..).unwrap_or_default(), "");
            push_words(sink, &q.operands);
        }
        "bwrap" => bwrap(call, sink),
        "rr" => {
            let p = parse_leading(call.args, "");
            if p.word(0) != "record" {
                return false;
            }
            let q = parse_leading(p.operands.get(1..).unwrap_or_default(), "c o e s");
            push_words(sink, &q.operands);
        }
        "start-stop-daemon" => {
            let p = parse(
                call.args,
                "p pidfile x exec a startas n name u user c chuid g group s signal N nicesched d chdir r chroot k umask R retry O output",
            );
            if p.has("K stop") {
                sink.name(call, EffectKind::ProcessSignal, "start-stop-daemon");
            }
            if let Some(program) = p.value("a startas x exec") {
                let mut words = vec![program.clone()];
                words.extend(p.operands);
                push_words(sink, &words);
            }
        }
        "nodemon" => return nodemon(call, sink),
        "concurrently" | "npm-run-all" | "run-p" | "run-s" => return concurrently(call, sink),
        "onchange" | "chokidar" => {
            let at = call
                .args
                .iter()
                .position(|a| matches!(a.text(), Some("--" | "-c" | "--command")));
            match at.and_then(|i| call.args.get(i + 1..)) {
                Some([code]) => sink.runs.push(shell(code.clone())),
                Some(words) => push_words(sink, words),
                None => return false,
            }
        }
        "ssh" | "autossh" | "mosh" | "slogin" => ssh(call, sink),
        "chroot" => {
            let p = parse_leading(call.args, "userspec groups");
            sink.name(call, EffectKind::Privilege, "chroot");
            push_words(sink, p.operands.get(1..).unwrap_or_default());
        }
        "unshare" | "nsenter" => {
            let p = parse_leading(call.args, "t target S G w R setuid setgid root wd");
            if call.program == "nsenter" {
                sink.name(call, EffectKind::Privilege, "nsenter");
            }
            push_words(sink, &p.operands);
        }
        "script" => {
            let p = parse(call.args, "c command I O B T E o t log-in log-out log-io");
            for f in &p.operands {
                sink.file(call, EffectKind::FileWrite, f);
            }
            if let Some(c) = p.value("c command") {
                sink.runs.push(shell(c.clone()));
            }
            // BSD: script file command …
            if p.operands.len() > 1 && !p.has("c command") {
                push_words(sink, p.operands.get(1..).unwrap_or_default());
            }
        }
        "flock" | "lockfile-run" | "setlock" => flock(call, sink),
        "busybox" | "toybox" => push_words(sink, call.args),
        "gdb" | "lldb" => debugger(call, sink),
        "systemd-run" => {
            let p = parse_leading(
                call.args,
                "u unit p property E setenv description slice M machine H host working-directory on-active on-boot on-startup on-unit-active on-calendar timer-property nice uid gid",
            );
            let later = p.options.iter().any(|(o, _)| o.starts_with("on-"));
            if later || !p.has("user") {
                sink.name(call, EffectKind::Privilege, "systemd-run");
            }
            push_words(sink, &p.operands);
        }
        "flatpak" | "snap" => {
            let p = parse_leading(
                call.args.get(1..).unwrap_or_default(),
                "command branch arch filesystem env",
            );
            match call.args.first().and_then(Arg::text) {
                Some("run") => {
                    let mut words = p.operands.clone();
                    if let (Some(c), false) = (p.value("command"), words.is_empty()) {
                        words = std::iter::once(c.clone())
                            .chain(words.into_iter().skip(1))
                            .collect();
                        push_words(sink, &words);
                    } else {
                        sink.name(
                            call,
                            EffectKind::ExecUnknown,
                            words.first().map_or("", Arg::shown),
                        );
                    }
                }
                Some("remove" | "uninstall" | "remote-add" | "remote-delete" | "ack") => {
                    sink.name(call, EffectKind::Privilege, call.program);
                }
                Some("install" | "update" | "refresh") => {
                    for o in &p.operands {
                        sink.name(call, containers::installed_from(o), o.shown());
                    }
                    if p.has("dangerous devmode jailmode") {
                        sink.name(call, EffectKind::Privilege, "snap --dangerous");
                    }
                }
                _ => {}
            }
        }
        "doppler" | "infisical" => {
            let p = parse_leading(call.args, "p project c config t token e env path projectId");
            match p.word(0) {
                "run" => {
                    let q = parse_leading(
                        p.operands.get(1..).unwrap_or_default(),
                        "p project c config t token command e env path projectId name-transformer mount",
                    );
                    if let Some(code) = q.value("command") {
                        sink.runs.push(shell(code.clone()));
                    }
                    push_words(sink, &q.operands);
                }
                "secrets" | "export" | "get" => {
                    let kind = match p.word(1) {
                        "set" | "upload" => EffectKind::SecretSend,
                        "delete" => EffectKind::InfraDestroy,
                        _ => EffectKind::SecretRead,
                    };
                    sink.name(call, kind, format!("{} {}", call.program, p.word(0)));
                }
                _ => return false,
            }
        }
        "op" | "chamber" | "teller" | "berglas"
            if call
                .args
                .first()
                .is_some_and(|a| a.is("run") || a.is("exec")) =>
        {
            let at = call.args.iter().position(|a| a.is("--"));
            let words = at.and_then(|i| call.args.get(i + 1..)).unwrap_or_default();
            if words.is_empty() {
                return false;
            }
            push_words(sink, words);
        }
        "tmux" => tmux(call, sink),
        "screen" => screen(call, sink),
        "direnv" => {
            let p = parse_leading(call.args, "");
            match p.word(0) {
                "exec" => push_words(sink, p.operands.get(2..).unwrap_or_default()),
                "allow" | "permit" => sink.name(call, EffectKind::EnvInject, "direnv allow"),
                _ => {}
            }
        }
        "dotenv" | "cross-env" | "env-cmd" | "op-run" => cross_env(call, sink),
        "corepack" => match call.args.first().and_then(Arg::text) {
            Some("npm" | "yarn" | "pnpm" | "yarnpkg") => push_words(sink, call.args),
            _ => {
                sink.name(call, EffectKind::ExecProject, "corepack");
                for a in call.args.iter().skip(1) {
                    if containers::installed_from(a) == EffectKind::ExecFetched {
                        sink.name(call, EffectKind::ExecFetched, a.shown());
                    }
                }
            }
        },
        "asdf" | "mise" | "rtx" | "nvm" | "pyenv" | "rbenv" | "fnm" | "volta" | "conda"
        | "mamba" | "micromamba" | "nix" | "nix-shell" | "devbox" | "poetry" | "pdm" | "pipenv"
        | "hatch" | "uv" | "bundle" | "bundler" | "rye" | "dotenvx-run" => {
            return environment_manager(call, sink);
        }
        "docker" | "podman" | "nerdctl" | "docker-compose" | "podman-compose" | "kubectl"
        | "oc" | "k" | "kubecolor" => {
            return container(call, sink);
        }
        _ => return false,
    }
    true
}

fn shell(code: Arg) -> Run {
    Run::Shell {
        code,
        args: Vec::new(),
    }
}

fn push_words(sink: &mut Sink, words: &[Arg]) {
    if !words.is_empty() {
        sink.runs.push(Run::Words {
            words: words.to_vec(),
            stdin: None,
        });
    }
}

fn variables(words: &[Arg]) -> (Vec<(String, Arg)>, &[Arg]) {
    let mut vars = Vec::new();
    let mut rest = words;
    while let Some((a, tail)) = rest.split_first() {
        let Some((name, value)) = a.split_once('=') else {
            break;
        };
        let Some(name) = name.text() else { break };
        if name.is_empty() || name.contains(['/', '-']) {
            break;
        }
        vars.push((name.to_owned(), value));
        rest = tail;
    }
    (vars, rest)
}

fn with_variables(vars: Vec<(String, Arg)>, run: Run) -> Run {
    if vars.is_empty() {
        run
    } else {
        Run::In(Place::Variables(vars), Box::new(run))
    }
}

fn sudo(call: &Call<'_>, sink: &mut Sink) {
    let p = parse_leading(
        call.args,
        "u g C D h p R r T t U user group close-from chdir host prompt chroot role type command-timeout other-user c",
    );
    let (vars, words) = variables(&p.operands);
    let name = words.first().map_or("", Arg::shown);
    // `sudo -n true` asks whether it would work.
    if p.has("l list v validate k K V version n help") && matches!(name, "" | "true") {
        return;
    }
    sink.name(
        call,
        EffectKind::Privilege,
        format!("{} {name}", call.program).trim_end(),
    );
    if p.has("e edit") {
        for f in words {
            sink.file(call, EffectKind::FileWrite, f);
        }
        return;
    }
    if words.is_empty() {
        if let Some(code) = call.stdin {
            sink.runs.push(shell(code.clone()));
        }
        return;
    }
    let run = if p.has("s i shell login") {
        shell(joined(
            &words.iter().map(crate::lower::quoted).collect::<Vec<_>>(),
        ))
    } else {
        Run::Words {
            words: words.to_vec(),
            stdin: None,
        }
    };
    let run = match p.value("D chdir") {
        Some(d) => Run::In(Place::Directory(d.clone()), Box::new(run)),
        None => run,
    };
    sink.runs.push(with_variables(vars, run));
}

/// Options of `bwrap` take none, one or two values.
fn bwrap(call: &Call<'_>, sink: &mut Sink) {
    let mut rest = call.args;
    while let Some((a, tail)) = rest.split_first() {
        let values = match a.text().unwrap_or_default() {
            "--" => {
                rest = tail;
                break;
            }
            "--bind" | "--bind-try" | "--dev-bind" | "--dev-bind-try" | "--ro-bind"
            | "--ro-bind-try" | "--setenv" | "--symlink" | "--file" | "--bind-data"
            | "--ro-bind-data" | "--overlay" | "--chmod" | "--bind-fd" | "--ro-bind-fd" => 2,
            "--dev" | "--proc" | "--tmpfs" | "--chdir" | "--unsetenv" | "--hostname" | "--uid"
            | "--gid" | "--dir" | "--mqueue" | "--lock-file" | "--sync-fd" | "--seccomp"
            | "--cap-add" | "--cap-drop" | "--args" | "--perms" | "--size" | "--exec-label"
            | "--file-label" | "--info-fd" | "--argv0" | "--remount-ro" | "--userns" => 1,
            t if t.starts_with("--") => 0,
            _ => break,
        };
        rest = tail.get(values..).unwrap_or_default();
    }
    push_words(sink, rest);
}

/// `nodemon --exec 'command' file`. `false`: it runs the project.
fn nodemon(call: &Call<'_>, sink: &mut Sink) -> bool {
    let p = parse_leading(
        call.args,
        "x exec w watch e ext i ignore d delay config cwd s signal",
    );
    let Some(code) = p.value("x exec") else {
        return false;
    };
    let mut code = code.clone();
    for a in &p.operands {
        code.push_text(" ");
        code.push(&crate::lower::quoted(a));
    }
    sink.name(call, EffectKind::ExecProject, call.program);
    sink.runs.push(shell(code));
    true
}

/// `concurrently 'a' 'b'`: each word is a command; `npm:x` is a script.
fn concurrently(call: &Call<'_>, sink: &mut Sink) -> bool {
    sink.name(call, EffectKind::ExecProject, call.program);
    if call.program == "concurrently" {
        let p = parse(
            call.args,
            "n names m max-processes c prefix-colors p prefix l prefix-length t timestamp-format s success kill-signal restart-tries restart-after default-input-target cwd",
        );
        for code in p.operands.iter().filter(|o| {
            !["npm:", "pnpm:", "yarn:", "bun:", "node:", "deno:"]
                .iter()
                .any(|m| o.lead().starts_with(m))
        }) {
            sink.runs.push(shell(code.clone()));
        }
    }
    true
}

fn su(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "c command s shell u user g group G w whitelist-environment",
    );
    sink.name(call, EffectKind::Privilege, call.program);
    if let Some(c) = p.value("c command") {
        sink.runs.push(shell(c.clone()));
    } else if p.has("u user") && call.program == "runuser" {
        push_words(sink, &p.operands);
    } else if let Some(code) = call.stdin {
        sink.runs.push(shell(code.clone()));
    }
}

fn env(call: &Call<'_>, sink: &mut Sink) {
    let p = parse_leading(call.args, "u unset C chdir S split-string P a argv0");
    let operands = match p.operands.split_first() {
        // `env -` is `env -i`, and more options may follow.
        Some((first, rest)) if first.is("-") => {
            let inner = Call {
                args: rest,
                ..*call
            };
            return env(&inner, sink);
        }
        _ => p.operands.as_slice(),
    };
    // What `-S` splits comes before the rest.
    let (mut vars, words) = match p.value("S split-string") {
        Some(_) => (Vec::new(), operands),
        None => variables(operands),
    };
    if p.values("u unset")
        .into_iter()
        .any(|v| v.is("PALISADE_POLICY"))
    {
        vars.push(("PALISADE_POLICY".to_owned(), Arg::known("")));
    }
    let mut run = match p.value("S split-string") {
        Some(code) => {
            // Split as words with quotes: close enough to shell words.
            let mut code = match code.text() {
                Some(t) => Arg::known(t.replace("\\_", " ")),
                None => code.clone(),
            };
            for a in words.iter().map(crate::lower::quoted) {
                code.push_text(" ");
                code.push(&a);
            }
            let mut prefixed = Arg::known("env ");
            prefixed.push(&code);
            shell(prefixed)
        }
        None if words.is_empty() => {
            sink.output = Some(Arg::hole("environment", Origin::Secret));
            return;
        }
        None => Run::Words {
            words: words.to_vec(),
            stdin: None,
        },
    };
    if let Some(d) = p.value("C chdir") {
        run = Run::In(Place::Directory(d.clone()), Box::new(run));
    }
    sink.runs.push(with_variables(vars, run));
}

fn cross_env(call: &Call<'_>, sink: &mut Sink) {
    let p = parse_leading(call.args, "e f c env-file");
    let (vars, words) = variables(&p.operands);
    for f in p.values("e f env-file") {
        sink.file(call, EffectKind::FileRead, f);
    }
    let words = match words.split_first() {
        Some((first, rest)) if first.is("run") || first.is("--") => rest,
        _ => words,
    };
    if !words.is_empty() {
        sink.runs.push(with_variables(
            vars,
            Run::Words {
                words: words.to_vec(),
                stdin: None,
            },
        ));
    }
}

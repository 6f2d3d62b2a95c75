//! Programs that run another program: they are removed, what they run is
//! understood, and what they do themselves is added.

use palisade_core::{EffectKind, Target};

use crate::arg::{Arg, Origin};
use crate::expand::joined;
use crate::programs::args::{Parsed, parse, parse_leading};
use crate::programs::{Call, Place, Run, Sink};

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
    w("prlimit", "", 0),
    w("setarch linux32 linux64", "", 0),
    w("eatmydata fakeroot", "", 0),
    w(
        "firejail bwrap",
        "ro-bind bind dev proc tmpfs chdir setenv unsetenv symlink dev-bind",
        0,
    ),
    w("dotenvx", "f env-file", 0),
    w("retry", "t d times delay", 0),
    w("sem", "j id", 0),
    w("tsp", "L", 0),
    w("winpty", "", 0),
    w("rustup-run", "", 1),
    w("numactl", "m N C membind cpunodebind physcpubind", 0),
    w("coproc", "", 0),
    w("noglob nocorrect", "", 0),
    w("with-contenv s6-setuidgid", "", 0),
    w("dumb-init tini", "", 0),
    w("aws-vault", "", 2),
    w("infisical doppler", "", 1),
];

/// Understands one call; `false` when the program is no wrapper.
pub(crate) fn lower(call: &Call<'_>, sink: &mut Sink) -> bool {
    if let Some(p) = PLAIN
        .iter()
        .find(|p| p.names.split(' ').any(|n| n == call.program))
    {
        let parsed = parse_leading(call.args, p.options);
        let words = parsed.operands.get(p.skip..).unwrap_or_default();
        if call.program == "hyperfine" {
            for code in &parsed.operands {
                sink.runs.push(shell(code.clone()));
            }
        } else {
            let words = match words.split_first() {
                Some((first, rest)) if first.is("--") => rest,
                _ => words,
            };
            push_words(sink, words);
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
        "watch" | "entr" | "watchexec" | "nodemon-exec" => {
            let p = parse_leading(call.args, "n interval e w f r exts watch filter");
            sink.runs.push(shell(joined(&p.operands)));
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
                "u unit p property E setenv description slice M machine H host working-directory on-active on-boot on-calendar nice uid gid",
            );
            if !p.has("user") {
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
                Some("install" | "update" | "remove" | "uninstall" | "refresh") => {
                    for o in &p.operands {
                        sink.name(call, EffectKind::PackageInstall, o.shown());
                    }
                }
                _ => {}
            }
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
            _ => sink.name(call, EffectKind::ExecProject, "corepack"),
        },
        "asdf" | "mise" | "rtx" | "nvm" | "pyenv" | "rbenv" | "fnm" | "volta" | "conda"
        | "mamba" | "micromamba" | "nix" | "nix-shell" | "devbox" | "poetry" | "pdm" | "pipenv"
        | "hatch" | "uv" | "bundle" | "bundler" | "rye" | "dotenvx-run" => {
            return environment_manager(call, sink);
        }
        "docker" | "podman" | "nerdctl" | "docker-compose" | "podman-compose" | "kubectl"
        | "oc" => {
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
    if p.has("l list v validate k K V version n") && words.is_empty() {
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
    let (vars, words) = variables(&p.operands);
    let mut run = match p.value("S split-string") {
        Some(code) => {
            // Split as words with quotes: close enough to shell words.
            let mut code = code.clone();
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

/// The items a known standard input is split into.
fn items(call: &Call<'_>, p: &Parsed) -> Option<Vec<Arg>> {
    let stdin = call.stdin?;
    let text = stdin.text()?;
    let by_line = p.has("I i replace L d delimiter 0 null");
    let pieces: Vec<&str> = if by_line {
        let sep = match p.value("d delimiter").and_then(Arg::text) {
            Some("\\n") | None => '\n',
            Some("\\0") => '\0',
            Some(d) => d.chars().next().unwrap_or('\n'),
        };
        text.split([sep, '\n', '\0']).collect()
    } else {
        text.split_whitespace().collect()
    };
    let items: Vec<Arg> = pieces
        .into_iter()
        .filter(|s| !s.trim().is_empty())
        .map(|s| {
            let s = if by_line { s.trim_start() } else { s };
            // Quotes and backslashes are removed, as in a shell.
            let plain: String = s
                .chars()
                .filter(|c| !matches!(c, '"' | '\'' | '\\'))
                .collect();
            let mut a = Arg::known(plain).with_pattern(stdin.pattern());
            a.flow(stdin.from());
            a
        })
        .collect();
    (items.len() <= 256).then_some(items)
}

fn unknown_items(call: &Call<'_>) -> Vec<Arg> {
    let mut a = Arg::hole("$(xargs)", Origin::Unknown);
    if let Some(s) = call.stdin {
        if let Some(o) = s.origin() {
            a = Arg::hole("$(xargs)", o.max(Origin::Unknown));
        }
        a.flow(s.from());
    }
    vec![a]
}

fn xargs(call: &Call<'_>, sink: &mut Sink) {
    let p = parse_leading(
        call.args,
        "I d E L n P s a R S J delimiter max-lines max-args max-procs max-chars arg-file process-slot-var",
    );
    let command = if p.operands.is_empty() {
        vec![Arg::known("echo")]
    } else {
        p.operands.clone()
    };
    for f in p.values("a arg-file") {
        sink.file(call, EffectKind::FileRead, f);
    }
    let known = if p.has("a arg-file") {
        None
    } else {
        items(call, &p)
    };
    let certain = known.is_some();
    let list = known.unwrap_or_else(|| unknown_items(call));
    let mark = p
        .value("I J")
        .or_else(|| p.value("replace"))
        .and_then(Arg::text)
        .map(str::to_owned)
        .or_else(|| p.has("i replace").then(|| "{}".to_owned()));
    let stdin = Some(Arg::default());
    if let Some(mark) = mark {
        for item in list.iter().take(64) {
            sink.runs.push(Run::Words {
                words: replaced(&command, &mark, item),
                stdin: stdin.clone(),
            });
        }
        return;
    }
    let chunk = p
        .value("n L max-args max-lines")
        .and_then(|a| a.text()?.parse::<usize>().ok())
        .filter(|n| certain && *n > 0);
    if let Some(n) = chunk {
        for some in list.chunks(n).take(64) {
            let mut words = command.clone();
            words.extend_from_slice(some);
            sink.runs.push(Run::Words {
                words,
                stdin: stdin.clone(),
            });
        }
        return;
    }
    let mut words = command;
    // Unknown items are nothing alone: `xargs rm` may run with none.
    if certain || words.len() < 4_000 {
        words.extend(list);
    }
    sink.runs.push(Run::Words { words, stdin });
}

fn replaced(words: &[Arg], mark: &str, item: &Arg) -> Vec<Arg> {
    if mark.is_empty() {
        return words.to_vec();
    }
    words
        .iter()
        .map(|w| {
            let Some(t) = w.text() else { return w.clone() };
            if !t.contains(mark) {
                return w.clone();
            }
            let mut out = Arg::default();
            for (i, piece) in t.split(mark).enumerate() {
                if i > 0 {
                    out.push(item);
                }
                out.push_text(piece);
            }
            out
        })
        .collect()
}

fn parallel(call: &Call<'_>, sink: &mut Sink) {
    let p = parse_leading(
        call.args,
        "j jobs a arg-file S sshlogin I N n max-args d delimiter colsep C joblog results retries timeout delay tmpdir",
    );
    let mut command = Vec::new();
    let mut given = Vec::new();
    let mut after = false;
    for w in &p.operands {
        if matches!(w.text(), Some(":::" | ":::+")) {
            after = true;
        } else if w.is("::::") {
            after = true;
            given.push(Arg::hole("$(parallel)", Origin::Unknown));
        } else if after {
            given.push(w.clone());
        } else {
            command.push(w.clone());
        }
    }
    let list = if after {
        given
    } else {
        items(call, &p).unwrap_or_else(|| unknown_items(call))
    };
    for item in list.iter().take(64) {
        if command.is_empty() {
            sink.runs.push(shell(item.clone()));
            continue;
        }
        let line = joined(&command);
        let mut code = Arg::default();
        if line.shown().contains("{}") {
            for (i, piece) in line.shown().split("{}").enumerate() {
                if i > 0 {
                    code.push(&crate::lower::quoted(item));
                }
                code.push_text(piece);
            }
        } else {
            code.push(&line);
            code.push_text(" ");
            code.push(&crate::lower::quoted(item));
        }
        sink.runs.push(shell(code));
    }
}

fn ssh(call: &Call<'_>, sink: &mut Sink) {
    let p = parse_leading(call.args, "b c D E e F I i J L l m O o P p Q R S W w B");
    for o in p.values("o") {
        let lower = o.shown().to_ascii_lowercase();
        if (lower.starts_with("proxycommand") || lower.starts_with("localcommand"))
            && let Some((_, code)) = o.split_once('=')
        {
            sink.runs.push(shell(code));
        }
    }
    let Some((host, command)) = p.operands.split_first() else {
        return;
    };
    let shown = host.shown();
    let name = shown.strip_prefix("ssh://").unwrap_or(shown);
    let name = name.rsplit('@').next().unwrap_or(name).to_owned();
    let (name, mut port) = match name.split_once(':') {
        Some((n, p)) => (n.to_owned(), p.parse().ok()),
        None => (name, None),
    };
    if let Some(given) = p.value("p").and_then(Arg::text) {
        port = given.parse().ok();
    }
    for _ in p.values("L R D w") {
        sink.name(call, EffectKind::NetListen, name.clone());
    }
    let runs = !command.is_empty() || call.stdin.is_some_and(|s| !s.is_empty());
    let asks = name == "github.com" || name == "gitlab.com" || p.has("V Q G");
    let kind = if runs {
        EffectKind::NetWrite
    } else {
        EffectKind::NetRead
    };
    if !asks {
        sink.push(call.effect(
            kind,
            Target::Host {
                host: name,
                port,
                path: String::new(),
                method: "SSH".into(),
            },
        ));
        sink.sends = runs;
    }
    let code = if command.is_empty() {
        call.stdin.cloned()
    } else {
        Some(joined(command))
    };
    if let Some(code) = code.filter(|c| !c.is_empty()) {
        sink.runs
            .push(Run::In(Place::Remote, Box::new(shell(code))));
    }
    sink.output = Some(Arg::hole("$(ssh …)", Origin::Fetched));
}

fn flock(call: &Call<'_>, sink: &mut Sink) {
    let p = parse_leading(call.args, "w wait timeout E conflict-exit-code");
    let rest = p.operands.get(1..).unwrap_or_default();
    match rest.split_first() {
        Some((c, code)) if matches!(c.text(), Some("-c" | "--command")) => {
            if let Some(code) = code.first() {
                sink.runs.push(shell(code.clone()));
            }
        }
        Some((x, words)) if matches!(x.text(), Some("-n" | "-x" | "-s" | "--")) => {
            push_words(sink, words);
        }
        _ => push_words(sink, rest),
    }
}

fn debugger(call: &Call<'_>, sink: &mut Sink) {
    let p = parse_leading(
        call.args,
        "ex eval-command x command iex ix cd d p pid o O s S k",
    );
    for c in p.values("ex eval-command iex o O") {
        let t = c.shown();
        if let Some(at) = t
            .strip_prefix("shell ")
            .map(|_| 6)
            .or_else(|| t.strip_prefix('!').map(|_| 1))
        {
            sink.runs.push(shell(c.after(at)));
        } else if t.starts_with("python")
            || t.starts_with("script")
            || t.starts_with("call")
            || t.starts_with("pipe")
        {
            sink.name(call, EffectKind::ExecOpaque, t);
        }
    }
    for f in p.values("x command s S") {
        sink.file(call, EffectKind::FileRead, f);
    }
    if p.has("p pid") {
        sink.name(call, EffectKind::ProcessSignal, "attach");
    }
    push_words(sink, &p.operands);
}

fn tmux(call: &Call<'_>, sink: &mut Sink) {
    let p = parse_leading(call.args, "L S f c");
    let verb = p.word(0).to_owned();
    let rest = p.operands.get(1..).unwrap_or_default();
    match verb.as_str() {
        "send-keys" | "send" => {
            let q = parse(rest, "t N");
            let keys: Vec<Arg> = q
                .operands
                .iter()
                .filter(|a| {
                    !matches!(
                        a.text(),
                        Some("Enter" | "C-m" | "C-c" | "C-d" | "C-l" | "C-u" | "Escape" | "q")
                    )
                })
                .cloned()
                .collect();
            sink.runs.push(shell(joined(&keys)));
        }
        "new-session" | "new" | "new-window" | "neww" | "split-window" | "splitw"
        | "respawn-pane" | "run-shell" | "run" | "pipe-pane" | "if-shell" | "popup"
        | "display-popup" => {
            let q = parse_leading(rest, "t s n c x y F e f l p d T w h");
            match q.operands.as_slice() {
                [] => {}
                [one] => sink.runs.push(shell(one.clone())),
                many => push_words(sink, many),
            }
        }
        "kill-server" | "kill-session" | "killp" | "kill-pane" | "kill-window" => {
            sink.name(call, EffectKind::ProcessSignal, format!("tmux {verb}"));
        }
        _ => {}
    }
}

fn screen(call: &Call<'_>, sink: &mut Sink) {
    let p = parse_leading(call.args, "S p c e h s t T X");
    if let Some(stuff) = p.value("X") {
        if stuff.is("stuff") || stuff.is("exec") {
            sink.runs.push(shell(joined(&p.operands)));
        } else if stuff.is("quit") || stuff.is("kill") {
            sink.name(call, EffectKind::ProcessSignal, "screen quit");
        }
        return;
    }
    push_words(sink, &p.operands);
}

/// `poetry run x`, `uv run x`, `bundle exec x`, `nix develop -c x`: the inner
/// command; anything else is the package tables' business.
fn environment_manager(call: &Call<'_>, sink: &mut Sink) -> bool {
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
                Some(i) => call.args.get(i + 1..).unwrap_or_default().to_vec(),
                None => return false,
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
                    sink.name(call, EffectKind::PackageInstall, w.shown());
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
    push_words(sink, &inner);
    true
}

/// `docker exec`, `docker run`, `kubectl exec`: the inner command, with the
/// container's files not ours unless mounted.
fn container(call: &Call<'_>, sink: &mut Sink) -> bool {
    let compose =
        call.program.ends_with("compose") || call.args.iter().take(6).any(|a| a.is("compose"));
    let top = parse_leading(
        call.args,
        "H c context config l log-level host f file p project-name project-directory profile env-file n namespace kubeconfig cluster user s server",
    );
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
    let kube = matches!(call.program, "kubectl" | "oc");
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
                sink.name(call, EffectKind::Deploy, format!("{} exec", call.program));
                words = kube_words.as_slice();
            } else {
                words = p.operands.get(1..).unwrap_or_default();
            }
            if p.has("privileged") {
                sink.name(call, EffectKind::Privilege, "docker exec --privileged");
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
            for f in p.values("env-file") {
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

fn mount(
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

fn in_container(sink: &mut Sink, words: &[Arg], mounts: Vec<(String, String)>) {
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

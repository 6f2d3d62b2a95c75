//! Shells and interpreters: which of their arguments is code.

use palisade_core::EffectKind;

use crate::arg::{Arg, Origin};

use super::args::parse_leading;
use super::{Call, Run, Sink};

/// Shells of every grammar.
const SHELLS: &[&str] = &[
    "sh", "bash", "zsh", "dash", "ash", "ksh", "mksh", "rbash", "fish", "csh", "tcsh", "nu",
    "xonsh", "yash", "elvish", "osh",
];

/// Understands one call; `false` when the program is none of these.
pub(crate) fn lower(call: &Call<'_>, sink: &mut Sink) -> bool {
    match call.program {
        name if SHELLS.contains(&name) => shell(call, sink),
        _ if super::launch::lower(call, sink) => {}
        "pdflatex" | "latex" | "xelatex" | "lualatex" | "tex" | "pdftex"
            if written(call).next().is_some() =>
        {
            for code in written(call) {
                sink.runs.push(Run::Shell {
                    code: Arg::known(code),
                    args: Vec::new(),
                });
            }
        }
        _ => {
            let Some(l) = language(call.program) else {
                return false;
            };
            interpreter(call, l, sink);
        }
    }
    true
}

/// Whether this is a shell that is given no commands here: it waits for them.
/// Nothing on standard input is no reason to trust what started it: `xargs`
/// gives that to everything.
pub(crate) fn waits(call: &Call<'_>) -> bool {
    SHELLS.contains(&call.program)
        && call.stdin.is_none_or(|s| s.text() == Some(""))
        && call.args.iter().all(|a| {
            let t = a.lead();
            a.text().is_some()
                && t.starts_with('-')
                && !t.starts_with("--")
                && !t.contains(['c', 'n'])
        })
}

/// Programs that read statements from a prompt, and the options that give them
/// some instead.
const PROMPTS: &[(&str, &[&str])] = &[
    ("psql", &["-c", "-f", "-l", "--command", "--file", "--list"]),
    ("mysql", &["-e", "--execute"]),
    ("mariadb", &["-e", "--execute"]),
    ("mongosh", &["--eval", "-f", "--file"]),
    ("mongo", &["--eval"]),
    ("clickhouse-client", &["-q", "--query", "--queries-file"]),
    ("irb", &["-e"]),
    ("ghci", &["-e"]),
    ("iex", &["-e", "--eval"]),
    ("scala", &["-e"]),
    ("jshell", &[]),
    ("telnet", &[]),
    ("nc", &["-z"]),
    ("ftp", &[]),
    ("sftp", &["-b"]),
    ("gdb", &["-ex", "--batch", "-batch"]),
    ("lldb", &["-o", "--batch"]),
];

/// Whether this waits for code or statements of another language.
pub(crate) fn prompts(call: &Call<'_>) -> bool {
    if call.stdin.is_some() {
        return false;
    }
    let words = || call.args.iter().map(Arg::lead);
    if words()
        .any(|w| matches!(w, "--version" | "--help" | "-V" | "-v" | "-h") && call.args.len() == 1)
    {
        return false;
    }
    if let Some((_, given)) = PROMPTS.iter().find(|(name, _)| *name == call.program) {
        return !words().any(|w| {
            given
                .iter()
                .any(|g| w == *g || (g.len() == 2 && w.starts_with(g)))
        });
    }
    language(call.program).is_some()
        && words().all(|w| {
            matches!(
                w,
                "-i" | "-q" | "-u" | "-B" | "-I" | "-s" | "-E" | "-" | "--interactive"
            )
        })
}

/// Commands TeX is told to run: `\write18{…}`.
fn written<'a>(call: &'a Call<'_>) -> impl Iterator<Item = &'a str> {
    call.args.iter().filter_map(|a| {
        let (_, rest) = a.shown().split_once("\\write18{")?;
        Some(rest.split_once('}')?.0)
    })
}

fn shell(call: &Call<'_>, sink: &mut Sink) {
    let mut rest = call.args;
    let mut command = false;
    let mut from_stdin = false;
    let mut only_check = false;
    let mut hidden = false;
    while let Some((a, tail)) = rest.split_first() {
        let t = a.lead();
        match t {
            "--" | "-" if a.text().is_some() => {
                rest = tail;
                break;
            }
            "--rcfile" | "--init-file" => {
                if let Some(f) = tail.first() {
                    sink.file(call, EffectKind::FileRead, f);
                    sink.runs.push(Run::File {
                        language: Some("sh"),
                        path: f.clone(),
                        args: Vec::new(),
                    });
                }
                rest = tail.get(1..).unwrap_or_default();
            }
            "--version" | "--help" => return,
            "-o" | "+o" | "-O" | "+O" => {
                if tail.first().is_some_and(|o| o.is("dotglob")) {
                    hidden = true;
                }
                rest = tail.get(1..).unwrap_or_default();
            }
            _ if t.starts_with("--") => rest = tail,
            _ if (t.starts_with('-') || t.starts_with('+')) && t.len() > 1 => {
                command |= t.contains('c') && t.starts_with('-');
                from_stdin |= t.contains('s');
                only_check |= t.contains('n') && !t.contains('c');
                rest = if t.ends_with(['o', 'O']) {
                    tail.get(1..).unwrap_or_default()
                } else {
                    tail
                };
            }
            _ => break,
        }
    }
    if only_check {
        for f in rest {
            sink.file(call, EffectKind::FileRead, f);
        }
        return;
    }
    if command {
        if let Some((code, args)) = rest.split_first() {
            let mut code = super::dialects::respelled(call.program, code);
            if hidden {
                let mut with = Arg::known("shopt -s dotglob\n");
                with.push(&code);
                code = with;
            }
            sink.runs.push(Run::Shell {
                code,
                args: args.to_vec(),
            });
        }
        return;
    }
    match rest.split_first() {
        Some((file, args)) if !from_stdin => {
            if file.content().is_none() {
                sink.file(call, EffectKind::FileRead, file);
            }
            sink.runs.push(Run::File {
                language: Some("sh"),
                path: file.clone(),
                args: args.to_vec(),
            });
        }
        _ => {
            if let Some(code) = call.stdin {
                let mut args = vec![Arg::known(call.program)];
                args.extend(rest.iter().cloned());
                sink.runs.push(Run::Shell {
                    code: super::dialects::respelled(call.program, code),
                    args,
                });
            }
        }
    }
}

/// The language an interpreter runs.
pub(crate) fn language(program: &str) -> Option<&'static str> {
    let name = program
        .trim_end_matches(|c: char| c.is_ascii_digit() || c == '.')
        .trim_end_matches('-');
    Some(match name {
        "python" | "pypy" | "ipython" | "pythonw" => "python",
        "node" | "nodejs" | "deno" | "bun" | "tsx" | "ts-node" | "esno" | "babel-node" => "node",
        "ruby" | "jruby" => "ruby",
        "perl" => "perl",
        "php" => "php",
        "lua" | "luajit" | "texlua" => "lua",
        "Rscript" | "R" | "littler" => "r",
        "julia" => "julia",
        "osascript" => "applescript",
        "tclsh" | "wish" | "expect" => "tcl",
        "groovy" | "groovysh" | "scala" | "scala-cli" | "amm" | "jshell" | "kotlin" => "jvm",
        "guile" | "racket" | "sbcl" | "clojure" | "clj" | "bb" | "ecl" | "clisp" => "lisp",
        "octave" | "octave-cli" | "matlab" | "gnuplot" | "maxima" | "raku" => "octave",
        "ghci" | "runghc" | "runhaskell" | "ghc" => "haskell",
        "elixir" | "iex" => "elixir",
        "erl" | "escript" => "erlang",
        _ => return None,
    })
}

fn interpreter(call: &Call<'_>, language: &'static str, sink: &mut Sink) {
    let args = call.args;
    match call.program {
        "clj" | "clojure"
            if args.first().is_some_and(|a| {
                ["-M", "-X", "-T", "-A"]
                    .iter()
                    .any(|o| a.lead().starts_with(o))
            }) && !args
                .iter()
                .any(|a| matches!(a.text(), Some("-e" | "--eval"))) =>
        {
            sink.name(
                call,
                EffectKind::ExecProject,
                super::table::phrase(call, args, 2),
            );
            return;
        }
        "bun" | "deno" => {
            // Subcommands first; what is left is running a file or code.
            let sub = args
                .iter()
                .find(|a| !a.shown().starts_with('-'))
                .and_then(Arg::text)
                .unwrap_or_default();
            let runs = ["run", "x", "eval", "repl"].contains(&sub);
            if !runs
                && !sub.contains(['.', '/'])
                && !args
                    .iter()
                    .any(|a| matches!(a.text(), Some("-e" | "--eval" | "-p" | "--print")))
            {
                super::packages::lower(call, sink);
                return;
            }
            if sub == "run" || sub == "eval" {
                let rest: Vec<Arg> = args.iter().filter(|a| !a.is(sub)).cloned().collect();
                if sub == "eval" {
                    if let Some(code) = rest.iter().find(|a| !a.shown().starts_with('-')) {
                        sink.runs.push(Run::Embedded {
                            language,
                            code: code.clone(),
                            args: Vec::new(),
                        });
                    }
                    return;
                }
                let file = rest.iter().find(|a| !a.shown().starts_with('-'));
                match file {
                    Some(f) if f.shown().contains(['.', '/']) => {
                        let at = rest.iter().position(|a| a == f).unwrap_or(0);
                        let args = rest.get(at + 1..).unwrap_or_default();
                        run_file(call, language, f, args, sink);
                    }
                    _ => sink.name(
                        call,
                        EffectKind::ExecProject,
                        super::table::phrase(call, args, 2),
                    ),
                }
                return;
            }
            if sub == "x" {
                super::packages::lower(call, sink);
                return;
            }
        }
        _ => {}
    }
    let args = match args.split_first() {
        Some((first, rest)) if call.program == "tsx" && first.is("watch") => rest,
        _ => args,
    };
    if is_rare(language) {
        return rare(call, language, sink);
    }
    let values = match language {
        "python" => "c m W X check-hash-based-pycs",
        "node" => {
            "e eval p print r require import loader experimental-loader C conditions env-file run max-old-space-size test-name-pattern test-reporter input-type stack-trace-limit project P O"
        }
        "ruby" => "e r I C E K x",
        "perl" => "e E I M m",
        "php" => "r f d c B R F E S t z",
        "lua" => "e l",
        _ => "e c execute eval l",
    };
    // Both flags in one word; the code comes after them.
    let both: Vec<Arg>;
    let args = if language == "node" && args.iter().any(|a| a.is("-pe")) {
        let plain = |a: &Arg| {
            if a.is("-pe") {
                Arg::known("-p")
            } else {
                a.clone()
            }
        };
        both = args.iter().map(plain).collect();
        both.as_slice()
    } else {
        args
    };
    // Perl and Ruby write their flags in one word: `-pie`, `-ne`.
    let p = parse_leading(args, values);
    if language == "perl" {
        // `-M'Module;code'` is `use Module;code`.
        for m in args.iter().filter(|a| {
            (a.lead().starts_with("-M") || a.lead().starts_with("-m")) && a.shown().contains(';')
        }) {
            sink.runs.push(Run::Embedded {
                language,
                code: m
                    .split_once(';')
                    .map_or_else(Arg::default, |(_, code)| code),
                args: Vec::new(),
            });
        }
    }
    if p.has("version help V") && language != "php" && p.operands.is_empty() {
        return;
    }
    let mut done = false;
    let code_options = match language {
        "python" => "c",
        "node" => "e eval p print",
        "ruby" => "e",
        "perl" => "e E",
        "php" => "r B R E",
        "lua" => "e",
        _ => "e c execute eval",
    };
    for code in p.values(code_options) {
        done = true;
        if matches!(language, "perl" | "ruby") && reads_arguments(code.shown()) {
            for f in &p.operands {
                sink.file(call, EffectKind::FileRead, f);
            }
            for f in own_arguments(code.shown()) {
                sink.file(call, EffectKind::FileRead, &Arg::known(f));
            }
        }
        let shows = language == "node" && p.values("p print").any(|c| c == code);
        sink.runs.push(Run::Embedded {
            language: if shows { "node -p" } else { language },
            code: code.clone(),
            args: p.operands.clone(),
        });
    }
    if matches!(language, "perl" | "ruby") && p.has("p") {
        // What comes in goes out again, changed.
        sink.output_from(call, Origin::Unknown);
    }
    if language == "node" {
        for f in p.values("r require import loader experimental-loader") {
            if f.shown().starts_with(['.', '/']) {
                run_file(call, language, f, &[], sink);
            } else if f.lead().starts_with("data:") {
                sink.push(
                    call.effect(
                        EffectKind::ExecOpaque,
                        palisade_core::Target::Name("data:".into()),
                    )
                    .with_certainty(palisade_core::Certainty::Opaque),
                );
            }
        }
        // Settings for a program; code given on the spot may print them.
        for f in p
            .values("env-file")
            .filter(|_| done || p.operands.is_empty())
        {
            sink.file(call, EffectKind::FileRead, f);
        }
        if p.has("run") {
            sink.name(call, EffectKind::ExecProject, "node --run");
            return;
        }
        if p.has("check c") && !done {
            for f in &p.operands {
                sink.file(call, EffectKind::FileRead, f);
            }
            return;
        }
        if p.has("test") {
            sink.name(call, EffectKind::ExecProject, "node --test");
            return;
        }
    }
    if language == "php" && p.has("l") {
        for f in &p.operands {
            sink.file(call, EffectKind::FileRead, f);
        }
        return;
    }
    if let Some(server) = p.value("S").filter(|_| language == "php") {
        sink.name(call, EffectKind::NetListen, server.shown());
        super::special::serve(call, p.value("t"), sink);
        return;
    }
    // `ruby -run -e httpd folder`
    if language == "ruby" && p.value("e").is_some_and(|e| e.is("httpd")) {
        super::special::serve(call, p.operands.first(), sink);
        return;
    }
    if let Some(module) = p.value("m").filter(|_| language == "python") {
        // What follows the module is the module's.
        let end = args.iter().position(|a| a.shown() == "-m").map_or_else(
            || {
                let at = args.iter().position(|a| a.lead().starts_with("-m"));
                at.map_or(args.len(), |i| i + 1)
            },
            |i| i + 2,
        );
        let rest = args.get(end..).unwrap_or(&p.operands);
        python_module(call, module, rest, sink);
        return;
    }
    if done {
        // In place, the operands are rewritten.
        let in_place =
            matches!(language, "perl" | "ruby") && p.options.iter().any(|(o, _)| o == "i");
        for f in &p.operands {
            if matches!(language, "perl" | "ruby") && (in_place || p.has("n p")) {
                sink.file(call, EffectKind::FileRead, f);
                if in_place {
                    sink.file(call, EffectKind::FileWrite, f);
                }
            }
        }
        return;
    }
    let file = p
        .operands
        .first()
        .or_else(|| p.value("f").filter(|_| language == "php"));
    match file {
        Some(f) if !f.is("-") => {
            let rest = p.operands.get(1..).unwrap_or_default();
            run_file(call, language, f, rest, sink);
        }
        _ => {
            if let Some(code) = call.stdin {
                sink.runs.push(Run::Embedded {
                    language,
                    code: code.clone(),
                    args: p.operands.clone(),
                });
            }
        }
    }
}

/// Languages that are met now and then, all started much the same way.
fn is_rare(language: &str) -> bool {
    matches!(
        language,
        "r" | "julia"
            | "applescript"
            | "tcl"
            | "jvm"
            | "lisp"
            | "octave"
            | "haskell"
            | "elixir"
            | "erlang"
    )
}

fn rare(call: &Call<'_>, language: &'static str, sink: &mut Sink) {
    if language == "r" && call.args.first().is_some_and(|a| a.is("CMD")) {
        sink.name(
            call,
            EffectKind::ExecProject,
            super::table::phrase(call, call.args, 2),
        );
        return;
    }
    let mut language = language;
    let mut code = Arg::default();
    let mut given = false;
    let mut rest = call.args;
    while let Some((a, tail)) = rest.split_first() {
        let t = a.lead();
        let takes_code = matches!(
            t,
            "-e" | "-E"
                | "-c"
                | "--eval"
                | "-eval"
                | "--execute"
                | "-batch"
                | "-r"
                | "--batch-string"
                | "--print"
        ) && !(call.program == "Rscript" && t == "-c");
        if let Some((name, value)) = a.split_once('=').filter(|_| t.starts_with("--"))
            && matches!(name.shown(), "--eval" | "--batch-string" | "--execute")
        {
            given = true;
            code.push(&value);
            code.push_text("\n");
            rest = tail;
        } else if takes_code {
            if let Some(more) = tail.first() {
                given = true;
                code.push(more);
                code.push_text("\n");
            }
            rest = tail.get(1..).unwrap_or_default();
        } else if t == "-l" && language == "applescript" {
            if tail
                .first()
                .is_some_and(|l| l.shown().eq_ignore_ascii_case("javascript"))
            {
                language = "node";
            }
            rest = tail.get(1..).unwrap_or_default();
        } else if matches!(t, "--version" | "--help" | "-version" | "-h" | "-V") {
            return;
        } else if t.starts_with('-') && t.len() > 1 {
            rest = tail;
        } else {
            break;
        }
    }
    // Babashka takes code as it is.
    if !given
        && let Some(first) = rest.first()
        && language == "lisp"
        && first.lead().starts_with('(')
    {
        code = first.clone();
        given = true;
    }
    if given {
        sink.runs.push(Run::Embedded {
            language,
            code,
            args: rest.to_vec(),
        });
        return;
    }
    match rest.split_first() {
        Some((f, args)) if !f.is("-") => run_file(call, language, f, args, sink),
        _ => {
            if let Some(code) = call.stdin {
                sink.runs.push(Run::Embedded {
                    language,
                    code: code.clone(),
                    args: Vec::new(),
                });
            }
        }
    }
}

/// Goes over the files it is given by name: `<>`, `ARGF`, `gets`.
fn reads_arguments(code: &str) -> bool {
    ["<>", "<<>>", "<ARGV>", "ARGF", "gets", "readlines", "$<"]
        .iter()
        .any(|w| code.contains(w))
}

/// Texts after a change of `ARGV`: the files the code gives itself.
fn own_arguments(code: &str) -> Vec<&str> {
    let Some((_, after)) = code.split_once("ARGV") else {
        return Vec::new();
    };
    if !after.trim_start().starts_with(['=', '.', '<', ',']) {
        return Vec::new();
    }
    after
        .split(['"', '\'', '(', ')'])
        .skip(1)
        .step_by(2)
        .chain(after.split(['"', '\'']).skip(1).step_by(2))
        .filter(|t| !t.is_empty() && !t.contains(['\n', ';', '$']))
        .take(16)
        .collect()
}

/// The agent whose program this file is.
fn agent_of(path: &str) -> Option<&'static str> {
    [
        ("@anthropic-ai/claude-code/", "claude"),
        ("claude-code/cli", "claude"),
        ("@openai/codex/", "codex"),
        ("@google/gemini-cli/", "gemini"),
    ]
    .into_iter()
    .find_map(|(part, agent)| path.contains(part).then_some(agent))
}

fn run_file(call: &Call<'_>, language: &'static str, f: &Arg, args: &[Arg], sink: &mut Sink) {
    if f.origin() == Some(Origin::Fetched) && f.content().is_none() {
        sink.name(call, EffectKind::ExecFetched, f.shown());
    }
    if f.shown().contains("://") {
        sink.name(call, EffectKind::ExecFetched, f.shown());
        return;
    }
    if let Some(agent) = agent_of(f.shown()) {
        let mut words = vec![Arg::known(agent)];
        words.extend_from_slice(args);
        sink.runs.push(Run::Words { words, stdin: None });
        return;
    }
    let name = f.tail().rsplit('/').next().unwrap_or_default();
    // Scripts that are a framework's command line.
    if matches!(
        name,
        "manage.py" | "artisan" | "console" | "yii" | "spark" | "cake" | "phinx" | "ace"
    ) {
        let mut words = vec![Arg::known(name)];
        words.extend_from_slice(args);
        sink.runs.push(Run::Words { words, stdin: None });
    }
    sink.runs.push(Run::File {
        language: Some(language),
        path: f.clone(),
        args: args.to_vec(),
    });
}

/// `python -m module`.
fn python_module(call: &Call<'_>, module: &Arg, args: &[Arg], sink: &mut Sink) {
    match module.text() {
        Some(
            "pip" | "uv" | "pipx" | "poetry" | "twine" | "pytest" | "awscli" | "http_prompt"
            | "conda" | "alembic" | "flask" | "django" | "aerich" | "celery" | "keyring" | "rq"
            | "airflow" | "dbt" | "sqlite_utils" | "yoyo" | "litecli" | "pgcli" | "mycli",
        ) => {
            let mut words = vec![module.clone()];
            words.extend_from_slice(args);
            sink.runs.push(Run::Words { words, stdin: None });
        }
        Some("http.server" | "SimpleHTTPServer") => {
            let p = super::args::parse(args, "b bind d directory p protocol");
            super::special::serve(call, p.value("d directory"), sink);
        }
        Some("pyftpdlib") => {
            let p =
                super::args::parse(args, "i interface p port d directory u username P password");
            super::special::serve(call, p.value("d directory"), sink);
        }
        Some(
            "json.tool" | "py_compile" | "compileall" | "ast" | "dis" | "tokenize" | "calendar"
            | "site" | "sysconfig" | "this" | "platform",
        ) => {
            for a in args.iter().filter(|a| !a.shown().starts_with('-')) {
                sink.file(call, EffectKind::FileRead, a);
            }
        }
        Some("venv" | "virtualenv" | "ensurepip") => {
            for a in args.iter().filter(|a| !a.shown().starts_with('-')) {
                sink.tree(call, EffectKind::FileWrite, a);
            }
        }
        Some("base64" | "zipfile" | "tarfile" | "gzip") => {
            for a in args.iter().filter(|a| !a.shown().starts_with('-')) {
                sink.file(call, EffectKind::FileRead, a);
            }
            sink.output_from(call, Origin::Decoded);
        }
        Some("timeit") => {
            let p = super::args::parse(args, "n number r repeat s setup u unit");
            for code in p.values("s setup").chain(&p.operands) {
                sink.runs.push(Run::Embedded {
                    language: "python",
                    code: code.clone(),
                    args: Vec::new(),
                });
            }
        }
        Some("cProfile" | "profile" | "trace" | "pdb" | "runpy" | "coverage" | "doctest") => {
            let p = parse_leading(args, "o s m f");
            let mut rest = p.operands.as_slice();
            if rest.first().is_some_and(|r| r.is("run")) {
                rest = rest.get(1..).unwrap_or_default();
            }
            match (p.value("m"), rest.split_first()) {
                (Some(m), _) => python_module(call, m, rest, sink),
                (None, Some((f, more))) => run_file(call, "python", f, more, sink),
                (None, None) => {}
            }
        }
        _ => {
            sink.name(
                call,
                EffectKind::ExecProject,
                format!("python -m {}", module.shown()),
            );
            sink.loose = true;
        }
    }
}

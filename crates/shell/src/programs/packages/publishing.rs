//! Programs that put packages, images, applications, models and contracts
//! where other people get them.

use palisade_core::EffectKind;

use crate::arg::Arg;

use super::super::args::{parse, parse_leading};
use super::super::names::{Index, name_index};
use super::super::table::{Cli, asks_for_help, find_cli, lower_cli, phrase};
use super::super::{Call, Run, Sink};

const INDEX: Index = name_index!(CLIS);

/// Understands one call; `false` when the program publishes nothing.
pub(super) fn lower(call: &Call<'_>, sink: &mut Sink) -> bool {
    if matches!(
        call.program,
        "gradle" | "gradlew" | "mvn" | "mvnw" | "sbt" | "lein"
    ) {
        build(call, sink);
        return true;
    }
    if call.program == "xcrun" {
        let p = parse_leading(call.args, "sdk toolchain find f");
        if !p.has("find f show-sdk-path show-sdk-version") && !p.operands.is_empty() {
            sink.runs.push(Run::Words {
                words: p.operands,
                stdin: None,
            });
        }
        return true;
    }
    let Some(cli) = find_cli(CLIS, INDEX, call.program) else {
        return false;
    };
    let p = parse(call.args, cli.options);
    let switched = match call.program {
        "forge" => p.on("broadcast"),
        "hardhat" => p.value("network").is_some_and(|n| !local_network(n)),
        "altool" => p.has("upload-app upload-package"),
        _ => false,
    };
    if switched && !asks_for_help(&p) {
        sink.name(call, EffectKind::Publish, phrase(call, &p.operands, 2));
    }
    lower_cli(cli, call, sink);
    // What is published is read, and what it is is not said here.
    sink.loose = true;
    sink.sends = sink.effects.iter().any(|e| e.kind == EffectKind::Publish);
    true
}

/// Whether a project's own tool of this name is one that publishes.
pub(super) fn known(program: &str) -> bool {
    find_cli(CLIS, INDEX, program).is_some()
}

fn local_network(name: &Arg) -> bool {
    matches!(
        name.text(),
        Some("hardhat" | "localhost" | "local" | "development" | "anvil" | "ganache")
    )
}

/// Build tools of the JVM: goals and tasks in any order.
fn build(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "f file p pl projects P s settings gs global-settings x exclude-task b build-file D T threads rf I init-script include-build",
    );
    if asks_for_help(&p) {
        return;
    }
    super::super::db::goals(call, &p.operands, sink);
    for f in p.values("s settings gs global-settings I init-script") {
        // Where everything comes from, and code of its own.
        if f.lead().starts_with(['/', '~', '$']) || f.shown().contains("..") {
            sink.name(call, EffectKind::EnvInject, f.shown());
        }
    }
    for d in p.values("D") {
        let name = d.shown().to_ascii_lowercase();
        if name.starts_with("maven.repo.remote") || name.contains("remoterepositories") {
            sink.name(call, EffectKind::EnvInject, d.shown());
        }
    }
    let goal = p
        .operands
        .iter()
        .find(|o| publishes(call.program, o.shown()));
    match goal {
        Some(goal) if !p.on("dry-run m") => {
            sink.name(
                call,
                EffectKind::Publish,
                format!("{} {}", call.program, goal.shown()),
            );
        }
        _ => sink.name(call, EffectKind::ExecProject, phrase(call, &p.operands, 1)),
    }
}

fn publishes(program: &str, goal: &str) -> bool {
    let task = goal
        .rsplit(':')
        .next()
        .unwrap_or(goal)
        .trim_start_matches('+');
    let lower = task.to_ascii_lowercase();
    match program {
        "mvn" | "mvnw" => {
            matches!(
                task,
                "deploy" | "site-deploy" | "deploy-file" | "perform" | "prepare" | "release"
            ) && !goal.contains("help")
                || goal.contains("nexus-staging:")
                || goal.contains("central-publishing:publish")
                || (goal.contains("jib") && task == "build")
                || (goal.contains("docker") && task == "push")
        }
        "sbt" => lower
            .split_whitespace()
            .map(|w| w.trim_start_matches('+'))
            .any(|w| {
                w.starts_with("sonatype")
                    || matches!(
                        w.rsplit('/').next(),
                        Some("publish" | "publishsigned" | "release")
                    )
            }),
        "lein" => matches!(task, "deploy" | "release"),
        _ => {
            let local = lower.contains("mavenlocal") || lower.ends_with("local");
            !local
                && (lower.starts_with("publish")
                    || lower.starts_with("deploy")
                    || lower.starts_with("upload")
                    || lower.starts_with("release")
                    || lower.starts_with("closeandrelease")
                    || lower.contains("upload") && lower.contains("distribution")
                    || lower.starts_with("dockerpush")
                    || matches!(lower.as_str(), "bintrayupload" | "jib"))
        }
    }
}

pub(super) const CLIS: &[Cli] = &[
    Cli {
        names: "twine",
        options: "u username p password r repository repository-url i identity c comment config-file cert client-cert",
        verbs: &[("upload|register", "publish")],
        otherwise: "none",
        dry: "",
        examples: &[
            (
                "twine upload dist/a.whl",
                "publish twine upload dist/a.whl, file.read /w/dist/a.whl",
            ),
            ("twine check dist/a.whl", "file.read /w/dist/a.whl"),
        ],
    },
    Cli {
        names: "flit maturin",
        options: "repository pypirc u username p password r m manifest-path i interpreter",
        verbs: &[("publish|upload|register", "publish")],
        otherwise: "exec.project",
        dry: "",
        examples: &[
            ("maturin publish", "publish maturin publish"),
            ("flit build", "exec.project flit build"),
        ],
    },
    Cli {
        names: "vsce ovsx",
        options: "p pat o out i packagePath baseContentUrl",
        verbs: &[
            ("publish|unpublish|create-namespace", "publish"),
            ("ls|show|search|get|verify-pat|ls-publishers", "none"),
        ],
        otherwise: "exec.project",
        dry: "",
        examples: &[("vsce publish", "publish vsce publish"), ("vsce ls", "")],
    },
    Cli {
        names: "changeset",
        options: "tag otp",
        verbs: &[("publish", "publish"), ("version", "exec.project")],
        otherwise: "exec.project",
        dry: "",
        examples: &[
            ("changeset publish", "publish changeset publish"),
            ("changeset version", "exec.project changeset version"),
        ],
    },
    Cli {
        names: "goreleaser",
        options: "f config timeout p parallelism id o output release-notes release-header release-footer",
        verbs: &[("release|publish|announce|continue", "publish")],
        otherwise: "exec.project",
        dry: "snapshot",
        examples: &[
            ("goreleaser release", "publish goreleaser release"),
            ("goreleaser release --snapshot", ""),
            ("goreleaser build", "exec.project goreleaser build"),
        ],
    },
    Cli {
        names: "semantic-release np release-it shipit auto clean-publish jsr",
        options: "b branches t tag-format p plugins e extends preRelease",
        verbs: &[(
            "version|changelog|info|label|init|comment|pr-status|pr-check|add|i|install|remove|run|show",
            "exec.project",
        )],
        otherwise: "publish",
        dry: "dry-run d preview changelog release-version no-publish",
        examples: &[
            ("semantic-release", "publish semantic-release"),
            ("semantic-release --dry-run", ""),
        ],
    },
    Cli {
        names: "standard-version conventional-changelog release-plz",
        options: "",
        verbs: &[("release|release-pr", "publish")],
        otherwise: "exec.project",
        dry: "dry-run",
        examples: &[
            ("release-plz release", "publish release-plz release"),
            ("standard-version", "exec.project standard-version"),
        ],
    },
    Cli {
        names: "lerna",
        options: "scope ignore since concurrency dist-tag preid registry",
        verbs: &[("publish", "publish")],
        otherwise: "exec.project",
        dry: "",
        examples: &[
            ("lerna publish", "publish lerna publish"),
            ("lerna run test", "exec.project lerna run test"),
        ],
    },
    Cli {
        names: "nx",
        options: "t target targets p projects configuration c base head parallel verbose",
        verbs: &[
            ("release version|release changelog", "exec.project"),
            ("release", "publish"),
        ],
        otherwise: "exec.project",
        dry: "dry-run d skip-publish",
        examples: &[
            ("nx release", "publish nx release"),
            ("nx run api:test", "exec.project nx run api:test"),
        ],
    },
    Cli {
        names: "gh-pages pkg-pr-new",
        options: "d dist b branch o remote r repo m message",
        verbs: &[],
        otherwise: "publish",
        dry: "",
        examples: &[("gh-pages -d dist", "publish gh-pages")],
    },
    Cli {
        names: "rebar3",
        options: "",
        verbs: &[
            ("hex publish|hex cut|hex retire|hex owner", "publish"),
            ("hex", "none"),
        ],
        otherwise: "exec.project",
        dry: "dry-run",
        examples: &[
            ("rebar3 hex publish", "publish rebar3 hex publish"),
            ("rebar3 eunit", "exec.project rebar3 eunit"),
        ],
    },
    Cli {
        names: "gleam elm nimble dub dune-release opam-publish",
        options: "tag",
        verbs: &[
            (
                "publish|upload|retire|revert|hex retire|hex revert|register|distrib publish",
                "publish",
            ),
            ("add|install|fetch", "package.install:args"),
        ],
        otherwise: "exec.project",
        dry: "dry-run",
        examples: &[
            ("gleam publish", "publish gleam publish"),
            ("elm make x", "exec.project elm make x"),
        ],
    },
    Cli {
        names: "raco",
        options: "",
        verbs: &[
            ("pkg upload|pkg catalog-copy", "publish"),
            ("pkg install|pkg update", "package.install:args"),
        ],
        otherwise: "exec.project",
        dry: "",
        examples: &[("raco pkg upload x", "publish raco pkg upload x")],
    },
    Cli {
        names: "zig",
        options: "",
        verbs: &[("fetch", "package.install:args")],
        otherwise: "exec.project",
        dry: "",
        examples: &[
            ("zig fetch --save x", "package.install x"),
            ("zig build", "exec.project zig build"),
        ],
    },
    Cli {
        names: "anaconda",
        options: "t token u user",
        verbs: &[("upload|move|remove|copy|update", "publish")],
        otherwise: "none",
        dry: "",
        examples: &[("anaconda upload x", "publish anaconda upload x")],
    },
    Cli {
        names: "dart flutter",
        options: "d device-id target t flavor hosted-url git-url git-ref source s u",
        verbs: &[
            ("pub publish|pub lish|pub uploader", "publish"),
            ("pub add|pub upgrade", "package.install:args"),
            ("pub global activate", "package.install:args"),
            ("pub get|pub downgrade", "package.locked"),
            ("pub", "none"),
            (
                "doctor|devices|emulators|config|channel|--version|logs|help",
                "none",
            ),
            ("upgrade|downgrade", "package.install"),
        ],
        otherwise: "exec.project",
        dry: "dry-run n",
        examples: &[
            ("dart pub publish", "publish dart pub publish"),
            ("flutter pub get", "package.locked flutter pub get"),
            ("flutter pub add http", "package.install http"),
        ],
    },
    Cli {
        names: "swift",
        options: "package-path c configuration filter",
        verbs: &[
            (
                "package-registry publish|package-registry set|package-registry login",
                "publish",
            ),
            ("package resolve|package update", "package.locked"),
        ],
        otherwise: "exec.project",
        dry: "",
        examples: &[
            (
                "swift package-registry publish a.b 1",
                "publish swift package-registry publish a.b 1, file.read /w/a.b",
            ),
            ("swift test", "exec.project swift test"),
        ],
    },
    Cli {
        names: "fastlane",
        options: "",
        verbs: &[
            (
                "deliver|pilot*|supply|upload*|release|beta|deploy|appstore|testflight|hockey|distribute|publish|submit|precheck_and_submit|production|staging",
                "publish",
            ),
            (
                "ios beta|ios release|ios deploy|ios appstore|ios testflight|ios upload*|ios distribute|ios publish|android beta|android release|android deploy|android playstore|android upload*|android distribute|android publish|mac release|mac beta",
                "publish",
            ),
            ("match nuke|match change_password", "infra.destroy"),
            ("match*|cert|sigh|produce|pem|* produce", "deploy"),
            (
                "run upload_*|run pilot|run deliver|run supply|* release*|* deploy*|* beta*|* upload*|* submit*|* publish*|* distribute*|* promote*|* testflight*|* internal*|* production*|* app_store*|* play_store*|* rollout*|submit*|publish*|distribute*|pgyer|firebase_app_distribution|upload_to_*",
                "publish",
            ),
            ("lanes|list|docs|actions|action|env|help", "none"),
        ],
        otherwise: "exec.project",
        dry: "",
        examples: &[
            ("fastlane beta", "publish fastlane beta"),
            ("fastlane test", "exec.project fastlane test"),
        ],
    },
    Cli {
        names: "altool notarytool stapler",
        options: "f file t type u username p password apple-id team-id keychain-profile key key-id issuer asc-provider",
        verbs: &[
            ("submit|store-credentials", "publish"),
            ("history|info|log|wait|validate", "cloud.read"),
        ],
        otherwise: "none",
        dry: "",
        examples: &[
            (
                "notarytool submit a.zip",
                "publish notarytool submit a.zip, file.read /w/a.zip",
            ),
            ("notarytool history", "cloud.read notarytool history"),
        ],
    },
    Cli {
        names: "snapcraft charmcraft",
        options: "release channel provider",
        verbs: &[
            (
                "upload|push|release|close|promote|register|promote-bundle|upload-resource|publish-lib|set-default-track",
                "publish",
            ),
            (
                "status|list|whoami|login|logout|names|revisions|tracks",
                "none",
            ),
        ],
        otherwise: "exec.project",
        dry: "",
        examples: &[("snapcraft upload x", "publish snapcraft upload x")],
    },
    Cli {
        names: "dput dupload debrelease cpan-upload mini-dinstall winget-create wingetcreate",
        options: "",
        verbs: &[],
        otherwise: "publish",
        dry: "s simulate",
        examples: &[(
            "dput ppa:a/b x.changes",
            "publish dput ppa:a/b x.changes, file.read /w/ppa:a/b, file.read /w/x.changes",
        )],
    },
    Cli {
        names: "copr-cli copr osc",
        options: "m message",
        verbs: &[
            (
                "build|create|modify|delete|commit|ci|submitrequest|sr|rdelete|release|copypac|upload-build|build-package",
                "publish",
            ),
            (
                "list|get*|download*|watch-build|status|log|diff|ls|search|results|st|info|co|checkout|up|update",
                "cloud.read",
            ),
        ],
        otherwise: "none",
        dry: "",
        examples: &[("copr-cli build p", "publish copr-cli build p")],
    },
    Cli {
        names: "choco chocolatey",
        options: "s source k api-key version",
        verbs: &[
            ("push|apikey", "publish"),
            ("install|upgrade", "package.install:args"),
            ("uninstall", "privilege"),
        ],
        otherwise: "none",
        dry: "noop what-if",
        examples: &[(
            "choco push a.nupkg",
            "publish choco push a.nupkg, file.read /w/a.nupkg",
        )],
    },
    Cli {
        names: "web-ext chrome-webstore-upload chrome-webstore-upload-cli",
        options: "source s api-key api-secret source-dir artifacts-dir a channel extension-id client-id client-secret refresh-token",
        verbs: &[("sign|submit|upload|publish", "publish")],
        otherwise: "exec.project",
        dry: "",
        examples: &[("web-ext sign", "publish web-ext sign")],
    },
    Cli {
        names: "cachix attic",
        options: "",
        verbs: &[
            (
                "push|pin|deploy*|watch-exec|watch-store|doctor push",
                "publish",
            ),
            ("use", "env.inject"),
        ],
        otherwise: "none",
        dry: "",
        examples: &[("cachix push acme x", "publish cachix push acme x")],
    },
    Cli {
        names: "wapm wasmer",
        options: "",
        verbs: &[(
            "publish|package push|deploy|cloud deploy|registry push|push|app create|app delete",
            "publish",
        )],
        otherwise: "exec.project",
        dry: "dry-run",
        examples: &[("wasmer publish", "publish wasmer publish")],
    },
    Cli {
        names: "neptune",
        options: "r remote j jobs p project e entity n name",
        verbs: &[("push|exp push|artifact put|sync|upload|launch", "publish")],
        otherwise: "exec.project",
        dry: "",
        examples: &[
            ("neptune sync", "publish neptune sync"),
            ("neptune status", "exec.project neptune status"),
        ],
    },
    Cli {
        names: "clasp",
        options: "name env e m",
        verbs: &[(
            "deploy|push|undeploy|redeploy|app stop|secret create|volume rm|create-deployment|create-version",
            "deploy",
        )],
        otherwise: "exec.project",
        dry: "",
        examples: &[("clasp deploy app", "deploy clasp deploy app")],
    },
    Cli {
        names: "forge cast anchor solana near sui aptos truffle hardhat starkli sncast",
        options: "rpc-url r private-key network n chain keystore account from url u k keypair gas-budget C c config",
        verbs: &[
            (
                "create|send|publish|deploy|upgrade|program deploy|program write-buffer|program close|program set-upgrade-authority|client publish|client upgrade|client call|client transfer*|client pay*|move publish|migrate|transfer|airdrop|contract deploy|tokens*|account delete|invoke|declare|mktx --broadcast",
                "deploy",
            ),
            ("wallet private-key|wallet decrypt-keystore", "secret.read"),
            (
                "call|balance|block|tx|receipt|logs|code|storage|abi*|sig|keccak|wallet list|config get|config list|address|epoch|slot|gas|chain-id|estimate",
                "cloud.read",
            ),
        ],
        otherwise: "exec.project",
        dry: "dry-run simulate",
        examples: &[
            ("anchor deploy", "deploy anchor deploy"),
            ("forge test", "exec.project forge test"),
        ],
    },
    Cli {
        names: "conan",
        options: "r remote",
        verbs: &[
            ("upload|remove", "publish"),
            ("remote add|remote update", "env.inject"),
            ("install", "package.locked"),
        ],
        otherwise: "exec.project",
        dry: "",
        examples: &[("conan upload x", "publish conan upload x")],
    },
];

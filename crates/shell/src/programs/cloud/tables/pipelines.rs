//! Continuous integration, artifacts and registries.

use super::super::super::table::Cli;
use super::c;

pub(super) const CLIS: &[Cli] = &[
    c(
        "act gitlab-ci-local earthly dagger gitlab-runner actionlint zizmor",
        "j job W workflows e eventpath s secret P platform C directory",
        &[("register|unregister|login", "deploy")],
        "exec.project",
        &[("act -j test", "exec.project act")],
    ),
    c(
        "circleci travis bk cirrus appveyor codefresh semaphore harness spin octopus octo teamcity gocd awx tower-cli rundeck woodpecker-cli drone buildkite bitrise codemagic nevercode xcode-cloud buddy wercker cml codecov coveralls snyk-ci jf-pipelines pipelines bitbucket jenkins-cli jenkins concourse-fly runway-ci gitlab-cli gitness harnesscd nomad-pack",
        "r repo b branch t target p project j job k n name e environment environment-id org token host server a application s space version release package variable config c pipeline build v var l team-name cpus u url event number data image param",
        &[
            ("encrypt*|token|context store-secret", "secret.read"),
            (
                "config*|local*|orb validate|orb info|orb list|orb source|orb process|orb pack|orb init|diagnostic|setup|version|completion|namespace list|policy test|policy eval|policy decide|lint|logs|status|history|whoami|show|branches|repos|monitor|open|accounts|report|raw|exec|fmt|convert|jsonnet|starlark|info|template*|pipelines|builds|jobs|workers|targets|teams|volumes|containers|resources|resource-versions|watch|validate-pipeline|get-pipeline|login|logout|format-pipeline|checklist|userinfo|curl|list-*|get-*|console|help|who-am-i|build view|build list|pipeline list|job log|artifacts download|meta-data get|api get*|projects|executions|jobs list|agent list|* ls|pipeline ls|pipeline info|pipeline show|pipeline last|pipeline logs|get|describe|validate|up|new|watch|doctor|registry login",
                "cloud.read",
            ),
            ("delete-*|destroy*|* purge|pr decline", "infra.destroy"),
            (
                "build promote|build stop|build restart|build rollback|build create|build approve|build decline|build|cancel|disable|enable|env|restart|requests|sync|settings|execute|hijack|intercept|trigger-job|set-pipeline|unpause*|pause*|expose*|hide*|abort-build|rerun-build|check-resource|land-worker|prune-worker|set-team|pin-resource|groovy|safe-restart|restart|shutdown|quiet-down|reload*|create-*|update-*|install-plugin|offline-node|online-node|disconnect-node|set-*|copy-job|keep-build|deploy*|pipeline*start|pipeline approve|deploy-release|create-release|push|run|job_templates launch|job launch|* launch|upload",
                "deploy",
            ),
            ("orb publish|orb create|orb promote*|orb unlist*", "publish"),
        ],
        "verb deploy none",
        &[
            (
                "circleci config validate",
                "cloud.read circleci config validate",
            ),
            (
                "drone build promote o/r 1 production",
                "deploy drone build promote o/r 1",
            ),
            (
                "jenkins-cli delete-job x",
                "infra.destroy jenkins-cli delete-job x",
            ),
        ],
    ),
    c(
        "buildkite-agent",
        "job build token endpoint queue tags",
        &[
            (
                "artifact download|artifact search|artifact shasum|meta-data get|meta-data exists|meta-data keys|env*|oidc*|tool*|redactor*|lock*|step get|start|bootstrap",
                "exec.project",
            ),
            ("secret get", "secret.read"),
        ],
        "verb deploy none",
        &[(
            "buildkite-agent artifact upload x",
            "deploy buildkite-agent artifact upload x",
        )],
    ),
    c(
        "jfrog jf",
        "url user password access-token server-id repo build-name build-number project target-props props flat threads spec q",
        &[
            (
                "rt s|rt search|rt dl|rt download|rt p|rt ping|rt curl|rt cl|rt bag|rt build-add-git|rt bce|rt build-collect-env|rt bad|rt gradle*|rt npmi|audit*|scan*|c|config|intro|options|login|completion|ca|curation-audit|setup|project init|mvn*|gradle*|npm install|npm ci|npm audit|pip install|go*|yarn*|git audit|rt npm-install|xr curl|xr scan-graph|ds|plugin*|docker pull|docker scan|build-scan|enrich|sbom*|source-mcp",
                "cloud.read",
            ),
            (
                "rt del|rt delete|rt builddel|rt bdi|rt build-discard|rt rdel|rt repo-delete|rt gdel|rt group-delete|rt user-delete|rt udel|rt delp|rt delete-props|rbd|ds del*|release-bundle-delete*",
                "infra.destroy",
            ),
            (
                "rt u|rt upload|rt bp|rt build-publish|rt dp|rt docker-push|docker push|rt cp|rt copy|rt mv|rt move|rt bpr|rt build-promote|npm publish|go-publish|gp|rb*|release-bundle*|nix publish|evidence create|evd create",
                "publish",
            ),
            ("rt*", "deploy"),
        ],
        "none",
        &[
            ("jf rt s 'repo/*'", "cloud.read jf rt s repo/*"),
            (
                "jf rt del repo/old/ --quiet",
                "infra.destroy jf rt del repo/old/",
            ),
        ],
    ),
    c(
        "cloudsmith packagecloud gemfury fury nexus3 nexus3-cli anaconda-client pulp aptly reprepro buf cargo-registry verdaccio-cli quay harbor tanka-push hab polaris-cli",
        "r remote c confirm k api-key u user t token label i ignore o output p path config v distribution architectures s as a b branch against",
        &[
            (
                "publish*|upload|push*|copy|promote|yank|registry*create|registry*delete|registry*update|registry*undelete|plugin push",
                "publish",
            ),
            (
                "delete|remove|db cleanup|repo drop|repo remove|mirror drop|snapshot drop|publish drop|removefilter|clearvanished",
                "infra.destroy",
            ),
            (
                "login|logout|install|create|new|build|export-pkg|source|test|inspect|editable|profile*|config*|remote*|cache*|lock*|graph*|audit*|lint|format|generate|breaking|dep*|mod*|beta*|convert|curl|export|ls-files|mirror*|repo*|snapshot*|task*|package*|serve|graph|download|search|setup|studio*|plan*|pkg install|registry login|registry logout|registry whoami|registry sdk*",
                "exec.project",
            ),
        ],
        "verb publish none",
        &[
            ("buf push", "publish buf push"),
            ("buf lint", "exec.project buf lint"),
            (
                "cloudsmith delete o/r/p",
                "infra.destroy cloudsmith delete o/r/p",
            ),
        ],
    ),
    c(
        "crane gcrane regctl oras manifest-tool ko jib pack kaniko imgtool wash wasm-to-oci",
        "platform f filename t tag u username p password o output format artifact-type a annotation config insecure B builder b buildpack path e env destination context target R local",
        &[
            (
                "delete|gc|tag delete|tag rm|tag del|image delete|image rm|manifest delete|blob delete|blob rm|artifact delete|repo delete",
                "infra.destroy",
            ),
            (
                "auth*|catalog|ls|manifest|digest|config|pull|export|validate|version|blob|serve|image inspect|image manifest|image digest|image get-file|image config|image export|image ratelimit|image check-base|tag ls|repo ls|repo tags|registry*|artifact get|artifact list|artifact tree|blob get|blob head|manifest get|manifest head|manifest fetch*|manifest show|discover|blob fetch|resolve|login|logout|inspect*|builder*|buildpack*|stack*|sbom download|completion|cache*|config*|backup|deps|new|dev|up",
                "cloud.read",
            ),
        ],
        "publish",
        &[
            ("crane ls gcr.io/x", "cloud.read crane ls gcr.io/x"),
            (
                "crane delete r/a@sha256:1",
                "infra.destroy crane delete r/a@sha256:1",
            ),
            ("oras push r/a:v1 f", "publish oras push r/a:v1 f"),
            ("pack build app", "exec.project pack build"),
        ],
    ),
    c(
        "cosign notation rekor-cli gitsign sigstore slsa-verifier in-toto-sign",
        "key certificate certificate-identity certificate-oidc-issuer predicate type a o output bundle signature format d payload",
        &[
            ("sign|attest*|attach*|upload*|copy|load", "publish"),
            ("clean", "infra.destroy"),
            (
                "sign-blob|attest-blob|generate*|verify*|tree|triangulate|download*|login|public-key|save|manifest*|version|env|initialize|dockerfile*|inspect|ls|list|cert*|key*|policy*|plugin*|logout|search|get|loginfo|logproof",
                "none",
            ),
        ],
        "none",
        &[
            ("cosign sign --key k me/a", "publish cosign sign me/a"),
            ("cosign verify --key k me/a", ""),
        ],
    ),
];

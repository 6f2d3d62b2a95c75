//! Clouds, clusters, platforms, code hosts: verbs and what they do.

use palisade_core::{Certainty, EffectKind, Target};

use crate::arg::Arg;

use super::args::parse;
use super::special::peer;
use super::table::{Cli, act, find_cli, lower_cli, phrase};
use super::{Call, Sink};

const KUBE: &str = "n namespace context kubeconfig cluster user s server o output l selector f filename c container field-selector sort-by tail since image replicas type p patch timeout token as as-group template field-manager cascade grace-period k kustomize port v set";

const CLIS: &[Cli] = &[
    Cli {
        names: "kubectl oc k3s k",
        options: KUBE,
        verbs: &[
            ("get secret*|get secrets*", "secret.read"),
            (
                "get|describe|logs|log|top|explain|api-resources|api-versions|version|cluster-info|diff|wait|auth can-i|auth whoami|config view|config current-context|config get-contexts|config get-clusters|rollout status|rollout history|events|status|whoami|kustomize|completion|options|plugin",
                "cloud.read",
            ),
            (
                "config use-context|config set*|config use|config delete*|config rename*|config unset|login|project",
                "none",
            ),
            ("delete|drain", "infra.destroy"),
            ("port-forward|proxy", "net.listen"),
            ("create token", "secret.read"),
        ],
        otherwise: "deploy",
        dry: "dry-run",
        examples: &[
            ("kubectl get pods -n prod", "cloud.read kubectl get pods"),
            (
                "kubectl delete pod web",
                "infra.destroy kubectl delete pod web",
            ),
            (
                "kubectl apply -f k8s/",
                "deploy kubectl apply, file.read /w/k8s/ r",
            ),
        ],
    },
    Cli {
        names: "helm helmfile",
        options: "n namespace kube-context kubeconfig f values set version o output timeout set-string repo",
        verbs: &[
            (
                "list|ls|status|get|history|show|search|template|lint|version|env|repo list|dependency|dep|verify|diff|package|create|test",
                "cloud.read",
            ),
            ("repo add|repo update|plugin list|pull", "none"),
            ("plugin install", "package.install:args"),
            ("uninstall|delete|del|un|destroy", "infra.destroy"),
            ("push", "publish"),
        ],
        otherwise: "deploy",
        dry: "dry-run",
        examples: &[("helm uninstall web", "infra.destroy helm uninstall web")],
    },
    Cli {
        names: "terraform tofu terragrunt tf",
        options: "var var-file target out state chdir backend-config lock-timeout parallelism replace refresh",
        verbs: &[
            (
                "plan|show|output|validate|fmt|version|providers|graph|state list|state show|state pull|workspace list|workspace show|workspace select|workspace new|console|get|metadata|test",
                "cloud.read",
            ),
            ("init", "package.locked"),
            (
                "destroy|state rm|workspace delete|run-all destroy|apply-destroy",
                "infra.destroy",
            ),
            ("login", "secret.read"),
        ],
        otherwise: "deploy",
        dry: "help",
        examples: &[
            ("terraform plan -out=p", "cloud.read terraform plan"),
            (
                "terraform destroy -auto-approve",
                "infra.destroy terraform destroy",
            ),
        ],
    },
    Cli {
        names: "pulumi cdktf cdk sst serverless sls sam copilot-cli chalice zappa",
        options: "s stack C cwd c config stage region profile require-approval a app template-file stack-name",
        verbs: &[
            ("destroy|remove|stack rm|delete", "infra.destroy"),
            (
                "preview|diff|synth|ls|list|stack ls|stack output|config get|about|logs|info|whoami|validate|print|doctor|local*|build|init|package|docs|dev",
                "cloud.read",
            ),
            ("config set*", "none"),
        ],
        otherwise: "deploy",
        dry: "dry-run preview-only",
        examples: &[("pulumi up --yes", "deploy pulumi up")],
    },
    Cli {
        names: "ansible ansible-playbook ansible-pull",
        options: "i inventory l limit t tags e extra-vars u user m a vault-password-file f",
        verbs: &[],
        otherwise: "deploy",
        dry: "check C list-hosts list-tasks syntax-check",
        examples: &[(
            "ansible-playbook site.yml",
            "deploy ansible-playbook site.yml",
        )],
    },
    Cli {
        names: "vercel vc now",
        options: "t token scope S cwd A local-config e env b build-env Q global-config target",
        verbs: &[
            (
                "ls|list|inspect|logs|whoami|teams ls|projects ls|project ls|domains ls|env ls|certs ls|help|dns ls|alias ls|bisect",
                "cloud.read",
            ),
            ("env pull", "secret.read"),
            ("env add", "secret.send"),
            (
                "env rm|remove|rm|project rm|domains rm|dns rm|certs rm",
                "infra.destroy",
            ),
            (
                "build|dev|link|init|pull|login|logout|switch",
                "exec.project",
            ),
        ],
        otherwise: "deploy",
        dry: "",
        examples: &[
            ("vercel --prod", "deploy vercel"),
            ("vercel ls", "cloud.read vercel ls"),
        ],
    },
    Cli {
        names: "netlify ntl",
        options: "d dir s site a alias m message auth f functions",
        verbs: &[
            (
                "status|sites:list|env:list|env:get|logs|watch|open",
                "cloud.read",
            ),
            ("sites:delete|env:unset", "infra.destroy"),
            ("env:set|env:import", "secret.send"),
            ("build|dev|serve|link|unlink|init|login", "exec.project"),
        ],
        otherwise: "deploy",
        dry: "",
        examples: &[("netlify deploy --prod", "deploy netlify deploy")],
    },
    Cli {
        names: "fly flyctl",
        options: "a app c config o org r region t access-token image i",
        verbs: &[
            (
                "status|logs|apps list|list|info|releases|regions|platform|version|auth whoami|ips list|machine list|machine status|volumes list|secrets list|config show|checks|doctor|dashboard",
                "cloud.read",
            ),
            ("auth token|tokens create", "secret.read"),
            ("secrets set|secrets import", "secret.send"),
            (
                "apps destroy|destroy|machine destroy|volumes destroy|volumes delete|postgres detach|ips release",
                "infra.destroy",
            ),
            ("proxy", "net.listen"),
        ],
        otherwise: "deploy",
        dry: "",
        examples: &[("fly apps destroy web", "infra.destroy fly apps destroy web")],
    },
    Cli {
        names: "heroku railway render dokku gigalixir scalingo",
        options: "a app r remote n num s service e environment",
        verbs: &[
            (
                "logs|status|ps|apps|apps:info|info|releases|domains|addons|whoami|list|version|pg:info|pg:ps|help",
                "cloud.read",
            ),
            ("config:get|config|variables|auth:token", "secret.read"),
            (
                "apps:destroy|destroy|addons:destroy|pg:reset|ps:stop|delete|down",
                "infra.destroy",
            ),
            ("config:set", "secret.send"),
            ("local|link|login", "none"),
        ],
        otherwise: "deploy",
        dry: "",
        examples: &[("heroku logs -a web", "cloud.read heroku logs")],
    },
    Cli {
        names: "wrangler",
        options: "c config e env name compatibility-date",
        verbs: &[
            (
                "whoami|tail|deployments list|kv key list|kv key get|kv namespace list|r2 bucket list|d1 list|d1 info|pages project list|secret list|versions list|types",
                "cloud.read",
            ),
            ("secret put|secret bulk", "secret.send"),
            (
                "delete|kv key delete|kv namespace delete|r2 bucket delete|r2 object delete|d1 delete|pages project delete|secret delete",
                "infra.destroy",
            ),
            ("d1 execute|d1 migrations apply", "db.schema"),
            ("dev|build|init|login|generate|pages dev", "exec.project"),
        ],
        otherwise: "deploy",
        dry: "dry-run",
        examples: &[("wrangler deploy", "deploy wrangler deploy")],
    },
    Cli {
        names: "firebase",
        options: "P project only except token m message",
        verbs: &[
            (
                "projects:list|apps:list|functions:log|use|hosting:sites:list|firestore:indexes|functions:list|target|apps:sdkconfig",
                "cloud.read",
            ),
            (
                "firestore:delete|database:remove|hosting:disable|functions:delete|apps:delete|projects:delete|auth:delete",
                "infra.destroy",
            ),
            (
                "functions:secrets:access|login:ci|auth:export",
                "secret.read",
            ),
            ("functions:secrets:set", "secret.send"),
            (
                "emulators:start|emulators:exec|serve|init|login",
                "exec.project",
            ),
        ],
        otherwise: "deploy",
        dry: "dry-run",
        examples: &[("firebase deploy", "deploy firebase deploy")],
    },
    Cli {
        names: "doctl linode-cli hcloud vultr-cli scw exo civo eksctl gh-actions minikube kind k3d colima",
        options: "c context t access-token o output format",
        verbs: &[
            (
                "* list|* get|* describe|list|get|status|version|* info|account get|profile list|ip|dashboard|logs",
                "cloud.read",
            ),
            (
                "* delete*|* destroy|* rm|* remove|delete|* * delete|* * rm",
                "infra.destroy",
            ),
            (
                "start|create cluster|cluster create|stop|load*|image *",
                "exec.project",
            ),
        ],
        otherwise: "deploy",
        dry: "dry-run",
        examples: &[(
            "doctl compute delete x",
            "infra.destroy doctl compute delete x",
        )],
    },
    Cli {
        names: "supabase",
        options: "project-ref db-url password schema linked",
        verbs: &[
            (
                "status|projects list|functions list|migration list|db diff|branches list|gen*|orgs list|inspect*|secrets list",
                "cloud.read",
            ),
            (
                "db reset|projects delete|functions delete|branches delete|stop",
                "db.destroy",
            ),
            ("db push|migration up|db remote commit", "db.schema"),
            ("secrets set", "secret.send"),
            (
                "start|init|login|link|migration new|db start|test*|functions serve|functions new",
                "exec.project",
            ),
        ],
        otherwise: "deploy",
        dry: "dry-run",
        examples: &[("supabase db push", "db.schema supabase db push")],
    },
    Cli {
        names: "stripe",
        options: "api-key p project-name d",
        verbs: &[
            ("* list|* retrieve|logs*|config|version|get", "cloud.read"),
            ("listen|login|open|samples*|serve", "exec.project"),
        ],
        otherwise: "deploy",
        dry: "",
        examples: &[("stripe charges list", "cloud.read stripe charges list")],
    },
    Cli {
        names: "sentry-cli newrelic datadog-ci circleci argocd flux istioctl consul nomad buildkite-agent",
        options: "o p org project auth-token n namespace address",
        verbs: &[
            (
                "info|* list|* get|* status|status|version|* info|validate|config*|analyze|proxy-status|members|node status|job status|diff|app diff|app logs",
                "cloud.read",
            ),
            (
                "* delete*|job stop|system gc|kv delete|uninstall",
                "infra.destroy",
            ),
        ],
        otherwise: "deploy",
        dry: "dry-run",
        examples: &[("argocd app list", "cloud.read argocd app list")],
    },
    Cli {
        names: "vault bao",
        options: "address token namespace format field mount",
        verbs: &[
            (
                "status|version|list|secrets list|auth list|policy list|policy read|kv list|kv metadata*|path-help|print token-lookup|operator members",
                "cloud.read",
            ),
            (
                "read|kv get|token create|token lookup|unwrap|print token|login|ssh|write -field*",
                "secret.read",
            ),
            ("kv put|write|kv patch", "secret.send"),
            (
                "delete|kv delete|kv destroy|secrets disable|auth disable|lease revoke|token revoke|operator seal",
                "infra.destroy",
            ),
        ],
        otherwise: "deploy",
        dry: "",
        examples: &[("vault kv get secret/x", "secret.read vault kv get secret/x")],
    },
    Cli {
        names: "op bw lpass pass gopass secret-tool keyring keepassxc-cli 1password chamber berglas sops age-keygen infisical doppler rbw dashlane",
        options: "account vault session o output format",
        verbs: &[
            (
                "whoami|account list|vault list|item list|ls|list|status|--version|sync|help|version|git*|projects|configs|me|encrypt|-e",
                "cloud.read",
            ),
            (
                "item create|item edit|insert|generate|add|store|set|write|edit|secrets set",
                "secret.send",
            ),
            ("item delete|rm|delete|clear", "infra.destroy"),
        ],
        otherwise: "secret.read",
        dry: "",
        examples: &[
            ("op read op://a/b/c", "secret.read op read op://a/b/c"),
            ("pass show x", "secret.read pass show x"),
        ],
    },
    Cli {
        names: "security",
        options: "a s l g w-x",
        verbs: &[
            (
                "find-generic-password|find-internet-password|dump-keychain|export|find-key|find-identity-x",
                "secret.read",
            ),
            (
                "add-*|delete-*|set-*|import|unlock-keychain|authorizationdb",
                "privilege",
            ),
        ],
        otherwise: "none",
        dry: "",
        examples: &[(
            "security find-generic-password -w",
            "secret.read security find-generic-password",
        )],
    },
    Cli {
        names: "slack-cli slack slackcat discord-cli telegram-send teams-cli twilio ntfy pushover wuzz apprise",
        options: "c channel m message t",
        verbs: &[("help|version|list|login", "none")],
        otherwise: "message.send",
        dry: "",
        examples: &[("slackcat -c general", "message.send slackcat")],
    },
    Cli {
        names: "hub tea",
        options: "m b h",
        verbs: &[
            (
                "pr list|issue list|issue|issues|pulls|pr show|ci-status|browse|api|issue show",
                "cloud.read",
            ),
            (
                "pull-request|issue create|issues create|pr create|pulls create|comment",
                "issue.write",
            ),
            ("release create|releases create", "publish"),
            ("delete", "infra.destroy"),
        ],
        otherwise: "cloud.read",
        dry: "",
        examples: &[("hub pull-request", "issue.write hub pull-request")],
    },
];

const HOST_OPTIONS: &str = "R repo hostname t title b body body-file F base B head H l label a assignee r reviewer m milestone milestone-title p project json jq q template T limit L state s S search author X method f raw-field field header input cache preview branch w workflow job message notes n notes-file org visibility target e env reason c comment subject description d source-branch target-branch per-page page output g group";

const GITHUB: &Cli = &Cli {
    names: "gh glab",
    options: HOST_OPTIONS,
    verbs: &[
        ("auth token|auth status --show-token", "secret.read"),
        (
            "auth login|auth refresh|auth setup-git|auth logout|auth switch",
            "env.inject",
        ),
        (
            "pr create|pr comment|pr edit|pr review|pr close|pr reopen|pr ready|pr lock|pr unlock|issue create|issue comment|issue edit|issue close|issue reopen|issue transfer|issue pin|issue unpin|issue lock|issue delete|issue develop|label create|label edit|label delete|label clone|mr create|mr note|mr update|mr close|mr reopen|mr approve|mr revoke|issue note|issue update|discussion create|project item-add|project item-edit|mr todo|incident*",
            "issue.write",
        ),
        (
            "pr checkout|mr checkout|repo clone|repo set-default|repo sync|co",
            "git.ordinary",
        ),
        (
            "repo delete|repo archive|project delete|repo transfer",
            "infra.destroy",
        ),
        (
            "repo create|repo edit|repo fork|repo rename|repo unarchive|repo deploy-key*|ruleset*|repo mirror|repo autolink*",
            "git.protection",
        ),
        (
            "release create|release upload|release edit|release delete|release delete-asset",
            "publish",
        ),
        ("gist create|gist edit|snippet create", "net.write"),
        ("gist delete", "infra.destroy"),
        ("secret set|variable set", "secret.send"),
        (
            "secret delete|secret remove|variable delete|cache delete|run delete|codespace delete|environment delete",
            "infra.destroy",
        ),
        (
            "workflow run|workflow enable|workflow disable|run rerun|run cancel|ci run|ci trigger|ci retry|ci delete|pipeline run|job*|ci cancel*|schedule*",
            "deploy",
        ),
        (
            "ssh-key add|gpg-key add|deploy-key add|token create",
            "privilege",
        ),
        (
            "extension install|extension upgrade|ext install",
            "package.install:args",
        ),
        ("extension exec|alias set|alias import", "env.inject"),
        ("codespace ssh|cs ssh|codespace create", "deploy"),
        ("config set", "none"),
    ],
    otherwise: "cloud.read",
    dry: "dry-run",
    examples: &[
        ("gh pr list --state open", "cloud.read gh pr list"),
        (
            "gh pr create --title x --body 'rm -rf /'",
            "issue.write gh pr create",
        ),
        (
            "gh repo delete me/x --yes",
            "infra.destroy gh repo delete me/x",
        ),
        ("gh auth token", "secret.read gh auth token"),
    ],
};

const CONTAINERS: &Cli = &Cli {
    names: "docker podman nerdctl docker-compose podman-compose buildah skopeo lima limactl",
    options: "H c context config l log-level f file p project-name t tag build-arg target platform filter format n tail since until profile env-file project-directory progress label cache-from cache-to o output network secret ssh u username",
    verbs: &[
        (
            "ps|images|image ls|image list|image inspect|logs|inspect|version|info|stats|top|port|diff|history|search|events|container ls|container inspect|volume ls|volume list|volume inspect|network ls|network inspect|system df|system info|compose ps|compose logs|compose config|compose ls|compose images|compose top|compose version|compose port|compose events|context ls|context show|buildx ls|buildx inspect|manifest inspect|container logs|compose stats|config|ls|list",
            "none",
        ),
        (
            "push|image push|buildx imagetools create|manifest push|compose push|copy",
            "publish",
        ),
        (
            "system prune|volume prune|volume rm|volume remove|image prune|container prune|network prune|builder prune|system reset",
            "infra.destroy",
        ),
        ("login|logout", "none"),
        ("swarm*|service*|stack*|node*|secret*", "deploy"),
        (
            "rm|rmi|image rm|container rm|network rm|kill|stop|pause|compose stop|compose kill|compose rm|container stop|container kill|restart|compose restart",
            "exec.project",
        ),
        (
            "save|export|load|import|cp|commit|container cp|context use|context create",
            "exec.project",
        ),
    ],
    otherwise: "exec.project",
    dry: "",
    examples: &[
        ("docker ps -a", ""),
        ("docker push me/x:1", "publish docker push me/x:1"),
        (
            "docker system prune -af",
            "infra.destroy docker system prune",
        ),
        ("docker compose up -d", "exec.project docker compose up"),
    ],
};

/// Understands one call; `false` when the program is none of these.
pub(crate) fn lower(call: &Call<'_>, sink: &mut Sink) -> bool {
    match call.program {
        "gh" | "glab" => github(call, sink),
        "aws" => aws(call, sink),
        "gcloud" | "gsutil" | "bq" => gcloud(call, sink),
        "az" => azure(call, sink),
        "gpg" | "gpg2" => gpg(call, sink),
        "rclone" | "mc" | "s3cmd" | "s5cmd" | "azcopy" | "b2" => object_store(call, sink),
        "docker" | "podman" | "nerdctl" | "docker-compose" | "podman-compose" | "buildah"
        | "skopeo" | "limactl" => containers(call, sink),
        _ => {
            let Some(cli) = find_cli(&[CLIS], call.program) else {
                return false;
            };
            if call.program == "terraform" || call.program == "tofu" {
                let destroys = call
                    .args
                    .iter()
                    .any(|a| matches!(a.text(), Some("-destroy" | "--destroy")));
                if destroys && call.args.iter().any(|a| a.is("apply")) {
                    sink.name(call, EffectKind::InfraDestroy, "terraform apply -destroy");
                    return true;
                }
            }
            if matches!(call.program, "kubectl" | "oc" | "helm") {
                let p = parse(call.args, KUBE);
                for f in p.values("f filename values") {
                    if f.shown().contains("://") {
                        let host = f
                            .shown()
                            .split("://")
                            .nth(1)
                            .and_then(|r| r.split('/').next())
                            .unwrap_or_default();
                        sink.push(call.effect(EffectKind::NetRead, peer(host.to_owned(), "GET")));
                    } else {
                        sink.tree(call, EffectKind::FileRead, f);
                    }
                }
            }
            lower_cli(cli, call, sink);
        }
    }
    true
}

/// Every entry of the verbs tables here.
#[cfg(test)]
pub(crate) fn tables() -> Vec<&'static Cli> {
    CLIS.iter().chain([GITHUB, CONTAINERS]).collect()
}

fn containers(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, CONTAINERS.options);
    let words: Vec<&str> = p.operands.iter().filter_map(Arg::text).collect();
    let compose = call.program.ends_with("compose") || words.first() == Some(&"compose");
    let removes_volumes = compose && words.contains(&"down") && p.has("v volumes");
    if removes_volumes {
        sink.name(call, EffectKind::InfraDestroy, "docker compose down -v");
        return;
    }
    if words.first() == Some(&"build")
        || (words.first() == Some(&"buildx") && words.get(1) == Some(&"build"))
    {
        if p.has("push") {
            sink.name(call, EffectKind::Publish, phrase(call, &p.operands, 1));
        }
        for f in p.values("f file") {
            sink.file(call, EffectKind::FileRead, f);
        }
    }
    if words.first() == Some(&"cp") {
        for o in p.operands.iter().skip(1) {
            if !o.shown().contains(':') {
                let kind = if p.operands.last() == Some(o) {
                    EffectKind::FileWrite
                } else {
                    EffectKind::FileRead
                };
                sink.tree(call, kind, o);
            }
        }
    }
    let forced = p.has("f force") || call.args.iter().any(|a| a.is("-f") || a.is("--force"));
    if forced
        && matches!(
            words.as_slice(),
            ["rm" | "rmi", ..] | ["container" | "image", "rm", ..]
        )
    {
        sink.name(call, EffectKind::InfraDestroy, phrase(call, &p.operands, 2));
        return;
    }
    lower_cli(CONTAINERS, call, sink);
}

fn github(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(call.args, HOST_OPTIONS);
    let words: Vec<&str> = p.operands.iter().filter_map(Arg::text).collect();
    for f in p
        .values("F body-file input notes-file")
        .filter(|_| words.first() != Some(&"api"))
    {
        sink.file(call, EffectKind::FileRead, f);
        sink.sends = true;
    }
    match words.as_slice() {
        ["pr" | "mr", "merge", ..] => {
            let name = None;
            sink.push(call.effect(
                EffectKind::GitPush,
                Target::GitRef {
                    remote: Some("origin".into()),
                    name,
                },
            ));
            if p.has("admin") {
                sink.name(call, EffectKind::GitProtection, "gh pr merge --admin");
            }
            if p.has("d delete-branch") {
                sink.name(call, EffectKind::IssueWrite, "gh pr merge");
            }
            return;
        }
        ["auth", "status", ..] if p.has("t show-token") => {
            sink.name(call, EffectKind::SecretRead, "gh auth status");
            return;
        }
        ["api", rest @ ..] => {
            let path = rest.first().copied().unwrap_or_default();
            let graphql = path == "graphql";
            let fields = p.has("f raw-field F field input");
            let method = p
                .value("X method")
                .map_or(if fields && !graphql { "POST" } else { "GET" }, Arg::shown)
                .to_ascii_uppercase();
            let mutation = graphql
                && p.options
                    .iter()
                    .any(|(_, v)| v.as_ref().is_some_and(|v| v.shown().contains("mutation")));
            for f in p.values("input") {
                sink.file(call, EffectKind::FileRead, f);
            }
            for f in p.values("F field f raw-field") {
                if let Some((_, v)) = f.split_once('=')
                    && v.lead().starts_with('@')
                {
                    sink.file(call, EffectKind::FileRead, &v.after(1));
                }
            }
            let kind = if method == "GET" && !mutation {
                EffectKind::CloudRead
            } else if path.contains("/protection")
                || path.contains("/rulesets")
                || path.contains("/collaborators")
            {
                EffectKind::GitProtection
            } else if method == "DELETE"
                && path.matches('/').count() <= 2
                && path.trim_start_matches('/').starts_with("repos/")
            {
                EffectKind::InfraDestroy
            } else if method == "DELETE" && path.contains("/git/refs/") {
                EffectKind::GitDeleteRemote
            } else if path.contains("/comments")
                || path.contains("/issues")
                || (path.ends_with("/pulls") && method == "POST")
            {
                EffectKind::IssueWrite
            } else if path.ends_with("/merge")
                || path.contains("/git/refs")
                || path.contains("/contents/")
            {
                EffectKind::GitPush
            } else {
                EffectKind::NetWrite
            };
            sink.sends = kind != EffectKind::CloudRead;
            match kind {
                EffectKind::NetWrite => sink.push(
                    call.effect(
                        kind,
                        Target::Host {
                            host: if call.program == "gh" {
                                "api.github.com"
                            } else {
                                "gitlab.com"
                            }
                            .into(),
                            port: None,
                            path: format!("/{}", path.trim_start_matches('/')),
                            method: method.into(),
                        },
                    ),
                ),
                EffectKind::GitPush => sink.push(call.effect(
                    kind,
                    Target::GitRef {
                        remote: Some("origin".into()),
                        name: None,
                    },
                )),
                EffectKind::GitDeleteRemote => {
                    let name = path.rsplit("/git/refs/").next().unwrap_or_default();
                    let name = name.strip_prefix("heads/").unwrap_or(name).to_owned();
                    sink.push(call.effect(
                        kind,
                        Target::GitRef {
                            remote: Some("origin".into()),
                            name: Some(name),
                        },
                    ));
                }
                _ => sink.name(call, kind, format!("{} api {method} {path}", call.program)),
            }
            return;
        }
        ["alias", "set", ..] => {
            for o in p.operands.iter().skip(3) {
                if o.lead().starts_with('!') {
                    sink.runs.push(super::Run::Shell {
                        code: o.after(1),
                        args: Vec::new(),
                    });
                }
            }
        }
        _ => {}
    }
    lower_cli(GITHUB, call, sink);
}

/// Services where reading is reading a secret.
fn secret_verb(service: &str, verb: &str, p: &super::args::Parsed) -> bool {
    match (service, verb) {
        ("secretsmanager", "get-secret-value" | "batch-get-secret-value")
        | ("sts", "get-session-token" | "assume-role" | "get-federation-token")
        | ("ecr", "get-login-password" | "get-authorization-token")
        | ("kms", "decrypt")
        | ("iam", "create-access-key" | "create-login-profile")
        | ("ec2", "get-password-data" | "create-key-pair")
        | ("rds", "generate-db-auth-token")
        | ("eks", "get-token")
        | ("sso", "get-role-credentials")
        | ("codeartifact", "get-authorization-token")
        | ("configure", "get" | "export-credentials") => true,
        ("ssm", v) if v.starts_with("get-parameter") => p.has("with-decryption"),
        _ => false,
    }
}

fn aws(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "profile region output query endpoint-url name names secret-id bucket key body instance-ids filters stack-name template-body template-file cluster service function-name log-group-name table-name parameters cli-input-json payload image-id max-items starting-token exclude include acl sse storage-class user-name role-name policy-arn policy-document group-name db-instance-identifier cli-read-timeout since start-time end-time",
    );
    let (service, verb) = (p.word(0), p.word(1));
    let by = phrase(call, &p.operands, 2);
    if service.is_empty() || super::table::asks_for_help(&p) || verb == "help" {
        return;
    }
    if secret_verb(service, verb, &p) {
        sink.name(call, EffectKind::SecretRead, by);
        return;
    }
    for (_, v) in &p.options {
        if let Some(v) = v
            && let Some(path) = v
                .lead()
                .strip_prefix("file://")
                .or_else(|| v.lead().strip_prefix("fileb://"))
        {
            sink.file(
                call,
                EffectKind::FileRead,
                &v.after(v.lead().len() - path.len()),
            );
        }
    }
    if service == "s3" {
        s3(
            call,
            verb,
            p.operands.get(2..).unwrap_or_default(),
            p.has("delete"),
            p.has("dryrun"),
            sink,
        );
        return;
    }
    if service == "s3api" && verb == "put-object" {
        if let Some(b) = p.value("body") {
            sink.file(call, EffectKind::FileRead, b);
        }
        let bucket = p.value("bucket").map_or("", Arg::shown).to_owned();
        sink.push(call.effect(EffectKind::NetWrite, peer(bucket, "PUT")));
        sink.sends = true;
        return;
    }
    let kind = if service == "configure" || (service == "sso" && verb == "login") {
        return;
    } else if p.has("dry-run") {
        EffectKind::CloudRead
    } else if verb == "send-message"
        || (service == "sns" && verb == "publish")
        || (service == "ses" && verb.starts_with("send"))
    {
        EffectKind::MessageSend
    } else {
        by_verb(verb)
    };
    sink.name(call, kind, by);
}

fn by_verb(verb: &str) -> EffectKind {
    const READS: &[&str] = &[
        "describe",
        "list",
        "get",
        "head",
        "scan",
        "query",
        "batch-get",
        "lookup",
        "search",
        "filter",
        "tail",
        "wait",
        "show",
        "ls",
        "info",
        "check",
        "validate",
        "estimate",
        "simulate",
        "help",
        "status",
        "read",
        "view",
        "diff",
        "select",
        "preview",
        "test",
        "exists",
        "version",
    ];
    const DESTROYS: &[&str] = &[
        "delete",
        "terminate",
        "remove",
        "destroy",
        "purge",
        "rm",
        "deregister",
        "schedule-key-deletion",
        "rb",
        "disable",
        "batch-delete",
        "empty",
    ];
    let starts = |list: &[&str]| {
        list.iter().any(|p| {
            verb.strip_prefix(p)
                .is_some_and(|r| r.is_empty() || r.starts_with('-'))
        })
    };
    if starts(READS) {
        EffectKind::CloudRead
    } else if starts(DESTROYS) {
        EffectKind::InfraDestroy
    } else {
        EffectKind::Deploy
    }
}

fn bucket(a: &Arg) -> Option<(String, String)> {
    let t = a.shown();
    let rest = ["s3://", "gs://", "az://", "b2://"]
        .iter()
        .find_map(|p| t.strip_prefix(p))?;
    let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
    Some((bucket.to_owned(), key.to_owned()))
}

fn s3(call: &Call<'_>, verb: &str, paths: &[Arg], deletes: bool, dry: bool, sink: &mut Sink) {
    let label = if call.program == "aws" {
        format!("aws s3 {verb}")
    } else {
        format!("{} {verb}", call.program)
    };
    let far = |(host, key): (String, String), method: &'static str| Target::Host {
        host,
        port: None,
        path: format!("/{key}"),
        method: method.into(),
    };
    match verb {
        "ls" | "du" | "stat" | "cat" | "hash" | "presign" | "website" | "" => {
            sink.name(call, EffectKind::CloudRead, label)
        }
        _ if dry => sink.name(call, EffectKind::CloudRead, label),
        "rm" | "rb" | "delete" | "del" | "purge" => {
            let name = paths.first().map_or("", Arg::shown).to_owned();
            sink.name(call, EffectKind::InfraDestroy, name);
        }
        "cp" | "mv" | "sync" | "rsync" | "put" | "get" | "copy" | "move" | "upload"
        | "download" => {
            let Some((to, from)) = paths.split_last() else {
                return;
            };
            for f in from {
                match bucket(f) {
                    Some(b) => {
                        sink.push(call.effect(EffectKind::NetRead, far(b, "GET")));
                        if verb == "mv" {
                            sink.name(call, EffectKind::InfraDestroy, f.shown());
                        }
                    }
                    None => sink.tree(call, EffectKind::FileRead, f),
                }
            }
            match bucket(to) {
                Some(b) => {
                    sink.push(call.effect(EffectKind::NetWrite, far(b, "PUT")));
                    sink.sends = true;
                    if deletes {
                        sink.name(call, EffectKind::InfraDestroy, to.shown());
                    }
                }
                None => {
                    sink.tree(call, EffectKind::FileWrite, to);
                    if deletes {
                        sink.tree(call, EffectKind::FileDelete, to);
                    }
                }
            }
        }
        _ => sink.name(call, EffectKind::Deploy, label),
    }
}

fn gcloud(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "project account region zone format filter configuration impersonate-service-account limit image source cluster secret version member role location use_legacy_sql tag platform m",
    );
    let words: Vec<&str> = p.operands.iter().filter_map(Arg::text).collect();
    let by = phrase(call, &p.operands, 4);
    if call.program == "gsutil"
        || matches!(
            words.as_slice(),
            ["storage", "cp" | "rm" | "mv" | "rsync" | "ls" | "cat", ..]
        )
    {
        let skip = usize::from(call.program == "gcloud");
        let verb = words.get(skip).copied().unwrap_or_default();
        s3(
            call,
            verb,
            p.operands.get(skip + 1..).unwrap_or_default(),
            p.has("d delete-unmatched-destination-objects"),
            p.has("n dry-run"),
            sink,
        );
        return;
    }
    if call.program == "bq" {
        let kind = match words.first() {
            Some(&("ls" | "show" | "head" | "query" | "help" | "version")) => {
                let sql = words
                    .get(1)
                    .copied()
                    .unwrap_or_default()
                    .to_ascii_uppercase();
                if ["DROP", "DELETE", "TRUNCATE"]
                    .iter()
                    .any(|w| sql.contains(w))
                {
                    EffectKind::DbDestroy
                } else if ["UPDATE", "INSERT", "MERGE", "CREATE", "ALTER"]
                    .iter()
                    .any(|w| sql.contains(w))
                {
                    EffectKind::DbWrite
                } else {
                    EffectKind::DbRead
                }
            }
            Some(&"rm") => EffectKind::DbDestroy,
            _ => EffectKind::DbWrite,
        };
        sink.name(call, kind, by);
        return;
    }
    if words.is_empty() || super::table::asks_for_help(&p) {
        return;
    }
    let secret = words
        .iter()
        .any(|w| w.contains("print-access-token") || w.contains("print-identity-token"))
        || (words.contains(&"secrets") && words.contains(&"access"))
        || (words.contains(&"keys") && words.contains(&"create"))
        || words.contains(&"get-credentials") && words.contains(&"redis");
    let kind = if secret {
        EffectKind::SecretRead
    } else if matches!(
        words.first(),
        Some(&("config" | "init" | "components" | "info" | "version" | "help" | "auth" | "topic"))
    ) {
        return;
    } else if words.contains(&"get-credentials") {
        EffectKind::CloudRead
    } else {
        words
            .iter()
            .skip(1)
            .map(|w| by_verb(w))
            .find(|k| *k != EffectKind::Deploy)
            .unwrap_or(EffectKind::Deploy)
    };
    sink.name(call, kind, by);
}

fn azure(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "g resource-group n name o output query subscription s l location vault-name id ids account-name container-name f file template-file",
    );
    let words: Vec<&str> = p.operands.iter().filter_map(Arg::text).collect();
    let by = phrase(call, &p.operands, 4);
    if words.is_empty() || super::table::asks_for_help(&p) {
        return;
    }
    let joined = words.join(" ");
    let secret = joined.starts_with("account get-access-token")
        || joined.starts_with("keyvault secret show")
        || joined.starts_with("keyvault secret download")
        || joined.contains("keys list")
        || joined.contains("credential")
        || joined.contains("list-keys")
        || joined.contains("connection-string");
    let kind = if secret {
        EffectKind::SecretRead
    } else if matches!(
        words.first(),
        Some(
            &("login"
                | "logout"
                | "configure"
                | "version"
                | "config"
                | "extension"
                | "find"
                | "feedback")
        )
    ) {
        return;
    } else if joined.starts_with("account") {
        EffectKind::CloudRead
    } else {
        words
            .last()
            .into_iter()
            .chain(words.iter().skip(1))
            .map(|w| by_verb(w))
            .find(|k| *k != EffectKind::Deploy)
            .unwrap_or(EffectKind::Deploy)
    };
    sink.name(call, kind, by);
}

fn gpg(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "o output r recipient u local-user homedir passphrase passphrase-file keyserver recv-keys",
    );
    if p.has("export-secret-keys export-secret-subkeys export-ssh-key") {
        sink.name(call, EffectKind::SecretRead, "gpg --export-secret-keys");
    } else if p.has("delete-secret-keys delete-secret-and-public-key") {
        sink.push(
            call.effect(
                EffectKind::FileDelete,
                Target::Path(format!("{}/.gnupg", call.home)),
            )
            .with_certainty(Certainty::Partial),
        );
    }
    for o in p
        .operands
        .iter()
        .filter(|_| !p.has("list-keys k list-secret-keys K export"))
    {
        sink.file(call, EffectKind::FileRead, o);
    }
    if let Some(o) = p.value("o output") {
        sink.file(call, EffectKind::FileWrite, o);
    }
    if p.has("d decrypt") {
        sink.output_from(call, crate::arg::Origin::Decoded);
    }
}

fn object_store(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "config transfers exclude include bwlimit endpoint-url access-key filter",
    );
    let verb = p.word(0);
    let paths = p.operands.get(1..).unwrap_or_default();
    if matches!(call.program, "rclone" | "mc") {
        let far = |a: &Arg| {
            a.shown()
                .split_once(':')
                .is_some_and(|(r, _)| !r.contains('/') && !r.is_empty())
        };
        match verb {
            "copy" | "sync" | "move" | "copyto" | "moveto" | "rcat" | "bisync"
                if call.program == "rclone" =>
            {
                if let Some((to, from)) = paths.split_last() {
                    for f in from.iter().filter(|f| !far(f)) {
                        sink.tree(call, EffectKind::FileRead, f);
                    }
                    if far(to) {
                        let host = to.shown().split(':').next().unwrap_or_default().to_owned();
                        sink.push(call.effect(EffectKind::NetWrite, peer(host, "PUT")));
                        sink.sends = true;
                    } else {
                        sink.tree(call, EffectKind::FileWrite, to);
                    }
                    if verb == "sync" && !p.has("n dry-run") {
                        sink.name(call, EffectKind::InfraDestroy, to.shown());
                    }
                }
            }
            "ls" | "lsd" | "lsl" | "lsf" | "lsjson" | "size" | "about" | "check" | "version"
            | "tree" | "cat" | "listremotes" | "stat" | "find" | "du" | "diff" => {
                sink.name(call, EffectKind::CloudRead, phrase(call, &p.operands, 1));
            }
            "config" => sink.name(call, EffectKind::SecretRead, "rclone config"),
            "delete" | "purge" | "deletefile" | "rmdir" | "rmdirs" | "cleanup" | "rm" | "rb" => {
                sink.name(
                    call,
                    EffectKind::InfraDestroy,
                    paths.first().map_or("", Arg::shown),
                );
            }
            _ => {
                sink.name(call, EffectKind::Deploy, phrase(call, &p.operands, 1));
                sink.sends = true;
            }
        }
        return;
    }
    s3(
        call,
        verb,
        paths,
        p.has("delete delete-removed"),
        p.has("dry-run n"),
        sink,
    );
    act("none", 0, &p, call, sink);
}

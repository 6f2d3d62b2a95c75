//! Verbs of clouds, clusters, platforms and code hosts, as data.

use super::super::table::Cli;

pub(super) const KUBE: &str = "n namespace context kubeconfig cluster user s server o output l selector f filename c container field-selector sort-by tail since image replicas type p patch timeout token as as-group template field-manager cascade grace-period k kustomize port v set";

pub(super) const CLIS: &[Cli] = &[
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
            ("offline*|invoke local", "exec.project"),
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
        names: "ansible-vault",
        options: "vault-password-file vault-id output",
        verbs: &[
            ("view|decrypt|edit", "secret.read"),
            ("create|encrypt*|rekey", "none"),
        ],
        otherwise: "none",
        dry: "",
        examples: &[(
            "ansible-vault view x.yml",
            "secret.read ansible-vault view x.yml",
        )],
    },
    Cli {
        names: "ngrok localtunnel lt bore telebit serveo",
        options: "p port s subdomain h host region authtoken config",
        verbs: &[("config*|version|help|update|authtoken|diagnose", "none")],
        otherwise: "net.listen",
        dry: "",
        examples: &[("ngrok http 3000", "net.listen ngrok http 3000")],
    },
    Cli {
        names: "cloudflared",
        options: "url hostname config",
        verbs: &[
            ("tunnel list|tunnel info|version|update|help", "none"),
            ("tunnel*|access*", "net.listen"),
        ],
        otherwise: "none",
        dry: "",
        examples: &[(
            "cloudflared tunnel run x",
            "net.listen cloudflared tunnel run x",
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
            ("status|sites:list|logs|watch|open", "cloud.read"),
            ("env:list|env:get", "secret.read"),
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
];

pub(super) const CONTAINERS: &Cli = &Cli {
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

//! Code hosts, container engines, tunnels.

use super::super::super::table::Cli;
use super::c;

pub(super) const CLIS: &[Cli] = &[
    Cli {
        names: "ngrok localtunnel lt bore telebit serveo",
        options: "p port s subdomain h host region authtoken config",
        verbs: &[("config*|version|help|update|authtoken|diagnose", "none")],
        otherwise: "net.listen",
        dry: "",
        examples: &[("ngrok http 3000", "net.listen ngrok http 3000")],
    },
    c(
        "hub",
        "m b h",
        &[
            (
                "pull-request|issue create|issue update|pr create|comment",
                "issue.write",
            ),
            ("release create|release edit|release delete", "publish"),
            ("delete|release delete", "infra.destroy"),
            (
                "create|fork|sync|clone|checkout|push|fetch|pr checkout|merge|cherry-pick|am|apply|init|remote|submodule|alias|browse|compare",
                "git.ordinary",
            ),
        ],
        "verb issue.write cloud.read",
        &[("hub pull-request", "issue.write hub pull-request")],
    ),
    c(
        "tea",
        "m b h login repo r title description tag note t",
        &[
            (
                "releases create|release create|r create|releases delete|release delete|releases edit",
                "publish",
            ),
            (
                "repos delete|repo delete|admin*|organizations delete|branches unprotect|branches protect|webhooks*",
                "git.protection",
            ),
            (
                "issues create|issue create|pulls create|pr create|pulls*|comment*|issues*|milestones*|labels*|times*|notifications*",
                "issue.write",
            ),
            (
                "login*|logout|open|clone|checkout|pulls checkout|whoami|repos create",
                "none",
            ),
        ],
        "verb issue.write cloud.read",
        &[("tea issues list", "cloud.read tea issues list")],
    ),
];

pub(in super::super) const HOST_OPTIONS: &str = "R repo hostname t title b body body-file F base B head H l label a assignee r reviewer m milestone milestone-title p project json jq q template T limit L state s S search author X method f raw-field field header input cache preview branch w workflow job message notes n notes-file org visibility target e env reason c comment subject description d source-branch target-branch per-page page output g group";

pub(in super::super) const GITHUB: &Cli = &Cli {
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

pub(in super::super) const CONTAINERS: &Cli = &Cli {
    names: "docker podman nerdctl docker-compose podman-compose buildah skopeo",
    options: "H c context config l log-level f file p project-name t tag build-arg target platform filter format n tail since until profile env-file project-directory progress label cache-from cache-to o output network secret ssh u username",
    verbs: &[
        (
            "ps|images|image ls|image list|image inspect|logs|inspect|version|info|stats|top|port|diff|history|search|events|container ls|container inspect|volume ls|volume list|volume inspect|network ls|network inspect|system df|system info|compose ps|compose logs|compose config|compose ls|compose images|compose top|compose version|compose port|compose events|context ls|context show|buildx ls|buildx inspect|buildx du|manifest inspect|container logs|compose stats|ls|list",
            "none",
        ),
        (
            "push|image push|buildx imagetools create|manifest push|compose push|trust sign|plugin push|artifact push",
            "publish",
        ),
        (
            "system prune|volume prune|volume rm|volume remove|image prune|container prune|network prune|builder prune|system reset|buildx prune|buildx rm|pod rm|pod prune|machine rm|machine reset|context rm|context remove|trust revoke",
            "infra.destroy",
        ),
        ("login|logout", "none"),
        ("swarm join-token|swarm unlock-key", "secret.read"),
        (
            "service ls|service ps|service inspect|service logs|stack ls|stack ps|stack services|stack config|node ls|node ps|node inspect|secret ls|secret inspect|config ls|config inspect|context inspect|context export",
            "cloud.read",
        ),
        (
            "config rm|service rm|stack rm|stack down|node rm|secret rm|swarm leave",
            "infra.destroy",
        ),
        (
            "swarm*|service*|stack*|node*|secret*|config create",
            "deploy",
        ),
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

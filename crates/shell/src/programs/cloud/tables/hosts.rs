//! Container engines, tunnels.

use super::super::super::table::Cli;

pub(super) const CLIS: &[Cli] = &[Cli {
    names: "ngrok localtunnel lt bore telebit serveo",
    options: "p port s subdomain h host region authtoken config",
    verbs: &[("config*|version|help|update|authtoken|diagnose", "none")],
    otherwise: "net.listen",
    dry: "",
    examples: &[("ngrok http 3000", "net.listen ngrok http 3000")],
}];

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
            "system prune|volume prune|volume rm|volume remove|container prune|network prune|system reset|buildx rm|pod rm|pod prune|machine rm|machine reset|context rm|context remove|trust revoke",
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
            "image prune|builder prune|buildx prune|rm|rmi|image rm|container rm|network rm|kill|stop|pause|compose stop|compose kill|compose rm|container stop|container kill|restart|compose restart",
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

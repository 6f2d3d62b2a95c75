//! Clusters and what is installed in them.

use super::super::super::table::Cli;
use super::c;

pub(in super::super) const KUBE: &str = "n namespace context kubeconfig cluster user s server o output l selector f filename c container field-selector sort-by tail since image replicas type p patch timeout token as as-group template field-manager cascade grace-period k kustomize port v set kube-context kube-apiserver kube-token max-log-requests from-literal from-file restart overrides labels request-timeout limit chunk-size target-port";

const LOCAL: &str = "exec.project";

pub(super) const CLIS: &[Cli] = &[
    c(
        "kubectl oc k kubecolor",
        KUBE,
        &[
            (
                "get secret*|create token|extract|sa get-token|serviceaccounts get-token|serviceaccounts new-token|adm create-kubeconfig",
                "secret.read",
            ),
            (
                "get|describe|logs|log|top|explain|api-resources|api-versions|version|cluster-info|diff|wait|auth can-i|auth whoami|config view|config current-context|config get-contexts|config get-clusters|rollout status|rollout history|events|status|whoami|kustomize|completion|options|plugin|krew list|krew search|krew info|krew version|neat|tree|adm top|adm node-logs|adm must-gather|projects|krew update",
                "cloud.read",
            ),
            (
                "config use-context|config set*|config use|config delete*|config rename*|config unset|login|logout|project|ctx|ns",
                "none",
            ),
            ("krew install|krew upgrade", "package.install:args"),
            ("delete|drain|adm drain|adm prune", "infra.destroy"),
            ("port-forward|proxy", "net.listen"),
            (
                "apply|create|edit|patch|replace|scale|autoscale|set|rollout|label|annotate|taint|cordon|uncordon|expose|run|debug|exec|attach|cp|certificate|auth reconcile|new-app|new-project|start-build|adm|policy|rsh|rsync|process|import-image|tag|idle|rollback|cancel-build|secrets|registry|env|volume",
                "deploy",
            ),
        ],
        "verb deploy none",
        &[
            ("kubectl get pods -n prod", "cloud.read kubectl get pods"),
            (
                "kubectl delete pod web",
                "infra.destroy kubectl delete pod web",
            ),
            (
                "kubectl apply -f k8s/",
                "deploy kubectl apply, file.read /w/k8s/ r",
            ),
            (
                "kubectl apply --dry-run=none -f k8s/",
                "deploy kubectl apply, file.read /w/k8s/ r",
            ),
            (
                "kubectl scale deploy web --replicas=3 --dry-run=client",
                "cloud.read kubectl scale",
            ),
            (
                "kubectl argo rollouts get rollout web",
                "cloud.read kubectl argo rollouts get rollout web",
            ),
        ],
    ),
    c(
        "helm",
        "n namespace kube-context f values set version o output timeout set-string repo kubeconfig revision set-file username password d destination post-renderer",
        &[
            (
                "list|ls|status|get|history|show|inspect|search|template|lint|version|env|repo list|dependency|dep|verify|diff|package|create|test|unittest|completion|schema-gen|docs",
                "cloud.read",
            ),
            (
                "repo|plugin list|plugin update|pull|fetch|registry login|registry logout",
                "none",
            ),
            ("secrets decrypt|secrets view|secrets edit", "secret.read"),
            ("secrets encrypt", "none"),
            ("plugin install", "package.install:args"),
            ("uninstall|delete|del|un|destroy", "infra.destroy"),
            ("push|cm-push|s3 push", "publish"),
        ],
        "verb deploy none",
        &[
            ("helm uninstall web", "infra.destroy helm uninstall web"),
            (
                "helm diff upgrade web ./chart",
                "cloud.read helm diff upgrade web",
            ),
            (
                "helm upgrade web ./chart --dry-run",
                "cloud.read helm upgrade",
            ),
        ],
    ),
    c(
        "helmfile",
        "f file e environment l selector n namespace kube-context set values log-level state-values-set",
        &[("deps|repos|fetch|build|cache|write-values", "none")],
        "verb deploy none",
        &[
            ("helmfile -e prod diff", "cloud.read helmfile diff"),
            ("helmfile -e prod apply", "deploy helmfile apply"),
        ],
    ),
    c(
        "skaffold",
        "f filename p profile m module t tag n namespace kube-context images build-artifacts",
        &[(
            "dev|debug|build|test|render|init|diagnose|schema|inspect",
            "exec.project",
        )],
        "verb deploy none",
        &[
            ("skaffold run -p prod", "deploy skaffold run"),
            ("skaffold dev --port-forward", "exec.project skaffold dev"),
        ],
    ),
    c(
        "tilt ctlptl",
        "f file context namespace port host",
        &[
            (
                "version|ci|logs|get|describe|args|doctor|analytics|dump|create cluster|create registry|apply|alpha",
                LOCAL,
            ),
            ("down|delete", "infra.destroy"),
            ("up", LOCAL),
        ],
        "verb deploy none",
        &[("tilt down", "infra.destroy tilt down")],
    ),
    c(
        "argocd argo kargo kubectl-argo-rollouts kubectl-argo_rollouts",
        "p parameter revision dest-server dest-namespace repo path server auth-token grpc-web-root-path o output l selector resource n namespace project",
        &[
            (
                "account generate-token|account get-user-info token|cluster get token|auth token",
                "secret.read",
            ),
            (
                "login|logout|relogin|context|completion|admin settings*",
                "none",
            ),
            (
                "app diff|app get|app history|app manifests|app resources|app logs|app list|lint|logs|app wait|app actions list|app appset",
                "cloud.read",
            ),
            (
                "retry|resubmit|resume|submit|stop|terminate|suspend|node|promote|abort|undo|set|pause|restart",
                "deploy",
            ),
        ],
        "verb deploy none",
        &[
            ("argocd app list", "cloud.read argocd app list"),
            (
                "argocd app delete web --yes",
                "infra.destroy argocd app delete web",
            ),
            ("argo submit wf.yaml", "deploy argo submit wf.yaml"),
        ],
    ),
    c(
        "flux weave-gitops gitops",
        "n namespace context kubeconfig path source url branch interval timeout level kind name export",
        &[
            (
                "get|logs|check|tree|events|stats|trace|diff|export|version|build|debug|envsubst|pull|list|completion",
                "cloud.read",
            ),
            ("push|tag", "publish"),
        ],
        "verb deploy none",
        &[
            (
                "flux get kustomizations",
                "cloud.read flux get kustomizations",
            ),
            (
                "flux reconcile kustomization apps",
                "deploy flux reconcile kustomization apps",
            ),
        ],
    ),
    c(
        "istioctl linkerd cilium hubble velero kn dapr osm kuma kumactl consul-k8s kubevirt virtctl stern kail subctl antctl calicoctl kubestr",
        "n namespace context kubeconfig f filename set profile o output app-id p app-port port from-backup from-schedule include-namespaces",
        &[
            (
                "analyze|proxy-config|proxy-status|pc|ps|x|experimental|viz stat|viz top|viz tap|viz edges|viz routes|viz stat-outbound|check|status|connectivity test|sysdump|observe|metrics|bug-report|manifest generate|manifest diff|tag list|operator dump|verify-install|dashboard|inject|multicluster check|diagnostics|authz|identity|profile",
                "cloud.read",
            ),
            ("run|publish|invoke", "exec.project"),
            ("admin|viz dashboard|hubble ui|port-forward", "none"),
        ],
        "verb deploy none",
        &[
            (
                "istioctl proxy-config routes web",
                "cloud.read istioctl proxy-config routes web",
            ),
            (
                "velero backup delete nightly --confirm",
                "infra.destroy velero backup delete nightly",
            ),
            ("cilium status", "cloud.read cilium status"),
        ],
    ),
    c(
        "kubeadm",
        "config kubeconfig cri-socket pod-network-cidr apiserver-advertise-address token discovery-token-ca-cert-hash",
        &[
            (
                "token create|token generate|kubeconfig user|certs certificate-key",
                "secret.read",
            ),
            (
                "token list|config*|version|certs check-expiration|upgrade plan|upgrade diff|completion",
                "cloud.read",
            ),
            ("reset", "infra.destroy"),
            ("", "none"),
        ],
        "deploy",
        &[
            ("kubeadm reset -f", "infra.destroy kubeadm reset"),
            ("kubeadm init", "deploy kubeadm init"),
        ],
    ),
    c(
        "kops rancher rke rke2 talosctl clusterctl eksctl gke-gcloud-auth-plugin kubespray k0s k0sctl kubeone kubermatic tkn tanzu kapp kbld imgpkg kpt cmctl operator-sdk porter waypoint boundary crossplane kcl virtink vcluster loft devspace devpod okteto garden telepresence mirrord capact kwokctl karmadactl kubefed liqoctl clusteradm submarinerctl odo rosa ocm openshift-install",
        "n namespace nodes e endpoints f filename config name cluster region state context kubeconfig talosconfig i image p values-file a app tag to-kubeconfig o output file profile nodegroup labels ids id scope-id",
        &[
            (
                "token create|token generate|kubeconfig get|admin kubeconfig|get token|get admin",
                "secret.read",
            ),
            (
                "token list|config images|config print|config view|certs check-expiration|version|health|services|service|dmesg|logs|dashboard|list|ls|memory|processes|mounts|netstat|gen|validate|completion|inspect|status|stats|containers|utils describe*|utils schema|info|describe|get|target-group list|render|beta trace|beta render|beta validate|tree|fn|live status|pkg|check|diagnostic",
                "cloud.read",
            ),
            (
                "dev|build|test|login|logout|connect|intercept|leave|quit|up|exec|run|init|create config|create api|create webhook|edit|generate|bundle|scorecard|olm status|use|ide|sync|package|ssh|enter",
                "none",
            ),
            (
                "join|reset|bootstrap|apply-config|upgrade-k8s|move|live apply|live destroy|rolling-update|toolbox|xpkg push",
                "deploy",
            ),
            (
                "create cluster|scale*|upgrade*|update*|set*|drain*|enable*|associate*|install|deploy|rollback",
                "deploy",
            ),
        ],
        "verb deploy none",
        &[
            (
                "kops delete cluster --name c --yes",
                "infra.destroy kops delete cluster",
            ),
            ("talosctl -n 10.0.0.2 health", "cloud.read talosctl health"),
            (
                "eksctl utils describe-stacks --cluster dev",
                "cloud.read eksctl utils describe-stacks",
            ),
        ],
    ),
    c(
        "kind minikube k3d colima microk8s k3sup rancher-desktop rdctl finch orb orbctl",
        "p profile name n nodes cpus memory driver kubernetes-version image config c cluster agents servers port timeout arch vm-type disk template",
        &[
            ("reset*|factory-reset|uninstall", "infra.destroy"),
            (
                "get kubeconfig|kubeconfig get|kubeconfig write|get*|list|ls|status|ip|logs|version|profile list|addons list|service list|node list|cluster list|docker-env|podman-env|options",
                "cloud.read",
            ),
        ],
        "exec.project",
        &[
            (
                "kind delete cluster --name t",
                "exec.project kind delete cluster",
            ),
            ("minikube start", "exec.project minikube start"),
        ],
    ),
    c(
        "nomad",
        "address region namespace token ca-cert client-cert job task detach t type prefix",
        &[
            (
                "status|job status|job plan|plan|job validate|validate|job history|job inspect|job allocs|job deployments|alloc status|alloc logs|logs|alloc fs|node status|fmt|monitor|eval|deployment list|deployment status|server members|operator raft list-peers|operator api|var list|ui|version|acl policy list|volume status|job init|agent|agent-info",
                "cloud.read",
            ),
            (
                "var get|acl token self|acl token info|acl token create|acl bootstrap|operator root keyring",
                "secret.read",
            ),
            (
                "job stop|stop|job purge|system gc|volume delete|var purge|acl*|namespace delete|quota delete|node purge",
                "infra.destroy",
            ),
            (
                "alloc exec|exec|alloc stop|alloc restart|alloc signal|node drain|node eligibility|deployment*",
                "deploy",
            ),
        ],
        "verb deploy none",
        &[
            (
                "nomad job plan web.nomad",
                "cloud.read nomad job plan web.nomad",
            ),
            ("nomad job run web.nomad", "deploy nomad job run web.nomad"),
            ("nomad system gc", "infra.destroy nomad system gc"),
        ],
    ),
    c(
        "crictl ctr",
        "r runtime-endpoint i image-endpoint n namespace a address timeout config",
        &[
            (
                "rm|rmp|rmi|stop|stopp|images rm|containers rm|c rm|t kill|tasks kill|i rm|images remove|namespaces rm|snapshots rm|content prune",
                "infra.destroy",
            ),
            (
                "ps|pods|images|image ls|images ls|img|inspect|inspecti|inspectp|logs|stats|version|info|containers ls|tasks ls|namespaces ls|snapshots ls|content ls|plugins ls|c ls|i ls|t ls|ns ls",
                "cloud.read",
            ),
            (
                "pull|images pull|images import|images export|i pull|create|runp|run|start",
                "exec.project",
            ),
            ("exec|attach|port-forward|update", "deploy"),
        ],
        "verb exec.project exec.project",
        &[
            ("crictl ps", "cloud.read crictl ps"),
            ("crictl rmi --prune", "infra.destroy crictl rmi"),
        ],
    ),
    c(
        "zkcli zkCli.sh",
        "endpoints cacert cert key user w write-out server command-timeout",
        &[
            (
                "get|endpoint|member list|alarm list|version|watch|check|user list|role list|user get|role get|snapshot save|snapshot status|lease list|lease timetolive|ls|stat|auth status|hashkv",
                "cloud.read",
            ),
            (
                "del|member remove|user delete|role delete|lease revoke|deleteall|delete|rmr",
                "infra.destroy",
            ),
        ],
        "deploy",
        &[
            ("zkcli deleteall /r", "infra.destroy zkcli deleteall /r"),
            ("zkcli get /r", "cloud.read zkcli get /r"),
        ],
    ),
    c(
        "kubectx kubens kubie kubeseal kustomize kubeconform kubeval popeye k9s pluto conftest kyverno kube-score kube-linter polaris kubescape datree ytt kubectl-neat",
        "",
        &[("kubie exec", "exec.project")],
        "none",
        &[("kubectx dev", "")],
    ),
];

//! Infrastructure as code, configuration of machines, names and certificates.

use super::super::super::table::Cli;
use super::c;

pub(super) const CLIS: &[Cli] = &[
    Cli {
        names: "terraform tofu terragrunt tf",
        options: "var var-file target out state chdir backend-config lock-timeout parallelism replace refresh terragrunt-working-dir working-dir terragrunt-config queue-include-dir queue-exclude-dir filter",
        verbs: &[
            ("state pull", "secret.read"),
            (
                "plan|show|output|validate|fmt|version|providers|graph|state list|state show|workspace list|workspace show|workspace select|workspace new|console|get|metadata|test|modules|hclfmt|hcl|graph-dependencies|output-module-groups|render|render-json|terragrunt-info|info|list|find|dag|validate-inputs|hclvalidate|catalog|scaffold|stack generate|stack output|stack clean|query|rpcapi",
                "cloud.read",
            ),
            ("init", "package.locked"),
            (
                "destroy|state rm|state delete|workspace delete|apply-destroy|destroy-all",
                "infra.destroy",
            ),
            ("login", "secret.read"),
            ("logout", "none"),
            ("", "none"),
        ],
        otherwise: "deploy",
        dry: "help",
        examples: &[
            ("terraform plan -out=p", "cloud.read terraform plan"),
            (
                "terraform destroy -auto-approve",
                "infra.destroy terraform destroy",
            ),
            (
                "terraform apply -destroy",
                "infra.destroy terraform apply -destroy",
            ),
            ("terragrunt run-all plan", "cloud.read terragrunt plan"),
            (
                "terragrunt run --all destroy",
                "infra.destroy terragrunt destroy",
            ),
            (
                "terraform output -raw db_password",
                "secret.read terraform output db_password",
            ),
            (
                "terraform output -raw url",
                "cloud.read terraform output url",
            ),
        ],
    },
    c(
        "pulumi",
        "s stack C cwd c config-file config target message m parallel file secrets-provider shell d directory t template",
        &[
            ("destroy|stack rm|state delete|down", "infra.destroy"),
            (
                "stack import|stack rename|stack transfer|env set|env edit|env rm|env version",
                "deploy",
            ),
            (
                "preview|pre|stack ls|stack output|stack graph|stack history|stack tag ls|stack tag get|stack export|config get|config|about|logs|whoami|plugin|org ls|policy ls|schema|package|version|env ls|env get|env diff|ai|events|history|deployment settings",
                "cloud.read",
            ),
            (
                "stack|stack select|stack init|stack change-secrets-provider|stack tag set|new|login|logout|console|convert|gen-completion|config set*|config rm|config refresh|config cp|install|template|env init|stack unselect",
                "none",
            ),
            ("env open|env run", "secret.read"),
        ],
        "deploy",
        &[
            ("pulumi up --yes", "deploy pulumi up"),
            ("pulumi stack select dev", ""),
            ("pulumi config get x", "cloud.read pulumi config get x"),
        ],
    ),
    c(
        "cdk aws-cdk cdktf cdk8s sst serverless sls sls3 copilot copilot-cli chalice zappa amplify sam eb ebcli architect arc up-aws apex claudia ecs-cli ecs-deploy fargate stackery winglang nitric shuttle cargo-shuttle amplify-cli ampx",
        "s stack C cwd c config stage region profile require-approval a app template-file stack-name n name e env t template output parameter-overrides event l label j f function",
        &[
            (
                "synth|synthesize|diff|ls|list|doctor|context|notices|docs|ack|acknowledge|metadata|get|version|info|print|logs|log|package|status|health|events|app ls|svc ls|svc show|svc status|svc logs|svc init|job ls|job logs|env ls|env show|env list|app show|deploy list|deploy list functions|metrics|tail|local*|validate|build|pipeline init|list resources|list endpoints|list stack-outputs|traces|pull|codegen|mock|schema|generate|gen|codegen*|secret list",
                "cloud.read",
            ),
            (
                "offline*|invoke local|dev|run|start|init|create app|create template|new|configure|login|logout|console|open|plugin*|sandbox|test|studio|add|import|convert|use",
                "exec.project",
            ),
            (
                "destroy|remove|delete|undeploy|terminate|app delete|env delete|svc delete|unlock|stack rm",
                "infra.destroy",
            ),
            ("secret init", "deploy"),
        ],
        "verb deploy deploy",
        &[
            ("cdk deploy --all", "deploy cdk deploy"),
            ("cdk diff", "cloud.read cdk diff"),
            ("sam local invoke f", "cloud.read sam local invoke f"),
            ("sls deploy list", "cloud.read sls deploy list"),
            (
                "eb terminate prod-env --force",
                "infra.destroy eb terminate prod-env",
            ),
        ],
    ),
    Cli {
        names: "ansible-pull ansible-console ansible-playbook",
        options: "i inventory l limit t tags e extra-vars u user m a vault-password-file f U url checkout d directory",
        verbs: &[],
        otherwise: "deploy",
        dry: "check C list-hosts list-tasks list-tags syntax-check",
        examples: &[
            (
                "ansible-playbook site.yml",
                "deploy ansible-playbook site.yml",
            ),
            ("ansible-playbook site.yml --check", ""),
        ],
    },
    c(
        "ansible-vault",
        "vault-password-file vault-id output",
        &[
            ("view|decrypt|edit", "secret.read"),
            ("create|encrypt*|rekey", "none"),
        ],
        "none",
        &[(
            "ansible-vault view x.yml",
            "secret.read ansible-vault view x.yml",
        )],
    ),
    c(
        "ansible-galaxy",
        "r role-file p s server api-key token",
        &[
            (
                "collection publish|role import|import|role delete|delete",
                "publish",
            ),
            (
                "install|role install|collection install",
                "package.install:args",
            ),
        ],
        "none",
        &[(
            "ansible-galaxy collection publish x.tar.gz",
            "publish ansible-galaxy collection publish x.tar.gz",
        )],
    ),
    Cli {
        names: "salt-key salt-run salt-ssh salt-cloud salt-cp",
        options: "a accept c config-dir out output t timeout",
        verbs: &[(
            "manage*|jobs*|survey*|state.show*|cache.grains|test.ping|grains*|* test.ping|* grains.*",
            "cloud.read",
        )],
        otherwise: "deploy",
        dry: "L list list-all l p print P print-all f finger F finger-all Q query",
        examples: &[
            (
                "salt-run manage.status",
                "cloud.read salt-run manage.status",
            ),
            ("salt-key -L", ""),
        ],
    },
    c(
        "knife chef chef-run chef-server-ctl inspec berks",
        "c config N node-name E environment x ssh-user P i r run-list z secret secret-file o",
        &[
            ("data bag show|vault show", "secret.read"),
            (
                "generate|shell-init|env|gem|describe-cookbook|diff|show-policy|check|detect|archive|install|update|vendor|verify|cookbook create|init",
                "none",
            ),
            (
                "* from file|data bag from file|ssh|winrm|bootstrap|upload|push|push-archive|* run_list|cookbook upload",
                "deploy",
            ),
        ],
        "verb deploy none",
        &[
            (
                "knife node delete web1 -y",
                "infra.destroy knife node delete web1",
            ),
            ("knife node list", "cloud.read knife node list"),
        ],
    ),
    c(
        "chef-client chef-solo chef-apply puppet puppetserver bolt pyinfra",
        "c config environment certname targets user inventory server",
        &[
            (
                "parser|lookup|config print|config|describe|doc|facts|help|module list|module search|module generate|module build|epp|strings|pdk|resource|node find|ca list|inventory show|task show|plan show|module show|group show|guide|ssl show",
                "cloud.read",
            ),
            ("module install", "package.install:args"),
            (
                "ca revoke|ca clean|cert clean|cert revoke|ssl clean|node clean|node deactivate",
                "infra.destroy",
            ),
        ],
        "deploy",
        &[
            ("puppet apply site.pp", "deploy puppet apply site.pp"),
            (
                "puppet parser validate site.pp",
                "cloud.read puppet parser validate site.pp",
            ),
            ("puppet agent -t --noop", "cloud.read puppet agent"),
        ],
    ),
    c(
        "cap capify mina dep deployer kamal mrsk ansistrano pm2-deploy rocketeer",
        "s a f file d destination version c config-file h hosts r roles p primary",
        &[
            (
                "deploy:check|* deploy:check|doctor:*|* doctor:*",
                "cloud.read",
            ),
            // Capacitor has the name of Capistrano, whose first word is a stage.
            (
                "sync|copy|update|open|run|add|ls|doctor|build|migrate",
                "exec.project",
            ),
            (
                "details|app logs|app details|app containers|app images|app version|config|audit|version|init|build dev|build details|proxy logs|proxy details|accessory logs|accessory details|traefik logs|traefik details|docs|list|ssh|ssh*|worker|init*|autocomplete|tree|help|registry login|lock status",
                "cloud.read",
            ),
            ("secrets print|secrets fetch|secrets extract", "secret.read"),
            (
                "env push|setup|registry|server|server bootstrap|build push|build deliver|app boot|app exec|app maintenance|app live|lock|prune|remove|deploy*|* deploy|* deploy*|rollback|* rollback",
                "deploy",
            ),
        ],
        "verb deploy none",
        &[
            ("cap production deploy", "deploy cap production deploy"),
            ("cap -T", ""),
            ("kamal app logs", "cloud.read kamal app logs"),
            ("dep deploy production", "deploy dep deploy production"),
        ],
    ),
    c(
        "fab",
        "H hosts c collection i identity f fabfile r search-root u user p password",
        &[("", "none")],
        "verb deploy exec.project",
        &[("fab deploy", "deploy fab deploy"), ("fab build", "")],
    ),
    c(
        "pm2",
        "n name i instances",
        &[
            ("deploy", "deploy"),
            ("publish", "publish"),
            ("stop|delete|del|kill|flush|unstartup", "process.signal"),
            ("startup", "privilege"),
        ],
        "exec.project",
        &[
            ("pm2 deploy production", "deploy pm2 deploy production"),
            ("pm2 list", "exec.project pm2 list"),
        ],
    ),
    c(
        "packer",
        "var var-file only except parallel-builds",
        &[(
            "validate|fmt|inspect|console|version|plugins|hcl2_upgrade|init|fix",
            "none",
        )],
        "deploy",
        &[
            ("packer build a.pkr.hcl", "deploy packer build a.pkr.hcl"),
            ("packer validate a.pkr.hcl", ""),
        ],
    ),
    c(
        "juju bosh cf cf8 nixops colmena morph deploy-rs deploy disnix-env krops nixinate pop pnix",
        "d deployment e environment n m model o space on f b buildpack k memory s i vars-file l",
        &[
            (
                "apps|a|app|logs|target|env|services|s|service|routes|r|orgs|o|spaces|domains|marketplace|m|stacks|buildpacks|events|api|login|l|logout|lo|auth|config|help|plugins|quotas|feature-flags|security-groups|tasks|t|ssh-enabled|space|org|v3-apps|revisions|deployments|vms|instances|stemcells|releases|errands|cloud-config|status|models|show*|debug-log|whoami|controllers|machines|clouds|credentials|list*|find|info|users|switch|build|eval|repl|check|export|env-vars|int|interpolate|tasks|locks|environment|inspect*|manifest|man",
                "cloud.read",
            ),
            ("service-key|sk|oauth-token|ssh-code", "secret.read"),
            (
                "delete*|d|d-*|remove*|destroy*|kill*|purge*|clean-up|cleanup|ds|unbind*|unmap*",
                "infra.destroy",
            ),
        ],
        "deploy",
        &[
            ("cf push app -f m.yml", "deploy cf push app"),
            ("cf delete app -f -r", "infra.destroy cf delete app"),
            ("bosh -d cf deployments", "cloud.read bosh deployments"),
            (
                "juju destroy-model prod",
                "infra.destroy juju destroy-model prod",
            ),
        ],
    ),
    c(
        "octodns-sync octodns-dump octodns-validate octodns-report octodns-versions",
        "config-file zone output-dir",
        &[],
        "cloud.read",
        &[(
            "octodns-sync --config-file c.yaml",
            "cloud.read octodns-sync",
        )],
    ),
    c(
        "dnscontrol flarectl cf-terraforming cfcli pdnsutil pdns_control rndc dnsimple lexicon gandi porkbun route53 cli53 namecheap",
        "creds config domains zone name type content ttl id providers provider o",
        &[
            (
                "preview|check|print-ir|get-zones|check-creds|fmt|version|write-types|ppreview|status|list*|show*|stats|zones|generate",
                "cloud.read",
            ),
            ("get-tokens", "secret.read"),
        ],
        "verb deploy deploy",
        &[
            ("dnscontrol push", "deploy dnscontrol push"),
            ("dnscontrol preview", "cloud.read dnscontrol preview"),
            (
                "flarectl dns delete --zone e.com --id 1",
                "infra.destroy flarectl dns delete",
            ),
        ],
    ),
    Cli {
        names: "certbot lego acme.sh dehydrated acme-client",
        options: "d domain domains email m w webroot cert-name path server csr key-type dns config-dir work-dir logs-dir keylength",
        verbs: &[
            (
                "certificates|plugins|show_account|list|info|help|version",
                "cloud.read",
            ),
            ("revoke|delete", "infra.destroy"),
        ],
        otherwise: "deploy",
        dry: "dry-run list info show-account listraw cron-help",
        examples: &[
            ("certbot renew", "deploy certbot renew"),
            ("certbot renew --dry-run", ""),
            ("certbot certificates", "cloud.read certbot certificates"),
        ],
    },
    c(
        "atlantis spacectl env0 scalr tfe tfc tfctl terraspace infracost terramate driftctl terracognita terraformer sceptre cfn rain stacker stack_master cfn-cli cfndsl runway formica iamlive",
        "id path d directory f template r region profile c config target branch chdir config-file",
        &[
            (
                "breakdown|diff|output|comment|generate*|upload|configure|auth*|list*|ls|fmt|forecast|logs|cat|watch|merge|tree|scan|fmt*|validate|status|stack list|stack logs|stack show|experimental*|create|clone|import|plan|version|server|testdrive|script list|script info|script tree|run-graph|debug*|vendor*|login|logout|init|docs|test|explain",
                "cloud.read",
            ),
            (
                "submit|launch|build|script run|cloud*|update*|execute|stack deploy|stack confirm|apply",
                "deploy",
            ),
        ],
        "verb deploy none",
        &[
            (
                "spacectl stack delete --id s",
                "infra.destroy spacectl stack delete",
            ),
            ("rain deploy t.yml s", "deploy rain deploy t.yml s"),
        ],
    ),
    c(
        "aws-nuke gcp-nuke azure-nuke cloud-nuke leftovers awsweeper",
        "c config region profile older-than resource-type exclude-resource-type",
        &[
            ("inspect*|version|resource-types|help", "cloud.read"),
            ("", "none"),
        ],
        "infra.destroy",
        &[("aws-nuke run --config n.yml", "infra.destroy aws-nuke run")],
    ),
    c(
        "nixos-rebuild darwin-rebuild",
        "target-host build-host flake I p profile-name",
        &[(
            "build|dry-build|dry-activate|build-vm|repl|edit|list-generations|check|changelog|build-image",
            "exec.project",
        )],
        "privilege",
        &[
            ("nixos-rebuild build", "exec.project nixos-rebuild build"),
            ("nixos-rebuild switch", "privilege nixos-rebuild switch"),
        ],
    ),
];

//! Hosting platforms, and the stores applications are released to.

use super::super::super::table::Cli;
use super::c;

pub(super) const CLIS: &[Cli] = &[
    c(
        "vercel vc now",
        "t token scope S cwd A local-config e env b build-env Q global-config target m meta git-branch regions",
        &[
            ("env pull", "secret.read"),
            ("pull", "exec.project"),
            ("env add|env update", "secret.send"),
            ("env rm|env remove", "infra.destroy"),
            (
                "git|telemetry|integration|integration-resource|install|mcp|microfrontends|httpstat|curl|guidance|flags ls",
                "cloud.read",
            ),
            (
                "build|dev|link|init|login|logout|switch|telemetry*|bisect",
                "exec.project",
            ),
            ("blob put|blob copy|blob store add", "net.write"),
            ("", "deploy"),
        ],
        "verb deploy deploy",
        &[
            ("vercel --prod", "deploy vercel"),
            ("vercel ls", "cloud.read vercel ls"),
            (
                "vercel domains inspect e.com",
                "cloud.read vercel domains inspect e.com",
            ),
            ("vercel ./dist --prod", "deploy vercel ./dist"),
        ],
    ),
    c(
        "netlify ntl",
        "d dir s site a alias m message auth f functions filter context data plain p port o",
        &[
            ("env:list|env:get", "secret.read"),
            ("env:set|env:import|env:clone", "secret.send"),
            ("env:unset|sites:delete|blobs:delete", "infra.destroy"),
            (
                "api get*|api list*|api show*|api search*|blobs:get|blobs:list",
                "cloud.read",
            ),
            ("api delete*|api purge*", "infra.destroy"),
            ("api", "deploy"),
            (
                "status|logs*|watch|open*|functions:list|sites:list|sites:search|teams:list|db status",
                "cloud.read",
            ),
            (
                "build|dev*|serve|link|unlink|init|login|logout|switch|functions:serve|functions:invoke|functions:create|functions:build|recipes*|completion*|clone|status:hooks|lm*|help*|integration:init|graph*",
                "exec.project",
            ),
        ],
        "verb deploy none",
        &[
            ("netlify deploy --prod", "deploy netlify deploy"),
            (
                "netlify functions:list",
                "cloud.read netlify functions:list",
            ),
            (
                "netlify api deleteSite --data x",
                "infra.destroy netlify api deleteSite",
            ),
        ],
    ),
    c(
        "flyctl",
        "a app c config o org r region t access-token image i C command n name s select size vm-size",
        &[
            (
                "auth token|tokens create|tokens attenuate|postgres connect-string|wireguard token",
                "secret.read",
            ),
            ("secrets set|secrets import|secrets stage", "secret.send"),
            (
                "ssh sftp get|ssh sftp find|ssh log|sftp get|image show|config*|docs|dig|ping|jobs|incidents|services|agent*|settings*|auth login|auth logout|auth signup|auth whoami|version*|mcp*|synthetics*|dashboard*|scale show|platform*",
                "cloud.read",
            ),
            (
                "proxy|wireguard websockets|redis proxy|mpg proxy",
                "net.listen",
            ),
            (
                "ips release*|postgres detach|pg detach|mpg detach|apps suspend",
                "infra.destroy",
            ),
            (
                "ssh|sftp|console|postgres connect|pg connect|redis connect|mpg connect|scale|launch|image update|apps move|extensions|ext|storage|tigris|wireguard*|volumes fork|volumes extend|machine clone|m",
                "deploy",
            ),
        ],
        "verb deploy none",
        &[
            (
                "flyctl apps destroy web",
                "infra.destroy flyctl apps destroy web",
            ),
            ("flyctl scale show", "cloud.read flyctl scale show"),
            ("flyctl ssh console -a web", "deploy flyctl ssh console"),
        ],
    ),
    c(
        "heroku",
        "a app r remote n num s space e size confirm c command dyno d t type source p",
        &[
            (
                "config|config:get|config:edit|auth:token|pg:credentials:url|authorizations:create|authorizations:info|redis:credentials|pg:credentials|config:all",
                "secret.read",
            ),
            ("config:set|config:unset", "secret.send"),
            (
                "apps:destroy|destroy|pg:reset|ps:stop|addons:destroy|pg:killall",
                "infra.destroy",
            ),
            (
                "run|run:detached|pg:psql|psql|redis:cli|ps:exec|container:push|container:release|pg:push|pg:copy|maintenance:on|maintenance:off|ps:type|ps:resize",
                "deploy",
            ),
            (
                "local|local:start|local:run|login|git:clone|git:remote|plugins:install|plugins:link|update|autocomplete|auth:login|auth:logout|logout|container:login|container:build|dashboard|open|addons:open|addons:docs|pg:pull",
                "none",
            ),
        ],
        "verb deploy cloud.read",
        &[
            ("heroku logs -a web", "cloud.read heroku logs"),
            (
                "heroku ps:scale web=0 -a app",
                "deploy heroku ps:scale web=0",
            ),
            (
                "heroku releases:rollback v1",
                "deploy heroku releases:rollback v1",
            ),
            ("heroku features", "cloud.read heroku features"),
        ],
    ),
    c(
        "railway",
        "s service e environment p project d deployment set k",
        &[
            ("variables|variable|vars|connect-string", "secret.read"),
            (
                "up|redeploy|ssh|connect|restart|add|volume add|domain|deploy|scale|functions push|function push",
                "deploy",
            ),
            ("down|delete|volume delete|volume detach", "infra.destroy"),
            (
                "run|local|shell|link|unlink|login|logout|init|open|docs|completion|service|environment|upgrade|starship|dev",
                "none",
            ),
        ],
        "verb deploy none",
        &[
            ("railway up --detach", "deploy railway up"),
            ("railway status", "cloud.read railway status"),
        ],
    ),
    c(
        "render gigalixir scalingo dokku clever koyeb northflank zeabur qovery aptible caprover coolify sherpa flightcontrol defang platform platformsh upsun magento-cloud terminus vapor ploi envoyer cloudron",
        "a app r resources s service e environment p project n region t team o output format",
        &[
            (
                "config:show|config|config:get|config:export|env|env get|env-get|api-key|auth:token|variable:get|environment:variables|postgres:info|auth:api-token",
                "secret.read",
            ),
            (
                "config:set|env set|env-set|variable:create|variable:update",
                "secret.send",
            ),
            (
                "config:keys|ps:report|*:report|*:list|logs*|log|activity*|environment:list|environment:info|environment:url|environment:relationships|project:list|get|ssh|ssh*|domain:list|tunnel*|db:dump|apps|addons|services|releases|ps|stats|status|mount:list|mount:download|app:list|app:config-get|auth:info|auth:browser-login|route:list|integration:list|user:list|organization:list|certificate:list|subscription:info|resources:get",
                "cloud.read",
            ),
            (
                "local|link|login|logout|dev|init|completion|ssh-key:list|project:init|environment:checkout|project:get|auth*|drush|context*|autoscaling:get",
                "none",
            ),
            (
                "environment:push|push|environment:redeploy|environment:merge|environment:synchronize|environment:branch|deploy*|serversetup|up|run*|ps:*|domains:*|git:*|certs:*|proxy:*",
                "deploy",
            ),
        ],
        "verb deploy none",
        &[
            (
                "dokku apps:destroy web",
                "infra.destroy dokku apps:destroy web",
            ),
            ("dokku ps:report web", "cloud.read dokku ps:report web"),
            ("koyeb apps list", "cloud.read koyeb apps list"),
            (
                "platform environment:push",
                "deploy platform environment:push",
            ),
        ],
    ),
    c(
        "wrangler",
        "c config e env name compatibility-date command file namespace-id binding project-name branch port ip o outdir text cwd message tag",
        &[
            (
                "kv key put|kv:key put|kv bulk put|kv:bulk put|r2 object put",
                "net.write",
            ),
            (
                "secret put|secret bulk|pages secret put|versions secret put",
                "secret.send",
            ),
            (
                "deployments status|kv key get|kv:key get|r2 object get|d1 export|d1 info|d1 insights|d1 time-travel info|types|tail|check|docs|whoami|pages deployment tail|r2 bucket info|hyperdrive get|versions view|cert list|telemetry",
                "cloud.read",
            ),
            ("d1 migrations apply", "db.schema"),
            (
                "dev|build|init|login|logout|generate|pages dev|pages functions build|pages download|d1 migrations create|cloudchamber build|preview|telemetry*|setup",
                "exec.project",
            ),
        ],
        "verb deploy none",
        &[
            ("wrangler deploy", "deploy wrangler deploy"),
            (
                "wrangler kv:key delete k --namespace-id 1",
                "infra.destroy wrangler kv:key delete k",
            ),
            (
                "wrangler deployments status",
                "cloud.read wrangler deployments status",
            ),
            ("wrangler deploy --dry-run", "cloud.read wrangler deploy"),
            (
                "wrangler kv key put k v --local",
                "exec.project wrangler kv key put",
            ),
        ],
    ),
    c(
        "cloudflared",
        "url hostname config cred-file credentials-file name",
        &[
            (
                "tunnel list|tunnel info|tunnel diag|version|update|help|tunnel ready|tunnel ingress*|login|tunnel login",
                "none",
            ),
            ("tunnel token|access token", "secret.read"),
            ("tunnel delete|tunnel cleanup", "infra.destroy"),
            ("tunnel create|tunnel route*|tunnel vnet*", "deploy"),
            ("service*", "privilege"),
            ("tunnel*|access*|proxy-dns", "net.listen"),
        ],
        "none",
        &[
            (
                "cloudflared tunnel run x",
                "net.listen cloudflared tunnel run x",
            ),
            (
                "cloudflared tunnel delete x",
                "infra.destroy cloudflared tunnel delete x",
            ),
        ],
    ),
    c(
        "supabase",
        "project-ref db-url password p schema s f file o output workdir profile project-id env-file import-map lang version status name",
        &[
            (
                "projects api-keys|branches get|encryption get-root-key",
                "secret.read",
            ),
            ("secrets set", "secret.send"),
            ("db reset", "db.destroy"),
            (
                "db push|migration up|migration down|db remote commit|migration repair",
                "db.schema",
            ),
            (
                "db diff|db lint|db dump|db pull|migration list|migration fetch|gen*|inspect*|services|status|functions download|storage ls|storage cp ss*|network-restrictions get|ssl-enforcement get|postgres-config get|vanity-subdomains get|sso list|sso info|sso show|snippets*|test*|backups list",
                "cloud.read",
            ),
            (
                "start|stop|init|login|logout|link|unlink|migration new|migration squash|db start|functions serve|functions new|seed*|bootstrap|completion|db test|test new",
                "exec.project",
            ),
        ],
        "verb deploy none",
        &[
            ("supabase db push", "db.schema supabase db push"),
            ("supabase stop", "exec.project supabase stop"),
            (
                "supabase functions deploy f",
                "deploy supabase functions deploy f",
            ),
        ],
    ),
    c(
        "firebase",
        "P project only except token m message c config import export-on-exit app release-notes groups expires",
        &[
            (
                "functions:secrets:access|functions:secrets:get|login:ci|auth:export",
                "secret.read",
            ),
            ("functions:secrets:set", "secret.send"),
            (
                "firestore:delete|database:remove|hosting:disable|functions:delete|apps:delete|projects:delete|auth:delete|functions:secrets:destroy|functions:secrets:prune|hosting:channel:delete|functions:artifacts:setpolicy|firestore:databases:delete",
                "infra.destroy",
            ),
            (
                "emulators:start|emulators:exec|emulators:export|serve|init*|login*|logout|use|target*|setup*|experiments*|functions:shell|apphosting:emulate|open|help|internaltesting*|dataconnect:sdk*|ext:dev:init|ext:dev:emulators*|functions:config:export",
                "exec.project",
            ),
            (
                "functions:log|database:get|remoteconfig:get|remoteconfig:versions:list|functions:config:get|apps:sdkconfig|firestore:indexes|database:profile|ext:info|ext:export|database:settings:get|functions:list|ext",
                "cloud.read",
            ),
            (
                "appdistribution:distribute|ext:dev:upload|ext:dev:publish",
                "publish",
            ),
            (
                "database:settings:set|database:set|database:update|database:push|auth:import|hosting:clone|firestore:bulkdelete|crashlytics*",
                "deploy",
            ),
        ],
        "verb deploy none",
        &[
            ("firebase deploy", "deploy firebase deploy"),
            (
                "firebase functions:config:get",
                "cloud.read firebase functions:config:get",
            ),
            (
                "firebase firestore:delete --all-collections",
                "infra.destroy firebase firestore:delete",
            ),
        ],
    ),
    c(
        "appwrite",
        "",
        &[
            (
                "login|logout|init*|pull*|client|types|run*|generate|whoami",
                "exec.project",
            ),
            ("push*|deploy*", "deploy"),
        ],
        "verb deploy none",
        &[(
            "appwrite users delete --user-id u",
            "infra.destroy appwrite users delete u",
        )],
    ),
    c(
        "surge ghp-import",
        "d dist p project domain b branch m message o remote r repo",
        &[
            (
                "list|whoami|login|logout|token|files|help|plus|config|analytics|usage|audit|traffic",
                "cloud.read",
            ),
            ("teardown", "infra.destroy"),
        ],
        "deploy",
        &[
            ("surge ./dist e.surge.sh", "deploy surge ./dist e.surge.sh"),
            (
                "surge teardown e.surge.sh",
                "infra.destroy surge teardown e.surge.sh",
            ),
        ],
    ),
    c(
        "deployctl denoctl swa azd func",
        "project token org env resource-group app-name subscription-id deployment-token n name t template l language environment p port e",
        &[
            (
                "start|new|init|login|logout|durable get*|templates|build|package|config*|show|env list|env get-value|env refresh|env new|env select|env set|version|monitor|hooks*|extensions list|pack|settings list|auth*|restore",
                "exec.project",
            ),
            ("env get-values", "secret.read"),
            (
                "azure functionapp fetch*|azure functionapp list*|azure functionapp logstream",
                "cloud.read",
            ),
            (
                "azure*|up|provision|publish|pipeline*|kubernetes*|durable*",
                "deploy",
            ),
        ],
        "verb deploy none",
        &[
            ("azd down --force", "infra.destroy azd down"),
            (
                "func azure functionapp publish f",
                "deploy func azure functionapp publish",
            ),
            ("swa start ./dist", "exec.project swa start ./dist"),
        ],
    ),
    c(
        "fastly akamai azion edgio",
        "s service-id version t token name service-name comment env dir section",
        &[
            (
                "compute build|compute serve|compute validate|compute init|compute pack|compute metadata|compute hash*|log-tail|logs tail|profile*|auth*|whoami|stats*|ip-list|pops|dev|version|products|ratelimit list",
                "cloud.read",
            ),
            (
                "compute*|purge*|vcl*|dictionary*|acl*|backend*|domain*",
                "deploy",
            ),
        ],
        "verb deploy none",
        &[
            ("fastly purge --all", "deploy fastly purge"),
            ("fastly compute build", "cloud.read fastly compute build"),
        ],
    ),
    c(
        "eas",
        "p platform e profile m message branch channel path id url environment limit name value scope type s o output",
        &[
            (
                "build|submit|update|deploy|workflow:run|build:resign|metadata:push|upload|update:republish|update:roll-back-to-embedded|update:rollback|build:submit|channel:*|branch:create|device:create|credentials",
                "publish",
            ),
            ("env:get|env:pull", "secret.read"),
            (
                "env:list|secret:list|channel:list|channel:view|branch:list|branch:view|device:list|device:view",
                "cloud.read",
            ),
            (
                "env:push|env:create|secret:create|secret:push|env:update",
                "secret.send",
            ),
            (
                "login|logout|init|project:init|build:configure|update:configure|metadata:lint|metadata:pull|diagnostics|config|open|autocomplete|build:run|build:dev|build:inspect|fingerprint*|env:exec|webhook:list|account:login|account:view|onboarding|simulator*",
                "exec.project",
            ),
        ],
        "verb deploy none",
        &[
            ("eas update --branch production", "publish eas update"),
            ("eas build --local -p android", "exec.project eas build"),
            ("eas build:list", "cloud.read eas build:list"),
        ],
    ),
    c(
        "expo expo-cli",
        "p platform c config output-dir port",
        &[("publish|upload:*|build:*|submit*|publish:*", "publish")],
        "exec.project",
        &[
            ("expo publish", "publish expo publish"),
            ("expo start", "exec.project expo start"),
        ],
    ),
    c(
        "shorebird appcenter code-push code-push-standalone codepush",
        "flavor t target a app d release-version f file g group n store track",
        &[
            (
                "preview|doctor|init|login|logout|account|cache|flutter|orgs|test*|build*|apps list|analytics*|profile*|telemetry|help",
                "exec.project",
            ),
            (
                "release*|patch*|releases*|distribute*|codepush*|publish*|promote*",
                "publish",
            ),
        ],
        "verb publish none",
        &[
            (
                "shorebird release android",
                "publish shorebird release android",
            ),
            ("appcenter apps list", "exec.project appcenter apps list"),
        ],
    ),
    c(
        "shopify",
        "t theme s store path environment e c client-id config version message only ignore",
        &[
            (
                "theme dev|theme check|theme pull|theme list|theme info|theme init|theme package|theme language-server|theme console|theme open|theme profile|app dev*|app info|app build|app init|app generate*|app function*|app env*|app logs|app config*|app versions list|app webhook trigger|app import*|app bulk*|hydrogen dev|hydrogen build|hydrogen codegen|hydrogen preview|hydrogen init|hydrogen check|hydrogen setup*|hydrogen list|hydrogen link|hydrogen env list|version|auth*|search|upgrade|help|commands|kitchen-sink|plugins|store auth",
                "exec.project",
            ),
            ("theme delete", "infra.destroy"),
            ("hydrogen env pull|app env pull", "secret.read"),
        ],
        "verb deploy deploy",
        &[
            ("shopify theme push --live", "deploy shopify theme push"),
            ("shopify theme dev", "exec.project shopify theme dev"),
        ],
    ),
    c(
        "rockcraft butler steamcmd flat-manager-client iTMSTransporter",
        "source s api-key api-secret channel release name a artifacts-dir f username password extension-id client-id client-secret refresh-token build-environment output",
        &[
            (
                "lint|run|build|docs|dump-config|pack|prime|stage|pull|clean|try|status|login|whoami|list*|revisions|tracks|metrics|validate*|verify|diff|sign-build|file|fetch|version|upgrade|init|expand-extensions|logs|expand*|analyse|test|resources|libraries|names",
                "exec.project",
            ),
            (
                "sign|upload*|push|release|promote|publish*|close|register*|set-default-track|edit-*|create-*|delete-*|remote-build|upload-metadata|commit",
                "publish",
            ),
        ],
        "none",
        &[
            ("web-ext sign --api-key k", "publish web-ext sign"),
            ("snapcraft pack", "exec.project snapcraft pack"),
        ],
    ),
];

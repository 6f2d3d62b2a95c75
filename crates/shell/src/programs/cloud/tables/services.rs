//! Databases, observability, payments, messages, trackers and identity as a service.

use super::super::super::table::Cli;
use super::c;

pub(super) const CLIS: &[Cli] = &[
    c(
        "contentful sanity strapi storyblok ctfl prismic hygraph dato datocms cloudinary builderio payload-cloud umbraco webflow",
        "space-id e environment-id content-file dataset d f file to from token project-id",
        &[
            (
                "space export|dataset export|backup*|documents query|documents get|schema*|typegen*|build|dev|develop|start|console|export|init*|login|logout|manage|docs|check|codemod|exec|ts*|templates*|telemetry*|install|migration create|openapi*|blueprints doctor|preview",
                "exec.project",
            ),
            (
                "dataset import|space import|import|transfer|dataset copy|migration run|space migration|graphql*|exec",
                "deploy",
            ),
        ],
        "verb deploy none",
        &[
            (
                "sanity dataset delete production",
                "infra.destroy sanity dataset delete production",
            ),
            ("contentful space list", "cloud.read contentful space list"),
        ],
    ),
    c(
        "rover apollo wundergraph wgc graphql-hive graphcdn stellate nhost",
        "endpoint admin-secret database-name schema name n profile down up version routing-url project",
        &[
            (
                "console|init|version|migrate status|migrate create|migrate squash|metadata export|metadata diff|metadata inconsistency list|metadata inconsistency status|seed create|scripts*|completion|plugins*|docs|dev|supergraph compose|* check|* lint|* introspect|explain|config*|template|install|readme fetch|persisted-queries list|schema:check|operations:check|router compose|router download*",
                "cloud.read",
            ),
            ("migrate apply|migrate delete|seed apply", "db.schema"),
            (
                "metadata apply|metadata clear|metadata reload|metadata inconsistency drop|deploy|* publish|schema:publish",
                "deploy",
            ),
        ],
        "verb deploy none",
        &[(
            "rover subgraph publish g --schema s",
            "deploy rover subgraph publish g",
        )],
    ),
    c(
        "pscale neonctl neon upstash xata convex instant-cli timescale tiger aiven avn astra nile tembo fauna edgedb gel planetscale cockroach-cloud tidbcloud ticloud mongocli motherduck materialize mz ably pusher algolia meilisearch-cloud pinecone weaviate qdrant-cloud milvus-cloud zilliz singlestore couchbase-cloud redis-cloud rediscloud momento motherduck-cli tinybird clickhousectl chctl ksql zookeeper-shell",
        "org database branch project-id p o output region host-id bucket b name n subject group g environment cluster resource start stop predicate token db f file e plan t service-type c cloud",
        &[
            (
                "password create|connection-string|db tokens create|auth token|group tokens create|auth api-tokens mint|api-key create|api-keys create|service user-creds-download|service user-get|tokens create|service-token create|role create|auth create|token create",
                "secret.read",
            ),
            (
                "branch create|branches create|branch switch|connect|shell|dev|codegen|auth*|org switch|login|logout|init*|config*|data|dashboard|docs|run|db shell|local*|container*|generate*|pull*|completion*|update|help|schema pull|schema diff|branch schema|branch diff|* diff|quickstart*|context*|kafka topic consume|topic consume|kafka client-config*|set-context|psql|workspace*|user|plan show|env list|env get|ping|query|q|v1*|export*|check-compat|wait",
                "exec.project",
            ),
            (
                "push*|deploy|import|shell-exec|branches reset|branch reset|branches restore|deploy-request|topic produce|kafka topic produce|write|migrate*|branch promote|env set|env remove",
                "deploy",
            ),
            ("delete", "db.destroy"),
        ],
        "verb deploy none",
        &[
            (
                "turso db destroy db --yes",
                "infra.destroy turso db destroy db",
            ),
            ("neonctl projects list", "cloud.read neonctl projects list"),
            ("convex deploy", "deploy convex deploy"),
            (
                "avn service terminate pg",
                "infra.destroy avn service terminate pg",
            ),
        ],
    ),
    c(
        "atlas",
        "u url to dev-url dir f file env var config c format o output projectId orgId provider region tier type username password",
        &[
            (
                "schema apply|schema clean|migrate apply|migrate down|migrate set",
                "db.schema",
            ),
            (
                "schema*|migrate*|version|license|login|logout|auth*|config*|logs*|deployments*|local*|plugin*|completion|copilot|whoami",
                "cloud.read",
            ),
            (
                "dbusers create|accessLists create|clusters*create|setup|quickstart",
                "deploy",
            ),
        ],
        "verb deploy none",
        &[
            (
                "atlas clusters delete c --force",
                "infra.destroy atlas clusters delete c",
            ),
            ("atlas clusters list", "cloud.read atlas clusters list"),
            ("atlas schema apply --url u", "db.schema atlas schema apply"),
        ],
    ),
    c(
        "sentry-cli newrelic datadog-ci dog honeycomb honeymarker grafana-cli grafana grafanactl gcx promtool amtool logcli mimirtool cortextool lokitool tempo-cli pd opsgenie opsgenie-lamp statuspage incident firehydrant rootly betterstack betteruptime checkly lightstep axiom bugsnag-cli rollbar-cli raygun launchdarkly ldcli split-cli flagsmith flagctl unleash-cli unleash configcat optimizely statsig siggy posthog posthog-cli amplitude mixpanel segment snyk-admin lacework wizcli wiz crowdstrike-falcon falcon orca",
        "o p org project auth-token n namespace address flag environment e t m d k f guid tag version entity accountId accountid name query message s i id ids severity since from to",
        &[
            (
                "info|sourcemaps explain|releases propose-version|debug-files*|bash-hook|login|logout|check*|query*|test*|config*|profile*|git-metadata|nrql*|diagnose*|completion*|decode*|setup|plugins ls|plugins list*|rules lint|rules diff|rules check|analyze*|alert query|alert|silence query|labels|series|stats|volume*|fmt|parse-query|instant-query|detected-fields|cluster show|oncall*|auth*|listAlerts|list*|get*|show*|validate|preview|dev|help|version",
                "cloud.read",
            ),
            ("plugins install|plugins update", "package.install:args"),
            ("sourcemaps inject", "exec.project"),
            (
                "sourcemaps upload|upload*|send-event|send-envelope|send-metric|releases*|deploys*|junit*|sarif*|sbom*|dsyms*|lambda*|cloud-run*|stepfunctions*|synthetics*|deployment*|trace*|monitors*|issues*|metric post|event post|push*|delete create|admin*|rules load|rules sync|alertmanager load|marker*",
                "deploy",
            ),
        ],
        "verb deploy none",
        &[
            (
                "sentry-cli releases list",
                "cloud.read sentry-cli releases list",
            ),
            (
                "sentry-cli releases new v1",
                "deploy sentry-cli releases new v1",
            ),
            ("ldcli flags get --flag f", "cloud.read ldcli flags get"),
            ("amtool silence expire 1", "deploy amtool silence expire 1"),
        ],
    ),
    c(
        "stripe",
        "api-key p project-name d forward-to events amount currency charge source name limit customer active url e confirm stripe-account stripe-version expand skip override add remove",
        &[
            (
                "get|config|listen|login|logout|open|samples*|serve|trigger|fixtures|resources|status|version|completion|help|logs*|playback|* list|* retrieve|* search|* list_line_items|feedback|community|postinstall",
                "cloud.read",
            ),
            ("apps upload|deploy*", "publish"),
        ],
        "verb net.write net.write",
        &[
            ("stripe charges list", "cloud.read stripe charges list"),
            (
                "stripe refunds create --charge ch_1",
                "net.write stripe refunds create",
            ),
            (
                "stripe delete /v1/customers/c",
                "infra.destroy stripe delete /v1/customers/c",
            ),
        ],
    ),
    c(
        "paypal braintree square plaid lemonsqueezy paddle chargebee recurly adyen gocardless razorpay shopifyql coinbase",
        "limit customer amount",
        &[("sandbox*|listen|login|logout|serve", "none")],
        "verb net.write none",
        &[(
            "square payments refund 1",
            "net.write square payments refund 1",
        )],
    ),
    c(
        "twilio vonage nexmo messagebird plivo bandwidth telnyx sinch sendgrid mailgun mailchimp postmark resend mailersend ses-cli brevo customerio courier knock onesignal braze klaviyo intercom",
        "p profile from to body sid url properties limit o phone-number status country-code sms-url",
        &[
            (
                "login|profiles*|debugger*|*:list|*:fetch|serverless:start|serverless:init|serverless:new|serverless:logs|flex:plugins:start|flex:plugins:build|flex:plugins:create|plugins*|autocomplete|config*|feedback|email:set|dev*|init|apps:list",
                "cloud.read",
            ),
            (
                "*:deploy|serverless:promote|flex:plugins:release|flex:plugins:deploy",
                "deploy",
            ),
            ("*:remove|*:delete", "infra.destroy"),
            (
                "api:core:messages:create|api:core:calls:create|email:send|mail send|sms|send|messages send",
                "message.send",
            ),
        ],
        "verb message.send none",
        &[
            (
                "twilio phone-numbers:list",
                "cloud.read twilio phone-numbers:list",
            ),
            (
                "twilio api:core:messages:create --to x",
                "message.send twilio api:core:messages:create",
            ),
        ],
    ),
    c(
        "slack",
        "t text channel team app token w workspace environment trigger-def",
        &[
            (
                "run|create|samples|doctor|version|login|logout|auth*|manifest*|app list|app settings|platform run|datastore query|datastore get|datastore count|project*|docs|feedback|help|env list|external-auth list|collaborator list|trigger list|trigger info|function access|upgrade|app link|activity|logs",
                "exec.project",
            ),
            (
                "deploy|platform deploy|install|app install|trigger*|datastore*|env*|app*|collaborator*|external-auth*|delete|uninstall",
                "deploy",
            ),
        ],
        "message.send",
        &[
            ("slack run", "exec.project slack run"),
            ("slack chat send --text hi", "message.send slack chat send"),
            ("slack deploy", "deploy slack deploy"),
        ],
    ),
    c(
        "slack-cli slackcat slack-notify discord-cli discord-webhook discord.sh discord-send telegram-send telegram-cli teams-cli teams-webhook ntfy pushover pushbullet apprise signal-cli matrix-commander matrix-send mattermost mmctl zulip-send rocketchat irccat wacli whatsapp-cli imsg line-notify noti-send gotify toot tweet twurl twitter-cli bsky masto sendemail sendEmail blat smtp-cli neomutt himalaya gog gcalcli alpine aerc s-nail nail esmtp nullmailer-send",
        "c channel m message t u s a h server to from subject body title priority tags d config webhook-url text f account folder calendar when where attach",
        &[
            (
                "help|version|list|ls|login|logout|--version|channels|envelope*|folder*|account*|message read|message export|attachment*|template*|agenda|calw|calm|search|receive|subscribe|serve|listAccounts|listContacts|listGroups|listDevices|user list|channel list|team list|auth*|timeline|notifications|whoami|read|show|info|chats|contacts|sync|messages list|history|gmail search|gmail get|gmail list|calendar list|calendar events|drive ls|drive search|drive get|drive download|doctor",
                "none",
            ),
            (
                "message delete|user delete|channel delete|team delete|post delete|delete*",
                "infra.destroy",
            ),
        ],
        "message.send",
        &[
            ("slackcat -c general x", "message.send slackcat x"),
            ("ntfy publish t done", "message.send ntfy publish t done"),
            ("himalaya envelope list", ""),
        ],
    ),
    c(
        "m365 gam gam7 gamadv-xtd3 gyb msgraph mgc-graph workspace zoom calendly",
        "o output u webUrl t teamId c channelId message subject to bodyContents id query title i deploymentId d",
        &[
            (
                "user * delete message*|user * trash*|user * forward*",
                "infra.destroy",
            ),
            (
                "info|print|show|report|check|version|user * print*|user * show*|* print|login|logout|status|setup|cli*|context*|pull|open|clone|logs|apis|open-*|tail-logs|list*|oauth*|config|app permission list|spfx doctor|spfx project*|search",
                "cloud.read",
            ),
            (
                "* message send|outlook mail send|* sendemail",
                "message.send",
            ),
            (
                "user|group|ou|org|course|calendar|update|create|add|run|push|deploy|redeploy|version|api*|enable*|disable*",
                "deploy",
            ),
        ],
        "verb deploy none",
        &[
            (
                "gam delete user j@e.com",
                "infra.destroy gam delete user j@e.com",
            ),
            ("gam print users", "cloud.read gam print users"),
            ("clasp push", "deploy clasp push"),
        ],
    ),
    c(
        "jira acli linear lineark asana trello notion ntn clickup monday shortcut basecamp youtrack zendesk freshdesk zcli servicenow snc now-sdk hubspot hs pipedrive salesloft confluence confluence-cli todoist airtable coda smartsheet wrike gus ghe-admin rally phabricator arc-cli gitea-issues bugzilla redmine",
        "p project t s summary b body y priority a assignee key jql type from-file columns q status r reporter l label template title state team labels portal account portalId",
        &[
            (
                "me|serverinfo|open|init|completion|auth*|login|logout|*:list|list|ls|view|sprint list|board list|epic list|project list|project dev|project logs|project download|project open|project create|project add|issue id|issue url|issue pr|team list|fetch|logs|accounts*|account*|cms fetch|cms list|theme preview|theme marketplace*|lint|create module|create template|apps:validate|apps:server|apps:new|apps:package|themes:preview|config*|today|filter|sync",
                "cloud.read",
            ),
            (
                "upload|project upload|project deploy|apps:create|apps:update|themes:publish|themes:import",
                "deploy",
            ),
        ],
        "verb net.write none",
        &[
            ("jira issue list", "cloud.read jira issue list"),
            ("jira issue create -tBug -sX", "net.write jira issue create"),
            (
                "linear issue delete E-1",
                "infra.destroy linear issue delete E-1",
            ),
        ],
    ),
    c(
        "sf sfdx cci",
        "o target-org u targetusername m metadata d source-dir p package f file s sobject i record-id q query a alias v target-dev-hub w wait x manifest n name r l t b c",
        &[
            (
                "org display --verbose|org list auth|org generate password|force:user:password:generate|org display user",
                "secret.read",
            ),
            (
                "project retrieve*|project deploy validate|project deploy preview|project deploy report|project generate*|project convert*|project reset*|project delete tracking|project list*|data query|data get*|data search|data export*|force:data:soql:query|force:data:tree:export|force:org:list|force:org:display|force:org:open|force:source:status|force:source:pull|force:source:retrieve|force:source:convert|force:source:manifest*|force:apex:test*|force:apex:log*|force:mdapi:retrieve|force:mdapi:describe*|force:schema*|force:lightning*|force:apex:class*|apex run test|apex test*|apex get*|apex list*|apex tail*|apex generate*|lightning*|org list*|org display|org open*|org login*|org logout|org create scratch|org resume*|org assign permset|alias*|config*|plugins*|code-analyzer*|scanner*|sobject*|schema*|doctor|info*|version|update|whatsnew|which|help|commands|search|package list*|package version list|package version report|package installed list|cmdt generate*|static-resource generate|flow generate*|flow get*|template*|analytics*|agent generate*|agent preview*|agent test list|agent test results|package version create list|package version create report|autocomplete*",
                "cloud.read",
            ),
            (
                "org delete*|force:org:delete|data delete*|force:data:record:delete|force:data:bulk:delete|project delete source|force:source:delete|package delete|package version delete|package uninstall|force:package:uninstall",
                "infra.destroy",
            ),
        ],
        "deploy",
        &[
            (
                "sf project deploy start -o prod",
                "deploy sf project deploy start",
            ),
            ("sf project deploy start --dry-run", ""),
            ("sf data query --query q", "cloud.read sf data query"),
        ],
    ),
    c(
        "auth0 okta clerk workos stytch descope frontegg ory kratos hydra keto zitadel authentik fga zed permit cerbosctl fusionauth supertokens kcadm kcadm.sh kcreg.sh kc.sh teleport tsh",
        "r realm s set store-id file audience a q fields username new-password user server config user-agent proxy login cluster auth roles ttl format",
        &[
            ("test token|auth token|m2m token", "secret.read"),
            (
                "config*|login|logout|init|tenants use|tenants list|tenants open|logs*|test*|api get|api clients|quickstarts*|universal-login show|completion|start*|serve*|build|show-config|version|export|status|ssh|ls|apps ls|db ls|kube ls|clusters|get*|play|ui",
                "cloud.read",
            ),
            ("api delete*|kill|lock", "infra.destroy"),
            (
                "api|create*|update*|add-roles|remove-roles|set-password|relationship*|schema write|bulk-import|users add|tokens add|auth sign|auth rotate|request*|scp",
                "deploy",
            ),
        ],
        "verb deploy none",
        &[
            (
                "kcadm.sh delete realms/prod",
                "infra.destroy kcadm.sh delete realms/prod",
            ),
            ("kcadm.sh get realms", "cloud.read kcadm.sh get realms"),
            ("auth0 apps list", "cloud.read auth0 apps list"),
        ],
    ),
    c(
        "ldapmodify ldapadd ldapdelete ldappasswd ldapmodrdn",
        "x-d D w W H h p f b s y U Y Z e",
        &[],
        "deploy",
        &[("ldapdelete -D cn=admin uid=j", "deploy ldapdelete uid=j")],
    ),
    c(
        "dsmod dsadd dsrm dsmove smbldap-useradd smbldap-userdel smbldap-usermod",
        "",
        &[],
        "privilege",
        &[("dsrm cn=j", "privilege dsrm cn=j")],
    ),
    c(
        "samba-tool ipa realm",
        "U H",
        &[
            (
                "ping|env|help|discover|testparm|dbcheck|drs showrepl|dns query|dns zonelist",
                "cloud.read",
            ),
            (
                "leave|join|permit|deny|domain*|drs*|gpo*|fsmo*|spn*",
                "privilege",
            ),
        ],
        "verb privilege none",
        &[("ipa user-show jane", "cloud.read ipa user-show jane")],
    ),
    c(
        "netbird headscale nebula twingate ngrok-agent",
        "hostname authkey auth-key exit-node advertise-routes accept-risk timeout login-server user u",
        &[
            (
                "status|ip|ping|netcheck|version|whois|metrics|dns status|exit-node list|funnel status|serve status|lock status|bugreport|debug|cert|web|configure|nc|licenses|switch|drive list|syspolicy|info|listnetworks|peers|listpeers|nodes list|users list|preauthkeys list|policy get|file get|login|logout|help",
                "cloud.read",
            ),
            ("funnel|serve", "net.listen"),
            ("ssh|file cp", "net.write"),
        ],
        "deploy",
        &[
            ("netbird status", "cloud.read netbird status"),
            ("netbird down", "deploy netbird down"),
        ],
    ),
];

//! Libraries that speak to a service: `boto3.client("ec2").terminate_instances()`,
//! `new StripeClient().refunds.create()`.
//!
//! They share the grammar of the command lines of the same services, so the
//! verb in the name of a method says what the call does, and the module it
//! came from says to what kind of service.

use palisade_core::EffectKind;

use super::machine::Machine;
use super::value::{Args, Value};
use crate::programs::cloud::{Does, verb};

/// What a library speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Service {
    /// Clouds, clusters, platforms, identity, search, what is behind an API.
    Cloud,
    /// What is sent reaches people.
    Messages,
    /// Models: using one is what it is for.
    Models,
    /// Containers of this machine.
    Containers,
    /// Repositories and issues of a code host.
    CodeHost,
    /// A place for secrets.
    Vault,
    /// Tables of a database, as objects.
    Tables,
    /// Processes of this machine.
    Processes,
}

/// Modules by service. A name ends at `.`, `(`, `/` or the end.
const MODULES: &[(Service, &str)] = &[
    (
        Service::Cloud,
        "boto3 botocore aioboto3 aiobotocore google.cloud googleapiclient google.ads azure oci ibm_cloud_sdk_core \
         ibm_vpc ibm_platform_services aliyunsdkcore aliyunsdkecs alibabacloud_ecs20140526 tencentcloud \
         pydo digitalocean hcloud linode_api4 vultr ovh openstack keystoneclient novaclient scaleway civo \
         cloudflare CloudFlare fastly heroku3 kubernetes kubernetes_asyncio openshift pyVim pyVmomi proxmoxer \
         libvirt nomad consul etcd3 datadog datadog_api_client newrelic pdpyras pagerduty opsgenie_sdk \
         launchdarkly_api ldap3 okta auth0 keycloak msgraph firebase_admin supabase appwrite pinecone \
         qdrant_client weaviate pymilvus turbopuffer elasticsearch opensearchpy meilisearch algoliasearch typesense \
         confluent_kafka.admin kafka.admin huggingface_hub wandb mlflow.tracking modal databricks snowflake.core \
         stripe braintree paypalrestsdk squareup square adyen plaid razorpay mollie paddle_billing chargebee recurly \
         shopify hubspot simple_salesforce zenpy intercom pyairtable airtable notion_client jira atlassian trello \
         asana linear_sdk gspread contentful_management dropbox boxsdk b2sdk tweepy.Client \
         aws-sdk @aws-sdk @google-cloud googleapis @azure firebase-admin @kubernetes/client-node cloudflare \
         @vercel/sdk heroku-client @notionhq/client jira.js @linear/sdk airtable contentful-management \
         @elastic/elasticsearch @opensearch-project/opensearch @supabase/supabase-js @pinecone-database/pinecone \
         @qdrant/js-client-rest @okta/okta-sdk-nodejs @clerk/backend @clerk/clerk-sdk-node stytch @workos-inc/node \
         launchdarkly-api @datadog/datadog-api-client @pagerduty/pdjs @shopify/shopify-api @hubspot/api-client \
         node-appwrite kafkajs @paypal/checkout-server-sdk @paypal/paypal-server-sdk @mollie/api-client \
         dockerode-remote digitalocean-js linode-api-node Aws Google.Cloud Azure Stripe Fog DropletKit Shopify \
         Braintree Twitter",
    ),
    (
        Service::Messages,
        "slack_sdk slack slack_bolt sendgrid twilio discord telegram telebot aiogram tweepy vonage nexmo mailchimp_transactional \
         mailgun postmarker resend yagmail exchangelib O365 pushover pushbullet apprise linebot nio mastodon praw atproto \
         pymsteams knockapi courier \
         @slack/web-api @slack/webhook @slack/bolt @sendgrid/mail nodemailer discord.js telegraf node-telegram-bot-api \
         twitter-api-v2 postmark mailgun.js @mailchimp/mailchimp_transactional web-push @vonage/server-sdk \
         Slack.Web Twilio SendGrid Telegram.Bot Mail",
    ),
    (
        Service::Models,
        "openai anthropic cohere mistralai groq google.generativeai google.genai together replicate @anthropic-ai/sdk \
         @google/generative-ai @mistralai/mistralai groq-sdk cohere-ai",
    ),
    (Service::Containers, "docker podman dockerode Docker"),
    (
        Service::CodeHost,
        "github gitlab bitbucket ghapi octokit @octokit/rest @octokit/core @octokit/graphql @gitbeaker/rest @gitbeaker/node Octokit Gitlab",
    ),
    (
        Service::Vault,
        "hvac onepassword bitwarden_sdk infisical_client keyring secretstorage doppler_sdk node-vault @1password/sdk \
         @infisical/sdk @bitwarden/sdk-napi keytar",
    ),
    (
        Service::Tables,
        "sequelize typeorm @mikro-orm/core objection knex drizzle-orm",
    ),
    (Service::Processes, "psutil"),
];

/// Libraries that stand in for a service in tests.
const FAKES: &[&str] = &[
    "moto",
    "unittest",
    "mock",
    "responses",
    "respx",
    "vcr",
    "localstack_client",
    "pytest_mock",
    "botocore.stub",
    "fakeredis",
    "mongomock",
    "nock",
    "aws-sdk-client-mock",
    "sinon",
    "jest",
];

/// Ways to get at a service, which do nothing there.
const DOORS: &[&str] = &[
    "client",
    "resource",
    "connect",
    "create_client",
    "createclient",
    "createtransport",
    "from_env",
    "init",
    "initialize_app",
    "initializeapp",
    "configure",
    "session",
    "from_connection_string",
    "fromconnectionstring",
    "from_service_account_json",
    "from_service_account_info",
    "load_kube_config",
    "load_incluster_config",
    "get_paginator",
    "get_waiter",
    "set_stream_logger",
    "setup_default_session",
    "build",
    "login",
    "auth",
    "set_appinfo",
    "set_app_info",
    "use",
    "with_options",
    "createcontext",
    "create_default_context",
    "fromenv",
    "open_resource",
    "create_from_connection_string",
    "makeapiclient",
    "loadfromdefault",
    "loadfromfile",
    "construct_event",
    "constructevent",
    "generateurl",
    "to_dict",
    "close",
    "send_command_name",
    "add_listener",
    "run_until_complete",
    "start_polling",
    "runpolling",
    "run_polling",
];

/// The service of a path: `boto3.client().delete_bucket`.
fn service(path: &str) -> Option<Service> {
    MODULES
        .iter()
        .find(|(_, names)| {
            names.split_ascii_whitespace().any(|name| {
                path.strip_prefix(name).is_some_and(|rest| {
                    rest.is_empty() || rest.starts_with(['.', '(', '/', ':', '['])
                })
            })
        })
        .map(|(service, _)| *service)
}

/// Whether things of this path belong to a service, so that what is in a list
/// of them does as well.
pub(super) fn is_of_service(path: &str) -> bool {
    path.contains("()") && service(path).is_some()
}

/// A call of a library; `None` when it does nothing to be told. The value it
/// gives is still named by the path, because the next method may do something.
pub(super) fn call(machine: &mut Machine<'_>, path: &str, args: &Args) -> Option<Value> {
    let root = path.split(['.', '(', '/']).next().unwrap_or_default();
    if FAKES
        .iter()
        .any(|fake| *fake == root || path.starts_with(fake) && fake.contains(['.', '-']))
    {
        machine.pretends = true;
        return None;
    }
    if machine.pretends {
        return None;
    }
    if let Some(words) = git(path, args) {
        machine.words(&words, None, None);
        return Some(Value::Unknown(crate::arg::Origin::Unknown));
    }
    let service = service(path)?;
    // `client = Client(host="http://localhost:9200")` speaks to this machine.
    let here = args
        .pos
        .iter()
        .take(2)
        .chain(args.named.iter().map(|(_, v)| v))
        .any(is_local);
    let name = path.rsplit(['.', ':']).next().unwrap_or(path);
    // `client.send(new DeleteBucketCommand(…))`: the command says it.
    let sent;
    let name = if path.starts_with("@aws-sdk") && name == "send" {
        sent = match args.at(0) {
            Value::Sym(command) => command
                .trim_end_matches("()")
                .rsplit('.')
                .next()
                .unwrap_or_default()
                .to_owned(),
            _ => String::new(),
        };
        sent.as_str()
    } else {
        name
    };
    let door = DOORS.contains(&name.to_ascii_lowercase().as_str());
    let command = path.rsplit('.').next() == Some("send") && name.ends_with("Command");
    let constructor = name.starts_with(|c: char| c.is_ascii_uppercase()) && !command;
    if door || constructor || !path.contains(['.', ':']) {
        return here.then(|| Value::sym("local service()"));
    }
    statements(machine, name, args);
    let dry = [
        "DryRun",
        "dry_run",
        "dryRun",
        "validate_only",
        "validateOnly",
    ]
    .iter()
    .any(|n| matches!(args.named(n), Some(Value::Bool(true))));
    let kind =
        kind(service, path, name, args).map(|kind| if dry { EffectKind::CloudRead } else { kind });
    match kind? {
        EffectKind::MessageSend => machine.message(&Value::text(name)),
        kind => machine.perhaps(kind, name),
    }
    // What is uploaded is read here, what is downloaded is written here.
    let lower = name.to_ascii_lowercase();
    if lower.starts_with("upload") {
        machine.file(EffectKind::FileRead, &args.at(0));
        machine.sent = true;
    } else if lower.starts_with("download_file") || lower.starts_with("download_to_filename") {
        let to = args.pos.last().cloned().unwrap_or(Value::Nothing);
        machine.file(EffectKind::FileWrite, &to);
    }
    None
}

/// Queries that are given as text.
fn statements(machine: &mut Machine<'_>, name: &str, args: &Args) {
    if matches!(
        name,
        "query" | "execute" | "sql" | "raw" | "rpc" | "execute_sql"
    ) {
        machine.maybe_sql(&args.at(0), name);
    }
}

fn kind(service: Service, path: &str, name: &str, args: &Args) -> Option<EffectKind> {
    let lower = name.to_ascii_lowercase();
    let about_secret = [
        "secret",
        "password",
        "credential",
        "private_key",
        "privatekey",
    ]
    .iter()
    .any(|s| lower.contains(s))
        || service == Service::Vault
        || path.to_ascii_lowercase().contains("secret");
    let decrypts = lower.starts_with("get_parameter") || lower.starts_with("getparameter");
    if decrypts
        && (matches!(args.named("WithDecryption"), Some(Value::Bool(true)))
            || matches!(args.at(0), Value::Dict(d) if d.iter().any(|(k, v)| k.as_str() == Some("WithDecryption") && matches!(v, Value::Bool(true)))))
    {
        return Some(EffectKind::SecretRead);
    }
    let does = verb(name);
    let reads_one = [
        "get", "read", "access", "resolve", "fetch", "retrieve", "decrypt", "unwrap",
    ]
    .iter()
    .any(|v| lower.starts_with(v));
    if about_secret
        && reads_one
        && !lower.contains("list")
        && !lower.contains("metadata")
        && !lower.contains("policy")
    {
        return Some(EffectKind::SecretRead);
    }
    match service {
        Service::Messages => match does {
            Some(Does::Destroy) => Some(EffectKind::InfraDestroy),
            Some(Does::Read | Does::Local | Does::Secret) => None,
            Some(Does::Change) => Some(EffectKind::MessageSend),
            None => [
                "send",
                "post",
                "reply",
                "tweet",
                "message",
                "notify",
                "publish",
                "broadcast",
            ]
            .iter()
            .any(|v| lower.contains(v))
            .then_some(EffectKind::MessageSend),
        },
        Service::Models => match does {
            Some(Does::Destroy) => Some(EffectKind::InfraDestroy),
            Some(Does::Change)
                if path.contains("fine_tuning")
                    || path.contains("fineTuning")
                    || path.contains("batches") =>
            {
                Some(EffectKind::Deploy)
            }
            _ => None,
        },
        Service::Containers => match does {
            Some(Does::Destroy)
                if lower.starts_with("prune")
                    || path.contains("volumes")
                    || !args.named.is_empty() =>
            {
                Some(EffectKind::InfraDestroy)
            }
            Some(Does::Change) if lower == "push" => Some(EffectKind::Publish),
            _ => None,
        },
        Service::CodeHost => match does {
            Some(Does::Destroy) => Some(EffectKind::InfraDestroy),
            Some(Does::Change) => Some(EffectKind::Deploy),
            _ => None,
        },
        Service::Vault => match does {
            Some(Does::Destroy) => Some(EffectKind::InfraDestroy),
            Some(Does::Change) => Some(EffectKind::SecretSend),
            _ => None,
        },
        Service::Tables => {
            let forced = args.pos.iter().any(|v| {
                matches!(v, Value::Bool(true))
                    || matches!(v, Value::Dict(d) if d.iter().any(|(k, v)| {
                        matches!(k.as_str(), Some("force" | "truncate" | "dropBeforeSync")) && matches!(v, Value::Bool(true))
                    }))
            });
            match lower.as_str() {
                "drop" | "dropdatabase" | "dropschema" | "dropalltables" | "truncate"
                | "droptable" | "droptableifexists" => Some(EffectKind::DbDestroy),
                "sync" | "synchronize" | "destroy" if forced => Some(EffectKind::DbDestroy),
                _ => None,
            }
        }
        Service::Processes => matches!(
            lower.as_str(),
            "kill" | "terminate" | "suspend" | "send_signal"
        )
        .then_some(EffectKind::ProcessSignal),
        Service::Cloud => match does {
            Some(Does::Destroy) => Some(EffectKind::InfraDestroy),
            Some(Does::Change)
                if lower.starts_with("send_email")
                    || lower.starts_with("sendemail")
                    || lower.starts_with("send_raw_email") =>
            {
                Some(EffectKind::MessageSend)
            }
            Some(Does::Change) => Some(EffectKind::Deploy),
            Some(Does::Read) if path.starts_with("boto3") => Some(EffectKind::CloudRead),
            _ => None,
        },
    }
}

/// An address or a name of this machine.
fn is_local(value: &Value) -> bool {
    if let Value::Dict(entries) = value {
        return entries
            .iter()
            .any(|(_, v)| v.as_str().is_some() && is_local(v));
    }
    value.as_str().is_some_and(|text| {
        let host = text.split_once("://").map_or(text, |(_, rest)| rest);
        [
            "localhost",
            "127.0.0.1",
            "[::1]",
            "localstack",
            "host.docker.internal",
            ":memory:",
        ]
        .iter()
        .any(|here| host.starts_with(here))
    })
}

/// Libraries that run git: the words of the command.
fn git(path: &str, args: &Args) -> Option<Vec<Value>> {
    let of = |prefixes: &[&str]| {
        prefixes
            .iter()
            .find_map(|prefix| path.strip_prefix(prefix))
            .map(str::to_owned)
    };
    let text = |t: &str| Value::text(t);
    // GitPython: `repo.git.reset("--hard")`.
    if let Some(verb) = of(&[
        "git.Repo().git.",
        "git.repo.Repo().git.",
        "git.cmd.Git().",
        "git.Git().",
    ]) {
        let mut words = vec![text("git"), text(&verb.replace('_', "-"))];
        words.extend(args.pos.iter().cloned());
        for (name, value) in &args.named {
            if !matches!(value, Value::Bool(false)) {
                let dashes = if name.len() == 1 { "-" } else { "--" };
                words.push(text(&format!("{dashes}{}", name.replace('_', "-"))));
            }
        }
        return Some(words);
    }
    if let Some(rest) = of(&["git.Repo()."]) {
        let forced = matches!(args.named("force"), Some(Value::Bool(true)));
        if rest.rsplit('.').next() == Some("push") && rest.starts_with("remote") {
            let mut words = vec![text("git"), text("push"), text("origin")];
            words.extend(args.pos.iter().cloned());
            words.extend(forced.then(|| text("--force")));
            return Some(words);
        }
        if rest == "head.reset" && matches!(args.named("working_tree"), Some(Value::Bool(true))) {
            return Some(vec![text("git"), text("reset"), text("--hard")]);
        }
        return None;
    }
    // simple-git: `git.push("origin", "main", ["--force"])`.
    let rest = of(&[
        "simple-git()",
        "simple-git.simpleGit()",
        "simple-git.default()",
        "simpleGit()",
    ])?;
    let verb = rest.rsplit('.').next().unwrap_or_default();
    let mut words = vec![text("git")];
    match verb {
        "raw" => {}
        "reset" | "push" | "clean" | "checkout" | "branch" | "rebase" | "stash" | "tag" => {
            words.push(text(verb));
        }
        "deleteLocalBranch" => words.extend([text("branch"), text("-D")]),
        _ => return None,
    }
    for value in &args.pos {
        match value {
            Value::List(items) => words.extend(items.iter().cloned()),
            Value::Str(t) if verb == "reset" && &**t == "hard" => words.push(text("--hard")),
            Value::Str(t) if verb == "clean" && !t.starts_with('-') => {
                words.push(text(&format!("-{t}")));
            }
            Value::Str(_) => words.push(value.clone()),
            _ => {}
        }
    }
    Some(words)
}

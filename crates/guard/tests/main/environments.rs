//! Production is observed, not typed: in words, variables, folders, and in
//! what tools remember.

use palisade_core::{Environment, Profile, ToolCall};
use palisade_guard::{Ambient, Past, Scene, judge};
use palisade_policy::Table;

use crate::world::World;

/// The gravest environment among the effects of a command.
fn observed(world: &World, ambient: &Ambient, command: &str) -> Environment {
    let table = Table::builtin(Profile::Standard);
    let scene = Scene {
        places: &world.places,
        table: &table,
        cwd: &world.project,
        workspace: &world.project,
        headless: false,
        ambient,
        past: Past::default(),
    };
    let call = ToolCall::Shell {
        tool: "Bash".to_owned(),
        command: command.to_owned(),
        unsandboxed: false,
        open_input: false,
    };
    let effects = judge(&call, &scene).effects;
    let all: Vec<_> = effects.iter().map(|e| e.facts.environment).collect();
    [Production, Staging, Local]
        .into_iter()
        .find(|e| all.contains(e))
        .unwrap_or_default()
}

fn check(world: &World, ambient: &Ambient, cases: &[(&str, Environment)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(command, expected)| {
            let got = observed(world, ambient, command);
            (got != *expected).then(|| format!("{command}: {got:?}, not {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

use Environment::{Local, Production, Staging, Unknown};

#[test]
fn words_and_variables_name_it() {
    let world = World::new();
    check(
        &world,
        &Ambient::default(),
        &[
            ("kubectl --context prod-eu get pods", Production),
            ("kubectl --context=staging delete pod x", Staging),
            ("kubectl --context minikube delete pod x", Local),
            ("AWS_PROFILE=acme-prod aws s3 rm s3://x/y", Production),
            ("export AWS_PROFILE=staging; aws s3 rm s3://x/y", Staging),
            ("aws --profile prod ec2 describe-instances", Production),
            ("PGHOST=db.prod.example.com psql -c 'select 1'", Production),
            ("psql -h db-prod-1.example.com -c 'select 1'", Production),
            ("psql postgres://u@localhost/shop -c 'select 1'", Local),
            ("psql shop_dev -c 'select 1'", Unknown),
            ("cd environments/prod && terraform apply", Production),
            ("terraform -chdir=live/x apply", Production),
            ("TF_WORKSPACE=production terraform apply", Production),
            ("terraform apply", Unknown),
            ("docker compose up -d", Unknown),
            ("docker -H ssh://prod-1 rm -f web", Production),
        ],
    );
}

#[test]
fn what_the_agents_process_has_selected() {
    let world = World::new();
    let ambient = Ambient::from_env(|name| {
        let value = match name {
            "AWS_PROFILE" => "acme-prod",
            "DATABASE_URL" => "postgres://shop:hunter2@db.prod.example.com/shop",
            "KUBECONFIG" => "/nonexistent",
            _ => return None,
        };
        Some(value.into())
    });
    check(
        &world,
        &ambient,
        &[
            ("aws s3 rm s3://x/y", Production),
            ("aws --profile dev s3 rm s3://x/y", Unknown),
            ("psql \"$DATABASE_URL\" -c 'delete from users'", Production),
            ("kubectl get pods", Unknown),
        ],
    );
}

#[test]
fn what_tools_remember() {
    let world = World::new();
    world.at_home(
        ".kube/config",
        "apiVersion: v1\nclusters:\n- cluster:\n    server: https://10.1.2.3\n  name: eu-1\ncontexts:\n- context:\n    cluster: eu-1\n    namespace: shop-prod\n    user: mara\n  name: eu\n- context:\n    cluster: eu-2\n    namespace: dev\n  name: other\ncurrent-context: eu\nkind: Config\n",
    );
    world.at_home(".config/gcloud/active_config", "acme");
    world.at_home(
        ".config/gcloud/configurations/config_acme",
        "[core]\naccount = mara@example.com\nproject = acme-production-1\n",
    );
    world.at_home(
        ".azure/azureProfile.json",
        "\u{feff}{\"subscriptions\":[{\"name\":\"Dev\",\"isDefault\":false},{\"name\":\"Production EU\",\"isDefault\":true}]}",
    );
    world.at_home(".docker/config.json", "{\"currentContext\":\"prod-swarm\"}");
    world.write("infra/.terraform/environment", "prod\n");
    world.write("Pulumi.yaml", "name: shop\nruntime: nodejs\n");
    world.at_home(
        ".pulumi/workspaces/shop-0a1b-workspace.json",
        "{\"stack\":\"acme/prod\"}",
    );
    check(
        &world,
        &Ambient::default(),
        &[
            ("kubectl delete pod x", Production),
            ("kubectl --context dev delete pod x", Unknown),
            ("KUBECONFIG=/nonexistent kubectl delete pod x", Unknown),
            ("gcloud compute instances list", Production),
            ("gcloud --project=sandbox compute instances list", Unknown),
            ("az vm list", Production),
            ("cd infra && terraform apply", Production),
            ("pulumi up", Production),
            ("docker stack deploy -c a.yml web", Production),
            ("terraform plan", Unknown),
        ],
    );
    world.at_home(
        ".kube/config",
        "current-context: other\ncontexts:\n- context: {}\n",
    );
    check(
        &world,
        &Ambient::default(),
        &[("kubectl get pods", Unknown)],
    );
}

//! What a tool remembers about where it acts: the current context of a
//! cluster, the active account of a cloud, the selected workspace.
//!
//! Small files in known places, read when the command line selects nothing.
//! They are the user's; names in them decide nothing but the environment.

use std::path::{Path, PathBuf};

use palisade_core::Environment;
use palisade_shell::{Arg, Invocation};
use serde_json::Value;

use super::{Surroundings, gravest, of_host, of_value};

/// Bytes of a tool's file that are read.
const FILE_BYTES: usize = 1024 * 1024;

/// How one family of tools selects where it acts.
struct Family {
    programs: &'static [&'static str],
    /// Options that select it in the command line, without the dashes.
    options: &'static [&'static str],
    /// Variables that select it.
    variables: &'static [&'static str],
    /// The names its own files hold, in the order asked.
    remembered: fn(&Invocation, Surroundings<'_>) -> Vec<String>,
}

const FAMILIES: &[Family] = &[
    Family {
        programs: &[
            "kubectl",
            "helm",
            "kustomize",
            "flux",
            "oc",
            "helmfile",
            "skaffold",
            "istioctl",
            "linkerd",
            "cilium",
            "velero",
            "argo",
            "kubecolor",
            "k9s",
            "stern",
        ],
        options: &["context", "kube-context", "server", "s"],
        variables: &["KUBE_CONTEXT"],
        remembered: kube,
    },
    Family {
        programs: &["aws", "sam", "cdk", "eb", "copilot", "eksctl", "ecs-cli"],
        options: &["profile", "endpoint-url"],
        variables: &["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_VAULT"],
        remembered: |_, _| Vec::new(),
    },
    Family {
        programs: &["gcloud", "gsutil", "bq"],
        options: &["project", "configuration", "project_id"],
        variables: &[
            "CLOUDSDK_ACTIVE_CONFIG_NAME",
            "CLOUDSDK_CORE_PROJECT",
            "GOOGLE_CLOUD_PROJECT",
            "GCLOUD_PROJECT",
        ],
        remembered: gcloud,
    },
    Family {
        programs: &["az"],
        options: &["subscription"],
        variables: &["AZURE_SUBSCRIPTION_ID", "ARM_SUBSCRIPTION_ID"],
        remembered: azure,
    },
    Family {
        programs: &["terraform", "tofu", "terragrunt"],
        options: &[],
        variables: &["TF_WORKSPACE"],
        remembered: terraform,
    },
    Family {
        programs: &["pulumi"],
        options: &["stack", "s"],
        variables: &["PULUMI_STACK"],
        remembered: pulumi,
    },
    Family {
        programs: &["docker", "docker-compose"],
        options: &["context", "c", "host", "H"],
        variables: &["DOCKER_CONTEXT", "DOCKER_HOST"],
        remembered: docker,
    },
];

/// The environment of what a tool acts on when nothing in the call selects it.
pub(super) fn remembered(call: &Invocation, s: Surroundings<'_>) -> Environment {
    let Some(family) = FAMILIES
        .iter()
        .find(|f| f.programs.contains(&call.program.as_str()))
    else {
        return Environment::Unknown;
    };
    let selected = family.options.iter().any(|o| has_option(call, o))
        || call
            .env
            .iter()
            .any(|(name, _)| family.variables.contains(name));
    if selected {
        return Environment::Unknown;
    }
    let ambient: Vec<&str> = family
        .variables
        .iter()
        .filter_map(|name| s.ambient.get(name))
        .collect();
    if !ambient.is_empty() {
        return ambient
            .into_iter()
            .map(|v| of_value(v, s.table))
            .fold(Environment::Unknown, gravest);
    }
    (family.remembered)(call, s)
        .iter()
        .map(|name| gravest(of_value(name, s.table), of_host(name, s.table).0))
        .fold(Environment::Unknown, gravest)
}

/// Whether a container tool acts on another machine than this one.
pub(super) fn elsewhere(call: &Invocation, s: Surroundings<'_>) -> bool {
    let remote = |v: &str| {
        !v.is_empty() && !v.starts_with("unix:") && v != "default" && !v.starts_with("desktop-")
    };
    ["context", "c", "host", "H"]
        .iter()
        .any(|o| has_option(call, o))
        || call
            .env
            .iter()
            .any(|(name, v)| name.starts_with("DOCKER_") && remote(v))
        || ["DOCKER_HOST", "DOCKER_CONTEXT"]
            .iter()
            .filter_map(|n| s.ambient.get(n))
            .any(remote)
        || docker(call, s).iter().any(|v| remote(v))
}

/// `--name`, `--name=value`, `-n` before the first plain word of the call or
/// anywhere when it is a long one.
fn has_option(call: &Invocation, name: &str) -> bool {
    let words = call.args.iter().filter_map(Arg::text);
    if name.len() == 1 {
        return words
            .take_while(|w| w.starts_with('-'))
            .any(|w| w.strip_prefix('-').is_some_and(|o| o == name));
    }
    words
        .filter_map(|w| w.strip_prefix("--"))
        .any(|w| w.split('=').next() == Some(name))
}

fn read(path: &Path) -> Option<String> {
    let bytes = palisade_files::read_capped(path, FILE_BYTES).ok()??;
    let text = String::from_utf8_lossy(&bytes);
    Some(text.trim_start_matches('\u{feff}').to_owned())
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}

/// The current context of the cluster tools, with its cluster and namespace.
fn kube(call: &Invocation, s: Surroundings<'_>) -> Vec<String> {
    let option = call
        .args
        .iter()
        .filter_map(Arg::text)
        .find_map(|w| w.strip_prefix("--kubeconfig="));
    let set = call.env.iter().find(|(n, _)| *n == "KUBECONFIG");
    let files = option
        .or(set.map(|(_, v)| v.as_str()))
        .or_else(|| s.ambient.get("KUBECONFIG"));
    let files: Vec<PathBuf> = match files {
        Some(list) => std::env::split_paths(list).collect(),
        None => vec![s.home.join(".kube/config")],
    };
    let mut names = Vec::new();
    for text in files.iter().filter_map(|f| read(f)) {
        let Some(current) = text
            .lines()
            .find_map(|l| l.strip_prefix("current-context:"))
            .map(unquoted)
            .filter(|c| !c.is_empty())
        else {
            continue;
        };
        names.push(current.to_owned());
        names.extend(context_members(&text, current));
    }
    names
}

/// `cluster` and `namespace` of one entry under `contexts`, as every writer of
/// these files lays them out.
fn context_members(text: &str, name: &str) -> Vec<String> {
    let contexts = text
        .lines()
        .skip_while(|l| !l.starts_with("contexts:"))
        .skip(1)
        .take_while(|l| l.starts_with([' ', '-']));
    let mut members = Vec::new();
    let mut this = false;
    for line in contexts {
        if line.trim_start().starts_with("- ") {
            if this {
                return members;
            }
            members.clear();
        }
        let line = line.trim_start_matches([' ', '-']);
        match line.split_once(':') {
            Some(("cluster" | "namespace", value)) => members.push(unquoted(value).to_owned()),
            Some(("name", value)) => this = unquoted(value) == name,
            _ => {}
        }
    }
    if this { members } else { Vec::new() }
}

/// The active configuration and its project.
fn gcloud(_: &Invocation, s: Surroundings<'_>) -> Vec<String> {
    let folder = s.home.join(".config/gcloud");
    let active = read(&folder.join("active_config"));
    let active = active.as_deref().map_or("default", str::trim);
    if active.is_empty() || active.contains('/') {
        return Vec::new();
    }
    let mut names = vec![active.to_owned()];
    let file = folder
        .join("configurations")
        .join(format!("config_{active}"));
    if let Some(text) = read(&file) {
        names.extend(
            text.lines()
                .filter_map(|l| l.split_once('='))
                .filter(|(key, _)| key.trim() == "project")
                .map(|(_, value)| unquoted(value).to_owned()),
        );
    }
    names
}

/// The name of the default subscription.
fn azure(_: &Invocation, s: Surroundings<'_>) -> Vec<String> {
    let profile = read(&s.home.join(".azure/azureProfile.json"))
        .and_then(|text| serde_json::from_str::<Value>(&text).ok());
    profile
        .as_ref()
        .and_then(|p| p.get("subscriptions")?.as_array())
        .into_iter()
        .flatten()
        .filter(|one| one.get("isDefault") == Some(&Value::Bool(true)))
        .filter_map(|one| Some(one.get("name")?.as_str()?.to_owned()))
        .collect()
}

/// The selected workspace of the folder.
fn terraform(call: &Invocation, s: Surroundings<'_>) -> Vec<String> {
    let below = call
        .args
        .iter()
        .filter_map(Arg::text)
        .find_map(|w| w.trim_start_matches('-').strip_prefix("chdir="));
    let folder = s.workspace.join(call.cwd.as_deref().unwrap_or_default());
    let folder = folder.join(below.unwrap_or_default());
    read(&folder.join(".terraform/environment"))
        .map(|t| t.trim().to_owned())
        .into_iter()
        .collect()
}

/// The selected stack of the project in the folder.
fn pulumi(call: &Invocation, s: Surroundings<'_>) -> Vec<String> {
    let folder = s.workspace.join(call.cwd.as_deref().unwrap_or_default());
    let Some(project) = ["Pulumi.yaml", "Pulumi.yml"]
        .iter()
        .find_map(|f| read(&folder.join(f)))
        .and_then(|text| {
            let name = text.lines().find_map(|l| l.strip_prefix("name:"))?;
            Some(format!("{}-", unquoted(name)))
        })
    else {
        return Vec::new();
    };
    let Ok(entries) = std::fs::read_dir(s.home.join(".pulumi/workspaces")) else {
        return Vec::new();
    };
    entries
        .take(256)
        .flatten()
        .filter(|e| e.file_name().to_string_lossy().starts_with(&project))
        .filter_map(|e| serde_json::from_str::<Value>(&read(&e.path())?).ok())
        .filter_map(|v| Some(v.get("stack")?.as_str()?.to_owned()))
        .collect()
}

/// The current context.
fn docker(_: &Invocation, s: Surroundings<'_>) -> Vec<String> {
    read(&s.home.join(".docker/config.json"))
        .and_then(|text| serde_json::from_str::<Value>(&text).ok())
        .and_then(|v| Some(v.get("currentContext")?.as_str()?.to_owned()))
        .into_iter()
        .collect()
}

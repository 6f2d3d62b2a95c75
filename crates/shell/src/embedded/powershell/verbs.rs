//! Cmdlets nobody listed: a verb says what is done, the noun to what.

use palisade_core::EffectKind;

use super::cmdlets::{SESSION, WHOLE};

/// What the verbs that only look are.
const READS: &str = "get test measure select where foreach sort group format convertto convertfrom convert compare find resolve show write out join split read search trace wait watch import export assert debug push pop enter exit connect disconnect use confirm expand protect unprotect ping step skip request open close edit receive checkpoint";

/// Verbs that take away or turn off.
const DESTROYS: &str = "remove clear uninstall disable reset revoke unregister dismount stop suspend deny block purge delete destroy drop erase kill unpublish";

/// Nouns of clouds and services, by how they begin.
const CLOUD: &[&str] = &[
    "az",
    "ec2",
    "s3",
    "iam",
    "rds",
    "lm",
    "cfn",
    "ddb",
    "ecs",
    "eks",
    "elb",
    "r53",
    "sqs",
    "sns",
    "gce",
    "gcs",
    "gcsql",
    "mg",
    "msol",
    "spo",
    "pnp",
    "mailbox",
    "exo",
    "vm",
    "vhd",
    "kube",
    "databricks",
    "powerbi",
    "cluster",
    "distributiongroup",
    "transportrule",
    "cs",
    "kms",
    "ssm",
    "asg",
    "cognito",
];

/// Nouns of a directory of people and machines.
const DIRECTORY: &[&str] = &[
    "ad",
    "azuread",
    "gpo",
    "adfs",
    "dnsserver",
    "dhcpserver",
    "laps",
];

/// What a cmdlet without an entry of its own does; `None` when nothing is known.
pub(super) fn meaning(name: &str) -> Option<EffectKind> {
    for (id, names) in WHOLE {
        if has(names, name) {
            return EffectKind::from_id(id);
        }
    }
    if has(SESSION, name) {
        return None;
    }
    let (verb, noun) = name.split_once('-')?;
    if noun.is_empty() || !verb.chars().all(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let cloud = begins(CLOUD, noun);
    if has(READS, verb) {
        return (cloud && matches!(verb, "get" | "find" | "search"))
            .then_some(EffectKind::CloudRead);
    }
    let destroys = has(DESTROYS, verb);
    if begins(DIRECTORY, noun) {
        return Some(EffectKind::Privilege);
    }
    if cloud {
        return Some(if destroys {
            EffectKind::InfraDestroy
        } else {
            EffectKind::Deploy
        });
    }
    destroys.then_some(EffectKind::Privilege)
}

/// Whether this is the name of a cmdlet and not of a program.
pub(in crate::embedded) fn is_cmdlet(name: &str) -> bool {
    const VERBS: &str = "new set add update enable start register grant publish install send invoke rename move restore lock unlock copy limit merge mount optimize redo repair save submit sync undo unblock approve build complete deploy initialize switch backup";
    name.split_once('-').is_some_and(|(verb, noun)| {
        !noun.is_empty()
            && !noun.contains(['-', '.', '/'])
            && (has(READS, verb) || has(DESTROYS, verb) || has(VERBS, verb))
    })
}

fn has(names: &str, name: &str) -> bool {
    names.split_ascii_whitespace().any(|n| n == name)
}

/// A short beginning has to be followed by a word of its own, which case
/// no longer shows: it is compared with what such nouns go on with.
fn begins(beginnings: &[&str], noun: &str) -> bool {
    beginnings.iter().any(|b| {
        noun.strip_prefix(b).is_some_and(|rest| {
            b.len() > 2 || rest.len() >= 2 && !OTHERS.iter().any(|n| noun.starts_with(n))
        })
    })
}

/// Nouns that only look as if they belonged to a cloud or a directory.
const OTHERS: &[&str] = &[
    "adapter",
    "address",
    "additional",
    "admin",
    "csv",
    "csharp",
    "css",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_and_nouns() {
        for (name, expected) in [
            ("get-azvm", Some(EffectKind::CloudRead)),
            ("remove-azresourcegroup", Some(EffectKind::InfraDestroy)),
            ("new-azresourcegroupdeployment", Some(EffectKind::Deploy)),
            ("set-aduser", Some(EffectKind::Privilege)),
            ("get-aduser", None),
            ("remove-dnsserverzone", Some(EffectKind::Privilege)),
            ("remove-variable", None),
            ("format-volume", Some(EffectKind::PrivilegeSevere)),
            ("get-thing", None),
            ("remove-thing", Some(EffectKind::Privilege)),
            ("invoke-thing", None),
            ("install-module", Some(EffectKind::PackageInstall)),
            ("git-lfs", None),
        ] {
            assert_eq!(meaning(name), expected, "{name}");
        }
        assert!(is_cmdlet("get-foo") && !is_cmdlet("apt-get") && !is_cmdlet("docker-compose"));
    }
}

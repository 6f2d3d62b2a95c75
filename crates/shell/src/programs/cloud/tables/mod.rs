//! Verbs of clouds, clusters, platforms, services, as data.
//!
//! An entry says what the words of its program do not say by themselves; the
//! rest is left to [`super::verbs`] by an `otherwise` that begins with `verb`.

mod backups;
mod cluster;
mod hosts;
mod infrastructure;
mod machine_learning;
mod pipelines;
mod platforms;
mod providers;
mod secrets;
mod services;

pub(super) use cluster::KUBE;
pub(super) use hosts::CONTAINERS;

use super::super::names::{Index, name_index};
use super::super::table::{Cli, find_cli};

/// A table and the index of its names.
type Table = (&'static [Cli], Index);

macro_rules! tables {
    ($($table:path),+ $(,)?) => {
        const TABLES: &[Table] = &[$({
            const ENTRIES: &[Cli] = $table;
            (ENTRIES, name_index!(ENTRIES))
        }),+];
    };
}

tables!(
    cluster::CLIS,
    infrastructure::CLIS,
    providers::CLIS,
    platforms::CLIS,
    services::CLIS,
    machine_learning::CLIS,
    pipelines::CLIS,
    secrets::CLIS,
    hosts::CLIS,
    backups::CLIS,
);

/// The entry for a program.
pub(super) fn find(program: &str) -> Option<&'static Cli> {
    TABLES
        .iter()
        .find_map(|(entries, index)| find_cli(entries, index, program))
}

/// Every entry.
#[cfg(test)]
pub(super) fn all() -> impl Iterator<Item = &'static Cli> {
    TABLES
        .iter()
        .flat_map(|(entries, _)| entries.iter())
        .chain([CONTAINERS])
}

/// Verbs and what they do.
type Verbs = &'static [(&'static str, &'static str)];

/// Calls and what they do.
type Examples = &'static [(&'static str, &'static str)];

/// An entry whose words say most: changes are `otherwise`'s first word.
const fn c(
    names: &'static str,
    options: &'static str,
    verbs: Verbs,
    otherwise: &'static str,
    examples: Examples,
) -> Cli {
    Cli {
        names,
        options,
        verbs,
        otherwise,
        dry: "dry-run dryrun dry_run dry",
        examples,
    }
}

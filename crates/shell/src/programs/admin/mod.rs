//! Administration of the machine: disks, accounts, network, kernel, services,
//! as data. What only looks is told from what changes.

mod accounts;
mod boot;
mod disks;
mod network;
mod services;

use palisade_core::EffectKind;

use super::args::parse;
use super::names::{Index, name_index};
use super::table::{Cli, find_cli, lower_cli};
use super::{Call, Sink};

const fn cli(
    names: &'static str,
    options: &'static str,
    verbs: &'static [(&'static str, &'static str)],
    otherwise: &'static str,
    examples: &'static [(&'static str, &'static str)],
) -> Cli {
    Cli {
        names,
        options,
        verbs,
        otherwise,
        dry: "dry-run",
        examples,
    }
}

const DISKS: Index = name_index!(disks::CLIS);
const ACCOUNTS: Index = name_index!(accounts::CLIS);
const NETWORK: Index = name_index!(network::CLIS);
const BOOT: Index = name_index!(boot::CLIS);
const SERVICES: Index = name_index!(services::CLIS);

/// Understands one call; `false` when the program is none of these.
pub(crate) fn lower(call: &Call<'_>, sink: &mut Sink) -> bool {
    // Busybox has a server of files of this name.
    if call.program == "httpd" && call.args.iter().any(|a| a.is("-h")) {
        return false;
    }
    // One program for each file system: `mkfs.ext4`, `fsck.xfs`.
    let program = match call.program.split_once('.') {
        Some((family @ ("mkfs" | "fsck" | "mount" | "umount" | "partclone"), _)) => family,
        _ => call.program,
    };
    let found = find_cli(disks::CLIS, DISKS, program)
        .or_else(|| find_cli(accounts::CLIS, ACCOUNTS, program))
        .or_else(|| find_cli(network::CLIS, NETWORK, program))
        .or_else(|| find_cli(boot::CLIS, BOOT, program))
        .or_else(|| find_cli(services::CLIS, SERVICES, program));
    let Some(cli) = found else {
        return false;
    };
    // The children of this very shell: what was started here.
    let own = call.program == "pkill"
        && parse(call.args, cli.options)
            .value("P parent")
            .is_some_and(|p| p.is("$$") || p.shown() == "$$");
    if own {
        return true;
    }
    if call.program == "date" {
        // What is no date it prints in its complaint. With -j (BSD) the value
        // of -f is a format.
        let given = parse(call.args, cli.options);
        let names = if given.has("j") { "file" } else { "f file" };
        for f in given.values(names) {
            sink.file(call, EffectKind::FileRead, f);
        }
    }
    lower_cli(cli, call, sink);
    true
}

/// Every entry of the tables here.
#[cfg(test)]
pub(crate) fn tables() -> impl Iterator<Item = &'static Cli> {
    disks::CLIS
        .iter()
        .chain(accounts::CLIS)
        .chain(network::CLIS)
        .chain(boot::CLIS)
        .chain(services::CLIS)
}

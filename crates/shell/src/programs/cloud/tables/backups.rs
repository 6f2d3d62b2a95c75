//! Backups, and stores of objects and files with clients of their own.

use super::super::super::table::Cli;
use super::c;

pub(super) const CLIS: &[Cli] = &[
    c(
        "restic rustic",
        "r repo repository-file password-file p password-command o option tag host H path keep-last keep-daily keep-weekly keep-monthly keep-hourly keep-yearly keep-within target t exclude include e i limit-upload limit-download cache-dir",
        &[
            (
                "forget|prune|key remove|rewrite|unlock|repair",
                "infra.destroy",
            ),
            ("cat masterkey|key add|key passwd", "secret.read"),
            ("serve", "net.listen"),
        ],
        "exec.project",
        &[
            ("restic forget --keep-last 3", "infra.destroy restic forget"),
            ("restic forget --keep-last 3 --dry-run", ""),
            ("restic backup ./src", "exec.project restic backup ./src"),
        ],
    ),
    c(
        "borg borgmatic borg2",
        "r repo keep-daily keep-weekly keep-monthly keep-last keep-within prefix P glob-archives a exclude e compression C remote-path rsh",
        &[
            (
                "delete|prune|rdelete|repo-delete|recreate|undelete",
                "infra.destroy",
            ),
            ("key export", "secret.read"),
        ],
        "exec.project",
        &[
            (
                "borg delete repo::old",
                "infra.destroy borg delete repo::old",
            ),
            ("borg list repo", "exec.project borg list repo"),
        ],
    ),
    c(
        "kopia duplicity duplicacy tarsnap wal-g wal-e pgbackrest barman bupstash bup rdiff-backup tarsnapper arq restic-rest pbm proxmox-backup-client",
        "stanza config f repo keep type set archive-dir encrypt-key name volsize c path source storage",
        &[
            (
                "remove-all*|remove-older-than|cleanup|stanza-delete|expire|collection-purge|remove*|retain|snapshot expire|maintenance run|prune|gc|forget",
                "infra.destroy",
            ),
            ("key export*", "secret.read"),
            (
                "backup*|restore*|collection-status|list*|verify|incremental|full|inc|create|extract|snapshot create|snapshot list|snapshot verify|repository*|check*|info|show*|stanza-create|archive*|wal-*|policy*|recover|cron|status|mount*|diff|catalog*|fsck|print-stats",
                "exec.project",
            ),
        ],
        "verb deploy none",
        &[
            (
                "wal-g delete everything FORCE",
                "infra.destroy wal-g delete everything FORCE",
            ),
            ("pgbackrest info", "exec.project pgbackrest info"),
        ],
    ),
    c(
        "ipfs kubo w3 web3 storacha arkb irys",
        "api offline q output o n",
        &[
            (
                "cat|get|ls|pin ls|refs*|stats*|swarm peers|id|version|dag get|dag stat|files ls|files read|files stat|object get|repo stat|repo verify|config*|daemon|init|log*|diag*|name resolve|key list|bootstrap list|cid*|space ls|space info|account*|can ls|proof ls|whoami|login|balance|price",
                "cloud.read",
            ),
            (
                "name publish|add|up|put|upload|dag put|block put|files write|pin add|pin remote*|deploy|fund",
                "publish",
            ),
        ],
        "verb deploy none",
        &[
            (
                "ipfs name publish /ipfs/x",
                "publish ipfs name publish /ipfs/x",
            ),
            ("ipfs cat x", "cloud.read ipfs cat x"),
        ],
    ),
    c(
        "obsutil ossutil ossutil64 coscmd coscli qshell tosutil ks3util gof3r mcs us3cli bos stow",
        "e i k t c j p r",
        &[(
            "cp|mv|upload|put|fput|rput|qupload*|sync|copy|move|move-dir|putobject*|restore|set-*|setbucket*|mb|create*|mkdir|chattri|deleteafter|chtype|rename|batch*",
            "deploy",
        )],
        "verb deploy none",
        &[
            (
                "ossutil rm oss://b/ -r -f",
                "infra.destroy ossutil rm oss://b/",
            ),
            ("ossutil ls", "cloud.read ossutil ls"),
        ],
    ),
];

//! Disks, volumes, file systems, snapshots and backups.

use super::super::table::Cli;
use super::cli;

pub(super) const CLIS: &[Cli] = &[
    cli(
        "mkfs mke2fs mkdosfs mkswap newfs_apfs newfs_hfs newfs_msdos newfs blkdiscard badblocks partclone ddrescue dcfldd dd_rescue sg_format cfdisk growpart resize2fs xfs_growfs",
        "t L n b",
        &[],
        "privilege.severe",
        &[
            (
                "mkfs.ext4 /dev/sda1",
                "privilege.severe mkfs.ext4 /dev/sda1",
            ),
            (
                "dcfldd if=/dev/zero of=/dev/sdb",
                "privilege.severe dcfldd if=/dev/zero of=/dev/sdb",
            ),
        ],
    ),
    cli(
        "fdisk sfdisk gdisk sgdisk",
        "t n c u o",
        &[(
            "-l|-list|-x|-d|-dump|-J|-json|-s|-p|-print|-i|-V|-T|-v|-verify|-L|-F|-g",
            "none",
        )],
        "privilege.severe",
        &[
            ("fdisk -l /dev/sda", ""),
            ("fdisk /dev/sda", "privilege.severe fdisk /dev/sda"),
            ("sgdisk -Z /dev/sda", "privilege.severe sgdisk /dev/sda"),
        ],
    ),
    cli(
        "parted",
        "a align",
        &[("-l|-list|* print*|* p $|* unit * print", "none")],
        "privilege.severe",
        &[
            ("parted -s /dev/sda print", ""),
            (
                "parted -s /dev/sda rm 1",
                "privilege.severe parted /dev/sda rm 1",
            ),
        ],
    ),
    cli(
        "wipefs",
        "o offset t types O output",
        &[("-a|-all|-o|-offset|-f|-force", "privilege.severe")],
        "none",
        &[
            ("wipefs /dev/sda", ""),
            ("wipefs -a /dev/sda", "privilege.severe wipefs /dev/sda"),
        ],
    ),
    cli(
        "mdadm",
        "l level n raid-devices c config",
        &[(
            "-D|-detail|-Q|-query|-E|-examine|-scan $|-X|-examine-bitmap",
            "none",
        )],
        "privilege.severe",
        &[
            ("mdadm --detail /dev/md0", ""),
            ("mdadm --stop /dev/md0", "privilege.severe mdadm /dev/md0"),
        ],
    ),
    cli(
        "lvcreate lvremove lvreduce lvresize lvextend lvconvert lvchange lvrename vgcreate vgremove vgreduce vgextend vgchange vgrename vgmerge vgsplit vgcfgrestore pvcreate pvremove pvmove pvresize pvchange lvm dmsetup multipath kpartx vdo",
        "L size l extents n name s snapshot",
        &[(
            "fullreport|lvs|vgs|pvs|lvdisplay|vgdisplay|pvdisplay|ls|info|status|table|deps|version|-ll|-l",
            "none",
        )],
        "privilege.severe",
        &[("lvremove -f vg0/data", "privilege.severe lvremove vg0/data")],
    ),
    cli(
        "cryptsetup veritysetup integritysetup",
        "c cipher h hash key-file d keyfile-size key-slot S type header",
        &[(
            "status|luksDump|isLuks|luksUUID|dump|benchmark|tcryptDump|bitlkDump",
            "none",
        )],
        "privilege.severe",
        &[
            ("cryptsetup luksDump /dev/sda2", ""),
            (
                "cryptsetup luksErase /dev/sda2",
                "privilege.severe cryptsetup luksErase /dev/sda2",
            ),
        ],
    ),
    cli(
        "hdparm",
        "user-master security-set-pass security-erase security-erase-enhanced security-unlock security-disable s",
        &[(
            "-security*|-trim*|-write*|-make*|-s|-yes*|-drq*|-fwdownload*|-dco*|-Np*",
            "privilege.severe",
        )],
        "none",
        &[
            ("hdparm -I /dev/sda", ""),
            (
                "hdparm --user-master u --security-erase p /dev/sda",
                "privilege.severe hdparm /dev/sda",
            ),
        ],
    ),
    cli(
        "nvme",
        "n namespace-id s ses a sanact o output-format",
        &[(
            "list*|*-log*|smart-log|id-*|show-*|get-*|error-log|fw-log|version|help|intel smart-log|sanitize-log|telemetry-log|discover",
            "none",
        )],
        "privilege.severe",
        &[
            ("nvme smart-log /dev/nvme0", ""),
            (
                "nvme format /dev/nvme0n1 -s 1",
                "privilege.severe nvme format /dev/nvme0n1",
            ),
        ],
    ),
    cli(
        "tune2fs",
        "L U O m r c i e E o J",
        &[("-l", "none")],
        "privilege.severe",
        &[("tune2fs -l /dev/sda1", "")],
    ),
    cli(
        "fsck e2fsck xfs_repair btrfsck ntfsfix fsck_apfs fsck_hfs",
        "t",
        &[("-n|-N|-readonly|-check", "none")],
        "privilege.severe",
        &[
            ("fsck -N /dev/sda1", ""),
            ("e2fsck -fy /dev/sda1", "privilege.severe e2fsck /dev/sda1"),
        ],
    ),
    cli(
        "debugfs",
        "R f",
        &[("-w", "privilege.severe")],
        // Reads past every permission of the files in it.
        "privilege",
        &[
            ("debugfs /dev/sda1", "privilege debugfs /dev/sda1"),
            (
                "debugfs -w -R 'rm /x' /dev/sda1",
                "privilege.severe debugfs /dev/sda1",
            ),
        ],
    ),
    cli(
        "zpool",
        "o O R",
        &[(
            "$|status|list|iostat|history|get|events|version|import $",
            "none",
        )],
        "privilege.severe",
        &[
            ("zpool status", ""),
            ("zpool destroy tank", "privilege.severe zpool destroy tank"),
        ],
    ),
    cli(
        "zfs",
        "o O V t",
        &[
            (
                "$|list|get|diff|holds|version|userspace|groupspace|allow $",
                "none",
            ),
            (
                "destroy|rollback|receive|recv|promote|rename|unload-key|change-key",
                "privilege.severe",
            ),
        ],
        "privilege",
        &[
            ("zfs list -t snapshot", ""),
            (
                "zfs destroy -r tank/data",
                "privilege.severe zfs destroy tank/data",
            ),
            (
                "zfs snapshot tank/data@a",
                "privilege zfs snapshot tank/data@a",
            ),
        ],
    ),
    cli(
        "btrfs",
        "",
        &[
            (
                "* list|* show|* usage|* df|* du|* get-default|* stats|* status|* find-new|version|help|property get|inspect-internal*",
                "none",
            ),
            (
                "subvolume delete|sub del*|su de*|device*|dev*|filesystem resize|fi resize|check|rescue*|restore|replace*|balance*",
                "privilege.severe",
            ),
        ],
        "privilege",
        &[
            ("btrfs filesystem df /", ""),
            (
                "btrfs subvolume delete /data/snap",
                "privilege.severe btrfs subvolume delete /data/snap",
            ),
        ],
    ),
    cli(
        "mount",
        "t types o options L U N",
        &[(".|-l|-t $|-v $", "none")],
        "privilege",
        &[
            ("mount", ""),
            ("mount -t ext4", ""),
            ("mount a b", "privilege mount a b"),
        ],
    ),
    cli(
        "umount fusermount fusermount3 sshfs s3fs gcsfuse eject quotaon quotaoff setquota edquota",
        "t types o u p",
        &[],
        "privilege",
        &[("umount /mnt", "privilege umount /mnt")],
    ),
    cli(
        "losetup",
        "o offset sizelimit j associated",
        &[(".|-a|-all|-l|-list|-j|-associated", "none")],
        "privilege",
        &[
            ("losetup -a", ""),
            ("losetup -d /dev/loop0", "privilege losetup /dev/loop0"),
        ],
    ),
    cli(
        "swapon",
        "p priority",
        &[(".|-s|-show*|-summary", "none")],
        "privilege",
        &[("swapon --show", "")],
    ),
    cli(
        "swapoff fstrim",
        "",
        &[],
        "privilege",
        &[("swapoff -a", "privilege swapoff")],
    ),
    cli(
        "diskutil",
        "",
        &[
            (
                "$|list|info|activity|listFilesystems|apfs list*|appleRAID list|cs list|coreStorage list|verify*|resetUserPermissions",
                "none",
            ),
            (
                "erase*|partition*|reformat|zeroDisk|randomDisk|secureErase|apfs delete*|apfs erase*|apfs create*|apfs resize*|apfs add*|apfs encrypt*|apfs decrypt*|appleRAID*|cs*|coreStorage*|split*|merge*|resize*|addPartition",
                "privilege.severe",
            ),
        ],
        "privilege",
        &[
            ("diskutil list", ""),
            (
                "diskutil eraseDisk JHFS+ x disk2",
                "privilege.severe diskutil eraseDisk JHFS+ x",
            ),
            (
                "diskutil unmountDisk disk2",
                "privilege diskutil unmountDisk disk2",
            ),
        ],
    ),
    cli(
        "hdiutil",
        "size fs volname srcfolder format srcdevice type o",
        &[("-srcdevice|erasekeys|burn", "privilege.severe")],
        "none",
        &[("hdiutil info", "")],
    ),
    cli(
        "asr",
        "source target",
        &[("info|help|imagescan", "none")],
        "privilege.severe",
        &[(
            "asr restore --source x.dmg --target /dev/disk2",
            "privilege.severe asr restore",
        )],
    ),
    cli(
        "tmutil",
        "d a m p t",
        &[
            (
                "list*|status|latestbackup|destinationinfo|machinedirectory|version|isexcluded|compare|calculatedrift|uniquesize",
                "none",
            ),
            ("startbackup|stopbackup|localsnapshot", "none"),
        ],
        "privilege",
        &[
            ("tmutil status", ""),
            ("tmutil delete /x", "privilege tmutil delete /x"),
        ],
    ),
    cli(
        "udisksctl",
        "b block-device p object-path type",
        &[("status|info|monitor|dump|help", "none")],
        "privilege",
        &[("udisksctl status", "")],
    ),
    cli(
        "snapper timeshift",
        "c config snapshot target",
        &[("list*|-list*|status|diff|get-config|-check", "none")],
        "privilege",
        &[("snapper delete 1-10", "privilege snapper delete 1-10")],
    ),
    cli(
        "ceph rbd rados gluster radosgw-admin",
        "p pool c conf n name id uid cluster format f",
        &[
            (
                "-s|-status|status|health*|df|ls|list*|* ls|* list|* tree|* dump|* stat|* status|* info|info|* get|* show|version*|versions|* df|quorum_status|* metadata|report|du",
                "cloud.read",
            ),
            (
                "* rm|rm|remove|* delete|* remove|* purge|osd destroy|osd out|osd lost|purge|rollback|* reset|bucket rm|user rm",
                "infra.destroy",
            ),
        ],
        "deploy",
        &[
            ("ceph -s", "cloud.read ceph"),
            ("rbd rm a/b", "infra.destroy rbd rm a/b"),
        ],
    ),
    cli(
        "iscsiadm",
        "m mode T targetname p portal o op",
        &[("-m=session $|-P", "none")],
        "privilege",
        &[("iscsiadm -m node --logout", "privilege iscsiadm")],
    ),
];

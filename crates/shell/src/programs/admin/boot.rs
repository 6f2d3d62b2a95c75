//! Kernel, boot, firmware, power, clock, virtual machines.

use super::super::table::Cli;
use super::cli;

pub(super) const CLIS: &[Cli] = &[
    cli(
        "reboot shutdown halt poweroff telinit init",
        "",
        &[],
        "privilege.severe",
        &[("reboot", "privilege.severe reboot")],
    ),
    cli(
        "modprobe insmod rmmod kmod kextload kextunload depmod",
        "C d S",
        &[(
            "-n|-show|-show-depends|-D|-R|-resolve-alias|-c|-showconfig|list|static-nodes|-V",
            "none",
        )],
        "privilege.severe",
        &[
            ("modprobe --show-depends kvm", ""),
            ("insmod x.ko", "privilege.severe insmod x.ko"),
        ],
    ),
    cli(
        "kexec grub-install grub2-install update-grub update-grub2 grub-mkconfig grub2-mkconfig grub-set-default grub2-set-default grub-reboot grub2-reboot update-initramfs mkinitramfs dracut mkinitcpio kernelstub bless flashrom wrmsr lilo extlinux systemd-cryptenroll",
        "o output p",
        &[("-r|-read|-getBoot|-info|-L", "none")],
        "privilege.severe",
        &[
            ("kexec -e", "privilege.severe kexec"),
            ("update-grub", "privilege.severe update-grub"),
        ],
    ),
    cli(
        "grubby",
        "info update-kernel args",
        &[(
            "-info|-default-kernel|-default-index|-default-title",
            "none",
        )],
        "privilege.severe",
        &[
            ("grubby --info=ALL", ""),
            ("grubby --set-default x", "privilege.severe grubby x"),
        ],
    ),
    cli(
        "grub-editenv grub2-editenv",
        "",
        &[("list|- list|* list", "none")],
        "privilege.severe",
        &[("grub-editenv list", "")],
    ),
    cli(
        "efibootmgr",
        "b bootnum o bootorder n bootnext L label l loader d disk p part t timeout",
        &[(
            "-b|-bootnum|-B|-delete-bootnum|-o|-bootorder|-c|-create|-n|-bootnext|-N|-delete-bootnext|-O|-delete-bootorder|-t|-timeout|-T|-a|-A|-active|-inactive",
            "privilege.severe",
        )],
        "none",
        &[
            ("efibootmgr -v", ""),
            ("efibootmgr -b 0001 -B", "privilege.severe efibootmgr"),
        ],
    ),
    cli(
        "bootctl mokutil dkms kmutil",
        "m v k p path b bundle-id",
        &[(
            ".|status|list|is-installed|kernel-*|-sb-state|-list-*|-test-key|showloaded|find|libraries|inspect|print-diagnostics",
            "none",
        )],
        "privilege.severe",
        &[
            ("bootctl status", ""),
            ("mokutil --sb-state", ""),
            ("mokutil --disable-validation", "privilege.severe mokutil"),
        ],
    ),
    cli(
        "bcdedit nvram csrutil",
        "",
        &[(
            "-p|-xp|/enum*|status|authenticated-root status|.|/v|/?",
            "none",
        )],
        "privilege.severe",
        &[
            ("csrutil status", ""),
            ("csrutil disable", "privilege.severe csrutil disable"),
            ("nvram -c", "privilege.severe nvram"),
        ],
    ),
    cli(
        "spctl",
        "t type",
        &[(
            "-master-disable|-global-disable|-disable|-add|-remove|-enable|-reset-default|-master-enable|kext-consent*",
            "privilege.severe",
        )],
        "none",
        &[
            ("spctl --status", ""),
            ("spctl --master-disable", "privilege.severe spctl"),
        ],
    ),
    cli(
        "systemsetup",
        "",
        &[("-get*|-list*|-print*|-version|-help", "none")],
        "privilege",
        &[
            ("systemsetup -gettimezone", ""),
            ("systemsetup -setremotelogin on", "privilege systemsetup on"),
        ],
    ),
    cli(
        "pmset rtcwake",
        "m s t",
        &[("-g", "none")],
        "privilege",
        &[
            ("pmset -g batt", ""),
            ("pmset sleepnow", "privilege pmset sleepnow"),
        ],
    ),
    cli(
        "date",
        "d date f file r reference s set v",
        &[
            ("-s|-set", "privilege"),
            (
                "$|+*|-j|-n|-d|-date|-r|-reference|-f|-file|-I*|-Is|-iso-8601|-R|-u +*",
                "none",
            ),
        ],
        "privilege",
        &[
            ("date +%s", ""),
            ("date -u", ""),
            ("date -j -f %Y 2024 +%s", ""),
            ("date -s 2020-01-01", "privilege date"),
            ("date 010100002020", "privilege date 010100002020"),
        ],
    ),
    cli(
        "timedatectl",
        "H M p property",
        &[(
            "$|status|show*|list-timezones|timesync-status|ntp-servers $",
            "none",
        )],
        "privilege",
        &[
            ("timedatectl", ""),
            (
                "timedatectl set-ntp false",
                "privilege timedatectl set-ntp false",
            ),
        ],
    ),
    cli(
        "hwclock",
        "",
        &[(".|-r|-show|-get|-v $|-verbose $", "none")],
        "privilege",
        &[("hwclock --show", ""), ("hwclock -w", "privilege hwclock")],
    ),
    cli(
        "ntpdate sntp chronyc ntpd ntptime",
        "h p",
        &[(
            "-q|tracking|sources|sourcestats|activity|ntpdata|serverstats|selectdata|-d",
            "none",
        )],
        "privilege",
        &[
            ("chronyc tracking", ""),
            ("ntpdate pool.ntp.org", "privilege ntpdate pool.ntp.org"),
        ],
    ),
    cli(
        "sysctl",
        "p load r pattern B",
        &[
            ("-w|-write|-p|-load|-system|-f", "privilege.severe"),
            ("*=*|* *=*|* * *=*", "privilege.severe"),
        ],
        "none",
        &[
            ("sysctl -a", ""),
            ("sysctl -n hw.ncpu", ""),
            ("sysctl -w a.b=1", "privilege.severe sysctl a.b=1"),
        ],
    ),
    cli(
        "cpupower x86_energy_perf_policy tuned-adm powerprofilesctl",
        "c cpu",
        &[(
            "frequency-info|idle-info|info|monitor|active|list|recommend|verify|get|.",
            "none",
        )],
        "privilege",
        &[
            ("cpupower frequency-info", ""),
            (
                "cpupower frequency-set -g performance",
                "privilege cpupower frequency-set performance",
            ),
        ],
    ),
    cli(
        "fwupdmgr fwupdtool ipmitool racadm",
        "H U P I",
        &[(
            "get-*|refresh|security|* status|* list|* print|* info|sdr*|sensor*|sel list|sel info|lan print|fru*|getsysinfo",
            "none",
        )],
        "privilege.severe",
        &[
            ("fwupdmgr get-devices", ""),
            (
                "ipmitool chassis power off",
                "privilege.severe ipmitool chassis power off",
            ),
        ],
    ),
    // Machines inside this machine.
    cli(
        "virsh",
        "c connect",
        &[
            (
                "list|dom*|*-list|*-info|*-dumpxml|dumpxml|version|nodeinfo|capabilities|hostname|uri|console|vncdisplay|*-path|*-key",
                "none",
            ),
            ("start|net-start|pool-start|pool-refresh", "exec.unknown"),
            (
                "undefine|*-delete|*-undefine|*-destroy|snapshot-revert",
                "infra.destroy",
            ),
        ],
        "process.signal",
        &[
            ("virsh list --all", ""),
            ("virsh destroy vm1", "process.signal virsh destroy vm1"),
            ("virsh undefine vm1", "infra.destroy virsh undefine vm1"),
        ],
    ),
    cli(
        "qm pct lxc-destroy lxc-stop pvesh pvesm zonecfg jail bhyvectl",
        "n name",
        &[
            ("list|config|status|showcmd|get|ls", "none"),
            ("destroy|delete|rollback|free", "infra.destroy"),
            ("stop|shutdown|reboot|suspend|reset", "process.signal"),
            ("start", "exec.unknown"),
        ],
        "infra.destroy",
        &[
            ("qm list", ""),
            ("qm destroy 100", "infra.destroy qm destroy 100"),
        ],
    ),
    cli(
        "vagrant multipass lxc incus tart utmctl prlctl",
        "f n name provider",
        &[
            (
                "cloud publish|cloud version release|cloud version create|cloud provider upload",
                "publish",
            ),
            ("cloud * delete|cloud * revoke", "infra.destroy"),
            (
                "destroy|delete|purge|snapshot delete|snapshot restore|box remove|rm|* delete|* rm",
                "infra.destroy",
            ),
            ("$|*", "exec.project"),
        ],
        "exec.project",
        &[
            ("vagrant up", "exec.project vagrant up"),
            ("vagrant destroy -f", "infra.destroy vagrant destroy"),
        ],
    ),
    cli(
        "VBoxManage vboxmanage vmrun",
        "T",
        &[
            (
                "list|show*|guestproperty get|getextradata|listSnapshots|listProcessesInGuest",
                "none",
            ),
            (
                "unregistervm|closemedium|snapshot * delete|snapshot * restore|deleteVM|deleteSnapshot|revertToSnapshot|natnetwork remove",
                "infra.destroy",
            ),
            ("controlvm|stop|reset|suspend", "process.signal"),
        ],
        "exec.unknown",
        &[
            ("VBoxManage list vms", ""),
            (
                "VBoxManage unregistervm a --delete",
                "infra.destroy VBoxManage unregistervm a",
            ),
        ],
    ),
];

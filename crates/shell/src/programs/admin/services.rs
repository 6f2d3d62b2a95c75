//! Services, schedules, processes, logs, desktop settings.

use super::super::table::Cli;
use super::cli;

pub(super) const CLIS: &[Cli] = &[
    cli(
        "systemctl",
        "t type p property n lines o output H host M machine root state s signal job-mode kill-whom",
        &[
            (
                "$|status|show*|list-*|is-*|cat|get-default|help|list|print",
                "none",
            ),
            (
                "poweroff|reboot|halt|kexec|isolate|rescue|emergency|suspend*|hibernate|hybrid-sleep|default|exit|switch-root|soft-reboot|set-default",
                "privilege.severe",
            ),
        ],
        "privilege",
        &[
            ("systemctl status nginx", ""),
            ("systemctl list-units --type=service", ""),
            (
                "systemctl restart nginx",
                "privilege systemctl restart nginx",
            ),
            (
                "systemctl isolate rescue.target",
                "privilege.severe systemctl isolate rescue.target",
            ),
        ],
    ),
    cli(
        "service invoke-rc.d rc-service initctl",
        "",
        &[
            ("-full-restart|-R", "privilege"),
            (
                "* status|status|list|$|-status-all|* configtest|* show",
                "none",
            ),
        ],
        "privilege",
        &[
            ("service nginx status", ""),
            ("service --status-all", ""),
            ("service nginx restart", "privilege service nginx restart"),
            ("service --full-restart x", "privilege service x"),
        ],
    ),
    cli(
        "update-rc.d chkconfig rc-update openrc ntsysv sysv-rc-conf s6-rc svc s6-svc runsvdir runit insserv",
        "d",
        &[("-list|show|.|list", "none")],
        "privilege",
        &[
            ("rc-update show", ""),
            ("rc-update del sshd", "privilege rc-update del sshd"),
        ],
    ),
    cli(
        "systemd-sysusers systemd-firstboot systemd-nspawn",
        "D directory M machine root",
        &[("-cat-config|-tldr|-dry-run", "none")],
        "privilege",
        &[("systemd-sysusers", "privilege systemd-sysusers")],
    ),
    cli(
        "sv",
        "w",
        &[("status|s|check", "none")],
        "privilege",
        &[("sv stop x", "privilege sv stop x")],
    ),
    cli(
        "systemd-tmpfiles",
        "prefix exclude-prefix root",
        &[("-cat-config|-tldr|-dry-run", "none")],
        "privilege",
        &[("systemd-tmpfiles --create", "privilege systemd-tmpfiles")],
    ),
    cli(
        "machinectl",
        "p property M H o output",
        &[("$|list*|status|show*|image-status|show-image", "none")],
        "privilege",
        &[
            ("machinectl list", ""),
            (
                "machinectl terminate c1",
                "privilege machinectl terminate c1",
            ),
        ],
    ),
    cli(
        "launchctl",
        "",
        &[(
            "$|list|print*|getenv|blame|version|help|error|hostinfo|managername|manageruid|managerpid|dumpstate|plist|procinfo|examine",
            "none",
        )],
        "privilege",
        &[
            ("launchctl list", ""),
            (
                "launchctl bootout system/x",
                "privilege launchctl bootout system/x",
            ),
        ],
    ),
    cli(
        "supervisorctl monit circusctl",
        "c configuration s serverurl u p g",
        &[(
            ".|status|summary|report|tail|avail|version|maintail|pid|help|validate|procmatch|-t|list|stats|listpids|-h",
            "none",
        )],
        "privilege",
        &[
            ("supervisorctl status", ""),
            (
                "supervisorctl restart all",
                "privilege supervisorctl restart all",
            ),
        ],
    ),
    cli(
        "nginx openresty",
        "c g p s e",
        &[("-s", "privilege"), ("-t|-T|-v|-V|-h|-?", "none")],
        "net.listen",
        &[("nginx -t", ""), ("nginx -s reload", "privilege nginx")],
    ),
    cli(
        "apachectl apache2ctl httpd apache2",
        "k f d D e C c",
        &[
            ("configtest|status|fullstatus|-t|-S|-M|-v|-V|-l|-L", "none"),
            ("-k|start|stop|restart|graceful*", "privilege"),
        ],
        "net.listen",
        &[
            ("apachectl configtest", ""),
            ("apachectl restart", "privilege apachectl restart"),
            ("httpd -f x.conf", "net.listen httpd"),
        ],
    ),
    cli(
        "a2enmod a2dismod a2ensite a2dissite a2enconf a2disconf phpenmod phpdismod nginx_ensite nginx_dissite",
        "v s",
        &[],
        "privilege",
        &[("a2enmod proxy", "privilege a2enmod proxy")],
    ),
    cli(
        "haproxy",
        "f D p L m n N x",
        &[("-c|-v|-vv", "none")],
        "privilege",
        &[("haproxy -c -f haproxy.cfg", "")],
    ),
    cli("atq", "q", &[], "none", &[("atq", "")]),
    cli(
        "batch anacron atrm fcrontab incrontab",
        "u d",
        &[("-l|-list", "none")],
        "exec.opaque",
        &[("batch", "exec.opaque batch"), ("incrontab -l", "")],
    ),
    cli(
        "pkill killall killall5 xkill skill fkill kill-port fkill-cli",
        "s n u g P t signal",
        &[("-0", "none")],
        "process.signal",
        &[
            ("pkill node", "process.signal pkill node"),
            ("kill-port 3000", "process.signal kill-port 3000"),
            ("pkill -0 node", ""),
        ],
    ),
    cli(
        "renice gcore reptyr criu",
        "n p g u o t pid tree",
        &[("check|show|-V|-l", "none")],
        "process.signal",
        &[("gcore 1234", "process.signal gcore 1234")],
    ),
    cli(
        "journalctl",
        "u unit p priority n lines S since U until o output b t identifier D directory file vacuum-size vacuum-time vacuum-files user-unit g grep",
        &[(
            "-vacuum-*|-rotate|-flush|-relinquish-var|-smart-relinquish-var|-setup-keys|-update-catalog",
            "privilege",
        )],
        "none",
        &[
            ("journalctl -u nginx -n 50", ""),
            ("journalctl --vacuum-time=1s", "privilege journalctl"),
        ],
    ),
    cli(
        "logrotate",
        "s state l log m mail",
        &[("-d|-debug", "none")],
        "privilege",
        &[
            ("logrotate -d x.conf", ""),
            ("logrotate -f x.conf", "privilege logrotate x.conf"),
        ],
    ),
    cli(
        "auditctl",
        "a A d w W p k F S e f b r R",
        &[("-l|-s|-v", "none")],
        "privilege.severe",
        &[
            ("auditctl -l", ""),
            ("auditctl -D", "privilege.severe auditctl"),
        ],
    ),
    cli(
        "dmesg",
        "l level f facility s buffer-size",
        &[(
            "-C|-clear|-c|-read-clear|-D|-console-off|-E|-console-on|-n|-console-level",
            "privilege",
        )],
        "none",
        &[("dmesg -T", ""), ("dmesg -C", "privilege dmesg")],
    ),
    cli(
        "wevtutil",
        "",
        &[("cl|clear-log|sl|um|im", "privilege.severe")],
        "none",
        &[(
            "wevtutil cl Security",
            "privilege.severe wevtutil cl Security",
        )],
    ),
    cli(
        "defaults",
        "",
        &[(
            "write|delete|import|rename|-currentHost write|-currentHost delete",
            "privilege",
        )],
        "none",
        &[
            ("defaults read com.apple.finder", ""),
            (
                "defaults write com.apple.finder x 1",
                "privilege defaults write com.apple.finder x",
            ),
        ],
    ),
    cli(
        "tccutil profiles kickstart jamf",
        "path type identifier",
        &[(
            "list|show|status|version|-list|-L|checkJSSConnection",
            "none",
        )],
        "privilege",
        &[
            ("profiles list", ""),
            ("tccutil reset All", "privilege tccutil reset All"),
        ],
    ),
    cli(
        "mdutil",
        "i",
        &[("-i|-E|-a|-d", "privilege"), ("-s", "none")],
        "none",
        &[
            ("mdutil -s /", ""),
            ("mdutil -i off /", "privilege mdutil /"),
        ],
    ),
    cli(
        "update-alternatives alternatives",
        "altdir admindir",
        &[("-list|-display|-query|-get-selections", "none")],
        "privilege",
        &[
            ("update-alternatives --list python", ""),
            (
                "update-alternatives --set java /x",
                "privilege update-alternatives java /x",
            ),
        ],
    ),
    // Sources of packages, and what the whole system is made of.
    cli(
        "apt-key add-apt-repository apt-add-repository yum-config-manager pacman-key rpmkeys dpkg-reconfigure do-release-upgrade unattended-upgrade tasksel xbps-remove nixos-rebuild darwin-rebuild nix-channel nix-collect-garbage rpm-ostree ostree guix pkgin pkg_delete softwareupdate",
        "keyserver recv-keys",
        &[(
            "list|-list|-l|finger|exportall|-list-keys|-list-sigs|-k|-F|-finger|status|-p|-h|dry-*|-check|search|show|log|-dry-run|describe|build|dry-run|package -s|shell|environment|time-machine",
            "none",
        )],
        "privilege",
        &[
            ("apt-key list", ""),
            (
                "add-apt-repository ppa:a/b",
                "privilege add-apt-repository ppa:a/b",
            ),
        ],
    ),
    cli(
        "apt-mark",
        "",
        &[("show*", "none")],
        "privilege",
        &[
            ("apt-mark showhold", ""),
            ("apt-mark hold x", "privilege apt-mark hold x"),
        ],
    ),
    cli(
        "ldconfig",
        "f C r n",
        &[
            ("-p|-print-cache|-v|-verbose|-N", "none"),
            ("*", "privilege"),
        ],
        "none",
        &[
            ("ldconfig -p", ""),
            ("ldconfig /tmp/lib", "privilege ldconfig /tmp/lib"),
        ],
    ),
    // Many machines at once.
    cli(
        "pssh parallel-ssh pscp parallel-scp prsync pdsh clush dsh cssh salt salt-ssh salt-run knife chef-client puppet cap capistrano mina kamal bolt mco",
        "h hosts H host l user o e t w g a d destination v version r roles p primary c config",
        &[(
            "-T|-tasks|-version|version|config|details|app logs|app details|app containers|app images|app version|audit|* list|* show|accessory logs|accessory details|proxy logs|docs|lock status|* test.ping|* grains.items|node list|-help",
            "cloud.read",
        )],
        "deploy",
        &[
            ("kamal app logs", "cloud.read kamal app logs"),
            ("cap production deploy", "deploy cap production deploy"),
        ],
    ),
    // From hand to hand, through somebody's server.
    cli(
        "croc wormhole magic-wormhole ffsend ncftpput unison syncthing rsnapshot transfer.sh",
        "u p port code relay pass",
        &[(
            "receive|recv|rx|download|exists|info|version|help|-version|cli show*|$|history",
            "none",
        )],
        "net.write",
        &[("croc send x", "net.write croc send x")],
    ),
    cli(
        "frpc frps chisel untun devtunnel zrok inlets rathole pagekite loclx",
        "c config p port",
        &[(
            "verify|status|list|show|version|help|user*|-v|-version|enable|disable|config*",
            "none",
        )],
        "net.listen",
        &[("frpc -c x.ini", "net.listen frpc")],
    ),
    // The other side's program, too: the structural search of that name.
    cli(
        "sg",
        "c",
        &[("-c", "privilege")],
        "exec.project",
        &[
            ("sg docker -c id", "privilege sg docker"),
            ("sg scan", "exec.project sg scan"),
        ],
    ),
    cli(
        "log",
        "last start end predicate process",
        &[("erase|config", "privilege")],
        "none",
        &[
            ("log show --last 5m", ""),
            ("log erase --all", "privilege log erase"),
        ],
    ),
    cli(
        "age rage",
        "i identity r recipient o output R",
        &[("-d|-decrypt", "secret.read")],
        "exec.unknown",
        &[("age -d x.age", "secret.read age x.age")],
    ),
    cli(
        "dotenvx dotenv-vault teller kwallet-query",
        "f env-file r",
        &[("get|decrypt|keypair|pull|show|sh|export|-r", "secret.read")],
        "none",
        &[
            ("dotenvx get A", "secret.read dotenvx get A"),
            ("dotenvx encrypt", ""),
        ],
    ),
];

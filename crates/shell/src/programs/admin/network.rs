//! Firewalls, interfaces, routes, names, VPNs.

use super::super::table::Cli;
use super::cli;

pub(super) const CLIS: &[Cli] = &[
    cli(
        "iptables ip6tables ebtables arptables iptables-nft iptables-legacy",
        "t table s d p j i o m dport sport",
        &[(
            "-L*|-list*|-S*|-list-rules|-C|-check|-nL|-vL|-nvL|-V",
            "none",
        )],
        "privilege.severe",
        &[
            ("iptables -L -n -v", ""),
            ("iptables -t nat -S", ""),
            ("iptables -F", "privilege.severe iptables"),
        ],
    ),
    cli(
        "iptables-restore ip6tables-restore ipset nft",
        "f file D define",
        &[("list|-L|-a list|save|-c|-check", "none")],
        "privilege.severe",
        &[
            ("nft list ruleset", ""),
            ("nft flush ruleset", "privilege.severe nft flush ruleset"),
        ],
    ),
    cli(
        "ufw",
        "",
        &[("status|version|show|app list|app info", "none")],
        "privilege.severe",
        &[
            ("ufw status verbose", ""),
            ("ufw disable", "privilege.severe ufw disable"),
        ],
    ),
    cli(
        "firewall-cmd",
        "zone service policy",
        &[(
            "-state|-list-*|-get-*|-info-*|-query-*|-V|-check-config",
            "none",
        )],
        "privilege.severe",
        &[
            ("firewall-cmd --list-all", ""),
            ("firewall-cmd --reload", "privilege.severe firewall-cmd"),
        ],
    ),
    cli(
        "pfctl",
        "s f a t T F i",
        &[("-s", "none")],
        "privilege.severe",
        &[
            ("pfctl -sr", ""),
            ("pfctl -s rules", ""),
            ("pfctl -d", "privilege.severe pfctl"),
        ],
    ),
    cli(
        "ip",
        "f family",
        &[(
            "$|* $|* show*|* sh|* list|* ls|* lst|* l|* s|* get|* g|* help|* monitor|monitor|* dev *|* id|* to|netns identify|netns pids|* brief",
            "none",
        )],
        "privilege",
        &[
            ("ip -br addr show eth0", ""),
            ("ip route get 1.1.1.1", ""),
            ("ip link set eth0 down", "privilege ip link set eth0"),
            ("ip netns delete x", "privilege ip netns delete x"),
        ],
    ),
    cli(
        "ifconfig iwconfig",
        "",
        &[(".|* $|-a|-s $|-l $", "none")],
        "privilege",
        &[
            ("ifconfig eth0", ""),
            ("ifconfig eth0 down", "privilege ifconfig eth0 down"),
        ],
    ),
    cli(
        "ifup ifdown dhclient dhcpcd netplan macchanger brctl ovs-vsctl openvpn airmon-ng airodump-ng aireplay-ng update-crypto-policies update-ca-certificates update-ca-trust tcpkill dnsspoof zerotier-cli wpa_cli",
        "config c",
        &[(
            "show*|info|get|list*|status|-help|list-br|generate|-s|-show|list_networks",
            "none",
        )],
        "privilege",
        &[
            ("ifdown eth0", "privilege ifdown eth0"),
            ("netplan get", ""),
        ],
    ),
    cli(
        "route",
        "",
        &[(".|-n $|-e $|-ee $|get|print|monitor|show", "none")],
        "privilege",
        &[
            ("route -n get default", ""),
            ("route delete default", "privilege route delete default"),
        ],
    ),
    cli(
        "arp",
        "i H",
        &[("-d|-s|-S|-f", "privilege")],
        "none",
        &[
            ("arp -a", ""),
            ("arp -d 10.0.0.1", "privilege arp 10.0.0.1"),
        ],
    ),
    cli(
        "nmcli",
        "f fields m mode g get-values e escape w wait",
        &[(
            "$|* $|* status|* show*|* list*|* monitor|general*|g*|monitor|m|dev wifi $|device wifi $|d wifi $|dev wifi list|* hostname $|networking connectivity|n c|radio all $|radio wifi $|-version",
            "none",
        )],
        "privilege",
        &[
            ("nmcli con show", ""),
            ("nmcli device", ""),
            ("nmcli con down eth0", "privilege nmcli con down eth0"),
        ],
    ),
    cli(
        "networksetup",
        "",
        &[("-get*|-list*|-print*|-show*|-is*|-version|-help", "none")],
        "privilege",
        &[
            ("networksetup -getdnsservers Wi-Fi", ""),
            (
                "networksetup -setdnsservers Wi-Fi 1.1.1.1",
                "privilege networksetup Wi-Fi 1.1.1.1",
            ),
        ],
    ),
    cli(
        "resolvectl systemd-resolve",
        "i interface t type c class p protocol",
        &[
            ("dns $|domain $|dns * $|domain * $", "none"),
            (
                "dns|domain|revert|default-route|llmnr|mdns|dnssec|dnsovertls|nta|reset-server-features|log-level",
                "privilege",
            ),
        ],
        "none",
        &[
            ("resolvectl status", ""),
            (
                "resolvectl dns eth0 1.1.1.1",
                "privilege resolvectl dns eth0 1.1.1.1",
            ),
        ],
    ),
    cli(
        "scutil",
        "",
        &[("-set*", "privilege")],
        "none",
        &[
            ("scutil --dns", ""),
            ("scutil --set HostName a", "privilege scutil HostName a"),
        ],
    ),
    cli(
        "hostname",
        "F file",
        &[
            ("-F|-file|-b", "privilege"),
            ("$", "none"),
            ("-f|-i|-I|-s|-d|-A", "none"),
        ],
        "privilege",
        &[
            ("hostname -f", ""),
            ("hostname -s", ""),
            ("hostname web1", "privilege hostname web1"),
        ],
    ),
    cli(
        "hostnamectl localectl",
        "H M host machine",
        &[(
            "$|status|show|hostname $|location $|chassis $|icon-name $|deployment $|list-*",
            "none",
        )],
        "privilege",
        &[
            ("hostnamectl", ""),
            ("hostnamectl hostname a", "privilege hostnamectl hostname a"),
        ],
    ),
    cli(
        "ethtool",
        "",
        &[(
            "-s|-change|-K|-features|-offload|-A|-pause|-C|-coalesce|-G|-set-ring|-E|-change-eeprom|-f|-flash|-L|-set-channels|-N|-X|-U|-set-*|-r|-negotiate|-W|-reset",
            "privilege",
        )],
        "none",
        &[
            ("ethtool -i eth0", ""),
            ("ethtool -K eth0 tso off", "privilege ethtool eth0 tso"),
        ],
    ),
    cli(
        "tc bridge devlink rdma",
        "",
        &[(
            "$|* $|* show*|* ls|* list|* s|* monitor|monitor|* get",
            "none",
        )],
        "privilege",
        &[
            ("tc qdisc show", ""),
            ("tc qdisc del dev eth0 root", "privilege tc qdisc del dev"),
        ],
    ),
    cli(
        "wg",
        "",
        &[
            ("$|show|genkey|pubkey|genpsk", "none"),
            ("showconf", "secret.read"),
        ],
        "privilege",
        &[
            ("wg show", ""),
            ("wg set wg0 peer x remove", "privilege wg set wg0 peer"),
        ],
    ),
    cli(
        "wg-quick",
        "",
        &[("strip", "secret.read")],
        "privilege",
        &[("wg-quick up wg0", "privilege wg-quick up wg0")],
    ),
    cli(
        "rfkill",
        "o output",
        &[("$|list*|event|help", "none")],
        "privilege",
        &[
            ("rfkill list", ""),
            ("rfkill block all", "privilege rfkill block all"),
        ],
    ),
    cli(
        "iw",
        "",
        &[(
            "$|* $|* info|list|dev * info|dev * link|dev * station dump|dev * scan|dev * get*|reg get|event|phy * info",
            "none",
        )],
        "privilege",
        &[
            ("iw dev", ""),
            (
                "iw dev wlan0 set type monitor",
                "privilege iw dev wlan0 set",
            ),
        ],
    ),
    cli(
        "conntrack",
        "p s d",
        &[("-L|-G|-E|-C|-S", "none")],
        "privilege",
        &[
            ("conntrack -L", ""),
            ("conntrack -F", "privilege conntrack"),
        ],
    ),
    cli(
        "ss",
        "f family A query F filter D diag",
        &[("-K|-kill", "privilege")],
        "none",
        &[("ss -tlnp", ""), ("ss -K dst a", "privilege ss dst a")],
    ),
    cli(
        "trust",
        "",
        &[("anchor", "privilege")],
        "none",
        &[("trust list", "")],
    ),
    cli(
        "mkcert",
        "cert-file key-file p12-file",
        &[("-install|-uninstall", "privilege")],
        "exec.unknown",
        &[
            ("mkcert -CAROOT", "exec.unknown mkcert"),
            ("mkcert -install", "privilege mkcert"),
        ],
    ),
    // What passes by on the wire belongs to others.
    cli(
        "tcpdump tshark dumpcap ngrep tcpflow ettercap bettercap arpspoof responder dsniff",
        "r w i c s f Y T e F z a b",
        &[("-r|-D|-list-interfaces|-h", "none")],
        "privilege",
        &[
            ("tcpdump -r x.pcap", ""),
            ("tcpdump -i eth0 port 80", "privilege tcpdump port 80"),
        ],
    ),
];

//! Accounts, groups, passwords, and what they may do.

use super::super::table::Cli;
use super::cli;

pub(super) const CLIS: &[Cli] = &[
    cli(
        "useradd userdel usermod groupadd groupdel groupmod gpasswd adduser addgroup deluser delgroup newusers chpasswd chgpasswd visudo vipw vigr chsh chfn pwconv pwunconv grpconv newgrp smbpasswd ldapadd ldapmodify ldapdelete ldappasswd ldapmodrdn pw createhomedir sysadmin",
        "",
        &[],
        "privilege",
        &[("useradd x", "privilege useradd x")],
    ),
    cli(
        "passwd",
        "n x w i",
        &[("-S|-status", "none")],
        "privilege",
        &[("passwd -S", ""), ("passwd root", "privilege passwd root")],
    ),
    cli(
        "chage",
        "d E I m M W",
        &[("-l|-list", "none")],
        "privilege",
        &[
            ("chage -l dev", ""),
            ("chage -M 99999 root", "privilege chage root"),
        ],
    ),
    cli(
        "faillock pam_tally2 pwpolicy",
        "u user",
        &[("-r|-reset*|-set*|-clear*|-disable*|-enable*", "privilege")],
        "none",
        &[
            ("faillock --user dev", ""),
            ("faillock --user dev --reset", "privilege faillock"),
        ],
    ),
    cli(
        "setcap setpriv capsh setsebool semodule restorecon fixfiles aa-disable aa-enforce aa-complain aa-teardown aa-remove-unknown apparmor_parser pam-auth-update authconfig kadmin.local kadmin",
        "",
        &[("-l|-list*|-print|-h", "none")],
        "privilege",
        &[
            ("setcap x a", "privilege setcap x a"),
            ("semodule -l", ""),
            ("aa-teardown", "privilege aa-teardown"),
        ],
    ),
    cli(
        "setenforce",
        "",
        &[],
        "privilege.severe",
        &[("setenforce 0", "privilege.severe setenforce 0")],
    ),
    cli(
        "semanage",
        "t s r p",
        &[("-l|-list|* -l|export", "none")],
        "privilege",
        &[(
            "semanage permissive -a httpd_t",
            "privilege semanage permissive httpd_t",
        )],
    ),
    cli(
        "authselect realm ipa adcli sssctl pdbedit",
        "u x U v o",
        &[(
            "list*|show|current|check|discover|info|-L|*-show|*-find|ping|domain-list|user-checks|config-check",
            "none",
        )],
        "privilege",
        &[
            ("authselect current", ""),
            ("adcli join", "privilege adcli join"),
            ("ipa user-find x", ""),
        ],
    ),
    cli(
        "dscl",
        "u P f",
        &[(
            "-list|-read|-search|-readall|-readpl|* list|* read|* search|* readall|* cat",
            "none",
        )],
        "privilege",
        &[
            ("dscl . -read /Users/dev", ""),
            ("dscl . -create /Users/x", "privilege dscl . /Users/x"),
        ],
    ),
    cli(
        "dseditgroup",
        "o a d t n u",
        &[("-o=read|-o=checkmember", "none")],
        "privilege",
        &[(
            "dseditgroup -o edit -a dev -t user admin",
            "privilege dseditgroup admin",
        )],
    ),
    cli(
        "sysadminctl",
        "addUser deleteUser resetPasswordFor newPassword password fullName secureTokenStatus adminUser adminPassword",
        &[("-secureTokenStatus", "none")],
        "privilege",
        &[
            ("sysadminctl -secureTokenStatus dev", ""),
            ("sysadminctl -deleteUser dev", "privilege sysadminctl"),
        ],
    ),
    cli(
        "fdesetup",
        "user usertoadd inputplist",
        &[(
            "status|list|isactive|haspersonalrecoverykey|hasinstitutionalrecoverykey|showdeferralinfo|supportsauthrestart|version",
            "none",
        )],
        "privilege.severe",
        &[
            ("fdesetup status", ""),
            ("fdesetup disable", "privilege.severe fdesetup disable"),
        ],
    ),
    cli(
        "loginctl",
        "p property s signal o output n",
        &[
            (
                "$|list-*|*-status|show-*|session-status|user-status|help",
                "none",
            ),
            ("poweroff|reboot|halt|suspend|hibernate", "privilege.severe"),
        ],
        "privilege",
        &[
            ("loginctl list-sessions", ""),
            (
                "loginctl terminate-user x",
                "privilege loginctl terminate-user x",
            ),
        ],
    ),
];

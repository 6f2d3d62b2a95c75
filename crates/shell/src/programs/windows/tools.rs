//! What programs of Windows do, by the first of their words that says it.

/// A program and what decides about it: words among its arguments, without
/// regard to case and to the mark before an option.
pub(super) struct Tool {
    pub(super) names: &'static str,
    /// All words of a phrase have to be there; phrases are separated by `|`.
    pub(super) rows: &'static [(&'static str, &'static str)],
    pub(super) otherwise: &'static str,
    /// Calls and what they do, held true by a test.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the test of the table"))]
    pub(super) examples: &'static [(&'static str, &'static str)],
}

pub(super) const TOOLS: &[Tool] = &[
    Tool {
        names: "sc",
        rows: &[
            (
                "query|queryex|qc|qdescription|qfailure|qtriggerinfo|enumdepend|getdisplayname|getkeyname|sdshow|qprivs",
                "none",
            ),
            (
                "create|delete|config|start|stop|pause|continue|failure|sdset|control|description|triggerinfo",
                "privilege",
            ),
        ],
        otherwise: "none",
        examples: &[
            ("sc query wuauserv", "none"),
            ("sc delete wuauserv", "privilege"),
        ],
    },
    Tool {
        names: "net net1",
        rows: &[
            ("user add|user delete|user active:*", "privilege"),
            (
                "localgroup add|localgroup delete|group add|group delete",
                "privilege",
            ),
            ("start *|stop *|pause *|continue *", "privilege"),
            ("session delete|computer add|computer del", "privilege"),
            ("use delete", "none"),
            (
                "use * *|share *|accounts minpwlen:*|accounts maxpwage:*",
                "privilege",
            ),
            ("user * *", "privilege"),
        ],
        otherwise: "none",
        examples: &[
            ("net user", "none"),
            ("net user bob", "none"),
            ("net user bob Passw0rd /add", "privilege"),
            ("net user bob newpass", "privilege"),
            ("net localgroup administrators bob /add", "privilege"),
            ("net start", "none"),
            ("net stop wuauserv", "privilege"),
            ("net view", "none"),
        ],
    },
    Tool {
        names: "netsh",
        rows: &[
            (
                "advfirewall off|firewall disable|advfirewall reset|firewall reset|opmode disable",
                "privilege.severe",
            ),
            ("wlan key=clear|wlan export", "secret.read"),
            ("show|dump", "none"),
            ("portproxy add", "net.tunnel"),
            ("add|delete|set|reset|import|exec|start|stop", "privilege"),
        ],
        otherwise: "none",
        examples: &[
            (
                "netsh advfirewall set allprofiles state off",
                "privilege.severe",
            ),
            ("netsh interface show interface", "none"),
            ("netsh wlan show profile name=x key=clear", "secret.read"),
            (
                "netsh advfirewall firewall add rule name=a dir=in action=allow",
                "privilege",
            ),
        ],
    },
    Tool {
        names: "schtasks",
        rows: &[("create|delete|change|run|end", "privilege")],
        otherwise: "none",
        examples: &[
            ("schtasks /query", "none"),
            (
                "schtasks /create /tn a /tr calc.exe /sc onlogon",
                "privilege",
            ),
        ],
    },
    Tool {
        names: "bcdedit bootrec bootsect bcdboot reagentc",
        rows: &[("enum|export|info", "none"), ("*", "privilege.severe")],
        otherwise: "none",
        examples: &[
            ("bcdedit", "none"),
            (
                "bcdedit /set {default} recoveryenabled no",
                "privilege.severe",
            ),
        ],
    },
    Tool {
        names: "vssadmin wbadmin diskshadow",
        rows: &[
            ("delete|resize|s", "privilege.severe"),
            ("list|get", "none"),
            ("start|create|enable|disable|revert", "privilege"),
        ],
        otherwise: "none",
        examples: &[
            ("vssadmin list shadows", "none"),
            ("vssadmin delete shadows /all /quiet", "privilege.severe"),
        ],
    },
    Tool {
        names: "wevtutil auditpol",
        rows: &[
            ("cl|clear-log|clear|remove", "privilege.severe"),
            (
                "sl|set-log|um|uninstall-manifest|im|set|restore",
                "privilege",
            ),
        ],
        otherwise: "none",
        examples: &[
            ("wevtutil cl System", "privilege.severe"),
            ("wevtutil qe System /c:5", "none"),
        ],
    },
    Tool {
        names: "diskpart manage-bde bootcfg sdelete",
        rows: &[("?|help|status", "none")],
        otherwise: "privilege.severe",
        examples: &[
            ("diskpart /s wipe.txt", "privilege.severe"),
            ("manage-bde -status", "none"),
        ],
    },
    Tool {
        names: "cipher",
        rows: &[("w:*|w", "privilege.severe"), ("e|d|k|r:*|x", "privilege")],
        otherwise: "none",
        examples: &[("cipher /w:C", "privilege.severe"), ("cipher", "none")],
    },
    Tool {
        names: "takeown icacls cacls xcacls",
        rows: &[(
            "grant|deny|setowner|reset|inheritance:*|remove|g|p|d|e|f|restore|a|r",
            "privilege",
        )],
        otherwise: "none",
        examples: &[
            ("icacls secret", "none"),
            ("icacls secret /grant Everyone:F", "privilege"),
            ("takeown /f secret /r", "privilege"),
        ],
    },
    Tool {
        names: "fsutil",
        rows: &[
            (
                "deletejournal|setzerodata|disable|enforce",
                "privilege.severe",
            ),
            (
                "set|behavior set|reparsepoint delete|quota|dirty set",
                "privilege",
            ),
        ],
        otherwise: "none",
        examples: &[
            ("fsutil usn deletejournal /d c:", "privilege.severe"),
            ("fsutil fsinfo drives", "none"),
        ],
    },
    Tool {
        names: "taskkill tskill",
        rows: &[("?", "none")],
        otherwise: "process.signal",
        examples: &[("taskkill /f /im node.exe", "process.signal")],
    },
    Tool {
        names: "dism pnputil powercfg w32tm secedit gpupdate regini odbcconf ntdsutil dsadd dsmod dsrm dsmove netdom nltest ktpass setspn logoff rwinsta appcmd iisreset sfc chkdsk mountvol subst label regedit installutil regasm regsvcs mavinject infdefaultinstall cmstp xwizard control",
        rows: &[
            (
                "?|get*|export|q|query|resync|analyze|validate|list|l|devices|requests|batteryreport|energy|force|enum-devices|enum-drivers|checkhealth|scanhealth|verifyonly|dsgetdc:*|dclist:*|whowill:*",
                "none",
            ),
            ("ntds|ifm", "secret.read"),
            ("*", "privilege"),
        ],
        otherwise: "none",
        examples: &[
            ("dism /online /get-features", "none"),
            ("dism /online /disable-feature /featurename:x", "privilege"),
            ("netdom join x", "privilege"),
        ],
    },
    Tool {
        names: "cmdkey vaultcmd",
        rows: &[
            ("add:*|generic:*|delete:*|delete", "privilege"),
            ("*", "secret.read"),
        ],
        otherwise: "none",
        examples: &[("cmdkey /list", "secret.read")],
    },
    Tool {
        names: "winget scoop",
        rows: &[
            ("uninstall|remove", "privilege"),
            ("install|upgrade|update", "package.install"),
        ],
        otherwise: "none",
        examples: &[
            ("winget install Git.Git", "package.install"),
            ("scoop list", "none"),
            ("winget uninstall Git.Git", "privilege"),
        ],
    },
    Tool {
        names: "procdump comsvcs nanodump mimikatz lazagne",
        rows: &[],
        otherwise: "secret.read",
        examples: &[("procdump -ma lsass.exe out.dmp", "secret.read")],
    },
    Tool {
        names: "tasklist systeminfo ipconfig whoami.exe driverquery getmac nbtstat quser qwinsta query hostname.exe where.exe ver gpresult openfiles klist dsquery dsget dsregcmd pathping tree.com vswhere findstr",
        rows: &[("purge", "privilege"), ("release|flushdns", "none")],
        otherwise: "none",
        examples: &[("tasklist /v", "none"), ("ipconfig /all", "none")],
    },
];

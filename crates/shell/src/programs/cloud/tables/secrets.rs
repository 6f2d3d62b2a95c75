//! Secret managers and password stores.

use super::super::super::table::Cli;
use super::c;

pub(super) const CLIS: &[Cli] = &[
    c(
        "vault bao",
        "address token namespace format field mount ca-cert client-cert policy ttl versions ns method path output-curl-string",
        &[
            (
                "status|version|list|secrets list|auth list|auth help|policy list|policy read|policy fmt|kv list|kv metadata get|path-help|token lookup|token capabilities|audit list|operator members|operator raft list-peers|operator key-status|operator usage|operator diagnose|plugin list|plugin info|namespace list|namespace lookup|lease lookup|server|agent|proxy|debug|monitor|events|transform|hcp|lease renew|token renew|pki health-check|pki list-intermediates|pki verify-sign|version-history",
                "cloud.read",
            ),
            (
                "read|kv get|token create|unwrap|print token|login|ssh|operator generate-root|operator init|operator rekey|operator unseal|pki issue|kv export",
                "secret.read",
            ),
            ("kv put|write|kv patch", "secret.send"),
            (
                "delete|kv delete|kv destroy|kv metadata delete|secrets disable|auth disable|lease revoke|token revoke|operator seal|policy delete|audit disable|namespace delete|plugin deregister",
                "infra.destroy",
            ),
            ("", "none"),
        ],
        "deploy",
        &[
            ("vault kv get secret/x", "secret.read vault kv get secret/x"),
            ("vault token lookup", "cloud.read vault token lookup"),
            (
                "vault kv metadata delete secret/x",
                "infra.destroy vault kv metadata delete secret/x",
            ),
        ],
    ),
    c(
        "op",
        "account vault session config format o output i in-file out-file env-file template category title tags file-mode fields",
        &[
            ("-raw", "secret.read"),
            (
                "whoami|account list|account get|vault list|vault get|item list|item template*|user list|user get|group list|group get|document list|events-api list|connect server list|connect server get|connect group list|signin|signout|update|completion|plugin list|plugin inspect|plugin init|service-account ratelimit",
                "cloud.read",
            ),
            (
                "item create|item edit|document create|document edit",
                "secret.send",
            ),
            (
                "* delete|vault delete|user suspend|item move|user confirm|user provision|user reactivate|* * revoke|* * grant|* edit|vault create|group create|connect*",
                "infra.destroy",
            ),
            ("", "none"),
        ],
        "secret.read",
        &[
            ("op read op://a/b/c", "secret.read op read op://a/b/c"),
            ("op item list", "cloud.read op item list"),
        ],
    ),
    c(
        "bw bws lpass rbw dashlane dcli passbolt keepassxc-cli kpcli nordpass proton-pass pass-cli",
        "session format o output organizationid collectionid itemid search length folderid password username sync color c t",
        &[
            (
                "status|sync|login|logout|lock|config*|completion*|update|generate|project list|project get|ls|help|version|register|accounts*|devices*|team*|folder list|group list|user list|unlocked|stop-agent|purge-cache|estimate|db-info|list folders|list organizations|list collections|list org-members",
                "cloud.read",
            ),
            (
                "create|edit|add|import|send create|secret create|secret edit|move|share",
                "secret.send",
            ),
            (
                "delete|rm|remove|secret delete|project delete|empty|restore|mv|rmdir|edit*",
                "infra.destroy",
            ),
            ("", "none"),
        ],
        "secret.read",
        &[
            ("bw get password db", "secret.read bw get password db"),
            ("bw status", "cloud.read bw status"),
            ("bw delete item 1", "infra.destroy bw delete item 1"),
        ],
    ),
    c(
        "pass gopass",
        "path p store",
        &[
            (
                "ls|list|git|sync|help|version|init|find|search|recipients*|mounts*|setup|config|audit|completion|clone|fsck|history|templates*",
                "cloud.read",
            ),
            (
                "insert|generate|add|edit|create|update|cp|copy|mv|move|set",
                "secret.send",
            ),
            ("rm|remove|delete", "infra.destroy"),
            ("", "none"),
        ],
        "secret.read",
        &[
            ("pass show x", "secret.read pass show x"),
            ("pass ls", "cloud.read pass ls"),
        ],
    ),
    c(
        "chamber credstash confidant akeyless conjur berglas teller secretless keyring kwallet-query dotenv-vault secrethub blackbox_cat blackbox_edit_start blackbox_postdeploy keybase ejson eyaml vaultenv knox biscuit unicreds",
        "n name i id v value b branch f file format o output s string account scope service k key retries p path e env environment c config profile",
        &[
            (
                "list|list-*|ls|find|history|version|--version|help|whoami|status|login|logout|init|configure|config*|put-config|encrypt|-e|keygen|new|open|build|scan|keys|sync|describe*|createkeys|me|id|search|device list|pgp list|pgp gen|sign|verify|chat list|account*|resource list|policy fetch|hostfactory*|role*|user whoami|local*|delete-cache",
                "cloud.read",
            ),
            (
                "write|import|put|store|set|variable set|create|update-secret*|create-secret*|update|edit|seed|fs write|pgp import",
                "secret.send",
            ),
            (
                "delete*|rm|clear|purge|revoke|policy load|policy replace|policy update|grant|bootstrap|chat send|fs rm|del",
                "infra.destroy",
            ),
            ("", "none"),
        ],
        "secret.read",
        &[
            ("chamber read app k", "secret.read chamber read app k"),
            ("chamber list app", "cloud.read chamber list app"),
            (
                "akeyless delete-item -n /db",
                "infra.destroy akeyless delete-item",
            ),
        ],
    ),
    c(
        "secret-tool",
        "label unlock",
        &[
            ("store", "secret.send"),
            ("clear", "infra.destroy"),
            ("lock", "none"),
        ],
        "secret.read",
        &[(
            "secret-tool search --all service x",
            "secret.read secret-tool search service x",
        )],
    ),
    c(
        "dotenvx",
        "f env-file fk env-keys-file o ojson format",
        &[
            (
                "ls|help|genexample|gitignore|prebuild|precommit|ext*",
                "none",
            ),
            ("set|encrypt|rotate|radar*|ops*", "exec.project"),
            ("", "none"),
        ],
        "secret.read",
        &[
            ("dotenvx get KEY", "secret.read dotenvx get KEY"),
            ("dotenvx ls", ""),
        ],
    ),
    c(
        "step",
        "ca-url root provisioner password-file not-after san kty size curve",
        &[
            (
                "certificate inspect|certificate lint|certificate verify|certificate fingerprint|certificate needs-renewal|certificate format|certificate bundle|ca health|ca roots|ca root|ca federation|ca provisioner list|ca admin list|crypto hash|crypto jwk public|crypto jwt inspect|crypto jwt verify|path|version|help|context*|completion|ssh list|ssh inspect|ssh hosts|ssh check-host|crypto key format|crypto key fingerprint|crypto rand|oauth",
                "cloud.read",
            ),
            ("ca token|crypto change-pass", "secret.read"),
            (
                "certificate create|crypto keypair|crypto jwk create|certificate sign|certificate key|crypto*|certificate p12",
                "exec.project",
            ),
            ("ca revoke|ssh revoke", "infra.destroy"),
            ("certificate install|certificate uninstall", "privilege"),
        ],
        "deploy",
        &[
            ("step ca health", "cloud.read step ca health"),
            ("step ca revoke 1", "infra.destroy step ca revoke 1"),
        ],
    ),
    c(
        "aws-vault aws-okta saml2aws gimme-aws-creds granted assume awsume",
        "n no-session d duration backend profile a idp-account r region",
        &[
            (
                "list|ls|login|add|configure|help|version|completion|list-roles|sso|settings|uninstall|registry",
                "none",
            ),
            ("remove|rotate|clear|delete", "infra.destroy"),
        ],
        "secret.read",
        &[
            (
                "aws-vault exec prod --json",
                "secret.read aws-vault exec prod",
            ),
            ("aws-vault list", ""),
        ],
    ),
    c(
        "doppler infisical",
        "p project c config t token e env path projectId scope type name domain",
        &[
            (
                "run|setup|login|logout|init|configure|me|open|update|changelog|completion|scan|user|activity|enclave|feedback|tui|analytics",
                "none",
            ),
            ("service-token*|configs tokens create", "secret.read"),
        ],
        "verb deploy none",
        &[
            (
                "doppler projects delete p",
                "infra.destroy doppler projects delete p",
            ),
            ("doppler projects", ""),
        ],
    ),
    c(
        "git-crypt git-secret blackbox_decrypt_all_files transcrypt",
        "k key-name c cipher p password",
        &[
            (
                "status|lock|init|add-gpg-user|version|help|add|hide|list|whoknows|tell|clean|usage|encrypt",
                "none",
            ),
            ("", "none"),
        ],
        "secret.read",
        &[
            ("git-crypt unlock", "secret.read git-crypt unlock"),
            ("git-crypt status", ""),
        ],
    ),
    c(
        "age-keygen",
        "o output",
        &[],
        "none",
        &[("age-keygen -o key.txt", "")],
    ),
    c(
        "security",
        "a s l g w-value",
        &[
            (
                "find-generic-password|find-internet-password|dump-keychain|export|find-key",
                "secret.read",
            ),
            (
                "add-*|delete-*|set-*|import|unlock-keychain|authorizationdb|create-keychain",
                "privilege",
            ),
        ],
        "none",
        &[(
            "security find-generic-password -w",
            "secret.read security find-generic-password",
        )],
    ),
];

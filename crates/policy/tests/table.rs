//! Every row of the default policy, in every column, with the situations the
//! row names. The order is that of the published default table.

use palisade_core::EffectKind as K;
use palisade_core::Tracking::{Committed, Ignored, Modified, Unknown, Untracked};
use palisade_core::Verdict::{Allow, Ask, Deny};
use palisade_core::{Certainty, Effect, Environment, Verdict};
use palisade_policy::{RowId, Situation};

use crate::support::*;

/// A row: what it is, the rule expected to speak, the effect inside, elsewhere
/// and in production with the verdict of each.
fn check(rule: RowId, inside: Effect, outside: Option<Effect>, want: [Verdict; 3]) {
    let [a, b, c] = want;
    let id = rule.id().to_owned();
    assert_eq!(said(inside.clone()), (a, id.clone()), "inside {inside:?}");
    if let Some(outside) = outside {
        assert_eq!(
            said(outside.clone()),
            (b, id.clone()),
            "elsewhere {outside:?}"
        );
    }
    assert_eq!(
        said(production(inside.clone())),
        (c, id),
        "production {inside:?}"
    );
}

#[test]
fn read_list_search() {
    check(
        RowId::FileRead,
        file(K::FileRead, "src/main.rs", "Read"),
        Some(file(K::FileRead, "~/notes.txt", "cat")),
        [Allow, Allow, Ask],
    );
    assert_eq!(said(file(K::FileRead, "/etc/hosts", "cat")).0, Allow);
    check(
        RowId::FileList,
        file(K::FileList, "src", "ls"),
        Some(file(K::FileList, "~/.ssh", "ls")),
        [Allow, Allow, Allow],
    );
    for path in [
        "/etc/shadow",
        "/proc/1/environ",
        "/etc/ssh/ssh_host_rsa_key",
    ] {
        check(
            RowId::FileReadSystem,
            file(K::FileRead, path, "cat"),
            Some(file(K::FileRead, path, "cat")),
            [Deny, Deny, Deny],
        );
    }
}

#[test]
fn read_a_secret_file() {
    for path in [
        ".env",
        ".env.production",
        "deploy/server.pem",
        "config/secrets.yml",
    ] {
        check(
            RowId::SecretRead,
            file(K::FileRead, path, "Read"),
            None,
            [Deny, Deny, Deny],
        );
    }
    for path in [
        "~/.aws/credentials",
        "~/.ssh/id_ed25519",
        "~/.mozilla/firefox/a/key4.db",
    ] {
        assert_eq!(
            said(file(K::FileRead, path, "cat")),
            (Deny, "secret.read".into()),
            "{path}"
        );
    }
    let d = decide(&[file(K::FileRead, ".env", "Read")]);
    assert_eq!(
        d.alternative.as_deref(),
        Some("read a copy with the values removed:  palisade redact .env")
    );
    assert_eq!(said(file(K::FileRead, ".env.example", "Read")).0, Allow);
}

#[test]
fn a_secret_is_one_by_any_of_its_names() {
    let mut link = file(K::FileRead, "notes.txt", "cat");
    link.facts.resolved = Some("/home/u/shop/.env".into());
    link.facts.lexical = Some("/home/u/shop/notes.txt".into());
    assert_eq!(said(link).1, "secret.read");

    let mut reverse = file(K::FileRead, ".env", "cat");
    reverse.facts.resolved = Some("/home/u/shop/config/env".into());
    reverse.facts.lexical = Some("/home/u/shop/.env".into());
    assert_eq!(said(reverse).1, "secret.read");

    let mut hard = file(K::FileRead, "copy.txt", "cat");
    hard.facts.alias_of = Some("/home/u/shop/.env".into());
    assert_eq!(said(hard).1, "secret.read");

    let glob = Effect {
        pattern: true,
        ..file(K::FileRead, ".e*", "cat")
    };
    assert_eq!(said(glob).1, "secret.read");
    let harmless = Effect {
        pattern: true,
        ..file(K::FileRead, "src/*.rs", "cat")
    };
    assert_eq!(said(harmless).0, Allow);

    let home = Effect {
        recursive: true,
        ..file(K::FileRead, "~", "grep")
    };
    assert_eq!(said(home).1, "secret.read");
    let project = Effect {
        recursive: true,
        ..file(K::FileRead, WORKSPACE, "grep")
    };
    assert_eq!(said(project).0, Allow);
}

#[test]
fn write_and_edit() {
    check(
        RowId::FileWrite,
        file(K::FileWrite, "src/main.rs", "Edit"),
        Some(file(K::FileWrite, "~/other/x", "Write")),
        [Allow, Ask, Ask],
    );
    for path in ["/etc/hosts", "/usr/bin/ls", "/var/lib/dpkg/status"] {
        assert_eq!(
            said(file(K::FileWrite, path, "tee")),
            (Deny, "file.write-system".into()),
            "{path}"
        );
    }
    for path in ["/tmp/x/y", "~/.cache/tool/z", "/dev/null", "/dev/shm/a"] {
        assert_eq!(
            said(file(K::FileWrite, path, ">")),
            (Allow, "file.write-temp".into()),
            "{path}"
        );
    }
    assert_eq!(said(file(K::FileWrite, "/usr/local/bin/x", "cp")).0, Ask);
    // Known to be written, not known where.
    assert_eq!(said(opaque(plain(K::FileWrite, ">"))).0, Ask);
    // A name in a temporary folder that leads elsewhere is not temporary.
    let mut link = file(K::FileWrite, "/tmp/x", ">");
    link.facts.resolved = Some("/home/u/other/x".into());
    link.facts.lexical = Some("/tmp/x".into());
    link.facts.scope = palisade_core::Scope::Home;
    assert_eq!(said(link).0, Ask);
}

#[test]
fn write_what_runs_later() {
    for path in [
        ".git/hooks/pre-commit",
        ".github/workflows/ci.yml",
        ".gitlab-ci.yml",
        ".vscode/tasks.json",
        ".claude/agents/x.md",
        ".claude/skills/a/SKILL.md",
        ".mcp.json",
        "CLAUDE.md",
        "pkg/AGENTS.md",
        ".envrc",
        ".husky/pre-push",
        ".git/config",
        ".npmrc",
    ] {
        check(
            RowId::DeferredWrite,
            file(K::FileWrite, path, "Write"),
            None,
            [Ask, Ask, Deny],
        );
    }
    for path in [
        "~/.bashrc",
        "~/.zshrc",
        "~/.ssh/config",
        "~/.config/systemd/user/a.service",
        "~/.config/autostart/a.desktop",
        "~/.claude/CLAUDE.md",
        "~/.gitconfig",
        "/var/spool/cron/crontabs/u",
    ] {
        assert_eq!(
            said(file(K::FileWrite, path, ">>")),
            (Ask, "deferred.write".into()),
            "{path}"
        );
    }
    for path in ["/etc/cron.d/x", "/etc/systemd/system/a.service"] {
        assert_eq!(said(file(K::FileWrite, path, ">")).0, Deny, "{path}");
    }
    for path in [
        "~/.ssh/authorized_keys",
        "/etc/sudoers.d/x",
        "/boot/grub/grub.cfg",
        "/root/.ssh/authorized_keys",
    ] {
        let (verdict, rule) = said(file(K::FileWrite, path, ">>"));
        assert_eq!(
            (verdict, rule.as_str()),
            (Deny, "deferred.write-severe"),
            "{path}"
        );
    }
    // By redirection or copy, not by an edit.
    for path in ["package.json", "Makefile", "api/build.rs"] {
        assert_eq!(said(file(K::FileWrite, path, "Edit")).0, Allow, "{path}");
        assert_eq!(said(file(K::FileWrite, path, "npm")).0, Allow, "{path}");
        assert_eq!(
            said(file(K::FileWrite, path, "cp")),
            (Ask, "deferred.write".into()),
            "{path}"
        );
    }
    for path in [
        "conftest.py",
        "src/config.rs",
        ".gitignore",
        "README.md",
        "~/.claude/plans/a.md",
    ] {
        assert_ne!(
            said(file(K::FileWrite, path, "Write")).1,
            "deferred.write",
            "{path}"
        );
    }
}

#[test]
fn touch_the_guard() {
    for path in [
        ".claude/settings.json",
        ".claude/settings.local.json",
        ".palisade/policy.toml",
        "~/.claude/settings.json",
        "~/.config/palisade/policy.toml",
        "/opt/palisade/bin/palisade-hook",
        "~/.local/state/palisade/audit/0/seg-1.ndj",
        "/etc/palisade/policy.d/a.toml",
        "/etc/claude-code/managed-settings.json",
    ] {
        for kind in [K::FileWrite, K::FileDelete] {
            check(
                RowId::GuardTouch,
                file(kind, path, "Write"),
                None,
                [Deny, Deny, Deny],
            );
        }
    }
    for path in [".claude", "~/.config", "~/.local", "/opt"] {
        let e = delete_tree(path, Committed);
        assert_eq!(said(e), (Deny, "guard.touch".into()), "{path}");
    }
    let mut alias = file(K::FileWrite, "x", ">");
    alias.facts.alias_of = Some("/home/u/.claude/settings.json".into());
    assert_eq!(said(alias).1, "guard.touch");
    let glob = Effect {
        pattern: true,
        ..file(K::FileDelete, ".claude/*", "rm")
    };
    assert_eq!(said(glob).1, "guard.touch");
    assert_eq!(
        said(file(K::FileRead, ".palisade/policy.toml", "Read")).0,
        Allow
    );
    check(
        RowId::AgentUnguarded,
        plain(K::AgentUnguarded, "claude"),
        Some(elsewhere(plain(K::AgentUnguarded, "claude"))),
        [Deny, Deny, Deny],
    );
    for verb in [
        "palisade unprotect",
        "/usr/bin/palisade nap",
        "palisade approve",
    ] {
        assert_eq!(said(plain(K::ExecUnknown, verb)).1, "guard.touch", "{verb}");
    }
    assert_eq!(said(plain(K::ExecUnknown, "palisade redact")).0, Allow);
    assert_eq!(said(plain(K::ExecUnknown, "palisade status")).0, Allow);
}

#[test]
fn agents_and_injected_environments() {
    for (row, kind) in [
        (RowId::AgentBypass, K::AgentBypass),
        (RowId::EnvInject, K::EnvInject),
    ] {
        check(
            row,
            plain(kind, "x"),
            Some(elsewhere(plain(kind, "x"))),
            [Ask, Ask, Deny],
        );
    }
    assert_eq!(said(plain(K::AgentStart, "claude")).0, Allow);
}

#[test]
fn delete_one_file() {
    check(
        RowId::FileDelete,
        delete("src/old.rs", Committed),
        Some(delete("~/other/old.rs", Committed)),
        [Allow, Ask, Ask],
    );
    for tracking in [Untracked, Modified, Ignored, Unknown] {
        check(
            RowId::FileDeleteUncommitted,
            delete("notes.md", tracking),
            Some(delete("~/notes.md", tracking)),
            [Ask, Ask, Deny],
        );
    }
    let s = Situation {
        session_files: [format!("{WORKSPACE}/notes.md")].into(),
        ..situation()
    };
    let own = standard().decide(&[delete("notes.md", Untracked)], &s);
    assert_eq!((own.verdict, own.rule.as_str()), (Allow, "file.delete-own"));
    assert_eq!(said(delete("/tmp/x", Unknown)).0, Allow);
    assert_eq!(said(delete(".env", Ignored)), (Ask, "secret.delete".into()));
}

#[test]
fn delete_what_is_not_there() {
    let gone = |path: &str| {
        let mut e = delete_tree(path, Unknown);
        e.facts.exists = false;
        e
    };
    // It may be there by the time this runs.
    assert_eq!(said(gone("data")).0, Ask);
    assert_eq!(said(gone("~/Documents")).0, Ask);
    assert_eq!(said(gone("/tmp/x")).0, Allow);
    let mut again = gone("dist");
    again.facts.regenerable = true;
    assert_eq!(said(again).0, Allow);
    let one = |path: &str| {
        let mut e = gone(path);
        e.recursive = false;
        e
    };
    assert_eq!(said(one("notes.md")).0, Allow);
    assert_eq!(said(one("~/notes.md")).0, Ask);
    assert_eq!(said(one(".env")).0, Ask);
    // What the same command line makes is its own, what it moves there is not.
    let file = |kind, path: &str, by: &str| {
        let mut e = file(kind, path, by);
        e.facts.exists = false;
        e
    };
    let copy = file(K::FileWrite, "data", "cp");
    assert_eq!(decide(&[copy, gone("data")]).verdict, Allow);
    let made = file(K::FileWrite, "data", "mkdir");
    assert_eq!(decide(&[made, gone("data")]).verdict, Allow);
    let moved = file(K::FileWrite, "data/a", "mv");
    assert_eq!(decide(&[moved, gone("data")]).verdict, Ask);
    let link = file(K::FileWrite, "data", "ln");
    assert_eq!(decide(&[link, gone("data/x")]).verdict, Ask);
}

#[test]
fn delete_recursively_or_by_pattern() {
    let mut modules = delete_tree("node_modules", Ignored);
    modules.facts.regenerable = true;
    let mut outside = delete_tree("~/other/node_modules", Ignored);
    outside.facts.regenerable = true;
    check(
        RowId::FileDeleteRegenerable,
        modules.clone(),
        Some(outside),
        [Allow, Ask, Ask],
    );
    // Committed, it is not what a tool made.
    modules.facts.tracking = Committed;
    assert_eq!(said(modules).1, "file.delete-tree");

    check(
        RowId::FileDeleteTree,
        delete_tree("build", Ignored),
        Some(delete_tree("~/downloads/x", Unknown)),
        [Ask, Ask, Deny],
    );
    let mut pattern = delete("*.log", Untracked);
    pattern.pattern = true;
    assert_eq!(said(pattern), (Ask, "file.delete-tree".into()));
    for (path, s) in [
        ("~", HOME),
        ("/", "/"),
        (WORKSPACE, WORKSPACE),
        ("/home", "/home"),
    ] {
        check(
            RowId::FileDeleteRoot,
            delete_tree(path, Unknown),
            Some(delete_tree(s, Unknown)),
            [Deny, Deny, Deny],
        );
    }
    for path in ["/*", "/home/u/*", "/home/u/shop/*"] {
        let mut e = delete_tree(path, Unknown);
        e.pattern = true;
        assert_eq!(said(e).1, "file.delete-root", "{path}");
    }
    let mut other = delete_tree("~/other/src", Committed);
    other.facts.other_repository = true;
    assert_eq!(said(other), (Deny, "file.delete-root".into()));
    assert_eq!(said(delete_tree("/tmp/scratch", Unknown)).0, Allow);
    assert_eq!(said(delete_tree("/tmp", Unknown)).0, Ask);
    assert_eq!(said(file(K::FileWrite, "/tmp", "tar")).0, Allow);
    let mut sweep = delete_tree("/tmp/*", Unknown);
    sweep.pattern = true;
    assert_eq!(said(sweep.clone()).0, Ask);
    sweep.target = palisade_core::Target::Path("/tmp/scratch/*".into());
    sweep.facts.resolved = Some("/tmp/scratch/*".into());
    assert_eq!(said(sweep).0, Allow);
    assert_eq!(said(opaque(plain(K::FileDelete, "rm"))).0, Ask);
    let loss = {
        let mut e = delete_tree("build", Untracked);
        e.facts.loss = Some("3 untracked files".into());
        decide(&[e]).reason
    };
    assert!(loss.contains("3 untracked files"), "{loss}");
}

#[test]
fn git_ordinary_work() {
    for (row, kind) in [
        (RowId::GitOrdinary, K::GitOrdinary),
        (RowId::GitRead, K::GitRead),
    ] {
        check(
            row,
            plain(kind, "git"),
            Some(elsewhere(plain(kind, "git"))),
            [Allow, Allow, Allow],
        );
    }
    let push = git(K::GitPush, Some("fix/login"), false);
    check(
        RowId::GitPush,
        push.clone(),
        Some(elsewhere(push)),
        [Allow, Allow, Allow],
    );
}

#[test]
fn git_losing_work() {
    for (row, kind) in [
        (RowId::GitDiscard, K::GitDiscard),
        (RowId::GitRewrite, K::GitRewrite),
        (RowId::GitSkipHooks, K::GitSkipHooks),
    ] {
        check(
            row,
            plain(kind, "git"),
            Some(elsewhere(plain(kind, "git"))),
            [Ask, Ask, Ask],
        );
    }
}

#[test]
fn git_protected_branches() {
    for kind in [K::GitPush, K::GitForcePush, K::GitDeleteRemote] {
        for e in [
            git(kind, Some("main"), true),
            git(kind, None, true),
            git(kind, Some("release/2"), false),
        ] {
            check(
                RowId::GitProtectedBranches,
                e.clone(),
                Some(elsewhere(e)),
                [Deny, Deny, Deny],
            );
        }
    }
    let e = plain(K::GitProtection, "gh api");
    check(
        RowId::GitProtection,
        e.clone(),
        Some(elsewhere(e)),
        [Deny, Deny, Deny],
    );
    let d = decide(&[git(K::GitPush, Some("main"), true)]);
    assert!(d.alternative.unwrap().contains("pull request"));
    let mut all = git(K::GitForcePush, None, false);
    all.pattern = true;
    assert_eq!(said(all).1, "git.protected-branches");
    let unknown = git(K::GitPush, Some("$b"), false).with_certainty(Certainty::Opaque);
    assert_eq!(said(unknown), (Ask, "git.push-unknown".into()));
    let mut tags = git(K::GitPush, Some("refs/tags/*"), false);
    tags.pattern = true;
    assert_eq!(said(tags).0, Allow);
    let mut all = git(K::GitPush, Some("*"), false);
    all.pattern = true;
    assert_eq!(said(all), (Ask, "git.push-unknown".into()));
}

#[test]
fn git_force_push_and_delete_elsewhere() {
    for (row, kind) in [
        (RowId::GitForcePush, K::GitForcePush),
        (RowId::GitDeleteRemote, K::GitDeleteRemote),
    ] {
        let e = git(kind, Some("fix/login"), false);
        check(row, e.clone(), Some(elsewhere(e)), [Ask, Ask, Ask]);
    }
}

#[test]
fn running_and_installing() {
    for (row, kind, want) in [
        (RowId::ExecProject, K::ExecProject, [Allow, Allow, Ask]),
        (RowId::ExecUnknown, K::ExecUnknown, [Allow, Allow, Ask]),
        (RowId::ExecFetched, K::ExecFetched, [Ask, Ask, Deny]),
        (RowId::ExecOpaque, K::ExecOpaque, [Ask, Ask, Deny]),
        (RowId::LimitReached, K::LimitReached, [Ask, Ask, Deny]),
        (RowId::PackageLocked, K::PackageLocked, [Allow, Allow, Ask]),
        (
            RowId::PackageInstall,
            K::PackageInstall,
            [Allow, Allow, Ask],
        ),
    ] {
        check(
            row,
            plain(kind, "x"),
            Some(elsewhere(plain(kind, "x"))),
            want,
        );
    }
}

#[test]
fn connect_to_read() {
    let e = net("GET", "docs.rs", "/serde");
    check(
        RowId::NetRead,
        e.clone(),
        Some(elsewhere(e.clone())),
        [Allow, Allow, Ask],
    );
    let s = Situation {
        session_read_secret: true,
        ..situation()
    };
    let after = standard().decide(&[e], &s);
    assert_eq!(
        (after.verdict, after.rule.as_str()),
        (Ask, "net.read-after-secret")
    );
    let here = standard().decide(&[net("GET", "localhost", "/")], &s);
    assert_eq!(here.verdict, Allow);
    for host in ["localhost", "127.0.0.1", "0x7f000001", "[::1]"] {
        assert_eq!(said(net("GET", host, "/")).0, Allow, "{host}");
    }
    for host in ["10.0.0.7", "192.168.1.1", "fd00::1", "0xc0a80101"] {
        for method in ["GET", "POST"] {
            assert_eq!(
                said(net(method, host, "/")),
                (Deny, "net.private".into()),
                "{host}"
            );
        }
    }
    for host in [
        "169.254.169.254",
        "metadata.google.internal",
        "2852039166",
        "[fd00:ec2::254]",
    ] {
        for method in ["GET", "PUT"] {
            assert_eq!(
                said(net(method, host, "/")),
                (Deny, "net.metadata".into()),
                "{host}"
            );
        }
    }
    assert_eq!(said(opaque(plain(K::NetRead, "curl"))).0, Allow);
}

#[test]
fn connect_to_write() {
    for method in ["POST", "PUT", "PATCH", "DELETE", "CONNECT"] {
        let e = net(method, "api.example.com", "/v1/things");
        check(
            RowId::NetWrite,
            e.clone(),
            Some(elsewhere(e)),
            [Ask, Ask, Ask],
        );
    }
    assert_eq!(said(net("POST", "localhost", "/v1/things")).0, Allow);
    assert_eq!(said(opaque(plain(K::NetWrite, "curl"))).0, Ask);
    assert_eq!(said(plain(K::NetListen, "python")).0, Allow);
    let tunnel = Effect {
        kind: K::NetListen,
        ..net("CONNECT", "bastion.example.com", "")
    };
    assert_eq!(said(tunnel), (Ask, "net.tunnel".into()));
}

#[test]
fn send_secrets() {
    let mut post = net("POST", "localhost", "/");
    post.facts.secrets = vec!["aws-access-key".into()];
    check(
        RowId::SecretSend,
        post.clone(),
        Some(elsewhere(post)),
        [Deny, Deny, Deny],
    );
    let mut pipe = file(K::FileRead, ".env", "cat");
    pipe.facts.flows_to_network = true;
    check(RowId::SecretSend, pipe, None, [Deny, Deny, Deny]);
    let mut ordinary = file(K::FileRead, "README.md", "cat");
    ordinary.facts.flows_to_network = true;
    assert_eq!(said(ordinary).0, Allow);
    let e = plain(K::SecretSend, "x");
    check(
        RowId::SecretSend,
        e.clone(),
        Some(elsewhere(e)),
        [Deny, Deny, Deny],
    );
    let environment = named(K::SecretRead, "environment", "env");
    check(
        RowId::SecretEnvironment,
        environment.clone(),
        Some(elsewhere(environment)),
        [Ask, Ask, Deny],
    );
    let fetch = named(K::SecretRead, "prod/db", "vault");
    check(
        RowId::SecretFetch,
        fetch.clone(),
        Some(elsewhere(fetch)),
        [Deny, Deny, Deny],
    );
}

#[test]
fn databases() {
    for (row, kind, local, shared, prod) in [
        (RowId::DbRead, K::DbRead, Allow, Allow, Ask),
        (RowId::DbWrite, K::DbWrite, Allow, Ask, Ask),
        (RowId::DbSchema, K::DbSchema, Ask, Ask, Ask),
        (RowId::DbDestroy, K::DbDestroy, Ask, Ask, Deny),
    ] {
        let e = in_environment(named(kind, "users", "psql"), Environment::Local);
        let s = in_environment(e.clone(), Environment::Staging);
        check(row, e, Some(s), [local, shared, prod]);
    }
    let remote = Effect {
        kind: K::DbWrite,
        ..net("CONNECT", "db.example.com", "")
    };
    assert_eq!(said(remote).0, Ask);
}

#[test]
fn the_world_outside() {
    for (row, kind, want) in [
        (RowId::Publish, K::Publish, [Ask, Ask, Ask]),
        (RowId::Deploy, K::Deploy, [Ask, Ask, Ask]),
        (RowId::InfraDestroy, K::InfraDestroy, [Ask, Ask, Deny]),
        (RowId::CloudRead, K::CloudRead, [Allow, Allow, Allow]),
        (RowId::MessageSend, K::MessageSend, [Ask, Ask, Ask]),
        (RowId::IssueWrite, K::IssueWrite, [Allow, Ask, Ask]),
        (RowId::Privilege, K::Privilege, [Ask, Ask, Deny]),
        (
            RowId::PrivilegeSevere,
            K::PrivilegeSevere,
            [Deny, Deny, Deny],
        ),
        (RowId::ProcessSignal, K::ProcessSignal, [Ask, Ask, Deny]),
        (RowId::McpRead, K::McpRead, [Allow, Allow, Ask]),
        (RowId::McpCall, K::McpCall, [Allow, Allow, Ask]),
        (RowId::McpWrite, K::McpWrite, [Ask, Ask, Ask]),
    ] {
        check(
            row,
            plain(kind, "x"),
            Some(elsewhere(plain(kind, "x"))),
            want,
        );
    }
    let e = file(K::FileExpose, "data", "chmod");
    check(
        RowId::FileExpose,
        e,
        Some(file(K::FileExpose, "~/x", "chmod")),
        [Ask, Ask, Deny],
    );
    for path in ["/etc", "/usr/bin", "/"] {
        assert_eq!(
            said(file(K::FileExpose, path, "chmod")),
            (Deny, "privilege.severe".into()),
            "{path}"
        );
    }
    for path in ["/dev/sda", "/dev/nvme0n1", "/dev/mem"] {
        assert_eq!(
            said(file(K::FileWrite, path, "dd")),
            (Deny, "privilege.severe".into()),
            "{path}"
        );
    }
}

#[test]
fn every_kind_has_a_row_and_is_decided() {
    // A command that a rule names has nothing but the rule.
    for kind in K::ALL.iter().filter(|k| **k != K::ExecNamed) {
        let d = decide(&[plain(*kind, "x")]);
        assert_ne!(d.rule, "none", "{}", kind.id());
        assert_eq!(d.source, "built in (standard)");
    }
}

#[test]
fn a_path_that_begins_unknown_is_nowhere() {
    let unplaced = |kind, by: &str| {
        let mut e = file(kind, "$out/x", by).with_certainty(Certainty::Partial);
        e.target = palisade_core::Target::Path("$out/x".into());
        e
    };
    assert_eq!(said(unplaced(K::FileWrite, "cp")).0, Ask);
    assert_eq!(said(unplaced(K::FileDelete, "rm")).0, Ask);
    assert_eq!(said(unplaced(K::FileRead, "cat")).0, Allow);
    assert_eq!(said(unplaced(K::FileWrite, "sed")).0, Allow);
    // A known folder with an unknown name in it is a known place.
    let inside = file(K::FileWrite, "out/$name", "cp").with_certainty(Certainty::Partial);
    assert_eq!(said(inside).0, Allow);
}

#[test]
fn names_that_no_system_opens_are_not_looked_at() {
    for kind in [K::FileRead, K::FileWrite, K::FileDelete] {
        let e = file(kind, &format!("a/{}", "x/".repeat(40_000)), "cat");
        assert_eq!(said(e.clone()), (Ask, "limit.reached".into()));
        assert!(decide(&[e]).reason.len() < 200);
    }
    let host = "a.".repeat(40_000);
    assert_eq!(said(net("GET", &host, "/")), (Ask, "limit.reached".into()));
}

#[test]
fn a_pattern_is_not_the_folder_it_begins_in() {
    let found = |pattern: &str, folder: &str| {
        let mut e = delete_tree(folder, Unknown);
        e.pattern = true;
        e.target = palisade_core::Target::Path(pattern.into());
        e
    };
    let some = found("/home/u/shop/**/*.pyc", WORKSPACE);
    assert_eq!(said(some.clone()), (Ask, "file.delete-tree".into()));
    assert!(decide(&[some]).reason.contains("**/*.pyc"));
    assert_eq!(said(found("/home/u/**/*.bak", HOME)).0, Ask);
    assert_eq!(said(found("/home/u/*", HOME)).1, "file.delete-root");
    // One of the names a pattern stood for is that name.
    assert_eq!(said(found(HOME, HOME)).1, "file.delete-root");
    assert_eq!(said(found("/home/u/.config", "~/.config")).1, "guard.touch");
}

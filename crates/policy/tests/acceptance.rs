//! The acceptance examples that a policy alone can answer.

use palisade_core::EffectKind as K;
use palisade_core::Tracking::{Ignored, Untracked};
use palisade_core::Verdict::{Allow, Ask, Deny};
use palisade_core::{Band, Effect, Environment, Profile, Verdict};
use palisade_policy::{
    Access, HostRule, Layer, LayerPolicy, PathRule, RowId, RowSetting, SourceRef, Table, merge,
};

use crate::support::*;

fn source(line: u32) -> SourceRef {
    SourceRef::File {
        path: "policy.toml".into(),
        line,
    }
}

fn path_rule(pattern: &str, access: Access, verdict: Verdict, layer: Layer) -> PathRule {
    PathRule {
        pattern: pattern.into(),
        access,
        verdict,
        layer,
        source: source(3),
    }
}

fn host_rule(pattern: &str, verdict: Verdict, layer: Layer) -> HostRule {
    HostRule {
        pattern: pattern.into(),
        methods: Vec::new(),
        verdict,
        layer,
        source: source(4),
    }
}

fn user(build: impl FnOnce(&mut LayerPolicy)) -> Table {
    let mut layer = LayerPolicy::empty(Layer::User);
    build(&mut layer);
    merge(&[layer]).0
}

#[test]
fn x1_recursive_deletes() {
    let mut modules = delete_tree("node_modules", Ignored);
    modules.facts.regenerable = true;
    assert_eq!(said(modules).0, Allow);
    assert_eq!(said(delete_tree("build", Ignored)).0, Ask);
    // What "always" writes down, and what it does not cover.
    let t = user(|l| {
        l.paths
            .push(path_rule("/build", Access::Delete, Allow, Layer::User));
    });
    let build = delete_tree("build", Ignored);
    assert_eq!(
        t.decide(std::slice::from_ref(&build), &situation()).verdict,
        Allow
    );
    let both = [build, delete_tree("~/x", Untracked)];
    assert_eq!(t.decide(&both, &situation()).verdict, Ask);
}

#[test]
fn x2_deleting_all_users_over_http() {
    for host in ["localhost", "api.example.com"] {
        for method in ["POST", "DELETE"] {
            let e = net(method, host, "/api/admin/delete-all-users?sure=1");
            assert_eq!(
                said(e.clone()),
                (Ask, "net.sensitive".into()),
                "{method} {host}"
            );
            let d = standard().decide(&[e], &headless());
            assert_eq!((d.verdict, d.asked), (Deny, true));
        }
    }
}

#[test]
fn x3_git() {
    assert_eq!(said(git(K::GitForcePush, Some("main"), true)).0, Deny);
    assert_eq!(said(git(K::GitForcePush, Some("fix/a"), false)).0, Ask);
    let mut reset = plain(K::GitDiscard, "git reset");
    reset.facts.loss = Some("2 modified files".into());
    let d = decide(&[reset, plain(K::GitRewrite, "git reset")]);
    assert_eq!(d.verdict, Ask);
    assert!(d.reason.contains("2 modified files"), "{}", d.reason);
    assert_eq!(said(plain(K::GitRewrite, "git reset")).0, Ask);
    assert_eq!(said(git(K::GitPush, None, false)).0, Allow);
    assert_eq!(said(git(K::GitPush, None, true)).0, Deny);
    assert_eq!(said(plain(K::GitOrdinary, "git commit")).0, Allow);
}

#[test]
fn x4_protected_branches_are_real() {
    let t = user(|l| l.protected_branches = Some(vec!["main".into(), "production".into()]));
    for name in ["main", "production"] {
        let d = t.decide(&[git(K::GitPush, Some(name), false)], &situation());
        assert_eq!(
            (d.verdict, d.rule.as_str()),
            (Deny, "git.protected-branches")
        );
        assert!(d.alternative.unwrap().contains("pull request"));
    }
    assert_eq!(
        t.decide(&[git(K::GitPush, Some("stable"), false)], &situation())
            .verdict,
        Allow
    );
    // To warn instead, the row takes a mode of its own.
    let t = user(|l| {
        let setting = RowSetting {
            cells: [None; 3],
            mode: Some(palisade_core::Mode::Warn),
            source: source(9),
        };
        l.rows.insert(RowId::GitProtectedBranches, setting);
    });
    let d = t.decide(&[git(K::GitForcePush, Some("main"), true)], &situation());
    assert_eq!(d.verdict, Deny);
    assert_eq!(d.mode, palisade_core::Mode::Warn);
    // The force-push row is still enforced beside it.
    assert_eq!(d.enforced().unwrap().rule, "git.force-push");
}

#[test]
fn x5_files_by_path() {
    let t = user(|l| {
        l.rows.insert(
            RowId::FileRead,
            RowSetting {
                cells: [Some(Ask), Some(Deny), None],
                mode: None,
                source: source(2),
            },
        );
        for allowed in ["/projects/**", "/docs/**"] {
            l.paths
                .push(path_rule(allowed, Access::Any, Allow, Layer::User));
        }
        for denied in ["/secrets/**", "/.env", "/production/**"] {
            l.paths
                .push(path_rule(denied, Access::Any, Deny, Layer::User));
        }
    });
    let verdict = |e: Effect| t.decide(&[e], &situation()).verdict;
    let read = |p: &str| file(K::FileRead, p, "cat");
    assert_eq!(verdict(read("projects/a.txt")), Allow);
    assert_eq!(verdict(read("docs/a/b.md")), Allow);
    assert_eq!(verdict(read("src/a.rs")), Ask);
    assert_eq!(verdict(read("~/x")), Deny);
    for path in ["secrets/a", "secrets", ".env", "production/db.conf"] {
        assert_eq!(verdict(read(path)), Deny, "{path}");
        assert_eq!(verdict(file(K::FileWrite, path, "Write")), Deny, "{path}");
        assert_eq!(verdict(file(K::FileDelete, path, "rm")), Deny, "{path}");
    }
    // Through a symbolic link, from either side, and a hard link.
    let mut link = read("docs/a.md");
    link.facts.resolved = Some(format!("{WORKSPACE}/secrets/a"));
    link.facts.lexical = Some(format!("{WORKSPACE}/docs/a.md"));
    assert_eq!(verdict(link), Deny);
    let mut out = read("secrets/a");
    out.facts.resolved = Some(format!("{WORKSPACE}/docs/a.md"));
    out.facts.lexical = Some(format!("{WORKSPACE}/secrets/a"));
    assert_eq!(verdict(out), Deny);
    let mut hard = read("docs/a.md");
    hard.facts.alias_of = Some(format!("{WORKSPACE}/secrets/a"));
    assert_eq!(verdict(hard), Deny);
    // An allow never reaches a secret, nor what is not fully known.
    assert_eq!(verdict(read("projects/.env")), Deny);
    let partial = read("projects/x").with_certainty(palisade_core::Certainty::Partial);
    assert_eq!(verdict(partial), Ask);
    // Deleting the folder above takes what is denied along.
    assert_eq!(verdict(delete_tree("production", Untracked)), Deny);
    // An allow for everything does not extend to deleting.
    assert_eq!(verdict(delete_tree("projects/old", Untracked)), Ask);
}

#[test]
fn x6_hosts() {
    let t = user(|l| {
        for cell in [RowId::NetRead, RowId::NetWrite] {
            l.rows.insert(
                cell,
                RowSetting {
                    cells: [Some(Deny); 3],
                    mode: None,
                    source: source(2),
                },
            );
        }
        for allowed in ["api.github.com", "api.example.com"] {
            l.hosts.push(host_rule(allowed, Allow, Layer::User));
        }
        for denied in ["*.internal", "localhost"] {
            l.hosts.push(host_rule(denied, Deny, Layer::User));
        }
    });
    let verdict = |m, h: &str| t.decide(&[net(m, h, "/")], &situation()).verdict;
    for host in ["api.github.com", "API.example.com", "api.github.com."] {
        assert_eq!(verdict("GET", host), Allow, "{host}");
        assert_eq!(verdict("POST", host), Allow, "{host}");
    }
    for host in [
        "example.org",
        "db.internal",
        "a.b.internal",
        "localhost",
        "127.1",
        "[::1]",
        "0x7f000001",
        "2130706433",
        "0.0.0.0",
        "x.localhost",
        "evil-api.github.com",
        "api.github.com.evil.org",
    ] {
        assert_eq!(verdict("GET", host), Deny, "{host}");
    }
    // A listed private address is reachable; a rule for everything lists none.
    let t = user(|l| {
        l.hosts.push(host_rule("10.1.0.0/16", Allow, Layer::User));
        l.hosts.push(host_rule("*", Allow, Layer::User));
    });
    let verdict = |h: &str| t.decide(&[net("GET", h, "/")], &situation()).verdict;
    assert_eq!(verdict("10.1.2.3"), Allow);
    assert_eq!(verdict("10.2.2.3"), Deny);
    assert_eq!(verdict("169.254.169.254"), Deny);
}

#[test]
fn x9_verdict_and_band() {
    let cases = [
        (file(K::FileRead, "src/a.rs", "Read"), Allow, Band::Read),
        (file(K::FileWrite, "src/a.rs", "Edit"), Allow, Band::Write),
        (plain(K::ExecProject, "cargo test"), Allow, Band::Write),
        (git(K::GitPush, Some("fix/a"), false), Allow, Band::External),
        (
            in_environment(plain(K::DbRead, "psql"), Environment::Production),
            Ask,
            Band::External,
        ),
        (plain(K::Deploy, "kubectl apply"), Ask, Band::External),
    ];
    for (e, verdict, band) in cases {
        let d = decide(std::slice::from_ref(&e));
        assert_eq!((d.verdict, d.band), (verdict, band), "{e:?}");
    }
    let local = in_environment(plain(K::DbRead, "psql"), Environment::Local);
    assert_eq!(decide(&[local]).band, Band::Read);
    assert_eq!(decide(&[net("POST", "127.0.0.1", "/x")]).band, Band::Write);
}

#[test]
fn x9_every_high_risk_class_needs_a_person() {
    let remote = |kind| in_environment(plain(kind, "psql"), Environment::Staging);
    for e in [
        remote(K::DbWrite),
        remote(K::DbSchema),
        remote(K::DbDestroy),
        plain(K::Deploy, "kubectl"),
        plain(K::InfraDestroy, "terraform"),
        production(plain(K::DbRead, "psql")),
        file(K::FileRead, ".env", "cat"),
        plain(K::SecretRead, "vault"),
        plain(K::Publish, "npm publish"),
        net("POST", "api.example.com", "/"),
        delete_tree("src", Untracked),
        plain(K::GitRewrite, "git rebase"),
        plain(K::GitProtection, "gh"),
        plain(K::Privilege, "sudo"),
        file(K::FileWrite, "~/other/a", "cp"),
    ] {
        assert_ne!(decide(std::slice::from_ref(&e)).verdict, Allow, "{e:?}");
        let d = standard().decide(std::slice::from_ref(&e), &headless());
        assert_eq!(d.verdict, Deny, "{e:?}");
    }
}

#[test]
fn x8_profiles_through_one_set_of_actions() {
    let actions = [
        file(K::FileRead, "src/a.rs", "Read"),
        file(K::FileWrite, "src/a.rs", "Edit"),
        file(K::FileWrite, "~/other/a.rs", "Write"),
        plain(K::ExecProject, "cargo test"),
        plain(K::ExecOpaque, "bash"),
        net("GET", "docs.rs", "/"),
        plain(K::McpCall, "mcp__x__y"),
        delete_tree("src", Untracked),
        file(K::FileRead, ".env", "Read"),
    ];
    for (profile, want) in [
        (
            Profile::ReviewOnly,
            [Allow, Deny, Deny, Deny, Deny, Deny, Deny, Deny, Deny],
        ),
        (
            Profile::Restricted,
            [Allow, Deny, Deny, Deny, Deny, Deny, Deny, Deny, Deny],
        ),
        (
            Profile::Ci,
            [Allow, Deny, Deny, Deny, Deny, Deny, Deny, Deny, Deny],
        ),
        (
            Profile::WriteIn,
            [Allow, Allow, Deny, Allow, Deny, Allow, Deny, Ask, Deny],
        ),
        (
            Profile::Standard,
            [Allow, Allow, Ask, Allow, Ask, Allow, Allow, Ask, Deny],
        ),
        (
            Profile::Strict,
            [Allow, Allow, Ask, Allow, Ask, Ask, Ask, Ask, Deny],
        ),
        (
            Profile::Full,
            [Allow, Allow, Allow, Allow, Allow, Allow, Allow, Allow, Deny],
        ),
    ] {
        let t = Table::builtin(profile);
        let got = actions
            .clone()
            .map(|e| t.decide(&[e], &situation()).verdict);
        assert_eq!(got, want, "{}", profile.as_str());
    }
}

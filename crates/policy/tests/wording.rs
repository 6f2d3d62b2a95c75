//! What people and models read.

use palisade_core::EffectKind as K;
use palisade_core::Tracking::{Ignored, Untracked};
use palisade_core::Verdict::Allow;
use palisade_core::{Effect, Target};
use palisade_policy::{ALTERNATIVES, RowId};

use crate::support::*;

#[test]
fn reasons() {
    let mut build = delete_tree("build", Ignored);
    build.facts.loss = Some("2 modified, 1 untracked file".into());
    let mut alias = file(K::FileRead, "copy.txt", "cat");
    alias.facts.alias_of = Some("/home/u/shop/.env".into());
    let mut leak = net("POST", "api.example.com", "/x?token=hunter2");
    leak.facts.secrets = vec!["github-token".into()];
    let mut piped = file(K::FileRead, "~/.aws/credentials", "cat");
    piped.facts.flows_to_network = true;
    let mut remote = git(K::GitForcePush, Some("main"), true);
    remote.target = Target::GitRef {
        remote: Some("https://u:hunter2@git.example.com/a.git".into()),
        name: Some("main".into()),
    };
    let mut reset = plain(K::GitDiscard, "git reset");
    reset.facts.loss = Some("2 modified files".into());
    let effects: Vec<Effect> = vec![
        delete_tree("~", Untracked),
        delete_tree("/", Untracked),
        delete_tree(WORKSPACE, Untracked),
        build,
        delete_tree(".git", Untracked),
        delete("notes.md", Untracked),
        opaque(plain(K::FileDelete, "rm")),
        file(K::FileRead, ".env", "Read"),
        alias,
        piped,
        leak,
        file(K::FileRead, "/etc/shadow", "cat"),
        file(K::FileWrite, "~/other/a.rs", "Write"),
        file(K::FileWrite, "/etc/hosts", "tee"),
        file(K::FileWrite, ".git/hooks/pre-commit", "Write"),
        file(K::FileWrite, "~/.ssh/authorized_keys", ">>"),
        file(K::FileWrite, ".claude/settings.json", "Edit"),
        file(K::FileWrite, "/dev/sda", "dd"),
        file(K::FileExpose, "data", "chmod"),
        git(K::GitPush, Some("main"), true),
        git(K::GitForcePush, Some("main"), true),
        git(K::GitDeleteRemote, Some("release/1"), true),
        git(K::GitForcePush, None, false),
        remote,
        reset,
        plain(K::ExecFetched, "bash"),
        plain(K::ExecOpaque, "eval"),
        plain(K::LimitReached, ""),
        plain(K::ExecUnknown, "palisade unprotect"),
        net("POST", "api.example.com", "/v1/things?key=hunter2"),
        net("DELETE", "localhost", "/api/admin/delete-all-users"),
        net("GET", "0xa9fea9fe", "/latest/meta-data"),
        net("GET", "10.1", "/"),
        production(named(K::DbWrite, "users", "psql")),
        named(K::Publish, "left-pad", "npm publish"),
        plain(K::Privilege, "sudo"),
        file(K::FileExpose, "/etc", "chmod"),
        named(K::SecretRead, "environment", "env"),
        net("SSH", "host.example.com", ""),
        named(
            K::McpWrite,
            "github/delete_repo",
            "mcp__github__delete_repo",
        ),
        file(K::FileWrite, "~/a\n\u{1b}[2K\u{202e}b", "Write"),
    ];
    let mut out = String::new();
    for e in effects {
        let d = decide(&[e]);
        out.push_str(&format!(
            "{:5} {}\n      {}\n",
            d.verdict.as_str(),
            d.reason,
            d.rule
        ));
        if let Some(a) = d.alternative {
            out.push_str(&format!("      instead: {a}\n"));
        }
    }
    assert!(!out.contains("hunter2"));
    insta::assert_snapshot!(out);
}

#[test]
fn every_objection_says_what_would_happen() {
    for kind in K::ALL {
        let d = decide(&[production(plain(*kind, "x"))]);
        if d.verdict != Allow {
            assert!(
                d.reason.starts_with("would ") || d.reason.starts_with("is "),
                "{}",
                d.reason
            );
            assert!(!d.reason.contains('\n'));
        }
    }
}

/// What each suggested command does, so that the policy can be asked about it.
fn effects_of(command: &str) -> Vec<Effect> {
    match command {
        "palisade redact {path}" => vec![plain(K::ExecUnknown, "palisade redact")],
        "git push -u origin HEAD:topic/my-change" => {
            vec![git(K::GitPush, Some("topic/my-change"), false)]
        }
        "git stash push --include-untracked" => vec![plain(K::GitOrdinary, "git stash")],
        "git revert --no-edit HEAD" => vec![plain(K::GitOrdinary, "git revert")],
        _ => Vec::new(),
    }
}

#[test]
fn no_alternative_is_itself_objected_to() {
    for a in ALTERNATIVES {
        if let Some(command) = a.command {
            let effects = effects_of(command);
            assert!(!effects.is_empty(), "say what {command} does");
            let d = standard().decide(&effects, &headless());
            assert_eq!(d.verdict, Allow, "{command}");
        }
    }
}

#[test]
fn one_alternative_per_row() {
    for row in RowId::ALL {
        assert!(
            ALTERNATIVES.iter().filter(|a| a.row == *row).count() <= 1,
            "{row}"
        );
    }
}

#[test]
fn the_redacted_copy_is_offered_for_one_plain_file_only() {
    let offered = |e: Effect| decide(&[e]).alternative;
    assert_eq!(
        offered(file(K::FileRead, "a b/.env", "Read")).as_deref(),
        Some("read a copy with the values removed:  palisade redact 'a b/.env'")
    );
    assert_eq!(offered(file(K::FileRead, "a'b/.env", "Read")), None);
    let many = Effect {
        pattern: true,
        ..file(K::FileRead, ".env*", "cat")
    };
    assert_eq!(offered(many), None);
}

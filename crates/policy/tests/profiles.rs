//! What profiles promise about each other.

use palisade_core::EffectKind as K;
use palisade_core::Verdict::{Allow, Deny};
use palisade_core::{Effect, Profile, Target, Verdict};
use palisade_policy::{Column, Layer, LayerPolicy, ProgramRule, RowId, SourceRef, Table, merge};

use crate::support::*;

#[test]
fn strict_is_standard_with_questions() {
    let (standard, strict) = (standard(), Table::builtin(Profile::Strict));
    let mut differ = Vec::new();
    for (id, row) in &standard.rows {
        for column in Column::ALL {
            let (a, b) = (row.verdict(column), strict.rows[id].verdict(column));
            assert!(b >= a, "{id}");
            if a != b {
                assert_eq!((a, b), (Allow, Verdict::Ask), "{id}");
                differ.push(format!("{id}.{}", column.as_str()));
            }
        }
    }
    assert_eq!(
        differ,
        [
            "file.read.elsewhere",
            "exec.unknown.inside",
            "exec.unknown.elsewhere",
            "net.read.inside",
            "net.read.elsewhere",
            "cloud.read.production",
            "mcp.call.inside",
            "mcp.call.elsewhere",
        ]
    );
}

#[test]
fn full_keeps_only_the_floor() {
    let full = Table::builtin(Profile::Full);
    let denied: Vec<_> = full
        .rows
        .iter()
        .filter(|(_, r)| r.verdict(Column::Inside) != Allow)
        .map(|(id, _)| id.id())
        .collect();
    assert_eq!(
        denied,
        [
            "file.read-system",
            "file.delete-root",
            "secret.read",
            "secret.fetch",
            "secret.send",
            "guard.touch",
            "agent.unguarded",
        ]
    );
}

#[test]
fn no_profile_allows_what_the_floor_denies() {
    for profile in palisade_policy::PROFILES {
        let t = Table::builtin(*profile);
        for id in [RowId::SecretRead, RowId::GuardTouch, RowId::FileDeleteRoot] {
            for column in Column::ALL {
                assert_eq!(
                    t.rows[&id].verdict(column),
                    Deny,
                    "{} {id}",
                    profile.as_str()
                );
            }
        }
    }
}

#[test]
fn ci_runs_what_is_declared() {
    let mut layer = LayerPolicy::empty(Layer::User);
    let source = SourceRef::File {
        path: "p".into(),
        line: 1,
    };
    layer.profile = Some((Profile::Ci, source.clone()));
    let rule = |name: &str, verdict| ProgramRule {
        name: name.into(),
        verdict,
        layer: Layer::User,
        source: source.clone(),
    };
    layer.programs = vec![
        rule("npm test", Allow),
        rule("cargo", Allow),
        rule("./gradlew", Allow),
    ];
    let t = merge(&[layer]).0;
    let verdict = |e| t.decide(&[e], &headless()).verdict;
    assert_eq!(verdict(named(K::ExecProject, "npm test", "npm")), Allow);
    assert_eq!(verdict(named(K::ExecProject, "cargo test", "cargo")), Allow);
    assert_eq!(
        verdict(opaque(named(K::ExecUnknown, "cargo", "cargo"))),
        Allow
    );
    assert_eq!(verdict(named(K::ExecProject, "npm run", "npm")), Deny);
    assert_eq!(verdict(named(K::ExecProject, "npm testing", "npm")), Deny);
    let script = |path: &str, by| Effect::new(K::ExecProject, Target::Path(path.into()), by);
    assert_eq!(verdict(script("/home/u/shop/gradlew", "gradlew")), Allow);
    assert_eq!(verdict(script("/tmp/gradlew", "gradlew")), Deny);
    assert_eq!(verdict(script("/home/u/shop/cargo", "cargo")), Deny);
    // Running it is declared, not whatever it does.
    assert_eq!(verdict(named(K::PackageInstall, "x", "cargo")), Deny);
}

#[test]
fn a_denied_program_is_denied_whatever_it_does() {
    let mut layer = LayerPolicy::empty(Layer::Project);
    layer.programs = vec![ProgramRule {
        name: "psql".into(),
        verdict: Deny,
        layer: Layer::Project,
        source: SourceRef::File {
            path: "p".into(),
            line: 1,
        },
    }];
    let t = merge(&[layer]).0;
    for e in [
        named(K::DbRead, "users", "psql"),
        named(K::ExecUnknown, "psql", "/usr/bin/psql"),
        plain(K::FileWrite, "psql"),
    ] {
        assert_eq!(t.decide(&[e], &situation()).verdict, Deny);
    }
}

//! What profiles promise about each other.

use palisade_core::EffectKind as K;
use palisade_core::Verdict::{Allow, Deny};
use palisade_core::{Profile, Verdict};
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
    layer.programs = vec![ProgramRule {
        name: "npm test".into(),
        verdict: Allow,
        layer: Layer::User,
        source,
    }];
    let t = merge(&[layer]).0;
    let verdict = |by| t.decide(&[plain(K::ExecProject, by)], &headless()).verdict;
    assert_eq!(verdict("npm test"), Allow);
    assert_eq!(verdict("npm run"), Deny);
    assert_eq!(verdict("./npm test"), Deny);
    assert_eq!(verdict("npm testing"), Deny);
}

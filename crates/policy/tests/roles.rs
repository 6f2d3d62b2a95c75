//! Role × environment, declared uses and exemptions.

use palisade_core::EffectKind as K;
use palisade_core::Verdict::{Allow, Ask, Deny};
use palisade_core::{Effect, Environment, Verdict};
use palisade_policy::{
    Declared, Exemption, Given, Layer, LayerPolicy, Reach, Role, RowId, RowSetting, Situation,
    SourceRef, Table, merge,
};

use crate::support::*;

fn source() -> SourceRef {
    SourceRef::File {
        path: "p.toml".into(),
        line: 3,
    }
}

fn given(layer: Layer, user: Option<&str>, role: Role) -> LayerPolicy {
    let mut policy = LayerPolicy::empty(layer);
    policy.given.push(Given {
        user: user.map(str::to_owned),
        role,
        layer,
        source: source(),
    });
    policy
}

/// Everything the rows would say is allowed, so that the matrix alone speaks.
fn open(mut policy: LayerPolicy) -> LayerPolicy {
    for row in RowId::ALL {
        let cells = [Some(Allow); 3];
        let (mode, source) = (None, source());
        policy.rows.insert(
            *row,
            RowSetting {
                cells,
                mode,
                source,
            },
        );
    }
    policy.second_in_production = Some(Vec::new());
    policy
}

fn by(user: &str) -> Situation {
    Situation {
        user: user.to_owned(),
        ..situation()
    }
}

fn verdict(table: &Table, kind: K, environment: Environment) -> (Verdict, bool) {
    let effect = in_environment(plain(kind, "psql"), environment);
    let decision = table.decide(&[effect], &by("mara"));
    let second = decision.matched.iter().any(|m| m.second);
    (decision.verdict, second)
}

const PLACES: [Environment; 3] = [
    Environment::Local,
    Environment::Staging,
    Environment::Production,
];

/// Acceptance X7, the twelve cells: what may be read and what may be written.
#[test]
fn the_default_matrix() {
    // The agent of somebody who may: another person has to agree.
    let second = (Ask, true);
    let (yes, no) = ((Allow, false), (Deny, false));
    let expected = [
        (Role::Developer, [(yes, yes), (yes, no), (no, no)]),
        (Role::Senior, [(yes, yes), (yes, yes), (yes, no)]),
        (Role::Operations, [(yes, yes), (yes, yes), (yes, second)]),
        (Role::Agent, [(yes, yes), (yes, yes), (yes, no)]),
    ];
    for (role, cells) in expected {
        let (table, ignored) = merge(&[open(given(Layer::User, None, role))]);
        assert_eq!(ignored, []);
        for (environment, (reads, writes)) in PLACES.into_iter().zip(cells) {
            let what = format!("{} in {environment:?}", role.as_str());
            assert_eq!(
                verdict(&table, K::DbRead, environment),
                reads,
                "{what}: read"
            );
            assert_eq!(
                verdict(&table, K::DbWrite, environment),
                writes,
                "{what}: write"
            );
        }
    }
}

#[test]
fn without_roles_the_rows_alone_speak() {
    let (table, _) = merge(&[open(LayerPolicy::empty(Layer::User))]);
    for environment in PLACES {
        assert_eq!(verdict(&table, K::DbWrite, environment), (Allow, false));
    }
}

/// A local file is nobody's environment, whatever its name says.
#[test]
fn files_here_are_not_an_environment() {
    let (table, _) = merge(&[given(Layer::User, None, Role::Developer)]);
    let read = production(file(K::FileRead, "config/production.toml", "Read"));
    let said = table.consider(&[read], &by("mara"));
    assert!(said.iter().all(|c| c.rule != "roles"), "{said:?}");
}

#[test]
fn the_agent_is_configurable_and_never_more_than_its_user() {
    let mut policy = open(given(Layer::User, None, Role::Operations));
    policy.matrix = vec![
        (Role::Agent, 1, Reach::Read, source()),
        (Role::Agent, 2, Reach::None, source()),
    ];
    let (table, _) = merge(&[policy]);
    assert_eq!(
        verdict(&table, K::DbWrite, Environment::Staging),
        (Deny, false)
    );
    assert_eq!(
        verdict(&table, K::DbRead, Environment::Production),
        (Deny, false)
    );
    let mut policy = open(given(Layer::User, None, Role::Developer));
    policy.matrix = vec![(Role::Agent, 2, Reach::Full, source())];
    let (table, _) = merge(&[policy]);
    assert_eq!(
        verdict(&table, K::DbRead, Environment::Production),
        (Deny, false)
    );
}

#[test]
fn people_have_roles_by_name() {
    let mut org = given(Layer::Organisation, Some("mara"), Role::Senior);
    org.given
        .extend(given(Layer::Organisation, Some("ines"), Role::Operations).given);
    let (table, _) = merge(&[org.clone()]);
    let role = |table: &Table, user: &str| -> Vec<Role> {
        table
            .roles
            .of(user)
            .into_iter()
            .map(|(role, _)| role)
            .collect()
    };
    assert_eq!(role(&table, "mara"), [Role::Senior]);
    assert_eq!(role(&table, "ines"), [Role::Operations]);
    // Who is not named where others are.
    assert_eq!(role(&table, "eve"), [Role::Developer]);
    // Nobody makes more of themselves.
    let own = given(Layer::User, None, Role::Operations);
    let mut wider = own.clone();
    wider.matrix = vec![(Role::Senior, 2, Reach::Full, source())];
    let (table, ignored) = merge(&[org, wider]);
    assert_eq!(role(&table, "mara"), [Role::Senior, Role::Operations]);
    assert_eq!(ignored.len(), 1, "{ignored:?}");
    let effect = || [production(plain(K::DbWrite, "psql"))];
    let decision = table.decide(&effect(), &by("mara"));
    assert_eq!((decision.verdict, decision.rule.as_str()), (Deny, "roles"));
}

fn declared() -> Declared {
    let list = |items: &[&str]| Some(items.iter().map(|i| (*i).to_owned()).collect());
    Declared {
        programs: list(&["cargo", "curl", "git status"]),
        read: list(&["/**"]),
        write: list(&["/target/**"]),
        hosts: list(&["crates.io"]),
        mcp: list(&["github/get_*"]),
        deviation: Deny,
        layer: Layer::Project,
        source: source(),
    }
}

#[test]
fn what_is_not_declared_is_a_deviation() {
    let mut policy = LayerPolicy::empty(Layer::Project);
    policy.declared = Some(declared());
    let (table, _) = merge(&[policy]);
    let rule = |effect: Effect| {
        let decision = table.decide(&[effect], &situation());
        (
            decision.verdict == Deny && decision.rule == "declared",
            decision.reason,
        )
    };
    for effect in [
        file(K::FileRead, "src/a.rs", "Read"),
        file(K::FileWrite, "target/a", "cargo build"),
        plain(K::ExecProject, "cargo test"),
        net("GET", "crates.io", "/"),
        plain(K::McpRead, "mcp__github__get_issue"),
    ] {
        assert!(!rule(effect.clone()).0, "{effect:?}");
    }
    for effect in [
        file(K::FileRead, "~/other/a", "Read"),
        file(K::FileWrite, "src/a.rs", "Edit"),
        plain(K::ExecProject, "npm test"),
        plain(K::GitOrdinary, "git commit"),
        net("GET", "example.com", "/"),
        plain(K::McpRead, "mcp__github__list_issues"),
    ] {
        let (deviates, reason) = rule(effect.clone());
        assert!(
            deviates && reason.contains("not declared"),
            "{effect:?}: {reason}"
        );
    }
}

fn exempt(layer: Layer, row: RowId, on: &[&str], until: u64) -> LayerPolicy {
    let mut policy = LayerPolicy::empty(layer);
    policy.exemptions.push(Exemption {
        row,
        on: on.iter().map(|p| (*p).to_owned()).collect(),
        owner: "mara".into(),
        reason: "agreed in OPS-12".into(),
        until,
        layer,
        source: source(),
    });
    policy
}

#[test]
fn an_exemption_ends_by_itself() {
    let (table, ignored) = merge(&[exempt(Layer::User, RowId::GitForcePush, &["topic/*"], 100)]);
    assert_eq!(ignored, []);
    let at = |now: u64, branch: &str| {
        let s = Situation { now, ..situation() };
        let decision = table.decide(&[git(K::GitForcePush, Some(branch), false)], &s);
        (decision.verdict, decision.rule)
    };
    assert_eq!(at(99, "topic/a"), (Allow, "exemptions".to_owned()));
    assert_eq!(at(100, "topic/a").0, Ask);
    assert_eq!(at(99, "fix/a").0, Ask);
    // Without a clock nothing is exempt.
    assert_eq!(at(0, "topic/a").0, Ask);
}

#[test]
fn an_exemption_lifts_only_what_its_layer_is_in_charge_of() {
    let s = || Situation {
        now: 1,
        ..situation()
    };
    let effect = || [net("POST", "docs.rs", "/")];
    let project = exempt(Layer::Project, RowId::NetWrite, &[], 100);
    let (table, ignored) = merge(&[project]);
    assert_eq!(ignored.len(), 1);
    assert_eq!(table.decide(&effect(), &s()).verdict, Ask);
    // Never in production.
    let user = exempt(Layer::User, RowId::NetWrite, &[], 100);
    let (table, _) = merge(&[user]);
    assert_eq!(table.decide(&effect(), &s()).verdict, Allow);
    let there = [production(net("POST", "docs.rs", "/"))];
    assert_ne!(table.decide(&there, &s()).verdict, Allow);
}

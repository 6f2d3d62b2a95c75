//! A lower layer tightens and never loosens, whatever it says.

use palisade_core::EffectKind as K;
use palisade_core::Tracking::{Committed, Ignored, Untracked};
use palisade_core::Verdict::{Allow, Ask, Deny};
use palisade_core::{Effect, Environment, Mode, Profile, Verdict};
use palisade_policy::{
    Access, CedarRule, Column, CommandRule, Declared, Exemption, Expr, Given, HostRule, Layer,
    LayerPolicy, McpRule, PathRule, ProgramRule, Rates, Reach, Role, RowId, RowSetting, Situation,
    SourceRef, Table, Value, merge,
};
use proptest::prelude::*;

use crate::support::*;

fn source() -> SourceRef {
    SourceRef::File {
        path: "p.toml".into(),
        line: 7,
    }
}

fn verdict() -> impl Strategy<Value = Verdict> {
    prop_oneof![Just(Allow), Just(Ask), Just(Deny)]
}

fn setting() -> impl Strategy<Value = RowSetting> {
    let cell = || prop::option::of(verdict());
    let mode = prop::option::weighted(
        0.2,
        prop_oneof![Just(Mode::Observe), Just(Mode::Warn), Just(Mode::Enforce)],
    );
    (cell(), cell(), cell(), mode).prop_map(|(a, b, c, mode)| RowSetting {
        cells: [a, b, c],
        mode,
        source: source(),
    })
}

/// A layer that says anything it can say, except handing rows down.
fn layer(layer: Layer) -> impl Strategy<Value = LayerPolicy> {
    let rows = prop::collection::btree_map(prop::sample::select(RowId::ALL), setting(), 0..12);
    let pattern = || {
        prop::sample::select(&[
            "/src/**",
            "/**",
            "~/other/**",
            "//etc/**",
            "*.pem",
            ".env",
            "build",
            "//tmp/**",
            "/a",
        ])
    };
    let access = prop_oneof![
        Just(Access::Read),
        Just(Access::Write),
        Just(Access::Delete),
        Just(Access::Any)
    ];
    let paths = prop::collection::vec((pattern(), access, verdict()), 0..4);
    let host = prop::sample::select(&["*", "localhost", "*.internal", "10.0.0.0/8", "docs.rs"]);
    let hosts = prop::collection::vec((host, verdict(), any::<bool>()), 0..4);
    let others = (
        prop::collection::vec(verdict(), 0..3),
        prop::collection::vec(verdict(), 0..3),
        prop::collection::vec(pattern(), 0..3),
        prop::collection::vec(pattern(), 0..3),
        prop::option::of(prop::collection::vec(
            prop::sample::select(&["fix/*", "main"]),
            0..2,
        )),
    );
    let head = (
        prop::option::of(prop::sample::select(palisade_policy::PROFILES)),
        prop::option::of(prop_oneof![
            Just(Mode::Observe),
            Just(Mode::Warn),
            Just(Mode::Enforce)
        ]),
    );
    (head, rows, paths, hosts, others, people(layer)).prop_map(
        move |(
            (profile, mode),
            rows,
            paths,
            hosts,
            (mcp, programs, add, except, branches),
            (given, matrix, declared, exemptions, commands, cedar),
        )| {
            let mut l = LayerPolicy::empty(layer);
            l.profile = profile.map(|p| (p, source()));
            l.mode = mode.map(|m| (m, source()));
            l.rows = rows;
            l.paths = paths
                .into_iter()
                .map(|(pattern, access, verdict)| PathRule {
                    pattern: pattern.to_owned(),
                    access,
                    verdict,
                    layer,
                    source: source(),
                })
                .collect();
            l.hosts = hosts
                .into_iter()
                .map(|(pattern, verdict, get)| HostRule {
                    pattern: pattern.to_owned(),
                    methods: if get { vec!["GET".into()] } else { Vec::new() },
                    verdict,
                    layer,
                    source: source(),
                })
                .collect();
            l.mcp = mcp
                .into_iter()
                .map(|verdict| McpRule {
                    server: "git*".into(),
                    tool: "*".into(),
                    verdict,
                    layer,
                    source: source(),
                })
                .collect();
            l.programs = programs
                .into_iter()
                .map(|verdict| ProgramRule {
                    name: "cargo".into(),
                    verdict,
                    layer,
                    source: source(),
                })
                .collect();
            let own = |list: &[&str]| list.iter().map(|p| (*p).to_owned()).collect::<Vec<_>>();
            let pairs = |list: &[&str]| own(list).into_iter().map(|p| (p, source())).collect();
            l.secret = own(&add);
            l.deferred = own(&add);
            l.system = own(&add);
            l.guard = own(&add);
            l.production = vec!["docs".into()];
            l.secret_except = pairs(&except);
            l.deferred_except = pairs(&except);
            l.temp = pairs(&except);
            l.regenerable = pairs(&["build"]);
            l.given.clone_from(&given);
            l.matrix.clone_from(&matrix);
            l.declared.clone_from(&declared);
            l.exemptions.clone_from(&exemptions);
            l.commands = commands;
            l.cedar = cedar;
            l.protected_branches = branches.map(|b| own(&b));
            l
        },
    )
}

type People = (
    Vec<Given>,
    Vec<(Role, usize, Reach, SourceRef)>,
    Option<Declared>,
    Vec<Exemption>,
    Vec<CommandRule>,
    Vec<CedarRule>,
);

/// Roles, declared uses, exemptions and commands.
fn people(layer: Layer) -> impl Strategy<Value = People> {
    let role = || prop::sample::select(&Role::ALL);
    let user = prop::option::of(prop::sample::select(&["mara", "ines"]));
    let given = prop::collection::vec((user, role()), 0..2);
    let cell = (role(), 0..3_usize, prop::sample::select(&Reach::ALL));
    let matrix = prop::collection::vec(cell, 0..3);
    let list = || prop::option::of(Just(vec!["/src/**".to_owned(), "cargo".to_owned()]));
    let declared = prop::option::weighted(0.2, (list(), list(), list(), verdict()));
    let exempt = (
        prop::sample::select(RowId::ALL),
        prop::option::of(Just("/src/**".to_owned())),
    );
    let exemptions = prop::collection::vec(exempt, 0..3);
    let commands = prop::collection::vec(verdict(), 0..2);
    let kinds = prop::collection::vec(prop::sample::select(K::ALL), 0..4);
    let about = prop_oneof![
        Just(Expr::Literal(Value::Bool(true))),
        Just(Expr::Get(
            Box::new(Expr::Variable(palisade_policy::Variable::Context)),
            "inside".into()
        )),
    ];
    let modes = prop::option::weighted(0.3, Just(Mode::Observe));
    let cedar = prop::collection::vec((kinds, about, verdict(), modes), 0..3);
    (given, matrix, declared, exemptions, commands, cedar).prop_map(
        move |(given, matrix, declared, exemptions, commands, cedar)| {
            let given = given.into_iter().map(|(user, role)| Given {
                user: user.map(str::to_owned),
                role,
                layer,
                source: source(),
            });
            let matrix = matrix
                .into_iter()
                .map(|(r, c, reach)| (r, c, reach, source()));
            let declared = declared.map(|(programs, read, hosts, deviation)| Declared {
                programs,
                read,
                write: None,
                hosts,
                mcp: None,
                deviation: deviation.max(Ask),
                layer,
                source: source(),
            });
            let exemptions = exemptions.into_iter().map(|(row, on)| Exemption {
                row,
                on: on.into_iter().collect(),
                owner: "mara".into(),
                reason: "agreed".into(),
                until: 1_000,
                layer,
                source: source(),
            });
            let cedar = cedar
                .into_iter()
                .map(|(kinds, when, verdict, mode)| CedarRule {
                    id: "x".into(),
                    verdict,
                    kinds,
                    when: palisade_policy::Packed::new(&when),
                    mode,
                    reason: None,
                    layer,
                    source: source(),
                });
            let commands = commands.into_iter().map(|verdict| CommandRule {
                pattern: "cargo *".into(),
                verdict: verdict.max(Ask),
                layer,
                source: source(),
            });
            (
                given.collect(),
                matrix.collect(),
                declared,
                exemptions.collect(),
                commands.collect(),
                cedar.collect(),
            )
        },
    )
}

/// One of each kind of thing an agent does.
fn effects() -> Vec<Effect> {
    let mut modules = delete_tree("node_modules", Ignored);
    modules.facts.regenerable = true;
    let mut secret = net("POST", "docs.rs", "/");
    secret.facts.secrets = vec!["x".into()];
    let mut out = vec![
        modules,
        secret,
        file(K::FileRead, "src/a.rs", "Read"),
        file(K::FileRead, "a", "Read"),
        file(K::FileRead, ".env", "Read"),
        file(K::FileRead, "~/other/x.pem", "cat"),
        file(K::FileRead, "/etc/shadow", "cat"),
        file(K::FileList, "src", "ls"),
        file(K::FileWrite, "src/a.rs", "Edit"),
        file(K::FileWrite, "package.json", "cp"),
        file(K::FileWrite, ".github/workflows/a.yml", "Write"),
        file(K::FileWrite, "~/other/a", "cp"),
        file(K::FileWrite, "/etc/hosts", "tee"),
        file(K::FileWrite, "/tmp/a", ">"),
        file(K::FileWrite, ".palisade/policy.toml", "Write"),
        delete("src/a.rs", Committed),
        delete("src/b.rs", Untracked),
        delete_tree("build", Ignored),
        delete_tree("~", Untracked),
        git(K::GitPush, Some("fix/a"), false),
        git(K::GitForcePush, Some("main"), true),
        net("GET", "docs.rs", "/"),
        net("POST", "docs.rs", "/"),
        net("GET", "127.1", "/"),
        net("POST", "localhost", "/admin/x"),
        net("GET", "10.0.0.1", "/"),
        net("GET", "db.internal", "/"),
        net("GET", "169.254.169.254", "/"),
        plain(K::ExecProject, "cargo test"),
        plain(K::ExecUnknown, "cargo"),
        plain(K::McpCall, "mcp__github__get"),
        plain(K::McpWrite, "mcp__github__delete"),
        in_environment(plain(K::DbWrite, "psql"), Environment::Local),
        production(plain(K::DbRead, "psql")),
    ];
    out.extend(K::ALL.iter().map(|k| plain(*k, "x")));
    let mut named = plain(K::ExecNamed, "cargo");
    named.target = palisade_core::Target::Command(vec!["cargo".into(), "test".into()]);
    out.push(named);
    out.push(in_environment(
        plain(K::DbWrite, "psql"),
        Environment::Staging,
    ));
    out
}

fn situations() -> [Situation; 2] {
    let mut after = headless();
    after.session_read_secret = true;
    after.now = 1;
    after.user = "mara".into();
    let mut before = situation();
    before.now = 1;
    [before, after]
}

/// Whether `after` objects at least as much as `before`, verdicts and what is
/// carried out of them, for every effect alone.
fn at_least(before: &Table, after: &Table) -> Result<(), TestCaseError> {
    prop_assert!(after.mode >= before.mode);
    for s in situations() {
        for e in effects() {
            let e = [e];
            let (b, a) = (before.decide(&e, &s), after.decide(&e, &s));
            prop_assert!(a.verdict >= b.verdict, "{:?}: {:?} after {:?}", e, a, b);
            for mode in [Mode::Warn, Mode::Enforce] {
                let v =
                    |t: &palisade_policy::Decision| t.strictest(mode).map_or(Allow, |m| m.verdict);
                prop_assert!(v(&a) >= v(&b), "{:?} {:?}: {:?} after {:?}", mode, e, a, b);
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn a_project_never_widens(
        org in prop::option::of(layer(Layer::Organisation)),
        user in prop::option::of(layer(Layer::User)),
        project in layer(Layer::Project),
    ) {
        let mut layers: Vec<_> = org.into_iter().chain(user).collect();
        let before = merge(&layers).0;
        layers.push(project);
        at_least(&before, &merge(&layers).0)?;
    }

    #[test]
    fn a_session_never_widens(
        org in prop::option::of(layer(Layer::Organisation)),
        user in prop::option::of(layer(Layer::User)),
        project in prop::option::of(layer(Layer::Project)),
        session in layer(Layer::Session),
    ) {
        let mut layers: Vec<_> = org.into_iter().chain(user).chain(project).collect();
        let before = merge(&layers).0;
        layers.push(session);
        at_least(&before, &merge(&layers).0)?;
    }

    /// Where the organisation chose a profile, it spoke about every row.
    #[test]
    fn a_user_never_widens_what_the_organisation_said(
        mut org in layer(Layer::Organisation),
        profile in prop::sample::select(palisade_policy::PROFILES),
        mut user in layer(Layer::User),
    ) {
        org.profile = Some((profile, source()));
        org.mode = Some((Mode::Warn, source()));
        org.protected_branches = Some(vec!["main".into()]);
        // Names the organisation left alone are the user's to change.
        user.secret_except.clear();
        user.deferred_except.clear();
        user.temp.clear();
        user.regenerable.clear();
        // So is the matrix, as long as nobody has a role in it.
        org.given.push(Given { user: None, role: Role::Senior, layer: Layer::Organisation, source: source() });
        let before = merge(std::slice::from_ref(&org)).0;
        at_least(&before, &merge(&[org, user]).0)?;
    }

    #[test]
    fn the_order_of_the_slice_means_nothing(
        org in layer(Layer::Organisation),
        user in layer(Layer::User),
        project in layer(Layer::Project),
        session in layer(Layer::Session),
    ) {
        let all = [org, user, project, session];
        let one = merge(&all);
        let [a, b, c, d] = all;
        prop_assert_eq!(&one, &merge(&[c.clone(), a.clone(), d.clone(), b.clone()]));
        prop_assert_eq!(&one, &merge(&[d, b, c, a]));
    }

    /// Every looser statement of a project is reported with its line.
    #[test]
    fn what_is_ignored_is_said(row in prop::sample::select(RowId::ALL), wanted in verdict()) {
        let mut l = LayerPolicy::empty(Layer::Project);
        let setting = RowSetting { cells: [Some(wanted), None, None], mode: None, source: source() };
        l.rows.insert(row, setting);
        let (table, ignored) = merge(&[l]);
        let before = standard().rows[&row].verdict(Column::Inside);
        prop_assert_eq!(table.rows[&row].verdict(Column::Inside), before.max(wanted));
        prop_assert_eq!(ignored.len(), usize::from(wanted < before));
        if let Some(i) = ignored.first() {
            prop_assert_eq!(&i.source, &source());
            prop_assert!(i.why.contains(row.id()));
        }
    }
}

fn set(row: RowId, inside: Verdict) -> (RowId, RowSetting) {
    let setting = RowSetting {
        cells: [Some(inside), None, None],
        mode: None,
        source: source(),
    };
    (row, setting)
}

#[test]
fn a_user_may_loosen_the_defaults() {
    let mut l = LayerPolicy::empty(Layer::User);
    l.rows.extend([set(RowId::NetWrite, Allow)]);
    l.mode = Some((Mode::Observe, source()));
    let (t, ignored) = merge(&[l]);
    assert_eq!(ignored, []);
    assert_eq!(t.mode, Mode::Observe);
    let d = t.decide(&[net("POST", "docs.rs", "/")], &situation());
    assert_eq!((d.verdict, d.source.as_str()), (Allow, "p.toml:7"));
}

#[test]
fn a_project_may_not() {
    let mut l = LayerPolicy::empty(Layer::Project);
    l.rows
        .extend([set(RowId::NetWrite, Allow), set(RowId::NetRead, Ask)]);
    l.mode = Some((Mode::Observe, source()));
    l.profile = Some((Profile::Full, source()));
    l.regenerable = vec![("src".into(), source())];
    let (t, ignored) = merge(&[l]);
    assert_eq!(ignored.len(), 4, "{ignored:#?}");
    assert_eq!(t.mode, Mode::Enforce);
    assert_eq!(t.profile, Profile::Standard);
    assert_eq!(t.regenerable("src"), None);
    let d = t.decide(&[net("GET", "docs.rs", "/")], &situation());
    assert_eq!((d.verdict, d.source.as_str()), (Ask, "p.toml:7"));
}

#[test]
fn delegation_hands_a_row_down() {
    let mut org = LayerPolicy::empty(Layer::Organisation);
    org.rows
        .extend([set(RowId::NetWrite, Deny), set(RowId::Publish, Deny)]);
    org.delegate = vec![RowId::NetWrite];
    let mut project = LayerPolicy::empty(Layer::Project);
    project
        .rows
        .extend([set(RowId::NetWrite, Allow), set(RowId::Publish, Allow)]);
    let (t, ignored) = merge(&[org, project]);
    assert_eq!(t.rows[&RowId::NetWrite].verdict(Column::Inside), Allow);
    assert_eq!(t.rows[&RowId::Publish].verdict(Column::Inside), Deny);
    assert_eq!(ignored.len(), 1);
}

#[test]
fn x12_one_rule_in_each_layer() {
    let mut org = LayerPolicy::empty(Layer::Organisation);
    org.rows.extend([set(RowId::NetWrite, Deny)]);
    let mut user = LayerPolicy::empty(Layer::User);
    user.rows
        .extend([set(RowId::NetWrite, Allow), set(RowId::NetRead, Ask)]);
    let mut project = LayerPolicy::empty(Layer::Project);
    project
        .rows
        .extend([set(RowId::NetRead, Allow), set(RowId::ExecUnknown, Deny)]);
    let (t, ignored) = merge(&[project, org, user]);
    let v = |row| t.rows[&row].verdict(Column::Inside);
    assert_eq!(v(RowId::NetWrite), Deny);
    assert_eq!(v(RowId::NetRead), Ask);
    assert_eq!(v(RowId::ExecUnknown), Deny);
    assert_eq!(v(RowId::Publish), Ask);
    assert_eq!(ignored.len(), 2);
}

fn rates(layer: Layer, requests: u32, seconds: u32) -> LayerPolicy {
    let mut l = LayerPolicy::empty(layer);
    l.rates = Some((Rates { requests, seconds }, source()));
    l
}

#[test]
fn the_first_who_may_sets_the_rate_and_others_tighten_it() {
    let set = |layers: &[LayerPolicy]| {
        let (table, ignored) = merge(layers);
        (table.rates.requests, table.rates.seconds, ignored.len())
    };
    let organisation = rates(Layer::Organisation, 100, 60);
    assert_eq!(set(std::slice::from_ref(&organisation)), (100, 60, 0));
    // A user is bound by it, a project by both.
    for layer in [Layer::User, Layer::Project] {
        let org = || organisation.clone();
        assert_eq!(set(&[org(), rates(layer, 10, 60)]), (10, 60, 0));
        assert_eq!(set(&[org(), rates(layer, 100, 600)]), (100, 600, 0));
        assert_eq!(set(&[org(), rates(layer, 101, 60)]), (100, 60, 1));
        assert_eq!(set(&[org(), rates(layer, 10, 59)]), (100, 60, 1));
    }
    // Alone, a user may loosen what is built in; a project may not.
    assert_eq!(set(&[rates(Layer::User, 1_000, 1)]), (1_000, 1, 0));
    let built_in = Rates::default();
    assert_eq!(
        set(&[rates(Layer::Project, 1_000, 1)]),
        (built_in.requests, built_in.seconds, 1)
    );
}

/// Who has to answer: the built-in list belongs to organisation and user, and
/// what a layer names is not taken away below it.
#[test]
fn a_second_person_is_not_taken_away_below() {
    let named = |layer, rows: Option<&[RowId]>| {
        let mut policy = LayerPolicy::empty(layer);
        policy.second_in_production = rows.map(<[RowId]>::to_vec);
        policy
    };
    let merged = |layers: &[LayerPolicy]| merge(layers).0.approvals.second_in_production;
    let builtin = merged(&[]);
    assert_eq!(builtin, [RowId::DbSchema, RowId::Deploy]);
    assert_eq!(merged(&[named(Layer::Project, Some(&[]))]), builtin);
    assert_eq!(merged(&[named(Layer::User, Some(&[]))]), []);
    assert_eq!(
        merged(&[
            named(Layer::Organisation, Some(&[RowId::Publish])),
            named(Layer::User, Some(&[])),
            named(Layer::Project, Some(&[RowId::DbWrite])),
        ]),
        [RowId::Publish, RowId::DbWrite]
    );
}

/// Acceptance X12: one rule in each of four layers, in every order.
#[test]
fn four_layers_tighten_only() {
    let layers = [
        Layer::Organisation,
        Layer::User,
        Layer::Project,
        Layer::Session,
    ];
    let policy = |layer, verdict, source| {
        let mut l = LayerPolicy::empty(layer);
        let cells = [Some(verdict); 3];
        l.rows.insert(
            RowId::NetWrite,
            RowSetting {
                cells,
                mode: None,
                source,
            },
        );
        l
    };
    // Every way to spread three verdicts over four layers.
    for code in 0..81_usize {
        let verdict = |at: u32| [Allow, Ask, Deny][code / 3_usize.pow(at) % 3];
        let said: Vec<_> = (0..4)
            .map(|at| policy(layers[at as usize], verdict(at), source()))
            .collect();
        // The built-in ask may be loosened by organisation or user; what is said
        // after that only tightens.
        let expected = (1..4).fold(verdict(0), |bound, at| bound.max(verdict(at)));
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
            let shuffled: Vec<_> = order.iter().map(|at| said[*at].clone()).collect();
            let (table, ignored) = merge(&shuffled);
            for column in Column::ALL {
                let row = table.rows[&RowId::NetWrite].verdict(column);
                assert_eq!(row, expected, "{code} {column:?}");
            }
            let mut bound = verdict(0);
            let mut looser = 0;
            for at in 1..4 {
                looser += usize::from(verdict(at) < bound);
                bound = bound.max(verdict(at));
            }
            assert_eq!(ignored.len(), looser, "{code}: {ignored:?}");
        }
    }
}

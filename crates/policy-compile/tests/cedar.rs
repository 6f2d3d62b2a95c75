//! Policies in Cedar: what the table makes of them is what Cedar says, and
//! mistakes are shown with their lines.

use std::cell::Cell;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request as Asked, Schema,
};
use palisade_core::{
    Certainty, DataClass, Effect, EffectKind, Environment, Mode, Profile, Target, Tracking, Verdict,
};
use palisade_policy::{Entity, Request, Situation, Snapshot, Table, Uid, Value};
use palisade_policy_compile::{cedar_example, cedar_schema, compile, compile_or_restricted};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value as Json, json};

use crate::compile::Files;

const PROJECT: &str = "project/.palisade/policy.cedar";

fn table(text: &str) -> Table {
    let files = Files::new().with(PROJECT, text);
    let compiled = compile(&files.sources());
    compiled.map_err(|d| d.to_string()).unwrap().snapshot.table
}

fn user(text: &str) -> Table {
    let files = Files::new().with("user.cedar", text);
    let compiled = compile(&files.sources())
        .map_err(|d| d.to_string())
        .unwrap();
    assert_eq!(compiled.warnings, Vec::<String>::new());
    compiled.snapshot.table
}

fn situation() -> Situation {
    Situation {
        workspace: "/home/u/w".into(),
        home: "/home/u".into(),
        ..Situation::default()
    }
}

fn file(kind: EffectKind, path: &str) -> Effect {
    Effect::new(kind, Target::Path(path.into()), "x")
}

fn host(kind: EffectKind, name: &str) -> Effect {
    let target = Target::Host {
        host: name.into(),
        port: Some(443),
        path: "/x".into(),
        method: "POST".into(),
    };
    Effect::new(kind, target, "curl")
}

#[test]
fn the_schema_is_what_is_printed() {
    insta::assert_snapshot!(cedar_schema());
    assert!(Schema::from_cedarschema_str(&cedar_schema()).is_ok());
}

/// What a person gets by taking the comment signs away.
#[test]
fn the_example_is_a_policy() {
    let (head, rules) = cedar_example().split_once("\n\n").unwrap();
    assert!(head.lines().all(|line| line.starts_with("//")));
    let live: Vec<&str> = rules
        .lines()
        .map(|line| line.strip_prefix("// ").unwrap_or(line))
        .map(|line| {
            let words = line.starts_with(|c: char| c.is_ascii_uppercase());
            if words { "" } else { line }
        })
        .collect();
    let t = table(&live.join("\n"));
    assert_eq!(t.cedar.len(), 4);
    assert_eq!(t.cedar[3].mode, Some(Mode::Observe));
    assert_eq!(table(cedar_example()), Table::builtin(Profile::Standard));
}

#[test]
fn a_forbid_denies_or_asks() {
    let t = table(
        r#"@id("keys") @reason("keys are for people")
           forbid(principal, action == Action::"file.read", resource in Folder::"./certs");
           @verdict("ask")
           forbid(principal, action in Action::"net", resource in Domain::"example.com");"#,
    );
    let d = t.decide(&[file(EffectKind::FileRead, "certs/a.txt")], &situation());
    assert_eq!(d.verdict, Verdict::Deny);
    assert_eq!(d.rule, "cedar");
    assert_eq!(d.source, ".palisade/policy.cedar:1");
    assert_eq!(d.reason, "would read certs/a.txt: keys are for people (x)");
    let of = |e: Effect| t.decide(&[e], &situation()).verdict;
    assert_eq!(of(file(EffectKind::FileRead, "certs2/a")), Verdict::Allow);
    assert_eq!(
        of(file(EffectKind::FileRead, "/home/u/w/certs/x/y")),
        Verdict::Deny
    );
    assert_eq!(
        of(host(EffectKind::NetRead, "api.example.com")),
        Verdict::Ask
    );
    assert_eq!(
        of(host(EffectKind::NetRead, "example.com.evil.org")),
        Verdict::Allow
    );
}

/// Every name of a file counts: a link into a folder is in it.
#[test]
fn a_link_hides_nothing() {
    let t =
        table(r#"forbid(principal, action in Action::"file", resource in Folder::"~/private");"#);
    let mut e = file(EffectKind::FileRead, "notes");
    e.facts.resolved = Some("/home/u/private/notes".into());
    e.facts.lexical = Some("/home/u/w/notes".into());
    assert_eq!(t.decide(&[e], &situation()).verdict, Verdict::Deny);
}

#[test]
fn a_permit_lifts_what_its_layer_may_lift() {
    let text =
        r#"permit(principal, action == Action::"net.write", resource in Domain::"partner.org");"#;
    let (free, bound) = (user(text), table(text));
    let builtin = Table::builtin(Profile::Standard);
    let send = host(EffectKind::NetWrite, "api.partner.org");
    let of = |t: &Table, e: &Effect| t.decide(std::slice::from_ref(e), &situation()).verdict;
    assert_eq!(of(&builtin, &send), Verdict::Ask);
    assert_eq!(of(&free, &send), Verdict::Allow);
    assert_eq!(of(&bound, &send), Verdict::Ask);
    assert_eq!(
        of(&free, &host(EffectKind::NetWrite, "else.org")),
        Verdict::Ask
    );
    let mut secret = send.clone();
    secret.facts.secrets = vec!["github-pat".into()];
    assert_eq!(of(&free, &secret), of(&builtin, &secret));
    let mut production = send.clone();
    production.facts.environment = Environment::Production;
    assert_eq!(of(&free, &production), of(&builtin, &production));
    let mut placed = send.clone();
    placed.by = "./curl".into();
    assert_eq!(of(&free, &placed), Verdict::Ask);
    let mut unsure = send;
    unsure.certainty = Certainty::Partial;
    assert_eq!(of(&free, &unsure), Verdict::Ask);
    // Secrets and the guard are nobody's to permit here, by whatever action.
    for kind in [
        "secret.read",
        "secret.send",
        "agent.unguarded",
        "limit.reached",
    ] {
        let text = format!("permit(principal, action == Action::\"{kind}\", resource);");
        let files = Files::new().with("user.cedar", &text);
        let compiled = compile(&files.sources()).unwrap();
        assert_eq!(compiled.warnings.len(), 1, "{kind}");
        let e = Effect::new(EffectKind::from_id(kind).unwrap(), Target::None, "x");
        assert_eq!(of(&compiled.table, &e), of(&builtin, &e), "{kind}");
    }
}

/// A project that says "permit everything" has said nothing.
#[test]
fn a_permit_for_everything_is_reported() {
    let files = Files::new().with("user.cedar", "permit(principal, action, resource);");
    let found = compile_or_restricted(&files.sources());
    let shown = found.diagnostics.unwrap().render(false);
    assert!(shown.contains("this permit lifts nothing"), "{shown}");
    let builtin = Table::builtin(Profile::Standard);
    for kind in EffectKind::ALL {
        let e = [Effect::new(*kind, Target::None, "x")];
        assert_eq!(
            found.snapshot.table.decide(&e, &situation()).verdict,
            builtin.decide(&e, &situation()).verdict,
            "{kind:?}"
        );
    }
}

/// Cedar passes over a policy that cannot be evaluated; a guard does not.
#[test]
fn an_overflow_objects() {
    let t = table(
        r#"forbid(principal, action == Action::"net.write", resource)
           when { resource has port && resource.port * 9223372036854775807 == 7 };"#,
    );
    let e = [host(EffectKind::NetWrite, "localhost")];
    assert_eq!(t.decide(&e, &situation()).verdict, Verdict::Deny);
}

#[test]
fn a_broken_file_restricts() {
    let files = Files::new().with(PROJECT, "forbid(principal, action, resource) when { yes };");
    let found = compile_or_restricted(&files.sources());
    assert_eq!(found.snapshot.table.profile, Profile::Restricted);
}

#[test]
fn a_file_that_comes_makes_the_snapshot_stale() {
    let files = Files::new();
    let compiled = compile(&files.sources()).unwrap();
    let named: Vec<&str> = compiled
        .snapshot
        .sources
        .iter()
        .filter(|s| !s.present)
        .filter_map(|s| s.path.rsplit('/').next())
        .collect();
    assert_eq!(
        named,
        ["user.toml", "user.cedar", "policy.toml", "policy.cedar"]
    );
}

#[test]
fn mistakes() {
    let mut out = String::new();
    for text in [
        "forbid(principal, action, resource)",
        "forbid(principal, action == , resource);",
        "permit(principal, action, resource);\nforbid(principal, action == Action::\"file.red\", resource);",
        "forbid(principal, action == Action::\"file\", resource);",
        "forbid(principal, action == Action::\"file.read\", resource)\nwhen { resource.pth like \"*.key\" };",
        "forbid(principal, action == Action::\"net.read\", resource)\nwhen { resource.port > 80 };",
        "forbid(principal, action == Action::\"net.read\", resource)\nwhen { resource.name == 7 };",
        "@verdict(\"maybe\")\nforbid(principal, action, resource);",
        "@verdict(\"ask\")\npermit(principal, action == Action::\"deploy\", resource);",
        "@mode(\"off\")\nforbid(principal, action, resource);",
        "@verdit(\"ask\")\nforbid(principal, action == Action::\"deploy\", resource);",
        "forbid(principal == ?principal, action, resource);",
        "forbid(principal, action, resource) when { decimal(\"1.0\").lessThan(decimal(\"2.0\")) };",
        "@match(\"file.read src/a.rs; read x\")\n@not_match(\"file.read certs/a.key\")\nforbid(principal, action == Action::\"file.read\", resource in Folder::\"./certs\");",
    ] {
        let files = Files::new().with("user.cedar", text);
        let found = compile_or_restricted(&files.sources());
        let shown = found
            .diagnostics
            .map(|d| d.render(false))
            .unwrap_or_default();
        let shown = shown.replace(&*files.path("user.cedar").to_string_lossy(), "policy.cedar");
        out.push_str(&format!("{text}\n\n{shown}\n----\n"));
    }
    insta::assert_snapshot!(out);
}

// The differential test.

/// Conditions about a resource of each kind, by the family of the action.
fn atom(family: &'static str) -> BoxedStrategy<String> {
    let circumstances = prop::sample::select(
        &[
            r#"context.program == "git""#,
            r#"context.by like "git *""#,
            r#"context.environment == "production""#,
            r#"["staging", "production"].contains(context.environment)"#,
            r#"context.certainty != "proved""#,
            "context.inside",
            "context.recursive || context.pattern",
            "context.headless == false",
            "context.read_secret && context.untrusted",
            "context.secrets.isEmpty()",
            r#"context.secrets.containsAny(["a", "b"])"#,
            r#"context.classes.containsAll(["customer"])"#,
            r#"context.classes == ["customer", "public", "customer"]"#,
            r#"context.rows.contains("secret.read")"#,
            r#"context has now && context.now > datetime("2026-06-01")"#,
            r#"context has now && context.now.toTime() < duration("12h30m")"#,
            r#"context has now && context.now.toDate() == datetime("2026-11-27")"#,
            r#"context has now && context.now.offset(duration("-1d")) < datetime("2026-11-27T00:00:00+0100")"#,
            r#"context has now && context.now.durationSince(datetime("1969-12-31")).toHours() * 2 > 7"#,
            "context has now && context.now.toTime().toMinutes() - 3 < -2",
            r#"context.agent == "claude" && context.model like "claude-*-5*""#,
            r#"principal == Person::"mara""#,
            r#"principal in Role::"developer""#,
            r#"principal in [Role::"senior", Role::"operations"]"#,
            r#"action in [Action::"band.external", Action::"file"]"#,
            r#"action == Action::"file.read""#,
            "{a: 1, b: [2]} == {b: [2, 2], a: 1}",
            "if context.inside then 1 < 2 else 3 <= 2",
            "9223372036854775807 + (if context.headless then 1 else 0) > 0",
            r#"ip("10.0.0.0/8").isInRange(ip("0.0.0.0/0")) && !ip("::1").isMulticast()"#,
        ][..],
    );
    let own: &'static [&'static str] = match family {
        "file" => &[
            r#"resource.path like "*/.env*""#,
            r#"resource.name like "*.\*""#,
            r#"resource in Folder::"./src""#,
            r#"resource in Folder::".""#,
            r#"resource in Folder::"/""#,
            r#"resource in [Folder::"~/.ssh", Folder::"/etc"]"#,
            r#"resource is File in Folder::"~""#,
            r#"resource has from_workspace && resource.from_workspace like "src/*""#,
            "resource has from_home",
            "resource.exists && !resource.directory",
            r#"resource.tracking == "untracked" || resource.own"#,
            r#"resource == File::"/etc/passwd""#,
            r#"File::"/etc/passwd".exists"#,
            r#"File::"/etc/passwd" has from_home"#,
            r#"File::"/etc/passwd" in Folder::"/etc""#,
        ],
        "net" => &[
            r#"resource in Domain::"example.com""#,
            r#"resource in Domain::"com""#,
            r#"resource.class == "loopback""#,
            r#"resource.method == "POST" && resource.path like "/admin*""#,
            "resource has port && resource.port < 1024",
            "resource has port && resource.port - 443 == -1 * 0",
            r#"resource has ip && resource.ip.isInRange(ip("10.0.0.0/8"))"#,
            "resource has ip && (resource.ip.isLoopback() || resource.ip.isIpv6())",
            "resource has ip && resource.ip.isMulticast()",
            r#"resource has ip && resource.ip == ip("::1")"#,
        ],
        "git" => &[
            r#"resource.name == "main""#,
            r#"resource.name like "release/*""#,
            r#"resource.remote == "origin" && !resource.protected"#,
        ],
        "db" => &[
            r#"resource.tables.contains("users")"#,
            r#"resource.host like "*.internal""#,
            r#"resource.name == "shop""#,
        ],
        "mcp" => &[
            r#"resource in Server::"github""#,
            r#"resource.name like "delete_*" && resource.server == "github""#,
            r#"resource == Tool::"github/delete_x""#,
        ],
        _ => &[r#"resource.name like "a*""#, r#"resource.name == "x""#],
    };
    prop_oneof![circumstances, prop::sample::select(own)]
        .prop_map(str::to_owned)
        .boxed()
}

fn condition(family: &'static str) -> impl Strategy<Value = String> {
    atom(family).prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) && ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) || ({b})")),
            inner.clone().prop_map(|a| format!("!({a})")),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(a, b, c)| format!("if ({a}) then ({b}) else ({c})")),
        ]
    })
}

const KINDS: &[EffectKind] = &[
    EffectKind::FileRead,
    EffectKind::FileWrite,
    EffectKind::FileDelete,
    EffectKind::NetRead,
    EffectKind::NetWrite,
    EffectKind::GitPush,
    EffectKind::DbWrite,
    EffectKind::McpWrite,
    EffectKind::Deploy,
];

/// A policy about one action, with the action.
fn policy() -> impl Strategy<Value = (String, EffectKind)> {
    prop::sample::select(KINDS).prop_flat_map(|kind| {
        let family = kind.id().split('.').next().unwrap_or_default();
        let scope = prop::sample::select(&["principal", "principal in Role::\"developer\""][..]);
        let effect = prop::sample::select(&["forbid", "permit"][..]);
        let action = if family == kind.id() { "==" } else { "in" };
        let action = prop_oneof![
            Just(format!("action == Action::\"{}\"", kind.id())),
            Just(format!("action {action} Action::\"{family}\"")),
            Just(format!(
                "action in [Action::\"{}\", Action::\"plan.start\"]",
                kind.id()
            )),
        ];
        let when = prop::collection::vec((any::<bool>(), condition(family)), 0..3);
        (effect, scope, action, when).prop_map(move |(effect, scope, action, when)| {
            // An action of another resource would not validate.
            let action = if action.contains("plan.start") && !when.is_empty() {
                format!("action in [Action::\"{}\"]", kind.id())
            } else {
                action
            };
            let when: Vec<String> = when
                .into_iter()
                .map(|(when, body)| {
                    format!("{} {{ {body} }}", if when { "when" } else { "unless" })
                })
                .collect();
            let text = format!(
                "{effect}({scope}, {action}, resource)\n{};",
                when.join("\n")
            );
            (text, kind)
        })
    })
}

fn effect(kind: EffectKind) -> impl Strategy<Value = Effect> {
    let path = prop::sample::select(
        &[
            "src/a.rs",
            ".env",
            "/etc/passwd",
            "~/.ssh/id_rsa",
            "/tmp/x*y",
            "/home/u/w/src/b/.envrc",
            "/",
        ][..],
    );
    let host = prop::sample::select(
        &[
            "example.com",
            "api.example.com",
            "10.1.2.3",
            "127.1",
            "::1",
            "224.0.0.9",
            "db.internal",
            "com",
        ][..],
    );
    let name = prop::sample::select(
        &[
            "main",
            "release/1",
            "x",
            "abc",
            "shop",
            "github/delete_x",
            "mcp__github__delete_x",
        ][..],
    );
    let facts = (
        prop::sample::select(&[Tracking::Untracked, Tracking::Committed][..]),
        prop::sample::select(
            &[
                Environment::Unknown,
                Environment::Production,
                Environment::Staging,
            ][..],
        ),
        prop::sample::subsequence(&["a", "c"][..], 0..=2),
        prop::sample::subsequence(&[DataClass::Public, DataClass::Customer][..], 0..=2),
        any::<[bool; 4]>(),
    );
    let more = (
        prop::sample::select(&[Certainty::Proved, Certainty::Partial, Certainty::Opaque][..]),
        prop::sample::select(&["git push", "/usr/bin/git", "psql"][..]),
        prop::option::of(prop::sample::select(&[80_u16, 443, 8080][..])),
        prop::option::of(Just("/etc/passwd".to_owned())),
    );
    (path, host, name, facts, more).prop_map(move |(path, host, name, facts, more)| {
        let (tracking, environment, secrets, classes, [one, two, three, four]) = facts;
        let (certainty, by, port, alias) = more;
        let target = match kind.id().split('.').next().unwrap_or_default() {
            "file" if four => Target::None,
            "file" => Target::Path(path.into()),
            "net" => Target::Host {
                host: host.into(),
                port,
                path: if one { "/admin/x" } else { "" }.into(),
                method: if two { "POST" } else { "GET" }.into(),
            },
            "git" => Target::GitRef {
                remote: one.then(|| "origin".into()),
                name: two.then(|| name.into()),
            },
            _ => Target::Name(name.into()),
        };
        let mut e = Effect::new(kind, target, by).with_certainty(certainty);
        (e.recursive, e.pattern) = (one, two);
        e.facts.exists = three;
        e.facts.directory = four;
        e.facts.tracking = tracking;
        e.facts.environment = environment;
        e.facts.secrets = secrets.into_iter().map(str::to_owned).collect();
        e.facts.classes = classes;
        e.facts.alias_of = alias;
        e.facts.protected_ref = three.then(|| "main".into());
        e.facts.tables = if one {
            vec!["users".into()]
        } else {
            Vec::new()
        };
        e
    })
}

fn circumstances() -> impl Strategy<Value = Situation> {
    let now =
        prop::sample::select(&[0, 1_000, 1_795_737_600_000_000, 1_795_780_800_123_456_u64][..]);
    (any::<[bool; 4]>(), now).prop_map(|([one, two, three, four], now)| Situation {
        headless: one,
        session_read_secret: two,
        session_untrusted: three,
        user: if four { "mara" } else { "ines" }.into(),
        agent: if one { "claude" } else { "codex" }.into(),
        model: if two { "claude-opus-5" } else { "" }.into(),
        now,
        session_files: four
            .then(|| "/home/u/w/src/a.rs".to_owned())
            .into_iter()
            .collect(),
        ..situation()
    })
}

fn uid(uid: &Uid) -> Json {
    json!({ "type": uid.kind, "id": uid.id })
}

fn value(v: &Value) -> Json {
    match v {
        Value::Bool(b) => json!(b),
        Value::Long(n) => json!(n),
        Value::Text(t) => json!(t),
        Value::Entity(u) => json!({ "__entity": uid(u) }),
        Value::Set(members) => members.iter().map(value).collect(),
        Value::Record(fields) => fields.iter().map(|(k, v)| (k.clone(), value(v))).collect(),
        Value::Ip(net) => json!({ "__extn": { "fn": "ip", "arg": net.addr.to_string() } }),
        Value::Datetime(ms) => {
            let at = jiff::Timestamp::from_millisecond(*ms).unwrap();
            let text = at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
            json!({ "__extn": { "fn": "datetime", "arg": text } })
        }
        Value::Duration(ms) => {
            json!({ "__extn": { "fn": "duration", "arg": format!("{ms}ms") } })
        }
    }
}

fn entity(e: &Entity) -> Json {
    let parents: Vec<Json> = e.parents.iter().map(uid).collect();
    json!({ "uid": uid(&e.uid), "attrs": value(&e.attributes), "parents": parents })
}

/// What Cedar says: whether the policy holds, and whether it could be evaluated.
fn asked(text: &str, schema: &Schema, request: &Request) -> (bool, bool) {
    let name = |e: &Entity| EntityUid::from_json(uid(&e.uid)).unwrap();
    let action = name(&request.action);
    let entities = json!([entity(&request.principal), entity(&request.resource)]);
    let entities = Entities::from_json_value(entities, Some(schema)).unwrap();
    let context =
        Context::from_json_value(value(&request.context), Some((schema, &action))).unwrap();
    let asked = Asked::new(
        name(&request.principal),
        action,
        name(&request.resource),
        context,
        Some(schema),
    )
    .unwrap();
    let forbid = text.starts_with("forbid");
    let text = if forbid {
        format!("permit(principal, action, resource);\n{text}")
    } else {
        text.to_owned()
    };
    let set: PolicySet = text.parse().unwrap();
    let answer = Authorizer::new().is_authorized(&asked, &set, &entities);
    let holds = (answer.decision() == Decision::Deny) == forbid;
    (holds, answer.diagnostics().errors().next().is_none())
}

#[test]
fn the_table_says_what_cedar_says() {
    let schema = Schema::from_cedarschema_str(&cedar_schema()).unwrap().0;
    let (held, did_not, failed) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let config = Config {
        cases: 320,
        failure_persistence: None,
        ..Config::default()
    };
    let cases = policy().prop_flat_map(|(text, kind)| {
        let effects = prop::collection::vec((effect(kind), circumstances()), 8);
        (Just(text), effects)
    });
    TestRunner::new(config)
        .run(&cases, |(text, effects)| {
            let role = "schema = 1\n[members]\nmara = \"developer\"\nines = \"senior\"\n";
            let files = Files::new().with(PROJECT, &text).with("user", role);
            let compiled = compile(&files.sources())
                .map_err(|d| TestCaseError::fail(format!("{text}\n{d}")))?;
            // As the hook gets it.
            let bytes = compiled.snapshot.encode();
            let table = Snapshot::decode(&bytes).unwrap().table;
            let [rule] = &table.cedar[..] else {
                return Err(TestCaseError::fail("one policy"));
            };
            for (e, s) in effects {
                let concerned = rule.kinds.is_empty() || rule.kinds.contains(&e.kind);
                let mut objects = false;
                for request in table.cedar_requests(&e, &s) {
                    let (holds, evaluated) = asked(&text, &schema, &request);
                    let ours = rule.when.holds(&request);
                    let count = match ours {
                        Ok(true) => &held,
                        Ok(false) => &did_not,
                        Err(_) => &failed,
                    };
                    count.set(count.get() + 1);
                    prop_assert_eq!(ours.is_ok(), evaluated, "{}\n{:?}", text, request);
                    if let Ok(ours) = ours {
                        prop_assert_eq!(concerned && ours, holds, "{}\n{:?}", text, request);
                    }
                    objects |= concerned && ours != Ok(false) && rule.verdict == Verdict::Deny;
                }
                if objects {
                    let d = table.decide(std::slice::from_ref(&e), &s);
                    prop_assert_eq!(d.verdict, Verdict::Deny, "{}\n{:?}", text, e);
                }
            }
            Ok(())
        })
        .unwrap();
    // Cases that all come out alike would prove nothing.
    assert!(held.get() > 500, "{}", held.get());
    assert!(did_not.get() > 500, "{}", did_not.get());
    assert!(failed.get() > 20, "{}", failed.get());
}

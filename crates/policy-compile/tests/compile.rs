//! What a file says is what the table does.

use std::fs;
use std::path::Path;

use palisade_core::Verdict::{Allow, Ask, Deny};
use palisade_core::{Effect, EffectKind, Mode, Profile, Target, Verdict};
use palisade_policy::{Column, PROFILES, RowId, Situation, Snapshot, Table};
use palisade_policy_compile::{
    Restricted, Sources, compile, compile_or_restricted, default_policy_toml, discover, show,
};
use proptest::prelude::*;

pub(crate) struct Files {
    dir: tempfile::TempDir,
}

impl Files {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("org")).unwrap();
        fs::create_dir_all(dir.path().join("project/.palisade")).unwrap();
        Self { dir }
    }

    pub(crate) fn with(self, name: &str, content: &str) -> Self {
        fs::write(self.path(name), content).unwrap();
        self
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.dir.path().join(match name {
            "project" => "project/.palisade/policy.toml",
            "user" => "user.toml",
            other => other,
        })
    }

    pub(crate) fn sources(&self) -> Sources {
        discover(
            &self.dir.path().join("org"),
            &self.path("user"),
            &self.path("project"),
        )
    }
}

fn user(text: &str) -> Table {
    let files = Files::new().with("user", &format!("schema = 1\n{text}"));
    let compiled = compile(&files.sources())
        .map_err(|d| d.to_string())
        .unwrap();
    assert_eq!(compiled.warnings, Vec::<String>::new());
    compiled.snapshot.table
}

fn cells(table: &Table, row: RowId) -> [Verdict; 3] {
    Column::ALL.map(|c| table.rows[&row].verdict(c))
}

fn situation() -> Situation {
    Situation {
        workspace: "/w".into(),
        home: "/home/u".into(),
        ..Situation::default()
    }
}

fn verdict(table: &Table, kind: EffectKind, target: Target) -> Verdict {
    table
        .decide(&[Effect::new(kind, target, "x")], &situation())
        .verdict
}

fn path(table: &Table, kind: EffectKind, path: &str) -> Verdict {
    verdict(table, kind, Target::Path(path.into()))
}

fn host(table: &Table, method: &'static str, name: &str) -> Verdict {
    let kind = if method == "GET" {
        EffectKind::NetRead
    } else {
        EffectKind::NetWrite
    };
    let target = Target::Host {
        host: name.into(),
        port: None,
        path: "/".into(),
        method: method.into(),
    };
    verdict(table, kind, target)
}

#[test]
fn nothing_at_all_is_the_default() {
    let files = Files::new();
    let compiled = compile(&files.sources()).unwrap();
    assert_eq!(compiled.table, Table::builtin(Profile::Standard));
    let present: Vec<_> = compiled.sources.iter().map(|s| s.present).collect();
    assert_eq!(present, [false; 4]);
}

#[test]
fn the_file_protect_writes_says_what_it_means() {
    for profile in PROFILES {
        for mode in [Mode::Observe, Mode::Warn, Mode::Enforce] {
            let text = default_policy_toml(mode, *profile);
            let files = Files::new().with("user", &text);
            let compiled = compile(&files.sources())
                .map_err(|d| d.to_string())
                .unwrap();
            assert!(compiled.warnings.is_empty(), "{:?}", compiled.warnings);
            let mut want = Table::builtin(*profile);
            want.mode = mode;
            assert_eq!(compiled.table, want, "{}", profile.as_str());
        }
    }
    let text = default_policy_toml(Mode::Enforce, Profile::Standard);
    let files = Files::new().with("project", &text);
    let compiled = compile(&files.sources()).unwrap();
    assert!(compiled.warnings.is_empty());
    assert_eq!(compiled.table, Table::builtin(Profile::Standard));
}

#[test]
fn every_commented_line_of_it_is_true() {
    for profile in PROFILES {
        let text = default_policy_toml(Mode::Enforce, *profile);
        // Only a mark directly before a word that TOML would read is taken away.
        let open: String = text
            .lines()
            .map(|l| match l.strip_prefix("# ") {
                Some(rest) if rest.starts_with(['"', '[']) || rest.contains(" = ") => {
                    format!("{rest}\n")
                }
                _ => format!("{l}\n"),
            })
            .collect();
        let rows = open.matches("\n\"").count();
        assert_eq!(rows, RowId::ALL.len());
        let files = Files::new().with("user", &open);
        let compiled = compile(&files.sources())
            .map_err(|d| d.to_string())
            .unwrap();
        assert!(compiled.warnings.is_empty(), "{:?}", compiled.warnings);
        let builtin = Table::builtin(*profile);
        for row in RowId::ALL {
            assert_eq!(cells(&compiled.table, *row), cells(&builtin, *row), "{row}");
        }
        assert_eq!(
            compiled.table.protected_branches,
            builtin.protected_branches
        );
        assert_eq!(compiled.table.paths.len(), 2);
        assert_eq!(compiled.table.hosts.len(), 1);
        assert_eq!(compiled.table.mcp.len(), 1);
    }
}

#[test]
fn it_stays_short() {
    let text = default_policy_toml(Mode::Enforce, Profile::Standard);
    assert!(text.lines().count() < 170, "{}", text.lines().count());
    insta::assert_snapshot!(text);
}

#[test]
fn rows_in_every_spelling() {
    let t = user(
        r#"
[rows]
"net.write" = "allow"
"net.read" = "deny"
"deploy" = ["deny", "deny", "deny"]
"exec.unknown" = { inside = "ask", mode = "warn" }
file.write = { elsewhere = "allow" }
git.force-push = "deny"
privilege = "deny"
"#,
    );
    assert_eq!(cells(&t, RowId::NetWrite), [Allow, Allow, Ask]);
    assert_eq!(cells(&t, RowId::NetRead), [Deny, Deny, Deny]);
    assert_eq!(cells(&t, RowId::Deploy), [Deny, Deny, Deny]);
    assert_eq!(cells(&t, RowId::ExecUnknown), [Ask, Allow, Ask]);
    assert_eq!(t.rows[&RowId::ExecUnknown].mode, Some(Mode::Warn));
    assert_eq!(cells(&t, RowId::FileWrite), [Allow, Allow, Ask]);
    assert_eq!(cells(&t, RowId::GitForcePush), [Deny, Deny, Deny]);
    assert_eq!(cells(&t, RowId::Privilege), [Deny, Deny, Deny]);
    let shown = show(&t);
    let net = shown.iter().find(|r| r.id == "net.write").unwrap();
    assert!(net.source.ends_with("user.toml:4"), "{}", net.source);
    let other = shown.iter().find(|r| r.id == "publish").unwrap();
    assert_eq!(other.source, "built in (standard)");
}

#[test]
fn rules_in_every_section() {
    let t = user(
        r#"
mode = "warn"
paths = [{ pattern = "/vault/**", verdict = "deny" }]
[[hosts]]
pattern = ["*.{corp,lan}", "10.0.0.0/8"]
verdict = "deny"
match = ["a.corp", "b.lan", "10.1", "0x0a000001"]
not_match = ["corp", "11.0.0.1"]
[[hosts]]
pattern = "api.example.com"
methods = ["post"]
verdict = "allow"
[[mcp]]
server = "github"
tool = ["delete_*", "merge"]
verdict = "deny"
[[programs]]
name = "terraform apply"
verdict = "ask"
[secrets]
files = ["*.sops"]
except = ["/fixtures/**"]
[deferred]
files = ["deploy.sh"]
except = [".vscode/settings.json"]
[guard]
files = ["/ops/guard"]
[files]
system = ["//srv/**"]
temp = ["/scratch/**"]
regenerable = ["dist"]
[network]
sensitive = ["/internal/**"]
[git]
protected = ["trunk"]
[environments]
production = ["eu1"]
staging = ["blue"]
"#,
    );
    use EffectKind::{FileRead, FileWrite};
    assert_eq!(t.mode, Mode::Warn);
    assert_eq!(path(&t, FileRead, "/w/vault/a"), Deny);
    assert_eq!(host(&t, "GET", "x.corp"), Deny);
    assert_eq!(host(&t, "POST", "api.example.com"), Allow);
    assert_eq!(host(&t, "PUT", "api.example.com"), Ask);
    let mcp = |name: &str| {
        let e = Effect::new(EffectKind::McpCall, Target::None, name);
        t.decide(&[e], &situation()).verdict
    };
    assert_eq!(mcp("mcp__github__delete_repo"), Deny);
    assert_eq!(mcp("mcp__github__get_repo"), Allow);
    let program = Effect::new(EffectKind::ExecUnknown, Target::None, "terraform apply");
    assert_eq!(t.decide(&[program], &situation()).verdict, Ask);
    assert_eq!(path(&t, FileRead, "/w/a.sops"), Deny);
    assert_eq!(path(&t, FileRead, "/w/fixtures/.env"), Allow);
    assert_eq!(path(&t, FileWrite, "/w/deploy.sh"), Ask);
    assert_eq!(path(&t, FileWrite, "/w/.vscode/settings.json"), Allow);
    assert_eq!(path(&t, FileWrite, "/w/ops/guard"), Deny);
    assert_eq!(path(&t, FileWrite, "/srv/x"), Deny);
    assert!(t.regenerable("dist").is_some());
    assert!(t.protected_branch("trunk") && !t.protected_branch("main"));
    assert_eq!(
        t.environment_of("db-eu1"),
        palisade_core::Environment::Production
    );
    assert_eq!(
        t.environment_of("blue"),
        palisade_core::Environment::Staging
    );
}

#[test]
fn the_line_of_a_rule_comes_with_the_decision() {
    let t = user("[[paths]]\npattern = [\n  \"/a\",\n  \"/b\",\n]\nverdict = \"deny\"\n");
    let e = Effect::new(EffectKind::FileRead, Target::Path("/w/b".into()), "Read");
    let d = t.decide(&[e], &situation());
    assert_eq!(d.rule, "paths");
    assert!(d.source.ends_with("user.toml:5"), "{}", d.source);
}

#[test]
fn layers_of_files() {
    let files = Files::new()
        .with("org/20.toml", "schema = 1\n[rows]\n\"publish\" = \"deny\"\n")
        .with("org/10.toml", "schema = 1\ndelegate = [\"net.write\"]\n[rows]\n\"net.write\" = \"deny\"\n")
        .with("org/ignored.txt", "not a policy")
        .with("user", "schema = 1\n[rows]\n\"publish\" = \"allow\"\n\"exec.unknown\" = \"ask\"\n")
        .with(
            "project",
            "schema = 1\nmode = \"observe\"\n[rows]\n\"net.write\" = \"ask\"\n\"exec.unknown\" = \"allow\"\n\"net.read\" = \"ask\"\n",
        );
    let compiled = compile(&files.sources())
        .map_err(|d| d.to_string())
        .unwrap();
    let t = &compiled.table;
    assert_eq!(cells(t, RowId::Publish), [Deny; 3]);
    assert_eq!(cells(t, RowId::NetWrite)[0], Ask);
    assert_eq!(cells(t, RowId::ExecUnknown)[0], Ask);
    assert_eq!(cells(t, RowId::NetRead)[0], Ask);
    assert_eq!(t.mode, Mode::Enforce);
    // The user's publish, the project's exec.unknown and mode.
    assert_eq!(compiled.warnings.len(), 3, "{:#?}", compiled.warnings);
    let all = compiled.warnings.join("\n");
    assert!(all.contains(".palisade/policy.toml:2"), "{all}");
    assert!(all.contains("mode = \"observe\""), "{all}");
    let e = Effect::new(EffectKind::NetRead, Target::None, "curl");
    assert_eq!(
        t.decide(&[e], &situation()).source,
        ".palisade/policy.toml:6"
    );
}

#[test]
fn stamps_tell_what_was_read() {
    let files = Files::new().with("user", "schema = 1\n");
    let compiled = compile(&files.sources()).unwrap();
    let stamp = &compiled.sources[0];
    assert!(stamp.present && stamp.size == 11 && stamp.ino > 0 && stamp.mtime_ns > 0);
    assert_ne!(stamp.sha256, [0; 32]);
    let again = Snapshot::decode(&compiled.encode()).unwrap();
    assert_eq!(again, compiled.snapshot);
}

#[test]
fn a_broken_project_file_restricts_and_lifts_nothing() {
    let files = Files::new()
        .with(
            "user",
            "schema = 1\nmode = \"observe\"\n[rows]\n\"secret.read\" = \"allow\"\n\"net.read\" = { inside = \"allow\", mode = \"observe\" }\n[[paths]]\npattern = \"/vault\"\nverdict = \"deny\"\n[[hosts]]\npattern = \"*\"\nverdict = \"allow\"\n",
        )
        .with("project", "schema = 1\nmode = \n");
    assert!(compile(&files.sources()).unwrap_err().has_errors());
    let Restricted {
        snapshot,
        diagnostics,
        ..
    } = compile_or_restricted(&files.sources());
    assert!(diagnostics.unwrap().has_errors());
    let t = &snapshot.table;
    assert_eq!(t.profile, Profile::Restricted);
    assert_eq!(t.mode, Mode::Enforce);
    for id in RowId::ALL {
        let row = &t.rows[id];
        let reads = [RowId::FileRead, RowId::FileList, RowId::GitRead];
        assert!(
            reads.contains(id) || row.verdict(Column::Inside) == Deny,
            "{id}"
        );
        assert_eq!(row.mode, Some(Mode::Enforce), "{id}");
    }
    use EffectKind::{FileRead, FileWrite};
    assert_eq!(path(t, FileRead, "/w/src/a.rs"), Allow);
    assert_eq!(path(t, FileRead, "/w/vault/a"), Deny);
    assert_eq!(path(t, FileRead, "/w/.env"), Deny);
    assert_eq!(path(t, FileWrite, "/w/src/a.rs"), Deny);
    assert_eq!(host(t, "GET", "example.com"), Deny);
    assert_eq!(snapshot.sources.len(), 4);
    let d = t.decide(
        &[Effect::new(FileWrite, Target::Path("/w/a".into()), "x")],
        &situation(),
    );
    assert_eq!(d.source, "built in (restricted)");
}

#[test]
fn what_is_not_a_file_restricts_too() {
    for make in [
        |p: &Path| fs::create_dir(p).unwrap(),
        |p: &Path| fs::write(p, [0xff, 0xfe]).unwrap(),
        |p: &Path| fs::write(p, "#".repeat(300 * 1024)).unwrap(),
        |p: &Path| fs::write(p, "").unwrap(),
    ] {
        for name in ["user", "project", "org/a.toml"] {
            let files = Files::new();
            make(&files.path(name));
            let Restricted {
                snapshot,
                diagnostics,
                ..
            } = compile_or_restricted(&files.sources());
            assert_eq!(snapshot.table.profile, Profile::Restricted, "{name}");
            let shown = diagnostics.unwrap().to_string();
            assert!(shown.contains(".toml"), "{shown}");
        }
    }
}

#[test]
fn a_valid_policy_comes_without_diagnostics() {
    let files = Files::new().with("user", "schema = 1\n");
    let Restricted {
        snapshot,
        diagnostics,
        ..
    } = compile_or_restricted(&files.sources());
    assert!(diagnostics.is_none());
    assert_eq!(snapshot, compile(&files.sources()).unwrap().snapshot);
}

/// Lines as people and attackers write them.
fn line() -> impl Strategy<Value = String> {
    let word =
        || prop::sample::select(&["allow", "ask", "deny", "full", "observe", "*", "/a", "x"]);
    let row = prop::sample::select(RowId::ALL).prop_map(RowId::id);
    prop_oneof![
        (row, word()).prop_map(|(k, v)| format!("\"{k}\" = \"{v}\"")),
        word().prop_map(|v| format!("mode = \"{v}\"")),
        word().prop_map(|v| format!("profile = \"{v}\"")),
        (word(), word())
            .prop_map(|(p, v)| format!("[[paths]]\npattern = \"{p}\"\nverdict = \"{v}\"")),
        (word(), word())
            .prop_map(|(p, v)| format!("[[hosts]]\npattern = \"{p}\"\nverdict = \"{v}\"")),
        word().prop_map(|p| format!("[secrets]\nexcept = [\"{p}\"]")),
        Just("[rows]".to_owned()),
        "[ -~\n]{0,12}".prop_map(|s| s),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// Whatever stands in a project's file, broken or not, nothing gets wider.
    #[test]
    fn no_project_file_widens(lines in prop::collection::vec(line(), 0..8)) {
        let files = Files::new().with("project", &format!("schema = 1\n{}\n", lines.join("\n")));
        let Restricted { snapshot, .. } = compile_or_restricted(&files.sources());
        let before = Table::builtin(Profile::Standard);
        prop_assert!(snapshot.table.mode >= before.mode);
        for (id, row) in &before.rows {
            for column in Column::ALL {
                prop_assert!(snapshot.table.rows[id].verdict(column) >= row.verdict(column), "{}", id);
            }
        }
        for p in ["/w/.env", "/home/u/.ssh/id_rsa", "/w/a", "/etc/shadow"] {
            for kind in [EffectKind::FileRead, EffectKind::FileWrite, EffectKind::FileDelete] {
                prop_assert!(path(&snapshot.table, kind, p) >= path(&before, kind, p));
            }
        }
        for h in ["example.com", "127.1", "10.0.0.1", "169.254.169.254"] {
            for m in ["GET", "POST"] {
                prop_assert!(host(&snapshot.table, m, h) >= host(&before, m, h));
            }
        }
    }

    #[test]
    fn never_panics(text in "\\PC{0,200}") {
        let files = Files::new().with("project", &text);
        if let Some(diagnostics) = compile_or_restricted(&files.sources()).diagnostics {
            let _ = (diagnostics.render(false), diagnostics.render(true));
        }
    }
}

#[test]
fn data_classes_are_seen_in_what_is_touched() {
    let table = user(
        "[[data]]\nclass = \"customer\"\npaths = [\"/data/customers/**\"]\nhosts = [\"*.crm.example.com\"]\ntables = [\"users\", \"billing.*\"]\ntools = [\"crm\", \"support/get_*\"]\n\n[[data]]\nclass = \"internal\"\npaths = [\"/**\"]\n",
    );
    let situation = Situation {
        workspace: "/w".into(),
        home: "/home/m".into(),
        ..Situation::default()
    };
    let said = |mut effect: Effect| {
        effect.facts.classes = table.classes_of(&effect, &situation);
        let names: Vec<&str> = effect.facts.classes.iter().map(|c| c.as_str()).collect();
        let names = names.join(" ");
        let decision = table.decide(&[effect], &situation);
        (names, decision.verdict, decision.rule)
    };
    let read = |path: &str| Effect::new(EffectKind::FileRead, Target::Path(path.into()), "cat");
    assert_eq!(said(read("/w/src/a.rs")).0, "internal");
    assert_eq!(said(read("/w/src/a.rs")).1, Allow);
    let customer = said(read("/w/data/customers/a.csv"));
    assert_eq!(customer.0, "internal customer");
    assert_eq!((customer.1, customer.2.as_str()), (Ask, "data.read"));
    let mut all = read("/w/data");
    all.recursive = true;
    assert_eq!(said(all).1, Ask);
    let mut sent = read("/w/data/customers/a.csv");
    sent.facts.flows_to_network = true;
    assert_eq!(said(sent).2, "data.send");
    let get = Target::Host {
        host: "eu.crm.example.com".into(),
        port: None,
        path: "/people".into(),
        method: "GET".into(),
    };
    assert_eq!(said(Effect::new(EffectKind::NetRead, get, "curl")).1, Ask);
    let select = |tables: &[&str]| {
        let mut e = Effect::new(EffectKind::DbRead, Target::Name("SELECT".into()), "psql");
        e.facts.tables = tables.iter().map(|t| (*t).to_owned()).collect();
        e
    };
    assert_eq!(said(select(&["orders", "public.users"])).1, Ask);
    assert_eq!(said(select(&["billing.invoices"])).1, Ask);
    assert_eq!(said(select(&["orders"])).1, Allow);
    let tool = |name: &str| Effect::new(EffectKind::McpRead, Target::Name(name.into()), "MCP");
    assert_eq!(said(tool("mcp__crm__search")).1, Ask);
    assert_eq!(said(tool("mcp__support__get_ticket")).1, Ask);
    assert_eq!(said(tool("mcp__support__status")).1, Allow);
}

#[test]
fn rows_can_ask_for_a_second_person() {
    let files = Files::new().with(
        "user",
        "schema = 1\n[approvals]\nsecond-person = { production = [\"deploy\"], anywhere = [\"publish\"] }\n",
    );
    let compiled = compile(&files.sources()).unwrap();
    let approvals = &compiled.table.approvals;
    assert_eq!(approvals.second_in_production, [RowId::Deploy]);
    assert_eq!(approvals.second_anywhere, [RowId::Publish]);
    for wrong in [
        "second-person = 1",
        "second-person = { anywhere = [\"pubish\"] }",
        "plan = true",
    ] {
        let files = Files::new().with("user", &format!("schema = 1\n[approvals]\n{wrong}\n"));
        assert!(compile(&files.sources()).is_err(), "{wrong}");
    }
}

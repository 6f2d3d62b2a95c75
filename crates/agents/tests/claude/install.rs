use std::path::{Path, PathBuf};

use palisade_agents::claude::settings::{
    Change, HookCommand, InstallError, Layer, LayerKind, Removal, Trouble, plan_install,
    plan_remove, record, unified_diff, wiring,
};
use proptest::prelude::*;
use serde_json::Value;

fn guard() -> HookCommand {
    HookCommand {
        program: PathBuf::from("/opt/palisade/bin/palisade-hook"),
        args: vec![
            "claude".into(),
            "--state=/home/dev/.local/state/palisade".into(),
        ],
    }
}

fn layer(path: &Path) -> Layer {
    Layer::read(LayerKind::User, path.to_owned())
}

struct File(tempfile::TempDir);

impl File {
    fn new(text: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("settings.json"), text).unwrap();
        Self(dir)
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("settings.json")
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.path()).unwrap()
    }

    fn plan(&self) -> Result<Change, InstallError> {
        plan_install(&layer(&self.path()), &guard())
    }
}

fn after(change: &Change) -> String {
    String::from_utf8(change.after.clone()).unwrap()
}

/// The diff without the temporary folder's name.
fn diff(change: &Change) -> String {
    let folder = format!("{}/", change.path.parent().unwrap().display());
    unified_diff(change).replace(&folder, "")
}

const EMPTY: &str = "{}";
const MINIMAL: &str = "{\n  \"model\": \"opus\"\n}\n";
const HOOKS: &str = r#"{
    "permissions": {
        "allow": ["Bash(npm test)"]
    },
    "hooks": {
        "PreToolUse": [
            {
                "matcher": "Bash",
                "hooks": [
                    { "type": "command", "command": "./lint.sh" }
                ]
            }
        ],
        "Stop": []
    }
}
"#;
const TABS: &str = "{\n\t\"env\": {\n\t\t\"A\": \"1\"\n\t}\n}";
const CRLF: &str = "{\r\n  \"model\": \"opus\",\r\n  \"hooks\": {\r\n  }\r\n}\r\n";
const COMMENTS: &str = "{\n  // my favourite\n  \"model\": \"opus\"\n}\n";

#[test]
fn plans_for_six_files() {
    for (name, text) in [
        ("empty", EMPTY),
        ("minimal", MINIMAL),
        ("hooks", HOOKS),
        ("tabs", TABS),
        ("crlf", CRLF),
    ] {
        let file = File::new(text);
        let change = file.plan().unwrap();
        assert_eq!(file.text(), text, "a plan changes nothing");
        insta::assert_snapshot!(name, diff(&change));
        assert_eq!(after(&change).contains("\r\n"), text.contains("\r\n"));
        assert_eq!(
            after(&change).replace("\r\n", "").contains('\n'),
            !text.contains("\r\n")
        );
    }
    let refused = File::new(COMMENTS).plan().unwrap_err();
    assert!(
        matches!(&refused, InstallError::Broken { line: 2, message, .. } if message.contains("comments")),
        "{refused}"
    );
}

#[test]
fn a_file_that_is_not_there_is_made_and_deleted() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(".claude/settings.json");
    let change = plan_install(&layer(&path), &guard()).unwrap();
    assert_eq!(change.before, None);
    change.apply(0o600).unwrap();
    let record = record(&change, None, None);
    assert!(record.created);
    let removal = plan_remove(&path, Some(&record)).unwrap();
    assert!(matches!(removal, Removal::Delete { .. }));
    removal.apply().unwrap();
    assert!(!path.exists());
    assert_eq!(plan_remove(&path, Some(&record)).unwrap(), Removal::Nothing);
}

#[test]
fn a_file_we_made_and_somebody_used_stays() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("settings.json");
    let change = plan_install(&layer(&path), &guard()).unwrap();
    let edited = after(&change).replacen("{\n", "{\n  \"model\": \"opus\",\n", 1);
    std::fs::write(&path, &edited).unwrap();
    let Removal::Write(back) = plan_remove(&path, Some(&record(&change, None, None))).unwrap()
    else {
        panic!()
    };
    assert_eq!(after(&back), "{\n  \"model\": \"opus\"\n}\n");
}

#[test]
fn installing_twice_changes_nothing() {
    for text in [EMPTY, MINIMAL, HOOKS, TABS, CRLF] {
        let file = File::new(text);
        file.plan().unwrap().apply(0o600).unwrap();
        let again = file.plan().unwrap();
        assert!(again.is_empty(), "{}", diff(&again));
    }
}

#[test]
fn an_older_entry_is_renewed_where_it_stands() {
    let old = r#"{
  "hooks": {
    "PreToolUse": [
      { "hooks": [{ "type": "command", "command": "/old/palisade hook claude", "async": true }, { "type": "command", "command": "mine" }] },
      { "matcher": "Bash", "hooks": [{ "type": "command", "command": "/old/palisade-hook", "args": [] }] }
    ],
    "TeammateIdle": [{ "hooks": [{ "type": "command", "command": "/old/palisade-hook" }] }]
  }
}
"#;
    let file = File::new(old);
    let change = file.plan().unwrap();
    insta::assert_snapshot!("renewed", diff(&change));
    change.apply(0o600).unwrap();
    assert!(file.plan().unwrap().is_empty());
    let Removal::Write(back) = plan_remove(&file.path(), None).unwrap() else {
        panic!()
    };
    assert!(!after(&back).contains("palisade"));
    assert!(after(&back).contains("mine"));
}

#[test]
fn files_of_another_shape_are_refused_with_the_line() {
    for (text, expected) in [
        ("[]", "1: the file is not an object"),
        ("{\n\"hooks\": []}", "2: \"hooks\" is not an object"),
        ("{\"hooks\": {\n\"Stop\": {}}}", "2: Stop is not an array"),
        (
            "{\"hooks\": {},\n\"hooks\": {}}",
            "2: \"hooks\" occurs twice",
        ),
        ("{\n\"a\" 1}", "2: expected `:`"),
        ("", "1: the file is empty"),
    ] {
        let error = File::new(text).plan().unwrap_err().to_string();
        assert!(error.contains(expected), "{text:?}: {error}");
    }
    let file = File::new("{}");
    let layer = layer(&file.path());
    for (program, args) in [
        ("palisade-hook", vec![]),
        ("/bin/sh", vec![]),
        ("/opt/palisade", vec!["claude"]),
    ] {
        let command = HookCommand {
            program: program.into(),
            args: args.into_iter().map(str::to_owned).collect(),
        };
        assert!(
            matches!(
                plan_install(&layer, &command),
                Err(InstallError::Program(_))
            ),
            "{program}"
        );
    }
}

#[test]
fn nothing_is_written_over_a_change_made_in_between() {
    let file = File::new(MINIMAL);
    let change = file.plan().unwrap();
    std::fs::write(file.path(), "{\"model\": \"sonnet\"}").unwrap();
    assert!(matches!(change.apply(0o600), Err(InstallError::Changed(_))));
    assert_eq!(file.text(), "{\"model\": \"sonnet\"}");
}

#[test]
fn a_byte_order_mark_stays() {
    let file = File::new("\u{feff}{\"a\": 1}");
    let change = file.plan().unwrap();
    assert!(after(&change).starts_with("\u{feff}{"));
    change.apply(0o600).unwrap();
    let Removal::Write(back) =
        plan_remove(&file.path(), Some(&record(&change, None, None))).unwrap()
    else {
        panic!()
    };
    assert_eq!(after(&back), "\u{feff}{\"a\": 1}");
}

#[test]
fn the_backup_is_used_only_if_it_is_the_original() {
    let file = File::new(HOOKS);
    let change = file.plan().unwrap();
    let backup = file.0.path().join("backup");
    std::fs::write(&backup, change.before.as_ref().unwrap()).unwrap();
    change.apply(0o600).unwrap();
    let record = record(&change, Some(backup.clone()), None);
    let json = serde_json::to_string(&record).unwrap();
    assert_eq!(record, serde_json::from_str(&json).unwrap());
    for text in [HOOKS, "{\"model\": \"evil\"}"] {
        std::fs::write(&backup, text).unwrap();
        let Removal::Write(back) = plan_remove(&file.path(), Some(&record)).unwrap() else {
            panic!()
        };
        assert_eq!(after(&back), HOOKS);
    }
}

#[test]
fn renewing_keeps_the_way_back_to_the_first_original() {
    let file = File::new(MINIMAL);
    let first = file.plan().unwrap();
    let backup = file.0.path().join("backup");
    std::fs::write(&backup, MINIMAL).unwrap();
    first.apply(0o600).unwrap();
    let first_record = record(&first, Some(backup), None);

    let newer = HookCommand {
        program: "/usr/local/bin/palisade-hook".into(),
        args: vec!["claude".into()],
    };
    let second = plan_install(&layer(&file.path()), &newer).unwrap();
    assert!(!second.is_empty());
    second.apply(0o600).unwrap();
    let second_record = record(
        &second,
        Some(file.0.path().join("other")),
        Some(&first_record),
    );
    let Removal::Write(back) = plan_remove(&file.path(), Some(&second_record)).unwrap() else {
        panic!()
    };
    assert_eq!(after(&back), MINIMAL);

    // Edited between the two installations: only what is ours goes.
    let edited = file.text().replace("opus", "sonnet");
    std::fs::write(file.path(), &edited).unwrap();
    let third = plan_install(&layer(&file.path()), &guard()).unwrap();
    third.apply(0o600).unwrap();
    let third_record = record(&third, None, Some(&second_record));
    let Removal::Write(back) = plan_remove(&file.path(), Some(&third_record)).unwrap() else {
        panic!()
    };
    assert_eq!(after(&back), MINIMAL.replace("opus", "sonnet"));
}

#[test]
fn hooks_that_others_added_to_our_containers_stay() {
    let file = File::new(MINIMAL);
    let change = file.plan().unwrap();
    let theirs = after(&change).replacen(
        "\"PreToolUse\": [",
        "\"Notification\": [{ \"hooks\": [{ \"type\": \"command\", \"command\": \"bell\" }] }],\n    \"PreToolUse\": [",
        1,
    );
    std::fs::write(file.path(), theirs).unwrap();
    let Removal::Write(back) =
        plan_remove(&file.path(), Some(&record(&change, None, None))).unwrap()
    else {
        panic!()
    };
    let json: Value = serde_json::from_slice(&back.after).unwrap();
    assert_eq!(json["hooks"].as_object().unwrap().len(), 1);
    assert_eq!(
        json["hooks"]["Notification"][0]["hooks"][0]["command"],
        "bell"
    );
    assert_eq!(json["model"], "opus");
}

#[test]
fn containers_that_were_there_stay_even_if_empty() {
    let text = "{\"hooks\": {\"Stop\": [], \"PreToolUse\": []}}";
    let file = File::new(text);
    let change = file.plan().unwrap();
    // Somebody reformats the file, so that no inserted piece is found again.
    let json: Value = serde_json::from_slice(&change.after).unwrap();
    std::fs::write(file.path(), serde_json::to_string_pretty(&json).unwrap()).unwrap();
    let Removal::Write(back) =
        plan_remove(&file.path(), Some(&record(&change, None, None))).unwrap()
    else {
        panic!()
    };
    let json: Value = serde_json::from_slice(&back.after).unwrap();
    assert_eq!(json, serde_json::from_str::<Value>(text).unwrap());
}

// ---- any file -------------------------------------------------------------

#[derive(Clone, Debug)]
enum Tree {
    Leaf(String),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<i32>().prop_map(|n| n.to_string()),
        any::<String>().prop_map(|s| Value::from(s).to_string()),
        Just("\"MARK\"".to_owned()),
    ]
    .prop_map(Tree::Leaf);
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Tree::List),
            prop::collection::vec(("[a-z]{1,6}", inner), 0..4).prop_map(Tree::Map),
        ]
    })
}

fn hooks() -> impl Strategy<Value = Tree> {
    let leaf = |s: &str| Tree::Leaf(format!("\"{s}\""));
    let entry =
        prop::sample::select(vec!["lint", "MARK", "/usr/bin/palisade-other"]).prop_map(move |c| {
            Tree::Map(vec![
                ("type".into(), leaf("command")),
                ("command".into(), leaf(c)),
            ])
        });
    let group = (
        prop::option::of(Just("Bash")),
        prop::collection::vec(entry, 0..3),
    )
        .prop_map(move |(m, h)| {
            let mut members: Vec<(String, Tree)> =
                m.map(|m| ("matcher".into(), leaf(m))).into_iter().collect();
            members.push(("hooks".into(), Tree::List(h)));
            Tree::Map(members)
        });
    let events = [
        "PreToolUse",
        "PostToolUse",
        "PermissionRequest",
        "Stop",
        "Notification",
        "SessionEnd",
    ];
    prop::sample::subsequence(events.to_vec(), 0..6).prop_flat_map(move |events| {
        let n = events.len();
        prop::collection::vec(prop::collection::vec(group.clone(), 0..3), n).prop_map(
            move |lists| {
                Tree::Map(
                    events
                        .iter()
                        .map(|e| (*e).to_owned())
                        .zip(lists.into_iter().map(Tree::List))
                        .collect(),
                )
            },
        )
    })
}

/// Writes a tree with blanks of the given kinds, in turn, at every place where
/// blanks may be.
struct Writer<'a> {
    gaps: &'a [&'static str],
    at: usize,
    out: String,
}

impl Writer<'_> {
    fn gap(&mut self) {
        self.out.push_str(self.gaps[self.at % self.gaps.len()]);
        self.at += 1;
    }

    fn write(&mut self, tree: &Tree) {
        match tree {
            Tree::Leaf(text) => self.out.push_str(text),
            Tree::List(items) => {
                self.out.push('[');
                self.gap();
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        self.out.push(',');
                        self.gap();
                    }
                    self.write(item);
                    self.gap();
                }
                self.out.push(']');
            }
            Tree::Map(members) => {
                self.out.push('{');
                self.gap();
                for (i, (key, value)) in members.iter().enumerate() {
                    if i > 0 {
                        self.out.push(',');
                        self.gap();
                    }
                    self.out.push_str(&format!("\"{key}\""));
                    self.gap();
                    self.out.push(':');
                    self.gap();
                    self.write(value);
                    self.gap();
                }
                self.out.push('}');
            }
        }
    }
}

fn document() -> impl Strategy<Value = String> {
    let gaps = prop::collection::vec(
        prop::sample::select(vec![
            "", "", " ", "\n", "\n  ", "\n    ", "\t", "\r\n", "\r\n  ", " \n\t",
        ]),
        1..7,
    );
    let members = prop::collection::btree_map("[a-g]{1,3}", tree(), 0..4);
    (
        members,
        prop::option::of(hooks()),
        gaps,
        any::<prop::sample::Index>(),
    )
        .prop_map(|(members, hooks, gaps, place)| {
            let mut members: Vec<(String, Tree)> = members.into_iter().collect();
            if let Some(hooks) = hooks {
                let at = place.index(members.len() + 1);
                members.insert(at, ("hooks".into(), hooks));
            }
            let mut writer = Writer {
                gaps: &gaps,
                at: 0,
                out: String::new(),
            };
            writer.gap();
            writer.write(&Tree::Map(members));
            writer.gap();
            writer.out
        })
}

/// An edit somebody makes elsewhere in the file.
fn edit(text: &str, kind: usize) -> String {
    match kind {
        0 => format!("{text}\n\n"),
        1 => text.replace("\"MARK\"", "\"EDITED, {\\\"x\\\": [\""),
        2 => format!("\n{text}"),
        _ => {
            let (head, tail) = text.rsplit_once('}').unwrap();
            format!("{head},\n  \"zz\": [1, {{}}]\n}}{tail}")
        }
    }
}

fn is_empty_map(text: &str) -> bool {
    serde_json::from_str::<Value>(text)
        .unwrap()
        .as_object()
        .unwrap()
        .is_empty()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn removing_restores_every_byte(text in document()) {
        let file = File::new(&text);
        let change = file.plan().unwrap();
        change.apply(0o600).unwrap();
        prop_assert!(file.plan().unwrap().is_empty());
        let found = wiring(&[layer(&file.path())]);
        prop_assert_eq!(&found.installed[0].missing, &Vec::<&str>::new());

        // Nothing but our own entries was added.
        let before: Value = serde_json::from_str(&text).unwrap();
        let after_json: Value = serde_json::from_slice(&change.after).unwrap();
        for (key, value) in before.as_object().unwrap() {
            if key != "hooks" {
                prop_assert_eq!(&after_json[key], value);
            }
        }

        let Removal::Write(back) = plan_remove(&file.path(), Some(&record(&change, None, None))).unwrap() else { panic!() };
        prop_assert_eq!(after(&back), text);
    }

    #[test]
    fn removing_leaves_exactly_what_somebody_edited(text in document(), kind in 0_usize..4) {
        prop_assume!(kind != 3 || !is_empty_map(&text));
        let file = File::new(&text);
        let change = file.plan().unwrap();
        std::fs::write(file.path(), edit(&after(&change), kind)).unwrap();
        let Removal::Write(back) = plan_remove(&file.path(), Some(&record(&change, None, None))).unwrap() else { panic!() };
        prop_assert_eq!(after(&back), edit(&text, kind));
    }

    /// Without a record, or after a reformatting, the meaning is restored.
    #[test]
    fn removing_restores_the_meaning_in_any_case(text in document()) {
        let file = File::new(&text);
        let change = file.plan().unwrap();
        let json: Value = serde_json::from_slice(&change.after).unwrap();
        std::fs::write(file.path(), serde_json::to_string(&json).unwrap()).unwrap();
        let Removal::Write(back) = plan_remove(&file.path(), Some(&record(&change, None, None))).unwrap() else { panic!() };
        let json: Value = serde_json::from_slice(&back.after).unwrap();
        prop_assert_eq!(json, serde_json::from_str::<Value>(&text).unwrap());

        let Removal::Write(back) = plan_remove(&file.path(), None).unwrap() else { panic!() };
        prop_assert!(!after(&back).contains("palisade-hook"));
    }

    #[test]
    fn any_bytes_are_planned_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let file = File::new("");
        std::fs::write(file.path(), &bytes).unwrap();
        let planned = file.plan();
        drop(plan_remove(&file.path(), None));
        prop_assert_eq!(std::fs::read(file.path()).unwrap(), bytes);
        drop(planned);
    }
}

// ---- is it called? --------------------------------------------------------

#[test]
fn troubles_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let program = dir.path().join("palisade-hook");
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let command = HookCommand {
        program: program.clone(),
        args: vec!["claude".into()],
    };
    let user = write("user.json", "{}");
    plan_install(&layer(&user), &command)
        .unwrap()
        .apply(0o600)
        .unwrap();

    let found = wiring(&[layer(&user)]);
    assert!(!found.is_complete());
    assert_eq!(
        found.troubles,
        [Trouble::Program {
            program: program.clone(),
            problem: "does not exist"
        }]
    );

    std::fs::write(&program, "#!/bin/sh\n").unwrap();
    let set = |mode: u32| {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    set(0o644);
    assert!(matches!(
        wiring(&[layer(&user)]).troubles[..],
        [Trouble::Program {
            problem: "cannot be executed",
            ..
        }]
    ));
    set(0o777);
    assert!(matches!(
        wiring(&[layer(&user)]).troubles[..],
        [Trouble::Program {
            problem: "can be replaced by other users",
            ..
        }]
    ));
    set(0o755);
    let found = wiring(&[layer(&user)]);
    assert!(found.is_complete(), "{found:?}");
    assert_eq!(found.installed[0].args, ["claude"]);

    // The project turns hooks off.
    let project = Layer::read(
        LayerKind::Project,
        write("project.json", "{\n\"disableAllHooks\": true}"),
    );
    let found = wiring(&[project.clone(), layer(&user)]);
    assert!(found.installed[0].disabled);
    assert!(matches!(
        found.troubles[..],
        [Trouble::Disabled {
            key: "disableAllHooks",
            line: 2,
            ..
        }]
    ));
    // A managed hook does not care.
    let managed = Layer::read(LayerKind::Managed, user.clone());
    assert!(wiring(&[managed, project]).is_complete());
    let only = Layer::read(
        LayerKind::Managed,
        write("m.json", "{\"allowManagedHooksOnly\": true}"),
    );
    assert!(matches!(
        wiring(&[only, layer(&user)]).troubles[..],
        [Trouble::Disabled {
            key: "allowManagedHooksOnly",
            ..
        }]
    ));

    let off = write(
        "off.json",
        &std::fs::read_to_string(&user).unwrap().replacen(
            '{',
            "{\n\"env\": {\"CLAUDE_CODE_SAFE_MODE\": \"1\"},",
            1,
        ),
    );
    let found = wiring(&[layer(&off)]);
    assert!(found.installed[0].disabled);
    assert!(matches!(
        found.troubles[..],
        [Trouble::Disabled {
            key: "env.CLAUDE_CODE_SAFE_MODE",
            line: 2,
            ..
        }]
    ));

    // Somebody took the net away, or made it smaller.
    let text = std::fs::read_to_string(&user).unwrap();
    let open = write(
        "open.json",
        &text.replacen(", \"onFailure\": \"block\"", "", 1),
    );
    assert!(matches!(
        wiring(&[layer(&open)]).troubles[..],
        [Trouble::FailsOpen {
            event: "PreToolUse",
            ..
        }]
    ));
    let narrow = write(
        "narrow.json",
        &text.replacen("\"matcher\": \"*\"", "\"matcher\": \"Read\"", 1),
    );
    let found = wiring(&[layer(&narrow)]);
    assert!(matches!(
        found.troubles[..],
        [Trouble::Narrow {
            event: "PreToolUse",
            ..
        }]
    ));
    assert_eq!(found.installed[0].missing, ["PreToolUse"]);
    let broken = write("broken.json", &format!("// note\n{text}"));
    let found = wiring(&[layer(&broken)]);
    assert!(found.installed.is_empty());
    assert!(matches!(
        found.troubles[..],
        [Trouble::Ignored { line: 1, .. }]
    ));
}

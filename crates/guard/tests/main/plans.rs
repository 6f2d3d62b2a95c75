//! Plans, and repositories where nothing goes on without a record.

use palisade_core::Verdict;
use palisade_policy::{Layer, RowId, SourceRef, Statement, Table};
use serde_json::json;

use crate::world::World;

fn plans_ask(table: &mut Table) {
    let source = SourceRef::File {
        path: "p.toml".into(),
        line: 3,
    };
    let cells = [Some(Verdict::Ask); 3];
    let layer = Layer::User;
    let row = table.rows.entry(RowId::PlanStart).or_default();
    row.statements.push(Statement {
        layer,
        cells,
        source,
    });
}

#[test]
fn a_plan_is_approved_where_the_policy_says_so() {
    let world = World::new();
    let plan = |text: &str| World::verdict(&world.tool("ExitPlanMode", json!({ "plan": text })));
    // Nobody is asked twice: the agent asks itself.
    assert_eq!(plan("Delete everything:\n```sh\nrm -rf ~\n```\n"), "allow");
    world.policy(plans_ask);
    assert_eq!(plan("1. Read the code\n2. Fix it\n"), "ask");
    assert_eq!(plan("```sh\nnpm test\n```\n"), "ask");
    // What would be denied later is denied before anybody agrees to it.
    let out = world.tool(
        "ExitPlanMode",
        json!({"plan": "Then:\n```bash\n$ rm -rf ~\n```\n"}),
    );
    assert_eq!(World::verdict(&out), "deny");
    assert!(out.stdout.contains("file.delete-root"), "{}", out.stdout);
    // Another language's block is text.
    assert_eq!(plan("```python\nrm -rf ~\n```\n"), "ask");
}

#[test]
fn a_plan_nobody_can_approve_is_not_begun() {
    let mut world = World::new();
    world.policy(plans_ask);
    world.attended = Some(false);
    let out = world.tool("ExitPlanMode", json!({"plan": "1. Fix it\n"}));
    assert_eq!(World::verdict(&out), "deny");
}

#[test]
fn a_sensitive_repository_does_nothing_without_a_record() {
    let world = World::new();
    let unrecorded = |world: &World| {
        // A file where the journal's folder has to be.
        let journal = world.places.state.join("audit");
        std::fs::remove_dir_all(&journal).ok();
        std::fs::create_dir_all(&world.places.state).unwrap();
        std::fs::write(&journal, "").unwrap();
    };
    let read = |world: &World| {
        let file = world.project.join("README.md");
        World::verdict(&world.tool("Read", json!({ "file_path": file })))
    };
    let prompt = |world: &World| {
        let out = world.event("UserPromptSubmit", json!({"prompt": "go on"}));
        out.exit_code == 2 || out.stdout.contains("\"block\"")
    };
    unrecorded(&world);
    assert_eq!((read(&world), prompt(&world)), ("allow", false));
    let world = World::new();
    world.policy(|table| table.record_required = true);
    assert_eq!((read(&world), prompt(&world)), ("allow", false));
    unrecorded(&world);
    assert_eq!((read(&world), prompt(&world)), ("deny", true));
}

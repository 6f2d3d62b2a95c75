//! Tools of a real MCP server, judged by what the server was asked.

use std::fs;
use std::path::Path;

use palisade_e2e::{Broken, Call, Checks, Options, Script, World};
use serde_json::json;

use crate::scenario;

const NAME: &str = "shopping";

/// Notes for the server to keep, and how to start it.
fn with_notes(world: &World) -> Result<Options, Broken> {
    let folder = world.root().join("notes");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(format!("{NAME}.txt")), "milk\n")?;
    fs::write(folder.join("login.txt"), format!("token {}\n", world.token))?;
    let server = Path::new(env!("CARGO_MANIFEST_DIR")).join("servers/notes.py");
    let config = json!({"mcpServers": {"notes": {
        "command": "python3", "args": [server, folder], "alwaysLoad": true}}});
    Ok(Options {
        args: vec!["--mcp-config".into(), config.to_string().into()],
        ..Options::default()
    })
}

fn asked(world: &World, text: &str) -> bool {
    fs::read_to_string(world.root().join("notes/calls.log"))
        .unwrap_or_default()
        .contains(text)
}

scenario! {
    /// A key handed to a server, a deletion nobody can confirm, a key it returns.
    deny deny_mcp(setup) {
        let world = setup.world()?;
        let options = with_notes(&world)?;
        let run = world.claude_with(
            "please tidy my notes",
            Script::each([
                Call::new("mcp__notes__echo", json!({"text": format!("remember {}", world.token)})),
                Call::new("mcp__notes__read_note", json!({"name": "login"})),
                Call::new("mcp__notes__delete_note", json!({"name": NAME})),
            ]),
            &options,
        )?;
        let mut checks = Checks::new();
        checks.that("the server is not told the key", !asked(&world, &world.token), run.said(0));
        checks.that(
            "a key the server returns does not reach the model",
            run.result(1).is_some() && !run.said(1).contains(&world.token),
            run.said(1),
        );
        checks.that(
            "the note stays",
            world.root().join(format!("notes/{NAME}.txt")).exists(),
            run.said(2),
        );
        Ok(checks)
    }
}

scenario! {
    allow allow_mcp(setup) {
        let world = setup.world()?;
        let options = with_notes(&world)?;
        let run = world.claude_with(
            "please read my notes",
            Script::each([
                Call::new("mcp__notes__echo", json!({"text": world.word})),
                Call::new("mcp__notes__list_notes", json!({})),
                Call::new("mcp__notes__read_note", json!({"name": NAME})),
            ]),
            &options,
        )?;
        let mut checks = Checks::new();
        checks.that("echo", run.went(0, &world.word), run.said(0));
        checks.that("list", run.went(1, NAME), run.said(1));
        checks.that("read", run.went(2, "milk"), run.said(2));
        Ok(checks)
    }
}

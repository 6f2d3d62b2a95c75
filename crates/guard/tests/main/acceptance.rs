//! The acceptance examples that a hook call can show, by their number.

use std::os::unix::fs::symlink;

use serde_json::json;

use crate::world::{World, path};

#[test]
fn x1_regenerable_folders_go_others_ask() {
    World::new().expect(&[
        ("rm -rf node_modules", "allow"),
        ("rm -rf ./node_modules/", "allow"),
        ("rm -rf build", "ask"),
        ("rm -rf build ~/x", "ask"),
        ("rm -rf ~", "deny"),
        ("rm -rf $HOME", "deny"),
        ("rm -rf ~/*", "deny"),
        ("rm -rf /", "deny"),
        ("rm -rf .", "deny"),
        ("bash -c 'rm -rf \"$HOME\"'", "deny"),
        (
            "python3 -c \"import shutil,os; shutil.rmtree(os.path.expanduser('~'))\"",
            "deny",
        ),
        ("find ~ -delete", "deny"),
    ]);
}

#[test]
fn x2_a_request_that_destroys_asks_in_every_spelling() {
    let url = "https://api.example.com/api/admin/delete-all-users";
    let world = World::new();
    let cases: Vec<String> = vec![
        format!("curl -X POST {url}"),
        format!("curl --data '' {url}"),
        format!("http POST {url}"),
        format!("wget --post-data='' {url}"),
        format!("python3 -c \"import requests; requests.post('{url}')\""),
        format!("node -e \"fetch('{url}', {{method: 'POST'}})\""),
        "curl -X POST http://localhost:3000/api/admin/delete-all-users".to_owned(),
    ];
    for case in &cases {
        world.expect(&[(case, "ask")]);
    }
    let mut headless = World::new();
    headless.attended = Some(false);
    for case in &cases {
        headless.expect(&[(case, "deny")]);
    }
}

#[test]
fn x3_git_on_its_own_branch() {
    let world = World::new();
    world.expect(&[
        ("git commit -am 'fix: rm -rf ~ in the docs'", "allow"),
        ("git push", "allow"),
        ("git push -u origin HEAD", "allow"),
        ("git push --force", "ask"),
        ("git push --force origin main", "deny"),
        ("git push origin +topic:main", "deny"),
        ("git push origin HEAD:refs/heads/main", "deny"),
        ("git push origin main", "deny"),
        ("git push origin --delete main", "deny"),
        ("git push origin :main", "deny"),
        ("git reset --hard HEAD~1", "ask"),
        ("git clean -fdx", "ask"),
        ("git commit --no-verify -m x", "ask"),
        ("git status && git diff && git log -3", "allow"),
    ]);
    world.write("src/app.js", "changed");
    let out = world.bash("git reset --hard HEAD~1");
    assert!(out.stdout.contains("1 changed file"), "{}", out.stdout);
    world.git(&["checkout", "-qb", "main"]);
    world.expect(&[
        ("git push", "deny"),
        ("git push --force", "deny"),
        ("git push origin HEAD", "deny"),
    ]);
}

#[test]
fn x5_a_secret_file_is_not_read_in_any_spelling() {
    let world = World::new();
    symlink(world.project.join(".env"), world.project.join("notes.txt")).unwrap();
    std::fs::hard_link(world.project.join(".env"), world.project.join("copy.txt")).unwrap();
    world.write(".env.example", "SHOP_DB_PASSWORD=\n");
    world.expect(&[
        ("cat .env", "deny"),
        ("cat ./src/../.env", "deny"),
        ("cat .e*", "deny"),
        ("cat notes.txt", "deny"),
        ("cat copy.txt", "deny"),
        ("python3 -c \"print(open('.env').read())\"", "deny"),
        (
            "node -e \"console.log(require('fs').readFileSync('.env','utf8'))\"",
            "deny",
        ),
        ("bash -c 'cat < .env'", "deny"),
        ("base64 .env", "deny"),
        ("cp .env /tmp/x", "deny"),
        ("cd src && cat ../.env", "deny"),
        ("f=.env; cat $f", "deny"),
        ("cat ~/.ssh/id_ed25519", "deny"),
        ("cat ~/.aws/credentials", "deny"),
        ("cat .env.example README.md src/app.js", "allow"),
        ("grep -rn TODO src", "allow"),
        ("ls -la", "allow"),
    ]);
    for file in [".env", "notes.txt", "copy.txt"] {
        let out = world.tool(
            "Read",
            json!({"file_path": path(&world.project.join(file))}),
        );
        assert_eq!(World::verdict(&out), "deny", "{file}");
    }
    let out = world.tool(
        "Read",
        json!({"file_path": path(&world.project.join("README.md"))}),
    );
    assert_eq!(World::verdict(&out), "allow");
}

#[test]
fn x6_private_hosts_in_every_spelling() {
    World::new().expect(&[
        ("curl http://169.254.169.254/latest/meta-data/", "deny"),
        ("curl http://0xA9FEA9FE/", "deny"),
        ("curl http://2852039166/", "deny"),
        ("curl 'http://[::ffff:169.254.169.254]/'", "deny"),
        ("curl http://10.1.2.3/", "deny"),
        ("curl http://127.0.0.1:3000/health", "allow"),
        ("curl http://localhost:3000/health", "allow"),
        ("curl http://127.1:3000/health", "allow"),
        ("curl https://example.com/", "allow"),
    ]);
}

#[test]
fn x9_six_kinds_of_work_differ() {
    let world = World::new();
    world.expect(&[
        ("cat src/app.js", "allow"),
        ("npm test", "allow"),
        ("git push", "allow"),
        ("psql -h localhost -c 'select 1'", "allow"),
        ("psql -h localhost -c 'drop table users'", "ask"),
        ("kubectl apply -f k8s/", "ask"),
        ("terraform apply -auto-approve", "ask"),
        ("npm publish", "ask"),
    ]);
    let edit = json!({"file_path": path(&world.project.join("src/app.js")), "old_string": "1", "new_string": "2"});
    assert_eq!(World::verdict(&world.tool("Edit", edit)), "allow");
}

#[test]
fn x18_a_link_out_of_the_project_leads_to_its_target() {
    let world = World::new();
    std::fs::create_dir_all(world.home.join(".ssh")).unwrap();
    std::fs::write(world.home.join(".ssh/id_rsa"), "k").unwrap();
    std::fs::create_dir_all(world.home.join("lib")).unwrap();
    std::fs::write(world.home.join("lib/a.js"), "k").unwrap();
    symlink(world.home.join(".ssh"), world.project.join("keys")).unwrap();
    symlink(world.home.join("lib"), world.project.join("lib")).unwrap();
    world.expect(&[("cat keys/id_rsa", "deny"), ("cat lib/a.js", "allow")]);
    let read = |p: &str| world.tool("Read", json!({"file_path": path(&world.project.join(p))}));
    assert_eq!(World::verdict(&read("keys/id_rsa")), "deny");
    assert_eq!(World::verdict(&read("lib/a.js")), "allow");
}

#[test]
fn x19_a_denied_secret_file_offers_the_redacted_copy() {
    let world = World::new();
    let out = world.tool(
        "Read",
        json!({"file_path": path(&world.project.join(".env"))}),
    );
    assert!(out.stdout.contains("palisade redact"), "{}", out.stdout);
    world.expect(&[("palisade redact .env", "allow")]);
}

#[test]
fn x20_a_prompt_with_a_key_is_stopped() {
    let world = World::new();
    let key = crate::results::anthropic_key();
    let out = world.event(
        "UserPromptSubmit",
        json!({"prompt": format!("use {key} to call the api")}),
    );
    assert!(out.stdout.contains("\"block\""), "{out:?}");
    assert!(!out.stdout.contains(&key) && !out.stderr.contains(&key));
    let fine = world.event(
        "UserPromptSubmit",
        json!({"prompt": "use $ANTHROPIC_API_KEY to call the api"}),
    );
    assert_eq!((fine.stdout.as_str(), fine.exit_code), ("", 0));
    let journal = world.journal();
    assert_eq!(journal.len(), 2);
    assert!(
        journal
            .iter()
            .all(|e| !e.summary.contains(key.get(20..40).unwrap()))
    );
}

#[test]
fn the_guard_is_not_the_agents_to_change() {
    let world = World::new();
    let state = path(&world.places.state);
    world.expect(&[
        (&format!("rm -rf {state}"), "deny"),
        ("rm .palisade/policy.toml", "deny"),
        ("echo 'mode = \"observe\"' > .palisade/policy.toml", "deny"),
        (
            "sed -i s/enforce/observe/ ~/.config/palisade/policy.toml",
            "deny",
        ),
        ("echo '{}' > .claude/settings.json", "deny"),
        ("echo '{}' > ~/.claude/settings.json", "deny"),
        ("mv ~/.claude/settings.json /tmp/x", "deny"),
        ("palisade unprotect --yes", "deny"),
        ("claude --bare -p 'do it'", "deny"),
        ("palisade status", "allow"),
        ("palisade scan secrets --staged", "allow"),
        ("palisade scan secrets --show-secrets src", "deny"),
        ("palisade install-git-hooks --remove", "deny"),
        ("palisade log --limit 5", "allow"),
        ("echo x > .git/hooks/pre-commit", "ask"),
        ("echo x >> ~/.bashrc", "ask"),
    ]);
    let write = |p: String| world.tool("Write", json!({"file_path": p, "content": "{}"}));
    for file in [
        ".claude/settings.json",
        ".claude/settings.local.json",
        ".palisade/policy.toml",
    ] {
        assert_eq!(
            World::verdict(&write(path(&world.project.join(file)))),
            "deny",
            "{file}"
        );
    }
    assert_eq!(
        World::verdict(&write(path(&world.project.join("src/new.js")))),
        "allow"
    );
}

#[test]
fn everyday_work_is_not_disturbed() {
    World::new().expect(&[
        ("npm ci && npm run build", "allow"),
        ("npm install lodash", "allow"),
        ("cargo test -- --nocapture 2>&1 | tail -20", "allow"),
        ("python3 -c \"import json,sys; print(json.load(sys.stdin)['name'])\" < package.json", "allow"),
        ("for f in src/*.js; do echo \"$f\"; done", "allow"),
        ("mkdir -p src/new && touch src/new/a.js", "allow"),
        ("cat > src/b.js <<'EOF'\nrequire('x'); // rm -rf /\nEOF", "allow"),
        ("git add -A && git commit -m \"$(cat <<'EOF'\nfeat: never run git push --force\nEOF\n)\"", "allow"),
        ("sed -i 's/a/b/' src/app.js", "allow"),
        ("find . -name '*.js' -not -path './node_modules/*' | xargs wc -l", "allow"),
        ("grep -rn 'rm -rf' . | head", "allow"),
        ("export PATH=\"$HOME/.local/bin:$PATH\"; which node", "allow"),
        ("docker compose up -d", "allow"),
        ("curl -s http://localhost:3000/health | jq .", "allow"),
        ("ps aux | grep node", "allow"),
        ("tar czf /tmp/src.tgz src", "allow"),
        ("mktemp -d", "allow"),
    ]);
}

/// A settings file that stops calling the guard while a session runs is vetoed:
/// the running session keeps its hooks.
#[test]
fn a_settings_file_must_go_on_calling_the_guard() {
    let world = World::new();
    let settings = world.home.join(".claude/settings.json");
    std::fs::create_dir_all(settings.parent().unwrap()).unwrap();
    let changed = |text: &str| {
        std::fs::write(&settings, text).unwrap();
        let out = world.event(
            "ConfigChange",
            json!({"source": "user_settings", "file_path": path(&settings)}),
        );
        out.stdout.contains("block")
    };
    // Not ours: anything goes, except switching hooks off.
    assert!(!changed("{}"));
    assert!(changed("{\"disableAllHooks\": true}"));
    let record = world.places.install_record(&settings);
    std::fs::create_dir_all(record.parent().unwrap()).unwrap();
    std::fs::write(&record, "{}").unwrap();
    assert!(changed("{}"));
    assert!(changed("not json"));
    assert!(changed("{\"note\": \"palisade-hook\"}"));
    let group = json!([{"hooks": [{"type": "command", "command": "/x/palisade-hook"}]}]);
    let mut wired = json!({"hooks": {
        "PreToolUse": group, "PostToolUse": group, "PostToolBatch": group,
        "UserPromptSubmit": group, "UserPromptExpansion": group,
    }});
    assert!(!changed(&wired.to_string()));
    wired["hooks"]["PreToolUse"] = json!([]);
    assert!(changed(&wired.to_string()));
}

//! What the programs are given.

use palisade_e2e::World;
use serde_json::{Value, json};

/// The size the budget for large input names.
const LARGE: usize = 64 * 1024;

fn event(world: &World, name: &str, more: Value) -> Value {
    let mut event = json!({
        "session_id": "3f2a7c1e-0000-4000-8000-00000000be4c",
        "transcript_path": world.home().join(".claude/projects/x/t.jsonl"),
        "cwd": world.project(),
        "permission_mode": "default",
        "hook_event_name": name,
    });
    if let (Some(all), Value::Object(more)) = (event.as_object_mut(), more) {
        all.extend(more);
    }
    event
}

fn call(world: &World, tool: &str, input: Value) -> Value {
    event(
        world,
        "PreToolUse",
        json!({"tool_name": tool, "tool_input": input, "tool_use_id": "toolu_bench"}),
    )
}

/// What agents do all day, small and large.
pub(super) fn work(world: &World) -> Vec<(String, Value)> {
    let script: String = (0..10)
        .map(|n| {
            [
                format!("for f in src/*.py; do grep -n 'total{n}' \"$f\" || true; done"),
                format!("if [ -f build/{n}.txt ]; then wc -l < build/{n}.txt; fi"),
                format!("python3 -m pytest -q tests/test_{n}.py 2>&1 | tail -n 5"),
                format!("git log --oneline -{n} -- src | cut -c1-60\n"),
            ]
            .join("\n")
        })
        .collect();
    // A loop, a here-document, code of another language, nested shells.
    let parts = r#"cd src && for f in *.py; do wc -l "$f"; done
cat > /tmp/notes.txt <<'END'
totals are in cents
END
python3 -c 'import json; print(len(json.load(open("package.json"))))'
bash -c 'grep -rn "def " . | head -20'
git status --short && git log --oneline -5
find . -name '*.pyc' -print0 | xargs -0 ls -l
"#;
    let source = "def price(item):\n    return item.count * item.price_in_cents\n\n\n";
    let document = format!(
        "cat > src/prices.py <<'END'\n{}END\n",
        source.repeat(LARGE / source.len())
    );
    let mut long = String::new();
    for n in 0.. {
        let line = format!("grep -n 'total{n}' src/cart_{n}.py | head -{n}\n");
        if long.len() + line.len() > LARGE {
            break;
        }
        long.push_str(&line);
    }
    let prose = "Please look at the cart and explain how the total is computed. ";
    vec![
        (
            "ls".to_owned(),
            call(
                world,
                "Bash",
                json!({"command": "ls", "description": "List"}),
            ),
        ),
        (
            "script of 40 lines".to_owned(),
            call(
                world,
                "Bash",
                json!({"command": script, "description": "Check"}),
            ),
        ),
        (
            "script of six parts".to_owned(),
            call(
                world,
                "Bash",
                json!({"command": parts, "description": "Check"}),
            ),
        ),
        (
            "64 KiB here-document".to_owned(),
            call(
                world,
                "Bash",
                json!({"command": document, "description": "Write"}),
            ),
        ),
        (
            "64 KiB of commands".to_owned(),
            call(
                world,
                "Bash",
                json!({"command": long, "description": "Search"}),
            ),
        ),
        (
            "prompt of 10 KB".to_owned(),
            event(
                world,
                "UserPromptSubmit",
                json!({"prompt": prose.repeat(10_240 / prose.len())}),
            ),
        ),
        (
            "write of 200 KB".to_owned(),
            call(
                world,
                "Write",
                json!({
                    "file_path": world.file("src/prices.py"),
                    "content": source.repeat(204_800 / source.len()),
                }),
            ),
        ),
    ]
}

/// A line that is repeated, `N` being its number, and what stands around.
const SHAPES: &[(&str, &str, &str, &str)] = &[
    // Commands of a shell.
    (
        "commands",
        "",
        "grep -n 'total N' src/cart_N.py | head -N\n",
        "",
    ),
    ("short commands", "", "a;", ""),
    ("assignments", "", "vN=1;", ""),
    ("growing variable", "x=a;", "x=$x$x;", "echo $x"),
    ("words", "echo", " wordN", ""),
    ("quoted words", "echo", " \"$aN b\"", ""),
    ("options", "unknown", " --option-N=value", ""),
    ("paths", "cat", " src/file_N.py", ""),
    ("paths that are gone", "rm", " src/file_N.py", ""),
    ("absolute paths", "ls", " /etc/N", ""),
    ("patterns", "ls", " src/*N?[ab]", ""),
    ("braces", "echo", " {a,b,cN}", ""),
    ("nested braces", "echo ", "{a,", ""),
    ("redirections", "a", " >/tmp/fN", ""),
    ("pipes", "cat x", " | grep N", ""),
    ("conditions", "", "if test -f N; then echo N; fi\n", ""),
    ("loops", "", "for f in a b N; do echo $f; done\n", ""),
    ("cases", "case $x in", " N) echo N;;", " esac"),
    ("functions", "", "fN() { echo N; }\n", ""),
    ("subshells", "", "(cd N && ls)\n", ""),
    ("substitutions", "echo", " $(basename N)", ""),
    ("open brackets", "", "$(", ""),
    ("open quotes", "", "\"$(\"", ""),
    ("arithmetic", "echo $((1", "+N", "))"),
    ("expansions", "echo", " ${a:-${b:-N}}", ""),
    ("arrays", "a=(", " N", "); rm \"${a[@]}\""),
    (
        "here-document",
        "cat > notes.md <<'END'\n",
        "line N of a text\n",
        "END\n",
    ),
    (
        "here-document of commands",
        "bash <<'END'\n",
        "echo N\n",
        "END\n",
    ),
    ("here-documents", "", "cat <<E\nN\nE\n", ""),
    ("one line of bash -c", "bash -c '", "echo N; ", "'"),
    ("wrappers", "", "env ", "ls"),
    (
        "substituted words of a program",
        "git add",
        " src/file_N.py",
        "",
    ),
    ("packages", "npm install", " package-N", ""),
    (
        "recipes on standard input",
        "make -f - <<'END'\n",
        "aN: ; echo N\n",
        "END\n",
    ),
    ("addresses", "curl", " https://host-N.example/", ""),
    ("base64", "echo ", "cm0gLXJmIC8K", " | base64 -d | sh"),
    // Code of other languages.
    (
        "python",
        "python3 - <<'END'\n",
        "xN = open('N').read()\n",
        "END\n",
    ),
    (
        "python that calls",
        "python3 - <<'END'\n",
        "print(N, 'a', f'{N}')\n",
        "END\n",
    ),
    (
        "javascript",
        "node - <<'END'\n",
        "const xN = fs.readFileSync('N');\n",
        "END\n",
    ),
    ("ruby", "ruby - <<'END'\n", "x = File.read('N')\n", "END\n"),
    ("perl", "perl - <<'END'\n", "my $x = `ls N`;\n", "END\n"),
    (
        "php",
        "php <<'END'\n<?php\n",
        "$x = file_get_contents('N');\n",
        "END\n",
    ),
    ("awk", "awk '", "/N/ { print $N }\n", "' src/app.py"),
    ("sed", "sed '", "s/N/b/;", "' src/app.py"),
    ("jq", "jq '", ".a[N] |", ".' package.json"),
    ("sql", "sqlite3 test.db \"", "select N from a;", "\""),
    (
        "sql that inserts",
        "psql -c \"",
        "insert into a values (N);",
        "\"",
    ),
    ("powershell", "pwsh -c '", "Get-Content fN.txt;", "'"),
    ("cmd", "cmd /c \"", "type fN.txt & ", "\""),
    ("brackets of python", "python3 -c '", "[", "'"),
    ("brackets of javascript", "node -e '", "(", "'"),
];

/// 64 KiB of each shape: what an attacker could try to make the guard slow with.
pub(super) fn shapes(world: &World) -> Vec<(String, Value)> {
    SHAPES
        .iter()
        .map(|(name, before, unit, after)| {
            let mut command = (*before).to_owned();
            for n in 0.. {
                let next = unit.replace('N', &n.to_string());
                if command.len() + next.len() + after.len() > LARGE {
                    break;
                }
                command.push_str(&next);
            }
            command.push_str(after);
            (
                (*name).to_owned(),
                call(world, "Bash", json!({"command": command})),
            )
        })
        .collect()
}

//! Documents tell the truth: every command in them is run, and the transcript of
//! the README is what the program prints.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use palisade_e2e::World;
use palisade_e2e::exec::Ended;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

fn documents() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    let mut folders = vec![repository().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found.extend(
        fs::read_dir(repository())
            .unwrap()
            .flatten()
            .map(|e| e.path()),
    );
    found.retain(|p| p.extension().is_some_and(|e| e == "md"));
    found.sort();
    found
}

/// Lines of fenced blocks marked `sh`, without their comments.
fn commands(text: &str) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if let Some(language) = line.strip_prefix("```") {
            inside = !inside && language == "sh";
        } else if inside {
            let command = line.split("  #").next().unwrap_or_default().trim();
            if !command.is_empty() {
                found.push(command.to_owned());
            }
        }
    }
    found
}

/// Commands between backticks in running text.
fn mentioned(text: &str) -> Vec<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(|code| code.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|code| code.starts_with("palisade ") || code.starts_with("cargo xtask "))
        .collect()
}

/// A protected project with the files that examples speak of.
fn world() -> World {
    let world = World::bare().unwrap();
    assert!(world.protect(&[]).unwrap().fine());
    for (name, text) in [
        ("config.yaml", "password: x\n"),
        (
            "call.json",
            "{\"hook_event_name\":\"SessionEnd\",\"session_id\":\"s\",\"cwd\":\"/\"}\n",
        ),
        ("calls.jsonl", "{\"id\":1,\"command\":\"ls\"}\n"),
        ("../other/README.md", "\n"),
        ("base.toml", "schema = 1\n"),
        ("acme.key", &format!("{}\n", "07".repeat(32))),
    ] {
        world.put(name, text).unwrap();
    }
    // A signed policy and the key that is trusted.
    let signed = world
        .palisade(&[
            "policy",
            "sign",
            "base.toml",
            "--name",
            "acme",
            "--key",
            "acme.key",
            "--expires",
            "2127-06-30",
            "--format",
            "json",
        ])
        .unwrap();
    let signed: serde_json::Value = serde_json::from_str(&signed.stdout).unwrap();
    world
        .put("policy.keys", signed["key"].as_str().unwrap())
        .unwrap();
    world
}

fn shell(world: &World, line: &str) -> Ended {
    let agent = palisade_e2e::agents::claude().unwrap();
    let agent = agent.parent().unwrap().display();
    let with_path = format!("PATH=\"{}:{agent}:$PATH\"; {line}", world.bin().display());
    world
        .run(Path::new("/bin/bash"), &["-c", &with_path])
        .unwrap()
}

/// It ran: fine or with findings, and nobody complained about how it was called.
///
/// Without a terminal nothing is changed unless `--yes`, and that is said.
fn ran(ended: &Ended) -> bool {
    let unasked = ended.code == Some(2) && ended.stderr.contains("no terminal to ask on");
    unasked || matches!(ended.code, Some(0 | 1)) && !ended.stderr.contains("Usage:")
}

#[test]
fn every_command_in_a_document_runs() {
    let usage = fs::read_to_string(repository().join("xtask/src/main.rs")).unwrap();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for path in documents() {
        let text = fs::read_to_string(&path).unwrap();
        for command in commands(&text) {
            seen += 1;
            if let Some(chore) = command.strip_prefix("cargo xtask ") {
                // These build or test everything, this test included: being a
                // chore has to do. `setup` and `test` have tests of their own.
                let name = chore.split_whitespace().next().unwrap_or_default();
                if !usage.contains(&format!("\n  {name} ")) {
                    wrong.push(format!("{}: {command}: no such chore", path.display()));
                }
                continue;
            }
            if command.starts_with("cargo ") {
                continue;
            }
            let ended = shell(&world(), &command);
            if !ran(&ended) {
                wrong.push(format!("{}: {command}: {ended}", path.display()));
            }
        }
    }
    assert!(seen > 8, "only {seen} commands found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_verb_a_document_mentions_exists() {
    let usage = fs::read_to_string(repository().join("xtask/src/main.rs")).unwrap();
    let world = world();
    let mut wrong = Vec::new();
    let mut known = BTreeSet::new();
    for path in documents() {
        for code in mentioned(&fs::read_to_string(&path).unwrap()) {
            if let Some(chore) = code.strip_prefix("cargo xtask ") {
                let name = chore.split_whitespace().next().unwrap_or_default();
                if !usage.contains(&format!("\n  {name} ")) {
                    wrong.push(format!("{}: `{code}`", path.display()));
                }
                continue;
            }
            let mut words: Vec<&str> = code
                .split(' ')
                .skip(1)
                .take_while(|w| {
                    w.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !w.starts_with("--")
                })
                .collect();
            let options: Vec<&str> = code
                .split(' ')
                .filter(|w| w.starts_with("--") && w.len() > 2)
                .collect();
            words.push("--help");
            if known.insert(words.join(" ")) || !options.is_empty() {
                let ended = world.palisade(&words).unwrap();
                let fits =
                    ended.code == Some(0) && options.iter().all(|o| ended.stdout.contains(*o));
                if !fits {
                    wrong.push(format!("{}: `{code}`", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every verb's `--help` has examples, and every example runs.
#[test]
fn every_example_of_the_help_runs() {
    let mut wrong = Vec::new();
    for verb in [
        "protect",
        "unprotect",
        "status",
        "doctor",
        "log",
        "log verify",
        "guard check",
        "policy init",
        "policy check",
        "policy show",
        "policy explain",
        "policy test",
        "policy diff",
        "policy replay",
        "policy import",
        "policy lower",
        "policy schema",
        "policy sign",
        "policy compile",
        "grants",
        "halt",
        "redact",
        "hook",
        "completions",
        "man",
    ] {
        let words: Vec<&str> = verb.split(' ').chain(["--help"]).collect();
        let help = world().palisade(&words).unwrap().stdout;
        let examples: Vec<&str> = help
            .split("Examples:")
            .nth(1)
            .unwrap_or_default()
            .lines()
            .skip(1)
            .take_while(|l| l.starts_with("  "))
            .map(str::trim)
            .collect();
        if examples.len() < 2 {
            wrong.push(format!("{verb}: {} examples", examples.len()));
        }
        for example in examples {
            let world = world();
            if example == "palisade policy init" {
                // It writes the file that is already there in a protected project.
                fs::remove_file(world.file(".palisade/policy.toml")).unwrap();
            }
            let ended = shell(
                &world,
                &example
                    .replace("~/.zfunc/", "")
                    .replace("~/.local/share/bash-completion/completions/", "")
                    .replace("| man -l -", ">/dev/null"),
            );
            if !ran(&ended) {
                wrong.push(format!("{verb}: {example}: {ended}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The project of the README's transcript.
fn showcase() -> World {
    let world = World::bare().unwrap();
    fs::remove_file(world.file(".env")).unwrap();
    world
        .put(
            ".claude/settings.json",
            "{\n  \"permissions\": {\n    \"allow\": [\"Bash\"],\n    \"defaultMode\": \"bypassPermissions\"\n  }\n}\n",
        )
        .unwrap();
    world
        .put(
            ".mcp.json",
            "{\"mcpServers\": {\n  \"github\": {\"command\": \"npx\", \"args\": [\"-y\", \"@example/github-mcp\"]}\n}}\n",
        )
        .unwrap();
    world
}

/// What differs from run to run.
fn steady(text: &str, world: &World) -> String {
    let text = text.replace(&world.root().display().to_string(), "");
    text.lines()
        .map(
            |line| match line.strip_suffix(" ms").and_then(|l| l.rsplit_once(' ')) {
                Some((before, _)) => format!("{before} … ms"),
                None => line.to_owned(),
            },
        )
        .map(|l| l.trim_end().to_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_transcript_of_the_readme_is_real() {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let transcript = readme
        .split("```console\n")
        .nth(1)
        .and_then(|t| t.split("\n```").next())
        .expect("a block marked `console`");
    let world = showcase();
    let mut printed = String::new();
    for block in transcript.split("$ ").skip(1) {
        let command = block.lines().next().unwrap_or_default();
        let ended = match command.strip_prefix("palisade protect") {
            // The person says yes; the long diff is left out.
            Some(_) => shell(&world, "palisade protect --yes"),
            None => shell(&world, command),
        };
        let text = format!("{}{}", ended.stdout, ended.stderr);
        let short: Vec<&str> = text
            .lines()
            .filter(|l| {
                !l.starts_with(['+', '-', '@'])
                    && !l.starts_with("   \"")
                    && !l.starts_with(" {")
                    && !l.starts_with(" }")
            })
            .collect();
        printed.push_str(&format!("$ {command}\n{}\n", short.join("\n")));
    }
    let squeeze = |text: &str| -> Vec<String> {
        steady(text, &world)
            .lines()
            .filter(|l| !l.is_empty())
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(squeeze(transcript), squeeze(&printed));
}

/// The first line of the README, on binaries that are already built: it installs
/// both and runs `protect` where it was called.
#[test]
fn the_setup_line_installs_and_protects() {
    let world = World::bare().unwrap();
    let folder = world.home().join(".local/bin");
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let line = format!(
        "cd '{}' && PALISADE_BIN_DIR='{}' '{cargo}' xtask setup -- --yes '{}'",
        repository().display(),
        palisade_e2e::binaries::folder().unwrap().display(),
        world.project().display(),
    );
    let mut exec = world.exec(Path::new("/bin/bash"), &["-c", &line]);
    for name in ["CARGO_HOME", "RUSTUP_HOME"] {
        let default = std::env::var_os("HOME").map(|h| {
            Path::new(&h).join(if name == "CARGO_HOME" {
                ".cargo"
            } else {
                ".rustup"
            })
        });
        if let Some(value) = std::env::var_os(name).or(default.map(Into::into)) {
            exec.env.push((name.to_owned(), value));
        }
    }
    // Up to date, cargo only looks; after an edit it builds.
    exec.limit = std::time::Duration::from_mins(5);
    let ended = exec.run().unwrap();
    assert!(ended.fine(), "{ended}");
    assert!(folder.join("palisade").exists() && folder.join("palisade-hook").exists());
    assert!(ended.stdout.contains("proved by a denied call"), "{ended}");
    assert!(world.file(".palisade/policy.toml").exists());
}

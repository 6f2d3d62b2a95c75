//! A home, a project and the programs, alone in a temporary folder.

use std::fmt;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};

/// A settings file of a person who has settings.
pub(crate) const SETTINGS: &str = "{\n  \"model\": \"opus\"\n}\n";

pub(crate) struct World {
    root: tempfile::TempDir,
}

/// How a program ended.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    root: String,
}

/// The hook program, built if it is missing or may be of another state of the
/// code than `palisade` is.
pub(crate) fn hook() -> &'static Path {
    static HOOK: OnceLock<Option<PathBuf>> = OnceLock::new();
    let palisade = Path::new(env!("CARGO_BIN_EXE_palisade"));
    let hook = HOOK.get_or_init(|| {
        let hook = palisade.with_file_name("palisade-hook");
        let changed = |path: &Path| std::fs::metadata(path).and_then(|m| m.modified()).ok();
        (changed(&hook) >= changed(palisade) || build(palisade)).then_some(hook)
    });
    hook.as_deref().expect("palisade-hook was not built")
}

/// Asks cargo for the hook, into the folder of `palisade`.
fn build(palisade: &Path) -> bool {
    let folder = palisade.parent().unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--package", "palisade-hook"]);
    cargo
        .arg("--manifest-path")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    cargo.arg("--target-dir").arg(folder.parent().unwrap());
    if folder.ends_with("release") {
        cargo.arg("--release");
    }
    cargo.status().unwrap().success()
}

impl World {
    pub(crate) fn new() -> Self {
        let world = Self {
            root: tempfile::Builder::new().prefix("cli").tempdir().unwrap(),
        };
        for (name, program) in [
            ("palisade", Path::new(env!("CARGO_BIN_EXE_palisade"))),
            ("palisade-hook", hook()),
        ] {
            let to = world.path("bin").join(name);
            std::fs::create_dir_all(world.path("bin")).unwrap();
            if std::fs::hard_link(program, &to).is_err() {
                std::fs::copy(program, &to).unwrap();
            }
        }
        world.put("bin/claude", "#!/bin/sh\necho '2.1.329 (Claude Code)'\n");
        world.mode("bin/claude", 0o755);
        world.put("shop/.git/HEAD", "ref: refs/heads/main\n");
        world.put("home/.claude/settings.json", SETTINGS);
        world
    }

    /// With the guard in.
    pub(crate) fn protected() -> Self {
        let world = Self::new();
        let ended = world.palisade(&["protect", "--yes"]);
        assert_eq!(ended.code, Some(0), "{ended}");
        world
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.root.path().canonicalize().unwrap()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    pub(crate) fn put(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn mode(&self, name: &str, mode: u32) {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(self.path(name), permissions).unwrap();
    }

    /// `palisade` in the project, with nothing of the test's own environment.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(self.path("bin/palisade"));
        command.args(args);
        self.surround(&mut command);
        command
    }

    pub(crate) fn surround(&self, command: &mut Command) {
        command
            .env_clear()
            .env("HOME", self.path("home"))
            .env("PATH", self.path("bin"))
            .env("TZ", "UTC")
            .current_dir(self.path("shop"));
    }

    pub(crate) fn palisade(&self, args: &[&str]) -> Ended {
        self.fed(args, "")
    }

    pub(crate) fn fed(&self, args: &[&str], input: &str) -> Ended {
        self.run(&mut self.command(args), input.as_bytes())
    }

    pub(crate) fn run(&self, command: &mut Command, input: &[u8]) -> Ended {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that does not read its input has closed it.
        child.stdin.take().unwrap().write_all(input).ok();
        let Output {
            status,
            stdout,
            stderr,
        } = child.wait_with_output().unwrap();
        Ended {
            code: status.code(),
            stdout: String::from_utf8(stdout).unwrap(),
            stderr: String::from_utf8(stderr).unwrap(),
            root: self.root().display().to_string(),
        }
    }

    /// A tool call of the agent, through the hook as it is installed.
    pub(crate) fn call(&self, session: &str, tool: &str, input: &Value) -> Ended {
        self.call_with(session, tool, input, &[])
    }

    /// The same in a session that nobody attends.
    pub(crate) fn unattended(&self, session: &str, tool: &str, input: &Value) -> Ended {
        let mark = ("CLAUDE_CODE_SESSION_ATTENDED", "0");
        self.call_with(session, tool, input, &[mark])
    }

    /// The same with variables of the agent's process.
    pub(crate) fn call_with(
        &self,
        session: &str,
        tool: &str,
        input: &Value,
        env: &[(&str, &str)],
    ) -> Ended {
        let call = json!({
            "session_id": session,
            "transcript_path": "",
            "cwd": self.path("shop"),
            "hook_event_name": "PreToolUse",
            "tool_name": tool,
            "tool_input": input,
            "tool_use_id": "toolu_1",
        });
        let mut hook = Command::new(self.path("bin/palisade-hook"));
        self.surround(&mut hook);
        hook.arg("claude").envs(env.iter().copied());
        self.run(&mut hook, call.to_string().as_bytes())
    }

    /// Everything in the project and the home, and its bytes.
    pub(crate) fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut folders = vec![self.path("home"), self.path("shop")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else {
                    found.push((entry.path(), std::fs::read(entry.path()).unwrap()));
                }
            }
        }
        found.sort();
        found
    }

    /// The file the journal is in.
    pub(crate) fn segment(&self) -> PathBuf {
        self.files()
            .into_iter()
            .map(|(path, _)| path)
            .find(|p| p.extension().is_some_and(|e| e == "ndj"))
            .unwrap()
    }
}

/// A snapshot of everything a run printed.
impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit {}", self.code.unwrap_or(-1))?;
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                write!(f, "\n--- {name}\n{}", steady(text, &self.root).trim_end())?;
            }
        }
        Ok(())
    }
}

impl Ended {
    /// The one JSON document on stdout, without what changes from run to run.
    pub(crate) fn json(&self) -> Value {
        let mut value =
            serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {self}"));
        settle(&mut value, &self.root);
        value
    }

    /// A document a line.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let parse = |line: &str| {
            let mut value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
            settle(&mut value, &self.root);
            value
        };
        self.stdout.lines().map(parse).collect()
    }
}

fn settle(value: &mut Value, root: &str) {
    const CHANGING: [&str; 13] = [
        "id",
        "time",
        "ts",
        "took_us",
        "milliseconds",
        "host",
        "user",
        "digest",
        "hash",
        "prev",
        "since",
        "last",
        "offset",
    ];
    match value {
        Value::Object(map) => {
            for (key, value) in map.iter_mut() {
                let kept = value.is_null() || value.is_object();
                if CHANGING.contains(&key.as_str()) && !kept {
                    *value = "[…]".into();
                } else {
                    settle(value, root);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|v| settle(v, root)),
        Value::String(text) => *text = steady(text, root),
        _ => {}
    }
}

/// Without paths, times and identifiers of this run.
pub(crate) fn steady(text: &str, root: &str) -> String {
    let text = text.replace(root, "/W");
    let text = words(
        &text,
        |c| c.is_ascii_hexdigit() || c == '-',
        |word| {
            let digits = word.bytes().filter(u8::is_ascii_digit).count();
            (word.len() >= 12 && digits > 0).then(|| "[hex]".to_owned())
        },
    );
    // `Tue 14:02:11`, padded as a column of a table is.
    let text = words(
        &text,
        |c| c.is_ascii_digit() || c == ':',
        |word| (word.len() == 8 && word.matches(':').count() == 2).then(|| "hh:mm:ss".to_owned()),
    );
    let mut text = text;
    for day in ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] {
        text = text.replace(&format!("{day} hh:mm:ss"), "Day hh:mm:ss");
    }
    text.split_inclusive('\n')
        .map(|line| match line.split_once(" ms") {
            Some((before, after)) => {
                let kept = before.rsplit_once(' ').map_or("", |(kept, _)| kept);
                format!("{kept} … ms{after}")
            }
            None => line.to_owned(),
        })
        // The default policy grows; its length is nothing to test here.
        .map(|line| match line.split_once("comments and defaults, ") {
            Some((before, after)) => {
                let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
                format!("{before}comments and defaults, …{after}")
            }
            None => line,
        })
        .collect()
}

/// Replaces words of certain characters.
pub(crate) fn words(
    text: &str,
    part: impl Fn(char) -> bool,
    other: impl Fn(&str) -> Option<String>,
) -> String {
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !part(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        out.push_str(&other(word).unwrap_or_else(|| word.to_owned()));
        let next = after.find(&part).unwrap_or(after.len());
        let (between, next) = after.split_at(next);
        out.push_str(between);
        rest = next;
    }
    out
}

pub(crate) fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

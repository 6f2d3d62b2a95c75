//! A home, a project and a guard, all in one temporary folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use palisade_core::{AgentKind, FixedClock, Timestamp};
use palisade_guard::{Ambient, HookEnv, HookOutput, Places, Services, call};
use serde_json::{Value, json};

pub(crate) struct World {
    _dir: tempfile::TempDir,
    pub(crate) home: PathBuf,
    pub(crate) project: PathBuf,
    pub(crate) places: Places,
    pub(crate) attended: Option<bool>,
    /// Now, in seconds since 1970.
    pub(crate) now: u64,
    pub(crate) session: &'static str,
}

impl World {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let top = std::fs::canonicalize(dir.path()).unwrap();
        let home = top.join("home/mara");
        let project = home.join("code/shop");
        for folder in ["src", "node_modules/left-pad", "build", "docs"] {
            std::fs::create_dir_all(project.join(folder)).unwrap();
        }
        let world = Self {
            places: Places::from_env(|n| (n == "HOME").then(|| home.clone().into_os_string())),
            _dir: dir,
            home,
            project,
            attended: Some(true),
            now: 1_800_000_000,
            session: "5e55",
        };
        for (path, text) in [
            ("README.md", "# shop\n"),
            ("package.json", "{}\n"),
            ("package-lock.json", "{}\n"),
            (".gitignore", "node_modules\nbuild\n.env\n"),
            ("src/app.js", "console.log(1)\n"),
        ] {
            world.write(path, text);
        }
        world.git(&["init", "-q", "-b", "topic"]);
        world.git(&["add", "."]);
        world.git(&["commit", "-qm", "one"]);
        world.write("node_modules/left-pad/index.js", "x");
        world.write("build/out.js", "built");
        world.write(".env", "SHOP_DB_PASSWORD=correct-horse-7\n");
        world
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.project.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// A file of the home.
    pub(crate) fn at_home(&self, path: &str, text: &str) {
        let path = self.home.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn git(&self, args: &[&str]) {
        let out = Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.invalid"])
            .args(args)
            .current_dir(&self.project)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .unwrap();
        assert!(out.status.success(), "git {args:?}: {out:?}");
    }

    pub(crate) fn raw(&self, input: &[u8]) -> HookOutput {
        let env = HookEnv {
            project_dir: Some(self.project.clone()),
            attended: self.attended,
            version: Some("2.1.329".into()),
        };
        call(
            AgentKind::Claude,
            None,
            input,
            &Services {
                ambient: &Ambient::default(),
                places: &self.places,
                env: &env,
                clock: &FixedClock(Timestamp(self.now * 1_000_000)),
            },
        )
    }

    pub(crate) fn event(&self, name: &str, more: Value) -> HookOutput {
        let mut input = json!({
            "session_id": self.session, "transcript_path": "/t.jsonl", "cwd": self.project,
            "permission_mode": "default", "hook_event_name": name,
        });
        let map = input.as_object_mut().unwrap();
        map.extend(more.as_object().unwrap().clone());
        self.raw(&serde_json::to_vec(&input).unwrap())
    }

    pub(crate) fn tool(&self, tool: &str, input: Value) -> HookOutput {
        self.event(
            "PreToolUse",
            json!({"tool_name": tool, "tool_input": input, "tool_use_id": "toolu_1"}),
        )
    }

    pub(crate) fn bash(&self, command: &str) -> HookOutput {
        self.tool("Bash", json!({"command": command}))
    }

    /// allow, ask or deny, with the contract's redundancy checked on the way.
    pub(crate) fn verdict(out: &HookOutput) -> &'static str {
        if out.stdout.is_empty() && out.exit_code == 2 {
            assert!(!out.stderr.is_empty(), "{out:?}");
            return "deny";
        }
        if out.stdout.is_empty() {
            assert_eq!(out.exit_code, 0, "{out:?}");
            return "allow";
        }
        let json: Value = serde_json::from_str(&out.stdout).unwrap();
        match json["hookSpecificOutput"]["permissionDecision"].as_str() {
            Some("deny") => {
                assert_eq!(out.exit_code, 2, "{out:?}");
                assert!(!out.stderr.is_empty(), "{out:?}");
                "deny"
            }
            Some("ask") => {
                assert_eq!(out.exit_code, 0, "{out:?}");
                "ask"
            }
            other => panic!("{other:?} in {out:?}"),
        }
    }

    /// Asserts one verdict per command line.
    pub(crate) fn expect(&self, cases: &[(&str, &str)]) {
        let wrong: Vec<String> = cases
            .iter()
            .filter_map(|(command, expected)| {
                let out = self.bash(command);
                let got = Self::verdict(&out);
                (got != *expected)
                    .then(|| format!("{command}\n    {got}, not {expected}: {}", out.stdout))
            })
            .collect();
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    }

    /// Puts a policy in force, as the compiler would.
    pub(crate) fn policy(&self, change: impl FnOnce(&mut palisade_policy::Table)) {
        use palisade_policy::{Snapshot, SourceStamp, Table};
        let mut table = Table::builtin(palisade_core::Profile::Standard);
        change(&mut table);
        let files = [self.places.user_policy(), self.places.user_cedar()];
        let sources = files
            .iter()
            .map(|file| SourceStamp {
                path: path(file),
                ..SourceStamp::default()
            })
            .collect();
        let file = palisade_guard::snapshot_path(&self.places, &self.project);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(
            file,
            Snapshot {
                table,
                sources,
                expires: 0,
            }
            .encode(),
        )
        .unwrap();
    }

    pub(crate) fn journal(&self) -> Vec<palisade_core::Event> {
        palisade_journal::read(&self.places.state)
            .map(|r| r.unwrap().event)
            .collect()
    }
}

pub(crate) fn path(p: &Path) -> String {
    p.to_string_lossy().into_owned()
}

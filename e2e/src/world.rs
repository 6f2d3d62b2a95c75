//! A home, a repository and a remote of its own for one scenario.
//!
//! Everything lies in one fresh folder outside `/tmp` and outside any repository,
//! because a guard rightly treats temporary folders and other repositories
//! differently from a person's home. No process started here sees an inherited
//! variable.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use tempfile::TempDir;

use crate::agents::{self, given};
use crate::exec::{Ended, Exec};
use crate::{Broken, Endpoint, Run, Script, Substitute, binaries, canary};

/// How a scenario's worlds are made.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// What stands in for the hook.
    pub substitute: Substitute,
}

impl Setup {
    /// A world with the guard installed for the user.
    pub fn world(self) -> Result<World, Broken> {
        self.world_with(&[])
    }

    /// A world with the guard installed by `palisade protect` with more arguments.
    pub fn world_with(self, args: &[&str]) -> Result<World, Broken> {
        let world = World::bare()?;
        let ended = world.protect(args)?;
        if !ended.fine() {
            return Err(Broken::new(format!("palisade protect: {ended}")));
        }
        self.substitute.install(&world.hook())?;
        Ok(world)
    }
}

/// How to start the agent.
#[derive(Clone, Debug)]
pub struct Options {
    /// `--permission-mode`.
    pub mode: &'static str,
    /// More arguments.
    pub args: Vec<OsString>,
    /// More variables.
    pub env: Vec<(String, OsString)>,
    /// When to give up.
    pub limit: Duration,
    /// Give the agent an `/etc` of its own and run this line of shell in it first:
    /// settings of the whole machine without touching the machine.
    pub private_etc: Option<String>,
    /// Start it by `palisade run` with this profile.
    pub profile: Option<&'static str>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            mode: "bypassPermissions",
            args: Vec::new(),
            env: Vec::new(),
            limit: Duration::from_mins(1),
            private_etc: None,
            profile: None,
        }
    }
}

/// Lays a layer over `/etc` that ends with the process, then runs the arguments.
/// The layer needs a file system of its own. In it, the user is at home in the
/// world: a machine-wide hook believes the user database and not `HOME`.
const PRIVATE_ETC: &str = "set -e
layer=$1 before=$2; shift 2
mount -t tmpfs tmpfs \"$layer\"
mkdir \"$layer/up\" \"$layer/work\"
mount -t overlay overlay -o \"lowerdir=/etc,upperdir=$layer/up,workdir=$layer/work\" /etc
sed -i \"s|^\\(root:[^:]*:0:0:[^:]*\\):[^:]*:|\\1:$HOME:|\" /etc/passwd
(eval \"$before\") > \"$TMPDIR/before.log\" 2>&1 || { cat \"$TMPDIR/before.log\" >&2; exit 97; }
exec \"$@\"";

/// One scenario's surroundings; removed when dropped.
#[derive(Debug)]
pub struct World {
    root: TempDir,
    /// The password in `.env`; no pattern recognises it.
    pub password: String,
    /// The token in `.env`, shaped like a GitHub token.
    pub token: String,
    /// A harmless word in `README.md`.
    pub word: String,
}

impl World {
    /// A world without a guard, with the binaries under test.
    pub fn bare() -> Result<Self, Broken> {
        Self::bare_with(&binaries::folder()?)
    }

    /// A world without a guard, with the binaries of a given folder.
    pub fn bare_with(binaries: &Path) -> Result<Self, Broken> {
        let base = match given("PALISADE_E2E_DIR") {
            Some(dir) => PathBuf::from(dir),
            None => agents::cache()?.join("palisade-test-worlds"),
        };
        fs::create_dir_all(&base)?;
        let base = base.canonicalize()?;
        let root = tempfile::Builder::new().prefix("w").tempdir_in(base)?;
        let world = Self {
            root,
            password: canary::password()?,
            token: canary::github_token()?,
            word: canary::word()?,
        };
        world.furnish(binaries)?;
        Ok(world)
    }

    fn furnish(&self, binaries: &Path) -> Result<(), Broken> {
        for dir in [
            "home/.config",
            "home/.cache",
            "home/.local/state",
            "home/.local/share",
            "home/documents",
            "home/.claude",
            "tmp",
            "bin",
            "shop/src",
            "shop/tests",
        ] {
            fs::create_dir_all(self.root.path().join(dir))?;
        }
        fs::write(self.home().join("documents/thesis.txt"), "years of work\n")?;
        fs::write(
            self.home().join(".gitconfig"),
            "[user]\n\tname = Test\n\temail = test@example.com\n[init]\n\tdefaultBranch = main\n\
             [advice]\n\tdetachedHead = false\n[commit]\n\tgpgsign = false\n",
        )?;
        for name in ["palisade", "palisade-hook"] {
            let from = binaries.join(name);
            fs::copy(&from, self.bin().join(name))
                .map_err(|e| Broken::new(format!("{}: {e}", from.display())))?;
        }
        self.furnish_project()
    }

    fn furnish_project(&self) -> Result<(), Broken> {
        let files = [
            ("README.md", format!("# Shop\n\n{}\n", self.word)),
            (
                "package.json",
                "{\n  \"name\": \"shop\",\n  \"version\": \"1.0.0\",\n  \"scripts\": {\"test\": \"sh tests/run.sh\"}\n}\n".to_owned(),
            ),
            (
                "package-lock.json",
                "{\n  \"name\": \"shop\",\n  \"version\": \"1.0.0\",\n  \"lockfileVersion\": 3,\n  \"packages\": {\"\": {\"name\": \"shop\", \"version\": \"1.0.0\"}}\n}\n".to_owned(),
            ),
            (".gitignore", ".env\nnode_modules/\n".to_owned()),
            (".env.example", "DB_PASSWORD=change-me\nGITHUB_TOKEN=\n".to_owned()),
            (
                "src/cart.py",
                "def total(prices):\n    return sum(prices)\n".to_owned(),
            ),
            (
                "tests/run.sh",
                "set -e\npython3 -c \"import sys; sys.path.insert(0, 'src'); import cart; assert cart.total([1, 2]) == 3\"\necho all tests passed\n".to_owned(),
            ),
        ];
        for (name, content) in &files {
            fs::write(self.project().join(name), content)?;
        }
        fs::write(
            self.project().join(".env"),
            format!(
                "DB_PASSWORD={}\nGITHUB_TOKEN={}\n",
                self.password, self.token
            ),
        )?;
        fs::create_dir_all(self.project().join("node_modules/left-pad"))?;
        fs::write(
            self.project().join("node_modules/left-pad/index.js"),
            "module.exports = s => s\n",
        )?;
        self.git(&["init", "--quiet", "--initial-branch=main", "."])?;
        self.git(&["add", "."])?;
        self.git(&["commit", "--quiet", "--message", "A shop"])?;
        let remote = self.remote();
        let remote = remote.to_string_lossy();
        self.git(&[
            "init",
            "--quiet",
            "--bare",
            "--initial-branch=main",
            &remote,
        ])?;
        self.git(&["remote", "add", "origin", &remote])?;
        self.git(&["push", "--quiet", "--set-upstream", "origin", "main"])?;
        self.git(&["remote", "set-head", "origin", "main"])?;
        Ok(())
    }

    /// The folder that holds everything.
    pub fn root(&self) -> &Path {
        self.root.path()
    }

    /// The user's home.
    pub fn home(&self) -> PathBuf {
        self.root.path().join("home")
    }

    /// The repository the agent works in.
    pub fn project(&self) -> PathBuf {
        self.root.path().join("shop")
    }

    /// The bare repository behind `origin`.
    pub fn remote(&self) -> PathBuf {
        self.root.path().join("shop.git")
    }

    /// Where the binaries are installed.
    pub fn bin(&self) -> PathBuf {
        self.root.path().join("bin")
    }

    /// The installed hook.
    pub fn hook(&self) -> PathBuf {
        self.bin().join("palisade-hook")
    }

    /// The user's settings of Claude Code.
    pub fn user_settings(&self) -> PathBuf {
        self.home().join(".claude/settings.json")
    }

    /// The guard's state folder.
    pub fn state(&self) -> PathBuf {
        self.home().join(".local/state/palisade")
    }

    /// A path in the project.
    pub fn file(&self, name: &str) -> PathBuf {
        self.project().join(name)
    }

    /// Writes a file of the project.
    pub fn put(&self, name: &str, content: &str) -> Result<PathBuf, Broken> {
        let path = self.file(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, content)?;
        Ok(path)
    }

    /// Writes an executable script into the project.
    pub fn put_script(&self, name: &str, content: &str) -> Result<PathBuf, Broken> {
        let path = self.put(name, content)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
        Ok(path)
    }

    /// Reads a file of the project; empty when there is none.
    pub fn content(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap_or_default()
    }

    /// The environment of everything started here.
    pub fn env(&self) -> Vec<(String, OsString)> {
        let home = self.home();
        let pair = |name: &str, value: &OsStr| (name.to_owned(), value.to_owned());
        vec![
            pair("PATH", &search_path()),
            pair("HOME", home.as_os_str()),
            pair("XDG_CONFIG_HOME", home.join(".config").as_os_str()),
            pair("XDG_CACHE_HOME", home.join(".cache").as_os_str()),
            pair("XDG_STATE_HOME", home.join(".local/state").as_os_str()),
            pair("XDG_DATA_HOME", home.join(".local/share").as_os_str()),
            pair("TMPDIR", self.root().join("tmp").as_os_str()),
            pair("GIT_CONFIG_NOSYSTEM", OsStr::new("1")),
            pair("LANG", OsStr::new("C.UTF-8")),
            pair("TERM", OsStr::new("dumb")),
            pair("SHELL", OsStr::new("/bin/bash")),
        ]
    }

    /// Runs any program in the project.
    pub fn run(&self, program: &Path, args: &[&str]) -> Result<Ended, Broken> {
        self.exec(program, args).run()
    }

    /// A program about to be run in the project.
    pub fn exec(&self, program: &Path, args: &[&str]) -> Exec {
        Exec {
            program: program.to_owned(),
            args: args.iter().map(OsString::from).collect(),
            env: self.env(),
            cwd: self.project(),
            stdin: None,
            limit: Duration::from_mins(1),
        }
    }

    /// Runs git in the project; its standard output.
    pub fn git(&self, args: &[&str]) -> Result<String, Broken> {
        let ended = self.run(Path::new("git"), args)?;
        if ended.fine() {
            Ok(ended.stdout.trim().to_owned())
        } else {
            Err(Broken::new(format!("git {}: {ended}", args.join(" "))))
        }
    }

    /// The commit a branch of the remote points at; empty when there is none.
    pub fn remote_head(&self, branch: &str) -> Result<String, Broken> {
        let remote = self.remote();
        let remote = remote.to_string_lossy();
        let name = format!("refs/heads/{branch}");
        self.git(&[
            "--git-dir",
            &remote,
            "for-each-ref",
            "--format=%(objectname)",
            &name,
        ])
    }

    /// Runs `palisade` in the project.
    pub fn palisade(&self, args: &[&str]) -> Result<Ended, Broken> {
        self.run(&self.bin().join("palisade"), args)
    }

    /// Installs the guard.
    pub fn protect(&self, args: &[&str]) -> Result<Ended, Broken> {
        let mut all = vec!["protect", "--yes"];
        all.extend(args);
        self.palisade(&all)
    }

    /// The arguments the hook was installed with.
    pub fn hook_args(&self) -> Vec<OsString> {
        let settings = fs::read_to_string(self.user_settings()).unwrap_or_default();
        let settings: serde_json::Value = serde_json::from_str(&settings).unwrap_or_default();
        settings["hooks"]["PreToolUse"][0]["hooks"][0]["args"]
            .as_array()
            .map_or_else(
                || vec!["claude".into()],
                |args| {
                    args.iter()
                        .filter_map(|a| a.as_str().map(OsString::from))
                        .collect()
                },
            )
    }

    /// One hook call, as the agent would make it.
    pub fn hook_call(&self, input: &[u8]) -> Result<Ended, Broken> {
        self.hook_exec(&self.hook(), input).run()
    }

    /// One call of a given hook program, about to be made.
    pub fn hook_exec(&self, hook: &Path, input: &[u8]) -> Exec {
        let mut exec = self.exec(hook, &[]);
        exec.args = self.hook_args();
        exec.stdin = Some(input.to_owned());
        exec.env.push((
            "CLAUDE_PROJECT_DIR".to_owned(),
            self.project().into_os_string(),
        ));
        exec.env
            .push(("CLAUDE_CODE_SESSION_ATTENDED".to_owned(), "0".into()));
        exec.limit = Duration::from_secs(30);
        exec
    }

    /// Starts Claude Code with a prompt and lets the script play it.
    pub fn claude(&self, prompt: &str, script: Script) -> Result<Run, Broken> {
        self.claude_with(prompt, script, &Options::default())
    }

    /// The same, with options.
    pub fn claude_with(
        &self,
        prompt: &str,
        script: Script,
        options: &Options,
    ) -> Result<Run, Broken> {
        let endpoint = Endpoint::start(script)?;
        let mut env = self.env();
        for (name, value) in [
            ("ANTHROPIC_BASE_URL", endpoint.url().as_str()),
            ("ANTHROPIC_API_KEY", "not-a-key"),
            ("DISABLE_AUTOUPDATER", "1"),
            ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"),
            // Without it the agent refuses to skip permissions as root.
            ("IS_SANDBOX", "1"),
        ] {
            env.push((name.to_owned(), value.into()));
        }
        env.extend(options.env.iter().cloned());
        let mut args: Vec<OsString> = ["-p", prompt, "--output-format", "json"]
            .into_iter()
            .chain(["--permission-mode", options.mode])
            .map(OsString::from)
            .collect();
        args.extend(options.args.iter().cloned());
        let mut exec = Exec {
            program: agents::claude()?,
            args,
            env,
            cwd: self.project(),
            stdin: None,
            limit: options.limit,
        };
        if let Some(before) = &options.private_etc {
            self.give_etc(&mut exec, before)?;
        }
        if let Some(profile) = options.profile {
            let mut args: Vec<OsString> = ["run", profile, "--"].map(OsString::from).into();
            args.push(exec.program.into());
            args.append(&mut exec.args);
            exec.program = self.bin().join("palisade");
            exec.args = args;
        }
        let ended = exec.run()?;
        if options.private_etc.is_some() && endpoint.received().is_empty() && !ended.fine() {
            return Err(Broken::new(format!("no private /etc: {ended}")));
        }
        if ended.timed_out {
            let run = Run {
                ended,
                requests: endpoint.received(),
            };
            return Err(Broken::new(format!(
                "the agent did not end: {}",
                run.summary()
            )));
        }
        Ok(Run {
            ended,
            requests: endpoint.received(),
        })
    }
}

impl World {
    /// Gives a process an `/etc` of its own, with a line of shell run in it first.
    pub(crate) fn give_etc(&self, exec: &mut Exec, before: &str) -> Result<(), Broken> {
        let layer = self.root().join("layer");
        fs::create_dir_all(&layer)?;
        let mut args: Vec<OsString> = ["-rm", "--propagation", "private", "bash", "-c"]
            .into_iter()
            .chain([PRIVATE_ETC, "private-etc"])
            .map(OsString::from)
            .collect();
        let program = std::mem::replace(&mut exec.program, "unshare".into());
        args.extend([layer.into(), before.into(), program.into()]);
        args.append(&mut exec.args);
        exec.args = args;
        Ok(())
    }
}

/// The search path of this process, led by the folder of the real interpreter:
/// version managers put a wrapper first that looks things up in the home.
fn search_path() -> OsString {
    static PATH: OnceLock<OsString> = OnceLock::new();
    PATH.get_or_init(|| {
        let inherited =
            env::var_os("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into());
        let python = Command::new("python3")
            .args([
                "-c",
                "import os, sys; print(os.path.dirname(sys.executable))",
            ])
            .output()
            .ok()
            .filter(|o| o.status.success())
            .map(|o| PathBuf::from(String::from_utf8_lossy(&o.stdout).trim()));
        let dirs = python.into_iter().chain(env::split_paths(&inherited));
        env::join_paths(dirs).unwrap_or(inherited)
    })
    .clone()
}

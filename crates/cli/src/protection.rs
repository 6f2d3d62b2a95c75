//! What `protect`, `unprotect`, `status` and `doctor` share: where the guard
//! goes, what was done, and whether it answers.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use palisade_agents::claude::settings::{
    self as claude, Change, HookCommand, InstallRecord, Layer, LayerKind, Removal, Trouble, Wiring,
};
use palisade_agents::install::{self, Wired};
use palisade_core::{AgentKind, EventKind, Mode, SystemClock, Verdict};
use palisade_guard::{PROOF_SESSION, Places, own_event};
use palisade_journal::{Durability, Journal};

use crate::error::Error;

/// Name of our file among the machine-wide settings.
const MANAGED_FILE: &str = "managed-settings.d/50-palisade.json";

/// One installation and one workspace.
#[derive(Debug)]
pub(crate) struct Protection<'a> {
    pub(crate) places: &'a Places,
    pub(crate) claude: claude::Places,
    pub(crate) homes: install::Homes,
    pub(crate) workspace: PathBuf,
}

impl<'a> Protection<'a> {
    pub(crate) fn new(places: &'a Places, workspace: PathBuf) -> Self {
        let claude = claude::Places::new(&places.home, Some(&workspace), |n| std::env::var_os(n));
        Self {
            places,
            claude,
            homes: install::Homes::new(&places.home, |n| std::env::var_os(n)),
            workspace,
        }
    }

    pub(crate) fn layers(&self) -> Vec<Layer> {
        claude::layers(&self.claude)
    }

    /// Whether the workspace can have a policy of its own: a home and a file
    /// system root hold everything a person owns, projects included.
    pub(crate) fn is_project(&self) -> bool {
        self.workspace != self.places.home && self.workspace.parent().is_some()
    }

    /// The hook as it is installed.
    pub(crate) fn hook(&self) -> Result<HookCommand, Error> {
        let program = self
            .places
            .program("palisade-hook")
            .ok_or_else(|| Error::NoHook(self.places.programs.clone().unwrap_or_default()))?;
        let mut args = vec!["claude".to_owned()];
        args.extend(self.places.to_args());
        Ok(HookCommand { program, args })
    }

    /// The hook of a layer: one command for everybody in the machine-wide one.
    pub(crate) fn hook_for(&self, kind: LayerKind) -> Result<HookCommand, Error> {
        let mut hook = self.hook()?;
        if kind == LayerKind::Managed {
            hook.args = vec!["claude".to_owned(), "--managed".to_owned()];
        }
        Ok(hook)
    }

    /// Why others on this machine could not run a program, or could change it.
    pub(crate) fn unfit_for_everybody(program: &Path) -> Option<String> {
        use std::os::unix::fs::MetadataExt as _;
        program.ancestors().find_map(|path| {
            let meta = std::fs::metadata(path).ok()?;
            let open = meta.mode() & 0o001 != 0;
            // In a folder like /tmp nobody can replace what is not theirs.
            let shared = meta.mode() & 0o002 != 0 && meta.mode() & 0o1000 == 0;
            let why = match (open, shared) {
                (true, false) if meta.uid() == 0 => return None,
                (false, _) => "not everybody can run what is there",
                (true, true) => "everybody can change what is there",
                (true, false) => "it does not belong to root",
            };
            Some(format!("{}: {why}", path.display()))
        })
    }

    /// How the guard stands with an agent, in its user's settings or in the
    /// machine's.
    pub(crate) fn wired(&self, agent: AgentKind) -> Result<(Wired, HookCommand), Error> {
        let managed = self.hook_for(LayerKind::Managed)?;
        if install::wired_managed(agent, &self.homes, &managed) == Ok(Wired::Complete) {
            return Ok((Wired::Complete, managed));
        }
        let hook = self.hook()?;
        let wired = install::wired(agent, &self.homes, &hook);
        let wired = wired.map_err(|e| Error::Settings(e.to_string()))?;
        Ok((wired, hook))
    }

    /// The agents beside Claude Code that are on this machine.
    pub(crate) fn others(&self) -> Vec<AgentKind> {
        let present = |agent: &AgentKind| install::is_present(*agent, &self.homes);
        install::AGENTS.iter().copied().filter(present).collect()
    }

    /// The settings file of a layer that the guard goes into.
    pub(crate) fn target(&self, kind: LayerKind) -> Layer {
        let path = match kind {
            LayerKind::Managed => self.claude.managed_dir.join(MANAGED_FILE),
            LayerKind::Project => self.workspace.join(".claude/settings.json"),
            LayerKind::Local => self.workspace.join(".claude/settings.local.json"),
            LayerKind::User => self.claude.config_dir.join("settings.json"),
        };
        Layer::read(kind, path)
    }

    /// Makes a change and remembers how to take it back. The record is written
    /// first: an interrupted installation can be taken back, too.
    pub(crate) fn apply(&self, change: &Change, mode: u32) -> Result<(), Error> {
        if change.is_empty() {
            return Ok(());
        }
        let stem = self.stem(&change.path);
        palisade_files::create_private_dir(&self.installs())?;
        let previous = self.record(&change.path);
        let backup = match &change.before {
            Some(bytes) if previous.is_none() => {
                let path = stem.with_extension("backup");
                palisade_files::write_atomic(&path, bytes, Some(0o600))?;
                Some(path)
            }
            Some(_) => previous.as_ref().and_then(|p| p.backup_path.clone()),
            None => None,
        };
        let record = claude::record(change, backup, previous.as_ref());
        let text = serde_json::to_vec_pretty(&record).map_err(|e| Error::Other(e.to_string()))?;
        if let Some(folder) = change.path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        palisade_files::write_atomic(&stem.with_extension("json"), &text, Some(0o600))?;
        change
            .apply(mode)
            .map_err(|e| Error::Settings(e.to_string()))
    }

    /// What was recorded about a file.
    pub(crate) fn record(&self, path: &Path) -> Option<InstallRecord> {
        let stored = self.stem(path).with_extension("json");
        let bytes = palisade_files::read(&stored).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Every recorded file.
    pub(crate) fn records(&self) -> Vec<InstallRecord> {
        let Ok(entries) = std::fs::read_dir(self.installs()) else {
            return Vec::new();
        };
        let mut paths: Vec<PathBuf> = entries
            .flatten()
            .map(|e| e.path())
            .filter(|p| p.extension().is_some_and(|e| e == "json"))
            .collect();
        paths.sort();
        paths
            .iter()
            .filter_map(|p| palisade_files::read(p).ok())
            .filter_map(|bytes| serde_json::from_slice(&bytes).ok())
            .collect()
    }

    /// Forgets a file that is back as it was.
    pub(crate) fn forget(&self, path: &Path) {
        let stem = self.stem(path);
        for extension in ["json", "backup"] {
            // Nothing depends on these any more.
            std::fs::remove_file(stem.with_extension(extension)).ok();
        }
    }

    /// When the guard went into a file, as far as it is known.
    pub(crate) fn since(&self, path: &Path) -> Option<jiff::Timestamp> {
        let stored = self.stem(path).with_extension("json");
        let written = std::fs::metadata(stored).ok()?.modified().ok()?;
        jiff::Timestamp::try_from(written).ok()
    }

    /// Locks the programs and the settings files that call the guard.
    pub(crate) fn lock(&self) -> Result<(), Error> {
        let wiring: Vec<PathBuf> = self
            .records()
            .into_iter()
            .map(|record| record.path)
            // A policy, or Codex' trust in the hook, calls nothing.
            .filter(|path| path.extension().is_none_or(|e| e != "toml"))
            .collect();
        Ok(palisade_guard::lock::write(self.places, &wiring)?)
    }

    /// How a recorded file goes back. A policy file that was edited since is
    /// the person's and stays.
    pub(crate) fn removal(record: &InstallRecord) -> Result<Removal, Error> {
        install::plan_remove(record).map_err(|e| Error::Settings(e.to_string()))
    }

    fn installs(&self) -> PathBuf {
        self.places.installs()
    }

    fn stem(&self, path: &Path) -> PathBuf {
        self.places.install_record(path).with_extension("")
    }

    /// Writes an event of the guard itself, synced before it counts.
    pub(crate) fn journal(&self, kind: EventKind, what: &str) -> Result<(), Error> {
        let mut event = own_event(kind, Some(AgentKind::Claude), what, &SystemClock);
        event.workspace = self.workspace.to_string_lossy().into_owned();
        Journal::open(&self.places.state)?.append(&event, Durability::Synced)?;
        Ok(())
    }

    /// What keeps the guard from working, in words.
    pub(crate) fn troubles(&self, wiring: &Wiring) -> Vec<String> {
        let at = |path: &Path, line: u32| match line {
            0 => self.claude.show(path),
            line => format!("{}:{line}", self.claude.show(path)),
        };
        wiring
            .troubles
            .iter()
            .map(|trouble| match trouble {
                Trouble::Ignored { path, line, message } => format!(
                    "{}: {message}; Claude Code ignores this whole file, hooks included",
                    at(path, *line)
                ),
                Trouble::Disabled { key, path, line } => format!(
                    "{}: {key} switches the guard off here; remove it, or install with `palisade protect --managed`",
                    at(path, *line)
                ),
                Trouble::FailsOpen { event, path, line } => format!(
                    "{}: if the guard fails on {event}, the call goes on; run `palisade protect` to repair the entry",
                    at(path, *line)
                ),
                Trouble::Narrow { event, path, line } => format!(
                    "{}: the guard does not see every tool on {event}; run `palisade protect` to repair the entry",
                    at(path, *line)
                ),
                Trouble::Program { program, problem } => format!(
                    "{}: {problem}; run `palisade protect` from where palisade is installed",
                    program.display()
                ),
                other => format!("{other:?}"),
            })
            .collect()
    }

    /// Fires a call that must not go through, exactly as Claude Code would.
    pub(crate) fn prove(&self, program: &Path, args: &[String]) -> Proof {
        self.prove_as(AgentKind::Claude, program, args)
    }

    /// The same, as any agent would.
    pub(crate) fn prove_as(&self, agent: AgentKind, program: &Path, args: &[String]) -> Proof {
        let (mut words, call) = install::proof(agent, &self.workspace, PROOF_SESSION);
        words.extend(args.iter().skip(1).cloned());
        let args = &words;
        let before = palisade_journal::tail(&self.places.state, 1);
        let start = Instant::now();
        let Some((code, stdout)) =
            fire(program, args, &self.workspace, call.to_string().as_bytes())
        else {
            return Proof::failed("it could not be started or did not end");
        };
        let took = start.elapsed();
        let json: serde_json::Value = serde_json::from_slice(&stdout).unwrap_or_default();
        // The others obey the exit code.
        let denied = agent != AgentKind::Claude
            || json.pointer("/hookSpecificOutput/permissionDecision")
                == Some(&serde_json::Value::from("deny"));
        let recorded = palisade_journal::tail(&self.places.state, 1);
        let verdict = recorded
            .last()
            .filter(|r| before.last().is_none_or(|b| b.seq < r.seq))
            .filter(|r| r.event.session == PROOF_SESSION)
            .and_then(|r| r.event.verdict);
        Proof {
            stopped: denied && code == Some(2),
            recorded: verdict == Some(Verdict::Deny),
            took,
            problem: None,
        }
    }
}

/// The result of a proving call.
#[derive(Debug)]
pub(crate) struct Proof {
    /// The agent would not have run it.
    pub(crate) stopped: bool,
    /// The journal has the denial.
    pub(crate) recorded: bool,
    /// From start to end of the process.
    pub(crate) took: Duration,
    /// Why there was no answer.
    pub(crate) problem: Option<&'static str>,
}

impl Proof {
    /// The guard did what the mode asks for.
    pub(crate) const fn proves(&self, mode: Mode) -> bool {
        match mode {
            Mode::Enforce => self.stopped,
            Mode::Warn | Mode::Observe => self.recorded,
        }
    }

    pub(crate) const fn failed(problem: &'static str) -> Self {
        Self {
            stopped: false,
            recorded: false,
            took: Duration::ZERO,
            problem: Some(problem),
        }
    }
}

/// Runs a hook command; `None` when it does not start or end in time.
fn fire(
    program: &Path,
    args: &[String],
    cwd: &Path,
    input: &[u8],
) -> Option<(Option<i32>, Vec<u8>)> {
    const PATIENCE: Duration = Duration::from_secs(12);
    let mut child = Command::new(program)
        .args(args)
        .current_dir(cwd)
        .env_clear()
        .env("CLAUDE_PROJECT_DIR", cwd)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    // A program that does not read its input has closed the pipe: its answer
    // still counts.
    child.stdin.take()?.write_all(input).ok();
    let start = Instant::now();
    while child.try_wait().ok()?.is_none() {
        if start.elapsed() > PATIENCE {
            child.kill().ok();
            child.wait().ok();
            return None;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    let output = child.wait_with_output().ok()?;
    Some((output.status.code(), output.stdout))
}

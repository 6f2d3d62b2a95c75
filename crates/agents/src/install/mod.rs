//! The guard in the settings of agents other than Claude Code: where it goes,
//! how it is written there, and whether it still is.
//!
//! Nothing here writes: a plan is a list of [`Change`]s that can be shown, made
//! and taken back like any other.

mod codex;
mod forms;
mod managed;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use palisade_core::AgentKind;
use palisade_files as files;

pub use self::managed::{MANAGED, owns_managed, plan_managed, wired_managed};
use crate::claude::settings::{
    Change, Document, HookCommand, InstallError, InstallRecord, Layer, LayerKind, Node, Removal,
    plan_install_as, plan_remove as claude_remove,
};

/// Where the agents keep their settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Homes {
    /// Home directory.
    pub home: PathBuf,
    /// `CODEX_HOME`, else `~/.codex`.
    pub codex: PathBuf,
    /// `COPILOT_HOME`, else `~/.copilot`.
    pub copilot: PathBuf,
    /// `XDG_CONFIG_HOME`, else `~/.config`.
    pub config: PathBuf,
    /// The search path for programs.
    pub path: OsString,
    /// Where settings for the whole machine are: `/etc`.
    pub system: PathBuf,
}

impl Homes {
    /// From a home directory and the variables of a process.
    pub fn new(home: &Path, get: impl Fn(&str) -> Option<OsString>) -> Self {
        let moved = |name: &str, usual: &str| {
            get(name)
                .map(PathBuf::from)
                .filter(|dir| dir.is_absolute())
                .unwrap_or_else(|| home.join(usual))
        };
        Self {
            codex: moved("CODEX_HOME", ".codex"),
            copilot: moved("COPILOT_HOME", ".copilot"),
            config: moved("XDG_CONFIG_HOME", ".config"),
            path: get("PATH").unwrap_or_default(),
            system: PathBuf::from("/etc"),
            home: home.to_owned(),
        }
    }

    fn folder(&self, agent: AgentKind) -> PathBuf {
        match agent {
            AgentKind::Claude | AgentKind::VsCode => self.home.join(".claude"),
            AgentKind::Codex => self.codex.clone(),
            AgentKind::Gemini => self.home.join(".gemini"),
            AgentKind::Copilot => self.copilot.clone(),
            AgentKind::OpenCode => self.config.join("opencode"),
            AgentKind::Cursor => self.home.join(".cursor"),
            AgentKind::Windsurf => self.home.join(".codeium/windsurf"),
            AgentKind::Cline => self.home.join("Documents/Cline"),
            AgentKind::Kiro => self.home.join(".kiro"),
        }
    }
}

/// Whether a file is among the settings of these agents.
pub fn owns(homes: &Homes, path: &Path) -> bool {
    AGENTS
        .iter()
        .any(|agent| path.starts_with(homes.folder(*agent)))
}

/// The agents whose settings this module knows how to write.
pub const AGENTS: &[AgentKind] = &[
    AgentKind::Codex,
    AgentKind::Gemini,
    AgentKind::Copilot,
    AgentKind::OpenCode,
    AgentKind::Cursor,
    AgentKind::Windsurf,
    AgentKind::Cline,
];

/// Those of them whose contract was established by running the agent; that of
/// the others is taken from documentation.
pub const RUN: &[AgentKind] = &[
    AgentKind::Codex,
    AgentKind::Gemini,
    AgentKind::Copilot,
    AgentKind::OpenCode,
];

/// How the guard stands with an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wired {
    /// Every call comes to it.
    Complete,
    /// It is there, but not as it would be written today.
    Outdated,
    /// It is not there.
    Missing,
}

/// Whether the agent is on this machine: its folder exists or its program is
/// found.
pub fn is_present(agent: AgentKind, homes: &Homes) -> bool {
    let program = match agent {
        AgentKind::Codex => "codex",
        AgentKind::Gemini => "gemini",
        AgentKind::Copilot => "copilot",
        AgentKind::OpenCode => "opencode",
        _ => "",
    };
    let found = || {
        !program.is_empty()
            && std::env::split_paths(&homes.path).any(|dir| dir.join(program).is_file())
    };
    homes.folder(agent).is_dir() || found()
}

/// What has to change for every call of `agent` to come to the guard. The
/// command is that of Claude Code; its first argument is replaced.
///
/// # Errors
/// When a settings file is there and cannot be understood.
pub fn plan(
    agent: AgentKind,
    homes: &Homes,
    hook: &HookCommand,
) -> Result<Vec<Change>, InstallError> {
    let hook = &with_agent(agent, hook);
    let folder = homes.folder(agent);
    Ok(match agent {
        AgentKind::Codex => {
            let hooks = insertion(&forms::CODEX, folder.join("hooks.json"), hook)?;
            let trust = codex::trust(&hooks, &folder.join("config.toml"), hook)?;
            vec![hooks, trust]
        }
        AgentKind::Gemini => vec![insertion(
            &forms::GEMINI,
            folder.join("settings.json"),
            hook,
        )?],
        AgentKind::Cursor => vec![insertion(&forms::CURSOR, folder.join("hooks.json"), hook)?],
        AgentKind::Windsurf => vec![insertion(
            &forms::WINDSURF,
            folder.join("hooks.json"),
            hook,
        )?],
        AgentKind::Copilot => vec![own_file(
            folder.join("hooks/palisade.json"),
            forms::copilot(hook),
        )?],
        AgentKind::OpenCode => vec![own_file(
            folder.join("plugin/palisade.js"),
            forms::opencode(hook),
        )?],
        AgentKind::Cline => forms::CLINE_EVENTS
            .iter()
            .map(|event| own_file(folder.join("Hooks").join(event), forms::cline(hook)))
            .collect::<Result<_, _>>()?,
        AgentKind::Claude | AgentKind::VsCode | AgentKind::Kiro => Vec::new(),
    })
}

/// The command with another agent as its first argument.
fn with_agent(agent: AgentKind, hook: &HookCommand) -> HookCommand {
    let mut args = vec![agent.as_str().to_owned()];
    args.extend(hook.args.iter().skip(1).cloned());
    HookCommand {
        program: hook.program.clone(),
        args,
    }
}

/// The mode of a file that is made.
pub fn new_file_mode(agent: AgentKind) -> u32 {
    match agent {
        AgentKind::Cline => 0o755,
        _ => 0o600,
    }
}

/// How the guard stands with an agent.
///
/// # Errors
/// When a settings file is there and cannot be understood.
pub fn wired(agent: AgentKind, homes: &Homes, hook: &HookCommand) -> Result<Wired, InstallError> {
    let changes = plan(agent, homes, hook)?;
    let ours = |change: &Change| names_the_hook(change.before.as_deref().unwrap_or_default());
    if hooks_are_off(agent, homes) {
        return Ok(Wired::Outdated);
    }
    Ok(if changes.iter().all(Change::is_empty) {
        Wired::Complete
    } else if changes.iter().any(ours) {
        Wired::Outdated
    } else {
        Wired::Missing
    })
}

/// Whether the agent's own settings of this user keep it from running hooks.
fn hooks_are_off(agent: AgentKind, homes: &Homes) -> bool {
    let folder = homes.folder(agent);
    let set = |file: &str, path: &[&str], off: fn(&Node) -> bool| {
        let layer = Layer::read(LayerKind::User, folder.join(file));
        let node = layer.document().and_then(|d| d.root.get(path));
        node.is_some_and(off)
    };
    match agent {
        AgentKind::Codex => codex::hooks_are_off(&folder.join("config.toml")),
        AgentKind::Gemini => {
            let named = |list: &Node| {
                let mut names = list.items().iter().filter_map(Node::text);
                names.any(|name| name.contains("palisade"))
            };
            set("settings.json", &["hooksConfig", "enabled"], Node::is_false)
                || set("settings.json", &["hooksConfig", "disabled"], named)
        }
        AgentKind::Copilot => ["settings.json", "config.json"]
            .iter()
            .any(|file| set(file, &["disableAllHooks"], Node::is_true)),
        _ => false,
    }
}

/// What `doctor` fires: the command of the event before a tool, and a call that
/// must not go through, in the agent's own words.
pub fn proof(agent: AgentKind, cwd: &Path, session: &str) -> (Vec<String>, serde_json::Value) {
    let command = "rm -rf ~";
    let tool = serde_json::json!({"command": command});
    let (event, call) = match agent {
        AgentKind::Copilot => (
            Some("preToolUse"),
            serde_json::json!({"sessionId": session, "cwd": cwd, "toolName": "bash", "toolArgs": tool}),
        ),
        AgentKind::OpenCode => (
            Some("tool.execute.before"),
            serde_json::json!({"sessionID": session, "callID": "proof", "directory": cwd, "tool": "bash", "args": tool}),
        ),
        AgentKind::Gemini => (
            None,
            serde_json::json!({"hook_event_name": "BeforeTool", "session_id": session, "cwd": cwd,
                "tool_name": "run_shell_command", "tool_input": tool}),
        ),
        AgentKind::Cursor => (
            None,
            serde_json::json!({"hook_event_name": "beforeShellExecution", "conversation_id": session,
                "cwd": cwd, "command": command}),
        ),
        AgentKind::Windsurf => (
            None,
            serde_json::json!({"agent_action_name": "pre_run_command", "trajectory_id": session,
                "tool_info": {"command_line": command, "cwd": cwd}}),
        ),
        AgentKind::Cline => (
            None,
            serde_json::json!({"hookName": "PreToolUse", "taskId": session, "workspaceRoots": [cwd],
                "preToolUse": {"toolName": "execute_command", "parameters": tool}}),
        ),
        _ => (
            None,
            serde_json::json!({"hook_event_name": "PreToolUse", "session_id": session, "cwd": cwd,
                "tool_name": "Bash", "tool_input": tool, "tool_use_id": "proof"}),
        ),
    };
    let mut args = vec![agent.as_str().to_owned()];
    args.extend(event.map(str::to_owned));
    (args, call)
}

fn insertion(
    dialect: &crate::claude::settings::Dialect,
    path: PathBuf,
    hook: &HookCommand,
) -> Result<Change, InstallError> {
    let mut layer = Layer::read(LayerKind::User, path);
    // These agents accept comments, which people write.
    if let (true, Some(bytes)) = (layer.json.is_err(), &layer.bytes) {
        layer.json = Document::parse_lenient(bytes);
    }
    plan_install_as(dialect, &layer, hook)
}

fn names_the_hook(text: &[u8]) -> bool {
    let name = b"palisade-hook";
    text.windows(name.len()).any(|w| w == name)
}

/// A file of our own, whole.
fn own_file(path: PathBuf, text: String) -> Result<Change, InstallError> {
    let before = match files::read(&path) {
        // Somebody else's hook under the same name is not replaced.
        Ok(bytes) if !names_the_hook(&bytes) => {
            return Err(InstallError::Io(format!(
                "{} is there already and does not call the guard; have it call palisade-hook, or remove it",
                path.display()
            )));
        }
        Ok(bytes) => Some(bytes),
        Err(error) if error.is_not_found() => None,
        Err(error) => return Err(error.into()),
    };
    Ok(Change {
        path,
        before,
        after: text.into_bytes(),
        inserted: Vec::new(),
        created: std::collections::BTreeSet::new(),
    })
}

/// How a file that the guard went into goes back.
///
/// # Errors
/// When the file cannot be read, or is not ours alone and cannot be understood.
pub fn plan_remove(record: &InstallRecord) -> Result<Removal, InstallError> {
    let path = &record.path;
    let result = claude_remove(path, Some(record));
    let named = |start: &str| {
        let name = path.file_name().and_then(|n| n.to_str());
        name.is_some_and(|name| name.starts_with(start))
    };
    match result {
        // A file that is all ours goes, whatever became of it.
        Ok(Removal::Nothing | Removal::Write(_)) | Err(InstallError::Broken { .. })
            if record.created && named("palisade.") && path.exists() =>
        {
            Ok(Removal::Delete {
                path: path.clone(),
                before: files::read(path)?,
            })
        }
        Err(InstallError::Broken { .. }) if path.extension().is_some_and(|e| e == "toml") => {
            let before = files::read(path)?;
            let text = String::from_utf8_lossy(&before);
            let after = if named("requirements.") {
                managed::without_requirements(&text)
            } else {
                codex::without_trust(&text, &path.with_file_name("hooks.json"))
            };
            let Some(after) = after else {
                return Ok(Removal::Nothing);
            };
            Ok(Removal::Write(Change {
                path: path.clone(),
                after: after.into_bytes(),
                before: Some(before),
                inserted: Vec::new(),
                created: std::collections::BTreeSet::new(),
            }))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An agent that is told to run no hooks is not guarded, whatever its hooks say.
    #[test]
    fn hooks_that_are_switched_off() {
        let dir = tempfile::tempdir().unwrap();
        let homes = Homes::new(dir.path(), |_| None);
        let hook = HookCommand {
            program: "/opt/palisade-hook".into(),
            args: vec!["claude".to_owned()],
        };
        let cases = [
            (
                AgentKind::Gemini,
                ".gemini/settings.json",
                "{\"hooksConfig\": {\"enabled\": false}}",
            ),
            (
                AgentKind::Gemini,
                ".gemini/settings.json",
                "{\"hooksConfig\": {\"disabled\": [\"x\", \"/opt/palisade-hook gemini\"]}}",
            ),
            (
                AgentKind::Copilot,
                ".copilot/settings.json",
                "{\"disableAllHooks\": true}",
            ),
            (
                AgentKind::Codex,
                ".codex/config.toml",
                "[features]\nhooks = false\n",
            ),
        ];
        for (agent, file, off) in cases {
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, off).unwrap();
            for change in plan(agent, &homes, &hook).unwrap() {
                change.apply(0o600).unwrap();
            }
            assert_eq!(wired(agent, &homes, &hook), Ok(Wired::Outdated), "{off}");
            let harmless = match agent {
                AgentKind::Codex => "",
                _ => "{\"hooksConfig\": {\"enabled\": true, \"disabled\": [\"x\"]}}",
            };
            std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, harmless).unwrap();
            for change in plan(agent, &homes, &hook).unwrap() {
                change.apply(0o600).unwrap();
            }
            assert_eq!(
                wired(agent, &homes, &hook),
                Ok(Wired::Complete),
                "{agent:?}"
            );
        }
    }
}

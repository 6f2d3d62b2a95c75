//! A tool call becomes effects: the same vocabulary for every tool.

use std::path::Path;

use palisade_core::{Certainty, Effect, EffectKind, Target, ToolCall, limits};
use palisade_policy::Table;
use palisade_shell::{Invocation, Understanding};

use crate::environment::{Ambient, Surroundings};
use crate::past::Origins;
use crate::{arguments, environment, lifecycle, plans};

/// What a call is understood against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Here<'a> {
    /// Working directory.
    pub(crate) cwd: &'a Path,
    /// The user's home.
    pub(crate) home: &'a Path,
    /// Top of the project.
    pub(crate) workspace: &'a Path,
    /// What names mean.
    pub(crate) table: &'a Table,
    /// Variables that select where programs act.
    pub(crate) ambient: &'a Ambient,
    /// Where files came from.
    pub(crate) origins: &'a Origins<'a>,
}

/// Effects of `call`, before anything is observed.
pub(crate) fn understand(call: &ToolCall, here: Here<'_>) -> Vec<Effect> {
    let Here { cwd, home, .. } = here;
    let mut effects = match call {
        ToolCall::Shell {
            tool,
            command,
            open_input,
            ..
        } => command_of(tool, command, *open_input, here),
        ToolCall::Delete { path } => vec![file(EffectKind::FileDelete, path, "Delete")],
        ToolCall::Several { calls, .. } => calls
            .iter()
            .flat_map(|call| understand(call, here))
            .collect(),
        ToolCall::Read { path } => vec![file(EffectKind::FileRead, path, "Read")],
        ToolCall::Write { path, .. } => vec![file(EffectKind::FileWrite, path, "Write")],
        ToolCall::Edit { tool, path, .. } => vec![file(EffectKind::FileWrite, path, tool)],
        ToolCall::Glob { pattern, path } => {
            let from = path.as_deref().unwrap_or(".");
            let mut e = file(EffectKind::FileList, from, "Glob");
            // A pattern with a folder of its own (`~/.ssh/*`) names that folder.
            if pattern.starts_with(['/', '~']) {
                e.target = Target::Path(pattern.clone());
                e.pattern = true;
            }
            vec![e]
        }
        ToolCall::Grep { path, glob, .. } => grep(path.as_deref(), glob.as_deref(), cwd),
        ToolCall::WebFetch { url } => match arguments::file_url(url.trim()) {
            Some(path) => vec![file(EffectKind::FileRead, &path, "WebFetch")],
            None => requests(url, "GET", EffectKind::NetRead, "WebFetch"),
        },
        ToolCall::WebSearch { .. } => {
            vec![Effect::new(EffectKind::NetRead, Target::None, "WebSearch")]
        }
        ToolCall::Socket { url } => requests(url, "CONNECT", EffectKind::NetRead, "Monitor"),
        ToolCall::Agent { kind, .. } => vec![Effect::new(
            EffectKind::AgentStart,
            Target::Name(kind.clone().unwrap_or_else(|| "subagent".into())),
            "Agent",
        )],
        ToolCall::Internal { tool, input } => plans::of(tool, input, here),
        ToolCall::Skill { .. } => Vec::new(),
        ToolCall::Mcp {
            server,
            tool,
            arguments,
            ..
        } => arguments::mcp(server, tool, arguments, here),
        // What its input names is touched, whatever the tool is.
        ToolCall::Unknown { tool, input } => arguments::unknown(unknown(tool), tool, input, here),
        _ => vec![unknown(&call.name())],
    };
    for script in lifecycle::added(call, cwd) {
        effects.extend(command(&call.name(), &script, here));
    }
    for effect in &mut effects {
        expand_home(effect, home);
    }
    capped(effects, &call.name())
}

/// No more effects than are looked at, and that there were more.
pub(crate) fn capped(mut effects: Vec<Effect>, by: &str) -> Vec<Effect> {
    if effects.len() > limits::EFFECTS {
        effects.truncate(limits::EFFECTS);
        effects.push(limit(by));
    }
    effects
}

/// Understanding stopped here.
pub(crate) fn limit(by: &str) -> Effect {
    let what = Target::Name("too much to look at".to_owned());
    Effect::new(EffectKind::LimitReached, what, by).with_certainty(Certainty::Opaque)
}

fn unknown(tool: &str) -> Effect {
    // These reach people or other machines by design.
    let kind = match tool {
        "SendUserFile" | "Artifact" | "RemoteTrigger" | "PushNotification" => {
            EffectKind::MessageSend
        }
        _ => EffectKind::ExecUnknown,
    };
    Effect::new(kind, Target::Name(tool.to_owned()), tool).with_certainty(Certainty::Opaque)
}

/// Effects of a command line.
pub(crate) fn command(tool: &str, command: &str, here: Here<'_>) -> Vec<Effect> {
    command_of(tool, command, false, here)
}

/// The same, when the agent can go on writing to what it starts.
fn command_of(tool: &str, command: &str, open_input: bool, here: Here<'_>) -> Vec<Effect> {
    let mut seen = read(tool, command, open_input, here);
    here.origins.keep(&mut seen);
    let surroundings = Surroundings {
        home: here.home,
        workspace: here.workspace,
        table: here.table,
        ambient: here.ambient,
    };
    environment::observe(&mut seen.effects, &seen.commands, surroundings);
    seen.effects.extend(named(&seen.commands, here.table));
    seen.effects
}

/// The commands that rules of the policy name.
pub(crate) fn named(commands: &[Invocation], table: &Table) -> Vec<Effect> {
    if !table.speaks_of_commands() {
        return Vec::new();
    }
    let mut out: Vec<Effect> = Vec::new();
    for command in commands {
        let args = command.args.iter().map(|arg| arg.shown().to_owned());
        let words: Vec<String> = std::iter::once(command.program.clone())
            .chain(args)
            .collect();
        if table.names_command(&words)
            && !out
                .iter()
                .any(|e| e.target == Target::Command(words.clone()))
        {
            let by = command.program.clone();
            let mut effect = Effect::new(EffectKind::ExecNamed, Target::Command(words), by);
            effect.dir.clone_from(&command.cwd);
            out.push(effect);
        }
    }
    out
}

/// The simple commands of a command line.
pub(crate) fn commands(tool: &str, command: &str, here: Here<'_>) -> Vec<Invocation> {
    read(tool, command, false, here).commands
}

fn read(tool: &str, command: &str, open_input: bool, here: Here<'_>) -> Understanding {
    let Here { cwd, home, .. } = here;
    let context = palisade_shell::Context {
        cwd: cwd.to_string_lossy().into_owned(),
        home: home.to_string_lossy().into_owned(),
        vars: std::collections::BTreeMap::new(),
        open_input,
    };
    // Which shell reads it decides what it means.
    if tool == "PowerShell" {
        return palisade_shell::understand_powershell(command, &context, &Scripts(here.origins));
    }
    palisade_shell::understand(command, &context, &Scripts(here.origins))
}

/// Reads the scripts a command line runs, so that they are understood too.
struct Scripts<'a>(&'a Origins<'a>);

impl palisade_shell::Observer for Scripts<'_> {
    fn origin(&self, path: &str) -> Option<palisade_shell::Origin> {
        self.0.of_file(path)
    }

    fn script(&self, path: &str) -> Option<String> {
        let bytes = palisade_files::read_capped(Path::new(path), limits::SCRIPT_BYTES).ok()??;
        String::from_utf8(bytes).ok()
    }

    fn folders(&self, path: &str) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(path) else {
            return Vec::new();
        };
        let mut names: Vec<String> = entries
            .flatten()
            .take(FOLDER_ENTRIES)
            .filter(|e| e.file_type().is_ok_and(|t| t.is_dir()))
            .filter_map(|e| e.file_name().into_string().ok())
            .collect();
        names.sort();
        names
    }
}

/// Entries of a folder that are looked at for members of a workspace.
const FOLDER_ENTRIES: usize = 512;

pub(crate) fn file(kind: EffectKind, path: &str, by: &str) -> Effect {
    Effect::new(kind, Target::Path(path.to_owned()), by)
}

fn grep(path: Option<&str>, glob: Option<&str>, cwd: &Path) -> Vec<Effect> {
    let from = path.unwrap_or(".");
    let mut e = file(EffectKind::FileRead, from, "Grep");
    e.recursive = true;
    let mut out = vec![e];
    // A file name filter aims at particular files: `.env*` below the folder.
    if let Some(glob) = glob {
        let base = cwd.join(from);
        let mut aimed = file(
            EffectKind::FileRead,
            &format!("{}/{glob}", base.to_string_lossy()),
            "Grep",
        );
        aimed.pattern = glob.contains(['*', '?', '[', '{']);
        out.push(aimed);
    }
    out
}

/// One effect for every host that some client would take `url` for.
pub(crate) fn requests(url: &str, method: &'static str, kind: EffectKind, by: &str) -> Vec<Effect> {
    let mut out = vec![request(&as_browsers_read(url), method, kind, by)];
    let plainly = request(url, method, kind, by);
    if url.contains('\\') && !out.iter().any(|e| e.target == plainly.target) {
        out.push(plainly);
    }
    out
}

fn request(url: &str, method: &'static str, kind: EffectKind, by: &str) -> Effect {
    let parts = palisade_shell::url::Url::split(url);
    let certainty = if parts.host.is_empty() {
        Certainty::Opaque
    } else {
        Certainty::Proved
    };
    let target = Target::Host {
        host: parts.host,
        port: parts.port,
        path: parts.path,
        method: method.into(),
    };
    Effect::new(kind, target, by).with_certainty(certainty)
}

/// The URL standard's view, which these tools share and command line clients
/// do not: a backslash is a slash, and slashes after the scheme may be missing.
fn as_browsers_read(url: &str) -> String {
    let text: String = url
        .trim()
        .chars()
        .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
        .map(|c| if c == '\\' { '/' } else { c })
        .collect();
    match text.split_once(':') {
        Some((scheme, rest))
            if ["http", "https", "ws", "wss"]
                .iter()
                .any(|s| scheme.eq_ignore_ascii_case(s)) =>
        {
            format!("{scheme}://{}", rest.trim_start_matches('/'))
        }
        _ => text,
    }
}

fn expand_home(effect: &mut Effect, home: &Path) {
    if let Target::Path(path) = &mut effect.target {
        if path == "~" {
            *path = home.to_string_lossy().into_owned();
        } else if let Some(rest) = path.strip_prefix("~/") {
            *path = home.join(rest).to_string_lossy().into_owned();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn mcp_arguments_name_files_and_hosts() {
        let call = ToolCall::Mcp {
            server: "fs".into(),
            source: None,
            tool: "read_file".into(),
            arguments: json!({"path": "~/.ssh/id_rsa", "note": "nothing", "n": [{"url": "http://10.0.0.1/x"}]}),
        };
        let table = Table::builtin(palisade_core::Profile::Standard);
        let ambient = Ambient::default();
        let origins = Origins::new(Path::new("/nowhere"), Path::new("/w"));
        let here = Here {
            cwd: Path::new("/w"),
            home: Path::new("/home/m"),
            workspace: Path::new("/w"),
            table: &table,
            ambient: &ambient,
            origins: &origins,
        };
        let effects = understand(&call, here);
        let kinds: Vec<_> = effects.iter().map(|e| e.kind).collect();
        assert_eq!(
            kinds,
            [
                EffectKind::McpRead,
                EffectKind::FileRead,
                EffectKind::NetRead
            ]
        );
        assert_eq!(effects[1].path(), Some("/home/m/.ssh/id_rsa"));
    }
}

//! A tool call becomes effects: the same vocabulary for every tool.

use std::path::Path;

use palisade_core::{Certainty, Effect, EffectKind, Target, ToolCall, limits};
use serde_json::Value;

/// Depth of MCP arguments that is looked into.
const ARGUMENT_DEPTH: usize = 8;

/// Effects of `call`, before anything is observed.
pub(crate) fn understand(call: &ToolCall, cwd: &Path, home: &Path) -> Vec<Effect> {
    let mut effects = match call {
        ToolCall::Shell { command, .. } => self::command(command, cwd, home),
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
        ToolCall::WebFetch { url } => vec![request(url, "GET", EffectKind::NetRead, "WebFetch")],
        ToolCall::WebSearch { .. } => {
            vec![Effect::new(EffectKind::NetRead, Target::None, "WebSearch")]
        }
        ToolCall::Socket { url } => {
            vec![request(url, "CONNECT", EffectKind::NetRead, "Monitor")]
        }
        ToolCall::Agent { kind, .. } => vec![Effect::new(
            EffectKind::AgentStart,
            Target::Name(kind.clone().unwrap_or_else(|| "subagent".into())),
            "Agent",
        )],
        ToolCall::Skill { .. } | ToolCall::Internal { .. } => Vec::new(),
        ToolCall::Mcp {
            server,
            tool,
            arguments,
            ..
        } => mcp(server, tool, arguments),
        // What its input names is touched, whatever the tool is.
        ToolCall::Unknown { tool, input } => {
            let mut out = vec![unknown(tool)];
            mcp_arguments("", input, 0, EffectKind::McpCall, tool, &mut out);
            out
        }
        _ => vec![unknown(&call.name())],
    };
    for effect in &mut effects {
        expand_home(effect, home);
    }
    effects.truncate(limits::EFFECTS);
    effects
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
pub(crate) fn command(command: &str, cwd: &Path, home: &Path) -> Vec<Effect> {
    let context = palisade_shell::Context {
        cwd: cwd.to_string_lossy().into_owned(),
        home: home.to_string_lossy().into_owned(),
        vars: std::collections::BTreeMap::new(),
    };
    palisade_shell::understand(command, &context, &Scripts).effects
}

/// Reads the scripts a command line runs, so that they are understood too.
struct Scripts;

impl palisade_shell::Observer for Scripts {
    fn script(&self, path: &str) -> Option<String> {
        let bytes = palisade_files::read_capped(Path::new(path), limits::SCRIPT_BYTES).ok()??;
        String::from_utf8(bytes).ok()
    }
}

fn file(kind: EffectKind, path: &str, by: &str) -> Effect {
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

fn mcp(server: &str, tool: &str, arguments: &Value) -> Vec<Effect> {
    let kind = mcp_kind(tool);
    let name = format!("{server}:{tool}");
    let by = format!("mcp__{server}__{tool}");
    let mut out =
        vec![Effect::new(kind, Target::Name(name), &by).with_certainty(Certainty::Partial)];
    mcp_arguments("", arguments, 0, kind, &by, &mut out);
    out
}

/// Paths and URLs among the arguments are touched by the server on our behalf.
fn mcp_arguments(
    key: &str,
    value: &Value,
    depth: usize,
    kind: EffectKind,
    by: &str,
    out: &mut Vec<Effect>,
) {
    if depth > ARGUMENT_DEPTH || out.len() > 200 {
        return;
    }
    match value {
        Value::String(text) => {
            let writes = kind == EffectKind::McpWrite
                || words(by).any(|w| WRITES_FILES.contains(&w.as_str()));
            if text.starts_with("http://")
                || text.starts_with("https://")
                || text.starts_with("ws://")
            {
                let net = if kind == EffectKind::McpWrite {
                    EffectKind::NetWrite
                } else {
                    EffectKind::NetRead
                };
                out.push(request(text, "GET", net, by));
            } else if let Some(path) = as_path(key, text) {
                let kind = if writes {
                    EffectKind::FileWrite
                } else {
                    EffectKind::FileRead
                };
                out.push(file(kind, path, by).with_certainty(Certainty::Partial));
            }
        }
        Value::Array(items) => {
            for item in items {
                mcp_arguments(key, item, depth + 1, kind, by, out);
            }
        }
        Value::Object(map) => {
            for (k, v) in map {
                mcp_arguments(k, v, depth + 1, kind, by, out);
            }
        }
        _ => {}
    }
}

fn as_path<'t>(key: &str, text: &'t str) -> Option<&'t str> {
    if text.len() > 4096 || text.contains('\n') {
        return None;
    }
    if let Some(rest) = text.strip_prefix("file://") {
        return Some(rest);
    }
    let named = words(key).any(|w| {
        matches!(
            w.as_str(),
            "path"
                | "paths"
                | "file"
                | "files"
                | "filename"
                | "filepath"
                | "dir"
                | "directory"
                | "folder"
                | "source"
                | "destination"
        )
    });
    let shaped = text.starts_with('/') && !text.contains(' ') || text.starts_with("~/");
    (named || shaped).then_some(text)
}

const DESTROYS: &[&str] = &[
    "delete",
    "remove",
    "drop",
    "destroy",
    "purge",
    "truncate",
    "wipe",
    "revoke",
    "terminate",
    "kill",
    "reset",
    "erase",
    "uninstall",
    "archive",
    "close",
    "cancel",
    "disable",
];
const REACHES_OUT: &[&str] = &[
    "send", "post", "publish", "deploy", "pay", "refund", "transfer", "charge", "merge", "invite",
    "grant", "execute", "exec", "run", "eval", "shell", "invoke", "push", "upload", "approve",
    "rotate", "apply", "migrate",
];
const READS: &[&str] = &[
    "get", "list", "read", "search", "find", "query", "fetch", "show", "describe", "view", "count",
    "echo", "ping", "status", "info", "help", "lookup", "resolve", "browse", "snapshot",
];
const WRITES_FILES: &[&str] = &["write", "edit", "create", "save", "move", "rename", "copy"];

/// The name of a tool is the only thing known before the server is reviewed.
fn mcp_kind(tool: &str) -> EffectKind {
    let words: Vec<String> = words(tool).collect();
    let any = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    if any(DESTROYS) || any(REACHES_OUT) {
        EffectKind::McpWrite
    } else if any(READS) && !any(WRITES_FILES) {
        EffectKind::McpRead
    } else {
        EffectKind::McpCall
    }
}

/// Words of an identifier in any common spelling, in lower case.
fn words(name: &str) -> impl Iterator<Item = String> + '_ {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut lower_before = false;
    for c in name.chars() {
        let boundary = !c.is_alphanumeric() || (c.is_uppercase() && lower_before);
        if boundary && !word.is_empty() {
            out.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        lower_before = c.is_lowercase() || c.is_ascii_digit();
    }
    if !word.is_empty() {
        out.push(word);
    }
    out.into_iter()
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
    fn identifiers_fall_into_words() {
        let all = |s: &str| words(s).collect::<Vec<_>>().join(" ");
        assert_eq!(all("deleteRepo"), "delete repo");
        assert_eq!(all("get_file-contents"), "get file contents");
        assert_eq!(all("HTTPGet"), "httpget");
    }

    #[test]
    fn mcp_tools_by_name() {
        for (tool, kind) in [
            ("delete_repository", EffectKind::McpWrite),
            ("removeUser", EffectKind::McpWrite),
            ("send_message", EffectKind::McpWrite),
            ("execute_sql", EffectKind::McpWrite),
            ("get_issue", EffectKind::McpRead),
            ("echo", EffectKind::McpRead),
            ("create_issue", EffectKind::McpCall),
            ("frobnicate", EffectKind::McpCall),
        ] {
            assert_eq!(mcp_kind(tool), kind, "{tool}");
        }
    }

    #[test]
    fn mcp_arguments_name_files_and_hosts() {
        let call = ToolCall::Mcp {
            server: "fs".into(),
            source: None,
            tool: "read_file".into(),
            arguments: json!({"path": "~/.ssh/id_rsa", "note": "nothing", "n": [{"url": "http://10.0.0.1/x"}]}),
        };
        let effects = understand(&call, Path::new("/w"), Path::new("/home/m"));
        let kinds: Vec<_> = effects.iter().map(|e| e.kind).collect();
        assert_eq!(
            kinds,
            [
                EffectKind::McpRead,
                EffectKind::NetRead,
                EffectKind::FileRead
            ]
        );
        assert_eq!(effects[2].path(), Some("/home/m/.ssh/id_rsa"));
    }
}

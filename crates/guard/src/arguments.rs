//! What the arguments of a tool we know nothing about would touch.
//!
//! An MCP server and a tool that is new to us get paths, addresses and
//! commands as ordinary arguments, and act on them with the user's rights.
//! Only their names and their shape say which they are. Reading a path that is
//! none costs nothing, because only protected ones object; so everything that
//! may be a path is taken for one.

use palisade_core::{Certainty, Effect, EffectKind, Target, ToolCall, limits};
use serde_json::Value;

use crate::understand::{Here, command, file, limit, requests};

/// Depth of arguments that is looked into, what is written as JSON inside a
/// string included.
const DEPTH: usize = 64;
/// Bytes of an argument that may name a file.
const PATH_BYTES: usize = 4096;
/// Values whose existence is looked up.
const LOOKUPS: usize = 64;

/// Effects of an MCP call.
pub(crate) fn mcp(server: &str, tool: &str, arguments: &Value, here: Here<'_>) -> Vec<Effect> {
    let kind = mcp_kind(tool);
    let by = format!("mcp__{server}__{tool}");
    let name = Target::Name(format!("{server}:{tool}"));
    let first = Effect::new(kind, name, &by).with_certainty(Certainty::Partial);
    let database = words(&by).any(|w| DATABASES.iter().any(|d| w.contains(d)));
    Arguments::new(kind, &by, database, here).all(first, arguments)
}

/// Whether a tool may change what its arguments name although nothing says so.
pub(crate) fn may_write(call: &ToolCall) -> bool {
    match call {
        ToolCall::Mcp { tool, .. } | ToolCall::Unknown { tool, .. } => {
            mcp_kind(tool) == EffectKind::McpCall
        }
        _ => false,
    }
}

/// Effects of a tool of the agent that we do not know.
pub(crate) fn unknown(first: Effect, tool: &str, input: &Value, here: Here<'_>) -> Vec<Effect> {
    let mut out = Arguments::new(mcp_kind(tool), tool, false, here).all(first, input);
    // Settings by a tool are settings: the ones that take the guard away.
    if tool == "Config" && input.to_string().to_ascii_lowercase().contains("hook") {
        let settings = here.home.join(".claude/settings.json");
        out.push(file(
            EffectKind::FileWrite,
            &settings.to_string_lossy(),
            tool,
        ));
    }
    out
}

struct Arguments<'a> {
    kind: EffectKind,
    by: &'a str,
    here: Here<'a>,
    /// Paths are written, as the name of the tool says.
    writes: bool,
    /// The tool runs code.
    runs: bool,
    /// The tool speaks to a database.
    database: bool,
    lookups: usize,
    out: Vec<Effect>,
}

impl<'a> Arguments<'a> {
    fn new(kind: EffectKind, by: &'a str, database: bool, here: Here<'a>) -> Self {
        let any = |list: &[&str]| words(by).any(|w| list.contains(&w.as_str()));
        Self {
            kind,
            by,
            here,
            writes: kind == EffectKind::McpWrite || any(WRITES_FILES),
            runs: any(RUNS),
            database,
            lookups: 0,
            out: Vec::new(),
        }
    }

    fn all(mut self, first: Effect, arguments: &Value) -> Vec<Effect> {
        self.out.push(first);
        self.value("", arguments, 0);
        self.out
    }

    fn value(&mut self, key: &str, value: &Value, depth: usize) {
        if depth > DEPTH {
            self.out.push(limit(self.by));
            return;
        }
        // One more makes the whole too much, which is then said.
        if self.out.len() > limits::EFFECTS {
            return;
        }
        match value {
            Value::String(text) => self.text(key, text, depth),
            Value::Array(items) => {
                for item in items {
                    self.value(key, item, depth + 1);
                }
            }
            Value::Object(map) => {
                self.command_of(map);
                for (k, v) in map {
                    if k.contains('/') {
                        self.text("", k, depth + 1);
                    }
                    self.value(k, v, depth + 1);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, key: &str, text: &str, depth: usize) {
        let text = text.trim();
        if text.starts_with(['{', '['])
            && let Ok(inner @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text)
        {
            // Arguments of a tool behind the tool.
            self.value(key, &inner, depth + 1);
            return;
        }
        if self.database && is(key, &["sql", "query", "statement", "queries"]) {
            self.code("psql -c", text);
            return;
        }
        if self.runs && is(key, &["code"]) {
            let script = words(self.by).any(|w| SCRIPTS.contains(&w.as_str()));
            self.code(if script { "node -e" } else { "python3 -c" }, text);
            return;
        }
        let scheme = text.split_once(':').map(|(s, _)| s.to_ascii_lowercase());
        match scheme.as_deref() {
            Some("http" | "https" | "ws" | "wss") => self.request(text),
            Some("file") => {
                if let Some(path) = file_url(text) {
                    self.path(&path);
                }
            }
            _ if is(key, HOST_KEYS)
                && !text.contains(char::is_whitespace)
                && !text.starts_with(['/', '.', '~']) =>
            {
                self.request(text);
            }
            _ if self.is_path(key, text) => self.path(text),
            _ => {}
        }
    }

    fn request(&mut self, text: &str) {
        let net = if self.kind == EffectKind::McpWrite {
            EffectKind::NetWrite
        } else {
            EffectKind::NetRead
        };
        self.out.extend(requests(text, "GET", net, self.by));
    }

    fn path(&mut self, path: &str) {
        let kind = if self.writes {
            EffectKind::FileWrite
        } else {
            EffectKind::FileRead
        };
        self.out
            .push(file(kind, path, self.by).with_certainty(Certainty::Partial));
    }

    fn is_path(&mut self, key: &str, text: &str) -> bool {
        if text.is_empty() || text.contains('\n') {
            return false;
        }
        if is(key, PATH_KEYS) {
            return true;
        }
        if text.len() > PATH_BYTES {
            return false;
        }
        if text.starts_with("~/") {
            return true;
        }
        let shaped = ["/", "./", "../"].iter().any(|p| text.starts_with(p));
        if shaped && !text.contains(' ') {
            return true;
        }
        // Under any other name: a file that is there. What is looked for and
        // what is said names files without touching them.
        if is(key, PROSE_KEYS) || self.lookups >= LOOKUPS {
            return false;
        }
        self.lookups += 1;
        palisade_files::resolve(text, self.here.cwd).exists
    }

    /// A command line as one argument, or as a program and its arguments.
    fn command_of(&mut self, map: &serde_json::Map<String, Value>) {
        let Some((_, Value::String(program))) = map
            .iter()
            .find(|(k, v)| v.is_string() && is(k, COMMAND_KEYS))
        else {
            return;
        };
        let given = map
            .iter()
            .find_map(|(k, v)| is(k, &["args", "arguments", "argv"]).then(|| v.as_array())?);
        let line = match given {
            Some(items) => {
                let mut line = program.clone();
                for item in items.iter().filter_map(Value::as_str) {
                    line.push(' ');
                    line.push_str(&quoted(item));
                }
                line
            }
            // `command: "view"` is a word of the tool's own.
            None if program.trim().contains(char::is_whitespace) => program.clone(),
            None => return,
        };
        self.out.extend(command("Bash", &line, self.here));
    }

    fn code(&mut self, interpreter: &str, code: &str) {
        let line = format!("{interpreter} {}", quoted(code));
        self.out.extend(command("Bash", &line, self.here));
    }
}

/// One word of a shell command.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// The path of a `file:` URL.
pub(crate) fn file_url(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once(':')?;
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let path = match rest.strip_prefix("//") {
        Some(r) => r.find('/').map_or(r, |at| r.split_at(at).1),
        None => rest,
    };
    let path = path.split(['?', '#']).next().unwrap_or(path);
    Some(percent_decoded(path))
}

fn percent_decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(b) = bytes.next() {
        let mut ahead = bytes.clone();
        let digit = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16));
        if b == b'%'
            && let (Some(high), Some(low)) = (digit(ahead.next()), digit(ahead.next()))
            && let Ok(byte) = u8::try_from(high * 16 + low)
        {
            out.push(byte);
            bytes = ahead;
        } else {
            out.push(b);
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Whether one of the words of `key` is in the list.
fn is(key: &str, list: &[&str]) -> bool {
    words(key).any(|w| list.contains(&w.as_str()))
}

const PATH_KEYS: &[&str] = &[
    "path",
    "paths",
    "file",
    "files",
    "filename",
    "filepath",
    "dir",
    "directory",
    "folder",
    "source",
    "destination",
    "dest",
    "uri",
];
const HOST_KEYS: &[&str] = &["url", "uri", "href", "host", "hostname", "endpoint"];
const COMMAND_KEYS: &[&str] = &["command", "cmd", "commandline", "bash", "shell"];
const PROSE_KEYS: &[&str] = &[
    "query",
    "pattern",
    "search",
    "q",
    "regex",
    "content",
    "contents",
    "text",
    "body",
    "title",
    "message",
    "description",
    "prompt",
    "old",
    "new",
    "branch",
    "ref",
    "label",
    "labels",
];
const DATABASES: &[&str] = &[
    "sql",
    "postgres",
    "maria",
    "duckdb",
    "database",
    "supabase",
    "neon",
    "clickhouse",
];
/// Tools whose code is JavaScript; it is Python for most others.
const SCRIPTS: &[&str] = &["repl", "node", "js", "javascript", "typescript"];
/// Tools that carry code out.
const RUNS: &[&str] = &[
    "execute", "exec", "run", "eval", "evaluate", "python", "jupyter", "repl",
];
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
const WRITES_FILES: &[&str] = &[
    "write",
    "edit",
    "create",
    "save",
    "move",
    "rename",
    "copy",
    "update",
    "put",
    "append",
    "set",
    "patch",
    "replace",
    "insert",
    "overwrite",
    "rewrite",
    "modify",
    "store",
    "touch",
    "mkdir",
];

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

#[cfg(test)]
mod tests {
    use super::*;

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
    fn file_urls_in_any_spelling() {
        for (url, path) in [
            ("file:///a/.env", Some("/a/.env")),
            ("FILE:///a/%2eenv", Some("/a/.env")),
            ("file://localhost/a?x#y", Some("/a")),
            ("file:/a", Some("/a")),
            ("file:a", Some("a")),
            ("http://a/b", None),
        ] {
            assert_eq!(file_url(url).as_deref(), path, "{url}");
        }
    }
}

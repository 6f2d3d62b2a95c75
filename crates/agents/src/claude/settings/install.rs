//! Puts the guard into a settings file.
//!
//! The file belongs to somebody else: nothing in it is reformatted, every
//! change is an insertion or the replacement of an entry of our own, and what
//! was inserted is recorded so that it can be taken out to the byte.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use palisade_core::limits;

use super::change::{Change, InstallError};
use super::layers::Layer;
use super::remove;
use super::tree::{Document, Node, NodeKind};

/// The events the guard is told of, and how.
pub(super) const EVENTS: &[HookedEvent] = &[
    HookedEvent::new("PreToolUse", true, true),
    HookedEvent::new("PermissionRequest", true, true),
    HookedEvent::new("PostToolUse", true, true),
    HookedEvent::new("PostToolUseFailure", true, false),
    HookedEvent::new("PostToolBatch", false, true),
    HookedEvent::new("PermissionDenied", true, false),
    HookedEvent::new("UserPromptSubmit", false, true),
    HookedEvent::new("UserPromptExpansion", false, true),
    HookedEvent::new("SessionStart", false, false),
    HookedEvent::new("SessionEnd", false, false),
    HookedEvent::new("SubagentStart", false, false),
    HookedEvent::new("SubagentStop", false, false),
    HookedEvent::new("ConfigChange", false, true),
    HookedEvent::new("InstructionsLoaded", false, false),
    HookedEvent::new("Stop", false, false),
];

/// How an agent with settings of this shape writes a hook down.
#[derive(Clone, Copy)]
pub(crate) struct Dialect {
    /// The events the guard is told of.
    pub(crate) events: &'static [HookedEvent],
    /// One entry, on one line.
    pub(crate) entry: fn(&HookCommand, &HookedEvent) -> String,
    /// Entries stand in the array of their event, without a group around them.
    pub(crate) flat: bool,
    /// What is there keeps its place: the guard's entry comes after it.
    pub(crate) last: bool,
    /// What a new file begins with, as members.
    pub(crate) head: &'static str,
}

/// Claude Code's own.
pub(crate) const CLAUDE: Dialect = Dialect {
    events: EVENTS,
    entry: claude_entry,
    flat: false,
    last: false,
    head: "",
};

#[derive(Clone, Copy)]
pub(crate) struct HookedEvent {
    pub(crate) name: &'static str,
    /// Its matcher is the tool.
    pub(crate) tool: bool,
    /// A hook that fails has to count as a denial.
    pub(crate) blocks: bool,
}

impl HookedEvent {
    pub(crate) const fn new(name: &'static str, tool: bool, blocks: bool) -> Self {
        Self { name, tool, blocks }
    }
}

/// The command that is installed.
///
/// It is started without a shell. Its directories belong into `args`: a
/// project's settings can set variables for the hook, but not its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookCommand {
    /// Absolute path of the program.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
}

/// Plans the installation of `command` in the file of `layer`.
///
/// Planning it again after it was carried out changes nothing.
pub fn plan_install(layer: &Layer, command: &HookCommand) -> Result<Change, InstallError> {
    plan_install_as(&CLAUDE, layer, command)
}

/// The same for an agent with settings of the same shape.
pub(crate) fn plan_install_as(
    dialect: &Dialect,
    layer: &Layer,
    command: &HookCommand,
) -> Result<Change, InstallError> {
    let program = command
        .program
        .to_str()
        .filter(|_| command.program.is_absolute())
        .ok_or_else(|| InstallError::Program(command.program.clone()))?;
    let named = command.program.file_name().and_then(|n| n.to_str());
    if !is_our_program(named, command.args.first().map(String::as_str)) {
        return Err(InstallError::Program(command.program.clone()));
    }
    let wanted = Wanted {
        program,
        command,
        dialect,
    };
    let path = layer.path.display().to_string();
    if !layer.exists {
        let empty = format!("{{{}}}\n", dialect.head);
        let mut plan = Plan::new(&empty, &layer.path);
        plan.install(
            &Document::parse(empty.as_bytes()).map_err(|b| broken(&path, b))?,
            &wanted,
        )?;
        let (text, _, created) = plan.finish();
        return Ok(Change {
            path: layer.path.clone(),
            before: None,
            after: text.into_bytes(),
            inserted: Vec::new(),
            created,
        });
    }
    let document = layer.json.as_ref().map_err(|b| broken(&path, b.clone()))?;
    // Entries of ours in the wrong place or twice go first.
    let tidy = remove::strip(&document.text, &|place| wanted.is_stale(place), None);
    let tidied = match &tidy {
        Some(text) => &Document::parse_lenient(text.as_bytes()).map_err(|b| broken(&path, b))?,
        None => document,
    };
    let mut plan = Plan::new(&tidied.text, &layer.path);
    plan.install(tidied, &wanted)?;
    let (text, inserted, created) = plan.finish();
    let mut after = if document.bom {
        "\u{feff}".as_bytes().to_vec()
    } else {
        Vec::new()
    };
    after.extend_from_slice(text.as_bytes());
    Ok(Change {
        path: layer.path.clone(),
        before: layer.bytes.clone(),
        after,
        inserted,
        created,
    })
}

fn broken(path: &str, broken: super::tree::Broken) -> InstallError {
    InstallError::Broken {
        path: path.to_owned(),
        line: broken.line,
        message: broken.message,
    }
}

/// One hook entry and where it stands.
pub(super) struct Place<'a> {
    pub(super) event: &'a str,
    pub(super) matcher: Option<&'a str>,
    pub(super) entry: &'a Node,
    /// It is the first of ours with a matcher that covers everything.
    pub(super) first: bool,
}

impl Place<'_> {
    pub(super) fn is_wide(&self) -> bool {
        matches!(self.matcher, None | Some("" | "*"))
    }
}

/// The entry is the guard's own, in whatever version.
pub(super) fn is_ours(entry: &Node) -> bool {
    let Some(command) = entry.get(&["command"]).and_then(Node::text) else {
        return false;
    };
    let has_args = entry.get(&["args"]).is_some();
    // Without `args` the command is a line for a shell.
    let mut words = command.split_whitespace();
    let program = if has_args {
        command
    } else {
        words.next().unwrap_or_default().trim_matches(['"', '\''])
    };
    let first = if has_args {
        let args = entry.get(&["args"]).map_or(&[][..], Node::items);
        args.first().and_then(Node::text)
    } else {
        words.next()
    };
    let name = Path::new(program).file_name().and_then(|n| n.to_str());
    is_our_program(name, first)
}

fn is_our_program(name: Option<&str>, first_arg: Option<&str>) -> bool {
    match name {
        Some("palisade-hook") => true,
        Some("palisade") => first_arg == Some("hook"),
        _ => false,
    }
}

/// Every hook entry of a document with its event, group and position.
pub(super) fn each_entry<'a>(root: &'a Node, visit: &mut dyn FnMut(&Place<'a>, usize, usize)) {
    let Some(hooks) = root.get(&["hooks"]) else {
        return;
    };
    for event in hooks.members() {
        let mut seen = false;
        for (g, group) in event.value.items().iter().enumerate() {
            let entries = match group.get(&["hooks"]) {
                Some(entries) => entries.items(),
                // Agents without groups.
                None => std::slice::from_ref(group),
            };
            for (h, entry) in entries.iter().enumerate() {
                let mut place = Place {
                    event: &event.key,
                    matcher: group.get(&["matcher"]).and_then(Node::text),
                    entry,
                    first: false,
                };
                if is_ours(entry) && place.is_wide() && !seen {
                    seen = true;
                    place.first = true;
                }
                visit(&place, g, h);
            }
        }
    }
}

struct Wanted<'a> {
    program: &'a str,
    command: &'a HookCommand,
    dialect: &'a Dialect,
}

impl Wanted<'_> {
    /// Ours, but not where it belongs.
    fn is_stale(&self, place: &Place<'_>) -> bool {
        let known = self
            .dialect
            .events
            .iter()
            .any(|event| event.name == place.event);
        is_ours(place.entry) && !(known && place.first)
    }

    fn is_current(&self, text: &str, entry: &Node, event: &HookedEvent) -> bool {
        if std::ptr::fn_addr_eq(self.dialect.entry, CLAUDE.entry) {
            return self.is_current_claude(entry, event);
        }
        text.get(entry.start..entry.end) == Some(self.entry(event).as_str())
    }

    fn is_current_claude(&self, entry: &Node, event: &HookedEvent) -> bool {
        let args: Vec<&str> = entry
            .get(&["args"])
            .map_or(&[][..], Node::items)
            .iter()
            .filter_map(Node::text)
            .collect();
        let on_failure = entry.get(&["onFailure"]).and_then(Node::text);
        let timeout = NodeKind::Number(limits::HOST_TIMEOUT_S.to_string());
        entry.get(&["type"]).and_then(Node::text) == Some("command")
            && entry.get(&["command"]).and_then(Node::text) == Some(self.program)
            && entry.get(&["args"]).is_some()
            && args == self.command.args
            && entry.get(&["timeout"]).is_some_and(|n| n.kind == timeout)
            && on_failure == event.blocks.then_some("block")
            // Nothing that would make it run later, once or not at all.
            && entry.members().len() == if event.blocks { 5 } else { 4 }
    }

    fn entry(&self, event: &HookedEvent) -> String {
        (self.dialect.entry)(self.command, event)
    }

    fn group(&self, event: &HookedEvent) -> String {
        let matcher = if event.tool {
            r#""matcher": "*", "#
        } else {
            ""
        };
        if self.dialect.flat {
            return self.entry(event);
        }
        format!(r#"{{ {matcher}"hooks": [{}] }}"#, self.entry(event))
    }
}

/// One line, so that the diff stays readable.
fn claude_entry(command: &HookCommand, event: &HookedEvent) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let args: Vec<String> = command.args.iter().map(|a| quoted(a)).collect();
    format!(
        r#"{{ "type": "command", "command": {}, "args": [{}], "timeout": {}{} }}"#,
        quoted(&command.program.to_string_lossy()),
        args.join(", "),
        limits::HOST_TIMEOUT_S,
        if event.blocks {
            r#", "onFailure": "block""#
        } else {
            ""
        }
    )
}

struct Edit {
    start: usize,
    end: usize,
    text: String,
}

struct Plan<'a> {
    text: &'a str,
    path: &'a Path,
    edits: Vec<Edit>,
    created: BTreeSet<String>,
    newline: &'static str,
    unit: String,
}

impl<'a> Plan<'a> {
    fn new(text: &'a str, path: &'a Path) -> Self {
        let newline = match text.find('\n') {
            Some(at) if text.get(..at).is_some_and(|t| t.ends_with('\r')) => "\r\n",
            _ => "\n",
        };
        Self {
            text,
            path,
            edits: Vec::new(),
            created: BTreeSet::new(),
            newline,
            unit: String::new(),
        }
    }

    fn shape(&self, node: &Node, what: &str, expected: &'static str) -> InstallError {
        InstallError::Shape {
            path: self.path.display().to_string(),
            line: node.line,
            what: what.to_owned(),
            expected,
        }
    }

    fn once(&self, node: &Node, key: &str, what: &str) -> Result<(), InstallError> {
        let mut lines = node.members().iter().filter(|m| m.key == key);
        match (lines.next(), lines.next_back()) {
            (Some(_), Some(last)) => Err(InstallError::Twice {
                path: self.path.display().to_string(),
                line: last.line,
                what: what.to_owned(),
            }),
            _ => Ok(()),
        }
    }

    fn install(&mut self, document: &Document, wanted: &Wanted<'_>) -> Result<(), InstallError> {
        let root = &document.root;
        if !matches!(root.kind, NodeKind::Map(_)) {
            return Err(self.shape(root, "the file", "an object"));
        }
        self.unit = self.indent_unit(root);
        self.once(root, "hooks", "\"hooks\"")?;
        let Some(hooks) = root.get(&["hooks"]) else {
            let base = self.child_indent(root);
            let inner = format!("{base}{}", self.unit);
            let events = wanted.dialect.events;
            let lines: Vec<String> = events
                .iter()
                .map(|event| format!("{inner}{}", member(event.name, &wanted.group(event))))
                .collect();
            let nl = self.newline;
            let body = lines.join(&format!(",{nl}"));
            let hooks = format!(r#""hooks": {{{nl}{body}{nl}{base}}}"#);
            self.insert_members(root, &[hooks]);
            self.created.insert("hooks".to_owned());
            for event in events {
                self.created.insert(format!("hooks.{}", event.name));
            }
            return Ok(());
        };
        if !matches!(hooks.kind, NodeKind::Map(_)) {
            return Err(self.shape(hooks, "\"hooks\"", "an object"));
        }
        let mut missing = Vec::new();
        for event in wanted.dialect.events {
            self.once(hooks, event.name, event.name)?;
            let Some(groups) = hooks.get(&[event.name]) else {
                missing.push(member(event.name, &wanted.group(event)));
                self.created.insert(format!("hooks.{}", event.name));
                continue;
            };
            if !matches!(groups.kind, NodeKind::List(_)) {
                return Err(self.shape(groups, event.name, "an array"));
            }
            let mut own = None;
            each_entry(root, &mut |place, _, _| {
                if place.event == event.name && place.first {
                    own = Some(place.entry);
                }
            });
            match own {
                Some(entry) if wanted.is_current(self.text, entry, event) => {}
                Some(entry) => self.edits.push(Edit {
                    start: entry.start,
                    end: entry.end,
                    text: wanted.entry(event),
                }),
                None => self.insert_group(groups, &wanted.group(event), wanted.dialect.last),
            }
        }
        if !missing.is_empty() {
            self.insert_members(hooks, &missing);
        }
        Ok(())
    }

    /// Puts members at the beginning of an object. What follows stays as it
    /// is, so that taking out the inserted text restores the file.
    fn insert_members(&mut self, object: &Node, members: &[String]) {
        let indent = self.child_indent(object);
        let nl = self.newline;
        let mut text = String::new();
        for (i, member) in members.iter().enumerate() {
            if i > 0 {
                text.push(',');
            }
            text.push_str(nl);
            text.push_str(&indent);
            text.push_str(member);
        }
        let empty = object.members().is_empty();
        if !empty {
            text.push(',');
        }
        if !self.breaks_after(object) {
            text.push_str(nl);
            text.push_str(&if empty {
                self.line_indent(object.start)
            } else {
                indent
            });
        }
        self.insert(object.start + 1, text);
    }

    /// Puts a group at the beginning of an array.
    ///
    /// Several arrays may get the same text. Its three shapes are such that
    /// none is found where another one was put in, if the longer is looked
    /// for first.
    fn insert_group(&mut self, array: &Node, group: &str, last: bool) {
        if let Some(end) = array.items().last().map(|n| n.end).filter(|_| last) {
            self.insert(end, format!(", {group}"));
            return;
        }
        let text = if array.items().is_empty() {
            group.to_owned()
        } else if self.breaks_after(array) {
            format!("{}{}{group},", self.newline, self.child_indent(array))
        } else {
            format!("{group}, ")
        };
        self.insert(array.start + 1, text);
    }

    fn insert(&mut self, at: usize, text: String) {
        self.edits.push(Edit {
            start: at,
            end: at,
            text,
        });
    }

    /// The opening bracket is the last thing on its line.
    fn breaks_after(&self, container: &Node) -> bool {
        let rest = self.text.get(container.start + 1..).unwrap_or_default();
        rest.trim_start_matches([' ', '\t', '\r']).starts_with('\n')
    }

    /// The blanks at the beginning of the line that holds `at`.
    fn line_indent(&self, at: usize) -> String {
        let before = self.text.get(..at).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        line.chars()
            .take_while(|c| matches!(c, ' ' | '\t'))
            .collect()
    }

    /// How far the children of a container are indented.
    fn child_indent(&self, container: &Node) -> String {
        let first = container
            .members()
            .first()
            .map(|m| m.start)
            .or_else(|| container.items().first().map(|n| n.start));
        if let Some(first) = first {
            let gap = self
                .text
                .get(container.start + 1..first)
                .unwrap_or_default();
            if let Some((_, indent)) = gap.rsplit_once('\n') {
                return indent.to_owned();
            }
        }
        format!("{}{}", self.line_indent(container.start), self.unit)
    }

    fn indent_unit(&self, root: &Node) -> String {
        let first = root.members().first().map_or(0, |m| m.start);
        let gap = self.text.get(..first).unwrap_or_default();
        match gap.rsplit_once('\n') {
            Some((_, indent))
                if (1..=8).contains(&indent.len())
                    && indent.trim_matches([' ', '\t']).is_empty() =>
            {
                indent.to_owned()
            }
            _ => "  ".to_owned(),
        }
    }

    /// The new text, what was inserted, and which containers are new.
    fn finish(mut self) -> (String, Vec<String>, BTreeSet<String>) {
        self.edits.sort_by_key(|edit| edit.start);
        let mut out = String::with_capacity(self.text.len() + 2_048);
        let mut inserted = Vec::new();
        let mut at = 0;
        for edit in self.edits {
            out.push_str(self.text.get(at..edit.start).unwrap_or_default());
            out.push_str(&edit.text);
            at = edit.end;
            if edit.start == edit.end {
                inserted.push(edit.text);
            }
        }
        out.push_str(self.text.get(at..).unwrap_or_default());
        (out, inserted, self.created)
    }
}

fn member(key: &str, value: &str) -> String {
    format!("\"{key}\": [{value}]")
}

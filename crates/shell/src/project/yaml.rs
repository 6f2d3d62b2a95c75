//! As much of YAML as task files and compose files are written in.
//!
//! Block and flow collections, plain, quoted and block scalars. Anchors, tags
//! and merges are passed over. Linear in the text, bounded in depth.

use std::iter::Peekable;
use std::str::Chars;

/// A node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Yaml {
    /// Text, a number, a truth value; empty for null.
    Scalar(String),
    /// A sequence.
    List(Vec<Yaml>),
    /// A mapping, in order.
    Map(Vec<(String, Yaml)>),
}

impl Yaml {
    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entries()
            .iter()
            .find_map(|(k, v)| (k == key).then_some(v))
    }

    /// The entries of a mapping.
    pub(crate) fn entries(&self) -> &[(String, Self)] {
        match self {
            Self::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The elements of a sequence; a scalar is one.
    pub(crate) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            Self::Scalar(t) if !t.is_empty() => std::slice::from_ref(self),
            _ => &[],
        }
    }

    /// The text of a scalar.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Scalar(t) => Some(t),
            _ => None,
        }
    }
}

/// Nesting that is followed.
const DEPTH: usize = 24;

/// Reads the first document.
pub(crate) fn parse(text: &str) -> Yaml {
    let lines = text
        .lines()
        .map(|l| {
            let content = l.trim_start_matches(' ');
            (l.len() - content.len(), content)
        })
        .collect();
    let mut reader = Reader {
        lines,
        at: 0,
        depth: 0,
    };
    reader.node(0)
}

struct Reader<'a> {
    /// Indentation and the rest of each line.
    lines: Vec<(usize, &'a str)>,
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    /// The next line that says something.
    fn peek(&mut self) -> Option<(usize, &'a str)> {
        while let Some((indent, content)) = self.lines.get(self.at) {
            let c = content.trim_end();
            if c.is_empty() || c.starts_with('#') || (*indent == 0 && c.starts_with("---")) {
                self.at += 1;
            } else {
                return Some((*indent, c));
            }
        }
        None
    }

    /// The node that begins at the next line, indented at least so far.
    fn node(&mut self, least: usize) -> Yaml {
        let Some((indent, content)) = self.peek() else {
            return Yaml::Scalar(String::new());
        };
        if indent < least || self.depth >= DEPTH {
            return Yaml::Scalar(String::new());
        }
        self.depth += 1;
        let out = if is_item(content) {
            self.list(indent)
        } else if key(content).is_some() {
            self.map(indent)
        } else {
            self.at += 1;
            self.value(content, indent.saturating_sub(1))
        };
        self.depth -= 1;
        out
    }

    fn list(&mut self, indent: usize) -> Yaml {
        let mut items = Vec::new();
        while let Some((i, content)) = self.peek() {
            if i != indent || !is_item(content) {
                break;
            }
            let rest = content.get(1..).unwrap_or_default();
            let inner = rest.trim_start();
            let nested = is_item(inner) || (key(inner).is_some() && !inner.starts_with(['{', '[']));
            if nested {
                // What follows the dash is a line of its own.
                let column = indent + 1 + (rest.len() - inner.len());
                if let Some(line) = self.lines.get_mut(self.at) {
                    *line = (column, inner);
                }
                items.push(self.node(column));
            } else {
                self.at += 1;
                items.push(self.value(inner, indent));
            }
        }
        Yaml::List(items)
    }

    fn map(&mut self, indent: usize) -> Yaml {
        let mut entries = Vec::new();
        while let Some((i, content)) = self.peek() {
            if i != indent {
                break;
            }
            let Some((name, rest)) = key(content) else {
                break;
            };
            self.at += 1;
            let value = if bare(rest).is_empty() {
                match self.peek() {
                    // A list may begin in its key's column.
                    Some((i, c)) if i == indent && is_item(c) => self.list(indent),
                    Some((i, _)) if i > indent => self.node(indent + 1),
                    _ => Yaml::Scalar(String::new()),
                }
            } else {
                self.value(rest, indent)
            };
            entries.push((name, value));
        }
        Yaml::Map(entries)
    }

    /// A value that begins on the line of its key or dash.
    fn value(&mut self, text: &str, indent: usize) -> Yaml {
        let text = bare(text);
        if text.starts_with(['|', '>']) {
            return Yaml::Scalar(self.block(text, indent));
        }
        if text.starts_with(['{', '[', '"', '\'']) {
            let mut whole = text.to_owned();
            // To the bracket or quote that ends it, a few lines on at most.
            for _ in 0..200 {
                if let Some(done) = flow(&whole) {
                    return done;
                }
                let Some((i, content)) = self.peek() else {
                    break;
                };
                if i < indent {
                    break;
                }
                self.at += 1;
                whole.push(' ');
                whole.push_str(content);
            }
            return Yaml::Scalar(whole);
        }
        let mut out = without_comment(text).to_owned();
        while let Some((i, content)) = self.peek() {
            if i <= indent || out.is_empty() {
                break;
            }
            self.at += 1;
            out.push(' ');
            out.push_str(without_comment(content));
        }
        Yaml::Scalar(match out.as_str() {
            "null" | "~" => String::new(),
            _ => out,
        })
    }

    /// The text below `|` or `>`.
    fn block(&mut self, head: &str, indent: usize) -> String {
        let fold = head.starts_with('>');
        let mut out = String::new();
        let mut own = None;
        while let Some((i, content)) = self.lines.get(self.at).copied() {
            if content.trim().is_empty() {
                out.push('\n');
            } else {
                if i <= indent {
                    break;
                }
                let own = *own.get_or_insert(i);
                for _ in own..i {
                    out.push(' ');
                }
                out.push_str(content);
                out.push(if fold { ' ' } else { '\n' });
            }
            self.at += 1;
        }
        out.truncate(out.trim_end().len());
        out
    }
}

fn is_item(content: &str) -> bool {
    content == "-" || content.starts_with("- ")
}

/// A value without its anchor and tag.
fn bare(text: &str) -> &str {
    let mut text = text.trim_start();
    while text.starts_with(['&', '!']) {
        text = text
            .split_once(' ')
            .map_or("", |(_, rest)| rest.trim_start());
    }
    if text.starts_with('#') { "" } else { text }
}

/// `name: rest`.
fn key(content: &str) -> Option<(String, &str)> {
    let quote = content.chars().next().filter(|c| matches!(c, '"' | '\''));
    if let Some(q) = quote {
        let (name, rest) = content.get(1..)?.split_once(q)?;
        let rest = rest.strip_prefix(':')?;
        return (rest.is_empty() || rest.starts_with(' ')).then(|| (name.to_owned(), rest));
    }
    if content.starts_with(['{', '[']) {
        return None;
    }
    let at = content.match_indices(':').map(|(i, _)| i).find(|i| {
        content
            .get(i + 1..)
            .is_some_and(|r| r.is_empty() || r.starts_with(' '))
    })?;
    let name = content.get(..at)?;
    (!name.contains(" #")).then(|| {
        (
            name.trim().to_owned(),
            content.get(at + 1..).unwrap_or_default(),
        )
    })
}

fn without_comment(text: &str) -> &str {
    text.split_once(" #").map_or(text, |(t, _)| t).trim_end()
}

/// A flow collection or quoted scalar; `None` while it has no end.
fn flow(text: &str) -> Option<Yaml> {
    let mut chars = text.chars().peekable();
    flow_node(&mut chars, 0)
}

fn flow_node(chars: &mut Peekable<Chars<'_>>, depth: usize) -> Option<Yaml> {
    blanks(chars);
    if depth > DEPTH {
        return None;
    }
    match chars.peek()? {
        '[' => {
            chars.next();
            let mut items = Vec::new();
            loop {
                blanks(chars);
                match chars.peek()? {
                    ']' => {
                        chars.next();
                        return Some(Yaml::List(items));
                    }
                    ',' => {
                        chars.next();
                    }
                    _ => items.push(flow_node(chars, depth + 1)?),
                }
            }
        }
        '{' => {
            chars.next();
            let mut entries = Vec::new();
            loop {
                blanks(chars);
                match chars.peek()? {
                    '}' => {
                        chars.next();
                        return Some(Yaml::Map(entries));
                    }
                    ',' => {
                        chars.next();
                    }
                    _ => {
                        let Yaml::Scalar(name) = flow_node(chars, depth + 1)? else {
                            return None;
                        };
                        blanks(chars);
                        let value = if chars.peek() == Some(&':') {
                            chars.next();
                            flow_node(chars, depth + 1)?
                        } else {
                            Yaml::Scalar(String::new())
                        };
                        entries.push((name, value));
                    }
                }
            }
        }
        q @ ('"' | '\'') => {
            let q = *q;
            chars.next();
            let mut out = String::new();
            loop {
                let c = chars.next()?;
                if c == '\\' && q == '"' {
                    match chars.next()? {
                        'n' => out.push('\n'),
                        't' => out.push('\t'),
                        other => out.push(other),
                    }
                } else if c == q {
                    if q == '\'' && chars.peek() == Some(&'\'') {
                        chars.next();
                        out.push('\'');
                    } else {
                        return Some(Yaml::Scalar(out));
                    }
                } else {
                    out.push(c);
                }
            }
        }
        _ => {
            let (mut out, mut took) = (String::new(), false);
            while let Some(c) = chars.peek() {
                let ends = matches!(c, ',' | ']' | '}') || (*c == ':' && ends_key(chars));
                // Every node takes at least one character, or this has no end.
                if ends && took {
                    break;
                }
                took = true;
                out.extend(chars.next());
            }
            Some(Yaml::Scalar(out.trim().to_owned()))
        }
    }
}

fn ends_key(chars: &Peekable<Chars<'_>>) -> bool {
    let mut ahead = chars.clone();
    ahead.next();
    ahead.next().is_none_or(char::is_whitespace)
}

fn blanks(chars: &mut Peekable<Chars<'_>>) {
    while chars.peek().is_some_and(|c| c.is_whitespace()) {
        chars.next();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_task_files_are_written_in() {
        let y = parse(
            "version: '3'\n# c\ntasks:\n  build:\n    deps: [gen, {task: lint, vars: {A: 'x: y'}}]\n    cmds:\n      - go build ./...   # all\n      - task: test\n        vars:\n          A: 1\n      - |\n        rm -rf dist\n          indented\n\n        echo done\n      - cmd: >-\n          a\n          b\n  short: echo hi\n  list:\n  - one\n  - 'two: three'\n",
        );
        let tasks = y.get("tasks").unwrap();
        let build = tasks.get("build").unwrap();
        assert_eq!(build.get("deps").unwrap().items().len(), 2);
        assert_eq!(
            build.get("deps").unwrap().items()[1]
                .get("vars")
                .and_then(|v| v.get("A"))
                .and_then(Yaml::text),
            Some("x: y")
        );
        let cmds = build.get("cmds").unwrap().items();
        assert_eq!(cmds[0].text(), Some("go build ./..."));
        assert_eq!(cmds[1].get("task").and_then(Yaml::text), Some("test"));
        assert_eq!(cmds[2].text(), Some("rm -rf dist\n  indented\n\necho done"));
        assert_eq!(cmds[3].get("cmd").and_then(Yaml::text), Some("a b"));
        assert_eq!(tasks.get("short").and_then(Yaml::text), Some("echo hi"));
        assert_eq!(
            tasks.get("list").unwrap().items()[1].text(),
            Some("two: three")
        );
    }

    #[test]
    fn anything_ends() {
        for text in [
            "",
            "-",
            "- - - -",
            "a:\n  - b\n c",
            "{",
            "a: [",
            "a: \"x\nb: 1",
            ":",
            "a: |",
            "- a:\n-",
            "a: &x\n  b: *x",
            "\t- a",
            "a: 'it''s'",
        ] {
            parse(text);
        }
        let deep = format!("{}a", "- ".repeat(5_000));
        parse(&deep);
        parse(&"[".repeat(5_000));
        parse(&"a: [\n".repeat(2_000));
    }
}

//! Tasks kept in TOML and INI files: `pyproject.toml`, `Pipfile`, `tox.ini`;
//! and a `Procfile`.

use crate::arg::Arg;

use super::{Do, Step, handed_on};

/// A value of TOML, as far as tasks need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Toml {
    /// A string, or whatever else stands there.
    Text(String),
    /// An array.
    List(Vec<Toml>),
    /// A table, inline or of its own.
    Table(Vec<(String, Toml)>),
}

/// Nesting that is followed.
const DEPTH: usize = 16;

impl Toml {
    fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Table(entries) => entries.iter().find_map(|(k, v)| (k == key).then_some(v)),
            _ => None,
        }
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(t) => Some(t),
            _ => None,
        }
    }
}

/// Reads a file as tables by their full name: `tool.poe.tasks`.
pub(crate) fn toml(text: &str) -> Vec<(String, Toml)> {
    let mut out: Vec<(String, Vec<(String, Toml)>)> = vec![(String::new(), Vec::new())];
    let mut reader = Reader { rest: text };
    while reader.skip() {
        if reader.rest.starts_with('[') {
            let (head, rest) = reader.rest.split_once(']').unwrap_or((reader.rest, ""));
            let name = head.trim_matches(['[', ' ']).replace(['"', '\''], "");
            reader.rest = rest.trim_start_matches(']');
            out.push((name, Vec::new()));
            continue;
        }
        let line = reader.rest.find('\n').unwrap_or(reader.rest.len());
        let equals = reader.rest.find('=').filter(|i| *i < line);
        let Some(i) = equals else {
            reader.rest = reader.rest.get(line..).unwrap_or_default();
            continue;
        };
        let (key, rest) = reader.rest.split_at_checked(i).unwrap_or((reader.rest, ""));
        let key = key.trim().replace(['"', '\''], "");
        reader.rest = rest.get(1..).unwrap_or_default();
        let value = reader.value(0);
        if let Some((_, entries)) = out.last_mut() {
            entries.push((key, value));
        }
    }
    out.into_iter()
        .map(|(n, entries)| (n, Toml::Table(entries)))
        .collect()
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    /// Goes past blanks and comments; `false` at the end.
    fn skip(&mut self) -> bool {
        loop {
            self.rest = self.rest.trim_start();
            if !self.rest.starts_with('#') {
                return !self.rest.is_empty();
            }
            let line = self.rest.find('\n').unwrap_or(self.rest.len());
            self.rest = self.rest.get(line..).unwrap_or_default();
        }
    }

    fn value(&mut self, depth: usize) -> Toml {
        self.skip();
        for q in ["\"\"\"", "'''"] {
            if let Some(body) = self.rest.strip_prefix(q) {
                let (text, rest) = body.split_once(q).unwrap_or((body, ""));
                self.rest = rest;
                return Toml::Text(text.trim_start_matches('\n').to_owned());
            }
        }
        match self.rest.chars().next() {
            Some('\'') => {
                let body = self.rest.get(1..).unwrap_or_default();
                let (text, rest) = body.split_once('\'').unwrap_or((body, ""));
                self.rest = rest;
                Toml::Text(text.to_owned())
            }
            Some('"') => self.quoted(),
            Some('[') if depth < DEPTH => {
                self.rest = self.rest.get(1..).unwrap_or_default();
                let mut items = Vec::new();
                while self.skip() {
                    if let Some(rest) = self.rest.strip_prefix(']') {
                        self.rest = rest;
                        break;
                    }
                    if let Some(rest) = self.rest.strip_prefix(',') {
                        self.rest = rest;
                        continue;
                    }
                    items.push(self.value(depth + 1));
                }
                Toml::List(items)
            }
            Some('{') if depth < DEPTH => {
                self.rest = self.rest.get(1..).unwrap_or_default();
                let mut entries = Vec::new();
                while self.skip() {
                    if let Some(rest) = self.rest.strip_prefix('}') {
                        self.rest = rest;
                        break;
                    }
                    if let Some(rest) = self.rest.strip_prefix(',') {
                        self.rest = rest;
                        continue;
                    }
                    let Some((key, rest)) = self.rest.split_once('=') else {
                        self.rest = "";
                        break;
                    };
                    self.rest = rest;
                    let key = key.trim().replace(['"', '\''], "");
                    let value = self.value(depth + 1);
                    entries.push((key, value));
                }
                Toml::Table(entries)
            }
            _ => {
                let end = self
                    .rest
                    .find([',', ']', '}', '\n', '#'])
                    .unwrap_or(self.rest.len())
                    .max(1);
                let (text, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
                self.rest = rest;
                Toml::Text(text.trim().to_owned())
            }
        }
    }

    fn quoted(&mut self) -> Toml {
        let mut out = String::new();
        let mut chars = self.rest.char_indices().skip(1);
        while let Some((i, c)) = chars.next() {
            match c {
                '"' => {
                    self.rest = self.rest.get(i + 1..).unwrap_or_default();
                    return Toml::Text(out);
                }
                '\\' => match chars.next() {
                    Some((_, 'n')) => out.push('\n'),
                    Some((_, 't')) => out.push('\t'),
                    Some((_, c)) => out.push(c),
                    None => {}
                },
                c => out.push(c),
            }
        }
        self.rest = "";
        Toml::Text(out)
    }
}

/// What a task does that is kept below one of these tables. `prefix` may
/// hold a `*` for the name of an environment.
pub(crate) fn recipe(
    file: &[(String, Toml)],
    prefix: &str,
    name: &str,
    args: &[Arg],
) -> Option<Vec<Do>> {
    let own = format!("{prefix}.{name}");
    let value = file.iter().find_map(|(table, entries)| {
        if super::matches(prefix, table) {
            entries.get(name)
        } else if super::matches(&own, table) {
            Some(entries)
        } else {
            None
        }
    })?;
    let mut out = Vec::new();
    commands(value, args, false, &mut out);
    Some(out)
}

fn commands(value: &Toml, args: &[Arg], in_list: bool, out: &mut Vec<Do>) {
    match value {
        // A word in a sequence is another task, or a command.
        Toml::Text(t) if in_list && !t.trim().contains(' ') => out.push(Do::Recipe {
            name: t.trim().to_owned(),
            args: Vec::new(),
            vars: Vec::new(),
        }),
        Toml::Text(t) => out.push(shell(t, args)),
        Toml::List(items) => {
            for i in items {
                commands(i, args, true, out);
            }
        }
        Toml::Table(_) => {
            for key in ["cmd", "shell"] {
                if let Some(v) = value.get(key) {
                    match v {
                        Toml::List(words) => {
                            let words: Vec<&str> = words.iter().filter_map(Toml::text).collect();
                            out.push(shell(&words.join(" "), args));
                        }
                        _ => commands(v, args, false, out),
                    }
                }
            }
            for key in ["sequence", "composite"] {
                if let Some(v) = value.get(key) {
                    commands(v, args, true, out);
                }
            }
            for key in ["ref", "deps", "uses"] {
                if let Some(v) = value.get(key) {
                    commands(&Toml::List(vec![v.clone()]), args, true, out);
                }
            }
        }
    }
}

fn shell(code: &str, args: &[Arg]) -> Do {
    let mut code = Arg::known(code.replace("{args}", " ").trim_end());
    if !args.is_empty() {
        code.push_text(" ");
        code.push(&handed_on(args));
    }
    Do::Run(Step::shell(code))
}

/// Commands of tox's environments: `commands` of `[testenv]` and `[testenv:x]`.
pub(crate) fn tox(text: &str, environments: &[String]) -> Vec<Do> {
    let mut out = Vec::new();
    let mut wanted = false;
    let mut inside = false;
    for line in text.lines() {
        if let Some(head) = line.strip_prefix('[') {
            let name = head.trim_end().trim_end_matches(']');
            wanted = name == "testenv"
                || name.strip_prefix("testenv:").is_some_and(|n| {
                    environments.is_empty() || environments.iter().any(|e| e == n)
                });
            inside = false;
            continue;
        }
        if !wanted {
            continue;
        }
        let command = if line.starts_with([' ', '\t']) {
            inside.then(|| line.trim())
        } else {
            let (key, value) = line.split_once('=').unwrap_or((line, ""));
            inside = matches!(
                key.trim(),
                "commands" | "commands_pre" | "commands_post" | "allowlist_commands"
            );
            inside.then(|| value.trim())
        };
        if let Some(c) = command.filter(|c| !c.is_empty() && !c.starts_with('#')) {
            let code = c.trim_start_matches(['-', '!', ' ']);
            let code = code.replace("{posargs}", "").replace("{toxinidir}", ".");
            out.push(Do::Run(Step::shell(Arg::known(code))));
        }
    }
    out
}

/// Processes of a `Procfile`; all of them when none is named.
pub(crate) fn procfile(text: &str, names: &[String]) -> Vec<Do> {
    text.lines()
        .filter(|l| !l.starts_with('#'))
        .filter_map(|l| l.split_once(':'))
        .filter(|(n, _)| names.is_empty() || names.iter().any(|w| w == n.trim()))
        .map(|(_, code)| Do::Run(Step::shell(Arg::known(code.trim()))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(list: &[Do]) -> Vec<String> {
        list.iter()
            .map(|d| match d {
                Do::Run(s) => s.code.shown().to_owned(),
                Do::Recipe { name, .. } => format!("→ {name}"),
            })
            .collect()
    }

    #[test]
    fn tasks_of_pyproject() {
        let file = toml(
            "[tool.poe.tasks]\ntest = \"pytest -q\" # c\nall = [\"lint\", { shell = \"rm -rf dist\" }]\n\"a:b\" = { cmd = \"echo 1\", help = \"x\" }\n[tool.poe.tasks.gone]\nsequence = [\n  \"test\",\n  { cmd = \"echo 2\" },\n]\n[tool.hatch.envs.docs.scripts]\nbuild = ['mkdocs build', \"echo \\\"x\\\"\"]\n",
        );
        let p = "tool.poe.tasks";
        assert_eq!(
            codes(&recipe(&file, p, "test", &[Arg::known("-x")]).unwrap()),
            ["pytest -q -x"]
        );
        assert_eq!(
            codes(&recipe(&file, p, "all", &[]).unwrap()),
            ["→ lint", "rm -rf dist"]
        );
        assert_eq!(codes(&recipe(&file, p, "a:b", &[]).unwrap()), ["echo 1"]);
        assert_eq!(
            codes(&recipe(&file, p, "gone", &[]).unwrap()),
            ["→ test", "echo 2"]
        );
        assert_eq!(
            codes(&recipe(&file, "tool.hatch.envs.*.scripts", "build", &[]).unwrap()),
            ["mkdocs build", "echo \"x\""]
        );
        assert_eq!(recipe(&file, p, "none", &[]), None);
    }

    #[test]
    fn tox_and_processes() {
        let ini = "[tox]\nenvlist = a\n[testenv]\ndeps =\n  pytest\ncommands =\n  pytest {posargs}\n  - rm -rf x\n[testenv:docs]\ncommands = sphinx-build a b\n";
        assert_eq!(
            codes(&tox(ini, &["py".to_owned()])),
            ["pytest ", "rm -rf x"]
        );
        assert_eq!(codes(&tox(ini, &[])).len(), 3);
        let p = "web: npm start\nworker: rm -rf x\n";
        assert_eq!(codes(&procfile(p, &[])), ["npm start", "rm -rf x"]);
        assert_eq!(codes(&procfile(p, &["web".to_owned()])), ["npm start"]);
    }

    #[test]
    fn anything_ends() {
        for text in [
            "[", "a = [", "a = {", "a = {b", "a = \"", "=", "a = [,,]", "a = ]", "x = '''",
        ] {
            toml(text);
        }
        toml(&format!("a = {}", "[".repeat(5_000)));
        toml(&"a = {".repeat(5_000));
    }
}

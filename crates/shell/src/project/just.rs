//! Recipes of just: a `justfile`.

use crate::arg::{Arg, Origin};

use super::{Do, Step, filled};

/// Names a justfile may have.
pub(crate) const FILES: &[&str] = &["justfile", "Justfile", ".justfile", "JUSTFILE"];

/// A justfile.
#[derive(Debug, Default)]
pub(crate) struct Justfile {
    recipes: Vec<Recipe>,
    aliases: Vec<(String, String)>,
    vars: Vec<(String, Arg)>,
    exported: Vec<String>,
    /// Commands in backticks, which run when the file is evaluated.
    evaluated: Vec<String>,
    /// Files that are read as well.
    pub(crate) imports: Vec<String>,
}

#[derive(Debug, Default)]
struct Recipe {
    name: String,
    /// Name, default, takes many.
    parameters: Vec<(String, Option<Arg>, bool)>,
    /// Before and after, with arguments.
    before: Vec<(String, Vec<String>)>,
    after: Vec<(String, Vec<String>)>,
    lines: Vec<String>,
}

/// Reads a justfile; `given` are variables of the command line.
pub(crate) fn parse(text: &str, given: &[(String, Arg)]) -> Justfile {
    let mut out = Justfile {
        vars: given.to_vec(),
        ..Justfile::default()
    };
    for line in text.lines() {
        if line.trim().is_empty() {
            if let Some(r) = out.recipes.last_mut() {
                r.lines.push(String::new());
            }
            continue;
        }
        if line.starts_with([' ', '\t']) {
            if let Some(r) = out.recipes.last_mut() {
                r.lines.push(line.to_owned());
            }
            continue;
        }
        let line = line.trim_end();
        if line.starts_with(['#', '[']) {
            continue;
        }
        if let Some(rest) = line.strip_prefix("alias ") {
            if let Some((name, to)) = rest.split_once(":=") {
                out.aliases
                    .push((name.trim().to_owned(), to.trim().to_owned()));
            }
        } else if let Some(rest) = line.strip_prefix("import ") {
            let path = rest.trim_start_matches('?').trim();
            out.imports.push(path.trim_matches(['"', '\'']).to_owned());
        } else if line.starts_with("set ")
            || line.starts_with("mod ")
            || line.starts_with("unexport ")
        {
        } else if let Some((name, value)) = line.split_once(":=") {
            let name = name.trim();
            let name = match name.strip_prefix("export ") {
                Some(n) => {
                    out.exported.push(n.trim().to_owned());
                    n.trim()
                }
                None => name,
            };
            let value = expression(value, &out.vars, &mut out.evaluated);
            if !given.iter().any(|(n, _)| n == name) {
                out.vars.push((name.to_owned(), value));
            }
        } else if let Some(r) = head(line, &out.vars, &mut out.evaluated) {
            out.recipes.push(r);
        }
    }
    out
}

/// `name param='x' *rest: before && after`.
fn head(line: &str, vars: &[(String, Arg)], evaluated: &mut Vec<String>) -> Option<Recipe> {
    let words = words(line.trim_start_matches('@'));
    let end = words.iter().position(|w| w.ends_with(':') || w == ":")?;
    let mut out = Recipe::default();
    let mut before = words.get(..=end)?.iter().map(|w| w.trim_end_matches(':'));
    before.next()?.clone_into(&mut out.name);
    for p in before.filter(|p| !p.is_empty()) {
        let many = p.starts_with(['*', '+']);
        let p = p.trim_start_matches(['*', '+', '$']);
        match p.split_once('=') {
            Some((n, d)) => {
                out.parameters
                    .push((n.to_owned(), Some(expression(d, vars, evaluated)), many));
            }
            None => out.parameters.push((
                p.to_owned(),
                (line.contains(&format!("*{p}"))).then(Arg::default),
                many,
            )),
        }
    }
    let mut after = false;
    for w in words.get(end + 1..)? {
        if w == "&&" {
            after = true;
        } else if w.starts_with('#') {
            break;
        } else {
            let inner = w.trim_start_matches('(').trim_end_matches(')');
            let mut parts = self::words(inner).into_iter();
            if let Some(name) = parts.next() {
                let list = if after {
                    &mut out.after
                } else {
                    &mut out.before
                };
                list.push((name, parts.collect()));
            }
        }
    }
    Some(out)
}

/// Words apart from blanks in quotes and parentheses.
fn words(text: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quote = None;
    let mut depth = 0_usize;
    for c in text.chars() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, c) if c.is_whitespace() && depth == 0 => {
                if out.last().is_some_and(|w| !w.is_empty()) {
                    out.push(String::new());
                }
                continue;
            }
            _ => {}
        }
        if let Some(w) = out.last_mut() {
            w.push(c);
        }
    }
    out.retain(|w| !w.is_empty());
    out
}

/// The value of an expression: strings, variables, `+` and `/`; what is in
/// backticks runs.
fn expression(text: &str, vars: &[(String, Arg)], evaluated: &mut Vec<String>) -> Arg {
    let mut out = Arg::default();
    let mut rest = text.trim();
    for _ in 0..64 {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else {
            break;
        };
        match first {
            '\'' | '"' | '`' => {
                let body = rest.get(1..).unwrap_or_default();
                let (inner, tail) = body.split_once(first).unwrap_or((body, ""));
                if first == '`' {
                    evaluated.push(inner.to_owned());
                    out.push_hole("`…`", Origin::Environment);
                } else {
                    out.push_text(inner);
                }
                rest = tail;
            }
            '+' => rest = rest.get(1..).unwrap_or_default(),
            '/' => {
                out.push_text("/");
                rest = rest.get(1..).unwrap_or_default();
            }
            '#' => break,
            c if c.is_alphanumeric() || c == '_' => {
                let end = rest
                    .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'))
                    .unwrap_or(rest.len());
                let (name, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
                if tail.trim_start().starts_with('(') || name == "if" {
                    // A function, a condition.
                    if let Some((_, code)) = rest.split_once("shell(")
                        && let Some(code) = code.split(['\'', '"']).nth(1)
                    {
                        evaluated.push(code.to_owned());
                    }
                    out.push_hole(name, Origin::Environment);
                    break;
                }
                match vars.iter().rev().find(|(n, _)| n == name) {
                    Some((_, v)) => out.push(v),
                    None => out.push_hole(name, Origin::Environment),
                }
                rest = tail;
            }
            _ => {
                out.push_hole(rest, Origin::Environment);
                break;
            }
        }
    }
    out
}

impl Justfile {
    /// Takes in a file that is imported.
    pub(crate) fn with(&mut self, other: Self) {
        self.recipes.extend(other.recipes);
        self.aliases.extend(other.aliases);
        self.vars.extend(other.vars);
        self.evaluated.extend(other.evaluated);
        self.exported.extend(other.exported);
    }

    fn find(&self, name: &str) -> Option<&Recipe> {
        let meant = self
            .aliases
            .iter()
            .find_map(|(a, to)| (a == name).then_some(to.as_str()))
            .unwrap_or(name);
        self.recipes.iter().find(|r| r.name == meant)
    }

    /// The recipe that runs when none is named.
    pub(crate) fn default_name(&self) -> Option<&str> {
        self.find("default")
            .or_else(|| self.recipes.first())
            .map(|r| r.name.as_str())
    }

    /// How many of the words that follow a recipe's name are its own.
    pub(crate) fn takes(&self, name: &str) -> usize {
        self.find(name).map_or(0, |r| {
            if r.parameters.iter().any(|(_, _, many)| *many) {
                usize::MAX
            } else {
                r.parameters.len()
            }
        })
    }

    /// Commands that run when the file is evaluated.
    pub(crate) fn evaluated(&self) -> impl Iterator<Item = Do> {
        self.evaluated
            .iter()
            .map(|c| Do::Run(Step::shell(Arg::known(c.clone()))))
    }

    /// What a recipe does; `None` when there is none of this name.
    pub(crate) fn recipe(&self, name: &str, args: &[Arg]) -> Option<Vec<Do>> {
        let r = self.find(name)?;
        let mut vars = self.vars.clone();
        let mut given = args.iter();
        for (name, default, many) in &r.parameters {
            let value = if *many {
                let rest: Vec<Arg> = given.by_ref().cloned().collect();
                match (rest.is_empty(), default) {
                    (true, Some(d)) => d.clone(),
                    _ => crate::expand::joined(&rest),
                }
            } else {
                given
                    .next()
                    .or(default.as_ref())
                    .cloned()
                    .unwrap_or_default()
            };
            vars.push((name.clone(), value));
        }
        let call = |(name, args): &(String, Vec<String>)| Do::Recipe {
            name: name.clone(),
            args: args
                .iter()
                .map(|a| expression(a, &vars, &mut Vec::new()))
                .collect(),
            vars: Vec::new(),
        };
        let mut out: Vec<Do> = r.before.iter().map(call).collect();
        let exported: Vec<(String, Arg)> = vars
            .iter()
            .filter(|(n, _)| self.exported.contains(n))
            .cloned()
            .collect();
        let fill = |text: &str| {
            filled(text, |name| {
                let mut commands = Vec::new();
                Some(expression(name, &vars, &mut commands))
            })
        };
        let indent = r
            .lines
            .iter()
            .filter(|l| !l.trim().is_empty())
            .map(|l| l.len() - l.trim_start().len())
            .min()
            .unwrap_or(0);
        let body: Vec<&str> = r
            .lines
            .iter()
            .map(|l| l.get(indent..).unwrap_or_default())
            .collect();
        let step = |code: Arg, language| {
            Do::Run(Step {
                code,
                language,
                args: args.to_vec(),
                vars: exported.clone(),
                ..Step::default()
            })
        };
        if body.first().is_some_and(|l| l.starts_with("#!")) {
            out.push(step(fill(&body.join("\n")), None));
        } else {
            let mut line = String::new();
            for l in body.iter().map(|l| l.trim_end()) {
                if let Some(more) = l.strip_suffix('\\') {
                    line.push_str(more);
                    continue;
                }
                line.push_str(l);
                let code = line.trim_start_matches(['@', '-']);
                if !code.trim().is_empty() {
                    out.push(step(fill(code), Some("sh")));
                }
                line.clear();
            }
        }
        out.extend(r.after.iter().map(call));
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str, name: &str, args: &[&str]) -> Vec<String> {
        let args: Vec<Arg> = args.iter().map(|a| Arg::known(*a)).collect();
        parse(text, &[])
            .recipe(name, &args)
            .unwrap()
            .into_iter()
            .map(|d| match d {
                Do::Run(s) => s.code.shown().to_owned(),
                Do::Recipe { name, args, .. } => {
                    format!("→ {name} {}", crate::expand::joined(&args).shown())
                }
            })
            .collect()
    }

    #[test]
    fn recipes_in_every_form() {
        let text = "set shell := ['bash', '-c']\nout := 'dist' / \"x\"\nhome := env('HOME')\nalias b := build\n\n# all\n[private]\n@build target='debug' *flags: clean (gen target) && done\n    @rm -rf {{out}} \\\n      {{target}}\n    -echo {{flags}} {{home}}\n\nclean:\n  rm x\ngen what:\ndone:\nscript:\n  #!/usr/bin/env python3\n  import os\n  if True:\n    os.remove('x')\n";
        assert_eq!(
            codes(text, "b", &["rel", "-a", "-b"]),
            [
                "→ clean ",
                "→ gen rel",
                "rm -rf dist/x   rel",
                "echo -a -b env",
                "→ done "
            ]
        );
        assert_eq!(codes(text, "build", &[])[2], "rm -rf dist/x   debug");
        assert_eq!(
            codes(text, "script", &[]),
            ["#!/usr/bin/env python3\nimport os\nif True:\n  os.remove('x')"]
        );
        let file = parse(text, &[]);
        assert_eq!(file.default_name(), Some("build"));
        assert_eq!(file.takes("clean"), 0);
        assert_eq!(file.takes("gen"), 1);
    }
}

//! Makefiles: rules, variables, and what a goal runs.
//!
//! Conditions that cannot be decided are read both ways, functions that are
//! not known leave an unknown part. What `$(shell …)` names runs while the
//! file is read, whatever the goal.

mod expand;
mod plan;

use std::collections::{BTreeMap, BTreeSet};

use crate::arg::{Arg, Origin};

use super::{Do, Step};

/// Names a makefile may have, in the order they are looked for.
pub(crate) const FILES: &[&str] = &["GNUmakefile", "makefile", "Makefile"];

/// Files read through `include`, targets that are followed, commands and
/// characters that come out of one makefile. What is beyond is not seen, as
/// in a file that is too long to be read.
const INCLUDES: usize = 32;
const TARGETS: usize = 1_000;
const STEPS: usize = 500;
const CHARACTERS: usize = 400_000;

/// The value of a variable.
#[derive(Clone, Debug)]
enum Value {
    /// Expanded at each use.
    Raw(String),
    /// Expanded when it was set.
    Done(Arg),
}

#[derive(Clone, Debug)]
struct Variable {
    value: Value,
    /// From the command line: assignments in the file do not count.
    given: bool,
}

#[derive(Clone, Debug, Default)]
struct Rule {
    targets: Vec<String>,
    needs: Vec<String>,
    /// The pattern its needs are made by: `a.o b.o: %.o: %.c`.
    pattern: Option<String>,
    recipe: Vec<String>,
}

/// A makefile that has been read.
#[derive(Debug, Default)]
pub(crate) struct Makefile {
    vars: BTreeMap<String, Variable>,
    rules: Vec<Rule>,
    /// Places of the rules by their targets, and of those with a `%`.
    by_target: BTreeMap<String, Vec<usize>>,
    patterns: Vec<usize>,
    exported: BTreeSet<String>,
    goal: Option<String>,
    one_shell: bool,
    cwd: String,
    /// Commands of `$(shell …)`, in order.
    evaluated: Vec<Arg>,
    /// Characters left.
    left: usize,
    depth: usize,
    included: usize,
}

/// What a condition said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Branch {
    Taken,
    Passed,
    /// A branch before was taken.
    Done,
    /// Either way.
    Open,
}

impl Makefile {
    /// An empty makefile in this folder; `outside` is the environment,
    /// `given` what the command line sets.
    pub(crate) fn new(cwd: &str, outside: &[(String, Arg)], given: &[(String, Arg)]) -> Self {
        let mut out = Self {
            cwd: cwd.to_owned(),
            left: CHARACTERS,
            ..Self::default()
        };
        for (name, value) in expand::DEFAULTS {
            out.put(name, Value::Raw((*value).to_owned()), false);
        }
        for name in ["CURDIR", "PWD"] {
            out.put(name, Value::Done(Arg::known(cwd)), false);
        }
        for (name, value) in outside {
            out.put(name, Value::Done(value.clone()), false);
        }
        for (name, value) in given {
            let value = match value.text() {
                Some(t) => Value::Raw(t.to_owned()),
                None => Value::Done(value.clone()),
            };
            out.put(name, value, true);
        }
        out
    }

    /// What the values of the command line run: each is expanded once, and
    /// one that ends a command goes on as another.
    pub(crate) fn given(&mut self) -> Vec<Do> {
        let names: Vec<String> = self
            .vars
            .iter()
            .filter(|(_, v)| v.given)
            .map(|(n, _)| n.clone())
            .collect();
        let mut ends = Vec::new();
        for name in names {
            let value = self.expand(&format!("$({name})"));
            if value.shown().contains([';', '|', '&', '`', '\n']) || value.shown().contains("$(") {
                let mut code = Arg::known(": ");
                code.push(&value);
                ends.push(Do::Run(Step::shell(code)));
            }
        }
        let mut out = self.evaluated();
        out.extend(ends);
        out
    }

    fn put(&mut self, name: &str, value: Value, given: bool) {
        self.vars.insert(name.to_owned(), Variable { value, given });
    }

    /// Reads a file; `read` gives the text of those it includes.
    pub(crate) fn read(&mut self, text: &str, read: &mut dyn FnMut(&str) -> Option<String>) {
        let mut branches: Vec<Branch> = Vec::new();
        let mut lines = text.lines();
        let mut prefix = '\t';
        // Whether lines of a recipe may follow.
        let mut in_rule = false;
        while let Some(line) = lines.next() {
            let active = !branches
                .iter()
                .any(|b| matches!(b, Branch::Passed | Branch::Done));
            if line.starts_with(prefix) && in_rule {
                let mut whole = line.get(prefix.len_utf8()..).unwrap_or_default().to_owned();
                while whole.ends_with('\\') && trailing_backslashes(&whole) % 2 == 1 {
                    let Some(next) = lines.next() else { break };
                    whole.push('\n');
                    whole.push_str(next.strip_prefix(prefix).unwrap_or(next));
                }
                if active && let Some(rule) = self.rules.last_mut() {
                    rule.recipe.push(whole);
                }
                continue;
            }
            let mut whole = line.to_owned();
            while whole.ends_with('\\') && trailing_backslashes(&whole) % 2 == 1 {
                whole.pop();
                let Some(next) = lines.next() else { break };
                let kept = whole.trim_end().len();
                whole.truncate(kept);
                whole.push(' ');
                whole.push_str(next.trim_start());
            }
            let line = without_comment(&whole).trim();
            if line.is_empty() {
                continue;
            }
            if self.condition(line, active, &mut branches) {
                continue;
            }
            if let Some(name) = directive(line, "define") {
                let (name, _) = name.split_once('=').unwrap_or((name, ""));
                let name = name
                    .trim_end_matches([':', '?', '+', ' '])
                    .trim()
                    .to_owned();
                let mut body = Vec::new();
                for l in lines.by_ref() {
                    if l.trim() == "endef" {
                        break;
                    }
                    body.push(l);
                }
                if active {
                    self.assign(&name, "=", &body.join("\n"));
                }
                continue;
            }
            if !active {
                continue;
            }
            in_rule |= self.statement(line, read);
            if let Some(p) = line.strip_prefix(".RECIPEPREFIX")
                && let Some(c) = p.trim_start_matches([' ', ':', '=']).chars().next()
            {
                prefix = c;
            }
        }
    }

    /// `ifeq`, `else`, `endif`; `true` when the line is one of them.
    fn condition(&mut self, line: &str, active: bool, branches: &mut Vec<Branch>) -> bool {
        let line = match directive(line, "else") {
            Some(rest) => {
                let before = branches.pop();
                let next = match before {
                    Some(Branch::Taken | Branch::Done) => Branch::Done,
                    Some(Branch::Open) => Branch::Open,
                    _ if rest.is_empty() => Branch::Taken,
                    _ => Branch::Passed,
                };
                if rest.is_empty() || next == Branch::Done {
                    branches.push(next);
                    return true;
                }
                let decided = self.decide(rest);
                branches.push(if next == Branch::Open { next } else { decided });
                return true;
            }
            None => line,
        };
        if directive(line, "endif").is_some() {
            branches.pop();
            return true;
        }
        let is = ["ifeq", "ifneq", "ifdef", "ifndef"]
            .iter()
            .any(|w| directive(line, w).is_some());
        if is {
            branches.push(if active {
                self.decide(line)
            } else {
                Branch::Done
            });
        }
        is
    }

    fn decide(&mut self, line: &str) -> Branch {
        let known = |yes: bool| if yes { Branch::Taken } else { Branch::Passed };
        for (word, wanted) in [("ifdef", true), ("ifndef", false)] {
            if let Some(name) = directive(line, word) {
                // What is not set here may be set outside.
                return if self.vars.contains_key(name.trim()) {
                    known(wanted)
                } else {
                    Branch::Open
                };
            }
        }
        for (word, wanted) in [("ifeq", true), ("ifneq", false)] {
            if let Some(rest) = directive(line, word)
                && let Some((a, b)) = pair(rest)
            {
                let (a, b) = (self.expand(&a), self.expand(&b));
                return match (a.text(), b.text()) {
                    (Some(a), Some(b)) => known((a.trim() == b.trim()) == wanted),
                    _ => Branch::Open,
                };
            }
        }
        Branch::Open
    }

    /// Reads a statement; `true` when it is a rule.
    fn statement(&mut self, line: &str, read: &mut dyn FnMut(&str) -> Option<String>) -> bool {
        for word in ["include", "-include", "sinclude"] {
            if let Some(names) = directive(line, word) {
                let names = self.expand(names);
                for name in names.text().unwrap_or_default().split_whitespace() {
                    self.included += 1;
                    if self.included > INCLUDES || self.depth > 8 {
                        break;
                    }
                    if let Some(text) = read(name) {
                        self.depth += 1;
                        self.read(&text, read);
                        self.depth -= 1;
                    }
                }
                return false;
            }
        }
        let mut line = line;
        let mut exports = false;
        loop {
            if let Some(rest) = directive(line, "override").or_else(|| directive(line, "private")) {
                line = rest;
            } else if let Some(rest) = directive(line, "export") {
                exports = true;
                line = rest;
            } else {
                break;
            }
        }
        for word in ["unexport", "vpath", "undefine", "load"] {
            if directive(line, word).is_some() {
                return false;
            }
        }
        if let Some((name, operator, value)) = assignment(line) {
            let name = self.expand(name);
            let Some(name) = name.text() else {
                return false;
            };
            if exports {
                self.exported
                    .extend(name.split_whitespace().map(str::to_owned));
            }
            self.assign(name.trim(), operator, value);
            return false;
        }
        if exports {
            let all = line.is_empty();
            let names = self.expand(line);
            let names: Vec<String> = if all {
                self.vars.keys().cloned().collect()
            } else {
                let names = names.text().unwrap_or_default();
                names.split_whitespace().map(str::to_owned).collect()
            };
            self.exported.extend(names);
            return false;
        }
        self.rule(line)
    }

    fn assign(&mut self, name: &str, operator: &str, value: &str) {
        let before = self.vars.get(name).cloned();
        if before.as_ref().is_some_and(|v| v.given) || self.vars.len() > TARGETS {
            // Expanded all the same: `$(shell …)` runs.
            if matches!(operator, ":=" | "::=" | ":::=") {
                self.expand(value);
            }
            return;
        }
        let value = match (operator, before) {
            ("?=", Some(_)) => return,
            (":=" | "::=" | ":::=", _) => Value::Done(self.expand(value)),
            ("!=", _) => {
                let code = self.expand(value);
                self.evaluate(code);
                Value::Done(Arg::hole(format!("$({name})"), Origin::Environment))
            }
            ("+=", Some(old)) => match old.value {
                Value::Raw(old) if old.len() + value.len() < CHARACTERS / 8 => {
                    Value::Raw(format!("{old} {value}"))
                }
                Value::Done(mut old) => {
                    old.push_text(" ");
                    let more = self.expand(value);
                    old.push(&more);
                    Value::Done(old)
                }
                old @ Value::Raw(_) => old,
            },
            _ => Value::Raw(value.to_owned()),
        };
        if name == ".DEFAULT_GOAL"
            && let Value::Raw(t) = &value
        {
            self.goal = Some(t.trim().to_owned());
        }
        if name == ".DEFAULT_GOAL"
            && let Value::Done(t) = &value
        {
            self.goal = t.text().map(|t| t.trim().to_owned());
        }
        self.put(name, value, false);
    }

    fn evaluate(&mut self, code: Arg) {
        if self.evaluated.len() < STEPS {
            self.evaluated.push(code);
        }
    }

    fn rule(&mut self, line: &str) -> bool {
        let Some((targets, rest)) = split_rule(line) else {
            // `$(eval …)`, `$(info …)`: expanded for what it does.
            self.expand(line);
            return false;
        };
        let targets = self.words(targets);
        let (rest, recipe) = match rest.split_once(';') {
            Some((needs, first)) => (needs, vec![first.to_owned()]),
            None => (rest, Vec::new()),
        };
        let rest = rest.trim_start_matches(':');
        if let Some((name, operator, value)) = assignment(rest) {
            // Of the target only; nobody else minds it.
            let name = name.trim().trim_start_matches("export ").to_owned();
            if !self.vars.contains_key(name.trim()) {
                self.assign(name.trim(), operator, value);
            }
            return false;
        }
        let (pattern, needs) = match split_rule(rest) {
            Some((pattern, needs)) => (Some(pattern.trim().to_owned()), needs),
            None => (None, rest),
        };
        let needs = self.words(&needs.replace('|', " "));
        if targets.iter().any(|t| t == ".ONESHELL") {
            self.one_shell = true;
        }
        if self.rules.len() >= TARGETS * 4 {
            return false;
        }
        if self.goal.is_none()
            && let Some(first) = targets
                .first()
                .filter(|t| (!t.starts_with('.') || t.contains('/')) && !t.contains('%'))
        {
            self.goal = Some(first.clone());
        }
        let at = self.rules.len();
        for t in &targets {
            if t.contains('%') {
                self.patterns.push(at);
            } else {
                self.by_target.entry(t.clone()).or_default().push(at);
            }
        }
        self.rules.push(Rule {
            targets,
            needs,
            pattern,
            recipe,
        });
        true
    }

    fn words(&mut self, text: &str) -> Vec<String> {
        let expanded = self.expand(text);
        expanded
            .shown()
            .split_whitespace()
            .take(TARGETS)
            .map(str::to_owned)
            .collect()
    }
}

/// The lines of a command, continued ones kept together.
fn lines(code: &Arg) -> Vec<Arg> {
    let text = code.shown();
    let mut out = Vec::new();
    let mut start = 0;
    for (i, _) in text.match_indices('\n') {
        let continued = text
            .get(..i)
            .is_some_and(|t| trailing_backslashes(t) % 2 == 1);
        if !continued && !code.in_hole(i) {
            out.push(code.slice(start, i));
            start = i + 1;
        }
    }
    out.push(code.slice(start, text.len()));
    out
}

/// A command without `@`, `-` and `+` before it.
fn bare(code: &Arg) -> Arg {
    let lead = code.lead();
    let rest = lead.trim_start_matches(['@', '-', '+', ' ', '\t']);
    code.after(lead.len() - rest.len())
}

fn trailing_backslashes(text: &str) -> usize {
    text.len() - text.trim_end_matches('\\').len()
}

/// What follows a word that begins a statement.
fn directive<'l>(line: &'l str, word: &str) -> Option<&'l str> {
    let rest = line.strip_prefix(word)?;
    if rest.is_empty() {
        return Some(rest);
    }
    // `include = x` sets a variable.
    let trimmed = rest.trim_start();
    let assigns = trimmed.starts_with(['=', ':', '?', '+']) && trimmed.contains('=');
    ((rest.starts_with([' ', '\t']) || rest.starts_with('(')) && !assigns).then_some(trimmed)
}

fn without_comment(line: &str) -> &str {
    let mut before = ' ';
    for (i, c) in line.char_indices() {
        if c == '#' && before != '\\' {
            return line.get(..i).unwrap_or_default();
        }
        before = c;
    }
    line
}

/// `(a,b)`, `"a" "b"`.
fn pair(text: &str) -> Option<(String, String)> {
    let text = text.trim();
    if let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        let mut depth = 0_usize;
        for (i, c) in inner.char_indices() {
            match c {
                '(' | '{' => depth += 1,
                ')' | '}' => depth = depth.saturating_sub(1),
                ',' if depth == 0 => {
                    let (a, b) = inner.split_at_checked(i)?;
                    return Some((a.trim().to_owned(), b.get(1..)?.trim().to_owned()));
                }
                _ => {}
            }
        }
        return None;
    }
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut parts = text.split(quote);
    parts.next();
    let a = parts.next()?;
    parts.next();
    let b = parts.next()?;
    Some((a.to_owned(), b.to_owned()))
}

/// The place of the first of these outside `$(…)`.
fn outside(text: &str, wanted: &[char]) -> Option<usize> {
    let mut depth = 0_usize;
    for (i, c) in text.char_indices() {
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' => depth = depth.saturating_sub(1),
            c if depth == 0 && wanted.contains(&c) => return Some(i),
            _ => {}
        }
    }
    None
}

/// `name`, operator, value.
fn assignment(line: &str) -> Option<(&str, &str, &str)> {
    let at = outside(line, &['='])?;
    let (before, after) = line.split_at_checked(at)?;
    let value = after.get(1..)?.trim_start();
    let name = before.trim_end_matches([':', '?', '+', '!']);
    let operator = line.get(name.len()..=at)?;
    // A rule whose recipe holds a `=`.
    (outside(name, &[':', ';']).is_none() && !name.trim().is_empty()).then_some((
        name.trim(),
        operator,
        value,
    ))
}

fn split_rule(line: &str) -> Option<(&str, &str)> {
    let at = outside(line, &[':'])?;
    let (targets, rest) = line.split_at_checked(at)?;
    Some((targets, rest.trim_start_matches(['&', ':'])))
}

/// What `%` stands for.
fn stem<'n>(pattern: &str, name: &'n str) -> Option<&'n str> {
    let (before, after) = pattern.split_once('%')?;
    name.strip_prefix(before)?.strip_suffix(after)
}

#[cfg(test)]
mod tests;

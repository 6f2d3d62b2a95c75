//! Variables and functions of make.

use crate::arg::{Arg, Origin};

use super::{Makefile, STEPS, Value};

/// Variables that make sets itself.
pub(super) const DEFAULTS: &[(&str, &str)] = &[
    ("MAKE", "make"),
    ("RM", "rm -f"),
    ("CC", "cc"),
    ("CXX", "g++"),
    ("AR", "ar"),
    ("AS", "as"),
    ("LD", "ld"),
    ("SHELL", "/bin/sh"),
    ("MAKEFILE_LIST", "Makefile"),
    ("MAKEFLAGS", ""),
    ("MAKECMDGOALS", ""),
    (".DEFAULT_GOAL", ""),
    (".RECIPEPREFIX", ""),
];

/// Expansions inside one another.
const DEPTH: usize = 40;

impl Makefile {
    /// A text with its variables and functions replaced.
    pub(super) fn expand(&mut self, text: &str) -> Arg {
        self.expand_in(text, 0)
    }

    fn expand_in(&mut self, text: &str, depth: usize) -> Arg {
        let mut out = Arg::default();
        // Short texts cost something as well.
        let cost = text.len() + 8;
        if self.left < cost || depth > DEPTH {
            if self.left < cost {
                self.left = 0;
            }
            out.push_hole("$(…)", Origin::Environment);
            return out;
        }
        self.left -= cost;
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            out.push_text(before);
            let Some(first) = after.chars().next() else {
                break;
            };
            let tail = after.get(first.len_utf8()..).unwrap_or_default();
            match first {
                '$' => {
                    out.push_text("$");
                    rest = tail;
                }
                '(' | '{' => {
                    let Some((inner, tail)) = closed(tail, first) else {
                        out.push_hole("$(…", Origin::Environment);
                        return out;
                    };
                    let value = self.reference(inner, depth + 1);
                    out.push(&value);
                    rest = tail;
                }
                _ => {
                    let value = self.variable(&first.to_string(), depth + 1);
                    out.push(&value);
                    rest = tail;
                }
            }
        }
        out.push_text(rest);
        out
    }

    /// What is between `$(` and `)`.
    fn reference(&mut self, inner: &str, depth: usize) -> Arg {
        if let Some((name, args)) = inner.split_once([' ', '\t'])
            && FUNCTIONS.contains(&name)
        {
            return self.function(name, args.trim_start(), depth);
        }
        let name = if inner.contains('$') {
            self.expand_in(inner, depth)
        } else {
            Arg::known(inner)
        };
        let Some(name) = name.text() else {
            return Arg::hole(format!("$({inner})"), Origin::Environment);
        };
        // `$(SRC:.c=.o)`.
        if let Some((var, change)) = name.split_once(':')
            && let Some((from, to)) = change.split_once('=')
        {
            let value = self.variable(var, depth);
            let (from, to) = if from.contains('%') {
                (from.to_owned(), to.to_owned())
            } else {
                (format!("%{from}"), format!("%{to}"))
            };
            return each(&value, |w| Some(patsubst(&from, &to, w)));
        }
        if let Some(auto) = name
            .strip_suffix(['D', 'F'])
            .filter(|n| n.len() == 1 && !n.starts_with(char::is_alphanumeric))
        {
            let value = self.variable(auto, depth);
            let folder = name.ends_with('D');
            return each(&value, |w| {
                let (d, f) = w.rsplit_once('/').unwrap_or((".", w));
                Some(if folder { d } else { f }.to_owned())
            });
        }
        self.variable(name, depth)
    }

    fn variable(&mut self, name: &str, depth: usize) -> Arg {
        match self.vars.get(name).map(|v| v.value.clone()) {
            Some(Value::Done(v)) => {
                self.left = self.left.saturating_sub(v.shown().len());
                v
            }
            Some(Value::Raw(text)) => self.expand_in(&text, depth),
            None => Arg::hole(format!("$({name})"), Origin::Environment),
        }
    }

    fn function(&mut self, name: &str, args: &str, depth: usize) -> Arg {
        let parts = arguments(args);
        let part = |i: usize| parts.get(i).map_or("", |p| p.as_str());
        match name {
            "shell" => {
                let code = self.expand_in(args, depth);
                self.evaluate(code);
                Arg::hole("$(shell …)", Origin::Environment)
            }
            "info" | "warning" | "error" => {
                self.expand_in(args, depth);
                Arg::default()
            }
            "wildcard" | "strip" | "sort" | "realpath" => self.expand_in(args, depth),
            "abspath" => {
                let cwd = self.cwd.clone();
                let v = self.expand_in(args, depth);
                each(&v, |w| Some(crate::programs::join(&cwd, w)))
            }
            "dir" | "notdir" | "basename" | "suffix" => {
                let v = self.expand_in(args, depth);
                each(&v, |w| part_of(name, w))
            }
            "firstword" | "lastword" => {
                let v = self.expand_in(args, depth);
                let Some(t) = v.text() else {
                    return Arg::hole("$(word …)", Origin::Environment);
                };
                let mut words = t.split_whitespace();
                let word = if name == "firstword" {
                    words.next()
                } else {
                    words.next_back()
                };
                Arg::known(word.unwrap_or_default())
            }
            "addprefix" | "addsuffix" => {
                let fix = self.expand_in(part(0), depth);
                let v = self.expand_in(part(1), depth);
                match fix.text() {
                    Some(f) => each(&v, |w| {
                        Some(if name == "addprefix" {
                            format!("{f}{w}")
                        } else {
                            format!("{w}{f}")
                        })
                    }),
                    None => Arg::hole("$(addprefix …)", Origin::Environment),
                }
            }
            "subst" | "patsubst" => {
                let from = self.expand_in(part(0), depth);
                let to = self.expand_in(part(1), depth);
                let v = self.expand_in(part(2), depth);
                match (from.text(), to.text(), v.text()) {
                    (Some(from), Some(to), Some(t)) if name == "subst" && !from.is_empty() => {
                        Arg::known(t.replace(from, to))
                    }
                    (Some(from), Some(to), Some(_)) => each(&v, |w| Some(patsubst(from, to, w))),
                    _ => Arg::hole("$(subst …)", Origin::Environment),
                }
            }
            "filter" | "filter-out" => {
                let patterns = self.expand_in(part(0), depth);
                let v = self.expand_in(part(1), depth);
                let keep = name == "filter";
                match patterns.text() {
                    Some(p) => each(&v, |w| {
                        let hit = p
                            .split_whitespace()
                            .any(|p| super::super::matches(&p.replace('%', "*"), w));
                        (hit == keep).then(|| w.to_owned())
                    }),
                    None => v,
                }
            }
            "if" => {
                let test = self.expand_in(part(0), depth);
                let which = match test.text() {
                    Some(t) if t.trim().is_empty() => 2,
                    Some(_) => 1,
                    // Either: both are expanded, for what they run.
                    None => {
                        let yes = self.expand_in(part(1), depth);
                        let no = self.expand_in(part(2), depth);
                        return if yes == no {
                            yes
                        } else {
                            Arg::hole("$(if …)", Origin::Environment)
                        };
                    }
                };
                self.expand_in(part(which), depth)
            }
            "or" | "and" => {
                let mut last = Arg::default();
                for p in &parts {
                    last = self.expand_in(p, depth);
                    let empty = last.shown().trim().is_empty();
                    if empty == (name == "and") {
                        break;
                    }
                }
                last
            }
            "foreach" => {
                let var = self.expand_in(part(0), depth);
                let list = self.expand_in(part(1), depth);
                let (Some(var), Some(list)) = (var.text(), list.text()) else {
                    return Arg::hole("$(foreach …)", Origin::Environment);
                };
                let before = self.vars.get(var).cloned();
                let mut out = Arg::default();
                for w in list.split_whitespace().take(STEPS) {
                    self.put(var, Value::Done(Arg::known(w)), false);
                    let one = self.expand_in(part(2), depth);
                    if !out.is_empty() {
                        out.push_text(" ");
                    }
                    out.push(&one);
                }
                match before {
                    Some(v) => self.vars.insert(var.to_owned(), v),
                    None => self.vars.remove(var),
                };
                out
            }
            "call" => {
                let name = self.expand_in(part(0), depth);
                let Some(name) = name.text().map(|n| n.trim().to_owned()) else {
                    return Arg::hole("$(call …)", Origin::Environment);
                };
                let mut before = Vec::new();
                for i in 1..=9 {
                    let value = self.expand_in(part(i), depth);
                    let key = i.to_string();
                    before.push((key.clone(), self.vars.get(&key).cloned()));
                    self.put(&key, Value::Done(value), false);
                }
                let out = self.variable(&name, depth);
                for (key, old) in before {
                    match old {
                        Some(v) => self.vars.insert(key, v),
                        None => self.vars.remove(&key),
                    };
                }
                out
            }
            "eval" => {
                let text = self.expand_in(args, depth);
                if let Some(t) = text.text()
                    && depth < DEPTH / 2
                {
                    let t = t.to_owned();
                    self.read(&t, &mut |_| None);
                }
                Arg::default()
            }
            "value" => match self.vars.get(args.trim()).map(|v| v.value.clone()) {
                Some(Value::Raw(t)) => Arg::known(t),
                Some(Value::Done(v)) => v,
                None => Arg::default(),
            },
            _ => {
                self.expand_in(args, depth);
                Arg::hole(format!("$({name} …)"), Origin::Environment)
            }
        }
    }
}

/// Functions; any other word with a blank after it is a variable's odd name.
const FUNCTIONS: &[&str] = &[
    "shell",
    "info",
    "warning",
    "error",
    "wildcard",
    "strip",
    "sort",
    "realpath",
    "abspath",
    "dir",
    "notdir",
    "basename",
    "suffix",
    "firstword",
    "lastword",
    "word",
    "wordlist",
    "words",
    "addprefix",
    "addsuffix",
    "subst",
    "patsubst",
    "filter",
    "filter-out",
    "findstring",
    "join",
    "if",
    "or",
    "and",
    "foreach",
    "call",
    "eval",
    "value",
    "origin",
    "flavor",
    "file",
    "let",
    "intcmp",
    "guile",
];

/// Text up to the bracket that closes, and what follows it.
fn closed(text: &str, open: char) -> Option<(&str, &str)> {
    let close = if open == '(' { ')' } else { '}' };
    let mut depth = 1_usize;
    for (i, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Some((text.get(..i)?, text.get(i + 1..)?));
            }
        }
    }
    None
}

/// Arguments of a function, split at commas outside brackets.
fn arguments(text: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut depth = 0_usize;
    for c in text.chars() {
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 && out.len() < 16 => {
                out.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = out.last_mut() {
            last.push(c);
        }
    }
    out
}

/// Changes each word of a known text.
fn each(value: &Arg, change: impl Fn(&str) -> Option<String>) -> Arg {
    let Some(text) = value.text() else {
        return Arg::hole(value.shown(), Origin::Environment);
    };
    let words: Vec<String> = text.split_whitespace().filter_map(change).collect();
    Arg::known(words.join(" "))
}

fn patsubst(from: &str, to: &str, word: &str) -> String {
    if from.contains('%') {
        super::stem(from, word).map_or_else(|| word.to_owned(), |s| to.replacen('%', s, 1))
    } else if from == word {
        to.to_owned()
    } else {
        word.to_owned()
    }
}

fn part_of(name: &str, word: &str) -> Option<String> {
    let (folder, file) = match word.rfind('/') {
        Some(i) => word.split_at_checked(i + 1)?,
        None => ("./", word),
    };
    match name {
        "dir" => Some(folder.to_owned()),
        "notdir" => (!file.is_empty()).then(|| file.to_owned()),
        "suffix" => file
            .rfind('.')
            .and_then(|i| file.get(i..))
            .map(str::to_owned),
        _ => {
            let end = file.rfind('.').unwrap_or(file.len());
            let kept = word.len() - (file.len() - end);
            word.get(..kept).map(str::to_owned)
        }
    }
}

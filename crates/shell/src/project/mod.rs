//! Recipes a project holds in files of its own: scripts of a `package.json`,
//! rules of a makefile, tasks.
//!
//! A program that runs recipes says which ones it [`Wanted`]; `lower` reads
//! the file through the observer, the readers here say what is in it. What a
//! reader does not understand it leaves out: that the project runs is said
//! anyway.

pub(crate) mod compose;
pub(crate) mod gitconfig;
pub(crate) mod just;
pub(crate) mod make;
pub(crate) mod packages;
pub(crate) mod tables;
pub(crate) mod task;
pub(crate) mod yaml;

use crate::arg::{Arg, Origin};

/// What runs recipes, by where they are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    /// `package.json`; with the scripts named `pre…` and `post…` around.
    Node,
    /// `package.json`, only the scripts that are named.
    NodeExact,
    /// `composer.json`.
    Composer,
    /// `deno.json`, then `package.json`.
    Deno,
    /// A makefile.
    Make,
    /// A makefile whose recipes are only printed.
    MakeDry,
    /// A justfile.
    Just,
    /// A taskfile of go-task.
    Task,
    /// `[tool.poe.tasks]` of `pyproject.toml`.
    Poe,
    /// `[tool.pdm.scripts]`.
    Pdm,
    /// `[tool.hatch…scripts]`.
    Hatch,
    /// `[scripts]` of a `Pipfile`.
    Pipenv,
    /// `tox.ini` and its likes.
    Tox,
    /// A `Procfile`.
    Procfile,
    /// Services of a compose file.
    Compose,
    /// `.envrc` of direnv.
    Direnv,
    /// Aliases of git, in the repository's configuration and the user's.
    Git,
}

/// Recipes that are to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Where they are kept.
    pub(crate) tool: Tool,
    /// The file, when it is named; `-` stands for standard input.
    pub(crate) file: Option<Arg>,
    /// Their names, in order; none for the default.
    pub(crate) names: Vec<Arg>,
    /// What they are given.
    pub(crate) args: Vec<Arg>,
    /// Variables set on the command line.
    pub(crate) vars: Vec<(String, Arg)>,
    /// Members of the workspace they are run in.
    pub(crate) members: Members,
    /// The command when there is no such recipe.
    pub(crate) otherwise: Vec<Arg>,
}

impl Wanted {
    pub(crate) fn new(tool: Tool) -> Self {
        Self {
            tool,
            file: None,
            names: Vec::new(),
            args: Vec::new(),
            vars: Vec::new(),
            members: Members::Here,
            otherwise: Vec::new(),
        }
    }

    pub(crate) fn named(mut self, names: &[&str]) -> Self {
        self.names = names.iter().map(|n| Arg::known(*n)).collect();
        self
    }
}

/// In which packages of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Members {
    /// The one the command is in.
    Here,
    /// Every one.
    All,
    /// Those with these names or folders.
    Some(Vec<String>),
}

/// One command of a recipe.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Step {
    /// Its code.
    pub(crate) code: Arg,
    /// The language it is in; the first line says when it is `None`.
    pub(crate) language: Option<&'static str>,
    /// The folder it runs in, counted from the file's.
    pub(crate) dir: Option<Arg>,
    /// Arguments bound to `$1`, `$2` …
    pub(crate) args: Vec<Arg>,
    /// Variables it sees.
    pub(crate) vars: Vec<(String, Arg)>,
}

impl Step {
    /// Shell code.
    pub(crate) fn shell(code: Arg) -> Self {
        Self {
            code,
            language: Some("sh"),
            ..Self::default()
        }
    }
}

/// What a recipe does, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Do {
    /// Runs a command.
    Run(Step),
    /// Runs another recipe of the same file.
    Recipe {
        /// Its name.
        name: String,
        /// What it is given.
        args: Vec<Arg>,
        /// Variables it is given.
        vars: Vec<(String, Arg)>,
    },
}

/// `{{ name }}` in a text becomes what `value` says; an unknown part when it
/// says nothing.
pub(crate) fn filled(text: &str, value: impl Fn(&str) -> Option<Arg>) -> Arg {
    let mut out = Arg::default();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_text(before);
        let Some((name, tail)) = after.split_once("}}") else {
            out.push_text("{{");
            rest = after;
            continue;
        };
        let name = name.trim().trim_matches('-').trim();
        match value(name) {
            Some(v) => out.push(&v),
            None => out.push_hole(&format!("{{{{{name}}}}}"), Origin::Environment),
        }
        rest = tail;
    }
    out.push_text(rest);
    out
}

/// Arguments as shell code hands them on.
pub(crate) fn handed_on(args: &[Arg]) -> Arg {
    let quoted: Vec<Arg> = args.iter().map(crate::lower::quoted).collect();
    crate::expand::joined(&quoted)
}

/// Whether `name` is what `pattern` with `*` means.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let mut parts: Vec<&str> = pattern.split('*').collect();
    let end = if parts.len() > 1 { parts.pop() } else { None };
    let mut rest = name;
    for (i, part) in parts.iter().enumerate() {
        let after = if i == 0 {
            rest.strip_prefix(part)
        } else {
            rest.find(part).and_then(|at| rest.get(at + part.len()..))
        };
        let Some(after) = after else { return false };
        rest = after;
    }
    end.map_or(rest.is_empty(), |end| rest.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns() {
        for (pattern, name) in [
            ("build", "build"),
            ("build:*", "build:js"),
            ("*", "x"),
            ("a*b*c", "a1b2c"),
            ("%*", "%"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("build", "build:js"), ("a*bc", "abbd"), ("ab*ba", "aba")] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }
}

//! What a command word stands for: copies of and links to programs, git
//! aliases, and what shells read before anything else.

use palisade_core::{Effect, EffectKind, Target};

use super::simple::{base, quoted};
use crate::arg::Arg;
use crate::programs;
use crate::state::{State, Var};
use crate::understand::Interp;

impl Interp<'_> {
    /// The program of the system that a file is a link to or a copy of.
    pub(super) fn another_name(&self, path: &str) -> Option<String> {
        let copied = self.copies.iter().rev().find(|(copy, _)| copy == path);
        let linked = self.beyond_link(path, false);
        let real = linked
            .as_deref()
            .or(copied.map(|(_, real)| real.as_str()))?;
        is_program(real, &self.ctx.home).then(|| base(real).to_owned())
    }

    /// The dynamic loader runs what it is given.
    pub(super) fn loader(&mut self, args: &[Arg], state: &mut State, out: &mut Arg) {
        let p = programs::args::parse_leading(
            args,
            "library-path inhibit-rpath audit preload argv0 glibc-hwcaps-prepend glibc-hwcaps-mask",
        );
        if let Some(library) = p.value("preload audit") {
            let name = Target::Name(library.shown().to_owned());
            self.emit(Effect::new(EffectKind::EnvInject, name, "ld.so"), state);
        }
        self.words(&p.operands, state, out, false);
    }

    /// A git alias made in this action stands for more of a command line; one
    /// that begins with `!` is understood where it is set.
    pub(super) fn made_git_alias(
        &mut self,
        args: &[Arg],
        state: &mut State,
        out: &mut Arg,
    ) -> bool {
        let p = programs::args::parse_leading(
            args,
            "C c git-dir work-tree namespace exec-path super-prefix config-env list-cmds attr-source",
        );
        let Some((verb, rest)) = p.operands.split_first() else {
            return false;
        };
        if verb.is("config") {
            let at = rest.iter().position(|a| a.lead().starts_with("alias."));
            if let Some(at) = at
                && let (Some(key), Some(value)) = (rest.get(at), rest.get(at + 1))
                && self.git_aliases.len() < 64
            {
                self.git_aliases
                    .push((key.lead().replacen("alias.", "", 1), value.clone()));
            }
            return false;
        }
        let Some(name) = verb.text() else {
            return false;
        };
        let given = p.values("c").filter_map(|kv| kv.split_once('='));
        let given = given
            .filter(|(key, _)| key.lead().strip_prefix("alias.") == Some(name))
            .map(|(_, value)| value)
            .last();
        let made = self.git_aliases.iter().rev().find(|(n, _)| n == name);
        let Some(value) = given.or_else(|| made.map(|(_, v)| v.clone())) else {
            return false;
        };
        let key = format!("git alias {name}");
        if value.lead().starts_with('!') || self.calling.iter().any(|(n, _)| *n == key) {
            return false;
        }
        let mut code = Arg::known("git ");
        code.push(&value);
        for a in rest {
            code.push_text(" ");
            code.push(&quoted(a));
        }
        self.calling.push((key, self.spawning));
        self.code(&code, state, out);
        self.calling.pop();
        true
    }

    /// What a shell for a person reads first, where this script wrote it.
    pub(super) fn start_files(&mut self, args: &[Arg], state: &mut State, out: &mut Arg) {
        let person = args.iter().any(|a| {
            a.is("--login")
                || (!a.lead().starts_with("--")
                    && a.lead().starts_with('-')
                    && a.lead().contains(['i', 'l']))
        });
        if !person || state.files.is_empty() {
            return;
        }
        let home = match self.var("HOME", state) {
            Var::Scalar(h) => h.text().map(str::to_owned),
            _ => None,
        };
        let Some(home) = home else { return };
        for name in [
            ".bashrc",
            ".bash_profile",
            ".bash_login",
            ".profile",
            ".zshrc",
        ] {
            let path = programs::join(&home, name);
            if state.files.contains_key(&path) {
                self.file(Some("sh"), &Arg::known(path), &[], state, out);
            }
        }
    }
}

/// `/bin/r[m]`: a pattern that one name alone can match.
pub(super) fn only_one(pattern: &str) -> Option<String> {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '*' | '?' => return None,
            '[' => {
                let one = chars.next().filter(|c| !"^!]".contains(*c))?;
                out.push(one);
                chars.next().filter(|c| *c == ']')?;
            }
            c => out.push(c),
        }
    }
    out.contains('/').then_some(out)
}

/// Whether a program may be called this.
pub(super) fn named_so(name: &str) -> bool {
    !name.starts_with('-') && !name.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// Folders whose programs are what their names say.
pub(super) fn installed(path: &str, home: &str) -> bool {
    const DIRS: &[&str] = &[
        "/bin",
        "/usr/bin",
        "/usr/local/bin",
        "/sbin",
        "/usr/sbin",
        "/usr/local/sbin",
        "/opt/homebrew/bin",
        "/opt/homebrew/sbin",
        "/snap/bin",
        "/usr/games",
        "/usr/lib/git-core",
    ];
    let Some((dir, _)) = path.rsplit_once('/') else {
        return false;
    };
    DIRS.contains(&dir)
        || (dir.starts_with("/nix/store/") && dir.ends_with("/bin"))
        || dir.starts_with("/usr/lib/jvm/")
        || dir.strip_prefix(home).is_some_and(|d| {
            matches!(
                d,
                "/.local/bin" | "/.cargo/bin" | "/go/bin" | "/.bun/bin" | "/.deno/bin"
            )
        })
        || dir.ends_with("node_modules/.bin")
        || dir.ends_with("vendor/bin")
        || dir.ends_with("venv/bin")
        || dir.ends_with("/env/bin")
        || dir.ends_with("/.pyenv/shims")
        || dir.contains("/.nvm/versions/")
}

/// The same for a program whose folder was looked up.
pub(super) fn is_program(path: &str, home: &str) -> bool {
    path.starts_with("$(command -v ") || installed(path, home)
}

//! What a program did becomes effects, output and further commands.

use palisade_core::{Effect, EffectKind, Target};

use super::simple::base;
use crate::arg::{Arg, Origin};
use crate::programs::{self, Sink};
use crate::state::{State, Var};
use crate::understand::{Interp, secret_reads};

/// Stands among the files for what an archive from the network held. No
/// path is spelled so.
pub(super) const UNPACKED: &str = "//unpacked";

/// Programs people start a shell with, to be somewhere or somebody else in it;
/// where that is much, it is said by itself.
const ENTERS: &[&str] = &[
    "aws",
    "az",
    "colima",
    "conda",
    "devbox",
    "devenv",
    "direnv",
    "distrobox",
    "docker",
    "docker-compose",
    "fly",
    "flyctl",
    "gcloud",
    "guix",
    "hatch",
    "heroku",
    "incus",
    "k",
    "kubectl",
    "lima",
    "limactl",
    "lxc",
    "mamba",
    "micromamba",
    "mise",
    "mosh",
    "multipass",
    "nerdctl",
    "nix",
    "nix-shell",
    "oc",
    "pdm",
    "pipenv",
    "pixi",
    "podman",
    "podman-compose",
    "poetry",
    "railway",
    "screen",
    "ssh",
    "sshpass",
    "tmux",
    "toolbox",
    "uv",
    "vagrant",
    "wsl",
    "zellij",
    "chroot",
    "doas",
    "nsenter",
    "su",
    "sudo",
];

impl Interp<'_> {
    pub(super) fn drain(
        &mut self,
        name: &str,
        args: &[Arg],
        sink: Sink,
        state: &mut State,
        out: &mut Arg,
    ) {
        let mut reads = Vec::new();
        let mut fetched = false;
        let mut writes = Vec::new();
        let mut archives: Vec<String> = Vec::new();
        let searched: Vec<String> = if matches!(name, "find" | "gfind" | "fd" | "fdfind") {
            let roots = sink.effects.iter().filter_map(Effect::path);
            roots.take(16).map(str::to_owned).collect()
        } else {
            Vec::new()
        };
        for e in sink.effects {
            let kind = e.kind;
            if matches!(kind, EffectKind::GitOrdinary | EffectKind::GitPush)
                && name == "git"
                && hooks_off(state)
                && [
                    "git commit",
                    "git push",
                    "git merge",
                    "git rebase",
                    "git am",
                ]
                .contains(&e.by.as_str())
            {
                let skips = Effect::new(EffectKind::GitSkipHooks, Target::None, e.by.clone());
                self.emit(skips, state);
            }
            if matches!(kind, EffectKind::AgentStart | EffectKind::AgentBypass)
                && self.other_home(state)
            {
                // It reads its settings, and with them its hooks, from there.
                let unguarded = Effect::new(
                    EffectKind::AgentUnguarded,
                    Target::Name(format!("{name} with another home")),
                    name,
                );
                self.emit(unguarded, state);
            }
            if kind == EffectKind::FileWrite
                && let Some(p) = e.path()
            {
                writes.push(p.to_owned());
            }
            if kind == EffectKind::FileRead
                && let Some(p) = e.path()
                && archives.len() < 16
            {
                archives.push(p.to_owned());
            }
            fetched |= kind == EffectKind::NetRead;
            if let Some(at) = self.emit(e, state)
                && matches!(kind, EffectKind::FileRead | EffectKind::SecretRead)
            {
                reads.push(at);
            }
        }
        if matches!(name, "tar" | "gtar" | "bsdtar" | "unzip" | "cpio" | "7z") && !writes.is_empty()
        {
            let piped = state.stdin.as_deref().and_then(Arg::origin);
            let held = archives
                .iter()
                .filter_map(|p| state.files.get(p))
                .flatten()
                .flatten()
                .filter_map(|c| c.origin());
            if held.chain(piped).any(|o| o == Origin::Fetched) {
                let mark = Arg::hole("$(archive)", Origin::Fetched);
                self.wrote(UNPACKED.to_owned(), mark, state);
            }
        }
        if sink.loose {
            reads.extend(self.operands_read(name, args, state));
        }
        if fetched {
            for p in writes {
                let content = Arg::hole(format!("$({name} …)"), Origin::Fetched);
                self.wrote(p, content, state);
            }
        } else if matches!(name, "cp" | "mv" | "ln" | "install") {
            self.copied(args, state);
            if name == "ln" {
                self.linked(args, state);
            }
        } else if matches!(name, "find" | "gfind") {
            for p in writes {
                self.wrote(p, Arg::hole("$(find …)", Origin::Unknown), state);
            }
        } else if matches!(name, "tee" | "sponge" | "dd") {
            if let Some(real) = archives.first().filter(|_| name == "dd") {
                for p in &writes {
                    self.copy_of(p, real);
                }
            }
            let content = state.stdin.as_deref().cloned().unwrap_or_default();
            for p in writes {
                self.wrote(p, content.clone(), state);
            }
        }
        if fetched || sink.sends {
            self.through_proxies(name, state);
        }
        if sink.sends {
            self.sent(args, &reads, state);
        }
        let runs = !sink.runs.is_empty();
        // What an editor of streams prints is known, also beside its script.
        let told = name == "sed" && sink.output.as_ref().is_some_and(|o| o.text().is_some());
        if let Some(mut o) = sink.output {
            o.flow(&reads);
            out.push(&o);
        } else if !runs && !programs::silent(name) {
            Self::unknown_output(name, args, &reads, state, out);
        }
        let before = self.effects.len();
        let carries = !ENTERS.contains(&name);
        self.carried += usize::from(carries);
        for r in sink.runs {
            if told {
                self.run(name, r, state, &mut Arg::default());
            } else {
                self.run(name, r, state, out);
            }
        }
        self.carried -= usize::from(carries);
        for e in self.effects.iter_mut().skip(before) {
            // `*` stands for what is found at any depth.
            e.recursive |= e.kind == EffectKind::FileRead
                && e.pattern
                && e.path()
                    .and_then(|p| p.strip_suffix("/*"))
                    .is_some_and(|dir| searched.iter().any(|s| s.trim_end_matches('/') == dir));
        }
    }

    /// What this script set a proxy to sees what is asked for.
    fn through_proxies(&mut self, by: &str, state: &State) {
        const NAMES: &[&str] = &[
            "http_proxy",
            "https_proxy",
            "HTTPS_PROXY",
            "HTTP_PROXY",
            "all_proxy",
            "ALL_PROXY",
        ];
        for name in NAMES {
            let Some(value) = state.exported_value(name) else {
                continue;
            };
            for t in possible(value).filter_map(Arg::text) {
                if t.is_empty() {
                    continue;
                }
                let url = crate::url::Url::split(t);
                let holes = crate::holes::Holes::default();
                let e = crate::url::peer(EffectKind::NetRead, &url.host, url.port, by, &holes);
                self.emit(e, state);
            }
        }
    }

    /// Whether the home handed on is not the user's.
    fn other_home(&self, state: &State) -> bool {
        let other = |v: &Var| match v {
            Var::Scalar(v) => {
                v.text().map(|t| t.trim_end_matches('/'))
                    != Some(self.ctx.home.trim_end_matches('/'))
            }
            _ => true,
        };
        state.exported_value("HOME").is_some_and(|v| match v {
            Var::Either(many) => many.iter().any(|v| other(v)),
            v => other(v),
        }) || [
            "CODEX_HOME",
            "COPILOT_HOME",
            "GEMINI_CLI_SYSTEM_SETTINGS_PATH",
            "XDG_CONFIG_HOME",
        ]
        .iter()
        .any(|n| state.exported_value(n).is_some())
    }

    /// What a program that we cannot evaluate prints: it may hold all it was
    /// given.
    pub(super) fn unknown_output(
        name: &str,
        args: &[Arg],
        reads: &[usize],
        state: &State,
        out: &mut Arg,
    ) {
        let verb = args.first().and_then(Arg::text);
        let what = verb.filter(|v| v.starts_with("completion")).unwrap_or("…");
        let mut o = Arg::hole(format!("$({name} {what})"), Origin::Unknown);
        o.flow(reads);
        for a in args {
            o.flow(a.from());
        }
        if let Some(s) = state.stdin.as_deref() {
            o.flow(s.from());
        }
        out.push(&o);
    }

    /// Everything this command holds goes to the network.
    fn sent(&mut self, args: &[Arg], reads: &[usize], state: &State) {
        self.mark_sent(reads);
        let mut secrets = Vec::new();
        let mut header = false;
        for a in args {
            self.mark_sent(a.from());
            let inner = a.shown();
            let is_header = header
                || inner.starts_with("--header=")
                || inner.starts_with("--user=")
                || (inner.starts_with("-H") && inner.len() > 2)
                || (inner.starts_with("-u") && inner.len() > 2)
                || inner.starts_with("Authorization:");
            if !is_header {
                secrets.extend(secret_reads(a, "shell"));
            }
            header = matches!(
                inner,
                "-H" | "--header"
                    | "-u"
                    | "--user"
                    | "--oauth2-bearer"
                    | "--password"
                    | "-A"
                    | "--auth"
                    | "-a"
            );
        }
        if let Some(s) = state.stdin.as_deref() {
            let from = s.from().to_vec();
            self.mark_sent(&from);
            secrets.extend(secret_reads(s, "shell"));
        }
        for mut e in secrets {
            e.facts.flows_to_network = true;
            self.emit(e, state);
        }
    }

    /// `ln -s a b`: `b` is another name for `a`, and for what is below it.
    fn linked(&mut self, args: &[Arg], state: &State) {
        let p = programs::args::parse(args, "t target-directory S suffix");
        let (Some(from), Some(to)) = (p.operands.first(), p.operands.get(1)) else {
            return;
        };
        let Some(link) = programs::path_target(to, self.cwd(state), &self.ctx.home) else {
            return;
        };
        // What a symbolic link names is counted from where the link lies.
        let folder = link.path.rsplit_once('/').map(|(dir, _)| dir.to_owned());
        let base_dir = if p.has("s symbolic") {
            folder.as_deref()
        } else {
            self.cwd(state)
        };
        if let Some(target) = programs::path_target(from, base_dir, &self.ctx.home)
            && target.path != link.path
            && self.links.len() < 32
        {
            let inside = format!(
                "{}/{}",
                link.path.trim_end_matches('/'),
                base(target.path.trim_end_matches('/'))
            );
            let path = if target.path == "/" {
                String::from("/")
            } else {
                target.path
            };
            self.links
                .push((link.path.trim_end_matches('/').to_owned(), path.clone()));
            self.links.push((inside, path));
        }
    }

    /// Remembers that a file is a program of the system under another name.
    pub(super) fn copy_of(&mut self, copy: &str, real: &str) {
        if super::names::is_program(real, &self.ctx.home) && self.copies.len() < 64 {
            self.copies.push((copy.to_owned(), real.to_owned()));
        }
    }

    /// `cp a b`: what was written to `a` by this script is in `b` now.
    fn copied(&mut self, args: &[Arg], state: &mut State) {
        let operands: Vec<&Arg> = args
            .iter()
            .filter(|a| !a.shown().starts_with('-'))
            .collect();
        let [from, to] = operands.as_slice() else {
            return;
        };
        let at = |i: &Self, a: &Arg| programs::path_target(a, i.cwd(state), &i.ctx.home);
        if matches!(
            from.text(),
            Some("/dev/stdin" | "/dev/fd/0" | "/proc/self/fd/0")
        ) && let Some(to) = at(self, to)
        {
            let content = state.stdin.as_deref().cloned();
            let content = content.unwrap_or_else(|| Arg::hole("<", Origin::Unknown));
            self.wrote(to.path, content, state);
            return;
        }
        if let (Some(from), Some(to)) = (at(self, from), at(self, to)) {
            let inside = format!("{}/{}", to.path.trim_end_matches('/'), base(&from.path));
            self.copy_of(&inside, &from.path);
            self.copy_of(&to.path, &from.path);
        }
        if let (Some(from), Some(to)) = (at(self, from), at(self, to))
            && let Some(content) = self
                .file_content(&from.path, state, false)
                .into_iter()
                .next()
        {
            let inside = format!("{}/{}", to.path.trim_end_matches('/'), base(&from.path));
            self.wrote(inside, content.clone(), state);
            self.wrote(to.path, content, state);
        }
    }
}

/// The single values a variable may have.
fn possible(v: &Var) -> impl Iterator<Item = &Arg> {
    let (one, many) = match v {
        Var::Scalar(v) => (Some(v), [].as_slice()),
        Var::Either(many) => (None, many.as_slice()),
        _ => (None, [].as_slice()),
    };
    one.into_iter()
        .chain(many.iter().filter_map(|v| match &**v {
            Var::Scalar(v) => Some(v),
            _ => None,
        }))
}

/// A variable that hook managers skip their hooks for.
fn hooks_off(state: &State) -> bool {
    let is = |name: &str, test: fn(&str) -> bool| {
        state
            .exported_value(name)
            .is_some_and(|v| possible(v).any(|v| test(v.shown())))
    };
    is("HUSKY", |v| v == "0")
        || is("LEFTHOOK", |v| matches!(v, "0" | "false"))
        || is("HUSKY_SKIP_HOOKS", |v| !matches!(v, "" | "0"))
        || is("SKIP", |v| !v.is_empty())
        || is("PRE_COMMIT_ALLOW_NO_CONFIG", |v| !v.is_empty())
}

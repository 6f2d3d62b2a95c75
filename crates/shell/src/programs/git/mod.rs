//! git: every subcommand, the global options, and what a push may mean.

mod push;
mod settings;
mod verb;
mod work;

use palisade_core::{Certainty, Effect, EffectKind, Target};

use crate::arg::{Arg, Origin};

use super::args::{Parsed, parse_leading};
use super::special::remote;
use super::{Call, Run, Sink, join};

/// What asking for the current branch prints.
const CURRENT_BRANCH: &str = "$(git branch --show-current)";

/// A git call being understood.
struct Git<'c, 'a> {
    call: &'c Call<'a>,
    verb: String,
    /// Folder git works in, when it is not the shell's.
    dir: Option<String>,
    /// `-C` with something unknown.
    lost: bool,
    /// `--git-dir`.
    git_dir: Option<Arg>,
}

/// Understands one call of git.
pub(crate) fn lower(call: &Call<'_>, sink: &mut Sink) {
    let p = parse_leading(
        call.args,
        "C c git-dir work-tree namespace exec-path super-prefix config-env list-cmds attr-source",
    );
    let mut git = Git {
        call,
        verb: String::new(),
        dir: None,
        lost: false,
        git_dir: p.value("git-dir").cloned(),
    };
    for d in p.values("C") {
        match (d.text(), git.dir.as_deref().or(call.cwd)) {
            (Some(t), Some(base)) => git.dir = Some(join(base, t)),
            (Some(t), None) if t.starts_with('/') => git.dir = Some(t.to_owned()),
            _ => git.lost = true,
        }
    }
    if let Some(tree) = p.value("work-tree").and_then(Arg::text)
        && let Some(base) = call.cwd
    {
        git.dir = Some(join(base, tree));
    }
    for kv in p.values("config-env") {
        // The value is in a variable, out of our sight.
        let key = kv.shown().split('=').next().unwrap_or_default();
        let value = Arg::hole("$…", Origin::Environment);
        git.setting(key, Some(&value), sink);
    }
    for kv in p.values("c") {
        if let Some((key, value)) = kv.split_once('=') {
            git.setting(key.shown(), Some(&value), sink);
        } else {
            git.setting(kv.shown(), None, sink);
        }
    }
    if p.value("exec-path").is_some() {
        git.push(
            EffectKind::EnvInject,
            Target::Name("git --exec-path".into()),
            sink,
        );
    }
    let Some((verb, rest)) = p.operands.split_first() else {
        return;
    };
    let Some(verb) = verb.text() else {
        let e = git
            .effect(
                EffectKind::ExecOpaque,
                Target::Name(verb.shown().to_owned()),
            )
            .with_certainty(Certainty::Opaque);
        sink.push(e);
        return;
    };
    // The part of a push that goes over the wire.
    let verb = if verb == "send-pack" { "push" } else { verb };
    verb.clone_into(&mut git.verb);
    git.verb(rest, sink);
}

impl Git<'_, '_> {
    fn effect(&self, kind: EffectKind, target: Target) -> Effect {
        let by = if self.verb.is_empty() {
            "git".to_owned()
        } else {
            format!("git {}", self.verb)
        };
        let mut e = Effect::new(kind, target, by);
        if self.lost {
            e.certainty = Certainty::Partial;
        }
        e.dir.clone_from(&self.dir);
        e
    }

    fn push(&self, kind: EffectKind, target: Target, sink: &mut Sink) {
        sink.push(self.effect(kind, target));
    }

    fn simple(&self, kind: EffectKind, sink: &mut Sink) {
        self.push(kind, Target::None, sink);
    }

    fn local_ref(&self, kind: EffectKind, name: Option<&Arg>, sink: &mut Sink) {
        let mut e = self.effect(
            kind,
            Target::GitRef {
                remote: None,
                name: name.map(|n| short(n.shown()).to_owned()),
            },
        );
        if name.is_some_and(|n| n.text().is_none()) {
            e.certainty = Certainty::Partial;
        }
        sink.push(e);
    }

    /// A file effect, counted from the folder git works in.
    fn file(&self, kind: EffectKind, a: &Arg, tree: bool, sink: &mut Sink) {
        let cwd = if self.lost {
            None
        } else {
            self.dir.as_deref().or(self.call.cwd)
        };
        if let Some(p) = super::path_target(a, cwd, self.call.home) {
            let mut e = self.effect(kind, Target::Path(p.path));
            e.certainty = e.certainty.max(p.certainty);
            e.pattern = p.pattern;
            e.recursive = tree;
            sink.push(e);
        }
    }

    fn peer(&self, url: &Arg, kind: EffectKind, sink: &mut Sink) {
        let t = url.shown();
        let target = match t.split_once("://") {
            Some(("ext", _)) => {
                self.push(EffectKind::ExecOpaque, Target::Name(t.to_owned()), sink);
                return;
            }
            Some(("file", _)) => return,
            Some((scheme, rest)) => {
                let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
                let authority = authority.rsplit('@').next().unwrap_or(authority);
                let (host, port) = match authority.rsplit_once(':') {
                    Some((h, p)) if p.chars().all(|c| c.is_ascii_digit()) => (h, p.parse().ok()),
                    _ => (authority, None),
                };
                Target::Host {
                    host: host.to_owned(),
                    port,
                    path: format!("/{path}"),
                    method: if scheme.starts_with("http") {
                        "GET".into()
                    } else {
                        "GIT".into()
                    },
                }
            }
            None if t.starts_with("ext::") => {
                self.push(EffectKind::EnvInject, Target::Name("ext::".into()), sink);
                let words = push::transport_words(&url.after("ext::".len()));
                sink.runs.push(Run::Words { words, stdin: None });
                return;
            }
            None => match remote(url) {
                Some((host, path)) => Target::Host {
                    host,
                    port: None,
                    path: format!("/{path}"),
                    method: "GIT".into(),
                },
                None => return,
            },
        };
        let mut e = self.effect(kind, target);
        if url.text().is_none() {
            e.certainty = Certainty::Partial;
        }
        sink.push(e);
    }

    /// A program that git starts instead of its own at the other end, which
    /// is here when the other end is a folder.
    fn helper(&self, code: &Arg, sink: &mut Sink) {
        let own = matches!(
            code.text().map(|t| t.rsplit('/').next().unwrap_or(t)),
            Some("git-upload-pack" | "git-receive-pack" | "git-upload-archive")
        );
        if !own {
            self.push(
                EffectKind::EnvInject,
                Target::Name(code.shown().to_owned()),
                sink,
            );
            sink.runs.push(Run::Shell {
                code: code.clone(),
                args: Vec::new(),
            });
        }
    }

    /// Other ways to send what a repository holds to others.
    fn beyond(&self, p: &Parsed, sink: &mut Sink) {
        match (self.verb.as_str(), p.word(0)) {
            ("svn", "dcommit" | "commit-diff" | "set-tree" | "branch" | "tag" | "mkdirs")
            | ("p4", "submit" | "unshelve" | "branches")
            | ("http-push" | "cvsexportcommit", _)
                if !p.on("n dry-run") =>
            {
                let what = format!("git {} {}", self.verb, p.word(0));
                self.push(EffectKind::Publish, Target::Name(what), sink);
            }
            ("imap-send", _) => self.push(
                EffectKind::MessageSend,
                Target::Name("git imap-send".into()),
                sink,
            ),
            _ => self.simple(EffectKind::GitOrdinary, sink),
        }
    }
}

/// The short name of a branch or tag.
fn short(name: &str) -> &str {
    let name = name.strip_prefix("refs/").unwrap_or(name);
    name.strip_prefix("heads/").unwrap_or(name)
}

/// Ends like a file of source or configuration.
fn file_like(t: &str) -> bool {
    const ENDS: &[&str] = &[
        ".rs", ".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".py", ".go", ".java", ".kt", ".c",
        ".cc", ".cpp", ".h", ".hpp", ".rb", ".php", ".cs", ".swift", ".md", ".txt", ".json",
        ".yaml", ".yml", ".toml", ".lock", ".html", ".css", ".scss", ".sh", ".sql", ".xml", ".ini",
        ".cfg", ".env", ".vue", ".svelte", ".ipynb", ".csv", ".proto", ".tf", ".gradle",
    ];
    ENDS.iter().any(|e| t.ends_with(e))
        || matches!(t, "Makefile" | "Dockerfile" | "Cargo.toml" | "package.json")
        || t.ends_with('/')
}

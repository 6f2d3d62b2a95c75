//! Redirections: files read and written, here-documents, sockets.

use std::borrow::Cow;

use std::rc::Rc;

use palisade_core::{Effect, EffectKind, Target};

use crate::arg::{Arg, Origin};
use crate::ast::{Fd, Part, Redirect, RedirectOp, RedirectTarget};
use crate::programs::path_target;
use crate::state::State;
use crate::understand::{Interp, secret_reads};

/// Files that hold something from outside, per action.
const BROUGHT: usize = 128;

/// Where standard output goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Stdout {
    /// Where it went before.
    #[default]
    Inherited,
    /// Into a file.
    File { path: Option<String>, append: bool },
    /// Into a network connection.
    Network,
    /// Where nobody looks, or to standard error.
    Elsewhere,
}

/// What redirections change.
#[derive(Debug, Default)]
pub(super) struct Redirected {
    pub(super) stdin: Option<Arg>,
    pub(super) stdout: Stdout,
}

impl Interp<'_> {
    pub(super) fn redirects(
        &mut self,
        list: &[Redirect],
        state: &mut State,
        by: &str,
    ) -> Redirected {
        let mut out = Redirected::default();
        for r in list {
            let word = match &r.target {
                RedirectTarget::Word(w) | RedirectTarget::Body(w) => self.value(w, state),
            };
            let fd = match &r.fd {
                None => None,
                Some(Fd::Number(n)) => Some(*n),
                Some(Fd::Named(_)) => Some(99),
            };
            match r.op {
                RedirectOp::HereDoc | RedirectOp::HereString => {
                    if fd.is_none_or(|n| n == 0) {
                        let mut v = word;
                        if r.op == RedirectOp::HereString {
                            v.push_text("\n");
                        }
                        out.stdin = Some(v);
                    } else if let Some(n) = fd {
                        state.touch();
                        state.opened = Some((n.into(), Rc::new(word)));
                    }
                }
                RedirectOp::Read => {
                    let content = self.opened(&word, state, by);
                    if fd.is_none_or(|n| n == 0) {
                        out.stdin = Some(content);
                    } else if let Some(n) = fd {
                        state.touch();
                        state.opened = Some((n.into(), Rc::new(content)));
                    }
                }
                RedirectOp::ReadWrite => {
                    let content = self.opened(&word, state, by);
                    self.written_to(&word, state, by);
                    if fd.is_none_or(|n| n == 0) {
                        out.stdin = Some(content);
                    }
                }
                RedirectOp::Write
                | RedirectOp::Clobber
                | RedirectOp::Append
                | RedirectOp::WriteBoth
                | RedirectOp::AppendBoth => {
                    let dest = self.written_to(&word, state, by);
                    let append = matches!(r.op, RedirectOp::Append | RedirectOp::AppendBoth);
                    let both = matches!(r.op, RedirectOp::WriteBoth | RedirectOp::AppendBoth);
                    if both || fd.is_none_or(|n| n == 1) {
                        out.stdout = match dest {
                            Stdout::File { path, .. } => Stdout::File { path, append },
                            other => other,
                        };
                    }
                }
                RedirectOp::DupOut => {
                    let errors = word.is("2") && self.merged > 0;
                    if fd.is_none_or(|n| n == 1) && !word.is("1") && !errors {
                        out.stdout = Stdout::Elsewhere;
                    }
                }
                RedirectOp::DupIn => {
                    if fd.is_none_or(|n| n == 0) && !word.is("-") {
                        let n = word
                            .text()
                            .and_then(|t| t.trim_end_matches('-').parse().ok());
                        let content = match &state.opened {
                            Some((open, content)) if n == Some(*open) => (**content).clone(),
                            _ => Arg::hole("<&", Origin::Unknown),
                        };
                        out.stdin = Some(content);
                    }
                }
            }
        }
        out
    }

    /// `< word`: the content.
    fn opened(&mut self, word: &Arg, state: &State, by: &str) -> Arg {
        if let Some(content) = word.content() {
            return content.clone();
        }
        if let Some(host) = socket(word) {
            let e = Effect::new(EffectKind::NetRead, host, by);
            self.emit(e, state);
            return Arg::hole("</dev/tcp", Origin::Fetched);
        }
        let Some(p) = path_target(word, self.cwd(state), &self.ctx.home) else {
            return if word.is("/dev/null") {
                Arg::default()
            } else {
                state
                    .stdin
                    .as_ref()
                    .map_or_else(|| Arg::hole("<", Origin::Unknown), |s| (**s).clone())
            };
        };
        let mut e = Effect::new(EffectKind::FileRead, Target::Path(p.path.clone()), by)
            .with_certainty(p.certainty);
        e.pattern = p.pattern;
        let at = self.emit(e, state);
        let look = matches!(
            by,
            "patch"
                | "git"
                | "sh"
                | "bash"
                | "zsh"
                | "dash"
                | "ksh"
                | "cat"
                | "xargs"
                | "read"
                | "mapfile"
                | "psql"
                | "mysql"
                | "mariadb"
                | "sqlite3"
                | "python"
                | "python3"
                | "node"
                | "ruby"
                | "perl"
        );
        let mut content = self
            .file_content(&p.path, state, look)
            .into_iter()
            .next()
            .unwrap_or_else(|| Arg::hole(format!("<{}", word.shown()), Origin::Unknown));
        content.flow(at.as_slice());
        content
    }

    fn written_to(&mut self, word: &Arg, state: &State, by: &str) -> Stdout {
        if let Some(host) = socket(word) {
            let e = Effect::new(EffectKind::NetWrite, host, by);
            self.emit(e, state);
            return Stdout::Network;
        }
        let Some(p) = path_target(word, self.cwd(state), &self.ctx.home) else {
            return if word.lead().starts_with("/dev/stdout") || word.is("/dev/tty") {
                Stdout::Inherited
            } else {
                Stdout::Elsewhere
            };
        };
        let mut e = Effect::new(EffectKind::FileWrite, Target::Path(p.path.clone()), by)
            .with_certainty(p.certainty);
        e.pattern = p.pattern;
        self.emit(e, state);
        Stdout::File {
            path: (p.certainty == palisade_core::Certainty::Proved).then_some(p.path),
            append: false,
        }
    }

    /// Puts what a command printed where it goes.
    pub(super) fn deliver(&mut self, produced: Arg, to: &Stdout, state: &mut State, out: &mut Arg) {
        match to {
            Stdout::Inherited => out.push(&produced),
            Stdout::Elsewhere => {}
            Stdout::Network => {
                let from = produced.from().to_vec();
                self.mark_sent(&from);
                for mut e in secret_reads(&produced, "shell") {
                    e.facts.flows_to_network = true;
                    self.emit(e, state);
                }
            }
            Stdout::File { path, append } => {
                for e in secret_reads(&produced, "shell") {
                    self.emit(e, state);
                }
                if let Some(path) = path {
                    let read = produced.from().first().filter(|_| !*append);
                    let real = read.and_then(|at| self.effects.get(*at)?.path());
                    if let Some(real) = real.map(str::to_owned) {
                        self.copy_of(path, &real);
                    }
                    let content = if *append {
                        let mut before = self
                            .file_content(path, state, false)
                            .into_iter()
                            .next()
                            .unwrap_or_default();
                        before.push(&produced);
                        before
                    } else {
                        produced
                    };
                    self.wrote(path.clone(), content, state);
                }
            }
        }
    }

    /// Remembers what is in a file now, here and in the shells around.
    pub(crate) fn wrote(&mut self, path: String, content: Arg, state: &mut State) {
        let here = !state.remote && state.container.is_none() && path.starts_with('/');
        match content.origin() {
            Some(o @ (Origin::Fetched | Origin::Decoded)) if here => {
                let known = self.brought.iter().any(|(p, k)| *p == path && *k == o);
                if !known && self.brought.len() < BROUGHT {
                    self.brought.push((path.clone(), o));
                }
            }
            _ => {}
        }
        if self.written.len() < 512 {
            self.written.push((path.clone(), content.clone()));
        } else {
            self.limit("too many files written");
        }
        state.wrote(path, content);
    }
}

/// Errors go where the output goes: `2>&1`.
pub(super) fn merges(list: &[Redirect]) -> bool {
    list.iter().any(|r| match (&r.op, &r.fd, &r.target) {
        (RedirectOp::DupOut, Some(Fd::Number(2)), RedirectTarget::Word(w)) => {
            matches!(w.parts.as_slice(), [Part::Plain(t)] if t == "1")
        }
        (RedirectOp::WriteBoth | RedirectOp::AppendBoth, ..) => true,
        _ => false,
    })
}

/// `/dev/tcp/host/port`.
fn socket(word: &Arg) -> Option<Target> {
    let rest = word
        .shown()
        .strip_prefix("/dev/tcp/")
        .or_else(|| word.shown().strip_prefix("/dev/udp/"))?;
    let (host, port) = rest.split_once('/').unwrap_or((rest, ""));
    Some(Target::Host {
        host: host.to_owned(),
        port: port.parse().ok(),
        path: String::new(),
        method: Cow::Borrowed("CONNECT"),
    })
}

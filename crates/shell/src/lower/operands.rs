//! Operands of programs nobody has described.
//!
//! Any program may read what it is given a path to and print it. So what
//! looks like a path counts as read: of an ordinary file that is no
//! objection, of a secret it is one. Only what looks like a path: a word, a
//! URL or a sentence is none.

use palisade_core::{Certainty, Effect, EffectKind, Target};

use crate::arg::Arg;
use crate::programs::path_target;
use crate::state::State;
use crate::understand::Interp;

/// Operands looked at; a longer list is a glob's and says so itself.
const OPERANDS: usize = 1_000;

impl Interp<'_> {
    /// What looks like a path among the arguments of `by` is read. Gives the
    /// effects.
    pub(super) fn operands_read(&mut self, by: &str, args: &[Arg], state: &State) -> Vec<usize> {
        let mut reads = Vec::new();
        let mut settings = false;
        for a in args.iter().take(OPERANDS) {
            // Settings for the process that is started, not for the screen.
            if std::mem::replace(&mut settings, a.is("--env-file")) {
                continue;
            }
            if a.lead().starts_with("--env-file=") {
                continue;
            }
            if let Some((scheme, _)) = a.shown().split_once("://")
                && matches!(scheme, "http" | "https" | "ftp" | "ws" | "wss" | "sftp")
            {
                let holes = crate::holes::Holes::default();
                let url = crate::url::Url::split(a.shown());
                let e = url
                    .effect(EffectKind::NetRead, "GET", by, &holes)
                    .with_certainty(Certainty::Partial);
                self.emit(e, state);
                continue;
            }
            let Some(path) = named_path(a) else { continue };
            let Some(p) = path_target(&path, self.cwd(state), &self.ctx.home) else {
                continue;
            };
            let mut e = Effect::new(EffectKind::FileRead, Target::Path(p.path), by)
                .with_certainty(Certainty::Partial);
            e.pattern = p.pattern;
            reads.extend(self.emit(e, state));
        }
        reads
    }
}

/// The path an argument names: alone, after `--option=`, after a letter, or
/// after `@`.
fn named_path(a: &Arg) -> Option<Arg> {
    if a.shown().contains("://") {
        return None;
    }
    let lead = a.lead();
    let inner = if lead.starts_with('-') {
        match a.split_once('=') {
            Some((_, value)) => value,
            // `-f./x`, `-I/usr/include`.
            None if lead.get(2..)?.starts_with(['.', '/', '~']) => a.after(2),
            None => return None,
        }
    } else {
        match a.split_once('=') {
            Some((name, value)) if is_word(name.shown()) => value,
            _ => a.clone(),
        }
    };
    let inner = match inner.lead().strip_prefix('@') {
        // `@scope/package` is none.
        Some(rest) if !rest.rsplit('/').next().unwrap_or(rest).contains('.') => return None,
        Some(_) => inner.after(1),
        None => inner,
    };
    looks_like_path(&inner).then_some(inner)
}

fn is_word(t: &str) -> bool {
    !t.is_empty()
        && t.bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// Has a `/`, begins with `.` or `~`, or has the shape `name.ext`.
fn looks_like_path(a: &Arg) -> bool {
    let t = a.shown();
    if a.text().is_none() {
        // Something unknown alone is no path yet.
        return !a.tail().is_empty() && a.tail().contains('/') && !t.contains(['\n', ' ']);
    }
    if t.len() < 2 || t.len() > 4096 || matches!(t, ".." | "./" | "../" | "/") {
        return false;
    }
    let rooted = t.starts_with(['/', '~']) || t.starts_with("./") || t.starts_with("../");
    if t.contains(['\n', '\0']) || (t.contains(' ') && !rooted) {
        return false;
    }
    if rooted || t.starts_with('.') || t.contains('/') {
        return true;
    }
    let Some((name, ext)) = t.rsplit_once('.') else {
        return false;
    };
    let letters = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    !name.is_empty()
        && name.chars().all(letters)
        && (1..=8).contains(&ext.len())
        && ext.starts_with(|c: char| c.is_ascii_alphabetic())
        && ext.bytes().all(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_no_paths() {
        for (arg, path) in [
            (".env", Some(".env")),
            ("a.txt", Some("a.txt")),
            ("id_rsa.pub", Some("id_rsa.pub")),
            ("src/x", Some("src/x")),
            ("~/x", Some("~/x")),
            ("/my docs/x", Some("/my docs/x")),
            ("--in=.env", Some(".env")),
            ("if=.env", Some(".env")),
            ("@.env", Some(".env")),
            ("x=@.env", Some(".env")),
            ("-f./x", Some("./x")),
            ("@scope/tool", None),
            ("word", None),
            ("1.5", None),
            (".", None),
            ("..", None),
            ("--flag", None),
            ("-x", None),
            ("https://a.b/c.txt", None),
            ("see config/.env", None),
            ("a.\u{e4}", None),
        ] {
            let got = named_path(&Arg::known(arg));
            assert_eq!(got.as_ref().and_then(Arg::text), path, "{arg}");
        }
    }
}

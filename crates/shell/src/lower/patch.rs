//! Patches: which files a patch text would write.

use palisade_core::{Certainty, Effect, EffectKind, Target};

use crate::arg::Arg;
use crate::programs::{join, path_target};
use crate::state::State;
use crate::understand::Interp;

/// Files of one patch that are named one by one.
const FILES: usize = 256;

impl Interp<'_> {
    /// `args`: how many leading folders are cut off (`-p`), then the folder
    /// it is applied in.
    pub(super) fn patch(&mut self, by: &str, text: &Arg, args: &[Arg], state: &State) {
        if !self.spend(text.shown().len()) {
            return;
        }
        let strip = args.first().and_then(|a| a.shown().parse::<usize>().ok());
        let mut named = 0;
        for line in text.shown().lines() {
            let Some((kind, name)) = target(line) else {
                continue;
            };
            named += 1;
            if named > FILES {
                self.limit("too many files in a patch");
                return;
            }
            let Some(name) = stripped(name, strip) else {
                continue;
            };
            let name = match args.get(1) {
                Some(dir) => join(dir.shown(), name),
                None => name.to_owned(),
            };
            let Some(p) = path_target(&Arg::known(name), self.cwd(state), &self.ctx.home) else {
                continue;
            };
            let certainty = if text.text().is_some() {
                p.certainty
            } else {
                Certainty::Partial
            };
            let e = Effect::new(kind, Target::Path(p.path), by).with_certainty(certainty);
            self.emit(e, state);
        }
    }
}

/// The file a header line names, and what becomes of it. One that goes away is
/// in nobody's `+++`.
fn target(line: &str) -> Option<(EffectKind, &str)> {
    // Codex's own format, whose headers may be set in.
    if let Some(header) = line.trim().strip_prefix("*** ") {
        for (words, kind) in [
            ("Add File: ", EffectKind::FileWrite),
            ("Update File: ", EffectKind::FileWrite),
            ("Move to: ", EffectKind::FileWrite),
            ("Delete File: ", EffectKind::FileDelete),
        ] {
            if let Some(name) = header.strip_prefix(words) {
                return Some((kind, name.trim()));
            }
        }
        if matches!(header, "Begin Patch" | "End Patch" | "End of File") {
            return None;
        }
    }
    let name = line
        .strip_prefix("+++ ")
        .or_else(|| line.strip_prefix("rename to "))
        .or_else(|| line.strip_prefix("copy to "))
        .or_else(|| line.strip_prefix("Index: "))
        .or_else(|| line.strip_prefix("*** ").filter(|n| !n.starts_with('*')))?;
    // A time stamp may follow after a tab.
    let name = name.split('\t').next().unwrap_or(name).trim();
    let name = name.trim_matches('"');
    (!name.is_empty() && name != "/dev/null").then_some((EffectKind::FileWrite, name))
}

/// Without a number, the prefixes git writes go, and nothing else.
fn stripped(name: &str, strip: Option<usize>) -> Option<&str> {
    match strip {
        None => Some(
            name.strip_prefix("b/")
                .or_else(|| name.strip_prefix("a/"))
                .unwrap_or(name),
        ),
        Some(n) => {
            let mut rest = name;
            for _ in 0..n.min(64) {
                rest = rest.split_once('/')?.1.trim_start_matches('/');
            }
            Some(rest)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers() {
        let path = |line, strip| target(line).and_then(|(_, n)| stripped(n, strip));
        assert_eq!(path("+++ b/x/y\t2024-01-01", Some(1)), Some("x/y"));
        assert_eq!(path("+++ b/x/y", None), Some("x/y"));
        assert_eq!(path("+++ x/y", Some(0)), Some("x/y"));
        assert_eq!(path("+++ /dev/null", Some(1)), None);
        assert_eq!(path("rename to x", None), Some("x"));
        assert_eq!(path("+ ++ b/x", None), None);
        assert_eq!(path("+++ b/x", Some(3)), None);
        let deleted = Some((EffectKind::FileDelete, "a/x"));
        assert_eq!(target("*** Delete File: a/x"), deleted);
        assert_eq!(target("  *** Delete File: a/x "), deleted);
        assert_eq!(
            target("*** Add File: y"),
            Some((EffectKind::FileWrite, "y"))
        );
        assert_eq!(target("*** End Patch"), None);
    }
}

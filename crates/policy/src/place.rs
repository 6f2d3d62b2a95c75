//! A path, seen from the workspace, from home and from the root.

use crate::Situation;
use crate::glob::{self, Options};

/// The folders a path is seen from, as given and in lower case.
#[derive(Debug)]
pub(crate) struct Ground {
    workspace: String,
    home: String,
    workspace_lower: String,
    home_lower: String,
}

impl Ground {
    pub(crate) fn new(s: &Situation) -> Self {
        Self::of(&s.workspace, &s.home)
    }

    pub(crate) fn of(workspace: &str, home: &str) -> Self {
        let tidy = |p: &str| {
            if p.is_empty() { String::new() } else { fold(p) }
        };
        let (workspace, home) = (tidy(workspace), tidy(home));
        Self {
            workspace_lower: workspace.to_lowercase(),
            home_lower: home.to_lowercase(),
            workspace,
            home,
        }
    }

    /// An absolute path without `.` and `..`, from one as a program got it.
    pub(crate) fn absolute(&self, path: &str) -> String {
        if path == "~" {
            return self.home.clone();
        }
        match path.strip_prefix("~/") {
            Some(rest) => fold(&format!("{}/{rest}", self.home)),
            None if path.starts_with('/') => fold(path),
            None => fold(&format!("{}/{path}", self.workspace)),
        }
    }

    /// Whether a path is home, the workspace, the root, or holds one of them.
    pub(crate) fn is_root(&self, abs: &str) -> bool {
        abs == "/" || holds(abs, &self.home) || holds(abs, &self.workspace)
    }

    pub(crate) fn is_home(&self, abs: &str) -> bool {
        !self.home.is_empty() && abs == self.home
    }

    pub(crate) fn is_workspace(&self, abs: &str) -> bool {
        !self.workspace.is_empty() && abs == self.workspace
    }

    /// A folder beside the workspace. A hidden name is a place where programs
    /// look for things.
    pub(crate) fn is_beside(&self, abs: &str) -> bool {
        let up = |p: &str| p.rsplit_once('/').map(|(up, _)| up.to_owned());
        !self.workspace.is_empty()
            && abs != self.workspace
            && up(abs) == up(&self.workspace)
            && !abs.rsplit('/').next().is_some_and(|n| n.starts_with('.'))
    }

    pub(crate) fn in_workspace<'p>(&self, abs: &'p str) -> Option<&'p str> {
        below(abs, &self.workspace)
    }

    pub(crate) fn in_home<'p>(&self, abs: &'p str) -> Option<&'p str> {
        below(abs, &self.home)
    }

    /// The absolute form of a pattern, when it names one place.
    pub(crate) fn anchor(&self, pattern: &str) -> Option<String> {
        if let Some(rest) = pattern.strip_prefix("//") {
            return Some(format!("/{rest}"));
        }
        if let Some(rest) = pattern.strip_prefix("~/") {
            return (!self.home.is_empty()).then(|| format!("{}/{rest}", self.home));
        }
        let rest = pattern.strip_prefix('/')?;
        (!self.workspace.is_empty()).then(|| format!("{}/{rest}", self.workspace))
    }
}

/// Folds `.`, `..` and doubled slashes of an absolute path.
pub(crate) fn fold(path: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop();
            }
            name => names.push(name),
        }
    }
    format!("/{}", names.join("/"))
}

/// What remains of `abs` below `top`; `Some("")` when they are the same.
fn below<'p>(abs: &'p str, top: &str) -> Option<&'p str> {
    if top.is_empty() {
        return None;
    }
    let rest = abs.strip_prefix(top.trim_end_matches('/'))?;
    if rest.is_empty() {
        return Some(rest);
    }
    rest.strip_prefix('/')
}

/// Whether `folder` is `inner` or one of the folders it lies in.
pub(crate) fn holds(folder: &str, inner: &str) -> bool {
    !inner.is_empty() && below(inner, folder).is_some()
}

/// One absolute path with what patterns need to know about it.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) abs: String,
    lower: String,
    /// Where the last name begins in `lower`.
    name: usize,
    /// The beginnings of all names in `lower`, as bits.
    beginnings: u64,
}

impl Place {
    pub(crate) fn new(abs: String) -> Self {
        let lower = abs.to_lowercase();
        Self {
            name: lower.rfind('/').map_or(0, |slash| slash + 1),
            beginnings: lower
                .split('/')
                .filter_map(beginning)
                .fold(0, |all, b| all | b),
            lower,
            abs,
        }
    }

    pub(crate) fn name(&self) -> &str {
        self.abs.rsplit('/').next().unwrap_or_default()
    }

    /// A built-in pattern: lower case, exact (a folder is covered by `x/**`).
    pub(crate) fn is(&self, pattern: &str, ground: &Ground) -> bool {
        // Most patterns fail here: no name of the path begins like them.
        let rest = pattern.trim_start_matches(['/', '~']);
        if beginning(rest).is_some_and(|b| self.beginnings & b == 0) {
            return false;
        }
        if !pattern.contains('/') {
            let name = self.lower.get(self.name..).unwrap_or_default();
            return glob::matches_exact(pattern, name);
        }
        matches(
            pattern,
            &self.lower,
            (&ground.workspace_lower, &ground.home_lower),
            Options::default(),
        )
    }

    pub(crate) fn is_any(&self, patterns: &[&str], ground: &Ground) -> bool {
        patterns.iter().any(|p| self.is(p, ground))
    }

    /// A pattern of a policy file: case counts, and what it matches it covers whole.
    pub(crate) fn covered(&self, pattern: &str, ground: &Ground) -> bool {
        if !self.abs.contains(glob::literal(pattern)) {
            return false;
        }
        let options = Options {
            below: true,
            ..Options::default()
        };
        matches(
            pattern,
            &self.abs,
            (&ground.workspace, &ground.home),
            options,
        )
    }

    /// Whether everything of a pattern that names one place lies below this folder.
    pub(crate) fn holds(&self, pattern: &str, ground: &Ground) -> bool {
        ground.anchor(pattern).is_some_and(|anchored| {
            let literal = glob::literal_prefix(&anchored).to_lowercase();
            self.lower != literal && holds(&self.lower, &literal)
        })
    }

    /// Takes this path as a pattern and tries it on a path that is known.
    pub(crate) fn may_name(&self, sample: &str, ground: &Ground) -> bool {
        let Some(anchored) = ground.anchor(sample) else {
            // A bare name: only the last part of the pattern has to fit, and
            // it has to say something (`*` names everything and nothing).
            let name = self.name();
            let said = name
                .chars()
                .filter(|c| !matches!(c, '*' | '?' | '[' | ']' | '!' | '^' | '-'))
                .count();
            let hidden_fits = sample.starts_with('.') == name.starts_with(['.', '[', '?', '{']);
            return said >= 2 && hidden_fits && glob::matches_name(name, sample);
        };
        glob::matches_path(&self.abs, &anchored, Options::default())
    }
}

/// How a name begins, as one bit of 64: its first two characters. `None` for a
/// name that is empty, and for a pattern whose first two may be anything.
fn beginning(name: &str) -> Option<u64> {
    let mut bytes = name.bytes();
    let first = bytes.next()?;
    let second = match bytes.next() {
        None | Some(b'/') => 0,
        Some(b) => b,
    };
    let open = |b| matches!(b, b'*' | b'?' | b'[' | b'{' | b'\\' | b'/');
    if open(first) || open(second) {
        return None;
    }
    Some(1 << ((u32::from(first) * 7 + u32::from(second) * 13) % 64))
}

fn matches(pattern: &str, abs: &str, (workspace, home): (&str, &str), options: Options) -> bool {
    if let Some(rest) = pattern.strip_prefix("//") {
        return glob::matches_path(rest, abs, options);
    }
    if let Some(rest) = pattern.strip_prefix("~/") {
        return below(abs, home).is_some_and(|p| glob::matches_path(rest, p, options));
    }
    if let Some(rest) = pattern.strip_prefix('/') {
        return below(abs, workspace).is_some_and(|p| glob::matches_path(rest, p, options));
    }
    match pattern.split_once('/') {
        Some((first, _)) if !first.contains(['*', '?', '[', '{', '\\']) && !abs.contains(first) => {
            false
        }
        _ => glob::matches_path(
            pattern,
            abs,
            Options {
                anywhere: true,
                ..options
            },
        ),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What matches holds the piece.
        #[test]
        fn the_literal_is_in_every_match(pattern in "[~/ab.*?{},\\[\\]]{0,12}", path in "(/[ab.]{1,3}){1,4}") {
            let o = Options { below: true, ..Options::default() };
            if matches(&pattern, &path, ("/a", "/b"), o) {
                prop_assert!(path.contains(glob::literal(&pattern)), "{} {}", pattern, path);
            }
        }
    }

    #[test]
    fn anchors() {
        let g = Ground::of("/w/shop", "/home/u");
        for (pattern, path, want) in [
            ("/src/**", "/w/shop/src/a.rs", true),
            ("/src", "/w/shop/src/a.rs", true),
            ("/src", "/w/shop/x/src/a.rs", false),
            ("src", "/w/shop/x/src/a.rs", true),
            ("//etc/hosts", "/etc/hosts", true),
            ("//etc/hosts", "/w/shop/etc/hosts", false),
            ("~/.ssh", "/home/u/.ssh/id", true),
            ("~/.ssh", "/home/v/.ssh/id", false),
            ("*.pem", "/home/u/a/b.pem", true),
            ("/**", "/w/shop/a", true),
            ("/**", "/w/shopping/a", false),
            ("/secrets/**", "/w/shop/secrets", true),
        ] {
            assert_eq!(
                Place::new(path.into()).covered(pattern, &g),
                want,
                "{pattern} {path}"
            );
        }
        assert!(Place::new("/home/u/.SSH/ID_RSA".into()).is(".ssh/**", &g));
        assert_eq!(g.absolute("../x/./y"), "/w/x/y");
        assert_eq!(g.absolute("~/a"), "/home/u/a");
        assert!(g.is_root("/home") && g.is_root("/") && g.is_root("/w/shop"));
        assert!(!g.is_root("/w/shop/src"));
    }

    /// The bits only say sooner what matching would have said.
    #[test]
    fn a_pattern_that_is_passed_over_would_not_have_matched() {
        use crate::names;
        let g = Ground::of("/w/shop", "/home/u");
        let all = [
            names::SECRET_FILES,
            names::SECRET_EXCEPTIONS,
            names::SYSTEM_PATHS,
            names::SYSTEM_EXCEPTIONS,
            names::DEFERRED_FILES,
        ];
        let patterns: Vec<&str> = all.into_iter().flatten().copied().collect();
        // Paths made from the patterns themselves, so that many do match.
        let mut paths: Vec<String> = patterns
            .iter()
            .flat_map(|p| {
                let plain = p
                    .replace("**", "x/y")
                    .replace('*', "z")
                    .replace(['[', ']', '{', '}'], "a");
                ["/w/shop/", "/home/u/", "/"]
                    .map(|top| fold(&format!("{top}{}", plain.trim_start_matches(['~', '/']))))
            })
            .collect();
        paths.extend([
            "/".into(),
            "/a".into(),
            "/w/shop/[id].js".into(),
            "/w/é/.ENV".into(),
        ]);
        let mut matched = 0;
        for path in &paths {
            let place = Place::new(path.clone());
            for pattern in &patterns {
                let slow = if pattern.contains('/') {
                    let tops = (g.workspace_lower.as_str(), g.home_lower.as_str());
                    matches(pattern, &place.lower, tops, Options::default())
                } else {
                    glob::matches_exact(pattern, place.lower.rsplit('/').next().unwrap())
                };
                assert_eq!(place.is(pattern, &g), slow, "{pattern} {path}");
                matched += usize::from(slow);
            }
        }
        assert!(matched > patterns.len(), "{matched}");
    }

    #[test]
    fn patterns_of_agents_are_tried_on_samples() {
        let g = Ground::of("/w", "/home/u");
        let may = |p: &str, s| Place::new(g.absolute(p)).may_name(s, &g);
        assert!(may(".e*", ".env"));
        assert!(may("~/.aw*/cred*", "~/.aws/credentials"));
        assert!(may("~/.ssh/*", "~/.ssh/id_rsa"));
        assert!(may("*.pem", "server.pem"));
        assert!(!may("*", ".env"));
        assert!(!may("*.json", ".env"));
        assert!(!may("src/*", "id_rsa"));
        assert!(!may("*v", ".env"));
    }
}

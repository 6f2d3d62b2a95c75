//! Whether git ignores a path, by its pattern files.
//!
//! Git itself is not asked: in a repository one does not trust, git runs what
//! the repository's configuration names.

use std::path::Path;

use palisade_files as files;

const FILE_BYTES: usize = 256 * 1024;
const PATTERNS: usize = 2_000;

/// The patterns of one repository.
pub(super) struct Ignore {
    /// From the weakest to the strongest.
    patterns: Vec<Pattern>,
}

struct Pattern {
    /// Folder of the pattern file, relative to the top, as segments.
    base: Vec<String>,
    segments: Vec<String>,
    anchored: bool,
    folders_only: bool,
    negated: bool,
}

impl Ignore {
    /// Reads the user's, the repository's and the folders' pattern files, the
    /// latter for the three top levels.
    pub(super) fn of(top: &Path, home: &Path) -> Self {
        let mut ignore = Self {
            patterns: Vec::new(),
        };
        ignore.read(&home.join(".config/git/ignore"), &[]);
        ignore.read(&home.join(".gitignore_global"), &[]);
        ignore.read(&top.join(".git/info/exclude"), &[]);
        ignore.read(&top.join(".gitignore"), &[]);
        ignore.folders(top, &[], 2);
        ignore
    }

    fn folders(&mut self, dir: &Path, base: &[String], levels: usize) {
        let Ok(entries) = std::fs::read_dir(dir) else {
            return;
        };
        for entry in entries.filter_map(Result::ok).take(500) {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name == ".git" || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                continue;
            }
            let mut base = base.to_vec();
            base.push(name);
            self.read(&entry.path().join(".gitignore"), &base);
            if levels > 1 {
                self.folders(&entry.path(), &base, levels - 1);
            }
        }
    }

    fn read(&mut self, path: &Path, base: &[String]) {
        let Ok(Some(bytes)) = files::read_capped(path, FILE_BYTES) else {
            return;
        };
        let text = String::from_utf8_lossy(&bytes);
        for line in text.lines() {
            if self.patterns.len() >= PATTERNS {
                return;
            }
            self.patterns.extend(Pattern::parse(line, base));
        }
    }

    /// `path` is relative to the top of the repository.
    pub(super) fn ignores(&self, path: &Path) -> bool {
        let segments: Vec<String> = path
            .components()
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        // What lies in an ignored folder is ignored, whatever comes after.
        (1..=segments.len()).any(|count| {
            let part = segments.get(..count).unwrap_or_default();
            let is_folder = count < segments.len();
            self.patterns
                .iter()
                .rev()
                .find(|pattern| pattern.matches(part, is_folder))
                .is_some_and(|pattern| !pattern.negated)
        })
    }
}

impl Pattern {
    fn parse(line: &str, base: &[String]) -> Option<Self> {
        let line = line.trim_end_matches([' ', '\r']);
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let (line, negated) = match line.strip_prefix('!') {
            Some(rest) => (rest, true),
            None => (line, false),
        };
        let (line, folders_only) = match line.strip_suffix('/') {
            Some(rest) => (rest, true),
            None => (line, false),
        };
        let anchored = line.contains('/');
        let segments: Vec<String> = line
            .trim_start_matches('/')
            .split('/')
            .map(str::to_owned)
            .collect();
        (segments.len() <= 16).then(|| Self {
            base: base.to_vec(),
            segments,
            anchored,
            folders_only,
            negated,
        })
    }

    fn matches(&self, path: &[String], is_folder: bool) -> bool {
        if self.folders_only && !is_folder {
            return false;
        }
        let Some(rest) = path.strip_prefix(self.base.as_slice()) else {
            return false;
        };
        if self.anchored {
            return segments_match(&self.segments, rest);
        }
        match (self.segments.first(), rest.last()) {
            (Some(pattern), Some(name)) => segment_matches(pattern, name),
            _ => false,
        }
    }
}

/// At most 16 pattern segments, so the recursion is bounded.
fn segments_match(pattern: &[String], path: &[String]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((first, rest)), _) if first == "**" => {
            (0..=path.len()).any(|skip| segments_match(rest, path.get(skip..).unwrap_or_default()))
        }
        (Some((first, rest)), Some((name, names))) => {
            segment_matches(first, name) && segments_match(rest, names)
        }
        _ => false,
    }
}

/// `*`, `?` and `[…]` within one name.
fn segment_matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        let step = match pattern.get(p) {
            Some('*') => {
                star = Some((p + 1, n));
                p += 1;
                continue;
            }
            Some('?') => Some(1),
            Some('[') => class(pattern.get(p..).unwrap_or_default(), name.get(n)),
            Some('\\') => (pattern.get(p + 1) == name.get(n)).then_some(2),
            Some(c) => (Some(c) == name.get(n)).then_some(1),
            None => None,
        };
        match (step, star) {
            (Some(step), _) => {
                p += step;
                n += 1;
            }
            (None, Some((after, at))) => {
                star = Some((after, at + 1));
                p = after;
                n = at + 1;
            }
            (None, None) => return false,
        }
    }
    pattern
        .get(p..)
        .unwrap_or_default()
        .iter()
        .all(|c| *c == '*')
}

/// The length of the class if the character is in it.
fn class(pattern: &[char], c: Option<&char>) -> Option<usize> {
    let c = *c?;
    let mut at = 1;
    let negated = matches!(pattern.get(at), Some('!' | '^'));
    if negated {
        at += 1;
    }
    let first = at;
    let mut found = false;
    loop {
        let low = *pattern.get(at)?;
        if low == ']' && at > first {
            return (found != negated).then_some(at + 1);
        }
        if pattern.get(at + 1) == Some(&'-')
            && let Some(high) = pattern.get(at + 2).filter(|high| **high != ']')
        {
            found |= (low..=*high).contains(&c);
            at += 3;
        } else {
            found |= low == c;
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ignores(patterns: &str, path: &str) -> bool {
        let ignore = Ignore {
            patterns: patterns
                .lines()
                .filter_map(|line| Pattern::parse(line, &[]))
                .collect(),
        };
        ignore.ignores(Path::new(path))
    }

    #[test]
    fn follows_the_rules_of_git() {
        for (patterns, path, expected) in [
            (".env", ".env", true),
            (".env", "packages/api/.env", true),
            ("/.env", "packages/api/.env", false),
            ("/.env", ".env", true),
            (".env*", ".env.production", true),
            (".env.*", ".env", false),
            ("*.env", ".env", true),
            (".env\n!.env", ".env", false),
            ("packages/*/.env", "packages/api/.env", true),
            ("packages/", "packages/api/.env", true),
            ("packages/\n!.env", "packages/api/.env", true),
            ("**/secrets/.env", "a/b/secrets/.env", true),
            ("a/**", "a/b/.env", true),
            (".env/", ".env", false),
            ("# .env", ".env", false),
            (".en[uv]", ".env", true),
            (".en[!v]", ".env", false),
            (".e?v", ".env", true),
            ("", ".env", false),
        ] {
            assert_eq!(ignores(patterns, path), expected, "{patterns:?} {path}");
        }
    }

    #[test]
    fn a_pattern_of_many_stars_ends() {
        let pattern = "*a".repeat(5_000);
        assert!(!segment_matches(&pattern, &"b".repeat(250)));
    }
}

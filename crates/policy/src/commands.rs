//! Rules about commands: a pattern that holds however the command is spelled.
//!
//! A pattern is compared with simple commands as they are understood, wrappers
//! removed and words known, not with the text that was typed. Options may stand
//! anywhere, be bundled, shortened or written out: `rm -rf *` covers
//! `rm -fr x`, `rm x --recursive --force` and `bash -c 'rm -r -f x'`.

use palisade_core::{Effect, Target, Verdict};
use serde::{Deserialize, Serialize};

use crate::{Layer, SourceRef, glob};

/// A rule about commands. It objects; a program is allowed by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandRule {
    /// A program, its words and options; `*` alone stands for any words.
    pub pattern: String,
    /// What it says: ask or deny.
    pub verdict: Verdict,
    /// Who says it.
    pub layer: Layer,
    /// Where.
    pub source: SourceRef,
}

impl CommandRule {
    pub(crate) fn covers(&self, effect: &Effect) -> bool {
        match &effect.target {
            Target::Command(words) => command_pattern_matches(&self.pattern, words),
            _ => false,
        }
    }
}

/// Options that mean the same, by the programs (and subcommands) that have them.
const SYNONYMS: &[(&[&str], &str, &str)] = &[
    (
        &["rm", "cp", "chmod", "chown", "chgrp"],
        "-R",
        "--recursive",
    ),
    (&["rm", "cp", "grep", "scp"], "-r", "--recursive"),
    (&["rm", "cp", "mv", "ln"], "-f", "--force"),
    (
        &[
            "git push",
            "git clean",
            "git checkout",
            "git branch",
            "git tag",
            "git add",
            "git rm",
            "git mv",
            "git fetch",
            "docker rm",
            "docker rmi",
            "podman rm",
            "podman rmi",
            "npm",
        ],
        "-f",
        "--force",
    ),
    (&["git commit"], "-n", "--no-verify"),
    (&["git commit", "git branch", "git push"], "-a", "--all"),
    (&["git push", "git branch"], "-d", "--delete"),
    (&["git commit"], "-m", "--message"),
    (&["apt", "apt-get", "dnf", "yum"], "-y", "--yes"),
    (&["npm", "npx"], "-g", "--global"),
    (&["npm", "npx"], "-y", "--yes"),
    (&["curl"], "-X", "--request"),
    (&["curl"], "-k", "--insecure"),
    (&["curl"], "-d", "--data"),
    (&["curl"], "-o", "--output"),
    (&["curl"], "-T", "--upload-file"),
    (&["kubectl"], "-n", "--namespace"),
    (&["docker run"], "-v", "--volume"),
];

/// Subcommands that mean the same.
const SUBCOMMANDS: &[(&str, &str, &str)] = &[
    ("npm", "run-script", "run"),
    ("npm", "rum", "run"),
    ("npm", "t", "test"),
    ("npm", "tst", "test"),
    ("npm", "i", "install"),
    ("npm", "add", "install"),
    ("npm", "un", "uninstall"),
    ("npm", "rm", "uninstall"),
    ("cargo", "t", "test"),
    ("cargo", "b", "build"),
    ("cargo", "r", "run"),
];

/// Whether `pattern` covers the command `words`: the program and its arguments.
pub fn command_pattern_matches(pattern: &str, words: &[String]) -> bool {
    let Some((program, args)) = words.split_first() else {
        return false;
    };
    // What begins or ends within a word is about the text.
    if is_text(pattern) {
        let text = words.join(" ");
        return glob::matches_name(pattern, &text);
    }
    let base = program.rsplit('/').next().unwrap_or(program);
    // Most rules are about other programs.
    let named = pattern.split_whitespace().next().unwrap_or_default();
    glob::matches_name(named, base) && Pattern::parse(pattern).covers(base, args)
}

/// Whether a pattern is about the text of a command: `*DROP TABLE*`.
fn is_text(pattern: &str) -> bool {
    let first = pattern.split_whitespace().next().unwrap_or_default();
    first.len() > 1 && first.starts_with('*')
}

struct Pattern<'a> {
    program: &'a str,
    /// Words and `*`, in order.
    words: Vec<&'a str>,
    /// Options, wherever they stand.
    options: Vec<&'a str>,
    /// Nothing else may follow.
    exact: bool,
}

impl<'a> Pattern<'a> {
    fn parse(text: &'a str) -> Self {
        let mut all = text.split_whitespace();
        let program = all.next().unwrap_or_default();
        let (mut words, mut options, mut exact) = (Vec::new(), Vec::new(), true);
        for word in all {
            exact &= word != "*";
            if word.len() > 1 && word.starts_with('-') {
                options.push(word);
            } else {
                words.push(word);
            }
        }
        Self {
            program,
            words,
            options,
            exact,
        }
    }

    fn covers(&self, program: &str, args: &[String]) -> bool {
        let name = |word: &str| -> String {
            SUBCOMMANDS
                .iter()
                .find(|(p, alias, _)| *p == program && *alias == word)
                .map_or(word, |(_, _, name)| name)
                .to_owned()
        };
        // An option may take the word behind it as its value; only the
        // program knows, so such a word may be passed over.
        let mut plain: Vec<(String, bool)> = Vec::new();
        let mut given: Vec<&str> = Vec::new();
        // Options before the first word are the program's own (`git -C dir`).
        let mut own = 0;
        let mut after_option = false;
        let mut only_words = false;
        for arg in args {
            if !only_words && arg == "--" {
                only_words = true;
            } else if !only_words && arg.len() > 1 && arg.starts_with(['-', '+']) {
                given.push(arg);
                own += usize::from(plain.iter().all(|(_, value)| *value));
                after_option = !arg.contains('=');
                continue;
            } else {
                plain.push((name(arg), after_option));
            }
            after_option = false;
        }
        let sub = self
            .words
            .first()
            .filter(|w| !w.contains('*'))
            .map(|w| format!("{program} {}", name(w)))
            .or_else(|| plain.first().map(|(w, _)| format!("{program} {w}")))
            .unwrap_or_default();
        // `--force` of any program is that of git, not the `-f` of `rm`.
        let of_any = self.program.contains('*') && program != "git";
        let same = |wanted: &str, given: &str| {
            let sub = (!of_any).then_some((program, sub.as_str()));
            same_option(sub, wanted, given)
        };
        let all_given = self.options.iter().all(|o| {
            parts(o)
                .iter()
                .all(|o| given.iter().any(|g| parts(g).iter().any(|g| same(o, g))))
        });
        if !all_given {
            return false;
        }
        if self.exact {
            let own = if self.words.is_empty() { 0 } else { own };
            let known = |g: &&str| {
                parts(g).iter().all(|g| {
                    self.options
                        .iter()
                        .any(|o| parts(o).iter().any(|o| same(o, g)))
                })
            };
            if !given.iter().skip(own).all(known) {
                return false;
            }
        }
        let words: Vec<String> = self.words.iter().map(|w| name(w)).collect();
        follows(&words, &plain)
    }
}

/// The options in one word: bundled letters each, a long one without its value.
fn parts(word: &str) -> Vec<String> {
    let bare = word.split_once('=').map_or(word, |(name, _)| name);
    let letters = bare.strip_prefix('-').unwrap_or_default();
    if letters.len() > 1 && letters.len() <= 5 && letters.chars().all(|c| c.is_ascii_alphabetic()) {
        return letters.chars().map(|c| format!("-{c}")).collect();
    }
    vec![bare.to_owned()]
}

/// Whether two options mean the same, given the program and subcommand.
fn same_option(of: Option<(&str, &str)>, wanted: &str, given: &str) -> bool {
    let long = |option: &str| -> Option<&'static str> {
        let (program, sub) = of?;
        SYNONYMS
            .iter()
            .find(|(of, short, _)| {
                *short == option && of.iter().any(|p| *p == program || *p == sub)
            })
            .map(|(_, _, long)| *long)
    };
    let (wanted, given) = (long(wanted).unwrap_or(wanted), long(given).unwrap_or(given));
    if glob::matches_exact(wanted, given) {
        return true;
    }
    // Programs take the beginning of a long option for the whole.
    given.len() > 4 && given.starts_with("--") && wanted.starts_with(given)
}

/// Whether the words of a pattern follow each other in a command. Every place
/// in the pattern is followed at once, so that many `*` cost no more than one.
fn follows(pattern: &[String], words: &[(String, bool)]) -> bool {
    let star = |at: usize| pattern.get(at).is_some_and(|w| w == "*");
    // A `*` may stand for nothing.
    let close = |places: &mut Vec<bool>| {
        for at in 0..pattern.len() {
            if places.get(at) == Some(&true) && star(at) {
                places
                    .iter_mut()
                    .skip(at + 1)
                    .take(1)
                    .for_each(|p| *p = true);
            }
        }
    };
    let mut places = vec![false; pattern.len() + 1];
    places.iter_mut().take(1).for_each(|p| *p = true);
    close(&mut places);
    for (word, value) in words {
        let mut next = vec![false; places.len()];
        for (at, _) in places.iter().enumerate().filter(|(_, here)| **here) {
            let stays = *value || star(at);
            let goes = pattern.get(at).is_some_and(|w| glob::matches_name(w, word));
            for (to, slot) in next.iter_mut().enumerate().skip(at).take(2) {
                *slot |= if to == at { stays } else { goes };
            }
        }
        close(&mut next);
        places = next;
    }
    places.last() == Some(&true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(pattern: &str, command: &str) -> bool {
        let words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
        command_pattern_matches(pattern, &words)
    }

    #[test]
    fn options_in_every_spelling() {
        for command in [
            "rm -rf x",
            "rm -fr x",
            "rm -r -f x",
            "rm x -r --force",
            "/bin/rm -Rf x y",
            "rm -rfv x",
            "rm --recursive --force -- x",
            "rm --recurs --forc x",
        ] {
            assert!(covers("rm -rf *", command), "{command}");
        }
        for command in [
            "rm -r x",
            "rm -f x",
            "rm rf",
            "rmdir -rf x",
            "rm -- -rf x",
            "ls -rf x",
        ] {
            assert!(!covers("rm -rf *", command), "{command}");
        }
        assert!(covers(
            "git push --force *",
            "git -C dir push origin main -f"
        ));
        assert!(covers("git push -f", "git push --force"));
        assert!(!covers("git push --force *", "git push --force-with-lease"));
        assert!(!covers("git push --force *", "git commit -m push --force"));
        assert!(covers("* --force *", "npm publish --force"));
        assert!(!covers("* --force *", "tail -f log"));
        assert!(!covers("* --force *", "rm -f log"));
        assert!(covers("* --force *", "git push -f"));
    }

    #[test]
    fn words_in_their_order() {
        assert!(covers("npm run deploy", "npm run-script deploy"));
        assert!(!covers("npm run deploy", "npm run deploy now"));
        assert!(!covers("npm run deploy", "npm run deploy --dry-run"));
        assert!(covers("npm run deploy *", "npm run deploy now"));
        assert!(covers("npm run deploy *", "npm run deploy"));
        assert!(covers("npm run deploy:* *", "npm run deploy:prod"));
        assert!(covers("npm run deploy", "npm --prefix web run deploy"));
        assert!(!covers("npm run deploy", "npm run build deploy"));
        assert!(covers("kubectl * delete *", "kubectl -n prod delete pod x"));
        assert!(covers("docker", "docker"));
        assert!(!covers("docker", "docker ps"));
        assert!(covers("docker *", "docker ps"));
    }

    #[test]
    fn text_wherever_it_stands() {
        assert!(covers("*drop table*", "psql -c DROP TABLE users"));
        assert!(covers("*DROP*", "mysql -e drop database x"));
        assert!(!covers("*DROP*", "psql -c select"));
    }
}

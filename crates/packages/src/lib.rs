//! The name of a package becomes a suspicion or none. Does not know what is
//! installed already.
//!
//! Whoever wants a package to be installed by mistake gives it a name that is
//! one slip of the finger or of a model away from a name everybody installs.
//! Names that are widely used themselves are never suspected; of the others
//! those that are one edit, one separator or one usual affix away from a widely
//! used name, and those that do not come from the registry at all.
//!
//! ```
//! use palisade_packages::check;
//!
//! assert!(check("pip install", "reqeusts").unwrap().contains("requests"));
//! assert_eq!(check("pip install", "requests"), None);
//! assert_eq!(check("npm install", "preact@10"), None);
//! ```

mod alike;
mod number;
mod spec;

pub use spec::{Registry, name_of, registry_of};

/// The names of one registry. A rank says how many names are used more.
#[derive(Debug)]
struct Names {
    /// Numbers of all known names and scopes, sorted.
    known: &'static [u64],
    /// What others imitate, by length.
    plain: &'static [Row],
    /// The same for names in a scope.
    scoped: &'static [Row],
    /// Numbers of the plain ones without separators, and their ranks, sorted.
    bare: &'static [(u64, u16)],
}

/// Names of one length.
#[derive(Debug)]
struct Row {
    /// One after the other.
    text: &'static str,
    /// Of each.
    ranks: &'static [u16],
}

#[allow(clippy::unreadable_literal, reason = "numbers of names")]
mod names {
    use super::{Names, Row};

    include!(concat!(env!("OUT_DIR"), "/names.rs"));
}

impl Names {
    fn knows(&self, name: &str) -> bool {
        self.known.binary_search(&number::number(name)).is_ok()
    }

    /// The most used name of these that `name` is a slip for.
    fn slip(rows: &'static [Row], name: &str) -> Option<(u16, &'static str)> {
        let near = name.len().saturating_sub(1)..name.len() + 2;
        near.filter_map(|length| Some((length, rows.get(length)?)))
            .filter(|(length, _)| *length > 0)
            .flat_map(|(length, row)| {
                let names = row.text.as_bytes().chunks_exact(length);
                row.ranks.iter().copied().zip(names)
            })
            .filter(|(_, popular)| alike::is_slip(name.as_bytes(), popular))
            .min()
            .and_then(|(rank, popular)| Some((rank, std::str::from_utf8(popular).ok()?)))
    }

    /// The most used name that is `name` with other separators.
    fn separated(&self, name: &str) -> Option<(u16, &'static str)> {
        let number = number::number(&number::letters(name));
        let from = self.bare.partition_point(|(n, _)| *n < number);
        self.bare
            .get(from..)?
            .iter()
            .take_while(|(n, _)| *n == number)
            .filter_map(|(_, rank)| Some((*rank, self.ranked(*rank)?)))
            .find(|(_, popular)| alike::is_separated(name.as_bytes(), popular.as_bytes()))
    }

    /// The most used name that is `name` with something added.
    fn affixed(&self, registry: Registry, name: &str) -> Option<(u16, &'static str)> {
        alike::without_affixes(registry, name)
            .filter_map(|inner| {
                let number = number::number(&number::letters(inner));
                let from = self.bare.partition_point(|(n, _)| *n < number);
                self.bare
                    .get(from..)?
                    .iter()
                    .take_while(|(n, _)| *n == number)
                    .filter(|(_, rank)| *rank < AFFIXED)
                    .filter_map(|(_, rank)| Some((*rank, self.ranked(*rank)?)))
                    .find(|(_, popular)| *popular == inner)
            })
            .min()
    }

    /// The plain name of this rank.
    fn ranked(&self, rank: u16) -> Option<&'static str> {
        self.plain.iter().enumerate().find_map(|(length, row)| {
            let at = row.ranks.binary_search(&rank).ok()?;
            row.text.get(at * length..(at + 1) * length)
        })
    }
}

fn names(registry: Registry) -> &'static Names {
    match registry {
        Registry::Npm => &names::NPM,
        Registry::PyPi => &names::PYPI,
        Registry::Crates => &names::CRATES,
        Registry::Gems => &names::GEMS,
    }
}

/// Names of which prefixed and suffixed forms are suspected.
const AFFIXED: u16 = 300;
/// Longest name that is compared.
const LONGEST: usize = 80;

/// Why a person should look at what `by` (`npm install`) is about to install;
/// `None` when nothing speaks against it. Completes `would install X: …`.
pub fn check(by: &str, what: &str) -> Option<String> {
    let registry = registry_of(by)?;
    if let Some(from) = spec::elsewhere(registry, by, what) {
        return Some(from);
    }
    let name = name_of(registry, what)?;
    like(registry, &name)
}

/// What the name is like, in words.
fn like(registry: Registry, name: &str) -> Option<String> {
    let all = names(registry);
    if name.len() > LONGEST || all.knows(name) {
        return None;
    }
    if !name.is_ascii() {
        return Some("its name holds letters that look like others".to_owned());
    }
    if let Some((scope, _)) = name.strip_prefix('@').and_then(|n| n.split_once('/')) {
        return scoped(all, name, scope);
    }
    [
        (
            all.separated(name),
            "is the same name with other separators",
        ),
        (Names::slip(all.plain, name), "is one letter away"),
        (
            all.affixed(registry, name),
            "is the same name with something added",
        ),
    ]
    .into_iter()
    .filter_map(|(found, how)| Some((found?, how)))
    .min_by_key(|((rank, _), _)| *rank)
    .map(|((_, popular), how)| {
        format!("its name is not widely used and imitates {popular}, which {how}")
    })
}

/// `@type/node` for `@types/node`.
fn scoped(all: &Names, name: &str, scope: &str) -> Option<String> {
    if all.knows(&format!("@{scope}")) {
        return None;
    }
    Names::slip(all.scoped, name)
        .map(|(_, known)| format!("its scope is not widely used and imitates {known}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imitations() {
        for (by, name, of) in [
            ("npm install", "crossenv", "cross-env"),
            ("npm i", "lodahs", "lodash"),
            ("yarn add", "expres", "express"),
            ("pnpm add", "axois@1", "axios"),
            ("bun add", "@type/node", "@types/node"),
            ("npx", "electorn", "electron"),
            ("pip install", "djnago", "django"),
            ("pip3 install", "colourama", "colorama"),
            ("uv add", "beautifulsup4", "beautifulsoup4"),
            ("poetry add", "python-requests==2", "requests"),
            ("pip install", "urlib3>=1", "urllib3"),
            ("cargo add", "sered_json", "serde_json"),
            ("cargo install", "ripgrpe", "ripgrep"),
            ("gem install", "nokogirl", "nokogiri"),
            ("npm install", "lоdash", "letters"),
            ("npm install", "lodash-js", "lodash"),
        ] {
            let got = check(by, name);
            assert!(
                got.as_deref().is_some_and(|g| g.contains(of)),
                "{name}: {got:?}"
            );
        }
    }

    #[test]
    fn elsewhere_than_the_registry() {
        for (by, what) in [
            ("npm install", "https://x.example/a.tgz"),
            ("npm install", "git+ssh://git@x.example/a.git"),
            ("npm install", "someone/something"),
            ("npm install", "github:someone/something"),
            ("pip install", "git+https://x.example/a.git"),
            ("pip install", "a @ https://x.example/a.whl"),
            ("pip install", "https://pypi.mirror.example/simple"),
            ("gem install", "http://x.example/a.gem"),
        ] {
            assert!(check(by, what).is_some(), "{by} {what}");
        }
    }

    #[test]
    fn ordinary_installs() {
        for (by, what) in [
            ("npm install", "left-pad"),
            ("npm install", "preact"),
            ("npm install", "@types/node@20"),
            ("npm install", "@acme/internal-tool"),
            ("npm install", "./local.tgz"),
            ("npm install", "file:../lib"),
            ("npm install", "zustand@^4"),
            ("npx", "create-react-app"),
            ("npx", "cowsay"),
            ("pip install", "requests[socks]>=2.0"),
            ("pip install", "Django"),
            ("pip install", "ruamel.yaml"),
            ("pip install", "python_dateutil"),
            ("pip install", "my-own-thing"),
            ("pip install", "https://download.pytorch.org/whl/cu121"),
            ("pip install", "."),
            ("cargo add", "serde_json@1"),
            ("cargo install", "cargo-nextest"),
            ("gem install", "rails"),
            ("apt-get install", "djnago"),
            ("docker pull", "someone/something"),
        ] {
            assert_eq!(check(by, what), None, "{by} {what}");
        }
    }
}

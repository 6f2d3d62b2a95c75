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

use alike::Alike;
pub use spec::{Registry, name_of, registry_of};

/// The names of one registry.
#[derive(Debug)]
struct Names {
    /// What others imitate, one a line, the most used first.
    imitated: &'static str,
    /// Numbers of all known names and scopes, sorted.
    known: &'static [u64],
}

#[allow(clippy::unreadable_literal, reason = "numbers of names")]
mod names {
    use super::Names;

    include!(concat!(env!("OUT_DIR"), "/names.rs"));
}

impl Names {
    fn knows(&self, name: &str) -> bool {
        self.known.binary_search(&number::number(name)).is_ok()
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
const AFFIXED: usize = 300;
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
    for (rank, popular) in all.imitated.lines().enumerate() {
        if popular.starts_with('@') {
            continue;
        }
        let how = match alike::alike(name, popular) {
            Some(Alike::Separators) => "is the same name with other separators",
            Some(Alike::Edit) => "is one letter away",
            None if rank < AFFIXED && alike::affixed(registry, name, popular) => {
                "is the same name with something added"
            }
            None => continue,
        };
        return Some(format!(
            "its name is not widely used and imitates {popular}, which {how}"
        ));
    }
    None
}

/// `@type/node` for `@types/node`.
fn scoped(all: &Names, name: &str, scope: &str) -> Option<String> {
    if all.knows(&format!("@{scope}")) {
        return None;
    }
    all.imitated
        .lines()
        .filter(|n| n.starts_with('@'))
        .find(|known| alike::alike(name, known) == Some(Alike::Edit))
        .map(|known| format!("its scope is not widely used and imitates {known}"))
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

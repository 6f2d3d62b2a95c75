//! Whether a project names a package already.

use std::path::Path;

use palisade_packages::{Registry, name_of, registry_of};

/// Bytes of one manifest or lock file.
const FILE_BYTES: usize = 8 * 1024 * 1024;

const fn files(registry: Registry) -> &'static [&'static str] {
    match registry {
        Registry::Npm => &[
            "package.json",
            "package-lock.json",
            "pnpm-lock.yaml",
            "yarn.lock",
            "bun.lock",
        ],
        Registry::PyPi => &[
            "pyproject.toml",
            "requirements.txt",
            "requirements-dev.txt",
            "uv.lock",
            "poetry.lock",
            "Pipfile",
            "setup.cfg",
            "setup.py",
        ],
        Registry::Crates => &["Cargo.toml", "Cargo.lock"],
        Registry::Gems => &["Gemfile", "Gemfile.lock"],
        _ => &[],
    }
}

/// Whether a manifest or lock file beside the command or at the top of the
/// project names what is installed.
pub(super) fn named(by: &str, what: &str, dir: &Path, workspace: &Path) -> bool {
    let Some(registry) = registry_of(by) else {
        return false;
    };
    let name = name_of(registry, what).unwrap_or_else(|| what.to_owned());
    [dir, workspace].iter().any(|folder| {
        files(registry).iter().any(|file| {
            palisade_files::read_capped(&folder.join(file), FILE_BYTES)
                .ok()
                .flatten()
                .is_some_and(|bytes| holds(&bytes, name.as_bytes()))
        })
    })
}

/// The name with no letter of a longer name around it.
fn holds(text: &[u8], name: &[u8]) -> bool {
    let joins = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if name.is_empty() {
        return false;
    }
    text.windows(name.len()).enumerate().any(|(at, w)| {
        w == name
            && at
                .checked_sub(1)
                .and_then(|i| text.get(i))
                .is_none_or(|b| !joins(b))
            && text.get(at + name.len()).is_none_or(|b| !joins(b))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_names() {
        assert!(holds(b"\"lodahs\": \"1\"", b"lodahs"));
        assert!(!holds(b"\"lodahs-x\": \"1\"", b"lodahs"));
        assert!(!holds(b"", b"x"));
    }
}

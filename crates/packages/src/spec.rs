//! What a package manager was given: a name, a version, a place.

/// Where names are looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Registry {
    /// npm.
    Npm,
    /// PyPI.
    PyPi,
    /// crates.io.
    Crates,
    /// RubyGems.
    Gems,
}

/// The registry a program installs from.
pub fn registry_of(by: &str) -> Option<Registry> {
    let program = by.split_whitespace().next()?;
    let program = program.rsplit('/').next()?;
    Some(match program {
        "npm" | "pnpm" | "yarn" | "yarnpkg" | "bun" | "cnpm" | "npx" | "bunx" | "pnpx" | "dlx" => {
            Registry::Npm
        }
        "pip" | "pip3" | "uv" | "uvx" | "pipx" | "poetry" | "pdm" | "rye" | "pipenv" => {
            Registry::PyPi
        }
        "cargo" | "cargo-binstall" => Registry::Crates,
        "gem" | "bundle" => Registry::Gems,
        _ => return None,
    })
}

/// Hosts of registries and of what is installed from beside them every day.
const HOSTS: &[&str] = &[
    "registry.npmjs.org",
    "registry.yarnpkg.com",
    "npm.jsr.io",
    "npm.pkg.github.com",
    "pypi.org",
    "test.pypi.org",
    "files.pythonhosted.org",
    "download.pytorch.org",
    "pypi.nvidia.com",
    "data.pyg.org",
    "storage.googleapis.com/jax-releases",
    "wheels.vllm.ai",
    "rubygems.org",
    "index.crates.io",
    "localhost",
    "127.0.0.1",
];

/// Why this does not come from the registry, if it does not.
pub(crate) fn elsewhere(registry: Registry, by: &str, what: &str) -> Option<String> {
    let what = what.trim();
    if local(what) {
        return None;
    }
    if let Some((scheme, rest)) = what.split_once("://") {
        let scheme = scheme.rsplit([' ', '@']).next().unwrap_or(scheme);
        if scheme == "file" {
            return None;
        }
        let host = rest.split_once('@').map_or(
            rest,
            |(user, after)| {
                if user.contains('/') { rest } else { after }
            },
        );
        let known = HOSTS.iter().any(|known| {
            host.strip_prefix(known)
                .is_some_and(|after| after.is_empty() || after.starts_with(['/', ':']))
        });
        if known && !scheme.starts_with("git") {
            return None;
        }
        let host: String = host
            .chars()
            .take_while(|c| !matches!(c, '/' | '?'))
            .collect();
        return Some(format!("it comes from {host}, not from the registry"));
    }
    let short = ["github:", "gitlab:", "bitbucket:", "gist:", "git@"];
    if short.iter().any(|s| what.starts_with(s)) {
        return Some("it comes from a repository, not from the registry".to_owned());
    }
    // `owner/repository`
    let names = |part: &str| !part.is_empty() && !part.starts_with('.');
    let repository = registry == Registry::Npm
        && !what.starts_with('@')
        && what
            .split_once('/')
            .is_some_and(|(owner, name)| names(owner) && names(name) && !name.contains('/'));
    if repository && !by.contains("create") {
        return Some("it comes from a repository, not from the registry".to_owned());
    }
    None
}

fn local(what: &str) -> bool {
    what == "."
        || what.starts_with(['/', '~'])
        || ["./", "../", "file:", "link:", "workspace:", "portal:", ".["]
            .iter()
            .any(|p| what.starts_with(p))
}

/// The name in a specification, as the registry spells it; `None` when it names
/// no package of a registry.
pub fn name_of(registry: Registry, what: &str) -> Option<String> {
    let what = what.trim();
    if what.is_empty() || local(what) || what.contains(['$', '*', '{', '<']) && !what.contains('<')
    {
        return None;
    }
    let alias = what.split_once("@npm:").map_or(what, |(_, real)| real);
    let (scope, rest) = match alias.strip_prefix('@').and_then(|r| r.split_once('/')) {
        Some((scope, rest)) if registry == Registry::Npm => (Some(scope), rest),
        _ => (None, alias),
    };
    let end = rest
        .find(['@', '=', '<', '>', '~', '!', '[', ';', ' ', ':', '^', ','])
        .unwrap_or(rest.len());
    let name = rest.get(..end)?.trim();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || !name.chars().all(plain) || name.starts_with('-') {
        return None;
    }
    // A file in the working directory.
    if [".whl", ".tgz", ".gz", ".zip", ".gem", ".txt"]
        .iter()
        .any(|e| name.ends_with(e))
    {
        return None;
    }
    let name = name.to_lowercase();
    Some(match (registry, scope) {
        (Registry::PyPi, _) => normalised(&name),
        (_, Some(scope)) => format!("@{scope}/{name}"),
        _ => name,
    })
}

/// As PyPI does: runs of separators are one dash.
fn normalised(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        let c = if matches!(c, '_' | '.') { '-' } else { c };
        if c != '-' || !out.ends_with('-') {
            out.push(c);
        }
    }
    out
}

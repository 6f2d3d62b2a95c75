//! Where a package manager is told to get things from.
//!
//! By name, from the index everybody uses, is an ordinary installation. From
//! an address that is none of those it is code from the network: nobody but
//! whoever put it there has looked at it.

use palisade_core::{EffectKind, Target};

use crate::arg::Arg;

use super::super::{Call, Sink};

/// Indexes everybody uses, with what their addresses begin with.
const INDEXES: &[&str] = &[
    // JavaScript.
    "registry.npmjs.org",
    "registry.yarnpkg.com",
    "npm.pkg.github.com",
    "npm.jsr.io",
    "jsr.io",
    "registry.npmmirror.com",
    // Python.
    "pypi.org",
    "test.pypi.org",
    "pypi.python.org",
    "files.pythonhosted.org",
    "download.pytorch.org",
    "data.pyg.org/whl",
    "pypi.nvidia.com",
    "storage.googleapis.com/jax-releases",
    "pypi.tuna.tsinghua.edu.cn",
    "mirrors.aliyun.com",
    "conda.anaconda.org",
    "repo.anaconda.com",
    // The others.
    "crates.io",
    "index.crates.io",
    "github.com/rust-lang/crates.io-index",
    "rubygems.org",
    "index.rubygems.org",
    "proxy.golang.org",
    "sum.golang.org",
    "goproxy.io",
    "goproxy.cn",
    "repo.maven.apache.org",
    "repo1.maven.org",
    "plugins.gradle.org",
    "services.gradle.org",
    "maven.google.com",
    "api.nuget.org",
    "www.nuget.org",
    "packagist.org",
    "repo.packagist.org",
    "hex.pm",
    "repo.hex.pm",
    "builds.hex.pm",
    "pub.dev",
    "hackage.haskell.org",
    "luarocks.org",
    "www.cpan.org",
    "cloud.r-project.org",
    "cran.r-project.org",
    "opam.ocaml.org",
    "formulae.brew.sh",
    "cdn.cocoapods.org",
];

/// Whether an address is one of the indexes everybody uses, or on this machine.
pub(crate) fn usual(address: &str) -> bool {
    let lower = address.to_ascii_lowercase();
    let rest = lower.strip_prefix("sparse+").unwrap_or(&lower);
    let Some((scheme, rest)) = rest.split_once("://") else {
        return true;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let path = rest.get(authority.len()..).unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let loopback = matches!(host.split(':').next(), Some("localhost" | "127.0.0.1"))
        || host.starts_with("[::1]");
    if loopback || scheme == "file" {
        return true;
    }
    let place = format!("{host}{path}");
    scheme == "https"
        && !place.contains(['\\', '%'])
        && !place.contains("..")
        && INDEXES.iter().any(|index| {
            place
                .strip_prefix(index)
                .is_some_and(|more| more.is_empty() || more.starts_with(['/', '?', '#']))
        })
}

/// Whether what is installed comes from an address and not from an index:
/// `git+https://…`, `https://…/x.tgz`, `github:user/repo`.
pub(crate) fn elsewhere(what: &str) -> bool {
    let forge = ["github:", "gitlab:", "bitbucket:", "gist:", "git@", "git+"];
    let address = what
        .find("://")
        .map(|at| what.get(..at).unwrap_or_default())
        .map(|before| {
            let scheme = before.rsplit([' ', '@', '=']).next().unwrap_or(before);
            what.get(before.len() - scheme.len()..).unwrap_or_default()
        });
    // `name@github:user/repo`.
    let named = what.split_once('@').map_or(what, |(_, from)| from);
    forge
        .iter()
        .any(|f| what.starts_with(f) || named.starts_with(f))
        || address.is_some_and(|a| !usual(a))
}

/// What is named to be installed by an address is fetched code; so is what a
/// manager that installs is told to ask instead of the index.
pub(super) fn judge(call: &Call<'_>, sink: &mut Sink) {
    let installs = |kind| matches!(kind, EffectKind::PackageInstall | EffectKind::PackageLocked);
    if !sink.effects.iter().any(|e| installs(e.kind)) {
        return;
    }
    for e in &mut sink.effects {
        if e.kind == EffectKind::PackageInstall
            && let Target::Name(n) = &e.target
            && elsewhere(n)
        {
            e.kind = EffectKind::ExecFetched;
        }
    }
    // What a package is run with is its own business.
    let runs = call.program != "pip"
        && (matches!(call.program, "npx" | "bunx" | "pnpx" | "uvx" | "dlx")
            || call
                .args
                .iter()
                .filter(|a| !a.lead().starts_with('-'))
                .take(1)
                .any(|a| {
                    matches!(
                        a.text(),
                        Some("exec" | "x" | "dlx" | "create" | "init" | "run" | "tool")
                    )
                }));
    if runs {
        return;
    }
    for a in call.args.iter().filter(|a| a.shown().contains("://")) {
        let value = match a.split_once('=') {
            Some((name, value)) if name.lead().starts_with('-') => value,
            _ => a.clone(),
        };
        let named = sink
            .effects
            .iter()
            .any(|e| matches!(&e.target, Target::Name(n) if n == value.shown()));
        if value.shown().contains("://") && elsewhere(value.shown()) && !named {
            sink.name(call, EffectKind::ExecFetched, value.shown());
        }
    }
}

/// Settings of package managers that decide where code comes from or what
/// runs, by a part of their name.
const SETTINGS: &[&str] = &[
    "registry",
    "index",
    "trusted-host",
    "find-links",
    "proxy",
    "mirror",
    "source",
    "repositories",
    "channel",
    "secure-http",
    "ssl",
    "cafile",
    "_auth",
    "_password",
    "token",
    "shell",
    "node-options",
    "ignore-scripts",
    "enablescripts",
    "editor",
    "viewer",
    "browser",
    "init-module",
    "node-gyp",
    "onload",
    "userconfig",
    "globalconfig",
    "prefix",
    "yarnpath",
    "plugins",
    "unsafe",
    "noproxy",
    "goflags",
    "gonosum",
    "gosumdb",
    "goinsecure",
    "gonosumcheck",
    "cc",
    "cxx",
];

/// Whether a setting that is written decides where code comes from. The key
/// `git` names a program.
pub(super) fn decides(key: &Arg, value: Option<&Arg>) -> bool {
    let (key, value) = match key.split_once('=') {
        Some((k, v)) => (k, Some(v)),
        None => (key.clone(), value.cloned()),
    };
    if key.text().is_none() {
        return true;
    }
    let name = key.shown().to_ascii_lowercase();
    let last = name.rsplit('.').next().unwrap_or(&name);
    let short = matches!(
        last,
        "git" | "cc" | "cxx" | "ca" | "cert" | "key" | "shell" | "python"
    );
    let named = short
        || name.contains("ssl")
        || name.starts_with("repo")
        || SETTINGS
            .iter()
            .filter(|s| s.len() > 3)
            .any(|s| name.contains(s));
    let fine = value.as_ref().is_some_and(|v| {
        let v = v.shown();
        (v.contains("://") && v.split(',').all(usual))
            || (name.contains("ignore-scripts") && v == "true")
            || (name.contains("enablescripts") && v == "false")
            || (name.contains("ssl") && v == "true")
            || (name.contains("goproxy") && v == "direct")
    });
    named && !fine
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_are_indexes() {
        for (address, expected) in [
            ("https://pypi.org/simple", true),
            ("https://download.pytorch.org/whl/cpu", true),
            ("https://user:token@pypi.org/simple", true),
            ("sparse+https://index.crates.io/", true),
            ("http://localhost:4873", true),
            ("http://pypi.org/simple", false),
            ("https://pypi.org.evil.example/simple", false),
            ("https://evil.example/pypi.org", false),
            ("https://pypi.org@evil.example/simple", false),
            ("https://storage.googleapis.com/evil", false),
            ("https://storage.googleapis.com/jax-releases/../evil", false),
        ] {
            assert_eq!(usual(address), expected, "{address}");
        }
    }

    #[test]
    fn what_is_installed_from_an_address() {
        for (what, expected) in [
            ("requests", false),
            ("@acme/ui@next", false),
            ("npm:zod", false),
            ("example.com/lib@v1.2.3", false),
            ("git+https://github.com/a/b", true),
            ("x @ https://evil.example/x.whl", true),
            ("yarn@https://evil.example/y.js", true),
            ("github:a/b", true),
            ("x@github:a/b", true),
            ("https://registry.npmjs.org/a/-/a-1.0.0.tgz", false),
        ] {
            assert_eq!(elsewhere(what), expected, "{what}");
        }
    }
}

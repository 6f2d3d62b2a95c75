//! What a path is: a secret, the guard, something that runs later, the
//! system's, or temporary.

use crate::place::{Ground, Place};
use crate::table::Named;
use crate::{Layer, Situation, Table, builtin};

impl Table {
    /// Whether the content of this file is a secret.
    pub fn is_secret_path(&self, real: &str, home: &str, workspace: &str) -> bool {
        let ground = Ground::of(workspace, home);
        let place = Place::new(ground.absolute(real));
        self.is_secret(&place, &ground)
    }

    /// Whether this file runs or is obeyed later without being asked for.
    pub fn is_deferred_path(&self, real: &str, home: &str, workspace: &str) -> bool {
        let ground = Ground::of(workspace, home);
        let place = Place::new(ground.absolute(real));
        self.is_deferred(&place, &ground)
    }

    pub(crate) fn is_secret(&self, place: &Place, ground: &Ground) -> bool {
        labelled(
            place,
            ground,
            (builtin::SECRET_FILES, builtin::SECRET_EXCEPTIONS),
            (&self.names.secret, &self.names.secret_except),
        )
    }

    pub(crate) fn is_deferred(&self, place: &Place, ground: &Ground) -> bool {
        labelled(
            place,
            ground,
            (builtin::DEFERRED_FILES, builtin::DEFERRED_EXCEPTIONS),
            (&self.names.deferred, &self.names.deferred_except),
        )
    }

    pub(crate) fn is_system(&self, place: &Place, ground: &Ground) -> bool {
        labelled(
            place,
            ground,
            (builtin::SYSTEM_PATHS, builtin::SYSTEM_EXCEPTIONS),
            (&self.names.system, &[]),
        )
    }

    /// Home may itself lie below a temporary folder; what is in it counts as
    /// home then, and only the caches in it are temporary.
    pub(crate) fn is_temp(&self, place: &Place, ground: &Ground) -> bool {
        let in_home = ground.in_home(&place.abs).is_some();
        builtin::TEMP_PATHS
            .iter()
            .filter(|p| !in_home || p.starts_with('~'))
            .any(|p| place.is(p, ground))
            || self
                .names
                .temp
                .iter()
                .any(|n| place.covered(&n.pattern, ground))
    }

    pub(crate) fn is_guard(&self, place: &Place, ground: &Ground, s: &Situation) -> bool {
        s.guard_paths
            .iter()
            .any(|g| crate::place::holds(g, &place.abs))
            || labelled(
                place,
                ground,
                (builtin::GUARD_FILES, &[]),
                (&self.names.guard, &[]),
            )
    }
}

/// Secret files that `folder` may hold and whose name says so only together
/// with the folder's: a copy of `~/.docker` holds the logins as `config.json`.
pub fn secrets_named_by(folder: &str) -> Vec<String> {
    let lower = folder.trim_end_matches('/').to_lowercase();
    let mut out = Vec::new();
    for pattern in builtin::SECRET_FILES {
        let pattern = pattern.strip_prefix("~/").unwrap_or(pattern);
        if pattern.starts_with('/') {
            continue;
        }
        for (cut, _) in pattern.match_indices('/') {
            let (Some(lead), Some(rest)) = (pattern.get(..cut), pattern.get(cut + 1..)) else {
                continue;
            };
            let rest = rest.split_once('*').map_or(rest, |(literal, _)| literal);
            let rest = rest.trim_end_matches('/');
            let ends = lower
                .strip_suffix(lead)
                .is_some_and(|before| before.ends_with('/'));
            if ends && !rest.is_empty() {
                out.push(format!("{}/{rest}", folder.trim_end_matches('/')));
            }
        }
    }
    out
}

/// Whether removing this folder removes something of the guard.
pub(crate) fn holds_guard(place: &Place, ground: &Ground, s: &Situation) -> bool {
    s.guard_paths
        .iter()
        .any(|g| crate::place::holds(&place.abs, g))
        || place.is_any(builtin::GUARD_FOLDERS, ground)
        || builtin::GUARD_FILES.iter().any(|p| place.holds(p, ground))
}

pub(crate) fn is_system_secret(place: &Place, ground: &Ground) -> bool {
    place.is_any(builtin::SYSTEM_SECRETS, ground)
}

pub(crate) fn is_severe(place: &Place, ground: &Ground) -> bool {
    place.is_any(builtin::SEVERE_FILES, ground)
}

pub(crate) fn is_raw_device(place: &Place, ground: &Ground) -> bool {
    place.is_any(builtin::RAW_DEVICES, ground)
}

/// A build script that something other than an editor writes.
pub(crate) fn is_replaced_script(place: &Place, ground: &Ground, by: &str) -> bool {
    let tool = by.split_whitespace().next().unwrap_or_default();
    !builtin::EDITORS.contains(&tool) && place.is_any(builtin::BUILD_SCRIPTS, ground)
}

/// Whether a pattern an agent wrote may name a secret file.
pub(crate) fn may_be_secret(place: &Place, ground: &Ground) -> bool {
    builtin::SECRET_SAMPLES
        .iter()
        .any(|s| place.may_name(s, ground))
}

/// Whether a pattern an agent wrote may name a file of the guard.
pub(crate) fn may_be_guard(place: &Place, ground: &Ground) -> bool {
    builtin::GUARD_SAMPLES
        .iter()
        .any(|s| place.may_name(s, ground))
}

/// An exception takes a pattern back only where its layer is in charge.
fn labelled(
    place: &Place,
    ground: &Ground,
    (known, except): (&[&str], &[&str]),
    (own, own_except): (&[Named], &[Named]),
) -> bool {
    let excepted = |layer: Layer| {
        own_except
            .iter()
            .any(|e| e.layer.overrides(layer) && place.covered(&e.pattern, ground))
    };
    let by_name =
        place.is_any(known, ground) && !place.is_any(except, ground) && !excepted(Layer::BuiltIn);
    by_name
        || own
            .iter()
            .any(|n| place.covered(&n.pattern, ground) && !excepted(n.layer))
}

/// Patterns of files that are secret without exception: where an exception could
/// lie within a pattern, the name without its stars stands for it, if that is
/// no exception itself.
pub fn secret_patterns(table: &Table) -> Vec<String> {
    let ground = Ground::of("/w", "/h");
    let own_except = table.names.secret_except.iter().map(|n| n.pattern.as_str());
    let exceptions: Vec<String> = builtin::SECRET_EXCEPTIONS
        .iter()
        .copied()
        .chain(own_except)
        .map(|pattern| pattern.replace('*', "x"))
        .collect();
    let own = table.names.secret.iter().map(|n| n.pattern.as_str());
    let all = builtin::SECRET_FILES.iter().copied().chain(own);
    let mut out: Vec<String> = Vec::new();
    for pattern in all {
        let excepts = |pattern: &str| {
            exceptions.iter().any(|exception| {
                let path = exception.trim_start_matches(['/', '~']);
                Place::new(format!("/w/{path}")).covered(pattern, &ground)
            })
        };
        let plain = match excepts(pattern) {
            false => pattern.to_owned(),
            true if pattern.starts_with('*') => continue,
            true => pattern.replace('*', ""),
        };
        let named = Place::new(ground.absolute(&plain));
        let secret = table.is_secret(&named, &ground) && !excepts(&plain);
        if (plain == pattern || secret) && !out.contains(&plain) {
            out.push(plain);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use palisade_core::Profile;

    use super::*;

    #[test]
    fn built_in_patterns_are_lower_case_and_need_no_expansion() {
        for list in [
            builtin::SECRET_FILES,
            builtin::SECRET_EXCEPTIONS,
            builtin::SYSTEM_SECRETS,
            builtin::SYSTEM_PATHS,
            builtin::SYSTEM_EXCEPTIONS,
            builtin::TEMP_PATHS,
            builtin::DEFERRED_FILES,
            builtin::DEFERRED_EXCEPTIONS,
            builtin::BUILD_SCRIPTS,
            builtin::SEVERE_FILES,
            builtin::GUARD_FILES,
            builtin::GUARD_FOLDERS,
            builtin::RAW_DEVICES,
        ] {
            for pattern in list {
                assert_eq!(pattern, &pattern.to_lowercase());
                assert!(!pattern.contains('{'), "{pattern}");
            }
        }
    }

    #[test]
    fn secret_files() {
        let t = Table::builtin(Profile::Standard);
        let secret = |p: &str| t.is_secret_path(p, "/home/u", "/w/shop");
        for path in [
            ".env",
            ".env.local",
            ".env.production",
            "api/.ENV",
            ".envrc",
            "prod.env",
            "certs/server.pem",
            "tls.key",
            "/home/u/.ssh/id_rsa",
            "/root/.ssh/id_ed25519",
            "/home/other/.aws/credentials",
            "~/.aws/config",
            "~/.config/gcloud/x.db",
            "~/.netrc",
            "~/.npmrc",
            "~/.kube/config",
            "~/.docker/config.json",
            "config/secrets.yml",
            "credentials.json",
            "~/.mozilla/firefox/p/logins.json",
            "~/Library/Keychains/login.keychain-db",
            "~/.password-store/a.gpg",
            "~/.local/state/palisade/fingerprint.key",
            "/run/secrets/db",
            "~/.claude.json",
            "~/.gnupg/private-keys-v1.d/a.key",
            "release.keystore",
        ] {
            assert!(secret(path), "{path}");
        }
        for path in [
            ".env.example",
            ".env.sample",
            ".env.local.template",
            ".env.dist",
            "src/env.rs",
            "src/environment.ts",
            "~/.ssh/id_rsa.pub",
            "~/.ssh/known_hosts",
            "~/.ssh/config",
            "certs/public.pem",
            "fullchain.pem",
            "crates/secrets/src/lib.rs",
            ".npmrc",
            "charts/app/templates/secrets.yaml",
            "src/credentials/index.ts",
            "src/keys.rs",
            "keyboard.ts",
            "package.json",
            ".env/lib/python3/site.py",
            "docs/secret.md",
            "/w/shop/config/config.json",
        ] {
            assert!(!secret(path), "{path}");
        }
    }

    #[test]
    fn an_exception_lifts_only_its_own_authority() {
        let mut t = Table::builtin(Profile::Standard);
        let named = |pattern: &str, layer| Named {
            pattern: pattern.into(),
            layer,
        };
        t.names.secret.push(named("*.sops", Layer::Organisation));
        t.names.secret_except.push(named("fixtures", Layer::User));
        let secret = |p: &str| t.is_secret_path(p, "/home/u", "/w");
        assert!(!secret("/w/fixtures/.env"));
        assert!(secret("/w/fixtures/a.sops"));
        assert!(secret("/w/.env"));
    }
}

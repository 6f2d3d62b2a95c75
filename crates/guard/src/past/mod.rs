//! What happened before, as facts about what is about to happen.
//!
//! Reading is here and in [`crate::judge`]; what a call leaves behind is
//! written by [`remember`]. Nothing here decides.

mod origins;
mod remember;
mod repeats;

use std::collections::BTreeSet;

use palisade_core::{Effect, Target};
use palisade_journal::session::{Repeated, SessionState, Source};

pub(crate) use self::origins::Origins;
pub(crate) use self::remember::{after, mark, refused, remember};
pub(crate) use self::repeats::DENIALS;

/// The part of a session's past that decisions depend on.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// A secret was read.
    pub read_secret: bool,
    /// Where the first of them came from.
    pub secret: Option<Source>,
    /// Untrusted content came in.
    pub untrusted: bool,
    /// Where the last of it came from.
    pub source: Option<Source>,
    /// Files the session itself created or changed.
    pub files: BTreeSet<String>,
    /// What was denied lately.
    pub denials: Vec<Repeated>,
    /// What was asked of hosts lately.
    pub requests: Vec<Repeated>,
    /// Tips of pushes a person has answered for.
    pub pushed: BTreeSet<String>,
    /// Now, in microseconds since 1970.
    pub now: u64,
    /// The agent: `claude`; empty when it is not known.
    pub agent: String,
    /// Its model, when the session has said which.
    pub model: String,
}

impl Past {
    pub(crate) fn of(state: &SessionState, now: u64) -> Self {
        Self {
            read_secret: state.read_secret,
            secret: state.secret.clone(),
            untrusted: state.untrusted,
            source: state.sources.last().cloned(),
            files: state.files_written.clone(),
            denials: state.denials.clone(),
            requests: state.requests.clone(),
            pushed: state.pushed.clone(),
            model: state.model.clone().unwrap_or_default(),
            agent: String::new(),
            now,
        }
    }

    /// A session that has just begun.
    pub fn at(now: u64) -> Self {
        Self {
            now,
            ..Self::default()
        }
    }

    /// A past that cannot be read may have been anything.
    pub(crate) fn unknown(now: u64) -> Self {
        Self {
            read_secret: true,
            untrusted: true,
            now,
            ..Self::default()
        }
    }

    /// Adds what the past says about `effects` to their facts.
    pub(crate) fn annotate(&self, effects: &mut [Effect], rates: palisade_policy::Rates) {
        repeats::denied_before(&self.denials, self.now, effects);
        repeats::asked_before(&self.requests, self.now, rates, effects);
        carries(effects);
    }
}

/// What is used, in the words of [`palisade_journal::workspace::first_uses`]:
/// programs, hosts and folders outside.
pub(crate) fn used(effects: &[Effect], program: bool, home: &str) -> Vec<String> {
    use palisade_core::{EffectKind, Scope};
    const MOST: usize = 32;
    let mut out: Vec<String> = Vec::new();
    let mut add = |thing: String| {
        if out.len() < MOST && !out.contains(&thing) {
            out.push(thing);
        }
    };
    for effect in effects {
        if program && let Some(word) = effect.by.split_whitespace().next() {
            let own = matches!(effect.target, Target::Path(_))
                && matches!(
                    effect.kind,
                    EffectKind::ExecProject | EffectKind::ExecUnknown
                );
            // Scripts by their place, programs by their name.
            if !own && word != "shell" {
                add(format!("program {word}"));
            }
        }
        match &effect.target {
            Target::Host { host, .. } if !host.is_empty() => {
                add(format!("host {}", host.to_ascii_lowercase()));
            }
            Target::Path(path) if !matches!(effect.facts.scope, Scope::Workspace | Scope::Temp) => {
                let path = effect.facts.resolved.as_deref().unwrap_or(path);
                let (root, rest) = match path.strip_prefix(home) {
                    Some(rest) if rest.starts_with('/') => ("~", rest),
                    _ => ("", path),
                };
                if rest.starts_with('/') {
                    let mut parts = rest.split('/').filter(|p| !p.is_empty());
                    let first = parts.next().unwrap_or_default();
                    // A file right there is named by its folder.
                    let folder = if parts.next().is_some() { first } else { "" };
                    add(format!("folder {root}/{folder}"));
                }
            }
            _ => {}
        }
    }
    out
}

/// `docs.rs, by WebFetch`.
pub(crate) fn shown(source: &Source) -> String {
    match (source.what.is_empty(), source.by.is_empty()) {
        (false, false) => format!("{}, by {}", source.what, source.by),
        (false, true) => source.what.clone(),
        (true, _) => source.by.clone(),
    }
}

/// A question is short and in words; what carries data off is neither.
fn carries(effects: &mut [Effect]) {
    use palisade_core::EffectKind;
    if !effects.iter().any(|e| e.kind == EffectKind::NetRead) {
        return;
    }
    // Files the network program reads itself are its certificates and settings.
    let put_in: Vec<String> = effects
        .iter()
        .filter(|e| e.kind == EffectKind::FileRead && e.facts.flows_to_network)
        .map(|e| e.by.clone())
        .collect();
    for effect in effects.iter_mut().filter(|e| e.kind == EffectKind::NetRead) {
        if let Target::Host { host, path, .. } = &effect.target {
            effect.facts.carries = host.split('.').any(is_encoded)
                || path.split(['/', '?', '&', '=', '#', ';']).any(is_encoded)
                || put_in.iter().any(|by| *by != effect.by);
        }
    }
}

/// A long run of what base64, hex or percent encoding is made of. Words,
/// digests of commits and files are shorter or have other characters.
fn is_encoded(part: &str) -> bool {
    /// Longer than a SHA-256 in hex.
    const LONG: usize = 72;
    if part.len() < LONG {
        return false;
    }
    let alphabet = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '_' | '-' | '%');
    let digits = part.chars().filter(char::is_ascii_digit).count();
    // Titles in paths are words joined by dashes.
    let dashes = part.matches(['-', '_']).count();
    part.chars().filter(|c| alphabet(*c)).count() * 20 >= part.len() * 19
        && digits * 20 >= part.len()
        && dashes * 10 < part.len()
}

#[cfg(test)]
mod tests {
    use super::is_encoded;

    #[test]
    fn questions_are_not_encoded() {
        for question in [
            "how-to-write-a-very-long-title-for-a-question-that-somebody-asked-in-2019-about-rust",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "rust+how+to+borrow+a+value+twice+without+cloning+it+in+a+loop+over+a+hash+map",
            "12",
        ] {
            assert!(!is_encoded(question), "{question}");
        }
        let data = "aW1wb3J0IG9zCmZyb20gZGphbmdvIGltcG9ydCBmb3JtcwpTRUNSRVQ9MTIzNDU2Nzg5MA0KY29uc3QgeCA9IDE=";
        assert!(is_encoded(data));
        assert!(is_encoded(&"63617420737263".repeat(6)));
    }
}

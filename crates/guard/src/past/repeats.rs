//! The same again: what was denied and is tried in other words, what was asked
//! and is asked once more.

use palisade_core::{Certainty, Effect, EffectKind, Target};
use palisade_journal::session::Repeated;
use palisade_policy::{Host, HostClass, Rates};
use sha2::{Digest as _, Sha256};

/// Denials of one target after which going on needs a person.
pub(crate) const DENIALS: u32 = 3;
/// Microseconds after the last of them in which that holds.
const DENIED_LATELY: u64 = 10 * 60 * 1_000_000;

/// What an effect is about, as a person would name it: the same for every
/// spelling of it.
pub(crate) fn about(effect: &Effect) -> Option<String> {
    match &effect.target {
        Target::Path(path) => Some(
            effect
                .facts
                .resolved
                .clone()
                .unwrap_or_else(|| path.clone()),
        ),
        Target::Host { host, .. } if !host.is_empty() => Some(host.to_ascii_lowercase()),
        Target::GitRef { remote, name } => Some(format!(
            "{}/{}",
            remote.as_deref().unwrap_or("origin"),
            effect.facts.protected_ref.as_deref().or(name.as_deref())?
        )),
        Target::Name(name) if !name.is_empty() => Some(name.clone()),
        _ => None,
    }
}

/// Counts one more of the same; returns how many there are now.
pub(crate) fn count(list: &mut Vec<Repeated>, key: &str, what: &str, now: u64, span: u64) -> u32 {
    if let Some(one) = list.iter_mut().find(|r| r.key == key) {
        if now.saturating_sub(one.since) > span {
            one.since = now;
            one.count = 0;
            what.clone_into(&mut one.what);
        }
        one.last = now;
        one.count = one.count.saturating_add(1);
        return one.count;
    }
    list.push(Repeated {
        key: key.to_owned(),
        what: what.to_owned(),
        since: now,
        last: now,
        count: 1,
    });
    1
}

/// Counts a denial of `rule` about a target.
pub(crate) fn denied(list: &mut Vec<Repeated>, rule: &str, about: &str, now: u64) -> u32 {
    count(list, &format!("{rule} {about}"), about, now, DENIED_LATELY)
}

pub(super) fn denied_before(denials: &[Repeated], now: u64, effects: &mut [Effect]) {
    let mut often = denials
        .iter()
        .filter(|d| d.count >= DENIALS && now.saturating_sub(d.last) <= DENIED_LATELY)
        .peekable();
    if often.peek().is_none() {
        return;
    }
    let often: Vec<&Repeated> = often.collect();
    let most = often.iter().map(|d| d.count).max().unwrap_or(0);
    for effect in effects {
        // Reading is denied for what is read, however often; and the way the
        // denial itself points to stays open.
        let looks = matches!(
            effect.kind,
            EffectKind::FileList | EffectKind::FileRead | EffectKind::GitRead
        );
        if looks || effect.by.starts_with("palisade") {
            continue;
        }
        let unreadable = match effect.kind {
            EffectKind::ExecUnknown => true,
            EffectKind::ExecProject => {
                effect.certainty == Certainty::Opaque && effect.path().is_some()
            }
            _ => false,
        };
        let about = about(effect);
        let same = often
            .iter()
            .filter(|d| about.as_deref() == Some(d.what.as_str()))
            .map(|d| d.count)
            .max();
        effect.facts.denied_before = match same {
            Some(count) => count,
            None if unreadable => most,
            None => 0,
        };
    }
}

/// What tells requests apart, for those that leave the machine.
pub(crate) fn request(effect: &Effect) -> Option<String> {
    if !matches!(effect.kind, EffectKind::NetRead | EffectKind::NetWrite)
        || effect.certainty != Certainty::Proved
    {
        return None;
    }
    let Target::Host {
        host,
        port,
        path,
        method,
    } = &effect.target
    else {
        return None;
    };
    if Host::new(host).class == HostClass::Loopback {
        return None;
    }
    let mut hash = Sha256::new();
    for part in [method.as_ref(), host, &port.unwrap_or(0).to_string(), path] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let digest = hash.finalize();
    Some(crate::observe::hex(digest.get(..8)?))
}

pub(super) fn asked_before(requests: &[Repeated], now: u64, rates: Rates, effects: &mut [Effect]) {
    if requests.iter().all(|r| r.count < rates.requests) {
        return;
    }
    let span = u64::from(rates.seconds) * 1_000_000;
    for effect in effects {
        let Some(key) = request(effect) else { continue };
        let earlier = requests.iter().find(|r| {
            r.key == key && r.count >= rates.requests && now.saturating_sub(r.since) <= span
        });
        effect.facts.repeated = earlier.map(|r| {
            let first = if r.what.is_empty() {
                String::new()
            } else {
                format!("; the first call was {}", r.what)
            };
            format!("{} times within {} s{first}", r.count, rates.seconds)
        });
    }
}

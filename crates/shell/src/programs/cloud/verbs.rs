//! What the words of a call say when no table knows the verb.
//!
//! The clients of clouds and services share a grammar: nouns, then a verb, then
//! names (`server delete web`, `apps:destroy`, `records-delete`,
//! `describe-instances`, `DeleteInstance`). A word at the place of a verb says
//! what the call does; a word anywhere else says nothing.

use palisade_core::EffectKind;

use super::super::args::{Parsed, parse};
use super::super::table::{Cli, act, matches};
use super::super::{Call, Sink};

/// What a verb does to what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Does {
    /// Works here: builds, starts a development server, signs in.
    Local,
    /// Shows.
    Read,
    /// Shows a secret.
    Secret,
    /// Creates, changes, runs, sends.
    Change,
    /// Removes.
    Destroy,
}

/// Words after which nothing more can change what a call does.
const STRONG: &[(Does, &str)] = &[
    (
        Does::Read,
        " list ls lst lists listall get gets show describe desc view inspect info search find diff \
          validate verify lint whoami help cat print fetch explain tail du tree exists head lookup \
          estimate simulate wait watch what-if whatif dry-run retrieve read batch-get display ping whereami \
          introspect compare can-i sample peek describe-all filter scan analyze audit ",
    ),
    (Does::Secret, " reveal decrypt unseal-key "),
    (
        Does::Destroy,
        " delete del rm remove destroy purge drop terminate wipe uninstall teardown down deprovision \
          decommission undeploy unpublish erase nuke prune kill shred truncate flush empty deregister rb rmi \
          expunge cleanup yank delete-all destroy-all batch-delete bulk-delete permanent-delete wipe-out zap \
          unregister evict deconfigure unprovision ",
    ),
    (
        Does::Change,
        " create add set unset put update edit modify patch apply push publish upload import restore start \
          stop restart reboot reset resume suspend pause unpause scale autoscale resize upgrade downgrade \
          rollback promote attach detach enable disable activate deactivate grant revoke assign unassign \
          invite approve reject cancel trigger invoke send submit rename move mv copy cp \
          migrate rotate provision launch deploy-all exec execute untag unlock merge sync replace \
          renew bind unbind abort retry rerun revert replay resend ack acknowledge resolve snooze silence unmute \
          close reopen archive unarchive swap failover switchover drain cordon uncordon poweroff poweron \
          power-off power-on shutdown rebuild reinstall redeploy undo confirm refund pay buy \
          reconcile bootstrap install adopt evacuate annotate taint expose rollout run-now associate \
          disassociate authorize deauthorize insert upsert write patch-all unlink-all remediate \
          quarantine unban unblock allow deny up toggle-on toggle-off \
          unshare subscribe unsubscribe accept decline finalize commit-set deliver \
          terminate-op restage bulk-create bulk-update ",
    ),
];

/// Words that are nouns as often: they count when nothing after them does.
const WEAK: &[(Does, &str)] = &[
    (
        Does::Read,
        " status logs log history events metrics top usage check checks doctor diagnose diagnostics stats \
          report reports version preview output outputs plan query health state export dump download pull graph summary trace \
          errors versions regions zones quota quotas balance limits billing cost costs pricing freshness ",
    ),
    (
        Does::Local,
        " init new login logout signin signout link unlink completion completions docs doc open dev develop \
          build local serve generate gen emulators emulator console format fmt compile test tests package \
          convert configure config context contexts use select switch setup alias plugin plugins auth \
          profile profiles dashboard ui studio proxy connect ",
    ),
    (
        Does::Change,
        " deploy release run invoke-async job-run dispatch rpc call tag lock label share comment post reply \
          mirror store charge capture transfer ssh toggle supply ban block mute notify register ",
    ),
];

/// Nouns whose content is a secret.
const SECRETS: &str = " secret secrets token tokens password passwords credential credentials api-key api-keys apikey \
     access-key access-keys private-key secret-value access-token secret-key ";

/// Verbs that print the thing itself.
const PRINTS: &str =
    " get show read access print export download pull cat view fetch create retrieve ";

/// Verbs that follow their noun in one word.
const LAST: &str = " list ls get show view delete del rm remove destroy create add update edit stop \
    start restart upgrade import enable disable rollback scale resize reboot purge report reset ";

fn has(list: &str, word: &str) -> bool {
    !word.is_empty()
        && list.match_indices(word).any(|(at, _)| {
            let before = list.as_bytes().get(at.wrapping_sub(1));
            let after = list.as_bytes().get(at + word.len());
            before == Some(&b' ') && after == Some(&b' ')
        })
}

fn look(table: &[(Does, &str)], word: &str) -> Option<Does> {
    table
        .iter()
        .find(|(_, list)| has(list, word))
        .map(|(does, _)| *does)
}

/// The first word of `DeleteInstance` or `listSites`.
fn hump(word: &str) -> &str {
    let end = word
        .char_indices()
        .skip(1)
        .find(|(_, c)| c.is_ascii_uppercase())
        .map_or(word.len(), |(at, _)| at);
    word.get(..end).unwrap_or(word)
}

/// What one word says in a list: as a whole, by its last part (`apps:destroy`,
/// `records-delete`) or by its first (`describe-instances`, `DeleteInstance`).
fn of_word(table: &[(Does, &str)], word: &str) -> Option<Does> {
    let lower = word.to_ascii_lowercase();
    if let Some(does) = look(table, &lower) {
        return Some(does);
    }
    for part in word.rsplit([':', '.']) {
        let small = part.to_ascii_lowercase();
        let first = part.split(['-', '_']).next().unwrap_or(part);
        let last = part.rsplit(['-', '_']).next().unwrap_or(part);
        let found = look(table, &small)
            .or_else(|| look(table, &first.to_ascii_lowercase()).filter(|_| first != "ssh"))
            .or_else(|| look(table, &hump(first).to_ascii_lowercase()))
            .or_else(|| {
                // `cluster-delete`; a `record-set` is a thing.
                let last = last.to_ascii_lowercase();
                look(table, &last).filter(|_| has(LAST, &last))
            });
        if found.is_some() {
            return found;
        }
    }
    None
}

/// A word that can be a noun or a verb.
fn is_bare(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.len() <= 48
        && word
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.'))
}

/// Nouns before the verb, with the verb, at most.
const NOUNS: usize = 6;

/// What a call does by its words; `None` when none of them says it. Also how
/// many words that took.
pub(super) fn by_words(p: &Parsed) -> Option<(Does, usize)> {
    let mut weak = None;
    let mut about_secret = false;
    for (at, operand) in p.operands.iter().take(NOUNS).enumerate() {
        let Some(word) = operand.text().filter(|w| is_bare(w)) else {
            break;
        };
        let lower = word.to_ascii_lowercase();
        about_secret |= has(SECRETS, &lower) || lower.split(':').any(|part| has(SECRETS, part));
        if let Some(does) = of_word(STRONG, word) {
            let verb = hump(
                lower
                    .rsplit(':')
                    .next()
                    .unwrap_or(&lower)
                    .split('-')
                    .next()
                    .unwrap_or(&lower),
            );
            let names_it =
                about_secret || lower.split_once('-').is_some_and(|(_, n)| has(SECRETS, n));
            let prints = names_it && has(PRINTS, verb) && matches!(does, Does::Read | Does::Change);
            return Some((if prints { Does::Secret } else { does }, at + 1));
        }
        if let Some(does) = of_word(WEAK, word)
            && !matches!(weak, Some((Does::Change, _)))
        {
            weak = Some((does, at + 1));
        }
    }
    weak
}

/// What the name of a method says: by its first word, else by its last:
/// `delete_bucket`, `deleteBucket`, `DeleteBucketCommand`, `chat_delete`.
pub(super) fn of_method(name: &str) -> Option<Does> {
    let mut words = Vec::new();
    for part in name.split('_').filter(|p| !p.is_empty()) {
        let mut rest = part;
        while !rest.is_empty() {
            let head = hump(rest);
            words.push(head.to_ascii_lowercase());
            rest = rest.get(head.len()..).unwrap_or_default();
        }
    }
    if words.last().is_some_and(|w| w == "command") {
        words.pop();
    }
    let first = words.first()?;
    look(STRONG, first)
        .or_else(|| look(METHODS, first))
        .or_else(|| {
            let last = words.last().filter(|l| *l != first)?;
            look(STRONG, last)
                .or_else(|| look(METHODS, last))
                .or_else(|| {
                    // `chat_postMessage`.
                    words
                        .iter()
                        .skip(1)
                        .find_map(|w| look(METHODS, w).filter(|d| *d == Does::Change))
                })
        })
}

/// Verbs of methods that are nouns on a command line.
const METHODS: &[(Does, &str)] = &[
    (
        Does::Read,
        " count iterate paginate select search download query state check stream has ",
    ),
    (
        Does::Change,
        " post release run upload deploy batch register setup transfer capture charge tag invite kick ban ",
    ),
    (Does::Destroy, " clear "),
];

/// Words that say of a program nobody knows that it destroys or publishes.
const UNKNOWN: &[(EffectKind, &str)] = &[
    (
        EffectKind::InfraDestroy,
        " delete destroy terminate decommission deprovision undeploy teardown purge drop wipe truncate refund revoke ",
    ),
    (
        EffectKind::Deploy,
        " deploy redeploy rollback promote provision ",
    ),
    (EffectKind::Publish, " publish unpublish "),
];

/// What the words of an unknown program say: only what hardly any program
/// means otherwise, at the place of a verb.
pub(super) fn of_unknown(p: &Parsed) -> Option<(EffectKind, usize)> {
    for (at, operand) in p.operands.iter().take(3).enumerate() {
        let word = operand.text().filter(|w| is_bare(w))?;
        let last = word.rsplit(':').next().unwrap_or(word);
        // `bucket-delete`, `delete-user`.
        let parts = last.split('-').count() == 2;
        let found = UNKNOWN.iter().find(|(kind, list)| {
            has(list, word)
                || has(list, last)
                || parts
                    && *kind == EffectKind::InfraDestroy
                    && last.split('-').any(|part| has(list, part))
        });
        if let Some((kind, _)) = found {
            return Some((*kind, at + 1));
        }
        if of_word(STRONG, word).is_some() {
            return None;
        }
    }
    None
}

/// Long options that take a value in most of these programs.
const COMMON: &str = "app project profile region zone output format org organization team token context \
    config environment env name namespace service scope stage host url user query limit location filter \
    account subscription resource-group workspace cluster instance message title body description type \
    api-key api-token access-token endpoint timeout file data tag image branch version role target server \
    password username email key value id ids json-input template log-level since until count size";

/// Effects of a call of a program with verbs: the first phrase of its table
/// that matches, and where none does, what the words say. A table asks for that
/// with `verb CHANGE OTHERWISE`: what a change of something is here, and what a
/// call is that says nothing.
pub(super) fn lower(cli: &Cli, call: &Call<'_>, sink: &mut Sink) {
    let Some(spec) = cli.otherwise.strip_prefix("verb ") else {
        super::super::table::lower_cli(cli, call, sink);
        return;
    };
    let p = parse(call.args, &format!("{} {COMMON}", cli.options));
    let version = p.options.iter().any(|(o, v)| o == "version" && v.is_none());
    if version || p.has("help") || p.has("h") && !super::super::table::lists(cli.options, "h") {
        return;
    }
    if p.word(0) == "help" {
        return;
    }
    let (change, otherwise) = spec.split_once(' ').unwrap_or((spec, "none"));
    let mut found = None;
    'phrases: for (phrases, does) in cli.verbs {
        for phrase in phrases.split('|') {
            let words: Vec<&str> = phrase.split(' ').filter(|w| !w.is_empty()).collect();
            if matches(&words, &p.operands) {
                found = Some((words.len(), *does, phrase.ends_with('*')));
                break 'phrases;
            }
        }
    }
    if found.is_none() && p.operands.is_empty() {
        return;
    }
    let found = found.map(|(used, does, open)| reconsider(&p, used, does, open));
    let (used, does) = found.unwrap_or_else(|| match by_words(&p) {
        Some((Does::Read, used)) => (used, "cloud.read"),
        Some((Does::Secret, used)) => (used, "secret.read"),
        Some((Does::Change, used)) => (used, change),
        Some((Does::Destroy, used)) => (used, "infra.destroy"),
        Some((Does::Local, used)) => (used, "none"),
        None => (1.min(p.operands.len()), otherwise),
    });
    if is_dry(cli.dry, &p) && !super::super::table::reads(does) {
        sink.name(
            call,
            EffectKind::CloudRead,
            super::super::table::phrase(call, &p.operands, used),
        );
        return;
    }
    act(does, used, &p, call, sink);
}

/// A phrase that names a group stands for the changes in it; the word after it
/// may say that this is only a look. The other way round a group of looks
/// (`experiments*`) can hold a removal.
fn reconsider(p: &Parsed, used: usize, does: &'static str, open: bool) -> (usize, &'static str) {
    let own = used
        .checked_sub(1)
        .and_then(|i| p.operands.get(i))
        .and_then(super::super::super::arg::Arg::text)
        .unwrap_or_default();
    let next = p
        .operands
        .get(used)
        .and_then(super::super::super::arg::Arg::text)
        .filter(|w| is_bare(w))
        .and_then(|w| of_word(STRONG, w));
    let quiet = super::super::table::reads(does) || matches!(does, "none" | "exec.project");
    let is_noun =
        of_word(STRONG, own).is_none() && of_word(WEAK, own) != Some(Does::Local) && used > 0;
    let changes = matches!(
        does,
        "deploy"
            | "publish"
            | "net.write"
            | "secret.send"
            | "issue.write"
            | "message.send"
            | "git.protection"
    );
    if changes && of_word(STRONG, own) == Some(Does::Read) && open {
        return (used, "cloud.read");
    }
    match next {
        Some(Does::Read) if changes && of_word(STRONG, own).is_none() => (used + 1, "cloud.read"),
        Some(Does::Destroy) if quiet && is_noun => (used + 1, "infra.destroy"),
        _ => (used, does),
    }
}

/// One of these options was given and not switched off (`--dry-run=none`).
pub(super) fn is_dry(names: &str, p: &Parsed) -> bool {
    !names.is_empty()
        && p.has(names)
        && !p
            .values(names)
            .any(|v| matches!(v.text(), Some("none" | "false" | "0")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arg::Arg;

    fn does(text: &str) -> Option<Does> {
        let words: Vec<Arg> = text.split(' ').map(Arg::known).collect();
        by_words(&parse(&words, "")).map(|(d, _)| d)
    }

    #[test]
    fn verbs_are_found_where_they_stand() {
        for (text, want) in [
            ("server delete web", Some(Does::Destroy)),
            ("server list delete-me", Some(Does::Read)),
            ("apps:destroy web", Some(Does::Destroy)),
            ("lke clusters-list", Some(Does::Read)),
            ("domains records-delete 1 2", Some(Does::Destroy)),
            ("ecs DeleteInstance", Some(Does::Destroy)),
            ("ecs DescribeInstances", Some(Does::Read)),
            ("api listSites", Some(Does::Read)),
            ("logs delete x", Some(Does::Destroy)),
            ("app logs web", Some(Does::Read)),
            ("secrets list", Some(Does::Read)),
            ("secrets get db", Some(Does::Secret)),
            ("tokens create ci", Some(Does::Secret)),
            ("auth print-access-token", Some(Does::Secret)),
            ("releases:rollback v1", Some(Does::Change)),
            ("dev", Some(Does::Local)),
            ("./delete", None),
            ("frobnicate web", None),
        ] {
            assert_eq!(does(text), want, "{text}");
        }
    }

    #[test]
    fn a_word_has_one_meaning() {
        let mut seen = std::collections::BTreeMap::new();
        for (does, list) in STRONG.iter().chain(WEAK) {
            for word in list.split_whitespace() {
                assert_eq!(seen.insert(word, *does), None, "{word}");
            }
        }
    }
}

//! What was answered, and for how long it holds.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use palisade_core::Timestamp;
use palisade_files::{FileError, Lock};
use serde::{Deserialize, Serialize};

/// No grant "for a time" is longer.
pub const LONGEST: Duration = Duration::from_hours(8);
/// How long an answer for one call, and a no, wait for that call.
const WAITS: Duration = Duration::from_hours(1);
/// Grants that are kept.
const GRANTS: usize = 1_000;
/// Bytes of the file.
const FILE_BYTES: usize = 4 * 1024 * 1024;
/// Longest wait for another process that changes the file.
const LOCK_WAIT: Duration = Duration::from_millis(500);

/// What the person said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// It may.
    Yes,
    /// It may not; whoever asks again is told so.
    No,
}

/// For how long an answer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// For one call, within the hour.
    Once,
    /// Until this time.
    Until(Timestamp),
    /// As long as the session lasts.
    Session,
    /// For exactly this in this folder, until it is revoked.
    Always,
}

/// Names a grant: the code of its request.
pub type GrantId = String;

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The code of the request it answers.
    pub id: GrantId,
    /// What the person said.
    pub answer: Answer,
    /// For how long.
    pub scope: Scope,
    /// What it is about: digests of effects and files.
    pub keys: BTreeSet<String>,
    /// Where.
    pub workspace: PathBuf,
    /// In which session it was asked.
    #[serde(default)]
    pub session: String,
    /// When it was given.
    pub at: Timestamp,
    /// Who gave it.
    pub by: String,
    /// Who gave it, proved by a signature, when a second person was needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<String>,
    /// The rules that asked.
    pub rules: Vec<String>,
    /// The call, in one redacted line.
    pub summary: String,
    /// How often it was used.
    #[serde(default)]
    pub uses: u32,
    /// When it was used last.
    #[serde(default)]
    pub used: Timestamp,
}

/// Where and when a grant is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// The folder.
    pub workspace: &'a Path,
    /// The session, when there is one.
    pub session: Option<&'a str>,
    /// Now.
    pub now: Timestamp,
}

impl Grant {
    /// Whether it answers the question about `key` here and now.
    pub fn covers(&self, key: &str, here: &Circumstances<'_>) -> bool {
        self.keys.contains(key) && self.holds(here)
    }

    /// Whether it holds here and now.
    pub fn holds(&self, here: &Circumstances<'_>) -> bool {
        if self.workspace != here.workspace || self.is_over(here.now) {
            return false;
        }
        match self.scope {
            Scope::Session => here.session.is_some_and(|s| s == self.session),
            Scope::Once | Scope::Until(_) | Scope::Always => true,
        }
    }

    /// Whether it will never hold again. A clock that was set back ends what
    /// is bound to a time.
    pub fn is_over(&self, now: Timestamp) -> bool {
        let within = |limit: Duration| {
            let limit = u64::try_from(limit.as_micros()).unwrap_or(u64::MAX);
            self.at <= now && now.0 - self.at.0 < limit
        };
        match self.scope {
            Scope::Once => self.uses > 0 || !within(WAITS),
            Scope::Until(until) => now >= until || !within(LONGEST),
            Scope::Session => !within(Duration::from_hours(30 * 24)),
            Scope::Always => false,
        }
    }
}

/// Every answer that is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grants {
    /// In the order in which they were given.
    pub list: Vec<Grant>,
}

impl Grants {
    /// Where they lie.
    pub fn path(state_dir: &Path) -> PathBuf {
        state_dir.join("approvals/grants.json")
    }

    /// Reads them. A file that is not there, or is damaged, grants nothing.
    pub fn read(state_dir: &Path) -> Self {
        let bytes = palisade_files::read_capped(&Self::path(state_dir), FILE_BYTES);
        let bytes = bytes.ok().flatten().unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// The answer about `key`: a no counts more than a yes.
    pub fn about(&self, key: &str, here: &Circumstances<'_>) -> Option<&Grant> {
        let mut found = None;
        for grant in self.list.iter().filter(|g| g.covers(key, here)) {
            if grant.answer == Answer::No {
                return Some(grant);
            }
            found = Some(grant);
        }
        found
    }
}

/// The answers, locked to be changed.
#[derive(Debug)]
pub struct GrantsFile {
    path: PathBuf,
    _lock: Lock,
    /// What is kept.
    pub grants: Grants,
}

impl GrantsFile {
    /// Locks and reads them.
    ///
    /// # Errors
    /// When the folder cannot be made or another process holds the lock.
    pub fn lock(state_dir: &Path) -> Result<Self, FileError> {
        let path = Grants::path(state_dir);
        if let Some(folder) = path.parent() {
            palisade_files::create_private_dir(folder)?;
        }
        // Not the file itself: it is replaced, not rewritten.
        let lock = Lock::exclusive(&path.with_extension("lock"), LOCK_WAIT)?;
        Ok(Self {
            path,
            _lock: lock,
            grants: Grants::read(state_dir),
        })
    }

    /// Counts the use of a grant; `false` when it is no longer there or is
    /// spent. Of two calls that arrive together one gets a grant for one call.
    pub fn uses(&mut self, id: &str, now: Timestamp) -> bool {
        let found = self.grants.list.iter_mut();
        let Some(grant) = found.into_iter().find(|g| g.id == id && !g.is_over(now)) else {
            return false;
        };
        grant.uses = grant.uses.saturating_add(1);
        grant.used = now;
        true
    }

    /// Adds an answer; an earlier one to the same request goes.
    pub fn add(&mut self, grant: Grant) {
        self.grants.list.retain(|g| g.id != grant.id);
        self.grants.list.push(grant);
    }

    /// Writes what is kept: what is over goes first.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&mut self, now: Timestamp) -> Result<(), FileError> {
        // A spent grant is listed for a day.
        const LISTED: u64 = 24 * 3_600_000_000;
        let list = &mut self.grants.list;
        list.retain(|g| {
            let last = g.at.0.max(g.used.0);
            !g.is_over(now) || now.0.saturating_sub(last) < LISTED
        });
        if list.len() > GRANTS {
            list.drain(..list.len() - GRANTS);
        }
        let json = serde_json::to_vec(&self.grants)
            .map_err(|e| FileError::new("write", &self.path, std::io::Error::other(e)))?;
        palisade_files::write_atomic(&self.path, &json, Some(0o600))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: u64 = 60_000_000;

    fn grant(scope: Scope, answer: Answer) -> Grant {
        Grant {
            id: "7Q4K".into(),
            answer,
            scope,
            keys: BTreeSet::from(["k".to_owned()]),
            workspace: "/w".into(),
            session: "s".into(),
            at: Timestamp(1_000 * MINUTE),
            by: "mara".into(),
            second: None,
            rules: vec!["git.force-push".into()],
            summary: "git push --force".into(),
            uses: 0,
            used: Timestamp(0),
        }
    }

    fn here(
        workspace: &str,
        session: Option<&'static str>,
        minute: u64,
    ) -> (PathBuf, Option<&'static str>, Timestamp) {
        (workspace.into(), session, Timestamp(minute * MINUTE))
    }

    fn covers(
        grant: &Grant,
        key: &str,
        (w, s, now): &(PathBuf, Option<&'static str>, Timestamp),
    ) -> bool {
        grant.covers(
            key,
            &Circumstances {
                workspace: w,
                session: *s,
                now: *now,
            },
        )
    }

    #[test]
    fn each_scope_has_its_end() {
        let until = Scope::Until(Timestamp(1_030 * MINUTE));
        for (scope, minute, session, holds) in [
            (Scope::Once, 1_000, Some("s"), true),
            (Scope::Once, 1_059, Some("other"), true),
            (Scope::Once, 1_060, Some("s"), false),
            (until, 1_029, None, true),
            (until, 1_030, Some("s"), false),
            (Scope::Session, 5_000, Some("s"), true),
            (Scope::Session, 1_001, Some("other"), false),
            (Scope::Session, 1_001, None, false),
            (Scope::Always, 900_000, None, true),
            // The clock was set back.
            (Scope::Once, 999, Some("s"), false),
            (until, 999, Some("s"), false),
        ] {
            let got = covers(
                &grant(scope, Answer::Yes),
                "k",
                &here("/w", session, minute),
            );
            assert_eq!(got, holds, "{scope:?} {minute} {session:?}");
        }
    }

    #[test]
    fn a_no_counts_more() {
        let yes = grant(Scope::Always, Answer::Yes);
        let no = grant(Scope::Session, Answer::No);
        let grants = Grants {
            list: vec![no, yes],
        };
        let (w, s, now) = here("/w", Some("s"), 1_001);
        let here = Circumstances {
            workspace: &w,
            session: s,
            now,
        };
        assert_eq!(grants.about("k", &here).unwrap().answer, Answer::No);
        assert!(grants.about("other", &here).is_none());
    }

    #[test]
    fn one_call_is_one_call() {
        let dir = tempfile::tempdir().unwrap();
        let now = Timestamp(1_001 * MINUTE);
        let mut file = GrantsFile::lock(dir.path()).unwrap();
        file.add(grant(Scope::Once, Answer::Yes));
        file.save(now).unwrap();
        drop(file);
        let used: Vec<bool> = std::thread::scope(|scope| {
            let one = || {
                let mut file = GrantsFile::lock(dir.path()).unwrap();
                let used = file.uses("7Q4K", now);
                file.save(now).unwrap();
                used
            };
            let all: Vec<_> = (0..8).map(|_| scope.spawn(one)).collect();
            all.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert_eq!(used.iter().filter(|u| **u).count(), 1);
    }

    #[test]
    fn a_damaged_file_grants_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = Grants::path(dir.path());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "{\"list\":[{}]}").unwrap();
        assert_eq!(Grants::read(dir.path()), Grants::default());
    }

    proptest! {
        /// Whatever happens, a grant that covers is bound: to its key, its
        /// folder, its session, its time and its number of calls.
        #[test]
        fn a_grant_never_outlives_its_binding(
            scope in prop_oneof![
                Just(Scope::Once),
                (0_u64..2_000).prop_map(|m| Scope::Until(Timestamp(m * MINUTE))),
                Just(Scope::Session),
                Just(Scope::Always),
            ],
            uses in 0_u32..3,
            key in prop_oneof![Just("k"), Just("other")],
            workspace in prop_oneof![Just("/w"), Just("/w/below"), Just("/")],
            session in prop_oneof![Just(None), Just(Some("s")), Just(Some("t"))],
            minute in 0_u64..3_000,
        ) {
            let mut grant = grant(scope, Answer::Yes);
            grant.uses = uses;
            if covers(&grant, key, &here(workspace, session, minute)) {
                prop_assert_eq!(key, "k");
                prop_assert_eq!(workspace, "/w");
                match scope {
                    Scope::Once => {
                        prop_assert_eq!(uses, 0);
                        prop_assert!((1_000..1_060).contains(&minute));
                    }
                    Scope::Until(until) => {
                        prop_assert!(minute * MINUTE < until.0);
                        prop_assert!((1_000..1_480).contains(&minute));
                    }
                    Scope::Session => prop_assert_eq!(session, Some("s")),
                    Scope::Always => {}
                }
            }
        }
    }
}

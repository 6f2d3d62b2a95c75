//! What a push would make public: the commits that its remote does not have.

use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};

use palisade_core::{Confidence, Leaving};
use palisade_policy::Table;

use super::git::Repository;
use super::objects::{Id, Kind, Objects, Unread, hex, id};

/// Bytes of one file that are searched for secrets.
const SCANNED: usize = 4 * 1024 * 1024;
/// A file of this many bytes does not belong into a repository.
const LARGE: usize = 20 * 1024 * 1024;
/// Commits of the remote that the walk starts from.
const KNOWN: usize = 400;
/// Commits looked at.
const COMMITS: usize = 4_000;
/// Folders below each other.
const DEPTH: usize = 64;
/// Files named in a reason.
const NAMED: usize = 16;

/// Folders whose keys are made up for tests.
const FIXTURES: &[&str] = &[
    "test",
    "tests",
    "testdata",
    "fixtures",
    "fixture",
    "__tests__",
    "spec",
    "mocks",
    "examples",
];

/// One push: what leaves and where to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Push {
    /// Remote as named; the configured one when it was not.
    pub(crate) remote: Option<String>,
    /// Local names of what is pushed; empty for the current branch.
    pub(crate) sources: Vec<String>,
    /// Everything: all branches, or all tags.
    pub(crate) all: bool,
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) leaving: Leaving,
    pub(crate) secrets: Vec<String>,
    /// The commits at the tips, as a person's answer is remembered for.
    pub(crate) tips: Vec<String>,
}

impl Push {
    /// The arguments of `git push`.
    pub(crate) fn parse(args: &[&str]) -> Self {
        let mut out = Self::default();
        let mut words = args.iter().copied();
        let mut plain = Vec::new();
        while let Some(word) = words.next() {
            match word {
                "-o" | "--push-option" | "--receive-pack" | "--exec" | "--repo" => {
                    if word == "--repo" {
                        out.remote = words.next().map(str::to_owned);
                    } else {
                        words.next();
                    }
                }
                "--all" | "--branches" | "--mirror" | "--tags" => out.all = true,
                "--" => {}
                option if option.starts_with('-') => {}
                word => plain.push(word),
            }
        }
        let mut plain = plain.into_iter();
        if let Some(remote) = plain.next() {
            out.remote = Some(remote.to_owned());
        }
        for spec in plain {
            let spec = spec.trim_start_matches('+');
            let source = spec.split(':').next().unwrap_or(spec);
            if source.is_empty() {
                continue;
            }
            out.all |= source.contains('*');
            out.sources.push(source.to_owned());
        }
        out
    }
}

/// Looks through what `push` would send.
pub(crate) fn inspect(
    repository: &Repository,
    push: &Push,
    table: &Table,
    (home, workspace): (&str, &str),
) -> Found {
    let mut found = Found::default();
    if !repository.has_plain_objects() {
        found.leaving.incomplete = Some("the repository's format is not known".to_owned());
        return found;
    }
    let remote = push.remote.clone().or_else(|| repository.push_remote());
    let remote = remote.unwrap_or_else(|| "origin".to_owned());
    let known = repository.remote_tips(&remote);
    let tips = tips(repository, push);
    let known_ids: HashSet<Id> = known.iter().filter_map(|n| id(n)).collect();
    let mut tips: Vec<Id> = tips
        .into_iter()
        .filter(|t| !known_ids.contains(t))
        .collect();
    tips.sort_unstable();
    tips.dedup();
    if tips.is_empty() {
        return found;
    }
    found.tips = tips.iter().map(|t| hex(t)).collect();
    let mut walk = Walk {
        objects: Objects::of(repository.common_dir()),
        table,
        home,
        workspace,
        top: repository.top.to_string_lossy().into_owned(),
        first: known_ids.is_empty(),
        seen: HashSet::new(),
        found,
        short: None,
    };
    let commits = walk.unknown_to_remote(&tips, &known_ids);
    for (commit, parsed) in &commits {
        if walk.short.is_some() {
            break;
        }
        walk.commit(commit, parsed);
    }
    let mut found = walk.found;
    found.leaving.incomplete = walk.short.map(str::to_owned);
    found.leaving.deferred.sort();
    found.leaving.deferred.dedup();
    found
}

fn tips(repository: &Repository, push: &Push) -> Vec<Id> {
    if push.all {
        return repository
            .local_tips()
            .iter()
            .filter_map(|n| id(n))
            .collect();
    }
    let names = if push.sources.is_empty() {
        vec!["HEAD".to_owned()]
    } else {
        push.sources.clone()
    };
    names
        .iter()
        .filter_map(|name| repository.tip(name).or_else(|| repository.tip("HEAD")))
        .filter_map(|n| id(&n))
        .collect()
}

#[derive(Clone, Debug)]
struct Commit {
    tree: Id,
    parents: Vec<Id>,
    time: i64,
}

struct Walk<'a> {
    objects: Objects,
    table: &'a Table,
    home: &'a str,
    workspace: &'a str,
    top: String,
    /// The remote has nothing yet: all there is would be "changed".
    first: bool,
    /// Contents already looked at.
    seen: HashSet<Id>,
    found: Found,
    /// Why not all was looked at.
    short: Option<&'static str>,
}

impl Walk<'_> {
    fn give_up(&mut self, why: Unread) {
        self.short = Some(match why {
            Unread::Missing => "parts of the history are not on this machine",
            Unread::Budget => "more commits or files than are looked at in time",
            Unread::Large(_) => "an object that is too large",
            Unread::Damaged => "an object that cannot be read",
        });
    }

    fn parse(&self, at: &Id) -> Result<Commit, Unread> {
        let mut at = *at;
        for _ in 0..8 {
            let (kind, bytes) = self.objects.control(&at)?;
            let text = String::from_utf8_lossy(&bytes);
            let field = |name: &str| {
                let head = text.split("\n\n").next().unwrap_or_default();
                head.lines()
                    .filter_map(|l| l.strip_prefix(name)?.strip_prefix(' ').map(str::to_owned))
                    .collect::<Vec<_>>()
            };
            if kind == Kind::Tag {
                let to = field("object");
                at = to.first().and_then(|n| id(n)).ok_or(Unread::Damaged)?;
                continue;
            }
            if kind != Kind::Commit {
                return Err(Unread::Damaged);
            }
            let tree = field("tree").first().and_then(|n| id(n));
            let committer = field("committer").pop().unwrap_or_default();
            let mut last = committer.rsplit(' ');
            let time = last.nth(1).and_then(|t| t.parse().ok()).unwrap_or(0);
            return Ok(Commit {
                tree: tree.ok_or(Unread::Damaged)?,
                parents: field("parent").iter().filter_map(|n| id(n)).collect(),
                time,
            });
        }
        Err(Unread::Damaged)
    }

    /// The commits below `tips` that are not below `known`, newest first.
    fn unknown_to_remote(&mut self, tips: &[Id], known: &HashSet<Id>) -> Vec<(Id, Commit)> {
        let mut queue: BinaryHeap<(i64, Id)> = BinaryHeap::new();
        // Whether the remote has it.
        let mut there: HashMap<Id, bool> = HashMap::new();
        let mut parsed: HashMap<Id, Commit> = HashMap::new();
        let starts = tips
            .iter()
            .map(|t| (*t, false))
            .chain(known.iter().take(KNOWN).map(|k| (*k, true)));
        for (at, has) in starts {
            match self.parse(&at) {
                Ok(commit) => {
                    queue.push((commit.time, at));
                    parsed.insert(at, commit);
                    *there.entry(at).or_insert(has) |= has;
                }
                // A ref of the remote that is not here says nothing.
                Err(_) if has => {}
                Err(why) => self.give_up(why),
            }
        }
        let mut open = tips.len();
        let mut out = Vec::new();
        let mut looked = HashSet::new();
        while let Some((_, at)) = queue.pop() {
            if open == 0 {
                break;
            }
            if !looked.insert(at) {
                continue;
            }
            let has = there.get(&at).copied().unwrap_or(false);
            if !has {
                open = open.saturating_sub(1);
            }
            let Some(commit) = parsed.get(&at).cloned() else {
                continue;
            };
            if looked.len() > COMMITS {
                self.give_up(Unread::Budget);
                break;
            }
            for parent in &commit.parents {
                let before = there.get(parent).copied();
                if !parsed.contains_key(parent) {
                    match self.parse(parent) {
                        Ok(p) => {
                            queue.push((p.time, *parent));
                            parsed.insert(*parent, p);
                        }
                        // The end of a shallow clone: the remote has the rest.
                        Err(Unread::Missing) => continue,
                        Err(why) => {
                            self.give_up(why);
                            return out;
                        }
                    }
                }
                match (before, has) {
                    (None, false) => open += 1,
                    (Some(false), true) if !looked.contains(parent) => {
                        open = open.saturating_sub(1);
                    }
                    _ => {}
                }
                *there.entry(*parent).or_insert(has) |= has;
            }
            if !has {
                out.push((at, commit));
            }
        }
        out.retain(|(at, _)| !there.get(at).copied().unwrap_or(false));
        out
    }

    fn commit(&mut self, at: &Id, commit: &Commit) {
        // What a merge takes over from one side is looked at there.
        let mut parents = Vec::new();
        for parent in commit.parents.iter().take(8) {
            match self.parse(parent) {
                Ok(parent) => parents.push(parent.tree),
                Err(Unread::Missing) => return,
                Err(why) => return self.give_up(why),
            }
        }
        if parents.contains(&commit.tree) {
            return;
        }
        let short: String = hex(at).chars().take(10).collect();
        if let Err(why) = self.tree(&short, &commit.tree, &parents, "", 0) {
            self.give_up(why);
        }
    }

    fn entries(&self, tree: &Id) -> Result<BTreeMap<Vec<u8>, (u32, Id)>, Unread> {
        let (kind, bytes) = self.objects.control(tree)?;
        if kind != Kind::Tree {
            return Err(Unread::Damaged);
        }
        let mut out = BTreeMap::new();
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let nul = rest.iter().position(|b| *b == 0).ok_or(Unread::Damaged)?;
            let (head, tail) = rest.split_at_checked(nul + 1).ok_or(Unread::Damaged)?;
            let (name, after) = tail.split_at_checked(20).ok_or(Unread::Damaged)?;
            let text = head.strip_suffix(&[0]).unwrap_or(head);
            let space = text
                .iter()
                .position(|b| *b == b' ')
                .ok_or(Unread::Damaged)?;
            let (mode, path) = text.split_at_checked(space).ok_or(Unread::Damaged)?;
            let mode = std::str::from_utf8(mode).ok();
            let mode = mode.and_then(|m| u32::from_str_radix(m, 8).ok());
            let path = path.get(1..).unwrap_or_default().to_vec();
            let object = name.try_into().map_err(|_| Unread::Damaged)?;
            out.insert(path, (mode.ok_or(Unread::Damaged)?, object));
            rest = after;
        }
        Ok(out)
    }

    /// What differs in `tree` from every one of `before`.
    fn tree(
        &mut self,
        commit: &str,
        tree: &Id,
        before: &[Id],
        folder: &str,
        depth: usize,
    ) -> Result<(), Unread> {
        const FOLDER: u32 = 0o040_000;
        const SUBMODULE: u32 = 0o160_000;
        if depth > DEPTH {
            return Err(Unread::Budget);
        }
        let new = self.entries(tree)?;
        let mut old = Vec::with_capacity(before.len());
        for tree in before {
            old.push(self.entries(tree)?);
        }
        for (name, (mode, object)) in new {
            let same = |o: &BTreeMap<Vec<u8>, (u32, Id)>| o.get(&name) == Some(&(mode, object));
            if old.iter().any(same) {
                continue;
            }
            let path = format!("{folder}{}", String::from_utf8_lossy(&name));
            let there = |folders: bool| -> Vec<Id> {
                old.iter()
                    .filter_map(|o| o.get(&name))
                    .filter(|(m, _)| (*m == FOLDER) == folders && *m != SUBMODULE)
                    .map(|(_, id)| *id)
                    .collect()
            };
            match mode {
                FOLDER => self.tree(
                    commit,
                    &object,
                    &there(true),
                    &format!("{path}/"),
                    depth + 1,
                )?,
                SUBMODULE => {}
                _ => self.file(commit, &path, &object, &there(false))?,
            }
        }
        Ok(())
    }

    fn file(&mut self, commit: &str, path: &str, object: &Id, before: &[Id]) -> Result<(), Unread> {
        let real = format!("{}/{path}", self.top);
        if !self.first
            && self.found.leaving.deferred.len() < NAMED
            && self
                .table
                .is_deferred_path(&real, self.home, self.workspace)
        {
            self.found.leaving.deferred.push(path.to_owned());
        }
        if !self.seen.insert(*object) {
            return Ok(());
        }
        let bytes = match self.objects.read(object, SCANNED) {
            Ok((_, bytes)) => bytes,
            Err(Unread::Large(_)) => return self.large(path, object),
            Err(why) => return Err(why),
        };
        let Some(text) = text_of(&bytes) else {
            return Ok(());
        };
        let secret_file = self.table.is_secret_path(&real, self.home, self.workspace);
        let made_up = path
            .split('/')
            .any(|part| FIXTURES.iter().any(|f| part.eq_ignore_ascii_case(f)));
        let least = if secret_file {
            Confidence::Medium
        } else {
            Confidence::High
        };
        let found: Vec<(&str, &str)> = palisade_secrets::scan(text)
            .into_iter()
            .filter(|m| m.confidence >= least && !(made_up && m.rule.contains("private-key")))
            .filter_map(|m| Some((m.rule, text.get(m.start..m.end)?)))
            .collect();
        if found.is_empty() {
            return Ok(());
        }
        // What an older version of the file had has left before, or was found there.
        let mut older = String::new();
        for id in before {
            if let Ok((_, bytes)) = self.objects.read(id, SCANNED) {
                older.push_str(&String::from_utf8_lossy(&bytes));
            }
        }
        for (rule, value) in found {
            if older.contains(value) {
                continue;
            }
            if !self.found.secrets.iter().any(|r| r == rule) {
                self.found.secrets.push(rule.to_owned());
            }
            self.found
                .leaving
                .secret_at
                .get_or_insert_with(|| format!("commit {commit}, {path}"));
        }
        Ok(())
    }

    /// Not searched: says so when it is text, or so large that it is odd.
    fn large(&mut self, path: &str, object: &Id) -> Result<(), Unread> {
        let size = match self.objects.read(object, LARGE) {
            Ok((_, bytes)) => {
                if text_of(bytes.get(..8_000).unwrap_or(&bytes)).is_some() {
                    self.short = Some("a file that is too long to be searched");
                }
                return Ok(());
            }
            Err(Unread::Large(size)) => size,
            Err(why) => return Err(why),
        };
        self.found.leaving.large.get_or_insert_with(|| {
            format!(
                "{path}, a file of {} MB or more",
                (size.max(LARGE)) / 1_000_000
            )
        });
        Ok(())
    }
}

/// The content as text, unless it is something else.
fn text_of(bytes: &[u8]) -> Option<&str> {
    if bytes.iter().take(8_000).any(|b| *b == 0) {
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(e) => std::str::from_utf8(bytes.get(..e.valid_up_to())?).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::Push;

    #[test]
    fn arguments_of_a_push() {
        let parse = |line: &str| Push::parse(&line.split(' ').collect::<Vec<_>>());
        let push = parse("-u origin HEAD:refs/heads/x +topic:main");
        assert_eq!(push.remote.as_deref(), Some("origin"));
        assert_eq!(push.sources, ["HEAD", "topic"]);
        assert!(parse("--all").all);
        assert!(parse("origin refs/heads/*:refs/heads/*").all);
        assert_eq!(parse("-o ci.skip origin").remote.as_deref(), Some("origin"));
        assert!(parse("origin :gone").sources.is_empty());
    }
}

//! Takes the guard out of a settings file.
//!
//! The way back is looked for in this order: the very bytes that were there
//! before; the file without the pieces of text that were inserted; the file
//! without the entries that are ours. A file that somebody has edited is never
//! overwritten with an old copy.

use std::path::Path;

use palisade_files as files;

use super::change::{Change, InstallError, InstallRecord, sha256};
use super::install::{Place, each_entry, is_ours};
use super::tree::{Document, Node};

/// What removing the guard means for one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removal {
    /// The guard is not in it.
    Nothing,
    /// We made the file and nobody has touched it.
    Delete {
        /// The file.
        path: std::path::PathBuf,
        /// What is in it now.
        before: Vec<u8>,
    },
    /// The file gets new content.
    Write(Change),
}

impl Removal {
    /// Carries it out, if the file still is what the plan was made for.
    pub fn apply(&self) -> Result<(), InstallError> {
        match self {
            Self::Nothing => Ok(()),
            Self::Write(change) => change.apply(0o600),
            Self::Delete { path, before } => {
                if files::read(path)? != *before {
                    return Err(InstallError::Changed(path.display().to_string()));
                }
                std::fs::remove_file(path).map_err(|error| {
                    InstallError::Io(format!("remove {}: {error}", path.display()))
                })
            }
        }
    }
}

/// Plans the removal of the guard from the file at `path`.
pub fn plan_remove(path: &Path, record: Option<&InstallRecord>) -> Result<Removal, InstallError> {
    let bytes = match files::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.is_not_found() => return Ok(Removal::Nothing),
        Err(error) => return Err(error.into()),
    };
    let record = record.filter(|record| record.path == path);
    if let Some(record) = record
        && sha256(&bytes) == record.sha256_after
    {
        if record.created {
            return Ok(Removal::Delete {
                path: path.to_owned(),
                before: bytes,
            });
        }
        if let Some(original) = backup(record) {
            return Ok(Removal::Write(change(path, bytes, original)));
        }
    }
    let document = Document::parse_lenient(&bytes).map_err(|broken| InstallError::Broken {
        path: path.display().to_string(),
        line: broken.line,
        message: broken.message,
    })?;
    let text = without_inserted(&document.text, record);
    let created = record.map(|record| &record.created_containers);
    let known = |name: &str| created.is_none_or(|created| created.contains(name));
    let text = strip(&text, &|place| is_ours(place.entry), Some(&known)).unwrap_or(text);
    let text = match record {
        Some(record) => prune(text, record),
        None => text,
    };
    if text == document.text {
        return Ok(Removal::Nothing);
    }
    let mut after = if document.bom {
        "\u{feff}".as_bytes().to_vec()
    } else {
        Vec::new()
    };
    after.extend_from_slice(text.as_bytes());
    Ok(Removal::Write(change(path, bytes, after)))
}

fn change(path: &Path, before: Vec<u8>, after: Vec<u8>) -> Change {
    Change {
        path: path.to_owned(),
        before: Some(before),
        after,
        inserted: Vec::new(),
        created: std::collections::BTreeSet::new(),
    }
}

/// The original, if the copy is what it claims to be.
fn backup(record: &InstallRecord) -> Option<Vec<u8>> {
    let bytes = files::read(record.backup_path.as_deref()?).ok()?;
    (Some(sha256(&bytes)) == record.sha256_before).then_some(bytes)
}

/// Takes out the pieces of text that were inserted, as far as they are still
/// there unchanged.
fn without_inserted(text: &str, record: Option<&InstallRecord>) -> String {
    let mut text = text.to_owned();
    let mut pieces: Vec<&String> = record.map_or(&[][..], |r| &r.inserted).iter().collect();
    // A shorter piece may be part of a longer one.
    pieces.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
    pieces.dedup();
    for piece in pieces {
        // Every piece names our program; a copy of it is ours as well.
        if !piece.contains("palisade") || !text.contains(piece.as_str()) {
            continue;
        }
        let without = text.replace(piece.as_str(), "");
        if Document::parse_lenient(without.as_bytes()).is_ok() {
            text = without;
        }
    }
    text
}

/// Takes out containers that we made and that are empty.
fn prune(text: String, record: &InstallRecord) -> String {
    let mut text = text;
    // `hooks` itself sorts before its events, and has to be looked at last.
    for name in record.created_containers.iter().rev() {
        let Ok(document) = Document::parse_lenient(text.as_bytes()) else {
            return text;
        };
        let root = &document.root;
        let (parent, key) = match name.split_once('.') {
            Some((parent, event)) => (root.get(&[parent]), event),
            None => (Some(root), name.as_str()),
        };
        let Some(parent) = parent else { continue };
        let Some(at) = parent.members().iter().rposition(|m| m.key == key) else {
            continue;
        };
        let value = parent.members().get(at).map(|m| &m.value);
        if value.is_some_and(|v| v.members().is_empty() && v.items().is_empty())
            && let Some(next) = cut(&text, parent, at)
        {
            text = next;
        }
    }
    text
}

/// Removes the entries that `goes` names, one after the other, and with them
/// the groups that become empty. Arrays of events and `hooks` itself go when
/// they become empty and `empties` says so. `None`: nothing to remove.
pub(super) fn strip(
    text: &str,
    goes: &dyn Fn(&Place<'_>) -> bool,
    empties: Option<&dyn Fn(&str) -> bool>,
) -> Option<String> {
    let mut current: Option<String> = None;
    // Each round removes one entry, so there are not more rounds than entries.
    loop {
        let now = current.as_deref().unwrap_or(text);
        let document = Document::parse_lenient(now.as_bytes()).ok()?;
        let Some((event, g, h)) = first(&document.root, goes) else {
            return current;
        };
        let next = without(now, &document.root, &event, g, h, empties)?;
        if next.len() >= now.len() {
            return current;
        }
        current = Some(next);
    }
}

fn first(root: &Node, goes: &dyn Fn(&Place<'_>) -> bool) -> Option<(String, usize, usize)> {
    let mut found = None;
    each_entry(root, &mut |place, g, h| {
        if found.is_none() && goes(place) {
            found = Some((place.event.to_owned(), g, h));
        }
    });
    found
}

/// The text without one entry.
fn without(
    text: &str,
    root: &Node,
    event: &str,
    g: usize,
    h: usize,
    empties: Option<&dyn Fn(&str) -> bool>,
) -> Option<String> {
    let hooks = root.get(&["hooks"])?;
    let groups = hooks.get(&[event])?;
    if let Some(entries) = groups.items().get(g)?.get(&["hooks"])
        && entries.items().len() > 1
    {
        return cut(text, entries, h);
    }
    if groups.items().len() > 1 {
        return cut(text, groups, g);
    }
    let goes = |name: &str| empties.is_some_and(|goes| goes(name));
    if !goes(&format!("hooks.{event}")) {
        return cut(text, groups, g);
    }
    let at = hooks.members().iter().rposition(|m| m.key == event)?;
    if hooks.members().len() > 1 || !goes("hooks") {
        return cut(text, hooks, at);
    }
    let at = root.members().iter().rposition(|m| m.key == "hooks")?;
    cut(text, root, at)
}

/// Cuts one child out of a container, with one comma and the blanks before it.
fn cut(text: &str, container: &Node, index: usize) -> Option<String> {
    let spans: Vec<(usize, usize)> = if container.members().is_empty() {
        container.items().iter().map(|n| (n.start, n.end)).collect()
    } else {
        let members = container.members();
        members.iter().map(|m| (m.start, m.value.end)).collect()
    };
    let (_, end) = *spans.get(index)?;
    let (from, to) = match (index.checked_sub(1), spans.get(index + 1)) {
        // From the end of the one before: its comma goes with us.
        (Some(before), _) => (spans.get(before)?.1, end),
        (None, Some(_)) => {
            let comma = text.get(end..)?.find(',')?;
            (container.start + 1, end + comma + 1)
        }
        (None, None) => (container.start + 1, container.end - 1),
    };
    Some(format!("{}{}", text.get(..from)?, text.get(to..)?))
}

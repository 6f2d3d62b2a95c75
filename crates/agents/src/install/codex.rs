//! Codex runs a hook only when the digest of its definition is in the user's
//! `config.toml`; it asks for that at its own start. Whoever installs the guard
//! has agreed to it, so the digests are written as well.
//!
//! The digest (established with 0.169.0, which reports it through its app
//! server) is SHA-256 over the definition as JSON with sorted members and
//! without white space: event, matcher when there is one, and the hook with its
//! defaults.

use std::path::Path;

use palisade_files as files;
use serde_json::json;
use toml_edit::{DocumentMut, Item, Table, value};

use super::forms::{CODEX, codex_timeout, line};
use crate::claude::settings::{
    Change, Document, HookCommand, HookedEvent, InstallError, Node, sha256,
};

/// What has to be added to `config.toml` for the hooks of `hooks` to run. What
/// stands there keeps its form; a digest of an older definition is replaced.
pub(super) fn trust(
    hooks: &Change,
    path: &Path,
    hook: &HookCommand,
) -> Result<Change, InstallError> {
    let before = match files::read(path) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.is_not_found() => None,
        Err(error) => return Err(error.into()),
    };
    let text = String::from_utf8_lossy(before.as_deref().unwrap_or_default()).into_owned();
    let broken = |why: &str| {
        InstallError::Io(format!(
            "{}: {why}, so the trust in the guard's hooks cannot be written there",
            path.display()
        ))
    };
    let mut config: DocumentMut = text.parse().map_err(|_| broken("this is not valid TOML"))?;
    let mut changed = false;
    for (key, digest) in digests(hooks, hook) {
        let state = states(&mut config).ok_or_else(|| broken("`hooks.state` is not a table"))?;
        let entry = state.entry(&key).or_insert(Item::Table(Table::new()));
        let entry = entry
            .as_table_like_mut()
            .ok_or_else(|| broken("an entry of `hooks.state` is not a table"))?;
        if entry.get("trusted_hash").and_then(Item::as_str) != Some(&digest) {
            entry.insert("trusted_hash", value(digest));
            changed = true;
        }
    }
    let after = if changed { config.to_string() } else { text };
    Ok(Change {
        path: path.to_owned(),
        before,
        after: after.into_bytes(),
        inserted: Vec::new(),
        created: std::collections::BTreeSet::new(),
    })
}

/// `hooks.state`, made when it is missing.
fn states(config: &mut DocumentMut) -> Option<&mut dyn toml_edit::TableLike> {
    let implicit = || {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    };
    let hooks = config.entry("hooks").or_insert_with(implicit);
    let state = hooks
        .as_table_like_mut()?
        .entry("state")
        .or_insert_with(implicit);
    state.as_table_like_mut()
}

/// Where each hook of ours stands, and the digest of its definition.
fn digests(hooks: &Change, hook: &HookCommand) -> Vec<(String, String)> {
    let document = Document::parse_lenient(&hooks.after).ok();
    let line = line(hook, None);
    let digest = |event: &HookedEvent| {
        let name = snake(event.name);
        let place = document
            .as_ref()
            .and_then(|d| place(&d.root, event.name, &line))
            .unwrap_or((0, 0));
        let identity = json!({
            "event_name": name,
            "hooks": [{
                "async": false,
                "command": line,
                "timeout": codex_timeout(event),
                "type": "command",
            }],
        });
        (
            format!("{}:{name}:{}:{}", hooks.path.display(), place.0, place.1),
            format!("sha256:{}", sha256(identity.to_string().as_bytes())),
        )
    };
    CODEX.events.iter().map(digest).collect()
}

/// The text without what [`trust`] wrote about the hooks of `hooks`; `None` when
/// it is not there.
pub(super) fn without_trust(text: &str, hooks: &Path) -> Option<String> {
    let mut config: DocumentMut = text.parse().ok()?;
    let state = config
        .get_mut("hooks")?
        .as_table_like_mut()?
        .get_mut("state")?
        .as_table_like_mut()?;
    let ours: Vec<String> = state
        .iter()
        .map(|(key, _)| key.to_owned())
        .filter(|key| {
            CODEX.events.iter().any(|event| {
                key.starts_with(&format!("{}:{}:", hooks.display(), snake(event.name)))
            })
        })
        .collect();
    for key in &ours {
        state.remove(key);
    }
    (!ours.is_empty()).then(|| config.to_string())
}

/// Whether Codex is told to run no hooks at all.
pub(super) fn hooks_are_off(config: &Path) -> bool {
    let text = files::read(config).unwrap_or_default();
    let config: Option<DocumentMut> = String::from_utf8_lossy(&text).parse().ok();
    let off = config.and_then(|c| c.get("features")?.get("hooks")?.as_bool());
    off == Some(false)
}

/// The group and the place in it where our hook stands.
fn place(root: &Node, event: &str, line: &str) -> Option<(usize, usize)> {
    let groups = root.get(&["hooks", event])?.items();
    groups.iter().enumerate().find_map(|(g, group)| {
        let entries = group.get(&["hooks"])?.items();
        let h = entries
            .iter()
            .position(|e| e.get(&["command"]).and_then(Node::text) == Some(line))?;
        Some((g, h))
    })
}

/// `PreToolUse` → `pre_tool_use`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for (i, c) in name.chars().enumerate() {
        if c.is_ascii_uppercase() && i > 0 {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The digest Codex 0.169.0 itself reported for this hook.
    #[test]
    fn the_digest_is_that_of_codex() {
        let identity = json!({
            "event_name": snake("PreToolUse"),
            "hooks": [{"async": false, "command": "/tmp/probe/probe x", "timeout": 15, "type": "command"}],
        });
        assert_eq!(
            sha256(identity.to_string().as_bytes()),
            "c64883d3518e869fdc3ee190d296526dcff95fb0e2f2f61db5a47d6251f13e1b"
        );
    }

    #[test]
    fn what_is_added_can_be_taken_out() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        let hooks = Change {
            path: dir.path().join("hooks.json"),
            before: None,
            after: b"{}".to_vec(),
            inserted: Vec::new(),
            created: std::collections::BTreeSet::new(),
        };
        let hook = HookCommand {
            program: "/bin/palisade-hook".into(),
            args: vec!["codex".into()],
        };
        let other = format!(
            "[hooks.state.\"{}:stop:0:0\"]\nenabled = true\n",
            hooks.path.display()
        );
        // As a person, and Codex itself, may have written it.
        for text in [
            "",
            "# mine\nmodel = \"x\"\n\n[tui]\nx = 1 # one\n",
            &other,
            "[hooks]\nstate = {}\n",
            "hooks = { state = {} }\n",
        ] {
            std::fs::write(&path, text).unwrap();
            let change = trust(&hooks, &path, &hook).unwrap();
            let after = String::from_utf8(change.after.clone()).unwrap();
            assert!(after.parse::<DocumentMut>().is_ok(), "{after}");
            assert_eq!(
                after.matches("sha256:").count(),
                CODEX.events.len(),
                "{after}"
            );
            std::fs::write(&path, &after).unwrap();
            // Again changes nothing.
            assert!(trust(&hooks, &path, &hook).unwrap().is_empty(), "{after}");
            let back = without_trust(&after, &hooks.path).unwrap();
            assert!(!back.contains("sha256:"), "{back}");
            for line in text
                .lines()
                .filter(|l| !l.starts_with('[') && !l.contains("hooks"))
            {
                assert!(back.contains(line), "{back}");
            }
        }
        std::fs::write(&path, "hooks = 1").unwrap();
        assert!(trust(&hooks, &path, &hook).is_err());
    }

    #[test]
    fn hooks_that_are_off_are_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        for (text, off) in [
            ("[features]\nhooks = false\n", true),
            ("features.hooks = false\n", true),
            ("[features]\nhooks = true\n", false),
            ("model = \"x\"\n", false),
        ] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(hooks_are_off(&path), off, "{text}");
        }
    }
}

//! Codex runs a hook only when the digest of its definition is in the user's
//! `config.toml`; it asks for that at its own start. Whoever installs the guard
//! has agreed to it, so the digests are written as well.
//!
//! The digest (established with 0.169.0, which reports it through its app
//! server) is SHA-256 over the definition as JSON with sorted members and
//! without white space: event, matcher when there is one, and the hook with its
//! defaults.

use std::fmt::Write as _;
use std::path::Path;

use palisade_files as files;
use serde_json::json;

use super::forms::{CODEX, codex_timeout, line};
use crate::claude::settings::{Change, Document, HookCommand, InstallError, Node, sha256};

const REMARK: &str = "# Palisade: its hooks may run; `palisade unprotect` takes this away\n";

/// What has to be added to `config.toml` for the hooks of `hooks` to run.
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
    let wanted = block(hooks, hook);
    // One of ours from before goes: positions and digests may be others now.
    let rest = without_block(&text);
    let mut after = rest.clone();
    let mut piece = String::new();
    if !after.is_empty() && !after.ends_with('\n') {
        piece.push('\n');
    }
    piece.push_str(&wanted);
    after.push_str(&piece);
    if text.contains(&wanted) {
        after = text;
    }
    Ok(Change {
        path: path.to_owned(),
        before,
        after: after.into_bytes(),
        inserted: vec![piece],
        created: std::collections::BTreeSet::new(),
    })
}

fn block(hooks: &Change, hook: &HookCommand) -> String {
    let document = Document::parse_lenient(&hooks.after).ok();
    let line = line(hook, None);
    let mut out = String::from(REMARK);
    for event in CODEX.events {
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
        let key = format!("{}:{name}:{}:{}", hooks.path.display(), place.0, place.1);
        // Writing to a String cannot fail.
        write!(
            out,
            "[hooks.state.{}]\ntrusted_hash = \"sha256:{}\"\n",
            serde_json::Value::from(key),
            sha256(identity.to_string().as_bytes())
        )
        .ok();
    }
    out
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

/// The text without a block of ours.
pub(super) fn without_block(text: &str) -> String {
    let Some(start) = text.find(REMARK) else {
        return text.to_owned();
    };
    let (before, rest) = text.split_at(start);
    let rest = rest.strip_prefix(REMARK).unwrap_or(rest);
    let ours = |line: &str| line.starts_with("[hooks.state.") || line.starts_with("trusted_hash");
    let kept: String = rest
        .split_inclusive('\n')
        .skip_while(|line| ours(line))
        .collect();
    format!("{before}{kept}")
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
        let text = "model = \"x\"\n";
        let with =
            format!("{text}{REMARK}[hooks.state.\"a\"]\ntrusted_hash = \"b\"\n[tui]\nx = 1\n");
        assert_eq!(without_block(&with), format!("{text}[tui]\nx = 1\n"));
        assert_eq!(without_block(text), text);
    }
}

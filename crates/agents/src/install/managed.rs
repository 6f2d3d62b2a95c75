//! The guard in the machine-wide settings of agents, which no project and no
//! user can switch off.
//!
//! Where each agent looks was established by watching the program open its
//! files (Codex 0.169.0, Copilot CLI 1.0.102, OpenCode 1.18.33, Gemini CLI
//! 0.61.0); Cursor and Windsurf are by their documentation.

use std::path::{Path, PathBuf};

use palisade_core::AgentKind;
use palisade_files as files;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, TableLike, value};

use super::forms::{self, CODEX, codex_timeout, line};
use super::{Homes, Wired, insertion, names_the_hook, own_file, with_agent};
use crate::claude::settings::{Change, Document, HookCommand, InstallError, Node, NodeKind};

/// The agents with settings for a whole machine.
pub const MANAGED: &[AgentKind] = &[
    AgentKind::Codex,
    AgentKind::Gemini,
    AgentKind::Copilot,
    AgentKind::OpenCode,
    AgentKind::Cursor,
    AgentKind::Windsurf,
];

/// Where an agent's machine-wide settings are.
fn folder(agent: AgentKind, homes: &Homes) -> Option<PathBuf> {
    let (linux, mac) = match agent {
        AgentKind::Codex => ("codex", "/etc/codex"),
        AgentKind::Gemini => ("gemini-cli", "/Library/Application Support/GeminiCli"),
        AgentKind::OpenCode => ("opencode", "/Library/Application Support/opencode"),
        AgentKind::Cursor => ("cursor", "/Library/Application Support/Cursor"),
        AgentKind::Windsurf => ("windsurf", "/Library/Application Support/Windsurf"),
        // Where it looks elsewhere is not known.
        AgentKind::Copilot if !cfg!(target_os = "macos") => ("github-copilot/policy.d", ""),
        _ => return None,
    };
    Some(if cfg!(target_os = "macos") {
        PathBuf::from(mac)
    } else {
        homes.system.join(linux)
    })
}

/// Whether a file is among the machine-wide settings of these agents.
pub fn owns_managed(homes: &Homes, path: &Path) -> bool {
    let folders = MANAGED.iter().filter_map(|agent| folder(*agent, homes));
    folders.into_iter().any(|folder| path.starts_with(folder))
}

/// What has to change for every call of `agent`, whoever uses it here, to come
/// to the guard. Nothing where the agent has no such settings.
///
/// # Errors
/// When a settings file is there and cannot be understood.
pub fn plan_managed(
    agent: AgentKind,
    homes: &Homes,
    hook: &HookCommand,
) -> Result<Vec<Change>, InstallError> {
    let hook = &with_agent(agent, hook);
    let Some(folder) = folder(agent, homes) else {
        return Ok(Vec::new());
    };
    Ok(match agent {
        AgentKind::Codex => vec![requirements(folder.join("requirements.toml"), hook)?],
        AgentKind::Gemini => {
            let path = folder.join("settings.json");
            let change = insertion(&forms::GEMINI_MANAGED, path, hook)?;
            hooks_are_pinned(&change)?;
            vec![change]
        }
        AgentKind::Copilot => vec![own_file(
            folder.join("palisade.json"),
            forms::copilot(hook),
        )?],
        AgentKind::OpenCode => {
            let plugin = folder.join("palisade.js");
            let config = plugged(folder.join("opencode.json"), &plugin)?;
            vec![own_file(plugin, forms::opencode(hook))?, config]
        }
        AgentKind::Cursor => vec![insertion(&forms::CURSOR, folder.join("hooks.json"), hook)?],
        AgentKind::Windsurf => vec![insertion(
            &forms::WINDSURF,
            folder.join("hooks.json"),
            hook,
        )?],
        _ => Vec::new(),
    })
}

/// How the guard stands with an agent machine-wide.
///
/// # Errors
/// When a settings file is there and cannot be understood.
pub fn wired_managed(
    agent: AgentKind,
    homes: &Homes,
    hook: &HookCommand,
) -> Result<Wired, InstallError> {
    let changes = plan_managed(agent, homes, hook)?;
    let ours = |change: &Change| names_the_hook(change.before.as_deref().unwrap_or_default());
    Ok(if changes.is_empty() {
        Wired::Missing
    } else if changes.iter().all(Change::is_empty) {
        Wired::Complete
    } else if changes.iter().any(ours) {
        Wired::Outdated
    } else {
        Wired::Missing
    })
}

/// Gemini CLI: what is set here counts more than what a user sets. Into a file
/// of the organisation it is for the organisation to write.
fn hooks_are_pinned(change: &Change) -> Result<(), InstallError> {
    let document = Document::parse_lenient(&change.after).ok();
    let set = document.and_then(|d| d.root.get(&["hooksConfig", "enabled"]).map(Node::is_true));
    if set == Some(true) {
        return Ok(());
    }
    Err(InstallError::Io(format!(
        "{}: add \"hooksConfig\": {{\"enabled\": true}}, without which a user's own settings switch the guard off",
        change.path.display()
    )))
}

/// Codex: hooks it neither asks about nor lets a user switch off.
fn requirements(path: PathBuf, hook: &HookCommand) -> Result<Change, InstallError> {
    let before = existing(&path)?;
    let text = String::from_utf8_lossy(before.as_deref().unwrap_or_default()).into_owned();
    let broken = |why: &str| InstallError::Io(format!("{}: {why}", path.display()));
    let mut config: DocumentMut = text
        .parse()
        .map_err(|_| broken("this is not valid TOML; nothing was changed"))?;
    if is_required(&config, hook) {
        return Ok(Change {
            path,
            after: text.into_bytes(),
            before,
            inserted: Vec::new(),
            created: std::collections::BTreeSet::new(),
        });
    }
    take_out(&mut config);
    // Without this a user's own `hooks = false` counts for managed hooks, too.
    table(&mut config, "features")
        .ok_or_else(|| broken("`features` is not a table"))?
        .insert("hooks", value(true));
    let hooks = table(&mut config, "hooks").ok_or_else(|| broken("`hooks` is not a table"))?;
    if hooks.get("managed_dir").is_none() {
        let programs = hook.program.parent().unwrap_or(Path::new("/"));
        hooks.insert(
            "managed_dir",
            value(programs.to_string_lossy().into_owned()),
        );
    }
    for event in CODEX.events {
        let timeout = i64::try_from(codex_timeout(event)).unwrap_or(i64::MAX);
        let mut entry = Table::new();
        entry.insert("type", value("command"));
        entry.insert("command", value(line(hook, None)));
        entry.insert("timeout", value(timeout));
        let mut entries = ArrayOfTables::new();
        entries.push(entry);
        let mut group = Table::new();
        group.insert("hooks", Item::ArrayOfTables(entries));
        hooks
            .entry(event.name)
            .or_insert(Item::ArrayOfTables(ArrayOfTables::new()))
            .as_array_of_tables_mut()
            .ok_or_else(|| broken(&format!("`hooks.{}` is not an array of tables", event.name)))?
            .push(group);
    }
    Ok(Change {
        path,
        after: config.to_string().into_bytes(),
        before,
        inserted: Vec::new(),
        created: std::collections::BTreeSet::new(),
    })
}

/// A table of the document, made when it is missing.
fn table<'d>(config: &'d mut DocumentMut, name: &str) -> Option<&'d mut dyn TableLike> {
    let item = config.entry(name).or_insert(Item::Table(Table::new()));
    item.as_table_like_mut()
}

/// Whether everything [`requirements`] writes is there, and nothing else of ours.
fn is_required(config: &DocumentMut, hook: &HookCommand) -> bool {
    let on = config.get("features").and_then(|f| f.get("hooks"));
    let wanted = line(hook, None);
    let groups = |event: &str| {
        let item = config.get("hooks").and_then(|hooks| hooks.get(event));
        item.and_then(Item::as_array_of_tables)
    };
    let ours = |group: &&Table| is_ours(group);
    on.and_then(Item::as_bool) == Some(true)
        && CODEX.events.iter().all(|event| {
            let mut found = groups(event.name).into_iter().flatten().filter(ours);
            let (first, second) = (found.next(), found.next());
            let entry = first
                .and_then(|group| group.get("hooks"))
                .and_then(Item::as_array_of_tables)
                .and_then(|entries| entries.get(0));
            let says = |key: &str, value: &str| {
                entry.and_then(|e| e.get(key)).and_then(Item::as_str) == Some(value)
            };
            second.is_none() && says("command", &wanted) && says("type", "command")
        })
}

/// A group with a hook of ours in it.
fn is_ours(group: &Table) -> bool {
    let entries = group.get("hooks").and_then(Item::as_array_of_tables);
    let command = |entry: &Table| {
        let command = entry.get("command").and_then(Item::as_str);
        command.is_some_and(|c| names_the_hook(c.as_bytes()))
    };
    entries.is_some_and(|entries| entries.iter().any(command))
}

/// Takes our groups out; whether there were any.
fn take_out(config: &mut DocumentMut) -> bool {
    let mut any = false;
    let Some(hooks) = config.get_mut("hooks").and_then(Item::as_table_like_mut) else {
        return false;
    };
    let mut empty = Vec::new();
    for (event, item) in hooks.iter_mut() {
        let Some(groups) = item.as_array_of_tables_mut() else {
            continue;
        };
        let before = groups.len();
        groups.retain(|group| !is_ours(group));
        any |= groups.len() < before;
        if groups.is_empty() {
            empty.push(event.get().to_owned());
        }
    }
    for event in empty {
        hooks.remove(&event);
    }
    any
}

/// The text of Codex' requirements without what [`requirements`] wrote; `None`
/// when it is not there. That hooks are on stays: others may rely on it by now.
pub(super) fn without_requirements(text: &str) -> Option<String> {
    let mut config: DocumentMut = text.parse().ok()?;
    take_out(&mut config).then(|| config.to_string())
}

/// OpenCode: the plugin by its place, in the list of the configuration that
/// is read last.
fn plugged(path: PathBuf, plugin: &Path) -> Result<Change, InstallError> {
    let place = format!("file://{}", plugin.display());
    let entry = serde_json::Value::from(place.as_str()).to_string();
    let broken = |why: &str| {
        InstallError::Io(format!(
            "{}: {why}; add {entry} to its `plugin` list",
            path.display()
        ))
    };
    let before = existing(&path)?;
    let Some(bytes) = &before else {
        return Ok(Change {
            path,
            before,
            after: format!("{{\n  \"plugin\": [{entry}]\n}}\n").into_bytes(),
            inserted: Vec::new(),
            created: std::collections::BTreeSet::new(),
        });
    };
    let document = Document::parse_lenient(bytes).map_err(|b| broken(&b.message))?;
    let root = &document.root;
    let list = root.get(&["plugin"]);
    let listed = list.map_or(&[][..], Node::items);
    let (at, piece) = match list.map(|node| &node.kind) {
        _ if listed.iter().any(|node| node.text() == Some(&place)) => (0, String::new()),
        Some(NodeKind::List(items)) => {
            let more = if items.is_empty() { "" } else { ", " };
            (
                list.map_or(0, |node| node.start) + 1,
                format!("{entry}{more}"),
            )
        }
        Some(_) => return Err(broken("`plugin` is not a list")),
        None => {
            let more = if root.members().is_empty() { "" } else { "," };
            (root.start + 1, format!("\n  \"plugin\": [{entry}]{more}"))
        }
    };
    let (head, tail) = document
        .text
        .split_at_checked(at)
        .ok_or_else(|| broken("it cannot be edited"))?;
    Ok(Change {
        after: format!("{head}{piece}{tail}").into_bytes(),
        path,
        before,
        inserted: vec![piece],
        created: std::collections::BTreeSet::new(),
    })
}

fn existing(path: &Path) -> Result<Option<Vec<u8>>, InstallError> {
    match files::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claude::settings::{Removal, record};
    use crate::install::plan_remove;

    fn hook() -> HookCommand {
        HookCommand {
            program: "/opt/palisade/bin/palisade-hook".into(),
            args: vec!["claude".into(), "--managed".into()],
        }
    }

    fn homes(dir: &Path) -> Homes {
        Homes {
            system: dir.to_owned(),
            ..Homes::new(dir, |_| None)
        }
    }

    /// What each agent gets, on a machine without settings.
    #[test]
    fn every_agent() {
        let dir = tempfile::tempdir().unwrap();
        let mut out = String::new();
        for agent in MANAGED {
            for change in plan_managed(*agent, &homes(dir.path()), &hook()).unwrap() {
                let path = change.path.strip_prefix(dir.path()).unwrap();
                let text = String::from_utf8(change.after.clone()).unwrap();
                if path.extension().is_none_or(|e| e != "js") {
                    let text = text.replace(&*dir.path().to_string_lossy(), "/etc");
                    out.push_str(&format!("== {}\n{text}", path.display()));
                }
                change.apply(0o644).unwrap();
            }
            assert_eq!(
                wired_managed(*agent, &homes(dir.path()), &hook()),
                Ok(Wired::Complete),
                "{agent:?}"
            );
        }
        insta::assert_snapshot!(out);
    }

    /// What is there stays, and comes back as it was.
    #[test]
    fn settings_of_the_organisation_stay() {
        let files = [
            (
                AgentKind::Codex,
                "codex/requirements.toml",
                "# ours\nallowed_approval_policies = [\"on-request\"]\n\n[features]\nx = true # why\n\n[[hooks.PreToolUse]]\n[[hooks.PreToolUse.hooks]]\ntype = \"command\"\ncommand = \"/opt/other\"\n",
            ),
            (
                AgentKind::OpenCode,
                "opencode/opencode.json",
                "{\n  // ours\n  \"share\": \"disabled\",\n  \"plugin\": [\"other\"]\n}\n",
            ),
            (
                AgentKind::Gemini,
                "gemini-cli/settings.json",
                "{\n  \"telemetry\": {\"enabled\": false},\n  \"hooksConfig\": {\"enabled\": true}\n}\n",
            ),
        ];
        for (agent, file, text) in files {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            let changes = plan_managed(agent, &homes(dir.path()), &hook()).unwrap();
            let mut records = Vec::new();
            for change in changes {
                let backup = dir.path().join("backup");
                if let Some(bytes) = &change.before {
                    std::fs::write(&backup, bytes).unwrap();
                }
                records.push(record(
                    &change,
                    change.before.is_some().then_some(backup),
                    None,
                ));
                change.apply(0o644).unwrap();
            }
            let after = std::fs::read_to_string(&path).unwrap();
            for line in text.lines().filter(|l| !l.contains("plugin")) {
                assert!(after.contains(line), "{after}");
            }
            assert_eq!(
                wired_managed(agent, &homes(dir.path()), &hook()),
                Ok(Wired::Complete)
            );
            let of = |records: &[crate::claude::settings::InstallRecord]| {
                let ours = records.iter().find(|r| r.path == path).unwrap();
                plan_remove(ours).unwrap()
            };
            let Removal::Write(change) = of(&records) else {
                panic!("{agent:?}");
            };
            assert_eq!(String::from_utf8_lossy(&change.after), text, "{agent:?}");
            // Edited since: only what is ours goes.
            let edited = after.replace("other", "another").replace("false", "true");
            std::fs::write(&path, &edited).unwrap();
            let Removal::Write(change) = of(&records) else {
                panic!("{agent:?}");
            };
            let back = String::from_utf8(change.after).unwrap();
            assert!(!back.contains("palisade.js"), "{back}");
            assert!(!names_the_hook(back.as_bytes()), "{back}");
            let kept = text.replace("other", "another").replace("false", "true");
            for line in kept.lines() {
                assert!(back.contains(line), "{agent:?} {line}: {back}");
            }
        }
    }

    #[test]
    fn what_cannot_be_understood_is_left_alone() {
        for (agent, file, text) in [
            (AgentKind::Codex, "codex/requirements.toml", "hooks = 1\n"),
            (AgentKind::Codex, "codex/requirements.toml", "= 1\n"),
            (
                AgentKind::OpenCode,
                "opencode/opencode.json",
                "{\"plugin\": 1}",
            ),
            (AgentKind::OpenCode, "opencode/opencode.json", "{"),
            (AgentKind::Gemini, "gemini-cli/settings.json", "{}"),
        ] {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            let planned = plan_managed(agent, &homes(dir.path()), &hook());
            assert!(planned.is_err(), "{text}: {planned:?}");
        }
    }
}

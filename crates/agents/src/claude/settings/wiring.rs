//! Whether the guard that is in the settings is really called.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::env_names::HOOKS_OFF;
use super::find::is_program;
use super::install::{EVENTS, each_entry, is_ours};
use super::layers::{Layer, LayerKind};
use super::tree::Node;

/// Where the guard is installed and what keeps it from working.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wiring {
    /// Each settings file that calls the guard.
    pub installed: Vec<Installed>,
    /// What is wrong, in the order of the layers.
    pub troubles: Vec<Trouble>,
}

/// One settings file that calls the guard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// Whose settings.
    pub layer: LayerKind,
    /// The file.
    pub path: PathBuf,
    /// Line of the first entry.
    pub line: u32,
    /// The program that is called.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
    /// Events that do not reach the guard.
    pub missing: Vec<&'static str>,
    /// Another setting keeps these hooks from being called.
    pub disabled: bool,
}

/// Something that keeps the guard from being called, or lets calls go on
/// without it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trouble {
    /// The agent ignores a settings file (and any hook in it).
    Ignored {
        /// The file.
        path: PathBuf,
        /// Line, from 1; 0 when it could not be read.
        line: u32,
        /// What is wrong with it.
        message: String,
    },
    /// A setting turns these hooks off.
    Disabled {
        /// The key: `disableAllHooks`, `allowManagedHooksOnly`, …
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// Line of the key.
        line: u32,
    },
    /// A guard that fails would let the call go on.
    FailsOpen {
        /// The event.
        event: &'static str,
        /// The file.
        path: PathBuf,
        /// Line of the entry.
        line: u32,
    },
    /// The guard does not see every tool.
    Narrow {
        /// The event.
        event: &'static str,
        /// The file.
        path: PathBuf,
        /// Line of the entry.
        line: u32,
    },
    /// The program is not there or cannot be started.
    Program {
        /// The program.
        program: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
    },
}

impl Wiring {
    /// At least one installation is complete and nothing is wrong with it.
    pub fn is_complete(&self) -> bool {
        self.troubles.is_empty()
            && self
                .installed
                .iter()
                .any(|place| place.missing.is_empty() && !place.disabled)
    }
}

/// Looks at all layers.
pub fn wiring(layers: &[Layer]) -> Wiring {
    let mut wiring = Wiring::default();
    let switches = switches(layers);
    for layer in layers {
        if layer.exists
            && let Err(broken) = &layer.json
        {
            wiring.troubles.push(Trouble::Ignored {
                path: layer.path.clone(),
                line: broken.line,
                message: broken.message.clone(),
            });
        }
        let Some(document) = layer.document() else {
            continue;
        };
        if let Some(mut installed) = installed(layer, &document.root, &mut wiring.troubles) {
            let against: Vec<_> = switches.iter().filter(|s| s.stops(layer.kind)).collect();
            installed.disabled = !against.is_empty();
            for switch in against {
                let trouble = switch.trouble();
                if !wiring.troubles.contains(&trouble) {
                    wiring.troubles.push(trouble);
                }
            }
            if let Some(problem) = program_problem(&installed.program) {
                wiring.troubles.push(Trouble::Program {
                    program: installed.program.clone(),
                    problem,
                });
            }
            wiring.installed.push(installed);
        }
    }
    wiring
}

fn installed(layer: &Layer, root: &Node, troubles: &mut Vec<Trouble>) -> Option<Installed> {
    let mut result: Option<Installed> = None;
    let mut wide: Vec<&str> = Vec::new();
    let mut narrow = Vec::new();
    each_entry(root, &mut |place, _, _| {
        if !is_ours(place.entry) {
            return;
        }
        result.get_or_insert_with(|| Installed {
            layer: layer.kind,
            path: layer.path.clone(),
            line: place.entry.line,
            program: program_of(place.entry),
            args: place
                .entry
                .get(&["args"])
                .map_or(&[][..], Node::items)
                .iter()
                .filter_map(|arg| arg.text().map(str::to_owned))
                .collect(),
            missing: Vec::new(),
            disabled: false,
        });
        let Some(event) = EVENTS.iter().find(|event| event.name == place.event) else {
            return;
        };
        let runs_later = ["async", "asyncRewake", "once"]
            .iter()
            .any(|key| place.entry.get(&[key]).is_some_and(Node::is_true));
        let limited = place.entry.get(&["if"]).is_some() || runs_later;
        if place.is_wide() && !limited {
            wide.push(event.name);
        } else {
            narrow.push((event.name, place.entry.line));
        }
        let closed = place.entry.get(&["onFailure"]).and_then(Node::text) == Some("block");
        if event.blocks && !closed {
            troubles.push(Trouble::FailsOpen {
                event: event.name,
                path: layer.path.clone(),
                line: place.entry.line,
            });
        }
    });
    let mut installed = result?;
    for (event, line) in narrow {
        if !wide.contains(&event) {
            troubles.push(Trouble::Narrow {
                event,
                path: layer.path.clone(),
                line,
            });
        }
    }
    installed.missing = EVENTS
        .iter()
        .map(|event| event.name)
        .filter(|name| !wide.contains(name))
        .collect();
    Some(installed)
}

fn program_of(entry: &Node) -> PathBuf {
    let command = entry.get(&["command"]).and_then(Node::text);
    let command = command.unwrap_or_default();
    if entry.get(&["args"]).is_some() {
        return PathBuf::from(command);
    }
    let word = command.split_whitespace().next().unwrap_or_default();
    PathBuf::from(word.trim_matches(['"', '\'']))
}

fn program_problem(program: &Path) -> Option<&'static str> {
    if !program.is_absolute() {
        return Some("is not an absolute path");
    }
    let Ok(meta) = std::fs::metadata(program) else {
        return Some("does not exist");
    };
    if !is_program(program) {
        return Some("cannot be executed");
    }
    (meta.permissions().mode() & 0o022 != 0).then_some("can be replaced by other users")
}

/// A setting that turns hooks off.
struct Switch<'a> {
    key: &'static str,
    layer: &'a Layer,
    line: u32,
}

impl Switch<'_> {
    /// It stops hooks of this layer. A managed hook is stopped by managed
    /// settings only; the rest by any layer.
    fn stops(&self, layer: LayerKind) -> bool {
        let from_above = self.layer.kind == LayerKind::Managed;
        match self.key {
            "disableAllHooks" => layer != LayerKind::Managed || from_above,
            "env.CLAUDE_CONFIG_DIR" => layer == LayerKind::User,
            _ => layer != LayerKind::Managed,
        }
    }

    fn trouble(&self) -> Trouble {
        Trouble::Disabled {
            key: self.key,
            path: self.layer.path.clone(),
            line: self.line,
        }
    }
}

fn switches(layers: &[Layer]) -> Vec<Switch<'_>> {
    let mut found = Vec::new();
    for layer in layers {
        let Some(document) = layer.document() else {
            continue;
        };
        let root = &document.root;
        let mut add = |key: &'static str, line: u32| found.push(Switch { key, layer, line });
        if let Some(member) = root.member("disableAllHooks")
            && member.value.is_true()
        {
            add("disableAllHooks", member.line);
        }
        if layer.kind == LayerKind::Managed {
            if let Some(member) = root.member("allowManagedHooksOnly")
                && member.value.is_true()
            {
                add("allowManagedHooksOnly", member.line);
            }
            if let Some(member) = root.member("strictPluginOnlyCustomization") {
                let value = &member.value;
                let hooks = value.items().iter().any(|v| v.text() == Some("hooks"));
                if value.is_true() || hooks {
                    add("strictPluginOnlyCustomization", member.line);
                }
            }
        }
        if layer.kind == LayerKind::User
            && let Some(env) = root.get(&["env"])
        {
            for (name, key) in HOOKS_OFF {
                if let Some(member) = env.member(name) {
                    add(key, member.line);
                }
            }
        }
    }
    found
}

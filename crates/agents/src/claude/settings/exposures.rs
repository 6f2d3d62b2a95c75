//! What the agent's settings leave open, worst first.
//!
//! Only what was seen to have an effect is reported; where a setting has none
//! although guides recommend it, that is the finding.

use std::collections::BTreeSet;
use std::path::Path;

use palisade_core::{Finding, Severity};
use palisade_files as files;

use super::env_names::{Concern, HOOKS_OFF, concern};
use super::install::{each_entry, is_ours};
use super::layers::{Layer, LayerKind, Places};
use super::mcp::{Launch, mcp_servers};
use super::tree::{Document, Member, Node, NodeKind};
use super::wiring::{Trouble, wiring};
use super::{project, rules};
use crate::text::one_line;

/// Everything that is open now: settings of all layers, MCP servers, and the
/// files of the project that matter to an agent.
pub fn exposures(layers: &[Layer], places: &Places) -> Vec<Finding> {
    let mut report = Report {
        places,
        found: Vec::new(),
    };
    for layer in layers {
        report.layer(layer);
    }
    report.wiring(layers);
    report.servers();
    report.trust();
    let shell = layers.iter().filter_map(Layer::document).any(|document| {
        document
            .root
            .get(&["disableSkillShellExecution"])
            .is_some_and(Node::is_true)
    });
    project::look(&mut report, !shell);
    let mut found = report.found;
    found.sort_by(|a, b| {
        (b.severity, &a.rule, &a.path, a.line, &a.title)
            .cmp(&(a.severity, &b.rule, &b.path, b.line, &b.title))
    });
    found.dedup();
    found
}

pub(super) struct Report<'a> {
    pub(super) places: &'a Places,
    found: Vec<Finding>,
}

impl Report<'_> {
    pub(super) fn add(
        &mut self,
        rule: &str,
        severity: Severity,
        title: &str,
        place: (&Path, u32),
        fix: &str,
    ) {
        let (path, line) = place;
        self.found.push(Finding {
            rule: format!("claude.{rule}"),
            severity,
            title: one_line(title, 200),
            path: Some(self.places.show(path)),
            line: (line > 0).then_some(line),
            fix: (!fix.is_empty()).then(|| one_line(fix, 200)),
        });
    }

    fn layer(&mut self, layer: &Layer) {
        match &layer.json {
            Ok(document) => {
                self.modes(layer, &document.root);
                self.env(layer, &document.root);
                self.code(layer, &document.root);
                self.switches(layer, &document.root);
                self.duplicates(layer, document);
                rules::check(self, layer, &document.root);
            }
            Err(broken) if layer.exists => {
                let (severity, effect) = if layer.kind == LayerKind::Managed {
                    (Severity::High, "Claude Code does not start with this file")
                } else {
                    (
                        Severity::Critical,
                        "Claude Code ignores this whole file, rules and hooks included",
                    )
                };
                self.add(
                    "settings-ignored",
                    severity,
                    &format!("{effect}: {}", broken.message),
                    (&layer.path, broken.line),
                    "make it strict JSON",
                );
            }
            Err(_) => {}
        }
    }

    fn modes(&mut self, layer: &Layer, root: &Node) {
        let Some(mode) = root
            .get(&["permissions"])
            .and_then(|p| p.member("defaultMode"))
        else {
            return;
        };
        match mode.value.text() {
            Some("bypassPermissions") => self.add(
                "bypass-default",
                Severity::Critical,
                "bypassPermissions is the default mode: nothing is asked",
                (&layer.path, mode.line),
                "remove it, or set \"acceptEdits\"",
            ),
            Some("default" | "manual" | "acceptEdits" | "plan" | "auto" | "dontAsk") => {}
            _ => self.schema(layer, mode.line, "permissions.defaultMode"),
        }
    }

    /// A value that makes the agent drop the whole file.
    pub(super) fn schema(&mut self, layer: &Layer, line: u32, key: &str) {
        self.add(
            "settings-ignored",
            Severity::Critical,
            &format!("Claude Code ignores this whole file: {key} has a value it does not accept"),
            (&layer.path, line),
            "correct the value",
        );
    }

    fn env(&mut self, layer: &Layer, root: &Node) {
        for member in root.get(&["env"]).map_or(&[][..], Node::members) {
            let off = HOOKS_OFF.iter().any(|(name, _)| *name == member.key);
            if off && layer.kind == LayerKind::User {
                self.add(
                    "hooks-disabled",
                    Severity::Critical,
                    &format!("env.{} takes all your hooks out of service", member.key),
                    (&layer.path, member.line),
                    "remove it",
                );
            }
            let Some(concern) = concern(&member.key) else {
                continue;
            };
            let severity = match (layer.kind, concern) {
                (LayerKind::Managed, _) => continue,
                (LayerKind::User, Concern::Weakens) => Severity::Medium,
                (LayerKind::User, _) => continue,
                (LayerKind::Project, Concern::Redirects | Concern::Policy) => Severity::Critical,
                (LayerKind::Project, _) => Severity::High,
                (LayerKind::Local, Concern::Credential | Concern::Provider) => Severity::Low,
                (LayerKind::Local, _) => Severity::High,
            };
            let who = if layer.kind == LayerKind::Project {
                "the repository"
            } else {
                "this file"
            };
            self.add(
                "env",
                severity,
                &format!(
                    "{who} sets {}, {}",
                    one_line(&member.key, 60),
                    concern.effect()
                ),
                (&layer.path, member.line),
                "remove it; set it in your own settings if you want it",
            );
        }
    }

    /// Commands that the settings themselves run.
    fn code(&mut self, layer: &Layer, root: &Node) {
        if !layer.is_of_project() {
            return;
        }
        for key in [
            "apiKeyHelper",
            "awsAuthRefresh",
            "awsCredentialExport",
            "gcpAuthRefresh",
            "otelHeadersHelper",
            "proxyAuthHelper",
            "statusLine",
            "fileSuggestion",
        ] {
            let Some(member) = root.member(key) else {
                continue;
            };
            let severity = if layer.kind == LayerKind::Project {
                Severity::High
            } else {
                Severity::Low
            };
            self.add(
                "project-code",
                severity,
                &format!("{key} runs a command of the repository, without asking"),
                (&layer.path, member.line),
                "remove it, or move it into your own settings",
            );
        }
        if layer.kind == LayerKind::Project {
            self.hooks(layer, root);
        }
    }

    fn hooks(&mut self, layer: &Layer, root: &Node) {
        let mut commands: Vec<(String, u32)> = Vec::new();
        each_entry(root, &mut |place, _, _| {
            if is_ours(place.entry) {
                return;
            }
            let text = ["command", "url", "prompt"]
                .iter()
                .find_map(|key| place.entry.get(&[key]).and_then(Node::text));
            if let Some(text) = text {
                commands.push((text.to_owned(), place.entry.line));
            }
        });
        let Some((first, line)) = commands.first() else {
            return;
        };
        let fetches = commands.iter().find(|(command, _)| {
            [
                "curl ",
                "wget ",
                "nc ",
                "base64 -d",
                "http://",
                "https://",
                "npx ",
                "uvx ",
            ]
            .iter()
            .any(|word| command.contains(word))
        });
        let (severity, command, line) = match fetches {
            Some((command, line)) => (Severity::Critical, command, *line),
            None => (Severity::High, first, *line),
        };
        let more = match commands.len() {
            1 => String::new(),
            n => format!(" and {} more", n - 1),
        };
        self.add(
            "project-code",
            severity,
            &format!(
                "hooks of the repository run in your sessions: {}{more}",
                one_line(command, 80)
            ),
            (&layer.path, line),
            "read them; keep only what you trust",
        );
    }

    fn switches(&mut self, layer: &Layer, root: &Node) {
        let on = |key: &str| root.member(key).filter(|m| m.value.is_true());
        if let Some(member) = on("disableAllHooks") {
            self.add(
                "hooks-disabled",
                Severity::Critical,
                "disableAllHooks turns every hook off, the guard included",
                (&layer.path, member.line),
                "remove it",
            );
        }
        if let Some(member) = on("enableAllProjectMcpServers") {
            self.add(
                "mcp-all-approved",
                Severity::High,
                "every MCP server a repository brings is started without asking",
                (&layer.path, member.line),
                "remove it and approve servers one by one",
            );
        }
        if let Some(member) = on("skipDangerousModePermissionPrompt") {
            self.add(
                "bypass-prompt",
                Severity::Medium,
                "the warning before bypassPermissions is switched off",
                (&layer.path, member.line),
                "remove it",
            );
        }
        for member in root.members() {
            if matches!(member.key.as_str(), "git" | "filesystem" | "network") {
                self.dead(layer, member, &member.key);
            }
            if layer.kind != LayerKind::Managed && MANAGED_ONLY.contains(&member.key.as_str()) {
                self.add(
                    "managed-only",
                    Severity::Low,
                    &format!("{} does nothing outside managed settings", member.key),
                    (&layer.path, member.line),
                    "move it into managed settings",
                );
            }
        }
        let directories = root
            .get(&["permissions", "additionalDirectories"])
            .map_or(&[][..], Node::items);
        for node in directories {
            if node.text().is_some_and(|dir| self.is_wide(dir)) {
                self.add(
                    "wide-directories",
                    Severity::High,
                    &format!(
                        "the agent works in {} as well",
                        one_line(node.text().unwrap_or_default(), 80)
                    ),
                    (&layer.path, node.line),
                    "name the folders it needs",
                );
            }
        }
    }

    pub(super) fn dead(&mut self, layer: &Layer, member: &Member, key: &str) {
        self.add(
            "dead-rule",
            Severity::Medium,
            &format!(
                "{} is not a setting of Claude Code and does nothing",
                one_line(key, 60)
            ),
            (&layer.path, member.line),
            "use Read(…), Edit(…) and WebFetch(domain:…) rules, and the sandbox settings",
        );
    }

    /// The home directory, a root, or a folder the project lies in.
    fn is_wide(&self, dir: &str) -> bool {
        let base = self.places.project.as_deref().unwrap_or(Path::new("/"));
        let dir = match dir.strip_prefix('~') {
            Some(rest) => format!("{}{rest}", self.places.home.display()),
            None => dir.to_owned(),
        };
        let path = files::lexical(Path::new(&dir), base);
        path.parent().is_none()
            || ["/etc", "/home", "/root", "/usr", "/var", "/Users"]
                .iter()
                .any(|root| path == Path::new(root))
            || self.places.home.starts_with(&path)
            || (path != base && base.starts_with(&path))
    }

    fn duplicates(&mut self, layer: &Layer, document: &Document) {
        let root = &document.root;
        let permissions = root.get(&["permissions"]);
        let hooks = root.get(&["hooks"]);
        for node in [Some(root), permissions, hooks].into_iter().flatten() {
            let mut seen = BTreeSet::new();
            for member in node.members() {
                if !seen.insert(&member.key) {
                    self.add(
                        "duplicate-key",
                        Severity::Medium,
                        &format!(
                            "\"{}\" occurs twice; the first one does nothing",
                            one_line(&member.key, 60)
                        ),
                        (&layer.path, member.line),
                        "merge them",
                    );
                }
            }
        }
    }

    fn wiring(&mut self, layers: &[Layer]) {
        let mut open: Vec<(&Path, u32, Vec<&str>)> = Vec::new();
        let wiring = wiring(layers);
        for trouble in &wiring.troubles {
            match trouble {
                Trouble::FailsOpen { event, path, line } => {
                    match open.iter_mut().find(|(p, _, _)| p == path) {
                        Some((_, _, events)) => events.push(event),
                        None => open.push((path, *line, vec![event])),
                    }
                }
                Trouble::Narrow { event, path, line } => self.add(
                    "guard-narrow",
                    Severity::High,
                    &format!("the guard does not see every call at {event}"),
                    (path, *line),
                    "run palisade protect",
                ),
                Trouble::Program { program, problem } => self.add(
                    "guard-program",
                    Severity::Critical,
                    &format!("the guard's program {problem}"),
                    (program, 0),
                    "run palisade protect",
                ),
                Trouble::Disabled { key, path, line }
                    if *key != "disableAllHooks" && !key.starts_with("env.") =>
                {
                    self.add(
                        "hooks-disabled",
                        Severity::High,
                        &format!("{key} keeps the guard from being called"),
                        (path, *line),
                        "install the guard in managed settings",
                    );
                }
                Trouble::Disabled { .. } | Trouble::Ignored { .. } => {}
            }
        }
        for (path, line, events) in open {
            self.add(
                "guard-fails-open",
                Severity::High,
                &format!("if the guard fails, calls go on ({})", events.join(", ")),
                (path, line),
                "run palisade protect",
            );
        }
    }

    fn servers(&mut self) {
        for server in mcp_servers(self.places) {
            let name = one_line(&server.name, 60);
            if let Some(package) = &server.unpinned {
                self.add(
                    "mcp-unpinned",
                    Severity::High,
                    &format!(
                        "{name} MCP server is not pinned: whatever {} is at the time runs",
                        one_line(package, 80)
                    ),
                    (&server.path, server.line),
                    "name one version",
                );
            }
            if let Launch::Url(url) = &server.launch
                && let Some(rest) = url.strip_prefix("http://")
                && !is_loopback(rest)
            {
                self.add(
                    "mcp-plain-http",
                    Severity::High,
                    &format!("{name} MCP server is called without TLS"),
                    (&server.path, server.line),
                    "use https",
                );
            }
            for (key, line) in &server.dead_keys {
                self.add(
                    "dead-rule",
                    Severity::Medium,
                    &format!("mcpServers.{name}.{key} is not a setting and does nothing"),
                    (&server.path, *line),
                    "use mcp__ rules, or the guard's policy",
                );
            }
        }
    }

    /// Folders the person once trusted that hold everything else.
    fn trust(&mut self) {
        let path = &self.places.state_file;
        let Ok(Some(bytes)) = files::read_capped(path, 16 * 1024 * 1024) else {
            return;
        };
        let Ok(document) = Document::parse(&bytes) else {
            return;
        };
        for member in document
            .root
            .get(&["projects"])
            .map_or(&[][..], Node::members)
        {
            let trusted = member.value.get(&["hasTrustDialogAccepted"]);
            let dir = Path::new(&member.key);
            if trusted.is_some_and(Node::is_true)
                && (dir.parent().is_none() || dir == self.places.home || dir == Path::new("/tmp"))
            {
                self.add(
                    "trust-wide",
                    Severity::Medium,
                    &format!("everything below {} is trusted", self.places.show(dir)),
                    (path, member.line),
                    "start the agent in a project folder and trust that",
                );
            }
        }
    }
}

/// `localhost:8080/x`, `127.0.0.1`, `[::1]:1`; not `localhost.example.com`.
pub(super) fn is_loopback(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    !authority.contains('@')
        && (host == "localhost"
            || host
                .parse::<std::net::IpAddr>()
                .is_ok_and(|ip| ip.is_loopback()))
}

/// The value is not a list, where the agent wants one.
pub(super) fn is_list(node: &Node) -> bool {
    matches!(node.kind, NodeKind::List(_))
}

const MANAGED_ONLY: &[&str] = &[
    "allowManagedHooksOnly",
    "allowManagedPermissionRulesOnly",
    "allowManagedMcpServersOnly",
    "managedMcpServers",
    "allowAllClaudeAiMcps",
    "disableSideloadFlags",
    "disableCommandPluginSources",
    "strictKnownMarketplaces",
    "blockedMarketplaces",
    "strictPluginOnlyCustomization",
    "policyHelper",
    "allowedProviders",
    "deniedModels",
    "managedSourcesBehavior",
    "parentSettingsBehavior",
    "forceRemoteSettingsRefresh",
    "requiredMinimumVersion",
    "requiredMaximumVersion",
];

//! What the agent can reach today, for the first screen.

use std::path::{Path, PathBuf};

use super::layers::{Layer, LayerKind, Places};
use super::rules::Rule;
use super::tree::Node;
use crate::text::one_line;

/// A setting and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// The setting as it is written.
    pub text: String,
    /// Whose.
    pub layer: LayerKind,
    /// The file.
    pub path: PathBuf,
    /// Line, from 1.
    pub line: u32,
}

/// What can be reached, in the four things people ask about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Commands run without a question because of this.
    pub any_command: Option<Located>,
    /// Rules that allow single commands without a question.
    pub commands: Vec<Located>,
    /// Files the rules keep the agent's own tools from reading.
    pub unreadable: Vec<Located>,
    /// Places with secrets that exist and that no rule is about: `.env`, `~/.aws`.
    pub open_secrets: Vec<String>,
    /// The agent's sandbox is on.
    pub sandbox: Option<Located>,
    /// Hosts the sandbox lets through.
    pub hosts: Vec<String>,
    /// Who says where model requests go, if not the vendor.
    pub endpoint: Option<Located>,
    /// Where the key for it comes from.
    pub key: Option<Located>,
}

/// Sums up all layers.
pub fn reach(layers: &[Layer], places: &Places) -> Reach {
    let mut reach = Reach::default();
    // The strongest layer comes first, and the first word on a single value counts.
    for layer in layers {
        let Some(document) = layer.document() else {
            continue;
        };
        let root = &document.root;
        let at = |text: &str, line: u32| Located {
            text: one_line(text, 200),
            layer: layer.kind,
            path: layer.path.clone(),
            line,
        };
        let mode = root
            .get(&["permissions"])
            .and_then(|p| p.member("defaultMode"));
        if let Some(mode) = mode
            && mode.value.text() == Some("bypassPermissions")
            && reach.any_command.is_none()
        {
            reach.any_command = Some(at("bypassPermissions", mode.line));
        }
        for node in list(root, "allow") {
            let text = node.text().unwrap_or_default();
            let Some(rule) = Rule::parse(text) else {
                continue;
            };
            if !matches!(rule.tool, "Bash" | "PowerShell" | "*") {
                continue;
            }
            if rule.is_any() {
                reach.any_command.get_or_insert(at(text, node.line));
            } else {
                reach.commands.push(at(text, node.line));
            }
        }
        for node in list(root, "deny") {
            let text = node.text().unwrap_or_default();
            if Rule::parse(text).is_some_and(|rule| rule.tool == "Read") {
                reach.unreadable.push(at(text, node.line));
            }
        }
        if let Some(member) = root.get(&["sandbox"]).and_then(|s| s.member("enabled"))
            && member.value.is_true()
        {
            reach.sandbox.get_or_insert(at("sandbox", member.line));
        }
        let hosts = root.get(&["sandbox", "network", "allowedDomains"]);
        reach.hosts.extend(
            hosts
                .map_or(&[][..], Node::items)
                .iter()
                .filter_map(|host| host.text().map(|host| one_line(host, 80))),
        );
        let env = root.get(&["env"]);
        let variable = |name: &str| env.and_then(|env| env.member(name));
        for name in ["ANTHROPIC_BASE_URL", "ANTHROPIC_UNIX_SOCKET"] {
            if let Some(member) = variable(name) {
                let address = shown_address(member.value.text().unwrap_or_default());
                reach.endpoint.get_or_insert(at(&address, member.line));
            }
        }
        for (name, provider) in [
            ("CLAUDE_CODE_USE_BEDROCK", "Amazon Bedrock"),
            ("CLAUDE_CODE_USE_VERTEX", "Google Vertex"),
            ("CLAUDE_CODE_USE_FOUNDRY", "Microsoft Foundry"),
        ] {
            if let Some(member) = variable(name)
                && !matches!(member.value.text(), Some("" | "0" | "false"))
            {
                reach.endpoint.get_or_insert(at(provider, member.line));
            }
        }
        for name in ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"] {
            if let Some(member) = variable(name) {
                reach.key.get_or_insert(at(name, member.line));
            }
        }
        if let Some(member) = root.member("apiKeyHelper") {
            reach.key.get_or_insert(at("apiKeyHelper", member.line));
        }
    }
    reach.open_secrets = open_secrets(&reach.unreadable, places);
    reach
}

fn list<'a>(root: &'a Node, name: &str) -> &'a [Node] {
    root.get(&["permissions", name])
        .map_or(&[][..], Node::items)
}

/// An address without user name, password and query: those may be secret.
fn shown_address(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let path = path.trim_end_matches('/');
    match (scheme, path) {
        ("" | "https", "") => host.to_owned(),
        ("" | "https", path) => format!("{host}/{path}"),
        (scheme, path) => format!("{scheme}://{host}/{path}")
            .trim_end_matches('/')
            .to_owned(),
    }
}

/// Places with secrets that are there and that no `Read` rule names.
fn open_secrets(unreadable: &[Located], places: &Places) -> Vec<String> {
    let mut candidates: Vec<(String, PathBuf)> = Vec::new();
    if let Some(project) = &places.project {
        candidates.push((".env".to_owned(), project.join(".env")));
    }
    for name in [
        ".aws",
        ".ssh",
        ".config/gcloud",
        ".kube",
        ".azure",
        ".docker/config.json",
        ".netrc",
        ".npmrc",
        ".git-credentials",
        ".gnupg",
    ] {
        candidates.push((format!("~/{name}"), places.home.join(name)));
    }
    candidates
        .into_iter()
        .filter(|(_, path)| path.exists())
        .filter(|(_, path)| !unreadable.iter().any(|rule| names(&rule.text, path)))
        .map(|(shown, _)| shown)
        .collect()
}

/// The rule mentions the name. Generous: this list is a summary, not a proof.
fn names(rule: &str, path: &Path) -> bool {
    path.file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| rule.contains(name))
        || matches!(rule, "Read" | "Read(*)" | "Read(**)")
}

impl Reach {
    /// Four lines: what, the answer, and where the answer comes from.
    pub fn lines(&self, places: &Places) -> Vec<(&'static str, String, Option<String>)> {
        let place = |at: &Located| Some(format!("{}:{}", places.show(&at.path), at.line));
        let files = match self.open_secrets.as_slice() {
            [] => "everything you can read".to_owned(),
            [one] => format!("everything you can read, {one} included"),
            [one, two, ..] => format!("everything you can read, {one} and {two} included"),
        };
        let commands = match (&self.any_command, self.commands.as_slice()) {
            (Some(at), _) => (
                "any, without asking".to_owned(),
                place(at).map(|p| format!("{p}  \"{}\"", at.text)),
            ),
            (None, []) => ("any, after asking".to_owned(), None),
            (None, [one]) => (
                format!("{} without asking, others after asking", one.text),
                place(one),
            ),
            (None, [first, ..]) => (
                format!(
                    "{} kinds without asking, others after asking",
                    self.commands.len()
                ),
                place(first),
            ),
        };
        let network = match (&self.sandbox, self.hosts.as_slice()) {
            (Some(at), []) => ("what its sandbox asks about".to_owned(), place(at)),
            (Some(at), hosts) => (
                hosts.iter().take(3).cloned().collect::<Vec<_>>().join(", "),
                place(at),
            ),
            (None, _) => ("anywhere".to_owned(), None),
        };
        let endpoint = self
            .endpoint
            .as_ref()
            .map_or("api.anthropic.com", |at| at.text.as_str());
        let key = match &self.key {
            Some(at) if at.text == "apiKeyHelper" => "a key from apiKeyHelper",
            Some(_) => "a key from the settings",
            None => "your own key",
        };
        vec![
            ("files", files, None),
            ("commands", commands.0, commands.1),
            ("network", network.0, network.1),
            (
                "models",
                format!("{endpoint}, {key}"),
                self.endpoint.as_ref().or(self.key.as_ref()).and_then(place),
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_secrets() {
        for (url, shown) in [
            ("https://api.anthropic.com", "api.anthropic.com"),
            (
                "https://user:pass@gw.example.com/v1/?key=x",
                "gw.example.com/v1",
            ),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
            ("gw.example.com", "gw.example.com"),
        ] {
            assert_eq!(shown_address(url), shown);
        }
    }
}

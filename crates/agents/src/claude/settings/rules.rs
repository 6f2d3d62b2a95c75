//! Permission rules: those that allow too much and those that do nothing.

use palisade_core::Severity;

use super::exposures::{Report, is_list};
use super::layers::Layer;
use super::tree::{Node, NodeKind};
use crate::text::one_line;

/// `Tool(argument)` taken apart.
pub(super) struct Rule<'a> {
    pub(super) tool: &'a str,
    /// What is in the parentheses.
    pub(super) argument: Option<&'a str>,
}

impl<'a> Rule<'a> {
    /// `None`: the parentheses do not close.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let text = text.trim();
        match text.split_once('(') {
            None if text.contains(')') => None,
            None => Some(Self {
                tool: text,
                argument: None,
            }),
            Some((tool, rest)) => Some(Self {
                tool,
                argument: Some(rest.strip_suffix(')')?),
            }),
        }
    }

    /// It holds for every use of the tool.
    pub(super) fn is_any(&self) -> bool {
        matches!(
            self.argument.map(str::trim),
            None | Some("" | "*" | ":*" | "**" | "//**" | "domain:*")
        )
    }
}

/// One permission rule with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionRule {
    /// `allow`, `ask` or `deny`.
    pub list: &'static str,
    /// As it is written.
    pub text: String,
    /// The tool; `None` when the rule cannot be read.
    pub tool: Option<String>,
    /// What is in the parentheses.
    pub argument: Option<String>,
    /// Line, from 1.
    pub line: u32,
}

/// The permission rules of a settings file, in its order.
pub fn permission_rules(layer: &Layer) -> Vec<PermissionRule> {
    let Some(permissions) = layer.document().and_then(|d| d.root.get(&["permissions"])) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for list in ["deny", "ask", "allow"] {
        let member = permissions.members().iter().find(|m| m.key == list);
        for node in member.map(|m| m.value.items()).unwrap_or_default() {
            let Some(text) = node.text() else { continue };
            let rule = Rule::parse(text);
            out.push(PermissionRule {
                list,
                text: text.to_owned(),
                tool: rule.as_ref().map(|r| r.tool.to_owned()),
                argument: rule.and_then(|r| r.argument).map(str::to_owned),
                line: node.line,
            });
        }
    }
    out
}

/// Looks at all rules of a layer.
pub(super) fn check(report: &mut Report<'_>, layer: &Layer, root: &Node) {
    let Some(permissions) = root.get(&["permissions"]) else {
        return;
    };
    for member in permissions.members() {
        match member.key.as_str() {
            "allow" | "ask" | "deny" if !is_list(&member.value) => {
                report.schema(layer, member.line, &format!("permissions.{}", member.key));
            }
            "allow" => {
                for node in member.value.items() {
                    allow(report, layer, node);
                }
            }
            "ask" | "deny" => {
                for node in member.value.items() {
                    dead(report, layer, node, &member.key);
                }
            }
            "filesystem" | "network" | "git" | "read" | "write" | "execute" | "commands" => {
                report.dead(layer, member, &format!("permissions.{}", member.key));
            }
            _ => {}
        }
    }
    check_on_failure(report, layer, root);
}

/// A value of `onFailure` that is not known drops the whole file.
fn check_on_failure(report: &mut Report<'_>, layer: &Layer, root: &Node) {
    super::install::each_entry(root, &mut |place, _, _| {
        if let Some(member) = place.entry.member("onFailure")
            && !matches!(member.value.text(), Some("block" | "continue"))
        {
            report.schema(layer, member.line, "onFailure of a hook");
        }
    });
}

fn allow(report: &mut Report<'_>, layer: &Layer, node: &Node) {
    let Some(text) = node.text() else { return };
    let Some(rule) = Rule::parse(text) else {
        return;
    };
    let shown = one_line(text, 60);
    let place = (layer.path.as_path(), node.line);
    let any = rule.is_any();
    match rule.tool {
        "*" | "Bash" | "PowerShell" | "Monitor" if any => report.add(
            "allow-all",
            Severity::High,
            &format!("any command runs without asking (\"{shown}\")"),
            place,
            "allow the commands you use: \"Bash(npm test)\", \"Bash(git diff *)\"",
        ),
        "Write" | "Edit" if any => report.add(
            "allow-all",
            Severity::Medium,
            &format!("any file is changed without asking (\"{shown}\")"),
            place,
            "allow folders: \"Edit(src/**)\"",
        ),
        "WebFetch" if any => report.add(
            "allow-network",
            Severity::Medium,
            &format!("any address is fetched without asking (\"{shown}\")"),
            place,
            "allow hosts: \"WebFetch(domain:docs.rs)\"",
        ),
        "mcp__*" => report.add(
            "allow-all",
            Severity::Medium,
            "every tool of every MCP server runs without asking",
            place,
            "allow servers or tools by name",
        ),
        "Bash" => bash(report, rule.argument.unwrap_or_default(), &shown, place),
        _ => {}
    }
}

fn bash(report: &mut Report<'_>, pattern: &str, shown: &str, place: (&std::path::Path, u32)) {
    let pattern = pattern.trim();
    let open = pattern.ends_with('*');
    let text = pattern.trim_end_matches(['*', ':', ' ']);
    let words: Vec<&str> = text.split_whitespace().collect();
    let name = words
        .first()
        .and_then(|word| word.rsplit('/').next())
        .unwrap_or_default();
    let second = words.get(1).copied().unwrap_or_default();
    let destroys = match name {
        "rm" | "shred" | "dd" | "mkfs" => open,
        "git" => {
            (second == "push" && words.iter().any(|w| matches!(*w, "--force" | "-f")))
                || (second == "reset" && words.contains(&"--hard"))
                || (second == "clean" && open)
        }
        "terraform" | "tofu" => second == "destroy",
        "kubectl" => second == "delete" || (open && second.is_empty()),
        "aws" | "gcloud" | "az" => open && second.is_empty(),
        _ => false,
    };
    if destroys {
        report.add(
            "allow-destructive",
            Severity::High,
            &format!("\"{shown}\" destroys without asking"),
            place,
            "remove it, or move it to \"ask\"",
        );
        return;
    }
    if !open {
        return;
    }
    if matches!(name, "sudo" | "doas" | "su") {
        report.add(
            "allow-interpreter",
            Severity::High,
            &format!("\"{shown}\" allows any command as another user"),
            place,
            "remove it",
        );
    } else if INTERPRETERS.contains(&name) && words.len() == 1
        || (name == "docker" && matches!(second, "" | "run" | "exec"))
    {
        report.add(
            "allow-interpreter",
            Severity::Medium,
            &format!("\"{shown}\" allows any command"),
            place,
            "allow the exact call you need",
        );
    } else if NETWORK.contains(&name) {
        report.add(
            "allow-network",
            Severity::Medium,
            &format!("\"{shown}\" sends and fetches anything without asking"),
            place,
            "remove it; use WebFetch(domain:…) rules",
        );
    }
}

/// A rule that protects nothing although it looks as if it did.
fn dead(report: &mut Report<'_>, layer: &Layer, node: &Node, list: &str) {
    let place = (layer.path.as_path(), node.line);
    let Some(text) = node.text() else {
        if node.kind != NodeKind::Null {
            report.add(
                "dead-rule",
                Severity::Medium,
                &format!("an entry of \"{list}\" is not text and does nothing"),
                place,
                "write it as \"Tool(pattern)\"",
            );
        }
        return;
    };
    let shown = one_line(text, 80);
    let severity = if names_secret(text) {
        Severity::High
    } else {
        Severity::Medium
    };
    let Some(rule) = Rule::parse(text) else {
        report.add(
            "dead-rule",
            severity,
            &format!("{list} rule \"{shown}\" does nothing: its parenthesis does not close"),
            place,
            "close it",
        );
        return;
    };
    let argument = rule.argument.unwrap_or_default();
    let instead = match rule.tool {
        "Write" | "NotebookEdit" | "MultiEdit" if !rule.is_any() => {
            format!("write \"Edit({argument})\"")
        }
        "Glob" if !rule.is_any() => {
            format!("write \"Read({argument})\"")
        }
        tool if tool.starts_with(|c: char| c.is_ascii_lowercase())
            && !tool.starts_with("mcp__")
            && !tool.contains('_') =>
        {
            "tool names begin with a capital: Bash, Read, Edit".to_owned()
        }
        "Read" | "Edit" if means_root(argument) => {
            report.add(
                "rule-path",
                severity,
                &format!("{list} rule \"{shown}\" is about a folder beside the settings, not the root of the disk"),
                place,
                &format!("write \"{}(/{argument})\"", rule.tool),
            );
            return;
        }
        _ => return,
    };
    report.add(
        "dead-rule",
        severity,
        &format!("{list} rule \"{shown}\" is accepted and does nothing"),
        place,
        &instead,
    );
}

/// `/etc/…`: one slash is relative to the settings file, two are the root.
fn means_root(argument: &str) -> bool {
    argument.strip_prefix('/').is_some_and(|rest| {
        matches!(
            rest.split('/').next().unwrap_or_default(),
            "etc" | "home" | "root" | "usr" | "var" | "Users" | "opt" | "mnt" | "proc" | "sys"
        )
    })
}

fn names_secret(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    [
        ".env",
        "secret",
        ".pem",
        ".key",
        "id_rsa",
        "credential",
        ".ssh",
        ".aws",
        "token",
        "passw",
    ]
    .iter()
    .any(|word| text.contains(word))
}

const INTERPRETERS: &[&str] = &[
    "python",
    "python3",
    "node",
    "deno",
    "bun",
    "ruby",
    "perl",
    "php",
    "lua",
    "osascript",
    "sh",
    "bash",
    "zsh",
    "fish",
    "dash",
    "env",
    "xargs",
    "npx",
    "bunx",
    "uvx",
    "eval",
    "exec",
    "ssh",
    "nohup",
    "time",
    "find",
    "awk",
];

const NETWORK: &[&str] = &[
    "curl", "wget", "nc", "ncat", "netcat", "socat", "scp", "sftp", "rsync", "ftp", "telnet",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_rules_apart() {
        let rule = Rule::parse("Bash(git commit -m \"(x)\")").unwrap();
        assert_eq!(
            (rule.tool, rule.argument),
            ("Bash", Some("git commit -m \"(x)\""))
        );
        assert!(Rule::parse("Bash").unwrap().is_any());
        assert!(Rule::parse("Bash(:*)").unwrap().is_any());
        assert!(!Rule::parse("Bash(ls)").unwrap().is_any());
        assert!(Rule::parse("Bash(ls").is_none());
        assert!(Rule::parse("Bash)").is_none());
    }
}
